"""The warm process: kernels that are ready before they are asked for, what they may use, and what they leave."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import LIMITS, Inside, needs_sandbox

from kindling.errors import GradingError, NotGradable
from kindling.grade import archive
from kindling.grade.sandbox import Limits
from kindling.grade.warm.client import FOLDER, LOCK, Server, ServerDied, _sweep
from kindling.grade.warm.server import HUGE_PAGES_AFTER


@needs_sandbox
def test_ready_before_it_is_asked_for(server):
    """While one kernel is in use the next one comes up, with torch in it."""
    first = Inside(server)
    ahead = server._ahead
    socket = ahead.folder / "s-1"
    until = time.monotonic() + 120
    while not socket.exists() and time.monotonic() < until:
        time.sleep(0.01)
    assert socket.exists()
    second = Inside(server)
    assert second.kernel is ahead
    assert second.run("import sys; print('torch' in sys.modules)") == "True"
    first.close()
    second.close()


@needs_sandbox
def test_each_kernel_begins_alike(server):
    """What code in one kernel does to torch and to Python ends with it."""
    changed = Inside(server)
    changed.run("import torch, math; torch.set_default_dtype(torch.float64); math.pi = 3; torch.manual_seed(5)")
    changed.close()
    drawn = []
    for _ in range(2):
        fresh = Inside(server)
        said = fresh.run("import torch, math; print(torch.get_default_dtype(), math.pi, torch.rand(1).item())").split()
        fresh.close()
        assert said[:2] == ["torch.float32", "3.141592653589793"]
        drawn.append(said[2])
    assert drawn[0] == drawn[1]


@needs_sandbox
def test_packages_that_only_learners_import(server):
    """They are there, and whoever does not import them does not wait for them."""
    kernel = Inside(server)
    names = "('pandas', 'sklearn', 'seaborn', 'scipy')"
    assert kernel.run(f"import sys; print([name for name in {names} if name in sys.modules])") == "[]"
    assert kernel.run(f"import importlib; print(len([importlib.import_module(name) for name in {names}]))") == "4"
    assert "100%" in kernel.run("from tqdm import tqdm\nfor _ in tqdm(range(3)): pass")
    kernel.close()


@needs_sandbox
def test_many_kernels(server):
    """After many, when the warm process has moved to huge pages, the next one runs and has its limits as ever."""
    for _ in range(HUGE_PAGES_AFTER):
        server.take(LIMITS).kill()
    kernel = Inside(server)
    assert kernel.run("import torch; print(torch.ones(3).sum().item())") == "3.0"
    assert kernel.end("x = []\nwhile True: x.append(bytearray(2**22))") == "memory"
    kernel.close()


@needs_sandbox
def test_other_limits(server):
    """A kernel that was made ready for other limits is not taken."""
    kernel = Inside(server, Limits(file=2**20))
    assert kernel.run("open('x', 'wb').truncate(2**21)") == "OSError: [Errno 27] File too large"
    kernel.close()


@needs_sandbox
def test_shared_memory_counts_once(server):
    """Children that share what their parent holds, as those of a data loader do, use none of their own."""
    kernel = Inside(server)
    said = kernel.run(
        """
        import os, time
        x = bytes([1]) * (100 * 2**20)
        children = [os.fork() or (time.sleep(0.5), os._exit(0)) for _ in range(6)]
        print([os.waitpid(child, 0)[1] for child in children])
        """
    )
    assert said == "[0, 0, 0, 0, 0, 0]"
    kernel.close()


@needs_sandbox
@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("x = []\nwhile True: x.append(bytearray(2**22))", "memory"),
        (
            "import ctypes, os, time\n"
            "for number in range(8):\n"
            "    if os.fork() == 0:\n"
            "        ctypes.CDLL(None).prctl(4, 0)  # nobody may look into this process\n"
            "        x = bytes([1]) * (32 * 2**20)\n"
            "        time.sleep(99)\n"
            "time.sleep(99)",
            "memory",
        ),
        ("import os\nwhile True: os.fork()", "processes"),
        ("import subprocess\nwhile True: subprocess.Popen(['sleep', '99'], start_new_session=True)", "processes"),
        ("import os; os._exit(7)", "exit 7"),
        ("import ctypes; ctypes.string_at(0)", "SIGSEGV"),
    ],
    ids=["memory", "hidden memory", "fork bomb", "programs", "exit", "segfault"],
)
def test_limits(server, code, why):
    """A kernel that goes beyond a limit ends, says which, and takes with it all that it started."""
    kernel = Inside(server)
    try:
        assert kernel.end(code) == why
    finally:
        kernel.close()
    assert Inside(server).run("print('next')") == "next"


@needs_sandbox
def test_processor_time_and_time(server):
    """The processor's time is limited, and the clock's."""
    burns = Inside(server, Limits(processor_seconds=2))
    waits = Inside(server, Limits(seconds=2))
    assert waits.end("import time; time.sleep(99)") == "seconds"
    assert burns.end("while True: pass") == "processor_seconds"


@pytest.fixture(scope="module")
def open_server() -> Iterator[Server]:
    """A warm process without a sandbox."""
    server = Server({"OMP_NUM_THREADS": "1"}, sandboxed=False)
    yield server
    server.close()


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("x = []\nwhile True: x.append(bytearray(2**22))", "memory"),
        ("import subprocess\nwhile True: subprocess.Popen(['sleep', '99'], start_new_session=True)", "processes"),
        ("import os; os._exit(7)", "exit 7"),
    ],
    ids=["memory", "programs", "exit"],
)
def test_limits_without_a_sandbox(open_server, code, why):
    """The limits that need no walls hold without them."""
    kernel = Inside(open_server)
    assert kernel.end(code) == why
    assert Inside(open_server).run("print('next')") == "next"


def test_a_process_left_behind_without_a_sandbox(open_server):
    """What a kernel has started ends with it, in whatever group and however it is detached."""
    kernel = Inside(open_server)
    leave = "import os, subprocess; print(subprocess.Popen(['sleep', '999'], start_new_session=True).pid, flush=True)"
    number = int(kernel.run(leave))
    assert Path(f"/proc/{number}").exists()
    assert kernel.end("import os; os._exit(0)") == "exit 0"
    until = time.monotonic() + 120
    while Path(f"/proc/{number}").exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not Path(f"/proc/{number}").exists()


def test_file_size_without_a_sandbox(open_server):
    """So does the size of a file; and what a kernel wrote into its own folders is gone with it."""
    kernel = Inside(open_server)
    assert kernel.run("open('x', 'wb').truncate(2**30)") == "OSError: [Errno 27] File too large"
    folder = kernel.kernel.folder
    assert (folder / "submission" / "x").exists()
    kernel.close()
    until = time.monotonic() + 120
    while folder.exists() and time.monotonic() < until:
        kernel.kernel.server.listen()
        time.sleep(0.05)
    assert not folder.exists()


@needs_sandbox
def test_nothing_is_left(temporary, monkeypatch):
    """Of a grader that is killed no process or mount is left, and its files go when the next one begins."""
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    code = (
        "from kindling.grade.warm.client import Server; from kindling.grade.sandbox import Limits; import os, signal\n"
        "server = Server({}, True); server.take(Limits()).start(b'\\0' * 10240)\n"
        "print(server.process.pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300)
    number = int(done.stdout)
    until = time.monotonic() + 120
    while Path(f"/proc/{number}").exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not Path(f"/proc/{number}").exists()
    assert list(temporary.glob(f"{FOLDER}*")) != []
    _sweep()
    assert list(temporary.glob(f"{FOLDER}*")) == []


ELSEWHERE = ["bwrap", "--dev-bind", "/", "/", "--unshare-pid", "--proc", "/proc", "--die-with-parent"]
SWEEP = "from kindling.grade.warm.client import _sweep; _sweep()"


@needs_sandbox
def test_a_grader_that_lives_elsewhere(server):
    """A grader in another container, where this one's number means nobody, leaves its files and kernels alone."""
    environment = {**os.environ, "TMPDIR": str(server.folder.parent)}
    subprocess.run([*ELSEWHERE, sys.executable, "-c", SWEEP], env=environment, check=True)
    assert (server.folder / "log").exists()
    assert Inside(server).run("print('here')") == "here"


@needs_sandbox
def test_a_grader_that_was_killed_elsewhere(temporary, monkeypatch):
    """Of one that was killed there, whose number here is somebody else's, the files go, whatever it left running."""
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    code = (
        "from kindling.grade.warm import client; import os, signal, subprocess, sys\n"
        "print(client._folder()[0], flush=True)\n"
        "child = subprocess.Popen(['sleep', '60'], stdout=subprocess.DEVNULL)\n"
        "os.kill(os.getpid(), signal.SIGSTOP)"
    )
    environment = {**os.environ, "TMPDIR": str(temporary)}
    grader = subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True)
    folder = Path(grader.stdout.readline().strip())
    os.waitpid(grader.pid, os.WUNTRACED)
    [child] = Path(f"/proc/{grader.pid}/task/{grader.pid}/children").read_text().split()
    try:
        subprocess.run([*ELSEWHERE, sys.executable, "-c", SWEEP], env=environment, check=True)
        _sweep()
        assert folder.exists()
        grader.kill()
        grader.wait()
        subprocess.run([*ELSEWHERE, sys.executable, "-c", SWEEP], env=environment, check=True)
        assert not folder.exists()
    finally:
        grader.kill()
        os.kill(int(child), signal.SIGKILL)


@pytest.mark.parametrize(
    ("number", "lock"), [("", None), ("", b""), ("", b"another machine's\n"), ("999999999-", None)]
)
def test_folders_of_which_nobody_knows(temporary, monkeypatch, number, lock):
    """A folder that is just being made, another machine's, and one of an earlier kindling stay."""
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    folder = Path(tempfile.mkdtemp(prefix=f"{FOLDER}{number}"))
    if lock is not None:
        (folder / LOCK).write_bytes(lock)
    _sweep()
    assert folder.exists()
    shutil.rmtree(folder)


def test_a_warm_process_that_does_not_start():
    """The sentence says what its last line was, here because of a slip in the configured environment."""
    with pytest.raises(GradingError) as raised:
        Server({"MPLBACKEND": "nonsense"}, sandboxed=False)
    begin = "The process that runs submissions does not start. It says: ValueError: Key backend: 'nonsense' is not "
    assert str(raised.value).startswith(begin)


class TestWhy:
    """What goes wrong is told as what it is. "Does not fit" is told where a limit was met, and nowhere else."""

    @staticmethod
    def start(server: Server, files: bytes, limits: Limits = LIMITS) -> str:
        kernel = server.take(limits)
        with pytest.raises((NotGradable, GradingError, ServerDied)) as raised:
            kernel.start(files)
        kernel.kill()
        return f"{raised.type.__name__}: {raised.value}"

    @pytest.mark.parametrize(
        ("files", "said"),
        [
            (b"no archive", "ReadError: truncated header"),
            (b"", "ReadError: empty file"),
        ],
    )
    def test_an_exception(self, server, files, said):
        """An error of ours, or of a library, is named with its message."""
        sentence = f"It could not be graded, by a fault of kindling. Please report it: {said}"
        assert self.start(server, files) == f"NotGradable: {sentence}"

    def test_a_limit(self, server, tmp_path):
        """A file that is larger than one may be does not fit."""
        (tmp_path / "large").write_bytes(bytes(LIMITS.file + 1))
        assert self.start(server, archive.pack({"large": tmp_path / "large"})) == (
            "NotGradable: The files of the submission do not fit into what one may use "
            "(OSError: [Errno 27] File too large). Ask for it without them."
        )

    def test_a_name_that_the_system_refuses(self, server, tmp_path):
        """Another word of the system's is no limit of ours."""
        (tmp_path / "file").touch()
        said = self.start(server, archive.pack({"x" * 300: tmp_path / "file"}))
        begin = "NotGradable: It could not be graded, by a fault of kindling. Please report it: "
        assert said.startswith(f"{begin}OSError: [Errno 36] File name too long: ")

    def test_a_kernel_that_is_killed(self, server, tmp_path):
        """One that the system kills as it gets its files."""
        kernel = server.take(LIMITS)
        kernel._receive_status()
        server.ask({"do": "kill", "name": kernel.name})
        assert kernel._exit_reason() == "the kernel stopped (SIGKILL)"

    # The last tests: they end the warm processes of this file.

    def test_the_warm_process_is_killed(self, server):
        """The signal is told, and not a line that it printed long ago."""
        number = server.process.pid
        [child] = Path(f"/proc/{number}/task/{number}/children").read_text().split()
        os.kill(int(child), signal.SIGKILL)
        server.process.wait()
        assert self.start(server, archive.pack({})) == "ServerDied: SIGKILL"

    def test_the_warm_process_fails(self, open_server):
        """An error of the warm process itself is told by its own last line."""
        theirs = socket.socketpair()
        open_server.ask({"do": "fork", "name": "x", "key": "", "limits": {"memry": 1}}, theirs[0])
        open_server.process.wait()
        said = self.start(open_server, archive.pack({}))
        assert said == "ServerDied: TypeError: Limits.__init__() got an unexpected keyword argument 'memry'"
