"""source/ -> release/ and the gradebook, and whether course/, source/, release/ and the gradebook agree."""

from __future__ import annotations

import contextlib
import copy
import datetime
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SQLAlchemyError

from kindling.authoring import build, lessons
from kindling.authoring.notebooks import notebook
from kindling.errors import BuildError, GradingError
from kindling.files import replaced
from kindling.grade import configuration, database, lock, released
from kindling.grade.changes import Changes, differing, graded

__all__ = ["agree", "release", "stamps"]


def release(root: Path, names: list[str], *, drop_points: bool = False) -> Iterator[str]:
    """Make release/ of lessons from source/ and put them into the gradebook; yield what was done, a line for each.

    What is there already is left as it is, with the due date, submissions, points and comments. A task that is new
    counts 0 for those who handed in before, until they are graded again. Points of a task that is gone are taken
    away with `drop_points` alone. Raises GradingError or BuildError; then the lesson is as it was everywhere.
    """
    course = configuration.course(root)
    with configuration.own_modules(course.root), database.opened(course) as book:
        for name in names:
            with lock.held(Path(course.root), name):
                yield _release(course, book, name, drop_points)


def agree(course: CourseDirectory, names: list[str]) -> Iterator[str]:
    """Make sure that course/, source/, release/ and the gradebook have the same graded cells of each lesson.

    A lesson that the gradebook does not know is put there, if the others agree; what was done is yielded. Raises
    GradingError where they differ. Nothing is executed.
    """
    with configuration.own_modules(course.root), database.opened(course) as book:
        for name in names:
            path = _path(course, course.source_directory, name) / f"{name}.ipynb"
            if not path.is_file():
                continue  # a gradebook from elsewhere
            kept, handed_out = _converted(course, name, _read(path, name))
            text = Path(course.root, "course", f"{name}.py")
            if text.is_file():
                wanted, _ = _converted(course, name, notebook(lessons.read(text)))
                if cells := differing(graded(wanted), graded(kept)):
                    raise GradingError.out_of_step(name, cells, f"source/{name}", f"course/{name}.py", built=False)
            given = _path(course, course.release_directory, name) / f"{name}.ipynb"
            if given.is_file() and (cells := differing(graded(handed_out), graded(_read(given, name)))):
                raise GradingError.out_of_step(name, cells, f"release/{name}", f"source/{name}", built=True)
            try:
                known = released.of(book.find_notebook(name, name))
            except MissingEntry:
                if not given.is_file():
                    raise GradingError.not_released(name) from None
                yield _release(course, book, name, drop_points=False)
            else:
                if cells := differing(graded(kept), known):
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
            changes = Changes(book, name, notebooks)
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


def _path(course: CourseDirectory, step: str, name: str) -> Path:
    return Path(os.path.normpath(course.format_path(step, ".", name)))


def _read(path: Path, lesson: str) -> NotebookNode:
    """Return a notebook. Raises BuildError where there is none in the file."""
    try:
        notebook: NotebookNode = nbformat.read(path, as_version=4)
        return notebook
    except Exception as error:  # nbformat has many
        raise BuildError.no_release(
            lesson, f"{path.parent.parent.name}/{lesson}/{path.name} is not a valid notebook. ({error})"
        ) from None


def _converted(course: CourseDirectory, name: str, node: NotebookNode) -> tuple[NotebookNode, NotebookNode]:
    """Return a source notebook as the gradebook is to have it, and as learners get it. Raises BuildError."""
    kept: dict[str, NotebookNode] = {}
    text: list[Any] = []  # str, where nbconvert says NotebookNode
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
