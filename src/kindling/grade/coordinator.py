"""A class: which submissions to grade, in which order; one result after the other."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kindling.errors import GradingError, NotGradable

if TYPE_CHECKING:
    from kindling.grade.report.results import Grading

__all__ = ["grade_class"]

UNSEALED = (
    "{lesson}: its own solutions fail the checks of {tasks}, so these are judged in the learner's kernel, "
    "as in a notebook. Fix them and grade again with --force."
)


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
) -> Generator[int, None, None]:
    """Grade what was handed in for the lessons and is not graded yet; yield how many are left, first and after each.

    Each submission gets a row in `report`, as soon as it is known. With `force`, what is graded already is graded
    again. A lesson that the gradebook does not know is put there first. Raises GradingError where nothing can be graded
    at all, where somebody else grades one of the lessons, and where course/, source/, release/ and the gradebook
    differ.
    """
    from kindling.grade import configuration, gradebook, lock, pool, provisioner, release, run

    course = configuration.course(root)
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

        def jobs() -> Iterator[tuple[tuple[str, str], bytes]]:
            for lesson, one in todo:
                try:
                    content, remarks[lesson, one] = books[lesson].make_job(one)
                except NotGradable as reason:
                    refuse(lesson, one, reason)
                except Exception as error:  # no notebook, however odd, stops the class
                    refuse(lesson, one, NotGradable.fault(error))
                else:
                    yield (lesson, one), content

        def references() -> Iterator[tuple[tuple[str], bytes]]:
            for lesson in sorted({lesson for lesson, _ in todo}):
                if job := books[lesson].reference(scheduler):
                    print(
                        f"{lesson}: its solutions run once. They tell what checks want, and how long cells may take.",
                        file=sys.stderr,
                    )
                    yield (lesson,), job

        backend = held.enter_context(pool.backend(workers, scheduler, run.PRELOAD, provisioner.close))
        for (lesson,), result in pool.run_jobs(run.grade, references(), by=backend):
            books[lesson].learn(result)
            if tasks := books[lesson].unsealed():
                print(UNSEALED.format(lesson=lesson, tasks=", ".join(tasks)), file=sys.stderr)
        for (lesson, one), result in pool.run_jobs(run.grade, jobs(), by=backend):
            try:
                if isinstance(result, NotGradable):
                    raise result
                before = books[lesson].totals(one).get(one) if force and books[lesson].has_grade(one) else None
                grade = books[lesson].save_result(one, result, remarks.pop((lesson, one)))
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
                was = {"before": before.score + before.bonus} if before else {}
                report.add(one, lesson, status, grade.score, grade.max_score, grade.remarks, **bonus, **was)
            yield left
        yield left
