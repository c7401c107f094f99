"""The learner's own copy of the lessons, the folder `lab/`: filled from `release/`, and opened in JupyterLab.

Nothing that is in `lab/` is ever overwritten. `reset` keeps what it replaces under another name.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from kindling.authoring.lessons import named
from kindling.environment import inherited
from kindling.errors import WorkspaceError
from kindling.learn import course, progress, tries

__all__ = ["copy", "files", "fill", "launch", "released", "sentence"]

LEFT_BEHIND = shutil.ignore_patterns(".*", "__pycache__")


def fill(root: Path) -> list[Path]:
    """Copy each released file that `lab/` lacks, and return the copies. Files that are there stay as they are.

    Raises WorkspaceError where a file can't be written; what was copied before it is whole.
    """
    copies = []
    for lesson in course.lessons(root):
        for source, target in files(root, lesson):
            if not os.path.lexists(target):
                with sentence(target):
                    copy(source, target)
                copies.append(target)
    return copies


def launch(root: Path, name: str | None = None, arguments: Sequence[str] = ()) -> NoReturn:
    """Become JupyterLab on `lab/`, opened at the named lesson, or at the first one that is not finished.

    `arguments` go to JupyterLab as they are, after this function's own. Raises WorkspaceError.
    """
    lab = (root / "lab").resolve()
    known = course.lessons(root)
    if name:
        lesson = named([name], known)[0]
    else:
        lesson = next((one for one in known if not progress.of_lesson(root, one).finished), known[0])
    # `!python` in a cell and a terminal in JupyterLab mean this environment, also where it is not activated.
    environment = inherited()
    for variable, folder in (
        # labconfig/ leaves out what learners do not need: nbgrader's tools for instructors, and news from the network.
        # jupyter_server_config.d/ makes the Validate button show sentences first.
        # nbgrader_config.json gives a cell 120 s when the Validate button runs it; grading has limits for each lesson.
        ("JUPYTER_CONFIG_PATH", Path(__file__).parent / "jupyter"),
        # nbgrader_config.py holds here too, for the Validate button.
        ("JUPYTER_CONFIG_PATH", root.resolve()),
    ):
        environment[variable] = os.pathsep.join(filter(None, (str(folder), environment.get(variable))))
    if tries.are_on(root):
        environment |= {"PYTHONSTARTUP": str(tries.STARTUP), tries.THEIRS: os.environ.get("PYTHONSTARTUP", "")}
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


def files(root: Path, lesson: str) -> Iterator[tuple[Path, Path]]:
    """Yield each file of a released lesson, with its place in `lab/`."""
    for source in released(root, lesson):
        yield source, root / "lab" / source.relative_to(root / "release")


def released(root: Path, lesson: str) -> Iterator[Path]:
    """Yield each file of a released lesson, in order; none that is hidden, which a tool has left there."""
    for folder, folders, names in os.walk(root / "release" / lesson):
        ignored = LEFT_BEHIND(folder, [*folders, *names])
        folders[:] = sorted(set(folders) - ignored)
        yield from (Path(folder, name) for name in sorted(set(names) - ignored))


def copy(source: Path, target: Path, backup: Path | None = None) -> None:
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
def sentence(target: Path) -> Iterator[None]:
    """Raise WorkspaceError for an error of the file system."""
    try:
        yield
    except OSError as error:
        raise WorkspaceError.not_written(target, error.strerror or str(error)) from None
