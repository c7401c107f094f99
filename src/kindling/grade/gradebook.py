"""In and out of nbgrader's gradebook and folders: what a class handed in, and the grades that it gets."""

from __future__ import annotations

import base64
import contextlib
import glob
import json
import os
import re
import shutil
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Gradebook, InvalidEntry, MissingEntry
from nbgrader.apps.baseapp import NbGrader
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties, OverwriteKernelspec
from sqlalchemy.exc import InterfaceError, OperationalError, SAWarning, SQLAlchemyError

from kindling.errors import GradingError, NotGradable
from kindling.grade import cleaning, filenames, released, run, submission
from kindling.grade.provisioner import archive

__all__ = ["Grade", "Submissions", "course", "folders"]

# What is done here and in no worker: what nbgrader does with the gradebook, and what `keep` does whoever configures it.
_RECORDING = ("SaveAutoGrades", "AssignLatePenalties", "Clean", "CleanFiles")


@dataclass(frozen=True)
class Grade:
    """What a submission earned. `remarks` are sentences on what an instructor may want to know."""

    score: float
    max_score: float
    remarks: list[str]


class Submissions:
    """What a class handed in for one lesson, and where its grades go: nbgrader's own folders and gradebook.

    Nothing here runs a learner's code. One object at a time may write to a gradebook.
    """

    def __init__(self, course: CourseDirectory, lesson: str) -> None:
        self.course, self.lesson = course, lesson
        self.gradebook = _gradebook(course)
        about = {"assignment": lesson, "notebook": lesson, "db_url": course.db_url}
        try:
            cells = released.cells(about)
            notebook = self.gradebook.find_notebook(lesson, lesson)
        except MissingEntry:
            raise GradingError.not_released(lesson) from None
        self._about = {**about, "released": cells}
        self._kernelspec = json.loads(notebook.kernelspec or "null")
        # Nobody changes the lesson meanwhile: without this, each grade would ask the gradebook for its cell anew.
        self.gradebook.db().expire_on_commit = False
        self._known = [*notebook.grade_cells, *notebook.solution_cells, *notebook.task_cells]
        converter = Autograde(coursedir=course, config=course.config)
        self._sanitize = [_step(name, course.config) for name in converter.sanitize_preprocessors]
        steps = [_name(step) for step in converter.autograde_preprocessors]
        self._steps = [name for name in steps if name.rpartition(".")[2] not in _RECORDING]
        # A worker gets what its steps can be told, and not, say, the address of the gradebook.
        sections = {kind.__name__ for name in self._steps for kind in run.step_class(name).__mro__}
        self._config = {name: section for name, section in course.config.items() if name in sections}
        self._ordered: dict[str, list[tuple[str, int, int]]] = {}
        self._kept = converter.exclude_overwriting.get(lesson, [])
        self._penalties = AssignLatePenalties(config=course.config)

    def __enter__(self) -> Submissions:
        return self

    def __exit__(self, *_: object) -> None:
        self.gradebook.close()

    def students(self) -> list[str]:
        """Return who handed in something, in order."""
        return list(folders(self.course, self.course.submitted_directory, self.lesson))

    def finished(self, student: str) -> bool:
        """Return whether what the student handed in last has been graded."""
        if not (self._graded(student) / f"{self.lesson}.ipynb").is_file():
            return False
        try:
            handed_in, graded = (
                submission.stamp(folder) for folder in (self._handed_in(student), self._graded(student))
            )
        except (ValueError, OverflowError):
            return False  # `order` says what is wrong
        return not (handed_in and graded and handed_in > graded)

    def order(self, student: str) -> tuple[bytes, list[str]]:
        """Return what `kindling.grade.run.grade` needs to grade a submission, and remarks on it. Raises NotGradable."""
        if re.search(r'[\x00-\x1f\x7f\ud800-\udfff<>"]', student):  # which nbgrader can't find or keep, or show as text
            raise NotGradable("The folder's name has characters that can't be shown. Rename it and grade again.")
        try:
            self._ordered[student] = submission.state(self._handed_in(student))
            notebook = submission.read(self._handed_in(student), self.lesson)
            files, remarks = self._files(student)
        except OSError as error:  # a path that is too long, or closed to us
            raise NotGradable(f"Its files can't be read: {error.strerror}. Ask for it again without them.") from None
        resources = {"nbgrader": {**self._about, "student": student, "remarks": remarks}}
        for step in self._sanitize:
            if not isinstance(step, OverwriteKernelspec):
                notebook, resources = step.preprocess(notebook, resources)
            elif self._kernelspec:  # which nbgrader's own would look up each time
                notebook.metadata.kernelspec = self._kernelspec
        order = {
            "lesson": self.lesson,
            "notebook": notebook,
            "files": base64.b64encode(archive(files)).decode(),
            "steps": self._steps,
            "config": self._config,
        }
        return json.dumps(order).encode(), remarks

    def keep(self, student: str, result: bytes, remarks: list[str]) -> Grade:
        """Write the executed notebook to autograded/ and the grades to the gradebook.

        Raises GradingError where the disk or the gradebook refuses, and NotGradable for what was handed in again since
        `order`; then nothing is kept.
        """
        if self._ordered.pop(student) != submission.state(self._handed_in(student)):
            raise NotGradable("It was handed in again while it was graded. Run the same command again.")
        given = json.loads(result)
        notebook = nbformat.v4.reads(given["notebook"])
        graded = self._graded(student)
        draft, old = (graded.with_name(f".{graded.name}.{kind}") for kind in ("draft", "old"))
        try:
            _remove(draft, old)  # of a run that was killed
            draft.mkdir(parents=True)
            files = self._files(student)[0]
            for name, safe in filenames.safe_names(files).items():
                (draft / safe).parent.mkdir(parents=True, exist_ok=True)
                (draft / safe).write_bytes(files[name].read_bytes())
            shown = nbformat.writes(cleaning.clean(notebook))
            (draft / f"{self.lesson}.ipynb").write_text(shown + "\n", encoding="utf-8")
            for path in draft.rglob("*"):
                if path.is_file():
                    path.chmod(0o664 if self.course.groupshared else 0o444)
            self._score(student, notebook)
            if graded.exists():
                os.replace(graded, old)
            os.replace(draft, graded)
        except Exception as error:
            self.gradebook.db.rollback()
            refused = error.__context__ if isinstance(error, InvalidEntry) else error
            if not isinstance(refused, OSError | OperationalError | InterfaceError):
                raise
            raise GradingError.not_kept(student, refused) from None
        finally:
            _remove(draft, old)
        scores = [utils.determine_grade(cell) for cell in notebook.cells if utils.is_grade(cell)]
        total = sum(score or 0 for score, _ in scores), sum(most for _, most in scores)
        return Grade(*total, remarks + given["stops"])

    def _score(self, student: str, notebook: NotebookNode) -> None:
        """Write the grades of an executed notebook to the gradebook, as nbgrader does, but all at once."""
        # Of nbgrader's own way to make a submission, and harmless.
        warnings.simplefilter("ignore", SAWarning)
        book = self.gradebook
        stamp = submission.stamp(self._handed_in(student))
        book.update_or_create_student(student)
        handed_in = book.update_or_create_submission(
            self.lesson, student, **({"timestamp": stamp.isoformat(" ")} if stamp else {})
        )
        submitted = book.find_submission_notebook(self.lesson, self.lesson, student)
        grades = {grade.name: grade for grade in submitted.grades}
        comments = {comment.name: comment for comment in submitted.comments}
        for cell in notebook.cells:
            if utils.is_grade(cell):
                grade = grades[cell.metadata.nbgrader.grade_id]
                grade.auto_score = utils.determine_grade(cell)[0]
                grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None
            if utils.is_solution(cell) or utils.is_task(cell):
                untouched = cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell)
                comment = comments[cell.metadata.nbgrader.grade_id]
                comment.auto_comment = "No response." if untouched and not utils.is_task(cell) else None
        book.db.commit()
        if self._penalties.enabled and (handed_in.total_seconds_late > 0 or submitted.late_submission_penalty):
            self._penalties.preprocess(notebook, {"nbgrader": {**self._about, "student": student}})

    def _files(self, student: str) -> tuple[dict[str, Path], list[str]]:
        own = Path(self.course.format_path(self.course.source_directory, ".", self.lesson))
        return submission.files(self._handed_in(student), own, self.course.ignore, self._kept)

    def _handed_in(self, student: str) -> Path:
        return Path(self.course.format_path(self.course.submitted_directory, student, self.lesson))

    def _graded(self, student: str) -> Path:
        return Path(self.course.format_path(self.course.autograded_directory, student, self.lesson))


def course(root: Path) -> CourseDirectory:
    """Return the course in a folder, as its nbgrader_config.py and the user's own configuration say."""
    app = NbGrader()
    with contextlib.chdir(root):
        app.load_config_file()
    config = app.config
    config.CourseDirectory.setdefault("root", str(root.resolve()))
    return CourseDirectory(config=config)


def _gradebook(course: CourseDirectory) -> Gradebook:
    """Return the gradebook of a course. Raises GradingError where it can't be opened."""
    if not shutil.which("alembic"):  # which nbgrader calls by its name to make one; this environment has it
        os.environ["PATH"] = os.pathsep.join((os.path.dirname(sys.executable), os.environ.get("PATH", "")))
    try:
        return Gradebook(course.db_url, course.course_id)
    except (OSError, ImportError, SQLAlchemyError) as error:
        raise GradingError.no_gradebook(re.sub(r":[^:/@]*@", ":…@", course.db_url), error) from None


def folders(course: CourseDirectory, step: str, lesson: str) -> dict[str, Path]:
    """Return the folder of each student who got as far as a step of nbgrader's, by student, in order."""
    pattern = re.compile(course.format_path(step, "(.*)", lesson, escape=True), re.DOTALL)
    found = sorted(glob.glob(course.format_path(step, "*", lesson)))
    return {match[1]: Path(path) for path in found if os.path.isdir(path) and (match := pattern.fullmatch(path))}


def _remove(*folders: Path) -> None:
    for folder in folders:
        if folder.exists():
            utils.rmtree(str(folder))


def _name(step: str | type) -> str:
    return step if isinstance(step, str) else f"{step.__module__}.{step.__name__}"


def _step(step: str | type, config: Any) -> Any:
    """Return a preprocessor, given by its class or its name."""
    return run.step_class(_name(step))(config=config)
