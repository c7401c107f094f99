"""The engine and stock nbgrader give the same points. `python -m benchmarks.agreement` compares the whole bank."""

import re
import subprocess
import sys

import pytest
from conftest import REPOSITORY

from kindling.grade import sandbox


@pytest.mark.skipif(sandbox.missing() is not None, reason="bubblewrap is not installed")
def test_the_same_points():
    """On two submissions of a lesson, with right and wrong answers."""
    command = [sys.executable, "-m", "benchmarks.agreement", "--most", "2", "02"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.fullmatch(r"2 submissions with \d\d graded cells: no different\.", done.stdout.splitlines()[-1])
