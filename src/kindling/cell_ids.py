"""nbgrader's ids of a lesson's cells: the cell of a task has the task's own name, its graded cell one made from it."""

from __future__ import annotations

__all__ = ["check_of", "task_of"]

_SUFFIX = "_check"


def check_of(task: str) -> str:
    """Return the id of the graded cell of a task: "softmax_check" of "softmax"."""
    return task + _SUFFIX


def task_of(cell_id: str) -> str:
    """Return the task that a cell belongs to: "softmax" of "softmax_check", and of "softmax" itself."""
    return cell_id.removesuffix(_SUFFIX)
