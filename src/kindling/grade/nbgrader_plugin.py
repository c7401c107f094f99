"""The preprocessors that `nbgrader_config.py` names.

docs/teach/nbgrader.md tells what each of them changes, and what was measured without it.
"""

from __future__ import annotations

import copy
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import ClearHiddenTests
from nbgrader.preprocessors import GetGrades as NbgraderGetGrades
from nbgrader.preprocessors import SaveAutoGrades as NbgraderSaveAutoGrades
from nbgrader.preprocessors.base import NbGraderPreprocessor
from traitlets.config import Config

from kindling.cell_ids import task_of
from kindling.errors import GradingError, KindlingError
from kindling.grade import cleaning, document, execute, filenames, limits, lock, outcome, outputs, run, submission
from kindling.grade import released as lesson_cells
from kindling.grade.outcome import failure, failures, grade_id

if TYPE_CHECKING:
    from nbconvert.exporters.exporter import ResourcesDict

__all__ = [
    "Clean",
    "CleanFiles",
    "Execute",
    "Exporter",
    "GetGrades",
    "HideTests",
    "ListTasks",
    "RestoreCells",
    "SaveAutoGrades",
    "clean_files",
]

Resources = dict[str, Any]

_agreed: set[tuple[object, ...]] = set()  # lessons that were looked at, each with the times of its files

_known: dict[tuple[str, str], tuple[limits.Times, dict[str, Any]]] = {}

NO_RESPONSE = "No response."  # nbgrader's own comment, of a task that was left as it was


class RestoreCells(NbGraderPreprocessor):
    """Give a submission back the graded cells that were released: text, kind, points and place.

    The gradebook says what was released, so nothing that a learner did to a cell's metadata, by hand or by accident,
    can stop the grading. Of several copies of a cell the last one counts, as when the notebook runs from top to
    bottom; the others stay, as ordinary cells. A check that is missing, or stands above its task, is put below it.
    The cells that only show something, and stand there as they were released, get a mark: they need not run.
    """

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Return the notebook with nbgrader's metadata on one cell of each name."""
        about = resources["nbgrader"]
        if "released" not in about:  # by `nbgrader autograde`
            _stop_unless_released(self.config, about)
            _refuse_second(self.config, about)
        released = copy.deepcopy(about["released"]) if "released" in about else lesson_cells.cells(about)
        names = lesson_cells.names(nb, released)
        remarks = lesson_cells.changes(nb, released, names)
        known = any(grade_id(cell) in released for cell in nb.cells)
        place = {name: index for index, name in enumerate(names) if name}
        below: dict[int, str] = {}
        for name, cell in released.items():
            task = task_of(name)
            if utils.is_grade(cell) and place.get(name, -1) < place.get(task, -1):
                below[place[task]] = name
                place.pop(name, None)
        cells = []
        for index, (cell, name) in enumerate(zip(nb.cells, names, strict=True)):
            cell.metadata.pop("nbgrader", None)
            cells.append(lesson_cells.restored(cell, released[name]) if name and place.get(name) == index else cell)
            if index in below:
                cells.append(released[below[index]])
        missing = (name for name, cell in released.items() if utils.is_grade(cell))
        cells += [released[name] for name in missing if name not in place and name not in below.values()]
        if known:
            remarks += lesson_cells.moved(cells, names, about.get("order", []))
        about.setdefault("remarks", []).extend(remarks)
        lesson_cells.leave_out(cells, about.get("shows", []))
        document.number(cells)
        nb.cells, nb.nbformat_minor = cells, 5  # the first with ids
        return nb, resources


def _stop_unless_released(config: Config, about: dict[str, Any]) -> None:
    """End the program with a sentence where the gradebook holds other cells than source/ and release/ do."""
    from kindling.grade import release  # no worker needs the gradebook

    course = CourseDirectory(config=config, db_url=about["db_url"])
    lesson = (course.db_url, about["assignment"], *release.stamps(course, about["assignment"]))
    if lesson in _agreed:
        return
    try:
        for line in release.agree(course, [about["assignment"]]):
            print(line, file=sys.stderr)
    except KindlingError as reason:
        _end(course, about, reason)
    _agreed.add(lesson)


class Exporter(NotebookExporter):
    """nbgrader's own, but for what was handed in: `nbgrader autograde` reads that as `kindling grade` does.

    The log holds the remarks.
    """

    # The first of what it returns is a str, where nbconvert says NotebookNode.
    def from_filename(self, filename: str, resources: Resources | None = None, **kw: Any) -> tuple[Any, Resources]:
        """Return the notebook after all preprocessors. Raises NotGradable, and nbgrader goes on to the next student."""
        assert self.parent is not None
        course, path, resources = self.parent.coursedir, Path(filename), resources or {}
        top = submission.class_folder(course, course.submitted_directory)
        if not path.is_relative_to(top):
            return super().from_filename(filename, resources, **kw)
        about = resources["nbgrader"]
        lesson, student = about["assignment"], about["student"]
        own = Path(course.format_path(course.source_directory, ".", lesson))
        about["order"] = lesson_cells.order(own / path.name)
        released = Path(course.format_path(course.release_directory, ".", lesson))
        about["shows"] = lesson_cells.shows(own / path.name, released / path.name)
        notebook = submission.read(path.parent, path.stem, top)
        kept = self.parent.exclude_overwriting.get(lesson, [])
        files, about["remarks"] = submission.files(path.parent, own, course.ignore, kept, top)
        copied = Path(course.format_path(course.autograded_directory, student, lesson))
        for one in (file for file in copied.rglob("*") if file.is_file()):
            if one.suffix != ".ipynb" and one.relative_to(copied).as_posix() not in files:
                one.unlink()  # nbgrader copies what links lead to, too
        resources["metadata"] = {"name": path.stem, "path": str(path.parent)}
        done: tuple[Any, Resources] = self.from_notebook_node(notebook, resources, **kw)
        for remark in about["remarks"]:
            self.log.warning("%s: %s", student, remark)
        return done


class Execute(execute.Execute):
    """The same as a worker's, for `nbgrader autograde`, which would otherwise go on to the next student."""

    def preprocess(  # type: ignore[override]  # nobody calls it without resources
        self, nb: NotebookNode, resources: Resources, km: Any = None
    ) -> tuple[NotebookNode, Resources]:
        """Return the executed notebook. Where there is no sandbox, end the program with a sentence."""
        folder = resources["metadata"].get("path")
        try:
            if folder is not None:  # nbgrader, and no worker
                from kindling.grade import configuration

                course, lesson = CourseDirectory(config=self.config), resources["nbgrader"]["assignment"]
                self.private = configuration.private(course)
                times, self.sealed = _reference(course, lesson, resources["nbgrader"]["db_url"])
                self.times = dict(times)
            return super().preprocess(nb, resources, km)
        except GradingError as reason:
            if folder is None:
                raise
            _end(course, resources["nbgrader"], reason)


def _reference(course: CourseDirectory, lesson: str, db_url: str) -> tuple[limits.Times, dict[str, Any]]:
    """Return what the lesson's own solutions take on this machine, and its sealed checks, once in this process."""
    from kindling.grade import gradebook

    course.db_url = db_url
    if (db_url, lesson) not in _known:
        with gradebook.Submissions(course, lesson) as book:
            if job := book.reference():
                book.learn(run.grade(job))
            _known[db_url, lesson] = book.times, book.sealed
    return _known[db_url, lesson]


def _refuse_second(config: Config, about: dict[str, Any]) -> None:
    """End `nbgrader autograde`, which runs in the course folder, where `kindling grade` is at work on the lesson."""
    try:
        lock.refuse_second(Path(), about["assignment"])
    except GradingError as reason:
        _end(CourseDirectory(config=config), about, reason)


def _end(course: CourseDirectory, about: dict[str, Any], reason: KindlingError) -> NoReturn:
    """End the program with a sentence; nbgrader would otherwise go on to the next student."""
    begun = course.format_path(course.autograded_directory, about["student"], about["assignment"])
    if os.path.exists(begun):  # else nbgrader would take this submission for one that is graded
        utils.rmtree(begun)
    raise SystemExit(str(reason)) from None


class SaveAutoGrades(NbgraderSaveAutoGrades):
    """nbgrader's own preprocessor; the check of a bonus task earns extra credit."""

    def _add_score(self, cell: NotebookNode, resources: Resources) -> None:
        from kindling.grade import gradebook  # not for a worker, which imports this module for `Execute`

        place = self.notebook_id, self.assignment_id, self.student_id
        gradebook.enter(self.gradebook.find_grade(cell.metadata.nbgrader.grade_id, *place), cell)
        self.gradebook.db.commit()


class GetGrades(NbgraderGetGrades):
    """nbgrader's own preprocessor; what came on top of a lesson's points stands apart.

    Then `score` is without the bonus, and `bonus` and `max_bonus` stand beside it: those of the whole notebook in the
    resources, and those of a bonus task in its check's metadata, where they are its `score` and `points` too.
    """

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        """Return the notebook and the resources with the grades that the gradebook has."""
        nb, resources = super().preprocess(nb, resources)
        about = resources["nbgrader"]
        checks = [cell.metadata.nbgrader for cell in nb.cells if utils.is_grade(cell)]
        on_top = sum(check.extra_credit for check in checks)
        # A late penalty may cost more than what comes on top.
        about["bonus"] = max(0.0, min(on_top, about["score"]))
        about["score"] -= about["bonus"]
        about["max_bonus"] = sum(check.max_bonus for check in checks)
        return nb, resources

    def _get_score(self, cell: NotebookNode, resources: ResourcesDict) -> None:
        super()._get_score(cell, resources)
        place = self.notebook_id, self.assignment_id, self.student_id
        about, most = cell.metadata.nbgrader, outcome.bonus(cell)
        about.extra_credit = self.gradebook.find_grade(about.grade_id, *place).extra_credit or 0.0
        about.max_bonus = most
        if most:
            about.bonus, about.points = about.score, most


class Clean(NbGraderPreprocessor):
    """Take out of a graded notebook whatever would run when somebody looks at it: see kindling.grade.cleaning."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Return a notebook that only shows something, and that nbconvert accepts."""
        return cleaning.clean(nb), resources


class CleanFiles(NbGraderPreprocessor):
    """The same for the files beside it, for `nbgrader autograde`: what a browser would run is kept as a text."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Return what came. Raises OSError where a file can't be renamed."""
        folder = resources.get("metadata", {}).get("path")
        if folder:  # no worker, which has no files to keep
            filenames.rename_active_files(Path(folder))
        return nb, resources


def clean_files(assignment: str, student: str, notebooks: list[str]) -> None:
    """Give the files beside graded notebooks names that leave the feedback page its own, in folders of old runs too."""
    for folder in {os.path.dirname(path) for path in notebooks}:
        filenames.rename_active_files(Path(folder))


class HideTests(ClearHiddenTests):
    """Show of a graded cell its visible claims and the one sentence that it ended with, or no output.

    A traceback shows the lines of the hidden tests, and what a learner's code prints in there shows their values.
    A learner's own cell may hold any text, nbgrader's markers included.
    """

    def preprocess_cell(
        self, cell: NotebookNode, resources: ResourcesDict, cell_index: int
    ) -> tuple[NotebookNode, ResourcesDict]:
        """Return the cell without hidden tests, with one output at most, where it is graded."""
        if not utils.is_grade(cell) or cell.cell_type != "code":
            return cell, resources
        sentence = failure(cell)
        cell.outputs = [outputs.error("", sentence)] if sentence else []
        return super().preprocess_cell(cell, resources, cell_index)


class ListTasks(NbGraderPreprocessor):
    """Tell the feedback page what stands at its top: each task, its points, and the sentence that its check said."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Return the notebook, and in `resources` its tasks. It has its grades, and feedback's cells: see HideTests."""
        said = failures(nb)
        comments = {name: cell.metadata.nbgrader.get("comment") for cell in nb.cells if (name := grade_id(cell))}
        resources["nbgrader"]["tasks"] = [
            {
                "name": (task := task_of(name)),
                "anchor": name,
                "score": cell.metadata.nbgrader.score,
                "points": cell.metadata.nbgrader.points,
                "bonus": bool(cell.metadata.nbgrader.get("max_bonus")),
                "solved": cell.metadata.nbgrader.score >= cell.metadata.nbgrader.points,
                "sentence": said.get(task),
                "comment": None if comments.get(task) == NO_RESPONSE else comments.get(task),
            }
            for cell in nb.cells
            if (utils.is_grade(cell) or utils.is_task(cell)) and (name := grade_id(cell))
        ]
        return nb, resources
