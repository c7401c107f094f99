"""What was downloaded from a learning platform, unpacked, however hostile: notebooks and scripts, and nothing else."""

from __future__ import annotations

import os
import re
import shutil
import stat
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO

from nbgrader.plugins import ExtractorPlugin

from kindling.grade.submission import MOST_FILES
from kindling.grade.tree import MOST_BYTES, MOST_COUNTED
from kindling.wording import listed, one_line

__all__ = ["LISTING", "WANTED", "Extractor", "hidden"]

WANTED = (".ipynb", ".py")
LISTING = "submission_metadata.yml"  # in which Gradescope says whose submission is whose
DEEPEST = 3  # zips within zips
MOST_UNPACKED = 2_000_000_000  # bytes of one download, and of a large one `RATIO` times its own size
RATIO = 50

_PACKED = (".zip", ".gz", ".tar", ".tgz", ".bz2", ".xz", ".rar", ".7z")


@dataclass
class _Room:
    """How many bytes may still be unpacked."""

    left: int


class Extractor(ExtractorPlugin):
    """nbgrader's own, which no broken zip stops, and none that would fill the disk.

    Each file that it leaves out gets a sentence in the log, and the others are unpacked.
    """

    def extract(self, archive_path: str, extracted_path: str) -> None:
        """Unpack, or copy, what was downloaded; zips within zips too, each into a folder of its name."""
        assert self.parent is not None
        own = (self.parent.config[name].get("named_regexp") for name in ("FileNameCollectorPlugin", "Collector"))
        self._all = any(own)  # who names the files in a way of their own may want any of them
        self._others: list[str] = []
        for place, folders, names in os.walk(archive_path):
            folders[:] = sorted(folder for folder in folders if not hidden(folder))
            for name in sorted(names):
                path = Path(place, name)
                shown = path.relative_to(archive_path).as_posix()
                target = Path(extracted_path, shown)
                if hidden(name):
                    continue
                try:
                    if path.suffix.lower() == ".zip":
                        room = _Room(max(MOST_UNPACKED, RATIO * path.stat().st_size))
                        with path.open("rb") as file:
                            self._unpack(file, target.with_suffix(""), shown, [room])
                    elif self._is_wanted(shown):
                        target.parent.mkdir(parents=True, exist_ok=True)
                        shutil.copyfile(path, target)
                except OSError as error:
                    self._leave_out(shown, f"it can't be read: {error.strerror or error}")
        if self._others:
            others = "Another file was" if len(self._others) == 1 else f"{len(self._others)} other files were"
            self.log.warning(
                "%s left out: %s. Notebooks are collected, and scripts in a folder scripts/.",
                others,
                listed(self._others),
            )

    def _unpack(self, source: IO[bytes], folder: Path, shown: str, rooms: list[_Room]) -> None:
        """Unpack a zip into a folder. `rooms` has a room for each zip that it is in, and for itself."""
        if len(rooms) > DEEPEST:
            self._leave_out(shown, f"more than {DEEPEST} zips lie within each other")
            return
        try:
            with zipfile.ZipFile(source) as archive:
                members = [one for one in archive.infolist() if not one.is_dir()]
                most = MOST_COUNTED if len(rooms) == 1 else MOST_FILES
                if len(members) > most:
                    self._leave_out(shown, f"it holds {len(members):,} files, and may hold {most:,}")
                    return
                for member in sorted(members, key=lambda one: one.file_size):  # so that a large one is in nobody's way
                    self._take(archive, member, folder, f"{shown}/{one_line(member.filename)}", rooms)
        except Exception as error:  # whatever is wrong with it
            self._leave_out(shown, f"it is broken ({one_line(str(error)) or type(error).__name__})")

    def _take(
        self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path, shown: str, rooms: list[_Room]
    ) -> None:
        name = PurePosixPath(member.filename.replace("\\", "/"))
        packed = name.suffix.lower() == ".zip"
        if any(hidden(part) for part in name.parts if part != ".."):
            return
        if name.is_absolute() or ".." in name.parts or re.match(r"[A-Za-z]:", str(name)):
            self._leave_out(shown, "its name leads out of the folder")
            return
        listing = name.name == LISTING and len(name.parts) <= 2 and len(rooms) == 1
        if not packed and not listing and not self._is_wanted(shown):
            return
        if stat.S_ISLNK(member.external_attr >> 16):
            self._leave_out(shown, "it is a link")
        elif member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            self._leave_out(shown, "it is packed in another way than zips usually are")
        elif member.file_size > min(MOST_BYTES, *(room.left for room in rooms)):
            self._leave_out(
                shown, f"it would unpack to {max(1, member.file_size // 1_000_000):,} MB, which is too much"
            )
        else:
            target = folder / name
            for room in rooms:
                room.left -= member.file_size
            try:
                with archive.open(member) as file:
                    if packed:
                        # What a zip declares bounds what is read of it.
                        self._unpack(BytesIO(file.read()), target.with_suffix(""), shown, [*rooms, _Room(MOST_BYTES)])
                        return
                    target.parent.mkdir(parents=True, exist_ok=True)
                    with target.open("xb") as copy:
                        shutil.copyfileobj(file, copy)
            except Exception as error:  # encrypted, damaged, a name that the system refuses
                said = error.strerror if isinstance(error, OSError) else str(error)
                self._leave_out(shown, f"it can't be unpacked ({one_line(said or type(error).__name__)})")
                if not isinstance(error, FileExistsError) and not packed:
                    target.unlink(missing_ok=True)

    def _is_wanted(self, shown: str) -> bool:
        """Return whether a file is collected; take note of one that is not, or say that it may be a learner's work."""
        name = PurePosixPath(shown)
        in_scripts = name.parent.name.removesuffix(".zip").endswith("scripts")
        if self._all or name.suffix == ".ipynb" or (name.suffix in WANTED and in_scripts):
            return True
        if name.suffix.lower() in _PACKED:
            self._leave_out(shown, "only zips are unpacked")
        elif name.suffix != ".csv" and name.name != LISTING:
            self._others.append(shown)
        return False

    def _leave_out(self, shown: str, why: str) -> None:
        self.log.warning("%s was left out: %s. Ask for it again.", shown, why)


def hidden(part: str) -> bool:
    """Return whether a file or folder of this name is an operating system's or a program's own."""
    return part.startswith((".", "__MACOSX"))
