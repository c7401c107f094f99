"""Grading: fast, sealed off, and nothing lost. docs/teach/grading.md tells how, from an instructor's side."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kindling.errors import GradingError

if TYPE_CHECKING:
    from kindling.grade.report import Grading

__all__ = ["grade_class"]


def grade_class(
    root: Path,
    lesson: str,
    report: Grading,
    *,
    student: str | None = None,
    force: bool = False,
    sandboxed: bool = True,
    workers: int | None = None,
    scheduler: str | None = None,
) -> Iterator[int]:
    """Grade what was handed in for a lesson and is not graded yet; yield how many are left, first and after each.

    Each submission gets a row in `report`. With `force`, what is graded already is graded again. Raises GradingError
    where nothing can be graded at all.
    """
    from kindling.grade import pool, record, run

    course = record.course(root)
    if not sandboxed:
        course.config.Execute.sandbox = False
    with record.Submissions(course, lesson) as submissions:
        students = submissions.students()
        if student is not None:
            students = [one for one in students if one == student]
        if not students:
            raise GradingError.no_submission(lesson, student)
        todo = [one for one in students if force or not submissions.finished(one)]
        remarks: dict[str, list[str]] = {}
        left = len(todo)
        yield left

        def orders() -> Iterator[tuple[str, bytes]]:
            for one in todo:
                try:
                    content, remarks[one] = submissions.order(one)
                except record.NotGradable as reason:
                    refused.append((one, reason))
                else:
                    yield one, content

        refused: list[tuple[str, GradingError]] = []
        for one, result in pool.work(run.grade, orders(), workers, scheduler):
            if isinstance(result, GradingError):
                refused.append((one, result))
                continue
            grade = submissions.keep(one, result, remarks.pop(one))
            status = "graded with remarks" if grade.remarks else "graded"
            report.add(one, lesson, status, grade.score, grade.max_score, grade.remarks)
            left -= 1
            yield left
        for one, reason in refused:
            report.add(one, lesson, "not gradable", remarks=[str(reason)])
        yield 0
