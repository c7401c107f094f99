"""What the checks of lesson 08 ask of a learner's scripts: trainings that are made once, and what came of them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import torch
from torch import Tensor

from kindling import data
from kindling.data.drawn import DrawnImages
from kindling.errors import CheckFailed
from kindling.scripts.desk import TRAINING_SECONDS, Desk, Run, contents, folder
from kindling.scripts.images import BARS, bars, digits, marked, write_data

__all__ = [
    "bonus_bar",
    "briefly_trained",
    "means_of_batches",
    "nearest_name",
    "output_kind",
    "shapes_named_in",
    "trained",
    "write_bars",
]

BONUS = {"drawn": 0.993, "real": 0.96}

# Training takes long, and failing may take longer: the last outcome of each is kept, with what the scripts held.
_trained: dict[str, tuple[str, tuple[Desk, Run] | CheckFailed]] = {}


def bonus_bar() -> float:
    """Return the share of new digits that the bonus task asks for; MNIST's are harder than those that are drawn."""
    return BONUS["drawn" if isinstance(data.load("mnist", train=False), DrawnImages) else "real"]


def trained(task: str) -> tuple[Desk, Path, Run]:
    """Return a desk, the checkpoint and the run of a training with the script's defaults, once for the same scripts.

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

    desk, run = _once("digits", task, train)
    return desk, desk.path / "out" / "trained_model.pt", run


def briefly_trained(task: str) -> tuple[Run, Path]:
    """Return what comes of `train --epochs 1` on images of bars, and the folder for its results, once for the same
    scripts. Raises CheckFailed.
    """

    def train(desk: Desk) -> Run:
        return desk.succeed("train", "--epochs", 1, "--data", write_bars(desk), "--out", desk.path / "new" / "out")

    desk, run = _once("bars", task, train)
    return run, desk.path / "new" / "out"


def write_bars(desk: Desk) -> Path:
    """Return the folder `bars` of a desk with the four files, made if need be: 700 bars to train on, 203 to test."""
    (train_images, train_labels), (test_images, test_labels) = bars(BARS, seed=1), bars(203, seed=2)
    return write_data(
        desk.path / "bars",
        train_images=train_images,
        train_labels=train_labels,
        test_images=test_images,
        test_labels=test_labels,
    )


def _once(name: str, task: str, train: Callable[[Desk], Run]) -> tuple[Desk, Run]:
    """Return a desk and what came of the training `name` on it, which is made once for the same scripts."""
    key = hashlib.sha256(repr(sorted(contents(folder()).items())).encode()).hexdigest()
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


def shapes_named_in(error: str, expected: tuple[int, ...], given: tuple[int, ...]) -> str:
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


def output_kind(outputs: Tensor) -> str:
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


def nearest_name(shown: float, known: Mapping[str, float]) -> str:
    """Return the name of the first number in `known` that `shown` is, to its decimals, or "another number"."""
    decimals = len(str(shown).partition(".")[2])
    atol = 1.01 * 10.0**-decimals if decimals > 2 else 0.0051  # with more of them cut off will do as well as rounded
    return next((name for name, number in known.items() if abs(shown - number) <= atol), "another number")


def means_of_batches(right: Tensor) -> dict[str, float]:
    """Return the mean of each batch's share of right answers, (n,), for usual sizes that leave a smaller last batch."""
    usual = (10, 16, 20, 32, 50, 64, 100, 128, 200, 250, 256, 300, 400, 500, 512, 1000, 1024)
    sizes = [size for size in usual if size < len(right)]
    return {
        f"batches of {size}": sum(part.float().mean().item() for part in parts) / len(parts)
        for size in sizes
        if len((parts := right.split(size))[-1]) < size
    }
