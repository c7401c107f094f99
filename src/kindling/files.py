"""Files that are there whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

__all__ = ["replaced", "write_whole"]


def write_whole(path: Path, content: bytes) -> None:
    """Write `content` to `path`, making its folder. Raises OSError and leaves what was there when it cannot.

    The bytes go to a name of their own first: two processes that write at once do not mix, and the last one stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # Not tempfile's own name, whose file nobody but its owner could read.
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        draft.write_bytes(content)
        os.replace(draft, path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def replaced(target: Path, made: Path) -> Iterator[None]:
    """Put a copy of the folder `made` in the place of `target`; the old one comes back if what follows fails."""
    draft, old = (target.with_name(f".{target.name}.{kind}") for kind in ("draft", "old"))
    for left in (draft, old):  # by a run that was killed
        shutil.rmtree(left, ignore_errors=True)
    try:
        shutil.copytree(made, draft)
        if target.exists():
            os.replace(target, old)
        os.replace(draft, target)
        yield
    except BaseException:
        if old.exists():
            shutil.rmtree(target, ignore_errors=True)
            os.replace(old, target)
        raise
    finally:
        for left in (draft, old):
            shutil.rmtree(left, ignore_errors=True)
