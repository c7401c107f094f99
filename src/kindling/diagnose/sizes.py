"""Shapes that differ in one thing: a dimension that is still there, one that is gone, one row for all."""

from __future__ import annotations

from collections.abc import Iterator

from kindling.diagnose.values import Finding, Pair

__all__ = ["gone", "no_dimensions", "not_reduced", "one_row"]


def not_reduced(pair: Pair) -> Iterator[Finding]:
    """A dimension of which one number is wanted has all of its numbers."""
    other = _other(pair)
    if len(other) == 1 and pair.wanted.shape[other[0]] == 1:
        dim = other[0]
        count = pair.actual.shape[dim]
        yield Finding("size", f"Dimension {dim} has {count} numbers, and 1 is wanted: which call reduces it?")


def one_row(pair: Pair) -> Iterator[Finding]:
    """There is one row for all examples."""
    if _other(pair) == [0] and pair.actual.shape[0] == 1:
        count = pair.wanted.shape[0]
        yield Finding("size", f"1 row came, and {count} are wanted: does each example get a result of its own?")


def no_dimensions(pair: Pair) -> Iterator[Finding]:
    """All dimensions are reduced."""
    if pair.actual.ndim == 0 < pair.wanted.ndim:
        yield Finding("size", "It is one number without dimensions: which call takes the dimensions away?")


def gone(pair: Pair) -> Iterator[Finding]:
    """One dimension is reduced, or taken out, that should stay."""
    came, wanted = pair.actual.shape, pair.wanted.shape
    left = [dim for dim in range(len(wanted)) if (*wanted[:dim], *wanted[dim + 1 :]) == came]
    if came and len(left) == 1 and wanted[left[0]] > 1:
        yield Finding("size", f"Dimension {left[0]}, of size {wanted[left[0]]}, is gone: which call takes it away?")


def _other(pair: Pair) -> list[int]:
    """Return the dimensions that have another size; [] where there are more or fewer of them."""
    if pair.actual.ndim != pair.wanted.ndim:
        return []
    sizes = zip(pair.actual.shape, pair.wanted.shape, strict=True)
    return [dim for dim, (came, wanted) in enumerate(sizes) if came != wanted]
