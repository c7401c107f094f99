"""What is kept of what a cell shows: as much as there is room for, and only what a kernel says.

A learner's code can send messages of its own, of any form and without end.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

__all__ = ["CellOutputs", "error", "line"]

PICTURES = 64  # times `max_characters`, which is for printed text: so long may all outputs be, pictures as base64


class CellOutputs:
    """What one cell has shown so far, and what more there is room for: `max_characters` of text."""

    def __init__(self, max_characters: int) -> None:
        self.max_characters = max_characters
        self._printed = self._shown = 0

    def keep(self, message: dict[str, Any], displays: Mapping[str, Mapping[Any, Any]]) -> dict[str, Any] | None:
        """Return what is kept of a kernel's message, its text cut where the room ends; None where nothing is.

        `displays` tells where the outputs stand that can be shown anew, by their names: an update changes all of them.
        """
        try:
            return message if self._has_room(message["content"], message["msg_type"], displays) else None
        except Exception:  # there are as many kinds as ways to be no message
            return None

    def _has_room(self, content: dict[str, Any], kind: str, displays: Mapping[str, Mapping[Any, Any]]) -> bool:
        if kind == "stream":
            room = max(0, self.max_characters - self._printed)
            self._printed += len(content["text"])
            content["text"] = content["text"][:room]
            if room == 0 or content["name"] not in ("stdout", "stderr") or not isinstance(content["text"], str):
                return False
        size = len(json.dumps(content, ensure_ascii=False, allow_nan=False).encode())  # no NaN, no half characters
        if not isinstance(content.get("execution_count"), int | None):
            return False
        if kind not in ("stream", "status", "execute_input"):  # a picture is long as text
            copies = map(len, displays.get((content.get("transient") or {}).get("display_id", ""), {}).values())
            self._shown += size * max(1, sum(copies))
            return self._shown <= PICTURES * self.max_characters
        return True


def error(name: str, sentence: str) -> NotebookNode:
    """Return an error output that shows one sentence."""
    output: NotebookNode = new_output("error", ename=name, evalue=sentence, traceback=[sentence])
    return output


def line(text: str) -> NotebookNode:
    """Return an output that shows a line of text."""
    output: NotebookNode = new_output("stream", name="stdout", text=f"{text}\n")
    return output
