"""Relations of numbers that sum to 1, along another dimension than they should."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from kindling.diagnose.values import Array, Finding, Pair

__all__ = ["by_largest", "by_total", "other_dimension"]


def other_dimension(pair: Pair) -> Iterator[Finding]:
    """softmax or log_softmax along another dimension than the classes'."""
    actual, wanted = pair.actual, pair.wanted
    if not pair.same_shape or wanted.ndim < 2 or not pair.enough(2):
        return
    for powers in (False, True):
        came, right = (np.exp(actual), np.exp(wanted)) if powers else (actual, wanted)
        if (came < 0).any() or (right < 0).any():
            continue
        dims = [dim for dim in range(wanted.ndim) if wanted.shape[dim] > 1]
        along, meant = ([dim for dim in dims if _sums_to_one(pair, one, dim)] for one in (came, right))
        if len(along) != 1 or len(meant) != 1 or along == meant:
            continue
        if wanted.ndim == 2:
            words = ("column", "row")
            one, other = words[along[0]], words[meant[0]]
            if powers:
                said = f"The exponentials of each {one} sum to 1; those of each {other} should."
            else:
                said = f"Each {one} sums to 1; each {other} should."
        else:
            what = "The exponentials" if powers else "The numbers"
            said = f"{what} sum to 1 along dimension {along[0]}; along dimension {meant[0]} they should."
        yield Finding("dimension", f"{said} Which dim holds the classes?")


def by_total(pair: Pair) -> Iterator[Finding]:
    """All numbers together sum to 1, where each row should."""
    actual, wanted = pair.actual, pair.wanted
    if not pair.same_shape or wanted.ndim != 2 or min(wanted.shape) < 2 or (wanted < 0).any() or not pair.enough(2):
        return
    for dim, word in ((1, "row"), (0, "column")):
        sums = actual.sum(dim, keepdims=True)
        if _sums_to_one(pair, wanted, dim) and pair.near(actual.sum(), 1.0) and pair.near(actual / sums, wanted):
            yield Finding("total", f"All numbers together sum to 1; each {word} should.")


def by_largest(pair: Pair) -> Iterator[Finding]:
    """Divided by the largest number, where the sum is meant."""
    wanted = pair.wanted
    if not pair.enough(3) or (wanted < 0).any():
        return
    for dim in (None, *range(wanted.ndim)):
        if pair.near(wanted.sum(dim), np.ones_like(wanted.sum(dim))) and pair.is_now(
            wanted / wanted.max(axis=dim, keepdims=True)
        ):
            yield Finding("largest", "The numbers are divided by the largest of them, where the sum is meant.")


def _sums_to_one(pair: Pair, values: Array, dim: int) -> bool:
    sums = values.sum(dim)
    return pair.near(sums, np.ones_like(sums))
