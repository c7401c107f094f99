"""`make demo`: grade a small class end to end, with real nbgrader, in a course folder of its own.

The folder is `demo/out/`, or the one that is named; it is made anew each time, and nothing outside it is touched.
The table goes to stdout, progress to stderr. Exit code 0 when everything went as designed, 1 otherwise.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook
from rich.console import Console
from rich.table import Table
from rich.text import Text

from demo.sample_class import STUDENTS, Lesson, Student, Submission
from kindling.authoring import lessons
from kindling.environment import inherited
from kindling.grade import configuration, database, outcome, sandbox, submission
from kindling.grade.records import Records

REPOSITORY = Path(__file__).parents[1]
MARK = ".made-by-kindling-demo"
# The endless loop takes this long; any other cell of the lessons needs less, the last exercise's training too.
CELL_SECONDS = 100
NOTEBOOK_SECONDS = 900
WORKERS = (os.cpu_count() or 1) + 1  # one of them does nothing but wait for that loop


@dataclass(frozen=True)
class Row:
    """What came of one submission. `problem` says why it has no grade; `failures` holds a sentence for each task."""

    student: Student
    lesson: str
    points: float
    of: float
    failures: dict[str, str]
    problem: str | None
    feedback: Path | None
    bonus: float = 0.0
    max_bonus: float = 0.0

    def as_designed(self, submission: Submission) -> bool:
        """Return whether exactly the tasks that should fail did, with their sentences, or the grade is missing."""
        if not submission.graded:
            return self.problem is not None
        earned, most = self.points + self.bonus, self.of + self.max_bonus
        fair = 0 < earned < most if submission.lost else earned == most
        return fair and self.failures == submission.lost and self.feedback is not None


def main() -> int:
    """Run the demo; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__.splitlines()[0])
    parser.add_argument("out", nargs="?", type=Path, default=REPOSITORY / "demo" / "out", help="the course folder")
    parser.add_argument("lessons", nargs="*", help="lessons, like 01_tensors; all when none is named")
    given = parser.parse_args()
    out = given.out.resolve()
    if out.exists() and not (out / MARK).exists():
        print(f"{out} was not made by this demo, so it is left alone. Name another folder.", file=sys.stderr)
        return 1
    began = time.monotonic()
    names = [path.stem for path in lessons.find(REPOSITORY / "course", given.lessons)]
    environment = prepare(out, names)
    step("making the release")
    if kindling(out, environment, "release", *names):
        return failed(f"The release could not be made. {shown(out)}/kindling.log says why.")
    handed_in = hand_in(out, names)
    grade(out, environment, names)
    rows = [look_up(out, student, lesson) for student, lesson in handed_in]
    show(rows)
    step(f"{len(rows)} submissions in {time.monotonic() - began:.0f} s.")
    wrong = [row for row in rows if not row.as_designed(handed_in[row.student, row.lesson])]
    if wrong:
        rows_named = ", ".join(f"{row.student.name} in {row.lesson}" for row in wrong)
        return failed(f"Not as designed: {rows_named}. {shown(out)}/kindling.log may say more.")
    return 0


def bank(lesson: str) -> Path:
    """Return the path of a lesson's answers."""
    return REPOSITORY / "tests" / "answers" / f"{lesson}.py"


def prepare(out: Path, lessons: list[str]) -> dict[str, str]:
    """Make the course folder anew and return the environment in which all of nbgrader's files stay inside it."""
    if out.exists():
        shutil.rmtree(out)
    home = out / "home"
    home.mkdir(parents=True)
    (out / MARK).touch()
    configuration = (REPOSITORY / "nbgrader_config.py").read_text(encoding="utf-8")
    # No time is spent on finding out what the lessons' own solutions take.
    configuration += f"\nc.Execute.timeout = {CELL_SECONDS}\nc.Execute.limits = {{'seconds': {NOTEBOOK_SECONDS}}}\n"
    if reason := sandbox.missing():
        step(f"{reason} What this class handed in is ours, so the demo goes on without.")
        configuration += "c.Execute.sandbox = False\n"
    (out / "nbgrader_config.py").write_text(configuration, encoding="utf-8")
    for name in lessons:
        shutil.copytree(REPOSITORY / "source" / name, out / "source" / name)
    folders = {
        "HOME": home,
        "USERPROFILE": home,
        "IPYTHONDIR": home / "ipython",
        "JUPYTER_CONFIG_DIR": home / "jupyter",
        "JUPYTER_DATA_DIR": home / "jupyter-data",
        "JUPYTER_RUNTIME_DIR": home / "jupyter-runtime",
        "MPLCONFIGDIR": home / "matplotlib",
        "XDG_CACHE_HOME": home / "cache",
        "KINDLING_DATA": home / "data",
    }
    return inherited(**{name: str(folder) for name, folder in folders.items()}, OMP_NUM_THREADS="1")


def hand_in(out: Path, lessons: list[str]) -> dict[tuple[Student, str], Submission]:
    """Write what the class hands in to `submitted/`, and return it by student and lesson."""
    # The class list comes first, as an instructor has one.
    with Gradebook(gradebook(out), "kindling") as book:
        for student in STUDENTS:
            book.add_student(student.name)
    handed_in = {}
    for number, name in enumerate(lessons):
        lesson = Lesson.read(REPOSITORY / "course" / f"{name}.py", out / "release" / name / f"{name}.ipynb", bank(name))
        for student in STUDENTS:
            if number == 0 or student.everywhere:
                submission = student.hand_in(lesson)
                submission.write(out / "submitted" / student.name / name)
                handed_in[student, name] = submission
    return handed_in


def grade(out: Path, environment: dict[str, str], lessons: list[str]) -> None:
    """Grade what was handed in, and write the feedback."""
    step(f"grading {len(list(out.glob('submitted/*/*')))} submissions")
    # The exit code is 1 when one submission could not be graded, as here; the gradebook knows all the others.
    kindling(out, environment, "grade", *lessons, f"--workers={WORKERS}")
    step("writing feedback")
    kindling(out, environment, "feedback", *lessons)


def kindling(out: Path, environment: dict[str, str], *arguments: str) -> int:
    """Run `kindling` in the course folder and return its exit code; its words go to kindling.log."""
    command = [Path(sys.executable).with_name("kindling"), *arguments]
    with (out / "kindling.log").open("a") as log:
        return subprocess.run(command, cwd=out, env=environment, stdout=log, stderr=log).returncode


def gradebook(out: Path) -> str:
    """Return the address of the gradebook, in which each writer waits for the other one, a minute at most."""
    return f"sqlite:///{out}/gradebook.db?timeout=60"


def look_up(out: Path, student: Student, lesson: str) -> Row:
    """Return what the gradebook and the autograded notebook say of one submission."""
    course = configuration.course(out)
    with database.opened(course) as book:
        earned = Records(course, lesson, book).totals().get(student.name)
    autograded = out / "autograded" / student.name / lesson / f"{lesson}.ipynb"
    feedback = out / "feedback" / student.name / lesson / f"{lesson}.html"
    if not autograded.exists():
        unknown = f"It could not be graded: see {shown(out)}/kindling.log."
        problem = submission.problem(out / "submitted" / student.name / lesson, lesson) or unknown
        return Row(student, lesson, 0, 0, {}, problem, None)
    failures = outcome.failures(nbformat.read(autograded, as_version=4))
    page = feedback if feedback.exists() else None
    return Row(student, lesson, earned.score, earned.max_score, failures, None, page, earned.bonus, earned.max_bonus)


def show(rows: list[Row]) -> None:
    """Print the table of the class."""
    console = Console()
    if not console.is_terminal:
        console.width = 110  # a file has no width; 80 columns would break most sentences
    table = Table(title="A sample class, graded by nbgrader", show_lines=True)
    table.add_column("student and lesson", no_wrap=True)
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("what was wrong, and where the feedback lies", ratio=1, overflow="fold")
    for row in rows:
        who = Text(row.student.name, style="bold").append(f"\n{row.lesson}\n{row.student.did}", style="not bold")
        points = "none" if row.problem else f"{row.points:g} / {row.of:g}"
        if row.max_bonus:
            points += f"\n+ {row.bonus:g} / {row.max_bonus:g}"
        text = Text(wrong(row))
        if row.feedback:
            text.append(f"\nFeedback: {shown(row.feedback.parent)}/", style="dim")
        table.add_row(who, points, text)
    console.print(table)


def wrong(row: Row) -> str:
    """Return why a submission has no grade, or the first three failed tasks, one line each."""
    if row.problem:
        return row.problem
    lines = [sentence if task in sentence else f"{task}: {sentence}" for task, sentence in row.failures.items()]
    more = len(lines) - 3
    return "\n".join(lines[:3] + [f"… and {more} more"] * (more > 0)) or "nothing"


def shown(path: Path) -> str:
    """Return a path as it is read from the repository's folder."""
    return os.path.relpath(path, REPOSITORY) if path.is_relative_to(REPOSITORY) else str(path)


def step(text: str) -> None:
    """Tell on stderr what happens now."""
    print(text, file=sys.stderr, flush=True)


def failed(text: str) -> int:
    """Say on stderr what went wrong and return the exit code for it."""
    step(text)
    return 1


if __name__ == "__main__":
    sys.exit(main())
