"""The files that a student handed in, reached without a link, however hostile.

Nothing is opened but regular files below `top`, the folder that holds all submissions.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from kindling.errors import NotGradable

__all__ = ["MOST_BYTES", "MOST_COUNTED", "Elsewhere", "content", "is_there", "reading", "scan", "target"]

MOST_BYTES = 100_000_000  # of a submission; a lesson with all its pictures has a hundredth of it
MOST_COUNTED = 100_000  # files, so that nobody waits for their number


class Elsewhere(Exception):
    """A link that is not followed. Its text goes on after the link's name: "is a link to a folder"."""


def is_there(folder: Path, top: Path) -> bool:
    """Return whether there is such a folder. Raises NotGradable where a link or a file is in the way."""
    here = top
    for part in folder.relative_to(top).parts:
        here /= part
        with reading():
            try:
                mode = os.lstat(here).st_mode
            except FileNotFoundError:
                return False
        if stat.S_ISLNK(mode):
            raise NotGradable(f'"{here.relative_to(top)}" is a link, not a folder. Ask for the files themselves.')
        if not stat.S_ISDIR(mode):
            raise NotGradable(f'"{here.relative_to(top)}" is a file, not a folder. Ask for a folder with the notebook.')
    return True


def scan(folder: Path, top: Path) -> tuple[dict[str, os.stat_result], list[str]]:
    """Return what lies in a folder and below, by its name in there, in order, and the folders that are closed to us.

    No link is followed. Of more than `MOST_COUNTED` the rest is left out. Raises NotGradable.
    """
    if not is_there(folder, top):
        return {}, []
    closed: list[str] = []

    def refuse(error: OSError) -> None:
        if not isinstance(error, PermissionError) or Path(error.filename) == folder:
            raise error
        closed.append(Path(error.filename).relative_to(folder).as_posix())

    found: dict[str, os.stat_result] = {}
    with reading():
        for place, folders, names in os.walk(folder, onerror=refuse):
            for path in (Path(place, name) for name in (*folders, *names)):
                try:
                    found[path.relative_to(folder).as_posix()] = os.lstat(path)
                except FileNotFoundError:
                    continue
                except PermissionError as error:  # a folder that can be listed and not entered
                    refuse(PermissionError(error.errno, error.strerror, place))
                    break
            if len(found) > MOST_COUNTED:
                break
    return dict(sorted(found.items())), sorted(closed)


def content(path: Path, top: Path, most: int) -> bytes:
    """Return what a regular file holds. Raises NotGradable for more than `most` bytes, and OSError.

    It is safe against races: where a link, a pipe or a device has taken the file's place since it was listed, the link
    is not followed, and nothing waits for input.
    """
    flags = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_NOCTTY", "O_BINARY"))
    with _beside(path, top) as (name, here):
        if not stat.S_ISREG(os.stat(name, dir_fd=here, follow_symlinks=False).st_mode):
            raise FileNotFoundError(errno.ENOENT, "It is not a file", str(path))
        stream = open(os.open(name, flags, dir_fd=here), "rb")  # noqa: SIM115
    with stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise FileNotFoundError(errno.ENOENT, "It is not a file", str(path))
        content = stream.read(most + 1)
    if len(content) > most:
        raise NotGradable.too_large(MOST_BYTES)
    return content


def target(folder: Path, name: str) -> Path | None:
    """Return where a link in a folder leads, None where it leads nowhere. Raises Elsewhere where that is elsewhere."""
    real = Path(os.path.realpath(folder))
    path = Path(os.path.realpath(folder / name))  # `resolve` refuses a link to itself
    if not path.is_relative_to(real):
        raise Elsewhere("is a link to outside the submission")
    path = folder / path.relative_to(real)
    if path.is_dir():
        raise Elsewhere("is a link to a folder")
    return path if os.path.lexists(path) else None


@contextlib.contextmanager
def reading() -> Iterator[None]:
    """Turn what the system refuses, an OSError, into NotGradable with one sentence."""
    try:
        yield
    except OSError as error:
        raise NotGradable.unreadable(error) from None


@contextlib.contextmanager
def _beside(path: Path, top: Path) -> Iterator[tuple[str | Path, int | None]]:
    """Open the folder of `path`, from `top` down, without following a link.

    Yields the name to open in there, and the descriptor of the open folder, for `dir_fd`. Raises OSError.
    """
    parts = path.relative_to(top).parts
    if os.open not in os.supports_dir_fd:  # Windows, which can't hold a folder open
        for number in range(1, len(parts)):
            if not stat.S_ISDIR(os.lstat(top.joinpath(*parts[:number])).st_mode):
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(path))
        yield path, None
        return
    flags = os.O_DIRECTORY | getattr(os, "O_PATH", os.O_RDONLY)  # to go through a folder needs no right to list it
    here = os.open(top, flags)
    try:
        for part in parts[:-1]:
            below = os.open(part, flags | os.O_NOFOLLOW, dir_fd=here)
            os.close(here)
            here = below
        yield parts[-1], here
    finally:
        os.close(here)
