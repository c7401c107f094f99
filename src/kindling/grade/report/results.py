"""What came of each submission while a class was graded."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum

from rich.console import RenderableType
from rich.text import Text

from kindling.grade.report import text

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

    @property
    def points(self) -> str:
        """The score like "11/12", or "11/12 + 3/3" where there is a bonus to earn; a dash where there is none."""
        if self.score is None:
            return "–"
        score = f"{text.number(self.score)}/{text.number(self.max_score or 0)}"
        return f"{score} + {text.number(self.bonus)}/{text.number(self.max_bonus)}" if self.max_bonus else score


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
    ) -> None:
        """Take note of a submission; of two notes of one submission the later one counts.

        `status` is one of `Status`; `remarks` are sentences; a bonus is not part of the score. Raises ValueError for an
        unknown status.
        """
        said = tuple(text.clean(remark) for remark in remarks)
        self._rows[lesson, student] = _Row(lesson, student, Status(status), score, max_score, bonus, max_bonus, said)

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
        said = [f"{text.many(len(self._rows) - nothing, 'submission')}: {parts}."] if parts else []
        return " ".join([*said, *([f"{nothing} handed in nothing."] if nothing else [])])

    def as_json(self) -> str:
        """Return the rows and the counts as JSON; a row has `bonus` and `max_bonus` where there is a bonus to earn."""
        rows = [asdict(row) for row in self.rows]
        for row in rows:
            if not row["max_bonus"]:
                del row["bonus"], row["max_bonus"]
        return json.dumps({"submissions": rows, "counts": self.counts}, indent=2)

    def __str__(self) -> str:
        return text.plain(self)

    def __rich_console__(self, *_: object) -> Iterator[RenderableType]:
        if self._rows:
            table = text.table("lesson", "student", "points", "status", "remarks")
            for row in self.rows:
                style = _STYLES.get(row.status, "cyan")
                status, remarks = Text(row.status, style=style), Text("\n".join(row.remarks))
                table.add_row(Text(row.lesson), Text(text.clean(row.student)), row.points, status, remarks)
            yield table
            yield ""
        yield Text(self.summary)
