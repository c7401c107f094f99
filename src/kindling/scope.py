"""A check's own scope in a notebook: names of its own, and Python and torch as they are in a fresh one.

A learner who writes `check = 3`, `for data, target in loader`, `max = 7` or `torch.set_default_dtype(torch.float64)`
loses nothing: of the notebook, a check finds the learner's functions and what else it asks for by name; the lesson's
standard names and Python's own are fresh in it, and what it defines stays with it.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import importlib
import os
import random
import re
import sys
import warnings
import weakref
from collections.abc import Iterator, Mapping
from types import CodeType, FunctionType, ModuleType, TracebackType
from typing import Any

from kindling import alt_text
from kindling.credit import PARTIAL_CREDIT

__all__ = [
    "ARROW",
    "STANDARD",
    "explained",
    "follow",
    "put_builtins_back",
    "put_streams_back",
    "python_of",
    "run",
    "said",
    "summary",
]

# Python's own, as they were before any cell ran, but for those that Jupyter gives another value while a cell runs.
_JUPYTERS = ("input", "exit", "quit", "display", "get_ipython")
_OWN = {name: value for name, value in vars(builtins).items() if name not in _JUPYTERS}
# What each check finds, as in the first code cell of a lesson: the module of each name, and what of it.
STANDARD = {
    "F": "torch.nn.functional",
    "Tensor": "torch:Tensor",
    "check": "kindling.check",
    "data": "kindling.data",
    "math": "math",
    "nn": "torch.nn",
    "np": "numpy",
    "plots": "kindling.plots",
    "plt": "matplotlib.pyplot",
    "torch": "torch",
}
_WATCHED = ("torch", "torch.nn", "torch.nn.functional", "kindling.check", "math", "numpy")

_REPLACED = "`{name}` is no longer {whose}: a cell has replaced or deleted it."
_IMPORTED, _PYTHONS = "what the lesson imported", "Python's own"
_SAID = re.compile(rf"`[\w.]+` is no longer ({_IMPORTED}|[\w.]+'s own): a cell has replaced or deleted it\.")
ARROW = "→ "  # before the sentence that explains an error
_TITLE = re.compile(r"(\w+) \((.+)\)")  # of a check's cell: "softmax (2 points)"

# What Python keeps to itself unless it is asked.
_QUIET = (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning)

_followed: weakref.WeakSet[Any] = weakref.WeakSet()
_passed: dict[str, bool] = {}  # whether the check of a task held when it ran last
_STATES = {True: ("✓", ""), False: ("✗", "  its check has failed"), None: ("–", "  not checked yet")}


def run(source: str, names: Mapping[str, Any], name: str = "<check>", folder: str | None = None) -> Any:
    """Run the text of a check in a scope of its own and return its last value, None where it ends in no expression.

    `names` are those of the notebook, `name` stands for the text in tracebacks, `folder` is where it runs. Warnings of
    what it runs are printed once it holds: to nbgrader, text on stderr is a mistake.
    """
    tree = ast.parse(source, name)
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr):
        tree.body.pop()
    steps = [compile(tree, name, "exec", dont_inherit=True)]
    if isinstance(last, ast.Expr):
        steps.append(compile(ast.Expression(last.value), name, "eval", dont_inherit=True))
    scope = _scope({used for step in steps for used in _names(step)}, names)
    with _as_fresh(folder), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        for kind in _QUIET:
            warnings.simplefilter("ignore", kind)
        exec(steps[0], scope)
        value = eval(steps[1], scope) if len(steps) > 1 else None
    warned = {f"{one.category.__name__}: {one.message}": one.message for one in caught}
    for text, warning in warned.items():
        print(f"Python warned: {text}")
        if isinstance(warning, Warning) and (sentence := explained(warning)):
            print(sentence)
    return value


def summary(tasks: Mapping[str, int], bonus: Mapping[str, int] | None = None) -> None:
    """Print which of a lesson's checks have passed since the notebook was started, the points, and what is open.

    `tasks` and `bonus` give each task its points, in order.
    """
    bonus = bonus or {}
    width = max(map(len, [*tasks, *bonus]), default=0)
    for group, kind in ((tasks, "point"), (bonus, "bonus point")):
        for task, points in group.items():
            sign, said = _STATES[_passed.get(task)]
            print(f"{sign} {task:<{width}}  {_many(points, kind)}{said}")
    said = f"{_earned(tasks)} of {_many(sum(tasks.values()), 'point')}"
    if bonus:
        said += f", and {_earned(bonus)} of {_many(sum(bonus.values()), 'bonus point')}"
    print(f"{said}.")
    if still := [task for task in tasks if not _passed.get(task)]:
        print(f"Next: {still[0]}.")


def python_of(cell: str) -> str:
    """Return the text of a graded cell as Python reads it: in place of `%%check …` an empty line."""
    return re.sub(r"\A%%check\b.*", "", cell)


def _many(count: int, word: str) -> str:
    return f"{count} {word}{'s' * (count != 1)}"


def _earned(tasks: Mapping[str, int]) -> int:
    return sum(points for task, points in tasks.items() if _passed.get(task))


def _scope(used: set[str], names: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a check that uses these names finds under them."""
    scope: dict[str, Any] = {"__name__": "__main__", "__builtins__": builtins}
    for name in used:
        if name in STANDARD:
            module, _, part = STANDARD[name].partition(":")
            scope[name] = importlib.import_module(module)
            if part:
                scope[name] = getattr(scope[name], part)
        elif name in names and name not in _OWN:
            scope[name] = names[name]
    return scope


def _names(code: CodeType) -> Iterator[str]:
    """Yield each name that a text looks up, in its functions and classes too."""
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names(inner)


@contextlib.contextmanager
def _as_fresh(folder: str | None) -> Iterator[None]:
    """Give what runs inside Python's and torch's usual state, and put back what there was."""
    import numpy as np
    import torch

    with contextlib.ExitStack() as back:
        with contextlib.suppress(OSError):  # a folder that is gone
            back.callback(os.chdir, os.getcwd())
        if folder:
            os.chdir(folder)
        back.callback(torch.set_default_dtype, torch.get_default_dtype())
        torch.set_default_dtype(torch.float32)
        if (device := torch.get_default_device()) != torch.device("cpu"):
            back.callback(torch.set_default_device, device)
            torch.set_default_device("cpu")
        back.enter_context(torch.set_grad_enabled(True))
        # Threads of many small networks on a busy machine would only wait for each other.
        back.callback(torch.set_num_threads, torch.get_num_threads())
        torch.set_num_threads(1)
        back.callback(random.setstate, random.getstate())
        back.callback(np.random.set_state, np.random.get_state())
        back.callback(torch.set_rng_state, torch.get_rng_state())
        for seed in (random.seed, np.random.seed, torch.manual_seed):
            seed(0)
        yield


def follow() -> None:
    """Teach this process's IPython, where there is one, to run checks, explain errors and describe figures."""
    ipython = sys.modules.get("IPython")
    shell = ipython and ipython.get_ipython()
    if not shell or shell in _followed:
        return
    _followed.add(shell)
    notebook = _Notebook(shell)
    shell.register_magic_function(notebook.check, "cell", "check")
    shell.events.register("pre_run_cell", notebook.begin)
    shell.events.register("post_run_cell", notebook.end)
    alt_text.follow(shell)

    def show(shell: Any, kind: type, error: BaseException, traceback: Any, tb_offset: int | None = None) -> None:
        replaced = None
        if issubclass(kind, AttributeError | NameError | TypeError):
            replaced = notebook.explain(traceback)
        traceback = notebook.inside(traceback) or traceback  # what runs the check is no part of it
        folded, notes = _folded(traceback)
        if folded:
            traceback, tb_offset = folded, 0
        if sentence := replaced or explained(error):
            notes.append(sentence)
        with _with_notes(error, notes):
            shell.showtraceback((kind, error, traceback), tb_offset=tb_offset, running_compiled_code=True)

    if not shell.custom_exceptions:  # there is place for one
        shell.set_custom_exc((Exception,), show)
    _explain_warnings()


def _explain_warnings() -> None:
    """Have a warning that is shown followed by the sentence that explains it, where there is one."""
    before = warnings.showwarning

    def show(message: Warning | str, *where: Any, **options: Any) -> None:
        before(message, *where, **options)
        if isinstance(message, Warning) and (sentence := explained(message)):
            print(sentence, file=sys.stderr)

    warnings.showwarning = show


def explained(error: BaseException) -> str | None:
    """Return the line that explains an error of Python or torch, as it stands below its traceback; None without one."""
    with contextlib.suppress(Exception):  # a cell may have broken what this needs
        from kindling.diagnose import errors  # with the first error, for the sake of all cells that have none

        sentence = errors.explain(error)
        return sentence and f"{ARROW}{sentence}"
    return None


def _folded(traceback: TracebackType | None) -> tuple[TracebackType | None, list[str]]:
    """Return the traceback with the frames of cells and scripts alone, and a line that says how many it leaves out."""
    with contextlib.suppress(Exception):
        from kindling.diagnose.frames import own_traceback

        folded, left_out = own_traceback(traceback)
        return folded, [left_out] if left_out else []
    return None, []


@contextlib.contextmanager
def _with_notes(error: BaseException, notes: list[str]) -> Iterator[None]:
    """Let an error have these lines below its message, for as long as it is shown."""
    before: list[str] = []
    with contextlib.suppress(Exception):  # an error of the learner's own class may refuse
        before = list(getattr(error, "__notes__", []))
        for note in notes:
            error.add_note(note)
    yield
    with contextlib.suppress(Exception):
        if notes:
            error.__notes__ = before


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
        stream: Any = getattr(sys, name, None)
        if stream is not own:
            try:
                stream.write("")
                stream.flush()
            except Exception:  # closed, none at all, or a class of the learner's with half the methods
                setattr(sys, name, own)


def said(traceback: list[str]) -> str | None:
    """Return the sentence that `follow` has put below an error, out of what Jupyter shows of it; None without one."""
    lines = [line.strip() for part in traceback[-2:] for line in part.splitlines() if line.strip()]
    last = lines[-1] if lines else ""
    if last.startswith(ARROW):
        return last.removeprefix(ARROW)
    return last if _SAID.fullmatch(last) else None


class _Notebook:
    """What the lesson in a shell imported, and how its checks run."""

    def __init__(self, shell: Any) -> None:
        self.shell, self.folder = shell, os.getcwd()
        self._imported: dict[str, Any] = {}
        self._functions = {name: _functions(importlib.import_module(name)) for name in _WATCHED}
        self._streams = {"stdout": sys.stdout, "stderr": sys.stderr}
        self._checks: set[str] = set()  # the names of their texts

    def check(self, line: str, cell: str) -> Any:
        """Run the check of a task, say that it holds, and return its last value where that is its points."""
        task, worth = found.groups() if (found := _TITLE.fullmatch(line.strip())) else (line.strip(), "")
        text = f"\n{cell}"  # the first line is the magic itself
        name = self.shell.compile.cache(text, len(self.shell.history_manager.input_hist_parsed) - 1)
        self._checks.add(name)
        _passed[task] = False
        value = run(text, self.shell.user_ns, name, self.folder)
        if PARTIAL_CREDIT in cell:
            print(f"{task}: {value} of {worth}")
            return value
        _passed[task] = True
        print(f"✓ {task}: {worth}" if worth else f"✓ {task}")
        return None

    def inside(self, traceback: TracebackType | None) -> TracebackType | None:
        """Return the part of a traceback that begins in a check's own text, None where there is none."""
        while traceback and traceback.tb_frame.f_code.co_filename not in self._checks:
            traceback = traceback.tb_next
        return traceback

    def begin(self, info: Any) -> None:
        """Before a cell runs: give it Python's own functions, and the way to magics."""
        put_builtins_back()
        self.shell.user_ns |= {"__builtins__": builtins, "get_ipython": self.shell.get_ipython}

    def end(self, result: Any = None) -> None:
        """After a cell: give Python its streams back, and take note of what the lesson imported."""
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
            code, is_check = traceback.tb_frame.f_code, traceback.tb_frame.f_code.co_filename in self._checks
            if is_check or traceback.tb_frame.f_globals is self.shell.user_ns:
                used, inside = set(code.co_names), is_check
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
        names = self.shell.user_ns
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
        if not isinstance(statement, ast.Import | ast.ImportFrom):
            continue
        for alias in statement.names:
            if isinstance(statement, ast.Import):
                name = alias.asname or alias.name.partition(".")[0]
                value = sys.modules.get(alias.name if alias.asname else name)
            else:
                name = alias.asname or alias.name
                value = getattr(sys.modules.get(statement.module or ""), alias.name, None)
            if value is not None:
                found[name] = value
    return found
