"""source/ -> release/ and the gradebook, and whether course/, source/, release/ and the gradebook agree."""

from __future__ import annotations

import contextlib
import copy
import datetime
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import (
    Comment,
    Grade,
    Gradebook,
    GradeCell,
    MissingEntry,
    Notebook,
    SolutionCell,
    SourceCell,
    SubmittedNotebook,
    TaskCell,
)
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SQLAlchemyError

from kindling import build
from kindling import lesson as lessons
from kindling.errors import BuildError, GradingError
from kindling.files import replaced
from kindling.grade import database, gradebook, lock, released
from kindling.grade.report.text import many, number

__all__ = ["agree", "release", "stamps"]

Cells = dict[str, NotebookNode]


def release(root: Path, names: list[str], *, drop_points: bool = False) -> Iterator[str]:
    """Make release/ of lessons from source/ and put them into the gradebook; yield what was done, a line for each.

    What is there already is left as it is, with the due date, submissions, points and comments. A task that is new
    counts 0 for those who handed in before, until they are graded again. Points of a task that is gone are taken
    away with `drop_points` alone. Raises GradingError or BuildError; then the lesson is as it was everywhere.
    """
    course = gradebook.course(root)
    with gradebook.own_modules(course.root), database.opened(course) as book:
        for name in names:
            with lock.held(Path(course.root), name):
                yield _release(course, book, name, drop_points)


def agree(course: CourseDirectory, names: list[str]) -> Iterator[str]:
    """Make sure that course/, source/, release/ and the gradebook have the same graded cells of each lesson.

    A lesson that the gradebook does not know is put there, if the others agree; what was done is yielded. Raises
    GradingError where they differ. Nothing is executed.
    """
    with gradebook.own_modules(course.root), database.opened(course) as book:
        for name in names:
            path = _path(course, course.source_directory, name) / f"{name}.ipynb"
            if not path.is_file():
                continue  # a gradebook from elsewhere
            kept, handed_out = _converted(course, name, _read(path, name))
            text = Path(course.root, "course", f"{name}.py")
            if text.is_file():
                wanted, _ = _converted(course, name, build.notebook(lessons.read(text)))
                if cells := _differing(_graded(wanted), _graded(kept)):
                    raise GradingError.out_of_step(name, cells, f"source/{name}", f"course/{name}.py", built=False)
            given = _path(course, course.release_directory, name) / f"{name}.ipynb"
            if given.is_file() and (cells := _differing(_graded(handed_out), _graded(_read(given, name)))):
                raise GradingError.out_of_step(name, cells, f"release/{name}", f"source/{name}", built=True)
            try:
                known = released.of(book.find_notebook(name, name))
            except MissingEntry:
                if not given.is_file():
                    raise GradingError.not_released(name) from None
                yield _release(course, book, name, drop_points=False)
            else:
                if cells := _differing(_graded(kept), known):
                    raise GradingError.out_of_step(name, cells, "the gradebook", f"source/{name}", built=True)


def stamps(course: CourseDirectory, name: str) -> tuple[int, ...]:
    """Return when each file that `agree` reads of a lesson was changed, in nanoseconds; 0 for one that is not there."""
    folders = [_path(course, step, name) for step in (course.source_directory, course.release_directory)]
    paths = [Path(course.root, "course", f"{name}.py"), *(folder / f"{name}.ipynb" for folder in folders)]
    return tuple(path.stat().st_mtime_ns if path.exists() else 0 for path in paths)


def _release(course: CourseDirectory, book: Gradebook, name: str, drop_points: bool) -> str:
    """Release one lesson; return what was done."""
    if Path(course.root, "course", f"{name}.py").is_file():
        for problem in build.stale(Path(course.root), [name]):
            if problem.startswith("source"):
                raise BuildError.not_built(name, problem)
    for path in sorted(_path(course, course.source_directory, name).glob("*.ipynb")):
        _converted(course, path.stem, _read(path, name))  # says in a sentence what nbgrader says in a traceback
    target = _path(course, course.release_directory, name)
    try:
        with tempfile.TemporaryDirectory(prefix=".release-", dir=course.root) as folder:
            notebooks, made = _make(course, name, Path(folder).name)
            new_files = _files(made, course) != _files(target, course)
            changes = _Changes(book, name, notebooks)
            if changes.losers and not drop_points:
                raise GradingError.points_would_go(name, changes.loses, changes.losers)
            moved = changes.submissions and (changes.new or changes.gone or changes.losers)
            backup = _backup(book, course) if moved else None
            with replaced(target, made) if new_files else contextlib.nullcontext():
                if changes.any:
                    changes.enter()
    except (OSError, SQLAlchemyError, sqlite3.Error) as error:
        raise GradingError.not_put_there(name, error) from None
    return changes.told(name, new_files, backup)


class _Changes:
    """What the gradebook has to take on for a lesson to be as its source notebooks say."""

    def __init__(self, book: Gradebook, lesson: str, notebooks: dict[str, NotebookNode]) -> None:
        self._book, self._lesson, self._notebooks = book, lesson, notebooks
        known = {name: self._known(name) for name in notebooks}
        wanted = {name: _graded(notebook) for name, notebook in notebooks.items()}
        had = {name: released.of(notebook) if notebook else {} for name, notebook in known.items()}
        there, before = (
            [cell for one in cells.values() for cell in one.values() if _counts(cell)] for cells in (wanted, had)
        )
        self.tasks, self.points = len(there), sum(float(cell.metadata.nbgrader.points) for cell in there)
        new, gone = _tasks(map(_name, there)), _tasks(map(_name, before))
        self.new, self.gone = ([task for task in new if task not in gone], [task for task in gone if task not in new])
        differing = [cell for name in notebooks if known[name] for cell in _differing(wanted[name], had[name])]
        self.changed = [task for task in _tasks(differing) if task not in self.new + self.gone]
        kernels = any(notebook and notebook.kernelspec != _kernelspec(notebooks[n]) for n, notebook in known.items())
        self.any = bool(None in known.values() or differing or kernels)
        self._old = [cell for name in notebooks if known[name] for cell in _superfluous(known[name], wanted[name])]
        self.submissions = sum(len(notebook.submissions) for notebook in known.values() if notebook)
        losing = [(cell.name, student) for cell in self._old for student in self._losing(cell)]
        self.loses, self.losers = _tasks(cell for cell, _ in losing), len({student for _, student in losing})
        self.regrade = any(
            grade.auto_score is not None
            for notebook in known.values()
            if notebook
            for handed_in in notebook.submissions
            for grade in handed_in.grades
        )

    def enter(self) -> None:
        """Write it all to the gradebook, or nothing."""
        session = self._book.db
        assignment = self._book.update_or_create_assignment(self._lesson)
        handed_in = list(assignment.submissions)
        try:
            for cell in self._old:
                for kind in (Grade, Comment):
                    for row in session.query(kind).filter_by(cell_id=cell.id):
                        session.delete(row)
                session.delete(cell)
            for name, node in self._notebooks.items():
                notebook = self._known(name)
                if notebook is None:
                    notebook = Notebook(name=name, assignment=assignment)
                    session.add(notebook)
                    session.add_all(SubmittedNotebook(notebook=notebook, assignment=one) for one in handed_in)
                notebook.kernelspec = _kernelspec(node)
                session.flush()  # gives each row its id
                self._enter(notebook, _graded(node))
            session.commit()
        except BaseException:
            session.rollback()
            raise

    def told(self, name: str, new_files: bool, backup: str | None) -> str:
        """Return what was done, in a line."""
        counts = f"{many(self.tasks, 'task')}, {number(self.points)} point{'s' * (self.points != 1)}"
        if not self.any and not new_files:
            return f"{name}: nothing has changed since it was released: {counts}."
        said = f"{name}: in the gradebook, {counts}; release/{name} is what learners get."
        if self.submissions:
            for word, tasks in (("New", self.new), ("Changed", self.changed), ("Gone", self.gone)):
                said += f" {word}: {', '.join(f'`{task}`' for task in tasks)}." if tasks else ""
        if self.any and self.regrade:
            said += (
                f" The points that are there stay until `kindling grade {name} --force` grades again; those given by "
                "hand stay then, too."
            )
            said += " Until then a new task counts 0." if self.new else ""
        return said + (f" The gradebook as it was before: {backup}." if backup else "")

    def _known(self, name: str) -> Notebook | None:
        try:
            return self._book.find_notebook(name, self._lesson)
        except MissingEntry:
            return None

    def _losing(self, cell: Any) -> Iterator[str]:
        """Yield each student for whom the gradebook holds something of this cell."""
        for grade in self._book.db.query(Grade).filter_by(cell_id=cell.id):
            if {grade.auto_score, grade.manual_score, grade.extra_credit} != {None}:
                yield grade.student.id
        for comment in self._book.db.query(Comment).filter_by(cell_id=cell.id):
            if comment.manual_comment is not None:
                yield comment.student.id

    def _enter(self, notebook: Notebook, wanted: Cells) -> None:
        """Write the cells of a notebook; for each that is new, every submission gets its empty grade or comment."""
        session = self._book.db
        have = {(type(cell), cell.name): cell for cell in (*notebook._base_cells, *notebook.source_cells)}
        for name, cell in wanted.items():
            kinds = [
                (GradeCell, utils.is_grade, (Grade,)),
                (SolutionCell, utils.is_solution, (Comment,)),
                (TaskCell, utils.is_task, (Grade, Comment)),
            ]
            for kind, applies, parts in kinds:
                if not applies(cell):
                    continue
                row = have.get((kind, name))
                if new := row is None:
                    row = kind(name=name, notebook=notebook)
                if kind is not SolutionCell:
                    row.max_score, row.cell_type = float(cell.metadata.nbgrader.points), cell.cell_type
                session.add(row)
                if new:
                    session.flush()  # gives it its id
                    session.add_all(
                        part(cell_id=row.id, notebook=one) for one in notebook.submissions for part in parts
                    )
            source = have.get((SourceCell, name)) or SourceCell(name=name, notebook=notebook)
            source.cell_type, source.source, source.locked = cell.cell_type, cell.source, utils.is_locked(cell)
            source.checksum = cell.metadata.nbgrader.get("checksum")
            session.add(source)


def _superfluous(notebook: Notebook, wanted: Cells) -> list[Any]:
    """Return the gradebook's cells of a notebook that are no longer there, or no longer of that kind."""
    is_kind = {GradeCell: utils.is_grade, SolutionCell: utils.is_solution, TaskCell: utils.is_task}
    cells = [*notebook.grade_cells, *notebook.solution_cells, *notebook.task_cells]
    old = [cell for cell in cells if cell.name not in wanted or not is_kind[type(cell)](wanted[cell.name])]
    return old + [cell for cell in notebook.source_cells if cell.name not in wanted]


def _path(course: CourseDirectory, step: str, name: str) -> Path:
    return Path(os.path.normpath(course.format_path(step, ".", name)))


def _read(path: Path, lesson: str) -> NotebookNode:
    """Return a notebook. Raises BuildError where there is none in the file."""
    try:
        return nbformat.read(path, as_version=4)
    except Exception as error:  # nbformat has many
        raise BuildError.no_release(
            lesson, f"{path.parent.parent.name}/{lesson}/{path.name} is no notebook. ({error})"
        ) from None


def _converted(course: CourseDirectory, name: str, node: NotebookNode) -> tuple[NotebookNode, NotebookNode]:
    """Return a source notebook as the gradebook is to have it, and as learners get it. Raises BuildError."""
    kept: dict[str, NotebookNode] = {}
    text: list[str] = []
    converter = GenerateAssignment(coursedir=course, config=course.config)
    about = {"notebook": name, "assignment": name, "student": ".", "db_url": course.db_url}

    def convert() -> None:
        exporter = converter.exporter_class(parent=converter, config=converter.config)
        for step in _steps(converter, kept):
            exporter.register_preprocessor(step)
        text.append(exporter.from_notebook_node(node, resources={"nbgrader": about, "unique_key": name})[0])

    outcome = utils.capture_log(SimpleNamespace(start=convert, log=converter.log))
    if not outcome["success"]:
        error = outcome["error"].strip().splitlines()[-1]
        raise BuildError.no_release(name, outcome.get("log", "") + error)
    return kept[name], nbformat.reads(text[0], as_version=4)


def _make(course: CourseDirectory, name: str, folder: str) -> tuple[dict[str, NotebookNode], Path]:
    """Let nbgrader make a release in a folder; return its notebooks for the gradebook, and where the release lies."""
    kept: dict[str, NotebookNode] = {}
    draft = CourseDirectory(config=course.config, root=course.root, release_directory=folder, assignment_id=name)
    converter = GenerateAssignment(coursedir=draft, config=course.config, no_database=True)
    converter.preprocessors = _steps(converter, kept)
    outcome = utils.capture_log(converter)
    if not outcome["success"]:
        raise BuildError.no_release(name, outcome.get("log") or outcome["error"])
    return kept, _path(draft, draft.release_directory, name)


def _steps(converter: GenerateAssignment, kept: dict[str, NotebookNode]) -> list[Any]:
    """Return nbgrader's steps from source to release; what it would write to the gradebook goes into `kept`."""

    def keep(node: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        kept[resources["nbgrader"]["notebook"]] = copy.deepcopy(node)
        return node, resources

    return [keep if "SaveCells" in str(step) else step for step in converter.preprocessors]


def _graded(node: NotebookNode) -> Cells:
    """Return the cells of a notebook that nbgrader keeps, by their names."""
    kinds = (utils.is_grade, utils.is_solution, utils.is_locked, utils.is_task)
    return {_name(cell): cell for cell in node.cells if any(kind(cell) for kind in kinds)}


def _counts(cell: NotebookNode) -> bool:
    return utils.is_grade(cell) or utils.is_task(cell)


def _differing(wanted: Cells, found: Cells) -> list[str]:
    """Return the names of the cells that are not the same in text, kind or points, in order."""

    def facts(cells: Cells, name: str) -> tuple[Any, ...] | None:
        if name not in cells:
            return None
        cell, about = cells[name], cells[name].metadata.nbgrader
        kinds = (utils.is_grade(cell), utils.is_solution(cell), utils.is_locked(cell), utils.is_task(cell))
        return cell.cell_type, cell.source, kinds, float(about.points) if _counts(cell) else None

    return [name for name in dict.fromkeys([*wanted, *found]) if facts(wanted, name) != facts(found, name)]


def _name(cell: NotebookNode) -> str:
    return cell.metadata.nbgrader.grade_id


def _tasks(cells: Iterable[str]) -> list[str]:
    """Return the tasks that cells of these names belong to, each once."""
    return list(dict.fromkeys(cell.removesuffix("_check") for cell in cells))


def _kernelspec(node: NotebookNode) -> str:
    return json.dumps(node.metadata.get("kernelspec", {}))


def _files(folder: Path, course: CourseDirectory) -> dict[str, bytes]:
    """Return what lies in a folder, by path."""
    found = utils.find_all_files(str(folder), course.ignore)
    return {os.path.relpath(path, folder): Path(path).read_bytes() for path in found}


def _backup(book: Gradebook, course: CourseDirectory) -> str | None:
    """Copy a gradebook that is a file; return the copy's name, or None where a server holds the gradebook."""
    path = book.engine.url.database
    if book.engine.url.get_backend_name() != "sqlite" or not path or path == ":memory:":
        return None
    there = Path(course.root, path)
    copied = there.with_name(f"{there.name}.{datetime.datetime.now():%Y-%m-%d-%H%M%S}")
    copied.touch(mode=0o600)
    with contextlib.closing(sqlite3.connect(there)) as source, contextlib.closing(sqlite3.connect(copied)) as target:
        source.backup(target)
    shutil.copymode(there, copied)
    return copied.name
