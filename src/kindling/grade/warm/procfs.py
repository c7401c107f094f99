"""What the system tells of processes in /proc: who started whom, what they hold in memory, and their time.

See proc(5). Of a process that is gone there is nothing, and no error.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

__all__ = ["family", "own_memory", "parents", "processor_seconds", "proportional_memory", "stack", "waited"]


def parents() -> dict[int, int]:
    """Return the parent of each process."""
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with contextlib.suppress(OSError):
                about = stat(int(entry))
                state, parent, threads = about[0], about[1], about[17]
                if state != "Z" or int(threads) > 1:  # the main thread may have ended, and others go on
                    parents[int(entry)] = int(parent)
    return parents


def stat(pid: int) -> list[str]:
    """Return what proc(5) calls the fields of `stat` from the third on. Raises OSError where the process is gone."""
    # The second is the name, in brackets, and may hold anything.
    return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()


def family(pid: int, parents: dict[int, int]) -> list[int]:
    """Return a process, if it is there, and its children, their children, and so on."""
    children: dict[int, list[int]] = {}
    for one, parent in parents.items():
        children.setdefault(parent, []).append(one)
    found = [pid] if pid in parents else []
    generation = [pid]
    while generation := [child for one in generation for child in children.pop(one, [])]:
        found += generation
    return found


def stack(pid: int) -> str:
    """Return where the stack of a process begins, "0" where the system does not tell."""
    with contextlib.suppress(OSError):
        return stat(pid)[25]
    return "0"


def own_memory(pid: int) -> int:
    """Return how many bytes of memory a process holds that are not a file's."""
    names = ("RssAnon", "RssShmem", "VmPTE", "VmSwap")
    if held := _sum(f"/proc/{pid}/status", names):
        return held
    with contextlib.suppress(OSError):  # where its main thread has ended, another one tells
        return max(_sum(f"/proc/{pid}/task/{thread}/status", names) for thread in os.listdir(f"/proc/{pid}/task"))
    return 0


def proportional_memory(pid: int) -> int:
    """Return the same, each page divided by the number of processes that share it; a process may refuse to tell."""
    return _sum(f"/proc/{pid}/smaps_rollup", ("Pss_Anon", "Pss_Shmem", "SwapPss")) or own_memory(pid)


def _sum(path: str, names: tuple[str, ...]) -> int:
    """Return the sum of what a file of the system says, in kB, of these names, in bytes."""
    with contextlib.suppress(OSError):
        lines = (line.partition(":") for line in Path(path).read_text(errors="replace").splitlines())
        return sum(int(value.split()[0]) for name, _, value in lines if name in names) * 1024
    return 0


def processor_seconds(pids: Iterable[int]) -> float:
    """Return what processes, as far as they live, have used of the processor."""
    ticks = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            ticks += sum(map(int, stat(pid)[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def waited(pids: Iterable[int]) -> float:
    """Return the seconds in which the one of the processes that waited longest was ready and had no processor.

    See schedstat in proc(5). A system that does not tell has none.
    """
    waits = [0]
    for pid in pids:
        with contextlib.suppress(OSError, LookupError, ValueError):
            waits.append(int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]))
    return max(waits) / 1e9
