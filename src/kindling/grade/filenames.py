"""Names for the files beside a notebook, under which a browser runs nothing of them.

Formgrader serves them from Jupyter's own address. And the name of the feedback page has to be free.
"""

from __future__ import annotations

import itertools
import mimetypes
import os
import re
from collections.abc import Iterable
from pathlib import Path

__all__ = ["rename_active_files", "safe_names"]

_ACTIVE_TYPE = re.compile(r"html|svg|[/+]xml$|javascript|ecmascript|rfc822|multipart|shockwave", re.I)
_ACTIVE_NAME = re.compile(r"\.(?:[a-z]?html?\d?|xht|svgz?|xml|xslt?|rdf|rss|atom|mht|mhtml|[cm]?js|swf|htc)\W*$", re.I)


def safe_names(names: Iterable[str]) -> dict[str, str]:
    """Return under which name each file beside a notebook is kept: one that a browser would run becomes a text.

    So the name of the feedback page is free, too. Names are paths with `/`.
    """
    names = list(names)
    kept = {name: name for name in names if not any(map(_active, name.split("/")))}
    files = set(kept)
    folders = {str(parent) for name in kept for parent in Path(name).parents}
    for name in names:
        for count in itertools.count(1):
            safe = kept.get(name) or "/".join(_as_txt(part, count) for part in name.split("/"))
            above = {str(parent) for parent in Path(safe).parents}
            if name in kept or not (safe in files | folders or above & files):
                break
        kept[name] = safe
        files.add(safe)
        folders |= above
    return kept


def rename_active_files(folder: Path) -> None:
    """Give each file in a folder, and below it, the name that `safe_names` says. Raises OSError."""
    found = sorted(Path(place, name) for place, _, names in os.walk(folder) for name in names)
    for name, safe in safe_names(path.relative_to(folder).as_posix() for path in found).items():
        if safe != name:
            (folder / safe).parent.mkdir(parents=True, exist_ok=True)
            os.replace(folder / name, folder / safe)
    for place, _, _ in os.walk(folder, topdown=False):
        if _active(os.path.basename(place)) and not os.listdir(place) and Path(place) != folder:
            os.rmdir(place)


def _active(name: str) -> bool:
    """Return whether a browser may run something in a file of this name."""
    return bool(_ACTIVE_NAME.search(name) or _ACTIVE_TYPE.search(mimetypes.guess_type(name)[0] or ""))


def _as_txt(name: str, count: int) -> str:
    """Return a name with `.txt` at its end, `count` times, no longer than a system allows."""
    if not _active(name):
        return name
    end = ".txt" * count
    return os.fsdecode(os.fsencode(name)[: 255 - len(end)]) + end
