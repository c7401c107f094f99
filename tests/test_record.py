"""kindling.grade.record: each preprocessor on notebooks as learners hand them in, with a real gradebook and kernels."""

import copy
import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.utils import compute_checksum

from kindling.errors import NotGradable
from kindling.grade import record

LESSON = "01_centring"

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
    notebook, _ = record.RestoreCells().preprocess(new_notebook(cells=copy.deepcopy(cells)), resources)
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
    notebook, _ = record.RestoreCells().preprocess(new_notebook(cells=[task(), edited, *rest()]), resources)
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
    notebook, _ = record.RestoreCells().preprocess(new_notebook(cells=[task(), tagged, *rest()]), resources)
    assert "tags" not in notebook.cells[1].metadata


def test_retyped_cell(resources):
    """A task that was turned into text, pictures and all, is code again."""
    text = new_markdown_cell(TASK, metadata=metadata("double"), attachments={"a.png": {"image/png": "AA=="}})
    notebook, _ = record.RestoreCells().preprocess(new_notebook(cells=[text, check(), *rest()]), resources)
    nbformat.validate(notebook)
    assert [cell.cell_type for cell in notebook.cells] == ["code"] * 4


def test_feedback_of_a_graded_cell():
    """A graded cell shows its visible claims and one sentence; a learner's own cell stays as it is."""
    graded = check()
    shown = error("AssertionError", "", ["Traceback", "assert double(3) == 6", "AssertionError: "])
    graded.outputs = [new_output("stream", text="double got 3"), shown]
    own = new_code_cell("### BEGIN HIDDEN TESTS", outputs=[shown])
    notebook, _ = record.HideTests().preprocess(new_notebook(cells=[graded, copy.deepcopy(own)]), {})
    assert notebook.cells[0].source == "assert double(2) == 4"
    assert notebook.cells[0].outputs == [error("", "AssertionError", ["AssertionError"])]
    assert notebook.cells[1] == own


@pytest.mark.parametrize(
    ("outputs", "sentence"),
    [
        ([], None),
        ([new_output("stream", text="fine", name="stderr")], None),
        ([error("CheckFailed", "double(2) is 3.", ["double(2) is 3."])], "double(2) is 3."),
        ([error("TypeError", "no\nreally", ["a", "b"])], "TypeError: no"),
        ([error("SystemExit", "", ["a", "b"])], "SystemExit"),
        (
            [error("SyntaxError", "invalid syntax (3794414621.py, line 1)", ["Cell In[1], line 1\n  def f(:"])],
            "SyntaxError: invalid syntax",
        ),
        (
            [error("StdinNotImplementedError", "raw_input was called, but …", ["a", "b"])],
            "This cell asks for input(), and nobody is there to answer while it is graded. Remove the call.",
        ),
        ([error("KeyboardInterrupt", "", ["a", "b"]), error("E", "", ["\x1b[31mToo slow.\x1b[0m"])], "Too slow."),
    ],
)
def test_failure(outputs, sentence):
    """One sentence says how a cell ended."""
    assert record.failure(new_code_cell("", outputs=outputs)) == sentence


def test_failures():
    """A task is named with the sentence of its check, or with what went wrong in its own cell before that."""
    slow = error("CellTimeoutError", "", ["Too slow."])
    unknown = error("NameError", "name 'LIMIT' is not defined", ["a", "b"])
    limit, limit_check = rest()
    cells = [task(), check(), limit, limit_check]
    assert record.failures(new_notebook(cells=cells)) == {}
    cells[1].outputs = [error("CheckFailed", "double(2) is 3.", ["double(2) is 3."])]
    limit.outputs, limit_check.outputs = [slow], [unknown]
    assert record.failures(new_notebook(cells=cells)) == {"double": "double(2) is 3.", "LIMIT": "Too slow."}
    # A cell that failed, of a task whose check passed all the same, costs nothing.
    limit_check.outputs = []
    assert record.failures(new_notebook(cells=cells)) == {"double": "double(2) is 3."}


NOTEBOOK = json.dumps(new_notebook(cells=[new_markdown_cell("hi")]))


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"00_sums.ipynb": NOTEBOOK}, None),
        ({"00_sums.ipynb": NOTEBOOK, "00_sums-Copy1.ipynb": "{"}, None),
        ({"00_sums.ipynb": NOTEBOOK, "timestamp.txt": "2026-01-31 12:00:00 UTC\n"}, None),
        (
            {"00_sums.ipynb": NOTEBOOK, "timestamp.txt": "last Tuesday, late"},
            '"timestamp.txt" says "last Tuesday, late", which is no time. Delete it and grade again.',
        ),
        ({}, 'There is no notebook "00_sums.ipynb".'),
        (
            {"00_sums (1).ipynb": NOTEBOOK},
            'The notebook is named "00_sums (1).ipynb". Rename it to "00_sums.ipynb" and grade again.',
        ),
        ({"00_sums.ipynb": " \n"}, "The notebook is an empty file. Ask for it again."),
        ({"00_sums.ipynb": '{\n"cells": ['}, "The notebook is broken: line 2 is no JSON. Ask for it again."),
        ({"00_sums.ipynb": b'{"a": "\xe9"}'}, "The notebook is not UTF-8 text. Ask for it again."),
        ({"00_sums.ipynb": "{}"}, "The file is JSON, but no notebook. Ask for it again."),
        ({"00_sums.ipynb": "[1]"}, "The file is JSON, but no notebook. Ask for it again."),
        (
            {"00_sums.ipynb": '{"nbformat": 9, "nbformat_minor": 0, "cells": [], "metadata": {}}'},
            "The notebook has format 9, newer than 4, the newest known here.",
        ),
    ],
)
def test_problem(tmp_path, files, sentence):
    """A submission that nbgrader can't grade gets its reason in one sentence."""
    for name, content in files.items():
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    assert record.problem(tmp_path, "00_sums") == sentence


@pytest.fixture
def book(built: Path) -> Iterator[record.Submissions]:
    """The submissions of a small lesson, of which Ada has handed in one."""
    course = record.course(built)
    assert NbGraderAPI(course, config=course.config).generate_assignment(LESSON)["success"]
    shutil.copytree(built / "release" / LESSON, built / "submitted" / "ada" / LESSON)
    (built / "submitted" / "ada" / LESSON / "timestamp.txt").write_text("2026-01-01 10:00:00 UTC")
    with record.Submissions(course, LESSON) as book:
        yield book


def unchanged(order: bytes) -> bytes:
    """The result of a worker that does nothing."""
    notebook = nbformat.from_dict(json.loads(order)["notebook"])
    return json.dumps({"notebook": nbformat.writes(notebook), "stops": [], "seconds": 0}).encode()


def folder(book: record.Submissions, step: str) -> Path:
    return Path(book.course.root) / step / "ada" / LESSON


def test_files_of_any_name_are_kept(book):
    """A name may be as long as the system allows; what a run that was killed left behind is gone."""
    name = "n" * 251 + ".txt"
    (folder(book, "submitted") / "notes").mkdir()
    (folder(book, "submitted") / "notes" / name).write_text("a")
    left = folder(book, "autograded").with_name(f".{LESSON}.draft")
    left.mkdir(parents=True)
    order, remarks = book.order("ada")
    book.keep("ada", unchanged(order), remarks)
    assert (folder(book, "autograded") / "notes" / name).read_text() == "a"
    assert os.listdir(folder(book, "autograded").parent) == [LESSON]
    assert book.finished("ada")


def test_handed_in_again_meanwhile(book):
    """The grade of what is no longer there is not kept, and the next run grades what is."""
    order, remarks = book.order("ada")
    (folder(book, "submitted") / "timestamp.txt").write_text("2026-01-02 10:00:00 UTC")
    with pytest.raises(
        NotGradable, match=r"^It was handed in again while it was graded\. Run the same command again\.$"
    ):
        book.keep("ada", unchanged(order), remarks)
    assert not folder(book, "autograded").exists()
    assert not book.finished("ada")
    order, remarks = book.order("ada")
    book.keep("ada", unchanged(order), remarks)
    assert book.finished("ada")


@pytest.mark.parametrize("name", ["ad\udcff", "ad\na"])
def test_folder_that_nbgrader_can_not_find(book, name):
    """The name of a student's folder must be text on one line."""
    (folder(book, "submitted").parents[1] / name / LESSON).mkdir(parents=True)
    assert name in book.students()
    with pytest.raises(NotGradable) as raised:
        book.order(name)
    assert str(raised.value) == "The folder's name has characters that can't be shown. Rename it and grade again."


@pytest.mark.parametrize("stamp", ["last Tuesday", "9" * 40, "\udcff"])
def test_handed_in_again_at_no_time(book, stamp):
    """A time that is none is that student's matter, and is said as one sentence."""
    order, remarks = book.order("ada")
    book.keep("ada", unchanged(order), remarks)
    (folder(book, "submitted") / "timestamp.txt").write_bytes(os.fsencode(stamp))
    assert not book.finished("ada")
    with pytest.raises(
        NotGradable, match=r'^"timestamp\.txt" says ".+", which is no time\. Delete it and grade again\.$'
    ):
        book.order("ada")


def test_a_worker_is_not_told_of_the_gradebook(book):
    """An order holds what its steps can be told, and nothing of where grades go."""
    config = json.loads(book.order("ada")[0])["config"]
    assert config["Execute"]["timeout"] == 120
    assert config["IgnorePattern"]["enabled"] is True
    assert "CourseDirectory" not in config
