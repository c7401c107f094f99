"""What the grader and the warm process say to each other: JSON objects over a Unix socket.

What a kernel is to work on goes to the kernel alone, over a socket of its own, and so do its claims later.
"""

from __future__ import annotations

import contextlib
import json
import select
import socket
from pathlib import Path
from typing import Any

__all__ = ["FULL", "GO_ON", "MESSAGE", "READY", "STOP", "connection", "forget", "send_event"]

MESSAGE = 2**16  # bytes, at most
READY = "ready"  # what a kernel says when it is up, and again when it has its files
GO_ON, STOP = "go on", "stop"  # what a kernel hears after a claim: does it hold?
LATE = 1000  # messages that are taken out of the way at once
FULL = "full: "  # what it begins with where there is no room for the files
CHANNELS = ("shell", "iopub", "stdin", "control", "hb")


def connection(folder: Path, key: str) -> dict[str, Any]:
    """Return what a Jupyter client needs to reach the kernel whose sockets are in `folder`."""
    ports = {f"{channel}_port": number for number, channel in enumerate(CHANNELS, start=1)}
    return {"transport": "ipc", "ip": str(folder / "s"), "key": key, "signature_scheme": "hmac-sha256", **ports}


def send_event(control: socket.socket, **event: Any) -> None:
    """Tell the grader what has become of a kernel; one that is gone need not know."""
    with contextlib.suppress(OSError):
        control.send(json.dumps(event).encode())


def forget(line: socket.socket) -> None:
    """Take what has come through a socket out of the way, but no longer than a while: a thread may send without end."""
    with contextlib.suppress(OSError):  # the other end is gone
        for _ in range(LATE):
            if not select.select([line], [], [], 0)[0] or not line.recv(MESSAGE):
                break
