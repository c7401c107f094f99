"""The hints of a task, one after the other, as text for a terminal."""

from pathlib import Path

import pytest
import small_course
from small_course import REPOSITORY, kindling

from kindling.learn import course, hint

pytestmark = pytest.mark.learner

FIRST = "Hint: what is `2 * x`?\n\nTwice as much as `x`."
SECOND = "Hint: `TypeError: can't multiply sequence by non-int of type 'float'`\n\nIs `x` a *number*?"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return small_course.make(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["double"], f"{FIRST}\n\nHint 1 of 2. For the next one: kindling hint double 2\n"),
        (["01/double", "2"], f"{SECOND}\n\nHint 2 of 2.\n"),
        (["main_script", "--all"], f"{FIRST}\n\n{SECOND}\n"),
    ],
)
def test_hints_come_one_after_the_other_or_all_at_once(root: Path, arguments: list[str], said: str):
    done = kindling(root, "hint", *arguments)
    assert (done.stdout, done.stderr) == (said, "")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["double", "3"], "double has 2 hints. To read all: kindling hint double --all\n"),
        (["square"], "square has no hints. Read the text above the task once more.\n"),
        (["duble"], 'There is no task "duble". Did you mean "double"?\n'),
    ],
)
def test_a_hint_that_is_not_there(root: Path, arguments: list[str], sentence: str):
    done = kindling(root, "hint", *arguments)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", sentence)


def test_each_hint_of_the_course_is_plain_text():
    for lesson in course.lessons(REPOSITORY):
        for task in course.tasks(REPOSITORY, lesson):
            assert task.hints, task.address
            assert "</" not in hint.hint(REPOSITORY, task.address, None), task.address
