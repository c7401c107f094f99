"""What is asked of the process that runs a learner's cells, what it says, and how both go through a socket."""

from __future__ import annotations

import json
import signal
import socket
from typing import Any, TypedDict

from kindling import framing

__all__ = ["Request", "Said", "ended", "receive", "send"]


class Request(TypedDict):
    """The cells to run, in order, in a folder, with these environment variables; a cell may take so many seconds.

    `snapshots` are the places before which it pays to remember how things are. `files` changes with the files beside
    the notebook that cells may read.
    """

    folder: str
    files: str
    environment: dict[str, str]
    cells: list[str]
    snapshots: list[int]
    seconds: float


class Said(TypedDict, total=False):
    """What came of one cell, by its place in the request: an error's name and its sentence, both empty without one.

    `line` is the line in the text of the cell `within`, where the error arose in a cell; `value` the cell's last value,
    where that is a number; `explanation` is there where something more can be said of the error, and `ended` when the
    cell ended the process or had to be stopped.
    """

    place: int
    error: str
    sentence: str
    within: int
    line: int
    value: float
    explanation: str
    ended: str


def ended(status: int) -> str:
    """Return how a process ended, of its exit code, or of a signal's number below 0: "exit code 1", "SIGSEGV"."""
    return signal.Signals(-status).name if status < 0 else f"exit code {status}"


def send(line: socket.socket, message: Any) -> None:
    """Send a value as JSON, in one piece."""
    line.sendall(framing.framed(json.dumps(message).encode()))


def receive(line: socket.socket) -> Any:
    """Return the value that was sent, None where the other end is closed."""
    content = framing.receive(line)
    return None if content is None else json.loads(content)
