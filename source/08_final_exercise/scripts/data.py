"""The corrupted digits, as data sets to train on and to test with."""

from pathlib import Path

import torch
from torch.utils.data import TensorDataset

# Beside this file, so that the scripts find it from any working directory.
DEFAULT_ROOT = Path(__file__).resolve().parent / "data" / "corrupt_mnist"


def corrupt_mnist(root: str | Path | None = None) -> tuple[TensorDataset, TensorDataset]:
    """Return the training set and the test set in the folder `root`, by default the one beside this file.

    An item is an image, float32 (1, 28, 28), and its label, int64. All pixels are normalised with one mean and one
    deviation, those of the training images. The default folder is filled on first use.
    """
    # YOUR CODE HERE
    raise SystemExit("data.py is not written yet.")
