"""A lesson as its cells and tasks. `course/README.md` describes the markers."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kindling.authoring.percent import SOLUTION, Cell, read_cells, read_text
from kindling.authoring.validation import marker_in, validate_blocks, validate_marker, validate_python
from kindling.cell_ids import task_of
from kindling.errors import LessonError

__all__ = ["Lesson", "Script", "Task", "find", "named", "parse", "read", "read_scripts"]

MARKERS = ("task", "check", "points", "script", "show", "tags")

_MINUTES = re.compile(r"(\d+) minutes?\b")


@dataclass(frozen=True)
class Task:
    """What a learner writes: the cell with the stub, the cell that checks it, and the prose that leads to both.

    Where that is a script, no cell holds a stub, and `cell` is the check.
    """

    id: str
    cell: Cell
    check: Cell
    prose: tuple[Cell, ...]

    @cached_property
    def heading(self) -> str:
        """The last heading above the task, without its `#`; empty where there is none."""
        above = [cell.source for cell in self.prose if cell.line < self.cell.line]
        headings = re.findall(r"^#{2,} +(.+)$", "\n".join(above), flags=re.MULTILINE)
        return headings[-1].strip() if headings else ""

    @property
    def bonus(self) -> bool:
        """Whether nobody needs to solve it: its points come on top of the lesson's. The heading says so."""
        return self.heading.startswith("Bonus: ")

    @property
    def minutes(self) -> int | None:
        """The minutes that the heading gives, or None."""
        found = _MINUTES.search(self.heading)
        return int(found[1]) if found else None

    @property
    def hint(self) -> str | None:
        """The text of the first folded hint between task and check, or above the check of a script; or None."""
        below = "\n".join(cell.source for cell in self.prose if cell.line > self.cell.line or self.cell.script)
        found = re.search(r"<details>.*?</details>", below, flags=re.DOTALL)
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
        return self.cells[0].source.split("\n")[0].removeprefix("# ").strip()

    @property
    def minutes(self) -> int:
        """The minutes that the first cell gives; 0 where it gives none."""
        found = _MINUTES.search(self.cells[0].source)
        return int(found[1]) if found else 0

    @property
    def goals(self) -> list[str]:
        """What the learner can do afterwards: the first list of the first cell."""
        first = re.search(r"(?:^- .+\n?)+", self.cells[0].source, flags=re.MULTILINE)
        return [line.removeprefix("- ").rstrip(" .;,") for line in first[0].splitlines()] if first else []

    @property
    def promise(self) -> str:
        """The goals on one line."""
        return "; ".join(self.goals)

    @property
    def points(self) -> int:
        """The sum of all checks' points, without the bonus tasks'."""
        return sum(task.check.points for task in self.tasks if not task.bonus)

    @property
    def bonus(self) -> int:
        """The sum of the points of all bonus tasks."""
        return sum(task.check.points for task in self.tasks if task.bonus)

    @cached_property
    def scripts(self) -> tuple[Script, ...]:
        """The scripts that belong to it, in order; most lessons have none. Raises LessonError, as `read_scripts`."""
        return tuple(read_scripts(self.path))


@dataclass(frozen=True)
class Script:
    """A script that learners write: its name, and its text with the solution."""

    name: str
    text: str

    @property
    def stub(self) -> str:
        """The text that learners get. It runs, says that it is not written yet, and ends with exit code 1."""
        return re.sub(
            rf"^( *){SOLUTION[0]}\n(?:.*\n)*?\1{SOLUTION[1]}$",
            rf'\1# YOUR CODE HERE\n\1raise SystemExit("{self.name} is not written yet.")',
            self.text,
            flags=re.MULTILINE,
        )


def read_scripts(lesson: Path) -> list[Script]:
    """Return the scripts that belong to the lesson in the file `lesson`, in order; most lessons have none.

    They lie in `NN_topic/scripts/` beside it. Raises LessonError for one whose solution is not marked as it must be.
    """
    scripts = []
    for path in sorted((lesson.with_suffix("") / "scripts").glob("*.py")):
        script = Script(path.name, read_text(path))
        if script.stub == script.text:
            problem = f"this script has no solution. Put it between `{SOLUTION[0]}` and `{SOLUTION[1]}`."
            raise LessonError.at(path, 1, problem)
        for number, line in enumerate(script.stub.split("\n"), start=1):
            if marker_in(line.strip()):
                problem = (
                    f"`{line.strip()}` is half of a pair. Each `{SOLUTION[0]}` needs its `{SOLUTION[1]}`, as deep."
                )
                raise LessonError.at(path, number, problem)
        for text in (script.text, script.stub):
            validate_python(Cell("code", text, 0, {}), path)
        scripts.append(script)
    return scripts


def find(course: Path, names: Sequence[str] | None = None) -> list[Path]:
    """Return the paths of all lessons in the folder `course`, in order, or of those named, each once.

    A name is "01_tensors", "01", "tensors" or the path of the file. Raises LessonError for a name that fits no lesson.
    """
    if not course.is_dir():
        raise LessonError(f"There is no folder {course} here. Run the command in the top folder of the project.")
    paths = sorted(course.glob("[0-9][0-9]_*.py"))
    if not names:
        return paths
    by_name = {path.stem: path for path in paths}
    return [by_name[name] for name in named([Path(name).stem for name in names], list(by_name))]


def named(words: list[str], known: list[str]) -> list[str]:
    """Return which of the lessons `known` are meant by `words`, like "01_tensors", "01" or "tensors", each once.

    Raises LessonError for a word that means none.
    """
    meanings = {word: name for name in reversed(known) for word in (name, *name.split("_", 1))}
    for word in words:
        if word not in meanings:
            near = difflib.get_close_matches(word, meanings, n=1)
            raise LessonError.no_lesson(word, known, meanings[near[0]] if near else None)
    return list(dict.fromkeys(meanings[word] for word in words))


def read(path: Path) -> Lesson:
    """Return the lesson in the file `path`. Raises LessonError with file, line and what to do."""
    return parse(read_text(path), path)


def parse(text: str, path: Path) -> Lesson:
    """Return the lesson that `text` holds; `path` names it in errors.

    Raises LessonError with file, line and what to do.
    """
    cells = read_cells(text, path, MARKERS)
    if cells[0].type != "markdown" or not re.match(r"# +\S", cells[0].source):
        raise LessonError.at(path, 1, "a lesson starts with its title. Begin with `# %% [markdown]` and `# # Title`.")
    for cell in cells:
        validate_marker(cell, path)
        validate_blocks(cell, path)
        if cell.type == "code":
            validate_python(cell, path)
    return Lesson(path, tuple(cells), _tasks(cells, path))


def _tasks(cells: list[Cell], path: Path) -> tuple[Task, ...]:
    """Return the tasks in order. Raises LessonError unless one check follows each task, before the next task."""
    stubs: dict[str, Cell] = {}
    checks: dict[str, Cell] = {}
    for cell in cells:
        if cell.task in stubs:
            problem = f'the task "{cell.task}" stands in line {stubs[cell.task].line} too. Rename one.'
            raise LessonError.at(path, cell.line, problem)
        if cell.check in checks:
            raise LessonError.at(path, cell.line, f'a second check of "{cell.check}". Make the two one cell.')
        if cell.task or cell.script:
            stubs[str(cell.task or cell.check)] = cell
        if cell.check:
            checks[cell.check] = cell
    for name, check in checks.items():
        if name not in stubs:
            problem = f'a check of "{name}" without a task above it. Add `# %% task="{name}"`.'
            raise LessonError.at(path, check.line, problem)
    tasks: list[Task] = []
    above = 0  # the line of the check above
    for name, stub in stubs.items():
        if name not in checks:
            problem = f'the task "{name}" has no check. Add `# %% check="{name}" points=2` below it.'
            raise LessonError.at(path, stub.line, problem)
        check = checks[name]
        problem = ""
        if check.line < stub.line:
            problem = f'the task "{name}" stands below its check, line {check.line}. Move the check below the task.'
        elif stub.line < above:
            problem = (
                f'the task "{name}" stands before the check of "{tasks[-1].id}", line {above}. Move that check up.'
            )
        elif (owner := task_of(name)) != name and owner in stubs:
            problem = f'"{name}" is the id of the graded cell of "{owner}". Rename the task.'
        if problem:
            raise LessonError.at(path, stub.line, problem)
        prose = tuple(cell for cell in cells if cell.type == "markdown" and above < cell.line < check.line)
        tasks.append(Task(name, stub, check, prose))
        above = check.line
    return tuple(tasks)
