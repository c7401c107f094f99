"""Errors of losses: outputs and labels do not fit each other, or the loss."""

from __future__ import annotations

import torch

from kindling.diagnose.cases import Case, Shape, case, count, dtype, shape
from kindling.diagnose.frames import Place
from kindling.diagnose.reading import is_tensor

__all__ = ["CASES", "NO_CLASS_NUMBERS"]

CASES: list[Case] = []
NO_CLASS_NUMBERS = "The labels are {kind}. For this loss, a label is a class number, a whole number of dtype int64."
_FUNCTIONS = "torch/nn/functional"
MOST = 1_000_000  # elements of a tensor that are read


@case(CASES, r"Target (?P<target>-?\d+) is out of bounds")
def target_range(place: Place, target: int) -> str | None:
    scores, labels = place.local("input", _FUNCTIONS), place.local("target", _FUNCTIONS)
    if not (is_tensor(scores) and is_tensor(labels) and scores.dim() > 1 and 0 < labels.numel() <= MOST):
        return f"There is no output for the class {target}: classes count from 0."
    classes = scores.shape[1]
    there = f"the network has {classes} outputs, for the classes 0 to {classes - 1}"
    with torch.no_grad():
        least, most = int(labels.min()), int(labels.max())
    if least == 1 and most == classes:
        return f"The labels go from 1 to {most}, and {there}: classes count from 0."
    if target < 0 or most > 10 * classes:
        return f"A label is {target}, and {there}: are these class numbers?"
    return f"A label is {target}, and {there}: how many classes are there?"


@case(
    CASES,
    r"expected target dtype to be Long or Byte, but got (?P<came>\w+)"
    r"|expected scalar type Long but found (?P<older>\w+)",
)
def target_dtype(place: Place, came: str | None, older: str | None) -> str | None:
    labels = place.local("target", _FUNCTIONS)
    kind = dtype(labels) if is_tensor(labels) else (came or older or "").lower()
    return NO_CLASS_NUMBERS.format(kind=kind)


@case(CASES, r"0D or 1D target tensor expected, multi-target not supported")
def target_dims(place: Place) -> str | None:
    scores, labels = place.local("input", _FUNCTIONS), place.local("target", _FUNCTIONS)
    if not (is_tensor(scores) and is_tensor(labels)):
        return "This loss wants one class number per example, so labels of one dimension."
    if labels.shape == scores.shape:
        return f"The labels are {shape(labels)}, a row for each example; this loss wants one class number for each."
    return f"The labels are {shape(labels)}; one class number per example is ({labels.shape[0]},)."


@case(CASES, r"Expected floating point type for target with class probabilities, got (?P<kind>\w+)")
def target_probabilities(place: Place, kind: str) -> str | None:
    scores, labels = place.local("input", _FUNCTIONS), place.local("target", _FUNCTIONS)
    if is_tensor(scores) and scores.dim() == 1:
        return "The loss wants a score for each class, and got one number per example: was the class chosen too early?"
    if is_tensor(labels) and labels.dim() == 2:
        said = f"The labels are {shape(labels)} of whole numbers, and labels of that shape are probabilities"
        return f"{said}. Which labels have one number per example?"
    return "Labels with the shape of the scores are probabilities, so floats; class numbers are one per example."


@case(CASES, r"Expected input batch_size \((?P<rows>\d+)\) to match target batch_size \((?P<labels>\d+)\)")
def batch_sizes(place: Place, rows: int, labels: int) -> str | None:
    scores = place.local("input", _FUNCTIONS)
    said = f"{count(rows, 'row')} of scores came for {count(labels, 'label')}"
    if rows == 1 and labels > 1:
        return f"{said}: did the whole batch become one row?"
    if labels and rows % labels == 0:
        return f"{said}, {rows // labels} for each: did view or reshape cut every example into {rows // labels}?"
    if labels == 0:
        return f"{count(rows, 'row')} of scores came, and the label is a single number without its batch."
    if is_tensor(scores) and scores.dim() == 2 and labels == rows * scores.shape[1]:
        return f"{said}, {scores.shape[1]} for each row: are the labels one-hot and flattened?"
    return f"{said}: are they of the same batch?"


@case(
    CASES,
    r"(?P<call>cross_entropy_loss|nll_loss\w*|binary_cross_entropy\w*|mse_loss)\(\): argument '(?P<argument>\w+)' "
    r"\(position (?P<position>\d)\) must be Tensor, not (?P<type>[\w.]+)",
)
def loss_argument(place: Place, call: str, argument: str, position: int, type: str) -> str | None:
    what = "the labels" if argument == "target" else "the outputs"
    if type == "NoneType":
        return f"The loss got None for {what}: does the function that makes them return its result?"
    if type == "tuple":
        return f"The loss got a tuple for {what}: does the network return more than one thing?"
    return f"The loss got {what} as a Python {type}; it wants a tensor, one entry per example."


_SIZES = r"\(torch\.Size\(\[(?P<target>[\d, ]*)\]\)\) "
_INPUT = r"input size \(torch\.Size\(\[(?P<scores>[\d, ]*)\]\)\)"


@case(CASES, rf"Using a target size {_SIZES}that is different to the {_INPUT}\. This will likely lead to incorrect")
def loss_broadcast(place: Place, target: Shape, scores: Shape) -> str | None:
    said = f"Outputs {shape(scores)} against labels {shape(target)}"
    if len(scores) == 2 and scores[1] == 1 and target == scores[:1]:
        return f"{said} are compared each with each: {scores[0] ** 2:,} pairs for {scores[0]:,} examples."
    return f"{said} are not compared one by one: the loss repeats one of them. Should both have one shape?"


@case(CASES, rf"[Tt]arget size {_SIZES}(?:that is different to the|must be the same as) {_INPUT}")
def bce_shapes(place: Place, target: Shape, scores: Shape) -> str | None:
    said = f"The outputs are {shape(scores)} and the labels {shape(target)}"
    if (*target, 1) == scores or (*scores, 1) == target:
        return f"{said}: one of the two has a dimension of 1 too many."
    if len(scores) == 2 and target == scores[:1]:
        return f"{said}: {scores[1]} scores for each label. Which loss takes a class number?"
    return f"{said}: this loss wants them of one shape."


@case(CASES, r"all elements of (?P<which>input|target) should be between 0 and 1")
def bce_range(place: Place, which: str) -> str | None:
    value = place.local(which, _FUNCTIONS)
    if not (is_tensor(value) and 0 < value.numel() <= MOST):
        return f"This loss wants probabilities from 0 to 1 as {which}."
    with torch.no_grad():
        least, most = float(value.min()), float(value.max())
    beyond = f"{most if most > 1 else least:.4g}"
    if which == "input":
        return (
            f"An output is {beyond}, and this loss wants probabilities from 0 to 1: is the sigmoid missing before it?"
        )
    return f"A label is {beyond}, and this loss knows the labels 0 and 1."


@case(CASES, r"Found dtype (?P<found>\w+) but expected (?P<wanted>\w+)")
def bce_dtype(place: Place, found: str, wanted: str) -> str | None:
    labels = place.local("target", _FUNCTIONS)
    scores = place.local("input", _FUNCTIONS)
    if not (is_tensor(labels) and is_tensor(scores)):
        return "Outputs and labels have two dtypes: this loss wants both of one."
    return f"The labels are {dtype(labels)} and the outputs {dtype(scores)}: this loss wants both of one dtype."
