"""What a sentence says of a claim in a hidden test that fails: in what the value differs, and no value.

Whatever a learner's function is called with, it can hand to the claim as its own answer. So the sentence has no number,
text, size or name of what came or was wanted: it is one of a few, whatever these are. Nor does it say with which
numbers and texts the function was called, where a label does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from torch import Tensor

from kindling import check
from kindling.diagnose.values import as_tensors
from kindling.errors import CheckFailed

__all__ = ["without_values"]

# What is said of a claim of each kind. Of `close` and `equal` it depends; `unchanged` tells no value anyway.
SENTENCES = {
    "avoids": "{label} calls torch's own function for what the task is to write yourself.",
    "classifies": "{label} is not one class number for each image, or it is the same for all.",
    "falling": "{label} is not a list of one Python float for each epoch that falls.",
    "hashed": "{label} is wrong.",
    "layers": "{label} has other layers than wanted.",
    "moved": "{label} never changed the weights. Does the optimizer step, and does it hold this model's parameters?",
    "predictions": "{label} is not one class number for each example, or it is the same for all.",
    "raises": "{label} does not end with the error wanted.",
    "shape": "{label} has another shape than wanted.",
}

_CALL = re.compile(r"\w+\((?:[^()]|\([^()]*\))*\)")
_LITERAL = re.compile(r"(?<![\w.])\.?[\d\"']")
_NUMBER = re.compile(r"\d[\d.]*")
_OF_THE_RELATION = {"0", "1"}  # "1 minus the one wanted", say: these are no value's


def without_values(failure: CheckFailed, kind: str, label: str, actual: Any, given: Mapping[str, Any]) -> str:
    """Return the sentence on a claim that fails; `failure` has the one that a learner would read in a notebook.

    A named mistake stays, since the lesson's author wrote it, and so do the share of right answers, and a relation that
    tells no number. "f(3, x)" in the label, and so in a mistake, becomes "f(…)".
    """
    sentence = _sentence(failure, kind, label, actual, given)
    for call in _CALL.findall(label):
        if _LITERAL.search(call):
            sentence = sentence.replace(call, f"{call.partition('(')[0]}(…)")
    return sentence


def _sentence(failure: CheckFailed, kind: str, label: str, actual: Any, given: Mapping[str, Any]) -> str:
    said = str(failure)
    is_share = kind in ("classifies", "predictions") and said.endswith("%.")
    if failure.kind == "mistake" or kind == "unchanged" or is_share:
        return said
    if kind in SENTENCES:
        return SENTENCES[kind].format(label=label)
    wanted = given["expected"] if kind == "equal" or given.get("lists") else as_tensors(given["expected"])
    sentence = f"{label} is nan." if said.startswith(f"{label} is nan") else f"{label} {_difference(actual, wanted)}"
    known = failure.relation and set(_NUMBER.findall(failure.relation)) <= _OF_THE_RELATION
    return f"{sentence} {failure.relation}" if known else sentence


def _difference(actual: Any, wanted: Any) -> str:
    """Return in what two values differ, as the end of a sentence."""
    match actual, wanted:
        case Tensor(), Tensor():
            if not check.kind_passes(actual.dtype, wanted.dtype):
                return "has another dtype than wanted."
            if actual.shape != wanted.shape:
                return "has another shape than wanted."
            return "has a wrong value." if wanted.numel() == 1 else "has wrong values."
        case (list(), list()) | (tuple(), tuple()) if len(actual) != len(wanted):
            return "has another length than wanted."
        case (dict(), dict()) if actual.keys() != wanted.keys():
            return "has other keys than wanted."
        case None, _:
            return "is None."
        case (Tensor() | list() | tuple() | dict() | str(), _) if not isinstance(actual, type(wanted)):
            return f"is of another type than wanted.{check.type_hint(actual, wanted)}"
    return "is not what is wanted."
