"""How far a learner is, and what to do next: told from the notebooks as they were saved."""

import json
import shutil
from pathlib import Path

import pytest
import small_course
from small_course import change, failed, kindling, passed

import kindling as package
from kindling.errors import WorkspaceError
from kindling.learn import progress

pytestmark = pytest.mark.learner


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return small_course.make(tmp_path)


def test_progress_is_what_the_notebooks_say(root: Path):
    change(root, {"double_check": passed(), "halve_check": failed("CheckFailed", "halve(8) is 3.")})
    done = kindling(root / "lab", "progress")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "01_numbers  ██████░░░░░░░░░░░░░░  1 of 3 points  0 of 3 bonus points\n"
        "02_scripts  ░░░░░░░░░░░░░░░░░░░░  0 of 3 points\n"
    )


def test_progress_of_one_lesson_is_told_task_by_task(root: Path):
    change(root, {"double_check": passed(), "halve_check": failed("CheckFailed", "halve(8) is 3.")})
    done = kindling(root, "progress", "numbers")
    assert done.stdout == (
        "01_numbers  ██████░░░░░░░░░░░░░░  1 of 3 points  0 of 3 bonus points\n"
        "✓ double: 1 point\n"
        "✗ halve: 2 points  halve(8) is 3.\n"
        "– square: 3 bonus points  not checked yet\n"
    )


def test_a_program_reads_progress_as_json(root: Path):
    change(root, {"halve_check": failed("NotWritten", "halve")}, "02_scripts")
    lesson = json.loads(kindling(root, "progress", "02", "--json").stdout)["lessons"][0]
    assert (lesson["lesson"], lesson["points"], lesson["finished"]) == ("02_scripts", {"earned": 0, "of": 3}, False)
    assert [task["state"] for task in lesson["tasks"]] == ["not written", "not checked"]


def test_a_notebook_shows_the_same(root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.chdir(root / "lab" / "01_numbers")
    assert package.progress() is None
    assert capsys.readouterr().out == kindling(root, "progress").stdout


def test_in_a_notebook_that_lies_in_no_course_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(WorkspaceError, match="There is no course in"):
        package.progress()


def test_before_the_first_lesson_is_opened_nothing_is_done(root: Path):
    shutil.rmtree(root / "lab")
    assert [lesson.points for lesson in progress.of(root).lessons] == [(0, 3), (0, 3)]
    assert kindling(root, "next").stdout.startswith("Next: double, in 01_numbers (1 point).\n")


@pytest.mark.parametrize("text", ["", "{}", "[]", "not JSON", '{"cells": 1}', "[" * 100_000, "\udcff"])
def test_a_broken_notebook_is_not_finished_and_says_what_to_do(root: Path, text: str):
    mine = small_course.path(root)
    mine.write_bytes(text.encode(errors="surrogateescape"))
    standing = progress.of_lesson(root, "01_numbers")
    assert (standing.finished, standing.points) == (False, (0, 3))
    assert standing.problem == (
        f"{mine} is not a notebook. To begin anew and keep this file beside it: kindling reset 01_numbers"
    )
    assert progress.next_step(root) == standing.problem


@pytest.mark.parametrize("cell", [1, {}, {"metadata": 1}, {"metadata": {"nbgrader": []}}])
def test_cells_that_no_editor_writes_are_passed_over(root: Path, cell: object):
    mine = small_course.path(root)
    notebook = json.loads(mine.read_text(encoding="utf-8"))
    notebook["cells"].insert(0, cell)
    mine.write_text(json.dumps(notebook))
    change_last = {"execution_count": 1, "outputs": ["x", {"output_type": "error", "ename": 3, "traceback": [[]]}]}
    notebook["cells"][-2] |= change_last
    mine.write_text(json.dumps(notebook))
    assert [one.sentence for one in progress.of_lesson(root, "01_numbers").tasks] == ["", "", "3: None"]


def test_partial_credit_counts_as_far_as_it_goes(root: Path):
    value = {"output_type": "execute_result", "data": {"text/plain": "1.5"}, "metadata": {}, "execution_count": 3}
    source = "%%check halve (2 points)\n### PARTIAL CREDIT\n1.5"
    change(root, {"halve_check": {"source": source, "execution_count": 3, "outputs": [value]}})
    standing = progress.of_lesson(root, "01_numbers")
    assert (standing.points, standing.finished) == ((1.5, 3), False)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (
            {},
            "Next: double, in 01_numbers (1 point).\nDouble it (1 minute, ●○○)\n"
            "To open the lesson: kindling open 01\nFor a hint: kindling hint 01/double",
        ),
        (
            {"double_check": passed(), "halve_check": failed("TypeError", "not a number")},
            "Next: halve, in 01_numbers (2 points).\nHalve it (1 minute, ●○○)\n"
            "Its check says: TypeError: not a number\nTo open the lesson: kindling open 01",
        ),
        (
            {"double_check": passed(), "halve_check": passed()},
            "Next: halve, in 02_scripts (2 points).\nTo open the lesson: kindling open 02",
        ),
    ],
)
def test_next_is_the_first_task_that_is_not_done(root: Path, cells: dict, said: str):
    change(root, cells)
    assert progress.next_step(root) == said


def test_when_all_is_done_next_names_the_bonus_tasks_that_are_left(root: Path):
    change(root, {"double_check": passed(), "halve_check": passed()})
    change(root, {"halve_check": passed(), "main_script_check": passed()}, "02_scripts")
    assert progress.next_step(root) == "Each lesson is done. Bonus tasks that are left: 01/square."
    change(root, {"square_check": passed()})
    assert kindling(root, "next").stdout == "Each task of each lesson is done.\n"
