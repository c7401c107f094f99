# %% [markdown]
# # Fashion-MNIST
#
# After this lesson you can
#
# - normalise images and hand them out in batches;
# - build a deeper classifier and train it with Adam;
# - measure it on images that it has never seen;
# - look at its mistakes: by class, by pair of classes, image by image;
# - run the same code on other images, of another size and in colour.
#
# **Time:** 75 minutes, and 24 more for the bonus tasks.
#
# **Builds on:** [Neural networks](../02_neural_networks/02_neural_networks.ipynb) and [Training](../03_training/03_training.ipynb): `nn.Module`, log-probabilities, the training step and the epoch.
#
# **Leads to:** [Validation and dropout](../05_validation_dropout/05_validation_dropout.ipynb).
# Here you walk the whole path once, from the images to the mistakes that remain; there you find out when to stop.

# %%
import math
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset, TensorDataset
from torchvision import transforms

from kindling import check, data, plots

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
torch.set_num_threads(1)  # a network this small gains nothing from a second core
BLUE, ORANGE, GREEN, BLACK = plots.COLOURS

# %% [markdown]
# The path has six stations, and this lesson stops at each:
#
# data → model → criterion → optimizer → training → **looking at the mistakes**
#
# People tend to skip the last one.
# It is also the one that tells you what to do next, so it gets half of the lesson.

# %% [markdown]
# ## Clothes
#
# By now a small network of yours gets most digits right.
# Clothes are harder, and come in the same form: grey images of 28 × 28 pixels, in ten classes.
# The collection is called Fashion-MNIST.
# Where it can't be downloaded, drawn garments take its place, and a line says so.

# %% show="Two garments of each class" tags=["nbval-ignore-output"]
clothes = data.load("fashion-mnist", train=True, transform=transforms.ToTensor())
some_images, some_labels = next(iter(DataLoader(clothes, batch_size=500)))
two_of_each = torch.stack([(some_labels == k).nonzero().flatten()[:2] for k in range(10)])  # (10, 2)
figure, axes = plt.subplots(2, 10, figsize=(8, 2.1), layout="constrained")
for k, column in enumerate(axes.T):
    column[0].set_title(clothes.classes[k], fontsize=8)
    for ax, number in zip(column, two_of_each[k], strict=True):
        ax.imshow(some_images[number, 0], cmap="gray", vmin=0, vmax=1)
        ax.set_axis_off()
_ = figure.suptitle("Two garments of each class. Which classes would you mix up?", fontsize=11)

# %% [markdown]
# Keep your answer in mind until the network has given its own.

# %% [markdown]
# ## From 0…255 to -1…1
#
# A pixel is stored as a whole number from 0 (black) to 255 (white).
# `transforms.ToTensor()` turns it into a float from 0 to 1.
# `transforms.Normalize((0.5,), (0.5,))` subtracts the first number and divides by the second:
#
# | stored | after `ToTensor` | after `Normalize` |
# |---|---|---|
# | 0 | 0 | (0 - 0.5) / 0.5 = -1 |
# | 51 | 0.2 | (0.2 - 0.5) / 0.5 = -0.6 |
# | 255 | 1 | (1 - 0.5) / 0.5 = 1 |
#
# The tuples have one number per channel, and grey images have one channel.
# `transforms.Compose([…])` applies one transform after the other.
#
# Why inputs of both signs?
# The gradient of a unit's weight is the unit's error times the input that the weight multiplies.
# So for one image without negative inputs, all weights of a unit are pushed the same way: all up, or all down.
# In a batch the images pull in different directions, which softens this.

# %%
normalize = transforms.Normalize((0.5,), (0.5,))

# %% show="The pixels before and after Normalize" tags=["nbval-ignore-output"]
shades = some_images.flatten()
figure, panels = plt.subplots(1, 2, figsize=(8, 2.4), sharey=True, layout="constrained")
for ax, values, name, colour in (
    (panels[0], shades, "after ToTensor", ORANGE),
    (panels[1], normalize(some_images).flatten(), "after Normalize", BLUE),
):
    ax.hist(values, bins=40, color=colour)
    ax.axvline(values.mean(), color=BLACK, linestyle="--", linewidth=1.5, label=f"mean {values.mean():.2f}")
    ax.axvline(0, color=BLACK, linewidth=1)
    ax.set(title=name, xlabel="value of a pixel", xlim=(-1.1, 1.1), yscale="log")
    ax.legend()
panels[0].set_ylabel("number of pixels")
_ = figure.suptitle("The same pixels: at first none is negative, then both signs occur", fontsize=11)

# %% [markdown]
# The mean is not 0 yet, because so many pixels are black.
# Subtracting the mean of all training pixels and dividing by their standard deviation would bring it there.
# How much does it matter?
# We trained the network of this lesson for two epochs on the drawn garments, with two seeds each, and took the mean loss of the second epoch:
#
# | pixels | SGD, rate 0.05 | Adam, rate 0.001 |
# |---|---|---|
# | from 0 to 1 | 1.12 | 0.46 |
# | from -1 to 1 | 0.70 | 0.46 |
# | with mean 0 and deviation 1 | 0.54 | 0.41 |
#
# With SGD it matters a lot, with Adam only a little.
# This lesson takes -1 to 1, which needs no statistics and serves any collection of images.
# More important than the choice is that training and testing make the same one.

# %% [markdown]
# ## Two loaders
#
# A network may learn its training images by heart and fail on others, which is called *overfitting*.
# So only images that it has never seen tell you how well it knows clothes.
# That is why every collection comes in two parts: one to train on (`train=True`) and one to test with (`train=False`).
#
# A `DataLoader` takes a data set and hands it out in batches.
# With `shuffle=True`, each pass has a new order.
#
# - Training wants that: otherwise the network would meet the same batches in the same order again and again.
# - In testing the order changes no result.
#   Without shuffling, prediction number 17 always belongs to image number 17, and you can go and look at it.
#
# ### The loaders (9 minutes, ●●○)
#
# Write `make_loaders(batch_size)`: it returns a tuple `(train_loader, test_loader)` of two `DataLoader`s over Fashion-MNIST from `data.load`.
#
# - Both give images in [-1, 1].
# - `train_loader` has the images of `train=True` and shuffles them.
# - `test_loader` has the images of `train=False` in their own order.
#
# Whether you keep or drop a last, smaller batch is up to you.
#
# Example: with `batch_size=50`, a batch of images has the shape `(50, 1, 28, 28)`, its labels have `(50,)`, and a black pixel is -1.
# 120 images would make batches of 50, 50 and 20.


# %% task="make_loaders"
def make_loaders(batch_size: int) -> tuple[DataLoader, DataLoader]:
    """Return `(train_loader, test_loader)` of Fashion-MNIST; only the first one shuffles.

    A batch is float32 images (batch_size, 1, 28, 28) in [-1, 1] and int64 labels (batch_size,).
    """
    ### BEGIN SOLUTION
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    train_set = data.load("fashion-mnist", train=True, transform=transform)
    test_set = data.load("fashion-mnist", train=False, transform=transform)
    return DataLoader(train_set, batch_size=batch_size, shuffle=True), DataLoader(test_set, batch_size=batch_size)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: the loader can't stack pictures into a batch</summary>
#
# Without a transform, the data set gives pictures, and a loader can only stack tensors.
# `data.load` has an argument `transform`; the cell that shows the clothes uses it.
# </details>
#
# <details><summary>Hint: <code>Normalize</code> got a picture, or the check speaks of another range</summary>
#
# `Normalize` works on floats from 0 to 1, so another transform has to turn the picture into those first.
# `transforms.Compose` takes a *list*, and applies it from left to right.
# </details>

# %% check="make_loaders" points=2
from collections.abc import Iterator

from torch.nn.modules.module import register_module_forward_hook
from torch.utils.data import DataLoader

# It takes a quarter of a second, since it looks up all images that the loaders give.
train_set, test_set = (data.load("fashion-mnist", train=train) for train in (True, False))
test_places = {image.numpy().tobytes(): place for place, image in enumerate(test_set.data)}


def note_test_images(module: nn.Module, inputs: tuple, outputs: Tensor) -> None:
    """Have a network note, in each backward pass, which test images it comes from: the check of `model` asks."""
    if not (inputs and isinstance(inputs[0], Tensor) and isinstance(outputs, Tensor) and outputs.requires_grad):
        return
    flat = inputs[0].ndim == 2 and any(True for _ in module.children())
    if (inputs[0].ndim == 4 or flat) and len(inputs[0]) and inputs[0][0].numel() == 784:
        pixels = ((inputs[0].detach().cpu().flatten(1) + 1) * 127.5).round().clamp(0, 255).byte().numpy()
        found = {test_places[key] for image in pixels if (key := image.tobytes()) in test_places}
        outputs.register_hook(lambda _: vars(module).setdefault("learnt_test_images", set()).update(found))


if not hasattr(data, "note_test_images"):  # once for each kernel
    data.note_test_images = register_module_forward_hook(note_test_images)


def first_batch(loader: DataLoader) -> list:
    """Return the first batch; where pictures and tensors are mixed up, say so in one sentence."""
    sentences = {
        "stack": "The loader can't stack pictures into a batch. Which transform turns them into tensors?",
        "order": "Normalize got a picture, and works on float tensors. In which order does Compose apply its list?",
        "whole": "Normalize got whole numbers, and works on floats. Which transform gives floats from 0 to 1?",
        "twice": "ToTensor got a tensor, and works on pictures. What has made a tensor before?",
    }
    signs = {"default_collate": "stack", "Got <class 'PIL": "order", "support PIL": "order", "float tensor": "whole"}
    signs["pic should be"] = "twice"
    problem = None
    try:
        return next(iter(loader))
    except TypeError as error:
        problem = next((kind for sign, kind in signs.items() if sign in str(error)), None)
        if problem is None:
            raise
    check.equal(problem, None, "the first batch", mistakes={sentence: kind for kind, sentence in sentences.items()})


loaders = make_loaders(50)


def kind_of(one: object) -> str:
    """Return what kind of thing make_loaders gives."""
    kinds = {"loader": DataLoader, "list": list, "set": torch.utils.data.Dataset, "iterator": Iterator}
    return next((name for name, kind in kinds.items() if isinstance(one, kind)), type(one).__name__)


check.equal(
    [kind_of(one) for one in loaders] if isinstance(loaders, tuple) else kind_of(loaders),
    ["loader", "loader"],
    "make_loaders(50)",
    mistakes={
        "make_loaders(50) gives data sets, which hand out single images. What makes batches of them?": ["set", "set"],
        "make_loaders(50) gives iterators, which are empty after one pass. What are they iterators of?": ["iterator"] * 2,
        "make_loaders(50) gives lists. A loader makes its batches when they are asked for.": ["list", "list"],
        "make_loaders(50) gives one loader. Two are wanted, one for either part of the images.": "loader",
        "make_loaders(50) returns nothing. Two loaders are wanted.": "NoneType",
        "make_loaders(50) gives a list. A tuple of two loaders is wanted.": "list",
    },
)
n_train, n_test = len(train_set), len(test_set)
counts = tuple(len(loader.dataset) for loader in loaders)
check.equal(
    counts,
    (n_train, n_test),
    "the count of images in make_loaders(50)",
    mistakes={
        "make_loaders(50) trains on the test images too. Then they no longer tell how it does on unseen ones.": (
            n_train + n_test,
            n_test,
        ),
        "make_loaders(50) tests on the training images. Which argument of data.load gives the others?": (
            n_train,
            n_train,
        ),
        "make_loaders(50) trains on the test images, which are there to measure with.": (n_test, n_test),
        "make_loaders(50) gives the two loaders in the wrong order. The one for training comes first.": (
            n_test,
            n_train,
        ),
        f"make_loaders(50) has {counts[0]:,} images to train on, where data.load gives {n_train:,}. All of them are wanted.": (
            min(counts[0], n_train - 1),
            counts[1],
        ),
        f"make_loaders(50) has {counts[1]:,} images to test with, where data.load gives {n_test:,}. All of them are wanted.": (
            n_train,
            min(counts[1], n_test - 1),
        ),
    },
)
train_batch, test_batch = first_batch(loaders[0]), first_batch(loaders[1])
check.equal(
    len(test_batch[0]),
    50,
    "the number of images in a batch of test_loader",
    mistakes={
        "make_loaders(50) hands out single images. What becomes of the argument batch_size?": 1,
        f"make_loaders(50) makes batches of {len(test_batch[0])}. What becomes of the argument batch_size?": len(test_batch[0]),
    },
)
check.shape(
    test_batch[0],
    (50, 1, 28, 28),
    "the first batch of images of test_loader",
    mistakes={
        "test_loader flattens its images. They keep their three dimensions.": (50, 784),
        "test_loader gives images without a dimension for the channel. Grey images have one channel.": (50, 28, 28),
        "test_loader has the channel last. In PyTorch it comes before height and width.": (50, 28, 28, 1),
        "test_loader gives images with three channels. Grey images have one.": (50, 3, 28, 28),
    },
)
again = next(iter(loaders[1]))
check.equal(
    "" if torch.equal(test_batch[0], again[0]) else "images" if torch.equal(test_batch[1], again[1]) else "order",
    "",
    "the second pass of test_loader",
    mistakes={
        "make_loaders(50) shuffles test_loader. Then prediction 17 belongs to another image each time.": "order",
        "test_loader gives the same garments in each pass, but not the same images. Which of its transforms is random?": "images",
    },
)
shades = test_set.data[:50, None] / 255
same = test_batch[0].shape == shades.shape and torch.allclose(test_batch[0].float(), 2 * shades - 1, atol=1e-3)
other_set = test_set if same else data.load("mnist", train=False)  # which may have to say where its images come from
check.close(
    test_batch[0],
    2 * shades - 1,
    "the first batch of images of test_loader",
    mistakes={
        "test_loader has images from 0 to 1. They should be normalised to [-1, 1].": shades,
        "test_loader has images from 0 to 255. Which transform gives floats from 0 to 1, and which one comes next?": 255
        * shades,
        "test_loader has images from -0.5 to 0.5. By what does Normalize divide?": shades - 0.5,
        "test_loader normalises its images twice.": 4 * shades - 3,
        "test_loader has images of mean 0 and deviation 1. Which two numbers of Normalize lead to [-1, 1]?": (
            (shades - 0.286) / 0.353
        ),
        "test_loader is normalised by the mean and deviation of the digits. Which two numbers lead to [-1, 1]?": (
            (shades - 0.1307) / 0.3081
        ),
        "test_loader has digits. By which name does data.load know the clothes?": other_set.data[:50, None] / 127.5 - 1,
        "test_loader has training images. Which argument of data.load gives the others?": train_set.data[:50, None]
        / 127.5
        - 1,
    },
    atol=1e-3,
)
check.equal(
    (train_batch[0].dtype, test_batch[0].dtype),
    (torch.float32, torch.float32),
    "the dtype of the images of make_loaders(50)",
    mistakes={
        "make_loaders(50) gives float64, and the weights of a network are float32. Where do the numbers become floats?": (
            torch.float64,
            torch.float64,
        )
    },
)
check.equal(
    test_batch[1],
    test_set.targets[:50],
    "the first labels of test_loader",
    mistakes={
        "test_loader gives its labels as rows with a single 1. The number of the class is wanted.": F.one_hot(
            test_set.targets[:50], 10
        ),
        "test_loader gives the labels of the training images.": train_set.targets[:50],
    },
)
check.equal(
    torch.equal(train_batch[0], next(iter(loaders[0]))[0]),
    False,
    "the same order in each pass of train_loader",
    mistakes={"make_loaders(50) gives the training images in the same order in each pass. Who shuffles them?": True},
)
pairs = {(image.numpy().tobytes(), int(label)) for image, label in zip(train_set.data, train_set.targets, strict=True)}
pixels = ((train_batch[0] + 1) * 127.5).round().clamp(0, 255).byte()
check.equal(
    sum((image[0].numpy().tobytes(), int(label)) in pairs for image, label in zip(pixels, train_batch[1], strict=True)),
    50,
    "the number of training images, in [-1, 1] and with their own label, in a batch of train_loader",
    mistakes={"train_loader has no normalised training images. Do both loaders use the same transform?": 0},
)
### BEGIN HIDDEN TESTS
for batch_size in (7, 300):
    train_loader, test_loader = make_loaders(batch_size)
    check.shape(next(iter(train_loader))[0], (batch_size, 1, 28, 28), f"a batch of make_loaders({batch_size})[0]")
    check.shape(next(iter(test_loader))[0], (batch_size, 1, 28, 28), f"a batch of make_loaders({batch_size})[1]")
    check.equal(
        len(train_loader) in (n_train // batch_size, -(-n_train // batch_size)),
        True,
        f"all training images in the batches of make_loaders({batch_size})[0]",
        mistakes={"train_loader leaves out many of the training images. Each pass has all of them.": False},
    )
drawn = [number for batch in train_loader.batch_sampler or () for number in batch]
check.equal(
    len(set(drawn)) < len(drawn),
    False,
    "an image twice in one pass of train_loader",
    mistakes={"train_loader draws some images twice in one pass, and others not at all. Shuffling only changes the order.": True},
)
images, labels = (torch.cat(parts) for parts in zip(*test_loader, strict=True))
check.equal(len(images) > n_test - 300, True, "all test images in the batches of make_loaders(300)[1]")
# A last batch that was dropped is no mistake, so what is missing is taken from the truth.
rest = test_set.data[len(images) :, None] / 127.5 - 1
ramp = torch.linspace(0.5, 1.5, 28)  # makes one number of each row of an image, another one where it is mirrored
check.close(
    (torch.cat([images, rest]) * ramp).mean(dim=3),
    ((test_set.data[:, None] / 127.5 - 1) * ramp).mean(dim=3),
    "the rows of all images of make_loaders(300)[1]",
    atol=1e-3,
)
check.equal(
    torch.cat([labels, test_set.targets[len(labels) :]]),
    test_set.targets,
    "all labels of make_loaders(300)[1]",
)
pixels = ((next(iter(train_loader))[0] + 1) * 127.5).round().byte()
known_images = {image for image, _ in pairs}
check.equal(
    all(image[0].numpy().tobytes() in known_images for image in pixels), True, "training images in make_loaders(300)[0]"
)
### END HIDDEN TESTS

# %% tags=["nbval-ignore-output"]
with check.when_written():
    torch.manual_seed(4)
    train_loader, test_loader = make_loaders(64)

# %% show="How many batches there are" tags=["nbval-ignore-output"]
with check.when_written():
    print("{} batches to train on, {} to test with".format(*map(len, make_loaders(64))))

# %% [markdown]
# ## A deeper network
#
# The network of lesson 03 had two hidden layers.
# This one has three, each half as wide as the one before: it boils 784 pixels down to ten numbers in four steps.

# %% show="The layers of the classifier"
_ = plots.network(
    [784, 256, 128, 64, 10],
    names=["pixels", "ReLU", "ReLU", "ReLU", "log-probabilities"],
    title="The classifier: three hidden layers, each half as wide as the one before",
    ax=plt.subplots(figsize=(8, 2.9), layout="constrained")[1],
)

# %% [markdown]
# ### The classifier (8 minutes, ●●○)
#
# Write the class `Classifier`, an `nn.Module`: dense layers 784-256-128-64-10, ReLU after each but the last, and log-probabilities at the end.
# `forward` takes image batches `(n, 1, 28, 28)` as the loader gives them, and returns `(n, 10)`.
# The names of the layers are up to you.
#
# Example: for 64 images, the shapes on the way are `(64, 1, 28, 28)`, `(64, 784)`, `(64, 256)`, `(64, 128)`, `(64, 64)`, `(64, 10)`.
# The `exp` of a row is ten probabilities, so it sums to 1.


# %% task="Classifier"
class Classifier(nn.Module):
    """A network 784-256-128-64-10 with ReLU between its layers, which gives log-probabilities."""

    def __init__(self) -> None:
        super().__init__()
        ### BEGIN SOLUTION
        self.fc1 = nn.Linear(784, 256)
        self.fc2 = nn.Linear(256, 128)
        self.fc3 = nn.Linear(128, 64)
        self.fc4 = nn.Linear(64, 10)
        ### END SOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """Return the log-probabilities, (n, 10), of images (n, 1, 28, 28)."""
        ### BEGIN SOLUTION
        x = x.flatten(start_dim=1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        x = F.relu(self.fc3(x))
        return F.log_softmax(self.fc4(x), dim=1)
        ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: <code>mat1 and mat2 shapes cannot be multiplied</code></summary>
#
# A dense layer multiplies along the *last* dimension.
# The images end in 28; the first layer wants 784.
# Lesson 02 has three ways to join all dimensions but that of the batch.
# </details>
#
# <details><summary>Hint: why does the check speak of the images of the batch?</summary>
#
# `log_softmax` has to be told along which dimension the ten classes lie.
# In `(n, 10)`, is that 0 or 1?
# </details>

# %% check="Classifier" points=2
import warnings
from itertools import pairwise

generator = torch.Generator().manual_seed(40)
layers = [
    (torch.randn(outputs, inputs, generator=generator) * (2 / inputs) ** 0.5, torch.randn(outputs, generator=generator))
    for inputs, outputs in pairwise([784, 256, 128, 64, 10])
]
weights = {tuple(tensor.shape): tensor for layer in layers for tensor in layer}


def chain(pixels: Tensor, *activations) -> Tensor:
    """Return what the four layers make of the pixels, (n, 784), with these activations after them."""
    for (weight, bias), activation in zip(layers, activations, strict=True):
        pixels = activation(F.linear(pixels, weight, bias))
    return pixels


def log_of(logits: Tensor) -> Tensor:
    """Return the logarithms of the probabilities, one row for each image."""
    return torch.distributions.Categorical(logits=logits).logits


network = Classifier()
sizes = sorted((tuple(p.shape) for p in network.parameters()), key=math.prod, reverse=True)
dense = sum(len(size) == 2 for size in sizes)
kinds = nn.BatchNorm1d, nn.LayerNorm, nn.PReLU, nn.Conv2d
others = sorted({type(one).__name__ for one in network.modules() if isinstance(one, kinds)})
check.equal(
    sizes,
    sorted(weights, key=math.prod, reverse=True),
    "the list of sizes of the parameters of Classifier()",
    mistakes={
        "Classifier() has no parameters. Is each layer assigned to self, under a name of its own?": [],
        "Classifier() has layers without a bias. A dense layer has one number for each of its outputs.": [
            (256, 784),
            (128, 256),
            (64, 128),
            (10, 64),
        ],
        f"Classifier() has {' and '.join(others)} beside its dense layers. The task has none.": sizes if others else 0,
        f"Classifier() holds {dense} dense layers. The task has four, 784-256-128-64-10.": sizes if dense != 4 else 0,
        "Classifier() has dense layers of other sizes. The task has 784-256-128-64-10.": sizes if len(sizes) == 8 else 0,
    },
)
with torch.no_grad():
    for parameter in network.parameters():
        parameter.copy_(weights[tuple(parameter.shape)])
pixels, relu, sigmoid, none = torch.randn(6, 784, generator=generator), torch.relu, torch.sigmoid, torch.clone
x, logits = pixels.reshape(6, 1, 28, 28), chain(pixels, relu, relu, relu, none)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    log_probs, again = network(x.clone()), network(x.clone())
check.equal(
    isinstance(log_probs, Tensor) and not torch.equal(log_probs, again),
    False,
    "another answer of Classifier() when it is asked again",
    mistakes={"Classifier() answers the same images differently when asked again. What in it is random?": True},
)
check.close(
    log_probs,
    log_of(logits),
    "Classifier()(images)",
    mistakes={
        "Classifier() gives logits. What turns them into log-probabilities?": logits,
        "Classifier() gives probabilities. NLLLoss wants their logarithms.": log_of(logits).exp(),
        "Classifier() applies the softmax twice. log_softmax wants logits.": log_of(log_of(logits).exp()),
        "Classifier() compares the images of the batch with each other. Which dim holds the classes?": log_of(
            logits.T
        ).T,
        "Classifier() sends its logits through ReLU. Then all negative ones look the same.": log_of(logits.relu()),
        "Classifier() has no ReLU between its layers. Then four layers do no more than one.": log_of(
            chain(pixels, none, none, none, none)
        ),
        "Classifier() has no ReLU after its first layer.": log_of(chain(pixels, none, relu, relu, none)),
        "Classifier() has no ReLU after its second layer.": log_of(chain(pixels, relu, none, relu, none)),
        "Classifier() has no ReLU after its third layer.": log_of(chain(pixels, relu, relu, none, none)),
        "Classifier() has a ReLU after its first layer alone.": log_of(chain(pixels, relu, none, none, none)),
        "Classifier() has a ReLU after its second layer alone.": log_of(chain(pixels, none, relu, none, none)),
        "Classifier() has a ReLU after its third layer alone.": log_of(chain(pixels, none, none, relu, none)),
        "Classifier() has sigmoids between its layers. The task says ReLU.": log_of(
            chain(pixels, sigmoid, sigmoid, sigmoid, none)
        ),
        **{
            f"Classifier() has {name} between its layers. The task says ReLU.": log_of(chain(pixels, *[other] * 3, none))
            for name, other in (
                ("tanh", torch.tanh),
                ("GELU", F.gelu),
                ("ELU", F.elu),
                ("LeakyReLU", F.leaky_relu),
                ("SiLU", F.silu),
                ("softplus", F.softplus),
            )
        },
        "Classifier() sends its log-probabilities through ReLU. None of them is above 0.": torch.zeros(6, 10),
        "Classifier() gives the predicted classes. A row of ten numbers for each image is wanted.": logits.argmax(dim=1),
        "Classifier() gives back the images. What do its layers make of them?": x,
    },
    rtol=1e-3,
    atol=1e-3,
)
bright = network(1000 * x).detach()
check.equal(
    "infinite" if not torch.isfinite(bright).all() else "cut" if bright.min() > -100 else "",
    "",
    "Classifier()(1000 * images)",
    mistakes={
        "Classifier() gives infinite numbers or nan where its logits are large. Which function computes softmax and logarithm in one step?": "infinite",
        "Classifier() cuts off the logarithms of small probabilities. Which function computes softmax and logarithm in one step?": "cut",
    },
)
guessed = [warning for warning in caught if "Implicit dimension choice" in str(warning.message)]
check.equal(
    len(guessed) > 0,
    False,
    "a guess of the dim in Classifier()(images)",
    mistakes={"Classifier() leaves it to PyTorch to guess the dim of its softmax. Which dim holds the classes?": True},
)
for warning in caught:  # any other warning costs nothing, and is shown
    warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)
### BEGIN HIDDEN TESTS
x = torch.randn(11, 1, 28, 28, generator=generator)
before, wanted = x.clone(), log_of(chain(x.reshape(11, 784), relu, relu, relu, none))
check.close(network(x), wanted, "Classifier()(images) of eleven images", rtol=1e-3, atol=1e-3)
check.close(network(x), wanted, "Classifier()(images), called again", rtol=1e-3, atol=1e-3)
check.unchanged(x, before, "images")
check.close(
    network(x[:1]),
    wanted[:1],
    "Classifier()(images) of one image",
    rtol=1e-3,
    atol=1e-3,
    mistakes={"Classifier() drops a dimension when it gets one image. Its result is (n, 10) for every n.": wanted[0]},
)
check.close(network(50 * x[:2]).exp().sum(dim=1), torch.ones(2), "the sums of the probabilities", atol=1e-3)
wanted = log_of(chain(100 * x.reshape(11, 784), relu, relu, relu, none))
check.close(network(100 * x), wanted, "Classifier()(100 * images)", rtol=1e-3, atol=0.05)
check.equal(all(p.requires_grad for p in network.parameters()), True, "requires_grad of the parameters of Classifier()")
check.equal(
    network(x).requires_grad,
    True,
    "Classifier()(images).requires_grad",
    mistakes={"Classifier() lets autograd record nothing, so that it can't be trained. What in forward stops the recording?": False},
)
(gradient,) = torch.autograd.grad(network(1000 * x).sum(), next(network.parameters()))
check.equal(torch.isfinite(gradient).all().item(), True, "finite gradients of Classifier()(1000 * images)")
one, two = Classifier(), Classifier()
check.equal(
    any(p is q for p, q in zip(one.parameters(), two.parameters(), strict=True)),
    False,
    "weights that two networks share",
)
check.equal(
    any(p.any().item() for p in one.parameters() if p.ndim == 2),
    True,
    "a weight other than 0 in Classifier()",
    mistakes={"Classifier() starts with all weights at 0. Then no gradient reaches its first layers.": False},
)
### END HIDDEN TESTS

# %% [markdown]
# ## A number to know before you train
#
# **Predict first.**
# A fresh network knows nothing about clothes.
# It gives each of the ten classes about the same probability, whatever the image.
# What loss will `NLLLoss` give it, before the first step?
# Replace `None` with your number, then run the next two cells.

# %%
prediction = None

# %% show="A fresh network's loss: your prediction and what comes" tags=["nbval-ignore-output"]
torch.manual_seed(1)
layers_of_torch = [nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU()]
fresh = nn.Sequential(nn.Flatten(), *layers_of_torch, nn.Linear(64, 10))
with torch.no_grad():
    logits = fresh(normalize(some_images))
if not isinstance(prediction, int | float):
    print("Replace `None` with your number in the cell above. Then run both cells again.")
else:
    print("NLLLoss of log-probabilities:  ", round(F.nll_loss(logits.log_softmax(dim=1), some_labels).item(), 2))
    print("… of probabilities, by mistake:", round(F.nll_loss(logits.softmax(dim=1), some_labels).item(), 2))
    print("… of logits, by mistake:       ", round(F.nll_loss(logits, some_labels).item(), 2))
    thoughts = {
        math.log(10): "right. It is minus the logarithm of 1/10.",
        -math.log(10): "that is the logarithm of 1/10. Which sign does a loss have?",
        0.1: "that is the probability of the right class. The loss is minus its logarithm.",
        -0.1: "that is what NLLLoss says of bare probabilities. It wants their logarithms.",
        0.0: "that is the loss of a network that is always right, and sure of it.",
        0.9: "that is the share of wrong guesses. The loss looks at the probability of the right class.",
        1.0: "that is a logarithm to base 10. PyTorch's is the natural one.",
        10.0: "that is 1 over the probability. The loss is the logarithm of it.",
    }
    thought = next((text for loss, text in thoughts.items() if abs(prediction - loss) < 0.05), None)
    print(f"You said {prediction}:", thought or "not this time. What does -log p give for the p of a guess among ten?")

# %% [markdown]
# <details><summary>Answer: what is the loss before the first step?</summary>
#
# Each class has about the probability 1/10, and -log(1/10) = log 10 = 2.30.
# So with ten classes, training starts near 2.30.
# If yours starts elsewhere, look for the mistake before you wait for the training to end.
# A loss that starts at -0.1 says that the network gives probabilities; it can never fall below -1.
# A loss that starts near 0 and falls without end says that it gives logits: in our trial it was below -1,000,000 after one epoch, with 10 % of the test images right.
# </details>

# %% [markdown]
# ## Adam
#
# Backpropagation gives each weight its gradient, and SGD moves the weight by `lr` times that.
# But gradients differ in size: one weight's may be 0.001 and another's 10, and no single learning rate suits both.
#
# The optimizer *Adam* keeps two running means for each weight: one of its gradients, one of their squares.
# It moves the weight by `lr` times the first, divided by the square root of the second.
# So a weight with small gradients takes steps as long as one with large gradients, and a weight whose gradients keep changing sign takes short ones.
#
# Here is the first step of two weights with each optimizer:

# %% show="Two weights and their first step, with SGD and with Adam"
for optimizer_class in (torch.optim.SGD, torch.optim.Adam):
    two_weights = torch.zeros(2, requires_grad=True)
    optimizer = optimizer_class([two_weights], lr=0.1)
    (0.001 * two_weights[0] + 10 * two_weights[1]).backward()  # gradients 0.001 and 10
    optimizer.step()
    steps = " and ".join(f"{-weight:.4f}" for weight in two_weights.tolist())
    print(f"{optimizer_class.__name__:4} with lr = 0.1 moves them by {steps}")

# %% [markdown]
# SGD hardly moves the first weight, and throws the second one far.
# With Adam, `lr` *is* the length of the first step, for both.
# That is why Adam wants small rates: 0.001 is its default, and a good start for networks like this one.
# With 0.1, this network learns hardly anything.
#
# ### The training (12 minutes, ●●○)
#
# Write `train_classifier(model, loader, epochs)`: it trains a model that gives log-probabilities, with `torch.optim.Adam` and `nn.NLLLoss`.
# It returns a list of Python floats: for each epoch, the mean loss per *example*.
#
# - The learning rate is a *hyperparameter*, a number that you choose before the training, like the size of the batches.
#   You may let it fall from epoch to epoch.
# - One Adam serves the whole training: its running means are its memory.
# - The model may arrive in inference mode, left over from a look at its answers.
#   Train it in training mode.
# - The model may be on a GPU.
#   The batches come from the CPU, so send each one to where the model's weights are: `images.to(device)`.
#
# Example: an epoch of two batches, of 64 and 16 examples, with mean losses 0.5 and 1.0.
# Its loss is (64 · 0.5 + 16 · 1.0) / 80 = 0.6, and not 0.75 or 1.0.


# %% task="train_classifier"
def train_classifier(model: nn.Module, loader: DataLoader, epochs: int) -> list[float]:
    """Train `model`, which gives log-probabilities, with Adam; return the mean loss per example of each epoch."""
    ### BEGIN SOLUTION
    device = next(model.parameters()).device
    criterion = nn.NLLLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    # Shorter steps towards the end, so that the result does not hang on the last few batches.
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: 1 - epoch / epochs)
    losses = []
    model.train()
    for _ in range(epochs):
        total, count = 0.0, 0
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
            count += len(images)
        losses.append(total / count)
        scheduler.step()
    return losses
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: <code>RuntimeError: Expected all tensors to be on the same device</code></summary>
#
# The weights are on the GPU, and the batch is not.
# `next(model.parameters()).device` says where the weights are, and `images.to(…)` returns a copy there.
# It *returns* a copy, so assign it to a name. The labels need the same.
# </details>
#
# <details><summary>Hint: how do I get the mean over the examples?</summary>
#
# The criterion gives the mean of one batch.
# Multiplied by the number of images in the batch, it is the sum of the batch.
# Add up the sums of an epoch, and divide by the number of all its images.
# Start both counts at 0 in each epoch.
# </details>

# %% check="train_classifier" points=3
from torch.optim.optimizer import register_optimizer_step_post_hook
from torch.utils.data import DataLoader, TensorDataset

# The weights are the identity, so that the outputs are the inputs: log-probabilities that you can read off.
# After each epoch they grow, to twice and to three times that, so that no two epochs have the same loss.
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
tiny = nn.Sequential(nn.Linear(2, 2, bias=False), nn.Dropout(0.0), nn.LogSoftmax(dim=1)).to(device).eval()
weight, seen = tiny[0].weight, []
with torch.no_grad():
    weight.copy_(torch.eye(2))


def watch(optimizer: torch.optim.Optimizer, *_) -> None:
    """Note a step, then set the weights: so every loss is known beforehand, whatever the learning rate."""
    kind = "Adam" if isinstance(optimizer, torch.optim.Adam) else type(optimizer).__name__
    held = any(p is weight for group in optimizer.param_groups for p in group["params"])
    slope = torch.zeros(2, 2) if weight.grad is None else weight.grad.detach().cpu().clone()
    training = all(module.training for module in tiny.modules())
    seen.append((kind if held else "of another model", optimizer, training, slope / slope.abs().max().clamp(min=1e-9)))
    with torch.no_grad():
        weight.copy_(torch.eye(2) * (1 + min(len(seen) // 2, 2)))


images = torch.tensor([[0.5, 0.5], [0.25, 0.75], [0.2, 0.8]]).log()
labels = torch.tensor([0, 0, 1])
few = DataLoader(TensorDataset(images, labels), batch_size=2)
with register_optimizer_step_post_hook(watch), check.within(10, "train_classifier(model, loader, epochs=2)"):
    reported = train_classifier(tiny, few, epochs=2)
kinds, optimizers, modes, slopes = zip(*seen, strict=True) if seen else ((), (), (), ())
OTHERS = ("ASGD", "Adadelta", "Adagrad", "Adamax", "LBFGS", "NAdam", "RAdam", "RMSprop", "Rprop")
check.equal(
    list(kinds),
    ["Adam"] * 4,
    "the list of optimizers of the steps of train_classifier(…)",
    mistakes={
        "train_classifier(…) takes no step. Which call moves the weights?": [],
        "train_classifier(…) uses SGD. The task asks for Adam.": ["SGD"] * 4,
        "train_classifier(…) takes two steps in two epochs of two batches. Each batch of each epoch needs its own.": [
            "Adam"
        ]
        * 2,
        "train_classifier(…) moves other weights. Which model's parameters does its optimizer hold?": [
            "of another model"
        ]
        * len(kinds),
        **{
            f"train_classifier(…) takes {steps} steps in two epochs of two batches. Each batch of each epoch needs one.": ["Adam"] * steps
            for steps in (3, *range(5, 13))
        },
        **{f"train_classifier(…) uses {name}. The task asks for Adam.": [name] * 4 for name in OTHERS},
    },
)
check.equal(
    [optimizers.index(optimizer) for optimizer in optimizers],
    [0, 0, 0, 0],
    "the optimizer of each step of train_classifier(…)",
    mistakes={
        "train_classifier(…) makes a new Adam for each batch, and a new one has no running means yet. Where should it be made?": [
            0,
            1,
            2,
            3,
        ],
        "train_classifier(…) makes a new Adam for each epoch, which knows nothing of the running means of the last. Where should it be made?": [
            0,
            0,
            2,
            2,
        ],
    },
)
# The mean losses of the two batches in each epoch, and with the weights after the second one:
# where the weights are twice the identity, 1/4 and 3/4 become 1/10 and 9/10; at three times, 1/28 and 27/28.
one = torch.tensor([4.0, 10.0, 28.0], dtype=torch.float64).mul(2).log() / 2
two = torch.tensor([4 / 5, 16 / 17, 64 / 65], dtype=torch.float64).log().neg()
*means, later = ((2 * one + two) / 3).tolist()
one, two = one[:2], two[:2]
check.equal(
    "a number" if isinstance(reported, int | float) or (isinstance(reported, Tensor) and reported.ndim == 0) else "",
    "",
    "train_classifier(…)",
    mistakes={"train_classifier(…) gives one number. One per epoch is wanted, in a list.": "a number"},
)
check.close(
    reported,
    means,
    "train_classifier(model, loader, epochs=2)",
    lists=True,
    mistakes={
        "train_classifier(…) gives the mean of the batches' means. A smaller batch must count less.": (
            (one + two) / 2
        ).tolist(),
        "train_classifier(…) gives the loss of the last batch of each epoch. What about the others?": two.tolist(),
        "train_classifier(…) gives one loss per batch. One per epoch is wanted.": torch.stack([one, two])
        .T.flatten()
        .tolist(),
        "train_classifier(…) gives sums. The mean over the examples is wanted.": (2 * one + two).tolist(),
        "train_classifier(…) adds the batches' means up and divides by nothing.": (one + two).tolist(),
        "train_classifier(…) divides a sum of batch means by the number of examples. How much should each mean weigh?": (
            (one + two) / 3
        ).tolist(),
        "train_classifier(…) divides a sum over examples by the number of batches.": ((2 * one + two) / 2).tolist(),
        "train_classifier(…) counts the last batch as if it were full. How many images does it have?": (
            2 * (one + two) / 3
        ).tolist(),
        "train_classifier(…) goes on adding in the second epoch. Where does the sum start from 0?": [
            means[0],
            sum(means),
        ],
        "train_classifier(…) gives the mean over all epochs so far. Where do the sum and the count start from 0?": [
            means[0],
            sum(means) / 2,
        ],
        "train_classifier(…) divides by the examples of all epochs so far. Where does the count start from 0?": [
            means[0],
            means[1] / 2,
        ],
        "train_classifier(…) measures the loss again after each epoch. The mean of the losses that it was trained with is wanted.": [
            means[1],
            later,
        ],
        "train_classifier(…) gives the same loss for both epochs, that of the last one.": [means[1]] * 2,
        "train_classifier(…) stops after the first epoch. Where does return stand?": means[:1],
        "train_classifier(…) notes the losses of the first epoch alone.": means[:1] * 2,
        "train_classifier(…) has the loss of the first batch of each epoch alone. What about the others?": one.tolist(),
        "train_classifier(…) gives one loss for both epochs.": [sum(means) / 2],
        "train_classifier(…) gives the loss of the last epoch alone.": means[1:],
        "train_classifier(…) rounds its losses. Leave them as they are.": [round(mean, 2) for mean in means],
        "train_classifier(…) has tensors in its list. Which method turns one into a Python number?": [
            torch.tensor(mean) for mean in means
        ],
    },
)
wanted = []
for factor in (1.0, 2.0):
    for x, y in ((images[:2], labels[:2]), (images[2:], labels[2:])):
        start = (factor * torch.eye(2)).requires_grad_()
        wanted += torch.autograd.grad(F.cross_entropy(F.linear(x, start), y), start)
# Not telling: the gradients of two classes are each other's negatives.
check.close(
    torch.stack(slopes),
    torch.stack([slope / slope.abs().max() for slope in wanted]),
    "the directions of the gradients in train_classifier(…)",
    mistakes={
        "train_classifier(…) steps with no gradient. Which call computes it, and has it been cleared since?": torch.zeros(
            4, 2, 2
        ),
        "train_classifier(…) lets old gradients pile up. Who clears them before the next batch?": torch.stack(
            [total / total.abs().max() for total in torch.stack(wanted).cumsum(dim=0)]
        ),
        "train_classifier(…) clears the gradients once per epoch. Each batch needs its own.": torch.stack(
            [
                total / total.abs().max()
                for total in (wanted[0], wanted[0] + wanted[1], wanted[2], wanted[2] + wanted[3])
            ]
        ),
    },
    rtol=1e-3,
    atol=1e-3,
)
# A training that is real, if small: four classes, each with a bright band of its own.
generator = torch.Generator().manual_seed(41)
labels = torch.arange(240) % 4
images = 0.4 * torch.randn(240, 1, 28, 28, generator=generator) - 0.5
for k in range(4):
    images[labels == k, :, 7 * k : 7 * k + 7] += 1
torch.manual_seed(41)
small = nn.Sequential(nn.Flatten(), nn.Linear(784, 32), nn.ReLU(), nn.Linear(32, 4), nn.LogSoftmax(dim=1)).to(device)
before = {name: tensor.clone() for name, tensor in small.state_dict().items()}
bands = DataLoader(TensorDataset(images, labels), batch_size=8, shuffle=True, generator=generator)
held = set()


def note_weights(optimizer: torch.optim.Optimizer, *_) -> None:
    """Note which weights an optimizer holds."""
    held.update(id(p) for group in optimizer.param_groups for p in group["params"])


with (
    register_optimizer_step_post_hook(note_weights),
    check.within(20, "train_classifier(model, loader, epochs=8)"),
):
    reported = train_classifier(small, bands, epochs=8)
check.equal(
    all(id(parameter) in held for parameter in small.parameters()),
    True,
    "all weights in the optimizer of train_classifier(…)",
    mistakes={
        "train_classifier(…) leaves some weights of the model as they are. Which ones does its optimizer hold?": False
    },
)
check.falling(reported, 8, "train_classifier(model, loader, epochs=8)")
check.equal(
    max(reported) > 3,
    False,
    "a loss above 3 in train_classifier(…)",
    mistakes={
        "train_classifier(…) diverges: its loss goes above 3, and guessing among four costs log 4 = 1.39. Is the learning rate too large?": True
    },
)
check.moved(small, before, "train_classifier(model, loader, epochs=8)")
with torch.no_grad():
    classes = small.eval()(images.to(device)).argmax(dim=1).cpu()
check.predictions(classes, labels, at_least=0.8, label="the answer of the trained model to its training images")
check.equal(
    list(modes),
    [True] * 4,
    "the training mode of all layers at each step of train_classifier(…)",
    mistakes={
        "train_classifier(…) trains with layers in inference mode, where dropout does nothing. Which call sets the mode of all layers?": [
            False
        ]
        * 4,
        "train_classifier(…) goes on in inference mode after its first epoch. Which call sets it back?": [
            True,
            True,
            False,
            False,
        ],
        "train_classifier(…) goes on in inference mode after its first batch. Which call sets it back?": [
            True,
            False,
            False,
            False,
        ],
    },
)
### BEGIN HIDDEN TESTS
torch.manual_seed(42)
tiny = nn.Sequential(
    nn.Linear(4, 3), nn.Sequential(nn.Tanh(), nn.Dropout(0.0)), nn.Linear(3, 3, bias=False), nn.LogSoftmax(dim=1)
).to(device)
images, labels = torch.randn(7, 4), torch.tensor([2, 0, 1, 1, 0, 2, 2])
states = [{name: (1 + k / 2) * p.detach() for name, p in tiny.named_parameters()} for k in range(5)]  # one per epoch


def load(epoch: int) -> None:
    """Give the model the weights that it has in an epoch."""
    with torch.no_grad():
        for name, parameter in tiny.named_parameters():
            parameter.copy_(states[epoch][name])


class Counted(DataLoader):
    """A loader that counts its passes."""

    passes = 0

    def __iter__(self):
        self.passes += 1
        return super().__iter__()


wanted = []
for epoch in range(5):
    load(epoch)
    with torch.no_grad():
        wanted.append(F.nll_loss(tiny(images.to(device)).cpu(), labels).item())
for size, epochs in ((3, 3), (7, 2), (1, 1), (4, 5)):
    per_epoch = math.ceil(7 / size)
    few = Counted(TensorDataset(images, labels), batch_size=size, shuffle=True)
    steps, modes = [], set()
    load(0)
    tiny.eval()

    def count(optimizer, *_, steps=steps, modes=modes, few=few, epochs=epochs):
        steps.append(optimizer)
        modes.update(module.training for module in tiny.modules())
        load(min(len(steps) // len(few), epochs - 1))

    with (
        register_optimizer_step_post_hook(count),
        check.within(20, f"train_classifier(model, loader, epochs={epochs})"),
    ):
        reported = train_classifier(tiny, few, epochs)
    check.close(
        reported,
        wanted[:epochs],
        f"train_classifier(…) of 7 examples in batches of {size}",
        lists=True,
        rtol=1e-3,
    )
    check.equal(len(steps), epochs * per_epoch, f"the number of steps in {epochs} epochs of {per_epoch} batches")
    check.equal(
        few.passes >= epochs,
        True,
        f"a pass of the loader for each of {epochs} epochs",
        mistakes={"train_classifier(…) keeps the batches of its first epoch. The loader shuffles anew in each pass.": False},
    )
    check.equal(len(set(steps)), 1, f"the number of optimizers in {epochs} epochs of {per_epoch} batches")
    check.equal(modes, {True}, f"the training mode of all layers in {epochs} epochs of {per_epoch} batches")
check.equal(
    all(p.requires_grad for p in tiny.parameters()), True, "requires_grad of the weights after train_classifier(…)"
)
### END HIDDEN TESTS

# %% [markdown]
# ## Train it
#
# Everything is ready.
# One epoch over 10,000 images takes a second or two.
# The next cell makes room for the losses, so that you can draw them.

# %%
losses: list[float] = []

# %% [markdown]
# ### The model (8 minutes, ●●○)
#
# Set `model` to a trained classifier that gets at least 80 % of the *test* images right.
# It must not have seen them, so train it with `train_loader` alone.
# The notebook notes for each network which test images its gradients come from, and the check asks for them.
# Put what `train_classifier` returns into `losses`.
#
# On 10,000 images, four or five epochs are enough.
# `torch.manual_seed(…)` before you make the network gives you the same weights each time.
#
# Example: 1,600 of 2,000 test images are 80 %.
# A network that always says "Bag" gets 200 right, which is 10 %.

# %% task="model"
### BEGIN SOLUTION
torch.manual_seed(0)
model = Classifier().to(device)
# About the same work for a small data set and for a large one: 40,000 images in all, or one epoch.
losses = train_classifier(model, train_loader, epochs=max(1, 40_000 // len(train_loader.dataset)))
### END SOLUTION

# %% [markdown]
# <details><summary>Hint: <code>AttributeError: 'list' object has no attribute 'parameters'</code></summary>
#
# `train_classifier` returns the losses, and changes the network that you give it.
# So make the network first, name it `model`, and then train it.
# </details>
#
# <details><summary>Hint: the model stays below 80 %</summary>
#
# Look at `losses`. Is the first one well below 2.3, and do they still fall at the end?
# If the first one is near 2.3, the network learns nothing: look at the training step and the learning rate.
# If they fall, more epochs help.
# If they jump up and down, try a smaller learning rate.
# </details>

# %% check="model" points=2
check.equal(
    "network" if isinstance(model, nn.Module) else model if model is ... else type(model).__name__,
    "network",
    "model",
    mistakes={
        "model is a list, so it holds the losses. Which variable is the network that was trained?": "list",
        "model is the class, not a network. How do you make a network from it?": "type",
        "model is None. Which function has to return the network?": "NoneType",
    },
)
shares = {}
for train in (True, False):
    garment_set = data.load("fashion-mnist", train=train)
    images = (garment_set.data[:10_000, None] / 127.5 - 1).to(next(model.parameters()).device)
    with torch.no_grad():
        classes = model.eval()(images).argmax(dim=1).cpu()
    shares[train] = (classes == garment_set.targets[:10_000]).float().mean().item()
check.equal(
    shares[False] > shares[True] + 0.025,
    False,
    "a model that knows the test images better than the training images",
    mistakes={"model knows the test images better than the training images. Which of them has it learnt from?": True},
)
learnt = set().union(*(getattr(module, "learnt_test_images", ()) for module in model.modules()))
check.equal(
    len(learnt) > len(garment_set) / 100,  # real images have a few twins
    False,
    "a model trained on test images",
    mistakes={
        "model was trained on test images, so they no longer tell how it does on images that it has never seen. Which loader has them?": True
    },
)
check.predictions(classes, garment_set.targets[:10_000], at_least=0.8, label="the model's answer to the test images")
### BEGIN HIDDEN TESTS
log_probs = []


def classes_of(images: Tensor) -> Tensor:
    with torch.no_grad():
        log_probs.append(model.eval()((images[:, None] / 127.5 - 1).to(next(model.parameters()).device)))
    return log_probs[0].argmax(dim=1)


# Where the images are drawn, there are always some that nobody has seen.
images, labels = data.held_out("fashion-mnist", seed=20_04)
check.classifies(classes_of, images, labels, at_least=0.8, label="the model's answer to images that it never had")
check.shape(log_probs[0], (len(labels), 10), "model(images)")
### END HIDDEN TESTS

# %% show="Your training, epoch by epoch" tags=["nbval-ignore-output"]
if losses:
    axes = plt.subplots(figsize=(6, 2.6), layout="constrained")[1]
    ax = plots.loss_curve(losses, title="Training: most of the fall comes in the first epoch", ax=axes)
    ax.axhline(math.log(10), color=ORANGE, linestyle="--", linewidth=1.5)
    ax.text(0.6, math.log(10) - 0.05, "guessing among ten: log 10", color=ORANGE, va="top")
    _ = ax.set_ylim(0, 2.5)
else:
    print("Not yet: `losses` is empty. Put what train_classifier returns into it.")

# %% [markdown]
# The first point lies far below 2.30, because it is a mean over the whole first epoch, in which the network was learning all the time.
#
# The curve says that training went well.
# It says nothing about what the network does with a given shirt.

# %% [markdown]
# ## Look at answers
#
# The next cell collects everything that you need: the test images in their order, their labels, and the ten probabilities of each.
# It has the two lines that you know from lesson 03: `eval()` puts the layers into inference mode, and `no_grad()` tells autograd to record nothing.


# %%
def test_answers() -> tuple[Tensor, Tensor, Tensor]:
    """Return the test images, their labels and the model's probabilities, (n, 10), in the order of the data set."""
    if model is ...:
        raise check.NotWritten("model")
    place = next(model.parameters()).device
    model.eval()
    answers = []
    with torch.no_grad():
        for images, labels in make_loaders(500)[1]:
            answers.append((images, labels, model(images.to(place)).exp().cpu()))
    images, labels, probabilities = (torch.cat(parts) for parts in zip(*answers, strict=True))
    return images, labels, probabilities


# %% show="A sure answer, and one in two minds" tags=["nbval-ignore-output"]
with check.when_written():
    images, labels, probabilities = test_answers()
    sureness, classes = probabilities.max(dim=1)
    figure, axes = plt.subplots(1, 4, figsize=(8, 2.7), width_ratios=(3, 2.6, 3, 2.6), layout="constrained")
    for (left, right), number, how in zip(
        (axes[:2], axes[2:]), (sureness.argmax(), sureness.argmin()), ("Sure", "In two minds"), strict=True
    ):
        left.imshow(images[number, 0], cmap="gray", vmin=-1, vmax=1)
        left.set_axis_off()
        left.set_title(f"{how}. Label: {clothes.classes[labels[number]]}", fontsize=9)
        colours = [BLUE if k == classes[number] else "#D6DCE2" for k in range(10)]
        right.barh(clothes.classes, probabilities[number], color=colours, edgecolor=BLACK, linewidth=0.6)
        right.invert_yaxis()
        right.tick_params(labelsize=8)
        right.set(xlim=(0, 1), xticks=[0, 0.5, 1])
        right.set_xlabel("probability", fontsize=8)
    _ = figure.suptitle(
        "Two answers of the network: on the left one class stands out, on the right several compete", fontsize=11
    )

# %% [markdown]
# The probabilities tell you more than the class: they tell you when not to trust it.

# %% [markdown]
# ## Look at each class
#
# An accuracy of 85 % can mean that every class is right in 85 % of the cases.
# It can also mean 94 % for nine of the classes and 4 % for the tenth.
# So count each class on its own.
#
# ### Accuracy per class (7 minutes, ●●○)
#
# Write `per_class_accuracy(predictions, labels, n_classes)`: from predicted and true classes, both int64 `(n,)`, it makes a float tensor `(n_classes,)`.
# Entry k is the share of right predictions among the examples whose *true* class is k.
# For a class without examples it is nan, "not a number", because there is nothing to take a share of.
#
# Example: the labels `[0, 0, 0, 1, 2, 2]`, the predictions `[0, 0, 2, 1, 0, 0]` and four classes.
# Class 0 has three examples, two of them right; class 1 has one, right; class 2 has two, both wrong; class 3 has none.
# The result is `[2/3, 1, 0, nan]`.


# %% task="per_class_accuracy"
def per_class_accuracy(predictions: Tensor, labels: Tensor, n_classes: int) -> Tensor:
    """Return the share of right predictions among the examples of each class, (n_classes,), nan where there are none.

    `predictions` and `labels` are class numbers, int64 (n,).
    """
    ### BEGIN SOLUTION
    right = torch.bincount(labels[predictions == labels], minlength=n_classes)
    return right / torch.bincount(labels, minlength=n_classes)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: <code>ZeroDivisionError: division by zero</code></summary>
#
# Python's numbers refuse to compute 0/0, and tensors give nan.
# Divide tensors, or put `math.nan` there yourself.
# </details>
#
# <details><summary>Hint: how do I pick the examples of one class?</summary>
#
# `labels == k` is a mask, `(n,)`, that is True for the examples of class k.
# A mask as an index keeps those: `predictions[labels == k]`.
# </details>

# %% check="per_class_accuracy" points=2
import warnings

labels, predictions = torch.tensor([0, 0, 0, 1, 2, 2]), torch.tensor([0, 0, 2, 1, 0, 0])
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # NumPy warns of 0/0, which is what a class without examples is
    shares = per_class_accuracy(predictions, labels, 4)
check.equal(
    "an array" if isinstance(shares, np.ndarray) else "a list" if isinstance(shares, list) else "",
    "",
    "per_class_accuracy(…)",
    mistakes={
        "per_class_accuracy(…) gives a NumPy array. Which function turns it into a tensor?": "an array",
        "per_class_accuracy(…) gives a list. Which function turns it into a tensor?": "a list",
    },
)
three, nan = [2 / 3, 1.0, 0.0], math.nan
check.close(
    shares,
    [*three, nan],
    "per_class_accuracy(predictions, labels, 4)",
    mistakes={
        "per_class_accuracy(…) gives 0 for a class without examples. Nothing went wrong there: it is nan.": [
            *three,
            0.0,
        ],
        "per_class_accuracy(…) gives 1 for a class without examples. Nothing went right there: it is nan.": [
            *three,
            1.0,
        ],
        "per_class_accuracy(…) leaves out the class without examples. Who says how many classes there are?": three,
        "per_class_accuracy(…) divides by how often a class was predicted. How often does it occur?": [0.5, 1, 0, nan],
        "per_class_accuracy(…) divides by the number of all examples. How many has each class?": [1 / 3, 1 / 6, 0, 0],
        "per_class_accuracy(…) gives nan for a class that is never right. It has examples, so its share is a number.": [
            *three[:2],
            nan,
            nan,
        ],
        "per_class_accuracy(…) counts answers to examples of other classes too. Which examples belong to class k?": [
            0.5,
            1.0,
            0.5,
            1.0,
        ],
        "per_class_accuracy(…) gives counts. A share of each class is wanted.": [2.0, 1.0, 0.0, 0.0],
        "per_class_accuracy(…) gives percent. A share lies between 0 and 1.": [200 / 3, 100.0, 0.0, nan],
        "per_class_accuracy(…) gives one number for all classes.": torch.tensor(0.5),
        "per_class_accuracy(…) gives the share of wrong answers.": [1 / 3, 0.0, 1.0, nan],
        "per_class_accuracy(…) gives -1 for a class without examples. Its share is no number: it is nan.": [*three, -1.0],
        "per_class_accuracy(…) keeps whole numbers alone. Where does the division drop the rest?": [0.0, 1.0, 0.0, 0.0],
        "per_class_accuracy(…) rounds its shares. Leave them as they are.": [0.67, 1.0, 0.0, nan],
        "per_class_accuracy(…) counts the classes from 1. The first one is 0.": [1.0, 0.0, nan, nan],
        "per_class_accuracy(…) divides by the number of examples that a class would have if all had the same.": [
            4 / 3,
            2 / 3,
            0.0,
            0.0,
        ],
        "per_class_accuracy(…) divides by all that belong to a class or were taken for it. How many belong to it?": [
            2 / 5,
            1.0,
            0.0,
            nan,
        ],
        "per_class_accuracy(…) says of each example whether it is right. One share for each class is wanted.": (
            predictions == labels
        ),
        "per_class_accuracy(…) gives back the predictions.": predictions,
    },
)
check.unchanged(predictions, torch.tensor([0, 0, 2, 1, 0, 0]), "predictions")
check.unchanged(labels, torch.tensor([0, 0, 0, 1, 2, 2]), "labels")
### BEGIN HIDDEN TESTS
generator = torch.Generator().manual_seed(43)
labels = torch.randint(0, 5, (40,), generator=generator)
predictions = torch.where(
    torch.rand(40, generator=generator) < 0.5, labels, torch.randint(0, 7, (40,), generator=generator)
)
before = predictions.clone(), labels.clone()
wanted = [(predictions[labels == k] == k).double().mean().item() for k in range(5)] + [math.nan] * 2
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    shares = per_class_accuracy(predictions, labels, 7)
    single = per_class_accuracy(torch.tensor([1]), torch.tensor([1]), 2)
    late = per_class_accuracy(torch.tensor([2, 2, 0]), torch.tensor([2, 1, 2]), 3)
check.close(shares, wanted, "per_class_accuracy(predictions, labels, 7)")
check.unchanged(predictions, before[0], "predictions")
check.unchanged(labels, before[1], "labels")
check.close(single, [math.nan, 1.0], "per_class_accuracy(predictions, labels, 2) of one example")
check.close(late, [math.nan, 0.0, 0.5], "per_class_accuracy(predictions, labels, 3)")
### END HIDDEN TESTS

# %% show="The accuracy of each class" tags=["nbval-ignore-output"]
with check.when_written():
    images, labels, probabilities = test_answers()
    classes = probabilities.argmax(dim=1)
    shares = per_class_accuracy(classes, labels, 10)
    whole = (classes == labels).float().mean().item()
    order = shares.argsort().tolist()
    _, ax = plt.subplots(figsize=(7.5, 3), layout="constrained")
    names = [clothes.classes[k] for k in order]
    ax.barh(names, shares[order], color=[ORANGE if shares[k] < whole - 0.1 else BLUE for k in order])
    for place, k in enumerate(order):
        ax.text(1.09, place, f"{shares[k]:.0%}", ha="right", va="center")
    ax.axvline(whole, color=BLACK, linestyle="--", linewidth=1.5)
    ax.set_title("One number hides a lot: classes more than ten points below it are orange", fontsize=11)
    ax.set(xlim=(0, 1.1))
    ax.set(xlabel=f"share right (dashed line: all test images, {whole:.1%})", xticks=[0, 0.25, 0.5, 0.75, 1])
    ax.spines[["top", "right"]].set_visible(False)

# %% [markdown]
# What does the network take the hard classes for?
# An accuracy can't tell, because it counts all wrong answers alike.

# %% [markdown]
# ## Look at each pair
#
# The *confusion matrix* counts pairs: the number in row i and column j says how many examples of class i were taken for class j.
# Right answers are on the diagonal.
# Everything else is a mistake with a name, such as "a shirt taken for a coat".
#
# ### The confusion matrix (8 minutes, ●●○)
#
# Write `confusion_matrix(predictions, labels, n_classes)`: a tensor `(n_classes, n_classes)` of counts.
# The row is the *true* class, the column the predicted one.
#
# Example: the labels `[0, 0, 0, 1, 2, 2]`, the predictions `[0, 0, 2, 1, 0, 0]` and four classes.
#
# | true ↓ predicted → | 0 | 1 | 2 | 3 |
# |---|---|---|---|---|
# | **0** | 2 | 0 | 1 | 0 |
# | **1** | 0 | 1 | 0 | 0 |
# | **2** | 2 | 0 | 0 | 0 |
# | **3** | 0 | 0 | 0 | 0 |


# %% task="confusion_matrix"
def confusion_matrix(predictions: Tensor, labels: Tensor, n_classes: int) -> Tensor:
    """Return the counts of each pair, (n_classes, n_classes): the true class down the rows, the predicted one across.

    `predictions` and `labels` are class numbers, int64 (n,).
    """
    ### BEGIN SOLUTION
    pairs = labels * n_classes + predictions  # each pair of classes has a number of its own
    return torch.bincount(pairs, minlength=n_classes**2).reshape(n_classes, n_classes)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: why does <code>matrix[labels, predictions] += 1</code> never count beyond 1?</summary>
#
# It reads all these entries at once, adds 1 to each, and writes them back.
# A pair that occurs three times is read three times as 0 and written three times as 1.
# A loop over the examples counts each one.
# So does `index_put_` with `accumulate=True`, and so does `torch.bincount` if each pair gets a number of its own.
# </details>
#
# <details><summary>Hint: <code>RuntimeError: shape '[4, 4]' is invalid for input of size 9</code></summary>
#
# `torch.bincount` stops at the largest number that occurs, and pairs beyond it get no place.
# Its argument `minlength` says how many places there are at least.
# </details>

# %% check="confusion_matrix" points=2
labels, predictions = torch.tensor([0, 0, 0, 1, 2, 2]), torch.tensor([0, 0, 2, 1, 0, 0])
wanted = torch.tensor([[2, 0, 1, 0], [0, 1, 0, 0], [2, 0, 0, 0], [0, 0, 0, 0]])
right, rows = wanted.diag().diag(), wanted.sum(dim=1, keepdim=True).clamp(min=1)
matrix = confusion_matrix(predictions, labels, 4)
check.equal(
    "an array" if isinstance(matrix, np.ndarray) else "a list" if isinstance(matrix, list) else "",
    "",
    "confusion_matrix(…)",
    mistakes={
        "confusion_matrix(…) gives a NumPy array. Which function turns it into a tensor?": "an array",
        "confusion_matrix(…) gives a list. Which function turns it into a tensor?": "a list",
    },
)
check.close(
    matrix,
    wanted,
    "confusion_matrix(predictions, labels, 4)",
    mistakes={
        "confusion_matrix(…) has the predicted classes down the rows. The row is the true class.": wanted.T,
        "confusion_matrix(…) counts each pair once. What becomes of a pair that occurs twice?": wanted.clamp(max=1),
        "confusion_matrix(…) leaves out the class without examples. Who says how many there are?": wanted[:3, :3],
        "confusion_matrix(…) counts right answers alone. What stands off the diagonal?": right,
        "confusion_matrix(…) counts wrong answers alone. The right ones belong on the diagonal.": wanted - right,
        "confusion_matrix(…) gives shares. Counts are wanted.": wanted / rows,
        "confusion_matrix(…) gives shares of each class, and nan where it has none. Counts are wanted.": (
            wanted / wanted.sum(dim=1, keepdim=True)
        ),
        "confusion_matrix(…) gives shares of all examples. Counts are wanted.": wanted / 6,
        "confusion_matrix(…) gives shares of each predicted class. Counts are wanted.": wanted
        / wanted.sum(dim=0).clamp(min=1),
        "confusion_matrix(…) gives shares of each predicted class, and nan where it has none. Counts are wanted.": (
            wanted / wanted.sum(dim=0)
        ),
        "confusion_matrix(…) says which pairs occur. It counts how often.": wanted > 0,
        "confusion_matrix(…) counts each mistake for both of its classes. One row and one column are its place.": (
            wanted + wanted.T - right
        ),
        "confusion_matrix(…) counts each example in every row. Are its rows one and the same list?": wanted.sum(
            dim=0
        ).repeat(4, 1),
        "confusion_matrix(…) has all counts in one row. Which shape has a table of four classes?": wanted.flatten(),
        "confusion_matrix(…) gives the number of each pair. How often does each number occur?": labels * 4 + predictions,
        "confusion_matrix(…) gives how many right answers each class has. What about the wrong ones?": wanted.diag(),
        "confusion_matrix(…) counts twice. Each example counts once.": 2 * wanted,
    },
)
check.unchanged(predictions, torch.tensor([0, 0, 2, 1, 0, 0]), "predictions")
check.unchanged(labels, torch.tensor([0, 0, 0, 1, 2, 2]), "labels")
### BEGIN HIDDEN TESTS
generator = torch.Generator().manual_seed(44)
labels, predictions = torch.randint(0, 3, (50,), generator=generator), torch.randint(0, 6, (50,), generator=generator)
before = predictions.clone(), labels.clone()
wanted = [[int(((labels == i) & (predictions == j)).sum()) for j in range(6)] for i in range(6)]
check.close(confusion_matrix(predictions, labels, 6), wanted, "confusion_matrix(predictions, labels, 6)")
check.unchanged(predictions, before[0], "predictions")
check.unchanged(labels, before[1], "labels")
check.close(
    confusion_matrix(torch.tensor([0]), torch.tensor([2]), 3),
    [[0, 0, 0], [0, 0, 0], [1, 0, 0]],
    "confusion_matrix(predictions, labels, 3) of one example",
)
check.close(
    confusion_matrix(torch.zeros(300, dtype=torch.int64), torch.ones(300, dtype=torch.int64), 2),
    [[0, 0], [300, 0]],
    "confusion_matrix(predictions, labels, 2) of 300 examples",
)
### END HIDDEN TESTS

# %% show="The confusion matrix" tags=["nbval-ignore-output"]
with check.when_written():
    images, labels, probabilities = test_answers()
    matrix = confusion_matrix(probabilities.argmax(dim=1), labels, 10).long()
    mistakes = matrix - matrix.diag().diag()
    row, column = divmod(int(mistakes.argmax()), 10)
    figure, ax = plt.subplots(figsize=(7.5, 4.9), layout="constrained")
    ax.imshow(matrix / matrix.sum(dim=1, keepdim=True), cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for i in range(10):
        for j in range(10):
            many = matrix[i, j] > 0.5 * matrix[i].sum()
            ax.text(j, i, int(matrix[i, j]) or "·", ha="center", va="center", color="white" if many else "black")
    ax.add_patch(plt.Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, edgecolor=ORANGE, linewidth=3))
    ax.set_xticks(range(10), clothes.classes, rotation=40, ha="right")
    ax.set_yticks(range(10), clothes.classes)
    ax.set(xlabel="predicted class", ylabel="true class")
    ax.set_title("Mistakes are off the diagonal, and the most frequent one is framed", fontsize=11)

# %% [markdown]
# Read a row from left to right: what does the network make of this garment?
# Read a column from top to bottom: when it names this class, how far can you trust it?
#
# The mistakes are no accident.
# Most of them are between T-shirt, pullover, dress, coat and shirt, which have much the same outline.
# Real clothes have a second such group: sandals, sneakers and ankle boots.
# Trousers and bags are seldom taken for anything else.
# Was that your answer, too, at the start of the lesson?

# %% [markdown]
# ## Look at the images
#
# Counts say *what* goes wrong, and the images may say *why*.
# Begin with the mistakes of which the network was most sure: there it has learnt something wrong, or the label is odd.

# %% show="The surest mistakes" tags=["nbval-ignore-output"]
with check.when_written():
    images, labels, probabilities = test_answers()
    sureness, classes = probabilities.max(dim=1)
    wrong = (classes != labels).nonzero().flatten()
    worst = wrong[sureness[wrong].argsort(descending=True)][:12]
    _ = plots.batch(
        images[worst],
        labels[worst],
        columns=6,
        classes=clothes.classes,
        predictions=classes[worst],
        title=f"The surest of {len(wrong)} mistakes: between {sureness[worst].min():.0%} and {sureness[worst].max():.0%} sure",
    )

# %% [markdown]
# Ask of each image: would *you* have known?
#
# - **No, nobody could.** Then no network can either, and the score has a ceiling below 100 %.
# - **No, and the label looks wrong.** Real collections have such labels, and this is a good way to find them.
# - **Yes, at a glance.** That is work for you: more such images, a better network or longer training.
#
# Make this a habit, before you change the learning rate or any other hyperparameter.
#
# How far can you trust a sure answer?
# A network is *calibrated* if its probabilities keep their promise: of the answers that it gives with 80 %, 80 % are right.
# Here are all answers, sorted into bins by how sure the network was:

# %% show="How often sure answers are right" tags=["nbval-ignore-output"]
with check.when_written():
    _, labels, probabilities = test_answers()
    sureness, classes = probabilities.max(dim=1)
    edges = [0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0001]
    inside = [(sureness >= low) & (sureness < high) for low, high in pairwise(edges)]
    right = [float((classes == labels)[mask].float().mean()) if mask.any() else 0.0 for mask in inside]
    means = [float(sureness[mask].mean()) if mask.any() else math.nan for mask in inside]
    _, ax = plt.subplots(figsize=(7.5, 2.9), layout="constrained")
    names = ["below 50%", "50–60%", "60–70%", "70–80%", "80–90%", "above 90%"]
    bars = ax.bar(names, right, color=BLUE, width=0.7)
    counts = [int(mask.sum()) for mask in inside]
    for k, (bar, mean, count) in enumerate(zip(bars, means, counts, strict=True)):
        top = np.nanmax([right[k], mean]) + 0.05
        ax.text(bar.get_x() + 0.35, top, f"{right[k]:.1%}\nof {count:,}", ha="center", fontsize=9)
    ax.hlines(means, [k - 0.45 for k in range(6)], [k + 0.45 for k in range(6)], color=ORANGE, linewidth=3)
    ax.set_title("The bars of a calibrated network end at their orange lines", fontsize=11)
    ax.set(xlabel="how sure the network was (orange: its mean probability)", ylabel="share right")
    ax.set(ylim=(0, 1.35), yticks=[0, 0.25, 0.5, 0.75, 1])
    ax.spines[["top", "right"]].set_visible(False)

# %% [markdown]
# Where a bar ends below its line, the network was too sure.
# Most answers are in the last bin, and nearly all of those are right; of the answers in the first bin, more than half are wrong.

# %% [markdown]
# ## The same path for other images
#
# Nothing on the path was about clothes.
# Here are three collections, two of them grey and one in colour, with 32 × 32 pixels.
# Where the real ones can't be downloaded, the digits are typeset, not handwritten, and the colour images show other classes than CIFAR-10's.

# %% show="Eight images of each collection" tags=["nbval-ignore-output"]
figure = plt.figure(figsize=(8, 3.6), layout="constrained")
sources = {"mnist": "mnist", "fashionmnist": "fashion-mnist", "cifar": "cifar10"}
for part, (name, source) in zip(figure.subfigures(3, 1), sources.items(), strict=True):
    collection = data.load(source, train=False, transform=transforms.ToTensor())
    for number, ax in enumerate(part.subplots(1, 8)):
        picture, _ = collection[number]
        ax.imshow(picture.permute(1, 2, 0), cmap="gray")
        ax.set_axis_off()
    sizes = " × ".join(map(str, picture.shape))
    part.suptitle(f"{name}: {sizes} = {picture.numel():,} numbers", x=0.02, ha="left", fontsize=10)

# %% [markdown]
# ### Bonus: one name, one data set (8 minutes, ●●○)
#
# Write `get_dataset(name, train)`: it returns the data set behind `"mnist"`, `"fashionmnist"` or `"cifar"`, for training or for testing, from `data.load`.
#
# - An item is `(image, label)`, the image a float tensor in [-1, 1]: `(1, 28, 28)` for the grey ones, `(3, 32, 32)` for `"cifar"`.
# - Any other name raises a `ValueError` whose text lists the three names.
#
# `data.load` itself knows them as `"mnist"`, `"fashion-mnist"` and `"cifar10"`.
#
# Example: `get_dataset("cifar", train=False)[0]` is a pair of a tensor `(3, 32, 32)` and a class from 0 to 9.
# `get_dataset("cats", train=True)` could say: `ValueError: no data set "cats"; there are mnist, fashionmnist, cifar`.


# %% task="get_dataset"
def get_dataset(name: str, train: bool) -> Dataset:
    """Return the data set "mnist", "fashionmnist" or "cifar", images (c, h, w) in [-1, 1] with class numbers.

    Raises ValueError, with the three names, for any other name.
    """
    ### BEGIN SOLUTION
    names = {"mnist": "mnist", "fashionmnist": "fashion-mnist", "cifar": "cifar10"}
    if name not in names:
        raise ValueError(f'no data set "{name}"; there are {", ".join(names)}')
    # One number for all channels: it is spread over three as well as over one.
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    return data.load(names[name], train=train, transform=transform)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: <code>get_dataset("fashion", …) raised KeyError</code></summary>
#
# A dictionary is a good way to get from one name to the other, but for an unknown name it raises `KeyError`.
# `if name not in …:` comes before the look-up, and `raise ValueError("…")` says what you want to say.
# `", ".join(names)` lists the keys of a dictionary.
# </details>

# %% check="get_dataset" points=2
from torch.utils.data import DataLoader


def first_item(name: str, train: bool) -> tuple:
    """Return the first item of a data set; where a transform gets what it can't take, say so in one sentence."""
    signs = {"Got <class 'PIL": "order", "support PIL": "order", "broadcast shape": "channels"}
    signs |= {"'DataLoader' object": "loader", "'NoneType' object": "nothing"}
    try:
        return get_dataset(name, train=train)[0]
    except (TypeError, RuntimeError) as error:
        problem = next((kind for sign, kind in signs.items() if sign in str(error)), None)
        if problem is None:
            raise
    check.equal(
        problem,
        None,
        "the first item",
        mistakes={
            "Normalize got a picture, and works on float tensors. In which order does Compose apply its list?": "order",
            f'get_dataset("{name}", …) normalises another number of channels than its images have. How many has a grey one?': "channels",
            f'get_dataset("{name}", …) gives a loader. The data set itself is wanted.': "loader",
            f'get_dataset("{name}", …) returns nothing. The data set is wanted.': "nothing",
        },
    )


def normalised(dataset, number: int = 0) -> Tensor:
    """Return an image as a float tensor in [-1, 1], the channels first."""
    pixels = torch.as_tensor(dataset.data[number]) / 127.5 - 1
    return pixels[None] if pixels.ndim == 2 else pixels.permute(2, 0, 1)


def error_of(name: str) -> str:
    """Return the kind of error that a name raises, "none" for no error."""
    try:
        get_dataset(name, train=True)
    except Exception as error:
        return type(error).__name__
    return "none"


raw = {source: data.load(source, train=False) for source in ("mnist", "fashion-mnist", "cifar10")}
image, _ = first_item("cifar", train=False)
check.equal(
    type(image).__name__ == "Image",
    False,
    'a picture in get_dataset("cifar", train=False)[0][0]',
    mistakes={'get_dataset("cifar", …) gives pictures. Which transform turns them into tensors?': True},
)
check.equal(
    tuple(image.shape) if isinstance(image, Tensor) else (3, 32, 32),
    (3, 32, 32),
    'the shape of get_dataset("cifar", train=False)[0][0]',
    mistakes={
        'get_dataset("cifar", …) gives grey images. Those of "cifar" have three channels.': (1, 32, 32),
        'get_dataset("cifar", …) gives images of 28 × 28 pixels. Those of "cifar" have 32 × 32.': (3, 28, 28),
        'get_dataset("cifar", …) gives grey images of 28 × 28 pixels. Which name has data.load for "cifar"?': (1, 28, 28),
        'get_dataset("cifar", …) flattens its images. They keep their three dimensions.': (3072,),
        'get_dataset("cifar", …) has the colours last. PyTorch wants (3, 32, 32).': (32, 32, 3),
    },
)
wanted = normalised(raw["cifar10"])
check.close(
    image,
    wanted,
    'get_dataset("cifar", train=False)[0][0]',
    mistakes={
        'get_dataset("cifar", train=False) gives images from 0 to 1. They should be normalised to [-1, 1].': (
            wanted / 2 + 0.5
        ),
        'get_dataset("cifar", train=False) gives training images. What becomes of the argument train?': normalised(
            data.load("cifar10", train=True)
        ),
    },
    atol=1e-3,
)
check.close(
    first_item("cifar", train=True)[0],
    normalised(data.load("cifar10", train=True)),
    'get_dataset("cifar", train=True)[0][0]',
    mistakes={'get_dataset("cifar", train=True) gives test images. What becomes of the argument train?': wanted},
    atol=1e-3,
)
for name, source, other in (("mnist", "mnist", "fashion-mnist"), ("fashionmnist", "fashion-mnist", "mnist")):
    image, _ = first_item(name, train=False)
    check.close(
        image,
        normalised(raw[source]),
        f'get_dataset("{name}", train=False)[0][0]',
        mistakes={f'get_dataset("{name}", …) gives the images of another name.': normalised(raw[other])},
        atol=1e-3,
    )
kind = error_of("fashion")
check.equal(
    kind,
    "ValueError",
    'the error of get_dataset("fashion", train=True)',
    mistakes={
        'get_dataset("fashion", …) raises no error. Which names does the task allow?': "none",
        'get_dataset("fashion", …) raises a KeyError, as a dictionary does for a key that it lacks. A ValueError is wanted.': "KeyError",
        f'get_dataset("fashion", …) raises {kind}. A ValueError is wanted.': kind,
    },
)
for name in ("mnist", "fashionmnist", "cifar"):
    check.raises(
        ValueError, lambda: get_dataset("fashion", train=True), 'get_dataset("fashion", train=True)', naming=name
    )
### BEGIN HIDDEN TESTS
sources = {"mnist": "mnist", "fashionmnist": "fashion-mnist", "cifar": "cifar10"}
for name, source in sources.items():
    for train in (True, False):
        raw_set, dataset = data.load(source, train=train), get_dataset(name, train)
        for number in (3, 17):
            image, label = dataset[number]
            what = f'get_dataset("{name}", train={train})[{number}]'
            check.close(image, normalised(raw_set, number), f"{what}[0]", atol=1e-3)
            check.equal(int(label), int(raw_set.targets[number]), f"{what}[1]")
        check.equal(len(dataset), len(raw_set), f'len(get_dataset("{name}", train={train}))')
check.shape(
    next(iter(DataLoader(get_dataset("cifar", True), batch_size=5)))[0],
    (5, 3, 32, 32),
    'a batch of get_dataset("cifar", True)',
)
check.raises(ValueError, lambda: get_dataset("", train=False), 'get_dataset("", train=False)', naming="fashionmnist")
for name in ("MNIST", "m", "fashion-mnist", "cifar10"):
    check.equal(
        error_of(name),
        "ValueError",
        f'the error of get_dataset("{name}", train=True)',
        mistakes={f'get_dataset("{name}", …) raises no error. The task has three names, and this is none of them.': "none"},
    )
### END HIDDEN TESTS

# %% [markdown]
# ### Bonus: train on any of them (12 minutes, ●●●)
#
# Write `train_on(name)`: it builds a network for the data set `name`, trains it for two epochs on its training images, and returns it.
#
# `Classifier` takes 784 numbers, and a colour image of 32 × 32 has 3 · 32 · 32 = 3072.
# So the network's input size has to follow the data, and one image is enough to find it.
# The rest may be as in `Classifier`.
# The network takes image batches `(n, c, h, w)` and gives log-probabilities `(n, 10)`.
#
# Example: `train_on("cifar")` returns a network whose first layer has 3072 inputs, `train_on("mnist")` one with 784.
# `train_on("cats")` raises the `ValueError` of `get_dataset`.


# %% task="train_on"
def train_on(name: str) -> nn.Module:
    """Return a network that was trained for two epochs on the data set `name`: (n, c, h, w) to (n, 10)."""
    ### BEGIN SOLUTION
    dataset = get_dataset(name, train=True)
    image, _ = dataset[0]
    network = nn.Sequential(
        nn.Flatten(),
        nn.Linear(image.numel(), 256),
        nn.ReLU(),
        nn.Linear(256, 128),
        nn.ReLU(),
        nn.Linear(128, 64),
        nn.ReLU(),
        nn.Linear(64, 10),
        nn.LogSoftmax(dim=1),
    ).to(device)
    train_classifier(network, DataLoader(dataset, batch_size=200, shuffle=True), epochs=2)
    return network
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: <code>mat1 and mat2 shapes cannot be multiplied (64x3072 and 784x256)</code></summary>
#
# The first layer was built for 784 numbers, and each image has 3072.
# `dataset[0]` is an image with its label, and a tensor knows how many numbers it has: `numel()`.
# </details>

# %% check="train_on" points=3
from collections import Counter
from functools import cache
from unittest import mock

from torch.nn.modules.module import register_module_forward_hook

load = data.load
parts = {}  # of each image, by its pixels: whether it is there to train on or to test with
learnt = {}  # of each network: how often it has learnt from each image


def load_few(*args, **kwargs):
    """Return the first 2,000 images of a data set, each made once: so training three times takes a second or two."""
    dataset = load(*args, **kwargs)
    dataset.data, dataset.targets = dataset.data[:2000], dataset.targets[:2000]
    for image in np.asarray(dataset.data):
        parts[image.tobytes()] = "train" if dataset.train else "test"
    kind = type(dataset)
    dataset.__class__ = type(kind.__name__, (kind,), {"__getitem__": cache(kind.__getitem__)})
    return dataset


def note_images(module: nn.Module, inputs: tuple, outputs: Tensor) -> None:
    """Note, in each backward pass through a network, which images it comes from."""
    if not (inputs and isinstance(inputs[0], Tensor) and isinstance(outputs, Tensor) and outputs.requires_grad):
        return
    if inputs[0].ndim == 4 and inputs[0].shape[1] in (1, 3):
        pixels = ((inputs[0].detach().cpu().permute(0, 2, 3, 1) + 1) * 127.5).round().clamp(0, 255).byte()
        keys = [image.tobytes() for image in pixels.numpy()]
        outputs.register_hook(lambda _: learnt.setdefault(module, Counter()).update(keys))


with (
    mock.patch.object(data, "load", load_few),
    register_module_forward_hook(note_images),
    check.within(20, 'train_on("cifar")'),
):
    network = train_on("cifar")
check.equal(
    "a list" if isinstance(network, list) else isinstance(network, nn.Module) or network,
    True,
    'a network from train_on("cifar")',
    mistakes={
        'train_on("cifar") returns the losses. The network is wanted.': "a list",
        'train_on("cifar") returns nothing. The network is wanted.': None,
    },
)
by_part = Counter(parts.get(key, "other") for key in learnt.get(network, Counter()).elements())
total, once = by_part.total(), max(learnt.get(network, Counter()).values(), default=0) == 1
check.equal(
    by_part["test"] > 20,
    False,
    'test images among those that train_on("cifar") learns from',
    mistakes={'train_on("cifar") learns from test images. Which argument of get_dataset gives the others?': True},
)
check.equal(
    "once" if total and once else "less" if 0 < total < 3000 else "more" if total > 4400 else "twice",
    "twice",
    'the number of epochs of train_on("cifar")',
    mistakes={
        'train_on("cifar") trains for one epoch. Two are wanted.': "once",
        'train_on("cifar") learns from fewer images than two epochs have. Does each epoch see all of them?': "less",
        'train_on("cifar") learns from more images than two epochs have.': "more",
    },
)
train_set = data.load("cifar10", train=True)
images = torch.from_numpy(train_set.data[:2000]).permute(0, 3, 1, 2) / 127.5 - 1
with torch.no_grad():
    outputs = network.eval()(images.to(next(network.parameters()).device))
check.shape(
    outputs,
    (2000, 10),
    'train_on("cifar")(images) of 2,000 images',
    mistakes={'train_on("cifar") gives one output per colour and image. Is the whole image one vector?': (6000, 10)},
)
check.equal(
    torch.allclose(outputs.logsumexp(dim=1).cpu(), torch.zeros(2000), atol=1e-3),
    True,
    'log-probabilities from train_on("cifar")',
    mistakes={
        'train_on("cifar") returns a network whose outputs are no log-probabilities: the exp of a row does not sum to 1.': False
    },
)
check.predictions(
    outputs.argmax(dim=1),
    torch.tensor(train_set.targets[:2000]),
    at_least=0.2,
    label='the answer of train_on("cifar") to images that it was trained on',
)
check.raises(ValueError, lambda: train_on("cats"), 'train_on("cats")', naming="fashionmnist")
### BEGIN HIDDEN TESTS
networks = {network}
for name, source in (("mnist", "mnist"), ("fashionmnist", "fashion-mnist")):
    with mock.patch.object(data, "load", load_few), check.within(20, f'train_on("{name}")'):
        network = train_on(name)
    check.equal(
        network in networks,
        False,
        f'an earlier network from train_on("{name}")',
        mistakes={f'train_on("{name}") goes on with a network that it has returned before. Each call builds its own.': True},
    )
    networks.add(network)
    raw_set = data.load(source, train=True)
    with torch.no_grad():
        outputs = network.eval()((raw_set.data[:2000, None] / 127.5 - 1).to(next(network.parameters()).device))
    check.shape(outputs, (2000, 10), f'train_on("{name}")(images)')
    check.predictions(
        outputs.argmax(dim=1),
        raw_set.targets[:2000],
        at_least=0.3,
        label=f'the answer of train_on("{name}") to training images',
    )
    with torch.no_grad():
        single = network(torch.zeros(1, 1, 28, 28).to(next(network.parameters()).device))
    check.shape(single, (1, 10), f'train_on("{name}")(images) of one image')
### END HIDDEN TESTS

# %% [markdown]
# Now the name is all that you have to change.
# Try the other two: write one of them, and run both cells.

# %%
name = "cifar"

# %% show="A training on the collection of that name, and twelve answers" tags=["nbval-ignore-output"]
with check.when_written():
    torch.manual_seed(2)
    network = train_on(name)
    test_set = get_dataset(name, train=False)
    images, labels = next(iter(DataLoader(test_set, batch_size=2000)))
    network.eval()
    with torch.no_grad():
        classes = network(images.to(next(network.parameters()).device)).argmax(dim=1).cpu()
    share = (classes == labels).float().mean().item()
    _ = plots.batch(
        images[:12],
        labels[:12],
        columns=6,
        classes=test_set.classes,
        predictions=classes[:12],
        title=f"{name}: after two epochs, {share:.0%} of {len(labels):,} test images are right",
    )

# %% [markdown]
# Of the three collections, the one in colour is the hardest for this kind of network.
# It looks at each pixel in its place, and an object may be anywhere.
# Lesson 10 builds networks that look for shapes wherever they are.

# %% [markdown]
# ## Break it
#
# The figure of calibration was made of test images, which are like those that the network was trained on.
# Give `model` images of another kind, and compare how sure it is with how often it is right:
#
# - `-images`, black on white;
# - `images.roll(4, dims=3)`, each garment moved by four pixels to the right.
#
# <details><summary>What came out in our trials</summary>
#
# We trained three networks on the drawn garments.
# Of the test images themselves 85 % were right, and the mean probability of the answers was 0.85.
# Of the negatives fewer than 10 % were right with each network, at a mean probability of 0.8 and more.
# Of the moved ones about a third were right, also at 0.8 and more.
# Calibration on test images promises nothing for images of another kind.
# </details>
#
# **For your own data:**
#
# - Which two of your classes would a network mix up, and which of the two mistakes would cost more?
#   Where in the confusion matrix would you look for it?
# - How will the images that your model meets in use differ from those in your test set?

# %% [markdown]
# ## What you have learnt
#
# - `ToTensor` and `Normalize` bring pixels from 0…255 to -1…1, in training and testing alike.
# - Training images are shuffled, test images keep their order, and no image is in both.
# - With ten classes, training starts near log 10 = 2.30. Another start means a mistake.
# - Adam gives each weight steps of its own length, and wants a small learning rate.
# - One accuracy hides the classes; the accuracy per class and the confusion matrix show them.
# - The surest mistakes are the first images to look at, and calibration tells how far to trust a probability.
# - The same path serves other images, if the input size follows the data.
#
# ## Mistakes that the checks of this lesson look for
#
# | mistake | why people make it |
# |---|---|
# | testing on training images, or training on test images | `train=True` is copied from the line above, and the accuracy looks splendid. |
# | a shuffled test loader | It changes no accuracy. You notice when you look for image 17. |
# | a range other than [-1, 1], or another one for testing | The network still learns, but then meets other shades than it was trained on. |
# | digits instead of clothes | The name in `data.load` is copied from the lesson before. |
# | softmax over the batch, none at all, or without a logarithm | All of them have the shape `(n, 10)`. |
# | ReLU on the last layer | The last line is copied from the ones above it. |
# | the mean of batch means, the last batch's loss, a sum that is never set back to 0 | Each of them is a number that falls. |
# | loss tensors in a list | They look like numbers, and are tensors with a computation graph behind them. |
# | a new Adam for each batch or epoch | Training still works, and nobody sees that the running means are lost. |
# | training in inference mode | A network without dropout trains all the same. |
# | an optimizer for another network | `Classifier()` called twice makes two networks. |
# | `model = train_classifier(…)` | In scikit-learn, `fit` returns the model. |
# | 0 for a class without examples | A bar of height 0 looks like a bad class, where there is none. |
# | dividing by how often a class was predicted (its *precision*) | Both are shares of the same right answers. |
# | a transposed confusion matrix | Both ways are in use, and the diagonal is the same. |
# | `matrix[labels, predictions] += 1` | It reads like counting, and counts each pair once. |
# | 784 written into the first layer | It fits two of three collections. |
#
# ## Where to read on
#
# - Goodfellow, Bengio and Courville, *Deep Learning*, chapter 11: [Practical methodology](https://www.deeplearningbook.org/contents/guidelines.html), on measuring and on looking at the worst mistakes.
# - Xiao, Rasul and Vollgraf: [Fashion-MNIST](https://arxiv.org/abs/1708.07747), where the clothes come from; Kingma and Ba: [Adam](https://arxiv.org/abs/1412.6980); Guo and others: [On calibration of modern neural networks](https://arxiv.org/abs/1706.04599).
# - PyTorch's pages on [`torch.utils.data`](https://docs.pytorch.org/docs/stable/data.html), [`torch.optim.Adam`](https://docs.pytorch.org/docs/stable/generated/torch.optim.Adam.html) and [torchvision's transforms](https://docs.pytorch.org/vision/stable/transforms.html).
#
# **Next:** [Validation and dropout](../05_validation_dropout/05_validation_dropout.ipynb). Train long enough on few images, and the training loss goes on falling while the loss on unseen images rises. There you see it happen, and learn what helps.
