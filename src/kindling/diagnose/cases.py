"""One kind of error: the text that it is known by, and the function that says what happened."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from kindling.diagnose.frames import Place

__all__ = ["Case", "Shape", "a", "case", "count", "dtype", "near", "receiver", "shape"]

Shape = tuple[int, ...]
Tell = Callable[..., str | None]


@dataclass(frozen=True)
class Case:
    """A kind of error: its name, what its message matches, of which class it has to be, and what tells about it.

    `tell` gets the place and, by their names, the groups of the pattern, each made what its annotation says.
    """

    name: str
    pattern: re.Pattern[str]
    tell: Tell
    kind: type[BaseException] = BaseException

    def explain(self, place: Place, message: str) -> tuple[bool, str | None]:
        """Return whether the case is about this error, and the sentence on it."""
        found = isinstance(place.error, self.kind) and self.pattern.search(message)
        if not found:
            return False, None
        hints = self.tell.__annotations__
        return True, self.tell(place, **{k: _read(v, str(hints.get(k))) for k, v in found.groupdict().items()})


def case(cases: list[Case], pattern: str, kind: type[BaseException] = BaseException) -> Callable[[Tell], Tell]:
    """Return a decorator that adds a function to the list as a case of its name."""

    def add(tell: Tell) -> Tell:
        cases.append(Case(tell.__name__, re.compile(pattern), tell, kind))
        return tell

    return add


def receiver(node: ast.AST | None) -> ast.expr | None:
    """Return the expression whose method was called, or whose attribute was asked for."""
    node = node.func if isinstance(node, ast.Call) else node
    return node.value if isinstance(node, ast.Attribute) else None


def shape(value: Tensor | Iterable[int]) -> str:
    """Return a shape as torch's own tuples look: "(64, 1)"."""
    return str(tuple(value.shape if isinstance(value, Tensor) else value))


def dtype(value: Tensor) -> str:
    """Return the short name of a tensor's dtype, like "float32"."""
    return str(value.dtype).removeprefix("torch.")


def count(number: int, word: str, plural: str = "") -> str:
    """Return how many there are, like "1 row" and "1,792 rows"."""
    return f"{number:,} {word if number == 1 else plural or f'{word}s'}"


def a(word: str) -> str:
    """Return the word with its article."""
    return f"{'an' if word[:1] in 'aeiouAEIO' else 'a'} {word}"


def near(name: str, names: Sequence[str], least: float = 0.6) -> str | None:
    """Return the name that is most like this one, None where none is, with a likeness of at least `least` of 1."""
    folded = {one.lower().replace("_", ""): one for one in names}
    if name.lower().replace("_", "") in folded:
        return folded[name.lower().replace("_", "")]
    return next(iter(difflib.get_close_matches(name, names, 1, least)), None)


def _read(text: str | None, hint: str) -> Any:
    if text is None:
        return None
    if hint.startswith("int"):
        return int(text)
    return tuple(int(size) for size in re.findall(r"\d+", text)) if hint.startswith("Shape") else text
