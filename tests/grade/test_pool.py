"""kindling.grade.pool: many jobs at once, on real processes and on a real Dask cluster, whose workers die."""

import contextlib
import functools
import json
import multiprocessing
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from kindling.errors import GradingError, NotGradable
from kindling.grade import pool

# What workers do. They import this file to find it, so what takes long to import is imported further down.


def twice(content: bytes) -> bytes:
    return content * 2


def slow_first(content: bytes, folder: str) -> bytes:
    """The first job ends a moment after the last."""
    if content == b"a":
        wait_for((Path(folder) / "c").exists)
        time.sleep(0.2)
    (Path(folder) / content.decode()).touch()
    return content


def slowly(content: bytes) -> bytes:
    time.sleep(0.5)
    return content.upper()


def process_number(content: bytes, folder: str) -> bytes:
    """No worker does all jobs before there is a second one."""
    (Path(folder) / str(os.getpid())).touch()
    wait_for(lambda: len(list(Path(folder).iterdir())) > 1)
    return str(os.getpid()).encode()


def die_once(content: bytes, folder: str) -> bytes:
    """Of all workers, one dies, in the middle of a job."""
    with contextlib.suppress(FileExistsError):
        if content == b"c":
            (Path(folder) / "died").touch(exist_ok=False)
            os.kill(os.getpid(), signal.SIGKILL)
    return content.upper()


def die(content: bytes) -> bytes:
    if content == b"c":
        os._exit(1)
    return content.upper()


def first_alone(content: bytes) -> bytes:
    """All jobs but the first take longer than anybody waits."""
    if content[:1] != b"a":
        time.sleep(1000)
    return content[:1]


def fail(content: bytes) -> bytes:
    if content == b"c":
        raise ValueError("no such thing")
    return content.upper()


class NoTraveller(Exception):
    """An error that can't be made anew from its message, as many a library has them."""

    def __init__(self, what: str, where: int) -> None:
        super().__init__(f"{what} in line {where}")


def fail_oddly(content: bytes) -> bytes:
    if content == b"c":
        raise NoTraveller("a slip", 3)
    return content.upper()


def be_killed(content: bytes) -> bytes:
    if content == b"c":
        os.kill(os.getpid(), signal.SIGKILL)
    return content.upper()


def refuse(content: bytes) -> bytes:
    raise GradingError.no_dask()


def jobs(names: str) -> Iterator[tuple[str, bytes]]:
    return ((name, name.encode()) for name in names)


def done(function: Callable[[bytes], bytes], names: str, **how) -> dict[str, bytes | str]:
    """The result of each job, or the sentence in its place. Each comes once."""
    results = list(pool.run_jobs(function, jobs(names), **how))
    assert sorted(name for name, _ in results) == sorted(names)
    return {name: str(result) if isinstance(result, NotGradable) else result for name, result in results}


def test_results():
    """Each job gets the result of its own content, whatever is done first and by whom."""
    assert done(twice, "abcdefgh", workers=2) == {name: name.encode() * 2 for name in "abcdefgh"}
    assert list(pool.run_jobs(twice, iter([]), workers=1)) == []


def test_first_done_comes_first(tmp_path):
    """A slow job holds nobody up."""
    work = pool.run_jobs(functools.partial(slow_first, folder=str(tmp_path)), jobs("abc"), workers=2)
    names = [name for name, _ in work]
    assert names == ["b", "c", "a"]


def test_as_many_processes_as_asked_for(tmp_path):
    """The workers are processes of their own, which do not outlive the work."""
    work = functools.partial(process_number, folder=str(tmp_path))
    numbers = {int(result) for result in done(work, "abcdefgh", workers=2).values()}
    assert len(numbers) == 2
    assert os.getpid() not in numbers
    assert gone(numbers)


def test_jobs_are_taken_as_needed():
    """No more jobs are asked for than the workers need to stay busy."""
    taken = []

    def endless() -> Iterator[tuple[str, bytes]]:
        while True:
            taken.append(len(taken))
            yield str(taken[-1]), b""

    work = pool.run_jobs(twice, endless(), workers=1)
    for _ in range(3):
        next(work)
    work.close()
    assert len(taken) <= 3 + pool.AHEAD


def test_worker_that_dies_gives_its_job_back(tmp_path):
    """When a worker is killed halfway, its job and those that waited are done by another one."""
    function = functools.partial(die_once, folder=str(tmp_path))
    assert done(function, "abcdefgh", workers=2) == {name: name.upper().encode() for name in "abcdefgh"}
    assert (tmp_path / "died").exists()


def test_killed_from_outside(tmp_path):
    """The same, where somebody else kills a worker."""
    work = pool.run_jobs(functools.partial(process_number, folder=str(tmp_path)), jobs("abcdefgh"), workers=2)
    name, number = next(work)
    os.kill(int(number), signal.SIGKILL)
    rest = list(work)
    assert sorted([name, *(other for other, _ in rest)]) == list("abcdefgh")
    assert number not in {result for _, result in rest[-2:]}


def test_stopped_while_large_orders_wait():
    """Whoever stops the work half way has no worker left, whatever is still on its way to one."""
    work = pool.run_jobs(first_alone, ((name, name.encode() * 3_000_000) for name in "abcdefgh"), workers=2)
    assert next(work) == ("a", b"a")
    work.close()
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize(
    ("function", "sentence"),
    [
        (
            die,
            "The process that graded it ended each time (exit code 1). Grade it again; if it stays so, please report "
            "it.",
        ),
        (
            be_killed,
            "The process that graded it was killed each time (SIGKILL). Is this machine out of memory? Grade it again.",
        ),
    ],
)
def test_job_that_kills_each_worker(function, sentence):
    """A job whose worker dies each time is given up with a sentence that says how, and all others are done."""
    rest = {name: name.upper().encode() for name in "abdef"}
    assert done(function, "abcdef", workers=2) == {**rest, "c": sentence}


def test_an_exception_that_can_not_travel():
    """It is told as itself, and costs one job; it is no worker's death."""
    sentence = "It could not be graded, by a fault of kindling. Please report it: NoTraveller: a slip in line 3"
    rest = {name: name.upper().encode() for name in "abd"}
    assert done(fail_oddly, "abcd", workers=2) == {**rest, "c": sentence}


def test_a_child_of_somebody_else():
    """Whoever grades may have processes of its own, which go on."""
    mine = multiprocessing.get_context("spawn").Process(target=time.sleep, args=[1000])
    mine.start()
    try:
        assert done(twice, "a", workers=1) == {"a": b"aa"}
        work = pool.run_jobs(first_alone, jobs("abc"), workers=2)
        next(work)
        work.close()
        assert multiprocessing.active_children() == [mine]
    finally:
        mine.kill()
        mine.join()


def test_exception_costs_one_job():
    """What goes wrong in a worker is told of that job alone."""
    results = done(fail, "abcd", workers=2)
    assert results == {"a": b"A", "b": b"B", "c": str(NotGradable.fault(ValueError("no such thing"))), "d": b"D"}


def test_what_would_be_the_same_for_all_stops_all():
    """Where nothing can be graded at all, that is said once, and no worker stays."""
    with pytest.raises(GradingError, match=re.escape(str(GradingError.no_dask()))):
        done(refuse, "abcd", workers=2)


def gone(numbers: set[int]) -> bool:
    """Whether processes end, soon."""
    for _ in range(100):
        if not any(Path(f"/proc/{number}").exists() for number in numbers):
            return True
        time.sleep(0.05)
    return False


# A cluster.


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """A real Dask scheduler's address, its two workers by name, programs of their own, and how to start another."""
    pytest.importorskip("distributed")
    folder = tmp_path_factory.mktemp("cluster")
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join((str(Path(__file__).parent), str(Path(pool.__file__).parents[2]))),
        "OMP_NUM_THREADS": "1",
    }
    with contextlib.ExitStack() as stack:

        def start(*arguments: str) -> subprocess.Popen:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *arguments, "--no-dashboard"],
                cwd=folder,
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            stack.callback(process.wait)
            stack.callback(process.terminate)
            return process

        start("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", "scheduler.json")
        known = folder / "scheduler.json"
        wait_for(lambda: known.exists() and known.read_text().endswith("}"))
        address = json.loads(known.read_text())["address"]
        workers = {
            name: start("worker", address, "--name", name, "--nthreads", "1", "--no-nanny", "--host", "127.0.0.1")
            for name in ("one", "two")
        }
        from distributed import Client

        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=240)
        yield SimpleNamespace(address=address, workers=workers, others=[], start=start)


def wait_for(what: Callable[[], bool], seconds: float = 240) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


def submission(source: str) -> bytes:
    """A job as kindling.grade.gradebook makes it, of a notebook with one cell."""
    from nbformat.v4 import new_code_cell, new_notebook

    from kindling.grade import archive, sandbox
    from kindling.grade.job import Job

    notebook = new_notebook(cells=[new_code_cell(source)])
    config = {"Execute": {"sandbox": sandbox.missing() is None}}
    return Job("00_sums", notebook, archive.pack({}), ["kindling.grade.execute.Execute"], config).to_bytes()


def printed(result: bytes) -> str:
    from kindling.grade.job import Result

    return "".join(output.get("text", "") for output in Result.from_bytes(result).notebook.cells[0].outputs)


def test_cluster_goes_on_when_a_worker_is_killed(cluster):
    """On a Dask cluster, what a killed worker had is done by the other one."""
    work = pool.run_jobs(slowly, jobs("abcd"), scheduler=cluster.address)
    first = next(work)
    cluster.workers["one"].kill()
    cluster.workers["one"].wait()
    assert dict([first, *work]) == {name: name.upper().encode() for name in "abcd"}


def test_cluster_grades(cluster):
    """It is the same function that grades there."""
    from kindling.grade import run

    [(name, result)] = pool.run_jobs(run.grade, iter([("a", submission("print(3)"))]), scheduler=cluster.address)
    assert (name, printed(result)) == ("a", "3\n")


def test_cluster_tells_what_went_wrong(cluster):
    """An exception on a cluster costs one job too."""
    sentence = "It could not be graded, by a fault of kindling. Please report it: ValueError: no such thing"
    assert done(fail, "abc", scheduler=cluster.address) == {"a": b"A", "b": b"B", "c": sentence}


def test_cluster_gives_up_an_job_that_kills_each_worker(cluster):
    """Of what waited on the same worker, which starts again each time, all else is done."""
    for worker in cluster.workers.values():
        worker.kill()
    cluster.others.append(cluster.start("worker", cluster.address, "--nthreads", "1", "--host", "127.0.0.1"))
    assert done(die, "abcd", scheduler=cluster.address) == {
        **{name: name.upper().encode() for name in "abd"},
        "c": "The process that graded it ended each time (its Dask worker's log says why). Grade it again; if it "
        "stays so, please report it.",
    }


def test_cluster_without_workers(cluster):
    """A cluster in which nobody works is named, and does not wait for ever."""
    for process in [*cluster.workers.values(), *cluster.others]:
        process.terminate()
        process.wait()
    sentence = f"The cluster at {cluster.address} has no workers. Start one: dask worker {cluster.address} --nthreads 1"
    with pytest.raises(GradingError) as raised:
        done(twice, "a", scheduler=cluster.address)
    assert str(raised.value) == sentence


def test_no_scheduler():
    """Where no scheduler answers, a sentence says so."""
    pytest.importorskip("distributed")
    sentence = re.escape("No Dask scheduler answers at tcp://127.0.0.1:1 (")
    with pytest.raises(GradingError, match=sentence):
        done(twice, "a", scheduler="tcp://127.0.0.1:1")
