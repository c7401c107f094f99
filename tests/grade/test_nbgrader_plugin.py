"""kindling.grade.nbgrader_plugin: each preprocessor on notebooks as learners hand them in, with a real gradebook."""

import copy
import os
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.api import Gradebook
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.utils import compute_checksum

from kindling.grade import nbgrader_plugin

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
        patch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
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
