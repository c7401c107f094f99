"""kindling.grade.report.standing and .grades: how a class stands, for people, for programs and for nbgrader."""

import csv
import io
import json
import shutil
from pathlib import Path

import commands
import pytest
from nbgrader.api import Gradebook

from kindling.errors import GradingError, NotGradable
from kindling.grade.job import Job, Result
from kindling.grade.report import class_grades, class_status
from kindling.grade.report.grades import Grades

LESSON = "01_centring"
BEFORE = "The points are those of what was handed in before."


def worker(job: bytes) -> bytes:
    """The result of a worker in whose hands every check holds."""
    return Result(Job.from_bytes(job).notebook, ["A kernel ended."]).to_bytes()


def grade(book, student: str) -> None:
    job, remarks = book.make_job(student)
    book.save_result(student, worker(job), remarks)


def hand_in(root: Path, student: str, time: str = "2026-01-01 10:00:00 UTC", text: str | None = None) -> None:
    folder = root / "submitted" / student / LESSON
    shutil.copytree(root / "release" / LESSON, folder, dirs_exist_ok=True)
    (folder / "timestamp.txt").write_text(time)
    if text is not None:
        (folder / f"{LESSON}.ipynb").write_text(text)


def refuse(book, student: str) -> str:
    """Try to grade what can't be; return why not."""
    with pytest.raises(NotGradable) as raised:
        book.make_job(student)
    book.refuse(student, raised.value)
    return str(raised.value)


@pytest.fixture
def root(book) -> Path:
    """A class of eight, each of whom stands differently."""
    root = Path(book.course.root)
    for student in ("ada", "again", "broken", "later", "late-broken", "mended", "new"):
        hand_in(root, student)
    with Gradebook(book.course.db_url) as other:
        other.update_or_create_student("absent", first_name='=cmd|"/C calc"!A0', last_name='O\'Neil, "Bo"')
    for student in ("ada", "again", "late-broken"):
        grade(book, student)
    hand_in(root, "again", "2026-01-02 10:00:00 UTC")
    for student in ("broken", "mended"):
        hand_in(root, student, text="{")
        assert refuse(book, student) == "The notebook is broken: line 1 is not valid JSON. Ask for it again."
    hand_in(root, "mended")
    hand_in(root, "late-broken", "2026-01-02 10:00:00 UTC", text="")
    refuse(book, "late-broken")
    return root


def test_each_student_stands_somewhere(root):
    """Who is graded, who is not and why, who waits, and who handed in nothing."""
    status = class_status(root, [LESSON])
    assert [(row.student, row.points, str(row.status), row.remarks) for row in status.rows] == [
        ("absent", "–", "nothing handed in", ()),
        ("ada", "3/3", "graded with remarks", ("A kernel ended.",)),
        ("again", "3/3", "handed in again", (BEFORE,)),
        ("broken", "–", "not gradable", ("The notebook is broken: line 1 is not valid JSON. Ask for it again.",)),
        ("late-broken", "3/3", "not gradable", ("The notebook is an empty file. Ask for it again.", BEFORE)),
        ("later", "–", "not graded yet", ()),
        ("mended", "–", "not graded yet", ()),
        ("new", "–", "not graded yet", ()),
    ]
    assert status.summary == (
        "7 submissions: 1 graded with remarks, 2 not gradable, 1 handed in again, 3 not graded yet. "
        "1 handed in nothing."
    )


def test_the_gradebook_alone(root):
    """Where the folders were cleared away, each grade that was given stands; an empty entry of nbgrader's is none."""
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as other:
        other.add_submission(LESSON, "absent")
    shutil.rmtree(root / "autograded")
    assert {row.student: str(row.status) for row in class_status(root, [LESSON]).rows if row.score == 3} == {
        "ada": "graded",
        "again": "handed in again",
        "late-broken": "not gradable",
    }
    shutil.rmtree(root / "submitted")
    assert {row.student: (str(row.status), row.points) for row in class_status(root, [LESSON]).rows} == {
        "absent": ("nothing handed in", "–"),
        "ada": ("graded", "3/3"),
        "again": ("graded", "3/3"),
        "late-broken": ("graded", "3/3"),
    }


def test_grades_for_a_program(root):
    """A line for each student; who has no grade has no score, and text stays text in a spreadsheet."""
    table = class_grades(root, [LESSON])
    rows = {row["student"]: row for row in csv.DictReader(io.StringIO(table.as_csv()))}
    assert {name: (row["score"], row["max_score"], row["status"]) for name, row in rows.items()} == {
        "absent": ("", "3.0", "nothing handed in"),
        "ada": ("3.0", "3.0", "graded with remarks"),
        "again": ("3.0", "3.0", "handed in again"),
        "broken": ("", "3.0", "not gradable"),
        "late-broken": ("3.0", "3.0", "not gradable"),
        "later": ("", "3.0", "not graded yet"),
        "mended": ("", "3.0", "not graded yet"),
        "new": ("", "3.0", "not graded yet"),
    }
    assert rows["broken"]["remarks"] == "The notebook is broken: line 1 is not valid JSON. Ask for it again."
    assert (rows["ada"]["handed_in"], rows["absent"]["handed_in"]) == ("2026-01-01 10:00:00", "")
    assert (rows["ada"]["late_penalty"], rows["new"]["late_penalty"]) == ("0.0", "")
    assert [row["score"] for row in json.loads(table.as_json())["grades"]][:2] == [None, 3]


def test_nbgrader_export(root):
    """nbgrader's own columns, every student, and an empty score where there is no grade."""
    done = commands.run(["nbgrader", "export", "--to", "out/marks.csv"], root)
    assert done.returncode == 0, done.stderr
    with (root / "out" / "marks.csv").open(newline="") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert {name: (row["raw_score"], row["score"]) for name, row in rows.items()} == {
        "absent": ("", ""),
        "ada": ("3.0", "3.0"),
        "again": ("3.0", "3.0"),
        "broken": ("", ""),
        "late-broken": ("3.0", "3.0"),
        "later": ("", ""),
        "mended": ("", ""),
        "new": ("", ""),
    }
    assert rows["absent"]["first_name"] == '\'=cmd|"/C calc"!A0'
    assert rows["absent"]["last_name"] == 'O\'Neil, "Bo"'
    assert rows["broken"]["status"] == "not gradable"
    assert {row["assignment"] for row in rows.values()} == {LESSON}


def test_a_lesson_that_the_gradebook_does_not_know(root):
    with pytest.raises(GradingError, match=r"^The gradebook does not know 02_other\."):
        class_status(root, ["02_other"])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "' =1"),
        ("\r\n=1", "'  =1"),
        ("ada", "ada"),
        ('O\'Neil, "Bo"', 'O\'Neil, "Bo"'),
        ("ad\udcff", "ad\\udcff"),
    ],
)
def test_a_formula_is_text(text, shown):
    """No cell that a learner can name does anything in a spreadsheet, or breaks a line."""
    table = Grades(("student", "score"), [{"student": text, "score": -1.5}])
    assert list(csv.reader(io.StringIO(table.as_csv(), newline=""))) == [["student", "score"], [shown, "-1.5"]]
