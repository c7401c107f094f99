"""jupytext's percent format: a text as cells, each with what its marker says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypedDict, cast

from kindling.errors import LessonError

__all__ = ["HIDDEN_TESTS", "SOLUTION", "Cell", "Options", "read_cells", "read_text"]

# The lines around what learners do not get.
SOLUTION = ("### BEGIN SOLUTION", "### END SOLUTION")
HIDDEN_TESTS = ("### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS")

_MARKER = re.compile(r"\s*# ?%%")
_OPTION = re.compile(r'(?:"(?:\\.|[^"\\])*"|\[[^\]]*\]|\S)+')


class Options(TypedDict, total=False):
    """What the marker of a lesson's cell says; in a bank of answers there are others."""

    task: str
    check: str
    script: str
    show: str
    points: int
    tags: list[str]


@dataclass(frozen=True)
class Cell:
    """One cell: its text, its line in the file (that of its marker, from 1), and what its marker says.

    The text begins on the line below the marker.
    """

    type: Literal["code", "markdown"]
    source: str
    line: int
    options: Options

    @property
    def task(self) -> str | None:
        """The id of the task that this cell's stub and solution belong to."""
        return self.options.get("task")

    @property
    def check(self) -> str | None:
        """The id of the task that this cell grades."""
        return self.options.get("check")

    @property
    def script(self) -> str | None:
        """The script that this cell grades, like "model.py", in place of a task's cell."""
        return self.options.get("script")

    @property
    def show(self) -> str | None:
        """What the cell shows, where it does no more than that, so that no graded cell builds on it."""
        return self.options.get("show")

    @property
    def points(self) -> int:
        """The points of a check; 0 for any other cell."""
        return int(self.options.get("points", 0))

    @property
    def tags(self) -> list[str]:
        """The notebook cell's tags."""
        return list(self.options.get("tags", []))

    @property
    def visible_source(self) -> str:
        """The text without its hidden tests."""
        return "\n".join(line for line, part in self._parts(HIDDEN_TESTS) if part == "outside")

    @property
    def hidden_source(self) -> str:
        """The hidden tests alone."""
        return "\n".join(line for line, part in self._parts(HIDDEN_TESTS) if part == "inside")

    def without(self, block: tuple[str, str], stub: str = "") -> str:
        """Return the text with `stub` for each block, SOLUTION or HIDDEN_TESTS; what stays keeps its line number."""
        return "\n".join(
            line if part == "outside" else line.replace(block[0], stub) if line.strip() == block[0] else ""
            for line, part in self._parts(block)
        )

    def _parts(self, block: tuple[str, str]) -> Iterator[tuple[str, Literal["outside", "inside", "marker"]]]:
        """Yield each line, and whether it is a marker of `block`, inside or outside of it."""
        inside = False
        for line in self.source.split("\n"):
            if line.strip() in block:
                inside = line.strip() == block[0]
                yield line, "marker"
            else:
                yield line, "inside" if inside else "outside"


def read_text(path: Path) -> str:
    """Return the text of the file `path`. Raises LessonError with the line that is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise LessonError.at(path, line, "this is not UTF-8 text. Save the file as UTF-8.") from None


def read_cells(text: str, path: Path, markers: tuple[str, ...]) -> list[Cell]:
    """Return the cells of a percent text whose markers may carry the options `markers`; there is at least one.

    It reads what jupytext reads, but importing jupytext alone takes longer than reading every lesson. What jupytext
    would take for something else than was meant is refused. Raises LessonError with file, line and what to do.
    """
    lines = re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff"))  # Python's own line ends, so that its line numbers fit
    starts = [number for number, line in enumerate(lines, start=1) if _MARKER.match(line)]
    first = next((number for number, line in enumerate(lines, start=1) if line.strip()), None)
    if first is None:
        raise LessonError.at(path, 1, "the file is empty. Start it with `# %% [markdown]`.")
    if not starts or first < starts[0]:
        raise LessonError.at(path, first, "text before the first cell. Start the file with `# %% [markdown]`.")
    cells = []
    for start, end in zip(starts, [*starts[1:], len(lines) + 1], strict=True):
        kind, options = _read_marker(lines[start - 1], start, path, markers)
        body = lines[start : end - 1]
        while body and not body[-1].strip():
            body.pop()
        if kind == "markdown":
            for number, line in enumerate(body, start=start + 1):
                if line.strip() and not line.startswith("#"):
                    problem = (
                        "this line of prose is not a comment. Put `# ` before it, or start a code cell with `# %%`."
                    )
                    raise LessonError.at(path, number, problem)
            body = [line.strip() and line.removeprefix("#").removeprefix(" ") for line in body]
        cells.append(Cell(kind, "\n".join(body), start, options))
    return cells


def _read_marker(
    line: str, number: int, path: Path, markers: tuple[str, ...]
) -> tuple[Literal["code", "markdown"], Options]:
    """Return the kind of cell and the options that a marker line gives."""
    if not re.match(r"# ?%%(\s|$)", line):
        problem = f"unknown marker `{line.strip()}`. A cell starts with `# %%` at the left edge, then a space."
        raise LessonError.at(path, number, problem)
    words = _OPTION.findall(line[line.index("%%") + 2 :])
    kind: Literal["code", "markdown"] = "code"
    if words and words[0].startswith("["):
        if words[0] != "[markdown]":
            problem = f"unknown kind of cell `{words[0]}`. Write `[markdown]` for prose, and nothing for code."
            raise LessonError.at(path, number, problem)
        kind, words = "markdown", words[1:]
    options: dict[str, object] = {}
    for word in words:
        name, _, value = word.partition("=")
        if name not in markers:
            raise LessonError.at(path, number, f"unknown marker `{name}`. Markers are {', '.join(markers)}.")
        if name in options:
            raise LessonError.at(path, number, f"`{name}` stands twice in one marker. Keep one.")
        try:
            options[name] = json.loads(value)
        except json.JSONDecodeError:
            problem = f"`{word}` can't be read. Put text in double quotes, and write numbers without."
            raise LessonError.at(path, number, problem) from None
    tags = options.get("tags", [])
    if not (isinstance(tags, list) and all(isinstance(tag, str) for tag in tags)):
        raise LessonError.at(path, number, '`tags` is a list of names, like tags=["nbval-ignore-output"].')
    return kind, cast("Options", options)  # `validation.validate_marker` refuses what has another type
