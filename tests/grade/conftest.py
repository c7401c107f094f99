"""What tests of grades share: the submissions of a small lesson, with a real gradebook."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from nbgrader.apps import NbGraderAPI

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
