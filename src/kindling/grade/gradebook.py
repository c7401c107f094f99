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
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Comment, Gradebook, InvalidEntry, MissingEntry, SubmittedAssignment
from nbgrader.apps.baseapp import NbGrader
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties, OverwriteKernelspec
from sqlalchemy import make_url
from sqlalchemy.exc import InterfaceError, OperationalError, SAWarning, SQLAlchemyError

from kindling.errors import GradingError, NotGradable
from kindling.grade import archive, cleaning, outcome, released, run, submission
from kindling.grade.outcome import Points

__all__ = ["Grade", "Submissions", "connect", "course", "enter", "folders", "own_modules", "points", "private"]

# What is done here and in no worker: what nbgrader does with the gradebook, and what `keep` does whoever configures it.
_RECORDING = ("SaveAutoGrades", "AssignLatePenalties", "Clean", "CleanFiles")


@dataclass(frozen=True)
class Grade:
    """What a submission earned: a bonus is no part of the score.

    `remarks` are sentences on what an instructor may want to know.
    """

    score: float
    max_score: float
    remarks: list[str]
    bonus: float = 0.0
    max_bonus: float = 0.0


class Submissions:
    """What a class handed in for one lesson, and where its grades go: nbgrader's own folders and gradebook.

    Nothing here runs a learner's code. One object at a time may write to a gradebook.
    """

    def __init__(self, course: CourseDirectory, lesson: str) -> None:
        self.course, self.lesson = course, lesson
        self._own = Path(course.format_path(course.source_directory, ".", lesson))
        self.gradebook = connect(course)
        about = {"assignment": lesson, "notebook": lesson, "db_url": course.db_url}
        about["order"] = released.order(self._own / f"{lesson}.ipynb")
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
        self._private = private(course)
        self._ordered: dict[str, list[tuple[str, int, int]]] = {}
        self._kept = converter.exclude_overwriting.get(lesson, [])
        self._penalties = _penalties(course)
        self._submitted = submission.class_folder(course, course.submitted_directory)

    def __enter__(self) -> Submissions:
        return self

    def __exit__(self, *_: object) -> None:
        self.gradebook.close()

    def students(self) -> list[str]:
        """Return who handed in something, whether or not it can be read, in order."""
        return list(folders(self.course, self.course.submitted_directory, self.lesson))

    def finished(self, student: str) -> bool:
        """Return whether what the student handed in last has been graded."""
        if not os.path.isfile(self._graded(student) / f"{self.lesson}.ipynb"):
            return False
        try:
            handed_in = submission.stamp(self._handed_in(student), self._submitted)
            graded = submission.stamp(
                self._graded(student), submission.class_folder(self.course, self.course.autograded_directory)
            )
        except NotGradable:
            return False  # `order` says what is wrong
        return not (handed_in and graded and handed_in > graded)

    def order(self, student: str) -> tuple[bytes, list[str]]:
        """Return what `kindling.grade.run.grade` needs to grade a submission, and remarks on it. Raises NotGradable."""
        if re.search(r'[\x00-\x1f\x7f\ud800-\udfff<>"]', student):  # which nbgrader can't find or keep, or show as text
            raise NotGradable("The folder's name has characters that can't be shown. Rename it and grade again.")
        self._ordered[student] = submission.state(self._handed_in(student), self._submitted)
        notebook = submission.read(self._handed_in(student), self.lesson, self._submitted)
        files, remarks = self._files(student)
        resources = {"nbgrader": {**self._about, "student": student, "remarks": remarks}}
        for step in self._sanitize:
            if not isinstance(step, OverwriteKernelspec):
                notebook, resources = step.preprocess(notebook, resources)
            elif self._kernelspec:  # which nbgrader's own would look up each time
                notebook.metadata.kernelspec = self._kernelspec
        order = {
            "lesson": self.lesson,
            "notebook": notebook,
            "files": base64.b64encode(archive.pack(files)).decode(),
            "private": self._private,
            "steps": self._steps,
            "config": self._config,
        }
        return json.dumps(order).encode(), remarks

    def keep(self, student: str, result: bytes, remarks: list[str]) -> Grade:
        """Write the executed notebook to autograded/ and the grades to the gradebook.

        Raises GradingError where the disk or the gradebook refuses, and NotGradable for what was handed in again since
        `order`; then nothing is kept.
        """
        if self._ordered.pop(student) != submission.state(self._handed_in(student), self._submitted):
            raise NotGradable("It was handed in again while it was graded. Run the same command again.")
        given = json.loads(result)
        notebook = nbformat.v4.reads(given["notebook"])
        graded = self._graded(student)
        draft, old = (graded.with_name(f".{graded.name}.{kind}") for kind in ("draft", "old"))
        try:
            _remove(draft, old)  # of a run that was killed
            draft.mkdir(parents=True)
            files = self._files(student)[0]
            for name, safe in cleaning.safe_names(files).items():
                (draft / safe).parent.mkdir(parents=True, exist_ok=True)
                (draft / safe).write_bytes(files[name])
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
        earned = outcome.total(notebook)
        return Grade(earned.score, earned.max_score, remarks + given["stops"], earned.bonus, earned.max_bonus)

    def _score(self, student: str, notebook: NotebookNode) -> None:
        """Write the grades of an executed notebook to the gradebook, as nbgrader does, but all at once."""
        # Of nbgrader's own way to make a submission, and harmless.
        warnings.simplefilter("ignore", SAWarning)
        book = self.gradebook
        stamp = submission.stamp(self._handed_in(student), self._submitted)
        book.update_or_create_student(student)
        handed_in = book.update_or_create_submission(
            self.lesson, student, **({"timestamp": stamp.isoformat(" ")} if stamp else {})
        )
        submitted = book.find_submission_notebook(self.lesson, self.lesson, student)
        grades = {grade.name: grade for grade in submitted.grades}
        comments = {comment.name: comment for comment in submitted.comments}
        for cell in notebook.cells:
            if utils.is_grade(cell):
                enter(grades[cell.metadata.nbgrader.grade_id], cell)
            if utils.is_solution(cell) or utils.is_task(cell):
                untouched = cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell)
                comment = comments[cell.metadata.nbgrader.grade_id]
                comment.auto_comment = "No response." if untouched and not utils.is_task(cell) else None
        book.db.commit()
        if self._penalties.enabled and (handed_in.total_seconds_late > 0 or submitted.late_submission_penalty):
            try:
                with own_modules(self.course.root):
                    self._penalties.preprocess(notebook, {"nbgrader": {**self._about, "student": student}})
            except SQLAlchemyError:
                raise
            except Exception as error:
                raise GradingError.plugin(_policy(self.course), f"{type(error).__name__}: {error}") from error

    def _files(self, student: str) -> tuple[dict[str, bytes], list[str]]:
        folder = self._handed_in(student)
        return submission.files(folder, self._own, self.course.ignore, self._kept, self._submitted)

    def _handed_in(self, student: str) -> Path:
        return Path(self.course.format_path(self.course.submitted_directory, student, self.lesson))

    def _graded(self, student: str) -> Path:
        return Path(self.course.format_path(self.course.autograded_directory, student, self.lesson))


def points(submitted: SubmittedAssignment) -> Points:
    """Return the points that a submission has in the gradebook, by hand or not; extra credit of any kind is bonus."""
    earned = Points(max_score=submitted.max_score)
    for notebook in submitted.notebooks:
        for grade in notebook.grades:
            given = grade.auto_score if grade.manual_score is None else grade.manual_score
            earned += Points(given or 0.0, bonus=grade.score - (given or 0.0))
        unpaid = {cell.name for cell in notebook.notebook.grade_cells if not cell.max_score}
        checks = [cell.source for cell in notebook.notebook.source_cells if cell.name in unpaid and cell.locked]
        earned += Points(max_bonus=sum(map(outcome.bonus_in, checks)))
    return earned


def enter(grade: Any, cell: NotebookNode) -> None:
    """Enter what an executed graded cell earned into its `grade`, a row of nbgrader's gradebook, as nbgrader does.

    A bonus becomes extra credit. A comment on the check, which no page shows, says how much was given here: where the
    extra credit is another now, a teacher gave it, and it stays.
    """
    earned = outcome.points(cell)
    grade.auto_score = earned.score if earned else None
    grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None
    _give_bonus(grade, earned or Points())


def _give_bonus(grade: Any, earned: Points) -> None:
    note = next((note for note in grade.notebook.comments if note.cell_id == grade.cell_id), None)
    if note is None and not earned.max_bonus:
        return
    given = note.auto_comment if note else None
    if given != (None if grade.extra_credit is None else _given(grade.extra_credit)):
        grade.needs_manual_grade = True  # as nbgrader does with points that were given by hand
        return
    if note is None:
        note = Comment(cell_id=grade.cell_id)
        grade.notebook.comments.append(note)
    grade.extra_credit = earned.bonus if earned.max_bonus else None
    note.auto_comment = _given(earned.bonus) if earned.max_bonus else None


def _given(bonus: float) -> str:
    return f"Bonus: {bonus:g}"


def course(root: Path) -> CourseDirectory:
    """Return the course in a folder, as its nbgrader_config.py and the user's own configuration say."""
    app = NbGrader()
    with contextlib.chdir(root), own_modules(Path.cwd()):
        app.load_config_file()
    config = app.config
    config.CourseDirectory.setdefault("root", str(root.resolve()))
    return CourseDirectory(config=config)


@contextlib.contextmanager
def own_modules(root: Path | str) -> Iterator[None]:
    """Let Python find modules in the course's folder, a late policy say, as nbgrader's own commands do.

    Only meanwhile, so that no worker gets to know of that folder, and no file in it stands in for a library there.
    """
    sys.path.insert(0, str(root))
    try:
        yield
    finally:
        sys.path.remove(str(root))


def private(course: CourseDirectory) -> dict[str, str]:
    """Return the places of a course that no learner's code may read, each by what a sentence calls it."""
    places = {"the course folder": course.root}
    steps = ("source", "source_with_tests", "solution", "submitted", "autograded", "feedback")
    for step in (getattr(course, f"{name}_directory") for name in steps):
        places[f"the folder {step}"] = course.format_path(step, "*", "*").partition("*")[0]
    url = make_url(course.db_url)
    if url.get_backend_name() == "sqlite" and url.database:
        places["the gradebook"] = url.database.removeprefix("file:").partition("?")[0]
    if exchange := course.config.get("Exchange", {}).get("root"):
        places["the exchange folder"] = exchange
    return {what: os.path.abspath(place) for what, place in places.items()}


def connect(course: CourseDirectory) -> Gradebook:
    """Return the gradebook of a course. Raises GradingError where it can't be opened."""
    if not shutil.which("alembic"):  # which nbgrader calls by its name to make one; this environment has it
        os.environ["PATH"] = os.pathsep.join((os.path.dirname(sys.executable), os.environ.get("PATH", "")))
    try:
        return Gradebook(course.db_url, course.course_id)
    except (OSError, ImportError, SQLAlchemyError) as error:
        raise GradingError.no_gradebook(re.sub(r":[^:/@]*@", ":…@", course.db_url), error) from None


def folders(course: CourseDirectory, step: str, lesson: str) -> dict[str, Path]:
    """Return the folder of each student who got as far as a step of nbgrader's, by student, in order.

    It may be a link, a file, or closed to us: whoever reads it says so.
    """
    top = submission.class_folder(course, step)
    part, *below = Path(course.format_path(step, "\0", lesson)).relative_to(top).parts
    pattern = re.compile(re.escape(part).replace("\0", "(.*)"), re.DOTALL)
    names = sorted(glob.glob(glob.escape(part).replace("\0", "*"), root_dir=top))
    return {pattern.fullmatch(name)[1]: Path(top, name, *below) for name in names if _there(Path(top, name), *below)}


def _there(place: Path, *below: str) -> bool:
    """Return whether a student's folder holds something of this name, as far as we may know."""
    try:
        os.lstat(place.joinpath(*below))
    except (FileNotFoundError, NotADirectoryError):
        return place.is_symlink() and not os.path.exists(place)
    except OSError:  # closed to us
        pass
    return True


def _penalties(course: CourseDirectory) -> AssignLatePenalties:
    """Return nbgrader's step for late submissions. Raises GradingError where the course's own policy can't be used."""
    try:
        with own_modules(course.root):
            return AssignLatePenalties(config=course.config)
    except Exception as error:  # whatever a module of the course's own does when it is imported
        cause = error.__cause__ or error.__context__ or error
        raise GradingError.plugin(_policy(course), f"{type(cause).__name__}: {cause}") from None


def _policy(course: CourseDirectory) -> str:
    return _name(course.config.AssignLatePenalties.get("plugin_class", AssignLatePenalties.plugin_class.default_value))


def _remove(*folders: Path) -> None:
    for folder in folders:
        if folder.exists():
            utils.rmtree(str(folder))


def _name(step: str | type) -> str:
    return step if isinstance(step, str) else f"{step.__module__}.{step.__name__}"


def _step(step: str | type, config: Any) -> Any:
    """Return a preprocessor, given by its class or its name."""
    return run.step_class(_name(step))(config=config)
