"""What the tests of the learner's commands share: a course of two small lessons, and the command itself."""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import commands
import nbformat
import pytest
from conftest import REPOSITORY
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

KINDLING = Path(sys.executable).with_name("kindling")

HINTS = """<details><summary>Hint: what is <code>2 * x</code>?</summary>

Twice as much as `x`.
</details>

<details><summary>Hint: <code>TypeError: can't multiply sequence by non-int of type 'float'</code></summary>

Is `x` a *number*?
</details>"""


def stub(task: str, body: str = "") -> NotebookNode:
    body = body or f'# YOUR CODE HERE\n    raise check.NotWritten("{task}")'
    cell = new_code_cell(f"def {task}(x):\n    {body}", id=f"x-{task}")
    cell.metadata.nbgrader = {"grade": False, "grade_id": task, "locked": False, "solution": True}
    return cell


def check(task: str, worth: str, body: str) -> NotebookNode:
    points = int(worth.split()[0])
    bonus = f"# Bonus: {points} points\n" if "bonus" in worth else ""
    cell = new_code_cell(f"%%check {task} ({worth})\n{bonus}{body}", id=f"x-{task}_check")
    cell.metadata.nbgrader = {
        "grade": True,
        "grade_id": f"{task}_check",
        "locked": True,
        "points": 0 if bonus else points,
        "solution": False,
    }
    return cell


def show(source: str) -> NotebookNode:
    return new_code_cell(source, metadata={"kindling": {"show": True}}, id=f"x-show-{len(source)}")


def first_lesson() -> NotebookNode:
    """Two tasks and a bonus task. Of the two cells that only show something, a check needs what the second defines."""
    return new_notebook(
        cells=[
            new_markdown_cell("# Numbers", id="x-start"),
            new_code_cell("from kindling import check", id="x-import"),
            show('open("shown", "a").close()'),
            new_markdown_cell("### Double it (1 minute, ●○○)\n\nWrite `double`.", id="x-prose"),
            stub("double"),
            new_markdown_cell(HINTS, id="x-hints"),
            check("double", "1 point", 'check.equal(double(2), 4, "double(2)", mistakes={"Squared?": 5})'),
            show("whole = 8"),
            new_code_cell("wanted = whole", id="x-wanted"),
            new_markdown_cell("### Halve it (1 minute, ●○○)", id="x-prose-2"),
            stub("halve"),
            check("halve", "2 points", 'check.equal(halve(8), 4.0, "halve(8)")'),
            new_markdown_cell("### Bonus: square it (1 minute, ●○○)", id="x-prose-3"),
            stub("square"),
            check("square", "3 bonus points", 'check.equal(square(3), 9, "square(3)")'),
            show('check.summary({"double": 1, "halve": 2}, bonus={"square": 3})'),
        ]
    )


def second_lesson() -> NotebookNode:
    """A task of the same name as one of the first lesson, and one that is a script."""
    return new_notebook(
        cells=[
            new_markdown_cell("# Scripts", id="y-start"),
            new_code_cell("from kindling import check", id="y-import"),
            stub("halve"),
            check("halve", "2 points", 'check.equal(halve(8), 4.0, "halve(8)")'),
            new_markdown_cell(HINTS, id="y-hints"),
            check("main_script", "1 point", 'check.equal(open("scripts/main.py").read(), "", "main.py")'),
        ]
    )


def make(root: Path) -> Path:
    """Make the course in a folder, with a copy in lab/, and return the folder."""
    for name, lesson in (("01_numbers", first_lesson()), ("02_scripts", second_lesson())):
        (root / "release" / name).mkdir(parents=True)
        nbformat.write(lesson, root / "release" / name / f"{name}.ipynb")
    (root / "release" / "02_scripts" / "scripts").mkdir()
    (root / "release" / "02_scripts" / "scripts" / "main.py").write_text("raise SystemExit\n")
    shutil.copytree(root / "release", root / "lab")
    return root


def path(root: Path, lesson: str = "01_numbers") -> Path:
    return root / "lab" / lesson / f"{lesson}.ipynb"


def change(root: Path, cells: dict[str, dict[str, Any]], lesson: str = "01_numbers") -> None:
    """Change cells of the learner's notebook, named as nbgrader names them."""
    notebook = json.loads(path(root, lesson).read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell |= cells.get(cell["metadata"].get("nbgrader", {}).get("grade_id"), {})
    path(root, lesson).write_text(json.dumps(notebook), encoding="utf-8")


def passed() -> dict[str, Any]:
    return {"execution_count": 3, "outputs": [new_output("stream", name="stdout", text="✓ double: 1 point\n")]}


def failed(name: str, sentence: str) -> dict[str, Any]:
    return {"execution_count": 3, "outputs": [new_output("error", ename=name, evalue=sentence, traceback=[sentence])]}


def kindling(
    folder: Path, *arguments: str, largest_file: int | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder; a write beyond `largest_file` bytes fails, as on a full disk."""
    environment = {**os.environ, "HOME": str(folder), "COLUMNS": "300", "PYTHONUTF8": "1", **environment}
    if largest_file is None:
        return commands.run(["kindling", *arguments], folder, environment)
    resource = pytest.importorskip("resource", reason="Windows has no limit on a file's size")
    return subprocess.run(
        [KINDLING, *arguments],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        env=environment,
        preexec_fn=functools.partial(resource.setrlimit, resource.RLIMIT_FSIZE, (largest_file, largest_file)),
    )


__all__ = ["REPOSITORY", "change", "failed", "first_lesson", "kindling", "make", "passed", "path", "show", "stub"]
