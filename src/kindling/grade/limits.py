"""How long a lesson's cells may take: told by what they take with the lesson's own solutions on this machine."""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import platform
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from kindling.files import write_whole
from kindling.grade.outcome import grade_id

__all__ = ["digest", "keep", "kept", "key", "measured", "seconds_for_cell", "seconds_for_notebook"]

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
        if any(output.output_type == "error" for output in cell.outputs) or not times:
            return {}
        moments = [datetime.fromisoformat(moment) for moment in times.values()]
        took[key(cell)] = round((max(moments) - min(moments)).total_seconds(), 3)
    return {"cells": took, "seconds": sum(took.values())}


def seconds_for_cell(times: Times, cell: NotebookNode) -> int:
    """Return how long a cell of a submission may run. One that the lesson does not have may be as slow as any of it."""
    took = times["cells"].get(key(cell), max(times["cells"].values(), default=0))
    return max(LEAST_CELL, math.ceil(CELL * took))


def seconds_for_notebook(times: Times) -> int:
    """Return how long all cells of a submission may run."""
    return max(LEAST_NOTEBOOK, math.ceil(NOTEBOOK * times["seconds"]))


def digest(notebook: NotebookNode, files: Mapping[str, bytes], where: str | None) -> str:
    """Return what tells a lesson's text, and the machine or cluster `where` it is timed, from any other."""
    texts = [cell.source.encode() for cell in notebook.cells]
    parts = [*texts, *(part for name, content in sorted(files.items()) for part in (name.encode(), content))]
    lengths = [len(part) for part in parts]
    about = json.dumps([where or platform.node(), lengths]).encode()
    return hashlib.sha256(b"\0".join([about, *parts])).hexdigest()


def kept(root: Path, lesson: str, digest: str) -> Times | None:
    """Return the times that were kept for this text and machine; None where there are none."""
    with contextlib.suppress(OSError, ValueError, LookupError, TypeError):
        found = json.loads(_path(root, lesson).read_bytes())
        if found["digest"] == digest:
            return found["times"]
    return None


def keep(root: Path, lesson: str, digest: str, times: Times) -> None:
    """Keep times in the course's folder, where that can be: else they are taken again next time."""
    with contextlib.suppress(OSError):
        write_whole(_path(root, lesson), json.dumps({"digest": digest, "times": times}).encode())


def _path(root: Path, lesson: str) -> Path:
    from kindling.grade.lock import FOLDER  # not for a worker, which locks nothing

    return root / FOLDER / f"{lesson}.times"
