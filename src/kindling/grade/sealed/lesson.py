"""The sealed checks of a lesson: what its solutions record, and what then goes to a worker with each submission."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nbformat import NotebookNode
from nbgrader import utils

from kindling.grade.outcome import grade_id
from kindling.grade.sealed.slicing import Sealed, seal

__all__ = ["checks", "jobs", "recordings"]

Check = dict[str, Any]  # as Sealed.job gives it; without a "reference" it records


def checks(notebook: NotebookNode) -> dict[str, Sealed]:
    """Return the rewritten texts of each check of a lesson that can be sealed, by the name of its cell."""
    found = {}
    for cell in notebook.cells:
        if cell.cell_type == "code" and utils.is_grade(cell) and cell.source.startswith("%%check"):
            try:
                sealed = seal(cell.source)
            except SyntaxError:
                sealed = None
            if sealed:
                found[str(grade_id(cell))] = sealed
    return found


def recordings(sealed: Mapping[str, Sealed]) -> dict[str, Check]:
    """Return the checks as the lesson's own solutions run them, to record what is wanted."""
    return {name: {"text": check.reference} for name, check in sealed.items()}


def jobs(sealed: Mapping[str, Sealed], claims: Mapping[str, list[dict[str, Any]]]) -> dict[str, Check]:
    """Return the checks as a submission runs them; those whose reference recorded nothing stay as they are."""
    return {name: check.job(claims[name]) for name, check in sealed.items() if claims.get(name)}
