"""The grades of a class for other programs, as CSV: one line for each student and lesson, whatever came of it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins import ExportPlugin

from kindling.errors import KindlingError
from kindling.files import write_whole
from kindling.grade import database, gradebook
from kindling.grade.report import text
from kindling.grade.report.standing import Standing, standings

__all__ = ["CsvExport", "Grades", "class_grades"]

COLUMNS = (
    *("lesson", "student", "score", "max_score", "bonus", "max_bonus"),
    *("late_penalty", "status", "remarks", "handed_in"),
)
FORMULA = ("=", "+", "-", "@")  # with which a cell begins that a spreadsheet would run


class Grades:
    """A table of grades: `columns`, and a row for each student and lesson. What is not known is None."""

    def __init__(self, columns: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
        self.columns, self.rows = columns, rows

    def as_json(self) -> str:
        """Return the rows as JSON."""
        return json.dumps({"grades": self.rows}, indent=2, default=str)

    def as_csv(self) -> str:
        """Return the table as CSV. Text that a spreadsheet would take for a formula gets an apostrophe before it."""
        file = io.StringIO()
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows([_cell(row[name]) for name in self.columns] for row in self.rows)
        return file.getvalue()

    def write_csv(self, path: Path) -> None:
        """Write the table to `path`, whole or not at all. Raises KindlingError where the system refuses."""
        try:
            write_whole(path, self.as_csv().encode())
        except OSError as error:
            raise KindlingError(f"{path} could not be written: {error.strerror or error}. Name another file.") from None


def class_grades(root: Path, lessons: list[str]) -> Grades:
    """Return the grades of the class of the course in `root` in `lessons`. Writes nothing.

    Who has no grade has a status that says why, and no score. Raises GradingError for a lesson that the gradebook does
    not know, and for a gradebook that can't be read.
    """
    course = gradebook.course(root)
    with database.opened(course) as book:
        return Grades(COLUMNS, [_row(one) for lesson in lessons for one in standings(course, lesson, book)])


class CsvExport(ExportPlugin):
    """`nbgrader export`: nbgrader's own columns, then the status and the remarks, and a line for each student."""

    columns = (
        *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
        *("raw_score", "late_submission_penalty", "score", "max_score", "bonus", "max_bonus"),
        *("status", "remarks"),
    )

    def export(self, gradebook: Gradebook) -> None:
        """Write the grades to the file that `--to` names, else to grades.csv."""
        course: CourseDirectory = self.parent.coursedir
        students = {student.id: student for student in gradebook.students}
        lessons, only = ({str(name) for name in names} for names in (self.assignment, self.student))
        rows = []
        for assignment in gradebook.assignments:
            if lessons and assignment.name not in lessons:
                continue
            for one in standings(course, assignment.name, gradebook):
                if not only or one.student in only:
                    about, row = students.get(one.student), _row(one)
                    rows.append(
                        {
                            **{name: getattr(about, name, None) for name in ("last_name", "first_name", "email")},
                            **{name: row[name] for name in ("score", "bonus", "max_bonus", "status", "remarks")},
                            "assignment": assignment.name,
                            "duedate": assignment.duedate,
                            "timestamp": one.handed_in,
                            "student_id": one.student,
                            "raw_score": one.totals and one.totals.raw_score,
                            "late_submission_penalty": row["late_penalty"],
                            "max_score": one.max_score,
                        }
                    )
        path = Path(self.to or "grades.csv")
        self.log.info("Exporting grades to %s", path)
        try:
            Grades(self.columns, rows).write_csv(path)
        except KindlingError as reason:
            raise SystemExit(str(reason)) from None


def _row(one: Standing) -> dict[str, Any]:
    own = one.totals
    return {
        "lesson": one.lesson,
        "student": one.student,
        "score": own and own.score,
        "max_score": one.max_score,
        "bonus": own and own.bonus,
        "max_bonus": one.max_bonus,
        "late_penalty": own and own.late_penalty,
        "status": str(one.status),
        "remarks": " ".join(text.clean(remark) for remark in one.remarks),
        "handed_in": one.handed_in and one.handed_in.isoformat(" ", "seconds"),
    }


def _cell(value: object) -> object:
    """Return what stands in a cell: text as it is, but what no file can hold, and what a spreadsheet would run."""
    if not isinstance(value, str):
        return value
    shown = value.encode(errors="backslashreplace").decode()
    shown = "".join(sign if sign.isprintable() else " " for sign in shown)
    return f"'{shown}" if shown.lstrip().startswith(FORMULA) else shown
