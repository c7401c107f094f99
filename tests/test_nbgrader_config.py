"""nbgrader_config.py, line by line, by real `nbgrader` runs: one small course, one class, graded in one batch.

The lesson needs no torch, so that a kernel starts in half a second. It carries the name of the final exercise, the one
lesson to which a line of the configuration belongs.
"""

import copy
from collections.abc import Callable
from html import unescape
from pathlib import Path
from types import SimpleNamespace

import commands
import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.api import Gradebook, MissingEntry
from traitlets.config import Config, PyFileConfigLoader

from kindling.environment import inherited
from kindling.grade import nbgrader_plugin, outcome, sandbox

CONFIG = Path(__file__).parents[1] / "nbgrader_config.py"
LESSON = "08_final_exercise"
# The one submission that never ends waits for this.
SECONDS = 4


def metadata(name: str, points: int | None = None) -> dict:
    graded = {"points": points} if points else {}
    flags = {"grade": bool(points), "locked": bool(points), "solution": not points, "task": False}
    return {"nbgrader": {"cell_type": "code", "grade_id": name, "schema_version": 3, **flags, **graded}}


def lesson() -> NotebookNode:
    """Two tasks of 2 points each: `double`, with hidden tests, and `LIMIT`."""
    return new_notebook(
        metadata={"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
        cells=[
            new_markdown_cell("# Sums"),
            new_code_cell("import kindling.errors as check", outputs=[new_output("stream", text="built")]),
            new_code_cell(
                "def double(x: float) -> float:\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION",
                metadata=metadata("double"),
            ),
            new_code_cell(
                "if double(2) != 4:\n    raise check.CheckFailed('double(2) is wrong.')\n"
                "### BEGIN HIDDEN TESTS\nsecret = 17\nif double(secret) != 34:\n"
                "    raise check.CheckFailed('double(secret) is wrong.')\n### END HIDDEN TESTS",
                metadata=metadata("double_check", points=2),
            ),
            new_code_cell("### BEGIN SOLUTION\nLIMIT = 3\n### END SOLUTION", metadata=metadata("LIMIT")),
            new_code_cell("assert LIMIT == 3", metadata=metadata("LIMIT_check", points=2)),
        ],
    )


def cell(notebook: NotebookNode, name: str) -> NotebookNode:
    return next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == name)


def solved(release: NotebookNode, body: str = "return 2 * x", limit: str = "LIMIT = 3") -> NotebookNode:
    notebook = copy.deepcopy(release)
    cell(notebook, "double").source = f"def double(x: float) -> float:\n    {body}"
    cell(notebook, "LIMIT").source = limit
    return notebook


def duplicated(release: NotebookNode) -> NotebookNode:
    """The task and its check twice, a first attempt and the copy in which it came right; and an output of no code."""
    notebook = solved(release, "return x")
    attempt = [copy.deepcopy(cell(notebook, name)) for name in ("double", "double_check")]
    attempt[0].source = cell(solved(release), "double").source
    for position, copied in enumerate(attempt):
        copied.id = f"copy-{position}"
    notebook.cells[4:4] = attempt
    notebook.cells.append(new_code_cell("", outputs=[new_output("stream", text="forged")]))
    return notebook


def edited(release: NotebookNode, **changes: object) -> NotebookNode:
    """A wrong answer, whose graded cell says something else than it did when it was released."""
    notebook = solved(release, "return 4")
    cell(notebook, "double_check").metadata.nbgrader.update(changes)
    return notebook


def tagged(release: NotebookNode, tag: str) -> NotebookNode:
    """A wrong answer that asks to skip the setting-up cell and its check."""
    notebook = solved(release, "return 4", "LIMIT = 4")
    notebook.cells[1].metadata.tags = [tag]
    cell(notebook, "LIMIT").metadata.tags = [tag]
    cell(notebook, "double_check").metadata.tags = [tag]
    return notebook


def without(release: NotebookNode, name: str) -> NotebookNode:
    """Right answers, with one cell deleted, from an editor that knows another kernel."""
    notebook = solved(release)
    notebook.cells.remove(cell(notebook, name))
    notebook.metadata.kernelspec = {"display_name": "R", "language": "R", "name": "ir"}
    return notebook


def retyped(release: NotebookNode) -> NotebookNode:
    notebook = solved(release)
    check = cell(notebook, "double_check")
    check.cell_type = "markdown"
    del check["outputs"], check["execution_count"]
    return notebook


def shown(release: NotebookNode) -> NotebookNode:
    """Right answers, and below them what would run in the page that shows them; and what no editor writes any more."""
    notebook = solved(release)
    html = "<script>document.title = 1</script><b>bold</b>"
    notebook.cells.append(new_code_cell(f"from IPython.display import HTML, display\ndisplay(HTML({html!r}))"))
    notebook.cells.append(new_markdown_cell("[mine](javascript:alert(1)), and ![lost](attachment:lost.png)"))
    return notebook


# In the order in which nbgrader grades them: what stops a batch stands first.
CLASS: dict[str, Callable[[NotebookNode], NotebookNode]] = {
    "copied": duplicated,
    "copied_schema": lambda release: edited(release, schema_version=1),
    "deleted": lambda release: without(release, "double_check"),
    "dies": lambda release: solved(release, limit="import os\nos._exit(0)"),
    "busy": lambda release: solved(
        release, f"import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); time.sleep({SECONDS + 6})"
    ),
    "draws": lambda release: solved(
        release, "import os; return 2 * x if os.environ['KINDLING_SOURCE'] == 'drawn' else 0"
    ),
    "edited": lambda release: edited(release, points=100, grade=False, locked=False),
    "endless": lambda release: solved(release, "import time\n    while True: time.sleep(0.01)"),
    "floods": lambda release: solved(release, "print('line\\n' * 30_000); return 2 * x"),
    "leaks": lambda release: solved(
        release, "print('it was', x); ### BEGIN HIDDEN TESTS\n    return 4 if x == 2 else x.half"
    ),
    "retyped": retyped,
    "right": solved,
    "shows": lambda release: shown(release),
    "skips": lambda release: tagged(release, "skip-execution"),
    "stub": copy.deepcopy,
    "warns": lambda release: solved(release, "import warnings; warnings.warn('slow'); return 2 * x"),
}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """The course after one batch: its root, the status of `nbgrader autograde`, and where to find results."""
    root = tmp_path_factory.mktemp("course")
    without = "\nc.Execute.sandbox = False\n" if sandbox.missing() else ""
    (root / CONFIG.name).write_text(CONFIG.read_text(encoding="utf-8") + without, encoding="utf-8")
    # The kernels and nbgrader write nothing into this user's folders.
    folders = {name: str(root / "jupyter" / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")}
    for folder in folders.values():
        Path(folder).mkdir(parents=True)
    environment = inherited(**folders, KINDLING_SOURCE="real")

    said = []

    def nbgrader(*arguments: str) -> int:
        done = commands.run(["nbgrader", *arguments], root, environment)
        print(done.stderr)
        said.append(done.stderr)
        return done.returncode

    scripts = root / "source" / LESSON / "scripts"
    scripts.mkdir(parents=True)
    nbformat.write(lesson(), root / "source" / LESSON / f"{LESSON}.ipynb")
    for name in ("model.py", "data.py", "main.py", "given.py"):
        (scripts / name).write_text("ours")
    assert nbgrader("generate_assignment", LESSON) == 0
    release = nbformat.read(root / "release" / LESSON / f"{LESSON}.ipynb", as_version=4)

    for student, make in CLASS.items():
        folder = root / "submitted" / student / LESSON
        folder.mkdir(parents=True)
        nbformat.write(make(release), folder / f"{LESSON}.ipynb")
    handed_in = root / "submitted" / "right" / LESSON
    for name in ("scripts/model.py", "scripts/data.py", "scripts/main.py", "scripts/given.py", "data/images.pt"):
        (handed_in / name).parent.mkdir(exist_ok=True)
        (handed_in / name).write_text("theirs")
    # What is handed in as somebody else's, by an editor of Windows, and with a link to what is none of its business.
    (root / "submitted" / "linked").symlink_to("right")
    for student, mark in (("marked", b"\xef\xbb\xbf"), ("peeks", b"")):
        (root / "submitted" / student / LESSON).mkdir(parents=True)
        content = mark + nbformat.writes(solved(release)).encode()
        (root / "submitted" / student / LESSON / f"{LESSON}.ipynb").write_bytes(content)
    (root / "submitted" / "peeks" / LESSON / "notes.txt").symlink_to(root / "gradebook.db")
    (root / "submitted" / "shows" / LESSON / f"{LESSON}.html").write_text("theirs")
    (root / "submitted" / "shows" / LESSON / f"{LESSON}.html").chmod(0o444)
    # A file that is not a notebook, in the middle of the class.
    (root / "submitted" / "nonsense" / LESSON).mkdir(parents=True)
    (root / "submitted" / "nonsense" / LESSON / f"{LESSON}.ipynb").write_text("{")

    status = nbgrader("autograde", LESSON, f"--Execute.timeout={SECONDS}")
    nbgrader("generate_feedback", LESSON)

    def points(student: str) -> dict[str, float | None]:
        with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
            try:
                grades = gradebook.find_submission_notebook(LESSON, LESSON, student).grades
            except MissingEntry:
                return {}
            return {grade.name: grade.auto_score for grade in grades}

    def graded(student: str) -> NotebookNode:
        return nbformat.read(root / "autograded" / student / LESSON / f"{LESSON}.ipynb", as_version=4)

    def feedback(student: str) -> str:
        return (root / "feedback" / student / LESSON / f"{LESSON}.html").read_text()

    return SimpleNamespace(
        root=root,
        status=status,
        release=release,
        points=points,
        graded=graded,
        feedback=feedback,
        student=handed_in,
        said="".join(said),
    )


def settings() -> Config:
    return PyFileConfigLoader(CONFIG.name, path=str(CONFIG.parent)).load_config()


def test_full_marks(course):
    """A right answer earns every point."""
    assert course.points("right") == {"double_check": 2, "LIMIT_check": 2}


def test_batch_goes_on(course):
    """One file that is no notebook makes nbgrader say so at its end, after everyone else has a grade."""
    assert course.status == 1
    assert course.points("nonsense") == {"double_check": None, "LIMIT_check": None}
    for student in CLASS:
        assert None not in course.points(student).values(), student


def test_a_link_is_not_followed(course):
    """Somebody else's folder earns nothing, and what lies outside of a submission does not come into it."""
    assert course.points("linked") == {"double_check": None, "LIMIT_check": None}
    assert not (course.root / "autograded" / "linked" / LESSON).exists()
    assert '"linked" is a link, not a folder. Ask for the files themselves.' in course.said
    assert course.points("peeks") == {"double_check": 2, "LIMIT_check": 2}
    assert not (course.root / "autograded" / "peeks" / LESSON / "notes.txt").exists()
    assert 'peeks: "notes.txt" is a link to outside the submission and was left out.' in course.said


def test_byte_order_mark(course):
    """What Windows puts before a text costs nothing."""
    assert course.points("marked") == {"double_check": 2, "LIMIT_check": 2}


def test_course_id(course):
    """The gradebook knows the course by its name."""
    with Gradebook(f"sqlite:///{course.root}/gradebook.db", "kindling") as gradebook:
        assert gradebook.find_assignment(LESSON).course_id == "kindling"


def test_downloaded_data_are_left_out(course):
    """Images that a learner downloaded are not copied into `autograded`."""
    assert (course.student / "data" / "images.pt").exists()
    assert not (course.root / "autograded" / "right" / LESSON / "data").exists()


def test_scripts_are_the_learners(course):
    """The scripts of the final exercise are graded as handed in; any other file beside the lesson is ours."""
    scripts = course.root / "autograded" / "right" / LESSON / "scripts"
    found = {path.name: path.read_text() for path in scripts.iterdir()}
    assert found == {"model.py": "theirs", "data.py": "theirs", "main.py": "theirs", "given.py": "ours"}


def test_stub_names_its_task(course):
    """The release says which task is not written, and so does the grade."""
    assert 'raise check.NotWritten("double")' in cell(course.release, "double").source
    assert cell(course.release, "LIMIT").source == "LIMIT = ...  # YOUR CODE HERE"
    assert outcome.failure(cell(course.graded("stub"), "double_check")) == "Not yet: `double` still needs your code."
    assert course.points("stub") == {"double_check": 0, "LIMIT_check": 0}


def test_untouched_task_is_noticed(course):
    """The gradebook says of a task that was left as it was released that there is no response."""
    with Gradebook(f"sqlite:///{course.root}/gradebook.db") as gradebook:
        comments = [gradebook.find_comment("double", LESSON, LESSON, name).auto_comment for name in ("stub", "right")]
    assert comments == ["No response.", None]


def test_hidden_tests_are_not_released(course):
    """The release shows the visible claim alone."""
    assert "secret" not in nbformat.writes(course.release)
    assert "double(2)" in cell(course.release, "double_check").source


def test_last_copy_counts(course):
    """Of a task that stands twice the last copy is graded, and the class after it too."""
    assert course.points("copied") == {"double_check": 2, "LIMIT_check": 2}


def test_release_is_clean_and_locked(course):
    """What the author's run printed is not released, and a graded cell can't be edited."""
    assert all(not c.outputs for c in course.release.cells if c.cell_type == "code")
    assert cell(course.release, "double_check").metadata.editable is False
    assert "editable" not in cell(course.release, "double").metadata


def test_outputs_are_the_graders(course):
    """No output that was handed in is left."""
    assert "forged" not in nbformat.writes(course.graded("copied"))


@pytest.mark.parametrize(("student", "points"), [("deleted", 2), ("retyped", 2), ("edited", 0), ("copied_schema", 0)])
def test_graded_cells_come_back(course, student, points):
    """A deleted or changed graded cell is graded as it was released."""
    assert course.points(student) == {"double_check": points, "LIMIT_check": 2}


def test_kernel_death_keeps_what_was_earned(course):
    """A kernel that dies costs the tasks from there on, and the notebook says where it died."""
    assert course.points("dies") == {"double_check": 2, "LIMIT_check": 0}
    assert outcome.failure(cell(course.graded("dies"), "LIMIT")) == (
        "This cell ended the process that it ran in (exit code 0), as os._exit does."
    )
    # This lesson goes on in a fresh kernel, which knows nothing of the cell that ended the first one.
    assert outcome.failure(cell(course.graded("dies"), "LIMIT_check")) == (
        "NameError: name 'LIMIT' is not defined. Has the cell that defines it been run?"
    )


def test_time_for_a_cell():
    """A cell may train for two minutes before it is stopped."""
    assert nbgrader_plugin.Execute(config=settings()).timeout == 120


def test_endless_loop(course):
    """An endless loop costs its own task, and the learner reads one sentence about it."""
    sentence = "This cell ran longer than the time limit and was stopped. Does every loop in your code end?"
    assert course.points("endless") == {"double_check": 0, "LIMIT_check": 2}
    assert outcome.failure(cell(course.graded("endless"), "double_check")) == sentence
    assert sentence in course.feedback("endless")


def test_grading_draws_its_images(course):
    """Whatever images this machine has, a grade comes from drawn ones."""
    assert course.points("draws") == {"double_check": 2, "LIMIT_check": 2}


def test_kernel_stops_late(course):
    """A kernel that can't be interrupted at once loses the cell, not the notebook."""
    assert course.points("busy") == {"double_check": 0, "LIMIT_check": 2}


def test_no_cell_is_skipped(course):
    """The tag that skips a cell in stock nbgrader skips none here."""
    assert course.points("skips") == {"double_check": 0, "LIMIT_check": 0}
    ran = [c.execution_count for c in course.graded("skips").cells if c.cell_type == "code"]
    assert ran == [1, 2, 3, 4, 5]


def test_warnings_cost_nothing(course):
    """Text on stderr is no mistake."""
    assert course.points("warns") == {"double_check": 2, "LIMIT_check": 2}


def test_output_without_end(course):
    """Of what a cell prints, a thousand lines are kept, and it costs nothing."""
    (output,) = cell(course.graded("floods"), "double_check").outputs
    assert len(output.text.splitlines()) == 1000
    assert course.points("floods") == {"double_check": 2, "LIMIT_check": 2}


def test_feedback_hides_the_hidden_tests(course):
    """Feedback shows neither the code of a hidden test, nor its traceback, nor what it passed to the learner.

    A learner who writes nbgrader's own marker still gets feedback.
    """
    executed = nbformat.writes(course.graded("leaks"))
    assert "secret" in executed
    assert "it was 17" in executed
    html = unescape(course.feedback("leaks"))
    assert "secret" not in html
    assert "it was 17" not in html
    assert "AttributeError: 'int' object has no attribute 'half'" in html


def test_nothing_runs_in_what_is_kept(course):
    """What was shown is kept without its script; a file that a browser would run is kept as a text."""
    kept = nbformat.writes(course.graded("shows"))
    assert "<b>bold</b>" in kept
    assert "<script>document" not in "".join(str(c.get("outputs")) for c in course.graded("shows").cells)
    assert "](javascript:" not in kept
    folder = course.root / "autograded" / "shows" / LESSON
    assert (folder / f"{LESSON}.html.txt").read_text() == "theirs"
    assert not (folder / f"{LESSON}.html").exists()
    assert course.points("shows") == {"double_check": 2, "LIMIT_check": 2}


def test_feedback_is_our_page(course):
    """Feedback is written though a page of its name was handed in, and loads no script."""
    page = course.feedback("shows")
    assert "4 of 4 points" in page
    assert "<script" not in page
    assert "Test cell" not in page
    assert "lost: not handed in" in page
