"""kindling.grade.lateness: due dates, extensions and penalties in a real gradebook; no notebook runs."""

import json
import re
import shutil
import sys
from datetime import timedelta
from pathlib import Path

import commands
import pytest
from conftest import CENTRING
from nbgrader.api import Gradebook

from kindling.errors import GradingError, TimeError
from kindling.grade import configuration, database, feedback, gradebook, lateness, lock, release
from kindling.grade.job import Job, Result
from kindling.grade.report import class_grades, class_status

BIN = Path(sys.executable).parent
# A point for each day that has begun.
POLICY = """from nbgrader.plugins import BasePlugin


class PerDay(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return -(-total_seconds_late // 86_400)
"""
TELL = f"To tell them: kindling feedback {CENTRING}"


def hand_in(root: Path, student: str, time: str) -> None:
    folder = root / "submitted" / student / CENTRING
    shutil.copytree(root / "release" / CENTRING, folder)
    (folder / "timestamp.txt").write_text(time)


@pytest.fixture(scope="module")
def _graded(_built_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    built = Path(shutil.copytree(_built_once, tmp_path_factory.mktemp("late") / "course"))
    (built / "per_day.py").write_text(POLICY)
    with (built / "nbgrader_config.py").open("a") as file:
        file.write('c.AssignLatePenalties.plugin_class = "per_day.PerDay"\n')
    list(release.release(built, [CENTRING]))
    list(lateness.set_due(built, CENTRING, "2026-11-08 13:00 Europe/Berlin"))
    hand_in(built, "ada", "2026-11-08 12:00:00 UTC")
    hand_in(built, "ben", "2026-11-08 12:01:00 UTC")
    hand_in(built, "eve", "2026-11-10 00:00:00 UTC")
    with gradebook.Submissions(configuration.course(built), CENTRING) as book:
        for student in book.students():
            job, remarks = book.make_job(student)
            book.save_result(student, Result(Job.from_bytes(job).notebook, []).to_bytes(), remarks)
        book.gradebook.add_student("kim")
    return built


@pytest.fixture
def root(_graded: Path, tmp_path: Path) -> Path:
    """A class in which every check holds; Ada was in time, Ben a minute late, Eve a day and a half. Kim waits."""
    return Path(shutil.copytree(_graded, tmp_path / "course"))


def extended(root: Path, student: str, until: str) -> list[str]:
    return list(lateness.extend(root, CENTRING, student, until))


def due(root: Path, time: str) -> list[str]:
    return list(lateness.set_due(root, CENTRING, time))


def grades(root: Path) -> dict[str, tuple[float, float, int | None]]:
    """The score, the penalty and the lateness of each student."""
    rows = json.loads(class_grades(root, [CENTRING]).as_json())["grades"]
    return {row["student"]: (row["score"], row["late_penalty"], row["seconds_late"]) for row in rows}


def stored(root: Path) -> dict[str, float | None]:
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "kindling") as book:
        one = book.find_assignment(CENTRING)
        return {each.student.id: each.notebooks[0].late_submission_penalty for each in one.submissions}


def extensions(root: Path) -> dict[str, timedelta]:
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "kindling") as book:
        submissions = book.find_assignment(CENTRING).submissions
        return {each.student.id: each.extension for each in submissions if each.extension is not None}


def test_who_is_late(root):
    """The lateness stands with the grades and with the status, also of who is not graded yet."""
    hand_in(root, "kim", "2026-11-08 15:30:00 UTC")
    assert grades(root) == {
        "ada": (3, 0, 0),
        "ben": (2, 1, 60),
        "eve": (1, 2, 129_600),
        "kim": (None, None, 12_600),
    }
    assert "seconds_late" in class_grades(root, [CENTRING]).as_csv().splitlines()[0].split(",")
    assert {row.student: (str(row.status), row.remarks) for row in class_status(root, [CENTRING]).rows} == {
        "ada": ("graded", ()),
        "ben": (
            "graded with remarks",
            ("1 point taken off: it was handed in late.", "Handed in 1 minute late."),
        ),
        "eve": (
            "graded with remarks",
            ("2 points taken off: it was handed in late.", "Handed in 1 day 12 hours late."),
        ),
        "kim": ("not graded yet", ("Handed in 3 hours 30 minutes late.",)),
    }


def test_another_due_date(root):
    """Every penalty is that of the new one, and back again; the points themselves stay."""
    assert due(root, "2026-11-09T12:00:00+00:00") == [
        f"{CENTRING} is due 2026-11-09 12:00 UTC, no longer 2026-11-08 12:00 UTC.",
        "ben: 0 points taken off for being late, no longer 1.",
        "eve: 1 point taken off for being late, no longer 2.",
        TELL,
    ]
    assert grades(root) == {"ada": (3, 0, 0), "ben": (3, 0, 0), "eve": (2, 1, 43_200), "kim": (None, None, None)}
    assert due(root, "2026-11-09 12:00 UTC") == [f"{CENTRING} is due 2026-11-09 12:00 UTC."]
    assert len(due(root, "2026-11-05 12:00 UTC")) == 5
    assert stored(root) == {"ada": 3, "ben": 3, "eve": 3}  # never more than there was


def test_more_time_for_one(root):
    """It replaces what was given before, and ends with the due date where that is the time named."""
    assert extended(root, "eve", "2026-11-09 12:00 UTC") == [
        f"eve may hand in {CENTRING} until 2026-11-09 12:00 UTC.",
        "eve: 1 point taken off for being late, no longer 2.",
        TELL,
    ]
    assert extended(root, "eve", "2026-11-10 01:00 Europe/Berlin")[1:] == [
        "eve: 0 points taken off for being late, no longer 1.",
        TELL,
    ]
    assert grades(root)["eve"] == (3, 0, 0)
    assert extended(root, "eve", "2026-11-08 12:00 UTC") == [
        f"eve may hand in {CENTRING} until 2026-11-08 12:00 UTC, like everybody.",
        "eve: 2 points taken off for being late, no longer 0.",
        TELL,
    ]
    assert extensions(root) == {}


def test_more_time_for_who_has_not_handed_in(root):
    """It is there when the submission comes, and counts as no grade before."""
    assert extended(root, "kim", "2026-11-12 12:00 UTC") == [f"kim may hand in {CENTRING} until 2026-11-12 12:00 UTC."]
    assert {row.student: str(row.status) for row in class_status(root, [CENTRING]).rows}["kim"] == "nothing handed in"
    hand_in(root, "kim", "2026-11-12 13:00:00 UTC")
    with gradebook.Submissions(configuration.course(root), CENTRING) as book:
        job, remarks = book.make_job("kim")
        book.save_result("kim", Result(Job.from_bytes(job).notebook, []).to_bytes(), remarks)
    assert grades(root)["kim"] == (2, 1, 3600)
    hand_in(root, "zoe", "2026-11-08 13:00:00 UTC")  # whom only a folder knows
    assert extended(root, "zoe", "2026-11-12 12:00 UTC") == [f"zoe may hand in {CENTRING} until 2026-11-12 12:00 UTC."]
    assert grades(root)["zoe"] == (None, None, 0)


def test_more_time_outlives_another_due_date(root):
    """Who was told a day keeps it, unless everybody has longer."""
    extended(root, "eve", "2026-11-10 12:00 UTC")
    extended(root, "kim", "2026-11-12 12:00 UTC")
    assert due(root, "2026-11-07 12:00 UTC") == [
        f"{CENTRING} is due 2026-11-07 12:00 UTC, no longer 2026-11-08 12:00 UTC.",
        "More time than that: eve until 2026-11-10 12:00 UTC, kim until 2026-11-12 12:00 UTC.",
        "ada: 1 point taken off for being late, no longer 0.",
        "ben: 2 points taken off for being late, no longer 1.",
        TELL,
    ]
    assert due(root, "2026-11-11 12:00 UTC")[1] == "More time than that: kim until 2026-11-12 12:00 UTC."
    assert extensions(root) == {"kim": timedelta(days=1)}


def test_points_by_hand_are_late_too(root, capsys):
    """A penalty is never more than what is left; whoever shows it sees to that."""
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "kindling") as book:
        for name in ("centre_check", "COLUMNS_check"):
            book.find_grade(name, CENTRING, CENTRING, "eve").manual_score = 0
        book.db.commit()
    assert stored(root)["eve"] == 2
    class_status(root, [CENTRING])
    assert stored(root)["eve"] == 2  # which only looks
    assert grades(root)["eve"] == (0, 0, 129_600)
    assert capsys.readouterr().err == "eve: 0 points taken off for being late, no longer 2.\n"
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "kindling") as book:
        book.find_grade("COLUMNS_check", CENTRING, CENTRING, "eve").manual_score = 1
        book.db.commit()
    pages = list(feedback.make(root, [CENTRING], student="eve"))
    assert (stored(root)["eve"], capsys.readouterr().err.splitlines()[0]) == (
        1,
        "eve: 1 point taken off for being late, no longer 0.",
    )
    assert [path.name for path in pages] == [f"{CENTRING}.html"]
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "kindling") as book:
        book.find_grade("centre_check", CENTRING, CENTRING, "eve").manual_score = 2
        book.db.commit()
    done = commands.run(["nbgrader", "export"], root)
    assert "eve: 2 points taken off for being late, no longer 1." in done.stderr
    assert "ben: " not in done.stderr
    assert stored(root)["eve"] == 2


def test_what_is_refused(root):
    """Each in one sentence that says what to do; the gradebook is as it was."""
    before = stored(root)
    with pytest.raises(TimeError, match=r'^"CEST" in "2026-11-08 12:00 CEST" is not a time zone that everybody reads'):
        due(root, "2026-11-08 12:00 CEST")
    with pytest.raises(TimeError, match=r'^"2026-11-12" is not a time\. Write it like'):
        extended(root, "eve", "2026-11-12")
    with pytest.raises(GradingError) as raised:
        extended(root, "eve", "2026-11-08 11:59 UTC")
    assert str(raised.value) == (
        f"{CENTRING} is due 2026-11-08 12:00 UTC, and 2026-11-08 11:59 UTC is before that. Nothing was changed. "
        "Name a later time."
    )
    with pytest.raises(GradingError, match=re.escape('knows a student "evee". Did you mean "eve"?')):
        extended(root, "evee", "2026-11-12 12:00 UTC")
    with pytest.raises(GradingError) as raised:
        extended(root, "nobody", "2026-11-12 12:00 UTC")
    assert str(raised.value) == (
        'Neither the gradebook nor submitted/ knows a student "nobody". To add one: nbgrader db student add nobody'
    )
    with pytest.raises(GradingError, match=r"^The gradebook does not know 02_other\. Release it first:"):
        list(lateness.set_due(root, "02_other", "2026-11-08 12:00 UTC"))
    with lock.held(root, CENTRING), pytest.raises(GradingError, match=f"^{CENTRING} is being graded already, by "):
        due(root, "2026-11-20 12:00 UTC")
    assert stored(root) == before


def test_a_lesson_without_a_due_date(root):
    """Nobody is late, and there is nothing to extend; an extension that formgrader gave all the same hurts nobody."""
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "kindling") as book:
        book.find_assignment(CENTRING).duedate = None
        book.grant_extension(CENTRING, "eve", days=1)
        book.db.commit()
    assert grades(root) == {"ada": (3, 0, None), "ben": (3, 0, None), "eve": (3, 0, None), "kim": (None, None, None)}
    with pytest.raises(GradingError) as raised:
        extended(root, "eve", "2026-11-12 12:00 UTC")
    assert str(raised.value) == (
        f"{CENTRING} has no due date, so nobody is late and there is nothing to extend. To give it one: "
        f"kindling due {CENTRING} 2026-11-08T12:00:00-05:00"
    )


def test_a_penalty_of_a_lesson_that_somebody_grades(root):
    """No two write to one grade: `kindling grades` says who grades, and only where a penalty would change."""
    with lock.held(root, CENTRING):
        assert grades(root)["eve"] == (1, 2, 129_600)
        with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "kindling") as book:
            book.grant_extension(CENTRING, "eve", days=2)
        with pytest.raises(GradingError, match=f"^{CENTRING} is being graded already, by "):
            grades(root)
    assert grades(root)["eve"] == (3, 0, 0)


def test_no_late_policy(root):
    """Without nbgrader's step nothing is taken off, and nothing is computed anew."""
    with (root / "nbgrader_config.py").open("a") as file:
        file.write("c.AssignLatePenalties.enabled = False\n")
    course = configuration.course(root)
    with database.opened(course) as book:
        assert list(lateness.refresh(course, book, [CENTRING, "02_other"])) == []
    assert len(due(root, "2026-11-20 12:00 UTC")) == 1
    assert stored(root) == {"ada": None, "ben": 1, "eve": 2}


def test_the_commands(root):
    """`kindling due` and `kindling extend`, and a time that can't be read, on the command line."""
    for words, code, said in [
        (("due", "01", "2026-11-09 12:00 UTC"), 0, f"{CENTRING} is due 2026-11-09 12:00 UTC, no longer"),
        (("extend", "01", "eve", "--until", "2026-11-11 12:00 UTC"), 0, f"eve may hand in {CENTRING} until 2026-11-11"),
        (("extend", "01", "eve", "--until", "2026-11-11 12:00"), 1, '"2026-11-11 12:00" has no time zone. Write it'),
    ]:
        done = commands.run(["kindling", *words], root)
        assert done.returncode == code
        assert (done.stderr if code else done.stdout).startswith(said)
        assert "Traceback" not in done.stderr
