"""The learner's copy of the lessons: made, kept and opened."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from conftest import REPOSITORY
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from small_course import kindling

from kindling.learn import workspace

pytestmark = pytest.mark.learner


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
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


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
        "Nothing of yours was changed. Fix this and try again.\n"
    )
    assert files(root / "lab") == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has other words for it")
def test_a_folder_that_can_not_be_made_is_one_sentence(root: Path):
    (root / "lab").write_text("a file of this name")
    done = kindling(root, "open")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "lab/01_tensors/01_tensors.ipynb could not be written: Not a directory. "
        "Nothing of yours was changed. Fix this and try again.\n"
    )
    assert (root / "lab").read_text() == "a file of this name"


def test_elsewhere_the_sentence_says_where_to_go(tmp_path: Path):
    done = kindling(tmp_path, "open")
    assert done.returncode == 1
    assert (
        done.stderr == f"There is no course in {tmp_path} or above it. Go to the folder of the course and try again.\n"
    )
    assert list(tmp_path.iterdir()) == []


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
