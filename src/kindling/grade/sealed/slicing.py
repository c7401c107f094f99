"""A check's text, rewritten: for a learner's kernel, which only reports values, and for the reference, which records.

A claim is a call such as `check.close(softmax(x), expected, "softmax(x)", mistakes={…})`. In a learner's kernel its
actual value alone is worked out and reported; what only expected values, labels and mistakes need is left out, so that
no code of the learner's can find it there. The reference runs the whole text and records all of it.
"""

from __future__ import annotations

import ast
import copy
import functools
import itertools
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from kindling.credit import PARTIAL_CREDIT
from kindling.grade.sealed.dependence import Dependence
from kindling.grade.sealed.effects import MUTATORS, RANDOM, Effects
from kindling.grade.sealed.syntax import (
    RELATING,
    arguments,
    bound,
    hidden_lines,
    kind_of,
    loads,
    number,
    observed,
    root,
    site,
    targets,
)

__all__ = ["Sealed", "seal"]


# What finds names by their texts: where a check has one of them, all that it binds stays.
_LOOK_UP = {"eval", "exec", "globals", "locals", "vars", "dir"}
_READERS = {"all", "any", "dict", "frozenset", "list", "max", "min", "set", "sorted", "sum", "tuple"}
# Contexts that let every error through, so that no statement after an error is ever reached.
_STRICT = {"torch", "check", "tempfile", "warnings", "open"}

TOOLS = "from kindling.grade.sealed import claims as __claims__\n"


@dataclass(frozen=True)
class Sealed:
    """A check that can be sealed: its text for the reference, and what its claims take from the learner besides values.

    `open` names these arguments by the numbers of their claims: they depend on the learner's objects.
    """

    title: str  # the `%%check` line
    body: str
    reference: str
    claims: int
    open: dict[int, list[str]]

    @property
    def not_sealed(self) -> dict[int, str]:
        """The claims that take more from the learner than what words a sentence, each with the first such argument."""
        wording = ("label", "mistakes", *RELATING)
        own = {number: [part for part in parts if part not in wording] for number, parts in self.open.items()}
        return {number: parts[0] for number, parts in own.items() if parts}

    def job(self, records: list[dict[str, Any]]) -> dict[str, Any]:
        """Return the check as a submission runs it, as plain data.

        "text" runs in the kernel, "reference" is what the solutions recorded, "off_path" are the claims not among it.
        """
        on_path = {record["site"] for record in records}
        return {
            "text": self.for_learners(on_path),
            "reference": [{**record, "open": self.open.get(record["site"], [])} for record in records],
            "off_path": sorted(set(range(self.claims)) - on_path),
        }

    def for_learners(self, on_path: Collection[int]) -> str:
        """Return the text for a learner's kernel, where the reference met the claims `on_path`.

        Any other claim is met by wrong answers alone, and only says what is wrong with them: it is reported whole.
        """
        tree = ast.parse(self.body)
        claims = number(tree)
        for site_number, parts in Dependence(tree).tainted().items():
            claims[site_number].open = parts  # type: ignore[attr-defined]
        for site_number in claims.keys() - set(on_path):
            claims[site_number].open = None  # type: ignore[attr-defined]
        return self.title + TOOLS + _Slice(tree).text()


@functools.cache
def seal(source: str) -> Sealed | None:
    """Return the rewritten texts of a check; None where it has claims that can't be sealed.

    Those stand elsewhere than as statements of their own, or its last value is its points. Raises SyntaxError.
    """
    title, body = "", source
    if source.startswith("%%check"):
        title, _, body = source.partition("\n")
        title += "\n"
    tree = ast.parse(body)
    claims = number(tree)
    alone = sum(isinstance(node, ast.Expr) and bool(kind_of(node.value)) for node in ast.walk(tree))
    asserts = any(isinstance(node, ast.Assert) for node in ast.walk(tree))
    if not claims or alone < len(claims) or asserts or PARTIAL_CREDIT in body:
        return None
    tainted = Dependence(tree).tainted()
    parts = {site_number: sorted(names) for site_number, names in sorted(tainted.items())}
    return Sealed(title, body, title + TOOLS + _Reference(body).text(tree), len(claims), parts)


class _Slice:
    """The text for a learner's kernel: of the check what actual values need."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.effects = Effects(tree)
        self.used: set[str] = set()  # names that kept text reads, anywhere
        self.always: set[str] = set()  # those that kept functions read, whenever they are called
        self.parameters: dict[str, list[str | None]] = {}  # of kept functions, None for one that is not read
        self.exits: list[set[str]] = []  # what is live where `break` and `continue` lead, for each loop around
        defined = [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        self.once = {name for name in defined if defined.count(name) == 1}
        if loads(tree) & _LOOK_UP:
            self.always |= self.effects.own
        self.claiming = {
            node.name
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef) and any(kind_of(part) for part in ast.walk(node))
        }

    def text(self) -> str:
        """Return the text."""
        while True:
            before = set(self.used), set(self.always)
            body, _ = self.block(copy.deepcopy(self.tree.body), set())
            if (self.used, self.always) == before:
                break
        blank = _Blank({name: self.parameters[name] for name in self.parameters.keys() & self.once}, self.effects)
        return ast.unparse(ast.fix_missing_locations(ast.Module(blank.all(body), [])))

    def keep(self, node: ast.AST | None, live: set[str]) -> None:
        """Take note of what a part that is kept reads."""
        names = loads(node)
        self.used |= names
        live |= names
        at_once = {id(part) for call in ast.walk(node) for part in _read_at_once(call)} if node else set()
        for part in ast.walk(node) if node else ():
            if isinstance(part, ast.Lambda | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                self.always |= loads(part)  # which it reads later
            elif isinstance(part, ast.GeneratorExp) and id(part) not in at_once:
                self.always |= loads(part)
            elif isinstance(part, ast.Global | ast.Nonlocal):
                self.always |= set(part.names)

    def whole(self, node: ast.stmt, live: set[str]) -> ast.stmt:
        """Return a statement of which only the claims are rewritten: any statement in it may be the last one."""
        for part in ast.walk(node):
            if isinstance(part, ast.Expr) and isinstance(part.value, ast.Call) and kind_of(part.value):
                part.value = self.report(part.value)
        self.keep(node, live)
        return node

    def wholes(self, body: list[ast.stmt], live: set[str]) -> list[ast.stmt]:
        """Return the statements of a block that are all kept."""
        return [self.whole(statement, live) for statement in body]

    def block(self, body: list[ast.stmt], after: set[str]) -> tuple[list[ast.stmt], set[str]]:
        """Return the statements of a block that are kept, and the names that are live before it."""
        live, kept = set(after), []
        for statement in reversed(body):
            new = self.statement(statement, live)
            if new is not None:
                kept.append(new)
        return kept[::-1], live

    def droppable(self, node: ast.AST | None) -> bool:
        """Return whether an expression can be left out, since nothing that is kept reads what it changes."""
        unused = self.effects.own - self.used - self.always
        return self.effects.pure(node, unused)

    def statement(self, node: ast.stmt, live: set[str]) -> ast.stmt | None:
        """Return what is kept of a statement, and change the names that are live into those before it."""
        match node:
            case ast.Expr(value=ast.Call() as call) if kind_of(call):
                node.value = self.report(call)
                self.keep(node.value, live)
                return node
            case ast.Expr():
                if isinstance(node.value, ast.Constant) or self.unread(node.value):
                    return None  # any other stands there for its effect
                self.keep(node, live)
                return node
            case ast.Assign() | ast.AnnAssign() | ast.AugAssign():
                return self.assignment(node, live)
            case ast.FunctionDef():
                return self.function(node, live)
            case ast.ClassDef():
                if node.name not in live | self.always | self.used and self.effects.plain_class(node):
                    return None
                return self.whole(node, live)
            case ast.For():
                return self.loop(node, live)
            case ast.While():
                node.orelse, after = self.block(node.orelse, live)
                body, inside = self.again(node.body, live | after | loads(node.test), set())
                node.body = body or [ast.Pass()]
                live |= inside | after
                self.keep(node.test, live)
                return node
            case ast.Break() | ast.Continue():
                live |= self.exits[-1]
                return node
            case ast.Global() | ast.Nonlocal():
                self.always |= set(node.names)
                return node
            case ast.Delete():
                deleted = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
                if all(isinstance(one, ast.Name) for one in node.targets) and not deleted & (self.used | self.always):
                    return None
                self.keep(node, live)
                live |= deleted  # it must be there
                self.used |= deleted
                return node
            case ast.If():
                body, one = self.block(node.body, live)
                orelse, other = self.block(node.orelse, live)
                if not body and not orelse and self.droppable(node.test):
                    return None
                live |= one | other
                node.body, node.orelse = body or [ast.Pass()], orelse
                self.keep(node.test, live)
                return node
            case ast.With():
                contexts = [root(_called(item.context_expr)) for item in node.items]
                if not all(name in _STRICT for name in contexts):
                    return self.whole(node, live)  # it may go on after an error
                body, inside = self.block(node.body, live)
                quiet = all(
                    name in ("torch", "check") or self.droppable(item.context_expr)
                    for name, item in zip(contexts, node.items, strict=True)
                )
                if quiet and not body and not any(targets(item) & live for item in node.items if item.optional_vars):
                    return None
                node.body = body or [ast.Pass()]
                live |= inside
                for item in node.items:
                    if item.optional_vars:
                        live -= targets(item.optional_vars)
                    self.keep(item.context_expr, live)
                return node
            case ast.Try():
                # Whatever fails in its body, what is caught goes on with all that was done before.
                if node.finalbody:
                    return self.whole(node, live)
                node.orelse, everything = self.block(node.orelse, live)
                for handler in node.handlers:
                    body, inside = self.block(handler.body, live)
                    handler.body = body or [ast.Pass()]
                    everything |= inside
                    self.keep(handler.type, everything)
                live |= everything
                node.body = self.wholes(node.body, live)
                return node
            case _:
                return self.whole(node, live)

    def unread(self, node: ast.expr) -> bool:
        """Return whether a call changes only a thing that nothing kept reads, like `slopes.append(…)`."""
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            return False
        owner, name = root(node.func), node.func.attr
        return (
            isinstance(node.func.value, ast.Name)
            and owner in self.effects.fresh
            and owner not in self.used | self.always
            and (name in MUTATORS or (name.endswith("_") and not name.endswith("__")))
            and not any(word in name for word in RANDOM)
            and all(self.droppable(part) for part in [*node.args, *(one.value for one in node.keywords)])
        )

    def assignment(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign, live: set[str]) -> ast.stmt | None:
        if node.value is None:
            return None
        into = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = {name for target in into for name in targets(target)}
        owners = {
            owner
            for target in into
            for part in ast.walk(target)
            if isinstance(part, ast.Attribute | ast.Subscript) and isinstance(part.ctx, ast.Store)
            if (owner := root(part))
        }
        needed = bool(names & (live | self.always) or owners & (self.used | self.always | live))
        needed = needed or not owners <= self.effects.fresh
        # Of `a[0][1] = …`, a part of a new object may be an old one; of `a += …`, another name may be the same one.
        needed = needed or any(
            isinstance(target, ast.Attribute | ast.Subscript) and not isinstance(target.value, ast.Name)
            for target in into
        )
        if isinstance(node, ast.AugAssign):
            needed = needed or not names <= self.effects.fresh or bool(names & self.used & self.effects.shared)
        needed = needed or any(self.effects.learners(owner) for owner in owners)
        if isinstance(node, ast.Assign) and len(into) == 1 and (pair := self.pairs(into[0], node.value)):
            if not needed and self.droppable(node.value):
                return None
            elements = [
                (target, value)
                for target, value in pair
                if targets(target) & (live | self.always)
                or not isinstance(target, ast.Name)
                or not self.droppable(value)
            ]
            if len(elements) < len(pair):
                if not elements:
                    return None
                one = len(elements) == 1
                node.targets = [elements[0][0] if one else ast.Tuple([t for t, _ in elements], ast.Store())]
                node.value = elements[0][1] if one else ast.Tuple([v for _, v in elements], ast.Load())
        elif not needed and self.droppable(node.value):
            return None
        if not isinstance(node, ast.AugAssign):
            live -= (
                {name for target in node.targets for name in targets(target)}
                if isinstance(node, ast.Assign)
                else targets(node.target)
            )
        else:
            live |= names
            self.used |= names
        for target in into:
            self.keep(target, live)
        unpacked = isinstance(node.value, ast.GeneratorExp) and not isinstance(into[0], ast.Name)
        self.keep(ast.ListComp(node.value.elt, node.value.generators) if unpacked else node.value, live)  # type: ignore[attr-defined]
        return node

    def pairs(self, target: ast.expr, value: ast.expr) -> list[tuple[ast.expr, ast.expr]] | None:
        """Return the pairs of `a, b = c, d`, where no value reads what another pair binds."""
        if not (isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts)):
            return None
        if any(isinstance(part, ast.Starred) for part in [*target.elts, *value.elts]):
            return None
        return list(zip(target.elts, value.elts, strict=True))

    def function(self, node: ast.FunctionDef, live: set[str]) -> ast.stmt | None:
        plain = all(root(_called(one)) == "torch" for one in node.decorator_list) and self.droppable(node.args)
        if node.name not in live | self.always | self.used and plain:
            return None
        self.always.add(node.name)
        inside = bound(node)
        body, needed = self.block(node.body, set())
        node.body = body or [ast.Pass()]
        free = {name for part in node.body for name in loads(part)} | loads(node.args)
        arguments = [arg.arg for arg in node.args.posonlyargs + node.args.args]
        read = {name for part in node.body for name in loads(part)}
        if node.name in self.claiming:
            self.parameters[node.name] = [name if name in read else None for name in arguments]
        self.always |= free - inside | {name for name in free if name in self.effects.own and name not in needed}
        self.used |= free
        for part in [*node.decorator_list, node.args, node.returns]:
            self.keep(part, live)
        return node

    def loop(self, node: ast.For, live: set[str]) -> ast.stmt | None:
        orelse, after = self.block(node.orelse, live)
        body, inside = self.again(node.body, live | after, targets(node.target))
        if not body and not orelse and self.droppable(node.iter) and not targets(node.target) & (live | self.always):
            return None
        node.body, node.orelse = body or [ast.Pass()], orelse
        read = inside | live | self.always
        self.blank(node, read)
        live |= (inside - targets(node.target)) | after
        self.keep(node.iter, live)
        return node

    def again(self, body: list[ast.stmt], live: set[str], bound_here: set[str]) -> tuple[list[ast.stmt], set[str]]:
        """Return what is kept of a loop's body, which comes after itself."""
        after = set(live)
        while True:
            self.exits.append(after)
            kept, before = self.block(copy.deepcopy(body), after)
            self.exits.pop()
            if before <= after | bound_here:
                return kept, before
            after |= before - bound_here

    def blank(self, loop: ast.For, read: set[str]) -> None:
        """Put None into the place of what a loop over a written table binds to names that nothing kept reads."""
        if not (isinstance(loop.target, ast.Tuple) and isinstance(loop.iter, ast.Tuple | ast.List)):
            return
        rows, names = loop.iter.elts, loop.target.elts
        if not all(isinstance(row, ast.Tuple | ast.List) and len(row.elts) == len(names) for row in rows):
            return
        for place, name in enumerate(names):
            if not targets(name) & read:
                for row in rows:
                    assert isinstance(row, ast.Tuple | ast.List)
                    if self.droppable(row.elts[place]) and isinstance(name, ast.Name):
                        row.elts[place] = ast.Constant(None)

    def report(self, claim: ast.Call) -> ast.Call:
        """Return the call that reports a claim's actual value, and what of the rest is the learner's as well."""
        given = arguments(claim)
        kind = kind_of(claim)
        own = observed(claim)
        parts = getattr(claim, "open", ())
        if parts is None:
            keywords = [ast.keyword(name, value) for name, value in given.items() if name not in own]
        else:
            keywords = [ast.keyword(name, given[name]) for name in sorted(parts) if name != "mistakes"]
            if "mistakes" in parts:
                keywords.append(ast.keyword("mistakes", _open_mistakes(given["mistakes"])))
        values = [given[name] for name in own]
        return ast.Call(_tool("report"), [ast.Constant(kind), ast.Constant(site(claim)), *values], keywords)


def _called(node: ast.expr) -> ast.expr:
    """Return what an expression calls, the expression itself where that is no call."""
    return node.func if isinstance(node, ast.Call) else node


def _read_at_once(node: ast.AST) -> list[ast.expr]:
    """Return the generators among a call's arguments that it reads to their ends."""
    match node:
        case ast.Call(func=ast.Name(id=name)) if name in _READERS:
            return node.args
        case ast.Call(func=ast.Attribute(attr="join" | "extend" | "update")):
            return node.args
    return []


def _open_mistakes(mistakes: ast.expr) -> ast.expr:
    """Return the mistakes that depend on the learner, as pairs by their places; all where the places can't be told."""
    if not isinstance(mistakes, ast.Dict) or any(key is None for key in mistakes.keys):
        return mistakes
    places = sorted(mistakes.tainted)  # type: ignore[attr-defined]
    pairs: list[ast.expr] = [ast.Tuple([mistakes.keys[place], mistakes.values[place]], ast.Load()) for place in places]
    return ast.Dict([ast.Constant(place) for place in places], pairs)


class _Blank(ast.NodeTransformer):
    """Puts None into the place of arguments that the sliced functions of a check no longer read."""

    def __init__(self, parameters: dict[str, list[str | None]], effects: Effects) -> None:
        self.parameters, self.effects = parameters, effects

    def all(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """Return the statements."""
        return [self.visit(statement) for statement in body]

    def visit_Call(self, node: ast.Call) -> ast.Call:
        """Return the call."""
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id in self.parameters:
            names = self.parameters[node.func.id]
            for place, (name, value) in enumerate(zip(names, node.args, strict=False)):
                if isinstance(value, ast.Starred):
                    break  # which takes nobody knows how many places
                if name is None and self.effects.pure(value):
                    node.args[place] = ast.Constant(None)
        return node


class _Reference(ast.NodeTransformer):
    """The text for the reference: the whole check, whose claims record what they were given."""

    def __init__(self, body: str) -> None:
        self._hidden = hidden_lines(body)

    def text(self, tree: ast.Module) -> str:
        """Return the text."""
        return ast.unparse(ast.fix_missing_locations(self.visit(self._marked(copy.deepcopy(tree)))))

    def _marked(self, tree: ast.Module) -> ast.Module:
        """Return the check with each run of hidden statements in a block that says so, functions they call included."""
        for node in list(ast.walk(tree)):
            if getattr(node, "lineno", 0) in self._hidden:
                continue  # its whole text is hidden
            for part in ("body", "orelse", "finalbody"):
                if isinstance(statements := getattr(node, part, None), list):
                    runs = itertools.groupby(statements, lambda one: one.lineno in self._hidden)
                    setattr(node, part, [one for hidden, run in runs for one in (self._block(run) if hidden else run)])
        return tree

    def _block(self, run: Iterable[ast.stmt]) -> list[ast.stmt]:
        return [ast.With([ast.withitem(ast.Call(_tool("hidden"), [], []))], list(run))]

    def visit_Call(self, node: ast.Call) -> ast.Call:
        """Return the call that records a claim, any other as it is."""
        kind = kind_of(node)
        self.generic_visit(node)
        if not kind:
            return node
        return ast.Call(
            _tool("record"),
            [ast.Constant(kind), ast.Constant(site(node)), *node.args],
            node.keywords,
        )


def _tool(name: str) -> ast.Attribute:
    """Return the expression for a function of kindling.grade.sealed.claims."""
    return ast.Attribute(ast.Name("__claims__", ast.Load()), name, ast.Load())
