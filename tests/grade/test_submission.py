"""kindling.grade.submission: what was handed in, or why it can't be graded."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from kindling import times
from kindling.errors import NotGradable
from kindling.grade import submission, tree

LESSON = "00_sums"
NOTEBOOK = json.dumps(new_notebook(cells=[new_markdown_cell("hi")]))


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"00_sums.ipynb": NOTEBOOK}, None),
        ({"00_sums.ipynb": NOTEBOOK, "00_sums-Copy1.ipynb": "{"}, None),
        ({"00_sums.ipynb": NOTEBOOK, "timestamp.txt": "2026-01-31 12:00:00 UTC\n"}, None),
        (
            {"00_sums.ipynb": NOTEBOOK, "timestamp.txt": "last Tuesday, late"},
            '"timestamp.txt" says "last Tuesday, late", which is not a valid time. Delete it and grade again.',
        ),
        (
            {"00_sums.ipynb": NOTEBOOK, "timestamp.txt": "10:30"},
            '"timestamp.txt" says "10:30", which is not a valid time. Delete it and grade again.',
        ),
        ({"00_sums.ipynb": NOTEBOOK, "timestamp.txt": ""}, None),
        (
            {"00_sums.ipynb": NOTEBOOK, "timestamp.txt": "2026-01-31 12:00:00 UTC" + " " * 200},
            '"timestamp.txt" is too long for a time. Delete it and grade again.',
        ),
        ({"00_sums.ipynb": b"\xef\xbb\xbf" + NOTEBOOK.encode()}, None),
        ({}, 'There is no notebook "00_sums.ipynb".'),
        (
            {"00_sums (1).ipynb": NOTEBOOK},
            'The notebook is named "00_sums (1).ipynb". Rename it to "00_sums.ipynb" and grade again.',
        ),
        ({"00_sums.ipynb": " \n"}, "The notebook is an empty file. Ask for it again."),
        ({"00_sums.ipynb": '{\n"cells": ['}, "The notebook is broken: line 2 is not valid JSON. Ask for it again."),
        ({"00_sums.ipynb": b'{"a": "\xe9"}'}, "The notebook is not UTF-8 text. Ask for it again."),
        ({"00_sums.ipynb": "{}"}, "The file is JSON, but not a notebook. Ask for it again."),
        ({"00_sums.ipynb": "[1]"}, "The file is JSON, but not a notebook. Ask for it again."),
        (
            {"00_sums.ipynb": '{"nbformat": 9, "nbformat_minor": 0, "cells": [], "metadata": {}}'},
            "The notebook has format 9, newer than 4, the newest known here.",
        ),
    ],
)
def test_problem(tmp_path, files, sentence):
    """A submission that nbgrader can't grade gets its reason in one sentence."""
    for name, content in files.items():
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    assert submission.problem(tmp_path, "00_sums") == sentence


@pytest.fixture
def submitted(tmp_path: Path) -> Path:
    """What a class handed in: Ada and Eve have a notebook and a time each; solutions and a secret lie elsewhere."""
    for folder in ("submitted/ada", "submitted/eve", "source"):
        place = tmp_path / folder / LESSON
        place.mkdir(parents=True)
        (place / f"{LESSON}.ipynb").write_text(NOTEBOOK)
        (place / "timestamp.txt").write_text("2026-01-31 12:00:00 UTC")
        (place / "notes").mkdir()
        (place / "notes" / "mine.txt").write_text(f"notes in {folder}")
    (tmp_path / "secret.txt").write_text("hunter2")
    return tmp_path / "submitted"


def instead(path: Path, target: str) -> None:
    """Put a link in the place of a file or folder."""
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    path.symlink_to(target)


FOLDER_LINK = " is a link, not a folder. Ask for the files themselves."
STAMP_LINK = '"timestamp.txt" is not an ordinary file, and was not read. Delete it and grade again.'


@pytest.mark.parametrize(
    ("part", "target", "sentence"),
    [
        ("", "ada", '"eve"' + FOLDER_LINK),
        ("", "../source", '"eve"' + FOLDER_LINK),
        ("", "eve", '"eve"' + FOLDER_LINK),
        ("", "nowhere", '"eve"' + FOLDER_LINK),
        (LESSON, f"../ada/{LESSON}", f'"eve/{LESSON}"' + FOLDER_LINK),
        (LESSON, f"../../source/{LESSON}", f'"eve/{LESSON}"' + FOLDER_LINK),
        (LESSON, "nowhere", f'"eve/{LESSON}"' + FOLDER_LINK),
        (
            f"{LESSON}/{LESSON}.ipynb",
            f"../../ada/{LESSON}/{LESSON}.ipynb",
            f'"{LESSON}.ipynb" is a link, not a notebook. Ask for the notebook itself.',
        ),
        (
            f"{LESSON}/{LESSON}.ipynb",
            "/dev/zero",
            f'"{LESSON}.ipynb" is a link, not a notebook. Ask for the notebook itself.',
        ),
        (f"{LESSON}/timestamp.txt", "../../../secret.txt", STAMP_LINK),
        (f"{LESSON}/timestamp.txt", "/dev/zero", STAMP_LINK),
        (f"{LESSON}/timestamp.txt", "notes/mine.txt", STAMP_LINK),
    ],
)
def test_links(submitted, part, target, sentence):
    """Whichever part of the path is a link, nothing that it leads to is read, and a sentence names the part."""
    instead(submitted / "eve" / part, target)
    folder = submitted / "eve" / LESSON
    assert submission.problem(folder, LESSON) == sentence
    if "notebook" not in sentence:
        with pytest.raises(NotGradable) as raised:
            submission.files(folder, submitted.parent / "none", [], [])
        assert str(raised.value) == sentence


def test_all_submissions_may_lie_elsewhere(submitted):
    """A link above the students is the instructor's own."""
    (submitted.parent / "collected").symlink_to("submitted")
    assert submission.problem(submitted.parent / "collected" / "eve" / LESSON, LESSON) is None


def test_put_in_its_place_meanwhile(submitted):
    """A folder that has become a link since it was looked at is not passed, and a link in a file's place not opened."""
    folder = submitted / "eve" / LESSON
    instead(folder / "notes", f"../../ada/{LESSON}/notes")
    with pytest.raises(OSError):
        tree.content(folder / "notes" / "mine.txt", submitted, 100)
    instead(folder / "timestamp.txt", "../../../secret.txt")
    with pytest.raises(OSError):
        tree.content(folder / "timestamp.txt", submitted, 100)


def found(submitted: Path, **how: list[str]) -> tuple[dict[str, bytes], list[str]]:
    """What Eve handed in beside her notebook, and the remarks on it."""
    own = submitted.parent / "own"
    return submission.files(submitted / "eve" / LESSON, own, how.get("ignored", []), how.get("theirs", []))


def open_socket(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        here = os.getcwd()
        os.chdir(folder)  # the name of a socket is short
        one.bind("socket")
        os.chdir(here)


MINE = b"notes in submitted/eve"


@pytest.mark.parametrize(
    ("put", "more", "remarks"),
    [
        (
            lambda folder: (folder / "a").symlink_to("../../../secret.txt"),
            {},
            ['"a" is a link to outside the submission and was left out.'],
        ),
        (
            lambda folder: (folder / "a").symlink_to("../../../source"),
            {},
            ['"a" is a link to outside the submission and was left out.'],
        ),
        (
            lambda folder: [(folder / f"{n}.txt").symlink_to("/dev/zero") for n in range(7)],
            {},
            [
                '"0.txt", "1.txt", "2.txt", "3.txt", "4.txt" and 2 more: '
                "each is a link to outside the submission and was left out."
            ],
        ),
        (lambda folder: (folder / "a").symlink_to("notes"), {}, ['"a" is a link to a folder and was left out.']),
        (lambda folder: (folder / "a").symlink_to("notes/mine.txt"), {"a": MINE}, []),
        (lambda folder: (folder / "a").symlink_to("nowhere"), {}, []),
        (lambda folder: (folder / "a").symlink_to("a"), {}, []),
        (lambda folder: os.mkfifo(folder / "a"), {}, []),
        (open_socket, {}, []),
        (lambda folder: (folder / "-rf").write_bytes(b"1"), {"-rf": b"1"}, []),
        (lambda folder: (folder / "CON").write_bytes(b"1"), {"CON": b"1"}, []),
        (lambda folder: (folder / ".git").write_bytes(b"1"), {".git": b"1"}, []),
        (lambda folder: [(folder / n).write_bytes(b"1") for n in "aA"], {"a": b"1", "A": b"1"}, []),
        (lambda folder: (folder / os.fsdecode(b"\xff\n")).write_bytes(b"1"), {os.fsdecode(b"\xff\n"): b"1"}, []),
    ],
    ids=range(14),
)
def test_beside_the_notebook(submitted, put: Callable[[Path], object], more, remarks):
    """What is no file is left out, what lies elsewhere is told of, and any name will do."""
    put(submitted / "eve" / LESSON)
    files, said = found(submitted)
    assert files == {"notes/mine.txt": MINE, "timestamp.txt": b"2026-01-31 12:00:00 UTC", **more}
    assert said == remarks
    assert submission.problem(submitted / "eve" / LESSON, LESSON) is None


def test_the_lessons_own_files(submitted):
    """Ours count, but for those that are the learner's; a file in the place of one of our folders is left out."""
    own, folder = submitted.parent / "own", submitted / "eve" / LESSON
    for name in ("scripts/main.py", "scripts/given.py", "img/a.png"):
        (own / name).parent.mkdir(exist_ok=True, parents=True)
        (own / name).write_bytes(b"ours")
    (folder / "scripts").mkdir()
    for name in ("scripts/main.py", "scripts/given.py", "img"):
        (folder / name).write_bytes(b"theirs")
    files, remarks = found(submitted, ignored=["notes", "*.txt"], theirs=["scripts/main.py"])
    assert files == {"scripts/main.py": b"theirs", "scripts/given.py": b"ours", "img/a.png": b"ours"}
    assert remarks == []


@pytest.mark.parametrize(
    ("name", "size", "sentence"),
    [
        ("timestamp.txt", 400_000_000, "The submission is larger than 100 MB. Ask for it again without large files."),
        ("timestamp.txt", 90_000_000, '"timestamp.txt" is too long for a time. Delete it and grade again.'),
        (f"{LESSON}.ipynb", 400_000_000, "The submission is larger than 100 MB. Ask for it again without large files."),
    ],
)
def test_sizes_come_first(submitted, name, size, sentence):
    """What is too large is not read to say so."""
    with (submitted / "eve" / LESSON / name).open("r+b") as file:
        file.truncate(size)
    tracemalloc.start()
    try:
        assert submission.problem(submitted / "eve" / LESSON, LESSON) == sentence
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_grown_meanwhile(submitted):
    """No more is read of a file than was allowed when it was looked at."""
    path = submitted / "eve" / LESSON / "notes" / "mine.txt"
    assert tree.content(path, submitted, len(MINE)) == MINE
    with pytest.raises(NotGradable, match="larger than 100 MB"):
        tree.content(path, submitted, len(MINE) - 1)


NOON = datetime(2026, 11, 8, 12)


@pytest.mark.parametrize(
    ("text", "time", "remarks"),
    [
        ("2026-11-08 12:00:00 UTC", NOON, []),
        ("2026-11-08 12:00:00.000000 UTC\r\n", NOON, []),
        (
            "2026-11-08 12:00:00",
            NOON,
            [f'The time in "timestamp.txt" has no zone, so it counts as UTC. {times.HOW}'],
        ),
        ("2026-11-08T12:00:00Z", NOON, []),
        ("2026-11-08 07:00:00 -0500", NOON, []),
        ("2026-11-08 07:00:00 -05:00", NOON, []),
        ("2026-11-08T13:00:00+01:00", NOON, []),
        ("2026-11-08 13:00:00 Europe/Berlin", NOON, []),
        ("Sun Nov  8 13:00:00 CET 2026", NOON, []),
        ("\ufeff2026-11-08 12:00:00 UTC", NOON, []),
        ("2026-11-08 12:00:00 UTC\n".encode("utf-16"), NOON, []),
        ("", None, []),
        (" \n", None, []),
        (
            "2026-11-08 12:00:00 QQST",
            NOON,
            ['The time zone QQST in "timestamp.txt" is not known here, so the time counts as UTC. ' + times.HOW],
        ),
    ],
)
def test_when_it_was_handed_in(submitted, text, time, remarks):
    """A time is read in each of the ways in which tools write it; a zone that nobody knows is told of."""
    path = submitted / "eve" / LESSON / "timestamp.txt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    assert submission.stamp(submitted / "eve" / LESSON) == time
    assert found(submitted)[1] == remarks


@pytest.mark.parametrize(
    "text",
    [
        "10:30",
        "May",
        "5",
        "99999999999999999999999999999999999999999",
        "2026-13-45",
        "0001-01-01 00:00:00 +2300",
        "2026-11-08 12:00:00 ../../../../etc/passwd",
        "\udcff",
        "1e999999999",
    ],
)
def test_no_time(submitted, text):
    """What names no day is not a valid time."""
    (submitted / "eve" / LESSON / "timestamp.txt").write_bytes(os.fsencode(text))
    said = submission.problem(submitted / "eve" / LESSON, LESSON)
    assert said.startswith('"timestamp.txt" says "')
    assert said.endswith('", which is not a valid time. Delete it and grade again.')


READ = """
import sys
from pathlib import Path
from kindling.errors import NotGradable
from kindling.grade import submission
folder = Path(sys.argv[1])
try:
    submission.read(folder, sys.argv[2])
    print(*submission.files(folder, folder / "none", ["ignored"], [])[1], sep="\\n")
except NotGradable as reason:
    print(reason)
"""
# root reads what it has no right to, unless it gives that power up.
DROPPED = ["setpriv", "--inh-caps=-dac_override,-dac_read_search", "--bounding-set=-dac_override,-dac_read_search"]
CLOSED = "Its files can't be read: Permission denied. Give yourself the right to read them and grade again."


@pytest.mark.skipif(sys.platform != "linux", reason="rights as Linux has them")
@pytest.mark.parametrize(
    ("closed", "mode", "sentence"),
    [
        ("notes/mine.txt", 0, '"notes/mine.txt" can\'t be read (Permission denied) and was left out.'),
        ("notes", 0, '"notes" can\'t be read (Permission denied) and was left out.'),
        ("notes", 0o444, '"notes" can\'t be read (Permission denied) and was left out.'),
        ("ignored", 0, ""),
        (f"{LESSON}.ipynb", 0, CLOSED),
        ("timestamp.txt", 0, CLOSED),
        (".", 0, CLOSED),
        ("..", 0, CLOSED),
    ],
)
def test_without_the_right_to_read(submitted, closed, mode, sentence):
    """What is closed to us is left out and told of; where it is the notebook, there is no grade."""
    folder = submitted / "eve" / LESSON
    (folder / "ignored").mkdir()
    path = folder / closed
    before = path.stat().st_mode
    path.chmod(mode)
    try:
        prefix = DROPPED if os.geteuid() == 0 else []
        done = subprocess.run(
            [*prefix, sys.executable, "-c", READ, folder, LESSON], capture_output=True, text=True, check=True
        )
    finally:
        path.chmod(before)
    assert done.stdout.strip() == sentence
