"""kindling.grade.lock: one grader at a time, and a sentence that says who it is."""

import json
import os
import re
import signal
import subprocess
import sys

import pytest

from kindling.errors import GradingError
from kindling.grade import lock

HOLD = """
import sys, time
from pathlib import Path
from kindling.grade import lock
with lock.held(Path(sys.argv[1]), "01_sums"):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def other(tmp_path):
    """A process that grades 01_sums of a course."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, tmp_path], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_the_second_reads_who_the_first_is(tmp_path, other):
    with pytest.raises(GradingError) as raised, lock.held(tmp_path, "01_sums"):
        pass
    assert re.fullmatch(
        rf"01_sums is being graded already, by \S+ on \S+ \(process {other.pid}\) since "
        r"\d{4}-\d\d-\d\d \d\d:\d\d UTC\. Wait until that is done, or stop it there, and run the same command again\. "
        r"To see how far it is: kindling status 01_sums",
        str(raised.value),
    )
    with pytest.raises(GradingError, match=r"^01_sums is being graded already, by "):
        lock.refuse_second(tmp_path, "01_sums")
    with lock.held(tmp_path, "02_other"):
        pass


def test_a_killed_grader_holds_nothing(tmp_path, other):
    """What it left behind says nothing any more."""
    os.kill(other.pid, signal.SIGKILL)
    other.wait()
    lock.refuse_second(tmp_path, "01_sums")
    with lock.held(tmp_path, "01_sums"):
        assert json.loads((tmp_path / lock.FOLDER / "01_sums.json").read_text())["process"] == os.getpid()
        with pytest.raises(GradingError, match=rf"\(process {os.getpid()}\)"), lock.held(tmp_path, "01_sums"):
            pass
    assert not (tmp_path / lock.FOLDER / "01_sums.json").exists()


@pytest.mark.parametrize("text", ["", "[]", "{", '{"user": 3}'])
def test_who_it_is_may_be_unknown(tmp_path, other, text):
    (tmp_path / lock.FOLDER / "01_sums.json").write_text(text)
    with pytest.raises(GradingError, match=r"^01_sums is being graded already, by somebody else\. Wait until "):
        lock.refuse_second(tmp_path, "01_sums")


def test_a_folder_that_can_not_be_written(tmp_path):
    (tmp_path / lock.FOLDER).touch()
    sentence = r"01_sums\.lock could not be locked \(.+\), and one at a time may grade\."
    with pytest.raises(GradingError, match=sentence), lock.held(tmp_path, "01_sums"):
        pass


def test_nobody_grades_and_nothing_is_made(tmp_path):
    lock.refuse_second(tmp_path, "01_sums")
    assert list(tmp_path.iterdir()) == []
