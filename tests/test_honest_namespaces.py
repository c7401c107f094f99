"""Whatever names and states of Python and torch a learner leaves behind, each check says what it always says.

One kernel runs a lesson with its solutions. Before each check a cell does all that an honest learner may have done;
the check runs twice, then once more below all others. Of each task a wrong answer gets its sentence all the same.
"""

import re
import shutil

import nbformat
import pytest
from conftest import REPOSITORY, holds, sample
from nbclient import NotebookClient
from nbgrader import utils

from kindling import scope
from kindling.authoring import answers, lessons
from kindling.environment import REPEATABLE, inherited
from kindling.grade import released as lesson_cells

LESSONS = [lessons.read(path) for path in lessons.find(REPOSITORY / "course")]

# Python's own functions and the lesson's standard names, as a learner's variables.
VARIABLES = {*scope.STANDARD, "max", "min", "sum", "abs", "len", "list", "dict", "set", "str", "int", "float", "bool"}
VARIABLES |= {"range", "zip", "map", "round", "all", "any", "sorted", "enumerate", "isinstance", "print", "iter", "id"}
VARIABLES |= {"type", "tuple", "input", "next", "hash", "open", "format", "vars", "object", "slice", "filter"}

STATES = """
import os as _os, random as _random, tempfile as _tempfile, warnings as _warnings
import numpy as _numpy, torch as _torch
_folder, _threads = _os.getcwd(), _torch.get_num_threads()
_os.chdir(_tempfile.mkdtemp())
_torch.set_default_dtype(_torch.float64)
_torch.set_default_device("meta")
_torch.set_grad_enabled(False)
_torch.set_num_threads(2)
for _module in (_random, _numpy.random):
    _module.seed(3)
_torch.manual_seed(3)
_warnings.simplefilter("error")
"""
BACK = """
_warnings.simplefilter("default")
_torch.set_num_threads(_threads)
_torch.set_grad_enabled(True)
_torch.set_default_device("cpu")
_torch.set_default_dtype(_torch.float32)
_os.chdir(_folder)
for _name in _names:
    globals().pop(_name, None)
    if _name in _before:
        globals()[_name] = _before[_name]
"""


def leave(taken: set[str]) -> str:
    """Return the text of a cell that gives each of these names to a number, and changes what torch goes by."""
    assign = "_before = {name: globals()[name] for name in _names if name in globals()}\n"
    return f"_names = {sorted(taken)}\n{assign}globals().update(dict.fromkeys(_names, 17))\n{STATES}"


def used(source: str) -> set[str]:
    return set(scope._names(compile(source, "<cell>", "exec", dont_inherit=True)))


def wrong_answers(a_lesson: lessons.Lesson) -> dict[str, answers.Answer]:
    """Return a wrong answer for each task that is told by a sentence of the check's own, where there is one."""
    bank = answers.read(REPOSITORY / "tests" / "answers" / a_lesson.path.name)
    told = [
        answer for answer in bank if answer.says and re.search(r"[.?]$", answer.says) and "Error: " not in answer.says
    ]
    return {answer.task: answer for answer in reversed(told)}


def cells(a_lesson: lessons.Lesson) -> list[tuple[str, str | None]]:
    """Return the texts of cells, each with what it must say, None where that matters to nobody."""
    source = nbformat.read(REPOSITORY / "source" / a_lesson.name / f"{a_lesson.name}.ipynb", as_version=4)
    code = [cell for cell in source.cells if cell.cell_type == "code" and not cell.metadata.get("kindling")]
    checks = {lesson_cells.grade_id(cell).removesuffix("_check"): cell.source for cell in code if utils.is_grade(cell)}
    wrong, tasks = wrong_answers(a_lesson), {task.id: task for task in a_lesson.tasks if not task.cell.script}
    plain = [cell.source for cell in code if not utils.is_grade(cell)]
    needed = {name for text in (*plain, *(answer.source for answer in wrong.values())) for name in used(text)}
    of_checks = {name for text in checks.values() for name in used(text.partition("\n")[2])}
    strange = leave((VARIABLES | of_checks) - needed - tasks.keys())
    found: list[tuple[str, str | None]] = []
    for cell in code:
        text = cell.source
        if not utils.is_grade(cell):
            found.append((text, None))
            continue
        task = lesson_cells.grade_id(cell).removesuffix("_check")
        twice = 1 + (task in tasks)  # a script knows no notebook
        found += [(strange, None), *[(text, holds(text))] * twice, (BACK, None)]
        if task in tasks and task in wrong:
            found += [(wrong[task].source, None), (strange, None), (text, wrong[task].says), (BACK, None)]
            found.append((tasks[task].cell.source, None))
    return found + [(checks[task], holds(checks[task])) for task in reversed(checks) if task in tasks]


@pytest.mark.parametrize("a_lesson", sample(LESSONS, 4), ids=lambda each: each.name)
def test_a_check_says_what_it_always_says(a_lesson, tmp_path):
    wanted = cells(a_lesson)
    node = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text, _ in wanted])
    folder = shutil.copytree(REPOSITORY / "source" / a_lesson.name, tmp_path / "lesson")
    for script in lessons.read_scripts(a_lesson.path):
        (folder / "scripts" / script.name).write_text(script.text, encoding="utf-8")
    client = NotebookClient(
        node,
        timeout=300,
        allow_errors=True,
        resources={"metadata": {"path": str(folder)}},
        shutdown_kernel="immediate",  # all is said, and torch takes a second to say good-bye
    )
    client.execute(env=inherited(**REPEATABLE))
    other = []
    for cell, (text, sentence) in zip(node.cells, wanted, strict=True):
        said = "".join(output.get("text", output.get("evalue", "")) for output in cell.outputs)
        if sentence is None:
            assert not any(output.output_type == "error" for output in cell.outputs), (text, said)
        elif "".join(said.splitlines(keepends=True)[-1:]) != sentence:  # above it, a remark on the data
            other.append((text.splitlines()[0], said, sentence))
    assert other == []
