"""What one right submission of each lesson costs: stock nbgrader against the engine, in one run, pictures kept.

Run it as `python -m benchmarks.whole_course [LESSON…]`. What is handed in are the lesson's own solutions. Of each
lesson each way grades one submission, and then four more in another run; a third of the difference leaves out what a
run costs once: the start, the warm process, the gradebook. Stock nbgrader runs without this course's configuration,
but ends its kernels at once, as the engine does. Processor time is that of all processes that either started, those
that outlive their parents included. "Seconds in the engine" are those of the cells of one more
submission, by the clock, and of all that it takes besides its task and check cells: both come from one run, since a
training takes a tenth more or less each time. Show cells do not run in it; theirs are those of the lesson's own run.
A learner's cell that shows something after a hidden test of another one costs more: the notebook runs once more up to
there, without hidden tests. These solutions show nothing there.
Exit code 1 where one graded cell has other points.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import os
import resource
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import nbformat

from benchmarks.agreement import REPOSITORY, STOCK, command, points
from demo.sample_class import Lesson, answered, position, submission
from kindling.authoring import lessons
from kindling.grade import configuration, gradebook, limits, provisioner, run
from kindling.grade.execute import Execute
from kindling.grade.warm import client

SET_CHILD_SUBREAPER = 36  # of prctl(2)
BESIDES = "besides"  # task and check cells
COLUMNS = ("task", "check", "show", "other", BESIDES)


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock, and of the processor."""

    wall: float
    processor: float

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.wall + other.wall, self.processor + other.processor)

    def __sub__(self, other: Cost) -> Cost:
        return Cost(self.wall - other.wall, self.processor - other.processor)

    def __truediv__(self, count: int) -> Cost:
        return Cost(self.wall / count, self.processor / count)


def main() -> int:
    """Print a line for each lesson and one for all; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lessons", nargs="*")
    names = [path.stem for path in lessons.find(REPOSITORY / "course", parser.parse_args().lessons)]
    client.draw_images()  # drawn once, for all runs
    adopt()
    head = f"{'':24}{'stock nbgrader':>20}{'engine':>20}{'ratio':>8}   {'seconds in the engine':<40}"
    columns = "".join(f"{column:>8}" for column in COLUMNS)
    print(f"{head}\n{'lesson':24}" + f"{'wall':>10}{'processor':>10}" * 2 + f"{'':11}{columns}")
    stock, engine, different = Cost(0, 0), Cost(0, 0), False
    for name in names:
        with tempfile.TemporaryDirectory(prefix="kindling-benchmark-") as folder:
            theirs, ours, cells, same = measure(Path(folder), name)
        stock, engine, different = stock + theirs, engine + ours, different or not same
        show(name, theirs, ours, "".join(f"{cells[column]:8.2f}" for column in COLUMNS))
        if not same:
            print(f"{name}: the two give other points")
    show("together", stock, engine, "")
    return 1 if different else 0


def show(name: str, stock: Cost, engine: Cost, rest: str) -> None:
    """Print a line."""
    costs = "".join(f"{cost.wall:10.2f}{cost.processor:10.2f}" for cost in (stock, engine))
    print(f"{name:24}{costs}{stock.processor / engine.processor:8.1f}   {rest}", flush=True)


def measure(root: Path, name: str) -> tuple[Cost, Cost, Counter[str], bool]:
    """Return what one submission costs either way, the seconds of its kinds of cells, and whether points agree."""
    course = root / "engine"
    shutil.copytree(REPOSITORY / "source" / name, course / "source" / name)
    shutil.copy(REPOSITORY / "nbgrader_config.py", course)
    for path in (REPOSITORY / "course").glob(f"{name}*"):  # without which scripts have no solutions
        target = course / "course" / path.name
        target.parent.mkdir(exist_ok=True)
        (shutil.copytree if path.is_dir() else shutil.copy)(path, target)
    command(course, "nbgrader", "generate_assignment", name)
    cells = of_reference(course, name)
    bank = REPOSITORY / "tests" / "answers" / f"{name}.py"
    lesson = Lesson.read(course / "course" / f"{name}.py", course / "release" / name / f"{name}.ipynb", bank)
    source = nbformat.read(course / "source" / name / f"{name}.ipynb", as_version=4)
    solutions = {task: source.cells[position(source, task)].source for task in lesson.in_cells}
    handed_in = submission(lesson, answered(lesson, solutions))

    def hand_in(students: str) -> None:
        for way in (course, root / "stock"):
            for student in students:
                shutil.copytree(course / "release" / name, way / "submitted" / student / name)
                handed_in.write(way / "submitted" / student / name)

    stock = root / "stock"
    shutil.copytree(course / "source", stock / "source")
    shutil.copy(course / "gradebook.db", stock)
    (stock / "nbgrader_config.py").write_text(STOCK)
    costs = []
    for students in ("a", "bcde"):
        hand_in(students)
        costs.append(
            [
                cost(stock, "nbgrader", "autograde", name),
                cost(course, "kindling", "grade", name, "--workers", "1"),
            ]
        )
    (theirs, ours), (four_of_theirs, four_of_ours) = costs
    one_of_theirs, one_of_ours = (four_of_theirs - theirs) / 3, (four_of_ours - ours) / 3
    same = points(stock, name) == points(course, name)
    return one_of_theirs, one_of_ours, Counter({"show": cells["show"]}) + of_submission(course, name), same


def adopt() -> None:
    """Make the orphans among this process's descendants its children, so that what they cost is counted (Linux)."""
    if ctypes.CDLL(None, use_errno=True).prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")


def cost(root: Path, *line: str) -> Cost:
    """Run a command; return what it and all that it started cost, once all of it has ended."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    command(root, *line)
    with contextlib.suppress(ChildProcessError):  # nobody is left
        while True:
            os.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(time.monotonic() - began, spent)


def of_reference(root: Path, name: str) -> Counter[str]:
    """Return how many seconds each kind of cell takes with the lesson's own solutions, and keep them as limits."""
    kinds = of_lesson(root, name)
    with gradebook.Submissions(configuration.course(root), name) as book:
        if order := book.reference():
            book.learn(run.grade(order))
        found: Counter[str] = Counter()
        for key, seconds in book.times.get("cells", {}).items():
            found[kinds[key]] += seconds
    provisioner.close()
    return found


def of_submission(root: Path, name: str) -> Counter[str]:
    """Return how many seconds each kind of cell takes in a submission, and what it takes besides its graded cells."""
    kinds, found = of_lesson(root, name), Counter[str]()
    run_cell = Execute.preprocess_cell

    def timed(execute: Execute, cell: nbformat.NotebookNode, resources: dict[str, object], index: int) -> object:
        began = time.monotonic()
        done = run_cell(execute, cell, resources, index)
        found[kinds.get(limits.key(cell), "other")] += time.monotonic() - began
        return done

    with gradebook.Submissions(configuration.course(root), name) as book:
        run.grade(book.make_job("a")[0])  # starts the warm process
        Execute.preprocess_cell = timed
        try:
            began = time.monotonic()
            job, remarks = book.make_job("a")
            book.save_result("a", run.grade(job), remarks)
            found[BESIDES] = time.monotonic() - began - found["task"] - found["check"]
        finally:
            Execute.preprocess_cell = run_cell
    provisioner.close()
    del found["show"]  # only a line stands in its place
    return found


def of_lesson(root: Path, name: str) -> dict[str, str]:
    """Return which kind each code cell of a lesson is of, by the name that limits know it by."""
    notebook = nbformat.read(root / "source" / name / f"{name}.ipynb", as_version=4)
    return {limits.key(cell): kind(cell) for cell in notebook.cells if cell.cell_type == "code"}


def kind(cell: nbformat.NotebookNode) -> str:
    """Return which kind of cell it is."""
    if about := cell.metadata.get("nbgrader"):
        return "check" if about.grade else "task"
    return "show" if cell.metadata.get("kindling", {}).get("show") else "other"


if __name__ == "__main__":
    sys.exit(main())
