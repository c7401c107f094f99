"""Which relation holds between a wrong value and the right one, in one sentence; silence where none or several do."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from kindling.diagnose import arrangement, factors, functions, normalised, pieces, sizes
from kindling.diagnose.values import Finding, Known, Pair, pair

__all__ = ["found", "relation"]

Relation = Callable[[Pair], Iterator[Finding]]

SIZES: tuple[Relation, ...] = (sizes.not_reduced, sizes.one_row, sizes.no_dimensions, sizes.gone)
# Those that know more come first: one that holds decides, and no later level is looked at.
LEVELS: tuple[tuple[Relation, ...], ...] = (
    (pieces.argument, pieces.kept),
    (
        pieces.other_axis,
        pieces.places,
        pieces.other_place,
        pieces.batches,
        pieces.step,
        pieces.piled_up,
        pieces.term,
        pieces.other_side,
    ),
    (normalised.other_dimension, normalised.by_total, arrangement.each_with_each),
    (
        arrangement.repeated,
        functions.constant,
        functions.logarithm,
        functions.last_step,
        functions.one_step_more,
        functions.rectified,
        arrangement.last_batch,
        arrangement.one_more_or_less,
        arrangement.transposed,
        arrangement.single_dimension,
        arrangement.flat,
        arrangement.in_memory,
        arrangement.moved_dimensions,
        arrangement.sorted_order,
        arrangement.reversed_order,
        arrangement.shifted,
        arrangement.cumulated,
        arrangement.running_mean,
        arrangement.one_for_all,
        arrangement.one_hot,
        factors.share,
        factors.sums,
        factors.double,
        factors.unit,
        factors.base,
        factors.scalar,
        factors.sample,
        functions.negative,
        functions.absolute,
        functions.root,
        functions.reciprocal,
        functions.complement,
        functions.scaled,
        normalised.by_largest,
        functions.half_precision,
        functions.not_a_number,
    ),
    (functions.offset, factors.plain, arrangement.other_order, *SIZES),
)
# Of flags, class numbers and counts, everything holds by chance.
OF_LABELS = (pieces.argument, pieces.places, pieces.other_place, arrangement.one_hot, *SIZES)
# Where shapes differ, numbers can't be compared one by one.
OF_SHAPES = (
    pieces.argument,
    pieces.other_axis,
    arrangement.each_with_each,
    arrangement.last_batch,
    arrangement.one_more_or_less,
    arrangement.transposed,
    arrangement.single_dimension,
    arrangement.flat,
    arrangement.moved_dimensions,
    arrangement.one_for_all,
    arrangement.one_hot,
    *SIZES,
)
FEW = 5  # distinct whole numbers, fewer than which are labels


def relation(actual: Any, wanted: Any, known: Known) -> str | None:
    """Return a sentence on how a wrong value and the right one are related, None where nothing certain can be said.

    Both are tensors, arrays, numbers or lists of numbers. It holds for every number of them, and no other relation
    does. Never raises.
    """
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            values = pair(actual, wanted, known)
            return None if values is None else _one(found(values))
    except Exception:  # what a learner's value does when it is read must not hide what is wrong with it
        return None


def found(values: Pair) -> list[Finding]:
    """Return the relations that hold on the first level where one does."""
    for level in LEVELS:
        if holding := [one for relation in level if _fits(relation, values) for one in relation(values)]:
            return holding
    return []


def _one(findings: list[Finding]) -> str | None:
    """Return the sentence of the first where all are one thing under several names."""
    return findings[0].sentence if len({finding.idea for finding in findings}) == 1 else None


def _fits(relation: Relation, values: Pair) -> bool:
    """Return whether a relation is looked for between two values of this kind."""
    if not values.finite:
        return relation in (pieces.argument, functions.not_a_number)
    if not values.same_shape and relation not in OF_SHAPES:
        return False
    return relation in OF_LABELS or not _labels(values)


def _labels(values: Pair) -> bool:
    """Return whether whole numbers are wanted that are flags, classes or counts."""
    if not values.whole:
        return False
    return len(np.unique(values.wanted)) < FEW if values.wanted.size > 1 else bool(abs(values.wanted.flat[0]) < 1000)
