"""A pen for small pictures: outlines in pixels around the centre, drawn four times as fine and then averaged."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

__all__ = ["Pen", "Points", "Shade", "arc", "mirrored", "rounded"]

Points = Sequence[tuple[float, float]]
Shade = int | tuple[int, int, int]

FINE = 4  # canvas points per pixel of the picture


class Pen:
    """Draws one picture of `size` × `size` pixels; x runs right and y down, both from the centre.

    The whole picture is turned by up to `turn` radians, slanted by up to `slant`, stretched by factors in `stretch`
    and shifted by up to `shift` pixels, all drawn from `rng`.
    """

    def __init__(
        self,
        size: int,
        background: Shade,
        rng: np.random.Generator,
        *,
        turn: float,
        slant: float,
        stretch: tuple[float, float],
        shift: float,
    ) -> None:
        self.rng = rng
        mode = "L" if isinstance(background, int) else "RGB"
        self.canvas = Image.new(mode, (size * FINE, size * FINE), background)
        self.draw = ImageDraw.Draw(self.canvas)
        angle = self.between(-turn, turn)
        lean = self.between(-slant, slant)
        wide, high = self.between(*stretch), self.between(*stretch)
        cos, sin = math.cos(angle) * FINE, math.sin(angle) * FINE
        # Stretch, then slant, then turn.
        self.xx, self.xy = cos * wide, (cos * lean - sin) * high
        self.yx, self.yy = sin * wide, (sin * lean + cos) * high
        self.x = (size / 2 + self.between(-shift, shift)) * FINE
        self.y = (size / 2 + self.between(-shift, shift)) * FINE

    def between(self, low: float, high: float) -> float:
        """Return a random number from `low` to `high`."""
        return low + (high - low) * self.rng.random()

    def chance(self, share: float) -> bool:
        """Return True in this share of cases."""
        return self.rng.random() < share

    def fill(self, points: Points, shade: Shade) -> None:
        """Fill the outline through `points`."""
        self.draw.polygon(self._place(points), shade)

    def line(self, points: Points, shade: Shade, width: float) -> None:
        """Draw a line of `width` pixels through `points`."""
        self.draw.line(self._place(points), shade, max(1, round(width * FINE)), joint="curve")

    def dot(self, x: float, y: float, radius: float, shade: Shade) -> None:
        """Fill a circle."""
        self.fill(arc(x, y, radius, radius), shade)

    def picture(self) -> NDArray[np.uint8]:
        """Return what was drawn, (size, size) or (size, size, 3)."""
        return np.asarray(self.canvas.reduce(FINE))

    def _place(self, points: Points) -> list[tuple[float, float]]:
        return [(self.x + self.xx * x + self.xy * y, self.y + self.yx * x + self.yy * y) for x, y in points]


def arc(x: float, y: float, wide: float, high: float, start: float = 0, end: float = 360, steps: int = 20) -> Points:
    """Return points along an ellipse around `x`, `y`, from `start` to `end` degrees, clockwise from the right."""
    angles = [math.radians(start + (end - start) * i / steps) for i in range(steps + 1)]
    return [(x + wide * math.cos(a), y + high * math.sin(a)) for a in angles]


def mirrored(right: Points) -> Points:
    """Return the outline whose right half, from top to bottom, is `right`."""
    return [*right, *((-x, y) for x, y in reversed(right))]


def rounded(points: Points, times: int = 2) -> Points:
    """Return the outline with its corners cut `times` times, which rounds them."""
    for _ in range(times):
        points = [
            (x + (nx - x) * share, y + (ny - y) * share)
            for (x, y), (nx, ny) in zip(points, [*points[1:], points[0]], strict=True)
            for share in (0.25, 0.75)
        ]
    return points
