"""Who is who: which student of the course a learning platform means, and when they handed in."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from dateutil import parser, tz
from nbgrader.apps.zipcollectapp import ZipCollectApp
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from kindling.errors import GradingError, PlatformError
from kindling.grade import database
from kindling.grade.platforms import SHEETS, Person, gradescope, matched
from kindling.grade.zips import LISTING
from kindling.wording import listed

__all__ = ["Roster"]


class Roster:
    """The students of a course, and what the platforms' files beside the downloads say of them.

    `said` has a sentence for each file that could not be used. Times without a zone are in `c.Exchange.timezone`.
    """

    def __init__(self, course: CourseDirectory, config: Config) -> None:
        self._zone = tz.gettz(config.Exchange.get("timezone", "UTC")) or UTC
        self.archive = _folder(course, config, "archive_directory")  # what was downloaded for the lesson
        self.extracted = _folder(course, config, "extracted_directory")  # the same, unpacked
        self.said: list[str] = []
        students = self._students(course)
        self._known = {student.casefold(): student for student in students}
        # For each platform: who is meant by a key, and which keys mean a student.
        self._people: dict[str, dict[str, dict[str, Person]]] = {}
        self._keys: dict[tuple[str, str], set[str]] = defaultdict(set)
        for platform, people in self._read():
            ids = self._people.setdefault(platform, {})
            for student, those in matched(people, students).items():
                for person in those:
                    name, key = student or person.names[0], person.key.casefold()
                    ids.setdefault(key, {})[name] = person  # of a file that is there twice, the later one
                    self._keys[platform, name].add(key)

    def known(self, name: str) -> str | None:
        """Return the student of the course who has this id, whichever letters of it are large."""
        return self._known.get(name.casefold())

    def student(self, platform: str, key: str) -> tuple[str, datetime | None]:
        """Return the course's id of the student whom a platform knows by `key`, and when they handed in, in UTC.

        Where there is no file of the platform, that is `key` itself. Raises PlatformError for who is not in the file.
        """
        people = self._people.get(platform)
        if people is None:
            if platform == "gradescope":
                raise PlatformError.no_listing(key, LISTING)
            return key, None
        found = people.get(key.casefold(), {})
        if len(found) != 1:
            raise PlatformError.not_one(key, list(found))
        [(name, person)] = found.items()
        if platform != "gradescope" and len(self._keys[platform, name]) > 1:  # where one hands in more than once
            raise PlatformError.same_id(name)
        if not re.fullmatch(r"[^./\\\0][^/\\\0]*", name):
            raise PlatformError.no_name(name)
        return name, self._time(person.handed_in)

    def key(self, platform: str, student: str) -> str | None:
        """Return by what a platform knows a student of the course, None where that can't be said."""
        if platform not in self._people:
            return student
        keys = self._keys.get((platform, student), set())
        return next(iter(keys)) if len(keys) == 1 else None

    def username(self, text: str) -> str:
        """Return the name at the end of a text like "01 Tensors_aquill"; one with "_" in it is told by who is known."""
        parts = text.split("_")
        names = ["_".join(parts[start:]) for start in range(1, len(parts))] or [text]
        known = self._people.get("blackboard", {}).keys() | self._known.keys()
        return next((name for name in names if name.casefold() in known), names[-1])

    def utc(self, time: datetime | None) -> datetime | None:
        """Return a time in UTC, without a zone."""
        if time is None:
            return None
        whole = time if time.tzinfo else time.replace(tzinfo=self._zone)
        return whole.astimezone(UTC).replace(tzinfo=None, microsecond=0)

    def _time(self, text: str) -> datetime | None:
        with suppress(ValueError, OverflowError):  # in another language than English
            return self.utc(parser.parse(text)) if text.strip() else None
        return None

    def _students(self, course: CourseDirectory) -> dict[str, str | None]:
        """Return who is in the gradebook, with their addresses; nobody, where there is none."""
        file = database.file(course.db_url)
        if file is not None and not os.path.exists(file):
            return {}
        try:
            with database.opened(course) as book:
                return {one.id: one.email for one in book.students}
        except GradingError as error:
            self.said.append(str(error))
            return {}

    def _read(self) -> Iterator[tuple[str, list[Person]]]:
        for path in sorted(self.archive.glob("*.csv")):
            for platform, kind in SHEETS.items():
                with suppress(PlatformError):
                    people = kind(path).people
                    unread = [one.handed_in for one in people if one.handed_in and not self._time(one.handed_in)]
                    if unread:
                        self.said.append(
                            f"{path.name}: {listed(unread[:1])} is not a time that can be read, so nobody "
                            "counts as late. Download the file with the platform set to English."
                        )
                    yield platform, people
                    break
            else:
                self.said.append(f"{path.name} was not used: it is no file of Canvas, Moodle or Blackboard.")
        listings = (
            folder.glob(name)
            for folder, name in (
                (self.archive, LISTING),
                (self.archive, f"*/{LISTING}"),
                (self.extracted, f"*/{LISTING}"),
                (self.extracted, f"*/*/{LISTING}"),
            )
        )
        for path in sorted(path for found in listings for path in found):
            try:
                yield "gradescope", gradescope(path)
            except PlatformError as error:
                self.said.append(str(error))


def _folder(course: CourseDirectory, config: Config, step: str) -> Path:
    """Return where `nbgrader zip_collect` keeps what a step gives."""

    def option(name: str) -> str:
        return str(config.ZipCollectApp.get(name, getattr(ZipCollectApp, name).default_value))

    structure = option("collect_directory_structure")
    parts = {"downloaded": option("downloaded_directory"), "assignment_id": course.assignment_id}
    return Path(course.root, structure.format(**parts, collect_step=option(step)))
