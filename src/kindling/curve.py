"""A matplotlib backend: Agg, whose PNGs also tell what their axes are called and how many points each line has.

The environment variable `MPLBACKEND` chooses it, so that a check can ask about a picture that a script has drawn.
"""

from __future__ import annotations

import json
from typing import Any

from matplotlib.backend_bases import _Backend
from matplotlib.backends.backend_agg import FigureCanvasAgg, _BackendAgg

__all__ = ["KEY", "FigureCanvas"]

# The name of the text in the PNG.
KEY = "Kindling"


class FigureCanvas(FigureCanvasAgg):
    """Agg's canvas, with a note in each PNG."""

    def print_png(
        self,
        filename_or_obj: Any,
        *,
        metadata: dict[str, Any] | None = None,
        pil_kwargs: dict[str, Any] | None = None,
        **others: Any,  # matplotlib spares its own backends the options that they do not know, but not this one
    ) -> None:
        """Write the figure as a PNG whose text `KEY` is a JSON list: names and points of each axes."""
        note = [
            {
                "xlabel": axes.get_xlabel(),
                "ylabel": axes.get_ylabel(),
                "points": max((len(line.get_xdata()) for line in axes.get_lines()), default=0),
            }
            for axes in self.figure.get_axes()
        ]
        metadata = {**(metadata or {}), KEY: json.dumps(note)}
        super().print_png(filename_or_obj, metadata=metadata, pil_kwargs=pil_kwargs)


@_Backend.export
class _CurveBackend(_BackendAgg):
    FigureCanvas = FigureCanvas
