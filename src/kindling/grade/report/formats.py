"""The grades of a class in the form of a learning platform: made anew, or filled into the platform's own file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook

from kindling.errors import PlatformError
from kindling.grade import configuration, database, platforms
from kindling.grade.platforms import Sheet
from kindling.grade.report.grades import Grades, cell
from kindling.grade.report.standing import Standing, standings
from kindling.wording import listed, many, number

__all__ = ["fill", "made"]


def made(root: Path, lessons: list[str], platform: str) -> Grades:
    """Return the scores of a class with a column for each lesson, for "canvas" or "moodle". Writes nothing.

    Who has no grade has an empty cell. Bonus points are not part of it.

    The columns of Canvas are those of its gradebook (lib/gradebook_importer.rb), where a student is found by the SIS
    Login ID; those for Moodle are for its gradebook's import (grade/import/csv), which asks what each column means.
    Raises PlatformError for a platform that needs its own file, and GradingError as `class_grades` does.
    """
    if platform not in ("canvas", "moodle"):
        raise PlatformError.own_file_needed(platform)
    course = configuration.course(root)
    with database.opened(course) as book:
        names = {one.id: ", ".join(filter(None, (one.last_name, one.first_name))) for one in book.students}
        emails = _students(book)
        held = {lesson: {one.student: one for one in standings(course, lesson, book)} for lesson in lessons}
    most = {lesson: max((one.max_score for one in those.values()), default=None) for lesson, those in held.items()}
    columns: tuple[str, ...] = ("username", "email")
    rows: list[dict[str, Any]] = []
    if platform == "canvas":
        columns = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
        rows.append({"Student": "    Points Possible", **most})
    for student in sorted({student for those in held.values() for student in those}):
        about: dict[str, Any] = {"username": student, "email": emails.get(student)}
        if platform == "canvas":
            about = {"Student": names.get(student) or student, "SIS Login ID": student}
        rows.append({**about, **{lesson: _score(those.get(student)) for lesson, those in held.items()}})
    columns += tuple(lessons)
    return Grades(columns, [{name: row.get(name) for name in columns} for row in rows])


def fill(root: Path, lessons: list[str], platform: str, path: Path, column: str | None = None) -> list[str]:
    """Write the scores of a class into a file that a platform gave; return a sentence for each thing to know of it.

    Its rows and ids stay, and so does what it has for a student without a grade. `column` is the title of the grades'
    column where it is not the lesson's name. Where the platform gives another number of points than the lesson, a score
    is the same share of them. Raises PlatformError where nothing could be written, and GradingError as `class_grades`.
    """
    if platform not in platforms.SHEETS:
        raise PlatformError.no_platform(platform, list(platforms.SHEETS))
    if len(lessons) > 1 and (column is not None or platform == "moodle"):
        raise PlatformError.one_lesson(path)
    sheet = platforms.SHEETS[platform](path)
    places = {lesson: sheet.column(lesson, column) for lesson in lessons}
    course = configuration.course(root)
    with database.opened(course) as book:
        held = {lesson: {one.student: one for one in standings(course, lesson, book)} for lesson in lessons}
        students = {student: None for those in held.values() for student in those} | _students(book)
    found = platforms.matched(sheet.people, students)
    nobody = found.pop(None, [])
    rows = {str(student): people[0].row for student, people in found.items() if len(people) == 1}
    filled, said = 0, []
    for lesson, place in places.items():
        count, sentences = _fill(sheet, lesson, place, held[lesson], rows)
        filled += count
        said += sentences
    if not filled:
        raise PlatformError.nothing_to_fill(path, lessons)
    for title in sheet.text:
        if title in sheet.header:
            where = sheet.header.index(title)
            for row in sheet.rows[1:]:
                row[where] = str(cell(row[where])) if row[where].strip() else row[where]
    sheet.write()
    twice = sorted(str(student) for student, people in found.items() if len(people) > 1)
    absent = sorted(students.keys() - found.keys())
    return [
        f"Written: {path}. {many(filled, 'grade')} filled in.",
        *said,
        *_about(twice, f"in more than one row of {path}, and got no grade there"),
        *_about(absent, f"not in {path}"),
        *_about([person.names[0] for person in nobody], f"in {path} and not in the course"),
    ]


def _fill(
    sheet: Sheet, lesson: str, place: int, held: dict[str, Standing], rows: dict[str, int]
) -> tuple[int, list[str]]:
    """Put the scores of a lesson into their cells; return how many, and what to know of it."""
    filled, closed, scales = 0, [], set()
    for student, row in rows.items():
        score = _score(held.get(student))
        if score is None:
            continue
        if sheet.closed(row):
            closed.append(student)
            continue
        most, own = sheet.most(row, place), held[student].max_score
        if most and own and most != own:
            score *= most / own
            scales.add((most, own))
        sheet.put(row, place, score)
        filled += 1
    said = [
        f"{lesson} has {many(own, 'point')} and {sheet.platform} gives {number(most)}: "
        f"each score was multiplied by {number(most)}/{number(own)}."
        for most, own in sorted(scales)
    ]
    return filled, [*said, *_about(sorted(closed), f"locked in {sheet.platform}, and got no grade there")]


def _score(one: Standing | None) -> float | None:
    return one.totals.score if one and one.totals else None


def _students(book: Gradebook) -> dict[str, str | None]:
    return {one.id: one.email for one in book.students}


def _about(names: list[str], what: str) -> Iterator[str]:
    """Yield a sentence on some students, where there are any."""
    if names:
        yield f"{listed(names)} {'is' if len(names) == 1 else 'are'} {what}."
