"""In and out of nbgrader: preprocessors for `nbgrader_config.py`, and one sentence for whatever went wrong.

docs/teach/nbgrader.md tells what each of them changes, and what was measured without it.
"""

from __future__ import annotations

import base64
import builtins
import contextlib
import copy
import fnmatch
import functools
import glob
import json
import os
import re
import shutil
import sys
import warnings
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Gradebook, InvalidEntry, MissingEntry
from nbgrader.apps.baseapp import NbGrader
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.nbgraderformat import SCHEMA_VERSION
from nbgrader.preprocessors import AssignLatePenalties, ClearHiddenTests, NbGraderPreprocessor, OverwriteKernelspec
from sqlalchemy.exc import InterfaceError, OperationalError, SAWarning, SQLAlchemyError

from kindling.errors import GradingError, NotGradable
from kindling.grade import run
from kindling.grade.provisioner import archive

__all__ = [
    "Execute",
    "Grade",
    "HideTests",
    "RestoreCells",
    "Submissions",
    "course",
    "failure",
    "failures",
    "folders",
    "problem",
]

Resources = dict[str, Any]

MOST_FILES = 2000  # of a submission, folders counted
MOST_BYTES = 100_000_000  # of a submission; a lesson with all its pictures has a hundredth of it

ASKS = "This cell asks for input(), and nobody is there to answer while it is graded. Remove the call."

_RECORDING = ("SaveAutoGrades", "AssignLatePenalties")  # what nbgrader does with the gradebook, and no worker

_PLACE = re.compile(r" \([^()]*\.py, line \d+\)$")  # where a SyntaxError is, in a file that nobody knows
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


class RestoreCells(NbGraderPreprocessor):
    """Give a submission back the graded cells that were released: text, kind, points and place.

    The gradebook says what was released, so nothing that a learner did to a cell's metadata, by hand or by accident,
    can stop the grading. Of several copies of a cell the last one counts, as when the notebook runs from top to
    bottom; the others stay, as ordinary cells. A check that is missing, or stands above its task, is put below it.
    """

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Return the notebook with nbgrader's metadata on one cell of each name."""
        about = resources["nbgrader"]
        released = copy.deepcopy(about["released"]) if "released" in about else _released(about)
        about.setdefault("remarks", []).extend(_changes(nb, released))
        place = {name: index for index, cell in enumerate(nb.cells) if (name := _grade_id(cell)) in released}
        below: dict[int, str] = {}
        for name, cell in released.items():
            task = name.removesuffix("_check")
            if utils.is_grade(cell) and place.get(name, -1) < place.get(task, -1):
                below[place[task]] = name
                place.pop(name, None)
        cells = []
        for index, cell in enumerate(nb.cells):
            name = _grade_id(cell)
            cell.metadata.pop("nbgrader", None)
            cells.append(_restored(cell, released[name]) if name and place.get(name) == index else cell)
            if index in below:
                cells.append(released[below[index]])
        missing = (name for name, cell in released.items() if utils.is_grade(cell))
        cells += [released[name] for name in missing if name not in place and name not in below.values()]
        nb.cells = cells
        return nb, resources


class Execute(run.Execute):
    """The same as a worker's, for `nbgrader autograde`, which would otherwise go on to the next student."""

    def preprocess(self, nb: NotebookNode, resources: Resources, km: Any = None) -> tuple[NotebookNode, Resources]:
        """Return the executed notebook. Where there is no sandbox, end the program with a sentence."""
        try:
            return super().preprocess(nb, resources, km)
        except GradingError as reason:
            folder = resources["metadata"].get("path")
            if folder is None:  # no nbgrader, but a worker
                raise
            utils.rmtree(folder)  # else nbgrader would take this submission for one that is graded
            raise SystemExit(str(reason)) from None


class HideTests(ClearHiddenTests):
    """Show of a graded cell its visible claims and the one sentence that it ended with, or no output.

    A traceback shows the lines of the hidden tests, and what a learner's code prints in there shows their values.
    A learner's own cell may hold any text, nbgrader's markers included.
    """

    def preprocess_cell(
        self, cell: NotebookNode, resources: Resources, cell_index: int
    ) -> tuple[NotebookNode, Resources]:
        """Return the cell without hidden tests, with one output at most, where it is graded."""
        if not utils.is_grade(cell) or cell.cell_type != "code":
            return cell, resources
        sentence = failure(cell)
        cell.outputs = [run.error("", sentence)] if sentence else []
        return super().preprocess_cell(cell, resources, cell_index)


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
            released = _released(about)
            notebook = self.gradebook.find_notebook(lesson, lesson)
        except MissingEntry:
            raise GradingError.not_released(lesson) from None
        self._about = {**about, "released": released}
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
            handed_in, graded = (_stamp(folder) for folder in (self._handed_in(student), self._graded(student)))
        except (ValueError, OverflowError):
            return False  # `order` says what is wrong
        return not (handed_in and graded and handed_in > graded)

    def order(self, student: str) -> tuple[bytes, list[str]]:
        """Return what `kindling.grade.run.grade` needs to grade a submission, and remarks on it. Raises NotGradable."""
        if re.search(r"[\x00-\x1f\x7f\ud800-\udfff]", student):  # which nbgrader can't find or keep
            raise NotGradable("The folder's name has characters that can't be shown. Rename it and grade again.")
        try:
            self._ordered[student] = self._state(student)
            notebook = _read(self._handed_in(student), self.lesson)
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
        if self._ordered.pop(student) != self._state(student):
            raise NotGradable("It was handed in again while it was graded. Run the same command again.")
        given = json.loads(result)
        text = given["notebook"]
        notebook = nbformat.v4.reads(text)
        graded = self._graded(student)
        draft, old = (graded.with_name(f".{graded.name}.{kind}") for kind in ("draft", "old"))
        try:
            _remove(draft, old)  # of a run that was killed
            draft.mkdir(parents=True)
            for name, path in self._files(student)[0].items():
                (draft / name).parent.mkdir(parents=True, exist_ok=True)
                (draft / name).write_bytes(path.read_bytes())
            (draft / f"{self.lesson}.ipynb").write_text(text + "\n", encoding="utf-8")
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
        stamp = _stamp(self._handed_in(student))
        book.update_or_create_student(student)
        submission = book.update_or_create_submission(
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
        if self._penalties.enabled and (submission.total_seconds_late > 0 or submitted.late_submission_penalty):
            self._penalties.preprocess(notebook, {"nbgrader": {**self._about, "student": student}})

    def _files(self, student: str) -> tuple[dict[str, Path], list[str]]:
        """Return the files beside the notebook: those handed in, and the lesson's own, which count where both are."""
        folder = self._handed_in(student)
        own = Path(self.course.format_path(self.course.source_directory, ".", self.lesson))
        ignored = [*self.course.ignore, "*.ipynb"]
        found: dict[str, Path] = {}
        remarks: list[str] = []
        for path in _walk(folder, ignored):
            name = path.relative_to(folder).as_posix()
            if not Path(os.path.realpath(path)).is_relative_to(folder.resolve()):  # `resolve` refuses a link to itself
                remarks.append(f'"{name}" is a link to outside the submission and was left out.')
            elif path.is_file():
                found[name] = path
        for path in _walk(own, ignored):
            name = path.relative_to(own).as_posix()
            if name not in self._kept:
                found[name] = path
        return found, remarks

    def _state(self, student: str) -> list[tuple[str, int, int]]:
        """Return of each file of a submission its name, time and size: they change when it is handed in again."""
        found = sorted(self._handed_in(student).rglob("*"))
        return [(str(path), status.st_mtime_ns, status.st_size) for path in found if (status := path.lstat())]

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


def failure(cell: NotebookNode) -> str | None:
    """Return the one sentence that an executed cell ended with, or None where it ended well.

    That is a check's own sentence; for any other error its name and the first line of its message, like "TypeError: …".
    """
    errors = [output for output in cell.get("outputs", []) if output.output_type == "error"]
    if not errors:
        return None
    last = errors[-1]
    if last.ename == "StdinNotImplementedError":
        return ASKS
    kind = getattr(builtins, last.ename, object)
    if len(last.traceback) == 1 and not (isinstance(kind, type) and issubclass(kind, BaseException)):
        return _ANSI.sub("", last.traceback[0])  # an error that renders itself; a SyntaxError has a single part, too
    said = _PLACE.sub("", next(iter(last.evalue.splitlines()), ""))
    return f"{last.ename}: {said}" if said else last.ename


def failures(notebook: NotebookNode) -> dict[str, str]:
    """Return for each task of an autograded notebook whose check failed the sentence to read first, by the task's id.

    Where the task's own cell failed, that is the cause, and the check's sentence a consequence.
    """
    cells = {name: cell for cell in notebook.cells if (name := _grade_id(cell))}
    found = {}
    for name, cell in cells.items():
        task = name.removesuffix("_check")
        sentence = failure(cell)
        if sentence and utils.is_grade(cell):
            found[task] = failure(cells.get(task, cell)) or sentence
    return found


def problem(folder: Path, lesson: str) -> str | None:
    """Return one sentence that says why nbgrader can't grade what was handed in in `folder`, or None where it can."""
    try:
        _read(folder, lesson)
    except NotGradable as reason:
        return str(reason)
    return None


def _read(folder: Path, lesson: str) -> NotebookNode:
    """Return the notebook that was handed in in `folder`. Raises NotGradable."""
    stamp = folder / "timestamp.txt"
    if stamp.is_file():
        text = stamp.read_text(encoding="utf-8", errors="replace").strip()
        try:
            utils.parse_utc(text)
        except (ValueError, OverflowError):
            raise NotGradable(
                f'"{stamp.name}" says "{text[:40]}", which is no time. Delete it and grade again.'
            ) from None
    found = list(folder.rglob("*"))
    if len(found) > MOST_FILES:
        raise NotGradable(
            f"The submission has {len(found):,} files, and may have {MOST_FILES:,}. Ask for it again without data."
        )
    if sum(path.lstat().st_size for path in found) > MOST_BYTES:
        raise NotGradable(
            f"The submission is larger than {MOST_BYTES // 1_000_000} MB. Ask for it again without large files."
        )
    path = folder / f"{lesson}.ipynb"
    if path.is_symlink():
        raise NotGradable(f'"{path.name}" is a link, not a notebook. Ask for the notebook itself.')
    if not path.is_file():
        others = [other.name for other in sorted(folder.glob("*.ipynb")) if other.is_file()]
        if others:
            raise NotGradable(f'The notebook is named "{others[0]}". Rename it to "{path.name}" and grade again.')
        raise NotGradable(f'There is no notebook "{path.name}".')
    try:
        text = path.read_text(encoding="utf-8")
        if not text.strip():
            raise NotGradable("The notebook is an empty file. Ask for it again.")
        node = json.loads(text)
        if "\\ud" in text.lower():  # half a character is no text, in whatever way it is written
            json.dumps(node, ensure_ascii=False).encode("utf-8")
    except UnicodeError:
        raise NotGradable("The notebook is not UTF-8 text. Ask for it again.") from None
    except json.JSONDecodeError as error:
        raise NotGradable(f"The notebook is broken: line {error.lineno} is no JSON. Ask for it again.") from None
    except (ValueError, RecursionError):  # a number of a thousand digits, brackets without end
        raise NotGradable("The file is JSON, but no notebook. Ask for it again.") from None
    try:
        notebook = nbformat.reads(text, as_version=4)
        if not all(isinstance(cell.source, str) for cell in notebook.cells):
            raise TypeError
    except Exception:
        version = node.get("nbformat") if isinstance(node, dict) else None
        if isinstance(version, int) and version > nbformat.current_nbformat:
            raise NotGradable(
                f"The notebook has format {version}, newer than {nbformat.current_nbformat}, the newest known here."
            ) from None
        raise NotGradable("The file is JSON, but no notebook. Ask for it again.") from None
    return notebook


def _remove(*folders: Path) -> None:
    for folder in folders:
        if folder.exists():
            utils.rmtree(str(folder))


def _walk(folder: Path, ignored: list[str]) -> list[Path]:
    """Return the files in a folder and those below it, in order, but for names that match a pattern of `ignored`.

    nbgrader's own way takes an hour for what an unpacked data set holds.
    """
    found = []
    for place, folders, names in os.walk(folder):
        for group in (folders, names):
            group[:] = [name for name in group if not any(fnmatch.fnmatch(name, pattern) for pattern in ignored)]
        found += [Path(place, name) for name in names]
    return sorted(found)


def _released(submission: Resources) -> dict[str, NotebookNode]:
    """Return each cell that nbgrader knows of a notebook, as it was released, by its grade id."""
    with Gradebook(submission["db_url"]) as gradebook:
        notebook = gradebook.find_notebook(submission["notebook"], submission["assignment"])
        solutions = {cell.name for cell in notebook.solution_cells}
        graded = {cell.name: cell.max_score for cell in notebook.grade_cells}
        tasks = {cell.name: cell.max_score for cell in notebook.task_cells}
        return {cell.name: _cell(cell, cell.name in solutions, graded, tasks) for cell in notebook.source_cells}


def _changes(nb: NotebookNode, released: dict[str, NotebookNode]) -> list[str]:
    """Return a remark for each released cell that a submission holds several times, not at all, or with other text."""
    remarks = []
    copies = Counter(name for cell in nb.cells if (name := _grade_id(cell)) in released)
    texts = {_grade_id(cell): cell.source for cell in nb.cells}
    for name, cell in released.items():
        task = name.removesuffix("_check")
        what = f"The check of `{task}`" if utils.is_grade(cell) else f"The cell of `{task}`"
        if copies[name] > 1:
            remarks.append(f"{what} was there {copies[name]} times. The last one counts.")
        elif copies[name] == 0:
            remarks.append(f"{what} was missing" + (" and was put back." if utils.is_grade(cell) else "."))
        elif utils.is_locked(cell) and texts[name].strip() not in (cell.source.strip(), _visible(cell.source)):
            remarks.append(f"{what} had been changed and was set back.")
    return remarks


@functools.lru_cache(maxsize=1000)  # the same checks for a whole class
def _visible(source: str) -> str:
    """Return the text of a check as learners get it."""
    cell = nbformat.v4.new_code_cell(source)
    ClearHiddenTests()._remove_hidden_test_region(cell)
    return cell.source.strip()


def _name(step: str | type) -> str:
    return step if isinstance(step, str) else f"{step.__module__}.{step.__name__}"


def _step(step: str | type, config: Any) -> Any:
    """Return a preprocessor, given by its class or its name."""
    return run.step_class(_name(step))(config=config)


def _stamp(folder: Path) -> datetime | None:
    """Return when a submission was handed in, in UTC, where that is known."""
    path = folder / "timestamp.txt"
    text = path.read_text(encoding="utf-8").strip() if path.is_file() else ""
    return utils.parse_utc(text) if text else None


def _cell(cell: Any, solution: bool, graded: dict[str, float], tasks: dict[str, float]) -> NotebookNode:
    make = nbformat.v4.new_code_cell if cell.cell_type == "code" else nbformat.v4.new_markdown_cell
    node = make(cell.source, id=re.sub(r"\W", "-", cell.name)[:64])
    node.metadata.nbgrader = {
        "cell_type": cell.cell_type,
        "checksum": cell.checksum,
        "grade": cell.name in graded,
        "grade_id": cell.name,
        "locked": cell.locked,
        "schema_version": SCHEMA_VERSION,
        "solution": solution,
        "task": cell.name in tasks,
    }
    points = {**graded, **tasks}.get(cell.name)
    if points is not None:
        node.metadata.nbgrader.points = points
    return node


def _restored(cell: NotebookNode, released: NotebookNode) -> NotebookNode:
    """Return the released cell with what a learner may change: the text of a task, and the cell's id."""
    if not utils.is_locked(released):
        released.source = cell.source
    if "id" in cell:
        released.id = cell.id
    return released


def _grade_id(cell: NotebookNode) -> str | None:
    metadata = cell.setdefault("metadata", NotebookNode()).get("nbgrader")
    name = metadata.get("grade_id") if isinstance(metadata, dict) else None
    return name if isinstance(name, str) else None
