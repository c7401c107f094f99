"""Environment variables of the programs that are started."""

from __future__ import annotations

import os
import sys

__all__ = ["REPEATABLE", "inherited", "program_path"]

# A lesson gives the same numbers on every machine: drawn images need no network, one thread adds in one order, and no
# GPU has other digits.
REPEATABLE = {"KINDLING_SOURCE": "drawn", "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}


def program_path(others: str | None = None) -> str:
    """Return a PATH that begins with the folder of this Python, and goes on with `others`, or this process's own.

    So `kindling`, `python` and `alembic` are those of this environment, also where it is not activated.
    """
    rest = os.environ.get("PATH") if others is None else others
    return os.pathsep.join(filter(None, (os.path.dirname(sys.executable), rest)))


def inherited(**changed: str) -> dict[str, str]:
    """Return this process's variables with `program_path()` for a PATH, and those that are `changed`."""
    return {**os.environ, "PATH": program_path(), **changed}
