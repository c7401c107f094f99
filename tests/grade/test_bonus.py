"""Bonus points, from the lesson's text to nbgrader's gradebook, the feedback and the reports: they come on top."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from conftest import CENTRE, make_course
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.validator import Validator

from kindling.authoring import lessons, notebooks
from kindling.grade import configuration, feedback, gradebook, nbgrader_plugin
from kindling.grade.job import Job, Result
from kindling.grade.outcome import Points
from kindling.grade.report import class_report

LESSON = "01_centring"
PLACE = ("COLUMNS_check", LESSON, LESSON, "ada")


@pytest.fixture(scope="module")
def _released_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_course(tmp_path_factory.mktemp("course"))
    path = folder / "course" / f"{LESSON}.py"
    text = CENTRE.replace("### How many?", "### Bonus: how many?").replace('"COLUMNS" points=1', '"COLUMNS" points=4')
    path.write_text(text, encoding="utf-8")
    source = folder / "source" / LESSON / f"{LESSON}.ipynb"
    source.parent.mkdir(parents=True)
    nbformat.write(notebooks.notebook(lessons.read(path)), source)
    course = configuration.course(folder)
    assert NbGraderAPI(course, config=course.config).generate_assignment(LESSON)["success"]
    return folder


@pytest.fixture
def course(_released_once: Path, tmp_path: Path) -> Path:
    """A course whose lesson asks for `centre` (2 points), with the bonus task `COLUMNS` (4 points)."""
    folder = Path(shutil.copytree(_released_once, tmp_path / "course"))
    shutil.copytree(folder / "release" / LESSON, folder / "submitted" / "ada" / LESSON)
    return folder


@pytest.fixture
def book(course: Path) -> Iterator[Gradebook]:
    """The gradebook as a teacher sees it."""
    with Gradebook(configuration.course(course).db_url, "kindling") as book:
        yield book


def executed(notebook: NotebookNode, failed: set[str]) -> NotebookNode:
    """Return a submission as it comes from a kernel, in which the checks of some tasks have failed."""
    notebook = nbformat.from_dict(notebook)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id", "").removesuffix("_check") in failed:
            cell.outputs = [new_output("error", ename="CheckFailed", evalue="No.", traceback=["No."])]
    return notebook


def grade(course: Path, book: Gradebook, *failed: str) -> Points:
    """Grade what Ada handed in, as if the checks of these tasks had failed."""
    with gradebook.Submissions(configuration.course(course), LESSON) as submissions:
        job, remarks = submissions.make_job("ada")
        notebook = executed(Job.from_bytes(job).notebook, set(failed))
        grade = submissions.save_result("ada", Result(notebook).to_bytes(), remarks)
    book.db.expire_all()
    return Points(grade.score, grade.max_score, grade.bonus, grade.max_bonus)


@pytest.mark.parametrize(
    ("failed", "points", "score"),
    [
        ([], Points(2, 2, 4, 4), 6),
        (["COLUMNS"], Points(2, 2, 0, 4), 2),
        (["centre"], Points(0, 2, 4, 4), 4),
        (["centre", "COLUMNS"], Points(0, 2, 0, 4), 0),
    ],
)
def test_the_gradebook_counts_a_bonus_on_top(course, book, failed, points, score):
    """Who solves every required task has all points, and a bonus is what nbgrader calls extra credit."""
    assert grade(course, book, *failed) == points
    handed_in = book.find_submission(LESSON, "ada")
    assert (handed_in.score, handed_in.max_score, book.find_assignment(LESSON).max_score) == (score, 2, 2)
    assert book.find_grade(*PLACE).extra_credit == points.bonus
    assert book.find_grade("centre_check", *PLACE[1:]).extra_credit is None
    assert not handed_in.needs_manual_grade


def test_a_later_grading_gives_the_bonus_of_the_later_answer(course, book):
    for failed, credit in ((["COLUMNS"], 0), ([], 4), (["COLUMNS"], 0), ([], 4), ([], 4)):
        grade(course, book, *failed)
        assert (book.find_grade(*PLACE).extra_credit, book.find_submission(LESSON, "ada").score) == (
            credit,
            2 + credit,
        )
        assert not book.find_grade(*PLACE).needs_manual_grade


@pytest.mark.parametrize("credit", [0.0, 1.5, 7.0, None])
def test_extra_credit_that_a_teacher_gave_stays(course, book, credit):
    """Also where it was taken away; nbgrader then asks to look at it again, as with points given by hand."""
    grade(course, book)
    book.find_grade(*PLACE).extra_credit = credit
    book.db.commit()
    for failed in ([], ["COLUMNS"], []):
        grade(course, book, *failed)
        assert book.find_grade(*PLACE).extra_credit == credit
        assert book.find_grade(*PLACE).needs_manual_grade


def test_points_and_extra_credit_at_other_checks_stay(course, book):
    grade(course, book, "centre")
    given = book.find_grade("centre_check", *PLACE[1:])
    given.manual_score, given.extra_credit = 1.5, 0.5
    book.db.commit()
    grade(course, book, "centre")
    given = book.find_grade("centre_check", *PLACE[1:])
    assert (given.manual_score, given.extra_credit, book.find_submission(LESSON, "ada").score) == (1.5, 0.5, 6)


def test_a_task_that_is_no_bonus_any_more(course, book):
    """A release that asks for the task takes the extra credit back, and gives points in its place."""
    grade(course, book)
    source = course / "source" / LESSON / f"{LESSON}.ipynb"
    text = source.read_text(encoding="utf-8").replace('"points": 0', '"points": 4').replace("# Bonus: 4 points\\n", "")
    source.write_text(text, encoding="utf-8")
    read = configuration.course(course)
    assert NbGraderAPI(read, config=read.config).generate_assignment(LESSON, force=True)["success"]
    assert grade(course, book) == Points(6, 6)
    assert (book.find_submission(LESSON, "ada").score, book.find_submission(LESSON, "ada").max_score) == (6, 6)
    assert book.find_grade(*PLACE).extra_credit is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# Bonus: 4 points", "# Bonus: 400 points"),
        ('"points": 0', '"points": 400'),
        ("import torch\\n", "import torch\\n# Bonus: 400 points\\n"),
        ("x = torch.tensor", "# Bonus: 400 points\\nx = torch.tensor"),
    ],
)
def test_no_learner_makes_a_bonus(course, book, old, new):
    """What was released says which task is one, and how much it gives."""
    path = course / "submitted" / "ada" / LESSON / f"{LESSON}.ipynb"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert grade(course, book) == Points(2, 2, 4, 4)
    assert book.find_submission(LESSON, "ada").score == 6


def resources(course: Path) -> dict:
    """What nbgrader hands to its preprocessors."""
    about = {"assignment": LESSON, "notebook": LESSON, "student": "ada", "db_url": configuration.course(course).db_url}
    return {"nbgrader": about, "metadata": {}}


def test_nbgraders_own_autograde_counts_it_on_top_too(course, book):
    with gradebook.Submissions(configuration.course(course), LESSON) as submissions:
        job, _ = submissions.make_job("ada")
    book.add_student("ada")
    book.add_submission(LESSON, "ada")
    for failed, credit in ((set(), 4), ({"COLUMNS"}, 0), (set(), 4)):
        notebook = executed(Job.from_bytes(job).notebook, failed)
        nbgrader_plugin.SaveAutoGrades().preprocess(notebook, resources(course))
        book.db.expire_all()
        handed_in = book.find_submission(LESSON, "ada")
        assert (handed_in.score, handed_in.max_score) == (2 + credit, 2)
        assert book.find_grade(*PLACE).extra_credit == credit


@pytest.mark.parametrize(("penalty", "score", "bonus"), [(0, 2, 4), (1, 1, 4), (3, 0, 3), (6, 0, 0)])
def test_feedback_has_the_bonus_apart(course, book, penalty, score, bonus):
    """A late penalty takes points first, and of the bonus what is left of it."""
    grade(course, book)
    book.find_submission_notebook(LESSON, LESSON, "ada").late_submission_penalty = penalty
    book.db.commit()
    path = course / "autograded" / "ada" / LESSON / f"{LESSON}.ipynb"
    notebook, about = nbgrader_plugin.GetGrades().preprocess(nbformat.read(path, as_version=4), resources(course))
    shown = {name: about["nbgrader"][name] for name in ("score", "max_score", "bonus", "max_bonus")}
    assert shown == {"score": score, "max_score": 2, "bonus": bonus, "max_bonus": 4}
    checks = {cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader for cell in notebook.cells if cell.metadata}
    assert (checks["COLUMNS_check"].score, checks["COLUMNS_check"].points) == (4, 4)
    assert (checks["centre_check"].score, checks["centre_check"].points) == (2, 2)
    assert (checks["centre_check"].max_bonus, checks["COLUMNS_check"].max_bonus) == (0, 4)


def test_the_feedback_page_tells_them_apart(course, book):
    """At the top, in the list of tasks, and at the check."""
    grade(course, book)
    (page,) = feedback.make(course, [LESSON])
    text = " ".join(re.sub(r"<[^>]*>", " ", (course / page).read_text()).split())
    assert (
        "01_centring 2 of 2 points, and 4 of 4 bonus points Solved centre 2 of 2 points COLUMNS 4 of 4 bonus points"
        in text
    )
    assert "Check: COLUMNS 4 of 4 bonus points" in text


def test_what_is_released_says_what_a_bonus_gives(course):
    """In a line of its own, and to nbgrader by a check of no points, which its Validate button still runs."""
    path = course / "release" / LESSON / f"{LESSON}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    checks = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    assert [cell.metadata.nbgrader.points for cell in checks] == [2, 0]
    assert checks[1].source.splitlines()[:2] == ["%%check COLUMNS (4 bonus points)", "# Bonus: 4 points"]
    failed = Validator()._get_failed_cells(executed(notebook, {"COLUMNS"}))
    assert [cell.metadata.nbgrader.grade_id for cell in failed] == ["COLUMNS_check"]


def test_the_class_report_counts_it_apart(course, book):
    grade(course, book, "COLUMNS")
    report = class_report(course, [LESSON])
    lesson = report.lessons[0]
    assert lesson.summary == (
        "1 graded of 1 handed in. Median: 2 of 2 points, and 0 of 4 bonus points. "
        "All tasks but the bonus are solved by all."
    )
    assert [(task.task, task.solved, task.otherwise_wrong) for task in lesson.tasks] == [
        ("centre", 1, 0),
        ("COLUMNS", 0, 1),
    ]
    for shown in (str(report), report.as_html().replace("</code>", "").replace("<code>", "")):
        assert "COLUMNS (bonus)" in shown
    read = json.loads(report.as_json())["lessons"][0]
    assert [read[key] for key in ("median_points", "max_points", "median_bonus", "max_bonus")] == [2, 2, 0, 4]
    assert [task.get("bonus") for task in read["tasks"]] == [None, True]
