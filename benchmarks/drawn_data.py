"""How long the drawn images take, and what the lessons' networks learn from them and from real ones.

Run it as `python benchmarks/drawn_data.py`. With KINDLING_DATA naming a folder of real images, each network learns from
these too. Times are wall-clock seconds on as many cores as torch finds.
"""

from __future__ import annotations

import itertools
import os
import tempfile
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from kindling import data
from kindling.data import drawn
from kindling.errors import DataError

Split = tuple[Tensor, Tensor]


def main() -> None:
    """Print one line per figure."""
    print("drawing 12,000 images (seconds)")
    for noun in drawn.MODULES:
        begin = time.perf_counter()
        drawn._draw(noun, seed=0)
        print(f"  {noun:10}{time.perf_counter() - begin:6.1f}")
    for source in ("drawn", "real") if os.environ.get("KINDLING_DATA") else ("drawn",):
        print(f"{source} images (accuracy on unseen ones after each epoch)")
        for measure in (digits, fashion, overfitting, turned_digits, colour):
            try:
                measure(source)
            except DataError as error:
                print(f"  {error}")


def digits(source: str) -> None:
    """Print how lessons 2 and 3's network learns digits, with Adam and with plain SGD."""
    train, test = splits("mnist", source)
    report("digits, MLP, Adam", mlp(784, 128, 64, 10), train, test, epochs=5)
    report("digits, MLP, SGD 0.1", mlp(784, 128, 64, 10), train, test, epochs=5, sgd=0.1)


def fashion(source: str) -> None:
    """Print how lesson 4's network and a small convolutional one learn garments."""
    train, test = splits("fashion-mnist", source)
    report("garments, MLP", mlp(784, 256, 128, 64, 10), train, test, epochs=10)
    report("garments, CNN", cnn(), train, test, epochs=6)


def overfitting(source: str) -> None:
    """Print where the validation loss of lesson 4's network turns, on 3,000 images and 30 epochs."""
    (images, labels), test = splits("fashion-mnist", source)
    model = mlp(784, 256, 128, 64, 10)
    _, losses = report("garments, MLP, 3,000 images", model, (images[:3000], labels[:3000]), test, epochs=30)
    best = min(range(len(losses)), key=losses.__getitem__)
    late = sum(losses[-5:]) / 5
    print(f"    validation loss {losses[best]:.3f} at epoch {best + 1}, {late:.3f} over the last five epochs")


def turned_digits(source: str) -> None:
    """Print how the final exercise's digits are learnt, on a held-out set from another seed."""
    with tempfile.TemporaryDirectory() as folder:
        mine, held_out = (data.corrupt_mnist(Path(folder) / str(seed), seed=seed, source=source) for seed in (0, 1))
        train, test = (
            ((torch.load(place / f"{split}_images.pt")[:, None] - 0.13) / 0.3, torch.load(place / f"{split}_labels.pt"))
            for place, split in ((mine, "train"), (held_out, "test"))
        )
    report("turned digits, MLP", mlp(784, 256, 10), train, test, epochs=10)
    report("turned digits, CNN", cnn(), train, test, epochs=6)


def colour(source: str) -> None:
    """Print how lesson 10's network learns objects in colour."""
    train, test = splits("cifar10", source)
    report("objects, MLP", mlp(3072, 256, 10), train, test, epochs=4)
    report("objects, lesson 10's Net", lesson_10(), train, test, epochs=4)


def report(
    label: str, model: nn.Module, train: Split, test: Split, epochs: int, sgd: float = 0.0
) -> tuple[list[float], list[float]]:
    """Train `model` in batches of 64, print its accuracies, and return accuracies and losses on `test` per epoch."""
    images, labels = train
    optimizer = torch.optim.SGD(model.parameters(), sgd) if sgd else torch.optim.Adam(model.parameters(), 1e-3)
    accuracies, losses = [], []
    begin = time.perf_counter()
    for _ in range(epochs):
        for batch in torch.randperm(len(images)).split(64):
            optimizer.zero_grad()
            F.cross_entropy(model(images[batch]), labels[batch]).backward()
            optimizer.step()
        with torch.no_grad():
            logits = model(test[0])
        accuracies.append((logits.argmax(dim=1) == test[1]).float().mean().item())
        losses.append(F.cross_entropy(logits, test[1]).item())
    seconds = time.perf_counter() - begin
    print(f"  {label:28}{seconds:6.1f} s  {' '.join(f'{accuracy:.3f}' for accuracy in accuracies)}")
    return accuracies, losses


def splits(name: str, source: str) -> tuple[Split, Split]:
    """Return training and test images, float32 (n, channels, height, width) in [-1, 1], with their labels."""

    def batch(train: bool) -> Split:
        found = data.load(name, train=train, source=source)
        images = torch.as_tensor(found.data)
        images = images.permute(0, 3, 1, 2) if images.ndim == 4 else images[:, None]
        return images / 127.5 - 1, torch.as_tensor(found.targets)

    return batch(True), batch(False)


def mlp(*sizes: int) -> nn.Sequential:
    """Return dense layers of these sizes with ReLU between them."""
    torch.manual_seed(0)
    layers = [layer for a, b in itertools.pairwise(sizes) for layer in (nn.Linear(a, b), nn.ReLU())]
    return nn.Sequential(nn.Flatten(), *layers[:-1])


def cnn() -> nn.Sequential:
    """Return a network of two convolutions and two dense layers for grey images of 28 × 28."""
    torch.manual_seed(0)
    first = (nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))
    second = (nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))
    return nn.Sequential(*first, *second, nn.Flatten(), nn.Linear(1568, 64), nn.ReLU(), nn.Linear(64, 10))


def lesson_10() -> nn.Sequential:
    """Return the network of lesson 10 for colour images of 32 × 32."""
    torch.manual_seed(0)
    first = (nn.Conv2d(3, 6, 5), nn.ReLU(), nn.MaxPool2d(2))
    second = (nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2))
    dense = (nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 120), nn.ReLU(), nn.Linear(120, 10))
    return nn.Sequential(*first, *second, nn.Flatten(), *dense)


if __name__ == "__main__":
    main()
