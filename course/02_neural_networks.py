# %% [markdown]
# # Neural networks
#
# After this lesson you can
#
# - turn a batch of images into a batch of vectors;
# - compute dense layers and softmax by hand;
# - write a network as an `nn.Module` and as a named `nn.Sequential`;
# - initialise a network's weights and count its parameters;
# - work out the size that a convolution leaves.
#
# **Time:** 75 minutes, and 6 more for the bonus task.
#
# **Builds on:** [Tensors](../01_tensors/01_tensors.ipynb), that is shapes, `@`, broadcasting and in-place operations.
#
# **Leads to:** [Training](../03_training/03_training.ipynb).
# Here you build networks and look at what they say before they have learnt anything; there they learn.

# %%
import math
from collections import OrderedDict

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from kindling import check, data, plots

# %% [markdown]
# The next cell gets the drawings ready. No task needs its code: run it and read on.

# %% show="How the drawings of this lesson are made"
BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#999999"  # told apart by colour-blind readers too


def draw_bars(ax: plt.Axes, values: Tensor, title: str) -> None:
    """Draw one number per class as bars, the first class in orange."""
    bars = ax.bar(range(len(values)), values, color=[ORANGE] + [BLUE] * (len(values) - 1))
    ax.bar_label(bars, fmt="%.2f", padding=2)
    ax.axhline(0, color="black", linewidth=0.8)
    ax.set(title=title, xlabel="class")
    ax.set_xticks(range(len(values)))
    ax.margins(y=0.2)
    ax.spines[["top", "right"]].set_visible(False)


# %% [markdown]
# ## From a picture to a class
#
# You see a picture of a handwritten digit and say "seven".
# How would a program do that?
# Nobody has written down rules that tell a seven from a one for everyone's handwriting.
# A network does without such rules: it is one long formula with very many numbers in it, and those numbers are found from examples.
#
# This lesson is about the formula.
# It takes 784 pixels and gives ten probabilities, one per digit.
#
# First, the pictures: MNIST's digits, written by hand.
# Where they can't be downloaded, digits drawn from fonts take their place, and a line below the cell says so.
# A *loader* hands them out in batches, here 64 at a time.

# %% show="A batch of digits" tags=["nbval-ignore-output"]
from torch.utils.data import DataLoader
from torchvision import transforms

digits = data.load("mnist", train=True, transform=transforms.ToTensor())
loader = DataLoader(digits, batch_size=64, shuffle=True, generator=torch.Generator().manual_seed(2))
images, labels = next(iter(loader))

print("images:", tuple(images.shape), images.dtype, f"from {images.min():.0f} to {images.max():.0f}")
print("labels:", tuple(labels.shape), labels.dtype)

# %% [markdown]
# Read the shape `(64, 1, 28, 28)` from the left: 64 images, 1 channel (grey; a colour image has 3), 28 rows, 28 columns.
# The *label* of an image is the digit that it shows.

# %% show="20 images of the batch" tags=["nbval-ignore-output"]
_ = plots.batch(images[:20], labels[:20], columns=10, title="20 images of one batch, each with its label")

# %% [markdown]
# ## An image is a vector
#
# The layers of this lesson want one row of numbers per example, and know nothing of rows and columns of pixels.
# So we lay the 28 rows of an image end to end: 28 · 28 = 784 numbers in one line.
# The picture shows where three of the rows end up.

# %% show="Where three rows of an image end up" tags=["nbval-ignore-output"]
image = images[0, 0]  # (28, 28)
vector = image.flatten()  # (784,)

figure, (left, right) = plt.subplots(1, 2, figsize=(11, 2.8), width_ratios=[1, 3], layout="constrained")
left.imshow(image, cmap="gray")
left.set(title="An image: 28 rows of 28 pixels", xticks=[], yticks=[8, 13, 18], ylabel="row")
right.plot(vector, color="black", linewidth=0.8)
right.set(title="The same image as a vector: its rows end to end", xlabel="position in the vector", ylabel="brightness")
right.set(xlim=(0, 783), xticks=[0, 8 * 28, 13 * 28, 18 * 28, 783], ylim=(0, 1.15))
for row, colour in {8: BLUE, 13: ORANGE, 18: GREEN}.items():
    left.axhspan(row - 0.5, row + 0.5, facecolor="none", edgecolor=colour, linewidth=2.5)
    right.axvspan(28 * row, 28 * row + 28, color=colour, alpha=0.3, linewidth=0)
    right.text(28 * row + 14, 1.05, f"row {row}", color=colour, ha="center", fontweight="bold")

# %% [markdown]
# Nothing is lost: the same numbers stand in the same order.
# What the network no longer sees is that pixel 28 lies right below pixel 0.
#
# For a whole batch, each image becomes one row, and the batch dimension stays.
# Three ways to write it:

# %% show="Three ways to flatten a batch"
batch = torch.zeros(64, 1, 28, 28)
print(batch.view(64, 784).shape)  # both sizes written out
print(batch.reshape(len(batch), -1).shape)  # -1: "whatever is left", here 784
print(batch.flatten(start_dim=1).shape)  # keep dimension 0, join all others

# %% [markdown]
# ## Dense layers by hand
#
# A *unit* multiplies each input by a weight of its own, adds the products and a bias, and sends the sum through an activation function such as the sigmoid.
# A *dense layer* is many such units side by side, each of which sees every input.
# One matrix holds all their weights: one column per unit.
#
# The network below has 256 units between the pixels and the ten outputs.
# The layer of those units is called *hidden*, since what it gives is neither an input of the network nor an output.

# %% show="A network of two layers"
ax = plots.network([784, 256, 10], ["pixels", "sigmoid units", "logits"], "Each unit sees the whole layer before it")
ax.figure.set_size_inches(5.5, 3)

# %% [markdown]
# ### A network from two matrices (8 minutes, ●●○)
#
# A network of two dense layers is two lines of linear algebra.
# Write them once yourself, and PyTorch's dense layer will not be a black box.
#
# Write `dense_logits(images, W1, b1, W2, b2)`:
#
# 1. flatten the images, `(n, 1, 28, 28)`, to `(n, 784)`;
# 2. the hidden layer: times `W1`, plus `b1`, through a sigmoid (`torch.sigmoid`);
# 3. the output layer: times `W2`, plus `b2`, and nothing else.
#
# The ten results per image are called *logits*: scores, any number from minus to plus infinity.
# A bias may come as `(k,)` or as `(1, k)`; broadcasting adds either to every row.
#
# Example: a black image (all pixels 0), biases `b1` all 0, weights `W2` all 0.01, biases `b2` all 1.
# The hidden sums are 0, whatever `W1` is, and sigmoid(0) = 0.5, so each of the 256 units gives 0.5.
# Each logit is 256 · 0.5 · 0.01 + 1 = 2.28.


# %% task="dense_logits"
def dense_logits(images: Tensor, W1: Tensor, b1: Tensor, W2: Tensor, b2: Tensor) -> Tensor:
    """Return logits (n, 10) of `images` (n, 1, 28, 28): 256 sigmoid units, then 10 linear ones.

    `W1` is (784, 256), `W2` is (256, 10); `b1` and `b2` are (k,) or (1, k).
    """
    ### BEGIN SOLUTION
    pixels = images.flatten(start_dim=1)  # (n, 784)
    hidden = torch.sigmoid(pixels @ W1 + b1)  # (n, 256)
    return hidden @ W2 + b2  # (n, 10)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: <code>mat1 and mat2 shapes cannot be multiplied</code></summary>
#
# For `A @ B`, the last size of `A` must be the first size of `B`.
# `W1` starts with 784. With which size do your images end when they reach it?
# The section above shows three ways to make that 784 while the batch stays.
# </details>

# %% check="dense_logits" points=2
# Three images, each of one brightness. Each hidden unit sums up to mean brightness + 1, so to -1, 1 and 2.
x = torch.tensor([-2.0, 0.0, 1.0]).repeat_interleave(784).reshape(3, 1, 28, 28)
W1, b1 = torch.full((784, 256), 1 / 784), torch.ones(256)
W2, b2 = torch.arange(10.0).repeat(256, 1) / 256, torch.full((1, 10), 3.0)
numbers, sums = torch.arange(10.0), torch.tensor([[-1.0], [1.0], [2.0]])
wanted = sums.sigmoid() * numbers + 3
mixed = x.reshape(784, 3).T.mean(dim=1, keepdim=True) + 1
names, given = ("images", "W1", "b1", "W2", "b2"), [tensor.clone() for tensor in (x, W1, b1, W2, b2)]
check.close(
    dense_logits(x, W1, b1, W2, b2),
    wanted,
    "dense_logits(x, W1, b1, W2, b2)",
    inputs=(x, W1, b1, W2, b2),
    mistakes={
        "dense_logits(…) leaves out b1. Where does the hidden layer add it?": (sums - 1).sigmoid() * numbers + 3,
        "dense_logits(…) leaves out b2. Where does the output layer add it?": wanted - 3,
        "dense_logits(…) mixes the pixels of different images. Which dimension stays?": mixed.sigmoid() * numbers + 3,
        "dense_logits(…) has no sigmoid. What stands between the two layers?": sums * numbers + 3,
        "dense_logits(…) uses ReLU. The hidden units of this network are sigmoids.": sums.relu() * numbers + 3,
        "dense_logits(…) sends the outputs through a sigmoid as well. Logits may be any number.": wanted.sigmoid(),
        "dense_logits(…) gives probabilities. Logits are the numbers before any softmax.": wanted.softmax(dim=1),
        "dense_logits(…) gives logarithms of probabilities. Logits are the numbers before any softmax.": wanted.log_softmax(dim=1),
        "dense_logits(…) gives the class of each image. Logits are its ten scores.": wanted.argmax(dim=1),
        "dense_logits(…) leaves out both biases. Where does each layer add its own?": (sums - 1).sigmoid() * numbers,
        "dense_logits(…) has neither b1 nor a sigmoid in its hidden layer.": (sums - 1) * numbers + 3,
        "dense_logits(…) adds b1 after the sigmoid. What goes through the sigmoid?": ((sums - 1).sigmoid() + 1) * numbers + 3,
        "dense_logits(…) adds b1 twice.": (sums + 1).sigmoid() * numbers + 3,
        "dense_logits(…) adds b2 twice.": wanted + 3,
        "dense_logits(…) has tanh in its hidden layer. The hidden units of this network are sigmoids.": sums.tanh() * numbers + 3,
        "dense_logits(…) sends the hidden units through two sigmoids.": sums.sigmoid().sigmoid() * numbers + 3,
        "dense_logits(…) divides the pixels by 255. It takes the images as they come.": ((sums - 1) / 255 + 1).sigmoid() * numbers + 3,
        "dense_logits(…) subtracts the mean of the batch. It takes the images as they come.": (sums + 1 / 3).sigmoid() * numbers + 3,
        "dense_logits(…) averages over the hidden units. What does a dense layer do with them?": sums.sigmoid() * numbers / 256 + 3,
    },
    atol=1e-3,
)
for tensor, before, name in zip((x, W1, b1, W2, b2), given, names, strict=True):
    check.unchanged(tensor, before, name)
### BEGIN HIDDEN TESTS
seeded = torch.Generator().manual_seed(3)
x, W1 = torch.rand(5, 1, 28, 28, generator=seeded), 0.1 * torch.randn(784, 256, generator=seeded)
b1, W2, b2 = (torch.randn(size, generator=seeded) for size in ((256,), (256, 10), (10,)))
given = [tensor.clone() for tensor in (x, W1, b1, W2, b2)]
expected = F.linear(torch.sigmoid(F.linear(x.flatten(1), W1.T, b1)), W2.T, b2)
sideways = F.linear(torch.sigmoid(F.linear(x.mT.flatten(1), W1.T, b1)), W2.T, b2)
check.close(
    dense_logits(x, W1, b1, W2, b2),
    expected,
    "dense_logits(…) of five images",
    inputs=(x, W1, b1, W2, b2),
    atol=1e-3,
    mistakes={"dense_logits(…) reads the pixels of an image column by column. In which order do they lie?": sideways},
)
for tensor, before, name in zip((x, W1, b1, W2, b2), given, names, strict=True):
    check.unchanged(tensor, before, name)
check.close(dense_logits(x, W1, b1[None], W2, b2[None]), expected, "dense_logits(…) with biases (1, k)", atol=1e-3)
check.close(dense_logits(x[:1], W1, b1[None], W2, b2), expected[:1], "dense_logits(…) of one image", atol=1e-3)
### END HIDDEN TESTS

# %% [markdown]
# Now real pictures go through it, with weights drawn at random.
# These are the ten logits of the first image:

# %% show="The logits of the first image" tags=["nbval-ignore-output"]
with check.when_written():
    generator = torch.Generator().manual_seed(7)
    random_W1 = 0.05 * torch.randn(784, 256, generator=generator)
    random_W2 = 0.2 * torch.randn(256, 10, generator=generator)
    print(dense_logits(images, random_W1, torch.zeros(256), random_W2, torch.zeros(10))[0])

# %% [markdown]
# The largest one is the network's choice.
# But how sure is it of that choice?
# Some logits are below zero, and they do not sum to anything in particular.

# %% [markdown]
# ## From logits to probabilities
#
# *Softmax* turns logits into probabilities in two steps: take `exp` of each, which makes all of them positive, then divide by their sum, which makes them sum to 1.
# The order stays the same: the largest logit gets the largest probability.
# Follow class 0, in orange, from left to right.

# %% show="Softmax in two steps"
logits = torch.tensor([2.0, 0.5, -1.0, 1.0])
steps = {
    "1. logits: any numbers": logits,
    "2. exp(logits): all positive": logits.exp(),
    "3. divided by their sum: probabilities": logits.exp() / logits.exp().sum(),
}
_, panels = plt.subplots(1, 3, figsize=(11, 2.4), layout="constrained")
for ax, (title, values) in zip(panels, steps.items(), strict=True):
    draw_bars(ax, values, title)

# %% [markdown]
# **Predict first.**
# Take three logits: ln 1, ln 2 and ln 5.
# Their `exp` are 1, 2 and 5, which sum to 8, so the probabilities are 1/8, 2/8 and 5/8.
# Now add 10 to all three logits.
# What is the last probability then?
# Replace `None` with your number and run the next two cells.

# %% show="Your prediction"
prediction = None  # replace None with a number

# %% show="What comes out, and what you predicted"
thoughts = {
    5 / 8: "Right: each exp grows by the same factor, and the division takes it away.",
    1.0: "Does the largest logit take it all? Ask how many times as large as the others its exp is, before and after.",
    1 / 3: "Do all three become alike? Their distances stay as they were: what does exp make of a distance?",
    5 / 8 + 10: "Probabilities sum to 1, so none is above 1. The 10 is added before exp, not after it.",
    (math.log(5) + 10) / (math.log(10) + 30): "That divides the logits themselves by their sum. Where is exp?",
}
raised = torch.tensor([1.0, 2.0, 5.0]).log() + 10
try:
    guess = float(prediction)
except (TypeError, ValueError):
    print("First replace None with a number in the cell above and run it, then run this one again.")
else:
    thought = next((text for value, text in thoughts.items() if math.isclose(guess, value, abs_tol=0.005)), None)
    print(f"You predicted {guess:g}. torch says {torch.softmax(raised, dim=0)[2].item():.4g}.")
    print(thought or "The answer below shows where it comes from.")

# %% [markdown]
# <details><summary>Answer: what does adding 10 to all logits do?</summary>
#
# Nothing: the last probability stays 5/8 = 0.625.
# Adding 10 multiplies each `exp` by *e*¹⁰, and their sum too, so the division cancels it.
# So you may add any number to a whole row, or subtract one, and the probabilities stay the same.
# What counts is the gap between two logits: one that is larger by 1 gets *e* = 2.72 times the probability.
# </details>
#
# The answer is worth a lot, because `exp` soon leaves the range of a float:

# %% show="Where exp leaves the range of a float"
print(torch.exp(torch.tensor([10.0, 80.0, 89.0])))

# %% [markdown]
# ### Softmax (10 minutes, ●●●)
#
# Most classifiers turn their logits into probabilities with a softmax, in the network itself or inside the loss.
# So it pays to know what it does, and what large numbers do to it.
#
# Write `softmax(logits)`: from `(n, k)` logits, a new tensor `(n, k)` of probabilities in which each *row* sums to 1.
#
# - It works for every n and k.
# - It gives finite numbers for logits of ±1000 too. The question above is the key to it.
# - It uses no ready-made softmax: not `torch.softmax`, `F.softmax`, `nn.Softmax`, nor `log_softmax`.
#
# Example: the row `[ln 1, ln 2, ln 5]` becomes `[1/8, 2/8, 5/8]`.
# The row `[1000, 1000, 0]` becomes `[0.5, 0.5, 0]`: two equal chances, and one that is too small for a float.


# %% task="softmax"
def softmax(logits: Tensor) -> Tensor:
    """Return probabilities (n, k) of `logits` (n, k): each row sums to 1, also at ±1000."""
    ### BEGIN SOLUTION
    largest = logits.max(dim=1, keepdim=True).values  # (n, 1)
    weights = torch.exp(logits - largest)  # (n, k), none above 1
    return weights / weights.sum(dim=1, keepdim=True)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: <code>RuntimeError: The size of tensor a (3) must match the size of tensor b (2)</code></summary>
#
# The sum of each row of a `(2, 3)` tensor has shape `(2,)`, and broadcasting lines shapes up from the right: 3 meets 2.
# A shape `(2, 1)` would fit.
# `sum` and `max` have an argument that keeps the dimension that they sum over, with size 1.
# </details>
#
# <details><summary>Hint: why is there <code>nan</code> in my result?</summary>
#
# `exp(1000)` is infinite, and infinite / infinite is nan.
# `exp(-1000)` is 0, and 0 / 0 is nan.
# Both go away when the largest exponent of *each row* is 0.
# `tensor.max(dim=…)` gives a pair, the values and where they stand; `tensor.amax(dim=…)` gives the values alone.
# </details>

# %% check="softmax" points=3
parts = torch.tensor([[1.0, 2.0, 5.0], [6.0, 3.0, 1.0]])
logits = parts.log()
columns = parts.sum(dim=0)
powers = 2.0 ** parts.log()
check.close(
    softmax(logits),
    [[1 / 8, 2 / 8, 5 / 8], [6 / 10, 3 / 10, 1 / 10]],
    "softmax(logits)",
    inputs=(logits,),
    mistakes={
        "softmax(logits) sums to 1 down each column. Which dim holds the classes?": parts / columns,
        "softmax(logits) sums to 1 over the whole batch. Each row needs a sum of its own.": parts / 18,
        "softmax(logits) subtracts the largest of each column, so that the gaps within a row change.": [
            [0.09091, 0.36364, 0.54545],
            [0.45455, 0.45455, 0.09091],
        ],
        "softmax(logits) takes exp of each number and divides by nothing. What makes a row sum to 1?": parts,
        "softmax(logits) takes exp and divides by the largest. What makes a row sum to 1?": [[0.2, 0.4, 1.0], [1.0, 0.5, 1 / 6]],
        "softmax(logits) divides the logits themselves by their sum. What comes before the division?": parts.log()
        / parts.log().sum(dim=1, keepdim=True),
        "softmax(logits) gives the logarithms of the probabilities.": (parts / parts.sum(dim=1, keepdim=True)).log(),
        "softmax(logits) takes powers of 2. The exp of a number is a power of e.": powers / powers.sum(dim=1, keepdim=True),
        "softmax(logits) sends each number through a sigmoid. Each row sums to 1.": parts / (1 + parts),
        "softmax(logits) averages instead of adding up: its rows sum to the number of classes.": 3 * parts / parts.sum(dim=1, keepdim=True),
        "softmax(logits) is largest where the logit is smallest. Which sign does it have inside exp?": (1 / parts)
        / (1 / parts).sum(dim=1, keepdim=True),
    },
)
check.unchanged(logits, parts.log(), "logits")
large, nan = torch.tensor([[1000.0, 1000.0, 0.0], [-1000.0, -1000.0, -2000.0], [0.0, 0.0, -30.0]]), math.nan
given, half, lost = large.clone(), [0.5, 0.5, 0.0], [nan, nan, nan]
check.close(
    softmax(large),
    [half, half, half],
    "softmax(large)",
    mistakes={
        "softmax(large) is nan: exp(1000) is infinite. Which number, subtracted from a row, leaves no exponent above 0?": [
            [nan, nan, 0.0],
            lost,
            half,
        ],
        "softmax(large) is nan in its first two rows, where an exponent still lies far above 0. Which number, subtracted from a row, leaves none above 0?": [
            [nan, nan, 0.0],
            [nan, nan, 0.0],
            half,
        ],
        "softmax(large) subtracts one number from the whole batch, and the rows far below it become 0/0. Which number suits each row?": [
            half,
            lost,
            lost,
        ],
        "softmax(large) is 0/0 for the row of -1000, -1000 and -2000: all its exponents lie far below 0. Which number, subtracted from the row, makes the largest of them 0?": [
            half,
            lost,
            half,
        ],
        "softmax(large) gives -1000 and -2000 the same probability. Are the logits cut off somewhere?": [half, [1 / 3] * 3, half],
        "softmax(large) writes 1 where a division gives nan. What makes it nan?": [[1.0, 1.0, 0.0], [1.0, 1.0, 1.0], half],
        "softmax(large) writes 0 where a division gives nan. What makes it nan?": [[0.0] * 3, [0.0] * 3, half],
        "softmax(large) is 0 in the whole row of -1000, -1000 and -2000: exp of each is 0. Which number, subtracted from the row, makes the largest of them 0?": [
            half,
            [0.0] * 3,
            half,
        ],
        "softmax(large) gives most to the most negative logit of a row. Is the sign lost?": [half, [0.0, 0.0, 1.0], [0.0, 0.0, 1.0]],
        "softmax(large) subtracts one number from the whole batch, and the rows far below it become 0. Which number suits each row?": [
            half,
            [0.0] * 3,
            [0.0] * 3,
        ],
    },
    atol=1e-4,
)
check.unchanged(large, given, "large")
check.avoids(lambda: (softmax(logits), softmax(large)), ["softm"], "softmax(logits)")
### BEGIN HIDDEN TESTS
logits = 3 * torch.randn(5, 4, generator=torch.Generator().manual_seed(4))
before = logits.clone()
check.close(softmax(logits), torch.softmax(logits, dim=1), "softmax(logits) of a (5, 4) tensor", inputs=(logits,))
check.unchanged(logits, before, "logits")
check.close(softmax(logits[:1]), torch.softmax(logits[:1], dim=1), "softmax(logits) of a single row")
check.close(softmax(logits[:, :1]), torch.ones(5, 1), "softmax(logits) of a single class")
large = torch.tensor([[-1000.0] * 6 + [1000.0], [0.0, 1.0, 2.0, 3.0, 2.0, 1.0, 0.0], [-998.0] + [-1000.0] * 6])
check.close(softmax(large), torch.softmax(large, dim=1), "softmax(large) of a (3, 7) tensor", inputs=(large,), atol=1e-4)
### END HIDDEN TESTS

# %% [markdown]
# Only gaps between logits count, so stretching all logits makes the network surer, and squeezing them makes it less sure.
# Your softmax draws the picture.

# %% show="How sure a network sounds"
with check.when_written():
    logits = torch.tensor([[2.0, 0.5, -1.0, 1.0]])
    verdicts = {0.2: "hardly a choice", 1: "a choice", 4: "almost certain"}
    probabilities = [softmax(factor * logits)[0] for factor in verdicts]
    _, panels = plt.subplots(1, 3, figsize=(11, 2.3), sharey=True, layout="constrained")
    for ax, (factor, verdict), values in zip(panels, verdicts.items(), probabilities, strict=True):
        draw_bars(ax, values, f"softmax({factor} · logits): {verdict}")
    panels[0].set(ylabel="probability", ylim=(0, 1.15))

# %% [markdown]
# How sure a network sounds is one thing, how often it is right is another.
# Where the two agree, so that 7 of 10 answers given with a probability of 0.7 are right, the network is *calibrated*.
#
# From here on you may use `torch.softmax` or `F.softmax`, with their `dim` always written out.

# %% [markdown]
# ## A network is an `nn.Module`
#
# With two layers, four loose tensors are bearable; with fifty layers they are not.
# PyTorch's answer is a class, `nn.Module`, that keeps the layers together.
# A network inherits from it and says two things: in `__init__` which layers it has, in `forward` what happens to the input.


# %%
class TinyNetwork(nn.Module):
    """Four inputs, three sigmoid units, two logits."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden = nn.Linear(4, 3)
        self.output = nn.Linear(3, 2)

    def forward(self, x: Tensor) -> Tensor:
        x = torch.sigmoid(self.hidden(x))  # (n, 4) -> (n, 3)
        return self.output(x)  # (n, 3) -> (n, 2)


tiny = TinyNetwork()

# %% show="The network as text"
print(tiny)

# %% [markdown]
# - `super().__init__()` comes first: it prepares the register of layers.
# - `nn.Linear(4, 3)` is a dense layer without activation: it holds a weight and a bias and draws their first values itself.
# - `self.hidden = …` registers the layer under the name `hidden`. Layers in a plain Python list are *not* registered, so that training would pass them by.
# - You call `tiny(x)`, and not `tiny.forward(x)`. The call runs `forward`, and does a few useful things around it.

# %% show="A call, and the parameters"
print(tiny(torch.zeros(5, 4)).shape)
for name, parameter in tiny.named_parameters():
    print(f"{name:14} {tuple(parameter.shape)}")

# %% [markdown]
# Look at `hidden.weight`: its shape is (3, 4), one *row* per unit, where our `W1` had one column per unit.
# `nn.Linear` computes `x @ weight.T + bias`.
#
# Activations come in two spellings.
# `nn.ReLU()` is a layer, made in `__init__`; `F.relu(x)` is a function, called in `forward`.
# (`F` is `torch.nn.functional`, the layers as plain functions.)
# They do the same, and since an activation has nothing to learn, either is fine.
# A layer with weights has to be registered in `__init__`.
#
# Something has to stand between two dense layers.
# With nothing there, they are one: `(x @ A) @ B` is `x @ (A @ B)`.
# The most usual one is ReLU: max(0, x), which keeps what is positive and replaces the rest by 0.

# %% show="ReLU beside the sigmoid"
z = torch.linspace(-4, 4, 200)
figure, ax = plt.subplots(figsize=(6, 2.4), layout="constrained")
ax.plot(z, torch.relu(z), color=ORANGE, linewidth=2.5)
ax.plot(z, torch.sigmoid(z), color=BLUE, linewidth=2.5, linestyle="--")
ax.text(2.2, 2.9, "ReLU", color=ORANGE, ha="right", fontweight="bold")
ax.text(3.9, 0.45, "sigmoid", color=BLUE, ha="right", fontweight="bold")
ax.set(
    title="The sigmoid flattens out on both sides, ReLU only on one",
    xlabel="sum of a unit",
    ylabel="output of the unit",
)
ax.spines[["top", "right"]].set_visible(False)
_ = ax.grid(alpha=0.3)

# %% [markdown]
# ### Your first network (10 minutes, ●●●)
#
# Other networks that you write will follow the same pattern.
# A network of these sizes is what you will train in lesson 03.
#
# Write the class `Network`, an `nn.Module`, with three dense layers:
#
# | name | from | to | then |
# |---|---|---|---|
# | `fc1` | 784 | 128 | ReLU |
# | `fc2` | 128 | 64 | ReLU |
# | `fc3` | 64 | 10 | softmax |
#
# ("fc" stands for *fully connected*, another word for dense.)
# `forward` takes images `(n, 1, 28, 28)` or vectors `(n, 784)` and gives class *probabilities* `(n, 10)`, each row with sum 1.
#
# Example: give every weight of `fc1` the value 1/784 with biases 0, so that its units are the mean pixel, and every weight of `fc2` the value -1/128 with biases 1, so that its units are 1 minus that.
# In an image with all pixels 0.5, `fc1` gives 0.5 and `fc2` gives 0.5.
# In an image with all pixels 3, `fc1` gives 3, `fc2` would give -2, and ReLU makes it 0.


# %% task="Network"
class Network(nn.Module):
    """784-128-64-10, layers `fc1`, `fc2`, `fc3` with ReLU between; gives class probabilities."""

    def __init__(self) -> None:
        super().__init__()
        ### BEGIN SOLUTION
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)
        ### END SOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """Return the probabilities, (n, 10), of `x`, (n, 784) or (n, 1, 28, 28)."""
        ### BEGIN SOLUTION
        x = x.flatten(start_dim=1)  # (n, 784)
        x = F.relu(self.fc1(x))  # (n, 128)
        x = F.relu(self.fc2(x))  # (n, 64)
        return F.softmax(self.fc3(x), dim=1)
        ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: <code>AttributeError: cannot assign module before Module.__init__() call</code></summary>
#
# Layers go into a register, and `nn.Module` has to prepare it first.
# Is `super().__init__()` still the first line of `__init__`?
# </details>
#
# <details><summary>Hint: how can <code>forward</code> take both shapes?</summary>
#
# Flattening from dimension 1 on turns `(n, 1, 28, 28)` into `(n, 784)`.
# What does it do to something that has the shape `(n, 784)` already?
# </details>

# %% check="Network" points=3
import warnings

model = Network()
weights = {
    "fc1.weight": torch.full((128, 784), 1 / 784),
    "fc1.bias": torch.zeros(128),
    "fc2.weight": torch.full((64, 128), -1 / 128),
    "fc2.bias": torch.ones(64),
    "fc3.weight": torch.arange(10.0).repeat(64, 1).T / 64,
    "fc3.bias": torch.full((10,), -4.0),
}
found = {name: str(tuple(parameter.shape)) for name, parameter in model.named_parameters()}
right = {name: str(tuple(tensor.shape)) for name, tensor in weights.items()}
names = sorted({name.split(".")[0] for name in found})
other = next((f"{name} {found[name]}" for name in right if found.get(name, right[name]) != right[name]), None)
check.equal(
    found,
    right,
    "dict(Network().named_parameters())",
    mistakes={
        "Network() has no parameters. Is each layer assigned to self, under a name of its own?": {},
        f"Network() keeps its weights under {', '.join(names)}. Which names does the table give?": None
        if names == ["fc1", "fc2", "fc3"]
        else found,
        "Network() has a layer without a bias. Each layer of the table has one.": None if "fc1.bias" in found and "fc2.bias" in found and "fc3.bias" in found else found,
        f"Network() has {other}. How many numbers go in and out of each layer, by the table?": found if other else None,
    },
)
check.equal(
    torch.equal(Network().fc1.weight, model.fc1.weight),
    False,
    "two networks have the same weights in fc1",
    mistakes={
        "Network() gives two networks the very same weights. Does it set a seed, or are its layers made outside of __init__?": True
    },
)
model.load_state_dict(weights, strict=False)
numbers, pixels = torch.arange(10.0), torch.tensor([[-1.0], [0.5], [3.0]])  # three images of one brightness each
x = pixels.repeat(1, 784).reshape(3, 1, 28, 28)
logits = torch.tensor([[1.0], [0.5], [0.0]]) * numbers - 4
wanted, linear = logits.softmax(dim=1), ((1 - pixels) * numbers - 4).softmax(dim=1)
only_fc1 = ((1 - pixels.relu()) * numbers - 4).softmax(dim=1)
only_fc2 = ((1 - pixels).relu() * numbers - 4).softmax(dim=1)
sigmoids = ((1 - pixels.sigmoid()).sigmoid() * numbers - 4).softmax(dim=1)
leaky = (F.leaky_relu(1 - F.leaky_relu(pixels)) * numbers - 4).softmax(dim=1)
tanhs = ((1 - pixels.tanh()).tanh() * numbers - 4).softmax(dim=1)
shrunk = ((1 - (pixels / 3).relu()) * numbers - 4).softmax(dim=1)
with warnings.catch_warnings(record=True) as warned:
    warnings.simplefilter("always")
    probabilities = model(x)
check.close(
    probabilities,
    wanted,
    "Network()(images)",
    mistakes={
        "Network() gives logits. The last step of forward is a softmax.": logits,
        "Network() gives the logarithms of the probabilities. The table says softmax.": logits.log_softmax(dim=1),
        "Network() has no ReLU between its layers. Without it, three layers do no more than one.": linear,
        "Network() has no ReLU after fc1.": only_fc2,
        "Network() has no ReLU after fc2.": only_fc1,
        "Network() has sigmoids between its layers. The table says ReLU.": sigmoids,
        "Network() sends its logits through ReLU. Then all negative ones look the same.": logits.relu().softmax(dim=1),
        "Network() sums to 1 down each column. Which dim holds the classes?": logits.softmax(dim=0),
        "Network() sums to 1 over the whole batch. Which dim holds the classes?": logits.flatten().softmax(0).reshape(3, 10),
        "Network() ends in a sigmoid for each class. The table says softmax.": logits.sigmoid(),
        "Network() takes the softmax twice.": wanted.softmax(dim=1),
        "Network() has leaky ReLUs between its layers. The table says ReLU.": leaky,
        "Network() has tanh between its layers. The table says ReLU.": tanhs,
        "Network() divides the images by their largest number. It takes them as they come.": shrunk,
        "Network() gives its images back.": pixels.repeat(1, 784).reshape(3, 1, 28, 28),
    },
)
check.equal(
    any("Implicit dimension" in str(warning.message) for warning in warned),
    False,
    "torch warns of Network()(images)",
    mistakes={
        "Network() leaves the dim of its softmax to torch's guess, and torch warns about it. Which dim holds the classes?": True
    },
)
check.unchanged(x, pixels.repeat(1, 784).reshape(3, 1, 28, 28), "images")
check.close(model(x.flatten(start_dim=1)), wanted, "Network()(vectors)")
check.shape(
    model(x[:1]),
    (1, 10),
    "Network()(images) of one image",
    mistakes={"Network() of one image loses the batch dimension. Does it drop every dimension of size 1?": (10,)},
)
reached = [None]
if probabilities.requires_grad:
    reached = torch.autograd.grad(probabilities[:, 0].sum(), list(model.parameters()), allow_unused=True)
check.equal(
    any(gradient is None for gradient in reached),
    False,
    "some layer of Network() gets no gradient",
    mistakes={
        "Network() gives the right numbers, and yet training could not reach all of its layers. What cuts them off in forward?": True
    },
)
### BEGIN HIDDEN TESTS
seeded = torch.Generator().manual_seed(6)
weights = {name: torch.randn(weights[name].shape, generator=seeded) / 8 for name in sorted(weights)}
model.load_state_dict(weights, strict=False)
fc = [(weights[f"fc{i}.weight"], weights[f"fc{i}.bias"]) for i in (1, 2, 3)]
x = torch.randn(7, 1, 28, 28, generator=seeded)
expected = F.linear(F.relu(F.linear(F.relu(F.linear(x.flatten(1), *fc[0])), *fc[1])), *fc[2]).softmax(dim=1)
before = x.clone()
check.close(model(x), expected, "Network()(images) with random weights", rtol=1e-3)
check.unchanged(x, before, "images")
check.close(model.eval()(x), expected, "Network().eval()(images) with random weights", rtol=1e-3)
check.close(model(x[:1]), expected[:1], "Network()(images) of one image", rtol=1e-3)
check.close(model(x[:2].flatten(1)), expected[:2], "Network()(vectors) with random weights", rtol=1e-3)
check.close(model(x[:1].flatten(1)), expected[:1], "Network()(vectors) of one vector", rtol=1e-3)
fresh = zip(Network().parameters(), Network().parameters(), strict=True)
check.equal(
    any(one.dim() > 1 and torch.equal(one, other) for one, other in fresh),  # biases may start at 0
    False,
    "equal weights in two networks",
    mistakes={"Network() gives two networks the same weights in some layer. Is that layer made outside of __init__?": True},
)
### END HIDDEN TESTS

# %% [markdown]
# Your network has never seen a digit.
# What does it say about one?

# %% show="What an untrained network says about a digit" tags=["nbval-ignore-output"]
with check.when_written():
    torch.manual_seed(0)
    network = Network()
    with torch.no_grad():
        probabilities = network(images)  # (64, 10)
    plots.prediction(images[0], probabilities[0], title="Untrained: about 0.1 for every class")
    plt.gcf().set_size_inches(7, 2.7)
    print(f"in the whole batch: from {probabilities.min():.2f} to {probabilities.max():.2f}")

# %% [markdown]
# It guesses: ten classes, each with about one tenth, whatever the image.
# `torch.no_grad()` tells PyTorch that nobody is going to train here; lesson 03 shows what that saves.

# %% [markdown]
# ## First weights
#
# Where do the first weights come from?
# They can't all be equal: then all units of a hidden layer would compute the same, be corrected in the same way, and stay copies of each other.
# So they are drawn at random, around 0.
#
# A layer's parameters live in `layer.weight` and `layer.bias`.
# To give them new values, change them *in place*: the optimizer of lesson 03 holds on to these very tensors, and would never see a new one.
# PyTorch writes down what is computed with parameters, in a *computation graph*, and lesson 03 gets its gradients from there.
# While it does so, it refuses to change a parameter in place.
# So such changes stand inside `with torch.no_grad():`, or you use the functions in `nn.init`, which do that for you.

# %% show="Two ways to change parameters in place"
layer = nn.Linear(4, 3)
with torch.no_grad():
    layer.weight.uniform_(-0.1, 0.1)  # the underscore: in place
nn.init.constant_(layer.bias, 7)
print(layer.bias)

# %% [markdown]
# ### Initialise a layer (7 minutes, ●●○)
#
# Write `initialize(layer, std=0.01)`.
# It sets the biases of a dense layer to 0 and draws its weights from the normal distribution N(0, std²), in place.
# It returns the layer, so that `nn.Sequential(initialize(nn.Linear(4, 3)), …)` can be written in one go.
# A layer made with `bias=False` has `None` in the bias's place; `initialize` copes with that.
#
# Example: `initialize(nn.Linear(2, 3), std=0.5)` leaves biases `[0, 0, 0]` and six weights, of which about four lie between -0.5 and 0.5: in a normal distribution, 68 % do not stray further than one standard deviation.
# N(0, std²) names the *variance*: 0.5² = 0.25.


# %% task="initialize"
def initialize(layer: nn.Linear, std: float = 0.01) -> nn.Linear:
    """Set the biases to 0 and draw the weights from N(0, std²), in place; return `layer`."""
    ### BEGIN SOLUTION
    nn.init.normal_(layer.weight, mean=0.0, std=std)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: <code>RuntimeError: a leaf Variable that requires grad is being used in an in-place operation</code></summary>
#
# PyTorch is writing its computation graph.
# The cell above shows two ways to change a parameter all the same.
# </details>
#
# <details><summary>Hint: <code>AttributeError: 'NoneType' object has no attribute …</code></summary>
#
# Some layers have no bias. What does `layer.bias` hold then, and how do you ask for it?
# </details>

# %% check="initialize" points=2
import warnings

layer, twin = nn.Linear(300, 200), nn.Linear(300, 200)
nn.init.ones_(layer.bias)
weight, bias = layer.weight, layer.bias
with warnings.catch_warnings(record=True) as warned:
    warnings.simplefilter("always")
    returned, _ = initialize(layer, std=0.5), initialize(twin, std=0.5)
gradients = torch.is_grad_enabled()
torch.set_grad_enabled(True)
check.equal(
    any("deprecated" in str(warning.message) for warning in warned),
    False,
    "torch warns of initialize(layer)",
    mistakes={
        "initialize(layer) calls an old function, and torch warns about it. What does the name of its successor end in?": True
    },
)
check.equal(
    returned is layer,
    True,
    "initialize(layer) is layer",
    mistakes={"initialize(layer) does not return the layer that it was given.": False},
)
check.equal(
    layer.weight is weight and layer.bias is bias,
    True,
    "layer.weight is weight",
    mistakes={"initialize(layer) replaces a parameter of the layer. Fill the old ones in place.": False},
)
check.equal(
    torch.equal(layer.weight[0], layer.weight[1]) and bool(layer.weight[0].std() > 0),
    False,
    "two units of layer have the same weights",
    mistakes={"initialize(layer) gives two units the very same weights. How many numbers have to be drawn?": True},
)
check.close(
    layer.weight.std().item(),
    0.5,
    "the standard deviation after initialize(layer, std=0.5)",
    rtol=0.04,
    mistakes={
        "initialize(layer, std=0.5) draws with deviation 0.01. What is std for?": 0.01,
        "initialize(layer, std=0.5) uses 0.25 as the standard deviation. That is the variance, std².": 0.25,
        "initialize(layer, std=0.5) leaves the weights as they were.": 1 / 30,
        "initialize(layer, std=0.5) draws with deviation 1. Did 0.5 become the mean?": 1.0,
        "initialize(layer, std=0.5) draws evenly from -0.5 to 0.5. N(0, std²) is a bell curve.": 1 / math.sqrt(12),
        "initialize(layer, std=0.5) draws evenly from -0.25 to 0.25. N(0, std²) is a bell curve.": 0.5 / math.sqrt(12),
        "initialize(layer, std=0.5) gives all weights the same number.": 0.0,
        "initialize(layer, std=0.5) has no weights beyond ±0.5. A bell curve goes on.": 0.2698
        if layer.weight.abs().max() <= 0.5
        else None,
        "initialize(layer, std=0.5) has the deviation of kaiming_normal_. What is std for?": math.sqrt(2 / 300),
        "initialize(layer, std=0.5) has the deviation of Xavier's rule. What is std for?": math.sqrt(2 / 500),
        "initialize(layer, std=0.5) uses the root of 0.5. Which of the two is std, the deviation or the variance?": math.sqrt(0.5),
    },
)
check.close(
    (layer.weight.abs() < 0.5).float().mean().item(),
    0.683,
    "the share of weights within one deviation",
    rtol=0.03,
    mistakes={
        "initialize(layer, std=0.5) leaves the weights spread evenly. N(0, std²) is a bell curve, with more of its numbers near 0.": 0.577
    },
)
check.close(
    layer.bias,
    torch.zeros(200),
    "layer.bias after initialize(layer)",
    mistakes={
        "initialize(layer) leaves the biases as they were.": torch.ones(200),
        "initialize(layer) draws the biases as well. What does the task say of them?": layer.bias.detach().clone()
        if layer.bias.std() > 0
        else None,
    },
)
check.equal(
    torch.equal(layer.weight, twin.weight),
    False,
    "two layers of one size have the same weights",
    mistakes={"initialize gives two layers the very same weights. Does it set a seed?": True},
)
check.equal(
    gradients,
    True,
    "torch.is_grad_enabled() after initialize(layer)",
    mistakes={
        "initialize(layer) leaves gradients switched off for all code that follows. How could that end with the function?": False
    },
)
check.equal(
    layer.weight.requires_grad,
    True,
    "layer.weight.requires_grad after initialize(layer)",
    mistakes={"initialize(layer) leaves the layer frozen: its weights no longer require a gradient.": False},
)
check.equal(initialize(nn.Linear(4, 3, bias=False)).bias, None, "the bias of a layer without bias")
### BEGIN HIDDEN TESTS
layer = initialize(nn.Linear(150, 400))
check.close(
    layer.weight.std().item(),
    0.01,
    "the standard deviation after initialize(layer)",
    rtol=0.04,
    mistakes={
        "initialize(layer) has the spread of the old weights still in it. Are they replaced?": 0.0477,
        "initialize(layer) draws with deviation 0.5 where no std is given. What is its default?": 0.5,
        "initialize(layer) draws with deviation 1 where no std is given. What is its default?": 1.0,
        "initialize(layer) draws with deviation 0.1. Is that the root of std?": 0.1,
    },
)
check.close(layer.weight.mean().item(), 0.0, "the mean after initialize(layer)", atol=3e-4)
check.close(
    (layer.weight.abs() < 0.01).float().mean().item(), 0.683, "the share of weights within one deviation", rtol=0.03
)
check.shape(layer.weight, (400, 150), "layer.weight after initialize(layer)")
check.close(layer.bias, torch.zeros(400), "layer.bias after initialize(layer)")
check.equal(layer.bias.requires_grad, True, "layer.bias.requires_grad after initialize(layer)")
layer = initialize(nn.Linear(700, 90, bias=False), std=2.0)
check.close(
    layer.weight.std().item(),
    2.0,
    "the standard deviation after initialize(layer, std=2.0)",
    rtol=0.04,
    mistakes={
        "initialize(layer) leaves the weights as they were where the layer has no bias.": 1 / math.sqrt(3 * 700),
        "initialize(layer, std=2.0) uses 4 as the standard deviation. That is the variance, std².": 4.0,
        "initialize(layer, std=2.0) does not draw with the deviation it was given.": 0.5,
    },
)
check.close(layer.weight.mean().item(), 0.0, "the mean after initialize(layer, std=2.0)", atol=0.06)
layer.requires_grad_(False)
with torch.no_grad():
    initialize(layer)
    gradients = torch.is_grad_enabled()
check.equal(
    gradients,
    False,
    "torch.is_grad_enabled() after initialize(layer) under no_grad",
    mistakes={"initialize(layer) switches gradients on for a caller who had switched them off.": True},
)
check.equal(
    layer.weight.requires_grad,
    False,
    "layer.weight.requires_grad after initialize(layer) of a frozen layer",
    mistakes={"initialize(layer) unfreezes a layer that its caller had frozen.": True},
)
### END HIDDEN TESTS

# %% show="Your first weights beside those of nn.Linear"
with check.when_written():
    torch.manual_seed(1)
    default, drawn = nn.Linear(784, 128), initialize(nn.Linear(784, 128))
    figure, ax = plt.subplots(figsize=(7, 2.4), layout="constrained")
    for layer, colour, where, text in (
        (default, GREY, (-0.0445, 16), "nn.Linear's own:\neven, up to ±1/√784"),
        (drawn, BLUE, (0.011, 33), "yours: N(0, 0.01²)"),
    ):
        weights = layer.weight.detach().flatten()
        ax.hist(weights, bins=80, range=(-0.045, 0.045), density=True, color=colour, alpha=0.6)
        ax.text(*where, text, color=colour if colour == BLUE else "black")
    ax.set(title="Two ways to begin: the 100,352 weights of a first layer", xlabel="weight", yticks=[])
    ax.spines[["top", "right", "left"]].set_visible(False)

# %% [markdown]
# How large should the first weights be?
# The picture follows one batch of digits through eight layers of 256 ReLU units, and asks how far the outputs of each layer spread.

# %% show="Three starts, eight layers" tags=["nbval-ignore-output"]
starts = {"twice that: it explodes": (ORANGE, "--", 2), "std = √(2/inputs): it stays": (BLUE, "-", 1)}
starts |= {"half of that: it vanishes": (GREEN, ":", 0.5)}
figure, ax = plt.subplots(figsize=(8, 3), layout="constrained")
for text, (colour, style, factor) in starts.items():
    generator = torch.Generator().manual_seed(5)
    x = images.flatten(start_dim=1)
    spreads = [x.std().item()]
    for _ in range(8):
        weight = factor * math.sqrt(2 / x.shape[1]) * torch.randn(x.shape[1], 256, generator=generator)
        x = torch.relu(x @ weight)
        spreads.append(x.std().item())
    ax.semilogy(range(9), spreads, color=colour, linestyle=style, marker="o", markersize=4, linewidth=2)
    ax.text(8.2, spreads[-1], text, color=colour, va="center", fontweight="bold")
ax.set(
    title="After eight layers, a start twice as large gives outputs 256 times as large",
    xlabel="after layer",
    xlim=(-0.2, 13),
)
ax.set(ylabel="spread of the outputs", xticks=range(9))
ax.spines["bottom"].set_bounds(0, 8)
_ = ax.spines[["top", "right"]].set_visible(False)

# %% [markdown]
# The blue rule is `nn.init.kaiming_normal_`: more inputs, smaller weights, so that the outputs of each layer spread about as far as its inputs.
# It matters even with three layers.
# We trained the 784-128-64-10 network with two passes over 6,000 drawn digits, at three sizes of step: from the blue start it read about 9 of 10 new digits, from std = 0.01 at most 4 of 10.
# After eight passes that start was still guessing at the smallest step, and read 8 of 10 at the middle one and more than 9 at the largest.
# With nine layers it did no better than guessing at any of them.

# %% [markdown]
# ## Layers in a row: `nn.Sequential`
#
# When `forward` does nothing but pass the data from layer to layer, you can leave it out.
# `nn.Sequential` takes the layers in order.
# An `OrderedDict`, from Python's `collections`, gives each one a name; without it, they are called 0, 1, 2, …

# %% show="The same network as an nn.Sequential"
layers = [("hidden", nn.Linear(4, 3)), ("squash", nn.Sigmoid()), ("output", nn.Linear(3, 2))]
tiny = nn.Sequential(OrderedDict(layers))
print(tiny)
print(tiny[0] is tiny.hidden)  # by number or by name

# %% [markdown]
# A name can be used once.
# If two layers share a name, the dictionary keeps the later one, and the network has lost a layer without a word.

# %% [markdown]
# ### A network of any size (8 minutes, ●●○)
#
# How many layers, and how wide?
# Training does not find these numbers: they are chosen before it, and so they are called *hyperparameters*.
# To try some out, you want to write down the sizes and nothing else.
#
# Write `make_mlp(sizes)`, which builds an `nn.Sequential` of dense layers with ReLU between them.
# ("MLP" stands for *multilayer perceptron*, the name of such a network.)
# `sizes` holds the number of inputs, the widths of the hidden layers, and the number of outputs.
# The hidden layers are called `fc1`, `fc2`, …, their ReLUs `relu1`, `relu2`, …, and the last layer is called `output`.
# Each ReLU is an object of its own, so that you can later look into one, or change it, without touching the others.
# The network gives logits: no ReLU and no softmax after `output`.
#
# Example: `make_mlp([4, 3, 2])` has the layers `fc1` (4 to 3), `relu1` and `output` (3 to 2).
# `make_mlp([4, 2])` has `output` (4 to 2) alone.


# %% task="make_mlp"
def make_mlp(sizes: list[int]) -> nn.Sequential:
    """Return dense layers from size to size: `fc1`, `relu1`, …, `output`, which gives logits."""
    ### BEGIN SOLUTION
    layers = OrderedDict()
    for i in range(1, len(sizes) - 1):
        layers[f"fc{i}"] = nn.Linear(sizes[i - 1], sizes[i])
        layers[f"relu{i}"] = nn.ReLU()
    layers["output"] = nn.Linear(sizes[-2], sizes[-1])
    return nn.Sequential(layers)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: how many times does the loop run?</summary>
#
# Write the pairs of `[784, 128, 64, 10]` down: 784 to 128, 128 to 64, 64 to 10.
# Four sizes make three dense layers, and all but the last get a ReLU.
# `f"fc{i}"` makes a name with a number in it.
# </details>

# %% check="make_mlp" points=2
sizes = [784, 128, 64, 10]
mlp = make_mlp(sizes)
wanted = ["fc1: Linear(784, 128)", "relu1: ReLU", "fc2: Linear(128, 64)", "relu2: ReLU", "output: Linear(64, 10)"]
unnamed = [f"{number}: {layer.split(': ')[1]}" for number, layer in enumerate(wanted)]
first, relu1, second, relu2, last = wanted
from_zero = ["fc0: Linear(784, 128)", "relu0: ReLU", "fc1: Linear(128, 64)", "relu1: ReLU", last]
check.equal(
    isinstance(mlp, list | dict),
    False,
    "make_mlp(sizes) is a list or a dictionary",
    mistakes={"make_mlp(sizes) gives the layers without a network around them. What holds them in order?": True},
)
check.layers(
    mlp,
    wanted,
    "make_mlp([784, 128, 64, 10])",
    mistakes={
        "make_mlp(sizes) ends in a softmax. This network gives logits.": [*wanted, "softmax: Softmax(dim=1)"],
        "make_mlp(sizes) has a ReLU after the output. Logits may be negative.": [*wanted, "relu3: ReLU"],
        "make_mlp(sizes) does not name its layers. An OrderedDict of names and layers does.": unnamed,
        "make_mlp(sizes) counts its layers from 0. With which number does the task begin?": from_zero,
        "make_mlp(sizes) counts its layers from 0, and has a layer too many before the output.": [
            *from_zero[:4],
            "fc2: Linear(64, 10)",
            "relu2: ReLU",
            last,
        ],
        "make_mlp(sizes) counts its ReLUs from 0. With which number does the task begin?": [first, "relu0: ReLU", second, relu1, last],
        "make_mlp(sizes) calls its last layer fc3. Which name does the task give it?": [*wanted[:4], "fc3: Linear(64, 10)"],
        "make_mlp(sizes) treats the last layer like a hidden one. Which name does it have, and does a ReLU follow?": [
            *wanted[:4],
            "fc3: Linear(64, 10)",
            "relu3: ReLU",
        ],
        "make_mlp(sizes) gives all ReLUs one name, and the dictionary keeps one of them.": [first, "relu: ReLU", second, last],
        "make_mlp(sizes) has no ReLU between its layers.": [first, second, last],
        "make_mlp(sizes) has no ReLU before the output.": [first, relu1, second, last],
        "make_mlp(sizes) has each ReLU before its dense layer. Which comes first?": [relu1, first, relu2, second, last],
        "make_mlp(sizes) has no output layer. How many dense layers do four sizes make?": wanted[:4],
        "make_mlp(sizes) leaves out the second hidden layer. How far does the loop count?": [first, relu1, last],
        "make_mlp(sizes) has sigmoids in the place of ReLUs.": [first, "relu1: Sigmoid", second, "relu2: Sigmoid", last],
        "make_mlp(sizes) has dense layers without biases.": [line.replace(")", ", bias=False)") for line in wanted],
        "make_mlp(sizes) begins with a Flatten. Which layers does the task list?": ["flatten: Flatten", *wanted],
        "make_mlp(sizes) gives each hidden layer the number of inputs of the first. What does the one before it give?": [
            first,
            relu1,
            "fc2: Linear(784, 64)",
            relu2,
            last,
        ],
        "make_mlp(sizes) builds its layers from the outputs to the inputs. Which number does nn.Linear take first?": [
            "fc1: Linear(128, 784)",
            relu1,
            "fc2: Linear(64, 128)",
            relu2,
            "output: Linear(10, 64)",
        ],
    },
)
check.equal(
    mlp.relu1 is mlp.relu2,
    False,
    "mlp.relu1 is mlp.relu2",
    mistakes={"make_mlp(sizes) uses one ReLU object twice. Make a new one for each layer.": True},
)
check.equal(
    torch.equal(make_mlp(sizes).fc1.weight, mlp.fc1.weight),
    False,
    "two networks of make_mlp(sizes) have the same weights",
    mistakes={"make_mlp(sizes) gives two networks the very same weights. Does it set a seed?": True},
)
check.equal(isinstance(mlp, nn.Sequential), True, "isinstance(make_mlp(sizes), nn.Sequential)")
check.unchanged(sizes, [784, 128, 64, 10], "sizes")
small = ["fc1: Linear(4, 3)", "relu1: ReLU", "output: Linear(3, 2)"]
check.layers(
    make_mlp([4, 3, 2]),
    small,
    "make_mlp([4, 3, 2])",
    mistakes={
        "make_mlp([4, 3, 2]) still has layers of the call before it. Where does it keep them?": [
            *small[:2],
            "fc2: Linear(128, 64)",
            "relu2: ReLU",
            small[2],
        ],
        "make_mlp([4, 3, 2]) gives what [784, 128, 64, 10] gives. Does it look at sizes?": wanted,
    },
)
check.layers(make_mlp([4, 2]), ["output: Linear(4, 2)"], "make_mlp([4, 2])")
### BEGIN HIDDEN TESTS
wanted = ["fc1: Linear(20, 50)", "relu1: ReLU", "fc2: Linear(50, 30)", "relu2: ReLU"]
wanted += ["fc3: Linear(30, 40)", "relu3: ReLU", "output: Linear(40, 7)"]
check.layers(make_mlp([20, 50, 30, 40, 7]), wanted, "make_mlp([20, 50, 30, 40, 7])")
check.layers(make_mlp([6, 9, 2]), ["fc1: Linear(6, 9)", "relu1: ReLU", "output: Linear(9, 2)"], "make_mlp([6, 9, 2])")
check.layers(make_mlp([5, 3]), ["output: Linear(5, 3)"], "make_mlp([5, 3])")
### END HIDDEN TESTS

# %% [markdown]
# ### Count the parameters (5 minutes, ●○○)
#
# The number of parameters says how much room a network takes: four bytes each in float32.
#
# Write `count_parameters(model)`: how many numbers training may change, as a Python int.
#
# - A parameter may be *frozen* (`requires_grad` is False): training leaves it alone, so it does not count.
# - A *buffer* is a tensor that belongs to the model and is not trained, so it does not count either.
# - Two layers may share one weight: it counts once.
#
# Example: `nn.Linear(4, 3)` has 4 · 3 = 12 weights and 3 biases, so 15.
# With `nn.Linear(3, 2)` and its 8 behind it, the network from above has 23.


# %% task="count_parameters"
def count_parameters(model: nn.Module) -> int:
    """Return how many numbers training may change: none frozen, no buffers, shared ones once."""
    ### BEGIN SOLUTION
    return sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: what does a model say about its parameters?</summary>
#
# `model.parameters()` goes through all of them, a shared one once, and passes over buffers.
# Each is a tensor: `numel()` is how many numbers it holds, `requires_grad` says whether it is trained.
# </details>

# %% check="count_parameters" points=1
check.equal(
    count_parameters(nn.Linear(4, 3)),
    15,
    "count_parameters(nn.Linear(4, 3))",
    mistakes={
        "count_parameters(nn.Linear(4, 3)) finds nothing to count. Does it look at the layer itself?": 0,
        "count_parameters(nn.Linear(4, 3)) counts tensors. How many numbers does each one hold?": 2,
        "count_parameters(nn.Linear(4, 3)) leaves the biases out.": 12,
        "count_parameters(nn.Linear(4, 3)) counts the biases alone.": 3,
        "count_parameters(nn.Linear(4, 3)) adds 3 rows and 3 biases. How many numbers are in a row?": 6,
        "count_parameters(nn.Linear(4, 3)) adds 4 + 3 + 3. How many weights lead from 4 inputs to 3 units?": 10,
        "count_parameters(nn.Linear(4, 3)) is 60, four for each number. Those are bytes.": 60,
        "count_parameters(nn.Linear(4, 3)) counts each number twice.": 30,
    },
)
net = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))  # 16 and 10 parameters
net[0].requires_grad_(False)  # frozen
net.register_buffer("seen", torch.zeros(5))
check.equal(
    count_parameters(net),
    10,
    "count_parameters(net)",
    mistakes={
        "count_parameters(net) counts frozen parameters too. What says that a parameter is trained?": 26,
        "count_parameters(net) counts the buffer too. Is it trained?": 15,
        "count_parameters(net) counts the frozen ones alone. Which of the two is wanted?": 16,
        "count_parameters(net) counts all that the model stores. Frozen parameters and buffers are not trained.": 31,
        "count_parameters(net) counts the parameters of its last layer twice. Is that layer listed alone, and again with the model that holds it?": 20,
    },
)
twins = nn.ModuleList([nn.Linear(5, 3), nn.Linear(5, 3)])
twins[1].weight = twins[0].weight
check.equal(
    count_parameters(twins),
    21,
    "count_parameters(twins)",
    mistakes={"count_parameters(twins) counts a shared weight twice.": 36},
)
### BEGIN HIDDEN TESTS
net = nn.Sequential(nn.Conv2d(2, 6, 3), nn.BatchNorm2d(6), nn.Flatten(), nn.Linear(24, 7))
check.equal(
    count_parameters(net),
    301,
    "count_parameters(net) with batch norm",
    mistakes={
        "count_parameters(net) leaves out the batch norm. Which layers have parameters?": 289,
        "count_parameters(net) counts dense layers alone. Which layers have parameters?": 175,
    },
)
net[3].weight.requires_grad_(False)
check.equal(count_parameters(net), 133, "count_parameters(net) with one frozen weight")
net.scale = nn.Parameter(torch.ones(4, 2))
check.equal(count_parameters(net), 141, "count_parameters(net) with a parameter of its own")
twins = nn.ModuleDict({"one": nn.Sequential(nn.Linear(6, 2, bias=False)), "other": nn.Linear(6, 2)})
twins["other"].weight = twins["one"][0].weight
check.equal(count_parameters(twins), 14, "count_parameters(net) with a shared weight")
check.equal(count_parameters(nn.Conv2d(3, 4, 5)), 304, "count_parameters(nn.Conv2d(3, 4, 5))")
check.equal(
    count_parameters(nn.Linear(4, 3).double()),
    15,
    "count_parameters(nn.Linear(4, 3).double())",
    mistakes={"count_parameters counts a number twice where it is float64. Numbers are counted, not bytes.": 30},
)
net.eval()
count_parameters(net)
check.equal(
    any(module.training for module in net.modules()),
    False,
    "training mode after count_parameters(net)",
    mistakes={"count_parameters(net) puts the model into training mode. Counting should change nothing.": True},
)
### END HIDDEN TESTS

# %% show="The parameters of a network"
with check.when_written():
    print(f"{count_parameters(make_mlp([784, 128, 64, 10])):,} parameters")

# %% [markdown]
# ## The size that a convolution leaves
#
# A dense layer forgets which pixels are neighbours.
# A *convolution* does not: it slides a small window over the image and computes one number at each place, from the pixels under the window, with the same weights everywhere.
# `nn.Conv2d(1, 32, 3)` takes 1 channel, has 32 such sets of weights, each for a window of 3 × 3 pixels (the *kernel*), and so gives 32 channels.
# Lesson 10 comes back to it.
# Here we want to know one thing: how large is the image that comes out?
#
# The window can stop at fewer places than there are pixels, as it may not hang over the edge.
# The *stride* is how far it moves each time; *padding* is a frame of zeros around the image that gives it more room.

# %% show="The places of a window"
from matplotlib.patches import Rectangle

figure, panels = plt.subplots(1, 3, figsize=(10, 3.4), layout="constrained")
for ax, stride, padding in zip(panels, (1, 2, 1), (0, 0, 1), strict=True):
    for i in range(-padding, 7 + padding):
        for j in range(-padding, 7 + padding):
            inside = 0 <= i < 7 and 0 <= j < 7
            ax.add_patch(
                Rectangle((j, i), 1, 1, facecolor="#EEEEEE" if inside else "white", edgecolor=GREY, linewidth=0.6)
            )
    places = np.arange(-padding, 7 + padding - 3 + 1, stride)
    ax.scatter(*np.meshgrid(places + 1.5, places + 1.5), color=BLUE, s=28, zorder=3)
    ax.add_patch(Rectangle((places[0], places[0]), 3, 3, fill=False, edgecolor=BLUE, linewidth=3))
    ax.add_patch(Rectangle((places[1], places[0]), 3, 3, fill=False, edgecolor=ORANGE, linewidth=2.5, linestyle="--"))
    ax.set(
        title=f"stride {stride}, padding {padding}:\n{len(places)} × {len(places)} places",
        xlim=(-1.2, 8.2),
        ylim=(8.2, -1.2),
        aspect="equal",
    )
    ax.axis("off")
_ = figure.suptitle(
    "A 3 × 3 window on 7 × 7 pixels: first place (blue), second (orange), and the centre of each place (dots)"
)

# %% [markdown]
# ### The output size of a convolution (6 minutes, ●●○)
#
# When people build convolutional networks, a size that does not fit is a common error.
# You can work the sizes out beforehand.
#
# Write `conv_output_size(size, kernel, stride=1, padding=0)`: along one direction, at how many places does a window of `kernel` pixels stop on an image of `size` pixels?
# The padding is added at *both* ends.
# The answer is a Python int.
#
# Example: 28 pixels, a window of 5, stride 2.
# The window's first pixel may stand at 0, 2, 4, …, 22; at 24 the window would end at 28, one too far.
# That makes 12 places.
# With padding 1 there are 30 pixels, and the first pixel may stand at 0, 2, …, 24: 13 places.


# %% task="conv_output_size"
def conv_output_size(size: int, kernel: int, stride: int = 1, padding: int = 0) -> int:
    """Return how many places a window of `kernel` pixels has along `size` pixels."""
    ### BEGIN SOLUTION
    return (size + 2 * padding - kernel) // stride + 1
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: how far can the window go?</summary>
#
# It starts at the first pixel, padding included.
# How many pixels are left to its right? That is how far it can move.
# How many steps of `stride` fit into that, whole ones only?
# The first place is there before any step.
# </details>

# %% check="conv_output_size" points=2
check.equal(
    conv_output_size(28, 3),
    26,
    "conv_output_size(28, 3)",
    mistakes={
        "conv_output_size(28, 3) is one too few. Is the place before the first step counted?": 25,
        "conv_output_size(28, 3) is one too many. How many steps can the window make?": 27,
        "conv_output_size(28, 3) is 26.0, a float. Which division leaves a whole number?": 26.0,
        "conv_output_size(28, 3) leaves the window's size out. How far can it go?": 28,
        "conv_output_size(28, 3) counts the places on the whole image. Along one direction is wanted.": 676,
        "conv_output_size(28, 3) lays windows side by side. How far do they move each time?": 9,
        "conv_output_size(28, 3) moves by 2 where no stride is given. What is its default?": 13,
        "conv_output_size(28, 3) takes the window off at both ends. How often does it fit before the edge?": 23,
    },
)
check.equal(
    conv_output_size(28, 5, stride=2),
    12,
    "conv_output_size(28, 5, stride=2)",
    mistakes={
        "conv_output_size(28, 5, stride=2) rounds up. Does the last window still fit?": 13,
        "conv_output_size(28, 5, stride=2) is one too few. Is the place before the first step counted?": 11,
        "conv_output_size(28, 5, stride=2) is 12.5. Can a window stop at half a place?": 12.5,
        "conv_output_size(28, 5, stride=2) leaves the stride out.": 24,
        "conv_output_size(28, 5, stride=2) divides before the window is taken off. How far can the window go, in pixels?": 10,
        "conv_output_size(28, 5, stride=2) multiplies by the stride. Do longer steps make more places?": 47,
    },
)
check.equal(
    conv_output_size(11, 3, stride=4),
    3,
    "conv_output_size(11, 3, stride=4)",
    mistakes={"conv_output_size(11, 3, stride=4) misses a window that ends at the last pixel. When does it add the 1?": 2},
)
check.equal(
    conv_output_size(28, 3, padding=1),
    28,
    "conv_output_size(28, 3, padding=1)",
    mistakes={
        "conv_output_size(28, 3, padding=1) adds the padding at one end only.": 27,
        "conv_output_size(28, 3, padding=1) leaves the padding out.": 26,
        "conv_output_size(28, 3, padding=1) takes the padding off. Does a frame make more room or less?": 24,
        "conv_output_size(28, 3, padding=1) adds more padding than one pixel at each end.": 30,
    },
)
### BEGIN HIDDEN TESTS
for size, kernel, stride, padding in (
    (32, 5, 1, 0),
    (28, 5, 2, 1),
    (11, 4, 3, 2),
    (10, 3, 4, 0),
    (6, 6, 1, 0),
    (224, 11, 4, 2),
    (9, 1, 2, 0),
):
    real = F.conv1d(torch.zeros(1, 1, size), torch.zeros(1, 1, kernel), stride=stride, padding=padding)
    check.equal(
        conv_output_size(size, kernel, stride, padding),
        real.shape[-1],
        f"conv_output_size({size}, {kernel}, {stride}, {padding})",
        mistakes={
            f"conv_output_size({size}, {kernel}, {stride}, {padding}) is one too many. Does the last window still fit?": real.shape[-1] + 1,
            f"conv_output_size({size}, {kernel}, {stride}, {padding}) is one too few. Does one more window fit?": real.shape[-1] - 1,
        },
    )
### END HIDDEN TESTS

# %% [markdown]
# ### The missing size (4 minutes, ●●○)
#
# This convolutional network takes images of 1 × 28 × 28.
# It cannot be built yet: its dense layer wants to know how many numbers come out of `nn.Flatten()`.
#
# ```python
# nn.Sequential(
#     nn.Conv2d(1, 32, 3), nn.ReLU(),
#     nn.Conv2d(32, 64, 3), nn.ReLU(),
#     nn.Flatten(),
#     nn.Linear(S, 10),
# )
# ```
#
# Set `S`. You may use `conv_output_size` or paper and pencil.
#
# Example: after a single `nn.Conv2d(1, 8, 5)`, an image of 1 × 12 × 12 has become 8 channels of 8 × 8, and `nn.Flatten()` makes 8 · 8 · 8 = 512 numbers of it.

# %% task="S"
### BEGIN SOLUTION
S = 64 * 24 * 24
### END SOLUTION

# %% [markdown]
# <details><summary>Hint: what changes the size, and what does not?</summary>
#
# Each convolution takes something off the 28 rows and 28 columns, and sets the number of channels anew.
# ReLU changes no shape.
# `nn.Flatten()` multiplies all that is left of one image: channels, rows, columns.
# </details>

# %% check="S" points=1
from hashlib import sha256

whole = isinstance(S, int | np.integer)
check.equal(
    0 if whole else S,
    0,
    "S",
    mistakes={f"S is a {type(S).__name__}, and nn.Linear wants one whole number.": None if whole else S},
)
known = {  # fingerprints, so that no number stands here
    "4343b9942f366362": "right",
    "9157f0f93ce26cb7": "never shrunk",
    "01a9edd893b245cf": "shrunk once",
    "dd5d68036a01a4ed": "no channels",
    "ec63a981b280eeff": "first channels",
    "14d18c4a58d1b019": "input",
}
check.equal(
    known.get(sha256(f"kindling, lesson 02, S: {S}".encode()).hexdigest()[:16], "other"),
    "right",
    "S",
    mistakes={
        "S is what you get if the image stays 28 × 28. How much does a window of 3 take off?": "never shrunk",
        "S is what you get if the image shrinks once. There are two convolutions.": "shrunk once",
        f"S is {S}, as many numbers as one channel has. How many channels does the last convolution give?": "no channels",
        "S has the channels of the first convolution. Which one comes last?": "first channels",
        "S is the number of pixels of the image. What have the convolutions made of it?": "input",
        f"S is {S}, and nn.Flatten() gives another number. How many channels, rows and columns reach it?": "other",
    },
)
### BEGIN HIDDEN TESTS
features = nn.Sequential(nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.Flatten())
whole = nn.Sequential(*features, nn.Linear(S, 10))
check.equal(sum(p.numel() for p in whole.parameters()), 387_466, "the number of parameters with nn.Linear(S, 10)")
check.shape(whole(torch.zeros(3, 1, 28, 28)), (3, 10), "the output with nn.Linear(S, 10)")
### END HIDDEN TESTS

# %% [markdown]
# You can also ask the network: send one empty image through all layers before the dense one, and look at the shape.
# People who build networks do such a *dry run* all the time, and now you can tell whether its answer makes sense.

# %% show="A dry run"
x = torch.zeros(1, 1, 28, 28)
for layer in (nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.Flatten()):
    x = layer(x)
    print(f"{type(layer).__name__:8} -> {tuple(x.shape)}")

# %% [markdown]
# Where do the parameters of your two networks sit?

# %% show="Where the parameters sit"
networks = {
    "dense network": {"784 to 128": 784 * 128 + 128, "128 to 64": 128 * 64 + 64, "64 to 10": 64 * 10 + 10},
    "convolutional network": {
        "1 to 32, 3 × 3": 32 * 9 + 32,
        "32 to 64, 3 × 3": 64 * 32 * 9 + 64,
        "flat to 10": x.shape[1] * 10 + 10,
    },
}
figure, panels = plt.subplots(1, 2, figsize=(11, 2.5), sharex=True, layout="constrained")
for ax, (name, layers) in zip(panels, networks.items(), strict=True):
    bars = ax.barh(
        list(layers),
        list(layers.values()),
        color=[ORANGE if n == max(layers.values()) else BLUE for n in layers.values()],
    )
    ax.bar_label(bars, fmt="{:,.0f}", padding=4)
    ax.set(title=f"{name}: {sum(layers.values()):,} parameters", xlim=(0, 460_000), xticks=[])
    ax.invert_yaxis()
    ax.spines[["top", "right", "bottom"]].set_visible(False)
_ = figure.suptitle("Most parameters sit where many numbers meet a dense layer (orange)")

# %% [markdown]
# ### Bonus: a layer of your own (6 minutes, ●●○)
#
# `nn.Flatten` is a layer without parameters, so that flattening can stand inside an `nn.Sequential`.
# The way back, from vectors to images, is a layer that you can write yourself.
#
# Write the class `Reshape`, an `nn.Module`.
# `Reshape(2, 3)` makes a layer that gives each *example* the shape `(2, 3)`; the batch dimension stays as it is.
# One of the sizes may be -1, as in `reshape`.
#
# Example: for a batch `x` of shape `(4, 6)`, `Reshape(2, 3)(x)` has the shape `(4, 2, 3)`.
# `Reshape(-1)` turns that back into `(4, 6)`.
#
# In `def __init__(self, *shape)`, the star collects all arguments in a tuple: `Reshape(2, 3)` gets `shape == (2, 3)`.
# In a call, a star spreads them out again: `x.reshape(n, *shape)`.


# %% task="Reshape"
class Reshape(nn.Module):
    """A layer that gives each example of a batch the shape `shape`; one size may be -1."""

    def __init__(self, *shape: int) -> None:
        super().__init__()
        ### BEGIN SOLUTION
        self.shape = shape
        ### END SOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """Return `x`, (n, …), as (n, *shape)."""
        ### BEGIN SOLUTION
        return x.reshape(len(x), *self.shape)
        ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: <code>RuntimeError: shape '[2, 3]' is invalid for input of size 24</code></summary>
#
# Four examples of 6 numbers do not fit into 2 × 3.
# Which size of `x` has to come before the sizes that `Reshape` was given?
# </details>
#
# <details><summary>Hint: <code>RuntimeError: view size is not compatible with input tensor's size and stride</code></summary>
#
# A view never moves numbers in memory, and after a transpose they would have to move.
# Lesson 01 has the function that copies when it must.
# </details>

# %% check="Reshape" points=2
check.equal(
    isinstance(Reshape(2, 3), nn.Module),
    True,
    "isinstance(Reshape(2, 3), nn.Module)",
    mistakes={"Reshape(2, 3) is not an nn.Module, so no nn.Sequential can hold it.": False},
)
x = torch.arange(24.0)
check.close(
    Reshape(-1)(x.reshape(4, 2, 3)),
    x.reshape(4, 6),
    "Reshape(-1)(x)",
    mistakes={
        "Reshape(-1)(x) flattens the batch as well. Which size of x must stay?": x,
        "Reshape(-1)(x) has the shape that x had.": x.reshape(4, 2, 3),
        "Reshape(-1)(x) puts the batch last. Which size comes first?": x.reshape(6, 4),
        "Reshape(-1)(x) adds a dimension of size 1.": x.reshape(4, 1, 6),
    },
)
table, layers = x.reshape(4, 6), (Reshape(2, 3), Reshape(3, 2))  # two layers at a time
check.close(
    layers[0](table),
    x.reshape(4, 2, 3),
    "Reshape(2, 3)(x)",
    mistakes={
        "Reshape(2, 3)(x) has the shape of another layer, Reshape(3, 2). Whose attribute holds the shape?": x.reshape(4, 3, 2)
    },
)
check.unchanged(table, x.reshape(4, 6), "x")
check.shape(layers[0](table[:1]), (1, 2, 3), "Reshape(2, 3)(x) of one example")
turned = torch.arange(24.0).reshape(3, 2, 4).transpose(0, 2)  # (4, 2, 3), its numbers do not lie in order
check.close(layers[1](turned), turned.contiguous().reshape(4, 3, 2), "Reshape(3, 2)(x) of a transposed x")
### BEGIN HIDDEN TESTS
check.close(Reshape(2)(x.reshape(12, 1, 2)), x.reshape(12, 2), "Reshape(2)(x)")
check.close(Reshape(3, -1, 2)(x.reshape(2, 12)), x.reshape(2, 3, 2, 2), "Reshape(3, -1, 2)(x)")
check.close(Reshape(4, 6)(x.reshape(1, 24)), x.reshape(1, 4, 6), "Reshape(4, 6)(x) of one example")
turned = x.reshape(2, 3, 4).transpose(0, 2)  # (4, 3, 2)
check.close(Reshape(6)(turned), turned.contiguous().reshape(4, 6), "Reshape(6)(x) of a transposed tensor")
check.close(
    nn.Sequential(Reshape(2, 4), nn.Flatten())(x.reshape(3, 8)), x.reshape(3, 8), "nn.Sequential(Reshape(2, 4), …)(x)"
)
check.equal(
    Reshape(2, 4)(x.reshape(3, 8).requires_grad_()).requires_grad,
    True,
    "Reshape(2, 4)(x).requires_grad",
    mistakes={"Reshape(2, 4)(x) is cut off from the computation graph, so that no layer before it could learn.": False},
)
check.equal(
    len(list(Reshape(2, 4).parameters())),
    0,
    "the number of parameters of Reshape(2, 4)",
    mistakes={"Reshape(2, 4) has a parameter. What is there to learn in a change of shape?": 1},
)
### END HIDDEN TESTS

# %% [markdown]
# ## What you have learnt
#
# - An image is a vector of its pixels; a batch of them is a matrix, one row per image.
# - A dense layer is a matrix product plus a bias; an activation between two layers keeps them from collapsing into one.
# - Softmax turns each row of logits into probabilities. Only gaps between logits count, and subtracting the largest from each row keeps `exp` in range.
# - A network is an `nn.Module` that registers its layers in `__init__` and uses them in `forward`; when they only follow one another, `nn.Sequential` will do.
# - First weights are random, small and around 0, and parameters are changed in place.
# - A convolution leaves `(size + 2·padding - kernel) // stride + 1` places in each direction.
#
# ## Mistakes that the checks of this lesson look for
#
# | mistake | why people make it |
# |---|---|
# | softmax down the columns, `dim=0` | It runs without an error, and nobody notices until a single image gets the probability 1 for each class. |
# | `exp` of the bare logits | It works for small numbers, and nan turns up only when the logits have grown. |
# | one maximum for the whole batch | It works on the first example that anybody tries. |
# | `keepdim` left out | For as many rows as classes, broadcasting makes it run, and the result is wrong without a word. |
# | ReLU on the logits, or none between the layers | All lines of `forward` look alike, and the last one differs. |
# | layers in a Python list | It reads well, and `forward` works; the layers are not registered and never learn. |
# | the variance for the deviation | N(0, std²) names the one, `normal_` takes the other, and after the mean. |
# | a new tensor instead of a parameter | `layer.weight = …` reads like an assignment of values. |
# | a seed inside a function | It makes one run repeat, and gives every layer of one size the same weights. |
# | counting through `children()` | It is right for a row of layers, and finds nothing in a layer that stands alone. |
# | one ReLU object under two names | It has no weights, so sharing it seems harmless, until a tool lists it once, or you change one and both have changed. |
# | the padding added once, the size rounded up | One end of the image gets forgotten, or the last window that no longer fits. |
# | a shape with the batch size in it | It works until the last batch is smaller. |
#
# ## To think about, and to break
#
# **With your own data.**
# Take pictures or tables that you know.
# What is the shape of one example, how many numbers does it make in a row, and which classes would the outputs stand for?
# What does flattening forget that you would look at?
#
# **Break it.**
# In the cell “What an untrained network says about a digit”, write `network.fc3.weight.mul_(100)` above the line that computes `probabilities`.
# What will the bars look like, and will the network be right more often?
#
# <details><summary>What happened when we tried</summary>
#
# The largest probability rose from 0.11 to about 0.7 on average, and about 1 answer in 10 was right, as before.
# Large weights sound sure without having learnt anything: such a network is far from calibrated.
# </details>
#
# ## Where to read on
#
# - Goodfellow, Bengio and Courville, *Deep Learning*, chapter 6: [Deep feedforward networks](https://www.deeplearningbook.org/contents/mlp.html).
# - PyTorch's pages on [`nn.Module`](https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html), [`nn.Sequential`](https://docs.pytorch.org/docs/stable/generated/torch.nn.Sequential.html), [`nn.init`](https://docs.pytorch.org/docs/stable/nn.init.html) and [`nn.Conv2d`](https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html), whose formula you now know.
#
# **Next:** [Training](../03_training/03_training.ipynb). Your network guesses; there it learns from its errors.
