"""The grader's side of the warm process: it starts it, asks it for kernels, and hears how they ended."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import secrets
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import platformdirs

from kindling.environment import program_path
from kindling.errors import GradingError, NotGradable
from kindling.framing import framed
from kindling.grade import sandbox
from kindling.grade.sandbox import Limits
from kindling.grade.warm.protocol import FULL, MESSAGE, READY, connection

__all__ = ["Kernel", "Server", "ServerDied", "draw_images"]

START_SECONDS = 120  # to import torch on a busy machine
WATCH_SECONDS = 0.05
FOLDER = "kindling-grader-"
LOCK = "lock"  # a file in there, locked as long as the grader lives
LONGEST_PATH = 97  # of 107 bytes that a socket's path may have; it goes on like /12345/s-1
# No person, no secret: the grader's own variables stay outside.
ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "PYTHONPATH": str(sandbox.PACKAGES),
    "PATH": program_path("/usr/bin:/bin"),
    "USER": "learner",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "NBGRADER_EXECUTION": "autograde",
    "PYTHONHASHSEED": "0",  # the same grade for the same submission
    "CUDA_VISIBLE_DEVICES": "",  # and the same with a GPU as without
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}


class ServerDied(RuntimeError):
    """The warm process died while a submission ran, by no fault that is known of that submission; and how."""


class Kernel:
    """A kernel that was forked and waits for its work, with `scripts` or without, as the grader sees it."""

    def __init__(self, server: Server, name: str, limits: Limits, scripts: bool) -> None:
        self.server, self.name, self.limits, self.scripts = server, name, limits, scripts
        self.folder = server.folder / name
        self.key = secrets.token_hex(16)
        self.ended: dict[str, Any] | None = None  # {"why": …} once it is gone
        self.waited: dict[int, float] = {}  # seconds for a processor, by the number of the question
        self._questions = itertools.count(1)
        self.line, theirs = socket.socketpair()  # for its files, and then its claims
        with theirs:
            request = {"do": "fork", "name": name, "key": self.key, "limits": asdict(limits), "scripts": scripts}
            server.ask(request, theirs)

    @property
    def connection(self) -> dict[str, Any]:
        """What a Jupyter client needs to reach the kernel."""
        return connection(self.folder, self.key)

    def start(self, files: bytes) -> None:
        """Hand over the files to work with, a tar archive.

        Raises ServerDied where the warm process has died, GradingError where the kernel did not come up, and
        NotGradable where it can't take these files, or fails in another way.
        """
        self.line.settimeout(START_SECONDS)
        said = self._receive_status()
        if said != READY:
            raise GradingError.no_kernel(said or self._exit_reason())
        self.server.ask({"do": "start", "name": self.name})
        with contextlib.suppress(OSError):
            self.line.sendall(framed(files))
        said = self._receive_status()
        if said == READY:
            return
        if said.startswith(FULL):
            raise NotGradable.files(said.removeprefix(FULL))
        reason = said or self._exit_reason()
        if self.ended and self.ended["why"] in asdict(self.limits):
            raise NotGradable.files(reason)
        raise NotGradable.fault(reason)

    def _receive_status(self) -> str:
        """Return what the kernel says of itself: that it is up, or why it is not; nothing where it is gone."""
        try:
            return self.line.recv(MESSAGE).decode(errors="replace")
        except TimeoutError:
            return f"the kernel was silent for {START_SECONDS} s"
        except OSError:
            return ""

    def _exit_reason(self) -> str:
        """Return why the kernel is gone, which may be known a moment later.

        Raises ServerDied if the warm process is gone, too.
        """
        for _ in range(100):
            if event := self.poll():
                kind, _, how = event["why"].partition(" ")
                if kind == "server":
                    raise ServerDied(how)
                return f"the kernel stopped ({event['why']})"
            time.sleep(WATCH_SECONDS)
        return "the kernel stopped"

    def poll(self) -> dict[str, Any] | None:
        """Return None while the kernel lives, and why it ended once it has."""
        self.server.listen()
        return self.ended

    def look(self) -> int:
        """Ask how long the kernel has waited for a processor; a later `poll` hears it under the number returned."""
        number = next(self._questions)
        self.server.ask({"do": "look", "name": self.name, "question": number})
        return number

    def interrupt(self) -> None:
        """Interrupt what the kernel runs, as Ctrl-C does."""
        self.server.ask({"do": "interrupt", "name": self.name})

    def forget(self) -> None:
        """Close the socket for the kernel's files and claims; a kernel that still waits for them ends."""
        self.line.close()

    def kill(self) -> None:
        """End the kernel and all that it started."""
        self.forget()
        self.server.listen()  # it may have ended by itself, and why is worth more
        self.server.ask({"do": "kill", "name": self.name})
        self.ended = self.ended or {"why": "killed"}


class Server:
    """A warm process and its kernels."""

    def __init__(
        self, environment: Mapping[str, str], sandboxed: bool, private: Mapping[str, str] | None = None
    ) -> None:
        self._images = images = platformdirs.user_cache_path("kindling") / "drawn"
        self.sandboxed = sandboxed
        self._guarded: set[frozenset[tuple[str, str]]] = set()
        self.guard(private or {})
        _sweep()
        self.folder, self._held = _folder()
        self.kernels: dict[str, Kernel] = {}
        self._names = map(str, itertools.count(1))
        self._lock = threading.RLock()  # a worker of a cluster may have several threads
        self._ahead: Kernel | None = None
        arguments = ["-m", "kindling.grade.warm.server"]
        with contextlib.suppress(OSError):  # a home that can't be written to: each kernel draws for itself
            images.mkdir(parents=True, exist_ok=True)
        environment = {**ENVIRONMENT, "XDG_CACHE_HOME": str(images.parent.parent), **environment}
        if sandboxed:
            os.chown(self.folder, *sandbox.owner())
            environment["HOME"] = str(sandbox.HOME)
            line = sandbox.command(arguments, self.folder, environment, [images])
        else:
            line = [sys.executable, *arguments, str(self.folder)]
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                line,
                stdin=theirs.fileno(),
                stdout=log,
                stderr=log,
                env=None if sandboxed else {**os.environ, **environment},
            )
        self._control.settimeout(START_SECONDS)
        with contextlib.suppress(OSError):
            if message := self._control.recv(MESSAGE):
                self._control.settimeout(None)
                if not json.loads(message)["drawn"]:
                    draw_images()
                return
        how = self.exit_reason()
        self.close()
        raise GradingError.no_kernel(how)

    def guard(self, private: Mapping[str, str]) -> None:
        """Raise GradingError where the sandbox would show one of the places `private`; each set is looked at once."""
        places = frozenset(private.items())
        if self.sandboxed and places not in self._guarded:
            sandbox.guard(private, [self._images])
            self._guarded.add(places)

    def take(self, limits: Limits, scripts: bool = False) -> Kernel:
        """Return a fresh kernel, and let the next one come up meanwhile.

        One for a submission with `scripts` has a process at its side that runs each of them in a fork.
        """
        with self._lock:
            kernel, self._ahead = self._ahead, None
            if kernel and ((kernel.limits, kernel.scripts) != (limits, scripts) or kernel.poll()):
                kernel.kill()
                kernel = None
            kernel = kernel or self._kernel(limits, scripts)
            self._ahead = self._kernel(limits, scripts)
            return kernel

    def _kernel(self, limits: Limits, scripts: bool) -> Kernel:
        name = next(self._names)
        self.kernels[name] = Kernel(self, name, limits, scripts)
        return self.kernels[name]

    def ask(self, request: dict[str, Any], *sockets: socket.socket) -> None:
        """Send a request to the warm process; one that is dead shows in `listen`."""
        with self._lock, contextlib.suppress(OSError):
            socket.send_fds(self._control, [json.dumps(request).encode()], [one.fileno() for one in sockets])

    def listen(self) -> None:
        """Take note of what the warm process has said about its kernels."""
        with self._lock:
            while select.select([self._control], [], [], 0)[0]:
                try:
                    message = self._control.recv(MESSAGE)
                except OSError:
                    message = b""
                if not message:
                    how = self.exit_reason()
                    for kernel in self.kernels.values():
                        kernel.ended = kernel.ended or {"why": f"server {how}"}
                    return
                event = json.loads(message)
                if "waited" in event:
                    if asked := self.kernels.get(event["name"]):
                        asked.waited[event["question"]] = event["waited"]
                    continue
                kernel = self.kernels.pop(event["name"])
                kernel.ended = kernel.ended or event
                kernel.forget()
                shutil.rmtree(kernel.folder, ignore_errors=True)

    @property
    def alive(self) -> bool:
        """Whether the warm process is there."""
        return self.process.poll() is None

    def exit_reason(self) -> str:
        """Return in words how the warm process ended: the signal's name, or the last line that it printed."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(1)  # its line may have closed a moment before
        code = self.process.poll()
        if code is None:
            return f"it was silent for {START_SECONDS} s"
        number = -code if code < 0 else code - 128  # bubblewrap's way to tell
        if number in set(signal.Signals):
            return signal.Signals(number).name
        return self.last_log_line() or f"exit code {code}"

    def last_log_line(self) -> str:
        """Return the last line that the warm process has printed, "" where there is none."""
        return (self.folder / "log").read_text(errors="replace").strip().rpartition("\n")[2]

    def close(self) -> None:
        """End the warm process, its kernels and their files."""
        self._control.close()  # the warm process ends when nobody is there any more
        for kernel in self.kernels.values():
            kernel.forget()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self._held)


def _folder() -> tuple[Path, int]:
    """Return a new folder of this grader's, and the descriptor of its lock, which no other process inherits."""
    import fcntl  # not on Windows, where this module is only imported

    folder = Path(tempfile.mkdtemp(prefix=FOLDER))
    if len(os.fsencode(folder)) > LONGEST_PATH:
        folder.rmdir()
        raise GradingError.long_path(folder.parent)
    lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    with contextlib.suppress(OSError):  # a file system without locks: then nobody sweeps here
        fcntl.flock(lock, fcntl.LOCK_EX)
        os.write(lock, _machine())
    return folder, lock


def _sweep() -> None:
    """Remove the folders of graders that were killed before they could.

    A process number would not tell: it means another process in another container.
    """
    import fcntl

    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER}*"):
        # Somebody else's, in use, just being made, or swept by another one meanwhile.
        with contextlib.suppress(OSError), open(folder / LOCK, "r+b") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if lock.read(100) == _machine():
                shutil.rmtree(folder, ignore_errors=True)


def _machine() -> bytes:
    """Return what no other machine has: on a shared file system a lock of another machine may not be seen."""
    with contextlib.suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_bytes()
    return socket.gethostname().encode()


def draw_images() -> None:
    """Draw the images that are not in the cache yet; kernels in the sandbox can read the cache and not write to it."""
    from kindling.data.drawn import NOUNS, DrawnImages

    for name in NOUNS:
        DrawnImages(name, train=False)
