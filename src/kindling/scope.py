"""A check's own scope in a notebook: it finds what its lesson imported, whatever a cell has done to the names.

A learner who writes `check = 3`, `for data, target in loader` or `max = 7` loses nothing: a cell that makes claims
finds the imported names and Python's own fresh, and all others as they are. The learner's own code keeps its names.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import re
import sys
import weakref
from types import FunctionType, ModuleType, TracebackType
from typing import Any

__all__ = ["follow", "put_builtins_back", "put_streams_back", "said"]

# Python's own, as they were before any cell ran, but for those that Jupyter gives another value while a cell runs.
_JUPYTERS = ("input", "exit", "quit", "display", "get_ipython")
_OWN = {name: value for name, value in vars(builtins).items() if name not in _JUPYTERS}
# What only a lesson's cell says, a check or a demonstration. A learner's `check` may well have `.shape` or `.close()`.
_CLAIMS = re.compile(
    r"(?<![\w.])check\.(((avoids|close|equal|falling|layers|moved|predictions|raises|shape|unchanged|within)\(\s*[^\s)])"
    r"|(when_written|CheckFailed|NotWritten)\b)"
)
_WATCHED = ("torch", "torch.nn", "torch.nn.functional", "kindling.check", "math", "numpy")

_REPLACED = "`{name}` no longer is {whose}: a cell has replaced or deleted it."
_IMPORTED, _PYTHONS = "what the lesson imported", "Python's own"
_SAID = re.compile(rf"`[\w.]+` no longer is ({_IMPORTED}|[\w.]+'s own): a cell has replaced or deleted it\.")

_followed: weakref.WeakSet[Any] = weakref.WeakSet()


def follow() -> None:
    """Give the checks that run in this process's IPython, where there is one, a scope of their own, and errors a
    sentence on what was replaced.
    """
    ipython = sys.modules.get("IPython")
    shell = ipython and ipython.get_ipython()
    if not shell or shell in _followed:
        return
    _followed.add(shell)
    notebook = _Notebook(shell)
    shell.events.register("pre_run_cell", notebook.begin)
    shell.events.register("post_run_cell", notebook.end)

    def show(shell: Any, kind: type, error: BaseException, traceback: Any, tb_offset: int | None = None) -> None:
        if sentence := notebook.explain(traceback):
            error.add_note(sentence)
        shell.showtraceback((kind, error, traceback), tb_offset=tb_offset, running_compiled_code=True)

    if not shell.custom_exceptions:  # there is place for one
        shell.set_custom_exc((AttributeError, NameError, TypeError), show)


def put_builtins_back() -> None:
    """Give Python's own functions back what a cell has replaced; what a cell has added stays."""
    for name, value in _OWN.items():
        if vars(builtins).get(name) is not value:
            setattr(builtins, name, value)


def put_streams_back(streams: dict[str, Any]) -> None:
    """Give `sys` the streams back, by name, in whose place there is nothing that can be printed to.

    Jupyter's kernel flushes them before it answers: without, no later cell ever ends.
    """
    for name, own in streams.items():
        stream = getattr(sys, name, None)
        if stream is not own:
            try:
                stream.write("")
                stream.flush()
            except Exception:  # closed, none at all, or a class of the learner's with half the methods
                setattr(sys, name, own)


def said(traceback: list[str]) -> str | None:
    """Return the sentence that `follow` has put below an error, out of what Jupyter shows of it; None without one."""
    lines = [line.strip() for part in traceback[-2:] for line in part.splitlines() if line.strip()]
    return lines[-1] if lines and _SAID.fullmatch(lines[-1]) else None


class _Scope(dict[str, Any]):
    """The notebook's names, some of them fresh; what a cell gives the others goes to the notebook."""

    def __init__(self, notebook: dict[str, Any], fresh: dict[str, Any]) -> None:
        # The body of a class looks names up in the dict itself, all other code through the methods.
        super().__init__({**notebook, **fresh})
        self._notebook, self._fresh, self._before = notebook, fresh.keys(), {**notebook, **fresh}

    def __getitem__(self, name: str) -> Any:
        if name in self._fresh:
            return super().__getitem__(name)
        self._take(name)
        return self._notebook[name]

    def __setitem__(self, name: str, value: Any) -> None:
        super().__setitem__(name, value)
        if name not in self._fresh:
            self._before[name] = self._notebook[name] = value

    def __delitem__(self, name: str) -> None:
        if name in self._fresh:
            return
        del self._notebook[name]
        self.pop(name, None)
        self._before.pop(name, None)

    def __contains__(self, name: object) -> bool:
        return name in self._fresh or name in self._notebook

    def get(self, name: str, default: Any = None) -> Any:
        """Return the value of a name in here."""
        try:
            return self[name]
        except KeyError:
            return default

    def close(self) -> None:
        """Give the notebook all that it is to have."""
        for name in self.keys() - self._fresh:
            self._take(name)

    def _take(self, name: str) -> None:
        """Give the notebook a value that came in past the methods, as by a `global` statement in a function."""
        value = super().get(name, self)
        if value is not self and value is not self._before.get(name, self):
            self._before[name] = self._notebook[name] = value


class _Notebook:
    """What the lesson in a shell imported, and the scope of the cell that runs."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self._imported: dict[str, Any] = {}
        self._functions = {name: _functions(importlib.import_module(name)) for name in _WATCHED}
        self._streams = {"stdout": sys.stdout, "stderr": sys.stderr}
        self._outside: tuple[Any, dict[str, Any]] | None = None

    def begin(self, info: Any) -> None:
        """Before a cell runs: give it Python's own functions and, where it makes claims, a scope of its own."""
        self.end()
        put_builtins_back()
        names = self.shell.user_ns
        names["__builtins__"] = builtins
        if _CLAIMS.search(info.raw_cell or "") and (fresh := self._replaced()):
            self._outside = self.shell.user_module, names
            self.shell.user_module, self.shell.user_ns = self.shell.prepare_user_module(user_ns=_Scope(names, fresh))

    def end(self, result: Any = None) -> None:
        """After a cell: give the notebook its own scope back, and take note of what the lesson imported."""
        if self._outside:
            scope = self.shell.user_ns
            self.shell.user_module, self.shell.user_ns = self._outside
            self._outside = None
            if isinstance(scope, _Scope):
                scope.close()
        put_streams_back(self._streams)
        text = result and result.info.raw_cell
        if text and "kindling" in text:
            names = self.shell.user_ns
            imported = {name: value for name, value in _imports(text).items() if names.get(name) is value}
            if "check" in imported and imported["check"] is sys.modules.get("kindling.check"):
                self._imported = {**imported, **self._imported}

    def explain(self, traceback: TracebackType | None) -> str | None:
        """Return the sentence on an error in whose way lies something that a cell has replaced."""
        used: set[str] = set()  # by the innermost code that stands in the notebook
        inside = False
        while traceback:
            names, code = traceback.tb_frame.f_globals, traceback.tb_frame.f_code
            if names is self.shell.user_ns or (self._outside and names is self._outside[1]):
                used, inside = set(code.co_names), isinstance(names, _Scope)
            traceback = traceback.tb_next
        for name in () if inside else sorted(used & self._replaced().keys()):
            return _REPLACED.format(name=name, whose=_IMPORTED if name in self._imported else _PYTHONS)
        for module, own in self._functions.items():
            there = vars(sys.modules[module]) if module in sys.modules else {}
            for name in sorted(used & own.keys()):
                if there.get(name) is not own[name]:
                    return _REPLACED.format(name=name, whose=f"{module}'s own")
        return None

    def _replaced(self) -> dict[str, Any]:
        """Return what the lesson imported, and Python's own, under the names that have another value or none."""
        names = self._outside[1] if self._outside else self.shell.user_ns
        own = {name: value for name, value in _OWN.items() if name in names and not name.startswith("__")}
        hidden = self.shell.user_ns_hidden  # what IPython itself has put there, such as its own `open`
        return {
            name: value
            for name, value in {**own, **self._imported}.items()
            if name not in names
            or not (names[name] is value or names[name] is hidden.get(name, value) or _written(names[name]))
        }


def _written(value: Any) -> bool:
    """Return whether a value is a function or a class that stands in the notebook, so bears its name on purpose."""
    return isinstance(value, FunctionType | type) and value.__module__ == "__main__"


def _functions(module: ModuleType) -> dict[str, Any]:
    return {name: value for name, value in vars(module).items() if callable(value) and not name.startswith("_")}


def _imports(text: str) -> dict[str, Any]:
    """Return what the import statements of a cell bind, as far as it has been imported, whatever the names are now."""
    try:
        statements = ast.parse(text).body
    except SyntaxError:  # a magic among them, which no lesson has
        return {}
    found: dict[str, Any] = {}
    for statement in statements:
        for alias in statement.names if isinstance(statement, ast.Import | ast.ImportFrom) else ():
            if isinstance(statement, ast.Import):
                name = alias.asname or alias.name.partition(".")[0]
                value = sys.modules.get(alias.name if alias.asname else name)
            else:
                name = alias.asname or alias.name
                value = getattr(sys.modules.get(statement.module or ""), alias.name, None)
            if value is not None:
                found[name] = value
    return found
