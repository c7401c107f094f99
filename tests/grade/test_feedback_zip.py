"""kindling.grade.feedback_zip: the pages of a class in one zip, as Moodle and Canvas take them."""

import zipfile
from pathlib import Path

import pytest

from kindling.errors import PlatformError
from kindling.grade import feedback_zip

LESSON = "01_centring"


@pytest.fixture
def root(course: Path) -> Path:
    """A course with pages for some students, of whom Ada has three names."""
    for student in ("301", "ada", "1001", "e_ve"):
        folder = course / "feedback" / student / LESSON
        folder.mkdir(parents=True)
        (folder / f"{LESSON}.html").write_text(f"page of {student}")
    (course / "feedback" / "none" / LESSON).mkdir(parents=True)
    (course / "downloaded" / LESSON / "archive").mkdir(parents=True)
    return course


def write(root: Path, platform: str | None, lessons: list[str] | None = None) -> tuple[dict[str, str], list[str]]:
    """Write the zip; return what it holds, and what was said."""
    path = root / "feedback.zip"
    said = feedback_zip.write(root, lessons or [LESSON], platform, path)
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name).decode() for name in file.namelist()}, said


def put(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / "downloaded" / LESSON / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_moodle(root):
    """By the numbers that are the students' ids; with a worksheet, by those of its rows."""
    said = [f"Written: {root / 'feedback.zip'}. 2 pages."]
    names = {f"Participant_{name}_assignfeedback_file_{LESSON}.html": f"page of {name}" for name in ("1001", "301")}
    found, said = write(root, "moodle")
    assert found == names
    assert said == [
        f"Written: {root / 'feedback.zip'}. 2 pages.",
        "The pages are not in it of ada and e_ve: Moodle is not known to know them.",
    ]
    rows = "Identifier,Full name,Email address,Grade\nParticipant 7,Ada,ada@uni.example,\n"
    put(root, {"archive/worksheet.csv": rows.replace("@uni.example", "").replace("Email address", "Username")})
    found, said = write(root, "moodle")
    assert found == {f"Participant_7_assignfeedback_file_{LESSON}.html": "page of ada"}
    assert said[1] == "The pages are not in it of 1001, 301 and e_ve: Moodle is not known to know them."


def test_canvas(root):
    """Under the names that were downloaded, the last attempt's, and not under what a learner's own zip holds."""
    put(
        root,
        {
            f"extracted/submissions/quillada_1001_55501_{LESSON}.ipynb": "",
            f"extracted/submissions/quillada_1001_55519_{LESSON}-1/x_1001_99999_{LESSON}.ipynb": "",
            f"extracted/submissions/eve_LATE_1005_55502_{LESSON}.ipynb": "",
        },
    )
    found, said = write(root, "canvas")
    assert found == {f"quillada_1001_55519_{LESSON}.html": "page of 1001"}
    assert said[1] == "The pages are not in it of 301, ada and e_ve: Canvas is not known to know them."
    put(root, {"archive/canvas.csv": "Student,ID,SIS Login ID,Section\nAda,1001,ada,\nEve,1005,e_ve,\n"})
    found, said = write(root, "canvas")
    assert found == {
        f"quillada_1001_55519_{LESSON}.html": "page of ada",
        f"eve_LATE_1005_55502_{LESSON}.html": "page of e_ve",
    }


def test_nothing_to_write(root):
    """Another platform, several lessons, and nobody whom the platform knows: one sentence each, and no file."""
    path = root / "feedback.zip"
    for platform in (None, "blackboard"):
        with pytest.raises(PlatformError) as raised:
            write(root, platform)
        assert str(raised.value) == ("Pages can be zipped for moodle and canvas. Name one: --zip FILE --format moodle")
    with pytest.raises(PlatformError) as raised:
        write(root, "moodle", [LESSON, "02_other"])
    assert str(raised.value) == f"Only one lesson at a time can be filled into {path} like this. Name one lesson."
    with pytest.raises(PlatformError) as raised:
        write(root, "canvas")
    archive = root / "downloaded" / LESSON / "archive"
    assert str(raised.value) == (
        f"No page of {LESSON} is of somebody whom Canvas knows. Nothing was written. Put what you downloaded for "
        f"{LESSON} into {archive}, and collect it: nbgrader zip_collect {LESSON}"
    )
    assert not path.exists()
