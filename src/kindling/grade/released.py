"""The cells of a lesson as they were released, and how a submission differs from them."""

from __future__ import annotations

import functools
import re
from collections import Counter
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Gradebook, Notebook
from nbgrader.nbgraderformat import SCHEMA_VERSION
from nbgrader.preprocessors import ClearHiddenTests

from kindling.grade.outcome import grade_id

__all__ = ["cells", "changes", "of", "restored"]


def cells(submission: dict[str, Any]) -> dict[str, NotebookNode]:
    """Return each cell that nbgrader knows of a notebook, as it was released, by its grade id."""
    with Gradebook(submission["db_url"]) as gradebook:
        return of(gradebook.find_notebook(submission["notebook"], submission["assignment"]))


def of(notebook: Notebook) -> dict[str, NotebookNode]:
    """Return each cell that the gradebook has of a notebook, as it was released, by its grade id."""
    solutions = {cell.name for cell in notebook.solution_cells}
    graded = {cell.name: cell.max_score for cell in notebook.grade_cells}
    tasks = {cell.name: cell.max_score for cell in notebook.task_cells}
    return {cell.name: _cell(cell, cell.name in solutions, graded, tasks) for cell in notebook.source_cells}


def changes(nb: NotebookNode, released: dict[str, NotebookNode]) -> list[str]:
    """Return a remark for each released cell that a submission holds several times, not at all, or with other text."""
    remarks = []
    copies = Counter(name for cell in nb.cells if (name := grade_id(cell)) in released)
    texts = {grade_id(cell): cell.source for cell in nb.cells}
    for name, cell in released.items():
        task = name.removesuffix("_check")
        what = f"The check of `{task}`" if utils.is_grade(cell) else f"The cell of `{task}`"
        if copies[name] > 1:
            remarks.append(f"{what} was there {copies[name]} times. The last one counts.")
        elif copies[name] == 0:
            remarks.append(f"{what} was missing" + (" and was put back." if utils.is_grade(cell) else "."))
        elif utils.is_locked(cell) and texts[name].strip() not in (cell.source.strip(), _visible(cell.source)):
            remarks.append(f"{what} had been changed and was set back.")
    return remarks


def restored(cell: NotebookNode, released: NotebookNode) -> NotebookNode:
    """Return the released cell with what a learner may change: the text of a task, and the cell's id."""
    if not utils.is_locked(released):
        released.source = cell.source
    if "id" in cell:
        released.id = cell.id
    return released


@functools.lru_cache(maxsize=1000)  # the same checks for a whole class
def _visible(source: str) -> str:
    """Return the text of a check as learners get it."""
    cell = nbformat.v4.new_code_cell(source)
    ClearHiddenTests()._remove_hidden_test_region(cell)
    return cell.source.strip()


def _cell(cell: Any, solution: bool, graded: dict[str, float], tasks: dict[str, float]) -> NotebookNode:
    make = nbformat.v4.new_code_cell if cell.cell_type == "code" else nbformat.v4.new_markdown_cell
    node = make(cell.source, id=re.sub(r"\W", "-", cell.name)[:64])
    node.metadata.nbgrader = {
        "cell_type": cell.cell_type,
        "checksum": cell.checksum,
        "grade": cell.name in graded,
        "grade_id": cell.name,
        "locked": cell.locked,
        "schema_version": SCHEMA_VERSION,
        "solution": solution,
        "task": cell.name in tasks,
    }
    points = {**graded, **tasks}.get(cell.name)
    if points is not None:
        node.metadata.nbgrader.points = points
    return node
