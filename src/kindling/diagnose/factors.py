"""Relations in which each number is the one wanted, times a factor that has a name."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from kindling.diagnose.values import Finding, Pair, quantity

__all__ = ["base", "double", "plain", "sample", "scalar", "share", "sums", "unit"]

MOST_DEVIATION = 2000  # beyond it, n and n - 1 are too close


def share(pair: Pair) -> Iterator[Finding]:
    """A count came where a share is wanted, or a share for a count."""
    batch = pair.sizes.get("batch", 0)
    if batch < 3 or not pair.enough(2, single=True):
        return
    came, wanted = pair.actual, pair.wanted
    if pair.near(came, np.round(came)) and ((wanted >= 0) & (wanted <= 1)).all() and pair.is_now(wanted * batch):
        what = f"a count, {quantity(came.flat[0])}" if pair.single else "counts"
        is_share = "it is a share" if pair.single else "they are shares"
        yield Finding(
            "times " + str(batch),
            f"{'This is' if pair.single else 'These are'} {what}: of {batch} examples {is_share}.",
        )
    if pair.near(wanted, np.round(wanted)) and ((came >= 0) & (came <= 1)).all() and pair.is_now(wanted / batch):
        yield Finding("over " + str(batch), f"These are shares of the {batch} examples, where counts are wanted.")


def sums(pair: Pair) -> Iterator[Finding]:
    """A sum came where a mean is wanted, or a mean of too many."""
    if not pair.enough(2, single=True):
        return
    for size, what in pair.counts.items():
        if size < 3:
            continue
        if pair.is_now(pair.wanted * size):
            why = f", and {what}: a sum where a mean is wanted?" if what else "."
            yield Finding(f"times {size}", f"{pair.each} is {size} times {pair.one}{why}")
        elif pair.near(pair.actual * size, pair.wanted) and not pair.near(pair.actual, pair.wanted):
            batch = pair.sizes.get("batch", 0)
            rows = any(array.ndim == 2 and array.shape == (batch, size) for array in pair.inputs.values())
            if rows and size != batch and batch > 2:
                why = (
                    f": was it divided by {batch * size} = {batch} × {size} numbers, where {batch} examples are meant?"
                )
            else:
                why = f", and {what}: was it divided once too often?" if what else "."
            yield Finding(f"over {size}", f"{pair.each} is {pair.one} divided by {size}{why}")


def double(pair: Pair) -> Iterator[Finding]:
    """Twice or half of what is wanted."""
    if 2 in pair.counts or not pair.enough(3):
        return
    for factor, word in ((2, "twice"), (0.5, "half")):
        if pair.is_now(pair.wanted * factor):
            yield Finding(f"times {factor}", f"{pair.each} is {word} {pair.one}.")


def unit(pair: Pair) -> Iterator[Finding]:
    """Percent, bytes or degrees came where shares or radians are wanted, or the other way round."""
    if not pair.enough(2, single=True):
        return
    came, wanted, it_is = pair.actual, pair.wanted, "This is" if pair.single else "These are"
    small, was_small = (bool(((one >= 0) & (one <= 1)).all()) for one in (wanted, came))
    if 100 not in pair.counts:
        if small and pair.is_now(wanted * 100):
            yield Finding("percent", f"{it_is} percent, where a share from 0 to 1 is wanted.")
        if was_small and pair.is_now(wanted / 100):
            yield Finding("percent", f"{it_is} from 0 to 1, where percent is wanted.")
    if 255 not in pair.counts:
        if small and pair.is_now(wanted * 255):
            yield Finding("bytes", f"{it_is} from 0 to 255, where 0 to 1 is wanted.")
        if was_small and pair.is_now(wanted / 255):
            yield Finding("bytes", f"{it_is} from 0 to 1, where 0 to 255 is wanted.")
    if pair.is_now(np.degrees(wanted)):
        yield Finding("degrees", f"{it_is} in degrees, where radians are wanted.")
    if pair.is_now(np.radians(wanted)):
        yield Finding("degrees", f"{it_is} in radians, where degrees are wanted.")


def base(pair: Pair) -> Iterator[Finding]:
    """Logarithms to the base 2 or 10, where natural ones are wanted."""
    if not pair.enough(2):
        return
    for number in (2, 10):
        if pair.is_now(pair.wanted / math.log(number)):
            yield Finding("base", f"These are logarithms to the base {number}, where natural ones are wanted.")


def scalar(pair: Pair) -> Iterator[Finding]:
    """A number among the arguments, such as a learning rate, comes in once too often or not at all."""
    if not pair.enough(2):
        return
    for number in pair.scalars:
        if number in (0, 0.5, 1, 2) or number in pair.counts or not math.isfinite(number):
            continue
        text = quantity(number)
        if pair.is_now(pair.wanted * number):
            yield Finding(
                f"times {text}", f"Each number is {text} times the one wanted: does {text} come in once too often?"
            )
        elif pair.is_now(pair.wanted / number):
            yield Finding(f"over {text}", f"Each number is the one wanted divided by {text}: does {text} come in?")


def sample(pair: Pair) -> Iterator[Finding]:
    """A deviation or variance of a sample came where that of a population is wanted, or the other way round."""
    if not pair.enough(2, single=True):
        return
    for n in pair.counts:
        if not 3 <= n <= MOST_DEVIATION:
            continue
        for name, factor in (("std", math.sqrt(n / (n - 1))), ("var", n / (n - 1))):
            one, other = f"n - 1 = {n - 1}", f"n = {n}"
            if pair.is_now(pair.wanted / factor):
                one, other = other, one
            elif not pair.is_now(pair.wanted * factor):
                continue
            yield Finding(
                "sample", f"It is divided by {one}, where {other} is wanted: which of the two does {name} take?"
            )


def plain(pair: Pair) -> Iterator[Finding]:
    """Each number is the one wanted times a factor without a name."""
    if not pair.enough(4) or not pair.same_shape or pair.constant:
        return
    place = int(np.abs(pair.wanted).argmax())
    factor = float(pair.actual.flat[place] / pair.wanted.flat[place])
    if factor and not math.isclose(factor, -1) and pair.is_now(pair.wanted * factor):
        yield Finding("factor", f"Each number is {quantity(factor)} times the one wanted.")
