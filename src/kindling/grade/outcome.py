"""How an executed cell ended: its points, in one sentence why it failed, and which task it belongs to."""

from __future__ import annotations

import builtins
import copy
import re
from dataclasses import dataclass

from nbformat import NotebookNode
from nbgrader import utils

__all__ = ["Points", "bonus", "bonus_in", "bonus_line", "failure", "failures", "grade_id", "points", "total"]

ASKS = "This cell asks for input(), and nobody is there to answer while it is graded. Remove the call."

_PLACE = re.compile(r" \([^()]*\.py, line \d+\)$")  # where a SyntaxError is, in a file that nobody knows
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_BONUS = re.compile(r"^# Bonus: (\d+) points?$", flags=re.MULTILINE)


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

    They stand in its text, as `bonus_line` says: that is all of a check that nbgrader's gradebook keeps besides its
    points, and gives back to a submission whatever a learner has changed.
    """
    if not (utils.is_grade(cell) and utils.is_locked(cell)) or float(cell.metadata.nbgrader.points):
        return 0
    return bonus_in(cell.source)


def bonus_in(check: str) -> int:
    """Return the bonus points that the text of a check says, 0 where it says none."""
    found = _BONUS.search(check)
    return int(found[1]) if found else 0


def bonus_line(points: int) -> str:
    """Return the line by which the check of a bonus task says what it is worth."""
    return f"# Bonus: {points} point{'s' * (points != 1)}"


def failure(cell: NotebookNode) -> str | None:
    """Return the one sentence that an executed cell ended with, or None where it ended well.

    That is a check's own sentence; for any other error its name and the first line of its message, like "TypeError: …".
    """
    errors = [output for output in cell.get("outputs", []) if output.output_type == "error"]
    if not errors:
        return None
    last = errors[-1]
    if last.ename == "StdinNotImplementedError":
        return ASKS
    kind = getattr(builtins, last.ename, object)
    if len(last.traceback) == 1 and not (isinstance(kind, type) and issubclass(kind, BaseException)):
        return _ANSI.sub("", last.traceback[0])  # an error that renders itself; a SyntaxError has a single part, too
    said = _PLACE.sub("", next(iter(last.evalue.splitlines()), ""))
    return f"{last.ename}: {said}" if said else last.ename


def failures(notebook: NotebookNode) -> dict[str, str]:
    """Return for each task of an autograded notebook whose check failed the sentence to read first, by the task's id.

    Where the task's own cell failed, that is the cause, and the check's sentence a consequence.
    """
    cells = {name: cell for cell in notebook.cells if (name := grade_id(cell))}
    found = {}
    for name, cell in cells.items():
        task = name.removesuffix("_check")
        sentence = failure(cell)
        if sentence and utils.is_grade(cell):
            found[task] = failure(cells.get(task, cell)) or sentence
    return found


def grade_id(cell: NotebookNode) -> str | None:
    """Return nbgrader's name of a cell, None for an ordinary one and for one whose metadata is broken."""
    metadata = cell.setdefault("metadata", NotebookNode()).get("nbgrader")
    name = metadata.get("grade_id") if isinstance(metadata, dict) else None
    return name if isinstance(name, str) else None
