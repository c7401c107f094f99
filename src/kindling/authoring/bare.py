"""Which wrong answers of the bank read no more than a difference or an error: `kindling dev answers --bare`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from kindling.authoring import answers, lessons
from kindling.authoring.answers import Outcome

__all__ = ["find", "group", "told"]

GROUPS = ("named", "diagnosed", "explained", "bare")
_FURTHER = re.compile(r"[.?] [A-Z]")  # where a further sentence begins


def find(root: Path, names: Sequence[str] | None = None) -> Iterator[str]:
    """Yield the wrong answers of each lesson that get no help, task by task, and then the lesson's shares.

    The lessons are those of the course in `root` with these names, or all. Raises KindlingError as `answers.run` does.
    """
    for path in lessons.find(root / "course", names):
        bank = root / "tests" / "answers" / path.name
        if bank.exists():
            wrong = [answer for answer in answers.read(bank) if not answer.right]
            yield from told(answers.run(lessons.read(path), wrong), bank.relative_to(root), path.stem)


def told(outcomes: Iterable[Outcome], bank: Path, lesson: str) -> Iterator[str]:
    """Yield a line for each answer that gets no help, and one with the shares of all groups."""
    outcomes = sorted(outcomes, key=lambda outcome: outcome.answer.line)
    for outcome in outcomes:
        if group(outcome) == "bare":
            yield f"{bank}:{outcome.answer.line}: {outcome.answer.task}: {outcome.said}"
    counts = Counter(map(group, outcomes))
    shares = ", ".join(f"{100 * counts[name] / len(outcomes):.0f}% {name}" for name in GROUPS) if outcomes else "none"
    yield f"{lesson}: of {len(outcomes)} wrong answers {shares}."


def group(outcome: Outcome) -> str:
    """Return what an answer gets: a named mistake, a relation, another sentence that explains, or none of these."""
    if outcome.kind in ("mistake", "relation"):
        return "named" if outcome.kind == "mistake" else "diagnosed"
    if outcome.said is None or outcome.kind == "error":
        return "bare"
    _, wanted, rest = outcome.said.rpartition(", wanted ")
    return "bare" if wanted and not _FURTHER.search(rest) else "explained"
