"""One grader at a time for each lesson of a course."""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import shutil
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from kindling.errors import GradingError
from kindling.files import write_whole

__all__ = ["FOLDER", "held", "refuse_second"]

FOLDER = ".kindling"  # in the course's own: what grading keeps for itself
PATIENCE = 1  # seconds to wait for the lock: `refuse_second` holds it for a moment only


@contextlib.contextmanager
def held(root: Path, lesson: str) -> Iterator[None]:
    """Hold the lock on a lesson of the course in `root`: nobody else grades it meanwhile.

    The system lets go of the lock when this process ends, in whichever way. Raises GradingError where somebody else
    holds it, which says who.
    """
    path = root / FOLDER / f"{lesson}.lock"
    holder = path.with_suffix(".json")  # not the locked file, which some versions of the library empty at a look
    since = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    about = {"user": _user(), "host": socket.gethostname(), "process": os.getpid(), "since": since}
    lock = FileLock(path, mode=0o660)
    try:
        if not path.parent.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copymode(root, path.parent)  # who may write to the course may grade it
        lock.acquire(timeout=PATIENCE)
    except Timeout:
        raise GradingError.graded_by_another(lesson, _holder(holder)) from None
    except OSError as error:
        raise GradingError.no_lock(path, error) from None
    try:
        write_whole(holder, json.dumps(about).encode())
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def refuse_second(root: Path, lesson: str) -> None:
    """Raise GradingError where somebody else grades a lesson of the course in `root`."""
    if (root / FOLDER / f"{lesson}.json").exists():
        with held(root, lesson):
            pass


def _holder(path: Path) -> str:
    """Return who grades, and since when, as far as that is known."""
    try:
        return "{user} on {host} (process {process}) since {since}".format(**json.loads(path.read_bytes()))
    except (OSError, ValueError, LookupError, TypeError):
        return "somebody else"


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container whose user has no name
        return f"user {os.getuid()}"
