"""When a lesson is due, for whom later, and what being late costs. Nothing here runs a notebook."""

from __future__ import annotations

import contextlib
import difflib
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nbgrader import api
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy.exc import SAWarning, SQLAlchemyError

from kindling import times
from kindling.errors import GradingError
from kindling.grade import configuration, database, lock
from kindling.grade.records import Records
from kindling.wording import many, number

__all__ = ["extend", "penalty", "refresh", "set_due"]


def set_due(root: Path, lesson: str, text: str) -> Iterator[str]:
    """Let a lesson of the course in `root` be due at the time that `text` names; yield what was done, a line each.

    Who was given more time keeps it, where that is later still. Penalties are computed anew. Raises TimeError or
    GradingError; then all is as it was.
    """
    due = _utc(text)
    with _writing(root, lesson) as (course, book, assignment):
        before, assignment.duedate = assignment.duedate, due
        later = []
        for one in assignment.submissions:
            if one.extension is not None and before is not None:
                until = before + one.extension
                one.extension = until - due if until > due else None
                later += [f"{one.student.id} until {_shown(until)}"] if one.extension else []
        book.db.commit()
        yield f"{lesson} is due {_shown(due)}{f', no longer {_shown(before)}' if before not in (None, due) else ''}."
        if later:
            yield f"More time than that: {', '.join(sorted(later))}."
        yield from _refreshed(course, book, lesson)


def extend(root: Path, lesson: str, student: str, text: str) -> Iterator[str]:
    """Let one student hand in a lesson until the time that `text` names; yield what was done, a line each.

    That replaces what they were given before. Penalties are computed anew. Raises TimeError or GradingError; then all
    is as it was.
    """
    until = _utc(text)
    with _writing(root, lesson) as (course, book, assignment):
        if assignment.duedate is None:
            raise GradingError.no_due_date(lesson)
        more = until - assignment.duedate
        if more.total_seconds() < 0:
            raise GradingError.before_due_date(lesson, _shown(assignment.duedate), _shown(until))
        known = {one.id for one in book.students} | set(Records(course, lesson, book).students())
        if student not in known:
            near = difflib.get_close_matches(student, known, n=1)
            raise GradingError.no_student(student, near[0] if near else None)
        book.update_or_create_student(student)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)  # of nbgrader's own way to make one, and harmless
            book.update_or_create_submission(lesson, student)  # who has not handed in has nowhere to keep it yet
        book.grant_extension(lesson, student, minutes=more.total_seconds() / 60)
        yield f"{student} may hand in {lesson} until {_shown(until)}{'' if more else ', like everybody'}."
        yield from _refreshed(course, book, lesson)


def refresh(course: CourseDirectory, book: Gradebook, lessons: list[str]) -> Iterator[str]:
    """Compute the penalties of graded submissions anew; yield a line for each that is another one now.

    nbgrader does so only when it grades: after points given by hand, an extension or another due date a penalty is that
    of before. Raises GradingError, also where somebody grades a lesson of which a penalty would change.
    """
    for lesson in lessons:
        if _changes(course, book, lesson):
            with lock.held(Path(course.root), lesson):
                yield from _enter(book, _changes(course, book, lesson))


def penalty(
    course: CourseDirectory, step: AssignLatePenalties, handed_in: api.SubmittedAssignment, score: float
) -> float | None:
    """Return the points of `score` that are taken off for being late, as the plugin of nbgrader's configuration says.

    Raises GradingError where the plugin fails.
    """
    # An extension without a due date would be a TypeError.
    late = handed_in.total_seconds_late if handed_in.assignment.duedate else 0
    if late <= 0:
        return None
    try:
        with configuration.own_modules(course.root):
            step.init_plugin()
            plugin: Any = step.plugin_inst  # of any class that has this method
            points = plugin.late_submission_penalty(handed_in.student.id, score, late)
    except SQLAlchemyError:
        raise
    except Exception as error:
        raise GradingError.plugin(configuration.late_policy(course), f"{type(error).__name__}: {error}") from error
    return None if points is None else min(max(points, 0), score)


@contextlib.contextmanager
def _writing(root: Path, lesson: str) -> Iterator[tuple[CourseDirectory, Gradebook, api.Assignment]]:
    """Give a lesson in the gradebook, which nobody grades meanwhile."""
    course = configuration.course(root)
    with database.opened(course) as book, lock.held(Path(course.root), lesson):
        try:
            assignment = book.find_assignment(lesson)
        except MissingEntry:
            raise GradingError.not_released(lesson) from None
        yield course, book, assignment


def _refreshed(course: CourseDirectory, book: Gradebook, lesson: str) -> Iterator[str]:
    """The same as `refresh`, for who holds the lock; and how those whom it concerns get to know."""
    lines = list(_enter(book, _changes(course, book, lesson)))
    yield from lines
    if lines:
        yield f"To tell them: kindling feedback {lesson}"


_Change = tuple[api.SubmittedNotebook, str, float | None]


def _changes(course: CourseDirectory, book: Gradebook, lesson: str) -> list[_Change]:
    """Return each submission whose penalty is no longer what it should be, with its student and the right one."""
    step = configuration.late_penalties(course)
    if not step.enabled:
        return []
    found = []
    book.db.expire_all()  # somebody else may have graded
    totals = Records(course, lesson, book).totals()
    asked = book.db.query(api.SubmittedAssignment).join(api.Assignment).filter(api.Assignment.name == lesson)
    for one in sorted(asked, key=lambda one: one.student.id):
        if own := totals.get(one.student.id):
            points = penalty(course, step, one, own.raw_score)
            if (points or 0) != own.late_penalty:
                found += [(notebook, one.student.id, points) for notebook in one.notebooks if notebook.name == lesson]
    return found


def _enter(book: Gradebook, changes: list[_Change]) -> Iterator[str]:
    for notebook, student, points in changes:
        before, notebook.late_submission_penalty = notebook.late_submission_penalty, points
        yield (f"{student}: {many(points or 0, 'point')} taken off for being late, no longer {number(before or 0)}.")
    book.db.commit()


def _utc(text: str) -> datetime:
    """Return a time as nbgrader keeps it."""
    return times.read(text).astimezone(UTC).replace(tzinfo=None)


def _shown(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M} UTC"
