"""The database of a gradebook: its address, patience with others who write to it, and its errors as sentences."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator

from nbgrader.api import Gradebook, InvalidEntry
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from tornado.log import app_log

from kindling.environment import program_path
from kindling.errors import GradingError

__all__ = ["PATIENCE", "connect", "file", "opened", "patient", "reason", "sentences", "shown"]

PATIENCE = 60  # seconds to wait for somebody else who writes to an SQLite gradebook

_SECRET = re.compile(r"pass|pwd|secret|token|key|connect", re.IGNORECASE)  # what may hold a password in an address


@contextlib.contextmanager
def opened(course: CourseDirectory) -> Iterator[Gradebook]:
    """Give the gradebook of a course. Raises GradingError where it can't be opened or read."""
    with connect(course) as gradebook, sentences(course):
        yield gradebook


def connect(course: CourseDirectory) -> Gradebook:
    """Return the gradebook of a course, to be closed by the caller. Raises GradingError where it can't be opened."""
    app_log.addFilter(_quiet)
    if not shutil.which("alembic"):  # which nbgrader calls by its name to make one; this environment has it
        os.environ["PATH"] = program_path()
    try:
        return Gradebook(course.db_url, course.course_id)
    except Exception as error:  # of whatever library the address names
        raise _refusal(error, course) from None


@contextlib.contextmanager
def sentences(course: CourseDirectory) -> Iterator[None]:
    """Turn what a database says while it is read into a GradingError."""
    try:
        yield
    except SQLAlchemyError as error:
        raise _refusal(error, course) from None


def _refusal(error: Exception, course: CourseDirectory) -> GradingError:
    if isinstance(error, InvalidEntry) and isinstance(error.__context__, Exception):
        error = error.__context__  # nbgrader's own word for it says less
    if _is_busy(error):
        return GradingError.busy_gradebook(shown(course.db_url), _waited(course.db_url))
    return GradingError.no_gradebook(shown(course.db_url), reason(error, course.db_url))


def patient(address: str) -> str:
    """Return the address of a database; to one of SQLite a timeout is added, so that it waits for others who write."""
    url = _parsed(address)
    if url is None or url.get_backend_name() != "sqlite" or not url.database or "timeout" in url.query:
        return address
    return f"{address}{'&' if '?' in address else '?'}timeout={PATIENCE}"


def file(address: str) -> str | None:
    """Return the file of an SQLite database; None where it is of another kind, or lies in memory."""
    url = _parsed(address)
    if url is None or url.get_backend_name() != "sqlite" or not url.database:
        return None
    return url.database.removeprefix("file:").partition("?")[0]


def shown(address: str) -> str:
    """Return the address of a database as anybody may read it: no password, and nothing that may hold one."""
    url = _parsed(address)
    if url is None:
        scheme, colon, _ = address.partition("://")
        return f"{scheme}://…" if colon and re.fullmatch(r"[\w+]+", scheme) else "…"
    if url.password is None:
        return address.partition("?")[0]
    return url.set(query={}).render_as_string(hide_password=True)


def reason(error: BaseException, address: str) -> str:
    """Return the first line of what an error says, or its name where it says nothing or says a password."""
    if _is_busy(error):
        return f"somebody else has been writing to the gradebook for {_waited(address)} s"
    if (url := _parsed(address)) is None:
        return "this is not the address of a database (in a password, @ is written %40, : is %3A and / is %2F)"
    said = next(iter(str(error).splitlines()), "")
    secrets = [value for name, values in url.query.items() if _SECRET.search(name) for value in _all(values)]
    if url.password:  # as it is, and as it is written in the address
        secrets += [str(url.password), address.partition("://")[2].rpartition("@")[0].partition(":")[2]]
    return type(error).__name__ if not said or any(secret and secret in said for secret in secrets) else said


def _parsed(address: str) -> URL | None:
    """Return the address in its parts, or None where they can't be told apart."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        return None
    # A password with an @ in it ends too early for the library, and goes on in what follows.
    rest = (url.host or "", "" if url.get_backend_name() == "sqlite" and not url.host else url.database or "")
    return None if any("@" in part for part in rest) else url


def _waited(address: str) -> str:
    """Return how many seconds SQLite waits for others."""
    url = _parsed(address)
    return str((url.query if url else {}).get("timeout", PATIENCE))


def _all(values: str | tuple[str, ...]) -> tuple[str, ...]:
    return (values,) if isinstance(values, str) else values


def _is_busy(error: BaseException) -> bool:
    """Return whether SQLite gave up waiting for somebody else."""
    known = error.orig if isinstance(error, DBAPIError) else error
    return isinstance(known, sqlite3.Error) and (getattr(known, "sqlite_errorname", "") or "").startswith(
        ("SQLITE_BUSY", "SQLITE_LOCKED")
    )


def _quiet(record: logging.LogRecord) -> bool:
    """Return whether a record is for the user: nbgrader logs tracebacks of what it raises all the same."""
    return not str(record.msg).startswith("Rolling back session")
