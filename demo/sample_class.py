"""A small class: what each of its students hands in for a lesson, and what should come of it.

Every answer comes from the lesson's answer bank, so none stands twice.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from kindling import answers

TOO_SLOW = "This cell ran longer than the time limit and was stopped. Does every loop in your code end?"


@dataclass(frozen=True)
class Lesson:
    """A lesson as a student gets it, and the answers to it: the first right one, and the named mistakes."""

    name: str
    release: NotebookNode
    right: dict[str, str]
    mistakes: dict[str, answers.Answer]

    @property
    def tasks(self) -> list[str]:
        """The ids of the tasks, in order."""
        return [name for cell in self.release.cells if (name := grade_id(cell)) in self.right]

    @classmethod
    def read(cls, release: Path, bank: Path) -> Lesson:
        """Return the lesson of a released notebook and an answer bank."""
        notebook = nbformat.read(release, as_version=4)
        checks = {grade_id(cell): cell.source for cell in notebook.cells}
        right: dict[str, str] = {}
        mistakes: dict[str, answers.Answer] = {}
        for answer in answers.read(bank):
            if answer.right:
                right.setdefault(answer.task, answer.source)
            elif answer.says in checks[f"{answer.task}_check"]:  # other slips get a sentence with their own numbers
                mistakes.setdefault(answer.task, answer)
        return cls(release.stem, notebook, right, mistakes)


@dataclass(frozen=True)
class Submission:
    """A file as it is handed in, and which tasks must lose their points, with which sentence.

    `graded` is False where nobody could grade it.
    """

    file: str
    text: str
    lost: dict[str, str] = field(default_factory=dict)
    graded: bool = True


@dataclass(frozen=True)
class Student:
    """A name, what the student did, and what comes of it: in every lesson, or in the first one alone."""

    name: str
    did: str
    hand_in: Callable[[Lesson], Submission]
    everywhere: bool = False


def grade_id(cell: NotebookNode) -> str:
    """Return nbgrader's name of a cell, empty for an ordinary one."""
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def position(notebook: NotebookNode, name: str) -> int:
    """Return where the cell of this name stands."""
    return next(index for index, cell in enumerate(notebook.cells) if grade_id(cell) == name)


def answered(lesson: Lesson, changes: dict[str, str]) -> NotebookNode:
    """Return the released notebook with these sources in its task cells, by task."""
    notebook = copy.deepcopy(lesson.release)
    for task, source in changes.items():
        notebook.cells[position(notebook, task)].source = source
    return notebook


def submission(lesson: Lesson, notebook: NotebookNode, lost: dict[str, str] | None = None) -> Submission:
    """Return the notebook as a submission under the lesson's name."""
    return Submission(f"{lesson.name}.ipynb", nbformat.writes(notebook), lost or {})


def all_right(lesson: Lesson) -> Submission:
    """Every task solved."""
    return submission(lesson, answered(lesson, lesson.right))


def three_mistakes(lesson: Lesson) -> Submission:
    """The last three tasks with named mistakes that no other task's answer or check builds on."""
    checks = {grade_id(cell).removesuffix("_check"): cell.source for cell in lesson.release.cells}
    sources = {task: re.findall(r"\w+", source + checks[task]) for task, source in lesson.right.items()}
    alone = [
        task for task in lesson.mistakes if not any(task in words for other, words in sources.items() if other != task)
    ]
    chosen = [lesson.mistakes[task] for task in lesson.tasks if task in alone][-3:]
    wrong = {answer.task: answer.source for answer in chosen}
    lost = {answer.task: answer.says or "" for answer in chosen}
    return submission(lesson, answered(lesson, {**lesson.right, **wrong}), lost)


def half_done(lesson: Lesson) -> Submission:
    """The first half solved, the rest as it was released."""
    half = len(lesson.tasks) // 2
    done = {task: lesson.right[task] for task in lesson.tasks[:half]}
    lost = {task: f"Not yet: `{task}` still needs your code." for task in lesson.tasks[half:]}
    return submission(lesson, answered(lesson, done), lost)


def broken_file(lesson: Lesson) -> Submission:
    """A download that ended half way."""
    whole = all_right(lesson)
    return Submission(whole.file, whole.text[: len(whole.text) // 2], graded=False)


def renamed_file(lesson: Lesson) -> Submission:
    """The name that a browser gives to a second download."""
    return Submission(f"{lesson.name} (1).ipynb", all_right(lesson).text, graded=False)


def copied_cells(lesson: Lesson) -> Submission:
    """The first task with its check copied, and solved in the copy."""
    task = lesson.tasks[0]
    notebook = answered(lesson, {other: source for other, source in lesson.right.items() if other != task})
    place = position(notebook, f"{task}_check")
    copies = [copy.deepcopy(notebook.cells[position(notebook, name)]) for name in (task, f"{task}_check")]
    for number, cell in enumerate(copies):
        cell.id = f"copy-{number}"
    copies[0].source = lesson.right[task]
    notebook.cells[place + 1 : place + 1] = copies
    return submission(lesson, notebook)


def endless_loop(lesson: Lesson) -> Submission:
    """A loop in the last task whose counter never moves."""
    task = lesson.tasks[-1]
    loop = "attempt = 0\nwhile attempt < 3:\n    attempt + 1"
    return submission(lesson, answered(lesson, {**lesson.right, task: loop}), {task: TOO_SLOW})


STUDENTS = [
    Student("ada", "all tasks right", all_right, everywhere=True),
    Student("boris", "three mistakes", three_mistakes, everywhere=True),
    Student("chen", "half unfinished", half_done, everywhere=True),
    Student("dora", "a broken file", broken_file),
    Student("emil", "a renamed file", renamed_file),
    Student("fatima", "copied cells", copied_cells),
    Student("goran", "an endless loop", endless_loop),
]
