"""The network: images of digits in, one logit per class out."""

from torch import Tensor, nn


class Net(nn.Module):
    """Images (n, 1, 28, 28) to logits (n, 10)."""

    def __init__(self) -> None:
        super().__init__()
        ### BEGIN SOLUTION
        self.layers = nn.Sequential(
            # Steps of two pixels leave the other two layers a quarter of the work.
            nn.Conv2d(1, 16, kernel_size=5, stride=2, padding=2),  # (n, 16, 14, 14)
            nn.BatchNorm2d(16),
            nn.ReLU(),
            nn.Conv2d(16, 32, kernel_size=3, padding=1),
            nn.MaxPool2d(2),  # (n, 32, 7, 7)
            nn.BatchNorm2d(32),
            nn.ReLU(),
            nn.Conv2d(32, 64, kernel_size=3, padding=1),
            nn.MaxPool2d(2),  # (n, 64, 3, 3)
            nn.BatchNorm2d(64),
            nn.ReLU(),
            nn.Flatten(),
            nn.Dropout(0.3),
            nn.Linear(64 * 3 * 3, 10),
        )
        ### END SOLUTION

    def forward(self, images: Tensor) -> Tensor:
        """Return the logits, (n, 10), of `images`, (n, 1, 28, 28).

        Raises ValueError, with the expected and the given shape, for any other shape.
        """
        ### BEGIN SOLUTION
        if images.ndim != 4 or images.shape[1:] != (1, 28, 28):
            raise ValueError(f"Expected images of shape (n, 1, 28, 28), got {tuple(images.shape)}.")
        return self.layers(images)
        ### END SOLUTION
