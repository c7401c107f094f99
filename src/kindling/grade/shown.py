"""What a graded notebook shows comes from a kernel that had no hidden test.

A learner's code can keep whatever it gets and show it later, in any form. So a notebook runs once with its hidden
tests, which decides its points. Where that run has left something to show, a second one without them, in a kernel of
its own, makes what is shown.
"""

from __future__ import annotations

import builtins
import copy
import re
from typing import Any

from nbformat import NotebookNode
from nbgrader import utils

from kindling.cell_ids import task_of
from kindling.errors import NotWritten
from kindling.grade import outcome
from kindling.grade.outputs import error, line
from kindling.grade.sealed.syntax import HIDDEN_TESTS

__all__ = ["ends_with_others", "hides", "number", "passed", "says_not_written", "without_hidden_tests"]

_TITLE = re.compile(r"%%check (\w+) \((.+)\)\n")

FAILED = "CheckFailed"
RAISES = "What stands above works. With other inputs your code raises {name}."
ENDS = "What stands above works. With other inputs your code raises an error."
FAILS = "What stands above works. With other inputs your code fails, or takes too long."


def hides(cell: NotebookNode) -> bool:
    """Return whether a cell is a check with a hidden test."""
    return cell.cell_type == "code" and utils.is_grade(cell) and bool(HIDDEN_TESTS.search(cell.source))


def without_hidden_tests(notebook: NotebookNode, end: int) -> NotebookNode:
    """Return a new notebook of the cells before `end`, as learners have them and without outputs."""
    cells = []
    for cell in notebook.cells[:end]:
        outputs: dict[str, Any] = {"outputs": [], "execution_count": None} if cell.cell_type == "code" else {}
        fresh = NotebookNode({**cell, **outputs, "metadata": copy.deepcopy(cell.metadata)})
        if hides(fresh):
            fresh.source = HIDDEN_TESTS.sub("", fresh.source)
        cells.append(fresh)
    return NotebookNode({**notebook, "cells": cells, "metadata": copy.deepcopy(notebook.metadata)})


def passed(check: NotebookNode) -> list[NotebookNode]:
    """Return what a check that holds shows: its own line, and nothing that the learner's code prints in there."""
    found = _TITLE.match(check.source)
    return [line(f"✓ {found[1]}: {found[2]}")] if found else []


def says_not_written(check: NotebookNode) -> bool:
    """Return whether a check shows no more than that its own task is still a stub, in our words."""
    sentence = str(NotWritten(task_of(str(outcome.grade_id(check)))))
    return bool(check.outputs == [error(NotWritten.__name__, sentence)])


def ends_with_others(check: NotebookNode) -> NotebookNode:
    """Return the error of a check whose hidden test ended with one: of a learner's words a Python error's name."""
    name = outcome.errors(check)[-1].ename
    if name == FAILED:
        return error(FAILED, FAILS)
    kind = getattr(builtins, name, None)
    known = isinstance(kind, type) and issubclass(kind, BaseException)
    return error(FAILED, RAISES.format(name=name) if known else ENDS)


def number(notebook: NotebookNode) -> None:
    """Number the cells that have run, in their order, and forget when: a kernel may have said anything."""
    ran = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.execution_count is not None]
    for count, cell in enumerate(ran, start=1):
        cell.execution_count = count
        cell.metadata.pop("execution", None)
