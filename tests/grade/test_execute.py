"""kindling.grade.execute: notebooks in real kernels, from a warm process in a sandbox where there can be one."""

import contextlib
import io
import logging
import os
import re
import signal
import subprocess
import sys
import tarfile
import threading
from pathlib import Path

import pytest
from conftest import ENVIRONMENT
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.preprocessors import Execute as NbgraderExecute
from traitlets.config import Config

from kindling.errors import GradingError, NotGradable
from kindling.grade import limits, outcome, provisioner, run, sandbox
from kindling.grade.execute import Execute
from kindling.grade.job import Job, Result

SANDBOX = sandbox.missing() is None


def graded(source: str) -> NotebookNode:
    about = {"grade": True, "grade_id": "task_check", "points": 2, "locked": True, "solution": False, "task": False}
    return new_code_cell(source, metadata={"nbgrader": {**about, "schema_version": 3, "cell_type": "code"}})


@pytest.fixture
def executed(tmp_path: Path):
    """Run cells, given as text, in a folder of their own; return them."""

    def execute(*sources: str | NotebookNode, lesson: str = "00_sums", **options: object) -> list[NotebookNode]:
        cells = [new_code_cell(source) if isinstance(source, str) else source for source in sources]
        resources = {"nbgrader": {"assignment": lesson}, "metadata": {"path": str(tmp_path)}}
        step = Execute(**{"sandbox": SANDBOX, "environment": ENVIRONMENT, **options})
        return step.preprocess(new_notebook(cells=cells), resources)[0].cells

    return execute


def said(cells: list[NotebookNode]) -> list[str | None]:
    return [outcome.failure(cell) for cell in cells]


def printed(cell: NotebookNode) -> str:
    return "".join(output.text for output in cell.outputs if output.output_type == "stream")


needs_fork = pytest.mark.skipif(not provisioner.can_fork(), reason="no warm process here")
TOO_LONG = {"ename": "CellTimeoutError", "evalue": "", "traceback": ["Too long."]}
NOT_RUN = "This cell did not run: the kernel had stopped in an earlier cell."


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (
            "import os; os._exit(3)",
            "This cell ended the process that it ran in (exit code 3), as os._exit does.",
        ),
        (
            "import ctypes; ctypes.string_at(0)",
            "This cell made Python itself crash (segmentation fault).",
        ),
        ("exit()", "This cell ended its own kernel with exit() or quit()."),
    ],
    ids=["_exit", "crash", "exit"],
)
def test_a_cell_that_ends_its_kernel(executed, source, sentence):
    """What ran before keeps its output; the cell has failed, and so has what comes after."""
    cells = executed("print(1)", source, "print(2)")
    assert printed(cells[0]) == "1\n"
    assert said(cells) == [None, sentence, NOT_RUN]


def test_a_fresh_kernel_where_the_lesson_allows_it(executed):
    """The cells before that are not graded run again, unseen; then those after the one that ended the kernel."""
    cells = ["x = 1", graded("print(x)"), "import os; os._exit(1)", graded("print(x + 1)"), "os"]
    cells = executed("print('once')", *cells, fresh_kernel=["00_sums"])
    assert [printed(cell) for cell in cells] == ["once\n", "", "1\n", "", "2\n", ""]
    assert said(cells)[3] == "This cell ended the process that it ran in (exit code 1), as os._exit does."
    assert said(cells)[5] == "NameError: name 'os' is not defined. Has the cell that defines it been run?"


def test_fresh_kernels_share_the_time(executed):
    """A notebook has its seconds once, in however many kernels."""
    stops = "import os, time; time.sleep(5); os._exit(1)"
    cells = executed("print(1)", stops, stops, "print(2)", fresh_kernel=["00_sums"], limits={"seconds": 8})
    assert said(cells) == [
        None,
        "This cell ended the process that it ran in (exit code 1), as os._exit does.",
        "The notebook took longer than the 8 s that it may take in all, and was stopped in this cell.",
        NOT_RUN,
    ]


def test_a_notebook_has_few_kernels(executed):
    """A notebook in which each cell ends its kernel does not go on for ever."""
    cells = executed(*["import os; os._exit(1)"] * 7, fresh_kernel=["00_sums"])
    assert said(cells)[:5] == ["This cell ended the process that it ran in (exit code 1), as os._exit does."] * 5
    assert said(cells)[5:] == [NOT_RUN] * 2


def test_a_cell_that_does_not_hear(executed):
    """A cell that does not stop when it is told to ends the notebook, not the grading."""
    deaf = "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\ntime.sleep(600)"
    cells = executed("1", deaf, "2", timeout=1, iopub_timeout=1, shutdown_kernel="immediate")
    assert said(cells) == [None, "This cell went on after the time limit, or printed more than can be read.", NOT_RUN]


def test_output_without_end(executed):
    """Of each cell's prints a fixed number of characters is kept."""
    cells = executed("print('x' * 10**6)\nfor i in range(100): print('y', flush=True)", "print(3)")
    assert len(printed(cells[0])) == 100_000
    assert len(cells[0].outputs) < 10
    assert printed(cells[1]) == "3\n"


def test_pictures_without_end(executed):
    """Of each cell's pictures a fixed amount is kept."""
    cells = executed("from IPython.display import HTML\nfor i in range(20): display(HTML('x' * 10**6))")
    shown = [output for output in cells[0].outputs if output.output_type == "display_data"]
    assert len(shown) == 6


FIGURES = [
    "import matplotlib.pyplot as plt\nprint(plt.isinteractive(), plt.get_fignums())",
    "plt.plot([1, 2])",  # neither shown nor closed
    "print(plt.get_fignums())",
    "for height in (1, 2, 3):\n    plt.figure(figsize=(height, 1))\n    plt.bar([0], [height])\n    plt.show()",
    "figure, axes = plt.subplots(figsize=(2, 1))\naxes.hist([1, 1, 2])\nfigure",
    "axes.set_title('again')\nfigure",
    "plt.figure(figsize=(1, 2))\nplt.figure(figsize=(2, 2))\n_ = plt.scatter([1], [2])",
    "plt.imshow([[0, 1]])\nplt.close()",
    "%matplotlib inline\nplt.plot([3, 1])\nplt.show()",
    "plt.plot([2, 1])\n1 / 0",
    graded("plt.figure(figsize=(1, 1))\n_ = plt.plot([1, 3])"),
    "plt.ioff()\nplt.plot([5, 6])",
    "plt.show()\nplt.ion()",
    "from IPython.display import display\nsmall = plt.figure(figsize=(1, 1))\ndisplay(small)",
    "print(plt.get_fignums(), plt.rcParams['figure.dpi'], plt.get_backend())",
]


def test_pictures_as_stock_keeps_them(executed):
    """Each cell has the pictures that nbgrader's own kernel gives it, to the last byte, again and again."""
    notebook = new_notebook(cells=[new_code_cell(cell) if isinstance(cell, str) else cell for cell in FIGURES])
    stock, _ = NbgraderExecute().preprocess(notebook, {"nbgrader": {}, "metadata": {}})

    def shown(cells: list[NotebookNode]) -> list[list[dict]]:
        kinds = ("execute_result", "display_data")
        shown = [[output.data for output in cell.outputs if output.output_type in kinds] for cell in cells]
        return [[data | {"text/plain": re.sub(" at 0x[0-9a-f]+", "", data["text/plain"])} for data in c] for c in shown]

    wanted = shown(stock.cells)
    assert sum("image/png" in data for cell in wanted for data in cell) >= 12
    for _ in range(2):
        cells = executed(*FIGURES)
        assert shown(cells) == wanted
        assert [printed(cell) for cell in cells] == [printed(cell) for cell in stock.cells]


def test_the_last_value_is_no_score(executed):
    """Only a check that says so on purpose gives points by its last value."""
    cells = executed(graded("1"), graded("### PARTIAL CREDIT\n1"), graded("### PARTIAL CREDIT\nNone"))
    assert [len(cell.outputs) for cell in cells] == [0, 1, 1]
    assert said(cells)[2] == "This check says that its last value is its points, and there is none."


def test_a_last_value_that_is_no_points(executed):
    """nbgrader would give full marks for it, or no grade to anybody."""
    bonus = graded("# Bonus: 3 points\n### PARTIAL CREDIT\n2.5")
    more = graded("# Bonus: 3 points\n### PARTIAL CREDIT\n3.5")
    bonus.metadata.nbgrader.points = more.metadata.nbgrader.points = 0
    values = ("2.5", "-1", "'all'", "float('nan')", "[2]", "print('…'); True")
    cells = executed(bonus, more, *(graded(f"### PARTIAL CREDIT\n{value}") for value in values))
    no_points = "This check says that its last value is its points, and that is not a number from 0 to"
    assert said(cells) == [None, f"{no_points} 3.", *[f"{no_points} 2."] * len(values)]
    assert [outcome.points(cell).bonus for cell in cells[:2]] == [2.5, 0]
    assert {outcome.points(cell).score for cell in cells[2:]} == {0}


def test_the_same_random_numbers_each_time(executed):
    """A submission that forgets its seed gets the same grade again."""
    source = "import random, numpy, torch\nprint(random.random(), numpy.random.rand(), torch.rand(1), hash('a'))"
    assert printed(executed(source)[0]) == printed(executed(source)[0])


def test_an_exception_before_a_cell_runs(tmp_path):
    """What a library makes of a notebook is told as itself, and no cell is blamed that has not run yet."""
    notebook = new_notebook(cells=[new_code_cell("print(1)"), new_code_cell("print(2)")])
    notebook.cells[1].metadata["tags"] = None
    with pytest.raises(TypeError, match=r"^argument of type 'NoneType' is not iterable$"):
        Execute(sandbox=SANDBOX, environment=ENVIRONMENT).preprocess(
            notebook, {"nbgrader": {"assignment": "00_sums"}, "metadata": {"path": str(tmp_path)}}
        )


def tar(name: str, content: bytes) -> bytes:
    """An archive with one file."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        member = tarfile.TarInfo(name)
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return stream.getvalue()


def job(source: str, files: bytes, **options: object) -> bytes:
    """What a worker gets: a notebook with one cell, and files beside it."""
    notebook = new_notebook(cells=[new_code_cell(source)])
    config = {"Execute": {"sandbox": SANDBOX, "environment": ENVIRONMENT, **options}}
    return Job("00_sums", notebook, files, ["kindling.grade.execute.Execute"], config).to_bytes()


@needs_fork
def test_beside_a_kernel_for_scripts_is_a_process_to_fork_them_from(executed, tmp_path):
    """It comes up with the kernel, before that has threads; any other kernel is without, also one that is ready."""
    look = "from kindling.scripts import forkserver\nprint(forkserver._server is not None)"
    assert printed(executed(look)[0]) == "False\n"
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "main.py").touch()
    assert printed(executed(look)[0]) == "True\n"
    for name, said in (("scripts/main.py", "True\n"), ("main.py", "False\n")):
        assert printed(Result.from_bytes(run.grade(job(look, tar(name, b"")))).notebook.cells[0]) == said


def test_without_a_warm_process(executed, monkeypatch, caplog):
    """Where there can be none, an ordinary kernel runs each notebook, and the instructor reads so once."""
    monkeypatch.setattr(provisioner, "can_fork", lambda: False)
    provisioner.say_once.cache_clear()
    with caplog.at_level(logging.WARNING, "kindling"):
        cells = executed("print(1)", "import os; os._exit(3)", "print(2)", sandbox=False)
        assert printed(cells[0]) == "1\n"
        assert said(cells) == [None, "This cell made the process that it ran in stop.", NOT_RUN]
        source = "import os\nprint(open('words/one.txt').read(), os.getcwd())"
        given = job(source, tar("words/one.txt", b"abc"), sandbox=False)
        text, folder = printed(Result.from_bytes(run.grade(given)).notebook.cells[0]).split()
    assert text == "abc"
    assert not Path(folder).exists()
    assert [entry.getMessage() for entry in caplog.records if entry.name == "kindling"] == [
        "A warm process needs Linux. Here each submission starts Python and imports torch anew."
    ]


def test_no_sandbox_without_a_warm_process(executed, monkeypatch):
    """There the sandbox is missing too, which is never passed over in silence."""
    monkeypatch.setattr(provisioner, "can_fork", lambda: False)
    with pytest.raises(GradingError, match=r"^The sandbox needs Linux\. Without a sandbox, "):
        executed("print(1)", sandbox=True)


def test_imported_on_windows():
    """What Windows lacks, nothing needs that is imported there."""
    code = "import sys; sys.modules |= {'resource': None, 'fcntl': None}; import kindling.grade.gradebook, kindling.cli"
    assert subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True).stderr == ""


@pytest.mark.parametrize("limits", [{"memry": 2**30}, {"memory": "3 GB"}, {"seconds": 0}])
def test_a_limit_that_there_is_not(executed, limits):
    """A slip in the configuration is named, and nothing is graded without the limit that was meant."""
    [(name, most)] = limits.items()
    with pytest.raises(GradingError) as raised:
        executed("print(1)", limits=limits)
    assert str(raised.value) == (
        f"c.Execute.limits in nbgrader_config.py: {name!r}: {most!r} is not a valid limit. A limit is a whole "
        "number above 0, by one of these names: seconds, processor_seconds, memory, processes, file, disk."
    )


def test_files_that_do_not_fit(executed):
    """More files than a submission may have make it not gradable, with the system's own word, and nobody else."""
    step = Execute(sandbox=SANDBOX, environment=ENVIRONMENT, limits={"disk": 2**20, "file": 2**20})
    step.files = tar("large", bytes(3 * 2**20))
    with pytest.raises(NotGradable) as raised:
        step.preprocess(
            new_notebook(cells=[new_code_cell("1")]), {"nbgrader": {"assignment": "00_sums"}, "metadata": {}}
        )
    assert str(raised.value).startswith("The files of the submission do not fit into what one may use (OSError: ")
    assert printed(executed("print(1)")[0]) == "1\n"


BUSY = """
import os, time
core = min(os.sched_getaffinity(0))
os.sched_setaffinity(0, [core])
others = []
for _ in range(3):
    if (pid := os.fork()) == 0:
        while True:
            pass
    others.append(pid)
while time.process_time() < {seconds}:
    pass
for pid in others:
    os.kill(pid, 9)
print("done")
"""


@needs_fork
def test_a_busy_machine_costs_nobody_points(executed):
    """A cell's time, and the notebook's, is what it would have taken had nobody else had the processor."""
    options = {"timeout": 2, "limits": {"seconds": 3}, "error_on_timeout": TOO_LONG}
    cells = executed(BUSY.format(seconds=1), "print(2)", **options)
    assert [printed(cell) for cell in cells] == ["done\n", "2\n"]


@needs_fork
def test_a_cell_that_sleeps_waits_for_no_processor(executed):
    """Its time is the clock's, whatever the machine does meanwhile."""
    cells = executed(BUSY.format(seconds=0.1) + "time.sleep(600)", "print(2)", timeout=3, error_on_timeout=TOO_LONG)
    assert said(cells) == ["Too long.", None]


def reference(*cells: tuple[str | NotebookNode, float]) -> dict:
    """The times of a lesson whose cells took so many seconds."""
    nodes = [(new_code_cell(cell) if isinstance(cell, str) else cell, seconds) for cell, seconds in cells]
    return {"cells": {limits.key(cell): seconds for cell, seconds in nodes}, "seconds": sum(s for _, s in nodes)}


def test_limits_come_from_the_reference(executed, monkeypatch):
    """A known cell has ten times what the solutions took, another one ten times the slowest, and each a least time."""
    monkeypatch.setattr(limits, "LEAST_CELL", 2)
    times = reference(("import time; time.sleep(60)", 0.1), (graded("time.sleep(2.2)"), 0.5))
    cells = executed(
        "import time; time.sleep(60)", graded("time.sleep(2.2)"), "time.sleep(2.3)", "time.sleep(60)",
        times=times, error_on_timeout=TOO_LONG,
    )  # fmt: skip
    assert said(cells) == ["Too long.", None, None, "Too long."]


def test_the_notebook_has_five_times_the_reference(executed, monkeypatch):
    """Whatever each cell may take."""
    monkeypatch.setattr(limits, "LEAST_NOTEBOOK", 2)
    times = reference(("1", 0.6))
    sentence = "The notebook took longer than the 3 s that it may take in all, and was stopped in this cell."
    assert said(executed("import time; time.sleep(60)", "2", times=times)) == [sentence, NOT_RUN]


def test_limits_of_the_configuration_win(executed):
    """A cell's and the notebook's, each by itself."""
    times, slow = reference(("1", 99.0)), "import time; time.sleep(60)"
    config = Config({"Execute": {"timeout": 2}})
    assert said(executed(slow, times=times, error_on_timeout=TOO_LONG, config=config)) == ["Too long."]
    sentence = "The notebook took longer than the 2 s that it may take in all, and was stopped in this cell."
    assert said(executed(slow, times=times, limits={"seconds": 2})) == [sentence]


# At the end, for each warm process that dies takes seconds to replace.


def test_a_warm_process_that_dies_is_replaced(executed, caplog):
    """The notebook runs again in another one, and the instructor reads so once."""
    executed("1")
    server = next(one for one in provisioner._servers.values() if one.sandboxed == SANDBOX)
    server.process.send_signal(signal.SIGKILL)
    server.process.wait()
    with caplog.at_level(logging.WARNING, "kindling"):
        cells = executed("print(1)")
    assert printed(cells[0]) == "1\n"
    [message] = [entry.getMessage() for entry in caplog.records if entry.name == "kindling"]
    assert message.startswith("The process that runs submissions has died (")
    assert message.endswith("). Another one takes its place.")


def test_a_warm_process_that_dies_each_time(executed):
    """The sentence names the signal; what waits where memory is short is a question, and asked of this one alone."""
    stop = threading.Event()

    def kill() -> None:
        while not stop.wait(0.05):
            # One kernel runs, and one is ready for what comes next.
            for server in [one for one in provisioner._servers.values() if one.alive and len(one.kernels) > 1]:
                with contextlib.suppress(OSError):  # it has ended meanwhile
                    number = server.process.pid
                    children = Path(f"/proc/{number}/task/{number}/children").read_text().split() if SANDBOX else []
                    os.kill(int(children[0]) if children else number, signal.SIGKILL)

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        with pytest.raises(NotGradable) as raised:
            executed("import time; time.sleep(60)")
    finally:
        stop.set()
        thread.join()
    assert str(raised.value) == (
        "The process that graded it was killed each time (SIGKILL). Is this machine out of memory? Grade it again."
    )
