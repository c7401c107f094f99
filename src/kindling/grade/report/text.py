"""Text and tables as all reports show them."""

from __future__ import annotations

import io
import re

from rich.console import Console, RenderableType
from rich.table import Table

__all__ = ["clean", "many", "number", "plain", "table"]

LONGEST = 300  # characters of a sentence: a learner's own error may say anything, at any length
NUMBERS = ("points", "solved", "named mistake", "otherwise wrong", "not written", "median tries", "made by")

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def clean(sentence: str) -> str:
    """Return the sentence on one line, without what could drive a terminal, and no longer than can be read."""
    plain = _ANSI.sub("", sentence[: 4 * LONGEST])
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in plain).split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def number(value: float) -> str:
    """Return a number with two decimals at most."""
    return f"{round(value, 2):g}"


def many(count: int, word: str) -> str:
    """Return how many there are, like "1 submission" and "2 submissions"."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def table(*names: str) -> Table:
    """Return an empty table: numbers stand to the right, and only the last column is broken into lines."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name in names:
        justify = "right" if name in NUMBERS else "left"
        table.add_column(name, justify=justify, overflow="fold", no_wrap=name != names[-1])
    return table


def plain(shown: RenderableType) -> str:
    """Return what a rich console shows as text: no colours, and one line for each row, however long."""
    console = Console(file=io.StringIO(), width=10_000, color_system=None, force_terminal=False)
    console.print(shown)
    return "\n".join(line.rstrip() for line in console.file.getvalue().rstrip().split("\n"))
