# %% [markdown]
# # Manual gradients, autograd and optimizers
#
# After this lesson you can
#
# - train a classifier with every part in sight: parameters, outputs, loss, gradients, steps;
# - write gradients as formulas, test them with numbers, and see autograd give the same;
# - choose between losses, and say where each of them stops learning;
# - read old PyTorch code with `Variable` and `.data`, and write what it means today;
# - run the same code on a CPU and on a GPU, on a shared machine too.
#
# **Time:** 95 minutes.
#
# **Builds on:** [Tensors](../01_tensors/01_tensors.ipynb) (matrix products, broadcasting, the sigmoid) and [Training](../03_training/03_training.ipynb) (losses, the landscape, autograd).
#
# **Leads to:** [Final exercise](../08_final_exercise/08_final_exercise.ipynb).
# There you write a whole training program on your own, and after this lesson no part of it is a black box.

# %%
import math
import warnings
from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn.functional as F
from matplotlib.axes import Axes
from torch import Tensor, nn

from kindling import check, data, plots

BLUE, ORANGE, GREEN, BLACK = plots.COLOURS

torch.set_num_threads(1)  # for so small a model a second core gains nothing

# `float(loss)` gives the right number, so there is nothing to warn of.
warnings.filterwarnings("ignore", message="Converting a tensor with requires_grad=True to a scalar")

# %% [markdown]
# ## Two clouds of points
#
# Lesson 03 trained 109,386 numbers with a loss, an optimizer and a model from PyTorch.
# Here you train *three* numbers, and write everything yourself.
# You can look at three numbers one by one, and check each formula by hand.
#
# Points in the plane come from two sources, and the task is to tell which source a point came from.
# Each source scatters its points around a mean, in the same round bell, a *Gaussian* with identity covariance:
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
_, ax = plt.subplots(figsize=(5.2, 3.7), layout="constrained")
draw_points(ax, points, labels)
for label, (x, y) in enumerate(((0, 0), (2, 1))):
    ax.plot(x, y, marker="P", markersize=14, color=BLACK, markeredgecolor="white", linestyle="none")
    name = f"mean of class {label}"
    ax.annotate(name, (x, y), (0, 12), textcoords="offset points", ha="center", bbox=paper)
ax.legend(loc="upper left")
_ = ax.set_title("400 points of two classes: the clouds overlap,\nso no boundary is right for all of them", fontsize=11)

# %% [markdown]
# **Predict first.**
# Imagine the best of all classifiers, be it a line, a curve, or the best network that will ever be built.
# It is shown new points from these two sources.
# For what share of them can it be right?
# Look at the picture, and replace `None` with your number, like 0.95, before you run the next two cells.

# %%
prediction = None

# %% show="What the best of all classifiers reaches"
ceiling = torch.special.ndtr(torch.tensor(math.sqrt(5) / 2)).item()  # Φ, explained below
best_guess = (2 * fresh_points[:, 0] + fresh_points[:, 1] > 2.5).float()
if not isinstance(prediction, int | float):
    print("Replace None with your number first, and run both cells.")
else:
    share = prediction / 100 if prediction > 1 else prediction
    thoughts = {
        0.55: "That is guessing. Far from the middle, a place tells the class almost surely.",
        0.84: "Too low. Did you count the whole middle as lost? Even there one class is more likely than the other.",
        0.9: "Right, as nearly as an eye can judge.",
        0.97: "Too high. A curve around every single mark would fit these points, but new ones fall elsewhere: that is overfitting.",
        math.inf: "Too high. Where the clouds overlap, points of both classes lie in the same place, and nothing tells them apart.",
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
# New points of both classes turn up there, and the class whose bell is higher at that place turns up more often.
# The best answer there is to name that class.
# The bells are equally high on the line halfway between the means, so that line is the best boundary; any other, straight or curved, loses wherever it differs.
#
# How often is the best answer right?
# Only the direction from one mean to the other matters: along it, each cloud is a bell with standard deviation 1, and their middles are √(2² + 1²) = √5 = 2.24 apart.
# The boundary is half of that, √5/2 = 1.12, away from each.
# A point of either class is on its own side with probability Φ(√5/2) = 0.868, where Φ(z) is the area under the bell to the left of z.
#
# So 86.8 % is the *ceiling*.
# (On 4,000 points luck adds or takes away about half a percent. On all the points there could be, nobody beats the ceiling.)
# </details>

# %% show="The same answer as a picture"
_, (left, right) = plt.subplots(1, 2, figsize=(10, 3.4), layout="constrained")
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
# It pays to know the ceiling: a report of much more than that contains a mistake, and an afternoon spent on a model that is almost there is wasted.

# %% [markdown]
# ## The model: one unit
#
# A line is all we need, and one unit draws a line.
# It computes the logit z = w₁x₁ + w₂x₂ + b, and the sigmoid turns it into p, the probability of class 1.
# Where z = 0 the probability is 1/2, and that line is the *decision boundary*.
# This model is called *logistic regression*.
#
# ### Start values (3 minutes, ●○○)
#
# Training starts somewhere, and a repeatable experiment starts at the same place each time.
#
# Write `init_parameters(generator)`: it returns the pair `(weights, bias)`, of shapes `(2, 1)` and `(1,)`, with numbers from N(0, 0.01²): normal numbers with mean 0 and standard deviation 0.01.
# Draw the weights first, then the bias, both with `generator`.
# Whether they already require gradients is up to you.
#
# Example: if the generator's next three standard normal numbers are 0.5, -1.2 and 2.0, the weights are `[[0.005], [-0.012]]` and the bias is `[0.02]`.


# %% task="init_parameters"
def init_parameters(generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return weights, (2, 1), and then bias, (1,), drawn from N(0, 0.01²) with `generator`."""
    ### BEGIN SOLUTION
    weights = 0.01 * torch.randn(2, 1, generator=generator)
    bias = 0.01 * torch.randn(1, generator=generator)
    return weights, bias
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: how do I get normal numbers with another standard deviation?</summary>
#
# `torch.randn` draws from N(0, 1), and takes `generator=…`.
# Numbers twice as large have twice the standard deviation.
# Which factor takes 1 to 0.01? (The square in 0.01² is there because N is written with the variance.)
# </details>

# %% check="init_parameters" points=1
w, b = torch.tensor([[-0.48678], [-0.60382]]), torch.tensor([-0.5581])  # standard normal numbers of seed 5
even = torch.tensor([[0.83025], [0.12611]]), torch.tensor([0.90747])  # and even ones
other = torch.tensor([[-1.8744], [-0.99366]]), torch.tensor([0.71847])  # what torch.manual_seed(6) gives
source = torch.Generator()
torch.manual_seed(6)
result = init_parameters(source.manual_seed(5))
check.close(
    result,
    ([[-0.0048678], [-0.0060382]], [-0.005581]),
    "init_parameters(generator)",
    rtol=1e-3,
    atol=1e-7,
    mistakes={
        "init_parameters(…) has standard deviation 1. It should be 0.01.": (w, b),
        "init_parameters(…) has standard deviation 0.0001. The square belongs to the variance.": (w / 1e4, b / 1e4),
        "init_parameters(…) has standard deviation 0.1. In N(0, 0.01²), which number is the deviation?": (w / 10, b / 10),
        "init_parameters(…) does not draw from the generator that it was given.": (other[0] / 100, other[1] / 100),
        "init_parameters(…) draws the bias first. The weights come first.": ([[-0.0060382], [-0.005581]], [-0.0048678]),
        "init_parameters(…) sets the bias to 0. Here it is drawn too.": (w / 100, torch.zeros(1)),
        "init_parameters(…) gives the bias the weights' first number again. Does it reseed the generator?": (w / 100, w[0] / 100),
        "init_parameters(…) draws evenly between 0 and 0.01. Which function draws normal numbers?": (even[0] / 100, even[1] / 100),
        "init_parameters(…) gives weights of shape (2,), wanted (2, 1).": (w[:, 0] / 100, b / 100),
        "init_parameters(…) gives weights of shape (1, 2), wanted (2, 1).": (w.T / 100, b / 100),
        "init_parameters(…) gives a bias of shape (), wanted (1,).": (w / 100, b[0] / 100),
        "init_parameters(…) gives a bias of shape (1, 1), wanted (1,).": (w / 100, b[None] / 100),
        "init_parameters(…) gives zeros. Which function draws normal numbers?": (torch.zeros(2, 1), torch.zeros(1)),
        "init_parameters(…) draws with seed 0, whatever the generator is. Take the given one as it comes.": ([[0.01541], [-0.0029343]], [-0.0217879]),
        "init_parameters(…) gives the weights alone. Return the bias too.": w / 100,
        "init_parameters(…) returns the bias first. The weights come first.": (b / 100, w / 100),
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
check.close(
    init_parameters(source),
    ([[0.0066752], [-0.0019742]], [0.0194278]),
    "init_parameters(generator), called again",
    rtol=1e-3,
    atol=1e-7,
    mistakes={"init_parameters(…) gives the same numbers at each call. Does it seed the generator, or keep its first result?": result},
)
### BEGIN HIDDEN TESTS
six = 0.01 * torch.randn(6, generator=source.manual_seed(8))
source.manual_seed(8)
first, second = init_parameters(source), init_parameters(source)
check.close(first, (six[:2, None], six[2:3]), "init_parameters(generator) with seed 8", rtol=1e-3, atol=1e-7)
check.close(second, (six[3:5, None], six[5:]), "init_parameters(generator), called again", rtol=1e-3, atol=1e-7)
### END HIDDEN TESTS

# %% [markdown]
# ### The outputs (5 minutes, ●●○)
#
# Write `run(x, weights, bias)`: the probability of class 1, `sigmoid(x · weights + bias)`.
#
# - For a batch `x` of shape `(n, 2)` the result has shape `(n,)`, also for n = 1.
# - For a single sample `x` of shape `(2,)` it has shape `()`: a tensor with one number.
#
# The matrix product with weights `(2, 1)` gives `(n, 1)`, so one dimension has to go.
# The cell after the check shows why.
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
# Say which one you mean; -1 is always the last.
# </details>
#
# <details><summary>Hint: why does one sample give the shape <code>(1,)</code>?</summary>
#
# The bias has the shape `(1,)`, and a number plus the bias is a vector too.
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
        "run(…) is the tanh, which goes from -1 to 1. A probability goes from 0 to 1.": z.tanh(),
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
sure = run(x, 100 * weights, 100 * bias)
check.close(
    sure,
    [0.5, 1.0, 0.0],
    "run(x, weights, bias) with large weights",
    mistakes={"run(…) is nan for a large logit. An exp overflows above and below the fraction line. Which form of the sigmoid has only one?": [0.5, math.nan, 0.0]},
)
check.equal(
    [abs(sure[1].item() - 1) < 5e-8, abs(sure[2].item()) < 5e-8],
    [True, True],
    "whether run(x, weights, bias) with large weights is 1 and 0 where the sigmoid is",
    mistakes={"run(…) keeps its probabilities away from 0 and 1. The sigmoid itself is wanted; what needs a bound can set one itself.": [False, False]},
)
result = run(x, weights.requires_grad_(), bias)
check.equal(
    result.requires_grad,
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
check.equal(
    torch.autograd.grad(result.sum(), weights, allow_unused=True)[0] is None,
    False,
    "whether run(x, weights, bias) has no gradient along the weights",
    mistakes={"run(…) computes with a copy of the weights, so that those it was given get no gradient.": True},
)
### BEGIN HIDDEN TESTS
seeded = torch.Generator().manual_seed(11)
x, weights, bias = (torch.randn(*size, generator=seeded) for size in ((7, 2), (2, 1), (1,)))
before = x.clone(), weights.clone(), bias.clone()
wanted = torch.sigmoid(x[:, 0] * weights[0, 0] + x[:, 1] * weights[1, 0] + bias[0])
check.close(run(x, weights, bias), wanted, "run(x, weights, bias) of seven samples", inputs=(x, weights, bias))
check.close(run(x[:2], weights, bias), wanted[:2], "run(x, weights, bias) of two samples")
check.close(run(x[3], weights, bias), wanted[3], "run(x, weights, bias) of the sample x[3]")
check.unchanged((x, weights, bias), before, "an argument of run")
check.equal([one.requires_grad for one in (x, weights, bias)], [False] * 3, "requires_grad of the arguments after run(…)")
### END HIDDEN TESTS

# %% [markdown]
# Here is why `(n, 1)` is dangerous: the labels have the shape `(n,)`, and sooner or later one is subtracted from the other.

# %% show="A column minus a row"
outputs, truth = torch.tensor([0.9, 0.2, 0.6]), torch.tensor([1.0, 0.0, 1.0])
right, wide = outputs - truth, outputs[:, None] - truth
print(f"(3,) - (3,):   {right.shape}    mean square: {right.square().mean():.3f}")
print(f"(3, 1) - (3,): {wide.shape} mean square: {wide.square().mean():.3f}")

# %% [markdown]
# Broadcasting compares each output with *every* label.
# The mean of that table is a number like any other, and so is its gradient: training runs, learns next to nothing, and raises no error.

# %% [markdown]
# ### How many are right (3 minutes, ●○○)
#
# Write `count_correct(outputs, labels)`: given probabilities of class 1, return how many of them name the right class, as a Python int.
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
# Yes: compared with numbers, True counts as 1 and False as 0.
# Then sum, and take the number out of the tensor.
# </details>

# %% check="count_correct" points=1
given = [0.9, 0.7, 0.8, 0.6, 0.75, 0.65, 0.4, 0.3, 0.1, 0.2, 0.05, 0.45, 0.35, 0.25, 0.5, 0.5, 0.5, 0.5]
truth = [1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]
outputs, labels_given = torch.tensor(given), torch.tensor(truth)
check.equal(
    count_correct(outputs, labels_given),
    14,
    "count_correct(outputs, labels)",
    mistakes={
        "count_correct(…) gives a tensor. A Python int is wanted.": torch.tensor(14),
        "count_correct(…) gives a float. A Python int is wanted.": 14.0,
        "count_correct(…) takes 0.5 for class 1. Here 0.5 is class 0.": 12,
        "count_correct(…) takes 0.5 for both classes at once. Here 0.5 is class 0.": 15,
        "count_correct(…) takes 0.5 for neither class. Here 0.5 is class 0.": 11,
        "count_correct(…) counts the wrong ones.": 4,
        "count_correct(…) gives the share. Their number is wanted.": torch.tensor(14 / 18).item(),
        "count_correct(…) divides by the number of samples. The count itself is wanted.": 14 / 18,
        "count_correct(…) counts the outputs of class 1, right or wrong.": 6,
        "count_correct(…) counts those of class 1 alone. Right answers of class 0 count as well.": 5,
        "count_correct(…) takes every output for class 1. Its inputs are probabilities; where is their middle?": 8,
        "count_correct(…) takes every output for class 0. What does int() do to 0.9?": 10,
        "count_correct(…) compares the probabilities themselves with the labels. Which classes do they mean?": 0,
        "count_correct(…) compares each output with every label, (n, 1) against (n,).": 168,
    },
)
check.unchanged(outputs, given, "outputs")
check.unchanged(labels_given, truth, "labels")
check.equal(
    count_correct(torch.full((22,), 0.9), (torch.arange(22) < 13).float()),
    13,
    "count_correct(outputs, labels) of 22 outputs, 13 of them right,",
    mistakes={
        "count_correct(…) loses one: 22 times the share is a little less than 13, and int() cuts the rest off. Can you count without a share?": 12,
        "count_correct(…) gives 14 again, for other outputs. Does it count those that it is given?": 14,
    },
)
### BEGIN HIDDEN TESTS
seeded = torch.Generator().manual_seed(12)
outputs, labels_given = torch.rand(50, generator=seeded), torch.randint(2, (50,), generator=seeded).float()
before = outputs.clone(), labels_given.clone()
wanted = sum((p > 0.5) == (y == 1) for p, y in zip(outputs.tolist(), labels_given.tolist(), strict=True))
check.equal(count_correct(outputs, labels_given), wanted, "count_correct(outputs, labels) of 50 samples")
check.unchanged((outputs, labels_given), before, "an argument of count_correct")
for output, label, wanted in ((0.3, 1.0, 0), (0.3, 0.0, 1), (0.5, 0.0, 1), (0.5, 1.0, 0), (1.0, 1.0, 1)):
    count = count_correct(torch.tensor([output]), torch.tensor([label]))
    check.equal(count, wanted, f"count_correct(outputs, labels) of one sample, {output:g} and the label {label:g}")
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
# This start is lucky: keep the number in mind, since training has to beat it.
#
# ## How wrong is a probability?
#
# The loss is the one that you know from lesson 03: -log of the probability that the model gave to the right class.
# There is only one output p, the probability of class 1, so class 0 has 1 - p.
# So the loss of one sample is -log p for the label 1, and -log(1 - p) for the label 0.
# Both fit into one line, in which the label y switches between them:
#
# $$\text{loss} = -\,\big(y \log p + (1 - y) \log (1 - p)\big)$$
#
# This is *binary cross-entropy*, and it has a hole.

# %% show="The logarithm of 0, and 0 times it"
p = torch.tensor([0.0, 1.0])
print("log 0:    ", p.log()[0].item())
print("0 · log 0:", (0 * p.log()[0]).item())

# %% [markdown]
# A probability of exactly 0 or 1 comes sooner than you might think: in float32, the sigmoid of 17 is 1.
# Then one of the two logarithms is minus infinity, and even where its factor is 0, the product is nan.
# After one step from a loss that is nan, every weight is nan.
#
# ### Binary cross-entropy (6 minutes, ●●○)
#
# Write `binary_crossentropy(prediction, true)`: the loss of each sample, elementwise, in the shape of `prediction`.
# Where the prediction is 0 or 1 it must be finite, near 0 for a right answer and above 5 for a wrong one, and its gradient must be finite too.
# How you bound it is up to you; with a bound of 1e-4 or less, the losses of all but the surest predictions stay practically as they are.
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
# <details><summary>Hint: why is the gradient nan although the loss is not?</summary>
#
# `nan_to_num`, or a bound on the logarithm, repairs the result, but the logarithm of 0 has been taken.
# On the way back its slope is 1/0, and 0 times infinity is nan.
# Bound the probability *before* the logarithm.
# </details>
#
# <details><summary>Hint: why is it still nan with a bound of 1e-8?</summary>
#
# A float32 has about seven digits.
# Print `torch.tensor(1.0) - 1e-8`: what is left of the 1e-8?
# </details>

# %% check="binary_crossentropy" points=2
p, y = torch.tensor([0.8, 0.8, 0.1, 0.25]), torch.tensor([1.0, 0.0, 0.0, 1.0])
losses = torch.tensor([0.22314, 1.60944, 0.10536, 1.38629])
check.close(
    binary_crossentropy(p, y),
    losses,
    "binary_crossentropy(prediction, true)",
    rtol=2e-3,  # room for a bound of any sensible size
    atol=2e-4,
    mistakes={
        "binary_crossentropy(…) takes its input for logits. It gets probabilities.": [0.3711, 1.1711, 0.7444, 0.57594],
        "binary_crossentropy(…) is the mean. One loss per sample is wanted.": losses.mean(),
        "binary_crossentropy(…) is the sum. One loss per sample is wanted.": losses.sum(),
        "binary_crossentropy(…) is negative. A loss falls when things get better.": -losses,
        "binary_crossentropy(…) is 0 where the label is 0. What is the loss there?": [0.22314, 0.0, 0.0, 1.38629],
        "binary_crossentropy(…) takes -log p where the label is 0, too.": [0.22314, 0.22314, 2.30259, 1.38629],
        "binary_crossentropy(…) has the labels swapped: it is small for a wrong answer.": [1.60944, 0.22314, 2.30259, 0.28768],
        "binary_crossentropy(…) is the squared difference. The logarithm is wanted.": [0.04, 0.64, 0.01, 0.5625],
        "binary_crossentropy(…) has logarithms to the base 2. The natural logarithm is wanted.": losses / math.log(2),
        "binary_crossentropy(…) has logarithms to the base 10. The natural logarithm is wanted.": losses / math.log(10),
    },
)
given = torch.tensor([1.0, 0.0, 0.0, 1.0])
edges = binary_crossentropy(given, torch.tensor([1.0, 0.0, 1.0, 0.0]))
check.equal(
    edges.isfinite().tolist(),
    [True, True, True, True],
    "whether binary_crossentropy(…) is finite for the predictions 1, 0, 0, 1 and the labels 1, 0, 1, 0",
    mistakes={
        "binary_crossentropy(…) is nan or infinite where the prediction is 0 or 1.": [False] * 4,
        "binary_crossentropy(…) is infinite for a sure and wrong prediction.": [True, True, False, False],
        "binary_crossentropy(…) is infinite for the prediction 1 and the label 0. Are both logarithms bounded?": [True, True, True, False],
        "binary_crossentropy(…) is infinite for the prediction 0 and the label 1. Are both logarithms bounded?": [True, True, False, True],
        "binary_crossentropy(…) is nan or infinite where the prediction is 1. What keeps it below 1, and is that still below 1 in float32?": [False, True, True, False],
        "binary_crossentropy(…) is nan or infinite where the prediction is 0. Which bound keeps it away from there?": [True, False, False, True],
    },
)
check.close(edges[:2], [0.0, 0.0], "binary_crossentropy(…) of sure and right predictions", rtol=0, atol=5e-2)
check.equal(
    (edges[2:] > 5).tolist(),
    [True, True],
    "whether binary_crossentropy(…) of sure and wrong predictions is above 5",
    mistakes={"binary_crossentropy(…) is 5 or less for a sure and wrong prediction. How near to 0 does your bound let it come?": [False, False]},
)
check.unchanged(given, [1.0, 0.0, 0.0, 1.0], "prediction")
logits = torch.tensor([200.0, -200.0, -200.0, 200.0], requires_grad=True)  # their sigmoids are exactly 1, 0, 0, 1
edges = binary_crossentropy(logits.sigmoid(), torch.tensor([1.0, 0.0, 1.0, 0.0]))
check.equal(
    edges.requires_grad,
    True,
    "binary_crossentropy(…).requires_grad",
    mistakes={"binary_crossentropy(…) is cut off from autograd, so that nothing can learn from it.": False},
)
check.equal(
    torch.autograd.grad(edges.sum(), logits)[0].isfinite().all().item(),
    True,
    "whether the gradient of binary_crossentropy(…) is finite where the prediction is 0 or 1",
    mistakes={
        "binary_crossentropy(…) is finite where the prediction is 0 or 1, but its gradient is not, so one step makes every weight nan. "
        "What is the slope of the logarithm that you take there?": False
    },
)
### BEGIN HIDDEN TESTS
seeded = torch.Generator().manual_seed(13)
p = (0.05 + 0.9 * torch.rand(3, 5, generator=seeded)).requires_grad_()
y = torch.randint(2, (3, 5), generator=seeded).float()
before = p.detach().clone(), y.clone()
result = binary_crossentropy(p, y)
wanted = F.binary_cross_entropy(p, y, reduction="none").detach()
check.close(result, wanted, "binary_crossentropy(…) of a (3, 5) tensor", inputs=(p, y), rtol=2e-3, atol=2e-4)
slopes = torch.autograd.grad(result.sum(), p)[0]
check.unchanged((p.detach(), y), before, "an argument of binary_crossentropy")
p, y = before
check.close(slopes, (p - y) / (p * (1 - p)), "the gradient of binary_crossentropy(…)", rtol=5e-3)
check.close(binary_crossentropy(p[0, 0], y[0, 0]), wanted[0, 0], "binary_crossentropy(…) of shape ()", rtol=2e-3, atol=2e-4)
label = "binary_crossentropy(…) of one sample"
check.close(binary_crossentropy(p[:1, 0], y[:1, 0]), wanted[:1, 0], label, rtol=2e-3, atol=2e-4)
weights = torch.tensor([300.0, -200.0], requires_grad=True)
x = torch.tensor([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]])
loss = binary_crossentropy((x @ weights).sigmoid(), torch.tensor([1.0, 1.0, 1.0, 0.0])).mean()
step = torch.autograd.grad(loss, weights)[0]
check.equal(step.isfinite().all().item(), True, "whether a step from sure predictions is finite")
### END HIDDEN TESTS

# %% [markdown]
# ## Gradients by hand
#
# Now the slopes: how does the mean loss change with each weight and with the bias?
# For one sample, go from the loss back to the weights, one link of the chain at a time.
# This is *backpropagation*:
#
# $$\frac{\partial\,\text{loss}}{\partial p} = \frac{p - y}{p\,(1-p)} \qquad
# \frac{\partial p}{\partial z} = p\,(1-p) \qquad
# \frac{\partial z}{\partial w} = x \qquad
# \frac{\partial z}{\partial b} = 1$$
#
# Multiply the first two, and p(1 - p) cancels: the slope of the loss along the logit is *p - y*, the prediction minus the truth.
# That is why sigmoid and cross-entropy are used together.
# With the other two links, one sample contributes (p - y) · x to the weights' gradient and p - y to the bias's, and the gradient of the mean loss is the mean over the samples.
#
# So each sample pulls at the boundary as hard as it is misjudged.
# In the picture the boundary stands too far to the left, and the circles on its wrong side pull it over to the right.

# %% show="How hard each sample pulls"
some, their_labels = points[:120], labels[:120]
pull = torch.sigmoid(some @ torch.tensor([1.6, 0.2]) - 0.2) - their_labels

_, ax = plt.subplots(figsize=(5.2, 3.9), layout="constrained")
draw_points(ax, some, their_labels, size=14)
for label, colour, marker in ((0, BLUE, "o"), (1, ORANGE, "^")):
    mine = their_labels == label
    ax.scatter(*some[mine].T, s=300 * pull[mine].abs(), marker=marker, color=colour, alpha=0.55)
ax.axline((0.125, 0), (0, 1), color=BLACK, linewidth=2)
ax.legend(loc="upper left")
_ = ax.set_title(
    "Area of a mark: how hard this sample pulls, |p - y|.\nMisjudged samples pull most, sure and right ones hardly at all",
    fontsize=11,
)

# %% [markdown]
# ### The closed form (8 minutes, ●●●)
#
# Write `manual_gradients(x, y, weights, bias)`: the gradients of the *mean* binary cross-entropy over the samples, by the formula.
# It returns the pair `(gradient of weights, gradient of bias)`, each in the shape of its parameter: `(2, 1)` and `(1,)`.
# They should also be right where p is exactly 0 or 1.
# Autograd is off limits here; you meet it again in a moment.
#
# Example: the samples (1, 0) with label 1 and (0, 2) with label 0, and all parameters 0.
# Both probabilities are 0.5, so p - y is -0.5 and 0.5.
# The weights' gradient is the mean of -0.5 · (1, 0) and 0.5 · (0, 2), which is `[[-0.25], [0.5]]`, and the bias's is `[0]`.


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
# <details><summary>Hint: where does the shape <code>(n, n)</code> come from?</summary>
#
# Look at the shapes of `p` and `y` before the subtraction.
# Both should be `(n,)`.
# </details>

# %% check="manual_gradients" points=3
x = torch.tensor([[1.0, 0.5], [0.0, 2.0], [-1.0, 1.0], [3.0, 0.0], [0.5, -2.0]])
y = torch.tensor([1.0, 0.0, 1.0, 0.0, 0.0])
weights, bias = torch.tensor([[0.8], [-0.4]]), torch.tensor([0.3])
grad, slope = torch.tensor([[0.72835], [-0.34711]]), torch.tensor([0.22643])
each = torch.tensor([-0.28905, 0.37754, -0.71095, 0.93703, 0.81757])  # the slope of each sample along its logit
check.close(
    manual_gradients(x, y, weights, bias),
    (grad, slope),
    "manual_gradients(x, y, weights, bias)",
    mistakes={
        "manual_gradients(…) points the wrong way. Which comes first in the difference, prediction or truth?": (-grad, -slope),
        "manual_gradients(…) sums over the samples. The mean loss has the mean of their gradients.": (5 * grad, 5 * slope),
        "manual_gradients(…) has a sum for the weights. Their mean is wanted, as for the bias.": (5 * grad, slope),
        "manual_gradients(…) has a sum for the bias. Its mean is wanted, as for the weights.": (grad, 5 * slope),
        "manual_gradients(…) gives the bias a gradient of shape (), wanted (1,), the shape of the bias.": (grad, slope[0]),
        "manual_gradients(…) gives the bias a gradient of shape (1, 1), wanted (1,), the shape of the bias.": (grad, slope[None]),
        "manual_gradients(…) gives the bias one gradient per sample. Their mean is wanted.": (grad, each),
        "manual_gradients(…) gives the weights a gradient of shape (2,), wanted (2, 1).": (grad[:, 0], slope),
        "manual_gradients(…) gives the weights a gradient of shape (1, 2), wanted (2, 1).": (grad.T, slope),
        "manual_gradients(…) subtracts y (n,) from p (n, 1), which makes (n, n).": ([[0.44835], [-0.16711]], [0.22643]),
        "manual_gradients(…) divides the weights' gradient by the 2 features. How many samples are there?": (2.5 * grad, slope),
        "manual_gradients(…) gives the gradients of the squared error. With cross-entropy, p(1 - p) cancels.": ([[0.12542], [-0.09689]], [0.02418]),
        "manual_gradients(…) multiplies by p(1 - p). With cross-entropy it cancels.": ([[0.06271], [-0.04845]], [0.01209]),
        "manual_gradients(…) uses logits where probabilities belong.": ([[2.13], [-1.19]], [0.34]),
        "manual_gradients(…) returns the bias's gradient first. The weights' comes first.": (slope, grad),
        "manual_gradients(…) gives the weights' gradient alone. Return the bias's too.": grad,
        "manual_gradients(…) gives the bias no gradient. It learns as the weights do.": (grad, torch.zeros(1)),
        "manual_gradients(…) subtracts the labels from classes. The probabilities themselves are wanted.": ([[0.9], [-0.6]], [0.2]),
        "manual_gradients(…) divides by p(1 - p), as the slope along p does. The slope along the logit is simpler.": ([[10.48661], [-2.38264]], [3.6204]),
    },
)
check.equal(
    any(one.requires_grad for one in (x, y, weights, bias)),
    False,
    "requires_grad of the arguments after manual_gradients(…)",
    mistakes={"manual_gradients(…) switches requires_grad of the given tensors on. They belong to the caller.": True},
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
sure = torch.tensor([[2.0, 0.0]]), torch.zeros(1), torch.tensor([[10.0], [0.0]]), torch.zeros(1)
check.close(
    manual_gradients(*sure),
    ([[2.0], [0.0]], [1.0]),
    "manual_gradients(…) of the sample (2, 0) with label 0 and logit 20",
    mistakes={
        "manual_gradients(…) is nan where p is exactly 1. Is there a division by p(1 - p) that should have cancelled?": ([[math.nan], [math.nan]], [math.nan]),
        "manual_gradients(…) is 0 where the model is sure and wrong. What does p - y say there?": ([[0.0], [0.0]], [0.0]),
    },
)
### BEGIN HIDDEN TESTS
seeded = torch.Generator().manual_seed(14)
for n in (8, 3, 1):
    x, y = torch.randn(n, 2, generator=seeded), torch.randint(2, (n,), generator=seeded).float()
    weights, bias = (torch.randn(*size, generator=seeded).requires_grad_() for size in ((2, 1), (1,)))
    before = x.clone(), y.clone(), weights.detach().clone(), bias.detach().clone()
    wanted = torch.autograd.grad(F.binary_cross_entropy_with_logits((x @ weights + bias)[:, 0], y), (weights, bias))
    check.close(manual_gradients(x, y, weights, bias), wanted, f"manual_gradients(…) of samples ({n}, 2)", inputs=(x, y), sizes={"batch": n})
    check.unchanged((x, y, weights.detach(), bias.detach()), before, "an argument of manual_gradients")
x, y, steep = torch.tensor([[1.0, -1.0], [2.0, 1.0]]), torch.tensor([0.0, 1.0]), torch.tensor([[500.0], [-500.0]])
check.close(manual_gradients(x, y, steep, torch.zeros(1)), ([[0.5], [-0.5]], [0.5]), "manual_gradients(…) at logits of ±1000")
### END HIDDEN TESTS

# %% [markdown]
# ## Test a gradient with numbers
#
# A wrong gradient raises no error, and the loss may fall all the same, only more slowly.
# There is a test that needs no calculus: move one number a little to either side, and see how the result changes.
#
# $$\frac{\partial f}{\partial x_i} \approx \frac{f(x + \varepsilon e_i) - f(x - \varepsilon e_i)}{2\,\varepsilon}$$
#
# Here eᵢ is 1 at place i and 0 everywhere else.
# This is a *central difference*.
# How small should ε be? The next cell measures the slope of the sigmoid at 1, and prints how far off each result is.

# %% show="The error of a difference, by its step and by dtype" tags=["nbval-ignore-output"]
def errors(eps: float, dtype: torch.dtype) -> tuple[float, float]:
    """Return how far a one-sided and a central difference are from the slope of the sigmoid at 1."""
    at, slope = torch.tensor(1.0, dtype=dtype), 0.19661193324148185  # p(1 - p)
    here, above, below = at.sigmoid(), (at + eps).sigmoid(), (at - eps).sigmoid()
    one_sided, central = (above - here) / eps, (above - below) / (2 * eps)
    return abs(one_sided.item() - slope), abs(central.item() - slope)


print("   ε     one side, float64   central, float64   central, float32")
for eps in (1e-1, 1e-2, 1e-4, 1e-6):
    one_sided, central = errors(eps, torch.float64)
    print(f"{eps:7g} {one_sided:16.0e} {central:18.0e} {errors(eps, torch.float32)[1]:18.0e}")

# %% [markdown]
# Steps to both sides are far more exact than a step to one side, because the curvature adds the same to both values, and cancels in their difference.
# A smaller ε helps up to a point; then the two values agree in so many digits that few are left for their difference.
# With the seven digits of float32 that point comes soon, so test gradients in float64.
#
# ### A numerical gradient (6 minutes, ●●○)
#
# Write `numerical_gradient(f, x, eps=1e-4)`: the central difference for every number of `x`, as a tensor of the shape of `x`.
#
# - `x` is a float64 tensor of any shape, and stays as it was.
# - `f` takes a tensor of that shape and gives one number: a tensor with one element, or a Python float.
#
# Example: let f(x) = x₀² + 3x₁, at (2, 5), with eps = 0.5.
# The first slope is (2.5² - 1.5²) / 1 = 4, since 3x₁ is the same on both sides, and the second is (3 · 5.5 - 3 · 4.5) / 1 = 3.


# %% task="numerical_gradient"
def numerical_gradient(f: Callable[[Tensor], Tensor | float], x: Tensor, eps: float = 1e-4) -> Tensor:
    """Return the slope of `f` along each number of `x` by central differences, in the shape of `x`.

    `x` is float64, of any shape; `f(x)` is a tensor with one element or a float.
    """
    ### BEGIN SOLUTION
    gradient = torch.zeros(x.numel(), dtype=x.dtype)
    for place in range(x.numel()):
        step = torch.zeros(x.numel(), dtype=x.dtype)
        step[place] = eps
        step = step.reshape(x.shape)
        gradient[place] = float(f(x + step) - f(x - step)) / (2 * eps)
    return gradient.reshape(x.shape)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: how do I go through all numbers of a tensor of any shape?</summary>
#
# Make a flat tensor with `x.numel()` zeros, change one of them, and `reshape` it to the shape of `x`: that is one step.
# Do the same with the results.
# </details>
#
# <details><summary>Hint: why is the second slope wrong while the first is right?</summary>
#
# Is the first number back in its place when the second one moves?
# `x + step` makes a new tensor, and leaves `x` alone.
# </details>

# %% check="numerical_gradient" points=2
x, seen = torch.tensor([2.0, -1.0, 5.0], dtype=torch.float64), set()


def bowl(at: Tensor) -> Tensor:
    """Return 3a² - 2ab + b, which has the gradient (6a - 2b, 1 - 2a, 0)."""
    seen.add((at.dtype, tuple(at.shape)))
    return 3 * at[0] ** 2 - 2 * at[0] * at[1] + at[1]


result = numerical_gradient(bowl, x, 0.25)
check.equal(
    seen,
    {(torch.float64, (3,))},
    "the dtype and shape of what f is called with",
    mistakes={
        "numerical_gradient(…) never calls f.": set(),
        "numerical_gradient(…) calls f in float32, whose seven digits are too few for a small difference.": {(torch.float32, (3,))},
    },
)
slopes = torch.tensor([14.0, -3.0, 0.0], dtype=torch.float64)
check.close(
    result,
    slopes,
    "numerical_gradient(f, x, 0.25)",
    rtol=1e-6,
    atol=1e-6,
    mistakes={
        "numerical_gradient(…) steps forwards only. A central difference steps to both sides.": [14.75, -3.0, 0.0],
        "numerical_gradient(…) steps backwards only. A central difference steps to both sides.": [13.25, -3.0, 0.0],
        "numerical_gradient(…) steps to one side and divides by the distance of both. "
        "If you set a number aside before moving it, is that a copy, or a view of x that moves along?": [7.375, -1.5, 0.0],
        "numerical_gradient(…) is twice as large as it should be. How far apart are the two points?": 2 * slopes,
        "numerical_gradient(…) gives the difference of the two values. What is it divided by?": slopes / 2,
        "numerical_gradient(…) divides by 2, and not by the distance of the two points.": slopes / 4,
        "numerical_gradient(…) has the wrong sign. Which of the two values is subtracted from which?": -slopes,
        "numerical_gradient(…) moves all numbers of x at once. A gradient has one slope for each of them.": [11.0, 11.0, 11.0],
        "numerical_gradient(…) gives the slope along all numbers at once. A gradient has one slope for each of them.": torch.tensor(11.0),
        "numerical_gradient(…) divides by 2 and multiplies by eps. Does 2 * eps stand in brackets?": slopes / 16,
        "numerical_gradient(…) leaves each number moved when it goes on to the next. Which point's gradient is wanted?": [14.0, -2.5, 0.0],
        "numerical_gradient(…) moves further numbers without putting the first ones back. Which point's gradient is wanted?": [14.0, 11.0, 11.0],
    },
)
check.unchanged(x, [2.0, -1.0, 5.0], "x")
check.close(
    numerical_gradient(lambda at: at**3, torch.ones(1, dtype=torch.float64), 0.5),
    [3.25],
    "numerical_gradient(f, x, 0.5) of the cube at 1",
    rtol=1e-6,
    mistakes={"numerical_gradient(…) gives 3 for the cube at 1, whatever eps is. Does it use the eps that it is given?": [3.0]},
)
check.close(
    numerical_gradient(lambda at: float(at[0, 0] * at[0, 1] - 3 * at[1, 0] + at[1, 1] ** 2), torch.tensor([[2.0, 5.0], [1.0, 4.0]], dtype=torch.float64)),
    [[5.0, 2.0], [-3.0, 8.0]],
    "numerical_gradient(f, x) of a (2, 2) tensor, where f gives a float,",
    rtol=1e-6,
    atol=1e-6,
    mistakes={
        "numerical_gradient(…) gives one flat row. The gradient has the shape of x.": [5.0, 2.0, -3.0, 8.0],
        "numerical_gradient(…) moves a whole row of x at once. A gradient has one slope for each number.": [[7.0, 7.0], [5.0, 5.0]],
        "numerical_gradient(…) gives the transpose. Each slope stands where its number stands in x.": [[5.0, -3.0], [2.0, 8.0]],
    },
)
### BEGIN HIDDEN TESTS
seeded = torch.Generator().manual_seed(20)
for size in ((2, 3, 4), (1, 5), ()):
    x = torch.randn(size, generator=seeded, dtype=torch.float64)
    factors, before = torch.randn(size, generator=seeded, dtype=torch.float64), x.clone()
    result = numerical_gradient(lambda at, factors=factors: (factors * at.sin()).sum(), x)
    check.close(result, factors * x.cos(), f"numerical_gradient(f, x) at x of shape {size}", rtol=1e-6, atol=1e-7)
    check.unchanged(x, before, "x")
    result = numerical_gradient(lambda at, factors=factors: (factors * at**2).sum().reshape(1), x, eps=2.0)
    check.close(result, 2 * factors * x, f"numerical_gradient(f, x, eps=2.0) at x of shape {size}", rtol=1e-6, atol=1e-7)
x = torch.tensor([1000.0, -1000.0], dtype=torch.float64)
result = numerical_gradient(lambda at: F.softplus(at).sum().item(), x)
check.close(result, [1.0, 0.0], "numerical_gradient(f, x) far out", rtol=1e-6, atol=1e-6)
check.close(
    numerical_gradient(lambda at: at.sin().sum(), torch.zeros(2, dtype=torch.float64)),
    [1.0, 1.0],
    "numerical_gradient(f, x) at 0",
    rtol=1e-6,
    atol=1e-6,
    mistakes={"numerical_gradient(…) is nan at 0. Is its step a fraction of x?": [math.nan, math.nan]},
)
### END HIDDEN TESTS

# %% [markdown]
# ## Autograd does the same
#
# Your formula took a page of thought, and holds for this model alone.
# Autograd needs the forward pass and one call.
# While the loss is computed, it keeps the *computation graph*: which tensor came from which, by what operation.
# `backward()` walks through that graph from the loss to the parameters, and multiplies the links as you did.
# Here are all three on the 400 training points.

# %% show="The closed form, the numerical gradient and autograd, side by side"
with check.when_written():
    x, y = points.double(), labels.double()
    w, b = torch.tensor([[0.5], [-0.3]]).double(), torch.tensor([0.1]).double()
    by_formula = manual_gradients(x, y, w, b)
    by_numbers = (
        numerical_gradient(lambda w: binary_crossentropy(run(x, w, b), y).mean(), w),
        numerical_gradient(lambda b: binary_crossentropy(run(x, w, b), y).mean(), b),
    )
    binary_crossentropy(run(x, w.requires_grad_(), b.requires_grad_()), y).mean().backward()

    print("             closed form    numerical     autograd")
    three = torch.stack([torch.cat([one.flatten() for one in pair]) for pair in (by_formula, by_numbers, (w.grad, b.grad))])
    for name, row in zip(("weight 1", "weight 2", "bias"), three.T.tolist(), strict=True):
        print(f"{name:10}", *(f"{one:13.6f}" for one in row), sep="")

# %% [markdown]
# The same numbers.
# The numerical gradient is an approximation, and needs two forward passes for each parameter: for lesson 03's network that would be 218,772 for one step.
# Autograd is exact up to rounding, and needs one forward and one backward pass.
#
# ## Sure and wrong
#
# One sample brings out a difference: its logit is 20 and its label 0.

# %% show="One sample that is sure and wrong"
with check.when_written():
    x, y = torch.tensor([[2.0, 0.0]]), torch.tensor([0.0])
    w, b = torch.tensor([[10.0], [0.0]], requires_grad=True), torch.zeros(1, requires_grad=True)
    by_formula = [one.detach().flatten().tolist() for one in manual_gradients(x, y, w, b)]
    binary_crossentropy(run(x, w, b), y).mean().backward()
    print("probability:", run(x, w, b).item())
    print("closed form:", *by_formula)
    print("autograd:   ", w.grad.flatten().tolist(), b.grad.tolist())

# %% [markdown]
# The closed form pulls with full strength, and autograd not at all.
# Yet autograd makes no mistake: it differentiates what was computed.
# In float32 the sigmoid of 20 is exactly 1, its slope p(1 - p) is exactly 0, and so is every product with it.
# No bound in the loss can help, since the logit is lost before the loss begins.
#
# The remedy is to skip the probability, and to write the loss as a function of the logit z.
# With the label 1 it is -log σ(z) = log(1 + e⁻ᶻ), and with the label 0 it is -log(1 - σ(z)) = log(1 + eᶻ).
# So both are log(1 + eˢ), where s is z for the label 0 and -z for the label 1: s says how wrong the logit is.
# There is one obstacle left: in float32, eˢ is infinite from s = 89 on.
# For large s, take the large part out: log(1 + eˢ) = s + log(1 + e⁻ˢ).
#
# ### Cross-entropy from logits (7 minutes, ●●●)
#
# Write `bce_with_logits(logits, true)`: the loss of each sample, elementwise, for logits and labels of the same shape.
# The loss should be right and finite at logits of ±1000 too, and so should its gradient, sigmoid(logits) - true.
#
# Example: at the logit 0 the loss is log 2 = 0.693 for either label.
# At the logit 1000 it is 0 for the label 1, and 1000 with the slope 1 for the label 0.


# %% task="bce_with_logits"
def bce_with_logits(logits: Tensor, true: Tensor) -> Tensor:
    """Return the binary cross-entropy of each sample, in the shape of `logits`; with its gradient right at ±1000 too.

    `logits` are any numbers, `true` holds the labels 0.0 or 1.0.
    """
    ### BEGIN SOLUTION
    wrongness = torch.where(true == 1, -logits, logits)
    return torch.logaddexp(wrongness, torch.zeros_like(wrongness))  # log(e^s + e^0)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: how do I keep e to the power of s from overflowing?</summary>
#
# e to the power of -|s| never overflows; what has to be added to log(1 + that), where s is positive and where it is negative?
# Or look for a function of PyTorch's that computes log(eᵃ + eᵇ) in this way: its name begins with `logadd`.
# </details>
#
# <details><summary>Hint: my loss is right, but my gradient is nan.</summary>
#
# Both parts of `torch.where(condition, one, other)` are computed, whichever of them it takes.
# On the way back, the one that was not taken gets the gradient 0, and 0 times an infinite slope is nan.
# So each part has to be finite everywhere.
# </details>

# %% check="bce_with_logits" points=3
z, y = torch.tensor([1.5, 1.5, -0.5, -2.0]), torch.tensor([1.0, 0.0, 0.0, 1.0])
losses = torch.tensor([0.20141, 1.70141, 0.47408, 2.12693])
check.close(
    bce_with_logits(z, y),
    losses,
    "bce_with_logits(logits, true)",
    mistakes={
        "bce_with_logits(…) takes its input for probabilities. It gets logits.": [1.192e-7, 15.94238, 1e-7, 16.1181],
        "bce_with_logits(…) is the mean. One loss per sample is wanted.": losses.mean(),
        "bce_with_logits(…) is the sum. One loss per sample is wanted.": losses.sum(),
        "bce_with_logits(…) is negative. A loss falls when things get better.": -losses,
        "bce_with_logits(…) has the labels swapped: it is small for a wrong answer.": [1.70141, 0.20141, 0.97408, 0.12693],
        "bce_with_logits(…) gives probabilities. What is the loss of each?": [0.81757, 0.81757, 0.37754, 0.1192],
        "bce_with_logits(…) takes every label for 0.": [1.70141, 1.70141, 0.47408, 0.12693],
        "bce_with_logits(…) takes every label for 1.": [0.20141, 0.20141, 0.97408, 2.12693],
        "bce_with_logits(…) is 0 where the label is 0. What is the loss there?": [0.20141, 0.0, 0.0, 2.12693],
        "bce_with_logits(…) applies the sigmoid twice.": [0.36568, 1.18326, 0.89956, 0.63534],
        "bce_with_logits(…) adds s to the logarithm where s is negative, too. What belongs there?": [-1.29859, 1.70141, -0.02592, 2.12693],
        "bce_with_logits(…) adds |s| to the logarithm where s is negative, too. What belongs there?": [1.70141, 1.70141, 0.97408, 2.12693],
        "bce_with_logits(…) is right for positive logits alone. What stands in the exponent where the logit is negative?": [0.20141, 1.70141, 0.97408, 4.12693],
        "bce_with_logits(…) takes the large part out, and leaves the logarithm out with it.": [0.0, 1.5, 0.0, 2.0],
        "bce_with_logits(…) leaves the large part out. What has to be added where the logit is wrong?": [0.20141, 0.20141, 0.47408, 0.12693],
    },
)
check.unchanged(z, [1.5, 1.5, -0.5, -2.0], "logits")
far = torch.tensor([[1000.0, 1000.0], [-1000.0, -1000.0]], requires_grad=True)
result = bce_with_logits(far, torch.tensor([[1.0, 0.0], [0.0, 1.0]]))
check.shape(
    result,
    (2, 2),
    "bce_with_logits(logits, true) of logits (2, 2)",
    mistakes={"bce_with_logits(…) gives one number for a table of logits. One loss each is wanted.": ()},
)
result = result.flatten()
check.equal(
    result.isfinite().tolist(),
    [True, True, True, True],
    "whether bce_with_logits(…) is finite for the logits 1000, 1000, -1000, -1000 and the labels 1, 0, 0, 1",
    mistakes={
        "bce_with_logits(…) is infinite for a sure and wrong logit. Does e^1000 fit into a float32?": [True, False, True, False],
        "bce_with_logits(…) is nan or infinite for a sure and right logit. Does e^1000 fit into a float32?": [False, True, False, True],
        "bce_with_logits(…) is nan or infinite at logits of ±1000. Does a logarithm of 0, or e^1000, come into it?": [False] * 4,
        "bce_with_logits(…) is nan or infinite at the logit 1000. Does e^1000 fit into a float32?": [False, False, True, True],
        "bce_with_logits(…) is nan or infinite at the logit -1000. Does e^1000 fit into a float32?": [True, True, False, False],
    },
)
check.equal(
    [value > 900 for value in result.tolist()],
    [False, True, False, True],
    "whether bce_with_logits(…) is above 900 for the logits 1000, 1000, -1000, -1000 and the labels 1, 0, 0, 1",
    mistakes={
        "bce_with_logits(…) stops growing where the model is sure and wrong. Does a sigmoid or a bound cut it off?": [False] * 4,
        "bce_with_logits(…) stops growing at large negative logits with label 1. Does a sigmoid or a bound cut it off?": [False, True, False, False],
        "bce_with_logits(…) stops growing at large positive logits with label 0. Does a sigmoid or a bound cut it off?": [False, False, False, True],
    },
)
check.close(result, [0.0, 1000.0, 0.0, 1000.0], "bce_with_logits(…) of the logits 1000, 1000, -1000, -1000 and the labels 1, 0, 0, 1")
check.equal(
    result.requires_grad,
    True,
    "bce_with_logits(…).requires_grad",
    mistakes={"bce_with_logits(…) is cut off from autograd, so that nothing can learn from it.": False},
)
nan = math.nan
check.close(
    torch.autograd.grad(result.sum(), far)[0].flatten(),
    [0.0, 1.0, 0.0, -1.0],
    "the gradient of bce_with_logits(…) at the logits 1000, 1000, -1000, -1000 with the labels 1, 0, 0, 1",
    mistakes={
        "bce_with_logits(…) has the gradient 0 where it is sure and wrong, so that nothing pulls it back.": [0.0] * 4,
        "bce_with_logits(…) has the right loss, but its gradient is nan at logits of ±1000. Is e^1000 computed somewhere, and dropped afterwards?": [nan] * 4,
        "bce_with_logits(…) has the right loss, but its gradient is nan where it is sure and wrong. "
        "Is e^1000 computed there, and dropped afterwards?": [0.0, nan, 0.0, nan],
        "bce_with_logits(…) has the right loss, but its gradient is nan where it is sure and right. "
        "Is e^1000 computed there, and dropped afterwards?": [nan, 1.0, nan, -1.0],
        "bce_with_logits(…) has the right loss, but its gradient is nan at the logit 1000. Is e^1000 computed there, and dropped afterwards?": [nan, nan, 0.0, -1.0],
        "bce_with_logits(…) has the right loss, but its gradient is nan at the logit -1000. Is e^1000 computed there, and dropped afterwards?": [0.0, 1.0, nan, nan],
    },
)
### BEGIN HIDDEN TESTS
seeded = torch.Generator().manual_seed(21)
for scale, size in ((1.0, (3, 5)), (30.0, (7,)), (1.0, (1,)), (5.0, ())):
    z = (scale * torch.randn(size, generator=seeded)).requires_grad_()
    y = torch.randint(2, size, generator=seeded).float()
    before = z.detach().clone(), y.clone()
    result = bce_with_logits(z, y)
    wanted = F.binary_cross_entropy_with_logits(z, y, reduction="none").detach()
    check.close(result, wanted, f"bce_with_logits(…) of logits of shape {size}", inputs=(z, y))
    slopes = torch.autograd.grad(result.sum(), z)[0]
    check.unchanged((z.detach(), y), before, "an argument of bce_with_logits")
    check.close(slopes, before[0].sigmoid() - y, f"the gradient of bce_with_logits(…) of logits of shape {size}")
z = torch.tensor([[17.0, -17.0, 20.0], [90.0, -90.0, -104.0]], requires_grad=True)
y = torch.tensor([[0.0, 1.0, 1.0], [0.0, 1.0, 0.0]])
result = bce_with_logits(z, y)
check.close(result, [[17.0, 17.0, 0.0], [90.0, 90.0, 0.0]], "bce_with_logits(…) of logits from 17 to 104")
slopes = torch.autograd.grad(result.sum(), z)[0]
check.close(slopes, [[1.0, -1.0, 0.0], [1.0, -1.0, 0.0]], "the gradient of bce_with_logits(…) at logits from 17 to 104")
z, y = torch.tensor([-800.0, 0.0, 800.0], dtype=torch.float64), torch.tensor([1.0, 0.0, 1.0], dtype=torch.float64)
check.close(bce_with_logits(z, y), [800.0, math.log(2), 0.0], "bce_with_logits(…) of float64 logits")
### END HIDDEN TESTS

# %% [markdown]
# PyTorch has this loss as `F.binary_cross_entropy_with_logits`.
# `nn.CrossEntropyLoss`, for any number of classes, takes logits for the same reason.
# Probabilities are for reading; losses are computed from logits.
#
# If you built yours from `clamp` and `abs`, it has a kink at the logit 0, where autograd takes a slope that is not the true ±1/2.
# That matters only where a logit is exactly 0, as with parameters that are all 0; `torch.logaddexp` has no kink.
#
# ## Leaves
#
# Of the tensors in the graph, autograd fills `.grad` for the *leaves*: those that require gradients and were not computed from others.
# Your parameters are leaves.
# A step must keep them leaves, and the line that comes to mind first does not:

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
# The new tensor has the right numbers, but it carries its history along, its `.grad` stays None, and code that holds the old tensor sees no change at all.
# The step in place under `no_grad` changes the numbers and nothing else.
#
# ### One step of SGD (8 minutes, ●●●)
#
# Write `sgd_step(x, y, weights, bias, lr)`: one step on the samples `x`, `(n, 2)`, with labels `y`, `(n,)`.
#
# 1. Compute the mean binary cross-entropy, from probabilities or from logits, and its gradients with autograd.
# 2. Move `weights` and `bias` against their gradients, in place and under `no_grad`. Both stay leaves that require gradients.
# 3. Leave no gradient behind that the next step could add to: set it to zero or to None.
# 4. Return the loss from before the step, as a Python float.
#
# Example: the samples (1, 0) with label 1 and (0, 2) with label 0, all parameters 0, and lr = 1.
# The loss is log 2 = 0.693, the weights become `[[0.25], [-0.5]]`, and the bias stays 0.


# %% task="sgd_step"
def sgd_step(x: Tensor, y: Tensor, weights: Tensor, bias: Tensor, lr: float) -> float:
    """Move the leaves `weights` and `bias` one step down, in place, and return the mean loss from before it.

    `x` is (n, 2), `y` is (n,).
    """
    ### BEGIN SOLUTION
    logits = (x @ weights + bias).squeeze(dim=-1)
    loss = bce_with_logits(logits, y).mean()
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
# Autograd would have to record a change of its own starting point, and refuses.
# The step is not part of what you differentiate.
# Under what does such a line stand?
# ("Variable" is an old word for a tensor that autograd sees. It comes up again below.)
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

# `float(loss)` gives the right number, so there is nothing to warn of.
warnings.filterwarnings("ignore", message="Converting a tensor with requires_grad=True to a scalar")
x, y = torch.tensor([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]]), torch.tensor([1.0, 0.0, 1.0])
start = [[0.5], [-0.5]], [0.1]
first, second = ([[0.6382], [-0.5172]], [0.1901]), ([[0.7594], [-0.5469]], [0.2611])
more = [[0.8976], [-0.5641]], [0.3511]  # after a second step along the gradients of both
weights, bias = (torch.tensor(one, requires_grad=True) for one in start)
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
        "sgd_step(…) goes uphill.": ([[0.3618], [-0.4828]], [0.0099]),
        "sgd_step(…) steps along the sum of the samples' gradients. The loss is their mean.": ([[0.9147], [-0.5515]], [0.3702]),
        "sgd_step(…) does not use lr.": ([[0.7765], [-0.5344]], [0.2801]),
        "sgd_step(…) moves the weights alone. The bias learns too.": (first[0], start[1]),
        "sgd_step(…) moves the bias alone. The weights learn too.": (start[0], first[1]),
        "sgd_step(…) replaces the parameters by a multiple of their gradients. What is that multiple taken from?": ([[0.1382], [-0.0172]], [0.0901]),
        "sgd_step(…) makes two steps. One was asked for.": second,
        "sgd_step(…) divides the gradients by the number of samples. The mean has done so already.": ([[0.5461], [-0.5057]], [0.13]),
        "sgd_step(…) compares each output with every label, (n, 1) against (n,).": ([[0.5271], [-0.3505]], [0.1901]),
        "sgd_step(…) minimises the squared error. Here binary cross-entropy is wanted.": ([[0.5665], [-0.5001]], [0.1467]),
        "sgd_step(…) moves each number by lr, as Adam does at first. In SGD, what is lr multiplied by?": ([[1.0], [-1.0]], [0.6]),
    },
)
check.equal(
    x.requires_grad or y.requires_grad,
    False,
    "whether the samples require gradients after sgd_step(…)",
    mistakes={"sgd_step(…) makes the samples require gradients. Only the parameters learn.": True},
)
check.close(
    result,
    0.4743,
    "sgd_step(…)",
    rtol=1e-3,
    atol=3e-4,  # room for the bound in the learner's own loss
    mistakes={
        "sgd_step(…) gives the loss as a tensor. A Python float is wanted.": torch.tensor(0.4743),
        "sgd_step(…) gives the loss after the step. The one from before it is wanted.": 0.4232,
        "sgd_step(…) gives the sum of the losses. Their mean is wanted.": 1.423,
        "sgd_step(…) divides the mean loss by the number of samples once more.": 0.1581,
    },
)
sgd_step(x, y, weights, bias, 0.5)
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
        "sgd_step(…) has momentum. Each step goes along its own gradient alone.": ([[0.8838], [-0.5624]], [0.3421]),
    },
)
check.equal(
    torch.is_grad_enabled(),
    True,
    "whether autograd still records after sgd_step(…)",
    mistakes={"sgd_step(…) switches autograd off for all that comes after it. How does it go on again by itself?": False},
)
# The probability of a logit of 80 is exactly 1, and exp(80) is not infinite yet: `run` may need it.
weights, bias = torch.tensor([[80.0], [-80.0]], requires_grad=True), torch.zeros(1, requires_grad=True)
loss = sgd_step(torch.tensor([[1.0, 0.0], [0.0, 1.0]]), torch.tensor([1.0, 0.0]), weights, bias, 0.5)
check.equal(
    [math.isfinite(loss), *weights.isfinite().flatten().tolist()],
    [True, True, True],
    "whether loss and weights are finite after sgd_step(…) on samples with the logits 80 and -80",
    mistakes={
        "sgd_step(…) makes the weights nan where a probability is exactly 0 or 1, though its loss is finite there. What is the gradient of that loss?": [True, False, False],
        "sgd_step(…) has a loss that is nan or infinite where a probability is exactly 0 or 1.": [False, False, False],
    },
)
check.close(weights, [[80.0], [-80.0]], "the weights after sgd_step(…) on samples that are sure and right")
### BEGIN HIDDEN TESTS
def stepped(w, b, lr):
    """Return the loss at (w, b), and the parameters after a step."""
    w, b = w.clone().requires_grad_(), b.clone().requires_grad_()
    loss = F.binary_cross_entropy_with_logits((x @ w + b)[:, 0], y)
    grads = torch.autograd.grad(loss, (w, b))
    return loss.item(), (w.detach() - lr * grads[0], b.detach() - lr * grads[1])


seeded = torch.Generator().manual_seed(15)
for n, lr, size in ((6, 0.3, 1.0), (1, 2.0, 1.0), (2, 0.0, 1.0), (3, 0.01, 8.0)):
    x, y = size * torch.randn(n, 2, generator=seeded), torch.randint(2, (n,), generator=seeded).float()
    here = torch.randn(2, 1, generator=seeded) / size, torch.randn(1, generator=seeded)
    before = x.clone(), y.clone()
    weights, bias = (one.clone().requires_grad_() for one in here)
    for number in (1, 2, 3):
        loss_before, here = stepped(*here, lr=lr)
        loss = sgd_step(x, y, weights, bias, lr)
        check.close(loss, loss_before, f"call {number} of sgd_step(…) on ({n}, 2) samples", rtol=2e-3, atol=6e-4)
        check.close((weights, bias), here, f"(weights, bias) after call {number} of sgd_step(…)", rtol=2e-3, atol=6e-4)
    check.unchanged((x, y), before, "an argument of sgd_step")
### END HIDDEN TESTS

# %% [markdown]
# ## Old code: `Variable` and `.data`
#
# Much PyTorch code on the web is older than April 2018.
# Until then a tensor held plain numbers, and to differentiate you wrapped it in a *Variable*.
# Version 0.4 merged the two.
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
# `Variable` is harmless today: it returns a tensor.
# `.data` still works, and is not harmless, because autograd does not see what you do with it.
# `detach()` gives the same numbers in the same memory, but autograd notices a change:

# %% show="Autograd notices a changed number" tags=["nbval-ignore-output"]
x = torch.tensor([1.0, 2.0], requires_grad=True)
p = x.sigmoid()  # the slope of a sigmoid is p(1 - p), so autograd keeps p for the way back
p.detach().zero_()
try:
    p.sum().backward()
except RuntimeError as error:
    print("RuntimeError:", str(error).split(". Hint")[0])

# %% [markdown]
# The slopes would be computed from zeros, so autograd refuses.
# With `.data` instead of `.detach()` there is no error, and the gradient is `[0, 0]`: wrong, and nobody notices.
# So write the forms in the right-hand column.
#
# ## Train
#
# ### One sample at a time (7 minutes, ●●○)
#
# One sample, one step, the next sample: this is *stochastic* gradient descent in its purest form.
# The number of epochs and the learning rate are chosen by you and not learnt; such numbers are called *hyperparameters*.
#
# Write `train(data, labels, epochs, lr)`, which returns the trained pair `(weights, bias)`.
#
# - It starts from `init_parameters` with a new generator of seed 0.
# - In each epoch it goes through the samples once, in the given order, and makes one step of SGD with binary cross-entropy on each of them.
# - The next epoch goes on where the last one ended.
#
# Trained on the lesson's 400 points, it should be right for at least 84 % of 4,000 fresh ones.
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
# Nothing that went into the loss required gradients.
# Do your parameters? `requires_grad_()` switches it on.
# </details>
#
# <details><summary>Hint: <code>TypeError: unsupported operand type(s) for *: 'float' and 'NoneType'</code></summary>
#
# A `.grad` is None: that tensor is not a leaf, or no `backward()` has reached it.
# `weights = weights - …` makes such a tensor, and the next `backward()` leaves its `.grad` empty.
# </details>
#
# <details><summary>Hint: how do I get one sample with its batch dimension?</summary>
#
# `data[i]` has shape `(2,)`, and `data[i : i + 1]` has shape `(1, 2)`.
# Take the form that your functions work with, and treat the labels the same way.
# </details>

# %% check="train" points=3
samples, truth = torch.tensor([[1.0, 0.0], [0.5, 2.0], [-1.0, 1.0], [2.0, -1.5]]), torch.tensor([1.0, 0.0, 1.0, 0.0])


def pair(w1: float, w2: float, b: float) -> tuple[Tensor, Tensor]:
    return torch.tensor([[w1], [w2]]), torch.tensor([b])


def ends(epochs: int, lr: float) -> object:
    """Return what a training on the samples gives, as it is now: another call might change the tensors in place."""
    result = train(samples, truth, epochs, lr)
    return tuple(one.detach().clone() if isinstance(one, Tensor) else one for one in result) if isinstance(result, tuple) else result


start = pair(0.01541, -0.0029343, -0.0217879)
torch.manual_seed(7)
still, result = ends(1, 0.0), ends(1, 0.5)
check.close(
    still,
    start,
    "train(data, labels, 1, 0.0)",
    rtol=1e-3,
    atol=1e-7,
    mistakes={
        "train(…) starts from 0. The start is init_parameters with seed 0.": pair(0.0, 0.0, 0.0),
        "train(…) starts from seed 1. The start is init_parameters with seed 0.": pair(0.0066135, 0.0026692, 0.0006168),
        "train(…) starts from seed 42. The start is init_parameters with seed 0.": pair(0.0033669, 0.0012881, 0.0023446),
        "train(…) starts from a generator that it does not seed. The seed is 0.": pair(0.0097726, 0.0115686, -0.0038065),
        "train(…) starts from another place each time. The start is init_parameters with seed 0.": pair(-0.001468, 0.0078614, 0.0094682),
        "train(…) starts with the bias 0. The start is init_parameters with seed 0.": pair(0.01541, -0.0029343, 0.0),
        "train(…) gives the weights alone. Return the bias too.": start[0],
        "train(…) returns the bias first. The weights come first.": start[::-1],
        "train(…) ends at one place for lr = 0 and lr = 0.5. Does it use the lr that it is given?": result if isinstance(result, tuple) else "no pair",
    },
)
epoch, again, longer = pair(-0.773997, 0.164396, 0.001857), ends(1, 0.5), ends(3, 0.5)
# The first weight and the bias after one epoch in each other order of the four samples.
orders = """-0.8544 -0.2055  -0.7921 -0.1913  -0.7156 -0.1715  -0.836 -0.1934  -0.7567 -0.3321  -0.7223 0.0663  -0.7853 -0.1386  -0.443 0.2365
-0.5308 0.0788  -0.7445 -0.1076  -0.4496 0.0737  -0.4687 -0.0164  -0.3905 0.0847  -0.5986 0.0106  -0.5172 -0.1375  -0.5084 0.0936  -0.4428 -0.0373"""
found = [one.flatten()[0].item() for one in result]
check.equal(
    any(math.dist(found, map(float, order.split())) < 4e-4 for order in orders.replace("\n", "  ").split("  ")),
    False,
    "whether train(…) takes the samples in another order",
    mistakes={"train(…) takes the samples in another order. Keep the given one.": True},
)
check.close(
    result,
    epoch,
    "train(data, labels, 1, 0.5)",
    rtol=1e-3,
    atol=3e-4,  # room for the bound in the learner's own loss
    mistakes={
        "train(…) makes one step per epoch, on all samples. One step per sample is wanted.": pair(-0.142423, 0.031446, -0.020131),
        "train(…) makes one step per epoch, along the sum of all gradients. One step per sample is wanted.": pair(-0.61592, 0.134588, -0.01516),
        "train(…) goes uphill.": pair(0.446015, -0.084622, -0.07081),
        "train(…) adds each gradient to those of the samples before it. Who clears them?": pair(-0.988267, -0.421835, 0.343319),
        "train(…) has momentum. Each step goes along the gradient of its own sample alone.": pair(-1.02361, -0.306871, 0.267908),
        "train(…) minimises the squared error. Here binary cross-entropy is wanted.": pair(-0.338463, 0.072788, -0.022239),
        "train(…) never leaves its start. Does a step change the parameters that it returns?": start,
        "train(…) makes a step on two samples at once. One sample at a time is wanted.": pair(-0.380492, 0.130784, -0.029917),
        "train(…) trains on the lesson's points. Which ones was it given?": pair(-0.259928, 0.394455, -0.216787),
        "train(…) ends after the first sample. Where does return stand?": pair(0.266207, -0.002934, 0.229009),
        "train(…) leaves the last sample out.": pair(-0.223158, -0.248733, 0.277277),
        "train(…) makes every step on all samples. One sample at a time is wanted.": pair(-0.451526, 0.030019, 0.035443),
        "train(…) ends at one place after 1 epoch and after 3. Does it use the number of epochs that it is given?": longer,
    },
)
check.close(
    again,
    epoch,
    "train(data, labels, 1, 0.5), called again,",
    rtol=1e-3,
    atol=3e-4,
    mistakes={"train(…) goes on from where its last call ended. Where does it make its start?": pair(-1.076112, -0.022485, 0.134489)},
)
check.close(
    longer,
    pair(-1.280549, -0.173951, 0.293167),
    "train(data, labels, 3, 0.5)",
    rtol=1e-3,
    atol=3e-4,
    mistakes={
        "train(…) ends where one epoch ends. Does each epoch go on from the last, and how many are there?": epoch,
        "train(…) makes one epoch fewer than asked for.": pair(-1.076112, -0.022485, 0.134489),
        "train(…) makes one epoch more than asked for.": pair(-1.44119, -0.291786, 0.450539),
        "train(…) takes each sample three times before the next. An epoch is one pass through all samples.": pair(-1.320426, 0.313367, 0.472752),
        "train(…) makes smaller steps in later epochs. Keep lr as it is given.": pair(-0.903676, -0.005746, 0.127841),
        "train(…) makes smaller steps from epoch to epoch. Keep lr as it is given.": pair(-0.888541, 0.00857, 0.11547),
        "train(…) lowers lr a little in each epoch. Keep it as it is given.": pair(-1.16731, -0.136927, 0.252183),
    },
)
rising = torch.tensor([[2.0, 0.0], [0.0, 1.0], [2.0, 0.5], [0.0, 2.0]]), torch.tensor([0.0, 1.0, 1.0, 1.0])
check.close(
    train(*rising, 5, 1.0),
    pair(0.04838, 3.189054, 1.147063),
    "train(data, labels, 5, 1.0) of samples whose loss rises at first",
    rtol=2e-3,
    atol=1e-3,
    mistakes={
        "train(…) stops when the loss rises. All epochs are wanted.": pair(0.426018, 1.779172, 1.1003),
        "train(…) returns the parameters of an earlier epoch. Those after the last one are wanted.": pair(0.663761, 1.133077, 0.978174),
    },
)
check.equal(
    all(one.isfinite().all().item() for one in train(20 * samples, truth, 2, 0.5)),
    True,
    "whether train(…) of samples far out ends at finite numbers",
    mistakes={"train(…) ends at nan where samples lie far out, and probabilities are exactly 0 or 1. Is the gradient of its loss finite there?": False},
)
states = []
for seed in (7, 8):
    torch.manual_seed(seed)
    train(samples, truth, 1, 0.5)
    states.append(torch.get_rng_state())
check.equal(
    torch.equal(*states),
    False,
    "whether train(…) seeds torch's own random numbers",
    mistakes={"train(…) seeds torch's own random numbers, which belong to everybody. Give init_parameters a new generator.": True},
)


def clouds(count: int, seed: int) -> tuple[Tensor, Tensor]:
    """Return the points and labels of `generate_data`, which a learner's notebook may have changed."""
    generator = torch.Generator().manual_seed(seed)
    points, labels = torch.randn(2 * count, 2, generator=generator), torch.arange(2 * count) // count
    points += labels[:, None] * torch.tensor([2.0, 1.0])
    order = torch.randperm(2 * count, generator=generator)
    return points[order], labels[order].float()


known, fresh = clouds(200, seed=1), clouds(2000, seed=7)  # the lesson's own
with check.within(10, "train(…)"):  # 800 steps take most of this check's time
    w, b = (one.detach().to(fresh[0]) for one in train(*known, 2, 0.05))
predicted = (fresh[0] @ w + b > 0)[:, 0].long()
label = "the classes of 4,000 fresh points after train(…)"
check.predictions(predicted, fresh[1].long(), at_least=0.84, label=label)
### BEGIN HIDDEN TESTS
def by_hand(epochs: int, lr: float) -> tuple[Tensor, Tensor]:
    """Return (weights, bias) after a step on each sample."""
    generator = torch.Generator().manual_seed(0)
    w, b = (0.01 * torch.randn(*size, generator=generator) for size in ((2, 1), (1,)))
    for _ in range(epochs):
        for x, y in zip(samples, truth, strict=True):
            slope = torch.sigmoid(x @ w + b) - y
            w, b = w - lr * slope * x[:, None], b - lr * slope
    return w, b


many, answers = clouds(15, seed=16)
for count, epochs in ((30, 2), (9, 1), (1, 200), (7, 12)):
    samples, truth = many[:count].clone(), answers[:count].clone()
    result = train(samples, truth, epochs, 0.3)
    check.close(result, by_hand(epochs, 0.3), f"train(…) of ({count}, 2) samples in {epochs} epochs", rtol=1e-3, atol=1e-3)
    check.unchanged((samples, truth), (many[:count], answers[:count]), "an argument of train")
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
# Divide one bell by the other and take the logarithm, and the squares cancel: what is left is 2x₁ + x₂ - 2.5, a logit of exactly our form.
# It is 0 on the line halfway between the means, and training moves the boundary towards that line.
#
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
    _, panels = plt.subplots(2, 3, figsize=(9.2, 5.6), sharex=True, sharey=True, layout="constrained")
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
# The share before any training is luck, since all probabilities are near 0.50.
# The *direction* of the boundary is nearly right after two samples.
# Yet in the first ten samples the share falls, from 78 % to 72 %, because the boundary is still in the wrong *place*.
# Finding the place takes longer, since the bias goes from 0 to about -2 in small steps: 84.5 % are right after 400 samples, 86.5 % after 2,000.
# The *shades* go on getting sharper for longest, because the weights still grow.
# That hardly moves the boundary, but it lowers the loss.

# %% show="The loss of each epoch"
if epoch_losses:
    best_loss = F.binary_cross_entropy_with_logits(points @ torch.tensor([2.0, 1.0]) - 2.5, labels).item()
    _, ax = plt.subplots(figsize=(5.6, 3), layout="constrained")
    plots.loss_curve(
        epoch_losses,
        ax=ax,
        ylabel="mean binary cross-entropy",
        title="The loss falls fast, then slowly, and never to 0",
    )
    ax.axhline(best_loss, color=BLACK, linewidth=1.2, linestyle="--")
    name = "weights [2, 1], bias -2.5"
    ax.annotate(name, (1, best_loss), (0, 5), textcoords="offset points", fontsize=9)
    _ = ax.set_ylim(best_loss - 0.03, None)

# %% [markdown]
# ## Another loss: mean squared error
#
# Why not the squared difference between output and label?
#
# ### Mean squared error (3 minutes, ●○○)
#
# Write `mse(prediction, true)`: the mean over all elements of (prediction - true)², a tensor of shape `()`.
# Both may be any quantities of one shape, prices or angles as well as labels.
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
# <details><summary>Hint: what comes first, the square or the mean?</summary>
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
p, y = torch.tensor([[3.0, -1.0, 0.5], [2.0, 8.0, -4.0]], requires_grad=True), torch.tensor([[1.0, 1.0, 0.5], [2.5, 7.0, -2.0]])
result = mse(p, y)
check.close(
    result,
    torch.tensor(13.25 / 6),
    "mse(prediction, true) of quantities of shape (2, 3)",
    mistakes={
        "mse(…) divides by the number of rows. How many elements are there?": torch.tensor(13.25 / 2),
        "mse(…) gives one mean per column. One mean over all elements is wanted.": [2.125, 2.5, 2.0],
        "mse(…) gives one mean per row. One mean over all elements is wanted.": [8 / 3, 5.25 / 3],
        "mse(…) is right for the labels 0 and 1 alone. What about a price, or an angle?": torch.tensor(-6.375),
        "mse(…) takes every label but 1 for 0. What about a price, or an angle?": torch.tensor(15.375),
    },
)
check.equal(
    result.requires_grad,
    True,
    "mse(prediction, true).requires_grad",
    mistakes={"mse(…) is cut off from autograd, so that nothing can learn from it.": False},
)
check.unchanged((p.detach(), y), (torch.tensor([[3.0, -1.0, 0.5], [2.0, 8.0, -4.0]]), torch.tensor([[1.0, 1.0, 0.5], [2.5, 7.0, -2.0]])), "an argument of mse")
### BEGIN HIDDEN TESTS
seeded = torch.Generator().manual_seed(17)
for size, scale in (((4, 3), 1.0), ((5,), 100.0), ((1,), 10.0), ((2, 1, 3), 3.0)):
    p, y = scale * torch.randn(size, generator=seeded), scale * torch.randn(size, generator=seeded)
    before = p.clone(), y.clone()
    result = mse(p.requires_grad_(), y)
    check.close(result, F.mse_loss(*before), f"mse(prediction, true) of a tensor of shape {size}", inputs=(p, y))
    slopes = torch.autograd.grad(result, p)[0]
    check.close(slopes, 2 * (before[0] - y) / y.numel(), "the gradient of mse(prediction, true)")
    check.unchanged((p.detach(), y), before, "an argument of mse")
check.close(mse(torch.tensor(0.5), torch.tensor(1.0)), torch.tensor(0.25), "mse(prediction, true) of shape ()")
same = torch.tensor([0.3, 0.7], requires_grad=True)
result = mse(same, same.detach().clone())
check.close(torch.autograd.grad(result, same)[0], [0.0, 0.0], "the gradient of mse(…) of predictions that are all right")
### END HIDDEN TESTS

# %% [markdown]
# ### Train with mean squared error (3 minutes, ●○○)
#
# Write `train_mse(data, labels, epochs, lr)`: the same training as `train`, from the same start and in the same order, but with `mse` as its loss.
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
# Then write its lines again here, with `mse`.
# Autograd does not mind which loss you call `backward()` on.
# </details>

# %% check="train_mse" points=2
samples, truth = torch.tensor([[1.0, 0.0], [0.5, 2.0], [-1.0, 1.0], [2.0, -1.5]]), torch.tensor([1.0, 0.0, 1.0, 0.0])


def pair(w1: float, w2: float, b: float) -> tuple[Tensor, Tensor]:
    return torch.tensor([[w1], [w2]]), torch.tensor([b])


def ends(epochs: int, lr: float) -> object:
    """Return what a training on the samples gives, as it is now: another call might change the tensors in place."""
    result = train_mse(samples, truth, epochs, lr)
    return tuple(one.detach().clone() if isinstance(one, Tensor) else one for one in result) if isinstance(result, tuple) else result


start = pair(0.01541, -0.0029343, -0.0217879)
still, result = ends(1, 0.0), ends(1, 0.5)
check.close(
    still,
    start,
    "train_mse(data, labels, 1, 0.0)",
    rtol=1e-3,
    atol=1e-7,
    mistakes={
        "train_mse(…) starts from 0. The start is init_parameters with seed 0.": pair(0.0, 0.0, 0.0),
        "train_mse(…) starts from seed 1. The start is init_parameters with seed 0.": pair(0.0066135, 0.0026692, 0.0006168),
        "train_mse(…) starts from seed 42. The start is init_parameters with seed 0.": pair(0.0033669, 0.0012881, 0.0023446),
        "train_mse(…) starts with the bias 0. The start is init_parameters with seed 0.": pair(0.01541, -0.0029343, 0.0),
        "train_mse(…) gives the weights alone. Return the bias too.": start[0],
        "train_mse(…) returns the bias first. The weights come first.": start[::-1],
        "train_mse(…) ends at one place for lr = 0 and lr = 0.5. Does it use the lr that it is given?": result if isinstance(result, tuple) else "no pair",
    },
)
epoch, again, longer = pair(-0.338463, 0.072788, -0.022239), ends(1, 0.5), ends(3, 0.5)
# The first weight and the bias after one epoch in each other order of the four samples.
orders = """-0.3455 -0.052  -0.3334 -0.0518  -0.3191 -0.0461  -0.3438 -0.0537  -0.3226 -0.0847  -0.3241 -0.0031  -0.3287 -0.033  -0.2622 0.0333
-0.2908 -0.0048  -0.3217 -0.036  -0.2629 -0.0014  -0.2522 -0.0047  -0.2444 0.005  -0.2932 -0.0158  -0.2726 -0.0459  -0.2826 -0.0031  -0.266 -0.0369"""
found = [one.flatten()[0].item() for one in result]
check.equal(
    any(math.dist(found, map(float, order.split())) < 2e-4 for order in orders.replace("\n", "  ").split("  ")),
    False,
    "whether train_mse(…) takes the samples in another order",
    mistakes={"train_mse(…) takes the samples in another order. Keep the given one.": True},
)
check.close(
    result,
    epoch,
    "train_mse(data, labels, 1, 0.5)",
    rtol=1e-3,
    mistakes={
        "train_mse(…) minimises binary cross-entropy. Here the mean squared error is wanted.": pair(-0.773997, 0.164396, 0.001857),
        "train_mse(…) makes one step per epoch, on all samples. One step per sample is wanted.": pair(-0.063489, 0.014247, -0.020968),
        "train_mse(…) compares logits with the labels. What makes probabilities of them?": pair(10.289337, -9.300409, 11.647390),
        "train_mse(…) goes uphill.": pair(0.276746, -0.056921, -0.033776),
        "train_mse(…) adds each gradient to those of the samples before it. Who clears them?": pair(-0.255336, -0.310656, 0.22031),
        "train_mse(…) has momentum. Each step goes along the gradient of its own sample alone.": pair(-0.2985, -0.241964, 0.171346),
        "train_mse(…) steps half as far. Does its loss lack a factor, or its slope the 2 of the square?": pair(-0.153042, 0.033729, -0.02107),
        "train_mse(…) does not use lr.": pair(-0.735587, 0.145691, -0.041659),
        "train_mse(…) lacks the factor p(1 - p) in its slope. With the squared error it stays.": pair(-1.705125, 0.272034, 0.136064),
        "train_mse(…) ends after the first sample. Where does return stand?": pair(0.140807, -0.002934, 0.103609),
        "train_mse(…) leaves the last sample out.": pair(-0.069582, -0.128873, 0.112202),
        "train_mse(…) makes every step on all samples. One sample at a time is wanted.": pair(-0.250596, 0.032578, -0.003363),
        "train_mse(…) never leaves its start. Does a step change the parameters that it returns?": start,
        "train_mse(…) makes a step on two samples at once. One sample at a time is wanted.": pair(-0.159693, 0.045455, -0.02251),
        "train_mse(…) trains on the lesson's points. Which ones was it given?": pair(0.148869, 0.34738, -0.009935),
        "train_mse(…) ends at one place after 1 epoch and after 3. Does it use the number of epochs that it is given?": longer,
    },
)
check.close(
    again,
    epoch,
    "train_mse(data, labels, 1, 0.5), called again,",
    rtol=1e-3,
    mistakes={"train_mse(…) goes on from where its last call ended. Where does it make its start?": pair(-0.554496, 0.052681, 0.022592)},
)
check.close(
    longer,
    pair(-0.70083, -0.008569, 0.081197),
    "train_mse(data, labels, 3, 0.5)",
    rtol=1e-3,
    mistakes={
        "train_mse(…) ends where one epoch ends. Does each epoch go on from the last, and how many are there?": epoch,
        "train_mse(…) makes one epoch fewer than asked for.": pair(-0.554496, 0.052681, 0.022592),
        "train_mse(…) makes one epoch more than asked for.": pair(-0.813821, -0.077183, 0.144403),
        "train_mse(…) takes each sample three times before the next. An epoch is one pass through all samples.": pair(-0.725327, 0.156023, 0.154359),
        "train_mse(…) makes smaller steps in later epochs. Keep lr as it is given.": pair(-0.477316, 0.03808, 0.019883),
        "train_mse(…) makes smaller steps from epoch to epoch. Keep lr as it is given.": pair(-0.463979, 0.04194, 0.015481),
        "train_mse(…) lowers lr a little in each epoch. Keep it as it is given.": pair(-0.64264, 0.003355, 0.065415),
    },
)


rising = torch.tensor([[2.0, 0.0], [0.0, 1.0], [2.0, 0.5], [0.0, 2.0]]), torch.tensor([0.0, 1.0, 1.0, 1.0])
check.close(
    train_mse(*rising, 6, 3.0),
    pair(0.057609, 2.973012, 1.322397),
    "train_mse(data, labels, 6, 3.0) of samples whose loss rises now and then",
    rtol=2e-3,
    atol=1e-3,
    mistakes={
        "train_mse(…) stops when the loss rises. All epochs are wanted.": pair(-1.455129, 1.906654, 0.488012),
        "train_mse(…) returns the parameters of an earlier epoch. Those after the last one are wanted.": pair(-0.282025, 1.655213, 0.962283),
    },
)


def clouds(count: int, seed: int) -> tuple[Tensor, Tensor]:
    """Return the points and labels of `generate_data`, which a learner's notebook may have changed."""
    generator = torch.Generator().manual_seed(seed)
    points, labels = torch.randn(2 * count, 2, generator=generator), torch.arange(2 * count) // count
    points += labels[:, None] * torch.tensor([2.0, 1.0])
    order = torch.randperm(2 * count, generator=generator)
    return points[order], labels[order].float()


known, fresh = clouds(200, seed=1), clouds(2000, seed=7)  # the lesson's own
with check.within(10, "train_mse(…)"):  # 800 steps take most of this check's time
    w, b = (one.detach().to(fresh[0]) for one in train_mse(*known, 2, 0.05))
predicted = (fresh[0] @ w + b > 0)[:, 0].long()
label = "the classes of 4,000 fresh points after train_mse(…)"
check.predictions(predicted, fresh[1].long(), at_least=0.84, label=label)
### BEGIN HIDDEN TESTS
def by_hand(epochs: int, lr: float) -> tuple[Tensor, Tensor]:
    """Return (weights, bias) after a step on each sample."""
    generator = torch.Generator().manual_seed(0)
    w, b = (0.01 * torch.randn(*size, generator=generator) for size in ((2, 1), (1,)))
    for _ in range(epochs):
        for x, y in zip(samples, truth, strict=True):
            p = torch.sigmoid(x @ w + b)
            slope = 2 * (p - y) * p * (1 - p)
            w, b = w - lr * slope * x[:, None], b - lr * slope
    return w, b


many, answers = clouds(15, seed=18)
for count, epochs in ((30, 2), (9, 1), (1, 200), (7, 12)):
    samples, truth = many[:count].clone(), answers[:count].clone()
    result = train_mse(samples, truth, epochs, 0.3)
    check.close(result, by_hand(epochs, 0.3), f"train_mse(…) of ({count}, 2) samples in {epochs} epochs", rtol=1e-3, atol=1e-4)
    check.unchanged((samples, truth), (many[:count], answers[:count]), "an argument of train_mse")
### END HIDDEN TESTS

# %% [markdown]
# Now the two losses side by side.
# On the left is the loss of one sample with label 1, for every logit that it may have.
# In the middle is how hard this sample pulls: the slope of its loss, without the sign.
# On the right are your `train` and your `train_mse` on 100 points with the same learning rate, both measured by the binary cross-entropy on fresh points.

# %% show="Two losses, how hard each pulls, and what training makes of it" tags=["nbval-ignore-output"]
z = torch.linspace(-8, 5, 300)
p = z.sigmoid()
_, (left, middle, right) = plt.subplots(1, 3, figsize=(11, 3.3), layout="constrained")
left.plot(z, -p.log(), color=BLUE, linewidth=2, label="binary cross-entropy")
left.plot(z, (1 - p) ** 2, color=ORANGE, linewidth=2, linestyle="--", label="squared error")
left.set(ylabel="loss", ylim=(0, 8.3))
left.set_title("Loss: the squared error\nnever exceeds 1", fontsize=11)
middle.plot(z, 1 - p, color=BLUE, linewidth=2)
middle.plot(z, 2 * (1 - p) ** 2 * p, color=ORANGE, linewidth=2, linestyle="--")
middle.set(ylabel="pull along the logit", ylim=(0, 1.05))
middle.set_title("Pull: the worst mistakes pull most\n(solid), or hardly at all (dashed)", fontsize=11)
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
            w, b = (one.detach().float() for one in training(points[:100], labels[:100], epochs, 0.04))
            logits = (fresh_points @ w + b)[:, 0]
            curves[name][epochs] = F.binary_cross_entropy_with_logits(logits, fresh_labels).item()
    best = F.binary_cross_entropy_with_logits(fresh_points @ torch.tensor([2.0, 1.0]) - 2.5, fresh_labels).item()
    plots.loss_curve(
        curves,
        ylabel="loss on fresh points",
        title="Training: the weaker pull\nneeds more epochs",
        ax=right,
    )
    right.axhline(best, color=BLACK, linewidth=1.2, linestyle=":")
    right.annotate("the best possible", (8.4, best), (0, 4), textcoords="offset points", fontsize=9, ha="right")
    right.set_ylim(best - 0.03, 0.56)

# %% [markdown]
# The slope of the squared error along the logit is 2 (p - y) · p (1 - p): the factor p (1 - p) that cancelled before is still there.
# Where the model is sure, p is near 0 or 1, and that factor is near 0.
# So a sample that is *sure and wrong*, the shaded part, hardly pulls: the model does not learn from its worst mistakes.
#
# Here both training runs find nearly the same boundary in the end, because they start undecided.
# Start them sure and wrong instead, at `[[-4], [-2]]` and `[5]`, which is twice the best parameters with the wrong sign.
# After five epochs on the 400 points at lr = 0.02, cross-entropy has come from 13 % to 86 % of the fresh points, and the squared error is still at 14 %.
# For classes, take cross-entropy; for quantities, like a price or an angle, the squared error is the usual choice.
#
# ## `torch.optim`
#
# The last part written by hand is the step.
# An *optimizer* holds a list of parameters and a rule.
# `step()` applies the rule to each parameter under `no_grad`, and `zero_grad()` clears each gradient: your lines, for any number of parameters.
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
# Example, as for `train`: one sample (1, 0) with label 1, one epoch, lr = 1, and the end is near `[[0.5], [0]]` and `[0.5]`.


# %% task="train_optim"
def train_optim(data: Tensor, labels: Tensor, epochs: int, lr: float) -> tuple[Tensor, Tensor]:
    """Return weights, (2, 1), and bias, (1,), trained as by `train`, but each step is made by `torch.optim.SGD`."""
    ### BEGIN SOLUTION
    weights, bias = (one.requires_grad_() for one in init_parameters(torch.Generator().manual_seed(0)))
    optimizer = torch.optim.SGD([weights, bias], lr=lr)
    for _ in range(epochs):
        for x, y in zip(data, labels, strict=True):
            optimizer.zero_grad()
            bce_with_logits((x @ weights + bias).squeeze(dim=-1), y).backward()
            optimizer.step()
    return weights, bias
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: <code>TypeError: params argument given to the optimizer should be an iterable of Tensors or dicts, but got torch.FloatTensor</code></summary>
#
# The optimizer wants its parameters in a list: `[weights, bias]`.
# </details>
#
# <details><summary>Hint: <code>ValueError: can't optimize a non-leaf Tensor</code></summary>
#
# The optimizer can only move leaves.
# Switch `requires_grad` on after the last computation that made the tensor, not before.
# </details>

# %% check="train_optim" points=2
from collections import Counter

from torch.optim.optimizer import register_optimizer_step_post_hook

samples, truth = torch.tensor([[1.0, 0.0], [0.5, 2.0], [-1.0, 1.0], [2.0, -1.5]]), torch.tensor([1.0, 0.0, 1.0, 0.0])


def pair(w1: float, w2: float, b: float) -> tuple[Tensor, Tensor]:
    return torch.tensor([[w1], [w2]]), torch.tensor([b])


def ends(epochs: int, lr: float) -> object:
    """Return what a training on the samples gives, as it is now: another call might change the tensors in place."""
    result = train_optim(samples, truth, epochs, lr)
    return tuple(one.detach().clone() if isinstance(one, Tensor) else one for one in result) if isinstance(result, tuple) else result


start, epoch = pair(0.01541, -0.0029343, -0.0217879), pair(-0.773997, 0.164396, 0.001857)
used, extras = Counter(), set()


def count_step(optimizer: torch.optim.Optimizer, *_: object) -> None:
    """Count a step, under another name where it had no gradient to step along, and note what plain SGD has not."""
    held = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    bare = all(parameter.grad is None for parameter in held)
    used[type(optimizer).__name__ + bare * " without gradients"] += 1
    extras.update(name for group in optimizer.param_groups for name in ("momentum", "weight_decay") if group.get(name))


# The first optimizer of a process costs a second or more: torch imports its compiler for it.
hook = register_optimizer_step_post_hook(count_step)
try:
    result = train_optim(samples, truth, 1, 0.5)
finally:
    hook.remove()
again, longer, still = ends(1, 0.5), ends(3, 0.5), ends(1, 0.0)
check.equal(
    dict(used),
    {"SGD": 4},
    "the steps that train_optim(…) makes on four samples, by optimizer,",
    mistakes={
        "train_optim(…) makes no step with an optimizer. Which call makes one?": {},
        "train_optim(…) makes one step per epoch. One step per sample is wanted.": {"SGD": 1},
        "train_optim(…) makes two steps per sample. One is wanted.": {"SGD": 8},
        "train_optim(…) steps where no parameter has a gradient. Are they cleared too early, or does the optimizer hold other tensors?": {"SGD without gradients": 4},
        "train_optim(…) uses Adam. torch.optim.SGD is wanted.": {"Adam": 4},
        "train_optim(…) uses AdamW. torch.optim.SGD is wanted.": {"AdamW": 4},
        "train_optim(…) makes 20 steps in an epoch of four samples. One step per sample is wanted.": {"SGD": 20},
    },
)
check.equal(
    sorted(extras),
    [],
    "what the optimizer of train_optim(…) has beyond plain SGD",
    mistakes={
        "train_optim(…) has momentum. Plain SGD is wanted.": ["momentum"],
        "train_optim(…) has weight decay. Plain SGD is wanted.": ["weight_decay"],
        "train_optim(…) has momentum and weight decay. Plain SGD is wanted.": ["momentum", "weight_decay"],
    },
)
check.close(
    result,
    epoch,
    "train_optim(data, labels, 1, 0.5)",
    rtol=1e-3,
    atol=3e-4,  # room for the bound in the learner's own loss
    mistakes={
        "train_optim(…) adds each gradient to those of the samples before it. Which call clears them?": pair(-0.988267, -0.421835, 0.343319),
        "train_optim(…) never leaves its start. Does the optimizer hold the parameters that go into the loss, and do they have gradients when it steps?": start,
        "train_optim(…) moves the weights alone. Does the optimizer hold the bias?": pair(-0.66732, 0.155311, -0.021788),
        "train_optim(…) moves the bias alone. Does the optimizer hold the weights?": pair(0.01541, -0.002934, -0.071565),
        "train_optim(…) minimises the squared error. Here binary cross-entropy is wanted.": pair(-0.338463, 0.072788, -0.022239),
        "train_optim(…) goes uphill.": pair(0.446015, -0.084622, -0.07081),
        "train_optim(…) does not use lr.": pair(0.014147, -0.002659, -0.021775),
        "train_optim(…) takes the samples in reverse. Keep the given order.": pair(-0.44277, -0.110236, -0.037251),
        "train_optim(…) makes every step on all samples. One sample at a time is wanted.": pair(-0.451526, 0.030019, 0.035443),
        "train_optim(…) starts from seed 1. The start is init_parameters with seed 0.": pair(-0.78356, 0.160868, 0.015932),
        "train_optim(…) starts from seed 42. The start is init_parameters with seed 0.": pair(-0.785698, 0.15936, 0.017818),
        "train_optim(…) starts with the bias 0. The start is init_parameters with seed 0.": pair(-0.781005, 0.162081, 0.014504),
        "train_optim(…) trains on the lesson's points. Which ones was it given?": pair(-0.259928, 0.394455, -0.216787),
        "train_optim(…) gives the weights alone. Return the bias too.": epoch[0],
        "train_optim(…) returns the bias first. The weights come first.": epoch[::-1],
        "train_optim(…) ends at one place for lr = 0 and lr = 0.5. Does it use the lr that it is given?": still if isinstance(still, tuple) else "no pair",
        "train_optim(…) ends at one place after 1 epoch and after 3. Does it use the number of epochs that it is given?": longer if isinstance(longer, tuple) else "no pair",
    },
)
check.close(
    again,
    epoch,
    "train_optim(data, labels, 1, 0.5), called again,",
    rtol=1e-3,
    atol=3e-4,
    mistakes={"train_optim(…) goes on from where its last call ended. Where does it make its start?": pair(-1.076112, -0.022485, 0.134489)},
)
check.close(
    longer,
    pair(-1.280549, -0.173951, 0.293167),
    "train_optim(data, labels, 3, 0.5)",
    rtol=1e-3,
    atol=3e-4,
    mistakes={
        "train_optim(…) ends where one epoch ends. Does each epoch go on from the last, and how many are there?": epoch,
        "train_optim(…) makes one epoch fewer than asked for.": pair(-1.076112, -0.022485, 0.134489),
        "train_optim(…) makes one epoch more than asked for.": pair(-1.44119, -0.291786, 0.450539),
        "train_optim(…) makes smaller steps in later epochs. Keep lr as it is given.": pair(-0.903676, -0.005746, 0.127841),
        "train_optim(…) makes smaller steps from epoch to epoch. Keep lr as it is given.": pair(-0.888541, 0.00857, 0.11547),
        "train_optim(…) lowers lr a little in each epoch. Keep it as it is given.": pair(-1.16731, -0.136927, 0.252183),
    },
)
rising = torch.tensor([[2.0, 0.0], [0.0, 1.0], [2.0, 0.5], [0.0, 2.0]]), torch.tensor([0.0, 1.0, 1.0, 1.0])
check.close(
    train_optim(*rising, 5, 1.0),
    pair(0.04838, 3.189054, 1.147063),
    "train_optim(data, labels, 5, 1.0) of samples whose loss rises at first",
    rtol=2e-3,
    atol=1e-3,
    mistakes={
        "train_optim(…) stops when the loss rises. All epochs are wanted.": pair(0.426018, 1.779172, 1.1003),
        "train_optim(…) returns the parameters of an earlier epoch. Those after the last one are wanted.": pair(0.663761, 1.133077, 0.978174),
    },
)
check.equal(
    all(one.isfinite().all().item() for one in train_optim(20 * samples, truth, 2, 0.5)),
    True,
    "whether train_optim(…) of samples far out ends at finite numbers",
    mistakes={"train_optim(…) ends at nan where samples lie far out, and probabilities are exactly 0 or 1. Is the gradient of its loss finite there?": False},
)
### BEGIN HIDDEN TESTS
def by_hand(epochs: int, lr: float) -> tuple[Tensor, Tensor]:
    """Return (weights, bias) after a step on each sample."""
    generator = torch.Generator().manual_seed(0)
    w, b = (0.01 * torch.randn(*size, generator=generator) for size in ((2, 1), (1,)))
    for _ in range(epochs):
        for x, y in zip(samples, truth, strict=True):
            slope = torch.sigmoid(x @ w + b) - y
            w, b = w - lr * slope * x[:, None], b - lr * slope
    return w, b


seeded = torch.Generator().manual_seed(19)
many, answers = torch.randn(30, 2, generator=seeded), torch.randint(2, (30,), generator=seeded).float()
for count, epochs in ((30, 2), (9, 1), (1, 200), (7, 12)):
    samples, truth = many[:count].clone(), answers[:count].clone()
    result = train_optim(samples, truth, epochs, 0.3)
    check.close(result, by_hand(epochs, 0.3), f"train_optim(…) of ({count}, 2) samples in {epochs} epochs", rtol=1e-3, atol=1e-3)
    check.unchanged((samples, truth), (many[:count], answers[:count]), "an argument of train_optim")
### END HIDDEN TESTS

# %% [markdown]
# ## The same code on a GPU
#
# A tensor lies on a *device*: the CPU, an NVIDIA GPU (`cuda`), or the GPU of a Mac (`mps`).
# Operations run where their tensors lie, and all tensors of one operation must lie on the same device.
# No training function of this lesson says `cuda` or `cpu`, so each step runs on any device.
# You choose the device once, at the top, and move data and parameters there.
#
# ### The best device (4 minutes, ●○○)
#
# Write `best_device()`: a `torch.device` for CUDA if there is a CUDA GPU, else for MPS if there is one, else for the CPU.
#
# Example: on a laptop without a GPU it returns `torch.device("cpu")`, on a recent Mac `torch.device("mps")`.
#
# For each kind of GPU a function `is_available()` tells whether there is one.
# The check pretends to run on several machines, so ask these functions at each call.


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


kinds, defaults = [], []  # `defaults` has what torch.set_default_device was called with
for gpus, mps in ((1, 0), (0, 1), (0, 0), (1, 1)):
    with machine(gpus, mps), mock.patch.object(torch, "set_default_device", defaults.append):
        device = best_device()
    check.equal(
        len(defaults) > 0,
        False,
        "whether best_device() changes torch's default device",
        mistakes={"best_device() sets torch's default device, for everybody. Returning the best one is all it should do.": True},
    )
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
    kinds.append(str(device) if device.index else device.type)  # "cuda" and "cuda:0" are both right
check.equal(
    kinds,
    ["cuda", "mps", "cpu", "cuda"],
    "best_device() on a machine with a CUDA GPU, on a Mac, on one with neither, and on one with both,",
    mistakes={
        "best_device() takes MPS where there are both. CUDA comes first.": ["cuda", "mps", "cpu", "mps"],
        "best_device() takes the CPU where there are both. CUDA comes first.": ["cuda", "mps", "cpu", "cpu"],
        "best_device() never finds the Mac's GPU. What is its name?": ["cuda", "cpu", "cpu", "cuda"],
        "best_device() takes the second GPU, and many machines have only one. They are counted from 0.": ["cuda:1", "mps", "cpu", "cuda:1"],
        "best_device() never finds a CUDA GPU.": ["cpu", "mps", "cpu", "mps"],
        "best_device() is always the CPU. Does it ask at each call?": ["cpu"] * 4,
        "best_device() is always CUDA, whether there is any or not. Does it ask, and at each call?": ["cuda"] * 4,
        "best_device() is always MPS, whether there is any or not.": ["mps"] * 4,
        "best_device() takes MPS wherever CUDA is missing. Does it ask whether it is there? (is_built says only that PyTorch could use it.)": ["cuda", "mps", "mps", "cuda"],
        "best_device() takes the CPU where there is a CUDA GPU. Which way round is the condition?": ["cpu", "cpu", "cuda", "cpu"],
    },
)
### BEGIN HIDDEN TESTS
for gpus_and_mps, wanted in (((2, 1), "cuda"), ((8, 0), "cuda"), ((0, 0), "cpu"), ((0, 1), "mps")):
    with machine(*gpus_and_mps):
        device = best_device()
    check.equal(device.type, wanted, "best_device() with {} CUDA GPUs and {} Apple GPUs".format(*gpus_and_mps))
### END HIDDEN TESTS

# %% [markdown]
# ### Move tensors (5 minutes, ●●○)
#
# `x.to(device)` gives the tensor on the device.
# For data that is all.
# For parameters there is a trap: the move is an operation, and autograd records it.
# The result was computed from your leaf, so it is not a leaf itself, and its `.grad` stays None.
#
# Write `to_device(tensors, device)`: it takes a tuple of tensors, and returns the tuple of them on the device.
# What required gradients still does, and is a leaf; what did not still does not.
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
# <details><summary>Hint: how do I move a tensor without autograd recording the move?</summary>
#
# `detach()` gives the numbers without the history.
# Moving those is not recorded, and the result does not require gradients.
# `requires_grad_(True)` or `requires_grad_(False)` sets that as you like, on your new tensor.
# </details>
#
# <details><summary>Hint: why does the check speak of a device "meta"?</summary>
#
# Your machine may have no second device to move to.
# Every PyTorch has the device `meta`: tensors there have a shape and a dtype, but no numbers.
# To autograd, a move there is a move like any other.
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
        "to_device(…) leaves the tensors where they were. Does it move them to `device`, and return what to() gives?": ["cpu"] * 3,
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
    mistakes={"to_device(…) gives parameters that are no leaves: autograd has recorded the move. How do you move a tensor without autograd recording it?": [True, False, False]},
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
kept = to_device((torch.arange(3), torch.zeros(2, dtype=torch.float64)), elsewhere)
check.equal(
    [one.dtype for one in kept],
    [torch.int64, torch.float64],
    "the dtypes of to_device((classes, numbers), device) for int64 and float64",
    mistakes={"to_device(…) turns every tensor into float32. A move keeps the dtype.": [torch.float32, torch.float32]},
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
# Only the lines that move tensors know about devices.
# It takes all 400 points in each step, and the next picture says why.

# %% show="Training on the device that is there" tags=["nbval-ignore-output"]
with check.when_written():
    device = best_device()
    w, b = (one.detach().requires_grad_() for one in init_parameters(torch.Generator().manual_seed(0)))
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
_, ax = plt.subplots(figsize=(5.8, 3), layout="constrained")
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
# Every operation has to be started, and that takes time however few numbers there are.
# Starting one on a GPU takes longer than on a CPU.
# So a GPU loses with one sample at a time, as in your `train`, and wins with large batches of large images.
#
# ## A shared machine
#
# At a university or a company, several people may share a machine with several GPUs, and nothing stops you from taking the one on which a colleague's training has been running since Monday.
# So before you start, look, and then restrict yourself.
#
# - **Look** with `nvidia-smi`: it lists each GPU with its memory and how busy it is. Take one with almost no memory in use.
# - **Restrict** with the environment variable `CUDA_VISIBLE_DEVICES`: PyTorch then sees only the GPUs that it lists, numbered anew from 0.
# - **Agree on the numbers** with `CUDA_DEVICE_ORDER=PCI_BUS_ID`: without it, CUDA may count the fastest GPU first, while `nvidia-smi` counts by slot, and your 2 is a colleague's GPU.
#
# | `CUDA_VISIBLE_DEVICES` | what PyTorch sees on a machine with the GPUs 0 to 3 |
# |---|---|
# | not set | `cuda:0` to `cuda:3` |
# | `2` | GPU 2, under the name `cuda:0` |
# | `3,1` | GPU 3 as `cuda:0`, GPU 1 as `cuda:1` |
# | empty | no GPU at all: everything runs on the CPU |
#
# Because of the new numbers, your code stays `torch.device("cuda")` whichever GPU you take.
# The variables are read once, when CUDA starts, so set them before Python starts:
#
# ```bash
# CUDA_DEVICE_ORDER=PCI_BUS_ID CUDA_VISIBLE_DEVICES=2 python main.py train
# ```
#
# In a notebook, write `os.environ["CUDA_VISIBLE_DEVICES"] = "2"` in the very first cell, before torch is imported, and the other one likewise.
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
# `nvidia-smi` always lists all GPUs under their own numbers, whatever `CUDA_VISIBLE_DEVICES` says.
#
# The course's page “Using GPUs”, in the file `docs/learn/gpu.md`, has the rest: one machine, a shared one, and Colab.

# %% [markdown]
# ## Break it, and take it further
#
# - **Break it.** In the cell “The same steps, one by one”, start from the weights `[[-40], [-20]]` and the bias `[50]` with lr = 0.2, once with a `sgd_step` that uses `binary_crossentropy(run(…), …)` and once with one that uses `bce_with_logits`.
#   Predict the share of right answers after five epochs, for each.
# - **Your own data.** Think of a question with two answers that you would like to predict. Could anyone be right every time, or is there a ceiling? How would you estimate it?
# - **Can you trust the probabilities?** Of the fresh points that get about 0.8, about 80 % should be of class 1. A model for which that holds is *calibrated*. Compare your `train` and your `train_mse`: whose probabilities are nearer to it, and why?
#
# <details><summary>What we measured when we broke it</summary>
#
# 17 % with the probabilities, bounded by `clamp` at 1e-7, and 86 % with the logits.
# With another bound the 17 % change, and stay far below the 86 %.
# At this start the bound holds the probability of four samples in five, so those do not pull at all.
# </details>

# %% [markdown]
# ## What you have learnt
#
# - Logistic regression is one unit and a sigmoid, and its decision boundary is a line.
# - Some mistakes cannot be avoided: here no classifier is right more often than Φ(√5/2) = 86.8 %.
# - With cross-entropy, the gradient of one sample is (p - y) · x. Central differences and autograd give the same numbers.
# - A loss on probabilities stops learning where float32 rounds them to 0 or 1; a loss on logits does not.
# - A step changes leaves in place, under `no_grad`, and clears their gradients. `torch.optim` does this for any number of parameters.
# - The squared error hardly learns from samples that are sure and wrong; cross-entropy does.
# - `Variable` is a tensor today, and `.data` is `detach()` or `no_grad()`.
# - Choose the device once, move data and leaves there, and the same code runs anywhere.
#
# ## Mistakes that the checks of this lesson look for
#
# | mistake | why people make it |
# |---|---|
# | outputs `(n, 1)` against labels `(n,)` | A matrix product leaves that dimension, and broadcasting silently makes `(n, n)` of the two. |
# | `squeeze()` without a dimension | It works until a batch has one sample. |
# | no bound in the cross-entropy, or one of 1e-8 | Nothing happens until a prediction is exactly 0 or 1, and 1 - 1e-8 is 1 in float32. |
# | a loss that is repaired after the logarithm of 0 | It prints a finite number, but its gradient is nan. |
# | `binary_crossentropy(sigmoid(logits))` as the loss on logits | It is the same formula, and differs only where a probability is rounded to 0 or 1. |
# | a step to one side in a numerical gradient | It is the definition of the derivative, and far less exact. |
# | y - p instead of p - y | "Truth minus prediction" sounds just as natural, and the loss rises. |
# | the sum instead of the mean | With one sample they are equal. |
# | a bias gradient of shape `()` | `mean()` gives a number; the bias has the shape `(1,)`. |
# | `weights = weights - lr * weights.grad` | It is the formula. It makes a new tensor that is not a leaf. |
# | the step outside `no_grad` | It reads like any other line. At least autograd complains, in old words: "a leaf Variable". |
# | gradients that pile up | Nothing in `backward` says that it adds. |
# | one step per epoch, or shuffled samples | Both are good ways to train, but not the one that was asked for. |
# | `"cuda"` as a string, or CUDA without asking | It works on the machine where it was written. |
# | parameters moved with `.to(device)` alone | On the CPU nothing moves, so nothing goes wrong there. |
#
# ## Where to read on
#
# - Goodfellow, Bengio and Courville, *Deep Learning*, section 5.7 of [chapter 5](https://www.deeplearningbook.org/contents/ml.html) on logistic regression, and section 6.2 of [chapter 6](https://www.deeplearningbook.org/contents/mlp.html) on why cross-entropy goes with the sigmoid.
# - PyTorch's pages on [autograd](https://docs.pytorch.org/docs/stable/notes/autograd.html), [`torch.optim`](https://docs.pytorch.org/docs/stable/optim.html) and [CUDA](https://docs.pytorch.org/docs/stable/notes/cuda.html).
# - PyTorch's [guide from 0.3 to 0.4](https://pytorch.org/blog/pytorch-0_4_0-migration-guide/), on the end of `Variable`.
#
# **Next:** [Final exercise](../08_final_exercise/08_final_exercise.ipynb), where you put all these parts together.
