"""autograded/ and the gradebook -> feedback/: `kindling feedback`, and what nbgrader hands out of it."""

from __future__ import annotations

import glob
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from nbgrader import utils
from nbgrader.api import Gradebook, MissingEntry, SubmittedNotebook
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default import ExchangeReleaseFeedback

from kindling.errors import FeedbackError
from kindling.files import replaced
from kindling.grade import configuration, database, lateness, records

__all__ = ["ReleaseFeedback", "make"]

MARK = "made_from.txt"  # beside a page: what it was made from


def make(
    root: Path, lessons: list[str], *, student: str | None = None, force: bool = False
) -> Iterator[Path | FeedbackError]:
    """Write the feedback page of each graded submission whose grade, comments or notebook changed since; yield each.

    With `force`, every page is written anew. For a submission without feedback its error is yielded, and the others go
    on. Raises FeedbackError where nothing is graded.
    """
    course = configuration.course(root)
    with configuration.own_modules(course.root), database.opened(course) as book:
        for lesson in lessons:
            for line in lateness.refresh(course, book, [lesson]):
                print(line, file=sys.stderr)
            graded = records.folders(course, course.autograded_directory, lesson)
            students = [one for one, folder in graded.items() if (folder / f"{lesson}.ipynb").is_file()]
            if student is not None:
                students = [one for one in students if one == student]
            if not students:
                raise FeedbackError.nothing_graded(lesson, student)
            for one in students:
                try:
                    made_from = _fingerprint(book, lesson, one, graded[one])
                    folder = Path(course.format_path(course.feedback_directory, one, lesson))
                    if force or not _is_made_from(folder, lesson, made_from):
                        _make(course, lesson, one, folder, made_from)
                        yield Path(os.path.relpath(folder / f"{lesson}.html", course.root))
                except MissingEntry:
                    yield FeedbackError.not_in_gradebook(lesson, one)
                except FeedbackError as error:
                    yield error
                except Exception as error:  # no submission, however odd, keeps the others from their feedback
                    yield FeedbackError.failed(lesson, one, f"{type(error).__name__}: {error}")


class ReleaseFeedback(ExchangeReleaseFeedback):
    """nbgrader's own, which goes on after a student whose submission did not come through the exchange."""

    def copy_files(self) -> None:
        """Copy each student's feedback to the exchange; tell of those who have no place there."""
        assert self.coursedir is not None
        for folder in sorted(glob.glob(self.src_path)):
            if not all(
                os.path.isfile(os.path.join(folder, name)) for name in ("timestamp.txt", "submission_secret.txt")
            ):
                self.log.warning(
                    "%s was not released: that submission did not come through the exchange, which knows a submission "
                    "by its timestamp.txt and submission_secret.txt. Hand this feedback out by another way.",
                    os.path.relpath(folder, self.coursedir.root),
                )
                continue
            self.src_path = glob.escape(folder)
            super().copy_files()


class _OfOne(GenerateFeedback):
    """nbgrader's own, for the lesson's notebook in one folder, whatever its name or else lies there."""

    folder = ""

    def init_notebooks(self) -> None:
        assert self.coursedir is not None
        self.notebooks = []
        self.assignments = {self.folder: [os.path.join(self.folder, f"{self.coursedir.assignment_id}.ipynb")]}


def _fingerprint(book: Gradebook, lesson: str, student: str, graded: Path) -> str:
    """Return a text that is another one as soon as the feedback would be. Raises MissingEntry."""
    submission = book.find_submission_notebook(lesson, lesson, student)
    files = {
        os.path.relpath(path, graded): hashlib.sha256(Path(path).read_bytes()).hexdigest()
        for path in utils.find_all_files(str(graded))
    }
    content = json.dumps([files, *_said(submission)], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def _said(submission: SubmittedNotebook) -> tuple[object, ...]:
    """Return what the gradebook says of a submission on its feedback page."""
    grades = {grade.name: (grade.score, grade.max_score) for grade in submission.grades}
    comments = {comment.name: comment.comment for comment in submission.comments}
    return grades, comments, submission.late_submission_penalty


def _is_made_from(folder: Path, lesson: str, made_from: str) -> bool:
    mark = folder / MARK
    return (folder / f"{lesson}.html").is_file() and mark.is_file() and mark.read_text() == made_from


def _make(course: CourseDirectory, lesson: str, student: str, folder: Path, made_from: str) -> None:
    """Let nbgrader make the feedback of one submission, and put it in its place whole. Raises FeedbackError."""
    with tempfile.TemporaryDirectory(prefix=".feedback-", dir=course.root) as draft:
        one = CourseDirectory(
            config=course.config,
            root=course.root,
            feedback_directory=Path(draft).name,
            assignment_id=lesson,
        )
        converter = _OfOne(coursedir=one, config=course.config)
        converter.folder = one.format_path(one.autograded_directory, student, lesson)
        outcome = utils.capture_log(converter)
        if outcome.get("error", "").rstrip().endswith("KeyboardInterrupt"):  # which nbgrader keeps to itself
            raise KeyboardInterrupt
        made = Path(one.format_path(one.feedback_directory, student, lesson))
        if not (made / f"{lesson}.html").is_file():
            lines = [line.strip() for line in outcome.get("log", "").splitlines() if line.startswith("    ")]
            raise FeedbackError.failed(lesson, student, next(filter(None, reversed(lines)), "nbgrader says no more"))
        (made / MARK).write_text(made_from)
        with replaced(folder, made):
            pass
