"""The files that a learning platform gives of a class: who is in it, under which ids, and where a grade belongs."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kindling.errors import PlatformError
from kindling.files import write_whole
from kindling.wording import number

__all__ = ["SHEETS", "Blackboard", "Canvas", "Moodle", "Person", "Sheet", "gradescope", "matched"]

_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}  # the first bytes of a file


@dataclass(frozen=True)
class Person:
    """Somebody in a platform's file.

    `key` is the platform's own number or name for them, `names` are all that a course may know them by, the best one
    first; `row` is their row in the file, `handed_in` when, in the platform's words, where it says so.
    """

    key: str
    names: tuple[str, ...]
    row: int = 0
    handed_in: str = ""


def matched(people: Iterable[Person], students: Mapping[str, str | None]) -> dict[str | None, list[Person]]:
    """Return who in a file is which student of the course; under None, those who are nobody's.

    `students` are the ids of the course with their addresses. Capital letters make no difference.
    """
    ids = {email.casefold(): student for student, email in students.items() if email}
    ids |= {student.casefold(): student for student in students}
    found: dict[str | None, list[Person]] = defaultdict(list)
    for person in people:
        names = (name.casefold() for name in person.names)
        found[next((ids[name] for name in names if name in ids), None)].append(person)
    return dict(found)


class Sheet:
    """A table that a platform gave, to be given back: its separator, quotes, decimal sign and encoding stay.

    Raises PlatformError for a file that can't be read as a table, and for another one than this platform's.
    """

    platform, what = "", ""
    text: tuple[str, ...] = ()  # the columns that hold what somebody calls themselves

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            content = path.read_bytes()
            self._encoding = next((name for mark, name in _MARKS.items() if content.startswith(mark)), "utf-8")
            text = content.decode(self._encoding)
        except OSError as error:
            raise PlatformError.unreadable(path, error.strerror or str(error)) from None
        except UnicodeDecodeError:
            raise PlatformError.unreadable(path, "it is not UTF-8 text") from None
        first = text.partition("\n")[0].rstrip("\r")
        self._delimiter = max(",;\t", key=lambda sign: len(next(csv.reader([first], delimiter=sign), [])))
        self._newline = "\r\n" if "\r\n" in text else "\n"
        try:
            rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=self._delimiter) if row]
        except csv.Error as error:
            raise PlatformError.unreadable(path, str(error)) from None
        if not rows:
            raise PlatformError.unreadable(path, "it is empty")
        self.rows = [row + [""] * (len(rows[0]) - len(row)) for row in rows]
        self.header = [title.strip() for title in self.rows[0]]
        self._quoted = first.count('"') >= 2 * len(self.header)
        cells = [cell for row in self.rows for cell in row]
        self._comma = any(re.fullmatch(r"-?\d+,\d+", cell) for cell in cells) and not any(
            re.fullmatch(r"-?\d+\.\d+", cell) for cell in cells
        )
        self.people = self._people()
        if not self.people:
            raise PlatformError.other_file(path, self.platform, self.what)

    def _people(self) -> list[Person]:
        """Return who is in the file; nobody, where it is another platform's."""
        raise NotImplementedError

    def column(self, lesson: str, title: str | None = None) -> int:
        """Return where the grades of a lesson belong: in the column of this title, or in the one named like the lesson.

        Raises PlatformError where that is none, or one of several.
        """
        places = self._grades()
        if title is not None:
            found = [place for place, name in places.items() if title in (name, self.header[place])]
        else:
            plain = {place: re.sub(r"[\W_]+", "_", name.casefold()).strip("_") for place, name in places.items()}
            found = [place for place, name in plain.items() if name == lesson.casefold()]
        if len(found) != 1:
            raise PlatformError.no_column(self.path, title or lesson, list(places.values()), several=bool(found))
        return found[0]

    def _grades(self) -> dict[int, str]:
        """Return the columns that hold grades, with their titles."""
        raise NotImplementedError

    def most(self, row: int, column: int) -> float | None:
        """Return how many points the platform gives at most, where it says so."""
        raise NotImplementedError

    def closed(self, row: int) -> bool:
        """Return whether the platform takes no grade for this row."""
        return False

    def put(self, row: int, column: int, value: float) -> None:
        """Put a grade into a cell."""
        shown = number(value)
        self.rows[row][column] = shown.replace(".", ",") if self._comma else shown

    def write(self) -> None:
        """Write the table to where it was read, whole or not at all. Raises PlatformError."""
        file = io.StringIO()
        how: Any = {"delimiter": self._delimiter, "lineterminator": self._newline}
        csv.writer(file, quoting=csv.QUOTE_ALL if self._quoted else csv.QUOTE_MINIMAL, **how).writerows(self.rows)
        try:
            write_whole(self.path, file.getvalue().encode(self._encoding))
        except OSError as error:
            raise PlatformError.not_written(self.path, error.strerror or str(error)) from None

    def _place(self, title: str) -> int | None:
        return self.header.index(title) if title in self.header else None

    def _cells(self, row: int, *titles: str) -> list[str]:
        """Return what a row holds in the columns of these titles, where there is something."""
        places = (self._place(title) for title in titles)
        return list(filter(None, (self.rows[row][place].strip() for place in places if place is not None)))

    def _number(self, cell: str) -> float | None:
        try:
            return float(cell.strip().replace(",", "."))
        except ValueError:
            return None


class Canvas(Sheet):
    """The gradebook of Canvas: "Export Entire Gradebook".

    https://github.com/instructure/canvas-lms: lib/gradebook_importer.rb, app/models/gradebook_exporter.rb. A person is
    known by the ID, an assignment by the number in brackets behind its title. An empty cell clears a grade.
    """

    platform, what = "Canvas", 'the gradebook, whose columns begin with "Student" and "ID"'
    text = ("Student",)

    def _people(self) -> list[Person]:
        if self.header[:2] != ["Student", "ID"]:
            return []
        rows = ((row, self._cells(row, "SIS Login ID", "SIS User ID", "ID")) for row in range(1, len(self.rows)))
        return [
            Person(self.rows[row][1].strip(), tuple(names), row) for row, names in rows if self.rows[row][1].strip()
        ]

    def _grades(self) -> dict[int, str]:
        titles = ((place, re.fullmatch(r"(.*) \(\d+\)", title)) for place, title in enumerate(self.header))
        return {place: match[1] for place, match in titles if match}

    def most(self, row: int, column: int) -> float | None:
        """Return what the row "Points Possible" says."""
        rows = (one for one in self.rows[1:5] if one[0].strip() == "Points Possible")
        return next((self._number(one[column]) for one in rows), None)


class Moodle(Sheet):
    """The grading worksheet of Moodle: "Download grading worksheet", of one assignment.

    https://github.com/moodle/moodle: mod/assign/feedback/offline. A person is known by the number in the first column,
    as in "Participant 301". The titles are in the language of the site.
    """

    platform, what = "Moodle", 'a grading worksheet, whose first column has cells like "Participant 301"'
    text = ("Full name",)

    def _people(self) -> list[Person]:
        people = []
        for row in range(1, len(self.rows)):
            match = re.fullmatch(r"[^\d,]*?(\d+)", self.rows[row][0].strip())
            if not match or len(self.header) < 4:
                return []
            emails = [cell.strip() for cell in self.rows[row] if re.fullmatch(r"\s*[^@\s]+@[^@\s]+\s*", cell)][:1]
            logins = [email.partition("@")[0] for email in emails]
            names = (*self._cells(row, "Username", "ID number"), *emails, *logins, match[1])
            time = next(iter(self._cells(row, "Last modified (submission)")), "")
            people.append(Person(match[1], names, row, time.strip("-")))
        return people

    def column(self, lesson: str, title: str | None = None) -> int:
        """Return where the grades belong: in the column "Grade", or in the one of the title. Raises PlatformError."""
        return super().column(lesson, "Grade" if title is None else title)

    def _grades(self) -> dict[int, str]:
        return dict(enumerate(self.header))

    def most(self, row: int, column: int) -> float | None:
        """Return what the next column says, "Maximum Grade"."""
        place = self._place("Maximum Grade") or column + 1
        return self._number(self.rows[row][place]) if place < len(self.header) else None

    def closed(self, row: int) -> bool:
        """Return whether the column "Grade can be changed" says No."""
        return self._cells(row, "Grade can be changed") == ["No"]


class Blackboard(Sheet):
    """The grade center of Blackboard: "Work Offline", "Download".

    https://help.blackboard.com: "Uploading or Downloading Grade Center Items for Working Offline". A person is known by
    the Username, a column by the number behind its title.
    """

    platform, what = "Blackboard", 'the grade center, with a column "Username"'
    text = ("Last Name", "First Name")
    _TITLE = re.compile(r"(.*?) \[Total Pts: ([\d.,]+).*\] ?\|\d+")

    def _people(self) -> list[Person]:
        if "Username" not in self.header:
            return []
        rows = ((row, self._cells(row, "Username", "Student ID")) for row in range(1, len(self.rows)))
        return [Person(names[0], tuple(names), row) for row, names in rows if names]

    def _grades(self) -> dict[int, str]:
        titles = ((place, self._TITLE.fullmatch(title)) for place, title in enumerate(self.header))
        return {place: match[1] for place, match in titles if match}

    def most(self, row: int, column: int) -> float | None:
        """Return what the column's title says."""
        match = self._TITLE.fullmatch(self.header[column])
        return self._number(match[2]) if match else None


SHEETS: dict[str, type[Sheet]] = {"canvas": Canvas, "moodle": Moodle, "blackboard": Blackboard}


def gradescope(path: Path) -> list[Person]:
    """Return who handed in what, of the file submission_metadata.yml in an export of Gradescope.

    The key is the number of the submission; who handed in together has the same. Raises PlatformError.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise PlatformError.unreadable(path, error.strerror or str(error)) from None
    except UnicodeDecodeError:
        raise PlatformError.unreadable(path, "it is not UTF-8 text") from None
    people: list[Person] = []
    key, time = "", ""
    names: list[str] = []
    for line in [*lines, "submission_0:"]:
        start = re.fullmatch(r"submission_(\d+):\s*", line)
        entry = re.fullmatch(r"\s+(- )?:(name|sid|email|created_at):(?: (.*))?", line)
        if (start or (entry and entry[1])) and key and names:
            people.append(Person(key, tuple(names), handed_in=time))
            names = []
        if start:
            key, time = start[1], ""
        elif entry and (value := (entry[3] or "").strip().strip("'\"")):
            if entry[2] == "created_at":
                time = time or value
            elif entry[2] == "sid":
                names.insert(0, value)
            elif entry[2] == "email":
                names += [value, value.partition("@")[0]]
    # The time stands behind those who handed in.
    times = {person.key: person.handed_in for person in people if person.handed_in}
    return [Person(one.key, one.names, handed_in=times.get(one.key, "")) for one in people]
