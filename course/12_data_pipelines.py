# %% [markdown]
# # Data pipelines
#
# After this lesson you can
#
# - write a `Dataset` that reads a file of your own, and says in which line the file is broken;
# - split it into parts that never overlap, and normalise all of them with numbers from the training part alone;
# - augment images in training and leave them alone in validation;
# - load batches with several workers, and measure whether that is faster;
# - watch training with a progress bar, and keep its curves in TensorBoard files.
#
# **Time:** 105 minutes.
#
# **Builds on:** [Validation and dropout](../05_validation_dropout/05_validation_dropout.ipynb), for modes, `no_grad` and validation; and [Training](../03_training/03_training.ipynb), for the training step.
#
# **Leads to:** your own data.
# So far this course has handed you data sets that were ready to use; here you make one from a plain file.

# %%
import csv
import math
import multiprocessing
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset, Subset, TensorDataset, random_split
from torch.utils.tensorboard import SummaryWriter
from tqdm import tqdm

from kindling import check, data, plots

BLUE, ORANGE, GREEN, BLACK = plots.COLOURS

torch.set_num_threads(1)  # in so small a network a second core gains little
if "fork" in multiprocessing.get_all_start_methods():
    # A worker that is forked knows the classes of this notebook; one that starts afresh would not.
    multiprocessing.set_start_method("fork", force=True)

scratch_folder = tempfile.TemporaryDirectory(prefix="kindling-")  # goes when the notebook ends
scratch = Path(scratch_folder.name)

# %% [markdown]
# ## From a file to batches
#
# A network takes batches of numbers, and what you have is files.
# Everything in between is the *data pipeline*.
# It is plain code, and a good place for silent mistakes to hide: they raise no error, and some make the results look better than they are.

# %% show="The stations of this lesson"
stations = ["file", "Dataset", "split", "normalise,\naugment", "DataLoader", "training"]
notes = ["rows of text", "one item\nat a time", "training and\nvalidation", "what each\npart needs", "batches, by\nworkers", "with a record\nof its losses"]
_, ax = plt.subplots(figsize=(9, 1.9), layout="constrained")
for x, (station, note) in enumerate(zip(stations, notes, strict=True)):
    box = {"boxstyle": "round,pad=0.5", "facecolor": "white", "edgecolor": BLUE, "linewidth": 1.5}
    ax.text(x, 0.6, station, ha="center", va="center", bbox=box)
    ax.text(x, -0.1, note, ha="center", va="center", color=BLACK, fontsize=9)
    if x:
        ax.annotate("", (x - 0.42, 0.6), (x - 0.58, 0.6), arrowprops={"arrowstyle": "->"})
ax.set(xlim=(-0.6, 5.6), ylim=(-0.5, 1.1), title="The way from a file to a trained network: you write every station but the first")
_ = ax.axis("off")

# %% [markdown]
# Our file holds 2,000 pictures of clothes as a table, in the form in which many data sets are passed around.
# CSV means *comma-separated values*: each line is a row, and commas part its fields.
# The first line is the header; each other line holds a label and the 784 pixels of one image, from 0 to 255.

# %% show="Writing the file, and reading its first lines" tags=["nbval-ignore-output"]
clothes_set = data.load("fashion-mnist", train=True)
columns = ["label", *(f"pixel{number}" for number in range(784))]
table = np.column_stack([clothes_set.targets[:2000], clothes_set.data[:2000].reshape(2000, 784)])
pd.DataFrame(table, columns=columns).to_csv(scratch / "clothes.csv", index=False)

with open(scratch / "clothes.csv") as file:
    for number, line in zip(range(1, 4), file, strict=False):
        print(f"line {number}: {line[:38].strip()} … {line[-24:].strip()}")

# %% [markdown]
# ## A data set is two methods
#
# A PyTorch data set of this kind answers two questions: how many items are there, and what is item number `i`?
# A class answers them with `__len__` and `__getitem__`, and then `len(dataset)` and `dataset[i]` work.
#
# Here is one on a table of pandas, with three rows that you can check by eye.
# It turns the table into tensors once, when it is made, and then hands out rows.


# %%
class MeasuredDataset(Dataset):
    """Items `(float32 (2,), int)` from a table with the columns width, height and kind."""

    def __init__(self, table: pd.DataFrame) -> None:
        self.sizes = torch.tensor(table[["width", "height"]].to_numpy(), dtype=torch.float32)
        self.kinds = table["kind"].tolist()  # plain ints, where table["kind"][0] is one of NumPy's

    def __len__(self) -> int:
        return len(self.kinds)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        return self.sizes[index], self.kinds[index]


measured = MeasuredDataset(pd.DataFrame({"width": [40, 55, 31], "height": [70, 52, 30], "kind": [0, 1, 1]}))
print(len(measured), measured[1])
print(next(iter(DataLoader(measured, batch_size=3))))

# %% [markdown]
# The `DataLoader` in the last line needs nothing but these two methods.
# It asks for one item at a time and stacks them: three tensors `(2,)` become one `(3, 2)`, and three ints become an int64 tensor `(3,)`.
#
# ### A data set on a CSV file (14 minutes, ●●○)
#
# Files are made by people and programs, and now and then a line is broken: it was cut off, or a comma got lost.
# If you don't look, the error comes an hour later from somewhere deep inside PyTorch, or it never comes and the network learns from rubbish.
# So a good data set reads its file with suspicion and says *where* it is broken.
#
# Write the class `TableDataset(path, transform=None)` for files like ours:
#
# - An item is a tuple of the image, float32 `(1, 28, 28)` with values from 0 to 1, and the label, a Python int.
# - `transform`, where there is one, is a function that takes the image and returns another. It is called each time an item is asked for.
# - A row that doesn't have exactly 785 fields, or has a field that is not a whole number, is a `ValueError` as soon as the data set is made. Its message names the file and the line. Lines count from 1, and the header is line 1.
#
# Example: take a file whose header is followed by the rows `3,0,0,…,255` and `5,128,0,…`.
# Its `len` is 2, the label of item 0 is 3, and its last pixel is 255/255 = 1.0.
# If the second of these rows has only 784 fields, the message could be `clothes.csv, line 3: 784 fields, wanted 785`.


# %% task="TableDataset"
class TableDataset(Dataset):
    """Items `(float32 image (1, 28, 28) in [0, 1], int label)` from a CSV with the header label,pixel0,…,pixel783.

    Raises ValueError, which names the file and the line (from 1, with the header), for a broken row.
    """

    def __init__(self, path: str | Path, transform: Callable[[Tensor], Tensor] | None = None) -> None:
        ### BEGIN SOLUTION
        self.transform = transform
        rows = []
        with open(path, newline="") as file:
            reader = csv.reader(file)
            next(reader)
            for line, fields in enumerate(reader, start=2):
                if len(fields) != 785:
                    raise ValueError(f"{path}, line {line}: {len(fields)} fields, wanted 785")
                try:
                    rows.append([int(field) for field in fields])
                except ValueError as error:
                    raise ValueError(f"{path}, line {line}: {error}") from None
        numbers = torch.tensor(rows)
        self.labels = numbers[:, 0].tolist()
        self.images = numbers[:, 1:].reshape(-1, 1, 28, 28).float() / 255
        ### END SOLUTION

    def __len__(self) -> int:
        ### BEGIN SOLUTION
        return len(self.labels)
        ### END SOLUTION

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        ### BEGIN SOLUTION
        image = self.images[index]
        if self.transform is not None:
            image = self.transform(image)
        return image, self.labels[index]
        ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: how do I know the number of the line?</summary>
#
# `csv.reader(file)` gives one list of strings per line, and `enumerate` can count from any number on.
# With which number does the first row below the header start?
# `int("12")` is 12, and `int("1x")` or `int("")` is a `ValueError`, but one that knows nothing of your file.
# Catch it, and raise one that does.
# </details>
#
# <details><summary>Hint: can pandas read the file?</summary>
#
# Yes, `pd.read_csv` is fast, and forgiving: it fills a row that is too short with nan, and reads a word as a word.
# So look at what it has read: which rows hold nan or something that is not a whole number?
# A row that is too long makes it raise an error of its own, which doesn't name the file.
# But where the very first row is too long, it takes the first field of each row for an index, and says nothing.
# </details>

# %% check="TableDataset" points=3
import os
import re
import tempfile

folder = tempfile.mkdtemp()
path = os.path.join(folder, "shirts.csv")
header = "label," + ",".join(f"pixel{number}" for number in range(784))
pixels = torch.arange(4 * 784).reshape(4, 784) * 7 % 256
pixels[1] //= 2  # an image without white
rows = [[str(number) for number in [label, *row]] for label, row in zip([7, 0, 3, 9], pixels.tolist(), strict=True)]


def write(rows: list[list[str]]) -> str:
    with open(path, "w") as file:
        file.write("\n".join([header, *map(",".join, rows)]) + "\n")
    return path


dataset = TableDataset(write(rows))
check.equal(
    len(dataset),
    4,
    "len(TableDataset(path)) of four rows",
    mistakes={
        "TableDataset(path) counts the header as a row.": 5,
        "TableDataset(path) leaves out a row. Is the header taken away twice?": 3,
        "TableDataset(path) counts fields, not rows.": 785,
    },
)
item = dataset[1]
check.equal(
    isinstance(item, tuple) and len(item) == 2,
    True,
    "whether dataset[1] is a tuple of two",
    mistakes={"dataset[1] is no pair. A tuple of the image and its label is wanted.": False},
)
image, label = item
check.equal(
    type(label).__name__,
    "int",
    "the type of the label",
    mistakes={
        "The label is a tensor. A Python int is wanted.": "Tensor",
        "The label is still a string, as it stands in the file.": "str",
        "The label is one of NumPy's integers. A Python int is wanted.": "int64",
        "The label is a float. A Python int is wanted.": "float",
    },
)
check.equal(
    label,
    0,
    "the label of item 1",
    mistakes={
        "Item 1 has the label of item 0. Is the header counted as a row?": 7,
        "Item 1 has the label of item 2. Is a row skipped?": 3,
        "The label is the last field of the row. It is the first one.": int(pixels[1, -1]),
    },
)
check.shape(
    image,
    (1, 28, 28),
    "the image of item 1",
    mistakes={
        "The image is a row of 784 numbers. It has 1 channel, 28 rows and 28 columns.": (784,),
        "The image has no dimension for its channel.": (28, 28),
        "The image has its channel last. PyTorch wants it first.": (28, 28, 1),
        "The image has a dimension too many. A batch is the loader's business.": (1, 1, 28, 28),
    },
)
wanted = (pixels.double() / 255).float().reshape(4, 1, 28, 28)
check.close(
    image,
    wanted[1],
    "the image of item 1",
    mistakes={
        "The image's values go up to 255. They should go from 0 to 1.": pixels[1].reshape(1, 28, 28),
        "The image's values are divided by 256. Which number is white?": pixels[1].reshape(1, 28, 28) / 256,
        "The image's values go from -1 to 1. They should go from 0 to 1.": wanted[1] * 2 - 1,
        "The image's rows and columns are exchanged.": wanted[1].transpose(1, 2),
        "The image of item 1 is that of item 0. Is the header counted as a row?": wanted[0],
        "The image is 0 almost everywhere. Is the division done in whole numbers?": (pixels[1] // 255)
        .float()
        .reshape(1, 28, 28),
        "The image is divided by its own largest value, not by the one that means white.": wanted[1] / wanted[1].max(),
    },
    atol=1e-6,
)
check.equal(
    image.dtype == torch.float32,
    True,
    "float32 images",
    mistakes={"The image is not float32. A network's weights are, and the two must match.": False},
)
check.close(
    dataset[1][0],
    wanted[1],
    "the image of item 1, asked for again",
    mistakes={"The image of item 1 is divided by 255 once more each time that it is asked for. Does __getitem__ change what is kept?": wanted[1] / 255},
    atol=1e-6,
)
calls = []


def darker(image: Tensor) -> Tensor:
    calls.append(tuple(image.shape) if isinstance(image, Tensor) else type(image).__name__)
    return image * 0 + len(calls) if isinstance(image, Tensor) else image


dataset = TableDataset(path, transform=darker)
first, second = dataset[2][0], dataset[2][0]
check.equal(
    calls[-1] if calls else (1, 28, 28),
    (1, 28, 28),
    "what transform is given",
    mistakes={
        "transform is given the pair of image and label. It takes the image alone.": "tuple",
        "transform is given the label as well. It takes the image alone.": "int",
        "transform is given an array of NumPy's. It takes a tensor.": "ndarray",
        "transform is given the whole set of images. It takes one.": (4, 1, 28, 28),
        "transform is given an image without its channel.": (28, 28),
        "transform is given a flat row of pixels. It takes an image.": (784,),
    },
)
check.equal(
    len(calls) > 0 and isinstance(first, Tensor) and first.unique().numel() == 1,
    True,
    "whether transform is called",
    mistakes={"dataset[2] gives the image without its transform.": False},
)
check.equal(
    torch.equal(first, second),
    False,
    "the same image from two calls of dataset[2]",
    mistakes={"transform does not run anew each time that an item is asked for. A random one would give the same image in every epoch.": True},
)


def said(position: int, fields: list[str], what: str) -> None:
    """Ask for an error that names the line of the row in this position, from 0, which is replaced by `fields`."""
    broken = [*rows[:position], fields, *rows[position + 1 :]]
    line, label = position + 2, f"TableDataset(path) of a file with {what}"
    write(broken)
    check.raises(ValueError, lambda: TableDataset(path), label, naming="shirts.csv")
    try:
        TableDataset(path)
    except ValueError as error:
        text = str(error).replace(path, "").replace("shirts.csv", "")
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    found = next((shift for shift in (0, -1, -2, 1) if line + shift in numbers), None)
    check.equal(
        found,
        0,
        f"the distance from the line named in the error of {label}",
        mistakes={
            "The error names the line before the broken one. The header is line 1.": -1,
            "The error names the row's index. Lines count from 1, and the header is line 1.": -2,
            "The error names the line after the broken one.": 1,
            "The error does not name the line that is broken.": None,
        },
    )


for position, fields, what in (
    (2, rows[2][:-1], "a row that is cut off"),
    (1, [*rows[1][:400], "12x", *rows[1][401:]], "a field that is no number"),
    (3, [*rows[3][:7], "0.5", *rows[3][8:]], "a field that is no whole number"),
):
    said(position, fields, what)
### BEGIN HIDDEN TESTS
said(0, [*rows[0], "0"], "a row that is too long")
said(3, [*rows[3][:20], "", *rows[3][21:]], "an empty field")
said(3, ["shirt", *rows[3][1:]], "a word instead of a label")
said(2, rows[2][:1], "a row that is only a label")
many = rows * 3
dataset = TableDataset(write(many), transform=None)
check.equal(len(dataset), 12, "len(TableDataset(path)) of twelve rows")
for index in (0, 5, 11):
    image, label = dataset[index]
    check.equal(label, [7, 0, 3, 9][index % 4], f"the label of item {index}")
    check.close(image, wanted[index % 4], f"the image of item {index}", atol=1e-6)
from pathlib import Path

one = Path(folder) / "one.csv"
with open(one, "w") as file:
    file.write(header + "\n" + ",".join(rows[2]) + "\n")
dataset = TableDataset(one, lambda image: 1 - image)
check.equal(len(dataset), 1, "len(TableDataset(path)) of one row, with a Path")
check.close(dataset[0][0], 1 - wanted[2], "the image of a transform that inverts", atol=1e-6)
check.equal(dataset[0][1], 3, "the label beside a transform")
batch, labels = next(iter(torch.utils.data.DataLoader(TableDataset(write(rows)), batch_size=4)))
check.close(batch, wanted, "a batch of four images", atol=1e-6)
check.equal(labels, torch.tensor([7, 0, 3, 9]), "the labels of a batch")
### END HIDDEN TESTS

# %% show="The rows of the file, as images again" tags=["nbval-ignore-output"]
with check.when_written():
    dataset = TableDataset(scratch / "clothes.csv")
    images, labels = next(iter(DataLoader(dataset, batch_size=16)))
    _ = plots.batch(images, labels, classes=clothes_set.classes, title="Sixteen rows of the file: each line is one image and its label")

# %% [markdown]
# (Where the course cannot download Fashion-MNIST, it draws these clothes itself.)
#
# ## Split without overlap
#
# Validation is honest only on images that the network has not learnt from.
# So the rows are dealt out to parts, each row to exactly one.
# Two details matter.
#
# The rows are shuffled first, because many files are sorted: cut such a file in order, and the validation part holds classes that training never saw.
# And the shuffling is *repeatable*: if you split anew tomorrow, with other random numbers, images on which the network was trained end up in validation.
# This is what a `torch.Generator` with a seed is for.

# %% show="A sorted file, cut in order and at random"
classes = torch.arange(10).repeat_interleave(20)  # 200 rows, sorted by class
order = torch.randperm(200, generator=torch.Generator().manual_seed(1))
_, axes = plt.subplots(1, 2, figsize=(9, 2.7), sharey=True, layout="constrained")
for ax, rows, title in zip(axes, (torch.arange(200), order), ("Cut in order: classes 8 and 9 are never trained", "Shuffled first: every class is in both parts"), strict=True):
    training, validation = (classes[part].bincount(minlength=10) for part in (rows[:160], rows[160:]))
    ax.bar(range(10), training, color=BLUE, label="training")
    ax.bar(range(10), validation, bottom=training, color=ORANGE, hatch="//", edgecolor="white", label="validation")
    ax.set(title=title, xlabel="class", xticks=range(10), ylim=(0, 27))
axes[0].set_ylabel("rows")
_ = axes[0].legend(loc="upper left", ncols=2)

# %% [markdown]
# ### Split (8 minutes, ●●○)
#
# Write `split(dataset, fractions, generator)`: it returns a list with one data set per fraction.
#
# - Every item of `dataset` is in exactly one of the parts, and which one is random.
# - The random numbers come from `generator` alone, so that the same seed gives the same parts.
# - A part gets its fraction of the items, rounded down. Items that are left over go to the parts in order, one each, beginning with the first.
#
# Example: 11 items and the fractions `[0.6, 0.2, 0.2]`.
# 6.6, 2.2 and 2.2 are rounded down to 6, 2 and 2; the one that is left over goes to the first part, so the sizes are 7, 2 and 2.


# %% task="split"
def split(dataset: Dataset, fractions: Sequence[float], generator: torch.Generator) -> list[Dataset]:
    """Return random parts of `dataset` in these fractions, which sum to 1: no item is left out, none is in two parts."""
    ### BEGIN SOLUTION
    return random_split(dataset, fractions, generator=generator)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: do I have to write it all myself?</summary>
#
# `torch.utils.data` has a function whose name says what it does, and it rounds as the task asks.
# Which of its arguments takes the random numbers?
# If you would rather write it: `torch.randperm(n, generator=generator)` gives the numbers from 0 to n - 1 in random order, and `Subset(dataset, indices)` is the data set of these items.
# </details>

# %% check="split" points=2
def items(part: object) -> list[int]:
    return [int(part[index]) for index in range(len(part))]


def seeded(number: int) -> torch.Generator:
    return torch.Generator().manual_seed(number)


class Rows(torch.utils.data.Dataset):
    """The items are the numbers from 100 on."""

    def __init__(self, count: int) -> None:
        self.count = count

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> int:
        if not 0 <= index < self.count:
            raise IndexError(index)
        return 100 + int(index)


parts = split(Rows(11), [0.6, 0.2, 0.2], seeded(1))
check.equal(
    isinstance(parts, list | tuple) and all(hasattr(part, "__len__") and hasattr(part, "__getitem__") for part in parts),
    True,
    "whether split(…) gives a list of data sets",
    mistakes={"split(…) gives no list of data sets. Each part must have a len and items.": False},
)
check.equal(len(parts), 3, "the number of parts of split(dataset, [0.6, 0.2, 0.2], generator)")
found = [items(part) for part in parts]
together = sorted(number for part in found for number in part)
check.equal(
    len(together) == len(set(together)),
    True,
    "parts without overlap",
    mistakes={"split(…) gives an item to two parts, so that validation would see what training has seen.": False},
)
check.equal(
    [len(part) for part in found],
    [7, 2, 2],
    "the list of sizes of the parts of 11 items",
    mistakes={
        "split(…) loses an item in rounding. Where does the one that is left over go?": [6, 2, 2],
        "split(…) gives the item that is left over to the last part. The first one gets it.": [6, 2, 3],
        "split(…) rounds each part up, as long as there are items. All parts are rounded down first.": [7, 3, 1],
    },
)
check.equal(
    together,
    list(range(100, 111)),
    "the sorted list of the items of all parts",
    mistakes={"split(…) gives lists of indices. A part is a data set, which holds the items.": list(range(11))},
)
check.equal(
    sorted(found, key=min) == [list(range(part[0], part[0] + len(part))) for part in sorted(found, key=min)],
    False,
    "parts in the order of the file",
    mistakes={"split(…) cuts the data in order. Shuffle first: many files are sorted.": True},
)
torch.manual_seed(77)
state = torch.get_rng_state()
again = [items(part) for part in split(Rows(11), [0.6, 0.2, 0.2], seeded(1))]
check.equal(
    again == found,
    True,
    "the same parts from the same seed",
    mistakes={"split(…) gives other parts for a generator with the same seed. Who draws the random numbers?": False},
)
check.equal(
    torch.equal(state, torch.get_rng_state()),
    True,
    "the global random state after split(…)",
    mistakes={"split(…) changes the global random state. All numbers come from the generator.": False},
)
other = [items(part) for part in split(Rows(11), [0.6, 0.2, 0.2], seeded(2))]
check.equal(
    other == found,
    False,
    "the same parts from another seed",
    mistakes={"split(…) gives the same parts for another seed. Is the generator used?": True},
)
check.equal(
    all(max(part) - min(part) == len(part) - 1 for part in [*found, *other]),
    False,
    "parts that each hold neighbouring rows",
    mistakes={"split(…) shuffles within the parts only: each still holds neighbouring rows of the file. Which part an item is in should be random.": True},
)
### BEGIN HIDDEN TESTS
for count, fractions, sizes in (
    (100, [0.8, 0.2], [80, 20]),
    (23, [0.25, 0.25, 0.25, 0.25], [6, 6, 6, 5]),
    (10, [1 / 3, 1 / 3, 1 / 3], [4, 3, 3]),
    (7, [1.0], [7]),
    (19, [0.5, 0.3, 0.2], [10, 6, 3]),
):
    generator = seeded(count)
    found = [items(part) for part in split(Rows(count), fractions, generator)]
    name = f"split(dataset, fractions, generator) of {count} items into {len(sizes)}"
    floors = [math.floor(count * fraction) for fraction in fractions]
    over = count - sum(floors)
    check.equal(
        [len(part) for part in found],
        sizes,
        f"the list of sizes in {name}",
        mistakes={
            "split(…) gives all items that are left over to the first part. They go to the parts in order, one each.": [floors[0] + over, *floors[1:]],
            "split(…) gives all items that are left over to the last part. They go to the parts in order, one each.": [*floors[:-1], floors[-1] + over],
        },
    )
    check.equal(sorted(number for part in found for number in part), list(range(100, 100 + count)), f"the sorted list of all items of {name}")
    more = [items(part) for part in split(Rows(count), fractions, generator)]
    check.equal(
        len(sizes) > 1 and more == found,  # a single part holds everything, in whatever order
        False,
        f"the same parts from a second call with one generator, {name}",
        mistakes={"split(…) gives the same parts again from a generator that has moved on. Is it seeded anew?": True},
    )
nested = split(split(Rows(20), [0.5, 0.5], seeded(3))[1], [0.5, 0.5], seeded(4))
check.equal([len(part) for part in nested], [5, 5], "the list of sizes of the parts of a part")
check.equal(set(items(nested[0])).isdisjoint(items(nested[1])), True, "parts of a part without overlap")
### END HIDDEN TESTS

# %% [markdown]
# ## Normalise by the training part
#
# Training often goes better when the pixels lie around 0 with a deviation of about 1, so we subtract a mean and divide by a deviation.
# Whose mean?
# If the validation images take part in it, they have told training something about themselves, and are no longer unseen.
# This is called a *leak*.
# With the drawn clothes the mean of all images is 0.216 and that of the training part 0.217, and you would never see the harm.
# A stronger leak makes a useless model look good.
# We gave 100 examples 5,000 random features and random labels, and chose the 20 features that go best with the labels.
# Chosen by all examples, they let a logistic regression name 89 % of the validation labels, on average over 20 trials; chosen by the training part, 47 %, which is guessing.
# So the rule has no exceptions: whatever is computed from data is computed from the training part, and then used for every part.
#
# ### Mean and deviation (9 minutes, ●●○)
#
# Write `training_stats(dataset)`: it returns a tuple `(mean, std)` of two Python floats, taken over all pixels of all images in `dataset`, which is the training part.
# `std` is the population deviation: the root of the mean squared distance from the mean.
#
# Example: two images of two pixels each, `[0, 1]` and `[1, 1]`.
# The mean is 3/4, the squared distances are 9/16, 1/16, 1/16 and 1/16, and their mean is 3/16, so `std` is 0.433.


# %% task="training_stats"
def training_stats(dataset: Dataset) -> tuple[float, float]:
    """Return the mean and the population deviation of all pixels of the images in `dataset`, as Python floats."""
    ### BEGIN SOLUTION
    images = torch.stack([dataset[index][0] for index in range(len(dataset))])
    return images.mean().item(), images.std(correction=0).item()
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: why is my deviation a little too large, or a little too small?</summary>
#
# `tensor.std()` divides by n - 1, the sample's deviation; `correction=0` makes it divide by n.
# And a mean of the images' deviations is not the deviation of all pixels: it leaves out how much the images differ from each other.
# Put all pixels into one tensor first, or add up sums and squares.
# </details>

# %% check="training_stats" points=2
class Pairs(torch.utils.data.Dataset):
    """Images with their labels, which are far from all pixels."""

    def __init__(self, images: Tensor) -> None:
        self.images = images

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        return self.images[index], 50 + index


class Asked(Pairs):
    """Images that note which of them were asked for."""

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        item = super().__getitem__(index)  # an error where a loop goes on past the last one
        asked.add(int(index))
        return item


asked, missing = set(), None
many = torch.linspace(0, 1, 1090).reshape(1090, 1, 1, 1) * torch.tensor([0.5, 1.0])  # brighter and brighter
part = torch.utils.data.Subset(Asked(many), range(1090))
try:
    of_many = training_stats(part)
except AttributeError as error:
    if error.obj is not part:
        raise
    missing = error.name
check.equal(
    missing,
    None,
    "what training_stats(dataset) asks of a data set, beside its len and its items",
    mistakes={f"training_stats(dataset) asks for dataset.{missing}. A data set need have no more than a len and items.": missing},
)
check.equal(
    0 < len(asked) < 1090,  # none where it looks behind the part that it was given
    False,
    "images that training_stats(dataset) leaves out",
    mistakes={"training_stats(dataset) leaves out some of 1090 images. Is a loop left early, or a last batch dropped?": True},
)
images = torch.tensor([[0.0, 1.0], [1.0, 1.0], [0.0, 0.0], [0.2, 0.4]]).reshape(4, 1, 1, 2)
result = training_stats(torch.utils.data.Subset(Pairs(images), [0, 1, 3]))
check.equal(
    isinstance(result, tuple) and len(result) == 2,
    True,
    "whether training_stats(dataset) is a tuple of two",
    mistakes={"training_stats(dataset) is no pair. A tuple of the mean and the deviation is wanted.": False},
)
mean, deviation = result
chosen, everything = images[[0, 1, 3]].double(), images.double()
average, wanted = chosen.mean().item(), chosen.std(correction=0).item()
check.equal(
    torch.as_tensor(mean).numel() == torch.as_tensor(deviation).numel() == 1,
    True,
    "one mean and one deviation in training_stats(dataset)",
    mistakes={"training_stats(dataset) gives several means or deviations. One for all pixels is wanted.": False},
)
check.close(
    tuple(torch.as_tensor(number, dtype=torch.float64).squeeze().tolist() for number in result),
    (average, wanted),
    "training_stats(dataset) of the images [0, 1], [1, 1] and [0.2, 0.4]",
    mistakes={
        "training_stats(dataset) divides by n - 1. The population's deviation is wanted.": (average, chosen.std().item()),
        "training_stats(dataset) looks at all of the file, behind the part that it was given.": (
            everything.mean().item(),
            everything.std(correction=0).item(),
        ),
        "training_stats(dataset) gives the variance. The deviation is its root.": (average, wanted**2),
        "training_stats(dataset) takes the mean of the images' own deviations. How much do the images differ from each other?": (
            average,
            chosen.std(dim=(1, 2, 3), correction=0).mean().item(),
        ),
        "training_stats(dataset) takes the deviation of the images' means. How much do the pixels of one image differ?": (
            average,
            chosen.mean(dim=(1, 2, 3)).std(correction=0).item(),
        ),
        "training_stats(dataset) takes the mean of the deviations at each place of the image. How much do the places differ?": (
            average,
            chosen.std(dim=0, correction=0).mean().item(),
        ),
        "training_stats(dataset) divides by the number of images. The mean is over all pixels.": (
            average,
            wanted * 2**0.5,  # two pixels each
        ),
        "training_stats(dataset) takes the mean distance from the mean. The root of the mean squared distance is wanted.": (
            average,
            (chosen - average).abs().mean().item(),
        ),
        "training_stats(dataset) gives the deviation first. The mean comes first.": (wanted, average),
    },
)
check.equal(
    isinstance(mean, float) and isinstance(deviation, float),
    True,
    "Python floats in training_stats(dataset)",
    mistakes={"training_stats(dataset) gives the right numbers, but not as Python floats.": False},
)
# A mean over batches has a value for each size of batch; these are the usual ones.
means = []
for size in (8, 10, 16, 20, 32, 50, 64, 100, 128, 200, 256, 500, 512, 1000):
    batches = many.double().split(size)
    deviations = [batch.std(correction=0).item() for batch in batches]
    means.append(sum(deviations) / len(batches))
    means.append(sum(one * len(batch) for one, batch in zip(deviations, batches, strict=True)) / 1090)
check.close(
    tuple(map(float, of_many)),
    (many.double().mean().item(), many.double().std(correction=0).item()),
    "training_stats(dataset) of 1090 images",
    mistakes={
        "training_stats(dataset) takes the mean of its batches' deviations. How much do the batches differ from each other?": (
            float(of_many[0]),
            min(means, key=lambda one: abs(one - of_many[1])),
        ),
    },
)
### BEGIN HIDDEN TESTS
seeded = torch.Generator().manual_seed(8)
images = torch.rand(37, 3, 5, 4, generator=seeded) ** 2
images *= torch.linspace(0.1, 1, 37).reshape(37, 1, 1, 1)  # so that the images' own means differ
before = images.clone()
for indices in (list(range(37)), [3, 30, 8, 9, 11], [36]):
    chosen = images[indices].double()
    check.close(
        training_stats(torch.utils.data.Subset(Pairs(images), indices)),
        (chosen.mean().item(), chosen.std(correction=0).item()),
        f"training_stats(dataset) of {len(indices)} images",
    )
check.unchanged(images, before, "the images")
whole = torch.utils.data.Subset(Pairs(torch.full((300, 1, 28, 28), 0.1)), range(300))
check.close(
    training_stats(whole),
    (0.1, 0.0),
    "training_stats(dataset) of one shade of grey",
    mistakes={"training_stats(dataset) is nan where all pixels are alike. Can what stands under the root fall below 0?": (0.1, math.nan)},
    atol=1e-3,
)
batch = torch.utils.data.TensorDataset(images, torch.zeros(37))
check.close(training_stats(batch)[0], images.double().mean().item(), "the mean of training_stats(dataset) of a TensorDataset")
### END HIDDEN TESTS

# %% [markdown]
# ## Augment
#
# A shirt stays a shirt when it moves by two pixels, or is seen in a mirror.
# A network on pixels doesn't know this, since every pixel has a weight of its own.
# *Augmentation* teaches it: each time that an image is asked for, it comes a little changed, so that no two epochs show the same pixels.
#
# What may change depends on the data.
# A shirt in a mirror is a shirt; a mirrored 2 is no digit at all.
#
# ### Shift and flip (13 minutes, ●●○)
#
# Write the class `Augment(max_shift, flip)`, whose object is called like a function: `Augment(2, True)(image)`.
# The image is a tensor `(channels, height, width)`, and a new one of the same shape and dtype comes back.
#
# - It is shifted by a random whole number of pixels in each direction, down and right on their own. Every number from `-max_shift` to `max_shift` can come, both ends included.
# - What is pushed out over the edge is lost, and zeros move in on the other side.
# - If `flip` is true, the image is mirrored left to right in half of the calls.
# - Every call draws new random numbers.
#
# Example: `[[1, 2], [3, 4]]`, shifted by 1 to the right, becomes `[[0, 1], [0, 3]]`.


# %% task="Augment"
class Augment:
    """Shifts an image (c, h, w) at random by up to `max_shift` pixels, zeros moving in; mirrors it if `flip`."""

    def __init__(self, max_shift: int, flip: bool) -> None:
        ### BEGIN SOLUTION
        self.max_shift = max_shift
        self.flip = flip
        ### END SOLUTION

    def __call__(self, image: Tensor) -> Tensor:
        """Return a changed copy of `image`; new random numbers in each call."""
        ### BEGIN SOLUTION
        most = self.max_shift
        height, width = image.shape[-2:]
        top, left = torch.randint(0, 2 * most + 1, (2,)).tolist()
        image = F.pad(image, (most, most, most, most))[..., top : top + height, left : left + width]
        if self.flip and torch.rand(()) < 0.5:
            image = image.flip(-1)
        return image.clone()
        ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: why does the left edge of my shirt come in from the right?</summary>
#
# `torch.roll` moves the pixels in a circle.
# Two ways without: make room first, with a rim of `max_shift` zeros on all sides (`F.pad`), and cut a window of the old size out of it; or set to 0 what has come in.
# </details>
#
# <details><summary>Hint: why does it never move by the whole of <code>max_shift</code>?</summary>
#
# `torch.randint(low, high, …)` never gives `high` itself.
# Python's `random.randint` does.
# </details>

# %% check="Augment" points=3
# 240 calls for each question, so that chance decides nothing: an outcome with probability 1/9 stays away once in 10^12 times.
import re


def moved(image: Tensor, down: int, right: int, edge: str) -> Tensor:
    """Shift an image (c, h, w) by hand; `edge` says what moves in."""
    height, width = image.shape[-2:]
    rows, columns = torch.arange(height) - down, torch.arange(width) - right
    if edge == "roll":
        return image[:, rows % height][:, :, columns % width]
    kept = image[:, rows.clamp(0, height - 1)][:, :, columns.clamp(0, width - 1)]
    if edge == "zeros":
        kept = kept * ((rows >= 0) & (rows < height))[:, None] * ((columns >= 0) & (columns < width))
    return kept


def outcomes(image: Tensor, most: int, flip: bool, edge: str = "zeros") -> dict:
    """Return each outcome that may come, as a key, with its shifts and whether it is mirrored."""
    return {
        tuple(moved(image.flip(-1) if mirrored else image, down, right, edge).flatten().tolist()): (down, right, mirrored)
        for mirrored in ([False, True] if flip else [False])
        for down in range(-most, most + 1)
        for right in range(-most, most + 1)
    }


torch.manual_seed(5)
image = torch.arange(1.0, 31.0).reshape(1, 5, 6)
augment = Augment(1, True)
results, empty = [], False
try:
    results += [augment(image) for _ in range(240)]
except RuntimeError as error:
    if not re.search(r"(size|tensor) \(0\)", str(error)):
        raise
    empty = True
check.equal(
    empty,
    False,
    "whether Augment(1, True)(image) cuts out pieces without pixels",
    mistakes={"Augment(…) cuts a piece without pixels out of the image. What is [:-k] where k is 0?": True},
)
check.unchanged(image, torch.arange(1.0, 31.0).reshape(1, 5, 6), "the image")
check.equal(
    len({getattr(result, "shape", None) for result in results}) > 1,
    False,
    "images of several sizes from Augment(1, True)(image)",
    mistakes={"Augment(…) gives images of several sizes. How large must the window be that it cuts out?": True},
)
for result in results[:20]:
    check.shape(
        result,
        (1, 5, 6),
        "Augment(1, True)(image)",
        mistakes={
            "Augment(…) gives an image of another size. What is pushed out is lost.": (1, 7, 8),
            "Augment(…) takes the height for the width as well. An image need not be a square.": (1, 5, 5),
            "Augment(…) takes the width for the height as well. An image need not be a square.": (1, 6, 6),
        },
    )
keys = [tuple(result.flatten().tolist()) for result in results]
check.equal(
    len(set(keys)) > 1,
    True,
    "different results from Augment(1, True)(image)",
    mistakes={"Augment(1, True)(image) gives the same result in 240 calls. Are random numbers drawn in each call?": False},
)
check.equal(
    all(any(key) for key in keys),
    True,
    "whether Augment(1, True)(image) leaves some of the image",
    mistakes={"Augment(…) gives a black image now and then. What is image[:, k:] where k is 0?": False},
)
first = [Augment(1, True)(image) for _ in range(40)]
check.equal(
    all(torch.equal(one, first[0]) for one in first),
    False,
    "whether 40 new objects Augment(1, True) begin with the same result",
    mistakes={"Each new Augment(…) begins with the same random numbers, and so would the copies of one in two workers. Who sets its seed?": True},
)
known = outcomes(image, 1, True)
strange = [key for key in keys if key not in known]
kinds = {
    "roll": outcomes(image, 1, True, "roll"),
    "edge": outcomes(image, 1, True, "repeat"),
    "far": outcomes(image, 3, True),
    "upside down": outcomes(image.flip(1), 1, True),
    "turned": outcomes(image.flip(1).flip(2), 1, True),
}
why = next((name for name, kind in kinds.items() if strange and all(key in kind or key in known for key in keys)), "")
check.equal(
    why if strange else "right",
    "right",
    "the kind of the results of Augment(1, True)(image)",
    mistakes={
        "Augment(…) moves the pixels in a circle: what leaves on one side comes in on the other. Zeros should move in.": "roll",
        "Augment(…) repeats the pixels of the edge. Zeros should move in.": "edge",
        "Augment(1, True)(image) shifts by more than 1 pixel.": "far",
        "Augment(…) mirrors top and bottom. Left and right are wanted.": "upside down",
        "Augment(1, True)(image) is not the image, or its mirror image, shifted by up to 1 pixel with zeros moving in.": "",
    },
)
seen = {known[key] for key in keys}
for position, direction, back, forth in ((0, "up or down", "up", "down"), (1, "left or right", "left", "right")):
    shifts = sorted({one[position] for one in seen})
    check.equal(
        tuple(shifts),
        (-1, 0, 1),
        f"the shifts {direction} in 240 calls of Augment(1, True)(image)",
        mistakes={
            f"Augment(1, True)(image) never moves {direction}.": (0,),
            f"Augment(1, True)(image) never moves {forth}. Can both ends of the range come, -1 and 1?": (-1, 0),
            f"Augment(1, True)(image) never moves {back}. Can both ends of the range come, -1 and 1?": (0, 1),
            f"Augment(1, True)(image) always moves {direction}. A shift of 0 can come too.": (-1, 1),
        },
    )
still = {kind for kind in (False, True) if {one[:2] for one in seen if one[2] == kind} == {(0, 0)}}
check.equal(
    still,
    set(),
    "the kinds of images, mirrored or not, that are never shifted",
    mistakes={
        "Augment(…) shifts no image that it mirrors. Each call may do both.": {True},
        "Augment(…) shifts only the images that it mirrors. Each call shifts.": {False},
    },
)
check.equal(
    all(
        any(down != sign * right for down, right, mirrored in seen if mirrored == kind)
        for kind in {mirrored for _, _, mirrored in seen}
        for sign in (1, -1)
    ),
    True,
    "shifts in two directions of their own",
    mistakes={"Augment(…) always moves by the same number of pixels down and right. Each direction has its own.": False},
)
check.equal(
    any(down and right for down, right, _ in seen),
    True,
    "whether Augment(1, True)(image) moves in both directions at once",
    mistakes={"Augment(…) moves up or down, or left or right, and never both in one call. Each call may do both.": False},
)
mirrored = sum(known[key][2] for key in keys)
check.equal(
    "never" if mirrored == 0 else "always" if mirrored == 240 else "sometimes",
    "sometimes",
    "how often Augment(1, True)(image) mirrors",
    mistakes={
        "Augment(1, True)(image) never mirrors the image.": "never",
        "Augment(1, True)(image) mirrors the image in every call. It should in half of them.": "always",
    },
)
check.equal(
    60 <= mirrored <= 180,
    True,
    "mirror images in about half of 240 calls",
    mistakes={"Augment(1, True)(image) mirrors far more often or far less often than in half of the calls.": False},
)
plain = outcomes(image, 1, False)
check.equal(
    all(tuple(Augment(1, False)(image).flatten().tolist()) in plain for _ in range(60)),
    True,
    "no mirror images from Augment(1, False)(image)",
    mistakes={"Augment(1, False)(image) mirrors the image, or changes it otherwise than by a shift.": False},
)
### BEGIN HIDDEN TESTS
image = torch.rand(3, 9, 7, generator=torch.Generator().manual_seed(6)) + 0.1
known, augment, before = outcomes(image, 2, True), Augment(max_shift=2, flip=True), image.clone()
results = [augment(image) for _ in range(900)]
for result in results:
    check.equal(tuple(result.flatten().tolist()) in known, True, "a shift of all three channels by Augment(2, True)")
seen = {known[tuple(result.flatten().tolist())] for result in results}
check.equal(len(seen), 50, "the number of different outcomes of Augment(2, True) in 900 calls")
check.unchanged(image, before, "the image")
results[0].mul_(0)
check.unchanged(image, before, "the image, after a change of what Augment(…) gave")
untouched = Augment(0, False)
check.equal(all(torch.equal(untouched(image), image) for _ in range(20)), True, "an unchanged image from Augment(0, False)")
check.equal(
    untouched(image).data_ptr() == image.data_ptr(),
    False,
    "whether Augment(0, False)(image) shares its memory with the image",
    mistakes={"Augment(…) gives the image itself where nothing moves, or a view of it. A new tensor is wanted.": True},
)
two = {tuple(Augment(0, True)(image).flatten().tolist()) for _ in range(40)}
check.equal(two == set(outcomes(image, 0, True)), True, "the image and its mirror image from Augment(0, True)")
check.equal(augment(image.double()).dtype, torch.float64, "the dtype of Augment(2, True) of a float64 image")
shifts = [outcomes(image, 2, False)[tuple(Augment(2, False)(image).flatten().tolist())] for _ in range(300)]
check.equal(len(set(shifts)), 25, "the number of different shifts of Augment(2, False) in 300 calls")
### END HIDDEN TESTS

# %% show="One shirt, sixteen times" tags=["nbval-ignore-output"]
with check.when_written():
    torch.manual_seed(3)
    shirt = next(image for image, label in TableDataset(scratch / "clothes.csv") if clothes_set.classes[label] == "Shirt")
    many = torch.stack([shirt, *(Augment(3, True)(shirt) for _ in range(15))])
    _ = plots.batch(many, ["as it is", *["changed"] * 15], title="One image of the file and what Augment(3, True) makes of it")

# %% [markdown]
# ## Workers, and their random numbers
#
# While the network computes, somebody should fetch the next batch.
# With `num_workers=2` the loader starts two more processes, the *workers*, which fetch batches in turn.
# Here, except on Windows, each one begins as a copy of your notebook's process, a *fork*.
#
# **Predict first.**
# The data set below has a die: NumPy's generator with a seed, made once with the data set.
# Each item is a throw.
# Two workers fetch in turn, so the first throw comes from one worker and the second from the other.
# Will the first two throws be the `"same"` or `"different"`?
# Replace `None` with your word and run both cells.


# %%
class Dice(Dataset):
    """Eight throws of a die from 1 to 1,000."""

    def __init__(self) -> None:
        self.generator = np.random.default_rng(0)

    def __len__(self) -> int:
        return 8

    def __getitem__(self, index: int) -> int:
        return int(self.generator.integers(1, 1001))


prediction = None

# %% show="The throws, and your prediction" tags=["nbval-ignore-output"]
if prediction is None:
    print('Replace None with "same" or "different", and run both cells.')
else:
    for epoch in (1, 2):
        throws = [int(throw) for throw in DataLoader(Dice(), batch_size=None, num_workers=2)]
        print(f"epoch {epoch}:", *throws)
    if str(prediction).lower() == "same":
        print("Right: each worker has its own copy of one generator, and both copies start at the same place.")
    elif str(prediction).lower() == "different":
        print("You trusted the workers to differ. Compare the throws in pairs: who copied the generator, and in which state?")
    else:
        print('The question has two answers, "same" and "different".')

# %% [markdown]
# <details><summary>Answer: what do the workers throw?</summary>
#
# The throws come in pairs: 851 851 637 637 512 512 270 270.
# Both workers hold a copy of the same generator in the same state, and in the next epoch they are copied anew from it and throw the same numbers again.
# With an augmentation instead of a die, half of the random changes would be repetitions, and every epoch would look like the first.
# </details>
#
# So where should random numbers come from?
# From the generators that the loader takes care of: in each worker and each epoch it gives torch a seed of its own, and Python's `random` and NumPy's global functions as well.
# That is why `torch.rand` in `Augment` is right, and a generator of its own would need care.
#
# Older versions of PyTorch forgot NumPy, so many programs hand the loader a `worker_init_fn`, a function that each worker calls with its number when it starts.
# It can seed what the loader doesn't know of; in a worker, `torch.initial_seed()` is that worker's own seed, and it is a different one in each epoch.
# It can also spoil everything, by giving all workers the same seed.
#
# ### The loader (8 minutes, ●●○)
#
# Write `make_loader(dataset, batch_size, train)`: it returns a `DataLoader` with two workers.
#
# - If `train` is true, the items come in a new random order in each epoch, and a last batch that would be smaller is dropped.
# - If `train` is false, all items come, in order.
# - The workers draw random numbers of their own, whether from torch, from `random` or from `np.random`, and different ones in each epoch.
#
# Example: ten items and `batch_size=4`.
# In training there are two batches of four; in validation the batches have four, four and two items.


# %% task="make_loader"
def make_loader(dataset: Dataset, batch_size: int, train: bool) -> DataLoader:
    """Return a loader with two workers: shuffled and without a smaller last batch if `train`, else all in order."""
    ### BEGIN SOLUTION
    return DataLoader(dataset, batch_size=batch_size, shuffle=train, drop_last=train, num_workers=2)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: which arguments does the loader have?</summary>
#
# `help(DataLoader)` lists them.
# You need the ones for the size, for the order, for the last batch and for the workers.
# Two of them are true exactly when `train` is.
# </details>

# %% check="make_loader" points=2
# Workers are processes: starting two of them several times takes a second or two.
import inspect
import multiprocessing
import random


class Throws(torch.utils.data.Dataset):
    """Items: [index, worker, a number from torch, one from random, one from NumPy] and the index."""

    def __init__(self, count: int) -> None:
        self.count = count

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        worker = torch.utils.data.get_worker_info()
        numbers = [index, worker.id if worker else -1, torch.rand(()).item(), random.random(), np.random.rand()]
        return torch.tensor(numbers, dtype=torch.float64), int(index)


def loader_of(count: int, size: int, train: bool) -> torch.utils.data.DataLoader:
    named = [name for name in inspect.signature(make_loader).parameters if "worker" in name]
    loader = make_loader(Throws(count), size, train, **dict.fromkeys(named[:1], 2))
    check.equal(
        isinstance(loader, torch.utils.data.DataLoader),
        True,
        "whether make_loader(…) gives a DataLoader",
        mistakes={"make_loader(…) gives no DataLoader.": False},
    )
    check.equal(
        loader.num_workers,
        2,
        "the number of workers of make_loader(…)",
        mistakes={"make_loader(…) gives a loader without workers. Which argument starts them?": 0},
    )
    if "fork" not in multiprocessing.get_all_start_methods():  # on Windows a worker cannot know this cell's class
        loader.num_workers = 0
    return loader


loader = loader_of(10, 4, train=True)
first = second = None
try:
    first, second = list(loader), list(loader)
except ValueError as error:
    if "Seed must be between" not in str(error):
        raise
check.equal(
    second is None,
    False,
    "whether the workers fail as they start",
    mistakes={"The workers of make_loader(…) give NumPy a seed that is too large. torch.initial_seed() has 64 bits, and NumPy takes 32.": True},
)
sizes = tuple(len(labels) for _, labels in first)
check.equal(
    sizes,
    (4, 4),
    "the sizes of the training batches of ten items",
    mistakes={
        "make_loader(dataset, 4, True) keeps the smaller last batch. Training should leave it out.": (4, 4, 2),
        "make_loader(dataset, 4, True) takes no notice of batch_size.": (1,) * 10,
        "make_loader(dataset, 4, True) makes one batch of all.": (10,),
        "make_loader(dataset, 4, True) gives no batch at all, as if batch_size were more than 10.": (),
    },
)
orders = [torch.cat([labels for _, labels in epoch]).tolist() for epoch in (first, second)]
check.equal(
    orders[0] == sorted(orders[0]),
    False,
    "training items in order",
    mistakes={"make_loader(dataset, 4, True) gives the items in order. Training wants them shuffled.": True},
)
check.equal(
    orders[0] == orders[1],
    False,
    "the same order in both epochs",
    mistakes={"make_loader(dataset, 4, True) gives the same order in each epoch. It should be a new one.": True},
)
check.equal(
    len(set(orders[0])) == 8 and set(orders[0]) <= set(range(10)),
    True,
    "different items in an epoch",
    mistakes={"make_loader(dataset, 4, True) gives an item twice in one epoch.": False},
)
one, two = (torch.cat([rows for rows, _ in epoch]) for epoch in (first, second))
for column, whose in ((2, "torch"), (3, "Python's random"), (4, "NumPy")):
    check.equal(
        len(set(one[:, column].tolist())) == 8,
        True,
        f"different random numbers from {whose} in all workers",
        mistakes={f"The workers of make_loader(…) draw the same random numbers from {whose}. Which seed does each of them get?": False},
    )
    check.equal(
        set(one[:, column].tolist()).isdisjoint(two[:, column].tolist()),
        True,
        f"different random numbers from {whose} in two epochs",
        mistakes={f"The workers of make_loader(…) draw the same random numbers from {whose} in each epoch. Does their seed change?": False},
    )
after = []  # a number from torch after each of two calls that find it seeded otherwise
for seed in (1, 2):
    torch.manual_seed(seed)
    loader_of(10, 4, train=True)
    after.append(torch.rand(()).item())
check.equal(
    after[0] == after[1],
    False,
    "whether make_loader(…) sets the seed of its caller's random numbers",
    mistakes={"make_loader(…) sets the seed of the notebook's own random numbers, so that all that is drawn later is the same each time.": True},
)
last = list(loader_of(10, 4, train=False))
check.equal(
    tuple(len(labels) for _, labels in last),
    (4, 4, 2),
    "the sizes of the validation batches of ten items",
    mistakes={"make_loader(dataset, 4, False) leaves out the smaller last batch. Validation wants every item.": (4, 4)},
)
check.equal(
    torch.cat([labels for _, labels in last]).tolist() == list(range(10)),
    True,
    "validation items in order",
    mistakes={"make_loader(dataset, 4, False) shuffles the items. Validation has no need of it.": False},
)
### BEGIN HIDDEN TESTS
epoch = list(loader_of(13, 5, train=False))
check.equal(tuple(len(labels) for _, labels in epoch), (5, 5, 3), "the sizes of the validation batches of thirteen items")
check.equal(torch.cat([labels for _, labels in epoch]).tolist(), list(range(13)), "the list of the validation items")
rows = torch.cat([rows for rows, _ in epoch])
check.equal(all(len(set(rows[:, column].tolist())) == 13 for column in (2, 3, 4)), True, "different random numbers in validation")
loader = loader_of(12, 3, train=True)
orders = [torch.cat([labels for _, labels in loader]).tolist() for _ in range(2)]
check.equal([len(order) for order in orders], [12, 12], "the list of the numbers of training items where nothing is left over")
check.equal(sorted(orders[0]), list(range(12)), "the sorted list of the training items where nothing is left over")
check.equal(orders[0] == orders[1], False, "the same order of twelve items in both epochs")
### END HIDDEN TESTS

# %% [markdown]
# ### What do workers and batches cost?
#
# Workers are not free: they have to be started, and every batch has to come over from another process.
# So whether they help is a question for a clock.
# The next cell measures it on your machine, for two data sets of 128 images.
# One hands out images that lie in memory.
# The other waits 8 ms before each image, like a slow disk.

# %% show="How long an epoch of loading takes, by workers and by batch size" tags=["nbval-ignore-output"]
class Waiting(Dataset):
    """128 black images, each after `seconds` of waiting."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __len__(self) -> int:
        return 128

    def __getitem__(self, index: int) -> Tensor:
        if self.seconds:
            time.sleep(self.seconds)
        return torch.zeros(1, 28, 28)


def loading(dataset: Dataset, **options: int) -> tuple[float, float]:
    """Return the seconds until the first batch is there, and those from then to the last one."""
    start = time.perf_counter()
    batches = iter(DataLoader(dataset, **options))
    next(batches)
    begun = last = time.perf_counter()
    for _ in batches:
        last = time.perf_counter()
    return begun - start, last - begun


workers = range(3 if multiprocessing.get_start_method() == "fork" else 1)
_, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
memory, slow = ([loading(Waiting(seconds), batch_size=8, num_workers=count) for count in workers] for seconds in (0, 0.008))
left.plot(workers, [rest for _, rest in slow], "s-", color=ORANGE, label="8 ms each, from the first batch on")
left.plot(workers, [rest for _, rest in memory], "o-", color=BLUE, label="in memory, from the first batch on")
left.plot(workers, [first for first, _ in memory], "^:", color=GREEN, label="in memory, until the first batch")
left.set(title="Two workers share the waiting, but they must be started", xlabel="workers (0: the notebook itself)", ylabel="seconds", xticks=list(workers), ylim=(0, 1.9))
left.title.set_fontsize(11)
left.legend(fontsize=9, loc="upper right")
sizes = [1, 2, 4, 16, 64]
times = [min(loading(Waiting(0), batch_size=size)[1] for _ in range(20)) / (128 - size) * 1e6 for size in sizes]
right.plot(sizes, times, marker="o", color=BLUE)
right.set(title="In larger batches an image costs less", xlabel="batch size, in memory, without workers", ylabel="microseconds per image", ylim=(0, None))
right.title.set_fontsize(11)
right.set_xscale("log", base=2)
_ = right.set_xticks(sizes, sizes)

# %% [markdown]
# On the left, one worker saves nothing: it waits as long as the notebook would.
# Two of them wait at the same time, and that is where the seconds are saved.
# The set in memory takes next to no time anyway, and most of what workers add to it is their start, the green line, which you pay in every epoch.
# On the right, each batch has a cost of its own, which its images share; from some size on there is little more to gain.
#
# So measure with your data before you choose.
# Our clothes lie in memory, and two workers cost us a little time; photographs on a slow disk are another matter.
#
# ## Put it together
#
# Now the parts become a pipeline, and the last trap is in how they are joined.
# `TableDataset` takes a `transform`, so it seems natural to hand it the augmentation and split afterwards.
# But then both parts share that transform, and the validation images are changed at random as well.
#
# A transform belongs to a *part*, not to the file.
# This small class gives a part one of its own:


# %%
class Transformed(Dataset):
    """The items of `dataset`, with `transform` applied to each image."""

    def __init__(self, dataset: Dataset, transform: Callable[[Tensor], Tensor]) -> None:
        self.dataset = dataset
        self.transform = transform

    def __len__(self) -> int:
        return len(self.dataset)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        image, label = self.dataset[index]
        return self.transform(image), label


# %% [markdown]
# ### The pipeline (12 minutes, ●●●)
#
# Write `pipeline(path, batch_size, generator)`: it returns the tuple `(train_loader, val_loader)` for the CSV file at `path`.
#
# - 80 % of the rows are for training and 20 % for validation, split by `generator`.
# - The images of both parts are normalised, `(image - mean) / std`, with the mean and deviation of the *training* part, without augmentation.
# - Training images go through `Augment(2, True)`, validation images don't.
#   What moves in should look like the black background.
# - The loaders are those of `make_loader`.
#
# Use what you have written so far, and `Transformed` where you like.
#
# Example: from a file of 40 rows with `batch_size=5`, training gets 32 rows, so an epoch has 6 batches of 5.
# Validation gets 8 rows, in batches of 5 and 3.


# %% task="pipeline"
def pipeline(path: str | Path, batch_size: int, generator: torch.Generator) -> tuple[DataLoader, DataLoader]:
    """Return loaders of 80 % of the rows, augmented, and of 20 %, as they are; both normalised by the training part."""
    ### BEGIN SOLUTION
    train_part, val_part = split(TableDataset(path), [0.8, 0.2], generator)
    mean, std = training_stats(train_part)
    augment = Augment(2, True)
    train_part = Transformed(train_part, lambda image: (augment(image) - mean) / std)
    val_part = Transformed(val_part, lambda image: (image - mean) / std)
    return make_loader(train_part, batch_size, train=True), make_loader(val_part, batch_size, train=False)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: in which order do I augment and normalise?</summary>
#
# `Augment` lets zeros move in.
# Before the normalisation, 0 is black.
# Which grey is it afterwards?
# </details>

# %% check="pipeline" points=3
# Workers are started for each pass through a loader, which takes most of this cell's time.
import multiprocessing
import os
import tempfile

# Each row has a block of its own in the middle, so that no pixel of it is lost in a shift; its sorted pixels tell it.
seeded = torch.Generator().manual_seed(4)
rows = torch.zeros(40, 28, 28)
for number in range(40):
    size = 1 + number * 7 % 17  # so that the rows' means are far apart
    rows[number, 5 : 5 + size, 5:22] = torch.randint(1, 255, (size, 17), generator=seeded).float()
rows[:, 5, 5] = 255


def write(rows: Tensor) -> str:
    path = os.path.join(tempfile.mkdtemp(), "blocks.csv")
    with open(path, "w") as file:
        file.write("label," + ",".join(f"pixel{number}" for number in range(784)) + "\n")
        for number, row in enumerate(rows):
            file.write(f"{number % 10}," + ",".join(map(str, row.flatten().int().tolist())) + "\n")
    return path


path = write(rows)
prints = rows.flatten(1).sort(dim=1).values / 255


def load(loader: torch.utils.data.DataLoader) -> list:
    if "fork" not in multiprocessing.get_all_start_methods():
        loader.num_workers = 0
    return [images.float() for images, _ in loader]


result = pipeline(path, 5, torch.Generator().manual_seed(1))
check.equal(
    isinstance(result, tuple) and len(result) == 2,
    True,
    "whether pipeline(…) gives a tuple of two",
    mistakes={"pipeline(…) gives no pair. A tuple of the training loader and the validation loader is wanted.": False},
)
train_loader, val_loader = result
train, again, val = load(train_loader), load(train_loader), load(val_loader)
check.equal(
    (tuple(map(len, train)), tuple(map(len, val))),
    ((5,) * 6, (5, 3)),
    "the sizes of the batches of both loaders of pipeline(path, 5, generator)",
    mistakes={
        "pipeline(…) gives the validation loader first.": ((5, 3), (5,) * 6),
        "The training loader of pipeline(…) keeps a smaller last batch. Is it made for training?": ((5,) * 6 + (2,), (5, 3)),
        "The validation loader of pipeline(…) leaves out a smaller last batch. Is it made for validation?": ((5,) * 6, (5,)),
        "The validation loader of pipeline(…) gives all rows.": ((5,) * 6, (5,) * 8),
        "pipeline(…) trains on 20 % of the rows and validates on 80 %.": ((5,), (5,) * 6 + (2,)),
        "pipeline(…) makes batches of 32 rows, whatever batch_size is.": ((32,), (8,)),
        "pipeline(…) gives no training batch at all, as if batch_size were more than 32.": ((), (8,)),
    },
)
train, again, val = (torch.cat(batches) for batches in (train, again, val))
black = val.flatten(1).median(dim=1).values  # most pixels of each image are black
white = val.flatten(1).amax(dim=1)
check.equal(
    bool((val.flatten(1).amin(dim=1) < black - 1e-4).any() or ((val == 0).any() and black.abs().min() > 1e-4)),
    False,
    "zeros moved into normalised validation images",
    mistakes={"The validation images of pipeline(…) are shifted at random. Only training is augmented.": True},
)


def which(images: Tensor) -> list[int]:
    """Return the row of each image, whatever its shift and its normalisation."""
    sorted_pixels = images.flatten(1).sort(dim=1).values
    low, high = sorted_pixels[:, :1], sorted_pixels[:, -1:]
    nearest = torch.cdist((sorted_pixels - low) / (high - low), prints).min(dim=1)
    return [row if distance < 1e-2 else -1 for distance, row in zip(nearest.values.tolist(), nearest.indices.tolist(), strict=True)]


def unshifted(images: Tensor, numbers: list[int]) -> Tensor:
    """Return for each image whether it stands where the file has it."""
    low, high = images.amin(dim=(1, 2, 3), keepdim=True), images.amax(dim=(1, 2, 3), keepdim=True)
    return (((images - low) / (high - low))[:, 0] - rows[numbers] / 255).abs().amax(dim=(1, 2)) < 1e-3


val_rows = which(val)
check.equal(-1 in val_rows, False, "validation images that are in no row of the file")
check.equal(
    bool(unshifted(val, val_rows).all()),
    True,
    "unchanged validation images",
    mistakes={"The validation images of pipeline(…) are shifted or mirrored. Only training is augmented.": False},
)
background = train.flatten(1).median(dim=1, keepdim=True).values
rim = torch.cat([train[:, 0, :2].flatten(1), train[:, 0, -2:].flatten(1), train[:, 0, :, :2].flatten(1), train[:, 0, :, -2:].flatten(1)], dim=1)
check.equal(
    bool(((rim - background).abs() < 1e-4).all()),
    True,
    "a black rim of the training images",
    mistakes={"What moves into the training images of pipeline(…) is not as black as the background. Which comes first, the shift or the normalisation?": False},
)
train_rows, again_rows = which(train), which(again)
check.equal(-1 in train_rows, False, "training images that are no shifted row of the file")
check.equal(
    set(train_rows + again_rows).isdisjoint(val_rows),
    True,
    "no row in both parts",
    mistakes={"pipeline(…) trains on rows that validation uses too.": False},
)
check.equal(
    bool(unshifted(train, train_rows).all()),
    False,
    "training images as they are in the file",
    mistakes={"The training images of pipeline(…) are not augmented.": True},
)
both = {row: image for row, image in zip(train_rows, train, strict=True)}
same = [torch.equal(image, both[row]) for row, image in zip(again_rows, again, strict=True) if row in both]
check.equal(
    all(same),
    False,
    "the same training images in two epochs",
    mistakes={"The training images of pipeline(…) are the same in two epochs. When is the augmentation called?": True},
)


def place(image: Tensor) -> tuple[int, int, bool]:
    """Return how far the block of an image (1, 28, 28) is shifted down and right, and whether it is mirrored."""
    lit = image[0] > image.median() + 1e-4
    top, left = lit.any(dim=1).int().argmax().item(), lit.any(dim=0).int().argmax().item()
    mirrored = bool(image[0, :, left].max() < image.max())  # white is the first pixel of each block
    return top - 5, left - (6 if mirrored else 5), mirrored


places = [place(image) for image in torch.cat([train, again])]
most = max(max(abs(down), abs(right)) for down, right, _ in places)
check.equal(
    most,
    2,
    "the largest shift of a training image of pipeline(…)",
    mistakes={f"The training images of pipeline(…) are shifted by up to {most}. Augment(2, True) shifts by up to 2.": most},
)
check.equal(
    any(mirrored for *_, mirrored in places),
    True,
    "mirror images among the training images of pipeline(…)",
    mistakes={"The training images of pipeline(…) are never mirrored. Augment(2, True) mirrors half of them.": False},
)


def stats(images: Tensor) -> tuple[float, float]:
    return (images.double() / 255).mean().item(), (images.double() / 255).std(correction=0).item()


def used(images: Tensor) -> tuple[float, float]:
    """Return the mean and the deviation by which the images were normalised; white was 1 and black 0."""
    deviation = 1 / (images.max() - images.min()).item()
    return -images.min().item() * deviation, deviation


def normalised_by(images: Tensor, val_rows: list[int]) -> str:
    """Return what gave the numbers by which the images were normalised, where `val_rows` are those of validation."""
    mean, std = stats(rows[[number for number in range(len(rows)) if number not in val_rows]])
    ways = {
        "the training part": (mean, std),
        "all rows": stats(rows),
        "the validation part": stats(rows[val_rows]),
        "nothing": (0.0, 1.0),
        "values from -1 to 1": (0.5, 0.5),
        "mean and std exchanged": (std, mean),
        "the mean alone": (mean, 1.0),
        "mean / std": (mean / std, 1.0),
        "the training part, twice": (mean * (1 + std), std**2),
    }
    for way, numbers in ways.items():
        if torch.allclose(torch.tensor(used(images)), torch.tensor(numbers), rtol=3e-4, atol=1e-5):
            return way
    return "other numbers"


for images, name in zip((val, train), ("validation", "training"), strict=True):
    check.equal(
        normalised_by(images, val_rows),
        "the training part",
        f"what the {name} images of pipeline(…) are normalised by",
        mistakes={
            f"The {name} images of pipeline(…) are normalised by all rows. The validation rows must not take part.": "all rows",
            f"The {name} images of pipeline(…) are normalised by the validation part.": "the validation part",
            f"The {name} images of pipeline(…) are not normalised.": "nothing",
            f"The {name} images of pipeline(…) are normalised to values from -1 to 1. The mean and the deviation of the training part are wanted.": "values from -1 to 1",
            f"The {name} images of pipeline(…) are normalised with mean and std exchanged.": "mean and std exchanged",
            f"The {name} images of pipeline(…) only have the mean taken away.": "the mean alone",
            f"The {name} images of pipeline(…) have mean / std taken away. Which comes first, - or /?": "mean / std",
            f"The {name} images of pipeline(…) are normalised twice.": "the training part, twice",
            f"The {name} images of pipeline(…) are normalised by other numbers. The mean and the deviation of the training part are wanted.": "other numbers",
        },
    )
### BEGIN HIDDEN TESTS
after = []  # a number from torch after each of two calls that find it seeded otherwise
for seed, same in ((1, True), (2, False)):
    torch.manual_seed(seed)
    loaders = pipeline(path, 3, torch.Generator().manual_seed(5))
    after.append(torch.rand(()).item())
    other = which(torch.cat(load(pipeline(path, 3, torch.Generator().manual_seed(seed))[1])))
    check.equal(
        set(other) == set(val_rows),
        same,
        "the same validation rows",
        mistakes={
            "pipeline(…) gives other validation rows for a generator with the same seed."
            if same
            else "pipeline(…) gives the same validation rows for another seed. Is the generator used?": not same
        },
    )
check.equal(
    after[0] == after[1],
    False,
    "whether pipeline(…) sets the seed of its caller's random numbers",
    mistakes={"pipeline(…) sets the seed of the notebook's own random numbers. The generator is there for the split.": True},
)
check.equal(train_rows == again_rows, False, "the same order of the training rows in two epochs")
check.equal(val_rows == which(torch.cat(load(val_loader))), True, "the same order of the validation rows in two epochs")
labels = torch.cat([labels for _, labels in val_loader])
check.equal(
    labels.tolist() == [number % 10 for number in val_rows],
    True,
    "whether the validation images have the labels of their rows",
    mistakes={"The validation images of pipeline(…) have the labels of other rows.": False},
)
rows = torch.where(rows == 0, 100, rows)[:23]  # bright up to the edge, so that a shift loses pixels
rows[:, 0, 0] = 0
prints = rows.flatten(1).sort(dim=1).values / 255
train_loader, val_loader = pipeline(write(rows), 6, torch.Generator().manual_seed(9))
val = load(val_loader)
check.equal((len(train_loader), len(val_loader)), (3, 1), "the numbers of batches of 6, of 23 rows")  # 19 and 4 rows
check.shape(val[0], (4, 1, 28, 28), "the validation batch of 23 rows")
val_rows = which(val[0])
rest = [number for number in range(23) if number not in val_rows]
check.equal(
    used(val[0])[0] < stats(rows[rest])[0] - 0.01,
    False,
    "a mean in pipeline(…) that is lower than that of the training part",
    mistakes={"pipeline(…) measures the mean and the deviation on augmented images, where zeros have moved in. Measure them on the images as they are.": True},
)
check.equal(normalised_by(val[0], val_rows), "the training part", "what the validation images of pipeline(…) of 23 rows are normalised by")
### END HIDDEN TESTS

# %% show="A training batch and a validation batch" tags=["nbval-ignore-output"]
with check.when_written():
    torch.manual_seed(0)
    train_loader, val_loader = pipeline(scratch / "clothes.csv", 16, torch.Generator().manual_seed(1))
    for loader, title in ((train_loader, "A training batch: shifted and mirrored at random"), (val_loader, "A validation batch: as in the file")):
        images, labels = next(iter(loader))
        _ = plots.batch(images[:8], labels[:8], classes=clothes_set.classes, title=title)
    print(f"{len(train_loader)} batches to train, {len(val_loader)} to validate; the last batch shown has mean {images.mean():.2f}")

# %% [markdown]
# ## Train, and look up now and then
#
# Validation costs time, and with large data it is done every few epochs only.
# In between, a *progress bar* shows that training is alive, and how it goes.
# The loss of single batches jumps, so the bar shows a smoothed one: nine tenths of the old value and one tenth of the new batch's.
#
# The package `tqdm` draws such bars around anything that you can loop over:

# %% show="A progress bar with a number in it" tags=["nbval-ignore-output"]
bar = tqdm(range(30), desc="waiting")
for step in bar:
    time.sleep(0.02)
    bar.set_postfix(left=f"{0.6 - 0.02 * step:.2f} s", refresh=False)  # the bar itself decides when to draw

# %% [markdown]
# ### Train and validate (15 minutes, ●●●)
#
# Write `train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5)`.
# It trains for `epochs` epochs, and validates after every fifth one, or whatever `every` says: with 5, that is after epochs 5, 10, 15 and so on, counted from 1.
# It returns a dictionary of four lists:
#
# | key | one entry per | value |
# |---|---|---|
# | `"train_loss"` | epoch | mean loss per example while training, a float |
# | `"val_epoch"` | validation | the epoch after which it was done, an int |
# | `"val_loss"` | validation | mean loss per example, a float |
# | `"val_accuracy"` | validation | share of right predictions from 0 to 1, a float |
#
# While it trains, a progress bar shows the smoothed loss, which begins with the loss of the first batch.
# `model` gives one row of scores per example, and `criterion` the mean over a batch.
# Training is done in training mode, validation in inference mode and without gradients.
#
# Example: with `epochs=12` and `every=5`, `"train_loss"` has 12 entries and `"val_epoch"` is `[5, 10]`.


# %% task="train_and_validate"
def train_and_validate(
    model: nn.Module,
    train_loader: Iterable[tuple[Tensor, Tensor]],
    val_loader: Iterable[tuple[Tensor, Tensor]],
    epochs: int,
    optimizer: torch.optim.Optimizer,
    criterion: nn.Module,
    every: int = 5,
) -> dict[str, list]:
    """Train with a progress bar, validate after each `every`-th epoch; return train_loss, val_epoch, val_loss, val_accuracy."""
    ### BEGIN SOLUTION
    history = {"train_loss": [], "val_epoch": [], "val_loss": [], "val_accuracy": []}
    smoothed = None
    bar = tqdm(range(1, epochs + 1), desc="epochs")
    for epoch in bar:
        model.train()
        total, count = 0.0, 0
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            value = loss.item()
            smoothed = value if smoothed is None else 0.9 * smoothed + 0.1 * value
            bar.set_postfix(loss=f"{smoothed:.3f}", refresh=False)
            total += value * len(images)
            count += len(images)
        history["train_loss"].append(total / count)
        if epoch % every == 0:
            model.eval()
            total, right, count = 0.0, 0, 0
            with torch.no_grad():
                for images, labels in val_loader:
                    scores = model(images)
                    total += criterion(scores, labels).item() * len(images)
                    right += (scores.argmax(dim=1) == labels).sum().item()
                    count += len(images)
            history["val_epoch"].append(epoch)
            history["val_loss"].append(total / count)
            history["val_accuracy"].append(right / count)
    return history
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: where do I begin?</summary>
#
# The training part is `train_epoch` of lesson 03, and the validation part is `evaluate` of lesson 05.
# Only two things are new: the bar around the epochs, and the question whether this epoch is one after which to validate.
# `10 % 5` is 0, and so is `0 % 5`: from which number do your epochs count?
# </details>
#
# <details><summary>Hint: how do I smooth the loss?</summary>
#
# Keep one number across all batches.
# The first batch sets it, and each later batch moves it a tenth of the way towards its own loss.
# </details>

# %% check="train_and_validate" points=3
import re
from collections.abc import Iterator
from unittest import mock

from IPython.utils.capture import capture_output
from rich import progress as rich_module
from tqdm import std as tqdm_module

bars = []


def noticing(kind: type) -> mock._patch:
    """Keep each bar of this kind that is made."""
    begin = kind.__init__

    def begun(bar: object, *arguments: object, **options: object) -> None:
        bars.append(bar)
        begin(bar, *arguments, **options)

    return mock.patch.object(kind, "__init__", begun)


class Batches:
    """A loader that counts how often it is gone through."""

    def __init__(self, *batches: tuple[Tensor, Tensor]) -> None:
        self.batches, self.passes = batches, 0

    def __len__(self) -> int:
        return len(self.batches)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        self.passes += 1
        return iter(self.batches)


def quietly(*arguments: object, **options: object) -> tuple[dict, str, str, bool]:
    """Return the history, what was printed, what stood in bars, and whether there was a bar; nothing of it is shown."""
    bars.clear()
    with noticing(tqdm_module.tqdm), noticing(rich_module.Progress), capture_output() as shown:
        history = train_and_validate(*arguments, **options)
    printed = shown.stdout + shown.stderr
    texts = [str(getattr(bar, name, "") or "") for bar in bars for name in ("desc", "postfix")]
    texts += [f"{task.description} {task.fields}" for bar in bars for task in getattr(bar, "tasks", ())]
    if shown.outputs:  # a bar that a notebook draws itself
        texts.append("0.0")
    return history, printed, " ".join(texts), bool(bars or shown.outputs or "\r" in printed or "\x1b[" in printed)


# The weights are the identity, so the scores are the inputs, and with learning rate 0 they stay so.
model = nn.Sequential(nn.Linear(2, 2, bias=False), nn.Sequential(nn.Dropout(0.0)))
with torch.no_grad():
    model[0].weight.copy_(torch.eye(2))
calls = []
model[1][0].register_forward_hook(
    lambda module, inputs, output: calls.append((bool(inputs[0][0, 0] > 50), module.training, torch.is_grad_enabled()))
)


# A batch's criterion: the mean of the scores of class 0, so that the losses can be read off.
def criterion(scores: Tensor, labels: Tensor) -> Tensor:
    return scores[:, 0].mean()


x, y = torch.tensor([[3.5, 0.0], [5.0, 9.0], [1.75, 0.0]]), torch.tensor([0, 0, 0])
train_loader = Batches((x[:2], y[:2]), (x[2:], y[2:]))  # losses 4.25 and 1.75: per example 10.25 / 3
val_x, val_y = torch.tensor([[60.0, 0.0], [63.0, 70.0], [66.0, 0.0], [71.0, 0.0]]), torch.tensor([0, 1, 1, 1])
val_loader = Batches((val_x[:3], val_y[:3]), (val_x[3:], val_y[3:]))  # losses 63 and 71: 65; two of four are right
stay = torch.optim.SGD(model.parameters(), lr=0.0)
missing = None
try:
    history, printed, texts, barred = quietly(model, train_loader, val_loader, 12, stay, criterion)
except AttributeError as error:
    if not isinstance(error.obj, Batches):
        raise
    missing = error.name
check.equal(
    missing,
    None,
    "what train_and_validate(…) asks of a loader, beside its len and its batches",
    mistakes={f"train_and_validate(…) asks a loader for its {missing}. A loader need be no more than something that gives batches.": missing},
)
check.equal(
    isinstance(history, dict),
    True,
    "whether train_and_validate(…) gives a dictionary",
    mistakes={"train_and_validate(…) gives no dictionary. Does it return the history?": False},
)
check.equal(sorted(history), ["train_loss", "val_accuracy", "val_epoch", "val_loss"], "the sorted list of the keys of the history")
check.equal(
    torch.equal(model[0].weight.detach(), torch.eye(2)),
    True,
    "the weights after a training with learning rate 0",
    mistakes={"train_and_validate(…) moves the weights although the optimizer that it was given has the learning rate 0. Whose steps does it make?": False},
)
smoothed = [4.25]
for number in range(1, 24):
    smoothed.append(0.9 * smoothed[-1] + 0.1 * (4.25, 1.75)[number % 2])
check.equal(
    len(history["train_loss"]),
    12,
    "the number of entries in train_loss of 12 epochs",
    mistakes={
        "train_loss has an entry for each batch. One per epoch is wanted.": 24,
        "train_loss has an entry for each validation. One per epoch is wanted.": 2,
        "train_loss has an epoch too many.": 13,
        "train_loss has an epoch too few.": 11,
        "The four lists of the history are one and the same. Each key needs a list of its own.": 18,
    },
)
check.close(
    list(history["train_loss"]),
    [10.25 / 3] * 12,
    "train_loss",
    lists=True,
    mistakes={
        "train_loss is the mean of the batches' means. A smaller batch must count less.": [3.0] * 12,
        "train_loss is the loss of the last batch alone.": [1.75] * 12,
        "train_loss is the sum over the examples. Their mean is wanted.": [10.25] * 12,
        "train_loss is the sum over the batches. The mean per example is wanted.": [6.0] * 12,
        "train_loss is the sum over the examples, divided by the number of batches.": [5.125] * 12,
        "train_loss holds the smoothed loss of the bar. The mean per example of each epoch is wanted.": smoothed[1::2],
        "train_loss holds a smoothed loss that starts anew in each epoch. The mean per example is wanted.": [4.0] * 12,
        "train_loss adds up over the epochs. Where does the sum begin again?": [10.25 * epoch / 3 for epoch in range(1, 13)],
    },
)
check.equal(
    tuple(history["val_epoch"]),
    (5, 10),
    "val_epoch of 12 epochs with every=5",
    mistakes={
        "val_epoch counts from 0. The first epoch is epoch 1.": (4, 9),
        "train_and_validate(…) validates after epochs 1, 6 and 11. Does 0 % 5 play a part?": (1, 6, 11),
        "train_and_validate(…) validates before anything is trained. Does 0 % 5 play a part?": (0, 5, 10),
        "train_and_validate(…) validates after every epoch.": tuple(range(1, 13)),
        "train_and_validate(…) validates after the last epoch as well. Only every fifth one is asked for.": (5, 10, 12),
        "train_and_validate(…) never validates.": (),
        "val_epoch counts the validations. The epochs are wanted.": (1, 2),
    },
)
check.equal(
    val_loader.passes,
    2,
    "how often train_and_validate(…) goes through val_loader in 12 epochs",
    mistakes={"train_and_validate(…) validates in all 12 epochs, though every is 5. That is the time it should save.": 12},
)
check.close(
    list(history["val_loss"]),
    [65.0, 65.0],
    "val_loss",
    lists=True,
    mistakes={
        "val_loss is the mean of the batches' means. A smaller batch must count less.": [67.0, 67.0],
        "val_loss is the loss of the last batch alone.": [71.0, 71.0],
        "val_loss is the loss of the first batch alone.": [63.0, 63.0],
        "val_loss is the sum over the examples. Their mean is wanted.": [260.0, 260.0],
        "val_loss is the sum over the examples, divided by the number of batches.": [130.0, 130.0],
        "val_loss is a training loss. Which loader does it come from?": [10.25 / 3] * 2,
        "val_loss adds up over the validations. Where does the sum begin again?": [65.0, 130.0],
    },
)
check.close(
    list(history["val_accuracy"]),
    [0.5, 0.5],
    "val_accuracy",
    lists=True,
    mistakes={
        "val_accuracy is in percent. A share from 0 to 1 is wanted.": [50.0, 50.0],
        "val_accuracy is a count. A share from 0 to 1 is wanted.": [2, 2],
        "val_accuracy is the mean of the batches' accuracies. A smaller batch must count less.": [1 / 3, 1 / 3],
        "val_accuracy is that of the last batch alone.": [0.0, 0.0],
        "val_accuracy is a count, divided by the number of batches. A share of the examples is wanted.": [1.0, 1.0],
        "val_accuracy adds up over the validations. Where does the count begin again?": [0.5, 1.0],
        "val_accuracy is an accuracy on the training data.": [2 / 3, 2 / 3],
    },
)
modes = [training for validating, training, _ in calls if not validating]
check.equal(
    len(modes) == 48 and sum(modes) == 24,
    False,
    "a second pass through the training batches of each epoch",
    mistakes={"train_and_validate(…) measures train_loss in a second pass, in inference mode. The losses while training are wanted.": True},
)
check.equal(
    all(modes),
    True,
    "training mode in training",
    mistakes={"train_and_validate(…) trains in inference mode, at least after its first validation. Who switches back?": False},
)
check.equal(
    any(training for validating, training, _ in calls if validating),
    False,
    "training mode in validation",
    mistakes={"train_and_validate(…) validates in training mode. Dropout would be at work.": True},
)
check.equal(
    any(recorded for validating, _, recorded in calls if validating),
    False,
    "gradients in validation",
    mistakes={"train_and_validate(…) records a graph in validation. Nobody goes back through it.": True},
)
check.equal(
    barred,
    True,
    "a progress bar of train_and_validate(…)",
    mistakes={"train_and_validate(…) shows no progress bar while it trains.": False},
)
numbers = re.sub(r"[\d.]+ ?(it/s|s/it|batch/s|epoch/s)", "", printed) + texts
check.equal(
    re.search(r"\d[.,]\d|\de-\d", numbers) is not None,
    True,
    "a loss in the progress bar of train_and_validate(…)",
    mistakes={"The progress bar of train_and_validate(…) does not show the loss.": False},
)
found = re.findall(r"\d+\.\d+", numbers)


def shown(*losses: float) -> bool:
    """Return whether one of these numbers stood in the bar, with whatever decimals."""
    return any(abs(float(text) - loss) < 0.51 * 10 ** -len(text.split(".")[1]) for text in found for loss in losses)


# A bar may draw some of the smoothed losses only; the first and the third are those of other ways to smooth, too.
kinds = {"smoothed": (smoothed[1], *smoothed[3:]), "exchanged": (1.9773,), "from 0": (0.5575, 2.7002), "single": (1.75,), "mean": (10.25 / 3,)}
check.equal(
    next((kind for kind, losses in kinds.items() if shown(*losses)), "smoothed"),
    "smoothed",
    "the loss in the progress bar of train_and_validate(…)",
    mistakes={
        "The bar shows nine tenths of the new loss and one tenth of the old. It should be the other way round.": "exchanged",
        "The smoothed loss in the bar starts at 0, so that it is too small for a while. It begins with the first batch's loss.": "from 0",
        "The bar shows each batch's own loss, which jumps. The smoothed one is wanted.": "single",
        "The bar shows the mean loss of the epoch. The smoothed one is wanted.": "mean",
    },
)
# A criterion whose slope is always 1: each step with learning rate 0.1 takes 0.1 from the weight.
model = nn.Linear(1, 1, bias=False)
nn.init.constant_(model.weight, 5.0)
one = (torch.ones(1, 1), torch.zeros(1, dtype=torch.int64))
history = quietly(model, Batches(one, one), Batches(one, one, one), 3, torch.optim.SGD(model.parameters(), lr=0.1), criterion, 1)[0]
check.close(
    model.weight.item(),
    4.4,
    "the weight after six steps from 5.0",
    mistakes={
        "train_and_validate(…) leaves the weights as they were. Which call moves them?": 5.0,
        "train_and_validate(…) uses gradients of earlier batches again. Who clears them?": 2.9,
        "train_and_validate(…) clears its gradients once per epoch. Each step has gradients of its own.": 4.1,
        "train_and_validate(…) makes one step per epoch. Each batch has its step.": 4.7,
        "train_and_validate(…) trains on the validation batches too.": 3.5,
    },
)
check.equal(
    tuple(history["val_epoch"]),
    (1, 2, 3),
    "val_epoch of 3 epochs with every=1",
    mistakes={
        "train_and_validate(…) takes no notice of every.": (),
        "train_and_validate(…) counts its epochs from 0, so that it validates one epoch late. The first epoch is epoch 1.": (1, 2),
    },
)
check.close(
    list(history["train_loss"]),
    [4.95, 4.75, 4.55],
    "train_loss of three epochs",
    lists=True,
    mistakes={
        "train_loss is the mean over all epochs so far. Where do the sum and the count begin again?": [4.95, 4.85, 4.75],
        "train_loss is measured after the epoch. The losses while training are wanted.": [4.8, 4.6, 4.4],
    },
)
check.close(
    list(history["val_loss"]),
    [4.8, 4.6, 4.4],
    "val_loss after each of three epochs",
    lists=True,
    mistakes={
        "train_and_validate(…) validates before it trains the epoch.": [5.0, 4.8, 4.6],
        "val_loss is the mean over all validations so far. Where do the sum and the count begin again?": [4.8, 4.7, 4.6],
    },
)
after = []  # a number from torch after each of two calls that find it seeded otherwise
for seed in (1, 2):
    torch.manual_seed(seed)
    quietly(nn.Linear(1, 1), Batches(one), Batches(one), 1, stay, criterion)
    after.append(torch.rand(()).item())
check.equal(
    after[0] == after[1],
    False,
    "whether train_and_validate(…) sets the seed of its caller's random numbers",
    mistakes={"train_and_validate(…) sets the seed of its caller's random numbers. Who decides whether a run is repeated?": True},
)
### BEGIN HIDDEN TESTS
torch.manual_seed(21)
model = nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6), nn.Tanh(), nn.Linear(6, 3))
import copy

twin = copy.deepcopy(model)
batches = [(torch.randn(size, 4), torch.randint(3, (size,))) for size in (5, 5, 2)]
val = [(torch.randn(size, 4), torch.randint(3, (size,))) for size in (4, 3)]
ours, theirs = (torch.optim.Adam(one.parameters(), lr=0.03) for one in (model, twin))
torch.manual_seed(22)
wanted = {"train_loss": [], "val_epoch": [], "val_loss": [], "val_accuracy": []}
everything, truth = torch.cat([x for x, _ in val]), torch.cat([y for _, y in val])
for epoch in range(1, 8):
    losses = []
    twin.train()
    for x, y in batches:
        loss = F.cross_entropy(twin(x), y)
        for parameter, slope in zip(twin.parameters(), torch.autograd.grad(loss, list(twin.parameters())), strict=True):
            parameter.grad = slope
        theirs.step()
        losses.append(loss.item() * len(x) / 12)
    wanted["train_loss"].append(math.fsum(losses))
    if epoch in (3, 6):
        scores = twin.eval()(everything).detach()
        wanted["val_epoch"].append(epoch)
        wanted["val_loss"].append(F.cross_entropy(scores, truth).item())
        wanted["val_accuracy"].append((scores.argmax(1) == truth).double().mean().item())
torch.manual_seed(22)
loaders = (torch.utils.data.DataLoader(batches, batch_size=None), torch.utils.data.DataLoader(val, batch_size=None))
history = quietly(model, *loaders, epochs=7, optimizer=ours, criterion=nn.CrossEntropyLoss(), every=3)[0]
check.equal(sorted(history), sorted(wanted), "the sorted list of the keys of the history")
for key in wanted:
    check.close(list(history[key]), wanted[key], f"{key} of a training with batch norm and Adam", lists=True, rtol=1e-3, atol=1e-4)
    kinds = {type(value).__name__ for value in history[key]}
    check.equal(kinds <= ({"int"} if key == "val_epoch" else {"float"}), True, f"plain numbers in {key}")
history = quietly(nn.Linear(4, 3), batches, val, 3, torch.optim.SGD(model.parameters(), lr=0.1), F.cross_entropy)[0]
check.equal([len(history[key]) for key in sorted(wanted)], [3, 0, 0, 0], "the list of the numbers of entries of three epochs with every=5")
### END HIDDEN TESTS

# %% [markdown]
# What does the augmentation do?
# The next cell trains the same network twice for 15 epochs, on images as they are and on augmented ones.
# Then both meet the validation images twice: as they stand in the file, and shifted by up to two pixels and mirrored at random.
# (Our images lie in memory, so it loads without workers.)

# %% show="Training with and without augmentation" tags=["nbval-ignore-output"]
histories, shares = {}, {}
with check.when_written():
    train_part, val_part = split(TableDataset(scratch / "clothes.csv"), [0.8, 0.2], torch.Generator().manual_seed(1))
    mean, std = training_stats(train_part)
    augment = Augment(2, True)

    def plain(image: Tensor) -> Tensor:
        return (image - mean) / std

    def changed(image: Tensor) -> Tensor:
        return (augment(image) - mean) / std

    val_loader = DataLoader(Transformed(val_part, plain), batch_size=200)
    for name, transform in {"as they are": plain, "augmented": changed}.items():
        torch.manual_seed(0)
        network = nn.Sequential(nn.Flatten(), nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 10))
        loader = DataLoader(Transformed(train_part, transform), batch_size=32, shuffle=True, drop_last=True)
        optimizer = torch.optim.Adam(network.parameters(), lr=0.001)
        histories[name] = train_and_validate(network, loader, val_loader, 15, optimizer, nn.CrossEntropyLoss())
        network.eval()
        for kind, one in {"as in the file": plain, "moved": changed}.items():
            images, labels = next(iter(DataLoader(Transformed(val_part, one), batch_size=len(val_part))))
            with torch.no_grad():
                shares[name, kind] = (network(images).argmax(dim=1) == labels).float().mean().item()

    _, (*axes, bars) = plt.subplots(1, 3, figsize=(9.5, 3.3), layout="constrained")
    seen = ("the lines part", "they stay together")
    for ax, (name, history), shift, what in zip(axes, histories.items(), (-0.2, 0.2), seen, strict=True):
        validation = dict(zip(history["val_epoch"], history["val_loss"], strict=True))
        plots.loss_curve({"training": history["train_loss"], "validation": validation}, title=f"Trained on images {name}:\n{what}", ax=ax)
        ax.set_ylim(0, 1.4)
        numbers = [shares[name, kind] for kind in ("as in the file", "moved")]
        drawn = bars.bar([shift, 1 + shift], numbers, width=0.38, color=BLUE if shift > 0 else ORANGE, label=name)
        bars.bar_label(drawn, [f"{number:.0%}" for number in numbers])
    bars.set(title="Moved images:\nwhich network copes?", ylabel="validation accuracy", ylim=(0, 1.35), xticks=[0, 1])
    bars.set_xticklabels(["as in the file", "moved"])
    bars.legend(title="trained on images", loc="upper center", ncols=2, fontsize=8)

# %% [markdown]
# On the left the network overfits: the training loss falls well below the validation loss, which has stopped falling.
# With augmentation the two stay together, since every epoch brings new pixels.
#
# And yet the augmented network is *worse* on the images as in the file, by a few points.
# It has learnt to read clothes anywhere in the picture, mirrored or not, and so small a network pays for that.
# On moved images it is far better: with the drawn clothes, it names about 78 % of them where the other names about 59 %.
# Augmentation is a promise about the images that will come.
# So the validation part should look like those, and it decides whether the promise was a good one.
#
# ## Keep a record
#
# A dictionary of losses is gone when the notebook closes, and after ten training runs nobody remembers which was which.
# *TensorBoard* is a program that shows the curves of many training runs side by side, in the browser.
# It reads *event files*, one folder for each run.
# PyTorch writes them with a `SummaryWriter`:

# %% show="An event file with three points" tags=["nbval-ignore-output"]
writer = SummaryWriter(scratch / "first-try")
for step, temperature in [(1, 18.5), (2, 19.0), (3, 21.0)]:
    writer.add_scalar("weather/temperature", temperature, step)
writer.close()
print([(file.name[:20] + "…", file.stat().st_size) for file in (scratch / "first-try").iterdir()])

# %% [markdown]
# A point has a name, a value and a *step*, its place on the horizontal axis.
# The part of the name before the slash groups the curves.
# `close` matters: before it, points may still wait in memory.
#
# ### Log a run (8 minutes, ●●○)
#
# Write `log_run(directory, history)`: it writes the history of `train_and_validate` to TensorBoard event files in `directory`.
#
# | name | one point per | step |
# |---|---|---|
# | `train/loss` | epoch | the epoch, counted from 1 |
# | `val/loss` | validation | the epoch after which it was done |
# | `val/accuracy` | validation | the epoch after which it was done |
#
# All points are in the file when `log_run` returns.
#
# Example: with `"train_loss": [2.0, 1.5]`, `"val_epoch": [2]`, `"val_loss": [1.75]` and `"val_accuracy": [0.5]`, `train/loss` gets the points (1, 2.0) and (2, 1.5), `val/loss` gets (2, 1.75) and `val/accuracy` gets (2, 0.5).


# %% task="log_run"
def log_run(directory: str | Path, history: dict[str, list]) -> None:
    """Write the scalars train/loss, val/loss and val/accuracy of `history` to event files in `directory`, by epoch."""
    ### BEGIN SOLUTION
    with SummaryWriter(directory) as writer:
        for epoch, loss in enumerate(history["train_loss"], start=1):
            writer.add_scalar("train/loss", loss, epoch)
        for epoch, loss, accuracy in zip(history["val_epoch"], history["val_loss"], history["val_accuracy"], strict=True):
            writer.add_scalar("val/loss", loss, epoch)
            writer.add_scalar("val/accuracy", accuracy, epoch)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: how do I go through three lists at once?</summary>
#
# `zip(a, b, c)` gives the first entries of all three, then the second ones, and so on.
# `enumerate(a, start=1)` gives each entry with its number.
# </details>

# %% check="log_run" points=2
# TensorBoard's own reader reads the files back; importing it takes part of this cell's time.
import os
import tempfile
from unittest import mock

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from torch.utils.tensorboard import SummaryWriter


def points(directory: str) -> dict[str, list]:
    """Return the points (step, value) that TensorBoard finds in the run `directory`, by name."""
    events = EventAccumulator(str(directory), size_guidance={"scalars": 0, "tensors": 0})
    events.Reload()
    return {name: [(event.step, event.value) for event in events.Scalars(name)] for name in events.Tags()["scalars"]}


def steps(name: str) -> tuple:
    return tuple(step for step, _ in found[name])


directory = os.path.join(tempfile.mkdtemp(), "a", "run")
history = {
    "train_loss": [2.0, 1.5, 1.25, 1.0, 0.75, 0.5],
    "val_epoch": [3, 6],
    "val_loss": [1.75, 1.375],
    "val_accuracy": [0.25, 0.625],
}
before = {key: list(values) for key, values in history.items()}
made, closed, flushed = (
    mock.patch.object(SummaryWriter, name, autospec=True, side_effect=getattr(SummaryWriter, name))
    for name in ("__init__", "close", "flush")
)
with made as made, closed as closed, flushed as flushed:
    log_run(directory, history)
check.unchanged(history, before, "history")
check.equal(
    any("tfevents" in file for _, _, files in os.walk(directory) for file in files),
    True,
    "event files in the directory",
    mistakes={"log_run(directory, history) writes no event file in directory. Which folder does the writer get?": False},
)
check.equal(
    made.called and not (closed.called or flushed.called),
    False,
    "a writer that is left open by log_run(…)",
    mistakes={"log_run(directory, history) leaves its writer open, so that points may still wait in memory when it returns.": True},
)
below = [place for place, _, files in os.walk(directory) if place != directory and "tfevents" in "".join(files)]
check.equal(
    bool(below),
    False,
    "event files in folders below directory",
    mistakes={"log_run(directory, history) writes into folders below directory, and TensorBoard takes each for a run of its own. (add_scalars makes such folders.)": True},
)
found = points(directory)
check.equal(
    len(found) > 0,
    True,
    "whether TensorBoard finds points",
    mistakes={"TensorBoard finds no scalar in the file.": False},
)
check.equal(
    ", ".join(sorted(found)),
    "train/loss, val/accuracy, val/loss",
    "the sorted list of names that TensorBoard finds",
    mistakes={
        "TensorBoard finds names with underscores, like the keys of the history. The table has a slash in them.": "train_loss, val_accuracy, val_loss",
        "TensorBoard finds the epochs as a curve of their own. They belong to the steps.": "train/loss, val/accuracy, val/epoch, val/loss",
        "TensorBoard finds no accuracy.": "train/loss, val/loss",
        "TensorBoard finds no curves of the validation.": "train/loss",
    },
)
check.equal(
    steps("train/loss"),
    (1, 2, 3, 4, 5, 6),
    "the steps of train/loss",
    mistakes={
        "train/loss begins at step 0. The first epoch is epoch 1.": (0, 1, 2, 3, 4, 5),
        "train/loss has all its points at step 0. Which argument of add_scalar is the step?": (0,) * 6,
        "train/loss has points for the validations alone. Every epoch has one.": (3, 6),
        "train/loss has its last point alone.": (6,),
        "train/loss has losses where its steps should be. add_scalar takes the value before the step.": (2, 1, 1, 1, 0, 0),
    },
)
for name in ("val/loss", "val/accuracy"):
    check.equal(
        steps(name),
        (3, 6),
        f"the steps of {name}",
        mistakes={
            f"{name} has its points at steps 0 and 1. Its steps are the epochs of the validations.": (0, 1),
            f"{name} has its points at steps 1 and 2. Its steps are the epochs of the validations.": (1, 2),
            f"{name} has its points one step early. Do the epochs in val_epoch count from 1 already?": (2, 5),
            f"{name} has its points one step late. Do the epochs in val_epoch count from 1 already?": (4, 7),
            f"{name} has all its points at step 0. Which argument of add_scalar is the step?": (0, 0),
            f"{name} has its points at steps 5 and 10, as if every were 5. The epochs are in val_epoch.": (5, 10),
        },
    )
for name, key in (("train/loss", "train_loss"), ("val/loss", "val_loss"), ("val/accuracy", "val_accuracy")):
    check.close(
        [value for _, value in found[name]],
        before[key],
        f"the values of {name}",
        lists=True,
        mistakes={
            f"{name} holds the steps as its values. add_scalar takes the value before the step.": [float(step) for step in steps(name)],
            f"{name} holds the validation's losses.": before["val_loss"],
            f"{name} holds the accuracies.": before["val_accuracy"],
            f"{name} is in percent. The numbers of the history are wanted.": [100 * value for value in before[key]],
        },
    )
### BEGIN HIDDEN TESTS
second = os.path.join(tempfile.mkdtemp(), "second")
values = {
    "train_loss": [0.1 * epoch for epoch in range(25, 0, -1)],
    "val_epoch": [7, 14, 21],
    "val_loss": [1.5, 0.25, 3.5],
    "val_accuracy": [0.0, 1.0, 0.5],
}
log_run(second, values)
found = points(second)
check.equal(", ".join(sorted(found)), "train/loss, val/accuracy, val/loss", "the names of a second run")
check.equal(steps("train/loss"), tuple(range(1, 26)), "the steps of train/loss of 25 epochs")
check.close([value for _, value in found["train/loss"]], values["train_loss"], "the values of train/loss of 25 epochs", lists=True)
for name, key in (("val/loss", "val_loss"), ("val/accuracy", "val_accuracy")):
    check.equal(steps(name), (7, 14, 21), f"the steps of {name} in a second run")
    check.close([value for _, value in found[name]], values[key], f"the values of {name} in a second run", lists=True)
check.equal(len(points(directory)["train/loss"]), 6, "the number of points in the first run, after the second")
from pathlib import Path

short = Path(tempfile.mkdtemp()) / "short"
failed = False
try:
    log_run(short, {"train_loss": [1.0, 0.5], "val_epoch": [], "val_loss": [], "val_accuracy": []})
except (IndexError, ValueError):
    failed = True
check.equal(
    failed,
    False,
    "whether log_run(directory, history) fails without a validation",
    mistakes={"log_run(directory, history) fails where there has been no validation, and the lists of it are empty.": True},
)
check.equal(points(short), {"train/loss": [(1, 1.0), (2, 0.5)]}, "the points of a run without validation, with a Path")
### END HIDDEN TESTS

# %% [markdown]
# Now the two training runs become two folders, and the next cell reads them back with TensorBoard's own reader, so what you see is what is in the files.

# %% show="Two runs, read back from their event files" tags=["nbval-ignore-output"]
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

with check.when_written():
    if not histories:
        raise check.NotWritten("train_and_validate")
    for run, history in histories.items():
        log_run(scratch / "runs" / run.replace(" ", "-"), history)
    _, axes = plt.subplots(1, 3, figsize=(9, 2.9), layout="constrained")
    for run, (dashes, colour) in zip(histories, (("--", ORANGE), ("-", BLUE)), strict=True):
        events = EventAccumulator(str(scratch / "runs" / run.replace(" ", "-")))
        events.Reload()
        for ax, name in zip(axes, ("train/loss", "val/loss", "val/accuracy"), strict=True):
            curve = [(event.step, event.value) for event in events.Scalars(name)]
            ax.plot(*zip(*curve, strict=True), dashes, color=colour, marker=".", label=run)
            ax.set(title=name, xlabel="step")
    axes[0].legend()
    plt.suptitle("TensorBoard's reader finds three curves in each of two runs")

# %% [markdown]
# To see them in TensorBoard itself, put the next two lines into a cell of your own.
# They start the program inside the notebook; in a terminal, `tensorboard --logdir FOLDER` gives you an address for the browser.
#
# ```
# %load_ext tensorboard
# %tensorboard --logdir {scratch}/runs
# ```
#
# The folder of this lesson is a temporary one.
# For a record that you want to keep or show to somebody, call `log_run` with a folder of your own, such as `runs/augmented`.

# %% [markdown]
# ## What you have learnt
#
# - A data set is a class with `__len__` and `__getitem__`, and a good one says in which line its file is broken.
# - A split deals out shuffled rows, each to one part, and a seeded generator makes it repeatable.
# - Means, deviations and whatever else is computed from data come from the training part alone. Anything else is a leak.
# - A transform belongs to a part. Training is augmented, validation is not; and shifts come before the normalisation, while 0 is still black.
# - Workers are copies of the process. They save waiting and cost a start, and a generator of your own is copied with them.
# - A progress bar shows the smoothed loss; the history holds the exact means; TensorBoard files keep them for later.
#
# ## On your own
#
# - **Break it:** write a file that holds each of the first 1,000 rows of `clothes.csv` twice, and train on it without augmentation. Before you run it, write down the validation accuracy that you expect. Then ask where the twins of the validation images are. How would you split images of which several show the same thing?
# - **Your own data:** your file has ten pictures of each of 200 people, and you want to recognise new people's moods. Which rows must stay together in a split?
# - **Your own data:** which changes leave the label of your images as it is? Try each on paper first: mirror, turn upside down, turn by 10 degrees, darken, cut a corner out.
#
# ## Mistakes that the checks of this lesson look for
#
# | mistake | why people make it |
# |---|---|
# | the header counted as a row, the line number off by one | Python counts the rows from 0 and without the header, an editor counts the lines from 1 and with it. |
# | labels of NumPy's, pixels up to 255 | They print like ints and look like images. |
# | `transform` called once in `__init__` | It saves time, and the random changes are the same in every epoch. |
# | items lost in rounding, a split in order, a split that nobody can repeat | The sizes look right, and the file did not look sorted. |
# | statistics of all rows, or a mean of deviations | It is one line earlier in the program; and the two numbers are close. |
# | `torch.roll`, `randint` without its upper end, one shift for both directions | Most images hide it in their black rim. |
# | a flip or a shift drawn once, when the object is made | The first image that people look at is changed as it should be. |
# | one seed for all workers, or the same seeds in each epoch | A seed is good practice, in the main process. |
# | a shuffled validation, a dropped last batch in it | The call is copied from the line above. |
# | augmentation handed to the data set before the split | That is where the argument is. |
# | epochs counted from 0, validation in training mode, no way back to it | `range` starts at 0, and a mode is a state that nobody sees. |
# | points without a step, a writer that is never closed | The program runs, and the curves are empty or one dot wide. |
#
# ## Where to read on
#
# - PyTorch's pages on [`torch.utils.data`](https://docs.pytorch.org/docs/stable/data.html), which says what workers do with random numbers and on which systems they are forked, and on [`torch.utils.tensorboard`](https://docs.pytorch.org/docs/stable/tensorboard.html).
# - pandas' page on [reading CSV files](https://pandas.pydata.org/docs/user_guide/io.html), and [tqdm's](https://tqdm.github.io/) on progress bars.
# - Goodfellow, Bengio and Courville, *Deep Learning*, section 7.4 of [chapter 7](https://www.deeplearningbook.org/contents/regularization.html), on augmentation.
#
# **Next:** a data set of your own. You have everything that it takes.
