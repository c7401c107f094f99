"""The grades of a class for other programs, as CSV: one line for each student and lesson, whatever came of it."""

from __future__ import annotations

import csv
import io
import json
import math
import sys
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins import ExportPlugin

from kindling.errors import KindlingError
from kindling.files import write_whole
from kindling.grade import configuration, database, lateness
from kindling.grade.report.standing import Standing, standings
from kindling.grade.report.task_points import task_points
from kindling.wording import one_line

__all__ = ["CsvExport", "Grades", "cell", "class_grades"]

COLUMNS = (
    *("lesson", "student", "score", "max_score", "bonus", "max_bonus"),
    *("late_penalty", "status", "remarks", "handed_in", "seconds_late"),
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
        writer.writerows([cell(row.get(name)) for name in self.columns] for row in self.rows)
        return file.getvalue()

    def write_csv(self, path: Path) -> None:
        """Write the table to `path`, whole or not at all. Raises KindlingError where the system refuses."""
        try:
            write_whole(path, self.as_csv().encode())
        except OSError as error:
            raise KindlingError(f"{path} could not be written: {error.strerror or error}. Name another file.") from None


def class_grades(root: Path, lessons: list[str]) -> Grades:
    """Return the grades of the class of the course in `root` in `lessons`. Writes nothing but penalties that changed.

    Who has no grade has a status that says why, and no score. A column for each task, like "task:softmax", comes last.
    Raises GradingError for a lesson that the gradebook does not know, and for a gradebook that can't be read.
    """
    course = configuration.course(root)
    rows, columns = [], dict.fromkeys(COLUMNS)
    with database.opened(course) as book:
        _refresh(course, book, lessons)
        for lesson in lessons:
            names, earned = task_points(course, book, lesson)
            columns |= dict.fromkeys(f"task:{name}" for name in names)
            for one in standings(course, lesson, book):
                points = earned.get(one.student, {}) if one.totals else {}
                rows.append({**_row(one), **{f"task:{name}": points.get(name) for name in names}})
    return Grades(tuple(columns), rows)


class CsvExport(ExportPlugin):
    """`nbgrader export`: nbgrader's own columns, then the status and the remarks, and a line for each student."""

    columns = (
        *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
        *("raw_score", "late_submission_penalty", "score", "max_score", "bonus", "max_bonus"),
        *("status", "remarks"),
    )

    def export(self, gradebook: Gradebook) -> None:
        """Write the grades to the file that `--to` names, else to grades.csv."""
        assert self.parent is not None
        course: CourseDirectory = self.parent.coursedir
        students = {student.id: student for student in gradebook.students}
        lessons, only = ({str(name) for name in names} for names in (self.assignment, self.student))
        rows = []
        names = [one.name for one in gradebook.assignments if not lessons or one.name in lessons]
        # nbgrader's own `course` was made before it read its configuration, and knows no late policy.
        _refresh(configuration.course(Path(course.root)), gradebook, names)
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


def _refresh(course: CourseDirectory, book: Gradebook, lessons: list[str]) -> None:
    """Let no penalty be that of another due date, of another extension or of other points; tell which one was."""
    for line in lateness.refresh(course, book, lessons):
        print(line, file=sys.stderr)


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
        "remarks": " ".join(one_line(remark) for remark in one.remarks),
        "handed_in": one.handed_in and one.handed_in.isoformat(" ", "seconds"),
        "seconds_late": None if one.late is None else math.ceil(one.late.total_seconds()),
    }


def cell(value: object) -> object:
    """Return what stands in a cell: text as it is, but what no file can hold, and what a spreadsheet would run."""
    if not isinstance(value, str):
        return value
    shown = value.encode(errors="backslashreplace").decode()
    shown = "".join(sign if sign.isprintable() else " " for sign in shown)
    return f"'{shown}" if shown.lstrip().startswith(FORMULA) else shown
