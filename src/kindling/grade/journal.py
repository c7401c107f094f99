"""What came of each submission of a lesson, kept as it came: a line of JSON for each, in the course's own folder."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

from kindling.grade import lock

__all__ = ["Entry", "Journal"]


@dataclass(frozen=True)
class Entry:
    """What came of a submission.

    `remarks` are sentences; those of one that was not `graded` say why. `submission` stands for what was handed in,
    `notebook` for the graded notebook: other ones have other values. `at` is when, in seconds since 1970.
    """

    student: str
    graded: bool
    remarks: tuple[str, ...]
    submission: str
    notebook: str = ""
    at: float = 0.0


class Journal:
    """The entries of a lesson of the course in `root`. One process at a time may add to them, any may read."""

    def __init__(self, root: Path, lesson: str) -> None:
        self.path = root / lock.FOLDER / f"{lesson}.jsonl"

    def add(self, entry: Entry) -> None:
        """Keep an entry, on the disk before this returns. Raises OSError."""
        line = json.dumps({**asdict(entry), "at": datetime.now(UTC).timestamp()}).encode() + b"\n"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a+b") as file:
            if not file.tell():
                self.path.chmod(self.path.parent.stat().st_mode & 0o666)  # a colleague of the same group may go on
            elif not self._is_whole():  # somebody was killed, or the disk was full, half way
                line = b"\n" + line
            file.write(line)
            file.flush()
            os.fsync(file.fileno())

    def entries(self) -> dict[str, list[Entry]]:
        """Return the entries of each student, the oldest first. A line that was written half is none."""
        found: dict[str, list[Entry]] = {}
        try:
            lines = self.path.read_bytes().splitlines()
        except FileNotFoundError:
            return found
        for line in lines:
            if entry := _entry(line):
                found.setdefault(entry.student, []).append(entry)
        return found

    def _is_whole(self) -> bool:
        with self.path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1) == b"\n"


def _entry(line: bytes) -> Entry | None:
    try:
        read = json.loads(line)
        entry = Entry(**{one.name: read[one.name] for one in fields(Entry)})
        return Entry(**{**asdict(entry), "remarks": tuple(map(str, entry.remarks)), "at": float(entry.at)})
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
