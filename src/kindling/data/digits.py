"""Drawn digits in MNIST's place: white on black, from the outlines of the fonts that matplotlib ships.

Each outline becomes a map of distances to its edge. A digit is then one look into that map per pixel, through a
random turn, slant, stretch and wobble; asking for a larger or smaller distance makes the stroke thicker or thinner.
"""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

__all__ = ["CLASSES", "SHAPE", "draw"]

CLASSES = tuple(
    f"{digit} - {word}"
    for digit, word in enumerate(("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"))
)

# Sans, serif and typewriter, upright and italic, light and bold: as many hands as the shipped files hold.
FONTS = (
    "DejaVuSans",
    "DejaVuSans-Bold",
    "DejaVuSans-Oblique",
    "DejaVuSerif",
    "DejaVuSerif-Bold",
    "DejaVuSerif-Italic",
    "STIXGeneral",
    "STIXGeneralBol",
    "STIXGeneralItalic",
    "STIXGeneralBolIta",
    "cmr10",
    "cmb10",
    "cmss10",
    "cmti10",
    "cmtt10",
)
SHAPE = (28, 28)
SIZE = 28
MAP = 56  # points of a distance map along each side
REACH = 0.95  # a map spans -REACH to REACH, in heights of a digit


def draw(labels: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return one image per label, uint8 (n, 28, 28), 0 black to 255 white, for `labels` (n,) in 0 to 9."""
    maps, weights = _distance_maps()
    n = len(labels)
    font = rng.integers(len(FONTS), size=n)

    def between(low: float, high: float) -> NDArray[np.float32]:
        return rng.uniform(low, high, size=(n, 1)).astype(np.float32)

    # From a pixel back to the upright digit: shift, turn, slant, stretch, and a smooth wobble as of a hand.
    centre = np.arange(SIZE, dtype=np.float32) - (SIZE - 1) / 2
    x: NDArray[np.floating] = np.tile(centre, SIZE) - between(-1.2, 1.2)  # (n, 784), in pixels
    y: NDArray[np.floating] = np.repeat(centre, SIZE) - between(-1.2, 1.2)
    angle = between(-0.2, 0.2)
    cos, sin = np.cos(angle), np.sin(angle)
    x, y = cos * x + sin * y, cos * y - sin * x
    x = x + between(-0.1, 0.3) * y  # y runs downwards: most hands lean to the right
    height = between(16, 21)  # pixels
    x, y = x / (height * between(0.85, 1.25)), y / height
    x = x + _wobble(rng, n)
    y = y + _wobble(rng, n)

    distance = _look_up(maps, font * 10 + labels, x, y)
    # Half the stroke's width, in heights. Thick strokes may lose only a little, or a font's hairlines would break.
    half_width = between(0.055, 0.105)
    natural = weights[font * 10 + labels][:, None]
    edge = np.maximum(half_width - natural, -0.12 * natural)
    ink = np.clip(0.5 + (edge - distance) * height / between(1.0, 1.8), 0, 1)
    # A pen's grain; the paper stays clean, as in MNIST, or the corners of a turned digit would give its angle away.
    ink = ink * (between(0.75, 1.0) - between(0.0, 0.3) * rng.random((n, SIZE * SIZE), dtype=np.float32))
    drawn: NDArray[np.uint8] = np.rint(ink * 255).astype(np.uint8).reshape(n, SIZE, SIZE)
    return drawn


def _wobble(rng: np.random.Generator, n: int) -> NDArray[np.float32]:
    """Return a smooth random shift of each pixel, (n, 784), in heights of a digit."""
    waves = _waves()
    amplitude = rng.uniform(-0.025, 0.025, size=(n, len(waves))).astype(np.float32)
    return amplitude @ waves


@functools.cache
def _waves() -> NDArray[np.float32]:
    """Return the slow waves that a wobble is made of, (16, 784)."""
    t = (np.arange(SIZE) + 0.5) / SIZE
    slow = np.stack([np.cos(np.pi * k * t) for k in range(5)])
    return np.stack([np.outer(slow[i], slow[j]).ravel() for i in range(5) for j in range(5) if 1 <= i + j <= 4]).astype(
        np.float32
    )


def _look_up(
    maps: NDArray[np.float32], which: NDArray[np.int64], x: NDArray[np.float32], y: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return the distance at each of the points `x`, `y` (n, p), in the maps numbered `which` (n,), shape (n, p).

    Between the points of a map, distances follow straight lines (bilinear interpolation).
    """
    column = np.clip((x + REACH) * ((MAP - 1) / (2 * REACH)), 0, MAP - 1.001)
    row = np.clip((y + REACH) * ((MAP - 1) / (2 * REACH)), 0, MAP - 1.001)
    left, top = column.astype(np.int32), row.astype(np.int32)
    column -= left
    row -= top
    corner = (which[:, None] * MAP + top) * MAP + left
    flat = maps.ravel()
    upper = flat[corner] * (1 - column) + flat[corner + 1] * column
    lower = flat[corner + MAP] * (1 - column) + flat[corner + MAP + 1] * column
    between: NDArray[np.float32] = upper * (1 - row) + lower * row
    return between


@functools.cache
def _distance_maps() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the map of distances to its edge of each glyph, (glyphs, MAP, MAP), and its greatest depth, (glyphs,).

    Glyph `10 * font + digit`; distances are in heights of a digit, and below 0 inside the ink.
    """
    import matplotlib
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    maps = []
    for name in FONTS:
        font = FontProperties(fname=folder / f"{name}.ttf")
        for digit in range(10):
            outline = TextPath((0, 0), str(digit), size=100, prop=font)
            loops = [np.asarray(loop, dtype=np.float64) for loop in outline.to_polygons()]
            corners = np.concatenate(loops)
            low, high = corners.min(axis=0), corners.max(axis=0)
            # y runs upwards in a font and downwards in an image.
            scale = np.array([1.0, -1.0]) / (high[1] - low[1])
            maps.append(_distances([(loop - (low + high) / 2) * scale for loop in loops]))
    stacked = np.stack(maps).astype(np.float32)
    return stacked, -stacked.min(axis=(1, 2))


def _distances(loops: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return the signed distance of each point of a map to the closed `loops`, each (k, 2)."""
    axis = np.linspace(-REACH, REACH, MAP)
    x, y = (grid.reshape(-1, 1) for grid in np.meshgrid(axis, axis))
    start = np.concatenate([loop[:-1] for loop in loops])
    end = np.concatenate([loop[1:] for loop in loops])
    keep = (start != end).any(axis=1)
    (ax, ay), (bx, by) = start[keep].T, end[keep].T
    dx, dy = bx - ax, by - ay
    along = np.clip(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy), 0, 1)
    squared = (ax + along * dx - x) ** 2 + (ay + along * dy - y) ** 2
    # A point is inside where a ray to the right crosses the loops an odd number of times.
    with np.errstate(divide="ignore", invalid="ignore"):
        crosses = ((ay > y) != (by > y)) & (x < ax + (y - ay) / dy * dx)
    inside = crosses.sum(axis=1) % 2 == 1
    distance = np.sqrt(squared.min(axis=1))
    signed: NDArray[np.float64] = np.where(inside, -distance, distance).reshape(MAP, MAP)
    return signed
