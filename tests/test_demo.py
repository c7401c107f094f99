"""`make demo`, once, on the first lesson: a real class, real nbgrader, in a folder of its own."""

import contextlib
import io
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import commands
import pytest
from conftest import ALL, REPOSITORY
from nbgrader.api import Gradebook

from kindling.authoring import answers, lessons


def run(*arguments: object, home: Path) -> SimpleNamespace:
    """What `python -m demo` does, for a user who has none of Jupyter's or Kindling's settings.

    It is called in this process, with one worker and less patience with the endless loop; its commands are forks.
    """
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        for name in os.environ:
            if name.startswith(("JUPYTER", "IPYTHON", "XDG", "MPL", "KINDLING")):
                patch.delenv(name)
        patch.setenv("HOME", str(home))
        patch.syspath_prepend(REPOSITORY)
        from demo import __main__ as demo

        def kindling(folder: Path, environment: dict[str, str], *words: str) -> int:
            done = commands.run(["kindling", *words], folder, environment)
            err.write(done.stdout + done.stderr)
            return done.returncode

        patch.setattr(demo, "kindling", kindling)
        patch.setattr(demo, "WORKERS", 1)
        patch.setattr(demo, "CELL_SECONDS", 30)
        patch.setattr(sys, "argv", ["python -m demo", *map(str, arguments)])
        code = demo.main()
    return SimpleNamespace(returncode=code, stdout=out.getvalue(), stderr=err.getvalue())


def changes() -> str:
    return subprocess.run(["git", "status", "--porcelain"], cwd=REPOSITORY, capture_output=True, text=True).stdout


# The first, in which everybody hands something in. The whole takes minutes.
LESSON = "01_tensors"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """The finished demo: its process, its folder, the user's home, and the table's rows by student."""
    folder = tmp_path_factory.mktemp("demo")
    home = folder / "home"
    home.mkdir()
    before = changes()
    process = run(folder / "class", LESSON, home=home)
    print(process.stdout, process.stderr)
    rows = {}
    for block in re.split(r"^├.*┤$", process.stdout.split("┩\n")[-1], flags=re.MULTILINE):
        lines = [line.split("│")[1:-1] for line in block.splitlines() if line.startswith("│")]
        who, points, text = ("\n".join(cell.strip() for cell in column) for column in zip(*lines, strict=True))
        student, lesson, did = who.split("\n")[:3]
        points, _, bonus = points.strip().partition("\n+ ")
        earned, _, of = points.partition(" / ")
        wrong, _, feedback = text.partition("\nFeedback:")
        assert lesson == LESSON
        rows[student] = SimpleNamespace(
            did=did,
            earned=None if earned == "none" else float(earned),
            of=float(of or 0),
            bonus=bonus,
            wrong=wrong.strip().replace("\n", " "),
            feedback=feedback.replace("\n", ""),
        )
    return SimpleNamespace(process=process, out=folder / "class", home=home, rows=rows, before=before, after=changes())


if ALL:  # it takes five minutes

    def test_all_lessons_go_as_designed(tmp_path):
        """So the first right answers of a lesson's tasks go together, too."""
        (tmp_path / "home").mkdir()
        process = run(tmp_path / "class", home=tmp_path / "home")
        assert process.returncode == 0, process.stderr


EVERYONE = {"ada", "boris", "chen", "dora", "emil", "fatima", "goran"}


def test_goes_as_designed(demo):
    """The demo knows what must come of each submission, and says by its exit code that it did."""
    assert demo.process.returncode == 0, demo.process.stderr
    assert re.search(rf"^{len(demo.rows)} submissions in \d+ s\.$", demo.process.stderr, flags=re.MULTILINE)


def test_everyone_has_a_row(demo):
    """Seven students hand in the first lesson."""
    assert set(demo.rows) == EVERYONE


def test_all_right(demo):
    """The answer bank's right answers earn every point."""
    row = demo.rows["ada"]
    assert row.earned == row.of > 10
    bonus = lessons.read(REPOSITORY / "course" / f"{LESSON}.py").bonus
    assert row.bonus == (f"{bonus} / {bonus}" if bonus else "")
    assert row.wrong == "nothing"


def test_three_mistakes(demo):
    """Three sentences of the answer bank, word for word, and points lost for nothing else."""
    row = demo.rows["boris"]
    bank = answers.read(REPOSITORY / "tests" / "answers" / f"{LESSON}.py")
    said = {answer.says for answer in bank if answer.says and answer.says in row.wrong}
    assert len(said) >= 3
    assert 0 < row.earned < row.of
    assert len(row.wrong) < sum(map(len, said)) + 60


def test_half_done(demo):
    """Each task that is not begun says so, the first three by name."""
    row = demo.rows["chen"]
    assert re.fullmatch(r"(Not yet: `\w+` still needs your code\. ?){3}(… and \d more)?", row.wrong)
    assert 0 < row.earned < row.of


def test_no_grade_has_a_reason(demo):
    """What can't be graded has no points, no feedback, and one sentence to act on."""
    for student in ("dora", "emil"):
        row = demo.rows[student]
        assert (row.earned, row.feedback) == (None, "")
    assert re.fullmatch(
        r"The notebook is broken: line \d+ is not valid JSON\. Ask for it again\.", demo.rows["dora"].wrong
    )
    sentence = 'The notebook is named "01_tensors (1).ipynb". Rename it to "01_tensors.ipynb" and grade again.'
    assert demo.rows["emil"].wrong == sentence


def test_copied_cells_cost_nothing(demo):
    """A copied task is graded in its last copy; stock nbgrader would stop the class here."""
    row = demo.rows["fatima"]
    assert (row.earned, row.wrong) == (row.of, "nothing")


def test_endless_loop(demo):
    """The loop costs its own task."""
    row = demo.rows["goran"]
    assert re.fullmatch(
        r"\w+: This cell ran longer than the time limit and was stopped\. Does every loop in your code end\?",
        row.wrong,
    )
    assert 0 < row.earned < row.of


def test_points_are_the_gradebooks(demo):
    """The table shows what stands in nbgrader's gradebook."""
    with Gradebook(f"sqlite:///{demo.out}/gradebook.db", "kindling") as gradebook:
        for student, row in demo.rows.items():
            if row.earned is not None:
                submission = gradebook.find_submission(LESSON, student)
                bonus = float(row.bonus.partition(" / ")[0] or 0)
                assert (submission.score, submission.max_score) == (row.earned + bonus, row.of)


def test_feedback_lies_where_it_says(demo):
    """Each graded submission has a page, and no page shows a hidden test."""
    for row in demo.rows.values():
        if row.earned is not None:
            page = (Path(row.feedback.strip()) / f"{LESSON}.html").read_text(encoding="utf-8")
            assert "HIDDEN TESTS" not in page


def test_nothing_else_is_touched(demo):
    """Neither the repository nor the user's home has changed."""
    assert demo.after == demo.before
    assert list(demo.home.rglob("*")) == []
    assert not (REPOSITORY / "gradebook.db").exists()


def test_other_folders_are_left_alone(tmp_path):
    """A folder that the demo did not make is not replaced."""
    (tmp_path / "thesis.txt").write_text("all of it")
    command = [sys.executable, "-m", "demo", tmp_path]  # as the Makefile calls it
    process = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)
    assert process.returncode == 1
    sentence = f"{tmp_path} was not made by this demo, so it is left alone. Name another folder.\n"
    assert process.stderr == sentence
    assert (tmp_path / "thesis.txt").read_text() == "all of it"


def test_surprises_are_noticed(monkeypatch):
    """Other points, another sentence, a missing page or a grade for the ungradable: not as designed."""
    monkeypatch.syspath_prepend(REPOSITORY)
    from demo.__main__ import Row
    from demo.sample_class import STUDENTS, Submission

    right = Row(STUDENTS[0], "01_tensors", 21, 21, {}, None, Path("page.html"))
    wrong = replace(right, points=19, failures={"S": "S is 2."})
    broken = replace(right, points=0, problem="Not JSON.", feedback=None)
    whole, lost, ungraded = (
        Submission("a.ipynb", ""),
        Submission("a.ipynb", "", {"S": "S is 2."}),
        Submission("a.ipynb", "", graded=False),
    )
    assert right.as_designed(whole)
    assert replace(right, bonus=3, max_bonus=3).as_designed(whole)
    assert not replace(right, bonus=2, max_bonus=3).as_designed(whole)
    assert replace(right, bonus=2, max_bonus=3, failures=lost.lost).as_designed(lost)
    assert wrong.as_designed(lost)
    assert broken.as_designed(ungraded)
    for row, submission in (
        (wrong, whole),
        (right, lost),
        (right, ungraded),
        (broken, whole),
        (replace(right, feedback=None), whole),
        (replace(wrong, failures={"S": "S is 3."}), lost),
        (replace(wrong, failures={"S": "S is 2.", "T": "No."}), lost),
        (replace(wrong, points=0), lost),
    ):
        assert not row.as_designed(submission)
