"""What each cell of a lesson must keep to: its marker, its solution and hidden tests, and Python."""

from __future__ import annotations

import difflib
import keyword
import re
import warnings
from pathlib import Path
from typing import NoReturn

from kindling.authoring.percent import HIDDEN_TESTS, SOLUTION, Cell
from kindling.errors import LessonError

__all__ = ["marker_in", "validate_blocks", "validate_marker", "validate_python"]

# What nbgrader looks for, anywhere in a line.
_WORDS = {line.removeprefix("### "): line for line in (*SOLUTION, *HIDDEN_TESTS)}

# nbgrader's rule for the id of a cell, and Python's for a name.
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def validate_marker(cell: Cell, path: Path) -> None:
    """Raise LessonError unless what the cell's marker says fits together."""

    def fail(problem: str) -> NoReturn:
        raise LessonError.at(path, cell.line, problem)

    for key in ("task", "check"):
        name = cell.options.get(key)
        if key not in cell.options:
            continue
        if not (isinstance(name, str) and _NAME.fullmatch(name)) or keyword.iskeyword(name):
            fail(f'`{key}` needs a name of letters a to z, digits and underscores, like {key}="softmax".')
    if cell.task and cell.check:
        fail("one cell is both a task and a check. Split it in two.")
    if cell.type == "markdown" and (cell.task or cell.check):
        fail("a task or check is code. Remove [markdown] from the marker.")
    points = cell.options.get("points")
    if cell.check and not (type(points) is int and points > 0):  # True is an int too
        fail(f'the check of "{cell.check}" needs points, a whole number above 0: add points=2.')
    if cell.script and not (cell.check and isinstance(cell.script, str) and cell.script.endswith(".py")):
        fail('only a check has a script, the file that it grades: check="model_script" script="model.py".')
    show = cell.options.get("show")
    if "show" in cell.options and not (isinstance(show, str) and show.strip() and "\n" not in show):
        fail('`show` says what the cell shows, like show="A batch of images".')
    if show and (cell.type == "markdown" or cell.task or cell.check):
        fail("only code that is neither a task nor a check shows something. Remove show= from the marker.")
    if points is not None and not cell.check:
        fail("only a check has points. Remove points, or write check= instead of task=.")


def validate_blocks(cell: Cell, path: Path) -> None:
    """Raise LessonError unless each solution and each block of hidden tests stands in its place and is closed."""
    begin, end = SOLUTION if cell.task else HIDDEN_TESTS
    opened, found = 0, False
    for number, text in enumerate(map(str.strip, cell.source.split("\n")), start=cell.line + 1):
        marker = marker_in(text)
        if marker is None:
            continue
        home = "task" if marker in SOLUTION else "check"
        problem = None
        if cell.type == "markdown":
            problem = f"nbgrader takes “{marker[4:]}” for a marker, also in prose. Say it in other words."
        elif text != marker:
            problem = f"unknown marker `{text}`. Write `{marker}` on a line of its own."
        elif not cell.options.get(home):
            problem = f"`{text}` stands outside a {home} cell. Move it into one, below `# %% {home}=…`."
        elif text == begin and opened:
            problem = f"`{begin}` again before `{end}`. Close the block of line {opened} first."
        elif text == end and not opened:
            problem = f"`{end}` without `{begin}`. Open the block first."
        if problem:
            raise LessonError.at(path, number, problem)
        opened, found = number if text == begin else 0, True
    if opened:
        raise LessonError.at(path, opened, f"`{begin}` is never closed. Add `{end}` before the next cell.")
    if cell.task and not found:
        problem = f'the task "{cell.task}" has no solution. Put it between `{begin}` and `{end}`.'
        raise LessonError.at(path, cell.line, problem)


def marker_in(text: str) -> str | None:
    """Return the marker of a block that a line is, misspells, or holds where nbgrader would find it; else None."""
    for word, marker in _WORDS.items():
        if word in text:
            return marker
    word = text.lstrip("# ").upper()
    if not text.startswith("#") or len(word) > 2 * len("BEGIN HIDDEN TESTS"):  # a long comment is none, and costs time
        return None
    near = difflib.get_close_matches(word, _WORDS, n=1, cutoff=0.9)
    return _WORDS[near[0]] if near else None


def validate_python(cell: Cell, path: Path) -> None:
    """Raise LessonError unless the cell is Python, also as learners get it, and gives no warning.

    A warning would reach stderr, and nbgrader gives no points to a graded cell that writes there.
    """
    texts = {"": cell.source}
    if cell.task:
        texts[" once the solution is taken out"] = cell.without(SOLUTION, "pass")
    if cell.check:
        texts[" once the hidden tests are taken out"] = cell.without(HIDDEN_TESTS)
    for when, text in texts.items():
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                compile(text, str(path), "exec", dont_inherit=True)
        except (SyntaxError, ValueError) as error:  # ValueError: a null byte, in Python 3.11
            message = getattr(error, "msg", str(error))
            begun = re.search(r" on line (\d+)", message)  # where the statement begins that goes wrong further down
            line = int(begun[1]) if begun else getattr(error, "lineno", None) or 1
            # These lines count from the cell's first; the line in the file stands before the sentence.
            reason = re.sub(r" \(detected at line \d+\)| on line \d+", "", message)
            problem = f"Python refuses this line{when}: {reason}. Fix it."
            if "unterminated" in reason:
                problem += " A line that begins with `# %%` ends a cell, also inside a string."
            raise LessonError.at(path, cell.line + line, problem) from None
