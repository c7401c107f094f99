"""Numbers, plurals and other people's text as sentences and tables show them."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["joined", "listed", "many", "number", "one_line", "without_colours"]

LONGEST = 300  # characters of a sentence: a learner's own error may say anything, at any length

_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")  # a command to a terminal, as tracebacks hold them


def number(value: float) -> str:
    """Return a number with two decimals at most."""
    return f"{round(value, 2):g}"


def many(count: float, word: str) -> str:
    """Return how many there are, like "1 submission", "2 tries" and "0.5 points"."""
    shown = number(count)
    if shown != "1":
        word = f"{word[:-1]}ies" if word.endswith("ry") else f"{word}s"
    return f"{shown} {word}"


def joined(error: str, more: str) -> str:
    """Return an error and the sentence that explains it as one text."""
    return f"{error.rstrip(' .:')}. {more}"


def listed(names: Sequence[str], most: int = 5) -> str:
    """Return the names as a sentence lists them, like "one, another and 3 more"."""
    shown = [one_line(name) for name in names[:most]] + [f"{len(names) - most} more"] * (len(names) > most)
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))


def without_colours(text: str) -> str:
    """Return the text without its commands to a terminal: colours, bold type, the place of the cursor."""
    return _COLOUR.sub("", text)


def one_line(text: str) -> str:
    """Return the text on one line, without what could drive a terminal, and no longer than can be read."""
    plain = without_colours(text[: 4 * LONGEST])
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in plain).split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
