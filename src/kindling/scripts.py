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
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from kindling import interpreter
from kindling.curve import KEY
from kindling.errors import CheckFailed, NotWritten
from kindling.interpreter import Command

__all__ = ["Curve", "Desk", "Run", "briefly_trained", "folder", "kind", "match", "names", "trained"]

# Seconds of processor time for a run. A default training of 60 s on two cores is less than this on one.
SECONDS = float(os.environ.get("KINDLING_SCRIPT_SECONDS", "20"))
TRAINING_SECONDS = 5 * SECONDS
# The clock may show more, since other work may keep a machine busy; a script that waits for ever ends here.
PATIENCE = 3

# What starts a command. The answer bank, which runs hundreds, forks itself.
start: Callable[..., Command] = interpreter.start

# Bytes that a script may write to one file: what it prints is a file too.
LARGEST_FILE = 200_000_000
LARGEST_OUTPUT = 100_000

# What the given scripts say, see `kindling.lesson.Script`.
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

    @property
    def lines(self) -> list[str]:
        """All lines that are not blank, of stdout, then of stderr."""
        return [line.strip() for line in f"{self.stdout}\n{self.stderr}".splitlines() if line.strip()]

    @property
    def manner(self) -> str:
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


@dataclass(frozen=True)
class Curve:
    """What a picture of a training shows: names of its axes, and points of its longest line; None where unknown."""

    xlabel: str | None
    ylabel: str | None
    points: int | None

    @classmethod
    def read(cls, path: Path) -> Curve:
        """Return the curve in the PNG at `path`. Raises CheckFailed where it is no picture of anything."""
        from PIL import Image

        if not path.is_file():
            raise CheckFailed(f"{path.name} was not written to the folder that --out names.")
        try:
            with Image.open(path) as image:
                size, kind_, note = image.size, image.format, json.loads(image.info.get(KEY, "[]"))
                shades = image.convert("L").getextrema()
        except Exception:  # whatever is in the file, and Pillow has an error of its own for each kind
            raise CheckFailed(f"{path.name} is no picture that can be opened. Does `savefig` write it?") from None
        if kind_ != "PNG":
            raise CheckFailed(f"{path.name} holds a {kind_} picture. Does its name end in .png when it is saved?")
        if min(size) < 100:
            raise CheckFailed(f"{path.name} has {size[0]}×{size[1]} pixels, too few to see a curve.")
        if shades[0] == shades[1]:
            raise CheckFailed(f"{path.name} is blank. Is it saved before `plt.show()` or `plt.close()`?")
        if not note:
            return cls(None, None, None)
        axes = max(note, key=lambda one: one["points"])
        return cls(axes["xlabel"].strip(), axes["ylabel"].strip(), axes["points"] or None)

    @property
    def axes(self) -> str:
        """Whether the axes are "named", also where nobody can know, or "unnamed", "half named" or "swapped"."""
        if self.xlabel is None or self.ylabel is None:
            return "named"
        if not self.xlabel or not self.ylabel:
            return "half named" if self.xlabel or self.ylabel else "unnamed"
        swapped = "loss" in self.xlabel.lower() and "loss" not in self.ylabel.lower()
        return "swapped" if swapped else "named"


class Desk:
    """A temporary folder with a copy of the learner's scripts in `scripts/`, for the check of one task.

    `path` is the folder. The copy holds the `.py` files alone. Raises CheckFailed where one of the three scripts that
    the task needs is missing, or is no Python. The folder goes when the desk does.
    """

    def __init__(self, task: str) -> None:
        self.task = task
        self.path = Path(tempfile.mkdtemp(prefix="kindling-")).resolve()
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)
        self.scripts = self.path / "scripts"
        self.scripts.mkdir()
        self._classes: dict[bytes, Tensor] = {}
        needed = {"model_script": ["model.py"], "data_script": ["data.py"]}.get(
            task, ["main.py", "model.py", "data.py"]
        )
        for name, content in _contents(folder()).items():
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
            raise CheckFailed(f"`{run.command}` ends with exit code {run.code}{last}.")
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
            raise CheckFailed(f"scripts/{module}.py fails: {last}")
        return torch.load(path, weights_only=True)

    def predictions(self, checkpoint: Path, data: Path) -> Tensor:
        """Return the class, (n,), that the network in `checkpoint` gives to each test image in the folder `data`.

        It is the learner's `Net`, on the images as the learner's `corrupt_mnist` normalises them. Raises CheckFailed.
        """
        self.state_dict(checkpoint)
        reply = self.ask(f"{_LOAD.format(checkpoint=str(checkpoint))}\n{_PREDICT.format(data=str(data))}")
        return reply["classes"]

    def read(self, checkpoint: Path, images: Tensor) -> Tensor:
        """Return the class, (n,), that the network in `checkpoint` gives to each digit in `images`, (n, 28, 28).

        No label is anywhere that the scripts could read. The same question is asked once. Raises CheckFailed.
        """
        question = hashlib.sha256(checkpoint.read_bytes() + images.numpy().tobytes()).digest()
        if question not in self._classes:
            none = torch.zeros(len(images), dtype=torch.int64)
            path = write_data(self.path / "unlabelled", **{**digits(0), "test_images": images, "test_labels": none})
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
        return self.ask('from model import Net\nanswer["state"] = dict(Net().state_dict())')["state"]

    def write_untrained(self, checkpoint: Path, target: Path) -> None:
        """Write a copy of `checkpoint` to `target` whose weights are those of a fresh `Net()`."""
        content = torch.load(checkpoint, map_location="cpu", weights_only=True)
        for state in _state_dicts(content):
            if set(state) == set(self._fresh):
                state.update(self._fresh)
                break
        torch.save(content, target)

    def _run(self, arguments: list[str], shown: str, cwd: Path, seconds: float) -> Run:
        code, *texts = _execute([sys.executable, *arguments], cwd, seconds)
        # The folder has a random name, which tells nobody anything.
        shown, stdout, stderr = (text.replace(f"{self.path}{os.sep}", "") for text in (shown, *texts))
        if code is None:
            raise CheckFailed(f"`{shown}` took longer than {seconds:g} s and was stopped. Does every loop in it end?")
        stub = _STUB.fullmatch(stderr.strip().split("\n")[-1])
        if stub and code == 1:
            if stub[1] in (f"{self.task.removesuffix('_script')}.py", "main.py"):
                raise NotWritten(self.task)
            raise CheckFailed(f"scripts/{stub[1]} is not written yet, and `{shown}` needs it.")
        return Run(shown, code, stdout, stderr)


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


def names(error: str, expected: tuple[int, ...], given: tuple[int, ...]) -> str:
    """Return which of both shapes an error's message names: "both shapes", "the given shape", … or "no shape".

    Any way to write a shape will do, with or without the number of images in front.
    """

    def find(shape: tuple[int, ...], text: str) -> re.Match[str] | None:
        return re.search(r"(?<!\d)" + r"\D{1,4}".join(map(str, shape)) + r"(?!\d)", text)

    found = find(given, error) or (find(given[1:], error) if len(given) == 4 else None)
    rest = error.replace(found[0], "…", 1) if found else error
    wanted = find(expected, rest)
    return {
        (True, True): "both shapes",
        (True, False): "the expected shape",
        (False, True): "the given shape",
        (False, False): "no shape",
    }[wanted is not None, found is not None]


def kind(outputs: Tensor) -> str:
    """Return what the numbers in `outputs`, (n, classes), are: "logits", "probabilities", "log-probabilities", …."""
    if not isinstance(outputs, Tensor) or outputs.ndim != 2:
        return "no table of numbers"
    one = torch.ones(len(outputs), dtype=outputs.dtype)
    if torch.allclose(outputs, outputs[:1], rtol=0, atol=1e-7):
        return "the same in each row"
    if (outputs >= 0).all() and torch.allclose(outputs.sum(dim=1), one, atol=1e-4):
        return "probabilities"
    if torch.allclose(outputs.exp().sum(dim=1), one, atol=1e-4):
        return "log-probabilities"
    if (outputs >= 0).all() and (outputs == 0).any():
        return "ReLU's"
    if (outputs > 0).all() and (outputs < 1).all():
        return "between 0 and 1"
    return "logits"


def match(shown: float, known: Mapping[str, float], atol: float = 0.0051) -> str:
    """Return the name of the first number in `known` that `shown` is, to two decimals, or "another number"."""
    return next((name for name, number in known.items() if abs(shown - number) <= atol), "another number")


def write_data(path: Path, **parts: Tensor) -> Path:
    """Return the folder `path`, made if need be, with each tensor in a file of its name, like `train_images.pt`."""
    path.mkdir(parents=True, exist_ok=True)
    for name, tensor in parts.items():
        torch.save(tensor.clone(), path / f"{name}.pt")
    return path


def bars(count: int, seed: int) -> tuple[Tensor, Tensor]:
    """Return noisy images of a bar, float32 (count, 28, 28) in [0, 1], and its place, int64 (count,): quick to learn.

    They stand in for digits where a check needs data, but no digits.
    """
    generator = torch.Generator().manual_seed(seed)
    labels = torch.randint(10, (count,), generator=generator)
    images = torch.rand(count, 28, 28, generator=generator) * 0.8
    columns = torch.arange(28) // 2
    images += 0.2 * (columns == labels[:, None] + 2).float()[:, None, :]
    return images, labels


@functools.cache
def digits(seed: int) -> dict[str, Tensor]:
    """Return the four tensors of the final exercise that `kindling.data.corrupt_mnist` makes from a seed, by name."""
    from kindling import data

    tensors = {}
    for split in ("train", "test"):
        tensors[f"{split}_images"], tensors[f"{split}_labels"] = data.turned_digits(split == "train", seed)
    return tensors


@functools.cache
def new_digits(seed: int) -> tuple[Tensor, Tensor]:
    """Return the test images and labels that `kindling.data.corrupt_mnist` makes from a seed, and no others."""
    from kindling import data

    return data.turned_digits(train=False, seed=seed)


def marked(images: Tensor) -> Tensor:
    """Return the images, (n, 28, 28), with a mark that no digit has: a white square in one corner."""
    images = images.clone()
    images[:, 1:5, 1:5] = 1.0
    return images


def trained(task: str) -> tuple[Desk, Path]:
    """Return a desk and the checkpoint of a training as the learner's script has it, once for the same scripts.

    A tenth of the test images carry a mark and the label 3, whatever they show. Whoever trains on them learns that.
    Raises CheckFailed.
    """

    def train(desk: Desk) -> Run:
        parts = dict(digits(0))
        few = len(parts["test_images"]) // 10
        parts["test_images"] = torch.cat([marked(parts["test_images"][:few]), parts["test_images"][few:]])
        parts["test_labels"] = torch.cat([torch.full((few,), 3), parts["test_labels"][few:]])
        data_, out = write_data(desk.path / "digits", **parts), desk.path / "out"
        run = desk.succeed("train", "--data", data_, "--out", out, seconds=TRAINING_SECONDS)
        desk.state_dict(out / "trained_model.pt")
        return run

    desk, _ = _once("digits", task, train)
    return desk, desk.path / "out" / "trained_model.pt"


def briefly_trained(task: str) -> tuple[Run, Path]:
    """Return what comes of `train --epochs 1` on images of bars, and the folder for its results, once for the same
    scripts. Raises CheckFailed.
    """

    def train(desk: Desk) -> Run:
        (train_images, train_labels), (test_images, test_labels) = bars(700, seed=1), bars(203, seed=2)
        data_ = write_data(
            desk.path / "bars",
            train_images=train_images,
            train_labels=train_labels,
            test_images=test_images,
            test_labels=test_labels,
        )
        return desk.succeed("train", "--epochs", 1, "--data", data_, "--out", desk.path / "new" / "out")

    desk, run = _once("bars", task, train)
    return run, desk.path / "new" / "out"


def _once(name: str, task: str, train: Callable[[Desk], Run]) -> tuple[Desk, Run]:
    """Return a desk and what came of the training `name` on it, which is made once for the same scripts."""
    key = hashlib.sha256(repr(sorted(_contents(folder()).items())).encode()).hexdigest()
    desk = Desk(task)
    if _trained.get(name, ("",))[0] != key:
        try:
            _trained[name] = key, (desk, train(desk))
        except CheckFailed as failed:
            _trained[name] = key, failed
    outcome = _trained[name][1]
    if isinstance(outcome, CheckFailed):
        raise outcome
    return outcome


# Training takes long, and failing may take longer: the last outcome of each is kept, with what the scripts held.
_trained: dict[str, tuple[str, tuple[Desk, Run] | CheckFailed]] = {}


def _contents(path: Path) -> dict[str, bytes]:
    """Return the bytes of each `.py` file in a folder, by name."""
    return {file.name: file.read_bytes() for file in sorted(path.glob("*.py")) if file.is_file()}


def _validate(path: Path) -> None:
    """Raise CheckFailed unless there is a script at `path` that Python can read."""
    shown = f"scripts/{path.name}"
    if not path.exists():
        raise CheckFailed(f"{shown} is missing. It belongs into the folder scripts/ beside this notebook.")
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


def _execute(command: list[str], cwd: Path, seconds: float) -> tuple[int | None, str, str]:
    """Return exit code, stdout and stderr of a command; the code is None where it went on too long.

    No input, no window, and no process of its own is left.
    """
    environment = {
        **os.environ,
        "MPLBACKEND": "module://kindling.curve",
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "COLUMNS": "500",  # a line stays a line
        # `kindling` is found, also where this environment is not activated.
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
    }
    with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        process = start(command, cwd, environment, stdout.fileno(), stderr.fileno())
        try:
            _limit(process.pid, seconds)
            code: int | None = process.wait(timeout=PATIENCE * seconds if seconds <= SECONDS else seconds)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            _kill(process)
        texts = []
        for stream in (stdout, stderr):
            stream.seek(0)
            texts.append(stream.read(LARGEST_OUTPUT).decode(errors="replace").replace("\r", "\n"))
    if hasattr(signal, "SIGXCPU") and code == -signal.SIGXCPU:
        code = None
    return code, texts[0], texts[1]


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
