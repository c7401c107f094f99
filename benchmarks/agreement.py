"""Whether stock nbgrader and the grading engine give the same points, on the answer bank and on the sample class.

Run it as `python -m benchmarks.agreement [LESSON…]`. A submission of the bank has one answer to every task: the first
of each, the second of each, and so on, right or wrong, so that all answers are graded in as few notebooks as can be.
`--most 2` takes two submissions only, from among them all.
Stock nbgrader runs without this course's configuration.
Exit code 1 where one graded cell has other points.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook

from demo.sample_class import STUDENTS, Lesson, Submission, answered, copied_cells, submission
from kindling.authoring import answers, lessons
from kindling.errors import KindlingError
from kindling.grade import outcome

REPOSITORY = Path(__file__).parents[1]
# Without the last line, stubs would take the place of the learner's scripts.
STOCK = """c = get_config()
c.CourseDirectory.course_id = "kindling"
c.Execute.timeout = 120
c.Execute.shutdown_kernel = "immediate"
c.Autograde.exclude_overwriting = {"08_final_exercise": ["scripts/model.py", "scripts/data.py", "scripts/main.py"]}
"""

ALL = [path.stem for path in lessons.find(REPOSITORY / "course", [])]

Points = dict[tuple[str, str], float | None]


def main() -> int:
    """Grade the same submissions both ways; print each difference and the counts; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lessons", nargs="*")
    parser.add_argument("--most", type=int, help="submissions of each lesson")
    chosen = parser.parse_args()
    names = [path.stem for path in lessons.find(REPOSITORY / "course", chosen.lessons)]
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        together = list(pool.map(lambda name: compare(Path(folder) / name, name, chosen.most), names))
    different, cells, handed_in = map(sum, zip(*together, strict=True))
    print(f"{handed_in} submissions with {cells} graded cells: {different or 'no'} different.")
    return 1 if different else 0


def compare(root: Path, name: str, most: int | None) -> tuple[int, int, int]:
    """Return how many graded cells of a lesson have other points, how many there are, and in how many submissions."""
    shutil.copytree(REPOSITORY / "source" / name, root / "source" / name)
    shutil.copy(REPOSITORY / "nbgrader_config.py", root)
    command(root, "nbgrader", "generate_assignment", name)
    count = hand_in(root, name, most)
    stock = root / "stock"
    for part in ("source", "submitted"):
        shutil.copytree(root / part, stock / part)
    shutil.copy(root / "gradebook.db", stock)
    (stock / "nbgrader_config.py").write_text(STOCK)
    began = time.monotonic()
    command(stock, "nbgrader", "autograde", name)
    between = time.monotonic()
    command(root, "kindling", "grade", name, "--workers", "1")
    print(f"{name}: {count} submissions, nbgrader {between - began:.0f} s, engine {time.monotonic() - between:.0f} s")
    theirs, ours = points(stock, name), points(root, name)
    for place in theirs.keys() | ours.keys():
        if theirs.get(place) != ours.get(place):
            print(f"{name}, {' '.join(place)}: nbgrader {theirs.get(place)}, engine {ours.get(place)}")
    return sum(theirs.get(place) != ours.get(place) for place in theirs.keys() | ours.keys()), len(theirs), count


def hand_in(root: Path, name: str, most: int | None) -> int:
    """Write the submissions, and return how many there are."""
    course, bank = REPOSITORY / "course" / f"{name}.py", REPOSITORY / "tests" / "answers" / f"{name}.py"
    lesson = Lesson.read(course, root / "release" / name / f"{name}.ipynb", bank)
    handed_in = from_class(lesson, name == ALL[0]) | from_bank(lesson, answers.read(bank))
    count = min(len(handed_in), most or len(handed_in))
    students = list(handed_in)
    for student in [students[index * len(handed_in) // count] for index in range(count)]:
        folder = root / "submitted" / student / name
        shutil.copytree(root / "release" / name, folder)
        handed_in[student].write(folder)
    return count


def from_bank(lesson: Lesson, bank: list[answers.Answer]) -> dict[str, Submission]:
    """Return submissions by student: the n-th has the n-th answer to each task, or the last where there are fewer."""
    by_task: dict[str, list[str]] = {}
    for answer in bank:
        by_task.setdefault(answer.task, []).append(answer.source)
    submissions = {}
    for number in range(max(map(len, by_task.values()))):
        chosen = {task: sources[min(number, len(sources) - 1)] for task, sources in by_task.items()}
        scripts = {name: script.text for name, script in lesson.scripts.items()}
        for task in lesson.script_of:
            with contextlib.suppress(KindlingError):  # an answer to another task has changed the same place
                scripts = answers.rewrite(scripts, chosen[task])
        cells = {task: source for task, source in chosen.items() if task not in lesson.script_of}
        submissions[f"number{number:02}"] = submission(lesson, answered(lesson, cells), scripts=scripts)
    return submissions


def from_class(lesson: Lesson, first: bool) -> dict[str, Submission]:
    """Return what the sample class hands in, by student, but for what stock nbgrader cannot grade."""
    students = [student for student in STUDENTS if student.everywhere or first]
    handed_in = {student.name: student.hand_in(lesson) for student in students if student.hand_in != copied_cells}
    return {name: given for name, given in handed_in.items() if given.graded}


def points(root: Path, name: str) -> Points:
    """Return the points that the gradebook has, by student and graded cell, and of a bonus task what its check earned.

    Stock nbgrader gives nothing for a bonus, so that stands in no gradebook of its own.
    """
    found = {}
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "kindling") as book:
        for submission in book.assignment_submissions(name):
            student = submission.student.id
            for notebook in submission.notebooks:
                found |= {(student, grade.name): grade.auto_score for grade in notebook.grades}
            path = root / "autograded" / student / name / f"{name}.ipynb"
            for cell in nbformat.read(path, as_version=4).cells if path.exists() else ():
                if outcome.bonus(cell):
                    found[student, cell.metadata.nbgrader.grade_id] = outcome.points(cell).bonus
    return found


def command(root: Path, *line: str) -> None:
    """Run a command of this environment in a course folder. It ends this program where it fails."""
    bin_ = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{bin_}{os.pathsep}{os.environ['PATH']}"}
    environment |= {"KINDLING_SOURCE": "drawn", "OMP_NUM_THREADS": "1"}
    done = subprocess.run([bin_ / line[0], *line[1:]], cwd=root, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(line)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    sys.exit(main())
