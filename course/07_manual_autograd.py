# %% [markdown]
# # Manual gradients, autograd and optimizers
#
# After this lesson you can
#
# - train a classifier with every part in sight: parameters, outputs, loss, gradients, steps;
# - write the gradients as formulas, and see autograd give the same numbers;
# - choose between binary cross-entropy and mean squared error, and say what the choice changes;
# - read old PyTorch code with `Variable` and `.data`, and write what it means today;
# - run the same code on a CPU and on a GPU, on a shared machine too.
#
# **Time:** 75 minutes.
#
# **Builds on:** [Tensors](../01_tensors/01_tensors.ipynb), that is matrix products, broadcasting and the sigmoid, and [Training](../03_training/03_training.ipynb), that is losses, the landscape and autograd.
#
# **Leads to:** [Final exercise](../08_final_exercise/08_final_exercise.ipynb).
# There you write a whole training on your own; after this lesson no part of it is a black box.

# %%
import math
import warnings

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn.functional as F
from matplotlib.axes import Axes
from torch import Tensor, nn

from kindling import check, data, plots

BLUE, ORANGE, GREEN, BLACK = plots.COLOURS

torch.set_num_threads(1)  # in so small a model a second core gains nothing

# `float(loss)` gives the right number, so there is nothing to warn of.
warnings.filterwarnings("ignore", message="Converting a tensor with requires_grad=True to a scalar")

# %% [markdown]
# ## Two clouds of points
#
# Lesson 03 trained 109,386 numbers with a loss, an optimizer and a model from PyTorch.
# Here you train *three* numbers, and write everything yourself.
# With three numbers you can look at each of them, and check each formula by hand.
#
# The task: points in the plane come from two sources, and you have to tell from which.
# Each source scatters its points around a mean with the same round bell, a *Gaussian* with identity covariance:
# class 0 around (0, 0), class 1 around (2, 1).


# %%
def generate_data(n: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return n points of each class in random order, (2n, 2), and their labels 0.0 or 1.0, (2n,)."""
    points = torch.randn(2 * n, 2, generator=generator)
    labels = torch.arange(2 * n) // n
    points += labels[:, None] * torch.tensor([2.0, 1.0])
    order = torch.randperm(2 * n, generator=generator)
    return points[order], labels[order].float()


points, labels = generate_data(200, torch.Generator().manual_seed(1))  # to train on
fresh_points, fresh_labels = generate_data(2000, torch.Generator().manual_seed(7))  # to measure with
print("points:", tuple(points.shape), " labels:", tuple(labels.shape))
print("the first labels:", labels[:8].tolist())

# %% show="The two clouds, and their means"
VIEW = (-3.3, 5.3, -3.6, 4.4)  # left, right, bottom, top


def draw_points(ax: Axes, points: Tensor, labels: Tensor, size: float = 16) -> None:
    """Draw class 0 as blue circles and class 1 as orange triangles."""
    for label, colour, marker in ((0, BLUE, "o"), (1, ORANGE, "^")):
        x, y = points[labels == label].T
        ax.scatter(x, y, s=size, marker=marker, facecolor="none", edgecolor=colour, label=f"class {label}")
    ax.axis(VIEW)
    ax.set_aspect("equal")
    ax.set(xlabel="x₁", ylabel="x₂")
    ax.label_outer()


paper = {"facecolor": "white", "linewidth": 0, "pad": 1.5, "alpha": 0.9}
_, ax = plt.subplots(figsize=(6.4, 5), layout="constrained")
draw_points(ax, points, labels)
for label, (x, y) in enumerate(((0, 0), (2, 1))):
    ax.plot(x, y, marker="P", markersize=14, color=BLACK, markeredgecolor="white", linestyle="none")
    name = f"mean of class {label}"
    ax.annotate(name, (x, y), (0, 12), textcoords="offset points", ha="center", bbox=paper)
ax.legend(loc="upper left")
_ = ax.set_title("400 points of two classes: the clouds overlap,\nso no boundary is right for all of them", fontsize=11)

# %% [markdown]
# **Predict first.**
# Imagine the best of all classifiers: the best line, the best curve, the best network that will ever be built.
# It is shown new points from these two sources.
# For what share of them can it be right?
# Look at the picture, and write your number in place of `None`, like 0.95, before you run the next two cells.

# %%
prediction = None

# %% show="What the best of all classifiers reaches"
ceiling = torch.special.ndtr(torch.tensor(math.sqrt(5) / 2)).item()  # Φ, explained below
best_guess = (2 * fresh_points[:, 0] + fresh_points[:, 1] > 2.5).float()
if not isinstance(prediction, int | float):
    print("Write your number in place of None first, and run both cells.")
else:
    share = prediction / 100 if prediction > 1 else prediction
    thoughts = {
        0.55: "That is guessing. Far from the middle, a place tells the class almost surely.",
        0.84: "Too low. Did you count the whole middle as lost? There, too, one class is more likely than the other.",
        0.9: "Right, as near as an eye can judge.",
        0.97: "Too high. A curve around each single mark is right for these points, and new ones fall elsewhere.",
        math.inf: "Too high. Where the clouds overlap, points of both classes stand in the same place, and nobody can part them.",
    }
    print(f"You said {prediction}.", next(thought for most, thought in thoughts.items() if share < most))
    print(f"The ceiling for every classifier:   {ceiling:.3f}")
    print(f"The best line, on 4,000 new points: {(best_guess == fresh_labels).float().mean():.3f}")

# %% [markdown]
# ### Why nobody can do better
#
# <details><summary>Answer: where the ceiling is, and why</summary>
#
# Look at one place in the plane.
# New points of both classes turn up there, each class as often as its bell is high at that place.
# Whoever stands there can do nothing better than to name the class with the higher bell.
# The bells are equal on the line halfway between the means, and that line is the best boundary; each other answer, straight or curved, loses wherever it differs.
#
# How often is that best answer right?
# Only the direction from one mean to the other matters: seen along it, each cloud is a bell of width 1, and the bells stand √(2² + 1²) = √5 = 2.24 apart.
# The boundary is at half of that, √5/2 = 1.12.
# A point of class 0 is on its own side with probability Φ(√5/2) = 0.868, where Φ is the area below the bell up to a place, and so is a point of class 1.
#
# So 86.8 % is the *ceiling*.
# (On 4,000 points luck adds or takes away half a percent; nobody beats the ceiling on all points there could be.)
# </details>

# %% show="The same answer as a picture"
_, (left, right) = plt.subplots(1, 2, figsize=(11, 4.2), layout="constrained")
draw_points(left, points, labels, size=10)
left.axline((1, 0.5), slope=-2, color=BLACK, linewidth=2)
left.annotate("", (2, 1), (0, 0), arrowprops={"arrowstyle": "<|-|>", "color": BLACK, "linewidth": 2, "shrinkA": 0})
left.text(2.2, 0.6, "√5 = 2.24", bbox=paper)
left.set_title("The best boundary crosses halfway, at a right angle", fontsize=11)

along, half, gap = np.linspace(-3, 5.3, 400), math.sqrt(5) / 2, math.sqrt(5)
bells = [np.exp(-((along - centre) ** 2) / 2) / math.sqrt(2 * math.pi) for centre in (0, gap)]
for bell, colour, dashes, name in zip(bells, (BLUE, ORANGE), ("-", "--"), ("class 0", "class 1"), strict=True):
    right.plot(along, bell, color=colour, linestyle=dashes, linewidth=2, label=name)
right.fill_between(along, bells[0], where=along >= half, color=BLUE, alpha=0.3, hatch="//", edgecolor=BLUE)
right.fill_between(along, bells[1], where=along <= half, color=ORANGE, alpha=0.3, hatch="\\\\", edgecolor=ORANGE)
right.axvline(half, color=BLACK, linewidth=2)
right.annotate(
    "each shaded tail is\n1 - Φ(√5/2) = 13.2 %", (1.7, 0.05), (3.1, 0.33), arrowprops={"arrowstyle": "->"}, ha="left"
)
right.set(xlabel="place along the arrow", ylabel="density", ylim=(0, 0.45))
right.legend(loc="upper left")
right.set_title("The tails beyond the boundary are lost for everybody", fontsize=11)
right.spines[["top", "right"]].set_visible(False)

# %% [markdown]
# Know the ceiling where you can: whoever reports more has made a mistake, and whoever tunes a model that is almost there wastes an afternoon.

# %% [markdown]
# ## The model: one unit
#
# A line is all we need, and one unit draws a line.
# It computes the logit z = w₁x₁ + w₂x₂ + b, and the sigmoid makes a probability of it: that of class 1.
# Where z = 0 the probability is 1/2, and that line is the *decision boundary*.
# This model is called *logistic regression*.
#
# ### Start values (3 minutes, ●○○)
#
# Training starts somewhere, and a repeatable experiment starts at the same place each time.
#
# Write `init_parameters(generator)`: it returns the pair `(weights, bias)`, of the shapes `(2, 1)` and `(1,)`, with numbers from N(0, 0.01²), that is normal numbers with mean 0 and standard deviation 0.01.
# Draw the weights first, then the bias, both from the `generator`.
# Whether they require gradients already is up to you.
#
# Example: if the next three normal numbers of the generator are 0.5, -1.2 and 2.0, the weights are `[[0.005], [-0.012]]` and the bias is `[0.02]`.


# %% task="init_parameters"
def init_parameters(generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return weights, (2, 1), and then bias, (1,), drawn from N(0, 0.01²) with `generator`."""
    ### BEGIN SOLUTION
    weights = 0.01 * torch.randn(2, 1, generator=generator)
    bias = 0.01 * torch.randn(1, generator=generator)
    return weights, bias
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: how do normal numbers get another deviation?</summary>
#
# `torch.randn` draws from N(0, 1), and takes `generator=…`.
# Twice the numbers have twice the deviation.
# Which factor makes 0.01 of 1? The square in 0.01² belongs to the variance.
# </details>

# %% check="init_parameters" points=1
source = torch.Generator()
w, b = torch.randn(2, 1, generator=source.manual_seed(5)), torch.randn(1, generator=source)
late_b, late_w = torch.randn(1, generator=source.manual_seed(5)), torch.randn(2, 1, generator=source)
even_w, even_b = torch.rand(2, 1, generator=source.manual_seed(5)), torch.rand(1, generator=source)
torch.manual_seed(6)
other_w, other_b = torch.randn(2, 1), torch.randn(1)
torch.manual_seed(6)
result = init_parameters(source.manual_seed(5))
check.close(
    result,
    (0.01 * w, 0.01 * b),
    "init_parameters(generator)",
    rtol=1e-3,
    atol=1e-7,
    mistakes={
        "init_parameters(…) has standard deviation 1. It should be 0.01.": (w, b),
        "init_parameters(…) has standard deviation 0.0001. The square belongs to the variance.": (1e-4 * w, 1e-4 * b),
        "init_parameters(…) has standard deviation 0.1. In N(0, 0.01²), which number is the deviation?": (0.1 * w, 0.1 * b),
        "init_parameters(…) does not draw from the generator that it was given.": (0.01 * other_w, 0.01 * other_b),
        "init_parameters(…) draws the bias first. The weights come first.": (0.01 * late_w, 0.01 * late_b),
        "init_parameters(…) sets the bias to 0. Here it is drawn too.": (0.01 * w, torch.zeros(1)),
        "init_parameters(…) gives the bias the weights' first number again. Does it reseed the generator?": (0.01 * w, 0.01 * w[0]),
        "init_parameters(…) draws evenly between 0 and 0.01. Which function draws normal numbers?": (0.01 * even_w, 0.01 * even_b),
        "init_parameters(…) gives weights of shape (2,), wanted (2, 1).": (0.01 * w[:, 0], 0.01 * b),
        "init_parameters(…) gives weights of shape (1, 2), wanted (2, 1).": (0.01 * w.T, 0.01 * b),
        "init_parameters(…) gives a bias of shape (), wanted (1,).": (0.01 * w, 0.01 * b[0]),
        "init_parameters(…) gives a bias of shape (1, 1), wanted (1,).": (0.01 * w, 0.01 * b[None]),
        "init_parameters(…) gives zeros. Which function draws normal numbers?": (torch.zeros(2, 1), torch.zeros(1)),
        "init_parameters(…) draws with seed 0, whatever the generator is. Take the given one as it comes.": (
            0.01 * torch.randn(2, 1, generator=source.manual_seed(0)),
            0.01 * torch.randn(1, generator=source),
        ),
        "init_parameters(…) gives the weights alone. The bias belongs to it.": 0.01 * w,
        "init_parameters(…) gives the bias first. The weights come first.": (0.01 * b, 0.01 * w),
    },
)
check.equal(
    [one.requires_grad and not one.is_leaf for one in result],
    [False, False],
    "whether weights and bias are results of a recorded computation",
    mistakes={
        "init_parameters(…) scales tensors that require gradients already, so its results are no leaves. Which comes first?": [True, True],
        "init_parameters(…) gives a bias that is no leaf, so that it gets no gradient.": [False, True],
        "init_parameters(…) gives weights that are no leaves, so that they get no gradient.": [True, False],
    },
)
### BEGIN HIDDEN TESTS
six = 0.01 * torch.randn(6, generator=source.manual_seed(8))
source.manual_seed(8)
first, second = init_parameters(source), init_parameters(source)
check.close(first, (six[:2, None], six[2:3]), "init_parameters(generator) with seed 8", rtol=1e-3, atol=1e-7)
check.close(second, (six[3:5, None], six[5:]), "init_parameters(generator), called again", rtol=1e-3, atol=1e-7)
### END HIDDEN TESTS

# %% [markdown]
# ### The outputs (6 minutes, ●●○)
#
# Write `run(x, weights, bias)`: the probability of class 1, `sigmoid(x · weights + bias)`.
#
# - For a batch `x` of shape `(n, 2)` the result has shape `(n,)`, also for n = 1.
# - For a single sample `x` of shape `(2,)` it has shape `()`: a tensor with one number.
#
# The matrix product with weights `(2, 1)` gives `(n, 1)`, so one dimension has to go.
# Why it must go, the cell after the check shows.
#
# Example: with the weights `[[2], [1]]` and the bias `[-2.5]`, the point (1, 0.5) has the logit 2 + 0.5 - 2.5 = 0 and the probability 0.5.


# %% task="run"
def run(x: Tensor, weights: Tensor, bias: Tensor) -> Tensor:
    """Return the probabilities of class 1: (n,) for samples (n, 2), and () for one sample (2,).

    `weights` is (2, 1), `bias` is (1,).
    """
    ### BEGIN SOLUTION
    logits = x @ weights + bias  # (n, 1), or (1,) for one sample
    return torch.sigmoid(logits.squeeze(dim=-1))
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: why does a batch of one sample lose its dimension?</summary>
#
# `squeeze()` without an argument removes *every* dimension of size 1.
# In a batch of one, the batch is such a dimension.
# Tell it which one you mean; -1 is always the last.
# </details>
#
# <details><summary>Hint: why has one sample the shape <code>(1,)</code>?</summary>
#
# The bias has the shape `(1,)`, and adding it to a number makes a vector of it.
# Add it before you remove the dimension.
# </details>

# %% check="run" points=2
x = torch.tensor([[1.0, 0.5], [3.0, -1.0], [0.0, 2.0]])
weights, bias = torch.tensor([[2.0], [1.0]]), torch.tensor([-2.5])
z = torch.tensor([0.0, 2.5, -0.5])
check.close(
    run(x, weights, bias),
    z.sigmoid(),
    "run(x, weights, bias)",
    mistakes={
        "run(…) has shape (n, 1), wanted (n,). Which dimension has to go?": z.sigmoid()[:, None],
        "run(…) gives logits. What makes probabilities of them?": z,
        "run(…) gives logits of shape (n, 1). What makes probabilities of them, and which dimension has to go?": z[:, None],
        "run(…) leaves the bias out.": (z + 2.5).sigmoid(),
        "run(…) subtracts the bias.": (z + 5).sigmoid(),
        "run(…) adds the bias after the sigmoid. It belongs to the logit.": (z + 2.5).sigmoid() - 2.5,
        "run(…) gives the probabilities of class 0.": (-z).sigmoid(),
        "run(…) compares the samples with each other by softmax. Each has a sigmoid of its own.": z.softmax(dim=0),
        "run(…) gives classes. The probabilities are wanted.": (z > 0).float(),
    },
)
check.close(
    run(x[0], weights, bias),
    torch.tensor(0.5),
    "run(x, weights, bias) of one sample (2,)",
    mistakes={
        "run(…) of one sample has shape (1,), wanted (). Adding the bias (1,) makes a vector of a number.": [0.5],
        "run(…) of one sample is a Python number, which is cut off from autograd. Leave it a tensor.": 0.5,
        "run(…) of one sample has shape (1, 1), wanted ().": [[0.5]],
    },
)
check.close(
    run(x[:1], weights, bias),
    [0.5],
    "run(x, weights, bias) of a batch of one sample (1, 2)",
    mistakes={"run(…) of a batch of one has lost its batch. Does squeeze() know which dimension you mean?": torch.tensor(0.5)},
)
check.close(
    run(x, 100 * weights, 100 * bias),
    [0.5, 1.0, 0.0],
    "run(x, weights, bias) with large weights",
    mistakes={"run(…) is nan for a large logit. Write the sigmoid so that no exp overflows above and below.": [0.5, math.nan, 0.0]},
)
check.equal(
    run(x, weights.requires_grad_(), bias).requires_grad,
    True,
    "run(x, weights, bias).requires_grad with weights that require it",
    mistakes={"run(…) is cut off from autograd, so that nothing can learn through it.": False},
)
check.equal(
    run(x, weights.detach(), bias.requires_grad_()).requires_grad,
    True,
    "run(x, weights, bias).requires_grad with a bias that requires it",
    mistakes={"run(…) cuts the bias off from autograd, so that it cannot learn. Leave it a tensor.": False},
)
### BEGIN HIDDEN TESTS
seeded = torch.Generator().manual_seed(11)
x, weights, bias = (torch.randn(*size, generator=seeded) for size in ((7, 2), (2, 1), (1,)))
before = x.clone(), weights.clone(), bias.clone()
wanted = torch.sigmoid(x[:, 0] * weights[0, 0] + x[:, 1] * weights[1, 0] + bias[0])
check.close(run(x, weights, bias), wanted, "run(x, weights, bias) of seven samples")
check.close(run(x[:2], weights, bias), wanted[:2], "run(x, weights, bias) of two samples")
check.close(run(x[3], weights, bias), wanted[3], "run(x, weights, bias) of the sample x[3]")
check.unchanged((x, weights, bias), before, "an argument of run")
### END HIDDEN TESTS

# %% [markdown]
# Here is why `(n, 1)` is dangerous.
# The labels have the shape `(n,)`, and sooner or later the two meet in a subtraction.

# %% show="A column minus a row"
outputs, truth = torch.tensor([0.9, 0.2, 0.6]), torch.tensor([1.0, 0.0, 1.0])
right, wide = outputs - truth, outputs[:, None] - truth
print(f"(3,) - (3,):   {right.shape}    mean square: {right.square().mean():.3f}")
print(f"(3, 1) - (3,): {wide.shape} mean square: {wide.square().mean():.3f}")

# %% [markdown]
# Broadcasting compares each output with *every* label.
# The mean of that table is a number like any other, its gradient too, and the training runs and learns next to nothing.
# No error will ever tell you.

# %% [markdown]
# ### How many are right (4 minutes, ●○○)
#
# Write `count_correct(outputs, labels)`: how many of the outputs, probabilities of class 1, belong to the right class, as a Python int.
# More than 0.5 means class 1; 0.5 itself is class 0.
#
# Example: the outputs 0.9, 0.2, 0.5 and 0.6 mean the classes 1, 0, 0 and 1.
# With the labels 1, 0, 0 and 0 three of them are right.


# %% task="count_correct"
def count_correct(outputs: Tensor, labels: Tensor) -> int:
    """Return how many probabilities of class 1, (n,), agree with the labels 0.0 or 1.0, (n,); 0.5 is class 0."""
    ### BEGIN SOLUTION
    return ((outputs > 0.5) == labels).sum().item()
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: can I compare booleans with the labels?</summary>
#
# Yes: in a comparison with numbers, True counts as 1 and False as 0.
# Then sum, and take the number out of the tensor.
# </details>

# %% check="count_correct" points=1
outputs = torch.tensor([0.9, 0.7, 0.8, 0.6, 0.75, 0.4, 0.3, 0.5, 0.1, 0.5, 0.2, 0.05, 0.45])
labels_given = torch.tensor([1.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0])
check.equal(
    count_correct(outputs, labels_given),
    10,
    "count_correct(outputs, labels)",
    mistakes={
        "count_correct(…) gives a tensor. A Python int is wanted.": torch.tensor(10),
        "count_correct(…) gives a float. A Python int is wanted.": 10.0,
        "count_correct(…) takes 0.5 for class 1. Here 0.5 is class 0.": 8,
        "count_correct(…) counts the wrong ones.": 3,
        "count_correct(…) gives the share. Their number is wanted.": torch.tensor(10 / 13).item(),
        "count_correct(…) divides by the number of samples. The count itself is wanted.": 10 / 13,
        "count_correct(…) counts the outputs of class 1, right or wrong.": 5,
        "count_correct(…) counts those of class 1 alone. Right answers of class 0 count as well.": 4,
        "count_correct(…) takes every output for class 1. Its inputs are probabilities; where is their middle?": 6,
        "count_correct(…) takes every output for class 0. What does int() do to 0.9?": 7,
        "count_correct(…) compares the probabilities themselves with the labels. Which classes do they mean?": 0,
        "count_correct(…) compares each output with every label, (n, 1) against (n,).": 86,
    },
)
check.equal(
    count_correct(torch.tensor([0.5]), torch.tensor([1.0])),
    0,
    "count_correct(outputs, labels) of the output 0.5 with the label 1",
    mistakes={"count_correct(…) takes 0.5 for both classes at once. Here 0.5 is class 0.": 1},
)
### BEGIN HIDDEN TESTS
seeded = torch.Generator().manual_seed(12)
outputs, labels_given = torch.rand(50, generator=seeded), torch.randint(2, (50,), generator=seeded).float()
before = outputs.clone(), labels_given.clone()
wanted = sum((p > 0.5) == (y == 1) for p, y in zip(outputs.tolist(), labels_given.tolist(), strict=True))
check.equal(count_correct(outputs, labels_given), wanted, "count_correct(outputs, labels) of 50 samples")
check.unchanged((outputs, labels_given), before, "an argument of count_correct")
for label, wanted in ((1.0, 0), (0.0, 1)):
    count = count_correct(torch.tensor([0.3]), torch.tensor([label]))
    check.equal(count, wanted, f"count_correct(outputs, labels) of one sample, 0.3 and the label {label:g}")
### END HIDDEN TESTS

# %% [markdown]
# The untrained model on the 4,000 fresh points:

# %% show="The untrained model on the fresh points"
with check.when_written():
    start_weights, start_bias = (one.detach() for one in init_parameters(torch.Generator().manual_seed(0)))
    right = count_correct(run(fresh_points, start_weights, start_bias), fresh_labels)
    rounded = [round(w, 4) for w in start_weights[:, 0].tolist()]
    print(f"weights {rounded}, bias {round(start_bias.item(), 4)}")
    print(f"{right:,} of {len(fresh_labels):,} right")

# %% [markdown]
# Chance put this boundary on a lucky side; keep the number in mind, training has to beat it.

# %% [markdown]
# ## How wrong is a probability?
#
# The loss is the one that you know from lesson 03: -log of the probability that the right class got.
# There is only one output p, and with two classes the other has 1 - p.
# So the loss of one sample is -log p for the label 1, and -log(1 - p) for the label 0.
# Both fit into one line, because the label y switches between them:
#
# $$\text{loss} = -\,\big(y \log p + (1 - y) \log (1 - p)\big)$$
#
# This is *binary cross-entropy*, and it has a hole.

# %% show="The logarithm of 0, and 0 times it"
p = torch.tensor([0.0, 1.0])
print("log 0:    ", p.log()[0].item())
print("0 · log 0:", (0 * p.log()[0]).item())

# %% [markdown]
# A probability of exactly 0 or 1 comes sooner than you think: in float32, the sigmoid of 17 is 1.
# Then one of the two logarithms is minus infinity, and even where its factor is 0, the product is nan.
# One nan in a loss, and after the next step every weight is nan.
#
# ### Binary cross-entropy (6 minutes, ●●○)
#
# Write `binary_crossentropy(prediction, true)`: the loss of each sample, elementwise, in the shape of `prediction`.
# It must be finite where the prediction is 0 or 1: near 0 for a right answer, and above 5 for a wrong one.
# How you bound it is up to you; a bound of 1e-4 or less leaves all other losses practically as they are.
#
# Example: for the predictions 0.8 and 0.8 and the labels 1 and 0 the losses are -log 0.8 = 0.223 and -log 0.2 = 1.609.


# %% task="binary_crossentropy"
def binary_crossentropy(prediction: Tensor, true: Tensor) -> Tensor:
    """Return the loss of each sample, in the shape of `prediction`; finite where that is 0 or 1.

    `prediction` holds probabilities of class 1, `true` the labels 0.0 or 1.0.
    """
    ### BEGIN SOLUTION
    prediction = prediction.clamp(1e-7, 1 - 1e-7)
    return -(true * prediction.log() + (1 - true) * (1 - prediction).log())
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: how do I keep a number away from 0 and from 1?</summary>
#
# `clamp` takes a lower and an upper bound.
# Or add a small number *inside* each logarithm.
# </details>
#
# <details><summary>Hint: why is it still nan with a bound of 1e-8?</summary>
#
# A float32 has about seven digits.
# Print `torch.tensor(1.0) - 1e-8`: what is left of the 1e-8?
# </details>

# %% check="binary_crossentropy" points=2
p, y = torch.tensor([0.8, 0.8, 0.1, 0.25]), torch.tensor([1.0, 0.0, 0.0, 1.0])
losses = -torch.tensor([0.8, 0.2, 0.9, 0.25]).log()
check.close(
    binary_crossentropy(p, y),
    losses,
    "binary_crossentropy(prediction, true)",
    rtol=2e-3,  # room for a bound of any sensible size
    atol=2e-4,
    mistakes={
        "binary_crossentropy(…) takes its input for logits. It gets probabilities.": F.binary_cross_entropy_with_logits(p, y, reduction="none"),
        "binary_crossentropy(…) is the mean. One loss per sample is wanted.": losses.mean(),
        "binary_crossentropy(…) is the sum. One loss per sample is wanted.": losses.sum(),
        "binary_crossentropy(…) is negative. A loss falls when things get better.": -losses,
        "binary_crossentropy(…) is 0 where the label is 0. What is the loss there?": -y * p.log(),
        "binary_crossentropy(…) takes -log p where the label is 0, too.": -p.log(),
        "binary_crossentropy(…) has the labels swapped: it is small for a wrong answer.": -(1 - y) * p.log() - y * (1 - p).log(),
        "binary_crossentropy(…) is the squared difference. The logarithm is wanted.": (p - y) ** 2,
        "binary_crossentropy(…) has logarithms to the base 2. The natural logarithm is wanted.": losses / math.log(2),
        "binary_crossentropy(…) has logarithms to the base 10. The natural logarithm is wanted.": losses / math.log(10),
    },
)
edges = binary_crossentropy(torch.tensor([1.0, 0.0, 0.0, 1.0]), torch.tensor([1.0, 0.0, 1.0, 0.0]))
check.equal(
    edges.isfinite().tolist(),
    [True, True, True, True],
    "whether binary_crossentropy(…) is finite for the predictions 1, 0, 0, 1 and the labels 1, 0, 1, 0",
    mistakes={
        "binary_crossentropy(…) is nan or infinite where the prediction is 0 or 1.": [False] * 4,
        "binary_crossentropy(…) is infinite for a sure and wrong prediction.": [True, True, False, False],
        "binary_crossentropy(…) is nan or infinite where the prediction is 1. In float32, is your bound still below 1?": [False, True, True, False],
        "binary_crossentropy(…) is nan or infinite where the prediction is 0. Which bound keeps it away from there?": [True, False, False, True],
    },
)
check.close(edges[:2], [0.0, 0.0], "binary_crossentropy(…) of sure and right predictions", rtol=0, atol=5e-2)
check.equal(
    (edges[2:] > 5).tolist(),
    [True, True],
    "whether binary_crossentropy(…) of sure and wrong predictions is above 5",
    mistakes={"binary_crossentropy(…) asks too little for a sure and wrong prediction. How near to 0 does your bound let it come?": [False, False]},
)
### BEGIN HIDDEN TESTS
seeded = torch.Generator().manual_seed(13)
p = (0.05 + 0.9 * torch.rand(3, 5, generator=seeded)).requires_grad_()
y = torch.randint(2, (3, 5), generator=seeded).float()
before = p.detach().clone(), y.clone()
result = binary_crossentropy(p, y)
wanted = F.binary_cross_entropy(p, y, reduction="none").detach()
check.close(result, wanted, "binary_crossentropy(…) of a (3, 5) tensor", rtol=2e-3, atol=2e-4)
check.equal(
    result.requires_grad,
    True,
    "binary_crossentropy(…).requires_grad",
    mistakes={"binary_crossentropy(…) is cut off from autograd, so that nothing can learn from it.": False},
)
slopes = torch.autograd.grad(result.sum(), p)[0]
p, y = before
check.close(slopes, (p - y) / (p * (1 - p)), "the gradient of binary_crossentropy(…)", rtol=5e-3)
check.close(binary_crossentropy(p[0, 0], y[0, 0]), wanted[0, 0], "binary_crossentropy(…) of shape ()", rtol=2e-3, atol=2e-4)
label = "binary_crossentropy(…) of one sample"
check.close(binary_crossentropy(p[:1, 0], y[:1, 0]), wanted[:1, 0], label, rtol=2e-3, atol=2e-4)
given = torch.tensor([0.0, 1.0])
binary_crossentropy(given, torch.ones(2))
check.unchanged(given, [0.0, 1.0], "prediction")
### END HIDDEN TESTS

# %% [markdown]
# ## Gradients by hand
#
# Now the slopes: how does the mean loss change with each weight and with the bias?
# For one sample, go from the loss back to the weights, one link of the chain at a time:
#
# $$\frac{\partial\,\text{loss}}{\partial p} = \frac{p - y}{p\,(1-p)} \qquad
# \frac{\partial p}{\partial z} = p\,(1-p) \qquad
# \frac{\partial z}{\partial w} = x \qquad
# \frac{\partial z}{\partial b} = 1$$
#
# Multiply the first two, and p(1 - p) cancels: the slope of the loss along the logit is *p - y*, the prediction minus the truth.
# That is why sigmoid and cross-entropy are used together.
# With the other two links, one sample contributes (p - y) · x to the weights and p - y to the bias, and the gradient of the mean loss is the mean over the samples.
#
# So each sample pulls at the boundary as hard as it is misjudged.
# In the picture the boundary stands too far to the left, and the circles on its wrong side pull it over.

# %% show="How hard each sample pulls"
some, their_labels = points[:120], labels[:120]
pull = torch.sigmoid(some @ torch.tensor([1.6, 0.2]) - 0.2) - their_labels

_, ax = plt.subplots(figsize=(6.6, 5), layout="constrained")
draw_points(ax, some, their_labels, size=14)
for label, colour, marker in ((0, BLUE, "o"), (1, ORANGE, "^")):
    mine = their_labels == label
    ax.scatter(*some[mine].T, s=300 * pull[mine].abs(), marker=marker, color=colour, alpha=0.55)
ax.axline((0.125, 0), (0, 1), color=BLACK, linewidth=2)
ax.legend(loc="upper left")
_ = ax.set_title(
    "Area of a mark: how hard this sample pulls, |p - y|.\nMisjudged samples pull most, sure and right ones hardly",
    fontsize=11,
)

# %% [markdown]
# ### The closed form (8 minutes, ●●●)
#
# Write `manual_gradients(x, y, weights, bias)`: the gradients of the *mean* binary cross-entropy over the samples, by the formula.
# It returns the pair `(gradient of weights, gradient of bias)`, each in the shape of its parameter: `(2, 1)` and `(1,)`.
# Autograd is off limits here; you meet it again in a moment.
#
# Example: the samples (1, 0) with label 1 and (0, 2) with label 0, and all parameters 0.
# Both probabilities are 0.5, so p - y is -0.5 and 0.5.
# The weights' gradient is the mean of -0.5 · (1, 0) and 0.5 · (0, 2), that is `[[-0.25], [0.5]]`, and the bias's is `[0]`.


# %% task="manual_gradients"
def manual_gradients(x: Tensor, y: Tensor, weights: Tensor, bias: Tensor) -> tuple[Tensor, Tensor]:
    """Return the gradients of the mean binary cross-entropy: of the weights, (2, 1), and of the bias, (1,).

    `x` is (n, 2), `y` holds labels 0.0 or 1.0, (n,).
    """
    ### BEGIN SOLUTION
    residual = run(x, weights, bias) - y  # (n,)
    return x.T @ residual[:, None] / len(x), residual.mean(dim=0, keepdim=True)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: how do I sum (p - y) · x over the samples?</summary>
#
# A matrix product sums over the dimension in the middle.
# `x` is `(n, 2)` and the differences as a column are `(n, 1)`; the result should be `(2, 1)`.
# Which of them has to be transposed, so that n stands in the middle?
# </details>
#
# <details><summary>Hint: why is my gradient the same for every sample, or the shape <code>(n, n)</code>?</summary>
#
# Look at the shapes of `p` and `y` before the subtraction.
# Both should be `(n,)`.
# </details>

# %% check="manual_gradients" points=3
x = torch.tensor([[1.0, 0.5], [0.0, 2.0], [-1.0, 1.0], [3.0, 0.0], [0.5, -2.0]])
y = torch.tensor([1.0, 0.0, 1.0, 0.0, 0.0])
weights, bias = torch.tensor([[0.8], [-0.4]]), torch.tensor([0.3])
z = (x @ weights + bias)[:, 0]
p, n = z.sigmoid(), 5
residual = p - y
grad, slope = x.T @ residual[:, None] / n, residual.mean()[None]
table = p[:, None] - y  # what (n, 1) - (n,) makes
check.close(
    manual_gradients(x, y, weights, bias),
    (grad, slope),
    "manual_gradients(x, y, weights, bias)",
    mistakes={
        "manual_gradients(…) points the wrong way. Which comes first in the difference, prediction or truth?": (-grad, -slope),
        "manual_gradients(…) sums over the samples. The mean loss has the mean of their gradients.": (n * grad, n * slope),
        "manual_gradients(…) has a sum for the weights. Their mean is wanted, as for the bias.": (n * grad, slope),
        "manual_gradients(…) has a sum for the bias. Its mean is wanted, as for the weights.": (grad, n * slope),
        "manual_gradients(…) gives the bias a gradient of shape (), wanted (1,), the shape of the bias.": (grad, slope[0]),
        "manual_gradients(…) gives the bias a gradient of shape (1, 1), wanted (1,), the shape of the bias.": (grad, slope[None]),
        "manual_gradients(…) gives the bias one gradient per sample. Their mean is wanted.": (grad, residual),
        "manual_gradients(…) gives the weights a gradient of shape (2,), wanted (2, 1).": (grad[:, 0], slope),
        "manual_gradients(…) gives the weights a gradient of shape (1, 2), wanted (2, 1).": (grad.T, slope),
        "manual_gradients(…) subtracts y (n,) from p (n, 1), which makes (n, n).": (x.T @ table.mean(dim=1, keepdim=True) / n, table.mean()[None]),
        "manual_gradients(…) divides the weights' gradient by the 2 features. How many samples are there?": (n / 2 * grad, slope),
        "manual_gradients(…) is that of the squared error. With cross-entropy, p(1 - p) cancels.": (
            2 * x.T @ (residual * p * (1 - p))[:, None] / n,
            2 * (residual * p * (1 - p)).mean()[None],
        ),
        "manual_gradients(…) multiplies by p(1 - p). With cross-entropy it cancels.": (
            x.T @ (residual * p * (1 - p))[:, None] / n,
            (residual * p * (1 - p)).mean()[None],
        ),
        "manual_gradients(…) has logits in place of probabilities.": (x.T @ (z - y)[:, None] / n, (z - y).mean()[None]),
        "manual_gradients(…) gives the bias first. The weights come first.": (slope, grad),
        "manual_gradients(…) gives the weights' gradient alone. The bias's belongs to it.": grad,
    },
)
records = []  # what autograd keeps for a way back; the formula has none


def keep(tensor: Tensor) -> Tensor:
    records.append(tensor.shape)
    return tensor


try:
    with torch.autograd.graph.saved_tensors_hooks(keep, keep):
        manual_gradients(x, y, weights, bias)
    with torch.inference_mode():  # where autograd can record nothing
        manual_gradients(x, y, weights, bias)
except RuntimeError:
    records.append("refused")
check.equal(
    len(records) > 0,
    False,
    "whether manual_gradients(…) needs autograd",
    mistakes={"manual_gradients(…) leaves the work to autograd. Here the formula is wanted.": True},
)
### BEGIN HIDDEN TESTS
seeded = torch.Generator().manual_seed(14)
for n in (8, 3, 1):
    x, y = torch.randn(n, 2, generator=seeded), torch.randint(2, (n,), generator=seeded).float()
    weights, bias = (torch.randn(*size, generator=seeded).requires_grad_() for size in ((2, 1), (1,)))
    before = x.clone(), y.clone(), weights.detach().clone(), bias.detach().clone()
    wanted = torch.autograd.grad(F.binary_cross_entropy_with_logits((x @ weights + bias)[:, 0], y), (weights, bias))
    check.close(manual_gradients(x, y, weights, bias), wanted, f"manual_gradients(…) of samples ({n}, 2)")
    check.unchanged((x, y, weights.detach(), bias.detach()), before, "an argument of manual_gradients")
### END HIDDEN TESTS

# %% [markdown]
# ## Autograd does the same
#
# Your formula took a page of thought, and holds for this model alone.
# Autograd needs the forward pass and one call.
# Here are both on the 400 training points: in the closed form, and by `backward()`.

# %% show="The closed form and autograd, side by side"
with check.when_written():
    weights = torch.tensor([[0.5], [-0.3]], requires_grad=True)
    bias = torch.tensor([0.1], requires_grad=True)
    by_formula = manual_gradients(points, labels, weights, bias)
    binary_crossentropy(run(points, weights, bias), labels).mean().backward()

    print("              closed form     autograd")
    for name, formula, recorded in zip(("weights", "bias"), by_formula, (weights.grad, bias.grad), strict=True):
        for one, other in zip(formula.flatten(), recorded.flatten(), strict=True):
            print(f"{name:10} {one.item():14.5f} {other.item():12.5f}")

# %% [markdown]
# The same numbers.
# That is worth a pause: autograd is no magic and no approximation.
# It multiplies the links of the chain as you did, only that it does so for any program.
#
# ## Leaves
#
# Autograd fills `.grad` of *leaves* alone: tensors that require gradients and were not computed from others.
# Your parameters are leaves.
# A step must keep them so, and the line that comes to mind first does not:

# %% show="A step that loses the leaf, and one that keeps it"
leaf = torch.tensor([1.0, 2.0], requires_grad=True)
loss = (leaf**2).sum()
loss.backward()

new = leaf - 0.1 * leaf.grad  # a new tensor, computed from the leaf
print("leaf - 0.1 * leaf.grad:  is_leaf", new.is_leaf)

with torch.no_grad():
    leaf -= 0.1 * leaf.grad  # the same tensor, with other numbers
print("leaf -= … under no_grad: is_leaf", leaf.is_leaf, " requires_grad", leaf.requires_grad)

# %% [markdown]
# The new tensor has the right numbers, but it drags its history along, its `.grad` stays None, and whoever holds the old tensor sees no change at all.
# The step in place under `no_grad` changes the numbers and nothing else.
#
# ### One step of SGD (8 minutes, ●●●)
#
# Write `sgd_step(x, y, weights, bias, lr)`: one step on the samples `x`, `(n, 2)`, with labels `y`, `(n,)`.
#
# 1. Compute the mean binary cross-entropy, and its gradients with autograd.
# 2. Move `weights` and `bias` against their gradients, in place and under `no_grad`. Both stay leaves that require gradients.
# 3. Leave no gradient behind that the next step could add to: set it to zero or to None.
# 4. Return the loss from before the step, as a Python float.
#
# Example: the two samples of the last task, all parameters 0, and lr = 1.
# The loss is log 2 = 0.693, the weights become `[[0.25], [-0.5]]`, and the bias stays 0.


# %% task="sgd_step"
def sgd_step(x: Tensor, y: Tensor, weights: Tensor, bias: Tensor, lr: float) -> float:
    """Move the leaves `weights` and `bias` one step down, in place, and return the mean loss from before it.

    `x` is (n, 2), `y` is (n,).
    """
    ### BEGIN SOLUTION
    loss = binary_crossentropy(run(x, weights, bias), y).mean()
    loss.backward()
    with torch.no_grad():
        for parameter in (weights, bias):
            parameter -= lr * parameter.grad
            parameter.grad = None
    return loss.item()
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: <code>RuntimeError: a leaf Variable that requires grad is being used in an in-place operation.</code></summary>
#
# Autograd would have to record the change of its own starting point, and refuses.
# The step is no part of what is to be differentiated.
# Under what does such a line stand?
# ("Variable" is an old word for a tensor that requires gradients. It comes up again below.)
# </details>
#
# <details><summary>Hint: why do the weights not change?</summary>
#
# `weights = weights - …` makes a new tensor, and the name `weights` inside your function then means the new one.
# The tensor that the caller holds stays as it was.
# `-=` changes the tensor itself.
# </details>

# %% check="sgd_step" points=3
import warnings

x, y = torch.tensor([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]]), torch.tensor([1.0, 0.0, 1.0])
start = torch.tensor([[0.5], [-0.5]]), torch.tensor([0.1])


def stepped(w, b, lr, old=(), criterion=F.binary_cross_entropy):
    """Return the loss at (w, b), the gradients there plus the `old` ones, and the parameters after a step along them."""
    w, b = w.clone().requires_grad_(), b.clone().requires_grad_()
    loss = criterion(torch.sigmoid((x @ w + b)[:, 0]), y)
    grads = torch.autograd.grad(loss, (w, b))
    grads = tuple(map(torch.add, grads, old)) if old else grads
    return loss.item(), grads, (w.detach() - lr * grads[0], b.detach() - lr * grads[1])


# `float(loss)` gives the right number, so there is nothing to warn of.
warnings.filterwarnings("ignore", message="Converting a tensor with requires_grad=True to a scalar")
weights, bias = (one.clone().requires_grad_() for one in start)
loss_before, first_grads, first = stepped(*start, lr=0.5)
loss_after, second_grads, second = stepped(*first, lr=0.5)
result = sgd_step(x, y, weights, bias, 0.5)
check.equal(
    [weights.requires_grad, weights.is_leaf, bias.requires_grad, bias.is_leaf],
    [True, True, True, True],
    "requires_grad and is_leaf of weights and bias after sgd_step(…)",
    mistakes={
        "sgd_step(…) switches requires_grad off, so that the next step learns nothing.": [False, True, False, True],
        "sgd_step(…) leaves weights and bias that are no leaves any more. Under what does the step stand?": [True, False, True, False],
    },
)
check.close(
    (weights, bias),
    first,
    "(weights, bias) after sgd_step(…)",
    rtol=1e-3,
    atol=3e-4,  # room for the bound in the learner's own loss
    mistakes={
        "sgd_step(…) leaves the caller's weights and bias as they were. Does it change them in place?": start,
        "sgd_step(…) goes uphill.": stepped(*start, lr=-0.5)[2],
        "sgd_step(…) steps along the sum of the samples' gradients. The loss is their mean.": stepped(*start, lr=1.5)[2],
        "sgd_step(…) does not use lr.": stepped(*start, lr=1.0)[2],
        "sgd_step(…) moves the weights alone. The bias learns too.": (first[0], start[1]),
        "sgd_step(…) moves the bias alone. The weights learn too.": (start[0], first[1]),
        "sgd_step(…) replaces the parameters by a multiple of their gradients. What is that multiple taken from?": (-0.5 * first_grads[0], -0.5 * first_grads[1]),
        "sgd_step(…) makes two steps. One was asked for.": second,
        "sgd_step(…) divides the gradients by the number of samples. The mean has done so already.": stepped(*start, lr=0.5 / 3)[2],
        "sgd_step(…) compares each output with every label, (n, 1) against (n,).": stepped(
            *start, lr=0.5, criterion=lambda p, y: F.binary_cross_entropy(p[:, None].expand(3, 3), y.expand(3, 3))
        )[2],
        "sgd_step(…) minimises the squared error. Here binary cross-entropy is wanted.": stepped(*start, lr=0.5, criterion=F.mse_loss)[2],
    },
)
check.close(
    result,
    loss_before,
    "sgd_step(…)",
    rtol=1e-3,
    atol=3e-4,  # room for the bound in the learner's own loss
    mistakes={
        "sgd_step(…) gives the loss as a tensor. A Python float is wanted.": torch.tensor(loss_before),
        "sgd_step(…) gives the loss after the step. That from before it is wanted.": loss_after,
        "sgd_step(…) gives the sum of the losses. Their mean is wanted.": 3 * loss_before,
        "sgd_step(…) divides the mean loss by the number of samples once more.": loss_before / 3,
    },
)
sgd_step(x, y, weights, bias, 0.5)
more = stepped(*first, lr=0.5, old=first_grads)[2]
check.close(
    (weights, bias),
    second,
    "(weights, bias) after two calls of sgd_step(…)",
    rtol=1e-3,
    atol=3e-4,  # room for the bound in the learner's own loss
    mistakes={
        "sgd_step(…) adds the gradient of each step to those before. Who clears them?": more,
        "sgd_step(…) clears the gradient of the weights alone. The bias has one too.": (second[0], more[1]),
        "sgd_step(…) clears the gradient of the bias alone. The weights have one too.": (more[0], second[1]),
        "sgd_step(…) does nothing when it is called again.": first,
    },
)
### BEGIN HIDDEN TESTS
seeded = torch.Generator().manual_seed(15)
for n, lr in ((6, 0.3), (1, 2.0), (2, 0.0)):
    x, y = torch.randn(n, 2, generator=seeded), torch.randint(2, (n,), generator=seeded).float()
    here = torch.randn(2, 1, generator=seeded), torch.randn(1, generator=seeded)
    before = x.clone(), y.clone()
    weights, bias = (one.clone().requires_grad_() for one in here)
    for number in (1, 2, 3):
        loss_before, _, here = stepped(*here, lr=lr)
        loss = sgd_step(x, y, weights, bias, lr)
        check.close(loss, loss_before, f"call {number} of sgd_step(…) on ({n}, 2) samples", rtol=1e-3, atol=3e-4)
        check.close((weights, bias), here, f"(weights, bias) after call {number} of sgd_step(…)", rtol=1e-3, atol=3e-4)
    check.unchanged((x, y), before, "an argument of sgd_step")
### END HIDDEN TESTS

# %% [markdown]
# ## Old code: `Variable` and `.data`
#
# Much PyTorch code on the web is older than April 2018.
# Until then a tensor was plain numbers, and only a *Variable*, a box around a tensor, could be differentiated.
# Version 0.4 made the two one.
# You will meet these lines, and should be able to read them:
#
# | old code | what it was for | today |
# |---|---|---|
# | `x = Variable(tensor)` | to let autograd see a tensor | `x = tensor`: it sees every tensor |
# | `w = Variable(tensor, requires_grad=True)` | a leaf | `torch.tensor(…, requires_grad=True)` or `tensor.requires_grad_()` |
# | `Variable(x, volatile=True)` | to record nothing | `with torch.no_grad():` |
# | `w.data -= lr * w.grad.data` | a step that autograd does not see | `with torch.no_grad(): w -= lr * w.grad` |
# | `loss.data[0]` | the loss as a number | `loss.item()` |
# | `y.data` | the numbers without the history | `y.detach()` |
# | `x.cuda()` | to the GPU, or an error | `x.to(device)` |
#
# `Variable` is harmless by now: it returns a tensor.
# `.data` still works and is not harmless, because autograd does not see what you do with it.
# `detach()` gives the same numbers in the same memory, but autograd counts each change:

# %% show="Autograd notices a changed number" tags=["nbval-ignore-output"]
x = torch.tensor([1.0, 2.0], requires_grad=True)
p = x.sigmoid()  # the slope of a sigmoid is p(1 - p), so autograd keeps p for the way back
p.detach().zero_()
try:
    p.sum().backward()
except RuntimeError as error:
    print("RuntimeError:", str(error).split(". Hint")[0])

# %% [markdown]
# The slopes would be computed from zeros, and autograd says no.
# With `.data` in place of `.detach()` no error comes, and the gradient is `[0, 0]`: wrong, and nobody knows.
# So write the forms on the right.

# %% [markdown]
# ## Train
#
# ### One sample at a time (7 minutes, ●●○)
#
# The classic exercise: one sample, one step, the next sample.
# This is *stochastic* gradient descent in its purest form.
#
# Write `train(data, labels, epochs, lr)`, which returns the trained pair `(weights, bias)`.
#
# - It starts from `init_parameters` with a new generator of seed 0.
# - In each epoch it goes through the samples once, in the given order, and makes one step of SGD with binary cross-entropy on each of them.
# - The next epoch goes on where the last one ended.
#
# The measure: trained on the lesson's 400 points, it is right for at least 84 % of 4,000 fresh ones.
#
# Example: one sample (1, 0) with label 1, one epoch and lr = 1.
# The start is near 0, so p is near 0.5, p - y is near -0.5, and training ends near the weights `[[0.5], [0]]` and the bias `[0.5]`.


# %% task="train"
def train(data: Tensor, labels: Tensor, epochs: int, lr: float) -> tuple[Tensor, Tensor]:
    """Return weights, (2, 1), and bias, (1,), trained one sample at a time with binary cross-entropy.

    `data` is (n, 2), `labels` is (n,). The start is `init_parameters` with seed 0, the order the given one.
    """
    ### BEGIN SOLUTION
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    for _ in range(epochs):
        for x, y in zip(data, labels, strict=True):
            sgd_step(x, y, weights, bias, lr)
    return weights, bias
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: how do I make a generator with a seed?</summary>
#
# `torch.Generator().manual_seed(0)` makes one, seeds it, and returns it.
# </details>
#
# <details><summary>Hint: <code>RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn</code></summary>
#
# Nothing that went into the loss asked to be recorded.
# Do your parameters require gradients? `requires_grad_()` asks for them.
# </details>
#
# <details><summary>Hint: <code>TypeError: unsupported operand type(s) for *: 'float' and 'NoneType'</code></summary>
#
# A `.grad` is None: that tensor is no leaf, or no `backward()` has reached it.
# `weights = weights - …` makes such a tensor, and the next `backward()` leaves its `.grad` empty.
# </details>
#
# <details><summary>Hint: how do I get one sample with its batch dimension?</summary>
#
# `data[i]` has shape `(2,)`, and `data[i : i + 1]` has shape `(1, 2)`.
# Take the form that your functions work with, and the same for the labels.
# </details>

# %% check="train" points=3
import itertools

samples, truth = torch.tensor([[1.0, 0.0], [0.5, 2.0], [-1.0, 1.0], [2.0, -1.5]]), torch.tensor([1.0, 0.0, 1.0, 0.0])


def clouds(count: int, seed: int) -> tuple[Tensor, Tensor]:
    """Return the points and labels of `generate_data`, which a learner's notebook may have changed."""
    generator = torch.Generator().manual_seed(seed)
    points, labels = torch.randn(2 * count, 2, generator=generator), torch.arange(2 * count) // count
    points += labels[:, None] * torch.tensor([2.0, 1.0])
    order = torch.randperm(2 * count, generator=generator)
    return points[order], labels[order].float()


def start(seed: int) -> tuple[Tensor, Tensor]:
    """Return what `init_parameters` draws with a seed."""
    generator = torch.Generator().manual_seed(seed)
    return 0.01 * torch.randn(2, 1, generator=generator), 0.01 * torch.randn(1, generator=generator)


def by_hand(batches, epochs=1, lr=0.5, criterion=F.binary_cross_entropy, keeps=0.0):
    """Return (weights, bias) after a step on each batch of samples; `keeps` is the share of old gradients."""
    w, b = (one.requires_grad_() for one in start(0))
    old = [torch.zeros(2, 1), torch.zeros(1)]
    for batch in list(batches) * epochs:
        loss = criterion(torch.sigmoid((samples[batch] @ w + b)[:, 0]), truth[batch])
        old = [new + keeps * one for new, one in zip(torch.autograd.grad(loss, (w, b)), old, strict=True)]
        with torch.no_grad():
            w -= lr * old[0]
            b -= lr * old[1]
    return w.detach(), b.detach()


torch.manual_seed(7)
unseeded = 0.01 * torch.randn(2, 1), 0.01 * torch.randn(1)
torch.manual_seed(7)
check.close(
    train(samples, truth, 1, 0.0),
    start(0),
    "train(data, labels, 1, 0.0), which never leaves its start,",
    rtol=1e-3,
    atol=1e-7,
    mistakes={
        "train(…) starts from 0. The start is init_parameters with seed 0.": (torch.zeros(2, 1), torch.zeros(1)),
        "train(…) starts from seed 1. The start is init_parameters with seed 0.": start(1),
        "train(…) starts from seed 42. The start is init_parameters with seed 0.": start(42),
        "train(…) starts from a generator that it does not seed. The seed is 0.": start(torch.Generator().initial_seed()),
        "train(…) starts from another place each time. The start is init_parameters with seed 0.": unseeded,
        "train(…) gives the weights alone. The bias belongs to it.": start(0)[0],
        "train(…) gives the bias first. The weights come first.": start(0)[::-1],
    },
)
one_by_one = [[0], [1], [2], [3]]
result = train(samples, truth, 1, 0.5)
others = [by_hand(order) for order in list(itertools.permutations(one_by_one))[1:]]
check.equal(
    any(
        all(torch.allclose(one.detach().to(two), two, atol=1e-4) for one, two in zip(result, other, strict=True))
        for other in others
    ),
    False,
    "whether train(…) takes the samples in another order",
    mistakes={"train(…) takes the samples in another order. Keep the given one.": True},
)
check.close(
    result,
    by_hand(one_by_one),
    "train(data, labels, 1, 0.5)",
    rtol=1e-3,
    atol=3e-4,  # room for the bound in the learner's own loss
    mistakes={
        "train(…) makes one step per epoch, on all samples. One step per sample is wanted.": by_hand([[0, 1, 2, 3]]),
        "train(…) makes one step per epoch, along the sum of all gradients. One step per sample is wanted.": by_hand([[0, 1, 2, 3]], lr=2.0),
        "train(…) goes uphill.": by_hand(one_by_one, lr=-0.5),
        "train(…) adds each gradient to those of the samples before it. Who clears them?": by_hand(one_by_one, keeps=1.0),
        "train(…) minimises the squared error. Here binary cross-entropy is wanted.": by_hand(one_by_one, criterion=F.mse_loss),
        "train(…) never leaves its start. Does a step change the parameters that it returns?": start(0),
        "train(…) ends after the first sample. Where does return stand?": by_hand([[0]]),
        "train(…) leaves the last sample out.": by_hand([[0], [1], [2]]),
        "train(…) makes every step on all samples. One sample at a time is wanted.": by_hand([[0, 1, 2, 3]] * 4),
    },
)
check.close(
    train(samples, truth, 3, 0.5),
    by_hand(one_by_one, epochs=3),
    "train(data, labels, 3, 0.5)",
    rtol=1e-3,
    atol=3e-4,  # room for the bound in the learner's own loss
    mistakes={
        "train(…) ends where one epoch ends. Does each epoch go on from the last, and how many are there?": by_hand(one_by_one),
        "train(…) makes an epoch less than asked for.": by_hand(one_by_one, epochs=2),
        "train(…) makes an epoch more than asked for.": by_hand(one_by_one, epochs=4),
        "train(…) takes each sample three times before the next. An epoch is one way through all samples.": by_hand([[k // 3] for k in range(12)]),
    },
)
known, fresh = clouds(200, seed=1), clouds(2000, seed=7)  # the lesson's own
with check.within(10, "train(…)"):
    w, b = (one.detach().to(fresh[0]) for one in train(*known, 2, 0.05))
predicted = (fresh[0] @ w + b > 0)[:, 0].long()
label = "the classes of 4,000 fresh points after train(…)"
check.predictions(predicted, fresh[1].long(), at_least=0.84, label=label)
### BEGIN HIDDEN TESTS
samples, truth = clouds(15, seed=16)
before = samples.clone(), truth.clone()
for count, epochs in ((30, 2), (9, 1), (1, 5)):
    result = train(samples[:count], truth[:count], epochs, 0.3)
    wanted = by_hand([[k] for k in range(count)], epochs, lr=0.3)
    check.close(result, wanted, f"train(…) of ({count}, 2) samples in {epochs} epochs", rtol=1e-3, atol=1e-3)
check.unchanged((samples, truth), before, "an argument of train")
### END HIDDEN TESTS

# %% [markdown]
# Five epochs on the 400 points, 2,000 steps in all:

# %% show="2,000 steps of your train" tags=["nbval-ignore-output"]
with check.when_written():
    trained_weights, trained_bias = (one.detach().float() for one in train(points, labels, 5, 0.02))
    right = count_correct(run(fresh_points, trained_weights, trained_bias), fresh_labels)
    print(f"right on fresh points: {right / 4000:.1%}, the ceiling is {ceiling:.1%}")
    rounded = [round(w, 2) for w in trained_weights[:, 0].tolist()]
    print("trained: weights", rounded, "bias", round(trained_bias.item(), 2))
    print("best:    weights [2.0, 1.0] bias -2.5")

# %% [markdown]
# The last line is no guess.
# Divide the two bells by each other, take the logarithm, and the squares cancel: what is left is 2x₁ + x₂ - 2.5, a logit of just our form.
# That is the line halfway between the means, and training walks towards it.
#
# Watch it walk.
# This cell makes the same 2,000 steps with your `sgd_step`, and keeps the parameters and the losses on the way.

# %% show="The same steps, one by one"
path, epoch_losses = [], []
with check.when_written():
    weights, bias = (one.detach().requires_grad_() for one in init_parameters(torch.Generator().manual_seed(0)))
    path.append((weights.detach().clone(), bias.detach().clone()))
    for _ in range(5):
        total = 0.0
        for x, y in zip(points.split(1), labels.split(1), strict=True):
            total += sgd_step(x, y, weights, bias, 0.02)
            path.append((weights.detach().clone(), bias.detach().clone()))
        epoch_losses.append(total / len(points))
    print(len(path) - 1, "steps")

# %% show="The boundary at six moments"
grid = torch.cartesian_prod(torch.linspace(VIEW[0], VIEW[1], 90), torch.linspace(VIEW[2], VIEW[3], 90))


def draw_boundary(ax: Axes, weights: Tensor, bias: Tensor, **style: object) -> None:
    """Draw the line where the probability is 1/2: through the place on it nearest to (0, 0), at a right angle to w."""
    w = weights.flatten()
    foot = -bias * w / w.square().sum()
    ax.axline(foot.tolist(), (foot + torch.stack([-w[1], w[0]]) / w.norm()).tolist(), **style)


if len(path) == 2001:
    _, panels = plt.subplots(2, 3, figsize=(10.5, 6.8), sharex=True, sharey=True, layout="constrained")
    moments = (0, 2, 10, 60, 400, 2000)
    for ax, moment in zip(panels.flat, moments, strict=True):
        w, b = path[moment]
        shades = torch.sigmoid(grid @ w + b).reshape(90, 90).T
        ax.imshow(shades, origin="lower", extent=VIEW, cmap="PuOr_r", vmin=-0.2, vmax=1.2, alpha=0.5)
        draw_points(ax, points[::2], labels[::2], size=7)
        for earlier in moments[: moments.index(moment)]:
            draw_boundary(ax, *path[earlier], color="#7A8087", linewidth=0.8, linestyle="--")
        draw_boundary(ax, w, b, color=BLACK, linewidth=2.5)
        right = (((fresh_points @ w + b)[:, 0] > 0).float() == fresh_labels).float().mean()
        ax.set_title(f"after {moment:,} samples: {right:.1%} right", fontsize=11)
    _ = panels[0, 0].figure.suptitle(
        "The boundary (black) finds its direction in a few samples, then its place; the shades are the probabilities"
    )

# %% [markdown]
# What is right before any training is luck: all probabilities are 0.50, and the third digit decides.
# The *direction* of the boundary is there after a handful of samples.
# Its *place* takes longer, because the bias goes from 0 to about -2 in small steps, and the share of right answers rises with it.
# The *shades* get sharper for longest, because the weights still grow.
# That hardly moves the boundary, and shows in the loss.

# %% show="The loss of each epoch"
if epoch_losses:
    best_loss = F.binary_cross_entropy_with_logits(points @ torch.tensor([2.0, 1.0]) - 2.5, labels).item()
    ax = plots.loss_curve(
        epoch_losses,
        ylabel="mean binary cross-entropy",
        title="The loss falls fast, then slowly, and never to 0",
    )
    ax.axhline(best_loss, color=BLACK, linewidth=1.2, linestyle="--")
    ax.annotate("weights [2, 1], bias -2.5", (1, best_loss), (0, 5), textcoords="offset points", fontsize=9)
    _ = ax.set_ylim(best_loss - 0.03, None)

# %% [markdown]
# ## Another loss: mean squared error
#
# Why not the loss from school, the squared difference between output and label?
# Try it.
#
# ### Mean squared error (3 minutes, ●○○)
#
# Write `mse(prediction, true)`: the mean over all elements of (prediction - true)², a tensor of shape `()`.
#
# Example: the predictions 0.8 and 0.4 and the labels 1 and 0 differ by -0.2 and 0.4.
# The squares are 0.04 and 0.16, and their mean is 0.1.


# %% task="mse"
def mse(prediction: Tensor, true: Tensor) -> Tensor:
    """Return the mean squared difference over all elements, shape ()."""
    ### BEGIN SOLUTION
    return (prediction - true).square().mean()
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: in which order do square and mean stand?</summary>
#
# Read the name from the right: error, squared, mean.
# </details>

# %% check="mse" points=1
p, y = torch.tensor([0.8, 0.4, 0.1]), torch.tensor([1.0, 0.0, 0.0])
check.close(
    mse(p, y),
    torch.tensor(0.07),
    "mse(prediction, true)",
    mistakes={
        "mse(…) is the sum of the squares. Their mean is wanted.": torch.tensor(0.21),
        "mse(…) gives one square per element. Their mean is wanted.": [0.04, 0.16, 0.01],
        "mse(…) is the mean of the differences. Where is the square?": torch.tensor(0.1),
        "mse(…) squares the mean difference. Square first, then take the mean.": torch.tensor(0.01),
        "mse(…) is the mean of the absolute differences. Squares are wanted.": torch.tensor(0.7 / 3),
        "mse(…) takes the root. The mean of the squares itself is wanted.": torch.tensor(math.sqrt(0.07)),
        "mse(…) is half of what it should be.": torch.tensor(0.035),
        "mse(…) is a Python number, which is cut off from autograd. Leave it a tensor.": 0.07,
    },
)
### BEGIN HIDDEN TESTS
seeded = torch.Generator().manual_seed(17)
p, y = torch.rand(4, 3, generator=seeded).requires_grad_(), torch.randint(2, (4, 3), generator=seeded).float()
before = p.detach().clone(), y.clone()
result = mse(p, y)
check.close(result, ((before[0] - y) ** 2).sum() / 12, "mse(prediction, true) of a (4, 3) tensor")
check.equal(
    result.requires_grad,
    True,
    "mse(prediction, true).requires_grad",
    mistakes={"mse(…) is cut off from autograd, so that nothing can learn from it.": False},
)
check.close(torch.autograd.grad(result, p)[0], (before[0] - y) / 6, "the gradient of mse(prediction, true)")
check.unchanged((p.detach(), y), before, "an argument of mse")
check.close(mse(torch.tensor(0.5), torch.tensor(1.0)), torch.tensor(0.25), "mse(prediction, true) of shape ()")
### END HIDDEN TESTS

# %% [markdown]
# ### Train with mean squared error (4 minutes, ●○○)
#
# Write `train_mse(data, labels, epochs, lr)`: the same training as `train`, from the same start and in the same order, with `mse` in place of binary cross-entropy.
#
# Example: one sample (1, 0) with label 1, one epoch and lr = 1.
# Near the start, the slope along the logit is 2 (p - y) p (1 - p) = 2 · (-0.5) · 0.25 = -0.25, so training ends near the weights `[[0.25], [0]]` and the bias `[0.25]`.


# %% task="train_mse"
def train_mse(data: Tensor, labels: Tensor, epochs: int, lr: float) -> tuple[Tensor, Tensor]:
    """Return weights, (2, 1), and bias, (1,), trained one sample at a time with mean squared error.

    Start and order as in `train`.
    """
    ### BEGIN SOLUTION
    weights, bias = (one.requires_grad_() for one in init_parameters(torch.Generator().manual_seed(0)))
    for _ in range(epochs):
        for x, y in zip(data, labels, strict=True):
            mse(run(x, weights, bias), y).backward()
            with torch.no_grad():
                for parameter in (weights, bias):
                    parameter -= lr * parameter.grad
                    parameter.grad = None
    return weights, bias
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: my <code>sgd_step</code> has the other loss built in.</summary>
#
# Then write its lines once more here, with `mse`.
# Autograd does not mind which loss you call `backward()` on.
# </details>

# %% check="train_mse" points=2
import itertools

samples, truth = torch.tensor([[1.0, 0.0], [0.5, 2.0], [-1.0, 1.0], [2.0, -1.5]]), torch.tensor([1.0, 0.0, 1.0, 0.0])


def clouds(count: int, seed: int) -> tuple[Tensor, Tensor]:
    """Return the points and labels of `generate_data`, which a learner's notebook may have changed."""
    generator = torch.Generator().manual_seed(seed)
    points, labels = torch.randn(2 * count, 2, generator=generator), torch.arange(2 * count) // count
    points += labels[:, None] * torch.tensor([2.0, 1.0])
    order = torch.randperm(2 * count, generator=generator)
    return points[order], labels[order].float()


def by_hand(batches, epochs=1, lr=0.5, criterion=F.mse_loss, keeps=0.0, seed=0):
    """Return (weights, bias) after a step on each batch of samples; `keeps` is the share of old gradients."""
    generator = torch.Generator().manual_seed(seed)
    w, b = (0.01 * torch.randn(*size, generator=generator) for size in ((2, 1), (1,)))
    w, b, old = w.requires_grad_(), b.requires_grad_(), [torch.zeros(2, 1), torch.zeros(1)]
    for batch in list(batches) * epochs:
        loss = criterion(torch.sigmoid((samples[batch] @ w + b)[:, 0]), truth[batch])
        old = [new + keeps * one for new, one in zip(torch.autograd.grad(loss, (w, b)), old, strict=True)]
        with torch.no_grad():
            w -= lr * old[0]
            b -= lr * old[1]
    return w.detach(), b.detach()


one_by_one = [[0], [1], [2], [3]]
wanted = by_hand(one_by_one)
check.close(
    train_mse(samples, truth, 1, 0.0),
    by_hand([]),
    "train_mse(data, labels, 1, 0.0), which never leaves its start,",
    rtol=1e-3,
    atol=1e-7,
    mistakes={
        "train_mse(…) starts from 0. The start is init_parameters with seed 0.": (torch.zeros(2, 1), torch.zeros(1)),
        "train_mse(…) starts from seed 1. The start is init_parameters with seed 0.": by_hand([], seed=1),
        "train_mse(…) starts from seed 42. The start is init_parameters with seed 0.": by_hand([], seed=42),
        "train_mse(…) gives the weights alone. The bias belongs to it.": by_hand([])[0],
        "train_mse(…) gives the bias first. The weights come first.": by_hand([])[::-1],
    },
)
result = train_mse(samples, truth, 1, 0.5)
others = [by_hand(order) for order in list(itertools.permutations(one_by_one))[1:]]
check.equal(
    isinstance(result, tuple)
    and any(
        all(torch.allclose(one.detach().to(two), two, atol=1e-4) for one, two in zip(result, other, strict=False))
        for other in others
    ),
    False,
    "whether train_mse(…) takes the samples in another order",
    mistakes={"train_mse(…) takes the samples in another order. Keep the given one.": True},
)
check.close(
    result,
    wanted,
    "train_mse(data, labels, 1, 0.5)",
    rtol=1e-3,
    mistakes={
        "train_mse(…) minimises binary cross-entropy. Here the mean squared error is wanted.": by_hand(one_by_one, criterion=F.binary_cross_entropy),
        "train_mse(…) makes one step per epoch, on all samples. One step per sample is wanted.": by_hand([[0, 1, 2, 3]]),
        "train_mse(…) goes uphill.": by_hand(one_by_one, lr=-0.5),
        "train_mse(…) adds each gradient to those of the samples before it. Who clears them?": by_hand(one_by_one, keeps=1.0),
        "train_mse(…) steps half as far. Does its loss lack a factor, or its slope the 2 of the square?": by_hand(one_by_one, lr=0.25),
        "train_mse(…) does not use lr.": by_hand(one_by_one, lr=1.0),
        "train_mse(…) lacks the factor p(1 - p) in its slope. With the squared error it stays.": by_hand(one_by_one, lr=1.0, criterion=F.binary_cross_entropy),
        "train_mse(…) ends after the first sample. Where does return stand?": by_hand([[0]]),
        "train_mse(…) never leaves its start. Does a step change the parameters that it returns?": by_hand([]),
    },
)
check.close(
    train_mse(samples, truth, 3, 0.5),
    by_hand(one_by_one, epochs=3),
    "train_mse(data, labels, 3, 0.5)",
    rtol=1e-3,
    mistakes={"train_mse(…) ends where one epoch ends. Does each epoch go on from the last, and how many are there?": wanted},
)
known, fresh = clouds(200, seed=1), clouds(2000, seed=7)  # the lesson's own
with check.within(10, "train_mse(…)"):
    w, b = (one.detach().to(fresh[0]) for one in train_mse(*known, 2, 0.05))
predicted = (fresh[0] @ w + b > 0)[:, 0].long()
label = "the classes of 4,000 fresh points after train_mse(…)"
check.predictions(predicted, fresh[1].long(), at_least=0.84, label=label)
### BEGIN HIDDEN TESTS
samples, truth = clouds(15, seed=18)
before = samples.clone(), truth.clone()
for count, epochs in ((30, 2), (9, 1), (1, 5)):
    result = train_mse(samples[:count], truth[:count], epochs, 0.3)
    wanted = by_hand([[k] for k in range(count)], epochs, lr=0.3)
    check.close(result, wanted, f"train_mse(…) of ({count}, 2) samples in {epochs} epochs", rtol=1e-3, atol=1e-4)
check.unchanged((samples, truth), before, "an argument of train_mse")
### END HIDDEN TESTS

# %% [markdown]
# Now the two losses side by side.
# On the left, the loss of one sample with label 1, for every logit that it may have.
# In the middle, how hard this sample pulls: the slope of its loss, without the sign.
# On the right, your `train` and your `train_mse` on 200 points with the same learning rate, both measured with the same stick: the binary cross-entropy on fresh points.

# %% show="Two losses, how hard each pulls, and what training makes of it" tags=["nbval-ignore-output"]
z = torch.linspace(-8, 5, 300)
p = z.sigmoid()
_, (left, middle, right) = plt.subplots(1, 3, figsize=(12, 4), layout="constrained")
left.plot(z, -p.log(), color=BLUE, linewidth=2, label="binary cross-entropy")
left.plot(z, (1 - p) ** 2, color=ORANGE, linewidth=2, linestyle="--", label="squared error")
left.set(ylabel="loss", ylim=(0, 8.3))
left.set_title("Loss: squared error never\nasks for more than 1", fontsize=11)
middle.plot(z, 1 - p, color=BLUE, linewidth=2)
middle.plot(z, 2 * (1 - p) ** 2 * p, color=ORANGE, linewidth=2, linestyle="--")
middle.set(ylabel="pull along the logit", ylim=(0, 1.05))
middle.set_title("Pull: the worst mistakes pull most,\nor hardly at all", fontsize=11)
for ax in (left, middle):
    ax.set(xlabel="logit of a sample of class 1")
    ax.axvspan(-8, -4, color=plots.PALE, zorder=0)
    ax.spines[["top", "right"]].set_visible(False)
left.legend(loc="upper right", fontsize=9)
_ = middle.text(-7.8, 0.42, "sure\nand wrong", fontsize=9)

with check.when_written():
    curves = {"trained with binary cross-entropy": {}, "trained with squared error": {}}
    for epochs in (1, 2, 4, 8):
        for name, training in zip(curves, (train, train_mse), strict=True):
            w, b = (one.detach().float() for one in training(points[:200], labels[:200], epochs, 0.02))
            logits = (fresh_points @ w + b)[:, 0]
            curves[name][epochs] = F.binary_cross_entropy_with_logits(logits, fresh_labels).item()
    best = F.binary_cross_entropy_with_logits(fresh_points @ torch.tensor([2.0, 1.0]) - 2.5, fresh_labels).item()
    plots.loss_curve(
        curves,
        ylabel="binary cross-entropy on fresh points",
        title="Training: the weaker pull\nneeds more epochs",
        ax=right,
    )
    right.axhline(best, color=BLACK, linewidth=1.2, linestyle=":")
    right.annotate("the best possible", (8.4, best), (0, 4), textcoords="offset points", fontsize=9, ha="right")
    right.set_ylim(best - 0.03, None)

# %% [markdown]
# The slope of the squared error along the logit is 2 (p - y) · p (1 - p): the factor p (1 - p) that cancelled before is still there.
# Where the model is sure, p is near 0 or 1, and that factor is near 0.
# So a sample that is *sure and wrong*, the shaded part, hardly pulls: the model does not learn from its worst mistakes.
#
# Here both trainings find the same boundary in the end, because they start undecided and the clouds are kind.
# In a deep network it often decides whether anything is learnt at all.
# For classes, take cross-entropy; for quantities, like a price or an angle, the squared error is at home.

# %% [markdown]
# ## `torch.optim`
#
# The last part written by hand is the step.
# An *optimizer* is a list of parameters and a rule.
# `step()` applies the rule to each parameter under `no_grad`, `zero_grad()` clears each gradient: your lines, for any number of parameters.
#
# | by hand | with `torch.optim` |
# |---|---|
# | | `optimizer = torch.optim.SGD([weights, bias], lr=lr)` |
# | `parameter.grad = None` for each | `optimizer.zero_grad()` |
# | `loss.backward()` | `loss.backward()` |
# | `parameter -= lr * parameter.grad` for each, under `no_grad` | `optimizer.step()` |
#
# ### Train with an optimizer (5 minutes, ●●○)
#
# Write `train_optim(data, labels, epochs, lr)`: the same as `train`, from the same start and in the same order, but each step is made by `torch.optim.SGD`.
# It returns the same numbers as `train`.
#
# Example: as for `train`: one sample (1, 0) with label 1, one epoch, lr = 1, and the end is near `[[0.5], [0]]` and `[0.5]`.


# %% task="train_optim"
def train_optim(data: Tensor, labels: Tensor, epochs: int, lr: float) -> tuple[Tensor, Tensor]:
    """Return weights, (2, 1), and bias, (1,), trained as by `train`, but each step is made by `torch.optim.SGD`."""
    ### BEGIN SOLUTION
    weights, bias = (one.requires_grad_() for one in init_parameters(torch.Generator().manual_seed(0)))
    optimizer = torch.optim.SGD([weights, bias], lr=lr)
    for _ in range(epochs):
        for x, y in zip(data, labels, strict=True):
            optimizer.zero_grad()
            binary_crossentropy(run(x, weights, bias), y).backward()
            optimizer.step()
    return weights, bias
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: <code>TypeError: params argument given to the optimizer should be an iterable of Tensors or dicts, but got torch.FloatTensor</code></summary>
#
# The optimizer wants a list, also of two tensors: `[weights, bias]`.
# </details>
#
# <details><summary>Hint: <code>ValueError: can't optimize a non-leaf Tensor</code></summary>
#
# The optimizer can only move leaves.
# Ask for gradients after the last computation that made the tensor, not before.
# </details>

# %% check="train_optim" points=2
from collections import Counter

from torch.optim.optimizer import register_optimizer_step_post_hook

samples, truth = torch.tensor([[1.0, 0.0], [0.5, 2.0], [-1.0, 1.0], [2.0, -1.5]]), torch.tensor([1.0, 0.0, 1.0, 0.0])


def by_hand(batches, epochs=1, lr=0.5, criterion=F.binary_cross_entropy, keeps=0.0, seed=0, moves=(1, 1)):
    """Return (weights, bias) after a step on each batch of samples; `keeps` is the share of old gradients."""
    generator = torch.Generator().manual_seed(seed)
    w, b = (0.01 * torch.randn(*size, generator=generator) for size in ((2, 1), (1,)))
    w, b, old = w.requires_grad_(), b.requires_grad_(), [torch.zeros(2, 1), torch.zeros(1)]
    for batch in list(batches) * epochs:
        loss = criterion(torch.sigmoid((samples[batch] @ w + b)[:, 0]), truth[batch])
        old = [new + keeps * one for new, one in zip(torch.autograd.grad(loss, (w, b)), old, strict=True)]
        with torch.no_grad():
            w -= moves[0] * lr * old[0]
            b -= moves[1] * lr * old[1]
    return w.detach(), b.detach()


one_by_one = [[0], [1], [2], [3]]
wanted = by_hand(one_by_one)
used = Counter()


def count_step(optimizer: torch.optim.Optimizer, *_: object) -> None:
    """Count a step, under another name where it had no gradient to step along."""
    held = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    bare = all(parameter.grad is None for parameter in held)
    used[type(optimizer).__name__ + bare * " without gradients"] += 1


# The first optimizer of a process costs a second: torch imports its compiler for it.
hook = register_optimizer_step_post_hook(count_step)
try:
    result = train_optim(samples, truth, 1, 0.5)
finally:
    hook.remove()
check.equal(
    dict(used),
    {"SGD": 4},
    "the steps that train_optim(…) makes on four samples, by optimizer,",
    mistakes={
        "train_optim(…) uses no optimizer. Who makes the steps?": {},
        "train_optim(…) makes one step per epoch. One step per sample is wanted.": {"SGD": 1},
        "train_optim(…) makes two steps per sample. One is wanted.": {"SGD": 8},
        "train_optim(…) steps where no parameter has a gradient. Are they cleared too early, or does the optimizer hold other tensors?": {"SGD without gradients": 4},
        "train_optim(…) uses Adam. torch.optim.SGD is wanted.": {"Adam": 4},
    },
)
check.close(
    result,
    wanted,
    "train_optim(data, labels, 1, 0.5)",
    rtol=1e-3,
    atol=3e-4,  # room for the bound in the learner's own loss
    mistakes={
        "train_optim(…) adds each gradient to those of the samples before it. Which call clears them?": by_hand(one_by_one, keeps=1.0),
        "train_optim(…) never leaves its start. Does the optimizer hold the parameters that go into the loss, and have they gradients when it steps?": by_hand([]),
        "train_optim(…) moves the weights alone. Does the optimizer hold the bias?": by_hand(one_by_one, moves=(1, 0)),
        "train_optim(…) moves the bias alone. Does the optimizer hold the weights?": by_hand(one_by_one, moves=(0, 1)),
        "train_optim(…) has momentum. Plain SGD is wanted.": by_hand(one_by_one, keeps=0.9),
        "train_optim(…) minimises the squared error. Here binary cross-entropy is wanted.": by_hand(one_by_one, criterion=F.mse_loss),
        "train_optim(…) goes uphill.": by_hand(one_by_one, lr=-0.5),
        "train_optim(…) does not use lr.": by_hand(one_by_one, lr=0.001),
        "train_optim(…) takes the samples in reverse. Keep the given order.": by_hand(one_by_one[::-1]),
        "train_optim(…) starts from seed 1. The start is init_parameters with seed 0.": by_hand(one_by_one, seed=1),
        "train_optim(…) starts from seed 42. The start is init_parameters with seed 0.": by_hand(one_by_one, seed=42),
        "train_optim(…) gives the weights alone. The bias belongs to it.": wanted[0],
        "train_optim(…) gives the bias first. The weights come first.": wanted[::-1],
    },
)
check.close(
    train_optim(samples, truth, 3, 0.5),
    by_hand(one_by_one, epochs=3),
    "train_optim(data, labels, 3, 0.5)",
    rtol=1e-3,
    atol=3e-4,  # room for the bound in the learner's own loss
    mistakes={"train_optim(…) ends where one epoch ends. Does each epoch go on from the last, and how many are there?": wanted},
)
### BEGIN HIDDEN TESTS
seeded = torch.Generator().manual_seed(19)
samples, truth = torch.randn(30, 2, generator=seeded), torch.randint(2, (30,), generator=seeded).float()
before = samples.clone(), truth.clone()
for count, epochs in ((30, 2), (9, 1), (1, 5)):
    result = train_optim(samples[:count], truth[:count], epochs, 0.3)
    wanted = by_hand([[k] for k in range(count)], epochs, lr=0.3)
    check.close(result, wanted, f"train_optim(…) of ({count}, 2) samples in {epochs} epochs", rtol=1e-3, atol=1e-3)
check.unchanged((samples, truth), before, "an argument of train_optim")
### END HIDDEN TESTS

# %% [markdown]
# By hand and by optimizer, on the 400 points:

# %% show="By hand and by optimizer"
with check.when_written():
    by_hand_result = train(points, labels, 1, 0.02)
    by_optimizer = train_optim(points, labels, 1, 0.02)
    for name, one, two in zip(("weights", "bias"), by_hand_result, by_optimizer, strict=True):
        print(f"{name:8} agree to four digits:", torch.allclose(one.to(two), two, rtol=1e-4, atol=1e-6))

# %% [markdown]
# ## The same code on a GPU
#
# A tensor lies on a *device*: the CPU, an NVIDIA GPU (`cuda`), or the GPU of a Mac (`mps`).
# Operations run where their tensors lie, and all tensors of one operation must lie on the same device.
# That is all there is to it: no function of this lesson says `cuda` or `cpu`, so each of them runs anywhere.
# You choose the device once, at the top, and move data and parameters there.
#
# ### The best device (4 minutes, ●○○)
#
# Write `best_device()`: a `torch.device` for CUDA if there is a CUDA GPU, else for MPS if there is one, else for the CPU.
#
# Example: on a laptop without GPU it returns `torch.device("cpu")`, on a recent Mac `torch.device("mps")`.
#
# Each kind of GPU has a function `is_available()` that tells whether there is one.
# The check pretends to run on several machines, so ask these functions, anew at each call.


# %% task="best_device"
def best_device() -> torch.device:
    """Return the device to compute on: CUDA where there is one, then MPS, then the CPU."""
    ### BEGIN SOLUTION
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: how do I ask whether there is a GPU?</summary>
#
# `torch.cuda.is_available()` asks for CUDA, and `torch.backends.mps.is_available()` for MPS.
# There is also `is_built()`, which says something else: that this PyTorch *could* use one.
# </details>

# %% check="best_device" points=1
import contextlib
from collections.abc import Iterator
from unittest import mock


@contextlib.contextmanager
def machine(gpus: int, mps: int) -> Iterator[None]:
    """Let PyTorch say that there are `gpus` CUDA GPUs, and an Apple GPU if `mps` is 1, until the block ends."""
    kind = torch.device("cuda" if gpus else "mps") if gpus or mps else None
    answers = {
        (torch.cuda, "is_available"): gpus > 0,
        (torch.cuda, "device_count"): gpus,
        (torch.cuda, "current_device"): 0,
        (torch.backends.mps, "is_available"): mps > 0,
        (torch.backends.mps, "is_built"): True,
        (torch.mps, "is_available"): mps > 0,
        (torch.mps, "device_count"): mps,
        (torch.accelerator, "is_available"): kind is not None,
        (torch.accelerator, "current_accelerator"): kind,
    }
    with contextlib.ExitStack() as stack:
        for (module, name), answer in answers.items():
            if hasattr(module, name):
                stack.enter_context(mock.patch.object(module, name, lambda *_, answer=answer, **__: answer))
        yield


kinds = []
for gpus, mps in ((1, 0), (0, 1), (0, 0)):
    with machine(gpus, mps):
        device = best_device()
    check.equal(
        type(device).__name__,
        "device",
        "the type of best_device()",
        mistakes={
            "best_device() gives a string. torch.device(…) makes a device of it.": "str",
            "best_device() gives a bool. Which device follows from it?": "bool",
            "best_device() gives None. Does every case have its return?": "NoneType",
        },
    )
    kinds.append(device.type)
check.equal(
    kinds,
    ["cuda", "mps", "cpu"],
    "best_device() on a machine with a CUDA GPU, on a Mac, and on one with neither,",
    mistakes={
        "best_device() never finds the Mac's GPU. What is its name?": ["cuda", "cpu", "cpu"],
        "best_device() never finds a CUDA GPU.": ["cpu", "mps", "cpu"],
        "best_device() is always the CPU. Does it ask at each call?": ["cpu", "cpu", "cpu"],
        "best_device() is always CUDA, whether there is any or not.": ["cuda", "cuda", "cuda"],
        "best_device() takes MPS wherever CUDA is missing. is_built says that PyTorch could use it, not that it is there.": ["cuda", "mps", "mps"],
        "best_device() takes the CPU where there is a GPU. Which way round is the condition?": ["cpu", "cpu", "cuda"],
    },
)
### BEGIN HIDDEN TESTS
for gpus_and_mps, wanted in (((2, 1), "cuda"), ((8, 0), "cuda"), ((0, 0), "cpu"), ((0, 1), "mps")):
    with machine(*gpus_and_mps):
        device = best_device()
    check.equal(device.type, wanted, "best_device() with {} CUDA GPUs and {} Apple GPUs".format(*gpus_and_mps))
### END HIDDEN TESTS

# %% [markdown]
# ### Move tensors (6 minutes, ●●○)
#
# `x.to(device)` gives the tensor on the device.
# For data that is all.
# For parameters there is a trap: the move is an operation, and autograd records it.
# What comes back was computed from your leaf, so it is no leaf itself, and its `.grad` stays None.
#
# Write `to_device(tensors, device)`: it takes a tuple of tensors, and returns the tuple of them on the device.
# What required gradients still does, and is a leaf; what did not, still does not.
# The given tensors stay as they were.
#
# Example: `to_device((points, weights), torch.device("cuda"))` gives two tensors on the GPU, the first without gradients, the second a leaf that requires them.


# %% task="to_device"
def to_device(tensors: tuple[Tensor, ...], device: torch.device) -> tuple[Tensor, ...]:
    """Return the tensors on `device`, as a tuple; each that requires gradients is a leaf there that requires them."""
    ### BEGIN SOLUTION
    return tuple(tensor.detach().to(device).requires_grad_(tensor.requires_grad) for tensor in tensors)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: how do I move a tensor without a record of the move?</summary>
#
# `detach()` gives the numbers without the history.
# What you move then is no longer recorded, and does not require gradients.
# `requires_grad_(True)` or `requires_grad_(False)` sets that as you like, on your new tensor.
# </details>
#
# <details><summary>Hint: why does the check speak of a device "meta"?</summary>
#
# Your machine may have no second device to move to.
# `meta` is one that every PyTorch has: tensors there have a shape and a dtype, but no numbers.
# To autograd, moving there is a move like any other.
# </details>

# %% check="to_device" points=2
elsewhere = torch.device("meta")  # every machine has it: tensors without numbers
x, w, b = torch.ones(3, 2), torch.zeros(2, 1, requires_grad=True), torch.zeros(1, requires_grad=True)
moved = to_device((x, w, b), elsewhere)
check.equal(
    type(moved).__name__,
    "tuple",
    "the type of to_device(tensors, device)",
    mistakes={
        "to_device(…) gives a list. A tuple is wanted.": "list",
        "to_device(…) gives a generator, which moves nothing until somebody asks. A tuple is wanted.": "generator",
        "to_device(…) gives a map, which moves nothing until somebody asks. A tuple is wanted.": "map",
        "to_device(…) gives one tensor. The tuple of all of them is wanted.": "Tensor",
        "to_device(…) gives None. Does it return its result?": "NoneType",
    },
)
check.equal(
    [one.device.type for one in moved],
    ["meta", "meta", "meta"],
    "the devices of to_device(tensors, device)",
    mistakes={
        "to_device(…) leaves the tensors where they were. Does to() move a tensor, or return a moved one?": ["cpu"] * 3,
        "to_device(…) leaves the parameters where they were.": ["meta", "cpu", "cpu"],
        "to_device(…) leaves the data where they were.": ["cpu", "meta", "meta"],
    },
)
check.equal(
    [one.requires_grad for one in moved],
    [False, True, True],
    "requires_grad of to_device((x, weights, bias), device)",
    mistakes={
        "to_device(…) loses requires_grad, so that nothing learns there.": [False, False, False],
        "to_device(…) makes every tensor require gradients, data too. Which of them did before?": [True, True, True],
    },
)
check.equal(
    [one.is_leaf for one in moved],
    [True, True, True],
    "is_leaf of to_device((x, weights, bias), device)",
    mistakes={"to_device(…) gives parameters that are no leaves: autograd has recorded the move. How does one move without a record?": [True, False, False]},
)
check.equal(
    [(one.device.type, one.requires_grad, one.is_leaf) for one in (x, w, b)],
    [("cpu", False, True), ("cpu", True, True), ("cpu", True, True)],
    "device, requires_grad and is_leaf of the given tensors after to_device(…)",
    mistakes={
        "to_device(…) switches requires_grad of the given tensors off. They belong to the caller.": [("cpu", False, True)] * 3,
        "to_device(…) moves the given tensors themselves. They belong to the caller.": [("meta", False, True), ("meta", True, True), ("meta", True, True)],
    },
)
### BEGIN HIDDEN TESTS
cpu = torch.device("cpu")
x, numbers = torch.arange(8.0).reshape(4, 2), torch.arange(4)
w = torch.linspace(-1, 1, 6, dtype=torch.float64).reshape(3, 2).requires_grad_()
moved = to_device((x, numbers, w), cpu)
check.close(moved, (x, numbers, w.detach()), "to_device(tensors, device) to the CPU")
check.equal([one.dtype for one in moved], [torch.float32, torch.int64, torch.float64], "the dtypes of to_device(…)")
check.equal([one.requires_grad for one in moved], [False, False, True], "requires_grad of to_device(…) to the CPU")
(moved[2] * 3).sum().backward()
check.equal(moved[2].grad is None, False, "whether a moved leaf gets no gradient")
shapes = [tuple(one.shape) for one in to_device((numbers, w), elsewhere)]
check.equal(shapes, [(4,), (3, 2)], "the shapes of to_device(…)")
check.equal([one.is_leaf for one in to_device((w,), elsewhere)], [True], "is_leaf of to_device(…) of one tensor")
check.equal(to_device((), cpu), (), "to_device(…) of an empty tuple")
### END HIDDEN TESTS

# %% [markdown]
# Everything together: this cell trains on whatever device you have.
# What knows about devices are the lines that move tensors, and no other.
# It takes all 400 points in each step, and the next picture says why.

# %% show="Training on the device that is there" tags=["nbval-ignore-output"]
with check.when_written():
    device = best_device()
    w, b = torch.zeros(2, 1, requires_grad=True), torch.zeros(1, requires_grad=True)
    x, y, w, b = to_device((points, labels, w, b), device)
    for _ in range(200):
        last_loss = sgd_step(x, y, w, b, lr=0.5)
    right = count_correct(run(fresh_points.to(device), w, b), fresh_labels.to(device))
    print(f"on the {device}: loss {last_loss:.3f}, {right / 4000:.1%} of fresh points right")

# %% [markdown]
# ### When does a GPU pay?
#
# How long does one step take, on one sample or on very many?

# %% show="How long one step takes, by the number of samples" tags=["nbval-ignore-output"]
import time


def milliseconds(count: int, device: torch.device) -> float:
    """Return how long one step on `count` samples takes, the median of several."""
    x, y = torch.randn(count, 2, device=device), torch.rand(count, device=device).round()
    w, times = torch.zeros(2, device=device, requires_grad=True), []
    for _ in range(12):
        begin = time.perf_counter()
        loss = F.binary_cross_entropy_with_logits(x @ w, y)
        loss.backward()
        with torch.no_grad():
            w -= 0.1 * w.grad
        w.grad = None
        loss.item()  # a GPU works on while Python goes ahead; asking for a number waits for it
        times.append(1000 * (time.perf_counter() - begin))
    return sorted(times)[6]


counts = [1, 10, 100, 1000, 10_000, 100_000]
devices = {"CPU": torch.device("cpu")}
if torch.cuda.is_available():
    devices["GPU"] = torch.device("cuda")
elif torch.backends.mps.is_available():
    devices["GPU"] = torch.device("mps")
_, ax = plt.subplots(figsize=(6.6, 3.8), layout="constrained")
for (name, device), colour, marker in zip(devices.items(), (BLUE, ORANGE), "os", strict=False):
    milliseconds(1, device)  # the first step on a device sets things up
    times = [milliseconds(count, device) for count in counts]
    ax.loglog(counts, times, color=colour, marker=marker, label=name)
ax.set(xlabel="samples in one step", ylabel="milliseconds per step")
ax.set_ylim(0.01, max(2, ax.get_ylim()[1]))
ax.yaxis.set_major_formatter("{x:g}")
ax.yaxis.set_minor_formatter("")
ax.grid(color=plots.PALE)
ax.legend()
_ = ax.set_title(
    "A step on 100 samples takes hardly longer than a step on one:\nstarting the operations costs more than the numbers",
    fontsize=11,
)

# %% [markdown]
# Every operation has to be started, and that takes its time however few numbers there are.
# Starting one on a GPU takes longer than on a CPU.
# So a GPU loses with one sample at a time, and wins with large batches of large images.
# Your `train` is a case for the CPU; a convolutional network with batches of 256 images is one for a GPU.
#
# ## A shared machine
#
# At a university or a company, several people share a machine with several GPUs, and nothing stops you from taking the one on which a colleague's training has run since Monday.
# So before you start, look, and then restrict yourself.
#
# - **Look** with `nvidia-smi`: it lists each GPU with its memory and how busy it is. Take one with almost no memory in use.
# - **Restrict** with the environment variable `CUDA_VISIBLE_DEVICES`: PyTorch then sees only the GPUs that it lists, numbered anew from 0.
#
# | `CUDA_VISIBLE_DEVICES` | what PyTorch sees on a machine with GPUs 0 to 3 |
# |---|---|
# | not set | `cuda:0` to `cuda:3` |
# | `2` | GPU 2, under the name `cuda:0` |
# | `3,1` | GPU 3 as `cuda:0`, GPU 1 as `cuda:1` |
# | empty | no GPU at all: everything runs on the CPU |
#
# Because of the new numbers, your code stays `torch.device("cuda")` whichever GPU you take.
# The variable is read once, when CUDA starts, so set it before Python starts:
#
# ```bash
# CUDA_VISIBLE_DEVICES=2 python main.py train
# ```
#
# In a notebook it is `os.environ["CUDA_VISIBLE_DEVICES"] = "2"` in the very first cell, before torch is imported.
# This cell shows where you are; it runs without a GPU too.

# %% show="The GPUs of this machine" tags=["nbval-ignore-output"]
import contextlib
import os
import shutil
import subprocess

visible = os.environ.get("CUDA_VISIBLE_DEVICES", "not set, so every GPU is visible")
print("CUDA_VISIBLE_DEVICES:", visible)
print("GPUs that PyTorch sees:", torch.cuda.device_count() if torch.cuda.is_available() else 0)

program = shutil.which("nvidia-smi")
if program is None:
    print("nvidia-smi: not on this machine, so there is no driver for an NVIDIA GPU")
else:
    columns = "index,name,memory.used,memory.total,utilization.gpu"
    with contextlib.suppress(subprocess.TimeoutExpired):
        answer = subprocess.run(
            [program, f"--query-gpu={columns}", "--format=csv"], capture_output=True, text=True, timeout=20
        )
        print(answer.stdout.strip() or answer.stderr.strip())

# %% [markdown]
# `nvidia-smi` always lists all GPUs under their own numbers: it does not care about `CUDA_VISIBLE_DEVICES`.
#
# The course's page “Using GPUs”, in the file `docs/learn/gpu.md`, has the rest: one machine, a shared one, and Colab.

# %% [markdown]
# ## What you have learnt
#
# - Logistic regression is one unit and a sigmoid, and its decision boundary is a line.
# - Some mistakes cannot be avoided: here no classifier is right more often than Φ(√5/2) = 86.8 %.
# - With cross-entropy, the gradient of one sample is (p - y) · x. Autograd computes the same numbers.
# - A step changes leaves in place, under `no_grad`, and clears their gradients. `torch.optim` does so for any number of parameters.
# - Squared error lets go of samples that are sure and wrong; cross-entropy does not.
# - `Variable` is a tensor today, and `.data` is `detach()` or `no_grad()`.
# - Choose the device once, move data and leaves there, and the same code runs anywhere.
#
# ## Mistakes that the checks of this lesson look for
#
# | mistake | why people make it |
# |---|---|
# | outputs `(n, 1)` against labels `(n,)` | A matrix product leaves that dimension, and broadcasting makes `(n, n)` of both without a word. |
# | `squeeze()` without a dimension | It works until a batch has one sample. |
# | no bound in the cross-entropy, or one of 1e-8 | Nothing happens until a prediction is exactly 0 or 1, and 1 - 1e-8 is 1 in float32. |
# | y - p in place of p - y | "Truth minus prediction" sounds as natural, and the loss rises. |
# | the sum in place of the mean | With one sample they are equal. |
# | a bias gradient of shape `()` | `mean()` gives a number; the bias has the shape `(1,)`. |
# | `weights = weights - lr * weights.grad` | It is the formula. It makes a new tensor that is no leaf. |
# | the step outside `no_grad` | Autograd at least complains, in old words: "a leaf Variable". |
# | gradients that pile up | Nothing in `backward` says that it adds. |
# | one step per epoch, or shuffled samples | Both are good trainings, and not the one that was asked for. |
# | `"cuda"` as a string, or CUDA without asking | It works on the machine where it was written. |
# | parameters moved with `.to(device)` alone | On the CPU nothing moves, so nothing goes wrong there. |
#
# ## Where to read on
#
# - Goodfellow, Bengio and Courville, *Deep Learning*, section 5.7 of [chapter 5](https://www.deeplearningbook.org/contents/ml.html) on logistic regression, and section 6.2 of [chapter 6](https://www.deeplearningbook.org/contents/mlp.html) on why cross-entropy goes with the sigmoid.
# - PyTorch's pages on [autograd](https://docs.pytorch.org/docs/stable/notes/autograd.html), [`torch.optim`](https://docs.pytorch.org/docs/stable/optim.html) and [CUDA](https://docs.pytorch.org/docs/stable/notes/cuda.html).
# - PyTorch's [guide from 0.3 to 0.4](https://pytorch.org/blog/pytorch-0_4_0-migration-guide/), on the end of `Variable`.
#
# **Next:** [Final exercise](../08_final_exercise/08_final_exercise.ipynb). All parts are yours now; there you put them together.
