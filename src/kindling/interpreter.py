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
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import traceback
import types
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

__all__ = ["Command", "Fork", "start"]


class Command(Protocol):
    """A command that runs: what `subprocess.Popen`, `Fork` and `start` have in common."""

    pid: int

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit code, negative for a signal. Raises subprocess.TimeoutExpired after `timeout` seconds."""


def start(command: list[str], cwd: Path, env: Mapping[str, str], stdout: int, stderr: int) -> Command:
    """Start `command`, like [sys.executable, "main.py"], in a session of its own and without input.

    It begins in the folder `cwd`, with `env` for its environment, and prints to these two descriptors. Where there is
    no warm process to fork, it starts as usual, only slower.
    """
    global _warm
    if sys.platform == "linux":
        for _ in range(2):  # the second time with a new process: a command may have taken the first one along
            with contextlib.suppress(OSError):
                _warm = _warm or _Warm(env)
                return _warm.start(command, cwd, env, stdout, stderr)
            _warm = None
    return subprocess.Popen(
        command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr, start_new_session=True
    )


class Fork:
    """A command in a fork of this process, which must have one thread only. Arguments are those of `start`."""

    def __init__(self, command: list[str], cwd: Path | str, env: Mapping[str, str], stdout: int, stderr: int) -> None:
        self._command = command
        self._code: int | None = None
        self.pid = os.fork()
        if self.pid:
            self._descriptor = os.pidfd_open(self.pid)
            return
        code = 1
        try:
            os.setsid()
            for number, stream in enumerate((os.open(os.devnull, os.O_RDONLY), stdout, stderr)):
                os.dup2(stream, number)
            os.closerange(3, os.sysconf("SC_OPEN_MAX"))  # what this process holds is none of the command's business
            sys.stdout, sys.stderr = (os.fdopen(os.dup(number), "w", buffering=1) for number in (1, 2))
            os.environ.clear()
            os.environ.update(env)
            atexit._clear()  # this process's own would remove its temporary folders
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


class _Warm:
    """The warm process, as its owner sees it. It ends with its owner. Methods raise OSError where it has ended."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._connection, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "kindling.interpreter", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # an interrupt is for its owner
            )

    def start(self, command: list[str], cwd: Path, env: Mapping[str, str], stdout: int, stderr: int) -> Command:
        request = json.dumps([command, str(cwd), dict(env)]).encode()
        try:
            socket.send_fds(self._connection, [request], [stdout, stderr])
            return _Forked(self, command, int(self.receive()))
        except BaseException:  # an interrupt too: the next answer would be to this request
            self._connection.close()
            raise

    def receive(self, timeout: float | None = None) -> bytes:
        """Return the next message. Raises TimeoutError, and another OSError where the process has ended."""
        self._connection.settimeout(timeout)
        if not (message := self._connection.recv(64)):
            raise ConnectionResetError
        return message


class _Forked:
    """A command in a fork of the warm process."""

    def __init__(self, warm: _Warm, command: list[str], pid: int) -> None:
        self._warm = warm
        self._command = command
        self._code: int | None = None
        self.pid = pid

    def wait(self, timeout: float | None = None) -> int:
        if self._code is None:
            try:
                self._code = int(self._warm.receive(timeout))
            except TimeoutError:
                raise subprocess.TimeoutExpired(self._command, timeout or 0.0) from None
            except OSError:
                self._code = -signal.SIGKILL  # the warm process is gone, and nobody knows what became of the command
        return self._code


_warm: _Warm | None = None


def _run(arguments: list[str], cwd: Path | str) -> int:
    """Run what follows `python` on a command line, in the folder `cwd`, and return its exit code."""
    import matplotlib.pyplot as plt
    import numpy as np
    import torch

    torch.seed()  # a fork has its parent's random numbers, the same each time; `random` sees to itself
    np.random.seed()
    script = arguments[0]
    sys.modules["__main__"] = main = types.ModuleType("__main__")
    if script == "-c":
        script, source, sys.argv = "<string>", arguments[1].encode(), ["-c", *arguments[2:]]
        sys.path.insert(0, "")
    else:
        main.__file__, source, sys.argv = script, Path(script).read_bytes(), arguments
        sys.path.insert(0, str(Path(script).parent))
    try:
        os.chdir(cwd)
        plt.close("all")
        plt.switch_backend(os.environ["MPLBACKEND"])
        exec(compile(source, script, "exec"), vars(main))
        code = 0
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        code = 1
    # The rest is what Python does at the end of a program, but for taking all its modules apart, which takes a second.
    threading._shutdown()  # waits for threads
    atexit._run_exitfuncs()
    vars(main).clear()  # so files are closed, and temporary folders removed
    gc.collect()
    sys.stdout.flush()
    sys.stderr.flush()
    return code


def _serve(connection: socket.socket) -> None:
    """Run commands for the process at the other end, one after the other, until that is gone."""
    # An optimizer imports `_dynamo` on first use.
    for module in ("torch._dynamo", "matplotlib.pyplot", "rich.progress"):
        importlib.import_module(module)
    gc.freeze()  # a collection in a fork is about its own objects
    os.register_at_fork(after_in_child=connection.close)
    while True:
        request, streams, *_ = socket.recv_fds(connection, 1 << 20, 2)
        if not request:
            return
        fork = Fork(*json.loads(request), *streams)
        for stream in streams:
            os.close(stream)
        connection.send(str(fork.pid).encode())
        if fork not in select.select([fork, connection], [], [])[0]:  # the owner is gone
            os.killpg(fork.pid, signal.SIGKILL)
        connection.send(str(fork.wait()).encode())


if __name__ == "__main__":
    with contextlib.suppress(OSError):
        _serve(socket.socket(fileno=int(sys.argv[1])))
