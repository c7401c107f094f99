"""What a lesson's own solutions told, kept in the course's folder: they run once for each text and machine."""

from __future__ import annotations

import contextlib
import hashlib
import json
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from kindling.files import write_whole
from kindling.grade.lock import FOLDER

__all__ = ["digest", "keep", "kept"]

FORMAT = 5  # of what is kept: with another number the solutions run anew, as when checks record something else


def digest(notebook: NotebookNode, files: Mapping[str, bytes], where: str | None) -> str:
    """Return what tells a lesson's text, and the machine or cluster `where` it is timed, from any other."""
    texts = [cell.source.encode() for cell in notebook.cells]
    parts = [*texts, *(part for name, content in sorted(files.items()) for part in (name.encode(), content))]
    lengths = [len(part) for part in parts]
    about = json.dumps([FORMAT, where or platform.node(), lengths]).encode()
    return hashlib.sha256(b"\0".join([about, *parts])).hexdigest()


def kept(root: Path, lesson: str, digest: str) -> dict[str, Any] | None:
    """Return what was kept of this text and machine, "times" and "claims"; None where there is nothing."""
    with contextlib.suppress(OSError, ValueError, LookupError, TypeError):
        found = json.loads(_path(root, lesson).read_bytes())
        if found["digest"] == digest:
            return {"times": found["times"], "claims": found["claims"]}
    return None


def keep(root: Path, lesson: str, digest: str, told: Mapping[str, Any]) -> None:
    """Keep what the solutions told in the course's folder, where that can be: else they run again next time."""
    with contextlib.suppress(OSError):
        write_whole(_path(root, lesson), json.dumps({"digest": digest, **told}).encode())


def _path(root: Path, lesson: str) -> Path:
    return root / FOLDER / f"{lesson}.reference"
