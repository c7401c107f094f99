"""kindling.grade.exchange: a student's submission is what the file system says that the student handed in."""

import logging
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the exchange needs Linux or macOS")
if hasattr(os, "fork"):
    from kindling.grade.exchange import Collect

LESSON = "01_tensors"
ME = "ada"


class Exchange:
    """An exchange into which this account hands in, as Ada."""

    def __init__(self, folder: Path, gradebook: str) -> None:
        self.gradebook = gradebook
        self.root = folder / "exchange"
        self.course = folder / "course"
        self.inbound = self.root / "kindling" / "inbound"
        self.inbound.mkdir(parents=True)
        self.course.mkdir()
        self.root.chmod(0o1777)

    def hand_in(self, student: str = ME, hours_ago: float = 0, text: str = "{}") -> Path:
        """Return a folder as `nbgrader submit` leaves it there."""
        stamp = f"{datetime.now(UTC) - timedelta(hours=hours_ago):%Y-%m-%d %H:%M:%S.%f} UTC"
        folder = self.inbound / f"{student}+{LESSON}+{stamp}+c2VjcmV0"
        (folder / "scripts").mkdir(parents=True)
        (folder / f"{LESSON}.ipynb").write_text(text)
        (folder / "scripts" / "model.py").write_text("")
        (folder / "timestamp.txt").write_text(stamp)
        return folder

    def collect(self, **options: object) -> dict[str, str]:
        """Return what each student's notebook holds after `nbgrader collect`."""
        config = Config()
        config.CourseDirectory = Config(root=str(self.course), course_id="kindling", assignment_id=LESSON)
        config.CourseDirectory.db_url = self.gradebook
        config.Exchange.root = str(self.root)
        config.Collect = Config(accounts={os.getuid(): ME}, **options)
        Collect(
            coursedir=CourseDirectory(config=config), authenticator=Authenticator(config=config), config=config
        ).start()
        found = (self.course / "submitted").glob(f"*/{LESSON}/{LESSON}.ipynb")
        return {path.parents[1].name: path.read_text() for path in found}


@pytest.fixture(scope="module")
def gradebook(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An empty gradebook for all tests: to make one takes seconds, and collecting only reads it."""
    return f"sqlite:///{tmp_path_factory.mktemp('book') / 'gradebook.db'}"


@pytest.fixture
def exchange(tmp_path: Path, gradebook: str) -> Exchange:
    return Exchange(tmp_path, gradebook)


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """Return the warnings, without the seconds of times."""
    return lambda: [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


def test_what_a_student_handed_in_is_collected_whole(exchange, said):
    folder = exchange.hand_in(text='{"cells": []}')
    assert exchange.collect() == {ME: '{"cells": []}'}
    copy = exchange.course / "submitted" / ME / LESSON
    assert {path.name for path in copy.rglob("*")} == {path.name for path in folder.rglob("*")}
    assert (copy / "timestamp.txt").read_text() == (folder / "timestamp.txt").read_text()
    assert copy.stat().st_mode & 0o777 == 0o755
    assert said() == []


def test_a_later_submission_takes_the_place_of_an_earlier_one_when_asked(exchange):
    exchange.hand_in(text="1")
    assert exchange.collect() == {ME: "1"}
    exchange.hand_in(text="2")
    assert exchange.collect() == {ME: "1"}
    assert exchange.collect(update=True) == {ME: "2"}


def test_nobody_hands_in_as_somebody_else(exchange, said):
    exchange.hand_in("ben")
    exchange.hand_in(text="mine")
    assert exchange.collect() == {ME: "mine"}
    (warning,) = said()
    assert warning.startswith("What came from ben at 2")
    assert warning.endswith(" UTC was left out. The folder belongs to ada.")
    assert "c2VjcmV0" not in warning  # whoever knows a submission's whole name can write into it


def test_a_course_may_leave_the_owner_out(exchange):
    exchange.hand_in("ben")
    assert exchange.collect(check_owner=False) == {"ben": "{}"}


def test_a_submission_without_a_name_is_nobodys(exchange, said):
    exchange.hand_in("")
    assert exchange.collect(check_owner=False) == {}
    assert said()[0].endswith("was left out. That is not a valid name.")


def test_a_file_of_another_account_does_not_count(exchange, said):
    folder = exchange.hand_in()
    if os.getuid() == 0:  # only root can give a file away
        os.chown(folder / "scripts" / "model.py", 12345, -1)
        assert exchange.collect() == {}
        assert said()[0].endswith("was left out. scripts/model.py belongs to the account number 12345.")
    else:
        (folder / "scripts").chmod(0)
        assert exchange.collect() == {}
        assert said()[0].endswith("was left out. scripts can't be read.")


def test_the_last_one_that_is_true_counts_when_a_later_one_has_a_past_date(exchange, said):
    exchange.hand_in(text="true", hours_ago=0.01)
    exchange.hand_in(text="of yesterday, it says", hours_ago=24)
    assert exchange.collect() == {ME: "true"}
    (warning,) = said()
    assert f" was left out. It was made or changed at {datetime.now(UTC):%Y-%m-%d %H:}" in warning


def test_a_submission_that_was_changed_later_does_not_count(exchange, said):
    folder = exchange.hand_in(hours_ago=-1)
    assert exchange.collect(minutes=-61) == {}  # as if an hour went by
    assert " was left out. It was made or changed at " in said()[0]
    os.utime(folder / f"{LESSON}.ipynb", (0, 0))  # a student can set this time, and it is not the one that counts
    assert exchange.collect(minutes=-61) == {}
    assert exchange.collect(minutes=None) == {ME: "{}"}


def test_the_time_in_a_submission_is_that_of_its_name(exchange):
    folder = exchange.hand_in()
    (folder / "timestamp.txt").write_text("2020-01-01 10:00:00 UTC")
    exchange.collect()
    stamp = (exchange.course / "submitted" / ME / LESSON / "timestamp.txt").read_text()
    assert stamp == folder.name.split("+")[2]


def test_a_link_brings_in_nothing_of_the_instructors(exchange, said):
    solution = exchange.course / "solution.ipynb"
    solution.write_text("the solution")
    folder = exchange.hand_in()
    (folder / f"{LESSON}.ipynb").unlink()
    (folder / f"{LESSON}.ipynb").symlink_to(solution)
    assert exchange.collect() == {}
    assert said()[0].endswith(f"was left out. {LESSON}.ipynb is a link or no file at all.")


def test_a_pipe_keeps_nobody_waiting(exchange, said):
    os.mkfifo(exchange.hand_in() / "pipe")
    assert exchange.collect() == {}
    assert said()[0].endswith("was left out. pipe is a link or no file at all.")


def test_a_link_that_takes_a_files_place_while_it_is_collected_is_not_followed(exchange, said, monkeypatch):
    solution = exchange.course / "solution.ipynb"
    solution.write_text("the solution")
    folder = exchange.hand_in()
    believe = Collect._believe

    def swap(self: Collect, *arguments: object) -> None:
        believe(self, *arguments)
        (folder / f"{LESSON}.ipynb").unlink()
        (folder / f"{LESSON}.ipynb").symlink_to(solution)

    monkeypatch.setattr(Collect, "_believe", swap)
    assert exchange.collect() == {}
    assert " was left out. " in said()[0]


@pytest.mark.parametrize("stamp", ["soon", "", "99999-01-01 10:00:00 UTC"])
def test_a_name_without_a_time_stops_nobody(stamp, exchange, said):
    (exchange.inbound / f"{ME}+{LESSON}+{stamp}").mkdir()
    exchange.hand_in("ben")
    (exchange.inbound / f"ben+{LESSON}+{stamp}").mkdir()
    exchange.hand_in(text="mine")
    assert exchange.collect() == {ME: "mine"}
    assert sum(line.endswith(f"at {stamp} was left out. That is not a valid time.") for line in said()) == 2


def test_too_large_a_submission_stops_nobody(exchange, said):
    with open(exchange.hand_in() / "data.bin", "wb") as file:
        file.truncate(100_000_001)
    time.sleep(0.001)  # a later name
    exchange.hand_in(text="small")
    assert exchange.collect() == {ME: "small"}
    assert said()[0].endswith("was left out. It is too large.")
