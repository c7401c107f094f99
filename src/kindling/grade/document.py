"""A notebook's file, of whichever version and editor, as a valid notebook of format 4.5, or one sentence why not."""

from __future__ import annotations

import json
import re
from itertools import chain, count
from typing import Any

import nbformat
from nbformat import NotebookNode

from kindling.errors import NotGradable

__all__ = ["number", "parse"]

MOST_CELLS = 5_000  # a lesson has a hundredth of it
MOST_VALUES = 10_000_000  # strings, lists and dictionaries; more of them need gigabytes

# What nbformat 4 has kept of the kinds of cells that there were, and what any other kind becomes: text that never runs.
KINDS = {"code": "code", "markdown": "markdown", "heading": "markdown", "html": "markdown"}

NO_NOTEBOOK = "The file is JSON, but not a notebook. Ask for it again."

_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


def parse(content: bytes) -> NotebookNode:
    """Return the notebook in a file, without outputs, of format 4.5. Raises NotGradable.

    Of metadata only nbgrader's is kept, so that nothing else which an editor or a learner wrote there has a say in
    grading. Text may have a byte order mark, and be UTF-16, as PowerShell writes it.
    """
    try:
        text = content.decode(json.detect_encoding(content))
        if not text.strip():
            raise NotGradable("The notebook is an empty file. Ask for it again.")
        if sum(map(text.count, '{["')) > MOST_VALUES:
            raise NotGradable("The notebook holds too much to be read. Ask for it again with its outputs cleared.")
        cells = _cells(json.loads(text))
        if len(cells) > MOST_CELLS:
            raise NotGradable(f"The notebook has {len(cells):,} cells, and may have {MOST_CELLS:,}. Ask for it again.")
        cells = [_cell(cell) for cell in cells]
    except UnicodeError:
        raise NotGradable("The notebook is not UTF-8 text. Ask for it again.") from None
    except json.JSONDecodeError as error:
        raise NotGradable(f"The notebook is broken: line {error.lineno} is not valid JSON. Ask for it again.") from None
    except (ValueError, RecursionError):  # a number of thousands of digits, brackets without end
        raise NotGradable(NO_NOTEBOOK) from None
    number(cells)
    notebook: NotebookNode = nbformat.from_dict({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells})
    return notebook


def metadata(content: bytes) -> dict[str, Any]:
    """Return the metadata of a notebook as it was handed in, {} where it has none or can't be read."""
    try:
        text = content.decode(json.detect_encoding(content))
        node = json.loads(text) if sum(map(text.count, '{["')) <= MOST_VALUES else {}
    except (ValueError, RecursionError):  # of text that is no UTF-8, too
        return {}
    found = node.get("metadata") if isinstance(node, dict) else {}
    return found if isinstance(found, dict) else {}


def number(cells: list[Any]) -> None:
    """Give each cell an id, where it has none, or none that is its own."""
    used: set[str] = set()
    for place, cell in enumerate(cells):
        own = [value] if isinstance(value := cell.get("id"), str) and _ID.fullmatch(value) else []
        cell["id"] = next(one for one in chain(own, map("cell-{}".format, count(place))) if one not in used)
        used.add(cell["id"])


def _cells(node: Any) -> list[Any]:
    """Return the cells of a notebook of any version. Raises NotGradable."""
    if not isinstance(node, dict):
        raise NotGradable(NO_NOTEBOOK)
    version = node.get("nbformat")
    if isinstance(version, int | float) and version >= nbformat.current_nbformat + 1:
        raise NotGradable(
            f"The notebook has format {version}, newer than {nbformat.current_nbformat}, the newest known here."
        )
    sheets = [node] if "cells" in node else node.get("worksheets")  # in which cells lay up to format 3
    if not isinstance(sheets, list) or not sheets:
        raise NotGradable(NO_NOTEBOOK)
    parts = [sheet.get("cells") if isinstance(sheet, dict) else None for sheet in sheets]
    known = [part for part in parts if isinstance(part, list)]
    if len(known) < len(parts):
        raise NotGradable(NO_NOTEBOOK)
    return [cell for part in known for cell in part]


def _cell(cell: Any) -> dict[str, Any]:
    """Return a cell as format 4.5 wants it, but for its id. Raises NotGradable and UnicodeError."""
    if not isinstance(cell, dict):
        raise NotGradable(NO_NOTEBOOK)
    kind = cell.get("cell_type", "code" if cell.keys() & {"outputs", "execution_count"} else "raw")
    source = _joined(cell.get("source", cell.get("input")))  # which it was called up to format 3
    if source is None:
        raise NotGradable(NO_NOTEBOOK)
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    source.encode()  # half a character is no text
    if kind == "heading":
        level = cell.get("level")
        marks = "#" * (level if isinstance(level, int) and 1 <= level <= 6 else 1)
        source = f"{marks} {' '.join(source.splitlines())}"
    known: dict[str, Any] = {"cell_type": KINDS.get(kind, "raw") if isinstance(kind, str) else "raw", "source": source}
    if known["cell_type"] == "code":
        known |= {"outputs": [], "execution_count": None}
    elif attachments := _attachments(cell.get("attachments")):
        known["attachments"] = attachments
    return {**known, "metadata": _metadata(cell.get("metadata")), "id": cell.get("id")}


def _joined(value: Any) -> str | None:
    """Return text, which may stand as a list of lines; None where it is no text."""
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "".join(value)
    return "" if value is None else value if isinstance(value, str) else None


def _metadata(value: Any) -> dict[str, Any]:
    """Return what of a cell's metadata is nbgrader's."""
    about = value.get("nbgrader") if isinstance(value, dict) else None
    plain = {key: one for key, one in about.items() if _plain(key, one)} if isinstance(about, dict) else {}
    return {"nbgrader": plain} if plain else {}


def _plain(key: str, value: Any) -> bool:
    """Return whether it is something that nbgrader writes, and any file can hold."""
    try:
        json.dumps([key, value], ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        return False
    return isinstance(value, str | int | float)


def _attachments(value: Any) -> dict[str, dict[str, str]]:
    """Return the pictures of a text by their names, each by its media types."""
    found: dict[str, dict[str, str]] = {}
    for name, bundle in value.items() if isinstance(value, dict) else ():
        bundle = bundle.items() if isinstance(bundle, dict) else ()
        data = {kind: text for kind, one in bundle if (text := _joined(one)) and _plain(kind, text)}
        if data and _plain(name, ""):
            found[name] = data
    return found
