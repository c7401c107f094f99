"""The answer bank: right and wrong answers to every task, run against the task's check.

A bank is percent text: `# %% right="softmax"` or `# %% wrong="softmax" says="the sentence that it must get"`, each
followed by the whole cell as a learner would have written it. An answer to a task that is a script changes the scripts
with `write` and `edit`.
"""

from __future__ import annotations

import contextlib
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
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kindling.authoring import lessons, percent
from kindling.authoring.lessons import Lesson
from kindling.authoring.percent import Cell
from kindling.errors import CheckFailed, KindlingError, LessonError
from kindling.grade.sealed.slicing import seal
from kindling.wording import joined

if TYPE_CHECKING:
    from kindling.scripts.forkserver import Command

__all__ = ["Answer", "Outcome", "judge", "read", "recorded", "rewrite", "run", "serve"]

MARKERS = ("right", "wrong", "says", "tags")

JOBS = "answers.json"

# An answer that takes longer hangs: a lesson's own training takes seconds.
ANSWER_SECONDS = int(os.environ.get("KINDLING_ANSWER_SECONDS", "240"))


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
    """What the check said of an answer: a sentence, or None where it passed; and what kind of sentence it is.

    That is a kind of `kindling.errors.CheckFailed`, or "explained" or "error" for a message of Python's or torch's.
    A `sealed` check is judged as in grading.
    """

    answer: Answer
    said: str | None
    kind: str | None = None
    sealed: bool = False

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
    for cell in percent.read_cells(percent.read_text(path), path, MARKERS):
        if cell.type == "markdown":
            continue
        right, wrong, says = (cell.options.get(key) for key in ("right", "wrong", "says"))
        if (right is None) == (wrong is None):
            raise LessonError.at(path, cell.line, 'an answer is right or wrong. Write right="task" or wrong="task".')
        if (wrong is None) != (says is None):
            raise LessonError.at(path, cell.line, 'a wrong answer, and no other, says="the sentence that it gets".')
        answers.append(Answer(str(right or wrong), cell.source, None if says is None else str(says), cell.line))
    return answers


def run(
    lesson: Lesson,
    answers: Sequence[Answer],
    *,
    sealed: Sequence[Answer] = (),
    shows: bool = False,
    warm: bool = False,
) -> Iterator[Outcome]:
    """Yield the outcome of each answer, in the order in which they finish.

    One process runs the lesson with its solutions and forks at each task: a fork runs one answer, then the check.
    So an answer costs a fork, not the lesson. As in grading, cells that only show something are left out, but with
    `shows`. The claims on `answers` are judged on the spot, as in a notebook; those on `sealed` by what the solutions
    recorded, as in grading too. With `warm`, the process is itself a fork, where that can be, of one that has imported
    torch for the first of several lessons. Raises LessonError for an answer to a task that the lesson lacks, and
    KindlingError where the process dies.
    """
    both = [(answer, False) for answer in answers] + [(answer, True) for answer in sealed]
    tasks = {task.id for task in lesson.tasks}
    for answer, _ in both:
        if answer.task not in tasks:
            raise LessonError.at(lesson.path, 1, f'an answer names the task "{answer.task}", which is not there.')
    jobs = [[number, answer.task, answer.source, as_grading] for number, (answer, as_grading) in enumerate(both)]
    finished = 0
    for number, said, kind in _served(lesson, ["shows"] * shows, jobs, warm):
        finished += 1
        answer, as_grading = both[number]
        yield Outcome(answer, said, kind, as_grading)
    if finished < len(both):
        raise _does_not_run(lesson)


def recorded(lesson: Lesson) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield the name of each task whose check can be sealed, and what its claims record with the lesson's solutions.

    Cells that only show something are left out. Raises KindlingError where the lesson does not run.
    """
    yield from ((task, records) for task, records in _served(lesson, ["records"], []))


def _served(lesson: Lesson, modes: Sequence[str], jobs: list[Any], warm: bool = False) -> Iterator[list[Any]]:
    """Yield what a process says that runs the lesson with its solutions. Raises KindlingError where it fails."""
    environment = {
        "KINDLING_SOURCE": "drawn",
        "KINDLING_SCRIPT_SECONDS": "40",  # a busy machine must not change a verdict
        **os.environ,
        "MPLBACKEND": "Agg",
        "OMP_NUM_THREADS": "1",
        "CUDA_VISIBLE_DEVICES": "",  # a fork can't use the GPU of its parent
        # Memory in huge pages, as far as Linux has them: a fork copies one table entry for each, in half the time.
        "PYTHONMALLOC": "malloc",
        "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
    }
    command = [sys.executable, "-c", "from kindling.authoring import answers; answers.serve()"]
    command += [str(lesson.path.resolve()), *modes]
    with tempfile.TemporaryDirectory(prefix="kindling-") as folder:
        Path(folder, JOBS).write_text(json.dumps(jobs))
        environment["TMPDIR"] = folder  # what a lesson leaves behind goes with the folder
        reader, writer = os.pipe()
        process: Command
        if warm:
            from kindling.scripts import forkserver  # with torch, which takes longer than it saves one lesson alone

            process = forkserver.start(command, Path(folder), environment, writer, 2)
        else:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=writer, cwd=folder, env=environment)
        os.close(writer)
        with open(reader) as outcomes:
            yield from map(json.loads, outcomes)
        if process.wait():
            raise _does_not_run(lesson)


def _does_not_run(lesson: Lesson) -> KindlingError:
    return KindlingError(f"{lesson.path}: the lesson does not run with its own solutions. Run it: python {lesson.path}")


def judge(
    root: Path, names: Sequence[str] | None, *, shows: bool = False, sealed: bool = False
) -> tuple[list[str], str]:
    """Return a sentence for each answer of the lessons' banks that is not judged as it must be, and one for them all.

    The lessons are those of the course in `root` with these names, or all.
    """
    problems, counts, start = [], Counter[tuple[bool, bool]](), time.monotonic()  # right or not, passed or not
    paths = lessons.find(root / "course", names)
    for path in paths:
        bank = root / "tests" / "answers" / path.name
        if not bank.exists():
            problems.append(f"{bank} is missing. Write answers to the lesson's tasks there.")
            continue
        on_the_spot, as_grading = ([], read(bank)) if sealed else (read(bank), [])
        warm = len(paths) > 1
        for outcome in run(lessons.read(path), on_the_spot, sealed=as_grading, shows=shows, warm=warm):
            counts[outcome.answer.right, outcome.said is None] += 1
            if not outcome.as_wanted:
                answer, said = outcome.answer, outcome.said or "nothing"
                problems.append(
                    f"{bank}:{answer.line}: the check of {answer.task} said: {said}\n"
                    f"    wanted: {answer.says or 'nothing, since the answer is right'}"
                )
    refused, accepted = counts[True, False], counts[False, True]
    right, wrong = refused + counts[True, True], accepted + counts[False, False]
    rates = f"{refused} of {right:,} right answers are refused, {accepted} of {wrong:,} wrong ones are accepted."
    if problems:
        return problems + [rates] * bool(counts), ""
    seconds = time.monotonic() - start
    return [], f"Each answer is judged as it must be, in {seconds:.1f} s: {rates}"


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


def serve() -> None:
    """Run a lesson with its solutions; at each task, run that task's answers, which the file JOBS holds, in forks.

    What follows `python` on the command line is the lesson's path, and its modes: "shows", to run the cells that only
    show something, and "records", to say what the claims of each check record.
    """
    path, (shows, records) = Path(sys.argv[1]), (mode in sys.argv[2:] for mode in ("shows", "records"))
    lesson = lessons.read(path)
    jobs = json.loads(Path(JOBS).read_text())
    # The real stdout carries the outcomes alone; what cells print goes nowhere.
    outcomes = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)

    import torch
    import torch._dynamo  # what watches tensors imports it on first use: once here, or a second in each fork

    from kindling.diagnose import errors  # noqa: F401 - once here, or in each fork of an answer that fails

    torch.manual_seed(torch.Generator().initial_seed())  # that of each new process, which a kernel is
    torch.set_num_threads(1)  # a fork must not inherit a pool of threads that do not exist in it
    # The lesson is the main program, as in a kernel: a class of its own can be pickled, and is found under its name.
    sys.modules["__main__"] = main = types.ModuleType("__main__")
    namespace: dict[str, Any] = vars(main)
    code = [cell for cell in lesson.cells if cell.type == "code" and (shows or not cell.show)]
    running: dict[int, tuple[int, int, float]] = {}
    scripts = {script.name: script.text for script in lessons.read_scripts(path)}
    if scripts:
        from kindling.scripts import forkserver, images

        forkserver.fork_here()
        images.prepare()  # once, or every fork that needs them draws the digits anew
    for position, cell in enumerate(code):
        if cell.task or cell.script:
            asked = cell.task or cell.check
            upto = next(i for i in range(position, len(code)) if code[i].check == asked)
            answers = [(number, source, sealed) for number, task, source, sealed in jobs if task == asked]
            wanted = records or any(sealed for _, _, sealed in answers)
            reference = _reference(code[position : upto + 1], namespace, scripts) if wanted else None
            if records and reference:
                print(json.dumps([asked, reference["reference"]]), file=outcomes, flush=True)
            for number, source, sealed in answers:
                known = reference if sealed else None
                while len(running) >= (os.cpu_count() or 1):
                    _collect(running, outcomes)
                if cell.task:
                    cells = [Cell("code", source, 0, {}), *code[position + 1 : upto + 1]]
                    _fork(number, cells, namespace, running, scripts, "", known)
                else:
                    _fork(number, [cell], namespace, running, scripts, source, known)
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
    sealed: dict[str, Any] | None,
) -> None:
    """Run cells in a fork, the check as grading does where it is `sealed`.

    Where the lesson has scripts they lie beside it, changed as an answer's `changes` say.
    """
    reader, writer = os.pipe()
    gc.freeze()  # a collection in the fork would touch, and so copy, all that it shares with its parent
    child = os.fork()
    if child:
        os.close(writer)
        running[reader] = (child, number, time.monotonic() + ANSWER_SECONDS)
        return
    try:
        with open(writer, "w") as outcome:
            print(json.dumps(_said(cells, namespace, scripts, changes, sealed)), file=outcome)
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
            said, kind = json.loads(text) if text.endswith(b"\n") else ("the process died", "error")
        else:
            os.kill(child, 9)
            said, kind = f"no answer within {ANSWER_SECONDS} s", "error"
        os.close(reader)
        os.waitpid(child, 0)
        print(json.dumps([number, said, kind]), file=outcomes, flush=True)


def _line(reader: int) -> bytes:
    """Return the line that a fork writes, which may be longer than a pipe holds; what there is where the fork dies."""
    text = b""
    while not text.endswith(b"\n") and (part := os.read(reader, 65_536)):
        text += part
    return text


def _reference(cells: list[Cell], namespace: dict[str, Any], scripts: dict[str, str]) -> dict[str, Any] | None:
    """Return what a check records with the lesson's own solution, in a fork; None where it can't be sealed."""
    check = seal(cells[-1].source)
    if check is None:
        return None
    reader, writer = os.pipe()
    child = os.fork()
    if child:
        os.close(writer)
        with open(reader) as records:
            known = check.job(json.load(records))
        os.waitpid(child, 0)
        return known
    try:
        from kindling import scope
        from kindling.grade.sealed import claims
        from kindling.grade.sealed.judge import Recorder

        recorder = Recorder()
        claims.send_to(recorder.hears)
        _hand_in(scripts)
        for cell in cells[:-1]:
            _execute(cell, namespace)
        scope.run(check.reference, namespace)
        with open(writer, "w") as outcome:
            json.dump(recorder.records, outcome)
    finally:
        os._exit(0)


def _hand_in(scripts: Mapping[str, str]) -> None:
    """Put scripts where a check looks for them."""
    if scripts:
        os.chdir(tempfile.mkdtemp())
        os.mkdir("scripts")
        for name, text in scripts.items():
            Path("scripts", name).write_text(text, encoding="utf-8")


def _said(
    cells: list[Cell],
    namespace: dict[str, Any],
    scripts: dict[str, str],
    changes: str,
    sealed: dict[str, Any] | None,
) -> tuple[str | None, str | None]:
    """Return what the learner would read, and its kind: the check's sentence, or an error explained."""
    with tempfile.TemporaryFile() as stderr:
        os.dup2(stderr.fileno(), 2)
        try:
            _hand_in(rewrite(scripts, changes) if scripts else {})
            for cell in cells:
                os.ftruncate(2, 0)
                if cell.check and sealed is not None:
                    _judge(cell, namespace, sealed)
                    continue
                # A kernel runs the check also where a cell before it that only shows something has failed.
                with contextlib.suppress(Exception) if cell.show else contextlib.nullcontext():
                    _execute(cell, namespace)
        except KindlingError as error:
            return str(error), getattr(error, "kind", "claim")
        except BaseException as error:  # also SystemExit: nothing that an answer does may pass for right
            return _with_explanation(error)
        sys.stderr.flush()
        size = os.fstat(2).st_size
        # nbgrader gives no points to a graded cell that writes to stderr.
        if size:
            return f"the check wrote to stderr: {os.pread(2, size, 0).decode(errors='replace')}", "error"
        return None, None


def _with_explanation(error: BaseException) -> tuple[str, str]:
    """Return the first line of what an error says with the sentence that explains it, as in grading, and its kind."""
    from kindling.diagnose import errors

    said = f"{type(error).__name__}: {error}".splitlines()[0]
    more = errors.explain(error)
    return (joined(said, more), "explained") if more else (said, "error")


def _judge(cell: Cell, namespace: dict[str, Any], sealed: dict[str, Any]) -> None:
    """Run a check as grading does, where the kernel only reports. Raises what the learner would read."""
    from kindling import scope
    from kindling.grade.sealed import claims
    from kindling.grade.sealed.judge import Judge

    judge = Judge(sealed["reference"], sealed["off_path"], values=True)  # a bank says what a notebook does
    claims.send_to(lambda record: judge.hears(json.loads(json.dumps(record))))
    error = None
    try:
        scope.run(sealed["text"], namespace, f"<cell at line {cell.line}>")
    except BaseException as raised:
        error = raised
    if failure := judge.failure(failed=error is not None):
        raise CheckFailed(failure[1])
    if error:
        raise error


def _execute(cell: Cell, namespace: dict[str, Any]) -> None:
    name = f"<cell at line {cell.line}>"
    linecache.cache[name] = (len(cell.source), None, cell.source.splitlines(keepends=True), name)
    if cell.check:
        from kindling import scope  # after torch, whose import is not this module's

        scope.run(cell.source, namespace, name)
    else:
        exec(compile(cell.source, name, "exec", dont_inherit=True), namespace)
