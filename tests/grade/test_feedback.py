"""kindling.grade.feedback: pages of a small class, made once, and again when there is something new to say."""

import shutil
import subprocess
import sys
from pathlib import Path

import commands
import pytest
from nbgrader.api import Gradebook

from kindling.environment import inherited
from kindling.errors import FeedbackError
from kindling.grade import configuration, feedback, gradebook, sandbox
from kindling.grade.run import grade

LESSON = "01_centring"
BIN = Path(sys.executable).parent
STUDENTS = ["ada", "ben", "e[v]e"]  # the last one's name is a pattern, too


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess:
    environment = inherited(HOME=str(root / "home"))
    return commands.run(arguments, root, environment)


@pytest.fixture(scope="module")
def _graded_once(_handed_in_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = Path(shutil.copytree(_handed_in_once, tmp_path_factory.mktemp("graded") / "course"))
    (root / "home").mkdir()
    if sandbox.missing():
        with (root / "nbgrader_config.py").open("a") as configured:
            configured.write("\nc.Execute.sandbox = False\n")
    shutil.rmtree(root / "submitted")
    for student in STUDENTS:
        folder = root / "submitted" / student / LESSON
        shutil.copytree(root / "release" / LESSON, folder)
        if student != "ben":  # whose notebook came by mail
            (folder / "timestamp.txt").write_text("2026-03-29 10:30:00 UTC")
            (folder / "submission_secret.txt").write_text(f"secret of {student}")
    with gradebook.Submissions(configuration.course(root), LESSON) as book:
        for student in STUDENTS:
            content, remarks = book.make_job(student)
            book.save_result(student, grade(content), remarks)
    return root


@pytest.fixture
def course(_graded_once: Path, tmp_path: Path) -> Path:
    """A course folder of its own for each test, with the lesson graded for three students, and no feedback yet."""
    return Path(shutil.copytree(_graded_once, tmp_path / "course"))


def page(root: Path, student: str) -> Path:
    return root / "feedback" / student / LESSON / f"{LESSON}.html"


def made(root: Path, **how: object) -> list[str]:
    return [str(one) for one in feedback.make(root, [LESSON], **how)]


def shown(*students: str) -> list[str]:
    return [f"feedback/{student}/{LESSON}/{LESSON}.html" for student in students]


def change(root: Path, student: str, **values: object) -> None:
    """Give points or a comment by hand, as formgrader does."""
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "kindling") as book:
        if "manual_comment" in values:
            row = book.find_comment("centre", LESSON, LESSON, student)
        else:
            row = book.find_grade("centre_check", LESSON, LESSON, student)
        for name, value in values.items():
            setattr(row, name, value)
        book.db.commit()


def test_what_is_new_and_only_that(course):
    """A page is written once; then again when a comment, points or the graded notebook are new."""
    done = run(course, "kindling", "feedback", "01")
    assert (done.returncode, done.stdout.splitlines(), done.stderr) == (0, shown(*STUDENTS), "")
    before = {student: page(course, student).stat().st_mtime_ns for student in STUDENTS}
    done = run(course, "kindling", "feedback", "01")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "Nothing is new: each graded submission has its page.\n"

    change(course, "ada", manual_comment="Have a look at dim.")
    assert made(course) == shown("ada")
    assert "Have a look at dim." in page(course, "ada").read_text(encoding="utf-8")
    change(course, "e[v]e", manual_score=1.5)
    assert made(course) == shown("e[v]e")
    assert "1.5" in page(course, "e[v]e").read_text(encoding="utf-8")
    graded = course / "autograded" / "ben" / LESSON / f"{LESSON}.ipynb"
    graded.chmod(0o644)
    graded.write_text(graded.read_text().replace("Networks learn faster", "Networks learn slower"))
    assert made(course) == shown("ben")
    assert "Networks learn slower" in page(course, "ben").read_text(encoding="utf-8")

    assert made(course) == []
    assert made(course, student="ada") == []
    assert made(course, student="ada", force=True) == shown("ada")
    assert page(course, "ada").stat().st_mtime_ns > before["ada"]


def test_a_page_of_nbgraders_own(course):
    """What `nbgrader generate_feedback` wrote is no reason to leave a comment out."""
    assert run(course, "nbgrader", "generate_feedback", LESSON, "--student=ada").returncode == 0
    change(course, "ada", manual_comment="Have a look at dim.")
    assert made(course) == shown(*STUDENTS)
    assert "Have a look at dim." in page(course, "ada").read_text(encoding="utf-8")


def test_one_that_fails(course):
    """A graded notebook that is broken, and one that the gradebook does not know: a sentence each, for nobody else."""
    assert made(course) == shown(*STUDENTS)
    old = page(course, "ada").read_bytes()
    broken = course / "autograded" / "ada" / LESSON / f"{LESSON}.ipynb"
    broken.chmod(0o644)
    broken.write_text("{")
    shutil.copytree(course / "autograded" / "ben", course / "autograded" / "carl")
    change(course, "e[v]e", manual_comment="Well done.")
    done = run(course, "kindling", "feedback", "01")
    assert done.returncode == 1
    assert done.stdout.splitlines() == shown("e[v]e")
    first, second = done.stderr.splitlines()
    assert first.startswith(f"There is no new feedback for {LESSON} of ada: nbformat.reader.NotJSONError: ")
    assert first.endswith(f" Grade it again: kindling grade {LESSON} --student ada --force")
    assert second == (
        f"{LESSON} of carl lies in autograded/, and the gradebook has no grade for it. Grade it again: "
        f"kindling grade {LESSON} --student carl --force"
    )
    assert page(course, "ada").read_bytes() == old
    assert [path.name for path in course.iterdir() if path.name.startswith(".")] == [".kindling"]


def test_stopped(course, monkeypatch):
    """Ctrl-C, which nbgrader takes for one student's failure, ends it; what is written by then is whole."""
    from nbgrader.converters import GenerateFeedback

    convert = GenerateFeedback.convert_single_notebook

    def interrupted(self, name: str) -> None:
        if "ben" in name:
            raise KeyboardInterrupt
        convert(self, name)

    monkeypatch.setattr(GenerateFeedback, "convert_single_notebook", interrupted)
    pages = feedback.make(course, [LESSON])
    assert str(next(pages)) == shown("ada")[0]
    with pytest.raises(KeyboardInterrupt):
        next(pages)
    assert [path.name for path in (course / "feedback").iterdir()] == ["ada"]
    assert [path.name for path in course.iterdir() if path.name.startswith(".")] == [".kindling"]


def test_nothing_is_graded(built):
    """There is nothing to give back, and the sentence says what comes first."""
    with pytest.raises(FeedbackError) as raised:
        made(built)
    assert str(raised.value) == f"Nothing of {LESSON} is graded yet. Grade it first: kindling grade {LESSON}"
    with pytest.raises(FeedbackError) as raised:
        made(built, student="ada")
    assert str(raised.value) == (
        f"{LESSON} of ada is not graded yet. Grade it first: kindling grade {LESSON} --student ada"
    )


def test_the_exchange(course):
    """`nbgrader release_feedback` tells of a student who handed in by another way, and goes on with the others."""
    exchange = course / "exchange"
    exchange.mkdir()
    exchange.chmod(0o777)
    assert made(course) == shown(*STUDENTS)
    done = run(course, "nbgrader", "release_feedback", LESSON, f"--Exchange.root={exchange}")
    assert done.returncode == 0, done.stderr
    handed_out = {path.read_bytes() for path in exchange.glob("kindling/feedback/*.html")}
    assert handed_out == {page(course, student).read_bytes() for student in ("ada", "e[v]e")}
    [said] = [line for line in done.stderr.splitlines() if "WARNING" in line]
    assert said.endswith(
        f"feedback/ben/{LESSON} was not released: that submission did not come through the exchange, which knows a "
        "submission by its timestamp.txt and submission_secret.txt. Hand this feedback out by another way."
    )
