"""docs/teach/lms.md: every command on the page is run, in its order, with what each platform would have given."""

import csv
import io
import re
import shlex
import zipfile
from pathlib import Path

import commands
from conftest import CENTRING, REPOSITORY

from kindling.environment import inherited
from kindling.grade import sandbox

PAGE = (REPOSITORY / "docs" / "teach" / "lms.md").read_text(encoding="utf-8")
COMMANDS = [
    line.partition("#")[0].strip()
    for block in re.findall(r"```bash\n(.*?)```", PAGE, flags=re.DOTALL)
    for line in block.splitlines()
]
COMMANDS += re.findall(r"`((?:kindling|nbgrader) \w+ [^`]+)`", PAGE)
GRADESCOPE = "submission_7001:\n  :submitters:\n  - :name: Dora\n    :sid: dora\n  :created_at: 2026-11-07 22:15:09 Z\n"


def rows(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))


def names(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as file:
        return file.namelist()


def test_each_command(built):
    """One learner on each platform: collected, graded, and back with grade and feedback."""
    if sandbox.missing():
        with (built / "nbgrader_config.py").open("a") as configuration:
            configuration.write("\nc.Execute.sandbox = False\n")

    def run(command: str) -> str:
        program, *rest = shlex.split(command.replace("01_tensors", CENTRING))
        done = commands.run([program, *rest], built, inherited(HOME=str(built)))
        assert done.returncode == 0, (command, done.stderr)
        return done.stderr

    run("kindling release 01_tensors")
    archive = built / "downloaded" / CENTRING / "archive"
    archive.mkdir(parents=True)
    notebook = (built / "source" / CENTRING / f"{CENTRING}.ipynb").read_bytes()
    for name, member in {
        "submissions.zip": f"quillada_1001_55501_{CENTRING}-1.ipynb",
        "moodle.zip": f"Ben_302_assignsubmission_file/{CENTRING}.ipynb",
        "gradebook_1_Centring.zip": f"Centring_carl_attempt_2026-11-07-22-15-59_{CENTRING}.ipynb",
        "export.zip": f"assignment_9100_export/submission_7001/{CENTRING}.ipynb",
    }.items():
        with zipfile.ZipFile(archive / name, "w") as file:
            file.writestr(member, notebook)
            if name == "export.zip":
                file.writestr("assignment_9100_export/submission_metadata.yml", GRADESCOPE)
    head = f"Student,ID,SIS User ID,SIS Login ID,Section,{CENTRING} (4711)"
    (archive / "canvas.csv").write_text(f'{head}\n"Quill, Ada",1001,s1,ada,A,\n')
    head = "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Last modified (submission)"
    (archive / "worksheet.csv").write_text(
        f'{head}\nParticipant 302,Ben,ben@uni.example,x,,3,"Saturday, 7 November 2026, 10:15 PM"\n'
    )
    head = f'"Last Name","First Name","Username","{CENTRING} [Total Pts: 3 Score] |1281892"'
    (archive / "blackboard.csv").write_text(f'{head}\n"Sar","Carl","carl",""\n')

    assert len(COMMANDS) == 13
    said = {command: run(command) for command in COMMANDS}

    assert {path.name for path in (built / "submitted").iterdir()} == {"ada", "ben@uni.example", "carl", "dora"}
    assert (built / "submitted" / "carl" / CENTRING / "timestamp.txt").read_text() == "2026-11-07 22:15:59"
    assert rows(archive / "canvas.csv")[1][-1] == "3"
    assert rows(archive / "worksheet.csv")[1][4] == "3"
    assert rows(archive / "blackboard.csv")[1][-1] == "3"
    assert names(built / "canvas-feedback.zip") == [f"quillada_1001_55501_{CENTRING}.html"]
    assert names(built / "moodle-feedback.zip") == [f"Participant_302_assignfeedback_file_{CENTRING}.html"]
    assert [row[1] for row in rows(built / "grades.csv")[1:]] == ["ada", "ben@uni.example", "carl", "dora"]
    assert len(rows(built / "for-canvas.csv")) == 6
    assert len(rows(built / "for-moodle.csv")) == 5
    assert f"ben@uni.example, carl and dora are not in downloaded/{CENTRING}/archive/canvas.csv.\n" in said[COMMANDS[3]]
