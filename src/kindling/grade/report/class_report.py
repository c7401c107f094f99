"""What an instructor, or the class, reads of how a class did: numbers and sentences, and no name of a student."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from kindling.errors import KindlingError
from kindling.files import write_whole
from kindling.grade.report import page, tables
from kindling.grade.report.tables import Cell, Column, Table
from kindling.wording import number

__all__ = ["ClassReport", "Finding", "Kind", "LessonReport", "TaskReport"]

FEWEST = 3  # tasks that the summary names


class Kind(StrEnum):
    """Why a task was not solved."""

    MISTAKE = "named mistake"
    SENTENCE = "other sentence"
    EXPLAINED = "explained error"
    PYTHON = "Python error"
    STOPPED = "stopped"
    MISSING = "not written"


HEADINGS = {
    Kind.MISTAKE: "Named mistakes",
    Kind.SENTENCE: "What else the checks said",
    Kind.EXPLAINED: "Errors of Python and torch, explained",
    Kind.PYTHON: "Errors of Python",
    Kind.STOPPED: "Stopped: time, memory, a dead kernel",
}


TASKS = (
    Column("task"),
    Column("solved", number=True),
    Column("", bars=True),
    *(Column(name, number=True) for name in ("named mistake", "otherwise wrong", "not written", "median tries")),
)
FINDINGS = (Column("made by", number=True), Column("task"), Column("sentence"))


@dataclass(frozen=True)
class Finding:
    """One sentence that submissions got at a task, and how many did.

    Sentences that differ in their numbers alone are one finding: `sentence` is the most frequent of them, `variants`
    how many there are.
    """

    task: str
    kind: Kind
    count: int
    sentence: str
    variants: int = 1


@dataclass(frozen=True)
class TaskReport:
    """How a class did at one task: of `graded` submissions, how many solved it, and how many failed in which way.

    `median_tries` is how often a check ran until it passed, the median of those whose notebooks say it, and None where
    none does. `bonus` says that nobody has to solve it.
    """

    task: str
    graded: int
    solved: int
    mistaken: int
    otherwise_wrong: int
    not_written: int
    median_tries: float | None = None
    bonus: bool = False

    @property
    def note(self) -> str:
        """What stands behind the task's name."""
        return " (bonus)" if self.bonus else ""

    @property
    def share_solved(self) -> float:
        """The share that solved it, in [0, 1]; 0 where nobody had it."""
        return self.solved / self.graded if self.graded else 0.0

    @property
    def percent_solved(self) -> str:
        """The same in per cent, rounded down: 100% are all of them, and nothing less."""
        return f"{100 * self.solved // self.graded}%" if self.graded else "–"


@dataclass(frozen=True)
class LessonReport:
    """How a class did at one lesson. `tasks` have the lesson's order, `findings` the most frequent first.

    Bonus points are not among the points.
    """

    lesson: str
    handed_in: int
    graded: int
    median_points: float
    max_points: float
    tasks: list[TaskReport]
    findings: list[Finding]
    median_bonus: float = 0.0
    max_bonus: float = 0.0

    @property
    def summary(self) -> str:
        """Two or three sentences to read first."""
        said = f"{self.graded} graded of {self.handed_in} handed in."
        said += f" Median: {number(self.median_points)} of {number(self.max_points)} points"
        if self.max_bonus:
            said += f", and {number(self.median_bonus)} of {number(self.max_bonus)} bonus points"
        unsolved = [task for task in self.tasks if task.solved < task.graded]
        hardest = sorted((task for task in unsolved if not task.bonus), key=lambda task: task.share_solved)
        named = ", ".join(f"{task.task} ({task.percent_solved})" for task in hardest[:FEWEST])
        everything = "All tasks but the bonus" if unsolved else "All tasks"
        said += f". Fewest solved: {named}." if named else f". {everything} are solved by all."
        if missing := self.handed_in - self.graded:
            verb = "has" if missing == 1 else "have"
            said += f" {missing} {verb} no grade; see why: kindling status {self.lesson}"
        return said

    def task_table(self) -> Table:
        """Return the table of the tasks."""
        rows: list[tuple[Cell | str, ...]] = []
        for task in self.tasks:
            numbers = (task.mistaken, task.otherwise_wrong, task.not_written)
            bar = "█" * int(10 * task.share_solved)
            rows.append(
                (
                    Cell(task.task, aside=task.note, code=True),
                    Cell(task.percent_solved, detail=f" ({task.solved} of {task.graded})"),
                    Cell(f"{bar:░<10}", style="blue"),
                    *(str(count or "–") for count in numbers),
                    "–" if task.median_tries is None else number(task.median_tries),
                )
            )
        return Table(TASKS, rows)

    def finding_tables(self) -> Iterator[tuple[str, Table]]:
        """Yield a heading and a table for each kind of finding that there is, the most frequent sentences first."""
        graded = {task.task: task.graded for task in self.tasks}
        for kind, heading in HEADINGS.items():
            rows = [
                (
                    f"{one.count} of {graded[one.task]}",
                    Cell(one.task, code=True),
                    Cell(one.sentence, f" (and {one.variants - 1} like it, with other numbers)" * (one.variants > 1)),
                )
                for one in self.findings
                if one.kind is kind
            ]
            if rows:
                yield heading, Table(FINDINGS, rows)

    def as_dict(self) -> dict[str, Any]:
        """Return the same as plain values."""
        plain = asdict(self)
        for task, values in zip(self.tasks, plain["tasks"], strict=True):
            values["share_solved"] = round(task.share_solved, 4)
            if not task.bonus:
                del values["bonus"]
        return plain


@dataclass(frozen=True)
class ClassReport:
    """How a class did at some lessons. No student is named in it, so it can be shown to the class.

    `print` shows it as plain lines, a rich console as tables.
    """

    lessons: list[LessonReport]

    def as_json(self) -> str:
        """Return all of it as JSON."""
        return json.dumps({"lessons": [lesson.as_dict() for lesson in self.lessons]}, indent=2)

    def as_html(self) -> str:
        """Return all of it as one page that needs no other file and no network."""
        return page.as_html(self.lessons)

    def write_html(self, path: Path) -> None:
        """Write the page to `path`, whole or not at all. Raises KindlingError where the system refuses."""
        try:
            write_whole(path, self.as_html().encode())
        except OSError as error:
            reason = error.strerror or error
            raise KindlingError(f"{path} could not be written: {reason}. Name another file.") from None

    def __str__(self) -> str:
        return tables.plain(self)

    def __rich_console__(self, *_: object) -> Iterator[RenderableType]:
        for place, lesson in enumerate(self.lessons):
            if place:
                yield "\n"
            yield Text(lesson.lesson, style="bold")
            yield Text(lesson.summary)
            yield ""
            yield lesson.task_table().for_terminal()
            for heading, table in lesson.finding_tables():
                yield ""
                yield Text(heading, style="bold")
                yield table.part(0, tables.FIRST).for_terminal()
                if (more := len(table.rows) - tables.FIRST) > 0:
                    yield Text(f"… and {more} more: --html or --json has them all.", style="dim")
