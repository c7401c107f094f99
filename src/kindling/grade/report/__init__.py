"""What came of a run, and how a class did."""

from kindling.grade.report.analysis import ClassReport, Finding, Kind, LessonReport, TaskReport, class_report
from kindling.grade.report.results import Grading, Status

__all__ = ["ClassReport", "Finding", "Grading", "Kind", "LessonReport", "Status", "TaskReport", "class_report"]
