"""What the rewritten checks call: in a learner's kernel `report`, in the reference's `record`.

A record is JSON: the number of the claim in the check's text, its kind, and values as kindling.grade.sealed.plain has
them; one of the reference says whether the claim stands in a hidden test. Who gets a record says whether the check goes
on. One record asks for something first: the images that a learner's network is to classify.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator
from typing import Any

from torch import Tensor, nn

from kindling import check
from kindling.diagnose.values import as_called
from kindling.grade.sealed.plain import TooLarge, freeze, thaw

__all__ = ["hidden", "record", "report", "send_to"]

STOPPED = "A value is not what was wanted."  # in the kernel; what is shown says which
LARGE = 10_000  # numbers of a tensor
SHOWN = 20_000  # characters of an error's message

Sink = Callable[[dict[str, Any]], Any]

_sink: Sink
_hidden = False


def send_to(sink: Sink) -> None:
    """Give each record to a function from now on; it returns whether the check goes on, or what a record asks for."""
    global _sink
    _sink = sink


def report(kind: str, site: int, *actual: Any, **given: Any) -> None:
    """Report a claim's actual value, and what else of it depends on the learner."""
    if kind == "raises":
        given["error_name"] = actual[0].__name__
    if kind == "classifies":
        images = given["images"] if "images" in given else thaw(_sent({"site": site, "kind": kind, "asks": "images"}))
        actual = (actual[0](images),)
    _sent({"site": site, "kind": kind, "actual": _frozen(kind, actual), "given": _open(kind, given)})


def _sent(record: dict[str, Any]) -> Any:
    """Give a record away and return what is said to it. Raises CheckFailed where the check does not go on."""
    said = _sink(record)
    if not said:
        raise check.CheckFailed(STOPPED)
    return said


@contextlib.contextmanager
def hidden() -> Iterator[None]:
    """Run hidden tests: what is recorded in here learners do not get to see."""
    global _hidden
    _hidden = True
    try:
        yield
    finally:
        _hidden = False


def record(kind: str, site: int, *arguments: Any, **options: Any) -> None:
    """Record a claim whole, and hold it as any check does. Raises CheckFailed where it fails."""
    from kindling.grade.sealed.syntax import CLAIMS, learners

    named = {**dict(zip(CLAIMS[kind], arguments, strict=False)), **options}
    given = {name: value for name, value in named.items() if name not in learners(kind)}
    if kind == "raises":
        given["error_name"] = named["error"].__name__
    # Before the claim: what it runs may change them.
    _sink({"site": site, "kind": kind, "given": _given(kind, given), "hidden": _hidden})
    getattr(check, kind)(*arguments, **options)


def _short(kind: str, value: Any) -> Any:
    """Return a value of a claim, or of a large one its hash where a claim of this kind never shows its numbers."""
    if kind != "unchanged" or not isinstance(value, Tensor) or value.numel() < LARGE:
        return value
    plain = freeze(value)
    return hashlib.sha256(f"{plain['shape']} {plain['data']}".encode()).hexdigest()


def _open(kind: str, given: dict[str, Any]) -> dict[str, Any]:
    """Return what of a claim depends on the learner, its mistakes as pairs by their places."""
    mistakes = given.pop("mistakes", {})
    if "inputs" in given:
        given["inputs"] = as_called(given["inputs"])  # what is thawed shows no more what was changed
    pairs = mistakes.items() if not mistakes or isinstance(next(iter(mistakes)), int) else enumerate(mistakes.items())
    plain = {name: freeze(_short(kind, value)) for name, value in given.items()}
    return {**plain, "mistakes": [[place, [str(pair[0]), freeze(pair[1])]] for place, pair in pairs]}


def _given(kind: str, given: dict[str, Any]) -> dict[str, Any]:
    if "inputs" in given:
        given = {**given, "inputs": as_called(given["inputs"])}  # what is thawed shows no more what was changed
    mistakes = given.get("mistakes")
    plain = {name: freeze(_short(kind, value)) for name, value in given.items() if name != "mistakes"}
    if mistakes:
        plain["mistakes"] = [[str(sentence), freeze(value)] for sentence, value in mistakes.items()]
    return plain


def _frozen(kind: str, actual: tuple[Any, ...]) -> Any:
    """Return what a claim of this kind looks at, as plain data."""
    try:
        match kind:
            case "raises":
                return _raised(*actual)
            case "avoids":
                return freeze(list(dict.fromkeys(check.functions_called(*actual))))  # a loop calls each many times
            case "layers" if isinstance(actual[0], nn.Module):
                return {"is": "layers", "items": [str(one) for one in check.describe_layers(actual[0])]}
            case "moved":
                model, before = actual
                if isinstance(model, nn.Module):
                    after = {name: parameter.detach() for name, parameter in model.named_parameters()}
                    return freeze((after, before))
                return freeze((model, None))
        return freeze(_short(kind, actual[0]), shape_only=kind == "shape")
    except TooLarge:
        return {"is": "too large"}


def _raised(error: type[BaseException], call: Callable[[], Any]) -> dict[str, Any]:
    try:
        call()
    except check.NotWritten:
        raise
    except (Exception, SystemExit, error) as raised:
        return {
            "is": "raised",
            "name": type(raised).__name__,
            "bases": [base.__name__ for base in type(raised).__mro__],
            "message": check.message_of(raised)[:SHOWN],
        }
    return {"is": "raised", "name": None}
