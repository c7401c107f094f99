"""What came of a run, how a class stands and how it did, and its grades for other programs."""

from kindling.grade.report.analysis import class_report
from kindling.grade.report.class_report import ClassReport, Finding, Kind, LessonReport, TaskReport
from kindling.grade.report.grades import Grades, class_grades
from kindling.grade.report.results import Grading, Status
from kindling.grade.report.standing import class_status

__all__ = [
    "ClassReport",
    "Finding",
    "Grades",
    "Grading",
    "Kind",
    "LessonReport",
    "Status",
    "TaskReport",
    "class_grades",
    "class_report",
    "class_status",
]
