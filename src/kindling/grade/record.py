"""In and out of nbgrader: preprocessors for `nbgrader_config.py`, and one sentence for whatever went wrong.

docs/teach/nbgrader.md tells what each of them changes, and what was measured without it.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import nbformat
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader import utils
from nbgrader.api import Gradebook
from nbgrader.nbgraderformat import SCHEMA_VERSION
from nbgrader.preprocessors import ClearHiddenTests, NbGraderPreprocessor
from nbgrader.preprocessors import Execute as NbgraderExecute
from traitlets import Dict, Integer

__all__ = ["Execute", "HideTests", "RestoreCells", "failure", "failures", "problem"]

Resources = dict[str, Any]

DIED = "The kernel stopped in this cell. Did the code run out of memory, or end its own process?"
DEAF = "This cell went on after the time limit, or printed more than can be read. Nothing after it ran."
NOT_RUN = "This cell did not run: the kernel had stopped in an earlier cell."

_ANSI = re.compile(r"\x1b\[[0-9;]*m")


class RestoreCells(NbGraderPreprocessor):
    """Give a submission back the graded cells that were released: text, kind, points and place.

    The gradebook says what was released, so nothing that a learner did to a cell's metadata, by hand or by accident,
    can stop the grading. Of several copies of a cell the last one counts, as when the notebook runs from top to
    bottom; the others stay, as ordinary cells. A check that is missing, or stands above its task, is put below it.
    """

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Return the notebook with nbgrader's metadata on one cell of each name."""
        released = _released(resources["nbgrader"])
        place = {name: index for index, cell in enumerate(nb.cells) if (name := _grade_id(cell)) in released}
        below: dict[int, str] = {}
        for name, cell in released.items():
            task = name.removesuffix("_check")
            if utils.is_grade(cell) and place.get(name, -1) < place.get(task, -1):
                below[place[task]] = name
                place.pop(name, None)
        cells = []
        for index, cell in enumerate(nb.cells):
            name = _grade_id(cell)
            cell.metadata.pop("nbgrader", None)
            cells.append(_restored(cell, released[name]) if name and place.get(name) == index else cell)
            if index in below:
                cells.append(released[below[index]])
        missing = (name for name, cell in released.items() if utils.is_grade(cell))
        cells += [released[name] for name in missing if name not in place and name not in below.values()]
        nb.cells = cells
        return nb, resources


class Execute(NbgraderExecute):
    """nbgrader's own preprocessor, which keeps what a notebook earned before its kernel stopped.

    All `Execute` options of nbgrader hold here too.
    """

    environment = Dict(help="Environment variables of the kernel, beside those of nbgrader.").tag(config=True)
    max_characters = Integer(100_000, help="How much of what a cell prints is kept.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Resources, km: Any = None) -> tuple[NotebookNode, Resources]:
        """Return the executed notebook; where the kernel stopped, each code cell from there on has failed."""
        self._running = 0
        try:
            return super().preprocess(nb, resources, km)
        except (DeadKernelError, CellTimeoutError) as error:
            sentence = DIED if isinstance(error, DeadKernelError) else DEAF
            for cell in nb.cells[self._running :]:
                if cell.cell_type == "code":
                    cell.outputs = [_error(type(error).__name__, sentence)]
                    sentence = NOT_RUN
            return nb, resources

    def setup_kernel(self, **kwargs: Any) -> Any:
        """Return the context manager in which the kernel runs."""
        return super().setup_kernel(env={**os.environ, **self.environment}, **kwargs)

    def preprocess_cell(self, cell: NotebookNode, resources: Resources, index: int) -> tuple[NotebookNode, Resources]:
        """Run one cell."""
        self._running, self._printed = index, 0
        return super().preprocess_cell(cell, resources, index)

    def output(self, outs: list[NotebookNode], msg: Resources, display_id: str | None, cell_index: int) -> Any:
        """Keep an output as it arrives, so that a cell which prints without end fills no memory here."""
        if msg["msg_type"] == "stream":
            room = max(0, self.max_characters - self._printed)
            self._printed += len(msg["content"]["text"])
            if room == 0:
                return None
            msg["content"]["text"] = msg["content"]["text"][:room]
        return super().output(outs, msg, display_id, cell_index)


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
        cell.outputs = [_error("", sentence)] if sentence else []
        return super().preprocess_cell(cell, resources, cell_index)


def failure(cell: NotebookNode) -> str | None:
    """Return the one sentence that an executed cell ended with, or None where it ended well.

    That is a check's own sentence; for any other error its name and the first line of its message, like "TypeError: …".
    """
    errors = [output for output in cell.get("outputs", []) if output.output_type == "error"]
    if not errors:
        return None
    last = errors[-1]
    if len(last.traceback) == 1:
        return _ANSI.sub("", last.traceback[0])
    return ": ".join([last.ename, *last.evalue.splitlines()[:1]])


def failures(notebook: NotebookNode) -> dict[str, str]:
    """Return for each task of an autograded notebook whose check failed the sentence to read first, by the task's id.

    Where the task's own cell failed, that is the cause, and the check's sentence a consequence.
    """
    cells = {name: cell for cell in notebook.cells if (name := _grade_id(cell))}
    found = {}
    for name, cell in cells.items():
        task = name.removesuffix("_check")
        sentence = failure(cell)
        if sentence and utils.is_grade(cell):
            found[task] = failure(cells.get(task, cell)) or sentence
    return found


def problem(folder: Path, lesson: str) -> str | None:
    """Return one sentence that says why nbgrader can't grade what was handed in in `folder`, or None where it can."""
    stamp = folder / "timestamp.txt"
    if stamp.is_file():
        text = stamp.read_text(encoding="utf-8", errors="replace").strip()
        try:
            utils.parse_utc(text)
        except ValueError:
            return f'"{stamp.name}" says "{text[:40]}", which is no time. Delete it and grade again.'
    path = folder / f"{lesson}.ipynb"
    if not path.is_file():
        others = [other.name for other in sorted(folder.glob("*.ipynb")) if other.is_file()]
        if others:
            return f'The notebook is named "{others[0]}". Rename it to "{path.name}" and grade again.'
        return f'There is no notebook "{path.name}".'
    try:
        text = path.read_text(encoding="utf-8")
        if not text.strip():
            return "The notebook is an empty file. Ask for it again."
        node = json.loads(text)
    except UnicodeDecodeError:
        return "The notebook is not UTF-8 text. Ask for it again."
    except json.JSONDecodeError as error:
        return f"The notebook is broken: line {error.lineno} is no JSON. Ask for it again."
    try:
        nbformat.reads(text, as_version=4).cells  # noqa: B018
    except Exception:
        version = node.get("nbformat") if isinstance(node, dict) else None
        if isinstance(version, int) and version > nbformat.current_nbformat:
            return f"The notebook has format {version}, newer than {nbformat.current_nbformat}, the newest known here."
        return "The file is JSON, but no notebook. Ask for it again."
    return None


def _released(submission: Resources) -> dict[str, NotebookNode]:
    """Return each cell that nbgrader knows of a notebook, as it was released, by its grade id."""
    with Gradebook(submission["db_url"]) as gradebook:
        notebook = gradebook.find_notebook(submission["notebook"], submission["assignment"])
        solutions = {cell.name for cell in notebook.solution_cells}
        graded = {cell.name: cell.max_score for cell in notebook.grade_cells}
        tasks = {cell.name: cell.max_score for cell in notebook.task_cells}
        return {cell.name: _cell(cell, cell.name in solutions, graded, tasks) for cell in notebook.source_cells}


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


def _error(name: str, sentence: str) -> NotebookNode:
    return new_output("error", ename=name, evalue=sentence, traceback=[sentence])


def _restored(cell: NotebookNode, released: NotebookNode) -> NotebookNode:
    """Return the released cell with what a learner may change: the text of a task, and the cell's id."""
    if not utils.is_locked(released):
        released.source = cell.source
    if "id" in cell:
        released.id = cell.id
    return released


def _grade_id(cell: NotebookNode) -> str | None:
    metadata = cell.setdefault("metadata", NotebookNode()).get("nbgrader")
    name = metadata.get("grade_id") if isinstance(metadata, dict) else None
    return name if isinstance(name, str) else None
