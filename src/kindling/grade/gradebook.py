"""Into nbgrader's gradebook and folders: what a class handed in, and the grades that it gets."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import re
import sys
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader import api, utils
from nbgrader.api import Comment, InvalidEntry, MissingEntry
from nbgrader.apps.baseapp import NbGrader
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties, OverwriteKernelspec
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SAWarning, SQLAlchemyError
from sqlalchemy.orm import scoped_session, sessionmaker
from sqlalchemy.orm.exc import FlushError, ObjectDeletedError, StaleDataError
from traitlets.config.loader import DeferredConfig

from kindling import lesson as lessons
from kindling.errors import GradingError, LessonError, NotGradable
from kindling.files import remove, replacing
from kindling.grade import archive, cleaning, database, document, filenames, limits, outcome, released, run, submission
from kindling.grade.journal import Entry
from kindling.grade.outcome import Points
from kindling.grade.records import Records, Totals

__all__ = ["Grade", "Submissions", "course", "enter", "own_modules", "private"]

# What is done here and in no worker: what nbgrader does with the gradebook, and what `keep` does whoever configures it.
_RECORDING = ("SaveAutoGrades", "AssignLatePenalties", "Clean", "CleanFiles")
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
        about = {"assignment": lesson, "notebook": lesson, "db_url": course.db_url}
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
        self._sanitize = [_step(name, course.config) for name in converter.sanitize_preprocessors]
        steps = [_name(step) for step in converter.autograde_preprocessors]
        self._steps = [name for name in steps if name.rpartition(".")[2] not in _RECORDING]
        # A worker gets what its steps can be told, and not, say, the address of the gradebook.
        sections = {kind.__name__: kind for name in self._steps for kind in run.step_class(name).__mro__}
        self._config = {
            name: _values(section, sections[name]) for name, section in course.config.items() if name in sections
        }
        self._private = private(course)
        self._ordered: dict[str, str] = {}
        self.times: limits.Times = {}  # what the lesson's own solutions take, where that is known
        self._kept = converter.exclude_overwriting.get(lesson, [])
        self._penalties = _penalties(course)

    def __enter__(self) -> Submissions:
        return self

    def __exit__(self, *_: object) -> None:
        self.gradebook.close()
        self._connection.close()

    def reference(self, where: str | None = None) -> bytes | None:
        """Return the order whose result tells `time` how long the lesson's own solutions take.

        None where that is known, of this text on this machine or the cluster at `where`, or where the configuration
        sets all limits, or where there is no lesson to run.
        """
        sets = run.is_set(self.course.config, "timeout") and "seconds" in self.course.config.Execute.get("limits", {})
        if sets or "kindling.grade.nbgrader_plugin.Execute" not in self._steps:
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
        self._text = limits.digest(notebook, files, where)
        times = limits.kept(Path(self.course.root), self.lesson, self._text)
        if times is not None:
            self._allow(times)
            return None
        return self._packed(notebook, files)

    def time(self, result: bytes | NotGradable) -> None:
        """Take the limits of time for the orders to come from the result of `reference`, and keep them."""
        times = {} if isinstance(result, NotGradable) else limits.measured(_executed(result))
        limits.keep(Path(self.course.root), self.lesson, self._text, times)
        self._allow(times)

    def _allow(self, times: limits.Times) -> None:
        self.times = times
        self._config = {**self._config, "Execute": {**self._config.get("Execute", {}), "times": times}}

    def order(self, student: str) -> tuple[bytes, list[str]]:
        """Return what `kindling.grade.run.grade` needs to grade a submission, and remarks on it. Raises NotGradable."""
        if re.search(r'[\x00-\x1f\x7f\ud800-\udfff<>"]', student):  # which nbgrader can't find or keep, or show as text
            raise NotGradable("The folder's name has characters that can't be shown. Rename it and grade again.")
        self._ordered[student] = self.state(student)
        notebook = submission.read(self.handed_in(student), self.lesson, self._submitted)
        files, remarks = self._files(student)
        resources = {"nbgrader": {**self._about, "student": student, "remarks": remarks}}
        for step in self._sanitize:
            if not isinstance(step, OverwriteKernelspec):
                notebook, resources = step.preprocess(notebook, resources)
            elif self._kernelspec:  # which nbgrader's own would look up each time
                notebook.metadata.kernelspec = self._kernelspec
        return self._packed(notebook, files), remarks

    def _packed(self, notebook: NotebookNode, files: dict[str, bytes]) -> bytes:
        order = {
            "lesson": self.lesson,
            "notebook": notebook,
            "files": base64.b64encode(archive.pack(files)).decode(),
            "private": self._private,
            "steps": self._steps,
            "config": self._config,
        }
        return json.dumps(order).encode()

    def keep(self, student: str, result: bytes, remarks: list[str]) -> Grade:
        """Write the executed notebook to autograded/ and the grades to the gradebook.

        Raises GradingError where the disk or the gradebook refuses, and NotGradable for what was handed in again since
        `order`; then nothing is kept.
        """
        if self._ordered[student] != self.state(student):
            raise NotGradable("It was handed in again while it was graded. Run the same command again.")
        given = json.loads(result)
        remarks = [*remarks, *given["stops"]]
        notebook = nbformat.v4.reads(given["notebook"])
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
            submitted.late_submission_penalty = self._penalty(student, handed_in)
            book.db.flush()
        return self.totals(student)[student]

    def _penalty(self, student: str, handed_in: api.SubmittedAssignment) -> float | None:
        """Return the points that are taken off for being late, as the plugin of nbgrader's configuration says."""
        late = handed_in.total_seconds_late if handed_in.assignment.duedate else 0
        if late <= 0:
            return None
        score = self.totals(student)[student].raw_score
        try:
            with own_modules(self.course.root):
                self._penalties.init_plugin()
                penalty = self._penalties.plugin_inst.late_submission_penalty(student, score, late)
        except SQLAlchemyError:
            raise
        except Exception as error:
            raise GradingError.plugin(_policy(self.course), f"{type(error).__name__}: {error}") from error
        return None if penalty is None else min(max(penalty, 0), score)

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


def course(root: Path) -> CourseDirectory:
    """Return the course in a folder, as its nbgrader_config.py and the user's own configuration say."""
    app = NbGrader()
    with contextlib.chdir(root), own_modules(Path.cwd()):
        app.load_config_file()
    config = app.config
    config.CourseDirectory.setdefault("root", str(root.resolve()))
    course = CourseDirectory(config=config)
    course.db_url = database.patient(course.db_url)
    return course


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
    if file := database.file(course.db_url):
        places["the gradebook"] = file
    if exchange := course.config.get("Exchange", {}).get("root"):
        places["the exchange folder"] = exchange
    return {what: os.path.abspath(place) for what, place in places.items()}


def _values(section: Mapping[str, Any], kind: Any) -> dict[str, Any]:
    """Return the options of a kind of step; those of a command line, which are text yet, as what they mean."""
    traits = kind.class_traits()
    return {
        name: value.get_value(traits[name]) if isinstance(value, DeferredConfig) and name in traits else value
        for name, value in section.items()
    }


def _executed(result: bytes) -> NotebookNode:
    return nbformat.v4.reads(json.loads(result)["notebook"])


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


def _name(step: str | type) -> str:
    return step if isinstance(step, str) else f"{step.__module__}.{step.__name__}"


def _step(step: str | type, config: Any) -> Any:
    """Return a preprocessor, given by its class or its name."""
    return run.step_class(_name(step))(config=config)
