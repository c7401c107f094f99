"""The class report of a lesson: who solved which task, and which mistakes the class made."""

from __future__ import annotations

import ast
import base64
import io
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from html import escape
from os.path import isfile
from pathlib import Path
from statistics import median
from string import Template
from typing import TYPE_CHECKING, Any

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from rich.console import RenderableType
from rich.text import Text

from kindling import errors
from kindling.errors import KindlingError
from kindling.files import write_whole
from kindling.grade import gradebook, outcome, records
from kindling.grade.outcome import failure
from kindling.grade.report import text
from kindling.grade.report.privacy import Screen

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from nbgrader.coursedir import CourseDirectory

__all__ = ["ClassReport", "Finding", "Kind", "LessonReport", "TaskReport", "class_report"]

SHOWN = 10  # sentences of each kind on a terminal, and unfolded on a page
FEWEST = 3  # tasks that the summary names
READABLE = 6  # per cent: the narrowest part of a bar that holds its number

SENTENCES = (ast.Constant, ast.JoinedStr)  # a string, an f-string

# The names of the errors that stand for a cell which was stopped: kindling.grade.run, nbclient, nbgrader_config.py.
STOPPING = ("KernelStopped", "CellTimeoutError", "DeadKernelError")

NOTE = (
    "Each sentence is what a learner reads when a check fails, and how many submissions got it. "
    "No student is named here, and “…” stands for what learners wrote themselves."
)
CAPTION = (
    "A bar for each task, in the order of the lesson. Long orange parts are mistakes that many made alike: "
    "their sentences stand below."
)


class Kind(StrEnum):
    """Why a task was not solved."""

    MISTAKE = "named mistake"
    SENTENCE = "other sentence"
    PYTHON = "Python error"
    STOPPED = "stopped"
    MISSING = "not written"


HEADINGS = {
    Kind.MISTAKE: "Named mistakes",
    Kind.SENTENCE: "What else the checks said",
    Kind.PYTHON: "Errors of Python",
    Kind.STOPPED: "Stopped: time, memory, a dead kernel",
}


@dataclass(frozen=True)
class Finding:
    """One sentence that submissions got at a task, and how many did.

    Sentences that differ in their numbers alone are one finding: `sentence` is the most frequent of them, `variants`
    how many there are.
    """

    task: str
    kind: Kind
    count: int
    sentence: str
    variants: int = 1


@dataclass(frozen=True)
class TaskReport:
    """How a class did at one task: of `graded` submissions, how many solved it, and how many failed in which way.

    `median_tries` is None: nothing records how often a learner ran a check. `bonus` says that nobody has to solve it.
    """

    task: str
    graded: int
    solved: int
    mistaken: int
    otherwise_wrong: int
    not_written: int
    median_tries: float | None = None
    bonus: bool = False

    @property
    def name(self) -> str:
        """The task as the tables show it."""
        return f"{self.task} (bonus)" if self.bonus else self.task

    @property
    def share_solved(self) -> float:
        """The share that solved it, in [0, 1]; 0 where nobody had it."""
        return self.solved / self.graded if self.graded else 0.0


@dataclass(frozen=True)
class LessonReport:
    """How a class did at one lesson. `tasks` have the lesson's order, `findings` the most frequent first.

    Bonus points are not among the points.
    """

    lesson: str
    handed_in: int
    graded: int
    median_points: float
    max_points: float
    tasks: list[TaskReport]
    findings: list[Finding]
    median_bonus: float = 0.0
    max_bonus: float = 0.0

    @property
    def summary(self) -> str:
        """Two or three sentences to read first."""
        said = f"{self.graded} graded of {self.handed_in} handed in."
        said += f" Median: {text.number(self.median_points)} of {text.number(self.max_points)} points"
        if self.max_bonus:
            said += f", and {text.number(self.median_bonus)} of {text.number(self.max_bonus)} bonus points"
        unsolved = [task for task in self.tasks if task.solved < task.graded]
        hardest = sorted((task for task in unsolved if not task.bonus), key=lambda task: task.share_solved)
        named = ", ".join(f"{task.task} ({_percent(task.solved, task.graded)})" for task in hardest[:FEWEST])
        everything = "All tasks but the bonus" if unsolved else "All tasks"
        said += f". Fewest solved: {named}." if named else f". {everything} are solved by all."
        if missing := self.handed_in - self.graded:
            verb = "has" if missing == 1 else "have"
            said += f" {missing} {verb} no grade; see why: kindling grade {self.lesson}"
        return said

    def of(self, kind: Kind) -> list[Finding]:
        """Return the findings of one kind, the most frequent first."""
        return [finding for finding in self.findings if finding.kind is kind]

    def graded_at(self, finding: Finding) -> int:
        """Return how many submissions were graded at a finding's task."""
        return next(task.graded for task in self.tasks if task.task == finding.task)

    def as_dict(self) -> dict[str, Any]:
        """Return the same as plain values."""
        plain = asdict(self)
        for task, values in zip(self.tasks, plain["tasks"], strict=True):
            values["share_solved"] = round(task.share_solved, 4)
            if not task.bonus:
                del values["bonus"]
        return plain


@dataclass(frozen=True)
class ClassReport:
    """How a class did at some lessons. No student is named in it, so it can be shown to the class.

    `print` shows it as plain lines, a rich console as tables.
    """

    lessons: list[LessonReport]

    def as_json(self) -> str:
        """Return all of it as JSON."""
        return json.dumps({"lessons": [lesson.as_dict() for lesson in self.lessons]}, indent=2)

    def as_html(self) -> str:
        """Return all of it as one page that needs no other file and no network."""
        return _PAGE.substitute(
            title=escape(f"Class report: {', '.join(lesson.lesson for lesson in self.lessons)}"),
            note=escape(NOTE),
            sections="\n".join(map(_section, self.lessons)),
        )

    def write_html(self, path: Path) -> None:
        """Write the page to `path`, whole or not at all. Raises KindlingError where the system refuses."""
        try:
            write_whole(path, self.as_html().encode())
        except OSError as error:
            reason = error.strerror or error
            raise KindlingError(f"{path} could not be written: {reason}. Name another file.") from None

    def __str__(self) -> str:
        return text.plain(self)

    def __rich_console__(self, *_: object) -> Iterator[RenderableType]:
        for number, lesson in enumerate(self.lessons):
            if number:
                yield "\n"
            yield Text(lesson.lesson, style="bold")
            yield Text(lesson.summary)
            yield ""
            tasks = text.table("task", "solved", "", "named mistake", "otherwise wrong", "not written", "median tries")
            for task in lesson.tasks:
                numbers = (task.mistaken, task.otherwise_wrong, task.not_written)
                bar = "█" * int(10 * task.share_solved)
                tasks.add_row(
                    task.name,
                    _percent(task.solved, task.graded),
                    Text(f"{bar:░<10}", style="blue"),
                    *(str(number or "–") for number in numbers),
                    _tries(task),
                )
            yield tasks
            for kind, heading in HEADINGS.items():
                if not (findings := lesson.of(kind)):
                    continue
                yield ""
                yield Text(heading, style="bold")
                table = text.table("made by", "task", "sentence")
                for finding in findings[:SHOWN]:
                    sentence = Text(finding.sentence).append(_others(finding), style="dim")
                    table.add_row(f"{finding.count} of {lesson.graded_at(finding)}", finding.task, sentence)
                yield table
                if (more := len(findings) - SHOWN) > 0:
                    yield Text(f"… and {more} more: --html or --json has them all.", style="dim")


def class_report(root: Path, lessons: list[str]) -> ClassReport:
    """Return how the class of the course in `root` did at `lessons`, from what lies in autograded/. Writes nothing.

    Points are those of the checks: neither late penalties nor what was graded by hand. Raises KindlingError for a
    lesson of which nothing is graded yet, and for a notebook that can't be read.
    """
    course = gradebook.course(root)
    return ClassReport([_lesson_report(course, lesson) for lesson in lessons])


def _lesson_report(course: CourseDirectory, lesson: str) -> LessonReport:
    handed_in = records.folders(course, course.submitted_directory, lesson)
    graded = records.folders(course, course.autograded_directory, lesson)
    notebooks = {name: path for name, folder in graded.items() if isfile(path := folder / f"{lesson}.ipynb")}
    if not notebooks:
        raise KindlingError(f"Nothing of {lesson} is graded yet. Grade it first: kindling grade {lesson}")
    path = Path(course.format_path(course.source_directory, ".", lesson), f"{lesson}.ipynb")
    source = _read(path, "The report needs it for the lesson's tasks. Put it back.")
    checks = {name: cell for name, cell in _cells(source).items() if utils.is_grade(cell) and utils.is_locked(cell)}
    named = {name: _named(cell.source) for name, cell in checks.items()}
    screen = Screen(source, " ".join(course.config.Execute.get("error_on_timeout", {}).get("traceback", [])))

    seen: Counter[str] = Counter()
    said: dict[tuple[str, Kind, str], Counter[str]] = defaultdict(Counter)
    earned = []
    for student, path in notebooks.items():
        notebook = _read(path, f"Grade it again: kindling grade {lesson} --student {student} --force")
        cells, code = _cells(notebook), _code(notebook)
        earned.append(sum((_points(cells[name]) for name in checks.keys() & cells.keys()), outcome.Points()))
        for name in checks.keys() & cells.keys():
            task = name.removesuffix("_check")
            seen[task] += 1
            if why := _why(cells[name], cells.get(task, cells[name]), named[name], screen, code):
                kind, pattern, sentence = why
                said[task, kind, pattern][sentence] += 1

    order = [name.removesuffix("_check") for name in checks]
    findings = [
        Finding(task, kind, sentences.total(), min(sentences, key=lambda one: (-sentences[one], one)), len(sentences))
        for (task, kind, _), sentences in said.items()
    ]
    findings.sort(key=lambda one: (-one.count, order.index(one.task), one.sentence))
    bonus = {name.removesuffix("_check") for name, cell in checks.items() if outcome.bonus(cell)}
    tasks = [
        _task_report(task, seen[task], [one for one in findings if one.task == task], task in bonus) for task in order
    ]
    most = sum((_points(cell) for cell in checks.values()), outcome.Points())
    total = len(handed_in.keys() | graded.keys())
    points, on_top = (float(median(values)) for values in zip(*((one.score, one.bonus) for one in earned), strict=True))
    return LessonReport(lesson, total, len(notebooks), points, most.max_score, tasks, findings, on_top, most.max_bonus)


def _points(check: NotebookNode) -> outcome.Points:
    """Return what a check earned; what a person has to say counts 0."""
    return outcome.points(check) or outcome.Points(max_score=float(check.metadata.nbgrader.points))


def _task_report(task: str, graded: int, findings: list[Finding], bonus: bool) -> TaskReport:
    counts: Counter[Kind] = Counter()
    for finding in findings:
        counts[finding.kind] += finding.count
    mistaken, missing, failed = counts[Kind.MISTAKE], counts[Kind.MISSING], counts.total()
    otherwise = failed - mistaken - missing
    return TaskReport(task, graded, graded - failed, mistaken, otherwise, missing, bonus=bonus)


def _read(path: Path, otherwise: str) -> NotebookNode:
    """Return a notebook, which nbgrader has validated. Raises KindlingError where that is no longer one.

    `otherwise` says what to do then.
    """
    try:
        notebook = nbformat.v4.reads(path.read_text(encoding="utf-8"))
        notebook.cells  # noqa: B018
    except (OSError, ValueError, AttributeError):
        raise KindlingError(f"{path} can't be read as a notebook. {otherwise}") from None
    return notebook


def _cells(notebook: NotebookNode) -> dict[str, NotebookNode]:
    """Return the cells that nbgrader knows, by their names."""
    return {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if "nbgrader" in cell.metadata}


def _named(source: str) -> list[re.Pattern[str]]:
    """Return a pattern for each sentence in the `mistakes={…}` of a check's text; of an f-string, any values fit."""
    try:
        nodes = list(ast.walk(ast.parse(re.sub(r"\A%%check .*", "", source))))
    except SyntaxError:  # another magic of IPython
        return []
    dicts = [node.value for node in nodes if isinstance(node, ast.keyword) and node.arg == "mistakes"]
    keys = [key for node in dicts if isinstance(node, ast.Dict) for key in node.keys]
    texts = [[key] if isinstance(key, ast.Constant) else key.values for key in keys if isinstance(key, SENTENCES)]
    return [
        re.compile("".join(re.escape(part.value) if isinstance(part, ast.Constant) else ".*" for part in parts))
        for parts in texts
    ]


def _code(notebook: NotebookNode) -> str:
    """Return what a learner wrote of a notebook: all of its code but the checks."""
    code = (cell for cell in notebook.cells if cell.cell_type == "code")
    return "\n".join(cell.source for cell in code if not utils.is_locked(cell))


def _why(
    check: NotebookNode, own: NotebookNode, named: list[re.Pattern[str]], screen: Screen, code: str
) -> tuple[Kind, str, str] | None:
    """Return why a task has not all of its points: the kind, what all sentences like this share, and the sentence.

    None where it is solved. Where the task's `own` cell failed, that is the cause, and the check's error a consequence.
    Of the sentence `screen` leaves what is not the learner's, whose `code` it compares.
    """
    earned = _points(check)
    points, most = earned.score + earned.bonus, earned.max_score + earned.max_bonus
    if points == most:
        return None
    failed = own if failure(own) else check
    sentence = text.clean(failure(failed) or "")
    if not sentence:
        return Kind.SENTENCE, "points", f"The check gave {text.number(points)} of {text.number(most)} points."
    error = [output.ename for output in failed.outputs if output.output_type == "error"][-1]
    ours = getattr(errors, error, None)
    if not (isinstance(ours, type) and issubclass(ours, KindlingError)) and error not in STOPPING:
        shown = text.clean(screen.error(failed, code))
        return Kind.PYTHON, _without_numbers(shown), shown
    shown = screen.sentence(sentence)
    if error in STOPPING:
        return Kind.STOPPED, _without_numbers(shown), shown
    if ours is errors.NotWritten:
        return Kind.MISSING, shown, shown
    for pattern in named:
        if pattern.fullmatch(sentence):
            return Kind.MISTAKE, pattern.pattern, shown if ".*" in pattern.pattern else sentence
    return Kind.SENTENCE, _without_numbers(shown), shown


def _without_numbers(sentence: str) -> str:
    """Return the sentence with one sign for each number, or list of numbers; a name like W1 or float32 stays."""
    one = re.sub(r"(?<![\w.])[-+]?(?:0x[0-9a-f]+|\d+(?:\.\d+)?(?:e[-+]?\d+)?)(?!\w)", "#", sentence)
    return re.sub(r"#(?:, ?#)*,?", "#", one)


def _percent(part: int, whole: int) -> str:
    """Return a share in per cent, rounded down: 100% are all of them, and nothing less."""
    return f"{100 * part // whole}%" if whole else "–"


def _tries(task: TaskReport) -> str:
    return "–" if task.median_tries is None else text.number(task.median_tries)


def _others(finding: Finding) -> str:
    return f" (and {finding.variants - 1} like it, with other numbers)" if finding.variants > 1 else ""


def _section(lesson: LessonReport) -> str:
    """Return the part of the page that tells of one lesson."""
    heads = ("task", "solved", "named mistake", "otherwise wrong", "not written", "median tries")
    rows = [
        (
            f"<code>{escape(task.task)}</code>" + " (bonus)" * task.bonus,
            f"{_percent(task.solved, task.graded)} ({task.solved} of {task.graded})",
            *(str(number or "–") for number in (task.mistaken, task.otherwise_wrong, task.not_written)),
            _tries(task),
        )
        for task in lesson.tasks
    ]
    parts = [
        f"<h2>{escape(lesson.lesson)}</h2>",
        f"<p>{escape(lesson.summary)}</p>",
        f'<figure><img src="data:image/svg+xml;base64,{base64.b64encode(_svg(lesson)).decode()}" '
        f'alt="{escape(_alternative(lesson))}"><figcaption>{escape(CAPTION)}</figcaption></figure>',
        _html_table(heads, rows),
    ]
    for kind, heading in HEADINGS.items():
        rows = [
            (
                f"{finding.count} of {lesson.graded_at(finding)}",
                f"<code>{escape(finding.task)}</code>",
                escape(finding.sentence) + f'<span class="aside">{escape(_others(finding))}</span>',
            )
            for finding in lesson.of(kind)
        ]
        if rows:
            parts += [f"<h3>{escape(heading)}</h3>", _html_table(("made by", "task", "sentence"), rows[:SHOWN])]
        if rest := rows[SHOWN:]:
            summary = f"<summary>{len(rest)} more</summary>"
            parts.append(f"<details>{summary}{_html_table(('made by', 'task', 'sentence'), rest)}</details>")
    return "<section>\n" + "\n".join(parts) + "\n</section>"


def _html_table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table of cells that are HTML already."""
    kinds = ["number" if head in text.NUMBERS else "text" for head in heads]
    first = "".join(f'<th scope="col" class="{kind}">{head}</th>' for kind, head in zip(kinds, heads, strict=True))
    body = "\n".join(
        "<tr>" + "".join(f'<td class="{kind}">{cell}</td>' for kind, cell in zip(kinds, row, strict=True)) + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{first}</tr></thead><tbody>\n{body}\n</tbody></table>"


def _alternative(lesson: LessonReport) -> str:
    """Return in words what the plot of a lesson shows."""
    shares = ", ".join(f"{task.name} {_percent(task.solved, task.graded)}" for task in lesson.tasks)
    return f"A bar for each task of {lesson.lesson}. Solved by: {shares}. The table below has all numbers."


def _svg(lesson: LessonReport) -> bytes:
    """Return the plot of a lesson, an SVG picture: a bar for each task, cut into solved, wrong and not written."""
    import matplotlib as mpl

    buffer = io.BytesIO()

    with mpl.rc_context({"svg.hashsalt": lesson.lesson, "svg.fonttype": "path", "hatch.linewidth": 0.6}):
        _figure(lesson).savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue()


def _figure(lesson: LessonReport) -> Figure:
    from matplotlib.figure import Figure

    from kindling.plots import BLACK, BLUE, ORANGE

    # Told apart by lightness and by hatching, not by hue alone: a greyscale print keeps them.
    looks = {
        "solved": {"facecolor": BLUE},
        "a named mistake": {"facecolor": ORANGE},
        "otherwise wrong": {"facecolor": "#F8DCC4", "hatch": "////"},
        "not written": {"facecolor": "white"},
    }
    figure = Figure(figsize=(8, 1.2 + 0.3 * len(lesson.tasks)), layout="constrained")
    ax = figure.subplots()
    rows = list(range(len(lesson.tasks)))
    counts = [(task.solved, task.mistaken, task.otherwise_wrong, task.not_written) for task in lesson.tasks]
    shares = [[100 * count / (sum(task) or 1) for count in task] for task in counts]
    left = [0.0 for _ in rows]
    for part, (name, look) in enumerate(looks.items()):
        widths = [task[part] for task in shares]
        bars = ax.barh(rows, widths, left=left, height=0.72, label=name, edgecolor=BLACK, linewidth=0.6, **look)
        texts = [f"{int(width)}%" if width >= READABLE else "" for width in widths]
        colour = "white" if name == "solved" else BLACK
        for label in ax.bar_label(bars, texts, label_type="center", color=colour, fontsize=8):
            if "hatch" in look:
                label.set_bbox({"facecolor": look["facecolor"], "edgecolor": "none", "pad": 1})
        left = [start + width for start, width in zip(left, widths, strict=True)]
    ax.set_yticks(rows, [task.name for task in lesson.tasks], family="monospace")
    ax.invert_yaxis()
    ax.set(xlim=(0, 100), xlabel="per cent of the graded submissions")
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.tick_params(left=False)
    figure.legend(loc="outside upper left", ncols=len(looks), frameon=False)
    return figure


_PAGE = Template("""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>
:root { color-scheme: light; }
body { margin: 2rem auto; max-width: 56rem; padding: 0 1rem; color: #1a1a1a; background: white;
  font: 1rem/1.5 system-ui, sans-serif; }
h1, h2, h3 { line-height: 1.2; }
h2 { margin-top: 3rem; padding-top: 1rem; border-top: 2px solid #003a6b; }
h3 { margin: 2rem 0 0.5rem; }
code { font-size: 0.95em; }
figure { margin: 1.5rem 0; break-inside: avoid; }
img { width: 100%; height: auto; }
h1, h2, p { overflow-wrap: anywhere; }
figcaption, .aside, .note { color: #555; font-size: 0.9rem; }
table { border-collapse: collapse; width: 100%; }
th { font-weight: normal; font-size: 0.9rem; color: #555; vertical-align: bottom; }
th, td { padding: 0.3rem 1rem 0.3rem 0; text-align: left; border-bottom: 1px solid #ddd; }
td { vertical-align: top; overflow-wrap: anywhere; }
td:not(:last-child) { overflow-wrap: normal; }
.number { text-align: right; white-space: nowrap; }
summary { cursor: pointer; padding: 0.5rem 0; }
tr { break-inside: avoid; }
h2, h3 { break-after: avoid; }
@media print { body { margin: 0; max-width: none; } section + section { break-before: page; } }
</style>
</head>
<body>
<h1>Class report</h1>
<p class="note">$note</p>
$sections
</body>
</html>
""")
