"""The preprocessors that `nbgrader_config.py` names.

docs/teach/nbgrader.md tells what each of them changes, and what was measured without it.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any, NoReturn

from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import ClearHiddenTests, NbGraderPreprocessor

from kindling.errors import GradingError
from kindling.grade import lock, run
from kindling.grade import released as lesson_cells
from kindling.grade.outcome import failure, grade_id

__all__ = ["Execute", "HideTests", "RestoreCells"]

Resources = dict[str, Any]


class RestoreCells(NbGraderPreprocessor):
    """Give a submission back the graded cells that were released: text, kind, points and place.

    The gradebook says what was released, so nothing that a learner did to a cell's metadata, by hand or by accident,
    can stop the grading. Of several copies of a cell the last one counts, as when the notebook runs from top to
    bottom; the others stay, as ordinary cells. A check that is missing, or stands above its task, is put below it.
    """

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Return the notebook with nbgrader's metadata on one cell of each name."""
        about = resources["nbgrader"]
        if "released" not in about:
            _refuse_second(resources)
        released = copy.deepcopy(about["released"]) if "released" in about else lesson_cells.cells(about)
        about.setdefault("remarks", []).extend(lesson_cells.changes(nb, released))
        place = {name: index for index, cell in enumerate(nb.cells) if (name := grade_id(cell)) in released}
        below: dict[int, str] = {}
        for name, cell in released.items():
            task = name.removesuffix("_check")
            if utils.is_grade(cell) and place.get(name, -1) < place.get(task, -1):
                below[place[task]] = name
                place.pop(name, None)
        cells = []
        for index, cell in enumerate(nb.cells):
            name = grade_id(cell)
            cell.metadata.pop("nbgrader", None)
            cells.append(lesson_cells.restored(cell, released[name]) if name and place.get(name) == index else cell)
            if index in below:
                cells.append(released[below[index]])
        missing = (name for name, cell in released.items() if utils.is_grade(cell))
        cells += [released[name] for name in missing if name not in place and name not in below.values()]
        nb.cells = cells
        return nb, resources


class Execute(run.Execute):
    """The same as a worker's, for `nbgrader autograde`, which would otherwise go on to the next student."""

    def preprocess(self, nb: NotebookNode, resources: Resources, km: Any = None) -> tuple[NotebookNode, Resources]:
        """Return the executed notebook. Where there is no sandbox, end the program with a sentence."""
        try:
            return super().preprocess(nb, resources, km)
        except GradingError as reason:
            if resources["metadata"].get("path") is None:  # no nbgrader, but a worker
                raise
            _end(resources, reason)


def _refuse_second(resources: Resources) -> None:
    """End `nbgrader autograde`, which runs in the course folder, where `kindling grade` is at work on the lesson."""
    try:
        lock.refuse_second(Path(), resources["nbgrader"]["assignment"])
    except GradingError as reason:
        _end(resources, reason)


def _end(resources: Resources, reason: GradingError) -> NoReturn:
    """End the program with a sentence; nbgrader would otherwise go on to the next student."""
    if folder := resources.get("metadata", {}).get("path"):
        utils.rmtree(folder)  # else nbgrader would take this submission for one that is graded
    raise SystemExit(str(reason)) from None


class HideTests(ClearHiddenTests):
    """Show of a graded cell its visible claims and the one sentence that it ended with, or no output.

    A traceback shows the lines of the hidden tests, and what a learner's code prints in there shows their values.
    A learner's own cell may hold any text, nbgrader's markers included.
    """

    def preprocess_cell(
        self, cell: NotebookNode, resources: Resources, cell_index: int
    ) -> tuple[NotebookNode, Resources]:
        """Return the cell without hidden tests, with one output at most, where it is graded."""
        if not utils.is_grade(cell) or cell.cell_type != "code":
            return cell, resources
        sentence = failure(cell)
        cell.outputs = [run.error("", sentence)] if sentence else []
        return super().preprocess_cell(cell, resources, cell_index)
