"""What of a check depends on the learner's objects, so that no reference can tell it beforehand."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from kindling.grade.sealed.effects import MUTATORS, PURE_LAYERS, RANDOM, Effects
from kindling.grade.sealed.syntax import arguments, bound, kind_of, loads, observed, root, site, targets

__all__ = ["Dependence"]

# What runs or reads a learner's scripts, in lesson 08.
SCRIPTS = ("scripts.Desk", "scripts.Curve", "scripts.briefly_trained", "scripts.trained")
RANDOM_STATE = "<random state>"  # stands for it among the names


def _is_script(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and f"{node.value.id}.{node.attr}" in SCRIPTS
    )


class Dependence:
    """What of a check depends on the learner's objects: names, and with them parts of claims."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree, self.effects = tree, Effects(tree)
        self.found: dict[int, set[str]] = {}
        self.drawing = set(self.effects.classes)  # the check's own functions and classes that draw
        for function in self.effects.functions.values():
            if any(self.draws(part) for part in ast.walk(function)):
                self.drawing.add(function.name)
        self.models: set[str] = set()
        self.table = 0  # how many loops over written tables are followed
        self.within = 0  # how many functions with claims are followed
        self.ever: set[str] = set()  # names that depend on the learner at one place at least
        self.passed: dict[str, set[str]] = {}  # of the check's functions with claims, arguments that do
        self.late = {  # functions that read names when they are called
            name: loads(node) - bound(node) - self.effects.functions.keys()
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.Assign)
            and (isinstance(node, ast.FunctionDef) or isinstance(node.value, ast.Lambda))
            for name in ([node.name] if isinstance(node, ast.FunctionDef) else targets(node))
        }
        self.shared = {  # which functions bind for all
            name for node in ast.walk(tree) if isinstance(node, ast.Global | ast.Nonlocal) for name in node.names
        }

    def tainted(self) -> dict[int, set[str]]:
        """Return which arguments of each claim depend on the learner, besides the actual value."""
        while True:
            before = len(self.ever), sum(map(len, self.passed.values()))
            self.block(self.tree.body, self.ever & self.shared)
            if (len(self.ever), sum(map(len, self.passed.values()))) == before:
                return self.found

    def depends(self, node: ast.AST | None, names: set[str]) -> bool:
        """Return whether an expression reads something of the learner's, or draws after a call of the learner's."""
        read = loads(node)
        if any(name in names or self.effects.learners(name) for name in read):
            return True
        if any(self.late.get(name, set()) & self.ever for name in read):
            return True
        if node is not None and any(_is_script(part) for part in ast.walk(node)):
            return True
        return RANDOM_STATE in names and node is not None and any(map(self.draws, ast.walk(node)))

    def draws(self, node: ast.AST) -> bool:
        """Return whether a call draws from the random state that all share."""
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in self.drawing
        name = node.func.attr
        if root(node.func) == "nn" and isinstance(node.func.value, ast.Name):  # and not `nn.utils`
            return name not in PURE_LAYERS and "Loss" not in name
        drawn = any(word in name for word in RANDOM) and name not in ("normalize", "manual_seed", "initial_seed")
        return drawn and not any(keyword.arg == "generator" for keyword in node.keywords)

    def block(self, body: Iterable[ast.stmt], names: set[str]) -> None:
        """Follow the statements; `names` are those that depend on the learner, before and then after them."""
        for statement in body:
            self.statement(statement, names)
            if not self.within:
                self.ever |= names

    def statement(self, node: ast.stmt, names: set[str]) -> None:
        """Follow one statement."""
        for part in self.parts(node):
            if isinstance(part, ast.Call):
                self.call(part, names)
            elif isinstance(part, ast.NamedExpr) and self.depends(part.value, names):
                names |= targets(part.target)
        match node:
            case ast.Assign() | ast.AnnAssign() | ast.AugAssign():
                into = node.targets if isinstance(node, ast.Assign) else [node.target]
                value = node.value
                pairs = [(target, value) for target in into]
                target = into[0]
                paired = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(into) == 1
                if paired and len(target.elts) == len(value.elts):  # type: ignore[union-attr, attr-defined]
                    # `a, b = 1, learners()`: one depends, the other does not.
                    pairs = list(zip(target.elts, value.elts, strict=True))  # type: ignore[union-attr, attr-defined]
                judged = [(target, self.depends(value, names), value) for target, value in pairs]
                for target, depends, value in judged:
                    for name in targets(target):
                        if depends or (isinstance(node, ast.AugAssign) and name in names):
                            names.add(name)
                        elif isinstance(target, ast.Name | ast.Tuple):
                            names.discard(name)
                        if value is not None and self.builds(value):
                            self.models.add(name)
                    if depends and isinstance(target, ast.Attribute | ast.Subscript) and (owner := root(target)):
                        names.add(owner)
            case ast.For():
                # Of a written table, some rows may be the learner's and others not: an author tells them apart.
                self.table += isinstance(node.iter, ast.Tuple | ast.List)
                for _ in range(3):
                    before = set(names)
                    self.bind(node.target, node.iter, names)
                    self.block(node.body, names)
                    names |= before - targets(node.target)  # it may run not once
                self.table -= isinstance(node.iter, ast.Tuple | ast.List)
                self.block(node.orelse, names)
            case ast.While():
                for _ in range(3):
                    before = set(names)
                    self.block(node.body, names)
                    names |= before
                self.block(node.orelse, names)
            case ast.If():
                one, other = set(names), set(names)
                self.block(node.body, one)
                self.block(node.orelse, other)
                names |= one | other
            case ast.With():
                for item in node.items:
                    if item.optional_vars is not None and self.depends(item.context_expr, names):
                        names |= targets(item.optional_vars)
                self.block(node.body, names)
            case ast.Try():
                before = set(names)
                self.block(node.body, names)
                names |= before  # any statement may be the last one
                for handler in node.handlers:
                    if handler.name:
                        names.add(handler.name)
                    self.block(handler.body, names)
                self.block(node.orelse, names)
                self.block(node.finalbody, names)
            case ast.FunctionDef() if any(kind_of(part) for part in ast.walk(node)):
                inside = names | self.passed.get(node.name, set())
                self.within += 1
                self.block(node.body, inside)
                self.within -= 1
                names |= inside & self.shared
            case ast.FunctionDef() | ast.ClassDef():
                names |= self.ever & self.shared
                for part in ast.walk(node):
                    if isinstance(part, ast.Assign | ast.AugAssign) and self.depends(part.value, names):
                        assigned = part.targets if isinstance(part, ast.Assign) else [part.target]
                        names |= {name for target in assigned for name in targets(target)} & self.shared
                if isinstance(node, ast.ClassDef):
                    self.block(node.body, set(names))  # which may have claims
                inside = bound(node)
                names.discard(node.name)  # which may have been another thing
                if any((name in names or self.effects.learners(name)) and name not in inside for name in loads(node)):
                    names.add(node.name)
            case ast.Match():
                for case in node.cases:
                    if self.depends(node.subject, names):
                        names |= {str(found) for part in ast.walk(case.pattern) if (found := _captured(part))}
                    self.block(case.body, names)

    def bind(self, target: ast.expr, source: ast.expr, names: set[str]) -> None:
        """Follow what a loop over `source` binds; of what `zip` and `enumerate` give, each part on its own."""
        parts: list[ast.expr] = []
        match source:
            case ast.Call(func=ast.Name(id="zip"), args=parts) if not any(isinstance(p, ast.Starred) for p in parts):
                pass
            case ast.Call(func=ast.Name(id="enumerate"), args=[counted, *_]):
                parts = [ast.Constant(0), counted]
        if isinstance(target, ast.Tuple) and len(target.elts) == len(parts):
            for one, part in zip(target.elts, parts, strict=True):
                self.bind(one, part, names)
        elif self.depends(source, names):
            names |= targets(target)
        else:
            names -= targets(target)

    def parts(self, node: ast.stmt) -> Iterator[ast.AST]:
        """Yield the parts of a statement's own expressions, not those of the statements in it."""
        parts: list[ast.AST] = [
            value
            for _, field_value in ast.iter_fields(node)
            for value in (field_value if isinstance(field_value, list) else [field_value])
            if isinstance(value, ast.expr | ast.withitem)
        ]
        for part in parts:
            yield from ast.walk(part)

    def call(self, node: ast.Call, names: set[str]) -> None:
        """Take note of a claim's parts, and of a model that a function of the learner's may have changed."""
        if kind_of(node):
            own = observed(node)
            given = arguments(node)
            parts = {name for name, value in given.items() if name not in own and self.depends(value, names)}
            mistakes = given.get("mistakes")
            if isinstance(mistakes, ast.Dict):
                earlier: set[int] = getattr(mistakes, "tainted", set())
                mistakes.tainted = earlier | {  # type: ignore[attr-defined]
                    place
                    for place, (key, value) in enumerate(zip(mistakes.keys, mistakes.values, strict=True))
                    if key is None or self.depends(key, names) or self.depends(value, names)
                }
            if parts:
                self.found.setdefault(site(node), set()).update(parts)
            return
        values = [*node.args, *(one.value for one in node.keywords)]
        if isinstance(node.func, ast.Attribute) and node.func.attr in (MUTATORS | {"copy_", "appendleft"}):
            owner = root(node.func)
            if not self.table and owner in self.effects.own and any(self.depends(part, names) for part in values):
                names.add(str(owner))
        elif isinstance(node.func, ast.Name) and node.func.id == "setattr" and self.depends(node.args[-1], names):
            names |= loads(node.args[0])
        function = self.effects.functions.get(node.func.id) if isinstance(node.func, ast.Name) else None
        if function and any(kind_of(part) for part in ast.walk(function)):
            places = [one.arg for one in [*function.args.posonlyargs, *function.args.args]]
            passed = [*zip(places, node.args, strict=False), *((one.arg, one.value) for one in node.keywords)]
            if any(isinstance(one, ast.Starred) for one in node.args):
                passed += [(name, one) for name in places for one in node.args]
            found = {str(name) for name, value in passed if self.depends(value, names)}
            self.passed.setdefault(function.name, set()).update(found)
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("manual_seed", "set_rng_state"):
            names.discard(RANDOM_STATE)
        elif self.depends(node.func, names):
            names.add(RANDOM_STATE)  # which it may have drawn from
            for part in values:
                for name in loads(part) & self.models:
                    names.add(name)

    def builds(self, node: ast.AST) -> bool:
        """Return whether an expression builds a model, which a learner's function may train."""
        return any(
            isinstance(one, ast.Call)
            and (root(one.func) == "nn" or (isinstance(one.func, ast.Name) and one.func.id in self.effects.classes))
            for one in ast.walk(node)
        )


def _captured(pattern: ast.AST) -> str | None:
    """Return the name that a part of a pattern binds."""
    return getattr(pattern, "rest" if isinstance(pattern, ast.MatchMapping) else "name", None)
