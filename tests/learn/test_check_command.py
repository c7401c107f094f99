"""The checks of a notebook in the terminal: a line for each, whatever the learner's cells do."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import small_course
from small_course import REPOSITORY, change, kindling

from kindling.errors import WorkspaceError
from kindling.learn import check, watch
from kindling.learn.runner import Processes, Server, runner

pytestmark = pytest.mark.learner

DOUBLE = "def double(x):\n    return 2 * x"
HALVE = "def halve(x):\n    return x / 2"
SQUARE = "def square(x):\n    return x**2"
STUBS = [
    "– double: 1 point  Not yet: `double` still needs your code.",
    "– halve: 2 points  Not yet: `halve` still needs your code.",
    "– square: 3 bonus points  Not yet: `square` still needs your code.",
]

forks = pytest.mark.skipif(sys.platform != "linux", reason="snapshots are forks, on Linux alone")


@pytest.fixture(scope="module", autouse=True)
def runtime() -> Iterator[Path]:
    """A folder for the server's socket; without it, the server ends by itself."""
    folder = tempfile.mkdtemp(prefix="run-")
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = folder
    yield Path(folder)
    shutil.rmtree(folder)
    if before is None:
        del os.environ["XDG_RUNTIME_DIR"]
    else:
        os.environ["XDG_RUNTIME_DIR"] = before


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return small_course.make(tmp_path)


def lines(root: Path, word: str | None = "01", seconds: float = 60, who: Server | Processes | None = None) -> list[str]:
    """Return what a check of the lesson says."""
    said: list[str] = []
    check.run(root, word, said.append, seconds=seconds, who=who or runner())
    return said


def solve(root: Path, **sources: str) -> None:
    """Write the three answers, or others by the name of their task."""
    answers = {"double": DOUBLE, "halve": HALVE, "square": SQUARE} | sources
    change(root, {name: {"source": source} for name, source in answers.items()})


def test_each_check_gets_a_line(root: Path):
    assert lines(root) == ["01_numbers", *STUBS, "0 of 3 points, and 0 of 3 bonus points. Next: double."]
    solve(root, halve="def halve(x):\n    return 3.0", square=small_course.stub("square").source)
    assert lines(root) == [
        "01_numbers",
        "✓ double: 1 point",
        "✗ halve: 2 points  halve(8) is 3, wanted 4.",
        STUBS[2],
        "1 of 3 points, and 0 of 3 bonus points. Next: halve.",
    ]
    solve(root)
    assert lines(root)[1:] == [
        "✓ double: 1 point",
        "✓ halve: 2 points",
        "✓ square: 3 bonus points",
        "3 of 3 points, and 3 of 3 bonus points.",
    ]


def test_cells_that_only_show_something_do_not_run(root: Path):
    """One that a check builds on does: the first lesson's `wanted` needs what a show cell defines."""
    assert all("NameError" not in line for line in lines(root))
    assert not (root / "lab/01_numbers/shown").exists()


@forks
def test_after_an_edit_the_cells_from_there_on_run_again_and_no_others(root: Path):
    ran = root / "lab/01_numbers/ran"

    def note(name: str) -> str:
        return f'open("ran", "a").write("{name} ")\n'

    solve(root, double=note("double") + DOUBLE, halve=note("halve") + HALVE, square=note("square") + SQUARE)
    first = lines(root)
    assert lines(root) == first
    assert ran.read_text() == "double halve square "
    change(root, {"halve": {"source": note("halve again") + HALVE}})
    assert lines(root) == first
    assert ran.read_text() == "double halve square halve again square "


@forks
def test_a_cell_finds_names_as_they_were_when_it_ran_first(root: Path):
    """A later cell that changes what an earlier one made has not changed it for the edited one."""
    solve(root, double="made = [1]\n" + DOUBLE, halve="made.append(2)\n" + HALVE)
    lines(root)
    solve(root, double="made = [1]\n" + DOUBLE, halve="assert made == [1]\n" + HALVE)
    assert "✓ halve: 2 points" in lines(root)


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("def double(x):\n    return 2 x", "SyntaxError: invalid syntax (line 2)"),
        (
            "def helper(x):\n    return y\n\ndef double(x):\n    return helper(x)",
            "NameError: name 'y' is not defined (line 2 of the cell `double`)",
        ),
        (
            "import torch\n\ndef double(x):\n    return torch.ones(2, 3) @ torch.ones(2, 3)",
            "RuntimeError: mm: mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3) (line 4 of the cell `double`). "
            "(2, 3) meets (2, 3): the two 3 would meet if the second were transposed.",
        ),
        ("import nowhere", "ModuleNotFoundError: No module named 'nowhere' (line 1)"),
        (DOUBLE + "\nexit()", "The cell ends Python, and with it the notebook. Take the call of exit() out."),
        (
            DOUBLE + "\ninput('?')",
            "The cell asks for input(), and nobody is there to answer. Take the call out.",
        ),
    ],
)
def test_the_sentence_is_that_of_the_cell_that_is_the_cause(root: Path, source: str, sentence: str):
    solve(root, double=source)
    first, second = lines(root)[1:3]
    assert first.startswith(f"✗ double: 1 point  {sentence}")
    assert second == "✓ halve: 2 points"


def test_another_cell_that_fails_has_a_line_of_its_own(root: Path):
    notebook = json.loads(small_course.path(root).read_text(encoding="utf-8"))
    notebook["cells"][1]["source"] = "import math\n1 / 0"
    small_course.path(root).write_text(json.dumps(notebook))
    assert lines(root)[1] == "✗ The cell `import math`:  ZeroDivisionError: division by zero (line 2)"


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("import os; os._exit(3)", "ended Python (exit code 3), and with it the notebook."),
        ("import os; os.kill(os.getpid(), 11)", "ended Python (SIGSEGV), and with it the notebook."),
        ("import os; os.kill(os.getpid(), 9)", "was killed (SIGKILL). Does it use more memory than there is?"),
        ("while True: pass", "ran longer than 1 s and was stopped. Does every loop in your code end?"),
    ],
)
@forks
def test_a_cell_that_ends_python_or_never_ends_is_one_sentence(root: Path, code: str, sentence: str):
    solve(root, halve=f"def halve(x):\n    {code}")
    assert lines(root, seconds=1)[1:] == [
        "✓ double: 1 point",
        f"✗ halve: 2 points  The check {sentence}",
        "– square: 3 bonus points  not checked yet",
        "1 of 3 points, and 0 of 3 bonus points. Next: halve.",
    ]
    solve(root, halve=code)
    assert lines(root, seconds=1)[2] == f"✗ halve: 2 points  The cell {sentence}"
    solve(root)
    assert lines(root)[-1] == "3 of 3 points, and 3 of 3 bonus points."


def test_one_task_is_checked_alone(root: Path):
    solve(root, square="1 / 0")
    assert lines(root, "01/halve") == ["01_numbers", "✓ halve: 2 points"]


def test_the_released_check_is_what_runs(root: Path):
    change(root, {"double_check": {"source": "%%check double (1 point)\npass"}})
    assert lines(root)[1] == STUBS[0]


def test_a_check_that_was_deleted_is_one_sentence(root: Path):
    notebook = json.loads(small_course.path(root).read_text(encoding="utf-8"))
    del notebook["cells"][6]
    small_course.path(root).write_text(json.dumps(notebook))
    assert sorted(lines(root)[1:4]) == sorted(
        [
            "– double: 1 point  Its check is not in your notebook. To bring it back: kindling reset 01/double",
            *STUBS[1:],
        ]
    )


def test_a_file_that_is_no_notebook_is_one_sentence(root: Path):
    small_course.path(root).write_text("not JSON")
    done = kindling(root, "check", "01")
    assert (done.returncode, done.stdout) == (1, "01_numbers\n")
    assert done.stderr == (
        f"{Path('lab/01_numbers/01_numbers.ipynb')} is not a notebook. To begin anew and keep this file beside it: "
        "kindling reset 01_numbers\n"
    )


def test_where_no_lesson_is_named_it_is_the_one_saved_last(root: Path):
    os.utime(small_course.path(root), (2_000_000_000, 2_000_000_000))
    assert lines(root, None)[0] == "01_numbers"
    os.utime(root / "lab/02_scripts/scripts/main.py", (2_000_000_001, 2_000_000_001))
    assert lines(root, None)[0] == "02_scripts"
    shutil.rmtree(root / "lab")
    with pytest.raises(WorkspaceError) as error:
        check.last_saved(root)
    assert (
        str(error.value) == f"There is no {root / 'lab'}. `kindling open` copies each lesson that is missing in lab/."
    )


def test_a_script_that_was_edited_is_checked_anew(root: Path):
    script = root / "lab/02_scripts/scripts/main.py"
    assert lines(root, "02")[2].startswith("✗ main_script: 1 point  main.py")
    script.write_text("")
    assert lines(root, "02")[2] == "✓ main_script: 1 point"


@forks
def test_scripts_run_in_forks_of_one_process_however_often_a_cell_is_edited(root: Path, tmp_path: Path):
    """A snapshot need not wait until one of its own has imported torch."""
    (root / "lab/01_numbers/scripts").mkdir()
    runs = f"""import os, sys
from pathlib import Path
from kindling.scripts import forkserver
with open({str(tmp_path / "servers")!r}, "a") as said:
    look = "import os; print(os.getppid())"
    assert forkserver.start([sys.executable, "-c", look], Path(), os.environ, said.fileno(), 2).wait() == 0
"""
    for edit in ("", "# edited\n"):
        solve(root, double=runs + edit + DOUBLE, halve=runs + HALVE)
        assert lines(root)[1:3] == ["✓ double: 1 point", "✓ halve: 2 points"]
    first, *others = (tmp_path / "servers").read_text().split()
    assert others == [first] * 3


@forks
def test_ctrl_c_stops_the_cell(root: Path):
    solve(root, halve="open('begun', 'w').close()\nwhile True: pass")
    command = [Path(sys.executable).with_name("kindling"), "check", "01"]
    running = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True)
    while not (root / "lab/01_numbers/begun").exists():
        assert running.poll() is None
    running.send_signal(signal.SIGINT)
    said, _ = running.communicate(timeout=240)
    assert said == "01_numbers\n✓ double: 1 point\nStopped. Your notebook is as it was.\n"
    assert running.returncode == 1
    solve(root)
    assert lines(root)[2] == "✓ halve: 2 points"


@forks
def test_the_servers_folder_is_the_users_alone(root: Path, runtime: Path, monkeypatch: pytest.MonkeyPatch):
    lines(root)
    assert (runtime / "kindling").stat().st_mode & 0o777 == 0o700
    assert isinstance(runner(), Server)
    for place, mode in (("open", 0o755), ("x" * 90, 0o700)):
        (runtime / place).mkdir(mode=0o700)
        (runtime / place / "kindling").mkdir()
        (runtime / place / "kindling").chmod(mode)
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime / place))
        assert isinstance(runner(), Processes)


@forks
def test_a_server_that_was_killed_is_started_again(root: Path, runtime: Path):
    first = lines(root)
    for link in Path("/proc").glob("[0-9]*/cmdline"):
        if str(runtime).encode() in link.read_bytes():
            os.kill(int(link.parent.name), signal.SIGKILL)
    assert lines(root) == first


@forks
def test_a_snapshot_that_was_killed_is_made_again(root: Path):
    solve(root, halve="import os\nopen('pid', 'w').write(str(os.getpid()))\n" + HALVE)
    first = lines(root)
    pid = (root / "lab/01_numbers/pid").read_text()
    os.kill(int(pid), signal.SIGKILL)
    while Path("/proc", pid, "stat").read_text().rpartition(")")[2].split()[0] != "Z":  # dead, but for its parent
        os.sched_yield()
    assert lines(root) == first


def test_without_forks_a_new_process_runs_the_cells(root: Path, tmp_path: Path):
    """As on Windows and macOS: the same lines, one of a cell that never ends among them, and nothing is left."""
    who = Processes()
    solve(root, square="import time; time.sleep(99)")
    assert lines(root, seconds=2, who=who)[1:4] == [
        "✓ double: 1 point",
        "✓ halve: 2 points",
        "✗ square: 3 bonus points  The cell ran longer than 2 s and was stopped. Does every loop in your code end?",
    ]
    who.prepare()
    made = tmp_path / "made"
    note = f"import tempfile\nopen({str(made)!r}, 'w').write(tempfile.mkdtemp())\n"
    solve(root, double=note + DOUBLE, square="import os; os._exit(3)")
    assert lines(root, who=who)[3] == (
        "✗ square: 3 bonus points  The cell ended Python (exit code 3), and with it the notebook."
    )
    who.close()
    assert not Path(made.read_text()).exists()


def test_watching_checks_again_at_each_save(root: Path):
    said: list[str] = []

    def say(line: str) -> None:
        said.append(line)
        if line.startswith("Waiting"):
            if said.count(line) == 1:
                small_course.path(root).write_text("not JSON")
            elif said.count(line) == 2:
                shutil.copy(root / "release/01_numbers/01_numbers.ipynb", small_course.path(root))
                solve(root)
            else:
                raise KeyboardInterrupt

    watch.watch(root, "01", say)
    waiting = "Waiting for the next save; Ctrl-C ends it."
    assert said[:6] == ["01_numbers", *STUBS, "0 of 3 points, and 0 of 3 bonus points. Next: double.", waiting]
    assert said[6:9] == [
        "",
        "01_numbers",
        f"{small_course.path(root)} is not a notebook. To begin anew and keep this file beside it: "
        "kindling reset 01_numbers",
    ]
    assert said[-2:] == ["3 of 3 points, and 3 of 3 bonus points.", waiting]


def test_the_first_lesson_solved_passes_in_the_terminal(root: Path):
    """The real one, as it is built: its figures and experiments are left out, and nothing graded needs them."""
    for folder in ("release", "lab"):
        shutil.rmtree(root / folder)
    shutil.copytree(REPOSITORY / "release/01_tensors", root / "release/01_tensors")
    shutil.copytree(REPOSITORY / "source/01_tensors", root / "lab/01_tensors")
    done = kindling(root / "lab", "check")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("\n18 of 18 points, and 3 of 3 bonus points.\n")
    assert done.stdout.count("✓") == 12


@forks
def test_snapshots_have_a_temporary_folder_of_their_own(root: Path, tmp_path: Path):
    made = tmp_path / "made"
    note = f"import tempfile\nopen({str(made)!r}, 'w').write(tempfile.mkdtemp())\n"
    solve(root, double=note + DOUBLE)
    lines(root)
    assert Path(made.read_text()).parent.name.startswith("kindling-")
