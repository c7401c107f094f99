"""Into nbgrader's gradebook and folders: what a class handed in, and the grades that it gets."""

from __future__ import annotations

import hashlib
import json
import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Comment, InvalidEntry, MissingEntry
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import OverwriteKernelspec
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SAWarning
from sqlalchemy.orm import scoped_session, sessionmaker
from sqlalchemy.orm.exc import FlushError, ObjectDeletedError, StaleDataError

from kindling.authoring import lessons
from kindling.cell_ids import task_of
from kindling.errors import GradingError, LessonError, NotGradable
from kindling.files import remove, replacing
from kindling.grade import (
    archive,
    cleaning,
    configuration,
    database,
    document,
    filenames,
    lateness,
    limits,
    outcome,
    reference,
    released,
    run,
    submission,
)
from kindling.grade.job import Job, Result, pack
from kindling.grade.journal import Entry
from kindling.grade.outcome import Points
from kindling.grade.records import Records, Totals
from kindling.grade.sealed import lesson as sealed

__all__ = ["Grade", "Submissions", "enter"]

# What is done here and in no worker: what nbgrader does with the gradebook, and what `save_result` does in any case.
_RECORDING = ("SaveAutoGrades", "AssignLatePenalties", "Clean", "CleanFiles")
# The step that runs notebooks, as the configuration names it, and without what a worker has no use for: the gradebook.
_OURS, _WORKERS = "kindling.grade.nbgrader_plugin.Execute", "kindling.grade.execute.Execute"
# What a database says where somebody else has written, or removed, what is to be written.
_CHANGED = (IntegrityError, FlushError, StaleDataError, ObjectDeletedError, MissingEntry)


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
        self._own = Path(course.format_path(course.source_directory, ".", lesson))
        about: dict[str, Any] = {"assignment": lesson, "notebook": lesson, "db_url": course.db_url}
        source = self._own / f"{lesson}.ipynb"
        about["order"] = released.order(source)
        handed_out = Path(course.format_path(course.release_directory, ".", lesson), f"{lesson}.ipynb")
        about["shows"] = released.shows(source, handed_out)
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
        self._sanitize = [configuration.made_step(name, course.config) for name in converter.sanitize_preprocessors]
        steps = [configuration.step_name(step) for step in converter.autograde_preprocessors]
        steps = [name for name in steps if name.rpartition(".")[2] not in _RECORDING]
        self._executes = _OURS in steps
        self._steps = [_WORKERS if name == _OURS else name for name in steps]
        # A worker gets what its steps can be told, and not, say, the address of the gradebook.
        sections = {kind.__name__: kind for name in self._steps for kind in run.step_class(name).__mro__}
        self._config = {
            name: configuration.options(section, sections[name])
            for name, section in course.config.items()
            if name in sections
        }
        self._private = configuration.private(course)
        self._states: dict[str, str] = {}
        self.times: limits.Times = {}  # what the lesson's own solutions take, where that is known
        self.sealed: dict[str, Any] = {}  # its checks that are judged outside of the kernel, where that is known
        self._sealed = ""  # the same, packed
        self._kept = converter.exclude_overwriting.get(lesson, [])
        self._penalties = configuration.late_penalties(course)

    def __enter__(self) -> Submissions:
        return self

    def __exit__(self, *_: object) -> None:
        self.gradebook.close()
        self._connection.close()

    def reference(self, where: str | None = None) -> bytes | None:
        """Return the job whose result tells `learn` what the lesson's own solutions give, and how long they take.

        None where that is known, of this text on this machine or the cluster at `where`, or where there is no lesson
        to run.
        """
        if not self._executes:
            return None
        try:
            notebook = document.parse((self._own / f"{self.lesson}.ipynb").read_bytes())
            files = {
                path.relative_to(self._own).as_posix(): path.read_bytes()
                for path in self._own.rglob("*")
                if path.is_file() and path.suffix != ".ipynb" and not path.is_symlink()
            }
            for script in lessons.read_scripts(Path(self.course.root, "course", f"{self.lesson}.py")):
                files[f"scripts/{script.name}"] = script.text.encode()
        except (OSError, NotGradable, LessonError):
            return None
        self._checks = sealed.checks(notebook)
        self._text = reference.digest(notebook, files, where)
        known = reference.kept(Path(self.course.root), self.lesson, self._text)
        if known is not None:
            self._take(known)
            return None
        return self._packed(notebook, files, pack(sealed.recordings(self._checks)))

    def learn(self, result: bytes | NotGradable) -> None:
        """Take what the result of `reference` tells, limits of time and expected values, and keep it."""
        known: dict[str, Any] = {"times": {}, "claims": {}}
        if not isinstance(result, NotGradable):
            done = Result.from_bytes(result)
            known = {"times": limits.measured(done.notebook), "claims": done.claims}
        reference.keep(Path(self.course.root), self.lesson, self._text, known)
        self._take(known)

    def unsealed(self) -> list[str]:
        """Return the tasks whose checks are judged in the learner's kernel, since the lesson's own solutions fail."""
        return [task_of(name) for name in self._checks if name not in self.sealed]

    def _take(self, known: dict[str, Any]) -> None:
        self.times = known["times"]
        self.sealed = sealed.jobs(self._checks, known["claims"])
        self._sealed = pack(self.sealed)
        self._config = {**self._config, "Execute": {**self._config.get("Execute", {}), "times": self.times}}

    def make_job(self, student: str) -> tuple[bytes, list[str]]:
        """Return what `kindling.grade.run.grade` needs to grade a submission, and remarks on it. Raises NotGradable."""
        if re.search(r'[\x00-\x1f\x7f\ud800-\udfff<>"]', student):  # which nbgrader can't find or keep, or show as text
            raise NotGradable("The folder's name has characters that can't be shown. Rename it and grade again.")
        self._states[student] = self.state(student)
        notebook = submission.read(self.handed_in(student), self.lesson, self._submitted)
        files, remarks = self._files(student)
        resources = {"nbgrader": {**self._about, "student": student, "remarks": remarks}}
        for step in self._sanitize:
            if not isinstance(step, OverwriteKernelspec):
                notebook, resources = step.preprocess(notebook, resources)
            elif self._kernelspec:  # which nbgrader's own would look up each time
                notebook.metadata.kernelspec = self._kernelspec
        return self._packed(notebook, files, self._sealed), remarks

    def _packed(self, notebook: NotebookNode, files: dict[str, bytes], checks: str) -> bytes:
        job = Job(self.lesson, notebook, archive.pack(files), self._steps, self._config, self._private, checks)
        return job.to_bytes()

    def save_result(self, student: str, result: bytes, remarks: list[str]) -> Grade:
        """Write the executed notebook to autograded/ and the grades to the gradebook.

        Raises GradingError where the disk or the gradebook refuses, and NotGradable for what was handed in again since
        `make_job`; then nothing is kept.
        """
        if self._states[student] != self.state(student):
            raise NotGradable("It was handed in again while it was graded. Run the same command again.")
        came = Result.from_bytes(result)
        remarks, notebook = [*remarks, *came.stops], came.notebook
        content = (nbformat.writes(cleaning.clean(notebook)) + "\n").encode()
        folder = self.graded(student)
        draft = folder.with_name(f".{folder.name}.draft")
        committed = False
        try:
            remove(draft)  # of a run that was killed
            draft.mkdir(parents=True)
            files = self._files(student)[0]
            for name, safe in filenames.safe_names(files).items():
                (draft / safe).parent.mkdir(parents=True, exist_ok=True)
                (draft / safe).write_bytes(files[name])
            (draft / f"{self.lesson}.ipynb").write_bytes(content)
            for path in draft.rglob("*"):
                if path.is_file():
                    path.chmod(0o664 if self.course.groupshared else 0o444)
            self._begin()
            totals = self._score(student, notebook)
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
        return Grade(totals.score, totals.max_score, remarks + totals.remarks, totals.bonus, totals.max_bonus)

    def refuse(self, student: str, reason: NotGradable) -> None:
        """Keep why a submission is not gradable. Raises GradingError where the disk refuses."""
        try:
            self._note(student, False, [str(reason)])
        except OSError as error:
            raise GradingError.no_journal(self.journal.path, error) from None

    def _note(self, student: str, graded: bool, remarks: list[str], notebook: str = "") -> None:
        try:
            state = self._states.pop(student, None) or self.state(student)
        except (OSError, NotGradable):
            state = ""  # which is why it is not gradable
        self.journal.add(Entry(student, graded, tuple(remarks), state, notebook))

    def _begin(self) -> None:
        """Begin a transaction, when nobody else writes any more."""
        self.gradebook.db.commit()  # what was read before is no part of it
        self._connection.begin()
        if self._connection.dialect.name == "sqlite":  # which would else begin, and wait, at the first change
            self._connection.exec_driver_sql("BEGIN IMMEDIATE")

    def _score(self, student: str, notebook: NotebookNode) -> Totals:
        """Write the grades of an executed notebook to the gradebook, as nbgrader does; return what is there then."""
        # Of nbgrader's own way to make a submission, and harmless.
        warnings.simplefilter("ignore", SAWarning)
        book = self.gradebook
        stamp = submission.stamp(self.handed_in(student), self._submitted)
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
        book.db.flush()
        if self._penalties.enabled:
            score = self.totals(student)[student].raw_score
            submitted.late_submission_penalty = lateness.penalty(self.course, self._penalties, handed_in, score)
            book.db.flush()
        return self.totals(student)[student]

    def _files(self, student: str) -> tuple[dict[str, bytes], list[str]]:
        folder = self.handed_in(student)
        return submission.files(folder, self._own, self.course.ignore, self._kept, self._submitted)


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
