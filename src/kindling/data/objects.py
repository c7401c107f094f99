"""Drawn objects in CIFAR-10's place: ten kinds of thing in colour, each before a background of its own.

Colours overlap between the kinds (a red apple, a red balloon, a red mug), so that shape has to be learnt.
"""

from __future__ import annotations

import colorsys
import math

import numpy as np
from numpy.typing import NDArray

from kindling.data.pen import Pen, arc, mirrored, rounded

__all__ = ["CLASSES", "SHAPE", "draw"]

CLASSES = ("apple", "balloon", "cactus", "fish", "flower", "house", "lamp", "mug", "mushroom", "umbrella")
SHAPE = (32, 32, 3)

Colour = tuple[int, int, int]


def draw(labels: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return one image per label, uint8 (n, 32, 32, 3), RGB, for `labels` (n,), places in `CLASSES`."""
    images = np.empty((len(labels), *SHAPE), np.float32)
    for image, label in zip(images, labels, strict=True):
        pen = Pen(32, _any_colour(rng), rng, turn=0.25, slant=0.12, stretch=(0.65, 1.1), shift=3)
        _background(pen)
        OBJECTS[label](pen)
        image[:] = pen.picture()
    return _lit(images, rng)


def _apple(pen: Pen) -> None:
    skin = _colour(pen, (-0.05, 0.3))
    half = [(0, -6), (3, -8), (8, -7), (10.5, -2), (9, 5), (5, 10), (2, 10.5), (0, 9.5)]
    pen.fill(rounded(mirrored(half)), skin)
    pen.dot(pen.between(-5, -3), pen.between(-4, -2), pen.between(1.2, 2.2), _shaded(skin, 1.5))
    pen.line([(0, -6), (pen.between(-1, 2), -11)], (80, 50, 30), 1.2)
    if pen.chance(0.7):
        pen.fill(rounded([(1, -9), (4, -12), (8, -12), (5, -9)], 1), _colour(pen, (0.25, 0.4)))


def _balloon(pen: Pen) -> None:
    skin = _colour(pen, (0, 1))
    wide = pen.between(6.5, 8.5)
    half = [(0, -13), (wide * 0.7, -12), (wide, -6), (wide * 0.75, 1), (1, 5.5), (0, 5.5)]
    pen.fill(rounded(mirrored(half)), skin)
    pen.fill([(0, 5), (1.6, 7.5), (-1.6, 7.5)], _shaded(skin, 0.8))
    sway = pen.between(-3, 3)
    pen.line([(0, 7), (sway, 10), (-sway * 0.6, 13), (sway * 0.5, 15.5)], _shaded(skin, 0.5), 0.7)
    pen.fill(arc(-wide * 0.4, -8, 1.3, 2.2), _shaded(skin, 1.5))


def _cactus(pen: Pen) -> None:
    green = _colour(pen, (0.25, 0.47))
    width = pen.between(4, 6)
    for side in (-1, 1):
        if pen.chance(0.85):
            joint, tip = pen.between(-3, 5), pen.between(-9, -4)
            out = side * pen.between(6, 9)
            pen.line([(0, joint), (out, joint), (out, tip)], green, width * 0.6)
            pen.dot(out, tip, width * 0.3, green)
            pen.dot(out, joint, width * 0.3, green)
    pen.line([(0, -11), (0, 10)], green, width)
    pen.dot(0, -11, width / 2, green)
    for x in (-0.25, 0.25):
        pen.line([(x * width, -11), (x * width, 8)], _shaded(green, 0.7), 0.5)
    if pen.chance(0.6):
        pot = _colour(pen, (0, 0.12))
        pen.fill([(-6, 7), (6, 7), (4.5, 14), (-4.5, 14)], pot)
        pen.fill([(-7, 6.5), (7, 6.5), (7, 9), (-7, 9)], _shaded(pot, 1.2))


def _fish(pen: Pen) -> None:
    skin = _colour(pen, (0, 1))
    side = pen.rng.choice((-1, 1))
    high = pen.between(4.5, 8)
    tail = [(7, 0), (14, -pen.between(5, 8)), (12, 0), (14, pen.between(5, 8))]
    pen.fill([(side * x, y) for x, y in tail], _shaded(skin, 0.8))
    pen.fill([(side * x, y) for x, y in ((-3, -high * 0.8), (1, -high - 4), (6, -high * 0.5))], _shaded(skin, 0.7))
    pen.fill([(side * x, y) for x, y in ((-1, high * 0.8), (2, high + 3), (5, high * 0.5))], _shaded(skin, 0.7))
    pen.fill(arc(-side * 1.5, 0, 10.5, high), skin)
    if pen.chance(0.5):
        other = _shaded(skin, 1.5)
        for x in (-4, 0, 4):
            reach = high * math.sqrt(1 - ((x + 1.5) / 10.5) ** 2) - 0.4
            pen.line([(side * x, -reach), (side * x, reach)], other, 1.3)
    pen.dot(-side * 8, -1.5, 1.6, (250, 250, 250))
    pen.dot(-side * 8.2, -1.5, 0.9, (10, 10, 10))


def _flower(pen: Pen) -> None:
    stem, petal = _colour(pen, (0.25, 0.4)), _colour(pen, (0.5, 1.2))
    y = pen.between(-6, -3)
    pen.line([(0, y), (pen.between(-2, 2), 15)], stem, 1.4)
    for side in (-1, 1):
        if pen.chance(0.7):
            pen.fill(rounded([(0, 10), (side * 3, 5), (side * 8, 4), (side * 5, 9)], 1), stem)
    count, reach = int(pen.between(5, 8.99)), pen.between(4.2, 5.6)
    size = reach * pen.between(0.45, 0.62)
    for i in range(count):
        angle = 2 * math.pi * i / count
        pen.dot(reach * math.cos(angle), y + reach * math.sin(angle), size, _shaded(petal, 1 if i % 2 else 0.85))
    pen.dot(0, y, pen.between(2, 3.2), _colour(pen, (0.08, 0.17)))


def _house(pen: Pen) -> None:
    wall, roof = _colour(pen, (0, 1)), _colour(pen, (-0.06, 0.1))
    half, eaves, floor = pen.between(7.5, 10.5), pen.between(-4, 0), pen.between(9, 12)
    ridge = eaves - pen.between(6, 10)
    if pen.chance(0.5):
        pen.fill([(4, eaves), (4, ridge), (6.5, ridge), (6.5, eaves)], _shaded(roof, 0.7))
    pen.fill([(-half, eaves), (half, eaves), (half, floor), (-half, floor)], wall)
    pen.fill([(-half - 2, eaves), (0, ridge), (half + 2, eaves)], roof)
    door = pen.between(-4, 1)
    pen.fill([(door, floor - 7), (door + 4, floor - 7), (door + 4, floor), (door, floor)], _shaded(wall, 0.4))
    pane = (250, 240, 150) if pen.chance(0.5) else (60, 80, 110)
    for x in (-half + 1.5, half - 4):
        if x + 3 < door or x > door + 4:
            pen.fill([(x, eaves + 3), (x + 2.8, eaves + 3), (x + 2.8, eaves + 6), (x, eaves + 6)], pane)


def _lamp(pen: Pen) -> None:
    shade, stand = _colour(pen, (0, 1)), _colour(pen, (0, 1))
    upper, lower = pen.between(2.5, 5.5), pen.between(7, 10)
    rim = pen.between(-3, 0)
    pen.line([(0, rim), (0, 12)], stand, pen.between(1.2, 2.6))
    pen.fill(arc(0, 12.5, pen.between(4.5, 7), 1.8), stand)
    if pen.chance(0.5):
        pen.dot(0, 6, 2.8, stand)
    pen.fill(mirrored([(0, -12), (upper, -12), (lower, rim), (0, rim)]), shade)
    pen.line([(-lower, rim), (lower, rim)], _shaded(shade, 1.5), 1)
    pen.line([(-upper, -12), (upper, -12)], _shaded(shade, 0.7), 0.8)


def _mug(pen: Pen) -> None:
    clay = _colour(pen, (0, 1))
    half, top, bottom = pen.between(6, 8), pen.between(-9, -6), pen.between(7, 10)
    side = pen.rng.choice((-1, 1))
    handle = arc(side * half, (top + bottom) / 2, pen.between(4, 6), pen.between(4, 6.5), -90, 90)
    pen.line([(side * half * 2 - x, y) for x, y in handle] if side < 0 else handle, _shaded(clay, 0.85), 1.9)
    pen.fill([(-half, top), (half, top), (half * 0.93, bottom), (-half * 0.93, bottom)], clay)
    pen.fill(arc(0, bottom, half * 0.93, 1.7), clay)
    pen.fill(arc(0, top, half, 2.2), _shaded(clay, 1.25))
    pen.fill(arc(0, top + 0.3, half - 1.1, 1.5), (70, 45, 30) if pen.chance(0.6) else _shaded(clay, 0.6))
    if pen.chance(0.5):
        pen.line([(-half, 1), (half, 1)], _colour(pen, (0, 1)), pen.between(1, 3))


def _mushroom(pen: Pen) -> None:
    cap, stalk = _colour(pen, (-0.06, 0.12)), _shaded((225, 210, 185), pen.between(0.7, 1.1))
    foot, rim = pen.between(2.2, 4), pen.between(-2, 1)
    pen.fill(rounded(mirrored([(0, rim - 1), (foot * 0.8, rim - 1), (foot, 9), (foot * 1.4, 12), (0, 13)]), 1), stalk)
    wide, high = pen.between(9, 12), pen.between(8, 11)
    pen.fill([*arc(0, rim, wide, high, 180, 360), *arc(0, rim, wide, 2, 0, 180)], cap)
    pen.fill(arc(0, rim + 0.6, wide * 0.75, 1), _shaded(cap, 0.6))
    if pen.chance(0.7):
        for _ in range(5):
            pen.dot(pen.between(-0.6, 0.6) * wide, rim - pen.between(0.2, 0.7) * high, pen.between(0.7, 1.7), stalk)


def _umbrella(pen: Pen) -> None:
    cloth, second = _colour(pen, (0, 1)), _colour(pen, (0, 1))
    rim, wide, high = pen.between(-2, 1), pen.between(11, 13), pen.between(9, 11)
    pen.line([(0, -12), (0, 11), *arc(2, 11, 2, 2.2, 180, 10, 8)], (60, 50, 50), 1.2)
    dome = arc(0, rim, wide, high, 180, 360)
    scallops = [point for i in range(4) for point in arc(wide * (0.75 - 0.5 * i), rim, wide / 4, -1.9, 0, 180, 6)]
    pen.fill([*dome, *scallops], cloth)
    if pen.chance(0.6):
        pen.fill([(0, rim - high), (-wide * 0.5, rim - 1), (0, rim - 1)], second)
        pen.fill([(0, rim - high), (wide * 0.5, rim - 1), (wide, rim)], second)
    for x in (-0.5, 0, 0.5):
        pen.line([(0, rim - high), (x * wide, rim)], _shaded(cloth, 0.65), 0.5)


def _background(pen: Pen) -> None:
    """Draw what is behind: a wall and a floor, or a few soft patches."""
    if pen.chance(0.6):
        edge, tilt = pen.between(-4, 12), pen.between(-3, 3)
        pen.fill([(-40, edge - tilt), (40, edge + tilt), (40, 40), (-40, 40)], _any_colour(pen.rng))
    else:
        for _ in range(4):
            pen.fill(
                arc(pen.between(-14, 14), pen.between(-14, 14), pen.between(3, 9), pen.between(3, 9)),
                _any_colour(pen.rng),
            )


def _any_colour(rng: np.random.Generator) -> Colour:
    """Return a pale or dull colour."""
    return _rgb(rng.random(), 0.05 + 0.4 * rng.random(), 0.3 + 0.65 * rng.random())


def _colour(pen: Pen, hues: tuple[float, float]) -> Colour:
    """Return a strong colour with a hue in this range, in turns of the colour wheel from red."""
    return _rgb(pen.between(*hues), pen.between(0.5, 1), pen.between(0.45, 1))


def _rgb(hue: float, saturation: float, value: float) -> Colour:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, saturation, value)
    return round(255 * red), round(255 * green), round(255 * blue)


def _shaded(colour: Colour, share: float) -> Colour:
    red, green, blue = (min(255, int(part * share + (40 if share > 1 else 0))) for part in colour)
    return red, green, blue


def _lit(images: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return `images` (n, 32, 32, 3) under a light from one side, as a camera with some noise takes them."""
    n = len(images)

    def between(low: float, high: float) -> NDArray[np.float32]:
        return rng.uniform(low, high, size=(n, 1, 1, 1)).astype(np.float32)

    down, right = (axis.astype(np.float32)[:, :, None] / 31 - 0.5 for axis in np.mgrid[:32, :32])
    images = images * (between(0.75, 1.1) + between(-0.35, 0.35) * right + between(-0.35, 0.35) * down)
    images += between(5, 45) * (rng.random(images.shape, dtype=np.float32) - 0.5)
    return np.rint(np.clip(images, 0, 255)).astype(np.uint8)


# By place in CLASSES.
OBJECTS = (_apple, _balloon, _cactus, _fish, _flower, _house, _lamp, _mug, _mushroom, _umbrella)
