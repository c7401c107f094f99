"""A notebook's cells, run in a kernel from a warm process: nbgrader's own step, that loses nothing which was earned."""

from __future__ import annotations

import asyncio
import contextlib
import copy
import enum
import functools
import json
import os
import socket
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from jupyter_core.utils import run_sync
from nbclient.exceptions import CellExecutionComplete, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader import utils
from nbgrader.preprocessors import Execute as NbgraderExecute
from traitlets import Bool, Dict, Integer, List, default

from kindling.credit import PARTIAL_CREDIT
from kindling.errors import GradingError, NotGradable
from kindling.framing import HEAD, framed, length
from kindling.grade import archive, outcome, provisioner, shown
from kindling.grade import limits as time_limits
from kindling.grade.outputs import CellOutputs, error, line
from kindling.grade.sandbox import MIB, Limits
from kindling.grade.warm.client import ServerDied
from kindling.grade.warm.protocol import GO_ON, STOP, forget

__all__ = ["Execute", "StopReason", "is_set"]

Resources = dict[str, Any]

BUSY = 10  # times its limit that a cell may take on a machine that is too busy
ANSWER_TENTHS = 20  # tenths of a second for the warm process to say how busy it is
CLAIM = 128 * MIB  # of a claim; those of the largest value are fewer
FRESH_KERNELS = 5  # of one notebook; then the rest earns nothing


class StopReason(enum.StrEnum):
    """Why a kernel stopped in a cell. The first four are names of kindling.grade.sandbox.Limits."""

    MEMORY = "memory"
    PROCESSES = "processes"
    SECONDS = "seconds"
    PROCESSOR_SECONDS = "processor_seconds"
    NO_REPLY = "no_reply"
    EXIT_REQUESTED = "exit_requested"
    EXIT = "exit"
    SIGSEGV = "SIGSEGV"
    OTHER = "other"
    UNKNOWN = "unknown"
    FALSE_MESSAGES = "false_messages"


SENTENCES = {
    StopReason.MEMORY: "This cell used more than the {memory:,} MB of memory that a submission may use.",
    StopReason.PROCESSES: "This cell started more than the {processes} processes that a submission may have at once.",
    StopReason.SECONDS: (
        "The notebook took longer than the {seconds} s that it may take in all, and was stopped in this cell."
    ),
    StopReason.PROCESSOR_SECONDS: (
        "The notebook used more than the {processor_seconds} s of processor time that it may use."
    ),
    StopReason.NO_REPLY: "This cell went on after the time limit, or printed more than can be read.",
    StopReason.EXIT_REQUESTED: "This cell ended its own kernel with exit() or quit().",
    StopReason.EXIT: "This cell ended the process that it ran in (exit code {code}), as os._exit does.",
    StopReason.SIGSEGV: "This cell made Python itself crash (segmentation fault).",
    StopReason.OTHER: "This cell made the process that it ran in stop ({reason}).",
    StopReason.UNKNOWN: "This cell made the process that it ran in stop.",
    StopReason.FALSE_MESSAGES: "This cell sent messages that no kernel sends, and was stopped.",
}
KERNEL_STOPPED = "KernelStopped"  # the name of these errors
NO_POINTS = "This check says that its last value is its points, and there is none."
NOT_THE_POINTS = "This check says that its last value is its points, and that is not a number from 0 to {most:g}."
LEFT_OUT = "Grading left this cell out: it only shows something."
NOT_RUN = "This cell did not run: the kernel had stopped in an earlier cell."


@dataclass
class _State:
    """How far the run of a notebook has come."""

    running: int = 0  # the cell that runs
    resume: int = 0  # the first cell that has not run in an earlier kernel
    stopped: set[int] = field(default_factory=set)  # the cells in which a kernel stopped
    began: float | None = None  # when the first kernel had come up
    kernel: Any = None  # its provisioner
    sent: bool = False  # whether the kernel has the cell: what fails from then on, the cell may cause
    waited_before: int | None = None  # the question how long the kernel had waited when it got the cell
    outputs: CellOutputs = field(default_factory=lambda: CellOutputs(0))  # of the cell that runs
    judge: Any = None  # who hears the claims of the cell that runs, where it is a sealed check
    timed_out: bool = False  # whether the cell that runs was stopped for its time
    ours: set[int] = field(default_factory=set)  # the cells that show a sentence of ours alone
    judged: set[int] = field(default_factory=set)  # the sealed checks that have run
    worded: set[int] = field(default_factory=set)  # those of them whose sentence may be of a learner's making
    updated: bool = False  # whether a cell has shown something anew in the place of another one


class Execute(NbgraderExecute):
    """nbgrader's own preprocessor, with a kernel from a warm process in a sandbox, and nothing earned ever lost.

    All `Execute` options of nbgrader hold here too. Raises GradingError where the sandbox is missing.
    """

    sandbox = Bool(True, help="Whether learners' code runs in a sandbox; if not, it can do whatever you can.").tag(
        config=True
    )
    timeout = Integer(120, allow_none=True, help="Seconds for a cell, where `times` do not tell.").tag(config=True)
    times = Dict(help="What the lesson's own solutions took: see kindling.grade.limits.measured.").tag(config=True)
    limits = Dict(help="Limits other than the usual ones, by name: see kindling.grade.sandbox.Limits.").tag(config=True)
    environment = Dict(help="Environment variables of the kernel.").tag(config=True)
    fresh_kernel: List[str] = List(
        help="Lessons whose cells go on in a fresh kernel after one that ended the kernel."
    ).tag(config=True)
    max_characters = Integer(100_000, help="How much of what a cell prints is kept.").tag(config=True)

    @default("store_widget_state")
    def _store_widget_state_default(self) -> bool:
        return False  # nobody counts how much of it there is

    @default("shutdown_kernel")
    def _shutdown_kernel_default(self) -> str:
        return "immediate"  # nobody waits for what a kernel would do at its end

    files: bytes | None = None  # of the submission, a tar archive; else those in the notebook's folder
    sealed: Mapping[str, Any] = {}  # checks whose claims are judged here, as kindling.grade.sealed.lesson gives them
    claims: Mapping[str, list[Any]] = {}  # what checks have recorded, where the job asks for that
    private: Mapping[str, str] = {}  # what no learner's code may read, as kindling.grade.configuration.private gives it
    hidden: bool = True  # whether hidden tests run
    stops: tuple[str, ...] = ()  # why kernels stopped, and what was not there to import, a sentence each

    def preprocess(  # type: ignore[override]  # nobody calls it without resources
        self, nb: NotebookNode, resources: Resources, km: Any = None
    ) -> tuple[NotebookNode, Resources]:
        """Return the executed notebook; where the kernel stopped, that code cell has failed, and what needs it.

        It shows nothing that comes out of a kernel which had a hidden test of a sealed check: see
        kindling.grade.shown. Raises NotGradable where the warm process died twice meanwhile.
        """
        self._run(nb, resources, km)
        judged = bool(self._state.judged)
        if doubtful := self._doubtful(nb):
            self._show(nb, resources, doubtful)
        if judged:
            shown.number(nb)
        self._finish(nb)
        return nb, resources

    def _doubtful(self, nb: NotebookNode) -> set[int]:
        """Return the cells whose outputs may tell of a hidden test: what a learner's code shows once it has had one."""
        state = self._state
        first = min((index for index in state.judged if shown.hides(nb.cells[index])), default=len(nb.cells))
        begin = 0 if state.updated and first < len(nb.cells) else first
        own = {
            index
            for index, cell in enumerate(nb.cells)
            if begin <= index and cell.cell_type == "code" and cell.outputs and not utils.is_grade(cell)
        }
        return own - state.ours | {index for index in state.worded if index >= first}

    def _show(self, nb: NotebookNode, resources: Resources, doubtful: set[int]) -> None:
        """Give these cells the outputs that they have in a kernel without hidden tests."""
        stops, claims = self.stops, self.claims
        # A cell further down may show something anew in the place of one of them.
        again = shown.without_hidden_tests(nb, len(nb.cells) if self._state.updated else max(doubtful) + 1)
        self.hidden = False
        try:
            self._run(again, resources, None)
        finally:
            self.hidden, self.stops, self.claims = True, stops, claims
        for index in doubtful:
            cell, without = nb.cells[index], again.cells[index]
            if utils.is_grade(cell):
                cell.outputs = outcome.errors(without) or [shown.ends_with_others(cell)]
            else:
                cell.outputs = without.outputs

    def _run(self, nb: NotebookNode, resources: Resources, km: Any) -> None:
        """Run all cells. Raises NotGradable where the warm process died twice meanwhile."""
        try:
            self._run_until_dead(nb, resources, km)
        except ServerDied:  # the second time in another warm process
            try:
                self._run_until_dead(nb, resources, km)
            except ServerDied as how:
                raise NotGradable.worker_died(str(how)) from None

    def _run_until_dead(self, nb: NotebookNode, resources: Resources, km: Any) -> None:
        self._state, self.stops, self.claims = _State(), (), {}
        if self.times and not is_set(self.config, "timeout"):
            self.timeout_func = functools.partial(time_limits.seconds_for_cell, self.times)
        go_on = resources.get("nbgrader", {}).get("assignment") in self.fresh_kernel
        for kernels in range(1, FRESH_KERNELS + 1):
            try:
                super().preprocess(nb, resources, km)
                break
            except (GradingError, NotGradable, ServerDied):
                raise
            except Exception as stop:  # a learner's code may send whatever it likes, and nbclient fails in many ways
                if self._state.kernel is None or not (self._state.sent or self._kernel_ended(stop)):
                    raise  # no cell's doing
                here, sentence = self._state.running, self._sentence(stop)
                self.stops += (sentence,)
                nb.cells[here].outputs = [error(KERNEL_STOPPED, sentence)]
                self._state.stopped.add(here)
                self._state.ours.add(here)
                self._state.resume = max(self._state.resume, here + 1)
                if not go_on or kernels == FRESH_KERNELS or self._seconds_left() == 0:
                    for index, cell in enumerate(nb.cells[self._state.resume :], start=self._state.resume):
                        if cell.cell_type == "code":
                            out = outcome.left_out(cell)
                            cell.outputs = [line(LEFT_OUT) if out else error(KERNEL_STOPPED, NOT_RUN)]
                            self._state.ours.add(index)
                    break

    def _finish(self, nb: NotebookNode) -> None:
        """Say of an executed notebook what was not there to import and to be named, and which points are none."""
        self.stops += tuple(outcome.remarks(nb))
        outcome.trace_names(nb)
        for cell in nb.cells:
            if utils.is_grade(cell) and cell.cell_type == "code":
                problem = _without_points(cell) if PARTIAL_CREDIT in cell.source else None
                if PARTIAL_CREDIT not in cell.source or problem:
                    cell.outputs = [output for output in cell.outputs if output.output_type != "execute_result"]
                if problem:
                    cell.outputs.append(error("NoPoints", problem))

    def _seconds_left(self) -> int:
        """Return how long the notebook, whose first kernel has come up, may still run."""
        assert self._state.began is not None
        return max(0, round(self._limits().seconds - (time.monotonic() - self._state.began)))

    def create_kernel_manager(self) -> Any:
        """Return the manager of a warm kernel, or of an ordinary one where there can be no warm process."""
        if provisioner.can_fork():
            self.kernel_manager_class = provisioner.KernelManager
        elif self.sandbox:
            raise GradingError.no_sandbox("The sandbox needs Linux.")
        else:
            provisioner.say_once(
                "A warm process needs Linux. Here each submission starts Python and imports torch anew."
            )
        return super().create_kernel_manager()

    @contextlib.contextmanager
    def setup_kernel(self, **kwargs: Any) -> Iterator[None]:
        """Be the context in which the kernel runs."""
        self._state.kernel = None
        with contextlib.ExitStack() as around:
            if provisioner.can_fork():
                kwargs |= {
                    "environment": self.environment,
                    "sandboxed": self.sandbox,
                    "limits": self._kernel_limits(),
                    "files": self.files,
                    "private": self.private,
                }
            else:
                kwargs["env"] = {**os.environ, **self.environment}
                if self.files is not None:
                    kwargs["cwd"] = around.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
                    archive.unpack(self.files, Path(kwargs["cwd"]))
            around.enter_context(super().setup_kernel(**kwargs))
            assert self.km is not None
            self._state.kernel = self.km.provisioner
            self._state.began = self._state.began or time.monotonic()
            yield

    def _kernel_limits(self) -> Limits:
        """Return what the next kernel may use: a fresh one has only what is left of the notebook's time."""
        all_kernels = self._limits()
        return replace(all_kernels, seconds=max(1, self._seconds_left())) if self._state.resume else all_kernels

    def _limits(self) -> Limits:
        """Return what the notebook may use."""
        seconds = {"seconds": time_limits.seconds_for_notebook(self.times)} if self.times else {}
        return Limits.changed({**seconds, **self.limits})

    def preprocess_cell(self, cell: NotebookNode, resources: Resources, index: int) -> tuple[NotebookNode, Resources]:
        """Run one cell; in a fresh kernel, also those before it that are not graded, to have what they define."""
        self._state.outputs, self._state.sent, self._state.timed_out = CellOutputs(self.max_characters), False, False
        if outcome.left_out(cell):
            cell.outputs, cell.execution_count = [line(LEFT_OUT)], None
            self._state.ours.add(index)
            return cell, resources
        if index >= self._state.resume:
            self._state.running = index
            check = self.sealed.get(str(outcome.grade_id(cell))) if utils.is_grade(cell) and self.hidden else None
            if check:
                return self._run_sealed(cell, resources, index, check)
            super().preprocess_cell(cell, resources, index)
            if self._state.timed_out and self._state.judged:
                cell.outputs = [new_output("error", **self.error_on_timeout)]  # or all of it would run once more
                self._state.ours.add(index)
            return cell, resources
        if not utils.is_grade(cell) and index not in self._state.stopped:
            self._state.running = index
            super().preprocess_cell(copy.deepcopy(cell), resources, index)
            self.nb.cells[index] = cell
        return cell, resources

    def _run_sealed(
        self, cell: NotebookNode, resources: Resources, index: int, check: Mapping[str, Any]
    ) -> tuple[NotebookNode, Resources]:
        """Run a check of which the kernel gets only what it must report; the verdict is found here."""
        from kindling.grade.sealed import judge  # with torch, which a worker needs for this alone

        name, source = str(outcome.grade_id(cell)), cell.source
        reference = check.get("reference")
        heard = judge.Recorder() if reference is None else judge.Judge(reference, check["off_path"])
        self._state.judge, cell.source = heard, check["text"]
        try:
            super().preprocess_cell(cell, resources, index)
        finally:
            self._state.judge, cell.source = None, source
        if isinstance(heard, judge.Recorder):
            # Of a check that fails with the solutions, not all claims have come.
            self.claims = {**self.claims, name: [] if outcome.errors(cell) else heard.records}
        else:
            self._state.judged.add(index)
            self._judged(cell, index, heard)
        return cell, resources

    def _judged(self, cell: NotebookNode, index: int, judge: Any) -> None:
        """Let an executed check show what came of it, its claims judged: its line, or one sentence."""
        errors = outcome.errors(cell)
        failure = judge.failure(failed=bool(errors))
        if failure is not None:
            cell.outputs = [error(*failure)]
            if judge.own_words and not shown.says_not_written(cell):
                self._state.worded.add(index)
        elif self._state.timed_out:
            cell.outputs = [new_output("error", **self.error_on_timeout)]
        elif errors:
            cell.outputs = errors
            if not shown.says_not_written(cell):
                self._state.worded.add(index)
        else:
            cell.outputs = shown.passed(cell)

    async def async_execute_cell(self, cell: NotebookNode, *arguments: Any, **options: Any) -> NotebookNode:
        """Run one cell, and hear its claims where it is a sealed check."""
        hearing = None
        if self._state.judge and hasattr(self._state.kernel, "claims"):
            line = self._state.kernel.claims()
            forget(line)  # what came since the last check is no claim of this one: a stopped cell, say, sent it
            hearing = asyncio.ensure_future(_hear_claims(self._state.judge, line))
        try:
            return await super().async_execute_cell(cell, *arguments, **options)
        finally:
            if hearing:
                hearing.cancel()
                await asyncio.wait([hearing])

    execute_cell = run_sync(async_execute_cell)

    def on_cell_complete(self, **kwargs: Any) -> None:
        """Take note that the kernel has the cell, as nbclient means it: what fails from here on, the cell may cause."""
        self._state.sent = True
        self._state.waited_before = getattr(self._state.kernel, "ask_waited", lambda: None)()

    def on_cell_executed(self, **kwargs: Any) -> None:
        """Take note of a cell that asks its kernel to end, which it does only later."""
        super().on_cell_executed(**kwargs)
        payload = kwargs["execute_reply"]["content"].get("payload", [])
        if any(part.get("source") == "ask_exit" for part in payload):
            raise DeadKernelError(StopReason.EXIT_REQUESTED)

    async def _async_handle_timeout(self, timeout: int, cell: NotebookNode | None = None) -> Resources | None:
        """Stop a cell whose time is over, but for the time in which others had the processor that it waited for."""
        assert self.kc is not None
        began = time.monotonic() - timeout
        while (ran := time.monotonic() - began) < BUSY * timeout and ran - await self._seconds_waited() < timeout:
            if await self.kc.shell_channel.msg_ready():
                return None  # the reply, which is taken next
            await self._async_check_alive()
            await asyncio.sleep(0.1)
        reply: Resources | None = await super()._async_handle_timeout(timeout, cell)
        self._state.timed_out = bool(reply)
        # The warm process answers after it has sent the interrupt. Without this, one that comes when the cell has
        # ended by itself would hit the next cell.
        await self._seconds_waited()
        return reply

    async def _seconds_waited(self) -> float:
        """Return how long this cell was ready and had no processor; 0.0 where that can't be told."""
        if not hasattr(self._state.kernel, "ask_waited"):
            return 0.0
        question = self._state.kernel.ask_waited()
        for _ in range(ANSWER_TENTHS):
            now: float | None = self._state.kernel.waited(question)
            if now is not None:
                before: float | None = self._state.kernel.waited(self._state.waited_before)
                return now - (before or 0.0)
            await asyncio.sleep(0.1)
        return 0.0

    async def _async_poll_kernel_alive(self) -> None:
        """Look ten times as often as nbclient does whether the kernel lives."""
        while True:
            await asyncio.sleep(0.1)
            try:
                await self._async_check_alive()
            except DeadKernelError:
                if self.task_poll_for_reply is not None:
                    self.task_poll_for_reply.cancel()
                return

    def process_message(self, msg: Resources, cell: NotebookNode, cell_index: int) -> Any:
        """Take what the kernel says, as long as there is room: a cell that prints without end fills no memory here.

        What no kernel says, a learner's code has sent, and it is left out.
        """
        kept = self._state.outputs.keep(msg, self._display_id_map)
        if kept is None:
            return None
        self._state.updated |= kept["msg_type"] == "update_display_data"
        try:
            return super().process_message(kept, cell, cell_index)
        except CellExecutionComplete:
            raise
        except Exception:  # what nbclient can't take is no message either
            return None

    def _kernel_ended(self, stop: Exception) -> bool:
        """Return whether the kernel has ended, by itself or by a limit; we end it after each exception."""
        return isinstance(stop, DeadKernelError) or getattr(self._state.kernel, "ended", None) not in (None, "killed")

    def _sentence(self, stop: Exception) -> str:
        """Return one sentence that says why the kernel stopped. Raises ServerDied where that was no cell's doing."""
        ended = getattr(self._state.kernel, "ended", None)
        if ended and ended.startswith("server "):
            raise ServerDied(ended.removeprefix("server "))
        if isinstance(stop, DeadKernelError):
            reason = (
                StopReason.EXIT_REQUESTED if str(stop) == StopReason.EXIT_REQUESTED else ended or StopReason.UNKNOWN
            )
        elif ended and ended != "killed":
            reason = ended
        else:
            reason = StopReason.NO_REPLY if isinstance(stop, CellTimeoutError) else StopReason.FALSE_MESSAGES
        kind, _, code = reason.partition(" ")
        values = {**vars(self._limits()), "code": code, "reason": reason}
        values["memory"] //= MIB
        return SENTENCES[StopReason(kind) if kind in set(StopReason) else StopReason.OTHER].format(**values)


def is_set(config: Mapping[str, Any], option: str) -> bool:
    """Return whether a configuration gives this option of the step that executes notebooks."""
    return any(option in config.get(kind.__name__, {}) for kind in Execute.__mro__)


async def _hear_claims(judge: Any, line: socket.socket) -> None:
    """Judge each claim as it comes, and answer whether the check goes on, or what a claim asks for."""
    reader, writer = await asyncio.open_unix_connection(sock=line)
    try:
        while True:
            text = await _claim(reader)
            try:
                record = json.loads(text)
            except Exception:  # a learner's code may send whatever it likes
                record = None
            told = judge.hears(record)
            writer.write(framed((GO_ON if told is True else json.dumps(told) if told else STOP).encode()))
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass  # the kernel has ended
    finally:
        writer.close()


async def _claim(reader: asyncio.StreamReader) -> bytes:
    """Return the next claim as it was sent, of one that is longer than any value only its end."""
    size = length(await reader.readexactly(HEAD))
    while size > CLAIM:
        size -= len(await reader.readexactly(MIB))
    return await reader.readexactly(size)


def _without_points(check: NotebookNode) -> str | None:
    """Return what is wrong where a check that gives part of its points gives none, which nbgrader takes for all."""
    if outcome.errors(check):
        return None
    values = [output.data.get("text/plain", "") for output in check.outputs if output.output_type == "execute_result"]
    if not values:
        return NO_POINTS
    most = outcome.bonus(check) or float(check.metadata.nbgrader.points)
    try:
        fits = 0 <= float(values[0]) <= most
    except ValueError:
        fits = False
    return None if fits else NOT_THE_POINTS.format(most=most)
