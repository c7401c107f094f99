# %% [markdown]
# # Tensors
#
# A neural network takes numbers in, multiplies and adds them, and gives numbers out.
# All of these numbers live in **tensors**: tables with as many dimensions as you like.
# Once you can read a tensor's shape at a glance, most of the code in this course is easy to follow.
#
# After this lesson you can
# - describe any tensor: its dimensions, shape, size and dtype;
# - predict the shape that an operation gives, broadcasting included;
# - compute one unit, one layer and two layers of a network, for one example or many;
# - tell a view from a copy;
# - repeat an experiment with random numbers exactly.
#
# **Time:** 60 minutes, and 10 more for the bonus task.
#
# **Builds on:** Python's functions, loops and lists. NumPy helps in one section.
#
# **Leads to:** [Neural networks](../02_neural_networks/02_neural_networks.ipynb), where the two layers of this lesson become a network that takes pictures of digits.
#
# **How to work:** run the cells from top to bottom with Shift+Enter.
# In a task, write your code in the marked place, then run the check below it.
# A check that passes says so, as in `✓ describe: 1 point`; one that fails says in a sentence what it saw.
# You need not read its code, so it is folded.
# When your work is graded, further tests with other numbers and other shapes run in the same cell.
# Each task says how long it takes and how hard it is, from ●○○ (a line or two, once you know how) to ●●● (takes thought).

# %%
import math

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from kindling import check, data, plots
from kindling.data import digits

# %% [markdown]
# ## First, one that works
#
# Here is a whole network that learns to read digits, in a dozen lines.
# It sees 3,000 pictures with their labels, takes 400 small steps, and is ready within a few seconds.
# The pictures are typeset: digits from matplotlib's fonts, each with its own place, size, slant and stroke.
# Nothing in it needs to make sense yet: run it.

# %% show="A network that learns to read digits"
labels = torch.arange(3000) % 10
images = torch.from_numpy(digits.draw(labels.numpy(), np.random.default_rng(1))) / 255  # 3,000 pictures, 28 × 28
torch.manual_seed(1)
reader = nn.Sequential(nn.Flatten(), nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 10))
for _ in range(400):
    batch = torch.randint(3000, (64,))
    F.cross_entropy(reader(images[batch]), labels[batch]).backward()
    with torch.no_grad():
        for weights in reader.parameters():
            weights -= 0.5 * weights.grad
            weights.grad = None

# %% [markdown]
# Now 20 pictures that it has never seen.

# %% show="What it says of digits that it has never seen" tags=["nbval-ignore-output"]
truth = torch.arange(20) % 10
unseen = torch.from_numpy(digits.draw(truth.numpy(), np.random.default_rng(2))) / 255
answers = reader(unseen).argmax(dim=1)
right = (answers == truth).sum()
_ = plots.batch(unseen, truth, columns=10, predictions=answers, title=f"The network reads {right} of 20 digits right")

# %% [markdown]
# And one of yours: each `#` is ink.
# Draw another digit, five to eight rows high, and run the cell again.


# %% show="How a drawing of # becomes 28 × 28 pixels"
def read(drawing: str) -> None:
    """Show a drawing, in which every character but a dot or a space is ink, and how likely the network finds each digit."""
    rows = drawing.split("\n")
    ink = torch.tensor([[float(c not in ". ") for c in row.ljust(max(map(len, rows)))] for row in rows])
    if not ink.any():
        print("There is no ink in this drawing. Put a # where it should be.")
        return
    down, across = ink.any(dim=1).nonzero(), ink.any(dim=0).nonzero()
    ink = ink[down.min() : down.max() + 1, across.min() : across.max() + 1]
    width = min(20, math.ceil(16 * ink.shape[1] / ink.shape[0]))  # a character is narrower than it is high
    left = (28 - width) // 2
    pixels = F.interpolate(ink[None, None], size=(20, width), mode="bilinear")[0, 0]
    pixels = F.pad(pixels, (left, 28 - width - left, 4, 4))
    probabilities = reader(pixels[None]).softmax(dim=1)[0]
    plots.prediction(pixels, probabilities, title=f"The network says {probabilities.argmax()}")
    plt.gcf().set_size_inches(7, 2.7)


# %% show="Your own digit" tags=["nbval-ignore-output"]
read("""
.###.
#...#
....#
..##.
....#
#...#
.###.
""")

# %% [markdown]
# By lesson 04 you can write all of this yourself: the layers come in lesson 02, the small steps in lesson 03, and in lesson 04 you build and train such a network.
# All of it is made of tensors, so they come first.

# %% [markdown]
# The next cell sets up the drawings.
# Its code is not part of the lesson: run it and go on.

# %% show="How the drawings of this lesson are made"
BLUE, ORANGE, PALE_BLUE, PALE_ORANGE, GREY = "#0072B2", "#D55E00", "#A9D4EE", "#F7CBA3", "#E8E8E8"


def canvas(title: str, width: float, height: float, scale: float = 0.42) -> plt.Axes:
    """Return empty axes for `width` by `height` boxes, counted from the upper left corner."""
    _, ax = plt.subplots(figsize=(width * scale, height * scale + 0.5))
    ax.set(xlim=(0, width), ylim=(height, 0), aspect="equal")
    ax.axis("off")
    ax.set_title(title, fontsize=11)
    return ax


def boxes(ax: plt.Axes, values: Tensor, left: float, top: float, colour: str = "white") -> None:
    """Draw a table of numbers, one box each, from its upper left corner, on top of what is there."""
    for i, row in enumerate(values.tolist()):
        for j, value in enumerate(row):
            ax.add_patch(plt.Rectangle((left + j, top + i), 1, 1, facecolor=colour, edgecolor="0.25", zorder=1))
            text = f"{value:g}"
            size = 9 if len(text) < 3 else 7.5
            ax.text(left + j + 0.5, top + i + 0.5, text, ha="center", va="center", fontsize=size, zorder=1)


def write(ax: plt.Axes, x: float, y: float, text: str, size: float = 10, colour: str = "0.15") -> None:
    """Write a text with its centre at (x, y)."""
    ax.text(x, y, text, ha="center", va="center", fontsize=size, color=colour)


# %% [markdown]
# ## What a tensor is
#
# A single number is a tensor, and so are a row of numbers, a table, and a stack of tables.
# What differs is the number of **dimensions**: how many indices it takes to point at one number.
# Indices count from 0, and a colon stands for "all": `table[:, 2]` is a column.

# %% show="One, two and three indices"
number = torch.tensor(3.5)
row = torch.tensor([1.0, 2.0, 3.0, 4.0])
table = torch.tensor([[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0], [9.0, 10.0, 11.0, 12.0]])
stack = torch.arange(24.0).reshape(2, 3, 4)

print("number:         ", number.item())
print("row[2]:         ", row[2].item())
print("table[1, 2]:    ", table[1, 2].item())
print("table[:, 2]:    ", table[:, 2].tolist())
print("stack[1, 0, 3]: ", stack[1, 0, 3].item())

# %% [markdown]
# The **shape** lists how many entries there are along each dimension, from the outermost bracket to the innermost.

# %% show="From a number to a stack of tables"
ax = canvas("Each dimension adds one number to the shape", 23, 6.2)
boxes(ax, number.reshape(1, 1), 1, 2)
boxes(ax, row.reshape(1, 4), 4.5, 2)
boxes(ax, table, 10.5, 1)
boxes(ax, stack[1], 18, 0.4, GREY)
boxes(ax, stack[0], 17, 1.4)
for centre, name, form in (
    (1.5, "number", "()"),
    (6.5, "row", "(4,)"),
    (12.5, "table", "(3, 4)"),
    (19.3, "stack", "(2, 3, 4)"),
):
    write(ax, centre, 5, name)
    write(ax, centre, 5.8, form, colour=BLUE)

# %% [markdown]
# All numbers of a tensor have one type, its **dtype**.
# PyTorch chooses it from what you write.

# %% show="The dtype that PyTorch chooses"
print("whole numbers:  ", torch.tensor([1, 2, 3]).dtype)
print("with a point:   ", torch.tensor([1.0, 2.0, 3.0]).dtype)
print("a mix of both:  ", torch.tensor([1, 2.5, 3]).dtype)
print("true and false: ", torch.tensor([True, False]).dtype)

# %% [markdown]
# Python's whole numbers give `int64`, its floats give `float32`.
# Networks usually compute in `float32`: it takes half the memory of NumPy's usual `float64`, and its seven digits are enough for them.
# PyTorch can neither average whole numbers nor train them; `t.float()` turns them into floats.
#
# A tensor also lives somewhere: `t.device` names the processor, here the CPU.
# A later lesson moves tensors to a GPU.

# %% [markdown]
# ### Describe a tensor (3 minutes, ●○○)
#
# When code with tensors breaks, the first question is always the same: what have I got here?
#
# Write `describe(t)`.
# It returns a tuple of four: the number of dimensions, the shape, how many numbers the tensor holds in all, and its dtype.
#
# Example: `[[1, 2, 3], [4, 5, 6]]` has 2 dimensions, 2 rows of 3, and 2 × 3 = 6 whole numbers.
# So `describe` gives `(2, (2, 3), 6, torch.int64)`.


# %% task="describe"
def describe(t: Tensor) -> tuple[int, tuple[int, ...], int, torch.dtype]:
    """Return (dimensions, shape, number of elements, dtype) of a tensor of any shape."""
    ### BEGIN SOLUTION
    return t.ndim, tuple(t.shape), t.numel(), t.dtype
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: where does a tensor keep these four?</summary>
#
# Three of them are attributes, read without brackets: `t.ndim`, `t.shape` and `t.dtype`.
# The fourth is a method, short for "number of elements".
# Type `t.nu` in a cell of your own, after `t = torch.zeros(2, 3)`, and press Tab.
# </details>

# %% check="describe" points=1
t = torch.tensor([[1, 2, 3], [4, 5, 6]])
check.equal(
    describe(t),
    (2, (2, 3), 6, torch.int64),
    "describe(t)",
    mistakes={
        "describe(t) counts 2 elements. Those are the rows; how many numbers are there?": (2, (2, 3), 2, torch.int64),
        "describe(t) counts 5 elements, 2 + 3. How many numbers are in 2 rows of 3?": (2, (2, 3), 5, torch.int64),
        "describe(t) gives the shape as a list. A shape is a tuple.": (2, [2, 3], 6, torch.int64),
        "describe(t) gives the dtype as text. What does t itself say?": (2, (2, 3), 6, "torch.int64"),
        "describe(t) gives Python's type of a number. What is the type of all numbers of a tensor called?": (2, (2, 3), 6, int),
        "describe(t) gives the shape from the inside out. Which length comes first?": (2, (3, 2), 6, torch.int64),
        "describe(t) gives the shape first. In which order are the four wanted?": ((2, 3), 2, 6, torch.int64),
        "describe(t) counts 48. Those are bytes; how many numbers are there?": (2, (2, 3), 48, torch.int64),
        "describe(t) counts 3 elements. So long is one row; how many numbers are there?": (2, (2, 3), 3, torch.int64),
        "describe(t) gives 3 dimensions. So long is one row; how many indices point at one number?": (3, (2, 3), 6, torch.int64),
        "describe(t) gives 6 dimensions. So many numbers are there; how many indices point at one of them?": (6, (2, 3), 6, torch.int64),
        "describe(t) gives the number of elements before the shape. In which order are the four wanted?": (2, 6, (2, 3), torch.int64),
        "describe(t) gives the dtype before the number of elements. In which order are the four wanted?": (2, (2, 3), torch.int64, 6),
        "describe(t) gives torch.float32, in which most tensors are. What does t itself say?": (2, (2, 3), 6, torch.float32),
        "describe(t) gives the name of a class of tensors. What does t itself say?": (2, (2, 3), 6, "torch.LongTensor"),
    },
)
stack = torch.zeros(4, 2, 3)
check.equal(
    describe(stack),
    (3, (4, 2, 3), 24, torch.float32),
    "describe(stack)",
    mistakes={
        "describe(stack) counts 8 elements, 4 × 2. How long is the last dimension?": (3, (4, 2, 3), 8, torch.float32),
        "describe(stack) counts 12 elements, 4 × 3. What about the dimension in between?": (3, (4, 2, 3), 12, torch.float32),
        "describe(stack) counts 9 elements, 4 + 2 + 3. How many numbers are in 4 tables of 2 rows of 3?": (3, (4, 2, 3), 9, torch.float32),
        "describe(stack) counts 0 elements in a stack of zeros. Is a 0 not a number?": (3, (4, 2, 3), 0, torch.float32),
        "describe(stack) gives 4 dimensions. So many tables are in the stack; how many indices point at one number?": (4, (4, 2, 3), 24, torch.float32),
        "describe(stack) gives 2 dimensions, as many as t has. Does it look at its argument?": (2, (4, 2, 3), 24, torch.float32),
        "describe(stack) gives torch.int64, the dtype of t. Does it look at its argument?": (3, (4, 2, 3), 24, torch.int64),
        "describe(stack) describes t. Does it look at its argument?": (2, (2, 3), 6, torch.int64),
    },
)
### BEGIN HIDDEN TESTS
check.equal(describe(torch.zeros(1, 3, 5)), (3, (1, 3, 5), 15, torch.float32), "describe(torch.zeros(1, 3, 5))")
check.equal(describe(torch.tensor(2.5)), (0, (), 1, torch.float32), "describe(torch.tensor(2.5))")
check.equal(describe(torch.ones(7).double()), (1, (7,), 7, torch.float64), "describe(torch.ones(7).double())")
check.equal(
    describe(torch.ones(2, 1, 4, 3) > 0), (4, (2, 1, 4, 3), 24, torch.bool), "describe(torch.ones(2, 1, 4, 3) > 0)"
)
check.equal(
    describe(torch.zeros(4, 6)[:, 2]),
    (1, (4,), 4, torch.float32),
    "describe(torch.zeros(4, 6)[:, 2])",
    mistakes={"describe counts the numbers of a whole table when it is given one column of it.": (1, (4,), 24, torch.float32)},
)
### END HIDDEN TESTS

# %% [markdown]
# ## Number by number
#
# Arithmetic works on whole tensors at once, number by number.
# So does a function like `torch.exp`, and so does a comparison.
# No loop is needed, and the result has the shape of the input.

# %% show="Arithmetic, number by number"
x = torch.tensor([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]])
print(10 * x + 1)
print(torch.exp(-x))
print(x > 1.5)

# %% [markdown]
# Here is the first such function that a network needs.
# A unit of this lesson says *how strongly* it responds, as a number between 0 and 1.
# The **sigmoid** turns any number into such a response: 1 / (1 + exp(-x)).

# %% show="The sigmoid"
x = torch.linspace(-8, 8, 200)
figure, ax = plt.subplots(figsize=(7, 2.4))
ax.axvspan(-8, -4, color=GREY)
ax.axvspan(4, 8, color=GREY)
ax.plot(x, torch.sigmoid(x), color=BLUE, linewidth=2.5)
ax.plot([-2, 2], [0, 1], color=ORANGE, linestyle="--")
ax.annotate(
    "steepest at 0:\nslope 1/4",
    (0.75, 0.69),
    (-3.7, 0.72),
    color=ORANGE,
    arrowprops={"arrowstyle": "->", "color": ORANGE},
)
ax.text(-6, 0.35, "almost 0,\nalmost flat", ha="center")
ax.text(6, 0.55, "almost 1,\nalmost flat", ha="center")
ax.set(xlabel="x", ylabel="sigmoid of x", xlim=(-8, 8))
_ = ax.set_title("The sigmoid decides near 0 and saturates beyond ±4", fontsize=11)

# %% [markdown]
# ### The sigmoid (4 minutes, ●○○)
#
# PyTorch has this function ready-made, as `torch.sigmoid`.
# Build it once yourself from `torch.exp`, and you know what happens inside each unit of this lesson and of the first network in the next.
#
# Write `activation(x)`: 1 / (1 + exp(-x)) for each number of a float tensor of any shape.
# It should stay finite for large numbers too, such as 200 and -200.
#
# Example: exp(0) = 1, so 0 becomes 1 / (1 + 1) = 0.5.
# From exp(-2) = 0.1353, 2 becomes 1 / 1.1353 = 0.8808.


# %% task="activation"
def activation(x: Tensor) -> Tensor:
    """Return the sigmoid of each number of `x`, a float tensor, in the shape of `x`."""
    ### BEGIN SOLUTION
    return 1 / (1 + torch.exp(-x))
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: <code>only one element tensors can be converted to Python scalars</code></summary>
#
# `math.exp` takes one number, `torch.exp` takes a whole tensor.
# </details>
#
# <details><summary>Hint: why is one of my values <code>nan</code>?</summary>
#
# exp(200) is too large for a float32 and becomes `inf`.
# 1 / `inf` is 0, which is what we want, but `inf` / `inf` is `nan`: "not a number".
# So it matters which of two equal formulas you write: let huge numbers stand only below the fraction bar.
# </details>

# %% check="activation" points=1
x = torch.tensor([[-200.0, -1.0, 0.0], [1.0, 2.0, 200.0]])
falling = [[1.0, 0.73106, 0.5], [0.26894, 0.11920, 0.0]]
divided_first = [[math.inf, 3.71828, 2.0], [1.36788, 1.13534, 1.0]]
overflowing = [[0.0, 0.26894, 0.5], [0.73106, 0.88080, math.nan]]
upside_down = [[math.nan, 0.73106, 0.5], [0.26894, 0.11920, 0.0]]
z = x.clone()
shares = torch.exp(z) / torch.exp(z).sum()
check.close(
    activation(x),
    [[0.0, 0.26894, 0.5], [0.73106, 0.88080, 1.0]],
    "activation(x)",
    inputs=(x,),
    mistakes={
        "activation(x) falls where it should rise. Which sign does x have inside exp?": falling,
        "activation(x) adds 1 and exp(-x), and divides nothing by their sum. What belongs below the fraction bar?": divided_first,
        "activation(x) is nan at 200: exp(200) is infinite. Can exp stand below the fraction bar instead?": overflowing,
        "activation(x) is nan at -200, and falls where it should rise. What belongs above the fraction bar?": upside_down,
        "activation(x) is exp alone. What has to be added, and where does the fraction bar go?": torch.exp(z),
        "activation(x) is exp(-x) alone. What has to be added, and where does the fraction bar go?": torch.exp(-z),
        "activation(x) is infinite at 0. Which sign stands between 1 and exp?": 1 / (1 - torch.exp(-z)),
        "activation(x) runs from -1 to 1, as tanh does. A sigmoid runs from 0 to 1.": torch.tanh(z),
        "activation(x) is 0 below 0 and x above, as ReLU is. A sigmoid runs from 0 to 1.": torch.relu(z),
        "activation(x) has nothing between 0 and 1. A sigmoid rises smoothly.": (z > 0).float(),
        "activation(x) divides by a sum over all of x. What does the formula divide by?": shares,
        "activation(x) shares 1 out among the numbers of each row. Each number has a response of its own.": z.softmax(1),
        "activation(x) shares 1 out among all numbers. Each number has a response of its own.": z.flatten().softmax(0).view(2, 3),
        "activation(x) grows without end for large x, as softplus does. A sigmoid runs from 0 to 1.": F.softplus(z),
        "activation(x) is x times a sigmoid. What does the formula have above the fraction bar?": z * torch.sigmoid(z),
        "activation(x) is the logarithm of the response. Is log in the formula?": F.logsigmoid(z),
        "activation(x) is the slope of a sigmoid, which is large in the middle alone. What is the sigmoid itself?": torch.sigmoid(z) * (1 - torch.sigmoid(z)),
        "activation(x) activates twice. How often does the formula divide 1 by something?": torch.sigmoid(torch.sigmoid(z)),
        "activation(x) rises twice as fast as it should. Where does a factor 2 come in?": torch.sigmoid(2 * z),
        "activation(x) takes powers of 2. Which number does exp take powers of?": torch.sigmoid(math.log(2) * z),
        "activation(x) takes powers of 10. Which number does exp take powers of?": torch.sigmoid(math.log(10) * z),
        "activation(x) is the same for -1 and 1. Does the sign of x get lost?": torch.sigmoid(z.abs()),
        "activation(x) gives x back as it came. What is to be done with each number?": z,
    },
)
check.unchanged(x, torch.tensor([[-200.0, -1.0, 0.0], [1.0, 2.0, 200.0]]), "x")
### BEGIN HIDDEN TESTS
x = torch.linspace(-6, 5, 10)  # around no middle
check.close(activation(x), torch.sigmoid(x), "activation(x) on 10 numbers", inputs=(x,))
x = x.reshape(5, 1, 2)
check.close(activation(x), torch.sigmoid(x), "activation(x) on a (5, 1, 2) tensor", inputs=(x,))
check.close(activation(torch.tensor(-1.5)), torch.tensor(0.18243), "activation(x) on a single number")
### END HIDDEN TESTS

# %% [markdown]
# Your function on top of PyTorch's:

# %% show="Your sigmoid on top of PyTorch's"
with check.when_written():
    x = torch.linspace(-8, 8, 33)
    _, ax = plt.subplots(figsize=(7, 2))
    ax.plot(x, torch.sigmoid(x), color=BLUE, linewidth=2)
    ax.plot(x, activation(x), "o", color=ORANGE, markersize=4)
    _ = ax.set_title("activation(x), the dots, should lie on torch.sigmoid(x), the line", fontsize=11)

# %% [markdown]
# ## One unit
#
# A **unit** is the smallest piece of a network.
# It has one **weight** for each input number, called a **feature**, and one **bias** of its own.
# It multiplies each feature by its weight, adds up the products and the bias, and passes the sum through the activation.

# %% show="One unit, step by step"
ax = canvas("One unit: multiply, add up, activate", 20, 9.2, scale=0.34)
arrow = {"arrowstyle": "->", "color": "0.4"}
write(ax, 2, 0.9, "features", size=9)
write(ax, 5.7, 0.9, "weights", size=9, colour=ORANGE)
for y, feature, weight, side in ((2.2, "1", "0.5", "left"), (5, "2", "0.75", "center"), (7.8, "-1", "1", "right")):
    ax.annotate("", (8.4, 5), (2.9, y), arrowprops=arrow)
    ax.add_patch(plt.Circle((2, y), 0.9, facecolor=PALE_BLUE, edgecolor="0.25"))
    write(ax, 2, y, feature)
    ax.text(5.5, y + 0.47 * (5 - y) - 0.2, f"× {weight}", ha=side, va="bottom", color=ORANGE)
for x, words in ((9.5, "sum\n2"), (14, "sigmoid")):
    ax.add_patch(plt.Circle((x, 5), 1.1, facecolor="white", edgecolor="0.25"))
    write(ax, x, 5, words, size=8.5)
    ax.annotate("", (x + 3.3, 5), (x + 1.2, 5), arrowprops=arrow)
ax.annotate("", (9.5, 6.2), (9.5, 8.2), arrowprops=arrow)
write(ax, 9.5, 8.6, "bias 1", colour=ORANGE)
write(ax, 18.5, 5, "0.8808", colour=BLUE)

# %% [markdown]
# `*` multiplies number by number, and `sum` adds up.
# `sum` takes a `dim`, which names the direction that disappears: `dim=0` adds down the columns, `dim=1` along the rows.
# With `keepdim=True` the summed dimension stays, with length 1.

# %% show="Sums along each direction"
table = torch.tensor([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]])
print("table * table:\n", table * table)
print("sum of all:            ", table.sum())
print("dim=0:                 ", table.sum(dim=0))
print("dim=1:                 ", table.sum(dim=1))
print("dim=1, keepdim=True:\n", table.sum(dim=1, keepdim=True))

# %% [markdown]
# ### Compute one unit (4 minutes, ●○○)
#
# Write `neuron(features, weights, bias)`: the sum of all products of a feature and its weight, plus the bias, through your `activation`.
# Features and weights are tables with one row, and the result is a table with one number.
#
# Example: take the unit in the picture.
# 1 × 0.5 + 2 × 0.75 + (-1) × 1 = 1, plus the bias of 1 gives 2, and the sigmoid of 2 is 0.8808.


# %% task="neuron"
def neuron(features: Tensor, weights: Tensor, bias: Tensor) -> Tensor:
    """Return what one unit gives for one example, shape (1, 1).

    `features` and `weights` have shape (1, d), `bias` has shape (1, 1).
    """
    ### BEGIN SOLUTION
    return activation((features * weights).sum(dim=1, keepdim=True) + bias)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: what belongs inside the sum, and what outside?</summary>
#
# There are d products, but one bias.
# What you add to a tensor *before* the sum is added to each of its d numbers.
# </details>

# %% check="neuron" points=2
features, weights = torch.tensor([[1.0, 2.0, -1.0]]), torch.tensor([[0.5, 0.75, 1.0]])
bias = torch.tensor([[1.0]])
products, crossed = features * weights, features.T @ weights
check.close(
    neuron(features, weights, bias),
    [[0.88080]],
    "neuron(features, weights, bias)",
    mistakes={
        "neuron gives the sum itself. What turns it into a response between 0 and 1?": [[2.0]],
        "neuron leaves out the bias. Where does it join the sum?": [[0.73106]],
        "neuron adds the bias once for each product. How often should it count?": [[0.98201]],
        "neuron adds the bias after the activation. What should go into the activation?": [[1.73106]],
        "neuron activates each product and adds up afterwards. What should go into the activation?": [[2.70897]],
        "neuron adds each weight to its feature. What does a unit do with the two?": [[0.99478]],
        "neuron averages the products. What does a unit do with them?": [[0.79139]],
        "neuron subtracts the bias. How does the bias join the sum?": [[0.5]],
        "neuron activates twice. How often does the sum go through the activation?": [[0.70697]],
        "neuron multiplies all products with each other. What does a unit do with them?": [[0.56218]],
        "neuron gives a response for each product. What happens to the products before the activation?": [[0.81757, 0.92414, 0.5]],
        "neuron gives one number without dimensions. The result is a table with one row and one column.": torch.tensor(0.88080),
        "neuron gives a row without a second dimension. The result is a table with one row and one column.": torch.tensor([0.88080]),
        "neuron gives 1, which the products add up to, and which a softmax makes of any single number. What comes after the sum?": [[1.0]],
        "neuron gives the products with the bias added to each. What happens to the products first?": products + 1,
        "neuron gives the products. What happens to them next?": products,
        "neuron multiplies each feature with each weight. Which weight belongs to which feature?": torch.sigmoid(crossed + 1),
        "neuron leaves out the weights. What does a unit do with them?": [[0.95257]],
        "neuron leaves out the features. What does a unit do with them?": [[0.96267]],
        "neuron responds the wrong way: the larger the sum, the smaller its response. Which sign goes into the activation?": [[0.11920]],
        "neuron ends in tanh, which runs from -1 to 1. What is your activation called?": [[0.96403]],
        "neuron gives features back as they came. What does a unit do with them?": [[1.0, 2.0, -1.0]],
        "neuron gives weights back as they came. What does a unit do with them?": [[0.5, 0.75, 1.0]],
    },
)
check.unchanged(features, torch.tensor([[1.0, 2.0, -1.0]]), "features")
check.unchanged(weights, torch.tensor([[0.5, 0.75, 1.0]]), "weights")
check.unchanged(bias, torch.tensor([[1.0]]), "bias")
### BEGIN HIDDEN TESTS
generator = torch.Generator().manual_seed(11)
for d in (5, 1, 8):
    features, weights = torch.randn(2, 1, d, generator=generator)
    bias = torch.randn(1, 1, generator=generator)
    expected = torch.sigmoid(F.linear(features, weights, bias[0]))
    three = torch.sigmoid(F.linear(features[:, :3], weights[:, :3], bias[0]))
    check.close(
        neuron(features, weights, bias),
        expected,
        f"neuron with {d} features",
        inputs=(features, weights, bias),
        mistakes={
            "neuron gives the answer of the example, whatever it is asked. Does it look at its arguments?": [[0.88080]],
            f"neuron uses the first 3 of {d} features.": three,
        },
    )
### END HIDDEN TESTS

# %% [markdown]
# ## Many examples at once
#
# One example at a time is slow.
# So examples are stacked into a **batch**: a table with one row per example and one column per feature.
# Multiplying along rows and adding up is so common that it has an operator of its own, `@`, the **matrix product**.

# %% show="A row times a column, added up"
left = torch.tensor([[1.0, 2.0, -1.0], [0.0, -4.0, 0.0]])
right = torch.tensor([[0.5, 3.0], [0.75, 0.0], [1.0, 2.0]])
ax = canvas("left @ right: a row times a column, added up, gives one number", 18, 5.6)
boxes(ax, left, 1, 2)
boxes(ax, left[:1], 1, 2, PALE_BLUE)
write(ax, 4.75, 3, "@", size=13)
boxes(ax, right, 5.5, 1.5)
boxes(ax, right[:, :1], 5.5, 1.5, PALE_ORANGE)
write(ax, 8.25, 3, "=", size=13)
boxes(ax, left @ right, 9, 2)
boxes(ax, (left @ right)[:1, :1], 9, 2, GREY)
for centre, form in ((2.5, "(2, 3)"), (6.5, "(3, 2)"), (10, "(2, 2)")):
    write(ax, centre, 5.2, form, colour=BLUE)
ax.text(12, 2.5, "1×0.5 + 2×0.75 + (-1)×1", va="center", fontsize=9)
_ = ax.annotate("", (11.1, 2.5), (11.9, 2.5), arrowprops={"arrowstyle": "<-", "color": "0.4"})

# %% [markdown]
# The inner numbers of the two shapes must agree, and they vanish: `(2, 3) @ (3, 2)` gives `(2, 2)`.
# `*` is something else: it multiplies two tensors of one shape number by number, and the result has that shape too.
# On square tables both run, with different results, and no error tells you which one you meant.

# %% show="Two kinds of product, * and @"
a = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
b = torch.tensor([[10.0, 0.0], [0.0, 100.0]])
print("a * b:\n", a * b)
print("a @ b:\n", a @ b)
print("a.T, rows and columns swapped:\n", a.T)

# %% [markdown]
# ### Compute a batch (4 minutes, ●●○)
#
# Write `neuron_matmul(features, weights, bias)`: the same unit, with a matrix product, for a batch of n examples.
# There is one row of weights for all of them, and one result per example, in a column.
#
# Example: take the unit from above and the examples `[1, 2, -1]` and `[0, -4, 0]`.
# The second one gives 0 - 3 + 0 = -3, plus 1 is -2, and the sigmoid of -2 is 0.1192.
# The result is `[[0.8808], [0.1192]]`.


# %% task="neuron_matmul"
def neuron_matmul(features: Tensor, weights: Tensor, bias: Tensor) -> Tensor:
    """Return what one unit gives for each example of a batch, shape (n, 1).

    `features` has shape (n, d), `weights` (1, d) and `bias` (1, 1).
    """
    ### BEGIN SOLUTION
    return activation(features @ weights.T + bias)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: <code>mat1 and mat2 shapes cannot be multiplied (2x3 and 1x3)</code></summary>
#
# The inner numbers, 3 and 1, do not agree.
# What would the shape of the weights have to be, and which attribute swaps rows and columns?
# </details>

# %% check="neuron_matmul" points=2
features = torch.tensor([[1.0, 2.0, -1.0], [0.0, -4.0, 0.0]])
weights, bias = torch.tensor([[0.5, 0.75, 1.0]]), torch.tensor([[1.0]])
products = torch.sigmoid(features * weights + bias)
check.close(
    neuron_matmul(features, weights, bias),
    [[0.88080], [0.11920]],
    "neuron_matmul(features, weights, bias)",
    mistakes={
        "neuron_matmul lies on its side: one row. Each example needs a row of its own.": [[0.88080, 0.11920]],
        "neuron_matmul adds up the whole batch. Each example has a sum of its own.": [[0.26894]],
        "neuron_matmul gives the sums. What turns them into responses between 0 and 1?": [[2.0], [-2.0]],
        "neuron_matmul leaves out the bias. Where does it join the sums?": [[0.73106], [0.04743]],
        "neuron_matmul adds the bias after the activation. What should go into the activation?": [[1.73106], [1.04743]],
        "neuron_matmul subtracts the bias. How does the bias join the sums?": [[0.5], [0.01799]],
        "neuron_matmul activates twice. How often do the sums go through the activation?": [[0.70697], [0.52976]],
        "neuron_matmul averages the products. What does a unit do with them?": [[0.79139], [0.5]],
        "neuron_matmul gives a response for each product. Which product also adds up?": products,
        "neuron_matmul answers for the first example alone. Where are the others?": [[0.88080]],
        "neuron_matmul gives a row without a second dimension. The results belong in a column.": [0.88080, 0.11920],
        "neuron_matmul gives a dimension too many. The result is a table with one column.": [[[0.88080]], [[0.11920]]],
        "neuron_matmul gives a table of two columns. Were a row and a column added?": [[0.88080, 0.11920]] * 2,
        "neuron_matmul gives the products of each feature and its weight. Which product also adds up?": products.logit() - 1,
        "neuron_matmul gives the products with the bias added to each. Which product also adds up?": products.logit(),
        "neuron_matmul adds up each column. What belongs to one example, a column or a row?": torch.sigmoid((products.logit() - 1).sum(0, keepdim=True) + 1),
        "neuron_matmul adds the bias to each feature. How often should it count?": [[0.96267], [0.32082]],
        "neuron_matmul leaves out the weights. What does a unit do with them?": [[0.95257], [0.04743]],
        "neuron_matmul leaves out both the bias and the activation. What comes after the product?": [[1.0], [-3.0]],
        "neuron_matmul answers for the last example alone. Where are the others?": [[0.11920]],
        "neuron_matmul responds the wrong way: the larger the sum, the smaller its response. Which sign goes into the activation?": [[0.11920], [0.88080]],
        "neuron_matmul ends in tanh, which runs from -1 to 1. What is your activation called?": [[0.96403], [-0.96403]],
        "neuron_matmul shares 1 out among the examples. What is your activation called?": [[0.98201], [0.01799]],
        "neuron_matmul gives 1 for each example, as a softmax makes of any single number. What is your activation called?": [[1.0], [1.0]],
        "neuron_matmul gives features back as they came. What does a unit do with them?": [[1.0, 2.0, -1.0], [0.0, -4.0, 0.0]],
    },
)
check.unchanged(features, torch.tensor([[1.0, 2.0, -1.0], [0.0, -4.0, 0.0]]), "features")
check.unchanged(weights, torch.tensor([[0.5, 0.75, 1.0]]), "weights")
check.unchanged(bias, torch.tensor([[1.0]]), "bias")
### BEGIN HIDDEN TESTS
generator = torch.Generator().manual_seed(12)
for n, d in ((1, 4), (7, 2), (3, 1)):
    features, weights = torch.randn(n, d, generator=generator), torch.randn(1, d, generator=generator)
    bias = torch.randn(1, 1, generator=generator)
    expected = torch.sigmoid(F.linear(features, weights, bias[0]))
    check.close(
        neuron_matmul(features, weights, bias),
        expected,
        f"neuron_matmul on a {(n, d)} batch",
        inputs=(features, weights, bias),
        mistakes={
            "neuron_matmul gives the answers of the example, whatever it is asked.": [[0.88080], [0.11920]],
            "neuron_matmul gives the first answer of the example, whatever it is asked.": [[0.88080]] * n,
            "neuron_matmul gives the answer of the first example to each one.": expected[:1].repeat(n, 1),
        },
    )
### END HIDDEN TESTS

# %% [markdown]
# ## Two layers
#
# Units side by side that see the same inputs form a **layer**.
# Each unit brings one column of weights, so a layer of h units on d inputs has a weight table of shape (d, h) and h biases.
# What one layer gives, the next one takes as its features.

# %% show="Two layers"
ax = plots.network([3, 2, 1], names=["features", "hidden layer", "output"], title="Each line is one weight")
ax.figure.set_size_inches(5.5, 2)

# %% [markdown]
# Why more than one layer?
# One unit can only divide the plane along a straight line.
# Two units draw two lines, and a third one that sees both can pick out the band between them.
# You will see it with your own function, below.

# %% [markdown]
# ### Stack two layers (4 minutes, ●●○)
#
# Write `two_layer(features, W1, W2, B1, B2)`.
# The first layer multiplies the features by `W1`, adds `B1` and activates; the second does the same to its result with `W2` and `B2`.
# It should work for a batch: the biases are one row, which PyTorch adds to every row.
#
# Example: `features = [[2, 1]]`, `W1 = [[1, 0], [-2, 0]]` and `B1 = [[0, 0]]` give the sums `[[0, 0]]`, so the hidden layer is `[[0.5, 0.5]]`.
# With `W2 = [[2], [2]]` and `B2 = [[-2]]` the second sum is 0.5 × 2 + 0.5 × 2 - 2 = 0, and the result is `[[0.5]]`.


# %% task="two_layer"
def two_layer(features: Tensor, W1: Tensor, W2: Tensor, B1: Tensor, B2: Tensor) -> Tensor:
    """Return what two layers give for each example of a batch, shape (n, k).

    `features` has shape (n, d), `W1` (d, h), `W2` (h, k), `B1` (1, h) and `B2` (1, k).
    """
    ### BEGIN SOLUTION
    hidden = activation(features @ W1 + B1)  # (n, h)
    return activation(hidden @ W2 + B2)  # (n, k)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: <code>mat1 and mat2 shapes cannot be multiplied</code></summary>
#
# Write the shape of each tensor beside it: `features` (n, d), `W1` (d, h).
# Their product is (n, h), and that is what `W2` (h, k) wants on its left.
# Here nothing has to be turned around: each column of weights belongs to one unit.
# </details>

# %% check="two_layer" points=2
torch.manual_seed(7)
features = torch.randn((1, 3))
W1, W2, B1, B2 = torch.randn(3, 2), torch.randn(2, 1), torch.randn((1, 2)), torch.randn((1, 1))
arguments = {"features": features, "W1": W1, "W2": W2, "B1": B1, "B2": B2}
before = {name: argument.clone() for name, argument in arguments.items()}
x, V1, V2, C1, C2 = before.values()
hidden = torch.sigmoid(x @ V1 + C1)
late = torch.sigmoid(x @ V1) + C1
check.close(
    two_layer(features, W1, W2, B1, B2),
    [[0.31708]],
    "two_layer(features, W1, W2, B1, B2)",
    mistakes={
        "two_layer has no activation after the first layer. What should the second layer get?": [[0.24601]],
        "two_layer has no activation after the second layer. What should come out last?": [[-0.76721]],
        "two_layer leaves out both biases. Where does each layer add its own?": [[0.27513]],
        "two_layer leaves out the first bias. Where should B1 go?": [[0.32559]],
        "two_layer leaves out the second bias. Where should B2 go?": [[0.26742]],
        "two_layer adds B1 in both layers. Which bias does the second layer have?": [[0.29423, 0.29516]],
        "two_layer adds B2 in both layers. Which bias does the first layer have?": [[0.31053]],
        "two_layer adds each bias after the activation. What should go into the activation?": torch.sigmoid(late @ V2) + C2,
        "two_layer adds the first bias after the activation.": torch.sigmoid(late @ V2 + C2),
        "two_layer adds the second bias after the activation.": torch.sigmoid(hidden @ V2) + C2,
        "two_layer activates nowhere. Both layers need your activation.": (x @ V1 + C1) @ V2 + C2,
        "two_layer activates the second layer twice.": torch.sigmoid(torch.sigmoid(hidden @ V2 + C2)),
        "two_layer activates the first layer twice.": torch.sigmoid(torch.sigmoid(hidden) @ V2 + C2),
        "two_layer has ReLU after the first layer. What is your activation called?": torch.sigmoid(torch.relu(x @ V1 + C1) @ V2 + C2),
        "two_layer has tanh after the first layer. What is your activation called?": torch.sigmoid(torch.tanh(x @ V1 + C1) @ V2 + C2),
        "two_layer has ReLU after the second layer. What is your activation called?": torch.relu(hidden @ V2 + C2),
        "two_layer ends in a softmax, and a single unit gets 1 from it. What is your activation called?": [[1.0]],
        "two_layer gives what the first layer gives. What happens to it in the second?": hidden,
        "two_layer subtracts the biases. How does a bias join the sums?": torch.sigmoid(torch.sigmoid(x @ V1 - C1) @ V2 - C2),
        "two_layer exchanges the biases. Which of the two has a number for each unit of the first layer?": torch.sigmoid(torch.sigmoid(x @ V1 + C2) @ V2 + C1),
        "two_layer gives one number without dimensions. Each example gets a row, with one number for each unit.": torch.tensor(0.31708),
        "two_layer gives a row without a second dimension. Each example gets a row of its own.": torch.tensor([0.31708]),
        "two_layer gives the sums of the first layer. What happens to them next?": x @ V1 + C1,
        "two_layer gives features back as they came. What does the first layer do with them?": x,
        "two_layer has no biases and no activation after the second layer.": torch.sigmoid(x @ V1) @ V2,
        "two_layer has no biases and no activation after the first layer.": torch.sigmoid(x @ V1 @ V2),
        "two_layer multiplies with W1 and W2 alone. What else belongs to each layer?": x @ V1 @ V2,
        "two_layer has a softmax after the first layer. What is your activation called?": torch.sigmoid((x @ V1 + C1).softmax(1) @ V2 + C2),
        "two_layer ends in tanh. What is your activation called?": torch.tanh(hidden @ V2 + C2),
        "two_layer responds the wrong way. Which sign goes into the last activation?": torch.sigmoid(-(hidden @ V2 + C2)),
    },
)
for name, argument in arguments.items():
    check.unchanged(argument, before[name], name)
W1, W2, B2 = torch.tensor([[1.0, 0.0], [-2.0, 0.0]]), torch.tensor([[2.0], [2.0]]), torch.tensor([[-2.0]])
check.close(
    two_layer(torch.tensor([[2.0, 1.0], [0.0, 1.0]]), W1, W2, torch.zeros(1, 2), B2),
    [[0.5], [0.31830]],
    "two_layer on two examples",
    mistakes={
        "two_layer answers for one of two examples. What happens to the other rows of features?": [[0.5]],
        "two_layer gives the answer of the other example, whatever it is asked. Does it look at its arguments?": [[0.31708]],
        "two_layer gives the first example's answer to each one.": [[0.5], [0.5]],
        "two_layer lies on its side: one row. Each example needs a row of its own.": [[0.5, 0.31830]],
        "two_layer gives a row without a second dimension. The results belong in a column.": [0.5, 0.31830],
        "two_layer gives one result for both examples, of their mean. Each example gets a row of its own.": [[0.40915]],
    },
)
### BEGIN HIDDEN TESTS
generator = torch.Generator().manual_seed(13)
for n, d, h, k in ((5, 4, 3, 2), (1, 2, 6, 3), (3, 1, 1, 4)):
    shapes = ((n, d), (d, h), (h, k), (1, h), (1, k))
    features, W1, W2, B1, B2 = (torch.randn(shape, generator=generator) for shape in shapes)
    expected = torch.sigmoid(F.linear(torch.sigmoid(F.linear(features, W1.T, B1[0])), W2.T, B2[0]))
    total = torch.sigmoid(expected.logit().sum(1, keepdim=True))
    check.close(
        two_layer(features, W1, W2, B1, B2),
        expected,
        f"two_layer on a {(n, d)} batch with {h} and {k} units",
        mistakes={
            "two_layer adds up what all units of the second layer get.": total,
            "two_layer answers for the first unit of the second layer alone.": expected[:, :1],
        },
    )
### END HIDDEN TESTS

# %% [markdown]
# Your functions at work.
# Each point of the plane below is an example with two features, 14,400 in all, and its colour is the response.

# %% show="What one unit and two layers respond to"
with check.when_written():
    side = torch.linspace(-2, 2, 120)
    points = torch.cartesian_prod(side, side)  # (14400, 2)
    line = neuron_matmul(points, torch.tensor([[4.0, 4.0]]), torch.tensor([[0.0]]))
    W1, B1 = torch.tensor([[6.0, 6.0], [6.0, 6.0]]), torch.tensor([[6.0, -6.0]])
    W2, B2 = torch.tensor([[10.0], [-10.0]]), torch.tensor([[-5.0]])
    band = two_layer(points, W1, W2, B1, B2)
    figure, axes = plt.subplots(1, 2, figsize=(7.5, 3.1), layout="constrained")
    for ax, responses, title in (
        (axes[0], line, "one unit: one side of a line"),
        (axes[1], band, "two layers: a band"),
    ):
        grid = responses.reshape(120, 120).T.numpy()
        picture = ax.imshow(grid, origin="lower", extent=(-2, 2, -2, 2), cmap="cividis", vmin=0, vmax=1)
        ax.set(xlabel="first feature", ylabel="second feature")
        ax.set_title(title, fontsize=10)
    figure.colorbar(picture, ax=axes, label="response")
    _ = figure.suptitle("A second layer responds to what no single unit can", fontsize=11)

# %% [markdown]
# ## Broadcasting
#
# You have added one row of biases to a whole batch, without a loop.
# PyTorch stretched the row for you; this is called **broadcasting**.
# The rule: write the two shapes one below the other, aligned at the *right*.
# In each place the numbers must be equal, or one of them must be 1 or missing; that one is stretched.
# So a tensor of shape `(4,)` behaves like a row, `(1, 4)`.

# %% show="What broadcasting stretches"
ax = canvas("Grey boxes are stretched copies; they take no memory", 25, 14, scale=0.33)
table = torch.arange(1, 13).reshape(3, 4)
row = torch.tensor([[0, 10, 20, 30]])
column = torch.tensor([[100], [200], [300]])
sums = (
    (0.5, table, row, "a row, added\nto each row"),
    (5, table, column, "a column, added\nto each column"),
    (9.5, row, column, "a row and a column:\nboth are stretched"),
)
for top, one, other, text in sums:
    for values, left, colour in ((one, 1, PALE_BLUE), (other, 7, PALE_ORANGE), (one + other, 13, "white")):
        boxes(ax, values.expand(3, 4), left, top, GREY)
        boxes(ax, values, left, top, colour)
        write(ax, left + 2, top + 3.5, f"{tuple(values.shape)}", size=9, colour=BLUE)
    write(ax, 6, top + 1.5, "+", size=13)
    write(ax, 12, top + 1.5, "=", size=13)
    ax.text(17.7, top + 1.5, text, va="center", fontsize=9)

# %% [markdown]
# **Predict first.** A model was asked for four numbers and got all four right.
# But its answers came as a column, shape `(4, 1)`, while the truth is a row, shape `(4,)`.
# What is the mean of the errors, `(answers - truth).abs().mean()`?
# Replace `None` with your number and run the next two cells.

# %% show="Your prediction"
truth = torch.tensor([1.0, 2.0, 3.0, 4.0])
answers = torch.tensor([[1.0], [2.0], [3.0], [4.0]])
my_prediction = None  # replace None with a number

# %% show="What comes out, and what you predicted"
thoughts = {
    1.25: "Right: you looked at both shapes first.",
    0.0: "That would be the mean error of two rows, or of two columns. What does a column minus a row give?",
    5.0: "That divides the sum of all errors by 4. How many errors are there?",
    20.0: "That is the sum of all errors. How many are there to divide it by?",
}
try:
    guess = float(my_prediction)
except (TypeError, ValueError):
    print("First replace None with a number in the cell above and run it, then run this one again.")
else:
    mean_error = (answers - truth).abs().mean().item()
    thought = next((text for value, text in thoughts.items() if math.isclose(guess, value, abs_tol=0.005)), None)
    print(f"You predicted {guess:g}. The mean error is {mean_error:g}.")
    print(thought or "The answer below shows where it comes from.")
    ax = canvas("answers - truth: a (4, 4) table of which 4 numbers were wanted", 20, 5.5)
    boxes(ax, answers, 1, 1, PALE_BLUE)
    write(ax, 3, 3, "−", size=13)
    boxes(ax, truth.reshape(1, 4), 4, 2.5, PALE_ORANGE)
    write(ax, 9, 3, "=", size=13)
    boxes(ax, answers - truth, 10, 1, GREY)
    for i in range(4):
        boxes(ax, (answers - truth)[i : i + 1, i : i + 1], 10 + i, 1 + i)
    _ = ax.text(14.6, 3, "white: what was meant\ngrey: what came too", va="center", fontsize=9)

# %% [markdown]
# <details><summary>Answer: where does the mean error come from?</summary>
#
# It is 1.25, for four right answers.
# A column minus a row is a table: *each* answer has been compared with *each* truth, 16 differences instead of 4.
# Only the diagonal holds the differences that were meant.
# PyTorch sees nothing wrong, so there is no error.
# A network trained on this number learns to give the same answer to everything: the middle of all truths, which is nearest to all of them at once.
# The cure is a habit: look at both shapes before you subtract.
# Once you have predicted something, the cell above draws the table.
# </details>

# %% [markdown]
# Broadcasting at its best: bring all columns of a table to the same scale, in one line.
# Think of people's heights in metres beside their weights in kilograms: the weights drown the heights, since their numbers are forty times as large.
#
# Two things to know before you do it.
#
# First, there are two standard deviations.
# The one of a *population* divides the sum of squares by n; the one of a *sample* divides by n - 1.
# `std` gives the sample's unless you ask for `correction=0`.

# %% show="Two standard deviations"
pair = torch.tensor([1.0, 3.0])
print("sample:    ", pair.std())
print("population:", pair.std(correction=0))

# %% [markdown]
# Second, floats round.
# So a test for "exactly 0" can miss a number that is 0 in theory: here ten tenths are more than one.

# %% show="Ten tenths"
total = torch.tensor(0.0)
for _ in range(10):
    total = total + 0.1
print("ten times 0.1:", total.item())

# %% [markdown]
# And where one column needs a different rule from the rest, `torch.where` chooses number by number.

# %% show="Choosing number by number"
x = torch.tensor([[4.0, 0.0], [9.0, 1.0]])
print(torch.where(x > 0.5, x.sqrt(), -1.0))
print("columns without a zero:", (x != 0).all(dim=0))

# %% [markdown]
# ### Standardise the columns (7 minutes, ●●●)
#
# Training goes faster when all features have the same scale.
# We fitted a sum of weighted columns to heights and weights like those in the picture below, with the largest steps that did not blow up.
# Standardised columns needed 100 steps; on the raw numbers, the fit had hardly begun after 1,000.
#
# Write `standardize(x)` for a float table of shape (n, d).
# Each column of the result has mean 0 and, as a population, standard deviation 1.
# A column whose numbers are all the same has nothing to scale: it becomes zeros.
# Leave `x` as it was.
#
# Example: the column 1, 3 has mean 2, and both numbers are 1 away from it, so its deviation is 1 and it becomes -1, 1.
# The column 10, 30 becomes -1, 1 as well, and the column 5, 5 becomes 0, 0.


# %% task="standardize"
def standardize(x: Tensor) -> Tensor:
    """Return `x`, (n, d), with each column at mean 0 and population standard deviation 1.

    A column of equal numbers becomes zeros. `x` itself stays as it was.
    """
    ### BEGIN SOLUTION
    constant = (x == x[0]).all(dim=0)  # (d,)
    scaled = (x - x.mean(dim=0)) / x.std(dim=0, correction=0)
    return torch.where(constant, 0.0, scaled)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: why do I get <code>nan</code>, <code>inf</code> or -1 for a column of equal numbers?</summary>
#
# Its deviation is 0, and 0 / 0 is `nan`.
# For some columns it is worse: the mean of ten times 0.1 is not quite 0.1, so the deviation comes out as 0.000000007 instead of 0.
# So don't ask whether the deviation is 0.
# Ask whether all numbers of the column are equal, before any arithmetic has rounded them.
# </details>

# %% check="standardize" points=3
import warnings

x = torch.tensor([[1.0, 10.0], [3.0, 30.0]]).repeat(3, 1)  # (6, 2)
z = x.clone()
small = torch.tensor([[-0.91287, -0.91287], [0.91287, 0.91287]]).repeat(3, 1)
together = torch.tensor([[-0.87204, -0.08720], [-0.69763, 1.65687]]).repeat(3, 1)
check.close(
    standardize(x),
    torch.tensor([[-1.0, -1.0], [1.0, 1.0]]).repeat(3, 1),
    "standardize(x)",
    inputs=(x,),
    mistakes={
        "standardize(x) divides by the deviation of a sample. Which correction gives the population's?": small,
        "standardize(x) uses one mean and one deviation for all of x. Each column needs its own.": together,
        "standardize(x) works along each row. Which dim runs down a column?": torch.tensor([[-1.0, 1.0]] * 6),
        "standardize(x) divides by the variance. Which number has the scale of the column itself?": (z - z.mean(0)) / z.var(0, correction=0),
        "standardize(x) divides by the sample's variance. Which number has the scale of the column itself?": (z - z.mean(0)) / z.var(0),
        "standardize(x) leaves the means where they were. What comes before the division?": z / z.std(0, correction=0),
        "standardize(x) leaves the columns at their scale. What comes after the mean?": z - z.mean(0),
        "standardize(x) divides the mean alone. What does the fraction bar belong to?": z - z.mean(0) / z.std(0, correction=0),
        "standardize(x) brings each column to 0 and 1, by its smallest and largest number. Which two does the task name?": (z - z.amin(0)) / (z.amax(0) - z.amin(0)),
        "standardize(x) divides by a number that is twice the deviation. Which number has the scale of the column itself?": (z - z.mean(0)) / (z.amax(0) - z.amin(0)),
        "standardize(x) divides by the length of each column as a vector.": F.normalize(z - z.mean(0), dim=0),
        "standardize(x) gives zeros for columns that are not constant.": torch.zeros(6, 2),
        "standardize(x) gives x back as it came. What happens to each column?": z,
        "standardize(x) divides first, and then takes away the mean of the undivided numbers. Whose mean should go?": z / z.std(0, correction=0) - z.mean(0),
        "standardize(x) adds the mean. What brings the mean of a column to 0?": (z + z.mean(0)) / z.std(0, correction=0),
        "standardize(x) multiplies by the deviation. What brings a deviation to 1?": (z - z.mean(0)) * z.std(0, correction=0),
        "standardize(x) divides by the root of the deviation. Which number has the scale of the column itself?": (z - z.mean(0)) / z.std(0, correction=0).sqrt(),
        "standardize(x) has the wrong sign. What is taken away from what?": (z.mean(0) - z) / z.std(0, correction=0),
        "standardize(x) takes one mean for all of x. Each column needs its own.": (z - z.mean()) / z.std(0, correction=0),
        "standardize(x) takes one deviation for all of x. Each column needs its own.": (z - z.mean(0)) / z.std(correction=0),
        "standardize(x) makes 0 of the smallest number of each column. What should be 0 afterwards?": (z - z.amin(0)) / z.std(0, correction=0),
        "standardize(x) divides by the largest number of each column. Which number does the task name?": z / z.amax(0),
        "standardize(x) shares 1 out among the numbers of each column. Which mean and deviation are wanted?": z.softmax(0),
        "standardize(x) has no negative numbers. What should the mean of a column be?": (z - z.mean(0)).abs() / z.std(0, correction=0),
    },
)
check.unchanged(x, torch.tensor([[1.0, 10.0], [3.0, 30.0]]).repeat(3, 1), "x")
five, tenth = torch.tensor([[5.0]] * 4), torch.tensor([[0.1]] * 10)
with warnings.catch_warnings(action="ignore"):  # 0 / 0 may warn on the way to a right result
    fives, tenths = standardize(five), standardize(tenth)
check.close(
    fives,
    [[0.0]] * 4,
    "standardize(x) on a column of 5s",
    mistakes={
        "standardize(x) divides 0 by 0 on a column of 5s. What should become of such a column?": [[math.nan]] * 4,
        "standardize(x) takes a column of 5s out of the table. What should become of it?": torch.zeros(4, 0),
        "standardize(x) leaves a column of 5s as it is. What should become of it?": [[5.0]] * 4,
        "standardize(x) gives ones for a column of 5s. What should become of it?": [[1.0]] * 4,
        "standardize(x) gives infinite numbers for a column of 5s. What should become of it?": [[math.inf]] * 4,
    },
)
column = isinstance(tenths, Tensor) and tenths.shape == (10, 1) and bool((tenths == tenths[0]).all())
check.close(
    tenths,
    [[0.0]] * 10,
    "standardize(x) on ten times 0.1",
    mistakes={
        "standardize(x) blows up a rounding error on ten times 0.1. Is the column constant?": [[-1.0]] * 10,
        "standardize(x) gives nan for ten times 0.1. What should become of such a column?": [[math.nan]] * 10,
        "standardize(x) leaves a column of ten times 0.1 as it is. What should become of it?": [[0.1]] * 10,
        "standardize(x) does not give zeros on ten times 0.1: rounding leaves a mean and a deviation that are a little "
        "off, and a tiny number below the fraction bar can't repair it. Is the column constant?": tenths
        if column and -1 < tenths[0].item() < 0
        else None,
    },
)
check.unchanged(five, [[5.0]] * 4, "a column of 5s")
check.unchanged(tenth, torch.tensor([[0.1]] * 10), "a column of ten times 0.1")
### BEGIN HIDDEN TESTS
x = torch.randn(7, 3, generator=torch.Generator().manual_seed(14))
x = x * torch.tensor([1.0, 50.0, 0.001]) + torch.tensor([2.0, -300.0, 0.0])
kept, expected = x.clone(), (x - x.mean(dim=0)) / x.std(dim=0, correction=0)
centred = x - x.mean(dim=0)
check.close(
    standardize(x),
    expected,
    "standardize(x) on a (7, 3) tensor",
    inputs=(x,),
    atol=1e-4,
    mistakes={
        "standardize(x) brings each column to -1 and 1, by its smallest and largest number. Which two does the task name?": 2 * (kept - kept.amin(0)) / (kept.amax(0) - kept.amin(0)) - 1,
        "standardize(x) divides by the mean distance from the mean. Which number does the task name?": centred / centred.abs().mean(dim=0),
        "standardize(x) takes away the median. Which number does the task name?": (kept - kept.median(dim=0).values) / kept.std(dim=0, correction=0),
        "standardize(x) divides by the largest distance from the mean. Which number does the task name?": centred / centred.abs().amax(dim=0),
        "standardize(x) takes away the middle between the smallest and the largest number. Which number does the task name?": (kept - (kept.amin(0) + kept.amax(0)) / 2) / kept.std(dim=0, correction=0),
        "standardize(x) rounds its numbers.": expected.round(),
    },
)
check.unchanged(x, kept, "x")
squares = torch.arange(9.0) ** 2
x = torch.stack([torch.full((9,), 0.1), squares, torch.full((9,), 5.0)], dim=1)
expected = torch.stack([torch.zeros(9), (squares - 204 / 9) / squares.std(correction=0), torch.zeros(9)], dim=1)
kept = x.clone()
check.close(standardize(x), expected, "standardize(x) with two constant columns of three")
check.unchanged(x, kept, "x with two constant columns")
check.close(standardize(x.double()), expected, "standardize(x) in float64")
with warnings.catch_warnings(action="ignore"):
    single = standardize(torch.tensor([[0.1, 5.0, -2.0, 0.0]]))
check.close(
    single,
    [[0.0] * 4],
    "standardize(x) on a single row",
    mistakes={
        "standardize(x) gives nan for a single row. Is each of its columns constant?": [[math.nan] * 4],
        "standardize(x) leaves a single row as it is. Is each of its columns constant?": [[0.1, 5.0, -2.0, 0.0]],
    },
)
steps = torch.tensor([0.0, 2.0, 1.0, 5.0, 3.0, 8.0, 4.0, 7.0, 9.0])
around = (torch.arange(9.0) - 4).abs()  # ends as it starts
x = torch.stack([steps / 7 + 1000, steps * 1e-6, around, torch.full((9,), 12345.678)], dim=1)
expected = torch.stack([steps, steps, around, torch.zeros(9)], dim=1).double()
expected[:, :3] = (expected - expected.mean(dim=0))[:, :3] / expected.std(dim=0, correction=0)[:3]
cancelled, large = expected.clone(), x[:, :1]
cancelled[:, :1] = (large - large.mean(dim=0)) / ((large**2).mean(dim=0) - large.mean(dim=0) ** 2).sqrt()
for column, name in enumerate(("large numbers close together", "millionths", "numbers that end as they start", "one large number")):
    found = standardize(x[:, column : column + 1])
    check.close(
        found,
        expected[:, column : column + 1],
        f"standardize(x) on a column of {name}",
        atol=0.01,
        mistakes={
            f"standardize(x) takes the mean of the squares minus the square of the mean. On a column of {name} their digits cancel: what can be subtracted before squaring?": cancelled[:, column : column + 1],
            f"standardize(x) gives zeros for a column of {name}, whose numbers are not equal. What does it ask of a column?": [[0.0]] * 9,
            f"standardize(x) gives ones for a column of {name}: a rounding error. What does it ask of a column?": [[1.0]] * 9,
            f"standardize(x) gives -1 for a column of {name}: a rounding error. What does it ask of a column?": [[-1.0]] * 9,
        },
    )
### END HIDDEN TESTS

# %% [markdown]
# Your function at work, on the heights and weights of 60 people.

# %% show="Heights and weights, before and after"
with check.when_written():
    generator = torch.Generator().manual_seed(1)
    height = 1.7 + 0.1 * torch.randn(60, 1, generator=generator)
    weight = 70 + 90 * (height - 1.7) + 6 * torch.randn(60, 1, generator=generator)
    before = torch.cat([height, weight], dim=1)  # (60, 2)
    after = standardize(before)
    figure, axes = plt.subplots(1, 2, figsize=(7.5, 3.3), layout="constrained")
    axes[0].scatter(before[:, 0], before[:, 1], color=BLUE, s=14)
    axes[0].set(xlim=(-30, 34), ylim=(40, 104), aspect="equal", xlabel="height (m)", ylabel="weight (kg)")
    axes[0].set_title("before: only the weights seem to differ", fontsize=10)
    axes[1].axhline(0, color="0.7", zorder=0)
    axes[1].axvline(0, color="0.7", zorder=0)
    axes[1].scatter(after[:, 0], after[:, 1], color=BLUE, s=14)
    axes[1].set(xlim=(-3.2, 3.2), ylim=(-3.2, 3.2), aspect="equal", xlabel="height", ylabel="weight")
    axes[1].set_title("after: both columns spread alike around 0", fontsize=10)
    _ = figure.suptitle("Each panel has the same scale in both directions", fontsize=11)

# %% [markdown]
# ## Views and copies
#
# A computer's memory is one long row of cells.
# A tensor is a piece of such a row, its **storage**, and a rule for reading it as a table.
# Transposing changes the rule alone, and so does reshaping where it can.
# That costs nothing: the result is a **view** of the same storage.

# %% show="One change, seen three times"
x = torch.arange(6)
table = x.reshape(2, 3)
turned = table.T
x[4] = 40
print("table:\n", table)
print("turned:\n", turned)

# %% [markdown]
# One change, and it shows in all three.
# The rule is written down in the **strides**: how many cells to walk for one step along each dimension.
# A **clone** has cells of its own.

# %% show="Strides"
print("table: ", tuple(table.shape), "strides", table.stride(), "contiguous:", table.is_contiguous())
print("turned:", tuple(turned.shape), "strides", turned.stride(), "contiguous:", turned.is_contiguous())

# %% show="One storage seen in three ways"
ax = canvas("One storage seen in three ways, and a clone with its own", 26, 9, scale=0.36)
storage = x.reshape(1, 6)
boxes(ax, storage[:, :3], 7, 0.5, PALE_BLUE)
boxes(ax, storage[:, 3:], 10, 0.5, PALE_ORANGE)
write(ax, 10, 2.1, "storage, and x itself: strides (1,)", size=9)
boxes(ax, table[:1], 2.5, 4, PALE_BLUE)
boxes(ax, table[1:], 2.5, 5, PALE_ORANGE)
write(ax, 4, 7.6, "table: strides (3, 1)\na step down walks 3 cells,\na step right walks 1", size=9)
boxes(ax, turned[:, :1], 13, 3.5, PALE_BLUE)
boxes(ax, turned[:, 1:], 14, 3.5, PALE_ORANGE)
write(ax, 14, 7.9, "table.T: strides (1, 3)\nread in rows, it jumps about:\nit is not contiguous", size=9)
boxes(ax, storage, 19, 0.5, GREY)
boxes(ax, table, 20.5, 4, GREY)
write(ax, 22, 7.2, "table.clone(): strides (3, 1)\nin cells of its own", size=9)
for start, end in (((9, 2.7), (5.2, 3.7)), ((11.5, 2.7), (13.4, 3.3)), ((22, 1.7), (22, 3.7))):
    ax.annotate("", end, start, arrowprops={"arrowstyle": "->", "color": "0.4"})

# %% [markdown]
# A tensor is **contiguous** when reading it row by row means walking through the storage cell by cell.
# On one that is not, `view` may refuse, since no strides fit; `reshape` gives a view where it can and a copy where it must.
# `clone` copies every time.

# %% show="A copy stays as it is"
copy = table.clone()
x[0] = -1
print("table sees the change:", table[0].tolist())
print("copy does not:        ", copy[0].tolist())

# %% [markdown]
# ### Flatten a batch of images (5 minutes, ●●○)
#
# A batch of images has shape (n, c, h, w): how many images, colour channels, rows and columns of pixels.
# A layer wants one row of features per image.
#
# Write `flatten_images(images)`: shape (n, c·h·w), the pixels of each image in the order in which its channels, rows and columns are read.
# Where the input is contiguous, the result is a view of it, so that not one pixel is copied.
# Where it is not, for example after a transpose, the pixels must still come out in the right order.
#
# Example: one image with one channel and the pixels `[[1, 2], [3, 4]]` becomes `[[1, 2, 3, 4]]`.
# Transposed, it is `[[1, 3], [2, 4]]` and becomes `[[1, 3, 2, 4]]`.


# %% task="flatten_images"
def flatten_images(images: Tensor) -> Tensor:
    """Return `images`, shape (n, c, h, w), as one row per image, shape (n, c·h·w).

    The result is a view of `images` where these are contiguous.
    """
    ### BEGIN SOLUTION
    return images.flatten(start_dim=1)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: <code>view size is not compatible with input tensor's size and stride</code></summary>
#
# `view` never copies, so it gives up on a transposed tensor.
# The error text itself names a method that copies only where it must.
# It takes -1 for a length that PyTorch should work out.
# </details>

# %% check="flatten_images" points=2
images = torch.arange(24.0).reshape(2, 2, 2, 3)
rows = torch.arange(24.0).reshape(2, 12)
mixed = torch.arange(24.0).reshape(12, 2).T
kept = images.clone()
flat = flatten_images(images)
check.close(
    flat,
    rows,
    "flatten_images(images)",
    inputs=(images,),
    mistakes={
        "flatten_images(images) joins all images into one row. Which dimension should stay?": rows.flatten(),
        "flatten_images(images) mixes the pixels of different images. Which dimension comes first?": mixed,
        "flatten_images(images) reads the channels last. In which order does the task read them?": kept.permute(0, 2, 3, 1).reshape(2, 12),
        "flatten_images(images) reads down the columns of each channel. Which comes first, rows or columns?": kept.mT.reshape(2, 12),
        "flatten_images(images) makes a row of each channel. What does one row hold?": rows.reshape(2, 2, 6),
        "flatten_images(images) makes a row of each channel, of all images. What does one row hold?": rows.reshape(4, 6),
        "flatten_images(images) gives one image per column. What does one row hold?": rows.T,
        "flatten_images(images) leaves channels out. What belongs to one image?": kept[:, 0].reshape(2, 6),
        "flatten_images(images) averages over the channels. What belongs to one image?": kept.mean(1).reshape(2, 6),
        "flatten_images(images) adds up the channels. What belongs to one image?": kept.sum(1).reshape(2, 6),
        "flatten_images(images) gives images back as they came. What does one row hold?": kept,
        "flatten_images(images) puts as many numbers into a row as there are images. What does one row hold?": rows.reshape(12, 2),
        "flatten_images(images) gives a row for each row of pixels. What does one row hold?": rows.reshape(8, 3),
        "flatten_images(images) joins channels and rows, and leaves the columns apart. What does one row hold?": rows.reshape(2, 4, 3),
        "flatten_images(images) joins images and channels. Which dimension should stay?": rows.reshape(4, 2, 3),
        "flatten_images(images) puts all images into the only row of a table. Which dimension should stay?": rows.reshape(1, 24),
        "flatten_images(images) has a dimension too many. The result is a table with a row for each image.": rows[:, None],
        "flatten_images(images) gives the first image alone. Where are the others?": rows[:1],
        "flatten_images(images) gives the first image alone, without a dimension for the images.": rows[0],
        "flatten_images(images) reads the columns before the rows, and the channels last. In which order does the task read them?": kept.permute(0, 3, 2, 1).reshape(2, 12),
        "flatten_images(images) reads the rows before the channels. In which order does the task read them?": kept.transpose(1, 2).reshape(2, 12),
    },
)
check.unchanged(images, torch.arange(24.0).reshape(2, 2, 2, 3), "images")
images[0, 0, 0, 0] = 99.0
check.close(
    flat[0, :3],
    [99.0, 1.0, 2.0],
    "flatten_images(images) after images[0, 0, 0, 0] = 99",
    mistakes={"flatten_images(images) copies: it does not see a later change in images.": [0.0, 1.0, 2.0]},
)
turned = torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]]).transpose(2, 3)
check.close(
    flatten_images(turned),
    [[1.0, 3.0, 2.0, 4.0]],
    "flatten_images(turned)",
    mistakes={"flatten_images(turned) reads the storage cell by cell. Is turned contiguous?": [[1.0, 2.0, 3.0, 4.0]]},
)
### BEGIN HIDDEN TESTS
for n, c, h, w in ((3, 1, 4, 2), (1, 3, 2, 5), (5, 2, 3, 3)):
    images = torch.randn(n, c, h, w, generator=torch.Generator().manual_seed(n))
    flat, kept, form = flatten_images(images), images.clone(), (n, c, h, w)
    check.close(flat, torch.flatten(images, 1), f"flatten_images of a {form} batch", inputs=(images,))
    check.unchanged(images, kept, "images")
    images[-1, -1, -1, -1] = 7.0
    check.close(flat, torch.flatten(images, 1), f"flatten_images of a {form} batch, after a change in images")
    for name, other in (
        ("with its channels last", images.permute(0, 2, 3, 1)),
        ("turned and mirrored", images.flip(3).transpose(1, 3)),
        ("in another memory format", images.to(memory_format=torch.channels_last)),
    ):
        check.close(flatten_images(other), torch.flatten(other, 1), f"flatten_images of a {form} batch {name}")
grey = torch.arange(12, dtype=torch.uint8).reshape(2, 1, 2, 3)
flat = flatten_images(grey)
check.equal(flat, torch.arange(12, dtype=torch.uint8).reshape(2, 6), "flatten_images of a batch of whole numbers")
check.equal(
    flat.dtype,
    torch.uint8,
    "the dtype of flatten_images of a batch of torch.uint8",
    mistakes={"flatten_images makes floats of whole numbers, and so a copy.": torch.float32},
)
grey[0, 0, 0, 0] = 99
check.equal(flat[0, 0].item(), 99, "flatten_images of a batch of whole numbers, after a change in images")
### END HIDDEN TESTS

# %% [markdown]
# ## In place
#
# `t + 1` makes a new tensor, and `t = t + 1` gives it the old name.
# `t += 1` is something else: it changes the numbers where they are, and everyone who holds the tensor sees it.

# %% show="In place, or a new tensor"
t = torch.tensor([1.0, 2.0])
same = t
t += 10
print("after t += 10,    same is", same)
t = t + 100
print("after t = t + 100, same is", same, "and t is", t)

# %% [markdown]
# PyTorch's methods say by their name which of the two they are: one that ends in an underscore, like `add_`, works in place.
# Working in place saves memory and destroys the old numbers, so do it where that is what you mean.

# %% [markdown]
# ### Double in place (3 minutes, ●○○)
#
# The optimizers of the coming lessons change a network's weights in place: a new tensor would leave the network as it was.
#
# Write `double_(t)`.
# It doubles each number of `t` where it is, and returns `t` itself.
#
# Example: with `t = [1, 2, 3]`, `double_(t)` returns `[2, 4, 6]`, and `t` is `[2, 4, 6]` from then on.


# %% task="double_"
def double_(t: Tensor) -> Tensor:
    """Double each number of `t`, any shape, in place; return `t`."""
    ### BEGIN SOLUTION
    return t.mul_(2)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: why does <code>t</code> stay as it was?</summary>
#
# Inside a function, `t = …` makes the name `t` mean something new.
# The tensor that the caller holds knows nothing of it.
# You need an operation that writes into the tensor.
# </details>

# %% check="double_" points=1
t = torch.tensor([[1.0, 2.0, 3.0]])
result = double_(t)
check.close(
    t,
    [[2.0, 4.0, 6.0]],
    "t after double_(t)",
    mistakes={
        "double_(t) left t as it was. Did it write into t, or make a new tensor?": [[1.0, 2.0, 3.0]],
        "double_(t) adds 2 to each number. What is twice 5?": [[3.0, 4.0, 5.0]],
        "double_(t) squares each number. What is twice 5?": [[1.0, 4.0, 9.0]],
        "double_(t) doubles the first number alone. How many are there?": [[2.0, 2.0, 3.0]],
        "double_(t) makes four times each number. How often does it double?": [[4.0, 8.0, 12.0]],
        "double_(t) halves each number.": [[0.5, 1.0, 1.5]],
        "double_(t) doubles the last number alone. How many are there?": [[1.0, 2.0, 6.0]],
        "double_(t) makes three times each number. How often is t added to itself?": [[3.0, 6.0, 9.0]],
        "double_(t) sets each number to 2. What is twice 5?": [[2.0, 2.0, 2.0]],
        "double_(t) adds 1 to each number. What is twice 5?": [[2.0, 3.0, 4.0]],
        "double_(t) makes zeros of t. What is twice 5?": [[0.0, 0.0, 0.0]],
    },
)
check.close(
    result,
    [[2.0, 4.0, 6.0]],
    "double_(t)",
    mistakes={
        "double_(t) returns four times the numbers. How often did it double?": [[4.0, 8.0, 12.0]],
        "double_(t) returns the numbers of before. What should come back, after t has changed?": [[1.0, 2.0, 3.0]],
        "double_(t) returns one row of t. What should come back?": [2.0, 4.0, 6.0],
        "double_(t) returns one number. What should come back?": torch.tensor(12.0),
    },
)
t[0, 0] = -1.0
check.close(
    result,
    [[-1.0, 4.0, 6.0]],
    "double_(t) after t[0, 0] = -1",
    mistakes={"double_(t) returns a tensor other than t, with the same numbers.": [[2.0, 4.0, 6.0]]},
)
table = torch.ones(2, 3)
double_(table.T)
check.close(
    table,
    [[2.0] * 3] * 2,
    "table after double_(table.T)",
    mistakes={
        "double_(table.T) leaves table as it was, so it wrote somewhere else than into t's own memory.": [[1.0] * 3] * 2,
        "double_(table.T) doubles the first row of its argument alone. How many rows are there?": [[2.0, 1.0, 1.0]] * 2,
    },
)
### BEGIN HIDDEN TESTS
whole = torch.arange(12.0).reshape(3, 4)
expected = torch.tensor([[0.0, 2.0, 2.0, 3.0], [4.0, 10.0, 6.0, 7.0], [8.0, 18.0, 10.0, 11.0]])
check.close(double_(whole[:, 1]), [2.0, 10.0, 18.0], "double_ of a column")
check.close(whole, expected, "the table after double_ of a column")
check.close(double_(torch.tensor([-0.75])), [-1.5], "double_ of a (1,) tensor")
check.close(double_(torch.ones(2, 1, 3)), torch.full((2, 1, 3), 2.0), "double_ of a (2, 1, 3) tensor")
### END HIDDEN TESTS

# %% [markdown]
# ## To NumPy and back
#
# Much data comes as NumPy arrays.
# A tensor can look into the array's memory, which costs nothing, or hold a copy, which is safe.
# `tensor.numpy()` goes the other way, and it shares.

# %% show="Shared memory"
t = torch.zeros(3)
array = t.numpy()
t += 5
print("the array sees what happened to the tensor:", array)
print("NumPy's own floats are", np.array([0.5]).dtype, "and PyTorch's are", torch.tensor([0.5]).dtype)

# %% [markdown]
# ### Share memory with an array (3 minutes, ●○○)
#
# With a gigabyte of data you want one copy, not two.
#
# Write `shared_tensor(array)`: a tensor with the numbers, shape and dtype of the NumPy array, in the array's own memory.
#
# Example: for `array = np.array([1.0, 2.0, 3.0])` it is `[1, 2, 3]` in float64.
# After `array[0] = 10` the tensor is `[10, 2, 3]`.


# %% task="shared_tensor"
def shared_tensor(array: np.ndarray) -> Tensor:
    """Return a tensor with the shape, dtype and memory of `array`."""
    ### BEGIN SOLUTION
    return torch.from_numpy(array)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: why doesn't my tensor see the change?</summary>
#
# `torch.tensor(…)` always copies, and so does every change of dtype.
# Look for the function whose name says where the tensor comes from.
# </details>

# %% check="shared_tensor" points=1
array = np.array([1.0, 2.0, 3.0])
t = shared_tensor(array)
check.close(t, torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64), "shared_tensor(array)")
array[0] = 10.0
check.close(
    t,
    torch.tensor([10.0, 2.0, 3.0], dtype=torch.float64),
    "shared_tensor(array) after array[0] = 10",
    mistakes={"shared_tensor(array) does not see a change in array: it is a copy.": [1.0, 2.0, 3.0]},
)
t[1] = 20.0
check.equal(
    array.tolist(),
    [10.0, 20.0, 3.0],
    "array after t[1] = 20",
    mistakes={
        "array does not see a change in shared_tensor(array). Do the two share all of their memory?": [10.0, 2.0, 3.0]
    },
)
### BEGIN HIDDEN TESTS
for dtype, name in ((np.float32, torch.float32), (np.int64, torch.int64), (np.uint8, torch.uint8)):
    array = np.arange(6, dtype=dtype).reshape(2, 3)
    t = shared_tensor(array)
    check.equal(
        t,
        torch.tensor([[0, 1, 2], [3, 4, 5]]),
        f"shared_tensor of a (2, 3) array of {name}",
        mistakes={
            "shared_tensor has all numbers of a (2, 3) array in one row. Which shape does the array have?": torch.arange(6),
            "shared_tensor has the first row of a (2, 3) array alone. Which shape does the array have?": torch.arange(3),
            "shared_tensor exchanges the rows and columns of a (2, 3) array.": torch.tensor([[0, 3], [1, 4], [2, 5]]),
        },
    )
    check.equal(
        t.dtype,
        name,
        f"the dtype of shared_tensor of an array of {name}",
        mistakes={
            f"shared_tensor makes float64 of {name}, and so a copy.": torch.float64,
            f"shared_tensor makes float32 of {name}, and so a copy.": torch.float32 if name != torch.float32 else None,
        },
    )
    array[1, 2] = 50
    check.equal(
        t,
        torch.tensor([[0, 1, 2], [3, 4, 50]]),
        f"shared_tensor of an array of {name} after array[1, 2] = 50",
        mistakes={f"shared_tensor does not see a change in an array of {name}: it is a copy.": torch.tensor([[0, 1, 2], [3, 4, 5]])},
    )
array = np.arange(6.0).reshape(2, 3)
t = shared_tensor(array.T)
array[0, 1] = 50.0
check.equal(
    t,
    torch.tensor([[0.0, 3.0], [50.0, 4.0], [2.0, 5.0]], dtype=torch.float64),
    "shared_tensor(array.T) after array[0, 1] = 50",
    mistakes={
        "shared_tensor(array.T) is a copy: it shares memory only where the array is contiguous.": torch.tensor(
            [[0.0, 3.0], [1.0, 4.0], [2.0, 5.0]], dtype=torch.float64
        )
    },
)
### END HIDDEN TESTS

# %% [markdown]
# ### Copy an array (3 minutes, ●○○)
#
# When somebody else goes on writing into the array, you want numbers that stay put.
#
# Write `copied_tensor(array)`: a tensor with the numbers, shape and dtype of the NumPy array, in memory of its own.
#
# Example: for `array = np.array([1.0, 2.0, 3.0])` it is `[1, 2, 3]` in float64.
# After `array[0] = 10` it still is.


# %% task="copied_tensor"
def copied_tensor(array: np.ndarray) -> Tensor:
    """Return a tensor with the shape and dtype of `array`, in memory of its own."""
    ### BEGIN SOLUTION
    return torch.tensor(array)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: <code>torch.tensor</code> or <code>torch.Tensor</code>?</summary>
#
# `torch.tensor` is a function that copies what you give it and keeps its dtype.
# `torch.Tensor` is the class behind all tensors; called on an array or a list it gives float32, whatever numbers are in it.
# </details>

# %% check="copied_tensor" points=1
import warnings

array = np.array([1.0, 2.0, 3.0])
with warnings.catch_warnings(record=True) as warned:
    warnings.simplefilter("always")
    t = copied_tensor(array)
check.close(t, torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64), "copied_tensor(array)")
check.equal(
    t.dtype,
    torch.float64,
    "copied_tensor(array).dtype",
    mistakes={"copied_tensor(array) is float32, array is float64. Where did half of the digits go?": torch.float32},
)
check.equal(
    any("copy construct" in str(warning.message) for warning in warned),
    False,
    "torch warns of copied_tensor(array)",
    mistakes={
        "copied_tensor(array) gives torch.tensor a tensor to copy, and torch warns about it. What else does it take?": True
    },
)
array[0] = 10.0
check.close(
    t,
    torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64),
    "copied_tensor(array) after array[0] = 10",
    mistakes={"copied_tensor(array) changes with array: the two share their memory.": [10.0, 2.0, 3.0]},
)
counts = np.array([[1, 2], [3, 4]])
check.shape(
    copied_tensor(counts),
    (2, 2),
    "copied_tensor(counts)",
    mistakes={
        "copied_tensor(counts) has all numbers in one row. Which shape does counts have?": (4,),
        "copied_tensor(counts) has the shape of another array. Does it look at its argument?": (3,),
    },
)
check.equal(
    copied_tensor(counts).dtype,
    torch.int64,
    "copied_tensor(counts).dtype",
    mistakes={
        "copied_tensor(counts) makes floats of whole numbers. Which dtype does counts have?": torch.float64,
        "copied_tensor(counts) makes 32-bit floats of whole numbers. Which dtype does counts have?": torch.float32,
    },
)
check.equal(counts.tolist(), [[1, 2], [3, 4]], "counts after copied_tensor(counts)")
### BEGIN HIDDEN TESTS
for dtype, name in ((np.float32, torch.float32), (np.int32, torch.int32), (np.uint8, torch.uint8)):
    array = np.arange(6, dtype=dtype).reshape(3, 2)
    t = copied_tensor(array)
    check.equal(
        t,
        torch.tensor([[0, 1], [2, 3], [4, 5]]),
        f"copied_tensor of a (3, 2) array of {name}",
        mistakes={
            "copied_tensor has all numbers of a (3, 2) array in one row. Which shape does the array have?": torch.arange(6),
            "copied_tensor exchanges the rows and columns of a (3, 2) array.": torch.tensor([[0, 2, 4], [1, 3, 5]]),
        },
    )
    check.equal(
        t.dtype,
        name,
        f"the dtype of copied_tensor of an array of {name}",
        mistakes={
            f"copied_tensor makes {other} of {name}. Which dtype does the array have?": other if other != name else None
            for other in (torch.float64, torch.float32, torch.int64)
        },
    )
    t[2, 0] = 50
    check.equal(
        array.astype(int).tolist(),
        [[0, 1], [2, 3], [4, 5]],
        f"an array of {name} after t[2, 0] = 50",
        mistakes={f"an array of {name} changes with copied_tensor(array): the two share their memory.": [[0, 1], [2, 3], [50, 5]]},
    )
### END HIDDEN TESTS

# %% [markdown]
# ## Random numbers that repeat
#
# Networks start from random weights, so two runs differ, and nobody can tell luck from progress.
# The cure is a **seed**: random numbers come from a recipe, and the seed is where it starts.

# %% show="The same seed, the same numbers"
torch.manual_seed(5)
first = torch.randn(3)
second = torch.randn(3)
torch.manual_seed(5)
again = torch.randn(3)
print("the next three differ:", not torch.equal(first, second))
print("the same seed repeats:", torch.equal(first, again))

# %% [markdown]
# `torch.manual_seed` sets *the* recipe that all of PyTorch shares.
# That is fine at the top of a script.
# Inside a function it is rude: it changes all the random numbers that the caller draws afterwards.
# A `torch.Generator` is a recipe of your own; functions like `torch.randn` and `torch.randperm` take one as `generator=`.

# %% show="A recipe of your own"
generator = torch.Generator().manual_seed(5)
print("three numbers from 0 to 9, always the same:", torch.randperm(10, generator=generator)[:3].tolist())

# %% [markdown]
# ### Normal numbers from a seed (4 minutes, ●●○)
#
# Write `seeded_normal(seed, shape)`: a float32 tensor of numbers from the normal distribution with mean 0 and standard deviation 1.
# The same seed gives the same numbers each time, those of `torch.randn` with a generator of that seed.
# PyTorch's shared recipe stays untouched.
#
# Example: `seeded_normal(3, (2, 3))` is always `[[0.8033, 0.1748, 0.0890], [-0.6137, 0.0462, -1.3683]]`.


# %% task="seeded_normal"
def seeded_normal(seed: int, shape: tuple[int, ...]) -> Tensor:
    """Return standard normal numbers, float32, of the given shape: the same for the same seed.

    PyTorch's global random state stays as it was.
    """
    ### BEGIN SOLUTION
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: the numbers are right, but the check says that I changed the global state</summary>
#
# `torch.manual_seed(…)` is the global one.
# A generator has a method of the same name, which sets the seed of that generator alone and returns it.
# </details>

# %% check="seeded_normal" points=2
torch.manual_seed(1)
seeded = torch.get_rng_state()
torch.randn(3)  # so that to start again from the seed is not to go on
state = torch.get_rng_state()
normal = [[0.8033, 0.1748, 0.0890], [-0.6137, 0.0462, -1.3683]]
uniform = [[0.0043, 0.1056, 0.2858], [0.0270, 0.4716, 0.0601]]
shared = [[0.6213, -0.4519, -0.1661], [-1.5228, 0.3817, -1.0276]]
later = [[0.3375, 1.0111, -1.4352], [0.9774, 0.5221, 1.2379]]
numbers = seeded_normal(3, (2, 3))
found = torch.get_rng_state()
dtype = numbers.dtype if isinstance(numbers, Tensor) else torch.float32
check.equal(
    dtype,
    torch.float32,
    "the dtype of seeded_normal(3, (2, 3))",
    mistakes={
        "seeded_normal gives float64. Which dtype does the task name?": torch.float64,
        "seeded_normal gives whole numbers. Which dtype does the task name?": torch.int64,
    },
)
check.close(
    numbers,
    normal,
    "seeded_normal(3, (2, 3))",
    atol=1e-3,
    mistakes={
        "seeded_normal draws evenly between 0 and 1. Which function draws normal numbers?": uniform,
        "seeded_normal draws from the shared recipe. Where does the seed come in?": shared,
        "seeded_normal makes a generator and gives it no seed.": torch.randn((2, 3), generator=torch.Generator()),
        "seeded_normal draws with NumPy. Whose randn does the task name?": torch.from_numpy(np.random.default_rng(3).standard_normal((2, 3))).float(),
        "seeded_normal draws with NumPy's older generator. Whose randn does the task name?": torch.from_numpy(np.random.RandomState(3).randn(2, 3)).float(),
        "seeded_normal sets mean and deviation of these six numbers to 0 and 1. Those are of the distribution they come from.": (torch.tensor(normal) - torch.tensor(normal).mean()) / torch.tensor(normal).std(),
        "seeded_normal gives zeros. Where does it draw?": [[0.0] * 3] * 2,
        "seeded_normal has 3 rows of 2. In which order does shape name its sizes?": torch.randn((3, 2), generator=torch.Generator().manual_seed(3)),
        "seeded_normal gives all numbers in one row. Where does the shape come in?": torch.tensor(normal).flatten(),
        "seeded_normal gives one row. Where does the shape come in?": normal[0],
        "seeded_normal draws evenly between -1 and 1. Which function draws normal numbers?": 2 * torch.tensor(uniform) - 1,
        "seeded_normal gives the numbers of the next seed, 4.": torch.randn((2, 3), generator=torch.Generator().manual_seed(4)),
        "seeded_normal gives the numbers of seed 0. Where does the seed come in?": torch.randn((2, 3), generator=torch.Generator().manual_seed(0)),
        "seeded_normal gives the next numbers of its generator. Were some drawn before?": later,
        "seeded_normal has no negative numbers. What does the normal distribution have on both sides of 0?": torch.tensor(normal).abs(),
        "seeded_normal multiplies its numbers with the seed. What is a seed for?": 3 * torch.tensor(normal),
        "seeded_normal adds the seed to its numbers. What is a seed for?": 3 + torch.tensor(normal),
    },
)
states = {"untouched": state, "back at its seed": seeded}
check.equal(
    next((name for name, one in states.items() if torch.equal(found, one)), "changed"),
    "untouched",
    "PyTorch's shared recipe after seeded_normal(3, (2, 3))",
    mistakes={
        "seeded_normal changes everyone's random numbers. Whose recipe did it use?": "changed",
        "seeded_normal sends the shared recipe back to its seed, so the numbers drawn before will come again.": "back at its seed",
    },
)
with torch.no_grad():
    numbers.zero_()  # a caller may do what it likes with its numbers
check.close(
    seeded_normal(3, (2, 3)),
    normal,
    "seeded_normal(3, (2, 3)), called again,",
    atol=1e-3,
    mistakes={
        "seeded_normal(3, (2, 3)) gives out one tensor twice: what is done to the first shows in the second.": [[0.0] * 3] * 2,
        "seeded_normal goes on where its last call ended. The same seed gives the same numbers each time.": later,
    },
)
### BEGIN HIDDEN TESTS
for seed, form in ((8, (4,)), (9, (3, 1, 5)), (8, (4,)), (2**40, (7, 30))):
    torch.manual_seed(seed + 1)
    state = torch.get_rng_state()
    expected = torch.randn(form, generator=torch.Generator().manual_seed(seed))
    generator = torch.Generator().manual_seed(seed)
    rows = [torch.randn(form[1:], generator=generator) for _ in range(form[0])]
    check.close(
        seeded_normal(seed, form),
        expected,
        f"seeded_normal({seed}, {form})",
        mistakes={
            f"seeded_normal({seed}, {form}) gives the numbers of seed 3. Where does the seed come in?": torch.randn(
                form, generator=torch.Generator().manual_seed(3)
            ),
            f"seeded_normal({seed}, {form}) gives 2 × 3 numbers. Where does the shape come in?": torch.randn(
                (2, 3), generator=torch.Generator().manual_seed(seed)
            ),
            f"seeded_normal({seed}, {form}) gives the numbers of the example, whatever it is asked.": torch.randn(
                (2, 3), generator=torch.Generator().manual_seed(3)
            ),
            f"seeded_normal({seed}, {form}) gives the numbers of the example, rounded, whatever it is asked.": normal,
            f"seeded_normal({seed}, {form}) draws uniform numbers.": torch.rand(form, generator=torch.Generator().manual_seed(seed)),
            f"seeded_normal({seed}, {form}) draws row by row. How many calls of randn give its numbers?": torch.stack(rows),
            f"seeded_normal({seed}, {form}) gives all numbers in one row. Where does the shape come in?": expected.flatten(),
        },
    )
    check.equal(
        torch.equal(torch.get_rng_state(), state),
        True,
        "seeded_normal leaves the global random state alone",
        mistakes={"seeded_normal changes everyone's random numbers. Whose recipe did it use?": False},
    )
### END HIDDEN TESTS

# %% [markdown]
# ### Bonus: Distances between all pairs (10 minutes, ●●●)
#
# Which of 2,000 stored faces is nearest to each of 2,000 new ones, with 512 numbers per face?
# Broadcasting can subtract all pairs at once: `a[:, None, :] - b[None, :, :]` has shape (n, m, d).
# Here that is 2000 × 2000 × 512 numbers of 4 bytes, more than 8 GB, for a result of 16 MB.
#
# There is a better way.
# For two rows a and b, ‖a - b‖² = ‖a‖² + ‖b‖² - 2⟨a, b⟩, where ‖a‖² is the sum of squares and ⟨a, b⟩ the sum of products.
# All the ⟨a, b⟩ together are a single matrix product.
#
# Write `pairwise_squared_distance(a, b)`: from (n, d) and (m, d) to (n, m), with no Python loop and no tensor of shape (n, m, d) on the way.
# Rounding can push a distance of 0 slightly below 0, so see to it that no result is negative.
#
# Example: for a = [3, 4] and b = [1, 0], ‖a‖² = 25, ‖b‖² = 1 and ⟨a, b⟩ = 3, so the squared distance is 25 + 1 - 6 = 20.
# By hand: (3 - 1)² + (4 - 0)² = 4 + 16 = 20.


# %% task="pairwise_squared_distance"
def pairwise_squared_distance(a: Tensor, b: Tensor) -> Tensor:
    """Return the squared distance of each row of `a`, (n, d), to each row of `b`, (m, d).

    The result has shape (n, m) and no negative numbers.
    """
    ### BEGIN SOLUTION
    squares_a = (a * a).sum(dim=1, keepdim=True)  # (n, 1)
    squares_b = (b * b).sum(dim=1)  # (m,)
    return (squares_a + squares_b - 2 * a @ b.T).clamp(min=0)  # (n, m)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: <code>The size of tensor a must match the size of tensor b</code></summary>
#
# You want a table with n rows and m columns from n numbers ‖a‖² and m numbers ‖b‖².
# Which of them should stand in a column, which in a row, so that broadcasting makes the table?
# `keepdim=True` leaves a column.
# </details>
#
# <details><summary>Hint: how do I cut off what is below 0?</summary>
#
# `clamp` limits each number of a tensor from below, from above or both.
# </details>

# %% check="pairwise_squared_distance" points=3
a = torch.tensor([[0.0, 0.0], [3.0, 4.0]])
b = torch.tensor([[0.0, 0.0], [1.0, 0.0], [3.0, 4.0]])
roots = [[0.0, 1.0, 5.0], [5.0, 4.47214, 0.0]]
check.close(
    pairwise_squared_distance(a, b),
    [[0.0, 1.0, 25.0], [25.0, 20.0, 0.0]],
    "pairwise_squared_distance(a, b)",
    inputs=(a, b),
    mistakes={
        "pairwise_squared_distance gives the distances. What about their squares?": roots,
        "pairwise_squared_distance subtracts ⟨a, b⟩ once. How many times does the formula subtract it?": [[0, 1, 25], [25, 23, 25]],
        "pairwise_squared_distance has a row for each row of b. Whose rows come first?": [[0, 25], [1, 20], [25, 0]],
        "pairwise_squared_distance adds ⟨a, b⟩. Which sign does it have in the formula?": [[0, 1, 25], [25, 32, 100]],
        "pairwise_squared_distance leaves ⟨a, b⟩ out.": [[0, 1, 25], [25, 26, 50]],
        "pairwise_squared_distance is ⟨a, b⟩ alone. What else is in the formula?": [[0, 0, 0], [0, 3, 25]],
        "pairwise_squared_distance adds ‖a‖ and ‖b‖ without their squares.": [[0, 1, 5], [5, 0, 0]],
        "pairwise_squared_distance adds ‖a‖ and ‖b‖ without their squares, and has negative numbers.": [[0, 1, 5], [5, 0, -40]],
        "pairwise_squared_distance averages over the features. What does the formula do?": [[0, 0.5, 12.5], [12.5, 10, 0]],
        "pairwise_squared_distance squares a sum of differences. Which comes first, the square or the sum?": [[0, 1, 49], [49, 36, 0]],
        "pairwise_squared_distance gives negative distances. Which sign does each part of the formula have?": [[0, -1, -25], [-25, -20, 0]],
        "pairwise_squared_distance gives 0 for points that are apart.": torch.zeros(2, 3),
        "pairwise_squared_distance adds up ‖a‖² and ‖b‖² of all rows. Which row has which of them?": [[51, 51, 51], [51, 45, 1]],
        "pairwise_squared_distance leaves ‖b‖² out.": [[0, 0, 0], [25, 19, -25]],
        "pairwise_squared_distance leaves ‖a‖² out.": [[0, 1, 25], [0, -5, -25]],
        "pairwise_squared_distance leaves ‖a‖² out, and cuts off what is negative.": [[0, 1, 25], [0, 0, 0]],
        "pairwise_squared_distance leaves ‖b‖² out, and cuts off what is negative.": [[0, 0, 0], [25, 19, 0]],
        "pairwise_squared_distance adds up the distances along each dimension without their squares.": [[0, 1, 7], [7, 6, 0]],
        "pairwise_squared_distance takes the largest distance along a dimension. What does the formula do?": [[0, 1, 4], [4, 4, 0]],
        "pairwise_squared_distance squares the squared distance once more.": [[0, 1, 625], [625, 400, 0]],
        "pairwise_squared_distance gives all distances in one row. The result has a row for each row of a.": [0, 1, 25, 25, 20, 0],
        "pairwise_squared_distance adds up the distances of each row of a. The result has one number for each pair.": [26.0, 45.0],
        "pairwise_squared_distance gives a single 0 for each row of a. The result has one number for each pair.": [0.0, 0.0],
    },
)
check.unchanged(a, [[0.0, 0.0], [3.0, 4.0]], "a")
check.unchanged(b, [[0.0, 0.0], [1.0, 0.0], [3.0, 4.0]], "b")
points = torch.randn(40, 20, generator=torch.Generator().manual_seed(3)) + 10
check.equal(
    bool((pairwise_squared_distance(points, points) < 0).any()),
    False,
    "some squared distance is negative",
    mistakes={"pairwise_squared_distance(points, points) has negative numbers, from rounding. A square is never negative.": True},
)

import sys
import threading
import tracemalloc

from torch.utils._python_dispatch import TorchDispatchMode

memory, lines = [], []


class Record(TorchDispatchMode):
    """Notes how many bytes each operation's result takes, so that small tensors tell what large ones would do."""


def note(self, operation, types, args=(), kwargs=None):
    result = operation(*args, **(kwargs or {}))
    memory.append(result.untyped_storage().nbytes() if isinstance(result, Tensor) else 0)
    return result


def trace(frame, event, argument):
    lines.append(event)
    return trace


Record.__torch_dispatch__ = note  # in the class's body, torch would load its compiler for it, a second for nothing
a, b = torch.randn(60, 50), torch.randn(70, 50)
with Record():
    pairwise_squared_distance(a, b)
tracemalloc.start()  # what NumPy takes
try:
    pairwise_squared_distance(a, b)
    memory.append(tracemalloc.get_traced_memory()[1])
finally:
    tracemalloc.stop()
check.equal(
    max(memory) < 60 * 70 * 50,
    True,
    "pairwise_squared_distance makes no tensor of shape (n, m, d)",
    mistakes={"pairwise_squared_distance makes a tensor of shape (n, m, d). What can a matrix product do?": False},
)
before, steps = sys.gettrace(), {}
for n in (20, 60):
    lines.clear()
    sys.settrace(trace)
    threading.settrace(trace)
    try:
        pairwise_squared_distance(a[:n, : n - 10], b[: n + 10, : n - 10])
    finally:
        threading.settrace(None)
        sys.settrace(before)
    steps[n] = len(lines)
check.equal(
    steps[60] < steps[20] + 20,
    True,
    "pairwise_squared_distance has no loop",
    mistakes={"pairwise_squared_distance runs more lines of Python the larger a and b are: it loops.": False},
)
### BEGIN HIDDEN TESTS
generator = torch.Generator().manual_seed(15)
for n, m, d in ((3, 5, 2), (1, 4, 3), (6, 1, 1)):
    a, b = torch.randn(n, d, generator=generator), torch.randn(m, d, generator=generator)
    kept_a, kept_b, expected = a.clone(), b.clone(), torch.cdist(a, b) ** 2
    check.close(
        pairwise_squared_distance(a, b),
        expected,
        f"pairwise_squared_distance of {n} and {m} rows",
        inputs=(a, b),
        atol=1e-4,
        mistakes={
            "pairwise_squared_distance gives the table of the example, whatever it is asked.": [[0, 1, 25], [25, 20, 0]],
            "pairwise_squared_distance squares a sum of differences. Which comes first, the square or the sum?": torch.cdist(kept_a, kept_b, p=1) ** 2,
        },
    )
    check.unchanged(a, kept_a, "a")
    check.unchanged(b, kept_b, "b")
    for size in (0.001, 1000.0):
        found, label = pairwise_squared_distance(size * a, size * b), f"pairwise_squared_distance of points about {size} apart"
        wanted, given = size**2 * expected, found.detach() if isinstance(found, Tensor) else torch.zeros(1)
        check.close(
            found,
            wanted,
            label,
            rtol=1e-3,
            atol=1e-4 * size**2,
            mistakes={
                f"{label} cuts off more than what is negative. What is the smallest distance that there can be?": wanted.clamp(min=given.min()),
                f"{label} is 0. Are the points in one place?": torch.zeros(n, m),
                f"{label} cuts off what is large. How large can a distance be?": wanted.clamp(max=given.max()),
            },
        )
a, b = torch.randn(2, 2000, 512, generator=generator)
b[:500] = a[:500]
distances, expected = pairwise_squared_distance(a, b), torch.cdist(a[:5].double(), b.double()) ** 2
check.close(distances[:5], expected, "pairwise_squared_distance of 2000 and 2000 rows", atol=0.01)
check.shape(distances, (2000, 2000), "pairwise_squared_distance of 2000 and 2000 rows")
check.equal(bool((distances < 0).any()), False, "some squared distance is negative")
### END HIDDEN TESTS

# %% [markdown]
# ## What you have learnt
#
# - A tensor is numbers of one dtype in a shape. Ask for both first.
# - `*` works number by number, `@` multiplies rows by columns and adds up; the inner lengths vanish.
# - A unit is activation(features @ weights + bias). A layer is many units, a network is layers in a row.
# - Broadcasting aligns shapes at the right and stretches what is 1 or missing.
# - A view shares its storage, a clone has its own. Reshaping changes the rule of reading, not the numbers.
# - Methods with a trailing underscore write where the tensor is.
# - A generator of your own makes random numbers repeat, and disturbs nobody.
#
# **The mistakes that the checks of this lesson look for**
#
# | mistake | why people make it |
# |---|---|
# | counting rows when elements are asked for | `len` counts elements of a list, but only the first dimension of a tensor |
# | exp of a large number above the fraction bar | on paper, exp(x)/(1 + exp(x)) and 1/(1 + exp(-x)) are equal; in floats the first one is inf/inf |
# | the bias inside the sum | the formula has it beside the products, and broadcasting hides that it is added d times |
# | no activation after the first layer | the code runs without it, and no shape is wrong |
# | a row where a column is due | a sum drops its dimension, and broadcasting turns what is left on its side |
# | the deviation of a sample for that of a population | it is what `std` gives when asked for nothing else |
# | dividing by a deviation of 0, or of almost 0 | constant columns are rare in examples and common in data, and floats round |
# | `view` on a transposed tensor, or `clone` where a view would do | both work on the first example that people try |
# | `t = 2 * t` where an in-place operation is due | in Python, `t = …` only moves the name `t`; it writes into no object |
# | `torch.Tensor(array)` or `torch.from_numpy(array)` for a copy | the names are close, and the difference shows only later |
# | `torch.manual_seed` inside a function, even if the old seed is set again | the numbers are right, and the damage is done elsewhere |
# | a generator or a result kept from one call to the next | the first call is right, and few people try a second |
# | all differences of all pairs at once | broadcasting makes it one short line, and small tests have room for it |
#
# **With your own data.**
# Think of a table that you know: measurements, sales, song lists.
# What would be a row and what a column, and which shape and dtype would its tensor have?
# Which of its columns would drown the others, and which are constant?
#
# **Break it.**
# In the network at the top of this lesson, put a `#` before `weights.grad = None`.
# How many of the 20 digits will it read?
# Run the cell and the next one, then take the `#` out again.
#
# <details><summary>What happened when we tried</summary>
#
# It read about one digit in ten, no better than guessing.
# The line throws each step's directions away; without it they pile up, and the steps grow far too large.
# Lesson 03 comes back to this.
# </details>
#
# **Read on**
# - Goodfellow, Bengio and Courville, *Deep Learning*, [chapter 2, "Linear Algebra"](https://www.deeplearningbook.org/contents/linear_algebra.html): vectors, matrices and products, with the pictures behind them.
# - PyTorch documentation: [`torch.Tensor`](https://docs.pytorch.org/docs/stable/tensors.html), [broadcasting](https://docs.pytorch.org/docs/stable/notes/broadcasting.html), [views](https://docs.pytorch.org/docs/stable/tensor_view.html) and [reproducibility](https://docs.pytorch.org/docs/stable/notes/randomness.html).
#
# **Next:** [Neural networks](../02_neural_networks/02_neural_networks.ipynb).
# There the features are the pixels of an image, and the two layers give a score to each of the ten digits.
