# %% [markdown]
# # Training
#
# After this lesson you can
#
# - say in one number how wrong a network is, and choose the loss that fits its output;
# - get gradients from autograd, and know what it records and when it should record nothing;
# - write a training step, an epoch and a whole training run;
# - say what each call of a step is for, and what you would see without it;
# - let the learning rate follow a schedule.
#
# **Time:** 90 minutes, and 26 more for the bonus tasks.
#
# **Builds on:** [Tensors](../01_tensors/01_tensors.ipynb) and [Neural networks](../02_neural_networks/02_neural_networks.ipynb), that is batches, dense layers, softmax and `nn.Sequential`.
#
# **Leads to:** [Fashion-MNIST](../04_fashion_mnist/04_fashion_mnist.ipynb).
# Here you write each part of training yourself; there you put the parts together on new images.

# %%
import math
from collections.abc import Iterable

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from kindling import check, data, plots

BLUE, ORANGE, GREEN, BLACK = plots.COLOURS

torch.set_num_threads(1)  # one core is enough for so small a network

# %% [markdown]
# The digits of lesson 02 are back, 6,000 of them, each as a vector of 784 pixels.
# They are few enough to lie in memory as one tensor, on the GPU if there is one.

# %% tags=["nbval-ignore-output"]
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

digit_set = data.load("mnist", train=True)
train_images = digit_set.data[:6000].flatten(start_dim=1).to(device) / 255  # (6000, 784), from 0 to 1
train_labels = digit_set.targets[:6000].to(device)  # (6000,)
loader = DataLoader(
    TensorDataset(train_images, train_labels),
    batch_size=32,
    shuffle=True,
    generator=torch.Generator().manual_seed(3),
)
print(f"{len(train_images):,} images in {len(loader)} batches, on the {device}")

# %% [markdown]
# ## How wrong is a network?
#
# The network of lesson 02 guessed, since its weights were random.
# To make it better, we first need to say how bad it is, in *one* number: the *loss*.
#
# The network gives ten probabilities, and one of them belongs to the right class.
# We look at that one alone, call it p, and pay -log p for it.
# Why the logarithm?
# Look at the two ends of the curve.

# %% show="What a guess costs: -log p"
p = torch.linspace(0.004, 1, 400)
guesses = {
    0.9: "almost sure, and right",
    0.5: "undecided",
    0.1: "a blind guess\namong ten",
    0.01: "almost sure,\nand wrong",
}
_, ax = plt.subplots(figsize=(7, 2.7), layout="constrained")
ax.plot(p, -p.log(), color=BLUE, linewidth=2.5)
for guess, meaning in guesses.items():
    ax.plot(guess, -math.log(guess), "o", color=ORANGE, markersize=9)
    ax.annotate(
        f"p = {guess}: loss {-math.log(guess):.2f}\n{meaning}",
        (guess, -math.log(guess)),
        (9, 5),
        textcoords="offset points",
    )
ax.set(title="The loss is small for a sure, right answer and without limit for a sure, wrong one")
ax.set(xlabel="probability p of the right class", ylabel="loss, -log p", xlim=(-0.02, 1.18), ylim=(0, 6.2))
ax.set_xticks([0, 0.25, 0.5, 0.75, 1])
ax.spines[["top", "right"]].set_visible(False)

# %% [markdown]
# For a sure and right answer there is nothing to pay.
# For a sure and wrong one the price grows without limit.
# In between, each halving of p costs the same again: log 2 = 0.69.
#
# This is the *negative log-likelihood*, NLL for short.
# It takes logarithms of probabilities, so let the network give them.
#
# ## Log-probabilities
#
# You could take the `log` of a softmax.
# But a probability can be too small for a float, and then its logarithm is lost:

# %% show="A probability too small for a float"
logits = torch.tensor([[0.0, 200.0]])
print("log(softmax):", torch.softmax(logits, dim=1).log())
print("log_softmax: ", torch.log_softmax(logits, dim=1))

# %% [markdown]
# `log_softmax` works with logarithms throughout, so it never has to store the tiny probability.
# As a layer it is called `nn.LogSoftmax(dim=1)`.
# Its outputs are at most 0, since a probability is at most 1, and their `exp` sums to 1 in each row.
#
# ### A network that gives log-probabilities (6 minutes, ●○○)
#
# This is the network that you train in this lesson.
#
# Write `log_softmax_model()`: it returns a new network with dense layers 784-128-64-10, ReLU after the first two, and `LogSoftmax(dim=1)` at the end.
# It takes vectors `(n, 784)` and gives log-probabilities `(n, 10)`.
# You may use `nn.Sequential` or a class of your own.
#
# Example: a network whose ten logits are all equal gives each class the probability 1/10.
# Then all ten outputs are log(1/10) = -2.303.


# %% task="log_softmax_model"
def log_softmax_model() -> nn.Module:
    """Return a new network 784-128-64-10 with ReLU between: (n, 784) images to (n, 10) log-probabilities."""
    ### BEGIN SOLUTION
    return nn.Sequential(
        nn.Linear(784, 128),
        nn.ReLU(),
        nn.Linear(128, 64),
        nn.ReLU(),
        nn.Linear(64, 10),
        nn.LogSoftmax(dim=1),
    )
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: why does the check speak of comparing images, or of a guess by PyTorch?</summary>
#
# The probabilities of *one image* sum to 1.
# In a batch `(n, 10)`, dimension 0 counts the images and dimension 1 the classes.
# Which of the two has to be summed over? `nn.LogSoftmax` wants to be told.
# </details>

# %% check="log_softmax_model" points=2
import warnings

model = log_softmax_model()
check.equal(
    isinstance(model, nn.Module),
    True,
    "isinstance(log_softmax_model(), nn.Module)",
    mistakes={"log_softmax_model() gives no network. Does it build one, with its parentheses, and return it?": False},
)
sizes = [(128, 784), (128,), (64, 128), (64,), (10, 64), (10,)]
check.equal(
    len(list(model.parameters())),
    6,
    "the number of parameter tensors of log_softmax_model()",
    mistakes={
        "log_softmax_model() has no parameters. Which layers learn?": 0,
        "log_softmax_model() has 2 parameter tensors, so one dense layer. How many does the task name?": 2,
        "log_softmax_model() has 3 parameter tensors. Has each dense layer a weight and a bias?": 3,
        "log_softmax_model() has 4 parameter tensors, as two dense layers have. How many does the task name?": 4,
        "log_softmax_model() has 8 parameter tensors, as four dense layers have. How many does the task name?": 8,
    },
)
for number, (parameter, size) in enumerate(zip(model.parameters(), sizes, strict=True), start=1):
    check.shape(
        parameter,
        size,
        f"parameter {number} of log_softmax_model()",
        mistakes={
            f"log_softmax_model() has a {tuple(parameter.shape)} tensor as its parameter {number}. Which sizes does the task give?": tuple(
                parameter.shape
            )
        },
    )
# Each unit of layer 1 is the mean pixel, each of layer 2 is 1 minus that, and the logit of class k is k times that, -4.
fills = [1 / 784, 0.0, -1 / 128, 1.0, torch.arange(10.0).unsqueeze(1) / 64, -4.0]
with torch.no_grad():
    for parameter, fill in zip(model.parameters(), fills, strict=True):
        parameter.copy_(torch.as_tensor(fill))
pixels, classes = torch.tensor([[-1.0], [0.5], [3.0]]), torch.arange(10.0)  # three images of one brightness each
logits = (1 - pixels.relu()).relu() * classes - 4
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    log_probs = model(pixels.repeat(1, 784))
    again = model(pixels.repeat(1, 784))
drawn = isinstance(log_probs, Tensor) and not torch.equal(log_probs, again)
check.close(
    log_probs,
    torch.log_softmax(logits, dim=1),
    "log_softmax_model()(images)",
    mistakes={
        "log_softmax_model() gives logits. Which layer is missing at the end?": logits,
        "log_softmax_model() gives probabilities. Their logarithms are wanted.": logits.softmax(dim=1),
        "log_softmax_model() compares the images of the batch with each other. Which dim holds the classes?": logits.log_softmax(
            dim=0
        ),
        "log_softmax_model() sends its logits through ReLU. Then all negative ones look the same.": logits.relu().log_softmax(
            dim=1
        ),
        "log_softmax_model() has no ReLU between its layers.": ((1 - pixels) * classes - 4).log_softmax(dim=1),
        "log_softmax_model() has no ReLU after its first layer.": ((1 - pixels).relu() * classes - 4).log_softmax(
            dim=1
        ),
        "log_softmax_model() has no ReLU after its second layer.": ((1 - pixels.relu()) * classes - 4).log_softmax(
            dim=1
        ),
        "log_softmax_model() has sigmoids between its layers. The task says ReLU.": (
            (1 - pixels.sigmoid()).sigmoid() * classes - 4
        ).log_softmax(dim=1),
        "log_softmax_model() has tanh between its layers. The task says ReLU.": ((1 - pixels.tanh()).tanh() * classes - 4).log_softmax(1),
        "log_softmax_model() has leaky ReLUs between its layers. The task says ReLU.": (
            F.leaky_relu(1 - F.leaky_relu(pixels)) * classes - 4
        ).log_softmax(1),
        "log_softmax_model() takes a softmax before LogSoftmax. What does LogSoftmax do by itself?": logits.softmax(1).log_softmax(1),
        "log_softmax_model() ends in the logarithm of a sigmoid. Do the probabilities of an image sum to 1?": F.logsigmoid(logits),
        "log_softmax_model() changes the sign of its log-probabilities. Can they be above 0?": -logits.log_softmax(1),
        "log_softmax_model() gives other numbers each time for the same images. Which layer draws at random?": log_probs if drawn else None,
    },
)
guessed = [warning for warning in caught if "Implicit dimension choice" in str(warning.message)]
check.equal(
    len(guessed) > 0,
    False,
    "a guess of the dim in log_softmax_model()(images)",
    mistakes={"log_softmax_model() leaves PyTorch to guess the dim of LogSoftmax. Which dim holds the classes?": True},
)
for warning in caught:  # any other warning costs nothing, and is shown
    warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)
reached = [None]
if log_probs.requires_grad:
    reached = torch.autograd.grad(log_probs[:, 0].sum(), list(model.parameters()), allow_unused=True)
check.equal(
    any(slope is None for slope in reached),
    False,
    "a layer of log_softmax_model() that gets no gradient",
    mistakes={
        "log_softmax_model() gives the right numbers, but some of its layers get no gradient. What keeps autograd from recording them?": True
    },
)
# Now the logits are 135, 105, … -135 for every image: most of these probabilities are too small for a float.
with torch.no_grad():
    for parameter, fill in zip(model.parameters(), [0.0] * 5 + [135 - 30 * classes], strict=True):
        parameter.copy_(torch.as_tensor(fill))
    far_apart = model(torch.zeros(2, 784))
label = "log_softmax_model()(images) with logits from 135 to -135"
check.equal(
    bool(far_apart.isfinite().all()),
    True,
    f"all finite in {label}",
    mistakes={
        "log_softmax_model() gives -inf or nan where logits lie far apart. Does it take the logarithm of a probability?": False
    },
)
check.equal(
    bool(far_apart.min() > -200),
    False,
    f"a smallest value above -200 in {label}",
    mistakes={
        "log_softmax_model() cuts small log-probabilities off, so that very wrong answers all cost the same. Does something keep its probabilities away from 0?": True
    },
)
check.close(far_apart, (-30 * classes).repeat(2, 1), label)
### BEGIN HIDDEN TESTS
generator = torch.Generator().manual_seed(5)
weights = [torch.randn(size, generator=generator) / size[-1] ** 0.5 for size in sizes]
with torch.no_grad():
    for parameter, weight in zip(model.parameters(), weights, strict=True):
        parameter.copy_(weight)
x = 5 * torch.randn(7, 784, generator=generator)
hidden = F.relu(F.linear(F.relu(F.linear(x, *weights[:2])), *weights[2:4]))
wanted = F.linear(hidden, *weights[4:]).log_softmax(dim=1)
check.close(model(x), wanted, "log_softmax_model()(images) with random weights", rtol=1e-3, atol=1e-4)
check.close(model(x[:1]), wanted[:1], "log_softmax_model()(images) of one image", rtol=1e-3, atol=1e-4)
check.equal(all(p.requires_grad for p in model.parameters()), True, "requires_grad of the parameters")
check.equal(
    log_softmax_model() is log_softmax_model(),
    False,
    "the same network twice from log_softmax_model()",
    mistakes={"log_softmax_model() gives the same network at each call. Build a new one inside the function.": True},
)
fresh = zip(log_softmax_model().parameters(), log_softmax_model().parameters(), strict=True)
check.equal(
    any(one.dim() > 1 and torch.equal(one, other) for one, other in fresh),  # biases may start at 0
    False,
    "equal weights in two networks of log_softmax_model()",
    mistakes={
        "log_softmax_model() gives two networks the same weights. Does it set a seed, or is a layer made outside of it?": True
    },
)
### END HIDDEN TESTS

# %% [markdown]
# ### Negative log-likelihood (8 minutes, ●●○)
#
# PyTorch has this loss ready-made, as `nn.NLLLoss`.
# It takes one line to write, and once you have written it you know what has to go in.
#
# Write `nll(log_probs, labels)`: for each example pick the log-probability of its own class, take the mean over the examples, and change the sign.
# The result is a tensor with one number, shape `()`, so that autograd can go back through it.
# Do it by indexing: `F.nll_loss`, `nn.NLLLoss` and cross-entropy are off limits here.
#
# Example: two examples of three classes, with the probabilities `[1/2, 1/4, 1/4]` and `[1/8, 1/8, 3/4]`.
# The labels are 0 and 2.
# The picked probabilities are 1/2 and 3/4, their logarithms -0.693 and -0.288, so the loss is 0.490.


# %% task="nll"
def nll(log_probs: Tensor, labels: Tensor) -> Tensor:
    """Return the mean negative log-probability of the right classes, shape ().

    `log_probs` is (n, k), `labels` is int64 (n,) with classes from 0 to k - 1.
    """
    ### BEGIN SOLUTION
    examples = torch.arange(len(labels), device=labels.device)
    return -log_probs[examples, labels].mean()
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: why does <code>log_probs[:, labels]</code> give a whole matrix?</summary>
#
# `:` means "every row", so every row gives every one of the labels.
# To pick one number per row, index with two lists of the same length: which row, and which column.
# `x[[0, 1], [0, 2]]` gives the two numbers `x[0, 0]` and `x[1, 2]`.
# The list of rows is 0, 1, 2, … up to n - 1.
# </details>

# %% check="nll" points=2
probabilities = torch.tensor([[1 / 2, 1 / 4, 1 / 4], [1 / 8, 1 / 8, 3 / 4]])
log_probs, labels = probabilities.log(), torch.tensor([0, 2])
check.close(
    nll(log_probs, labels),
    -(torch.tensor(1 / 2).log() + torch.tensor(3 / 4).log()) / 2,
    "nll(log_probs, labels)",
    mistakes={
        "nll(log_probs, labels) is negative. A loss falls when things get better.": log_probs.diag()[0] / 2
        + log_probs[1, 2] / 2,
        "nll(log_probs, labels) is the sum over the examples. The mean is wanted.": -log_probs[0, 0] - log_probs[1, 2],
        "nll(log_probs, labels) takes every label's column from every row. Each row has one label.": -log_probs[
            :, labels
        ].mean(),
        "nll(log_probs, labels) gives one loss per example. Their mean is wanted.": -log_probs[[0, 1], [0, 2]],
        "nll(log_probs, labels) is a plain number. Autograd must be able to go back through the loss.": 0.490415,
        "nll(log_probs, labels) averages over all classes. Only the right class counts.": -log_probs.mean(),
        "nll(log_probs, labels) has shape (1,). One number without dimensions is wanted.": torch.tensor([0.490415]),
        "nll(log_probs, labels) averages over all classes, where all but the right one count as 0.": torch.tensor(0.163472),
        "nll(log_probs, labels) divides by the number of classes. Over what is the mean taken?": torch.tensor(0.326943),
        "nll(log_probs, labels) is the loss of the first example alone.": torch.tensor(0.693147),
        "nll(log_probs, labels) is half the loss of the first example. Where does return stand?": torch.tensor(0.346574),
        "nll(log_probs, labels) is the loss of the last example alone.": torch.tensor(0.287682),
        "nll(log_probs, labels) changes the sign of all log-probabilities. Which ones count?": -log_probs,
        "nll(log_probs, labels) is one minus a probability, averaged. Its input is log-probabilities already.": torch.tensor(0.375),
        "nll(log_probs, labels) averages probabilities. Its input is log-probabilities already.": -(
            probabilities[0, 0] + probabilities[1, 2]
        )
        / 2,
        "nll(log_probs, labels) is nan: it takes the logarithm of what is a logarithm already.": torch.tensor(math.nan),
    },
)
check.unchanged(log_probs, probabilities.log(), "log_probs")
check.avoids(lambda: nll(log_probs, labels), ["nll_loss", "cross_entropy"], "nll(log_probs, labels)")
check.close(
    nll(log_probs, torch.tensor([1, 0])),
    -(torch.tensor(1 / 4).log() + torch.tensor(1 / 8).log()) / 2,
    "nll(log_probs, labels) with the labels 1 and 0",
    mistakes={
        "nll(log_probs, labels) takes the largest number of each row. Which one does the row's label point to?": -(
            torch.tensor(1 / 2).log() + torch.tensor(3 / 4).log()
        )
        / 2
    },
)
check.close(
    nll(torch.tensor([[0.0, -1000.0]]), torch.tensor([1])),
    torch.tensor(1000.0),
    "nll(log_probs, labels) of one example with the log-probability -1000",
    mistakes={
        "nll(log_probs, labels) is infinite for the log-probability -1000. Does it compute the probability on its way?": torch.tensor(
            math.inf
        )
    },
)
### BEGIN HIDDEN TESTS
logits = torch.randn(5, 4, generator=torch.Generator().manual_seed(6), requires_grad=True)
labels = torch.tensor([3, 0, 0, 2, 1])
log_probs = logits.log_softmax(dim=1)
before = log_probs.detach().clone()
loss = nll(log_probs, labels)
check.close(loss, F.cross_entropy(logits, labels), "nll(log_probs, labels) of a (5, 4) tensor", inputs=(log_probs, labels), sizes={"batch": 5})
check.unchanged(log_probs, before, "log_probs")
check.unchanged(labels, torch.tensor([3, 0, 0, 2, 1]), "labels")
check.equal(
    loss.requires_grad,
    True,
    "nll(log_probs, labels).requires_grad",
    mistakes={"nll(log_probs, labels) is cut off from autograd, so that no network can learn from it.": False},
)
slopes = torch.autograd.grad(loss, logits)[0]
check.close(slopes, (logits.softmax(dim=1) - F.one_hot(labels, 4)) / 5, "the gradient of nll(log_probs, labels)", sizes={"batch": 5})
check.close(nll(before[:1], labels[:1]), -before[0, 3], "nll(log_probs, labels) of one example")
check.close(
    nll(torch.randn(3, 7).mul(0) - 2, torch.tensor([6, 0, 6])),
    torch.tensor(2.0),
    "nll(log_probs, labels) of seven classes",
)
### END HIDDEN TESTS

# %% [markdown]
# ## Two roads to the same number
#
# PyTorch offers the loss in two forms.
# One wants log-probabilities, the other wants logits and does the `log_softmax` itself.
# Here are both, on the same three examples:

# %% show="Both losses of the same three examples"
logits = torch.tensor([[2.0, 0.5, -1.0], [0.1, 0.2, 0.3], [-3.0, 4.0, 0.0]])
labels = torch.tensor([0, 2, 2])
log_probs = torch.log_softmax(logits, dim=1)

print("NLLLoss on log-probabilities:", round(nn.NLLLoss()(log_probs, labels).item(), 4))
print("CrossEntropyLoss on logits:  ", round(nn.CrossEntropyLoss()(logits, labels).item(), 4))

# %% [markdown]
# | the network ends in | its output is called | the criterion that fits |
# |---|---|---|
# | `nn.LogSoftmax(dim=1)` | log-probabilities | `nn.NLLLoss()` |
# | a dense layer | logits | `nn.CrossEntropyLoss()` |
#
# (*Criterion* is the word for a loss that is used as a function.)
#
# What if a network ends in a softmax, and its output goes into `CrossEntropyLoss`?
# There is no error, and softmax happens twice.
# Imagine a perfect network, which gives probability 1 to each right class:

# %% show="A perfect network, and softmax twice"
perfect = torch.eye(10)  # ten examples, example k surely of class k
print("perfect probabilities into CrossEntropyLoss:", round(F.cross_entropy(perfect, torch.arange(10)).item(), 4))
print("their logarithms into NLLLoss:              ", round(F.nll_loss(perfect.log(), torch.arange(10)).item(), 4))

# %% [markdown]
# The perfect network still has a loss of 1.46 instead of 0, because the second softmax turns its probability of 1 into 0.23.
# What that does to training, you will see further down, when you train on logits.
#
# ## The loss is a landscape
#
# The loss depends on the images, which stay as they are, and on the weights, which we may change.
# So think of the weights as a place and of the loss as the height there.
# Training means: walk downhill.
#
# A network with 100,000 weights has a landscape in 100,000 dimensions, which nobody can draw.
# So take the smallest network of all, one unit without an activation: `prediction = w · x + b`.
# Its weights are two numbers, w and b, and its loss is the mean squared distance from 30 points.

# %% show="The loss over two weights, and a walk downhill"
generator = torch.Generator().manual_seed(8)
points = 3 * torch.rand(30, generator=generator) - 0.5
values = 1.5 * points + 0.5 + 0.4 * torch.randn(30, generator=generator)


def line_loss(w: Tensor, b: Tensor) -> Tensor:
    """Return the mean squared distance of `w * points + b` from `values`, for w and b of one shape."""
    return (w[..., None] * points + b[..., None] - values).square().mean(dim=-1)


def walk(lr: float, steps: int) -> Tensor:
    """Return the places (w, b) of a walk downhill, (steps + 1, 2)."""
    place = torch.tensor([-0.4, -1.2], requires_grad=True)
    places = [place.detach().clone()]
    for _ in range(steps):
        slope = torch.autograd.grad(line_loss(place[0], place[1]), place)[0]
        with torch.no_grad():
            place -= lr * slope
        places.append(place.detach().clone())
    return torch.stack(places)


ws, bs = torch.meshgrid(torch.linspace(-1.2, 4.2, 60), torch.linspace(-2.4, 3.4, 60), indexing="ij")
ground = line_loss(ws, bs)
levels = [0.3, 0.7, 1.5, 3, 5, 8, 12, 17, 24]
path = walk(lr=0.06, steps=40)

figure = plt.figure(figsize=(8, 3.2), layout="constrained")
left, right = figure.add_subplot(1, 2, 1, projection="3d"), figure.add_subplot(1, 2, 2)
left.plot_surface(ws, bs, ground, cmap="Blues", alpha=0.65, linewidth=0)
left.plot(*path.T, line_loss(*path.T) + 0.5, color=ORANGE, marker="o", markersize=3.5, zorder=5)
left.set(title="Height is loss: a walk of 40 steps", xlabel="w", ylabel="b")
left.view_init(elev=38, azim=-35)
right.contour(ws, bs, ground, levels=levels, cmap="Blues_r", linewidths=1)
right.plot(*path.T, color=ORANGE, marker="o", markersize=3.5)
first = path[1] - path[0]
right.annotate("", path[0] + 2.6 * first, path[0], arrowprops={"arrowstyle": "-|>", "color": BLACK, "linewidth": 1.8})
right.text(0.3, -1.6, "steepest way down\nfrom the start", bbox={"facecolor": "white", "linewidth": 0, "pad": 2})
right.plot(*path[-1], marker="*", color=BLACK, markersize=13)
_ = right.set(title="The same from above: lines of equal loss", xlabel="w", ylabel="b", aspect="equal")

# %% [markdown]
# At each place the *gradient* says how steep the landscape is: one slope for w and one for b.
# It points uphill, so a step goes the other way:
#
# $$w \leftarrow w - \text{lr} \cdot \frac{\partial\,\text{loss}}{\partial w}$$
#
# and the same for b, and for each of 100,000 weights.
# A step leaves the line of equal loss at a right angle, because that way it falls fastest.
# The steps get shorter by themselves, because the ground gets flatter.
#
# The *learning rate*, lr, sets how far a step goes for a given slope.
# Training does not find it: you choose it, as you choose the number of epochs and the size of a batch.
# Such a choice is called a *hyperparameter*.

# %% show="The same walk with four learning rates"
speeds = {
    0.005: "a third of the way",
    0.1: "nearly there",
    0.4: "nearly there, to and fro",
    0.47: "up and away",
}
figure, panels = plt.subplots(1, 4, figsize=(8.5, 2.5), sharey=True, layout="constrained")
for ax, (lr, verdict) in zip(panels, speeds.items(), strict=True):
    path = walk(lr, steps=20)
    ax.contour(ws, bs, ground, levels=levels, cmap="Blues_r", linewidths=0.8)
    ax.plot(*path.T, color=ORANGE, marker="o", markersize=3, linewidth=1.2)
    ax.set(xlabel="w", xlim=(-1.2, 4.2), ylim=(-2.4, 3.4))
    ax.set_title(f"lr = {lr}\n{verdict}", fontsize=10)
panels[0].set_ylabel("b")
_ = figure.suptitle("Twenty steps each, from the same place: only the learning rate differs")

# %% [markdown]
# ## Autograd
#
# Who computes 100,000 slopes?
# PyTorch does, with a part called *autograd*.
# While you compute, it records each operation on tensors that have `requires_grad=True`: this record is the *computation graph*.
# Call `backward()` on the result, and PyTorch goes through the graph from the end to the start, by the chain rule, and leaves the slopes in `.grad`.
# This is *backpropagation*.

# %% show="What autograd records, and what backward leaves"
x = torch.tensor([3.0, -1.0, 0.0, 2.0], requires_grad=True)
mean = (x**2).mean()
print("the last operation:", mean.grad_fn.name())
print("the one before:    ", mean.grad_fn.next_functions[0][0].name())
mean.backward()
print("x.grad:", x.grad)

# %% show="Values go forward, slopes come back"
boxes = {"x": "[3, -1, 0, 2]", "squares": "[9, 1, 0, 4]", "mean": "3.5"}
slopes = ["[1.5, -0.5, 0, 1]", "[¼, ¼, ¼, ¼]", "1"]
_, ax = plt.subplots(figsize=(8, 1.9), layout="constrained")
for i, ((name, value), slope) in enumerate(zip(boxes.items(), slopes, strict=True)):
    frame = {"boxstyle": "round,pad=0.5", "facecolor": "white", "edgecolor": BLUE, "linewidth": 1.5}
    ax.text(3 * i, 0.6, f"{name}\n{value}", ha="center", va="center", bbox=frame)
    ax.text(3 * i, -0.5, f"slope of mean\n{slope}", ha="center", va="center", color=ORANGE)
for i, (forward, backward) in enumerate((("square", "times 2x"), ("mean of 4", "times ¼"))):
    ax.annotate("", (3 * i + 2, 0.6), (3 * i + 1, 0.6), arrowprops={"arrowstyle": "-|>", "color": BLUE, "linewidth": 2})
    ax.annotate(
        "",
        (3 * i + 1, -0.5),
        (3 * i + 2, -0.5),
        arrowprops={"arrowstyle": "-|>", "color": ORANGE, "linewidth": 2, "linestyle": "--"},
    )
    ax.text(3 * i + 1.5, 0.75, forward, ha="center", color=BLUE)
    ax.text(3 * i + 1.5, -0.4, backward, ha="center", color=ORANGE)
ax.set(
    title="Forward (blue): values are computed, operations recorded. Backward (orange): slopes return",
    xlim=(-1.1, 7.1),
    ylim=(-0.9, 1.05),
)
_ = ax.axis("off")

# %% [markdown]
# Read it for the first number of `x`.
# It is 3, and when it grows a little, its square grows 2 · 3 = 6 times as much.
# A quarter of that arrives in the mean: 6 / 4 = 1.5.
#
# **Predict first.**
# The weight below is 3, and the loss is its square, so the slope is 6.
# The second cell computes the loss and calls `backward()`, and then does both once more.
# What is `weight.grad` after the second time?
# Replace `None` with your number before you run the next two cells.

# %%
prediction = None

# %% show="Backward twice: your prediction and what comes"
if not isinstance(prediction, int | float):
    print("Replace `None` with your number in the cell above. Then run both cells again.")
else:
    weight = torch.tensor(3.0, requires_grad=True)
    (weight**2).backward()
    print("weight.grad after the first backward: ", weight.grad.item())
    (weight**2).backward()
    print("weight.grad after the second backward:", weight.grad.item())
    thoughts = {
        12: "right. What the second backward found is added to what was there.",
        6: "that is one slope. It would be 6 if the second backward replaced what the first one left.",
        0: "that would be so if the second backward undid the first, or if backward left nothing.",
        36: "that is 6 times 6. Backward does not multiply what is in .grad.",
        9: "that is the loss. The slope of w² is 2w.",
        18: "that is the loss twice. The slope of w² is 2w.",
        3: "that is the weight, and backward moves no weight.",
    }
    print(
        f"You said {prediction}:", thoughts.get(prediction, "not this time. What does backward do with an old .grad?")
    )

# %% [markdown]
# <details><summary>Answer: what is <code>weight.grad</code> after the second time?</summary>
#
# It is 12, not 6: `backward` *adds* to what is in `.grad`.
# That is useful when a batch is too large to be computed in one go.
# In a training loop it means that the gradients have to be cleared for each step.
# </details>
#
# ### A gradient without traces (8 minutes, ●●○)
#
# Gradients are good for more than weights: they also say which pixels of an image would change the answer most.
# The images belong to somebody else's code, which goes on using them, so a function that computes such a gradient must leave them as they were.
#
# Write `grad_of_mean_square(x)`: for a float tensor `x` of any shape, return the gradient of `mean(x²)` with respect to `x`, in the shape of `x`, by autograd.
# Leave `x`, its `requires_grad` and its `.grad` as they were, whether it requires gradients or not.
#
# Example: for `[3, -1, 0, 2]` it is `[1.5, -0.5, 0, 1]`, as in the picture.


# %% task="grad_of_mean_square"
def grad_of_mean_square(x: Tensor) -> Tensor:
    """Return the gradient of `mean(x**2)` with respect to `x`, in its shape; `x` and its `.grad` stay as they were."""
    ### BEGIN SOLUTION
    own = x.detach().clone().requires_grad_()
    own.square().mean().backward()
    return own.grad
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: <code>RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn</code></summary>
#
# Nobody asked autograd to record anything: `x` does not require gradients.
# Setting that on `x` itself would leave a trace.
# So make a tensor of your own that has the same numbers.
# </details>
#
# <details><summary>Hint: why has <code>x.grad</code> changed?</summary>
#
# Where `x` requires gradients, a clone is one more recorded operation: the gradient flows through it, back to `x`, and the clone's own `.grad` stays empty.
# `x.detach()` gives the same numbers as a new start, a *leaf* of the graph.
# </details>

# %% check="grad_of_mean_square" points=2
x = torch.tensor([3.0, -1.0, 0.0, 2.0])
check.close(
    grad_of_mean_square(x),
    [1.5, -0.5, 0.0, 1.0],
    "grad_of_mean_square(x)",
    inputs=(x,),
    mistakes={
        "grad_of_mean_square(x) is the gradient of the sum of squares. What does the mean do to it?": [
            6.0,
            -2.0,
            0.0,
            4.0,
        ],
        "grad_of_mean_square(x) gives a tuple. torch.autograd.grad returns one gradient per input; which one is yours?": (
            torch.tensor([1.5, -0.5, 0.0, 1.0]),
        ),
        "grad_of_mean_square(x) is twice the gradient, and here that is x. Is backward called once, and its gradient returned?": [3.0, -1.0, 0.0, 2.0],
        "grad_of_mean_square(x) is half the gradient. Does autograd compute it?": [0.75, -0.25, 0.0, 0.5],
        "grad_of_mean_square(x) is the gradient of the square of the mean. Which comes first?": [0.5] * 4,
        "grad_of_mean_square(x) is the gradient of the mean of x. Where is the square?": [0.25] * 4,
        "grad_of_mean_square(x) is the gradient of the mean of |x|. Where is the square?": [0.25, -0.25, 0.0, 0.25],
        "grad_of_mean_square(x) points downhill. A gradient points uphill.": [-1.5, 0.5, 0.0, -1.0],
        "grad_of_mean_square(x) gives the squares. The gradient of their mean is wanted.": [9.0, 1.0, 0.0, 4.0],
        "grad_of_mean_square(x) gives the length of the gradient. The gradient itself has the shape of x.": torch.tensor(1.870829),
        "grad_of_mean_square(x) gives mean(x²) itself. Its gradient is wanted.": torch.tensor(3.5),
        "grad_of_mean_square(x) gives mean(x²) itself, as a number. Its gradient is wanted.": 3.5,
    },
)
check.unchanged(x, [3.0, -1.0, 0.0, 2.0], "x")
check.equal(
    x.requires_grad,
    False,
    "x.requires_grad after grad_of_mean_square(x)",
    mistakes={
        "grad_of_mean_square(x) switches x.requires_grad on. x belongs to the caller; what could you use instead?": True
    },
)
used = check.functions_called(lambda: grad_of_mean_square(torch.tensor([3.0, -1.0, 0.0, 2.0])))
check.equal(
    "backward" in used or "grad" in used,
    True,
    "autograd in grad_of_mean_square(x)",
    mistakes={"grad_of_mean_square(x) is right, and autograd has no part in it. Which call goes back through the graph?": False},
)
x = torch.tensor([1.0, 2.0], requires_grad=True)
(7 * x).sum().backward()
check.close(
    grad_of_mean_square(x),
    [1.0, 2.0],
    "grad_of_mean_square(x) where x has a gradient already",
    mistakes={
        "grad_of_mean_square(x) gives None where x requires gradients. Backward fills .grad of the leaves of the graph; is the tensor that you ask a leaf?": None,
        "grad_of_mean_square(x) includes the gradient that x had already. x belongs to the caller; what could you use instead?": [
            8.0,
            9.0,
        ],
    },
)
check.close(
    x.grad,
    [7.0, 7.0],
    "x.grad after grad_of_mean_square(x)",
    mistakes={
        "grad_of_mean_square(x) adds its gradient to x.grad. x belongs to the caller.": [8.0, 9.0],
        "grad_of_mean_square(x) replaces x.grad. x belongs to the caller.": [1.0, 2.0],
        "grad_of_mean_square(x) clears x.grad. x belongs to the caller.": [0.0, 0.0],
        "grad_of_mean_square(x) removes x.grad. x belongs to the caller.": None,
    },
)
check.equal(
    x.requires_grad,
    True,
    "x.requires_grad after grad_of_mean_square(x)",
    mistakes={"grad_of_mean_square(x) switches x.requires_grad off. x belongs to the caller.": False},
)
### BEGIN HIDDEN TESTS
x = torch.randn(2, 3, generator=torch.Generator().manual_seed(9))
before = x.clone()
check.close(
    grad_of_mean_square(x),
    x / 3,
    "grad_of_mean_square(x) of a (2, 3) tensor",
    inputs=(x,),
    mistakes={
        "grad_of_mean_square(x) of a (2, 3) tensor divides by its 2 rows. The mean is over all numbers.": before,
        "grad_of_mean_square(x) of a (2, 3) tensor divides by its 3 columns. The mean is over all numbers.": before * 2 / 3,
        "grad_of_mean_square(x) of a (2, 3) tensor is one row. Which shape does x have?": (before / 3).flatten(),
    },
)
check.unchanged(x, before, "x")
check.equal(x.grad, None, "x.grad after grad_of_mean_square(x)")
check.close(grad_of_mean_square(x), x / 3, "grad_of_mean_square(x) of the same tensor again")
check.close(grad_of_mean_square(torch.tensor([5.0])), [10.0], "grad_of_mean_square(x) of one number")
check.close(grad_of_mean_square(torch.tensor(5.0)), torch.tensor(10.0), "grad_of_mean_square(x) of shape ()")
check.close(
    grad_of_mean_square(torch.ones(1, 4, 2).double()),
    torch.full((1, 4, 2), 0.25).double(),
    "grad_of_mean_square(x) of doubles",
)
leaf = torch.tensor([[4.0]], requires_grad=True)
check.close(grad_of_mean_square(3 * leaf), [[24.0]], "grad_of_mean_square(x) where x was computed")
check.equal(leaf.grad, None, "the gradient of the tensor that x was computed from")
check.equal(torch.is_grad_enabled(), True, "torch.is_grad_enabled() after grad_of_mean_square(x)")
### END HIDDEN TESTS

# %% [markdown]
# ## When nothing should be recorded
#
# The graph costs memory: for the way back, autograd keeps what the layers have computed.
# When you only want an answer, there is no way back, so tell PyTorch to record nothing.

# %% show="A layer's call with and without a record"
layer = nn.Linear(4, 3)
vectors = torch.ones(2, 4)
print("recorded:     ", layer(vectors).grad_fn is not None)
with torch.no_grad():
    print("under no_grad:", layer(vectors).grad_fn is not None)
print("and the weights still require gradients:", layer.weight.requires_grad)

# %% [markdown]
# Note *where* `no_grad` stands: around the call.
# Calling the model first and detaching the result afterwards builds the whole graph and then throws it away.
#
# There is a second switch, and it has nothing to do with the first.
# A few layers behave differently while training.
# Dropout, for one, sets random numbers to 0 while training and scales the others up, so that the same image would get another answer each time; lesson 05 is about it.
# Every module has a mode, its attribute `training`.
# `model.eval()` sets it to False for the model and all layers inside it, `model.train()` sets it to True.

# %% show="Dropout in both modes"
dropout = nn.Dropout(p=0.5)
torch.manual_seed(1)
print("training: ", dropout(torch.ones(8)))
_ = dropout.eval()
print("inference:", dropout(torch.ones(8)))

# %% [markdown]
# ### Predict (9 minutes, ●●○)
#
# You will ask a network for its answer again and again, often in the middle of training.
# If the function that asks forgets one of the two switches, or does not set it back, it can spoil the training, and there is no error.
#
# Write `predict(model, images)`: the most likely class of each image, `(n,)`.
# `images` comes in the shape that the model takes.
#
# - Nothing is recorded.
# - All layers are in inference mode while the model computes.
# - Afterwards each module has the mode that it had before, even where some layers were in a different mode from the rest.
#
# Example: three images for which the model gives the log-probabilities of `[0.2, 0.3, 0.5]`, `[0.1, 0.8, 0.1]` and `[0.6, 0.3, 0.1]` have the classes 2, 1 and 0.


# %% task="predict"
def predict(model: nn.Module, images: Tensor) -> Tensor:
    """Return the most likely class of each image, int64 (n,), in inference mode and without recording.

    Each module of `model` keeps the mode that it had.
    """
    ### BEGIN SOLUTION
    modes = {module: module.training for module in model.modules()}
    model.eval()
    with torch.no_grad():
        classes = model(images).argmax(dim=1)
    for module, mode in modes.items():
        module.training = mode
    return classes
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: how do I put all modes back?</summary>
#
# `model.train()` would put *every* layer into training mode, even one that was in inference mode before.
# `model.modules()` goes through the model itself and every layer inside it.
# Note the `training` of each before you change anything, in a dictionary or a list.
# Afterwards, give each its own value back.
# </details>

# %% check="predict" points=3
model = nn.Sequential(nn.Linear(4, 4, bias=False), nn.Dropout(0.5), nn.LogSoftmax(dim=1))
with torch.no_grad():
    model[0].weight.copy_(torch.eye(4))
recorded, dropping, working = [], [], []
model[0].register_forward_hook(lambda module, inputs, output: recorded.append(output.requires_grad))
model[1].register_forward_hook(lambda module, inputs, output: dropping.append(module.training))
for layer in (model[0], model[2]):
    layer.register_forward_hook(lambda module, inputs, output: working.append(module.training))
images = torch.tensor([[0.2, 0.1, 0.6, 0.1], [0.1, 0.7, 0.1, 0.1], [0.1, 0.1, 0.1, 0.7]]).log()
before = images.clone()
classes = predict(model, images)
check.unchanged(images, before, "images")
check.equal(
    any(dropping),
    False,
    "dropout during predict(model, images)",
    mistakes={"predict(model, images) runs with dropout at work. Which call puts a model into inference mode?": True},
)
check.equal(
    any(working),
    False,
    "training mode of other layers during predict(model, images)",
    mistakes={
        "predict(model, images) leaves some layers in training mode while the model computes. Which call changes the mode of all?": True
    },
)
check.equal(
    any(recorded),
    False,
    "recording during predict(model, images)",
    mistakes={"predict(model, images) lets autograd record the model's call. Inside which block should the call stand?": True},
)
recording = torch.is_grad_enabled()
torch.set_grad_enabled(True)
check.equal(
    recording,
    True,
    "torch.is_grad_enabled() after predict(model, images)",
    mistakes={
        "predict(model, images) switches recording off for good, so that nothing can be trained afterwards.": False
    },
)
with torch.no_grad():
    predict(model, images)
    recording = torch.is_grad_enabled()
check.equal(
    recording,
    False,
    "torch.is_grad_enabled() after predict(model, images) under no_grad",
    mistakes={"predict(model, images) switches recording on for a caller who had switched it off.": True},
)
check.equal(
    model[0].weight.requires_grad,
    True,
    "requires_grad of the weight after predict(model, images)",
    mistakes={"predict(model, images) freezes the weights for good, so that nothing can be trained afterwards.": False},
)
check.close(
    classes,
    torch.tensor([2, 1, 3]),
    "predict(model, images)",
    mistakes={
        "predict(model, images) compares the images with each other. Which dim holds the classes?": torch.tensor(
            [0, 1, 0, 2]
        ),
        "predict(model, images) has shape (n, 1). One class per image makes (n,).": torch.tensor([[2], [1], [3]]),
        "predict(model, images) gives the outputs of the model. Which class has the largest?": images,
        "predict(model, images) gives the largest output of each image. Which class does it belong to?": images.amax(
            dim=1
        ),
    },
)
check.equal(
    classes.is_floating_point(),
    False,
    "floats in predict(model, images)",
    mistakes={"predict(model, images) gives the classes as floats. A class is an index, so a whole number.": True},
)
check.close(
    predict(model, images[:1]),
    torch.tensor([2]),
    "predict(model, images) of one image",
    mistakes={
        "predict(model, images) of one image has shape (). One class per image makes (1,), even when n is 1.": torch.tensor(
            2
        )
    },
)
check.equal(
    [module.training for module in model.modules()],
    [True] * 4,
    "the list of modes after predict(model, images)",
    mistakes={
        "predict(model, images) leaves the model in inference mode, and the next epoch trains in the wrong one.": [
            False
        ]
        * 4,
        "predict(model, images) puts back the mode of the model alone. Its layers stay in inference mode.": [
            True,
            False,
            False,
            False,
        ],
        "predict(model, images) puts back the modes of the layers. The model itself stays in inference mode.": [
            False,
            True,
            True,
            True,
        ],
    },
)
model[1].eval()
predict(model, images)
check.equal(
    [module.training for module in model.modules()],
    [True, True, False, True],
    "the list of modes after predict(model, images), where dropout alone was in inference mode",
    mistakes={
        "predict(model, images) puts each layer into the mode of the whole model. Each module has a mode of its own.": [
            True
        ]
        * 4,
        "predict(model, images) leaves the model in inference mode.": [False] * 4,
    },
)
model.eval()
predict(model, images)
check.equal(
    [module.training for module in model.modules()],
    [False] * 4,
    "the list of modes after predict(model, images), where all were in inference mode",
    mistakes={"predict(model, images) puts a model into training mode that came in inference mode.": [True] * 4},
)
### BEGIN HIDDEN TESTS
torch.manual_seed(10)
model = nn.Sequential(nn.Linear(5, 6), nn.BatchNorm1d(6), nn.ReLU(), nn.Sequential(nn.Dropout(0.9), nn.Linear(6, 3)))
model[3].eval()
model[3][1].train()  # a layer within a layer, with a mode of its own
model[0].weight.requires_grad_(False)
model[0].bias.grad = torch.ones(6)
images = torch.randn(8, 5)
before, weights = images.clone(), {name: tensor.clone() for name, tensor in model.state_dict().items()}
hidden = F.relu(F.batch_norm(F.linear(images, model[0].weight, model[0].bias), torch.zeros(6), torch.ones(6), eps=1e-5))
wanted = F.linear(hidden, model[3][1].weight, model[3][1].bias).argmax(dim=1)
check.equal(predict(model, images), wanted, "predict(model, images) of eight images")
check.equal(predict(model, images[:1]), wanted[:1], "predict(model, images) of one image")
check.unchanged(images, before, "images")
check.equal(
    {name: tensor.clone() for name, tensor in model.state_dict().items()},
    weights,
    "the state of the model after predict",
)
check.equal(
    [module.training for module in model.modules()],
    [True] * 4 + [False, False, True],
    "the list of modes after predict(model, images), where a layer within a layer has its own,",
    mistakes={
        "predict(model, images) does not put back the mode of a layer inside a layer.": [True] * 4 + [False] * 3,
        "predict(model, images) puts all layers into training mode.": [True] * 7,
        "predict(model, images) puts the layers inside a layer into training mode, whatever they had.": [True] * 4 + [False, True, True],
    },
)
check.equal(
    [p.requires_grad for p in model.parameters()],
    [False] + [True] * 5,
    "requires_grad of each parameter after predict(model, images), where the first was frozen,",
    mistakes={"predict(model, images) unfreezes a weight that its caller had frozen.": [True] * 6},
)
check.equal(
    images.requires_grad,
    False,
    "images.requires_grad after predict(model, images)",
    mistakes={"predict(model, images) switches images.requires_grad on. The images belong to the caller.": True},
)
check.equal(
    model[0].bias.grad is None,
    False,
    "no gradient left after predict(model, images)",
    mistakes={"predict(model, images) clears gradients that its caller may still need for a step.": True},
)
torch.manual_seed(17)
squares = torch.randn(4, 1, 3, 3)  # the shape that this model takes
model = nn.Sequential(nn.Conv2d(1, 2, 2), nn.Flatten(), nn.Linear(8, 3))
wanted = F.linear(F.conv2d(squares, model[0].weight, model[0].bias).flatten(1), model[2].weight, model[2].bias)
check.equal(predict(model, squares), wanted.argmax(dim=1), "predict(model, images) of images with rows and columns")


class Whole(nn.Module):  # asks the mode of the whole model
    def __init__(self) -> None:
        super().__init__()
        self.output = nn.Linear(5, 4)

    def forward(self, images: Tensor) -> Tensor:
        return F.dropout(self.output(images), 0.9, training=self.training)


torch.manual_seed(18)
whole, layer = Whole(), nn.Linear(5, 4)
wanted = F.linear(images, whole.output.weight, whole.output.bias).argmax(dim=1)
check.equal(predict(whole, images), wanted, "predict(model, images) of a model that asks its own mode")
check.equal([whole.training, whole.output.training], [True, True], "the list of modes after predict(model, images)")
# A model may be one plain layer.
wanted = F.linear(images, layer.weight, layer.bias).argmax(dim=1)
for mode in (True, False):
    check.equal(predict(layer.train(mode), images), wanted, "predict(model, images) of a model of one layer")
    check.equal(
        layer.training,
        mode,
        "the mode of a model of one layer after predict(model, images)",
        mistakes={"predict(model, images) does not put back the mode of a model that is one plain layer.": not mode},
    )
### END HIDDEN TESTS

# %% [markdown]
# ## One step
#
# One part is still missing: the *optimizer*.
# It holds the parameters of the model, and makes a step from their gradients.
# `torch.optim.SGD(model.parameters(), lr=0.1)` makes the step of the landscape above: minus learning rate times gradient.
# (SGD stands for *stochastic gradient descent*: stochastic, since each step looks at one random batch only.)
#
# A step has five parts, and three of them are calls that are easily forgotten:
#
# | call | what it is for |
# |---|---|
# | `optimizer.zero_grad()` | clears the gradients, since `backward` adds to them |
# | `model(images)` | computes the output, and autograd records |
# | `criterion(…, labels)` | makes one number of it, the loss |
# | `loss.backward()` | fills `.grad` of each parameter; moves nothing |
# | `optimizer.step()` | moves each parameter by its `.grad`; computes no gradient |
#
# Watch it happen to a single weight.
# The model multiplies by the weight, which is 1, and all outputs should be 0:

# %% show="One step of a single weight"
model = nn.Linear(1, 1, bias=False)
_ = nn.init.ones_(model.weight)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
images, targets = torch.tensor([[1.0], [3.0]]), torch.zeros(2, 1)

optimizer.zero_grad()
loss = nn.MSELoss()(model(images), targets)
print(f"loss: {loss.item():.2f}              weight: {model.weight.item():.2f}, its gradient: {model.weight.grad}")
loss.backward()
print(f"after loss.backward():  weight: {model.weight.item():.2f}, its gradient: {model.weight.grad.item():.2f}")
optimizer.step()
print(f"after optimizer.step(): weight: {model.weight.item():.2f}, its gradient: {model.weight.grad.item():.2f}")

# %% [markdown]
# By hand: the outputs are 1 and 3, their squares 1 and 9, and the mean is 5.
# For a weight w the loss is 5w², its slope is 10w = 10, and the step takes 0.01 · 10 = 0.1 off the weight.
#
# ### The training step (9 minutes, ●●○)
#
# A training loop in PyTorch repeats these few lines.
#
# Write `train_step(model, images, labels, criterion, optimizer)`: it makes one step on one batch and returns the loss as a Python float.
# The loss is the one that the step was computed from, that is, the loss *before* the weights moved.
# You may clear the gradients before `backward` or after `step`; both are used in practice.
#
# Example: the cell above in a function returns 5.0 and leaves the weight at 0.9.
# Called a second time, it returns 5 · 0.9² = 4.05 and leaves the weight at 0.81.


# %% task="train_step"
def train_step(
    model: nn.Module, images: Tensor, labels: Tensor, criterion: nn.Module, optimizer: torch.optim.Optimizer
) -> float:
    """Make one step on one batch; return the loss before the step as a Python float."""
    ### BEGIN SOLUTION
    optimizer.zero_grad()
    loss = criterion(model(images), labels)
    loss.backward()
    optimizer.step()
    return loss.item()
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: what is the difference between a tensor with one number and a Python float?</summary>
#
# A loss tensor has a graph behind it, so that `backward` can go back.
# A float is a number and nothing else: you can keep thousands of them, add them up and print them.
# A tensor with one number has a method that gives the bare number; the cell above uses it to print.
# </details>

# %% check="train_step" points=3
model = nn.Linear(1, 1, bias=False)
nn.init.ones_(model.weight)
optimizer, used = torch.optim.SGD(model.parameters(), lr=0.01), []
optimizer.register_step_post_hook(  # notes the gradient that a step has used
    lambda *_: used.append(0.0 if model.weight.grad is None else model.weight.grad.item())
)
modes = []
model.register_forward_hook(lambda module, inputs, output: modes.append(module.training))
images, labels = torch.tensor([[1.0], [3.0]]), torch.zeros(2, 1)
loss = train_step(model, images, labels, nn.MSELoss(), optimizer)
check.close(
    used,
    [10.0],
    "the list of the gradients that train_step(…) uses",
    lists=True,
    mistakes={
        "train_step(…) makes no step with the optimizer that it was given. Which call moves the weights?": [],
        "train_step(…) makes two steps in one call. One batch means one step.": [10.0, 9.0],
        "train_step(…) makes two steps with one gradient. One batch means one step.": [10.0, 10.0],
        "train_step(…) steps with 1 where the slope is 10. What happens to the gradient before the step?": [1.0],
        "train_step(…) steps with half the gradient. Does it use the criterion that it was given?": [5.0],
        "train_step(…) steps uphill. Which sign does the loss have?": [-10.0],
        "train_step(…) steps with twice the gradient. Does it use the criterion that it was given?": [20.0],
        "train_step(…) steps with no gradient. Which call computes it, and has it been cleared since?": [0.0],
    },
)
check.close(
    loss,
    5.0,
    "train_step(…)",
    mistakes={
        "train_step(…) gives the loss after the step. The one that the step was computed from is wanted.": 4.05,
        "train_step(…) gives the loss as a tensor. Which method gives the bare number?": torch.tensor(5.0),
        "train_step(…) gives the loss times the number of examples. The criterion gives the mean, and that is wanted.": 10.0,
    },
)
loss = train_step(model, images, labels, nn.MSELoss(), optimizer)
check.close(
    used,
    [10.0, 9.0],
    "the list of the gradients that train_step(…) uses in two calls",
    lists=True,
    mistakes={
        "train_step(…) uses the sum of both calls' gradients in its second call. Who clears the first one?": [
            10.0,
            19.0,
        ],
    },
)
check.close(loss, 4.05, "train_step(…), called again")
check.equal(
    optimizer.param_groups[0]["lr"] == 0.01,
    True,
    "whether the learning rate stays at 0.01 in two calls of train_step(…)",
    mistakes={"train_step(…) changes the learning rate. Who chooses it?": False},
)
check.close(model.weight, [[0.81]], "the weight after two calls of train_step(…)")


def criterion(output: Tensor, labels: Tensor) -> Tensor:
    return (output - 3 * labels).abs().mean()  # not the same the other way round


loss = train_step(model, images, labels, criterion, optimizer)
check.close(
    loss,
    1.62,
    "train_step(…) with another criterion",
    mistakes={
        "train_step(…) does not use the criterion that it was given.": 3.2805,
        "train_step(…) hands output and labels to the criterion in the wrong order. Which comes first?": 4.86,
    },
)
check.close(model.weight, [[0.79]], "the weight after a third call of train_step(…)")
check.equal(
    all(modes),
    True,
    "training mode during train_step(…)",
    mistakes={"train_step(…) puts the model into inference mode. Steps are made in training mode.": False},
)
### BEGIN HIDDEN TESTS
torch.manual_seed(11)
model = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 3))
weights = [p.detach().clone().requires_grad_() for p in model.parameters()]
modes = []
model[1].register_forward_hook(lambda module, inputs, output: modes.append(module.training))
optimizer, other = torch.optim.Adam(model.parameters(), lr=0.1), torch.optim.Adam(weights, lr=0.1)
images, labels = torch.randn(5, 4), torch.tensor([2, 0, 1, 1, 0])
before, wanted, losses, state = images.clone(), [], [], torch.get_rng_state()
for size in (5, 1, 3):
    batch = images[:size]
    losses.append(train_step(model, batch, labels[:size], nn.CrossEntropyLoss(), optimizer))
    check.equal(
        batch.requires_grad,
        False,
        "images.requires_grad after train_step(…)",
        mistakes={"train_step(…) switches images.requires_grad on. The images belong to the caller.": True},
    )
    logits = F.linear(F.linear(images[:size], *weights[:2]).tanh(), *weights[2:])
    loss = F.cross_entropy(logits, labels[:size])
    for weight, gradient in zip(weights, torch.autograd.grad(loss, weights), strict=True):
        weight.grad = gradient
    other.step()
    wanted.append(loss.item())
check.close(losses, wanted, "the list of losses of train_step(…) with Adam", lists=True, rtol=1e-3)
for number, (parameter, weight) in enumerate(zip(model.parameters(), weights, strict=True)):
    check.close(parameter, weight.detach(), f"parameter {number} after train_step(…) with Adam", rtol=1e-3, atol=1e-3)
check.unchanged(images, before, "images")
check.equal(all(modes), True, "training mode during train_step(…) with Adam")
check.equal(
    len(modes),
    3,
    "the number of calls of the model in three steps",
    mistakes={
        "train_step(…) calls the model twice for one step. With dropout, the two answers differ.": 6
    },
)
check.equal(
    torch.equal(torch.get_rng_state(), state),
    True,
    "PyTorch's random state after train_step(…)",
    mistakes={"train_step(…) changes everyone's random numbers. Does it set a seed?": False},
)
### END HIDDEN TESTS

# %% [markdown]
# ## One epoch
#
# An *epoch* is one pass through all batches.
# Its loss is reported as the mean over the examples.
# Take care with this mean, because batches need not be equally large.
# Nine examples in batches of four leave a last batch of one:

# %% show="Two means of the same nine losses"
example_losses = [[1.0, 1.2, 0.8, 1.0], [0.6, 0.8, 0.7, 0.7], [4.0]]
batch_means = [float(np.mean(batch)) for batch in example_losses]
per_example = float(np.mean([loss for batch in example_losses for loss in batch]))
per_batch = float(np.mean(batch_means))

_, ax = plt.subplots(figsize=(7, 2.6), layout="constrained")
ax.bar([0, 4, 8], batch_means, width=[4, 4, 1], align="edge", color=plots.PALE, edgecolor=BLACK)
for left, mean, size in zip([0, 4, 8], batch_means, [4, 4, 1], strict=True):
    caption = f"mean\n{mean:.1f}" if size == 1 else f"mean {mean:.1f}"
    ax.text(left + size / 2, mean - 0.08, caption, ha="center", va="top")
ax.plot([0, 9], [per_example] * 2, color=BLUE, linewidth=2)
ax.plot([0, 9], [per_batch] * 2, color=ORANGE, linewidth=2, linestyle="--")
ax.text(9.15, per_example, f"mean over examples: {per_example:.2f}", color=BLUE, va="center")
ax.text(9.15, per_batch, f"mean of batch means: {per_batch:.2f}", color=ORANGE, va="center")
ax.set(title="In the mean of means, an example alone in its batch counts as much as four others")
ax.set(xlabel="the nine examples, in three batches", ylabel="loss", xlim=(0, 12.6), ylim=(0, 4.6), xticks=range(10))
ax.spines[["top", "right"]].set_visible(False)

# %% [markdown]
# The width of a bar is the number of examples, so its *area* is the sum of their losses.
# The mean over the examples is all area divided by all width: (4 · 1.0 + 4 · 0.7 + 1 · 4.0) / 9 = 1.2.
# The mean of means forgets the widths.
# So multiply each batch's mean by the number of its examples before you add, and divide by the number of all examples at the end.
#
# ### The epoch (11 minutes, ●●○)
#
# Write `train_epoch(model, loader, criterion, optimizer)`:
#
# 1. put the model into training mode;
# 2. make one step for each batch of `loader`, with `train_step` or with the same calls;
# 3. return the mean loss per *example*, as a Python float.
#
# `criterion` gives the mean over a batch.
# `loader` is anything that gives pairs of images and labels one after the other: a `DataLoader`, a list, a generator.
#
# Example: two batches of 2 and 1 examples, with mean losses 1.04 and 0.22.
# The epoch's loss is (2 · 1.04 + 1 · 0.22) / 3 = 0.77, and not (1.04 + 0.22) / 2 = 0.63.


# %% task="train_epoch"
def train_epoch(
    model: nn.Module,
    loader: Iterable[tuple[Tensor, Tensor]],
    criterion: nn.Module,
    optimizer: torch.optim.Optimizer,
) -> float:
    """Make one step for each batch of `loader`, in training mode; return the mean loss per example."""
    ### BEGIN SOLUTION
    model.train()
    total, count = 0.0, 0
    for images, labels in loader:
        total += train_step(model, images, labels, criterion, optimizer) * len(images)
        count += len(images)
    return total / count
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: <code>TypeError: object of type 'generator' has no len()</code>, or <code>AttributeError: 'list' object has no attribute 'dataset'</code></summary>
#
# Not every source of batches knows how many examples it holds.
# You see each batch anyway: count its examples as they come.
# `len(loader.dataset)` would also be wrong for a `DataLoader` that leaves images out, as one with `drop_last=True` may do.
# </details>
#
# <details><summary>Hint: why not add up the losses as tensors?</summary>
#
# A loss tensor has its graph behind it, and so has a sum of loss tensors.
# After `backward` most of what a graph held is freed, so here the habit costs little.
# In an evaluation without `no_grad`, where no `backward` runs, each kept loss keeps its batch and all that was computed from it: for a network like yours and 200 batches of 1,000 images, about 800 MB.
# A number is all you need.
# </details>

# %% check="train_epoch" points=3
import weakref

from torch.utils.data import DataLoader, TensorDataset

# The weights are the identity, so that the outputs are the inputs: log-probabilities that you can read off.
model = nn.Sequential(nn.Linear(2, 2, bias=False), nn.Dropout(0.0), nn.LogSoftmax(dim=1)).eval()
with torch.no_grad():
    model[0].weight.copy_(torch.eye(2))
kept, alive, modes = [], [], []
model[1].register_forward_hook(lambda module, inputs, output: modes.append(module.training))


def criterion(log_probs: Tensor, labels: Tensor) -> Tensor:
    loss = F.nll_loss(log_probs, labels)

    def mark(gradient: Tensor) -> None:  # lives as long as the graph of this loss
        return None

    if loss.requires_grad:
        loss.register_hook(mark)
    alive.append(sum(earlier() is not None for earlier in kept))
    kept.append(weakref.ref(mark))
    return loss


images = torch.tensor([[0.5, 0.5], [0.25, 0.75], [0.2, 0.8]]).log()
labels = torch.tensor([0, 0, 1])
batches = [(images[:2], labels[:2]), (images[2:], labels[2:])]  # mean losses: log 2 and log 4, so 1.04; then 0.22
one, two = 1.5 * math.log(2), -math.log(0.8)
# With learning rate 0 the weights stay, and the numbers can be redone by hand.
loss = train_epoch(model, batches, criterion, torch.optim.SGD(model.parameters(), lr=0.0))
check.equal(
    torch.equal(model[0].weight, torch.eye(2)),
    True,
    "a weight that stays in train_epoch(…) with learning rate 0",
    mistakes={
        "train_epoch(…) moves the weights although the learning rate of the optimizer is 0. Does something else make steps, too?": False
    },
)
check.close(
    loss,
    (2 * one + two) / 3,
    "train_epoch(…)",
    mistakes={
        "train_epoch(…) gives a tensor. Which method gives the bare number?": torch.tensor((2 * one + two) / 3),
        "train_epoch(…) is the mean of the batches' means. A smaller batch must count less.": (one + two) / 2,
        "train_epoch(…) is the loss of the last batch alone. What about the others?": two,
        "train_epoch(…) is the loss of the first batch alone. Is each batch used, and where does return stand?": one,
        "train_epoch(…) adds the batches' means up and divides by nothing.": one + two,
        "train_epoch(…) divides a sum of batch means by the number of examples. How much should each mean weigh?": (
            one + two
        )
        / 3,
        "train_epoch(…) is the sum over the examples. Their mean is wanted.": 2 * one + two,
        "train_epoch(…) divides a sum over examples by the number of batches.": (2 * one + two) / 2,
        "train_epoch(…) gives a list of the batches' losses. Their mean over the examples is wanted.": [one, two],
        "train_epoch(…) gives 0. What does it add up?": 0.0,
    },
)
check.equal(
    all(modes),
    True,
    "training mode during train_epoch(…)",
    mistakes={
        "train_epoch(…) trains a model that is in inference mode. Which call changes that, for all layers?": False
    },
)
check.close(
    train_epoch(model, batches, nn.MultiMarginLoss(), torch.optim.SGD(model.parameters(), lr=0.0)),
    float(2 * F.multi_margin_loss(*batches[0]) + F.multi_margin_loss(*batches[1])) / 3,
    "train_epoch(…) with MultiMarginLoss",
    mistakes={"train_epoch(…) gives a loss that is not that of the criterion it was given.": (2 * one + two) / 3},
)
kept.clear()
alive.clear()
train_epoch(model, batches * 3, criterion, torch.optim.SGD(model.parameters(), lr=0.0))
check.equal(
    max(alive) > 2,
    False,
    "more than two graphs at a time in train_epoch(…)",
    mistakes={
        "train_epoch(…) keeps loss tensors, and with each the graph of its batch. Which method gives the bare number?": True
    },
)
model.zero_grad()
train_epoch(model, batches, criterion, torch.optim.SGD(model.parameters(), lr=0.5))
weights, slopes = [torch.eye(2, requires_grad=True)], []
for x, y in batches:
    loss = F.nll_loss((x @ weights[-1].T).log_softmax(dim=1), y)
    slopes.append(torch.autograd.grad(loss, weights[-1])[0])
    weights.append((weights[-1].detach() - 0.5 * slopes[-1]).requires_grad_())
eye, (x, y) = torch.eye(2, requires_grad=True), batches[1]
at_start = torch.autograd.grad(F.nll_loss((x @ eye.T).log_softmax(dim=1), y), eye)[0]  # of the second batch, before any step
check.close(
    model[0].weight,
    weights[2].detach(),
    "the weight after train_epoch(…)",
    mistakes={
        "train_epoch(…) leaves the weights as they were. Does each batch get its step?": torch.eye(2),
        "train_epoch(…) makes a step for the first batch alone.": weights[1].detach(),
        "train_epoch(…) makes one step from the sum of all gradients. Each batch gets a step of its own.": torch.eye(2)
        - 0.5 * (slopes[0] + at_start),
        "train_epoch(…) makes one step from all examples at once. Each batch gets a step of its own.": torch.eye(2)
        - 0.5 * (2 * slopes[0] + at_start) / 3,
        "train_epoch(…) makes a step for the last batch alone.": torch.eye(2) - 0.5 * at_start,
        "train_epoch(…) uses gradients of earlier batches again. Who clears them?": weights[2].detach()
        - 0.5 * slopes[0],
    },
)
### BEGIN HIDDEN TESTS
torch.manual_seed(12)
model = nn.Sequential(nn.Linear(4, 3), nn.LogSoftmax(dim=1))
weight, bias = (p.detach().clone().requires_grad_() for p in model.parameters())
images, labels = torch.randn(9, 4), torch.tensor([2, 0, 1, 1, 0, 2, 2, 1, 0])
optimizer = torch.optim.SGD(model.parameters(), lr=0.7)
for size in (4, 1, 9, 2):  # with a smaller last batch, in single examples, in one batch
    wanted, after, means, counts = 0.0, 0.0, [], []
    for x, y in zip(images.split(size), labels.split(size), strict=True):
        loss = F.nll_loss(F.linear(x, weight, bias).log_softmax(dim=1), y)
        means.append(loss.item())
        counts.append(len(x))
        slopes = torch.autograd.grad(loss, [weight, bias])
        weight, bias = ((p - 0.7 * s).detach().requires_grad_() for p, s in zip((weight, bias), slopes, strict=True))
        wanted += loss.item() * len(x) / 9
        after += F.nll_loss(F.linear(x, weight, bias).log_softmax(dim=1), y).item() * len(x) / 9
    end = F.nll_loss(F.linear(images, weight, bias).log_softmax(dim=1), labels).item()
    batches = ([x, y] for x, y in zip(images.split(size), labels.split(size), strict=True))
    loss = train_epoch(model, batches, nn.NLLLoss(), optimizer)
    check.close(
        loss,
        wanted,
        f"train_epoch(…) of a generator of batches of {size}",
        parts=(means, counts),
        rtol=1e-3,
        mistakes={
            "train_epoch(…) gives each batch's loss after its step. The one that the step was computed from is wanted.": after,
            "train_epoch(…) gives the loss of all examples at the end of the epoch. Each batch counts with the loss before its step.": end,
            "train_epoch(…) of a generator is 0. How often can one go through a generator?": 0.0,
        },
    )
check.close(model[0].weight, weight.detach(), "the weight after four epochs", rtol=1e-3, atol=1e-4)
loss = train_epoch(
    model,
    DataLoader(TensorDataset(images[:5], labels[:5]), batch_size=2),
    nn.NLLLoss(),
    torch.optim.SGD(model.parameters(), lr=0.0),
)
wanted = F.nll_loss(F.linear(images[:5], weight, bias).log_softmax(dim=1), labels[:5]).item()
check.close(loss, wanted, "train_epoch(…) of a DataLoader", rtol=1e-3)
optimizer, steps = torch.optim.SGD(model.parameters(), lr=0.1), []
optimizer.register_step_post_hook(lambda *_: steps.append(1))
train_epoch(model, list(zip(images.split(3), labels.split(3), strict=True)) * 70, nn.NLLLoss(), optimizer)
check.equal(
    len(steps) == 210,
    True,
    "whether train_epoch(…) makes 210 steps for 210 batches",
    mistakes={"train_epoch(…) makes more or fewer steps than the loader has batches. Each batch gets one.": False},
)
### END HIDDEN TESTS

# %% [markdown]
# ## The whole training
#
# What is left is short: choose the criterion that fits the model's output, make an optimizer for the model's parameters, and go through the epochs.
#
# ### Train (8 minutes, ●●○)
#
# Write `train(model, loader, epochs, lr)`: it trains a model that gives log-probabilities, and returns a list with one mean loss per epoch, as Python floats.
# It uses plain SGD with the learning rate `lr` throughout: no momentum, and no other rate in later epochs.
# Each epoch is a pass of its own through `loader`: one that shuffles gives new batches each time.
#
# The bar: after five epochs over the lesson's 6,000 digits in batches of 32, with lr = 0.1, the model is right for at least 85 % of these digits.
# On the drawn digits, a right solution reaches 97 or 98 %.
#
# Example: `train(model, loader, epochs=3, lr=0.1)` returns three numbers such as `[1.44, 0.31, 0.17]`, each below the one before.
# With `lr=0` nothing moves, and all numbers are the same.


# %% task="train"
def train(model: nn.Module, loader: Iterable[tuple[Tensor, Tensor]], epochs: int, lr: float) -> list[float]:
    """Train `model`, which gives log-probabilities, with SGD; return the mean loss per example of each epoch."""
    ### BEGIN SOLUTION
    criterion = nn.NLLLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    return [train_epoch(model, loader, criterion, optimizer) for _ in range(epochs)]
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: why does the loss stay where it is?</summary>
#
# A step moves the parameters that the optimizer holds.
# Are they this model's own? `torch.optim.SGD(log_softmax_model().parameters(), …)` holds those of another, new model.
# And is the learning rate the one that was asked for?
# </details>

# %% check="train" points=3
from torch.utils.data import DataLoader, TensorDataset

images = torch.tensor([[0.5, 0.5], [0.25, 0.75], [0.2, 0.8]]).log()
labels = torch.tensor([0, 0, 1])
batches = [(images[:2], labels[:2]), (images[2:], labels[2:])]
model = nn.Sequential(nn.Linear(2, 2, bias=False), nn.LogSoftmax(dim=1))
with torch.no_grad():
    model[0].weight.copy_(torch.eye(2))
one, two = 1.5 * math.log(2), -math.log(0.8)  # the mean losses of both batches, as in the task before
with check.within(20, "train(model, loader, epochs=2, lr=0)"):
    losses = train(model, batches, epochs=2, lr=0.0)
mean = (2 * one + two) / 3
check.equal(
    torch.equal(model[0].weight, torch.eye(2)),
    True,
    "a weight that stays in train(…) with lr=0",
    mistakes={"train(…) changes the weights although lr is 0. Does its optimizer get another rate, or does something else change them?": False},
)
check.close(
    losses,
    [mean] * 2,
    "train(model, loader, epochs=2, lr=0)",
    lists=True,
    mistakes={
        "train(…) goes on adding from one epoch to the next. Where is its sum set back to 0?": [mean, 2 * mean],
        "train(…) gives the mean of the batches' means for each epoch. A smaller batch must count less.": [
            (one + two) / 2
        ]
        * 2,
        "train(…) gives the loss of the last batch of each epoch. The mean over all examples is wanted.": [two] * 2,
        "train(…) gives one loss per batch. One per epoch is wanted.": [one, two] * 2,
        "train(…) gives one number for the whole training. One per epoch is wanted, in a list.": (2 * one + two) / 3,
        "train(…) gives the loss of one epoch where two were asked for. Where does return stand, and how far does the loop count?": [
            (2 * one + two) / 3
        ],
        "train(…) keeps each loss as a tensor. Which method gives the bare number?": [torch.tensor((2 * one + two) / 3)]
        * 2,
        "train(…) goes through a softmax although its model gives log-probabilities. Which criterion takes those as they are?": [
            F.cross_entropy(images.exp(), labels).item()
        ]
        * 2,
        "train(…) uses a criterion that adds up the losses of a batch. Their mean is wanted.": [(4 * one + two) / 3] * 2,
        "train(…) gives a sum over the examples for each epoch. Their mean is wanted.": [2 * one + two] * 2,
        "train(…) divides a sum of batch means by the number of examples.": [(one + two) / 3] * 2,
        "train(…) gives the loss of the first batch of each epoch. The mean over all examples is wanted.": [one] * 2,
        "train(…) gives an empty list. Where is an epoch's loss kept?": [],
        "train(…) gives one loss more than there are epochs.": [mean] * 3,
    },
)
weight = torch.eye(2, requires_grad=True)
slope, other = (torch.autograd.grad(F.nll_loss((x @ weight.T).log_softmax(dim=1), y), weight)[0] for x, y in batches)
train(model, batches[:1], epochs=1, lr=0.5)
pulled = ((torch.eye(2) - 0.5 * slope - model[0].weight.detach()) / 0.5).diag().mean().item()
decay = next((rate for rate in (0.1, 0.01, 0.001, 0.0005) if math.isclose(rate, pulled, rel_tol=0.01)), None)
check.close(
    model[0].weight,
    torch.eye(2) - 0.5 * slope,
    "the weight after one step of train(…) with lr=0.5",
    mistakes={
        "train(…) leaves the weights as they were. Does its optimizer hold the parameters of this model?": torch.eye(2),
        "train(…) steps with gradients of earlier batches. Who clears them, and when?": torch.eye(2)
        - 0.5 * (3 * slope + 2 * other),
        "train(…) makes a step of Adam. The task asks for plain SGD.": torch.eye(2) - 0.5 * slope.sign(),
        "train(…) walks uphill. The loss must fall.": torch.eye(2) + 0.5 * slope,
        "train(…) pulls the weights towards 0, as weight decay does. The task asks for plain SGD.": None
        if decay is None
        else torch.eye(2) * (1 - 0.5 * decay) - 0.5 * slope,
    },
)


def walk(epochs: int, momentum: float = 0.0) -> tuple[Tensor, list[float]]:
    """Return the weight after so many epochs from the identity with rate 0.5, and the mean loss of each epoch."""
    weight, speed, means = torch.eye(2), torch.zeros(2, 2), []
    for _ in range(epochs):
        means.append(0.0)
        for x, y in batches:
            loss_at = torch.func.grad_and_value(lambda w, x=x, y=y: F.nll_loss((x @ w.T).log_softmax(dim=1), y))
            slope, value = loss_at(weight)
            speed = momentum * speed + slope
            weight = weight - 0.5 * speed
            means[-1] += float(value) * len(x) / 3
    return weight, means


def trained(epochs: int) -> tuple[Tensor, list[float]]:
    """Return the weight after the learner's training from the identity with rate 0.5, and the losses."""
    with torch.no_grad():
        model[0].weight.copy_(torch.eye(2))
    model.zero_grad()
    losses = train(model, batches, epochs=epochs, lr=0.5)
    return model[0].weight.detach().clone(), losses


check.close(
    trained(1)[0],
    walk(1)[0],
    "the weight after one epoch of train(…) with lr=0.5",
    mistakes={
        "train(…) gives its optimizer momentum. The task asks for plain SGD.": walk(1, momentum=0.9)[0],
        "train(…) steps with the sum of all gradients so far. Who clears them?": walk(1, momentum=1.0)[0],
    },
)
modes = []  # of each call of the model that autograd records
model.register_forward_hook(lambda module, _, output: modes.extend([module.training] * output.requires_grad))
weight, losses = trained(3)
check.equal(
    all(modes),
    True,
    "training mode during train(…)",
    mistakes={"train(…) puts the model into inference mode. Steps are made in training mode.": False},
)
check.equal(
    torch.allclose(weight, walk(3)[0], rtol=1e-4, atol=1e-5),
    True,
    "the right weight after three epochs of train(…)",
    mistakes={
        "train(…) is right for one epoch and not for three. What changes from one epoch to the next, the rate perhaps, or the optimizer?": False
    },
)
passes = []


class Shuffled:  # as a loader that shuffles: each pass is a new one
    def __iter__(self):
        passes.append(1)
        return iter(batches)


train(model, Shuffled(), epochs=3, lr=0.0)
check.equal(
    len(passes) < 3,
    False,
    "an epoch of train(…) that is no pass through the loader",
    mistakes={"train(…) keeps the batches of its first epoch. A loader that shuffles has new ones in each epoch.": True},
)
means = walk(3)[1]
check.close(
    losses,
    means,
    "train(model, loader, epochs=3, lr=0.5)",
    lists=True,
    mistakes={
        "train(…) gives the mean over all epochs so far. Where are its sum and its count set back to 0?": [
            sum(means[: k + 1]) / (k + 1) for k in range(3)
        ],
        "train(…) gives the loss after each epoch. The mean of the losses that the steps were computed from is wanted.": [
            F.nll_loss((images @ walk(k)[0].T).log_softmax(dim=1), labels).item() for k in (1, 2, 3)
        ],
    },
)
# The bar that the task names, five epochs over 6,000 digits, costs this check most of a second.
digit_set = data.load("mnist", train=True)
digit_images, digit_labels = digit_set.data[:6000].flatten(start_dim=1) / 255, digit_set.targets[:6000]
torch.manual_seed(13)
model = nn.Sequential(nn.Linear(784, 100), nn.Tanh(), nn.Linear(100, 10), nn.LogSoftmax(dim=1))
before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
shuffled = DataLoader(
    TensorDataset(digit_images, digit_labels), batch_size=32, shuffle=True, generator=torch.Generator().manual_seed(13)
)
with check.within(20, "train(model, loader, epochs=5, lr=0.1)"):
    losses = train(model, shuffled, epochs=5, lr=0.1)
check.falling(losses, 5, "train(model, loader, epochs=5, lr=0.1)")
check.moved(model, before, "train(model, loader, epochs=5, lr=0.1)")
with torch.no_grad():
    classes = model.eval()(digit_images).argmax(dim=1)
check.predictions(classes, digit_labels, at_least=0.85, label="the trained model's answer to the training images")
### BEGIN HIDDEN TESTS
torch.manual_seed(14)
model = nn.Sequential(nn.Linear(5, 4), nn.LogSoftmax(dim=1))
images = torch.randn(7, 5)
labels = torch.tensor([3, 0, 1, 2, 0, 3, 1])
batches = [(images[:3], labels[:3]), (images[3:6], labels[3:6]), (images[6:], labels[6:])]
with torch.no_grad():
    wanted = F.nll_loss(model(images), labels).item()
weight, bias = (p.detach().clone() for p in model.parameters())
slopes = torch.func.grad(lambda p: F.nll_loss(F.linear(images, *p).log_softmax(dim=1), labels))((weight, bias))
check.close(train(model, batches, epochs=3, lr=0.0), [wanted] * 3, "train(model, loader, epochs=3, lr=0)", lists=True)
losses = train(model, [(images, labels)], epochs=1, lr=0.3)
check.close(losses, [wanted], "train(model, loader, epochs=1, lr=0.3)", lists=True)
weight, bias = weight - 0.3 * slopes[0], bias - 0.3 * slopes[1]
check.close(model[0].weight, weight, "the weight after one step of train(…) with lr=0.3")
train(model, batches, epochs=4, lr=0.3)
for x, y in batches * 4:
    slopes = torch.func.grad(lambda p, x=x, y=y: F.nll_loss(F.linear(x, *p).log_softmax(dim=1), y))((weight, bias))
    weight, bias = weight - 0.3 * slopes[0], bias - 0.3 * slopes[1]
check.close(model[0].weight, weight, "the weight after four epochs of train(…) with lr=0.3", rtol=1e-3, atol=1e-4)
check.close(model[0].bias, bias, "the bias after four epochs of train(…) with lr=0.3", rtol=1e-3, atol=1e-4)
check.equal(train(model, batches, epochs=0, lr=0.1), [], "train(model, loader, epochs=0, lr=0.1)")
torch.randn(3)  # so that to set a seed again is not to leave the state as it is
state, means = torch.get_rng_state(), []
losses = train(model, batches, epochs=8, lr=5.0)  # so large that the loss also rises
for _ in range(8):
    means.append(0.0)
    for x, y in batches:
        loss_at = torch.func.grad_and_value(lambda p, x=x, y=y: F.nll_loss(F.linear(x, *p).log_softmax(dim=1), y))
        slopes, value = loss_at((weight, bias))
        weight, bias = weight - 5 * slopes[0], bias - 5 * slopes[1]
        means[-1] += float(value) * len(x) / 7
check.close(
    losses,
    means,
    "train(model, loader, epochs=8, lr=5), where the loss rises at times,",
    lists=True,
    rtol=0.01,
    mistakes={
        f"train(…) ends after {len(losses)} of 8 epochs. It trains for as many as it is asked to.": losses if len(losses) < 8 else None,
        "train(…) is right for some epochs and not for all eight. What changes on the way?": losses
        if len(losses) == 8 and math.isclose(losses[0], means[0], rel_tol=0.01)
        else None,
    },
)
check.close(model[0].weight, weight, "the weight after eight epochs of train(…) with lr=5", rtol=0.01, atol=0.01)
check.equal(
    torch.equal(torch.get_rng_state(), state),
    True,
    "PyTorch's random state after train(…)",
    mistakes={"train(…) changes everyone's random numbers. Does it set a seed?": False},
)
### END HIDDEN TESTS

# %% [markdown]
# Now train your own network, and keep the weights after each epoch as a place in the landscape.

# %% show="Five epochs of your training" tags=["nbval-ignore-output"]
places = []  # stays empty until your training works
with check.when_written():
    torch.manual_seed(0)
    network, untrained = log_softmax_model().to(device), log_softmax_model().to(device)
    losses, walked = [], [torch.nn.utils.parameters_to_vector(network.parameters()).detach()]
    for _ in range(5):
        losses += train(network, loader, epochs=1, lr=0.1)
        walked.append(torch.nn.utils.parameters_to_vector(network.parameters()).detach())
    print(f"{(predict(network, train_images) == train_labels).float().mean():.1%} of the training images right")
    places = walked

# %% [markdown]
# Here is the landscape of your network, which has 109,386 dimensions.
# The picture at the right is a flat cut through it, laid as close to the places of your walk as a plane can lie.

# %% show="Your training, and the landscape around it" tags=["nbval-ignore-output"]
if places:
    centre = torch.stack(places).mean(dim=0)
    _, _, directions = torch.linalg.svd(torch.stack(places) - centre, full_matrices=False)
    across, along = directions[0], directions[1]  # the two directions in which the walk went furthest
    spots = torch.stack([torch.stack([(place - centre) @ across, (place - centre) @ along]) for place in places]).cpu()
    low, high = spots.min(dim=0).values, spots.max(dim=0).values
    us = torch.linspace(*(low[0] + (high - low)[0] * torch.tensor([-0.5, 1.5])).tolist(), 21)
    vs = torch.linspace(*(low[1] + (high - low)[1] * torch.tensor([-0.8, 1.8])).tolist(), 21)
    heights = torch.zeros(21, 21)
    cut = log_softmax_model().to(device)
    with torch.no_grad():
        for i, u in enumerate(us):
            for j, v in enumerate(vs):
                torch.nn.utils.vector_to_parameters(centre + u * across + v * along, cut.parameters())
                heights[i, j] = F.nll_loss(cut(train_images[:300]), train_labels[:300])
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3), width_ratios=(2, 3), layout="constrained")
    plots.loss_curve(losses, title="Five epochs: the loss falls\nmost from the first to the second", ax=left)
    left.set_ylim(bottom=0)
    shades = right.contourf(us, vs, heights.T.clamp(max=4), levels=24, cmap="Blues")
    figure.colorbar(shades, label="loss of 300 images", ticks=[0, 1, 2, 3, 4])
    right.plot(*spots.T, color=ORANGE, marker="o", linewidth=2)
    for epoch, name in {0: "start", 1: "1", 2: "2", 5: "5"}.items():
        paper = {"facecolor": "white", "linewidth": 0, "pad": 1, "alpha": 0.8}
        right.annotate(name, spots[epoch], (6, 6), textcoords="offset points", color=BLACK, bbox=paper)
    right.set(
        title="A cut through the landscape of your network:\nfive epochs downhill",
        xlabel="one direction",
        ylabel="another direction",
    )

# %% [markdown]
# What has it learnt?
# Before, the network gave each class about a tenth; now it gives most of the probability to one class.

# %% show="One image before and after the training" tags=["nbval-ignore-output"]
if places:
    figure, (left, *panels) = plt.subplots(1, 3, figsize=(8, 2.5), width_ratios=(3, 4, 4), layout="constrained")
    left.imshow(train_images[0].reshape(28, 28).cpu(), cmap="gray")
    left.set(title=f"The label is {train_labels[0]}", xticks=[], yticks=[])
    for ax, model, title in zip(
        panels, (untrained, network), ("Before the training: a guess", "After it: nearly all on one class"), strict=True
    ):
        with torch.no_grad():
            probabilities = model(train_images[:1])[0].exp().cpu()
        colours = [BLUE if share == probabilities.max() else plots.PALE for share in probabilities]
        ax.bar(range(10), probabilities, color=colours, edgecolor=BLACK, linewidth=0.8)
        ax.set(title=title, xlabel="class", xticks=range(10), ylim=(0, 1.05))
        ax.spines[["top", "right"]].set_visible(False)
    panels[0].set_ylabel("probability")
    panels[1].set_yticks([])

# %% [markdown]
# These are images that the network has trained on.
# A network can learn its own images by heart and do worse on others, which is called *overfitting*; lesson 05 measures it.

# %% [markdown]
# ### Train on logits (5 minutes, ●●○)
#
# Many networks end in a dense layer and give logits.
# They need another criterion.
#
# Write `train_logits(model, loader, epochs, lr)`: as `train`, with plain SGD and the same list of losses, for a model that gives *logits*.
# The model itself stays as it is, so it still gives logits afterwards.
#
# Example: three images have the logits `[1, 1]`, `[0, log 3]` and `[0, log 4]`, that is the probabilities `[1/2, 1/2]`, `[1/4, 3/4]` and `[1/5, 4/5]`.
# Their labels are 0, 0 and 1, so with `lr=0` each epoch's loss is (log 2 + log 4 - log 4/5) / 3 = 0.77.


# %% task="train_logits"
def train_logits(model: nn.Module, loader: Iterable[tuple[Tensor, Tensor]], epochs: int, lr: float) -> list[float]:
    """Train `model`, which gives logits, with SGD; return the mean loss per example of each epoch."""
    ### BEGIN SOLUTION
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    return [train_epoch(model, loader, criterion, optimizer) for _ in range(epochs)]
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: why is my loss negative?</summary>
#
# `NLLLoss` picks a number and changes its sign.
# Log-probabilities are never above 0, so with them the loss is never below 0.
# Logits can be any numbers.
# The table above says which criterion goes with them.
# </details>

# %% check="train_logits" points=2
images = torch.tensor([[1.0, 1.0], [0.0, math.log(3)], [0.0, math.log(4)]])
labels = torch.tensor([0, 0, 1])
batches = [(images[:2], labels[:2]), (images[2:], labels[2:])]
model = nn.Linear(2, 2, bias=False)  # one plain layer
with torch.no_grad():
    model.weight.copy_(torch.eye(2))
one, two = 1.5 * math.log(2), -math.log(0.8)
mean = (2 * one + two) / 3
smooth = F.cross_entropy(images, labels, label_smoothing=0.1).item()
across = sum(len(x) * F.nll_loss(x.log_softmax(dim=0), y).item() / 3 for x, y in batches)
with check.within(20, "train_logits(model, loader, epochs=2, lr=0)"):
    losses = train_logits(model, batches, epochs=2, lr=0.0)
check.equal(
    torch.equal(model.weight, torch.eye(2)),
    True,
    "a weight that stays in train_logits(…) with lr=0",
    mistakes={"train_logits(…) changes the weights although lr is 0. Does its optimizer get another rate, or does something else change them?": False},
)
check.close(
    losses,
    [(2 * one + two) / 3] * 2,
    "train_logits(model, loader, epochs=2, lr=0)",
    lists=True,
    mistakes={
        "train_logits(…) uses logits as if they were log-probabilities. Which criterion takes logits?": [
            -(1 + math.log(4)) / 3
        ]
        * 2,
        "train_logits(…) takes the softmax twice. What does its criterion do by itself?": [
            (math.log(2) + math.log(1 + math.exp(0.5)) + math.log(1 + math.exp(-0.6))) / 3
        ]
        * 2,
        "train_logits(…) uses probabilities as if they were log-probabilities. Its loss is negative.": [
            -(1 / 2 + 1 / 4 + 4 / 5) / 3
        ]
        * 2,
        "train_logits(…) gives the mean of the batches' means for each epoch. A smaller batch must count less.": [
            (one + two) / 2
        ]
        * 2,
        "train_logits(…) gives the loss of one epoch where two were asked for. Where does return stand, and how far does the loop count?": [mean],
        "train_logits(…) gives one number for the whole training. One per epoch is wanted, in a list.": mean,
        "train_logits(…) gives one loss per batch. One per epoch is wanted.": [one, two] * 2,
        "train_logits(…) gives the loss of the last batch of each epoch. The mean over all examples is wanted.": [two] * 2,
        "train_logits(…) keeps each loss as a tensor. Which method gives the bare number?": [torch.tensor(mean)] * 2,
        "train_logits(…) gives an empty list. Where is an epoch's loss kept?": [],
        "train_logits(…) uses a criterion that adds up the losses of a batch. Their mean is wanted.": [(4 * one + two) / 3] * 2,
        "train_logits(…) smooths the labels. The task asks for the loss of the right class alone.": [smooth] * 2,
        "train_logits(…) compares the images of a batch with each other. Which dim holds the classes?": [across] * 2,
    },
)
sure = [(torch.tensor([[1000.0, 0.0]]), torch.tensor([1]))]
check.close(
    train_logits(model, sure, epochs=1, lr=0.0),
    [1000.0],
    "train_logits(…) of the logits 1000 and 0, where the label is 1,",
    lists=True,
    mistakes={
        "train_logits(…) gives an infinite loss where logits lie far apart. Does it take the logarithm of a probability?": [
            math.inf
        ],
    },
)
modes = []  # of each call of the model that autograd records
model.register_forward_hook(lambda module, _, output: modes.extend([module.training] * output.requires_grad))
losses, ends = train_logits(model, batches, epochs=3, lr=0.5), {}
check.equal(
    all(modes),
    True,
    "training mode during train_logits(…)",
    mistakes={"train_logits(…) puts the model into inference mode. Steps are made in training mode.": False},
)


def loss_at(weight: Tensor, x: Tensor, y: Tensor) -> Tensor:
    outputs = x @ weight.T
    return (outputs.exp().sum(dim=1).log() - outputs.gather(1, y[:, None])[:, 0]).mean()


for momentum in (0.9, 0.0):
    weight, speed, means = torch.eye(2), torch.zeros(2, 2), [0.0] * 3
    for step in range(6):
        x, y = batches[step % 2]
        slope, value = torch.func.grad_and_value(loss_at)(weight, x, y)
        speed = momentum * speed + slope
        weight = weight - 0.5 * speed
        means[step // 2] += float(value) * len(x) / 3
    ends[momentum] = weight
adam = torch.eye(2, requires_grad=True)
adaptive = torch.optim.Adam([adam], lr=0.5)
for x, y in batches * 3:
    adam.grad = torch.autograd.grad(loss_at(adam, x, y), adam)[0]
    adaptive.step()
check.close(
    model.weight,
    ends[0.0],
    "the weight after three epochs of train_logits(…) with lr=0.5",
    mistakes={
        "train_logits(…) leaves the weights as they were. Does its optimizer hold the parameters of this model?": torch.eye(
            2
        ),
        "train_logits(…) gives its optimizer momentum. The task asks for plain SGD.": ends[0.9],
        "train_logits(…) makes steps of Adam. The task asks for plain SGD.": adam.detach(),
    },
)
check.close(losses, means, "train_logits(model, loader, epochs=3, lr=0.5)", lists=True)
passes = []


class Shuffled:  # as a loader that shuffles: each pass is a new one
    def __iter__(self):
        passes.append(1)
        return iter(batches)


train_logits(model, Shuffled(), epochs=3, lr=0.0)
check.equal(
    len(passes) < 3,
    False,
    "an epoch of train_logits(…) that is no pass through the loader",
    mistakes={"train_logits(…) keeps the batches of its first epoch. A loader that shuffles has new ones in each epoch.": True},
)
### BEGIN HIDDEN TESTS
torch.manual_seed(16)
model = nn.Sequential(nn.Linear(5, 6), nn.ReLU(), nn.Linear(6, 4))
weights = {name: tensor.detach().clone() for name, tensor in model.named_parameters()}
images, labels = torch.randn(8, 5), torch.tensor([3, 0, 1, 2, 0, 3, 1, 1])
batches = [(images[:3], labels[:3]), (images[3:7], labels[3:7]), (images[7:], labels[7:])]
losses, means = train_logits(model, batches, epochs=4, lr=0.3), [0.0] * 4
for step in range(12):
    x, y = batches[step % 3]
    loss_at = torch.func.grad_and_value(
        lambda w, x=x, y=y: F.cross_entropy(
            F.linear(F.linear(x, w["0.weight"], w["0.bias"]).relu(), w["2.weight"], w["2.bias"]), y
        )
    )
    slopes, value = loss_at(weights)
    weights = {name: weight - 0.3 * slopes[name] for name, weight in weights.items()}
    means[step // 3] += float(value) * len(x) / 8
check.close(losses, means, "train_logits(model, loader, epochs=4, lr=0.3)", lists=True, rtol=1e-3)
for (name, weight), parameter in zip(weights.items(), model.parameters(), strict=True):
    check.close(parameter, weight, f"{name} after train_logits(…)", rtol=1e-3, atol=1e-4)
layers = ["0: Linear(5, 6)", "1: ReLU", "2: Linear(6, 4)"]
check.layers(
    model,
    layers,
    "the model after train_logits(…)",
    mistakes={"train_logits(…) leaves a LogSoftmax at the end of the model, which should give logits afterwards.": [*layers, "3: LogSoftmax(dim=1)"]},
)
check.equal(train_logits(model, batches, epochs=0, lr=0.1), [], "train_logits(model, loader, epochs=0, lr=0.1)")
torch.manual_seed(19)
model = nn.Linear(5, 4)
state = torch.get_rng_state()
weight, bias, means = *(p.detach().clone() for p in model.parameters()), []
batches.append((images[:2], labels[2:4]))  # labels that disagree with those above, so that the loss also rises
losses = train_logits(model, batches, epochs=8, lr=2.0)
for _ in range(8):
    means.append(0.0)
    for x, y in batches:
        loss_at = torch.func.grad_and_value(lambda p, x=x, y=y: F.cross_entropy(F.linear(x, *p), y))
        slopes, value = loss_at((weight, bias))
        weight, bias = weight - 2 * slopes[0], bias - 2 * slopes[1]
        means[-1] += float(value) * len(x) / 10
label = "train_logits(model, loader, epochs=8, lr=2), where the loss rises at times,"
check.close(
    losses,
    means,
    label,
    lists=True,
    rtol=0.01,
    mistakes={
        f"train_logits(…) ends after {len(losses)} of 8 epochs. It trains for as many as it is asked to.": losses if len(losses) < 8 else None,
        "train_logits(…) is right for some epochs and not for all eight. What changes on the way?": losses
        if len(losses) == 8 and math.isclose(losses[0], means[0], rel_tol=0.01)
        else None,
    },
)
check.close(model.weight, weight, "the weight after eight epochs of train_logits(…) with lr=2", rtol=0.01, atol=0.01)
check.equal(
    torch.equal(torch.get_rng_state(), state),
    True,
    "PyTorch's random state after train_logits(…)",
    mistakes={"train_logits(…) changes everyone's random numbers. Does it set a seed?": False},
)
### END HIDDEN TESTS

# %% [markdown]
# And what does one softmax too many cost?
# Here is the same network from the same start, once with logits and once with a softmax at its end:

# %% show="The same training with one softmax too many" tags=["nbval-ignore-output"]
with check.when_written():
    for last in (nn.Identity(), nn.Softmax(dim=1)):
        torch.manual_seed(0)
        layers = nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10), last
        model = nn.Sequential(*layers).to(device)
        loss = train_logits(model, loader, epochs=5, lr=0.1)[-1]
        share = (predict(model, train_images) == train_labels).float().mean()
        print(f"last layer {type(last).__name__:8}: after 5 epochs loss {loss:.2f}, {share:.0%} right")

# %% [markdown]
# Both learn, so nothing looks broken.
# But with two softmaxes the first gradient is only a tenth as large, the network lags behind, and its loss can never fall below 1.46.

# %% [markdown]
# ## What if a call is left out?
#
# PyTorch does not know that a step has three calls; it does what it is told.
# So it is worth seeing once what happens when one of them is missing.
#
# ### Bonus: the forgotten call (6 minutes, ●●○)
#
# Here are four outcomes of a training run with the learning rate 0.1.
#
# - **A**: the loss falls at first, then rises and swings. Each step uses the sum of all gradients so far.
# - **B**: the loss stays. There are no gradients, so the optimizer leaves every weight out.
# - **C**: the loss stays. There are gradients, and nobody uses them.
# - **D**: PyTorch stops with an error in the second step.
#
# Set `FORGOTTEN`, a dictionary: for each of the calls `"zero_grad"`, `"backward"` and `"step"`, the letter of what happens when it is left out.
# Decide first, then run the experiment below and correct yourself.
#
# Example: an entry looks like `"backward": "D"`, which is not the right one.

# %% task="FORGOTTEN"
### BEGIN SOLUTION
FORGOTTEN = {"zero_grad": "A", "backward": "B", "step": "C"}
### END SOLUTION

# %% [markdown]
# The experiment trains the same network again and again, from the same start and on the same 1,000 digits, for 12 epochs with one call left out, and tests it on 2,000 other digits.
# It takes a few seconds.

# %% show="The same training with one call left out" tags=["nbval-ignore-output"]
few = list(zip(train_images[:1000].split(50), train_labels[:1000].split(50), strict=True))
other_set = data.load("mnist", train=False)
other_images = other_set.data[:2000].flatten(start_dim=1).to(device) / 255
other_labels = other_set.targets[:2000].to(device)


def train_without(forgotten: str, lr: float) -> list[float]:
    """Train without one call; print what came of it, and return the loss of each epoch."""
    torch.manual_seed(1)
    layers = nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10), nn.LogSoftmax(dim=1)
    model = nn.Sequential(*layers).to(device)
    start = torch.nn.utils.parameters_to_vector(model.parameters()).detach()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(12):
        total = 0.0
        for images, labels in few:
            if forgotten != "zero_grad":
                optimizer.zero_grad()
            loss = F.nll_loss(model(images), labels)
            if forgotten != "backward":
                loss.backward()
            if forgotten != "step":
                optimizer.step()
            total += loss.item() * len(images)
        losses.append(total / 1000)
    way = (torch.nn.utils.parameters_to_vector(model.parameters()).detach() - start).norm().item()
    slope = math.hypot(*(0.0 if p.grad is None else p.grad.norm().item() for p in model.parameters()))
    with torch.no_grad():
        share = (model(other_images).argmax(dim=1) == other_labels).float().mean()
    print(f"{lr:4}  {forgotten:10} {losses[0]:10.2f} {losses[-1]:10.2f} {share:9.0%} {way:16.2f} {slope:14.2f}")
    return losses


looks = {
    "nothing": (BLUE, "-", 2.5),
    "zero_grad": (ORANGE, "-.", 2),
    "backward": (plots.PALE, "-", 8),
    "step": (GREEN, ":", 2.5),
}
print("  lr  left out   first loss  last loss  unseen  weights moved by  size of .grad")
figure, panels = plt.subplots(1, 2, figsize=(9, 3), sharey=True, layout="constrained")
for ax, lr, calls in zip(panels, (0.1, 0.01), (list(looks), ["nothing", "zero_grad"]), strict=True):
    for forgotten in calls:
        colour, dashes, width = looks[forgotten]
        name = "all three calls" if forgotten == "nothing" else f"without {forgotten}"
        losses = train_without(forgotten, lr)
        ax.plot(range(1, 13), losses, color=colour, linestyle=dashes, linewidth=width, label=name)
    ax.spines[["top", "right"]].set_visible(False)
    ax.set(xlabel="epoch", ylim=(0, None))
panels[0].set(title="lr = 0.1: one loss falls,\none comes back, two stay", ylabel="mean loss")
panels[1].set(title="lr = 0.01: without zero_grad\nit falls faster than with all three")
_ = figure.legend(*panels[0].get_legend_handles_labels(), loc="outside right upper", handlelength=4)

# %% [markdown]
# On the left, two of the curves coincide, and the loss cannot tell them apart.
# The last two columns of the table can: did the weights move, and were there gradients?
#
# <details><summary>Hint: how do I tell B from C?</summary>
#
# Which of the calls fills `.grad`, and which one reads it?
# Without the first, the optimizer finds nothing there; without the second, it is never asked.
# Compare the last column of the two rows whose loss stays.
# </details>

# %% check="FORGOTTEN" points=2
import hashlib
from itertools import product

# The right letters stand here scrambled, so that this cell does not give them away.
scrambled = {
    "zero_grad": "0126187bdc47",
    "backward": "0eb9455957bb",
    "step": "92f78146ceac",
}


def fits(call: str, letter: str) -> bool:
    """Return whether `letter` is what happens without `call`."""
    return hashlib.sha256(f"lesson 03, without {call}: {letter}".encode()).hexdigest()[:12] == scrambled[call]


whole = isinstance(FORGOTTEN, dict) and FORGOTTEN.keys() == {"zero_grad", "backward", "step"}
letters = [letter for letter in FORGOTTEN.values() if letter is not ...] if whole else []
check.equal(
    all(isinstance(letter, str) and letter in tuple("ABCD") for letter in letters),
    True,
    "letters from A to D in FORGOTTEN",
    mistakes={"FORGOTTEN holds something other than the capital letters A, B, C and D.": False},
)
seen = {call: next(letter for letter in "ABCD" if fits(call, letter)) for call in scrambled}
others = {}
for letters in product("ABCD", repeat=3):
    said = dict(zip(seen, letters, strict=True))
    wrong = [f"{letter} without {call}" for call, letter in said.items() if letter != seen[call]]
    others[f"FORGOTTEN says {' and '.join(wrong)}. Look at the table of the experiment again, where lr is 0.1."] = said
keys = FORGOTTEN.keys() if isinstance(FORGOTTEN, dict) else set()
turned = bool(keys) and keys <= set("ABCD")
missing = [call for call in scrambled if call not in keys] if isinstance(FORGOTTEN, dict) and not turned else []
check.equal(
    FORGOTTEN,
    seen,
    "FORGOTTEN",
    mistakes={
        "FORGOTTEN swaps backward and step. Which of them fills .grad, and which one reads it?": {
            **seen,
            "backward": seen["step"],
            "step": seen["backward"],
        },
        "FORGOTTEN swaps zero_grad and step. Without which of them do the weights never move?": {
            **seen,
            "zero_grad": seen["step"],
            "step": seen["zero_grad"],
        },
        f"FORGOTTEN says nothing of {' and '.join(missing)}. Each of the three calls needs its letter.": FORGOTTEN if missing else None,
        "FORGOTTEN has the letters as keys. Of what should it tell the outcome?": FORGOTTEN if turned else None,
        "FORGOTTEN is no dictionary. Which letter belongs to which call?": FORGOTTEN if isinstance(FORGOTTEN, list | tuple | str) else None,
        **others,
    },
)

# %% [markdown]
# Without `zero_grad`, the outcome depends on the learning rate.
# Each step uses the sum of all gradients so far, so the walk rolls like a ball without friction.
# At 0.01 it learns faster than the right loop; at 0.1 it rolls out of the valley and does not come back.
# So a loss that falls does not prove that a loop is right.
#
# ## A schedule for the learning rate
#
# Which learning rate is the right one?
# Early on, the way is long, and a large one saves time.
# Later, the goal is near, and a large one jumps around it, because each batch pulls in a somewhat different direction.
# So let the rate change: that is a *schedule*.
#
# In PyTorch a *scheduler* does that.
# It holds the optimizer, and each call of `scheduler.step()` sets the next learning rate.
# `LambdaLR` takes any schedule that you can write down: you give it a function from the epoch's number, counted from 0, to a *factor*, and the rate is that factor times the `lr` of the optimizer.

# %% show="The rates of a schedule"
optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.8)
scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: 1 / (epoch + 1))
for epoch in range(4):
    print(f"epoch {epoch}: lr = {optimizer.param_groups[0]['lr']:.3f}")
    optimizer.step()  # in a real training: all steps of this epoch
    scheduler.step()

# %% [markdown]
# The order matters: first the epoch's steps with this rate, then `scheduler.step()` for the next one.
# Called before them, it would skip the first rate of the schedule; PyTorch warns you if you do that.
#
# ### Bonus: warm-up and cosine (7 minutes, ●●○)
#
# Many large networks are trained with this shape of schedule.
# In the first epochs the rate rises in equal steps, so that fresh weights move gently at first: the *warm-up*.
# Then it falls along half a wave of a cosine, slowly at first, faster in the middle, slowly towards the end.
# (The small network of this lesson trains just as well without a warm-up.)
#
# Write `warmup_cosine(epoch, warmup, total)`: the factor for epoch number `epoch`, counted from 0, as a Python float.
#
# - For `epoch < warmup` it is `(epoch + 1) / warmup`, so that the last epoch of the warm-up has factor 1.
# - From then on it is `0.5 * (1 + cos(π * t))`, where `t` is the share of the rest that is over: `(epoch - warmup) / (total - warmup)`.
# - `warmup` may be 0; then the cosine starts at once. It is always less than `total`.
#
# Example: with `warmup=2` and `total=6` the factors are 0.5, 1, 1, 0.854, 0.5, 0.146.


# %% task="warmup_cosine"
def warmup_cosine(epoch: int, warmup: int, total: int) -> float:
    """Return the factor of the learning rate in `epoch`, from 0: linear up to 1, then half a cosine towards 0."""
    ### BEGIN SOLUTION
    if epoch < warmup:
        return (epoch + 1) / warmup
    return 0.5 * (1 + math.cos(math.pi * (epoch - warmup) / (total - warmup)))
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: <code>ZeroDivisionError: division by zero</code></summary>
#
# With `warmup=0` there is no epoch of warm-up, so nothing should be divided by it.
# In which order do you compute and ask?
# </details>

# %% check="warmup_cosine" points=2
wave = [1.0, (1 + math.sqrt(0.5)) / 2, 0.5, (1 - math.sqrt(0.5)) / 2]  # at 0, 1/4, 2/4 and 3/4 of the half wave
factors = [warmup_cosine(epoch, 2, 6) for epoch in range(6)]
check.close(
    factors,
    [0.5, 1.0, *wave],
    "factors",
    lists=True,
    mistakes={
        "warmup_cosine(0, 2, 6) is 0, so that a whole epoch learns nothing. Epochs count from 0.": [0.0, 0.5, *wave],
        "warmup_cosine(…) starts its cosine at epoch 0. It starts where the warm-up ends.": [
            0.5,
            1.0,
            *(0.5 * (1 + math.cos(math.pi * epoch / 6)) for epoch in range(2, 6)),
        ],
        "warmup_cosine(…) goes through its wave as if it had all epochs. How many are left after the warm-up?": [
            0.5,
            1.0,
            *(0.5 * (1 + math.cos(math.pi * epoch / 6)) for epoch in range(4)),
        ],
        "warmup_cosine(…) is already 0 in the last epoch. How many epochs does the falling part have?": [
            0.5,
            1.0,
            *(0.5 * (1 + math.cos(math.pi * epoch / 3)) for epoch in range(4)),
        ],
        "warmup_cosine(…) is a bare cosine, from 1 to -1. A factor goes from 1 to 0.": [
            0.5,
            1.0,
            *(math.cos(math.pi * epoch / 4) for epoch in range(4)),
        ],
        "warmup_cosine(…) goes through a quarter of a wave. Where does cos reach -1?": [
            0.5,
            1.0,
            *(0.5 * (1 + math.cos(math.pi / 2 * epoch / 4)) for epoch in range(4)),
        ],
        "warmup_cosine(…) takes 180 for half a wave. math.cos counts in radians.": [
            0.5,
            1.0,
            *(0.5 * (1 + math.cos(180 * epoch / 4)) for epoch in range(4)),
        ],
        "warmup_cosine(…) warms up in one epoch too many, up to 1.5.": [0.5, 1.0, 1.5, *wave[1:]],
        "warmup_cosine(…) adds 0.5 outside of the brackets. What is halved?": [0.5, 1.0, *(2 * factor - 0.5 for factor in wave)],
        "warmup_cosine(…) does not halve: its cosine part starts at 2.": [0.5, 1.0, *(2 * factor for factor in wave)],
        "warmup_cosine(…) goes through a whole wave, down and up again. Where is half of it?": [0.5, 1.0, 1.0, 0.5, 0.0, 0.5],
        "warmup_cosine(…) falls in a straight line. Which shape does the task name?": [0.5, 1.0, 1.0, 0.75, 0.5, 0.25],
        "warmup_cosine(…) does not reach 1 in the last epoch of its warm-up. How many steps lead up to it?": [1 / 3, 2 / 3, *wave],
        "warmup_cosine(…) rounds down to whole numbers when it divides.": [0, 1, 1.0, 1.0, 1.0, 1.0],
        "warmup_cosine(…) rises after the warm-up. Which sign does the cosine have?": [0.5, 1.0, *(1 - factor for factor in wave)],
        "warmup_cosine(…) begins its cosine an epoch ahead. What is over in its first epoch?": [0.5, 1.0, *wave[1:], 0.0],
        "warmup_cosine(…) gives nothing after the warm-up. Does each way return its result?": [0.5, 1.0, None, None, None, None],
        "warmup_cosine(…) gives the sine. Where does a cosine start?": [0.5, 1.0, *(0.5 * (1 + math.sin(math.pi * k / 4)) for k in range(4))],
        "warmup_cosine(…) has no warm-up.": [0.5 * (1 + math.cos(math.pi * (epoch - 2) / 4)) for epoch in range(6)],
    },
)
check.close([warmup_cosine(epoch, 0, 4) for epoch in range(4)], wave, "the factors without warm-up", lists=True)
### BEGIN HIDDEN TESTS
for warmup, total in ((3, 10), (1, 2), (0, 1), (5, 25), (4, 5)):
    falling = [0.5 * (1 + math.cos(math.pi * k / (total - warmup))) for k in range(total - warmup)]
    check.close(
        [warmup_cosine(epoch, warmup, total) for epoch in range(total)],
        [(k + 1) / warmup for k in range(warmup)] + falling,
        f"the list of warmup_cosine(epoch, {warmup}, {total})",
        lists=True,
    )
### END HIDDEN TESTS

# %% [markdown]
# What does it do for a walk?
# Here are two walks through the landscape of the line again, but each step sees only two of the 30 points.
# With a constant rate the walk never comes to rest.

# %% show="A constant rate and a schedule on the landscape"
with check.when_written():
    total = 60
    rates = {
        "constant": [0.2] * total,
        "warm-up and cosine": [0.2 * warmup_cosine(e, 6, total) for e in range(total)],
    }
    generator = torch.Generator()
    figure, (left, *panels) = plt.subplots(1, 3, figsize=(8, 2.7), layout="constrained")
    for (name, schedule), dashes, colour, ax in zip(rates.items(), ("--", "-"), (ORANGE, BLUE), panels, strict=True):
        left.plot(schedule, color=colour, linestyle=dashes, linewidth=2, label=name)
        generator.manual_seed(4)
        place, places = torch.tensor([-0.4, -1.2]), []
        for lr in schedule:
            chosen = torch.randint(30, (2,), generator=generator)
            wrong = place[0] * points[chosen] + place[1] - values[chosen]
            place = place - lr * torch.stack([(2 * wrong * points[chosen]).mean(), (2 * wrong).mean()])
            places.append(place)
        path = torch.stack(places)
        ax.contour(ws, bs, ground, levels=levels, cmap="Blues_r", linewidths=0.8)
        ax.plot(*path.T, color=colour, linewidth=0.8, marker=".", markersize=4)
        ax.plot(*path[-15:].T, color=BLACK, linestyle="none", marker="o", markersize=3.5)
        ax.set(title=f"{name}:\nthe last 15 steps in black", xlabel="w", xlim=(-0.6, 3.2), ylim=(-1.5, 2.3))
    left.set(title="Two schedules", xlabel="step", ylabel="learning rate")
    left.set_ylim(0, 0.36)
    left.legend(loc="upper center")

# %% [markdown]
# ### Bonus: train with a schedule (9 minutes, ●●●)
#
# Write `train_with_schedule(model, loader, epochs, lr, warmup)`: it trains a model that gives log-probabilities, as `train` does, but the learning rate of epoch number `epoch` is `lr * warmup_cosine(epoch, warmup, epochs)`, set by a scheduler from `torch.optim.lr_scheduler`.
# Any optimizer from `torch.optim` will do.
# It returns the list of the learning rates that the epochs used, one Python float per epoch.
#
# Example: with `epochs=4`, `lr=0.1` and `warmup=2` it returns `[0.05, 0.1, 0.1, 0.05]`.


# %% task="train_with_schedule"
def train_with_schedule(
    model: nn.Module, loader: Iterable[tuple[Tensor, Tensor]], epochs: int, lr: float, warmup: int
) -> list[float]:
    """Train `model` as `train` does, with the rates of `warmup_cosine`; return the rate that each epoch used."""
    ### BEGIN SOLUTION
    criterion = nn.NLLLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: warmup_cosine(epoch, warmup, epochs))
    rates = []
    for _ in range(epochs):
        rates.append(scheduler.get_last_lr()[0])
        train_epoch(model, loader, criterion, optimizer)
        scheduler.step()
    return rates
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: <code>UserWarning: Detected call of `lr_scheduler.step()` before `optimizer.step()`</code></summary>
#
# The scheduler sets the first rate when it is made.
# Its `step` is for the *next* epoch, so it comes when this one is over.
# The cell with `LambdaLR` above shows the order, and where to read the rate.
# </details>

# %% check="train_with_schedule" points=3
import warnings

from torch.optim.optimizer import register_optimizer_step_pre_hook

torch.manual_seed(15)
model = nn.Sequential(nn.Linear(4, 3), nn.LogSoftmax(dim=1))
before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
batches = [(torch.randn(3, 4), torch.tensor([0, 1, 2])), (torch.randn(2, 4), torch.tensor([2, 2]))]
used, errors, held, modes = [], [], [], []  # the rate at each step of any optimizer, how far its gradient is off, …
model.register_forward_hook(lambda module, _, output: modes.extend([module.training] * output.requires_grad))


def note(optimizer: torch.optim.Optimizer, *_: object) -> None:
    x, y = batches[len(used) % 2]
    used.append(optimizer.param_groups[0]["lr"])
    held.append("initial_lr" in optimizer.param_groups[0])  # a scheduler writes it there
    weight, bias = (p.detach().clone().requires_grad_() for p in model.parameters())
    with torch.enable_grad():
        slope = torch.autograd.grad(F.cross_entropy(F.linear(x, weight, bias), y), weight)[0]
    found = torch.zeros(3, 4) if model[0].weight.grad is None else model[0].weight.grad
    errors.append((found - slope).abs().max().item())


hook = register_optimizer_step_pre_hook(note)
with check.within(20, "train_with_schedule(…)"), warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    rates = train_with_schedule(model, batches, epochs=4, lr=0.2, warmup=2)
hook.remove()
scheduled = [0.1, 0.1, 0.2, 0.2, 0.2, 0.2, 0.1, 0.1]
check.close(
    used,
    scheduled,
    "the list of the learning rates that the steps use",
    lists=True,
    mistakes={
        "train_with_schedule(…) skips the first rate. Which comes first in an epoch, the optimizer's steps or the scheduler's?": [
            0.2,
            0.2,
            0.2,
            0.2,
            0.1,
            0.1,
            0.0,
            0.0,
        ],
        "train_with_schedule(…) keeps one learning rate throughout. Who calls scheduler.step()?": [0.1] * 8,
        "train_with_schedule(…) trains with the learning rate lr throughout. Does the scheduler hold this optimizer?": [
            0.2
        ]
        * 8,
        "train_with_schedule(…) changes the learning rate after each batch. The schedule counts epochs.": [
            0.1,
            0.2,
            0.2,
            0.1,
            0.0,
            0.1,
            0.2,
            0.1,
        ],
        "train_with_schedule(…) makes no step with an optimizer. Which call moves the weights?": [],
        "train_with_schedule(…) has no warm-up: its rate falls from the first epoch on. Whose factors does the task name?": [
            0.1 * (1 + math.cos(math.pi * (step // 2) / 4)) for step in range(8)
        ],
        "train_with_schedule(…) trains for one epoch too few.": scheduled[:6],
        "train_with_schedule(…) trains for one epoch too many.": [*scheduled, 0.0, 0.0],
        "train_with_schedule(…) trains for one epoch alone. Where does return stand?": scheduled[:2],
        "train_with_schedule(…) starts at rate 0. Which number has the first epoch for the scheduler?": [0.0, 0.0, *scheduled[:6]],
        "train_with_schedule(…) multiplies by lr twice. LambdaLR wants the factor alone.": [
            0.2 * rate for rate in scheduled
        ],
        "train_with_schedule(…) uses the factors alone as learning rates. A rate is the factor times lr.": [
            rate / 0.2 for rate in scheduled
        ],
        "train_with_schedule(…) uses half of each rate that is wanted, as if lr were 0.1. Which lr was it given?": [
            0.5 * rate for rate in scheduled
        ],
    },
)
check.close(
    rates,
    [0.1, 0.2, 0.2, 0.1],
    "train_with_schedule(…)",
    lists=True,
    mistakes={
        "train_with_schedule(…) notes each rate after scheduler.step(), when the next one is already set.": [
            0.2,
            0.2,
            0.1,
            0.0,
        ],
        "train_with_schedule(…) gives the factors. A rate is the factor times lr.": [0.5, 1.0, 1.0, 0.5],
        "train_with_schedule(…) gives a rate for each batch. One per epoch is wanted.": scheduled,
        "train_with_schedule(…) notes the first rate and that after each epoch, so one too many.": [0.1, 0.2, 0.2, 0.1, 0.0],
        "train_with_schedule(…) gives the last rate alone. One per epoch is wanted.": 0.1,
        "train_with_schedule(…) gives an empty list. When is a rate noted?": [],
        "train_with_schedule(…) gives a list instead of each rate. What does get_last_lr() return?": [
            [0.1],
            [0.2],
            [0.2],
            [0.1],
        ],
    },
)
check.moved(model, before, "train_with_schedule(…)")
check.equal(
    max(errors) < 1e-4,
    True,
    "the right gradient at each step of train_with_schedule(…)",
    mistakes={
        "train_with_schedule(…) makes a step whose gradient is not that of its batch's mean loss. Are old ones cleared, and does the criterion fit?": False
    },
)
check.equal(
    all(held),
    True,
    "a scheduler at each step of train_with_schedule(…)",
    mistakes={
        "train_with_schedule(…) has the right rates, but no scheduler holds its optimizer. The task asks for one from torch.optim.lr_scheduler.": False
    },
)
check.equal(
    all(modes),
    True,
    "training mode during train_with_schedule(…)",
    mistakes={"train_with_schedule(…) puts the model into inference mode. Steps are made in training mode.": False},
)
asked_late = [warning for warning in caught if "get_last_lr()" in str(warning.message)]
check.equal(
    len(asked_late) > 0,
    False,
    "get_lr() outside of the scheduler in train_with_schedule(…)",
    mistakes={
        "train_with_schedule(…) calls get_lr(), which is right only inside a scheduler's step. Which method gives the last rate?": True
    },
)
for warning in caught:  # any other warning costs nothing, and is shown
    warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)
### BEGIN HIDDEN TESTS
for epochs, lr, warmup in ((5, 0.4, 0), (3, 2.0, 1), (7, 0.3, 4)):
    factors = [(k + 1) / warmup for k in range(warmup)]
    factors += [0.5 * (1 + math.cos(math.pi * k / (epochs - warmup))) for k in range(epochs - warmup)]
    used = []
    hook = register_optimizer_step_pre_hook(
        lambda optimizer, *_, used=used: used.append(optimizer.param_groups[0]["lr"])
    )
    rates = train_with_schedule(model, [(torch.ones(1, 4), torch.tensor([1]))], epochs, lr, warmup)
    hook.remove()
    name = f"train_with_schedule(model, loader, {epochs}, {lr}, {warmup})"
    check.close(rates, [lr * factor for factor in factors], name, lists=True)
    check.close(used, [lr * factor for factor in factors], f"the list of rates in the steps of {name}", lists=True)
### END HIDDEN TESTS

# %% [markdown]
# ## What you have learnt
#
# - The loss is one number: -log of the probability that the right class got, on average over the examples.
# - `LogSoftmax` with `NLLLoss` and bare logits with `CrossEntropyLoss` are the same thing. A softmax goes before neither.
# - The loss is a landscape over the weights. The gradient is its slope, and a step goes against it, downhill.
# - Autograd records a computation graph of the tensors that require gradients. Backpropagation goes back through it, and `backward` *adds* the slopes to `.grad`.
# - `no_grad` stops the recording, `eval` changes the mode of the layers. A prediction needs both, and puts the modes back.
# - A step is `zero_grad`, forward, loss, `backward`, `step`, and PyTorch does not complain when a call is missing. Without `backward` or `step` nothing is learnt. Without `zero_grad` the gradients add up, which can learn fast at a small learning rate and fails at a large one.
# - An epoch's loss is the mean over examples, with each batch weighted by its size.
# - The learning rate is a hyperparameter: you choose it. A schedule starts it gently, keeps it large for a while, and lets it fall.
#
# ## On your own
#
# - **Break it:** train a fresh `log_softmax_model()` for three epochs with lr = 0.3, 1 and 3. Before you run it, write down what you expect of the three lists of losses. Where it learns nothing, near which number does the loss stay, and what does a network say whose loss is that number?
# - **Your own data:** nine of ten of your images show the same class. Which mean loss does a network get that gives that class 0.9 and the only other one 0.1, whatever the image shows? Would you notice that it has learnt nothing about the image?
# - **Your own data:** only half a batch fits into memory. How would you make one step from two halves, now that you know what `backward` does with an old `.grad`? What has to happen to the two losses?
#
# ## Mistakes that the checks of this lesson look for
#
# | mistake | why people make it |
# |---|---|
# | softmax over the batch, or with no `dim` at all | It runs, and for some shapes PyTorch even guesses right. |
# | the `log` of a softmax | It is the definition, and right until a probability gets too small for a float. |
# | probabilities or logits into `NLLLoss`, a softmax before `CrossEntropyLoss` | Everything runs, and the names do not say what goes in. |
# | ReLU on the logits | The last line is copied from the ones above it. |
# | `log_probs[:, labels]` | It looks like "the column of the label", and gives a whole matrix. |
# | `x.requires_grad_()` on a tensor of the caller | It cures the error message, and the trace that it leaves shows up elsewhere. |
# | detaching after the call; `model.eval()` and never back | The result is the same: what differs is the memory, and a mode that nobody sees. |
# | `zero_grad` forgotten, or between `backward` and `step` | In one case the loss falls at first; in the other all three calls are there. |
# | the loss after the step, the last batch's loss, the mean of batch means | Each of them is a number that falls. |
# | loss tensors kept or added up | `+=` works on tensors too; it costs little in training, and fills the memory in an evaluation without `no_grad`. |
# | an optimizer for another model, momentum, a rate that changes | `log_softmax_model()` called twice makes two networks; and one epoch's loss does not show the rest. |
# | `scheduler.step()` before the epoch, or once per batch | It stands beside `optimizer.step()` in many examples, some of which count batches. |
#
# ## Where to read on
#
# - Goodfellow, Bengio and Courville, *Deep Learning*, chapter 8: [Optimization for training deep models](https://www.deeplearningbook.org/contents/optimization.html); for the losses, section 6.2 of [chapter 6](https://www.deeplearningbook.org/contents/mlp.html).
# - PyTorch's pages on [autograd](https://docs.pytorch.org/docs/stable/notes/autograd.html), [`nn.NLLLoss`](https://docs.pytorch.org/docs/stable/generated/torch.nn.NLLLoss.html), [`nn.CrossEntropyLoss`](https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html) and [`torch.optim`](https://docs.pytorch.org/docs/stable/optim.html), which also lists the schedulers.
#
# **Next:** [Fashion-MNIST](../04_fashion_mnist/04_fashion_mnist.ipynb). The same steps, on clothes, from the data to the mistakes that remain.
