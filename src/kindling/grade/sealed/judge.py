"""What came of a check: the records of a learner's kernel against those of the reference, where no such code runs."""

from __future__ import annotations

import builtins
from collections.abc import Collection, Sequence
from typing import Any

from torch import nn

from kindling import check
from kindling.errors import CheckFailed, NotWritten
from kindling.grade.sealed.hidden import without_values
from kindling.grade.sealed.plain import thaw
from kindling.grade.sealed.syntax import RELATING

__all__ = ["Judge", "Recorder"]

Record = dict[str, Any]

ALL = "all"  # of a claim's arguments
MOST_OFF_PATH = 1000
LABEL, SHOWN = 10_000, 20_000  # characters of a label, and of a sentence
FAILED = CheckFailed.__name__
SHORT = "The check reported {came} of its {wanted} values, and then ended without an error."
OTHER = "The check reported something else than its values. Nothing in a notebook should take its place."
EXTRA = "The check reported more than its {wanted} values. Nothing in a notebook should report in its place."
TOO_LARGE = "{label} is too large to be looked at."


Failure = tuple[str, str]  # the name of an error, and its sentence


class Recorder:
    """Keeps the records of a check with the lesson's own solutions."""

    def __init__(self) -> None:
        self.records: list[Any] = []

    def hears(self, record: Any) -> bool:
        """Keep a record; the check goes on."""
        self.records.append(record)
        return True


class Judge:
    """Hears the records of one check, one after the other, and says what came of it.

    Its sentence on a hidden test tells no value, but with `values`: then it is that of a notebook.
    """

    def __init__(self, reference: Sequence[Record], off_path: Collection[int] = (), values: bool = False) -> None:
        self._reference, self._came, self._values = reference, 0, values
        self._off_path, self._met = off_path, 0  # claims that the reference never meets, and how many of them came
        self._failure: Failure | None = None
        self.own_words = False  # whether the learner's kernel had a say in the sentence of the failure

    def hears(self, record: Any) -> Any:
        """Take the next record, which may be anything; return whether it holds, so that the check goes on.

        Where it asks for the images that the next claim is about, return those, as plain data.
        """
        if isinstance(record, dict) and "asks" in record:
            return self._asked(record)
        if isinstance(record, dict) and record.get("site") in self._off_path and self._met < MOST_OFF_PATH:
            self._met += 1
            kind = str(record.get("kind"))
            if self._failure is None:
                self._failure = self._failed(record, {**record, "kind": kind, "given": {}, "open": ALL})
                self.own_words = self._failure is not None
            return self._failure is None
        place = self._came
        self._came += 1
        if self._failure is None:
            if place < len(self._reference):
                wanted = self._reference[place]
                self._failure = self._failed(record, wanted)
                self.own_words = self._failure is not None and not set(RELATING).issuperset(wanted.get("open", ()))
            else:
                self._failure = FAILED, EXTRA.format(wanted=len(self._reference))
        return self._failure is None

    def _failed(self, came: Any, wanted: Record) -> Failure | None:
        """Return the error with which a claim fails, None where it holds."""
        if not isinstance(came, dict) or came.get("site") != wanted["site"] or came.get("kind") != wanted["kind"]:
            return FAILED, OTHER
        try:
            return _claim(came, wanted, self._values or not wanted.get("hidden"))
        except Exception:  # there are as many kinds as ways to be no record
            return FAILED, OTHER

    def _asked(self, record: Record) -> Any:
        """Return the images of the next claim, False where that is no such claim."""
        wanted = self._reference[self._came] if self._came < len(self._reference) else {}
        if self._failure or "images" not in wanted.get("given", {}) or record.get("site") != wanted["site"]:
            self._failure = self._failure or (FAILED, OTHER)
            return False
        return wanted["given"]["images"]

    def failure(self, failed: bool) -> Failure | None:
        """Return the error with which the check fails, None where every claim holds.

        `failed` says that the cell ended with an error: where all that it reported before holds, that error says what
        is wrong, and the result is None.
        """
        if self._failure is None and not failed and self._came < len(self._reference):
            return FAILED, SHORT.format(came=self._came, wanted=len(self._reference))
        return self._failure


def _claim(came: Record, wanted: Record, values: bool) -> Failure | None:
    """Return the error with which a claim fails, None where it holds. Raises ValueError for what is no value.

    Its sentence tells no value without `values`.
    """
    kind: str = wanted["kind"]
    given = dict(wanted["given"])
    mistakes = dict(enumerate(given.pop("mistakes", [])))
    if names := wanted.get("open"):  # what depends on the learner's objects is the learner's
        own = came.get("given")
        if not isinstance(own, dict):
            raise ValueError
        given.update({name: own[name] for name in (own if names == ALL else names) if name in own})
        given.pop("mistakes", None)
        for place, pair in own.get("mistakes", []):
            mistakes[place] = pair
    given = {name: thaw(value) for name, value in given.items()}
    actual = came.get("actual")
    label = given["label"]
    if not isinstance(label, str) or len(label) > LABEL:  # it may be the learner's
        raise ValueError
    try:
        if isinstance(actual, dict) and actual.get("is") == "too large":
            raise CheckFailed(TOO_LARGE.format(label=label), "mistake")
        try:
            _hold(kind, actual, dict(given))
        except CheckFailed:
            if not mistakes:
                raise
            # Unpacked only now: most claims hold, and each mistake is as large as what is expected.
            sentences = {str(mistakes[place][0]): thaw(mistakes[place][1]) for place in sorted(mistakes)}
            _hold(kind, actual, {**given, "mistakes": sentences})
    except NotWritten as stub:
        return type(stub).__name__, str(stub)[:SHOWN]
    except CheckFailed as failure:
        value = thaw(actual) if kind in ("close", "equal") and failure.kind != "mistake" else None
        said = str(failure) if values else without_values(failure, kind, label, value, given)
        return FAILED, said[:SHOWN]
    return None


def _hold(kind: str, actual: Any, given: dict[str, Any]) -> None:
    label = given.pop("label")
    match kind:
        case "close" | "equal" | "shape":
            getattr(check, kind)(thaw(actual), given.pop("expected"), label, **given)
        case "hashed":
            check.hashed(thaw(actual), given["hashes"], label)
        case "unchanged":
            check.unchanged(thaw(actual), given["before"], label)
        case "falling":
            check.falling(thaw(actual), given["epochs"], label)
        case "predictions" | "classifies":
            check.predictions(thaw(actual), given["labels"], at_least=given["at_least"], label=label)
        case "layers":
            layers = actual.get("is") == "layers"
            found = check.Layers(map(str, actual["items"])) if layers else thaw(actual)
            check.layers(found, given.pop("expected"), label, **given)
        case "moved":
            after, before = thaw(actual)
            if isinstance(after, dict) and not isinstance(before, dict):
                raise ValueError
            check.moved(_Parameters(after) if isinstance(after, dict) else after, before, label)
        case "avoids":
            check.avoided(thaw(actual), given["names"], label)
        case "raises":
            if actual.get("is") != "raised":
                raise ValueError
            check.raises(*_raising(actual, given), label, naming=given.get("naming"))
        case _:
            raise ValueError


class _Parameters(nn.Module):
    """A model that has these parameters."""

    def __init__(self, parameters: dict[str, Any]) -> None:
        super().__init__()
        self._known = parameters

    def named_parameters(self, *arguments: Any, **options: Any) -> Any:
        """Return the names and values."""
        return self._known.items()


def _raising(actual: Record, given: dict[str, Any]) -> tuple[type[BaseException], Any]:
    """Return the error that a claim asks for, and a call that raises what was reported."""
    name = str(given["error_name"])
    wanted = getattr(builtins, name, None)
    if not (isinstance(wanted, type) and issubclass(wanted, BaseException)):
        wanted = type(name, (Exception,), {})
    if actual.get("name") is None:
        return wanted, lambda: None
    base = wanted if name in actual["bases"] else Exception
    # KeyError, for one, shows its message in quotes: the text has come as it is shown.
    raised = type(str(actual["name"]), (base,), {"__str__": lambda self: str(actual["message"])})

    # The one kind of error that can't be made without what it is about.
    arguments = (" ", [ValueError()]) if issubclass(raised, BaseExceptionGroup) else ()

    def call() -> None:
        raise raised.__new__(raised, *arguments)

    return wanted, call
