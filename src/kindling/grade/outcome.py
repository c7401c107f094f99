"""How an executed cell ended: its points, in one sentence why it failed, its task, and what it was the cause of."""

from __future__ import annotations

import builtins
import copy
import importlib.util
import re
from dataclasses import dataclass

from nbformat import NotebookNode
from nbgrader import utils

from kindling import scope
from kindling.cell_ids import task_of
from kindling.credit import bonus_in
from kindling.wording import joined, one_line, without_colours

__all__ = [
    "Points",
    "bonus",
    "errors",
    "explanation",
    "failure",
    "failures",
    "grade_id",
    "is_ours",
    "left_out",
    "points",
    "remarks",
    "total",
    "trace_names",
]

ASKS = "This cell asks for input(), and nobody is there to answer while it is graded. Remove the call."
MISSING = '"{name}" is not there to import: it is neither installed where this was graded nor among its files.'
LACKS = (
    'It imports "{name}", which is neither installed where it was graded nor among its files. If learners may use it, '
    "install it there and grade again with --force."
)
MOST = 5  # remarks of this kind

_PLACE = re.compile(r" \([^()]*\.py, line \d+\)$")  # where a SyntaxError is, in a file that nobody knows
_ASKED = re.compile(r"This cell [^,]{1,60}, and nobody is there to answer while it is graded\. Remove the call\.")
_MISSING = re.compile(re.escape(MISSING).replace(r"\{name\}", r"[\w.]{1,60}"))
_NO_MODULE = re.compile(r"No module named '([\w.]{1,60})'")
_NO_NAME = re.compile(r"name '(\w+)' is not defined\b")


@dataclass(frozen=True)
class Points:
    """What a graded cell, or all of them, earned: `score` of `max_score`, and on top of that `bonus` of `max_bonus`."""

    score: float = 0.0
    max_score: float = 0.0
    bonus: float = 0.0
    max_bonus: float = 0.0

    def __add__(self, other: Points) -> Points:
        return Points(
            self.score + other.score,
            self.max_score + other.max_score,
            self.bonus + other.bonus,
            self.max_bonus + other.max_bonus,
        )


def points(cell: NotebookNode) -> Points | None:
    """Return what an executed graded cell earned, None where a person has to say it.

    nbgrader's own rule decides; it takes the check of a bonus task for one of 0 points.
    """
    most = bonus(cell)
    if most:
        cell = copy.copy(cell)
        cell.metadata = NotebookNode(nbgrader={**cell.metadata.nbgrader, "points": most})
    score, of = utils.determine_grade(cell)
    if score is None:
        return None
    return Points(bonus=score, max_bonus=of) if most else Points(score, of)


def total(notebook: NotebookNode) -> Points:
    """Return what all graded cells of an executed notebook earned together; what a person has to say counts 0."""
    earned = Points()
    for cell in notebook.cells:
        if utils.is_grade(cell):
            earned += points(cell) or Points(max_score=float(cell.metadata.nbgrader.points))
    return earned


def bonus(cell: NotebookNode) -> int:
    """Return the bonus points of a graded cell, 0 for any other.

    They stand in its text, as `credit.bonus_line` says: that is all of a check that nbgrader's gradebook keeps
    besides its points, and gives back to a submission whatever a learner has changed.
    """
    if not (utils.is_grade(cell) and utils.is_locked(cell)) or float(cell.metadata.nbgrader.points):
        return 0
    return bonus_in(cell.source)


def failure(cell: NotebookNode, *, explained: bool = True) -> str | None:
    """Return the one sentence that an executed cell ended with, or None where it ended well.

    That is a check's own sentence; for any other error its name and the first line of its message, like "TypeError: …",
    and, where it is `explained`, the sentence that explains it.
    """
    last = _last_error(cell)
    if last is None:
        return None
    if last.ename == "StdinNotImplementedError":
        return last.evalue if _ASKED.fullmatch(last.evalue) else ASKS
    if name := _missing(last):
        return MISSING.format(name=name)
    kind = getattr(builtins, last.ename, object)
    parts = [without_colours(part) for part in last.traceback]
    if len(parts) == 1 and not (isinstance(kind, type) and issubclass(kind, BaseException)):
        return parts[0]  # an error that renders itself; a SyntaxError has a single part, too
    said = _PLACE.sub("", next(iter(last.evalue.splitlines()), ""))
    sentence = f"{last.ename}: {said}" if said else last.ename
    more = explanation(cell) if explained else None
    return joined(sentence, more) if more else sentence


def explanation(cell: NotebookNode) -> str | None:
    """Return the sentence that explains the error which an executed cell ended with, as the kernel gave it."""
    last = _last_error(cell)
    said = scope.said([without_colours(part) for part in last.traceback]) if last else None
    return said and one_line(said)


def errors(cell: NotebookNode) -> list[NotebookNode]:
    """Return the errors among what an executed cell shows."""
    return [output for output in cell.get("outputs", []) if output.output_type == "error"]


def _last_error(cell: NotebookNode) -> NotebookNode | None:
    """Return the error that an executed cell ended with: a module that is not there is the cause of others."""
    found = errors(cell)
    missing = (error for error in found if error.ename == "ModuleNotFoundError")
    return next(missing, found[-1]) if found else None


def is_ours(sentence: str) -> bool:
    """Return whether a sentence of `failure` says in other words what Python or Jupyter said."""
    return bool(_ASKED.fullmatch(sentence) or _MISSING.fullmatch(sentence))


def remarks(notebook: NotebookNode) -> list[str]:
    """Return what an instructor may want to know of an executed notebook: each module that it could not import."""
    names = dict.fromkeys(name for cell in notebook.cells for error in errors(cell) if (name := _missing(error)))
    return [LACKS.format(name=name) for name in list(names)[:MOST] if not _installed(name)]


def _installed(name: str) -> bool:
    try:
        return importlib.util.find_spec(name.partition(".")[0]) is not None
    except ValueError:  # of "__main__", say
        return True


def trace_names(notebook: NotebookNode) -> None:
    """Say in each error on an unknown name what came of the cell that should have defined it, where that failed."""
    causes: dict[str, str] = {}
    for cell in notebook.cells:
        found_errors = errors(cell)
        for output in found_errors:
            found = _NO_NAME.match(output.evalue) if output.ename == "NameError" else None
            if found and (cause := causes.get(found[1])):
                output.evalue = f"{found[0]}, since the cell that defines it {cause}"
                output.traceback = [*output.traceback, output.evalue]
        if cell.cell_type == "code":
            cause = _cause(found_errors)
            for name in _defined(cell.source):
                causes.pop(name, None)
                if cause:
                    causes[name] = cause


def _cause(errors: list[NotebookNode]) -> str | None:
    """Return what came of a cell that failed, without a word that a learner may have written."""
    for output in errors:
        if name := _missing(output):
            return f'could not import "{name}"'
    if not errors or errors[-1].ename == "KernelStopped":
        return None
    if errors[-1].ename == "NotWritten":
        return "is not written yet"
    known = isinstance(getattr(builtins, errors[-1].ename, None), type)
    return f"failed with {errors[-1].ename}" if known else "failed"


def _missing(output: NotebookNode) -> str | None:
    """Return the name of the module that an error says there is not."""
    found = _NO_MODULE.match(output.evalue) if output.ename == "ModuleNotFoundError" else None
    return found and found[1]


def _defined(source: str) -> set[str]:
    """Return the names that the lines of a cell bind, as far as a line tells: to parse it is for the sandbox alone."""
    names = set[str]()
    for line in source.splitlines():
        left, equals, _ = line.partition("=")
        words = re.findall(r"\w+", left)
        if not words or line[:1].isspace():
            continue
        if words[0] in ("import", "from"):
            names.update(words[words.index("import") + 1 :] if "import" in words else ())
        elif words[0] in ("def", "class"):
            names.update(words[1:2])
        elif equals and "(" not in left:
            names.update(words)
    return names


def failures(notebook: NotebookNode) -> dict[str, str]:
    """Return for each task of an autograded notebook whose check failed the sentence to read first, by the task's id.

    Where the task's own cell failed, that is the cause, and the check's sentence a consequence.
    """
    cells = {name: cell for cell in notebook.cells if (name := grade_id(cell))}
    found = {}
    for name, cell in cells.items():
        task = task_of(name)
        sentence = failure(cell)
        if sentence and utils.is_grade(cell):
            found[task] = failure(cells.get(task, cell)) or sentence
    return found


def left_out(cell: NotebookNode) -> bool:
    """Return whether a cell has the mark of one that grading leaves out: see released.leave_out."""
    return bool((cell.metadata.get("kindling") or {}).get("left_out")) and not grade_id(cell)


def grade_id(cell: NotebookNode) -> str | None:
    """Return nbgrader's name of a cell, None for an ordinary one and for one whose metadata is broken."""
    metadata = cell.setdefault("metadata", NotebookNode()).get("nbgrader")
    name = metadata.get("grade_id") if isinstance(metadata, dict) else None
    return name if isinstance(name, str) else None
