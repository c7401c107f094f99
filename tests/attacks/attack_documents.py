"""Attacks by what a notebook says of itself, and by the files beside it: each function changes an untouched notebook.

A function's first line says what it tries. Nothing here solves a task.
"""

from __future__ import annotations

import copy
import json
import os
import pickle
import zipfile

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

NO_CHECKS = """
def __getattr__(name):
    return lambda *values, **options: None
"""
REPLACE = """
import sys

if "kindling.check" in sys.modules:
    sys.modules["kindling.check"]._claim = lambda *values: None
"""


def of(notebook: NotebookNode, name: str) -> NotebookNode:
    """The cell of this name."""
    return next(one for one in notebook.cells if one.metadata.get("nbgrader", {}).get("grade_id") == name)


def checks(notebook: NotebookNode) -> list[NotebookNode]:
    """The cells that give points."""
    return [one for one in notebook.cells if one.metadata.get("nbgrader", {}).get("grade")]


def say_in_metadata(notebook: NotebookNode, **said: object) -> None:
    """Let each check say this of itself."""
    for one in checks(notebook):
        one.metadata.nbgrader.update(said)


def emptied_checks(notebook, folder):
    """Each check is empty."""
    for one in checks(notebook):
        one.source = "pass"


def deleted_claims(notebook, folder):
    """Each check has lost its claims, and kept the rest."""
    for one in checks(notebook):
        one.source = one.source.replace("check.equal(", "dict and (").replace("check.close(", "dict and (")


def commented_checks(notebook, folder):
    """Each check is a comment behind its magic."""
    for one in checks(notebook):
        one.source = one.source.replace("\n", "\n# ")


def early_end(notebook, folder):
    """Each check ends before its first claim."""
    for one in checks(notebook):
        one.source = one.source.replace("\n", "\nraise SystemExit\n", 1)


def other_magic(notebook, folder):
    """Each check is written to a file in place of being run."""
    for one in checks(notebook):
        one.source = one.source.replace("%%check", "%%writefile", 1)


def no_checks(notebook, folder):
    """All checks are deleted."""
    notebook.cells = [one for one in notebook.cells if one not in checks(notebook)]


def text_for_checks(notebook, folder):
    """All checks are Markdown."""
    for one in checks(notebook):
        one.cell_type, one.metadata.nbgrader.cell_type = "markdown", "markdown"
        del one["outputs"], one["execution_count"]


def raw_checks(notebook, folder):
    """All checks are raw cells, and all tasks too."""
    for one in notebook.cells:
        if "nbgrader" in one.metadata:
            one.cell_type = "raw"
            del one["outputs"], one["execution_count"]


def checks_first(notebook, folder):
    """The checks stand above everything else, where nothing can fail yet."""
    first = checks(notebook)
    notebook.cells = first + [one for one in notebook.cells if one not in first]


def doubled_checks(notebook, folder):
    """Each check stands twice, empty the second time."""
    for one in checks(notebook):
        twin = copy.deepcopy(one)
        twin.source, twin.id = "pass", f"{one.id}-2"
        notebook.cells.append(twin)


def doubled_before(notebook, folder):
    """Each check stands twice, empty the first time, with one id for both."""
    for one in checks(notebook):
        twin = copy.deepcopy(one)
        twin.source = "pass"
        notebook.cells.insert(0, twin)


def swapped_names(notebook, folder):
    """The task's cell has the name of the check, and the check that of the task."""
    for one in checks(notebook):
        name = one.metadata.nbgrader.grade_id
        of(notebook, name.removesuffix("_check")).metadata.nbgrader.grade_id = name
        one.metadata.nbgrader.grade_id = name.removesuffix("_check")


def one_name_for_all(notebook, folder):
    """Every cell of the notebook has the name of the same check."""
    for one in notebook.cells:
        one.metadata.nbgrader = copy.deepcopy(checks(notebook)[0].metadata.nbgrader)


def own_graded_cell(notebook, folder):
    """A cell of its own is worth 100 points."""
    one = new_code_cell("1 + 1", id="mine")
    one.metadata.nbgrader = {**checks(notebook)[0].metadata.nbgrader, "grade_id": "mine_check", "points": 100}
    notebook.cells.append(one)


def many_points(notebook, folder):
    """Each check is worth a million points, less than nothing, or not a number."""
    worth = [1e6, -5, float("nan"), float("inf"), "100", None, [1], 24, 24]
    for one, points in zip(checks(notebook), worth, strict=False):
        one.metadata.nbgrader.points = points


def no_points(notebook, folder):
    """Each check is worth no points, so that nothing is missing."""
    say_in_metadata(notebook, points=0)


def not_graded(notebook, folder):
    """No check says that it is one."""
    say_in_metadata(notebook, grade=False, locked=False)


def graded_by_hand(notebook, folder):
    """Each check is an answer that a person grades, and that has a grade."""
    say_in_metadata(notebook, solution=True, locked=False, score=9, comment="Well done.", auto_score=9, manual_score=9)


def a_task_cell(notebook, folder):
    """Each check is a manually graded task."""
    say_in_metadata(notebook, task=True, grade=False, points=9)


def unlocked(notebook, folder):
    """Each check is unlocked, and its text is another one with a fitting checksum."""
    from nbgrader.utils import compute_checksum

    say_in_metadata(notebook, locked=False)
    for one in checks(notebook):
        one.source = "%%check describe (1 point)\npass"
        one.metadata.nbgrader.checksum = compute_checksum(one)


def old_schema(notebook, folder):
    """The metadata has an older form, in which other words decide."""
    say_in_metadata(notebook, schema_version=1, grade=True, solution=True, locked=False, points=1)
    notebook.metadata.celltoolbar = "Create Assignment"


def skipped(notebook, folder):
    """Tags ask for each cell not to run, to be allowed to fail, and to be removed."""
    for one in notebook.cells:
        one.metadata.tags = ["skip-execution", "raises-exception", "remove-cell", "nbval-skip", "no cell has this tag"]


def left_out(notebook, folder):
    """Each check has the mark of a cell that grading leaves out."""
    for one in notebook.cells:
        one.metadata.kindling = {"left_out": True, "show": True, "solution": True}


def forged_outputs(notebook, folder):
    """Each check has the outputs of one that held, and all points as its result."""
    for one in checks(notebook):
        one.execution_count = 5
        one.outputs = [
            new_output("stream", name="stdout", text="✓ describe: 1 point\n"),
            new_output("execute_result", data={"text/plain": "9"}, execution_count=5),
        ]


def partial_credit(notebook, folder):
    """The tasks' cells say that their last value is the points, and are worth some."""
    for one in checks(notebook):
        task = of(notebook, one.metadata.nbgrader.grade_id.removesuffix("_check"))
        task.source = "### PARTIAL CREDIT\n9"
        task.metadata.nbgrader.update(grade=True, points=9)
        one.source += "\n### PARTIAL CREDIT\n9"


def bonus_for_all(notebook, folder):
    """Each cell says that it is worth a bonus."""
    for one in notebook.cells:
        if one.cell_type == "code" and "nbgrader" in one.metadata:
            one.source = f"# Bonus: 50 points\n{one.source}"


def hidden_markers(notebook, folder):
    """The tasks' cells hold nbgrader's own markers, so that what is between them is taken for hidden or for solved."""
    for one in checks(notebook):
        task = of(notebook, one.metadata.nbgrader.grade_id.removesuffix("_check"))
        inner = f"{task.source}\n### END SOLUTION\n### BEGIN SOLUTION"
        task.source = f"### BEGIN HIDDEN TESTS\n{inner}\n### END HIDDEN TESTS"
    notebook.cells.append(new_markdown_cell("### BEGIN HIDDEN TESTS", id="open"))


def another_language(notebook, folder):
    """The notebook is written for bash, whose cells fail at nothing."""
    notebook.metadata.kernelspec = {"name": "bash", "display_name": "Bash", "language": "bash"}
    notebook.metadata.language_info = {"name": "bash"}


def another_lesson(notebook, folder):
    """The notebook says which lesson, which course, and which checks it belongs to."""
    notebook.metadata.nbgrader = {"points": 24, "grade": True, "assignment": "02_neural_networks", "max_score": 1}
    notebook.metadata.kindling = {"sealed": False, "timeout": 1, "left_out": True}
    notebook.metadata.execution = {"allow_errors": True, "timeout": -1}


def magics_around(notebook, folder):
    """The tasks' cells open a string that would swallow the check, or end in a line that goes on."""
    for one in checks(notebook):
        task = of(notebook, one.metadata.nbgrader.grade_id.removesuffix("_check"))
        task.source = 'x = """\n\\' if len(task.source) % 2 else "x = (\\"


def no_ids(notebook, folder):
    """All cells have one id, and the checks have the ids of other cells."""
    for one in notebook.cells:
        one.id = "01-describe_check"


def strange_name(notebook, folder):
    """The checks' names hold a path, a null, or letters that look alike."""
    for one, name in zip(checks(notebook), ["../../x", "describe\x00", "dеscribe_check", "a" * 9000, ""], strict=False):
        one.metadata.nbgrader.grade_id = name


def shadows_torch(notebook, folder):
    """A file beside the notebook is torch."""
    (folder / "torch.py").write_text("def __getattr__(name):\n    return lambda *values, **options: True\n")


def shadows_kindling(notebook, folder):
    """A folder beside the notebook is the package kindling, whose checks hold always."""
    (folder / "kindling").mkdir()
    (folder / "kindling" / "__init__.py").write_text("")
    for name in ("check", "scope", "data", "plots", "errors"):
        (folder / "kindling" / f"{name}.py").write_text(NO_CHECKS)
    forget = "for name in [*sys.modules]:\n    if 'kindling' in name:\n        del sys.modules[name]"
    top(notebook, f"import sys\n{forget}\nfrom kindling import check")


def shadows_pythons_own(notebook, folder):
    """Files beside the notebook are modules that a check or the grader imports late."""
    for name in ("warnings", "tracemalloc", "inspect", "json", "struct", "base64", "ast", "socket", "select", "copy"):
        (folder / f"{name}.py").write_text(REPLACE + NO_CHECKS)
    names = ("tracemalloc", "warnings", "json", "struct", "base64")
    top(notebook, f"import sys\nfor name in {names}:\n    sys.modules.pop(name, None)")


def runs_at_start(notebook, folder):
    """Files beside the notebook are what Python, IPython, Jupyter and pytest run when they start."""
    for name in ("sitecustomize.py", "usercustomize.py", "conftest.py", "kindling.pth", "ipython_config.py"):
        (folder / name).write_text(REPLACE)
    for name in (
        ".ipython/profile_default/startup/00.py",
        ".jupyter/jupyter_config.py",
        ".config/matplotlib/matplotlibrc",
    ):
        path = folder / name
        path.parent.mkdir(parents=True)
        path.write_text(REPLACE)
    (folder / "pyvenv.cfg").write_text("home = .\n")
    (folder / "pytest.ini").write_text("[pytest]\naddopts = -p no:kindling\n")


def configures_the_grader(notebook, folder):
    """Files beside the notebook are nbgrader's configuration, a gradebook and a grade."""
    (folder / "nbgrader_config.py").write_text("c = get_config()\nc.Execute.enabled = False\n")
    (folder / "kernel.json").write_text(json.dumps({"argv": ["true"], "language": "python"}))
    (folder / "gradebook.db").write_bytes(b"SQLite format 3\0" + bytes(84))
    (folder / "feedback.html").write_text("24/24")
    (folder / "made_from.txt").write_text("0")


def hands_in_a_source(notebook, folder):
    """A folder beside the notebook is a course with a lesson whose checks are empty."""
    for name in ("source", "release", "course"):
        inner = folder / name / "01_tensors"
        inner.mkdir(parents=True)
        (inner / "01_tensors.ipynb").write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
    (folder / "course" / "01_tensors.py").write_text("# %% [markdown]\n# # Tensors\n")


class _Runs:
    def __reduce__(self):
        return exec, (REPLACE,)


def pickles_for_the_grader(notebook, folder):
    """Files beside the notebook run code in whoever unpickles them."""
    for name in ("01_tensors.pt", "answers.pkl", "reference.pickle", "transcript.json", "values.bin", "data.npy"):
        (folder / name).write_bytes(pickle.dumps(_Runs()))


def archive_beside(notebook, folder):
    """An archive beside the notebook holds files that leave their folder when they are unpacked."""
    with zipfile.ZipFile(folder / "01_tensors.zip", "w") as archive:
        archive.writestr("../../../source/01_tensors/01_tensors.ipynb", "{}")
        archive.writestr("/tmp/kindling.pth", REPLACE)


def compiled_beside(notebook, folder):
    """Compiled files beside the notebook stand for modules of the same name."""
    (folder / "__pycache__").mkdir()
    for name in ("check", "torch", "kindling", "01_tensors"):
        for suffix in (".cpython-312.pyc", ".cpython-311.pyc", ".cpython-313.pyc"):
            (folder / "__pycache__" / f"{name}{suffix}").write_bytes(b"\xcb\r\r\n" + bytes(12))
        (folder / f"{name}.so").write_bytes(b"\x7fELF")


def links_to_the_solution(notebook, folder):
    """Links beside the notebook lead to the lesson's source, the gradebook and another student's work."""
    for name, place in (
        ("source.ipynb", "../../../source/01_tensors/01_tensors.ipynb"),
        ("book.db", "../../../gradebook.db"),
    ):
        os.symlink(place, folder / name)
    os.symlink("../../solved/01_tensors", folder / "other")
    files = "[open(f'{place}/{name}').read() for place, _, names in os.walk('.', followlinks=True) for name in names]"
    top(notebook, f"import os\nprint({files})")


def top(notebook: NotebookNode, source: str) -> None:
    """Put a cell behind the first code cell."""
    place = next(place for place, one in enumerate(notebook.cells) if one.cell_type == "code") + 1
    notebook.cells.insert(place, new_code_cell(source, id="top"))


HELPERS = (of, checks, say_in_metadata, top)
ATTACKS = {
    name: change
    for name, change in list(globals().items())
    if getattr(change, "__module__", "") == __name__ and not isinstance(change, type) and change not in HELPERS
}
