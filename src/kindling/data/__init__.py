"""Images to learn from: the real ones where they are to be had, drawn ones in their place everywhere else."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kindling.errors import DataError

if TYPE_CHECKING:
    from torch import Tensor
    from torchvision.datasets import VisionDataset

__all__ = ["NAMES", "SOURCES", "corrupt_mnist", "held_out", "load", "turned_digits"]

NAMES = ("mnist", "fashion-mnist", "cifar10")
SOURCES = ("auto", "real", "drawn")
LARGEST_ANGLE = 50.0  # degrees
MOST_DIGITS = {"train": 10_000, "test": 2_000}  # few enough that the final exercise trains in a minute


def load(
    name: str,
    train: bool = True,
    transform: Callable[[Any], Any] | None = None,
    root: str | Path | None = None,
    source: str | None = None,
) -> VisionDataset[Any]:
    """Return the images of "mnist", "fashion-mnist" or "cifar10" to train on, or with `train=False` to test with.

    They are torchvision's own data set where its files are under `root` or can be downloaded to it, and otherwise a
    drawn stand-in of the same form, which one line on stdout says. An item is `(image, label)`: a PIL image, 28×28
    grey or 32×32 RGB, or what `transform` makes of it, and an int in 0 to 9. `.data` is uint8, a tensor (n, 28, 28) or
    for "cifar10" an array (n, 32, 32, 3); `.targets` is an int64 tensor (n,) or a list; `.classes` holds ten names.

    `root` is `KINDLING_DATA` if not given, or else a cache folder of the user. `source` is `KINDLING_SOURCE` if not
    given, or else "auto"; "real" never gives drawn images, "drawn" never looks for real ones. Raises DataError for a
    name or a source that does not exist, and where real images are asked for and are not to be had.
    """
    _known("data set", name, NAMES)
    choice = source or os.environ.get("KINDLING_SOURCE") or "auto"
    _known("source", choice, SOURCES)

    # torchvision takes a second to import, which a wrong name need not cost.
    from kindling.data.drawn import NOUNS, DrawnImages
    from kindling.data.notes import note
    from kindling.data.real import TITLES, Unavailable
    from kindling.data.real import load as load_real

    if choice == "drawn":
        asked = f'source="{source}"' if source else f"KINDLING_SOURCE={choice}"
        note(f"Drawn {NOUNS[name]} take the place of {TITLES[name]}, as {asked} asks.")
        return DrawnImages(name, train, transform)
    try:
        return load_real(name, train, transform, _root(root))
    except Unavailable as reason:
        if choice == "real":
            raise DataError(
                f"{reason}. Set KINDLING_DATA to a folder that holds {TITLES[name]}, "
                f"or KINDLING_SOURCE=auto to go on with drawn {NOUNS[name]}."
            ) from None
        note(f"{reason}, so drawn {NOUNS[name]} take its place.")
        return DrawnImages(name, train, transform)


def held_out(name: str, seed: int, source: str | None = None) -> tuple[Tensor, Tensor]:
    """Return images and labels that nobody has seen: where images are drawn, 1,000 from a seed, else the test images.

    The images are as in `load`, uint8 (n, 28, 28) or, for "cifar10", (n, 32, 32, 3); the labels int64 (n,).
    """
    import numpy as np
    import torch

    from kindling.data.drawn import MODULES, DrawnImages

    known: Any = load(name, train=False, source=source)
    if not isinstance(known, DrawnImages):
        return torch.as_tensor(known.data), torch.as_tensor(known.targets)
    labels = np.arange(1000) % 10
    return torch.from_numpy(MODULES[known.noun].draw(labels, np.random.default_rng(seed))), torch.from_numpy(labels)


def corrupt_mnist(root: str | Path, seed: int = 0, source: str | None = None) -> Path:
    """Return the folder `root` with the files of the final exercise: digits, each turned by an angle of its own.

    `train_images.pt` and `test_images.pt` are float32 (n, 28, 28) in [0, 1], `train_labels.pt` and `test_labels.pt`
    int64 (n,), n at most 10,000 and 2,000. The angles are even between -50 and 50 degrees. The same `seed` gives the
    same files; another one gives other angles and another choice of digits, drawn anew where they are drawn.
    `source` as in `load`. Raises DataError where the files cannot be written.
    """
    import io

    import torch

    from kindling.files import write_whole

    folder = Path(root).expanduser()
    for name in MOST_DIGITS:
        for part, tensor in zip(("images", "labels"), turned_digits(name == "train", seed, source), strict=True):
            content = io.BytesIO()
            torch.save(tensor, content)
            try:
                write_whole(folder / f"{name}_{part}.pt", content.getvalue())
            except OSError as error:
                raise DataError(
                    f"{folder / f'{name}_{part}.pt'} could not be written ({error.strerror}). "
                    "Name a folder that you may write to, on a disk with 50 MB to spare."
                ) from None
    return folder


def turned_digits(train: bool, seed: int = 0, source: str | None = None) -> tuple[Tensor, Tensor]:
    """Return the images and labels that `corrupt_mnist` writes, those to train on or those to test with."""
    import numpy as np
    import torch
    from PIL import Image

    from kindling.data.drawn import DrawnImages

    digits: Any = load("mnist", train=train, source=source)
    if isinstance(digits, DrawnImages):
        digits = DrawnImages("mnist", train=train, seed=seed)
    rng = np.random.default_rng([seed, 0 if train else 1])
    chosen = rng.permutation(len(digits))[: MOST_DIGITS["train" if train else "test"]]
    angles = rng.uniform(-LARGEST_ANGLE, LARGEST_ANGLE, size=len(chosen))
    turned = [
        np.asarray(Image.fromarray(digits.data[i].numpy()).rotate(angle, Image.Resampling.BILINEAR))
        for i, angle in zip(chosen, angles, strict=True)
    ]
    return torch.from_numpy(np.stack(turned)).float() / 255, digits.targets[chosen]


def _root(given: str | Path | None) -> Path:
    """Return the folder of the real images."""
    import platformdirs

    given = given or os.environ.get("KINDLING_DATA")
    return Path(given).expanduser() if given else platformdirs.user_cache_path("kindling") / "data"


def _known(noun: str, name: str, names: Sequence[str]) -> None:
    """Raise DataError unless `name` is one of `names`."""
    if name in names:
        return
    close = get_close_matches(str(name).lower(), names, n=1, cutoff=0.4)
    guess = f' Did you mean "{close[0]}"?' if close else ""
    listed = ", ".join(f'"{one}"' for one in names[:-1]) + f' and "{names[-1]}"'
    raise DataError(f'There is no {noun} "{name}".{guess} There are {listed}.')
