# %% [markdown]
# # A network from scratch
#
# After this lesson you can
#
# - build and train a classifier of digits from bare tensors, without a single layer, loss or optimizer of PyTorch's;
# - say why a network learns from cross-entropy and cannot learn from its accuracy;
# - replace your own parts by PyTorch's, one at a time, and show that the numbers stay the same;
# - say what `nn.Module` registers, and find out why a parameter is missing;
# - read four errors that people often meet in the first modules of their own.
#
# **Time:** 95 minutes.
#
# **Builds on:** [Training](../03_training/03_training.ipynb), for the training step and the epoch, and [Manual gradients, autograd and optimizers](../07_manual_autograd/07_manual_autograd.ipynb), for an update under `no_grad`.
#
# **Leads to:** lesson 10, where you build layers and blocks of your own.

# %%
import math
from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from kindling import check, data, plots

BLUE, ORANGE, GREEN, BLACK = plots.COLOURS

torch.set_num_threads(1)  # so small a network gains little from a second core

# %% [markdown]
# ## The plan
#
# You have used `nn.Linear`, `nn.Module` and `torch.optim.SGD` in many lessons.
# How much is inside them?
# Less than you may think, and the surest way to find out is to do without.
#
# First you write a whole classifier with nothing but tensors and autograd.
# Then PyTorch's parts come back, one at a time, and each takes over a piece of your code.
# After each exchange you train again, from the same start, and compare the numbers.
# If a part does what you think it does, they stay the same, up to rounding.
#
# The data are digits again: 6,000 to learn from and 2,000 that the network never trains on.
# Each is a row of 784 pixels.
# (Where the files of MNIST can't be downloaded, drawn digits take their place. Those are set in type, not written by hand.)

# %% tags=["nbval-ignore-output"]
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

train_set, test_set = data.load("mnist", train=True), data.load("mnist", train=False)
train_images = train_set.data[:6000].flatten(start_dim=1).to(device) / 255  # (6000, 784), from 0 to 1
train_labels = train_set.targets[:6000].to(device)  # (6000,)
test_images = test_set.data[:2000].flatten(start_dim=1).to(device) / 255
test_labels = test_set.targets[:2000].to(device)
print(f"{len(train_images):,} images to learn from, {len(test_images):,} to test with")

# %% show="Sixteen of the digits" tags=["nbval-ignore-output"]
_ = plots.batch(
    train_images[:16].reshape(16, 28, 28),
    train_labels[:16],
    title="Sixteen images to learn from: each of their 784 pixels is one input",
)

# %% [markdown]
# ## Ten sums
#
# The simplest network for ten digits has one layer and no activation.
# For each digit it has 784 weights, one per pixel.
# It multiplies each pixel by its weight, adds up the products, and adds a bias.
# The larger the sum, the more the image looks like that digit to the network.
# Ten digits make ten sums, and these are the logits.
#
# ### A linear layer (4 minutes, ●○○)
#
# Ten sums for each of n images are one matrix product.
#
# Write `linear(x, w, b)`: for inputs `x` of shape `(n, inputs)`, weights `w` of shape `(inputs, outputs)` and a bias `b` of shape `(outputs,)`, return `(n, outputs)`.
# Note the shape of `w`: one *column* per output.
# (`nn.Linear` keeps its weights the other way round, which will matter at the end of the lesson.)
#
# Example: `x = [[1, 2]]`, `w = [[1, 0, -1], [0, 1, 1]]` and `b = [10, 20, 30]` give `[[11, 22, 31]]`.
# The last number is 1 · (-1) + 2 · 1 + 30.


# %% task="linear"
def linear(x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    """Return the sums (n, outputs) of inputs `x` (n, inputs) with weights `w` (inputs, outputs) and bias `b` (outputs,)."""
    ### BEGIN SOLUTION
    return x @ w + b
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: <code>mat1 and mat2 shapes cannot be multiplied</code></summary>
#
# In a matrix product, the last size of the first must be the first size of the second.
# Write both shapes down: where do the inputs stand in `x`, and where in `w`?
# </details>

# %% check="linear" points=1
x, w, b = torch.tensor([[1.0, 2.0]]), torch.tensor([[1.0, 0.0, -1.0], [0.0, 1.0, 1.0]]), torch.tensor([10.0, 20.0, 30.0])
given = x.clone(), w.clone(), b.clone()
check.close(
    linear(x, w, b),
    [[11.0, 22.0, 31.0]],
    "linear(x, w, b)",
    mistakes={
        "linear(x, w, b) leaves the bias out.": [[1.0, 2.0, 1.0]],
        "linear(x, w, b) subtracts the bias.": [[-9.0, -18.0, -29.0]],
        "linear(x, w, b) has lost the batch. One image still makes one row.": [11.0, 22.0, 31.0],
        "linear(x, w, b) sends its sums through a sigmoid. Here the bare sums are wanted.": torch.tensor(
            [[11.0, 22.0, 31.0]]
        ).sigmoid(),
    },
)
check.unchanged((x, w, b), given, "an argument of linear")
check.close(
    linear(torch.tensor([[1.0, 2.0]]), torch.tensor([[1.0, -3.0], [0.0, 1.0]]), torch.tensor([0.0, -5.0])),
    [[1.0, -6.0]],
    "linear(x, w, b) of two inputs and two outputs",
    mistakes={
        "linear(x, w, b) takes a row of w for each output. Here each output has a column.": [[-5.0, -3.0]],
        "linear(x, w, b) multiplies number by number. Where are the sums?": [[1.0, -11.0], [0.0, -3.0]],
        "linear(x, w, b) sends its sums through ReLU. Here the bare sums are wanted.": [[1.0, 0.0]],
    },
)
### BEGIN HIDDEN TESTS
seeded = torch.Generator().manual_seed(1)
x, w, b = (torch.randn(size, generator=seeded) for size in ((5, 7), (7, 4), (4,)))
given = x.clone(), w.clone(), b.clone()
w.requires_grad_()
b.requires_grad_()
result = linear(x, w, b)
check.close(result, F.linear(given[0], given[1].T, given[2]), "linear(x, w, b) of five rows")
check.equal(
    result.requires_grad,
    True,
    "linear(x, w, b).requires_grad",
    mistakes={"linear(x, w, b) is cut off from autograd, so that nothing can be learnt through it.": False},
)
slopes = torch.autograd.grad(result.sum(), (w, b), allow_unused=True)
wanted = given[0].sum(dim=0)[:, None].expand(7, 4), torch.full((4,), 5.0)
check.close(
    slopes,
    wanted,
    "the gradients of w and b through linear(x, w, b)",
    mistakes={
        "linear(x, w, b) cuts the bias off from autograd, so that it cannot learn.": (wanted[0], None),
        "linear(x, w, b) cuts w off from autograd, so that it cannot learn.": (None, wanted[1]),
        "linear(x, w, b) cuts w and b off from autograd. Does it compute with the very tensors that it was given?": (None, None),
    },
)
check.unchanged((x, w.detach(), b.detach()), given, "an argument of linear")
check.close(linear(x[:1], w, b), F.linear(x[:1], given[1].T, given[2]), "linear(x, w, b) of one row")
check.close(linear(x, w[:, :1], b[:1]), x @ given[1][:, :1] + given[2][:1], "linear(x, w, b) of one output")
### END HIDDEN TESTS

# %% [markdown]
# Here are the ten sums of the first image, with weights drawn at random.
# They say nothing yet, and they are the start of everything.

# %% show="Ten sums of the first image" tags=["nbval-ignore-output"]
seeded = torch.Generator().manual_seed(0)
random_weights = torch.randn(784, 10, generator=seeded).to(device) / math.sqrt(784)
zero_bias = torch.zeros(10, device=device)
with check.when_written():
    print([round(number, 2) for number in linear(train_images[:1], random_weights, zero_bias)[0].tolist()])

# %% [markdown]
# Why divide the random weights by the root of 784?
# A sum of many random numbers grows with the root of how many there are.
# The division takes that back, so the sums start small, and the network starts undecided.
#
# ## From sums to log-probabilities
#
# Softmax makes probabilities of logits, and the loss wants their logarithms.
# Lesson 02 wrote the softmax; here you write its logarithm, which is simpler.
#
# Divide $e^{x_i}$ by the sum of all of them, take the logarithm, and the division becomes a subtraction:
#
# $$\log \frac{e^{x_i}}{\sum_j e^{x_j}} = x_i - \log \sum_j e^{x_j}$$
#
# The second part is one number per row.
# There is a catch in it: $e^{100}$ is too large for a float32.
# You may subtract the same number from all logits of a row before you begin, because only their distances count.
#
# ### Log-softmax (9 minutes, ●●●)
#
# Write `log_softmax(x)`: for logits `x` of shape `(n, k)`, return their log-probabilities, in the same shape.
#
# - Each row is normalised on its own.
# - It is finite and right for logits of ±1000, also where one row is far above the next.
# - PyTorch's own softmax functions are off limits, and so is its cross-entropy, which has one inside.
#
# Example: the row `[0, ln 3]` has the probabilities 1/4 and 3/4, so it becomes `[-1.386, -0.288]`.
# The row `[1000, 0]` becomes `[0, -1000]`.


# %% task="log_softmax"
def log_softmax(x: Tensor) -> Tensor:
    """Return the log-probabilities (n, k) of logits `x` (n, k), each row by itself; finite at ±1000."""
    ### BEGIN SOLUTION
    shifted = x - x.amax(dim=1, keepdim=True)  # (n, k), none above 0
    return shifted - shifted.exp().sum(dim=1, keepdim=True).log()
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: why is there <code>-inf</code> or <code>nan</code> in my result?</summary>
#
# `-inf` is the logarithm of 0: somewhere a probability became too small for a float before its logarithm was taken.
# In the formula above no probability is computed, and no logarithm of one.
# `nan` and `inf` come from an `exp` of something too large.
# What is the largest exponent in each row after you have subtracted that row's largest number?
# </details>
#
# <details><summary>Hint: <code>RuntimeError: The size of tensor a must match the size of tensor b</code></summary>
#
# A sum over each row has shape `(n,)`, and to be subtracted from `(n, k)` it needs the shape `(n, 1)`.
# Functions that sum over a dimension have an argument that keeps it, with size 1.
# </details>

# %% check="log_softmax" points=3
logits = torch.tensor([[1.0, 3.0], [8.0, 2.0]]).log()
wanted, given = torch.tensor([[0.25, 0.75], [0.8, 0.2]]).log(), logits.clone()
sums, largest = torch.tensor([4.0, 10.0]), torch.tensor([[3.0], [8.0]]).log()  # of the exp, and of the logits, in each row
check.close(
    log_softmax(logits),
    wanted,
    "log_softmax(x)",
    mistakes={
        "log_softmax(x) gives probabilities. Their logarithms are wanted.": wanted.exp(),
        "log_softmax(x) compares the rows with each other. Which dim holds the classes?": torch.tensor([[1 / 9, 3 / 5], [8 / 9, 2 / 5]]).log(),
        "log_softmax(x) has one sum for all rows. Each row needs its own.": logits - math.log(14),
        "log_softmax(x) subtracts each row's number from a column. What keeps the shape (n, 1)?": logits - sums.log(),
        "log_softmax(x) subtracts the sum itself. Its logarithm is wanted.": logits - sums[:, None],
        "log_softmax(x) has the wrong sign. A probability is at most 1: what does that say of its logarithm?": -wanted,
        "log_softmax(x) takes logarithms to base 2. Here they are natural ones.": wanted / math.log(2),
        "log_softmax(x) subtracts each row's largest number, and nothing else. What else has to go?": logits - largest,
        "log_softmax(x) takes off each row's largest number inside exp alone. It must go, or come back, outside too.": logits - sums[:, None].log() + largest,
    },
)
check.unchanged(logits, given, "x")
large = log_softmax(torch.tensor([[1000.0, 0.0], [0.0, 0.0]]))
check.equal(
    bool(large.min() > -150),  # the logarithm of the smallest float32 is -103
    False,
    "whether log_softmax(x) of large logits stays above -150",
    mistakes={"log_softmax(x) never goes far below 0. Is something small added, or cut off, to save a logarithm from 0?": True},
)
check.close(
    large,
    [[0.0, -1000.0], [-math.log(2), -math.log(2)]],
    "log_softmax(x) of large logits",
    mistakes={
        "log_softmax(x) takes the logarithm of a number that was too small for a float and became 0. Which form never computes it?": [[0.0, -math.inf], [-math.log(2), -math.log(2)]],
        "log_softmax(x) loses large logits to an exp that overflows. Which number of each row makes it harmless?": [[-math.inf, -math.inf], [-math.log(2), -math.log(2)]],
        "log_softmax(x) takes one maximum for the whole batch. Each row has its own.": [[0.0, -1000.0], [math.inf, math.inf]],
        "log_softmax(x) is nan for large logits: an exp overflows. Which number of each row makes it harmless?": [[math.nan, math.nan], [-math.log(2), -math.log(2)]],
        "log_softmax(x) is nan for large logits: infinite / infinite. Which number of each row makes exp harmless?": [[math.nan, -math.inf], [-math.log(2), -math.log(2)]],
    },
)
check.avoids(lambda: log_softmax(logits), ["softm", "cross_entropy"], "log_softmax(x)")
### BEGIN HIDDEN TESTS
seeded = torch.Generator().manual_seed(2)
for n, k in ((4, 7), (1, 5), (6, 1)):
    x = torch.randn(n, k, generator=seeded)
    check.close(log_softmax(x), torch.log_softmax(x, dim=1), f"log_softmax(x) of a ({n}, {k}) tensor")
x = torch.tensor([[-1000.0, -1000.0, -999.0], [1000.0, 999.0, -1000.0], [0.5, 0.0, -0.5]], requires_grad=True)
before = x.detach().clone()
result = log_softmax(x)
check.close(result, torch.log_softmax(before, dim=1), "log_softmax(x) of rows far apart")
check.equal(
    result.requires_grad,
    True,
    "log_softmax(x).requires_grad",
    mistakes={"log_softmax(x) is cut off from autograd, so that nothing can be learnt through it.": False},
)
check.close(
    torch.autograd.grad(result[:, 0].sum(), x, allow_unused=True)[0],
    torch.tensor([1.0, 0.0, 0.0]) - torch.softmax(before, dim=1),
    "the gradient through log_softmax(x)",
    mistakes={"log_softmax(x) makes a new tensor of its numbers, so that autograd finds no way back to x.": None},
)
check.unchanged(x.detach(), before, "x")
doubles = torch.randn(3, 4, generator=seeded).double()
check.close(log_softmax(doubles), torch.log_softmax(doubles, dim=1), "log_softmax(x) of doubles")
### END HIDDEN TESTS

# %% [markdown]
# With `linear` and `log_softmax` you have a whole network.
# The most likely class of a row is the one with the largest number, and it is the same for logits, probabilities and log-probabilities, because neither step changes the order.
#
# ### Accuracy (5 minutes, ●○○)
#
# How good is it?
# The first answer that comes to mind is the share of images that it gets right.
#
# Write `accuracy(out, y)`: for outputs `out` of shape `(n, k)` and labels `y` of shape `(n,)`, return the share of rows whose largest number stands at the label, as a Python float.
#
# Example: the rows `[0.2, 0.8]`, `[0.9, 0.1]` and `[0.7, 0.3]` with the labels 1, 0 and 1 have two right answers of three, so 0.667.


# %% task="accuracy"
def accuracy(out: Tensor, y: Tensor) -> float:
    """Return the share of the rows of `out`, (n, k), whose largest number stands at the class in `y`, (n,)."""
    ### BEGIN SOLUTION
    return (out.argmax(dim=1) == y).float().mean().item()
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: <code>NotImplementedError: mean(): could not infer output dtype</code></summary>
#
# A comparison gives truth values, and PyTorch takes no mean of those.
# `.float()` makes 1 of each True and 0 of each False.
# And a tensor with one number has a method that gives the bare number.
# </details>

# %% check="accuracy" points=2
out = torch.tensor([[2.0, 1.0, 0.0], [0.0, 3.0, 1.0], [5.0, 0.0, -0.5], [0.0, 1.0, 0.5], [-1.0, 0.0, 4.0]])
check.close(
    accuracy(out, torch.tensor([0, 1, 2, 0, 1])),
    0.4,
    "accuracy(out, y)",
    mistakes={
        "accuracy(out, y) gives a tensor. Which method gives the bare number?": torch.tensor(0.4),
        "accuracy(out, y) counts the right answers. Their share is wanted.": 2,
        "accuracy(out, y) counts the right answers, in a tensor. Their share is wanted, as a Python float.": torch.tensor(2),
        "accuracy(out, y) is in percent. A share lies between 0 and 1.": 40.0,
        "accuracy(out, y) is the share of the wrong answers.": 0.6,
        "accuracy(out, y) is 0, though two of five are right. Is each answer the place of its row's largest number, and is the division exact?": 0.0,
        "accuracy(out, y) compares each answer with every label. Which shapes meet in the comparison?": 9 / 25,
        "accuracy(out, y) gives one truth value per row. Their mean is wanted.": torch.tensor([True, True, False, False, False]),
        "accuracy(out, y) divides by the number of classes. How many rows are there?": 2 / 3,
        "accuracy(out, y) divides by the number of all outputs. How many rows are there?": 2 / 15,
    },
)
check.close(
    accuracy(torch.tensor([[3.0, 1.0, 0.0], [2.0, 4.0, 1.0], [5.0, 0.0, 2.0]]), torch.tensor([0, 1, 0])),
    1.0,
    "accuracy(out, y) of three rows and three classes",
    mistakes={"accuracy(out, y) looks for the largest number of each column. Which dim holds the classes?": 1 / 3},
)
### BEGIN HIDDEN TESTS
seeded = torch.Generator().manual_seed(3)
out, y = torch.randn(11, 6, generator=seeded, requires_grad=True), torch.randint(6, (11,), generator=seeded)
given = out.detach().clone(), y.clone()
right = sum(row.index(max(row)) == label for row, label in zip(given[0].tolist(), y.tolist(), strict=True))
result = accuracy(out, y)
check.close(result, right / 11, "accuracy(out, y) of eleven rows")
check.equal(isinstance(result, float), True, "whether accuracy(out, y) is a Python float")
check.unchanged((out.detach(), y), given, "an argument of accuracy")
check.close(accuracy(torch.tensor([[-3.0, -1.0]]), torch.tensor([1])), 1.0, "accuracy(out, y) of one row")
out = torch.tensor([[0.5, 0.0, 0.1], [-1.0, 0.5, 0.0], [0.0, -1.0, 0.5], [0.1, -0.3, -1.0]])
check.close(accuracy(out, torch.tensor([0, 0, 2, 1])), 0.5, "accuracy(out, y) of four rows")
### END HIDDEN TESTS

# %% show="The accuracy of random weights" tags=["nbval-ignore-output"]
with check.when_written():
    sums = linear(test_images, random_weights, zero_bias)
    print(f"right before any training: {accuracy(log_softmax(sums), test_labels):.1%} of the test images")

# %% [markdown]
# ## Why not train on the accuracy?
#
# What you want is a high accuracy.
# So why does nobody take the gradient of it?
#
# Take those random weights and 40 images, and walk along one straight line through the space of weights.
# The line starts in the direction in which the cross-entropy falls fastest.
# At each place, compute the accuracy and the cross-entropy.

# %% show="Accuracy and cross-entropy along a line" tags=["nbval-ignore-output"]
few, few_labels = train_images[:40], train_labels[:40]
start = random_weights.clone().requires_grad_()
slope = torch.autograd.grad(F.cross_entropy(few @ start, few_labels), start)[0]
ways = torch.linspace(0, 0.6, 400)
outs = [few @ (random_weights - way * slope) for way in ways.tolist()]
shares = [(out.topk(1).indices[:, 0] == few_labels).sum().item() / 40 for out in outs]
costs = [F.cross_entropy(out, few_labels).item() for out in outs]

_, (left, right) = plt.subplots(1, 2, figsize=(8.5, 3.1), layout="constrained")
left.plot(ways, shares, color=ORANGE, linewidth=1.8, drawstyle="steps-post")
left.set(title="Accuracy: flat steps, slope 0 almost everywhere", xlabel="way along the line", ylabel="share right")
right.plot(ways, costs, color=BLUE, linewidth=1.8)
right.set(title="Cross-entropy: a slope at every place", xlabel="way along the line", ylabel="loss")
for ax in (left, right):
    ax.spines[["top", "right"]].set_visible(False)
inside = int((np.diff(shares) == 0).sum())
print(f"between two neighbouring places the accuracy stays the same {inside} times of {len(ways) - 1}")

# %% [markdown]
# The accuracy changes only where an image changes sides, and there it jumps.
# Everywhere else its slope is 0: it tells no weight which way to go.
# Autograd knows that some operations have no useful slope, and does not record them.
# You can see it in `grad_fn`, a result's own node in the computation graph: where it is `None`, a result has no part in the graph, and no `backward()` gets through.
#
# ### What can train? (5 minutes, ●●○)
#
# Here are four results that can be computed from logits.
#
# | key | what is computed |
# |---|---|
# | `"accuracy"` | the share of rows whose largest logit stands at the label |
# | `"argmax"` | the class with the largest logit, of each row |
# | `"cross_entropy"` | the mean of -log p over the rows, where p is the probability of the label |
# | `"mse"` | the mean squared difference between the logits and the labels, written as rows of 0 and 1 |
#
# Set `DIFFERENTIABLE`, a dictionary: for each key, `True` if a network can learn from it by gradients, and `False` if not.
# Decide first.
# Then compute each in a cell of your own, from `torch.randn(4, 3, requires_grad=True)`, and look at its `grad_fn`.
#
# Example: an entry for the mean of the logits would be `"mean": True`, as its `grad_fn` is a `MeanBackward0`.

# %% task="DIFFERENTIABLE"
### BEGIN SOLUTION
DIFFERENTIABLE = {"accuracy": False, "argmax": False, "cross_entropy": True, "mse": True}
### END SOLUTION

# %% [markdown]
# <details><summary>Hint: how do I find a <code>grad_fn</code>?</summary>
#
# Every tensor has it: `logits.sum().grad_fn`.
# `F.one_hot(labels, 3).float()` writes labels as rows of 0 and 1.
# </details>

# %% check="DIFFERENTIABLE" points=1
names = ["accuracy", "argmax", "cross_entropy", "mse"]
check.equal(
    DIFFERENTIABLE if DIFFERENTIABLE is ... else isinstance(DIFFERENTIABLE, dict),
    True,
    "DIFFERENTIABLE as a dictionary",
    mistakes={"DIFFERENTIABLE is no dictionary. It has four keys, and a value for each.": False},
)
lacking = [name for name in names if name not in DIFFERENTIABLE]
check.equal(
    lacking,
    [],
    "the list of keys that DIFFERENTIABLE lacks",
    mistakes={f"DIFFERENTIABLE has no entry for {', '.join(map(repr, lacking))}. Its keys are those of the table.": lacking},
)
check.equal(sorted(map(str, DIFFERENTIABLE)), names, "the sorted list of keys in DIFFERENTIABLE")
check.equal(
    all(isinstance(DIFFERENTIABLE[name], bool) for name in names),
    True,
    "whether each value in DIFFERENTIABLE is a bool",
    mistakes={"DIFFERENTIABLE has a value that is neither True nor False.": False},
)
logits, labels = torch.tensor([[0.5, 1.0, -1.0], [2.0, 0.0, 0.3]], requires_grad=True), torch.tensor([1, 2])
tried = {
    "accuracy": torch.eq(logits.argmax(dim=1), labels).sum() / 2,
    "argmax": logits.argmax(dim=1),
    "cross_entropy": F.cross_entropy(logits, labels),
    "mse": F.mse_loss(logits, F.one_hot(labels, 3).float()),
}
check.equal(
    sum(DIFFERENTIABLE[name] is (value.grad_fn is None) for name, value in tried.items()),
    0,
    "the number of wrong entries in DIFFERENTIABLE",
    mistakes={
        "DIFFERENTIABLE has one wrong entry. Which of the four results have a grad_fn?": 1,
        "DIFFERENTIABLE has two wrong entries. Which of the four results have a grad_fn?": 2,
        "DIFFERENTIABLE has three wrong entries. Which of the four results have a grad_fn?": 3,
        "DIFFERENTIABLE has four wrong entries. What does a grad_fn of None say?": 4,
    },
)

# %% [markdown]
# ### Cross-entropy (6 minutes, ●●○)
#
# So the network learns from the cross-entropy: pick the log-probability of the right class in each row, take the mean, and change the sign.
# A network that gives every digit the probability 1/10 pays ln 10 = 2.30.
# Remember that number: if a loss starts far above it, the first weights are probably too large.
#
# Write `cross_entropy(logits, labels)` for logits of shape `(n, k)` and int64 labels of shape `(n,)`.
# The result is a tensor of shape `()`, from which autograd finds its way back.
# PyTorch's own cross-entropy and NLL losses are off limits; your `log_softmax` is there for you.
#
# Example: the logits `[0, 0]` and `[0, ln 3]` with the labels 0 and 1.
# The right classes have the probabilities 1/2 and 3/4, so the loss is (0.693 + 0.288) / 2 = 0.490.


# %% task="cross_entropy"
def cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """Return the mean of -log p of the right classes, shape (), from logits (n, k) and int64 labels (n,)."""
    ### BEGIN SOLUTION
    rows = torch.arange(len(labels), device=labels.device)
    return -log_softmax(logits)[rows, labels].mean()
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: how do I pick one number from each row?</summary>
#
# Index with two lists of the same length: the first says which rows, the second says which column in each of them.
# `x[:, labels]` is something else: it takes all those columns from every row.
# </details>

# %% check="cross_entropy" points=2
logits, labels = torch.tensor([[0.0, 0.0], [0.0, math.log(3)], [0.0, math.log(7)]]), torch.tensor([0, 1, 1])
one, two, three = math.log(2), math.log(4 / 3), math.log(8 / 7)  # the losses of the rows
others = [one, math.log(4), math.log(8)]  # the same for the wrong classes
given = logits.clone(), labels.clone()
check.close(
    cross_entropy(logits, labels),
    torch.tensor((one + two + three) / 3),
    "cross_entropy(logits, labels)",
    mistakes={
        "cross_entropy(…) is negative. A loss falls when things get better.": torch.tensor(-(one + two + three) / 3),
        "cross_entropy(…) is the sum over the rows. Their mean is wanted.": torch.tensor(one + two + three),
        "cross_entropy(…) gives one loss per row. Their mean is wanted.": [one, two, three],
        "cross_entropy(…) takes every label's column from every row. Each row has one label.": torch.tensor((3 * one + others[1] + 2 * two + others[2] + 2 * three) / 9),
        "cross_entropy(…) takes a whole row for each label. A label says which column.": torch.tensor((2 * one + 2 * others[1] + 2 * two) / 6),
        "cross_entropy(…) averages over all classes. Only the right one of each row counts.": torch.tensor((one + two + three + sum(others)) / 6),
        "cross_entropy(…) divides by the number of all entries. How many rows are there?": torch.tensor((one + two + three) / 6),
        "cross_entropy(…) is a Python number, so autograd cannot go back through it.": (one + two + three) / 3,
        "cross_entropy(…) averages probabilities. Where is the logarithm?": torch.tensor(-(1 / 2 + 3 / 4 + 7 / 8) / 3),
        "cross_entropy(…) takes the softmax twice. What does log_softmax want as its input?": torch.tensor((one + math.log(1 + math.exp(-1 / 2)) + math.log(1 + math.exp(-3 / 4))) / 3),
        "cross_entropy(…) takes the logits for log-probabilities. What has to come first?": torch.tensor(-math.log(21) / 3),
    },
)
check.unchanged((logits, labels), given, "an argument of cross_entropy")
check.close(
    cross_entropy(torch.tensor([[1000.0, 0.0], [0.0, 0.0]]), torch.tensor([1, 0])),
    torch.tensor((1000 + one) / 2),
    "cross_entropy(logits, labels) of large logits",
    mistakes={
        "cross_entropy(…) is infinite for a large logit. Does a probability become 0 before its logarithm is taken?": torch.tensor(math.inf),
        "cross_entropy(…) is nan for a large logit. Does an exp overflow?": torch.tensor(math.nan),
    },
)
check.avoids(lambda: cross_entropy(logits, labels), ["nll_loss", "cross_entropy"], "cross_entropy(logits, labels)")
### BEGIN HIDDEN TESTS
seeded = torch.Generator().manual_seed(4)
for n, k in ((5, 4), (1, 3), (6, 10)):
    logits = torch.randn(n, k, generator=seeded, requires_grad=True)
    labels = torch.randint(k, (n,), generator=seeded)
    before = logits.detach().clone(), labels.clone()
    loss = cross_entropy(logits, labels)
    check.close(loss, F.cross_entropy(*before), f"cross_entropy(logits, labels) of a ({n}, {k}) tensor")
    check.equal(
        loss.requires_grad,
        True,
        "cross_entropy(logits, labels).requires_grad",
        mistakes={"cross_entropy(…) is cut off from autograd, so that nothing can learn from it.": False},
    )
    check.close(
        torch.autograd.grad(loss, logits, allow_unused=True)[0],
        (before[0].softmax(dim=1) - F.one_hot(labels, k)) / n,
        "the gradient of cross_entropy(logits, labels)",
        mistakes={"cross_entropy(…) makes a new tensor of its loss, so that autograd finds no way back to the logits.": None},
    )
    check.unchanged((logits.detach(), labels), before, "an argument of cross_entropy")
logits = torch.tensor([[-1000.0, 1000.0, 0.0]], requires_grad=True)
loss = cross_entropy(logits, torch.tensor([0]))
check.close(loss, torch.tensor(2000.0), "cross_entropy(logits, labels) of logits 2,000 apart")
check.close(torch.autograd.grad(loss, logits)[0], [[-1.0, 1.0, 0.0]], "the gradient of cross_entropy of logits 2,000 apart")
check.close(cross_entropy(torch.zeros(3, 10), torch.tensor([9, 0, 4])), torch.tensor(math.log(10)), "cross_entropy of equal logits")
### END HIDDEN TESTS

# %% show="The loss of random weights" tags=["nbval-ignore-output"]
with check.when_written():
    print(f"ln 10: {math.log(10):.2f}")
    for name, w in (("the random weights from above", random_weights), ("28 times as large", 28 * random_weights)):
        loss = cross_entropy(linear(train_images, w, zero_bias), train_labels)
        print(f"loss, {name}: {loss.item():.2f}")

# %% [markdown]
# ## Batches
#
# The images come in batches.
# A step on 64 of them needs about a hundredth of the arithmetic of a step on all 6,000.
# Its direction is rough, but a hundred rough steps get much further than one exact step of the same rate.
#
# ### A generator of batches (7 minutes, ●●○)
#
# A *generator* is a function with `yield` in it.
# It hands out one value, waits until the next one is asked for, and goes on where it stopped.
# So the batches need not all exist at once.
#
# Write `batches(x, y, size)`, a generator: it yields pairs of the next `size` rows of `x` and of `y`, in order.
# The last pair holds what is left, and may be smaller.
# No pair is empty.
#
# Example: five rows in batches of 2 come as 2, 2 and 1 rows.


# %% task="batches"
def batches(x: Tensor, y: Tensor, size: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield pairs of `size` rows of `x` and of `y`, in order; the last pair holds what is left."""
    ### BEGIN SOLUTION
    for start in range(0, len(x), size):
        yield x[start : start + size], y[start : start + size]
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: what becomes of the rows that are left over?</summary>
#
# `range` takes three numbers: the first, the end, and how far apart they are.
# At which rows do the batches begin?
# A slice that ends beyond the last row is no error: it gives what is there.
# </details>

# %% check="batches" points=2
from collections.abc import Iterator as AnyIterator
from itertools import islice

x, y = torch.arange(10.0).reshape(5, 2), torch.tensor([4, 3, 2, 1, 0])
made = batches(x, y, 2)
check.equal(
    isinstance(made, AnyIterator),
    True,
    "whether batches(x, y, 2) is a generator",
    mistakes={"batches(x, y, 2) is no generator. Which word hands out one value and waits?": False},
)
pairs = list(islice(made, 20))
check.equal(
    all(isinstance(pair, tuple | list) and [isinstance(one, Tensor) for one in pair] == [True, True] for pair in pairs),
    True,
    "whether batches(x, y, 2) yields pairs of tensors",
    mistakes={"batches(x, y, 2) yields something that is no pair of tensors. Each batch has rows of x and of y.": False},
)
check.equal(
    [len(images) for images, _ in pairs],
    [2, 2, 1],
    "the sizes of batches(x, y, 2) of five rows",
    mistakes={
        "batches(x, y, 2) drops the last, smaller batch.": [2, 2],
        "batches(x, y, 2) ends after the first batch. Does it return, or yield?": [2],
        "batches(x, y, 2) yields nothing.": [],
        "batches(x, y, 2) yields all rows at once.": [5],
        "batches(x, y, 2) yields single rows. How far apart do two batches begin?": [1] * 5,
        "batches(x, y, 2) begins a batch at every row. How far apart should they begin?": [2, 2, 2, 2, 1],
        "batches(x, y, 2) makes two batches. The 2 is the size of each.": [3, 2],
        "batches(x, y, 2) yields batches without end.": [2] * 20,
        "batches(x, y, 2) yields empty batches after the first. A slice wants the row where it ends, not how many it takes.": [2, 0, 0],
        "batches(x, y, 2) yields batches of 1. A slice already stops before the number after its colon.": [1, 1, 1],
        "batches(x, y, 2) of five rows has two rows in its third batch. At which row should it begin, and what is left there?": [2, 2, 2],
    },
)
rows = torch.cat([images for images, _ in pairs])
check.equal(
    rows,
    x,
    "the rows of all batches(x, y, 2)",
    mistakes={
        "batches(x, y, 2) begins with the last rows. Keep the order.": x.flip(0),
        "batches(x, y, 2) yields the labels first. The rows of x come first.": y,
        "batches(x, y, 2) begins each batch at the first row.": torch.cat([x[:2], x[:2], x[:1]]),
        "batches(x, y, 2) yields all rows, but in another order.": rows if sorted(rows.tolist()) == x.tolist() else None,
    },
)
check.equal(
    torch.cat([labels for _, labels in pairs]),
    y,
    "the labels of all batches(x, y, 2)",
    mistakes={"batches(x, y, 2) yields all labels with each batch. Each row has its own.": y.repeat(3)},
)
check.equal(
    [len(images) for images, _ in islice(batches(x[:4], y[:4], 2), 20)],
    [2, 2],
    "the sizes of batches(x, y, 2) of four rows",
    mistakes={
        "batches(x, y, 2) of four rows ends with an empty batch.": [2, 2, 0],
        "batches(x, y, 2) yields nothing at its second call. Where does it keep its place?": [],
    },
)
### BEGIN HIDDEN TESTS
for n, size in ((7, 3), (6, 3), (3, 5), (1, 1), (4, 4)):
    x, y = torch.arange(3.0 * n).reshape(n, 3), torch.arange(n)
    before = x.clone(), y.clone()
    pairs = list(islice(batches(x, y, size), 20))
    name = f"batches(x, y, {size}) of {n} rows"
    check.equal([len(images) for images, _ in pairs], [len(one) for one in y.split(size)], f"the sizes of {name}")
    for number, (images, labels) in enumerate(pairs):
        check.equal(images, x.split(size)[number], f"the rows of batch {number} of {name}")
        check.equal(labels, y.split(size)[number], f"the labels of batch {number} of {name}")
    check.unchanged((x, y), before, "an argument of batches")
both = list(islice(zip(batches(x, y, 3), batches(x, y, 3), strict=False), 20))
check.equal([[len(one[0]), len(other[0])] for one, other in both], [[3, 3], [1, 1]], "the sizes of two batches(x, y, 3) side by side")
### END HIDDEN TESTS

# %% [markdown]
# ## Training by hand
#
# All parts are there; what is left is the loop.
# For each batch it computes the loss, calls `backward()`, moves weights and bias against their gradients, and clears the gradients.
# No optimizer does it for you, so two rules of lesson 07 apply again.
# The update must not be recorded, and it must change the tensor itself, not make a new one.
#
# ### Train weights and bias (16 minutes, ●●●)
#
# Write `fit_by_hand(x, y, epochs, lr, batch_size)`, which trains a linear layer with ten outputs on images `x`, `(n, 784)`, and labels `y`, `(n,)`.
#
# 1. Draw weights of shape `(784, 10)`, small enough that the loss starts near ln 10, and make a bias of ten zeros, on the device of `x`. Draw with PyTorch, so that `torch.manual_seed` makes it repeatable.
# 2. In each epoch, go through `batches(x, y, batch_size)` and make one step of plain gradient descent per batch.
# 3. Return a tuple `(weights, bias, losses)`. `losses` is a list with one Python float per epoch: the mean loss per *image*, each batch's loss taken as its step finds it.
#
# Example: one black image (784 zeros) with the label 3, `epochs=2` and `lr=1`.
# All ten logits are 0, and the first loss is ln 10 = 2.303.
# The gradient of the bias is 1/10 for each class, less 1 for the right one, so the bias becomes 0.9 for class 3 and -0.1 for all others.
# Now class 3 has the probability 0.232, and the second loss is 1.461.
# The weights do not move, because all pixels are 0.


# %% task="fit_by_hand"
def fit_by_hand(
    x: Tensor, y: Tensor, epochs: int, lr: float, batch_size: int
) -> tuple[Tensor, Tensor, list[float]]:
    """Train a linear layer on images `x` (n, 784) and labels `y` (n,) by plain gradient descent.

    Return weights (784, 10), bias (10,), and the mean loss per image of each epoch.
    """
    ### BEGIN SOLUTION
    weights = (torch.randn(784, 10, device=x.device) / math.sqrt(784)).requires_grad_()
    bias = torch.zeros(10, device=x.device, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, weights, bias), labels)
            loss.backward()
            with torch.no_grad():
                weights -= lr * weights.grad
                bias -= lr * bias.grad
            weights.grad.zero_()
            bias.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return weights, bias, losses
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: <code>RuntimeError: a leaf Variable that requires grad is being used in an in-place operation.</code></summary>
#
# You change a weight while autograd is recording.
# Under which `with` is nothing recorded?
# </details>
#
# <details><summary>Hint: <code>TypeError: unsupported operand type(s) for *: 'float' and 'NoneType'</code></summary>
#
# A `.grad` is None, so that tensor is not a leaf, or no `backward()` has reached it.
# `weights = weights - …` gives the name to a new tensor, and so does `torch.randn(…, requires_grad=True) / 28`.
# The first must become a change in place; in the second, divide first and ask for gradients afterwards.
# </details>
#
# <details><summary>Hint: why does the loss fall and then jump about?</summary>
#
# `backward()` adds to what is in `.grad`.
# Who clears it, of both tensors, after each step?
# </details>

# %% check="fit_by_hand" points=3
recorded = []  # whether autograd records after each call


def again(*arguments) -> tuple[Tensor, Tensor, list[float]]:
    """Return what `fit_by_hand` gives, always from the same seed."""
    torch.manual_seed(5)
    with check.within(20, "fit_by_hand(…)"):
        result = fit_by_hand(*arguments)
    recorded.append(torch.is_grad_enabled())
    torch.set_grad_enabled(True)
    return result


def replay(start, sizes, epochs=1, lr=0.5, clear=(0, 1), late=False, bias=True, uphill=False, sums=False):
    """Return weights and bias after a step of torch's SGD on each batch of `sizes` rows, or a late one per epoch.

    And for each epoch the sums of the losses of each batch.
    """
    moved = [start[0].T.clone().requires_grad_(), start[1].clone().requires_grad_()]
    optimizer, sums_of = torch.optim.SGD(moved if bias else moved[:1], lr=lr, maximize=uphill), []
    for _ in range(epochs):
        sums_of.append([])
        for rows, truth in zip(x[: sum(sizes)].split(sizes), y[: sum(sizes)].split(sizes), strict=True):
            for i in clear if not late else ():
                moved[i].grad = None
            total = F.cross_entropy(F.linear(rows, *moved), truth, reduction="sum")
            sums_of[-1].append(total.item())
            (total / (1 if sums else len(rows))).backward()
            if not late:
                optimizer.step()
        if late:
            optimizer.step()
            optimizer.zero_grad()
    return moved[0].detach().T, moved[1].detach(), sums_of


def which(found: tuple, candidates: dict[str, tuple]) -> str:
    """Return the name of the first candidate that the tensors found are, "other" where none fits."""
    for name, wanted in candidates.items():
        if all(torch.allclose(one.detach().to(two), two, rtol=1e-3, atol=1e-5) for one, two in zip(found, wanted, strict=True)):
            return name
    return "other"


seeded = torch.Generator().manual_seed(6)
x, y = 0.5 * torch.rand(5, 784, generator=seeded), torch.tensor([3, 0, 7, 7, 1])
given = x.clone(), y.clone()
result = again(x, y, 2, 0.0, 2)  # with lr=0 it ends where it starts
check.equal(
    isinstance(result, tuple) and len(result) == 3,
    True,
    "whether fit_by_hand(…) gives a tuple of three",
    mistakes={"fit_by_hand(…) does not give a tuple of three: weights, bias and losses.": False},
)
check.shape(result[0], (784, 10), "the tensor of weights from fit_by_hand(…)", mistakes={"fit_by_hand(…) gives weights of shape (10, 784). Here each class has a column.": (10, 784)})
check.shape(result[1], (10,), "the bias from fit_by_hand(…)")
check.equal(
    isinstance(result[2], list) and all(isinstance(loss, float) for loss in result[2]),
    True,
    "whether the losses of fit_by_hand(…) are a list of Python floats",
    mistakes={"fit_by_hand(…) gives losses that are not a list of Python floats. Which method makes a number of a tensor?": False},
)
start = tuple(one.detach().clone().float() for one in result[:2])
check.equal(
    bool(start[0].isfinite().all()),
    True,
    "whether the weights of fit_by_hand(…) start finite",
    mistakes={"fit_by_hand(…) starts from weights that are infinite or nan. Are they drawn, or is their memory used as it comes?": False},
)
with torch.no_grad():
    many = 8 * F.normalize(torch.rand(200, 784, generator=seeded))
    far = F.cross_entropy(F.linear(many, start[0].T, start[1]), torch.arange(200) % 10).item() - math.log(10)
check.equal(
    bool(start[1].abs().max() > 0),
    False,
    "whether the bias of fit_by_hand(…, lr=0) has left 0",
    mistakes={"fit_by_hand(…) with lr=0 gives a bias that is not all 0. Where does the bias start, and what moves it when lr is 0?": True},
)
check.equal(
    abs(far) < 1,
    True,
    "whether the loss of fit_by_hand(…) starts near ln 10",
    mistakes={"fit_by_hand(…) starts far above a loss of ln 10. How large are sums of 784 such weights?": False},
)
check.equal(
    torch.equal(again(x, y, 1, 0.0, 2)[0].detach().float(), start[0]),
    True,
    "whether fit_by_hand(…) starts from the same weights after the same torch.manual_seed",
    mistakes={"fit_by_hand(…) with lr=0 gives other weights at its second call, though the seed is the same. What draws them, or what moves them?": False},
)


def kind_of(losses: list[float], sums: list[list[float]]) -> str:
    """Return what `losses` are, where the batches of 2, 2 and 1 images have these sums in each epoch."""
    sums = torch.tensor(sums)
    means, total = sums / torch.tensor([2, 2, 1]), sums.sum(dim=1)
    kinds = {
        "mean per image": total / 5,
        "mean of means": means.mean(dim=1),
        "last batch": means[:, 2],
        "first batch": means[:, 0],
        "sum": total,
        "sum of means": means.sum(dim=1),
        "too few batches": means.sum(dim=1) / 2,
        "sum of means over images": means.sum(dim=1) / 5,
        "sum over batches": total / 3,
        "no last batch": sums[:, :2].sum(dim=1) / 5,
        "weight of batch_size": 2 * means.sum(dim=1) / 5,
        "one per batch": means.flatten(),
        "adding up": (total / 5).cumsum(dim=0),
        "used up": total / 5 * (torch.arange(len(total)) == 0),
        "one in all": total[:1] / 5,
    }
    found = torch.tensor(losses)
    other = "other" if len(found) == len(total) else "another number"
    return next((name for name, one in kinds.items() if len(one) == len(found) and torch.allclose(found, one, rtol=1e-3)), other)


slips = {
    "fit_by_hand(…) gives the mean of the batches' means. A smaller batch must count less.": "mean of means",
    "fit_by_hand(…) gives the loss of each epoch's last batch. What about the others?": "last batch",
    "fit_by_hand(…) gives the loss of each epoch's first batch. What about the others?": "first batch",
    "fit_by_hand(…) gives the sum over the images for each epoch. Their mean is wanted.": "sum",
    "fit_by_hand(…) adds up the batches' means for each epoch, and divides by nothing.": "sum of means",
    "fit_by_hand(…) divides a sum of the batches' means by the number of images. How much should each mean weigh?": "sum of means over images",
    "fit_by_hand(…) divides a sum over the images by the number of batches.": "sum over batches",
    "fit_by_hand(…) divides the sum of the batches' means by the number of full batches. How much should each mean weigh?": "too few batches",
    "fit_by_hand(…) weighs every batch with batch_size. How many images are in the last one?": "weight of batch_size",
    "fit_by_hand(…) leaves the last, smaller batch out of its losses.": "no last batch",
    "fit_by_hand(…) gives one loss per batch. One per epoch is wanted.": "one per batch",
    "fit_by_hand(…) gives more or fewer losses than there are epochs. What is epochs for?": "another number",
    "fit_by_hand(…) goes on adding from one epoch to the next. Each epoch has a mean of its own.": "adding up",
    "fit_by_hand(…) finds no batches in the second epoch. What becomes of a generator that has been run through?": "used up",
    "fit_by_hand(…) gives one loss for two epochs. Does it return too early, or count an epoch too few?": "one in all",
}
check.equal(
    kind_of(result[2], replay(start, [2, 2, 1], epochs=2, lr=0.0)[2]),
    "mean per image",
    "the kind of losses from fit_by_hand(…)",
    mistakes=slips | {"fit_by_hand(…) with lr=0 gives losses that are not the mean cross-entropy per image of each epoch.": "other"},
)
check.equal(
    all(recorded),
    True,
    "torch.is_grad_enabled() after fit_by_hand(…)",
    mistakes={"fit_by_hand(…) switches recording off for good, so that nothing can be trained afterwards.": False},
)
result = again(x, y, 1, 0.5, 2)
check.equal(
    which(
        result[:2],
        {
            "right": replay(start, [2, 2, 1])[:2],
            "start": start,
            "first batch": replay(start, [2])[:2],
            "no last batch": replay(start, [2, 2])[:2],
            "one step": replay(start, [5])[:2],
            "piled up": replay(start, [2, 2, 1], clear=())[:2],
            "piled up in part": replay(start, [2, 2, 1], clear=(0,))[:2],
            "piled up in weights": replay(start, [2, 2, 1], clear=(1,))[:2],
            "late": replay(start, [2, 2, 1], late=True)[:2],
            "uphill": replay(start, [2, 2, 1], uphill=True)[:2],
            "no bias": replay(start, [2, 2, 1], bias=False)[:2],
            "sums": replay(start, [2, 2, 1], sums=True)[:2],
            "singles": replay(start, [1] * 5)[:2],
        },
    ),
    "right",
    "the end of fit_by_hand(…) after one epoch",
    mistakes={
        "fit_by_hand(…) never moves its weights. Does each batch get its step?": "start",
        "fit_by_hand(…) makes a step for the first batch alone.": "first batch",
        "fit_by_hand(…) makes no step for the last, smaller batch.": "no last batch",
        "fit_by_hand(…) makes one step on all images. Each batch gets a step.": "one step",
        "fit_by_hand(…) uses gradients of earlier batches again. Who clears them?": "piled up",
        "fit_by_hand(…) clears the gradient of the weights alone. What about that of the bias?": "piled up in part",
        "fit_by_hand(…) clears the gradient of the bias alone. What about that of the weights?": "piled up in weights",
        "fit_by_hand(…) makes one step per epoch, after the last batch. Each batch gets a step.": "late",
        "fit_by_hand(…) goes uphill.": "uphill",
        "fit_by_hand(…) never moves the bias.": "no bias",
        "fit_by_hand(…) steps along the sum over a batch. The mean is wanted.": "sums",
        "fit_by_hand(…) makes a step for each image. What is batch_size for?": "singles",
        "fit_by_hand(…) does not end where one plain step per batch leads, in order, with the learning rate lr.": "other",
    },
)
check.equal(
    torch.equal(again(x, y, 1, 0.0, 2)[0].detach().float(), start[0]),
    True,
    "whether fit_by_hand(…) starts afresh after a training",
    mistakes={"fit_by_hand(…) starts a second training where the first one ended. Where are its weights made?": False},
)
result = again(x, y, 3, 0.5, 2)
check.equal(
    which(
        result[:2],
        {
            "right": replay(start, [2, 2, 1], epochs=3)[:2],
            "one": replay(start, [2, 2, 1])[:2],
            "fewer": replay(start, [2, 2, 1], epochs=2)[:2],
            "more": replay(start, [2, 2, 1], epochs=4)[:2],
        },
    ),
    "right",
    "the end of fit_by_hand(…) after three epochs",
    mistakes={
        "fit_by_hand(…) ends after three epochs where one epoch ends. Does each epoch go on from the last?": "one",
        "fit_by_hand(…) makes one epoch less than asked for.": "fewer",
        "fit_by_hand(…) makes one epoch more than asked for.": "more",
        "fit_by_hand(…) is right for one epoch, and not for three. What changes between two epochs?": "other",
    },
)
check.equal(
    kind_of(result[2], replay(start, [2, 2, 1], epochs=3)[2]),
    "mean per image",
    "the kind of losses from fit_by_hand(…) in three epochs",
    mistakes=slips | {"fit_by_hand(…) notes other losses than those that its steps start from. When is each loss computed?": "other"},
)
check.unchanged((x, y), given, "an argument of fit_by_hand")
### BEGIN HIDDEN TESTS
seeded = torch.Generator().manual_seed(7)
for n, epochs, lr, size in ((7, 2, 0.3, 3), (4, 4, 1.0, 9), (6, 1, 0.1, 3), (2, 3, 0.2, 1)):
    x, y = 0.5 * torch.rand(n, 784, generator=seeded), torch.randint(10, (n,), generator=seeded)
    found = again(x, y, epochs, lr, size)
    wanted = replay(start, [len(one) for one in y.split(size)], epochs, lr)
    name = f"fit_by_hand(x, y, {epochs}, {lr}, {size}) of {n} images"
    check.equal(
        which(found[:2], {"right": wanted[:2]}),
        "right",
        f"the end of {name}",
        mistakes={f"{name} does not end where one plain step per batch leads.": "other"},
    )
    # The weights are drawn by fit_by_hand, so there are no losses that are the same for everybody.
    losses = torch.tensor([sum(one) / n for one in wanted[2]])
    check.equal(
        len(found[2]) == epochs and torch.allclose(torch.tensor(found[2]), losses, rtol=1e-3, atol=1e-5),
        True,
        f"whether the losses of {name} are right",
        mistakes={f"{name} gives losses that are not the mean cross-entropy per image of each epoch.": False},
    )
black = again(torch.zeros(1, 784), torch.tensor([3]), 2, 1.0, 1)
check.close(black[2], [math.log(10), math.log(9 * math.exp(-0.1) + math.exp(0.9)) - 0.9], "the losses of one black image", lists=True)
### END HIDDEN TESTS

# %% [markdown]
# Five epochs on the 6,000 digits:

# %% show="Your network learns" tags=["nbval-ignore-output"]
EPOCHS, LR, SIZE = 5, 0.5, 64
runs = {}  # the losses of each version of this lesson's training, by its name
with check.when_written():
    torch.manual_seed(0)
    first_weights, first_bias, _ = fit_by_hand(train_images, train_labels, 1, 0.0, SIZE)  # lr=0: where it starts
    torch.manual_seed(0)
    weights, bias, runs["by hand"] = fit_by_hand(train_images, train_labels, EPOCHS, LR, SIZE)
    weights, bias, first_weights, first_bias = (one.detach().float() for one in (weights, bias, first_weights, first_bias))
    print("losses:", [round(loss, 3) for loss in runs["by hand"]])
    for name, w, b in (("before", first_weights, first_bias), ("after ", weights, bias)):
        print(f"{name} training: {accuracy(linear(test_images, w, b), test_labels):.1%} of the test images right")

# %% [markdown]
# One matrix and ten numbers, and it reads about nine of ten handwritten digits that it has never seen, and more of drawn ones.
# There is no layer, no loss and no optimizer of PyTorch's in it.
#
# ## What has it learnt?
#
# A column of the weights has one number per pixel, so it can be drawn as an image.
# Red pixels speak for the digit when they are light, and blue ones against it.

# %% show="The ten columns of the weights as images" tags=["nbval-ignore-output"]
if "by hand" in runs:
    figure, axes = plt.subplots(2, 10, figsize=(10, 2.7), layout="constrained")
    for row, (name, w) in zip(axes, {"before": first_weights, "after": weights}.items(), strict=True):
        for digit, ax in enumerate(row):
            ax.imshow(w[:, digit].reshape(28, 28).cpu(), cmap="RdBu_r", vmin=-0.8, vmax=0.8)
            ax.set(xticks=[], yticks=[])
            if name == "before":
                ax.set_title(str(digit), fontsize=11)
        row[0].set_ylabel(name)
    figure.suptitle("The weights of each digit: noise before the training, faint shapes after it", fontsize=12)

# %% [markdown]
# Now look over its shoulder.
# A logit is a sum over pixels: light times weight.
# So each pixel has its own share in the logit, and the shares can be drawn too.

# %% show="Which pixels spoke for each answer" tags=["nbval-ignore-output"]
if "by hand" in runs:
    answers = (test_images @ weights + bias).argmax(dim=1)
    right, wrong = (answers == test_labels).nonzero()[:2, 0], (answers != test_labels).nonzero()[:2, 0]
    figure, axes = plt.subplots(2, 6, figsize=(9, 3.7), layout="constrained")
    for i, block in zip((*right.tolist(), *wrong.tolist()), (axes[0, :3], axes[0, 3:], axes[1, :3], axes[1, 3:]), strict=True):
        image, label, answer = test_images[i], test_labels[i].item(), answers[i].item()
        rival = label if answer != label else (image @ weights + bias).topk(2).indices[1].item()
        block[0].imshow(image.reshape(28, 28).cpu(), cmap="gray")
        block[0].set_title(f"a {label}, read as {answer}", fontsize=10, color=BLACK if answer == label else ORANGE)
        for ax, digit in zip(block[1:], (answer, rival), strict=True):
            ax.imshow((image * weights[:, digit]).reshape(28, 28).cpu(), cmap="RdBu_r", vmin=-0.5, vmax=0.5)
            ax.set_title(f"for {digit}: {(image @ weights[:, digit] + bias[digit]).item():+.1f}", fontsize=10)
    for ax in axes.flat:
        ax.set(xticks=[], yticks=[])
    figure.suptitle("What each pixel adds to the logit of the answer and to that of another digit", fontsize=12)

# %% [markdown]
# In each group the answer stands in the middle.
# On the right is its strongest rival, or the label, where the answer is wrong.
# All the red and blue of a picture, added up with the bias, make the number above it.
#
# ### A digit of your own
#
# Your network reads whatever has 784 pixels, so draw something for it.
# Below are 14 rows of 14 places, `#` for light and `.` for dark; each place becomes 2 × 2 pixels.
# Change the drawing, and run both cells.
# Which small change makes it read another digit?

# %%
drawing = """
. . . . . . . . . . . . . .
. . . . . . . . . . . . . .
. . . . . # # # # . . . . .
. . . . # # . . # # . . . .
. . . . . . . . # # . . . .
. . . . . . . . # # . . . .
. . . . . . . # # . . . . .
. . . . . . # # . . . . . .
. . . . . # # . . . . . . .
. . . . # # . . . . . . . .
. . . . # # # # # # . . . .
. . . . # # # # # # . . . .
. . . . . . . . . . . . . .
. . . . . . . . . . . . . .
"""

# %% show="What your network reads in your drawing" tags=["nbval-ignore-output"]
lines = [line.split() for line in drawing.strip().splitlines()]
if [len(line) for line in lines] != [14] * 14:
    print("The drawing needs 14 rows of 14 places, with spaces between them.")
elif "by hand" in runs:
    light = torch.tensor([[float(place == "#") for place in line] for line in lines], device=device)
    drawn = F.interpolate(light[None, None], size=(28, 28), mode="bilinear")  # soft edges, as the digits have
    with check.when_written():
        log_probs = log_softmax(linear(drawn.flatten(start_dim=1), weights, bias))
        plots.prediction(drawn[0], log_probs.exp(), title="What your network reads in your drawing")

# %% [markdown]
# ### Break it
#
# The line that moves the weights can be written in several ways that look alike.
# This cell tries four of them on one weight, with the loss w² and two steps from w = 1.
# Guess which of them works before you run it.
# Then change `lr` or the loss, and add a way of your own.


# %% show="Four ways to move a weight, and what becomes of each" tags=["nbval-ignore-output"]
import warnings


def in_place_recorded(w: Tensor, lr: float) -> Tensor:
    w -= lr * w.grad
    return w


def new_tensor_recorded(w: Tensor, lr: float) -> Tensor:
    w = w - lr * w.grad
    return w


def new_tensor_under_no_grad(w: Tensor, lr: float) -> Tensor:
    with torch.no_grad():
        w = w - lr * w.grad
    return w


def in_place_under_no_grad(w: Tensor, lr: float) -> Tensor:
    with torch.no_grad():
        w -= lr * w.grad
        w.grad.zero_()
    return w


for way in (in_place_recorded, new_tensor_recorded, new_tensor_under_no_grad, in_place_under_no_grad):
    w, steps = torch.tensor(1.0, requires_grad=True), 0
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # PyTorch warns of the .grad of a tensor that is no leaf
            for _ in range(2):
                (w**2).backward()
                w = way(w, lr=0.25)
                steps += 1
        print(f"{way.__name__:26} two steps, w = {w.item():.2f}")
    except (RuntimeError, TypeError) as error:
        print(f"{way.__name__:26} stops in step {steps + 1}: {str(error)[:72]}")

# %% [markdown]
# <details><summary>What becomes of each?</summary>
#
# The first is refused: it would change a leaf of the computation graph while autograd is recording.
# The second and third make one good step, and then `w` is another tensor.
# In the second it is the result of a computation, and such a tensor gets no `.grad`.
# In the third it requires no gradients at all, so there is nothing to go back to.
# The fourth changes the same tensor, unseen by autograd, and goes from 1 to 0.5 and to 0.25.
# </details>
#
# ## A module
#
# Your `fit_by_hand` names each tensor three times: once to make it, once to move it, once to clear it.
# For two tensors that is bearable; a network of fifty layers has a hundred.
# So PyTorch keeps a list of them for you.
#
# `nn.Module` is a class that keeps that list, and `nn.Parameter` is a tensor that gets onto it.
# A parameter requires gradients from the start.
# When you assign one to an attribute, as in `self.weights = nn.Parameter(…)`, the module notices and *registers* it under that name.
# `parameters()` then gives everything that is registered.
#
# **Predict first.**
# The class below makes three tensors that require gradients.
# How many of them does `parameters()` list?
# Replace `None` under the class with your number, and run both cells.


# %%
class Three(nn.Module):
    """A module with three tensors that require gradients."""

    def __init__(self) -> None:
        super().__init__()
        self.a = nn.Parameter(torch.zeros(2))
        self.b = torch.zeros(2, requires_grad=True)
        self.c = [nn.Parameter(torch.zeros(2))]


prediction = None

# %% show="Your prediction, and what parameters() lists"
if prediction is not None:
    print("You said:", prediction)
    print("Listed:  ", [name for name, _ in Three().named_parameters()])
match prediction:
    case None:
        print("Replace None with your number in the cell above. Then run both cells again.")
    case 1:
        print("Right. Only a is a parameter that was assigned to an attribute itself.")
    case 0:
        print("A parameter that is assigned to an attribute is registered, and there is one.")
    case 2:
        print("Which two? b requires gradients and is no parameter. The parameter in c sits in a list.")
    case 3:
        print("Autograd records what is done with all three. But to be recorded is not to be registered.")
    case _:
        print("There are three tensors in all: a, b, and the one in c. Which of them does a module notice?")

# %% [markdown]
# <details><summary>Answer: which tensors does <code>parameters()</code> list?</summary>
#
# Only `a`.
# `b` is a plain tensor: autograd records what is done with it, but the module does not register it.
# `c` is a list, and the module does not look into lists; `nn.ParameterList` is for that.
# Nothing complains: `b` and the tensor in `c` get their gradients, and a loop over `parameters()` never moves them.
# </details>
#
# ### Repair a module (12 minutes, ●●○)
#
# Somebody has put your matrix and your bias into a module, and wrote `step(lr)` to move them.
# The class has four slips.
# People really make them, and each gives an error that sounds like something else.
#
# ```python
# class MNISTLogistic(nn.Module):
#     """Ten sums over 784 pixels. `weights` is (784, 10), `bias` is (10,)."""
#
#     def __init__(self) -> None:
#         super.__init__()
#         self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
#         self.bias = nn.Parameter(torch.zeros(10))
#
#     def forward(self, x: Tensor) -> Tensor:
#         """Return logits (n, 10) of images `x` (n, 784)."""
#         return x @ self.weight + self.bias
#
#     def step(self, lr: float) -> None:
#         """Move each parameter against its gradient, in place, and clear the gradients."""
#         with torch.no_grad():
#             for p in self.parameters():
#                 p -= lr * p.grad()
#                 p.grad.zero()
# ```
#
# Copy it over the cell below, and repair it there.
# The parameters keep the names `weights` and `bias`.
# Run the cell, then the one that tries it, and read each error to its end: the last line says what, and the arrow above it says where.
#
# Example: a parameter of 1 with the gradient 2 is 0 after `step(0.5)`, and its gradient is 0 or None.


# %% task="MNISTLogistic"
class MNISTLogistic(nn.Module):
    """Ten sums over 784 pixels. `weights` is (784, 10), `bias` is (10,)."""

    def __init__(self) -> None:
        ### BEGIN SOLUTION
        super().__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))
        ### END SOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (n, 10) of images `x` (n, 784)."""
        ### BEGIN SOLUTION
        return x @ self.weights + self.bias
        ### END SOLUTION

    def step(self, lr: float) -> None:
        """Move each parameter against its gradient, in place, and clear the gradients."""
        ### BEGIN SOLUTION
        with torch.no_grad():
            for p in self.parameters():
                p -= lr * p.grad
                p.grad.zero_()
        ### END SOLUTION


# %% show="Try it: one step on a hundred images" tags=["nbval-ignore-output"]
with check.when_written():
    torch.manual_seed(0)
    model = MNISTLogistic().to(device)
    for moment in ("before", "after"):
        loss = F.cross_entropy(model(train_images[:100]), train_labels[:100])
        print(f"loss {moment} a step: {loss.item():.3f}")
        loss.backward()
        model.step(lr=0.5)

# %% [markdown]
# <details><summary>Hint: <code>TypeError: descriptor '__init__' of 'super' object needs an argument</code></summary>
#
# `super` is a class of Python's own.
# Called without arguments inside a method, it gives an object that stands for the class above, here `nn.Module`.
# What is missing for a call?
# </details>
#
# <details><summary>Hint: <code>AttributeError: 'MNISTLogistic' object has no attribute 'weight'</code></summary>
#
# A module finds a parameter under the name under which it was assigned.
# Compare the names in `__init__` and `forward`, letter by letter.
# </details>
#
# <details><summary>Hint: <code>TypeError: 'Tensor' object is not callable</code></summary>
#
# Something is followed by parentheses, and it is a tensor and not a function.
# Which of the names in that line is a tensor?
# </details>
#
# <details><summary>Hint: <code>AttributeError: 'Tensor' object has no attribute 'zero'</code></summary>
#
# What do the names of methods end in that change their tensor in place?
# Lesson 01 wrote one of them.
# </details>

# %% check="MNISTLogistic" points=3


noted = set()


class Forgiving(Tensor):
    """A gradient that may be called like a function and has a method `zero`; both are noted."""

    __torch_function__ = torch._C._disabled_torch_function_impl

    def __call__(self) -> Tensor:
        noted.add("called")
        return self

    def zero(self) -> Tensor:
        noted.add("zero")
        return self.zero_()


def slip_of(error: Exception) -> str | None:
    """Return which slip of the class an error comes from, or None."""
    known = {
        "'super' object needs an argument": "super",
        "before Module.__init__() call": "no super",
        "'MNISTLogistic' object has no attribute": "name",
        "'Tensor' object is not callable": "called",
        "'Parameter' object is not callable": "called",
        "'Tensor' object has no attribute 'zero'": "zero",
        "'Parameter' object has no attribute 'zero'": "zero",
    }
    return next((slip for part, slip in known.items() if part in str(error)), None)


def attempt(model: nn.Module | None, gradients: type[Tensor]) -> Exception | None:
    """Return the first error of a forward pass and a step of `model`, or of a new one; None where all works."""
    try:
        model = model or MNISTLogistic()
        model(torch.ones(2, 784)).sum().backward()
        for parameter in model.parameters():
            if gradients is not Tensor and parameter.grad is not None:
                parameter.grad = parameter.grad.detach().clone().as_subclass(gradients)
        model.step(0.5)
    except (TypeError, AttributeError) as error:
        return error
    finally:
        torch.set_grad_enabled(True)  # a step that leaves it off is told so further down
    return None


def made() -> nn.Module:
    """Return a model that has its two parameters whatever its `__init__` does."""
    model = MNISTLogistic.__new__(MNISTLogistic)
    nn.Module.__init__(model)
    model.weights, model.bias = nn.Parameter(torch.zeros(784, 10)), nn.Parameter(torch.zeros(10))
    return model


check.equal(
    issubclass(MNISTLogistic, nn.Module),
    True,
    "whether MNISTLogistic is an nn.Module",
    mistakes={"MNISTLogistic is no nn.Module, so it registers nothing. What stands in the parentheses of its first line?": False},
)
slips = set()
if (error := attempt(None, Tensor)) is not None and (first := slip_of(error)):
    # One error hides the next: try the methods by themselves, with what the first one leaves out made up for.
    slips.add(first)
    model = made()
    if (error := attempt(model, Tensor)) is not None and (second := slip_of(error)):
        slips.add(second)
    model.weight = model.weights
    attempt(model, Forgiving)
    slips |= noted
places = {
    "super": "super is asked for __init__ without having been called",
    "no super": "nn.Module is not set up before parameters are assigned",
    "name": "an attribute is asked for under a name that it does not have",
    "called": "a tensor is called like a function",
    "zero": "a tensor is asked for a method zero, which it does not have",
}
sentences = {}
for number in range(1, 2 ** len(places)):
    some = [text for i, text in enumerate(places.values()) if number >> i & 1]
    many = "a slip" if len(some) == 1 else f"{len(some)} slips"
    sentences[f"MNISTLogistic has {many} left: {'; '.join(some)}."] = some
check.equal([text for slip, text in places.items() if slip in slips], [], "the slips left in MNISTLogistic", mistakes=sentences)

torch.manual_seed(8)
model = MNISTLogistic()
named = {name: tuple(parameter.shape) for name, parameter in model.named_parameters()}
check.equal(
    named,
    {"weights": (784, 10), "bias": (10,)},
    "the dictionary of MNISTLogistic()'s parameters and their shapes",
    mistakes={
        "MNISTLogistic() registers neither weights nor bias. What must a tensor be to be registered?": {},
        "MNISTLogistic() does not register its bias. What must a tensor be to be registered?": {"weights": (784, 10)},
        "MNISTLogistic() does not register its weights. What must a tensor be to be registered?": {"bias": (10,)},
        "MNISTLogistic() keeps its weights under the name weight. The task keeps the name weights.": {"weight": (784, 10), "bias": (10,)},
        "MNISTLogistic() keeps its weights as (10, 784). Here each class has a column.": {"weights": (10, 784), "bias": (10,)},
    },
)
check.equal(
    bool(model.weights.std() > 0.2),
    False,
    "whether the weights of MNISTLogistic() start larger than in the class as it stands",
    mistakes={"MNISTLogistic() starts with larger weights than the class as it stands. What was there besides the slips?": True},
)
seeded = torch.Generator().manual_seed(9)
w, b, x = (torch.randn(size, generator=seeded) / 10 for size in ((784, 10), (10,), (6, 784)))
y = torch.tensor([3, 1, 4, 1, 5, 9])
with torch.no_grad():
    model.weights.copy_(w)
    model.bias.copy_(b)
logits = F.linear(x, w.T, b)
check.close(
    model(x),
    logits,
    "MNISTLogistic()(x)",
    rtol=1e-3,
    atol=1e-4,
    mistakes={
        "MNISTLogistic()(x) gives log-probabilities. The class as it stands gives logits.": logits.log_softmax(dim=1),
        "MNISTLogistic()(x) gives probabilities. The class as it stands gives logits.": logits.softmax(dim=1),
        "MNISTLogistic()(x) leaves the bias out.": logits - b,
    },
)
parameters = [model.weights, model.bias]
w.requires_grad_()
b.requires_grad_()
slopes = torch.autograd.grad(F.cross_entropy(F.linear(x, w.T, b), y), (w, b))
F.cross_entropy(model(x), y).backward()
model.step(0.5)
recording = torch.is_grad_enabled()
torch.set_grad_enabled(True)
check.equal(
    recording,
    True,
    "torch.is_grad_enabled() after step(0.5)",
    mistakes={"MNISTLogistic switches recording off for good in step, so that nothing can be trained afterwards.": False},
)
check.equal(
    [one is other for one, other in zip((model.weights, model.bias), parameters, strict=True)],
    [True, True],
    "whether weights and bias are the same tensors after step(0.5)",
    mistakes={"step(0.5) puts new tensors in the place of weights and bias. It must change the old ones in place.": [False, False]},
)
check.close(
    tuple(parameter.detach() for parameter in parameters),
    (w.detach() - 0.5 * slopes[0], b.detach() - 0.5 * slopes[1]),
    "weights and bias after step(0.5)",
    mistakes={
        "step(0.5) sets the parameters themselves to 0. What should be cleared?": (torch.zeros(784, 10), torch.zeros(10)),
        "step(0.5) goes uphill.": (w.detach() + 0.5 * slopes[0], b.detach() + 0.5 * slopes[1]),
        "step(0.5) moves nothing. Does it change the tensors themselves, and are the gradients still there when it does?": (w.detach(), b.detach()),
        "step(0.5) moves the weights alone. What about the bias?": (w.detach() - 0.5 * slopes[0], b.detach()),
        "step(0.5) takes the whole gradient. What is lr for?": (w.detach() - slopes[0], b.detach() - slopes[1]),
    },
)
for parameter in parameters:
    parameter.grad = torch.ones_like(parameter)
before = model.bias.detach().clone()
model.step(0.25)
check.close(
    before - model.bias.detach(),
    torch.full((10,), 0.25),
    "how far step(0.25) moves a bias whose gradient is all ones",
    mistakes={"step(0.25) moves as far as step(0.5). What is lr for?": torch.full((10,), 0.5)},
)
check.equal(
    any(parameter.grad is not None and bool(parameter.grad.any()) for parameter in parameters),
    False,
    "whether a gradient is left after step(0.5)",
    mistakes={"step(0.5) leaves a gradient that is not 0, and the next backward() will add to it. Which call clears it in place?": True},
)
### BEGIN HIDDEN TESTS
model, other = MNISTLogistic(), MNISTLogistic()
check.equal(
    model.weights is other.weights or model.bias is other.bias,
    False,
    "the same tensors in two models",
    mistakes={"MNISTLogistic() gives the same tensor to each model. Where is it made?": True},
)
with torch.no_grad():
    model.weights.copy_(w)
    model.bias.copy_(b)
optimizer = torch.optim.SGD([w, b], lr=0.3)
for size in (4, 1, 6):  # batches of several sizes, and gradients that must not pile up
    F.cross_entropy(model(x[:size]), y[:size]).backward()
    model.step(0.3)
    optimizer.zero_grad()
    F.cross_entropy(F.linear(x[:size], w.T, b), y[:size]).backward()
    optimizer.step()
check.close(model.weights, w.detach(), "weights after three steps of 4, 1 and 6 images", rtol=1e-3)
check.close(model.bias, b.detach(), "bias after three steps of 4, 1 and 6 images", rtol=1e-3)
check.equal([model.weights.requires_grad, model.bias.requires_grad], [True, True], "requires_grad after three steps")
check.shape(model(torch.zeros(1, 784)), (1, 10), "MNISTLogistic()(x) of one image")
### END HIDDEN TESTS

# %% [markdown]
# ## The first exchange: a module's list of parameters
#
# A training loop that asks the module for its parameters needs to know nothing about the network: not how many tensors it has, nor what they are called.
#
# ### Train any module (9 minutes, ●●○)
#
# Write `fit(model, x, y, epochs, lr, batch_size)`: your training by hand once more, for any module that gives logits.
# It moves all that `model.parameters()` lists, in place, and returns the list of losses as before: one Python float per epoch, the mean loss per image.
#
# Example: `nn.Linear(1, 2)` with weights and bias 0, one input 1 with the label 0, two epochs, `lr=1` and batches of 1.
# Both logits are 0, so the first loss is ln 2 = 0.693, and the slopes are -0.5 for class 0 and 0.5 for class 1.
# After the step the weights are 0.5 and -0.5, and so are the biases.
# The logits are 1 and -1, and the second loss is ln(1 + e⁻²) = 0.127.


# %% task="fit"
def fit(model: nn.Module, x: Tensor, y: Tensor, epochs: int, lr: float, batch_size: int) -> list[float]:
    """Train `model`, which gives logits, by plain gradient descent; return the mean loss per image of each epoch."""
    ### BEGIN SOLUTION
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    p -= lr * p.grad
                    p.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return losses
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: <code>AttributeError: 'Sequential' object has no attribute 'step'</code>, or <code>'weights'</code></summary>
#
# Those belong to your `MNISTLogistic`, and the training is for any module.
# What does every `nn.Module` have?
# </details>
#
# <details><summary>Hint: why does nothing move when I write <code>p = p - …</code>?</summary>
#
# `p` is a name in your loop.
# The assignment gives that name to a new tensor, and the model keeps the old one.
# Which way of the experiment above changes the tensor itself?
# </details>

# %% check="fit" points=3
import copy

torch.manual_seed(10)
untrained = nn.Sequential(nn.Linear(6, 5), nn.Tanh(), nn.Linear(5, 3))


def network() -> nn.Module:
    """Return a network of two layers, always with the same numbers."""
    return copy.deepcopy(untrained)


def vector(model: nn.Module) -> Tensor:
    """Return all parameters of `model`, one behind the other."""
    return torch.cat([parameter.detach().flatten() for parameter in model.parameters()])


def trained(sizes, epochs=1, lr=0.5, clear=slice(None), late=False, only=slice(None), uphill=False, sums=False):
    """Return all parameters and the losses of `network()` after steps of torch's SGD: one per batch, or a late one per epoch."""
    model, losses = network(), []
    moved = list(model.parameters())
    optimizer = torch.optim.SGD(moved[only], lr=lr, maximize=uphill)
    for _ in range(epochs):
        losses.append(0.0)
        for rows, truth in zip(x[: sum(sizes)].split(sizes), y[: sum(sizes)].split(sizes), strict=True):
            for parameter in moved[clear] if not late else ():
                parameter.grad = None
            total = F.cross_entropy(model(rows), truth, reduction="sum")
            losses[-1] += total.item() / len(x)
            (total / (1 if sums else len(rows))).backward()
            if not late:
                optimizer.step()
        if late:
            optimizer.step()
            optimizer.zero_grad()
    return vector(model), losses


def fitted(epochs: int) -> tuple[Tensor, list[float], list[bool]]:
    """Return all parameters and the losses of `network()` after `fit`, and whether it was in training mode for each batch."""
    model, modes = network(), []
    model[1].register_forward_hook(lambda module, inputs, output: modes.append(module.training))
    losses = fit(model, x, y, epochs, 0.5, 2)
    return vector(model), losses, modes


seeded = torch.Generator().manual_seed(11)
x, y = torch.randn(5, 6, generator=seeded), torch.tensor([2, 0, 1, 1, 0])
given = x.clone(), y.clone()
with torch.no_grad():
    each = F.cross_entropy(network()(x), y, reduction="none")
    twice = F.cross_entropy(network()(x).softmax(dim=1), y).item()
mean, means, total = each.mean().item(), [one.mean().item() for one in each.split(2)], each.sum().item()
after = []  # a number from torch after each of two calls that find it seeded otherwise
for seed in (1, 2):
    torch.manual_seed(seed)
    with check.within(20, "fit(model, x, y, 2, 0, 2)"):
        losses = fit(network(), x, y, 2, 0.0, 2)
    after.append(torch.rand(()).item())
check.close(
    losses,
    [mean] * 2,
    "fit(model, x, y, 2, 0, 2)",
    lists=True,
    mistakes={
        "fit(…) gives the mean of the batches' means for each epoch. A smaller batch must count less.": [sum(means) / 3] * 2,
        "fit(…) gives the loss of each epoch's last batch. What about the others?": [means[-1]] * 2,
        "fit(…) gives the sum over the images for each epoch. Their mean is wanted.": [total] * 2,
        "fit(…) gives one loss per batch. One per epoch is wanted.": means * 2,
        "fit(…) adds up the batches' means for each epoch, and divides by nothing.": [sum(means)] * 2,
        "fit(…) divides the sum of the batches' means by the number of full batches. How much should each mean weigh?": [sum(means) / 2] * 2,
        "fit(…) takes the softmax twice. What does cross_entropy want as its input?": [twice] * 2,
        "fit(…) divides a sum of the batches' means by the number of images. How much should each mean weigh?": [sum(means) / 5] * 2,
        "fit(…) weighs every batch with batch_size. How many images are in the last one?": [2 * sum(means) / 5] * 2,
        "fit(…) goes on adding from one epoch to the next. Each epoch has a mean of its own.": [mean, 2 * mean],
        "fit(…) finds no batches in the second epoch. What becomes of a generator that has been run through?": [mean, 0.0],
        "fit(…) keeps each loss as a tensor. Which method gives the bare number?": [torch.tensor(mean)] * 2,
        "fit(…) gives one loss for two epochs. Does it return too early, or count an epoch too few?": [mean],
        "fit(…) leaves out the last, smaller batch.": [2 * (means[0] + means[1]) / 5] * 2,
        "fit(…) leaves out the last, smaller batch, and its image where it divides.": [(means[0] + means[1]) / 2] * 2,
    },
)
check.equal(
    after[0] == after[1],
    False,
    "whether fit(…) sets the seed of its caller's random numbers",
    mistakes={"fit(…) sets the seed of its caller's random numbers. Nothing in it is random.": True},
)
end, losses, modes = fitted(epochs=1)
recording = torch.is_grad_enabled()
torch.set_grad_enabled(True)
check.equal(
    recording,
    True,
    "torch.is_grad_enabled() after fit(…)",
    mistakes={"fit(…) switches recording off for good, so that nothing can be trained afterwards.": False},
)
check.equal(
    all(modes),
    True,
    "training mode during fit(…)",
    mistakes={"fit(…) puts the model into inference mode. Steps are made in training mode.": False},
)
three = [2, 2, 1]
check.close(
    end,
    trained(three)[0],
    "the vector of all parameters after fit(model, x, y, 1, 0.5, 2)",
    rtol=1e-3,
    mistakes={
        "fit(…) never moves the model's parameters. Does it change the tensors themselves?": trained([])[0],
        "fit(…) uses gradients of earlier batches again. Who clears them?": trained(three, clear=slice(0))[0],
        "fit(…) clears the gradient of the last parameter alone. On which line of the loop does it happen?": trained(three, clear=slice(3, 4))[0],
        "fit(…) makes one step per epoch, after the last batch. Each batch gets a step.": trained(three, late=True)[0],
        "fit(…) makes a step for the first batch alone.": trained([2])[0],
        "fit(…) makes one step on all images. Each batch gets a step.": trained([5])[0],
        "fit(…) goes uphill.": trained(three, uphill=True)[0],
        "fit(…) moves the first two parameters alone. How many does the model list?": trained(three, only=slice(2))[0],
        "fit(…) moves the last two parameters alone. How many does the model list?": trained(three, only=slice(2, 4))[0],
        "fit(…) steps along the sum over a batch. The mean is wanted.": trained(three, sums=True)[0],
        # Whatever else it found: one number of this vector would tell nothing.
        "fit(…) does not end where one plain step per batch leads, in order, with the learning rate lr.": end,
    },
)
check.close(losses, trained(three)[1], "fit(model, x, y, 1, 0.5, 2)", lists=True, rtol=1e-3)
end, losses, modes = fitted(epochs=3)
check.close(
    end,
    trained(three, epochs=3)[0],
    "the vector of all parameters after fit(model, x, y, 3, 0.5, 2)",
    rtol=1e-3,
    mistakes={
        "fit(…) stops after one epoch. How many are asked for?": trained(three)[0],
        "fit(…) makes one epoch less than asked for.": trained(three, epochs=2)[0],
        "fit(…) makes one epoch more than asked for.": trained(three, epochs=4)[0],
        "fit(…) is right for one epoch, and not for three. What changes between two epochs?": end,
    },
)
check.close(losses, trained(three, epochs=3)[1], "fit(model, x, y, 3, 0.5, 2)", lists=True, rtol=1e-3)
check.unchanged((x, y), given, "an argument of fit")
### BEGIN HIDDEN TESTS
x, y = torch.randn(8, 6, generator=seeded), torch.randint(3, (8,), generator=seeded)
for epochs, lr, size in ((2, 0.1, 3), (3, 1.0, 4), (4, 0.3, 20), (1, 0.2, 1)):
    model = network()
    before = list(model.parameters())
    losses = fit(model, x, y, epochs, lr, size)
    sizes = [len(one) for one in y.split(size)]
    name = f"fit(model, x, y, {epochs}, {lr}, {size}) of eight rows"
    check.close(losses, trained(sizes, epochs, lr)[1], name, lists=True, rtol=1e-3)
    after = list(model.parameters())
    check.close(vector(model), trained(sizes, epochs, lr)[0], f"the vector of all parameters after {name}", rtol=1e-3, atol=1e-4)
    check.equal(all(one is other for one, other in zip(before, after, strict=True)), True, f"whether the parameters are the same tensors after {name}")
one = nn.Linear(1, 2)
with torch.no_grad():
    one.weight.zero_()
    one.bias.zero_()
losses = fit(one, torch.ones(1, 1), torch.tensor([0]), 2, 1.0, 1)
check.close(losses, [math.log(2), math.log(1 + math.exp(-2))], "fit(nn.Linear(1, 2), …)", lists=True)
### END HIDDEN TESTS

# %% [markdown]
# Now the first comparison.
# Your module gets the very weights that the training by hand started from, and is trained with `fit`.

# %% show="The same training with a module: are the numbers the same?" tags=["nbval-ignore-output"]
def compare(name: str, losses: list[float], w: Tensor, b: Tensor) -> None:
    """Print how far losses, weights and bias are from those of the training by hand."""
    runs[name] = losses
    apart = max(abs(one - other) for one, other in zip(losses, runs["by hand"], strict=True))
    print("losses:", [round(loss, 3) for loss in losses])
    print(f"largest difference from the training by hand: {apart:.1g} in a loss, ", end="")
    print(f"{max((w - weights).abs().max().item(), (b - bias).abs().max().item()):.1g} in a weight")


with check.when_written():
    model = MNISTLogistic().to(device)
    with torch.no_grad():
        model.weights.copy_(first_weights)
        model.bias.copy_(first_bias)
    losses = fit(model, train_images, train_labels, EPOCHS, LR, SIZE)
    compare("nn.Module", losses, model.weights.detach(), model.bias.detach())

# %% [markdown]
# If your functions compute the same things in the same order, the difference is exactly 0.
# `nn.Module` and `nn.Parameter` add nothing to the computation: they keep a list.
#
# What is gained shows when the network changes.
# Here `fit` trains a network with a hidden layer, which it has never heard of:

# %% show="The same training, another network" tags=["nbval-ignore-output"]
with check.when_written():
    torch.manual_seed(0)
    deeper = nn.Sequential(nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 10)).to(device)
    deeper_losses = fit(deeper, train_images, train_labels, EPOCHS, LR, SIZE)
    with torch.no_grad():
        shares = {
            "one layer": accuracy(linear(test_images, weights, bias), test_labels),
            "two layers": accuracy(deeper(test_images), test_labels),
        }
    named = {f"{name}: {share:.1%} of the test images": share for name, share in shares.items()}
    _ = plots.loss_curve(
        dict(zip(named, (runs["by hand"], deeper_losses), strict=True)),
        title="One fit, two networks: the hidden layer ends lower",
    )

# %% [markdown]
# ## The second exchange: `nn.Linear`
#
# A layer is a module with parameters of its own, and a module may hold modules.
# Assign a layer to an attribute, and it is registered as a *child*; `parameters()` goes through the children too.
#
# ### A module with a layer (6 minutes, ●●○)
#
# Write the class `MNISTLinear`: a module like `MNISTLogistic`, whose weights and bias live in one `nn.Linear` from 784 inputs to 10 outputs.
# Its `forward` gives the logits.
# It needs no `step`, since `fit` does the moving.
#
# Example: `list(MNISTLinear().children())` has one entry, `Linear(in_features=784, out_features=10, bias=True)`.
# `parameters()` lists two tensors of 7,850 numbers in all, and the weight is `(10, 784)`.


# %% task="MNISTLinear"
class MNISTLinear(nn.Module):
    """One `nn.Linear` from 784 pixels to 10 logits."""

    def __init__(self) -> None:
        super().__init__()
        ### BEGIN SOLUTION
        self.layer = nn.Linear(784, 10)
        ### END SOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (n, 10) of images `x` (n, 784)."""
        ### BEGIN SOLUTION
        return self.layer(x)
        ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: why does the check say that there are no parameters?</summary>
#
# A layer is registered when it is assigned to an attribute of the module, in `__init__`.
# One in a plain list is not, and one that is made inside `forward` is a new one at each call.
# </details>

# %% check="MNISTLinear" points=2
torch.manual_seed(12)
x, weight, b = torch.randn(5, 784) / 10, torch.randn(10, 784), torch.randn(10)
model = MNISTLinear()
check.equal(
    isinstance(model, nn.Module),
    True,
    "whether MNISTLinear() is an nn.Module",
    mistakes={"MNISTLinear() is no nn.Module, so it registers nothing. What stands in the parentheses of its first line?": False},
)
logits = model(x)
check.shape(logits, (5, 10), "MNISTLinear()(x)")
model.eval()
check.equal(
    torch.equal(model(x), model(x)),
    True,
    "whether MNISTLinear()(x) gives the same numbers twice",
    mistakes={"MNISTLinear()(x) gives other numbers at each call. What is made anew each time?": False},
)
model.train()
check.equal(
    torch.equal(model(x), model(x)),
    True,
    "whether MNISTLinear()(x) gives the same numbers twice in training mode",
    mistakes={"MNISTLinear()(x) gives other numbers at each call in training mode. What is there besides the layer?": False},
)
check.equal(
    logits.requires_grad,
    True,
    "MNISTLinear()(x).requires_grad",
    mistakes={"MNISTLinear()(x) is cut off from autograd, so that nothing can be learnt through it.": False},
)
check.equal(
    sorted(tuple(parameter.shape) for parameter in model.parameters()),
    [(10,), (10, 784)],
    "the list of shapes that MNISTLinear().parameters() gives",
    mistakes={
        "MNISTLinear() registers no parameters. Where is the layer kept?": [],
        "MNISTLinear() has a layer without a bias.": [(10, 784)],
        "MNISTLinear() keeps its weights as (784, 10). A layer of PyTorch's keeps them the other way round.": [(10,), (784, 10)],
        "MNISTLinear() has inputs and outputs exchanged.": [(784,), (784, 10)],
        "MNISTLinear() has a second layer. One is wanted.": [(10,), (10,), (10, 10), (10, 784)],
    },
)
check.equal(
    sum(isinstance(module, nn.Linear) for module in model.modules()),
    1,
    "the number of nn.Linear layers in MNISTLinear()",
    mistakes={"MNISTLinear() holds no nn.Linear. Which layer has a weight and a bias of its own?": 0},
)
with torch.no_grad():
    for parameter in model.parameters():
        parameter.copy_(b if parameter.dim() == 1 else weight)
wanted = F.linear(x, weight, b)
check.close(
    model(x),
    wanted,
    "MNISTLinear()(x)",
    rtol=1e-3,
    atol=1e-3,
    mistakes={
        "MNISTLinear()(x) gives log-probabilities. Here the logits are wanted.": wanted.log_softmax(dim=1),
        "MNISTLinear()(x) gives probabilities. Here the logits are wanted.": wanted.softmax(dim=1),
        "MNISTLinear()(x) sends the logits through ReLU. A logit may be negative.": wanted.relu(),
        "MNISTLinear()(x) sends the logits through a sigmoid. A logit may be any number.": wanted.sigmoid(),
    },
)
### BEGIN HIDDEN TESTS
check.close(model(x[:1]), wanted[:1], "MNISTLinear()(x) of one image", rtol=1e-3, atol=1e-3)
other = MNISTLinear()
first, second = (next(iter(one.parameters())) for one in (model, other))
check.equal(
    first is second,
    False,
    "the same parameters in two models",
    mistakes={"MNISTLinear() gives the same layer to each model. Where is it made?": True},
)
model.zero_grad()
F.cross_entropy(model(x), torch.tensor([1, 0, 3, 9, 9])).backward()
check.equal([parameter.grad is not None for parameter in model.parameters()], [True, True], "whether each parameter of MNISTLinear() gets a gradient")
check.shape(model(torch.zeros(12, 784)), (12, 10), "MNISTLinear()(x) of twelve images")
### END HIDDEN TESTS

# %% show="What children() and parameters() list" tags=["nbval-ignore-output"]
with check.when_written():
    model = MNISTLinear()
    print("children of MNISTLinear():  ", list(model.children()))
    print("children of MNISTLogistic():", list(MNISTLogistic().children()))
    print("parameters of MNISTLinear():")
    for name, parameter in model.named_parameters():
        print(f"  {name:14} {tuple(parameter.shape)}")

# %% [markdown]
# `MNISTLogistic` has no children, since its parameters are its own.
# In `MNISTLinear` they belong to the child, and their names say so: the name of the attribute, a dot, the name inside the layer.
#
# And are the numbers the same?
# The weight of the layer is `(10, 784)`, so it starts from your first weights transposed.

# %% show="The same training with nn.Linear: are the numbers the same?" tags=["nbval-ignore-output"]
def from_the_start() -> nn.Module:
    """Return your MNISTLinear with the weights that the training by hand started from."""
    model = MNISTLinear().to(device)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(first_bias if parameter.dim() == 1 else first_weights.T)
    return model


def compare_layer(name: str, losses: list[float], model: nn.Module) -> None:
    """Print how far a trained MNISTLinear is from the training by hand."""
    w, b = sorted((parameter.detach() for parameter in model.parameters()), key=lambda one: -one.dim())
    compare(name, losses, w.T, b)


with check.when_written():
    model = from_the_start()
    compare_layer("nn.Linear", fit(model, train_images, train_labels, EPOCHS, LR, SIZE), model)

# %% [markdown]
# This time there is a difference, of less than a millionth.
# The sums are the same, but they are added up in another order where the matrix lies the other way round, and floats are rounded after each addition.
#
# ## The last exchange: everything else
#
# What is left of your own code is `cross_entropy`, `batches` and the four lines that move and clear.
# PyTorch has a part for each:

# %%
def fit_with_torch(
    model: nn.Module, x: Tensor, y: Tensor, epochs: int, lr: float, batch_size: int
) -> list[float]:
    """Train `model` as `fit` does, with PyTorch's own parts."""
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)  # knows what to move, and how
    loader = DataLoader(TensorDataset(x, y), batch_size=batch_size)  # in order, with the rest at the end
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in loader:
            loss = F.cross_entropy(model(images), labels)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return losses


# %% show="The same training with PyTorch's own parts: are the numbers the same?" tags=["nbval-ignore-output"]
with check.when_written():
    model = from_the_start()
    compare_layer("all of PyTorch", fit_with_torch(model, train_images, train_labels, EPOCHS, LR, SIZE), model)

# %% show="Four trainings in one picture" tags=["nbval-ignore-output"]
if len(runs) == 4:
    _, (left, right) = plt.subplots(1, 2, figsize=(9, 3.3), width_ratios=[1.2, 1], layout="constrained")
    looks = zip(runs.items(), (plots.PALE, BLUE, ORANGE, BLACK), (9, 5, 2.2, 0), ("-", "-", "--", "none"), strict=True)
    for (name, losses), colour, width, dashes in looks:
        left.plot(range(1, EPOCHS + 1), losses, color=colour, linewidth=width, linestyle=dashes, marker="o" if width == 0 else None, markersize=4, label=name)
    left.set(title="Four versions, one curve", xlabel="epoch", ylabel="mean loss", xticks=range(1, EPOCHS + 1))
    left.legend()
    apart = {name: max(abs(a - b) for a, b in zip(losses, runs["by hand"], strict=True)) for name, losses in runs.items()}
    bars = right.barh(list(apart), list(apart.values()), color=[plots.PALE, BLUE, ORANGE, BLACK])
    right.bar_label(bars, fmt="%.0e", padding=3)
    right.set(title="Largest difference from a loss by hand", xticks=[], xlim=(0, 1.35 * max(apart.values()) + 1e-12))
    right.invert_yaxis()
    left.figure.suptitle("Every exchange keeps the numbers: what differs is rounding", fontsize=12)
    for ax in (left, right):
        ax.spines[["top", "right"]].set_visible(False)

# %% [markdown]
# So this is what the parts do:
#
# | your code | PyTorch's part | what it does |
# |---|---|---|
# | `weights`, `bias` | `nn.Parameter` | a tensor that gets registered, and requires gradients |
# | naming each tensor | `nn.Module`, `parameters()` | keeps a list |
# | `linear` | `nn.Linear` | one matrix product, with the weight as `(outputs, inputs)`; and it draws the first weights |
# | `log_softmax`, `cross_entropy` | `F.cross_entropy` | both in one |
# | `batches` | `DataLoader` | hands out batches; if you like in a shuffled order, and made by several processes |
# | `p -= lr * p.grad` | `optimizer.step()` | moves what it was given |
# | `p.grad.zero_()` | `optimizer.zero_grad()` | clears, by setting each `.grad` to None |
#
# One thing was never replaced, because you did not write it: `backward()`.
# Lesson 07 shows what it does for this very network with two classes.
#
# ## Your own data
#
# Two questions without a check, to think about or to try:
#
# 1. Shift all test images by two pixels (`torch.roll` on `(n, 28, 28)` does it) and measure the accuracy again. What do the pictures of the weights say about the result? Which images of your own would suffer in the same way?
# 2. Take a table of your own, with some columns of numbers and a class in each row. What in this lesson's code has to change? What would you do first if the columns have very different sizes?

# %% [markdown]
# ## What you have learnt
#
# - One matrix, one bias and a softmax already make a classifier. Its weights can be looked at, one image per class.
# - Log-softmax is a subtraction: the logits less the logarithm of the sum of their `exp`. Taking the largest off each row keeps it finite.
# - Nobody trains on the accuracy, since its slope is 0 almost everywhere. `grad_fn` tells what can train.
# - Before any training, k classes give a loss near ln k.
# - An update happens in place and under `no_grad`, and afterwards somebody clears the gradients.
# - `nn.Module` keeps a list of what is assigned to its attributes: parameters, and modules with theirs.
# - To exchange a part, start from the same weights and compare the numbers before and after. What remains is rounding.
#
# ## Mistakes that the checks of this lesson look for
#
# | mistake | why people make it |
# |---|---|
# | `x @ w.T` | `nn.Linear` keeps its weights as `(outputs, inputs)`, and many remember that one. |
# | the logarithm of a softmax | It is what the name says, and it works until a probability is too small for a float. |
# | one maximum for all rows | It works on the first example that anybody tries. |
# | `argmax(dim=0)`, or labels compared as `(n, 1)` with `(n,)` | For as many rows as classes it runs, and broadcasting makes the other one run always. |
# | the last, smaller batch dropped, or an empty one at the end | An integer division is shorter to write than a `range` with a step. |
# | the mean of the batches' means | All batches but one have the same size. |
# | `w = w - lr * w.grad` | In mathematics it is the same as `w -= lr * w.grad`. |
# | `requires_grad=True` before the division | It reads well in one line, and the result is not a leaf. |
# | gradients never cleared, or those of one tensor alone | The loss falls at first, so all seems well. |
# | `super.__init__()`, `p.grad()` | Parentheses are typed from habit, and left out the same way. |
# | `.zero()` | The underscore is easy to miss when you read. |
# | a parameter in a plain list, or a tensor that is not an `nn.Parameter` | Autograd records both, so gradients arrive, and nothing ever moves. |
# | a layer made inside `forward` | The numbers look fine, and each call has new weights. |
#
# ## Where to read on
#
# - Goodfellow, Bengio and Courville, *Deep Learning*, section 6.2 of [chapter 6](https://www.deeplearningbook.org/contents/mlp.html), on output units and their losses.
# - PyTorch's pages on [`nn.Module`](https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html), [`nn.Parameter`](https://docs.pytorch.org/docs/stable/generated/torch.nn.parameter.Parameter.html) and [`torch.optim.SGD`](https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html), which says in a few lines of pseudocode what a step is.
#
# **Next:** lesson 10, where modules hold modules that hold modules.
