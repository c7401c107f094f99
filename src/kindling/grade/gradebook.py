"""In and out of nbgrader's gradebook and folders: what a class handed in, and the grades that it gets."""

from __future__ import annotations

import base64
import contextlib
import glob
import hashlib
import json
import os
import re
import warnings
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader import api, utils
from nbgrader.api import Gradebook, InvalidEntry, MissingEntry
from nbgrader.apps.baseapp import NbGrader
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties, OverwriteKernelspec
from sqlalchemy import func, select
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SAWarning
from sqlalchemy.orm import scoped_session, sessionmaker
from sqlalchemy.orm.exc import FlushError, ObjectDeletedError, StaleDataError

from kindling.errors import GradingError, NotGradable
from kindling.files import remove, replacing
from kindling.grade import database, released, run, submission
from kindling.grade.journal import Entry, Journal
from kindling.grade.provisioner import archive

__all__ = ["Grade", "Points", "Records", "Submissions", "course", "folders"]

_RECORDING = ("SaveAutoGrades", "AssignLatePenalties")  # what nbgrader does with the gradebook, and no worker
# What a database says where somebody else has written, or removed, what is to be written.
_CHANGED = (IntegrityError, FlushError, StaleDataError, ObjectDeletedError, MissingEntry)


@dataclass(frozen=True)
class Grade:
    """What a submission earned. `remarks` are sentences on what an instructor may want to know."""

    score: float
    max_score: float
    remarks: list[str]


@dataclass(frozen=True)
class Points:
    """What the gradebook has for a submission: `score` counts grading by hand and being late, `checks` neither."""

    score: float
    max_score: float
    checks: float
    by_hand: float
    late_penalty: float
    timestamp: datetime | None

    @property
    def raw_score(self) -> float:
        """The score before anything is taken off."""
        return self.checks + self.by_hand

    @property
    def remarks(self) -> list[str]:
        """A sentence for each thing that makes the score another one than that of the checks."""
        said = []
        if self.by_hand:
            made = _number(self.raw_score)
            said.append(f"The checks gave {_number(self.checks)}; grading by hand made it {made}.")
        if self.late_penalty:
            said.append(f"{_number(self.late_penalty)} taken off: it was handed in late.")
        return said


class Records:
    """What a course holds of a lesson: what was handed in, what is graded, and what came of it. Nothing here writes."""

    def __init__(self, course: CourseDirectory, lesson: str, gradebook: Gradebook) -> None:
        self.course, self.lesson, self.gradebook = course, lesson, gradebook
        self.journal = Journal(Path(course.root), lesson)

    def students(self) -> list[str]:
        """Return who handed in something, in order."""
        return list(folders(self.course, self.course.submitted_directory, self.lesson))

    def finished(self, student: str) -> bool:
        """Return whether what the student handed in last has been graded."""
        if not self.has_grade(student):
            return False
        try:
            handed_in, graded = (submission.stamp(folder) for folder in (self.handed_in(student), self.graded(student)))
        except (OSError, ValueError, OverflowError):
            return False  # `order` says what is wrong
        return not (handed_in and graded and handed_in > graded)

    def has_grade(self, student: str) -> bool:
        """Return whether something of the student is in autograded/, and points for it are in the gradebook."""
        return (self.graded(student) / f"{self.lesson}.ipynb").is_file() and student in self._recorded

    def points(self, student: str | None = None) -> dict[str, Points]:
        """Return what the gradebook has for each student with a grade, or for the entry of one."""
        one, grade = api.SubmittedAssignment, api.Grade
        own = (api.SubmittedNotebook.assignment_id == one.id, grade.notebook_id == api.SubmittedNotebook.id)
        checks, known = (
            select(value).where(*own).correlate(one).scalar_subquery()
            for value in (
                func.coalesce(func.sum(grade.auto_score), 0.0),
                func.count(grade.auto_score) + func.count(grade.manual_score),
            )
        )
        asked = select(one.student_id, one.score, one.max_score, checks, one.late_submission_penalty, one.timestamp)
        # nbgrader makes an entry for what it could not grade too, with nothing in it.
        which = known > 0 if student is None else one.student_id == student
        asked = asked.join(api.Assignment).where(api.Assignment.name == self.lesson, which)
        return {
            name: Points(max(0.0, score - late), most, auto, score - auto, late, timestamp)
            for name, score, most, auto, late, timestamp in self.gradebook.db.execute(asked)
        }

    def state(self, student: str) -> str:
        """Return what stands for what the student handed in: it changes when something is handed in again."""
        known = json.dumps(submission.state(self.handed_in(student)), default=str)
        return hashlib.sha256(known.encode()).hexdigest()

    def handed_in(self, student: str) -> Path:
        """Return the folder of what the student handed in."""
        return Path(self.course.format_path(self.course.submitted_directory, student, self.lesson))

    def graded(self, student: str) -> Path:
        """Return the folder of what was graded."""
        return Path(self.course.format_path(self.course.autograded_directory, student, self.lesson))

    @cached_property
    def _recorded(self) -> set[str]:
        one = api.SubmittedAssignment
        asked = select(one.student_id).join(api.Assignment).where(api.Assignment.name == self.lesson)
        with database.sentences(self.course):
            return set(self.gradebook.db.scalars(asked))


class Submissions(Records):
    """What a class handed in for one lesson, and where its grades go: nbgrader's own folders and gradebook.

    Nothing here runs a learner's code. One object at a time may write to a gradebook.
    """

    def __init__(self, course: CourseDirectory, lesson: str) -> None:
        super().__init__(course, lesson, database.connect(course))
        # All that belongs to a grade is one transaction, however often nbgrader commits.
        self._connection = self.gradebook.engine.connect()
        # Nobody changes the lesson meanwhile: if commits expired it, each grade would ask for its cell anew.
        session = sessionmaker(self._connection, join_transaction_mode="rollback_only", expire_on_commit=False)
        self.gradebook.db = scoped_session(session)
        about = {"assignment": lesson, "notebook": lesson, "db_url": course.db_url}
        try:
            with database.sentences(course):
                cells = released.cells(about)
                notebook = self.gradebook.find_notebook(lesson, lesson)
                self._known = [*notebook.grade_cells, *notebook.solution_cells, *notebook.task_cells]
                self._kernelspec = json.loads(notebook.kernelspec or "null")
        except MissingEntry:
            raise GradingError.not_released(lesson) from None
        self._about = {**about, "released": cells}
        converter = Autograde(coursedir=course, config=course.config)
        self._sanitize = [_step(name, course.config) for name in converter.sanitize_preprocessors]
        steps = [_name(step) for step in converter.autograde_preprocessors]
        self._steps = [name for name in steps if name.rpartition(".")[2] not in _RECORDING]
        # A worker gets what its steps can be told, and not, say, the address of the gradebook.
        sections = {kind.__name__ for name in self._steps for kind in run.step_class(name).__mro__}
        self._config = {name: section for name, section in course.config.items() if name in sections}
        self._ordered: dict[str, str] = {}
        self._kept = converter.exclude_overwriting.get(lesson, [])
        self._penalties = AssignLatePenalties(config=course.config)

    def __enter__(self) -> Submissions:
        return self

    def __exit__(self, *_: object) -> None:
        self.gradebook.close()
        self._connection.close()

    def order(self, student: str) -> tuple[bytes, list[str]]:
        """Return what `kindling.grade.run.grade` needs to grade a submission, and remarks on it. Raises NotGradable."""
        if re.search(r"[\x00-\x1f\x7f\ud800-\udfff]", student):  # which nbgrader can't find or keep
            raise NotGradable("The folder's name has characters that can't be shown. Rename it and grade again.")
        try:
            self._ordered[student] = self.state(student)
            notebook = submission.read(self.handed_in(student), self.lesson)
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
        if self._ordered[student] != self.state(student):
            raise NotGradable("It was handed in again while it was graded. Run the same command again.")
        given = json.loads(result)
        remarks = [*remarks, *given["stops"]]
        content = (given["notebook"] + "\n").encode()
        folder = self.graded(student)
        draft = folder.with_name(f".{folder.name}.draft")
        committed = False
        try:
            remove(draft)  # of a run that was killed
            draft.mkdir(parents=True)
            for name, path in self._files(student)[0].items():
                (draft / name).parent.mkdir(parents=True, exist_ok=True)
                (draft / name).write_bytes(path.read_bytes())
            (draft / f"{self.lesson}.ipynb").write_bytes(content)
            for path in draft.rglob("*"):
                if path.is_file():
                    path.chmod(0o664 if self.course.groupshared else 0o444)
            self._begin()
            points = self._score(student, nbformat.v4.reads(given["notebook"]))
            self._note(student, True, remarks, hashlib.sha256(content).hexdigest())
            self.gradebook.db.commit()  # which leaves it to the connection
            with replacing(folder, draft):
                self._connection.commit()
                committed = True
        except Exception as error:
            if committed:
                raise GradingError.half_kept(student, folder, error) from None
            self.gradebook.db.rollback()
            self._connection.rollback()
            self._connection.invalidate()  # else a commit that failed goes on holding SQLite
            self.gradebook.db.expire_all()
            refused = error.__context__ if isinstance(error, InvalidEntry) else error
            if isinstance(refused, _CHANGED):
                raise GradingError.changed_meanwhile(student) from None
            if not isinstance(refused, OSError | DBAPIError) or isinstance(refused, DataError):
                raise
            raise GradingError.not_kept(student, database.reason(refused, self.course.db_url)) from None
        finally:
            remove(draft)
        self._recorded.add(student)
        return Grade(points.score, points.max_score, remarks + points.remarks)

    def refuse(self, student: str, reason: NotGradable) -> None:
        """Keep why a submission is not gradable. Raises GradingError where the disk refuses."""
        try:
            self._note(student, False, [str(reason)])
        except OSError as error:
            raise GradingError.no_journal(self.journal.path, error) from None

    def _note(self, student: str, graded: bool, remarks: list[str], notebook: str = "") -> None:
        try:
            state = self._ordered.pop(student, None) or self.state(student)
        except (OSError, NotGradable):
            state = ""  # which is why it is not gradable
        self.journal.add(Entry(student, graded, tuple(remarks), state, notebook))

    def _begin(self) -> None:
        """Begin a transaction, when nobody else writes any more."""
        self.gradebook.db.commit()  # what was read before is no part of it
        self._connection.begin()
        if self._connection.dialect.name == "sqlite":  # which would else begin, and wait, at the first change
            self._connection.exec_driver_sql("BEGIN IMMEDIATE")

    def _score(self, student: str, notebook: NotebookNode) -> Points:
        """Write the grades of an executed notebook to the gradebook, as nbgrader does; return what is there then."""
        # Of nbgrader's own way to make a submission, and harmless.
        warnings.simplefilter("ignore", SAWarning)
        book = self.gradebook
        stamp = submission.stamp(self.handed_in(student))
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
        book.db.flush()
        if self._penalties.enabled:
            submitted.late_submission_penalty = self._penalty(student, handed_in)
            book.db.flush()
        return self.points(student)[student]

    def _penalty(self, student: str, handed_in: api.SubmittedAssignment) -> float | None:
        """Return the points that are taken off for being late, as the plugin of nbgrader's configuration says."""
        late = handed_in.total_seconds_late if handed_in.assignment.duedate else 0
        if late <= 0:
            return None
        score = self.points(student)[student].raw_score
        self._penalties.init_plugin()
        penalty = self._penalties.plugin_inst.late_submission_penalty(student, score, late)
        return None if penalty is None else min(max(penalty, 0), score)

    def _files(self, student: str) -> tuple[dict[str, Path], list[str]]:
        own = Path(self.course.format_path(self.course.source_directory, ".", self.lesson))
        return submission.files(self.handed_in(student), own, self.course.ignore, self._kept)


def course(root: Path) -> CourseDirectory:
    """Return the course in a folder, as its nbgrader_config.py and the user's own configuration say."""
    app = NbGrader()
    with contextlib.chdir(root):
        app.load_config_file()
    config = app.config
    config.CourseDirectory.setdefault("root", str(root.resolve()))
    course = CourseDirectory(config=config)
    course.db_url = database.patient(course.db_url)
    return course


def folders(course: CourseDirectory, step: str, lesson: str) -> dict[str, Path]:
    """Return the folder of each student who got as far as a step of nbgrader's, by student, in order."""
    pattern = re.compile(course.format_path(step, "(.*)", lesson, escape=True), re.DOTALL)
    found = sorted(glob.glob(course.format_path(step, "*", lesson)))
    return {match[1]: Path(path) for path in found if os.path.isdir(path) and (match := pattern.fullmatch(path))}


def _number(value: float) -> str:
    return f"{round(value, 2):g} point{'s' * (round(value, 2) != 1)}"


def _name(step: str | type) -> str:
    return step if isinstance(step, str) else f"{step.__module__}.{step.__name__}"


def _step(step: str | type, config: Any) -> Any:
    """Return a preprocessor, given by its class or its name."""
    return run.step_class(_name(step))(config=config)
