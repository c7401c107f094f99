"""Relations that need more than the two values: the arguments, the value before, the means of batches."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from kindling.diagnose.values import Array, Finding, Pair, quantity, telling

__all__ = [
    "argument",
    "batches",
    "broadcasts",
    "kept",
    "other_axis",
    "other_place",
    "other_side",
    "piled_up",
    "places",
    "step",
    "sums_over_batches",
    "term",
]

# What a dimension may be reduced by.
REDUCTIONS: tuple[Callable[..., Any], ...] = (np.sum, np.mean, np.max, np.min, np.std, np.argmax, np.argmin)


def argument(pair: Pair) -> Iterator[Finding]:
    """An argument as it came."""
    same = [place for place, array in pair.inputs.items() if pair.near(pair.actual, array)]
    if len(same) != 1 or pair.near(pair.wanted, pair.inputs[same[0]]) or len(np.unique(pair.actual)) < 2:
        return
    what = pair.argument(same[0])
    yield Finding("argument", f"It is {what} as it came: which line changes it, and what is returned?")


def kept(pair: Pair) -> Iterator[Finding]:
    """The value from before the training step."""
    if (
        pair.previous is not None
        and pair.near(pair.actual, pair.previous)
        and not pair.near(pair.previous, pair.wanted)
    ):
        yield Finding(
            "argument",
            "It is as it was before the step: does the optimizer step, and does it hold this model's parameters?",
        )


def other_axis(pair: Pair) -> Iterator[Finding]:
    """A table is reduced along the other dimension."""
    if pair.wanted.ndim != 1 or pair.actual.ndim != 1:
        return
    for table in pair.inputs.values():
        if table.ndim != 2 or min(table.shape) < 2 or telling(table) < 4:
            continue
        for reduce in REDUCTIONS:
            for dim, came, wanted in ((0, "column", "row"), (1, "row", "column")):
                if pair.near(pair.actual, reduce(table, axis=dim)) and pair.near(
                    pair.wanted, reduce(table, axis=1 - dim)
                ):
                    yield Finding(
                        "axis",
                        f"It is one number per {came} ({pair.actual.size}); "
                        f"one per {wanted} ({pair.wanted.size}) is wanted.",
                    )
                    return


def term(pair: Pair) -> Iterator[Finding]:
    """An argument is left out of a sum, or is in it once too often."""
    if not pair.same_shape or pair.single or pair.constant or pair.telling < 2:
        return
    for place, array in pair.inputs.items():
        if telling(array) < 2 or not broadcasts(array, pair.wanted):
            continue
        what = pair.argument(place)
        if pair.near(pair.actual + array, pair.wanted):
            yield Finding(f"without {place}", f"With {what} added it is right: was it left out?")
        if pair.near(pair.actual - array, pair.wanted):
            yield Finding(f"with {place}", f"With {what} subtracted it is right: does it come in once too often?")


def places(pair: Pair) -> Iterator[Finding]:
    """The largest numbers, where their places are wanted, or the other way round."""
    if not pair.same_shape or pair.wanted.size < 3:
        return
    for table in _scores(pair):
        for dim in range(table.ndim):
            most, where = table.max(dim), table.argmax(dim)
            if pair.near(pair.actual, most) and pair.near(pair.wanted, where):
                yield Finding("places", "These are the largest numbers, where their places are wanted.")
            if pair.near(pair.actual, where) and pair.near(pair.wanted, most):
                yield Finding("places", "These are the places of the largest numbers, where the numbers are wanted.")


def other_place(pair: Pair) -> Iterator[Finding]:
    """Other places than those of the largest numbers: of the smallest, of the last, or counted from 1."""
    if not pair.same_shape or pair.wanted.size < 3 or pair.constant:
        return
    for table in _scores(pair):
        for dim in range(table.ndim):
            most, least = table.argmax(dim), table.argmin(dim)
            last = table.shape[dim] - 1 - np.flip(table, dim).argmax(dim)
            for right, wrong, sentence in (
                (most, least, "These are the places of the smallest numbers; those of the largest are wanted."),
                (least, most, "These are the places of the largest numbers; those of the smallest are wanted."),
                (most, last, "Of equal numbers it is the place of the last; that of the first is wanted."),
                (most, most + 1, "The places are counted from 1, and Python counts from 0."),
            ):
                if pair.near(pair.wanted, right) and pair.near(pair.actual, wrong):
                    yield Finding(sentence, sentence)


def batches(pair: Pair) -> Iterator[Finding]:
    """Another sum over batches than the mean of all examples."""
    if pair.parts is None or not pair.single or pair.actual.size != 1:
        return
    means, counts = pair.parts
    if means.shape != counts.shape or len(means) < 2 or (counts == counts[0]).all():
        return
    count, examples = len(means), int(counts.sum())
    if not pair.near(pair.wanted.ravel(), np.array([(means * counts).sum() / examples])):
        return
    if (counts[:-1] == counts[0]).all():
        last, first = int(counts[-1]), int(counts[0])
        why = f"the last batch has {last} {'example' if last == 1 else 'examples'}, not {first}, and must count less"
    else:
        why = "each batch must count by its examples"
    sentences = {
        "mean": f"It is the mean of the {count} batch means; {why}.",
        "last": "It is the number of the last batch alone.",
        "sum": f"It is the sum of the {count} batch means.",
        "over": f"It is the sum of the {count} batch means, divided by the {examples} examples.",
        "total": f"It is the sum over all {examples} examples, divided by the {count} batches.",
        "all": f"It is the sum over all {examples} examples: what is it divided by?",
    }
    for idea, number in sums_over_batches(means, counts).items():
        if pair.near(pair.actual.ravel(), np.array([number])):
            yield Finding(f"batches: {idea}", sentences[idea])


def sums_over_batches(means: Array, counts: Array) -> dict[str, float]:
    """Return what else than the mean of all examples the batches' means and numbers of examples are added up to."""
    total = float((means * counts).sum())
    return {
        "mean": float(means.mean()),
        "last": float(means[-1]),
        "sum": float(means.sum()),
        "over": float(means.sum() / counts.sum()),
        "total": total / len(means),
        "all": total,
    }


def step(pair: Pair) -> Iterator[Finding]:
    """A training step in the other direction, or of another length."""
    if pair.previous is None or pair.previous.shape != pair.wanted.shape or not pair.same_shape:
        return
    came, wanted = pair.actual - pair.previous, pair.wanted - pair.previous
    if telling(wanted) < 2:
        return
    if _moved(pair, came, -wanted):
        yield Finding("direction", "It moved as far as wanted, but the other way: which sign has the step?")
    for size, what in pair.counts.items():
        if size >= 3 and _moved(pair, came, wanted * size):
            why = f", and {what}: a sum where a mean is wanted?" if what else "."
            yield Finding(f"step {size}", f"The step is {size} times the one wanted{why}")
    for number in pair.scalars:
        if number in (0, 0.5, 1, 2) or number in pair.counts or not math.isfinite(number):
            continue
        text = quantity(number)
        if _moved(pair, came, wanted / number):
            yield Finding(f"step {text}", f"The step is the one wanted divided by {text}: does {text} come in?")
        elif _moved(pair, came, wanted * number):
            yield Finding(
                f"step {text}", f"The step is {text} times the one wanted: does {text} come in once too often?"
            )


def other_side(pair: Pair) -> Iterator[Finding]:
    """As far from an argument as wanted, on the other side."""
    if not pair.same_shape:
        return
    for place, array in pair.inputs.items():
        if array.shape != pair.wanted.shape or (pair.previous is not None and pair.near(array, pair.previous)):
            continue
        wanted = pair.wanted - array
        if telling(wanted) >= 2 and _moved(pair, pair.actual - array, -wanted):
            what = pair.argument(place)
            yield Finding(
                "direction",
                f"It is as far from {what} as wanted, but on the other side: is something subtracted that should be "
                "added, or added that should be subtracted?",
            )


def piled_up(pair: Pair) -> Iterator[Finding]:
    """The gradient of the step before is still in it."""
    if pair.previous is None or pair.previous.shape != pair.wanted.shape or not pair.same_shape:
        return
    earlier = pair.previous
    tells = pair.telling >= 2 and telling(earlier) >= 2 and not pair.near(earlier, pair.wanted)
    if tells and pair.near(pair.actual, earlier + pair.wanted):
        yield Finding("piled up", "The one of the step before is still in it: who clears the gradient?")


def _moved(pair: Pair, came: Array, wanted: Array) -> bool:
    """Return whether two differences are the same: they have the rounding of the numbers themselves."""
    rounding = 1e-6 * float(np.abs(pair.wanted).max())
    return bool(np.allclose(came, wanted, rtol=max(pair.rtol, 1e-3), atol=rounding))


def broadcasts(array: Array, onto: Array) -> bool:
    """Return whether an array can be added to another one, and leaves its shape."""
    sizes = zip(array.shape[::-1], onto.shape[::-1], strict=False)
    return array.ndim <= onto.ndim and all(one in (1, other) for one, other in sizes)


def _scores(pair: Pair) -> Iterator[Array]:
    """Yield the arguments of which a maximum can be told from its place."""
    for table in pair.inputs.values():
        if table.ndim == 2 and min(table.shape) > 1 and not pair.near(table, np.round(table)):
            yield table
