"""How an executed cell ended, in one sentence, and which task it belongs to."""

from __future__ import annotations

import builtins
import re

from nbformat import NotebookNode
from nbgrader import utils

__all__ = ["failure", "failures", "grade_id"]

ASKS = "This cell asks for input(), and nobody is there to answer while it is graded. Remove the call."

_PLACE = re.compile(r" \([^()]*\.py, line \d+\)$")  # where a SyntaxError is, in a file that nobody knows
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


def failure(cell: NotebookNode) -> str | None:
    """Return the one sentence that an executed cell ended with, or None where it ended well.

    That is a check's own sentence; for any other error its name and the first line of its message, like "TypeError: …".
    """
    errors = [output for output in cell.get("outputs", []) if output.output_type == "error"]
    if not errors:
        return None
    last = errors[-1]
    if last.ename == "StdinNotImplementedError":
        return ASKS
    kind = getattr(builtins, last.ename, object)
    if len(last.traceback) == 1 and not (isinstance(kind, type) and issubclass(kind, BaseException)):
        return _ANSI.sub("", last.traceback[0])  # an error that renders itself; a SyntaxError has a single part, too
    said = _PLACE.sub("", next(iter(last.evalue.splitlines()), ""))
    return f"{last.ename}: {said}" if said else last.ename


def failures(notebook: NotebookNode) -> dict[str, str]:
    """Return for each task of an autograded notebook whose check failed the sentence to read first, by the task's id.

    Where the task's own cell failed, that is the cause, and the check's sentence a consequence.
    """
    cells = {name: cell for cell in notebook.cells if (name := grade_id(cell))}
    found = {}
    for name, cell in cells.items():
        task = name.removesuffix("_check")
        sentence = failure(cell)
        if sentence and utils.is_grade(cell):
            found[task] = failure(cells.get(task, cell)) or sentence
    return found


def grade_id(cell: NotebookNode) -> str | None:
    """Return nbgrader's name of a cell, None for an ordinary one and for one whose metadata is broken."""
    metadata = cell.setdefault("metadata", NotebookNode()).get("nbgrader")
    name = metadata.get("grade_id") if isinstance(metadata, dict) else None
    return name if isinstance(name, str) else None
