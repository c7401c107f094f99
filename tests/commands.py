"""The commands `kindling` and `nbgrader`, without the seconds that Python takes to import what they need.

A fork of this process, which has imported that, becomes the command: with its own folder, environment, arguments and
output. The process in which a lesson's answers run is a fork, too, and what `kindling grade` would have its workers do,
this process does, whose warm process all tests share: others would import torch anew. tests/grade/test_coordinator.py
and tests/attacks have real workers, tests/authoring/test_telling.py a new process. On other systems than Linux, the
command is one, too.
"""

import contextlib
import importlib
import io
import os
import pickle
import socket
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from types import SimpleNamespace
from typing import IO
from unittest.mock import patch

import nbgrader.apps.nbgraderapp
import pydantic.json_schema
import pydantic.type_adapter  # noqa: F401  (what typer imports in each command, for a quarter of a second)
import torch  # noqa: F401  (what `kindling` and a course's configuration import)
from traitlets.config import SingletonConfigurable

import kindling.authoring.answers
import kindling.authoring.build
import kindling.check
import kindling.cli
import kindling.grade.coordinator
import kindling.grade.nbgrader_plugin
import kindling.grade.pool
import kindling.grade.provisioner
import kindling.grade.run
import kindling.grade.sealed.judge
from kindling.environment import inherited
from kindling.framing import framed, receive
from kindling.scripts.forkserver import Fork

__all__ = ["run", "run_here"]

BIN = Path(sys.executable).parent
BEGINNING = dict(os.environ)  # before any test has changed it


def run(
    command: Sequence[str | Path], cwd: Path, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Return what `kindling …` or `nbgrader …` prints and its exit code; by itself it inherits the environment."""
    program, *arguments = map(str, command)
    environment = inherited() if env is None else dict(env)
    if sys.platform != "linux":
        line = [BIN / program, *arguments]
        return subprocess.run(line, cwd=cwd, env=environment, capture_output=True, text=True, encoding="utf-8")
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        sys.stdout.flush()
        sys.stderr.flush()
        work, asks = socket.socketpair()
        child = os.fork()
        if not child:
            code = 1
            try:
                work.close()
                _prepare(out, err, cwd, environment, [str(BIN / program), *arguments])
                kindling.grade.pool._Processes = lambda *_: _Worker(asks)
                code = _exit_code(_main(program))
            finally:
                os._exit(code)
        asks.close()
        with work:
            _work(work, {**BEGINNING, "PATH": environment.get("PATH", os.defpath)})
        _, status = os.waitpid(child, 0)
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode(errors="replace"))
    return subprocess.CompletedProcess([program, *arguments], os.waitstatus_to_exitcode(status), *texts)


def run_here(command: Sequence[str | Path], cwd: Path) -> subprocess.CompletedProcess[str]:
    """The same in this process itself, of which a test may have changed something."""
    program, *arguments = map(str, command)
    with (
        contextlib.chdir(cwd),
        contextlib.redirect_stdout(io.StringIO()) as out,
        contextlib.redirect_stderr(io.StringIO()) as err,
    ):
        before, sys.argv = sys.argv, [program, *arguments]
        try:
            code = _exit_code(_main(program))
        finally:
            sys.argv = before
    return subprocess.CompletedProcess([program, *arguments], code, out.getvalue(), err.getvalue())


def _prepare(out: IO[bytes], err: IO[bytes], cwd: Path, environment: Mapping[str, str], arguments: list[str]) -> None:
    """Make a fork look like a process that has just begun."""
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(out.fileno(), 1)
    os.dup2(err.fileno(), 2)
    sys.stdout = sys.__stdout__ = open(1, "w", encoding="utf-8", errors="replace", closefd=False)  # noqa: SIM115
    sys.stderr = sys.__stderr__ = open(2, "w", encoding="utf-8", errors="replace", closefd=False)  # noqa: SIM115
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(cwd)
    tempfile.tempdir = None
    sys.argv = arguments
    kindling.grade.provisioner._servers.clear()  # they are no children of this process
    kindling.authoring.answers.subprocess = SimpleNamespace(  # type: ignore[assignment]
        Popen=lambda command, stdin, stdout, cwd, env: Fork(command, cwd, env, stdout, 2), DEVNULL=subprocess.DEVNULL
    )
    for application in list(SingletonConfigurable.__subclasses__()):
        application.clear_instance()


class _Worker:
    """The only worker of `kindling grade`, at the other end of a socket: in the place of `pool`'s own."""

    size = 1
    deaths = ()

    def __init__(self, work: socket.socket) -> None:
        self._work = work

    def submit(self, function: Callable[[bytes], bytes], content: bytes) -> "Future[bytes]":
        """Return what the function makes of a job, which is done then."""
        future: Future[bytes] = Future()
        self._work.sendall(framed(pickle.dumps((function, content))))
        result = pickle.loads(receive(self._work))
        if isinstance(result, Exception):
            future.set_exception(result)
        else:
            future.set_result(result)
        return future

    def close(self) -> None:
        """Leave it to other commands."""


def _work(jobs: socket.socket, environment: Mapping[str, str]) -> None:
    """Do the jobs that come through a socket, in this environment, until its other end is closed."""
    while job := receive(jobs):
        function, content = pickle.loads(job)
        try:
            with patch.dict(os.environ, environment, clear=True):
                result: object = function(content)
        except Exception as error:
            result = error
        jobs.sendall(framed(pickle.dumps(result)))


def _main(program: str) -> Callable[[], object]:
    if program == "nbgrader":
        return nbgrader.apps.nbgraderapp.main
    return importlib.reload(kindling.cli).run  # which asks for the width of the terminal when it is imported


def _exit_code(main: Callable[[], object]) -> int:
    try:
        main()
        code: object = 0
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
        code = 1
    if isinstance(code, str):
        print(code, file=sys.stderr)
    sys.stdout.flush()
    sys.stderr.flush()
    return code if isinstance(code, int) else int(code is not None)
