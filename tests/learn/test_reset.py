"""A lesson, a task or a script set back to how it was released; what was there stays beside it."""

import json
import re
from pathlib import Path

import pytest
import small_course
from small_course import change, failed, kindling

from kindling.learn import reset

pytestmark = pytest.mark.learner

AGAIN = "in lab/ is as it was released. Is it open in JupyterLab? File, Reload Notebook from Disk.\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return small_course.make(tmp_path)


def cells(path: Path) -> dict[str, dict]:
    return {cell.get("id"): cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]}


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_reset_brings_a_lesson_back_and_keeps_the_old_version(root: Path):
    mine, own = small_course.path(root, "02_scripts"), root / "lab/02_scripts/notes.txt"
    mine.write_text("my work")
    own.write_text("my own file")
    done = kindling(root / "lab", "reset", "02")
    kept = re.fullmatch(
        r"Your version is now \.\./lab/02_scripts/(02_scripts\.\d{4}-\d\d-\d\d-\d{6}\.ipynb)\.\nThe lesson "
        + re.escape(AGAIN),
        done.stdout.replace("\\", "/"),
    )
    assert kept, done
    assert mine.with_name(kept[1]).read_text() == "my work"
    assert mine.read_bytes() == (root / "release/02_scripts/02_scripts.ipynb").read_bytes()
    assert own.read_text() == "my own file"
    assert len(files(root / "lab/02_scripts")) == 4


def test_reset_leaves_a_lesson_that_is_as_released(root: Path):
    assert reset.reset(root, "01") == ("The lesson", [])
    assert files(root / "lab/01_numbers") == ["01_numbers.ipynb"]


def test_reset_of_a_task_changes_its_cells_alone(root: Path):
    mine = small_course.path(root)
    change(root, {"double": {"source": "my work"}, "double_check": failed("CheckFailed", "No.")})
    change(root, {"halve": {"source": "def halve(x): return x / 2"}, "halve_check": {"source": "1"}})
    before = mine.read_bytes()
    done = kindling(root, "reset", "double")
    assert done.stdout.endswith(f"The task double {AGAIN}")
    [aside] = mine.parent.glob("01_numbers.*-*.ipynb")
    assert aside.read_bytes() == before
    now, released = cells(mine), cells(root / "release/01_numbers/01_numbers.ipynb")
    assert [now[one] == released[one] for one in ("x-double", "x-double_check")] == [True, True]
    assert now["x-halve"]["source"] == "def halve(x): return x / 2"
    assert list(now) == list(released)


def test_reset_of_a_task_that_is_as_released_writes_nothing(root: Path):
    before = small_course.path(root).read_bytes()
    assert reset.reset(root, "double") == ("The task double", [])
    assert files(root / "lab/01_numbers") == ["01_numbers.ipynb"]
    assert small_course.path(root).read_bytes() == before


@pytest.mark.parametrize("gone", [["x-double"], ["x-double_check"], ["x-double", "x-double_check"], ["x-halve_check"]])
def test_cells_that_were_deleted_come_back_to_their_places(root: Path, gone: list[str]):
    mine = small_course.path(root)
    notebook = json.loads(mine.read_text(encoding="utf-8"))
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] not in gone]
    mine.write_text(json.dumps(notebook))
    reset.reset(root, "01/halve" if "halve" in gone[0] else "double")
    assert list(cells(mine)) == list(cells(root / "release/01_numbers/01_numbers.ipynb"))


def test_a_script_is_set_back_by_its_name(root: Path):
    script = root / "lab/02_scripts/scripts/main.py"
    script.write_text("my work")
    done = kindling(root, "reset", "main.py")
    assert done.stdout.endswith(f"The script main.py {AGAIN}")
    assert script.read_text() == "raise SystemExit\n"
    [aside] = script.parent.glob("main.*-*.py")
    assert aside.read_text() == "my work"


def test_a_task_that_is_a_script_says_so(root: Path):
    done = kindling(root, "reset", "main_script")
    assert done.returncode == 1
    assert done.stderr == (
        "You write main_script in a script, and other tasks may share it. Name the script instead, as in "
        "`kindling reset main.py`; they lie in lab/02_scripts/scripts.\n"
    )


@pytest.mark.parametrize("word", ["01", "double"])
def test_reset_on_a_full_disk_changes_nothing(root: Path, word: str):
    change(root, {"double": {"source": "my work"}})
    mine = small_course.path(root)
    before = mine.read_bytes()
    done = kindling(root, "reset", word, largest_file=100)
    assert done.returncode == 1
    assert done.stderr == (
        "lab/01_numbers/01_numbers.ipynb could not be written: File too large. "
        "Nothing of yours was changed. Fix this and try again.\n"
    )
    assert files(root / "lab/01_numbers") == ["01_numbers.ipynb"]
    assert mine.read_bytes() == before
