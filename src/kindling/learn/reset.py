"""Sets a lesson, a task or a script in `lab/` back to how it was released, and keeps what was there beside it."""

from __future__ import annotations

import copy
import filecmp
import os
from datetime import datetime
from pathlib import Path
from typing import Any

from kindling.errors import WorkspaceError
from kindling.learn import course, notebook, workspace
from kindling.learn.course import Task
from kindling.learn.notebook import Notebook

__all__ = ["reset"]


def reset(root: Path, word: str) -> tuple[str, list[Path]]:
    """Set back what a word means, and return what that is and where the old files are now.

    That is a lesson, like "01"; a task, like "softmax" or "01/softmax"; or a script, like "model.py". What is as
    released stays; another file is renamed first: "01_tensors.2026-03-01-181500.ipynb", beside the new one. Files of
    the learner's own stay too. Raises WorkspaceError.
    """
    scripts = [
        pair for lesson in course.lessons(root) for pair in workspace.files(root, lesson) if pair[1].name == word
    ]
    if scripts and word.endswith(".py"):
        return f"The script {word}", _files(scripts)
    lesson, task = course.lesson_or_task(root, word)
    if task is None:
        return "The lesson", _files(list(workspace.files(root, lesson)))
    return f"The task {task.id}", _task(root, task)


def _files(pairs: list[tuple[Path, Path]]) -> list[Path]:
    kept = []
    for source, target in pairs:
        with workspace.sentence(target):
            if not os.path.lexists(target):
                workspace.copy(source, target)
            elif not (target.exists() and filecmp.cmp(source, target, shallow=False)):
                kept.append(_aside(target))
                workspace.copy(source, target, kept[-1])
    return kept


def _task(root: Path, task: Task) -> list[Path]:
    """Set back the cell of a task and its check, in place; a cell that is missing comes back."""
    if not task.own_cell:
        raise WorkspaceError.is_a_script(task.id, task.lesson)
    released, mine = (notebook.read(at(root, task.lesson)) for at in (course.released, course.mine))
    before = copy.deepcopy(mine.raw)
    for name in (task.id, task.check):
        own, cell = mine.named(name), released.named(name)
        assert cell is not None  # or it were no task
        if own is None:
            mine.raw["cells"].insert(_place(released, mine, name), cell.raw)
        elif own.source != cell.source or own.outputs:
            identity = {"id": own.raw["id"]} if "id" in own.raw else {}
            own.raw.clear()
            own.raw.update(cell.raw | identity)
    if mine.raw == before:
        return []
    aside = _aside(mine.path)
    with workspace.sentence(mine.path):
        workspace.copy(mine.path, aside)
    mine.write()
    return [aside]


def _place(released: Notebook, mine: Notebook, name: str) -> int:
    """Return where a cell belongs that the learner's notebook lacks: below the last one that comes before it."""
    above: list[dict[str, Any]] = []
    for cell in released.cells:
        if cell.name == name:
            break
        known = mine.named(cell.name) if cell.name else None
        same = next((own for own in mine.cells if own.raw.get("id") == cell.raw.get("id")), None)
        if found := known or same:
            above = [found.raw]
    return next((place + 1 for place, raw in enumerate(mine.raw["cells"]) if above and raw is above[0]), 0)


def _aside(path: Path) -> Path:
    """Return the name under which a file of the learner's is kept: with the date and the time."""
    return path.with_name(f"{path.stem}.{datetime.now():%Y-%m-%d-%H%M%S}{path.suffix}")
