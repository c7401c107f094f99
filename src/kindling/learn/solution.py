"""A task's own solution, and a second way to it, for who has solved it or gives up."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

from kindling.authoring import lessons, percent
from kindling.errors import WorkspaceError
from kindling.learn import check, course, notebook, progress
from kindling.learn.course import Task
from kindling.learn.notebook import State
from kindling.learn.progress import TaskStanding
from kindling.learn.runner import runner

__all__ = ["solution"]

ANSWERS = ("right", "wrong", "says", "tags")  # the markers of an answer bank


def solution(root: Path, word: str, *, give_up: bool = False) -> str:
    """Return the reference solution of a task, and a right answer that goes another way, where there is one.

    The learner's own answer has to pass, in the notebook as it was saved or when it is run now; or they `give_up`.
    Raises WorkspaceError, also where pyproject.toml switches solutions off.
    """
    task = course.only_task(root, word)
    if not _switched_on(root / "pyproject.toml"):
        raise WorkspaceError.solutions_off()
    path = root / "course" / f"{task.lesson}.py"
    if not path.is_file():
        raise WorkspaceError.no_solutions()
    if not (give_up or _passes(root, task)):
        raise WorkspaceError.not_solved(task.id, word)
    lesson = lessons.read(path)
    cell = next(one for one in lesson.tasks if one.id == task.id).cell
    if cell.script:
        text = next(script.text for script in lesson.scripts if script.name == cell.script)
        return f"# The reference, {cell.script}\n{_without_markers(text)}"
    reference = _without_markers(cell.source)
    said = f"# The reference\n{reference}"
    if second := _second_way(root, task, reference):
        said += f"\n\n\n# A second way\n{second}"
    return said


def _switched_on(pyproject: Path) -> bool:
    """Return whether a course lets its learners read solutions: not with `solutions = false` in `[tool.kindling]`."""
    try:
        settings = tomllib.loads(pyproject.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return True
    except (OSError, ValueError):
        raise WorkspaceError.not_read(pyproject, "it is not TOML") from None
    tool = settings.get("tool", {}).get("kindling", {})
    return not (isinstance(tool, dict) and tool.get("solutions") is False)


def _passes(root: Path, task: Task) -> bool:
    """Return whether the learner's answer passed its check when that ran last in the notebook, or does so now."""
    saved = progress.of_lesson(root, task.lesson)
    if any(one.task == task and one.state is State.PASSED for one in saved.tasks):
        return True
    who = runner()
    try:
        found = list(check.standings(root, task.lesson, task, seconds=check.SECONDS, who=who))
    finally:
        who.close()
    return any(isinstance(one, TaskStanding) and one.state is State.PASSED for one in found)


def _second_way(root: Path, task: Task, reference: str) -> str | None:
    """Return a right answer of the answer bank that is neither the reference nor what the learner wrote."""
    bank = root / "tests" / "answers" / f"{task.lesson}.py"
    if not bank.is_file():
        return None
    known = {_essence(reference)}
    path = course.mine(root, task.lesson)
    if path.exists() and (own := notebook.read(path).named(task.id)):
        known.add(_essence(own.source))
    for cell in percent.read_cells(percent.read_text(bank), bank, ANSWERS):
        if cell.options.get("right") == task.id and _essence(cell.source) not in known:
            return cell.source
    return None


def _without_markers(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if line.strip() not in percent.SOLUTION).strip()


def _essence(source: str) -> str:
    """Return what code does: its text without comments, docstrings and the types of arguments."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return source
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
        if isinstance(node, ast.FunctionDef):
            node.returns = None
        if isinstance(node, ast.arg):
            node.annotation = None
    return ast.dump(tree)
