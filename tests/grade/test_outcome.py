"""kindling.grade.outcome: how a cell ended, in one sentence."""

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output

from kindling.grade import outcome


def named(name: str) -> NotebookNode:
    """A cell that nbgrader knows by this name, graded where it is a check."""
    graded = name.endswith("_check")
    return new_code_cell("", metadata={"nbgrader": {"grade_id": name, "grade": graded, "solution": not graded}})


def error(name: str, value: str, traceback: list[str]) -> NotebookNode:
    return new_output("error", ename=name, evalue=value, traceback=traceback)


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
    assert outcome.failure(new_code_cell("", outputs=outputs)) == sentence


def test_failures():
    """A task is named with the sentence of its check, or with what went wrong in its own cell before that."""
    slow = error("CellTimeoutError", "", ["Too slow."])
    unknown = error("NameError", "name 'LIMIT' is not defined", ["a", "b"])
    cells = [named(name) for name in ("double", "double_check", "LIMIT", "LIMIT_check")]
    assert outcome.failures(new_notebook(cells=cells)) == {}
    cells[1].outputs = [error("CheckFailed", "double(2) is 3.", ["double(2) is 3."])]
    cells[2].outputs, cells[3].outputs = [slow], [unknown]
    assert outcome.failures(new_notebook(cells=cells)) == {"double": "double(2) is 3.", "LIMIT": "Too slow."}
    # A cell that failed, of a task whose check passed all the same, costs nothing.
    cells[3].outputs = []
    assert outcome.failures(new_notebook(cells=cells)) == {"double": "double(2) is 3."}
