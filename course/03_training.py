# %% [markdown]
# # Training
#
# After this lesson you can
#
# - say in one number how wrong a network is, and choose the loss that fits its output;
# - get gradients from autograd, and know what it records and when it should record nothing;
# - write a training step, an epoch and a whole training;
# - say what each call of a step is for, and what you would see without it;
# - let the learning rate follow a schedule.
#
# **Time:** 85 minutes, and 26 more for the bonus tasks.
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

torch.set_num_threads(1)  # in so small a network a second core gains little, and waits long where it is busy

# %% [markdown]
# The digits of lesson 02 are back, 6,000 of them, each as a vector of 784 pixels.
# They are few enough to lie in memory as one tensor.
# If there is a GPU, they go there once, and so will the network.

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
_, ax = plt.subplots(figsize=(7, 3.4), layout="constrained")
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
# It wants logarithms of probabilities, so let the network give them.

# %% [markdown]
# ## Log-probabilities
#
# You could take the `log` of a softmax.
# But a probability can be too small for a float, and then its logarithm is lost:

# %% show="A probability too small for a float"
logits = torch.tensor([[0.0, 200.0]])
print("log(softmax):", torch.softmax(logits, dim=1).log())
print("log_softmax: ", torch.log_softmax(logits, dim=1))

# %% [markdown]
# `log_softmax` takes the way around: it never computes the probability.
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
    mistakes={"log_softmax_model() has no parameters. Which layers learn?": 0},
)
for number, (parameter, size) in enumerate(zip(model.parameters(), sizes, strict=True), start=1):
    check.shape(parameter, size, f"parameter {number} of log_softmax_model()")
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
### BEGIN HIDDEN TESTS
generator = torch.Generator().manual_seed(5)
weights = [torch.randn(size, generator=generator) / size[-1] ** 0.5 for size in sizes]
with torch.no_grad():
    for parameter, weight in zip(model.parameters(), weights, strict=True):
        parameter.copy_(weight)
x = torch.randn(7, 784, generator=generator)
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
### END HIDDEN TESTS

# %% [markdown]
# ### Negative log-likelihood (8 minutes, ●●○)
#
# PyTorch has this loss ready-made, and most people never look inside.
# There is one line inside, and once you have written it you will never again mix up what goes in.
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
        "nll(log_probs, labels) is a number without its record. Autograd must be able to go back through the loss.": 0.490415,
        "nll(log_probs, labels) averages over all classes. Only the right class counts.": -log_probs.mean(),
        "nll(log_probs, labels) averages probabilities. Its input is log-probabilities already.": -(
            probabilities[0, 0] + probabilities[1, 2]
        )
        / 2,
        "nll(log_probs, labels) is nan: it takes the logarithm of what is a logarithm already.": torch.tensor(math.nan),
    },
)
check.avoids(lambda: nll(log_probs, labels), ["nll_loss", "cross_entropy"], "nll(log_probs, labels)")
### BEGIN HIDDEN TESTS
logits = torch.randn(5, 4, generator=torch.Generator().manual_seed(6), requires_grad=True)
labels = torch.tensor([3, 0, 0, 2, 1])
log_probs = logits.log_softmax(dim=1)
before = log_probs.detach().clone()
loss = nll(log_probs, labels)
check.close(loss, F.cross_entropy(logits, labels), "nll(log_probs, labels) of a (5, 4) tensor")
check.unchanged(log_probs, before, "log_probs")
check.unchanged(labels, torch.tensor([3, 0, 0, 2, 1]), "labels")
check.equal(
    loss.requires_grad,
    True,
    "nll(log_probs, labels).requires_grad",
    mistakes={"nll(log_probs, labels) is cut off from autograd, so that no network can learn from it.": False},
)
slopes = torch.autograd.grad(loss, logits)[0]
check.close(slopes, (logits.softmax(dim=1) - F.one_hot(labels, 4)) / 5, "the gradient of nll(log_probs, labels)")
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
# What if a network ends in a softmax and goes into `CrossEntropyLoss`?
# No error comes, and softmax happens twice.
# Imagine a perfect network, which gives probability 1 to each right class:

# %% show="A perfect network, and softmax twice"
perfect = torch.eye(10)  # ten examples, example k surely of class k
print("perfect probabilities into CrossEntropyLoss:", round(F.cross_entropy(perfect, torch.arange(10)).item(), 4))
print("their logarithms into NLLLoss:              ", round(F.nll_loss(perfect.log(), torch.arange(10)).item(), 4))

# %% [markdown]
# The perfect network is still told 1.46 in place of 0.
# With the loss the corrections shrink too, and such a network learns slowly and never gets sure.
# It is one of the most common slips in PyTorch, because everything runs.

# %% [markdown]
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

figure = plt.figure(figsize=(8, 3.9), layout="constrained")
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
_ = right.set(title="The same from above: lines of equal loss", xlabel="w", ylabel="b")

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

# %% show="The same walk with four learning rates"
speeds = {
    0.005: "too small:\nhardly any way",
    0.1: "good:\nnearly there",
    0.4: "too large:\nto and fro",
    0.47: "far too large:\nup and away",
}
figure, panels = plt.subplots(1, 4, figsize=(8, 2.8), sharey=True, layout="constrained")
for ax, (lr, verdict) in zip(panels, speeds.items(), strict=True):
    path = walk(lr, steps=20)
    ax.contour(ws, bs, ground, levels=levels, cmap="Blues_r", linewidths=0.8)
    ax.plot(*path.T, color=ORANGE, marker="o", markersize=3, linewidth=1.2)
    ax.set(title=f"lr = {lr}\n{verdict}", xlabel="w", xlim=(-1.2, 4.2), ylim=(-2.4, 3.4))
panels[0].set_ylabel("b")
_ = figure.suptitle("Twenty steps each, from the same place: only the learning rate differs")

# %% [markdown]
# ## Autograd
#
# Who computes 100,000 slopes?
# PyTorch does, with a part called *autograd*.
# While you compute, it records each operation on tensors that have `requires_grad=True`.
# Call `backward()` on the result, and it goes through the record from the end to the start, by the chain rule, and leaves the slopes in `.grad`.

# %% show="What autograd records, and what backward leaves"
x = torch.tensor([3.0, -1.0, 0.0, 2.0], requires_grad=True)
squares = x**2
mean = squares.mean()
print("the last operation:      ", mean.grad_fn.name())
print("the one before:          ", mean.grad_fn.next_functions[0][0].name())
print("at the start of the line:", mean.grad_fn.next_functions[0][0].next_functions[0][0].name(), "(fills x.grad)")

mean.backward()
print("x.grad:", x.grad)

# %% show="Values go forward, slopes come back"
boxes = {"x": "[3, -1, 0, 2]", "squares": "[9, 1, 0, 4]", "mean": "3.5"}
slopes = ["[1.5, -0.5, 0, 1]", "[¼, ¼, ¼, ¼]", "1"]
_, ax = plt.subplots(figsize=(8, 2.2), layout="constrained")
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
# The cell computes the loss and calls `backward()` twice over.
# What is `weight.grad` after the second time?
# Write your number in place of `None` before you run the next two cells.

# %%
prediction = None

# %% show="Backward twice: your prediction and what comes"
if not isinstance(prediction, int | float):
    print("Write your number in place of `None` in the cell above. Then run both cells again.")
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
    print(f"You said {prediction}:", thoughts.get(prediction, "not this time. What does backward do with an old .grad?"))

# %% [markdown]
# <details><summary>Answer: what is <code>weight.grad</code> after the second time?</summary>
#
# It is 12, not 6: `backward` *adds* to what is in `.grad`.
# That is useful when a batch is too large to be computed in one go.
# In a training loop it means that somebody has to clear the gradients before each step.
# Keep it in mind; it comes back three times in this lesson.
# </details>
#
# ### A gradient without traces (8 minutes, ●●○)
#
# Gradients are good for more than weights: which pixels of an image would change the answer most?
# Whoever asks that lends you a tensor, and wants it back as it was.
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
# A clone is one more recorded operation: the gradient flows through it, back to `x`.
# `x.detach()` gives the same numbers without a history, as a start of its own.
# </details>

# %% check="grad_of_mean_square" points=2
x = torch.tensor([3.0, -1.0, 0.0, 2.0])
check.close(
    grad_of_mean_square(x),
    [1.5, -0.5, 0.0, 1.0],
    "grad_of_mean_square(x)",
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
        "grad_of_mean_square(x) gives mean(x²) itself. Its gradient is wanted.": torch.tensor(3.5),
        "grad_of_mean_square(x) gives mean(x²) itself, as a number. Its gradient is wanted.": 3.5,
    },
)
check.equal(
    x.requires_grad,
    False,
    "x.requires_grad after grad_of_mean_square(x)",
    mistakes={
        "grad_of_mean_square(x) switches x.requires_grad on. x belongs to the caller; what could you use instead?": True
    },
)
x = torch.tensor([1.0, 2.0], requires_grad=True)
(7 * x).sum().backward()
check.close(grad_of_mean_square(x), [1.0, 2.0], "grad_of_mean_square(x) where x has a gradient already")
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
check.close(grad_of_mean_square(x), x / 3, "grad_of_mean_square(x) of a (2, 3) tensor")
check.unchanged(x, before, "x")
check.equal(x.grad, None, "x.grad after grad_of_mean_square(x)")
check.close(grad_of_mean_square(torch.tensor([5.0])), [10.0], "grad_of_mean_square(x) of one number")
check.close(
    grad_of_mean_square(torch.ones(1, 4, 2).double()),
    torch.full((1, 4, 2), 0.25).double(),
    "grad_of_mean_square(x) of doubles",
)
leaf = torch.tensor([[4.0]], requires_grad=True)
check.close(grad_of_mean_square(3 * leaf), [[24.0]], "grad_of_mean_square(x) where x was computed")
check.equal(leaf.grad, None, "the gradient of the tensor that x was computed from")
### END HIDDEN TESTS

# %% [markdown]
# ## When nothing should be recorded
#
# The record costs memory: autograd keeps the outputs of every layer for the way back.
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
# Calling the model first and detaching the result afterwards records everything and then throws it away.
#
# There is a second switch, and it has nothing to do with the first.
# A few layers behave differently while training.
# Dropout, for one, sets random numbers to 0, which is good for learning and bad for answers; lesson 05 tells why.
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
# A function that forgets one of the two switches, or leaves one in another position, spoils a training without a word.
#
# Write `predict(model, images)`: the most likely class of each image, `(n,)`.
# `images` comes in the shape that the model takes.
#
# - Nothing is recorded.
# - All layers are in inference mode while the model computes.
# - Afterwards each module has the mode that it had before, also where some layers were in another mode than the rest.
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
# `model.train()` would put *every* layer into training mode, also one that was not.
# `model.modules()` goes through the model itself and every layer inside it.
# Write down each one's `training` before you change anything, in a dictionary or a list.
# Afterwards, give each one its own back.
# </details>

# %% check="predict" points=3
model = nn.Sequential(nn.Linear(4, 4, bias=False), nn.Dropout(0.5), nn.LogSoftmax(dim=1))
with torch.no_grad():
    model[0].weight.copy_(torch.eye(4))
recorded, dropping = [], []
model[0].register_forward_hook(lambda module, inputs, output: recorded.append(output.requires_grad))
model[1].register_forward_hook(lambda module, inputs, output: dropping.append(module.training))
images = torch.tensor([[0.2, 0.1, 0.6, 0.1], [0.1, 0.7, 0.1, 0.1], [0.1, 0.1, 0.1, 0.7]]).log()
classes = predict(model, images)
check.equal(
    any(dropping),
    False,
    "dropout during predict(model, images)",
    mistakes={"predict(model, images) runs with dropout at work. Which call puts a model into inference mode?": True},
)
check.equal(
    any(recorded),
    False,
    "recording during predict(model, images)",
    mistakes={"predict(model, images) lets autograd record the model's call. Under what should the call stand?": True},
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
    [module.training for module in model.modules()],
    [True] * 4,
    "the modes after predict(model, images)",
    mistakes={
        "predict(model, images) leaves the model in inference mode, and the next epoch trains in the wrong one.": [
            False
        ]
        * 4
    },
)
model[1].eval()
predict(model, images)
check.equal(
    [module.training for module in model.modules()],
    [True, True, False, True],
    "the modes after predict(model, images), where dropout alone was in inference mode",
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
    "the modes after predict(model, images), where all were in inference mode",
    mistakes={"predict(model, images) puts a model into training mode that came in inference mode.": [True] * 4},
)
### BEGIN HIDDEN TESTS
torch.manual_seed(10)
model = nn.Sequential(nn.Linear(5, 6), nn.BatchNorm1d(6), nn.ReLU(), nn.Sequential(nn.Dropout(0.9), nn.Linear(6, 3)))
model[3].eval()
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
    [module.training for module in model.modules()], [True] * 4 + [False] * 3, "the modes after predict(model, images)"
)
check.equal(
    all(p.requires_grad for p in model.parameters()),
    True,
    "requires_grad of the weights after predict(model, images)",
    mistakes={"predict(model, images) freezes the weights for good, so that nothing can be trained afterwards.": False},
)
### END HIDDEN TESTS

# %% [markdown]
# ## One step
#
# All parts are there, and one is new: the *optimizer*.
# It holds the parameters of the model, and knows how to make a step from their gradients.
# `torch.optim.SGD(model.parameters(), lr=0.1)` makes the step of the landscape above: minus learning rate times gradient.
# (SGD stands for *stochastic gradient descent*: stochastic, since each step looks at one random batch only.)
#
# A step has five parts, and three of them are calls that are quickly forgotten:
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
# The model multiplies by the weight, which is 1, and all answers should be 0:

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
# Everything that is called training in PyTorch repeats this one function.
#
# Write `train_step(model, images, labels, criterion, optimizer)`: it makes one step on one batch and returns the loss as a Python float.
# The loss is the one that the step was computed from, so the loss *before* the weights moved.
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
# A loss is a tensor that holds on to everything it was computed from, so that `backward` can go back.
# Whoever keeps a hundred of them keeps a hundred batches in memory.
# A tensor with one number has a method that gives the bare number; the cell above uses it to print.
# </details>

# %% check="train_step" points=3
model = nn.Linear(1, 1, bias=False)
nn.init.ones_(model.weight)
optimizer, used = torch.optim.SGD(model.parameters(), lr=0.01), []
optimizer.register_step_post_hook(  # notes the gradient that a step has used
    lambda *_: used.append(0.0 if model.weight.grad is None else model.weight.grad.item())
)
images, labels = torch.tensor([[1.0], [3.0]]), torch.zeros(2, 1)
loss = train_step(model, images, labels, nn.MSELoss(), optimizer)
check.close(
    used,
    [10.0],
    "the gradients of the steps that train_step(…) makes",
    lists=True,
    mistakes={
        "train_step(…) makes no step. Which call moves the weights?": [],
        "train_step(…) makes two steps in one call. One batch means one step.": [10.0, 9.0],
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
        "train_step(…) gives the loss as a tensor, which keeps all that it was computed from. Which method gives the number?": torch.tensor(
            5.0
        ),
    },
)
loss = train_step(model, images, labels, nn.MSELoss(), optimizer)
check.close(
    used,
    [10.0, 9.0],
    "the gradients of the steps that train_step(…) makes in two calls",
    lists=True,
    mistakes={
        "train_step(…) uses the sum of both calls' gradients in its second call. Who clears the first one?": [
            10.0,
            19.0,
        ],
    },
)
check.close(loss, 4.05, "train_step(…), called again")
check.close(model.weight, [[0.81]], "the weight after two calls of train_step(…)")
### BEGIN HIDDEN TESTS
torch.manual_seed(11)
model = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 3))
weights = [p.detach().clone().requires_grad_() for p in model.parameters()]
modes = []
model[1].register_forward_hook(lambda module, inputs, output: modes.append(module.training))
optimizer, other = torch.optim.Adam(model.parameters(), lr=0.1), torch.optim.Adam(weights, lr=0.1)
images, labels = torch.randn(5, 4), torch.tensor([2, 0, 1, 1, 0])
before, wanted, losses = images.clone(), [], []
for size in (5, 1, 3):
    losses.append(train_step(model, images[:size], labels[:size], nn.CrossEntropyLoss(), optimizer))
    logits = F.linear(F.linear(images[:size], *weights[:2]).tanh(), *weights[2:])
    loss = F.cross_entropy(logits, labels[:size])
    for weight, gradient in zip(weights, torch.autograd.grad(loss, weights), strict=True):
        weight.grad = gradient
    other.step()
    wanted.append(loss.item())
check.close(losses, wanted, "the losses of train_step(…) with Adam", lists=True, rtol=1e-3)
for number, (parameter, weight) in enumerate(zip(model.parameters(), weights, strict=True)):
    check.close(parameter, weight.detach(), f"parameter {number} after train_step(…) with Adam", rtol=1e-3, atol=1e-3)
check.unchanged(images, before, "images")
check.equal(
    all(modes),
    True,
    "the training mode during train_step(…)",
    mistakes={"train_step(…) puts the model into inference mode. Steps are made in training mode.": False},
)
### END HIDDEN TESTS

# %% [markdown]
# ## One epoch
#
# An *epoch* is one pass through all batches.
# Its loss is reported as the mean over the examples.
# There lies a trap, because batches need not be equally large.
# Nine examples in batches of four leave a last batch of one:

# %% show="Two means of the same nine losses"
example_losses = [[1.0, 1.2, 0.8, 1.0], [0.6, 0.8, 0.7, 0.7], [4.0]]
batch_means = [float(np.mean(batch)) for batch in example_losses]
per_example = float(np.mean([loss for batch in example_losses for loss in batch]))
per_batch = float(np.mean(batch_means))

_, ax = plt.subplots(figsize=(7, 3.2), layout="constrained")
ax.bar([0, 4, 8], batch_means, width=[4, 4, 1], align="edge", color=plots.PALE, edgecolor=BLACK)
for left, mean, size in zip([0, 4, 8], batch_means, [4, 4, 1], strict=True):
    caption = f"mean\n{mean:.1f}" if size == 1 else f"mean {mean:.1f}"
    ax.text(left + size / 2, mean - 0.08, caption, ha="center", va="top")
ax.plot([0, 9], [per_example] * 2, color=BLUE, linewidth=2)
ax.plot([0, 9], [per_batch] * 2, color=ORANGE, linewidth=2, linestyle="--")
ax.text(9.15, per_example, f"mean over examples: {per_example:.2f}", color=BLUE, va="center")
ax.text(9.15, per_batch, f"mean of batch means: {per_batch:.2f}", color=ORANGE, va="center")
ax.set(title="One bad example alone in a batch counts four times as much in the mean of means")
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
# </details>
#
# <details><summary>Hint: why does memory grow during my epoch?</summary>
#
# A loss that is still a tensor holds on to its whole batch.
# Adding such tensors up makes one tensor that holds on to all batches.
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

    def mark(gradient: Tensor) -> None:  # lives as long as the record of this loss
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
check.close(
    loss,
    (2 * one + two) / 3,
    "train_epoch(…)",
    mistakes={
        "train_epoch(…) gives a tensor. Which method gives the bare number?": torch.tensor((2 * one + two) / 3),
        "train_epoch(…) is the mean of the batches' means. A smaller batch must count less.": (one + two) / 2,
        "train_epoch(…) is the loss of the last batch alone. What about the others?": two,
        "train_epoch(…) ends after the first batch. Where does return stand?": one,
        "train_epoch(…) adds the batches' means up and divides by nothing.": one + two,
        "train_epoch(…) divides a sum of batch means by the number of examples. How much should each mean weigh?": (
            one + two
        )
        / 3,
        "train_epoch(…) is the sum over the examples. Their mean is wanted.": 2 * one + two,
        "train_epoch(…) divides a sum over examples by the number of batches.": (2 * one + two) / 2,
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
kept.clear()
alive.clear()
train_epoch(model, batches * 3, criterion, torch.optim.SGD(model.parameters(), lr=0.0))
check.equal(
    max(alive) > 2,
    False,
    "the pile of records in train_epoch(…)",
    mistakes={
        "train_epoch(…) keeps the record of every batch, since it adds up loss tensors. Which method gives the bare number?": True
    },
)
model.zero_grad()
train_epoch(model, batches, criterion, torch.optim.SGD(model.parameters(), lr=0.5))
weights, slopes = [torch.eye(2, requires_grad=True)], []
for x, y in batches:
    loss = F.nll_loss((x @ weights[-1].T).log_softmax(dim=1), y)
    slopes.append(torch.autograd.grad(loss, weights[-1])[0])
    weights.append((weights[-1].detach() - 0.5 * slopes[-1]).requires_grad_())
check.close(
    model[0].weight,
    weights[2].detach(),
    "the weights after train_epoch(…)",
    mistakes={
        "train_epoch(…) leaves the weights as they were. Does each batch get its step?": torch.eye(2),
        "train_epoch(…) makes a step for the first batch alone.": weights[1].detach(),
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
    wanted = 0.0
    for x, y in zip(images.split(size), labels.split(size), strict=True):
        loss = F.nll_loss(F.linear(x, weight, bias).log_softmax(dim=1), y)
        slopes = torch.autograd.grad(loss, [weight, bias])
        weight, bias = ((p - 0.7 * s).detach().requires_grad_() for p, s in zip((weight, bias), slopes, strict=True))
        wanted += loss.item() * len(x) / 9
    batches = ([x, y] for x, y in zip(images.split(size), labels.split(size), strict=True))
    loss = train_epoch(model, batches, nn.NLLLoss(), optimizer)
    check.close(loss, wanted, f"train_epoch(…) of a generator of batches of {size}", rtol=1e-3)
check.close(model[0].weight, weight.detach(), "the weights after four epochs", rtol=1e-3, atol=1e-4)
loss = train_epoch(
    model,
    DataLoader(TensorDataset(images[:5], labels[:5]), batch_size=2),
    nn.NLLLoss(),
    torch.optim.SGD(model.parameters(), lr=0.0),
)
wanted = F.nll_loss(F.linear(images[:5], weight, bias).log_softmax(dim=1), labels[:5]).item()
check.close(loss, wanted, "train_epoch(…) of a DataLoader", rtol=1e-3)
### END HIDDEN TESTS

# %% [markdown]
# ## The whole training
#
# What is left is short: choose the criterion that fits the model's output, make an optimizer for the model's parameters, and go through the epochs.
#
# ### Train (8 minutes, ●●○)
#
# Write `train(model, loader, epochs, lr)`: it trains a model that gives log-probabilities with plain SGD, and returns a list with one mean loss per epoch, as Python floats.
# The optimizer holds the parameters of the `model` that it was given, and lives as long as the training.
#
# The measure: five epochs over the lesson's 6,000 digits in batches of 32, with lr = 0.1, and the model names at least 85 % of these digits, and often more than 95 %.
#
# Example: `train(model, loader, epochs=3, lr=0.1)` returns three numbers such as `[1.42, 0.48, 0.29]`, each below the one before.
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
check.close(
    losses,
    [(2 * one + two) / 3] * 2,
    "train(model, loader, epochs=2, lr=0)",
    lists=True,
    mistakes={
        "train(…) gives the mean of the batches' means for each epoch. A smaller batch must count less.": [
            (one + two) / 2
        ]
        * 2,
        "train(…) gives the loss of the last batch of each epoch. The mean over all examples is wanted.": [two] * 2,
        "train(…) gives one loss per batch. One per epoch is wanted.": [one, two] * 2,
        "train(…) gives one number for the whole training. One per epoch is wanted, in a list.": (2 * one + two) / 3,
        "train(…) stops after the first epoch. Where does return stand?": [(2 * one + two) / 3],
        "train(…) keeps each loss as a tensor. Which method gives the bare number?": [torch.tensor((2 * one + two) / 3)]
        * 2,
        "train(…) goes through a softmax although its model gives log-probabilities. Which criterion takes those as they are?": [
            F.cross_entropy(images.exp(), labels).item()
        ]
        * 2,
    },
)
check.equal(
    torch.equal(model[0].weight, torch.eye(2)),
    True,
    "the weights unmoved by train(…) with lr=0",
    mistakes={"train(…) moves the weights although lr is 0. Which learning rate does its optimizer get?": False},
)
weight = torch.eye(2, requires_grad=True)
slope, other = (torch.autograd.grad(F.nll_loss((x @ weight.T).log_softmax(dim=1), y), weight)[0] for x, y in batches)
train(model, batches[:1], epochs=1, lr=0.5)
check.close(
    model[0].weight,
    torch.eye(2) - 0.5 * slope,
    "the weights after one step of train(…) with lr=0.5",
    mistakes={
        "train(…) leaves the weights as they were. Does its optimizer hold the parameters of this model?": torch.eye(2),
        "train(…) steps with gradients of earlier batches. Who clears them, and when?": torch.eye(2)
        - 0.5 * (3 * slope + 2 * other),
        "train(…) makes a step of Adam. The task asks for plain SGD.": torch.eye(2) - 0.5 * slope.sign(),
        "train(…) walks uphill. The loss must fall.": torch.eye(2) + 0.5 * slope,
    },
)
# The measure that the task names, five epochs over 6,000 digits, costs this check its half second.
digit_set = data.load("mnist", train=True)
digit_images, digit_labels = digit_set.data[:6000].flatten(start_dim=1) / 255, digit_set.targets[:6000]
torch.manual_seed(13)
layers = nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10), nn.LogSoftmax(dim=1)
model = nn.Sequential(*layers)
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
check.close(train(model, batches, epochs=3, lr=0.0), [wanted] * 3, "train(model, loader, epochs=3, lr=0)", lists=True)
weight = model[0].weight.detach().clone()
slope = torch.autograd.grad(F.nll_loss(model(images), labels), model[0].weight)[0]
losses = train(model, [(images, labels)], epochs=1, lr=0.3)
check.close(losses, [wanted], "train(model, loader, epochs=1, lr=0.3)", lists=True)
check.close(model[0].weight, weight - 0.3 * slope, "the weights after one step of train(…) with lr=0.3")
check.equal(train(model, batches, epochs=0, lr=0.1), [], "train(model, loader, epochs=0, lr=0.1)")
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
    share = (predict(network, train_images) == train_labels).float().mean().item()
    print(f"{share:.1%} of the training images right")
    plots.loss_curve(losses, title="Five epochs: most is learnt in the first two")
    places = walked

# %% [markdown]
# And here is the landscape after all, the real one.
# It has 109,386 dimensions; the picture is a flat cut through it, laid through the places where your network was.

# %% show="The landscape around your network" tags=["nbval-ignore-output"]
if places:
    centre = places[-1]
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
    _, ax = plt.subplots(figsize=(7, 4.2), layout="constrained")
    shades = ax.contourf(us, vs, heights.T.clamp(max=4), levels=24, cmap="Blues")
    ax.figure.colorbar(shades, label="loss of 300 images")
    ax.plot(*spots.T, color=ORANGE, marker="o", linewidth=2)
    for epoch, spot in enumerate(spots):
        ax.annotate("start" if epoch == 0 else str(epoch), spot, (6, 6), textcoords="offset points", color=BLACK)
    ax.set(
        title="A cut through the landscape of your network: five epochs downhill",
        xlabel="one direction",
        ylabel="another direction",
    )

# %% [markdown]
# What has it learnt?
# Before, each digit got about a tenth; now most of the probability sits on one class.

# %% show="One image before and after the training" tags=["nbval-ignore-output"]
if places:
    with torch.no_grad():
        before, after = untrained(train_images[:1]).exp(), network(train_images[:1]).exp()
    image = train_images[0].reshape(28, 28)
    plots.prediction(image, before, title=f"Before training: a guess (the label is {train_labels[0]})")
    plots.prediction(image, after, title="After five epochs: a verdict")

# %% [markdown]
# These are images that the network has trained on.
# Whether it does as well on others is another question, and lesson 05 asks it.

# %% [markdown]
# ## What if a call is left out?
#
# PyTorch does not know that a step has three calls; it does what it is told.
# So it is worth having seen once what happens when one of them is missing.
#
# ### Bonus: the forgotten call (6 minutes, ●●○)
#
# Here are four outcomes.
#
# - **A**: the loss falls at first, then rises and swings. Each step uses the sum of all gradients so far.
# - **B**: the loss stays. There are no gradients, so the optimizer leaves every weight out.
# - **C**: the loss stays. There are gradients, and nobody uses them.
# - **D**: PyTorch stops with an error in the second step.
#
# Set `FORGOTTEN`, a dictionary: for each of the calls `"zero_grad"`, `"backward"` and `"step"`, the letter of what happens when it is left out.
# Decide first, then run the experiment below, then correct yourself.
#
# Example: were it about the call `model.train()`, for a model without dropout, none of the letters would fit: nothing would happen at all.
# An entry looks like `"backward": "D"`, which is not the right one.

# %% task="FORGOTTEN"
### BEGIN SOLUTION
FORGOTTEN = {"zero_grad": "A", "backward": "B", "step": "C"}
### END SOLUTION

# %% [markdown]
# The experiment trains the same network four times, from the same start and on the same batches.
# It takes a few seconds.

# %% show="The same training with one call left out" tags=["nbval-ignore-output"]
few = list(zip(train_images[:1000].split(50), train_labels[:1000].split(50), strict=True))


def train_without(forgotten: str) -> tuple[list[float], float, float]:
    """Return the losses of 12 epochs without one call, how far the weights moved, and the size of the last gradient."""
    torch.manual_seed(1)
    layers = nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10), nn.LogSoftmax(dim=1)
    model = nn.Sequential(*layers).to(device)
    start = [p.detach().clone() for p in model.parameters()]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
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
    way = math.hypot(*((p - s).norm().item() for p, s in zip(model.parameters(), start, strict=True)))
    slope = math.hypot(*(0.0 if p.grad is None else p.grad.norm().item() for p in model.parameters()))
    return losses, way, slope


curves = {}
print("left out    first loss  last loss  weights moved by  size of .grad")
for forgotten in ("nothing", "zero_grad", "backward", "step"):
    curves[forgotten], way, slope = train_without(forgotten)
    print(f"{forgotten:10} {curves[forgotten][0]:11.2f} {curves[forgotten][-1]:10.2f} {way:17.2f} {slope:14.2f}")

_, ax = plt.subplots(figsize=(7, 3.6), layout="constrained")
looks = {
    "nothing": (BLUE, "-", 2.5),
    "zero_grad": (ORANGE, "-.", 2),
    "backward": (plots.PALE, "-", 8),
    "step": (GREEN, ":", 2.5),
}
for forgotten, (colour, dashes, width) in looks.items():
    ax.plot(
        range(1, 13), curves[forgotten], color=colour, linestyle=dashes, linewidth=width, label=f"without {forgotten}"
    )
ax.lines[0].set_label("all three calls")
ax.set_ylim(bottom=0)
ax.set(
    title="One call left out, three times: no error comes, and nothing is learnt", xlabel="epoch", ylabel="mean loss"
)
ax.legend(handlelength=4)
ax.spines[["top", "right"]].set_visible(False)

# %% [markdown]
# Two of the curves lie on each other, and the loss cannot tell them apart.
# The last two columns of the table can: did the weights move, and were there gradients?
#
# <details><summary>Hint: how do I tell B from C?</summary>
#
# Which of the calls fills `.grad`, and which one reads it?
# Without the first, the optimizer finds nothing there; without the second, it is never asked.
# Compare the last column of the two rows whose loss stays.
# </details>

# %% check="FORGOTTEN" points=2
from itertools import product

seen = {}
for call in ("zero_grad", "backward", "step"):  # leaves each call out of two steps, and looks
    weight = torch.tensor(1.0, requires_grad=True)
    optimizer = torch.optim.SGD([weight], lr=0.1)
    for _ in range(2):
        loss = weight**2
        if call != "zero_grad":
            optimizer.zero_grad()
        if call != "backward":
            loss.backward()
        if call != "step":
            optimizer.step()
    seen[call] = "A" if weight.item() != 1 else "B" if weight.grad is None else "C"
others = {}
for letters in product("ABCD", repeat=3):
    said = dict(zip(seen, letters, strict=True))
    wrong = [f"{letter} without {call}" for call, letter in said.items() if letter != seen[call]]
    others[f"FORGOTTEN says {' and '.join(wrong)}. Look at the table of the experiment again."] = said
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
        **others,
    },
)

# %% [markdown]
# ## A schedule for the learning rate
#
# Which learning rate is the right one?
# Early on, the way is long, and a large one saves time.
# Late, the goal is near, and a large one jumps about it: each batch pulls in a somewhat different direction.
# So let the rate change: that is a *schedule*.
#
# In PyTorch a *scheduler* does that.
# It holds the optimizer, and each call of `scheduler.step()` sets the next learning rate.
# `LambdaLR` is the most general one: you give it a function from the epoch's number, counted from 0, to a *factor*, and the rate is that factor times the `lr` of the optimizer.

# %% show="The rates of a schedule"
optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.8)
scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: 1 / (epoch + 1))
for epoch in range(4):
    print(f"epoch {epoch}: lr = {optimizer.param_groups[0]['lr']:.3f}")
    optimizer.step()  # in a real training: all steps of this epoch
    scheduler.step()

# %% [markdown]
# The order matters: first the epoch's steps with this rate, then `scheduler.step()` for the next one.
# Called before them, it would skip the first rate of the schedule, and PyTorch warns you of that.
#
# ### Bonus: warm-up and cosine (7 minutes, ●●○)
#
# Most large networks are trained with the same shape of schedule.
# In the first epochs the rate rises in equal steps, since with fresh weights the first gradients are wild: the *warm-up*.
# Then it sinks along half a wave of a cosine, slowly at first, faster in the middle, slowly towards the end.
#
# Write `warmup_cosine(epoch, warmup, total)`: the factor for epoch number `epoch`, counted from 0, as a Python float.
#
# - For `epoch < warmup` it is `(epoch + 1) / warmup`, so that the last epoch of the warm-up has factor 1.
# - From then on it is `0.5 * (1 + cos(π * t))`, where `t` is the share of the rest that is over: `(epoch - warmup) / (total - warmup)`.
# - `warmup` may be 0; then the cosine starts at once.
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
# Here both walk through the landscape of the line again, but each step sees only two of the 30 points.
# With a constant rate the walk never comes to rest.

# %% show="A constant rate and a schedule on the landscape"
with check.when_written():
    total = 60
    rates = {
        "constant": [0.2] * total,
        "warm-up and cosine": [0.2 * warmup_cosine(e, 6, total) for e in range(total)],
    }
    generator = torch.Generator()
    figure, (left, *panels) = plt.subplots(1, 3, figsize=(8, 3.1), layout="constrained")
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
    left.set_ylim(0, 0.29)
    left.legend(loc="upper center")

# %% [markdown]
# ### Bonus: train with a schedule (9 minutes, ●●●)
#
# Write `train_with_schedule(model, loader, epochs, lr, warmup)`: it trains like `train`, but the learning rate of epoch number `epoch` is `lr * warmup_cosine(epoch, warmup, epochs)`, set by a scheduler from `torch.optim.lr_scheduler`.
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
used = []  # the learning rate at each step of any optimizer
hook = register_optimizer_step_pre_hook(lambda optimizer, *_: used.append(optimizer.param_groups[0]["lr"]))
with check.within(20, "train_with_schedule(…)"), warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    rates = train_with_schedule(model, batches, epochs=4, lr=0.1, warmup=2)
hook.remove()
check.close(
    used,
    [0.05, 0.05, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05],
    "the learning rates that the steps use",
    lists=True,
    mistakes={
        "train_with_schedule(…) skips the first rate. Which comes first in an epoch, the optimizer's steps or the scheduler's?": [
            0.1,
            0.1,
            0.1,
            0.1,
            0.05,
            0.05,
            0.0,
            0.0,
        ],
        "train_with_schedule(…) keeps one learning rate throughout. Who calls scheduler.step()?": [0.05] * 8,
        "train_with_schedule(…) trains with the learning rate lr throughout. Does the scheduler hold this optimizer?": [
            0.1
        ]
        * 8,
        "train_with_schedule(…) changes the learning rate after each batch. The schedule counts epochs.": [
            0.05,
            0.1,
            0.1,
            0.05,
            0.0,
            0.05,
            0.1,
            0.05,
        ],
        "train_with_schedule(…) makes no step. Which call moves the weights?": [],
        "train_with_schedule(…) multiplies by lr twice. LambdaLR wants the factor alone.": [
            0.1 * rate for rate in (0.05, 0.05, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05)
        ],
    },
)
check.close(
    rates,
    [0.05, 0.1, 0.1, 0.05],
    "train_with_schedule(…)",
    lists=True,
    mistakes={
        "train_with_schedule(…) notes each rate after scheduler.step(), when the next one is set already.": [
            0.1,
            0.1,
            0.05,
            0.0,
        ],
        "train_with_schedule(…) gives the factors. A rate is the factor times lr.": [0.5, 1.0, 1.0, 0.5],
        "train_with_schedule(…) gives a rate for each batch. One per epoch is wanted.": [
            0.05,
            0.05,
            0.1,
            0.1,
            0.1,
            0.1,
            0.05,
            0.05,
        ],
        "train_with_schedule(…) gives a list in place of each rate. What does get_last_lr() return?": [
            [0.05],
            [0.1],
            [0.1],
            [0.05],
        ],
    },
)
asked_late = [warning for warning in caught if "get_last_lr()" in str(warning.message)]
check.equal(
    len(asked_late) > 0,
    False,
    "get_lr() outside of the scheduler in train_with_schedule(…)",
    mistakes={
        "train_with_schedule(…) asks get_lr(), which is right only inside of a scheduler's step. Which method gives the last rate?": True
    },
)
for warning in caught:  # any other warning costs nothing, and is shown
    warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)
check.moved(model, before, "train_with_schedule(…)")
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
    check.close(used, [lr * factor for factor in factors], f"the learning rates of the steps of {name}", lists=True)
### END HIDDEN TESTS

# %% [markdown]
# ## What you have learnt
#
# - The loss is one number: -log of the probability that the right class got, on average over the examples.
# - `LogSoftmax` with `NLLLoss` and bare logits with `CrossEntropyLoss` are the same thing. A softmax goes before neither.
# - The loss is a landscape over the weights. The gradient is its slope, and a step goes down against it.
# - Autograd records operations on tensors that require gradients, and `backward` *adds* slopes to `.grad`.
# - `no_grad` stops the recording, `eval` changes the mode of the layers. An answer needs both, and puts the modes back.
# - A step is `zero_grad`, forward, loss, `backward`, `step`; without any of the three calls nothing is learnt, and nothing complains.
# - An epoch's loss is the mean over examples, with each batch weighted by its size.
# - A schedule starts gently, goes fast, and settles.
#
# ## Mistakes that the checks of this lesson look for
#
# | mistake | why people make it |
# |---|---|
# | softmax over the batch, or with no `dim` at all | It runs, and for some shapes PyTorch even guesses right. |
# | probabilities into `NLLLoss`, logits into `NLLLoss` | Its name does not say that it wants logarithms. |
# | ReLU on the logits | The last line is copied from the ones above it. |
# | `log_probs[:, labels]` | It looks like "the column of the label", and gives a whole matrix. |
# | `x.requires_grad_()` on a tensor of the caller | It cures the error message, and the trace that it leaves shows up elsewhere. |
# | detaching after the call | The result is the same; only the memory knows. |
# | `model.eval()` and never back, or `model.train()` for all layers | The mode is a state, and nobody sees it. |
# | `zero_grad` forgotten | The loss falls at first, so all seems well. |
# | `zero_grad` between `backward` and `step` | All three calls are there, and in some order. |
# | the loss after the step, the last batch's loss, the mean of batch means | Each of them is a number that falls. |
# | loss tensors added up | `+=` works, until the memory is full. |
# | an optimizer for another model | `log_softmax_model()` called twice makes two networks. |
# | `scheduler.step()` before the epoch, or once per batch | It stands beside `optimizer.step()` in many examples, some of which count batches. |
#
# ## Where to read on
#
# - Goodfellow, Bengio and Courville, *Deep Learning*, chapter 8: [Optimization for training deep models](https://www.deeplearningbook.org/contents/optimization.html); for the losses, section 6.2 of [chapter 6](https://www.deeplearningbook.org/contents/mlp.html).
# - PyTorch's pages on [autograd](https://docs.pytorch.org/docs/stable/notes/autograd.html), [`nn.NLLLoss`](https://docs.pytorch.org/docs/stable/generated/torch.nn.NLLLoss.html), [`nn.CrossEntropyLoss`](https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html) and [`torch.optim`](https://docs.pytorch.org/docs/stable/optim.html), which also lists the schedulers.
#
# **Next:** [Fashion-MNIST](../04_fashion_mnist/04_fashion_mnist.ipynb). The same steps, on clothes, from the data to the mistakes that remain.
