"""kindling.grade.zygote: kernels that are ready before they are asked for, what they may use, and what they leave."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import LIMITS, Inside, needs_sandbox

from kindling.errors import GradingError
from kindling.grade.sandbox import Limits
from kindling.grade.zygote import FOLDER, MANY, Zygote, _sweep


@needs_sandbox
def test_ready_before_it_is_asked_for(zygote):
    """While one kernel is in use the next one comes up, with torch in it."""
    first = Inside(zygote)
    ahead = zygote._ahead
    socket = ahead.folder / "s-1"
    until = time.monotonic() + 30
    while not socket.exists() and time.monotonic() < until:
        time.sleep(0.01)
    assert socket.exists()
    second = Inside(zygote)
    assert second.kernel is ahead
    assert second.run("import sys; print('torch' in sys.modules)") == "True"
    first.close()
    second.close()


@needs_sandbox
def test_each_kernel_begins_alike(zygote):
    """What code in one kernel does to torch and to Python ends with it."""
    changed = Inside(zygote)
    changed.run("import torch, math; torch.set_default_dtype(torch.float64); math.pi = 3; torch.manual_seed(5)")
    changed.close()
    drawn = []
    for _ in range(2):
        fresh = Inside(zygote)
        said = fresh.run("import torch, math; print(torch.get_default_dtype(), math.pi, torch.rand(1).item())").split()
        fresh.close()
        assert said[:2] == ["torch.float32", "3.141592653589793"]
        drawn.append(said[2])
    assert drawn[0] == drawn[1]


@needs_sandbox
def test_packages_that_only_learners_import(zygote):
    """They are there, and whoever does not import them does not wait for them."""
    kernel = Inside(zygote)
    names = "('pandas', 'sklearn', 'seaborn', 'scipy')"
    assert kernel.run(f"import sys; print([name for name in {names} if name in sys.modules])") == "[]"
    assert kernel.run(f"import importlib; print(len([importlib.import_module(name) for name in {names}]))") == "4"
    assert "100%" in kernel.run("from tqdm import tqdm\nfor _ in tqdm(range(3)): pass")
    kernel.close()


@needs_sandbox
def test_many_kernels(zygote):
    """After many, when the warm process has moved to huge pages, the next one runs and has its limits as ever."""
    for _ in range(MANY):
        zygote.take(LIMITS).kill()
    kernel = Inside(zygote)
    assert kernel.run("import torch; print(torch.ones(3).sum().item())") == "3.0"
    assert kernel.end("x = []\nwhile True: x.append(bytearray(2**22))") == "memory"
    kernel.close()


@needs_sandbox
def test_other_limits(zygote):
    """A kernel that was made ready for other limits is not taken."""
    kernel = Inside(zygote, Limits(file=2**20))
    assert kernel.run("open('x', 'wb').truncate(2**21)") == "OSError: [Errno 27] File too large"
    kernel.close()


@needs_sandbox
def test_shared_memory_counts_once(zygote):
    """Children that share what their parent holds, as those of a data loader do, use none of their own."""
    kernel = Inside(zygote)
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
def test_limits(zygote, code, why):
    """A kernel that goes beyond a limit ends, says which, and takes with it all that it started."""
    kernel = Inside(zygote)
    try:
        assert kernel.end(code) == why
    finally:
        kernel.close()
    assert Inside(zygote).run("print('next')") == "next"


@needs_sandbox
def test_processor_time_and_time(zygote):
    """The processor's time is limited, and the clock's."""
    burns = Inside(zygote, Limits(processor_seconds=3))
    waits = Inside(zygote, Limits(seconds=2))
    assert waits.end("import time; time.sleep(99)") == "seconds"
    assert burns.end("while True: pass") == "processor_seconds"


@pytest.fixture(scope="module")
def open_zygote() -> Iterator[Zygote]:
    """A warm process without a sandbox."""
    zygote = Zygote({"OMP_NUM_THREADS": "1"}, sandboxed=False)
    yield zygote
    zygote.close()


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("x = []\nwhile True: x.append(bytearray(2**22))", "memory"),
        ("import subprocess\nwhile True: subprocess.Popen(['sleep', '99'], start_new_session=True)", "processes"),
        ("import os; os._exit(7)", "exit 7"),
    ],
    ids=["memory", "programs", "exit"],
)
def test_limits_without_a_sandbox(open_zygote, code, why):
    """The limits that need no walls hold without them."""
    kernel = Inside(open_zygote)
    assert kernel.end(code) == why
    assert Inside(open_zygote).run("print('next')") == "next"


def test_a_process_left_behind_without_a_sandbox(open_zygote):
    """What a kernel has started ends with it, in whatever group and however it is detached."""
    kernel = Inside(open_zygote)
    leave = "import os, subprocess; print(subprocess.Popen(['sleep', '999'], start_new_session=True).pid, flush=True)"
    number = int(kernel.run(leave))
    assert Path(f"/proc/{number}").exists()
    assert kernel.end("import os; os._exit(0)") == "exit 0"
    until = time.monotonic() + 10
    while Path(f"/proc/{number}").exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not Path(f"/proc/{number}").exists()


def test_file_size_without_a_sandbox(open_zygote):
    """So does the size of a file; and what a kernel wrote into its own folders is gone with it."""
    kernel = Inside(open_zygote)
    assert kernel.run("open('x', 'wb').truncate(2**30)") == "OSError: [Errno 27] File too large"
    folder = kernel.kernel.folder
    assert (folder / "submission" / "x").exists()
    kernel.close()
    until = time.monotonic() + 10
    while folder.exists() and time.monotonic() < until:
        kernel.kernel.zygote.listen()
        time.sleep(0.05)
    assert not folder.exists()


@needs_sandbox
def test_nothing_is_left(temporary, monkeypatch):
    """Of a grader that is killed no process or mount is left, and its files go when the next one begins."""
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    code = (
        "from kindling.grade.zygote import Zygote; from kindling.grade.sandbox import Limits; import os, signal\n"
        "zygote = Zygote({}, True); zygote.take(Limits()).start(b'\\0' * 10240)\n"
        "print(zygote.process.pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    number = int(done.stdout)
    until = time.monotonic() + 10
    while Path(f"/proc/{number}").exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not Path(f"/proc/{number}").exists()
    assert list(temporary.glob(f"{FOLDER}*")) != []
    _sweep()
    assert list(temporary.glob(f"{FOLDER}*")) == []


def test_a_warm_process_that_does_not_start():
    """The sentence says what its last line was, here because of a slip in the configured environment."""
    with pytest.raises(GradingError) as raised:
        Zygote({"MPLBACKEND": "nonsense"}, sandboxed=False)
    begin = "The process that runs submissions does not start. It says: ValueError: Key backend: 'nonsense' is not "
    assert str(raised.value).startswith(begin)
