"""Claims about a learner's values: one that holds returns None and prints nothing, one that fails says why.

Every claim takes the learner's value, what is expected, and a label that names the value, as separate arguments:

    check.close(softmax(logits), [[0.5, 0.5]], "softmax(logits)", mistakes={"softmax(logits) …?": [[1.0, 1.0]]})

Expected values are literals or come from torch, never from the learner's own functions.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from numbers import Integral, Real
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from kindling.errors import CheckFailed, NotWritten

__all__ = [
    "CheckFailed",
    "NotWritten",
    "close",
    "equal",
    "layers",
    "predictions",
    "raises",
    "shape",
    "unchanged",
    "when_written",
]

# Wide enough for another order of the same float32 sums, narrow enough that no slip of a lesson slips through.
RTOL = 1e-4
ATOL = 1e-5

Mistakes = Mapping[str, Any]


def close(
    actual: Any, expected: Any, label: str, *, mistakes: Mistakes | None = None, rtol: float = RTOL, atol: float = ATOL
) -> None:
    """Claim that `actual` has the numbers of `expected`, up to rounding.

    `expected` is a tensor or a nested list (then a tensor is wanted), a Python number (then a Python number is
    wanted), or a tuple of these. Any floating dtype passes for a floating one, any device for any other; nan equals
    nan. `mistakes` maps a sentence to the value that this slip produces; the sentence that fits is what the learner
    reads. Raises CheckFailed, or NotWritten for a value that still is `...`.
    """
    _claim(actual, expected, label, mistakes, lambda value, wanted: _difference(value, wanted, label, rtol, atol))


def equal(actual: Any, expected: Any, label: str, *, mistakes: Mistakes | None = None) -> None:
    """Claim that `actual` is exactly `expected`.

    Integers, booleans, strings, dtypes, None and tensors, or tuples, lists and dicts of these; a `torch.Size` passes
    for a tuple. `mistakes` as in `close`. Raises CheckFailed, or NotWritten for `...`.
    """
    _claim(actual, expected, label, mistakes, lambda value, wanted: _difference(value, wanted, label, 0.0, 0.0))


def shape(actual: Any, expected: Sequence[int], label: str, *, mistakes: Mistakes | None = None) -> None:
    """Claim that the tensor `actual` has the shape `expected`. `mistakes` maps a sentence to a shape.

    Raises CheckFailed.
    """

    def compare(value: Any, wanted: Sequence[int]) -> str | None:
        if not isinstance(value, Tensor):
            return _wrong_type(value, label, f"a tensor of shape {tuple(wanted)}")
        if tuple(value.shape) != tuple(wanted):
            return f"{label} has shape {tuple(value.shape)}, wanted {tuple(wanted)}."
        return None

    _claim(actual, expected, label, mistakes, compare)


def predictions(classes: Any, labels: Any, *, at_least: float, label: str) -> None:
    """Claim that at least the share `at_least`, in [0, 1], of the predicted `classes` are the true `labels`.

    Both have shape (n,) and hold class numbers. Raises CheckFailed.
    """
    labels = torch.as_tensor(labels)

    def compare(value: Any, truth: Tensor) -> str | None:
        if not isinstance(value, Tensor):
            return _wrong_type(value, label, _form(truth))
        if value.is_floating_point() or value.dtype == torch.bool or value.shape != truth.shape:
            return f"{label} is {_form(value)}, wanted {_form(truth)}: one class number per example."
        value, truth = value.cpu(), truth.cpu()
        share = (value == truth).double().mean().item()
        if share >= at_least:
            return None
        if len(value) > 1 and (value == value[0]).all():
            return f"{label} is class {value[0].item()} for all {len(value)} examples. Did the model learn anything?"
        return f"{label} is right for {share:.1%} of {len(value)} examples, wanted at least {at_least:.0%}."

    _claim(classes, labels, label, None, compare)


def unchanged(actual: Any, before: Any, label: str) -> None:
    """Claim that `actual`, an argument of a learner's function, still has the value `before`, kept from before it.

    Raises CheckFailed.
    """

    def compare(value: Any, wanted: Any) -> str | None:
        if _difference(value, wanted, label, 0.0, 0.0) is None:
            return None
        return f"{label} was changed. Leave the argument as it was and return a new value."

    _claim(actual, before, label, None, compare)


def raises(error: type[Exception], call: Callable[[], Any], label: str, *, naming: str | None = None) -> None:
    """Claim that `call()` raises `error` with a message that contains `naming`, in any case.

    Raises CheckFailed, and NotWritten where the call does.
    """
    try:
        call()
    except NotWritten:
        raise
    except error as raised:
        if naming is not None and naming.lower() not in str(raised).lower():
            raise CheckFailed(
                f'{label} raised {type(raised).__name__}, but its message does not name "{naming}": "{_short(raised)}".'
            ) from None
    except Exception as raised:
        raise CheckFailed(
            f'{label} raised {type(raised).__name__} ("{_short(raised)}"), wanted {error.__name__}.'
        ) from None
    else:
        raise CheckFailed(f"{label} raised no error, wanted {error.__name__}.")


def layers(model: Any, expected: Sequence[str], label: str, *, mistakes: Mistakes | None = None) -> None:
    """Claim that the layers of `model` are `expected`, in order, each written "fc1: Linear(784, 128)".

    That is name, type and sizes; layers without sizes are "relu1: ReLU". Only layers that hold no further layers count.
    `mistakes` maps a sentence to a list of layers. Raises CheckFailed.
    """

    def compare(value: Any, wanted: Sequence[str]) -> str | None:
        if not isinstance(value, nn.Module):
            return _wrong_type(value, label, "an nn.Module")
        found = describe_layers(value)
        for position, (one, other) in enumerate(zip(found, wanted, strict=False), start=1):
            if one != other:
                return f"{label}: layer {position} is `{one}`, wanted `{other}`."
        if len(found) < len(wanted):
            return f"{label} has {len(found)} of {len(wanted)} layers; `{wanted[len(found)]}` is missing."
        if len(found) > len(wanted):
            return f"{label} has {len(found)} layers, wanted {len(wanted)}; `{found[len(wanted)]}` is one too many."
        return None

    _claim(model, expected, label, mistakes, compare)


@contextlib.contextmanager
def when_written() -> Iterator[None]:
    """Run a demonstration of the learner's own functions; where one of them is a stub, print "Not yet: …" instead."""
    try:
        yield
    except NotWritten as stub:
        print(stub)


def describe_layers(model: nn.Module) -> list[str]:
    """Return each layer of `model` that holds no further layers as "name: Type(sizes)", as registered."""
    return [
        f"{name or 'model'}: {type(layer).__name__}{_sizes(layer)}"
        for name, layer in model.named_modules()
        if not any(layer.children()) and not (layer is model and isinstance(layer, nn.Sequential))
    ]


def _sizes(layer: nn.Module) -> str:
    match layer:
        case nn.Linear():
            sizes = (layer.in_features, layer.out_features)
        case nn.modules.conv._ConvNd():
            square = len(set(layer.kernel_size)) == 1
            sizes = (layer.in_channels, layer.out_channels, layer.kernel_size[0] if square else layer.kernel_size)
        case nn.modules.dropout._DropoutNd():
            sizes = (layer.p,)
        case nn.modules.batchnorm._NormBase():
            sizes = (layer.num_features,)
        case nn.Softmax() | nn.LogSoftmax():
            return f"(dim={layer.dim})"
        case _:
            return ""
    return f"({', '.join(map(str, sizes))})"


def _claim(
    actual: Any, expected: Any, label: str, mistakes: Mistakes | None, compare: Callable[[Any, Any], str | None]
) -> None:
    if actual is ...:
        raise NotWritten(re.match(r"\w*", label)[0] or label)
    problem = compare(actual, expected)
    if problem is None:
        return
    for sentence, slip in (mistakes or {}).items():
        if compare(actual, slip) is None:
            raise CheckFailed(sentence)
    raise CheckFailed(problem)


def _difference(actual: Any, expected: Any, label: str, rtol: float, atol: float) -> str | None:
    """Return one sentence that says how `actual` differs from `expected`, or None.

    Type and dtype come before shape, shape before value: the first difference is the one to mend first.
    """
    if actual is ...:
        raise NotWritten(re.match(r"\w*", label)[0] or label)
    match expected:
        case Tensor():
            return _tensor_difference(actual, expected, _form(expected), label, rtol, atol)
        case tuple():
            return _sequence_difference(actual, expected, tuple, label, rtol, atol)
        case list() if rtol or atol:
            wanted = torch.tensor(expected)
            return _tensor_difference(actual, wanted, _form(wanted), label, rtol, atol)
        case list():
            return _sequence_difference(actual, expected, list, label, rtol, atol)
        case dict():
            return _dict_difference(actual, expected, label, rtol, atol)
        case bool() | str() | None | torch.dtype() | torch.device():
            if type(actual) is type(expected) and actual == expected:
                return None
            if type(actual) is not type(expected):
                return _wrong_type(actual, label, _value(expected))
        case Integral() if not (rtol or atol):
            if not isinstance(actual, Integral) or isinstance(actual, bool):
                return _wrong_type(actual, label, "a Python int")
            if actual == expected:
                return None
        case Real():
            if not isinstance(actual, Real) or isinstance(actual, bool | np.bool_):
                return _wrong_type(actual, label, f"a Python {'float' if isinstance(expected, float) else 'number'}")
            if np.isclose(float(actual), float(expected), rtol=rtol, atol=atol, equal_nan=True):
                return None
        case _:
            if actual == expected:
                return None
    return f"{label} is {_distinct(actual, expected)[0]}, wanted {_distinct(actual, expected)[1]}."


def _tensor_difference(actual: Any, expected: Tensor, form: str, label: str, rtol: float, atol: float) -> str | None:
    if not isinstance(actual, Tensor):
        return _wrong_type(actual, label, form)
    if not _kind_passes(actual.dtype, expected.dtype):
        return f"{label} is {_form(actual)}, wanted {form}."
    if actual.shape != expected.shape:
        wanted = _form(expected, dtype=actual.dtype)
        if actual.numel() == 0:
            return f"{label} is empty: {_form(actual)}, wanted {wanted}."
        return f"{label} is {_form(actual)}, wanted {wanted}."
    exact = torch.complex128 if actual.is_complex() else torch.float64
    if not (actual.is_floating_point() or actual.is_complex() or expected.is_floating_point()):
        exact = torch.int64  # integers beyond 2**53 stay exact
    actual, expected = actual.detach().cpu().to(exact), expected.detach().cpu().to(exact)
    wrong = ~torch.isclose(actual, expected, rtol=rtol, atol=atol, equal_nan=exact is not torch.int64)
    count = int(wrong.sum())
    if count == 0:
        return None
    for odd, name in ((torch.isnan, "nan"), (torch.isinf, "infinite")):
        where = wrong & odd(actual)
        if where.any():
            index = _first(where)
            return (
                f"{label} is {_number(actual[index])}{_at(index)}, wanted {_number(expected[index])}: "
                f"{int(where.sum())} of {actual.numel()} values {'is' if actual.numel() == 1 else 'are'} {name}."
            )
    gap = torch.where(wrong, (actual - expected).abs().double(), -1.0)
    index = _first(gap == gap.max())
    found, wanted = _distinct(actual[index].item(), expected[index].item())
    rest = ""
    if actual.numel() > 1:
        rest = ", the only difference" if count == 1 else f", the largest of {count} differences"
    return f"{label} is {found}{_at(index)}, wanted {wanted}{rest}."


def _sequence_difference(
    actual: Any, expected: Sequence[Any], kind: type, label: str, rtol: float, atol: float
) -> str | None:
    if not isinstance(actual, kind):
        return _wrong_type(actual, label, f"a {kind.__name__} of {len(expected)}")
    if len(actual) != len(expected):
        return f"{label} is a {kind.__name__} of {len(actual)}, wanted one of {len(expected)}."
    pairs = enumerate(zip(actual, expected, strict=True))
    return next(
        (problem for i, (one, other) in pairs if (problem := _difference(one, other, f"{label}[{i}]", rtol, atol))),
        None,
    )


def _dict_difference(actual: Any, expected: dict[Any, Any], label: str, rtol: float, atol: float) -> str | None:
    if not isinstance(actual, Mapping):
        return _wrong_type(actual, label, f"a dict with the keys {_keys(expected)}")
    if set(actual) != set(expected):
        return f"{label} has the keys {_keys(actual)}, wanted {_keys(expected)}."
    pairs = ((key, actual[key], expected[key]) for key in expected)
    return next(
        (problem for key, one, other in pairs if (problem := _difference(one, other, f"{label}[{key!r}]", rtol, atol))),
        None,
    )


def _wrong_type(actual: Any, label: str, wanted: str) -> str:
    if actual is None:
        return f"{label} is None, wanted {wanted}. Does it return its result?"
    if isinstance(actual, np.ndarray):
        return f"{label} is a NumPy array, {actual.dtype}{list(actual.shape)}, wanted {wanted}."
    if isinstance(actual, Tensor):
        return f"{label} is a tensor, {_form(actual)}, wanted {wanted}."
    if isinstance(actual, nn.Module):
        return f"{label} is a module, {type(actual).__name__}, wanted {wanted}."
    if isinstance(actual, type):
        return f"{label} is the class {actual.__name__}, wanted {wanted}."
    if callable(actual):
        return f"{label} is a function, wanted {wanted}. Is it called?"
    name = type(actual).__name__
    return f"{label} is {'an' if name[0] in 'aeiou' else 'a'} {name}, wanted {wanted}."


def _kind_passes(actual: torch.dtype, expected: torch.dtype) -> bool:
    """Return whether a tensor of one dtype may stand for another: floats for floats, any number for whole ones."""
    if expected == torch.bool or actual == torch.bool:
        return actual == expected
    if expected.is_complex or actual.is_complex:
        return actual.is_complex and expected.is_complex
    return actual.is_floating_point or not expected.is_floating_point


def _form(tensor: Tensor, dtype: torch.dtype | None = None) -> str:
    return f"{str(dtype or tensor.dtype).removeprefix('torch.')}{list(tensor.shape)}"


def _value(value: Any) -> str:
    if isinstance(value, Tensor):
        return _form(value)
    if isinstance(value, float):
        return f"{value:.4g}"
    return _short(repr(value))


def _number(value: Tensor) -> str:
    return f"{value.item():.4g}"


def _distinct(actual: Any, expected: Any) -> tuple[str, str]:
    """Return both values as text, short, but never so short that they look the same."""
    if isinstance(actual, Real) and isinstance(expected, Real) and not isinstance(actual, bool):
        for digits in (4, 7, 17):
            one, other = f"{actual:.{digits}g}", f"{expected:.{digits}g}"
            if one != other:
                return one, other
    return _value(actual), _value(expected)


def _first(where: Tensor) -> tuple[int, ...]:
    # argmax of a mask is its first True; nonzero would list every one of them.
    return tuple(int(i) for i in torch.unravel_index(where.flatten().int().argmax(), where.shape))


def _at(index: tuple[int, ...]) -> str:
    return f" at {list(index)}" if index else ""


def _keys(mapping: Mapping[Any, Any]) -> str:
    return ", ".join(sorted(map(repr, mapping)))


def _short(text: object, limit: int = 120) -> str:
    line = " ".join(str(text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
