"""kindling.grade.gradebook: submissions of a small lesson, in and out of a real gradebook."""

import multiprocessing
import os
import re
import shutil
import signal
import sqlite3
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins import LateSubmissionPlugin

from kindling.errors import GradingError, NotGradable
from kindling.grade import configuration, gradebook, records, run
from kindling.grade.job import Job, Result

LESSON = "01_centring"


def unchanged(job: bytes) -> bytes:
    """The result of a worker that does nothing."""
    return Result(Job.from_bytes(job).notebook).to_bytes()


def solved(job: bytes, failed: str = "") -> bytes:
    """The result of a worker: each check holds but the one of the task `failed`."""
    notebook = Job.from_bytes(job).notebook
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == f"{failed}_check":
            cell.outputs = [nbformat.v4.new_output("error", ename="CheckFailed", evalue="No.", traceback=["No."])]
    return Result(notebook).to_bytes()


def keep(book: gradebook.Submissions, result=solved, **how) -> gradebook.Grade:
    job, remarks = book.make_job("ada")
    return book.save_result("ada", result(job, **how), remarks)


def kept(book: gradebook.Submissions) -> tuple[dict, list[str], str | None]:
    """All that is there of Ada's grade: her points, the names in her folder, and the text of her notebook."""
    with Gradebook(book.course.db_url) as other:
        points = {one.student_id: one.score for one in other.assignment_submissions(LESSON)}
    place = folder(book, "autograded")
    names = sorted(os.listdir(place.parent)) if place.parent.exists() else []
    return points, names, (place / f"{LESSON}.ipynb").read_text() if place.exists() else None


def folder(book: gradebook.Submissions, step: str) -> Path:
    return Path(book.course.root) / step / "ada" / LESSON


def test_whoever_handed_in(tmp_path):
    """Also who handed in a link or a file in place of a folder has a row; what is nobody's has none."""
    course = CourseDirectory(root=str(tmp_path / "course [1]"))
    submitted = Path(course.root) / "submitted"
    for student in ("ada", "b*b"):
        (submitted / student / LESSON).mkdir(parents=True)
    (submitted / "cleo").mkdir()
    (submitted / "cleo" / LESSON).symlink_to("nowhere")
    (submitted / "dan").mkdir()
    (submitted / "dan" / LESSON).touch()
    for student, target in (("eve", "ada"), ("finn", "nowhere"), ("gus", "gus"), ("hal", "iris")):
        (submitted / student).symlink_to(target)
    (submitted / "iris" / "02_other").mkdir(parents=True)
    (submitted / "README.md").touch()
    found = records.folders(course, "submitted", LESSON)
    assert found == {
        student: submitted / student / LESSON for student in ["ada", "b*b", "cleo", "dan", "eve", "finn", "gus"]
    }


def test_graded_and_linked_since(book):
    """A folder that has become a link since it was graded is not graded as its student's."""
    job, remarks = book.make_job("ada")
    shutil.copytree(folder(book, "submitted").parent, folder(book, "submitted").parents[1] / "eve")
    shutil.rmtree(folder(book, "submitted").parent)
    folder(book, "submitted").parent.symlink_to("eve")
    sentence = re.escape('"ada" is a link, not a folder. Ask for the files themselves.')
    with pytest.raises(NotGradable, match=sentence):
        book.save_result("ada", unchanged(job), remarks)
    with pytest.raises(NotGradable, match=sentence):
        book.make_job("ada")
    assert not book.finished("ada")
    assert not folder(book, "autograded").exists()


def test_files_of_any_name_are_kept(book):
    """A name may be as long as the system allows; what a run that was killed left behind is gone."""
    name = "n" * 251 + ".txt"
    (folder(book, "submitted") / "notes").mkdir()
    (folder(book, "submitted") / "notes" / name).write_text("a")
    left = folder(book, "autograded").with_name(f".{LESSON}.draft")
    left.mkdir(parents=True)
    job, remarks = book.make_job("ada")
    book.save_result("ada", unchanged(job), remarks)
    assert (folder(book, "autograded") / "notes" / name).read_text() == "a"
    assert os.listdir(folder(book, "autograded").parent) == [LESSON]
    assert book.finished("ada")


def test_handed_in_again_meanwhile(book):
    """The grade of what is no longer there is not kept, and the next run grades what is."""
    job, remarks = book.make_job("ada")
    (folder(book, "submitted") / "timestamp.txt").write_text("2026-01-02 10:00:00 UTC")
    with pytest.raises(
        NotGradable, match=r"^It was handed in again while it was graded\. Run the same command again\.$"
    ):
        book.save_result("ada", unchanged(job), remarks)
    assert not folder(book, "autograded").exists()
    assert not book.finished("ada")
    job, remarks = book.make_job("ada")
    book.save_result("ada", unchanged(job), remarks)
    assert book.finished("ada")


@pytest.mark.parametrize("name", ["ad\udcff", "ad\na", "<img src=x onerror=alert(1)>"])
def test_folder_that_nbgrader_can_not_find(book, name):
    """The name of a student's folder must be text on one line, and no HTML: formgrader shows it as it is."""
    (folder(book, "submitted").parents[1] / name / LESSON).mkdir(parents=True)
    assert name in book.students()
    with pytest.raises(NotGradable) as raised:
        book.make_job(name)
    assert str(raised.value) == "The folder's name has characters that can't be shown. Rename it and grade again."


@pytest.mark.parametrize("stamp", ["last Tuesday", "9" * 40, "\udcff"])
def test_handed_in_again_at_no_time(book, stamp):
    """A time that is none is that student's matter, and is said as one sentence."""
    job, remarks = book.make_job("ada")
    book.save_result("ada", unchanged(job), remarks)
    (folder(book, "submitted") / "timestamp.txt").write_bytes(os.fsencode(stamp))
    assert not book.finished("ada")
    with pytest.raises(
        NotGradable, match=r'^"timestamp\.txt" says ".+", which is not a valid time\. Delete it and grade again\.$'
    ):
        book.make_job("ada")


def test_a_worker_is_not_told_of_the_gradebook(book):
    """A job holds what its steps can be told, and nothing of where grades go; its steps are those of test_run.py."""
    job = Job.from_bytes(book.make_job("ada")[0])
    config = job.config
    assert job.steps == [
        "kindling.grade.execute.Execute",
        "nbgrader.preprocessors.IgnorePattern",
        "nbgrader.preprocessors.LimitOutput",
    ]
    assert config["Execute"]["iopub_timeout"] == 5
    assert config["IgnorePattern"]["enabled"] is True
    assert "CourseDirectory" not in config


POLICY = """from nbgrader.plugins import BasePlugin


class PerDay(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        import rates_{number}

        return rates_{number}.PER_DAY * -(-total_seconds_late // 86_400)
"""


def late(book: gradebook.Submissions, files: dict[str, str], policy: str) -> gradebook.Submissions:
    """The submissions of the same course with a late policy of its own; Ada's comes a day and a half late."""
    root = Path(book.course.root)
    for name, text in files.items():
        (root / name).write_text(text)
    with (root / "nbgrader_config.py").open("a") as file:
        file.write(f'\nc.AssignLatePenalties.plugin_class = "{policy}"\n')
    book.gradebook.update_or_create_assignment(LESSON, duedate="2025-12-30T22:00:00+00:00")
    return gradebook.Submissions(configuration.course(root), LESSON)


def test_a_late_policy_of_the_courses_own(book):
    """A module beside nbgrader_config.py, and what that imports, is found, while it is asked and no longer."""
    before = list(sys.path)
    files = {"late_1.py": POLICY.format(number=1), "rates_1.py": "PER_DAY = 0.25\n"}
    with late(book, files, "late_1.PerDay") as own:
        job, remarks = own.make_job("ada")
        own.save_result("ada", unchanged(job), remarks)
        submitted = own.gradebook.find_submission_notebook(LESSON, LESSON, "ada")
        own.gradebook.db.refresh(submitted)
        assert submitted.score >= submitted.late_submission_penalty == 0.5
    assert sys.path == before


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("late_3", None, "ModuleNotFoundError: No module named 'late_3'"),
        ("late_4", "1 / 0\n", "ZeroDivisionError: division by zero"),
        ("late_5", "PER_WEEK = 1\n", "ImportError: No module named PerDay"),
    ],
    ids=["missing", "broken", "another name"],
)
def test_a_late_policy_that_can_not_be_had(book, name, text, said):
    """One sentence names the policy, what is wrong with it, and where it is set."""
    with pytest.raises(GradingError) as raised:
        late(book, {f"{name}.py": text} if text else {}, f"{name}.PerDay")
    assert str(raised.value) == (
        f"The late policy {name}.PerDay does not work: {said}. It is c.AssignLatePenalties.plugin_class in "
        "nbgrader_config.py."
    )


def test_a_late_policy_that_fails(book):
    """So does one that fails when it is asked."""
    with late(book, {"late_2.py": POLICY.format(number=2), "rates_2.py": "PER_DAY = None\n"}, "late_2.PerDay") as own:
        job, remarks = own.make_job("ada")
        with pytest.raises(
            GradingError, match=r"^The late policy late_2\.PerDay does not work: TypeError: unsupported"
        ):
            own.save_result("ada", unchanged(job), remarks)


class Full(LateSubmissionPlugin):
    """A policy that finds no room on the disk."""

    def late_submission_penalty(self, student_id, score, total_seconds_late):
        raise OSError(28, "No space left on device")


class HalfAPoint(LateSubmissionPlugin):
    """A policy that takes off half a point, whatever was earned."""

    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return 0.5


def due(book: gradebook.Submissions, policy: type) -> None:
    """Let Ada's submission be late."""
    book.gradebook.update_or_create_assignment(LESSON, duedate="2025-01-01 10:00:00 UTC")
    book._penalties.plugin_class = policy


@pytest.mark.parametrize("graded_before", [False, True])
def test_what_is_refused_half_way_is_not_kept(book, graded_before):
    """Where the last step fails, neither points nor files are others than before."""
    if graded_before:
        keep(book, failed="COLUMNS")
    before = kept(book)
    due(book, Full)
    with pytest.raises(GradingError, match=r"^The late policy .* does not work: .*No space left on device"):
        keep(book)
    assert kept(book) == before
    assert book.finished("ada") == graded_before
    due(book, HalfAPoint)
    keep(book)
    assert kept(book)[0] == {"ada": 3}


@pytest.mark.parametrize("graded_before", [False, True])
def test_a_commit_that_fails_leaves_the_folder_as_it_was(book, graded_before):
    """Somebody reads for a long time, so nothing can be made to last: what was there is there again."""
    if graded_before:
        keep(book, failed="COLUMNS")
    before = kept(book)
    book._connection.exec_driver_sql("PRAGMA busy_timeout = 10")
    reader = sqlite3.connect(Path(book.course.root) / "gradebook.db")
    rows = reader.execute("SELECT * FROM base_cell")
    rows.fetchone()
    with pytest.raises(GradingError, match=r"^The grade of ada could not be written: somebody else has been writing"):
        keep(book)
    rows.close()
    reader.close()
    assert kept(book) == before
    assert book.finished("ada") == graded_before
    keep(book)
    assert kept(book)[0] == {"ada": 3}


class Dies(HalfAPoint):
    """A policy with which its process ends."""

    def late_submission_penalty(self, student_id, score, total_seconds_late):
        os.kill(os.getpid(), signal.SIGKILL)


def die(root: Path, when: str) -> None:
    """Grade Ada, and end this process half way."""
    with gradebook.Submissions(configuration.course(root), LESSON) as book:
        if when == "scoring":
            due(book, Dies)
        else:
            database = book._connection.connection.driver_connection
            database.set_trace_callback(
                lambda statement: statement == "COMMIT" and os.kill(os.getpid(), signal.SIGKILL)
            )
        keep(book)


@pytest.mark.parametrize("when", ["scoring", "committing"])
def test_killed_half_way(book, when):
    """Whenever the process ends, the points are those of before, and what lies there is whole or is done anew."""
    keep(book, failed="COLUMNS")
    before = kept(book)
    child = multiprocessing.get_context("fork").Process(target=die, args=[Path(book.course.root), when])
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL
    points, names, notebook = kept(book)
    assert points == before[0]
    if when == "scoring":
        assert notebook == before[2]
    else:
        assert not book.finished("ada")
        assert f".{LESSON}.old" in names
    keep(book)
    assert book.finished("ada")
    assert kept(book)[:2] == ({"ada": 3}, [LESSON])


def test_somebody_else_wrote_at_the_same_moment(book):
    """What a database says to the second of two is one sentence, and nothing is kept."""
    with sqlite3.connect(Path(book.course.root) / "gradebook.db") as other:
        other.execute(
            "CREATE TRIGGER second BEFORE INSERT ON submitted_assignment "
            "BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed'); END"
        )
    before = kept(book)
    with pytest.raises(GradingError) as raised:
        keep(book)
    assert str(raised.value) == (
        "The grade of ada could not be written: somebody else changed it in the gradebook at the same moment. Nothing "
        "of it was kept. Let one grade at a time and run the same command again: it goes on where it stopped."
    )
    assert kept(book) == before


def test_what_the_gradebook_does_not_have_is_not_finished(book):
    """A notebook without points, as after somebody began the gradebook anew, is graded again."""
    keep(book)
    with Gradebook(book.course.db_url) as other:
        other.remove_submission(LESSON, "ada")
    with gradebook.Submissions(book.course, LESSON) as again:
        assert not again.finished("ada")


def test_points_are_the_gradebooks(book):
    """What was given by hand and what was taken off count, and a sentence says each."""
    grade = keep(book, failed="COLUMNS")
    assert (grade.score, grade.max_score, grade.remarks) == (2, 3, [])
    with Gradebook(book.course.db_url) as other:
        other.find_grade("COLUMNS_check", LESSON, LESSON, "ada").manual_score = 0.5
        other.db.commit()
    due(book, HalfAPoint)
    grade = keep(book, failed="COLUMNS")
    assert (grade.score, grade.max_score) == (2, 3)
    assert grade.remarks == [
        "The checks gave 2 points; grading by hand made it 2.5 points.",
        "0.5 points taken off: it was handed in late.",
    ]
    book.gradebook.update_or_create_assignment(LESSON, duedate=None)
    book.gradebook.grant_extension(LESSON, "ada", days=1)
    assert keep(book, failed="COLUMNS").score == 2.5


def test_limits_of_time_come_from_the_lessons_own_solutions(book):
    """They are timed once for a lesson's text, and kept; the configuration's own limits need no time.

    Solutions that fail set no limits: a check that fails may have been quick. Then the usual ones hold.
    """
    job = book.reference()
    book.learn(run.grade(job))
    assert set(book.times["cells"]) >= {"centre", "centre_check", "COLUMNS", "COLUMNS_check"}
    assert book.times["seconds"] == pytest.approx(sum(book.times["cells"].values()))
    assert Job.from_bytes(book.make_job("ada")[0]).config["Execute"]["times"] == book.times
    with gradebook.Submissions(book.course, LESSON) as again:
        assert again.reference() is None
        assert again.times == book.times
        assert again.reference("tcp://elsewhere:8786") is not None
    source = Path(book.course.root, "source", LESSON, f"{LESSON}.ipynb")
    text = source.read_text(encoding="utf-8")
    source.write_text(text.replace("That was all.", "That is all."), encoding="utf-8")
    assert book.reference() is not None

    source.write_text(text.replace("COLUMNS = 3", "COLUMNS = 4"), encoding="utf-8")
    book.learn(run.grade(book.reference()))
    assert book.times == {}
    # Also where the configuration sets all limits: expected values come from the solutions, too.
    source.write_text(text, encoding="utf-8")
    book.course.config.Execute.timeout, book.course.config.Execute.limits = 10, {"seconds": 10}
    assert book.reference() is not None
