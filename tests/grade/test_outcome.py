"""kindling.grade.outcome: how a cell ended, in points and in one sentence."""

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output

from kindling.grade import outcome
from kindling.grade.outcome import Points


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
        (
            [
                error(
                    "StdinNotImplementedError",
                    "This cell stops in a debugger (set_trace() or the like), and nobody is there to answer while it "
                    "is graded. Remove the call.",
                    ["a", "b"],
                )
            ],
            "This cell stops in a debugger (set_trace() or the like), and nobody is there to answer while it is "
            "graded. Remove the call.",
        ),
        (
            [
                error("ModuleNotFoundError", "No module named 'cv2'", ["a", "b"]),
                error("NameError", "name 'cv2'", ["a", "b"]),
            ],
            '"cv2" is not there to import: it is neither installed where this was graded nor among its files.',
        ),
        (
            [
                error(
                    "TypeError",
                    "'int' object is not callable",
                    ["a", "b", "c\n`torch.ones` is no longer torch's own: a cell has replaced or deleted it."],
                )
            ],
            "TypeError: 'int' object is not callable. "
            "`torch.ones` is no longer torch's own: a cell has replaced or deleted it.",
        ),
        # What explains an error comes from the kernel, so it is cleaned and cut like all text from there.
        (
            [error("RuntimeError", "Too large.", ["a", "RuntimeError: Too large.", "→ Which\x1b[31m size\x07 fits?"])],
            "RuntimeError: Too large. Which size fits?",
        ),
        ([error("RuntimeError", "no", ["a", "b", "→ " + "x " * 999])], "RuntimeError: no. " + "x " * 149 + "x…"),
        ([error("RuntimeError", "no", ["a", "→ first", "b", "c"])], "RuntimeError: no"),
        ([error("KeyboardInterrupt", "", ["a", "b"]), error("E", "", ["\x1b[31mToo slow.\x1b[0m"])], "Too slow."),
    ],
)
def test_failure(outputs, sentence):
    """One sentence says how a cell ended."""
    assert outcome.failure(new_code_cell("", outputs=outputs)) == sentence


def check(source: str, points: float, *outputs: NotebookNode, solution: bool = False) -> NotebookNode:
    """An executed graded cell; as a `solution` it is one that a learner may edit."""
    about = {"grade_id": "a_check", "grade": True, "solution": solution, "locked": not solution, "points": points}
    return new_code_cell(source, outputs=list(outputs), metadata={"nbgrader": about})


WRONG = error("CheckFailed", "a is 3.", ["a is 3."])
HALF = new_output("execute_result", {"text/plain": "1.5"})


@pytest.mark.parametrize(
    ("cell", "points"),
    [
        (check("a", 2), Points(2, 2)),
        (check("a", 2, WRONG), Points(0, 2)),
        (check("a", 2, HALF), Points(1.5, 2)),
        (check("# Bonus: 3 points\na", 0), Points(0, 0, 3, 3)),
        (check("# Bonus: 1 point\na", 0, WRONG), Points(0, 0, 0, 1)),
        (check("# Bonus: 3 points\na", 0, HALF), Points(0, 0, 1.5, 3)),
        (check("%%check a\n# Bonus: 3 points\na", 0), Points(0, 0, 3, 3)),
        # Only a released check of no other points can say so: not a cell that counts, nor one that learners write.
        (check("# Bonus: 3 points\na", 2), Points(2, 2)),
        (check("# Bonus: 3 points\na", 0, solution=True), None),
        (check("a  # Bonus: 3 points", 0), Points(0, 0)),
        (check("# Bonus: many points\na", 0), Points(0, 0)),
    ],
)
def test_points(cell, points):
    """What a check earned; a bonus stands apart."""
    before = nbformat.from_dict(cell)
    assert outcome.points(cell) == points
    assert cell == before
    plain = check("a", 2)
    assert outcome.total(new_notebook(cells=[plain, cell, new_code_cell("b")])) == Points(2, 2) + (points or Points())


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


def test_a_name_that_a_failed_cell_should_have_defined():
    """An unknown name is told with what came of the cell that defines it, and with no word of the learner's own."""

    def unknown(name: str) -> NotebookNode:
        return new_code_cell("", outputs=[error("NameError", f"name '{name}' is not defined", ["a", "b"])])

    first = new_code_cell("import cv2\nfrom torch import Tensor, nn as layers\nsize: int = 3\ndef half(x): return x")
    first.outputs = [error("ModuleNotFoundError", "No module named 'cv2'", ["a", "b"])]
    second = new_code_cell("width, height = 3 / 0, 4\nprint(end=height)")
    second.outputs = [error("ZeroDivisionError", "a word of mine", ["a", "b"])]
    third = new_code_cell("height = 4")
    names = ("layers", "size", "half", "width", "height", "end", "other")
    notebook = new_notebook(cells=[first, second, third, *map(unknown, names)])
    outcome.trace_names(notebook)
    assert [outcome.failure(cell) for cell in notebook.cells[3:]] == [
        "NameError: name 'layers' is not defined, since the cell that defines it could not import \"cv2\"",
        "NameError: name 'size' is not defined, since the cell that defines it could not import \"cv2\"",
        "NameError: name 'half' is not defined, since the cell that defines it could not import \"cv2\"",
        "NameError: name 'width' is not defined, since the cell that defines it failed with ZeroDivisionError",
        "NameError: name 'height' is not defined",
        "NameError: name 'end' is not defined",
        "NameError: name 'other' is not defined",
    ]
    assert notebook.cells[3].outputs[0].traceback[-1] in outcome.failure(notebook.cells[3])


def test_remarks():
    """A module that is missing is a remark, once; what is no name of one, or is there, is none."""
    said = ["No module named 'kindling_lacks.this'"] * 2 + [
        "No module named 'torch.nope'",
        "No module named 'full marks'",
    ]
    said += ["No module named '__main__'", "Full marks"]
    cells = [new_code_cell("", outputs=[error("ModuleNotFoundError", one, ["a", "b"])]) for one in said]
    assert outcome.remarks(new_notebook(cells=cells)) == [
        'It imports "kindling_lacks.this", which is neither installed where it was graded nor among its files. '
        "If learners may use it, install it there and grade again with --force."
    ]
