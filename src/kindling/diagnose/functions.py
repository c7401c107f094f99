"""Relations in which each number is a function of the one wanted: its negative, its root, softmax, …"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import torch

from kindling.diagnose.values import Array, Finding, Pair, quantity, telling

__all__ = [
    "absolute",
    "complement",
    "constant",
    "half_precision",
    "last_step",
    "logarithm",
    "negative",
    "not_a_number",
    "offset",
    "one_step_more",
    "reciprocal",
    "rectified",
    "root",
    "scaled",
]


def constant(pair: Pair) -> Iterator[Finding]:
    """All that came is one and the same number."""
    if pair.constant and pair.same_shape and pair.enough(3):
        count, number = pair.actual.size, quantity(pair.actual.flat[0])
        yield Finding("constant", f"All {count} numbers are {number}: does the result depend on the arguments?")


def negative(pair: Pair) -> Iterator[Finding]:
    """The wrong sign."""
    backwards = pair.wanted.ndim == 1 and not pair.single and pair.near(pair.wanted[::-1], -pair.wanted)
    if pair.enough(2, single=True) and pair.is_now(-pair.wanted) and not backwards:
        yield Finding("negative", f"{pair.each} has the wrong sign.")


def absolute(pair: Pair) -> Iterator[Finding]:
    """No number is negative, as some should be."""
    negative = int((pair.wanted < 0).sum())
    if negative >= 2 and (pair.wanted > 0).any() and pair.enough(2) and pair.is_now(np.abs(pair.wanted)):
        yield Finding("absolute", f"The numbers are right but for their sign: {negative} of them should be negative.")


def root(pair: Pair) -> Iterator[Finding]:
    """The square or the root of what is wanted."""
    if not pair.enough(2, single=True) or (pair.wanted < 0).any():
        return
    end = "of what is wanted: deviation and variance, RMSE and MSE differ by it."
    this = "This is" if pair.single else "Each number is"
    if pair.is_now(pair.wanted**2):
        yield Finding("square", f"{this} the square {end}")
    if pair.is_now(np.sqrt(pair.wanted)):
        yield Finding("root", f"{this} the square root {end}")


def reciprocal(pair: Pair) -> Iterator[Finding]:
    """1 divided by what is wanted."""
    if pair.enough(2) and pair.wanted.all() and pair.is_now(1 / pair.wanted):
        yield Finding(
            "reciprocal", "Each number is 1 divided by the one wanted: are the two numbers of the division exchanged?"
        )


def complement(pair: Pair) -> Iterator[Finding]:
    """1 minus what is wanted."""
    wanted = pair.wanted
    if pair.enough(2, single=True) and ((wanted >= 0) & (wanted <= 1)).all() and pair.is_now(1 - wanted):
        yield Finding("complement", f"{pair.each} is 1 minus {pair.one}: is it the share of the others?")


def scaled(pair: Pair) -> Iterator[Finding]:
    """From -1 to 1, where 0 to 1 is wanted, or the other way round."""
    if not pair.enough(5):
        return
    least, most = pair.wanted.min(), pair.wanted.max()
    if least >= 0 and most <= 1 and pair.is_now(2 * pair.wanted - 1):
        yield Finding("range", "The numbers go from -1 to 1, where 0 to 1 is wanted.")
    if least >= -1 and most <= 1 and pair.is_now((pair.wanted + 1) / 2):
        yield Finding("range", "The numbers go from 0 to 1, where -1 to 1 is wanted.")


def logarithm(pair: Pair) -> Iterator[Finding]:
    """The logarithm of what is wanted, or its exponential."""
    if not pair.enough(2):
        return
    if (pair.wanted > 0).all() and pair.is_now(np.log(pair.wanted)):
        yield Finding("logarithm", "These are the logarithms of the numbers wanted.")
    powers = np.exp(pair.wanted)
    if (
        telling(powers) >= 2
        and pair.is_now(powers)
        and not (powers.ndim and pair.near(powers.sum(-1), np.ones(powers.shape[:-1])))
    ):
        yield Finding("exponential", "Each number is exp of the one wanted.")


def last_step(pair: Pair) -> Iterator[Finding]:
    """softmax, sigmoid or the like of what came is what is wanted."""
    if not pair.same_shape or not pair.enough(2):
        return
    for name, step in _steps(pair.actual):
        if pair.near(step(pair.actual), pair.wanted) and not pair.near(pair.actual, pair.wanted):
            # Logarithms of probabilities are scores, too: one thing under two names.
            idea = "logarithm" if name == "softmax" and pair.near(pair.actual, np.log(pair.wanted)) else name
            yield Finding(idea, f"{name} of these numbers is what is wanted: is the last step missing?")
            return


def one_step_more(pair: Pair) -> Iterator[Finding]:
    """What came is softmax, sigmoid or the like of what is wanted."""
    # Of large numbers, all are 0 or 1.
    if not pair.enough(2) or telling(pair.actual) < 2:
        return
    for name, step in _steps(pair.wanted):
        if pair.is_now(step(pair.wanted)):
            yield Finding(f"{name} of it", f"These numbers are {name} of those wanted: is there one step too many?")
            return


def rectified(pair: Pair) -> Iterator[Finding]:
    """Every negative number has become 0."""
    tells = (pair.wanted < 0).sum() >= 2 and telling(pair.wanted[pair.wanted > 0]) and pair.enough(3)
    if tells and pair.is_now(np.maximum(pair.wanted, 0)):
        yield Finding("ReLU", "Every negative number has become 0: is there a ReLU after the last step?")


def not_a_number(pair: Pair) -> Iterator[Finding]:
    """Where nan is wanted there is 0, or the other way round."""
    if not pair.same_shape:
        return
    for one, other, sentence in (
        (pair.wanted, pair.actual, "It is 0 where nan is wanted, and right elsewhere."),
        (pair.actual, pair.wanted, "It is nan where 0 is wanted, and right elsewhere: is 0 divided by 0?"),
    ):
        odd = np.isnan(one)
        if odd.any() and not odd.all() and (other[odd] == 0).all() and pair.near(one[~odd], other[~odd]):
            yield Finding("nan", sentence)


def half_precision(pair: Pair) -> Iterator[Finding]:
    """What is wanted, rounded to 16 bits."""
    if not pair.same_shape:
        return
    wanted = torch.from_numpy(pair.wanted.copy())
    for dtype, digits in ((torch.float16, "three"), (torch.bfloat16, "two")):
        rounded = wanted.to(dtype).double().numpy()
        moved = ~np.isclose(rounded, pair.wanted, rtol=1e-6, atol=0)
        if telling(pair.wanted[moved]) >= 3 and np.allclose(pair.actual, rounded, rtol=1e-6, atol=0):
            name = str(dtype).removeprefix("torch.")
            yield Finding(name, f"The numbers are right to {digits} digits: were they {name} on the way?")


def offset(pair: Pair) -> Iterator[Finding]:
    """Each number is the same amount more or less."""
    if not pair.same_shape or pair.single or pair.constant:
        return
    by = float((pair.actual - pair.wanted).flat[0])
    steps = np.diff(pair.wanted.ravel())
    progression = pair.near(steps, np.full_like(steps, steps[0]))
    least = 3 if abs(abs(by) - 1) < 1e-6 else 4
    if not progression and pair.enough(least) and by and pair.is_now(pair.wanted + by):
        # Of differences as of the numbers themselves: near 1,000,000, everything seems a little more.
        if not np.allclose(pair.actual - pair.wanted, by, rtol=1e-3, atol=0):
            return
        more = "more" if by > 0 else "less"
        yield Finding("offset", f"Each number is {quantity(abs(by))} {more} than the one wanted.")


def _steps(values: Array) -> Iterator[tuple[str, Callable[[Array], Array]]]:
    """Yield what is often a network's last step, with its name."""
    for dim in range(values.ndim - 1, -1, -1):
        if values.shape[dim] > 1:
            yield "softmax", lambda x, dim=dim: np.exp(_log_softmax(x, dim))  # type: ignore[misc]
            yield "log_softmax", lambda x, dim=dim: _log_softmax(x, dim)  # type: ignore[misc]
    yield "sigmoid", lambda x: 1 / (1 + np.exp(-x))
    yield "tanh", np.tanh


def _log_softmax(values: Array, dim: int) -> Array:
    shifted = values - values.max(axis=dim, keepdims=True)
    result: Array = shifted - np.log(np.exp(shifted).sum(axis=dim, keepdims=True))
    return result
