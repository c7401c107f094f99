"""The cells of a lesson as they were released, and how a submission differs from them."""

from __future__ import annotations

import contextlib
import functools
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Gradebook, Notebook
from nbgrader.nbgraderformat import SCHEMA_VERSION
from nbgrader.preprocessors import ClearHiddenTests

from kindling import names as cell_names
from kindling.cell_ids import task_of
from kindling.grade.outcome import grade_id

__all__ = ["cells", "changes", "leave_out", "moved", "names", "of", "order", "restored", "shows"]

NAMED = 5  # cells that a remark names


def cells(submission: dict[str, Any]) -> dict[str, NotebookNode]:
    """Return each cell that nbgrader knows of a notebook, as it was released, by its grade id.

    They have the order of the names in `submission["order"]`, where that is given.
    """
    with Gradebook(submission["db_url"]) as gradebook:
        found = of(gradebook.find_notebook(submission["notebook"], submission["assignment"]))
    rank = {name: place for place, name in enumerate(submission.get("order", []))}
    return dict(sorted(found.items(), key=lambda one: rank.get(one[0], len(rank))))


def of(notebook: Notebook) -> dict[str, NotebookNode]:
    """Return each cell that the gradebook has of a notebook, as it was released, by its grade id."""
    solutions = {cell.name for cell in notebook.solution_cells}
    graded = {cell.name: cell.max_score for cell in notebook.grade_cells}
    tasks = {cell.name: cell.max_score for cell in notebook.task_cells}
    return {cell.name: _cell(cell, cell.name in solutions, graded, tasks) for cell in notebook.source_cells}


def order(path: Path) -> list[str]:
    """Return the names of a lesson's graded cells and tasks as they follow each other in its notebook; [] without one.

    The gradebook keeps no order.
    """
    try:
        return [name for cell in nbformat.read(path, as_version=4).cells if (name := grade_id(cell))]
    except (OSError, ValueError, AttributeError):
        return []


def shows(*paths: Path) -> list[str]:
    """Return the text of each cell in the notebooks of a lesson, built or released, that only shows something."""
    texts: dict[str, None] = {}
    for path in paths:
        with contextlib.suppress(OSError, ValueError, AttributeError):  # not there, or no notebook
            for cell in nbformat.read(path, as_version=4).cells:
                if (cell.metadata.get("kindling") or {}).get("show"):
                    texts[cell.source.strip()] = None
    return list(texts)


def leave_out(cells: list[NotebookNode], shows: list[str]) -> None:
    """Mark the cells of a submission that need not run: those that stand there as the lesson has them in `shows`.

    One that a cell of the learner's own builds on does run. No other cell has the mark afterwards.
    """
    for cell in cells:
        cell.metadata.pop("kindling", None)
    code = [cell for cell in cells if cell.cell_type == "code"]
    known = frozenset(shows)
    shown = {place for place, cell in enumerate(code) if not grade_id(cell) and cell.source.strip() in known}
    if not shown:
        return
    used = [cell_names.of_check(cell.source) if utils.is_grade(cell) else cell_names.of(cell.source) for cell in code]
    for place in shown - cell_names.builds_on(used, shown).keys():
        code[place].metadata.kindling = {"left_out": True}


def names(nb: NotebookNode, released: dict[str, NotebookNode]) -> list[str | None]:
    """Return of each cell of a submission which released cell it is, or None.

    Its metadata says so; where no cell says that it is a check, the one with the check's text is.
    """
    found = [name if (name := grade_id(cell)) in released else None for cell in nb.cells]
    texts = {
        text: name
        for name, cell in released.items()
        if utils.is_grade(cell) and name not in found
        for text in (cell.source.strip(), _visible(cell.source))
        if text
    }
    return [name or texts.get(cell.source.strip()) for name, cell in zip(found, nb.cells, strict=True)]


def changes(nb: NotebookNode, released: dict[str, NotebookNode], place: list[str | None]) -> list[str]:
    """Return remarks on the released cells that a submission holds several times, not at all, or with other text.

    `place` names the released cell that each cell is. One remark tells of all cells to which the same happened.
    """
    if not any(grade_id(cell) in released for cell in nb.cells):
        return [_stranger(nb)]
    copies = Counter(name for name in place if name)
    texts = {name: cell.source.strip() for name, cell in zip(place, nb.cells, strict=True) if name}

    def edited(name: str) -> bool:
        source = released[name].source
        return utils.is_locked(released[name]) and texts[name] not in (source.strip(), _visible(source))

    checks = [name for name, cell in released.items() if utils.is_grade(cell)]
    remarks = []
    for kind, known in (("cell", [name for name in released if name not in checks]), ("check", checks)):
        twice = [name for name in known if copies[name] > 1]
        missing = [name for name in known if not copies[name]]
        changed = [name for name in known if copies[name] == 1 and edited(name)]
        often = copies[twice[0]] if twice else 0
        back = kind == "check"
        for found, one, many in (
            (twice, f"was there {often} times. The last one counts.", "were there several times. The last ones count."),
            (
                missing,
                "was missing" + " and was put back" * back + ".",
                "were missing" + " and were put back" * back + ".",
            ),
            (changed, "had been changed and was set back.", "had been changed and were set back."),
        ):
            if found:
                remarks.append(f"{_those(kind, found, known)} {one if len(found) == 1 else many}")
    return remarks


def moved(cells: list[NotebookNode], place: list[str | None], order: list[str]) -> list[str]:
    """Return a remark where the cells that a submission holds once, as they will run, are not in the lesson's order.

    `place` names the released cell that each of its cells was.
    """
    copies = Counter(place)
    ranks = [order.index(name) for cell in cells if copies[name := grade_id(cell)] == 1 and name in order]
    if ranks == sorted(ranks):
        return []
    return [
        "The cells are not in the lesson's order. They run from top to bottom, so a cell that stands above what it "
        "needs earns nothing."
    ]


def _stranger(nb: NotebookNode) -> str:
    """Return the remark on a notebook in which no cell says that it belongs to the lesson."""
    if not nb.cells:
        return "The notebook has no cells, so nothing in it earns points. Ask for it again."
    if own := list(dict.fromkeys(name for cell in nb.cells if (name := grade_id(cell)))):
        return (
            f"No cell says that it belongs to this lesson; there are {_listed(own)}. Was the notebook of another "
            "lesson, or of another year, handed in?"
        )
    return (
        "No cell says which task it belongs to: nbgrader's metadata is gone, as after a trip through some editors. "
        "The notebook ran as it stands, with all checks of the lesson."
    )


def _those(kind: str, names: list[str], known: list[str]) -> str:
    """Return what a remark is on: some of the `known` cells of a kind."""
    if NAMED < len(names) == len(known):
        return f"All {len(names)} checks" if kind == "check" else f"The cells of all {len(names)} tasks"
    tasks = _listed([task_of(name) for name in names])
    return f"The {kind} of {tasks}" if len(names) == 1 else f"The {kind}s of {tasks}"


def _listed(names: list[str]) -> str:
    """Return names in a row, like "`a`, `b` and 3 more"."""
    shown = [f"`{name}`" for name in names]
    if len(shown) > NAMED:
        shown = [*shown[: NAMED - 1], f"{len(shown) - NAMED + 1} more"]
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if shown[1:] else shown)


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
    visible: str = cell.source.strip()
    return visible


def _cell(cell: Any, solution: bool, graded: dict[str, float], tasks: dict[str, float]) -> NotebookNode:
    make: Callable[..., NotebookNode] = (
        nbformat.v4.new_code_cell if cell.cell_type == "code" else nbformat.v4.new_markdown_cell
    )
    node = make(cell.source, id=re.sub(r"\W", "-", cell.name, flags=re.ASCII)[:64])
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
