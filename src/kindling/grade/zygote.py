"""The warm process: it has imported torch once, and forks one kernel for each request.

`Zygote` is the grader's side; run as a program, this module is the warm process itself. The two talk over a Unix
socket, in one JSON object a message; what a kernel is to work on goes to the kernel alone, over a socket of its own.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import gc
import itertools
import json
import os
import random
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
import traceback
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import platformdirs

from kindling.errors import GradingError, NotGradable
from kindling.grade import archive, sandbox
from kindling.grade.sandbox import Limits

__all__ = ["Kernel", "Lost", "Zygote"]

START_SECONDS = 120  # to import torch on a busy machine
WATCH_SECONDS = 0.05
FOLDER = "kindling-grader-"
LOCK = "lock"  # a file in there, locked as long as the grader lives
BUSY = 10  # times its seconds that a kernel may take on a machine that is too busy
MESSAGE = 2**16
LONGEST_PATH = 97  # of 107 bytes that a socket's path may have; it goes on like /12345/s-1
HUGE, MADV_COLLAPSE = 2**21, 25  # bytes of a huge page; the request for them in madvise(2)
MANY = 16  # kernels; from then on huge pages are worth the second that it takes to get them
UP = "up"  # what a kernel says when it is ready, and again when it has its files
FULL = "full: "  # what it begins with where there is no room for the files
CHANNELS = ("shell", "iopub", "stdin", "control", "hb")

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
    "kindling.grade.warm.kernel",
    "kindling.data.drawn",
    "kindling.data.real",
    "kindling.plots",
)


class Lost(RuntimeError):
    """The warm process died while a submission ran, by no fault that is known of that submission; and how."""


class Kernel:
    """A kernel that was forked and waits for its work, as the grader sees it."""

    def __init__(self, zygote: Zygote, name: str, limits: Limits) -> None:
        self.zygote, self.name, self.limits = zygote, name, limits
        self.folder = zygote.folder / name
        self.key = secrets.token_hex(16)
        self.ended: dict[str, Any] | None = None  # {"why": …} once it is gone
        self.waited: dict[int, float] = {}  # seconds for a processor, by the number of the question
        self._questions = itertools.count(1)
        self._files, theirs = socket.socketpair()
        with theirs:
            request = {"do": "fork", "name": name, "key": self.key, "limits": asdict(limits)}
            zygote.ask(request, theirs)

    @property
    def connection(self) -> dict[str, Any]:
        """What a Jupyter client needs to reach the kernel."""
        return _connection(self.folder, self.key)

    def start(self, files: bytes) -> None:
        """Hand over the files to work with, a tar archive.

        Raises Lost where the warm process has died, GradingError where the kernel did not come up, and NotGradable
        where it can't take these files, or fails in another way.
        """
        self._files.settimeout(START_SECONDS)
        with self._files:
            said = self._hear()
            if said != UP:
                raise GradingError.no_kernel(said or self._end())
            self.zygote.ask({"do": "start", "name": self.name})
            with contextlib.suppress(OSError):
                self._files.sendall(files)
                self._files.shutdown(socket.SHUT_WR)
            said = self._hear()
            if said == UP:
                return
            if said.startswith(FULL):
                raise NotGradable.files(said.removeprefix(FULL))
            reason = said or self._end()
            if self.ended and self.ended["why"] in asdict(self.limits):
                raise NotGradable.files(reason)
            raise NotGradable.fault(reason)

    def _hear(self) -> str:
        """Return what the kernel says of itself: that it is up, or why it is not; nothing where it is gone."""
        try:
            return self._files.recv(MESSAGE).decode(errors="replace")
        except TimeoutError:
            return f"the kernel was silent for {START_SECONDS} s"
        except OSError:
            return ""

    def _end(self) -> str:
        """Return why the kernel is gone, which may be known a moment later. Raises Lost if the warm process is, too."""
        for _ in range(100):
            if event := self.poll():
                kind, _, how = event["why"].partition(" ")
                if kind == "zygote":
                    raise Lost(how)
                return f"the kernel stopped ({event['why']})"
            time.sleep(WATCH_SECONDS)
        return "the kernel stopped"

    def poll(self) -> dict[str, Any] | None:
        """Return None while the kernel lives, and why it ended once it has."""
        self.zygote.listen()
        return self.ended

    def look(self) -> int:
        """Ask how long the kernel has waited for a processor; a later `poll` hears it under the number returned."""
        number = next(self._questions)
        self.zygote.ask({"do": "look", "name": self.name, "question": number})
        return number

    def interrupt(self) -> None:
        """Interrupt what the kernel runs, as Ctrl-C does."""
        self.zygote.ask({"do": "interrupt", "name": self.name})

    def forget(self) -> None:
        """Close the way to the kernel, which ends one that has had no files yet."""
        self._files.close()

    def kill(self) -> None:
        """End the kernel and all that it started."""
        self.forget()
        self.zygote.listen()  # it may have ended by itself, and why is worth more
        self.zygote.ask({"do": "kill", "name": self.name})
        self.ended = self.ended or {"why": "killed"}


class Zygote:
    """A warm process and its kernels."""

    def __init__(
        self, environment: Mapping[str, str], sandboxed: bool, private: Mapping[str, str] | None = None
    ) -> None:
        images = platformdirs.user_cache_path("kindling") / "drawn"
        if sandboxed:
            sandbox.guard(private or {}, [images])
        self.sandboxed = sandboxed
        _sweep()
        self.folder, self._held = _folder()
        self.kernels: dict[str, Kernel] = {}
        self._names = map(str, itertools.count(1))
        self._lock = threading.RLock()  # a worker of a cluster may have several threads
        self._ahead: Kernel | None = None
        arguments = ["-m", "kindling.grade.zygote"]
        with contextlib.suppress(OSError):  # a home that can't be written to: each kernel draws for itself
            images.mkdir(parents=True, exist_ok=True)
        environment = {**_ENVIRONMENT, "XDG_CACHE_HOME": str(images.parent.parent), **environment}
        if sandboxed:
            os.chown(self.folder, *sandbox.owner())
            environment["HOME"] = str(sandbox.HOME)
            line = sandbox.command(arguments, self.folder, environment, [images])
        else:
            line = [sys.executable, *arguments, str(self.folder)]
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                line, stdin=theirs, stdout=log, stderr=log, env=None if sandboxed else {**os.environ, **environment}
            )
        self._control.settimeout(START_SECONDS)
        with contextlib.suppress(OSError):
            if message := self._control.recv(MESSAGE):
                self._control.settimeout(None)
                if not json.loads(message)["drawn"]:
                    _draw()
                return
        how = self.end()
        self.close()
        raise GradingError.no_kernel(how)

    def take(self, limits: Limits) -> Kernel:
        """Return a kernel that nobody had, and have the next one made ready meanwhile."""
        with self._lock:
            kernel, self._ahead = self._ahead, None
            if kernel and (kernel.limits != limits or kernel.poll()):
                kernel.kill()
                kernel = None
            kernel = kernel or self._kernel(limits)
            self._ahead = self._kernel(limits)
            return kernel

    def _kernel(self, limits: Limits) -> Kernel:
        name = next(self._names)
        self.kernels[name] = Kernel(self, name, limits)
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
                    how = self.end()
                    for kernel in self.kernels.values():
                        kernel.ended = kernel.ended or {"why": f"zygote {how}"}
                    return
                event = json.loads(message)
                if "waited" in event:
                    if kernel := self.kernels.get(event["name"]):
                        kernel.waited[event["question"]] = event["waited"]
                    continue
                kernel = self.kernels.pop(event["name"])
                kernel.ended = kernel.ended or event
                shutil.rmtree(kernel.folder, ignore_errors=True)

    @property
    def alive(self) -> bool:
        """Whether the warm process is there."""
        return self.process.poll() is None

    def end(self) -> str:
        """Return in words how the warm process ended: the signal's name, or the last line that it printed."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(1)  # its line may have closed a moment before
        code = self.process.poll()
        if code is None:
            return f"it was silent for {START_SECONDS} s"
        number = -code if code < 0 else code - 128  # bubblewrap's way to tell
        if number in set(signal.Signals):
            return signal.Signals(number).name
        lines = (self.folder / "log").read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else f"exit code {code}"

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


# No person, no secret: the grader's own variables stay outside.
_ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "PYTHONPATH": str(sandbox.PACKAGES),
    "PATH": os.pathsep.join((os.path.dirname(sys.executable), "/usr/bin", "/bin")),
    "USER": "learner",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "NBGRADER_EXECUTION": "autograde",
    "PYTHONHASHSEED": "0",  # the same grade for the same submission
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}


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
    """Return what tells this machine from another one, where a lock may not be seen."""
    with contextlib.suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_bytes()
    return socket.gethostname().encode()


def _draw() -> None:
    """Draw the images that are not kept yet, for all kernels to come: inside, nothing stays."""
    from kindling.data.drawn import NOUNS, DrawnImages

    for name in NOUNS:
        DrawnImages(name, train=False)


def _connection(folder: Path, key: str) -> dict[str, Any]:
    ports = {f"{channel}_port": number for number, channel in enumerate(CHANNELS, start=1)}
    return {"transport": "ipc", "ip": str(folder / "s"), "key": key, "signature_scheme": "hmac-sha256", **ports}


# From here on: the warm process itself, and the kernels that it forks.


@dataclass
class _Child:
    """A kernel as the warm process sees it."""

    name: str
    pid: int
    limits: Limits
    shared: int = field(default_factory=lambda: _private(os.getpid()))
    started: float | None = None
    looked: float = 0.0  # until when its memory need not be looked at closely
    why: str | None = None


def serve(exchange: Path, sandboxed: bool) -> None:
    """Fork a kernel for each request on file descriptor 0, watch them, and end with whoever asks."""
    control = socket.socket(fileno=os.dup(0))
    if sandboxed:
        sandbox.leave()
        os.environ["MPLCONFIGDIR"] = str(sandbox.HOME / "matplotlib")
        os.makedirs(os.environ["MPLCONFIGDIR"])
    sandbox.adopt_orphans()
    _warm()
    children: dict[str, _Child] = {}
    forked = 0
    from kindling.data import drawn

    _tell(control, event="warm", drawn=all(drawn.kept(noun).exists() for noun in drawn.MODULES))
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
            match request["do"]:
                case "fork":
                    files = socket.socket(fileno=sockets[0])
                    limits = Limits(**request["limits"])
                    children[name] = _Child(name, _fork(exchange, sandboxed, request, limits, files), limits)
                    files.close()
                    forked += 1
                    if forked == MANY:
                        _use_huge_pages()
                case "start" if name in children:
                    children[name].started = time.monotonic()
                case "look" if name in children:
                    _tell(control, name=name, question=request["question"], waited=_waited(children[name]))
                case "interrupt" if name in children:
                    os.kill(children[name].pid, signal.SIGINT)
                case "kill" if name in children:
                    _end(children[name])
        _watch(control, children)
        for child in list(children.values()):
            gone, status, usage = os.wait4(child.pid, os.WNOHANG)
            if gone:
                del children[child.name]
                spent = usage.ru_utime + usage.ru_stime
                if not child.why:
                    _tell(control, name=child.name, why=_why(os.waitstatus_to_exitcode(status), spent, child.limits))
                _end_orphans({other.pid for other in children.values()})


def _warm() -> None:
    """Import what lessons need, and keep its memory shared with the kernels to come."""
    import importlib

    for name in JUPYTER:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    for name in MODULES:
        importlib.import_module(name)
    import torch

    torch.zeros(2, requires_grad=True).sum().backward()
    gc.collect()
    gc.freeze()


def _use_huge_pages() -> None:
    """Have the system keep this process's memory in huge pages, where it can (Linux 6.1): a fork copies a line for
    each page, hundreds in place of a hundred thousand.
    """
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
    folder = exchange / request["name"]
    folder.mkdir(mode=0o700)
    if not sandboxed:
        pid = os.fork()
        if pid == 0:
            _run(_be_kernel, folder, folder, request, limits, files, False)
        return pid
    # A process that has new namespaces is not in the new one of processes; its children are. It ends at once, and the
    # kernel, an orphan, becomes a child of this process.
    ours, theirs = os.pipe()
    middle = os.fork()
    if middle == 0:
        _run(_split, folder, request, limits, files, theirs)
    os.close(theirs)
    with os.fdopen(ours, "rb") as pipe:
        said = pipe.read().decode(errors="replace")
    os.waitpid(middle, 0)
    if not said.isdigit():
        raise RuntimeError(f"a kernel could not have namespaces of its own: {said}")
    return int(said)


def _split(folder: Path, request: dict[str, Any], limits: Limits, files: socket.socket, pipe: int) -> None:
    try:
        sandbox.separate()
        pid = os.fork()
    except Exception as error:
        os.write(pipe, f"{type(error).__name__}: {error}".encode())
        raise
    if pid == 0:
        os.close(pipe)
        _run(_be_kernel, folder, sandbox.EXCHANGE, request, limits, files, True)
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


def _be_kernel(
    own: Path, folder: Path, request: dict[str, Any], limits: Limits, files: socket.socket, sandboxed: bool
) -> None:
    """Be a kernel whose sockets are in `folder`: come up, take the files, and run what the client sends."""
    from kindling import scope
    from kindling.grade.warm.kernel import App

    os.setsid()
    # The warm process's line to the grader, above all: who holds it can take the next submission.
    os.closerange(3, files.fileno())
    os.closerange(files.fileno() + 1, 1024)
    fonts = _font_list()
    if sandboxed:
        sandbox.enter(limits, own)
        temporary, home, work = Path("/tmp"), sandbox.HOME, sandbox.WORK
    else:
        sandbox.end_with_parent()
        sandbox.limit(limits)
        sandbox.adopt_orphans()
        temporary, home, work = folder / "tmp", folder / "home", folder / "submission"
    for path in (temporary, home, work):
        path.mkdir(exist_ok=True)
    os.environ |= {"TMPDIR": str(temporary), "HOME": str(home), "MPLCONFIGDIR": str(home / "matplotlib")}
    tempfile.tempdir = None
    (home / "matplotlib").mkdir()
    for name, content in fonts.items():
        (home / "matplotlib" / name).write_bytes(content)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    os.chdir(work)
    _reseed()

    connection = home / "kernel.json"
    connection.write_text(json.dumps(_connection(folder, request["key"])))
    App.clear_instance()
    app = App.instance()
    app.initialize(["-f", str(connection), "--HistoryManager.hist_file=:memory:"])
    scope.follow()
    app.shell.keep()
    if sandboxed:
        sandbox.seal()
    files.sendall(UP.encode())
    with files.makefile("rb") as stream:
        content = stream.read()
    try:
        archive.unpack(content, work)
    except OSError as error:
        # Outside of the sandbox there is no limit on the disk; then it is the machine's own that is full.
        if error.errno == errno.EFBIG or (sandboxed and error.errno == errno.ENOSPC):
            files.sendall(f"{FULL}{type(error).__name__}: {error}".encode()[:MESSAGE])
            raise SystemExit(1) from None
        raise
    files.sendall(UP.encode())
    files.close()
    sys.path[:0] = [""]
    app.start()


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


def _watch(control: socket.socket, children: dict[str, _Child]) -> None:
    """End each kernel that has gone beyond a limit which the system does not keep."""
    running = [child for child in children.values() if child.started and not child.why]
    if not running:
        return
    parents = _parents()
    for child in running:
        family = _family(child.pid, parents)
        if _late(child):
            child.why = "seconds"
        elif len(family) > child.limits.processes:
            child.why = "processes"
        elif _memory(child, family) > child.limits.memory:
            child.why = "memory"
        if child.why:
            _end(child)
            # At once: a hundred processes take seconds to be gone.
            _tell(control, name=child.name, why=child.why)


def _late(child: _Child) -> bool:
    """Return whether a kernel has had its seconds, without those in which it waited for a processor.

    One whose own processes keep each other waiting has had them, too.
    """
    ran, most = time.monotonic() - (child.started or 0), child.limits.seconds
    return ran > most and (ran > BUSY * most or ran - _waited(child) > most or _processor_seconds(child) > 2 * most)


def _processor_seconds(child: _Child) -> float:
    """Return what a kernel and its processes, as far as they live, have used of the processor."""
    ticks = 0
    for pid in _family(child.pid, _parents()):
        with contextlib.suppress(OSError):
            ticks += sum(map(int, _stat(pid)[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _waited(child: _Child) -> float:
    """Return the seconds in which a kernel, or the process of its that waited longest, was ready and had no processor.

    See schedstat in proc(5). A system that does not tell has none.
    """
    waited = [0]
    for pid in _family(child.pid, _parents()):
        with contextlib.suppress(OSError, LookupError, ValueError):
            waited.append(int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]))
    return max(waited) / 1e9


def _end(child: _Child) -> None:
    """Kill a kernel and everything that it has started."""
    for _ in range(100):  # in a namespace of its own the first kill takes all; elsewhere one may fork meanwhile
        family = _family(child.pid, _parents())
        _kill(family)
        if len(family) <= 1:
            return


def _end_orphans(kernels: set[int]) -> None:
    """Kill what a kernel that has ended left running. Outside of a namespace it has become this process's own."""
    for _ in range(100):
        parents = _parents()
        orphans = [pid for pid, parent in parents.items() if parent == os.getpid() and pid not in kernels]
        if not orphans:
            return
        _kill([pid for orphan in orphans for pid in _family(orphan, parents)])
        for orphan in orphans:
            os.waitpid(orphan, 0)


def _kill(pids: list[int]) -> None:
    for pid in pids:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)


def _parents() -> dict[int, int]:
    """Return the parent of each process."""
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with contextlib.suppress(OSError):
                about = _stat(int(entry))
                state, parent, threads = about[0], about[1], about[17]
                if state != "Z" or int(threads) > 1:  # the main thread may have ended, and others go on
                    parents[int(entry)] = int(parent)
    return parents


def _stat(pid: int) -> list[str]:
    """Return what proc(5) calls the fields of `stat` from the third on. Raises OSError where the process is gone."""
    # The second is the name, in brackets, and may hold anything.
    return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()


def _family(pid: int, parents: dict[int, int]) -> list[int]:
    """Return a process, if it is there, and its children, their children, and so on."""
    children: dict[int, list[int]] = {}
    for one, parent in parents.items():
        children.setdefault(parent, []).append(one)
    found = [pid] if pid in parents else []
    generation = [pid]
    while generation := [child for one in generation for child in children.pop(one, [])]:
        found += generation
    return found


def _memory(child: _Child, family: list[int]) -> int:
    """Return how many bytes of memory a kernel and its children hold, beside what they share with the warm process."""
    sizes = [_private(pid) for pid in family]
    if sum(sizes) - child.shared <= child.limits.memory or len(family) == 1:
        return sum(sizes) - child.shared
    # What several processes share was counted for each. A fork of the warm process, whose stack is in the same place,
    # begins with all of its memory, so this is a good guess:
    stack = _stack(os.getpid())
    guess = sum(size - (child.shared if _stack(pid) == stack else 0) for pid, size in zip(family, sizes, strict=True))
    now = time.monotonic()
    if now < child.looked:
        return min(guess, child.limits.memory)
    used = sum(map(_proportional, family)) - child.shared
    # To know takes the system a hundred times longer, and meanwhile none of them can fork. Children that fork without
    # end must be counted, too, so it is done rarely where the guess is that all is well.
    took = time.monotonic() - now
    child.looked = now + took * (1 if guess > child.limits.memory else 10)
    return used


def _stack(pid: int) -> str:
    """Return where the stack of a process begins, "0" where the system does not tell."""
    with contextlib.suppress(OSError):
        return _stat(pid)[25]
    return "0"


def _private(pid: int) -> int:
    """Return how many bytes of memory a process holds that are not a file's."""
    names = ("RssAnon", "RssShmem", "VmPTE", "VmSwap")
    if held := _sum(f"/proc/{pid}/status", names):
        return held
    with contextlib.suppress(OSError):  # where its main thread has ended, another one tells
        return max(_sum(f"/proc/{pid}/task/{thread}/status", names) for thread in os.listdir(f"/proc/{pid}/task"))
    return 0


def _proportional(pid: int) -> int:
    """Return the same, each page divided by the number of processes that share it; a process may refuse to tell."""
    return _sum(f"/proc/{pid}/smaps_rollup", ("Pss_Anon", "Pss_Shmem", "SwapPss")) or _private(pid)


def _sum(path: str, names: tuple[str, ...]) -> int:
    """Return the sum of what a file of the system says, in kB, of these names, in bytes."""
    with contextlib.suppress(OSError):
        lines = (line.partition(":") for line in Path(path).read_text(errors="replace").splitlines())
        return sum(int(value.split()[0]) for name, _, value in lines if name in names) * 1024
    return 0


def _why(code: int, spent: float, limits: Limits) -> str:
    """Return in one word why a kernel ended by itself."""
    if code == -signal.SIGKILL and spent >= limits.processor_seconds - 1:
        return "processor_seconds"
    return signal.Signals(-code).name if code < 0 else f"exit {code}"


def _tell(control: socket.socket, **event: Any) -> None:
    with contextlib.suppress(OSError):
        control.send(json.dumps(event).encode())


if __name__ == "__main__":
    inside = len(sys.argv) == 1
    try:
        serve(sandbox.EXCHANGE if inside else Path(sys.argv[1]), inside)
    except Exception:
        traceback.print_exc()
        os._exit(1)  # at Python's own end a library may have the last word
