"""Train the network and evaluate it, from the command line.

python main.py train [--epochs N] [--lr X] [--data DIR] [--out DIR]
python main.py evaluate trained_model.pt [--data DIR]
"""

import argparse
import copy
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import torch
from data import corrupt_mnist
from model import Net
from rich.progress import track
from torch import nn
from torch.utils.data import DataLoader, random_split

# As in the checks: a training takes as long there as here.
torch.set_num_threads(1)


def train(epochs: int, lr: float, data: Path | None, out: Path) -> None:
    """Train a network; write `trained_model.pt` and `training_curve.png` to the folder `out`, made if need be.

    A progress bar shows how far the training is. The curve shows the loss of each training step. The network sees no
    test image: whatever there is to choose is chosen by a part of the training images.
    """
    ### BEGIN SOLUTION
    torch.manual_seed(8)
    train_set, _ = corrupt_mnist(data)
    # No step is made with a tenth of the images: they tell which epoch is the best.
    train_set, validation_set = random_split(train_set, [0.9, 0.1])
    loader = DataLoader(train_set, batch_size=64, shuffle=True)
    model = Net()
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    # The rate rises and falls again: large steps find the way, small ones at the end settle.
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=lr, total_steps=epochs * len(loader))
    losses = []
    best_share, best_state = 0.0, model.state_dict()
    for epoch in range(1, epochs + 1):
        model.train()
        for images, labels in track(loader, description=f"Epoch {epoch}"):
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        model.eval()
        right = 0
        with torch.no_grad():
            for images, labels in DataLoader(validation_set, batch_size=250):
                right += (labels == model(images).argmax(dim=1)).sum().item()
        share = right / len(validation_set)
        print(f"Validation accuracy after epoch {epoch}: {share:.3f}")
        if share >= best_share:  # of equals the later one, which has learnt longer
            best_share, best_state = share, copy.deepcopy(model.state_dict())

    model.load_state_dict(best_state)
    out.mkdir(parents=True, exist_ok=True)
    torch.save(model.state_dict(), out / "trained_model.pt")
    _, ax = plt.subplots(figsize=(7, 4), layout="constrained")
    ax.plot(losses)
    ax.set(xlabel="training step", ylabel="training loss", title=f"Training loss in {epochs} epochs")
    plt.savefig(out / "training_curve.png")
    print(f"The network and its training curve are in {out}.")
    ### END SOLUTION


def evaluate(checkpoint: Path, data: Path | None) -> None:
    """Print the accuracy on the test set of the network in the file `checkpoint`: `Test accuracy: 0.93`.

    Where the file is missing or holds something else, say so in one line and end with exit code 1.
    """
    ### BEGIN SOLUTION
    if not checkpoint.is_file():
        sys.exit(f"There is no file {checkpoint}. Train a network first: python main.py train")
    model = Net()
    try:
        model.load_state_dict(torch.load(checkpoint, map_location="cpu", weights_only=True))
    except Exception:  # any bytes may be in there, and torch has an error of its own for each kind
        sys.exit(f"{checkpoint} holds no weights of this network. Name a file that `main.py train` wrote.")
    _, test_set = corrupt_mnist(data)
    right = 0
    model.eval()
    with torch.no_grad():
        for images, labels in DataLoader(test_set, batch_size=256):
            right += (model(images).argmax(dim=1) == labels).sum().item()
    print(f"Test accuracy: {right / len(test_set):.4f}")
    ### END SOLUTION


def main() -> None:
    """Read the command line and call `train` or `evaluate`."""
    parser = argparse.ArgumentParser(description="Train a network on corrupted digits, and evaluate it.")
    commands = parser.add_subparsers(dest="command", required=True)
    for_training = commands.add_parser("train", help="train a network")
    for_training.add_argument("--epochs", type=int, default=3, help="how often to go through the training images")
    for_training.add_argument("--lr", type=float, default=0.01, help="the learning rate")
    for_training.add_argument("--data", type=Path, help="the folder of the digits (data/corrupt_mnist beside this)")
    for_training.add_argument("--out", type=Path, default=Path(), help="the folder for the results (this one)")
    for_test = commands.add_parser("evaluate", help="print the accuracy of a trained network")
    for_test.add_argument("checkpoint", type=Path, help="a file that `train` wrote")
    for_test.add_argument("--data", type=Path, help="the folder of the digits (data/corrupt_mnist beside this)")
    given = parser.parse_args()
    if given.command == "train":
        train(given.epochs, given.lr, given.data, given.out)
    else:
        evaluate(given.checkpoint, given.data)


if __name__ == "__main__":
    main()
