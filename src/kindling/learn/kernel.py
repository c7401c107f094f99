"""Runs the cells of a learner's notebook, without a sandbox: this is the learner's own machine.

Started as a program, it reads one request from stdin, runs each of its cells and says on stdout what came of it, a line
of JSON each. `learn.snapshots` does the same where processes can be forked.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
import types
from collections.abc import Sequence
from typing import IO, Any

from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from kindling import scope
from kindling.errors import KindlingError
from kindling.learn.messages import Request, Said

__all__ = ["Kernel", "quiet", "warm_up"]

_CELL = re.compile(r"<ipython-input-(\d+)-")  # what IPython calls the text of a cell in tracebacks


class _Shell(InteractiveShell):
    """IPython, which shows nothing."""

    notes: Sequence[str] = ()  # what would stand below the error that would be shown

    def showtraceback(self, exc_tuple: Any = None, *_: Any, **__: Any) -> None:
        """Show no traceback, and keep the lines that would stand below it."""
        self.notes = getattr(exc_tuple[1] if exc_tuple else sys.exc_info()[1], "__notes__", ())

    def showsyntaxerror(self, *_: Any, **__: Any) -> None:
        """Show no traceback."""

    def ask_exit(self) -> None:
        """End the cell that calls `exit()`."""
        raise SystemExit


class Kernel:
    """An IPython in which one cell after the other runs, with the folder and the variables of a request."""

    def __init__(self, request: Request) -> None:
        os.chdir(request["folder"])
        sys.path.insert(0, "")  # what lies beside a notebook can be imported, as in Jupyter
        for name in [name for name in os.environ if name.startswith("KINDLING_")]:
            del os.environ[name]
        os.environ.update(request["environment"])
        config = Config()
        config.HistoryManager.enabled = False  # no file, and no thread: a fork would lose it
        config.InteractiveShell.xmode = "Minimal"  # it makes a traceback of each error, which nobody sees
        self._shell: Any = _Shell.instance(config=config)
        scope.follow()

    def run(self, place: int, source: str) -> Said:
        """Run a cell, and return what came of it. Its outputs go nowhere."""
        self._shell.notes = ()
        result = self._shell.run_cell(source, store_history=True)
        if plots := sys.modules.get("matplotlib.pyplot"):
            plots.close("all")
        error = result.error_before_exec or result.error_in_exec
        said: Said = {"place": place, "error": type(error).__name__ if error else "", "sentence": ""}
        if error:
            said["sentence"] = _sentence(error)
            if explanation := scope.said(list(self._shell.notes)):
                said["explanation"] = explanation
            if not isinstance(error, KindlingError) and (at := _line(error)):
                said["within"], said["line"] = at
        if isinstance(result.result, int | float):
            said["value"] = float(result.result)
        return said


def _sentence(error: BaseException) -> str:
    """Return what a learner reads of an error, on one line."""
    if isinstance(error, KindlingError):
        return str(error)
    name = type(error).__name__
    if isinstance(error, SystemExit):
        return "The cell ends Python, and with it the notebook. Take the call of exit() out."
    if isinstance(error, EOFError):
        return "The cell asks for input(), and nobody is there to answer. Take the call out."
    said = error.msg if isinstance(error, SyntaxError) else next(iter(str(error).splitlines()), "")
    return f"{name}: {said}" if said else name


def _line(error: BaseException) -> tuple[int, int] | None:
    """Return the place of the cell in whose text an error arose, and the line; None where that is in no cell."""
    if isinstance(error, SyntaxError):
        frames = [(error.filename or "", error.lineno or 0)]
    else:
        frames = _frames(error.__traceback__)
    for name, line in reversed(frames):
        if found := _CELL.match(name):
            return int(found[1]) - 1, line
    return None


def _frames(traceback: types.TracebackType | None) -> list[tuple[str, int]]:
    found = []
    while traceback:
        found.append((traceback.tb_frame.f_code.co_filename, traceback.tb_lineno))
        traceback = traceback.tb_next
    return found


def quiet() -> IO[str]:
    """Send what cells print nowhere, give them nothing to read, and return a way to the real stdout."""
    real = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    return real


def warm_up() -> None:
    """Import what each lesson imports."""
    import torch

    from kindling import check, data, plots  # noqa: F401

    torch.set_num_threads(1)  # as in grading; and a fork must not inherit threads that do not exist in it


def _main() -> None:
    warm_up()
    if not (line := sys.stdin.readline()):  # nothing is asked any more
        return
    request: Request = json.loads(line)
    answers = quiet()
    kernel = Kernel(request)
    with contextlib.suppress(BrokenPipeError):  # nobody waits any longer
        for place, source in enumerate(request["cells"]):
            print(json.dumps(kernel.run(place, source)), file=answers, flush=True)
    os._exit(0)  # whatever threads a cell has left behind


if __name__ == "__main__":
    _main()
