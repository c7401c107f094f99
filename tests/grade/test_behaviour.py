"""A class in which everybody does something else to its grader, graded at once: what each of them gets, and the rest.

A file in tests/notebooks/ is a submission: `# %% task="double" says="…"` is the answer to a task and the sentence that
it must get, none where it earns its points; `ends="kernel"` stands where the kernel ends with it. The tasks that it
does not name are solved.
"""

import copy
import json
import multiprocessing
import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import commands
import nbformat
import pytest
from conftest import ALL, sample
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI

from kindling.authoring import percent
from kindling.environment import program_path
from kindling.grade import configuration, execute, grade_class, outcome, sandbox
from kindling.grade.report import class_report

TESTS = Path(__file__).parents[1]
LESSON = "00_behaviour"
POINTS = {"FIRST": 1, "double": 2, "LAST": 4}
SOLVED = {"FIRST": "FIRST = 1", "double": "def double(x):\n    return 2 * x", "LAST": "LAST = 3"}
HIDDEN = "### BEGIN HIDDEN TESTS\ncheck.equal(double(17), 34, 'double(17)')\n### END HIDDEN TESTS"

# Tight, so that each limit is met soon, and beyond what any honest cell here needs on a busy machine.
SETTINGS = """
c.Execute.timeout = 4
c.Execute.iopub_timeout = 10
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
        before: float | None = None,
    ) -> None:
        """Take note of what came of a submission; one that was graded before gets the same points again."""
        assert before in (None, score)
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
        cells = percent.read_cells(percent.read_text(path), path, ("task", "says", "ends"))
        given = {cell.options["task"]: cell for cell in cells if cell.type == "code"}
        for task in POINTS:
            if ended:
                says[task] = execute.NOT_RUN
            elif task in given:
                answers[task] = given[task].source
                ended = "ends" in given[task].options
                if "says" in given[task].options:
                    says[task] = given[task].options["says"]
        return cls(path.stem, answers, says)


TWICE = ("exits", "hangs_in_a_check", "has_twin_cells", "forks")
LARGE = (
    "floods_errors",
    "floods_output",
    "shows_huge_pictures",
    "shows_one_picture_in_many_places",
    "sends_what_no_file_holds",
)
NAMED = {*TWICE, *LARGE, "passes", "forges_a_remark", "imports_what_is_missing"}
FILES = sorted((TESTS / "notebooks").glob("*.py"))
# Those that a test names, and one in three of the others, or all of them in `make test-all`.
SOME = {*sample(FILES, 3), *(path for path in FILES if path.stem in NAMED)}
BEHAVIOURS = [Behaviour.read(path) for path in FILES if path in SOME]


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
        text = f"%%check {task} ({points} points)\n{checks[task]}"
        cells.append(new_code_cell(text, metadata=metadata(f"{task}_check", points), id=f"{task}-check"))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return new_notebook(metadata={"kernelspec": kernel}, cells=cells)


def cell(notebook: NotebookNode, name: str) -> NotebookNode:
    return next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == name)


def answered(release: NotebookNode, answers: dict[str, str]) -> NotebookNode:
    notebook = copy.deepcopy(release)
    for task, text in answers.items():
        cell(notebook, task).source = text
    return notebook


@dataclass(frozen=True)
class Bad:
    """What somebody handed in that is no plain notebook: how it is made, and what comes of it.

    `points` is None where it is not gradable.
    """

    make: Callable[[NotebookNode, Path], object]
    points: dict[str, float] | None = None
    remarks: tuple[str, ...] = ()


def plain(release: NotebookNode, folder: Path) -> None:
    """A solved notebook, in its place."""
    nbformat.write(answered(release, SOLVED), folder / f"{LESSON}.ipynb")


def text(content: str | bytes, name: str = f"{LESSON}.ipynb") -> Callable[[NotebookNode, Path], object]:
    """A file with this content, whatever it is."""
    return lambda release, folder: (folder / name).write_bytes(
        content if isinstance(content, bytes) else content.encode()
    )


def changed(change: Callable[[NotebookNode], object], **answers: str) -> Callable[[NotebookNode, Path], object]:
    """A notebook, solved but for `answers`, that was changed as a JSON document."""

    def make(release: NotebookNode, folder: Path) -> None:
        notebook = json.loads(nbformat.writes(answered(release, {**SOLVED, **answers})))
        document = change(nbformat.from_dict(notebook))
        (folder / f"{LESSON}.ipynb").write_text(json.dumps(document), encoding="utf-8")

    return make


def beside(put: Callable[[Path], object]) -> Callable[[NotebookNode, Path], object]:
    """A solved notebook and something beside it."""

    def make(release: NotebookNode, folder: Path) -> None:
        plain(release, folder)
        put(folder)

    return make


def with_cell(name: str, **changes: object) -> Callable[[NotebookNode], NotebookNode]:
    """Change what stands in a cell of the document."""

    def change(notebook: NotebookNode) -> NotebookNode:
        cell(notebook, name).update(changes)
        return notebook

    return change


def with_metadata(name: str, **changes: object) -> Callable[[NotebookNode], NotebookNode]:
    """Change what a cell says of itself to nbgrader."""

    def change(notebook: NotebookNode) -> NotebookNode:
        cell(notebook, name).metadata.nbgrader.update(changes)
        return notebook

    return change


def without(*names: str) -> Callable[[NotebookNode], NotebookNode]:
    """Delete cells."""

    def change(notebook: NotebookNode) -> NotebookNode:
        for name in names:
            notebook.cells.remove(cell(notebook, name))
        return notebook

    return change


def doubled(notebook: NotebookNode) -> NotebookNode:
    """A task and its check stand twice, wrong in the first place and right in the second."""
    copies = [copy.deepcopy(cell(notebook, name)) for name in ("double", "double_check")]
    cell(notebook, "double").source = "def double(x):\n    return x"
    place = notebook.cells.index(cell(notebook, "double_check")) + 1
    notebook.cells[place:place] = copies
    return notebook


def tagged(notebook: NotebookNode) -> NotebookNode:
    """Each cell asks not to run, and not to count as failed."""
    for one in notebook.cells:
        one.metadata.tags = ["skip-execution", "raises-exception"]
    return notebook


def sparse(folder: Path) -> None:
    """A file of 200 MB that takes no room."""
    with (folder / "model.pt").open("wb") as file:
        file.truncate(200_000_000)


def deep(folder: Path) -> None:
    """Folders below folders, farther than a path can say."""
    here = os.open(folder, os.O_PATH)
    for _ in range(30):
        os.mkdir("d" * 200, dir_fd=here)
        below = os.open("d" * 200, os.O_PATH, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)


def retyped(notebook: NotebookNode) -> NotebookNode:
    """A check is text."""
    check = cell(notebook, "double_check")
    check.cell_type = "markdown"
    del check["outputs"], check["execution_count"]
    return notebook


WRONG = "def double(x):\n    return x"
FULL = dict(POINTS)
NOT_DOUBLE = {**POINTS, "double": 0}
NO_NOTEBOOK = "The file is JSON, but not a notebook. Ask for it again."

BAD = {
    "is_no_json": Bad(
        text('{\n"cells": ['), None, ("The notebook is broken: line 2 is not valid JSON. Ask for it again.",)
    ),
    "is_no_text": Bad(text(b"\xff\xfe\x00"), None, ("The notebook is not UTF-8 text. Ask for it again.",)),
    "is_empty": Bad(text(""), None, ("The notebook is an empty file. Ask for it again.",)),
    "is_a_list": Bad(text("[1]"), None, (NO_NOTEBOOK,)),
    "is_nested_without_end": Bad(
        text("[" * 100_000), None, ("The file is JSON, but not a notebook. Ask for it again.",)
    ),
    "holds_an_endless_number": Bad(text('{"nbformat": ' + "9" * 10_000 + "}"), None, (NO_NOTEBOOK,)),
    "is_missing": Bad(lambda release, folder: None, None, (f'There is no notebook "{LESSON}.ipynb".',)),
    "is_renamed": Bad(
        text("{}", f"{LESSON} (1).ipynb"),
        None,
        (f'The notebook is named "{LESSON} (1).ipynb". Rename it to "{LESSON}.ipynb" and grade again.',),
    ),
    "is_a_folder": Bad(
        lambda release, folder: (folder / f"{LESSON}.ipynb").mkdir(), None, (f'There is no notebook "{LESSON}.ipynb".',)
    ),
    "is_a_pipe": Bad(
        lambda release, folder: os.mkfifo(folder / f"{LESSON}.ipynb"),
        None,
        (f'There is no notebook "{LESSON}.ipynb".',),
    ),
    "is_a_link": Bad(
        lambda release, folder: (folder / f"{LESSON}.ipynb").symlink_to(f"../../passes/{LESSON}/{LESSON}.ipynb"),
        None,
        (f'"{LESSON}.ipynb" is a link, not a notebook. Ask for the notebook itself.',),
    ),
    "is_too_large": Bad(
        beside(sparse), None, ("The submission is larger than 100 MB. Ask for it again without large files.",)
    ),
    "has_format_99": Bad(
        changed(lambda notebook: {**notebook, "nbformat": 99}),
        None,
        ("The notebook has format 99, newer than 4, the newest known here.",),
    ),
    "has_format_3": Bad(
        lambda release, folder: nbformat.write(answered(release, SOLVED), folder / f"{LESSON}.ipynb", version=3), FULL
    ),
    "has_no_cells": Bad(changed(lambda notebook: {**notebook, "cells": None}), None, (NO_NOTEBOOK,)),
    "has_a_cell_that_is_none": Bad(changed(lambda notebook: {**notebook, "cells": [None]}), None, (NO_NOTEBOOK,)),
    "has_text_that_is_a_number": Bad(changed(with_cell("double", source=3)), None, (NO_NOTEBOOK,)),
    "has_half_a_character": Bad(
        changed(with_cell("double", source='double = "\ud800"')),
        None,
        ("The notebook is not UTF-8 text. Ask for it again.",),
    ),
    "has_twin_cells": Bad(
        changed(doubled),
        FULL,
        (
            "The cell of `double` was there 2 times. The last one counts.",
            "The check of `double` was there 2 times. The last one counts.",
        ),
    ),
    "lacks_a_task": Bad(changed(without("double")), NOT_DOUBLE, ("The cell of `double` was missing.",)),
    "lacks_a_check": Bad(
        changed(without("double_check"), double=WRONG),
        NOT_DOUBLE,
        ("The check of `double` was missing and was put back.",),
    ),
    "is_upside_down": Bad(
        changed(lambda notebook: {**notebook, "cells": notebook.cells[::-1]}),
        FULL,  # each check stands below its task, and asks for nothing else of the notebook
        (
            "The cells are not in the lesson's order. They run from top to bottom, so a cell that stands above what it "
            "needs earns nothing.",
        ),
    ),
    "has_lost_its_metadata": Bad(
        changed(lambda notebook: {**notebook, "cells": [{**one, "metadata": None} for one in notebook.cells]}),
        FULL,
        (
            "No cell says which task it belongs to: nbgrader's metadata is gone, as after a trip through some editors. "
            "The notebook ran as it stands, with all checks of the lesson.",
        ),
    ),
    "is_another_students": Bad(
        lambda release, folder: (folder.rmdir(), folder.symlink_to(f"../passes/{LESSON}")),
        None,
        (f'"is_another_students/{LESSON}" is a link, not a folder. Ask for the files themselves.',),
    ),
    "is_a_file": Bad(
        lambda release, folder: (folder.rmdir(), folder.write_text("{}")),
        None,
        (f'"is_a_file/{LESSON}" is a file, not a folder. Ask for a folder with the notebook.',),
    ),
    "has_a_check_as_text": Bad(changed(retyped, double=WRONG), NOT_DOUBLE),
    "has_another_check": Bad(
        changed(with_cell("double_check", source="pass"), double=WRONG),
        NOT_DOUBLE,
        ("The check of `double` had been changed and was set back.",),
    ),
    "claims_100_points": Bad(changed(with_metadata("double_check", points=100), double=WRONG), NOT_DOUBLE),
    "claims_to_be_ungraded": Bad(
        changed(with_metadata("double_check", grade=False, locked=False, solution=True), double=WRONG), NOT_DOUBLE
    ),
    "claims_nonsense": Bad(
        changed(with_metadata("double_check", schema_version=99, cell_type=[]), double=WRONG), NOT_DOUBLE
    ),
    "asks_to_be_skipped": Bad(changed(tagged, double=WRONG), NOT_DOUBLE),
    "links_to_a_file": Bad(
        beside(lambda folder: (folder / "secret.txt").symlink_to(folder.parents[2] / "gradebook.db")),
        FULL,
        ('"secret.txt" is a link to outside the submission and was left out.',),
    ),
    "links_to_a_folder": Bad(beside(lambda folder: (folder / "data").symlink_to(folder.parents[2] / "source")), FULL),
    "links_to_itself": Bad(beside(lambda folder: (folder / "loop").symlink_to("loop")), FULL),
    "has_odd_names": Bad(
        beside(lambda folder: (Path(os.fsdecode(os.fsencode(folder) + b"/\xff\n'\".txt"))).write_text("odd")), FULL
    ),
    "has_many_files": Bad(
        beside(lambda folder: [(folder / f"{number}.png").touch() for number in range(3000)]),
        None,
        ("The submission has 3,001 files, and may have 2,000. Ask for it again without data.",),
    ),
    "has_deep_folders": Bad(
        beside(deep), None, ("Its files can't be read: File name too long. Ask for it again without them.",)
    ),
    "has_a_pipe": Bad(beside(lambda folder: os.mkfifo(folder / "pipe")), FULL),
    "hides_modules": Bad(
        beside(
            lambda folder: [
                (folder / f"{name}.py").write_text("1 / 0") for name in ("torch", "json", "kindling", "random")
            ]
        ),
        FULL,
    ),
}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory, temporary: Path) -> Iterator[SimpleNamespace]:
    """The course after one run of the engine over the whole class; on two workers in `make test-all`."""
    root = tmp_path_factory.mktemp("course")
    config = (TESTS.parent / "nbgrader_config.py").read_text(encoding="utf-8")
    (root / "nbgrader_config.py").write_text(config + SETTINGS, encoding="utf-8")
    folder = root / "source" / LESSON
    folder.mkdir(parents=True)
    nbformat.write(source(), folder / f"{LESSON}.ipynb")
    with pytest.MonkeyPatch.context() as patch:
        # nbgrader calls `alembic`, which makes the gradebook, by its name.
        patch.setenv("PATH", program_path())
        patch.setenv("TMPDIR", str(temporary))
        about = configuration.course(root)
        assert NbGraderAPI(about, config=about.config).generate_assignment(LESSON)["success"]
        release = nbformat.read(root / "release" / LESSON / f"{LESSON}.ipynb", as_version=4)
        for behaviour in BEHAVIOURS:
            # Some know where the course lies.
            text = nbformat.writes(answered(release, behaviour.answers)).replace("/the/course", str(root))
            hand_in(root, behaviour.name, text)
        for student, bad in BAD.items():
            folder = root / "submitted" / student / LESSON
            folder.mkdir(parents=True)
            bad.make(release, folder)
        for student in TWICE:
            shutil.copytree(root / "submitted" / student, root / "submitted" / f"{student}_again")
        before = mounts()
        began = time.monotonic()
        report = Report()
        # Each worker imports torch anew. The kernel that is up next waits beside each one that runs.
        left = list(grade_class(root, [LESSON], report, workers=2 if ALL else 1))
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


def mounts() -> set[str]:
    """The file systems that this process sees."""
    return set(Path("/proc/self/mounts").read_text().splitlines())


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
    said = outcome.failures(graded(course, behaviour.name))
    said = {task: sentence.replace(str(course.root), "/the/course") for task, sentence in said.items()}
    assert matches(said, behaviour.says), said
    wanted = {task: 0 if task in behaviour.says else most for task, most in POINTS.items()}
    assert points(course, behaviour.name) == wanted
    row = course.report.rows[behaviour.name]
    assert (row.score, row.max_score) == (sum(wanted.values()), sum(POINTS.values()))


@pytest.mark.parametrize("student", LARGE)
def test_kept_output(course, student):
    """However much a cell shows, its notebook stays small enough to open."""
    assert (course.root / "autograded" / student / LESSON / f"{LESSON}.ipynb").stat().st_size < 7_000_000


def test_remarks_are_the_graders_own(course):
    """What a learner's error says is no remark."""
    assert course.report.rows["forges_a_remark"].remarks == []


def test_remark_on_a_missing_package(course):
    """The instructor reads which package the notebook wanted, since a class may have it and the grader not."""
    assert course.report.rows["imports_what_is_missing"].remarks == [
        'It imports "kindling_lacks", which is neither installed where it was graded nor among its files. '
        "If learners may use it, install it there and grade again with --force."
    ]


def test_a_report_of_all(course):
    """Whatever they handed in, the class has a report and each graded notebook its feedback."""
    [lesson] = class_report(course.root, [LESSON]).lessons
    assert lesson.graded == sum(row.status != "not gradable" for row in course.report.rows.values())
    done = commands.run(["nbgrader", "generate_feedback", LESSON], course.root)
    assert done.returncode == 0, done.stderr


def test_the_class_around(course):
    """Everybody has a row, and a solved notebook has all its points, whoever was graded before, after or beside it."""
    assert course.left[0] == len(BEHAVIOURS) + len(BAD) + len(TWICE)
    assert course.left == sorted(course.left, reverse=True)
    assert course.left[-1] == 0
    names = {behaviour.name for behaviour in BEHAVIOURS} | BAD.keys() | {f"{student}_again" for student in TWICE}
    assert course.report.rows.keys() == names
    assert course.report.rows["passes"].status == "graded"


@pytest.mark.parametrize(
    "behaviour", [one for one in BEHAVIOURS if execute.NOT_RUN in one.says.values()], ids=lambda one: one.name
)
def test_remark_on_a_kernel_that_ended(course, behaviour):
    """The instructor reads in the report why a kernel ended."""
    row = course.report.rows[behaviour.name]
    assert row.status == "graded with remarks"
    assert row.remarks == [behaviour.says["double"]]


@pytest.mark.parametrize("student", BAD)
def test_bad_submission(course, student):
    """Each gets a row: its points where a grade can be given, else one sentence that says why not."""
    row, bad = course.report.rows[student], BAD[student]
    assert tuple(row.remarks) == bad.remarks
    if bad.points is None:
        assert row.status == "not gradable"
        assert not (course.root / "autograded" / student).exists()
    else:
        assert row.status == ("graded with remarks" if bad.remarks else "graded")
        assert points(course, student) == bad.points
        assert row.score == sum(bad.points.values())


def test_nothing_is_left(course):
    """After the class there is no process, no mount and no file that was not there before."""
    assert mounts() == course.before
    for folder in ("/tmp", "/var/tmp", "/dev/shm", "/run", "/"):
        assert not Path(folder, "kindling-left-behind").exists()
    assert list(course.temporary.glob("kindling-*")) == []
    left = {line for line in processes().values() if "31415" in line or str(course.temporary) in line}
    assert left == set()
    assert multiprocessing.active_children() == []


def test_nothing_is_graded_twice(course):
    """A second run has nothing to do but to name again what is not gradable."""
    again = Report()
    before = {path: path.stat().st_mtime_ns for path in (course.root / "autograded").rglob("*")}
    list(grade_class(course.root, [LESSON], again, workers=1))
    assert again.rows == {name: row for name, row in course.report.rows.items() if row.status == "not gradable"}
    assert {path: path.stat().st_mtime_ns for path in (course.root / "autograded").rglob("*")} == before


@pytest.mark.parametrize("student", TWICE)
def test_the_same_grade_again(course, student):
    """Handed in by somebody else too, some of the worst get the same grade and the same sentences."""
    twin = f"{student}_again"
    assert points(course, twin) == points(course, student)
    assert outcome.failures(graded(course, twin)) == outcome.failures(graded(course, student))
    assert course.report.rows[twin] == course.report.rows[student]
