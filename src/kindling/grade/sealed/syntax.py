"""The syntax of a check: its hidden tests, its claims and their arguments, and which names its parts read and bind."""

from __future__ import annotations

import ast
import re

__all__ = [
    "CLAIMS",
    "HIDDEN_TESTS",
    "OBSERVED",
    "RELATING",
    "arguments",
    "bound",
    "hidden_lines",
    "kind_of",
    "learners",
    "loads",
    "number",
    "observed",
    "root",
    "site",
    "targets",
]

HIDDEN_TESTS = re.compile(r"### BEGIN HIDDEN TESTS\b.*?(### END HIDDEN TESTS|\Z)", re.DOTALL)
# The arguments of each kind of claim, in order; the first ones are the learner's, as many as OBSERVED says.
CLAIMS = {
    "avoids": ("call", "names", "label"),
    "classifies": ("call", "images", "labels", "label"),
    "close": ("actual", "expected", "label"),
    "equal": ("actual", "expected", "label"),
    "falling": ("losses", "epochs", "label"),
    "hashed": ("actual", "hashes", "label"),
    "layers": ("model", "expected", "label"),
    "moved": ("model", "before", "label"),
    "predictions": ("classes", "labels", "label"),
    "raises": ("error", "call", "label"),
    "shape": ("actual", "expected", "label"),
    "unchanged": ("actual", "before", "label"),
}
OBSERVED = {"moved": 2, "raises": 2}
# What says how a wrong value is related to the right one, and decides nothing.
RELATING = ("inputs", "sizes", "parts", "previous")


def hidden_lines(check: str) -> set[int]:
    """Return the numbers of the lines of a check that learners do not get, counted from 1."""
    found: set[int] = set()
    for block in HIDDEN_TESTS.finditer(check):
        found.update(range(check.count("\n", 0, block.start()) + 1, check.count("\n", 0, block.end()) + 2))
    return found


def kind_of(node: ast.AST) -> str | None:
    """Return which kind of claim a call is, None for any other."""
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "check"
        and node.func.attr in CLAIMS
    ):
        return node.func.attr
    return None


def arguments(claim: ast.Call) -> dict[str, ast.expr]:
    """Return the arguments of a claim by their names."""
    kind = kind_of(claim)
    assert kind
    named = dict(zip(CLAIMS[kind], claim.args, strict=False))
    return {**named, **{keyword.arg: keyword.value for keyword in claim.keywords if keyword.arg}}


def number(tree: ast.AST) -> dict[int, ast.Call]:
    """Give each claim its number in the order of the text, and return them by it."""
    claims = [node for node in ast.walk(tree) if kind_of(node)]
    claims.sort(key=lambda node: (node.lineno, node.col_offset))  # type: ignore[attr-defined]
    for number, claim in enumerate(claims):
        claim.site = number  # type: ignore[attr-defined]
    return {number: claim for number, claim in enumerate(claims)}  # type: ignore[misc]


def observed(claim: ast.Call) -> list[str]:
    """Return the names of a claim's arguments that are the learner's."""
    kind = kind_of(claim)
    assert kind
    return list(learners(kind))


def learners(kind: str) -> tuple[str, ...]:
    """Return the names of the arguments that are the learner's in a claim of this kind."""
    return CLAIMS[kind][: OBSERVED.get(kind, 1)]


def loads(node: ast.AST | None) -> set[str]:
    """Return the names that an expression or statement reads, those in its functions and comprehensions included."""
    if node is None:
        return set()
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)}


def targets(node: ast.AST) -> set[str]:
    """Return the names that the target of an assignment binds."""
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}


def root(node: ast.AST) -> str | None:
    """Return the name at the beginning of `name.attribute[index]`."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Starred):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def bound(tree: ast.AST) -> set[str]:
    """Return all names that a check binds anywhere."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.alias):
            found.add(node.asname or node.name.partition(".")[0])
        elif isinstance(node, ast.ExceptHandler) and node.name:
            found.add(node.name)
    return found


def site(claim: ast.Call) -> int:
    """Return the number of a claim."""
    found: int = claim.site  # type: ignore[attr-defined]
    return found
