"""What a course holds of a lesson: what was handed in, what is graded, and what came of it. Nothing here writes."""

from __future__ import annotations

import glob
import hashlib
import json
import os
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from nbgrader import api
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import func, select

from kindling.credit import bonus_in
from kindling.errors import NotGradable
from kindling.grade import database, submission
from kindling.grade.journal import Journal
from kindling.wording import many

__all__ = ["Records", "Totals", "folders"]


@dataclass(frozen=True)
class Totals:
    """What the gradebook has for a submission.

    `raw_score` counts all of it but a late penalty: `checks`, what was given by hand, and `extra_credit`, which is what
    a bonus is to nbgrader.
    """

    raw_score: float
    max_score: float
    checks: float
    extra_credit: float
    max_bonus: float
    late_penalty: float
    timestamp: datetime | None

    @property
    def by_hand(self) -> float:
        """What grading by hand added, below 0 where it took something."""
        return self.raw_score - self.checks - self.extra_credit

    @property
    def score(self) -> float:
        """The points without the bonus."""
        return self._left - self.bonus

    @property
    def bonus(self) -> float:
        """The points that come on top, less where a late penalty takes more than all others."""
        return max(0.0, min(self.extra_credit, self._left))

    @property
    def _left(self) -> float:
        return max(0.0, self.raw_score - self.late_penalty)

    @property
    def remarks(self) -> list[str]:
        """A sentence for each thing that makes the score another one than that of the checks."""
        said = []
        if self.by_hand:
            made = many(self.checks + self.by_hand, "point")
            said.append(f"The checks gave {many(self.checks, 'point')}; grading by hand made it {made}.")
        if self.late_penalty:
            said.append(f"{many(self.late_penalty, 'point')} taken off: it was handed in late.")
        return said


class Records:
    """What a course holds of a lesson; a student may have handed in nothing, or have a grade, or both."""

    def __init__(self, course: CourseDirectory, lesson: str, gradebook: Gradebook) -> None:
        self.course, self.lesson, self.gradebook = course, lesson, gradebook
        self.journal = Journal(Path(course.root), lesson)
        self._submitted = submission.class_folder(course, course.submitted_directory)

    def students(self) -> list[str]:
        """Return who handed in something, whether or not it can be read, in order."""
        return list(folders(self.course, self.course.submitted_directory, self.lesson))

    def finished(self, student: str) -> bool:
        """Return whether what the student handed in last has been graded."""
        if not self.has_grade(student):
            return False
        try:
            handed_in = submission.stamp(self.handed_in(student), self._submitted)
            graded = submission.stamp(
                self.graded(student), submission.class_folder(self.course, self.course.autograded_directory)
            )
        except NotGradable:
            return False  # `order` says what is wrong
        return not (handed_in and graded and handed_in > graded)

    def has_grade(self, student: str) -> bool:
        """Return whether something of the student is in autograded/, and points for it are in the gradebook."""
        return os.path.isfile(self.graded(student) / f"{self.lesson}.ipynb") and student in self._recorded

    def totals(self, student: str | None = None) -> dict[str, Totals]:
        """Return what the gradebook has for each student with a grade, or for the entry of one."""
        one, grade = api.SubmittedAssignment, api.Grade
        own = (api.SubmittedNotebook.assignment_id == one.id, grade.notebook_id == api.SubmittedNotebook.id)
        checks, extra, known = (
            select(value).where(*own).correlate(one).scalar_subquery()
            for value in (
                func.coalesce(func.sum(grade.auto_score), 0.0),
                func.coalesce(func.sum(grade.extra_credit), 0.0),
                func.count(grade.auto_score) + func.count(grade.manual_score),
            )
        )
        columns = one.score, one.max_score, checks, extra, one.late_submission_penalty, one.timestamp
        # nbgrader makes an entry for what it could not grade too, with nothing in it.
        which = known > 0 if student is None else one.student_id == student
        asked = select(one.student_id, *columns).join(api.Assignment).where(api.Assignment.name == self.lesson, which)
        return {
            name: Totals(raw, most, auto, on_top, self.max_bonus, late, timestamp)
            for name, raw, most, auto, on_top, late, timestamp in self.gradebook.db.execute(asked)
        }

    @cached_property
    def max_bonus(self) -> float:
        """The bonus points of the lesson, as the gradebook has it."""
        notebook = self.gradebook.find_notebook(self.lesson, self.lesson)
        unpaid = {cell.name for cell in notebook.grade_cells if not cell.max_score}
        checks = (cell.source for cell in notebook.source_cells if cell.name in unpaid and cell.locked)
        return float(sum(map(bonus_in, checks)))

    def state(self, student: str) -> str:
        """Return what stands for what the student handed in: it changes when something is handed in again."""
        known = json.dumps(submission.state(self.handed_in(student), self._submitted), default=str)
        return hashlib.sha256(known.encode()).hexdigest()

    def handed_in(self, student: str) -> Path:
        """Return the folder of what the student handed in."""
        return Path(self.course.format_path(self.course.submitted_directory, student, self.lesson))

    def graded(self, student: str) -> Path:
        """Return the folder of what was graded."""
        return Path(self.course.format_path(self.course.autograded_directory, student, self.lesson))

    @cached_property
    def _recorded(self) -> set[str]:
        one = api.SubmittedAssignment
        asked = select(one.student_id).join(api.Assignment).where(api.Assignment.name == self.lesson)
        with database.sentences(self.course):
            return set(self.gradebook.db.scalars(asked))


def folders(course: CourseDirectory, step: str, lesson: str) -> dict[str, Path]:
    """Return the folder of each student who got as far as a step of nbgrader's, by student, in order.

    It may be a link, a file, or closed to us: whoever reads it says so.
    """
    top = submission.class_folder(course, step)
    part, *below = Path(course.format_path(step, "\0", lesson)).relative_to(top).parts
    pattern = re.compile(re.escape(part).replace("\0", "(.*)"), re.DOTALL)
    names = sorted(glob.glob(glob.escape(part).replace("\0", "*"), root_dir=top))
    matches = [(name, match) for name in names if (match := pattern.fullmatch(name))]
    return {match[1]: Path(top, name, *below) for name, match in matches if _there(Path(top, name), *below)}


def _there(place: Path, *below: str) -> bool:
    """Return whether a student's folder holds something of this name, as far as we may know."""
    try:
        os.lstat(place.joinpath(*below))
    except (FileNotFoundError, NotADirectoryError):
        return place.is_symlink() and not os.path.exists(place)
    except OSError:  # closed to us
        pass
    return True
