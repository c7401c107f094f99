# %% [markdown]
# # Saving and loading
#
# After this lesson you can
#
# - say what a `state_dict` holds, and what it leaves out;
# - save a network so that it can be rebuilt from the file alone, and load one without trusting the file;
# - read the error that you get when weights do not fit a network;
# - interrupt a training run, and go on as if nothing had happened;
# - let training stop by itself, and get the best weights back.
#
# **Time:** 65 minutes, and 15 more for the bonus task.
#
# **Builds on:** [Validation and dropout](../05_validation_dropout/05_validation_dropout.ipynb), for modes, dropout and the best epoch; and [Training](../03_training/03_training.ipynb), for optimizers.
#
# **Leads to:** [Manual gradients, autograd and optimizers](../07_manual_autograd/07_manual_autograd.ipynb).
# So far PyTorch has found every gradient; there you find some yourself.

# %%
import copy
import math
import os
import tempfile

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from kindling import check, data, plots

BLUE, ORANGE = plots.COLOURS[:2]
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
torch.set_num_threads(1)  # enough for so small a network
scratch = tempfile.TemporaryDirectory(prefix="kindling-")  # deleted when the notebook ends


def place(name: str) -> str:
    """Return the path of a file in this lesson's own folder."""
    return os.path.join(scratch.name, name)


# %% [markdown]
# ## A network worth keeping
#
# A trained network lives in the memory of one process.
# Close the notebook, and hours of training are gone.
# In this lesson you write a network to a file and read it back, and you see what can go wrong on the way.
#
# First we need a network.
# This one takes its sizes as arguments, so one class can make many networks.
# How many layers there are and how wide they are is your choice: training never changes it.
# Such a choice is called a *hyperparameter*; the dropout rate and the learning rate are others.
#
# Two things in the class may be new.
# `nn.ModuleList` is a list that registers the layers in it, which a plain Python list does not.
# And the network remembers its input size and its output size; each hidden layer knows its own size as `out_features`.
# (`zip([784, 64], [64, 10])` gives the sizes of one layer at a time: 784 and 64, then 64 and 10.)


# %%
class Network(nn.Module):
    """Hidden layers of any sizes with ReLU and dropout.

    `forward`: (n, …) with `input_size` numbers each to log-probabilities (n, output_size).
    """

    def __init__(self, input_size: int, output_size: int, hidden_layers: list[int], dropout: float = 0.2) -> None:
        super().__init__()
        self.input_size = input_size
        self.output_size = output_size
        inputs, outputs = [input_size, *hidden_layers], [*hidden_layers, output_size]
        layers = [nn.Linear(*sizes) for sizes in zip(inputs, outputs, strict=True)]
        self.hidden_layers = nn.ModuleList(layers[:-1])
        self.output = layers[-1]
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        x = x.flatten(start_dim=1)
        for layer in self.hidden_layers:
            x = self.dropout(F.relu(layer(x)))
        return F.log_softmax(self.output(x), dim=1)


network = Network(784, 10, [64, 32]).to(device)

# %% show="The network as layers"
_, ax = plt.subplots(figsize=(7, 2.5), layout="constrained")
_ = plots.network(
    [784, 64, 32, 10],
    names=["pixels", "hidden_layers.0", "hidden_layers.1", "output"],
    title="Network(784, 10, [64, 32]): each line is a weight",
    ax=ax,
)

# %% [markdown]
# We train it on 2,000 images of clothes for ten epochs, and measure it on another 2,000.

# %% show="Training the network, and measuring it" tags=["nbval-ignore-output"]
dataset = data.load("fashion-mnist", train=True)
pixels = dataset.data[:4000].unsqueeze(dim=1).to(device) / 127.5 - 1  # (4000, 1, 28, 28) in [-1, 1]
targets = torch.as_tensor(dataset.targets[:4000]).to(device)
images, val_images = pixels[:2000], pixels[2000:]
labels, val_labels = targets[:2000], targets[2000:]


def train_epochs(model: nn.Module, optimizer: torch.optim.Optimizer, epochs: range) -> list[float]:
    """Train `model` for these epochs; return the loss of each step."""
    losses = []
    model.train()
    for epoch in epochs:
        torch.manual_seed(epoch)  # order and dropout of an epoch depend on its number alone
        for rows in torch.randperm(len(images)).split(100):
            optimizer.zero_grad()
            loss = F.nll_loss(model(images[rows]), labels[rows])
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses


def validate(model: nn.Module) -> tuple[float, float]:
    """Return the loss and the accuracy of `model` on the validation images, in inference mode."""
    model.eval()
    with torch.no_grad():
        log_probs = model(val_images)
    accuracy = (log_probs.argmax(dim=1) == val_labels).float().mean().item()
    return F.nll_loss(log_probs, val_labels).item(), accuracy


torch.manual_seed(0)
network = Network(784, 10, [64, 32]).to(device)
_ = train_epochs(network, torch.optim.Adam(network.parameters(), lr=0.002), range(10))
print(f"accuracy on images that it has never seen: {validate(network)[1]:.2f}")

# %% [markdown]
# ## What is a network made of?
#
# Training changes nothing but numbers.
# `state_dict()` returns them: a dictionary with a name for each tensor of the network.

# %% show="The names, shapes and dtypes in a state_dict"
for name, tensor in network.state_dict().items():
    print(f"{name:24} {tuple(tensor.shape)!s:10} {tensor.dtype}")

# %% [markdown]
# Each name is the path to a tensor, joined by dots: `hidden_layers.0.weight` is the weight of the first layer in `self.hidden_layers`.
# A weight has shape `(out, in)`: one row for each unit, and one column for each input.
#
# Here is the whole dictionary as a picture: each patch of colour is one number, though the first matrix has too many to tell apart.
# A row of `hidden_layers.0.weight` has one weight for each pixel, so we can also draw it as an image.
# It shows what one hidden unit looks for: bright pixels where the picture is red, dark ones where it is blue.

# %% show="A state_dict, and what eight hidden units look for" tags=["nbval-ignore-output"]
state = {name: tensor.cpu() for name, tensor in network.state_dict().items()}
figure, axes = plt.subplots(3, 2, figsize=(9, 3.4), width_ratios=[3, 1], layout="constrained")
for (name, tensor), ax in zip(state.items(), axes.flat, strict=True):
    rows = tensor.reshape(len(tensor), -1)
    drawn = ax.imshow(rows, cmap="RdBu_r", vmin=-0.4, vmax=0.4, aspect="auto", interpolation="nearest")
    ax.set_title(f"{name} {tuple(tensor.shape)}", fontsize=9)
    ax.set(xticks=[], yticks=[])
figure.colorbar(drawn, ax=axes, label="value")
_ = figure.suptitle("A state_dict: six tensors, each with its name and its shape", fontsize=11)

weights = state["hidden_layers.0.weight"]
strongest = weights.norm(dim=1).argsort(descending=True)[:8]
figure, axes = plt.subplots(1, 8, figsize=(9, 1.7), layout="constrained")
for ax, unit in zip(axes, strongest.tolist(), strict=True):
    ax.imshow(weights[unit].reshape(28, 28), cmap="RdBu_r", vmin=-0.3, vmax=0.3)
    ax.set_title(f"unit {unit}", fontsize=9)
    ax.axis("off")
_ = figure.suptitle("Eight rows of hidden_layers.0.weight as images: what these units look for", fontsize=11)

# %% [markdown]
# Now look for what is *not* in it.
# There is no `forward`, no ReLU, no dropout rate and no mode.
# A `state_dict` holds the numbers, and none of the code that uses them.
#
# **Predict first.**
# The next cell takes the `state_dict` of a layer whose two weights are 0.
# Then the layer learns, and both weights become 1.
# What does `kept["weight"]` hold after that?
# Replace `None` in the cell below that one with your answer, a list of two numbers.

# %% show="A state_dict, and a step of learning after it"
layer = nn.Linear(2, 1, bias=False)
nn.init.zeros_(layer.weight)
kept = layer.state_dict()
copied = copy.deepcopy(layer.state_dict())
with torch.no_grad():
    layer.weight += 1  # in place, as an optimizer does it

# %%
prediction = None

# %% show="Your prediction, beside kept and copied"
if prediction is not None:
    print("You said:", prediction)
    print("kept:    ", kept["weight"].flatten().tolist())
    print("copied:  ", copied["weight"].flatten().tolist())
match prediction:
    case None:
        print("Replace None with a list of two numbers, and run both cells again.")
    case [1, 1]:
        print("Right: what you kept changes together with the layer.")
    case [0, 0]:
        print("You expected state_dict() to copy the numbers. It does not; copy.deepcopy does.")
    case _:
        print("Before the step both weights are 0, and after it both are 1. Which of the two does kept hold?")

# %% [markdown]
# <details><summary>Answer: what does <code>kept</code> hold?</summary>
#
# It holds `[1, 1]`.
# The tensors in the dictionary are not copies: they share their memory with the network, so what you "kept" changed when the layer learnt.
# `copy.deepcopy` makes a real copy, and so does writing to a file.
# You will need this at the end of the lesson.
# </details>

# %% [markdown]
# ## What belongs in the file?
#
# `torch.save(something, path)` can write nearly anything.
# The shortest way is to give it the whole network.
# That works, but it is a trap: let a fresh process read the file, one that knows PyTorch but nothing of this notebook.

# %% show="A file of the whole network, read by a fresh process" tags=["nbval-ignore-output"]
import subprocess
import sys

torch.save(network, place("whole.pt"))


def fresh_process(code: str, path: str) -> str:
    """Run `code` in a new Python process with the argument `path`; return the last line that it prints."""
    command = [sys.executable, "-c", code, path]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.stdout.strip().split("\n")[-1]


reader = "import sys, torch; torch.load(sys.argv[1], weights_only=False)"
print(fresh_process(reader, place("whole.pt")))

# %% [markdown]
# Read the error slowly: the file asks for something called `Network` in the main program, and there is no such thing.
# `torch.save` does not write down your class.
# It writes the *name* of the class, and any program that loads the file must have the same class under the same name.
# If you rename the class or move it to another file, your old files no longer load.
# If you rename a layer, they still load, but as a network that your new `forward` cannot run.
#
# The opposite is to save the `state_dict` alone.
# It contains no names of yours except those of the layers.
# But which network do you load it into?
# You could work out the sizes of this network from the shapes of its weights.
# Nothing in them tells you the dropout rate, the activation function or, in a convolutional network, the stride.
#
# So the file gets both: the weights, and the hyperparameters that *rebuild the network*, as plain numbers.
# Such a file is called a *checkpoint*.
#
# ### Save a checkpoint (9 minutes, ●●○)
#
# Write `save_checkpoint(model, path)`.
# It writes one dictionary with `torch.save`, and the dictionary has these four keys:
#
# | key | value |
# |---|---|
# | `"input_size"` | an int |
# | `"output_size"` | an int |
# | `"hidden_layers"` | a list of ints: the number of units in each hidden layer, in order |
# | `"state_dict"` | the network's `state_dict()` |
#
# You may add more that helps to rebuild the network, such as its dropout rate.
# Write plain values and tensors, and nothing else: no layers, no network, no class of your own.
#
# Example: for `Network(784, 10, [64, 32])` the first three values are `784`, `10` and `[64, 32]`.


# %% task="save_checkpoint"
def save_checkpoint(model: Network, path: str) -> None:
    """Write a dictionary with "input_size", "output_size", "hidden_layers" and "state_dict" to the file `path`.

    The sizes are ints and a list of ints. `model` stays as it was.
    """
    ### BEGIN SOLUTION
    checkpoint = {
        "input_size": model.input_size,
        "output_size": model.output_size,
        "hidden_layers": [layer.out_features for layer in model.hidden_layers],
        "state_dict": model.state_dict(),
    }
    torch.save(checkpoint, path)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: how do I get the sizes of the hidden layers?</summary>
#
# `model.hidden_layers` holds layers, but the file needs numbers.
# You can go through it with `for`, like any list.
# `print(model.hidden_layers[0])` shows what an `nn.Linear` knows about itself.
# </details>
#
# <details><summary>Hint: what is a plain value?</summary>
#
# An int, a float, a string, a bool, or a list or dictionary of these: anything that Python understands without your notebook.
# </details>

# %% check="save_checkpoint" points=2
import os
import pickle
import re
import tempfile
import zipfile


def written_by_torch(path: str) -> bool:
    """Return whether the file is one of torch.save, in its zip format or in the one before that."""
    with open(path, "rb") as file:
        start = file.read(32)
    return start.startswith(b"PK") or b"\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19" in start  # zip, or torch's number


def foreign_names(path: str) -> list[str]:
    """Return the classes and functions that the file names, but for those of tensors and plain values."""
    allowed = torch.serialization.get_safe_globals()
    torch.serialization.clear_safe_globals()  # what this notebook allows, a fresh process does not
    try:
        if zipfile.is_zipfile(path):
            return sorted(torch.serialization.get_unsafe_globals_in_checkpoint(path))
        torch.load(path, weights_only=True)  # the old format tells its names in an error alone
        return []
    except pickle.UnpicklingError as error:
        return re.findall(r"GLOBAL (\S+)", str(error)) or ["an unknown class"]
    finally:
        torch.serialization.add_safe_globals(allowed)


def numbers(inputs: int, outputs: int, hidden: list[int]) -> dict[str, Tensor]:
    """Return new weights and biases for a Network of these sizes, by their names."""
    names = [*(f"hidden_layers.{i}" for i in range(len(hidden))), "output"]
    state = {}
    for name, before, units in zip(names, [inputs, *hidden], [*hidden, outputs], strict=True):
        state[f"{name}.weight"] = torch.randn(units, before, generator=seeded)
        state[f"{name}.bias"] = torch.randn(units, generator=seeded)
    return state


seeded = torch.Generator().manual_seed(1)
state = numbers(6, 3, [5, 4])
model = Network(6, 3, [5, 4])
model.load_state_dict(state)
model(torch.ones(1, 6)).sum().backward()
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "network.pt")
    save_checkpoint(model, path)
    check.equal(
        os.path.exists(path),
        True,
        "whether save_checkpoint(model, path) writes the file",
        mistakes={"save_checkpoint(model, path) writes no file at the path that it was given.": False},
    )
    check.equal(
        written_by_torch(path),
        True,
        "whether torch.save wrote the file of save_checkpoint(…)",
        mistakes={"save_checkpoint(…) writes a file that torch.load cannot read. Does torch.save write it?": False},
    )
    named = foreign_names(path)
    check.equal(
        any(name.endswith("getattr") for name in named),
        False,
        "a method in the file",
        mistakes={"save_checkpoint(…) writes a method, not what it returns. Are the brackets of state_dict() there?": True},
    )
    check.equal(
        any(name.endswith(".Network") for name in named),
        False,
        "the network itself in the file",
        mistakes={"save_checkpoint(…) writes the network itself, whose class a fresh process does not have.": True},
    )
    check.equal(
        any("torch.nn" in name for name in named),
        False,
        "layers in the file",
        mistakes={"save_checkpoint(…) writes a layer itself. Which number of it belongs in the file?": True},
    )
    check.equal(
        any("numpy" in name for name in named),
        False,
        "numbers of NumPy in the file",
        mistakes={"save_checkpoint(…) writes numbers or arrays of NumPy. Plain ints and tensors are wanted.": True},
    )
    if named:
        sentence = f"save_checkpoint(…) writes an object that a fresh process cannot build: {', '.join(named)}."
        check.equal(True, False, "other classes in the file", mistakes={sentence: True})
    checkpoint = torch.load(path, weights_only=True)
wanted = {"hidden_layers", "input_size", "output_size", "state_dict"}  # further keys may help to rebuild the network
check.equal(
    isinstance(checkpoint, dict) and set(checkpoint) == set(state),
    False,
    "whether the file holds the weights alone",
    mistakes={"save_checkpoint(…) writes the weights alone. What rebuilds the network?": True},
)
check.equal(
    ", ".join(sorted(wanted & set(checkpoint))) if isinstance(checkpoint, dict) else type(checkpoint).__name__,
    ", ".join(sorted(wanted)),
    "the list of the task's keys in the file",
    mistakes={
        "save_checkpoint(…) writes a list. A dictionary is wanted, whose keys say what is what.": "list",
        "save_checkpoint(…) writes a tuple. A dictionary is wanted, whose keys say what is what.": "tuple",
        "save_checkpoint(…) has none of the task's keys for the sizes. What rebuilds the network?": "state_dict",
        'save_checkpoint(…) writes no "hidden_layers". How many units does each hidden layer have?': (
            "input_size, output_size, state_dict"
        ),
        'save_checkpoint(…) writes no "state_dict". Where are the weights?': "hidden_layers, input_size, output_size",
    },
)


def sizes(inputs: int, outputs: int, hidden: object) -> dict[str, object]:
    """Return what the file says of the sizes."""
    return {"input_size": inputs, "output_size": outputs, "hidden_layers": hidden}


check.equal(
    {key: checkpoint[key] for key in ("input_size", "output_size", "hidden_layers")},
    sizes(6, 3, [5, 4]),
    "checkpoint",
    mistakes={
        'save_checkpoint(…) has the hidden sizes in a tuple. "hidden_layers" is a list of ints.': sizes(6, 3, (5, 4)),
        'save_checkpoint(…) has the hidden sizes in a tensor. "hidden_layers" is a list of ints.': sizes(
            6, 3, torch.tensor([5, 4])
        ),
        "save_checkpoint(…) counts the output among the hidden layers.": sizes(6, 3, [5, 4, 3]),
        "save_checkpoint(…) lists all sizes. The input and the output have keys of their own.": sizes(
            6, 3, [6, 5, 4, 3]
        ),
        "save_checkpoint(…) lists the inputs of each hidden layer. Its units are wanted.": sizes(6, 3, [6, 5]),
        "save_checkpoint(…) lists the inputs of each layer. The units of the hidden ones are wanted.": sizes(
            6, 3, [6, 5, 4]
        ),
        "save_checkpoint(…) has input and output the wrong way round.": sizes(3, 6, [5, 4]),
        "save_checkpoint(…) gives the number of hidden layers. The units of each are wanted.": sizes(6, 3, 2),
        "save_checkpoint(…) gives the units of the first hidden layer alone.": sizes(6, 3, [5]),
        "save_checkpoint(…) gives the sizes of the hidden layers in another order. The network's own order is wanted.": sizes(6, 3, [4, 5]),
        "save_checkpoint(…) writes the lesson's network. Which one was it given?": sizes(784, 10, [64, 32]),
        "save_checkpoint(…) takes the units of the first hidden layer for the inputs.": sizes(5, 3, [5, 4]),
        "save_checkpoint(…) writes 784 and 10 for every network. What are the sizes of this one?": sizes(
            784, 10, [5, 4]
        ),
        "save_checkpoint(…) writes 64 and 32 for every network. What are the sizes of this one?": sizes(6, 3, [64, 32]),
    },
)
lesson_shapes = {name: tensor.shape for name, tensor in Network(784, 10, [64, 32]).state_dict().items()}
check.equal(
    isinstance(checkpoint["state_dict"], dict)
    and {name: getattr(tensor, "shape", None) for name, tensor in checkpoint["state_dict"].items()} == lesson_shapes,
    False,
    "whether the weights in the file are those of the lesson's network",
    mistakes={"save_checkpoint(…) writes the weights of the lesson's network. Which one was it given?": True},
)
check.equal(
    checkpoint["state_dict"],
    state,
    'checkpoint["state_dict"]',
    mistakes={
        'save_checkpoint(…) has the numbers of the network in a list. "state_dict" needs their names.': [
            *state.values()
        ],
        "save_checkpoint(…) rounds the weights to float16. They should come back as they were.": {
            name: tensor.half() for name, tensor in state.items()
        },
        "save_checkpoint(…) rounds the weights to bfloat16. They should come back as they were.": {
            name: tensor.bfloat16() for name, tensor in state.items()
        },
    },
)
check.equal(
    any(tensor.requires_grad for tensor in checkpoint["state_dict"].values()),
    False,
    "gradients asked for in the file",
    mistakes={"save_checkpoint(…) writes parameters, which require gradients. What gives the bare tensors?": True},
)
check.unchanged(dict(model.state_dict()), state, "the state of model")
check.equal(
    all(module.training for module in model.modules()),
    True,
    "training mode after save_checkpoint(…)",
    mistakes={"save_checkpoint(…) leaves the model in inference mode. Somebody may want to train it further.": False},
)
check.equal(
    all(parameter.requires_grad for parameter in model.parameters()),
    True,
    "gradients asked for by the model after save_checkpoint(…)",
    mistakes={"save_checkpoint(…) freezes the model that it gets. Somebody may want to train it further.": False},
)
check.equal(
    any(parameter.grad is None or not parameter.grad.any() for parameter in model.output.parameters()),
    False,
    "whether save_checkpoint(…) clears gradients of the model",
    mistakes={"save_checkpoint(…) clears the gradients of the model that it gets. Leave the model as it was.": True},
)
### BEGIN HIDDEN TESTS
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "saved twice")
    for inputs, outputs, hidden in ((4, 5, [7]), (10, 2, [3, 9, 6, 3, 9])):  # two files of one name, sizes that recur
        model, state = Network(inputs, outputs, hidden, dropout=0.5).eval(), numbers(inputs, outputs, hidden)
        model.load_state_dict(state)
        torch.manual_seed(2)
        randomness = torch.get_rng_state()
        save_checkpoint(model, path)
        check.unchanged(torch.get_rng_state(), randomness, "the state of torch's random numbers")
        # A file is good when somebody can read it who has nothing of this notebook.
        check.equal(foreign_names(path), [], "the list of classes in the file that a fresh process cannot build")
        checkpoint = torch.load(path, weights_only=True)
        wanted = {**sizes(inputs, outputs, hidden), "state_dict": state}
        found = {key: checkpoint.get(key) for key in wanted}
        check.equal(
            found,
            wanted,
            f"the file of Network({inputs}, {outputs}, {hidden})",
            mistakes={
                "save_checkpoint(…) sorts the sizes of the hidden layers. The network's own order is wanted.": {
                    **wanted,
                    "hidden_layers": sorted(hidden, reverse=True),
                },
                "save_checkpoint(…) gives each size once. Layers of one size count one by one.": {
                    **wanted,
                    "hidden_layers": list(dict.fromkeys(hidden)),
                },
            },
        )
        check.equal(model.training, False, "training mode after save_checkpoint(…) of a model in inference mode")
### END HIDDEN TESTS

# %% [markdown]
# What does such a file look like?
# It is a zip archive: a small part called `data.pkl` that describes the structure, and then the bare numbers of each tensor.
# The plain values take almost no room.

# %% show="What is in the file of a checkpoint" tags=["nbval-ignore-output"]
import zipfile

with check.when_written():
    save_checkpoint(network, place("network.pt"))
    with zipfile.ZipFile(place("network.pt")) as archive:
        for part in archive.infolist():
            if "/data" in part.filename:
                print(f"{part.filename:20} {part.file_size:8,} bytes")

# %% [markdown]
# 784 · 64 weights of 4 bytes each make 200,704 bytes: the largest part is the first weight matrix.

# %% [markdown]
# ## A file from somebody else
#
# `data.pkl` is a *pickle*, Python's own format for objects.
# A pickle is not a list of values.
# It is a list of *instructions* for building an object, and one kind of instruction is: call this function with these arguments.
# The person who made the file chose the function.
#
# Here is such a file, with a harmless function.


# %% show="A file that calls a function when it is loaded"
class Surprise:
    """An object whose pickle says: to build me, call print."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return print, ("The file printed this line. It could have deleted your photos.",)


torch.save({"weights": torch.zeros(3), "extra": Surprise()}, place("surprise.pt"))

print("Loading …")
_ = torch.load(place("surprise.pt"), weights_only=False)
print("Done.")

# %% [markdown]
# Nobody called `print` with that line: loading was enough.
# Loaded in this way, a weights file from the internet can do whatever a program can do.
#
# `weights_only=True` checks each instruction against a list: it builds tensors, plain values and a few harmless types, and anything else is an error.

# %% show="The same file with weights_only=True"
try:
    torch.load(place("surprise.pt"), weights_only=True)
except Exception as error:
    print(f"{type(error).__name__}: {error}".replace("\x1b[1m", "").replace("\x1b[0m", ""))

# %% [markdown]
# The message is long, and the first thing it offers is to switch the protection off.
# The important line comes later: `Unsupported global: GLOBAL print`.
# Somebody put the function `print` into a file of weights.
# Do not load such a file.
#
# Since PyTorch 2.6, `weights_only=True` is the default.
# Write it anyway: your code may run with an older version, where the default was False.
#
# ### Where do the tensors go?
#
# A file remembers which device each tensor was on.
# Weights that were trained on a GPU go back to a GPU when they are loaded, and many computers have none.
# The next cell imitates such a file: it writes the name of a GPU where the file says `cpu`.


# %% show="A file from a GPU that is not here" tags=["nbval-ignore-output"]
def as_from_gpu(path: str) -> None:
    """Change the file `path` as if its tensors had been on a GPU, one that this computer does not have."""
    gpu = f"cuda:{torch.cuda.device_count()}".encode()  # GPUs are counted from 0
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in parts.items():
            if name.endswith("data.pkl"):  # a pickle gives the length of a text before it
                part = part.replace(b"\x03\x00\x00\x00cpu", len(gpu).to_bytes(4, "little") + gpu)
            archive.writestr(name, part)


torch.save({"weights": torch.zeros(3)}, place("gpu.pt"))
as_from_gpu(place("gpu.pt"))

try:
    torch.load(place("gpu.pt"), weights_only=True)
except RuntimeError as error:
    print("RuntimeError:", error)

print(torch.load(place("gpu.pt"), weights_only=True, map_location="cpu"))

# %% [markdown]
# This time the message says what to do.
# `map_location="cpu"` puts every tensor in the computer's main memory, wherever it was before; from there you can move it to any device.
#
# ### Files that are not checkpoints
#
# Downloads break off, disks fill up, and people mistype names.
# What does `torch.load` say then?

# %% show="Four files that are not checkpoints"
torch.save({"weights": torch.zeros(1000)}, place("good.pt"))
with open(place("good.pt"), "rb") as file:
    content = file.read()
letter = b"hello, here are the weights\n"
for name, part in {"cut.pt": content[:3000], "empty.pt": b"", "letter.txt": letter}.items():
    with open(place(name), "wb") as file:
        file.write(part)

for name in ("missing.pt", "cut.pt", "empty.pt", "letter.txt"):
    try:
        torch.load(place(name), weights_only=True)
    except Exception as error:
        first_line = str(error).replace(scratch.name + os.sep, "").split(". ")[0]
        print(f"{name:12} {type(error).__name__}: {first_line}")

# %% [markdown]
# A missing file gets a clear answer.
# The others do not: no message names the file, and "KeyError: 101" tells nobody that the file is a letter.
# (101 is the number of the character `e`, the second one in the file.)
#
# So we wrap whatever reads a file.
# Any error inside `with reading(path):` becomes one sentence that names the file.

# %%
import contextlib
from collections.abc import Iterator


@contextlib.contextmanager
def reading(path: str) -> Iterator[None]:
    """Run code that reads the file `path`. Any error but an OSError becomes a ValueError that names the file."""
    try:
        yield
    except OSError:
        raise  # as for a missing file, which it names already
    except Exception as error:
        raise ValueError(f"{path} cannot be used: it is damaged, or another kind of file.") from error


# %% [markdown]
# ### Load a checkpoint (10 minutes, ●●○)
#
# Write `load_checkpoint(path)`: it reads a file that your `save_checkpoint` wrote, and returns the `Network` in it.
#
# - It knows nothing but the file: sizes and weights come from there.
# - It passes `weights_only=True` and `map_location` to `torch.load`, and the network is on the CPU.
# - The network is in inference mode, since most people load a network to use it.
# - If the file is missing, damaged or something else entirely, or if its weights are not exactly those of a network of its sizes, you get an error and no network.
#   The errors that come by themselves are enough; `with reading(path):` makes them clear.
#
# Example: for a file with the sizes `784`, `10` and `[64, 32]`, the result is `Network(784, 10, [64, 32])`, with the weights from the file, and `result.training` is False.
#
# What about the dropout rate?
# In inference mode nothing is dropped, so the answers are the same without it.
# If you want to train the network further, you need it: either it is in the file, or you choose it again.


# %% task="load_checkpoint"
def load_checkpoint(path: str) -> Network:
    """Return the network that `save_checkpoint` wrote to the file `path`: on the CPU, in inference mode.

    A file that is missing, damaged or something else is an error.
    """
    ### BEGIN SOLUTION
    with reading(path):
        checkpoint = torch.load(path, map_location="cpu", weights_only=True)
        model = Network(checkpoint["input_size"], checkpoint["output_size"], checkpoint["hidden_layers"])
        model.load_state_dict(checkpoint["state_dict"])
    return model.eval()
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: where do I begin?</summary>
#
# There are four steps: read the dictionary; make a `Network` with the sizes in it; give it the weights, with its method `load_state_dict`; choose its mode.
# </details>
#
# <details><summary>Hint: <code>'_IncompatibleKeys' object has no attribute …</code></summary>
#
# `load_state_dict` changes the network in place.
# It returns a report about names, not the network.
# </details>

# %% check="load_checkpoint" points=3
import contextlib
import copy
import inspect
import os
import tempfile
import warnings
import zipfile
from unittest import mock


def numbers(inputs: int, outputs: int, hidden: list[int]) -> dict[str, Tensor]:
    """Return new weights and biases for a Network of these sizes, by their names."""
    names = [*(f"hidden_layers.{i}" for i in range(len(hidden))), "output"]
    state = {}
    for name, before, units in zip(names, [inputs, *hidden], [*hidden, outputs], strict=True):
        state[f"{name}.weight"] = torch.randn(units, before, generator=seeded)
        state[f"{name}.bias"] = torch.randn(units, generator=seeded)
    return state


def content(inputs: int, outputs: int, hidden: list[int], state: dict[str, Tensor]) -> dict[str, object]:
    """Return what a file of such a network holds: the task's keys, and whatever your save_checkpoint adds to them."""
    keys = {"input_size": inputs, "output_size": outputs, "hidden_layers": hidden, "state_dict": state}
    model = Network(inputs, outputs, hidden)
    model.load_state_dict(state)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "own.pt")
        try:
            save_checkpoint(model, path)
            own = dict(torch.load(path, weights_only=True))
        except (Exception, SystemExit):  # it is not written, or its own check says what is wrong with it
            own = {}
    return copy.deepcopy({**own, **keys})


seeded = torch.Generator().manual_seed(2)
state = numbers(6, 3, [5, 4])
checkpoint = content(6, 3, [5, 4], state)
torch.manual_seed(3)
untrained = copy.deepcopy(dict(Network(6, 3, [5, 4]).state_dict()))
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "network.pt")
    torch.save(checkpoint, path)
    torch.manual_seed(3)
    loaded = load_checkpoint(path)
check.equal(
    "Network" if isinstance(loaded, Network) else type(loaded).__name__,
    "Network",
    "the type of load_checkpoint(path)",
    mistakes={
        "load_checkpoint(path) gives what is in the file. The network that it describes is wanted.": "dict",
        "load_checkpoint(path) gives the report of load_state_dict. The network is wanted.": "_IncompatibleKeys",
        "load_checkpoint(path) gives None. Does it return the network?": "NoneType",
        "load_checkpoint(path) gives a tuple. The network alone is wanted.": "tuple",
        "load_checkpoint(path) gives a method. Are the brackets of eval() there?": "method",
    },
)
shapes, of_lesson = ([tensor.shape for tensor in one.parameters()] for one in (loaded, Network(784, 10, [64, 32])))
check.equal(
    shapes == of_lesson,
    False,
    "whether load_checkpoint(path) is the lesson's network",
    mistakes={"load_checkpoint(path) gives the lesson's network, whatever is in the file.": True},
)
check.equal(
    dict(loaded.state_dict()),
    state,
    "the state of load_checkpoint(path)",
    mistakes={"load_checkpoint(path) gives a network that never got its weights.": untrained},
)
check.equal(
    any(module.training for module in loaded.modules()),
    False,
    "training mode after load_checkpoint(path)",
    mistakes={"load_checkpoint(path) gives a network in training mode, where dropout blurs its answers.": True},
)
check.equal(
    torch.is_grad_enabled(),
    True,
    "gradients after load_checkpoint(path)",
    mistakes={
        "load_checkpoint(path) switches gradients off for all that follows. The caller may want to train.": False
    },
)
check.equal(
    {tensor.device.type for tensor in loaded.state_dict().values()} == {"cpu"},
    True,
    "load_checkpoint(path) on the CPU",
    mistakes={"load_checkpoint(path) gives a network on another device. The CPU is wanted.": False},
)
notebook, kinds = getattr(inspect.unwrap(load_checkpoint), "__globals__", {}), set()
with tempfile.TemporaryDirectory() as folder, mock.patch.dict(notebook, device=torch.device("meta")):  # as if on a GPU
    path = os.path.join(folder, "network.pt")
    torch.save(checkpoint, path)
    with contextlib.suppress(Exception):  # from the device "meta" there is no way to the CPU, but from a GPU there is
        kinds.update(tensor.device.type for tensor in load_checkpoint(path).state_dict().values())
check.equal(
    "meta" in kinds,
    False,
    "whether load_checkpoint(path) leaves the network on the notebook's device",
    mistakes={"load_checkpoint(path) leaves the network on the notebook's device. The CPU is wanted, even where there is a GPU.": True},
)


def fails(held: object, change: object = None) -> bool:
    """Return whether load_checkpoint ends in an error for a file that holds this; `change` edits the file."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "network.pt")
        if held is not None:
            torch.save(held, path)
        if change is not None:
            change(path)
        try:
            load_checkpoint(path)
        except (Exception, SystemExit):
            return True
        return False


def as_from_gpu(path: str) -> None:
    """Change the file `path` as if its tensors had been on a GPU, one that this computer does not have."""
    gpu = f"cuda:{torch.cuda.device_count()}".encode()  # GPUs are counted from 0
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in parts.items():
            if name.endswith("data.pkl"):  # in a pickle, a text comes after its length
                part = part.replace(b"\x03\x00\x00\x00cpu", len(gpu).to_bytes(4, "little") + gpu)
            archive.writestr(name, part)


check.equal(
    fails(checkpoint, as_from_gpu),
    False,
    "an error for a file that was written on a GPU",
    mistakes={
        "load_checkpoint(path) fails where the file was written on a GPU that is not here. What says where tensors go?": True
    },
)


class MakesFolder:
    """An object whose pickle says: to build me, make a folder. The folder shows that the file ran code."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (self.path,)


with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
    warnings.simplefilter("ignore")  # torch warns of the next line, which brings back what silence meant before 2.6
    os.environ["TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD"] = "1"
    try:
        fails({**checkpoint, "extra": MakesFolder(os.path.join(folder, "ran"))})
    finally:
        del os.environ["TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD"]
    check.equal(
        os.path.exists(os.path.join(folder, "ran")),
        False,
        "code of the file that ran",
        mistakes={
            "load_checkpoint(path) lets the file run code, at least in older versions of PyTorch. Which argument forbids it?": True
        },
    )
check.equal(
    fails(None),
    True,
    "an error for a missing file",
    mistakes={"load_checkpoint(path) goes on as if all were well where there is no file. An error is wanted.": False},
)
check.equal(
    fails(checkpoint, lambda path: os.truncate(path, 500)),
    True,
    "an error for a file that was cut short",
    mistakes={"load_checkpoint(path) goes on as if all were well with a file that was cut short.": False},
)
check.equal(
    fails({**checkpoint, "state_dict": {name: tensor for name, tensor in state.items() if name != "output.bias"}}),
    True,
    "an error for a file without output.bias",
    mistakes={"load_checkpoint(path) accepts a file that lacks output.bias, and leaves random numbers there.": False},
)
check.equal(
    fails({**checkpoint, "state_dict": {**state, "hidden_layers.2.weight": torch.zeros(4, 4)}}),
    True,
    "an error for a file with the weights of a further layer",
    mistakes={"load_checkpoint(path) accepts a file with weights that the network has no place for.": False},
)
check.equal(
    fails({**checkpoint, "hidden_layers": [5, 5]}),
    True,
    "an error for a file whose sizes and weights do not fit together",
    mistakes={"load_checkpoint(path) accepts a file whose weights have other shapes than its sizes say.": False},
)
### BEGIN HIDDEN TESTS
with tempfile.TemporaryDirectory() as folder:
    for inputs, outputs, hidden in ((4, 7, [8]), (12, 2, [3, 9, 6])):
        state = numbers(inputs, outputs, hidden)
        path = os.path.join(folder, "a network.pt")  # two networks in turn under one name
        torch.save(content(inputs, outputs, hidden, state), path)
        loaded = load_checkpoint(path)
        check.equal(
            load_checkpoint(path) is loaded,
            False,
            "whether two calls of load_checkpoint(…) give one network",
            mistakes={"load_checkpoint(path) gives the same network at each call. Each call should make a new one.": True},
        )
        label = f"load_checkpoint(…) of Network({inputs}, {outputs}, {hidden})"
        check.equal(dict(loaded.state_dict()), state, f"the state of {label}")
        model, x = Network(inputs, outputs, hidden).eval(), torch.randn(5, inputs)
        model.load_state_dict(state)
        with torch.no_grad():
            alike = torch.allclose(loaded(x), model(x))
        check.equal(
            alike,
            True,
            f"whether {label} computes what the saved network does",
            mistakes={f"{label} has the saved weights, and computes something else than the saved network.": False},
        )
    states = []
    for seed in (1, 2):
        torch.manual_seed(seed)
        load_checkpoint(path)
        states.append(torch.get_rng_state())
check.equal(
    torch.equal(*states),
    False,
    "whether load_checkpoint(…) seeds torch's own random numbers",
    mistakes={"load_checkpoint(path) seeds torch's own random numbers, which belong to everybody.": True},
)
check.equal(fails(checkpoint, as_from_gpu), False, "an error for a file from a GPU")
foreign = {"letter": ("state_dict", None), "other dictionary": ({"epoch": 3, "weights": torch.zeros(2)}, None)}
foreign["empty file"] = (checkpoint, lambda path: os.truncate(path, 0))
foreign["network with another input"] = ({**checkpoint, "input_size": 7}, None)
foreign["network with one layer more"] = ({**checkpoint, "hidden_layers": [5, 4, 4]}, None)
foreign["network with one layer less"] = ({**checkpoint, "hidden_layers": [5]}, None)
for name, (held, change) in foreign.items():
    check.equal(fails(held, change), True, f"whether load_checkpoint(…) of a foreign file ends in an error ({name})")
### END HIDDEN TESTS

# %% [markdown]
# Does the network that you get back say the same as the one you saved?

# %% show="What the loaded network says" tags=["nbval-ignore-output"]
with check.when_written():
    if os.path.exists(place("network.pt")):
        loaded = load_checkpoint(place("network.pt"))
        with torch.no_grad():
            before, after = network.eval()(val_images).cpu(), loaded(val_images.cpu())
        _ = plots.batch(
            val_images[:8],
            before[:8].argmax(dim=1),
            predictions=after[:8].argmax(dim=1),
            classes=dataset.classes,
            title="What the loaded network says; ✓ means the same as before it was saved",
        )
        print("largest difference between their log-probabilities:", (before - after).abs().max().item())
    else:
        print("This needs your save_checkpoint.")

# %% [markdown]
# And what happens with a file that holds no network?

# %% show="Three files that hold no network"
with check.when_written():
    for name in ("missing.pt", "cut.pt", "good.pt"):
        try:
            load_checkpoint(place(name))
        except check.NotWritten:
            raise
        except Exception as error:
            print(f"{type(error).__name__}: {error}".replace(scratch.name + os.sep, ""))

# %% [markdown]
# ## When the weights do not fit
#
# You will often meet this error: the weights come from a network of other sizes.
# Here weights for 64 and 32 hidden units are loaded into a network with 48 and 32.

# %% show="The error of weights that do not fit"
other = Network(784, 10, [48, 32]).to(device)
try:
    other.load_state_dict(network.state_dict())
except RuntimeError as error:
    print("RuntimeError:", error)

# %% [markdown]
# Read it line by line, and say each time which side is which:
#
# - *size mismatch for hidden_layers.0.weight*: the first hidden layer does not fit.
# - *torch.Size([64, 784]) from checkpoint*: in the file it has 64 units, each with 784 inputs.
# - *the shape in current model is torch.Size([48, 784])*: in this network it has 48.
# - The bias of the same layer does not fit for the same reason.
# - `hidden_layers.1.weight` does not fit either: it has 32 units on both sides, but each has one weight for each unit of the layer *before*.
#
# One wrong size gives three lines, since the size of a layer occurs in two layers.
# Start from the first line.
#
# The same message reports two more kinds of misfit: *Missing key(s)*, which the network has and the file lacks, and *Unexpected key(s)*, which the file has and the network lacks.
# `load_state_dict(…, strict=False)` turns those two from an error into a report that it returns, and most people throw that away.
# Whatever is missing then keeps its random start, so use it only if you know which names will be missing.
# A different shape is still an error.


# %% show="What fits into five networks"
def shapes_of(model: nn.Module) -> dict[str, tuple[int, ...]]:
    """Return the shape of each tensor in the state_dict of `model`."""
    return {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}


saved, candidates = shapes_of(network), ([64, 32], [48, 32], [64, 16], [64], [64, 32, 32])
names = list(saved | shapes_of(Network(784, 10, [64, 32, 32])))
_, ax = plt.subplots(figsize=(9, 3.1), layout="constrained")
for column, hidden in enumerate(candidates):
    shapes = shapes_of(Network(784, 10, hidden))
    for name in saved | shapes:
        if name not in saved:
            verdict = "missing"
        elif name not in shapes:
            verdict = "unexpected"
        else:
            verdict = "fits" if shapes[name] == saved[name] else "other shape"
        row, colour = names.index(name), "white" if verdict == "fits" else ORANGE
        ax.add_patch(plt.Rectangle((column + 0.04, row + 0.08), 0.92, 0.84, facecolor=colour, edgecolor=BLUE))
        ax.text(column + 0.5, row + 0.5, verdict, ha="center", va="center", fontsize=9)
ax.set(xlim=(0, len(candidates)), ylim=(len(names), 0))
ax.set_xticks([column + 0.5 for column in range(len(candidates))], map(str, candidates))
ax.set_yticks([row + 0.5 for row in range(len(names))], names)
ax.set_title(
    "Weights of a network with hidden layers [64, 32], loaded into five networks: one different size spoils two layers",
    fontsize=10,
)
ax.set_xlabel("hidden layers of the network that they are loaded into")
ax.tick_params(length=0)
ax.spines[:].set_visible(False)

# %% [markdown]
# ### What does not fit? (8 minutes, ●●○)
#
# Before you load weights that are not your own, find out what fits, without changing the network.
#
# Write `mismatched_parameters(model, state_dict)`: the names of all tensors that do not fit, as a sorted list.
# A name is in it if
#
# - the model has it and `state_dict` lacks it,
# - or `state_dict` has it and the model lacks it,
# - or both have it, but with different shapes.
#
# The model's names are those of its own `state_dict()`.
# Values and dtypes do not matter.
#
# Example: the model is `nn.Linear(3, 2)`, with `weight` of shape `(2, 3)` and `bias` of shape `(2,)`; `state_dict` has `weight` of shape `(2, 4)`, and `scale`.
# The result is `["bias", "scale", "weight"]`: missing, unexpected, and of another shape.


# %% task="mismatched_parameters"
def mismatched_parameters(model: nn.Module, state_dict: dict[str, Tensor]) -> list[str]:
    """Return the names, sorted, that only one of `model` and `state_dict` has, or that differ in shape.

    The model's names are those of `model.state_dict()`.
    """
    ### BEGIN SOLUTION
    own = {name: tensor.shape for name, tensor in model.state_dict().items()}
    given = {name: tensor.shape for name, tensor in state_dict.items()}
    return sorted(name for name in own | given if own.get(name) != given.get(name))
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: <code>KeyError: 'bias'</code></summary>
#
# You ask one side for a name that only the other side has.
# First ask whether the name is there (`name in state_dict`), or use `.get(name)`, which gives None for a missing name.
# </details>
#
# <details><summary>Hint: where do I get all the names?</summary>
#
# From both sides: a loop over one of them never sees what only the other has.
# The keys of two dictionaries can be joined like sets, with `|`.
# </details>

# %% check="mismatched_parameters" points=2
import copy


def three_layers(first: int, second: int) -> nn.Module:
    """Return layers from 6 to 3 numbers with so many hidden units, under the names that they have in a Network."""
    hidden = nn.ModuleList([nn.Linear(6, first), nn.Linear(first, second)])
    return nn.ModuleDict({"hidden_layers": hidden, "output": nn.Linear(second, 3)})


torch.manual_seed(4)
model = three_layers(5, 4)
before = copy.deepcopy(dict(model.state_dict()))
same = dict(three_layers(5, 4).state_dict())  # other numbers in the same shapes
given = copy.deepcopy(same)
check.equal(
    mismatched_parameters(model, copy.deepcopy(before)),
    [],
    "mismatched_parameters(model, state_dict) of a copy of the model's own state",
    mistakes={
        "mismatched_parameters(…) gives every name where names, shapes and values agree. Which way round is the condition?": sorted(same),
        "mismatched_parameters(…) gives a set, which has no order. A sorted list is wanted.": set(),
        "mismatched_parameters(…) gives a tuple. A list is wanted.": (),
    },
)
check.equal(
    mismatched_parameters(model, same),
    [],
    "mismatched_parameters(model, state_dict) where all fits",
    mistakes={"mismatched_parameters(…) compares values. Only names and shapes matter.": sorted(same)},
)
check.unchanged(same, given, "state_dict")
check.equal(
    mismatched_parameters(model, {name: tensor.double() for name, tensor in same.items()}),
    [],
    "mismatched_parameters(model, state_dict) where all fits, in another dtype",
    mistakes={"mismatched_parameters(…) compares dtypes. Only names and shapes matter.": sorted(same)},
)
wider = three_layers(7, 4).state_dict()
first, second, bias = "hidden_layers.0.weight", "hidden_layers.1.weight", "hidden_layers.0.bias"
check.equal(
    mismatched_parameters(model, wider),
    [bias, first, second],
    "mismatched_parameters(model, state_dict) of a wider layer",
    mistakes={
        "mismatched_parameters(…) gives the names in the order of the layers. Sorted ones are wanted.": [
            first,
            bias,
            second,
        ],
        "mismatched_parameters(…) sorts from the end. The order of sorted(…) is wanted.": [second, first, bias],
        "mismatched_parameters(…) does not see a different shape. Are whole shapes compared?": [],
        "mismatched_parameters(…) stops at the first name that does not fit.": [first],
        "mismatched_parameters(…) looks at the weights alone. What about the biases?": [first, second],
        "mismatched_parameters(…) gives names twice. Each is wanted once.": [bias, bias, first, first, second, second],
        "mismatched_parameters(…) compares the number of units alone, the first number of a shape.": [bias, first],
    },
)
mixed = {name: tensor for name, tensor in same.items() if name != "output.bias"}
mixed["extra.weight"], mixed[bias] = torch.zeros(2), torch.zeros(9)
check.equal(
    mismatched_parameters(model, mixed),
    ["extra.weight", bias, "output.bias"],
    "mismatched_parameters(model, state_dict) of a missing, an unexpected and a longer tensor",
    mistakes={
        "mismatched_parameters(…) leaves out names that only the model has.": ["extra.weight", bias],
        "mismatched_parameters(…) leaves out names that only state_dict has.": [bias, "output.bias"],
        "mismatched_parameters(…) leaves out names whose shape differs.": ["extra.weight", "output.bias"],
        "mismatched_parameters(…) finds a different shape alone. What about names that only one side has?": [bias],
        "mismatched_parameters(…) gives groups, one after another. Sort all names together.": [
            "output.bias",
            "extra.weight",
            bias,
        ],
    },
)
check.equal(
    mismatched_parameters(model, {**same, first: torch.zeros(6, 5)}),
    [first],
    "mismatched_parameters(model, state_dict) of a transposed weight",
    mistakes={"mismatched_parameters(…) takes (6, 5) for (5, 6): as many numbers, but in another shape.": []},
)
normed, other = (nn.Sequential(nn.Linear(6, 5), nn.BatchNorm1d(5)) for _ in range(2))
check.equal(
    mismatched_parameters(normed, dict(other.state_dict())),
    [],
    "mismatched_parameters(model, state_dict) of batch norm where all fits",
    mistakes={
        "mismatched_parameters(…) knows the model's parameters alone. Batch norm keeps averages too; what names them all?": [
            "1.num_batches_tracked",
            "1.running_mean",
            "1.running_var",
        ]
    },
)
check.equal(
    mismatched_parameters(nn.Linear(3, 2), {"weight": torch.zeros(2, 4), "scale": torch.ones(1)}),
    ["bias", "scale", "weight"],
    "mismatched_parameters(model, state_dict) of the task's example",
)
check.unchanged(dict(model.state_dict()), before, "the state of model")
### BEGIN HIDDEN TESTS
torch.manual_seed(5)
model = nn.Sequential(nn.Linear(2, 8), nn.BatchNorm1d(8), nn.Sequential(nn.Linear(8, 8), nn.Linear(8, 2)))
model[2][0].weight = model[0].weight = nn.Parameter(torch.zeros(8, 8))  # one parameter under two names
model.register_buffer("scratch", torch.zeros(3), persistent=False)  # no part of the state_dict
before = copy.deepcopy(dict(model.state_dict()))
fits = {name: tensor.clone() for name, tensor in reversed(before.items())}
check.equal(
    mismatched_parameters(model, fits),
    [],
    "mismatched_parameters(…) of a nested model where all fits",
    mistakes={
        "mismatched_parameters(…) compares tensors by their place. They belong together by name.": sorted(
            before.keys() - {"1.running_var"}  # the one in the middle meets itself
        )
    },
)
count = "1.num_batches_tracked"  # whether a missing one counts is either: load_state_dict fills it in by itself
found = mismatched_parameters(model, {count: torch.tensor(0)})
check.equal(found, sorted(before.keys() - {count}), "mismatched_parameters(model, state_dict) of a nearly empty one")
other = {name: tensor.double() for name, tensor in fits.items()}
other["1.running_mean"], other["2.1.weight"] = torch.zeros(9), torch.zeros(8, 2)  # as many numbers as (2, 8)
other["1.running_var"] = torch.ones(1, 8)  # as many numbers as (8,)
other["0.weight "] = other.pop("0.weight")
wanted = ["0.weight", "0.weight ", "1.running_mean", "1.running_var", "2.1.weight"]
check.equal(mismatched_parameters(model, other), wanted, "mismatched_parameters(…) of a nested model")
check.unchanged(dict(model.state_dict()), before, "the state of model")
check.equal(mismatched_parameters(nn.ReLU(), {}), [], "mismatched_parameters(…) of a layer without parameters")
### END HIDDEN TESTS

# %% [markdown]
# Here is your function on the two networks from the error above:

# %% show="What does not fit, as your function finds it"
with check.when_written():
    other = Network(784, 10, [48, 32])
    mine, saved = shapes_of(other), shapes_of(network)
    for name in mismatched_parameters(other, network.state_dict()):
        print(f"{name:24} network {mine[name]}, file {saved[name]}")

# %% [markdown]
# ## Go on where you stopped
#
# Long training runs get interrupted: the computer restarts, or your hours on the shared machine are over.
# So people save every few epochs, and go on from the last file.
#
# Are the weights enough for that?
# Adam keeps two more numbers for each weight, a running mean of its gradients and one of their squares; SGD with momentum keeps one.
# They say where training was heading, and they are not in the network's `state_dict`.
# The optimizer has a `state_dict` of its own:

# %% show="What Adam remembers of a layer"
small = nn.Linear(2, 1)
optimizer = torch.optim.Adam(small.parameters(), lr=0.1)
small(torch.ones(1, 2)).sum().backward()
optimizer.step()
for key, value in optimizer.state_dict()["state"][0].items():
    print(f"{key:12} {value}")
print("lr          ", optimizer.state_dict()["param_groups"][0]["lr"])

# %% [markdown]
# What happens without it?
# We train three times, for six epochs each.
# The first run is never interrupted.
# The other two stop after three epochs and go on with new objects: the second gets the states of network and optimizer, the third that of the network alone.
#
# What else was in the old process?
# The gradients and the computation graph need no place in a file: the next forward pass and backpropagation make them anew.
# But the order of the images and the choice of dropped units come from random numbers.
# `train_epochs` uses the number of the epoch as its seed, so each epoch draws the same numbers in whichever process it runs.


# %% show="Three training runs, two of them interrupted" tags=["nbval-ignore-output"]
def new_pair(seed: int) -> tuple[Network, torch.optim.Optimizer]:
    """Return a new network, and an Adam for it that has seen nothing."""
    torch.manual_seed(seed)
    model = Network(784, 10, [64, 32]).to(device)
    return model, torch.optim.Adam(model.parameters(), lr=0.003)


def flat(model: nn.Module) -> Tensor:
    """Return all parameters of `model` in one row."""
    return torch.cat([parameter.detach().flatten() for parameter in model.parameters()])


model, optimizer = new_pair(seed=7)
_ = train_epochs(model, optimizer, range(3))
weights, moments = copy.deepcopy(model.state_dict()), copy.deepcopy(optimizer.state_dict())

runs = {"never interrupted": train_epochs(model, optimizer, range(3, 6))}
ends = {"never interrupted": flat(model)}
for name in ("with the optimizer's state", "without it"):
    model, optimizer = new_pair(seed=8)
    model.load_state_dict(weights)
    if name == "with the optimizer's state":
        optimizer.load_state_dict(moments)
    runs[name] = train_epochs(model, optimizer, range(3, 6))
    ends[name] = flat(model)

for name, end in ends.items():
    gap = (end - ends["never interrupted"]).abs().max().item()
    print(f"{name:28} largest difference between the weights: {gap:.4f}")

_, ax = plt.subplots(figsize=(9, 2.7), layout="constrained")
styles = {"with the optimizer's state": (BLUE, "-", 2.6), "without it": (ORANGE, "--", 1.8)}
for name, (colour, dashes, width) in styles.items():
    extra = np.subtract(runs[name], runs["never interrupted"])
    ax.plot(range(61, 121), extra, color=colour, linestyle=dashes, linewidth=width, label=name)
ax.set(xlabel="step, the first one after the interruption is 61", ylabel="loss, compared with\nthe uninterrupted run")
ax.set_title("With the optimizer's state every loss is the same; without it, the first steps are worse", fontsize=11)
ax.legend(fontsize=9)
ax.spines[["top", "right"]].set_visible(False)

# %% [markdown]
# Without its memory, Adam's first step follows only the sign of each gradient: every weight that has a gradient at all moves by the full learning rate.
# That sets the network back for about twenty steps, and then it recovers, with other weights.
# There is no error, and the accuracy at the end does not give it away.

# %% [markdown]
# ### Save a training run (5 minutes, ●○○)
#
# Write `save_training(path, model, optimizer, epoch)`: one file with everything needed to go on.
# That is the state of the model, the state of the optimizer, and the number of finished epochs.
# What you call them in the file is up to you; your own next function will read it.
# As before, only plain values and tensors belong there.
#
# Example: after `save_training("training.pt", model, optimizer, 3)`, the file holds all the weights, Adam's means, the learning rate, and the number 3.


# %% task="save_training"
def save_training(path: str, model: nn.Module, optimizer: torch.optim.Optimizer, epoch: int) -> None:
    """Write the states of `model` and `optimizer`, and the number of finished epochs, to the file `path`."""
    ### BEGIN SOLUTION
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}, path)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: does the optimizer have something like the model's <code>state_dict()</code>?</summary>
#
# Yes, under the same name.
# It holds what the optimizer remembers of each parameter, and the settings, such as the learning rate.
# </details>

# %% check="save_training" points=2
import copy
import os
import pickle
import re
import tempfile
import zipfile


def written_by_torch(path: str) -> bool:
    """Return whether the file is one of torch.save, in its zip format or in the one before that."""
    with open(path, "rb") as file:
        start = file.read(32)
    return start.startswith(b"PK") or b"\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19" in start  # zip, or torch's number


def foreign_names(path: str) -> list[str]:
    """Return the classes and functions that the file names, but for those of tensors and plain values."""
    allowed = torch.serialization.get_safe_globals()
    torch.serialization.clear_safe_globals()  # what this notebook allows, a fresh process does not
    try:
        if zipfile.is_zipfile(path):
            return sorted(torch.serialization.get_unsafe_globals_in_checkpoint(path))
        torch.load(path, weights_only=True)  # the old format tells its names in an error alone
        return []
    except pickle.UnpicklingError as error:
        return re.findall(r"GLOBAL (\S+)", str(error)) or ["an unknown class"]
    finally:
        torch.serialization.add_safe_globals(allowed)


def values(content: object) -> list[object]:
    """Return all values in nested dictionaries, lists and tuples."""
    inside = content.values() if isinstance(content, dict) else content if isinstance(content, list | tuple) else None
    return [content] if inside is None else [value for one in inside for value in values(one)]


def lacking(path: str, wanted: object) -> bool:
    """Return whether one of the tensors or numbers in `wanted` is nowhere in the file `path`.

    A number may stand in a tensor, of shape () or (1,).
    """
    found = [
        torch.as_tensor(value)
        for value in values(torch.load(path, weights_only=True))
        if isinstance(value, Tensor | int | float)
    ]
    tensors = [torch.as_tensor(value) for value in values(wanted)]
    return any(
        not any(
            (one.shape == other.shape or one.numel() == other.numel() == 1)
            and torch.equal(one.flatten(), other.flatten())
            for other in found
        )
        for one in tensors
    )


torch.manual_seed(5)
model = nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3))
# The first optimizer of a process costs a second: torch imports its compiler for it.
optimizer = torch.optim.SGD(model.parameters(), lr=0.037, momentum=0.81)
for _ in range(2):
    F.cross_entropy(model(torch.randn(6, 4)), torch.tensor([0, 1, 2, 0, 1, 2])).backward()
    optimizer.step()
state, moments = copy.deepcopy(dict(model.state_dict())), copy.deepcopy(optimizer.state_dict())
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "training.pt")
    save_training(path, model, optimizer, 17)
    check.equal(
        os.path.exists(path),
        True,
        "whether save_training(path, …) writes the file",
        mistakes={"save_training(path, …) writes no file at the path that it was given.": False},
    )
    check.equal(
        written_by_torch(path),
        True,
        "whether torch.save wrote the file of save_training(…)",
        mistakes={"save_training(…) writes a file that torch.load cannot read. Does torch.save write it?": False},
    )
    named = foreign_names(path)
    check.equal(
        any(name.endswith("getattr") for name in named),
        False,
        "a method in the file",
        mistakes={"save_training(…) writes a method, not what it returns. Are the brackets of state_dict() there?": True},
    )
    check.equal(
        any("torch.nn" in name for name in named),
        False,
        "the model itself in the file",
        mistakes={"save_training(…) writes the model itself. Its state is wanted, plain values and tensors.": True},
    )
    check.equal(
        any("torch.optim" in name for name in named),
        False,
        "the optimizer itself in the file",
        mistakes={"save_training(…) writes the optimizer itself. Its state is wanted, plain values and tensors.": True},
    )
    check.equal(
        any("collections.defaultdict" in name for name in named),
        False,
        "the bare state of the optimizer in the file",
        mistakes={
            "save_training(…) writes optimizer.state, which belongs to this process. What gives a copy for files?": True
        },
    )
    sentence = f"save_training(…) writes an object that a fresh process cannot build: {', '.join(named)}."
    check.equal(bool(named), False, "other classes in the file", mistakes={sentence: True})
    check.unchanged(dict(model.state_dict()), state, "the state of model")
    check.unchanged(optimizer.state_dict(), moments, "the state of optimizer")
    check.equal(
        lacking(path, dict(model.named_parameters())),
        False,
        "weights that are not in the file",
        mistakes={"save_training(…) leaves out the weights of the model.": True},
    )
    check.equal(
        lacking(path, state),
        False,
        "tensors of the model that are not in the file",
        mistakes={"save_training(…) leaves out the averages of batch norm. What gives all tensors of a model?": True},
    )
    check.equal(
        lacking(path, moments["state"]),
        False,
        "moments that are not in the file",
        mistakes={"save_training(…) leaves out the optimizer's memory, here its momentum.": True},
    )
    check.equal(
        lacking(path, [0.037, 0.81]),
        False,
        "settings of the optimizer that are not in the file",
        mistakes={"save_training(…) leaves out the optimizer's settings, such as the learning rate.": True},
    )
    check.equal(
        lacking(path, 17),
        False,
        "the epoch not in the file",
        mistakes={"save_training(…) leaves out the epoch that it was given, or writes something else for it.": True},
    )
check.equal(
    all(module.training for module in model.modules()),
    True,
    "training mode after save_training(…)",
    mistakes={"save_training(…) leaves the model in inference mode, and the training goes on.": False},
)
check.equal(
    all(parameter.requires_grad for parameter in model.parameters()),
    True,
    "gradients asked for by the model after save_training(…)",
    mistakes={"save_training(…) freezes the model that it gets, and the training goes on.": False},
)
check.equal(
    any(parameter.grad is None or not parameter.grad.any() for parameter in model[1].parameters()),
    False,
    "whether save_training(…) clears gradients of the model",
    mistakes={"save_training(…) clears the gradients of the model that it gets. Leave the model as it was.": True},
)
### BEGIN HIDDEN TESTS
model = nn.Sequential(nn.Linear(2, 5), nn.Linear(5, 7))
groups = [{"params": model[0].parameters(), "lr": 0.021}, {"params": model[1].parameters(), "lr": 0.043}]
optimizer = torch.optim.Adam(groups, betas=(0.83, 0.97))
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "saved again and again")
    for epoch in (1, 29):
        optimizer.zero_grad()
        model(torch.randn(4, 2)).square().sum().backward()
        optimizer.step()
        save_training(path, model, optimizer, epoch)
    state, moments = model.state_dict(), optimizer.state_dict()["state"]
    for name, wanted in {"state": state, "moments": moments, "rates": [0.021, 0.043, 0.83, 0.97], "epoch": 29}.items():
        check.equal(
            lacking(path, wanted), False, f"values that are not in the file of save_training(…) with Adam: {name}"
        )
### END HIDDEN TESTS

# %% [markdown]
# ### Resume a training run (8 minutes, ●●○)
#
# Write `resume_training(path, model, optimizer)`, which reads the file that your `save_training` wrote.
# It gives the saved states to `model` and `optimizer`, in place, and returns the saved epoch, so that a loop can go on with `range(epoch, epochs)`.
#
# `model` and `optimizer` are new objects of the same kind as the old ones.
# The training that follows must end with the same weights as a run that was never interrupted.
# So the model is in training mode afterwards, as a new one is.
# A file that is missing or damaged, or that lacks part of the model, is an error: nobody who resumes wants to start from scratch.
# And the file gets no more trust than in `load_checkpoint`: reading it runs no code of its own.
#
# Example: `save_training("training.pt", model, optimizer, 3)` in one process, and in the next one `resume_training("training.pt", model, optimizer)` returns 3.


# %% task="resume_training"
def resume_training(path: str, model: nn.Module, optimizer: torch.optim.Optimizer) -> int:
    """Give `model` and `optimizer` the states in the file `path`, in place; return the number of finished epochs."""
    ### BEGIN SOLUTION
    with reading(path):
        saved = torch.load(path, map_location="cpu", weights_only=True)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        return saved["epoch"]
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: the weights at the end are a little different</summary>
#
# Then the network has its state, and something else lacks its own.
# Two objects need their state back, each with a method of the same name.
# </details>
#
# <details><summary>Hint: <code>KeyError</code></summary>
#
# The names must be the ones that your `save_training` wrote.
# `print(torch.load(path, weights_only=True).keys())` shows them.
# </details>

# %% check="resume_training" points=3
import contextlib
import copy
import os
import tempfile


def fails(path: str, model: nn.Module) -> bool:
    """Return whether resume_training ends in an error for this file and this model."""
    try:
        resume_training(path, model, torch.optim.SGD(model.parameters()))
    except check.NotWritten:
        raise
    except (Exception, SystemExit):
        return True
    return False


with tempfile.TemporaryDirectory() as folder:
    check.equal(
        fails(os.path.join(folder, "missing.pt"), nn.Linear(4, 3)),
        True,
        "whether resume_training(path, …) of a missing file ends in an error",
        mistakes={
            "resume_training(path, …) goes on as if all were well where there is no file. An error is wanted.": False
        },
    )
torch.manual_seed(6)
x, y = torch.randn(20, 4), torch.arange(20) % 3


def go_on(model: nn.Module, optimizer: torch.optim.Optimizer, epochs: int) -> Tensor:
    """Train for some epochs, each of them one step, and return a copy of the state of `model` in one row."""
    for _ in range(epochs):
        optimizer.zero_grad()
        F.cross_entropy(model(x), y).backward()
        optimizer.step()
    return torch.cat([tensor.flatten().double() for tensor in model.state_dict().values()])


def new() -> tuple[nn.Module, torch.optim.Optimizer]:
    """Return a network with batch norm and an optimizer, always the same, as they are before a training resumes."""
    torch.manual_seed(7)
    model = nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3))
    return model, momentum(model, lr=0.5)  # the saved rate is another one, and counts


def momentum(model: nn.Module, lr: float) -> torch.optim.Optimizer:
    """Return a new optimizer for `model`."""
    return torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)


old = nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3))
pair = old, momentum(old, lr=0.2)
_ = go_on(*pair, 3)
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "training.pt")
    save_training(path, *pair, 3)
    saved = copy.deepcopy(pair)
    wanted = go_on(*pair, 3)  # the old training goes on; what the file holds must not change with it
    model, optimizer = new()
    epoch = resume_training(path, model, optimizer)
check.equal(
    epoch,
    3,
    "resume_training(path, model, optimizer) after save_training(path, model, optimizer, 3)",
    mistakes={
        "resume_training(…) gives 4. The saved epoch is wanted as it is.": 4,
        "resume_training(…) gives 2. The saved epoch is wanted as it is.": 2,
        "resume_training(…) gives None. Does it return the epoch?": None,
        "resume_training(…) gives 0. Which epoch was saved?": 0,
        "resume_training(…) gives the epoch as a tensor. A Python int is wanted.": torch.tensor(3),
    },
)
check.equal(
    all(module.training for module in model.modules()),
    True,
    "training mode after resume_training(…)",
    mistakes={"resume_training(…) leaves the model in inference mode, and the training goes on.": False},
)


def slip(net: nn.Module, optimizer: torch.optim.Optimizer, **change: object) -> Tensor:
    """Return what a training ends with that goes on with copies of these, `change` made to them."""
    net, optimizer = copy.deepcopy((net, optimizer))
    if "lr" in change:
        optimizer.param_groups[0]["lr"] = change["lr"]
    if "state" in change:
        with torch.no_grad():
            for tensor, other in zip(net.state_dict().values(), change["state"].values(), strict=True):
                tensor.copy_(other)
    if "averages" in change:
        net[1].reset_running_stats()
    return go_on(net, optimizer, 3)


forgetful, stranger = saved[0], new()
check.close(
    go_on(model, optimizer, 3),
    wanted,
    "the state of the model at the end of the resumed training",
    mistakes={
        "resume_training(…) leaves the optimizer that it gets as it was: its memory and its learning rate are not the saved ones.": slip(
            forgetful, momentum(forgetful, lr=0.5)
        ),
        "resume_training(…) loses the optimizer's memory: the training ends with other weights than without interruption.": slip(
            forgetful, momentum(forgetful, lr=0.2)
        ),
        "resume_training(…) keeps the learning rate of the new optimizer. Which one did the training have?": slip(
            *saved, lr=0.5
        ),
        "resume_training(…) does not give the saved weights to the model that it gets.": slip(
            *saved, state=stranger[0].state_dict()
        ),
        "resume_training(…) changes neither the model nor the optimizer that it gets.": slip(*stranger),
        "resume_training(…) gives back the parameters alone. Batch norm keeps averages too, which belong to the state.": slip(
            *saved, averages="new"
        ),
        "After resume_training(…) the weights stay as they are: the optimizer holds other parameters than the model.": slip(
            forgetful, momentum(stranger[0], lr=0.2)
        ),
    },
)


class MakesFolder:
    """An object whose pickle says: to build me, make a folder. The folder shows that the file ran code."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (self.path,)


with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "training.pt")
    torch.save({"model": MakesFolder(os.path.join(folder, "ran"))}, path)
    with contextlib.suppress(Exception, SystemExit):  # an error is the right answer to such a file
        resume_training(path, *new())
    check.equal(
        os.path.exists(os.path.join(folder, "ran")),
        False,
        "code of the file that ran",
        mistakes={"resume_training(path, …) lets the file run code while it is read. Which argument forbids it?": True},
    )
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "training.pt")
    model = nn.Sequential(nn.Linear(4, 3))
    save_training(path, model, torch.optim.SGD(model.parameters()), 3)
    check.equal(
        fails(path, nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3, affine=False))),
        True,
        "whether resume_training(path, …) of a file without the averages of batch norm ends in an error",
        mistakes={
            "resume_training(path, …) accepts a file that lacks part of the model, and leaves that part as it was.": False
        },
    )
    cut = os.path.join(folder, "cut.pt")
    with open(path, "rb") as whole, open(cut, "wb") as part:
        part.write(whole.read(500))
    check.equal(
        fails(cut, model),
        True,
        "whether resume_training(path, …) of a file that was cut short ends in an error",
        mistakes={"resume_training(path, …) goes on as if all were well with a file that was cut short.": False},
    )
### BEGIN HIDDEN TESTS
torch.manual_seed(8)


class Deep(nn.Module):
    """A network with batch norm, whose averages are part of its state, and two rates of learning."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.norm, self.last = nn.Linear(4, 6), nn.BatchNorm1d(6), nn.Linear(6, 5)

    @property
    def weight(self) -> Tensor:
        return torch.cat([tensor.flatten().float() for tensor in self.state_dict().values()])

    def forward(self, x: Tensor) -> Tensor:
        return self.last(self.norm(self.first(x)).relu())


def adam(model: Deep, lr: float) -> torch.optim.Optimizer:
    groups = [
        {"params": [*model.first.parameters(), *model.norm.parameters()], "lr": lr},
        {"params": model.last.parameters()},
    ]
    return torch.optim.Adam(groups, lr=0.02)


model = Deep()
optimizer = adam(model, 0.01)
with tempfile.TemporaryDirectory() as folder:
    for epoch in (0, 3, 5):
        path = os.path.join(folder, "the last one")  # written anew each time
        _ = go_on(model, optimizer, epoch)
        old, given = copy.deepcopy((model, optimizer)), copy.deepcopy((model, optimizer))
        save_training(path, *given, epoch)
        new = Deep()
        new_optimizer = adam(new, 0.5)  # the saved rate counts
        check.equal(resume_training(path, new, new_optimizer), epoch, f"the epoch that was saved as {epoch}")
        rates = [group["lr"] for group in new_optimizer.param_groups]
        check.close(rates, [0.005 if epoch else 0.01, 0.02], "the list of learning rates after resume_training(…)", lists=True)
        label = f"the state at the end of a training resumed after epoch {epoch}"
        check.close(go_on(new.train(), new_optimizer, 4), go_on(*old, 4), label, rtol=1e-3, atol=1e-4)
        optimizer.param_groups[0]["lr"] = 0.005  # as a schedule does
### END HIDDEN TESTS

# %% [markdown]
# The experiment from above once more, with your two functions and a file in between:

# %% show="The second run again, with your functions" tags=["nbval-ignore-output"]
with check.when_written():
    model, optimizer = new_pair(seed=7)
    _ = train_epochs(model, optimizer, range(3))
    save_training(place("training.pt"), model, optimizer, 3)

    model, optimizer = new_pair(seed=8)  # as in a new process
    epoch = resume_training(place("training.pt"), model, optimizer)
    _ = train_epochs(model, optimizer, range(epoch, 6))
    gap = (flat(model) - ends["never interrupted"]).abs().max().item()
    print(f"resumed after epoch {epoch}; largest difference between the weights at the end: {gap}")

# %% [markdown]
# ## Stop at the right moment
#
# In lesson 05 the network trained to the last epoch, and you looked for the best one afterwards.
# Why go on when the validation loss no longer falls, and the network only overfits more?
# *Early stopping* watches that loss after each epoch.
# When it has not improved for some epochs in a row, training ends.
# How many is a hyperparameter called *patience*: with too little of it, one unlucky epoch ends everything.
#
# The best weights are a few epochs old by then, so somebody must have kept them.
# You saw at the beginning what becomes of a `state_dict` that is only "kept".
#
# ### Bonus: Early stopping (15 minutes, ●●●)
#
# Write the class `EarlyStopping(patience, min_delta=0.0)` with two methods.
#
# - `step(metric, model)` is called after each epoch with the validation loss; lower is better.
#   It returns True if training should stop, and otherwise False.
# - An *improvement* is a metric that lies below the best one so far by more than `min_delta`.
#   The first metric is always one.
# - At each improvement, `step` keeps a copy of the model's state.
#   A smaller change does not count: it changes neither the best metric nor the kept state.
# - `step` says stop once there have been `patience` steps in a row without an improvement, and keeps saying so while there is none.
# - `restore(model)` gives the kept state to `model`, in place.
#
# Example: with `patience=2`, the metrics 0.9, 0.7, 0.8, 0.7 give False, False, False, True.
# The second step is the last improvement: 0.7 again is not below 0.7.
# `restore(model)` brings back the state of the second step.


# %% task="EarlyStopping"
class EarlyStopping:
    """Says when a metric, the lower the better, no longer improves, and keeps the best state of the model."""

    def __init__(self, patience: int, min_delta: float = 0.0) -> None:
        """Stop after `patience` steps in a row whose metric is not below the best one by more than `min_delta`."""
        ### BEGIN SOLUTION
        self.patience = patience
        self.min_delta = min_delta
        self.best = math.inf
        self.best_state: dict[str, Tensor] = {}
        self.waited = 0
        ### END SOLUTION

    def step(self, metric: float, model: nn.Module) -> bool:
        """Return whether to stop; keep a copy of the state of `model` if `metric` is an improvement."""
        ### BEGIN SOLUTION
        if self.best - metric > self.min_delta:
            self.best = metric
            self.best_state = copy.deepcopy(model.state_dict())
            self.waited = 0
        else:
            self.waited += 1
        return self.waited >= self.patience
        ### END SOLUTION

    def restore(self, model: nn.Module) -> None:
        """Give the best state so far to `model`, in place."""
        ### BEGIN SOLUTION
        model.load_state_dict(self.best_state)
        ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: what does the object have to remember between two steps?</summary>
#
# The two numbers it was made with, the best metric so far, the state that goes with it, and how many steps it has waited.
# `__init__` gives each a first value; which "best so far" is worse than any first metric?
# </details>
#
# <details><summary>Hint: <code>restore</code> brings back the last weights, and not the best ones</summary>
#
# Look again at your prediction at the beginning of the lesson.
# Was it `kept` or `copied` that still had the old numbers?
# </details>


# %% check="EarlyStopping" points=3
def watch(stopping: EarlyStopping, metrics: list[float], model: nn.Module) -> list[bool]:
    """Return what each step says. Each number in the state of `model` is the number of the step, from 0."""
    said = []
    for number, metric in enumerate(metrics):
        with torch.no_grad():
            for tensor in model.state_dict().values():
                tensor.fill_(number)
        said.append(stopping.step(metric, model))
    return said


one = nn.Linear(1, 1, bias=False)
check.equal(
    watch(EarlyStopping(patience=2), [9000.0, 800.0, 70.0], one),
    [False, False, False],
    "EarlyStopping(patience=2) of the metrics 9000, 800, 70",
    mistakes={
        "EarlyStopping(…).step gives None. Does it return its answer in every case?": [None] * 3,
        "EarlyStopping(…).step says True while the metric improves. True means stop.": [True] * 3,
        "EarlyStopping(…) says stop in the third step, whose metric is the best so far. Lower is better.": [
            False,
            False,
            True,
        ],
        "EarlyStopping(patience=2) stops though each metric improves. Does the first one count as the best so far?": [
            False,
            True,
            True,
        ],
        "EarlyStopping(patience=2) stops though the second metric improves. Is the first one the best until then?": [
            False,
            True,
            False,
        ],
    },
)
check.equal(
    watch(EarlyStopping(patience=2), [0.5, 0.6, 0.7, 0.8], one),
    [False, False, True, True],
    "EarlyStopping(patience=2) of the metrics 0.5, 0.6, 0.7, 0.8",
    mistakes={
        "EarlyStopping(patience=2) stops after one step without improvement. Two in a row are wanted.": [
            False,
            True,
            True,
            True,
        ],
        "EarlyStopping(patience=2) goes on after two steps without improvement. Does it count one too many?": [
            False,
            False,
            False,
            True,
        ],
        "EarlyStopping(patience=2) does not stop in three steps without improvement.": [False] * 4,
        "EarlyStopping(patience=2) says stop once, and goes on though the next metric is no better.": [
            False,
            False,
            True,
            False,
        ],
    },
)
check.equal(
    watch(EarlyStopping(patience=2), [0.9, 0.8, 0.7], one),
    [False, False, False],
    "a second EarlyStopping(patience=2) of the metrics 0.9, 0.8, 0.7",
    mistakes={
        "Two EarlyStopping objects share what they remember. Where does each get a memory of its own?": [True] * 3
    },
)
check.equal(
    watch(EarlyStopping(patience=2), [0.9, 0.5, 0.8, 0.7], one),
    [False, False, False, True],
    "EarlyStopping(patience=2) of the metrics 0.9, 0.5, 0.8, 0.7",
    mistakes={
        "EarlyStopping(…) compares with the step before, or with the first. What counts is the best metric so far.": [
            False
        ]
        * 4
    },
)
check.equal(
    watch(EarlyStopping(patience=2), [0.9, 1.0, 0.8, 0.85], one),
    [False] * 4,
    "EarlyStopping(patience=2) of the metrics 0.9, 1.0, 0.8, 0.85",
    mistakes={
        "EarlyStopping(…) counts all steps without improvement. Only those in a row count.": [False, False, False, True]
    },
)
check.equal(
    watch(EarlyStopping(patience=2), [0.5, 0.5, 0.5], one),
    [False, False, True],
    "EarlyStopping(patience=2) of the metrics 0.5, 0.5, 0.5",
    mistakes={"EarlyStopping(…) does not count an equal metric as a step without improvement.": [False] * 3},
)
check.equal(
    watch(EarlyStopping(patience=2, min_delta=0.1), [0.5, 0.55, 0.58], one),
    [False, False, True],
    "EarlyStopping(patience=2, min_delta=0.1) of the metrics 0.5, 0.55, 0.58",
    mistakes={"EarlyStopping(…) does not count a metric above the best as a step without improvement. Which way does min_delta move the bar?": [False] * 3},
)
check.equal(
    watch(EarlyStopping(patience=2, min_delta=0.1), [1.0, 0.95, 0.92], one),
    [False, False, True],
    "EarlyStopping(patience=2, min_delta=0.1) of the metrics 1.0, 0.95, 0.92",
    mistakes={"EarlyStopping(…) does not count a change that is too small as a step without improvement. What is min_delta for?": [False] * 3},
)
check.equal(
    watch(EarlyStopping(patience=2, min_delta=0.1), [0.5, 0.44, 0.41], one),
    [False, False, True],
    "EarlyStopping(patience=2, min_delta=0.1) of the metrics 0.5, 0.44, 0.41",
    mistakes={
        "EarlyStopping(…) takes min_delta for a share of the best metric. It is a plain difference.": [False] * 3
    },
)
check.equal(
    watch(EarlyStopping(patience=2, min_delta=0.1), [1.0, 0.95, 0.87], one),
    [False] * 3,
    "EarlyStopping(patience=2, min_delta=0.1) of the metrics 1.0, 0.95, 0.87",
    mistakes={"EarlyStopping(…) moves the best metric with a change that is too small to count.": [False, False, True]},
)
check.equal(
    watch(EarlyStopping(patience=1, min_delta=0.25), [1.0, 0.75], one),
    [False, True],
    "EarlyStopping(patience=1, min_delta=0.25) of the metrics 1.0, 0.75",
    mistakes={"EarlyStopping(…) takes a change of min_delta for an improvement. It must be more.": [False] * 2},
)
check.equal(
    watch(EarlyStopping(2), [0.0, 0.1, 0.05, -0.1], one),
    [False, False, True, False],
    "EarlyStopping(2) of the metrics 0, 0.1, 0.05, -0.1",
    mistakes={"EarlyStopping(…) takes a best metric of 0 for none at all. Does it ask `is None`?": [False] * 4},
)


def restored(metrics: list[float], min_delta: float = 0.0) -> list[float]:
    """Return the weight and the average that `restore` gives to a second model, in which both were -1."""
    stopping, second = EarlyStopping(9, min_delta), nn.BatchNorm1d(1)
    watch(stopping, metrics, nn.BatchNorm1d(1))
    with torch.no_grad():
        for tensor in second.state_dict().values():
            tensor.fill_(-1)
    stopping.restore(second)
    return [second.weight.item(), second.running_mean.item()]


check.equal(
    restored([0.9, 0.6, 0.7, 0.6, 0.8]),
    [1.0, 1.0],
    "weight and average after restore(model), where step 1 was the best,",
    mistakes={
        "restore(model) brings back the last state, not the best one. Is the state copied, and only at an improvement?": [
            4.0,
            4.0,
        ],
        "restore(model) does not change the model that it gets.": [-1.0, -1.0],
        "restore(model) brings back the first state. Is it replaced with each improvement?": [0.0, 0.0],
        "restore(model) brings back the last of two equal states. The first of them was the improvement.": [3.0, 3.0],
        "restore(model) brings back the parameters alone. Batch norm keeps averages too, which belong to the state.": [
            1.0,
            -1.0,
        ],
    },
)
check.equal(
    restored([1.0, 0.95, 0.92, 1.1], min_delta=0.1),
    [0.0, 0.0],
    "weight and average after restore(model), where only step 0 was an improvement,",
    mistakes={"EarlyStopping(…) keeps the state of a change that is too small to count.": [2.0, 2.0]},
)
### BEGIN HIDDEN TESTS
import copy

torch.manual_seed(9)
model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Dropout(0.5), nn.Linear(4, 2))
optimizer, states = torch.optim.Adam(model.parameters(), lr=0.1), []
for _ in range(7):
    optimizer.zero_grad()
    model(torch.randn(6, 3)).square().sum().backward()
    optimizer.step()
    states.append(copy.deepcopy(dict(model.state_dict())))
stopping, said = EarlyStopping(3, 0.01), []
for metric, state in zip([2.0, 1.0, 1.2, 0.5, 0.495, 0.6, 0.4999], states, strict=True):
    model.load_state_dict(state)
    said.append(stopping.step(metric, model))
    check.unchanged(dict(model.state_dict()), state, "the state of model")
    check.equal(
        model.training,
        True,
        "training mode after step(metric, model)",
        mistakes={"step(metric, model) switches the model to inference mode, and the training goes on.": False},
    )
check.equal(said, [False] * 6 + [True], "EarlyStopping(3, 0.01) of seven metrics")
for _ in range(2):
    stopping.restore(model)
    check.equal(dict(model.state_dict()), states[3], "the state of model after restore(model)")
    check.equal(
        model.training,
        True,
        "training mode after restore(model)",
        mistakes={"restore(model) switches the model to inference mode. Only its state should change.": False},
    )
    optimizer.zero_grad()
    model(torch.randn(6, 3)).square().sum().backward()
    optimizer.step()  # what was restored learns on, and must not take the kept state with it
fresh = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Dropout(0.5), nn.Linear(4, 2))
stopping.restore(fresh)
check.equal(dict(fresh.state_dict()), states[3], "the state after restore(…) of another model")
first, second = EarlyStopping(1), EarlyStopping(patience=4)
check.equal(watch(first, [3.0, 3.0], one), [False, True], "EarlyStopping(1) of two equal metrics")
check.equal(watch(second, [-1.0, -2.0, -1.5, -1.6, -1.7, -1.8], one), [False] * 5 + [True], "EarlyStopping(4) below 0")
large = [1e9, 5e8, 6e8, 2e8]
check.equal(watch(EarlyStopping(2), large, one), [False] * 4, "EarlyStopping(2) of very large metrics")
### END HIDDEN TESTS

# %% [markdown]
# Let it end a real training run, of at most 60 epochs, on 2,000 images and without dropout, so that the network overfits soon.

# %% show="A training run that stops by itself" tags=["nbval-ignore-output"]
with check.when_written():
    torch.manual_seed(0)
    model = Network(784, 10, [64, 32], dropout=0.0).to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    patience = 6
    stopping = EarlyStopping(patience)
    val_losses = []
    for epoch in range(60):
        _ = train_epochs(model, optimizer, range(epoch, epoch + 1))
        val_losses.append(validate(model)[0])
        if stopping.step(val_losses[-1], model):
            break
    last, _ = validate(model)
    stopping.restore(model)
    best, _ = validate(model)

    _, ax = plt.subplots(figsize=(7.5, 3), layout="constrained")
    turn = 1 + val_losses.index(min(val_losses))
    plots.loss_curve(
        val_losses,
        ylabel="validation loss",
        title=f"With a patience of {patience}, training ends at epoch {len(val_losses)} of 60;"
        f"\nthe weights of epoch {turn} come back",
        mark=turn,
        ax=ax,
    )
    ax.axvspan(turn, len(val_losses), color=ORANGE, alpha=0.15)
    print(f"validation loss: {last:.3f} in the last epoch, {best:.3f} after restore(model)")

# %% [markdown]
# ## Try it further
#
# **Break it.**
# Set `patience = 1` in the cell of the last figure, and run it again: how much worse are the weights that you get back?
# Then pass `math.nan` to the `step` of your `EarlyStopping`, as a run that has gone wrong would.
# Does it count as an improvement, and which weights does `restore` give you?
#
# **Your own data.**
# Think of a network that you have trained, or would like to train, on images of your own.
# A friend gets your checkpoint and one new photo.
# What else must the file say before the friend can turn that photo into the name of a class?
#
# **Your own training.**
# Your loop shuffles with a `DataLoader`, changes the learning rate by a schedule, and stops early.
# What would you add to `save_training`, so that a resumed run still ends with the same weights?

# %% [markdown]
# ## What you have learnt
#
# - A `state_dict` holds the numbers of a network by name. It has no code and no mode, and it is not a copy.
# - A checkpoint holds the weights and the hyperparameters that rebuild the network, as plain values and tensors.
# - A pickle is a list of instructions, and one of them may be to run code. `weights_only=True` forbids it.
# - `map_location` says where the tensors go, wherever they were.
# - The error about shapes gives the name of the tensor, then the shape in the file, then the one in the network.
# - To resume training, you need the optimizer's state too, and whatever else is random.
# - Early stopping ends training when the validation loss no longer improves, and brings back a copy of the best state.
#
# ## Mistakes that the checks of this lesson look for
#
# | mistake | why people make it |
# |---|---|
# | the whole network saved | It is the shortest line, and it works as long as the notebook is open. |
# | the `state_dict` alone saved | It is what the documentation shows first, and today you know the sizes. |
# | layers, a tuple or a tensor instead of a list of ints | They look much the same when printed. |
# | 784 and 10 written into the function | Nearly every network of this course had these sizes. |
# | a network in training mode after loading | A new module is in training mode, and no error says so. |
# | `weights_only` left out, or False | Your own files load either way. |
# | `map_location` left out | It works on the computer that wrote the file. |
# | `strict=False`, or weights copied name by name | The error goes away, and nobody sees what was left out. |
# | `return model.load_state_dict(…)` | Most methods return what you want; this one returns a report. |
# | `model.state_dict` without brackets | Python does not complain, and the method takes the whole network into the file. |
# | only one side's names compared, or no shapes | The loop over one dictionary looks complete. |
# | `named_parameters()` instead of `state_dict()` | It makes no difference until a network has batch norm. |
# | the optimizer's state forgotten | The loss goes on falling, so all seems well. |
# | `best = model.state_dict()` | It looks like a copy, but it changes as the network learns. |
# | `==` for the patience, or a count that never goes back to 0 | One smooth curve does not show it. |
#
# ## Where to read on
#
# - PyTorch's pages on [saving and loading](https://docs.pytorch.org/tutorials/beginner/saving_loading_models.html), [what is serialized, and `weights_only`](https://docs.pytorch.org/docs/stable/notes/serialization.html) and [`torch.load`](https://docs.pytorch.org/docs/stable/generated/torch.load.html).
# - Python's page on [pickle](https://docs.python.org/3/library/pickle.html), which begins with a warning.
# - Goodfellow, Bengio and Courville, *Deep Learning*, section 7.8 of [chapter 7](https://www.deeplearningbook.org/contents/regularization.html), on early stopping.
#
# **Next:** [Manual gradients, autograd and optimizers](../07_manual_autograd/07_manual_autograd.ipynb). There you put the layers aside, and train two weights and a bias with nothing but formulas.
