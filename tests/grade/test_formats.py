"""kindling.grade.report.formats: the grades of a small class for learning platforms."""

import csv
import json
import shutil
from pathlib import Path

import commands
import pytest
from nbgrader.api import Gradebook

from kindling.errors import GradingError, NotGradable, PlatformError
from kindling.grade.job import Job, Result
from kindling.grade.report import class_grades, formats

LESSON = "01_centring"
HEADER = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]


def worker(job: bytes) -> bytes:
    """The result of a worker in whose hands every check holds."""
    return Result(Job.from_bytes(job).notebook, []).to_bytes()


@pytest.fixture
def root(book) -> Path:
    """A class: Ada and Ben are graded, Ben's comma included, Carl is not gradable, Dora handed in nothing."""
    root = Path(book.course.root)
    for student in ("ben", "carl"):
        shutil.copytree(root / "submitted" / "ada", root / "submitted" / student)
    (root / "submitted" / "carl" / LESSON / f"{LESSON}.ipynb").write_text("{")
    with Gradebook(book.course.db_url) as other:
        other.update_or_create_student("ada", first_name="Ada", last_name="Quill", email="ada@uni.example")
        other.update_or_create_student("dora", first_name="=1+1", last_name="@SUM(A1)")
    for student in ("ada", "ben"):
        job, remarks = book.make_job(student)
        book.save_result(student, worker(job), remarks)
    with pytest.raises(NotGradable) as raised:
        book.make_job("carl")
    book.refuse("carl", raised.value)
    with Gradebook(book.course.db_url) as other:
        grade = other.find_grade("centre_check", LESSON, LESSON, "ben")
        grade.manual_score = 0.5
        other.db.commit()
    return root


def rows(text: str, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(text.splitlines(), delimiter=delimiter))


def sheet(path: Path, *lines: str) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def refusal(*how: object) -> str:
    with pytest.raises(PlatformError) as raised:
        formats.fill(*how)
    return str(raised.value)


def test_points_of_each_task(root):
    """The table for any program has a column for each task; points by hand count, and who has no grade has none."""
    table = class_grades(root, [LESSON])
    assert table.columns[-2:] == ("task:centre", "task:COLUMNS")
    found = {row["student"]: (row["task:centre"], row["task:COLUMNS"], row["status"]) for row in table.rows}
    assert found == {
        "ada": (2, 1, "graded"),
        "ben": (0.5, 1, "graded with remarks"),
        "carl": (None, None, "not gradable"),
        "dora": (None, None, "nothing handed in"),
    }
    assert [line[-2:] for line in rows(table.as_csv())[1:]] == [["2.0", "1.0"], ["0.5", "1.0"], ["", ""], ["", ""]]


def test_made_for_canvas(root):
    """A row for each student, an empty cell without a grade, and no name that a spreadsheet would run."""
    assert rows(formats.made(root, [LESSON], "canvas").as_csv()) == [
        [*HEADER, LESSON],
        ["    Points Possible", "", "", "", "", "3.0"],
        ["Quill, Ada", "", "", "ada", "", "3.0"],
        ["ben", "", "", "ben", "", "1.5"],
        ["carl", "", "", "carl", "", ""],
        ["'@SUM(A1), =1+1", "", "", "dora", "", ""],
    ]


def test_made_for_moodle(root):
    """What Moodle's gradebook imports: one row for each student, found by username or address."""
    assert rows(formats.made(root, [LESSON], "moodle").as_csv()) == [
        ["username", "email", LESSON],
        ["ada", "ada@uni.example", "3.0"],
        ["ben", "", "1.5"],
        ["carl", "", ""],
        ["dora", "", ""],
    ]
    with pytest.raises(PlatformError) as raised:
        formats.made(root, [LESSON], "blackboard")
    assert str(raised.value) == (
        "Blackboard knows its columns by numbers of its own. Download its file and name it: "
        "--format blackboard --into FILE"
    )


def test_into_canvas(root, tmp_path):
    """Grades go where they belong, scaled to the platform's points; what it has for who has none stays."""
    path = sheet(
        tmp_path / "canvas.csv",
        "Student,ID,SIS User ID,SIS Login ID,Section,01 Centring (4711),Other (4712)",
        "    Points Possible,,,,,30,5",
        '"Quill, Ada",1001,s1,ADA,A,1,2',
        '"=cmd|x, Ben",1002,ben,bohara,A,,2',
        "Carl,1003,s3,carl,A,7,",
        "Eve,1004,s4,eve,A,7,",
    )
    done = commands.run(["kindling", "grades", "01", "--format", "canvas", "--into", path], root)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert done.stderr.splitlines() == [
        f"Written: {path}. 2 grades filled in.",
        "01_centring has 3 points and Canvas gives 30: each score was multiplied by 30/3.",
        f"dora is not in {path}.",
        f"eve is in {path} and not in the course.",
    ]
    assert rows(path.read_text()) == [
        [*HEADER, "01 Centring (4711)", "Other (4712)"],
        ["    Points Possible", "", "", "", "", "30", "5"],
        ["Quill, Ada", "1001", "s1", "ADA", "A", "30", "2"],
        ["'=cmd|x, Ben", "1002", "ben", "bohara", "A", "15", "2"],
        ["Carl", "1003", "s3", "carl", "A", "7", ""],
        ["Eve", "1004", "s4", "eve", "A", "7", ""],
    ]


def test_into_moodle(root, tmp_path):
    """By Moodle's number, or by address; a locked row keeps its grade, and someone in two rows gets none."""
    header = "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,Last modified (grade)"
    path = sheet(
        tmp_path / "moodle.csv",
        f"\ufeff{header}".replace(",", ";"),
        'Participant 301;"Quill; Ada";ada@uni.example;x;;3,00;Yes;-',
        "Participant 302;Ben;ben@uni.example;x;1,00;3,00;No;-",
    )
    assert formats.fill(root, [LESSON], "moodle", path) == [
        f"Written: {path}. 1 grade filled in.",
        "ben is locked in Moodle, and got no grade there.",
        f"carl, dora are not in {path}.".replace(", ", " and "),
    ]
    assert rows(path.read_text(encoding="utf-8"), ";") == [
        f"\ufeff{header}".split(","),
        ["Participant 301", "Quill; Ada", "ada@uni.example", "x", "3", "3,00", "Yes", "-"],
        ["Participant 302", "Ben", "ben@uni.example", "x", "1,00", "3,00", "No", "-"],
    ]
    sheet(
        path,
        header,
        "Participant 301,Ada,ada@uni.example,x,,3,Yes,-",
        "Participant 302,Ada,ADA@uni.example,x,,3,Yes,-",
        "Participant 303,Ben,ben@uni.example,x,,3,Yes,-",
    )
    assert (
        formats.fill(root, [LESSON], "moodle", path)[1]
        == f"ada is in more than one row of {path}, and got no grade there."
    )
    assert [line[4] for line in rows(path.read_text())[1:]] == ["", "", "1.5"]


def test_into_blackboard(root, tmp_path):
    """By username, into the column that is named."""
    head = '"Last Name","First Name","Username","Student ID","Centre [Total Pts: 3 Score] |1281892"'
    path = sheet(tmp_path / "blackboard.csv", head, '"Quill","-Ada","ada","s1",""')
    assert formats.fill(root, [LESSON], "blackboard", path, "Centre")[0] == f"Written: {path}. 1 grade filled in."
    assert path.read_text().splitlines() == [head, '"Quill","\'-Ada","ada","s1","3"']


def test_nothing_to_write(root, tmp_path):
    """Where nobody is known, or it can't be said which column is meant, the file stays, and a sentence says why."""
    path = sheet(tmp_path / "canvas.csv", ",".join([*HEADER, "01_centring (1)"]), "Eve,1,2,3,4,5")
    before = path.read_bytes()
    assert refusal(root, [LESSON], "canvas", path) == (
        f"Nobody in {path} has a grade in {LESSON}. Nothing was written. Are the students known there by the same ids? "
        f"`kindling status {LESSON}` lists those of the course."
    )
    assert refusal(root, [LESSON, "02_other"], "moodle", path) == (
        f"Only one lesson at a time can be filled into {path} like this. Name one lesson."
    )
    assert refusal(root, [LESSON], "csv", path) == (
        "No platform gives a file in the format csv. Name the platform: --format canvas or moodle or blackboard."
    )
    assert path.read_bytes() == before
    with pytest.raises(GradingError, match=r"^The gradebook does not know 02_other\."):
        formats.made(root, ["02_other"], "canvas")


def test_as_json(root):
    """A program may read the same."""
    made = json.loads(formats.made(root, [LESSON], "moodle").as_json())["grades"]
    assert made[0] == {"username": "ada", "email": "ada@uni.example", LESSON: 3}
