"""kindling.grade.run: a function from bytes to bytes, which knows nothing of the gradebook."""

import subprocess
import sys
from pathlib import Path

from conftest import ENVIRONMENT
from nbformat.v4 import new_code_cell, new_notebook

from kindling.grade import archive, run, sandbox
from kindling.grade.job import Job, Result

STEPS = ["kindling.grade.execute.Execute", "nbgrader.preprocessors.IgnorePattern", "nbgrader.preprocessors.LimitOutput"]


def test_grade_is_a_function_of_bytes(tmp_path):
    """A worker gets a notebook and files, and gives the executed notebook back."""
    (tmp_path / "one.txt").write_text("abc")
    files = archive.pack({"words/one.txt": tmp_path / "one.txt"})
    notebook = new_notebook(cells=[new_code_cell("print(open('words/one.txt').read())")])
    config = {"Execute": {"sandbox": sandbox.missing() is None, "environment": ENVIRONMENT}}
    job = Job("00_sums", notebook, files, ["kindling.grade.execute.Execute"], config)
    result = Result.from_bytes(run.grade(job.to_bytes()))
    assert result.notebook.cells[0].outputs[0].text == "abc\n"
    assert 0 < result.seconds < 60


def test_a_worker_knows_no_gradebook():
    """Of ours it imports nothing that does, neither at first nor by the names of the steps of a job."""
    code = (
        "import sys, kindling.grade.run as run\n"
        f"for name in {STEPS}: run.step_class(name)\n"
        "print(*(name for name in sys.modules if name.startswith('kindling.')))"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True)
    room = Path(run.__file__).parent
    gradebook = ("from nbgrader.api", "from nbgrader import api", "from sqlalchemy", "from kindling.grade.records")
    know = {
        f"kindling.grade.{path.stem}"
        for path in room.glob("*.py")
        if any(line.startswith(gradebook) for line in path.read_text("utf-8").splitlines())
    }
    assert {"kindling.grade.gradebook", "kindling.grade.database"} <= know
    assert know & set(done.stdout.split()) == set()
