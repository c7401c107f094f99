"""What came of each submission while a class was graded."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum

from rich.console import RenderableType
from rich.text import Text

from kindling.grade.report import tables
from kindling.grade.report.tables import Cell, Column, Table
from kindling.wording import many, number, one_line

__all__ = ["Grading", "Status"]


class Status(StrEnum):
    """What came of a submission."""

    GRADED = "graded"
    REMARKS = "graded with remarks"
    NOT_GRADABLE = "not gradable"
    AGAIN = "handed in again"
    NOT_YET = "not graded yet"
    NOTHING = "nothing handed in"


RESULTS = (Status.GRADED, Status.REMARKS, Status.NOT_GRADABLE)  # of grading; the other ones wait for it


_STYLES = {Status.REMARKS: "yellow", Status.NOT_GRADABLE: "bold red", Status.GRADED: "", Status.NOTHING: "dim"}

COLUMNS = (Column("lesson"), Column("student"), Column("points", number=True), Column("status"), Column("remarks"))


@dataclass(frozen=True)
class _Row:
    lesson: str
    student: str
    status: Status
    score: float | None
    max_score: float | None
    bonus: float
    max_bonus: float
    remarks: tuple[str, ...]
    before: float | None

    @property
    def change(self) -> str | None:
        """How the points, a bonus included, are others than those of the grade before; None where they are not."""
        if self.before is None or self.score is None or self.before == self.score + self.bonus:
            return None
        now = self.score + self.bonus
        return (
            f"{self.lesson}: {one_line(self.student)} had {many(self.before, 'point')} and has {number(now)} now "
            f"({round(now - self.before, 2):+g})."
        )

    @property
    def points(self) -> str:
        """The score like "11/12", or "11/12 + 3/3" where there is a bonus to earn; a dash where there is none."""
        if self.score is None:
            return "–"
        score = f"{number(self.score)}/{number(self.max_score or 0)}"
        return f"{score} + {number(self.bonus)}/{number(self.max_bonus)}" if self.max_bonus else score


class Grading:
    """What came of each submission while a class was graded: the rows, their counts, and the exit code.

    `print` shows it as plain lines, a rich console as a table: one row for each submission, by lesson and student;
    where there is none, the sentence `empty`.
    """

    def __init__(
        self,
        empty: str = "Nothing to grade: what was handed in is graded already. To grade it again, add --force.",
    ) -> None:
        self._empty = empty
        self._rows: dict[tuple[str, str], _Row] = {}

    def add(
        self,
        student: str,
        lesson: str,
        status: str,
        score: float | None = None,
        max_score: float | None = None,
        remarks: Iterable[str] = (),
        bonus: float = 0.0,
        max_bonus: float = 0.0,
        before: float | None = None,
    ) -> None:
        """Take note of a submission; of two notes of one submission the later one counts.

        `status` is one of `Status`; `remarks` are sentences; a bonus is not part of the score. `before` is what the
        grade before came to, with the bonus, where there was one. Raises ValueError for an unknown status.
        """
        said = tuple(one_line(remark) for remark in remarks)
        self._rows[lesson, student] = _Row(
            lesson, student, Status(status), score, max_score, bonus, max_bonus, said, before
        )

    @property
    def rows(self) -> list[_Row]:
        """The rows, by lesson and student."""
        return [self._rows[key] for key in sorted(self._rows)]

    @property
    def counts(self) -> dict[str, int]:
        """How many submissions have each status; of those that wait for grading, where there are any."""
        found = Counter(row.status for row in self._rows.values())
        return {str(status): found[status] for status in Status if status in RESULTS or found[status]}

    @property
    def changes(self) -> list[str]:
        """A line for each student whose points are not those of the grade before; one sentence where all are."""
        again = [row for row in self.rows if row.before is not None]
        lines = [row.change for row in again if row.change]
        return lines if lines or not again else ["Nobody's points have changed."]

    @property
    def exit_code(self) -> int:
        """1 if any submission was not gradable, else 0."""
        return int(any(row.status is Status.NOT_GRADABLE for row in self._rows.values()))

    @property
    def summary(self) -> str:
        """The counts in one sentence."""
        if not self._rows:
            return self._empty
        counts = self.counts
        nothing = counts.pop(Status.NOTHING, 0)
        parts = ", ".join(f"{count} {status}" for status, count in counts.items() if count)
        said = [f"{many(len(self._rows) - nothing, 'submission')}: {parts}."] if parts else []
        return " ".join([*said, *([f"{nothing} handed in nothing."] if nothing else [])])

    def as_json(self) -> str:
        """Return the rows and the counts as JSON.

        A row has `bonus` and `max_bonus` where there is a bonus to earn, and `before` where it was graded again.
        """
        rows = [asdict(row) for row in self.rows]
        for row in rows:
            if not row["max_bonus"]:
                del row["bonus"], row["max_bonus"]
            if row["before"] is None:
                del row["before"]
        return json.dumps({"submissions": rows, "counts": self.counts}, indent=2)

    def __str__(self) -> str:
        return tables.plain(self)

    def __rich_console__(self, *_: object) -> Iterator[RenderableType]:
        if self._rows:
            rows = [
                (
                    row.lesson,
                    one_line(row.student),
                    row.points,
                    Cell(row.status, style=_STYLES.get(row.status, "cyan")),
                    "\n".join(row.remarks),
                )
                for row in self.rows
            ]
            yield Table(COLUMNS, rows).for_terminal()
            yield ""
        yield from map(Text, self.changes)
        yield Text(self.summary)
