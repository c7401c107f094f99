# %% [markdown]
# # Validation and dropout
#
# After this lesson you can
#
# - read a network's answer as a short list of likely classes;
# - measure loss and accuracy on images that the network has never seen, exact to the last batch;
# - see overfitting in two curves, and say in which epoch it begins;
# - add dropout to a network, and switch it on and off at the right moments;
# - let a network say how unsure it is.
#
# **Time:** 90 minutes, and 14 more for the bonus task.
#
# **Builds on:** [Training](../03_training/03_training.ipynb) with its log-probabilities, training steps, epochs and modes, and [Fashion-MNIST](../04_fashion_mnist/04_fashion_mnist.ipynb) with its network for clothes.
#
# **Leads to:** [Saving and loading](../06_saving_loading/06_saving_loading.ipynb).
# Here you find the best moment to stop training; there you keep the network of that moment.

# %%
import copy
import math

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset
from torchvision.datasets import VisionDataset

from kindling import check, data, plots

BLUE, ORANGE, GREEN, BLACK = plots.COLOURS

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
torch.set_num_threads(1)  # in so small a network a second core gains little, and waits long where it is busy

# %% [markdown]
# ## Three piles of images
#
# Lesson 04 had two piles: images to train on, and images for the test.
# In this lesson you make decisions: how long to train, and with how much dropout.
# Such a number, which you choose and training does not learn, is a *hyperparameter*.
# If you choose it by the test images, they no longer tell how good your network is on new images: the best of many attempts was also lucky with these very images.
# So there is a third pile.
#
# | pile | what it is for |
# |---|---|
# | training | The network learns from these images. |
# | validation | You choose hyperparameters by these. The network never learns from them. |
# | test | You look at these once, when everything is decided. |
#
# We take only 2,000 images for training.
# That is few, and this lesson is about what goes wrong with few images.
# (The numbers in the text were measured on the drawn clothes. With the real Fashion-MNIST yours will differ.)
# They fit in memory, so they go to the GPU once, if there is one.

# %% show="Three piles as tensors, and a loader for each" tags=["nbval-ignore-output"]
train_set = data.load("fashion-mnist", train=True)
test_set = data.load("fashion-mnist", train=False)


def as_tensors(dataset: VisionDataset, start: int, stop: int | None) -> TensorDataset:
    """Return a part of the images, (n, 1, 28, 28) in [-1, 1], with their labels, (n,)."""
    images = dataset.data[start:stop].unsqueeze(dim=1) / 127.5 - 1
    return TensorDataset(images.to(device), torch.as_tensor(dataset.targets[start:stop]).to(device))


train_part = as_tensors(train_set, 0, 2000)
val_part = as_tensors(train_set, 2000, 4000)
test_part = as_tensors(test_set, 0, None)

train_loader = DataLoader(train_part, batch_size=64, shuffle=True, generator=torch.Generator().manual_seed(5))
val_loader = DataLoader(val_part, batch_size=256)
test_loader = DataLoader(test_part, batch_size=256)
print(f"{len(train_part):,} training, {len(val_part):,} validation and {len(test_part):,} test images, on the {device}")

# %% show="Eight of the training images" tags=["nbval-ignore-output"]
images, labels = next(iter(train_loader))
_ = plots.batch(images[:8], labels[:8], classes=train_set.classes, title="Eight of the training images")

# %% [markdown]
# The network is the classifier of lesson 04, repeated here so that this notebook stands alone.


# %%
class Classifier(nn.Module):
    """784-256-128-64-10 with ReLU between: images (n, 1, 28, 28) to log-probabilities (n, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Linear(784, 256)
        self.fc2 = nn.Linear(256, 128)
        self.fc3 = nn.Linear(128, 64)
        self.fc4 = nn.Linear(64, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = x.flatten(start_dim=1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        x = F.relu(self.fc3(x))
        return F.log_softmax(self.fc4(x), dim=1)


# %% [markdown]
# It trains for 40 epochs, which is long for so few images, and takes some seconds.
# After each epoch we put a copy of its weights aside for later.

# %% show="Forty epochs of training, as in lesson 03" tags=["nbval-ignore-output"]
torch.manual_seed(1)
train_loader.generator.manual_seed(5)  # so that the trainings further down can have the same batches
network = Classifier().to(device)
criterion = nn.NLLLoss()
optimizer = torch.optim.Adam(network.parameters(), lr=0.002)

train_losses, states = [], []
for _ in range(40):
    total = 0.0
    for images, labels in train_loader:
        optimizer.zero_grad()
        loss = criterion(network(images), labels)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(images)
    train_losses.append(total / len(train_part))
    states.append(copy.deepcopy(network.state_dict()))  # a copy, since the next epoch changes the weights in place

print(f"training loss: {train_losses[0]:.2f} in the first epoch, {train_losses[-1]:.2f} in the last")

# %% [markdown]
# The loss has fallen far.
# Is the network good?
# That depends on what it says about images that it has never seen.
#
# ## What does the network say?
#
# The network gives log-probabilities, and `exp` turns them into probabilities.
# Here is its answer to one validation image.

# %% show="The image that the network doubts most" tags=["nbval-ignore-output"]
val_images, val_labels = val_part.tensors
with torch.no_grad():
    val_log_probs = network(val_images)
doubtful = val_log_probs.amax(dim=1).argmin()  # the image whose best class has the smallest probability

label = train_set.classes[int(val_labels[doubtful])]
left, _ = plots.prediction(val_images[doubtful], val_log_probs[doubtful].exp(), classes=train_set.classes)
left.figure.suptitle(f"The image that it doubts most; the label is {label}", fontsize=11)
left.figure.set_size_inches(7, 2.9)

# %% [markdown]
# Ten numbers are more than you want to read.
# The few classes at the top tell the story: which one it chooses, and which others it considered.
#
# ### The most likely classes (6 minutes, ●○○)
#
# Write `top_classes(log_probs, k)`: for each image the `k` most likely classes.
# It returns a pair `(probabilities, classes)`, both of shape `(n, k)`, the most likely class first.
# The classes are whole numbers.
#
# Example: for one image with the log-probabilities of `[0.1, 0.6, 0.3]` and `k = 2`, the probabilities are `[[0.6, 0.3]]` and the classes `[[1, 2]]`.


# %% task="top_classes"
def top_classes(log_probs: Tensor, k: int) -> tuple[Tensor, Tensor]:
    """Return the probabilities, (n, k), and the numbers, int64 (n, k), of the `k` most likely classes in each row.

    `log_probs` is (n, classes). The most likely class comes first.
    """
    ### BEGIN SOLUTION
    probabilities, classes = log_probs.exp().topk(k, dim=1)
    return probabilities, classes
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: is there a function for this?</summary>
#
# Tensors have a method `topk`; its page in the documentation shows what it returns, and in which order.
# Sorting each row works as well.
# Which of the two dimensions holds the classes?
# And are the numbers that you sort probabilities yet?
# </details>

# %% check="top_classes" points=1
shares = torch.tensor([[0.127, 0.584, 0.051, 0.238], [0.493, 0.022, 0.404, 0.081], [0.154, 0.043, 0.016, 0.787]])
log_probs = shares.log()
every = torch.tensor([[0.584, 0.238, 0.127, 0.051], [0.493, 0.404, 0.081, 0.022], [0.787, 0.154, 0.043, 0.016]])
numbers = torch.tensor([[1, 3, 0, 2], [0, 2, 3, 1], [3, 0, 1, 2]])
best, where, least, there = every[:, :2], numbers[:, :2], every.flip(1)[:, :2], numbers.flip(1)[:, :2]
down = torch.tensor([[0.493, 0.584, 0.404, 0.787], [0.154, 0.043, 0.051, 0.238]])
rows = torch.tensor([[1, 0, 1, 2], [2, 2, 0, 0]])
by_number = where.sort(dim=1)
of_all = torch.tensor([[0.787, 0.584], [0.493, 0.404], [0.238, 0.154]]), torch.tensor([[3, 1], [0, 2], [3, 0]])
result = top_classes(log_probs, 2)
check.close(
    result,
    (best, where),
    "top_classes(log_probs, 2)",
    mistakes={
        "top_classes(…) gives log-probabilities. What turns them into probabilities?": (best.log(), where),
        "top_classes(…) gives the classes first. The probabilities come first.": (where, best),
        "top_classes(…) gives the least likely classes.": (least, there),
        "top_classes(…) has the most likely class last. It comes first.": (best.flip(1), where.flip(1)),
        "top_classes(…) compares the images with each other. Which dim holds the classes?": (down, rows),
        "top_classes(…) rounds the probabilities. Leave them as they are.": (best.round(decimals=2), where),
        "top_classes(…) gives all classes, whatever k is.": (every, numbers),
        "top_classes(…) gives three classes, whatever k is.": (every[:, :3], numbers[:, :3]),
        "top_classes(…) gives one class, whatever k is.": (every[:, :1], numbers[:, :1]),
        "top_classes(…) answers for the first image alone.": (best[0], where[0]),
        "top_classes(…) takes the largest numbers of all images together. Each image has its own.": of_all,
        "top_classes(…) puts the classes in the order of their numbers. The most likely one comes first.": (
            best.gather(1, by_number.indices),
            by_number.values,
        ),
        "top_classes(…) has a row for each place. A row for each image is wanted.": (best.T, where.T),
        "top_classes(…) counts the classes from 1. They count from 0.": (best, where + 1),
        "top_classes(…) gives percent. A probability goes from 0 to 1.": (100 * best, where),
        "top_classes(…) uses powers of 10. PyTorch's logarithms are the natural ones.": (
            10 ** best.log(),
            where,
        ),
        "top_classes(…) sends log-probabilities through sigmoid. What undoes a logarithm?": (best.log().sigmoid(), where),
        "top_classes(…) sends probabilities through softmax. It takes logits.": (
            shares.softmax(dim=1).gather(1, where),
            where,
        ),
        "top_classes(…) makes the k probabilities sum to 1. The other classes have their share too.": (
            best / best.sum(dim=1, keepdim=True),
            where,
        ),
        "top_classes(…) gives the probabilities alone. It returns the classes too.": best,
        "top_classes(…) gives the classes alone. It returns their probabilities too.": where,
    },
)
check.equal(
    result[1].is_floating_point(),
    False,
    "whether the classes of top_classes(log_probs, 2) are floats",
    mistakes={"top_classes(…) gives the classes as floats. An index is a whole number.": True},
)
check.unchanged(log_probs, shares.log(), "log_probs")
check.close(
    top_classes(log_probs, 3),
    (every[:, :3], numbers[:, :3]),
    "top_classes(log_probs, 3)",
    mistakes={"top_classes(…) gives two classes, whatever k is.": (best, where)},
)
check.shape(
    top_classes(log_probs, 1)[1],
    (3, 1),
    "the classes of top_classes(log_probs, 1)",
    mistakes={"top_classes(…) drops a dimension when k is 1. Its results are (n, k) for every k.": (3,)},
)
### BEGIN HIDDEN TESTS
seeded = torch.Generator().manual_seed(1)
log_probs = torch.randn(5, 10, generator=seeded).log_softmax(dim=1)
before = log_probs.clone()
order = log_probs.sort(dim=1, descending=True)
for k in (1, 3, 10):
    wanted = order.values[:, :k].exp(), order.indices[:, :k]
    check.close(top_classes(log_probs, k), wanted, f"top_classes(log_probs, {k}) of five images")
wanted = order.values[:1, :4].exp(), order.indices[:1, :4]
check.close(top_classes(log_probs[:1], 4), wanted, "top_classes(log_probs, 4) of one image")
check.unchanged(log_probs, before, "log_probs")
log_probs = torch.tensor([[0.0, 1000.0, -1000.0], [-1000.0, 0.0, 1000.0]]).log_softmax(dim=1)
wanted = torch.tensor([[1.0], [1.0]]), torch.tensor([[1], [2]])
check.close(top_classes(log_probs, 1), wanted, "top_classes(log_probs, 1) of two very sure answers")
### END HIDDEN TESTS

# %% [markdown]
# The first four validation images, and what the network thinks of each:

# %% show="What the network thinks of four images" tags=["nbval-ignore-output"]
with check.when_written():
    probabilities, classes = top_classes(val_log_probs[:4], 3)
    for label, row, numbers in zip(val_labels, probabilities, classes, strict=False):
        thoughts = [f"{train_set.classes[int(n)]} {p:.2f}" for p, n in zip(row, numbers, strict=True)]
        print(f"{train_set.classes[int(label)]:12} -> {', '.join(thoughts)}")

# %% [markdown]
# ## How often is it right?
#
# *Accuracy* is the share of images whose most likely class is the label.
# It says nothing about how sure the network was, which the loss does, but everybody understands it.
#
# To compute it you compare two tensors, and there is a trap in that.
# `log_probs.argmax(dim=1)` has shape `(n,)`, as the labels have.
# `log_probs.topk(1, dim=1)` gives the same classes in the shape `(n, 1)`.
# Compare *that* with labels `(n,)`, and broadcasting spreads both to `(n, n)`: each prediction meets every label.
# No error is raised, and the mean of the result is a number between 0 and 1.

# %% show="Sixteen comparisons, where four were meant"
predicted, true = torch.tensor([2, 0, 1, 2]), torch.tensor([2, 0, 0, 2])
table = predicted[:, None] == true  # (4, 1) against (4,) makes (4, 4)

_, ax = plt.subplots(figsize=(5.0, 2.7), layout="constrained")
ax.imshow(table, aspect="auto", cmap="Blues", vmin=0, vmax=2)
for i in range(4):
    for j in range(4):
        ax.text(j, i, "equal" if table[i, j] else "–", ha="center", va="center")
    ax.add_patch(plt.Rectangle((i - 0.47, i - 0.47), 0.94, 0.94, fill=False, edgecolor=ORANGE, linewidth=3))
ax.set_xticks(range(4), [f"label {n}" for n in true.tolist()])
ax.set_yticks(range(4), [f"prediction {n}" for n in predicted.tolist()])
ax.set_title("Sixteen comparisons, where four were meant (framed):\n6 of 16 are equal instead of 3 of 4", fontsize=11)
ax.spines[:].set_visible(False)
ax.tick_params(length=0)

# %% [markdown]
# ### Accuracy (6 minutes, ●○○)
#
# Write `accuracy(log_probs, labels)`: the share of rows in which the most likely class is the label, as a Python float from 0 to 1.
# `log_probs` is `(n, classes)`, `labels` is `(n,)`.
#
# Example: four images with the predicted classes 2, 0, 1, 2 and the labels 2, 0, 0, 2.
# Three of four are right, so the result is 0.75.


# %% task="accuracy"
def accuracy(log_probs: Tensor, labels: Tensor) -> float:
    """Return the share, in [0, 1], of rows of `log_probs`, (n, classes), whose largest entry is at `labels`, (n,)."""
    ### BEGIN SOLUTION
    right = log_probs.argmax(dim=1) == labels  # (n,)
    return right.float().mean().item()
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: <code>mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype</code></summary>
#
# A comparison gives booleans, and booleans have no mean.
# As floats, True is 1 and False is 0.
# Or count the True ones with `sum`, and divide.
# </details>
#
# <details><summary>Hint: how does a tensor with one number become a Python float?</summary>
#
# The same way as the loss in lesson 03: by the method `item()`.
# </details>

# %% check="accuracy" points=2
shares = torch.tensor(
    [[0.7, 0.2, 0.1], [0.3, 0.4, 0.3], [0.3, 0.1, 0.6], [0.5, 0.4, 0.1], [0.6, 0.3, 0.1], [0.2, 0.7, 0.1], [0.3, 0.1, 0.6]]
)
log_probs = shares.log()
labels = torch.tensor([0, 1, 2, 1, 0, 1, 0])  # the predictions are 0, 1, 2, 0, 0, 1, 2
check.close(
    accuracy(log_probs, labels),
    5 / 7,
    "accuracy(log_probs, labels)",
    sizes={"batch": 7},
    mistakes={
        "accuracy(…) compares each prediction with every label, (n, 1) against (n,).": 17 / 49,
        "accuracy(…) compares (n, 1) with (n,), which makes (n, n), and counts too much.": 17 / 7,
        "accuracy(…) counts the right ones. Their share is wanted, from 0 to 1.": 5,
        "accuracy(…) is in percent. A share goes from 0 to 1.": 500 / 7,
        "accuracy(…) is the share of wrong ones.": 2 / 7,
        "accuracy(…) divides by the number of classes. How many images are there?": 5 / 3,
        "accuracy(…) divides by the number of all entries. How many images are there?": 5 / 21,
        **{f"accuracy(…) divides by {n}. How many images are there?": 5 / n for n in (4, 6, 8, 16, 32, 64, 128, 256, 2000)},
        "accuracy(…) looks for the largest number of all rows together. Each row has its own.": 3 / 7,
        "accuracy(…) is the mean probability of the labels. How many of the answers are right?": 3.7 / 7,
        "accuracy(…) is the mean log-probability of the labels. How many of the answers are right?": -F.nll_loss(
            log_probs, labels
        ).item(),
        "accuracy(…) is the mean of the largest probabilities. How many of the answers are right?": 4.1 / 7,
        "accuracy(…) asks for a probability above 0.5. The largest one decides, however small it is.": 4 / 7,
        "accuracy(…) rounds the share. Leave it as it is.": 0.71,
        "accuracy(…) rounds the share to three places. Leave it as it is.": 0.714,
        "accuracy(…) is 0, where five of seven are right. Does it take the largest number of each row, and divide exactly?": 0.0,
    },
)
check.unchanged(log_probs, shares.log(), "log_probs")
check.unchanged(labels, torch.tensor([0, 1, 2, 1, 0, 1, 0]), "labels")
### BEGIN HIDDEN TESTS
seeded = torch.Generator().manual_seed(2)
log_probs = torch.randn(64, 10, generator=seeded).log_softmax(dim=1)
labels = log_probs.argmax(dim=1)
check.close(
    accuracy(log_probs, labels),
    1.0,
    "accuracy(log_probs, labels), all right",
    mistakes={
        "accuracy(…) gives the same for other images. Does it use its arguments?": 5 / 7,
        "accuracy(…) divides by 7, whatever the number of images is.": 64 / 7,
    },
)
check.close(accuracy(log_probs, (labels + 1) % 10), 0.0, "accuracy(log_probs, labels), all wrong")
labels[:16] = (labels[:16] + 3) % 10
before = log_probs.clone(), labels.clone()
check.close(accuracy(log_probs, labels), 0.75, "accuracy(log_probs, labels) of 64 images")
check.close(accuracy(log_probs[15:18], labels[15:18]), 2 / 3, "accuracy(log_probs, labels) of three images", sizes={"batch": 3})
check.close(accuracy(log_probs[16:17], labels[16:17]), 1.0, "accuracy(log_probs, labels) of one image")
sure = (1000 * log_probs).log_softmax(dim=1)
check.close(accuracy(sure, labels), 0.75, "accuracy(log_probs, labels) of 64 very sure answers")
check.unchanged((log_probs, labels), before, "log_probs or labels")
### END HIDDEN TESTS

# %% [markdown]
# **Predict first.**
# The next cells measure the accuracy on the 2,000 images that the network was trained on, and on the 2,000 validation images.
# What is the difference between the two?
# Replace `None` with your number: 0, say, or 0.02, or 0.3.

# %%
prediction = None

# %% show="Your prediction, beside the two accuracies" tags=["nbval-ignore-output"]
with check.when_written():
    train_images, train_labels = train_part.tensors
    with torch.no_grad():
        known, new = accuracy(network(train_images), train_labels), accuracy(network(val_images), val_labels)
    gap = known - new
    if not isinstance(prediction, int | float):
        print("Replace None with a number, and run both cells again.")
    else:
        print(
            f"You said {prediction:g}. It is {gap:.2f}, from {known:.2f} on the training images to {new:.2f} on the others."
        )
        if abs(prediction - gap) < 0.05:
            print("Right: you know how much of this is learnt by heart.")
        elif prediction > 1:
            print("Is that in percent? A difference of two accuracies lies between -1 and 1.")
        elif prediction < gap:
            print("You thought that it has learnt what clothes look like. It has also learnt these very pictures.")
        else:
            print(
                "You thought that it knows little but these pictures. Most of what it has learnt holds for all clothes."
            )

# %% [markdown]
# <details><summary>Answer: what do the two accuracies say?</summary>
#
# The network is much better on its training images than on others.
# Part of what it has learnt holds for all clothes, and part of it only for these 2,000 images.
# </details>
#
# From now on we measure both piles again and again, so the function that measures has to be right.
#
# ## Two switches
#
# In lesson 03, `predict` turned two switches before it asked the network, and a measurement needs both too.
# They stand side by side in every program, so people take them for one.
#
# - `model.eval()` changes *what is computed*. Dropout lets everything through, and batch norm uses its stored averages.
# - `torch.no_grad()` changes *what is remembered*. Autograd records no computation graph, which saves time and memory.
#
# This cell turns them independently.
# It asks a small network with dropout the same question twice, in all four positions.

# %% show="The two switches in all four positions"
torch.manual_seed(1)
small = nn.Sequential(nn.Linear(4, 50), nn.ReLU(), nn.Dropout(0.5), nn.Linear(50, 1))
question = torch.ones(1, 4)

print("mode      gradients     same answer twice   recorded")
for mode in ("train()", "eval() "):
    for gradients, switch in {"enable_grad()": torch.enable_grad, "no_grad()    ": torch.no_grad}.items():
        small.train(mode == "train()")
        with switch():
            first, second = small(question), small(question)
        print(f"{mode}   {gradients} {torch.equal(first, second)!s:19} {first.requires_grad}")

# %% [markdown]
# The mode decides whether the answer is the same twice, and the gradients decide what is recorded.
# Neither does the other's work.
# A measurement needs the last line: `eval()` *and* `no_grad()`.
#
# Afterwards the switches go back.
# `no_grad` does so by itself, at the end of its `with` block.
# A mode stays until somebody changes it, and each module inside the model has a mode of its own: `module.training`.
#
# ### Evaluate (14 minutes, ●●●)
#
# Every decision in this lesson depends on this function.
# A small slip in it is hard to notice, since the numbers still look right.
#
# Write `evaluate(model, loader, criterion)`: it goes through all batches of `loader` and returns `(mean loss, accuracy)`, two Python floats.
#
# - Both are means per *example*, exact also when the last batch is smaller.
#   `criterion(log_probs, labels)` gives the mean loss of one batch.
# - All layers are in inference mode, and nothing is recorded.
# - Afterwards the model and every module inside it have the modes that they had before.
#
# Example: two batches of 2 and 1 images.
# The losses of the images are 0.22 and 0.92, then 2.30; the first two are right, the last one is wrong.
# The mean loss is (0.22 + 0.92 + 2.30) / 3 = 1.15, and the accuracy is 2/3 = 0.67.
# The mean of the batches' means would be (0.57 + 2.30) / 2 = 1.44, and the accuracy (1 + 0) / 2 = 0.5: the last image would count double.


# %% task="evaluate"
def evaluate(model: nn.Module, loader: DataLoader, criterion: nn.Module) -> tuple[float, float]:
    """Return the mean loss per example and the accuracy of `model`, in inference mode and without recording.

    `criterion` gives the mean loss of a batch. Each module of `model` keeps the mode that it had.
    """
    ### BEGIN SOLUTION
    modes = {module: module.training for module in model.modules()}
    model.eval()
    loss, right, count = 0.0, 0.0, 0
    with torch.no_grad():
        for images, labels in loader:
            log_probs = model(images)
            loss += criterion(log_probs, labels).item() * len(labels)
            right += accuracy(log_probs, labels) * len(labels)
            count += len(labels)
    for module, mode in modes.items():
        module.training = mode
    return loss / count, right / count
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: how much should each batch count?</summary>
#
# In proportion to its images.
# Multiply a batch's mean by the number of its images, and you have its sum.
# Add the sums, count the images, and divide once, at the end.
# (`len(loader.dataset)` is the same count, unless the loader leaves images out, as with `drop_last=True`, or draws them by a sampler.)
# </details>
#
# <details><summary>Hint: how do I put all modes back?</summary>
#
# `model.modules()` goes through the model and every module inside it.
# Write down `training` of each before `eval()`, and give each its own back afterwards.
# `model.train()` would give the same mode to all of them.
# </details>

# %% check="evaluate" points=3
from torch.utils.data import DataLoader, TensorDataset

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
# The weights are the identity, so that the outputs are the inputs: log-probabilities that you can read off.
inner = nn.Sequential(nn.Dropout(0.5), nn.Identity())
model = nn.Sequential(nn.Linear(4, 4, bias=False), inner, nn.LogSoftmax(dim=1)).to(device)
with torch.no_grad():
    model[0].weight.copy_(torch.eye(4))
recorded, dropping, training = [], [], []
model[0].register_forward_hook(lambda module, inputs, output: recorded.append(output.requires_grad))
inner[0].register_forward_hook(lambda module, inputs, output: dropping.append(module.training))
for module in model.modules():
    module.register_forward_hook(lambda module, inputs, output: training.append(module.training))
shares = torch.tensor(
    [[0.8, 0.1, 0.05, 0.05], [0.2, 0.3, 0.4, 0.1], [0.2, 0.1, 0.6, 0.1], [0.1, 0.2, 0.5, 0.2], [0.45, 0.25, 0.2, 0.1]]
)
labels = torch.tensor([0, 1, 2, 2, 0])  # right, wrong | right, right | right
loader = DataLoader(TensorDataset(shares.log().to(device), labels.to(device)), batch_size=2)
result = evaluate(model, loader, nn.NLLLoss())
check.equal(
    any(dropping),
    False,
    "dropout during evaluate(…)",
    mistakes={"evaluate(…) measures with dropout at work. Which call puts a model into inference mode?": True},
)
check.equal(
    any(training),
    False,
    "a module in training mode during evaluate(…)",
    mistakes={"evaluate(…) leaves a module in training mode while it measures. Which call reaches all of them?": True},
)
check.equal(
    any(recorded),
    False,
    "recording during evaluate(…)",
    mistakes={"evaluate(…) lets autograd record each batch. Under what should the model be called?": True},
)
recording = torch.is_grad_enabled()
torch.set_grad_enabled(True)
check.equal(
    recording,
    True,
    "torch.is_grad_enabled() after evaluate(…)",
    mistakes={"evaluate(…) switches recording off for good, so that nothing can be trained afterwards.": False},
)
check.equal(
    model[0].weight.requires_grad,
    True,
    "requires_grad of a weight after evaluate(…)",
    mistakes={"evaluate(…) freezes the weights, so that nothing can be trained afterwards.": False},
)
pair = isinstance(result, tuple) and len(result) == 2
check.close((0.0, 0.0) if pair else result, (0.0, 0.0), "evaluate(model, loader, criterion)")
# The batches' mean losses, 0.71, 0.60 and 0.80. Of their answers 1 of 2, 2 of 2 and 1 of 1 are right.
one, two, three = -math.log(0.8 * 0.3) / 2, -math.log(0.6 * 0.5) / 2, -math.log(0.45)
mean = (2 * one + 2 * two + three) / 5
check.close(
    result[0],
    mean,
    "evaluate(model, loader, criterion)[0]",
    mistakes={
        "evaluate(…) has the mean of the batches' losses. A smaller batch must count less.": (one + two + three) / 3,
        "evaluate(…) weighs each batch by the loader's batch_size. How many images has the last one?": (
            2 * (one + two + three) / 5
        ),
        "evaluate(…) counts the last batch as if it were full. How many images does it have?": 5 * mean / 6,
        "evaluate(…) has the loss of the last batch alone. What about the others?": three,
        "evaluate(…) has the loss of the first batch alone. Where does return stand?": one,
        "evaluate(…) leaves out the last batch, which is smaller. Its image counts too.": (one + two) / 2,
        "evaluate(…) adds the batches' mean losses and divides by the number of images. How much should each mean weigh?": (
            (one + two + three) / 5
        ),
        "evaluate(…) adds the batches' mean losses. The mean of all images is wanted.": one + two + three,
        "evaluate(…) has a sum of losses. Their mean is wanted.": 5 * mean,
        "evaluate(…) divides a sum over all images by the number of batches.": 5 * mean / 3,
        "evaluate(…) gives the criterion probabilities. It takes what the model returns.": -2.65 / 5,
        "evaluate(…) gives the accuracy first. The loss comes first.": 4 / 5,
        "evaluate(…) gives the loss the wrong sign.": -mean,
        "evaluate(…) rounds to two places. Leave both numbers as they are.": round(mean, 2),
        "evaluate(…) rounds to three places. Leave both numbers as they are.": round(mean, 3),
        "evaluate(…) rounds to four places. Leave both numbers as they are.": round(mean, 4),
    },
)
check.close(
    result[1],
    4 / 5,
    "evaluate(model, loader, criterion)[1]",
    mistakes={
        "evaluate(…) has the mean of the batches' accuracies. A smaller batch must count less.": 5 / 6,
        "evaluate(…) has the accuracy of the last batch alone, or counts the wrong ones. Of all images, the share of the right ones is wanted.": 1.0,
        "evaluate(…) has the accuracy of the first batch alone. What about the others?": 1 / 2,
        "evaluate(…) leaves the last batch, which is smaller, out of the accuracy.": 3 / 4,
        "evaluate(…) counts the last batch, for the accuracy, as if it were full.": 4 / 6,
        "evaluate(…) compares each prediction with every label, (n, 1) against (n,).": 3.5 / 5,
        "evaluate(…) compares (n, 1) with (n,), which makes (n, n), and counts too much.": 6 / 5,
        "evaluate(…) compares each prediction with the labels of all batches, (n, 1) against (n,).": 10 / 25,
        "evaluate(…) counts the right ones. Their share is wanted.": 4,
        "evaluate(…) has the share of the wrong ones. The accuracy is that of the right ones.": 1 / 5,
        "evaluate(…) divides the number of right ones by the number of batches.": 4 / 3,
        "evaluate(…) has the accuracy in percent. A share goes from 0 to 1.": 80.0,
        "evaluate(…) takes the mean probability of the labels for the accuracy. How many answers are right?": 2.65 / 5,
        "evaluate(…) takes the mean of the largest probabilities for the accuracy. How many answers are right?": 2.75 / 5,
    },
)
one_image = DataLoader(TensorDataset(shares[:1].log().to(device), labels[:1].to(device)))
check.close(
    evaluate(model, one_image, nn.NLLLoss()),
    (-math.log(0.8), 1.0),
    "evaluate(…) of one image, after another loader",
    mistakes={
        "evaluate(…) goes on from the sums of its last call. Where do they begin at 0?": (
            (5 * mean - math.log(0.8)) / 6,
            5 / 6,
        ),
        "evaluate(…) gives the result of an earlier call again. Does it use its arguments?": (mean, 4 / 5),
    },
)
# Of the model, then of the linear layer, of the container inside, of both its layers, and of the last layer.
for modes in ([True] * 6, [True, True, False, True, False, True], [False] * 6):
    for module, mode in zip(model.modules(), modes, strict=True):
        module.training = mode
    evaluate(model, loader, nn.NLLLoss())
    found = [module.training for module in model.modules()]
    check.equal(
        found,
        modes,
        f"the modes after evaluate(…), before which they were {modes}",
        mistakes={
            "evaluate(…) leaves the model in inference mode, and the next epoch trains in the wrong one.": [False] * 6,
            "evaluate(…) leaves every module in training mode. Each has a mode of its own to go back to.": [True] * 6,
            "evaluate(…) leaves the model itself in inference mode. It has a mode, as its layers have.": [
                False,
                *modes[1:],
            ],
            "evaluate(…) gives the modules inside a layer that layer's mode. Each has one of its own to go back to.": [
                *modes[:3],
                modes[2],
                modes[2],
                modes[5],
            ],
            "evaluate(…) puts back the modes of the outer layers alone. The modules inside them have modes too.": [
                *modes[:3],
                False,
                False,
                modes[5],
            ],
            "evaluate(…) leaves some modules in another mode than before. Each has one of its own to go back to.": found,
        },
    )
with torch.no_grad():
    evaluate(model, loader, nn.NLLLoss())
    recording = torch.is_grad_enabled()
check.equal(
    recording,
    False,
    "torch.is_grad_enabled() after evaluate(…) under no_grad",
    mistakes={"evaluate(…) switches recording on, although its caller had it off.": True},
)
margins = F.multi_margin_loss(shares.log(), labels).item()
check.close(
    evaluate(model, loader, nn.MultiMarginLoss()),
    (margins, 4 / 5),
    "evaluate(…) with nn.MultiMarginLoss()",
    mistakes={"evaluate(…) uses a loss of its own. Where is the criterion that it was given?": (mean, 4 / 5)},
)
### BEGIN HIDDEN TESTS
torch.manual_seed(3)
model = nn.Sequential(nn.Linear(6, 5), nn.BatchNorm1d(5), nn.Sequential(nn.Dropout(0.9), nn.Linear(5, 3))).to(device)
model[2].eval()
model[2][1].train()
before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
model[0].weight.grad = torch.ones(5, 6).to(device)
images, labels = torch.randn(7, 6).to(device), torch.tensor([0, 2, 1, 1, 0, 2, 2]).to(device)
hidden = F.linear(images, before["0.weight"], before["0.bias"]) / math.sqrt(1 + 1e-5)  # batch norm's first averages
logits = F.linear(hidden, before["2.1.weight"], before["2.1.bias"])
wanted = F.cross_entropy(logits, labels).item(), (logits.argmax(dim=1) == labels).sum().item() / 7
cross_entropy = nn.CrossEntropyLoss()
for size in (3, 7, 1):
    loader = DataLoader(TensorDataset(images, labels), batch_size=size)
    batches = list(zip(logits.split(size), labels.split(size), strict=True))
    parts = [F.cross_entropy(*batch).item() for batch in batches], [len(batch[1]) for batch in batches]
    check.close(evaluate(model, loader, cross_entropy), wanted, f"evaluate(…) of 7 images in batches of {size}", parts=parts)
modes = [module.training for module in model.modules()]
check.equal(modes, [True, True, True, False, False, True], "the modes after evaluate(…) of a nested model")
check.unchanged(dict(model.state_dict()), before, "the state of the model")
kept = model[0].weight.grad
check.equal(
    kept is not None and bool((kept == 1).all()),
    True,
    "the gradient of a weight as it was before evaluate(…)",
    mistakes={"evaluate(…) changes the gradients of the model. It only measures.": False},
)
loader = DataLoader(TensorDataset(images, labels), batch_size=1, shuffle=True)
measured = evaluate(model, loader, cross_entropy)
check.equal(
    all(abs(one - other) < 1e-4 for one, other in zip(measured, wanted, strict=True)),
    True,
    "the same result of evaluate(…) with a loader that shuffles",
    mistakes={"evaluate(…) goes wrong where a loader shuffles. Do outputs and labels come from the same pass?": False},
)
check.unchanged(cross_entropy.reduction, "mean", "the criterion's reduction")
wanted = F.cross_entropy(logits[:1], labels[:1]).item(), float(logits[0].argmax() == labels[0])
loader = DataLoader(TensorDataset(images[:1], labels[:1]), batch_size=4)
check.close(evaluate(model, loader, cross_entropy), wanted, "evaluate(…) of one image")
torch.manual_seed(8)
plain = nn.Linear(6, 3).to(device)  # a layer alone is a model too
logits = F.linear(images, plain.weight, plain.bias)
wanted = F.cross_entropy(logits, labels).item(), (logits.argmax(dim=1) == labels).sum().item() / 7
loader = DataLoader(TensorDataset(images, labels), batch_size=4)
check.close(evaluate(plain, loader, cross_entropy), wanted, "evaluate(…) of nn.Linear(6, 3)")
check.equal(plain.training, True, "training mode after evaluate(…) of nn.Linear(6, 3)")
### END HIDDEN TESTS

# %% [markdown]
# Your function on both piles, in one line each:

# %% show="Loss and accuracy on both piles" tags=["nbval-ignore-output"]
with check.when_written():
    for name, loader in {"training": train_loader, "validation": val_loader}.items():
        loss, share = evaluate(network, loader, criterion)
        print(f"{name:10} loss {loss:.3f}, accuracy {share:.3f}")

# %% [markdown]
# ## Overfitting
#
# Was the gap always there, or did it grow during training?
# We kept the weights of every epoch, so each of the 40 networks can still be asked.

# %% show="Loss and accuracy of all forty networks" tags=["nbval-ignore-output"]
plain: dict[str, list[float]] = {"train_loss": train_losses, "val_loss": [], "val_accuracy": []}
with torch.no_grad():
    for state in states:
        network.load_state_dict(state)
        log_probs = network(val_images)
        plain["val_loss"].append(F.nll_loss(log_probs, val_labels).item())
        plain["val_accuracy"].append((log_probs.argmax(dim=1) == val_labels).float().mean().item())

turn = 1 + min(range(40), key=plain["val_loss"].__getitem__)  # plots count epochs from 1
_, (left, right) = plt.subplots(1, 2, figsize=(11, 2.9), width_ratios=[3, 2], layout="constrained")
plots.loss_curve(
    {"training": plain["train_loss"], "validation": plain["val_loss"]},
    title="The training loss goes on falling;\nthe validation loss turns, and rises again",
    mark=turn,
    ax=left,
)
_ = plots.loss_curve(
    {"validation": plain["val_accuracy"]},
    ylabel="accuracy",
    title="The validation accuracy goes up and down,\nwithout a turn",
    mark=turn,
    ax=right,
)

# %% [markdown]
# Up to the turn, what the network learns from the training images also helps on others.
# After it, the network learns more and more of its 2,000 images by heart: its loss on them goes on falling, and its loss on all others rises.
# That is *overfitting*, and the training loss alone never shows it.
#
# Look at both panels again.
# The validation loss rises far, and the accuracy shows no such turn.
# How can that be?
# Look at how sure the network is of its *wrong* answers.

# %% show="How sure the network is of its wrong answers" tags=["nbval-ignore-output"]
_, panels = plt.subplots(1, 2, figsize=(10, 2.5), sharex=True, sharey=True, layout="constrained")
for ax, epoch in zip(panels, (turn, 40), strict=True):
    network.load_state_dict(states[epoch - 1])
    with torch.no_grad():
        sure, guess = network(val_images).exp().max(dim=1)
    wrong, bins = sure[guess != val_labels].cpu(), np.linspace(0.2, 1, 9)
    ax.hist(wrong, bins=bins, weights=np.full(len(wrong), 1 / len(wrong)), color=BLUE, edgecolor="white")
    ax.set_title(
        f"Epoch {epoch}: {(wrong > 0.9).float().mean():.0%} of the wrong answers\nare more than 90% sure", fontsize=11
    )
    ax.set(xlabel="probability of the wrong class it chose")
    ax.spines[["top", "right"]].set_visible(False)
    print(f"epoch {epoch}: on average {sure.mean():.2f} sure, and right in {(guess == val_labels).float().mean():.2f}")
_ = panels[0].set_ylabel("share of wrong answers")

# %% [markdown]
# It is wrong about as often, but it is surer when it is wrong, and -log p punishes that.
#
# A network is *calibrated* if its probabilities mean what they say: of all answers that are 80% sure, 80% are right.
# Compare the two numbers in each printed line.
# At the turn they lie close together; at the end the network clearly promises more than it keeps.
#
# What helps?
# More images do, if you can get them.
# Stopping at the turn does, and you will find the turn below.
# And there are ways to make learning by heart harder.
#
# ## Dropout
#
# *Dropout* sets each hidden unit to 0 with probability p, anew for each image and in each training step.
# The idea is that a network learns an image by heart through units that rely on one another.
# Dropout takes away a unit's partners at random, so each unit has to be of use by itself.

# %% show="Which units work, in inference and in training"
sizes, generator = (4, 6, 6, 3), torch.Generator().manual_seed(11)
places = [[(x, (size - 1) / 2 - unit) for unit in range(size)] for x, size in enumerate(sizes)]
_, panels = plt.subplots(1, 3, figsize=(11, 2.3), layout="constrained")
for ax, title in zip(
    panels, ("inference: all units work", "training, one image", "training, another image"), strict=True
):
    kept = [torch.rand(size, generator=generator) > (0.35 if 0 < x < 3 else -1) for x, size in enumerate(sizes)]
    kept = [keep | (ax is panels[0]) for keep in kept]
    for x in range(3):
        for start, starts in zip(places[x], kept[x], strict=True):
            for end, ends in zip(places[x + 1], kept[x + 1], strict=True):
                if starts and ends:
                    ax.plot(*zip(start, end, strict=True), color="#7A8087", linewidth=0.7, zorder=1)
    for layer, keeps in zip(places, kept, strict=True):
        for (x, y), keep in zip(layer, keeps, strict=True):
            ax.scatter(x, y, s=170, facecolor=BLUE if keep else "white", edgecolor=BLUE if keep else ORANGE, zorder=2)
            if not keep:
                ax.scatter(x, y, s=70, marker="x", color=ORANGE, zorder=3)
    ax.set_title(title)
    ax.margins(y=0.1)
    ax.axis("off")
_ = panels[0].figure.suptitle("With dropout, other hidden units are missing each time; inputs and outputs stay")

# %% [markdown]
# In inference all units work, so a unit of the next layer would get a larger sum than in training, on average 1/(1-p) times as large.
# PyTorch makes up for that during training: what is kept is multiplied by 1/(1-p).
# So the sum is the same on average in both modes.

# %% show="Ten thousand ones, sent through dropout"
torch.manual_seed(0)
dropout = nn.Dropout(p=0.2)
ones = torch.ones(10_000)
print("training: ", dropout(ones)[:8], f"mean {dropout(ones).mean():.2f}")
_ = dropout.eval()
print("inference:", dropout(ones)[:8], f"mean {dropout(ones).mean():.2f}")

# %% [markdown]
# There are two ways to write it.
# The layer `nn.Dropout(p)` has a mode, and `model.train()` and `model.eval()` reach it.
# The function `F.dropout(x, p)` has none: unless you pass it `training=…`, it always drops, even while you measure.
#
# ### A classifier with dropout (10 minutes, ●●○)
#
# Write the class `ClassifierDropout`: the network of `Classifier` above, with dropout after each of the three hidden layers.
# In `ClassifierDropout(p=0.2)`, p is the probability that a unit is dropped; 0.2 is the default.
# There is no dropout on the pixels, and none on the output.
# A log-probability that is set to 0 stands for a probability of 1, so a dropped class would be the one that is predicted.
# The names of the layers are up to you.
#
# Example: in training mode with p = 0.2, a hidden unit whose value is 3 passes on 0 in about one of five cases, and 3 / 0.8 = 3.75 in the others.
# In inference mode it always passes on 3.


# %% task="ClassifierDropout"
class ClassifierDropout(nn.Module):
    """784-256-128-64-10 with ReLU and dropout after each hidden layer, which drops each unit with probability `p`."""

    def __init__(self, p: float = 0.2) -> None:
        super().__init__()
        ### BEGIN SOLUTION
        self.fc1 = nn.Linear(784, 256)
        self.fc2 = nn.Linear(256, 128)
        self.fc3 = nn.Linear(128, 64)
        self.fc4 = nn.Linear(64, 10)
        self.dropout = nn.Dropout(p)
        ### END SOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """Return the log-probabilities, (n, 10), of images `x`, (n, 1, 28, 28)."""
        ### BEGIN SOLUTION
        x = x.flatten(start_dim=1)
        x = self.dropout(F.relu(self.fc1(x)))
        x = self.dropout(F.relu(self.fc2(x)))
        x = self.dropout(F.relu(self.fc3(x)))
        return F.log_softmax(self.fc4(x), dim=1)
        ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: how many dropout layers do I need?</summary>
#
# A dropout layer has no weights and remembers nothing, so one can serve in three places, and three do no harm.
# What counts is that dropout acts three times in `forward`.
# </details>
#
# <details><summary>Hint: why are the answers random after <code>eval()</code>?</summary>
#
# `eval()` sets `training` to False in every module.
# `F.dropout` is not a module, so it does not know.
# A module knows its own mode as `self.training`; what could you pass it to?
# </details>

# %% check="ClassifierDropout" points=3
import warnings

model = ClassifierDropout()
check.equal(
    sorted((tuple(parameter.shape) for parameter in model.parameters()), key=math.prod, reverse=True),
    [(256, 784), (128, 256), (64, 128), (10, 64), (256,), (128,), (64,), (10,)],
    "the list of sizes of the parameters of ClassifierDropout()",
    mistakes={
        "ClassifierDropout() has no parameters. Is each layer assigned to self, under a name of its own?": [],
        "ClassifierDropout() has the sizes 784-128-64-10 of lesson 03. Which ones has the Classifier above?": [
            (128, 784),
            (64, 128),
            (10, 64),
            (128,),
            (64,),
            (10,),
        ],
    },
)
# Each size occurs once, so the parameters can be set without knowing their names.
torch.manual_seed(4)
known = {}
for size, out in ((784, 256), (256, 128), (128, 64), (64, 10)):
    known[out, size], known[out,] = torch.randn(out, size) / 8, torch.randn(out) / 8
x = torch.randn(5, 1, 28, 28)
with torch.no_grad():
    for parameter in model.parameters():
        parameter.copy_(known[tuple(parameter.shape)])
layers = [(known[out, size], known[out,]) for size, out in ((784, 256), (256, 128), (128, 64), (64, 10))]
hidden = linear = x.flatten(start_dim=1)
for weight, bias in layers[:3]:
    hidden, linear = F.linear(hidden, weight, bias).relu(), F.linear(linear, weight, bias)
logits, linear = F.linear(hidden, *layers[3]), F.linear(linear, *layers[3])


def without(linear_at: int = -1, scale: float = 1.0) -> Tensor:
    """Return the log-probabilities of a network that has no ReLU after one layer, or scales its hidden units."""
    units = x.flatten(start_dim=1)
    for number, (weight, bias) in enumerate(layers[:3]):
        units = F.linear(units, weight, bias)
        units = scale * (units if number == linear_at else units.relu())
    return F.linear(units, *layers[3]).log_softmax(dim=1)


model.eval()
with torch.no_grad(), warnings.catch_warnings(record=True) as warned:
    warnings.simplefilter("always")
    _ = model(x)
told = " ".join(str(warning.message) for warning in warned)
check.equal(
    "Implicit dimension" in told,
    False,
    "a warning of ClassifierDropout() about a dimension",
    mistakes={"ClassifierDropout() leaves it to PyTorch to guess which dim holds the classes. Which one does?": True},
)
check.equal(
    "dropout2d" in told or "dropout3d" in told,
    False,
    "a warning of ClassifierDropout() about dropout",
    mistakes={"ClassifierDropout() uses a dropout for feature maps. Which kind drops single units?": True},
)
with torch.no_grad():
    first, second = model(x), model(x)
check.equal(
    torch.equal(first, second),
    True,
    "two answers of ClassifierDropout().eval()",
    mistakes={"ClassifierDropout() drops units in inference mode too. How does your dropout learn of the mode?": False},
)
check.close(
    first,
    logits.log_softmax(dim=1),
    "ClassifierDropout().eval()(images)",
    rtol=1e-3,
    atol=1e-3,
    mistakes={
        "ClassifierDropout() gives logits. The last step of forward is a log_softmax.": logits,
        "ClassifierDropout() gives probabilities. Log-probabilities are wanted.": logits.softmax(dim=1),
        "ClassifierDropout() has no ReLU between its layers.": linear.log_softmax(dim=1),
        "ClassifierDropout() has no ReLU after its first layer.": without(0),
        "ClassifierDropout() has no ReLU after its second layer.": without(1),
        "ClassifierDropout() has no ReLU after its third layer.": without(2),
        "ClassifierDropout() scales its hidden units in inference mode. There they pass as they are.": without(scale=0.8),
        "ClassifierDropout() sends its logits through ReLU. They may be negative.": logits.relu().log_softmax(dim=1),
        "ClassifierDropout() compares the images with each other. Which dim holds the classes?": logits.log_softmax(
            dim=0
        ),
    },
)
with torch.no_grad():
    finite = model(1000 * x).isfinite().all().item()
check.equal(
    finite,
    True,
    "whether ClassifierDropout() is finite for very large logits",
    mistakes={
        "ClassifierDropout() gives -inf or nan where logits are large. Which function of lesson 03 computes softmax and logarithm in one step?": False
    },
)
# Now each of nine units is a path of its own to one class: two begin in the last hidden layer, two in the one before,
# two in the first, and three in the pixels. A unit sends 1, and a path is cut where one of its units is dropped.
ends = torch.eye(10)[:, :9]
paths = {
    (256, 784): F.pad(torch.diag(torch.tensor([0.0] * 6 + [1.0] * 3)), (0, 775, 0, 247)),
    (256,): F.pad(torch.tensor([0.0] * 4 + [1.0] * 2), (0, 250)),
    (128, 256): F.pad(torch.diag(torch.tensor([0.0] * 4 + [1.0] * 5)), (0, 247, 0, 119)),
    (128,): F.pad(torch.tensor([0.0] * 2 + [1.0] * 2), (0, 124)),
    (64, 128): F.pad(torch.diag(torch.tensor([0.0] * 2 + [1.0] * 7)), (0, 119, 0, 55)),
    (64,): F.pad(torch.tensor([1.0] * 2), (0, 62)),
    (10, 64): F.pad(ends, (0, 55)),
    (10,): torch.zeros(10),
}


def answer(model: nn.Module, weights: dict[tuple[int, ...], Tensor]) -> Tensor:
    """Return the log-probabilities, (4, 1000, 10), that `model` with these weights gives in four batches of training."""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(weights[tuple(parameter.shape)])
        return torch.stack([model.train()(torch.ones(1000, 1, 28, 28)) for _ in range(4)])


def by_start(paths_of: Tensor) -> list[Tensor]:
    """Return the paths' part of `paths_of`, (4, 1000, 9), by their start: the last hidden layer, …, the pixels."""
    return [part.flatten(end_dim=1) for part in paths_of.split([2, 2, 2, 3], dim=2)]


torch.manual_seed(5)
log_probs = answer(model, paths)
check.equal(
    torch.allclose(log_probs.exp().sum(dim=2), torch.ones(4, 1000), atol=1e-3),
    True,
    "whether the probabilities of ClassifierDropout() in training mode sum to 1",
    mistakes={"ClassifierDropout() drops classes after log_softmax, and the rest no longer sums to 1.": False},
)
carried = log_probs[..., :9] - log_probs[..., 9:]
cut = carried < 0.5
check.equal(
    bool(cut.any()) and torch.equal(cut[0], cut[1]) and len(cut[0].unique(dim=0)) > 1,
    False,
    "whether ClassifierDropout() drops the same units in two batches",
    mistakes={"ClassifierDropout() drops the same units in every batch. Does it set a seed, or keep what it drew?": True},
)
check.equal(
    bool((cut & (carried.abs() > 1e-3)).any()),
    False,
    "whether a dropped unit of ClassifierDropout() is anything but 0",
    mistakes={"ClassifierDropout() sets a dropped unit to another number than 0. Which kind of dropout sets it to 0?": True},
)
shares = torch.stack([part.float().mean() for part in by_start(cut)])
always = cut.float().mean(dim=1)  # (4, 9): in each batch, the share of images for which a path is cut
fixed = [
    bool(((part == 0) | (part == 1)).all() and part.any() and share < 1) or bool((part == 1).any() and share < 0.9)
    for part, share in zip(always.split([2, 2, 2, 3], dim=1), shares, strict=True)
]
check.equal(
    any(fixed),
    False,
    "whether ClassifierDropout() drops the same units for all images of a batch",
    mistakes={"ClassifierDropout() drops the same units for every image of a batch. Each image needs a draw of its own.": True},
)
both = torch.stack([(part[:, 0] & part[:, 1]).float().mean() for part in by_start(cut)])
check.equal(
    bool((both > shares**2 + 0.05).any()),
    False,
    "whether ClassifierDropout() drops units of a layer together",
    mistakes={
        "ClassifierDropout() drops all units of a layer together. Which kind of dropout draws for each of them?": True
    },
)
before = torch.cat([torch.ones(1), 1 - shares[:-1]]).clamp(min=1e-3)  # the share that reaches a layer's units uncut
dropped = 1 - (1 - shares) / before
check.equal(
    bool(dropped[3] > 0.07),
    False,
    "dropout on the pixels in ClassifierDropout()",
    mistakes={"ClassifierDropout() has dropout on the pixels. It belongs after the hidden layers.": True},
)
# Two units of the last hidden layer lead to one class: on the output, dropout would take both or none.
two_to_one = {shape: torch.zeros(shape) for shape in paths} | {(64,): paths[64,]}
two_to_one[10, 64][0, :2] = 1
log_probs = answer(model, two_to_one)
sent = log_probs[..., 0] - log_probs[..., 9]
check.equal(
    bool((sent < 0.5).any() and not ((sent > 0.5) & (sent < 0.8 * sent.max())).any()),
    False,
    "dropout on the output of ClassifierDropout(), and none after the third hidden layer",
    mistakes={"ClassifierDropout() has dropout on its output, and none after the third hidden layer.": True},
)
check.close(
    dropped[:3].flip(0),
    [0.2, 0.2, 0.2],
    "the share of units that ClassifierDropout() drops in its first, second and third hidden layer",
    rtol=0,
    atol=0.07,
    mistakes={
        "ClassifierDropout() drops nothing in training mode. Does forward use the dropout?": [0.0, 0.0, 0.0],
        "ClassifierDropout() has no dropout after the first hidden layer.": [0.0, 0.2, 0.2],
        "ClassifierDropout() has no dropout after the second hidden layer.": [0.2, 0.0, 0.2],
        "ClassifierDropout() has no dropout after the third hidden layer.": [0.2, 0.2, 0.0],
        "ClassifierDropout() has dropout after the first hidden layer alone.": [0.2, 0.0, 0.0],
        "ClassifierDropout() has dropout after the second hidden layer alone.": [0.0, 0.2, 0.0],
        "ClassifierDropout() has dropout after the third hidden layer alone.": [0.0, 0.0, 0.2],
        "ClassifierDropout() has dropout on its output too. It belongs after the hidden layers alone.": [0.2, 0.2, 0.36],
        "ClassifierDropout() drops half of the units. Does p reach the dropout?": [0.5, 0.5, 0.5],
        "ClassifierDropout() keeps one unit in five. p is the probability to be dropped.": [0.8, 0.8, 0.8],
    },
)
check.close(
    [part.max().item() for part in by_start(carried)],
    [1.25, 1.25**2, 1.25**3, 1.25**3],
    "what ClassifierDropout() passes on where nothing is dropped, from the third hidden layer, the second, the first and the pixels",
    rtol=1e-3,
    lists=True,
    mistakes={"ClassifierDropout() does not multiply what it keeps by 1/(1-p).": [1.0, 1.0, 1.0, 1.0]},
)
halved = answer(ClassifierDropout(p=0.5), paths)
check.close(
    [part.float().mean().item() for part in by_start(halved[..., :9] - halved[..., 9:] < 0.5)],
    [0.5, 0.75, 0.875, 0.875],
    "the share of paths that ClassifierDropout(p=0.5) cuts, from the third hidden layer, the second, the first and the pixels",
    rtol=0,
    atol=0.04,
    lists=True,
    mistakes={"ClassifierDropout(p=0.5) drops one unit in five, as for p=0.2.": [0.2, 0.36, 0.488, 0.488]},
)
### BEGIN HIDDEN TESTS
model = ClassifierDropout(0.0)
with torch.no_grad():
    for parameter in model.parameters():
        parameter.copy_(known[tuple(parameter.shape)])
wanted, before = logits.log_softmax(dim=1).detach(), x.clone()
check.close(model.train()(x), wanted, "ClassifierDropout(0.0).train()(images)", rtol=1e-3, atol=1e-3)
check.close(model(x[:1]), wanted[:1], "ClassifierDropout(0.0).train()(images) of one image", rtol=1e-3, atol=1e-3)
check.unchanged(x, before, "images")
most = answer(ClassifierDropout(0.7), paths)
carried = by_start(most[..., :9] - most[..., 9:])
shares = [(part < 0.5).float().mean().item() for part in carried]
check.close(shares, [0.7, 0.91, 0.973, 0.973], "the share of cut paths with p=0.7", rtol=0, atol=0.04, lists=True)
largest = [part.max().item() for part in carried[:2]]
check.close(largest, [1 / 0.3, 1 / 0.09], "what the other paths carry with p=0.7", rtol=1e-3, lists=True)
model.eval()
check.close(model(x), wanted, "ClassifierDropout(0.0).eval()(images)", rtol=1e-3, atol=1e-3)
x = torch.randn(3, 1, 28, 28, generator=torch.Generator().manual_seed(9))
hidden = x.flatten(start_dim=1)
for weight, bias in layers[:3]:
    hidden = F.linear(hidden, weight, bias).relu()
wanted = F.linear(hidden, *layers[3]).log_softmax(dim=1)
check.close(model(x), wanted, "ClassifierDropout(0.0).eval()(images) of three images", rtol=1e-3, atol=1e-3)
### END HIDDEN TESTS

# %% [markdown]
# ## Train and validate
#
# Now comes the loop that you will use from here on: an epoch of training, a look at the validation images, the next epoch.
# It goes back and forth between two modes, and a common slip is to call `eval()` for the validation and never `train()` again.
# From the second epoch on, such a network trains without dropout, and no error says so.
#
# ### Fit (15 minutes, ●●●)
#
# Write `fit(model, train_loader, val_loader, epochs, criterion, optimizer)`.
# In each epoch it
#
# 1. puts the model into training mode;
# 2. takes one step per batch of `train_loader`, and computes the mean loss per example from the losses of these steps;
# 3. measures the loss and accuracy on `val_loader`, in inference mode and without recording.
#
# It returns a dictionary of three lists of Python floats, one number per epoch: `{"train_loss": […], "val_loss": […], "val_accuracy": […]}`.
# It runs all `epochs` epochs, and leaves the model with the weights of its last step.
# You may use your own `evaluate`.
#
# Example: after two epochs the result might be `{"train_loss": [1.2, 0.7], "val_loss": [0.9, 0.8], "val_accuracy": [0.65, 0.71]}`.
# With a training loss of 1.0 in a batch of 64 images and 0.4 in a last one of 32, the epoch's training loss is (64 · 1.0 + 32 · 0.4) / 96 = 0.8.


# %% task="fit"
def fit(
    model: nn.Module,
    train_loader: DataLoader,
    val_loader: DataLoader,
    epochs: int,
    criterion: nn.Module,
    optimizer: torch.optim.Optimizer,
) -> dict[str, list[float]]:
    """Train `model`, and measure it after each epoch; return lists with one number per epoch.

    "train_loss" is the mean loss per example of the epoch's steps, "val_loss" and "val_accuracy" belong to `val_loader`.
    """
    ### BEGIN SOLUTION
    history: dict[str, list[float]] = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        model.train()
        total, count = 0.0, 0
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(labels)
            count += len(labels)
        val_loss, val_accuracy = evaluate(model, val_loader, criterion)
        history["train_loss"].append(total / count)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
    return history
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: where does <code>model.train()</code> stand?</summary>
#
# Think of the second epoch.
# In which mode did the validation of the first one leave the model?
# A line that is to hold for every epoch stands inside the loop over epochs.
# </details>
#
# <details><summary>Hint: why is my loss a <code>tensor(…, grad_fn=…)</code>?</summary>
#
# A loss fresh from the criterion is still part of the computation graph.
# Take the bare number out of it before you add it up.
# </details>

# %% check="fit" points=3
from itertools import pairwise

from torch.utils.data import DataLoader, TensorDataset

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
# Two clouds of points that a line can tell apart: any training at all brings the loss down.
torch.manual_seed(6)
labels = torch.arange(40) % 2
images = torch.randn(40, 3) + 3 * labels[:, None]
easy = DataLoader(TensorDataset(images.to(device), labels.to(device)), batch_size=16)
model = nn.Sequential(nn.Linear(3, 2), nn.LogSoftmax(dim=1)).to(device)
before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
# The validation has the labels the wrong way round, so its loss rises from epoch to epoch.
reverse = DataLoader(TensorDataset(images.to(device), (1 - labels).to(device)), batch_size=20)
sgd, steps = torch.optim.SGD(model.parameters(), lr=0.1), []
sgd.register_step_post_hook(lambda *_: steps.append(1))
with check.within(10, "fit(…)"):
    history = fit(model, easy, reverse, 12, nn.NLLLoss(), sgd)
recording = torch.is_grad_enabled()
torch.set_grad_enabled(True)
kinds = {"tuple": tuple, "list": list, "Module": nn.Module}
check.equal(
    next((name for name, kind in kinds.items() if isinstance(history, kind)), ""),
    "",
    "fit(…)",
    mistakes={
        "fit(…) returns several things. One dictionary is wanted, with three lists.": "tuple",
        "fit(…) returns one list. A dictionary of three lists is wanted.": "list",
        "fit(…) returns the model. A dictionary of three lists is wanted.": "Module",
    },
)
keys = dict.fromkeys(("train_loss", "val_loss", "val_accuracy"))
left_out = [key for key in keys if key not in history] if isinstance(history, dict) else []
check.equal(
    left_out,
    [],
    "the keys that fit(…) leaves out",
    mistakes={f"fit(…) returns a dictionary without {' and '.join(left_out)}. The task names three keys.": left_out},
)
check.equal(dict.fromkeys(history) if isinstance(history, dict) else history, keys, "fit(…)")
losses = history["train_loss"]
lengths = [len(history[key]) if isinstance(history[key], list) else 12 for key in keys]
ended, trained = lengths[0], len(steps) // len(easy)
check.equal(
    "one list" if losses is history["val_loss"] else lengths,
    [12, 12, 12],
    "the lengths of the lists of fit(…) after 12 epochs",
    mistakes={
        "fit(…) puts all its numbers into one list. Each key needs a list of its own.": "one list",
        "fit(…) notes a training loss for each batch. One for each epoch is wanted, the mean.": [36, 12, 12],
        "fit(…) notes its three numbers after each batch. One of each for an epoch is wanted.": [36, 36, 36],
        "fit(…) notes a number for each batch of the validation. One for each epoch is wanted.": [12, 24, 24],
        "fit(…) notes a number for each batch. One for each epoch is wanted.": [36, 24, 24],
        "fit(…) validates once for all epochs. Each epoch has a validation of its own.": [12, 1, 1],
        "fit(…) goes on for one epoch more than it is asked to.": [13, 13, 13],
        f"fit(…) ends after {ended} of 12 epochs. It trains for as many as it is asked to.": [trained if trained < 12 else 0] * 3,
        f"fit(…) notes {lengths[0]} training losses, {lengths[1]} validation losses and {lengths[2]} accuracies in 12 epochs. One of each for an epoch is wanted.": lengths,
    },
)
numbers = isinstance(losses, list) and all(type(loss) is float for loss in losses)
gains = [losses[0], *(later - loss for loss, later in pairwise(losses))] if numbers else [0.0, 0.0]
check.equal(
    all(gain >= later > 0 for gain, later in pairwise(gains)),
    False,
    "whether the training losses of fit(…) are sums over the epochs",
    mistakes={"fit(…) adds up the training loss from epoch to epoch. Each epoch begins at 0.": True},
)
check.equal(
    len(steps) == 12 * (len(easy) + len(reverse)),
    False,
    "a step for each batch of the validation too in fit(…)",
    mistakes={"fit(…) trains on the validation images too. Then they no longer tell how it does on unseen ones.": True},
)
check.falling(losses, 12, 'fit(…)["train_loss"]')
check.moved(model, before, "fit(…)")
check.equal(
    recording,
    True,
    "torch.is_grad_enabled() after fit(…)",
    mistakes={"fit(…) switches recording off for good, so that nothing can be trained afterwards.": False},
)
# The weights are the identity, so that the outputs are the inputs: log-probabilities that you can read off.
# The third number of an image does nothing but tell which loader it comes from: 0 for training, 1 for validation.
train_shares = torch.tensor([[0.8, 0.2, 1.0], [0.3, 0.7, 1.0], [0.1, 0.9, 1.0]])
val_shares = torch.tensor(
    [[0.9, 0.1, math.e], [0.42, 0.58, math.e], [0.35, 0.65, math.e], [0.2, 0.8, math.e], [0.7, 0.3, math.e]]
)
x, y = train_shares.log(), torch.tensor([0, 0, 1])  # right, wrong | right
val_x, val_y = val_shares.log(), torch.tensor([0, 0, 0, 1, 1])  # right, wrong | wrong, right | wrong
train_batches = DataLoader(TensorDataset(x.to(device), y.to(device)), batch_size=2)
val_batches = DataLoader(TensorDataset(val_x.to(device), val_y.to(device)), batch_size=2)
model = nn.Sequential(nn.Linear(3, 2, bias=False), nn.Dropout(0.0), nn.LogSoftmax(dim=1)).to(device).eval()
with torch.no_grad():
    model[0].weight.copy_(torch.eye(3)[:2])
validating, states_seen, linear_modes = [], [], []
model[0].register_forward_hook(lambda module, inputs, output: validating.append(bool(inputs[0][0, 2] > 0.5)))
model[0].register_forward_hook(
    lambda module, inputs, output: linear_modes.append((module.training, output.requires_grad))
)
model[1].register_forward_hook(
    lambda module, inputs, output: states_seen.append((module.training, output.requires_grad))
)
history = fit(model, train_batches, val_batches, 2, nn.NLLLoss(), torch.optim.SGD(model.parameters(), lr=0.0))
seen = list(zip(validating, states_seen, strict=False))
training = [mode for of_validation, (mode, recorded) in seen if recorded and not of_validation]
check.equal(
    all(training[:2]),
    True,
    "training mode in the first epoch of fit(…)",
    mistakes={"fit(…) trains a model that is in inference mode. Which call changes that, for all layers?": False},
)
check.equal(
    all(training),
    True,
    "training mode in the second epoch of fit(…)",
    mistakes={
        "fit(…) trains in inference mode from the second epoch on. Who switches back after the validation?": False
    },
)
check.equal(
    any(mode and recorded for of_validation, (mode, recorded) in seen if of_validation),
    False,
    "training during the validation in fit(…)",
    mistakes={"fit(…) treats validation images as it treats training images, with dropout and recording.": True},
)
check.equal(
    any(mode for of_validation, (mode, recorded) in seen if of_validation),
    False,
    "training mode during the validation in fit(…)",
    mistakes={"fit(…) validates with dropout at work. Which call puts a model into inference mode?": True},
)
check.equal(
    any(recorded for of_validation, (mode, recorded) in seen if of_validation),
    False,
    "recording during the validation in fit(…)",
    mistakes={"fit(…) lets autograd record the validation. Under what should the model be called there?": True},
)
check.equal(
    all(mode == recorded for mode, recorded in linear_modes),
    True,
    "the modes of the linear layer in fit(…)",
    mistakes={"fit(…) changes the mode of dropout, and not of all modules. Which call reaches all of them?": False},
)
# With learning rate 0 the weights stay, and the numbers can be redone by hand.
check.equal(
    torch.equal(model[0].weight.cpu(), torch.eye(3)[:2]),
    True,
    "the weights unmoved by fit(…) with lr=0",
    mistakes={"fit(…) moves the weights although lr is 0. Does it use the optimizer that it was given?": False},
)
losses, val_losses = -torch.tensor([0.8, 0.3, 0.9]).log(), -torch.tensor([0.9, 0.42, 0.35, 0.8, 0.3]).log()
mean, val_mean = losses.mean().item(), val_losses.mean().item()
means = ((losses[:2].mean() + losses[2]) / 2).item()
val_means = ((val_losses[:2].mean() + val_losses[2:4].mean() + val_losses[4]) / 3).item()
last, val_last = losses[2].item(), val_losses[4].item()
first = losses[:2].mean().item()


def two(train_loss: float, val_loss: float, val_accuracy: float) -> dict[str, list[float]]:
    """Return the history of two equal epochs."""
    return {"train_loss": [train_loss] * 2, "val_loss": [val_loss] * 2, "val_accuracy": [val_accuracy] * 2}


check.close(
    history["train_loss"],
    [mean] * 2,
    "history['train_loss']",
    lists=True,
    mistakes={
        "fit(…) has the mean of the batches' training losses. A smaller batch must count less.": [means] * 2,
        "fit(…) weighs each batch by the loader's batch_size. How many images has the last one?": [2 * (first + last) / 3] * 2,
        "fit(…) counts the last batch as if it were full. How many images does it have?": [3 * mean / 4] * 2,
        "fit(…) has the training loss of the first batch alone. The epoch has another one, even if it is smaller.": [first] * 2,
        "fit(…) has the training loss of the last batch alone. The mean of the epoch is wanted.": [last] * 2,
        "fit(…) has a sum of training losses. Their mean is wanted.": [3 * mean] * 2,
        "fit(…) adds the batches' mean training losses. The mean of all images is wanted.": [2 * means] * 2,
        "fit(…) adds the batches' mean training losses and divides by the number of images.": [2 * means / 3] * 2,
        "fit(…) divides a sum over all training images by the number of batches.": [3 * mean / 2] * 2,
        "fit(…) divides the training loss by the number of validation images.": [3 * mean / 5] * 2,
        "fit(…) measures the training loss on the validation images.": [val_mean] * 2,
        "fit(…) finds no batch in the second epoch. An iterator hands out each batch once.": [mean, 0.0],
        "fit(…) rounds to two places. Leave the numbers as they are.": [round(mean, 2)] * 2,
        "fit(…) rounds to three places. Leave the numbers as they are.": [round(mean, 3)] * 2,
        "fit(…) rounds to four places. Leave the numbers as they are.": [round(mean, 4)] * 2,
    },
)
check.close(
    history["val_loss"],
    [val_mean] * 2,
    "history['val_loss']",
    lists=True,
    mistakes={
        "fit(…) has the mean of the batches' validation losses. A smaller batch must count less.": [val_means] * 2,
        "fit(…) weighs each batch of the validation by the loader's batch_size. How many images has the last one?": [
            6 * val_means / 5
        ]
        * 2,
        "fit(…) counts the last batch of the validation as if it were full. How many images does it have?": [5 * val_mean / 6] * 2,
        "fit(…) has the validation loss of the last batch alone. What about the others?": [val_last] * 2,
        "fit(…) has the validation loss of the first batch alone. What about the others?": [val_losses[:2].mean().item()] * 2,
        "fit(…) leaves out the last batch of the validation, which is smaller. Its image counts too.": [
            val_losses[:4].mean().item()
        ]
        * 2,
        "fit(…) has a sum of validation losses. Their mean is wanted.": [5 * val_mean] * 2,
        "fit(…) adds the batches' mean validation losses. The mean of all images is wanted.": [3 * val_means] * 2,
        "fit(…) adds the batches' mean validation losses and divides by the number of images.": [3 * val_means / 5] * 2,
        "fit(…) divides a sum over all validation images by the number of batches.": [5 * val_mean / 3] * 2,
        "fit(…) validates on the training images.": [mean] * 2,
        "fit(…) has the validation's loss and accuracy the wrong way round.": [2 / 5] * 2,
    },
)
check.close(
    history["val_accuracy"],
    [2 / 5] * 2,
    "history['val_accuracy']",
    lists=True,
    mistakes={
        "fit(…) has the mean of the batches' accuracies. A smaller batch must count less.": [1 / 3] * 2,
        "fit(…) has the accuracy on the training images. The one on the validation images is wanted.": [2 / 3] * 2,
        "fit(…) has the accuracy of the first batch alone, or leaves out the last one. All images count.": [1 / 2] * 2,
        "fit(…) has the accuracy of the last batch alone. What about the others?": [0.0] * 2,
        "fit(…) compares each prediction with every label, (n, 1) against (n,).": [12 / 25] * 2,
        "fit(…) compares (n, 1) with (n,), which makes (n, n), and counts too much.": [4 / 5] * 2,
        "fit(…) counts the right ones. Their share is wanted.": [2] * 2,
        "fit(…) has the share of the wrong ones. The accuracy is that of the right ones.": [3 / 5] * 2,
        "fit(…) has the accuracy in percent. A share goes from 0 to 1.": [40.0] * 2,
    },
)


margins, val_margins = F.multi_margin_loss(x[:, :2], y).item(), F.multi_margin_loss(val_x[:, :2], val_y).item()
frozen = torch.optim.SGD(model.parameters(), lr=0.0)
check.close(
    fit(model, train_batches, val_batches, 2, nn.MultiMarginLoss(), frozen),
    two(margins, val_margins, 2 / 5),
    "fit(…) with nn.MultiMarginLoss()",
    lists=True,
    mistakes={
        "fit(…) uses a loss of its own. Where is the criterion that it was given?": two(mean, val_mean, 2 / 5),
        "fit(…) trains with a loss of its own. Where is the criterion that it was given?": two(
            mean, val_margins, 2 / 5
        ),
        "fit(…) validates with a loss of its own. Where is the criterion that it was given?": two(
            margins, val_mean, 2 / 5
        ),
    },
)


def by_hand(kept: float, each_epoch: bool = False) -> tuple[list[Tensor], dict[str, dict[str, list[float]]]]:
    """Return the weights after either epoch, and the history, with those of four slips.

    `kept` is the share of the old gradient that is added to the new one, with `each_epoch` not from epoch to epoch.
    """
    weight, old = torch.eye(3)[:2].clone().requires_grad_(), torch.zeros(2, 3)
    losses, late, measured, weights = [], [], [], []
    for epoch in range(3):
        with torch.no_grad():
            outputs, late_outputs = (val_x @ weight.T).log_softmax(dim=1), (x @ weight.T).log_softmax(dim=1)
        share = (outputs.argmax(dim=1) == val_y).float().mean().item()
        measured.append((F.nll_loss(outputs, val_y).item(), share))  # before the epoch
        late.append(F.nll_loss(late_outputs, y).item())
        if epoch == 2:
            break
        losses.append(0.0)
        old = torch.zeros(2, 3) if each_epoch else old
        for one, label in zip(x.split(2), y.split(2), strict=True):
            loss = F.nll_loss((one @ weight.T).log_softmax(dim=1), label)
            old = torch.autograd.grad(loss, weight)[0] + kept * old
            weight = (weight.detach() - 0.5 * old).requires_grad_()
            losses[-1] += loss.item() * len(one) / 3
        weights.append(weight.detach())
    early, right = (
        {"train_loss": losses, "val_loss": [loss for loss, _ in pairs], "val_accuracy": [share for _, share in pairs]}
        for pairs in (measured[:2], measured[1:])
    )
    running = {**right, "train_loss": [losses[0], sum(losses) / 2]}
    again = {**right} | {key: right[key][:1] * 2 for key in ("val_loss", "val_accuracy")}
    late_losses = {**right, "train_loss": late[1:]}
    return weights, {"right": right, "early": early, "late": late_losses, "running": running, "again": again}


weights, wanted = by_hand(kept=0.0)
model.zero_grad()
sgd, steps = torch.optim.SGD(model.parameters(), lr=0.5), []
sgd.register_step_post_hook(lambda *_: steps.append(1))
with check.within(10, "fit(…)"):
    history = fit(model, train_batches, val_batches, 2, nn.NLLLoss(), sgd)
check.equal(
    len(steps),
    4,
    "the number of steps of fit(…) in two epochs of two batches",
    mistakes={
        "fit(…) takes one step per epoch. How many batches has an epoch?": 2,
        "fit(…) takes no step. Which call moves the weights?": 0,
    },
)
check.equal(
    sgd.param_groups[0]["lr"] == 0.5,
    True,
    "the learning rate of the optimizer as it was before fit(…)",
    mistakes={"fit(…) changes the learning rate of the optimizer. Leave it as it was given.": False},
)
check.close(
    model[0].weight,
    weights[1],
    "the weights after fit(…) with lr=0.5",
    rtol=1e-3,
    mistakes={
        "fit(…) goes back to the weights that it began with. It leaves the model as the last step made it.": torch.eye(3)[:2],
        "fit(…) adds each gradient to the ones before it. Which call clears them?": by_hand(1.0)[0][1],
        "fit(…) clears the gradients once per epoch. Each batch needs its own.": by_hand(1.0, each_epoch=True)[0][1],
        "fit(…) goes back to the weights of an earlier epoch. It leaves the model as the last step made it.": weights[0],
    },
)
check.close(
    history,
    wanted["right"],
    "history",
    lists=True,
    rtol=1e-3,
    mistakes={
        "fit(…) validates before it trains. The validation of an epoch comes after its steps.": wanted["early"],
        "fit(…) measures the training loss after the epoch. The mean of the losses of its steps is wanted.": wanted[
            "late"
        ],
        "fit(…) has the mean of all epochs so far. Each epoch begins anew.": wanted["running"],
        "fit(…) gives the validation of the first epoch again for the second. Each epoch is measured anew.": wanted["again"],
    },
)
### BEGIN HIDDEN TESTS
import copy

torch.manual_seed(7)
model = nn.Sequential(nn.Linear(5, 6), nn.BatchNorm1d(6), nn.ReLU(), nn.Dropout(0.0), nn.Linear(6, 3)).to(device)
twin, criterion_seen = copy.deepcopy(model), nn.CrossEntropyLoss()


class Counted(DataLoader):
    """A loader that counts its passes."""

    passes = 0

    def __iter__(self):
        self.passes += 1
        return super().__iter__()


x, y = torch.randn(7, 5).to(device), torch.tensor([0, 2, 1, 1, 0, 2, 2]).to(device)
val_x, val_y = torch.randn(4, 5).to(device), torch.tensor([1, 0, 2, 0]).to(device)
train_batches, val_batches = (
    Counted(TensorDataset(x, y), batch_size=4),
    DataLoader(TensorDataset(val_x, val_y), batch_size=3),
)
optimizer_of_twin = torch.optim.Adam(twin.parameters(), lr=0.05)
wanted = {"train_loss": [], "val_loss": [], "val_accuracy": []}
for _ in range(3):
    twin.train()
    losses = []
    for one, label in zip(x.split(4), y.split(4), strict=True):
        optimizer_of_twin.zero_grad()
        loss = F.cross_entropy(twin(one), label)
        loss.backward()
        optimizer_of_twin.step()
        losses.append(loss.item() * len(one))
    twin.eval()
    with torch.no_grad():
        outputs = twin(val_x)
    wanted["train_loss"].append(sum(losses) / 7)
    wanted["val_loss"].append(F.cross_entropy(outputs, val_y).item())
    wanted["val_accuracy"].append((outputs.argmax(dim=1) == val_y).float().mean().item())
history = fit(model, train_batches, val_batches, 3, criterion_seen, torch.optim.Adam(model.parameters(), lr=0.05))
check.equal(
    train_batches.passes >= 3,
    True,
    "a pass of train_loader for each of three epochs",
    mistakes={"fit(…) keeps the batches of its first epoch. A loader shuffles anew in each pass.": False},
)
check.close(history, wanted, "the history of fit(…) with Adam and batch norm", lists=True, rtol=1e-2, atol=1e-3)
check.close(model[4].weight, twin[4].weight.detach(), "the weights after fit(…) with Adam", rtol=1e-2, atol=1e-3)
check.close(model[1].running_mean, twin[1].running_mean, "batch norm's averages after fit(…)", rtol=1e-2, atol=1e-3)
check.unchanged(criterion_seen.reduction, "mean", "the criterion's reduction")
frozen = torch.optim.SGD(model.parameters(), lr=0.0)
history = fit(model, DataLoader(TensorDataset(x, y), batch_size=7), val_batches, 1, nn.CrossEntropyLoss(), frozen)
check.equal(len(history["train_loss"]), 1, "the number of losses after one epoch")
### END HIDDEN TESTS

# %% [markdown]
# Now the network with dropout: the same images in the same batches, the same learning rate, the same 40 epochs.
# Compare both pairs of curves.

# %% show="The training with dropout, beside the one without" tags=["nbval-ignore-output"]
histories = {"without dropout": plain}
with check.when_written():
    torch.manual_seed(1)
    train_loader.generator.manual_seed(5)
    dropout_network = ClassifierDropout(p=0.2).to(device)
    optimizer = torch.optim.Adam(dropout_network.parameters(), lr=0.002)
    histories["with dropout"] = fit(dropout_network, train_loader, val_loader, 40, criterion, optimizer)

    _, ax = plt.subplots(figsize=(8, 3.1), layout="constrained")
    for (name, history), colour, dashes in zip(histories.items(), (ORANGE, BLUE), ("--", "-"), strict=True):
        epochs, line = range(1, 41), {"color": colour, "linestyle": dashes}
        ax.plot(
            epochs, history["val_loss"], linewidth=2.4, marker="o", markersize=4, label=f"validation, {name}", **line
        )
        ax.plot(epochs, history["train_loss"], linewidth=1.2, label=f"training, {name}", **line)
    ax.set(xlabel="epoch", ylabel="mean loss")
    ax.set_ylim(bottom=0)
    ax.set_title("With dropout (blue) the validation loss (dots) rises less", fontsize=11)
    ax.legend(fontsize=9)
    ax.grid(alpha=0.3)
    ax.spines[["top", "right"]].set_visible(False)

# %% [markdown]
# With dropout the training loss is *higher*.
# It has to be: it is measured in training mode, with a fifth of the hidden units missing.
# In the first epochs it even lies above the validation loss.
# That has a second reason, which is there without dropout too: the training loss is the mean over an epoch in which the weights improve, and the validation comes at its end.
#
# What you care about is the validation loss.
# With dropout it rises less after its lowest point, so the last network has a much lower loss.
# The lowest point itself is hardly lower.
# Twelve training runs of each kind on the drawn clothes, with other seeds, gave this:
#
# | dropout | lowest validation loss | validation loss after 40 epochs |
# |---|---|---|
# | none | 0.42 to 0.45 | 0.61 to 0.82 |
# | p = 0.2 | 0.42 to 0.44 | 0.45 to 0.58 |
# | p = 0.5 | 0.45 to 0.47 | 0.46 to 0.53 |
#
# So dropout gains much here if you train on, but little if you stop at the right moment: less than another seed may change.
# More of it is not better: with p = 0.5 half of the hidden units are missing in each step, and the network learns less.
# When two numbers are this close, one run of each kind does not tell you which way is better.

# %% [markdown]
# ### The best epoch (4 minutes, ●○○)
#
# Which of the 40 networks would you use?
# Not the last one, and not the one with the lowest training loss, which is usually one of the last.
#
# Write `best_epoch(history)`: the index of the lowest validation loss, a Python int, counted from 0 as in Python's lists.
# Where two epochs have the same loss, take the first: it took less training.
# `history` is a dictionary as `fit` returns it.
#
# Example: for the validation losses `[0.9, 0.5, 0.7, 0.5]` it is 1.


# %% task="best_epoch"
def best_epoch(history: dict[str, list[float]]) -> int:
    """Return the index, from 0, of the lowest number in `history["val_loss"]`, the first one on a tie."""
    ### BEGIN SOLUTION
    losses = history["val_loss"]
    return losses.index(min(losses))
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: how do I find where the smallest number stands?</summary>
#
# `min` gives the number.
# A list has a method that tells where a number stands for the first time.
# </details>

# %% check="best_epoch" points=1
import copy

history = {
    "train_loss": [2.1, 1.8, 1.7, 1.6, 1.5, 1.4, 1.3, 1.2, 1.1],
    "val_loss": [1.8, 1.7, 1.9, 1.5, 1.6, 1.5, 1.7, 1.65, 1.8],
    "val_accuracy": [0.6, 0.75, 0.7, 0.76, 0.77, 0.75, 0.78, 0.8, 0.76],
}
kept = copy.deepcopy(history)
check.equal(
    best_epoch(history),
    3,
    "best_epoch(history)",
    mistakes={
        "best_epoch(history) stops at the first rise. A later epoch may be lower still.": 1,
        "best_epoch(history) takes the last of two equal epochs. The first one took less training.": 5,
        "best_epoch(history) goes by the accuracy. The validation loss decides.": 7,
        "best_epoch(history) counts from 1. Lists count from 0.": 4,
        "best_epoch(history) goes by the training loss, or takes the last epoch. The validation loss decides.": 8,
        "best_epoch(history) takes the highest loss.": 2,
        "best_epoch(history) takes the first epoch, whose validation loss is not the lowest.": 0,
        "best_epoch(history) is the loss itself. Its index is wanted.": 1.5,
        "best_epoch(history) gives all epochs with the lowest loss. The first of them is wanted.": [3, 5],
        "best_epoch(history) gives the loss with its index. The index alone is wanted.": (1.5, 3),
        "best_epoch(history) gives the index with its loss. The index alone is wanted.": (3, 1.5),
        "best_epoch(history) gives back what it got. An index is wanted.": kept,
    },
)
check.unchanged(history, kept, "history")


def of(losses: list[float]) -> dict[str, list[float]]:
    """Return a history with these validation losses."""
    return {"train_loss": losses[::-1], "val_loss": losses, "val_accuracy": losses}


check.equal(
    best_epoch(of([0.6, 0.8, 0.65, 0.7])),
    0,
    "best_epoch(…) with the validation losses [0.6, 0.8, 0.65, 0.7]",
    mistakes={
        "best_epoch(…) gives the same epoch for another history. Does it use its argument?": 3,
        "best_epoch(…) leaves out the first epoch, which may be the best.": 2,
    },
)
check.equal(
    best_epoch(of([0.8, 0.5, 0.6, 0.7, 0.9, 0.7, 0.6, 0.55, 0.52, 0.51, 0.4])),
    10,
    "best_epoch(…) with losses that rise for long before they fall below the first low",
    mistakes={"best_epoch(…) gives up some epochs after a low. A later epoch may be lower still.": 1},
)
check.equal(
    best_epoch(of([0.5004, 0.5003, 0.5001, 0.5002])),
    2,
    "best_epoch(…) with losses that hardly differ",
    mistakes={"best_epoch(…) takes losses for equal that hardly differ. The lowest decides, by however little.": 0},
)
### BEGIN HIDDEN TESTS
for losses, best in (
    ([0.4], 0),
    ([2.0, 1.0], 1),
    ([0.3, 0.3, 0.3, 0.3], 0),
    ([5000.0, 4000.0, 4500.0], 1),
    ([0.9, 0.91, 0.95, 0.96, 0.93, 0.92, 0.97, 0.899], 7),
    ([0.50012, 0.50011, 0.50013], 1),
    ([0.8, 0.7, 0.9, 0.65, 0.6, 0.6, 0.61], 4),
):
    check.equal(best_epoch(of(losses)), best, f"best_epoch(…) with the validation losses {losses}")
### END HIDDEN TESTS

# %% [markdown]
# ## Weight decay
#
# There is another way to make learning by heart harder, and it takes one argument.
# While a network learns its images by heart, its weights grow.
# *Weight decay* makes every weight a little smaller in each step, so a weight stays large only while the gradients keep it there.
# `torch.optim.AdamW` does this: with `weight_decay=0.5` and `lr=0.002` each weight loses a thousandth (0.5 · 0.002) of itself per step.
#
# `weight_decay` is a hyperparameter like p, so the validation images decide about it.
# The next cell trains the network without dropout again, with the same seed and the same batches, and compares the three runs.

# %% show="Weight decay beside dropout, and their best epochs" tags=["nbval-ignore-output"]
with check.when_written():
    torch.manual_seed(1)
    train_loader.generator.manual_seed(5)
    decayed = Classifier().to(device)
    decaying = torch.optim.AdamW(decayed.parameters(), lr=0.002, weight_decay=0.5)
    histories["with weight decay"] = fit(decayed, train_loader, val_loader, 40, criterion, decaying)

    for name, history in histories.items():
        best, losses, shares = best_epoch(history), history["val_loss"], history["val_accuracy"]
        print(f"{name:17} best epoch {best + 1:2}: loss {losses[best]:.3f}, accuracy {shares[best]:.3f}", end="")
        print(f"   epoch 40: loss {losses[-1]:.3f}, accuracy {shares[-1]:.3f}")
    first, last, other = (state["fc1.weight"].norm() for state in (states[0], states[-1], decayed.state_dict()))
    print(f"size of the weights of fc1: {first:.0f} after epoch 1, {last:.0f} after epoch 40, {other:.0f} with weight decay")

# %% [markdown]
# Compare the two halves of each line: from the best epoch to the last, the loss rises, and the accuracy goes up or down by a few hundredths.
# (The size of the weights is the root of the sum of their squares.)
# Weight decay holds the rise back too, and its lowest loss is a little lower: 0.41 to 0.43 in six runs with other seeds, against 0.42 to 0.45 without it.
#
# Now all decisions are made, so the third pile is opened, once.
# From the first run we have all the weights, so the network of its best epoch is the one to test.
# (Lesson 06 keeps the best weights during training, and ends it by itself: *early stopping*.)

# %% show="The test images, looked at once" tags=["nbval-ignore-output"]
with check.when_written():
    network.load_state_dict(states[best_epoch(plain)])
    loss, share = evaluate(network, test_loader, criterion)
    print(f"epoch {best_epoch(plain) + 1}: test loss {loss:.2f}, test accuracy {share:.2f}")

# %% [markdown]
# These two numbers are what you may tell others.
# The validation loss of that epoch is no such number: you chose the epoch because this loss was the lowest of forty, so luck had a part in it.

# %% [markdown]
# ## How unsure is the network?
#
# The largest probability of a softmax says how sure the network is.
# Here is a second way to ask, and another use of dropout.
# Leave dropout on while you ask, and the network gives a somewhat different answer each time, as if many networks were asked, each with other units missing.
# Where the image is clear, they agree; where they contradict each other, the network is unsure.
# This is *Monte Carlo dropout*.
#
# Neither mode will do as it is.
# `train()` switches everything on, batch norm too, which would then use the statistics of the current batch and change its stored averages.
# So only the *dropout* layers go into training mode, and all others stay in inference mode.
#
# ### Bonus: Monte Carlo dropout (14 minutes, ●●●)
#
# Write `mc_dropout(model, image, n_samples=100)`: it asks the model `n_samples` times about one image, and returns the probabilities, `(n_samples, 10)`, one answer per row.
#
# - `image` is `(1, 28, 28)` or `(1, 1, 28, 28)`. `model` takes batches and gives log-probabilities.
# - Only dropout layers are in training mode: `nn.Dropout`, and also `nn.Dropout1d`, `nn.Dropout2d` and `nn.Dropout3d`, under any name and wherever they are in the model.
# - Afterwards the model and every module inside it have the modes that they had before.
#
# One call with `n_samples` copies of the image will do, since dropout draws anew for each image of a batch; so do `n_samples` calls.
# Nothing is trained here.
#
# Example: a model gives nine classes the logit 0, and the tenth the logit 1, which then goes through a dropout with p = 0.5.
# Kept, that logit becomes 1 / 0.5 = 2, and its class gets the probability e² / (e² + 9) = 0.45.
# Dropped, it becomes 0, and all classes get 0.1.
# So about half of the rows have 0.45 at their end, and the others 0.1.


# %% task="mc_dropout"
def mc_dropout(model: nn.Module, image: Tensor, n_samples: int = 100) -> Tensor:
    """Return the probabilities, (n_samples, 10), of as many answers to `image`, with only the dropout layers active.

    `image` is (1, 28, 28) or (1, 1, 28, 28). Each module of `model` keeps the mode that it had.
    """
    ### BEGIN SOLUTION
    modes = {module: module.training for module in model.modules()}
    model.eval()
    for module in model.modules():
        if isinstance(module, nn.Dropout | nn.Dropout1d | nn.Dropout2d | nn.Dropout3d):
            module.train()
    with torch.no_grad():
        probabilities = model(image.reshape(1, 1, 28, 28).expand(n_samples, -1, -1, -1)).exp()
    for module, mode in modes.items():
        module.training = mode
    return probabilities
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: how do I find the dropout layers?</summary>
#
# `model.modules()` goes through all of them, however deep.
# `isinstance(module, nn.Dropout)` finds one kind.
# The kinds with a number are not subclasses of it, so ask for each of them.
# </details>
#
# <details><summary>Hint: <code>ValueError: expected 4D input (got 3D input)</code></summary>
#
# The model wants a batch.
# A single image `(1, 28, 28)` lacks a dimension at the front, and `(1, 1, 28, 28)` has it already.
# Which function turns both into the same shape?
# </details>

# %% check="mc_dropout" points=3
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
torch.manual_seed(8)
inner = nn.Sequential(nn.Flatten(2), nn.BatchNorm1d(1))  # (n, 1, 784)
layers = nn.BatchNorm2d(1), nn.Dropout2d(0.0), inner, nn.Flatten(), nn.Linear(784, 10), nn.Dropout(0.0)
model = nn.Sequential(*layers, nn.LogSoftmax(dim=1)).to(device).eval()
working = {module: [] for module in model.modules()}  # the modes of each module, whenever it is used
for module, modes in working.items():
    module.register_forward_hook(lambda module, inputs, output, modes=modes: modes.append(module.training))
image = torch.linspace(-1, 1, 784).reshape(1, 28, 28).to(device)
given = image.clone()
samples = mc_dropout(model, image, 4)
check.equal(
    any(any(working[norm]) for norm in (layers[0], inner[1])),
    False,
    "batch norm in training mode during mc_dropout(…)",
    mistakes={"mc_dropout(…) switches a batch norm layer too. Only dropout layers may be in training mode.": True},
)
check.equal(
    any(any(modes) for module, modes in working.items() if module not in (layers[1], layers[5])),
    False,
    "another module than dropout in training mode during mc_dropout(…)",
    mistakes={"mc_dropout(…) puts more than the dropout layers into training mode.": True},
)
check.equal(
    all(working[layers[5]]),
    True,
    "nn.Dropout in training mode during mc_dropout(…)",
    mistakes={"mc_dropout(…) asks with dropout switched off. Which mode do the dropout layers need?": False},
)
check.equal(
    all(working[layers[1]]),
    True,
    "nn.Dropout2d in training mode during mc_dropout(…)",
    mistakes={"mc_dropout(…) leaves nn.Dropout2d off. Is every kind of dropout an nn.Dropout?": False},
)
check.equal(
    (layers[1].p, layers[5].p) == (0.0, 0.0),
    True,
    "whether p of both dropout layers stays in mc_dropout(…)",
    mistakes={"mc_dropout(…) changes the p of a dropout layer. It asks the model as it is.": False},
)
# With p=0 nothing is dropped, and all answers are the same.
pixels = given.reshape(1, 784) / (1 + 1e-5)  # the first averages of either batch norm are 0 and 1
log_probs = F.linear(pixels, layers[4].weight, layers[4].bias).log_softmax(dim=1).detach().repeat(4, 1)
check.close(
    samples,
    log_probs.exp(),
    "mc_dropout(model, image, 4) with p=0",
    mistakes={
        "mc_dropout(…) gives log-probabilities. Probabilities are wanted.": log_probs,
        "mc_dropout(…) gives the mean of all answers. One row per answer is wanted.": log_probs[0].exp(),
        "mc_dropout(…) gives a single answer.": log_probs[:1].exp(),
        "mc_dropout(…) gives the predicted classes. The probabilities of all ten are wanted.": log_probs.argmax(dim=1),
        "mc_dropout(…) has shape (n_samples, 1, 10). Each answer is one row.": log_probs[:, None].exp(),
        "mc_dropout(…) sends probabilities through softmax once more.": log_probs.exp().softmax(dim=1),
        "mc_dropout(…) gives 100 answers, whatever n_samples is.": log_probs[:1].repeat(100, 1).exp(),
        "mc_dropout(…) gives back the image. What does the model say of it?": given,
    },
)
check.unchanged(image, given, "image")
recording, taking = torch.is_grad_enabled(), layers[4].weight.requires_grad
torch.set_grad_enabled(True)
layers[4].requires_grad_(True)
check.equal(
    (recording, taking),
    (True, True),
    "recording, and requires_grad of a weight, after mc_dropout(…)",
    mistakes={
        "mc_dropout(…) switches recording off for good, so that nothing can be trained afterwards.": (False, True),
        "mc_dropout(…) freezes the weights, so that nothing can be trained afterwards.": (True, False),
    },
)
check.close(mc_dropout(model, given[None], 4), log_probs.exp(), "mc_dropout(model, image, 4) of an image (1, 1, 28, 28)")
# Of the model, of its first two layers, of the container inside, of its two layers, and of the other four.
off = [False] * 10
on = [False, False, True, False, False, False, False, False, True, False]  # dropout alone
mixed = [True, False, True, False, True, True, True, False, True, True]
for modes in (off, [True] * 10, mixed):
    for module, mode in zip(model.modules(), modes, strict=True):
        module.training = mode
    for seen in working.values():
        seen.clear()
    mc_dropout(model, image, 2)
    found = [module.training for module in model.modules()]
    check.equal(
        any(any(seen) for module, seen in working.items() if module not in (layers[1], layers[5])),
        False,
        f"another module than dropout in training mode during mc_dropout(…), before which the modes were {modes}",
        mistakes={"mc_dropout(…) leaves layers in training mode that were in it. Which ones may be, while it asks?": True},
    )
    check.equal(
        found,
        modes,
        f"the modes after mc_dropout(…), before which they were {modes}",
        mistakes={
            "mc_dropout(…) leaves dropout on and all else off. Each module has a mode of its own to go back to.": on,
            "mc_dropout(…) leaves the model in inference mode.": off,
            "mc_dropout(…) leaves every module in training mode. Each has a mode of its own to go back to.": [True] * 10,
            "mc_dropout(…) gives the modules inside a layer that layer's mode. Each has one of its own to go back to.": [
                *modes[:4],
                modes[3],
                modes[3],
                *modes[6:],
            ],
            "mc_dropout(…) leaves some modules in another mode than before. Each has one of its own to go back to.": found,
        },
    )
model.eval()
layers[5].p = 0.5
samples, others = mc_dropout(model, image), mc_dropout(model, image)
check.shape(samples, (100, 10), "mc_dropout(model, image)")
check.equal(
    len(samples.detach().unique(dim=0)) > 50,
    True,
    "whether 100 answers of mc_dropout(model, image) with p=0.5 differ",
    mistakes={"mc_dropout(…) gives the same answer again and again. Is dropout drawn anew for each?": False},
)
check.equal(
    torch.equal(samples, others),
    False,
    "whether two calls of mc_dropout(model, image) with p=0.5 give the same",
    mistakes={"mc_dropout(…) gives the same answers at every call. Does it set a seed?": True},
)
check.equal(
    len(mc_dropout(nn.Sequential(model), image).detach().unique(dim=0)) > 1,
    True,
    "whether the answers of mc_dropout(nn.Sequential(model), image) differ",
    mistakes={"mc_dropout(…) leaves off a dropout layer that lies deeper in the model. What goes through all modules?": False},
)
### BEGIN HIDDEN TESTS
torch.manual_seed(10)
kinds = nn.Dropout2d(0.0), nn.Dropout1d(0.0), nn.Dropout3d(0.0), nn.Dropout(0.0)
shaped = nn.Sequential(nn.Flatten(2), kinds[1], nn.Unflatten(2, (3, 4, 3)), kinds[2])  # (n, 2, 36), (n, 2, 3, 4, 3)
first = nn.Sequential(nn.Conv2d(1, 2, 3, stride=5, padding=1), nn.BatchNorm2d(2), kinds[0])  # (n, 2, 6, 6)
third = nn.Sequential(nn.BatchNorm3d(2), nn.Flatten(), nn.RReLU())  # which is random in training mode
last = nn.Sequential(third, nn.Linear(72, 10), kinds[3], nn.LogSoftmax(dim=1))
model = nn.Sequential(first, shaped, last).to(device).eval()
model[0][1].running_mean.fill_(0.3)
model[0][1].running_var.fill_(2.0)
before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
image = torch.randn(1, 1, 28, 28).to(device)
given = image.clone()
with torch.no_grad():
    wanted = model(image).exp()
check.close(mc_dropout(model, image, n_samples=7), wanted.repeat(7, 1), "mc_dropout(model, image, 7) with p=0")
check.close(mc_dropout(model, image[0], 1), wanted, "mc_dropout(model, image, 1) of an image (1, 28, 28)")
check.unchanged(image, given, "image")
check.unchanged(dict(model.state_dict()), before, "the state of the model")
for kind in kinds:
    kind.p = 0.5
    differ = len(mc_dropout(model, image, 30).detach().unique(dim=0)) > 1
    check.equal(
        differ,
        True,
        f"whether the answers of mc_dropout(…) differ with nn.{type(kind).__name__} alone",
        mistakes={"mc_dropout(…) leaves a dropout layer off. Is it of another kind, or deeper in the model?": False},
    )
    kind.p = 0.0
kinds[3].p = 0.5
samples = mc_dropout(model.train(), image, 12)
check.shape(samples, (12, 10), "mc_dropout(model, image, 12)")
check.close(samples.sum(dim=1), torch.ones(12), "the sum of each answer")
check.equal(
    all(module.training for module in model.modules()), True, "training mode after mc_dropout(…) of model.train()"
)
### END HIDDEN TESTS

# %% [markdown]
# Your network with dropout is asked about each of 300 validation images, a hundred times.
# The picture shows the image on which the hundred answers agree best, and the one on which they agree least.
# The bars count how often each class was predicted.
# Below it, the softmax of one ordinary answer is put to the same test: as many images, those of which it is surest.
#
# (`mc_dropout` finds the `nn.Dropout` layers of your `ClassifierDropout`.
# If you wrote that with `F.dropout`, all hundred answers are the same.)

# %% show="A hundred answers to each of 300 images" tags=["nbval-ignore-output"]
if "with dropout" in histories:
    with check.when_written():
        torch.manual_seed(0)
        asked, true = val_images[:300], val_labels[:300].cpu()
        samples = torch.stack([mc_dropout(dropout_network, image) for image in asked]).cpu()  # (300, 100, 10)
        votes = F.one_hot(samples.argmax(dim=2), 10).sum(dim=1)  # (300, 10)
        most, winner = votes.max(dim=1)

        _, axes = plt.subplots(2, 2, figsize=(8, 4.0), width_ratios=[1, 2], layout="constrained")
        for (left, right), index in zip(axes, (most.argmax(), most.argmin()), strict=True):
            left.imshow(asked[index, 0].cpu(), cmap="gray")
            left.set_title(f"label: {train_set.classes[int(true[index])]}", fontsize=10)
            left.axis("off")
            right.bar_label(right.barh(train_set.classes, votes[index], color=BLUE), padding=3, fontsize=8)
            right.set(xlim=(0, 115))
            right.set_title(f"{train_set.classes[int(winner[index])]}: {most[index]} of 100 answers", fontsize=10)
            right.tick_params(labelsize=8)
            right.invert_yaxis()
            right.spines[["top", "right"]].set_visible(False)
        _ = axes[0, 0].figure.suptitle(
            "A hundred answers agree on a clear image (above), and differ on a doubtful one (below)", fontsize=11
        )

        dropout_network.eval()
        with torch.no_grad():
            softmax = dropout_network(asked).exp().cpu()
        sure, guess = softmax.max(dim=1)
        agree = int((most >= 95).sum())
        for name, certainty, chosen in (("hundred answers", most, winner), ("one softmax", sure, guess)):
            hits = (chosen == true)[certainty.argsort(descending=True, stable=True)].float()
            print(f"{name:16} the {agree} surest images {hits[:agree].mean():.0%} right, the others {hits[agree:].mean():.0%}")
        for name, shares in (("mean of hundred", samples.mean(dim=1)), ("one softmax", softmax)):
            loss, right = F.nll_loss(shares.log(), true), (shares.argmax(dim=1) == true).float().mean()
            print(f"{name:16} loss {loss:.2f}, on average {shares.amax(dim=1).mean():.2f} sure, and right in {right:.2f}")
else:
    print("This picture needs your ClassifierDropout and fit.")

# %% [markdown]
# Where the hundred answers agree, the network is mostly right; where they do not, a person should look.
# That is worth more than a few points of accuracy, wherever a wrong answer costs something.
#
# But a single softmax finds the doubtful images equally well, at a hundredth of the cost.
# With twelve other seeds and 2,000 drawn images, we took all images on which at least 95 of a hundred answers agreed: 91 to 97% of those were right.
# Of as many images on which the plain softmax was surest, 94 to 96% were right.
# What the hundred answers do better is calibration: their mean is less sure of itself, and its loss is lower (0.41 to 0.52 instead of 0.45 to 0.58 after 40 epochs).
# At the best epoch, where the network is better calibrated already, even that gain is small (0.02 at most, and sometimes none).
# So compare with the plain softmax before you pay for more.

# %% [markdown]
# ## Break it
#
# The task above said what dropout does to log-probabilities.
# Guess how far the validation accuracy falls when each log-probability is dropped with p = 0.2, then run the cell.
# What would p = 0.01 do?

# %% show="Dropout on log-probabilities" tags=["nbval-ignore-output"]
with torch.no_grad():
    val_log_probs = network(val_images)
for p in (0.0, 0.2):
    broken = F.dropout(val_log_probs, p)
    print(f"p = {p}: {(broken.argmax(dim=1) == val_labels).float().mean():.2f} of the validation images are right")

# %% [markdown]
# ## Your own data
#
# - You have 3,000 photographs from ten shops, 300 from each. How do you divide them into three piles, if the network is meant for an eleventh shop?
# - One class makes up 2% of your images. How good is an accuracy of 98% then, and what would you print beside it?

# %% [markdown]
# ## What you have learnt
#
# - There are three piles of images: one to learn from, one to choose hyperparameters by, and one to open once.
# - Overfitting: the training loss goes on falling while the validation loss turns and rises.
# - A network is calibrated if it is right as often as it claims. Overfitting makes it claim too much.
# - `eval()` changes what is computed, `no_grad()` what is remembered. A measurement needs both, and puts the modes back.
# - A mean over examples weighs each batch by its size.
# - Dropout sets hidden units to 0 at random while training, scales what it keeps by 1/(1-p), and does nothing in inference.
# - Dropout and weight decay both hold overfitting back. How much of them, and which epoch, the validation loss decides.
# - Dropout that stays on while you ask shows how unsure the network is. So does its softmax: compare.
#
# ## Mistakes that the checks of this lesson look for
#
# | mistake | why people make it |
# |---|---|
# | `(n, 1)` compared with `(n,)` | `topk(1)` keeps a dimension, broadcasting accepts it, and the result is a number between 0 and 1. |
# | the largest of each column | For as many images as classes, `dim=0` gives a result of the right shape. |
# | the mean of the batches' means, or `* loader.batch_size` | All batches are equal but one, so the error is small. |
# | a loss of its own, though there is a `criterion` | The name of the usual loss comes to mind first. |
# | the last batch's loss reported as the epoch's | After the loop, `loss` still holds a number. |
# | `eval()` forgotten, or `no_grad()` in its place | They stand side by side before a measurement, so they seem to be one thing. |
# | `train()` forgotten after `eval()` | The mode is a state that nobody sees; the training goes on, without dropout. |
# | `requires_grad_(False)` instead of `no_grad()` | It stops the recording too, and stays until somebody switches it back. |
# | training on the validation images | The inner loop is copied for the second loader, steps included. |
# | `model.train()` to put the modes back | It is right for a model that was in training mode, all of it. |
# | `F.dropout(x, p)` without `training=` | It looks like `F.relu(x)`, which needs no mode. |
# | dropout on the output or the pixels | "After each layer" is easily read as after every line. |
# | `nn.Dropout1d`, `nn.AlphaDropout`, one mask for a batch | They are called dropout, and drop something else. |
# | the best epoch by training loss, by the last minimum or before the first rise | `min` with the wrong list, `<=` in a loop, or a loop that ends too soon. |
# | `fit` that ends early, or brings back the best weights | Many training loops do so. |
# | `model.train()` for Monte Carlo dropout | It does switch dropout on, and batch norm with it. |
#
# ## Where to read on
#
# - Goodfellow, Bengio and Courville, *Deep Learning*, chapter 7: [Regularization for deep learning](https://www.deeplearningbook.org/contents/regularization.html), with a section on dropout; for the three piles, section 5.3 of [chapter 5](https://www.deeplearningbook.org/contents/ml.html).
# - PyTorch's pages on [`nn.Dropout`](https://docs.pytorch.org/docs/stable/generated/torch.nn.Dropout.html), [`Module.eval`](https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.eval), and [the difference between `eval` and `no_grad`](https://docs.pytorch.org/docs/stable/notes/autograd.html#locally-disabling-gradient-computation).
# - Gal and Ghahramani, [Dropout as a Bayesian approximation](https://arxiv.org/abs/1506.02142), for Monte Carlo dropout.
#
# **Next:** [Saving and loading](../06_saving_loading/06_saving_loading.ipynb). There you keep the best network, and get it back.
