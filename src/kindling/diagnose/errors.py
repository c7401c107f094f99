"""An error of Python or torch in one more sentence, with the learner's own sizes and names."""

from __future__ import annotations

import ast
import inspect
import re
from types import WrapperDescriptorType

from kindling.diagnose import (
    errors_autograd,
    errors_calls,
    errors_data,
    errors_dtypes,
    errors_indexing,
    errors_layers,
    errors_losses,
    errors_modules,
    errors_python,
    errors_saving,
    errors_shapes,
    errors_training,
    errors_values,
)
from kindling.diagnose.cases import Case
from kindling.diagnose.frames import Place
from kindling.wording import without_colours

__all__ = ["CASES", "explain", "name_of"]

LONGEST = 5_000  # characters of a message that are looked at, and
MOST = 300  # of a sentence

_WORKER = re.compile(r"^Caught \w+ in DataLoader worker process.*^\w+(?:: (.*))?$", re.DOTALL | re.MULTILINE)

# The first case that is about an error speaks, so particular ones stand before general ones.
CASES: list[Case] = [
    *errors_shapes.CASES,
    *errors_indexing.CASES,
    *errors_losses.CASES,
    *errors_dtypes.CASES,
    *errors_autograd.CASES,
    *errors_modules.CASES,
    *errors_calls.CASES,
    *errors_values.CASES,
    *errors_data.CASES,
    *errors_layers.CASES,
    *errors_saving.CASES,
    *errors_training.CASES,
    *errors_python.CASES,
]


def explain(error: BaseException) -> str | None:
    """Return one sentence, or two, on what led to an error or a warning; None where nothing certain can be said."""
    try:
        _, sentence = _told(error)
    except Exception:  # what explains must not be one more error
        return None
    if not sentence or len(sentence) > MOST or not sentence.isprintable():
        return None
    return sentence[0].upper() + sentence[1:] if sentence.startswith(("the ", "layer ")) else sentence


def name_of(error: BaseException) -> str | None:
    """Return the name of the case that an error is, None for one that is not known."""
    case, _ = _told(error)
    return case.name if case else None


def _told(error: BaseException) -> tuple[Case | None, str | None]:
    """Return the first case that is about an error, and its sentence."""
    place, message = Place(error), _message(error)
    if message is None or (place.innermost and isinstance(place.own and place.own.statement, ast.Raise)):
        return None, None  # the learner's own words
    if found := _WORKER.search(message):
        place, message = Place(error, elsewhere=True), found[1] or ""
    for case in CASES:
        fits, sentence = case.explain(place, message)
        if fits:
            return case, sentence
    return None, None


def _message(error: BaseException) -> str | None:
    """Return what an error says, None where only code of the learner's could tell."""
    told = inspect.getattr_static(type(error), "__str__")
    if type(told) is not WrapperDescriptorType or not all(type(arg) in (str, int) for arg in error.args):
        return None
    return without_colours(str(error)[:LONGEST])
