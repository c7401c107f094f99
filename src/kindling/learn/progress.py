"""How far a learner is, told from the notebooks in `lab/` as they were last saved, and what to do next."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from kindling.authoring.lessons import named
from kindling.errors import WorkspaceError
from kindling.learn import course, notebook
from kindling.learn.course import Task
from kindling.learn.notebook import State
from kindling.tries import in_metadata
from kindling.wording import many, number

__all__ = ["Progress", "Standing", "TaskStanding", "next_step", "of", "of_lesson"]

WIDTH = 20  # of a bar, in characters
SIGNS = {State.PASSED: "✓", State.FAILED: "✗", State.NOT_WRITTEN: "–", State.NOT_RUN: "–"}
SAID = {State.PASSED: "", State.FAILED: "its check has failed", State.NOT_RUN: "not checked yet"}


@dataclass(frozen=True)
class TaskStanding:
    """A task, and what came of its check: its state, the points earned, and the sentence if it did not pass."""

    task: Task
    state: State
    earned: float = 0.0
    sentence: str = ""
    tries: int | None = None  # until it passed, of who wants that they are counted

    @property
    def line(self) -> str:
        """All of it on one line, as the last cell of a lesson has it."""
        said = self.sentence or SAID.get(self.state, "") or (many(self.tries, "try") if self.tries else "")
        return f"{SIGNS[self.state]} {self.task.id}: {self.worth}{said and '  '}{said}"

    @property
    def worth(self) -> str:
        """Its points, like "2 points" and "3 bonus points"."""
        return many(self.task.points, "bonus point" if self.task.bonus else "point")


@dataclass(frozen=True)
class Standing:
    """How far a learner is in a lesson; `problem` says why its notebook can't be read."""

    lesson: str
    tasks: list[TaskStanding]
    problem: str = ""

    @property
    def points(self) -> tuple[float, int]:
        """The points earned, and those there are, without the bonus."""
        return self._sum(bonus=False)

    @property
    def bonus(self) -> tuple[float, int]:
        """The bonus points earned, and those there are."""
        return self._sum(bonus=True)

    @property
    def finished(self) -> bool:
        """Whether the check of each task has passed, but for those of bonus tasks."""
        return not self.problem and all(one.state is State.PASSED for one in self.tasks if not one.task.bonus)

    @property
    def open(self) -> list[TaskStanding]:
        """The tasks whose checks have not passed, bonus tasks last."""
        return sorted((one for one in self.tasks if one.state is not State.PASSED), key=lambda one: one.task.bonus)

    @property
    def summary(self) -> str:
        """The points and the first open task, in the words of a lesson's last cell."""
        (earned, points), (on_top, bonus) = self.points, self.bonus
        said = f"{number(earned)} of {many(points, 'point')}"
        if bonus:
            said += f", and {number(on_top)} of {many(bonus, 'bonus point')}"
        still = [one.task.id for one in self.open if not one.task.bonus]
        return f"{said}. Next: {still[0]}." if still else f"{said}."

    def as_dict(self) -> dict[str, Any]:
        """Return the same as plain values."""
        points, bonus = ({"earned": earned, "of": of} for earned, of in (self.points, self.bonus))
        tasks = [
            {
                "task": one.task.id,
                "state": str(one.state),
                "earned": one.earned,
                "of": one.task.points,
                "bonus": one.task.bonus,
                "sentence": one.sentence,
                "tries": one.tries,
            }
            for one in self.tasks
        ]
        return {
            "lesson": self.lesson,
            "finished": self.finished,
            "points": points,
            "bonus": bonus,
            "problem": self.problem,
            "tasks": tasks,
        }

    def _sum(self, *, bonus: bool) -> tuple[float, int]:
        chosen = [one for one in self.tasks if one.task.bonus is bonus]
        return sum(one.earned for one in chosen), sum(one.task.points for one in chosen)


@dataclass(frozen=True)
class Progress:
    """How far a learner is in each lesson, and where `each_task` is set in each of their tasks.

    `print` shows it as plain lines, a rich console as a table.
    """

    lessons: list[Standing]
    each_task: bool = False

    def as_json(self) -> str:
        """Return all of it as JSON."""
        return json.dumps({"lessons": [lesson.as_dict() for lesson in self.lessons]}, indent=2)

    def __str__(self) -> str:
        rows = list(self._rows())
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ["  ".join(f"{text:<{width}}" for text, width in zip(row, widths, strict=True)) for row in rows]
        return "\n".join([*(line.rstrip() for line in lines), *self._notes()])

    def __rich_console__(self, *_: object) -> Iterator[RenderableType]:
        table = Table(box=None, show_header=False, pad_edge=False)
        for style in ("bold", "green", "", ""):
            table.add_column(style=style, no_wrap=style != "")
        for row in self._rows():
            table.add_row(*row)
        yield table
        yield from (Text(note) for note in self._notes())

    def _rows(self) -> Iterator[tuple[str, str, str, str]]:
        """Yield for each lesson its name, a bar, its points, and its bonus points."""
        for lesson in self.lessons:
            earned, points = lesson.points
            on_top, bonus = lesson.bonus
            bar = "█" * int(WIDTH * earned / points if points else 0)
            shown = f"{number(on_top)} of {many(bonus, 'bonus point')}" if bonus else ""
            yield lesson.lesson, f"{bar:░<{WIDTH}}", f"{number(earned)} of {many(points, 'point')}", shown

    def _notes(self) -> list[str]:
        """Return a sentence for each notebook that can't be read, or a line for each task."""
        lines = [lesson.problem for lesson in self.lessons if lesson.problem]
        return lines + [task.line for lesson in self.lessons if self.each_task for task in lesson.tasks]


def of(root: Path, word: str | None = None) -> Progress:
    """Return how far the learner is in each lesson of the course in `root`, or task by task in the one that is named.

    A lesson that is not in `lab/` yet counts as not begun. Raises LessonError for a word that means no lesson.
    """
    known = course.lessons(root)
    chosen = named([word], known) if word else known
    return Progress([of_lesson(root, lesson) for lesson in chosen], each_task=bool(word))


def of_lesson(root: Path, lesson: str) -> Standing:
    """Return how far the learner is in one lesson."""
    tasks = course.tasks(root, lesson)
    path = course.mine(root, lesson)
    try:
        mine = notebook.read(path if path.exists() else course.released(root, lesson))
    except WorkspaceError as error:
        return Standing(lesson, [TaskStanding(task, State.NOT_RUN) for task in tasks], str(error))
    counts = in_metadata(mine.metadata)
    return Standing(
        lesson,
        [
            TaskStanding(task, *notebook.state(mine.named(task.check), task.points), counts.get(task.id))
            for task in tasks
        ],
    )


def next_step(root: Path) -> str:
    """Return what to do now, in a few sentences: the first task that is not done in the first unfinished lesson."""
    lessons = of(root).lessons
    unfinished = next((lesson for lesson in lessons if not lesson.finished), None)
    if unfinished is None:
        bonus = [one.task.address for lesson in lessons for one in lesson.open]
        if not bonus:
            return "Each task of each lesson is done."
        return f"Each lesson is done. Bonus tasks that are left: {', '.join(bonus)}."
    if unfinished.problem:
        return unfinished.problem
    first = unfinished.open[0]
    lines = [
        f"Next: {first.task.id}, in {unfinished.lesson} ({first.worth}).",
        f"{first.task.heading}" if first.task.heading else "",
        f"Its check says: {first.sentence}" if first.state is State.FAILED and first.sentence else "",
        f"To open the lesson: kindling open {unfinished.lesson[:2]}",
    ]
    if first.task.hints:
        lines.append(f"For a hint: kindling hint {first.task.address}")
    return "\n".join(line for line in lines if line)
