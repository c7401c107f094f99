"""A learner's scripts, run as a person would run them: from the command line, in another folder, in limited time.

The scripts lie in `scripts/` beside the notebook. A check works on a `Desk`, a temporary folder with a copy of them;
nothing that they write stays.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from kindling.environment import inherited
from kindling.errors import CheckFailed, NotWritten
from kindling.scope import ARROW
from kindling.scripts import forkserver
from kindling.scripts.forkserver import Command, Start
from kindling.scripts.images import digits, write_data

__all__ = ["Desk", "Run", "contents", "folder"]

# Seconds of processor time for a run, and for a training with the script's own defaults, as the lesson says. A run has
# one thread, since threads of a small network wait for each other, and waiting counts.
SECONDS = float(os.environ.get("KINDLING_SCRIPT_SECONDS", "20"))
TRAINING_SECONDS = 60.0
# The clock may show more, since other work may keep a machine busy; a script that waits for ever ends here.
PATIENCE = 3.0
MOST = 300  # characters of what explains an error


# Bytes that a script may write to one file: what it prints is a file too.
LARGEST_FILE = 200_000_000
LARGEST_OUTPUT = 100_000


# What the given scripts say, see `kindling.authoring.lessons.Script`.
_STUB = re.compile(r"(\w+\.py) is not written yet\.")

# The program that puts a question to the learner's modules. What they print can't be taken for the answer.
_ASK = """
import sys, torch
answer = {{}}
{program}
answer = {{key: value.detach() if isinstance(value, torch.Tensor) else value for key, value in answer.items()}}
torch.save(answer, {path!r})
"""


@dataclass(frozen=True)
class Run:
    """What came of a command: its exit code, and what it printed."""

    command: str
    code: int
    stdout: str
    stderr: str
    notes: Mapping[str, Any] = field(default_factory=dict)  # of the observer; none where nobody has watched
    explanation: str = ""  # of the error that it ended with, a sentence with a space before it

    @property
    def progress(self) -> str:
        """Whether the output is "shown" progress: a bar, a share, or a line that comes again with other numbers.

        Otherwise it is "nothing" or "no progress".
        """
        parts = self.lines
        if not parts:
            return "nothing"
        if any(re.search(r"\d\s*%|\d\s*(/|of)\s*\d|([━─█▓▒░#=*.>-])\2{4}", part) for part in parts):
            return "shown"
        kinds: dict[str, set[str]] = {}
        for part in parts:
            kinds.setdefault(re.sub(r"[\d.e+-]*\d", "#", part), set()).add(part)
        return "shown" if any(len(alike) > 1 for alike in kinds.values()) else "no progress"

    @property
    def steps(self) -> int | None:
        """How many steps an optimizer has made; None where nobody knows."""
        return self.notes.get("steps") or None

    @property
    def rate(self) -> float | None:
        """The highest learning rate of an optimizer; None where nobody knows."""
        return self.notes["highest_rate"] if self.steps else None

    def passes(self, images: int) -> float | None:
        """How often the steps went through that many images; None where nobody knows."""
        examples = self.notes.get("examples")
        return examples / images if self.steps and examples else None

    @property
    def gradients(self) -> str:
        """Whether the gradients of each step are its own, "fresh", hold "old ones", or are "missing".

        They are "unused" where the weights have not moved in the end.
        """
        if self.steps and self.notes.get("empty", 0) == self.steps:
            return "missing"
        if not self.notes.get("moved", True):
            return "unused"
        return "old ones" if self.notes.get("stale", 0) > 1 else "fresh"

    @property
    def softmaxed(self) -> bool:
        """Whether the cross-entropy was given probabilities."""
        return bool(self.notes.get("softmaxed"))

    def untrained(self, state: Mapping[str, Tensor]) -> bool:
        """Return whether all weights in `state` are those from before the first step; False where nobody knows."""
        start: dict[str, float] = self.notes.get("start", {})
        return bool(start) and all(
            name in state and state[name].double().sum() == total for name, total in start.items()
        )

    @property
    def mode(self) -> str:
        """The mode in which a network is trained in which that matters: "inference" if some steps are made in it."""
        return "inference" if self.notes.get("inference") else "training"

    @property
    def test_images(self) -> str:
        """What the network had of the test images: they are "unused", "seen" or "learnt from"."""
        use: str = self.notes.get("test_images", "unused")
        return use

    def reads(self, path: Path) -> bool:
        """Return whether the command has loaded this file, or a file in this folder; True where nobody knows."""
        loaded = [Path(name) for name in self.notes.get("loaded", ())]
        return not loaded or any(name.is_relative_to(path.resolve()) for name in loaded)

    @property
    def lines(self) -> list[str]:
        """All lines that are not blank, of stdout, then of stderr."""
        return [line.strip() for line in f"{self.stdout}\n{self.stderr}".splitlines() if line.strip()]

    @property
    def failure_mode(self) -> str:
        """How the command failed: "one line, exit code 1" as it should, or in what other way."""
        if any(line.startswith("Traceback") for line in self.lines):
            return "a traceback"
        if self.code != 1:
            return f"exit code {self.code}"
        if not self.lines:
            return "no word"
        return "one line, exit code 1" if len(self.lines) == 1 and " " in self.lines[0] else "other lines"

    @property
    def accuracy(self) -> float:
        """The number behind "Test accuracy:" on stdout. Raises CheckFailed where there is not one such line."""
        found = re.findall(r"^.*\bTest accuracy: *(.*?)\s*$", self.stdout, flags=re.MULTILINE)
        if len(found) != 1:
            how_many = f"{len(found)} lines" if found else "no line"
            raise CheckFailed(f'`{self.command}` prints {how_many} "Test accuracy: …" on stdout, wanted one.')
        if "%" in found[0] or re.fullmatch(r"\d{2,3}(\.\d+)?", found[0]):
            raise CheckFailed(f'`{self.command}` prints "Test accuracy: {found[0]}". A share goes from 0 to 1.')
        if not re.fullmatch(r"[01]\.\d{2,4}", found[0]):
            raise CheckFailed(
                f'`{self.command}` prints "Test accuracy: {found[0][:40]}", wanted a number with two to four decimals, '
                'like "Test accuracy: 0.93".'
            )
        return float(found[0])


class Desk:
    """A temporary folder with a copy of the learner's scripts in `scripts/`, for the check of one task.

    `path` is the folder. The copy holds the `.py` files alone. Raises CheckFailed where one of the three scripts that
    the task needs is missing, or is no Python. The folder goes when the desk does. Commands begin with `start`.
    """

    def __init__(self, task: str, start: Start = forkserver.start) -> None:
        self.task, self._start = task, start
        self.path = Path(tempfile.mkdtemp(prefix="kindling-")).resolve()
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)
        self.scripts = self.path / "scripts"
        self.scripts.mkdir()
        self._classes: dict[bytes, Tensor] = {}
        needed = {"model_script": ["model.py"], "data_script": ["data.py"]}.get(
            task, ["main.py", "model.py", "data.py"]
        )
        for name, content in contents(folder()).items():
            (self.scripts / name).write_bytes(content)
        for name in needed:
            _validate(self.scripts / name)

    def run(self, *arguments: object, seconds: float = 0.0) -> Run:
        """Return what comes of `python main.py` with these arguments; the working directory is the desk's folder.

        Raises NotWritten for a stub, and CheckFailed for a run that goes on after `seconds` of processor time.
        """
        words = list(map(str, arguments))
        shown = " ".join(["python main.py", *words])
        return self._run([str(self.scripts / "main.py"), *words], shown, self.path, seconds or SECONDS)

    def succeed(self, *arguments: object, seconds: float = 0.0) -> Run:
        """Return what comes of a command that must end well. Raises CheckFailed, with its last line, otherwise."""
        run = self.run(*arguments, seconds=seconds)
        if run.code:
            last = f', and its last line is "{run.lines[-1][:200]}"' if run.lines else " and prints nothing"
            raise CheckFailed(f"`{run.command}` ends with exit code {run.code}{last}.{run.explanation}")
        return run

    def ask(self, program: str) -> dict[str, Any]:
        """Return what `program` puts into the dict `answer`: tensors and plain values.

        It runs in a process of its own in `scripts/`, where it can import the learner's modules. Raises as `run`,
        and CheckFailed with the error's last line where it fails.
        """
        path = self.path / "answer.pt"
        path.unlink(missing_ok=True)
        source = _ASK.format(program=program, path=str(path))
        module = (re.search(r"from (\w+) import", program) or ["", "main"])[1]
        run = self._run(["-c", source], f"scripts/{module}.py", self.scripts, SECONDS)
        if run.code or not path.exists():
            last = run.lines[-1][:300] if run.lines else f"exit code {run.code}"
            last = f"{last.rstrip(' .:')}.{run.explanation}" if run.explanation else last
            raise CheckFailed(f"scripts/{module}.py fails: {last}")
        answer: dict[str, Any] = torch.load(path, weights_only=True)
        return answer

    def predictions(self, checkpoint: Path, data: Path) -> Tensor:
        """Return the class, (n,), that the network in `checkpoint` gives to each test image in the folder `data`.

        It is the learner's `Net`, on the images as the learner's `corrupt_mnist` normalises them. Raises CheckFailed.
        """
        self.state_dict(checkpoint)
        reply = self.ask(f"{_LOAD.format(checkpoint=str(checkpoint))}\n{_PREDICT.format(data=str(data))}")
        classes: Tensor = reply["classes"]
        return classes

    def read(self, checkpoint: Path, images: Tensor) -> Tensor:
        """Return the class, (n,), that the network in `checkpoint` gives to each digit in `images`, (n, 28, 28).

        No label is anywhere that the scripts could read. The same question is asked once. Raises CheckFailed.
        """
        question = hashlib.sha256(checkpoint.read_bytes() + images.numpy().tobytes()).digest()
        if question not in self._classes:
            none = torch.zeros(len(images), dtype=torch.int64)
            path = self.path / "unlabelled"
            if not path.exists():
                write_data(path, **digits(0))
            write_data(path, test_images=images, test_labels=none)
            self._classes[question] = self.predictions(checkpoint, path)
        return self._classes[question]

    def state_dict(self, checkpoint: Path) -> dict[str, Tensor]:
        """Return the weights in the file `checkpoint`: the file's own dict, or one in it. Raises CheckFailed."""
        shown = checkpoint.name
        if not checkpoint.is_file():
            raise CheckFailed(f"{shown} was not written to the folder that --out names.")
        try:
            content = torch.load(checkpoint, map_location="cpu", weights_only=True)
        except Exception:
            raise CheckFailed(
                f"{shown} does not load with weights_only=True. Save the state_dict, not the model itself."
            ) from None
        found = next(_state_dicts(content), None)
        if found is None:
            raise CheckFailed(f"{shown} holds no state_dict. Save model.state_dict().")
        return found

    @functools.cached_property
    def _fresh(self) -> dict[str, Tensor]:
        """The weights of a `Net()` that was never trained."""
        state: dict[str, Tensor] = self.ask('from model import Net\nanswer["state"] = dict(Net().state_dict())')[
            "state"
        ]
        return state

    def write_untrained(self, checkpoint: Path, target: Path) -> None:
        """Write a copy of `checkpoint` to `target` whose weights are those of a fresh `Net()`."""
        content = torch.load(checkpoint, map_location="cpu", weights_only=True)
        for state in _state_dicts(content):
            if set(state) == set(self._fresh):
                state.update(self._fresh)
                break
        torch.save(content, target)

    def _run(self, arguments: list[str], shown: str, cwd: Path, seconds: float) -> Run:
        code, notes, *texts = _execute(self._start, [sys.executable, *arguments], cwd, seconds)
        # The folder has a random name, which tells nobody anything.
        shown, stdout, stderr = (text.replace(f"{self.path}{os.sep}", "") for text in (shown, *texts))
        if code is None:
            if seconds > SECONDS:
                cure = "Is that its usual time, or is there a loop without end?"
            elif "--data" in arguments:  # a few images are there
                cure = "Does every loop in it end, and does it use the images that --data names?"
            else:
                cure = "Does every loop in it end?"
            raise CheckFailed(f"`{shown}` took longer than {seconds:g} s and was stopped. {cure}")
        before, _, line = stderr.rstrip().rpartition("\n")
        explanation = f" {line.removeprefix(ARROW)[:MOST]}" if code == 1 and line.startswith(ARROW) else ""
        stderr = before if explanation else stderr
        stub = _STUB.fullmatch(stderr.strip().split("\n")[-1])
        if stub and code == 1:
            if stub[1] in (f"{self.task.removesuffix('_script')}.py", "main.py"):
                raise NotWritten(self.task)
            raise CheckFailed(f"scripts/{stub[1]} is not written yet, and `{shown}` needs it.")
        return Run(shown, code, stdout, stderr, notes, explanation)


# Programs for `ask`.
_LOAD = """
from model import Net
content = torch.load({checkpoint!r}, map_location="cpu", weights_only=True)
model = Net()
names = set(model.state_dict())
found = [content]
for one in found:
    if isinstance(one, dict):
        if set(one) == names:
            model.load_state_dict(one)
            break
        found += one.values()
else:
    raise SystemExit("The weights in the checkpoint are not those of Net().")
model.eval()
"""
_PREDICT = """
from data import corrupt_mnist
_, test_set = corrupt_mnist({data!r})
images = torch.stack([test_set[i][0] for i in range(len(test_set))])
with torch.no_grad():
    answer["classes"] = torch.cat([model(part).argmax(dim=1) for part in images.split(250)])
"""


def folder() -> Path:
    """Return the folder of the scripts that are checked: `scripts/` beside the notebook.

    Two places hold no learner's notebook, and there the solutions in course/ stand in: course/ itself, where a lesson
    runs as a plain script, and source/, whose scripts are the stubs that nbgrader hands out.
    """
    here = Path.cwd()
    script = Path(getattr(sys.modules["__main__"], "__file__", None) or "").resolve()
    if script.parent.name == "course":
        here = script.with_suffix("")
    elif here.parent.name == "source" and (here.parents[1] / "nbgrader_config.py").is_file():
        here = here.parents[1] / "course" / here.name
    return here / "scripts"


def contents(path: Path) -> dict[str, bytes]:
    """Return the bytes of each `.py` file in a folder, by name."""
    return {file.name: file.read_bytes() for file in sorted(path.glob("*.py")) if file.is_file()}


def _validate(path: Path) -> None:
    """Raise CheckFailed unless there is a script at `path` that Python can read."""
    shown = f"scripts/{path.name}"
    if not path.exists():
        raise CheckFailed(f"{shown} is missing. It belongs in the folder scripts/ beside this notebook.")
    content = path.read_bytes()
    try:
        compile(content.decode("utf-8-sig"), shown, "exec", dont_inherit=True)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise CheckFailed(f"{shown}, line {line}, is not UTF-8 text. Save the file as UTF-8.") from None
    except (SyntaxError, ValueError) as error:  # ValueError: a null byte, in Python 3.11
        line = getattr(error, "lineno", None) or 1
        raise CheckFailed(f"{shown}, line {line}: Python refuses this line: {getattr(error, 'msg', error)}.") from None


def _state_dicts(content: Any) -> Iterator[dict[str, Tensor]]:
    """Yield each dict of tensors by name in what a checkpoint holds, the outer ones first."""
    if isinstance(content, dict):
        if content and all(isinstance(name, str) and isinstance(value, Tensor) for name, value in content.items()):
            yield content
        for value in content.values():
            yield from _state_dicts(value)


def _execute(
    start: Start, command: list[str], cwd: Path, seconds: float
) -> tuple[int | None, dict[str, Any], str, str]:
    """Return exit code, notes, stdout and stderr of a command; the code is None where it went on too long.

    No input, no window, and no process of its own is left.
    """
    environment = {
        **inherited(),
        "MPLBACKEND": "module://kindling.scripts.backend",
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "COLUMNS": "500",  # a line stays a line
        "OMP_NUM_THREADS": "1",
        "OMP_THREAD_LIMIT": "1",
    }
    with (
        tempfile.TemporaryFile() as stdout,
        tempfile.TemporaryFile() as stderr,
        tempfile.TemporaryDirectory(prefix="kindling-") as notebook,
    ):
        written = Path(notebook, "notes.json")
        if "-c" not in command:  # a question has its answer
            environment["KINDLING_OBSERVER"] = str(written)
        process = start(command, cwd, environment, stdout.fileno(), stderr.fileno())
        try:
            _limit(process.pid, seconds)
            code: int | None = process.wait(timeout=PATIENCE * seconds)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            _kill(process)
        texts = []
        for stream in (stdout, stderr):
            stream.seek(0)
            texts.append(stream.read(LARGEST_OUTPUT).decode(errors="replace").replace("\r", "\n"))
        notes: dict[str, Any] = {}
        with contextlib.suppress(OSError, ValueError):  # a command that was stopped has written none
            notes = json.loads(written.read_text(encoding="utf-8"))
    if hasattr(signal, "SIGXCPU") and code == -signal.SIGXCPU:
        code = None
    return code, notes, texts[0], texts[1]


def _limit(pid: int, seconds: float) -> None:
    """Limit the processor time and the size of files of a process that has begun, where the system can do that."""
    try:
        import resource

        resource.prlimit(pid, resource.RLIMIT_CPU, (int(seconds), int(seconds) + 1))
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    except (ImportError, AttributeError, OSError):  # another system; or the process has ended already
        pass


def _kill(process: Command) -> None:
    """End a process with all its children."""
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            os.kill(process.pid, signal.SIGTERM)  # which ends a process at once on Windows
    process.wait()
