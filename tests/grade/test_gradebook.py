"""kindling.grade.gradebook: submissions of a small lesson, in and out of a real gradebook."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbgrader.apps import NbGraderAPI

from kindling.errors import NotGradable
from kindling.grade import gradebook

LESSON = "01_centring"


@pytest.fixture
def book(built: Path) -> Iterator[gradebook.Submissions]:
    """The submissions of a small lesson, of which Ada has handed in one."""
    course = gradebook.course(built)
    assert NbGraderAPI(course, config=course.config).generate_assignment(LESSON)["success"]
    shutil.copytree(built / "release" / LESSON, built / "submitted" / "ada" / LESSON)
    (built / "submitted" / "ada" / LESSON / "timestamp.txt").write_text("2026-01-01 10:00:00 UTC")
    with gradebook.Submissions(course, LESSON) as book:
        yield book


def unchanged(order: bytes) -> bytes:
    """The result of a worker that does nothing."""
    notebook = nbformat.from_dict(json.loads(order)["notebook"])
    return json.dumps({"notebook": nbformat.writes(notebook), "stops": [], "seconds": 0}).encode()


def folder(book: gradebook.Submissions, step: str) -> Path:
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


@pytest.mark.parametrize("name", ["ad\udcff", "ad\na", "<img src=x onerror=alert(1)>"])
def test_folder_that_nbgrader_can_not_find(book, name):
    """The name of a student's folder must be text on one line, and no HTML: formgrader shows it as it is."""
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
