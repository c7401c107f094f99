"""kindling.grade.warm.procfs: what the system tells of this very process, and of one that is not there."""

import os
import time
from pathlib import Path

import pytest

from kindling.grade.warm import procfs

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="this system has no /proc")

NOBODY = 2**22 + 1  # above the highest number that Linux gives to a process


def test_parents():
    assert procfs.parents()[os.getpid()] == os.getppid()


def test_family():
    parents = {1: 0, 5: 1, 6: 5, 7: 6, 8: 1}
    assert sorted(procfs.family(5, parents)) == [5, 6, 7]
    assert procfs.family(9, parents) == []


def test_a_name_with_brackets_and_blanks():
    """The second field of `stat` is the name of the program, which may look like the end of the field."""
    own = Path("/proc/self/comm")
    name = own.read_text()
    own.write_text(") Z (1 2")
    try:
        assert procfs.parents()[os.getpid()] == os.getppid()
    finally:
        own.write_text(name.strip())


def test_memory():
    before = procfs.own_memory(os.getpid())
    held = b"x" * 50_000_000
    assert 49_000_000 < procfs.own_memory(os.getpid()) - before < 60_000_000
    assert 0.5 < procfs.proportional_memory(os.getpid()) / procfs.own_memory(os.getpid()) <= 1.1
    del held


def test_processor_seconds():
    before = procfs.processor_seconds([os.getpid()])
    began = time.process_time()
    while time.process_time() - began < 0.3:
        pass
    assert 0.25 < procfs.processor_seconds([os.getpid()]) - before < 2


def test_the_longest_wait_counts():
    assert procfs.waited([os.getpid(), os.getppid()]) == pytest.approx(
        max(procfs.waited([os.getpid()]), procfs.waited([os.getppid()])), abs=5
    )


def test_a_process_that_is_gone():
    assert procfs.own_memory(NOBODY) == procfs.proportional_memory(NOBODY) == 0
    assert procfs.processor_seconds([NOBODY]) == procfs.waited([NOBODY]) == 0
    assert procfs.stack(NOBODY) == "0"
