"""The learner's copy of the lessons: made, kept, opened and reset."""

import json
import os
import re
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from conftest import REPOSITORY
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from kindling import workspace

KINDLING = Path(sys.executable).with_name("kindling")


def notebook(*checks: tuple[str, int | None, bool]) -> nbformat.NotebookNode:
    """A notebook with one check below each heading; a check has a number when it ran, and an error when it failed."""
    cells = []
    for heading, count, failed in checks:
        outputs = [new_output("error", ename="CheckFailed", evalue="", traceback=["No."])] if failed else []
        check = new_code_cell("check.equal(1, 1, '1')", execution_count=count, outputs=outputs)
        check.metadata.nbgrader = {"grade": True, "grade_id": "a_check"}
        cells += [new_markdown_cell(f"### {heading}\n\nWrite it."), new_code_cell("a = 1"), check]
    return new_notebook(cells=cells)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A course folder with two released lessons, the second with a script; and what a release may hold by accident."""
    for name in ("01_tensors", "02_training"):
        folder = tmp_path / "release" / name
        (folder / ".ipynb_checkpoints").mkdir(parents=True)
        (folder / ".ipynb_checkpoints" / "old.ipynb").touch()
        nbformat.write(notebook(("Add (1 minute, ●○○)", None, False)), folder / f"{name}.ipynb")
    (tmp_path / "release" / "02_training" / "scripts").mkdir()
    (tmp_path / "release" / "02_training" / "scripts" / "main.py").write_text("raise SystemExit\n")
    shutil.copy(REPOSITORY / "nbgrader_config.py", tmp_path)
    return tmp_path


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def kindling(root: Path, *arguments: str, largest_file: int | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command in `root`; a write beyond `largest_file` bytes fails, as on a full disk."""

    def limit() -> None:
        if largest_file is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))

    return subprocess.run(
        [KINDLING, *arguments],
        cwd=root,
        capture_output=True,
        text=True,
        env={**os.environ, "HOME": str(root), "COLUMNS": "300"},
        preexec_fn=limit,
    )


def test_lab_gets_every_released_file(root: Path):
    copies = workspace.fill(root)
    wanted = ["01_tensors/01_tensors.ipynb", "02_training/02_training.ipynb", "02_training/scripts/main.py"]
    assert files(root / "lab") == wanted
    assert copies == [root / "lab" / name for name in wanted]
    assert all((root / "lab" / name).read_bytes() == (root / "release" / name).read_bytes() for name in wanted)


def test_a_learners_work_is_never_overwritten(root: Path):
    workspace.fill(root)
    mine, script = root / "lab/01_tensors/01_tensors.ipynb", root / "lab/02_training/scripts/main.py"
    mine.write_text("my work")
    script.unlink()
    assert workspace.fill(root) == [script]
    assert mine.read_text() == "my work"


def test_a_link_of_the_learners_is_left_alone(root: Path):
    (root / "lab" / "01_tensors").mkdir(parents=True)
    link = root / "lab/01_tensors/01_tensors.ipynb"
    link.symlink_to(root / "on-a-disk-that-is-not-here")
    workspace.fill(root)
    assert link.is_symlink()


def test_a_copy_is_the_learners_to_change(root: Path):
    (root / "release/01_tensors/01_tensors.ipynb").chmod(0o444)
    workspace.fill(root)
    assert (root / "lab/01_tensors/01_tensors.ipynb").stat().st_mode & 0o200


def test_a_full_disk_is_one_sentence_and_leaves_no_half_file(root: Path):
    done = kindling(root, "open", largest_file=100)
    assert done.returncode == 1
    assert done.stderr == (
        "lab/01_tensors/01_tensors.ipynb could not be written: File too large. "
        "Nothing of yours was changed. Mend this and try again.\n"
    )
    assert files(root / "lab") == []


def test_a_folder_that_can_not_be_made_is_one_sentence(root: Path):
    (root / "lab").write_text("a file of this name")
    done = kindling(root, "open")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "lab/01_tensors/01_tensors.ipynb could not be written: Not a directory. "
        "Nothing of yours was changed. Mend this and try again.\n"
    )
    assert (root / "lab").read_text() == "a file of this name"


def test_elsewhere_the_sentence_says_where_to_go(tmp_path: Path):
    done = kindling(tmp_path, "open")
    assert done.returncode == 1
    assert done.stderr == (
        f"There are no lessons in {tmp_path}/release. Go to the folder of the course and try again.\n"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("checks", "finished"),
    [
        ([("Add (1 minute)", 3, False)], True),
        ([("Add (1 minute)", None, False)], False),
        ([("Add (1 minute)", 3, True)], False),
        ([("Add (1 minute)", 3, False), ("Multiply (1 minute)", 5, True)], False),
        ([("Add (1 minute)", 3, False), ("Bonus: multiply (1 minute)", 5, True)], True),
        ([("Bonus: multiply (1 minute)", 5, True), ("Add (1 minute)", None, False)], False),
    ],
)
def test_a_lesson_is_finished_when_each_check_but_the_bonus_passed(tmp_path: Path, checks: list, finished: bool):
    nbformat.write(notebook(*checks), tmp_path / "a.ipynb")
    assert workspace.finished(tmp_path / "a.ipynb") is finished


def test_a_check_of_no_points_is_a_bonus_under_any_heading(tmp_path: Path):
    lesson = notebook(("Add (1 minute)", 3, True))
    for cell in lesson.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader.points = 0
    nbformat.write(lesson, tmp_path / "a.ipynb")
    assert workspace.finished(tmp_path / "a.ipynb") is True


@pytest.mark.parametrize("text", ["", "{}", "[]", "not JSON", '{"cells": [{}], "nbformat": 4, "nbformat_minor": 5}'])
def test_a_broken_notebook_is_not_finished(tmp_path: Path, text: str):
    (tmp_path / "a.ipynb").write_text(text)
    assert workspace.finished(tmp_path / "a.ipynb") is False


def test_a_missing_notebook_is_not_finished(tmp_path: Path):
    assert workspace.finished(tmp_path / "a.ipynb") is False


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], dict[str, str], Path]]:
    """What would have become JupyterLab: the command, the environment and the working directory of each launch."""
    calls = []
    monkeypatch.setattr(os, "execve", lambda _, command, environment: calls.append((command, environment, Path.cwd())))
    return calls


def test_jupyterlab_opens_the_first_lesson_that_is_not_finished(
    root: Path, started: list, monkeypatch: pytest.MonkeyPatch
):
    def opened(name: str | None = None) -> str:
        monkeypatch.chdir(root)
        workspace.launch(root, name)
        return started[-1][0][-1]

    workspace.fill(root)
    first, second = (f"--LabApp.default_url=/lab/tree/{name}/{name}.ipynb" for name in ("01_tensors", "02_training"))
    assert opened() == first
    nbformat.write(notebook(("Add (1 minute)", 3, False)), root / "lab/01_tensors/01_tensors.ipynb")
    assert opened() == second
    assert opened("tensors") == first
    nbformat.write(notebook(("Add (1 minute)", 3, False)), root / "lab/02_training/02_training.ipynb")
    assert opened() == first


def test_jupyterlab_takes_further_arguments_and_works_in_lab(root: Path):
    done = kindling(root, "open", "02", "--", "--show-config-json", "--LabApp.news_url=nowhere")
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("Files copied to lab/: 3. What was there before is as you left it.\n")
    config = json.loads(done.stdout)
    assert config["ServerApp"]["root_dir"] == str(root / "lab")
    assert config["LabApp"]["default_url"] == "/lab/tree/02_training/02_training.ipynb"
    assert config["LabApp"]["news_url"] == "nowhere"


def test_validation_gives_a_cell_two_minutes(root: Path, started: list, monkeypatch: pytest.MonkeyPatch):
    workspace.fill(root)
    monkeypatch.chdir(root)
    workspace.launch(root)
    _, environment, folder = started[0]
    assert folder == root / "lab"
    code = (
        "from nbgrader.server_extensions.validate_assignment.handlers import ValidateAssignmentHandler as handler\n"
        "print(handler.load_config(None).Execute.timeout)"
    )
    printed = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    assert printed.stdout == "120\n"


def test_reset_brings_the_release_back_and_keeps_the_old_version(root: Path):
    workspace.fill(root)
    mine, released = root / "lab/02_training/02_training.ipynb", root / "release/02_training/02_training.ipynb"
    own = root / "lab/02_training/notes.txt"
    mine.write_text("my work")
    own.write_text("my own file")
    done = kindling(root, "reset", "02")
    kept = re.fullmatch(
        r"Your version is now (lab/02_training/02_training\.\d{4}-\d\d-\d\d-\d{6}\.ipynb)\.\n"
        r"The lesson in lab/ is as it was released\. Is it open in JupyterLab\? File, Reload Notebook from Disk\.\n",
        done.stdout,
    )
    assert kept, done
    assert (root / kept[1]).read_text() == "my work"
    assert mine.read_bytes() == released.read_bytes()
    assert own.read_text() == "my own file"
    assert len(files(root / "lab/02_training")) == 4


def test_reset_leaves_a_lesson_that_is_as_released(root: Path):
    workspace.fill(root)
    assert workspace.reset(root, "01") == []
    assert files(root / "lab/01_tensors") == ["01_tensors.ipynb"]


def test_reset_on_a_full_disk_changes_nothing(root: Path):
    workspace.fill(root)
    mine = root / "lab/01_tensors/01_tensors.ipynb"
    mine.write_text("my work")
    done = kindling(root, "reset", "01", largest_file=100)
    assert done.returncode == 1
    assert done.stderr == (
        "lab/01_tensors/01_tensors.ipynb could not be written: File too large. "
        "Nothing of yours was changed. Mend this and try again.\n"
    )
    assert files(root / "lab/01_tensors") == ["01_tensors.ipynb"]
    assert mine.read_text() == "my work"
