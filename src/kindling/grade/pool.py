"""Many orders at once: on the cores of this machine, or on the workers of a Dask cluster, by the same function.

A worker gets bytes and gives bytes. One that dies gives its order back.
"""

from __future__ import annotations

import contextlib
import functools
import multiprocessing
import multiprocessing.util
import os
import queue
import signal
import sys
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Future, ProcessPoolExecutor

from kindling.errors import GradingError, KindlingError, NotGradable

__all__ = ["cores", "crew", "work"]

ATTEMPTS = 3  # of an order whose worker died; an honest one never needs them all
PATIENCE = 5  # seconds to wait for a scheduler, and then for a worker of its
AHEAD = 2  # orders for each worker: one that it works on, one that waits

Name = tuple[str, ...]
Orders = Iterator[tuple[Name, bytes]]


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextlib.contextmanager
def crew(workers: int | None = None, scheduler: str | None = None) -> Iterator[_Cluster | _Processes]:
    """Be those who do the work, for several rounds of it: see `work`."""
    found = _Cluster(scheduler) if scheduler else _Processes(workers or cores())
    try:
        yield found
    finally:
        found.close()


def work(
    function: Callable[[bytes], bytes],
    orders: Orders,
    workers: int | None = None,
    scheduler: str | None = None,
    by: _Cluster | _Processes | None = None,
) -> Iterator[tuple[Name, bytes | NotGradable]]:
    """Yield the name of each order and what `function` makes of it, in the order in which they are done.

    `workers` processes of this machine do the work, as many as there are cores if not given; or those of the Dask
    cluster whose scheduler has the address `scheduler`; or the crew `by`, which stays. In place of a result stands a
    NotGradable where the worker died each time. Orders are asked for as they are needed, so that not all lie in memory.
    """
    with contextlib.nullcontext(by) if by else crew(workers, scheduler) as they:
        yield from _through(they, function, orders)


def _through(crew: _Cluster | _Processes, function: Callable[[bytes], bytes], orders: Orders) -> Iterator:
    running: dict[Future[bytes], tuple[Name, bytes]] = {}
    done: queue.SimpleQueue[Future[bytes]] = queue.SimpleQueue()
    again: deque[tuple[Name, bytes]] = deque()
    lost: Counter[Name] = Counter()
    while True:
        # After a death the orders that were under way go one at a time: so the one to blame is known.
        while len(running) < (1 if again else crew.size * AHEAD):
            order = again.popleft() if again else next(orders, None)
            if order is None:
                break
            future = crew.submit(functools.partial(_do, function), order[1])
            running[future] = order
            future.add_done_callback(done.put)
            if lost[order[0]]:
                break
        if not running:
            return
        future = done.get()
        name, content = running.pop(future)
        try:
            yield name, future.result()
        except crew.deaths:
            lost[name] += 1
            if lost[name] < ATTEMPTS:
                again.append((name, content))
            else:
                yield name, NotGradable.worker_died(crew.death())
        except NotGradable as reason:
            yield name, reason
        except GradingError:
            raise  # no submission's doing: it would be the same for all
        except Exception as error:
            yield name, NotGradable.fault(error)


def _do(function: Callable[[bytes], bytes], content: bytes) -> bytes:
    """Return what the function makes of an order. An exception that can't travel would look like a worker's death."""
    try:
        return function(content)
    except KindlingError:
        raise
    except Exception as error:
        raise NotGradable.fault(error) from None


class _Processes:
    """Processes of this machine."""

    deaths: tuple[type[Exception], ...] = (BrokenExecutor,)  # what becomes of an order whose worker died

    def __init__(self, size: int) -> None:
        self.size = size
        self._executor = self._new()

    def _new(self) -> ProcessPoolExecutor:
        # Not forked from this process: what it holds, the gradebook for one, is none of theirs.
        shared = "forkserver" in multiprocessing.get_all_start_methods()
        context = multiprocessing.get_context("forkserver" if shared else "spawn")
        if shared:
            context.set_forkserver_preload(["kindling.grade.run"])  # imported once for all of them
        return ProcessPoolExecutor(self.size, context, initializer=_begin)

    def submit(self, function: Callable[[bytes], bytes], content: bytes) -> Future[bytes]:
        try:
            return self._executor.submit(function, content)
        except BrokenExecutor:  # the death of one worker has ended the others
            self._dismiss()
            self._executor = self._new()
            return self._executor.submit(function, content)

    def death(self) -> str:
        """Return in words how the last worker that died came to its end: a signal's name, or its exit code."""
        workers = self._workers()
        self._dismiss()  # only one thread at a time may ask for an exit code
        # The others were told to end.
        codes = [code for worker in workers if (code := worker.exitcode) not in (None, 0, -signal.SIGTERM)]
        if not codes:
            return "nobody knows how"
        return signal.Signals(-codes[0]).name if codes[0] < 0 else f"exit code {codes[0]}"

    def _workers(self) -> list[multiprocessing.process.BaseProcess]:
        return list((self._executor._processes or {}).values())

    def close(self) -> None:
        """End the workers, whatever they do."""
        processes = self._workers()
        for process in processes:
            process.terminate()
        for process in processes:  # each removes its files
            process.join(10)
            process.kill()
        self._dismiss()

    def _dismiss(self) -> None:
        """End an executor whose workers have ended."""
        # An older Python waits for ever to send what nobody reads any more (CPython's issue 94777).
        if sys.version_info < (3, 11, 5) and (calls := self._executor._call_queue):
            calls._reader.close()
        # Its thread ends with the workers. Where that is left to Python's own end, the two race for a pipe.
        self._executor.shutdown(cancel_futures=True)


def _begin() -> None:
    """Make this process a worker: Ctrl-C is the coordinator's, and without a coordinator there is no worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None
    threading.Thread(target=_follow, args=[parent], daemon=True).start()
    signal.signal(signal.SIGTERM, lambda *_: _leave())
    multiprocessing.util.Finalize(None, _end, exitpriority=0)  # such a process runs no `atexit` functions


def _follow(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    _leave()


_closing = threading.Lock()  # held by whoever closes: a signal may come while a worker ends by itself


def _leave() -> None:
    if _closing.acquire(blocking=False):
        _close()
        os._exit(0)


def _end() -> None:
    with _closing:
        _close()


def _close() -> None:
    from kindling.grade import provisioner

    with contextlib.suppress(Exception):
        provisioner.close()


class _Cluster:
    """The workers of a Dask cluster."""

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client, KilledWorker
        except ImportError:
            raise GradingError.no_dask() from None
        try:
            self._client = Client(address, timeout=PATIENCE, set_as_default=False)
        except (OSError, ValueError) as reason:
            raise GradingError.no_scheduler(address, reason) from None
        try:
            self._client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            self._client.close()
            raise GradingError.no_workers(address) from None
        self._executor = self._client.get_executor(pure=False)
        # The scheduler gives a dead worker's orders to other ones, a few times, but all that waited there alike.
        self.deaths: tuple[type[Exception], ...] = (KilledWorker, CancelledError)

    @property
    def size(self) -> int:
        return max(1, sum(self._client.nthreads().values()))

    def submit(self, function: Callable[[bytes], bytes], content: bytes) -> Future[bytes]:
        return self._executor.submit(function, content)

    def death(self) -> str:
        """Return in words how a worker came to its end."""
        return "its Dask worker's log says why"

    def close(self) -> None:
        """Leave the cluster, whose workers go on to others."""
        with contextlib.suppress(Exception):
            self._executor.shutdown(wait=False)
            self._client.close(timeout=5)
