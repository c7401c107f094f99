"""Counts how often a learner runs a check in JupyterLab until it passes: only with their consent, `kindling tries on`.

The folder `lab/.tries` is the consent. In it, each notebook's kernel keeps the counts of its lesson; when JupyterLab
saves the notebook, those of the tasks that have passed go into its metadata.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
from pathlib import Path, PurePosixPath
from typing import Any

from kindling import tries
from kindling.errors import NotWritten, WorkspaceError
from kindling.files import remove, write_whole
from kindling.learn import course, notebook

__all__ = ["STARTUP", "THEIRS", "are_on", "follow", "on_save", "switch"]

STARTUP = Path(__file__).parent / "jupyter" / "startup.py"  # what a kernel runs first, so that it counts
THEIRS = "KINDLING_PYTHONSTARTUP"  # what the learner's own PYTHONSTARTUP names, which still runs
ON = """From now on, each notebook notes how often you ran a check in JupyterLab until it passed.
You see it in `kindling progress 01`. Whoever gets the notebook sees it too, and the report on your class its median.
Start JupyterLab anew: kindling open. To end it and delete the numbers: kindling tries off"""
OFF = "How often you run a check is not noted, and your notebooks say nothing of it."

_TASK = re.compile(r"%%check (\w+)")


def switch(root: Path, on: bool | None = None) -> str:
    """Begin to count with the learner's consent, or end it and delete what was counted; return what holds now.

    Raises WorkspaceError.
    """
    folder = _folder(root)
    try:
        if on:
            folder.mkdir(parents=True, exist_ok=True)
        elif on is False:
            remove(folder)
    except OSError as error:
        raise WorkspaceError.not_written(folder, error.strerror or str(error)) from None
    if on is False:
        for lesson in course.lessons(root):
            with contextlib.suppress(WorkspaceError):  # not there, or no notebook
                mine = notebook.read(course.mine(root, lesson))
                if tries.put_into(mine.metadata, {}):
                    mine.write()
    return ON if are_on(root) else OFF


def are_on(root: Path) -> bool:
    """Return whether the learner wants that tries are counted."""
    return _folder(root).is_dir()


def follow() -> None:
    """Count each check that this kernel runs, in a lesson of a learner who wants that."""
    shell = sys.modules["IPython"].get_ipython()
    here = Path.cwd()

    def note(result: Any) -> None:
        if found := _TASK.match(result.info.raw_cell or ""):
            if isinstance(result.error_in_exec, NotWritten):
                return
            with contextlib.suppress(OSError):  # a full disk stops no lesson
                _count(here.parent / ".tries", here.name, found[1], bool(result.success))

    shell.events.register("post_run_cell", note)
    if theirs := os.environ.get(THEIRS):
        shell.safe_execfile(theirs, shell.user_ns)


def on_save(model: dict[str, Any], path: str, contents_manager: Any, **_: Any) -> None:
    """Before Jupyter's server saves a lesson's notebook: put the tries into it, or take out those of before."""
    place = PurePosixPath(path)
    content = model.get("content")
    if model.get("type") != "notebook" or not isinstance(content, dict) or place.stem != place.parent.name:
        return
    counts = _counts(Path(contents_manager.root_dir) / ".tries" / f"{place.stem}.json")
    tries.put_into(content["metadata"], {task: one["tries"] for task, one in counts.items() if one["passed"]})


def _load_jupyter_server_extension(app: Any) -> None:
    app.contents_manager.register_pre_save_hook(on_save)


def _folder(root: Path) -> Path:
    return root / "lab" / ".tries"


def _count(folder: Path, lesson: str, task: str, passed: bool) -> None:
    """Count one more try of a task, unless it has passed before."""
    if not folder.is_dir():
        return
    path = folder / f"{lesson}.json"
    counts = _counts(path)
    before = counts.get(task, {"tries": 0, "passed": False})
    if not before["passed"] and before["tries"] < tries.MOST:
        write_whole(path, json.dumps(counts | {task: {"tries": before["tries"] + 1, "passed": passed}}).encode())


def _counts(path: Path) -> dict[str, dict[str, Any]]:
    """Return the tries of each task, and whether it has passed; {} where nothing is counted."""
    try:
        found = json.loads(path.read_bytes())
        return {task: {"tries": int(one["tries"]), "passed": one["passed"] is True} for task, one in found.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}
