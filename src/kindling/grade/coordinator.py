"""A class: which submissions to grade, in which order; one result after the other."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kindling.errors import GradingError, NotGradable

if TYPE_CHECKING:
    from kindling.grade.report.results import Grading

__all__ = ["grade_class"]


def grade_class(
    root: Path,
    lessons: list[str],
    report: Grading,
    *,
    student: str | None = None,
    force: bool = False,
    sandboxed: bool = True,
    workers: int | None = None,
    scheduler: str | None = None,
) -> Iterator[int]:
    """Grade what was handed in for the lessons and is not graded yet; yield how many are left, first and after each.

    Each submission gets a row in `report`. With `force`, what is graded already is graded again. A lesson that the
    gradebook does not know is put there first. Raises GradingError where nothing can be graded at all, and where
    course/, source/, release/ and the gradebook differ.
    """
    from kindling.grade import gradebook, pool, release, run

    course = gradebook.course(root)
    for line in release.agree(course, lessons):
        print(line, file=sys.stderr)
    if not sandboxed:
        course.config.Execute.sandbox = False
    with contextlib.ExitStack() as open_books:
        books = {lesson: open_books.enter_context(gradebook.Submissions(course, lesson)) for lesson in lessons}
        todo = []
        for lesson, book in books.items():
            students = [one for one in book.students() if student in (None, one)]
            if not students:
                raise GradingError.no_submission(lesson, student)
            todo += [(lesson, one) for one in students if force or not book.finished(one)]
        left = len(todo)
        yield left

        remarks: dict[tuple[str, str], list[str]] = {}
        refused: dict[tuple[str, str], NotGradable] = {}

        def orders() -> Iterator[tuple[tuple[str, str], bytes]]:
            for lesson, one in todo:
                try:
                    content, remarks[lesson, one] = books[lesson].order(one)
                    yield (lesson, one), content
                except NotGradable as reason:
                    refused[lesson, one] = reason
                except Exception as error:  # no notebook, however odd, stops the class
                    refused[lesson, one] = NotGradable.fault(error)

        for (lesson, one), result in pool.work(run.grade, orders(), workers, scheduler):
            left -= 1
            if isinstance(result, NotGradable):
                refused[lesson, one] = result
                yield left
                continue
            try:
                grade = books[lesson].keep(one, result, remarks.pop((lesson, one)))
            except GradingError:
                raise
            except NotGradable as reason:
                refused[lesson, one] = reason
            except Exception as error:
                refused[lesson, one] = NotGradable.fault(error)
            else:
                status = "graded with remarks" if grade.remarks else "graded"
                bonus = {"bonus": grade.bonus, "max_bonus": grade.max_bonus} if grade.max_bonus else {}
                report.add(one, lesson, status, grade.score, grade.max_score, grade.remarks, **bonus)
            yield left
        for (lesson, one), reason in refused.items():
            report.add(one, lesson, "not gradable", remarks=[str(reason)])
        yield 0
