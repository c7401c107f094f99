"""What goes to a worker and what comes back: the only form in which either travels."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import nbformat
from nbformat import NotebookNode

__all__ = ["Job", "Result", "pack", "unpack"]


@dataclass
class Job:
    """A submission to run: a sanitized notebook of format 4, and its files, a tar archive.

    `steps` are the names of the preprocessors, and `config` what they are told. `private` names the places that no
    learner's code may read, each by what a sentence calls it. `sealed` holds, by the names of their cells, the checks
    whose claims are judged outside of the kernel: see kindling.grade.sealed.lesson. It is the same in all jobs of a
    lesson, and long, so it is packed once by `pack`, and unpacked once in each process.
    """

    lesson: str
    notebook: NotebookNode
    files: bytes
    steps: list[str]
    config: dict[str, Any] = field(default_factory=dict)
    private: Mapping[str, str] = field(default_factory=dict)
    sealed: str = ""

    def to_bytes(self) -> bytes:
        """Return the job as JSON."""
        return json.dumps({**vars(self), "files": base64.b64encode(self.files).decode()}).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> Job:
        """Return the job that became these bytes."""
        given = json.loads(content)
        notebook = nbformat.from_dict(given.pop("notebook"))
        return cls(**{**given, "notebook": notebook, "files": base64.b64decode(given["files"])})


@dataclass
class Result:
    """What came of a job: the executed notebook, and the seconds that it took.

    `stops` says why kernels stopped, and what was not there to import, a sentence each. `claims` holds what the checks
    of the lesson's own solutions recorded, where the job asked for that.
    """

    notebook: NotebookNode
    stops: list[str] = field(default_factory=list)
    seconds: float = 0.0
    claims: Mapping[str, Any] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """Return the result as JSON."""
        return json.dumps({**vars(self), "notebook": nbformat.writes(self.notebook)}).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> Result:
        """Return the result that became these bytes."""
        given = json.loads(content)
        return cls(**{**given, "notebook": nbformat.v4.reads(given["notebook"])})


def pack(checks: Mapping[str, Any]) -> str:
    """Return the sealed checks of a lesson as the text in which they travel; "" where there are none."""
    return base64.b64encode(zlib.compress(json.dumps(checks).encode())).decode() if checks else ""


@lru_cache(maxsize=16)
def unpack(text: str) -> Mapping[str, Any]:
    """Return the sealed checks that became this text, the same object each time: nobody may change it."""
    found: Mapping[str, Any] = json.loads(zlib.decompress(base64.b64decode(text))) if text else {}
    return found
