"""kindling.grade.shown: nothing that a notebook shows comes out of a kernel which had a hidden test."""

from types import SimpleNamespace

import pytest
from conftest import ENVIRONMENT
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from kindling.errors import NotWritten
from kindling.grade import archive, execute, outcome, sandbox, shown
from kindling.grade.execute import Execute
from kindling.grade.sealed import lesson
from kindling.grade.sealed.slicing import seal

pytestmark = pytest.mark.skipif(sandbox.missing() is not None, reason=f"no sandbox here: {sandbox.missing()}")

START = "from kindling import check\nkept = []"
SOLUTION = "def double(x):\n    return 2 * x"
KEEPS = "def double(x):\n    kept.append(x)\n    return 2 * x"
CHECK = """%%check double (2 points)
check.equal(double(2), 4, "double(2)")
if double(2) != 4:
    check.equal(1, 2, f"{double(2)}")
### BEGIN HIDDEN TESTS
check.equal(double(271828), 543656, "double of more")
### END HIDDEN TESTS
"""
# A claim that only wrong answers meet has all of its words from the kernel.
OFF_PATH = "if x != 2: claims.report('equal', 1, 1, expected=2, label=f'the input {x}')"
TOO_LONG = {"ename": "CellTimeoutError", "evalue": "", "traceback": ["Too long."]}


class Counting(Execute):
    """The engine, which counts how often the notebook runs."""

    runs = 0

    def _run(self, *arguments):
        self.runs += 1
        super()._run(*arguments)


def graded() -> NotebookNode:
    about = {"grade": True, "grade_id": "double_check", "points": 2, "locked": True, "solution": False, "task": False}
    return new_code_cell(CHECK, metadata={"nbgrader": {**about, "schema_version": 3, "cell_type": "code"}})


def run(step: Execute, *texts: str) -> list[NotebookNode]:
    """Run these cells below the lesson's first one, the texts `CHECK` as its check, and return all of them."""
    cells = [graded() if text == CHECK else new_code_cell(text) for text in (START, *texts)]
    step.files = archive.pack({})
    return step.preprocess(new_notebook(cells=cells), {"nbgrader": {"assignment": "00_sums"}, "metadata": {}})[0].cells


@pytest.fixture(scope="module")
def jobs() -> dict[str, object]:
    """The sealed check, with what the solution recorded."""
    check = {"double_check": seal(CHECK)}
    step = Execute(environment=ENVIRONMENT)
    step.sealed = lesson.recordings(check)
    run(step, SOLUTION, CHECK)
    return lesson.jobs(check, step.claims)


@pytest.fixture
def executed(jobs):
    """Run such cells with the sealed check; return the step and all cells."""

    def execute(*texts: str, **options: object) -> tuple[Counting, list[NotebookNode]]:
        step = Counting(environment=ENVIRONMENT, **options)
        step.sealed = jobs
        return step, run(step, *texts)

    return execute


def printed(cell: NotebookNode) -> str:
    return "".join(output.text for output in cell.outputs if output.output_type == "stream")


def test_a_later_cell_shows_what_it_shows_without_hidden_tests(executed):
    """The function that keeps its arguments has only the visible ones to show; the points are those of all."""
    step, cells = executed(KEEPS, CHECK, "print(kept, len(In[3]))", "import nowhere_271828")
    assert printed(cells[3]).startswith("[2, 2] ")
    assert "543656" not in str([cell.outputs for cell in cells])
    assert printed(cells[2]) == "✓ double: 2 points\n"
    assert outcome.points(cells[2]).score == 2
    assert [cell.execution_count for cell in cells] == [1, 2, 3, 4, 5]
    assert step.stops == (outcome.LACKS.format(name="nowhere_271828"),)


def test_where_nothing_is_shown_the_notebook_runs_once(executed):
    """What stood there before the first hidden test can't tell of it, nor what a check itself prints."""
    prints = "def double(x):\n    import sys\n    print(x, file=sys.stderr)\n    print(x)\n    return 2 * x"
    step, cells = executed("print(1)", prints, CHECK, "later = 1")
    assert step.runs == 1
    assert [printed(cell) for cell in cells] == ["", "1\n", "", "✓ double: 2 points\n", ""]
    assert outcome.points(cells[3]).score == 2


@pytest.mark.parametrize(("task", "runs"), [("double", 1), ("271828", 2)])
def test_a_stub_is_one_run_where_it_says_so_in_our_words(executed, task, runs):
    step, cells = executed(f'def double(x):\n    raise check.NotWritten("{task}")', CHECK, CHECK)
    assert step.runs == runs
    assert [outcome.failure(cell) for cell in cells[2:]] == [f"Not yet: `{task}` still needs your code."] * 2


@pytest.mark.parametrize(("task", "worded"), [("double", set()), ("271828", {3})])
def test_of_a_claim_with_the_learners_words_a_stub_is_still_ours(task, worded):
    step = Execute()
    step._state = execute._State()
    judge = SimpleNamespace(failure=lambda failed: ("NotWritten", str(NotWritten(task))), own_words=True)
    step._judged(graded(), 3, judge)
    assert step._state.worded == worded


def test_a_display_that_is_updated_later(executed):
    """A cell above the check shows nothing of it either, once another one updates it."""
    begins = "handle = display('nothing yet', display_id=True)"
    _, cells = executed(begins, KEEPS, CHECK, "handle.update(str(kept))")
    assert [output.data["text/plain"] for output in cells[1].outputs] == ["'[2, 2]'"]


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("return 2 / (x - 2)", "ZeroDivisionError: division by zero"),
        ("return x if x == 271828 else 4", "double of more is not what is wanted."),
        ("return 4 if x == 2 else 1 / (x - 271828)", shown.RAISES.format(name="ZeroDivisionError")),
        ("return 4 if x == 2 else int(f'{x} words')", shown.RAISES.format(name="ValueError")),
        ("exec('if x != 2: raise type(str(x), (Exception,), {})')\n    return 4", shown.ENDS),
        ("exec('if x != 2: raise check.CheckFailed(str(x))')\n    return 4", shown.FAILS),
        (f"from kindling.grade.sealed import claims\n    {OFF_PATH}\n    return 4", shown.FAILS),
    ],
    ids=["visible", "claim", "hidden", "words", "name", "claim of its own", "label of its own"],
)
def test_what_a_check_says(executed, answer, sentence):
    """Of an error its words where the learner can have seen the input, else its name; of a claim no value."""
    _, cells = executed(f"def double(x):\n    {answer}", CHECK)
    said = outcome.failure(cells[2])
    assert said is not None
    assert said.startswith(sentence)
    assert outcome.points(cells[2]).score == 0


def test_a_cell_that_was_stopped_says_that_alone(executed):
    """It does not run a second time only to be stopped again."""
    endless = "import time\nprint(kept, flush=True)\ntime.sleep(600)"
    step, cells = executed(KEEPS, CHECK, endless, timeout=3, error_on_timeout=TOO_LONG)
    assert cells[3].outputs == [{"output_type": "error", **TOO_LONG}]
    assert step.runs == 1


def test_the_text_without_hidden_tests():
    """A cell that is no check may hold the words."""
    own = new_code_cell("### BEGIN HIDDEN TESTS\n1", outputs=[], execution_count=3)
    again = shown.without_hidden_tests(new_notebook(cells=[own, graded(), graded()]), 2)
    assert [cell.source for cell in again.cells] == [
        own.source,
        '%%check double (2 points)\ncheck.equal(double(2), 4, "double(2)")\n'
        'if double(2) != 4:\n    check.equal(1, 2, f"{double(2)}")\n\n',
    ]
    assert [shown.hides(cell) for cell in (own, graded())] == [False, True]
    assert own.execution_count == 3
