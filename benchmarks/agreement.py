"""Whether stock nbgrader and the grading engine give the same points, on the answers of the answer bank.

Run it as `python benchmarks/agreement.py [LESSON…]`. Each submission has one answer to every task: the first of each,
the second of each, and so on, right or wrong, so that all answers of the bank are graded in as few notebooks as can be.
`--most 2` takes two of these submissions only, from among them all.
Stock nbgrader runs without this course's configuration.
Exit code 1 where one graded cell has other points.
"""

from __future__ import annotations

import argparse
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

from kindling import answers
from kindling import lesson as lessons

REPOSITORY = Path(__file__).parents[1]
STOCK = "c = get_config()\nc.CourseDirectory.course_id = 'kindling'\nc.Execute.timeout = 120\n"

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
    release = nbformat.read(root / "release" / name / f"{name}.ipynb", as_version=4)
    bank: dict[str, list[str]] = {}
    for answer in answers.read(REPOSITORY / "tests" / "answers" / f"{name}.py"):
        bank.setdefault(answer.task, []).append(answer.source)
    total = max(map(len, bank.values()))
    count = min(total, most or total)
    for number in (int((index + 0.5) * total / count) for index in range(count)):
        for cell in release.cells:
            if (task := cell.metadata.get("nbgrader", {}).get("grade_id")) in bank:
                cell.source = bank[task][min(number, len(bank[task]) - 1)]
        folder = root / "submitted" / f"number{number:02}" / name
        shutil.copytree(root / "release" / name, folder)
        nbformat.write(release, folder / f"{name}.ipynb")
    return count


def points(root: Path, name: str) -> Points:
    """Return the points that the gradebook has, by student and graded cell."""
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "kindling") as book:
        return {
            (submission.student.id, grade.name): grade.auto_score
            for submission in book.assignment_submissions(name)
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


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
