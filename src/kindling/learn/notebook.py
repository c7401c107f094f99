"""A notebook as it was saved: its cells, and what each check said when it ran last.

A learner's notebook may hold anything. What has another form than Jupyter writes counts as not there.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from kindling.credit import PARTIAL_CREDIT
from kindling.errors import WorkspaceError
from kindling.files import write_whole
from kindling.wording import one_line

__all__ = ["Cell", "Notebook", "State", "read", "state"]


class State(StrEnum):
    """What came of a task's check when it ran last."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_WRITTEN = "not written"
    NOT_RUN = "not checked"


@dataclass(frozen=True)
class Cell:
    """A cell of a notebook; `raw` is the same as JSON has it, to be changed in place."""

    raw: dict[str, Any]

    @property
    def type(self) -> str:
        """Such as "code" and "markdown"."""
        return str(self.raw.get("cell_type"))

    @property
    def source(self) -> str:
        """Its text."""
        return _text(self.raw.get("source"))

    @property
    def name(self) -> str:
        """The name that nbgrader knows it by: "softmax" of a task's cell, "softmax_check" of its check; else ""."""
        name = self._nbgrader.get("grade_id")
        return name if isinstance(name, str) and self.type == "code" else ""

    @property
    def is_check(self) -> bool:
        """Whether it is the check of a task."""
        return bool(self.name) and self._nbgrader.get("grade") is True

    @property
    def points(self) -> float | None:
        """The points of a check without its bonus; None where it says none."""
        points = self._nbgrader.get("points")
        return points if isinstance(points, int | float) else None

    @property
    def is_show(self) -> bool:
        """Whether it was released as a cell that only shows something."""
        return _dict(self._metadata.get("kindling")).get("show") is True

    @property
    def outputs(self) -> list[dict[str, Any]]:
        """What it showed when it ran last."""
        outputs = self.raw.get("outputs")
        return [one for one in outputs if isinstance(one, dict)] if isinstance(outputs, list) else []

    @property
    def ran(self) -> bool:
        """Whether it has run since its outputs were last cleared."""
        return self.raw.get("execution_count") is not None

    @property
    def _metadata(self) -> dict[str, Any]:
        return _dict(self.raw.get("metadata"))

    @property
    def _nbgrader(self) -> dict[str, Any]:
        return _dict(self._metadata.get("nbgrader"))


@dataclass(frozen=True)
class Notebook:
    """A notebook, and where it lies; `raw` is the same as JSON has it, to be changed in place."""

    path: Path
    raw: dict[str, Any]

    @property
    def cells(self) -> list[Cell]:
        """Its cells, in order."""
        return [Cell(one) for one in self.raw["cells"] if isinstance(one, dict)]

    @property
    def metadata(self) -> dict[str, Any]:
        """Its metadata, to be changed in place."""
        if not isinstance(self.raw.get("metadata"), dict):
            self.raw["metadata"] = {}
        metadata: dict[str, Any] = self.raw["metadata"]
        return metadata

    def named(self, name: str) -> Cell | None:
        """Return the cell that nbgrader knows by a name: where there are several the last one, which counts."""
        return next((cell for cell in reversed(self.cells) if cell.name == name), None)

    def text(self) -> bytes:
        """Return it as Jupyter writes it."""
        return (json.dumps(self.raw, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()

    def write(self) -> None:
        """Write it back, whole or not at all. Raises WorkspaceError."""
        try:
            write_whole(self.path, self.text())
        except OSError as error:
            raise WorkspaceError.not_written(self.path, error.strerror or str(error)) from None


def read(path: Path) -> Notebook:
    """Return the notebook in a file. Raises WorkspaceError where there is none, or something else."""
    try:
        raw = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise WorkspaceError.no_notebook(path) from None
    except OSError as error:
        raise WorkspaceError.not_read(path, error.strerror or str(error)) from None
    except (ValueError, RecursionError):  # of text that is no UTF-8, too
        raise WorkspaceError.not_a_notebook(path) from None
    if not isinstance(raw, dict) or not isinstance(raw.get("cells"), list):
        raise WorkspaceError.not_a_notebook(path)
    return Notebook(path, raw)


def state(check: Cell | None, points: float) -> tuple[State, float, str]:
    """Return what came of a check: its state, the points earned of `points`, and its sentence if it did not pass."""
    if check is None or not check.ran:
        return State.NOT_RUN, 0.0, ""
    for output in check.outputs:
        if output.get("output_type") == "error":
            name, shown = output.get("ename"), output.get("traceback")
            sentence = f"{name}: {output.get('evalue')}"
            if name in ("CheckFailed", "NotWritten") and isinstance(shown, list) and len(shown) == 1:
                sentence = str(shown[0])
            return State.NOT_WRITTEN if name == "NotWritten" else State.FAILED, 0.0, one_line(sentence)
    earned = _last_value(check) if PARTIAL_CREDIT in check.source else points
    return State.PASSED if earned >= points else State.FAILED, earned, ""


def _last_value(check: Cell) -> float:
    """Return the points that the last value of a check gives, as far as it is a number."""
    for output in check.outputs:
        if output.get("output_type") == "execute_result":
            try:
                return max(0.0, float(_text(_dict(output.get("data")).get("text/plain"))))
            except ValueError:
                break
    return 0.0


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    """Return a text of a notebook, which may be a list of its lines."""
    if isinstance(value, list):
        return "".join(line for line in value if isinstance(line, str))
    return value if isinstance(value, str) else ""
