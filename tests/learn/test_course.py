"""The course that a learner is in: found from any folder in it, its lessons and tasks by name."""

from pathlib import Path

import pytest
import small_course

from kindling.errors import WorkspaceError
from kindling.learn import course

pytestmark = pytest.mark.learner


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return small_course.make(tmp_path)


@pytest.mark.parametrize("inside", [".", "lab", "lab/02_scripts/scripts", "release/01_numbers"])
def test_the_course_is_found_from_any_folder_in_it(root: Path, inside: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(root / inside)
    found = course.find()
    assert found.resolve() == root.resolve()
    assert not found.is_absolute()


def test_outside_of_a_course_each_command_says_where_to_go(tmp_path: Path):
    done = small_course.kindling(tmp_path, "next")
    assert (done.returncode, done.stdout) == (1, "")
    assert (
        done.stderr == f"There is no course in {tmp_path} or above it. Go to the folder of the course and try again.\n"
    )


@pytest.mark.parametrize(
    ("word", "lesson", "task"),
    [
        ("01", "01_numbers", None),
        ("numbers", "01_numbers", None),
        ("01_numbers", "01_numbers", None),
        ("double", "01_numbers", "double"),
        ("02/halve", "02_scripts", "halve"),
        ("scripts/halve", "02_scripts", "halve"),
        ("main_script", "02_scripts", "main_script"),
    ],
)
def test_a_name_means_a_lesson_or_a_task(root: Path, word: str, lesson: str, task: str | None):
    found, meant = course.lesson_or_task(root, word)
    assert (found, meant and meant.id) == (lesson, task)


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("duble", 'There is no lesson or task "duble". Did you mean "double"?'),
        ("01_number", 'There is no lesson or task "01_number". Did you mean "01_numbers"?'),
        ("zzz", 'There is no lesson or task "zzz". `kindling progress` lists the lessons.'),
        ("02/double", 'There is no lesson or task "02/double". Did you mean "double"?'),
        ("halve", '"halve" is a task of 01_numbers and 02_scripts. Name the lesson, too, as in "01/halve".'),
    ],
)
def test_a_name_that_means_nothing_or_too_much(root: Path, word: str, sentence: str):
    with pytest.raises(WorkspaceError) as error:
        course.lesson_or_task(root, word)
    assert str(error.value) == sentence


def test_a_lesson_is_no_task(root: Path):
    with pytest.raises(WorkspaceError) as error:
        course.only_task(root, "zzz")
    assert str(error.value) == 'There is no task "zzz". `kindling progress 01` names the tasks of lesson 01.'


def test_a_task_has_its_points_its_heading_and_its_hints(root: Path):
    double, halve, square = course.tasks(root, "01_numbers")
    assert (double.points, double.bonus, double.heading) == (1, False, "Double it (1 minute, ●○○)")
    assert [hint.count("\n") for hint in double.hints] == [3, 3]
    assert (halve.points, halve.hints, halve.own_cell) == (2, (), True)
    assert (square.points, square.bonus) == (3, True)
    assert [(task.own_cell, len(task.hints)) for task in course.tasks(root, "02_scripts")] == [(True, 0), (False, 2)]
