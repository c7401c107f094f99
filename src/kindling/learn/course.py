"""The course that a learner is in: its folder, its lessons and their tasks, as they were released."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kindling.cell_ids import check_of, task_of
from kindling.credit import bonus_in
from kindling.errors import WorkspaceError
from kindling.learn import notebook

__all__ = ["Task", "find", "lesson_or_task", "lessons", "mine", "only_task", "released", "tasks"]


@dataclass(frozen=True)
class Task:
    """A task as learners get it: its points, the heading above it, and its folded hints.

    `own_cell` says whether it is written in a cell, and not in a script.
    """

    lesson: str
    id: str
    points: int
    bonus: bool
    heading: str
    hints: tuple[str, ...]
    own_cell: bool

    @property
    def address(self) -> str:
        """Its name among the tasks of all lessons, like "03/train"."""
        return f"{self.lesson[:2]}/{self.id}"

    @property
    def check(self) -> str:
        """The name that nbgrader knows its check by."""
        return check_of(self.id)


def find() -> Path:
    """Return the folder of the course in which the working folder lies, relative to it. Raises WorkspaceError."""
    here = Path(os.path.abspath(os.curdir))
    for folder in (here, *here.parents):
        if lessons(folder):
            return Path(os.path.relpath(folder))
    raise WorkspaceError.no_course(here)


def lessons(root: Path) -> list[str]:
    """Return the names of all released lessons, in order, like "01_tensors"."""
    found = sorted((root / "release").glob("[0-9][0-9]_*/*.ipynb"))
    return [path.stem for path in found if path.stem == path.parent.name]


def released(root: Path, lesson: str) -> Path:
    """Return the path of a lesson's notebook as it was released."""
    return root / "release" / lesson / f"{lesson}.ipynb"


def mine(root: Path, lesson: str) -> Path:
    """Return the path of the learner's own notebook of a lesson, there or not."""
    return root / "lab" / lesson / f"{lesson}.ipynb"


def tasks(root: Path, lesson: str) -> list[Task]:
    """Return the tasks of a released lesson, in order. Raises WorkspaceError."""
    found: list[Task] = []
    heading, hints, own_cell = "", list[str](), False
    for cell in notebook.read(released(root, lesson)).cells:
        if cell.is_check:
            worth = bonus_in(cell.source) or int(cell.points or 0)
            bonus = cell.points == 0
            found.append(Task(lesson, task_of(cell.name), worth, bonus, heading, tuple(hints), own_cell))
            hints, own_cell = [], False
        elif cell.name:
            hints, own_cell = [], True
        elif cell.type == "markdown":
            if headings := re.findall(r"^#{2,} +(.+)$", cell.source, flags=re.MULTILINE):
                heading = headings[-1].strip()
            hints += re.findall(r"<details>\s*<summary>Hint\b.*?</details>", cell.source, flags=re.DOTALL)
    return found


def only_task(root: Path, word: str) -> Task:
    """Return the task that a word means, like "train" or, where several lessons have that, "03/train".

    Raises WorkspaceError.
    """
    every = _every(root)
    if found := _meant(every, word):
        return found
    raise WorkspaceError.no_task(word, _nearest(word, [name for task in every for name in (task.id, task.address)]))


def lesson_or_task(root: Path, word: str) -> tuple[str, Task | None]:
    """Return the lesson that a word means, like "01_tensors", "01" or "tensors"; or a task, with its lesson.

    Raises WorkspaceError.
    """
    known = {name: lesson for lesson in reversed(lessons(root)) for name in _names(lesson)}
    if word in known:
        return known[word], None
    every = _every(root)
    if task := _meant(every, word):
        return task.lesson, task
    raise WorkspaceError.no_lesson_or_task(word, _nearest(word, [*known, *(task.id for task in every)]))


def _every(root: Path) -> list[Task]:
    return [task for lesson in lessons(root) for task in tasks(root, lesson)]


def _names(lesson: str) -> tuple[str, ...]:
    return (lesson, *lesson.split("_", 1))


def _meant(every: list[Task], word: str) -> Task | None:
    """Return the one task that a word means, None where none does. Raises WorkspaceError where several do."""
    lesson, _, name = word.rpartition("/")
    found = [task for task in every if task.id == name and (not lesson or lesson in _names(task.lesson))]
    if len(found) > 1:
        raise WorkspaceError.several_tasks(word, [task.lesson for task in found], found[0].address)
    return found[0] if found else None


def _nearest(word: str, names: Iterable[str]) -> str | None:
    return next(iter(difflib.get_close_matches(word, list(names), n=1)), None)
