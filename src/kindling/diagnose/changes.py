"""What slips make of the right value: the changes that relations find, each in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch

from kindling.diagnose.pieces import broadcasts, sums_over_batches
from kindling.diagnose.values import Array, Pair, is_sorted, quantity

__all__ = ["Change", "changes"]

SUMS = {
    "mean": "as the mean of the batch means",
    "last": "as the number of the last batch",
    "sum": "as the sum of the batch means",
    "over": "as the sum of the batch means divided by all examples",
    "total": "as the sum over all examples divided by the batches",
    "all": "as the sum over all examples",
}


class Change(NamedTuple):
    """What a slip makes of the numbers wanted, nan where that can't be known; `idea` is that of the finding."""

    idea: str
    words: str
    numbers: Array


def changes(right: Pair) -> Iterator[Change]:
    """Yield what slips make of `right.wanted`, alone and with what else is known of it."""
    wanted = right.wanted
    yield from _of_each(wanted)
    for dim in range(wanted.ndim):
        if wanted.shape[dim] > 1:
            yield from _along(wanted, dim)
    if wanted.ndim == 1 and wanted.size > 1:
        yield from _of_list(wanted)
    if wanted.ndim == 2 and min(wanted.shape) > 1:
        yield Change("transposed", "with rows and columns exchanged", wanted.T)
    yield from _with_arguments(right)
    if right.previous is not None and right.previous.shape == wanted.shape:
        yield Change("argument", "as before the step", right.previous)
        yield Change("direction", "with the step the other way", 2 * right.previous - wanted)
        yield Change("piled up", "with the one before added", right.previous + wanted)
    if right.parts is not None and right.single:
        for idea, number in sums_over_batches(*right.parts).items():
            yield Change(f"batches: {idea}", SUMS[idea], np.full_like(wanted, number))


def _of_each(wanted: Array) -> Iterator[Change]:
    """Yield the changes that make another number of each."""
    tensor = torch.from_numpy(wanted.copy())
    yield Change("negative", "with the wrong sign", -wanted)
    yield Change("offset", "plus 1", wanted + 1)
    yield Change("offset", "minus 1", wanted - 1)
    yield Change("times 2", "doubled", wanted * 2)
    yield Change("times 0.5", "halved", wanted / 2)
    if (wanted < 0).any():
        yield Change("ReLU", "with 0 for each negative one", np.maximum(wanted, 0))
        if (wanted > 0).any():  # or it is the wrong sign
            yield Change("absolute", "without signs", np.abs(wanted))
    else:
        yield Change("square", "squared", wanted**2)
        yield Change("root", "as square roots", np.sqrt(wanted))
        if wanted.max() <= 1:
            yield Change("complement", "subtracted from 1", 1 - wanted)
            yield Change("percent", "times 100", wanted * 100)
            yield Change("bytes", "times 255", wanted * 255)
            yield Change("range", "moved to between -1 and 1", 2 * wanted - 1)
    if wanted.all():
        yield Change("reciprocal", "as 1 divided by each", 1 / wanted)
        if (wanted > 0).all():
            yield Change("logarithm", "as logarithms", np.log(wanted))
    yield Change("exponential", "as powers of e", np.exp(wanted))
    yield Change("sigmoid of it", "after sigmoid", tensor.sigmoid().numpy())
    yield Change("tanh of it", "after tanh", tensor.tanh().numpy())
    if wanted.ndim:
        yield Change("softmax of it", "after softmax", tensor.softmax(-1).numpy())
    yield Change("float16", "in float16", tensor.half().double().numpy())


def _along(wanted: Array, dim: int) -> Iterator[Change]:
    """Yield the changes along one dimension."""
    along = "" if wanted.ndim == 1 else f" along dimension {dim}"
    if wanted.ndim > 1 or not is_sorted(wanted):  # or it is sorted
        yield Change("reversed", f"in reverse order{along}", np.flip(wanted, dim))
    yield Change("cumulated", f"added up{along}", np.cumsum(wanted, axis=dim))
    yield Change("steps", f"as steps from one to the next{along}", np.diff(wanted, axis=dim, prepend=0))
    rest, start = np.delete(wanted, 0, dim), np.delete(wanted, -1, dim)
    if wanted.ndim < 3 and not np.array_equal(rest, start):  # where all are equal, only the number of them is wrong
        what = "one" if wanted.ndim == 1 else ("row", "column")[dim]
        yield Change("last one", f"without the last {what}", start)
        yield Change("first one", f"without the first {what}", rest)


def _of_list(wanted: Array) -> Iterator[Change]:
    """Yield the changes of a list: its order, and one number for all of it."""
    unknown = np.array([np.nan])
    yield Change("shifted", "one place late", np.concatenate([unknown, wanted[:-1]]))
    yield Change("shifted", "one place early", np.concatenate([wanted[1:], unknown]))
    if wanted.size > 4:  # of fewer, many happen to be in order
        yield Change("sorted", "with the smallest first", np.sort(wanted))
        yield Change("sorted", "with the largest first", np.sort(wanted)[::-1])
    yield Change("running mean", "as means so far", np.cumsum(wanted) / np.arange(1, wanted.size + 1))
    yield Change("mean", "as their mean", wanted.mean(keepdims=True))
    if not np.isclose(wanted.sum(), 0):  # or it is the mean
        yield Change("sum", "as their sum", wanted.sum(keepdims=True))
    yield Change("first", "as the first of them", wanted[:1])
    yield Change("last", "as the last of them", wanted[-1:])


def _with_arguments(right: Pair) -> Iterator[Change]:
    """Yield the changes that arguments and sizes make."""
    wanted = right.wanted
    for name, size in right.sizes.items():
        yield Change(f"times {name}", f"times {size} ({name})", wanted * size)
        yield Change(f"over {name}", f"divided by {size} ({name})", wanted / size)
    for number in right.scalars:
        if number not in (0, 0.5, 1, 2):
            text = quantity(number)
            yield Change(f"times {text}", f"times {text} (an argument)", wanted * number)
            yield Change(f"over {text}", f"divided by {text} (an argument)", wanted / number)
    for place, array in right.inputs.items():
        what = right.argument(place)
        yield Change("argument", f"as {what} came", array)
        if broadcasts(array, wanted):
            yield Change(f"without {place}", f"without {what}", wanted - array)
            yield Change(f"with {place}", f"with {what} added", wanted + array)
