"""Drawn garments in Fashion-MNIST's place: its ten kinds, grey on black, from outlines with random measures.

The kinds share what they share in a wardrobe: a long-sleeved shirt differs from a pullover by its collar and its row
of buttons, and now and then by nothing that can be seen.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from kindling.data.pen import Pen, Points, arc, mirrored, rounded

__all__ = ["CLASSES", "SHAPE", "draw"]

CLASSES = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")
SHAPE = (28, 28)
SHOES = [CLASSES.index(name) for name in ("Sandal", "Sneaker", "Ankle boot")]


def draw(labels: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return one image per label, uint8 (n, 28, 28), 0 black to 255 white, for `labels` (n,), places in `CLASSES`."""
    images = np.empty((len(labels), *SHAPE), np.float32)
    for image, label in zip(images, labels, strict=True):
        pen = Pen(28, 0, rng, turn=0.05, slant=0.04, stretch=(0.92, 1.05), shift=0.9)
        GARMENTS[label](pen, int(pen.between(80, 235)))
        image[:] = pen.picture()
    return _woven(images, labels, rng)


def _t_shirt(pen: Pen, shade: int) -> None:
    body = _Body(pen, length=(20, 25), shoulder=(6.5, 8.5), chest=(5.8, 8), waist=(5.5, 8), hem=(5.8, 8.5))
    if pen.chance(0.85):
        body.sleeves(shade, angle=(28, 62), length=(4.5, 8), cuff=(3.6, 5.5))
    elif pen.chance(0.6):
        body.sleeves(shade, angle=(5, 25), length=(10, 18), cuff=(2.4, 3.8))
    body.fill(shade)
    if pen.chance(0.15):
        body.collar(shade, wide=(1.8, 3.4), deep=(1.2, 4))
    else:
        body.neck(shade, wide=(2, 4), deep=(1, 4))
    if pen.chance(0.4):
        _print(pen, shade)


def _trouser(pen: Pen, shade: int) -> None:
    waist, hip = pen.between(3.2, 5), pen.between(4, 6)
    ankle, gap = pen.between(1.9, 3.6), pen.between(0.3, 1.2)
    spread, crotch = pen.between(0.4, 2.2), pen.between(-6, -3)
    for side in (-1, 1):
        leg = [
            (0, -13.2),
            (side * waist, -13.2),
            (side * hip, -7),
            (side * (spread + ankle + gap), 13),
            (side * (spread + gap), 13),
            (side * gap / 2, crotch + 2),
            (0, crotch),
        ]
        pen.fill(leg, _near(pen, shade, 10))
        pen.line([(side * waist * 0.55, -11), (side * (spread + gap + ankle * 0.5), 12)], _darker(shade, 0.88), 0.5)
    pen.line([(-waist, -12), (waist, -12)], _darker(shade, 0.7), 0.7)
    pen.line([(0, -12), (0, crotch)], _darker(shade, 0.75), 0.5)


def _pullover(pen: Pen, shade: int) -> None:
    body = _Body(pen, length=(20, 25), shoulder=(5.8, 8), chest=(5.5, 7.6), waist=(5.5, 7.8), hem=(5.3, 7.8))
    body.sleeves(shade, angle=(4, 24), length=(16, 21), cuff=(2.6, 4))
    body.fill(shade)
    if pen.chance(0.15):
        body.collar(shade, wide=(2, 3.6), deep=(1.5, 4))
    else:
        body.neck(shade, wide=(2, 3.4), deep=(0.6, 2.4))
    if pen.chance(0.5):
        body.band(_darker(shade, 0.8))
    if pen.chance(0.2):
        _print(pen, shade)


def _dress(pen: Pen, shade: int) -> None:
    kind = pen.rng.random()
    if kind > 0.82:  # a long shirt to some
        body = _Body(pen, length=(23, 27), shoulder=(5, 7), chest=(4.8, 6.8), waist=(4.5, 7), hem=(5.5, 8))
        body.sleeves(shade, angle=(4, 40), length=(6, 20), cuff=(2.4, 4))
    else:
        body = _Body(pen, length=(25, 27), shoulder=(3, 5), chest=(3.2, 5.4), waist=(2.6, 5), hem=(4, 9.5), high=True)
    if kind < 0.3:
        body.sleeves(shade, angle=(20, 50), length=(3, 6), cuff=(2, 3.2))
    elif kind < 0.5:
        body.sleeves(shade, angle=(5, 18), length=(12, 18), cuff=(1.8, 2.8))
    body.fill(shade)
    body.neck(shade, wide=(1.4, 3), deep=(1, 4))
    if pen.chance(0.5):
        body.belt(_darker(shade, 0.65))


def _coat(pen: Pen, shade: int) -> None:
    body = _Body(pen, length=(21, 27), shoulder=(5.8, 8), chest=(5.3, 7.5), waist=(5, 7.5), hem=(5.5, 8.2))
    body.sleeves(shade, angle=(3, 19), length=(17, 22), cuff=(2.8, 4.2))
    body.fill(shade)
    body.collar(shade, wide=(2, 3.8), deep=(1.5, 7))
    if pen.chance(0.85):
        body.opening(_darker(shade, pen.between(0.4, 0.9)), pen.between(0.3, 0.9))
    if pen.chance(0.5):
        for side in (-1, 1):
            pen.line([(side * 2, 5), (side * 4.8, 4.4)], _darker(shade, 0.6), 0.7)
    if pen.chance(0.25):
        body.belt(_darker(shade, 0.7))


def _sandal(pen: Pen, shade: int) -> None:
    high = pen.chance(0.45)
    heel = pen.between(6, 13) if high else pen.between(0, 2.5)
    floor = pen.between(10, 12) if high else pen.between(3, 6)
    thick = pen.between(0.8, 1.5) if high else pen.between(1, 2.4)
    strap = _near(pen, shade, 50)

    def bed(x: float) -> float:
        """Return the height of the foot's bed above `x`: flat under the toes, rising to the heel."""
        rise = min(max((x + 6) / 15, 0), 1)
        return floor - thick - heel * rise * rise * (3 - 2 * rise)

    xs = [-13, -11, -8, -5, -3, -1, 1, 3, 5, 7, 9, 12.5]
    top: Points = [(x, bed(x)) for x in xs]
    pen.fill([*top, *((x, y + thick) for x, y in reversed(top))], shade)
    if high:
        foot = pen.between(0.8, 3)
        pen.fill([(8.5, bed(9)), (12.7, bed(12)), (12.4, floor), (12.4 - foot, floor)], shade)
        pen.fill(rounded([(8, bed(9)), (10.5, bed(9) - 4), (12.8, bed(9) - 4.5), (13, bed(9) + 1)], 1), shade)
    else:
        pen.line([(x, y + thick) for x, y in top], _darker(shade, 0.5), 0.7)
        if pen.chance(0.5):  # a strap behind the heel
            back, rise = pen.between(4, 8), pen.between(3, 6)
            pen.line([(back, bed(back)), (10, bed(12) - rise), (12.5, bed(12) - rise), (12.6, bed(12))], strap, 1)
    if not high and pen.chance(0.3):  # closed in front, as a sneaker is
        pen.fill(
            rounded([(-13, bed(-13)), (-11, bed(-11) - 3), (-5, bed(-5) - 4.5), (2, bed(2) - 6), (4, bed(4))], 1), shade
        )
    # Straps over the foot, each from its near side up and over.
    for _ in range(int(pen.between(1, 4.99))):
        x, wide, up = pen.between(-10, -3), pen.between(2.5, 6), pen.between(2, 4.5)
        pen.line(
            [(x, bed(x)), (x + wide * 0.5, bed(x) - up), (x + wide, bed(x + wide) - up * 0.6)],
            strap,
            pen.between(0.8, 2),
        )
        pen.line([(x + wide, bed(x + wide)), (x + wide * 0.4, bed(x) - up)], strap, pen.between(0.6, 1.6))
    if pen.chance(0.5 if high else 0.2):  # a strap around the ankle
        ankle = bed(9) - pen.between(5, 8)
        pen.line(
            [(12.3, bed(9) - 3), (11.5, ankle), (pen.between(3, 6), ankle + pen.between(0, 2))],
            strap,
            pen.between(0.7, 1.3),
        )
        pen.line([(pen.between(0, 3), bed(2)), (5, ankle + 1), (11.5, ankle)], strap, pen.between(0.7, 1.2))


def _shirt(pen: Pen, shade: int) -> None:
    body = _Body(pen, length=(20, 26), shoulder=(5.8, 8), chest=(5.3, 7.6), waist=(5, 7.6), hem=(5.3, 8))
    if pen.chance(0.65):
        body.sleeves(shade, angle=(4, 26), length=(15, 21), cuff=(2.2, 3.8))
    else:
        body.sleeves(shade, angle=(20, 55), length=(4.5, 9), cuff=(3, 5))
    body.fill(shade)
    if pen.chance(0.65):
        body.collar(shade, wide=(1.8, 3.4), deep=(1.2, 4))
        body.opening(_darker(shade, pen.between(0.45, 0.8)), pen.between(0.4, 0.8))
        for y in (-6, -2, 2, 6):
            pen.dot(0.2, y, 0.6, min(255, shade + 70))
    else:
        body.neck(shade, wide=(2, 3.6), deep=(1, 4))
    if pen.chance(0.4):
        pen.fill([(1.8, -4), (4.4, -4), (4.4, -1), (1.8, -1)], _darker(shade, 0.85))


def _sneaker(pen: Pen, shade: int) -> None:
    floor, thick = pen.between(5, 7.5), pen.between(1.4, 3)
    top = floor - thick
    tall = pen.between(1.3, 2.2) if pen.chance(0.18) else pen.between(0.75, 1.15)

    def at(x: float, up: float) -> tuple[float, float]:
        return x, top - up * tall

    tongue = pen.between(0.5, 3)
    upper = [(-13, top), at(-12.6, 2.2), at(-9.5, 3.6), at(-5, 4.8), at(tongue - 1.5, 7.2), at(tongue + 1, 8.6)]
    upper += [at(5.5, 7), at(9, 6.6), at(12, 8), at(13, 6.8), at(12.6, 3), (13, top)]
    pen.fill(rounded(upper, 1), shade)
    inside = [at(tongue + 1, 8.2), at(5.5, 6.6), at(9, 6.2), at(11.8, 7.5), at(9, 7.2), at(5.5, 7.6)]
    pen.fill(inside, _darker(shade, 0.4))
    sole = min(255, int(shade * pen.between(0.4, 1.7)) + 10)
    pen.fill(rounded([(-13.4, top - 0.4), (13.3, top - 0.4), (13, floor), (-12, floor)], 1), sole)
    pen.line([(-13, top - 0.3), (13, top - 0.3)], _darker(shade, 0.55), 0.5)
    lace = _near(pen, shade, 90)
    for step in range(4):
        x, up = -5 + step * (tongue + 3.5) / 4, 4.3 + step * 0.85
        pen.line([at(x, up), at(x + 2.4, up - 1.8)], lace, 0.6)
    if pen.chance(0.7):
        mark, x, bend = _near(pen, shade, 110), pen.between(0, 4), pen.between(-3, 3)
        for shift in range(int(pen.between(1, 3.99))):
            pen.line([at(x + 2 * shift, 5.2), at(x + bend + 2 * shift, 0.6)], mark, pen.between(0.6, 1.2))
    pen.line([at(-8.6, 3.6), at(-7.2, 0.4)], _darker(shade, 0.7), 0.5)


def _bag(pen: Pen, shade: int) -> None:
    wide, bottom = pen.between(8, 12.8), pen.between(8, 12.5)
    top = bottom - pen.between(10, 17)
    upper = wide * pen.between(0.75, 1.02)
    strap = _darker(shade, pen.between(0.6, 1))
    if pen.chance(0.85):
        high, span = pen.between(5, 10), pen.between(0.35, 0.85) * upper
        width = pen.between(0.9, 1.9)
        pen.line(arc(0, top + 1, span, min(high, top + 13.5), 180, 360), strap, width)
        if pen.chance(0.3):
            pen.line(arc(1, top + 1, span, min(high, top + 13.5) * 0.8, 180, 360), _darker(strap, 0.7), width * 0.7)
    body = mirrored([(0, top), (upper, top), (wide, (top + bottom) / 2), (wide, bottom), (0, bottom)])
    pen.fill(rounded(body, int(pen.between(1, 2.99))), shade)
    kind = pen.rng.random()
    if kind < 0.45:
        drop = top + (bottom - top) * pen.between(0.35, 0.6)
        flap = mirrored([(0, top), (upper, top), (upper * 0.95, drop - 2), (0, drop)])
        pen.fill(flap, _near(pen, shade, 20))
        pen.line([(-upper, drop - 2), (0, drop), (upper, drop - 2)], _darker(shade, 0.55), 0.6)
        pen.dot(0, drop - 1, 0.9, min(255, shade + 70))
    elif kind < 0.75:
        pen.line([(-upper, top + 2), (upper, top + 2)], _darker(shade, 0.5), 0.8)
        pocket = [
            (-wide * 0.5, bottom - 6),
            (wide * 0.5, bottom - 6),
            (wide * 0.5, bottom - 1.5),
            (-wide * 0.5, bottom - 1.5),
        ]
        pen.line([*pocket, pocket[0]], _darker(shade, 0.7), 0.6)
    else:
        for x in (-0.4 * wide, 0.4 * wide):
            pen.line([(x, top), (x, bottom)], _darker(shade, 0.65), 1.0)


def _ankle_boot(pen: Pen, shade: int) -> None:
    shaft, toe = pen.between(-13, -8) if pen.chance(0.85) else pen.between(-8, -3), pen.between(3, 6.5)
    front, back = pen.between(-1, 3), pen.between(10.5, 12.8)
    heel, sole = pen.between(0.8, 6), pen.between(1, 2)
    floor = 12.6
    bed = floor - sole
    upper = [(front, shaft), (back, shaft + pen.between(-0.8, 0.8)), (back - 0.8, 0), (back + 0.5, bed - heel * 0.6)]
    upper += [(back, bed - heel * 0.5), (2, bed - heel * 0.5 + 0.5), (-4, bed), (-12.5, bed), (-13, bed - 2.2)]
    upper += [(-10, toe + 0.8), (-5, toe - 1), (front - 1, toe - 5)]
    pen.fill(rounded(upper, 1), shade)
    leather = _darker(shade, pen.between(0.4, 0.9))
    arch = bed - heel * 0.5
    block = pen.between(3, 8)
    pen.fill([(-13, bed), (-4, bed), (2, arch), (3, floor - heel * 0.4), (-3, floor), (-12.5, floor)], leather)
    pen.fill([(back - block, arch), (back + 0.3, arch), (back, floor), (back - block * 0.8, floor)], leather)
    pen.fill([(2, arch), (back, arch), (back, floor - heel * 0.6), (3, floor - heel * 0.4)], leather)
    kind = pen.rng.random()
    if kind < 0.4:
        lace = min(255, shade + 60)
        for i in range(5):
            y = shaft + 2 + i * (toe - 3 - shaft) / 5
            pen.line([(front - 0.4, y), (front + 3, y + 0.7)], lace, 0.7)
    elif kind < 0.7:
        pen.fill([(front + 4, shaft), (front + 7, shaft), (front + 6.5, 3), (front + 4.5, 3)], _darker(shade, 0.6))
    else:
        pen.line([(front - 1, 0), (back - 1, -1)], _darker(shade, 0.5), pen.between(0.8, 1.6))
    pen.line([(front, shaft + 0.4), (back, shaft + 0.4)], _darker(shade, 0.6), 0.8)


class _Body:
    """What T-shirt, pullover, dress, coat and shirt share: a body with shoulders, and two sleeves if it has any.

    Measures are ranges in pixels; all but the length count from the middle to the side.
    """

    def __init__(
        self,
        pen: Pen,
        *,
        length: tuple[float, float],
        shoulder: tuple[float, float],
        chest: tuple[float, float],
        waist: tuple[float, float],
        hem: tuple[float, float],
        high: bool = False,  # the waist, as in a dress
    ) -> None:
        self.pen = pen
        long = pen.between(*length)
        self.top, self.bottom = -long / 2, long / 2
        self.shoulder = pen.between(*shoulder)
        self.chest = min(pen.between(*chest), self.shoulder + 0.6)
        self.waist = pen.between(*waist)
        self.hem = max(pen.between(*hem), self.waist - 0.8)
        self.middle = self.top + long * (pen.between(0.3, 0.5) if high else pen.between(0.45, 0.6))
        self.slope = pen.between(1, 2.6)
        self.armpit = self.top + self.slope + pen.between(4.5, 6.5)

    def sleeves(
        self, shade: int, *, angle: tuple[float, float], length: tuple[float, float], cuff: tuple[float, float]
    ) -> None:
        """Draw both sleeves, hanging at an angle in degrees from straight down."""
        pen = self.pen
        turn, long, wide = math.radians(pen.between(*angle)), pen.between(*length), pen.between(*cuff)
        # A sleeve that would leave the picture is held closer to the body, as a photographer would.
        long = min(long, (13.2 - self.top - self.slope) / math.cos(turn))
        turn = min(turn, math.asin(min(1, max(0.05, (13.2 - self.shoulder) / long))))
        down, out = math.cos(turn), math.sin(turn)
        y = self.top + self.slope
        outer = (self.shoulder + out * long, y + down * long)
        inner = (outer[0] - down * wide, outer[1] + out * wide)
        for side in (-1, 1):
            sleeve = [(0, self.top + 0.5), (self.shoulder - 0.6, y - 0.5), (self.shoulder + 0.4, y + 0.4), outer, inner]
            sleeve += [(self.chest, self.armpit + 0.5), (self.chest - 2, self.armpit + 2)]
            tone = _near(pen, shade, 14)
            pen.fill([(side * x, y) for x, y in sleeve], tone)
            ends = (side * outer[0], outer[1]), (side * inner[0], inner[1])
            pen.line(ends, _darker(tone, 0.75), 0.8)

    def fill(self, shade: int) -> None:
        """Draw the body, with a shadow where it meets the sleeves."""
        y = self.top + self.slope
        side = [(self.shoulder, y), (self.chest, self.armpit), (self.waist, self.middle), (self.hem, self.bottom)]
        self.pen.fill(mirrored([(0, self.top), (1.5, self.top), *side, (0, self.bottom)]), shade)
        for sign in (-1, 1):
            shadow = [(sign * (x - 0.2), y) for x, y in side[:3]]
            self.pen.line(shadow, _darker(shade, 0.62), 0.6)

    def neck(self, shade: int, *, wide: tuple[float, float], deep: tuple[float, float]) -> None:
        """Cut an opening for the neck, with a seam."""
        half, depth = self.pen.between(*wide), self.pen.between(*deep)
        curve = [(half, self.top - 1), *arc(0, self.top, half, depth, 0, 180, 10), (-half, self.top - 1)]
        self.pen.fill(curve, 0 if depth > 2 else _darker(shade, 0.35))
        self.pen.line(curve[1:-1], _darker(shade, 0.75), 0.7)

    def collar(self, shade: int, *, wide: tuple[float, float], deep: tuple[float, float]) -> None:
        """Draw an opening and two lapels that meet in front."""
        half, depth = self.pen.between(*wide), self.pen.between(*deep)
        self.pen.fill([(-half, self.top - 0.6), (half, self.top - 0.6), (0, self.top + depth)], _darker(shade, 0.25))
        light = min(255, shade + 25)
        for side in (-1, 1):
            lapel = [
                (side * (half - 0.8), self.top - 0.9),
                (side * (half + 0.9), self.top + 0.4),
                (side * (half * 0.75 + 0.4), self.top + depth * 0.8 + 1),
                (0, self.top + depth + 0.3),
            ]
            self.pen.fill(lapel, light)
            self.pen.line(lapel[1:], _darker(shade, 0.6), 0.4)

    def opening(self, shade: int, width: float) -> None:
        """Draw the line where the front closes."""
        self.pen.line([(0, self.top + 2), (self.pen.between(-0.6, 0.6), self.bottom)], shade, width)

    def band(self, shade: int) -> None:
        """Draw the knitted band along the hem."""
        self.pen.line([(-self.hem, self.bottom - 1), (self.hem, self.bottom - 1)], shade, 1.2)

    def belt(self, shade: int) -> None:
        """Draw a belt around the waist."""
        self.pen.line([(-self.waist, self.middle), (self.waist, self.middle)], shade, self.pen.between(0.8, 1.6))


def _print(pen: Pen, shade: int) -> None:
    """Draw a print on the chest: a block, a disc or a few lines of writing."""
    ink = _near(pen, shade, 110)
    wide, high, y = pen.between(2, 4.5), pen.between(1.5, 3.5), pen.between(-4, 0)
    kind = pen.rng.random()
    if kind < 0.35:
        pen.fill([(-wide, y - high), (wide, y - high), (wide, y + high), (-wide, y + high)], ink)
    elif kind < 0.65:
        pen.fill(arc(0, y, wide, wide), ink)
    else:
        for row in (-2, 0, 2):
            pen.line([(-wide, y + row), (wide * pen.between(0.3, 1), y + row)], ink, 0.8)


def _near(pen: Pen, shade: int, reach: int) -> int:
    """Return a shade at most `reach` lighter or darker."""
    return int(min(255, max(25, shade + pen.between(-reach, reach))))


def _darker(shade: int, share: float) -> int:
    return int(shade * share)


def _woven(images: NDArray[np.float32], labels: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return `images` (n, 28, 28) with cloth in place of flat grey: soft folds, a grain, on some stripes or spots."""
    n = len(images)

    def between(low: float, high: float) -> NDArray[np.float32]:
        return rng.uniform(low, high, size=(n, 1, 1)).astype(np.float32)

    down, right = (axis.astype(np.float32) for axis in np.mgrid[:28, :28])
    cloth = 1 + between(0, 0.22) * np.sin(between(0.1, 0.5) * right + between(-0.2, 0.2) * down + between(0, 6.3))
    cloth += between(0, 0.15) * np.sin(between(-0.3, 0.3) * right + between(0.1, 0.6) * down + between(0, 6.3))
    # Stripes across and along, which together make checks, and spots; all of them rare on shoes.
    often = np.where(np.isin(labels, SHOES), 0.06, 0.25).reshape(n, 1, 1)
    striped = rng.random((2, n, 1, 1)) < often
    cloth += striped[0] * between(0.1, 0.35) * np.sin(between(0.8, 2.4) * down + between(0, 6.3))
    cloth += striped[1] * between(0.1, 0.35) * np.sin(between(0.8, 2.4) * right + between(0, 6.3))
    spots = rng.random((n, 14, 14), dtype=np.float32).repeat(2, axis=1).repeat(2, axis=2)
    cloth -= (rng.random((n, 1, 1)) < often) * between(0.2, 0.6) * (spots < between(0.15, 0.4))
    cloth += between(0.02, 0.1) * (rng.random(images.shape, dtype=np.float32) - 0.5)
    woven: NDArray[np.uint8] = np.rint(np.clip(images * cloth, 0, 255)).astype(np.uint8)
    return woven


# By place in CLASSES.
GARMENTS = (_t_shirt, _trouser, _pullover, _dress, _coat, _sandal, _shirt, _sneaker, _bag, _ankle_boot)
