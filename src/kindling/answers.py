"""The answer bank: right and wrong answers to every task, run against the task's check.

A bank is percent text: `# %% right="softmax"` or `# %% wrong="softmax" says="the sentence that it must get"`, each
followed by the whole cell as a learner would have written it. An answer to a task that is a script changes the scripts
with `write` and `edit`.
"""

from __future__ import annotations

import gc
import json
import linecache
import os
import select
import subprocess
import sys
import tempfile
import time
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kindling import interpreter
from kindling import lesson as lessons
from kindling.errors import KindlingError, LessonError
from kindling.lesson import Cell, Lesson

__all__ = ["Answer", "Outcome", "read", "rewrite", "run"]

MARKERS = ("right", "wrong", "says", "tags")

# An answer that takes longer hangs: a lesson's own training takes seconds.
ANSWER_SECONDS = int(os.environ.get("KINDLING_ANSWER_SECONDS", "120"))


@dataclass(frozen=True)
class Answer:
    """One learner's answer to a task: the whole cell, and the sentence that it must get, None for a right answer."""

    task: str
    source: str
    says: str | None
    line: int = 0

    @property
    def right(self) -> bool:
        """Whether the check must pass."""
        return self.says is None


@dataclass(frozen=True)
class Outcome:
    """What the check said of an answer: a sentence, or None where it passed."""

    answer: Answer
    said: str | None

    @property
    def as_wanted(self) -> bool:
        """Whether a right answer passed, or a wrong one got its sentence."""
        if self.answer.says is None or self.said is None:
            return self.answer.says == self.said
        if self.answer.says.endswith("…"):
            return self.said.startswith(self.answer.says[:-1])
        return self.said == self.answer.says


def read(path: Path) -> list[Answer]:
    """Return the answers in the bank `path`, in order. Raises LessonError with file, line and what to do."""
    answers = []
    for cell in lessons.read_cells(lessons.read_text(path), path, MARKERS):
        if cell.type == "markdown":
            continue
        right, wrong, says = (cell.options.get(key) for key in ("right", "wrong", "says"))
        if (right is None) == (wrong is None):
            raise LessonError.at(path, cell.line, 'an answer is right or wrong. Write right="task" or wrong="task".')
        if (wrong is None) != (says is None):
            raise LessonError.at(path, cell.line, 'a wrong answer, and no other, says="the sentence that it gets".')
        answers.append(Answer(str(right or wrong), cell.source, None if says is None else str(says), cell.line))
    return answers


def run(lesson: Lesson, answers: list[Answer], *, shows: bool = False) -> Iterator[Outcome]:
    """Yield the outcome of each answer, in the order in which they finish.

    One fresh process runs the lesson with its solutions and forks at each task: a fork runs one answer, then the check.
    So an answer costs a fork, not the lesson. As in grading, cells that only show something are left out, but with
    `shows`. Raises LessonError for an answer to a task that the lesson lacks, and KindlingError where the process dies.
    """
    tasks = {task.id for task in lesson.tasks}
    for answer in answers:
        if answer.task not in tasks:
            raise LessonError.at(lesson.path, 1, f'an answer names the task "{answer.task}", which is not there.')
    jobs = [[number, answer.task, answer.source] for number, answer in enumerate(answers)]
    environment = {
        "KINDLING_SOURCE": "drawn",
        "KINDLING_SCRIPT_SECONDS": "10",
        **os.environ,
        "MPLBACKEND": "Agg",
        "OMP_NUM_THREADS": "1",
    }
    with tempfile.TemporaryDirectory(prefix="kindling-") as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "kindling.answers", lesson.path.resolve(), *["shows"] * shows],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=folder,
            env={**environment, "TMPDIR": folder},  # what a lesson leaves behind goes with the folder
            text=True,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(jobs))
        process.stdin.close()
        finished = 0
        for line in process.stdout:
            number, said = json.loads(line)
            finished += 1
            yield Outcome(answers[number], said)
        if process.wait() or finished < len(answers):
            raise KindlingError(
                f"{lesson.path}: the lesson does not run with its own solutions. Run it: python {lesson.path}"
            )


def rewrite(scripts: Mapping[str, str], source: str) -> dict[str, str]:
    """Return the scripts, by name, as an answer leaves them that changes them with `write` and `edit`.

    `write("model.py", text)` puts a script of the learner's into the place of the solution, and
    `edit("model.py", old, new)` changes one place of it. Raises KindlingError where that place is not there once.
    """
    texts = dict(scripts)

    def write(name: str, text: str) -> None:
        texts[name] = text.lstrip("\n")

    def edit(name: str, old: str, new: str) -> None:
        if texts[name].count(old) != 1:
            raise KindlingError(f"scripts/{name} holds `{old}` {texts[name].count(old)} times, wanted once.")
        texts[name] = texts[name].replace(old, new)

    exec(source, {"write": write, "edit": edit})
    return texts


def _serve(path: Path, shows: bool) -> None:
    """Run the lesson at `path` with its solutions; at each task, run that task's answers, given on stdin, in forks."""
    lesson = lessons.read(path)
    jobs = json.load(sys.stdin)
    # The real stdout carries the outcomes alone; what cells print goes nowhere.
    outcomes = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)

    import torch
    import torch._dynamo  # what watches tensors imports it on first use: once here, or a second in each fork

    torch.set_num_threads(1)  # a fork must not inherit a pool of threads that do not exist in it
    # The lesson is the main program, as in a kernel: a class of its own can be pickled, and is found under its name.
    sys.modules["__main__"] = main = types.ModuleType("__main__")
    namespace: dict[str, Any] = vars(main)
    code = [cell for cell in lesson.cells if cell.type == "code" and (shows or not cell.show)]
    running: dict[int, tuple[int, int, float]] = {}
    scripts = {script.name: script.text for script in lessons.read_scripts(path)}
    if scripts:
        from kindling import scripts as desks

        if interpreter.can_fork():
            desks.start = interpreter.Fork
        desks.digits(0)  # once, or every fork that needs them makes them anew
    for position, cell in enumerate(code):
        if cell.task or cell.script:
            asked = cell.task or cell.check
            upto = next(i for i in range(position, len(code)) if code[i].check == asked)
            for number, task, source in jobs:
                if task != asked:
                    continue
                while len(running) >= (os.cpu_count() or 1):
                    _collect(running, outcomes)
                if cell.task:
                    cells = [Cell("code", source, 0, {}), *code[position + 1 : upto + 1]]
                    _fork(number, cells, namespace, running, scripts, "")
                else:
                    _fork(number, [cell], namespace, running, scripts, source)
            while running:
                # The parent waits before it goes on, so that forks never run beside its own torch work.
                _collect(running, outcomes)
        if not cell.script:  # that would only run the solution's scripts once more
            _execute(cell, namespace)
    os._exit(0)  # libraries would complain about what the freeze for the forks keeps alive


def _fork(
    number: int,
    cells: list[Cell],
    namespace: dict[str, Any],
    running: dict[int, tuple[int, int, float]],
    scripts: dict[str, str],
    changes: str,
) -> None:
    """Run cells in a fork. Where the lesson has scripts they lie beside it, changed as an answer's `changes` say."""
    reader, writer = os.pipe()
    gc.freeze()  # a collection in the fork would touch, and so copy, all that it shares with its parent
    child = os.fork()
    if child:
        os.close(writer)
        running[reader] = (child, number, time.monotonic() + ANSWER_SECONDS)
        return
    try:
        with open(writer, "w") as outcome:
            print(json.dumps(_said(cells, namespace, scripts, changes)), file=outcome)
    finally:
        os._exit(0)


def _collect(running: dict[int, tuple[int, int, float]], outcomes: Any) -> None:
    """Wait for at least one fork, and report it."""
    first = min(until for _, _, until in running.values())
    ready, _, _ = select.select(list(running), [], [], max(0.0, first - time.monotonic()))
    for reader in ready or [reader for reader, (_, _, until) in running.items() if until <= time.monotonic()]:
        child, number, _ = running.pop(reader)
        if ready:
            text = _line(reader)
            said = json.loads(text) if text.endswith(b"\n") else "the process died"
        else:
            os.kill(child, 9)
            said = f"no answer within {ANSWER_SECONDS} s"
        os.close(reader)
        os.waitpid(child, 0)
        print(json.dumps([number, said]), file=outcomes, flush=True)


def _line(reader: int) -> bytes:
    """Return the line that a fork writes, which may be longer than a pipe holds; what there is where the fork dies."""
    text = b""
    while not text.endswith(b"\n") and (part := os.read(reader, 65_536)):
        text += part
    return text


def _said(cells: list[Cell], namespace: dict[str, Any], scripts: dict[str, str], changes: str) -> str | None:
    """Return what the learner would read: the check's sentence, an error's last line, or None where all is right."""
    with tempfile.TemporaryFile() as stderr:
        os.dup2(stderr.fileno(), 2)
        try:
            if scripts:
                os.chdir(tempfile.mkdtemp())
                os.mkdir("scripts")
                for name, text in rewrite(scripts, changes).items():
                    Path("scripts", name).write_text(text, encoding="utf-8")
            for cell in cells:
                os.ftruncate(2, 0)
                _execute(cell, namespace)
        except KindlingError as error:
            return str(error)
        except BaseException as error:  # also SystemExit: nothing that an answer does may pass for right
            return f"{type(error).__name__}: {error}".splitlines()[0]
        sys.stderr.flush()
        size = os.fstat(2).st_size
        # nbgrader gives no points to a graded cell that writes to stderr.
        return f"the check wrote to stderr: {os.pread(2, size, 0).decode(errors='replace')}" if size else None


def _execute(cell: Cell, namespace: dict[str, Any]) -> None:
    name = f"<cell at line {cell.line}>"
    linecache.cache[name] = (len(cell.source), None, cell.source.splitlines(keepends=True), name)
    if cell.check:
        from kindling import scope  # after torch, whose import is not this module's

        scope.run(cell.source, namespace, name)
    else:
        exec(compile(cell.source, name, "exec", dont_inherit=True), namespace)


if __name__ == "__main__":
    _serve(Path(sys.argv[1]), "shows" in sys.argv[2:])
