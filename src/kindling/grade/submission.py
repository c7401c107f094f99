"""What was handed in, however hostile: a notebook and its files, or one sentence why not.

Nothing is opened but regular files that are reached without a link from `top`, the folder that holds all submissions,
and of no file is more read than a submission may have. Where `top` is left out, `folder` is `top/<student>/<lesson>`,
as nbgrader has it.
"""

from __future__ import annotations

import fnmatch
import functools
import os
import re
import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbformat import NotebookNode

from kindling import times
from kindling.errors import NotGradable
from kindling.grade import document, tree

if TYPE_CHECKING:
    from nbgrader.coursedir import CourseDirectory

__all__ = ["class_folder", "files", "metadata", "problem", "read", "stamp", "state"]

MOST_FILES = 2000  # of a submission, folders counted
MOST_STAMP = 200  # bytes of a time
NAMED = 5  # files that a remark names

STAMP = "timestamp.txt"


def problem(folder: Path, lesson: str) -> str | None:
    """Return one sentence that says why nbgrader can't grade what was handed in in `folder`, or None where it can."""
    try:
        read(folder.absolute(), lesson)
    except NotGradable as reason:
        return str(reason)
    return None


def read(folder: Path, lesson: str, top: Path | None = None) -> NotebookNode:
    """Return the notebook that was handed in in `folder`, as a valid one of format 4.5. Raises NotGradable."""
    top = top or folder.parents[1]
    found = tree.scan(folder, top)[0]
    if len(found) > MOST_FILES:
        number = f"{len(found):,}" if len(found) <= tree.MOST_COUNTED else f"more than {tree.MOST_COUNTED:,}"
        raise NotGradable(
            f"The submission has {number} files, and may have {MOST_FILES:,}. Ask for it again without data."
        )
    if sum(status.st_size for status in found.values()) > tree.MOST_BYTES:
        raise NotGradable.too_large(tree.MOST_BYTES)
    _time(folder, top)
    name = f"{lesson}.ipynb"
    mode = found[name].st_mode if name in found else 0
    if stat.S_ISLNK(mode):
        raise NotGradable(f'"{name}" is a link, not a notebook. Ask for the notebook itself.')
    if not stat.S_ISREG(mode):
        others = [other for other in found if "/" not in other and fnmatch.fnmatch(other, "*.ipynb")]
        if others := [other for other in others if stat.S_ISREG(found[other].st_mode)]:
            raise NotGradable(f'The notebook is named "{others[0]}". Rename it to "{name}" and grade again.')
        raise NotGradable(f'There is no notebook "{name}".')
    with tree.reading():
        content = tree.content(folder / name, top, tree.MOST_BYTES)
    return document.parse(content)


def metadata(folder: Path, lesson: str, top: Path) -> dict[str, Any]:
    """Return the metadata of the notebook that was handed in in `folder`, {} where there is nothing to be read."""
    try:
        return document.metadata(tree.content(folder / f"{lesson}.ipynb", top, tree.MOST_BYTES))
    except (OSError, NotGradable):
        return {}


def class_folder(course: CourseDirectory, step: str) -> Path:
    """Return the folder in which a step of nbgrader's keeps a folder for each student."""
    path = Path(course.format_path(step, "\0", "lesson"))
    return next(parent for parent in path.parents if "\0" not in str(parent))


def files(
    folder: Path, own: Path, ignored: list[str], theirs: list[str], top: Path | None = None
) -> tuple[dict[str, bytes], list[str]]:
    """Return what the files beside the notebook hold, by their names, and remarks on what is left out or in doubt.

    That is those handed in in `folder`, and the lesson's own in the folder `own`, which count where both are, but for
    the names in `theirs`. Names that match a pattern of `ignored` are left out. Raises NotGradable.
    """
    top = top or folder.parents[1]
    ignored = [*ignored, "*.ipynb"]
    ours = {name: content for name, content in _own(own, ignored) if name not in theirs}
    found, closed = tree.scan(folder, top)
    out: dict[str, list[str]] = {}
    for name in closed:
        if not _matches(name, ignored):
            out.setdefault("can't be read (Permission denied)", []).append(name)
    contents: dict[str, bytes] = {}
    room = tree.MOST_BYTES
    for name, status in found.items():
        if _matches(name, ignored) or any(_clash(name, other) for other in ours):
            continue
        try:
            path = tree.target(folder, name) if stat.S_ISLNK(status.st_mode) else folder / name
            if path is not None and stat.S_ISREG(os.lstat(path).st_mode):
                contents[name] = tree.content(path, top, room)
                room -= len(contents[name])
        except tree.Elsewhere as why:
            out.setdefault(str(why), []).append(name)
        except PermissionError as error:
            out.setdefault(f"can't be read ({error.strerror})", []).append(name)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise NotGradable.unreadable(error) from None
    remarks = [_left_out(names, why) for why, names in out.items()]
    if doubt := _time(folder, top)[1]:
        remarks.append(doubt)
    return {**contents, **ours}, remarks


def state(folder: Path, top: Path | None = None) -> list[tuple[str, int, int]]:
    """Return of each file of a submission its name, time and size: they change when it is handed in again."""
    found = tree.scan(folder, top or folder.parents[1])[0]
    return [(name, status.st_mtime_ns, status.st_size) for name, status in found.items()]


def stamp(folder: Path, top: Path | None = None) -> datetime | None:
    """Return when a submission was handed in, in UTC, where that is known. Raises NotGradable."""
    top = top or folder.parents[1]
    return _time(folder, top)[0] if tree.is_there(folder, top) else None


def _own(folder: Path, ignored: list[str]) -> Iterator[tuple[str, bytes]]:
    """Return the lesson's own files, which are the instructor's. Raises NotGradable.

    nbgrader's own way takes an hour for what an unpacked data set holds.
    """
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not _matches(name, ignored)]
        for name in sorted(names):
            if not _matches(name, ignored):
                path = Path(place, name)
                try:
                    yield path.relative_to(folder).as_posix(), path.read_bytes()
                except OSError as error:
                    raise NotGradable(
                        f"The lesson's own file {path} can't be read: {error.strerror}. Fix this and grade again."
                    ) from None


def _time(folder: Path, top: Path) -> tuple[datetime | None, str | None]:
    """Return when a submission was handed in, in UTC, where that is known, and a remark where it is in doubt.

    Raises NotGradable.
    """
    with tree.reading():
        try:
            status = os.lstat(folder / STAMP)
        except FileNotFoundError:
            return None, None
    if stat.S_ISDIR(status.st_mode):
        return None, None
    if not stat.S_ISREG(status.st_mode):
        raise NotGradable(f'"{STAMP}" is not an ordinary file, and was not read. Delete it and grade again.')
    if status.st_size > MOST_STAMP:
        raise NotGradable(f'"{STAMP}" is too long for a time. Delete it and grade again.')
    with tree.reading():
        content = tree.content(folder / STAMP, top, MOST_STAMP)
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))  # as PowerShell writes it
    text = content.decode("utf-16" if wide else "utf-8-sig", errors="replace").strip()
    if not text:
        return None, None
    try:
        return times.stamp(text, STAMP)
    except Exception:  # there are many ways not to be a valid time
        raise NotGradable(
            f'"{STAMP}" says "{text[:40]}", which is not a valid time. Delete it and grade again.'
        ) from None


def _left_out(names: list[str], why: str) -> str:
    """Return the remark on files that were left out, `why` said of one of them."""
    named = ", ".join(f'"{name}"' for name in names[:NAMED])
    if len(names) > NAMED:
        named += f" and {len(names) - NAMED:,} more"
    if len(names) == 1:
        return f"{named} {why} and was left out."
    return f"{named}: each {why} and was left out."


def _clash(name: str, other: str) -> bool:
    """Return whether two files can't both be there: one name is the other's, or that of a folder around it."""
    return name == other or name.startswith(f"{other}/") or other.startswith(f"{name}/")


def _matches(name: str, patterns: list[str]) -> bool:
    """Return whether a file, or a folder around it, has a name that matches one of the patterns."""
    return any(_any(tuple(patterns)).match(os.path.normcase(part)) for part in name.split("/"))


@functools.cache
def _any(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(fnmatch.translate(os.path.normcase(pattern)) for pattern in patterns))
