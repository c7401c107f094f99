"""A lesson as a notebook with nbgrader's metadata, as it is in source/, before its cells ran."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import nbformat
from nbformat import NotebookNode
from nbgrader.nbgraderformat import SCHEMA_VERSION

from kindling.authoring.lessons import Lesson
from kindling.authoring.percent import Cell
from kindling.cell_ids import check_of
from kindling.credit import bonus_line
from kindling.wording import many

__all__ = ["notebook"]

# Folded away at the end of each notebook, where no learner looks.
NOTE = "# For authors: this notebook is built; CONTRIBUTING.md says how to change it."

# A cell that only shows something stays open up to this many lines: so much can be read at a glance.
FOLD_LINES = 12


def notebook(lesson: Lesson) -> NotebookNode:
    """Return the lesson as a notebook with nbgrader's metadata, solutions and hidden tests, not executed.

    The same text gives the same notebook, cell ids included.
    """
    nodes = []
    anchor, count = "start", 0
    bonus = {task.check.line for task in lesson.tasks if task.bonus}
    for cell in lesson.cells:
        owner = cell.task or cell.check
        if owner:
            anchor, count = (owner if cell.task else check_of(owner)), 0
            name = anchor
        else:
            count += 1
            name = f"{anchor}-{count}"
        nodes.append(_node(cell, f"{lesson.name[:2]}-{name}", cell.line in bonus))
    nodes.append(_summary(lesson))
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    built: NotebookNode = nbformat.v4.new_notebook(cells=nodes, metadata=metadata)
    return built


def _node(cell: Cell, name: str, bonus: bool) -> NotebookNode:
    make: Callable[..., NotebookNode] = (
        nbformat.v4.new_code_cell if cell.type == "code" else nbformat.v4.new_markdown_cell
    )
    source = cell.source
    if cell.check:
        worth = many(cell.points, "bonus point" if bonus else "point")
        lines = [f"%%check {cell.check} ({worth})", *([bonus_line(cell.points)] if bonus else []), source]
        source = "\n".join(lines)
    elif cell.show:
        source = f"# @title {cell.show}\n{source}"
    node = make(source, id=re.sub(r"[^\w-]", "-", name)[:64])
    if cell.show:
        node.metadata.kindling = {"show": True}
        if cell.source.count("\n") >= FOLD_LINES:
            _fold(node)
    if cell.tags:
        node.metadata.tags = cell.tags
    owner = cell.task or cell.check
    if owner:
        node.metadata.nbgrader = {
            "cell_type": "code",
            "grade": cell.check is not None,
            "grade_id": owner if cell.task else check_of(owner),
            "locked": cell.check is not None,
            "schema_version": SCHEMA_VERSION,
            "solution": cell.task is not None,
            "task": False,
        }
        if cell.check:
            node.metadata.nbgrader.points = 0 if bonus else cell.points  # its text says what is earned on top
            _fold(node)
    return node


def _summary(lesson: Lesson) -> NotebookNode:
    """Return the last cell of a notebook: which tasks are done, and what is open."""
    points, bonus = (
        {task.id: task.check.points for task in lesson.tasks if task.bonus is extra} for extra in (False, True)
    )
    arguments = json.dumps(points) + (f", bonus={json.dumps(bonus)}" if bonus else "")
    node: NotebookNode = nbformat.v4.new_code_cell(
        f"# @title What you have done\n{NOTE}\ncheck.summary({arguments})", id=f"{lesson.name[:2]}-summary"
    )
    node.metadata.kindling = {"show": True}
    _fold(node)
    return node


def _fold(node: NotebookNode) -> None:
    """Show of a cell its first line alone, in JupyterLab, Notebook 7 and Colab, until it is opened."""
    node.metadata.jupyter = {"source_hidden": True}
    node.metadata.cellView = "form"
