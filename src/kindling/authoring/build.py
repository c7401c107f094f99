"""Lesson -> source notebook -> release: what `kindling dev build` writes, and how it knows that a file is stale."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError
from nbformat import NotebookNode
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import ClearSolutions as NbgraderClearSolutions
from nbgrader.utils import capture_log
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from kindling.authoring import lessons
from kindling.authoring.lessons import Lesson
from kindling.authoring.notebooks import notebook
from kindling.authoring.percent import SOLUTION
from kindling.authoring.readme import with_table
from kindling.environment import REPEATABLE, inherited
from kindling.errors import BuildError
from kindling.files import write_whole

if TYPE_CHECKING:
    from nbconvert.exporters.exporter import ResourcesDict

__all__ = ["ClearSolutions", "build", "execute", "release", "stale"]

# A cell of a lesson that takes longer is a mistake: the final exercise trains for 30 s, also where a machine is busy.
CELL_SECONDS = 180


class ClearSolutions(NbgraderClearSolutions):
    """nbgrader's own preprocessor, with a stub that names the task.

    A block inside a function raises NotWritten; one at the left edge, where the learner sets a variable, is `S = ...`.
    """

    def preprocess_cell(
        self, cell: NotebookNode, resources: ResourcesDict, cell_index: int
    ) -> tuple[NotebookNode, ResourcesDict]:
        """Return the cell with its solution blocks replaced."""
        task = cell.metadata.get("nbgrader", {}).get("grade_id")
        if re.search(rf"^{SOLUTION[0]}", cell.source, flags=re.MULTILINE):
            stub = f"{task} = ...  # YOUR CODE HERE"
        else:
            stub = f'# YOUR CODE HERE\nraise check.NotWritten("{task}")'
        self.code_stub = {**self.code_stub, "python": stub}
        return super().preprocess_cell(cell, resources, cell_index)


def execute(node: NotebookNode, lesson: Lesson) -> NotebookNode:
    """Return the notebook, executed in a fresh kernel on drawn data in a folder that holds its solution scripts alone.

    Raises BuildError, with the line of the lesson, for a cell that fails.
    """
    node = nbformat.from_dict(node)
    language = dict(node.metadata.language_info)
    with tempfile.TemporaryDirectory(prefix="kindling-") as folder:
        for script in lesson.scripts:
            write_whole(Path(folder, "scripts", script.name), script.text.encode())
        client = NotebookClient(
            node,
            timeout=CELL_SECONDS,
            kernel_name="python3",
            resources={"metadata": {"path": folder}},
            extra_arguments=["--log-level=ERROR"],  # the kernel's own log warns of what does not matter here
            shutdown_kernel="immediate",  # all is said, and torch takes a while to say good-bye
        )
        try:
            client.execute(env=inherited(**REPEATABLE))
        except (CellExecutionError, CellTimeoutError) as error:
            raise BuildError.cell_failed(*_failure(node, lesson, error)) from None
    for cell in node.cells:
        cell.metadata.pop("execution", None)  # times of the run
        if cell.cell_type == "code":
            cell.outputs = _joined(cell.outputs)
    node.metadata.language_info = language  # the kernel adds its own version
    return node


def _joined(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Return a cell's outputs with neighbours of one stream in one: how prints are cut into messages is chance.

    nbclient's own `coalesce_streams` moves prints across the pictures between them.
    """
    joined: list[NotebookNode] = []
    for output in outputs:
        before = joined[-1] if joined else None
        if before and output.output_type == before.output_type == "stream" and output.name == before.name:
            before.text += output.text
        else:
            joined.append(output)
    for output in joined:
        if output.output_type == "stream":  # of a progress bar, what it shows at the end
            output.text = re.sub(r"^[^\n]*\r(?!\n)", "", output.text, flags=re.MULTILINE)
    return joined


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
    known = {lesson.path: lesson for lesson in chosen}
    every = [known.get(path) or lessons.read(path) for path in lessons.find(root / "course")]
    text = with_table(readme, every)
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
        wanted = {target: released[lesson.name], **_scripts(root, lesson)}
        for path in (source, *wanted):
            shown = path.relative_to(root)
            if not path.exists():
                problems.append(f"{shown} is missing. Run `kindling dev build {lesson.name}`.")
                continue
            text = path.read_text(encoding="utf-8")
            if path is source:
                fits = _without_outputs(text) == _without_outputs(nbformat.writes(sources[lesson.name]))
            else:
                fits = text == wanted[path]
            if not fits:
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
    if with_table(readme, chosen) != readme.read_text(encoding="utf-8"):
        problems.append("README.md holds an old table of lessons. Run `kindling dev build`.")
    return problems


def _failure(node: NotebookNode, lesson: Lesson, error: CellExecutionError | CellTimeoutError) -> tuple[Path, int, str]:
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
    return {
        root / folder / lesson.name / "scripts" / script.name: script.stub
        for folder in ("source", "release")
        for script in lesson.scripts
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
        written: str = nbformat.writes(node)
        return written
    except Exception:  # whatever is no notebook differs from every notebook
        return ""


def _ran(path: Path) -> bool:
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    errors = [output for cell in cells for output in cell.outputs if output.output_type == "error"]
    return not errors and [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
