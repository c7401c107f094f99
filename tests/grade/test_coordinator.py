"""kindling.grade.coordinator, by `kindling grade`: a class of its own, graded, stopped half way, and graded on."""

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import commands
import nbformat
import nbgrader.api
import pytest
from conftest import asked_revision
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.api import Gradebook

from kindling.environment import inherited
from kindling.grade import grade_class, pool, provisioner, sandbox
from kindling.grade import run as worker
from kindling.grade.report import Grading
from kindling.grade.warm import client

BIN = Path(sys.executable).parent
CONFIG = Path(__file__).parents[2] / "nbgrader_config.py"
LESSON = "01_sums"
STUDENTS = [f"student{number:02}" for number in range(8)]
Grade = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the system can't fork")


def metadata(name: str, points: int | None = None) -> dict:
    graded = {"points": points} if points else {}
    flags = {"grade": bool(points), "locked": bool(points), "solution": not points, "task": False}
    return {"nbgrader": {"cell_type": "code", "grade_id": name, "schema_version": 3, **flags, **graded}}


def run(root: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
    return commands.run(["kindling", *arguments], root, inherited(**environment))


def notebook(answer: str) -> str:
    """The lesson with an answer to its one task, which takes a moment."""
    cells = [
        new_code_cell(answer, metadata=metadata("double"), id="double"),
        new_code_cell(
            "import time; time.sleep(0.3)\nassert double(2) == 4", metadata=metadata("double_check", 2), id="check"
        ),
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return nbformat.writes(new_notebook(cells=cells, metadata={"kernelspec": kernel}))


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with one released lesson, and a class that handed it in."""
    root = tmp_path_factory.mktemp("course")
    configuration = CONFIG.read_text(encoding="utf-8")
    if sandbox.missing():
        configuration += "\nc.Execute.sandbox = False\n"
    (root / "nbgrader_config.py").write_text(configuration, encoding="utf-8")
    source = root / "source" / LESSON / f"{LESSON}.ipynb"
    source.parent.mkdir(parents=True)
    solution = "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"
    source.write_text(notebook(solution), encoding="utf-8")
    commands.run(["nbgrader", "generate_assignment", LESSON], root).check_returncode()
    for student in STUDENTS:
        hand_in(root, student, "def double(x):\n    return 2 * x")
    return root


@pytest.fixture
def course(released: Path) -> Path:
    """The course as it was handed in, for each test anew, in one place: so the workers' warm process is theirs, too."""
    place = released.with_name(f"{released.name}-graded")
    shutil.rmtree(place, ignore_errors=True)
    return Path(shutil.copytree(released, place))


@pytest.fixture(scope="module")
def workers() -> Iterator[object]:
    with pool.backend(1, preload=[worker.__name__], at_exit=provisioner.close) as workers:
        yield workers


@pytest.fixture
def grade(course: Path, workers: object, monkeypatch: pytest.MonkeyPatch) -> Grade:
    """`kindling grade …` in the course, by a worker that stays: each new one takes seconds to be ready."""
    monkeypatch.setattr(pool, "backend", lambda *_: contextlib.nullcontext(workers))
    return lambda *arguments: commands.run_here(["kindling", "grade", *arguments], course)


def hand_in(root: Path, student: str, answer: str) -> None:
    folder = root / "submitted" / student / LESSON
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{LESSON}.ipynb").write_text(notebook(answer), encoding="utf-8")


def finished(root: Path) -> dict[str, int]:
    """When each submission was graded that is, in nanoseconds."""
    return {path.parts[-3]: path.stat().st_mtime_ns for path in root.glob(f"autograded/*/{LESSON}/{LESSON}.ipynb")}


def points(root: Path) -> dict[str, float | None]:
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "kindling") as book:
        return {one.student.id: one.score for one in book.assignment_submissions(LESSON)}


def processes(mark: str) -> list[str]:
    """The processes that have this text among their environment variables."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark.encode() in path.read_bytes():
                found.append(path.with_name("cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            pass
    return found


def half_way(root: Path, count: int, **environment: str) -> subprocess.Popen:
    """Start grading, and return when so many have their grade."""
    process = subprocess.Popen(
        [BIN / "kindling", "grade", "01", "--workers", "1"],
        cwd=root,
        env=inherited(**environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    until = time.monotonic() + 300
    while len(finished(root)) < count:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.05)
    return process


def gone(mark: str) -> bool:
    """Whether no process is left after a while."""
    until = time.monotonic() + 120
    while processes(mark):
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


def test_a_class(course, grade):
    """Each student gets a row; one that is not gradable makes the exit code 1, and keeps nobody from a grade."""
    hand_in(course, "student00", "def double(x):\n    return x")
    (course / "submitted" / "student01" / LESSON / f"{LESSON}.ipynb").write_text("{")
    done = grade("01", "--json")
    assert done.returncode == 1, done.stderr
    rows = {row["student"]: row for row in json.loads(done.stdout)["submissions"]}
    assert sorted(rows) == STUDENTS
    assert (rows["student00"]["status"], rows["student00"]["remarks"]) == ("graded", [])
    assert (rows["student00"]["score"], rows["student00"]["max_score"]) == (0, 2)
    assert rows["student01"]["status"] == "not gradable"
    assert rows["student01"]["remarks"] == ["The notebook is broken: line 1 is not valid JSON. Ask for it again."]
    assert points(course) == {"student00": 0} | {student: 2 for student in STUDENTS[2:]}
    assert "8 submissions to grade." in done.stderr


def test_stopped_again_and_again(course, grade, temporary):
    """Killed, stopped by Ctrl-C, and refused by the disk: the same command goes on with the rest, and loses nothing.

    While it grades, a second grader stops with a sentence, nbgrader's own too, and takes nothing away; status tells at
    any time, and what is graded by then has its row after Ctrl-C.
    """
    for student in STUDENTS[4:]:
        hand_in(course, student, "import time\ntime.sleep(8)\ndef double(x):\n    return 2 * x")
    last, mark = STUDENTS[-1], uuid.uuid4().hex
    process = half_way(course, 2, KINDLING_TEST=mark, TMPDIR=str(temporary))
    process.kill()
    process.communicate()
    assert gone(mark), processes(mark)
    killed = finished(course)

    (course / "submitted" / "student04" / LESSON / f"{LESSON}.ipynb").write_text("{")
    process = half_way(course, 4, KINDLING_TEST=mark, TMPDIR=str(temporary))
    sentence = f"{LESSON} is being graded already, by "
    done = run(course, "grade", "01")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(sentence)
    assert f"(process {process.pid}) since 20" in done.stderr
    autograde = commands.run(["nbgrader", "autograde", LESSON, "--student", last, "--force"], course)
    assert autograde.returncode == 1
    assert autograde.stderr.splitlines()[-1].startswith(sentence)
    assert "Traceback" not in autograde.stderr
    rows = standing(course)
    assert (rows["student03"], rows["student04"], rows[last]) == ("graded", "not gradable", "not graded yet")
    assert process.poll() is None

    process.send_signal(signal.SIGINT)
    shown, said = process.communicate(timeout=120)
    assert process.returncode == 130, said
    assert said.splitlines()[-1] == "Stopped. What is graded stays; the same command goes on with the rest."
    assert "Traceback" not in said
    broken = "student04       –  not gradable  The notebook is broken: line 1 is not valid JSON. Ask for it again."
    assert broken in shown
    assert "student03     2/2  graded" in shown
    assert last not in shown
    assert gone(mark), processes(mark)
    stopped = finished(course)
    assert killed.items() <= stopped.items()
    assert list(temporary.glob(f"{client.FOLDER}*")) == []
    assert last not in stopped

    for student in STUDENTS:
        if student not in stopped:  # nobody waits any more
            hand_in(course, student, "def double(x):\n    return 2 * x")
    (course / "autograded" / last).touch()  # where a folder must be made, as on a disk that is full
    done = grade("01")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(f"The grade of {last} could not be written: ")
    assert done.stderr.rstrip().endswith("Fix this and run the same command again: it goes on where it stopped.")
    assert not points(course).get(last)
    (course / "autograded" / last).unlink()
    refused = finished(course)
    assert stopped.items() <= refused.items()

    assert grade("01").returncode == 0
    assert refused.items() <= finished(course).items()
    assert points(course) == dict.fromkeys(STUDENTS, 2)
    assert list(course.glob("autograded/*/.*")) == []


def test_what_is_not_gradable_is_done(course, grade):
    """It is not left over until the rest is graded, and has its row by then."""
    for student in STUDENTS[2:]:
        shutil.rmtree(course / "submitted" / student)
    (course / "submitted" / "student00" / LESSON / f"{LESSON}.ipynb").write_text("{")
    grading = Grading()
    steps = grade_class(course, [LESSON], grading, workers=1)
    assert next(steps) == 2
    assert next(steps) == 0
    assert [row.student for row in grading.rows] == ["student00", "student01"]
    assert list(steps) == [0]


def standing(root: Path) -> dict[str, str]:
    """What `kindling status` says of each student."""
    done = run(root, "status", "01", "--json")
    assert done.returncode == 0, done.stderr
    return {row["student"]: row["status"] for row in json.loads(done.stdout)["submissions"]}


def test_the_gradebook_is_in_use(course, grade):
    """Somebody else writes to it for a long time: one sentence, no traceback, and what was graded before stays."""
    first = grade("01", "--student", "student01")
    assert first.returncode == 0
    once = "its solutions run once. They tell what checks want, and how long cells may take."
    assert f"{LESSON}: {once}\n" in first.stderr
    with (course / "nbgrader_config.py").open("a") as configuration:
        configuration.write("\nc.CourseDirectory.db_url = 'sqlite:///gradebook.db?timeout=0.1'\n")
    other = sqlite3.connect(course / "gradebook.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    done = grade("01", "--student", "student02")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[1:] == [
        "The grade of student02 could not be written: somebody else has been writing to the gradebook for 0.1 s. "
        "Nothing of it was kept. Fix this and run the same command again: it goes on where it stopped."
    ]
    assert standing(course)["student01"] == "graded"
    other.execute("COMMIT")
    other.execute("BEGIN EXCLUSIVE")
    for command in ("grade", "status", "grades"):
        done = run(course, command, "01")
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr == (
            "The gradebook at sqlite:///gradebook.db is in use: somebody else has been writing to it for 0.1 s. "
            "Wait until that is done and run the same command again.\n"
        )


@pytest.mark.skipif(sandbox.missing() is not None, reason="bubblewrap, which makes a small disk, is not installed")
def test_a_full_disk(course, grade, tmp_path):
    """Where the disk is full half way, grading stops with one sentence; with room again it goes on from there."""
    disk = tmp_path / "disk"
    disk.mkdir()
    steps = f"""
        cp -r {course}/. .
        head -c 10000000 /dev/zero > filler || truncate -s -110000 filler
        kindling grade 01 --workers 1 > /dev/null
        echo $?
        rm filler
        cp -r . {course}
    """
    small = f"bwrap --cap-add ALL --dev-bind / / --size 2000000 --tmpfs {disk} --chdir {disk} sh -c".split()
    done = subprocess.run([*small, steps], env=inherited(), capture_output=True, text=True)
    assert done.stdout == "1\n", done.stderr
    [said] = [line for line in done.stderr.splitlines() if "could not be written" in line]
    assert said.endswith(
        ". Nothing of it was kept. Fix this and run the same command again: it goes on where it stopped."
    )
    before = finished(course)
    assert 0 < len(before) < len(STUDENTS)
    assert points(course) == dict.fromkeys(before, 2)
    rows = json.loads(grade("01", "--json").stdout)["submissions"]
    after = [row["student"] for row in rows if row["score"] == 2]
    assert sorted([*before, *after]) == STUDENTS


def test_one_student_once_more(course, grade):
    """--student grades one, --force again; what an instructor gave by hand counts, now as before."""
    assert grade("01", "--student", "student03").returncode == 0
    assert points(course) == {"student03": 2}
    before = finished(course)
    assert grade("01", "--student", "student03").returncode == 0
    assert finished(course) == before
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "kindling") as book:
        book.find_grade("double_check", LESSON, LESSON, "student03").manual_score = 1
        book.db.commit()
    hand_in(course, "student03", "def double(x):\n    return x")
    again = grade("01", "--student", "student03", "--force")
    assert again.returncode == 0
    assert "\nNobody's points have changed.\n" in again.stdout
    assert finished(course) != before
    assert points(course) == {"student03": 1}
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "kindling") as book:
        assert book.find_grade("double_check", LESSON, LESSON, "student03").auto_score == 0
        book.find_grade("double_check", LESSON, LESSON, "student03").manual_score = None
        book.db.commit()
    hand_in(course, "student03", "def double(x):\n    return 2 * x")
    again = grade("01", "--student", "student03", "--force")
    assert "\n01_sums: student03 had 0 points and has 2 now (+2).\n" in again.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["02"], 'There is no lesson "02". '),
        (
            ["01", "--student", "nobody"],
            "nobody has handed in 01_sums. Submissions lie in submitted/<student>/01_sums/.",
        ),
        (
            ["01", "--scheduler", "tcp://127.0.0.1:1"],
            "No Dask scheduler answers at tcp://127.0.0.1:1",
        ),
    ],
)
def test_nothing_to_grade(course, arguments, sentence):
    """What can't be done is one sentence, and exit code 1."""
    done = run(course, "grade", *arguments)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(sentence)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("address", "shown", "reason"),
    [
        (
            "sqlite:////nowhere/g.db",
            "sqlite:////nowhere/g.db",
            "(sqlite3.OperationalError) unable to open database file",
        ),
        ("odd://me:secret@host/g", "odd://me:***@host/g", "Can't load plugin: sqlalchemy.dialects:odd"),
    ],
)
def test_gradebook_that_can_not_be_opened(course, address, shown, reason):
    """One sentence says which, why, and where its address stands; a password stays unsaid."""
    with (course / "nbgrader_config.py").open("a") as configuration:
        configuration.write(f"\nc.CourseDirectory.db_url = {address!r}\n")
    done = run(course, "grade", "01")
    assert done.returncode == 1
    assert done.stderr == (
        f"The gradebook at {shown} can't be opened: {reason}. "
        "Its address is c.CourseDirectory.db_url in nbgrader_config.py.\n"
    )


def test_not_released(course, grade, monkeypatch):
    """A lesson that the gradebook does not know is put there first, where release/ is what source/ makes of it.

    So it is where this environment is not activated, and nbgrader can't find its own programs.
    """
    monkeypatch.setenv("PATH", os.defpath)
    monkeypatch.setattr(nbgrader.api, "get_alembic_version", asked_revision)
    (course / "gradebook.db").unlink()
    shutil.move(course / "release", course / "elsewhere")
    done = grade("01")
    assert done.returncode == 1
    assert done.stderr == "The gradebook does not know 01_sums. Release it first: kindling release 01_sums\n"

    shutil.move(course / "elsewhere", course / "release")
    (course / "gradebook.db").unlink()
    monkeypatch.setenv("PATH", os.defpath)  # making a gradebook changes it
    done = grade("01", "--student", "student03")
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[:2] == [
        "01_sums: in the gradebook, 1 task, 2 points; release/01_sums is what learners get.",
        "1 submission to grade.",
    ]
    assert points(course) == {"student03": 2}


@pytest.mark.skipif(sandbox.missing() is not None, reason="bubblewrap is not installed")
def test_without_bubblewrap(course, tmp_path):
    """Grading stops with a sentence that names the package and the flag; with the flag it goes on."""
    (tmp_path / "bin").mkdir()
    for program in ("alembic", "python", "python3"):
        (tmp_path / "bin" / program).symlink_to(BIN / program)
    path = str(tmp_path / "bin")
    with (course / "nbgrader_config.py").open("a") as configuration:  # so another test's warm process will not do
        configuration.write("\nc.Execute.environment |= {'KINDLING_TEST': 'without bubblewrap'}\n")
    done = run(course, "grade", "01", "--student", "student03", PATH=path)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "The sandbox needs bubblewrap. Install it (apt install bubblewrap, dnf install bubblewrap). Without a sandbox, "
        "learners' code can read and change whatever you can. To grade so all the same: `kindling grade --no-sandbox`, "
        "or c.Execute.sandbox = False in nbgrader_config.py."
    )
    assert finished(course) == {}
    assert run(course, "grade", "01", "--student", "student03", "--no-sandbox", PATH=path).returncode == 0
    assert points(course) == {"student03": 2}


@pytest.mark.skipif(sandbox.missing() is not None, reason="bubblewrap is not installed")
def test_nbgrader_without_bubblewrap(course, tmp_path):
    """Stock `nbgrader autograde` stops with the same sentence, and takes nobody for graded."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "alembic").symlink_to(BIN / "alembic")
    environment = inherited(PATH=str(tmp_path / "bin"))
    command = [BIN / "nbgrader", "autograde", LESSON]
    done = subprocess.run(command, cwd=course, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("The sandbox needs bubblewrap. Install it")
    assert finished(course) == {}


@pytest.mark.skipif(sandbox.missing() is not None, reason="there is no sandbox here")
@pytest.mark.parametrize(
    "command",
    ["from kindling.cli import run; run()", "from nbgrader.apps.nbgraderapp import main; main()"],
    ids=["kindling", "nbgrader"],
)
def test_an_environment_made_in_the_course_folder(course, command):
    """Where Python's own folder is the course, learners' code could read all of it; so none of it runs."""
    course.chmod(0o755)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", course], check=True)
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    [own] = course.glob("lib/python*/site-packages")
    (own / "shared.pth").write_text(f"import site; site.addsitedir({packages!r})\n")
    hand_in(course, "student00", f"print(open({str(course / 'source' / LESSON / LESSON)!r} + '.ipynb').read())")
    subcommand = "grade" if "kindling" in command else "autograde"
    done = subprocess.run(
        [course / "bin" / "python", "-c", command, subcommand, LESSON, "--student=student00"],
        cwd=course,
        env=inherited(),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    sentence = f"In the sandbox, learners' code could read {course}, and that is the course folder. Python's packages "
    assert sentence in done.stderr.replace("\n", " ")
    assert finished(course) == {}
