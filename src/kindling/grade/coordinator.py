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

    Each submission gets a row in `report`, as soon as it is known. With `force`, what is graded already is graded
    again. A lesson that the gradebook does not know is put there first. Raises GradingError where nothing can be graded
    at all, where somebody else grades one of the lessons, and where course/, source/, release/ and the gradebook
    differ.
    """
    from kindling.grade import gradebook, lock, pool, release, run

    course = gradebook.course(root)
    if not sandboxed:
        course.config.Execute.sandbox = False
    lessons = list(dict.fromkeys(lessons))
    with contextlib.ExitStack() as held:
        for lesson in lessons:
            held.enter_context(lock.held(Path(course.root), lesson))
        for line in release.agree(course, lessons):
            print(line, file=sys.stderr)
        books = {lesson: held.enter_context(gradebook.Submissions(course, lesson)) for lesson in lessons}
        todo = []
        for lesson, book in books.items():
            students = [one for one in book.students() if student in (None, one)]
            if not students:
                raise GradingError.no_submission(lesson, student)
            todo += [(lesson, one) for one in students if force or not book.finished(one)]
        left = len(todo)
        yield left

        remarks: dict[tuple[str, str], list[str]] = {}

        def refuse(lesson: str, one: str, reason: NotGradable) -> None:
            nonlocal left
            left -= 1
            report.add(one, lesson, "not gradable", remarks=[str(reason)])
            books[lesson].refuse(one, reason)

        def orders() -> Iterator[tuple[tuple[str, str], bytes]]:
            for lesson, one in todo:
                try:
                    content, remarks[lesson, one] = books[lesson].order(one)
                except NotGradable as reason:
                    refuse(lesson, one, reason)
                except Exception as error:  # no notebook, however odd, stops the class
                    refuse(lesson, one, NotGradable.fault(error))
                else:
                    yield (lesson, one), content

        crew = held.enter_context(pool.crew(workers, scheduler))
        graded = {lesson for lesson, _ in todo}
        timed = ((name, order) for name in sorted(graded) if (order := books[name].reference(scheduler)))
        for (lesson,), result in pool.work(run.grade, (((name,), order) for name, order in timed), by=crew):
            books[lesson].time(result)
        for (lesson, one), result in pool.work(run.grade, orders(), by=crew):
            try:
                if isinstance(result, NotGradable):
                    raise result
                grade = books[lesson].keep(one, result, remarks.pop((lesson, one)))
            except GradingError:
                raise
            except NotGradable as reason:
                refuse(lesson, one, reason)
            except Exception as error:
                refuse(lesson, one, NotGradable.fault(error))
            else:
                left -= 1
                status = "graded with remarks" if grade.remarks else "graded"
                bonus = {"bonus": grade.bonus, "max_bonus": grade.max_bonus} if grade.max_bonus else {}
                report.add(one, lesson, status, grade.score, grade.max_score, grade.remarks, **bonus)
            yield left
        yield left
