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


# %% wrong="corruption" says="corruption is 'rotated', wanted 'rotation'."
corruption = "rotated"


# %% wrong="corruption" says="corruption is an int, wanted 'rotation'."
corruption = 3


# %% wrong="corruption" says="Not yet: `corruption` still needs your code."
corruption = ...


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


# %% wrong="largest_angle" says="largest_angle is 61, wanted 50."
largest_angle = 61


# %% wrong="largest_angle" says="largest_angle is a str, wanted a Python float."
largest_angle = "50 degrees"


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


# %% wrong="model_script" says="what the error names for images of shape (7, 1, 32, 32) is 'no shape', wanted 'both shapes'."
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


# %% wrong="model_script" says="scripts/model.py fails: TypeError: Net.__init__() missing 1 required positional argument: 'hidden'"
edit("model.py", "def __init__(self)", "def __init__(self, hidden)")


# %% wrong="model_script" says="scripts/model.py, line 5: Python refuses this line: expected '('."
write("model.py", "from torch import nn\n\n\nclass Net(nn.Module):\n    def forward self, x:\n        return x\n")


# %% wrong="model_script" says="Not yet: `model_script` still needs your code."
edit("model.py", "return self.layers(images)", 'raise SystemExit("model.py is not written yet.")')


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


# %% wrong="data_script" says="the training images is 0 at [19, 0, 9, 13], wanted -1.117, the largest of 27132 differences."
edit("data.py", "((images - mean) / std)", "((images - mean) / std).relu()")


# %% wrong="data_script" says="corrupt_mnist(root)[1] is 'list', wanted 'TensorDataset'."
edit("data.py", "return TensorDataset(((images - mean) / std).unsqueeze(dim=1), labels)", "return list(zip(((images - mean) / std).unsqueeze(dim=1), labels))")


# %% wrong="data_script" says="corrupt_mnist(root)[0] is 'list', wanted 'a pair of 2'."
edit("data.py", 'return dataset("train"), dataset("test")', 'return [dataset("train"), dataset("test")]')


# %% wrong="data_script" says="the labels[0] is 9 at [0], wanted 0, the largest of 60 differences."
edit("data.py", "unsqueeze(dim=1), labels)", "unsqueeze(dim=1), labels.flip(0))")


# %% wrong="data_script" says="the types of the labels[0] is torch.float32, wanted torch.int64."
edit("data.py", "unsqueeze(dim=1), labels)", "unsqueeze(dim=1), labels.float())")


# %% wrong="data_script" says="corrupt_mnist() made no files in data/corrupt_mnist beside data.py. Which folder did it use?"
edit("data.py", 'Path(__file__).resolve().parent / "data" / "corrupt_mnist"', 'Path("data/corrupt_mnist")')


# %% wrong="data_script" says="scripts/data.py fails: FileNotFoundError: [Errno 2] No such file or directory: 'scripts/data/corrupt_mnist/train_images.pt'"
edit("data.py", 'if not (root / "test_labels.pt").exists():', "if False:")


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


# %% wrong="train_command" says="`python main.py train --epochs 1 --data bars --out new/out` ends with exit code 1, and its last line is \"RuntimeError: Parent directory new/out does not exist.\"."
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


# %% wrong="train_command" says="`python main.py train --epochs 1 --data bars --out new/out` took longer than 10 s and was stopped. Does every loop in it end?"
edit("main.py", "losses = []", "while True: pass")


# %% wrong="train_command" says="Not yet: `train_command` still needs your code."
edit("main.py", "torch.manual_seed(8)", 'raise SystemExit("main.py is not written yet.")')


# %% wrong="train_command" says="scripts/model.py is not written yet, and `python main.py train --epochs 1 --data bars --out new/out` needs it."
edit("model.py", "super().__init__()", 'raise SystemExit("model.py is not written yet.")')


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


# %% wrong="evaluate_command" says="`python main.py evaluate` shows the share of wrong answers."
edit("main.py", "argmax(dim=1) ==", "argmax(dim=1) !=")


# %% wrong="evaluate_command" says="`python main.py evaluate` does not show this network's accuracy, 0.59 here. Are both switches set, and do all test images count?"
edit("main.py", "{right / len(test_set):.4f}", "0.98")


# %% wrong="evaluate_command" says="`python main.py evaluate` does not show this network's accuracy, 0.59 here. Are both switches set, and do all test images count?"
edit("main.py", "model.eval()\n    with", "with")


# %% wrong="evaluate_command" says="`python main.py evaluate` shows the same accuracy for other test labels. Does it read them from --data?"
edit("main.py", "{right / len(test_set):.4f}", "0.59")


# %% wrong="evaluate_command" says="`python main.py evaluate` does not show this network's accuracy with other labels. Does it measure the network in the file that it is given?"
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


# %% wrong="evaluate_command" says="python main.py evaluate nowhere.pt is 'exit code 2', wanted 'one line, exit code 1'."
edit("main.py", 'sys.exit(f"There is no file {checkpoint}. Train a network first: python main.py train")', 'print("There is no such file."); sys.exit(2)')


# %% wrong="evaluate_command" says="`python main.py evaluate` shows a traceback for a file that holds no network of yours. Say it in one line."
edit("main.py", "except Exception:", "except RuntimeError:")


# %% wrong="evaluate_command" says="Not yet: `evaluate_command` still needs your code."
edit("main.py", "if not checkpoint.is_file():", 'raise SystemExit("main.py is not written yet.")\n    if not checkpoint.is_file():')


# %% [markdown]
# The whole training. Two epochs of a small network are enough on drawn digits.

# %% right="accuracy"
edit("main.py", "default=3", "default=1")


# %% right="accuracy"
edit("main.py", "default=3", "default=2")
edit("model.py", "nn.Conv2d(1, 16, kernel_size=3, padding=1)", "nn.Conv2d(1, 16, kernel_size=5, padding=2, stride=2)")
edit("model.py", "            nn.MaxPool2d(2),  # (n, 16, 14, 14)\n", "")


# %% wrong="accuracy" says="Your network knows what only the test images tell. Train on the training images alone."
edit("main.py", "train_set, _ = corrupt_mnist(data)", "train_set = torch.utils.data.ConcatDataset(corrupt_mnist(data))")
edit("main.py", "default=3", "default=1")


# %% wrong="accuracy" says="Your network is no better than guessing. Does the optimizer step, and do images and labels still belong together?"
edit("main.py", "default=3", "default=1")
edit("main.py", "optimizer.step()", "pass")


# %% wrong="accuracy" says="your network is right for …"
edit("main.py", "default=3", "default=1")
edit("main.py", "default=0.01", "default=0.0002")


# %% wrong="accuracy" says="`python main.py train --data digits --out out` ends with exit code 1, and its last line is \"ValueError: too little memory\"."
edit("main.py", "losses = []", 'raise ValueError("too little memory")')


# %% wrong="accuracy" says="scripts/model.py fails: The weights in the checkpoint are not those of Net()."
edit("main.py", "default=3", "default=1")
edit("main.py", "torch.save(model", "torch.save(model.layers")


# %% right="accuracy_bonus"
edit("main.py", "default=3", "default=2")


# %% right="accuracy_bonus"
edit("main.py", "default=3", "default=1")
edit("main.py", "default=0.01", "default=0.02")


# %% wrong="accuracy_bonus" says="Your network reads 85 % of the digits, but not 95 % yet. What does the end of its training curve look like?"
edit("main.py", "default=3", "default=1")
edit("main.py", "default=0.01", "default=0.0007")


# %% wrong="accuracy_bonus" says="Your network does not read 85 % of the digits yet, which comes first."
edit("main.py", "default=3", "default=1")
edit("main.py", "optimizer.step()", "pass")


# %% wrong="accuracy_bonus" says="Your network knows what only the test images tell. Train on the training images alone."
edit("main.py", "train_set, _ = corrupt_mnist(data)", "train_set = sum(corrupt_mnist(data)[1:], corrupt_mnist(data)[0])")
edit("main.py", "default=3", "default=1")


# %% wrong="accuracy_bonus" says="Not yet: `accuracy_bonus` still needs your code."
edit("main.py", "torch.manual_seed(8)", 'raise SystemExit("main.py is not written yet.")')
