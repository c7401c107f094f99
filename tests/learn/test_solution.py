"""The solution of a task and a second way, once the learner's own answer passes."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import small_course
from small_course import REPOSITORY, change, kindling, passed

pytestmark = pytest.mark.learner

COURSE = '''# %% [markdown]
# # Numbers

# %%
from kindling import check

# %% task="double"
def double(x: int) -> int:
    """Return twice `x`."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION

# %% check="double" points=1
check.equal(double(2), 4, "double(2)")
'''
BANK = """# %% right="double"
def double(x):  # the reference's own way
    return 2 * x


# %% wrong="double" says="No."
def double(x):
    return x


# %% right="double"
def double(x):
    return x + x


# %% right="double"
def double(x):
    return x * 2
"""
REFERENCE = '# The reference\ndef double(x: int) -> int:\n    """Return twice `x`."""\n    return 2 * x\n'
CLOSED = "double does not pass its check yet. To read the solution all the same: kindling solution double --give-up\n"


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    small_course.make(tmp_path).chmod(0o700)  # it is the user's runtime folder, too
    (tmp_path / "course").mkdir()
    (tmp_path / "course" / "01_numbers.py").write_text(COURSE, encoding="utf-8")
    (tmp_path / "tests" / "answers").mkdir(parents=True)
    (tmp_path / "tests" / "answers" / "01_numbers.py").write_text(BANK, encoding="utf-8")
    yield tmp_path
    shutil.rmtree(tmp_path / "kindling", ignore_errors=True)  # its socket: without it the server ends by itself


def test_who_has_solved_a_task_reads_the_reference_and_a_way_of_neither(root: Path):
    change(root, {"double_check": passed(), "double": {"source": "def double(x):\n    return x + x  # mine"}})
    done = kindling(root, "solution", "double")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{REFERENCE}\n\n# A second way\ndef double(x):\n    return x * 2\n"


def test_who_has_not_solved_it_reads_it_when_they_give_up(root: Path):
    done = kindling(root, "solution", "double", XDG_RUNTIME_DIR=str(root))
    assert (done.returncode, done.stdout, done.stderr) == (1, "", CLOSED)
    done = kindling(root, "solution", "double", "--give-up")
    assert done.stdout == f"{REFERENCE}\n\n# A second way\ndef double(x):\n    return x + x\n"


def test_an_answer_that_passes_now_opens_it_though_the_notebook_does_not_say_so(root: Path):
    change(root, {"double": {"source": "def double(x):\n    return 2 * x"}})
    assert kindling(root, "solution", "double", XDG_RUNTIME_DIR=str(root)).stdout.startswith(REFERENCE)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("solutions = false", "Your instructor has switched solutions off. `kindling hint` still works.\n"),
        ("solutions", "pyproject.toml could not be read: it is not TOML. Fix this and try again.\n"),
    ],
)
def test_an_instructor_switches_solutions_off_in_one_line(root: Path, line: str, sentence: str):
    (root / "pyproject.toml").write_text(f"[tool.kindling]\n{line}\n")
    done = kindling(root, "solution", "double", "--give-up")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", sentence)


def test_a_copy_without_the_sources_says_so(root: Path):
    shutil.rmtree(root / "course")
    done = kindling(root, "solution", "double", "--give-up")
    assert done.stderr == "This copy of the course has no solutions. `kindling hint` still works.\n"


def test_without_an_answer_bank_the_reference_stands_alone(root: Path):
    shutil.rmtree(root / "tests")
    assert kindling(root, "solution", "double", "--give-up").stdout == REFERENCE


def test_the_solution_of_a_script_is_the_whole_script():
    done = kindling(REPOSITORY, "solution", "model_script", "--give-up")
    assert done.stdout.startswith("# The reference, model.py\n")
    assert "class " in done.stdout
    assert "### BEGIN SOLUTION" not in done.stdout
