"""Whose file is it? What `nbgrader zip_collect` asks of each file that came from a learning platform."""

from __future__ import annotations

import os
import re
from typing import Any

from nbgrader.plugins import FileNameCollectorPlugin
from traitlets import default

__all__ = ["Collector"]

# What browsers and platforms put behind a notebook's name: " (1)", "-2", "-" and a UUID.
_AGAIN = r"(?: ?\(\d+\))?(?:-\d+|-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})?"
# A lesson's notebook, or a script in the folder that lessons have for scripts.
_FILE = rf"(?P<file_id>\d\d_[^/]+?(?={_AGAIN}\.ipynb$)|scripts/[^/]+(?=\.py$))"

# The names below the folder to which nbgrader unpacks. The first that fits counts.
NAMES = {
    "Moodle": rf"(?:.*/)?[^/_]+_(?P<student_id>\d+)_assignsubmission_file[_/]+(?:.*/)?{_FILE}",
    "Canvas": rf"(?:.*/)?[^/_]+_(?:LATE_)?(?P<student_id>\d+)_\d+_(?:[^/]+/(?:.*/)?)?{_FILE}",
    "a folder for each": rf"(?:.*/)?(?P<student_id>(?!\d\d_)[^/]+)/(?:\d\d_[^/]+/)?{_FILE}",
    "a name before each": rf"(?:.*/)?(?P<student_id>(?!\d\d_|[^/]*_attempt_)[^/]+?)_(?!scripts/){_FILE}",
}


class Collector(FileNameCollectorPlugin):
    """nbgrader's own, which knows by itself how Moodle and Canvas name files, and how a person would.

    `c.FileNameCollectorPlugin.named_regexp`, where it is set, says it in their place.
    """

    @default("valid_ext")
    def _valid_ext(self) -> list[str]:
        return [".ipynb", ".py"]

    def __init__(self, **how: Any) -> None:
        super().__init__(**how)
        self._found: dict[tuple[str, str], str] = {}

    def collect(self, submitted_file: str) -> dict[str, str] | None:
        """Return whose file it is and what, or None; of two that are the same by their names the second is left out."""
        if self.named_regexp:
            return super().collect(submitted_file)
        below = submitted_file.rpartition(f"{os.sep}{self.parent.extracted_directory}{os.sep}")[2].replace(os.sep, "/")
        if any(part.startswith((".", "__MACOSX")) for part in below.split("/")):
            return None
        match = next(filter(None, (re.match(name, below) for name in NAMES.values())), None)
        if match is None or os.path.splitext(below)[1] not in self.valid_ext:
            return None
        about = match.groupdict()
        first = self._found.setdefault((about["student_id"], about["file_id"]), below)
        if first != below:
            self.log.warning(
                "%s is left out: by its name it is the same as %s. Keep the right one in the archive folder.",
                below,
                first,
            )
            return None
        return about
