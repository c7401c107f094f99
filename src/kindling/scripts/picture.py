"""What a learner's picture of a training shows: its axes, and how many points its curve has."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from kindling.errors import CheckFailed
from kindling.scripts.backend import KEY

__all__ = ["Curve"]

# What axes are called that nobody has named.
_NO_NAMES = {
    form.format(letter)
    for letter in "xy"
    for form in ("{}", "{} axis", "{}-axis", "{}axis", "{}label", "{}_label", "{} label")
}


@dataclass(frozen=True)
class Curve:
    """What a picture of a training shows: names of its axes, and points of its longest line; None where unknown."""

    xlabel: str | None
    ylabel: str | None
    points: int | None
    rises: bool = False  # that line, by more than a fifth

    @classmethod
    def read(cls, path: Path) -> Curve:
        """Return the curve in the PNG at `path`. Raises CheckFailed where it is no picture of anything."""
        from PIL import Image

        if not path.is_file():
            raise CheckFailed(f"{path.name} was not written to the folder that --out names.")
        try:
            with Image.open(path) as image:
                size, kind_, note = image.size, image.format, json.loads(image.info.get(KEY, "[]"))
                shades = image.convert("L").getextrema()
        except Exception:  # whatever is in the file, and Pillow has an error of its own for each kind
            raise CheckFailed(f"{path.name} is not a picture that can be opened. Does `savefig` write it?") from None
        if kind_ != "PNG":
            raise CheckFailed(f"{path.name} holds a {kind_} picture. Does its name end in .png when it is saved?")
        if min(size) < 100:
            raise CheckFailed(f"{path.name} has {size[0]}×{size[1]} pixels, too few to see a curve.")
        if shades[0] == shades[1]:
            raise CheckFailed(f"{path.name} is blank. Is it saved before `plt.show()` or `plt.close()`?")
        if not note:
            return cls(None, None, None)
        axes = max(note, key=lambda one: one["points"])
        return cls(axes["xlabel"].strip(), axes["ylabel"].strip(), axes["points"] or None, axes["rises"])

    @property
    def axes(self) -> str:
        """Whether the axes are "named", also where nobody can know, or how not: "unnamed", "half named", "swapped", of
        "an accuracy", or with "letters" that tell nothing.
        """
        if self.xlabel is None or self.ylabel is None:
            return "named"
        if not self.xlabel or not self.ylabel:
            return "half named" if self.xlabel or self.ylabel else "unnamed"
        swapped = "loss" in self.xlabel.lower() and "loss" not in self.ylabel.lower()
        if swapped:
            return "swapped"
        if "acc" in self.ylabel.lower() and "loss" not in self.ylabel.lower():
            return "an accuracy"
        return "letters" if {self.xlabel.lower(), self.ylabel.lower()} & _NO_NAMES else "named"

    def covers(self, steps: int | None) -> str:
        """Whether the longest line has a point for "every step", also where nobody can know, or how not."""
        if not self.points:
            return "every step"
        if self.points == 1 and steps != 1:
            return "one point"
        return "some steps" if steps and self.points < steps else "every step"
