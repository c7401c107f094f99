"""kindling.grade.release: a small lesson in a real gradebook, with submissions, changed in every way."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import commands
import nbformat
import pytest
from conftest import needs_sandbox
from nbformat import NotebookNode
from nbgrader.api import Gradebook

from kindling.authoring import lessons, notebooks
from kindling.errors import BuildError, GradingError
from kindling.grade import configuration
from kindling.grade.release import agree, release

LESSON = "01_centring"
BIN = Path(sys.executable).parent
RIGHT = {"centre": "def centre(x):\n    return x - x.mean(dim=0)", "COLUMNS": "COLUMNS = 3"}
STAY = (
    " The points that are there stay until `kindling grade 01_centring --force` grades again; those given by hand "
    "stay then, too."
)


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess:
    return commands.run(arguments, root)


def notebook(root: Path, step: str) -> NotebookNode:
    return nbformat.read(root / step / LESSON / f"{LESSON}.ipynb", as_version=4)


def cell(node: NotebookNode, name: str) -> NotebookNode:
    return next(one for one in node.cells if one.metadata.get("nbgrader", {}).get("grade_id") == name)


def rewrite(root: Path, *changes: tuple[str, str], build_it: bool = True) -> None:
    """Change the lesson's text, and build it without running it."""
    path = root / "course" / f"{LESSON}.py"
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    if build_it:
        node = notebooks.notebook(lessons.read(path))
        count = 0
        for one in node.cells:
            if one.cell_type == "code":
                count += 1
                one.execution_count = count
        (root / "source" / LESSON / f"{LESSON}.ipynb").write_text(nbformat.writes(node) + "\n", encoding="utf-8")


def hand_in(root: Path, student: str, answers: dict[str, str]) -> None:
    node = notebook(root, "release")
    for name, answer in answers.items():
        cell(node, name).source = answer
    folder = root / "submitted" / student / LESSON
    folder.mkdir(parents=True)
    nbformat.write(node, folder / f"{LESSON}.ipynb")


@contextlib.contextmanager
def book(root: Path) -> Iterator[Gradebook]:
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "kindling") as opened:
        yield opened


def scores(root: Path, student: str = "ada") -> dict[str, tuple[float | None, float | None]]:
    """What was earned and what was given by hand, for each graded cell."""
    with book(root) as opened:
        grades = opened.find_submission_notebook(LESSON, LESSON, student).grades
        return {grade.name: (grade.auto_score, grade.manual_score) for grade in grades}


def kept(root: Path) -> dict[str, str]:
    """The text of each cell in the gradebook."""
    with book(root) as opened:
        return {one.name: one.source for one in opened.find_notebook(LESSON, LESSON).source_cells}


def files(root: Path) -> dict[str, tuple[bytes, int]]:
    """What learners get: each file's content and time."""
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in root.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def _graded_once(_built_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = Path(shutil.copytree(_built_once, tmp_path_factory.mktemp("graded") / "course"))
    list(release(root, [LESSON]))
    with book(root) as opened:
        opened.update_or_create_assignment(LESSON, duedate="2026-03-29T12:00:00+00:00")
        opened.add_student("ada")
        opened.add_submission(LESSON, "ada")
        opened.find_grade("centre_check", LESSON, LESSON, "ada").auto_score = 2
        opened.find_grade("COLUMNS_check", LESSON, LESSON, "ada").auto_score = 0
        opened.find_grade("COLUMNS_check", LESSON, LESSON, "ada").manual_score = 0.5
        opened.find_comment("COLUMNS", LESSON, LESSON, "ada").manual_comment = "Nearly."
        opened.db.commit()
    return root


@pytest.fixture
def graded(_graded_once: Path, tmp_path: Path) -> Path:
    """The course with the lesson released and a grade for Ada: 2 points earned, 0.5 given by hand, and a comment."""
    return Path(shutil.copytree(_graded_once, tmp_path / "graded"))


EARNED = {"centre_check": (2, None), "COLUMNS_check": (0, 0.5)}


def test_a_fresh_clone(built):
    """The first command of the docs, where release/ is there already: the gradebook knows the lesson afterwards."""
    before = files(built / "release")
    done = run(built, "kindling", "release", "01")
    assert done.stdout == f"{LESSON}: in the gradebook, 2 tasks, 3 points; release/{LESSON} is what learners get.\n"
    assert (done.returncode, done.stderr) == (0, "")
    assert "END HIDDEN TESTS" in kept(built)["centre_check"]
    assert files(built / "release") == before
    assert list(release(built, [LESSON])) == [
        f"{LESSON}: nothing has changed since it was released: 2 tasks, 3 points."
    ]
    assert files(built / "release") == before


def test_a_course_of_somebody_else(built):
    """Where there is a source/ only, release/ is made from it, with the files that lie there."""
    for folder in ("course", "release"):
        shutil.rmtree(built / folder)
    (built / "source" / LESSON / "table.csv").write_text("1,2\n")
    list(release(built, [LESSON]))
    assert cell(notebook(built, "release"), "COLUMNS").source == "COLUMNS = ...  # YOUR CODE HERE"
    assert (built / "release" / LESSON / "table.csv").read_text() == "1,2\n"
    assert sorted(path.name for path in built.iterdir() if path.name.startswith(".")) == [".kindling"]


def test_a_changed_check(graded):
    """New text and points arrive; due date, what was earned, points and comments given by hand stay."""
    rewrite(
        graded, ("reshape(5, 3) ** 2", "reshape(5, 3) ** 3"), ('check="COLUMNS" points=1', 'check="COLUMNS" points=4')
    )
    assert list(release(graded, [LESSON])) == [
        f"{LESSON}: in the gradebook, 2 tasks, 6 points; release/{LESSON} is what learners get. "
        f"Changed: `centre`, `COLUMNS`.{STAY}"
    ]
    assert "** 3" in kept(graded)["centre_check"]
    assert scores(graded) == EARNED
    with book(graded) as opened:
        assignment = opened.find_assignment(LESSON)
        assert (assignment.max_score, f"{assignment.duedate}") == (6, "2026-03-29 12:00:00")
        assert opened.find_comment("COLUMNS", LESSON, LESSON, "ada").manual_comment == "Nearly."
    assert list(agree(configuration.course(graded), [LESSON])) == []
    assert list(graded.glob("gradebook.db?*")) == []


NEW_TASK = """# %% task="ROWS"
### BEGIN SOLUTION
ROWS = 5
### END SOLUTION

# %% check="ROWS" points=3
check.equal(ROWS, 5, "ROWS")

# %% [markdown]
# ## What you have learnt
"""


def test_a_new_task(graded):
    """Submissions that are there get a place for it, and a copy of the gradebook as it was is kept, for nobody else."""
    (graded / "gradebook.db").chmod(0o600)
    rewrite(graded, ("# %% [markdown]\n# ## What you have learnt\n", NEW_TASK))
    [said] = release(graded, [LESSON])
    [copied] = graded.glob("gradebook.db?*")
    assert said == (
        f"{LESSON}: in the gradebook, 3 tasks, 6 points; release/{LESSON} is what learners get. New: `ROWS`.{STAY} "
        f"Until then a new task counts 0. The gradebook as it was before: {copied.name}."
    )
    assert scores(graded) == {**EARNED, "ROWS_check": (None, None)}
    assert cell(notebook(graded, "release"), "ROWS")
    with book(graded) as opened:
        submission = opened.find_submission(LESSON, "ada")
        assert (submission.score, submission.max_score) == (2.5, 6)
        assert opened.find_comment("ROWS", LESSON, LESSON, "ada").comment is None
    assert copied.stat().st_mode & 0o777 == 0o600
    with contextlib.closing(sqlite3.connect(copied)) as old:
        assert old.execute("select count(*) from grade").fetchone() == (2,)


def test_a_task_that_is_gone(graded):
    """Points are taken away only where the command says so; else all is as it was."""
    rewrite(graded, ("COLUMNS", "WIDTH"))
    before, cells = files(graded / "release"), kept(graded)
    with pytest.raises(GradingError) as raised:
        list(release(graded, [LESSON]))
    assert str(raised.value) == (
        f"{LESSON} no longer has `COLUMNS`, for which the gradebook holds points or comments of 1 student. Nothing was "
        f"changed. To release it all the same, without them: kindling release {LESSON} --drop-points"
    )
    assert (files(graded / "release"), kept(graded), scores(graded)) == (before, cells, EARNED)

    done = run(graded, "kindling", "release", "01", "--drop-points")
    [copied] = graded.glob("gradebook.db?*")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        f"{LESSON}: in the gradebook, 2 tasks, 3 points; release/{LESSON} is what learners get. New: `WIDTH`. "
        f"Gone: `COLUMNS`.{STAY} Until then a new task counts 0. The gradebook as it was before: {copied.name}.\n"
    )
    assert scores(graded) == {"centre_check": (2, None), "WIDTH_check": (None, None)}
    assert list(kept(graded)) == ["centre", "centre_check", "WIDTH", "WIDTH_check"]


def test_a_task_that_is_gone_before_anybody_is_graded(built):
    """Nobody has points for it, so nothing is asked."""
    list(release(built, [LESSON]))
    with book(built) as opened:
        opened.add_student("ada")
        opened.add_submission(LESSON, "ada")
    rewrite(built, ("COLUMNS", "WIDTH"))
    [said] = release(built, [LESSON])
    assert " New: `WIDTH`. Gone: `COLUMNS`. The gradebook as it was before: " in said
    assert scores(built) == {"centre_check": (None, None), "WIDTH_check": (None, None)}


def test_tasks_in_another_order(graded):
    """An order costs nobody anything."""
    rewrite(graded)
    node = notebook(graded, "source")
    places = [node.cells.index(cell(node, name)) for name in ("centre", "COLUMNS", "COLUMNS_check")]
    node.cells.insert(places[0], node.cells.pop(places[1]))
    node.cells.insert(places[0] + 1, node.cells.pop(places[2]))
    shutil.rmtree(graded / "course")
    nbformat.write(node, graded / "source" / LESSON / f"{LESSON}.ipynb")
    list(release(graded, [LESSON]))
    order = [one.metadata.nbgrader.grade_id for one in notebook(graded, "release").cells if "nbgrader" in one.metadata]
    assert order == ["COLUMNS", "COLUMNS_check", "centre", "centre_check"]
    assert scores(graded) == EARNED


def test_a_gradebook_that_refuses(graded):
    """Where the gradebook can't be written, release/ is as it was."""
    with (graded / "nbgrader_config.py").open("a") as file:
        file.write(f'\nc.CourseDirectory.db_url = "sqlite:///{graded}/gradebook.db?timeout=0"\n')
    rewrite(graded, ("reshape(5, 3) ** 2", "reshape(5, 3) ** 3"), ("# # Centring", "# # Centring a tensor"))
    before = files(graded / "release")
    with contextlib.closing(sqlite3.connect(graded / "gradebook.db")) as other:
        other.execute("begin immediate")
        with pytest.raises(GradingError) as raised:
            list(release(graded, [LESSON]))
    assert str(raised.value) == (
        f"{LESSON} could not be released: (sqlite3.OperationalError) database is locked. release/{LESSON} and the "
        "gradebook are as they were. Fix this and run the same command again."
    )
    assert files(graded / "release") == before
    assert "** 2" in kept(graded)["centre_check"]
    assert os.listdir(graded / "release") == [LESSON]


def test_a_source_that_nbgrader_refuses(graded):
    """What nbgrader says in a traceback is said in a sentence, and nothing has changed."""
    shutil.rmtree(graded / "course")
    node = notebook(graded, "source")
    cell(node, "COLUMNS").source = "### BEGIN SOLUTION\nCOLUMNS = 3"
    nbformat.write(node, graded / "source" / LESSON / f"{LESSON}.ipynb")
    before = files(graded / "release")
    with pytest.raises(BuildError) as raised:
        list(release(graded, [LESSON]))
    assert str(raised.value) == (
        f"nbgrader made no release of {LESSON}. It says:\n"
        "[ERROR] No end solution statement found. Cell contents are: \n"
        "    ### BEGIN SOLUTION\n    COLUMNS = 3\nRuntimeError: no end solution statement found"
    )
    (graded / "source" / LESSON / f"{LESSON}.ipynb").write_text("{")
    with pytest.raises(BuildError) as raised:
        list(release(graded, [LESSON]))
    assert f"source/{LESSON}/{LESSON}.ipynb is not a valid notebook." in str(raised.value)
    assert files(graded / "release") == before


def test_a_course_that_is_not_built(graded):
    """What is released is what course/ says, or nothing is."""
    rewrite(graded, ("Networks learn faster", "Networks learn better"), build_it=False)
    done = run(graded, "kindling", "release", "01")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"source/{LESSON}/{LESSON}.ipynb is not what course/{LESSON}.py says: stale or edited by hand. "
        f"Run `kindling dev build {LESSON}`. Then release it again: kindling release {LESSON}\n"
    )


END = (
    "That changes no points: those that are there stay until you grade again with --force, and those given by hand "
    "stay then, too."
)


@pytest.mark.parametrize(
    "change",
    [
        ("reshape(5, 3) ** 2", "reshape(5, 3) ** 3"),
        ('check="centre" points=2', 'check="centre" points=3'),
        ("averaged each row", "took the mean of each row"),
    ],
    ids=["hidden test", "points", "sentence"],
)
def test_grading_stops_where_something_differs(graded, change):
    """After each step on the way from course/ to the gradebook, the sentence names the next one."""

    def said() -> str:
        with pytest.raises(GradingError) as raised:
            list(agree(configuration.course(graded), [LESSON]))
        return str(raised.value)

    rewrite(graded, change, build_it=False)
    assert said() == (
        f"{LESSON}: `centre_check`: source/{LESSON} is not what course/{LESSON}.py says. Nothing was graded. Run "
        f"`kindling dev build {LESSON}`, which writes source/{LESSON} anew, then `kindling release {LESSON}`. {END}"
    )
    rewrite(graded)
    visible = "averaged" in change[0] or "points" in change[0]
    stale = (f"release/{LESSON}", f"source/{LESSON}") if visible else ("the gradebook", f"source/{LESSON}")
    assert said() == (
        f"{LESSON}: `centre_check`: {stale[0]} is not what {stale[1]} says. Nothing was graded. Run "
        f"`kindling release {LESSON}`. {END}"
    )
    list(release(graded, [LESSON]))
    assert list(agree(configuration.course(graded), [LESSON])) == []
    assert scores(graded) == EARNED


@pytest.mark.parametrize(
    "change",
    [("Networks learn faster", "Networks learn better"), ("return x - x.mean(dim=0)", "return x - x.mean(0)")],
    ids=["prose", "solution"],
)
def test_grading_goes_on_where_no_grade_depends_on_it(graded, change):
    """Prose and solutions may be mended while a class is graded."""
    rewrite(graded, change, build_it=False)
    assert list(agree(configuration.course(graded), [LESSON])) == []


def test_a_lesson_that_the_gradebook_does_not_know(built):
    """It is put there where all that is built is current; else the sentence names the command."""
    rewrite(built, ("averaged each row", "took the mean of each row"))
    with pytest.raises(GradingError, match=f"Run `kindling release {LESSON}`"):
        list(agree(configuration.course(built), [LESSON]))
    shutil.rmtree(built / "release")
    with pytest.raises(GradingError) as raised:
        list(agree(configuration.course(built), [LESSON]))
    assert str(raised.value) == (f"The gradebook does not know {LESSON}. Release it first: kindling release {LESSON}")
    list(release(built, [LESSON]))
    (built / "gradebook.db").unlink()
    assert list(agree(configuration.course(built), [LESSON])) == [
        f"{LESSON}: in the gradebook, 2 tasks, 3 points; release/{LESSON} is what learners get."
    ]
    assert list(agree(configuration.course(built), [LESSON])) == []


@needs_sandbox
def test_from_a_changed_hidden_test_to_the_grade(graded):
    """The documented way, as typed: the new test is what counts, and what was given by hand stays."""
    hand_in(graded, "ada", {**RIGHT, "COLUMNS": "COLUMNS = 5"})
    hand_in(graded, "eve", {**RIGHT, "centre": "def centre(x):\n    return x - x.mean(dim=0) * (x.numel() < 16)"})
    rewrite(graded, ("torch.arange(15.0).reshape(5, 3)", "torch.arange(18.0).reshape(6, 3)"), build_it=False)
    stopped = run(graded, "kindling", "grade", "01", "--force")
    assert (stopped.returncode, stopped.stdout) == (1, "")
    assert f" source/{LESSON} is not what course/{LESSON}.py says. Nothing was graded. Run " in stopped.stderr
    for command in (("dev", "build", LESSON), ("release", LESSON)):
        assert f"`kindling {' '.join(command)}`" in stopped.stderr
        assert run(graded, "kindling", *command).returncode == 0
    done = run(graded, "kindling", "grade", "01", "--force", "--workers", "1")
    assert done.returncode == 0, done.stderr
    assert scores(graded) == EARNED
    # With the old test, of 15 numbers, she would have 2 points for it.
    assert scores(graded, "eve") == {"centre_check": (0, None), "COLUMNS_check": (1, None)}


@needs_sandbox
def test_nbgrader_autograde_stops_too(graded):
    """Stock `nbgrader autograde` says the same sentence, and takes nobody for graded."""
    hand_in(graded, "ada", RIGHT)
    rewrite(graded, ("reshape(5, 3) ** 2", "reshape(5, 3) ** 3"))
    done = run(graded, "nbgrader", "autograde", LESSON)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        f"{LESSON}: `centre_check`: the gradebook is not what source/{LESSON} says. Nothing was graded. Run "
        f"`kindling release {LESSON}`. {END}"
    )
    assert list(graded.glob("autograded/*/*")) == []
    assert scores(graded) == EARNED
