"""Who runs the cells of a learner's notebook: a server that keeps snapshots on Linux, else a new process each time."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import queue
import socket
import subprocess
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import platformdirs

import kindling
from kindling.environment import inherited
from kindling.errors import WorkspaceError
from kindling.learn.messages import Request, Said, ended, receive, send

__all__ = ["Processes", "Server", "runner"]

# Like grading: figures are drawn and not shown, one thread adds in one order, and no GPU has other digits.
VARIABLES = {"MPLBACKEND": "Agg", "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
LONGEST = 95  # characters of a socket's name: Linux takes 107, and a draft has a few more
START_SECONDS = 120  # until a new process has imported torch, on a slow disk


def runner() -> Server | Processes:
    """Return what runs cells best on this machine."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            return Server()
    return Processes()


class Server:
    """The server of snapshots, in a folder of the user's own; it is started where there is none.

    Making one raises OSError where that folder can't be made, is not the user's alone, or has too long a name.
    """

    def __init__(self) -> None:
        with warnings.catch_warnings(action="ignore"):  # that it takes another folder than XDG_RUNTIME_DIR says
            folder = platformdirs.user_runtime_path("kindling")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        there = folder.stat(follow_symlinks=False)
        if there.st_uid != os.getuid() or there.st_mode & 0o077 or folder.parent.stat().st_uid not in (0, os.getuid()):
            raise PermissionError(f"{folder} is open to others")
        self._socket = folder / f"{_version()}.socket"
        if len(str(self._socket)) > LONGEST:
            raise OSError(f"{self._socket} is too long a name for a socket")
        self._log = self._socket.with_suffix(".log")

    def ask(self, request: Request) -> Iterator[Said]:
        """Yield what came of each cell of a request, in order. Raises WorkspaceError where the server ends.

        Whoever stops before the end stops the cell that runs.
        """
        for there in (True, False):
            begun = False
            try:
                if not there:
                    self._start()
                for said in self._asked(request):
                    begun = True
                    yield said
                return
            except OSError as error:  # none was there, or it was about to end
                if begun or not there:
                    raise WorkspaceError.no_kernel(_last_line(self._log) or str(error)) from None

    def _asked(self, request: Request) -> Iterator[Said]:
        """Do what `ask` does. Raises OSError where no server is there."""
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(self._socket))  # a new one answers once it has imported torch
            send(line, request)
            for _ in request["cells"]:
                said: Said | None = receive(line)
                if said is None:
                    raise ConnectionResetError("it closed the connection")
                yield said
                if "ended" in said:
                    return

    def close(self) -> None:
        """Leave it running for the next command: it ends by itself."""

    def _start(self) -> None:
        draft = self._socket.with_name(f"{os.getpid()}.{self._socket.name}")
        with socket.socket(socket.AF_UNIX) as listener, self._log.open("wb") as log:
            listener.bind(str(draft))
            listener.listen()
            os.replace(draft, self._socket)
            subprocess.Popen(
                [sys.executable, "-P", "-m", "kindling.learn.snapshots", str(listener.fileno()), str(self._socket)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                env=inherited(**VARIABLES),
                pass_fds=[listener.fileno()],
                start_new_session=True,  # Ctrl-C here is not meant for it
                cwd="/",
            )


class Processes:
    """A new process for each request. The one for the next request starts before that comes, and imports torch."""

    def __init__(self) -> None:
        self._spare: subprocess.Popen[str] | None = None
        self._folders: dict[int, tempfile.TemporaryDirectory[str]] = {}  # for the temporary files of each process

    def ask(self, request: Request) -> Iterator[Said]:
        """Yield what came of each cell of a request, in order. Raises WorkspaceError where no process starts."""
        process, self._spare = self._spare or self._started(), None
        folder = self._folders.pop(process.pid)
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            with contextlib.suppress(OSError):  # it has died
                process.stdin.write(json.dumps(request) + "\n")
                process.stdin.close()
            lines: queue.Queue[str] = queue.Queue()
            threading.Thread(target=_read, args=(process.stdout, lines), daemon=True).start()
            for place in range(len(request["cells"])):
                try:
                    line = lines.get(timeout=request["seconds"] + (0 if place else START_SECONDS))
                except queue.Empty:
                    yield {"place": place, "ended": "time"}
                    return
                if not line:
                    yield {"place": place, "ended": ended(process.wait())}
                    return
                said: Said = json.loads(line)
                yield said
        finally:
            process.kill()
            process.wait()
            folder.cleanup()

    def prepare(self) -> None:
        """Start the process for the next request."""
        self._spare = self._spare or self._started()

    def close(self) -> None:
        """End the process that waits."""
        if self._spare:
            self._spare.kill()
            self._spare.wait()
            self._folders.pop(self._spare.pid).cleanup()
            self._spare = None

    def _started(self) -> subprocess.Popen[str]:
        folder = tempfile.TemporaryDirectory(prefix="kindling-", ignore_cleanup_errors=True)
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "kindling.learn.kernel"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=inherited(**VARIABLES, PYTHONUTF8="1", TMPDIR=folder.name),
            encoding="utf-8",
        )
        self._folders[process.pid] = folder
        return process


def _read(stream: IO[str], lines: queue.Queue[str]) -> None:
    for line in stream:
        lines.put(line)
    lines.put("")


def _version() -> str:
    """Return a name for this package as it is now, in this environment: a server of an older one is not asked."""
    package = Path(kindling.__file__).parent
    files = sorted((str(path), path.stat().st_mtime_ns) for path in package.rglob("*.py"))
    return hashlib.sha256(json.dumps([sys.prefix, files]).encode()).hexdigest()[:16]


def _last_line(log: Path) -> str:
    with contextlib.suppress(OSError):
        if lines := log.read_text(encoding="utf-8", errors="replace").split("\n"):
            return next((line for line in reversed(lines) if line.strip()), "")
    return ""
