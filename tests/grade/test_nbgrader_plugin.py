"""kindling.grade.nbgrader_plugin: each preprocessor on notebooks as learners hand them in, with a real gradebook."""

import copy

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.api import Gradebook
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.utils import compute_checksum

from kindling.environment import program_path
from kindling.grade import document, nbgrader_plugin

TASK = "def double(x):\n    return 2 * x"
CHECK = "assert double(2) == 4\n### BEGIN HIDDEN TESTS\nassert double(3) == 6\n### END HIDDEN TESTS"


def metadata(name: str, points: int | None = None) -> dict:
    graded = {"points": points} if points else {}
    flags = {"grade": bool(points), "locked": bool(points), "solution": not points, "task": False}
    return {"nbgrader": {"cell_type": "code", "grade_id": name, "schema_version": 3, **flags, **graded}}


def task(source: str = TASK, name: str = "double", id: str = "task") -> NotebookNode:
    return new_code_cell(source, metadata=metadata(name), id=id)


def check(source: str = CHECK, name: str = "double_check", points: int = 2, id: str = "check") -> NotebookNode:
    return new_code_cell(source, metadata=metadata(name, points), id=id)


def error(name: str, value: str, traceback: list[str]) -> NotebookNode:
    return new_output("error", ename=name, evalue=value, traceback=traceback)


@pytest.fixture(scope="module")
def resources(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """What nbgrader hands to a preprocessor: here of a lesson with the tasks `double` (2 points) and `LIMIT` (1)."""
    folder = tmp_path_factory.mktemp("course")
    url = f"sqlite:///{folder}/gradebook.db"
    cells = [task(), check(), task("LIMIT = 3", "LIMIT"), check("assert LIMIT == 3", "LIMIT_check", 1)]
    with pytest.MonkeyPatch.context() as patch:
        # nbgrader calls `alembic`, which makes the gradebook, by its name.
        patch.setenv("PATH", program_path())
        gradebook = Gradebook(url)
    with gradebook:
        gradebook.add_assignment("00_sums")
        gradebook.add_notebook("00_sums", "00_sums")
        for cell in cells:
            about = cell.metadata.nbgrader
            place = (about.grade_id, "00_sums", "00_sums")
            if about.grade:
                gradebook.add_grade_cell(*place, max_score=about.points, cell_type="code")
            else:
                gradebook.add_solution_cell(*place)
            checksum = compute_checksum(cell)
            gradebook.add_source_cell(
                *place, cell_type="code", source=cell.source, locked=about.grade, checksum=checksum
            )
    about = {"notebook": "00_sums", "assignment": "00_sums", "student": "ada", "db_url": url}
    return {"nbgrader": about, "metadata": {"path": str(folder)}}


def restored(cells: list[NotebookNode], resources: dict) -> list[tuple[str | None, str]]:
    """The cells after RestoreCells, each its name for nbgrader and its text; nbgrader finds no fault in them."""
    notebook, _ = nbgrader_plugin.RestoreCells().preprocess(new_notebook(cells=copy.deepcopy(cells)), resources)
    MetadataValidator().validate_nb(notebook)
    nbformat.validate(notebook)
    return [(cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source) for cell in notebook.cells]


REST = [("LIMIT", "LIMIT = 3"), ("LIMIT_check", "assert LIMIT == 3")]


def rest() -> list[NotebookNode]:
    return [task("LIMIT = 3", "LIMIT", "limit"), check("pass", "LIMIT_check", 1, "limit-check")]


def remarks(cells: list[NotebookNode], resources: dict, order: list[str] | None = None) -> list[str]:
    """What the instructor reads on these cells, of a lesson in this order."""
    about = {**resources["nbgrader"], "order": order or ["double", "double_check", "LIMIT", "LIMIT_check"]}
    cells = copy.deepcopy(cells)
    document.number(cells)
    nbgrader_plugin.RestoreCells().preprocess(new_notebook(cells=cells), {"nbgrader": about})
    return about["remarks"]


def lesson() -> list[NotebookNode]:
    """The cells of the lesson, as released, solved, and among cells of the learner's own."""
    return [
        new_code_cell("import math", id="own"),
        task(),
        check("assert double(2) == 4"),
        *rest()[:1],
        check("assert LIMIT == 3", "LIMIT_check", 1, "limit-check"),
    ]


def bare(cells: list[NotebookNode]) -> list[NotebookNode]:
    """The cells without nbgrader's metadata."""
    for cell in cells:
        cell.metadata.pop("nbgrader", None)
    return cells


def renamed(cells: list[NotebookNode]) -> list[NotebookNode]:
    """The cells of another lesson."""
    for cell in cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader.grade_id = f"other_{cell.metadata.nbgrader.grade_id}"
        cell.source += "  # other"
    return cells


ORDER = (
    "The cells are not in the lesson's order. They run from top to bottom, so a cell that stands above what it needs "
    "earns nothing."
)
LOST = (
    "No cell says which task it belongs to: nbgrader's metadata is gone, as after a trip through some editors. "
    "The notebook ran as it stands, with all checks of the lesson."
)
OTHER = (
    "No cell says that it belongs to this lesson; there are `other_double`, `other_double_check`, `other_LIMIT` and "
    "`other_LIMIT_check`. Was the notebook of another lesson, or of another year, handed in?"
)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda cells: cells, []),
        (lambda cells: cells[::-1], [ORDER]),
        (lambda cells: [*cells[3:], *cells[:3]], [ORDER]),
        (lambda cells: [cells[2], cells[1], cells[4], cells[3]], []),  # each check below its task again
        (bare, [LOST]),
        (lambda cells: bare(cells)[::-1], [LOST]),
        (renamed, [OTHER]),
        (lambda cells: [], ["The notebook has no cells, so nothing in it earns points. Ask for it again."]),
        (
            lambda cells: [cells[1], cells[3]],
            ["The checks of `double` and `LIMIT` were missing and were put back."],
        ),
        (lambda cells: [cells[2], cells[4]], ["The cells of `double` and `LIMIT` were missing."]),
        (lambda cells: [cells[1], cells[3], cells[4]], ["The check of `double` was missing and was put back."]),
        (
            lambda cells: [cells[1], check("pass"), cells[3], check("pass", "LIMIT_check", 1)],
            ["The checks of `double` and `LIMIT` had been changed and were set back."],
        ),
        (
            lambda cells: [*cells, *copy.deepcopy(cells[1:4])],
            [
                "The cells of `double` and `LIMIT` were there several times. The last ones count.",
                "The check of `double` was there 2 times. The last one counts.",
            ],
        ),
        (lambda cells: [cells[1], *bare(cells[2:3]), *cells[3:]], []),  # which its text tells
    ],
    ids=range(14),
)
def test_remarks(resources, change, said):
    """One remark tells of all cells to which the same happened, and why a notebook with all answers earns nothing."""
    assert remarks(change(lesson()), resources) == said


def test_many_cells_in_one_remark(resources):
    """Of many names the first ones are said, and of all their number."""
    names = [f"task_{number}" for number in range(8)]
    released = {name: task("x = 1", name) for name in names}
    about = {**resources["nbgrader"], "released": released}
    cells = [task("x = 2", names[-1])]
    nbgrader_plugin.RestoreCells().preprocess(new_notebook(cells=cells), {"nbgrader": about})
    assert about["remarks"] == ["The cells of `task_0`, `task_1`, `task_2`, `task_3` and 3 more were missing."]
    about["remarks"] = []
    checks = {f"{name}_check": check("pass", f"{name}_check") for name in names}
    about["released"] = {**released, **checks}
    nbgrader_plugin.RestoreCells().preprocess(new_notebook(cells=[task("x = 2", names[0])]), {"nbgrader": about})
    assert about["remarks"][1] == "All 8 checks were missing and were put back."


def test_a_check_is_known_by_its_text(resources):
    """In a notebook without metadata each check runs where it stood, and not when the next task has changed a name."""
    cells = restored(bare(lesson()), resources)
    assert cells == [
        (None, "import math"),
        (None, TASK),
        ("double_check", CHECK),
        (None, "LIMIT = 3"),
        ("LIMIT_check", "assert LIMIT == 3"),
    ]


def test_ids_stay_single(resources):
    """A cell that is put back takes no id that is there."""
    own = new_code_cell("x = 1", id="double_check")
    restored([own, task(id="LIMIT_check")], resources)


def test_hidden_tests_come_back(resources):
    """A locked cell gets the text of the gradebook, a task keeps the learner's."""
    cells = restored([task("def double(x): ..."), check("assert double(2) == 4"), *rest()], resources)
    assert cells == [("double", "def double(x): ..."), ("double_check", CHECK), *REST]


def test_last_copy_counts(resources):
    """Of two copies the last one is nbgrader's; the first stays and runs as an ordinary cell."""
    first, last = task("first"), task("last", id="copy")
    cells = restored([first, check("a"), last, check("b", id="copy-check"), *rest()], resources)
    assert cells == [(None, "first"), (None, "a"), ("double", "last"), ("double_check", CHECK), *REST]


def test_check_stands_below_its_task(resources):
    """A task that was copied to below its check, and solved there, is checked there."""
    cells = restored([task("first"), check("a"), task("last", id="copy"), *rest()], resources)
    assert cells == [(None, "first"), (None, "a"), ("double", "last"), ("double_check", CHECK), *REST]


def test_deleted_check_comes_back(resources):
    """A missing check is put below its task; without the task, at the end."""
    assert restored([task(), *rest()], resources) == [("double", TASK), ("double_check", CHECK), *REST]
    assert restored(rest(), resources) == [*REST, ("double_check", CHECK)]


@pytest.mark.parametrize(
    "change",
    [
        {"points": 100},
        {"grade": False, "locked": False, "solution": True},
        {"schema_version": 1},
        {"schema_version": 99},
        {"cell_type": "markdown"},
        {"extra": 1},
    ],
    ids=str,
)
def test_edited_metadata(resources, change):
    """Whatever a cell's metadata claims, its kind and points are those that were released."""
    edited = check()
    edited.metadata.nbgrader.update(change)
    notebook, _ = nbgrader_plugin.RestoreCells().preprocess(new_notebook(cells=[task(), edited, *rest()]), resources)
    about = dict(notebook.cells[1].metadata.nbgrader)
    assert about.pop("checksum") == compute_checksum(check())
    assert about == check().metadata.nbgrader


@pytest.mark.parametrize("value", ["text", [], {}, {"grade_id": ["double_check"]}, {"grade_id": "unknown"}], ids=str)
def test_broken_metadata(resources, value):
    """A cell that no longer says what it is counts as missing."""
    broken = check("theirs")
    broken.metadata.nbgrader = nbformat.from_dict(value)
    cells = restored([task(), broken, *rest()], resources)
    assert cells == [("double", TASK), ("double_check", CHECK), (None, "theirs"), *REST]


def test_tags_of_a_graded_cell_are_gone(resources):
    """No tag of a learner's decides whether a graded cell runs."""
    tagged = check()
    tagged.metadata.tags = ["skip-execution"]
    notebook, _ = nbgrader_plugin.RestoreCells().preprocess(new_notebook(cells=[task(), tagged, *rest()]), resources)
    assert "tags" not in notebook.cells[1].metadata


def test_retyped_cell(resources):
    """A task that was turned into text, pictures and all, is code again."""
    text = new_markdown_cell(TASK, metadata=metadata("double"), attachments={"a.png": {"image/png": "AA=="}})
    notebook, _ = nbgrader_plugin.RestoreCells().preprocess(new_notebook(cells=[text, check(), *rest()]), resources)
    nbformat.validate(notebook)
    assert [cell.cell_type for cell in notebook.cells] == ["code"] * 4


def test_feedback_of_a_graded_cell():
    """A graded cell shows its visible claims and one sentence; a learner's own cell stays as it is."""
    graded = check()
    shown = error("AssertionError", "", ["Traceback", "assert double(3) == 6", "AssertionError: "])
    graded.outputs = [new_output("stream", text="double got 3"), shown]
    own = new_code_cell("### BEGIN HIDDEN TESTS", outputs=[shown])
    notebook, _ = nbgrader_plugin.HideTests().preprocess(new_notebook(cells=[graded, copy.deepcopy(own)]), {})
    assert notebook.cells[0].source == "assert double(2) == 4"
    assert notebook.cells[0].outputs == [error("", "AssertionError", ["AssertionError"])]
    assert notebook.cells[1] == own
