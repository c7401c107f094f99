"""kindling.diagnose.errors_layers: each error is raised for real, and its sentence is word for word."""

import pytest
from failing import explained

# The case that has to speak, code of a learner's that fails, and what is said.
SAID = [
    (
        "batchnorm_one",
        """
net = nn.BatchNorm1d(3)
for (x,) in DataLoader(TensorDataset(torch.zeros(9, 3)), batch_size=4): net(x)
""",
        ("One example has no deviation to divide by, and the layer is in training mode. Which mode is for predicting?"),
    ),
    (
        "batchnorm_one",
        "nn.BatchNorm1d(3)(torch.zeros(1, 3))",
        ("One example has no deviation to divide by, and the layer is in training mode. Which mode is for predicting?"),
    ),
    (
        "batchnorm_one",
        """net = nn.BatchNorm1d(3); loader = DataLoader(TensorDataset(torch.zeros(9, 3)), batch_size=4)
for (x,) in loader: net(x)""",
        "One example has no deviation to divide by: is the last batch of the loader a batch of one?",
    ),
    (
        "batchnorm_features",
        "nn.BatchNorm2d(3)(torch.zeros(4, 6, 8, 8))",
        "6 channels came, and the BatchNorm2d layer is for 3.",
    ),
    (
        "batchnorm_dims",
        "nn.BatchNorm2d(3)(torch.zeros(4, 3))",
        "The BatchNorm2d layer is for images, so four dimensions, and flattened ones came, with two.",
    ),
    (
        "batchnorm_dims",
        "nn.BatchNorm1d(3)(torch.zeros(4, 3, 8, 8))",
        "The BatchNorm1d layer is for rows of features, and images came, with four dimensions.",
    ),
    (
        "conv_channels",
        "nn.Conv2d(1, 6, 3)(torch.zeros(4, 3, 28, 28))",
        "The images have 3 channels and the Conv2d layer takes 1: are they in colour?",
    ),
    (
        "conv_channels",
        "nn.Conv2d(3, 6, 3)(torch.zeros(4, 28, 28, 3))",
        ("(4, 28, 28, 3) came, and the Conv2d layer takes the channels first, behind the batch: are they last here?"),
    ),
    (
        "conv_channels",
        "nn.Conv2d(1, 6, 3)(torch.zeros(64, 28, 28))",
        "(1, 64, 28, 28) was read as one image with 64 channels: is the dimension of the channel missing?",
    ),
    (
        "conv_channels",
        "nn.Sequential(nn.Conv2d(1, 6, 3), nn.Conv2d(16, 32, 3))(torch.zeros(2, 1, 28, 28))",
        "The convolution before layer 1 gives 6 channels, and layer 1 takes 16.",
    ),
    (
        "conv_dims",
        "nn.Conv2d(1, 6, 3)(torch.zeros(64, 784))",
        (
            "(64, 784) came, and conv2d wants a batch of images, so 4 dimensions: are the images "
            "flattened, or is the dimension of the channel missing?"
        ),
    ),
    (
        "conv_dims",
        "nn.Conv2d(1, 6, 3)(torch.zeros(28, 28))",
        (
            "(28, 28) came, and conv2d wants a batch of images, so 4 dimensions: are the images "
            "flattened, or is the dimension of the channel missing?"
        ),
    ),
    (
        "conv_dims",
        "nn.Conv2d(1, 6, 3)(torch.zeros(1, 64, 1, 28, 28))",
        "(1, 64, 1, 28, 28) came, with 5 dimensions, and conv2d wants 4: which one is too many?",
    ),
    (
        "conv_kernel",
        "nn.Conv2d(1, 6, 5)(torch.zeros(4, 1, 3, 3))",
        (
            "At the Conv2d layer the image is 3 × 3, smaller than the kernel of 5 × 5: which layer before"
            " it makes it so small?"
        ),
    ),
    (
        "pool_small",
        "nn.MaxPool2d(2)(torch.zeros(4, 1, 1, 1))",
        (
            "At the MaxPool2d layer the image is 1 × 1, and nothing would be left of it: is it one "
            "pooling too many for this image?"
        ),
    ),
    (
        "pool_small",
        "nn.AvgPool2d(8)(torch.zeros(4, 1, 7, 7))",
        (
            "At the AvgPool2d layer the image is 7 × 7, and nothing would be left of it: is it one "
            "pooling too many for this image?"
        ),
    ),
    (
        "norm_shape",
        "nn.LayerNorm(128)(torch.zeros(4, 256))",
        "(4, 256) came, and the LayerNorm layer is for a last dimension of 128.",
    ),
    (
        "dropout_p",
        "nn.Dropout(20)",
        "Dropout takes a probability from 0 to 1, and got 20: is it in percent?",
    ),
    (
        "dropout_p",
        "nn.Dropout(128)",
        "Dropout takes a probability from 0 to 1, and got 128.",
    ),
    (
        "softmax_dim",
        "nn.Softmax()(torch.zeros(3, 4))",
        "softmax had to guess the dimension. Along which one lie the classes?",
    ),
]


@pytest.mark.parametrize(("case", "code", "sentence"), SAID)
def test_an_error_is_explained(tmp_path, case, code, sentence):
    """The case of this name knows the error by what torch says today, and explains it."""
    assert explained(code, tmp_path) == (case, sentence)
