"""Where an error came from: the frames on its way, and what their names hold.

Nothing here calls what a learner wrote; see `reading`.
"""

from __future__ import annotations

import ast
import builtins
import functools
import linecache
import os
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType, TracebackType
from typing import Any

from torch import nn

from kindling.diagnose.reading import UNKNOWN, class_name, is_a, layers, member

__all__ = ["Place", "Step", "is_own", "own_traceback"]

FRAMES = 10  # of a recursion that are shown at its beginning, and at its end
LONGEST = 500_000  # characters of a cell or script that are parsed

_LIBRARIES = tuple(
    f"{folder}{os.sep}"
    for path in (*map(sysconfig.get_path, ("stdlib", "purelib", "platlib")), str(Path(__file__).parents[1]))
    for folder in {path, os.path.realpath(path)}
)


def is_own(code: CodeType) -> bool:
    """Return whether a code object stands in a cell or in a script, and not in a library, Python or this package."""
    name = code.co_filename
    if name.startswith("<"):
        return not name.startswith(("<frozen", "<string", "<__array"))
    return not name.startswith(_LIBRARIES) and "-packages" not in name


def own_traceback(traceback: TracebackType | None) -> tuple[TracebackType | None, str | None]:
    """Return the traceback with the learner's own frames alone, and a line that says how many others follow the first.

    None where no frame is the learner's. Of an endless recursion the first and the last frames stay.
    """
    steps = []
    while traceback:
        steps.append(traceback)
        traceback = traceback.tb_next
    first = next((i for i, step in enumerate(steps) if is_own(step.tb_frame.f_code)), len(steps))
    kept = [step for step in steps if is_own(step.tb_frame.f_code)]
    repeats = len(kept) > 2 * FRAMES
    kept = [*kept[:FRAMES], *kept[-FRAMES:]] if repeats else kept
    folded = None
    for step in reversed(kept):
        folded = TracebackType(folded, step.tb_frame, step.tb_lasti, step.tb_lineno)
    if not folded or not (left := len(steps) - first - len(kept)):
        return folded, None
    frames = f"{left:,} frame{'s' * (left != 1)}"
    whose = "of libraries, and of calls that repeat" if repeats else "of libraries and of Python"
    return folded, f"Left out above: {frames} {whose}."


class Step:
    """One frame on the way of an error, and the expression in it that failed."""

    def __init__(self, frame: FrameType, lasti: int) -> None:
        self.frame, self.code, self._lasti = frame, frame.f_code, lasti
        # A class's body may have names of the learner's own making.
        self.locals: dict[str, Any] = frame.f_locals if type(frame.f_locals) is dict else {}

    @property
    def file(self) -> str:
        """The name of its file, with "/" between folders."""
        return self.code.co_filename.replace(os.sep, "/")

    @functools.cached_property
    def path(self) -> list[ast.AST]:
        """The nodes of the syntax tree around what failed, the outermost first; empty where there is no text."""
        places = list(self.code.co_positions())
        index = self._lasti // 2
        if self.tree is None or not 0 <= index < len(places) or None in places[index]:
            return []
        line, end_line, column, end_column = places[index]
        start, end = (line, column), (end_line, end_column)
        path: list[ast.AST] = []
        node: ast.AST | None = self.tree
        while node:
            inside = (one for one in _placed(node) if _start(one) <= start and end <= _end(one))
            node = next(inside, None)
            path += [node] if node else []
        return path

    @property
    def node(self) -> ast.AST | None:
        """The very expression that failed."""
        return self.path[-1] if self.path else None

    @property
    def statement(self) -> ast.stmt | None:
        """The statement that failed."""
        return next((node for node in reversed(self.path) if isinstance(node, ast.stmt)), None)

    @functools.cached_property
    def tree(self) -> ast.Module | None:
        """The syntax tree of the whole cell or script."""
        return _parsed("".join(linecache.getlines(self.code.co_filename)))

    def around(self, *kinds: type[ast.AST]) -> Any:
        """Return the innermost node of these kinds around what failed."""
        return next((node for node in reversed(self.path) if isinstance(node, kinds)), None)

    def value(self, node: ast.AST | None) -> Any:
        """Return what an expression stands for: a constant, a name, an attribute, a place of a list or dict."""
        match node:
            case ast.Constant():
                return node.value
            case ast.Name():
                for names in (self.locals, self.frame.f_globals, vars(builtins)):
                    if node.id in names:
                        return names[node.id]
            case ast.Attribute():
                return member(self.value(node.value), node.attr)
            case ast.Subscript(slice=ast.Constant(value=key)):
                held = self.value(node.value)
                if type(held) in (list, tuple) and type(key) is int and -len(held) <= key < len(held):
                    return held[key]
                if type(held) is dict and type(key) in (int, str):
                    return held.get(key, UNKNOWN)
        return UNKNOWN

    def name(self, value: object) -> str | None:
        """Return the name that the statement which failed has for a value, like "`x`"."""
        if value is None or value is UNKNOWN:
            return None
        for node in ast.walk(self.statement) if self.statement else ():
            if isinstance(node, ast.Name | ast.Attribute) and self.value(node) is value:
                return f"`{ast.unparse(node)}`"
        return None

    def variable(self, kind: type) -> Any:
        """Return the only local value of a class, UNKNOWN where there is none, or more than one."""
        found: dict[int, Any] = {id(one): one for one in self.locals.values() if is_a(one, kind)}
        return next(iter(found.values())) if len(found) == 1 else UNKNOWN

    def bound(self, name: str) -> list[ast.AST]:
        """Return what the assignments of the cell, above what failed, give to a name."""
        found: list[ast.AST] = []
        last = self.statement.lineno if self.statement else 0
        for node in ast.walk(self.tree) if self.tree else ():
            if isinstance(node, ast.Assign) and node.lineno <= last and node is not self.statement:
                names = [target.id for target in node.targets if isinstance(target, ast.Name)]
                found += [node.value] if name in names else []
        return found


class Place:
    """Where an error came from, as far as its frames tell; the outermost step first."""

    def __init__(self, error: BaseException, *, elsewhere: bool = False) -> None:
        """Read the frames of an error; of one that came from another process, there are none."""
        self.error = error
        self.steps: list[Step] = []
        self._check: dict[str, Any] | None = None  # the names of a check's own text, which may be a hidden test
        traceback = None if elsewhere else error.__traceback__
        while traceback:
            frame = traceback.tb_frame
            if self.steps and self.steps[-1].frame.f_globals.get("__name__") == "kindling.scope":
                self._check = frame.f_globals
            self.steps.append(Step(frame, traceback.tb_lasti))
            traceback = traceback.tb_next

    @functools.cached_property
    def own(self) -> Step | None:
        """The innermost frame of the learner's."""
        own = (step for step in reversed(self.steps) if is_own(step.code) and step.frame.f_globals is not self._check)
        return next(own, None)

    @property
    def node(self) -> ast.AST | None:
        """The expression of the learner's that failed."""
        return self.own.node if self.own else None

    @property
    def innermost(self) -> bool:
        """Whether the error was raised in the learner's frame itself, or in what Python or torch does in C."""
        return bool(self.steps) and self.steps[-1] is self.own

    @property
    def source(self) -> ast.expr | None:
        """The learner's expression whose attribute or method failed itself; None where it failed inside of a call."""
        node = self.node.func if isinstance(self.node, ast.Call) else self.node
        return node.value if self.innermost and isinstance(node, ast.Attribute) else None

    def value(self, node: ast.AST | None) -> Any:
        """Return what an expression in the learner's frame stands for."""
        return self.own.value(node) if self.own else UNKNOWN

    def name(self, value: object) -> str | None:
        """Return the learner's name for a value, in backquotes, where the statement which failed has one."""
        return self.own.name(value) if self.own else None

    def within(self, *parts: str) -> Step | None:
        """Return the innermost step in a file whose name holds one of `parts`, like "torch/optim/"."""
        return next((step for step in reversed(self.steps) if any(part in step.file for part in parts)), None)

    def local(self, name: str, *parts: str) -> Any:
        """Return what a name holds in the innermost step in such a file that has it, UNKNOWN where there is none."""
        for step in reversed(self.steps):
            if name in step.locals and any(part in step.file for part in parts):
                return step.locals[name]
        return UNKNOWN

    def object(self, name: str) -> Any:
        """Return the innermost object on the way, as its methods' `self`, whose class has this name; None without."""
        for step in reversed(self.steps):
            one = step.locals.get("self")
            if one is not None and class_name(type(one)) == name:
                return one
        return None

    @functools.cached_property
    def layer(self) -> nn.Module | None:
        """The layer of torch's in which the error came."""
        for step in reversed(self.steps):
            one = step.locals.get("self")
            containers = step.file.endswith(("/module.py", "/container.py"))
            if "torch/nn/modules/" in step.file and is_a(one, nn.Module) and not containers:
                return one
        return None

    @functools.cached_property
    def network(self) -> nn.Module | None:
        """The outermost module on the way."""
        modules = (step.locals.get("self") for step in self.steps)
        return next((one for one in modules if is_a(one, nn.Module)), None)

    @property
    def layer_name(self) -> str:
        """The name of the layer in which the error came, like "`fc1`", "layer 2" or "the Linear layer"."""
        for name, layer in layers(self.network) if self.network else ():
            if layer is self.layer:
                return f"layer {name}" if name.isdecimal() else f"`{name}`"
        known = self.layer and self.name(self.layer)
        return known or f"the {class_name(type(self.layer))} layer"

    @property
    def before(self) -> list[nn.Module]:
        """The layers that the network has before that one, the nearest first; containers are left out."""
        found: list[nn.Module] = []
        for _, layer in layers(self.network) if self.network else ():
            if layer is self.layer:
                return found[::-1]
            if not next(layers(layer), None):
                found.append(layer)
        return []


@functools.lru_cache(maxsize=8)
def _parsed(text: str) -> ast.Module | None:
    try:
        return ast.parse(text) if 0 < len(text) < LONGEST else None
    except (SyntaxError, ValueError, RecursionError):
        return None


def _placed(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes below one that have a place in the text, also through such as have none."""
    for child in ast.iter_child_nodes(node):
        if getattr(child, "end_lineno", None) is not None:
            yield child
        else:
            yield from _placed(child)


def _start(node: Any) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _end(node: Any) -> tuple[int, int]:
    return node.end_lineno, node.end_col_offset
