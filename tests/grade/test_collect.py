"""kindling.grade.collect, by real `nbgrader zip_collect` on what learning platforms give."""

import io
import os
import re
import shutil
import sys
import zipfile
from pathlib import Path

import commands
import pytest
from conftest import REPOSITORY
from nbgrader.api import Gradebook

from kindling.environment import inherited

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


def zipped(files: dict[str, str | bytes]) -> bytes:
    """A zip of files, by their names."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in files.items():
            file.writestr(name, text)
    return content.getvalue()


def put(root: Path, files: dict[str, str | bytes]) -> None:
    """Put what was downloaded into the archive folder."""
    for name, content in files.items():
        path = root / "downloaded" / LESSON / "archive" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def run(root: Path, *options: str) -> tuple[dict[str, str], list[str]]:
    """Collect; return what lies in submitted/, and the sentences that were said."""
    command = ["nbgrader", "zip_collect", LESSON, *options]
    environment = inherited(HOME=str(root))
    done = commands.run(command, root, environment)
    assert done.returncode == 0, done.stderr
    found = (path for path in (root / "submitted").rglob("*") if path.is_file())
    said = [line.partition("WARNING] ")[2] for line in done.stderr.splitlines() if "WARNING] " in line]
    own = re.compile(r"Directory not found\. Creating|Clearing existing files|\d+ files collected")  # nbgrader's
    said = [line for line in said if not own.match(line)]
    return {str(path.relative_to(root / "submitted")): path.read_text() for path in found}, said


def collect(
    root: Path, names: list[str], *options: str, zipped_as: str | None = None
) -> tuple[dict[str, str], list[str]]:
    """Collect files of these names, each of which holds its name."""
    put(root, {zipped_as: zipped({name: name for name in names})} if zipped_as else {name: name for name in names})
    return run(root, *options)


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


@pytest.mark.parametrize("zipped_as", ["all.zip", None], ids=["zipped", "loose"])
@pytest.mark.parametrize("names", [MOODLE, CANVAS, PLAIN], ids=["Moodle", "Canvas", "plain"])
def test_names(course, names, zipped_as):
    """Each notebook goes to its student, under the lesson's name."""
    found, said = collect(course, list(names), zipped_as=zipped_as)
    assert said == []
    assert found == {f"{student}/{LESSON}/{LESSON}.ipynb": name for name, student in names.items()}


def test_scripts(course):
    """The scripts of a lesson come with its notebook."""
    names = [f"ada/{LESSON}/{LESSON}.ipynb", f"ada/{LESSON}/scripts/model.py", "ben/scripts/model.py"]
    moodle = [f"Carl Sar_301_assignsubmission_file/{LESSON}/scripts/main.py"]
    found, _ = collect(course, names + moodle, zipped_as="class.zip")
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
        f"ada/{LESSON}.html",
        "ada/notes.py",
        "ada/Untitled.ipynb",
    ]
    found, said = collect(course, names)
    assert found == {}
    assert said == [
        f"2 other files were left out: ada/{LESSON}.html and ada/notes.py. Notebooks are collected, and scripts in a "
        "folder scripts/.",
        *(
            f"{name} was left out: its name does not say whose it is, or of which lesson."
            for name in [f"{LESSON}.ipynb", "ada/Untitled.ipynb"]
        ),
    ]


def test_the_same_twice(course):
    """One student's second copy stops nobody, and the sentence says which one it is."""
    names = [f"ada/{LESSON} (1).ipynb", f"ada/{LESSON}.ipynb", f"ben/{LESSON}.ipynb"]
    found, said = collect(course, names)
    assert found == {f"ada/{LESSON}/{LESSON}.ipynb": names[0], f"ben/{LESSON}/{LESSON}.ipynb": names[2]}
    assert said[0] == (
        f"ada/{LESSON}.ipynb was left out: by its name it is the same as ada/{LESSON} (1).ipynb. "
        "Keep the right one in the archive folder."
    )


def test_names_of_ones_own(course):
    """A pattern that somebody sets counts in place of ours."""
    own = r"--FileNameCollectorPlugin.named_regexp=.*/(?P<file_id>\w+) of (?P<student_id>\w+)\.ipynb$"
    own = own.replace("ipynb", r"\w+")
    found, _ = collect(course, [f"{LESSON} of ada.ipynb", "notes of ada.py", f"ben/{LESSON}.ipynb"], own)
    assert found == {
        f"ada/{LESSON}/{LESSON}.ipynb": f"{LESSON} of ada.ipynb",
        f"ada/{LESSON}/notes.py": "notes of ada.py",
    }


def texts(found: dict[str, str], name: str = f"{LESSON}.ipynb") -> dict[str, str]:
    """What each student's notebook, or another file, holds."""
    return {path.split("/")[0]: text for path, text in found.items() if path.endswith(f"/{name}")}


def test_blackboard(course):
    """Of several attempts the latest counts, whole; its time is read as it is meant, in the zone of the course."""
    name = "01 Tensors_{}_attempt_{}_{}"
    with (course / "nbgrader_config.py").open("a") as configuration:
        configuration.write('\nc.Exchange.timezone = "Europe/Berlin"\n')
    old = {f"{LESSON}.ipynb": "ada's first", "scripts/model.py": "no longer there"}
    put(
        course,
        {
            "gradebook_2026_1_01_Tensors.zip": zipped(
                {
                    name.format("aquill", "2026-11-07-21-00-00", f"{LESSON}.zip"): zipped(old),
                    name.format("aquill", "2026-11-07-22-15-59", f"{LESSON} (1).ipynb"): "ada's second",
                    name.format("aquill", "2026-11-07-22-15-59", "") + ".txt": "Name: Ada Quill",
                    name.format("bohara", "2026-12-01-10-30-00", f"{LESSON}.ipynb"): "ben's",
                }
            )
        },
    )
    found, said = run(course)
    assert found == {
        f"aquill/{LESSON}/{LESSON}.ipynb": "ada's second",
        f"aquill/{LESSON}/timestamp.txt": "2026-11-07 21:15:59",
        f"bohara/{LESSON}/{LESSON}.ipynb": "ben's",
        f"bohara/{LESSON}/timestamp.txt": "2026-12-01 09:30:00",
    }
    assert said[0].startswith("Another file was left out: gradebook_2026_1_01_Tensors.zip/01 Tensors_aquill_attempt_")


def test_a_username_with_an_underscore(course):
    """It is told from the title by the platform's own file."""
    head = '"Last Name","First Name","Username","Student ID"'
    put(
        course,
        {
            f"01_Tensors_a_quill_attempt_2026-11-07-22-15-59_{LESSON}.ipynb": "ada's",
            "grades.csv": f'{head}\n"Quill","Ada","a_quill","s1"\n',
        },
    )
    assert texts(run(course)[0]) == {"a_quill": "ada's"}


def test_gradescope(course):
    """Who handed in which number, and when, stands in the export's own file, and not in a learner's."""
    listing = """---
submission_7001:
  :submitters:
  - :name: Ada Quill
    :sid: s1
    :email: aquill@uni.example
  :created_at: 2026-11-07 22:15:09.5 Z
submission_7002:
  :submitters:
  - :name: Ben O'Hara
    :sid: s2
  - :name: Carl
    :sid: s3
  :created_at: 2026-11-07 22:15:09.5 Z
"""
    export = {
        "submission_metadata.yml": listing,
        f"submission_7001/{LESSON}.ipynb": "ada's",
        "submission_7001/submission_metadata.yml": listing.replace("s1", "eve"),
        f"submission_7001/submission_7002/{LESSON}.ipynb": "ada's, too",
        f"submission_7002/{LESSON}.ipynb": "of two",
        f"submission_7003/{LESSON}.ipynb": "nobody's",
    }
    put(course, {"submissions.zip": zipped({f"assignment_9100_export/{name}": text for name, text in export.items()})})
    found, said = run(course)
    assert found == {f"s1/{LESSON}/{LESSON}.ipynb": "ada's", f"s1/{LESSON}/timestamp.txt": "2026-11-07 22:15:09"}
    there = "submissions/assignment_9100_export"
    assert (
        f"{there}/submission_7002/{LESSON}.ipynb was left out: it is of s2 and s3. Put a copy into a folder for each, "
        "in the archive folder."
    ) in said
    assert (
        f"{there}/submission_7003/{LESSON}.ipynb was left out: nobody in the platform's file has the id 7003. Download "
        "that file again."
    ) in said


def test_gradescope_without_its_list(course):
    found, said = collect(course, [f"submission_7001/{LESSON}.ipynb"])
    assert found == {}
    assert said[0] == (
        f"submission_7001/{LESSON}.ipynb was left out: whose submission 7001 is says the file submission_metadata.yml "
        "of the export. Put it beside the zip."
    )


def test_ids_of_the_course(course):
    """The platform's file beside the downloads says who is who; who is not in it, or there twice, is left out."""
    rows = [
        "Student,ID,SIS User ID,SIS Login ID,Section",
        '"Quill, Ada",1001,s1,aquill,A',
        "Ben,1002,s2,bohara,A",
        "Dora,1004,s4,twin,A",
        "Emil,1005,s5,twin,A",
        "Finn,1006,s6,../up,A",
    ]
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "kindling") as book:
        book.add_student("S2")
    put(course, {"canvas.csv": "\n".join(rows), "other.csv": "a,b\n1,2\n"})
    names = [f"x_{number}_55501_{LESSON}.ipynb" for number in (1001, 1002, 1003, 1004, 1006)]
    found, said = collect(course, names, zipped_as="submissions.zip")
    assert texts(found) == {"aquill": names[0], "S2": names[1]}
    assert said[:4] == [
        "other.csv was not used: it is no file of Canvas, Moodle or Blackboard.",
        f"submissions/{names[2]} was left out: nobody in the platform's file has the id 1003. "
        "Download that file again.",
        f"submissions/{names[3]} was left out: more than one row of the platform's file is of twin. "
        "Give each a name of their own there.",
        f"submissions/{names[4]} was left out: '../up' can't be the name of a folder. "
        "Correct it in the platform's file.",
    ]


def test_times_of_moodle(course):
    """The grading worksheet has the times; one in another language is told of, and makes nobody late."""
    rows = [
        "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Last modified (submission)",
        'Participant 301,Ada,aquill@uni.example,x,,10,"Saturday, 7 November 2026, 10:15 PM"',
        'Participant 302,Ben,ben@uni.example,x,,10,"Samstag, 7. November 2026, 22:15"',
    ]
    put(course, {"worksheet.csv": "\n".join(rows)})
    found, said = collect(
        course, [f"A_{number}_assignsubmission_file/{LESSON}.ipynb" for number in (301, 302)], zipped_as="all.zip"
    )
    assert texts(found, "timestamp.txt") == {"aquill@uni.example": "2026-11-07 22:15:00"}
    assert texts(found).keys() == {"aquill@uni.example", "ben@uni.example"}
    assert said[0] == (
        "worksheet.csv: Samstag, 7. November 2026, 22:15 is not a time that can be read, so nobody counts as late. "
        "Download the file with the platform set to English."
    )


def test_zips_within_zips(course):
    """Lesson 08 comes with scripts, zipped by each learner: their folders, and what systems add, make no difference."""
    ada = {
        f"extracted/{LESSON} (1).ipynb": "ada's",
        "extracted/scripts/model.py": "model",
        "extracted/data.csv": "1",
        f"__MACOSX/extracted/._{LESSON} (1).ipynb": "",
        f"extracted/.ipynb_checkpoints/{LESSON}-checkpoint.ipynb": "",
    }
    put(
        course,
        {
            "submissions.zip": zipped(
                {
                    f"quillada_1001_55501_{LESSON}-1.zip": zipped(ada),
                    f"oharaben_LATE_1002_55502_{LESSON}.ipynb": "ben's",
                    "oharaben_LATE_1002_55503_scripts.zip": zipped({"scripts/main.py": "main"}),
                    f"LATE_anon_Ab3dE_55504_{LESSON}.zip": zipped({f"{LESSON}.ipynb": "whose?"}),
                }
            )
        },
    )
    assert run(course) == (
        {
            f"1001/{LESSON}/{LESSON}.ipynb": "ada's",
            f"1001/{LESSON}/scripts/model.py": "model",
            f"1002/{LESSON}/{LESSON}.ipynb": "ben's",
            f"1002/{LESSON}/scripts/main.py": "main",
            f"Ab3dE/{LESSON}/{LESSON}.ipynb": "whose?",
        },
        [],
    )


def test_the_outermost_name_counts(course):
    """Nobody hands in for somebody else by a name inside of their own zip or folder."""
    forged = [
        f"x_1002_55502_{LESSON}.ipynb",
        f"B_302_assignsubmission_file/{LESSON}.ipynb",
        f"t_ben_attempt_2026-11-07-22-15-59_{LESSON}.ipynb",
        f"ben/{LESSON}.ipynb",
    ]
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "kindling") as book:
        book.add_student("ada")
    own = {f"{LESSON}.ipynb": "own"}
    put(
        course,
        {
            "quillada_1001_55501_all.zip": zipped({**dict.fromkeys(forged, "forged"), **own}),
            "Ada.zip": zipped({**dict.fromkeys(forged[:3], "forged"), **own}),
        },
    )
    found, _ = run(course)
    assert set(texts(found)) == {"1001", "ada"}
    assert texts(found)["ada"] == "own"


def test_the_latest(course):
    """Of Canvas the later attachment counts, of two downloads the later one."""
    put(
        course,
        {
            "first.zip": zipped(
                {
                    f"A_301_assignsubmission_file/{LESSON}.ipynb": "old",
                    f"B_302_assignsubmission_file/{LESSON}.ipynb": "ben's",
                }
            ),
            "second.zip": zipped({f"A_301_assignsubmission_file/{LESSON}.ipynb": "new"}),
            f"quillada_1001_55501_{LESSON}.ipynb": "old",
            f"quillada_1001_55519_{LESSON}-1.ipynb": "new",
        },
    )
    os.utime(course / "downloaded" / LESSON / "archive" / "first.zip", (1_000_000, 1_000_000))
    found, said = run(course)
    assert (texts(found), said) == ({"301": "new", "302": "ben's", "1001": "new"}, [])


def test_again(course):
    """A second run takes what is new, keeps the rest as it is, and never an older one in a newer one's place."""
    name = "01 Tensors_{}_attempt_2026-11-07-22-15-59_" + f"{LESSON}.ipynb"
    put(course, {name.format("ada"): "first", name.format("ben"): "first", f"carl/{LESSON}.ipynb": "first"})
    put(course, {f"dora/{LESSON}.ipynb": "first"})
    before, _ = run(course)
    submitted = course / "submitted"
    times = {path: path.stat().st_mtime_ns for path in submitted.glob("[acd]*/*/*")}
    (submitted / "ben" / LESSON / "timestamp.txt").write_text("2026-11-09 10:00:00 UTC")
    (submitted / "ben" / LESSON / f"{LESSON}.ipynb").write_text("by another way, later")
    (submitted / "dora" / LESSON / "timestamp.txt").write_text("2026-11-09 10:00:00 UTC")
    put(course, {name.format("ada").replace("22-15", "23-00"): "second", f"dora/{LESSON}.ipynb": "second"})
    found, said = run(course)
    assert texts(found) == {"ada": "second", "ben": "by another way, later", "carl": "first", "dora": "first"}
    assert texts(found, "timestamp.txt")["ada"] == "2026-11-07 23:00:59"
    assert {path.parts[-3] for path, time in times.items() if path.stat().st_mtime_ns != time} == {"ada"}
    assert said[:3] == [
        "ben keeps what was handed in at 2026-11-09 10:00:00 UTC: what was downloaded is from 2026-11-07 22:15:59 UTC.",
        "dora keeps what was handed in at 2026-11-09 10:00:00 UTC: what was downloaded has no time.",
        "1 submission had not changed, and stayed.",
    ]
    assert before.keys() < found.keys()


def bomb(megabytes: int) -> bytes:
    return zipped({f"{LESSON}.ipynb": bytes(megabytes * 1_000_000)})


def test_hostile_zips(course):
    """One that is broken, one that unpacks to too much, a path out of the folder, a link: one sentence each."""
    link = zipfile.ZipInfo(f"eve_1005_55501_{LESSON}.ipynb")
    link.external_attr = 0o120777 << 16
    content = io.BytesIO(
        zipped(
            {
                f"ada_1001_55501_{LESSON}.ipynb": "ada's",
                f"ben_1002_55501_{LESSON}.zip": b"PK broken",
                f"carl_1003_55501_{LESSON}.zip": bomb(150),
                f"../../dora_1004_55501_{LESSON}.ipynb": "dora's",
                f"/finn_1006_55501_{LESSON}.ipynb": "finn's",
                f"gil_1007_55501_{LESSON}.tar.gz": "gil's",
                f"hal_1008_55501_{LESSON}.zip": zipped({f"{number}.ipynb": "" for number in range(2001)}),
                f"ida_1009_55501_{LESSON}.zip": zipped({"a.zip": zipped({"b.zip": zipped({"c.ipynb": ""})})}),
                f"jo_1010_55501_{LESSON}.zip": zipped(
                    {f"{number}.zip": bomb(45) for number in range(3)} | {f"{LESSON}.ipynb": "jo's"}
                ),
            }
        )
    )
    with zipfile.ZipFile(content, "a") as file:
        file.writestr(link, "/etc/passwd")
    put(course, {"all.zip": content.getvalue(), f"kim_1011_55501_{LESSON}.ipynb": "kim's", "broken.zip": "PK"})
    found, said = run(course)
    assert texts(found) == {"1001": "ada's", "1010": "jo's", "1011": "kim's"}
    assert not list(course.parent.rglob("dora*"))
    ask = "Ask for it again."
    assert {
        f"all.zip/ben_1002_55501_{LESSON}.zip was left out: it is broken (File is not a zip file). {ask}",
        f"all.zip/carl_1003_55501_{LESSON}.zip/{LESSON}.ipynb was left out: it would unpack to 150 MB, which is too "
        f"much. {ask}",
        f"all.zip/../../dora_1004_55501_{LESSON}.ipynb was left out: its name leads out of the folder. {ask}",
        f"all.zip//finn_1006_55501_{LESSON}.ipynb was left out: its name leads out of the folder. {ask}",
        f"all.zip/eve_1005_55501_{LESSON}.ipynb was left out: it is a link. {ask}",
        f"all.zip/gil_1007_55501_{LESSON}.tar.gz was left out: only zips are unpacked. {ask}",
        f"all.zip/hal_1008_55501_{LESSON}.zip was left out: it holds 2,001 files, and may hold 2,000. {ask}",
        f"all.zip/ida_1009_55501_{LESSON}.zip/a.zip/b.zip was left out: more than 3 zips lie within each other. {ask}",
        f"all.zip/jo_1010_55501_{LESSON}.zip/2.zip/{LESSON}.ipynb was left out: it would unpack to 45 MB, which is too "
        f"much. {ask}",
        f"broken.zip was left out: it is broken (File is not a zip file). {ask}",
    } <= set(said)
