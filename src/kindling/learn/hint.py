"""A task's hints as text for a terminal: the folded hints of the notebook, one after the other."""

from __future__ import annotations

import re
from pathlib import Path

from kindling.errors import WorkspaceError
from kindling.learn import course

__all__ = ["hint"]

_SUMMARY = re.compile(r"<details>\s*<summary>(.*?)</summary>\s*(.*?)\s*</details>", flags=re.DOTALL)
_CODE = re.compile(r"</?code>")


def hint(root: Path, word: str, number: int | None = 1) -> str:
    """Return a hint of a task, counted from 1, and how to get the next one; with None all of them.

    Nothing is kept of which ones somebody has read. Raises WorkspaceError.
    """
    task = course.only_task(root, word)
    hints = [_plain(one) for one in task.hints]
    if not hints:
        raise WorkspaceError.no_hints(task.id)
    if number is None:
        return "\n\n".join(hints)
    if number > len(hints):
        raise WorkspaceError.no_more_hints(task.id, len(hints))
    count = f"Hint {number} of {len(hints)}."
    if number < len(hints):
        count += f" For the next one: kindling hint {word} {number + 1}"
    return f"{hints[number - 1]}\n\n{count}"


def _plain(hint: str) -> str:
    """Return a folded hint without its HTML: its title, and below it the text."""
    found = _SUMMARY.search(hint)
    return _CODE.sub("`", f"{found[1]}\n\n{found[2]}" if found else hint)
