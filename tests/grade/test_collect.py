"""kindling.grade.collect, by real `nbgrader zip_collect` on what learning platforms give."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from conftest import REPOSITORY

BIN = Path(sys.executable).parent
LESSON = "08_turned_digits"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course folder with a released lesson, below a folder whose name begins with a dot."""
    root = tmp_path / ".hidden" / "course"
    (root / "release" / LESSON).mkdir(parents=True)
    (root / "release" / LESSON / f"{LESSON}.ipynb").write_text("{}")
    (root / "downloaded" / LESSON / "archive").mkdir(parents=True)
    shutil.copy(REPOSITORY / "nbgrader_config.py", root)
    return root


def collect(root: Path, names: list[str], *options: str, zipped: str | None = None) -> tuple[dict[str, str], str]:
    """Collect files of these names, each of which holds its name; return what lies in submitted/, and what was said."""
    archive = root / "downloaded" / LESSON / "archive"
    if zipped:
        with zipfile.ZipFile(archive / zipped, "w") as file:
            for name in names:
                file.writestr(name, name)
    for name in () if zipped else names:
        (archive / name).parent.mkdir(parents=True, exist_ok=True)
        (archive / name).write_text(name)
    command = [BIN / "nbgrader", "zip_collect", LESSON, *options]
    environment = {**os.environ, "HOME": str(root), "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = (path for path in (root / "submitted").rglob("*") if path.is_file())
    return {str(path.relative_to(root / "submitted")): path.read_text() for path in found}, done.stderr


UUID = "0f8fad5b-d9cb-469f-a165-70867728950e"
MOODLE = {
    f"Ada Quill_301_assignsubmission_file/{LESSON}.ipynb": "301",
    f"Ben O'Hara_302_assignsubmission_file_/{LESSON} (1).ipynb": "302",
    f"Participant_303_assignsubmission_file_{LESSON}.ipynb": "303",
}
CANVAS = {
    f"quillada_1001_55501_{LESSON}.ipynb": "1001",
    f"oharaben_LATE_1002_55502_{LESSON}-1.ipynb": "1002",
    f"vandersarcarl_1003_55503_{LESSON}-{UUID}.ipynb": "1003",
    f"dodora_1004_55504_{LESSON} (2)-3.ipynb": "1004",
}
PLAIN = {
    f"ada/{LESSON}.ipynb": "ada",
    f"ben/{LESSON}/{LESSON}.ipynb": "ben",
    f"s123456_{LESSON}.ipynb": "s123456",
    f"carl_van_der_sar_{LESSON} (1).ipynb": "carl_van_der_sar",
    f"dora.o'hara@uni.example/{LESSON}.ipynb": "dora.o'hara@uni.example",
}


@pytest.mark.parametrize("zipped", ["all.zip", None], ids=["zipped", "loose"])
@pytest.mark.parametrize("names", [MOODLE, CANVAS, PLAIN], ids=["Moodle", "Canvas", "plain"])
def test_names(course, names, zipped):
    """Each notebook goes to its student, under the lesson's name."""
    found, _ = collect(course, list(names), zipped=zipped)
    assert found == {f"{student}/{LESSON}/{LESSON}.ipynb": name for name, student in names.items()}


def test_scripts(course):
    """The scripts of a lesson come with its notebook."""
    names = [f"ada/{LESSON}/{LESSON}.ipynb", f"ada/{LESSON}/scripts/model.py", "ben/scripts/model.py"]
    moodle = [f"Carl Sar_301_assignsubmission_file/{LESSON}/scripts/main.py"]
    found, _ = collect(course, names + moodle, zipped="class.zip")
    assert found == {
        f"ada/{LESSON}/{LESSON}.ipynb": names[0],
        f"ada/{LESSON}/scripts/model.py": names[1],
        f"ben/{LESSON}/scripts/model.py": names[2],
        f"301/{LESSON}/scripts/main.py": moodle[0],
    }


def test_what_is_nobodys(course):
    """A file without a student, of a system, of another platform or of another kind is left alone."""
    names = [
        f"{LESSON}.ipynb",
        f"__MACOSX/ada/._{LESSON}.ipynb",
        f"ada/.ipynb_checkpoints/{LESSON}.ipynb",
        f"01 Tensors_aquill_attempt_2026-11-07-22-15-09_{LESSON}.ipynb",
        f"ada/{LESSON}.html",
        "ada/notes.py",
        "ada/Untitled.ipynb",
    ]
    found, said = collect(course, names)
    assert found == {}
    assert said.count("Skipped submission with no match information provided") == len(names)


def test_the_same_twice(course):
    """One student's second copy stops nobody, and the sentence says which one it is."""
    names = [f"ada/{LESSON} (1).ipynb", f"ada/{LESSON}.ipynb", f"ben/{LESSON}.ipynb"]
    found, said = collect(course, names)
    assert found == {f"ada/{LESSON}/{LESSON}.ipynb": names[0], f"ben/{LESSON}/{LESSON}.ipynb": names[2]}
    assert (
        f"ada/{LESSON}.ipynb is left out: by its name it is the same as ada/{LESSON} (1).ipynb. "
        "Keep the right one in the archive folder."
    ) in said


def test_names_of_ones_own(course):
    """A pattern that somebody sets counts in place of ours."""
    own = r"--FileNameCollectorPlugin.named_regexp=.*/(?P<file_id>\w+) of (?P<student_id>\w+)\.ipynb$"
    found, _ = collect(course, [f"{LESSON} of ada.ipynb", f"ben/{LESSON}.ipynb"], own)
    assert found == {f"ada/{LESSON}/{LESSON}.ipynb": f"{LESSON} of ada.ipynb"}
