"""How a class stands in its lessons: what came of each submission, and who handed in nothing, at any time."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory

from kindling import times
from kindling.errors import GradingError, NotGradable
from kindling.grade import configuration, database, submission
from kindling.grade.journal import Entry
from kindling.grade.records import Records, Totals
from kindling.grade.report.results import Grading, Status

__all__ = ["Standing", "class_status", "standings"]

BEFORE = "The points are those of what was handed in before."


@dataclass(frozen=True)
class Standing:
    """How a student stands in a lesson. `totals` are those of the gradebook, None where nothing is graded.

    `remarks` are sentences; `handed_in` is when, in UTC, where that is known; `late` is how long after that was due for
    this student, 0 where it was not, and None where that is not known.
    """

    lesson: str
    student: str
    status: Status
    totals: Totals | None
    max_score: float
    max_bonus: float
    remarks: tuple[str, ...]
    handed_in: datetime | None
    late: timedelta | None


def class_status(root: Path, lessons: list[str]) -> Grading:
    """Return how the class of the course in `root` stands in `lessons`: a row for each student. Writes nothing.

    Raises GradingError for a lesson that the gradebook does not know, and for a gradebook that can't be read.
    """
    course = configuration.course(root)
    grading = Grading("Nobody has handed in anything, and the gradebook knows no student.")
    with database.opened(course) as book:
        for lesson in lessons:
            for one in standings(course, lesson, book):
                about, own = (one.student, lesson, one.status), one.totals
                if own:
                    grading.add(*about, own.score, own.max_score, one.remarks, own.bonus, one.max_bonus)
                else:
                    grading.add(*about, remarks=one.remarks)
    return grading


def standings(course: CourseDirectory, lesson: str, book: Gradebook) -> Iterator[Standing]:
    """Yield how each student of a course stands in a lesson, in order: whoever the gradebook or a folder knows.

    Raises GradingError for a lesson that the gradebook does not know.
    """
    try:
        assignment = book.find_assignment(lesson)
    except MissingEntry:
        raise GradingError.not_released(lesson) from None
    most, due = assignment.max_score, assignment.duedate
    held = Records(course, lesson, book)
    more = {one.student.id: one.extension for one in assignment.submissions if one.extension is not None}
    totals, entries = held.totals(), held.journal.entries()
    handed_in = set(held.students())
    for student in sorted({one.id for one in book.students} | handed_in | totals.keys()):
        own = totals.get(student)
        status, remarks = _status(held, student, student in handed_in, own, entries.get(student, []))
        if own:
            remarks += tuple(own.remarks)
        if status is Status.GRADED and remarks:
            status = Status.REMARKS
        time, late = _time(held, student, own), None
        if time and due:
            late = max(time - due - more.get(student, timedelta()), timedelta())
            remarks += (f"Handed in {times.length(late)} late.",) * bool(late)
        shown = own.max_score if own else most
        yield Standing(lesson, student, status, own, shown, held.max_bonus, remarks, time, late)


def _status(
    records: Records, student: str, handed_in: bool, own: Totals | None, said: list[Entry]
) -> tuple[Status, tuple[str, ...]]:
    """Return what came of what a student handed in last, and the sentences that were said of it."""
    if handed_in and said and _is_refused(records, student, said[-1]):
        return Status.NOT_GRADABLE, said[-1].remarks + (BEFORE,) * bool(own)
    if handed_in and own and _is_newer(records, student, own):
        return Status.AGAIN, (BEFORE,)
    if own:
        digest = _digest(_notebook(records, student))
        return Status.GRADED, next((one.remarks for one in reversed(said) if one.graded and one.notebook == digest), ())
    return (Status.NOT_YET if handed_in else Status.NOTHING), ()


def _is_refused(records: Records, student: str, last: Entry) -> bool:
    """Return whether the last word on what lies there is that it is not gradable."""
    if last.graded:
        return False
    with contextlib.suppress(OSError):
        if _notebook(records, student).stat().st_mtime > last.at:  # graded since, by `nbgrader autograde`, say
            return False
    try:
        return last.submission in ("", records.state(student))
    except (OSError, NotGradable):
        return True


def _is_newer(records: Records, student: str, own: Totals) -> bool:
    """Return whether a student has handed in something since the last grade."""
    if records.has_grade(student):
        return not records.finished(student)
    time = _time(records, student, None)  # somebody has cleared autograded/
    return bool(time and own.timestamp and time > own.timestamp)


def _notebook(records: Records, student: str) -> Path:
    return records.graded(student) / f"{records.lesson}.ipynb"


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:  # a grader replaces it just now
        return ""


def _time(records: Records, student: str, own: Totals | None) -> datetime | None:
    try:
        return submission.stamp(records.handed_in(student)) or (own.timestamp if own else None)
    except (OSError, ValueError, OverflowError, NotGradable):
        return None
