"""kindling.grade.platforms: the files that learning platforms give, read and given back."""

from pathlib import Path

import pytest

from kindling.errors import PlatformError
from kindling.grade.platforms import SHEETS, Blackboard, Canvas, Moodle, Person, gradescope, matched

CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,01 Tensors (4711),01_tensors (4712),Current Score\n"
    "    Points Possible,,,,,10,20,(read only)\n"
    '"Quill, Ada",1001,s1,aquill,A,,7,\n'
    '"O\'Hara, Ben",1002,s2,bohara,A,,,\n'
)
MOODLE = (
    "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
    "Last modified (submission),Last modified (grade),Feedback comments\n"
    'Participant 301,"Quill, Ada",aquill@uni.example,Submitted for grading,,100.00,Yes,'
    '"Saturday, 7 November 2026, 10:15 PM",-,-\n'
    "Participant 302,Ben,ben@uni.example,No submission,12.00,100.00,No,-,-,\n"
)
BLACKBOARD = (
    '"Last Name","First Name","Username","Student ID","01 Tensors [Total Pts: 21 Score] |1281892"\n'
    '"Quill","Ada","aquill","s1",""\n'
)
GRADESCOPE = """\
---
submission_7001:
  :submitters:
  - :name: Ada Quill
    :sid: '1234'
    :email: aquill@uni.example
  - :name: "Ben: O'Hara"
    :sid:
    :email: ben@uni.example
  :created_at: 2026-11-07 22:15:09.123456000 Z
  :score: 1.0
  :results:
    tests:
    - name: x
submission_7002:
  :submitters:
  - :email: carl@uni.example
    :sid: s3
    :name: Carl
  :created_at: 2026-11-08 01:00:00.000000000 Z
"""


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def refusal(kind: str, path: Path) -> str:
    with pytest.raises(PlatformError) as raised:
        SHEETS[kind](path)
    return str(raised.value)


def test_who_is_in_it(tmp_path):
    """Each platform's own number, and all names that the course may have, the best one first."""
    canvas = Canvas(written(tmp_path / "canvas.csv", CANVAS))
    assert canvas.people == [
        Person("1001", ("aquill", "s1", "1001"), 2),
        Person("1002", ("bohara", "s2", "1002"), 3),
    ]
    assert Moodle(written(tmp_path / "moodle.csv", MOODLE)).people == [
        Person("301", ("aquill@uni.example", "aquill", "301"), 1, "Saturday, 7 November 2026, 10:15 PM"),
        Person("302", ("ben@uni.example", "ben", "302"), 2),
    ]
    assert Blackboard(written(tmp_path / "blackboard.csv", BLACKBOARD)).people == [
        Person("aquill", ("aquill", "s1"), 1)
    ]
    assert gradescope(written(tmp_path / "submission_metadata.yml", GRADESCOPE)) == [
        Person("7001", ("1234", "aquill@uni.example", "aquill"), handed_in="2026-11-07 22:15:09.123456000 Z"),
        Person("7001", ("ben@uni.example", "ben"), handed_in="2026-11-07 22:15:09.123456000 Z"),
        Person("7002", ("s3", "carl@uni.example", "carl"), handed_in="2026-11-08 01:00:00.000000000 Z"),
    ]


def test_matched():
    """By id before address, and whichever letters are large."""
    ada, ben, carl = Person("1", ("AQuill", "1")), Person("2", ("b@uni.example", "2")), Person("3", ("carl", "3"))
    again = Person("4", ("b", "4"))
    students = {"aquill": None, "ben": "B@uni.example", "b": "1@uni.example"}
    assert matched([ada, ben, carl, again], students) == {"aquill": [ada], "ben": [ben], None: [carl], "b": [again]}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("kind", ["canvas", "moodle", "blackboard"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_given_back_as_it_was(tmp_path, kind, encoding, newline):
    """Without a grade put into it, a file keeps its bytes, whatever separates and ends its lines."""
    text = {"canvas": CANVAS, "moodle": MOODLE, "blackboard": BLACKBOARD}[kind].replace("\n", newline)
    path = written(tmp_path / "file.csv", text, encoding)
    before = path.read_bytes()
    SHEETS[kind](path).write()
    assert path.read_bytes() == before


def test_semicolons_and_decimal_commas(tmp_path):
    """Where the file has decimal commas, a grade gets one; with tabs and quotes, those."""
    path = written(tmp_path / "canvas.csv", CANVAS.replace(",", ";").replace("10;20", "10,00;20,00"))
    sheet = Canvas(path)
    assert sheet.most(2, 5) == 10
    sheet.put(2, 5, 7.25)
    sheet.write()
    assert path.read_text().splitlines()[2] == '"Quill; Ada";1001;s1;aquill;A;7,25;7;'

    path = written(tmp_path / "blackboard.xls", BLACKBOARD.replace(",", "\t"), "utf-16")
    sheet = Blackboard(path)
    assert (sheet.column("01_tensors"), sheet.most(1, 4)) == (4, 21)
    sheet.put(1, 4, 7.25)
    sheet.write()
    assert path.read_text(encoding="utf-16").splitlines()[1] == '"Quill"\t"Ada"\t"aquill"\t"s1"\t"7.25"'


def test_the_column(tmp_path):
    """The one named like the lesson, or the one that is named; a sentence where it is none, or two."""
    path = written(tmp_path / "canvas.csv", CANVAS)
    canvas = Canvas(path)
    columns = 'Name the right one: --column TITLE. Those for grades: "01 Tensors", "01_tensors".'
    with pytest.raises(PlatformError) as raised:
        canvas.column("01_tensors")
    assert str(raised.value) == f'{path} has more than one column "01_tensors". {columns}'
    with pytest.raises(PlatformError) as raised:
        canvas.column("02_autograd")
    assert str(raised.value) == f'{path} has no column "02_autograd". {columns}'
    assert canvas.column("02_autograd", "01 Tensors") == canvas.column("02_autograd", "01 Tensors (4711)") == 5
    moodle = Moodle(written(tmp_path / "moodle.csv", MOODLE))
    assert (moodle.column("01_tensors"), moodle.most(1, 4), moodle.closed(1), moodle.closed(2)) == (4, 100, False, True)
    german = MOODLE.replace("Grade,", "Bewertung,", 1).replace("Maximum Grade", "Bestwertung")
    german = Moodle(written(tmp_path / "german.csv", german.replace("Participant ", "Teilnehmer/in")))
    assert (german.column("01_tensors", "Bewertung"), german.most(1, 4), german.people[0].key) == (4, 100, "301")


def test_what_is_no_such_file(tmp_path):
    """Another platform's file, an empty one, none, and one that is no text: one sentence each."""
    path = written(tmp_path / "canvas.csv", CANVAS)
    assert refusal("moodle", path) == (
        f"{path} does not look like a file of Moodle with students in it. Download a grading worksheet, whose first "
        'column has cells like "Participant 301".'
    )
    path = written(tmp_path / "moodle.csv", MOODLE)
    assert refusal("canvas", path) == (
        f"{path} does not look like a file of Canvas with students in it. Download the gradebook, whose columns begin "
        'with "Student" and "ID".'
    )
    assert refusal("blackboard", path) == (
        f"{path} does not look like a file of Blackboard with students in it. Download the grade center, with a column "
        '"Username".'
    )
    again = "Download it again, as a CSV file."
    assert refusal("canvas", written(path, "")) == f"{path} can't be read: it is empty. {again}"
    path.write_bytes(b"\xff\xff\x00")
    assert refusal("canvas", path) == f"{path} can't be read: it is not UTF-8 text. {again}"
    path.unlink()
    assert refusal("canvas", path) == f"{path} can't be read: No such file or directory. {again}"
