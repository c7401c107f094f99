"""kindling.grade.journal: what came of submissions, whoever is killed half way."""

import json

import pytest

from kindling.grade import lock
from kindling.grade.journal import Entry, Journal


@pytest.fixture
def journal(tmp_path) -> Journal:
    journal = Journal(tmp_path, "01_sums")
    journal.add(Entry("ada", False, ("The file is\nempty.",), "a"))
    journal.add(Entry("bo\udcff", True, (), "b", "n"))
    journal.add(Entry("ada", True, ("A cell was there twice.",), "c", "m"))
    return journal


def test_entries_come_back_by_student_and_age(journal):
    entries = journal.entries()
    assert [(one.graded, one.remarks, one.submission, one.notebook) for one in entries["ada"]] == [
        (False, ("The file is\nempty.",), "a", ""),
        (True, ("A cell was there twice.",), "c", "m"),
    ]
    assert [one.graded for one in entries["bo\udcff"]] == [True]
    assert entries["ada"][0].at <= entries["bo\udcff"][0].at <= entries["ada"][1].at


def test_nothing_is_kept_yet(tmp_path):
    assert Journal(tmp_path, "01_sums").entries() == {}


@pytest.mark.parametrize("cut", [1, 5, 60])
def test_a_line_that_was_written_half(journal, cut):
    """It counts as none, and does not spoil the next one."""
    journal.path.write_bytes(journal.path.read_bytes()[:-cut])
    whole = cut == 1  # all but the end of the line is there
    assert [one.graded for one in journal.entries()["ada"]] == [False, True][: 1 + whole]
    journal.add(Entry("cy", True, (), "d", "o"))
    assert [one.graded for one in journal.entries()["ada"]] == [False, True][: 1 + whole]
    assert len(journal.entries()["cy"]) == 1


@pytest.mark.parametrize("line", ["{}", "[]", "3", "null", '{"student": "ada"}', "\udcff", "[" * 100_000])
def test_a_line_of_somebody_else(journal, line):
    before = journal.entries()
    with journal.path.open("ab") as file:
        file.write(line.encode(errors="surrogateescape") + b"\n")
    assert journal.entries() == before


def test_each_entry_is_a_line(journal):
    """So other programs can read it, and follow it."""
    lines = journal.path.read_text().splitlines()
    assert [json.loads(line)["student"] for line in lines] == ["ada", "bo\udcff", "ada"]
    assert str(journal.path).endswith(".kindling/01_sums.jsonl")


def test_a_colleague_may_go_on(tmp_path):
    """Who may write to the course folder may write here."""
    tmp_path.chmod(0o2770)
    with lock.held(tmp_path, "01_sums"):
        Journal(tmp_path, "01_sums").add(Entry("ada", True, (), "a", "n"))
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / lock.FOLDER).iterdir()}
    assert modes == {"01_sums.lock": 0o660, "01_sums.jsonl": 0o660}
    assert (tmp_path / lock.FOLDER).stat().st_mode & 0o777 == 0o770
