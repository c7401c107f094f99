"""feedback/ -> one zip of all pages of a lesson, named as a learning platform takes them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from kindling.errors import PlatformError
from kindling.files import write_whole
from kindling.grade import configuration, records
from kindling.grade.collect import NAMES
from kindling.grade.roster import Roster
from kindling.wording import listed, many

__all__ = ["write"]

PLATFORMS = ["moodle", "canvas"]


def write(root: Path, lessons: list[str], platform: str | None, path: Path) -> list[str]:
    """Write the feedback pages of a lesson to a zip for "moodle" or "canvas"; return a sentence for each thing to know.

    Moodle finds a student by the number in "Participant_301_assignfeedback_file_01_tensors.html", before which no other
    "_" may stand (mod/assign/feedback/file/importziplib.php). Canvas finds one by the two numbers in
    "quillada_1001_55501_01_tensors.html", the second of which is that of the file that was handed in
    (`infer_comment_context_from_filename`), so the names are those that were downloaded.
    Raises PlatformError where no page can be named, and where the system refuses to write.
    """
    if platform not in PLATFORMS:
        raise PlatformError.no_feedback_for(PLATFORMS)
    if len(lessons) > 1:
        raise PlatformError.one_lesson(path)
    [lesson] = lessons
    course = configuration.course(root)
    course.assignment_id = lesson
    roster = Roster(course, course.config)
    begins = dict(_canvas(roster)) if platform == "canvas" else {}
    content, count, nameless = io.BytesIO(), 0, []
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for student, folder in records.folders(course, course.feedback_directory, lesson).items():
            page = folder / f"{lesson}.html"
            key = roster.key(platform, student)
            begin = begins.get(student)
            if platform == "moodle" and key and re.fullmatch(r"[0-9]+", key):
                begin = f"Participant_{key}_assignfeedback_file_"
            if not page.is_file():
                continue
            if begin is None:
                nameless.append(student)
                continue
            file.write(page, f"{begin}{lesson}.html")
            count += 1
    if not count:
        raise PlatformError.no_page(lesson, platform, roster.archive)
    try:
        write_whole(path, content.getvalue())
    except OSError as error:
        raise PlatformError.not_written(path, error.strerror or str(error)) from None
    said = [*roster.said, f"Written: {path}. {many(count, 'page')}."]
    if nameless:
        pages = "page is" if len(nameless) == 1 else "pages are"
        said.append(f"The {pages} not in it of {listed(nameless)}: {platform.capitalize()} is not known to know them.")
    return said


def _canvas(roster: Roster) -> Iterator[tuple[str, str]]:
    """Yield each student with how the name began of the last file that Canvas gave of them."""
    found = set()
    for path in roster.extracted.rglob("*"):
        matches = (re.match(NAMES["canvas"], part) for part in path.relative_to(roster.extracted).parts)
        if match := next(filter(None, matches), None):  # the outermost: what lies below is the learner's own
            found.add((int(match["attachment"]), match["key"], match[0]))
    for _, key, begin in sorted(found):
        with suppress(PlatformError):
            yield roster.student("canvas", key)[0], begin
