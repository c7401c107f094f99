"""The images on which a learner's scripts are tried: turned digits, and bars, which are quick to learn."""

from __future__ import annotations

import functools
from pathlib import Path

import torch
from torch import Tensor

from kindling import data

__all__ = ["BARS", "bars", "digits", "marked", "new_digits", "prepare", "write_data"]

BARS = 700  # to train on


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
    tensors = {}
    for split in ("train", "test"):
        tensors[f"{split}_images"], tensors[f"{split}_labels"] = data.turned_digits(split == "train", seed)
    return tensors


def prepare() -> None:
    """Draw all digits that the checks of the lesson need, for many forks of this process."""
    digits(0)
    for seed in (17, 41):
        new_digits(seed)


@functools.cache
def new_digits(seed: int) -> tuple[Tensor, Tensor]:
    """Return the test images and labels that `kindling.data.corrupt_mnist` makes from a seed, and no others."""
    return data.turned_digits(train=False, seed=seed)


def marked(images: Tensor) -> Tensor:
    """Return the images, (n, 28, 28), with a mark that no digit has: a white square in one corner."""
    images = images.clone()
    images[:, 1:5, 1:5] = 1.0
    return images
