"""One submission in, one executed notebook out: a pure function of its input, which any machine can compute.

Nothing in here knows the gradebook, the solutions, or another submission.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import copy
import functools
import importlib
import json
import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
from nbclient.client import CellExecutionComplete
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader import utils
from nbgrader.preprocessors import Execute as NbgraderExecute
from traitlets import Bool, Dict, Integer, List, default
from traitlets.config import Config

from kindling.errors import GradingError, NotGradable
from kindling.grade import archive, outcome, provisioner
from kindling.grade import limits as time_limits
from kindling.grade.sandbox import MIB, Limits
from kindling.grade.zygote import Lost
from kindling.lesson import PARTIAL_CREDIT

__all__ = ["PARTIAL_CREDIT", "Execute", "error", "grade", "is_set", "step_class"]

Resources = dict[str, Any]

PICTURES = 64  # how much longer than its text the pictures of a cell may be
BUSY = 10  # times its limit that a cell may take on a machine that is too busy
ANSWER_TENTHS = 20  # tenths of a second for the warm process to say how busy it is
FRESH_KERNELS = 5  # of one notebook; then the rest earns nothing

STOPPED = {
    "memory": "This cell used more than the {memory:,} MB of memory that a submission may use.",
    "processes": "This cell started more than the {processes} processes that a submission may have at once.",
    "seconds": "The notebook took longer than the {seconds} s that it may take in all, and was stopped in this cell.",
    "processor_seconds": "The notebook used more than the {processor_seconds} s of processor time that it may use.",
    "deaf": "This cell went on after the time limit, or printed more than can be read.",
    "leaves": "This cell ended its own kernel with exit() or quit().",
    "exit": "This cell ended the process that it ran in (exit code {code}), as os._exit does.",
    "SIGSEGV": "This cell made Python itself crash (segmentation fault).",
    "other": "This cell made the process that it ran in stop ({why}).",
    "unknown": "This cell made the process that it ran in stop.",
    "confused": "This cell sent messages that no kernel sends, and was stopped.",
}
KERNEL_STOPPED = "KernelStopped"  # the name of these errors
NO_POINTS = "This check says that its last value is its points, and there is none."
NOT_THE_POINTS = "This check says that its last value is its points, and that is no number from 0 to {most:g}."
LEFT_OUT = "Grading left this cell out: it only shows something."
NOT_RUN = "This cell did not run: the kernel had stopped in an earlier cell."


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
    fresh_kernel = List(help="Lessons whose cells go on in a fresh kernel after one that ended the kernel.").tag(
        config=True
    )
    max_characters = Integer(100_000, help="How much of what a cell prints is kept.").tag(config=True)

    @default("store_widget_state")
    def _store_widget_state_default(self) -> bool:
        return False  # nobody counts how much of it there is

    @default("shutdown_kernel")
    def _shutdown_kernel_default(self) -> str:
        return "immediate"  # nobody waits for what a kernel would do at its end

    files: bytes | None = None  # of the submission, a tar archive; else those in the notebook's folder
    private: Mapping[str, str] = {}  # what no learner's code may read, as kindling.grade.gradebook.private gives it
    stops: tuple[str, ...] = ()  # why kernels stopped, and what was not there to import, a sentence each

    def preprocess(self, nb: NotebookNode, resources: Resources, km: Any = None) -> tuple[NotebookNode, Resources]:
        """Return the executed notebook; where the kernel stopped, that code cell has failed, and what needs it.

        Raises NotGradable where the warm process died twice meanwhile.
        """
        try:
            return self._through(nb, resources, km)
        except Lost:
            pass  # the second time in another warm process
        try:
            return self._through(nb, resources, km)
        except Lost as how:
            raise NotGradable.worker_died(str(how)) from None

    def _through(self, nb: NotebookNode, resources: Resources, km: Any) -> tuple[NotebookNode, Resources]:
        self._running, self._resume, self._stopped = 0, 0, set[int]()
        self._began, self._kernel, self._sent, self.stops = None, None, False, ()
        if self.times and not is_set(self.config, "timeout"):
            self.timeout_func = functools.partial(time_limits.seconds_for_cell, self.times)
        go_on = resources.get("nbgrader", {}).get("assignment") in self.fresh_kernel
        for kernels in range(1, FRESH_KERNELS + 1):
            try:
                super().preprocess(nb, resources, km)
                break
            except (GradingError, NotGradable, Lost):
                raise
            except Exception as stop:  # a learner's code may send whatever it likes, and nbclient fails in many ways
                if self._kernel is None or not (self._sent or self._kernel_ended(stop)):
                    raise  # no cell's doing
                here, sentence = self._running, self._sentence(stop)
                self.stops += (sentence,)
                nb.cells[here].outputs = [error(KERNEL_STOPPED, sentence)]
                self._stopped.add(here)
                self._resume = max(self._resume, here + 1)
                if not go_on or kernels == FRESH_KERNELS or self._seconds_left() == 0:
                    for cell in nb.cells[self._resume :]:
                        if cell.cell_type == "code":
                            out = outcome.left_out(cell)
                            cell.outputs = [_line(LEFT_OUT) if out else error(KERNEL_STOPPED, NOT_RUN)]
                    break
        self.stops += tuple(outcome.remarks(nb))
        outcome.trace_names(nb)
        for cell in nb.cells:
            if utils.is_grade(cell) and cell.cell_type == "code":
                problem = _without_points(cell) if PARTIAL_CREDIT in cell.source else None
                if PARTIAL_CREDIT not in cell.source or problem:
                    cell.outputs = [output for output in cell.outputs if output.output_type != "execute_result"]
                if problem:
                    cell.outputs.append(error("NoPoints", problem))
        return nb, resources

    def _seconds_left(self) -> int:
        """Return how long the notebook, whose first kernel has come up, may still run."""
        return max(0, round(self._limits().seconds - (time.monotonic() - self._began)))

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
        self._kernel = None
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
            self._kernel = self.km.provisioner
            self._began = self._began or time.monotonic()
            yield

    def _kernel_limits(self) -> Limits:
        """Return what the next kernel may use: a fresh one has only what is left of the notebook's time."""
        all_kernels = self._limits()
        return replace(all_kernels, seconds=max(1, self._seconds_left())) if self._resume else all_kernels

    def _limits(self) -> Limits:
        """Return what the notebook may use."""
        seconds = {"seconds": time_limits.seconds_for_notebook(self.times)} if self.times else {}
        return Limits.changed({**seconds, **self.limits})

    def preprocess_cell(self, cell: NotebookNode, resources: Resources, index: int) -> tuple[NotebookNode, Resources]:
        """Run one cell; in a fresh kernel, also those before it that are not graded, to have what they define."""
        self._printed, self._shown, self._sent = 0, 0, False
        if outcome.left_out(cell):
            cell.outputs, cell.execution_count = [_line(LEFT_OUT)], None
            return cell, resources
        if index >= self._resume:
            self._running = index
            return super().preprocess_cell(cell, resources, index)
        if not utils.is_grade(cell) and index not in self._stopped:
            self._running = index
            super().preprocess_cell(copy.deepcopy(cell), resources, index)
            self.nb.cells[index] = cell
        return cell, resources

    def on_cell_complete(self, **kwargs: Any) -> None:
        """Take note that the kernel has the cell, as nbclient means it: what fails from here on, the cell may cause."""
        self._sent = True
        self._waited_before = getattr(self._kernel, "ask_waited", lambda: None)()

    def on_cell_executed(self, **kwargs: Any) -> None:
        """Take note of a cell that asks its kernel to end, which it does only later."""
        super().on_cell_executed(**kwargs)
        payload = kwargs["execute_reply"]["content"].get("payload", [])
        if any(part.get("source") == "ask_exit" for part in payload):
            raise DeadKernelError("leaves")

    async def _async_handle_timeout(self, timeout: int, cell: NotebookNode | None = None) -> Resources | None:
        """Stop a cell whose time is over, but for the time in which others had the processor that it waited for."""
        began = time.monotonic() - timeout
        while (ran := time.monotonic() - began) < BUSY * timeout and ran - await self._seconds_waited() < timeout:
            if await self.kc.shell_channel.msg_ready():
                return None  # the reply, which is taken next
            await self._async_check_alive()
            await asyncio.sleep(0.1)
        return await super()._async_handle_timeout(timeout, cell)

    async def _seconds_waited(self) -> float:
        """Return how long this cell was ready and had no processor; 0.0 where that can't be told."""
        if not hasattr(self._kernel, "ask_waited"):
            return 0.0
        question = self._kernel.ask_waited()
        for _ in range(ANSWER_TENTHS):
            if (now := self._kernel.waited(question)) is not None:
                return now - (self._kernel.waited(self._waited_before) or 0.0)
            await asyncio.sleep(0.1)
        return 0.0

    async def _async_poll_kernel_alive(self) -> None:
        """Look ten times as often as nbclient does whether the kernel lives."""
        while True:
            await asyncio.sleep(0.1)
            try:
                await self._async_check_alive()
            except DeadKernelError:
                self.task_poll_for_reply.cancel()
                return

    def process_message(self, msg: Resources, cell: NotebookNode, cell_index: int) -> Any:
        """Take what the kernel says, as long as there is room: a cell that prints without end fills no memory here.

        What no kernel says, a learner's code has sent, and it is left out.
        """
        try:
            content, kind = msg["content"], msg["msg_type"]
            if kind == "stream":
                room = max(0, self.max_characters - self._printed)
                self._printed += len(content["text"])
                content["text"] = content["text"][:room]
                if room == 0 or content["name"] not in ("stdout", "stderr") or not isinstance(content["text"], str):
                    return None
            size = len(json.dumps(content, ensure_ascii=False, allow_nan=False).encode())  # no NaN, no half characters
            if not isinstance(content.get("execution_count"), int | None):
                return None
            if kind not in ("stream", "status", "execute_input"):  # a picture is long as text
                copies = map(len, self._display_id_map.get(_display_id(content), {}).values())
                self._shown += size * max(1, sum(copies))
                if self._shown > PICTURES * self.max_characters:
                    return None
            return super().process_message(msg, cell, cell_index)
        except CellExecutionComplete:
            raise
        except Exception:  # there are as many kinds as ways to be no message
            return None

    def _kernel_ended(self, stop: Exception) -> bool:
        """Return whether the kernel has ended, by itself or by a limit; we end it after each exception."""
        return isinstance(stop, DeadKernelError) or getattr(self._kernel, "ended", None) not in (None, "killed")

    def _sentence(self, stop: Exception) -> str:
        """Return one sentence that says why the kernel stopped. Raises Lost where that was no cell's doing."""
        ended = getattr(self._kernel, "ended", None)
        if ended and ended.startswith("zygote "):
            raise Lost(ended.removeprefix("zygote "))
        if isinstance(stop, DeadKernelError):
            why = "leaves" if str(stop) == "leaves" else ended or "unknown"
        elif ended and ended != "killed":
            why = ended
        else:
            why = "deaf" if isinstance(stop, CellTimeoutError) else "confused"
        kind, _, code = why.partition(" ")
        values = {**vars(self._limits()), "code": code, "why": why}
        values["memory"] //= MIB
        return STOPPED.get(kind, STOPPED["other"]).format(**values)


def grade(order: bytes) -> bytes:
    """Return what came of a submission: JSON with the text of the executed notebook, why kernels stopped in it and what
    was not there to import, one sentence each, and the seconds it took.

    `order` is JSON: `lesson`, `notebook` (sanitized, of format 4), `files` (a tar archive in base64), `private` (the
    places that no learner's code may read), `steps` (the names of the preprocessors to run) and `config` (theirs).
    """
    began = time.monotonic()
    given = json.loads(order)
    notebook = nbformat.from_dict(given["notebook"])
    resources = {"nbgrader": {"assignment": given["lesson"]}, "metadata": {}}
    config, stops = Config(given["config"]), []
    for name in given["steps"]:
        step = step_class(name)(config=config)
        if isinstance(step, Execute):
            step.files = base64.b64decode(given["files"])
            step.private = given.get("private", {})
        if step.enabled:
            notebook, resources = step.preprocess(notebook, resources)
        if isinstance(step, Execute):
            stops += step.stops
    result = {"notebook": nbformat.writes(notebook), "stops": stops, "seconds": time.monotonic() - began}
    return json.dumps(result).encode()


def is_set(config: Mapping[str, Any], option: str) -> bool:
    """Return whether a configuration gives this option of the step that executes notebooks."""
    return any(option in config.get(kind.__name__, {}) for kind in Execute.__mro__)


def step_class(name: str) -> type:
    """Return the preprocessor of this name, like "nbgrader.preprocessors.LimitOutput"."""
    module, _, name = name.rpartition(".")
    return getattr(importlib.import_module(module), name)


def _display_id(content: Resources) -> str | None:
    """Return by which name an output can be shown anew."""
    return (content.get("transient") or {}).get("display_id")


def _without_points(check: NotebookNode) -> str | None:
    """Return what is wrong where a check that gives part of its points gives none, which nbgrader takes for all."""
    if any(output.output_type == "error" for output in check.outputs):
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


def _line(text: str) -> NotebookNode:
    return new_output("stream", name="stdout", text=f"{text}\n")


def error(name: str, sentence: str) -> NotebookNode:
    """Return an error output that shows one sentence."""
    return new_output("error", ename=name, evalue=sentence, traceback=[sentence])
