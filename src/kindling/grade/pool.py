"""Many jobs at once: on the cores of this machine, or on the workers of a Dask cluster, by the same function.

A worker gets bytes and gives bytes. One that dies gives its job back.
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
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor

from kindling.errors import GradingError, KindlingError, NotGradable

__all__ = ["backend", "cores", "run_jobs"]

ATTEMPTS = 3  # of a job whose worker died; an honest one never needs them all
PATIENCE = 5  # seconds to wait for a scheduler, and then for a worker of its
AHEAD = 2  # jobs for each worker: one that it works on, one that waits

Name = tuple[str, ...]
Jobs = Iterator[tuple[Name, bytes]]
Results = Iterator[tuple[Name, bytes | NotGradable]]


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextlib.contextmanager
def backend(
    workers: int | None = None,
    scheduler: str | None = None,
    preload: Sequence[str] = (),
    at_exit: Callable[[], None] | None = None,
) -> Iterator[_Cluster | _Processes]:
    """Yield a pool of workers that serves several calls of `run_jobs`, and ends with the block.

    The modules `preload` are imported once for all processes of this machine, and each calls `at_exit` as it ends.
    """
    found = _Cluster(scheduler) if scheduler else _Processes(workers or cores(), preload, at_exit)
    try:
        yield found
    finally:
        found.close()


def run_jobs(
    function: Callable[[bytes], bytes],
    jobs: Jobs,
    workers: int | None = None,
    scheduler: str | None = None,
    by: _Cluster | _Processes | None = None,
) -> Results:
    """Yield the name of each job and what `function` makes of it, in the order in which they are done.

    `workers` processes of this machine do the work, as many as there are cores if not given; or those of the Dask
    cluster whose scheduler has the address `scheduler`; or the backend `by`, which stays. In place of a result stands a
    NotGradable where the worker died each time. Jobs are asked for as they are needed, so that not all lie in memory.
    """
    with contextlib.nullcontext(by) if by else backend(workers, scheduler) as they:
        yield from _run_until_dead(they, function, jobs)


def _run_until_dead(workers: _Cluster | _Processes, function: Callable[[bytes], bytes], jobs: Jobs) -> Results:
    running: dict[Future[bytes], tuple[Name, bytes]] = {}
    done: queue.SimpleQueue[Future[bytes]] = queue.SimpleQueue()
    again: deque[tuple[Name, bytes]] = deque()
    lost: Counter[Name] = Counter()
    while True:
        # After a death the jobs that were under way go one at a time: so the one to blame is known.
        while len(running) < (1 if again else workers.size * AHEAD):
            job = again.popleft() if again else next(jobs, None)
            if job is None:
                break
            future = workers.submit(functools.partial(_do, function), job[1])
            running[future] = job
            future.add_done_callback(done.put)
            if lost[job[0]]:
                break
        if not running:
            return
        future = done.get()
        name, content = running.pop(future)
        try:
            yield name, future.result()
        except workers.deaths:
            lost[name] += 1
            if lost[name] < ATTEMPTS:
                again.append((name, content))
            else:
                yield name, NotGradable.worker_died(workers.death())
        except NotGradable as reason:
            yield name, reason
        except GradingError:
            raise  # no submission's doing: it would be the same for all
        except Exception as error:
            yield name, NotGradable.fault(error)


def _do(function: Callable[[bytes], bytes], content: bytes) -> bytes:
    """Return what the function makes of a job. An exception that can't travel would look like a worker's death."""
    try:
        return function(content)
    except KindlingError:
        raise
    except Exception as error:
        raise NotGradable.fault(error) from None


class _Processes:
    """Processes of this machine."""

    deaths: tuple[type[Exception], ...] = (BrokenExecutor,)  # what becomes of a job whose worker died

    def __init__(self, size: int, preload: Sequence[str], at_exit: Callable[[], None] | None) -> None:
        self.size, self._preload, self._at_exit = size, list(preload), at_exit
        self._executor = self._new()

    def _new(self) -> ProcessPoolExecutor:
        # Not forked from this process: what it holds, the gradebook for one, is none of theirs.
        shared = "forkserver" in multiprocessing.get_all_start_methods()
        context = multiprocessing.get_context("forkserver" if shared else "spawn")
        if shared:
            context.set_forkserver_preload(self._preload)
        return ProcessPoolExecutor(self.size, context, initializer=_begin, initargs=(self._at_exit,))

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
        codes = [code for worker in workers if (code := worker.exitcode) and code != -signal.SIGTERM]
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
        if sys.version_info < (3, 11, 5) and (calls := self._executor._call_queue):  # type: ignore[attr-defined]  # private
            calls._reader.close()
        # Its thread ends with the workers. Where that is left to Python's own end, the two race for a pipe.
        self._executor.shutdown(cancel_futures=True)


def _begin(at_exit: Callable[[], None] | None) -> None:
    """Make this process a worker: Ctrl-C is the coordinator's, and without a coordinator there is no worker."""
    global _at_exit
    _at_exit = at_exit
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None
    threading.Thread(target=_follow, args=[parent], daemon=True).start()
    signal.signal(signal.SIGTERM, lambda *_: _leave())
    multiprocessing.util.Finalize(None, _end, exitpriority=0)  # such a process runs no `atexit` functions


def _follow(parent: multiprocessing.process.BaseProcess) -> None:
    """End this process as soon as its parent has ended."""
    parent.join()
    _leave()


_at_exit: Callable[[], None] | None = None
_closing = threading.Lock()  # held by whoever closes: a signal may come while a worker ends by itself


def _leave() -> None:
    """End this process at once, after `at_exit`."""
    if _closing.acquire(blocking=False):
        _close()
        os._exit(0)


def _end() -> None:
    """Call `at_exit` as this process ends by itself."""
    with _closing:
        _close()


def _close() -> None:
    if _at_exit:
        with contextlib.suppress(Exception):
            _at_exit()


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
        self._executor: Executor = self._client.get_executor(pure=False)
        # The scheduler gives a dead worker's jobs to other ones, a few times, but all that waited there alike.
        self.deaths: tuple[type[Exception], ...] = (KilledWorker, CancelledError)

    @property
    def size(self) -> int:
        threads: dict[str, int] = self._client.nthreads()
        return max(1, sum(threads.values()))

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
