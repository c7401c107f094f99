"""A lesson's text, in jupytext's percent format, as cells and tasks. `course/README.md` describes the markers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

import jupytext

from kindling.errors import LessonError

__all__ = ["Cell", "Lesson", "Task", "find", "parse", "read", "read_cells"]

MARKERS = ("task", "check", "points", "tags")
SOLUTION = ("### BEGIN SOLUTION", "### END SOLUTION")
HIDDEN_TESTS = ("### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS")

_CELL = re.compile(r"# ?%%( |$)")
_MINUTES = re.compile(r"(\d+) minutes?")


@dataclass(frozen=True)
class Cell:
    """One cell: its text, its line in the file (that of its marker, from 1), and what its marker says."""

    type: Literal["code", "markdown"]
    source: str
    line: int
    options: dict[str, object]

    @property
    def task(self) -> str | None:
        """The id of the task that this cell's stub and solution belong to."""
        return self.options.get("task")  # type: ignore[return-value]

    @property
    def check(self) -> str | None:
        """The id of the task that this cell grades."""
        return self.options.get("check")  # type: ignore[return-value]

    @property
    def points(self) -> int:
        """The points of a check; 0 for any other cell."""
        return int(self.options.get("points", 0))  # type: ignore[call-overload]

    @property
    def tags(self) -> list[str]:
        """The notebook cell's tags."""
        return list(self.options.get("tags", []))  # type: ignore[call-overload]

    @property
    def visible_source(self) -> str:
        """The text without its hidden tests."""
        return _outside(self.source, HIDDEN_TESTS)

    @property
    def hidden_source(self) -> str:
        """The hidden tests alone."""
        return "\n".join(line for line, hidden in _regions(self.source, HIDDEN_TESTS) if hidden)


@dataclass(frozen=True)
class Task:
    """What a learner writes: the cell with the stub, the cell that checks it, and the prose that leads to both."""

    id: str
    cell: Cell
    check: Cell
    prose: tuple[Cell, ...]

    @cached_property
    def heading(self) -> str:
        """The last heading above the task, without its `#`; empty where there is none."""
        above = [cell.source for cell in self.prose if cell.line < self.cell.line]
        headings = re.findall(r"^#{2,} +(.+)$", "\n".join(above), flags=re.MULTILINE)
        return headings[-1] if headings else ""

    @property
    def minutes(self) -> int | None:
        """The minutes that the heading gives, or None."""
        found = _MINUTES.search(self.heading)
        return int(found[1]) if found else None

    @property
    def hint(self) -> str | None:
        """The text of the folded hint, or None."""
        found = re.search(r"<details>.*?</details>", "\n".join(cell.source for cell in self.prose), flags=re.DOTALL)
        return found[0] if found else None


@dataclass(frozen=True)
class Lesson:
    """A lesson's cells in order, and its tasks."""

    path: Path
    cells: tuple[Cell, ...]
    tasks: tuple[Task, ...]

    @property
    def name(self) -> str:
        """The file's name without its ending, like "01_tensors"."""
        return self.path.stem

    @property
    def title(self) -> str:
        """The first heading."""
        return self.cells[0].source.splitlines()[0].removeprefix("# ")

    @property
    def minutes(self) -> int:
        """The minutes that the first cell gives; 0 where it gives none."""
        found = _MINUTES.search(self.cells[0].source)
        return int(found[1]) if found else 0

    @property
    def promise(self) -> str:
        """What the learner can do afterwards: the list of the first cell on one line."""
        return "; ".join(
            item.rstrip(".;,") for item in re.findall(r"^- (.+)$", self.cells[0].source, flags=re.MULTILINE)
        )

    @property
    def points(self) -> int:
        """The sum of all checks' points."""
        return sum(task.check.points for task in self.tasks)


def find(course: Path, names: list[str] | None = None) -> list[Path]:
    """Return the paths of all lessons in the folder `course`, in order, or of those named.

    A name is "01_tensors", "01" or "tensors". Raises LessonError for a name that fits no lesson.
    """
    if not course.is_dir():
        raise LessonError(f"There is no folder {course} here. Run the command in the top folder of the project.")
    paths = sorted(course.glob("[0-9][0-9]_*.py"))
    if not names:
        return paths
    found = []
    for name in names:
        fits = [path for path in paths if name in (path.stem, *path.stem.split("_", 1), path.name)]
        if not fits:
            known = ", ".join(path.stem for path in paths) or "none"
            raise LessonError(f'There is no lesson "{name}" in {course}. Lessons there: {known}.')
        found.append(fits[0])
    return found


def read(path: Path) -> Lesson:
    """Return the lesson in the file `path`. Raises LessonError with file, line and what to do."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise LessonError.at(path, line, "this is not UTF-8 text. Save the file as UTF-8.") from None
    return parse(text, path)


def parse(text: str, path: Path) -> Lesson:
    """Return the lesson that `text` holds; `path` names it in errors.

    Raises LessonError with file, line and what to do.
    """
    cells = read_cells(text, path, MARKERS)
    if not cells or cells[0].type != "markdown" or not cells[0].source.startswith("# "):
        raise LessonError.at(path, 1, "a lesson starts with its title. Begin with `# %% [markdown]` and `# # Title`.")
    for cell in cells:
        _validate(cell, path)
    return Lesson(path, tuple(cells), _tasks(cells, path))


def read_cells(text: str, path: Path, markers: tuple[str, ...]) -> list[Cell]:
    """Return the cells of a percent text whose markers may carry the options `markers`.

    Raises LessonError for any other option.
    """
    lines = text.splitlines()
    starts = [number for number, line in enumerate(lines, start=1) if _CELL.match(line)]
    first = next((number for number, line in enumerate(lines, start=1) if line.strip()), 1)
    if not starts or first < starts[0]:
        raise LessonError.at(path, first, "text before the first cell. Start the file with `# %% [markdown]`.")
    cells = []
    notebook = jupytext.reads(text, fmt="py:percent")
    for node, line in zip(notebook.cells, starts, strict=True):
        # jupytext's own note on blank lines, nobody's option
        options = {key: value for key, value in node.metadata.items() if key != "lines_to_next_cell"}
        for option in options:
            if option not in markers:
                wrong = options[option] if option == "title" else option
                raise LessonError.at(path, line, f"unknown marker `{wrong}`. Markers are {', '.join(markers)}.")
        cells.append(Cell(node.cell_type, node.source, line, options))
    return cells


def _validate(cell: Cell, path: Path) -> None:
    """Raise LessonError unless this cell's marker and blocks fit together."""

    def problem(line: int, text: str) -> LessonError:
        return LessonError.at(path, line, text)

    if cell.task and cell.check:
        raise problem(cell.line, "one cell is both a task and a check. Split it in two.")
    for key in ("task", "check"):
        name = cell.options.get(key)
        if key in cell.options and not (isinstance(name, str) and name.isidentifier()):
            raise problem(cell.line, f'`{key}` needs a name, like {key}="softmax".')
    if cell.type == "markdown" and (cell.task or cell.check):
        raise problem(cell.line, "a task or check is code. Remove [markdown] from the marker.")
    points = cell.options.get("points")
    if cell.check and not (isinstance(points, int) and points > 0):
        raise problem(cell.line, f'the check of "{cell.check}" needs points, a whole number above 0: add points=2.')
    if points is not None and not cell.check:
        raise problem(cell.line, "only a check has points. Remove points, or write check= in place of task=.")
    for (begin, end), owner, what in ((SOLUTION, cell.task, "task"), (HIDDEN_TESTS, cell.check, "check")):
        inside = None
        found = False
        for number, line in enumerate(cell.source.splitlines(), start=cell.line + 1):
            text = line.strip()
            if text in (begin, end) and not owner:
                raise problem(number, f"`{text}` stands outside a {what} cell. Add {what}=… to the cell's marker.")
            if text == begin:
                if inside:
                    raise problem(number, f"`{begin}` again before `{end}`. Close the block of line {inside} first.")
                inside, found = number, True
            elif text == end:
                if not inside:
                    raise problem(number, f"`{end}` without `{begin}`. Open the block first.")
                inside = None
            elif text.lstrip("# ") in (begin[4:], end[4:]):
                wanted = begin if begin[4:] in text else end
                raise problem(number, f"unknown marker `{text}`. Write `{wanted}`.")
        if inside:
            raise problem(inside, f"`{begin}` is never closed. Add `{end}` before the next cell.")
        if cell.task and what == "task" and not found:
            raise problem(cell.line, f'the task "{cell.task}" has no solution. Put it between `{begin}` and `{end}`.')


def _tasks(cells: list[Cell], path: Path) -> tuple[Task, ...]:
    tasks: list[Task] = []
    seen: dict[str, Cell] = {}
    checked: set[str] = set()
    prose: list[Cell] = []
    for cell in cells:
        if cell.type == "markdown":
            prose.append(cell)
        if cell.task:
            if cell.task in seen:
                first = seen[cell.task].line
                raise LessonError.at(path, cell.line, f'the task "{cell.task}" stands in line {first} too. Rename one.')
            seen[cell.task] = cell
        if cell.check:
            if cell.check in checked:
                raise LessonError.at(path, cell.line, f'a second check of "{cell.check}". Make the two one cell.')
            if cell.check not in seen:
                raise LessonError.at(
                    path,
                    cell.line,
                    f'a check of "{cell.check}" without a task above it. Add `# %% task="{cell.check}"`.',
                )
            checked.add(cell.check)
            tasks.append(Task(cell.check, seen[cell.check], cell, tuple(prose)))
            prose = []
    for name, cell in seen.items():
        if name not in checked:
            raise LessonError.at(
                path, cell.line, f'the task "{name}" has no check. Add `# %% check="{name}" points=2` below it.'
            )
    return tuple(tasks)


def _regions(text: str, block: tuple[str, str]) -> list[tuple[str, bool]]:
    """Return each line that is no marker of `block`, and whether it stands inside the block."""
    inside, lines = False, []
    for line in text.splitlines():
        if line.strip() in block:
            inside = line.strip() == block[0]
        else:
            lines.append((line, inside))
    return lines


def _outside(text: str, block: tuple[str, str]) -> str:
    return "\n".join(line for line, inside in _regions(text, block) if not inside)
