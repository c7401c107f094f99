"""Which names the text of a cell binds and which it needs from others, and so which cells others build on."""

from __future__ import annotations

import ast
import builtins
import dis
import functools
import re
import warnings
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from types import CodeType

from kindling.scope import STANDARD, python_of

__all__ = ["Names", "builds_on", "of", "of_check"]

LONGEST = 50_000  # characters of a cell that are looked at more closely than by its words

_LOADS = ("LOAD_NAME", "LOAD_GLOBAL", "LOAD_FROM_DICT_OR_GLOBALS")
_STORES = ("STORE_NAME", "STORE_GLOBAL")


@dataclass(frozen=True)
class Names:
    """What a cell does to the notebook's names: `binds` holds also those whose items or attributes it sets."""

    binds: frozenset[str]
    needs: frozenset[str]


@functools.lru_cache(maxsize=10_000)  # the cells of a lesson come again with each submission
def of(source: str) -> Names:
    """Return what a cell does to names. Of text that Python alone can't read, a magic say, each word is needed."""
    try:
        if len(source) > LONGEST:
            raise ValueError
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
            code = compile(tree, "<cell>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Names(frozenset(), frozenset(re.findall(r"[^\W\d]\w*", source)))
    binds: set[str] = set()
    needs: set[str] = set()
    later: set[str] = set()  # what functions need, which run when the cell has bound all of its names
    for step in dis.get_instructions(code):
        if step.opname in _LOADS and step.argval not in binds:
            needs.add(step.argval)
        elif step.opname in _STORES:
            binds.add(step.argval)
        elif isinstance(step.argval, CodeType):
            for name, bound in _inside(step.argval):
                (binds if bound else later).add(name)
    needs |= later - binds
    changed = {root for node in ast.walk(tree) if (root := _changed(node))}
    return Names(frozenset(binds | changed), frozenset(needs - vars(builtins).keys()))


def of_check(source: str) -> Names:
    """Return what a check does to the notebook's names: what it binds stays with it, and its `%%check` is no Python."""
    return Names(frozenset(), of(python_of(source)).needs - STANDARD.keys())


def builds_on(cells: Sequence[Names], shows: Collection[int]) -> dict[int, tuple[int, str]]:
    """Return which of the cells `shows` another cell builds on, each with the first of these cells and a name.

    `cells` are in the order in which they run. A cell builds on the last one above that binds
    a name which it needs. Who builds on one of `shows` that is itself built on counts, too.
    """
    found: dict[int, tuple[int, str]] = {}
    asked = [place for place in range(len(cells)) if place not in shows]
    while asked:
        place = asked.pop(0)
        for name in sorted(cells[place].needs):
            below = next((one for one in reversed(range(place)) if name in cells[one].binds), None)
            if below is not None and below in shows and below not in found:
                found[below] = place, name
                asked.append(below)
    return found


def _inside(code: CodeType) -> Iterator[tuple[str, bool]]:
    """Yield each name of the notebook that a function, class or comprehension uses, and whether it binds it."""
    own: set[str] = set()
    for step in dis.get_instructions(code):
        if step.opname == "STORE_NAME":  # in the body of a class
            own.add(step.argval)
        elif step.opname in (*_LOADS, "STORE_GLOBAL") and step.argval not in own:
            yield step.argval, step.opname == "STORE_GLOBAL"
        elif isinstance(step.argval, CodeType):
            yield from _inside(step.argval)


def _changed(node: ast.AST) -> str | None:
    """Return the name whose item or attribute a node sets."""
    if not (isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del)):
        return None
    owner: ast.AST = node
    while isinstance(owner, ast.Attribute | ast.Subscript):
        owner = owner.value
    return owner.id if isinstance(owner, ast.Name) else None
