"""kindling.learn.handout: what students get, of the real course and of a small one, and what they never get."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from conftest import CENTRING, REPOSITORY

from kindling.errors import HandoutError, LessonError, TimeError
from kindling.learn import course, handout, workspace

BIN = Path(sys.executable).parent
NEEDED = ("pyproject.toml", "environment.yml", "constraints.txt", "LICENSE")
PUBLISH = (
    "To publish it, run in there `git init`, `git add --all` and `git commit`, and push that to a place where "
    "students can read it."
)
OPENING, CLOSING = ("### BEGIN SOLUTION", "### BEGIN HIDDEN TESTS"), ("### END SOLUTION", "### END HIDDEN TESTS")
# Lines of a solution that the package has too, since everybody writes them.
ANYBODYS = {
    "@property",
    "from kindling.data import drawn",
    "if not checkpoint.is_file():",
    "return classes",
    "rows = []",
    'warnings.simplefilter("ignore")',
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The handout of this course, with all its lessons."""
    folder = tmp_path_factory.mktemp("whole") / "handout"
    list(handout.write(REPOSITORY, folder))
    return folder


@pytest.fixture
def clone(built: Path) -> Path:
    """A small course with all that a handout needs, and a package of one module."""
    for name in NEEDED:
        shutil.copy(REPOSITORY / name, built)
    (built / "src" / "kindling").mkdir(parents=True)
    (built / "src" / "kindling" / "__init__.py").write_text("")
    return built


def written(root: Path, folder: Path, *words: str, due: list[str] | None = None) -> list[str]:
    return list(handout.write(root, folder, list(words), due))


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def secrets(course: Path) -> set[str]:
    """Every line of a solution or a hidden test that no lesson shows anywhere else."""
    hidden, shown = set(), set()
    for path in [*course.glob("*.py"), *course.glob("*/scripts/*.py")]:
        inside = False
        for line in map(str.strip, path.read_text(encoding="utf-8").splitlines()):
            if line.startswith((*OPENING, *CLOSING)):
                inside = line.startswith(OPENING)
            else:
                (hidden if inside else shown).update({line, line.removeprefix("#").strip()})
    return hidden - shown


def lines(name: str, content: bytes) -> set[str]:
    """The lines of a file, of a notebook's cells and outputs, and of each file in a wheel."""
    if name.endswith(".whl"):
        with zipfile.ZipFile(io.BytesIO(content)) as wheel:
            return {line for one in wheel.namelist() for line in lines(one, wheel.read(one))}
    text = content.decode()
    if name.endswith(".ipynb"):
        # With its escapes undone, whichever key a text stands under.
        found: list[str] = []
        json.loads(text, object_pairs_hook=lambda pairs: found.extend(_texts([value for _, value in pairs])))
        text = "\n".join(found)
    return set(map(str.strip, text.splitlines()))


def _texts(value: object) -> list[str]:
    if isinstance(value, list):
        return ["".join(one for one in value if isinstance(one, str)), *(text for one in value for text in _texts(one))]
    return [value] if isinstance(value, str) else []


def test_no_solution_and_no_hidden_test_is_handed_out(whole):
    """Not one line of any lesson's, in no file, the wheel's own included; and nothing that holds them."""
    hidden = secrets(REPOSITORY / "course")
    assert len(hidden) > 1000
    contents = files(whole)
    found = {(name, line) for name, content in contents.items() for line in lines(name, content) & hidden}
    assert {(name, line) for name, line in found if line not in ANYBODYS or not name.endswith(".whl")} == set()
    assert {name.split("/")[0] for name in contents if "/" in name} == {"release"}
    [wheel] = whole.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0].partition("-")[0] for name in names} == {"kindling", "kindling_course"}


def test_a_solution_would_be_found():
    """In a notebook, in an output, and in a wheel; else the test above says nothing."""
    line = "return x - x.mean(dim=0)  # here"
    cell = nbformat.v4.new_code_cell(f"def centre(x):\n    {line}\n", outputs=[])
    shown = nbformat.v4.new_code_cell("", outputs=[nbformat.v4.new_output("stream", text=f"said\n {line}\n")])
    for one in (cell, shown):
        text = nbformat.writes(nbformat.v4.new_notebook(cells=[one])).encode()
        assert line in lines("a.ipynb", text)
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as wheel:
        wheel.writestr("kindling/answers.py", f"    {line}\n")
    assert line in lines("a.whl", package.getvalue())


def test_what_is_in_it(whole):
    """Every released file as it is, and what the two commands of its README need."""
    contents = files(whole)
    lessons = course.lessons(REPOSITORY)
    released = {
        path.relative_to(REPOSITORY).as_posix(): path.read_bytes()
        for lesson in lessons
        for path in workspace.released(REPOSITORY, lesson)
    }
    assert {name: content for name, content in contents.items() if name.startswith("release/")} == released
    [wheel] = [name for name in contents if name.endswith(".whl")]
    assert set(contents) - released.keys() == {
        *("README.md", "LICENSE", "constraints.txt", "environment.yml", "nbgrader_config.json", ".handout.sha256"),
        wheel,
    }
    page = contents["README.md"].decode()
    assert f"```bash\npip install --constraint constraints.txt {wheel}\nkindling open\n```" in page
    assert f"- ./{wheel}\n" in contents["environment.yml"].decode()
    links = re.findall(r"\]\(([^)]+)\)", page)
    assert links == [f"release/{lesson}/{lesson}.ipynb" for lesson in lessons]
    assert "due" not in page
    checked = subprocess.run(["sha256sum", "--check", "--strict", ".handout.sha256"], cwd=whole, capture_output=True)
    assert checked.returncode == 0


def test_students_open_it(whole):
    """The real command, in the folder itself: their own copy of each lesson, and JupyterLab."""
    done = subprocess.run([BIN / "kindling", "open", "--", "--version"], cwd=whole, capture_output=True, text=True)
    assert re.fullmatch(r"\d+\.\d+\.\d+\n", done.stdout), done.stderr
    for lesson in course.lessons(REPOSITORY):
        name = f"{lesson}/{lesson}.ipynb"
        assert (whole / "lab" / name).read_bytes() == (whole / "release" / name).read_bytes()
    shutil.rmtree(whole / "lab")


def test_due_dates(clone, tmp_path):
    """They stand in the table as they were written; what can't be read for certain is refused before all else."""
    folder = tmp_path / "students"
    (clone / "release" / CENTRING / "solved.ipynb").symlink_to(clone / "source" / CENTRING / f"{CENTRING}.ipynb")
    assert written(clone, folder, due=["01= 2026-11-08 12:00 Europe/Berlin"]) == [
        f"{folder}: 1 lesson, 7 files, without solutions and hidden tests.",
        PUBLISH,
    ]
    assert os.listdir(folder / "release" / CENTRING) == [f"{CENTRING}.ipynb"]  # a link is not followed
    page = (folder / "README.md").read_text(encoding="utf-8")
    assert "# A course\n" in page
    assert (
        "| lesson | hand in until |\n| --- | --- |\n"
        f"| [01 Centring](release/{CENTRING}/{CENTRING}.ipynb) | 2026-11-08 12:00 Europe/Berlin |\n"
    ) in page
    for text, error, said in [
        ("01=2026-11-08 12:00", TimeError, '"2026-11-08 12:00" has no time zone. '),
        ("01", HandoutError, '--due 01 has no "=". Write the lesson and its time, like '),
        ("02=2026-11-08 12:00 UTC", LessonError, 'There is no lesson "02". '),
    ]:
        with pytest.raises(error, match="^" + re.escape(said)):
            written(clone, tmp_path / "never", due=[text])
    assert not (tmp_path / "never").exists()


def test_written_anew(clone, tmp_path):
    """What a handout wrote is written anew, or goes with its lesson; what somebody else put there stays."""
    folder = tmp_path / "students"
    shutil.copytree(clone / "release" / CENTRING, clone / "release" / "02_other")
    (clone / "release" / "02_other" / f"{CENTRING}.ipynb").rename(clone / "release" / "02_other" / "02_other.ipynb")
    written(clone, folder)
    before = files(folder)
    written(clone, folder)
    assert files(folder) == before  # of the wheel, too: what git would show as changed has changed
    (folder / ".git").mkdir()
    (folder / "room.md").write_text("Room 3")
    (clone / "constraints.txt").write_text("# another\n")
    assert written(clone, folder, "01") == [
        f"{folder}: 1 lesson, 7 files, without solutions and hidden tests.",
        "Not from here, and left as it is: room.md.",
        PUBLISH,
    ]
    assert (folder / "constraints.txt").read_text() == "# another\n"
    assert os.listdir(folder / "release") == [CENTRING]
    with pytest.raises(HandoutError, match=r"^--due names 02_other, which is not handed out\. Add it to --lessons, or"):
        written(clone, folder, "01", due=["02=2026-11-08 12:00 UTC"])


def test_what_is_not_a_handouts_own_stays(clone, tmp_path):
    """A file that was changed there, or lay there before, is never written over; then nothing is."""
    folder = tmp_path / "students"
    written(clone, folder)
    (folder / "README.md").write_text("Ours\n")
    (folder / "LICENSE").unlink()
    (clone / "constraints.txt").write_text("# another\n")
    before = files(folder)
    with pytest.raises(HandoutError) as raised:
        written(clone, folder)
    assert str(raised.value) == (
        "These files would be written anew, and were not written by an earlier handout, or changed since: "
        f"{folder / 'README.md'}. Nothing was written. Move or delete them and run the same command again."
    )
    assert files(folder) == before
    (folder / "README.md").unlink()
    written(clone, folder)
    assert {"README.md", "LICENSE"} <= files(folder).keys()


def test_stopped_midway(clone, tmp_path):
    """The disk refuses in the middle: one sentence, and the same command goes on."""
    folder = tmp_path / "students"
    written(clone, folder)
    (clone / "constraints.txt").write_text("# another\n")
    before = (folder / ".handout.sha256").read_text()
    (folder / "environment.yml").unlink()
    (folder / "environment.yml").mkdir()
    with pytest.raises(HandoutError, match=r"changed since: \S*environment\.yml\. Nothing was written\."):
        written(clone, folder)
    (folder / "environment.yml").rmdir()
    (folder / ".handout.sha256").write_text(before + f"{'0' * 64}  constraints.txt\n")  # as it is in the middle
    written(clone, folder)
    assert (folder / "constraints.txt").read_text() == "# another\n"


@pytest.mark.parametrize("name", ["", "source", "notes"])
def test_another_folder_is_not_touched(clone, name):
    """The course itself, say: a folder that is not empty and holds no handout."""
    (clone / "notes").mkdir()
    (clone / "notes" / "mine.txt").write_text("mine")
    before = files(clone)
    with pytest.raises(HandoutError) as raised:
        written(clone, clone / name)
    assert str(raised.value) == (
        f"{clone / name} holds files, and none of them says that a handout was written there. Name a new folder."
    )
    assert files(clone) == before


def test_a_release_that_holds_a_hidden_test(clone, tmp_path):
    """Whoever copied the wrong folder to release/ hands out nothing."""
    shutil.copytree(clone / "source" / CENTRING, clone / "release" / CENTRING, dirs_exist_ok=True)
    with pytest.raises(HandoutError) as raised:
        written(clone, tmp_path / "students")
    assert str(raised.value) == (
        f"release/{CENTRING}/{CENTRING}.ipynb has a line `### BEGIN SOLUTION`, so what students may not get is in "
        f"there. Nothing was written. Release the lesson again: kindling release {CENTRING}"
    )
    assert not (tmp_path / "students").exists()


def test_what_is_missing_is_said(clone, tmp_path):
    """Each in one sentence, before anything is written."""
    folder = tmp_path / "students"
    text = (clone / "environment.yml").read_text()
    (clone / "environment.yml").write_text("name: kindling\n")
    with pytest.raises(HandoutError, match=r"^environment\.yml has no line `- --editable \.`, in whose place students"):
        written(clone, folder)
    (clone / "environment.yml").write_text(text)
    (clone / "release" / CENTRING / f"{CENTRING}.ipynb").write_text("{")
    with pytest.raises(HandoutError, match=rf"^release/{CENTRING}/{CENTRING}\.ipynb is not a valid notebook\. Nothing"):
        written(clone, folder)
    shutil.copytree(clone / "source" / CENTRING, clone / "release" / CENTRING, dirs_exist_ok=True)
    (clone / "pyproject.toml").write_text("[project]\nname = 3\n")
    with pytest.raises(HandoutError, match=r"^release/"):
        written(clone, folder)
    (clone / "release" / CENTRING / f"{CENTRING}.ipynb").write_text(nbformat.writes(nbformat.v4.new_notebook()))
    with pytest.raises(HandoutError, match=r"^The package could not be built, so nothing was written\. The build says"):
        written(clone, folder)
    (clone / "pyproject.toml").unlink()
    with pytest.raises(HandoutError) as raised:
        written(clone, folder)
    assert str(raised.value) == (
        "There is no pyproject.toml here. A handout is made in the top folder of a clone of this project."
    )
    assert not folder.exists()
