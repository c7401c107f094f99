# %% [markdown]
# # Building blocks
#
# After this lesson you can
#
# - write a layer of your own, and say what makes its weights part of a network;
# - build networks from modules that hold modules;
# - write a `forward` that does something different each time;
# - find a wrong size by printing sizes;
# - join networks, and measure class by class what that gains.
#
# **Time:** 105 minutes.
#
# **Builds on:** [Neural networks](../02_neural_networks/02_neural_networks.ipynb), for `nn.Module` and the size that a convolution leaves, and [Validation and dropout](../05_validation_dropout/05_validation_dropout.ipynb), for the modes. Lesson 09 comes just before; it helps, but is not needed.
#
# **Leads to:** lesson 11, where you write the optimizers as well.

# %%
import math
import random
from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from kindling import check, data, plots

BLUE, ORANGE, GREEN, BLACK = plots.COLOURS

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
torch.set_num_threads(1)  # in networks as small as these a second core gains little

# %% [markdown]
# ## Images in colour
#
# The data set is CIFAR-10: 32 × 32 pixels in three colours, and ten classes.
# Without a network connection, drawn objects take its place.
# They have the same shapes but other classes, so all accuracies below are those of the drawn ones.
# We train on 3,000 images and measure on 2,000 others.

# %% tags=["nbval-ignore-output"]
train_set, test_set = data.load("cifar10", train=True), data.load("cifar10", train=False)


def as_tensors(dataset: torch.utils.data.Dataset, count: int) -> tuple[Tensor, Tensor]:
    """Return the first images, (count, 3, 32, 32) in [-1, 1], and their labels, (count,)."""
    pixels = torch.as_tensor(dataset.data[:count]).permute(0, 3, 1, 2).contiguous()
    return pixels.to(device) / 127.5 - 1, torch.as_tensor(dataset.targets[:count]).to(device)


train_images, train_labels = as_tensors(train_set, 3000)
test_images, test_labels = as_tensors(test_set, 2000)
test_loader = DataLoader(TensorDataset(test_images, test_labels), batch_size=250)
print(f"images: {tuple(train_images.shape)}, classes: {', '.join(train_set.classes)}")

# %% show="Sixteen of the training images" tags=["nbval-ignore-output"]
_ = plots.batch(
    train_images[:16].cpu(),
    train_labels[:16].cpu(),
    classes=train_set.classes,
    title="Shape and place vary within a class, and colours are shared between classes",
)

# %% [markdown]
# All networks of this lesson learn in the same way: Adam, with a learning rate that falls to 0 along a cosine.
# `train` gives the loss of each step.


# %%
def train(model: nn.Module, epochs: int, lr: float, batch_size: int) -> list[float]:
    """Train `model` on the training images, and return the loss of each step."""
    steps = epochs * math.ceil(len(train_images) / batch_size)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    losses = []
    model.train()
    for _ in range(epochs):
        for rows in torch.randperm(len(train_images)).split(batch_size):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(train_images[rows]), train_labels[rows])
            loss.backward()
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
    return losses


def test_accuracy(model: nn.Module) -> float:
    """Return the share of test images that `model` gets right, in inference mode."""
    model.eval()
    with torch.no_grad():
        right = sum((model(images).argmax(dim=1) == labels).sum().item() for images, labels in test_loader)
    return right / len(test_images)


trained: dict[str, nn.Module] = {}  # the networks of this lesson, by name, once they have learnt
accuracies: dict[str, float] = {}  # their accuracies on the test images

# %% [markdown]
# ## A layer is a module
#
# `nn.Linear` has no privileges: it is a module like the ones that you write.
# What makes it learn is one thing: its weights are `nn.Parameter`s.
# When you assign an `nn.Parameter` to `self`, the module puts it into a list.
# `parameters()`, `state_dict()` and `to(device)` go through that list, and through those of the modules inside.
#
# Four ways to keep a weight, and what the module knows of each:

# %% show="What a module registers"
class FourWays(nn.Module):
    """Keeps the same numbers in four ways."""

    def __init__(self) -> None:
        super().__init__()
        self.tensor = torch.ones(2)
        self.parameter = nn.Parameter(torch.ones(2))
        self.layers = [nn.Linear(1, 1)]
        self.module_list = nn.ModuleList([nn.Linear(1, 1)])


print("parameters:", [name for name, _ in FourWays().named_parameters()])

# %% [markdown]
# The plain tensor and the layer in a plain list are missing.
# Autograd would compute gradients for that layer, but an optimizer would never hear of it, and there would be no error.
#
# ### Your own Linear (8 minutes, ●●○)
#
# Write `Linear(in_features, out_features, bias=True)`, a module that computes what `nn.Linear` computes.
#
# - Its parameters are `weight`, of shape `(out_features, in_features)`, and `bias`, of shape `(out_features,)`. With `bias=False` it has no bias.
# - The weight starts at random, and small: `nn.Linear` draws between -1/√in_features and 1/√in_features, which keeps the outputs small. The bias may start in the same way, or at 0.
# - It works on the last dimension of its input, whatever comes before: `(in,)`, `(n, in)`, `(a, b, in)`.
# - `nn.Linear` itself may not be part of it.
#
# Example: the weight is `[[1, 2, 3], [0, -1, 1]]` and the bias `[10, -20]`.
# The input `[1, 0, 2]` gives 1 + 0 + 6 + 10 = 17 and 0 + 0 + 2 - 20 = -18.


# %% task="Linear"
class Linear(nn.Module):
    """A dense layer: (…, in_features) to (…, out_features). `weight` is (out, in), `bias` is (out,) or there is none."""

    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        ### BEGIN SOLUTION
        super().__init__()
        limit = 1 / math.sqrt(in_features)
        self.weight = nn.Parameter(torch.empty(out_features, in_features).uniform_(-limit, limit))
        self.bias = nn.Parameter(torch.empty(out_features).uniform_(-limit, limit)) if bias else None
        ### END SOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """Return the outputs, (…, out_features), for `x`, (…, in_features)."""
        ### BEGIN SOLUTION
        y = x @ self.weight.T
        return y if self.bias is None else y + self.bias
        ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: <code>RuntimeError: mat1 and mat2 shapes cannot be multiplied</code></summary>
#
# A row of `weight` belongs to one output.
# In `x @ m` the rows of `m` belong to the inputs.
# What turns one into the other?
# </details>
#
# <details><summary>Hint: how do I keep no bias?</summary>
#
# `self.bias = None` is a good way: the attribute is there, and `parameters()` lists nothing for it.
# `forward` has to ask which case it is.
# </details>

# %% check="Linear" points=2
early = False
try:
    layer = Linear(3, 2)
except AttributeError as error:
    early = "before Module.__init__" in str(error)
    if not early:
        raise
check.equal(
    early,
    False,
    "whether Linear(3, 2) assigns too early",
    mistakes={"Linear(3, 2) assigns to self before nn.Module is set up. Which call comes first in __init__?": True},
)
check.equal(
    isinstance(layer, nn.Module) and not any(isinstance(module, nn.Linear) for module in layer.modules()),
    True,
    "whether Linear(3, 2) is a module of your own",
    mistakes={"Linear(3, 2) is no nn.Module of its own, or leaves the work to nn.Linear. Which class is it built on?": False},
)
check.equal(
    {name: tuple(parameter.shape) for name, parameter in layer.named_parameters()},
    {"weight": (2, 3), "bias": (2,)},
    "the dictionary of the parameters of Linear(3, 2)",
    mistakes={
        "Linear(3, 2) registers no parameter. What kind of tensor, kept where, does a module register?": {},
        "Linear(3, 2) does not register its bias. What kind of tensor, kept where, does a module register?": {"weight": (2, 3)},
        "Linear(3, 2) does not register its weight. What kind of tensor, kept where, does a module register?": {"bias": (2,)},
        "Linear(3, 2) keeps its weight as (in, out). nn.Linear has one row per output.": {"weight": (3, 2), "bias": (2,)},
        "Linear(3, 2) has one bias per input. Which of the two sizes do the outputs have?": {"weight": (2, 3), "bias": (3,)},
        "Linear(3, 2) has a single bias for all outputs. Each output has its own.": {"weight": (2, 3), "bias": (1,)},
        "Linear(3, 2) has a bias with two dimensions. Its shape is (out_features,).": {"weight": (2, 3), "bias": (1, 2)},
    },
)
check.equal(
    torch.equal(layer.weight[0], layer.weight[1]),
    False,
    "whether both rows of the new weight are equal",
    mistakes={"Linear(3, 2) starts with equal weights for all outputs, so that all of them would learn the same.": True},
)
weight, bias = torch.tensor([[1.0, 2.0, 3.0], [0.0, -1.0, 1.0]]), torch.tensor([10.0, -20.0])
with torch.no_grad():
    layer.weight.copy_(weight)
    layer.bias.copy_(bias)
x = torch.tensor([[1.0, 0.0, 2.0], [0.0, 4.0, 1.0], [-1.0, 0.5, 0.0]])
wanted = F.linear(x, weight, bias)
actual = layer(x)
check.close(
    actual,
    wanted,
    "Linear(3, 2)(x)",
    mistakes={
        "Linear(3, 2)(x) is the product alone. What became of the bias?": wanted - bias,
        "Linear(3, 2)(x) has an activation in it. A dense layer has none.": wanted.relu(),
        "Linear(3, 2)(x) has a sigmoid in it. A dense layer has no activation.": wanted.sigmoid(),
        "Linear(3, 2)(x) subtracts the bias.": wanted - 2 * bias,
        "Linear(3, 2)(x) lies on its side: one row per output, where one per example is wanted.": wanted.T,
    },
)
check.equal(
    actual.requires_grad,
    True,
    "Linear(3, 2)(x).requires_grad",
    mistakes={"Linear(3, 2)(x) is cut off from autograd, so the layer could not learn.": False},
)
plain = Linear(3, 2, bias=False)
check.equal(
    sorted(name for name, _ in plain.named_parameters()),
    ["weight"],
    "the names of the parameters of Linear(3, 2, bias=False)",
    mistakes={"Linear(3, 2, bias=False) has a bias all the same. Who looks at the argument?": ["bias", "weight"]},
)
with torch.no_grad():
    plain.weight.copy_(weight)
check.close(plain(x), wanted - bias, "Linear(3, 2, bias=False)(x)")
check.shape(
    Linear(3, 2)(x[0]),
    (2,),
    "Linear(3, 2)(x) of one vector",
    mistakes={"Linear(3, 2)(x) makes a batch of a single vector. What comes before the last dimension stays as it is.": (1, 2)},
)
### BEGIN HIDDEN TESTS
torch.manual_seed(6)
theirs = nn.Linear(7, 5)
inputs = [torch.randn(size) for size in ((4, 7), (7,), (2, 3, 7), (5, 7), (1, 7))]
outputs = [theirs(x) for x in inputs]
outputs[-1].square().sum().backward()
gradients = [theirs.weight.grad, theirs.bias.grad]
ours = Linear(7, 5)
ours.load_state_dict(theirs.state_dict())
for x, y in zip(inputs, outputs, strict=True):
    before = x.clone()
    check.close(ours(x), y, f"Linear(7, 5)(x) of x {tuple(x.shape)}")
    check.unchanged(x, before, "x")
ours(x).square().sum().backward()
check.close(
    [ours.weight.grad, ours.bias.grad],
    gradients,
    "the gradients of Linear(7, 5)",
    mistakes={"Linear(7, 5) cuts its weight off from autograd, so that it could not learn.": [None, gradients[1]]},
)
check.equal(
    torch.equal(Linear(7, 5).weight, Linear(7, 5).weight),
    False,
    "the same weights in two new layers",
    mistakes={"Linear(7, 5) gives every new layer the same weights. Where are they drawn, and who sets the seed?": True},
)
size = Linear(400, 50).weight.square().mean().sqrt().item() * 20  # 0.58 as nn.Linear draws
check.equal(
    size < 4,
    True,
    "whether Linear(400, 50) starts with small weights",
    mistakes={"Linear(400, 50) starts with weights that make its outputs large. How do they depend on in_features?": False},
)
check.close(Linear(4, 3, False)(torch.zeros(2, 4)), torch.zeros(2, 3), "Linear(4, 3, False)(zeros)")
double = Linear(3, 2).double()
check.equal(double(torch.ones(4, 3).double()).dtype, torch.float64, "the dtype of Linear(3, 2).double()(x)")
### END HIDDEN TESTS

# %% [markdown]
# ## A small convolutional network
#
# Modules hold modules.
# A network of convolutions holds a handful of layers, and each of those holds its parameters.
#
# A convolution slides a small window over the image, so it finds a shape wherever it is.
# Its output is a stack of *maps*, one for each pattern that it looks for.
# Max pooling then keeps the largest of each 2 × 2 numbers, which halves the sides.
# Here is the road of one image through such a network:

# %% show="The road of one image through a convolutional network"
road = [
    ("image", 3, 32), ("convolution 5", 6, 28), ("pooling 2", 6, 14),
    ("convolution 5", 16, 10), ("pooling 2", 16, 5),
]
_, ax = plt.subplots(figsize=(8, 3.1), layout="constrained")
x = 0.0
for name, maps, side in road:
    for step in reversed(range(maps)):
        corner = (x + 0.9 * step, 0.9 * step)
        ax.add_patch(plt.Rectangle(corner, side, side, facecolor="white", edgecolor=BLUE, linewidth=0.9))
    ax.text(x + side / 2, -1.5, f"{name}\n{maps} × {side} × {side}", ha="center", va="top", fontsize=9)
    x += max(side + 0.9 * maps, 17) + 4
for units, name in ((120, "fc1"), (120, "fc2"), (10, "fc3")):
    ax.add_patch(plt.Rectangle((x, 0), 2, units / 4, facecolor=ORANGE if units == 10 else BLUE))
    ax.text(x + 1, -1.5, f"{name}\n{units}", ha="center", va="top", fontsize=9)
    x += 11
ax.set(title="From few large maps to many small ones, then to 120, 120 and 10 numbers", xlim=(-1, x), ylim=(-9, 38))
ax.set_aspect("equal")
_ = ax.axis("off")

# %% [markdown]
# A window of 5 fits into 32 pixels at 28 places, pooling leaves 14, the next window 10, the next pooling 5.
# So each image arrives at the first dense layer as 16 · 5 · 5 = 400 numbers.
#
# ### Net (8 minutes, ●●○)
#
# Write `Net()`, the network of the drawing: `(n, 3, 32, 32)` images to `(n, 10)` logits.
#
# - two convolutions with windows of 5 and without padding, from 3 to 6 and from 6 to 16 maps; after each of them ReLU, and max pooling of 2;
# - three dense layers 400-120-120-10 with ReLU between them. Nothing comes after the last one.
#
# The names `conv1`, `conv2`, `fc1`, `fc2` and `fc3` will help you in a later task.
# Your own `Linear` or `nn.Linear`: as you like.
#
# Example: `Net()` has 66,722 parameters, and 456 of them belong to the first convolution: 6 · 3 · 5 · 5 weights and 6 biases.


# %% task="Net"
class Net(nn.Module):
    """Two convolutions and three dense layers: images (n, 3, 32, 32) to logits (n, 10)."""

    def __init__(self) -> None:
        ### BEGIN SOLUTION
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)
        ### END SOLUTION

    def forward(self, images: Tensor) -> Tensor:
        """Return the logits, (n, 10), of `images`, (n, 3, 32, 32)."""
        ### BEGIN SOLUTION
        x = F.max_pool2d(F.relu(self.conv1(images)), 2)  # (n, 6, 14, 14)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)  # (n, 16, 5, 5)
        x = F.relu(self.fc1(x.flatten(start_dim=1)))  # (n, 120)
        x = F.relu(self.fc2(x))
        return self.fc3(x)
        ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: <code>mat1 and mat2 shapes cannot be multiplied (400x5 and 400x120)</code></summary>
#
# After the second pooling there are 16 maps of 5 × 5 for each image, and the check sends five images.
# A dense layer works on the last dimension alone, and that is a row of 5 pixels.
# What makes one row of 400 numbers out of each image, and keeps the images apart?
# </details>

# %% check="Net" points=2
torch.manual_seed(7)
images = torch.randn(5, 3, 32, 32)
before = images.clone()
early, joined = False, False
try:
    model = Net()
    _ = model(images)
except AttributeError as error:
    early = "before Module.__init__" in str(error)
    if not early:
        raise
except RuntimeError as error:
    joined = "(1x2000 and" in str(error)
    if not joined:
        raise
check.equal(
    early,
    False,
    "whether Net() assigns too early",
    mistakes={"Net() assigns to self before nn.Module is set up. Which call comes first in __init__?": True},
)
check.equal(
    joined,
    False,
    "whether Net() joins the images",
    mistakes={"Net() makes a single row of all five images. Which dimension has to stay when it flattens?": True},
)
check.unchanged(images, before, "images")
check.equal(
    isinstance(model, nn.Module),
    True,
    "isinstance(Net(), nn.Module)",
    mistakes={"Net is no nn.Module. Which class is it built on?": False},
)
sizes = [(6, 3, 5, 5), (6,), (16, 6, 5, 5), (16,), (120, 400), (120,), (120, 120), (120,), (10, 120), (10,)]
check.equal(
    sorted(str(tuple(parameter.shape)) for parameter in model.parameters()),
    sorted(map(str, sizes)),
    "the list of the shapes of Net()'s parameters",
    mistakes={
        "Net() registers no layer. They belong in __init__, each as an attribute; a plain list hides them.": [],
        "Net() registers its convolutions alone. Are the dense layers in a plain list, or built inside forward?": sorted(map(str, sizes[:4])),
        "Net() registers its dense layers alone. Are the convolutions in a plain list, or built inside forward?": sorted(map(str, sizes[4:])),
        "Net() has a second dense layer of 84 units, as LeNet-5 has. Here it has 120.": sorted(
            map(str, [*sizes[:6], (84, 120), (84,), (10, 84), (10,)])
        ),
        "Net() has a first dense layer for 1,024 values. Are the convolutions padded?": sorted(
            map(str, [*sizes[:4], (120, 1024), *sizes[5:]])
        ),
        "Net() has two dense layers. Which of the three is missing?": sorted(map(str, [*sizes[:6], *sizes[8:]])),
        "Net() has a first dense layer for 1,600 values. Is there max pooling after both convolutions?": sorted(
            map(str, [*sizes[:4], (120, 1600), *sizes[5:]])
        ),
        "Net() has convolutions without a bias.": sorted(map(str, [size for size in sizes if size not in ((6,), (16,))])),
        "Net() has a batch norm. It is convolutions, ReLU, pooling and dense layers alone.": sorted(
            map(str, [*sizes, *[size for size in ((6,), (16,)) for _ in range(2)]])
        ),
    },
)
torch.manual_seed(108)
known = {size: torch.randn(size) / math.sqrt(math.prod(size[1:]) / 3) for size in sizes}
with torch.no_grad():
    for parameter in model.parameters():
        parameter.copy_(known[tuple(parameter.shape)])


def network(images: Tensor, skip: str = "", pool=F.max_pool2d, curve=torch.relu, hidden: int = 1) -> Tensor:
    """Return the logits of a Net with the known weights, without the ReLU of the layer `skip`, and with `hidden` fc2."""
    x = images
    for name, weight, bias in (("conv1", sizes[0], sizes[1]), ("conv2", sizes[2], sizes[3])):
        x = F.conv2d(x, known[weight], known[bias])
        x = pool(x if skip in (name, "all") else curve(x), 2)
    x = x.flatten(start_dim=1)
    for name, weight, bias in (("fc1", sizes[4], sizes[5]), *[("fc2", sizes[6], sizes[7])] * hidden):
        x = F.linear(x, known[weight], known[bias])
        x = x if skip in (name, "all") else curve(x)
    return F.linear(x, known[sizes[8]], known[sizes[9]])


logits = network(images)
actual = model.train()(images)
check.shape(actual, (5, 10), "Net()(images)")
check.equal(
    torch.equal(actual, model(images)),
    True,
    "whether Net() answers the same twice",
    mistakes={"Net() gives other logits at each call. Is a layer built inside forward, or is there dropout in it?": False},
)
check.close(
    actual,
    logits,
    "Net()(images)",
    rtol=1e-3,
    atol=1e-3,
    mistakes={
        "Net() gives probabilities. Logits come from the last layer as they are.": logits.softmax(dim=1),
        "Net() gives log-probabilities. Logits come from the last layer as they are.": logits.log_softmax(dim=1),
        "Net() sends its logits through ReLU. They may be negative.": logits.relu(),
        "Net() has no ReLU after its first convolution.": network(images, "conv1"),
        "Net() has no ReLU after its second convolution.": network(images, "conv2"),
        "Net() has no ReLU after its first dense layer.": network(images, "fc1"),
        "Net() has no ReLU after its second dense layer.": network(images, "fc2"),
        "Net() has no ReLU at all.": network(images, "all"),
        "Net() takes means where it pools. The largest of each 2 × 2 is wanted.": network(images, pool=F.avg_pool2d),
        "Net() has a sigmoid where the task wants ReLU.": network(images, curve=torch.sigmoid),
        "Net() has a tanh where the task wants ReLU.": network(images, curve=torch.tanh),
        "Net() has a leaky ReLU where the task wants ReLU.": network(images, curve=F.leaky_relu),
        "Net() never uses its second dense layer of 120 units.": network(images, hidden=0),
        "Net() runs its second dense layer twice.": network(images, hidden=2),
    },
)
check.close(
    model(images[:1]),
    logits[:1],
    "Net()(images) of one image",
    rtol=1e-3,
    atol=1e-3,
    mistakes={"Net() takes the batch away from a single image. Which squeeze, or which flatten, takes a dimension too many?": logits[0]},
)
### BEGIN HIDDEN TESTS
torch.manual_seed(109)
images = torch.randn(10, 3, 32, 32)
out = model.eval()(images)
check.close(out, network(images), "Net().eval()(images) of ten images", rtol=1e-3, atol=1e-3)
out.square().sum().backward()
check.equal(
    all(parameter.grad is not None for parameter in model.parameters()), True, "gradients in every parameter of Net()"
)
one, two = Net(), Net()
pairs = zip(one.parameters(), two.parameters(), strict=True)
check.equal(
    any(torch.equal(a, b) for a, b in pairs if a.ndim > 1),  # a bias may start at 0
    False,
    "the same weights in two new networks",
    mistakes={"Net() shares weights with the next Net(), or gives all of them the same.": True},
)
### END HIDDEN TESTS

# %% show="Your Net learns the images" tags=["nbval-ignore-output"]
losses: list[float] = []
with check.when_written():
    torch.manual_seed(0)
    trained["Net"] = Net().to(device)
    losses = train(trained["Net"], epochs=4, lr=0.002, batch_size=32)
    accuracies["Net"] = test_accuracy(trained["Net"])
    print(f"{len(losses)} steps, accuracy on images that it has never seen: {accuracies['Net']:.3f}")

# %% [markdown]
# ## A curve that can be read
#
# Each step has its own few images, so the losses jump up and down.
# To see where they go, take a mean that forgets slowly: keep most of what you had, and mix in a little of what is new.
# It is called an *exponential moving average*, and the smoothing slider of TensorBoard is one too.
#
# ### Smooth the losses (5 minutes, ●○○)
#
# Write `smooth(losses, beta=0.99)`: a list as long as `losses`.
# Its first number is the first loss.
# Each later one is beta times the smoothed number before it, plus 1 - beta times the loss of its own step.
# An empty list gives an empty list.
#
# Example: `smooth([4, 0, 8], beta=0.75)` begins with 4.
# Then come 0.75 · 4 + 0.25 · 0 = 3 and 0.75 · 3 + 0.25 · 8 = 4.25.


# %% task="smooth"
def smooth(losses: list[float], beta: float = 0.99) -> list[float]:
    """Return the exponential moving average of `losses`, as long as these, beginning at the first loss."""
    ### BEGIN SOLUTION
    smoothed: list[float] = []
    for loss in losses:
        smoothed.append(beta * smoothed[-1] + (1 - beta) * loss if smoothed else loss)
    return smoothed
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: why does my curve start near 0?</summary>
#
# With beta = 0.99, a mean that starts at 0 takes in one hundredth of the first loss.
# Start at the first loss instead, and begin to mix at the second.
# </details>

# %% check="smooth" points=1
losses = [4.0, 0.0, 8.0]
check.close(
    smooth(losses, beta=0.75),
    [4.0, 3.0, 4.25],
    "smooth([4, 0, 8], beta=0.75)",
    lists=True,
    mistakes={
        "smooth(…) starts from 0. The first number is the first loss as it is.": [1.0, 0.75, 2.5625],
        "smooth(…) gives beta to the new loss. It belongs to what is kept.": [4.0, 1.0, 6.25],
        "smooth(…) mixes with the loss before. The smoothed number before is wanted.": [4.0, 3.0, 2.0],
        "smooth(…) gives the losses as they are.": [4.0, 0.0, 8.0],
        "smooth(…) leaves out the first number.": [3.0, 4.25],
        "smooth(…) is the mean of all losses so far. Old ones are to count less and less.": [4.0, 2.0, 4.0],
        "smooth(…) has 0.99 written into it. Who looks at beta?": [4.0, 3.96, 4.0004],
        "smooth(…) corrects for a start from 0, as Adam does. Here the first loss is the start.": [4.0, 12 / 7, 164 / 37],
        "smooth(…) gives the last number alone. One for each step is wanted.": 4.25,
    },
)
check.close(
    smooth([1.0, 0.0]),
    [1.0, 0.99],
    "smooth([1, 0])",
    lists=True,
    mistakes={
        "smooth([1, 0]) does not use 0.99 where no beta is given.": [1.0, 0.9],
        "smooth(…) keeps the numbers of its last call. Where is its list made?": [4.0, 3.0, 4.25, 4.2175, 4.175325],
    },
)
check.close(smooth([1.0, 0.0, 0.0], beta=0.91), [1.0, 0.91, 0.8281], "smooth([1, 0, 0], beta=0.91)", lists=True)
check.unchanged(losses, [4.0, 0.0, 8.0], "losses")
### BEGIN HIDDEN TESTS
check.close(smooth([2.5]), [2.5], "smooth(…) of one loss", lists=True)
try:
    nothing = smooth([])
except (IndexError, ValueError):
    nothing = "an error"
check.close(nothing, [], "smooth(…) of no loss", lists=True, mistakes={"smooth([]) ends with an error. An empty list gives an empty list.": "an error"})
check.close(smooth([3.0, -1.0, 1.0, 7.0], 0.0), [3.0, -1.0, 1.0, 7.0], "smooth(…) with beta 0", lists=True)
check.close(smooth([3.0, -1.0, 1.0, 7.0], 1.0), [3.0, 3.0, 3.0, 3.0], "smooth(…) with beta 1", lists=True)
check.close(
    smooth([0.0, 0.0, 10.0, 0.0, 0.0], 0.5),
    [0.0, 0.0, 5.0, 2.5, 1.25],
    "smooth(…) of one peak",
    lists=True,
    mistakes={"smooth(…) starts anew after a smoothed 0. A 0 is a number as good as others; what asks whether there is one?": [0.0, 0.0, 10.0, 5.0, 2.5]},
)
falling = [100 * 0.9**step for step in range(40)]
wanted = [100.0]
for value in falling[1:]:
    wanted.append(0.9 * wanted[-1] + 0.1 * value)
check.close(smooth(falling, beta=0.9), wanted, "smooth(…) of forty losses", lists=True)
### END HIDDEN TESTS

# %% show="The losses of your Net, and two smoothed curves" tags=["nbval-ignore-output"]
with check.when_written():
    if losses:
        _, ax = plt.subplots(figsize=(7.5, 3.3), layout="constrained")
        ax.plot(losses, color=plots.PALE, linewidth=1, label="each step")
        ax.plot(smooth(losses, beta=0.9), color=ORANGE, linewidth=1.6, linestyle="--", label="beta = 0.9")
        ax.plot(smooth(losses), color=BLUE, linewidth=2.2, label="beta = 0.99")
        ax.set(title="A larger beta gives a calmer curve, which comes later", xlabel="step", ylabel="loss")
        ax.legend()
        ax.spines[["top", "right"]].set_visible(False)
    else:
        print("This picture needs your Net.")

# %% [markdown]
# With beta = 0.99 the mean looks back over about 1 / (1 - 0.99) = 100 steps.
# So it lags: where the losses fall, the calm curve lies above them.
#
# ## Which classes are hard?
#
# One number for ten classes hides most of what you want to know.
# A network that is right for 75 of 100 images may be right for nearly every mug and for every other fish.
#
# ### Accuracy class by class (10 minutes, ●●●)
#
# Write `per_class_accuracy(model, loader, n_classes)`: a tensor `(n_classes,)` with, for each class, the share of its images that the model gets right.
#
# - `loader` gives batches `(images, labels)`, and the last batch may be smaller. `model` gives one score per class.
# - A class without images has no share: it gets nan.
# - The model is asked in inference mode, and nothing is recorded for gradients. Afterwards the model and each module inside it are in the mode that they had before.
#
# In lesson 04 you did this for given predictions; here the loader hands the images out batch by batch.
#
# Example: of three images of class 0, two are taken for class 0; the only image of class 2 is taken for class 0; there are none of class 1.
# The result is `[2/3, nan, 0]`.


# %% task="per_class_accuracy"
def per_class_accuracy(model: nn.Module, loader: DataLoader, n_classes: int) -> Tensor:
    """Return for each class the share of its images that `model` gets right, (n_classes,); nan for an empty class."""
    ### BEGIN SOLUTION
    modes = {module: module.training for module in model.modules()}
    model.eval()
    right, total = torch.zeros(n_classes), torch.zeros(n_classes)
    with torch.no_grad():
        for images, labels in loader:
            hits = model(images).argmax(dim=1) == labels
            total += torch.bincount(labels, minlength=n_classes).cpu()
            right += torch.bincount(labels[hits], minlength=n_classes).cpu()
    for module, mode in modes.items():
        module.training = mode
    return right / total
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: how do I count class by class?</summary>
#
# `torch.bincount(labels, minlength=n_classes)` counts how often each class occurs.
# You need two counts over all batches: how many images each class has, and how many of those were right.
# What does 0 / 0 give for tensors?
# </details>
#
# <details><summary>Hint: why are the modes wrong afterwards?</summary>
#
# `model.train()` puts *every* module into training mode, also one that was frozen in inference mode before.
# Take down the mode of each of `model.modules()` first, and give each its own back.
# </details>

# %% check="per_class_accuracy" points=3
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
# The weights are the identity, so that the inputs are the scores.
model = nn.Sequential(nn.Linear(4, 4, bias=False), nn.Dropout(0.5)).to(device)
with torch.no_grad():
    model[0].weight.copy_(torch.eye(4))
recorded, dropping = [], []
model[0].register_forward_hook(lambda module, inputs, output: recorded.append(output.requires_grad))
model[1].register_forward_hook(lambda module, inputs, output: dropping.append(module.training))
labels, guesses = torch.tensor([0, 0, 1, 0, 1, 2, 1]), torch.tensor([0, 1, 1, 0, 0, 0, 3])
scores = F.one_hot(guesses, 4) * 3.0 - 2.0
loader = DataLoader(TensorDataset(scores.to(device), labels.to(device)), batch_size=3)
result = per_class_accuracy(model, loader, 4)
check.equal(
    any(dropping),
    False,
    "dropout during per_class_accuracy(…)",
    mistakes={"per_class_accuracy(…) measures with dropout at work. Which call puts a model into inference mode?": True},
)
check.equal(
    any(recorded),
    False,
    "recording during per_class_accuracy(…)",
    mistakes={"per_class_accuracy(…) lets autograd record each batch. Under what should the model be called?": True},
)
recording = torch.is_grad_enabled()
torch.set_grad_enabled(True)
check.equal(
    recording,
    True,
    "torch.is_grad_enabled() after per_class_accuracy(…)",
    mistakes={"per_class_accuracy(…) switches recording off for good, so that nothing can be trained afterwards.": False},
)
with torch.no_grad():
    per_class_accuracy(model, loader, 4)
    recording = torch.is_grad_enabled()
check.equal(
    recording,
    False,
    "torch.is_grad_enabled() after per_class_accuracy(…) under no_grad",
    mistakes={"per_class_accuracy(…) switches recording on, where its caller had switched it off.": True},
)
nan = math.nan
check.close(
    result,
    [2 / 3, 1 / 3, 0.0, nan],
    "per_class_accuracy(model, loader, 4)",
    mistakes={
        "per_class_accuracy(…) gives 0 to a class without images. It has no share at all.": [2 / 3, 1 / 3, 0.0, 0.0],
        "per_class_accuracy(…) gives 1 to a class without images. It has no share at all.": [2 / 3, 1 / 3, 0.0, 1.0],
        "per_class_accuracy(…) divides by how often a class was predicted. How often does it occur?": [1 / 2, 1 / 2, nan, 0.0],
        "per_class_accuracy(…) divides by the number of all images. Each class has its own number.": [2 / 7, 1 / 7, 0.0, 0.0],
        "per_class_accuracy(…) counts the right ones. Their share is wanted.": [2.0, 1.0, 0.0, 0.0],
        "per_class_accuracy(…) is the mean over the batches. A batch with few images of a class must count less.": [3 / 4, 1 / 3, 0.0, nan],
        "per_class_accuracy(…) measures the last batch alone. What about the others?": [nan, 0.0, nan, nan],
        "per_class_accuracy(…) ends after the first batch. Where does return stand?": [1 / 2, 1.0, nan, nan],
        "per_class_accuracy(…) is the accuracy over all classes. One for each class is wanted.": 3 / 7,
        "per_class_accuracy(…) gives percent. A share goes from 0 to 1.": [200 / 3, 100 / 3, 0.0, nan],
    },
)
for modes in ([True] * 3, [True, False, True], [False] * 3):  # of the model, then of each layer
    for module, mode in zip(model.modules(), modes, strict=True):
        module.training = mode
    per_class_accuracy(model, loader, 4)
    check.equal(
        [module.training for module in model.modules()],
        modes,
        f"the modes after per_class_accuracy(…), before which they were {modes}",
        mistakes={
            "per_class_accuracy(…) leaves the model in inference mode.": [False] * 3,
            "per_class_accuracy(…) leaves every module in training mode. Each has a mode of its own to go back to.": [True] * 3,
        },
    )
### BEGIN HIDDEN TESTS
torch.manual_seed(8)
model = nn.Sequential(nn.Flatten(), nn.BatchNorm1d(12), nn.Sequential(nn.Dropout(0.9), nn.Linear(12, 6))).to(device)
model[2][1].eval()
before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
images, labels = torch.randn(23, 3, 2, 2).to(device), torch.randint(5, (23,)).to(device)  # class 5 does not occur
labels[:5] = torch.arange(5)
hidden = images.flatten(1) / math.sqrt(1 + 1e-5)  # batch norm's first averages are 0 and 1
hits = F.linear(hidden, before["2.1.weight"], before["2.1.bias"]).argmax(dim=1) == labels
wanted = torch.stack([hits[labels == k].float().mean() for k in range(6)]).cpu()
for size in (23, 6, 5, 1):
    loader = DataLoader(TensorDataset(images, labels), batch_size=size)
    check.close(per_class_accuracy(model, loader, 6), wanted, f"per_class_accuracy(…) of 23 images in batches of {size}")
modes = [module.training for module in model.modules()]
check.equal(
    modes,
    [True, True, True, True, True, False],
    "the modes after per_class_accuracy(…) of a nested model",
    mistakes={"per_class_accuracy(…) loses the mode of a layer inside a module inside the model. Each of model.modules() has one.": [True] * 6},
)
check.unchanged(dict(model.state_dict()), before, "the state of the model")
layer = nn.Linear(2, 2, bias=False).to(device)
with torch.no_grad():
    layer.weight.copy_(torch.eye(2))
loader = DataLoader(TensorDataset(torch.tensor([[999.0, 1000.0]]).to(device), torch.tensor([1]).to(device)), batch_size=4)
check.close(per_class_accuracy(layer, loader, 2), [nan, 1.0], "per_class_accuracy(…) of a single layer and one image")
check.equal(layer.training, True, "the mode of a single layer after per_class_accuracy(…)")
### END HIDDEN TESTS

# %% show="What your Net knows of each class" tags=["nbval-ignore-output"]
with check.when_written():
    if "Net" in trained:
        shares = per_class_accuracy(trained["Net"], test_loader, 10).cpu()
        order = shares.argsort()
        _, ax = plt.subplots(figsize=(7, 3.3), layout="constrained")
        ax.barh([f"{test_set.classes[k]}  {shares[k]:.2f}" for k in order], shares[order], color=BLUE)
        overall = accuracies["Net"]
        ax.axvline(overall, color=ORANGE, linewidth=1.8, linestyle="--")
        ax.text(overall, 10.0, f"all classes: {overall:.2f}", ha="center", va="bottom", color=BLACK, fontsize=9)
        ax.set(xlim=(0, 1), ylim=(-0.6, 9.8), xlabel="share of its test images that are right")
        ax.set_title("The mean hides how far the classes lie apart", pad=20)
        ax.spines[["top", "right"]].set_visible(False)
    else:
        print("This picture needs your Net.")

# %% [markdown]
# ## `forward` is ordinary Python
#
# PyTorch records what happens while it happens.
# So `forward` may hold an `if`, a loop, or a throw of dice, and `backward` goes back along the road that was taken this time.
#
# ### A layer that repeats itself (8 minutes, ●●○)
#
# Write `RandomRepeatNet()`: the layers of `Net`, but in each forward pass `fc2` with its ReLU runs 1, 2, 3, 4 or 5 times in a row.
# The number is drawn anew in each forward pass, in training mode and in inference mode.
# All five numbers can come up.
# It is always the same `fc2`, so the network has as many parameters as `Net`.
#
# Example: suppose that `fc2` adds 1 to each of its inputs, and that `fc1` gives a unit the value 2.
# Then `fc3` gets 3, 4, 5, 6 or 7 from that unit.


# %% task="RandomRepeatNet"
class RandomRepeatNet(nn.Module):
    """As `Net`, with `fc2` and its ReLU 1 to 5 times in each pass: images (n, 3, 32, 32) to logits (n, 10)."""

    def __init__(self) -> None:
        ### BEGIN SOLUTION
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)
        ### END SOLUTION

    def forward(self, images: Tensor) -> Tensor:
        """Return the logits, (n, 10), of `images`, (n, 3, 32, 32), along a road that is drawn anew each time."""
        ### BEGIN SOLUTION
        x = F.max_pool2d(F.relu(self.conv1(images)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.fc1(x.flatten(start_dim=1)))
        for _ in range(random.randint(1, 5)):
            x = F.relu(self.fc2(x))
        return self.fc3(x)
        ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: how do I draw a number from 1 to 5?</summary>
#
# `random.randint(1, 5)` can give 5; `torch.randint(1, 5, ())` and `range(1, 5)` end before it.
# Where in the class does a line run once per network, and where once per pass?
# </details>

# %% check="RandomRepeatNet" points=3
torch.manual_seed(9)
images = torch.randn(2, 3, 32, 32)
before = images.clone()
early = False
try:
    model = RandomRepeatNet()
except AttributeError as error:
    early = "before Module.__init__" in str(error)
    if not early:
        raise
check.equal(
    early,
    False,
    "whether RandomRepeatNet() assigns too early",
    mistakes={"RandomRepeatNet() assigns to self before nn.Module is set up. Which call comes first in __init__?": True},
)
sizes = [(6, 3, 5, 5), (6,), (16, 6, 5, 5), (16,), (120, 400), (120,), (120, 120), (120,), (10, 120), (10,)]
check.equal(
    sorted(str(tuple(parameter.shape)) for parameter in model.parameters()),
    sorted(map(str, sizes)),
    "the list of the shapes of RandomRepeatNet()'s parameters",
    mistakes={
        "RandomRepeatNet() has five layers where one runs again and again. How many objects does __init__ make?": sorted(
            map(str, [*sizes, *4 * sizes[6:8]])
        ),
        "RandomRepeatNet() has five layers beside fc2. It is fc2 that runs again and again.": sorted(
            map(str, [*sizes, *5 * sizes[6:8]])
        ),
        "RandomRepeatNet() does not register its second dense layer. Is it in a plain list, or built inside forward?": sorted(
            map(str, [*sizes[:6], *sizes[8:]])
        ),
        "RandomRepeatNet() registers no layer. They belong in __init__, each as an attribute.": [],
    },
)
known = {size: torch.randn(size) / math.sqrt(math.prod(size[1:]) / 3) for size in sizes}
with torch.no_grad():
    for parameter in model.parameters():
        parameter.copy_(known[tuple(parameter.shape)])
x = F.max_pool2d(F.conv2d(images, known[sizes[0]], known[sizes[1]]).relu(), 2)
x = F.max_pool2d(F.conv2d(x, known[sizes[2]], known[sizes[3]]).relu(), 2)
x = bare = F.linear(x.flatten(start_dim=1), known[sizes[4]], known[sizes[5]]).relu()
levels, bares, lates = [], [], []  # the logits after 0, 1, 2, … repeats: with ReLUs, without, with one at the end
for _ in range(8):
    levels.append(F.linear(x, known[sizes[8]], known[sizes[9]]))
    bares.append(F.linear(bare, known[sizes[8]], known[sizes[9]]))
    lates.append(F.linear(bare.relu(), known[sizes[8]], known[sizes[9]]))
    x, bare = F.linear(x, known[sizes[6]], known[sizes[7]]).relu(), F.linear(bare, known[sizes[6]], known[sizes[7]])


def repeats_of(out: Tensor, levels: list[Tensor]) -> int:
    """Return the number of repeats whose logits `out` has, -1 for none."""
    for repeats, level in enumerate(levels):
        if out.shape == level.shape and torch.allclose(out, level, rtol=1e-3, atol=1e-3):
            return repeats
    return -1


found = {}
for mode in (True, False):
    model.train(mode)
    outs = [model(images).detach() for _ in range(80)]
    check.shape(outs[0], (2, 10), "RandomRepeatNet()(images)")
    found[mode] = sorted({repeats_of(out, levels) for out in outs})
    without = {max(repeats_of(out, bares), repeats_of(out, lates)) for out in outs}
    check.equal(
        found[mode][0] == -1 and -1 not in without,
        False,
        "whether the repeats lack their ReLU",
        mistakes={"RandomRepeatNet() repeats fc2 without a ReLU after each time. What are two dense layers in a row worth?": True},
    )
    rows = {repeats_of(row, [level[i] for level in levels]) for out in outs for i, row in enumerate(out)}
    check.equal(
        found[mode][0] == -1 and -1 not in rows,
        False,
        "whether each image has its own number of repeats",
        mistakes={"RandomRepeatNet() draws a number for each image. In one pass all images take the same road.": True},
    )
    check.equal(
        found[mode][0] == -1,
        False,
        "logits that fit no number of repeats",
        mistakes={"RandomRepeatNet() gives logits that fit no number of repeats of fc2 with its ReLU, from 0 to 7. Does each repeat start from what the last one gave?": True},
    )
for mode, where in ((True, "in training mode"), (False, "in inference mode")):
    check.equal(
        len(found[mode]) == 1,
        False,
        f"whether RandomRepeatNet() takes the same road 80 times {where}",
        mistakes={
            f"RandomRepeatNet() repeats fc2 the same number of times in 80 passes {where}. When is the number drawn, who sets the seed, and what does each repeat start from?": True
        },
    )
    check.equal(
        found[mode],
        [1, 2, 3, 4, 5],
        f"the list of numbers of repeats that came in 80 passes {where}",
        mistakes={
            "RandomRepeatNet() never repeats fc2 five times. Does your way to draw leave out its upper end?": [1, 2, 3, 4],
            "RandomRepeatNet() sometimes leaves out fc2 altogether.": [0, 1, 2, 3, 4],
            "RandomRepeatNet() draws from 0 to 5, so that fc2 is sometimes left out.": [0, 1, 2, 3, 4, 5],
            "RandomRepeatNet() repeats fc2 on top of a first time: 2 to 6 times in all.": [2, 3, 4, 5, 6],
            "RandomRepeatNet() repeats fc2 up to six times.": [1, 2, 3, 4, 5, 6],
            "RandomRepeatNet() repeats fc2 on top of a first time, and never five times: 2 to 5 times in all.": [2, 3, 4, 5],
            f"RandomRepeatNet() repeats fc2 {', '.join(map(str, found[mode]))} times, and never otherwise, in 80 passes {where}. Every number from 1 to 5 can come, and no other.": found[mode],
        },
    )
model(images).sum().backward()
check.equal(
    all(parameter.grad is not None for parameter in model.parameters()),
    True,
    "gradients in every parameter of RandomRepeatNet()",
    mistakes={"RandomRepeatNet() has weights that get no gradient. Is a part of the road cut off from autograd?": False},
)
### BEGIN HIDDEN TESTS
for _ in range(10):
    model.zero_grad()
    model(images[:1]).square().sum().backward()
    check.equal(
        all(parameter.grad is not None for parameter in model.parameters()),
        True,
        "gradients in every parameter of RandomRepeatNet()",
        mistakes={"RandomRepeatNet() has weights that get no gradient in some passes. Is a part of the road cut off from autograd?": False},
    )
check.unchanged(images, before, "images")
check.equal(len(list(model.parameters())), 10, "the number of parameters of RandomRepeatNet() after many passes")
check.equal(
    {repeats_of(model(images[1:]).detach(), [level[1:] for level in levels]) for _ in range(80)},
    {1, 2, 3, 4, 5},
    "the numbers of repeats for one image",
)
### END HIDDEN TESTS

# %% show="Forty passes of one image, with the weights of your Net" tags=["nbval-ignore-output"]
with check.when_written():
    random.seed(1)
    torch.manual_seed(1)
    net = RandomRepeatNet().to(device)
    weights = list(trained["Net"].parameters()) if "Net" in trained else []
    if [w.shape for w in weights] == [w.shape for w in net.parameters()]:
        with torch.no_grad():
            for mine, weight in zip(net.parameters(), weights, strict=True):
                mine.copy_(weight)
    with torch.no_grad():
        scores = torch.stack([net(test_images[:1])[0, test_labels[0]] for _ in range(40)]).cpu()
    levels = scores.unique()
    _, ax = plt.subplots(figsize=(7.5, 3), layout="constrained")
    for level in levels:
        ax.axhline(level.item(), color=plots.PALE, linewidth=1, zorder=0)
    ax.plot(range(1, 41), scores, "o", color=BLUE, markersize=6)
    ax.set_title(f"One image, one set of weights, {len(levels)} answers: one for each number of repeats")
    ax.set(xlabel="pass", ylabel="logit of its class")
    ax.spines[["top", "right"]].set_visible(False)
    print(f"{sum(p.numel() for p in net.parameters()):,} parameters, however often fc2 runs")

# %% [markdown]
# The network gives one answer for each number of repeats.
# (The weights were learnt with one pass through `fc2`; to be of use with several, they would have to be learnt that way too.)
# Depth drawn at random is no toy: in *stochastic depth*, whole blocks of a deep network are left out at random while it learns.

# %% [markdown]
# ## Find the wrong size
#
# The bigger a network, the surer it is that some size in it is wrong at first.
# The error names two numbers, and you have to find the place where they meet.
# The surest way is to look: let each layer print the size of what it gives.
#
# You need not change the network for that.
# A *forward hook* is a function that PyTorch calls after a module has run, with the module, its inputs and its output.


# %%
def print_sizes(model: nn.Module, images: Tensor) -> None:
    """Send `images` through `model`, and print the size of what each of its layers gives."""

    def report(name: str):
        def hook(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
            print(f"{name:8} {type(module).__name__:10} {tuple(inputs[0].shape)!s:18} -> {tuple(output.shape)}")

        return hook

    hooks = [module.register_forward_hook(report(name)) for name, module in model.named_children()]
    try:
        model(images)
    finally:
        for hook in hooks:
            hook.remove()


# %% show="The sizes in Net"
with check.when_written():
    print_sizes(Net().to(device), test_images[:2])

# %% [markdown]
# An error that comes in the middle does no harm here: all lines up to the faulty layer are there.
#
# ### Repair an AlexNet (12 minutes, ●●●)
#
# AlexNet won the ImageNet contest of 2012 by a wide margin, and turned many people to deep learning.
# Here is one for 32 × 32 pixels, with smaller dense layers than the original.
# Somebody typed it, and two sizes are wrong.
#
# ```python
# class AlexNet(nn.Module):
#     """Five convolutions and three dense layers: images (n, 3, 32, 32) to logits (n, 10)."""
#
#     def __init__(self) -> None:
#         super().__init__()
#         self.conv1 = nn.Conv2d(3, 64, 3, stride=2, padding=1)
#         self.conv2 = nn.Conv2d(64, 192, 3, padding=1)
#         self.conv3 = nn.Conv2d(192, 384, 3, padding=1)
#         self.conv4 = nn.Conv2d(383, 256, 3, padding=1)
#         self.conv5 = nn.Conv2d(256, 256, 3, padding=1)
#         self.fc1 = nn.Linear(256 * 3 * 3, 256)
#         self.fc2 = nn.Linear(256, 256)
#         self.fc3 = nn.Linear(256, 10)
#
#     def forward(self, images: Tensor) -> Tensor:
#         x = F.max_pool2d(F.relu(self.conv1(images)), 2)
#         x = F.max_pool2d(F.relu(self.conv2(x)), 2)
#         x = F.relu(self.conv3(x))
#         x = F.relu(self.conv4(x))
#         x = F.max_pool2d(F.relu(self.conv5(x)), 2)
#         x = x.reshape(-1, 256 * 3 * 3)
#         x = F.relu(self.fc1(x))
#         x = F.relu(self.fc2(x))
#         return self.fc3(x)
# ```
#
# Copy it over the cell below, and repair it there.
# In the paper the third convolution has 384 maps.
# Leave everything else as it is: the order, the windows, the pooling, the 256 units of the dense layers.
# Let the cell after it print the sizes as far as it gets, then repair the place where it stops.
#
# Example: a convolution with window 3, stride 2 and padding 1 turns 32 pixels into ⌊(32 + 2 - 3) / 2⌋ + 1 = 16.


# %% task="AlexNet"
class AlexNet(nn.Module):
    """Five convolutions and three dense layers: images (n, 3, 32, 32) to logits (n, 10)."""

    def __init__(self) -> None:
        ### BEGIN SOLUTION
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 3, stride=2, padding=1)
        self.conv2 = nn.Conv2d(64, 192, 3, padding=1)
        self.conv3 = nn.Conv2d(192, 384, 3, padding=1)
        self.conv4 = nn.Conv2d(384, 256, 3, padding=1)
        self.conv5 = nn.Conv2d(256, 256, 3, padding=1)
        self.fc1 = nn.Linear(256 * 2 * 2, 256)
        self.fc2 = nn.Linear(256, 256)
        self.fc3 = nn.Linear(256, 10)
        ### END SOLUTION

    def forward(self, images: Tensor) -> Tensor:
        """Return the logits, (n, 10), of `images`, (n, 3, 32, 32)."""
        ### BEGIN SOLUTION
        x = F.max_pool2d(F.relu(self.conv1(images)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.conv3(x))
        x = F.relu(self.conv4(x))
        x = F.max_pool2d(F.relu(self.conv5(x)), 2)
        x = x.flatten(start_dim=1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)
        ### END SOLUTION


# %% show="The sizes in your AlexNet, as far as they come"
with check.when_written():
    try:
        print_sizes(AlexNet().to(device), test_images[:2])
    except (AttributeError, RuntimeError) as error:
        print("Here it ends:", error)

# %% [markdown]
# <details><summary>Hint: <code>expected input[2, 384, 4, 4] to have 383 channels, but got 384 channels instead</code></summary>
#
# One layer gives 384 maps, and the next was built for 383.
# Which of the two numbers does the task want?
# </details>
#
# <details><summary>Hint: <code>shape '[-1, 2304]' is invalid for input of size 2048</code></summary>
#
# 2,304 is 256 · 3 · 3, and 2,048 is all that there is for two images.
# Look at the last line that was printed, and take the pooling after it into account: how many numbers does *one* image have there?
# The number stands in two places.
# </details>

# %% check="AlexNet" points=3
torch.manual_seed(10)
images = torch.randn(9, 3, 32, 32)
before = images.clone()
slips = {
    "before Module.__init__": "AlexNet() assigns to self before nn.Module is set up. Which call comes first in __init__?",
    " channels, but got ": "AlexNet() has a convolution that gets another number of maps than it was built for. Where do 383 and 384 meet?",
    "cannot be multiplied": "AlexNet() has a dense layer that gets another number of values than it was built for. How many has one image after the last pooling?",
    "is invalid for input of size": "AlexNet() reshapes to rows of a length that does not fit. How many values has one image after the last pooling?",
}
error, slip = None, ""
try:
    model = AlexNet()
    outs = [model(images), model(images[:2])]
except (AttributeError, RuntimeError) as caught:
    error = caught
    slip = next((text for text in slips if text in str(error)), "")
    if not slip:
        raise
check.equal(slip, "", "the error of AlexNet()(images)", mistakes={sentence: text for text, sentence in slips.items()})
check.unchanged(images, before, "images")
check.shape(
    outs[0],
    (9, 10),
    "AlexNet()(images) of nine images",
    mistakes={
        "AlexNet() gives 4 rows for 9 images, and no error: the batch was cut into rows of the wrong length.": (4, 10),
        "AlexNet() makes a single row of all images. Which dimension has to stay when it flattens?": (1, 10),
    },
)
check.shape(outs[1], (2, 10), "AlexNet()(images) of two images")
sizes = [(64, 3, 3, 3), (64,), (192, 64, 3, 3), (192,), (384, 192, 3, 3), (384,), (256, 384, 3, 3), (256,), (256, 256, 3, 3), (256,)]
sizes += [(256, 1024), (256,), (256, 256), (256,), (10, 256), (10,)]
check.equal(
    sorted(str(tuple(parameter.shape)) for parameter in model.parameters()),
    sorted(map(str, sizes)),
    "the list of the shapes of AlexNet()'s parameters",
    mistakes={
        "AlexNet() has 383 maps in its third convolution. How many has the paper?": sorted(
            map(str, [*sizes[:4], (383, 192, 3, 3), (383,), (256, 383, 3, 3), *sizes[7:]])
        ),
        "AlexNet() still has a dense layer for 2,304 values, so something besides the two sizes was changed.": sorted(
            map(str, [*sizes[:10], (256, 2304), *sizes[11:]])
        ),
        "AlexNet() has a dense layer for 4,096 values, so something besides the two sizes was changed. Is a pooling or a stride gone?": sorted(
            map(str, [*sizes[:10], (256, 4096), *sizes[11:]])
        ),
        "AlexNet() has a dense layer for 256 values: the maps were averaged, or pooled once more. Everything but the two sizes stays.": sorted(
            map(str, [*sizes[:10], (256, 256), *sizes[11:]])
        ),
        "AlexNet() has dense layers of another size. Their 256 units stay as they are.": sorted(
            map(str, [*sizes[:10], (4096, 1024), (4096, 4096), *2 * [(4096,)], (10, 4096), (10,)])
        ),
        "AlexNet() registers no layer. They belong in __init__, each as an attribute; a plain list hides them.": [],
        "AlexNet() does not register its dense layers. Are they in a plain list, or built inside forward?": sorted(map(str, sizes[:10])),
        "AlexNet() does not register its first dense layer. Is it built inside forward?": sorted(map(str, [*sizes[:10], *sizes[12:]])),
    },
)
torch.manual_seed(110)
known = {size: torch.randn(size) / math.sqrt(math.prod(size[1:]) / 2) for size in sizes}
with torch.no_grad():
    for parameter in model.parameters():
        parameter.copy_(known[tuple(parameter.shape)])
x, maps = images, [(size, size[:1]) for size in sizes if len(size) == 4]
for number, (weight, bias) in enumerate(maps, start=1):
    stride = 2 if number == 1 else 1
    x = F.conv2d(x, known[weight], known[bias], stride=stride, padding=1).relu()
    x = F.max_pool2d(x, 2) if number in (1, 2, 5) else x
x = x.flatten(start_dim=1)
for weight in ((256, 1024), (256, 256)):
    x = F.linear(x, known[weight], known[256,]).relu()
logits = F.linear(x, known[10, 256], known[10,])
actual = model(images)
check.equal(
    torch.equal(actual, model(images)),
    True,
    "whether AlexNet() answers the same twice",
    mistakes={"AlexNet() gives other logits at each call. Is a layer built inside forward, or has it dropout now?": False},
)
check.close(
    actual,
    logits,
    "AlexNet()(images)",
    rtol=1e-3,
    atol=1e-3,
    mistakes={
        "AlexNet() gives probabilities. The one above gives logits.": logits.softmax(dim=1),
        "AlexNet() sends its logits through ReLU. The one above does not.": logits.relu(),
    },
)
### BEGIN HIDDEN TESTS
check.close(model(images[:1]), logits[:1], "AlexNet()(images) of one image", rtol=1e-3, atol=1e-3)
check.close(model.eval()(images[:7]), logits[:7], "AlexNet().eval()(images) of seven images", rtol=1e-3, atol=1e-3)
model(images[:1]).square().sum().backward()
check.equal(
    all(parameter.grad is not None for parameter in model.parameters()), True, "gradients in every parameter of AlexNet()"
)
### END HIDDEN TESTS

# %% [markdown]
# The error about 2,304 came because two images were sent.
#
# **Predict first.**
# *Nine* images arrive at the same line, each with 256 maps of 2 × 2, that is with 1,024 numbers.
# The line is `x.reshape(-1, 2304)`.
# How many rows come out?
# Replace `None` with a number, or with the word `"error"`, and then run both cells.

# %%
rows = None

# %% show="Nine images, reshaped to rows of 2,304"
x = torch.zeros(9, 256, 2, 2)
if rows is not None:
    print("You said:", rows)
    print("shape:   ", tuple(x.reshape(-1, 2304).shape))
match rows:
    case None:
        print("Replace None with a number or with \"error\", and run both cells again.")
    case 4:
        print("Right: 9 · 1,024 = 9,216 = 4 · 2,304. Nine images become four rows, and nobody complains.")
    case 9:
        print("You expected a row for each image. But -1 means: as many rows as the numbers fill, whichever image they come from.")
    case _:
        print("There are 9 · 1,024 numbers. How many rows of 2,304 do they fill, and does anything remain?")

# %% [markdown]
# Each of those four rows is made of the numbers of several images.
# That is why `x.flatten(start_dim=1)` or `x.reshape(len(x), -1)` is better: the number of images is kept, and a wrong size shows at once, in the dense layer.

# %% [markdown]
# ## Blocks
#
# In AlexNet the same three steps appear again and again: convolution, ReLU, pooling.
# What is repeated deserves a name.
#
# ### AlexBlock (5 minutes, ●○○)
#
# Write `AlexBlock(in_channels, out_channels, kernel_size)`: a convolution without padding, ReLU, and max pooling of 2.
# It works for images of any size; where a side is odd, the pooling leaves out the last row or column, as it does by itself.
#
# Example: `AlexBlock(3, 6, 5)` turns an image of 32 × 32 into 6 maps of 14 × 14: the convolution leaves 32 - 5 + 1 = 28, and the pooling halves that.


# %% task="AlexBlock"
class AlexBlock(nn.Module):
    """Convolution, ReLU and max pooling of 2: (n, in_channels, h, w) to (n, out_channels, …, …)."""

    def __init__(self, in_channels: int, out_channels: int, kernel_size: int) -> None:
        ### BEGIN SOLUTION
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size)
        ### END SOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """Return the maps of `x` after convolution, ReLU and pooling."""
        ### BEGIN SOLUTION
        return F.max_pool2d(F.relu(self.conv(x)), 2)
        ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: layers or functions?</summary>
#
# Only the convolution has weights, so only it must be an attribute.
# ReLU and pooling may be layers (`nn.ReLU()`, `nn.MaxPool2d(2)`) or functions in `forward`.
# </details>

# %% check="AlexBlock" points=2
torch.manual_seed(11)
x = torch.randn(2, 2, 9, 9)
before = x.clone()
early = False
try:
    block = AlexBlock(2, 3, 4)
except AttributeError as error:
    early = "before Module.__init__" in str(error)
    if not early:
        raise
check.equal(
    early,
    False,
    "whether AlexBlock(2, 3, 4) assigns too early",
    mistakes={"AlexBlock(2, 3, 4) assigns to self before nn.Module is set up. Which call comes first in __init__?": True},
)
_ = block(x)
check.unchanged(x, before, "x")
check.equal(
    sorted(str(tuple(parameter.shape)) for parameter in block.parameters()),
    ["(3, 2, 4, 4)", "(3,)"],
    "the list of the shapes of the parameters of AlexBlock(2, 3, 4)",
    mistakes={
        "AlexBlock(2, 3, 4) registers no convolution. Is it in a plain list, or built inside forward?": [],
        "AlexBlock(2, 3, 4) takes the two numbers of channels the wrong way round.": ["(2, 3, 4, 4)", "(2,)"],
        "AlexBlock(2, 3, 4) has a window of 3 where kernel_size is 4.": ["(3, 2, 3, 3)", "(3,)"],
        "AlexBlock(2, 3, 4) has a window of 5 where kernel_size is 4.": ["(3, 2, 5, 5)", "(3,)"],
        "AlexBlock(2, 3, 4) has a convolution without a bias.": ["(3, 2, 4, 4)"],
        "AlexBlock(2, 3, 4) has a batch norm. This block is convolution, ReLU and pooling alone.": ["(3, 2, 4, 4)", "(3,)", "(3,)", "(3,)"],
    },
)
torch.manual_seed(111)
weight, bias, odd = torch.randn(3, 2, 4, 4) / 4, torch.randn(3) / 4, torch.randn(1, 2, 8, 10)
with torch.no_grad():
    for parameter in block.parameters():
        parameter.copy_(weight if parameter.ndim == 4 else bias)
maps = F.conv2d(x, weight, bias)  # (2, 3, 6, 6)
check.close(
    block(x),
    F.max_pool2d(maps.relu(), 2),
    "AlexBlock(2, 3, 4)(x) of 9 × 9 pixels",
    mistakes={
        "AlexBlock(2, 3, 4) has no ReLU.": F.max_pool2d(maps, 2),
        "AlexBlock(2, 3, 4) does not pool.": maps.relu(),
        "AlexBlock(2, 3, 4) takes the mean where it pools. The largest is wanted.": F.avg_pool2d(maps.relu(), 2),
        "AlexBlock(2, 3, 4) pads its convolution. The task says: without padding.": F.max_pool2d(
            F.conv2d(x, weight, bias, padding=2).relu(), 2
        ),
        "AlexBlock(2, 3, 4) pads its convolution by 1, or keeps the sides of the image in it. The task says: without padding.": F.max_pool2d(
            F.conv2d(x, weight, bias, padding=1).relu(), 2
        ),
        "AlexBlock(2, 3, 4) pools in windows of 3.": F.max_pool2d(maps.relu(), 3),
        "AlexBlock(2, 3, 4) pools in windows of 3 that overlap.": F.max_pool2d(maps.relu(), 3, stride=2),
        "AlexBlock(2, 3, 4) moves its pooling window by 1.": F.max_pool2d(maps.relu(), 2, stride=1),
        "AlexBlock(2, 3, 4) pools in windows of kernel_size. They are 2 × 2, whatever the convolution has.": F.max_pool2d(maps.relu(), 4),
        "AlexBlock(2, 3, 4) sends x through ReLU, not the maps.": F.max_pool2d(F.conv2d(x.relu(), weight, bias), 2),
        "AlexBlock(2, 3, 4) moves its convolution by 2, and does not pool.": F.conv2d(x, weight, bias, stride=2).relu(),
    },
)
check.close(
    block(odd),
    F.max_pool2d(F.conv2d(odd, weight, bias).relu(), 2),
    "AlexBlock(2, 3, 4)(x) of 8 × 10 pixels",
    mistakes={
        "AlexBlock(2, 3, 4) pools half windows at the edge as well. They are left out where a side is odd.": F.max_pool2d(
            F.conv2d(odd, weight, bias).relu(), 2, ceil_mode=True
        )
    },
)
### BEGIN HIDDEN TESTS
for (inputs, outputs, kernel), size in (((3, 6, 5), (4, 3, 32, 32)), ((6, 4, 3), (1, 6, 29, 31)), ((1, 1, 1), (3, 1, 7, 4))):
    torch.manual_seed(kernel)
    x, weight, bias = torch.randn(size), torch.randn(outputs, inputs, kernel, kernel) / kernel, torch.randn(outputs)
    wanted = F.max_pool2d(F.conv2d(x, weight, bias).relu(), 2)
    block = AlexBlock(inputs, outputs, kernel)
    _ = block(x)
    with torch.no_grad():
        for parameter in block.parameters():
            parameter.copy_(weight if parameter.ndim == 4 else bias)
    check.close(block(x), wanted, f"AlexBlock({inputs}, {outputs}, {kernel})(x) of x {size}")
    check.close(block.eval()(x), wanted, f"AlexBlock({inputs}, {outputs}, {kernel}).eval()(x) of x {size}")
block(x).sum().backward()
check.equal(all(parameter.grad is not None for parameter in block.parameters()), True, "gradients in AlexBlock(1, 1, 1)")
### END HIDDEN TESTS

# %% [markdown]
# ## Two roads at once
#
# Which window is best, 1 × 1 or 3 × 3?
# The *Inception* network of 2014 did not decide: it takes several windows side by side, and stacks their maps.
# Such a module has *branches*; ours has two, and this is how we draw it:

# %%
def draw_branches(ax: plt.Axes, branches: list[str], inputs: str, outputs: str, title: str) -> None:
    """Draw a module: one arrow from the input into each branch, and one from each branch to where they are joined."""
    arrow = {"arrowstyle": "-|>", "color": BLACK, "linewidth": 1.3, "shrinkA": 0, "shrinkB": 0}
    for x, width, text, colour in ((0.0, 0.15, inputs, "white"), (0.77, 0.23, outputs, plots.PALE)):
        ax.add_patch(plt.Rectangle((x, 0.28), width, 0.44, facecolor=colour, edgecolor=BLACK))
        ax.text(x + width / 2, 0.5, text, ha="center", va="center", fontsize=9)
    for number, branch in enumerate(branches):
        y = 0.8 - 0.6 * number / max(1, len(branches) - 1)
        ax.add_patch(plt.Rectangle((0.22, y - 0.14), 0.48, 0.28, facecolor="white", edgecolor=BLUE, linewidth=1.5))
        ax.text(0.46, y, branch, ha="center", va="center", fontsize=9)
        ax.annotate("", (0.22, y), (0.15, 0.5), arrowprops=arrow)
        ax.annotate("", (0.77, 0.5), (0.7, y), arrowprops=arrow)
    ax.set(title=title, xlim=(-0.01, 1.01), ylim=(0, 1))
    ax.axis("off")


# %% show="The two modules that you will write"
_, axes = plt.subplots(2, 1, figsize=(8, 3.8), layout="constrained")
draw_branches(
    axes[0],
    ["convolution 1 × 1, batch norm, ReLU", "convolution 3 × 3, padded, batch norm, ReLU"],
    "in_channels\nmaps, h × w",
    "cat: c1 + c3\nmaps, h × w",
    "InceptionModule keeps the sides, since both branches do",
)
draw_branches(
    axes[1],
    ["convolution 3 × 3, stride 2, batch norm, ReLU", "max pooling 3 × 3, stride 2"],
    "in_channels\nmaps, h × w",
    "cat: c3 + in_channels\nmaps, half the sides",
    "DownsampleModule halves the sides: nothing is padded, so 32 becomes 15",
)

# %% [markdown]
# Maps are joined along dimension 1, the channels: `torch.cat([one, other], dim=1)`.
# All other sizes have to agree, so the 3 × 3 branch of the first module is padded.
# *Batch norm*, which came up in lesson 05, brings each map to mean 0 and deviation 1 over the batch, and then applies a scale and a shift that it learns.
# In inference mode it uses the means and deviations that it has gathered in training.
#
# ### InceptionModule (10 minutes, ●●○)
#
# Write `InceptionModule(in_channels, c1, c3)`, the upper one of the drawing.
#
# - One branch is a convolution with window 1 that gives `c1` maps, the other a padded convolution with window 3 that gives `c3` maps.
# - Each convolution is followed by a batch norm of its own and by ReLU.
# - The maps of the first branch come first.
#
# Example: `InceptionModule(24, 8, 16)` turns `(n, 24, 7, 7)` into `(n, 24, 7, 7)`; of its 24 maps, 8 come from the first branch.


# %% task="InceptionModule"
class InceptionModule(nn.Module):
    """A 1 × 1 and a 3 × 3 branch, joined: (n, in_channels, h, w) to (n, c1 + c3, h, w)."""

    def __init__(self, in_channels: int, c1: int, c3: int) -> None:
        ### BEGIN SOLUTION
        super().__init__()
        self.one = nn.Sequential(nn.Conv2d(in_channels, c1, 1), nn.BatchNorm2d(c1), nn.ReLU())
        self.three = nn.Sequential(nn.Conv2d(in_channels, c3, 3, padding=1), nn.BatchNorm2d(c3), nn.ReLU())
        ### END SOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """Return the maps of both branches for `x`, those of the 1 × 1 branch first."""
        ### BEGIN SOLUTION
        return torch.cat([self.one(x), self.three(x)], dim=1)
        ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: <code>Sizes of tensors must match except in dimension 1</code></summary>
#
# The branches end with maps of different sides.
# A window of 3 that never leaves the image takes one row off at each edge.
# How many rows of padding make up for that?
# </details>
#
# <details><summary>Hint: <code>Sizes of tensors must match except in dimension 0</code></summary>
#
# `torch.cat` joins along dimension 0 by itself, which is the images.
# In `(n, c, h, w)`, which dimension holds the maps?
# </details>

# %% check="InceptionModule" points=3
torch.manual_seed(12)
x = torch.randn(5, 3, 7, 6)
before = x.clone()
slips = {
    "before Module.__init__": "InceptionModule(3, 2, 4) assigns to self before nn.Module is set up. Which call comes first in __init__?",
    "except in dimension 0": "InceptionModule(3, 2, 4) joins along dimension 0, the images. Which dimension holds the maps?",
    "except in dimension 1": "InceptionModule(3, 2, 4) has branches that end with different sizes. Which of them loses rows at the edges?",
    "The size of tensor a (2) must match the size of tensor b (4)": "InceptionModule(3, 2, 4) adds its branches. Their maps are to be joined.",
    "running_mean should contain": "InceptionModule(3, 2, 4) has a batch norm for another number of maps than it gets. Has each convolution one of its own?",
}
slip = ""
try:
    module = InceptionModule(3, 2, 4)
    out = module(x)
except (AttributeError, RuntimeError) as error:
    slip = next((text for text in slips if text in str(error)), "")
    if not slip:
        raise
check.equal(slip, "", "the error of InceptionModule(3, 2, 4)(x)", mistakes={text: key for key, text in slips.items()})
check.unchanged(x, before, "x")
check.equal(
    sorted(str(tuple(parameter.shape)) for parameter in module.parameters() if parameter.ndim == 4),
    ["(2, 3, 1, 1)", "(4, 3, 3, 3)"],
    "the list of the shapes of the convolutions of InceptionModule(3, 2, 4)",
    mistakes={
        "InceptionModule(3, 2, 4) registers no convolution. Is it in a plain list, or built inside forward?": [],
        "InceptionModule(3, 2, 4) gives c1 maps to the window of 3 and c3 maps to the window of 1.": ["(2, 3, 3, 3)", "(4, 3, 1, 1)"],
        "InceptionModule(3, 2, 4) sends the maps of its first branch into the second. Both get x.": ["(2, 3, 1, 1)", "(4, 2, 3, 3)"],
        "InceptionModule(3, 2, 4) has no window of 1.": ["(4, 3, 3, 3)"],
    },
)
norms = {id(norm): norm for norm in module.modules() if isinstance(norm, nn.modules.batchnorm._BatchNorm)}.values()
check.equal(
    sorted(norm.num_features for norm in norms) if sum(norm.num_features for norm in norms) != 6 else [2, 4],
    [2, 4],
    "the list of the sizes of the batch norms in InceptionModule(3, 2, 4)",
    mistakes={
        "InceptionModule(3, 2, 4) has no batch norm, or does not register it.": [],
        "InceptionModule(3, 2, 4) has a batch norm in its 1 × 1 branch alone.": [2],
        "InceptionModule(3, 2, 4) has a batch norm in its 3 × 3 branch alone.": [4],
        "InceptionModule(3, 2, 4) normalises x. Batch norm comes after each convolution.": [3],
        "InceptionModule(3, 2, 4) normalises x in both branches. Batch norm comes after each convolution.": [3, 3],
    },
)
# Each batch norm gets a scale, a shift, a mean and a variance for each map; the convolutions get weights alone.
torch.manual_seed(112)
scale, shift, mean, var = torch.rand(6) + 0.5, torch.randn(6), torch.randn(6), torch.rand(6) + 0.5
places = {2: slice(0, 2), 4: slice(2, 6), 6: slice(0, 6)}
kernels = {1: torch.randn(2, 3, 1, 1), 3: torch.randn(4, 3, 3, 3) / 3}
with torch.no_grad():
    for parameter in module.parameters():
        parameter.copy_(kernels[parameter.shape[-1]] if parameter.ndim == 4 else torch.zeros(()))
    for norm in norms:
        place = places[norm.num_features]
        for target, values in ((norm.weight, scale), (norm.bias, shift), (norm.running_mean, mean), (norm.running_var, var)):
            if target is not None:  # a batch norm without scale and shift, which the values below tell
                target.copy_(values[place])
one, three = F.conv2d(x, kernels[1]), F.conv2d(x, kernels[3], padding=1)


def normed(x: Tensor, place: slice, train: bool = False) -> Tensor:
    """Return `x` after batch norm with the numbers in `place`."""
    return F.batch_norm(x, mean[place].clone(), var[place].clone(), scale[place], shift[place], training=train)


a, b = normed(one, places[2]), normed(three, places[4])
module.eval()
check.close(
    module(x),
    torch.cat([a.relu(), b.relu()], dim=1),
    "InceptionModule(3, 2, 4).eval()(x)",
    mistakes={
        "InceptionModule(3, 2, 4) has the maps of the 3 × 3 branch first.": torch.cat([b.relu(), a.relu()], dim=1),
        "InceptionModule(3, 2, 4) has no ReLU.": torch.cat([a, b], dim=1),
        "InceptionModule(3, 2, 4) has no ReLU in its 1 × 1 branch.": torch.cat([a, b.relu()], dim=1),
        "InceptionModule(3, 2, 4) has no ReLU in its 3 × 3 branch.": torch.cat([a.relu(), b], dim=1),
        "InceptionModule(3, 2, 4) has its ReLU before the batch norm.": torch.cat(
            [normed(one.relu(), places[2]), normed(three.relu(), places[4])], dim=1
        ),
        "InceptionModule(3, 2, 4) never uses its batch norms.": torch.cat([one.relu(), three.relu()], dim=1),
        "InceptionModule(3, 2, 4) gives its 1 × 1 branch alone.": a.relu(),
        "InceptionModule(3, 2, 4) gives its 3 × 3 branch alone.": b.relu(),
        "InceptionModule(3, 2, 4) normalises with the batch's own numbers in inference mode, too.": torch.cat(
            [normed(one, places[2], True).relu(), normed(three, places[4], True).relu()], dim=1
        ),
    },
)
equal = InceptionModule(3, 5, 5)
joined = equal(x)
shared = sum(norm.num_features for norm in equal.modules() if isinstance(norm, nn.modules.batchnorm._BatchNorm))
check.equal(
    shared,
    10,
    "the number of maps that have a batch norm in InceptionModule(3, 5, 5)",
    mistakes={"InceptionModule(3, 5, 5) uses one batch norm in both branches. Each branch needs its own.": 5},
)
check.shape(
    joined,
    (5, 10, 7, 6),
    "InceptionModule(3, 5, 5)(x)",
    mistakes={
        "InceptionModule(3, 5, 5) adds its branches. Their maps are to be joined.": (5, 5, 7, 6),
        "InceptionModule(3, 5, 5) joins along dimension 0, the images. Which dimension holds the maps?": (10, 5, 7, 6),
        "InceptionModule(3, 5, 5) joins along the rows of the maps. Which dimension holds the maps?": (5, 5, 14, 6),
    },
)
### BEGIN HIDDEN TESTS
wanted = torch.cat([normed(one, places[2], True).relu(), normed(three, places[4], True).relu()], dim=1)
check.close(module.train()(x), wanted, "InceptionModule(3, 2, 4).train()(x)", rtol=1e-3, atol=1e-4)
for (inputs, c1, c3), size in (((4, 1, 6), (2, 4, 5, 9)), ((6, 3, 2), (1, 6, 8, 8)), ((2, 2, 2), (3, 2, 1, 3))):
    module = InceptionModule(inputs, c1, c3)
    out = module(torch.randn(size))
    check.shape(out, (size[0], c1 + c3, *size[2:]), f"InceptionModule({inputs}, {c1}, {c3})(x) of x {size}")
    out.square().sum().backward()
    check.equal(
        all(parameter.grad is not None for parameter in module.parameters()),
        True,
        f"gradients in every parameter of InceptionModule({inputs}, {c1}, {c3})",
    )
### END HIDDEN TESTS

# %% [markdown]
# ### DownsampleModule (6 minutes, ●●○)
#
# Write `DownsampleModule(in_channels, c3)`, the lower one of the drawing.
#
# - One branch is a convolution with window 3 and stride 2 that gives `c3` maps, followed by batch norm and ReLU.
# - The other is max pooling with window 3 and stride 2. It has no weights and keeps its `in_channels` maps.
# - Neither is padded. The maps of the convolution come first.
#
# Example: a window of 3 that moves by 2 fits into 32 pixels at 15 places, into 33 at 16.
# So `DownsampleModule(8, 4)` turns `(n, 8, 32, 32)` into `(n, 12, 15, 15)`.


# %% task="DownsampleModule"
class DownsampleModule(nn.Module):
    """A 3 × 3 convolution beside 3 × 3 max pooling, both with stride 2: c3 + in_channels maps of about half the size."""

    def __init__(self, in_channels: int, c3: int) -> None:
        ### BEGIN SOLUTION
        super().__init__()
        self.three = nn.Sequential(nn.Conv2d(in_channels, c3, 3, stride=2), nn.BatchNorm2d(c3), nn.ReLU())
        self.pool = nn.MaxPool2d(3, stride=2)
        ### END SOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """Return the maps of both branches for `x`, those of the convolution first."""
        ### BEGIN SOLUTION
        return torch.cat([self.three(x), self.pool(x)], dim=1)
        ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: <code>Expected size 15 but got size 10</code></summary>
#
# A pooling window moves by its own size if you say nothing else, so a window of 3 moves by 3.
# </details>

# %% check="DownsampleModule" points=2
torch.manual_seed(13)
x = torch.randn(3, 2, 9, 10)
before = x.clone()
slips = {
    "before Module.__init__": "DownsampleModule(2, 4) assigns to self before nn.Module is set up. Which call comes first in __init__?",
    "except in dimension 0": "DownsampleModule(2, 4) joins along dimension 0, the images. Which dimension holds the maps?",
    "except in dimension 1": "DownsampleModule(2, 4) has branches that end with different sizes. By how much does each window move, and is one of them padded?",
}
slip = ""
try:
    module = DownsampleModule(2, 4)
    out = module(x)
except (AttributeError, RuntimeError) as error:
    slip = next((text for text in slips if text in str(error)), "")
    if not slip:
        raise
check.equal(slip, "", "the error of DownsampleModule(2, 4)(x)", mistakes={text: key for key, text in slips.items()})
check.unchanged(x, before, "x")
check.equal(
    sorted(str(tuple(parameter.shape)) for parameter in module.parameters() if parameter.ndim == 4),
    ["(4, 2, 3, 3)"],
    "the list of the shapes of the convolutions of DownsampleModule(2, 4)",
    mistakes={
        "DownsampleModule(2, 4) registers no convolution. Is it in a plain list, or built inside forward?": [],
        "DownsampleModule(2, 4) has a convolution in both branches. The second branch is pooling alone.": ["(2, 2, 3, 3)", "(4, 2, 3, 3)"],
    },
)
norms = [norm for norm in module.modules() if isinstance(norm, nn.modules.batchnorm._BatchNorm)]
check.equal(
    [norm.num_features for norm in norms],
    [4],
    "the list of the sizes of the batch norms in DownsampleModule(2, 4)",
    mistakes={
        "DownsampleModule(2, 4) has no batch norm, or does not register it.": [],
        "DownsampleModule(2, 4) normalises the pooled maps too.": [6],
        "DownsampleModule(2, 4) has a batch norm in both branches. The pooled maps stay as they are.": [4, 2],
    },
)
torch.manual_seed(113)
scale, shift, mean, var = torch.rand(4) + 0.5, torch.randn(4), torch.randn(4), torch.rand(4) + 0.5
kernel = torch.randn(4, 2, 3, 3) / 2
with torch.no_grad():
    for parameter in module.parameters():
        parameter.copy_(kernel if parameter.ndim == 4 else torch.zeros(()))
    for target, values in zip((norms[0].weight, norms[0].bias, norms[0].running_mean, norms[0].running_var), (scale, shift, mean, var), strict=True):
        if target is not None:  # a batch norm without scale and shift, which the values below tell
            target.copy_(values)
maps, pooled = F.conv2d(x, kernel, stride=2), F.max_pool2d(x, 3, stride=2)
normed = F.batch_norm(maps, mean, var, scale, shift)
padded = F.batch_norm(F.conv2d(x, kernel, stride=2, padding=1), mean, var, scale, shift).relu()
module.eval()
check.close(
    module(x),
    torch.cat([normed.relu(), pooled], dim=1),
    "DownsampleModule(2, 4).eval()(x) of 9 × 10 pixels",
    mistakes={
        "DownsampleModule(2, 4) has the pooled maps first.": torch.cat([pooled, normed.relu()], dim=1),
        "DownsampleModule(2, 4) has no ReLU.": torch.cat([normed, pooled], dim=1),
        "DownsampleModule(2, 4) sends the pooled maps through ReLU too.": torch.cat([normed.relu(), pooled.relu()], dim=1),
        "DownsampleModule(2, 4) never uses its batch norm.": torch.cat([maps.relu(), pooled], dim=1),
        "DownsampleModule(2, 4) has its ReLU before the batch norm.": torch.cat([F.batch_norm(maps.relu(), mean, var, scale, shift), pooled], dim=1),
        "DownsampleModule(2, 4) takes the mean where it pools. The largest is wanted.": torch.cat([normed.relu(), F.avg_pool2d(x, 3, stride=2)], dim=1),
        "DownsampleModule(2, 4) pads both branches, so that their sizes agree with each other but not with the task.": torch.cat(
            [padded, F.max_pool2d(x, 3, stride=2, padding=1)], dim=1
        ),
        "DownsampleModule(2, 4) moves both windows by 1. The task says stride 2.": torch.cat(
            [F.batch_norm(F.conv2d(x, kernel), mean, var, scale, shift).relu(), F.max_pool2d(x, 3, stride=1)], dim=1
        ),
        "DownsampleModule(2, 4) gives the maps of the convolution alone.": normed.relu(),
        "DownsampleModule(2, 4) gives the pooled maps alone.": pooled,
    },
)
### BEGIN HIDDEN TESTS
fresh = F.batch_norm(maps, None, None, scale, shift, training=True).relu()
check.close(module.train()(x), torch.cat([fresh, pooled], dim=1), "DownsampleModule(2, 4).train()(x)", rtol=1e-3, atol=1e-4)
for (inputs, c3), size, sides in (((8, 4), (2, 8, 32, 32), (15, 15)), ((3, 3), (1, 3, 33, 8), (16, 3)), ((1, 5), (4, 1, 7, 5), (3, 2))):
    module = DownsampleModule(inputs, c3)
    out = module(torch.randn(size))
    check.shape(out, (size[0], c3 + inputs, *sides), f"DownsampleModule({inputs}, {c3})(x) of x {size}")
    out.square().sum().backward()
    check.equal(
        all(parameter.grad is not None for parameter in module.parameters()),
        True,
        f"gradients in every parameter of DownsampleModule({inputs}, {c3})",
    )
### END HIDDEN TESTS

# %% [markdown]
# ## A network of blocks
#
# With such modules a network is a short list, and its sizes can be read off.
#
# ### SmallInception (12 minutes, ●●●)
#
# Write `SmallInception()`: `(n, 3, 32, 32)` images to `(n, 10)` logits, made of your modules.
#
# - There are at least two `InceptionModule`s and at least one `DownsampleModule` in it, each an object of its own.
# - The numbers of maps are yours to choose. Keep them small, or the training below takes a long time.
#
# This one works well:
#
# | step | maps × sides |
# |---|---|
# | convolution 3 with stride 2 and padding 1, batch norm, ReLU | 8 × 16 × 16 |
# | inception, 8 and 8 maps | 16 × 16 × 16 |
# | downsample, 8 maps | 24 × 7 × 7 |
# | inception, 8 and 16 maps | 24 × 7 × 7 |
# | inception, 16 and 16 maps | 32 × 7 × 7 |
# | downsample, 16 maps | 48 × 3 × 3 |
# | inception, 16 and 16 maps | 32 × 3 × 3 |
# | the mean of each map | 32 |
# | dense layer | 10 |
#
# Example: the first downsample module gets 16 maps, makes 8 of its own, and keeps the 16, so 24 come out.


# %% task="SmallInception"
class SmallInception(nn.Module):
    """A small Inception network: images (n, 3, 32, 32) to logits (n, 10)."""

    def __init__(self) -> None:
        ### BEGIN SOLUTION
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(3, 8, 3, stride=2, padding=1),
            nn.BatchNorm2d(8),
            nn.ReLU(),
            InceptionModule(8, 8, 8),
            DownsampleModule(16, 8),
            InceptionModule(24, 8, 16),
            InceptionModule(24, 16, 16),
            DownsampleModule(32, 16),
            InceptionModule(48, 16, 16),
        )
        self.output = nn.Linear(32, 10)
        ### END SOLUTION

    def forward(self, images: Tensor) -> Tensor:
        """Return the logits, (n, 10), of `images`, (n, 3, 32, 32)."""
        ### BEGIN SOLUTION
        return self.output(self.body(images).mean(dim=(2, 3)))
        ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: how do I take the mean of each map?</summary>
#
# `nn.AdaptiveAvgPool2d(1)` followed by `nn.Flatten()` does it; so does `mean` over the two last dimensions.
# </details>
#
# <details><summary>Hint: <code>expected input[…] to have … channels, but got … channels instead</code></summary>
#
# Write beside each line how many maps come out of it.
# An inception module gives `c1 + c3`, a downsample module `c3` and what it got.
# </details>

# %% check="SmallInception" points=3
torch.manual_seed(14)
images = torch.randn(6, 3, 32, 32)
slips = {
    "before Module.__init__": "SmallInception() assigns to self before nn.Module is set up. Which call comes first in __init__?",
    " channels, but got ": "SmallInception() has a module that gets another number of maps than it was built for. How many does the one before it give?",
    "greater than actual input size": "SmallInception() has maps that are smaller than the window of the module they go into. How large are they there?",
    "cannot be multiplied": "SmallInception() has a dense layer that gets another number of values than it was built for. How many are left of one image there?",
}
slip, used = "", []
hook = nn.modules.module.register_module_forward_hook(lambda module, inputs, output: used.append(module))
try:
    model = SmallInception()
    out = model(images)
except (AttributeError, RuntimeError) as error:
    slip = next((text for text in slips if text in str(error)), "")
    if not slip:
        raise
finally:
    hook.remove()
check.equal(slip, "", "the error of SmallInception()(images)", mistakes={text: key for key, text in slips.items()})
learning = [id(module) for module in used if list(module.parameters(recurse=False))]
registered = {id(module) for module in model.modules()}
check.equal(
    all(one in registered for one in learning),
    True,
    "whether SmallInception() registers what it uses",
    mistakes={"SmallInception() uses a layer that it does not register. Is it in a plain list, or built inside forward?": False},
)
check.equal(
    len(learning) == len(set(learning)),
    True,
    "whether SmallInception() uses each object once",
    mistakes={"SmallInception() uses one object with weights in two places. Each place needs an object of its own.": False},
)
for kind, least in ((InceptionModule, 2), (DownsampleModule, 1)):
    count = sum(isinstance(module, kind) for module in model.modules())
    check.equal(
        count >= least,
        True,
        f"at least {least} {kind.__name__} in SmallInception()",
        mistakes={f"SmallInception() has too few modules of the kind {kind.__name__}: {count}, where the task wants at least {least}.": False},
    )
check.shape(
    out,
    (6, 10),
    "SmallInception()(images) of six images",
    mistakes={
        "SmallInception() gives logits with sides. What makes one number of each map before the dense layer?": (6, 10, 1, 1),
        "SmallInception() makes a single row of all images. Which dimension has to stay when it flattens?": (1, 10),
        "SmallInception() makes a single answer for all images.": (10,),
    },
)
check.equal(
    torch.allclose(out.sum(dim=1), torch.ones(6), atol=1e-3) and bool((out >= 0).all()),
    False,
    "probabilities from SmallInception()",
    mistakes={"SmallInception() gives probabilities. Logits come from the last layer as they are.": True},
)
check.equal(
    torch.allclose(out.exp().sum(dim=1), torch.ones(6), atol=1e-3),
    False,
    "log-probabilities from SmallInception()",
    mistakes={"SmallInception() gives log-probabilities. Logits come from the last layer as they are.": True},
)
asked = SmallInception().eval()(images).detach()
check.equal(
    any(torch.allclose(one.sum(dim=1), torch.ones(len(one)), atol=1e-3) and bool((one >= 0).all()) for one in (asked, asked.exp())),
    False,
    "probabilities, or their logarithms, from SmallInception() in inference mode",
    mistakes={"SmallInception() gives probabilities, or their logarithms, in inference mode. Logits are wanted in both modes.": True},
)
others = [SmallInception()(images) for _ in range(3)]
check.equal(
    any(bool((one < 0).any()) for one in (out, *others)),
    True,
    "whether logits of SmallInception() can be negative",
    mistakes={"SmallInception() never gives a negative logit. What comes after the last layer?": False},
)
out.square().sum().backward()
check.equal(
    all(parameter.grad is not None for parameter in model.parameters()),
    True,
    "gradients in every parameter of SmallInception()",
    mistakes={"SmallInception() has weights that get no gradient. Does forward use every module?": False},
)
model.eval()
together = model(images).detach()
alone = torch.cat([model(one) for one in images.split(1)])
check.shape(
    alone,
    (6, 10),
    "SmallInception().eval()(image) of one image at a time, joined",
    mistakes={"SmallInception() takes the batch away from a single image. Which squeeze, or which flatten, takes a dimension too many?": (60,)},
)
check.equal(
    torch.allclose(alone, together, rtol=1e-3, atol=1e-3),
    True,
    "whether SmallInception().eval() gives an image the same logits alone and in a batch",
    mistakes={"SmallInception() gives an image other logits alone than in a batch, in inference mode. What in it looks at the whole batch, or is random?": False},
)
check.equal(
    bool((together[0] - together[1]).abs().max() > 1e-6),
    True,
    "whether two images get different logits",
    mistakes={"SmallInception() gives the same logits for two images. Does forward use what it gets?": False},
)
### BEGIN HIDDEN TESTS
torch.manual_seed(114)
images = torch.randn(11, 3, 32, 32)
before = images.clone()
check.shape(model(images), (11, 10), "SmallInception()(images) of eleven images")
check.equal(
    torch.allclose(model(images), model(images), rtol=1e-4, atol=1e-5),
    True,
    "whether SmallInception().eval() answers the same twice",
    mistakes={"SmallInception() gives other logits at each call, in inference mode too.": False},
)
check.unchanged(images, before, "images")
check.equal(
    torch.equal(next(SmallInception().parameters()), next(model.parameters())),
    False,
    "the same weights in two new networks",
    mistakes={"SmallInception() gives every new network the same weights.": True},
)
### END HIDDEN TESTS

# %% [markdown]
# Here is your network as a diagram.
# The code asks each module for the size of what it gives, so it draws whatever you built.


# %%
def stages(model: nn.Module, images: Tensor) -> list[tuple[str, list[str], tuple[int, ...]]]:
    """Return, for each block and each layer outside the blocks, its name, its branches, and the size of its maps."""
    found, hooks = [], []

    def note(name: str, branches: list[str]):
        return lambda module, inputs, output: found.append((name, branches, tuple(output.shape[1:])))

    inside: set[nn.Module] = set()
    for module in model.modules():
        if isinstance(module, InceptionModule):
            hooks.append(module.register_forward_hook(note("inception", ["1 × 1", "3 × 3"])))
        elif isinstance(module, DownsampleModule):
            hooks.append(module.register_forward_hook(note("downsample", ["3 × 3", "pool"])))
        elif isinstance(module, nn.Conv2d | nn.Linear) and module not in inside:
            name = "convolution" if isinstance(module, nn.Conv2d) else "dense"
            hooks.append(module.register_forward_hook(note(name, ["conv" if name == "convolution" else name])))
        if isinstance(module, InceptionModule | DownsampleModule):
            inside |= set(module.modules())
    with torch.no_grad():
        model.eval()(images)
    for hook in hooks:
        hook.remove()
    return found


# %% show="Your SmallInception as a diagram"
with check.when_written():
    parts = [("image", [], (3, 32, 32)), *stages(SmallInception().to(device), test_images[:1])]
    _, ax = plt.subplots(figsize=(8.5, 3), layout="constrained")
    for x, (name, branches, size) in enumerate(parts):
        for number, branch in enumerate(branches):
            y = 0.45 * (len(branches) - 1) - 0.9 * number
            ax.plot([x - 0.78, x - 0.36], [0, y], color=BLACK, linewidth=1)
            ax.plot([x + 0.1, x + 0.22], [y, 0], color=BLACK, linewidth=1)
            colour = ORANGE if branch == "pool" else BLUE if branch == "3 × 3" else GREEN
            ax.text(x - 0.14, y, branch, ha="center", va="center", fontsize=8, color="white", bbox={"boxstyle": "round", "facecolor": colour})
        side = size[-1] if len(size) == 3 else 1
        shape = " × ".join(map(str, size[:2])) if len(size) == 3 else str(size[0])
        ax.plot([x + 0.22, x + 0.22], [-side / 26, side / 26], color=BLACK, linewidth=4, solid_capstyle="butt")
        ax.text(x - 0.12 if branches else x + 0.2, -1.4, f"{name}\n{shape}", ha="center", va="top", fontsize=8)
    ax.set_title("Each downsample halves the sides of the maps (black bars); below, maps × side", fontsize=11)
    ax.set(xlim=(-0.5, len(parts) - 0.5), ylim=(-2.2, 1.4))
    _ = ax.axis("off")

# %% [markdown]
# Now it learns from the same 3,000 images as `Net`, in three passes.
# We train two of them, which differ in their first weights and in the order of the images.

# %% show="Two Inception networks learn the images" tags=["nbval-ignore-output"]
with check.when_written():
    for name, seed in (("SmallInception", 0), ("another one", 50)):
        torch.manual_seed(seed)
        trained[name] = SmallInception().to(device)
        _ = train(trained[name], epochs=3, lr=0.005, batch_size=50)
        accuracies[name] = test_accuracy(trained[name])
    print("network         parameters  accuracy on unseen images")
    for name, model in trained.items():
        print(f"{name:15} {sum(p.numel() for p in model.parameters()):10,}  {accuracies[name]:.3f}")

# %% [markdown]
# The blocks do better with a third of the weights.
# `Net` keeps most of its weights in one matrix of 400 × 120; the blocks have no such matrix, and use each weight at many places of the image.
# (More than that differs: batch norm, the depth, the number of passes. One comparison does not tell what each of them is worth.)
#
# ## Two networks, one answer
#
# Both Inception networks are wrong for some images, and often not for the same ones.
# When we ran this, one was wrong for 258 of the 2,000 test images, the other for 316, and both at once for 125.
# Where one is sure and the other is in doubt, the sum of their logits follows the sure one.
#
# ### Ensemble (6 minutes, ●●○)
#
# Write `Ensemble(a, b)`, a module that holds two networks and gives the sum of their outputs.
# It holds the networks themselves and no copies, so that `eval()`, `to(device)` and `parameters()` of the ensemble reach both.
#
# Example: for an image, `a` gives the logits `[3, 0]` and `b` gives `[-1, 1]`.
# The ensemble gives `[2, 1]`: `a` is sure, and wins.


# %% task="Ensemble"
class Ensemble(nn.Module):
    """Two networks, asked together: its output is the sum of theirs."""

    def __init__(self, a: nn.Module, b: nn.Module) -> None:
        ### BEGIN SOLUTION
        super().__init__()
        self.a = a
        self.b = b
        ### END SOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """Return the sum of both networks' outputs for `x`."""
        ### BEGIN SOLUTION
        return self.a(x) + self.b(x)
        ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: why do <code>parameters()</code> of my ensemble list nothing?</summary>
#
# Where are the two networks kept?
# A module finds modules in its attributes, in an `nn.ModuleList` and in an `nn.ModuleDict`, but not in a plain list or a tuple.
# </details>

# %% check="Ensemble" points=2
import copy

torch.manual_seed(15)
a, b = nn.Sequential(nn.Linear(3, 3), nn.Dropout(0.5)), nn.Linear(3, 3)
x = torch.randn(4, 3)
twins = copy.deepcopy(nn.ModuleList([a, b])).eval()  # to compare with
early = False
try:
    both = Ensemble(a, b)
except AttributeError as error:
    early = "before Module.__init__" in str(error)
    if not early:
        raise
check.equal(
    early,
    False,
    "whether Ensemble(a, b) assigns too early",
    mistakes={"Ensemble(a, b) assigns to self before nn.Module is set up. Which call comes first in __init__?": True},
)
check.equal(
    isinstance(both, nn.Module),
    True,
    "isinstance(Ensemble(a, b), nn.Module)",
    mistakes={"Ensemble is no nn.Module. Which class is it built on?": False},
)
check.equal(
    len(list(both.parameters())),
    4,
    "the number of parameters of Ensemble(a, b)",
    mistakes={
        "Ensemble(a, b) registers neither network. Are they in a plain list or a tuple?": 0,
        "Ensemble(a, b) registers one network of the two.": 2,
    },
)
check.equal(
    [module.training for module in (*a.modules(), b)],
    [True] * 4,
    "the modes of both networks after Ensemble(a, b)",
    mistakes={"Ensemble(a, b) puts its networks into inference mode. It leaves that to eval(), or they could not be trained on.": [False] * 4},
)
both.eval()
check.equal(
    [module.training for module in (*a.modules(), b)],
    [False] * 4,
    "the modes of both networks after Ensemble(a, b).eval()",
    mistakes={"Ensemble(a, b).eval() reaches neither network. Does it hold the networks themselves?": [True] * 4},
)
with torch.no_grad():
    for parameter in (*b.parameters(), *twins[1].parameters()):
        parameter.mul_(3)  # after the ensemble was made: it is to follow
one, two = twins[0](x).detach(), twins[1](x).detach()
check.close(
    both(x),
    one + two,
    "Ensemble(a, b)(x)",
    mistakes={
        "Ensemble(a, b) gives the mean of the outputs. The sum is wanted.": (one + two) / 2,
        "Ensemble(a, b) gives the outputs of a alone.": one,
        "Ensemble(a, b) gives the outputs of b alone.": two,
        "Ensemble(a, b) asks one network twice.": 2 * one,
        "Ensemble(a, b) asks b twice.": 2 * two,
        "Ensemble(a, b) multiplies the outputs.": one * two,
        "Ensemble(a, b) subtracts the outputs.": one - two,
        "Ensemble(a, b) takes the larger of two outputs.": torch.maximum(one, two),
        "Ensemble(a, b) adds probabilities. The sum of the outputs as they are is wanted.": one.softmax(1) + two.softmax(1),
        "Ensemble(a, b) gives both outputs side by side. Their sum is wanted.": torch.cat([one, two], dim=1),
        "Ensemble(a, b) gives both outputs in one tensor. Their sum is wanted.": torch.stack([one, two]),
        "Ensemble(a, b) sends the outputs of a into b. Both get x.": twins[1](one).detach(),
        "Ensemble(a, b) sends the outputs of b into a. Both get x.": twins[0](two).detach(),
    },
)
both.train()
check.equal(
    both(x).requires_grad,
    True,
    "Ensemble(a, b)(x).requires_grad",
    mistakes={"Ensemble(a, b)(x) is cut off from autograd, so that its networks could not be trained together.": False},
)
check.equal(
    [module.training for module in (*a.modules(), b)],
    [True] * 4,
    "the modes of both networks after Ensemble(a, b)(x) in training mode",
    mistakes={"Ensemble(a, b)(x) puts its networks into inference mode. The mode is for its caller to choose.": [False] * 4},
)
### BEGIN HIDDEN TESTS
before = x.clone()
check.close(Ensemble(nn.Identity(), nn.Identity())(x), 2 * before, "Ensemble(Identity, Identity)(x)")
check.unchanged(x, before, "x")
check.close(Ensemble(b, b)(x), 2 * two, "Ensemble(b, b)(x)")
torch.manual_seed(115)
images = torch.randn(3, 1, 4, 5)
a, b = nn.Conv2d(1, 2, 3), nn.Sequential(nn.Conv2d(1, 2, 3), nn.Sigmoid())
wanted = (a(images) + b(images)).detach()
both = Ensemble(a, b)
check.close(both(images), wanted, "Ensemble(a, b)(images) of two convolutions")
check.close(both(images[:1]), wanted[:1], "Ensemble(a, b)(images) of one image")
both(images).sum().backward()
check.equal(
    all(parameter.grad is not None for parameter in (*a.parameters(), *b.parameters())),
    True,
    "gradients in a and b",
    mistakes={"Ensemble(a, b) cuts one of its networks off from autograd, so that it could not be trained.": False},
)
check.equal(
    {id(p) for p in both.parameters()} == {id(p) for p in (*a.parameters(), *b.parameters())},
    True,
    "whether the parameters of Ensemble(a, b) are those of a and b",
    mistakes={"Ensemble(a, b) has other parameters than a and b have. Does it hold the networks themselves?": False},
)
check.equal(len(both.state_dict()), 4, "the number of tensors in the state_dict of Ensemble(a, b)")
### END HIDDEN TESTS

# %% show="Two networks and their ensemble" tags=["nbval-ignore-output"]
with check.when_written():
    if "another one" in trained:
        one, another = trained["SmallInception"], trained["another one"]
        names = ["one SmallInception", "another one", "both, as an ensemble"]
        shares = [accuracies["SmallInception"], accuracies["another one"], test_accuracy(Ensemble(one, another))]
        _, ax = plt.subplots(figsize=(7, 2.3), layout="constrained")
        bars = ax.barh(names, shares, color=[BLUE, BLUE, ORANGE])
        ax.bar_label(bars, [f"{share:.3f}" for share in shares], padding=4)
        better = shares[2] > max(shares[:2])
        ax.set(title=f"The ensemble {'beats' if better else 'does not beat'} each of its parts", xlabel="accuracy on unseen images", xlim=(0, 1.1))
        ax.invert_yaxis()
        ax.spines[["top", "right"]].set_visible(False)
        if "Net" in trained:
            print(f"Net together with the first SmallInception: {test_accuracy(Ensemble(one, trained['Net'])):.3f}")
    else:
        print("This picture needs your SmallInception.")

# %% [markdown]
# Two networks of about the same strength, with mistakes of their own, gain from each other.
# The line above the picture is about an unequal pair, `Net` and the first `SmallInception`.
# When we ran this, it reached 0.873, hardly more than the 0.871 of the `SmallInception` alone.
# We tried five networks of each kind, 25 pairs in all: 16 did better than their stronger half, by 0.02 at most, and nine did worse, by 0.03 at most.
# And every image has to be computed twice, so an ensemble is not free.
#
# All of this had to run within seconds on two processor cores.
# A GPU would allow all training images instead of 3,000, several times as many maps, and tens of passes; the numbers to change are the `3000` at the top, the maps in `SmallInception`, and `epochs`.
# The code finds the GPU by itself.

# %% [markdown]
# ## Break it
#
# The network below keeps its hidden layers in an `nn.ModuleList`, and learns.
# Make a plain list of it: open the cell, and delete `nn.ModuleList(` and the `)` that belongs to it.
# Before you run the cell again, write down: will there be an error? How many parameters will be listed? Where will the loss end?

# %% show="A network with three hidden layers" tags=["nbval-ignore-output"]
class Stack(nn.Module):
    """Three hidden layers on all 3,072 numbers of an image."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden = nn.ModuleList([nn.Linear(3072, 32), nn.Linear(32, 32), nn.Linear(32, 32)])
        self.output = nn.Linear(32, 10)

    def forward(self, images: Tensor) -> Tensor:
        """Return the logits, (n, 10), of `images`, (n, 3, 32, 32)."""
        x = images.flatten(start_dim=1)
        for layer in self.hidden:
            x = F.relu(layer(x))
        return self.output(x)


torch.manual_seed(0)
stack = Stack().to(device)
steps = train(stack, epochs=3, lr=0.002, batch_size=50)
print(f"{sum(p.numel() for p in stack.parameters()):,} parameters")
print(f"mean loss of the first ten steps {sum(steps[:10]) / 10:.2f}, of the last ten {sum(steps[-10:]) / 10:.2f}")

# %% [markdown]
# <details><summary>Answer: what does the plain list do?</summary>
#
# There is no error (without a GPU; with one, the layers in the list stay behind on the processor, and the first product fails).
# 330 parameters are listed instead of 100,778, those of the last layer, and they alone learn.
# The loss stays at 2.30, which is ln 10, instead of falling to 1.42.
# The loss alone does not say why; the number of parameters does.
# </details>
#
# ## Your own data
#
# Two questions without a check, to think about or to try:
#
# 1. Your images are 64 × 48 pixels. Which of this lesson's networks run as they are, and which stop with an error, at which layer? (Try it with `torch.zeros(1, 3, 64, 48)` and `print_sizes`.) What makes the difference?
# 2. In your data one class has ten times as many images as each of the others. What does the overall accuracy say then, and which numbers of this lesson would you show somebody instead?

# %% [markdown]
# ## What you have learnt
#
# - A module registers what is assigned to its attributes: parameters, and modules with all that they hold. A plain list or a plain tensor is not seen.
# - What `forward` computes may differ from call to call; the gradients follow the road that was taken.
# - A hook shows the sizes in a network without changing it. What is wrong lies after the last line.
# - `reshape(-1, n)` with a wrong n can mix the images without an error; `flatten(start_dim=1)` keeps them apart.
# - Branches are joined along the channels, and all other sizes have to agree.
# - The accuracy of each class says more than their mean.
# - The sum of two networks that err in different places is often better than either.
#
# ## Mistakes that the checks of this lesson look for
#
# | mistake | why people make it |
# |---|---|
# | `super().__init__()` forgotten | Most classes in Python do without. |
# | layers in a plain list | It runs, and a part of the network even learns. |
# | a layer built inside `forward` | The code is shorter, and each call has new weights. |
# | a plain tensor as weight | `requires_grad=True` gives it gradients, so it seems to be enough. |
# | all images flattened into one row | `flatten()` flattens everything, unless it is told where to start. |
# | `reshape(-1, n)` with a wrong n | -1 makes the numbers fit, whichever image they come from. |
# | the number of repeats drawn in `__init__` | Both methods are "where the network is made". |
# | five layers where one repeats | A list of layers is the usual way to write depth. |
# | `torch.randint(1, 5, ())` | Python's `randint` includes its upper end, and torch's does not. |
# | the wrong one of two numbers made to fit | The error is gone either way. |
# | branches of unequal size | Padding is 0, and a pooling window moves by its own size, unless you say something else. |
# | `cat` along the images | It is the default, and with branches of the same width there is no error. |
# | one batch norm for two branches | It has no shape that would protest where both branches are equally wide. |
# | ReLU before batch norm | Both orders exist; the Inception module has ReLU last. |
# | an empty class that counts as 0 | Dividing by 0 looks like something to avoid. |
# | the mean of the batches' shares | It is right whenever each batch has the same number of images of each class. |
#
# ## Where to read on
#
# - Goodfellow, Bengio and Courville, *Deep Learning*, [chapter 9](https://www.deeplearningbook.org/contents/convnets.html) on convolutional networks, and section 7.11 of [chapter 7](https://www.deeplearningbook.org/contents/regularization.html) on ensembles.
# - PyTorch's pages on [`nn.Module`](https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html), with `register_forward_hook`, and on [modules that hold modules](https://docs.pytorch.org/docs/stable/notes/modules.html).
# - The papers: Krizhevsky, Sutskever and Hinton, [AlexNet](https://papers.nips.cc/paper/4824-imagenet-classification-with-deep-convolutional-neural-networks); Szegedy and others, [Going deeper with convolutions](https://arxiv.org/abs/1409.4842); Huang and others, [stochastic depth](https://arxiv.org/abs/1603.09382).
#
# **Next:** lesson 11, where you write what has trained these networks: the optimizer.
