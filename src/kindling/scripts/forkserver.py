"""Python commands in forks of a process that has imported torch already.

Most scripts of a learner's wait longer for that import than for anything else. `start` takes the place of
`subprocess.Popen` for them.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import multiprocessing.util
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import types
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

__all__ = ["Command", "Fork", "Start", "can_fork", "fork_here", "fork_server", "start"]


class Command(Protocol):
    """A command that runs: what `subprocess.Popen`, `Fork` and `start` have in common."""

    pid: int

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit code, negative for a signal. Raises subprocess.TimeoutExpired after `timeout` seconds."""


Start = Callable[[list[str], Path, Mapping[str, str], int, int], Command]  # what `start` is


def start(command: list[str], cwd: Path, env: Mapping[str, str], stdout: int, stderr: int) -> Command:
    """Start `command`, like [sys.executable, "main.py"], in a process group of its own and without input.

    It begins in the folder `cwd`, with `env` for its environment, and prints to these two descriptors. One command
    runs at a time, a second one waits for the first. Where there is no warm process to fork, it starts as usual, only
    slower.
    """
    global _server
    if _here:
        return Fork(command, cwd, env, stdout, stderr)
    if can_fork():
        for _ in range(2):  # the second time with a new process: a command may have taken the first one along
            with contextlib.suppress(OSError):
                _server = _server or _new_server(env)
                return _server.start(command, cwd, env, stdout, stderr)
            _server = None
    return subprocess.Popen(
        command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr, start_new_session=True
    )


def fork_here() -> None:
    """From now on, make each command a fork of this process, where that can be; it must have one thread only.

    The answer bank runs hundreds of commands, and has imported torch.
    """
    global _here
    _here = can_fork()


def fork_server(begin: Callable[[], None] | None = None) -> None:
    """Make the warm process a fork of this one, which must have one thread only and have imported torch.

    It calls `begin` first, if given. A new Python, which `start` takes otherwise, needs three seconds for its imports.
    """
    global _server
    if not can_fork():
        return
    requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    if os.fork():
        theirs.close()
        _server = _Server(requests)
        return
    try:
        os.setsid()  # an interrupt is for its owner
        os.dup2(theirs.fileno(), 3)
        os.closerange(4, os.sysconf("SC_OPEN_MAX"))  # what its owner holds is none of its business
        if begin:
            begin()
        _serve(socket.socket(fileno=3))
    finally:
        os._exit(0)


def can_fork() -> bool:
    """Return whether this system has what `Fork` needs."""
    return hasattr(os, "pidfd_open")  # Linux has it, but not each build of Python


class Fork:
    """A command in a fork of this process, which must have one thread only. Arguments are those of `start`."""

    def __init__(self, command: list[str], cwd: Path | str, env: Mapping[str, str], stdout: int, stderr: int) -> None:
        self._command = command
        self._code: int | None = None
        self.pid = os.fork()
        with contextlib.suppress(OSError):  # both sides do it, whoever comes first
            os.setpgid(self.pid, 0)
        if self.pid:
            self._descriptor = os.pidfd_open(self.pid)
            return
        code = 1
        try:
            for number, stream in enumerate((os.open(os.devnull, os.O_RDONLY), stdout, stderr)):
                os.dup2(stream, number)
            os.closerange(3, os.sysconf("SC_OPEN_MAX"))  # what this process holds is none of the command's business
            sys.stdin = open(0, closefd=False)  # noqa: SIM115
            sys.stdout = open(1, "w", buffering=1, closefd=False)  # noqa: SIM115
            sys.stderr = open(2, "w", buffering=1, errors="backslashreplace", closefd=False)  # noqa: SIM115
            os.environ.clear()
            os.environ.update(env)
            sys.dont_write_bytecode = bool(env.get("PYTHONDONTWRITEBYTECODE"))
            tempfile.tempdir = None  # this process's own, which may be gone
            atexit._clear()  # this process's own would remove its temporary folders
            atexit.register(multiprocessing.util._exit_function)  # type: ignore[attr-defined]  # private; waits for processes
            code = _run(command[1:], cwd)
        finally:
            os._exit(code)

    def fileno(self) -> int:
        """Return a descriptor that can be read once the command has ended."""
        return self._descriptor

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit code, negative for a signal. Raises subprocess.TimeoutExpired after `timeout` seconds."""
        if self._code is None:
            if not select.select([self], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(self._command, timeout or 0.0)
            self._code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
            os.close(self._descriptor)
        return self._code


class _Server:
    """The warm process, as its owner sees it. It ends with its owner, who sends it `requests`."""

    def __init__(self, requests: socket.socket, process: subprocess.Popen[bytes] | None = None) -> None:
        self._requests, self._process = requests, process
        atexit.register(self._close)

    def _close(self) -> None:
        self._requests.close()
        if self._process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(5)

    def start(self, command: list[str], cwd: Path, env: Mapping[str, str], stdout: int, stderr: int) -> Command:
        """Return the command that has been started. Raises OSError where this process has ended."""
        request = json.dumps([command, str(cwd), dict(env)]).encode()
        line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            socket.send_fds(self._requests, [request], [stdout, stderr, theirs.fileno()])
        return _Forked(command, line)


def _new_server(env: Mapping[str, str]) -> _Server:
    """Return a warm process that is a new Python."""
    requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "kindling.scripts.forkserver", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # an interrupt is for its owner
        )
    return _Server(requests, process)


class _Forked:
    """A command in a fork of the warm process, which tells its number and its end over `line`, and kills it when
    nobody is at the other side any more.
    """

    def __init__(self, command: list[str], line: socket.socket) -> None:
        self._command = command
        self._code: int | None = None
        self._line = line
        if not (pid := line.recv(64)):
            raise ConnectionResetError
        self.pid = int(pid)

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit code, negative for a signal. Raises subprocess.TimeoutExpired after `timeout` seconds."""
        if self._code is None:
            self._line.settimeout(timeout)
            try:
                code = self._line.recv(64)
            except (TimeoutError, BlockingIOError):
                raise subprocess.TimeoutExpired(self._command, timeout or 0.0) from None
            # The warm process may be gone, and nobody knows what became of the command.
            self._code = int(code) if code else -signal.SIGKILL
        return self._code


_server: _Server | None = None
_here = False  # whether this process itself is forked


def _run(arguments: list[str], cwd: Path | str) -> int:
    """Run what follows `python` on a command line, in the folder `cwd`, and return its exit code."""
    import numpy as np
    import torch

    from kindling.scope import explained

    torch.seed()  # a fork has its parent's random numbers, the same each time; `random` sees to itself
    np.random.seed()
    if os.environ.get("OMP_NUM_THREADS") == "1":  # which torch read when it was imported, maybe elsewhere
        torch.set_num_threads(1)
    script = arguments[0]
    sys.modules["__main__"] = main = types.ModuleType("__main__")
    os.chdir(cwd)
    folder = Path() if script == "-c" else Path(script).parent
    own = [path.stem for path in folder.glob("*.py")]
    for name in own:
        sys.modules.pop(name, None)  # the learner's, not ours of that name
    try:
        if script == "-c":
            script, source, sys.argv = "<string>", arguments[1].encode(), ["-c", *arguments[2:]]
            sys.path.insert(0, "")
        else:
            main.__file__, source, sys.argv = script, Path(script).read_bytes(), arguments
            sys.path.insert(0, str(Path(script).parent))
        if backend := os.environ.get("MPLBACKEND"):
            import matplotlib.pyplot as plt

            plt.close("all")
            plt.switch_backend(backend)
        if notes := os.environ.get("KINDLING_OBSERVER"):
            from kindling.scripts.observer import Observer

            observer = Observer()
            atexit.register(observer.write, notes)
        exec(compile(source, script, "exec", dont_inherit=True), vars(main))
        code = 0
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            code = (end.code or 0) & 0xFF
        else:
            print(end.code, file=sys.stderr)
            code = 1
    except BaseException as error:
        frames = error.__traceback__
        sys.excepthook(type(error), error, frames and frames.tb_next)  # without the line above
        with contextlib.suppress(Exception):  # a script may have closed stderr
            print(*filter(None, [explained(error)]), end="", file=sys.stderr)
        code = 1
    # The rest is what Python does at the end of a program, but for taking all its modules apart, which takes a second.
    threading._shutdown()  # type: ignore[attr-defined]  # private; waits for threads
    atexit._run_exitfuncs()
    # So files are closed, and temporary folders removed.
    vars(main).clear()
    for name in own:
        getattr(sys.modules.get(name), "__dict__", {}).clear()
    gc.collect()
    with contextlib.suppress(AttributeError, ValueError):  # a script may have closed them
        sys.stdout.flush()
        sys.stderr.flush()
    return code


def _serve(requests: socket.socket) -> None:
    """Run commands for the process at the other end, one after the other, until that is gone."""
    os.close(os.pidfd_open(os.getpid()))  # where the system refuses that, it is better known now
    # An optimizer imports `_dynamo` on first use.
    for module in (
        "torch._dynamo",
        "matplotlib.pyplot",
        "rich.progress",
        "kindling.scripts.observer",
        "kindling.diagnose.errors",
    ):
        importlib.import_module(module)
    gc.freeze()  # a collection in a fork is about its own objects
    while True:
        request, descriptors, *_ = socket.recv_fds(requests, 1 << 20, 3)
        if not request:
            return
        *streams, line = descriptors
        with socket.socket(fileno=line) as owner:
            fork = Fork(*json.loads(request), *streams)
            for stream in streams:
                os.close(stream)
            with contextlib.suppress(OSError):
                owner.send(str(fork.pid).encode())
            watched: list[Fork | socket.socket] = [fork, owner]
            if owner in select.select(watched, [], [])[0]:  # there is nobody any more
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(fork.pid, signal.SIGKILL)
            code = fork.wait()
            with contextlib.suppress(OSError):
                owner.send(str(code).encode())


if __name__ == "__main__":
    with contextlib.suppress(OSError):
        _serve(socket.socket(fileno=int(sys.argv[1])))
    os._exit(0)  # Python would take all its modules apart, for a second
