"""kindling.scripts.forkserver: a command in a fork does what the same command does in a Python of its own."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from kindling.scripts import forkserver

pytestmark = pytest.mark.skipif(not forkserver.can_fork(), reason="here, a Python of its own runs each command")

ENVIRONMENT = {**os.environ, "MPLBACKEND": "agg", "PYTHONDONTWRITEBYTECODE": "1"}

SCRIPTS = {
    "arguments": "import sys\nprint(sys.argv[1:], __name__, __file__, sys.path[0] == __file__.rpartition('/')[0])",
    "input": "import sys\nprint(repr(sys.stdin.read()))",
    "a module beside it": "import beside\nprint(beside.__name__)",
    "exit code": "raise SystemExit(3)",
    "last words": "import sys\nsys.exit('no such file')",
    "last words of an error": "import sys\ntry:\n    open('nowhere')\nexcept OSError as error:\n    sys.exit(error)",
    "a large code": "raise SystemExit(2**40 + 7)",
    "no code": "import sys\nsys.exit(None)",
    "an error": "print('begun')\n1 / 0",
    "an error of its own kind": "import sys\nsys.excepthook = lambda *error: print('sorry', file=sys.stderr)\n1 / 0",
    "a name in a hint": "def f(x: NoSuchName): pass",
    "a syntax error": "print('begun'",
    "a signal": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
    "at once": "import os\nprint('gone', flush=True)\nos._exit(4)",
    "at the end": "import atexit\natexit.register(print, 'the end')\nprint('first')",
    "a thread": "import threading, time\nthreading.Thread(target=lambda: (time.sleep(0.2), print('thread'))).start()",
    "an open file": "file = open('left.txt', 'w')\nfile.write('kept')\ndef read(): return file",
    "an open file beside it": "import keeps",
    "a name that Python has too": "from statistics import normalise\nprint(normalise)",
    "a process": "import multiprocessing, time\ndef f():\n    time.sleep(0.2)\n    open('done.txt', 'w').close()\n"
    "if __name__ == '__main__':\n    multiprocessing.Process(target=f).start()",
    "no output": "import sys\nsys.stdout.close()",
    "half a character": "import sys\nprint('\\udc80', file=sys.stderr)",
    "a temporary folder": "import tempfile\nfolder = tempfile.TemporaryDirectory(dir='.')",
    "a fork": "import os\nif os.fork():\n    os.wait()\n    print('parent')\nelse:\n    print('child')",
    "a class of its own": "import pickle\nclass Own: pass\nprint(type(pickle.loads(pickle.dumps(Own()))).__name__)",
    # Together, since a new Python takes seconds to import torch.
    "workers, seeded numbers and an optimizer": (
        "import torch\nfrom torch.utils.data import DataLoader\n"
        "print([batch.tolist() for batch in DataLoader(range(4), 2, num_workers=1)])\n"
        "torch.manual_seed(1)\nprint(torch.rand(2))\n"
        "print(torch.optim.Adam([torch.zeros(1, requires_grad=True)], lr=0.1))"
    ),
    "words on stderr": "import sys\nprint('out')\nprint('err', file=sys.stderr)",
    "another folder": "import os\nos.chdir('/')\nos.environ['NEW'] = '1'\nprint('NEW' in os.environ)",
}


def ended(folder, command, start, environment=ENVIRONMENT):
    """Return exit code, stdout, the last line of stderr, and the files that are there after a command."""
    (folder / "beside.py").write_text("")
    (folder / "keeps.py").write_text("file = open('left.txt', 'w')\nfile.write('kept')\ndef read(): return file")
    (folder / "statistics.py").write_text("normalise = 'own'")
    with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        code = start(command, folder, environment, stdout.fileno(), stderr.fileno()).wait()
        texts = []
        for stream in (stdout, stderr):
            stream.seek(0)
            texts.append(stream.read().decode().replace(str(folder), "folder"))
        files = {path.name: path.read_text() for path in folder.iterdir() if path.is_file()}
        return code, texts[0], texts[1].splitlines()[-1:], files, len(list(folder.iterdir()))


def usual(command, cwd, env, stdout, stderr):
    return subprocess.Popen(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr)


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    return tmp_path_factory.mktemp("forked") / "begun.txt"


@pytest.fixture(scope="module")
def forked(begun):
    """`start` with a warm process that is a fork of this one, as beside a kernel that grades scripts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(forkserver, "_server", None)
        forkserver.fork_server(lambda: begun.write_text(str(os.getpid())))
        server = forkserver._server

    def start_forked(*arguments):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(forkserver, "_server", server)
            return forkserver.start(*arguments)

    yield start_forked
    server._close()


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_fork_does_what_a_new_python_does(name, tmp_path, forked):
    outcomes = []
    for start in (usual, forkserver.start, forked):
        folder = tmp_path / start.__name__
        folder.mkdir()
        (folder / "script.py").write_text(SCRIPTS[name], encoding="utf-8")
        outcomes.append(ended(folder, [sys.executable, str(folder / "script.py"), "--a", "b c"], start))
    assert outcomes[0] == outcomes[1] == outcomes[2]


def test_a_fork_of_this_process_is_begun_as_asked_in_a_session_of_its_own(tmp_path, forked, begun):
    look = "import os, sys\nprint(os.getppid(), os.getsid(os.getppid()), 'torch' in sys.modules)"
    pid = begun.read_text()
    assert ended(tmp_path, [sys.executable, "-c", look], forked)[1] == f"{pid} {pid} True\n"
    assert int(pid) != os.getpid()


def test_a_program_on_the_command_line(tmp_path):
    command = [sys.executable, "-c", "import sys, beside\nprint(sys.argv, __name__)\nsys.exit(2)", "x"]
    assert ended(tmp_path, command, usual) == ended(tmp_path, command, forkserver.start)


@pytest.mark.parametrize("without", ["", "1"])
def test_bytecode_is_written_as_the_environment_says(tmp_path, without):
    command = [sys.executable, "-c", "import beside"]
    environment = {**ENVIRONMENT, "PYTHONDONTWRITEBYTECODE": without}
    files = [ended(tmp_path, command, forkserver.start, environment)[4] for _ in range(2)]
    assert files == [3 if without else 4] * 2


def test_torch_is_imported_once(tmp_path):
    program = "import os, sys\nprint(os.getppid(), 'torch' in sys.modules)"
    first, second = (ended(tmp_path, [sys.executable, "-c", program], forkserver.start)[1] for _ in range(2))
    assert first == second
    assert first.endswith(" True\n")
    assert int(first.split()[0]) != os.getpid()


@pytest.mark.parametrize("program", ["import torch\nprint(torch.rand(1))", "import numpy\nprint(numpy.random.rand())"])
def test_random_numbers_differ_from_run_to_run(tmp_path, program):
    first, second = (ended(tmp_path, [sys.executable, "-c", program], forkserver.start)[1] for _ in range(2))
    assert first != second


def test_one_command_leaves_nothing_to_the_next(tmp_path):
    spoil = "import builtins, os, sys, torch\nbuiltins.print = torch.rand = None\nos.environ['A'] = sys.path[0] = 'x'"
    look = "import os, sys, torch\nprint('A' in os.environ, 'x' in sys.path, torch.rand(1).shape)"
    ended(tmp_path, [sys.executable, "-c", spoil], forkserver.start)
    assert ended(tmp_path, [sys.executable, "-c", look], forkserver.start)[1] == "False False torch.Size([1])\n"


def test_a_command_that_ends_the_warm_process_ends_alone_and_each_has_the_environment_that_it_is_given(tmp_path):
    """The warm process itself has that of the first command after the end of another one."""
    kill = [sys.executable, "-c", "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)"]
    assert ended(tmp_path, kill, forkserver.start)[0] == -signal.SIGKILL
    look = [sys.executable, "-c", "import os, tempfile\nprint(os.environ.get('A'), tempfile.gettempdir())"]
    for name, more in (("one", {"A": "1"}), ("two", {}), ("three", {"A": "2"})):
        folder = tmp_path / name
        folder.mkdir()
        environment = {**ENVIRONMENT, "TMPDIR": str(folder), **more}
        code, said, *_ = ended(tmp_path, look, forkserver.start, environment)
        assert (code, said) == (0, f"{more.get('A')} folder/{name}\n")
        folder.rmdir()


def test_a_command_can_be_waited_for_in_vain_and_killed(tmp_path):
    with tempfile.TemporaryFile() as output:
        command = [sys.executable, "-c", "import time\ntime.sleep(99)"]
        process = forkserver.start(command, tmp_path, ENVIRONMENT, output.fileno(), output.fileno())
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=0.1)
        os.killpg(process.pid, signal.SIGKILL)
        assert process.wait() == process.wait() == -signal.SIGKILL
    assert ended(tmp_path, [sys.executable, "-c", "print('here')"], forkserver.start)[:2] == (0, "here\n")


def test_an_interrupt_ends_one_command_alone(tmp_path):
    """Whoever does not wait for a command any more lets go of it, and has the next one's answer."""
    with tempfile.TemporaryFile() as output:
        command = [sys.executable, "-c", "import time\ntime.sleep(99)"]
        process = forkserver.start(command, tmp_path, ENVIRONMENT, output.fileno(), output.fileno())
        pid = process.pid
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=0)
        del process
    assert ended(tmp_path, [sys.executable, "-c", "print('here')"], forkserver.start)[:2] == (0, "here\n")
    assert not lives(pid)


def test_a_command_can_be_killed_at_once(tmp_path):
    for _ in range(10):
        with tempfile.TemporaryFile() as output:
            command = [sys.executable, "-c", "import time\ntime.sleep(99)"]
            process = forkserver.start(command, tmp_path, ENVIRONMENT, output.fileno(), output.fileno())
            os.killpg(process.pid, signal.SIGKILL)
            assert process.wait() == -signal.SIGKILL


def test_a_path_from_the_folder_of_the_command(tmp_path):
    (tmp_path / "script.py").write_text("print(__file__)")
    command = [sys.executable, "script.py"]
    assert ended(tmp_path, command, usual)[0] == ended(tmp_path, command, forkserver.start)[0] == 0


def lives(pid):
    """Whether there is such a process, and it has not ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("begin", ["", "forkserver.fork_server()"], ids=["a new Python", "a fork"])
def test_all_ends_with_the_owner(tmp_path, begin):
    owner = f"""
import os, sys
from kindling.scripts import forkserver
command = [sys.executable, "-c", "import os, time\\nprint(os.getppid(), os.getpid(), flush=True)\\ntime.sleep(99)"]
forkserver._server = None
{begin}
forkserver.start(command, ".", dict(os.environ), 1, 2).wait(timeout=9)
"""
    reading, writing = os.pipe()
    process = forkserver.Fork([sys.executable, "-c", owner], tmp_path, ENVIRONMENT, writing, 2)
    os.close(writing)
    with open(reading) as said:
        pids = [int(word) for word in said.readline().split()]
    assert all(map(lives, pids))
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    until = time.monotonic() + 10
    while any(map(lives, pids)):
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_python_of_its_own_where_none_can_be_forked(tmp_path, monkeypatch):
    monkeypatch.delattr(os, "pidfd_open")
    look = "import sys\nprint('torch' in sys.modules)"
    assert ended(tmp_path, [sys.executable, "-c", look], forkserver.start)[:2] == (0, "False\n")
