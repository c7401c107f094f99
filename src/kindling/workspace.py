"""The learner's own copy of the lessons, the folder `lab/`: filled from `release/`, opened in JupyterLab, reset.

Nothing that is in `lab/` is ever overwritten. `reset` keeps what it replaces under another name.
"""

from __future__ import annotations

import contextlib
import filecmp
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import nbformat

from kindling.errors import WorkspaceError
from kindling.lesson import named

__all__ = ["fill", "finished", "launch", "lessons", "reset"]

LEFT_BEHIND = shutil.ignore_patterns(".*", "__pycache__")


def lessons(root: Path) -> list[str]:
    """Return the names of all released lessons, in order, like "01_tensors".

    Raises WorkspaceError where there are none.
    """
    found = sorted((root / "release").glob("[0-9][0-9]_*/*.ipynb"))
    names = [path.stem for path in found if path.stem == path.parent.name]
    if not names:
        raise WorkspaceError.no_release(root.resolve())
    return names


def fill(root: Path) -> list[Path]:
    """Copy each released file that `lab/` lacks, and return the copies. Files that are there stay as they are.

    Raises WorkspaceError where a file can't be written; what was copied before it is whole.
    """
    copies = []
    for lesson in lessons(root):
        for source, target in _files(root, lesson):
            if not os.path.lexists(target):
                with _sentence(target):
                    _copy(source, target)
                copies.append(target)
    return copies


def reset(root: Path, name: str) -> list[Path]:
    """Set the learner's files of a lesson back to the release, and return where the old ones are now.

    A file that is as released stays; another is renamed first: "01_tensors.2026-03-01-181500.ipynb", beside the new
    one. Files of the learner's own stay too. Raises WorkspaceError.
    """
    lesson = named([name], lessons(root))[0]
    now = datetime.now().strftime("%Y-%m-%d-%H%M%S")
    kept = []
    for source, target in _files(root, lesson):
        with _sentence(target):
            if not os.path.lexists(target):
                _copy(source, target)
            elif not (target.exists() and filecmp.cmp(source, target, shallow=False)):
                kept.append(target.with_name(f"{target.stem}.{now}{target.suffix}"))
                _copy(source, target, kept[-1])
    return kept


def finished(notebook: Path) -> bool:
    """Return whether each check in a learner's notebook ran and raised nothing when it was saved.

    Bonus tasks do not count. A notebook that can't be read is not finished.
    """
    try:
        cells = nbformat.read(notebook, as_version=4).cells
    except Exception:  # whatever is wrong with the file: JupyterLab opens it and says so
        return False
    heading = ""
    for cell in cells:
        if cell.cell_type == "markdown":
            heading = next((line for line in cell.source.splitlines() if line.startswith("#")), heading)
        elif cell.metadata.get("nbgrader", {}).get("grade"):
            if heading.lstrip("# ").startswith("Bonus") or cell.metadata.nbgrader.get("points") == 0:
                continue
            failed = any(output.output_type == "error" for output in cell.outputs)
            if failed or cell.execution_count is None:
                return False
    return True


def launch(root: Path, name: str | None = None, arguments: Sequence[str] = ()) -> NoReturn:
    """Become JupyterLab on `lab/`, opened at the named lesson, or at the first one that is not finished.

    `arguments` go to JupyterLab as they are, after this function's own. Raises WorkspaceError.
    """
    lab = (root / "lab").resolve()
    known = lessons(root)
    if name:
        lesson = named([name], known)[0]
    else:
        lesson = next((one for one in known if not finished(_notebook(lab, one))), known[0])
    environment = dict(os.environ)
    for variable, folder in (
        # labconfig/ leaves out what learners do not need: nbgrader's tools for instructors, and news from the network.
        # nbgrader_config.json gives a cell 120 s when the Validate button runs it; grading has limits for each lesson.
        ("JUPYTER_CONFIG_PATH", Path(__file__).parent),
        # nbgrader_config.py holds here too, for the Validate button.
        ("JUPYTER_CONFIG_PATH", root.resolve()),
        # `!python` in a cell and a terminal in JupyterLab mean this environment, also where it is not activated.
        ("PATH", Path(sys.executable).parent),
    ):
        environment[variable] = os.pathsep.join(filter(None, (str(folder), environment.get(variable))))
    command = [
        sys.executable,
        "-P",  # a learner's lab/random.py must not stand in for Python's own
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={lab}",
        f"--LabApp.default_url=/lab/tree/{lesson}/{lesson}.ipynb",
        *arguments,
    ]
    # nbgrader writes to the working directory, not to the root folder: they have to be one.
    os.chdir(lab)
    sys.stdout.flush()
    os.execve(sys.executable, command, environment)


def _notebook(folder: Path, lesson: str) -> Path:
    return folder / lesson / f"{lesson}.ipynb"


def _files(root: Path, lesson: str) -> Iterator[tuple[Path, Path]]:
    """Yield each file of a released lesson, with its place in `lab/`."""
    for folder, folders, files in os.walk(root / "release" / lesson):
        ignored = LEFT_BEHIND(folder, [*folders, *files])
        folders[:] = sorted(set(folders) - ignored)
        for file in sorted(set(files) - ignored):
            source = Path(folder, file)
            yield source, root / "lab" / source.relative_to(root / "release")


def _copy(source: Path, target: Path, backup: Path | None = None) -> None:
    """Copy a file under a temporary name, rename what is at `target` to `backup`, then give the copy its name.

    So nobody ever sees half a file, and a disk that is full leaves all as it was.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        shutil.copyfile(source, temporary)
        if backup:
            os.rename(target, backup)
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def _sentence(target: Path) -> Iterator[None]:
    """Raise WorkspaceError for an error of the file system."""
    try:
        yield
    except OSError as error:
        raise WorkspaceError.not_written(target, error.strerror or str(error)) from None
