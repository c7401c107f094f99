"""What each student earned at each task of a lesson, as the gradebook has it."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from nbgrader import api
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import select

from kindling.cell_ids import task_of
from kindling.errors import GradingError
from kindling.grade import released

__all__ = ["task_points"]


def task_points(course: CourseDirectory, book: Gradebook, lesson: str) -> tuple[list[str], dict[str, dict[str, float]]]:
    """Return the graded tasks of a lesson, in order, and the points of each student at each of them.

    Points given by hand count in place of those of the check, and a bonus is part of its task. A task that waits for
    grading by hand has no points. Raises GradingError for a lesson that the gradebook does not know.
    """
    try:
        notebook = book.find_notebook(lesson, lesson)
    except MissingEntry:
        raise GradingError.not_released(lesson) from None
    order = released.order(Path(course.format_path(course.source_directory, ".", lesson), f"{lesson}.ipynb"))
    places = {name: place for place, name in enumerate(order)}
    cells = sorted((*notebook.grade_cells, *notebook.task_cells), key=lambda one: places.get(one.name, len(order)))
    names = {cell.id: task_of(cell.name) for cell in cells}
    grade, own, one = api.Grade, api.SubmittedNotebook, api.SubmittedAssignment
    asked = (
        select(one.student_id, grade.cell_id, grade.score)
        .join(own, grade.notebook_id == own.id)
        .join(one, own.assignment_id == one.id)
        .where(grade.cell_id.in_(names), (grade.auto_score.is_not(None)) | (grade.manual_score.is_not(None)))
    )
    earned: dict[str, dict[str, float]] = defaultdict(dict)
    for student, cell, points in book.db.execute(asked):
        earned[student][names[cell]] = points
    return list(dict.fromkeys(names.values())), dict(earned)
