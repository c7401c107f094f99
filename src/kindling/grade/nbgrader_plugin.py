"""The preprocessors that `nbgrader_config.py` names.

docs/teach/nbgrader.md tells what each of them changes, and what was measured without it.
"""

from __future__ import annotations

import copy
import os
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import ClearHiddenTests, NbGraderPreprocessor

from kindling.errors import GradingError
from kindling.grade import cleaning, filenames, run
from kindling.grade import released as lesson_cells
from kindling.grade.outcome import failure, failures, grade_id

__all__ = ["Clean", "CleanFiles", "Execute", "HideTests", "ListTasks", "RestoreCells", "clean_files"]

Resources = dict[str, Any]

NO_RESPONSE = "No response."  # nbgrader's own comment, of a task that was left as it was


class RestoreCells(NbGraderPreprocessor):
    """Give a submission back the graded cells that were released: text, kind, points and place.

    The gradebook says what was released, so nothing that a learner did to a cell's metadata, by hand or by accident,
    can stop the grading. Of several copies of a cell the last one counts, as when the notebook runs from top to
    bottom; the others stay, as ordinary cells. A check that is missing, or stands above its task, is put below it.
    """

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Return the notebook with nbgrader's metadata on one cell of each name."""
        about = resources["nbgrader"]
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
            folder = resources["metadata"].get("path")
            if folder is None:  # no nbgrader, but a worker
                raise
            utils.rmtree(folder)  # else nbgrader would take this submission for one that is graded
            raise SystemExit(str(reason)) from None


class Clean(NbGraderPreprocessor):
    """Take out of a graded notebook whatever would run when somebody looks at it: see kindling.grade.cleaning."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Return a notebook that only shows something, and that nbconvert accepts."""
        return cleaning.clean(nb), resources


class CleanFiles(NbGraderPreprocessor):
    """The same for the files beside it, for `nbgrader autograde`: what a browser would run is kept as a text."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Return what came. Raises OSError where a file can't be renamed."""
        folder = resources.get("metadata", {}).get("path")
        if folder:  # no worker, which has no files to keep
            filenames.rename_active_files(Path(folder))
        return nb, resources


def clean_files(assignment: str, student: str, notebooks: list[str]) -> None:
    """Give the files beside graded notebooks names that leave the feedback page its own, in folders of old runs too."""
    for folder in {os.path.dirname(path) for path in notebooks}:
        filenames.rename_active_files(Path(folder))


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


class ListTasks(NbGraderPreprocessor):
    """Tell the feedback page what stands at its top: each task, its points, and the sentence that its check said."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Return the notebook, and in `resources` its tasks. It has its grades, and feedback's cells: see HideTests."""
        said = failures(nb)
        comments = {name: cell.metadata.nbgrader.get("comment") for cell in nb.cells if (name := grade_id(cell))}
        resources["nbgrader"]["tasks"] = [
            {
                "name": (task := grade_id(cell).removesuffix("_check")),
                "anchor": grade_id(cell),
                "score": cell.metadata.nbgrader.score,
                "points": cell.metadata.nbgrader.points,
                "solved": cell.metadata.nbgrader.score >= cell.metadata.nbgrader.points,
                "sentence": said.get(task),
                "comment": None if comments.get(task) == NO_RESPONSE else comments.get(task),
            }
            for cell in nb.cells
            if utils.is_grade(cell) or utils.is_task(cell)
        ]
        return nb, resources
