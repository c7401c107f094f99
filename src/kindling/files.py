"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

__all__ = ["write_whole"]


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
