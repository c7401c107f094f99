"""What nbgrader's Validate button in JupyterLab says of a lesson: which task, and the sentence, not the whole check.

An extension of Jupyter's server; `kindling open` starts JupyterLab with it.
"""

from __future__ import annotations

from typing import Any

from nbgrader.server_extensions.validate_assignment import handlers
from nbgrader.validator import Validator
from traitlets.config import Config

__all__ = ["Sentences"]


class Sentences(Validator):
    """nbgrader's own validator, but for what it shows of a cell: its first line, like `%%check softmax (2 points)`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # All is said, and torch takes a second to say good-bye.
        self.update_config(Config({"Execute": {"shutdown_kernel": "immediate"}}))

    def validate(self, filename: str) -> dict[str, list[dict[str, str]]]:
        """Return nbgrader's findings, by their kind."""
        found = super().validate(filename)
        for cell in (cell for cells in found.values() for cell in cells):
            if cell["source"].startswith("%%check "):
                cell["source"] = cell["source"].splitlines()[0]
        return found


def _load_jupyter_server_extension(_app: Any) -> None:
    # No configuration of nbgrader's can name it.
    handlers.Validator = Sentences  # type: ignore[attr-defined]  # which it imports for itself
