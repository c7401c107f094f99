"""What was handed in, however hostile: a notebook and its files, or one sentence why not."""

from __future__ import annotations

import fnmatch
import json
import os
from datetime import datetime
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader import utils

from kindling.errors import NotGradable

__all__ = ["files", "problem", "read", "stamp", "state"]

MOST_FILES = 2000  # of a submission, folders counted
MOST_BYTES = 100_000_000  # of a submission; a lesson with all its pictures has a hundredth of it


def problem(folder: Path, lesson: str) -> str | None:
    """Return one sentence that says why nbgrader can't grade what was handed in in `folder`, or None where it can."""
    try:
        read(folder, lesson)
    except NotGradable as reason:
        return str(reason)
    return None


def read(folder: Path, lesson: str) -> NotebookNode:
    """Return the notebook that was handed in in `folder`. Raises NotGradable."""
    stamp = folder / "timestamp.txt"
    if stamp.is_file():
        text = stamp.read_text(encoding="utf-8", errors="replace").strip()
        try:
            utils.parse_utc(text)
        except (ValueError, OverflowError):
            raise NotGradable(
                f'"{stamp.name}" says "{text[:40]}", which is no time. Delete it and grade again.'
            ) from None
    found = list(folder.rglob("*"))
    if len(found) > MOST_FILES:
        raise NotGradable(
            f"The submission has {len(found):,} files, and may have {MOST_FILES:,}. Ask for it again without data."
        )
    if sum(path.lstat().st_size for path in found) > MOST_BYTES:
        raise NotGradable(
            f"The submission is larger than {MOST_BYTES // 1_000_000} MB. Ask for it again without large files."
        )
    path = folder / f"{lesson}.ipynb"
    if path.is_symlink():
        raise NotGradable(f'"{path.name}" is a link, not a notebook. Ask for the notebook itself.')
    if not path.is_file():
        others = [other.name for other in sorted(folder.glob("*.ipynb")) if other.is_file()]
        if others:
            raise NotGradable(f'The notebook is named "{others[0]}". Rename it to "{path.name}" and grade again.')
        raise NotGradable(f'There is no notebook "{path.name}".')
    try:
        text = path.read_text(encoding="utf-8")
        if not text.strip():
            raise NotGradable("The notebook is an empty file. Ask for it again.")
        node = json.loads(text)
        if "\\ud" in text.lower():  # half a character is no text, in whatever way it is written
            json.dumps(node, ensure_ascii=False).encode("utf-8")
    except UnicodeError:
        raise NotGradable("The notebook is not UTF-8 text. Ask for it again.") from None
    except json.JSONDecodeError as error:
        raise NotGradable(f"The notebook is broken: line {error.lineno} is no JSON. Ask for it again.") from None
    except (ValueError, RecursionError):  # a number of a thousand digits, brackets without end
        raise NotGradable("The file is JSON, but no notebook. Ask for it again.") from None
    try:
        notebook = nbformat.reads(text, as_version=4)
        if not all(isinstance(cell.source, str) for cell in notebook.cells):
            raise TypeError
    except Exception:
        version = node.get("nbformat") if isinstance(node, dict) else None
        if isinstance(version, int) and version > nbformat.current_nbformat:
            raise NotGradable(
                f"The notebook has format {version}, newer than {nbformat.current_nbformat}, the newest known here."
            ) from None
        raise NotGradable("The file is JSON, but no notebook. Ask for it again.") from None
    return notebook


def files(folder: Path, own: Path, ignored: list[str], theirs: list[str]) -> tuple[dict[str, Path], list[str]]:
    """Return the files beside the notebook by their names, and remarks on those left out.

    That is those handed in in `folder`, and the lesson's own in the folder `own`, which count where both are, but for
    the names in `theirs`. Names that match a pattern of `ignored` are left out.
    """
    ignored = [*ignored, "*.ipynb"]
    found: dict[str, Path] = {}
    remarks: list[str] = []
    for path in _walk(folder, ignored):
        name = path.relative_to(folder).as_posix()
        if not Path(os.path.realpath(path)).is_relative_to(folder.resolve()):  # `resolve` refuses a link to itself
            remarks.append(f'"{name}" is a link to outside the submission and was left out.')
        elif path.is_file():
            found[name] = path
    for path in _walk(own, ignored):
        name = path.relative_to(own).as_posix()
        if name not in theirs:
            found[name] = path
    return found, remarks


def state(folder: Path) -> list[tuple[str, int, int]]:
    """Return of each file of a submission its name, time and size: they change when it is handed in again."""
    found = sorted(folder.rglob("*"))
    return [(str(path), status.st_mtime_ns, status.st_size) for path in found if (status := path.lstat())]


def stamp(folder: Path) -> datetime | None:
    """Return when a submission was handed in, in UTC, where that is known."""
    path = folder / "timestamp.txt"
    text = path.read_text(encoding="utf-8").strip() if path.is_file() else ""
    return utils.parse_utc(text) if text else None


def _walk(folder: Path, ignored: list[str]) -> list[Path]:
    """Return the files in a folder and those below it, in order, but for names that match a pattern of `ignored`.

    nbgrader's own way takes an hour for what an unpacked data set holds.
    """
    found = []
    for place, folders, names in os.walk(folder):
        for group in (folders, names):
            group[:] = [name for name in group if not any(fnmatch.fnmatch(name, pattern) for pattern in ignored)]
        found += [Path(place, name) for name in names]
    return sorted(found)
