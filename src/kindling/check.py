"""Claims about a learner's values: one that holds returns None and prints nothing, one that fails says why.

Every claim takes the learner's value, what is expected, and a label that names the value, as separate arguments:

    check.close(softmax(logits), [[0.5, 0.5]], "softmax(logits)", mistakes={"softmax(logits) …?": [[1.0, 1.0]]})

Expected values are literals or come from torch, never from the learner's own functions.
"""

from __future__ import annotations

import contextlib
import hashlib
import inspect
import math
import re
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from numbers import Integral, Real
from types import EllipsisType
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.modules import batchnorm, conv, dropout, pooling
from torch.overrides import TorchFunctionMode

from kindling import scope
from kindling.diagnose.relations import relation
from kindling.diagnose.values import Known, as_tensors
from kindling.errors import CheckFailed, NotWritten
from kindling.scope import summary

__all__ = [
    "CheckFailed",
    "NotWritten",
    "avoids",
    "classifies",
    "close",
    "equal",
    "falling",
    "hash_of",
    "hashed",
    "layers",
    "moved",
    "predictions",
    "raises",
    "shape",
    "summary",
    "unchanged",
    "when_written",
    "within",
]

# Wide enough for another order of the same float32 sums, narrow enough that no slip of a lesson slips through.
RTOL = 1e-4
ATOL = 1e-5

Mistakes = Mapping[str, Any]


def close(
    actual: Any,
    expected: Any,
    label: str,
    *,
    mistakes: Mistakes | None = None,
    rtol: float = RTOL,
    atol: float = ATOL,
    lists: bool = False,
    inputs: Sequence[Any] = (),
    sizes: Mapping[str, int] | None = None,
    parts: tuple[Sequence[float], Sequence[int]] | None = None,
    previous: Any = None,
) -> None:
    """Claim that `actual` has the numbers of `expected`, up to rounding.

    `expected` is a tensor or a nested list (then a tensor is wanted; with `lists`, a Python list of numbers), a Python
    number (then a Python number is wanted), or a tuple or dict of these. Any floating dtype passes for a floating one,
    any device for any other; nan equals nan. Two whole numbers are close when they are equal, unless `rtol` or `atol`
    is wider than usual. `mistakes` maps a sentence to the value that this slip produces; the sentence that fits is
    what the learner reads. Raises CheckFailed, or NotWritten for a value that still is `...`.
    """

    def compare(value: Any, wanted: Any) -> str | None:
        return _difference(value, wanted if lists else as_tensors(wanted), label, rtol, atol)

    _claim(actual, expected, label, mistakes, compare, Known(inputs, sizes or {}, parts, previous, rtol, atol))


def equal(
    actual: Any,
    expected: Any,
    label: str,
    *,
    mistakes: Mistakes | None = None,
    inputs: Sequence[Any] = (),
    sizes: Mapping[str, int] | None = None,
) -> None:
    """Claim that `actual` is exactly `expected`.

    Integers, booleans, strings, dtypes, None, tensors and NumPy arrays, or tuples, lists and dicts of these; a
    `torch.Size` passes for a tuple. `mistakes`, `inputs` and `sizes` as in `close`. Raises CheckFailed, or NotWritten
    for `...`.
    """

    def compare(value: Any, wanted: Any) -> str | None:
        return _difference(value, wanted, label, 0.0, 0.0)

    _claim(actual, expected, label, mistakes, compare, Known(inputs, sizes or {}, rtol=0.0, atol=0.0))


def hashed(actual: Any, hashes: Sequence[str], label: str) -> None:
    """Claim that `hash_of(actual)` is one of `hashes`, where what is wanted must stand nowhere in the check.

    Raises CheckFailed, or NotWritten for `...`.
    """

    def compare(value: Any, wanted: Sequence[str]) -> str | None:
        return None if hash_of(value) in wanted else f"{label} is {_text(value)}, which is wrong."

    _claim(actual, hashes, label, None, compare)


def hash_of(value: object) -> str:
    """Return eight letters and digits that tell one value from another, but not what it is."""
    return hashlib.sha256(f"kindling: {value}".encode(errors="replace")).hexdigest()[:8]


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
        whole = not (value.is_floating_point() or value.is_complex() or value.dtype == torch.bool)
        if not whole or value.shape != truth.shape:
            return f"{label} is {_form(value)}, wanted {_form(truth)}: one class number per example."
        value, truth = _values(value, label).long(), truth.cpu()
        right, count = int((value == truth).sum()), len(truth)
        if right >= at_least * count:
            return None
        if count > 1 and (value == value[0]).all():
            return f"{label} is class {value[0].item()} for all {count} examples. Did the model learn anything?"
        share = right * 1000 // count / 10  # rounded down, or 79.99 % would read as the 80 % that it misses
        return f"{label} is right for {share:.1f}% of {count} examples, wanted at least {100 * at_least:g}%."

    _claim(classes, labels, label, None, compare)


def classifies(call: Callable[[Any], Any], images: Tensor, labels: Any, *, at_least: float, label: str) -> None:
    """Claim that `call(images)` gives the true class of at least the share `at_least`, in [0, 1], of the images.

    As `predictions`, for images that nobody has seen: in grading, the learner's process gets them at this claim, and
    their labels never. Raises CheckFailed; whatever `call` raises comes through.
    """
    predictions(call(images), labels, at_least=at_least, label=label)


def unchanged(actual: Any, before: Any, label: str) -> None:
    """Claim that `actual`, an argument of a learner's function, still has the value `before`, kept from before it.

    `before` may be a nested list for a tensor. Raises CheckFailed.
    """

    def compare(value: Any, wanted: Any) -> str | None:
        if isinstance(value, Tensor) and isinstance(wanted, list):
            wanted = torch.tensor(wanted, dtype=torch.float64).to(value.dtype)
        if _difference(value, wanted, label, 0.0, 0.0) is None:
            return None
        return f"{label} was changed. Leave the argument as it was and return a new value."

    _claim(actual, before, label, None, compare)


def raises(error: type[BaseException], call: Callable[[], Any], label: str, *, naming: str | None = None) -> None:
    """Claim that `call()` raises `error` with a message that contains `naming`, in any case.

    Raises CheckFailed, and NotWritten where the call does.
    """
    try:
        call()
    except NotWritten:
        raise
    except (Exception, SystemExit, error) as raised:
        name, message = type(raised).__name__, message_of(raised)
        if not isinstance(raised, error):
            raise CheckFailed(f'{label} raised {name} ("{_short(message)}"), wanted {error.__name__}.') from None
        if naming is not None and naming.lower() not in message.lower():
            raise CheckFailed(
                f'{label} raised {name}, but its message does not name "{naming}": "{_short(message)}".'
            ) from None
    else:
        raise CheckFailed(f"{label} raised no error, wanted {error.__name__}.")


def layers(model: Any, expected: Sequence[str], label: str, *, mistakes: Mistakes | None = None) -> None:
    """Claim that the layers of `model` are `expected`, in order, each written "fc1: Linear(784, 128)".

    That is name, type and sizes, and the options that differ from torch's defaults: "conv: Conv2d(1, 6, 3, padding=1)".
    Layers without sizes are "relu1: ReLU". Only layers that hold no further layers count. `mistakes` maps a sentence
    to a list of layers. Raises CheckFailed.
    """

    def compare(value: Any, wanted: Sequence[str]) -> str | None:
        if not isinstance(value, nn.Module | Layers):
            return _wrong_type(value, label, "an nn.Module")
        found = value if isinstance(value, Layers) else describe_layers(value)
        for position, (one, other) in enumerate(zip(found, wanted, strict=False), start=1):
            if one != other:
                return f"{label}: layer {position} is `{one}`, wanted `{other}`."
        if len(found) < len(wanted):
            return f"{label} has {len(found)} of {len(wanted)} layers; `{wanted[len(found)]}` is missing."
        if len(found) > len(wanted):
            return f"{label} has {len(found)} layers, wanted {len(wanted)}; `{found[len(wanted)]}` is one too many."
        return None

    _claim(model, expected, label, mistakes, compare)


def falling(losses: Any, epochs: int, label: str) -> None:
    """Claim that `losses` is a list of `epochs` Python floats, the mean loss of each epoch, which falls.

    The sentence tells a loss that became nan from one that diverged and one that stays. Raises CheckFailed.
    """

    def compare(value: Any, wanted: int) -> str | None:
        if not isinstance(value, list | tuple):
            return _wrong_type(value, label, f"a list of {wanted} Python floats, one per epoch")
        for position, loss in enumerate(value):
            if isinstance(loss, Tensor) and loss.requires_grad:
                return f"{label}[{position}] is a tensor, wanted a Python float. Which method gives one?"
            if not isinstance(loss, Real):
                return _wrong_type(loss, f"{label}[{position}]", "a Python float")
        if len(value) != wanted:
            return f"{label} has length {len(value)}, wanted one loss per epoch: {wanted}."
        for epoch, loss in enumerate(value, start=1):
            if math.isnan(loss):
                return f"{label} is nan in epoch {epoch}. Does a log see 0, or is the learning rate too large?"
        first, last = float(value[0]), float(value[-1])
        if not math.isfinite(first + last) or last > first + 0.05 * abs(first):
            return (
                f"{label} diverges, from {first:.4g} to {last:.4g}. "
                "Is the learning rate too large, or do old gradients pile up?"
            )
        if wanted > 1 and last > first - 1e-3 * abs(first):
            return f"{label} stays at {last:.4g} and does not fall. Do the weights change at all?"
        return None

    _claim(losses, epochs, label, None, compare)


def moved(model: nn.Module, before: Mapping[str, Tensor], label: str) -> None:
    """Claim that training changed the parameters of `model`; `before` is a copy of its `state_dict()` from before it.

    Raises CheckFailed.
    """
    if not isinstance(model, nn.Module):
        raise CheckFailed(_wrong_type(model, label, "an nn.Module"))
    after = {name: parameter.detach() for name, parameter in model.named_parameters()}

    def compare(value: Mapping[str, Tensor], wanted: Mapping[str, Tensor]) -> str | None:
        if any(not torch.equal(tensor.cpu(), wanted[name].cpu()) for name, tensor in value.items()):
            return None
        return f"{label} never changed the weights. Does the optimizer step, and does it hold this model's parameters?"

    _claim(after, before, label, None, compare)


def avoids(call: Callable[[], Any], names: Sequence[str], label: str) -> None:
    """Claim that `call()` uses no function of torch whose name contains one of `names`, like "softm".

    Raises CheckFailed; whatever `call` raises comes through.
    """
    avoided(functions_called(call), names, label)


def functions_called(call: Callable[[], Any]) -> list[str]:
    """Return the names of torch's functions that `call()` uses, in order, also in threads that it starts.

    Whatever it raises comes through.
    """
    used: list[str] = []
    run = threading.Thread.run

    class Watch(TorchFunctionMode):
        def __torch_function__(
            self, function: Callable[..., Any], types: Any, args: Any = (), kwargs: Mapping[str, Any] | None = None
        ) -> Any:
            used.append(getattr(function, "__name__", ""))
            return function(*args, **(kwargs or {}))

    def watched(thread: threading.Thread) -> None:
        with Watch():  # which holds for one thread
            run(thread)

    threading.Thread.run = watched  # type: ignore[assignment, method-assign]
    try:
        with Watch():
            call()
    finally:
        threading.Thread.run = run  # type: ignore[method-assign]
    return used


def avoided(used: Sequence[str], names: Sequence[str], label: str) -> None:
    """Claim that none of the functions `used` has one of `names` in its name. Raises CheckFailed."""

    def compare(value: Sequence[str], forbidden: Sequence[str]) -> str | None:
        found = next((one for one in value if any(name in one for name in forbidden)), None)
        return found and f"{label} calls torch's own {found}. The task is to write it yourself."

    _claim(used, names, label, None, compare)


@contextlib.contextmanager
def within(seconds: float, label: str) -> Iterator[None]:
    """Run training that must end within `seconds` of processor time; where it does not, stop it. Raises CheckFailed.

    Processor time, so that a busy machine costs nobody points. Without such a timer, on Windows, nothing is stopped.
    """

    def stop(signal_number: int, frame: Any) -> None:
        raise CheckFailed(f"{label} took longer than {seconds:g} s and was stopped. Does it do more than was asked?")

    if not hasattr(signal, "setitimer"):
        yield
        return
    previous = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, previous)


@contextlib.contextmanager
def when_written() -> Iterator[None]:
    """Run a demonstration of the learner's own functions; where one of them is a stub, print "Not yet: …" instead."""
    try:
        yield
    except NotWritten as stub:
        print(stub)


class Layers(list[str]):
    """What `describe_layers` said of a model that is somewhere else."""


def describe_layers(model: nn.Module) -> list[str]:
    """Return each layer of `model` that holds no further layers as "name: Type(sizes)", as registered."""
    return [
        f"{name or 'model'}: {type(layer).__name__}{_sizes(layer)}"
        for name, layer in model.named_modules(remove_duplicate=False)
        # A model that is no layer of torch's, and holds none, has none.
        if not list(layer.children()) and (name or _sizes(layer))
    ]


# What `layers` shows of a layer: the sizes of its kind, then each option that is not the default.
SIZES: dict[type[nn.Module], tuple[str, ...]] = {
    nn.Linear: ("in_features", "out_features"),
    conv._ConvNd: ("in_channels", "out_channels", "kernel_size"),
    pooling._MaxPoolNd: ("kernel_size",),
    pooling._AvgPoolNd: ("kernel_size",),
    pooling._AdaptiveAvgPoolNd: ("output_size",),
    batchnorm._NormBase: ("num_features",),
    nn.LayerNorm: ("normalized_shape",),
    nn.Embedding: ("num_embeddings", "embedding_dim"),
    dropout._DropoutNd: ("p",),
    nn.Flatten: (),
    nn.Softmax: (),
    nn.LogSoftmax: (),
}
OPTIONS = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1, "start_dim": 1, "end_dim": -1, "dim": "shown always"}


def _sizes(layer: nn.Module) -> str:
    sizes = next((sizes for kind, sizes in SIZES.items() if isinstance(layer, kind)), None)
    if sizes is None:
        return ""
    shown = [_side(getattr(layer, name)) for name in sizes]
    for name, default in OPTIONS.items():
        if name == "stride" and sizes == ("kernel_size",):
            default = shown[0]  # pooling moves by its own size
        value = _side(getattr(layer, name, default))
        if value != default:
            shown.append(f"{name}={value}")
    if isinstance(layer, nn.Linear | conv._ConvNd) and layer.bias is None:
        shown.append("bias=False")
    return f"({', '.join(map(str, shown))})" if shown else ""


def _side(size: Any) -> Any:
    """Return the one number of a square size like (3, 3), any other as it is."""
    return size[0] if isinstance(size, tuple) and len(set(size)) == 1 else size


def _claim(
    actual: Any,
    expected: Any,
    label: str,
    mistakes: Mistakes | None,
    compare: Callable[[Any, Any], str | None],
    known: Known | None = None,
) -> None:
    actual = _plain(actual, label)
    problem = compare(actual, expected)
    if problem is None:
        return
    for sentence, slip in (mistakes or {}).items():
        if compare(actual, slip) is None:
            raise CheckFailed(sentence, "mistake")
    if known and isinstance(problem, Differ) and (related := relation(problem.actual, problem.expected, known)):
        raise CheckFailed(problem, "relation", related)
    raise CheckFailed(problem)


class Differ(str):
    """What a claim says of two values of one kind whose numbers or shapes differ, with both of them."""

    actual: Any
    expected: Any

    @classmethod
    def of(cls, sentence: str, actual: Any, expected: Any) -> Differ:
        """Return the sentence about two values."""
        said = cls(sentence)
        said.actual, said.expected = actual, expected
        return said


def _plain(value: Any, label: str) -> Any:
    """Return `value` as torch's or Python's own type, without what a subclass adds, so that nothing else decides.

    Raises NotWritten for `...`.
    """
    match value:
        case EllipsisType():
            name = re.match(r"\w+", label)
            raise NotWritten(name[0] if name else label)
        case Tensor():
            with torch.DisableTorchFunctionSubclass():
                return Tensor.detach(value)
        case bool():
            return value
        case Integral():
            return int(value)
        case Real():
            return float(value)
        case np.generic():
            return value.item()
        case str():
            return str.__str__(value)
    return value


def _difference(actual: Any, expected: Any, label: str, rtol: float, atol: float) -> str | None:
    """Return one sentence that says how `actual` differs from `expected`, or None.

    Type and dtype come before shape, shape before value: the first difference is the one to fix first.
    """
    actual, expected = _plain(actual, label), _plain(expected, label)
    match expected:
        case Tensor():
            return _tensor_difference(actual, expected, label, rtol, atol)
        case np.ndarray():
            if not isinstance(actual, np.ndarray) or actual.dtype.kind not in "biufc":
                return _wrong_type(actual, label, f"a NumPy array, {_form(expected)}")
            # Copies in the machine's byte order: torch takes no other, and warns of arrays that it must not write to.
            actual, expected = (torch.tensor(one.astype(one.dtype.newbyteorder("="))) for one in (actual, expected))
            return _tensor_difference(actual, expected, label, rtol, atol)
        case tuple():
            return _sequence_difference(actual, expected, tuple, label, rtol, atol)
        case list():
            return _sequence_difference(actual, expected, list, label, rtol, atol)
        case dict():
            return _dict_difference(actual, expected, label, rtol, atol)
        case int() | float() if type(expected) is not bool:
            kind = "float" if isinstance(expected, float) else "number" if rtol or atol else "int"
            if type(actual) not in ((int,) if kind == "int" else (int, float)):
                return _wrong_type(actual, label, f"a Python {kind}", expected)
            same = _near(actual, expected, rtol, atol)
        case _:
            if type(actual) is not type(expected):
                return _wrong_type(actual, label, _value(expected), expected)
            same = actual == expected
    if same:
        return None
    found, wanted = _distinct(actual, expected)
    return Differ.of(f"{label} is {found}, wanted {wanted}.", actual, expected)


def _near(actual: float, expected: float, rtol: float, atol: float) -> bool:
    if type(actual) is type(expected) is int and _for_rounding(rtol, atol):
        return actual == expected
    try:
        return bool(np.isclose(float(actual), float(expected), rtol=rtol, atol=atol, equal_nan=True))
    except OverflowError:  # an int beyond every float
        return actual == expected


def _for_rounding(rtol: float, atol: float) -> bool:
    """Return whether the tolerance is the usual one or narrower, so that two whole numbers must be equal."""
    return rtol <= RTOL and atol <= ATOL


def _tensor_difference(actual: Any, expected: Tensor, label: str, rtol: float, atol: float) -> str | None:
    if not isinstance(actual, Tensor):
        return _wrong_type(actual, label, _form(expected), expected)
    if not kind_passes(actual.dtype, expected.dtype):
        return f"{label} is {_form(actual)}, wanted {_form(expected)}."
    if actual.shape != expected.shape:
        empty = "empty: " if actual.numel() == 0 else ""
        sentence = f"{label} is {empty}{_form(actual)}, wanted {_form(expected, dtype=actual.dtype)}."
        return Differ.of(sentence, actual, expected)
    actual, expected = _values(actual, label), _values(expected, label)
    exact = torch.complex128 if actual.is_complex() else torch.float64
    one, other = actual.to(exact), expected.to(exact)
    wrong = ~torch.isclose(one, other, rtol=rtol, atol=atol, equal_nan=True)
    if not (actual.is_floating_point() or actual.is_complex()) and _for_rounding(rtol, atol):
        wrong = actual.long() != expected.long()  # integers beyond 2**53 stay exact
    count = int(wrong.sum())
    if count == 0:
        return None
    for odd, name in ((torch.isnan, "nan"), (torch.isinf, "infinite")):
        where = wrong & odd(one)
        if where.any():
            many = int(odd(one).sum())
            rest = f": {many} of {one.numel()} values {'is' if many == 1 else 'are'} {name}"
            break
    else:
        gap = torch.where(wrong, (one - other).abs().nan_to_num(nan=math.inf, posinf=math.inf), -1.0)
        where = gap == gap.max()
        rest = ", the only difference" if count == 1 else f", the largest of {count} differences"
    index = _first(where)
    found, wanted = _distinct(actual[index].item(), expected[index].item())
    rest = rest if one.numel() > 1 else ""
    return Differ.of(f"{label} is {found}{_at(index)}, wanted {wanted}{rest}.", actual, expected)


def _sequence_difference(
    actual: Any,
    expected: Sequence[Any],
    kind: type[list[Any]] | type[tuple[Any, ...]],
    label: str,
    rtol: float,
    atol: float,
) -> str | None:
    if not isinstance(actual, kind):
        return _wrong_type(actual, label, f"a {kind.__name__} of {len(expected)}", expected)
    numbers = kind is list and all(type(one) in (int, float) for one in expected)
    if len(actual) != len(expected):
        sentence = f"{label} is a {kind.__name__} of {len(actual)}, wanted one of {len(expected)}."
        return Differ.of(sentence, actual, expected) if numbers else sentence
    pairs = enumerate(zip(actual, expected, strict=True))
    problem = next(
        (problem for i, (one, other) in pairs if (problem := _difference(one, other, f"{label}[{i}]", rtol, atol))),
        None,
    )
    # Of a list of numbers, all together can tell what one cannot.
    return Differ.of(problem, actual, expected) if numbers and isinstance(problem, Differ) else problem


def _dict_difference(actual: Any, expected: dict[Any, Any], label: str, rtol: float, atol: float) -> str | None:
    if not isinstance(actual, Mapping):
        return _wrong_type(actual, label, f"a dict with the keys {_short(_keys(expected))}")
    if not actual and expected:
        return f"{label} is an empty dict, wanted the keys {_short(_keys(expected))}."
    if set(actual) != set(expected):
        found, wanted = _apart(_keys(actual), _keys(expected))
        return f"{label} has the keys {found}, wanted {wanted}."
    pairs = ((key, actual[key], expected[key]) for key in expected)
    return next(
        (problem for key, one, other in pairs if (problem := _difference(one, other, f"{label}[{key!r}]", rtol, atol))),
        None,
    )


def _wrong_type(actual: Any, label: str, wanted: str, expected: Any = ...) -> str:
    """Return the sentence on a value of another type; `expected` is what was wanted, where that helps to say more."""
    hint = type_hint(actual, expected)
    match actual:
        case None:
            found = "None"
            if re.search(r"\(.*[^\]]$", label):  # what a call gave, and no element of that
                hint = " Does it return its result?"
        case np.ndarray():
            found = f"a NumPy array, {_form(actual)}"
        case Tensor():
            found = f"a tensor, {_form(actual)}"
        case nn.Module():
            found = f"a module, {type(actual).__name__}"
        case type():
            found = f"the class {actual.__name__}"
        case _ if inspect.isroutine(actual):
            found, hint = "a function", " Is it called?"
        case _:
            name = type(actual).__name__
            found = f"{'an' if name[0] in 'aeiouAEIO' else 'a'} {name}"
    return f"{label} is {found}, wanted {wanted}.{hint}"


def type_hint(actual: Any, expected: Any) -> str:
    """Return what may lead from a value of one type to one of another, "" where nothing certain can be said."""
    match actual, expected:
        case np.ndarray(), Tensor():
            return " Which function makes a tensor of an array?"
        case list(), Tensor():
            return " Which function makes a tensor of a list?"
        case tuple(), Tensor():
            return " Does a line end with a comma, or are several things returned?"
        case nn.Module(), Tensor():
            return " Is it called on the input?"
        case bool(), Tensor():
            return ""
        case int() | float(), Tensor():
            return " Was the number taken out of its tensor?"
        case Tensor(), bool() | str():
            return ""
        case Tensor(), int() | float() if actual.numel() == 1:
            return " Which method takes the number out of a tensor?"
        case list(), tuple():
            return " Square brackets make a list, commas alone a tuple."
        case Tensor() | int() | float() | str(), tuple():
            return " Commas between several values make a tuple."
        case tuple(), list():
            return " Square brackets make a list."
        case str(), torch.dtype():
            return " That is a name as text; the dtype itself is wanted."
    return ""


def kind_passes(actual: torch.dtype, expected: torch.dtype) -> bool:
    """Return whether a tensor of one dtype may stand for another: floats for floats, any number for whole ones."""
    if expected == torch.bool or actual == torch.bool:
        return actual == expected
    if expected.is_complex or actual.is_complex:
        return actual.is_complex and expected.is_complex
    return actual.is_floating_point or not expected.is_floating_point


def _form(array: Tensor | np.ndarray, dtype: torch.dtype | None = None) -> str:
    return f"{str(dtype or array.dtype).removeprefix('torch.')}{list(array.shape)}"


def _values(tensor: Tensor, label: str) -> Tensor:
    """Return `tensor` in the processor's memory with every value in it. Raises CheckFailed where it has none."""
    if tensor.is_meta:
        raise CheckFailed(f"{label} is on the meta device, where a tensor has a shape but no values.")
    tensor = tensor.cpu().to_dense()
    return tensor.dequantize() if tensor.is_quantized else tensor


def _value(value: Any, digits: int = 4) -> str:
    if isinstance(value, float | complex) and digits < 17:
        return f"{value:.{digits if abs(value) < 1e4 else max(digits, 7)}g}"
    if isinstance(value, set | frozenset) and value:
        return f"{{{', '.join(sorted(map(_text, value)))}}}"  # the same text in every process
    return _text(value)


def _distinct(actual: Any, expected: Any) -> tuple[str, str]:
    """Return both values as text, short, but never so short that they look the same."""
    for digits in (4, 7, 17):
        one, other = _value(actual, digits), _value(expected, digits)
        if one != other:
            break
    return _apart(one, other)


def _apart(one: str, other: str, limit: int = 120) -> tuple[str, str]:
    """Return both texts, shortened; where they begin alike for too long, from a little before they part."""
    same = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    if same < limit - 1:
        return _short(one, limit), _short(other, limit)
    return "…" + _short(one[same - 20 :], limit), "…" + _short(other[same - 20 :], limit)


def _first(where: Tensor) -> tuple[int, ...]:
    # argmax of a mask is its first True; nonzero would list every one of them.
    # NumPy's, since torch's own unravel_index imports sympy, which takes longer than the whole check.
    return tuple(int(i) for i in np.unravel_index(int(where.flatten().int().argmax()), where.shape))


def _at(index: tuple[int, ...]) -> str:
    return f" at {list(index)}" if index else ""


def _keys(mapping: Mapping[Any, Any]) -> str:
    return ", ".join(sorted(map(_text, mapping)))


def _text(value: object, show: Callable[[object], str] = repr) -> str:
    """Return `value` as one line, whatever its own `__repr__` or `__str__` does."""
    try:
        text = show(value)
    except Exception:
        return f"<{type(value).__name__}>"
    return text if text.isprintable() else " ".join("".join(c if c.isprintable() else " " for c in text).split())


def message_of(error: BaseException) -> str:
    """Return the message of an error as one line."""
    return _text(error, str)


def _short(line: str, limit: int = 120) -> str:
    return line if len(line) <= limit else line[: limit - 1] + "…"


scope.follow()
