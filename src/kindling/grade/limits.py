"""How long a lesson's cells may take: told by what they take with the lesson's own solutions on this machine."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from nbformat import NotebookNode

from kindling.grade.outcome import errors, grade_id

__all__ = ["Times", "key", "measured", "seconds_for_cell", "seconds_for_notebook"]

CELL, NOTEBOOK = 10, 5  # times what the solutions took
LEAST_CELL, LEAST_NOTEBOOK = 15, 60  # seconds

Times = Mapping[str, Any]  # {"cells": {key: seconds}, "seconds": those of all cells}; {} where they are not known


def key(cell: NotebookNode) -> str:
    """Return by what a cell of a lesson is known in a submission: nbgrader's name of it, or its text."""
    return grade_id(cell) or hashlib.sha256(cell.source.strip().encode()).hexdigest()[:16]


def measured(notebook: NotebookNode) -> Times:
    """Return how long the cells of an executed notebook took; {} where one failed, which may have been quick."""
    took: dict[str, float] = {}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        times = cell.metadata.get("execution", {})
        if errors(cell) or not times:
            return {}
        moments = [datetime.fromisoformat(moment) for moment in times.values()]
        took[key(cell)] = round((max(moments) - min(moments)).total_seconds(), 3)
    return {"cells": took, "seconds": sum(took.values())}


def seconds_for_cell(times: Times, cell: NotebookNode) -> int:
    """Return how long a cell of a submission may run. One that the lesson does not have may be as slow as any of it."""
    known: dict[str, float] = times["cells"]
    took = known.get(key(cell), max(known.values(), default=0))
    return max(LEAST_CELL, math.ceil(CELL * took))


def seconds_for_notebook(times: Times) -> int:
    """Return how long all cells of a submission may run."""
    took: float = times["seconds"]
    return max(LEAST_NOTEBOOK, math.ceil(NOTEBOOK * took))
