"""What `make test` needs to be quick: a file stays on one worker, and what takes longest comes first."""

import os
import subprocess
import sys
from pathlib import Path

TESTS = {
    "test_alone.py": 4,
    "test_every_lesson.py": 2,
    "test_execute.py": 2,
    "test_honest_namespaces.py": 6,
    "test_short.py": 1,
    "test_shown.py": 2,
}
NOTE = """
import os, time
import pytest

@pytest.mark.parametrize("number", range({count}))
def test(number, request):
    with open("notes.txt", "a") as notes:
        print(os.environ["PYTEST_XDIST_WORKER"], request.path.name, file=notes, flush=True)
    time.sleep(0.1)
"""


def test_files_stay_together_and_some_with_others(tmp_path: Path):
    (tmp_path / "conftest.py").write_text("from schedule import *\n")
    for name, count in TESTS.items():
        (tmp_path / name).write_text(NOTE.format(count=count))
    command = [sys.executable, "-m", "pytest", "-n2", "-pno:cacheprovider", "-pno:nbval", "-pno:slipcover"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    process = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert process.returncode == 0, process.stdout
    notes = [line.split() for line in (tmp_path / "notes.txt").read_text().splitlines()]
    assert len(notes) == sum(TESTS.values())
    workers = {name: {worker for worker, other in notes if other == name} for name in TESTS}
    assert {name: len(those) for name, those in workers.items()} == {
        **dict.fromkeys(TESTS, 1),
        "test_honest_namespaces.py": 2,
    }
    assert workers["test_execute.py"] == workers["test_shown.py"]
    first = {worker: next(name for other, name in notes if other == worker) for worker in ("gw0", "gw1")}
    assert set(first.values()) == {"test_every_lesson.py", "test_execute.py"}
