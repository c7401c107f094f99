"""The warm process: it has imported torch once, and forks one kernel for each request.

It talks to the grader over a Unix socket, which is its standard input: see kindling.grade.warm.protocol.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import select
import signal
import socket
import sys
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from kindling.grade import sandbox, walls
from kindling.grade.sandbox import Limits
from kindling.grade.warm import procfs
from kindling.grade.warm.protocol import MESSAGE, send_event

__all__ = ["HUGE_PAGES_AFTER", "serve"]

WATCH_SECONDS = 0.05
BUSY = 10  # times its seconds that a kernel may take on a machine that is too busy
HUGE, MADV_COLLAPSE = 2**21, 25  # bytes of a huge page; the request for them in madvise(2)
HUGE_PAGES_AFTER = 16  # kernels; from then on huge pages are worth the second that it takes to get them

# What each kernel imports as it comes up or shows an error; another version of Jupyter may have other ones.
JUPYTER = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.debugger",  # never used here, but each kernel would import it, and that takes longest
    "IPython.core.completer",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "faulthandler",
    "sqlite3",
    "tornado.platform.asyncio",
    "IPython.core.pylabtools",
    "stack_data",
    "pygments.formatters.terminal256",
)
# What lessons import. Kernels share the memory of all these. Not matplotlib_inline: it hooks into IPython as it is
# imported, and where there is no IPython yet no picture is ever shown.
MODULES = (
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "torch",
    "torchvision",
    "kindling.check",
    "kindling.diagnose.errors",
    "kindling.grade.warm.kernel",
    "kindling.data.drawn",
    "kindling.data.real",
    "kindling.plots",
)


@dataclass
class _Child:
    """A kernel as the warm process sees it."""

    name: str
    pid: int
    limits: Limits
    shared: int = field(default_factory=lambda: procfs.own_memory(os.getpid()))
    started: float | None = None
    looked: float = 0.0  # until when its memory need not be looked at closely
    why: str | None = None


def serve(exchange: Path, sandboxed: bool) -> None:
    """Fork a kernel for each request on file descriptor 0, watch them, and end with whoever asks."""
    control = socket.socket(fileno=os.dup(0))
    if sandboxed:
        walls.drop_root()
        os.environ["MPLCONFIGDIR"] = str(sandbox.HOME / "matplotlib")
        os.makedirs(os.environ["MPLCONFIGDIR"])
    walls.adopt_orphans()
    _import_modules()
    children: dict[str, _Child] = {}
    forked = 0
    from kindling.data import drawn

    send_event(control, event="ready", drawn=all(map(drawn.is_kept, drawn.MODULES)))
    while True:
        timeout = WATCH_SECONDS if any(child.started for child in children.values()) else 1
        if select.select([control], [], [], timeout)[0]:
            try:
                message, sockets, _, _ = socket.recv_fds(control, MESSAGE, 1)
            except ConnectionError:  # a grader that was killed had not heard the last word
                message = b""
            if not message:
                for child in children.values():
                    _end(child)
                return
            request = json.loads(message)
            name = request["name"]
            if request["do"] == "fork":
                limits = Limits(**request["limits"])
                with socket.socket(fileno=sockets[0]) as files:
                    children[name] = _Child(name, _fork(exchange, sandboxed, request, limits, files), limits)
                forked += 1
                if forked == HUGE_PAGES_AFTER:
                    _use_huge_pages()
            elif name in children:  # else it has ended meanwhile
                _obey(control, children[name], request)
        _watch(control, children)
        _reap(control, children)


def _obey(control: socket.socket, child: _Child, request: dict[str, Any]) -> None:
    """Do what the grader asks for a kernel that is there."""
    match request["do"]:
        case "start":
            child.started = time.monotonic()
        case "look":
            waited = procfs.waited(_processes(child))
            send_event(control, name=child.name, question=request["question"], waited=waited)
        case "interrupt":
            os.kill(child.pid, signal.SIGINT)
        case "kill":
            _end(child)


def _reap(control: socket.socket, children: dict[str, _Child]) -> None:
    """Take each kernel that has ended off the list, kill what it left running, and say why it ended where it must."""
    for child in list(children.values()):
        gone, status, usage = os.wait4(child.pid, os.WNOHANG)
        if gone:
            del children[child.name]
            if not child.why:
                spent = usage.ru_utime + usage.ru_stime
                reason = _exit_reason(os.waitstatus_to_exitcode(status), spent, child.limits)
                send_event(control, name=child.name, why=reason)
            _end_orphans({other.pid for other in children.values()})


def _import_modules() -> None:
    """Import what lessons need, and keep its memory shared with the kernels to come."""
    import importlib

    gc.disable()  # it would look for garbage again and again, a fifth of the time, where there is hardly any
    for name in JUPYTER:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    for name in MODULES:
        importlib.import_module(name)
    import torch

    torch.autograd.backward(torch.zeros(2, requires_grad=True).sum())
    gc.enable()
    gc.collect()
    gc.freeze()


def _use_huge_pages() -> None:
    """Ask for huge pages for this process's memory (Linux 6.1): a fork copies one table entry for each page."""
    madvise = ctypes.CDLL(None).madvise
    madvise.argtypes = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int
    for line in Path("/proc/self/maps").read_text().splitlines():
        place, rights, _, _, _, *name = line.split()
        if rights == "rw-p" and name in ([], ["[heap]"]):
            begin, end = (int(part, 16) for part in place.split("-"))
            begin, end = -(-begin // HUGE) * HUGE, end // HUGE * HUGE
            if begin < end:
                madvise(begin, end - begin, MADV_COLLAPSE)


def _fork(exchange: Path, sandboxed: bool, request: dict[str, Any], limits: Limits, files: socket.socket) -> int:
    """Return the process number of a new kernel."""
    from kindling.grade.warm.kernel import run_kernel  # imported by now, with all that it needs

    folder = exchange / request["name"]
    folder.mkdir(mode=0o700)
    if not sandboxed:
        pid = os.fork()
        if pid == 0:
            _run(run_kernel, folder, folder, request, limits, files, False)
        return pid
    # CLONE_NEWPID applies to children only, hence the double fork. The process in between ends at once, and the
    # kernel, an orphan, becomes a child of this one.
    ours, theirs = os.pipe()
    middle = os.fork()
    if middle == 0:
        _run(_fork_in_namespace, folder, request, limits, files, theirs)
    os.close(theirs)
    with os.fdopen(ours, "rb") as pipe:
        said = pipe.read().decode(errors="replace")
    os.waitpid(middle, 0)
    if not said.isdigit():
        raise RuntimeError(f"a kernel could not have namespaces of its own: {said}")
    return int(said)


def _fork_in_namespace(folder: Path, request: dict[str, Any], limits: Limits, files: socket.socket, pipe: int) -> None:
    """Fork the kernel in namespaces of its own, and write its process number to `pipe`."""
    from kindling.grade.warm.kernel import run_kernel

    try:
        walls.unshare()
        pid = os.fork()
    except Exception as error:
        os.write(pipe, f"{type(error).__name__}: {error}".encode())
        raise
    if pid == 0:
        os.close(pipe)
        _run(run_kernel, folder, sandbox.EXCHANGE, request, limits, files, True)
    os.write(pipe, str(pid).encode())


def _run(work: Any, *arguments: Any) -> NoReturn:
    """Do a forked process's work, and never return to what its parent was doing."""
    try:
        work(*arguments)
    except BaseException as error:
        if not isinstance(error, SystemExit):
            said = f"{type(error).__name__}: {error}"
            print(said, file=sys.__stderr__, flush=True)
            for files in arguments:
                if isinstance(files, socket.socket):
                    with contextlib.suppress(OSError):
                        files.sendall(said.encode()[:MESSAGE])
        os._exit(1)
    os._exit(0)


def _watch(control: socket.socket, children: dict[str, _Child]) -> None:
    """End each kernel that has gone beyond a limit which the system does not keep."""
    running = [child for child in children.values() if child.started and not child.why]
    if not running:
        return
    parents = procfs.parents()
    for child in running:
        family = procfs.family(child.pid, parents)
        if _late(child):
            child.why = "seconds"
        elif len(family) > child.limits.processes:
            child.why = "processes"
        elif _memory(child, family) > child.limits.memory:
            child.why = "memory"
        if child.why:
            _end(child)
            # At once: a hundred processes take seconds to be gone.
            send_event(control, name=child.name, why=child.why)


def _late(child: _Child) -> bool:
    """Return whether a kernel has had its seconds, without those in which it waited for a processor.

    One whose own processes keep each other waiting has had them, too.
    """
    ran, most = time.monotonic() - (child.started or 0), child.limits.seconds
    if ran <= most:
        return False
    pids = _processes(child)
    return ran > BUSY * most or ran - procfs.waited(pids) > most or procfs.processor_seconds(pids) > 2 * most


def _processes(child: _Child) -> list[int]:
    """Return a kernel and everything that it has started, as far as it lives."""
    return procfs.family(child.pid, procfs.parents())


def _end(child: _Child) -> None:
    """Kill a kernel and everything that it has started."""
    for _ in range(100):  # in a namespace of its own the first kill takes all; elsewhere one may fork meanwhile
        family = _processes(child)
        _kill(family)
        if len(family) <= 1:
            return


def _end_orphans(kernels: set[int]) -> None:
    """Kill what a kernel that has ended left running. Outside of a namespace it has become this process's own."""
    for _ in range(100):
        parents = procfs.parents()
        orphans = [pid for pid, parent in parents.items() if parent == os.getpid() and pid not in kernels]
        if not orphans:
            return
        _kill([pid for orphan in orphans for pid in procfs.family(orphan, parents)])
        for orphan in orphans:
            os.waitpid(orphan, 0)


def _kill(pids: list[int]) -> None:
    for pid in pids:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)


def _memory(child: _Child, family: list[int]) -> int:
    """Return how many bytes of memory a kernel and its children hold, beside what they share with the warm process."""
    sizes = [procfs.own_memory(pid) for pid in family]
    if sum(sizes) - child.shared <= child.limits.memory or len(family) == 1:
        return sum(sizes) - child.shared
    # What several processes share was counted for each. A fork of the warm process, whose stack is in the same place,
    # begins with all of its memory, so this is a good guess:
    stack = procfs.stack(os.getpid())
    guess = sum(
        size - (child.shared if procfs.stack(pid) == stack else 0) for pid, size in zip(family, sizes, strict=True)
    )
    now = time.monotonic()
    if now < child.looked:
        return min(guess, child.limits.memory)
    used = sum(map(procfs.proportional_memory, family)) - child.shared
    # smaps_rollup is about 100 times slower and blocks forks, so it is read rarely where the guess is that all is well.
    took = time.monotonic() - now
    child.looked = now + took * (1 if guess > child.limits.memory else 10)
    return used


def _exit_reason(code: int, spent: float, limits: Limits) -> str:
    """Return in one word why a kernel ended by itself."""
    if code == -signal.SIGKILL and spent >= limits.processor_seconds - 1:
        return "processor_seconds"
    return signal.Signals(-code).name if code < 0 else f"exit {code}"


if __name__ == "__main__":
    inside = len(sys.argv) == 1
    code = 0
    try:
        serve(sandbox.EXCHANGE if inside else Path(sys.argv[1]), inside)
    except Exception:
        traceback.print_exc()
        code = 1
    os._exit(code)  # Python's own end takes a while with all these modules, and a library may have the last word
