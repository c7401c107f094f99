"""A kernel that goes on whatever a cell does to Python, and that answers each request, so that nobody waits for it."""

from __future__ import annotations

import ast
import dis
import errno
import json
import os
import random
import socket
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, TextIO

from ipykernel.iostream import OutStream
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.error import StdinNotImplementedError
from traitlets import DottedObjectName, Type

from kindling import framing, scope
from kindling.grade import archive, sandbox, walls
from kindling.grade.sandbox import Limits
from kindling.grade.sealed import claims
from kindling.grade.warm.protocol import FULL, GO_ON, MESSAGE, READY, STOP, connection, forget
from kindling.scripts import forkserver

__all__ = ["App", "run_kernel"]

# What outcome.py passes on as it stands. Who asks is the innermost caller that is known here.
ASKS = "This cell {what}, and nobody is there to answer while it is graded. Remove the call."
ASKERS = {
    "pdb": "stops in a debugger (set_trace() or the like)",
    "code": "opens a console with code.interact()",
    "IPython.terminal.embed": "opens a console with IPython.embed()",
}
BROKEN = "The kernel could not run this cell to its end: a cell has replaced what it works with ({error})."


class Stream(OutStream):
    """What a cell prints, also after a cell has closed it."""

    def close(self) -> None:
        """Send what has been printed, and stay open."""
        self.flush()


class Shell(ZMQInteractiveShell):
    """IPython, which puts back what it and later cells need when a cell has taken it away."""

    def keep(self) -> None:
        """Keep what there is now: a kernel has just come up."""
        self._streams = {name: getattr(sys, name) for name in ("stdout", "stderr")}
        self._lacking: set[str] = set()  # names of packages that are not here
        self.ast_transformers.append(_OneByOne())
        self._modules, self._loaded = sys.modules, dict(sys.modules)
        self._functions = [
            (module, name, value)
            for module in (sys, os, time, json, threading)
            for name, value in vars(module).items()
            if callable(value) and not name.endswith(("hook", "hook__"))  # which are there to be replaced
        ]

    def put_back(self) -> None:
        """Put back what no longer works: Python's own functions, modules that were there, a stream to print to."""
        scope.put_builtins_back()
        for module, name, function in self._functions:
            if vars(module).get(name) is not function:
                setattr(module, name, function)
        if not isinstance(self.user_ns.get("_oh"), dict):  # where IPython keeps the last value of each cell
            self.user_ns["_oh"] = self.history_manager.output_hist if self.history_manager else {}
        sys.modules = self._modules
        for name, module in self._loaded.items():
            if self._modules.get(name) is not module:
                self._modules[name] = module
        scope.put_streams_back(self._streams)

    async def run_ast_nodes(self, *arguments: Any, **options: Any) -> bool:
        """Run the statements of a cell; return whether one of them failed."""
        try:
            failed: bool = await super().run_ast_nodes(*arguments, **options)
            return failed
        finally:
            self.put_back()

    async def run_code(self, code_obj: Any, result: Any = None, *, async_: bool = False) -> bool:
        """Run one statement of a cell; return whether the cell ends with it.

        It goes on after the import of a package that is not installed here, and after what needed that package.
        """
        try:
            failed = await super().run_code(code_obj, result, async_=async_)
        finally:
            scope.put_builtins_back()
            if sys.modules is not self._modules or len(self._modules) < len(self._loaded):
                self.put_back()  # at once: IPython imports something for the next statement
        if not failed:
            return False
        error = result and result.error_in_exec
        if isinstance(error, ModuleNotFoundError):
            steps = list(dis.get_instructions(code_obj))
            self._lacking.update(step.argval for step in steps if step.opname == "STORE_NAME")
            return not any(step.opname == "IMPORT_NAME" for step in steps)
        traceback = error.__traceback__ if isinstance(error, NameError) and error.name in self._lacking else None
        while traceback and traceback.tb_next:
            traceback = traceback.tb_next
        return not (traceback and traceback.tb_frame.f_code is code_obj)  # in a function it is the function's fault

    def debugger(self, force: bool = False) -> None:
        """Do nothing where `%pdb` or `%debug` asks for a debugger after an error: nobody is there to use it."""

    def showtraceback(self, exc_tuple: Any = None, *arguments: Any, **options: Any) -> None:
        """Show an error; of an endless recursion the first calls: IPython looks each up in each of torch's modules."""
        self.put_back()
        error = sys.exc_info()[1] if exc_tuple is None else exc_tuple[1]
        if isinstance(error, RecursionError) and (last := error.__traceback__):
            for _ in range(10):
                last = last.tb_next or last
            last.tb_next = None
        super().showtraceback(exc_tuple, *arguments, **options)


class _OneByOne(ast.NodeTransformer):
    """Makes a statement of each module that one statement imports, so that one which is missing takes none with it."""

    def visit_Import(self, node: ast.Import) -> list[ast.Import]:
        """Return the statements."""
        return [ast.copy_location(ast.Import(names=[name]), node) for name in node.names]


class Kernel(IPythonKernel):
    """IPython's kernel, which answers where its own code can't."""

    shell_class = Type(Shell)
    line: socket.socket  # to the grader, for claims

    def report(self, record: dict[str, Any]) -> Any:
        """Send a claim of a sealed check to who judges it; return whether the check goes on, or what it asks for.

        It waits for the answer: what a check does after a claim that fails may cost the kernel its life. Claims have a
        line of their own: over one of Jupyter's channels, each would take twice the processor time.
        """
        forget(self.line)  # what is left of the answer to a claim of a cell that was stopped meanwhile
        self.line.sendall(framing.framed(json.dumps(record).encode()))
        answer = (framing.receive(self.line) or STOP.encode()).decode()
        return answer == GO_ON if answer in (GO_ON, STOP) else json.loads(answer)

    def raw_input(self, prompt: str = "") -> str:
        """Raise StdinNotImplementedError, which says what asks."""
        frame = sys._getframe()
        while frame.f_back and frame.f_globals.get("__name__") not in ASKERS:
            frame = frame.f_back
        what = ASKERS.get(frame.f_globals.get("__name__", ""), "asks for input()")
        raise StdinNotImplementedError(ASKS.format(what=what))

    def getpass(self, prompt: str = "", stream: TextIO | None = None, *, echo_char: str | None = None) -> str:
        """Raise StdinNotImplementedError."""
        raise StdinNotImplementedError(ASKS.format(what="asks for a password with getpass()"))

    async def execute_request(self, stream: Any, ident: Any, parent: dict[str, Any]) -> None:
        """Run a cell. What a cell has done to the kernel becomes an error of the cell that meets it."""
        try:
            await super().execute_request(stream, ident, parent)
        except Exception as error:
            assert self.shell is not None  # no call before this one: a cell may have replaced what would be called
            self.shell.put_back()
            assert self.session is not None
            said = f"{type(error).__name__}: {error}"
            shown = {"ename": "KernelBroken", "evalue": said, "traceback": [BROKEN.format(error=said)]}
            self.session.send(self.iopub_socket, "error", shown, parent, ident=self._topic("error"))
            reply = {"status": "error", "execution_count": self.execution_count, "payload": [], **shown}
            self.session.send(stream, "execute_reply", reply, parent, ident=ident)


class App(IPKernelApp):
    """The program around such a kernel."""

    kernel_class = Type(Kernel, klass=IPythonKernel)
    outstream_class = DottedObjectName(f"{__name__}.Stream")


def run_kernel(
    own: Path, folder: Path, request: dict[str, Any], limits: Limits, line: socket.socket, sandboxed: bool
) -> None:
    """Be a kernel whose sockets are in `folder`: come up, take the files, and run what the client sends.

    The files come through `line`, and later claims go through it.
    """
    os.setsid()
    # The warm process's line to the grader, above all: who holds it can take the next submission.
    os.closerange(3, line.fileno())
    os.closerange(line.fileno() + 1, 1024)
    home, work = _shut_in(own, folder, limits, sandboxed)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    os.chdir(work)
    _reseed()
    if request["scripts"]:  # now, while this process has one thread
        forkserver.fork_server(walls.lock_down if sandboxed else walls.end_with_parent)

    about = home / "kernel.json"
    about.write_text(json.dumps(connection(folder, request["key"])))
    App.clear_instance()
    app = App.instance()
    app.initialize(["-f", str(about), "--HistoryManager.hist_file=:memory:"])
    scope.follow()
    assert app.shell is not None
    app.shell.keep()
    line.set_inheritable(False)
    app.kernel.line = line
    claims.send_to(app.kernel.report)
    if sandboxed:
        walls.hide_sockets()
        walls.lock_down()
    line.sendall(READY.encode())
    _unpack(line, work, sandboxed)
    line.sendall(READY.encode())
    sys.path[:0] = [""]
    app.start()


def _shut_in(own: Path, folder: Path, limits: Limits, sandboxed: bool) -> tuple[Path, Path]:
    """Give this process limits and folders of its own; return its home and the folder to work in."""
    fonts = _font_list()
    if sandboxed:
        walls.isolate_filesystem(limits, own)
        temporary, home, work = Path("/tmp"), sandbox.HOME, sandbox.WORK
    else:
        walls.end_with_parent()
        walls.limit(limits)
        walls.adopt_orphans()
        temporary, home, work = folder / "tmp", folder / "home", folder / "submission"
    for path in (temporary, home, work):
        path.mkdir(exist_ok=True)
    os.environ |= {"TMPDIR": str(temporary), "HOME": str(home), "MPLCONFIGDIR": str(home / "matplotlib")}
    tempfile.tempdir = None
    (home / "matplotlib").mkdir()
    for name, content in fonts.items():
        (home / "matplotlib" / name).write_bytes(content)
    return home, work


def _unpack(line: socket.socket, work: Path, sandboxed: bool) -> None:
    """Put the submission's files, a tar archive that comes through a socket, where the kernel works.

    Ends the process where there is nobody who sends them, and, with a message through the socket, where they are more
    than a submission may have.
    """
    files = framing.receive(line)
    if files is None:
        raise SystemExit(1)
    try:
        archive.unpack(files, work)
    except OSError as error:
        # Outside of the sandbox there is no limit on the disk; then it is the machine's own that is full.
        if error.errno == errno.EFBIG or (sandboxed and error.errno == errno.ENOSPC):
            line.sendall(f"{FULL}{type(error).__name__}: {error}".encode()[:MESSAGE])
            raise SystemExit(1) from None
        raise


def _font_list() -> dict[str, bytes]:
    """Return matplotlib's list of fonts, which a program started by a kernel would make anew."""
    import matplotlib

    return {path.name: path.read_bytes() for path in Path(matplotlib.get_cachedir()).glob("fontlist-*.json")}


def _reseed() -> None:
    """Let each kernel draw the same random numbers, however many there were before it."""
    import numpy as np
    import torch

    random.seed(0)
    np.random.seed(0)
    torch.manual_seed(0)
