"""Relations in which the right numbers stand in other places: transposed, reversed, shifted, one too many, …"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from kindling.diagnose.values import Array, Finding, Pair, is_sorted, telling

__all__ = [
    "cumulated",
    "each_with_each",
    "flat",
    "in_memory",
    "last_batch",
    "moved_dimensions",
    "one_for_all",
    "one_hot",
    "one_more_or_less",
    "other_order",
    "repeated",
    "reversed_order",
    "running_mean",
    "shifted",
    "single_dimension",
    "sorted_order",
    "transposed",
]

MOST_DIMS = 4  # of tensors whose dimensions are tried in every order


def each_with_each(pair: Pair) -> Iterator[Finding]:
    """A table of each with each, whose diagonal is what is wanted."""
    n = pair.wanted.shape[0] if pair.wanted.ndim == 1 else 0
    if n > 1 and pair.telling >= 2 and pair.actual.shape == (n, n) and pair.near(np.diagonal(pair.actual), pair.wanted):
        yield Finding("diagonal", f"The diagonal holds the {n} numbers wanted: did ({n}, 1) meet ({n},)?")


def transposed(pair: Pair) -> Iterator[Finding]:
    """Rows and columns are exchanged."""
    wanted = pair.wanted
    if wanted.ndim != 2 or min(wanted.shape) < 2:
        return
    off = wanted[np.eye(*wanted.shape) == 0]
    if telling(off) >= 2 and (pair.is_now(wanted.T) if pair.same_shape else pair.near(pair.actual, wanted.T)):
        yield Finding("transposed", "Rows and columns are exchanged.")


def single_dimension(pair: Pair) -> Iterator[Finding]:
    """The right numbers with a dimension of size 1 too many, too few or elsewhere."""
    actual, wanted = pair.actual, pair.wanted
    squeezed = [[size for size in one.shape if size != 1] for one in (actual, wanted)]
    if squeezed[0] != squeezed[1] or len(np.unique(wanted)) < 2 or not pair.near(actual.ravel(), wanted.ravel()):
        return
    if actual.ndim > wanted.ndim:
        yield Finding("single", "The numbers are right: which dimension of size 1 has to go?")
    elif actual.ndim < wanted.ndim:
        yield Finding("single", "The numbers are right: where does a dimension of size 1 belong?")
    elif not pair.same_shape:
        yield Finding("single", "The numbers are right: the dimension of size 1 stands in another place.")


def flat(pair: Pair) -> Iterator[Finding]:
    """All numbers in one row, where several rows are wanted, or the same numbers in rows of another length."""
    actual, wanted = pair.actual, pair.wanted
    if wanted.ndim < 2 or min(wanted.shape) < 2 or len(np.unique(wanted)) < 2:
        return
    if actual.size != wanted.size or not pair.near(actual.ravel(), wanted.ravel()):
        return
    if max(actual.shape, default=1) == wanted.size:
        yield Finding("flat", f"The numbers are right, but in one row of {wanted.size}: which size must stay?")
    elif not pair.same_shape:
        yield Finding("flat", "The numbers and their order are right: only the sizes differ.")


def in_memory(pair: Pair) -> Iterator[Finding]:
    """The numbers of the transposed tensor, put into the shape wanted in the order of memory."""
    wanted = pair.wanted
    if not pair.same_shape or not 2 <= wanted.ndim <= MOST_DIMS or pair.telling < 4:
        return
    for order in itertools.permutations(range(wanted.ndim)):
        if pair.is_now(wanted.transpose(order).reshape(wanted.shape)) and not pair.is_now(wanted.transpose(order)):
            yield Finding(
                "memory",
                "These are the right numbers, read along another dimension: view and reshape go by memory.",
            )
            return


def moved_dimensions(pair: Pair) -> Iterator[Finding]:
    """The dimensions in another order, such as the colours last."""
    wanted = pair.wanted
    if not 3 <= wanted.ndim <= MOST_DIMS or pair.telling < 4:
        return
    orders = [
        order
        for order in itertools.permutations(range(wanted.ndim))
        if pair.near(pair.actual, wanted.transpose(order)) and not pair.near(pair.actual, wanted)
    ]
    if len(orders) == 1:
        last = wanted.shape[-3] == 3 and orders[0][-1] == wanted.ndim - 3
        what = "the colours come last" if last else "the dimensions come in another order"
        yield Finding("moved", f"The numbers are right, but {what}.")


def reversed_order(pair: Pair) -> Iterator[Finding]:
    """The numbers in reverse order, along one dimension."""
    wanted = pair.wanted
    if pair.telling < 4 or not pair.same_shape:
        return
    for dim in range(wanted.ndim):
        if pair.is_now(np.flip(wanted, dim)) and not (wanted.ndim == 1 and is_sorted(wanted)):
            along = f" along dimension {dim}" if wanted.ndim > 1 else ""
            yield Finding("reversed", f"The numbers are in reverse order{along}.")


def sorted_order(pair: Pair) -> Iterator[Finding]:
    """The right numbers, sorted."""
    wanted = pair.wanted
    if wanted.ndim != 1 or not pair.same_shape or pair.telling < 5:
        return
    up = np.sort(wanted)
    for numbers, sentence in (
        (up, "Smallest first; largest first is wanted."),
        (up[::-1], "Largest first; smallest first is wanted."),
    ):
        if pair.is_now(numbers):
            ordered = is_sorted(wanted)
            yield Finding(
                "sorted", sentence if ordered else "The right numbers, but sorted: they belong in another order."
            )


def other_order(pair: Pair) -> Iterator[Finding]:
    """The right numbers in another order."""
    if not pair.same_shape or pair.telling < 5:
        return
    wanted = pair.wanted
    if pair.near(wanted, np.round(wanted)) and (np.abs(wanted) < 10).all():
        return
    if pair.near(np.sort(pair.actual, axis=None), np.sort(wanted, axis=None)) and not pair.near(pair.actual, wanted):
        yield Finding("order", "These are the right numbers in another order.")


def shifted(pair: Pair) -> Iterator[Finding]:
    """Each number one place late or early."""
    actual, wanted = pair.actual, pair.wanted
    if wanted.ndim != 1 or not pair.same_shape or _is_progression(pair, wanted):
        return
    for one, other, word in ((actual[1:], wanted[:-1], "late"), (actual[:-1], wanted[1:], "early")):
        if telling(other) >= 4 and pair.near(one, other) and not pair.near(actual, wanted):
            yield Finding("shifted", f"Each number comes one place {word}: is it noted before or after the step?")


def cumulated(pair: Pair) -> Iterator[Finding]:
    """Running totals, or the steps between them."""
    wanted = pair.wanted
    if not pair.same_shape or pair.telling < 3:
        return
    for dim in range(wanted.ndim):
        if wanted.shape[dim] < 2:
            continue
        if pair.is_now(np.cumsum(wanted, axis=dim)):
            yield Finding("cumulated", "Each number includes the ones before: where does the total start again from 0?")
        if pair.is_now(np.diff(wanted, axis=dim, prepend=0)):
            yield Finding("steps", "Each number is the step from the one before, where the total so far is wanted.")


def running_mean(pair: Pair) -> Iterator[Finding]:
    """The mean of all numbers so far."""
    wanted = pair.wanted
    if wanted.ndim == 1 and pair.telling >= 3 and pair.is_now(np.cumsum(wanted) / np.arange(1, wanted.size + 1)):
        yield Finding("running mean", "Each number is the mean of all so far, where only its own is wanted.")


def repeated(pair: Pair) -> Iterator[Finding]:
    """One entry in the place of all."""
    actual, wanted = pair.actual, pair.wanted
    n = wanted.shape[0] if wanted.ndim else 0
    if n < 4 or not pair.same_shape or len(np.unique(wanted, axis=0)) < n or telling(wanted) < 4:
        return
    for place, word in ((-1, "last"), (0, "first")):
        if pair.near(actual, np.broadcast_to(wanted[place], wanted.shape)):
            what = "rows" if wanted.ndim > 1 else "numbers"
            yield Finding("constant", f"All {n} {what} are the {word} one: is the same object kept each time?")


def one_more_or_less(pair: Pair) -> Iterator[Finding]:
    """The first or the last entry is missing, or one too many."""
    actual, wanted = pair.actual, pair.wanted
    if not actual.ndim or actual.ndim != wanted.ndim or pair.telling < 2:
        return
    for dim, what in ((0, "entry" if wanted.ndim == 1 else "row"), (1, "column"))[: wanted.ndim]:
        difference = wanted.shape[dim] - actual.shape[dim]
        if abs(difference) != 1:
            continue
        longer, shorter = (wanted, actual) if difference == 1 else (actual, wanted)
        end = "is missing" if difference == 1 else "is one too many"
        longer, shorter = np.moveaxis(longer, dim, 0), np.moveaxis(shorter, dim, 0)
        for rest, one, beside, word in ((longer[:-1], -1, -2, "last"), (longer[1:], 0, 1, "first")):
            if pair.near(shorter, rest) and len(longer) > 1 and not pair.near(longer[one], longer[beside]):
                yield Finding(f"{word} one", f"The {word} {what} {end}; the others are right.")


def last_batch(pair: Pair) -> Iterator[Finding]:
    """The last, smaller batch is missing."""
    batch, actual, wanted = pair.sizes.get("batch", 0), pair.actual, pair.wanted
    if batch < 2 or not actual.ndim or not wanted.ndim or pair.telling < 2:
        return
    n, rest = len(wanted), len(wanted) % batch
    if rest and len(actual) == n - rest and pair.near(actual, wanted[: n - rest]):
        yield Finding("last one", f"{n - rest} of {n} came, and they are right: the last batch of {rest} is missing.")


def one_for_all(pair: Pair) -> Iterator[Finding]:
    """One number for a list: its mean, its sum, its first or last."""
    wanted = pair.wanted
    if pair.actual.size != 1 or wanted.ndim != 1 or wanted.size < 2 or pair.telling < 2:
        return
    for word, number in (("mean", wanted.mean()), ("sum", wanted.sum()), ("first", wanted[0]), ("last", wanted[-1])):
        if pair.near(pair.actual.ravel(), np.array([number])):
            yield Finding(word, f"The one number is the {word} of the {wanted.size} wanted.")


def one_hot(pair: Pair) -> Iterator[Finding]:
    """A row with a single 1 for a class number, or the other way round."""
    for rows, classes, sentence in (
        (pair.actual, pair.wanted, "Each row has a single 1: its place is wanted."),
        (pair.wanted, pair.actual, "These are class numbers, where a row with a single 1 for each is wanted."),
    ):
        if rows.ndim != 2 or rows.shape[1] < 2 or classes.shape != rows.shape[:1] or len(np.unique(classes)) < 2:
            continue
        single = np.isin(rows, (0, 1)).all() and (rows.sum(1) == 1).all()
        if single and pair.near(rows.argmax(1), classes):
            yield Finding("one-hot", sentence)


def _is_progression(pair: Pair, values: Array) -> bool:
    steps = np.diff(values)
    return len(steps) == 0 or pair.near(steps, np.full_like(steps, steps[0]))
