# %% [markdown]
# # Optimizers
#
# After this lesson you can
#
# - write an optimizer of your own that works wherever one of PyTorch's does;
# - say what momentum and Adam remember from one step to the next, and what each of them does with it;
# - add noise to gradients in proportion to their size, and measure how much of it training can bear;
# - choose an optimizer together with its learning rate, from a measurement.
#
# **Time:** 95 minutes.
#
# **Builds on:** [Training](../03_training/03_training.ipynb), that is the training step and schedules; [Saving and loading](../06_saving_loading/06_saving_loading.ipynb), for the state of an optimizer; and [Manual gradients, autograd and optimizers](../07_manual_autograd/07_manual_autograd.ipynb), where you moved weights by hand.
#
# **Leads to:** lesson 12, where files become batches.

# %%
import math
from collections.abc import Callable, Iterable

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn.functional as F
from matplotlib.animation import FuncAnimation, PillowWriter
from torch import Tensor, nn
from torch.optim.optimizer import ParamsT

from kindling import check, data, plots

BLUE, ORANGE, GREEN, BLACK = plots.COLOURS

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
torch.set_num_threads(1)  # in so small a network a second core gains little

# %% [markdown]
# ## What an optimizer holds
#
# In every training run so far, `optimizer.step()` moved the weights, and what happened inside was PyTorch's business.
# In this lesson you write it yourself.
# You may never need an optimizer of your own, but you will choose one, and its learning rate, for every network that you train.
# That is easier when you know what the numbers mean.
#
# Start with a look at one of PyTorch's.
# It holds two things: the *parameter groups* and the *state*.

# %% show="Inside torch.optim.SGD"
weight = torch.tensor([1.0, 2.0], requires_grad=True)
bias = torch.tensor([0.5], requires_grad=True)
optimizer = torch.optim.SGD([{"params": [weight]}, {"params": [bias], "lr": 0.5}], lr=0.1, momentum=0.9)
for group in optimizer.param_groups:
    print("group: lr", group["lr"], "momentum", group["momentum"], "params", [p.tolist() for p in group["params"]])
print("state before the first step:", dict(optimizer.state))

(weight.sum() + bias.sum()).backward()
optimizer.step()
for parameter, state in optimizer.state.items():
    print("state of", [round(number, 2) for number in parameter.tolist()], "is", state)

# %% [markdown]
# A group is a dictionary: a list of parameters under `"params"`, and the settings for them.
# What a group does not set for itself comes from the arguments of the constructor: both groups have momentum 0.9, and the second has a learning rate of its own.
#
# The state is a dictionary too, with one entry per parameter.
# It is what the optimizer remembers from one step to the next, and it is empty until the first step.
# In lesson 6 you saved it, since a training run that goes on without it goes on differently.
#
# ## An optimizer in twelve lines
#
# Here is a whole optimizer, with a rule of its own.
# It looks only at the *sign* of each gradient, and moves each number by exactly `lr`, unless its gradient is 0.


# %%
class SignDescent(torch.optim.Optimizer):
    """Moves each number by `lr`, against the sign of its gradient; counts the steps of each parameter."""

    def __init__(self, params: ParamsT, lr: float) -> None:
        super().__init__(params, {"lr": lr})

    @torch.no_grad()
    def step(self) -> None:
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                parameter.sub_(parameter.grad.sign(), alpha=group["lr"])
                memory = self.state[parameter]
                memory["steps"] = memory.get("steps", 0) + 1


# %% [markdown]
# Line by line:
#
# - `super().__init__` takes the parameters and a dictionary of settings, and makes `self.param_groups` of them. (`ParamsT` is PyTorch's name for "parameters, or groups of them".) `zero_grad`, `state_dict` and `load_state_dict` come with the base class.
# - `@torch.no_grad()` is there because a parameter requires gradients, and autograd does not let anybody change such a tensor in place while it records.
# - The settings are read from the group at *each* step. A group may have its own, and a scheduler changes `group["lr"]` between two steps.
# - A parameter that is frozen or was not used has no gradient: its `.grad` is None, and the step passes over it.
# - `sub_` ends in an underscore: the parameter itself changes, the very tensor that the model holds. `parameter = parameter - …` would make a new tensor, and the model would never hear of it.
# - `self.state[parameter]` is an empty dictionary when it is first asked for. After that it keeps what was put into it, for this parameter alone.
#
# (PyTorch's own `step` may also be given a function that computes the loss again, the *closure*. Few optimizers need one, and ours do without.)

# %% show="SignDescent at work"
weight = torch.tensor([1.0, 1.0, 1.0], requires_grad=True)
frozen = torch.tensor([1.0])
optimizer = SignDescent([weight, frozen], lr=0.1)
for _ in range(3):
    optimizer.zero_grad()
    (weight * torch.tensor([100.0, 0.001, -5.0])).sum().backward()
    optimizer.step()
    print("gradient", weight.grad.tolist(), "-> weight", [round(number, 2) for number in weight.tolist()])
print("frozen:", frozen.tolist(), "  state:", list(optimizer.state.values()))

# %% [markdown]
# ## Why one learning rate is not enough
#
# Plain descent takes minus learning rate times gradient, and nothing else.
# In a round bowl that works well.
# But the landscape of a loss is seldom round: it is steep in one direction and nearly flat in another.
# The bowl below curves 25 times as much across as along.


# %% show="Three ways through a narrow bowl"
def bowl(x: Tensor, y: Tensor) -> Tensor:
    """Return a loss that is curved 25 times as much along y as along x."""
    return (x**2 + 25 * y**2) / 2


def walk(make: Callable[[ParamsT], torch.optim.Optimizer], loss_of: Callable, start: list[float], steps: int) -> Tensor:
    """Return the places (steps + 1, 2) of an optimizer that starts at `start`."""
    place = torch.tensor(start, requires_grad=True)
    optimizer, places = make([place]), [place.detach().clone()]
    for _ in range(steps):
        optimizer.zero_grad()
        loss_of(*place).backward()
        optimizer.step()
        places.append(place.detach().clone())
    return torch.stack(places)


ways = {"lr 0.01: it crawls": (0.01, 0.0), "lr 0.075: it zigzags": (0.075, 0.0), "lr 0.03, momentum 0.7": (0.03, 0.7)}
xs, ys = torch.meshgrid(torch.linspace(-4.5, 1.5, 121), torch.linspace(-1.3, 1.3, 81), indexing="xy")
figure, axes = plt.subplots(3, 1, figsize=(7, 6), sharex=True, layout="constrained")
for (name, (lr, momentum)), colour, ax in zip(ways.items(), (ORANGE, GREEN, BLUE), axes, strict=True):
    places = walk(lambda p, lr=lr, m=momentum: torch.optim.SGD(p, lr=lr, momentum=m), bowl, [-4.0, 1.0], 30)
    ax.contour(xs, ys, bowl(xs, ys), levels=[0.05, 0.5, 2, 5, 10, 20], colors="#B9C2CB", linewidths=0.9)
    ax.plot(*places.T, color=colour, marker=".", linewidth=1.4)
    ax.plot(0, 0, "+", color=BLACK, markersize=12)
    ax.set_title(f"{name}; the loss after 30 steps is {bowl(*places[-1]):.2g}", fontsize=10)
_ = figure.suptitle("Small steps crawl, large ones zigzag; momentum gets there", fontsize=12)

# %% [markdown]
# The steep direction sets the limit: here, at any rate above 2/25 = 0.08 each jump across is larger than the one before, and the walk leaves the bowl.
# The flat direction alone could bear a rate 25 times as large.
#
# ## A velocity
#
# *Momentum* helps with a memory.
# Each parameter has a *velocity*, a tensor of its own shape that starts at 0.
# In each step the velocity keeps only a part of itself, takes in the new gradient, and moves the parameter:
#
# - velocity ← momentum · velocity + gradient
# - parameter ← parameter - lr · velocity
#
# What does that do?
# Look at two extremes: a gradient that is always 1, and one that changes its sign at each step.

# %% show="How the velocity answers to a steady and to a changing gradient"
figure, axes = plt.subplots(1, 2, figsize=(8, 3.2), layout="constrained")
for ax, sign, name in zip(
    axes, (1, -1), ("steady gradient: 1, 1, 1, …", "changing gradient: 1, -1, 1, …"), strict=True
):
    for momentum, (dashes, marker), colour in zip((0, 0.5, 0.9), plots.STYLES, (BLACK, ORANGE, BLUE), strict=False):
        velocity, sizes = 0.0, []
        for number in range(30):
            velocity = momentum * velocity + sign**number
            sizes.append(abs(velocity))
        ax.plot(
            range(1, 31),
            sizes,
            linestyle=dashes,
            marker=marker,
            markevery=5,
            color=colour,
            label=f"momentum {momentum}: ends at {sizes[-1]:.2f}",
        )
    ax.set(title=name, xlabel="step", ylabel="size of the velocity", ylim=(0, None))
    ax.legend(fontsize=9)
_ = figure.suptitle("Momentum builds up along a steady slope and damps a back and forth")

# %% [markdown]
# With a steady gradient the velocity approaches 1 / (1 - momentum) times the gradient: 10 times for 0.9.
# With one that changes its sign it sinks towards 1 / (1 + momentum), about half.
# So the flat direction of the bowl gets longer steps, and the steep one shorter ones, from a single learning rate.
#
# It also means that momentum needs a smaller learning rate than plain descent: with 0.9, a tenth of it is a good first try.
#
# ### Write SGD with momentum (22 minutes, ●●●)
#
# Write `SGD(params, lr, momentum=0.0)`, a subclass of `torch.optim.Optimizer` that makes the same steps as PyTorch's.
#
# - Each parameter has its own velocity, kept from step to step and started at 0.
# - The learning rate is multiplied in when the parameter moves, and stays out of the velocity. So a rate that a scheduler changes counts in full at the next step.
# - Each group has its own `lr` and its own `momentum`.
# - A parameter without a gradient is passed over: neither it nor its velocity changes.
# - `step()` leaves all gradients as they were; clearing them is the job of `zero_grad`.
#
# PyTorch's own optimizers are off limits inside.
#
# Example: a weight starts at 1, with `lr=0.1` and `momentum=0.5`, and its gradients are 2, 2 and 0.
# The velocities are 2, 0.5 · 2 + 2 = 3 and 0.5 · 3 + 0 = 1.5.
# So the weight goes to 0.8, 0.5 and 0.35: it still moves at the last step, where the slope is 0.


# %% task="SGD"
class SGD(torch.optim.Optimizer):
    """Gradient descent with momentum, the steps of `torch.optim.SGD`."""

    def __init__(self, params: ParamsT, lr: float, momentum: float = 0.0) -> None:
        """Take parameters or groups of them; `lr` and `momentum` are for the groups that set none of their own."""
        ### BEGIN SOLUTION
        super().__init__(params, {"lr": lr, "momentum": momentum})
        ### END SOLUTION

    @torch.no_grad()
    def step(self) -> None:
        """Move each parameter that has a gradient, in place."""
        ### BEGIN SOLUTION
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                memory = self.state[parameter]
                if "velocity" not in memory:
                    memory["velocity"] = torch.zeros_like(parameter)
                memory["velocity"].mul_(group["momentum"]).add_(parameter.grad)
                parameter.sub_(memory["velocity"], alpha=group["lr"])
        ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: where does the velocity live between two steps?</summary>
#
# In `self.state[parameter]`, a dictionary of this parameter's own.
# In the first step it is empty, so look whether your entry is there, and make it if not.
# `torch.zeros_like` makes a tensor of the right shape, dtype and device.
# </details>
#
# <details><summary>Hint: <code>ValueError: optimizer got an empty parameter list</code></summary>
#
# `model.parameters()` is a generator, and a generator can be gone through once.
# Let the base class be the one that does it.
# </details>
#
# <details><summary>Hint: why does the check say that the velocity is the gradient itself?</summary>
#
# `.grad` is a tensor, and the next `backward` may write into that same tensor.
# A velocity that *is* this tensor, and no copy of it, changes with it.
# </details>

# %% check="SGD" points=3
from torch.optim.optimizer import register_optimizer_step_pre_hook


def fails(call, *errors: type[Exception], naming: str) -> bool:
    """Return whether `call()` raises one of these errors, with this word in it; any other comes through."""
    try:
        call()
    except errors as error:
        if naming not in str(error):
            raise
        return True
    return False


def step(optimizer, parameters, gradients) -> None:
    """Make one step with these gradients, None for a parameter without one."""
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = None if gradient is None else torch.full_like(parameter, gradient)
    optimizer.step()


def zeros(count: int) -> list[Tensor]:
    """Return weights of one number each, all 0."""
    return [torch.zeros(1, requires_grad=True) for _ in range(count)]


def path(optimizer, weight, gradients) -> Tensor:
    """Return where `weight` is after each of the gradients."""
    places = []
    for gradient in gradients:
        step(optimizer, [weight], [gradient])
        places.append(weight.item())
    return torch.tensor(places)


is_optimizer = isinstance(SGD, type) and issubclass(SGD, torch.optim.Optimizer)
check.equal(
    is_optimizer,
    True,
    "whether SGD is a subclass of torch.optim.Optimizer",
    mistakes={"SGD is no subclass of torch.optim.Optimizer. What stands in the brackets behind its name?": False},
)
ready = [
    base for base in SGD.__mro__ if base.__module__.startswith("torch.optim.") and base is not torch.optim.Optimizer
]
check.equal(
    len(ready) > 0,
    False,
    "a ready-made optimizer among the bases of SGD",
    mistakes={"SGD is, or builds on, one of torch's own optimizers. The task is to write its step yourself.": True},
)
(weight,) = zeros(1)
made = []
check.equal(
    fails(
        lambda: made.append(SGD((one for one in [weight]), lr=0.1, momentum=0.75)), ValueError, naming="empty parameter"
    ),
    False,
    "whether SGD(…) leaves nothing of a generator like model.parameters() for the base class",
    mistakes={
        "SGD goes through params before the base class does. A generator like model.parameters() is used up by then.": True
    },
)
(optimizer,) = made
groups = getattr(optimizer, "param_groups", None)
check.equal(
    isinstance(groups, list) and len(groups) == 1 and hasattr(optimizer, "defaults"),
    True,
    "whether SGD(…) has the parameter groups that the base class makes",
    mistakes={"The base class has not set SGD(…) up. Which call is missing in __init__?": False},
)
stepped = []
hook = register_optimizer_step_pre_hook(lambda one, *_: stepped.append(type(one)))
weight.grad = torch.ones(1)
try:
    recorded = fails(optimizer.step, RuntimeError, naming="leaf Variable")
finally:
    hook.remove()
check.equal(
    recorded,
    False,
    "whether autograd forbids the step of SGD",
    mistakes={"SGD moves a weight in place while autograd is recording. Under what should the update stand?": True},
)
check.equal(
    all(kind is SGD for kind in stepped),
    True,
    "whether SGD makes its own steps",
    mistakes={"SGD leaves its step to another optimizer. The task is to write it yourself.": False},
)
recording = torch.is_grad_enabled()
torch.set_grad_enabled(True)
check.equal(
    recording,
    True,
    "torch.is_grad_enabled() after SGD(…).step()",
    mistakes={"SGD(…).step() switches recording off for good, so that the next backward finds nothing.": False},
)
check.equal(
    weight.requires_grad and weight.is_leaf,
    True,
    "whether the weight is a leaf that requires gradients after SGD(…).step()",
    mistakes={
        "After SGD(…).step() the weight no longer is a leaf that requires gradients, so it can learn no more.": False
    },
)
check.equal(
    weight.grad is not None and torch.equal(weight.grad, torch.ones(1)),
    True,
    "whether SGD(…).step() leaves the gradient as it was",
    mistakes={"SGD(…).step() changes or clears the gradient. It should leave .grad as it was.": False},
)
weight.grad = torch.full((1,), 2.0)
with torch.no_grad():
    optimizer.step()
    recording = torch.is_grad_enabled()
check.equal(
    recording,
    False,
    "torch.is_grad_enabled() after SGD(…).step() inside of no_grad",
    mistakes={"SGD(…).step() switches recording on where its caller had switched it off.": True},
)
check.equal(
    weight.grad is not None and torch.equal(weight.grad, torch.full((1,), 2.0)),
    True,
    "whether the second SGD(…).step() leaves the gradient as it was",
    mistakes={"SGD(…).step() changes or clears the gradient. It should leave .grad as it was.": False},
)

(weight,) = zeros(1)
check.close(
    path(SGD([weight], lr=0.1, momentum=0.75), weight, [1.0, 2.0, -1.0]),
    [-0.1, -0.375, -0.48125],
    "the weight after each of three steps of SGD",
    mistakes={
        "SGD(…).step() never moves the weight. Does it change the parameter itself, or a new tensor?": [0.0, 0.0, 0.0],
        "SGD climbs. Down is against the gradient.": [0.1, 0.375, 0.48125],
        "SGD forgets its velocity from step to step. Where is it kept?": [-0.1, -0.3, -0.2],
        "SGD leaves out the learning rate.": [-1.0, -3.75, -4.8125],
        "SGD takes only a part of each gradient into the velocity. The task adds the whole gradient.": [
            -0.025,
            -0.09375,
            -0.1203125,
        ],
        "SGD takes only a part of the later gradients into the velocity. The task adds the whole gradient.": [
            -0.1,
            -0.225,
            -0.29375,
        ],
        "SGD multiplies momentum into the gradient. It belongs to the old velocity.": [-0.075, -0.3, -0.45],
        "SGD multiplies the new gradient by momentum as well. Only the old velocity is multiplied.": [
            -0.075,
            -0.28125,
            -0.3609375,
        ],
        "SGD adds a part of the last gradient alone. The velocity holds all the earlier ones.": [-0.1, -0.375, -0.425],
        "SGD overwrites the weight with the step. The step is subtracted from the weight.": [-0.1, -0.275, -0.10625],
        "SGD lets no part of the velocity go. What does momentum do to the old velocity?": [-0.1, -0.4, -0.6],
        "SGD adds the gradient to the step a second time, which is Nesterov's momentum. The parameter moves along the velocity alone.": [
            -0.175,
            -0.58125,
            -0.5609375,
        ],
        "SGD moves the weight before it renews the velocity, so each step is one step late.": [0.0, -0.1, -0.375],
        "SGD leaves the first gradient out of its velocity, so that the first step moves nothing.": [0.0, -0.2, -0.25],
        "SGD starts with the velocity that another SGD left behind. Does it belong to the class, or to one optimizer?": [
            -0.30625,
            -0.7359375,
            -0.958203,
        ],
    },
)
(weight,) = zeros(1)
check.close(
    path(SGD([weight], 0.1), weight, [1.0, 2.0, -1.0]),
    [-0.1, -0.3, -0.2],
    "the weight after each of three steps of SGD([weight], 0.1), without momentum",
    mistakes={"SGD has a momentum of 0.9 where it is given none. What is its default?": [-0.1, -0.39, -0.551]},
)
(weight,) = zeros(1)
weight.grad = torch.zeros(1)
optimizer, places = SGD([weight], lr=0.1, momentum=0.75), []
for gradient in (1.0, 2.0, -1.0):
    weight.grad.fill_(gradient)  # as backward does after zero_grad(set_to_none=False)
    optimizer.step()
    places.append(weight.item())
check.close(
    torch.tensor(places),
    [-0.1, -0.375, -0.48125],
    "the weight after each of three steps of SGD, where each gradient is written into the same tensor",
    mistakes={
        "SGD keeps the gradient's own tensor as velocity, and the next gradient is written over it.": [
            -0.1,
            -0.4,
            -0.25,
        ],
        "SGD keeps the gradient's own tensor as velocity, and the next gradient is written over it. Does it need a copy?": [
            -0.1,
            -0.45,
            -0.6125,
        ],
    },
)
pair = zeros(2)
optimizer = SGD(pair, lr=0.1, momentum=0.5)
for _ in range(2):
    step(optimizer, pair, [1.0, 10.0])
check.close(
    torch.cat(pair).detach(),
    [-0.25, -2.5],
    "two weights after two steps of SGD",
    mistakes={
        "SGD has one velocity for both weights. Each parameter needs its own.": [-0.725, -2.3625],
        "SGD moves the first of the parameters only.": [-0.25, 0.0],
        "SGD moves the last of the parameters only. What stands inside of which loop?": [0.0, -2.5],
    },
)
pair = zeros(2)


def in_groups() -> None:
    """Make two steps with two groups."""
    optimizer = SGD([{"params": [pair[0]]}, {"params": [pair[1]]}], lr=0.1, momentum=0.5)
    for _ in range(2):
        step(optimizer, pair, [1.0, 10.0])


check.equal(
    fails(in_groups, AttributeError, TypeError, naming="dict"),
    False,
    "whether SGD fails with two groups",
    mistakes={
        "SGD takes each entry of params for a parameter, and it may be a group. Where does the base class keep the parameters?": True
    },
)
check.close(
    torch.cat(pair).detach(),
    [-0.25, -2.5],
    "two weights in two groups after two steps of SGD",
    mistakes={
        "SGD has one velocity for the weights of two groups. Each parameter needs its own.": [-0.725, -2.3625],
        "SGD moves the first group only. There may be several.": [-0.25, 0.0],
        "SGD moves the last group only. What stands inside of which loop?": [0.0, -2.5],
    },
)
pair = zeros(2)
step(SGD([{"params": [pair[0]], "lr": 0.5}, {"params": [pair[1]]}], lr=0.1), pair, [1.0, 1.0])
check.close(
    torch.cat(pair).detach(),
    [-0.5, -0.1],
    "two weights after a step of SGD, where the first group has lr 0.5 and the other 0.1",
    mistakes={
        "SGD gives every group the lr of the constructor. A group may have its own.": [-0.1, -0.1],
        "SGD gives every group the lr of the first one.": [-0.5, -0.5],
    },
)
pair = zeros(2)
optimizer = SGD([{"params": [pair[0]], "momentum": 0.5}, {"params": [pair[1]]}], lr=0.1)
for _ in range(2):
    step(optimizer, pair, [1.0, 1.0])
check.close(
    torch.cat(pair).detach(),
    [-0.25, -0.2],
    "two weights after two steps of SGD, where the first group has momentum 0.5 and the other none",
    mistakes={
        "SGD gives every group the momentum of the constructor. A group may have its own.": [-0.2, -0.2],
        "SGD gives every group the momentum of the first one.": [-0.25, -0.25],
    },
)
three = zeros(3)
optimizer = SGD(three, lr=0.1, momentum=0.5)
check.equal(
    fails(lambda: step(optimizer, three, [1.0, None, 1.0]), AttributeError, TypeError, naming="NoneType"),
    False,
    "whether SGD(…).step() fails where a parameter has no gradient",
    mistakes={"SGD fails at a parameter without a gradient, whose .grad is None. It should pass over it.": True},
)
check.close(
    torch.cat(three).detach(),
    [-0.1, 0.0, -0.1],
    "three weights after a step of SGD, where the second has no gradient",
    mistakes={
        "SGD makes no step where one of the parameters has no gradient. The others should still move.": [0.0, 0.0, 0.0],
        "SGD stops at the first parameter without a gradient. Those behind it should still move.": [-0.1, 0.0, 0.0],
    },
)
step(optimizer, three, [1.0, 1.0, 1.0])
check.close(
    torch.cat(three).detach(),
    [-0.25, -0.1, -0.25],
    "three weights after two steps of SGD, where the second has a gradient in the second step alone",
    mistakes={
        "SGD mixes up the velocities of its parameters where one of them had no gradient before.": [-0.25, -0.15, -0.2]
    },
)
(weight,) = zeros(1)
check.close(
    path(SGD([weight], lr=0.1, momentum=0.5), weight, [2.0, 2.0, 0.0]),
    [-0.2, -0.5, -0.65],
    "the weight after each of three steps of SGD, where the last gradient is 0",
    mistakes={
        "SGD passes over a parameter whose gradient is 0. Only None says that there is none.": [-0.2, -0.5, -0.5]
    },
)
(weight,) = zeros(1)
check.close(
    path(SGD([weight], lr=0.1, momentum=0.5), weight, [1.0, None, 1.0]),
    [-0.1, -0.1, -0.25],
    "the weight after each of three steps of SGD, where it has no gradient in the second",
    mistakes={
        "SGD moves a parameter that has no gradient, along its old velocity. It should pass over it.": [
            -0.1,
            -0.15,
            -0.275,
        ],
        "SGD lets the velocity of a parameter shrink in a step in which it has no gradient.": [-0.1, -0.1, -0.225],
        "SGD forgets the velocity of a parameter that it passed over.": [-0.1, -0.1, -0.2],
    },
)
(weight,) = zeros(1)
optimizer = SGD([weight], lr=0.1, momentum=0.5)
step(optimizer, [weight], [1.0])
optimizer.param_groups[0]["lr"] = 0.01  # as a scheduler does
step(optimizer, [weight], [1.0])
check.close(
    weight.detach(),
    [-0.115],
    "the weight after a step of SGD with lr 0.1 and one with lr 0.01",
    mistakes={
        "SGD goes on with the old learning rate when a scheduler has changed it. Where does a scheduler write?": [
            -0.25
        ],
        "SGD keeps the learning rate inside its velocity, so that an old rate still acts when a scheduler has changed it.": [
            -0.16
        ],
    },
)
matrix = torch.zeros(2, 3, dtype=torch.float64, requires_grad=True)
optimizer, gradient = SGD([matrix], lr=0.1, momentum=0.5), torch.arange(6.0, dtype=torch.float64).reshape(2, 3)
for _ in range(2):
    matrix.grad = gradient.clone()
    optimizer.step()
check.close(
    matrix.detach(),
    [[0.0, -0.25, -0.5], [-0.75, -1.0, -1.25]],
    "a (2, 3) weight of doubles after two steps of SGD",
    mistakes={"SGD gives all entries of a weight one velocity. Each entry needs its own.": [[-0.625] * 3] * 2},
)
matrix = torch.zeros(2, 3, dtype=torch.float64, requires_grad=True)
optimizer = SGD([matrix], lr=0.1, momentum=0.5)
for _ in range(2):
    step(optimizer, [matrix], [1 / 3])
check.equal(
    bool((matrix.detach() + 0.25 / 3).abs().max() < 1e-12),
    True,
    "whether a step of SGD is as exact as a weight of doubles",
    mistakes={"SGD keeps fewer digits than a weight of doubles has. Of which dtype is its velocity?": False},
)
### BEGIN HIDDEN TESTS
import copy

torch.manual_seed(11)
ours = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 3)).double()
ours.scale = nn.Parameter(torch.tensor(1.5, dtype=torch.float64))
ours[0].bias.requires_grad_(False)
theirs = copy.deepcopy(ours)


def made(kind, model):
    """Return an optimizer of this kind, with three groups."""
    first = {"params": model[0].parameters(), "lr": 0.05}
    second = {"params": [model[2].weight, model.scale], "momentum": 0.5}
    return kind([first, second, {"params": [model[2].bias], "lr": 0.2, "momentum": 0.0}], lr=0.1, momentum=0.9)


def twenty_steps(kind, model) -> list[dict[str, Tensor]]:
    """Return the parameters after each of 20 steps, with a gap, a layer that thaws, and a rate that changes."""
    optimizer, generator, states = made(kind, model), torch.Generator().manual_seed(3), []
    for number in range(20):
        x = torch.randn(6, 4, generator=generator, dtype=torch.float64)
        model.zero_grad(set_to_none=number % 3 != 1)
        (model(x) * model.scale - x[:, :3]).square().mean().backward()
        if number in (4, 5):
            model[2].weight.grad = None
        if number == 9:
            model[0].bias.requires_grad_(True)
        optimizer.step()
        if number == 12:
            for group in optimizer.param_groups:
                group["lr"] *= 0.3
        states.append({name: tensor.clone() for name, tensor in model.state_dict().items()})
    return states


wanted = twenty_steps(torch.optim.SGD, theirs)
for number, (one, other) in enumerate(zip(twenty_steps(SGD, ours), wanted, strict=True), start=1):
    check.close(one, other, f"the parameters after {number} steps of SGD in a network", rtol=0, atol=1e-6)
check.equal(all(p.requires_grad for p in ours.parameters()), True, "requires_grad of the parameters after SGD")
both = [torch.full((4, 1, 3), 4.0, requires_grad=True) for _ in range(2)]
optimizers = [SGD((p for p in [one]), 0.5, 0.5) for one in both]  # two at a time, each from a generator
for optimizer, one, gradient in [*zip(optimizers, both, (1.0, -8.0), strict=True)] * 2:
    step(optimizer, [one], [gradient])
check.close(both[0].detach(), torch.full((4, 1, 3), 2.75), "a (4, 1, 3) weight after two steps of the first of two SGD")
check.close(
    both[1].detach(), torch.full((4, 1, 3), 14.0), "a (4, 1, 3) weight after two steps of the second of two SGD"
)
### END HIDDEN TESTS

# %% [markdown]
# Now yours beside PyTorch's, on a network that reads digits: 2,000 for training, and 2,000 others to measure it.

# %% show="A small network, and the digits for it" tags=["nbval-ignore-output"]
digit_set = data.load("mnist", train=True)
pixels = digit_set.data[:4000].flatten(start_dim=1).to(device) / 255  # (4000, 784), from 0 to 1
targets = torch.as_tensor(digit_set.targets[:4000]).to(device)
images, new_images = pixels[:2000], pixels[2000:]
labels, new_labels = targets[:2000], targets[2000:]


def network() -> nn.Sequential:
    """Return a network for digits, (n, 784) to logits (n, 10), with the same first weights at each call."""
    torch.manual_seed(0)
    layers = [nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10)]
    return nn.Sequential(*layers).to(device)


def train(model: nn.Module, optimizer: torch.optim.Optimizer, epochs: int) -> list[float]:
    """Train with batches of 50, always in the same order, and return the loss of each step."""
    losses, order = [], torch.Generator().manual_seed(1)
    for _ in range(epochs):
        for rows in torch.randperm(len(images), generator=order).split(50):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(images[rows]), labels[rows])
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses


def measure(model: nn.Module) -> tuple[float, float]:
    """Return the loss on the training images and the accuracy on new ones."""
    with torch.no_grad():
        loss = F.cross_entropy(model(images), labels).item()
        return loss, (model(new_images).argmax(dim=1) == new_labels).float().mean().item()


# %% show="Your SGD beside PyTorch's" tags=["nbval-ignore-output"]
with check.when_written():
    ours, theirs = network(), network()
    optimizer = SGD(ours.parameters(), lr=0.03, momentum=0.9)
    _ = train(ours, optimizer, epochs=1)
    _ = train(theirs, torch.optim.SGD(theirs.parameters(), lr=0.03, momentum=0.9), epochs=1)
    gap = max(
        (one - other).abs().max().item() for one, other in zip(ours.parameters(), theirs.parameters(), strict=True)
    )
    print(f"after 40 steps: the largest difference of two weights is {gap:.1g}")
    print("parameters with an entry in optimizer.state:", len(optimizer.state_dict()["state"]))

# %% [markdown]
# Both train the same network; what differs is rounding at most.
# If you kept the velocities in `self.state`, the second line says 6: three layers, a weight and a bias each.
# Then `optimizer.state_dict()` saves them, as in lesson 6, without a line of code.
#
# ## A step size for each weight
#
# A parameter group has one learning rate for all its weights.
# Are their gradients of one size?
# Look at those of the digit network, at its first batch.

# %% show="How large the gradients of one network are" tags=["nbval-ignore-output"]
model = network()
F.cross_entropy(model(images[:50]), labels[:50]).backward()
sizes = {name: p.grad.abs().flatten().cpu() for name, p in model.named_parameters()}
figure, ax = plt.subplots(figsize=(7.5, 3.4), layout="constrained")
shown = [size[size > 0].log10().numpy() for size in sizes.values()]
parts = ax.violinplot(shown, orientation="horizontal", showmedians=True, showextrema=False, widths=0.85)
for body in parts["bodies"]:
    body.set(facecolor=BLUE, alpha=0.5)
parts["cmedians"].set_color(BLACK)
names = [f"{name}, {100 * (size == 0).float().mean():.0f} % are 0" for name, size in sizes.items()]
ax.set_yticks(range(1, len(names) + 1), names)
ax.set_xticks(range(-8, 0), [f"$10^{{{power}}}$" for power in range(-8, 0)])
ax.invert_yaxis()
medians = [size[size > 0].median().item() for size in sizes.values()]
apart = f"the medians differ by a factor of {max(medians) / min(medians):.0f}"
_ = ax.set(title=f"Gradients in one network: {apart}", xlabel="size of a gradient that is not 0")

# %% [markdown]
# Within one weight matrix the sizes span three powers of ten and more, and the medians, the black lines, lie far apart as well.
# A learning rate that suits the large ones hardly moves the small ones.
#
# *Adam* gives each weight a step of its own.
# It keeps two running averages for each: m, of the gradients, and v, of their squares.
# The root of v says how large the gradients of this weight usually are, and the step is m divided by that.
#
# With the gradient g, and the settings `betas` = (β₁, β₂), usually (0.9, 0.999):
#
# - m ← β₁ · m + (1 - β₁) · g
# - v ← β₂ · v + (1 - β₂) · g²
#
# Both start at 0, and that is a problem: after one step, m is a tenth of g, and v a thousandth of g².
# Both averages are too small at first, and v is so for longer.
# By how much is known: after t steps, the shares of all gradients so far add up to 1 - β₁ᵗ in m, and to 1 - β₂ᵗ in v.
# So Adam counts the steps t of each parameter, from 1, and divides by these sums, the *bias correction*:
#
# - m̂ = m / (1 - β₁ᵗ) and v̂ = v / (1 - β₂ᵗ)
# - parameter ← parameter - lr · m̂ / (√v̂ + eps)
#
# The small number `eps`, usually 1e-8, keeps the division from becoming 0/0 where all gradients were 0.

# %% show="What the bias correction changes"
steps = torch.arange(1, 2001)
m, v = 1 - 0.9**steps, 1 - 0.999**steps  # the averages of gradients that are all 1
figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3.3), layout="constrained")
left.plot(steps, m, color=BLUE, label="m, with β₁ = 0.9")
left.plot(steps, v, color=ORANGE, linestyle="--", label="v, with β₂ = 0.999")
left.axhline(1, color=BLACK, linestyle=":", label="both, corrected")
left.set(title="All gradients are 1, and yet\nthe averages start near 0", xlabel="step", xscale="log", ylim=(0, 1.1))
right.plot(steps, m / v.sqrt(), color=ORANGE, linestyle="--", label="without correction")
right.axhline(1, color=BLACK, linestyle=":", label="with correction")
right.set(
    title=f"Without it the steps are too long,\nup to {(m / v.sqrt()).max():.1f} times", xlabel="step", xscale="log"
)
right.set(ylabel="step, in units of lr", ylim=(0, 7.5))
for ax in (left, right):
    ax.legend(fontsize=9)

# %% [markdown]
# Without the correction the steps would be too *long*, since v, which they are divided by, is further from its true value than m is.
#
# **Predict first.**
# Two weights stand at 0, and Adam makes its first step, with `lr=0.1`.
# The gradient of the first weight is 100, that of the second 0.001.
# Where are the two weights after that?
# Replace `None` with a list of two numbers, and run the next two cells.

# %%
prediction = None

# %% show="Your prediction, beside the first step of torch.optim.Adam"
weights = torch.zeros(2, requires_grad=True)
optimizer = torch.optim.Adam([weights], lr=0.1)
weights.grad = torch.tensor([100.0, 0.001])
optimizer.step()
match prediction:
    case None:
        print("Replace None with a list of two numbers first, and run both cells.")
    case [float() | int() as one, float() | int() as other]:
        print("You said:", [one, other])
        print("It is:   ", [round(number, 4) for number in weights.tolist()])
        if abs(one + 0.1) < 0.01 and abs(other + 0.1) < 0.01:
            print("Right: the root of v takes the size of the gradient out, and its sign is left.")
        elif abs(one - 0.1) < 0.01 and abs(other - 0.1) < 0.01:
            print("The right size. The gradients are positive, so which way is down?")
        elif abs(one + 10) < 0.1:
            print("That is a step of SGD. What does Adam divide by?")
        else:
            print("Put t = 1 into the formulas: what are m̂ and v̂, in terms of g?")
    case _:
        print("A list of two numbers, like [1.0, 2.0].")

# %% [markdown]
# <details><summary>Answer: how far does each weight move?</summary>
#
# After one step m̂ = g and v̂ = g², so the step is lr · g / (|g| + eps): the learning rate, with the sign of g.
# Both weights move by 0.1, to -0.1, although one gradient is 100,000 times as large as the other.
# The learning rate of Adam is a *length*, that of SGD is a factor.
# That is why a good rate for one of them tells little about the other.
# </details>
#
# ### Write Adam (22 minutes, ●●●)
#
# Write `Adam(params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8)`, with the steps of PyTorch's.
#
# - Each parameter has its own m, its own v and its own count t, all from 0. The count goes up in each step in which this parameter has a gradient, before it is used.
# - The corrected averages are for the step; what is kept is m and v without correction.
# - As in `SGD`, each group has its own settings, a parameter without a gradient is passed over, and `.grad` stays as it was.
# - PyTorch's own optimizers are off limits inside.
#
# Example: a weight starts at 0, with `lr=0.1` and `betas=(0.5, 0.75)`, and its gradients are 2 and -2.
#
# | t | m | v | m̂ | v̂ | step | weight |
# |---|---|---|---|---|---|---|
# | 1 | 1 | 1 | 1 / 0.5 = 2 | 1 / 0.25 = 4 | 0.1 · 2 / 2 = 0.1 | -0.1 |
# | 2 | 0.5 - 1 = -0.5 | 0.75 + 1 = 1.75 | -0.5 / 0.75 = -0.667 | 1.75 / 0.4375 = 4 | 0.1 · -0.667 / 2 = -0.0333 | -0.0667 |


# %% task="Adam"
class Adam(torch.optim.Optimizer):
    """Steps by the running averages of the gradients and of their squares, those of `torch.optim.Adam`."""

    def __init__(
        self, params: ParamsT, lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8
    ) -> None:
        """Take parameters or groups of them; the settings are for the groups that set none of their own."""
        ### BEGIN SOLUTION
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})
        ### END SOLUTION

    @torch.no_grad()
    def step(self) -> None:
        """Move each parameter that has a gradient, in place."""
        ### BEGIN SOLUTION
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                memory = self.state[parameter]
                if not memory:
                    memory.update(t=0, m=torch.zeros_like(parameter), v=torch.zeros_like(parameter))
                memory["t"] += 1
                memory["m"].mul_(beta1).add_(parameter.grad, alpha=1 - beta1)
                memory["v"].mul_(beta2).add_(parameter.grad**2, alpha=1 - beta2)
                m = memory["m"] / (1 - beta1 ** memory["t"])
                v = memory["v"] / (1 - beta2 ** memory["t"])
                parameter.sub_(m / (v.sqrt() + group["eps"]), alpha=group["lr"])
        ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: <code>ZeroDivisionError</code>, or nan after the first step</summary>
#
# 1 - β⁰ is 0.
# So the count must be 1 when the first step uses it.
# </details>
#
# <details><summary>Hint: the first step is right, and the second is not</summary>
#
# In the first step much cancels: it is the learning rate, whatever the gradient is.
# Compute the second row of the table above with your code, and print m, v and the count.
# Is what you keep m itself, or m with its correction?
# </details>

# %% check="Adam" points=3
from torch.optim.optimizer import register_optimizer_step_pre_hook


def fails(call, *errors: type[Exception], naming: str) -> bool:
    """Return whether `call()` raises one of these errors, with this word in it; any other comes through."""
    try:
        call()
    except errors as error:
        if naming not in str(error):
            raise
        return True
    return False


def step(optimizer, parameters, gradients) -> None:
    """Make one step with these gradients, None for a parameter without one."""
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = None if gradient is None else torch.full_like(parameter, gradient)
    optimizer.step()


def zeros(count: int) -> list[Tensor]:
    """Return weights of one number each, all 0."""
    return [torch.zeros(1, requires_grad=True) for _ in range(count)]


def path(gradients, **settings) -> Tensor:
    """Return where a weight is after each step, with lr 0.1 and betas (0.6, 0.9) unless the settings say otherwise."""
    (weight,) = zeros(1)
    optimizer, places = Adam([weight], **{"lr": 0.1, "betas": (0.6, 0.9), **settings}), []
    for gradient in gradients:
        step(optimizer, [weight], [gradient])
        places.append(weight.item())
    return torch.tensor(places)


is_optimizer = isinstance(Adam, type) and issubclass(Adam, torch.optim.Optimizer)
check.equal(
    is_optimizer,
    True,
    "whether Adam is a subclass of torch.optim.Optimizer",
    mistakes={"Adam is no subclass of torch.optim.Optimizer. What stands in the brackets behind its name?": False},
)
ready = [
    base for base in Adam.__mro__ if base.__module__.startswith("torch.optim.") and base is not torch.optim.Optimizer
]
check.equal(
    len(ready) > 0,
    False,
    "a ready-made optimizer among the bases of Adam",
    mistakes={"Adam is, or builds on, one of torch's own optimizers. The task is to write its step yourself.": True},
)
(weight,) = zeros(1)
made = []
check.equal(
    fails(
        lambda: made.append(Adam((one for one in [weight]), lr=0.1, betas=(0.6, 0.9))),
        ValueError,
        naming="empty parameter",
    ),
    False,
    "whether Adam(…) leaves nothing of a generator like model.parameters() for the base class",
    mistakes={
        "Adam goes through params before the base class does. A generator like model.parameters() is used up by then.": True
    },
)
(optimizer,) = made
groups = getattr(optimizer, "param_groups", None)
check.equal(
    isinstance(groups, list) and len(groups) == 1 and hasattr(optimizer, "defaults"),
    True,
    "whether Adam(…) has the parameter groups that the base class makes",
    mistakes={"The base class has not set Adam(…) up. Which call is missing in __init__?": False},
)
stepped = []
hook = register_optimizer_step_pre_hook(lambda one, *_: stepped.append(type(one)))
weight.grad = torch.full((1,), 5.0)
recorded = divided = False
try:
    recorded = fails(optimizer.step, RuntimeError, naming="leaf Variable")
except ZeroDivisionError:
    divided = True
finally:
    hook.remove()
check.equal(
    recorded,
    False,
    "whether autograd forbids the step of Adam",
    mistakes={"Adam moves a weight in place while autograd is recording. Under what should the update stand?": True},
)
check.equal(
    divided,
    False,
    "whether the first step of Adam divides by 0",
    mistakes={"Adam divides by 0 in its first step. Which number should the count of steps have there?": True},
)
check.equal(
    all(kind is Adam for kind in stepped),
    True,
    "whether Adam makes its own steps",
    mistakes={"Adam leaves its step to another optimizer. The task is to write it yourself.": False},
)
recording = torch.is_grad_enabled()
torch.set_grad_enabled(True)
check.equal(
    recording,
    True,
    "torch.is_grad_enabled() after Adam(…).step()",
    mistakes={"Adam(…).step() switches recording off for good, so that the next backward finds nothing.": False},
)
check.equal(
    weight.requires_grad and weight.is_leaf,
    True,
    "whether the weight is a leaf that requires gradients after Adam(…).step()",
    mistakes={
        "After Adam(…).step() the weight no longer is a leaf that requires gradients, so it can learn no more.": False
    },
)
check.equal(
    weight.grad is not None and torch.equal(weight.grad, torch.full((1,), 5.0)),
    True,
    "whether Adam(…).step() leaves the gradient as it was",
    mistakes={"Adam(…).step() changes or clears the gradient. It should leave .grad as it was.": False},
)
weight.grad = torch.full((1,), 2.0)
with torch.no_grad():
    optimizer.step()
    recording = torch.is_grad_enabled()
check.equal(
    recording,
    False,
    "torch.is_grad_enabled() after Adam(…).step() inside of no_grad",
    mistakes={"Adam(…).step() switches recording on where its caller had switched it off.": True},
)
check.equal(
    weight.grad is not None and torch.equal(weight.grad, torch.full((1,), 2.0)),
    True,
    "whether the second Adam(…).step() leaves the gradient as it was",
    mistakes={"Adam(…).step() changes or clears the gradient. It should leave .grad as it was.": False},
)
nan = math.nan
check.close(
    path([1.0, -2.0, 3.0]),
    [-0.1, -0.045514, -0.095055],
    "the weight after each of three steps of Adam",
    mistakes={
        "Adam(…).step() never moves the weight. Does it change the parameter itself, or a new tensor?": [0.0, 0.0, 0.0],
        "Adam climbs. Down is against the gradient.": [0.1, 0.045514, 0.095055],
        "Adam corrects neither average. Both start at 0: what is missing after one step?": [
            -0.126491,
            -0.046491,
            -0.121102,
        ],
        "Adam does not correct m, the average of the gradients.": [-0.04, -0.005129, -0.043969],
        "Adam does not correct v, the average of the squares.": [-0.316228, -0.191228, -0.286394],
        "In Adam's averages, the number of steps so far plays no part. Where does the count come in?": [
            -0.1,
            -0.036754,
            -0.095739,
        ],
        "Adam forgets m and v from step to step. Where are they kept?": [-0.1, 0.0, -0.1],
        "Adam adds whole gradients to m and v. An average takes a part of the new and a part of the old.": [
            -0.079057,
            -0.035982,
            -0.075148,
        ],
        "Adam keeps the corrected averages, and corrects them again in the next step. What should be kept?": [
            -0.1,
            -0.088053,
            -0.113359,
        ],
        "Adam divides by v itself. v holds squares; what has the size of a gradient?": [-0.1, -0.066071, -0.088342],
        "Adam takes the two betas in the wrong order. Which of them is for the squares?": [-0.1, -0.065856, -0.096135],
        "Adam steps along the last gradient. Along what should it step?": [-0.1, 0.02454, -0.110323],
        "Adam divides by the size of the last gradient alone. v is an average over the steps.": [
            -0.1,
            -0.05625,
            -0.092985,
        ],
        "Adam takes the root of a negative number. Does v hold squares, and is its correction a power of beta?": [
            -0.1,
            nan,
            nan,
        ],
        "Adam's first step is nan, as 0/0 is. Which number should the count of steps have there?": [nan, nan, nan],
        "Adam leaves out the learning rate.": [-1.0, -0.455138, -0.950551],
        "Adam's v is an average of sizes. Of what should it be the average?": [-0.1, -0.029175, -0.10577],
        "Adam's v is an average of the squares of m. Whose squares should it be?": [-0.25, -0.071704, -0.240268],
        "Adam leaves the first gradient out of m and v, so that the first step moves nothing.": [0.0, 0.08615, 0.04356],
        "Adam does not use the betas that it is given.": [-0.1, -0.06339, -0.097714],
        "Adam does not use the first of the betas that it is given.": [-0.1, -0.063949, -0.097291],
        "Adam does not use the second of the betas that it is given.": [-0.1, -0.044668, -0.095668],
        "Adam takes as much of the new as it should keep of the old. Which of the two shares is beta?": [
            -0.05,
            -0.015963,
            -0.048271,
        ],
        "Adam starts m and v at the first gradient. Both should start at 0.": [-0.1, -0.082459, -0.157524],
        "Adam starts m and v at the first gradient, and corrects them. Both should start at 0.": [
            -0.079057,
            -0.06711,
            -0.116953,
        ],
        "Adam has one tensor for m and v. Each needs its own.": [-0.053619, nan, nan],
        "Adam keeps the corrected m, and corrects it again in the next step. What should be kept?": [
            -0.1,
            -0.080541,
            -0.138597,
        ],
        "Adam keeps the corrected v, and corrects it again in the next step. What should be kept?": [
            -0.1,
            -0.066549,
            -0.088143,
        ],
        "Adam makes the weight itself smaller in each step, as AdamW does. Adam moves it by the gradients alone.": [
            -0.1,
            -0.045414,
            -0.09491,
        ],
        "Adam starts with what another Adam left behind. Do m, v and the count belong to the class, or to one optimizer?": [
            -0.067395,
            -0.074034,
            -0.123742,
        ],
    },
    atol=2e-6,
)
check.close(
    path([1.0, -2.0], eps=0.5),
    [-0.066667, -0.025117],
    "the weight after each of two steps of Adam with eps=0.5",
    mistakes={
        "Adam adds eps under the root. It is added to the root.": [-0.08165, -0.031783],
        "Adam adds eps to the root before v is corrected. Which comes first?": [-0.038743, -0.006959],
        "Adam does not use the eps that it is given.": [-0.1, -0.045514],
    },
    atol=2e-6,
)
pair = zeros(2)
optimizer = Adam(pair, lr=0.1, betas=(0.6, 0.9))
for gradients in ([1.0, 2.0], [-2.0, 2.0]):
    step(optimizer, pair, gradients)
check.close(
    torch.cat(pair).detach(),
    [-0.045514, -0.2],
    "two weights after two steps of Adam",
    mistakes={
        "Adam counts a step at each parameter, so the count runs ahead. Each parameter has a count of its own.": [
            -0.04688,
            -0.185074,
        ],
        "Adam moves the first of the parameters only.": [-0.045514, 0.0],
        "Adam moves the last of the parameters only. What stands inside of which loop?": [0.0, -0.2],
        "Adam has one m and one v for both weights. Each parameter needs its own.": [-0.086929, -0.161426],
        "Adam has one m, one v and one count for both weights. Each parameter needs its own.": [-0.087257, -0.144686],
    },
    atol=2e-6,
)
pair = zeros(2)


def in_groups() -> None:
    """Make two steps with two groups."""
    optimizer = Adam([{"params": [pair[0]]}, {"params": [pair[1]]}], lr=0.1, betas=(0.6, 0.9))
    for gradients in ([1.0, 2.0], [-2.0, 2.0]):
        step(optimizer, pair, gradients)


check.equal(
    fails(in_groups, AttributeError, TypeError, naming="dict"),
    False,
    "whether Adam fails with two groups",
    mistakes={
        "Adam takes each entry of params for a parameter, and it may be a group. Where does the base class keep the parameters?": True
    },
)
check.close(
    torch.cat(pair).detach(),
    [-0.045514, -0.2],
    "two weights in two groups after two steps of Adam",
    mistakes={
        "Adam counts a step at each group, so the count runs ahead. Each parameter has a count of its own.": [
            -0.04688,
            -0.185074,
        ],
        "Adam has one m and one v for the weights of two groups. Each parameter needs its own.": [-0.086929, -0.161426],
        "Adam has one m, one v and one count for the weights of two groups. Each parameter needs its own.": [
            -0.087257,
            -0.144686,
        ],
        "Adam moves the first group only. There may be several.": [-0.045514, 0.0],
        "Adam moves the last group only. What stands inside of which loop?": [0.0, -0.2],
    },
    atol=2e-6,
)
pair = zeros(2)
optimizer = Adam(
    [{"params": [pair[0]], "lr": 0.5}, {"params": [pair[1]], "betas": (0.0, 0.9)}], lr=0.1, betas=(0.6, 0.9)
)
for gradient in (1.0, -2.0):
    step(optimizer, pair, [gradient] * 2)
check.close(
    torch.cat(pair).detach(),
    [-0.22757, 0.02454],
    "two weights after two steps of Adam, where the first group has lr 0.5 and the second betas (0, 0.9)",
    mistakes={
        "Adam gives every group the settings of the constructor. A group may have its own.": [-0.045514, -0.045514],
        "Adam gives every group the lr of the constructor. A group may have its own.": [-0.045514, 0.02454],
        "Adam does not use the betas of the second group, which are its own.": [-0.22757, -0.045514],
        "Adam gives every group the settings of the first one.": [-0.22757, -0.22757],
        "Adam gives every group the lr of the first one.": [-0.22757, 0.1227],
    },
    atol=1e-5,
)
pair = zeros(2)
step(Adam([{"params": [pair[0]]}, {"params": [pair[1]], "eps": 0.5}], lr=0.1), pair, [1.0, 1.0])
check.close(
    torch.cat(pair).detach(),
    [-0.1, -0.066667],
    "two weights after a step of Adam, where the second group has eps 0.5",
    mistakes={"Adam does not use the eps of the second group, which is its own.": [-0.1, -0.1]},
    atol=2e-6,
)
three = zeros(3)
optimizer = Adam(three, lr=0.1, betas=(0.6, 0.9))
check.equal(
    fails(lambda: step(optimizer, three, [1.0, None, 1.0]), AttributeError, TypeError, naming="NoneType"),
    False,
    "whether Adam(…).step() fails where a parameter has no gradient",
    mistakes={"Adam fails at a parameter without a gradient, whose .grad is None. It should pass over it.": True},
)
check.close(
    torch.cat(three).detach(),
    [-0.1, 0.0, -0.1],
    "three weights after a step of Adam, where the second has no gradient",
    mistakes={
        "Adam makes no step where one of the parameters has no gradient. The others should still move.": [
            0.0,
            0.0,
            0.0,
        ],
        "Adam stops at the first parameter without a gradient. Those behind it should still move.": [-0.1, 0.0, 0.0],
    },
    atol=2e-6,
)
check.close(
    path([1.0, 0.0]),
    [-0.1, -0.154486],
    "the weight after each of two steps of Adam, where the second gradient is 0",
    mistakes={"Adam passes over a parameter whose gradient is 0. Only None says that there is none.": [-0.1, -0.1]},
    atol=2e-6,
)
check.close(
    path([1.0, None, -2.0]),
    [-0.1, -0.1, -0.045514],
    "the weight after each of three steps of Adam, where it has no gradient in the second",
    mistakes={
        "Adam moves a parameter that has no gradient. It should pass over it.": [-0.1, -0.154486, -0.09168],
        "Adam counts a step in which this parameter has no gradient. Each parameter has a count of its own.": [
            -0.1,
            -0.1,
            -0.04688,
        ],
        "Adam forgets m and v of a parameter that it passed over.": [-0.1, -0.1, 0.0],
    },
    atol=2e-6,
)
step(optimizer, three, [-2.0, -2.0, -2.0])
check.close(
    torch.cat(three).detach(),
    [-0.045514, 0.1, -0.045514],
    "three weights after two steps of Adam, where the second has a gradient in the second step alone",
    mistakes={
        "Adam mixes up the memories of its parameters where one of them had no gradient before.": [
            -0.045514,
            0.054486,
            0.0,
        ],
        "Adam counts a step in which this parameter has no gradient. Each parameter has a count of its own.": [
            -0.045514,
            0.08615,
            -0.045514,
        ],
    },
    atol=2e-6,
)
(weight,) = zeros(1)
optimizer = Adam([weight], lr=0.1, betas=(0.6, 0.9))
step(optimizer, [weight], [1.0])
optimizer.param_groups[0]["lr"] = 0.01  # as a scheduler does
step(optimizer, [weight], [1.0])
check.close(
    weight.detach(),
    [-0.11],
    "the weight after a step of Adam with lr 0.1 and one with lr 0.01",
    mistakes={
        "Adam goes on with the old learning rate when a scheduler has changed it. Where does a scheduler write?": [-0.2]
    },
)
matrix = torch.zeros(2, 3, dtype=torch.float64, requires_grad=True)
optimizer, gradient = Adam([matrix]), torch.arange(1.0, 7.0, dtype=torch.float64).reshape(2, 3)
for factor in (1.0, -2.0, 0.1):
    matrix.grad = factor * gradient
    optimizer.step()
check.close(
    1000 * matrix.detach(),
    [[-0.379737] * 3] * 2,
    "1000 times a (2, 3) weight of doubles after three steps of Adam with its default settings",
    mistakes={
        "Adam has another default than 1e-3 for lr, ten times as large.": [[-3.79737] * 3] * 2,
        "Adam has one v for all entries of a weight. Each entry needs its own.": [
            [-0.097508, -0.195016, -0.292524],
            [-0.390033, -0.487541, -0.585049],
        ],
        "Adam has one m and one v for all entries of a weight. Each entry needs its own.": [[-0.341278] * 3] * 2,
    },
    atol=2e-6,
)
### BEGIN HIDDEN TESTS
import copy

torch.manual_seed(12)
ours = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 3)).double()
ours.scale = nn.Parameter(torch.tensor(1.5, dtype=torch.float64))
ours[0].bias.requires_grad_(False)
theirs = copy.deepcopy(ours)


def made(kind, model):
    """Return an optimizer of this kind, with three groups."""
    first = {"params": model[0].parameters(), "lr": 0.05}
    second = {"params": [model[2].weight, model.scale], "betas": (0.5, 0.8)}
    return kind([first, second, {"params": [model[2].bias], "eps": 0.1}], lr=0.1, betas=(0.8, 0.95))


def twenty_steps(kind, model) -> list[dict[str, Tensor]]:
    """Return the parameters after each of 20 steps, with a gap, a layer that thaws, and a rate that changes."""
    optimizer, generator, states = made(kind, model), torch.Generator().manual_seed(4), []
    for number in range(20):
        x = torch.randn(6, 4, generator=generator, dtype=torch.float64)
        model.zero_grad(set_to_none=number % 3 != 1)
        (model(x) * model.scale - x[:, :3]).square().mean().backward()
        if number in (4, 5):
            model[2].weight.grad = None
        if number == 9:
            model[0].bias.requires_grad_(True)
        optimizer.step()
        if number == 12:
            for group in optimizer.param_groups:
                group["lr"] *= 0.3
        states.append({name: tensor.clone() for name, tensor in model.state_dict().items()})
    return states


wanted = twenty_steps(torch.optim.Adam, theirs)
for number, (one, other) in enumerate(zip(twenty_steps(Adam, ours), wanted, strict=True), start=1):
    check.close(one, other, f"the parameters after {number} steps of Adam in a network", rtol=0, atol=1e-6)
check.equal(all(p.requires_grad for p in ours.parameters()), True, "requires_grad of the parameters after Adam")
for sizes in ([0.0, 0.0, 3.0], [1e-7, 1e-9, 1e-8], [1e6, -1e6, 1.0]):  # nothing yet, tiny, huge
    ours, theirs = (torch.full((4, 1, 3), 0.5, requires_grad=True) for _ in range(2))
    one, other = Adam(p for p in [ours]), torch.optim.Adam([theirs])  # with the default settings
    for size in sizes:
        for kind, weight in ((one, ours), (other, theirs)):
            step(kind, [weight], [size])
    check.close(ours.detach(), theirs.detach(), f"a (4, 1, 3) weight after the gradients {sizes}", rtol=0, atol=1e-6)
both = zeros(2)
optimizers = [Adam([one], lr=0.1, betas=(0.6, 0.9)) for one in both]  # two at a time
for gradients in ([1.0, 2.0], [-2.0, 2.0]):
    for optimizer, one, gradient in zip(optimizers, both, gradients, strict=True):
        step(optimizer, [one], [gradient])
check.close(torch.cat(both).detach(), [-0.045514, -0.2], "the weights of two Adam at a time", atol=2e-6)
### END HIDDEN TESTS

# %% [markdown]
# Beside PyTorch's, on the digit network:

# %% show="Your Adam beside PyTorch's" tags=["nbval-ignore-output"]
with check.when_written():
    ours, theirs = network(), network()
    _ = train(ours, Adam(ours.parameters(), lr=0.003), epochs=1)
    _ = train(theirs, torch.optim.Adam(theirs.parameters(), lr=0.003), epochs=1)
    gap = max(
        (one - other).abs().max().item() for one, other in zip(ours.parameters(), theirs.parameters(), strict=True)
    )
    print(f"after 40 steps: the largest difference of two weights is {gap:.1g}")

# %% [markdown]
# ## How exact must a gradient be?
#
# A gradient comes from one batch, and another batch would have given another one.
# On a GPU it is often computed with numbers of 16 bits, and each rounding is off by a share of the number that is rounded.
# So gradients are never exact, and it is good to know how much that harms.
# You can find out: add an error on purpose, in proportion to each gradient, and train.
#
# In proportion, because a fixed amount would mean something else to each weight.
# Noise of 0.001 is little to a gradient of 0.05, and drowns one of 0.00001; you have seen that one network has both.
#
# ### Noise in proportion (11 minutes, ●●○)
#
# Write `add_gradient_noise(parameters, scale, generator)`.
# To each entry g of each gradient it adds a normal random number with mean 0 and standard deviation `scale` · |g|.
#
# - The tensors in `.grad` change in place: no new tensor takes their place, and the parameters themselves stay as they are.
# - Each entry has a random number of its own, in each parameter and at each call.
# - All random numbers are drawn from `generator`, so that a run can be repeated. The global random state stays as it is.
# - A parameter without a gradient is passed over. `parameters` may be any iterable, also a generator like `model.parameters()`.
#
# Example: with `scale=0.5`, the gradients 10, -2 and 0 get noise of deviation 5, 1 and 0.
# If the normal numbers drawn are 0.4, -1 and 2, the gradients become 12, -3 and 0.
# (With g where the rule says |g|, the noise of a negative gradient changes its sign, and its distribution stays the same: either is right.)


# %% task="add_gradient_noise"
def add_gradient_noise(parameters: Iterable[Tensor], scale: float, generator: torch.Generator) -> None:
    """Add to each entry g of each gradient, in place, normal noise of deviation `scale * |g|` from `generator`."""
    ### BEGIN SOLUTION
    for parameter in parameters:
        if parameter.grad is not None:
            noise = torch.empty_like(parameter.grad).normal_(generator=generator)
            parameter.grad.addcmul_(noise, parameter.grad.abs(), value=scale)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: how do I draw from a generator?</summary>
#
# `torch.randn` and the method `normal_` both take an argument `generator=`.
# What you drew in lesson 1 from a generator had deviation 1; what makes it `scale` times |g|?
# </details>
#
# <details><summary>Hint: <code>RuntimeError: normal expects all elements of std >= 0.0</code></summary>
#
# A deviation is never negative, and a gradient may be.
# </details>


# %% check="add_gradient_noise" points=2
def fails(call, *errors: type[Exception], naming: str) -> bool:
    """Return whether `call()` raises one of these errors, with this word in it; any other comes through."""
    try:
        call()
    except errors as error:
        if naming not in str(error):
            raise
        return True
    return False


def with_gradient(gradient: Tensor) -> Tensor:
    """Return a parameter that has this gradient."""
    parameter = torch.full_like(gradient, 0.5, requires_grad=True)
    parameter.grad = gradient.clone()
    return parameter


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


scale = 0.25
sizes = torch.tensor([-100.0, -1.0, 0.01, 10.0])
gradient = sizes.unsqueeze(dim=1).repeat(1, 20_000)  # (4, 20000): enough to tell a deviation to 1 %
first, second = with_gradient(gradient), with_gradient(gradient)
bare = torch.zeros(3, requires_grad=True)  # a parameter without a gradient
kept, global_state, generator = first.grad, torch.get_rng_state(), seeded(1)
check.equal(
    fails(
        lambda: add_gradient_noise((one for one in [first, second]), scale, generator), RuntimeError, naming="std >= 0"
    ),
    False,
    "whether add_gradient_noise(…) asks for noise of a negative deviation",
    mistakes={"add_gradient_noise(…) asks for a negative deviation where a gradient is negative.": True},
)
same_state = torch.equal(torch.get_rng_state(), global_state)
check.equal(
    first.grad is kept,
    True,
    "whether the tensor in .grad is the same after add_gradient_noise(…)",
    mistakes={
        "add_gradient_noise(…) puts another tensor into .grad. The one that is there should change in place.": False
    },
)
check.equal(
    bool((first.detach() == 0.5).all()),
    True,
    "whether the parameters stay as they were",
    mistakes={"add_gradient_noise(…) changes the parameters. Only their gradients get noise.": False},
)
check.equal(
    torch.equal(first.grad, gradient),
    False,
    "whether add_gradient_noise(…) leaves the gradients as they were",
    mistakes={"add_gradient_noise(…) changes no gradient. Does the sum go back into .grad?": True},
)
noise, other = first.grad - gradient, second.grad - gradient
drawn = noise / (scale * sizes.unsqueeze(dim=1))  # normal, with mean 0 and deviation 1, if all is right
check.equal(
    bool(noise.isfinite().all()),
    True,
    "whether the gradients stay finite",
    mistakes={"add_gradient_noise(…) makes a gradient nan or infinite.": False},
)
check.equal(
    bool(all((one.abs().mean(dim=1) > 0).all() for one in (noise, other))),
    True,
    "whether all gradients get noise",
    mistakes={
        "add_gradient_noise(…) leaves some gradients without noise: all of a parameter, or those of one sign.": False
    },
)
each = drawn[:, ::2] - drawn[:, 1::2]  # of two neighbours
check.equal(
    bool((each.std(dim=1) > 1e-3 * drawn.abs().mean(dim=1)).all()),
    True,
    "whether the entries of a row get different noise",
    mistakes={"add_gradient_noise(…) draws one number for many entries. Each entry needs its own.": False},
)
rows = torch.corrcoef(drawn)
check.equal(
    bool((rows - torch.eye(4)).abs().max() < 0.1),
    True,
    "whether the rows of one gradient get different noise",
    mistakes={"add_gradient_noise(…) gives two rows of a gradient the same noise. Each entry needs its own.": False},
)
check.equal(
    bool(torch.corrcoef(torch.stack([noise[1], other[1]]))[0, 1].abs() < 0.1),
    True,
    "whether two parameters get different noise",
    mistakes={"add_gradient_noise(…) gives two parameters the same noise. Is it drawn once for each?": False},
)
check.equal(
    bool(((first.grad / gradient).mean(dim=1).abs() > 0.1).all()),
    True,
    "whether the gradients are still in the sum",
    mistakes={"add_gradient_noise(…) replaces the gradient by noise. The noise should be added.": False},
)
middle = drawn.mean(dim=1) / drawn.std(dim=1)
check.equal(
    bool((middle.abs() < 0.05).all()),
    True,
    "whether the noise has mean 0",
    mistakes={"The noise of add_gradient_noise(…) does not have mean 0: it pushes the gradients one way.": False},
)
spread = noise.std(dim=1)
check.equal(
    bool(spread.max() < 1.1 * spread.min()),
    False,
    "whether all entries get noise of one size",
    mistakes={
        "add_gradient_noise(…) adds noise of one size to all entries. Each entry's noise goes by its own gradient.": True
    },
)
check.close(
    drawn.std(dim=1),
    [1.0, 1.0, 1.0, 1.0],
    "the deviation of the noise, as a multiple of scale · |g|, for the gradients -100, -1, 0.01 and 10",
    mistakes={
        "The noise of add_gradient_noise(…) has the variance scale · |g|. The deviation should be that.": [
            0.2,
            2.0,
            20.0,
            0.6325,
        ],
        "The noise of add_gradient_noise(…) goes by the root of scale. The deviation should be scale · |g|.": [2.0] * 4,
        "The noise of add_gradient_noise(…) goes by scale². The deviation should be scale · |g|.": [0.25] * 4,
        "The noise of add_gradient_noise(…) goes by g². The deviation should be scale · |g|.": [100.0, 1.0, 0.01, 10.0],
        "The noise of add_gradient_noise(…) does not go by scale.": [4.0] * 4,
    },
    rtol=0.05,
)
check.equal(
    bool(0.035 < (drawn.abs() > 2).float().mean() < 0.056),
    True,
    "whether about 4.6 % of the noise is beyond two deviations",
    mistakes={"The noise of add_gradient_noise(…) is not normal: the share beyond two deviations is not 4.6 %.": False},
)
check.equal(
    same_state,
    True,
    "whether add_gradient_noise(…) leaves the global random state alone",
    mistakes={"add_gradient_noise(…) draws from the global random state, or sets it. What is generator for?": False},
)
again, last = with_gradient(gradient), with_gradient(gradient)
add_gradient_noise([again, last], scale, seeded(1))
check.equal(
    torch.equal(again.grad, first.grad) and torch.equal(last.grad, second.grad),
    True,
    "whether equal generators give equal noise",
    mistakes={
        "add_gradient_noise(…) gives other noise where the generator is in the same state. What else is drawn from?": False
    },
)
twice, generator = [with_gradient(gradient), with_gradient(gradient)], seeded(2)
for parameter in twice:
    add_gradient_noise([parameter], scale, generator)
check.equal(
    torch.equal(twice[0].grad, twice[1].grad),
    False,
    "whether two calls give the same noise",
    mistakes={
        "add_gradient_noise(…) gives the same noise at each call. Does it set the generator back, or use another?": True
    },
)
check.equal(
    fails(lambda: add_gradient_noise([bare, again], scale, seeded(3)), AttributeError, TypeError, naming="NoneType"),
    False,
    "whether add_gradient_noise(…) fails where a parameter has no gradient",
    mistakes={"add_gradient_noise(…) fails at a parameter without a gradient. It should pass over it.": True},
)
check.equal(
    torch.equal(again.grad, first.grad),
    False,
    "whether add_gradient_noise(…) stops at a parameter without a gradient",
    mistakes={"add_gradient_noise(…) stops at a parameter without a gradient. Those behind it should get noise.": True},
)
check.equal(bare.grad, None, "the gradient of a parameter that had none, after add_gradient_noise(…)")
### BEGIN HIDDEN TESTS
torch.manual_seed(7)
model = nn.Sequential(nn.Linear(60, 50), nn.ReLU(), nn.Linear(50, 40)).double()
model(torch.ones(2, 60, dtype=torch.float64)).square().sum().backward()
before = [parameter.grad.clone() for parameter in model.parameters()]
add_gradient_noise(model.parameters(), 0.0, seeded(4))
check.equal(
    [p.grad for p in model.parameters()], before, "the gradients after add_gradient_noise(parameters, 0.0, generator)"
)
add_gradient_noise(model.parameters(), 2.0, seeded(5))
ratios = torch.cat([((p.grad - g) / g)[g != 0].flatten() for p, g in zip(model.parameters(), before, strict=True)])
check.close(ratios.std(), torch.tensor(2.0), "the deviation of the noise over |g| in a network, scale 2", rtol=0.1)
check.equal(
    all(bool((p.grad[g == 0] == 0).all()) for p, g in zip(model.parameters(), before, strict=True)),
    True,
    "whether gradients of 0 stay 0",
)
lone = with_gradient(torch.tensor(-3.0))
add_gradient_noise([lone], 1.0, seeded(6))
check.equal(lone.grad.item() != -3.0, True, "whether a gradient of shape () gets noise")
### END HIDDEN TESTS

# %% [markdown]
# Here is what it does to 3,000 gradients of all sizes.

# %% show="The noise grows with the gradient" tags=["nbval-ignore-output"]
with check.when_written():
    sizes = torch.linspace(-1, 1, 3000)
    parameter = torch.zeros(3000, requires_grad=True)
    parameter.grad = sizes.clone()
    add_gradient_noise([parameter], 0.5, torch.Generator().manual_seed(0))
    _, ax = plt.subplots(figsize=(6.5, 3.6), layout="constrained")
    ax.plot(sizes, parameter.grad, ".", color=BLUE, markersize=3, label="with noise of scale 0.5")
    ax.plot(sizes, sizes, color=BLACK, linewidth=1.5, label="without")
    for edge in (0.5, 1.5):
        ax.plot(sizes, edge * sizes, color=ORANGE, linestyle="--", linewidth=1.5)
    ax.plot([], [], color=ORANGE, linestyle="--", label="one deviation away")
    ax.set(title="Noise in proportion: a gradient of 0 stays 0", xlabel="gradient", ylabel="gradient with noise")
    ax.legend(fontsize=9)

# %% [markdown]
# ### An optimizer with noise (12 minutes, ●●○)
#
# An optimizer need not be written from the start: a subclass of one can do something before the step, and leave the rest to it.
#
# Write `NoisySGD(params, lr, scale, momentum=0.0, generator=None)`, a `torch.optim.Optimizer`.
# At each step it adds noise in proportion to the gradients, as `add_gradient_noise` does, and then makes the step of SGD with momentum.
#
# - The noise is on the gradients, so the velocity takes it in as well.
# - It is drawn from `generator`; where that is None, from wherever you like, as long as there is noise.
# - Groups may have their own `lr` and `momentum`, and parameters without a gradient are passed over.
# - Whether the gradients still hold the noise after the step is up to you.
#
# You may build on your `SGD` or on PyTorch's.
#
# Example: with `scale=0` it makes the steps of `SGD`.
# With `scale=0.5`, `lr=0.1` and a gradient of 10, the first step is normal with mean 1 and deviation 0.5.


# %% task="NoisySGD"
class NoisySGD(SGD):
    """SGD with momentum on gradients with noise in proportion to their size."""

    def __init__(
        self,
        params: ParamsT,
        lr: float,
        scale: float,
        momentum: float = 0.0,
        generator: torch.Generator | None = None,
    ) -> None:
        """Take parameters or groups of them; `scale` is the noise's deviation as a share of the gradient's size."""
        ### BEGIN SOLUTION
        super().__init__(params, lr, momentum)
        self.scale = scale
        self.generator = generator if generator is not None else torch.default_generator
        ### END SOLUTION

    @torch.no_grad()
    def step(self) -> None:
        """Add noise to the gradients and move each parameter that has one, in place."""
        ### BEGIN SOLUTION
        for group in self.param_groups:
            add_gradient_noise(group["params"], self.scale, self.generator)
        super().step()
        ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: how do I call the step of the class below mine?</summary>
#
# As `super().__init__(…)` calls its `__init__`, `super()` gives access to its other methods.
# </details>
#
# <details><summary>Hint: what do I give to <code>add_gradient_noise</code>?</summary>
#
# The parameters are in the groups, each of which is a dictionary.
# There may be several groups.
# </details>


# %% check="NoisySGD" points=2
def fails(call, *errors: type[Exception], naming: str) -> bool:
    """Return whether `call()` raises one of these errors, with this word in it; any other comes through."""
    try:
        call()
    except errors as error:
        if naming not in str(error):
            raise
        return True
    return False


def step(optimizer, parameters, gradients) -> None:
    """Make one step with these gradients, None for a parameter without one."""
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = None if gradient is None else torch.full_like(parameter, gradient)
    optimizer.step()


def zeros(*shapes) -> list[Tensor]:
    """Return weights of these shapes, all 0."""
    return [torch.zeros(shape, requires_grad=True) for shape in shapes]


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


is_optimizer = isinstance(NoisySGD, type) and issubclass(NoisySGD, torch.optim.Optimizer)
check.equal(
    is_optimizer,
    True,
    "whether NoisySGD is a subclass of torch.optim.Optimizer",
    mistakes={"NoisySGD is no torch.optim.Optimizer. Of what should it be a subclass?": False},
)
(weight,) = zeros(1)
made = []
check.equal(
    fails(
        lambda: made.append(NoisySGD((one for one in [weight]), lr=0.1, scale=0.0, momentum=0.75, generator=seeded(1))),
        ValueError,
        naming="empty parameter",
    ),
    False,
    "whether NoisySGD(…) leaves nothing of a generator like model.parameters() for the base class",
    mistakes={
        "NoisySGD goes through params before the base class does. A generator like model.parameters() is used up by then.": True
    },
)
(optimizer,) = made
groups = getattr(optimizer, "param_groups", None)
check.equal(
    isinstance(groups, list) and len(groups) == 1 and hasattr(optimizer, "defaults"),
    True,
    "whether NoisySGD(…) has the parameter groups that the base class makes",
    mistakes={"The base class has not set NoisySGD(…) up. Which call is missing in __init__?": False},
)
check.equal(
    fails(lambda: step(optimizer, [weight], [1.0]), RuntimeError, naming="leaf Variable"),
    False,
    "whether autograd forbids the step of NoisySGD",
    mistakes={
        "NoisySGD moves a weight in place while autograd is recording. Under what should the update stand?": True
    },
)
places = [weight.item()]
for gradient in (2.0, -1.0, 0.0):
    step(optimizer, [weight], [gradient])
    places.append(weight.item())
check.close(
    torch.tensor(places),
    [-0.1, -0.375, -0.48125, -0.5609375],
    "the weight after each of four steps of NoisySGD with scale 0",
    mistakes={
        "NoisySGD(…).step() never moves the weight. Who makes the step after the noise?": [0.0] * 4,
        "NoisySGD has no momentum. Is it passed on?": [-0.1, -0.3, -0.2, -0.2],
        "NoisySGD passes over a gradient of 0. Only None says that there is none.": [-0.1, -0.375, -0.48125, -0.48125],
        "NoisySGD makes two steps instead of one.": [-0.275, -1.0546875, -1.3682617, -1.4696472],
    },
)
pair = zeros(1, 1)


def in_groups() -> None:
    """Make two steps with two groups."""
    groups = [{"params": [pair[0]], "lr": 0.5}, {"params": [pair[1]], "momentum": 0.0}]
    optimizer = NoisySGD(groups, lr=0.1, scale=0.0, momentum=0.5, generator=seeded(1))
    for _ in range(2):
        step(optimizer, pair, [1.0, 1.0])


check.equal(
    fails(in_groups, AttributeError, TypeError, naming="dict"),
    False,
    "whether NoisySGD fails with two groups",
    mistakes={
        "NoisySGD takes each entry of params for a parameter, and it may be a group. Where does the base class keep the parameters?": True
    },
)
check.close(
    torch.cat(pair).detach(),
    [-1.25, -0.2],
    "two weights after two steps of NoisySGD with scale 0, where the first group has lr 0.5 and the second no momentum",
    mistakes={
        "NoisySGD gives every group the settings of the constructor. A group may have its own.": [-0.25, -0.25],
        "NoisySGD gives every group the lr of the constructor. A group may have its own.": [-0.25, -0.2],
        "NoisySGD gives every group the momentum of the constructor. A group may have its own.": [-1.25, -0.25],
        "NoisySGD moves the first group only. There may be several.": [-1.25, 0.0],
        "NoisySGD moves the last group only. What stands inside of which loop?": [0.0, -0.2],
        "NoisySGD makes a step for each group. One step moves them all.": [-3.0625, -0.4],
    },
)
(weight,) = zeros((4, 20_000))
sizes = torch.tensor([[-100.0], [-1.0], [0.01], [10.0]])
generator, global_state = seeded(2), torch.get_rng_state()
optimizer = NoisySGD((one for one in [weight]), 0.1, 0.5, generator=generator)  # gone through once
moves = []
for _ in range(2):
    before = weight.detach().clone()
    weight.grad = sizes.repeat(1, 20_000)
    optimizer.step()
    moves.append((before - weight.detach()) / (0.1 * sizes))  # mean 1, deviation 0.5
same_state = torch.equal(torch.get_rng_state(), global_state)
check.equal(
    bool((moves[0] - 1).abs().max() < 1e-3),
    False,
    "whether a step of NoisySGD is one of SGD without noise",
    mistakes={"NoisySGD adds no noise, or adds it after the step.": True},
)
spread = moves[0].std(dim=1)
check.equal(
    bool((spread * sizes.abs().squeeze()).max() < 1.1 * (spread * sizes.abs().squeeze()).min()),
    False,
    "whether all weights get noise of one size",
    mistakes={"NoisySGD adds noise of one size to all entries. Each entry's noise goes by its own gradient.": True},
)
check.close(
    moves[0].mean(dim=1),
    [1.0] * 4,
    "the mean step of NoisySGD, as a multiple of lr · g",
    mistakes={
        "NoisySGD moves along the noise alone. It should be added to the gradient.": [0.0] * 4,
        "NoisySGD makes two steps instead of one.": [2.0] * 4,
        "NoisySGD climbs. Down is against the gradient.": [-1.0] * 4,
    },
    rtol=0.05,
    atol=0.05,
)
check.close(
    spread,
    [0.5] * 4,
    "the deviation of the steps of NoisySGD with scale 0.5, as a multiple of lr · |g|",
    mistakes={
        "NoisySGD does not use its scale.": [1.0] * 4,
        "NoisySGD adds noise twice, to what has noise already.": [0.75] * 4,
    },
    rtol=0.05,
)
check.equal(
    bool((moves[0] - moves[1]).abs().max() < 1e-3),
    False,
    "whether two steps of NoisySGD have the same noise",
    mistakes={"NoisySGD has the same noise at each step. Is the generator set back, or made anew?": True},
)
check.equal(
    same_state,
    True,
    "whether NoisySGD leaves the global random state alone where it has a generator",
    mistakes={"NoisySGD draws from the global random state, or sets it, although it was given a generator.": False},
)
check.equal(
    torch.equal(generator.get_state(), seeded(2).get_state()),
    False,
    "whether NoisySGD leaves its generator as it was",
    mistakes={"NoisySGD does not use the generator that it is given. From what is the noise drawn?": True},
)
(again,) = zeros((4, 20_000))
optimizer = NoisySGD([again], 0.1, 0.5, generator=seeded(2))
for _ in range(2):
    again.grad = sizes.repeat(1, 20_000)
    optimizer.step()
check.equal(
    torch.equal(again.detach(), weight.detach()),
    True,
    "whether two NoisySGD with equal generators make the same steps",
    mistakes={"Two NoisySGD with generators of one seed make different steps. From what is the noise drawn?": False},
)
(weight,) = zeros(100)
optimizer = NoisySGD([weight], 0.1, 0.5, momentum=0.5, generator=seeded(3))
step(optimizer, [weight], [1.0])
first = weight.detach().clone()
step(optimizer, [weight], [0.0])  # a gradient of 0 gets no noise, so the step is half the one before
check.equal(
    bool((weight.detach() - 1.5 * first).abs().max() < 1e-5),
    True,
    "whether a step without slope is half the one before, with momentum 0.5",
    mistakes={
        "NoisySGD adds its noise to the velocity or to the step. It belongs on the gradient, before the velocity takes it in.": False
    },
)
three = zeros(1, 1, 1)
optimizer = NoisySGD(three, 0.1, 0.5, generator=seeded(4))
check.equal(
    fails(lambda: step(optimizer, three, [1.0, None, 1.0]), AttributeError, TypeError, naming="NoneType"),
    False,
    "whether NoisySGD(…).step() fails where a parameter has no gradient",
    mistakes={"NoisySGD fails at a parameter without a gradient. It should pass over it.": True},
)
check.equal(
    [weight.item() != 0 for weight in three],
    [True, False, True],
    "which of three weights NoisySGD moves, where the second has no gradient",
    mistakes={
        "NoisySGD makes no step where one of the parameters has no gradient. The others should still move.": [False]
        * 3,
        "NoisySGD stops at the first parameter without a gradient.": [True, False, False],
    },
)
pair = zeros(5000, 5000)
step(NoisySGD(pair, 1.0, 0.5, generator=seeded(8)), pair, [1.0, 1.0])
check.close(
    torch.stack([weight.detach().std() for weight in pair]),
    [0.5, 0.5],
    "the deviation of the steps of two weights of NoisySGD, with scale 0.5 and gradients of 1",
    mistakes={
        "NoisySGD adds noise to each parameter as often as there are parameters. Once is enough.": [0.75, 0.75],
        "NoisySGD adds noise to the first of its parameters only.": [0.5, 0.0],
    },
    rtol=0.05,
)
pair = zeros(5000, 5000)
optimizer = NoisySGD([{"params": [pair[0]], "lr": 1.0}, {"params": [pair[1]]}], 0.1, 0.5, generator=seeded(5))
step(optimizer, pair, [1.0, 1.0])
check.close(
    torch.stack([weight.detach().std() / rate for weight, rate in zip(pair, (1.0, 0.1), strict=True)]),
    [0.5, 0.5],
    "the deviation of the steps of NoisySGD in two groups, with scale 0.5, as a multiple of lr · |g|",
    mistakes={
        "NoisySGD adds noise to its first group only. There may be several.": [0.5, 0.0],
        "NoisySGD adds noise to its last group only. What stands inside of which loop?": [0.0, 0.5],
        "NoisySGD adds noise to each parameter as often as there are groups. Once is enough.": [0.75, 0.75],
    },
    rtol=0.05,
)
check.equal(
    bool(torch.allclose(pair[0].detach(), 10 * pair[1].detach(), rtol=1e-3)),
    False,
    "whether two groups get the same noise from NoisySGD",
    mistakes={"NoisySGD gives two groups the same noise. Is the generator set back for each?": True},
)
(weight,) = zeros(1000)
optimizer = NoisySGD([weight], 1.0, 0.5)
step(optimizer, [weight], [1.0])
check.equal(
    bool(weight.detach().std() > 0.1),
    True,
    "whether NoisySGD adds noise without a generator",
    mistakes={"NoisySGD adds no noise, or one number for all, where it has no generator.": False},
)
once = weight.detach().clone()
step(optimizer, [weight], [1.0])
check.equal(
    torch.allclose(weight.detach(), 2 * once, rtol=1e-3),
    False,
    "whether two steps of NoisySGD without a generator have the same noise",
    mistakes={
        "NoisySGD has the same noise at each step where it has no generator. Is one made anew, or a seed set?": True
    },
)
### BEGIN HIDDEN TESTS
import copy

torch.manual_seed(13)
ours = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 3)).double()
ours[0].bias.requires_grad_(False)
theirs = copy.deepcopy(ours)
ends = []
for kind, model, settings in ((NoisySGD, ours, {"scale": 0.0}), (torch.optim.SGD, theirs, {})):
    groups = [{"params": model[0].parameters(), "lr": 0.05}, {"params": model[2].parameters(), "momentum": 0.5}]
    optimizer, generator = kind(groups, lr=0.1, momentum=0.9, **settings), torch.Generator().manual_seed(6)
    for number in range(20):
        x = torch.randn(6, 4, generator=generator, dtype=torch.float64)
        optimizer.zero_grad()
        (model(x) - x[:, :3]).square().mean().backward()
        optimizer.step()
        if number == 12:
            for group in optimizer.param_groups:
                group["lr"] *= 0.3
    ends.append({name: tensor.clone() for name, tensor in model.state_dict().items()})
check.close(ends[0], ends[1], "the parameters after 20 steps of NoisySGD with scale 0", rtol=0, atol=1e-6)
(weight,) = zeros((50, 700))
optimizer = NoisySGD([weight], lr=0.5, scale=2.0, momentum=0.9, generator=seeded(7))
step(optimizer, [weight], [-3.0])
check.close(
    weight.detach().std(), torch.tensor(3.0), "the deviation of a first step of NoisySGD with scale 2", rtol=0.05
)
check.close(weight.detach().mean(), torch.tensor(1.5), "the mean of a first step of NoisySGD with scale 2", rtol=0.1)
### END HIDDEN TESTS

# %% [markdown]
# How much noise can training bear?
# Here the digit network trains five times from the same weights, with more and more noise.

# %% show="The same training with more and more noise" tags=["nbval-ignore-output"]
with check.when_written():
    curves = {}
    for scale in (0.0, 1.0, 2.0, 4.0, 8.0):
        model, generator = network(), torch.Generator(device).manual_seed(5)
        losses = train(model, NoisySGD(model.parameters(), lr=0.1, scale=scale, generator=generator), epochs=4)
        means = torch.tensor(losses).reshape(-1, 10).mean(dim=1)
        curves[f"scale {scale:g}: accuracy {measure(model)[1]:.2f}"] = means.tolist()
    ax = plots.loss_curve(
        curves,
        xlabel="tens of steps",
        ylabel="loss",
        title="Noise of once or twice the gradient's size harms little;\nat eight times the training breaks off",
    )
    ax.set_ylim(0, 3.5)

# %% [markdown]
# With scale 1 the typical error is as large as the gradient itself, and about one gradient in six even has the wrong sign.
# Yet the curve hardly differs from the one without noise.
# The errors have mean 0 and are independent, so over many weights and many steps they cancel, while the true gradients add up.
# There is a limit, though: at scale 4 the training suffers, and at 8 it breaks off.
#
# Such noise cannot do one thing that is often expected of noise.
# Where the gradient is 0, so is the noise: it does not push training off a flat place, and on a dark pixel, whose weights get no gradient, it does nothing.
#
# ## The race
#
# Now all of yours at once, through a valley that winds.
# Its floor sinks slowly towards the goal, and its walls are steep.
# Each has a rate with which it did well in a few tries, and no more is promised about fairness.

# %%
RACERS = {
    "SGD": lambda params: SGD(params, lr=0.4),
    "SGD with momentum": lambda params: SGD(params, lr=0.1, momentum=0.9),
    "Adam": lambda params: Adam(params, lr=0.5),
    "NoisySGD": lambda params: NoisySGD(params, lr=0.3, scale=1.0, generator=torch.Generator().manual_seed(4)),
}
RACE_STEPS = 250


def valley(x: Tensor, y: Tensor) -> Tensor:
    """Return the height of a valley whose floor follows a sine and sinks towards (0, 0)."""
    return 0.02 * x**2 + (y - torch.sin(x)) ** 2


# %% show="The race, drawn" tags=["nbval-ignore-output"]
with check.when_written():
    paths = {name: walk(make, valley, [-7.0, 1.5], RACE_STEPS) for name, make in RACERS.items()}
    heights = {name: valley(*path.T) for name, path in paths.items()}
    xs, ys = torch.meshgrid(torch.linspace(-8, 2, 201), torch.linspace(-2.6, 2.6, 121), indexing="xy")
    figure, (ax, below) = plt.subplots(2, 1, figsize=(8, 6.8), height_ratios=(3, 2), layout="constrained")
    levels = torch.logspace(-2.5, 1.2, 14)
    ax.contourf(xs, ys, valley(xs, ys), levels=levels, cmap="Blues", norm="log", extend="min", alpha=0.6)
    ax.plot(0, 0, "*", color=BLACK, markersize=15)
    for number, (name, path) in enumerate(paths.items()):
        dashes, marker = plots.STYLES[number % 5]
        style = {"color": plots.COLOURS[number % 4], "linestyle": dashes}
        ax.plot(*path.T, linewidth=1.3, **style)
        ax.plot(*path[-1], marker=marker, markersize=9, markeredgecolor="white", **style)
        below.semilogy(heights[name], marker=marker, markevery=25, label=name, **style)
    ax.set(xlim=(-8, 2), ylim=(-2.6, 2.6), aspect="equal")
    ax.set_title(f"Four ways down a winding valley, {RACE_STEPS} steps each; the star is the goal")
    below.set(xlabel="step", ylabel="height above the goal")
    below.legend(fontsize=9, ncols=2)

    for name, height in heights.items():
        high = (~(height < 0.01)).nonzero()[-1].item()  # the last step that is not yet below, or is nan
        print(f"{name:18}", f"stays below 0.01 from step {high + 1} on" if high < RACE_STEPS else "is not below 0.01")

# %% [markdown]
# SGD is down on the floor after a few steps, and then it crawls: the steep walls set a limit to its rate.
# Momentum swings from wall to wall at first, gathers speed along the floor, and is the first at the goal.
# Adam swings too, and comes second.
# The noise throws NoisySGD about on the walls, where the gradients are large; on the flat floor there is little of it.
#
# **Break it.**
# Take the racers one by one: double the rate, run both cells again, and go on until it no longer stays below 0.01.
# How large a rate can each of them bear?
# After that, set the rates back, and give momentum 1.0 a try.
#
# <details><summary>What you should see</summary>
#
# SGD fails at 0.8 and NoisySGD at 0.6; momentum holds until 0.8, and fails at 1.6.
# Adam arrives even with a rate of 1,000.
# Its first steps lead far off the map, and the enormous slopes out there stay in v for a long time, which makes the steps after them short.
# Do not take that for a rule: on the digits below, a rate of 0.1 is too much for it.
#
# With momentum 1.0 the velocity loses nothing, and the walk swings back and forth; even after 5,000 steps it has not come to rest.
# </details>
#
# The race makes a good animation, for somebody who wonders what you are learning here.
# Give it a name, and run the next two cells; it takes some seconds.

# %%
RACE_FILE = None  # or a name like "race.gif"

# %% show="The race as an animation"
if RACE_FILE:
    with check.when_written():
        paths = {name: walk(make, valley, [-7.0, 1.5], RACE_STEPS) for name, make in RACERS.items()}
        film, ax = plt.subplots(figsize=(7, 3.8), dpi=70)
        ax.contourf(xs, ys, valley(xs, ys), levels=levels, cmap="Blues", norm="log", extend="min", alpha=0.6)
        ax.plot(0, 0, "*", color=BLACK, markersize=15)
        ax.set(xlim=(-8, 2), ylim=(-2.6, 2.6), xticks=[], yticks=[], title="Four optimizers race to the star")
        trails, dots = [], []
        for number, name in enumerate(paths):
            (dashes, marker), colour = plots.STYLES[number % 5], plots.COLOURS[number % 4]
            trails += ax.plot([], [], linewidth=1.3, color=colour, linestyle=dashes)
            dots += ax.plot([], [], marker=marker, markersize=9, color=colour, linestyle="none", label=name)
        ax.legend(fontsize=8, loc="lower left", ncols=2)

        def frame(number: int) -> list:
            """Show each racer where it is after `number` steps."""
            for trail, dot, path in zip(trails, dots, paths.values(), strict=True):
                trail.set_data(*path[: number + 1].T)
                dot.set_data(*path[number : number + 1].T)
            return [*trails, *dots]

        FuncAnimation(film, frame, range(0, RACE_STEPS + 1, 4)).save(RACE_FILE, PillowWriter(fps=12))
        print(f"The animation is in {RACE_FILE}, beside this notebook.")
else:
    print("Give RACE_FILE a name in the cell above, and run both cells.")

# %% [markdown]
# ## Which one, with which rate?
#
# A race with one rate each says little, since every optimizer wins with the right rates for itself and the wrong ones for the others.
# A comparison that means something gives each its own best rate, and shows the rates beside it.
# Each point below is a training run of three epochs on the digits.

# %% show="Each optimizer at seven rates" tags=["nbval-ignore-output"]
with check.when_written():
    kinds = {
        "SGD": SGD,
        "SGD, momentum 0.9": lambda params, lr: SGD(params, lr, momentum=0.9),
        "Adam": Adam,
    }
    rates = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0]
    _, ax = plt.subplots(figsize=(7, 3.8), layout="constrained")
    for (name, kind), (dashes, marker), colour in zip(kinds.items(), plots.STYLES, plots.COLOURS, strict=False):
        ends = []
        for lr in rates:
            model = network()
            _ = train(model, kind(model.parameters(), lr=lr), epochs=3)
            ends.append(measure(model)[0])
        ax.semilogx(rates, ends, color=colour, linestyle=dashes, marker=marker, label=name)
        best = min(range(len(rates)), key=ends.__getitem__)
        print(f"{name:18} best at {rates[best]:<6g} with loss {ends[best]:.2f}")
    ax.set(title="Each optimizer has its own good rates", xlabel="learning rate", ylabel="loss after three epochs")
    ax.set_ylim(0, 2.6)
    ax.legend(fontsize=9)

# %% [markdown]
# Each curve has its valley somewhere else: momentum wants a smaller rate than plain SGD, and Adam a much smaller one.
# With the best rates, momentum and Adam end lower than plain SGD; which of the two is first changes with the seed.
# Adam's valley is the widest here: it asks for the least care with the rate.
#
# All this was measured on one small network, and on others it may be different.
# What carries over is the way to find out: the same budget for each, rates in equal ratios, and the whole curve shown.

# %% [markdown]
# ## What you have learnt
#
# - An optimizer holds groups, each with its own settings, and a state, with an entry per parameter. `step` changes the parameters in place, under `no_grad`.
# - Momentum adds gradients up in a velocity: steady ones build up to 1 / (1 - momentum) times, and those that change their sign are damped.
# - Adam divides a running average of the gradients by the size that they usually have. While the gradients are steady, its learning rate is the length of a step.
# - Averages that start at 0 are too small at first; the bias correction takes that out.
# - The training here bore errors as large as the gradients themselves; they had mean 0 and were independent.
# - Comparing optimizers means comparing each at its own best rate.
#
# ## Mistakes that the checks of this lesson look for
#
# | mistake | why people make it |
# |---|---|
# | the update outside of `no_grad`, or into a new tensor | The formula says `w = w - …`, and so does the first line that people write. |
# | one velocity, one m or one count for all parameters | With one parameter it works, and the formula has one letter for it. |
# | the state made anew in each step | It stands in `step`, where it is used. |
# | the gradient's own tensor kept as velocity | `=` looks like a copy; the next `backward` writes into it. |
# | `self.lr` where the group's rate is meant | It works until there is a second group, or a scheduler. |
# | `return` or `break` at a parameter without a gradient | The first model has no frozen layers. |
# | no bias correction, or the count from 0 | The training runs without it, with wild first steps. |
# | the corrected averages kept | They are computed right there, under the same names. |
# | `eps` under the root | Other formulas have it there. |
# | noise of one size for all, or one number for a tensor | A call of `randn` is the first that comes to mind. |
# | a generator set back in each call | "Seeded" sounds like a seed in the function. |
#
# ## Your own data
#
# - Which learning rate does your project use, and where does it come from? Draw its loss over seven rates, as above, with a tenth of the training.
# - Name a part of a network of yours that you would give a rate of its own, and say why. How would you find out whether it helps?
#
# ## Where to read on
#
# - Goodfellow, Bengio and Courville, *Deep Learning*, chapter 8: [Optimization for training deep models](https://www.deeplearningbook.org/contents/optimization.html), sections 8.3 and 8.5.
# - PyTorch's pages on [`torch.optim`](https://docs.pytorch.org/docs/stable/optim.html), with the formulas of [`SGD`](https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html) and [`Adam`](https://docs.pytorch.org/docs/stable/generated/torch.optim.Adam.html). `AdamW` among them treats weight decay separately from the gradient.
# - Kingma and Ba, [Adam: a method for stochastic optimization](https://arxiv.org/abs/1412.6980), whose algorithm 1 is what you wrote.
#
# **Next:** lesson 12. There the data are not ready-made: files become batches.
