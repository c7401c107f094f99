"""Two values that differ, as relations look at them: what came, what was wanted, and what else is known."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

__all__ = [
    "Array",
    "Finding",
    "Known",
    "Pair",
    "as_called",
    "as_tensors",
    "is_sorted",
    "ordinal",
    "pair",
    "quantity",
    "telling",
]

Array = npt.NDArray[np.float64]

MOST = 100_000  # numbers in a value: beyond it, to look for relations would be felt
MOST_KNOWN = 20  # arguments, and sizes


class Finding(NamedTuple):
    """A relation that holds: two with the same idea are one thing under two names."""

    idea: str
    sentence: str


@dataclass(frozen=True)
class Known:
    """What a claim knows besides the two values; `kindling.check.close` says what each part is."""

    inputs: Sequence[Any] = ()
    sizes: Mapping[str, int] = field(default_factory=dict)
    parts: tuple[Sequence[float], Sequence[int]] | None = None
    previous: Any = None
    rtol: float = 1e-4
    atol: float = 1e-5


@dataclass(frozen=True)
class Pair:
    """The value that came and the one wanted, as float64, with what is known about them."""

    actual: Array
    wanted: Array
    whole: bool  # both came as whole numbers
    inputs: dict[int, Array]  # the arguments, by their places
    arguments: int  # how many there are, whatever they are
    scalars: list[float]  # those among the arguments that are Python numbers
    sizes: Mapping[str, int]
    parts: tuple[Array, Array] | None
    previous: Array | None
    rtol: float
    atol: float

    def near(self, one: Array | float, other: Array | float) -> bool:
        """Return whether two values have the same shape, and everywhere the same numbers up to rounding."""
        one, other = np.asarray(one, float), np.asarray(other, float)
        if one.shape != other.shape or not one.size:
            return False
        sizes = np.abs(other)
        largest = float(sizes.max())
        if not math.isfinite(largest):
            return bool(np.allclose(one, other, rtol=self.rtol, atol=0.0, equal_nan=True))
        # Small numbers must not all be near one another, whatever the claim's tolerance is.
        atol = min(self.atol, self.rtol * largest)
        return bool((np.abs(one - other) <= atol + self.rtol * sizes).all())

    def is_now(self, changed: Array) -> bool:
        """Return whether what came is `changed`, made of what was wanted, which is something else."""
        return self.near(self.actual, changed) and not self.near(changed, self.wanted)

    @cached_property
    def same_shape(self) -> bool:
        """Whether both have the same shape."""
        return self.actual.shape == self.wanted.shape

    @cached_property
    def single(self) -> bool:
        """Whether one number is wanted."""
        return self.wanted.size == 1

    @cached_property
    def finite(self) -> bool:
        """Whether neither has nan or infinity."""
        return bool(np.isfinite(self.actual).all() and np.isfinite(self.wanted).all())

    @cached_property
    def telling(self) -> int:
        """How many of the wanted numbers can tell one relation from another."""
        return telling(self.wanted)

    def enough(self, least: int, single: bool = False) -> bool:
        """Return whether `least` of the wanted numbers are telling or, with `single`, the only one is not round."""
        if self.single:
            return single and self.telling == 1 and not _round(float(self.wanted.flat[0]))
        return self.telling >= least

    @cached_property
    def constant(self) -> bool:
        """Whether all that came is one and the same number."""
        return self.actual.size > 1 and self.near(self.actual, np.full_like(self.actual, self.actual.flat[0]))

    @cached_property
    def counts(self) -> dict[int, str | None]:
        """The sizes that are known, each with what it is, or None where that is not one thing."""
        found: dict[int, str | None] = {}
        for name, size in self.sizes.items():
            text = f"the batch has {size} examples" if name == "batch" else f"there are {size} {name}"
            found[size] = None if size in found else text
        of_shapes: dict[int, set[int]] = {}
        texts: dict[int, str] = {}
        arrays = [(self.argument(place), array) for place, array in self.inputs.items()]
        for what, array in [*arrays, ("what is wanted", self.wanted)]:
            for dim, size in enumerate(array.shape):
                of_shapes.setdefault(size, set()).add(dim)
                texts.setdefault(size, f"{what} has the shape {array.shape}")
        for size, dims in of_shapes.items():
            if len(dims) > 1:
                found[size] = None
            found.setdefault(size, texts[size])
        for what, array in arrays:
            if array.ndim > 1:
                found.setdefault(array.size, f"{what} has {array.size} numbers")
        return found

    def argument(self, place: int) -> str:
        """Return what one of the arguments is called in a sentence."""
        return "the argument" if self.arguments == 1 else f"the {ordinal(place)} argument"

    @cached_property
    def each(self) -> str:
        """How a sentence about the numbers that came begins."""
        return "It" if self.single else "Each number"

    @cached_property
    def one(self) -> str:
        """How a sentence names the number wanted."""
        return "the number wanted" if self.single else "the one wanted"


def pair(actual: Any, wanted: Any, known: Known) -> Pair | None:
    """Return two values as relations look at them; None for what is no number, or too many of them."""
    came, right = _array(actual), _array(wanted)
    if came is None or right is None or not came.size or not right.size:
        return None
    inputs: dict[int, Array] = {}
    scalars: list[float] = []
    for place, value in enumerate(as_called(known.inputs[:MOST_KNOWN])):
        if isinstance(value, int | float) and not isinstance(value, bool):
            scalars.append(float(value))
        elif value is not None and (array := _array(value)) is not None:
            inputs[place] = array
    parts = None
    if known.parts is not None:
        means, counts = _array(known.parts[0]), _array(known.parts[1])
        parts = None if means is None or counts is None else (means, counts)
    return Pair(
        came,
        right,
        _whole(actual) and _whole(wanted),
        inputs,
        len(known.inputs),
        scalars,
        dict(itertools.islice(known.sizes.items(), MOST_KNOWN)),
        parts,
        None if known.previous is None else _array(known.previous),
        min(max(known.rtol, 1e-6), 1e-3),
        min(max(known.atol, 1e-7), 1e-4),
    )


def as_called(inputs: Sequence[Any]) -> list[Any]:
    """Return the arguments, None for a tensor that is too large, or was changed in place, so that nobody knows it."""
    unknown = (isinstance(value, Tensor) and (value._version or value.numel() > MOST) for value in inputs)
    return [None if gone else value for gone, value in zip(unknown, inputs, strict=True)]


def as_tensors(value: Any) -> Any:
    """Return a value with a tensor for each list of numbers in it, which is what such a list stands for in a claim."""
    match value:
        case list():
            try:
                return torch.tensor(value)
            except (TypeError, ValueError, RuntimeError):  # no block of numbers, so a list of something else
                return [as_tensors(one) for one in value]
        case tuple():
            return tuple(as_tensors(one) for one in value)
        case dict():
            return {key: as_tensors(one) for key, one in value.items()}
    return value


def telling(values: Array) -> int:
    """Return how many of the numbers are distinct to six digits, finite, and neither 0 nor 1 nor -1."""
    found = values[np.isfinite(values) & (values != 0) & (np.abs(values) != 1)]
    scale = 10.0 ** (5 - np.floor(np.log10(np.abs(found))))
    return len(np.unique(np.round(found * scale) / scale))


def is_sorted(values: Array) -> bool:
    """Return whether a row of numbers only rises, or only falls."""
    steps = np.diff(values)
    return bool((steps >= 0).all() or (steps <= 0).all())


def quantity(number: float) -> str:
    """Return a number as a sentence shows it: 4 digits, whole numbers whole."""
    return str(round(number)) if float(number).is_integer() and abs(number) < 1e15 else f"{number:.4g}"


def ordinal(place: int) -> str:
    """Return which one in a row, counted from 0, a word says."""
    words = ("first", "second", "third", "fourth", "fifth", "sixth")
    return words[place] if place < len(words) else f"{place + 1}th"


def _round(number: float) -> bool:
    """Return whether a number is a multiple of 1/8 or 1/10 up to 100, of which many are a factor apart."""
    return abs(number) <= 100 and any(abs(number * part - round(number * part)) < 1e-6 for part in (8, 10))


def _array(value: Any) -> Array | None:
    """Return a value's numbers, None where it has others than real ones, or too many."""
    if isinstance(value, Tensor):
        if value.is_meta or value.is_complex() or value.dtype == torch.bool or value.numel() > MOST:
            return None
        value = value.detach().cpu().to_dense().double().numpy()
    if isinstance(value, list | tuple) and len(value) > MOST:
        return None
    array = np.asarray(value)
    return array.astype(float) if array.dtype.kind in "iuf" and array.size <= MOST else None


def _whole(value: Any) -> bool:
    if isinstance(value, Tensor):
        return not (value.is_floating_point() or value.is_complex())
    return np.asarray(value).dtype.kind in "iub"
