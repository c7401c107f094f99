"""Lesson -> source notebook -> release: what `kindling dev build` writes, and how it knows that a file is stale."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError
from nbformat import NotebookNode
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from nbgrader.nbgraderformat import SCHEMA_VERSION
from nbgrader.preprocessors import ClearSolutions as NbgraderClearSolutions
from nbgrader.utils import capture_log
from traitlets.config import Config, PyFileConfigLoader

from kindling import lesson as lessons
from kindling.errors import BuildError
from kindling.files import write_whole
from kindling.grade import outcome
from kindling.lesson import SOLUTION, Cell, Lesson

__all__ = ["ClearSolutions", "build", "execute", "notebook", "release", "stale"]

# A cell of a lesson that takes longer is a mistake: the final exercise trains for 30 s, also where a machine is busy.
CELL_SECONDS = 180

# Folded away at the end of each notebook, where no learner looks.
NOTE = "# For authors: this notebook is built; CONTRIBUTING.md says how to change it."

# A cell that only shows something stays open up to this many lines: so much can be read at a glance.
FOLD_LINES = 12

# What `dev build` writes into the README, between these two lines.
TABLE = ("<!-- The table of lessons is written by `kindling dev build`. -->", "<!-- End of the table of lessons. -->")


class ClearSolutions(NbgraderClearSolutions):
    """nbgrader's own preprocessor, with a stub that names the task.

    A block inside a function raises NotWritten; one at the left edge, where the learner sets a variable, is `S = ...`.
    """

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], cell_index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return the cell with its solution blocks replaced."""
        task = cell.metadata.get("nbgrader", {}).get("grade_id")
        if re.search(rf"^{SOLUTION[0]}", cell.source, flags=re.MULTILINE):
            stub = f"{task} = ...  # YOUR CODE HERE"
        else:
            stub = f'# YOUR CODE HERE\nraise check.NotWritten("{task}")'
        self.code_stub = {**self.code_stub, "python": stub}
        return super().preprocess_cell(cell, resources, cell_index)


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
            anchor, count = (owner if cell.task else f"{owner}_check"), 0
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
    return nbformat.v4.new_notebook(cells=nodes, metadata=metadata)


def execute(node: NotebookNode, lesson: Lesson) -> NotebookNode:
    """Return the notebook, executed in a fresh kernel on drawn data in a folder that holds its solution scripts alone.

    Raises BuildError, with the line of the lesson, for a cell that fails.
    """
    node = nbformat.from_dict(node)
    language = dict(node.metadata.language_info)
    with tempfile.TemporaryDirectory(prefix="kindling-") as folder:
        for script in lessons.read_scripts(lesson.path):
            write_whole(Path(folder, "scripts", script.name), script.text.encode())
        client = NotebookClient(
            node,
            timeout=CELL_SECONDS,
            kernel_name="python3",
            resources={"metadata": {"path": folder}},
            extra_arguments=["--log-level=ERROR"],  # the kernel's own log warns of what does not matter here
        )
        try:
            client.execute(env={**os.environ, "KINDLING_SOURCE": "drawn", "OMP_NUM_THREADS": "1"})
        except (CellExecutionError, CellTimeoutError) as error:
            raise BuildError.cell_failed(*_failure(node, lesson, error)) from None
    for cell in node.cells:
        cell.metadata.pop("execution", None)  # times of the run
    node.metadata.language_info = language  # the kernel adds its own version
    return node


def release(sources: dict[str, NotebookNode], config: Path) -> dict[str, str]:
    """Return the text of each release notebook by the lesson's name, made by nbgrader from the source notebooks.

    `config` is the course's nbgrader_config.py. Nothing is written outside a temporary folder.
    """
    with tempfile.TemporaryDirectory(prefix="kindling-") as folder:
        root = Path(folder)
        for name, node in sources.items():
            write_whole(root / "source" / name / f"{name}.ipynb", (nbformat.writes(node) + "\n").encode())
        settings = Config()
        settings.merge(PyFileConfigLoader(config.name, path=str(config.parent.resolve())).load_config())
        settings.CourseDirectory.root = str(root)
        settings.CourseDirectory.db_url = f"sqlite:///{root / 'gradebook.db'}"
        settings.GenerateAssignment.no_database = True
        for name in sources:
            course = CourseDirectory(config=settings, assignment_id=name)
            converter = GenerateAssignment(coursedir=course, config=settings)
            # A gradebook is for classes; making one here would cost seconds.
            converter.preprocessors = [step for step in converter.preprocessors if "SaveCells" not in str(step)]
            outcome = capture_log(converter)
            if not outcome["success"]:
                raise BuildError.no_release(name, outcome["log"] or outcome["error"])
        return {name: (root / "release" / name / f"{name}.ipynb").read_text(encoding="utf-8") for name in sources}


def build(root: Path, names: list[str] | None = None) -> Iterator[Path]:
    """Write source/ and release/ of the named lessons, or all, and the README's table; yield each file once written.

    Nothing is written for a lesson whose text or code fails. Raises LessonError or BuildError.
    """
    chosen = [lessons.read(path) for path in lessons.find(root / "course", names)]
    sources = {lesson.name: notebook(lesson) for lesson in chosen}
    released = release(sources, root / "nbgrader_config.py")
    for lesson in chosen:
        executed = execute(sources[lesson.name], lesson)
        for target, text in (
            (_path(root, "source", lesson.name), nbformat.writes(executed) + "\n"),
            (_path(root, "release", lesson.name), released[lesson.name]),
            *_scripts(root, lesson).items(),
        ):
            write_whole(target, text.encode())
            yield target
        for path in _stray_scripts(root, lesson):
            path.unlink()
    if not names:
        for path in _strays(root, {lesson.name for lesson in chosen}):
            shutil.rmtree(path)
    readme = root / "README.md"
    text = _with_table(readme, [lessons.read(path) for path in lessons.find(root / "course")])
    if text != readme.read_text(encoding="utf-8"):
        write_whole(readme, text.encode())
        yield readme


def stale(root: Path, names: list[str] | None = None) -> list[str]:
    """Return one sentence for each built file that is missing, stale, edited by hand, or of a lesson that is gone.

    Outputs are not compared, since pictures differ by machine; that every code cell ran without error is.
    With `names`, only the files of these lessons are looked at.
    """
    chosen = [lessons.read(path) for path in lessons.find(root / "course", names)]
    sources = {lesson.name: notebook(lesson) for lesson in chosen}
    released = release(sources, root / "nbgrader_config.py")
    problems = []
    for lesson in chosen:
        source, target = (_path(root, folder, lesson.name) for folder in ("source", "release"))
        for path, holds in (
            (
                source,
                lambda text, name=lesson.name: (
                    _without_outputs(text) == _without_outputs(nbformat.writes(sources[name]))
                ),
            ),
            (target, lambda text, name=lesson.name: text == released[name]),
            *((path, lambda text, stub=stub: text == stub) for path, stub in _scripts(root, lesson).items()),
        ):
            shown = path.relative_to(root)
            if not path.exists():
                problems.append(f"{shown} is missing. Run `kindling dev build {lesson.name}`.")
            elif not holds(path.read_text(encoding="utf-8")):
                origin = lesson.path.name if path.suffix == ".ipynb" else f"{lesson.name}/scripts/{path.name}"
                problems.append(
                    f"{shown} is not what course/{origin} says: stale or edited by hand. "
                    f"Run `kindling dev build {lesson.name}`."
                )
            elif path is source and not _ran(path):
                problems.append(f"{shown} holds a cell that did not run. Run `kindling dev build {lesson.name}`.")
        for path in _stray_scripts(root, lesson):
            problems.append(
                f"{path.relative_to(root)} belongs to no script in course/{lesson.name}/scripts. "
                f"Run `kindling dev build {lesson.name}`."
            )
    if names:
        return problems
    for path in _strays(root, set(sources)):
        problems.append(f"{path.relative_to(root)} belongs to no lesson in course/. Run `kindling dev build`.")
    readme = root / "README.md"
    if _with_table(readme, chosen) != readme.read_text(encoding="utf-8"):
        problems.append("README.md holds an old table of lessons. Run `kindling dev build`.")
    return problems


def _node(cell: Cell, name: str, bonus: bool) -> NotebookNode:
    make = nbformat.v4.new_code_cell if cell.type == "code" else nbformat.v4.new_markdown_cell
    source = cell.source
    if cell.check:
        worth = f"{cell.points} {'bonus ' * bonus}point{'s' * (cell.points != 1)}"
        lines = [f"%%check {cell.check} ({worth})", *([outcome.bonus_line(cell.points)] if bonus else []), source]
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
            "grade_id": owner if cell.task else f"{owner}_check",
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
    node = nbformat.v4.new_code_cell(
        f"# @title What you have done\n{NOTE}\ncheck.summary({arguments})", id=f"{lesson.name[:2]}-summary"
    )
    node.metadata.kindling = {"show": True}
    _fold(node)
    return node


def _fold(node: NotebookNode) -> None:
    """Show of a cell its first line alone, in JupyterLab, Notebook 7 and Colab, until it is opened."""
    node.metadata.jupyter = {"source_hidden": True}
    node.metadata.cellView = "form"


def _failure(node: NotebookNode, lesson: Lesson, error: Exception) -> tuple[Path, int, str]:
    """Return the lesson's file, the line of the cell that failed, and the error's last line."""
    ran = [
        built.cell_type == "markdown"
        or (built.execution_count is not None and all(output.output_type != "error" for output in built.outputs))
        for built in node.cells
    ]
    line = lesson.cells[ran.index(False)].line
    if isinstance(error, CellTimeoutError):
        return lesson.path, line, f"the cell ran longer than {CELL_SECONDS} s"
    return lesson.path, line, f"{error.ename}: {error.evalue}"


def _path(root: Path, folder: str, name: str) -> Path:
    return root / folder / name / f"{name}.ipynb"


def _scripts(root: Path, lesson: Lesson) -> dict[Path, str]:
    """Return the text of each script beside the notebooks of a lesson, by its path.

    Both folders hold the same stubs: nbgrader copies what lies in source/ to release/ as it is, solutions included.
    """
    scripts = lessons.read_scripts(lesson.path)
    return {
        root / folder / lesson.name / "scripts" / script.name: script.stub
        for folder in ("source", "release")
        for script in scripts
    }


def _stray_scripts(root: Path, lesson: Lesson) -> list[Path]:
    """Return the files of Python beside the notebooks of a lesson that belong to none of its scripts."""
    known = _scripts(root, lesson)
    found = (path for folder in ("source", "release") for path in sorted((root / folder / lesson.name).rglob("*.py")))
    return [path for path in found if path not in known]


def _strays(root: Path, names: set[str]) -> list[Path]:
    """Return the folders of source/ and release/ that belong to none of the lessons `names`."""
    folders = (path for folder in ("source", "release") for path in sorted((root / folder).glob("*")))
    return [path for path in folders if path.is_dir() and path.name not in names]


def _without_outputs(text: str) -> str:
    try:
        node = nbformat.reads(text, as_version=4)
        for cell in node.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        return nbformat.writes(node)
    except Exception:  # whatever is no notebook differs from every notebook
        return ""


def _ran(path: Path) -> bool:
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    errors = [output for cell in cells for output in cell.outputs if output.output_type == "error"]
    return not errors and [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))


def _with_table(readme: Path, chosen: list[Lesson]) -> str:
    """Return the README's text with the table of these lessons. Raises BuildError where the place for it is gone."""
    text = readme.read_text(encoding="utf-8")
    if text.count(TABLE[0]) != 1 or text.count(TABLE[1]) != 1:
        raise BuildError.no_table(readme, *TABLE)
    rows = [
        f"| [{lesson.name[:2]} {lesson.title}]({_path(Path(), 'release', lesson.name)}) "
        f"| {lesson.promise} | {lesson.minutes} |"
        for lesson in chosen
    ]
    table = "\n".join(["| lesson | you can then … | minutes |", "|---|---|---|", *rows])
    before, after = text.split(TABLE[0])[0], text.split(TABLE[1])[1]
    return f"{before}{TABLE[0]}\n{table}\n{TABLE[1]}{after}"
