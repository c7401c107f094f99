"""An alternative text for each figure that a notebook shows: the words that stand in it.

Jupyter keeps it with the picture, and the pages of formgrader and feedback give it to screen readers.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["follow", "of"]

LONGEST = 600  # characters: about as much as anybody listens to


def follow(shell: Any) -> None:
    """From now on, give each figure that `shell` shows an alternative text."""

    def wrap() -> None:
        library = sys.modules.get("matplotlib.figure")
        pictures = shell.display_formatter.formatters["image/png"]
        draw = pictures.type_printers.get(library.Figure) if library else None
        if library and draw and not isinstance(draw, _Described):
            pictures.for_type(library.Figure, _Described(draw))

    # Which way figures are drawn is settled while the first cell with one runs, and they are shown after it.
    for event in ("pre_execute", "post_execute"):
        shell.events.register(event, wrap)


def of(figure: Figure) -> str:
    """Return the words in a figure: its title, and of each axes the title, what both directions are, and its lines."""
    parts = [figure.get_suptitle(), *(part for axes in figure.axes for part in _words(axes))]
    sentences = dict.fromkeys(part if part[-1] in ".?!:" else f"{part}." for part in map(_line, parts) if part)
    text = " ".join(sentences) or "A figure without words."
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _words(axes: Axes) -> list[str]:
    legend = axes.get_legend()
    names = [text.get_text() for text in legend.get_texts()] if legend else []
    x, y = _line(axes.get_xlabel()), _line(axes.get_ylabel())
    return [axes.get_title(), x and f"Across: {x}", y and f"Up: {y}", ", ".join(names)]


def _line(text: str) -> str:
    return " ".join(text.split())


class _Described:
    """What draws figures, with the words in them beside what it returns."""

    def __init__(self, draw: Any) -> None:
        self._draw = draw

    def __call__(self, figure: Figure) -> Any:
        picture = self._draw(figure)
        if picture is None or isinstance(picture, tuple):  # a tuple has metadata of its own
            return picture
        return picture, {"alt": of(figure)}
