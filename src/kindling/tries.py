"""How often a learner ran each check until it passed, as the metadata of a notebook has it, with their consent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["MOST", "in_metadata", "put_into"]

MOST = 1000  # tries of a task; a greater number is no number that a person makes


def in_metadata(metadata: object) -> dict[str, int]:
    """Return the tries of each task that has passed; {} without any. What has another form is passed over."""
    kindling = metadata.get("kindling") if isinstance(metadata, dict) else None
    tries = kindling.get("tries") if isinstance(kindling, dict) else None
    if not isinstance(tries, dict):
        return {}
    return {task: count for task, count in tries.items() if type(count) is int and 0 < count <= MOST}


def put_into(metadata: dict[str, Any], tries: Mapping[str, int]) -> bool:
    """Put the tries into the metadata of a notebook, or take those out that there are; return whether that changed it.

    Nothing else of the metadata changes.
    """
    kindling = metadata.get("kindling")
    others = {name: value for name, value in kindling.items() if name != "tries"} if isinstance(kindling, dict) else {}
    if wanted := others | ({"tries": dict(tries)} if tries else {}):
        metadata["kindling"] = wanted
    else:
        metadata.pop("kindling", None)
    return metadata.get("kindling") != kindling
