"""A lesson's text, in jupytext's percent format, as cells and tasks. `course/README.md` describes the markers."""

from __future__ import annotations

import difflib
import json
import keyword
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, NoReturn

from kindling.errors import LessonError

__all__ = [
    "HIDDEN_TESTS",
    "PARTIAL_CREDIT",
    "SOLUTION",
    "Cell",
    "Lesson",
    "Script",
    "Task",
    "find",
    "named",
    "parse",
    "read",
    "read_cells",
    "read_scripts",
    "read_text",
]

MARKERS = ("task", "check", "points", "script", "show", "tags")
SOLUTION = ("### BEGIN SOLUTION", "### END SOLUTION")
HIDDEN_TESTS = ("### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS")
PARTIAL_CREDIT = "### PARTIAL CREDIT"  # a line of a check whose last value is its points

# What nbgrader looks for, anywhere in a line.
_WORDS = {line.removeprefix("### "): line for line in (*SOLUTION, *HIDDEN_TESTS)}

_MARKER = re.compile(r"\s*# ?%%")
_OPTION = re.compile(r'(?:"(?:\\.|[^"\\])*"|\[[^\]]*\]|\S)+')
# nbgrader's rule for the id of a cell, and Python's for a name.
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MINUTES = re.compile(r"(\d+) minutes?\b")


@dataclass(frozen=True)
class Cell:
    """One cell: its text, its line in the file (that of its marker, from 1), and what its marker says.

    The text begins on the line below the marker.
    """

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
    def script(self) -> str | None:
        """The script that this cell grades, like "model.py", in place of a task's cell."""
        return self.options.get("script")  # type: ignore[return-value]

    @property
    def show(self) -> str | None:
        """What the cell shows, where it does no more than that, so that no graded cell builds on it."""
        return self.options.get("show")  # type: ignore[return-value]

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
            if _marker_in(line.strip()):
                problem = (
                    f"`{line.strip()}` is half of a pair. Each `{SOLUTION[0]}` needs its `{SOLUTION[1]}`, as deep."
                )
                raise LessonError.at(path, number, problem)
        for text in (script.text, script.stub):
            _validate_python(Cell("code", text, 0, {}), path)
        scripts.append(script)
    return scripts


def find(course: Path, names: list[str] | None = None) -> list[Path]:
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


def read_text(path: Path) -> str:
    """Return the text of the file `path`. Raises LessonError with the line that is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise LessonError.at(path, line, "this is not UTF-8 text. Save the file as UTF-8.") from None


def parse(text: str, path: Path) -> Lesson:
    """Return the lesson that `text` holds; `path` names it in errors.

    Raises LessonError with file, line and what to do.
    """
    cells = read_cells(text, path, MARKERS)
    if cells[0].type != "markdown" or not re.match(r"# +\S", cells[0].source):
        raise LessonError.at(path, 1, "a lesson starts with its title. Begin with `# %% [markdown]` and `# # Title`.")
    for cell in cells:
        _validate_marker(cell, path)
        _validate_blocks(cell, path)
        if cell.type == "code":
            _validate_python(cell, path)
    return Lesson(path, tuple(cells), _tasks(cells, path))


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
                    problem = "this line of prose is no comment. Put `# ` before it, or start a code cell with `# %%`."
                    raise LessonError.at(path, number, problem)
            body = [line.strip() and line.removeprefix("#").removeprefix(" ") for line in body]
        cells.append(Cell(kind, "\n".join(body), start, options))
    return cells


def _read_marker(
    line: str, number: int, path: Path, markers: tuple[str, ...]
) -> tuple[Literal["code", "markdown"], dict[str, object]]:
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
    return kind, options


def _validate_marker(cell: Cell, path: Path) -> None:
    """Raise LessonError unless what the cell's marker says fits together."""

    def fail(problem: str) -> NoReturn:
        raise LessonError.at(path, cell.line, problem)

    for key in ("task", "check"):
        name = cell.options.get(key)
        if key not in cell.options:
            continue
        if not (isinstance(name, str) and _NAME.fullmatch(name)) or keyword.iskeyword(name):
            fail(f'`{key}` needs a name of letters a to z, digits and underscores, like {key}="softmax".')
    if cell.task and cell.check:
        fail("one cell is both a task and a check. Split it in two.")
    if cell.type == "markdown" and (cell.task or cell.check):
        fail("a task or check is code. Remove [markdown] from the marker.")
    points = cell.options.get("points")
    if cell.check and not (type(points) is int and points > 0):  # True is an int too
        fail(f'the check of "{cell.check}" needs points, a whole number above 0: add points=2.')
    if cell.script and not (cell.check and isinstance(cell.script, str) and cell.script.endswith(".py")):
        fail('only a check has a script, the file that it grades: check="model_script" script="model.py".')
    show = cell.options.get("show")
    if "show" in cell.options and not (isinstance(show, str) and show.strip() and "\n" not in show):
        fail('`show` says what the cell shows, like show="A batch of images".')
    if show and (cell.type == "markdown" or cell.task or cell.check):
        fail("only code that is neither a task nor a check shows something. Remove show= from the marker.")
    if points is not None and not cell.check:
        fail("only a check has points. Remove points, or write check= in place of task=.")


def _validate_blocks(cell: Cell, path: Path) -> None:
    """Raise LessonError unless each solution and each block of hidden tests stands in its place and is closed."""
    begin, end = SOLUTION if cell.task else HIDDEN_TESTS
    opened, found = 0, False
    for number, text in enumerate(map(str.strip, cell.source.split("\n")), start=cell.line + 1):
        marker = _marker_in(text)
        if marker is None:
            continue
        home = "task" if marker in SOLUTION else "check"
        problem = None
        if cell.type == "markdown":
            problem = f"nbgrader takes “{marker[4:]}” for a marker, also in prose. Say it in other words."
        elif text != marker:
            problem = f"unknown marker `{text}`. Write `{marker}` on a line of its own."
        elif not cell.options.get(home):
            problem = f"`{text}` stands outside a {home} cell. Move it into one, below `# %% {home}=…`."
        elif text == begin and opened:
            problem = f"`{begin}` again before `{end}`. Close the block of line {opened} first."
        elif text == end and not opened:
            problem = f"`{end}` without `{begin}`. Open the block first."
        if problem:
            raise LessonError.at(path, number, problem)
        opened, found = number if text == begin else 0, True
    if opened:
        raise LessonError.at(path, opened, f"`{begin}` is never closed. Add `{end}` before the next cell.")
    if cell.task and not found:
        problem = f'the task "{cell.task}" has no solution. Put it between `{begin}` and `{end}`.'
        raise LessonError.at(path, cell.line, problem)


def _marker_in(text: str) -> str | None:
    """Return the marker of a block that a line is, misspells, or holds where nbgrader would find it; else None."""
    for word, marker in _WORDS.items():
        if word in text:
            return marker
    word = text.lstrip("# ").upper()
    if not text.startswith("#") or len(word) > 2 * len("BEGIN HIDDEN TESTS"):  # a long comment is none, and costs time
        return None
    near = difflib.get_close_matches(word, _WORDS, n=1, cutoff=0.9)
    return _WORDS[near[0]] if near else None


def _validate_python(cell: Cell, path: Path) -> None:
    """Raise LessonError unless the cell is Python, also as learners get it, and gives no warning.

    A warning would reach stderr, and nbgrader gives no points to a graded cell that writes there.
    """
    texts = {"": cell.source}
    if cell.task:
        texts[" once the solution is taken out"] = cell.without(SOLUTION, "pass")
    if cell.check:
        texts[" once the hidden tests are taken out"] = cell.without(HIDDEN_TESTS)
    for when, text in texts.items():
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                compile(text, str(path), "exec", dont_inherit=True)
        except (SyntaxError, ValueError) as error:  # ValueError: a null byte, in Python 3.11
            message = getattr(error, "msg", str(error))
            begun = re.search(r" on line (\d+)", message)  # where the statement begins that goes wrong further down
            line = int(begun[1]) if begun else getattr(error, "lineno", None) or 1
            # These lines count from the cell's first; the line in the file stands before the sentence.
            reason = re.sub(r" \(detected at line \d+\)| on line \d+", "", message)
            problem = f"Python refuses this line{when}: {reason}. Mend it."
            if "unterminated" in reason:
                problem += " A line that begins with `# %%` ends a cell, also inside a string."
            raise LessonError.at(path, cell.line + line, problem) from None


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
        check = checks.get(name)
        problem = None
        if check is None:
            problem = f'the task "{name}" has no check. Add `# %% check="{name}" points=2` below it.'
        elif check.line < stub.line:
            problem = f'the task "{name}" stands below its check, line {check.line}. Move the check below the task.'
        elif stub.line < above:
            problem = (
                f'the task "{name}" stands before the check of "{tasks[-1].id}", line {above}. Move that check up.'
            )
        elif name.removesuffix("_check") in stubs and name.endswith("_check"):
            problem = f'"{name}" is the id of the graded cell of "{name.removesuffix("_check")}". Rename the task.'
        if check is None or problem:
            raise LessonError.at(path, stub.line, str(problem))
        prose = tuple(cell for cell in cells if cell.type == "markdown" and above < cell.line < check.line)
        tasks.append(Task(name, stub, check, prose))
        above = check.line
    return tuple(tasks)
