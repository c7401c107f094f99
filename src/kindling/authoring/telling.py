"""Which expected values can't tell one slip from another: `kindling dev audit --values`.

Expected values are known when a check runs, so the lessons run with their own solutions. What two slips make the same
of, no sentence can explain: a learner reads a difference alone, or of the wrong slip.
"""

from __future__ import annotations

import ast
import itertools
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from kindling.authoring import answers, lessons
from kindling.authoring.percent import Cell
from kindling.diagnose.changes import Change, changes
from kindling.diagnose.relations import found
from kindling.diagnose.values import Array, Known, Pair, as_tensors, pair
from kindling.grade.sealed import syntax
from kindling.grade.sealed.judge import Judge
from kindling.grade.sealed.plain import freeze, thaw

__all__ = ["agreeing", "find"]

NOT_TELLING = "# Not telling:"
LEAST = 4  # different numbers, fewer than which tell nothing
ADVICE = f"or say why not in a comment above the claim, `{NOT_TELLING} …`."


def find(root: Path, names: Sequence[str] | None = None) -> Iterator[str]:
    """Yield a sentence for each claim of the lessons whose expected value can't tell one slip from another.

    The lessons are those of the course in `root` with these names, or all. A comment above a claim, "# Not telling: "
    and why, leaves it out. Raises KindlingError as `answers.recorded` does.
    """
    for path in lessons.find(root / "course", names):
        lesson = lessons.read(path)
        checks = {task.id: task.check for task in lesson.tasks}
        for task, records in answers.recorded(lesson):
            for line, sentence in _of_check(checks[task], records):
                yield f"{path.relative_to(root)}:{line}: {sentence}"


def agreeing(expected: Any, known: Known) -> tuple[str, str] | None:
    """Return the words of two slips that make the same of an expected value, where no relation can say which it was.

    None where all can be told, and for what tells nothing by nature: whole numbers, which are classes, places and
    counts, and fewer than four different numbers, unless the means of batches are known.
    """
    right = pair(expected, expected, known)
    if right is None or right.whole or not right.finite:
        return None
    if right.parts is None and len(np.unique(right.wanted)) < LEAST:
        return None
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        wrong = [change for change in changes(right) if _is_wrong(right, change.numbers)]
        for one, other in itertools.combinations(wrong, 2):
            if one.idea != other.idea and (both := _both(right, one, other)) is not None:
                ideas = {finding.idea for finding in found(replace(right, actual=both))}
                if len(ideas) != 1:
                    return one.words, other.words
    return None


def _of_check(check: Cell, records: list[dict[str, Any]]) -> Iterator[tuple[int, str]]:
    """Yield the line of each claim of a check that can't tell, and a sentence. In a loop, its first value is asked."""
    claims, lines = syntax.number(ast.parse(check.source)), check.source.splitlines()
    first = {record["site"]: record for record in reversed(records) if record["kind"] in ("close", "equal")}
    for site, record in sorted(first.items()):
        line = claims[site].lineno
        if not lines[line - 2].strip().startswith(NOT_TELLING):
            yield from (
                (check.line + line, sentence) for sentence in (_of_value(record), _of_mistakes(record)) if sentence
            )


def _of_value(record: dict[str, Any]) -> str | None:
    """Return the sentence about what a claim expects, None where it can tell."""
    given = record["given"]
    known = Known(**{name: thaw(given[name]) for name in (*syntax.RELATING, "rtol", "atol") if name in given})
    what = f'the numbers wanted of "{thaw(given["label"])}"'
    for one, other in itertools.combinations(known.sizes, 2):
        if known.sizes[one] == known.sizes[other]:
            return f"{what} come with `{one}` and `{other}` of one size. Give them different sizes, {ADVICE}"
    if two := [name for name, size in known.sizes.items() if size == 2]:
        return f"{what} come with `{two[0]}` of size 2, and what is doubled may be many things. Make it 3, {ADVICE}"
    if known.parts is not None and len(set(map(int, known.parts[1]))) == 1:
        return f"{what} come from batches of one size. Make the last one smaller, {ADVICE}"
    for value in _numbers(as_tensors(thaw(given["expected"]))):
        if words := agreeing(value, known):
            return (
                f"{what} are the same {words[0]} and {words[1]}, so no sentence can tell a learner which it is. "
                f"Take numbers with three digits, in no order and around no middle, and sizes that differ, {ADVICE}"
            )
    return None


def _of_mistakes(record: dict[str, Any]) -> str | None:
    """Return the sentence about a named mistake whose value is that of one before it, None where all are said.

    What mistakes are that depend on the learner, the solutions don't show.
    """
    given = record["given"]
    mistakes = [] if "mistakes" in record["open"] else given.get("mistakes", [])
    for sentence, value in mistakes:
        lists = record["kind"] == "equal" or given.get("lists")
        judge = Judge([record])
        actual = value if lists else freeze(as_tensors(thaw(value)))
        judge.hears({**record, "actual": actual, "given": {**given, "mistakes": []}})
        failure = judge.failure(failed=False)
        if failure and failure[1] != sentence and failure[1] in (other for other, _ in mistakes):
            return (
                f'the mistake "{sentence}" is never said: "{failure[1]}" has the same value. Take numbers that tell '
                f"the two apart, or make one sentence of them, {ADVICE}"
            )
    return None


def _numbers(value: Any) -> Iterator[Any]:
    """Yield the parts of a value that are compared one by one."""
    match value:
        case list() | tuple():
            yield from itertools.chain.from_iterable(map(_numbers, value))
        case dict():
            yield from itertools.chain.from_iterable(map(_numbers, value.values()))
        case _:
            yield value


def _is_wrong(right: Pair, numbers: Array) -> bool:
    """Return whether what a slip makes is known, something else than what is wanted, and not one number for all."""
    rest = numbers[~np.isnan(numbers)]
    return (
        bool(np.isfinite(rest).all())
        and rest.size > 0
        and not (rest.size > 1 and right.near(rest, np.full_like(rest, rest[0])))
        and not _near(right, numbers, right.wanted)
    )


def _both(right: Pair, one: Change, other: Change) -> Array | None:
    """Return what two slips make of the numbers wanted, None where that is not the same."""
    if not _near(right, one.numbers, other.numbers):
        return None
    return np.where(np.isnan(one.numbers), other.numbers, one.numbers)


def _near(right: Pair, one: Array, other: Array) -> bool:
    """Return whether two values are the same where both are known."""
    if one.shape != other.shape:
        return False
    known = ~(np.isnan(one) | np.isnan(other))
    return right.near(one[known], other[known])
