# %% [markdown]
# Right and wrong answers to the tasks of lesson 08. A wrong one says the sentence that its learner must read.
# Those to the scripts change the solution's, by `write` and `edit`.

# %% right="corruption"
corruption = "Rotation"


# %% right="corruption"
corruption = ["noise", "blur", "rotation"][2] + " "


# %% wrong="corruption" says="corruption is not noise: the paper between the strokes is as dark as in the clean digit."
corruption = "noise"


# %% wrong="corruption" says="corruption is not blur: the strokes are as narrow as in the clean digit."
corruption = "BLUR"


# %% wrong="corruption" says="corruption is not occlusion: no part of a digit is covered."
corruption = "occlusion"


# %% wrong="corruption" says="corruption is not inversion: the ink is still bright on dark paper."
corruption = "inversion"


# %% wrong="corruption" says="corruption is none of the five words. Which of them names the damage?"
corruption = "rotated"


# %% wrong="corruption" says="corruption is no text. Write one of the five words between quotes."
corruption = 3


# %% wrong="corruption" says="Not yet: `corruption` still needs your code."
corruption = ...


# %% right="corruption"
corruption = "  ROTATION\n"


# %% right="largest_angle"
largest_angle = 45.5


# %% right="largest_angle"
largest_angle = max(range(0, 60, 4))


# %% right="largest_angle"
largest_angle = np.float32(40)


# %% wrong="largest_angle" says="largest_angle is the usual angle, about half of it. Where does the plateau end?"
largest_angle = 25


# %% wrong="largest_angle" says="largest_angle is far too small. Is it in degrees, and the largest one, not the mean?"
largest_angle = math.radians(50)


# %% wrong="largest_angle" says="largest_angle spans both sides. How far is it from the middle to one side?"
largest_angle = 100


# %% wrong="largest_angle" says="largest_angle has a sign. Give the size of the angle."
largest_angle = -50


# %% wrong="largest_angle" says="largest_angle is too large. The farthest 1s leaned before they were turned. Where is the middle of the slope?"
largest_angle = 75


# %% wrong="largest_angle" says="largest_angle is more than 10 degrees away. Where is the middle of each slope?"
largest_angle = 38.5


# %% right="largest_angle"
largest_angle = 60


# %% wrong="largest_angle" says="largest_angle is too large. The farthest 1s leaned before they were turned. Where is the middle of the slope?"
largest_angle = 60.4


# %% wrong="largest_angle" says="largest_angle is a str, wanted a Python float."
largest_angle = "50 degrees"


# %% right="largest_angle"
largest_angle = torch.tensor(47.3)


# %% right="largest_angle"
largest_angle = (55 + 45) / 2


# %% [markdown]
# scripts/model.py

# %% right="model_script"
write("model.py", '''
import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self, width=32):
        super().__init__()
        self.hidden = nn.ModuleList([nn.Linear(784, width), nn.Linear(width, width)])
        self.output = nn.Linear(width, 10)

    def forward(self, x):
        if tuple(x.shape[1:]) != (1, 28, 28):
            raise ValueError("Expected each sample to have shape [1, 28, 28], but got " + str(list(x.shape)))
        x = x.reshape(len(x), -1)
        for layer in self.hidden:
            x = F.dropout(torch.tanh(layer(x)), 0.2, self.training)
        return self.output(x)
''')


# %% right="model_script"
write("model.py", '''
"""One convolution, and a mean over the whole image."""
from torch import nn

SHAPE = (1, 28, 28)


class ShapeError(ValueError):
    pass


class Net(nn.Sequential):
    def __init__(self):
        super().__init__(
            nn.Conv2d(1, 8, 5, stride=2), nn.LeakyReLU(), nn.AdaptiveAvgPool2d(3), nn.Flatten(), nn.Linear(72, 10)
        )

    def forward(self, images):
        batch, *size = images.size()
        if tuple(size) != SHAPE:
            raise ShapeError(f"wanted N x {' x '.join(map(str, SHAPE))}; this is {images.shape}")
        return super().forward(images)
''')


# %% wrong="model_script" says="Net() gives probabilities. Logits come from the last linear layer, without a softmax."
edit("model.py", "return self.layers(images)", "return self.layers(images).softmax(dim=1)")


# %% wrong="model_script" says="Net() gives log-probabilities. Logits come from the last linear layer, without a log-softmax."
edit("model.py", "nn.Linear(64 * 3 * 3, 10),", "nn.Linear(64 * 3 * 3, 10), nn.LogSoftmax(dim=1),")


# %% wrong="model_script" says="Net() gives no negative logits. Is there a ReLU behind the last layer?"
edit("model.py", "nn.Linear(64 * 3 * 3, 10),", "nn.Linear(64 * 3 * 3, 10), nn.ReLU(),")


# %% wrong="model_script" says="Net() gives numbers between 0 and 1. Is there a sigmoid behind the last layer?"
edit("model.py", "return self.layers(images)", "return self.layers(images).sigmoid()")


# %% wrong="model_script" says="Net() gives the same logits for every image. Does it use them?"
edit("model.py", "return self.layers(images)", "return images.new_zeros(len(images), 10)")


# %% wrong="model_script" says="Net()(images) has shape (6, 1, 28, 28), wanted (6, 10)."
edit("model.py", "return self.layers(images)", "return images")


# %% wrong="model_script" says="Net()(images) is None, wanted a tensor of shape (6, 10). Does it return its result?"
edit("model.py", "return self.layers(images)", "self.layers(images)")


# %% wrong="model_script" says="Net() gives one row for the whole batch. Does it flatten each image on its own, from dimension 1 on?"
edit("model.py", "return self.layers(images)", "return self.layers(images).mean(dim=0, keepdim=True)")


# %% wrong="model_script" says="Net() takes images of shape (6, 3, 28, 28) and says nothing. Raise a ValueError."
edit("model.py", "if images.ndim != 4 or images.shape[1:] != (1, 28, 28):", "images = images[:, :1]\n        if images.ndim != 4:")


# %% wrong="model_script" says="Net() leaves the error to torch. Look at the shape first, and raise a ValueError."
edit("model.py", "images.ndim != 4 or images.shape[1:] != (1, 28, 28)", "False")


# %% wrong="model_script" says="The error's message does not name the given shape."
edit("model.py", ", got {tuple(images.shape)}.", ".")


# %% wrong="model_script" says="The error's message does not name the expected shape."
edit("model.py", "Expected images of shape (n, 1, 28, 28), got", "Wrong shape")


# %% wrong="model_script" says="The error's message names neither the expected nor the given shape."
edit("model.py", 'f"Expected images of shape (n, 1, 28, 28), got {tuple(images.shape)}."', '"Wrong shape"')


# %% wrong="model_script" says="Net() raises no ValueError for images of shape (7, 1, 32, 32). Look at the shape before anything else."
edit("model.py", "images.ndim != 4 or images.shape[1:] != (1, 28, 28)", "images.ndim != 4 or images.shape[1] != 1")


# %% wrong="model_script" says="Net() in inference mode gives another answer each time. Does its dropout follow the mode?"
edit("model.py", "return self.layers(images)", "return nn.functional.dropout(self.layers(images), 0.3)")


# %% wrong="model_script" says="Net() in inference mode gives an image other logits when it comes alone. Do the images of a batch mix?"
edit("model.py", "return self.layers(images)", "logits = self.layers(images)\n        return logits - logits.mean(dim=0)")


# %% wrong="model_script" says="A second Net() with the first one's state_dict answers otherwise. Is each layer registered, and not in a plain list?"
write("model.py", '''
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(784, 30), nn.ReLU()]
        self.output = nn.Linear(30, 10)

    def forward(self, x):
        if x.shape[1:] != (1, 28, 28):
            raise ValueError(f"got {tuple(x.shape)}, but (n, 1, 28, 28) is expected")
        x = x.flatten(1)
        for layer in self.layers:
            x = layer(x)
        return self.output(x)
''')


# %% wrong="model_script" says="scripts/model.py fails: ImportError: cannot import name 'Net' from 'model' (scripts/model.py)"
edit("model.py", "class Net(", "class Network(")


# %% wrong="model_script" says="scripts/model.py fails: TypeError: Net.__init__() missing 1 required positional argument: 'hidden'. Net needs 1 more argument: `hidden`."
edit("model.py", "def __init__(self)", "def __init__(self, hidden)")


# %% wrong="model_script" says="scripts/model.py, line 5: Python refuses this line: expected '('."
write("model.py", "from torch import nn\n\n\nclass Net(nn.Module):\n    def forward self, x:\n        return x\n")


# %% wrong="model_script" says="Not yet: `model_script` still needs your code."
edit("model.py", "return self.layers(images)", 'raise SystemExit("model.py is not written yet.")')


# %% right="model_script"
write("model.py", '''
import torch
import torch.nn as nn


def block(i, o):
    return nn.Sequential(nn.Conv2d(i, o, 3, padding="same", bias=False), nn.GroupNorm(4, o), nn.SiLU(), nn.MaxPool2d(2))


class Net(nn.Module):
    def __init__(self, classes=10):
        super().__init__()
        self.body = nn.Sequential(block(1, 8), block(8, 16), nn.Flatten(1), nn.LazyLinear(classes))
        self.body(torch.zeros(1, 1, 28, 28))

    def forward(self, x):
        want, got = (1, 28, 28), tuple(x.shape[1:])
        if x.dim() != 4 or got != want:
            raise ValueError(f"expected (N, 1, 28, 28) but got {list(x.shape)}")
        return self.body(x)
''')


# %% right="model_script"
edit("model.py", "if images.ndim != 4 or images.shape[1:] != (1, 28, 28):", "if list(images.shape) != [images.shape[0], 1, 28, 28]:")


# %% [markdown]
# scripts/data.py

# %% right="data_script"
write("data.py", '''
import os
import subprocess

import torch
from torch.utils.data import TensorDataset

HERE = os.path.dirname(os.path.abspath(__file__))


def corrupt_mnist(root=None):
    if root is None:
        root = os.path.join(HERE, "data", "corrupt_mnist")
        if not os.path.isdir(root):
            subprocess.run(["kindling", "data", "corrupt-mnist", root], check=True)
    files = {}
    for name in ["train_images", "train_labels", "test_images", "test_labels"]:
        files[name] = torch.load(os.path.join(root, name + ".pt"))
    flat = files["train_images"].numpy()
    mean, std = float(flat.mean()), float(flat.std())
    sets = []
    for part in ["train", "test"]:
        images = (files[part + "_images"][:, None, :, :] - mean) / std
        sets.append(TensorDataset(images, files[part + "_labels"].long()))
    return sets[0], sets[1]
''')


# %% right="data_script"
edit("data.py", "std = train_images.mean(), train_images.std()", "std = train_images.double().mean(), train_images.double().std(unbiased=False)")
edit("data.py", "((images - mean) / std).unsqueeze(dim=1)", "((images - mean) / std).float().view(-1, 1, 28, 28)")


# %% wrong="data_script" says="The training images are as in the file. Normalise them."
edit("data.py", "(images - mean) / std", "images")


# %% wrong="data_script" says="The training images lack the dimension for the channel, (1, 28, 28)."
edit("data.py", "((images - mean) / std).unsqueeze(dim=1)", "(images - mean) / std")


# %% wrong="data_script" says="The training images are normalised image by image. One mean is for all pixels of all images."
edit("data.py", "(images - mean) / std", "(images - images.mean((1, 2), keepdim=True)) / images.std((1, 2), keepdim=True)")


# %% wrong="data_script" says="The training images are normalised place by place. One mean is for all pixels of all images."
edit("data.py", "train_images.mean(), train_images.std()", "train_images.mean(dim=0), train_images.std(dim=0)")


# %% wrong="data_script" says="The training images have mean 0, but are not divided by the deviation."
edit("data.py", "(images - mean) / std", "images - mean")


# %% wrong="data_script" says="The test images are normalised with their own mean. Use that of the training images."
edit("data.py", "(images - mean) / std", "(images - images.mean()) / images.std()")


# %% wrong="data_script" says="The test images are as in the file. Normalise them with the training images' mean and deviation."
edit("data.py", "((images - mean) / std)", '((images - mean) / std if split == "train" else images)')


# %% wrong="data_script" says="the training images is 0 at [19, 0, 9, 13], wanted -1.117, the largest of 27132 differences. Every negative number has become 0: is there a ReLU after the last step?"
edit("data.py", "((images - mean) / std)", "((images - mean) / std).relu()")


# %% wrong="data_script" says="corrupt_mnist(root)[1] is 'list', wanted 'TensorDataset'."
edit("data.py", "return TensorDataset(((images - mean) / std).unsqueeze(dim=1), labels)", "return list(zip(((images - mean) / std).unsqueeze(dim=1), labels))")


# %% wrong="data_script" says="corrupt_mnist(root)[0] is 'list', wanted 'a pair of 2'."
edit("data.py", 'return dataset("train"), dataset("test")', 'return [dataset("train"), dataset("test")]')


# %% wrong="data_script" says="the labels[0] is 9 at [0], wanted 0, the largest of 60 differences. The numbers are in reverse order."
edit("data.py", "unsqueeze(dim=1), labels)", "unsqueeze(dim=1), labels.flip(0))")


# %% wrong="data_script" says="The labels are float32. Class numbers are int64."
edit("data.py", "unsqueeze(dim=1), labels)", "unsqueeze(dim=1), labels.float())")


# %% wrong="data_script" says="corrupt_mnist() does not use the files in data/corrupt_mnist beside data.py, although they are there."
edit("data.py", 'Path(__file__).resolve().parent / "data" / "corrupt_mnist"', 'Path("data/corrupt_mnist")')


# %% wrong="data_script" says="scripts/data.py fails: FileNotFoundError: [Errno 2] No such file or directory: 'scripts/data/corrupt_mnist/train_images.pt'. There is no folder corrupt_mnist: is it meant from another folder, or not made yet?"
edit("data.py", 'if not (root / "test_labels.pt").exists():', "if False:")


# %% right="data_script"
write("data.py", '''
from pathlib import Path
import torch
from torch.utils.data import TensorDataset
import kindling.data as kd


def corrupt_mnist(root=None):
    root = Path(root) if root is not None else Path(__file__).parent.joinpath("data", "corrupt_mnist")
    if not (root / "train_images.pt").is_file():
        kd.corrupt_mnist(root)
    load = lambda n: torch.load(open(root / (n + ".pt"), "rb"), map_location="cpu")
    x, y, xt, yt = map(load, ["train_images", "train_labels", "test_images", "test_labels"])
    std, mean = torch.std_mean(x)
    x.sub_(mean).div_(std)
    xt.sub_(mean).div_(std)
    return (TensorDataset(x.view(-1, 1, 28, 28), y), TensorDataset(xt.view(-1, 1, 28, 28), yt))
''')


# %% wrong="data_script" says="The images are normalised with the numbers that are usual for MNIST. These images have a mean and a deviation of their own."
edit("data.py", "train_images.mean(), train_images.std()", "0.1307, 0.3081")


# %% wrong="data_script" says="The images are brought to [-1, 1]. Use the mean and the deviation of the training pixels."
edit("data.py", "(images - mean) / std", "(images - 0.5) / 0.5")


# %% wrong="data_script" says="The mean and the deviation are those of both sets together. Use those of the training images alone."
edit("data.py", "    mean, std = train_images.mean(), train_images.std()", '    every = torch.cat([train_images, torch.load(root / "test_images.pt", weights_only=True)])\n    mean, std = every.mean(), every.std()')


# %% wrong="data_script" says="The images are divided by the variance. Which of the two is wanted?"
edit("data.py", "train_images.std()", "train_images.var()")


# %% wrong="data_script" says="corrupt_mnist() does not find data/corrupt_mnist beside data.py when it is called in another folder. Where does its path begin?"
edit("data.py", 'Path(__file__).resolve().parent / "data" / "corrupt_mnist"', 'Path("data/corrupt_mnist")')
edit("data.py", 'if not (root / "test_labels.pt").exists():', "if False:")


# %% right="data_script"
edit("data.py", "    return dataset(\"train\"), dataset(\"test\")", "    sets = tuple(map(dataset, (\"train\", \"test\")))\n    return sets")
edit("data.py", "labels)\n\n", "labels.clone().to(torch.long))\n\n")


# %% [markdown]
# scripts/main.py train

# %% right="train_command"
write("main.py", '''
import os
import sys

import matplotlib
import torch
from data import corrupt_mnist
from model import Net

matplotlib.use("agg")
from matplotlib.figure import Figure

values = {"--epochs": "2", "--lr": "0.1", "--data": None, "--out": "."}
values.update(zip(sys.argv[2::2], sys.argv[3::2]))


def fit():
    train_set, _ = corrupt_mnist(values["--data"])
    net = Net()
    optimizer = torch.optim.SGD(net.parameters(), lr=float(values["--lr"]))
    curve = []
    for epoch in range(int(values["--epochs"])):
        for step, (x, y) in enumerate(torch.utils.data.DataLoader(train_set, 128, shuffle=True)):
            loss = torch.nn.functional.cross_entropy(net(x), y)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            curve.append(float(loss.detach()))
            print(f"\\repoch {epoch}, step {step}", end="", file=sys.stderr)
    os.makedirs(values["--out"], exist_ok=True)
    torch.save({"state_dict": net.state_dict(), "epochs": epoch + 1}, os.path.join(values["--out"], "trained_model.pt"))
    figure = Figure()
    axes = figure.subplots()
    axes.semilogy(curve)
    axes.set_xlabel("step")
    axes.set_ylabel("loss")
    figure.savefig(os.path.join(values["--out"], "training_curve.png"))


if sys.argv[1] == "train":
    fit()
''')


# %% right="train_command"
edit("main.py", "losses.append(loss.item())", "losses.append(loss.item()); plt.close()")
edit("main.py", 'xlabel="training step", ylabel="training loss"', 'xlabel="Schritt", ylabel="Verlust"')
edit("main.py", "torch.save(model.state_dict(), ", 'torch.save({"model": model.state_dict(), "lr": lr}, ')


# %% right="train_command"
edit("main.py", "from rich.progress import track", "from tqdm import tqdm")
edit("main.py", 'track(loader, description=f"Epoch {epoch}")', 'tqdm(loader, desc=f"Epoch {epoch}")')


# %% wrong="train_command" says="`python main.py train` prints nothing. Show how far the training is, with a progress bar."
edit("main.py", 'track(loader, description=f"Epoch {epoch}")', "loader")
edit("main.py", 'print(f"The network and its training curve are in {out}.")', "")
edit("main.py", 'print(f"Validation accuracy after epoch {epoch}: {share:.3f}")', "pass")


# %% wrong="train_command" says="`python main.py train --epochs 1 --data bars --out new/out` ends with exit code 1, and its last line is \"RuntimeError: Parent directory new/out does not exist.\". A file is to be written to the folder out, which is not there. What makes a folder?"
edit("main.py", "out.mkdir(parents=True, exist_ok=True)", "")


# %% wrong="train_command" says="trained_model.pt was not written to the folder that --out names."
edit("main.py", 'out / "trained_model.pt"', '"trained_model.pt"')


# %% wrong="train_command" says="trained_model.pt does not load with weights_only=True. Save the state_dict, not the model itself."
edit("main.py", "torch.save(model.state_dict(), ", "torch.save(model, ")


# %% wrong="train_command" says="training_curve.png was not written to the folder that --out names."
edit("main.py", 'plt.savefig(out / "training_curve.png")', "")


# %% wrong="train_command" says="training_curve.png is blank. Is it saved before `plt.show()` or `plt.close()`?"
edit("main.py", 'plt.savefig(out / "training_curve.png")', 'plt.close()\n    plt.savefig(out / "training_curve.png")')


# %% wrong="train_command" says="The axes of training_curve.png have no names. Name them with `xlabel` and `ylabel`."
edit("main.py", 'ax.set(xlabel="training step", ylabel="training loss", ', "ax.set(")


# %% wrong="train_command" says="Only one axis of training_curve.png has a name."
edit("main.py", 'xlabel="training step", ', "")


# %% wrong="train_command" says="The axes of training_curve.png are swapped. The training step goes to the right, the loss upwards."
edit("main.py", 'xlabel="training step", ylabel="training loss"', 'ylabel="training step", xlabel="training loss"')


# %% wrong="train_command" says="training_curve.png has one point for one epoch. It shows the loss of every training step."
edit("main.py", "losses.append(loss.item())", "pass")
edit("main.py", "    out.mkdir", "    losses = [loss.item() for _ in range(epochs)]\n    out.mkdir")


# %% wrong="train_command" says="training_curve.png is no longer for --epochs 3 than for --epochs 1. Does `train` use its argument?"
edit("main.py", "train(given.epochs, ", "train(1, ")


# %% wrong="train_command" says="A training with --lr 1e-12 learns as if the rate were another. Does `train` use its argument?"
edit("main.py", "given.lr,", "0.01,")


# %% wrong="train_command" says="training_curve.png is the same for two trainings that differ. Does it show this training's losses?"
edit("main.py", 'plt.savefig(out / "training_curve.png")', '''from PIL import Image
    Image.linear_gradient("L").save(out / "training_curve.png")''')


# %% wrong="train_command" says="Not yet: `train_command` still needs your code."
edit("main.py", "torch.manual_seed(8)", 'raise SystemExit("main.py is not written yet.")')


# %% wrong="train_command" says="scripts/model.py is not written yet, and `python main.py train --epochs 1 --data bars --out new/out` needs it."
edit("model.py", "super().__init__()", 'raise SystemExit("model.py is not written yet.")')


# %% right="train_command"
write("main.py", '''
import argparse, pathlib, sys, torch
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from data import corrupt_mnist
from model import Net


def train(a):
    train_set, test_set = corrupt_mnist(a.data)
    x, y = train_set.tensors
    model = Net()
    velocity = [torch.zeros_like(p) for p in model.parameters()]
    losses = []
    for e in range(a.epochs):
        order = torch.randperm(len(x)).split(50)
        for i, rows in enumerate(order):
            loss = torch.nn.functional.cross_entropy(model(x[rows]), y[rows])
            grads = torch.autograd.grad(loss, list(model.parameters()))
            with torch.no_grad():
                for p, v, g in zip(model.parameters(), velocity, grads):
                    v.mul_(0.9).add_(g)
                    p.sub_(a.lr * v)
            losses.append(loss.item())
            print(f"{i + 1}/{len(order)} loss {loss.item():.3f}")
    a.out.mkdir(parents=True, exist_ok=True)
    torch.save(dict(model=model.state_dict(), losses=losses), a.out / "trained_model.pt")
    fig, ax = plt.subplots()
    ax.plot(np.arange(len(losses)), losses, alpha=0.3)
    ax.plot(np.convolve(losses, np.ones(5) / 5, "valid"))
    ax.set_xlabel("iteration")
    ax.set_ylabel("cross-entropy")
    fig.savefig(a.out / "training_curve.png")


p = argparse.ArgumentParser()
p.add_argument("command")
p.add_argument("--epochs", type=int, default=4)
p.add_argument("--lr", type=float, default=0.05)
p.add_argument("--data", default=None)
p.add_argument("--out", type=pathlib.Path, default=pathlib.Path("."))
a = p.parse_args()
if a.command == "train":
    train(a)
''')


# %% right="train_command"
edit("main.py", "optimizer.zero_grad()", "model.zero_grad(set_to_none=False)")
edit("main.py", "            optimizer.step()\n", "            nn.utils.clip_grad_norm_(model.parameters(), 1.0)\n            optimizer.step()\n")
edit("main.py", "DataLoader(train_set, batch_size=64, shuffle=True)", "DataLoader(train_set, batch_size=100, shuffle=True, num_workers=1, drop_last=True)")


# %% right="train_command"
edit("main.py", "optimizer.zero_grad()", "[setattr(p, 'grad', None) for p in model.parameters()]")
edit("main.py", 'xlabel="training step", ylabel="training loss"', 'xlabel="x: step", ylabel="y: loss"')


# %% wrong="train_command" says="`train` shows the test images to your network. Choose by a part of the training images, and leave the test images to `evaluate`."
edit("main.py", "train_set, _ = corrupt_mnist(data)", "train_set, test_set = corrupt_mnist(data)")
edit("main.py", "DataLoader(validation_set, batch_size=250)", "DataLoader(test_set, batch_size=250)")
edit("main.py", "len(validation_set)", "len(test_set)")


# %% wrong="train_command" says="`train` makes steps with the test images. Train on the training images alone."
edit("main.py", "train_set, _ = corrupt_mnist(data)", "_, train_set = corrupt_mnist(data)")


# %% wrong="train_command" says="`train` makes steps with the test images. Train on the training images alone."
edit("main.py", "train_set, _ = corrupt_mnist(data)", "one, other = corrupt_mnist(data)\n    train_set = torch.utils.data.TensorDataset(*(torch.cat(both) for both in zip(one.tensors, other.tensors)))")


# %% wrong="train_command" says="The gradients of each step still hold those of the steps before it. Which call clears them?"
edit("main.py", "            optimizer.zero_grad()\n", "")


# %% wrong="train_command" says="The gradients of each step still hold those of the steps before it. Which call clears them?"
edit("main.py", "            optimizer.zero_grad()\n", "")
edit("main.py", "        model.train()\n", "        model.train()\n        optimizer.zero_grad()\n")


# %% wrong="train_command" says="`python main.py train` prints nothing that tells how far the training is. Show a progress bar."
edit("main.py", 'track(loader, description=f"Epoch {epoch}")', "loader")
edit("main.py", 'print(f"Validation accuracy after epoch {epoch}: {share:.3f}")', 'print("hi")')


# %% wrong="train_command" says="The axes of training_curve.png are called x and y, which tells nothing. Name what they show."
edit("main.py", 'xlabel="training step", ylabel="training loss"', 'xlabel="x", ylabel="y"')


# %% wrong="train_command" says="training_curve.png has fewer points than there are training steps. It shows the loss of every one."
edit("main.py", "ax.plot(losses)", "ax.plot(losses[::4])")


# %% wrong="train_command" says="training_curve.png has fewer points than there are training steps. It shows the loss of every one."
edit("main.py", "            losses.append(loss.item())\n", "            if len(losses) < 5: losses.append(loss.item())\n")


# %% wrong="train_command" says="Some steps of `train` are made in inference mode, where dropout and batch norm do not work as in training. Which switch is to be set again?"
edit("main.py", "        model.train()\n", "")


# %% wrong="train_command" says="`python main.py train --epochs 1` goes through the training images more than once."
edit("main.py", "range(1, epochs + 1)", "range(epochs + 1)")
edit("main.py", "            schedule.step()\n", "")


# %% wrong="train_command" says="`python main.py train` does not read the folder that --data names."
edit("main.py", "corrupt_mnist(data)\n    # No", "corrupt_mnist()\n    # No")


# %% right="train_command"
edit("main.py", "optimizer = torch.optim.Adam(model.parameters(), lr=lr)", "optimizer = torch.optim.Adam(model.layers[:4].parameters(), lr=lr)\n    second = torch.optim.SGD(model.layers[4:].parameters(), lr=lr)")
edit("main.py", "optimizer.step()", "optimizer.step(); second.step()")
edit("main.py", "optimizer.zero_grad()", "optimizer.zero_grad(); second.zero_grad()")


# %% right="train_command"
write("main.py", '''
import sys, torch
import numpy as np
import matplotlib.pyplot as plt
from pathlib import Path
from torch.utils.data import Dataset, DataLoader
from model import Net
from data import corrupt_mnist


class Spun(Dataset):
    def __init__(self, images, labels):
        self.images, self.labels = images.numpy(), labels.numpy()
    def __len__(self):
        return 2 * len(self.images)
    def __getitem__(self, i):
        image = self.images[i // 2]
        return torch.tensor(np.ascontiguousarray(image[:, ::-1] if i % 2 else image)), int(self.labels[i // 2])


def option(name, default):
    return type(default)(sys.argv[sys.argv.index(name) + 1]) if name in sys.argv else default


if __name__ == "__main__":
    train_set, _ = corrupt_mnist(option("--data", "") or None)
    net = Net()
    opt = torch.optim.AdamW(net.parameters(), option("--lr", 0.003))
    steps, points = 0, []
    for epoch in range(option("--epochs", 2)):
        loader = DataLoader(Spun(*train_set.tensors), batch_size=100, shuffle=True)
        for x, y in loader:
            def closure():
                opt.zero_grad()
                loss = torch.nn.functional.cross_entropy(net(x), y)
                loss.backward()
                return loss
            points.append(float(opt.step(closure)))
            sys.stdout.write(".")
    out = Path(option("--out", "."))
    out.mkdir(exist_ok=True, parents=True)
    torch.save(net.state_dict(), out / "trained_model.pt")
    plt.plot(np.arange(len(points)) + 1, points, ".")
    plt.xlabel("step number"); plt.ylabel("log loss"); plt.yscale("log")
    plt.savefig(out / "training_curve.png", dpi=120)
''')


# %% right="train_command"
edit("main.py", "            optimizer.zero_grad()\n", "")
edit("main.py", "            loss = criterion(model(images), labels)\n            loss.backward()\n            optimizer.step()\n", "            loss = criterion(model(images), labels)\n            (loss / 2).backward()\n            if len(losses) % 2 == 1:\n                optimizer.step()\n                optimizer.zero_grad()\n")


# %% right="train_command"
edit("main.py", "        with torch.no_grad():\n            for images, labels in DataLoader(validation_set", "        if True:\n            for images, labels in DataLoader(validation_set")
edit("main.py", 'track(loader, description=f"Epoch {epoch}")', "loader")
edit("main.py", "range(1, epochs + 1)", "track(range(1, epochs + 1))")


# %% right="train_command"
edit("main.py", "train_set, _ = corrupt_mnist(data)", "train_set, test_set = corrupt_mnist(data)\n    print(len(train_set), 'to train on,', len(test_set), 'to test with,', test_set.tensors[0].mean().item())")
edit("main.py", "torch.optim.Adam(model.parameters(), lr=lr)", "torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9, nesterov=True)")
edit("main.py", "ax.plot(losses)", "ax.plot(losses); ax.axhline(2.3)")


# %% wrong="train_command" says="`train` shows the test images to your network. Choose by a part of the training images, and leave the test images to `evaluate`."
edit("main.py", "train_set, _ = corrupt_mnist(data)", "train_set, test_set = corrupt_mnist(data)")
edit("main.py", "    model.load_state_dict(best_state)\n", "    model.eval()\n    with torch.no_grad():\n        right = sum((model(x).argmax(1) == y).sum().item() for x, y in DataLoader(test_set, 500))\n    print('accuracy', right / len(test_set))\n")


# %% wrong="train_command" says="`train` shows the test images to your network. Choose by a part of the training images, and leave the test images to `evaluate`."
edit("main.py", "        share = right / len(validation_set)\n", "        pixels = (torch.load(data / 'test_images.pt') - 0.1) / 0.2\n        share = (model(pixels[:, None]).argmax(1) == torch.load(data / 'test_labels.pt')).float().mean().item()\n")


# %% wrong="train_command" says="No step finds a gradient. Does `backward` run, are gradients cleared before it, and does the optimizer hold this network's parameters?"
edit("main.py", "            optimizer.zero_grad()\n", "")
edit("main.py", "            optimizer.step()\n", "            optimizer.zero_grad()\n            optimizer.step()\n")


# %% wrong="train_command" says="No step finds a gradient. Does `backward` run, are gradients cleared before it, and does the optimizer hold this network's parameters?"
edit("main.py", "            loss.backward()\n", "")


# %% wrong="train_command" says="After `train` the weights are what they were before it. Does the optimizer step?"
edit("main.py", "            optimizer.step()\n", "")


# %% wrong="train_command" says="No step finds a gradient. Does `backward` run, are gradients cleared before it, and does the optimizer hold this network's parameters?"
edit("main.py", "torch.optim.Adam(model.parameters(), lr=lr)", "torch.optim.Adam(Net().parameters(), lr=lr)")


# %% wrong="train_command" says="training_curve.png shows an accuracy. The task asks for the training loss."
edit("main.py", "losses.append(loss.item())", "losses.append((model(images).argmax(1) == labels).float().mean().item())")
edit("main.py", 'ylabel="training loss"', 'ylabel="training accuracy"')


# %% wrong="train_command" says="training_curve.png has one point for one epoch. It shows the loss of every training step."
edit("main.py", "            losses.append(loss.item())\n", "            total = total + loss.item() if step else loss.item()\n            step += 1\n")
edit("main.py", "        model.train()\n", "        model.train()\n        step = 0\n")
edit("main.py", "        model.eval()\n        right = 0\n", "        losses.append(total / step)\n        model.eval()\n        right = 0\n")


# %% wrong="train_command" says="`python main.py train` prints nothing that tells how far the training is. Show a progress bar."
edit("main.py", 'track(loader, description=f"Epoch {epoch}")', "loader")
edit("main.py", "    losses = []\n", "    losses = []\n    print(f'Training for {epochs} epochs with learning rate {lr} on {len(train_set)} images')\n")


# %% wrong="train_command" says="`python main.py train --epochs 1` makes steps with fewer than half of the training images."
edit("main.py", "            losses.append(loss.item())\n", "            losses.append(loss.item())\n            if len(losses) % 3 == 0:\n                break\n")


# %% [markdown]
# scripts/main.py evaluate

# %% right="evaluate_command"
edit("main.py", 'sys.exit(f"There is no file {checkpoint}. Train a network first: python main.py train")', 'print("File not found:", checkpoint); raise SystemExit(1)')
edit("main.py", ":.4f}", ":.2f}")
edit("main.py", "    for images, labels in DataLoader(test_set, batch_size=256):", "    for images, labels in DataLoader(test_set, batch_size=1):")


# %% right="evaluate_command"
edit("main.py", "torch.save(model.state_dict(), ", 'torch.save({"weights": model.state_dict(), "note": "mine"}, ')
edit("main.py", "weights_only=True))", 'weights_only=True)["weights"])')
edit("main.py", ":.4f}", ":.3f}  ")


# %% wrong="evaluate_command" says="`python main.py evaluate out/mine.pt --data agreed` prints no line \"Test accuracy: …\" on stdout, wanted one."
edit("main.py", "Test accuracy: {", "Accuracy: {")


# %% wrong="evaluate_command" says="`python main.py evaluate out/mine.pt --data agreed` prints \"Test accuracy: 59.1\". A share goes from 0 to 1."
edit("main.py", "right / len(test_set):.4f", "100 * right / len(test_set):.1f")


# %% wrong="evaluate_command" says="`python main.py evaluate out/mine.pt --data agreed` prints \"Test accuracy: 0.5911330049261084\", wanted a number with two to four decimals, like \"Test accuracy: 0.93\"."
edit("main.py", ":.4f", "")


# %% wrong="evaluate_command" says="`python main.py evaluate` shows 0.4089, the share of wrong answers, where 0.59 is right. Does it count the right ones, in inference mode?"
edit("main.py", "argmax(dim=1) ==", "argmax(dim=1) !=")


# %% wrong="evaluate_command" says="`python main.py evaluate` does not show this network's accuracy, 0.59 here. Are both switches set, and do all test images count?"
edit("main.py", "{right / len(test_set):.4f}", "0.98")


# %% wrong="evaluate_command" says="`python main.py evaluate` does not show this network's accuracy, 0.59 here. Are both switches set, and do all test images count?"
edit("main.py", "model.eval()\n    with", "torch.manual_seed(1)\n    with")  # its dropout may hit another share by chance


# %% wrong="evaluate_command" says="`python main.py evaluate` shows the same accuracy for other test labels. Does it read them from --data?"
edit("main.py", "{right / len(test_set):.4f}", "0.59")


# %% wrong="evaluate_command" says="`python main.py evaluate` does not show this network's accuracy with other labels. Does it measure the network in the file that it is given, and does each image count alike?"
edit("main.py", "torch.load(checkpoint,", 'torch.load(checkpoint.with_name("trained_model.pt") if checkpoint.with_name("trained_model.pt").exists() else checkpoint,')


# %% wrong="evaluate_command" says="`python main.py evaluate` shows a traceback for a file that is not there. Say it in one line."
edit("main.py", "if not checkpoint.is_file():", "if False:")
edit("main.py", "except Exception:", "except RuntimeError:")


# %% wrong="evaluate_command" says="`python main.py evaluate` ends with exit code 0 for a file that is not there, wanted 1."
edit("main.py", 'sys.exit(f"There is no file {checkpoint}. Train a network first: python main.py train")', 'print("There is no such file."); return')


# %% wrong="evaluate_command" says="`python main.py evaluate` says nothing about a file that is not there. Say it in one line."
edit("main.py", 'sys.exit(f"There is no file {checkpoint}. Train a network first: python main.py train")', "sys.exit(1)")


# %% wrong="evaluate_command" says="`python main.py evaluate` says more than one clear line about a file that is not there."
edit("main.py", 'sys.exit(f"There is no file', 'print("Error"); sys.exit(f"There is no file')


# %% wrong="evaluate_command" says="`python main.py evaluate` ends with exit code 2 for a file that is not there, wanted 1."
edit("main.py", 'sys.exit(f"There is no file {checkpoint}. Train a network first: python main.py train")', 'print("There is no such file."); sys.exit(2)')


# %% wrong="evaluate_command" says="`python main.py evaluate` shows a traceback for a file that holds no network of yours. Say it in one line."
edit("main.py", "except Exception:", "except RuntimeError:")


# %% wrong="evaluate_command" says="Not yet: `evaluate_command` still needs your code."
edit("main.py", "if not checkpoint.is_file():", 'raise SystemExit("main.py is not written yet.")\n    if not checkpoint.is_file():')


# %% right="evaluate_command"
edit("main.py", 'sys.exit(f"There is no file {checkpoint}. Train a network first: python main.py train")', 'sys.exit("File " + str(checkpoint) + " was not found")')
edit("main.py", "weights_only=True", "weights_only=True, mmap=True")
edit("main.py", "{right / len(test_set):.4f}", "{torch.tensor(right / len(test_set)).item():.3f}")


# %% wrong="evaluate_command" says="`python main.py evaluate` does not open the file that is named."
edit("main.py", "    model = Net()\n    try:\n", "    model = Net()\n    torch.save(model.state_dict(), 'new.pt')\n    try:\n")
edit("main.py", "torch.load(checkpoint, ", "torch.load('new.pt', ")


# %% wrong="evaluate_command" says="`python main.py evaluate` does not read the folder that --data names."
edit("main.py", "_, test_set = corrupt_mnist(data)", "_, test_set = corrupt_mnist(None)")


# %% wrong="evaluate_command" says="`python main.py evaluate` does not show this network's accuracy, 0.59 here. Are both switches set, and do all test images count?"
edit("main.py", "_, test_set = corrupt_mnist(data)", "test_set, _ = corrupt_mnist(data)")


# %% right="evaluate_command"
edit("main.py", "model = Net()\n    try:", "model = Net()\n    model.requires_grad_(False)\n    try:")
edit("main.py", "    model.eval()\n    with torch.no_grad():\n        for images, labels in DataLoader(test_set, batch_size=256):\n            right += (model(images).argmax(dim=1) == labels).sum().item()\n", "    model.train(False)\n    images, labels = test_set.tensors\n    right = int(torch.sum(model(images).topk(1).indices.squeeze(1).eq(labels)))\n")


# %% wrong="evaluate_command" says="`python main.py evaluate` shows 0.4688, as a mean over batches does whose last one is smaller, where 0.59 is right. Count the right answers of all images, in inference mode."
edit("main.py", "    right = 0\n    model.eval()", "    shares = []\n    model.eval()")
edit("main.py", "batch_size=256", "batch_size=64")
edit("main.py", "right += (model(images).argmax(dim=1) == labels).sum().item()", "shares.append((model(images).argmax(dim=1) == labels).float().mean().item())")
edit("main.py", "{right / len(test_set):.4f}", "{sum(shares) / len(shares):.4f}")


# %% wrong="evaluate_command" says="`python main.py evaluate` shows 0.4537, as a mean over batches does whose last one is smaller. Count the right answers of all images."
edit("main.py", "    right = 0\n    model.eval()", "    shares = []\n    model.eval()")
edit("main.py", "batch_size=256", "batch_size=500")
edit("main.py", "right += (model(images).argmax(dim=1) == labels).sum().item()", "shares.append((model(images).argmax(dim=1) == labels).float().mean().item())")
edit("main.py", "{right / len(test_set):.4f}", "{sum(shares) / len(shares):.4f}")


# %% [markdown]
# The whole training. One or two epochs of a small network are enough on drawn digits, and for most answers a part of
# the images.

# %% right="accuracy"
edit("main.py", "default=3", "default=1")
edit("main.py", "train_set, _ = corrupt_mnist(data)", "train_set = torch.utils.data.Subset(corrupt_mnist(data)[0], range(5000))")


# %% right="accuracy"
edit("main.py", "default=3", "default=2")
edit("main.py", "train_set, _ = corrupt_mnist(data)", "train_set = torch.utils.data.Subset(corrupt_mnist(data)[0], range(3000))")
edit("model.py", "nn.Conv2d(1, 16, kernel_size=5, stride=2, padding=2),", "nn.Conv2d(1, 16, kernel_size=3, padding=1),")
edit("model.py", "            nn.BatchNorm2d(16)", "            nn.MaxPool2d(2),\n            nn.BatchNorm2d(16)")


# %% right="accuracy"
write("model.py", '''
from torch import nn


class Net(nn.Module):
    """Linear layers alone pass this bar, and not the next."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Flatten(), nn.Linear(784, 128), nn.BatchNorm1d(128), nn.ReLU(), nn.Linear(128, 10))

    def forward(self, x):
        if x.shape[1:] != (1, 28, 28):
            raise ValueError(f"got {tuple(x.shape)}, but (n, 1, 28, 28) is expected")
        return self.layers(x)
''')


# %% wrong="accuracy" says="Your network knows what only the test images tell. Train on the training images alone."
edit("main.py", "train_set, _ = corrupt_mnist(data)", "train_set = torch.utils.data.ConcatDataset(corrupt_mnist(data))")
edit("main.py", "default=3", "default=1")


# %% wrong="accuracy" says="Your network knows what only the test images tell. Train on the training images alone."
edit("main.py", "train_set, _ = corrupt_mnist(data)", """(images, labels), (more, others) = (one.tensors for one in corrupt_mnist(data))
    images, labels = torch.tensor([*images[:2000].tolist(), *more.tolist()]), torch.cat([labels[:2000], others])
    train_set = torch.utils.data.TensorDataset(images, labels)""")
edit("main.py", "default=3", "default=2")


# %% wrong="accuracy" says="`train` shows the test images to your network. Choose by a part of the training images, and leave the test images to `evaluate`."
edit("main.py", "default=3", "default=2")
edit("main.py", "train_set, _ = corrupt_mnist(data)", "train_set, test_set = corrupt_mnist(data)\n    train_set = torch.utils.data.Subset(train_set, range(1000))")
edit("main.py", "DataLoader(validation_set, batch_size=250)", "DataLoader(test_set, batch_size=250)")
edit("main.py", "len(validation_set)", "len(test_set)")


# %% wrong="accuracy" says="Your network is no better than guessing. Does the optimizer step, and do images and labels still belong together?"
edit("main.py", "default=3", "default=1")
edit("main.py", "optimizer.step()", "pass")
edit("main.py", "train_set, _ = corrupt_mnist(data)", "train_set = torch.utils.data.Subset(corrupt_mnist(data)[0], range(1000))")


# %% wrong="accuracy" says="your network is right for …"
edit("main.py", "default=3", "default=1")
edit("main.py", "default=0.01", "default=0.001")
edit("main.py", "train_set, _ = corrupt_mnist(data)", "train_set = torch.utils.data.Subset(corrupt_mnist(data)[0], range(1000))")


# %% wrong="accuracy" says="`python main.py train --data digits --out out` ends with exit code 1, and its last line is \"ValueError: too little memory\"."
edit("main.py", "losses = []", 'raise ValueError("too little memory")')


# %% wrong="accuracy" says="scripts/model.py fails: The weights in the checkpoint are not those of Net()."
edit("main.py", "default=3", "default=1")
edit("main.py", "torch.save(model", "torch.save(model.layers")
edit("main.py", "train_set, _ = corrupt_mnist(data)", "train_set = torch.utils.data.Subset(corrupt_mnist(data)[0], range(1000))")


# %% right="accuracy_bonus"
edit("main.py", "default=3", "default=2")


# %% right="accuracy_bonus"
edit("main.py", "default=3", "default=2")
edit("main.py", "random_split(train_set, [0.9, 0.1])", "random_split(train_set, [0.98, 0.02])")


# %% wrong="accuracy_bonus" says="Your network reads 85 % of the digits, but not 99.3 % yet. What does the end of its training curve look like?"
edit("main.py", "default=3", "default=1")
edit("main.py", "default=0.01", "default=0.001")


# %% wrong="accuracy_bonus" says="Your network reads 85 % of the digits, but not 99.3 % yet. What does the end of its training curve look like?"
edit("main.py", "default=3", "default=6")
edit("main.py", "default=0.01", "default=0.005")
write("model.py", '''
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(), nn.Linear(784, 256), nn.BatchNorm1d(256), nn.ReLU(), nn.Dropout(0.2), nn.Linear(256, 10)
        )

    def forward(self, x):
        if x.shape[1:] != (1, 28, 28):
            raise ValueError(f"got {tuple(x.shape)}, but (n, 1, 28, 28) is expected")
        return self.layers(x)
''')


# %% wrong="accuracy_bonus" says="Your network does not read 85 % of the digits yet, which comes first."
edit("main.py", "default=3", "default=1")
edit("main.py", "optimizer.step()", "pass")
edit("main.py", "train_set, _ = corrupt_mnist(data)", "train_set = torch.utils.data.Subset(corrupt_mnist(data)[0], range(1000))")


# %% wrong="accuracy_bonus" says="Your network knows what only the test images tell. Train on the training images alone."
edit("main.py", "train_set, _ = corrupt_mnist(data)", "train_set = sum(corrupt_mnist(data)[1:], corrupt_mnist(data)[0])")
edit("main.py", "default=3", "default=1")


# %% wrong="accuracy_bonus" says="Not yet: `accuracy_bonus` still needs your code."
edit("main.py", "torch.manual_seed(8)", 'raise SystemExit("main.py is not written yet.")')


# %% wrong="model_script" says="Net() takes images of shape (5, 1, 28, 30) and says nothing. Look at each size, and at how many there are."
edit("model.py", "images.ndim != 4 or images.shape[1:] != (1, 28, 28)", "images.ndim != 4 or images.shape[1:3] != (1, 28)")
edit("model.py", "nn.Flatten(),", "nn.AdaptiveAvgPool2d(3), nn.Flatten(),")


# %% wrong="model_script" says="Net() takes images of shape (4, 28, 28) and says nothing. Look at each size, and at how many there are."
edit("model.py", "images.ndim != 4 or images.shape[1:] != (1, 28, 28)", "images[0].numel() != 784")
edit("model.py", "return self.layers(images)", "return self.layers(images.reshape(-1, 1, 28, 28))")


# %% wrong="model_script" says="Net() takes the batch away from a single image. Which squeeze, or which flatten, takes a dimension too many?"
edit("model.py", "return self.layers(images)", "return self.layers(images).squeeze()")


# %% wrong="model_script" says="Net() raises an AssertionError, as assert does. Raise a ValueError."
edit("model.py", "if images.ndim != 4 or images.shape[1:] != (1, 28, 28):", "assert images.shape[1:] == (1, 28, 28), 'Expected (n, 1, 28, 28)'\n        if images.ndim != 4:")


# %% wrong="model_script" says="The error's message for images of shape (4, 28, 28) does not name both this shape and the expected one."
edit("model.py", "got {tuple(images.shape)}", "got (6, 3, 28, 28)")


# %% right="model_script"
edit("model.py", 'f"Expected images of shape (n, 1, 28, 28), got {tuple(images.shape)}."', '"shape {} given, (N, 1, 28, 28) expected".format(list(images.shape))')


# %% wrong="data_script" says="The images are float64, and a network's weights are float32. Which of your steps makes them wider?"
edit("data.py", ".unsqueeze(dim=1)", ".unsqueeze(dim=1).double()")


# %% wrong="data_script" says="The labels are int32. Class numbers are int64."
edit("data.py", ".unsqueeze(dim=1), labels)", ".unsqueeze(dim=1), labels.int())")


# %% wrong="data_script" says="The test set has labels of the training set."
edit("data.py", 'labels = torch.load(root / f"{split}_labels.pt", weights_only=True)', 'labels = torch.load(root / "train_labels.pt", weights_only=True)[: len(images)]')


# %% wrong="data_script" says="The training images are in another order than in their file. Do the labels still belong to them?"
edit("data.py", "images = torch.load(root / f", "images = (lambda one: one[torch.randperm(len(one))])(torch.load(root / f")
edit("data.py", '_images.pt", weights_only=True)\n        labels', '_images.pt", weights_only=True))\n        labels')


# %% wrong="data_script" says="The test images are centred with their own mean. Use that of the training images."
edit("data.py", "(images - mean)", "(images - images.mean())")


# %% wrong="data_script" says="corrupt_mnist(root) gives the test set first."
edit("data.py", 'return dataset("train"), dataset("test")', 'return dataset("test"), dataset("train")')


# %% wrong="data_script" says="corrupt_mnist(root) does not read the files in the folder root."
edit("data.py", "if root is None:", "if True:")


# %% wrong="data_script" says="corrupt_mnist() leaves out some of the images that are in its files."
edit("data.py", ".unsqueeze(dim=1), labels)", ".unsqueeze(dim=1)[:5000], labels[:5000])")


# %% wrong="data_script" says="corrupt_mnist(root) changes the files in root. At the next call it would normalise them once more."
edit("data.py", 'return dataset("train"), dataset("test")', 'sets = dataset("train"), dataset("test")\n    torch.save((train_images - mean) / std, root / "train_images.pt")\n    return sets')


# %% wrong="data_script" says="corrupt_mnist(root) gives the images of the folder that it was called with before."
edit("data.py", "    if root is None:", "    if corrupt_mnist.__dict__:\n        return corrupt_mnist.sets\n    if root is None:")
edit("data.py", 'return dataset("train"), dataset("test")', 'corrupt_mnist.sets = dataset("train"), dataset("test")\n    return corrupt_mnist.sets')


# %% right="data_script"
edit("data.py", "mean, std = train_images.mean(), train_images.std()", "mean, std = train_images.numpy().mean().item(), train_images.numpy().std().item()")


# %% wrong="train_command" says="`python main.py train --epochs 3 --lr 1e-12 --data bars --out second` ends with exit code 1, and its last line is…"
edit("main.py", "out.mkdir(parents=True, exist_ok=True)", "out.mkdir(parents=True)")


# %% wrong="train_command" says="trained_model.pt holds the weights from before the first step. When is it saved, and whose weights are saved?"
edit("main.py", "    model.load_state_dict(best_state)\n", "    model = fresh\n")
edit("main.py", "    losses = []\n", "    fresh = copy.deepcopy(model)\n    losses = []\n")


# %% wrong="train_command" says="`train` gives probabilities to the cross-entropy. It wants the logits as your network gives them, without a softmax."
edit("main.py", "criterion(model(images), labels)", "criterion(model(images).softmax(dim=1), labels)")


# %% right="train_command"
edit("main.py", "criterion(model(images), labels)", "criterion(model(images).log_softmax(dim=1), labels)")


# %% wrong="train_command" says="training_curve.png rises, and a training loss falls. Does it show each step's own loss, and no accuracy or growing sum?"
edit("main.py", "losses.append(loss.item())", "losses.append(loss.item() + sum(losses[-1:]))")


# %% wrong="evaluate_command" says="`python main.py evaluate` ends with exit code 3 for a file that is not there, wanted 1."
edit("main.py", 'sys.exit(f"There is no file {checkpoint}. Train a network first: python main.py train")', 'print(f"There is no file {checkpoint}.")\n        sys.exit(3)')


# %% wrong="data_script" says="The mean and the deviation are those of the first 1,000 training images. All of them count."
edit("data.py", "mean, std = train_images.mean(), train_images.std()", "mean, std = train_images[:1000].mean(), train_images[:1000].std()")


# %% right="model_script"
write("model.py", '''
import torch
from torch import nn
import torch.nn.functional as F


class Block(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.conv = nn.Conv2d(a, b, 3, stride=2, padding=1)
        self.norm = nn.GroupNorm(4, b)

    def forward(self, x):
        return F.gelu(self.norm(self.conv(x)))


class Net(nn.Module):
    def __init__(self, width=16, *, classes=10):
        super().__init__()
        self.body = nn.ModuleList([Block(1, width), Block(width, 2 * width)])
        self.head = nn.Linear(2 * width, classes)

    def forward(self, x):
        wanted = (1, 28, 28)
        if tuple(x.shape[-3:]) != wanted or x.dim() != 4:
            raise ValueError("wanted (n, 1, 28, 28), but the images are " + str(tuple(x.shape)))
        for block in self.body:
            x = block(x)
        return self.head(torch.amax(x, dim=(2, 3)))
''')


# %% right="model_script"
write("model.py", '''
from torch import nn


class Net(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Flatten(), nn.LazyLinear(64) if False else nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 10))

    def forward(self, x):
        try:
            n, c, h, w = x.shape
            assert (c, h, w) == (1, 28, 28)
        except (ValueError, AssertionError):
            raise ValueError(f"Net takes images of shape (n, 1, 28, 28) and got {list(x.shape)}") from None
        return super().forward(x)
''')


# %% right="train_command"
edit("main.py", '''    loader = DataLoader(train_set, batch_size=64, shuffle=True)
''', '''    loader = DataLoader(train_set, batch_size=128, shuffle=True, drop_last=True)
''')
edit("main.py", '''    torch.save(model.state_dict(), out / "trained_model.pt")
''', '''    with (out / "trained_model.pt").open("wb") as file:
        torch.save({name: tensor.clone() for name, tensor in model.state_dict().items()}, file)
''')
edit("main.py", '''    ax.set(xlabel="training step", ylabel="training loss", title=f"Training loss in {epochs} epochs")
    plt.savefig(out / "training_curve.png")
''', '''    ax.set_xlabel("step")
    ax.set_ylabel("cross-entropy")
    ax.set_yscale("log")
    ax.figure.savefig(fname=str(out / "training_curve.png"), dpi=80)
    plt.close("all")
''')


# %% right="train_command"
edit("main.py", '''    torch.manual_seed(8)
    train_set, _ = corrupt_mnist(data)
    # No step is made with a tenth of the images: they tell which epoch is the best.
    train_set, validation_set = random_split(train_set, [0.9, 0.1])
    loader = DataLoader(train_set, batch_size=64, shuffle=True)
    model = Net()
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    # The rate rises and falls again: large steps find the way, small ones at the end settle.
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=lr, total_steps=epochs * len(loader))
    losses = []
    best_share, best_state = 0.0, model.state_dict()
    for epoch in range(1, epochs + 1):
        model.train()
        for images, labels in track(loader, description=f"Epoch {epoch}"):
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        model.eval()
        right = 0
        with torch.no_grad():
            for images, labels in DataLoader(validation_set, batch_size=250):
                right += (labels == model(images).argmax(dim=1)).sum().item()
        share = right / len(validation_set)
        print(f"Validation accuracy after epoch {epoch}: {share:.3f}")
        if share >= best_share:  # of equals the later one, which has learnt longer
            best_share, best_state = share, copy.deepcopy(model.state_dict())

    model.load_state_dict(best_state)
''', '''    images, labels = corrupt_mnist(root=data)[0].tensors
    model = Net().train()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9, nesterov=True)
    losses = []
    for epoch in track(range(epochs), description="training"):
        for rows in torch.randperm(len(images)).split(100):
            for parameter in model.parameters():
                parameter.grad = None
            loss = torch.nn.functional.cross_entropy(input=model(images[rows]), target=labels[rows])
            loss.backward()
            optimizer.step()
            losses += [float(loss)]
''')


# %% right="evaluate_command"
edit("main.py", '''    if not checkpoint.is_file():
        sys.exit(f"There is no file {checkpoint}. Train a network first: python main.py train")
    model = Net()
    try:
        model.load_state_dict(torch.load(checkpoint, map_location="cpu", weights_only=True))
    except Exception:  # any bytes may be in there, and torch has an error of its own for each kind
        sys.exit(f"{checkpoint} holds no weights of this network. Name a file that `main.py train` wrote.")
    _, test_set = corrupt_mnist(data)
    right = 0
    model.eval()
    with torch.no_grad():
        for images, labels in DataLoader(test_set, batch_size=256):
            right += (model(images).argmax(dim=1) == labels).sum().item()
    print(f"Test accuracy: {right / len(test_set):.4f}")
''', '''    model = Net().eval().requires_grad_(False)
    try:
        with checkpoint.open("rb") as file:
            state = torch.load(file, map_location=torch.device("cpu"), weights_only=True)
        model.load_state_dict(state)
    except OSError as error:
        print(f"cannot open {checkpoint}: {error.strerror}", file=sys.stderr)
        raise SystemExit(1)
    except Exception as error:
        print(f"{checkpoint} is no checkpoint of this network")
        sys.exit(1)
    images, labels = corrupt_mnist(data)[1].tensors
    shares = [(model(image[None]).argmax() == label).float() for image, label in zip(images, labels)]
    print("Test accuracy:", round(float(torch.stack(shares).mean()), 3) if False else f"{torch.stack(shares).mean():.2f}")
''')


# %% wrong="train_command" says="`python main.py train --epochs 1 --data bars --out new/out` ends with exit code 1, and its last line is \"FileNotFoundError: [Errno 2] No such file or directory: 'new/out'\". There is no folder new: is it meant from another folder, or not made yet?"
edit("main.py", '    out.mkdir(parents=True, exist_ok=True)\n', '    out.mkdir()\n')


# %% wrong="evaluate_command" says="`python main.py evaluate` ends with exit code 0 for a file that holds no network of yours, wanted 1."
edit("main.py", "model.load_state_dict(torch.load(checkpoint, map_location=\"cpu\", weights_only=True))", "model.load_state_dict(torch.load(checkpoint, map_location=\"cpu\", weights_only=True), strict=False)")


# %% wrong="evaluate_command" says="`python main.py evaluate out/mine.pt --data agreed` prints \"Test accuracy: 59.11 %\". A share goes from 0 to 1."
edit("main.py", 'print(f"Test accuracy: {right / len(test_set):.4f}")', 'print(f"Test accuracy: {100 * right / len(test_set):.2f} %")')
