"""A class in which everybody does something else to its grader, graded at once: what each of them gets, and the rest.

A file in tests/notebooks/ is a submission: `# %% task="double" says="…"` is the answer to a task and the sentence that
it must get, none where it earns its points; `ends="kernel"` stands where the kernel ends with it. The tasks that it
does not name are solved.
"""

import copy
import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI

from kindling import lesson as lessons
from kindling.grade import grade_class, record, run, sandbox

HERE = Path(__file__).parent
LESSON = "00_behaviour"
POINTS = {"FIRST": 1, "double": 2, "LAST": 4}
SOLVED = {"FIRST": "FIRST = 1", "double": "def double(x):\n    return 2 * x", "LAST": "LAST = 3"}
HIDDEN = "### BEGIN HIDDEN TESTS\ncheck.equal(double(17), 34, 'double(17)')\n### END HIDDEN TESTS"

# Tight, so that each limit is met soon, and beyond what any honest cell here needs on a busy machine.
SETTINGS = """
c.Execute.timeout = 4
c.Execute.iopub_timeout = 1
c.Execute.limits = {
    "memory": 300 * 2**20, "processes": 16, "disk": 16 * 2**20, "file": 8 * 2**20, "seconds": 60,
}
"""

pytestmark = pytest.mark.skipif(sandbox.missing() is not None, reason=f"no sandbox here: {sandbox.missing()}")


@dataclass
class Report:
    """The rows of a report, by student."""

    rows: dict[str, SimpleNamespace] = field(default_factory=dict)

    def add(
        self,
        student: str,
        lesson: str,
        status: str,
        score: float | None = None,
        max_score: float | None = None,
        remarks: list[str] | None = None,
    ) -> None:
        """Take note of what came of a submission."""
        assert student not in self.rows, f"{student} has two rows"
        self.rows[student] = SimpleNamespace(status=status, score=score, max_score=max_score, remarks=remarks or [])


@dataclass(frozen=True)
class Behaviour:
    """A submission of tests/notebooks/: its answers, the sentence that each task gets, and where the kernel ends."""

    name: str
    answers: dict[str, str]
    says: dict[str, str]

    @classmethod
    def read(cls, path: Path) -> "Behaviour":
        """Return the submission in a percent text."""
        answers, says, ended = dict(SOLVED), {}, False
        cells = lessons.read_cells(lessons.read_text(path), path, ("task", "says", "ends"))
        given = {cell.options["task"]: cell for cell in cells if cell.type == "code"}
        for task in POINTS:
            if ended:
                says[task] = run.NOT_RUN
            elif task in given:
                answers[task] = given[task].source
                ended = "ends" in given[task].options
                if "says" in given[task].options:
                    says[task] = given[task].options["says"]
        return cls(path.stem, answers, says)


BEHAVIOURS = [Behaviour.read(path) for path in sorted((HERE / "notebooks").glob("*.py"))]


def metadata(name: str, points: int | None = None) -> dict:
    graded = {"points": points} if points else {}
    flags = {"grade": bool(points), "locked": bool(points), "solution": not points, "task": False}
    return {"nbgrader": {"cell_type": "code", "grade_id": name, "schema_version": 3, **flags, **graded}}


def source() -> NotebookNode:
    """The lesson: FIRST (1 point), `double` (2 points, with a hidden test) and LAST (4 points)."""
    checks = {
        "FIRST": "check.equal(FIRST, 1, 'FIRST')",
        "double": f"check.equal(double(2), 4, 'double(2)')\n{HIDDEN}",
        "LAST": "check.equal(LAST, 3, 'LAST')",
    }
    cells = [new_markdown_cell("# Behaviour", id="title"), new_code_cell("from kindling import check", id="import")]
    for task, points in POINTS.items():
        solution = f"### BEGIN SOLUTION\n{SOLVED[task]}\n### END SOLUTION"
        cells.append(new_code_cell(solution, metadata=metadata(task), id=task))
        cells.append(new_code_cell(checks[task], metadata=metadata(f"{task}_check", points), id=f"{task}-check"))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return new_notebook(metadata={"kernelspec": kernel}, cells=cells)


def cell(notebook: NotebookNode, name: str) -> NotebookNode:
    return next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == name)


def answered(release: NotebookNode, answers: dict[str, str]) -> NotebookNode:
    notebook = copy.deepcopy(release)
    for task, text in answers.items():
        cell(notebook, task).source = text
    return notebook


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """The course after one run of the engine over the whole class, on two workers."""
    root = tmp_path_factory.mktemp("course")
    temporary = tmp_path_factory.mktemp("temporary")
    config = (HERE.parent / "nbgrader_config.py").read_text(encoding="utf-8")
    (root / "nbgrader_config.py").write_text(config + SETTINGS, encoding="utf-8")
    folder = root / "source" / LESSON
    folder.mkdir(parents=True)
    nbformat.write(source(), folder / f"{LESSON}.ipynb")
    with pytest.MonkeyPatch.context() as patch:
        # nbgrader calls `alembic`, which makes the gradebook, by its name.
        patch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        patch.setenv("TMPDIR", str(temporary))
        patch.setenv("KINDLING_TEST_SECRET", "never to be read")
        about = record.course(root)
        assert NbGraderAPI(about, config=about.config).generate_assignment(LESSON)["success"]
        release = nbformat.read(root / "release" / LESSON / f"{LESSON}.ipynb", as_version=4)
        for behaviour in BEHAVIOURS:
            # Some know where the course lies.
            text = nbformat.writes(answered(release, behaviour.answers)).replace("/the/course", str(root))
            hand_in(root, behaviour.name, text)
        before = everything()
        began = time.monotonic()
        report = Report()
        left = list(grade_class(root, [LESSON], report, workers=2))
        seconds = time.monotonic() - began
        yield SimpleNamespace(
            root=root,
            release=release,
            report=report,
            left=left,
            seconds=seconds,
            before=before,
            temporary=temporary,
        )


def hand_in(root: Path, student: str, text: str | bytes, name: str = f"{LESSON}.ipynb") -> Path:
    folder = root / "submitted" / student / LESSON
    folder.mkdir(parents=True)
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def everything() -> dict[str, set[str]]:
    """What a learner's code could leave behind: mounts, and files where everybody may write."""
    return {
        "mounts": set(Path("/proc/self/mounts").read_text().splitlines()),
        "files": {str(path) for folder in ("/tmp", "/var/tmp", "/dev/shm") for path in Path(folder).glob("*kindling*")},
    }


def processes() -> dict[int, str]:
    """The command line of each process."""
    found = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                found[int(entry)] = Path(f"/proc/{entry}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
    return found


def points(course: SimpleNamespace, student: str) -> dict[str, float | None]:
    """What the gradebook says, by task."""
    with Gradebook(f"sqlite:///{course.root}/gradebook.db", "kindling") as gradebook:
        grades = gradebook.find_submission_notebook(LESSON, LESSON, student).grades
        return {grade.name.removesuffix("_check"): grade.auto_score for grade in grades}


def graded(course: SimpleNamespace, student: str) -> NotebookNode:
    return nbformat.read(course.root / "autograded" / student / LESSON / f"{LESSON}.ipynb", as_version=4)


def matches(said: dict[str, str], wanted: dict[str, str]) -> bool:
    """Whether each task got its sentence; one that ends in "…" says how it begins."""
    return said.keys() == wanted.keys() and all(
        said[task].startswith(sentence[:-1]) if sentence.endswith("…") else said[task] == sentence
        for task, sentence in wanted.items()
    )


@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=lambda behaviour: behaviour.name)
def test_behaviour(course, behaviour):
    """A submission loses the points of the tasks that failed and no others, and says why in one sentence each."""
    said = record.failures(graded(course, behaviour.name))
    said = {task: sentence.replace(str(course.root), "/the/course") for task, sentence in said.items()}
    assert matches(said, behaviour.says), said
    wanted = {task: 0 if task in behaviour.says else most for task, most in POINTS.items()}
    assert points(course, behaviour.name) == wanted
    row = course.report.rows[behaviour.name]
    assert (row.score, row.max_score) == (sum(wanted.values()), sum(POINTS.values()))
