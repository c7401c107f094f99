"""kindling.grade.released: cells that only show something are left out, by both graders, and nothing else is."""

import copy
import shutil
from pathlib import Path

import nbformat
import pytest
from conftest import CENTRING, make_course
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI

from kindling.authoring import build
from kindling.grade import configuration, feedback, gradebook, run, sandbox

LEFT_OUT = "Grading left this cell out: it only shows something.\n"
GRADES = {"centre_check": 2.0, "COLUMNS_check": 1.0}

# While it is graded, the first of these would end the kernel, and each learner's grade with it.
SHOWS = """
# %% show="How it looks"
import os

if "NBGRADER_EXECUTION" in os.environ:
    os._exit(3)
table = torch.arange(6.0)

# %% show="The same once more"
three = 3
print("three is", three)

"""


def code(notebook: NotebookNode, start: str) -> NotebookNode:
    return next(cell for cell in notebook.cells if cell.source.startswith(start))


def solved(release: NotebookNode) -> NotebookNode:
    """The release as a learner hands it in who has solved all, and has changed nothing else."""
    notebook = copy.deepcopy(release)
    code(notebook, "def centre").source = "def centre(x):\n    return x - x.mean(0)"
    code(notebook, "COLUMNS =").source = "COLUMNS = 3"
    return notebook


def moved(notebook: NotebookNode) -> NotebookNode:
    """To the end, with a last line that some editor ends, and once more at the top."""
    shown = code(notebook, "# @title How")
    notebook.cells.remove(shown)
    notebook.cells = [*copy.deepcopy([shown]), *notebook.cells, shown]
    notebook.cells[0].id = "copied"
    shown.source += "\n"
    return notebook


def changed(notebook: NotebookNode) -> NotebookNode:
    code(notebook, "# @title The same").source = "# @title The same once more\nprint(17)"
    return notebook


def builds(notebook: NotebookNode) -> NotebookNode:
    """The learner's own cell uses what a cell above it has made, so that one has to run."""
    code(notebook, "COLUMNS = 3").source = "COLUMNS = three"
    return notebook


def claims(notebook: NotebookNode) -> NotebookNode:
    """What a learner says in the metadata leaves no cell out: here one that would cost the task its points."""
    code(notebook, "COLUMNS = 3").source = "COLUMNS = 5"
    for cell in notebook.cells:
        cell.metadata.kindling = {"left_out": True, "show": True}
    return notebook


CLASS = {"same": lambda one: one, "moved": moved, "changed": changed, "builds": builds, "claims": claims}


def by_kindling(root: Path) -> None:
    with gradebook.Submissions(configuration.course(root), CENTRING) as book:
        book.learn(run.grade(book.reference()))
        for student in book.students():
            content, remarks = book.make_job(student)
            book.save_result(student, run.grade(content), remarks)


def by_nbgrader(root: Path) -> None:
    course = configuration.course(root)
    for student in CLASS:
        done = NbGraderAPI(course, config=course.config).autograde(CENTRING, student)
        assert done["success"], done["log"]


@pytest.fixture(scope="module", params=[by_kindling, by_nbgrader])
def graded(request: pytest.FixtureRequest, released: Path) -> Path:
    """The course after the class was graded by one of the two graders, and one student has feedback.

    It lies in one place for both, so that they have one warm process.
    """
    root = released.with_name(f"{released.name}-graded")
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(released, root)
    request.param(root)
    assert len(list(feedback.make(root, [CENTRING], student="same"))) == 1
    return root


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_course(tmp_path_factory.mktemp("released"))
    lesson = root / "course" / f"{CENTRING}.py"
    start, below, end = lesson.read_text(encoding="utf-8").partition("# %% [markdown]\n# ### How many?")
    lesson.write_text(start + SHOWS.lstrip() + below + end, encoding="utf-8")
    list(build.build(root))
    if sandbox.missing():
        with (root / "nbgrader_config.py").open("a") as configured:
            configured.write("\nc.Execute.sandbox = False\n")
    course = configuration.course(root)
    assert NbGraderAPI(course, config=course.config).generate_assignment(CENTRING)["success"]
    release = nbformat.read(root / "release" / CENTRING / f"{CENTRING}.ipynb", as_version=4)
    for student, change in CLASS.items():
        folder = root / "submitted" / student / CENTRING
        folder.mkdir(parents=True)
        nbformat.write(change(solved(release)), folder / f"{CENTRING}.ipynb")
    return root


def cells(root: Path, student: str) -> list[NotebookNode]:
    return nbformat.read(root / "autograded" / student / CENTRING / f"{CENTRING}.ipynb", as_version=4).cells


def printed(root: Path, student: str) -> list[str]:
    """What each cell that shows something printed."""
    shows = [
        cell for cell in cells(root, student) if cell.source.startswith("# @title") and "summary" not in cell.source
    ]
    return ["".join(output.get("text", output.get("evalue", "")) for output in cell.outputs) for cell in shows]


def points(root: Path, student: str) -> dict[str, float | None]:
    with Gradebook(f"sqlite:///{root}/gradebook.db") as book:
        grades = book.find_submission_notebook(CENTRING, CENTRING, student).grades
        return {grade.name: grade.auto_score for grade in grades}


@pytest.mark.parametrize(
    ("student", "said"),
    [
        ("same", [LEFT_OUT, LEFT_OUT]),
        ("moved", [LEFT_OUT] * 3),
        ("changed", [LEFT_OUT, "17\n"]),
        ("builds", [LEFT_OUT, "three is 3\n"]),
        ("claims", [LEFT_OUT, LEFT_OUT]),
    ],
)
def test_cells_that_only_show_something_are_left_out(graded, student, said):
    """As released, wherever they stand; one that the learner changed, or builds on, runs."""
    assert printed(graded, student) == said


@pytest.mark.parametrize("student", CLASS)
def test_grades_are_the_same(graded, student):
    assert points(graded, student) == (GRADES if student != "claims" else {**GRADES, "COLUMNS_check": 0.0})


def test_all_other_cells_run(graded):
    """A cell that is left out has no number, as one that never ran."""
    code = [cell for cell in cells(graded, "claims") if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == [1, 2, 3, None, None, 4, 5, None]


def test_feedback_says_so(graded):
    page = (graded / "feedback" / "same" / CENTRING / f"{CENTRING}.html").read_text(encoding="utf-8")
    assert page.count(LEFT_OUT.strip()) == 3  # the lesson's last cell is one, too
