"""Every lesson: its checks judge each answer of the bank as they must, and its built notebooks do what they promise."""

import ast
import shutil
from collections import Counter

import nbformat
import pytest
from conftest import ALL, REPOSITORY, holds, sample
from nbclient import NotebookClient
from nbgrader.utils import is_grade

from kindling.authoring import answers, lessons
from kindling.authoring.answers import Answer
from kindling.authoring.percent import HIDDEN_TESTS, SOLUTION
from kindling.environment import REPEATABLE, inherited
from kindling.grade import released, shown

LESSONS = [lessons.read(path) for path in lessons.find(REPOSITORY / "course")]

each_lesson = pytest.mark.parametrize("a_lesson", LESSONS, ids=lambda each: each.name)


def notebook(folder, a_lesson):
    return nbformat.read(REPOSITORY / folder / a_lesson.name / f"{a_lesson.name}.ipynb", as_version=4)


def graded(node):
    return {cell.metadata.nbgrader.grade_id: cell for cell in node.cells if "nbgrader" in cell.metadata}


def leaked(text, given):
    """Return the lines of the solutions in `text` that stand in what a learner is given."""
    solutions = "\n".join(part.split(SOLUTION[1])[0] for part in text.split(SOLUTION[0])[1:])
    secret = [line.strip() for line in solutions.splitlines() if len(line.strip()) > len("return x")]
    assert secret
    return [line for line in secret if line in given]


def lazy(a_lesson):
    """Return answers that nobody thought about, for each task that is a function; all of them must fail."""
    for task in a_lesson.tasks:
        if not any(
            isinstance(node, ast.FunctionDef) and node.name == task.id for node in ast.parse(task.cell.source).body
        ):
            continue
        define = f"def {task.id}(*args, **kwargs):\n"
        yield Answer(task.id, define + "    return None", "nothing")
        yield Answer(task.id, define + "    return args[0] if args else 0", "the first argument")
        yield Answer(task.id, define + "    return 0.0", "zero")
        yield Answer(
            task.id,
            f"{task.cell.source}\n_reference, _first = {task.id}, []\n{define}"
            "    if not _first:\n        _first.append(_reference(*args, **kwargs))\n    return _first[0]",
            "the right result of its first call, always",
        )


@each_lesson
def test_the_answer_bank_is_judged_as_it_must_be(a_lesson):
    """Right answers pass, each wrong one gets its sentence, and lazy ones fail, of which one in three runs.

    On the spot, as in a notebook, one answer in twenty of the bank; as grading judges, one in forty, others than these.
    Those that wait for a time limit, 10 to 20 s each, are for `make test-all`: tests/test_check.py has a shorter one.
    So are wrong networks where a check asks what a network has learned, and right ones as grading judges.
    All run without the cells that only show something, as in grading. With them, `kindling dev answers --shows` runs
    the bank once a week.
    """
    bank = answers.read(REPOSITORY / "tests" / "answers" / a_lesson.path.name)
    right = Counter(answer.task for answer in bank if answer.right)
    wrong = Counter(answer.task for answer in bank if not answer.right)
    few = {task.id: (right[task.id], wrong[task.id]) for task in a_lesson.tasks}
    assert {name: counts for name, counts in few.items() if counts[0] < 2 or counts[1] < 4} == {}
    some = [answer for answer in sample(bank, 20) if ALL or " and was stopped. " not in str(answer.says)]
    others = sample(bank if ALL else bank[2:], 40)
    if not ALL:
        trained = {task.id for task in a_lesson.tasks if "check.classifies(" in task.check.source}
        some = [answer for answer in some if answer.task not in trained or answer.right]
        others = [answer for answer in others if answer.task not in trained]
    problems = []
    for outcome in answers.run(a_lesson, some + sample(list(lazy(a_lesson)), 3), sealed=others, warm=True):
        answer, how = outcome.answer, "as grading judges" if outcome.sealed else "on the spot"
        if answer.line and not outcome.as_wanted:
            problems.append(f"line {answer.line}, {answer.task}: said {outcome.said!r} {how}, wanted {answer.says!r}")
        if not answer.line and outcome.said is None:
            problems.append(f"{answer.task} passes for a function that returns {answer.says}")
    assert problems == []


@pytest.mark.learner
@pytest.mark.parametrize("a_lesson", sample(LESSONS, 6), ids=lambda each: each.name)
def test_the_unsolved_release_fails_in_its_graded_cells_alone(a_lesson, tmp_path):
    """Each graded cell says that its own task is not written yet; no other cell fails. One lesson in six."""
    node = notebook("release", a_lesson)
    folder = shutil.copytree(REPOSITORY / "release" / a_lesson.name, tmp_path / "lesson")
    client = NotebookClient(
        node,
        timeout=240,
        kernel_name="python3",
        allow_errors=True,
        resources={"metadata": {"path": str(folder)}},
        extra_arguments=["--log-level=ERROR"],
        shutdown_kernel="immediate",  # all is said, and torch takes a second to say good-bye
    )
    client.execute(env=inherited(**REPEATABLE))
    said = {
        cell.metadata.get("nbgrader", {}).get("grade_id", cell.id): output.traceback
        for cell in node.cells
        for output in cell.get("outputs", [])
        if output.output_type == "error"
    }
    assert said == {f"{task.id}_check": [f"Not yet: `{task.id}` still needs your code."] for task in a_lesson.tasks}


@each_lesson
def test_no_solution_hidden_test_or_marker_reaches_the_release(a_lesson):
    node = notebook("release", a_lesson)
    for cell in node.cells:
        for marker in (*SOLUTION, *HIDDEN_TESTS, "# %%", "task=", "check="):
            assert marker not in cell.source
        assert cell.get("outputs", []) == []
    cells = graded(node)
    for task in a_lesson.tasks:
        title, *lines = cells[f"{task.id}_check"].source.split("\n")
        worth = f"{task.check.points} {'bonus ' * task.bonus}point{'s' * (task.check.points != 1)}"
        assert title == f"%%check {task.id} ({worth})"
        assert "\n".join(lines[task.bonus :]) == task.check.visible_source.rstrip()
        if not task.cell.script:
            assert leaked(task.cell.source, cells[task.id].source) == []
    scripts = lessons.read_scripts(a_lesson.path)
    for folder in ("source", "release"):
        found = {path.name: path.read_text("utf-8") for path in (REPOSITORY / folder / a_lesson.name).rglob("*.py")}
        assert sorted(found) == [script.name for script in scripts]
        for script in scripts:
            assert leaked(script.text, found[script.name]) == []
            assert all(marker not in found[script.name] for marker in SOLUTION)


@each_lesson
def test_no_cell_of_ours_makes_grading_run_a_notebook_twice(a_lesson):
    """As it does for what a cell shows after a hidden test, if the cell is no check and not left out."""
    cells = notebook("source", a_lesson).cells
    first = next((index for index, cell in enumerate(cells) if shown.hides(cell)), len(cells))
    printing = [cell for cell in cells[first:] if cell.cell_type == "code" and cell.outputs]
    shows = [cell.metadata.get("kindling", {}).get("show") for cell in printing]
    assert [cell.source for cell, show in zip(printing, shows, strict=True) if not show and not is_grade(cell)] == []


@each_lesson
def test_grading_leaves_out_all_that_only_shows_something(a_lesson):
    """Of a submission whose author changed tasks alone; with the lesson's solutions, too."""
    for folder in ("release", "source"):
        cells = notebook(folder, a_lesson).cells
        titles = [cell.source.split("\n")[0] for cell in cells if cell.metadata.get("kindling", {}).get("show")]
        released.leave_out(cells, released.shows(REPOSITORY / folder / a_lesson.name / f"{a_lesson.name}.ipynb"))
        left = [cell.source.split("\n")[0] for cell in cells if cell.metadata.get("kindling", {}).get("left_out")]
        assert left == titles


@each_lesson
def test_the_source_shows_pictures_and_its_checks_say_that_they_hold(a_lesson):
    node = notebook("source", a_lesson)
    outputs = [output for cell in node.cells for output in cell.get("outputs", [])]
    assert sum("image/png" in output.get("data", {}) for output in outputs) >= 3
    checks = {name: cell for name, cell in graded(node).items() if cell.metadata.nbgrader.grade}
    for name, cell in checks.items():
        assert [output.text for output in cell.outputs] == [holds(cell.source)], name
