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
from nbgrader.utils import is_grade

from kindling.authoring import answers, lessons
from kindling.grade import outcome

TOO_SLOW = "This cell ran longer than the time limit and was stopped. Does every loop in your code end?"


@dataclass(frozen=True)
class Lesson:
    """A lesson as a student gets it, and the answers to it: the first right one, and the named mistakes.

    Where tasks are scripts, `script_of` has the script of each, and `scripts` the solutions.
    """

    name: str
    release: NotebookNode
    right: dict[str, str]
    mistakes: dict[str, answers.Answer]
    script_of: dict[str, str]
    scripts: dict[str, lessons.Script]

    @property
    def tasks(self) -> list[str]:
        """The ids of the tasks, in order."""
        return [grade_id(cell).removesuffix("_check") for cell in self.release.cells if is_grade(cell)]

    @property
    def in_cells(self) -> list[str]:
        """The ids of the tasks that have a cell of their own."""
        return [task for task in self.tasks if task not in self.script_of]

    @classmethod
    def read(cls, course: Path, release: Path, bank: Path) -> Lesson:
        """Return the lesson of a text in course/, its released notebook and its answer bank."""
        notebook = nbformat.read(release, as_version=4)
        checks = {grade_id(cell): cell.source for cell in notebook.cells}
        script_of = {cell.check: cell.script for cell in lessons.read(course).cells if cell.script}
        scripts = {script.name: script for script in lessons.read_scripts(course)}
        right: dict[str, str] = {}
        mistakes: dict[str, answers.Answer] = {}
        for answer in answers.read(bank):
            if answer.right:
                right.setdefault(answer.task, answer.source)
            elif answer.says in checks[f"{answer.task}_check"]:  # other slips get a sentence with their own numbers
                mistakes.setdefault(answer.task, answer)
        return cls(release.stem, notebook, right, mistakes, script_of, scripts)


@dataclass(frozen=True)
class Submission:
    """A file as it is handed in, and which tasks must lose their points, with which sentence.

    `scripts` lie beside it, by name. `graded` is False where nobody could grade it.
    """

    file: str
    text: str
    lost: dict[str, str] = field(default_factory=dict)
    graded: bool = True
    scripts: dict[str, str] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Write the file to `folder`, and the scripts to `scripts/` in it."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / self.file).write_text(self.text, encoding="utf-8")
        for script, text in self.scripts.items():
            (folder / "scripts").mkdir(exist_ok=True)
            (folder / "scripts" / script).write_text(text, encoding="utf-8")


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


def submission(
    lesson: Lesson, notebook: NotebookNode, lost: dict[str, str] | None = None, scripts: dict[str, str] | None = None
) -> Submission:
    """Return the notebook as a submission under the lesson's name; scripts are right where none are given."""
    solved = {name: script.text for name, script in lesson.scripts.items()}
    return Submission(f"{lesson.name}.ipynb", nbformat.writes(notebook), lost or {}, scripts=scripts or solved)


def unwritten(tasks: list[str]) -> dict[str, str]:
    """Return the sentence that each of these tasks gets while it is not begun."""
    return {task: f"Not yet: `{task}` still needs your code." for task in tasks}


def all_right(lesson: Lesson) -> Submission:
    """Every task solved."""
    return submission(lesson, answered(lesson, {task: lesson.right[task] for task in lesson.in_cells}))


def three_mistakes(lesson: Lesson) -> Submission:
    """The last three tasks with named mistakes that no other task's answer or check builds on.

    Of a lesson with scripts: the mistakes in the notebook, one in the first script, and the last script not begun.
    """
    checks = {grade_id(cell).removesuffix("_check"): cell.source for cell in lesson.release.cells}
    sources = {task: re.findall(r"\w+", lesson.right[task] + checks[task]) for task in lesson.in_cells}
    alone = [
        task
        for task in lesson.in_cells
        if task in lesson.mistakes and not any(task in words for other, words in sources.items() if other != task)
    ]
    chosen = [lesson.mistakes[task] for task in alone][-3:]
    right = {task: lesson.right[task] for task in lesson.in_cells}
    wrong = {answer.task: answer.source for answer in chosen}
    lost = {answer.task: answer.says or "" for answer in chosen}
    scripts = {name: script.text for name, script in lesson.scripts.items()}
    if scripts:
        *_, last = lesson.script_of.values()
        scripts[last] = lesson.scripts[last].stub
        lost |= unwritten([task for task, script in lesson.script_of.items() if script == last])
        mistake = lesson.mistakes[next(iter(lesson.script_of))]
        lost[mistake.task] = mistake.says or ""
        scripts = answers.rewrite(scripts, mistake.source)
    return submission(lesson, answered(lesson, {**right, **wrong}), lost, scripts)


def half_done(lesson: Lesson) -> Submission:
    """The first half solved, the rest as it was released."""
    half = len(lesson.tasks) // 2
    done, rest = lesson.tasks[:half], lesson.tasks[half:]
    notebook = answered(lesson, {task: lesson.right[task] for task in done if task in lesson.in_cells})
    begun = {lesson.script_of[task] for task in done if task in lesson.script_of}
    scripts = {name: script.text if name in begun else script.stub for name, script in lesson.scripts.items()}
    return submission(lesson, notebook, unwritten(rest), scripts)


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
    """A loop in the last task that is no bonus, which waits for something that never happens."""
    bonus = {grade_id(cell).removesuffix("_check") for cell in lesson.release.cells if outcome.bonus(cell)}
    task = [task for task in lesson.tasks if task not in bonus][-1]
    loop = "import time\nattempt = 0\nwhile attempt < 3:\n    time.sleep(0.1)"
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
