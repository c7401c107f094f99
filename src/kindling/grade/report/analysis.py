"""What went wrong in a class, told from the notebooks in autograded/: who solved which task, and which mistakes."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from os.path import isfile
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import nbformat
from nbformat import NotebookNode
from nbgrader import utils

from kindling import errors
from kindling.cell_ids import task_of
from kindling.errors import KindlingError
from kindling.grade import configuration, outcome, records, submission
from kindling.grade.outcome import failure
from kindling.grade.report.class_report import ClassReport, Finding, Kind, LessonReport, TaskReport
from kindling.grade.report.privacy import OWN, Screen
from kindling.scope import python_of
from kindling.tries import in_metadata
from kindling.wording import joined, number, one_line

if TYPE_CHECKING:
    from nbgrader.coursedir import CourseDirectory

__all__ = ["class_report"]

SENTENCES = (ast.Constant, ast.JoinedStr)  # a string, an f-string

# The names of the errors that stand for a cell which was stopped: kindling.grade.execute, nbclient, nbgrader_config.py.
STOPPING = ("KernelStopped", "CellTimeoutError", "DeadKernelError")


def class_report(root: Path, lessons: list[str]) -> ClassReport:
    """Return how the class of the course in `root` did at `lessons`, from what lies in autograded/. Writes nothing.

    Points are those of the checks: neither late penalties nor what was graded by hand. Raises KindlingError for a
    lesson of which nothing is graded yet, and for a notebook that can't be read.
    """
    course = configuration.course(root)
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

    top = submission.class_folder(course, course.submitted_directory)
    tries: dict[str, list[int]] = defaultdict(list)
    seen: Counter[str] = Counter()
    said: dict[tuple[str, Kind, str], Counter[str]] = defaultdict(Counter)
    earned = []
    for student, path in notebooks.items():
        notebook = _read(path, f"Grade it again: kindling grade {lesson} --student {student} --force")
        cells, code = _cells(notebook), _code(notebook)
        if student in handed_in:
            for task, count in in_metadata(submission.metadata(handed_in[student], lesson, top)).items():
                tries[task].append(count)
        earned.append(sum((_points(cells[name]) for name in checks.keys() & cells.keys()), outcome.Points()))
        for name in checks.keys() & cells.keys():
            task = task_of(name)
            seen[task] += 1
            if why := _why(cells[name], cells.get(task, cells[name]), named[name], screen, code):
                kind, pattern, sentence = why
                said[task, kind, pattern][sentence] += 1

    order = [task_of(name) for name in checks]
    findings = [
        Finding(task, kind, sentences.total(), min(sentences, key=lambda one: (-sentences[one], one)), len(sentences))
        for (task, kind, _), sentences in said.items()
    ]
    findings.sort(key=lambda one: (-one.count, order.index(one.task), one.sentence))
    bonus = {task_of(name) for name, cell in checks.items() if outcome.bonus(cell)}
    tasks = [
        _task_report(task, seen[task], [one for one in findings if one.task == task], tries[task], task in bonus)
        for task in order
    ]
    most = sum((_points(cell) for cell in checks.values()), outcome.Points())
    total = len(handed_in.keys() | graded.keys())
    points, on_top = (float(median(values)) for values in zip(*((one.score, one.bonus) for one in earned), strict=True))
    return LessonReport(lesson, total, len(notebooks), points, most.max_score, tasks, findings, on_top, most.max_bonus)


def _points(check: NotebookNode) -> outcome.Points:
    """Return what a check earned; what a person has to say counts 0."""
    return outcome.points(check) or outcome.Points(max_score=float(check.metadata.nbgrader.points))


def _task_report(task: str, graded: int, findings: list[Finding], tries: list[int], bonus: bool) -> TaskReport:
    counts: Counter[Kind] = Counter()
    for finding in findings:
        counts[finding.kind] += finding.count
    mistaken, missing, failed = counts[Kind.MISTAKE], counts[Kind.MISSING], counts.total()
    otherwise = failed - mistaken - missing
    often = float(median(tries)) if tries else None
    return TaskReport(task, graded, graded - failed, mistaken, otherwise, missing, often, bonus)


def _read(path: Path, otherwise: str) -> NotebookNode:
    """Return a notebook, which nbgrader has validated. Raises KindlingError where that is no longer one.

    `otherwise` says what to do then.
    """
    try:
        read: Callable[[str], NotebookNode] = nbformat.v4.reads
        notebook = read(path.read_text(encoding="utf-8"))
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
        nodes = list(ast.walk(ast.parse(python_of(source))))
    except SyntaxError:  # another magic of IPython
        return []
    dicts = [node.value for node in nodes if isinstance(node, ast.keyword) and node.arg == "mistakes"]
    keys = [key for node in dicts if isinstance(node, ast.Dict) for key in node.keys]
    texts = [[key] if isinstance(key, ast.Constant) else key.values for key in keys if isinstance(key, SENTENCES)]
    return [
        re.compile("".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".*" for part in parts))
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
    sentence = one_line(failure(failed) or "")
    if not sentence:
        return Kind.SENTENCE, "points", f"The check gave {number(points)} of {number(most)} points."
    error = outcome.errors(failed)[-1].ename
    ours = getattr(errors, error, None)
    if not (isinstance(ours, type) and issubclass(ours, KindlingError)) and error not in STOPPING:
        shown = one_line(screen.error(failed, code))
        if (more := screen.explanation(failed)) and not shown.endswith(OWN):
            return Kind.EXPLAINED, _without_names(_without_numbers(more)), joined(shown, more)
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


def _without_names(sentence: str) -> str:
    """Return the sentence with one sign for each name, so that one mistake at different layers is one."""
    return re.sub(r"`[^`]*`", "`…`", sentence)


def _without_numbers(sentence: str) -> str:
    """Return the sentence with one sign for each number, or list of numbers; a name like W1 or float32 stays."""
    one = re.sub(r"(?<![\w.])[-+]?(?:0x[0-9a-f]+|\d+(?:\.\d+)?(?:e[-+]?\d+)?)(?!\w)", "#", sentence)
    return re.sub(r"#(?:, ?#)*,?", "#", one)
