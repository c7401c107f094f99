"""What grading a class costs: stock nbgrader against the engine, in one run, on the same submissions.

Run it as `python benchmarks/autograde.py`. The lesson is a small one made on the fly, whose own work is negligible, or
the one that is named. The engine grades `--submissions` of them, stock nbgrader `--stock` of them, as it takes minutes.
What sealed checks cost shows beside one more run of the engine, in which the learner's kernel judges all claims.
Exit code 1 where two ways give different scores.

Each run is a program of its own. Its processor time is that of all its processes and of the children that these have
waited for: a kernel's parent is the warm process, whose own is a worker, whose own is the coordinator, and each waits.
Figures for each submission leave out the start: they count from the moment when the first few are graded.
Memory at the peak counts what several processes share once (proportional set size); it is sampled.
"""

from __future__ import annotations

import argparse
import contextlib
import copy
import itertools
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import nbformat
import platformdirs
from nbformat import NotebookNode
from nbgrader.api import Gradebook

from kindling.authoring import lessons, notebooks
from kindling.environment import inherited
from kindling.grade import grade_class, run
from kindling.grade.job import Job, Result
from kindling.grade.report import Grading
from kindling.grade.sealed import lesson as sealed_lesson
from kindling.grade.warm import client
from kindling.wording import many

REPOSITORY = Path(__file__).parents[1]
FEW = 4  # submissions after which the start is over
LOOK_SECONDS = 0.02  # between two looks at how far a run is
LOOKS = 25  # for one at its memory, which takes longer

OPENING = """# %% [markdown]
# # Sums

# %%
import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from kindling import check
"""
TASK = '''
# %% task="add_{number}"
def add_{number}(x: Tensor) -> Tensor:
    """Return `x` with {number} added to each value."""
    ### BEGIN SOLUTION
    return x + {number}
    ### END SOLUTION

# %% check="add_{number}" points=2
x = torch.tensor([1.0, 2.0])
check.close(add_{number}(x), x + {number}, "add_{number}(x)", mistakes={{"add_{number}(x) returned x.": x}})
### BEGIN HIDDEN TESTS
check.close(add_{number}(torch.ones(3, 2)), torch.ones(3, 2) + {number}, "add_{number}(x) of a (3, 2) tensor")
### END HIDDEN TESTS
'''
SMALL = "00_sums"


@dataclass(frozen=True)
class Way:
    """A way to grade: what it took, in seconds, bytes and for each submission after the first few, and its scores."""

    whole: float  # from the start to the end, by the clock
    seconds: float  # of each submission
    processor: float  # of each submission
    coordinator: float  # of that the coordinator's; nan where nobody told
    memory: int
    kernel: int  # what the largest kernel holds alone
    scores: dict[str, float]


def main() -> int:
    """Print one line per figure; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lesson", default=SMALL, help="a lesson of the course, like 03_training")
    parser.add_argument("--submissions", type=int, default=60, help="for the engine (default: %(default)s)")
    parser.add_argument(
        "--stock", type=int, default=12, help="for stock nbgrader (default: %(default)s); 0: leave it out"
    )
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2], help="how many, in each run of the engine")
    parser.add_argument("--idle", type=int, default=200, help="for workers that do nothing; 0: leave them out")
    given = parser.parse_args()
    if 0 < given.stock <= FEW or given.submissions <= FEW or 0 < given.idle <= FEW:
        parser.error(f"the first {FEW} submissions are not counted: take more")
    client.draw_images()  # drawn once, for all runs
    ways: dict[str, Way] = {}
    with tempfile.TemporaryDirectory(prefix="kindling-benchmark-") as folder:
        course = Course(Path(folder), given.lesson)
        if given.stock:
            ways["stock nbgrader"] = course.measure(["nbgrader", "autograde", given.lesson], given.stock)
            show("stock nbgrader", ways)
        for workers in given.workers:
            label = f"engine, {many(workers, 'worker')}"
            ways[label] = course.measure(engine(workers), given.submissions)
            show(label, ways)
        if given.workers:
            label = f"engine, {many(workers, 'worker')}, claims judged in the kernel"
            ways[label] = course.measure(engine(workers, sealed=False), given.submissions)
            show(label, ways)
            cost = ways[f"engine, {many(workers, 'worker')}"].processor / ways[label].processor - 1
            print(f"sealed checks cost {cost:.1%} of the processor time")
        if given.idle:
            show(
                "engine, workers that do nothing",
                {"engine, workers that do nothing": course.measure(engine(2, idle=True), given.idle)},
            )
    return agree(ways)


def show(label: str, ways: dict[str, Way]) -> None:
    """Print the figures of one way to grade, beside stock nbgrader's."""
    way, stock = ways[label], ways.get("stock nbgrader")
    faster = f"{stock.seconds / way.seconds:8.1f} × stock" if stock else ""
    cheaper = f"{stock.processor / way.processor:8.1f} × less" if stock else ""
    print(f"{label}: {len(way.scores)} submissions, {way.whole:.1f} s")
    print(f"  submissions per minute {60 / way.seconds:10.1f}   {faster}")
    print(f"  processor time of each {way.processor * 1000:10.0f} ms{cheaper}")
    if not math.isnan(way.coordinator):
        print(f"    of the coordinator   {way.coordinator * 1000:10.1f} ms")
    print(f"  memory at the peak     {way.memory / 1e6:10.0f} MB")
    print(f"    of one kernel alone  {way.kernel / 1e6:10.0f} MB", flush=True)


def agree(ways: dict[str, Way]) -> int:
    """Say whether all ways gave the same scores; return the exit code."""
    common = sorted(set.intersection(*(set(way.scores) for way in ways.values())))
    different = [student for student in common if len({way.scores[student] for way in ways.values()}) > 1]
    for student in different:
        print(f"{student}: " + ", ".join(f"{label} {way.scores[student]:g}" for label, way in ways.items()))
    print(f"{len(common) - len(different)} of {len(common)} scores agree")
    return 1 if different or not common else 0


class Course:
    """A course folder with one lesson, from which each run gets a copy."""

    def __init__(self, folder: Path, lesson: str) -> None:
        self.lesson, self.template, self.folder = lesson, folder / "template", folder / "run"
        self.environment = environment(folder / "home")
        source = self.template / "source" / lesson
        if lesson == SMALL:
            path = folder / f"{SMALL}.py"
            path.write_text(OPENING + "".join(TASK.format(number=number) for number in range(1, 5)), encoding="utf-8")
            source.mkdir(parents=True)
            nbformat.write(notebooks.notebook(lessons.read(path)), source / f"{SMALL}.ipynb")
        else:
            shutil.copytree(REPOSITORY / "source" / lesson, source)
        shutil.copy(REPOSITORY / "nbgrader_config.py", self.template)
        release = ["nbgrader", "generate_assignment", lesson]
        subprocess.run(release, cwd=self.template, env=self.environment, check=True, capture_output=True)
        self.solved, self.released = (
            nbformat.read(self.template / place / lesson / f"{lesson}.ipynb", as_version=4)
            for place in ("source", "release")
        )

    def measure(self, command: list[str], count: int) -> Way:
        """Return what a command takes that grades a new class of `count`, and the scores that it gives."""
        self.hand_in(count)
        if command[0] == "nbgrader":
            (self.folder / "nbgrader_config.py").write_text('get_config().CourseDirectory.course_id = "kindling"\n')
        memory = kernel = 0
        moments: dict[int, tuple[float, float]] = {}  # by how many are graded
        with (self.folder / "said").open("w+") as said, (self.folder / "log").open("w+") as log:
            began = time.perf_counter()
            process = subprocess.Popen(command, cwd=self.folder, env=self.environment, stdout=said, stderr=log)
            for look in itertools.count():
                if process.poll() is not None:
                    break
                graded = len(list(self.folder.glob(f"autograded/*/{self.lesson}/{self.lesson}.ipynb")))
                if graded >= FEW and graded not in moments:
                    moments[graded] = time.perf_counter(), spent(process.pid)
                if look % LOOKS == 0:
                    memory, kernel = map(max, (memory, kernel), held(process.pid))
                time.sleep(LOOK_SECONDS)
            whole = time.perf_counter() - began
            said.seek(0), log.seek(0)
            if process.returncode:
                raise SystemExit(log.read())
            coordinator = float(said.read() or "nan") / count
        first, last = min(moments), max(moments)
        seconds, processor = ((b - a) / (last - first) for a, b in zip(moments[first], moments[last], strict=True))
        return Way(whole, seconds, processor, coordinator, memory, kernel, self.scores())

    def hand_in(self, count: int) -> None:
        """Make a new folder for a run, with so many submissions: each student has solved one task more, up to all."""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.template, self.folder)
        solutions = {name: cell.source for cell in self.solved.cells if (name := task(cell))}
        for number in range(count):
            notebook = copy.deepcopy(self.released)
            for name in list(solutions)[: number % (len(solutions) + 1)]:
                next(cell for cell in notebook.cells if task(cell) == name).source = solutions[name]
            folder = self.folder / "submitted" / f"student{number:03}" / self.lesson
            shutil.copytree(self.folder / "release" / self.lesson, folder)
            nbformat.write(notebook, folder / f"{self.lesson}.ipynb")

    def scores(self) -> dict[str, float]:
        """Return what each student got in the last run."""
        with Gradebook(f"sqlite:///{self.folder / 'gradebook.db'}", "kindling") as gradebook:
            return {one.student.id: one.score for one in gradebook.assignment_submissions(self.lesson)}


def task(cell: NotebookNode) -> str | None:
    """Return the name of the task that a cell holds."""
    about = cell.metadata.get("nbgrader", {})
    return about["grade_id"] if about.get("solution") and not about.get("grade") else None


def environment(home: Path) -> dict[str, str]:
    """Return the environment of each run: nobody's own configuration, but the images that are drawn already."""
    home.mkdir()
    return inherited(
        HOME=str(home),
        JUPYTER_CONFIG_DIR=str(home / "jupyter"),
        JUPYTER_DATA_DIR=str(home / "jupyter-data"),
        IPYTHONDIR=str(home / "ipython"),
        XDG_CACHE_HOME=str(platformdirs.user_cache_path()),
        PYTHONPATH=f"{Path(__file__).parent}{os.pathsep}{os.environ.get('PYTHONPATH', '')}",
    )


def engine(workers: int, idle: bool = False, sealed: bool = True) -> list[str]:
    """Return the command that grades the class in the folder where it runs with the engine."""
    return [sys.executable, "-c", f"import autograde; autograde.grade({workers}, {idle}, {sealed})"]


def grade(workers: int, idle: bool, sealed: bool) -> None:
    """Grade the class in this folder; print the processor time that the coordinator took from the first one on."""
    if idle:
        run.grade = unchanged
    if not sealed:
        sealed_lesson.checks = lambda notebook: {}  # no check is rewritten
    report = Grading()
    times = [time.process_time() for _ in grade_class(Path.cwd(), os.listdir("source"), report, workers=workers)]
    print(times[-1] - times[0])


def unchanged(job: bytes) -> bytes:
    """Return a submission as it came."""
    return Result(Job.from_bytes(job).notebook).to_bytes()


def spent(root: int) -> float:
    """Return the seconds of processor time of a process, all its descendants, and those whose end was waited for."""
    ticks = sum(int(field) for stat in family(root).values() for field in stat[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


def held(root: int) -> tuple[int, int]:
    """Return the bytes of memory of a process and all its descendants, and of the kernel that holds most alone."""
    total = kernel = 0
    found = family(root)
    for pid, stat in found.items():
        with contextlib.suppress(OSError):
            lines = [line.split() for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]]
            pages = {name: int(size) * 1024 for name, size, _ in lines}
            total += pages["Pss:"]
            if is_kernel(pid, int(stat[1])):
                kernel = max(kernel, pages["Private_Clean:"] + pages["Private_Dirty:"])
    return total, kernel


def is_kernel(pid: int, parent: int) -> bool:
    """Return whether a process is a kernel: stock nbgrader's, or one that a warm process has forked."""
    line, above = (Path(f"/proc/{one}/cmdline").read_text().split("\0") for one in (pid, parent))
    return "ipykernel_launcher" in line or ("kindling.grade.warm.server" in line and line == above)


def family(root: int) -> dict[int, list[str]]:
    """Return a process and all its descendants by number, each with the fields of its stat(5) after the name."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                found[int(entry.name)] = (entry / "stat").read_text().rpartition(")")[2].split()
    chosen = {root}
    while more := {pid for pid, stat in found.items() if int(stat[1]) in chosen} - chosen:
        chosen |= more
    return {pid: found[pid] for pid in chosen if pid in found}


if __name__ == "__main__":
    sys.exit(main())
