"""A matplotlib backend: Agg, whose PNGs also tell what their axes are called and how many points each line has.

The environment variable `MPLBACKEND` chooses it, so that a check can ask about a picture that a script has drawn.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sized
from typing import Any, cast

import numpy as np
from matplotlib.backend_bases import _Backend
from matplotlib.backends.backend_agg import FigureCanvasAgg, _BackendAgg

__all__ = ["KEY", "FigureCanvas", "note_always"]

# The name of the text in the PNG.
KEY = "Kindling"

_print_png: Callable[..., None] = FigureCanvasAgg.print_png


def _rises(line: Any) -> bool:
    """Return whether the last third of a line lies above the first by more than a fifth."""
    try:
        values = np.asarray(line, dtype=float)
    except (TypeError, ValueError):  # words, say
        return False
    third = len(values) // 3
    return third >= 3 and bool(values[-third:].mean() > 1.2 * values[:third].mean() > 0)


def _noted(
    self: FigureCanvasAgg,
    filename_or_obj: Any,
    *,
    metadata: dict[str, Any] | None = None,
    pil_kwargs: dict[str, Any] | None = None,
    **others: Any,  # matplotlib spares its own backends the options that they do not know, but not this one
) -> None:
    """Write the figure as a PNG whose text `KEY` is a JSON list: names of each axes, and of its longest line the number
    of points, and whether it rises.
    """
    note = []
    for axes in self.figure.get_axes():
        lines = [line.get_ydata() for line in axes.get_lines()]
        longest = max(lines, key=lambda line: len(cast("Sized", line)), default=())
        note.append(
            {
                "xlabel": axes.get_xlabel(),
                "ylabel": axes.get_ylabel(),
                "points": len(cast("Sized", longest)),
                "rises": _rises(longest),
            }
        )
    metadata = {**(metadata or {}), KEY: json.dumps(note)}
    _print_png(self, filename_or_obj, metadata=metadata, pil_kwargs=pil_kwargs)


class FigureCanvas(FigureCanvasAgg):
    """Agg's canvas, with a note in each PNG."""

    print_png = _noted


def note_always() -> None:
    """Put the note into each PNG that this process writes, also where a script has chosen Agg itself."""
    FigureCanvasAgg.print_png = _noted  # type: ignore[method-assign]  # on purpose: in the place of matplotlib's own


@_Backend.export
class _CurveBackend(_BackendAgg):
    FigureCanvas = FigureCanvas
