"""Keeps what a notebook's cells have made, so that after an edit only the cells from there on run again. Linux only.

A server process has imported torch. For each notebook it forks a process, which forks one for the cells before the
first task; that one runs them, stays as it is then, and forks again for the first task; and so on. A request goes down
this row of snapshots as far as its cells are the same as before. There the old rest of the row ends, and a new one
begins.

The server ends by itself when nobody has asked for a while, and when its socket is gone.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import select
import signal
import socket
import sys
import tempfile
import time
from pathlib import Path
from typing import NoReturn

from kindling.learn.kernel import Kernel, quiet, warm_up
from kindling.learn.messages import Request, Said, ended, receive, send
from kindling.scripts import forkserver

IDLE_SECONDS = 600
MOST_NOTEBOOKS = 3  # that it keeps snapshots of
LOOK_SECONDS = 5  # how often it looks whether its socket is still there
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


class _Snapshot:
    """A fork, as the process sees it that made it: `text` is what it has done beyond that one."""

    def __init__(self, pid: int, line: socket.socket, text: str) -> None:
        self.pid, self.line, self.text = pid, line, text
        self._ended = os.pidfd_open(pid)

    def wait(self, client: socket.socket, seconds: float) -> str:
        """Wait until one cell is done, and return "" then; else why it ended: the cell did, time, or nobody waits."""
        watched: list[socket.socket | int] = [self.line, self._ended, client]
        ready, _, _ = select.select(watched, [], [], seconds)
        if self.line in ready and self.line.recv(1):
            return ""
        why = "" if ready else "time"
        if ready == [client]:  # it is closed: a client says nothing more
            why = "nobody"
        status = self.end(0 if why else 1)
        return why or ended(status)

    def end(self, seconds: float = 0) -> int:
        """End it and all that it has forked, and return its exit code, or a signal's number below 0."""
        if not select.select([self._ended], [], [], seconds)[0]:  # one that ends by itself may need a moment
            os.kill(self.pid, signal.SIGKILL)
        status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self._ended)
        self.line.close()
        return status

    def forget(self) -> None:
        """In a fork: close what belongs to the process that made it."""
        os.close(self._ended)
        self.line.close()


def _fork(text: str, *others: _Snapshot | socket.socket) -> tuple[_Snapshot | None, socket.socket]:
    """Fork, and return the fork; in the fork None, and its line to the process that made it. `others` are not its."""
    mine, its = socket.socketpair()
    gc.freeze()  # a collection in the fork would touch, and so copy, all that it shares with this process
    parent = os.getpid()
    pid = os.fork()
    if pid:
        its.close()
        return _Snapshot(pid, mine, text), mine
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)
    mine.close()
    for one in others:
        one.forget() if isinstance(one, _Snapshot) else one.close()
    return None, its


def _hand_on(snapshot: _Snapshot, request: Request, client: socket.socket) -> bool:
    """Let a snapshot answer a request, and return whether it is there to do so."""
    try:
        socket.send_fds(snapshot.line, [b"."], [client.fileno()])
        send(snapshot.line, request)
    except OSError:
        return False
    return True


def _taken(line: socket.socket) -> tuple[Request, socket.socket]:
    """Wait for a request that is handed on, and return it with the socket of its client; end where none can come."""
    _, fds, _, _ = socket.recv_fds(line, 1, 1)
    request = receive(line) if fds else None
    if request is None:
        os._exit(0)
    return request, socket.socket(fileno=fds[0])


def _serve_notebook(line: socket.socket, request: Request, client: socket.socket) -> NoReturn:
    """Be the row of snapshots of a notebook: this process before the first cell, its forks each after some more."""
    if Path(request["folder"], "scripts").is_dir():
        forkserver.fork_server()  # one for all snapshots: each would wait for a new one of its own
    kernel = Kernel(request)
    place = 0  # how many cells this process has run
    said: list[Said] = []  # what came of those that the process that made it has not run
    after: _Snapshot | None = None
    while True:
        if cells := _until_next(request, place):
            text = json.dumps(cells)
            if not (after and after.text == text and _hand_on(after, request, client)):
                if after:
                    after.end()
                after, its = _fork(text, line)
                if after is None:  # the fork: it runs the cells, and goes on as the next snapshot
                    line, said = its, []
                    for cell in cells:
                        said.append(kernel.run(place, cell))
                        place += 1
                        line.send(b".")
                        _tell(client, said[-1])
                    continue
                for number in range(len(cells)):
                    if why := after.wait(client, request["seconds"]):
                        after = None
                        _tell(client, {"place": place + number, "ended": why})
                        break
        client.close()
        request, client = _taken(line)
        for one in said:
            _tell(client, one)


def _until_next(request: Request, place: int) -> list[str]:
    """Return the cells from a place on that run until there is a snapshot; [] at the end."""
    ends = [end for end in request["snapshots"] if end > place]
    return request["cells"][place : min(ends, default=None)]


def _tell(client: socket.socket, said: Said) -> None:
    with contextlib.suppress(OSError):  # nobody waits any longer
        send(client, said)


def _serve(listener: socket.socket, path: str) -> None:
    """Take requests, one after the other, and hand each on to the snapshots of its notebook."""
    warm_up()
    inode = _inode(path)
    notebooks: dict[str, _Snapshot] = {}
    last = time.monotonic()
    while time.monotonic() - last < IDLE_SECONDS and _inode(path) == inode:
        if select.select([listener], [], [], LOOK_SECONDS)[0]:
            with contextlib.suppress(OSError):  # a client that is gone already
                _take(listener, listener.accept()[0], notebooks)
            last = time.monotonic()
    if _inode(path) == inode:
        os.unlink(path)


def _inode(path: str) -> int | None:
    """Return which file a path is, None where none is there."""
    try:
        return os.stat(path).st_ino
    except OSError:
        return None


def _take(listener: socket.socket, client: socket.socket, notebooks: dict[str, _Snapshot]) -> None:
    """Hand a client's request on to the notebook's first process, and make that where there is none."""
    with client:
        client.settimeout(LOOK_SECONDS)
        request = receive(client)
        client.settimeout(None)
        if request is None:
            return
        folder, text = request["folder"], json.dumps([request["files"], request["environment"]], sort_keys=True)
        there = notebooks.get(folder)
        if there and there.text == text and _hand_on(there, request, client):
            return
        if there:
            notebooks.pop(folder).end()
        elif len(notebooks) == MOST_NOTEBOOKS:
            notebooks.pop(next(iter(notebooks))).end()
        made, line = _fork(text, listener, *notebooks.values())
        if made is None:
            try:
                _serve_notebook(line, request, client)
            finally:
                os._exit(1)  # never a second server
        notebooks[folder] = made


def _main() -> None:
    listener = socket.socket(fileno=int(sys.argv[1]))
    quiet().close()
    with tempfile.TemporaryDirectory(prefix="kindling-", ignore_cleanup_errors=True) as own:
        tempfile.tempdir = os.environ["TMPDIR"] = own  # snapshots are killed, and leave behind what they have there
        _serve(listener, sys.argv[2])
    os._exit(0)


if __name__ == "__main__":
    _main()
