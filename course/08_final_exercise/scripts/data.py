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
    ### BEGIN SOLUTION
    if root is None:
        root = DEFAULT_ROOT
        if not (root / "test_labels.pt").exists():  # the last of the four files
            import kindling.data  # what `kindling data corrupt-mnist` calls

            kindling.data.corrupt_mnist(root)
    root = Path(root)
    train_images = torch.load(root / "train_images.pt", weights_only=True)
    mean, std = train_images.mean(), train_images.std()

    def dataset(split: str) -> TensorDataset:
        images = torch.load(root / f"{split}_images.pt", weights_only=True)
        labels = torch.load(root / f"{split}_labels.pt", weights_only=True)
        return TensorDataset(((images - mean) / std).unsqueeze(dim=1), labels)

    return dataset("train"), dataset("test")
    ### END SOLUTION
