"""Files that are there whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

__all__ = ["remove", "replaced", "replacing", "write_whole"]


def write_whole(path: Path, content: bytes) -> None:
    """Write `content` to `path`, making its folder. Raises OSError and leaves what was there when it cannot.

    The bytes go to a name of their own first: two processes that write at once do not mix, and the last one stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # Not tempfile's own name, whose file nobody but its owner could read.
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        draft.write_bytes(content)
        os.replace(draft, path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def replacing(folder: Path, draft: Path) -> Iterator[None]:
    """Put `draft` in the place of `folder` once what is done meanwhile is done; an error leaves what was there.

    So the new folder is there when all the rest is. Where the process ends in between, neither is; what was there stays
    beside it until the folder is replaced once more.
    """
    aside = folder.with_name(f".{folder.name}.old")
    there = folder.exists()
    if there:
        remove(aside)
        os.replace(folder, aside)
    try:
        yield
    except Exception:
        if there:
            os.replace(aside, folder)
        raise
    os.replace(draft, folder)
    with contextlib.suppress(OSError):
        remove(aside)


@contextlib.contextmanager
def replaced(folder: Path, made: Path) -> Iterator[None]:
    """The same with a copy of the folder `made`, which may lie on another disk."""
    draft = folder.with_name(f".{folder.name}.draft")
    try:
        remove(draft)  # of a run that was killed
        shutil.copytree(made, draft)
        with replacing(folder, draft):
            yield
    finally:
        remove(draft)


def remove(folder: Path) -> None:
    """Remove a folder with all that is in it, where there is one."""
    if not folder.exists():
        return
    if os.name == "nt":  # where a file that nobody may write can't be removed either
        for path in folder.rglob("*"):
            path.chmod(stat.S_IWRITE)
    shutil.rmtree(folder)
