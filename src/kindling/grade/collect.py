"""Whose file is it? What `nbgrader zip_collect` asks of each file that came from a learning platform."""

from __future__ import annotations

import logging
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins import FileNameCollectorPlugin
from traitlets import default

from kindling.errors import NotGradable, PlatformError
from kindling.grade import submission, tree
from kindling.grade.roster import Roster
from kindling.grade.zips import WANTED, hidden
from kindling.wording import many

__all__ = ["Collector"]

# What browsers and platforms put behind a notebook's name: " (1)", "-2", "-" and a UUID.
_AGAIN = r"(?: ?\(\d+\))?(?:-\d+|-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})?"
# A lesson's notebook, or a script in the folder that lessons have for scripts.
_FILE = rf"(?P<file_id>\d\d_[^/]+?(?={_AGAIN}\.ipynb$)|scripts/[^/]+(?=\.py$))"
# The same, in folders of the learner's, or in a zip.
_BELOW = rf"(?:[^/]*/(?:.*/)?)?{_FILE}"

# How platforms begin the names of what they give. The outermost such name counts: what lies below is the learner's own.
NAMES = {
    "moodle": r"[^/]+_(?P<key>\d+)_assignsubmission_file(?=[_/])",
    "blackboard": r"(?P<key>[^/]+)_attempt_(?P<time>\d{4}(?:-\d\d){5})_",
    "gradescope": r"submission_(?P<key>\d+)(?=/)",
    "anonymous": r"(?:LATE_)?anon_(?P<key>[^/_]+)_(?P<attachment>\d+)_",
    "canvas": r"(?!gradebook_)[^/_]+_(?:LATE_)?(?P<key>\d+)_(?P<attachment>\d+)_",
}
# And how people name it.
PLAIN = (
    rf"(?P<key>(?!\d\d_)[^/]+)/(?:\d\d_[^/]+/)?{_FILE}",
    rf"(?P<key>(?!\d\d_|[^/]*_attempt_)[^/]+?)_(?!scripts/){_FILE}",
)
_ONE = re.compile(r"[^/_]+_(?:LATE_)?\d+_")  # begins the name of one learner's zip, and not of a whole download
_STAMP = "%Y-%m-%d-%H-%M-%S"


@dataclass(frozen=True)
class _File:
    """A file, whose it is and which of several copies it is: of those the latest counts."""

    path: Path
    platform: str
    student: str
    file_id: str
    time: datetime | None = None
    attachment: int = 0  # Canvas counts them up
    download: float = 0.0  # when it was downloaded

    @property
    def name(self) -> str:
        """The name below the lesson's folder."""
        return self.file_id + self.path.suffix

    @property
    def attempt(self) -> tuple[datetime, float]:
        """What is the same for all files of an attempt, and more for a later one."""
        return self.time or datetime.min, self.download


class Collector(FileNameCollectorPlugin):
    """nbgrader's own, which knows how learning platforms name files, and how a person would.

    A file that a platform gives of the class, beside the downloads, says who is who and, where it can, when they handed
    in. Whatever is left out gets a sentence in the log. `c.FileNameCollectorPlugin.named_regexp`, where it is set, says
    in place of all this whose file is whose.
    """

    @default("valid_ext")
    def _valid_ext(self) -> list[str]:
        return list(WANTED)

    def __init__(self, **how: Any) -> None:
        super().__init__(**how)
        self._plan: dict[Path, _File] | None = None

    def collect(self, submitted_file: str) -> dict[str, Any] | None:
        """Return whose file it is and what, or None for one that is not to be collected."""
        if self.named_regexp:
            return super().collect(submitted_file)
        assert self.parent is not None
        if self._plan is None:
            self.log.addFilter(_quiet)
            self._roster = Roster(self.parent.coursedir, self.parent.config)
            for sentence in self._roster.said:
                self.log.warning(sentence)
            self._plan = {one.path: one for one in self._planned()}
        one = self._plan.get(Path(submitted_file))
        if one is None:
            return None
        return {"student_id": one.student, "file_id": one.file_id, "timestamp": one.time}

    def _planned(self) -> Iterator[_File]:
        """Yield what is to be collected: of each student the latest, where submitted/ has not the same or newer."""
        of: dict[str, list[_File]] = defaultdict(list)
        for place, below, names in os.walk(self._roster.extracted):
            below.sort()
            for name in sorted(names):
                if Path(name).suffix in self.valid_ext and (one := self._read(Path(place, name))):
                    of[one.student].append(one)
        kept = 0
        for student, files in sorted(of.items()):
            latest = max(one.attempt for one in files)
            chosen: dict[str, _File] = {}
            for one in sorted(files, key=lambda one: (-one.attachment, len(one.path.parts), str(one.path))):
                if one.attempt == latest and (first := chosen.setdefault(one.name, one)) is not one:
                    self._say_twice(one, first)
            old = self._old(student, chosen)
            kept += old == ""
            if old:
                self.log.warning(old)
            if old is None:
                yield from chosen.values()
        if kept:
            self.log.warning("%s had not changed, and stayed.", many(kept, "submission"))

    def _read(self, path: Path) -> _File | None:
        """Return whose file it is, by the course's own id, and of when; None, and a sentence, for nobody's."""
        parts = path.relative_to(self._roster.extracted).parts
        if any(hidden(part) for part in parts):
            return None
        below = "/".join(parts)
        one = self._named(path, parts)
        if one is None:
            self.log.warning("%s was left out: its name does not say whose it is, or of which lesson.", below)
            return None
        if one.platform == "blackboard":
            one = replace(one, student=self._roster.username(one.student), time=self._roster.utc(one.time))
        try:
            student, time = self._roster.student(one.platform, one.student)
        except PlatformError as why:
            self.log.warning("%s was left out: %s", below, why)
            return None
        return replace(one, student=student, time=one.time or time)

    def _named(self, path: Path, parts: tuple[str, ...]) -> _File | None:
        """Return what the names say of a file, with the student as the platform knows them."""
        downloaded = self._downloaded(parts)
        for start, part in enumerate(parts):
            rest = "/".join(parts[start:])
            for platform, begin in NAMES.items():
                if owner := re.match(begin, rest):
                    match = re.match(rf"_?{_BELOW}", rest[owner.end() :])
                    return match and _file(path, platform, owner.groupdict() | match.groupdict(), downloaded)
            # A known student's own folder: whatever else lies in there is theirs, whoever it names.
            if (student := self._roster.known(part)) and start + 1 < len(parts):
                match = re.match(_BELOW, rest[len(part) :])
                return match and _file(path, "", {"key": student, **match.groupdict()}, downloaded)
        for start in range(len(parts)):
            match = next(filter(None, (re.match(name, "/".join(parts[start:])) for name in PLAIN)), None)
            if match:
                return _file(path, "", match.groupdict(), downloaded)
        return None

    def _downloaded(self, parts: tuple[str, ...]) -> float:
        """Return when the outermost zip or folder was downloaded; 0 where that is one learner's own file."""
        if len(parts) > 1 and not _ONE.match(parts[0]):
            for name in (f"{parts[0]}.zip", f"{parts[0]}.ZIP", parts[0]):
                with suppress(OSError):
                    return (self._roster.archive / name).stat().st_mtime
        return 0.0

    def _say_twice(self, one: _File, first: _File) -> None:
        if one.attachment == first.attachment:
            self.log.warning(
                "%s was left out: by its name it is the same as %s. Keep the right one in the archive folder.",
                one.path.relative_to(self._roster.extracted).as_posix(),
                first.path.relative_to(self._roster.extracted).as_posix(),
            )

    def _old(self, student: str, files: dict[str, _File]) -> str | None:
        """Return None where files are to be collected; "" where submitted/ has the same, and a sentence where newer."""
        assert self.parent is not None
        course: CourseDirectory = self.parent.coursedir
        folder = Path(course.format_path(course.submitted_directory, student, course.assignment_id))
        top = submission.class_folder(course, course.submitted_directory)
        time = next(iter(files.values())).time
        if not folder.exists():
            return None
        try:
            held = submission.stamp(folder, top)
            names = {name for name in tree.scan(folder, top)[0] if not (folder / name).is_dir()}
            same = names - {submission.STAMP} == files.keys() and all(
                tree.content(folder / name, top, tree.MOST_BYTES) == one.path.read_bytes()
                for name, one in files.items()
            )
        except (NotGradable, OSError):
            return None
        known = held and held.replace(tzinfo=None)
        if same and time in (None, known):
            return ""
        if known and (time is None or time < known):
            why = f"is from {time} UTC" if time else "has no time"
            return f"{student} keeps what was handed in at {known} UTC: what was downloaded {why}."
        return None


def _file(path: Path, platform: str, about: dict[str, str], download: float) -> _File:
    time = None
    with suppress(ValueError):
        time = datetime.strptime(about.get("time", ""), _STAMP)
    return _File(path, platform, about["key"], about["file_id"], time, int(about.get("attachment", 0)), download)


def _quiet(record: logging.LogRecord) -> bool:
    """Return whether a record is for the user: what nbgrader says of each file left out is said here, with a reason."""
    return not str(record.msg).startswith("Skipped submission with no match information")
