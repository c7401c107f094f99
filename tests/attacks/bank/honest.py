# %% [markdown]
# Honest submissions that are unusual: a solved lesson, and what somebody's notebook has besides. Each earns all points.

# %% name="solved" what="the solutions and nothing else"
pass

# %% name="warns" what="a task's function warns each time"
import warnings

# %% name="warns" task="activation"
def activation(x: Tensor) -> Tensor:
    warnings.warn("the sigmoid saturates", stacklevel=2)
    warnings.warn("of old age", DeprecationWarning, stacklevel=2)
    return 1 / (1 + torch.exp(-x))

# %% name="prints" what="a task's function prints its argument and its result, also to stderr"
import sys

# %% name="prints" task="describe"
def describe(t):
    print("describe got", t.shape)
    print("a note", file=sys.stderr)
    result = t.ndim, tuple(t.shape), t.numel(), t.dtype
    print(result)
    return result

# %% name="tqdm_bar" what="a progress bar on stderr, in a cell and in a task's function"
import sys

from tqdm import tqdm

for _ in tqdm(range(30), file=sys.stderr):
    pass

# %% name="tqdm_bar" task="neuron_matmul"
def neuron_matmul(features: Tensor, weights: Tensor, bias: Tensor) -> Tensor:
    rows = [activation((row * weights).sum(dim=1, keepdim=True) + bias) for row in tqdm(features)]
    return torch.cat(rows)

# %% name="rich_bar" what="a rich progress bar and a rich table"
from rich.console import Console
from rich.progress import track
from rich.table import Table

for _ in track(range(5), description="warming up"):
    pass
Console().print(Table("a", "b"))

# %% name="rich_tracebacks" what="rich shows the tracebacks of this notebook"
from rich.traceback import install

install(show_locals=True)

# %% name="logs" what="a log of all that happens, on stderr"
import logging

logging.basicConfig(level=logging.DEBUG)
logging.getLogger().info("begin")

# %% name="magics" what="line magics, %%time before a task, and a shell command"
%matplotlib inline
%config InlineBackend.figure_format = "png"
%load_ext autoreload
%autoreload 2
%time sum(range(1000))
!echo hello

# %% name="magics" task="describe"
%%time
def describe(t):
    return t.ndim, tuple(t.shape), t.numel(), t.dtype

# %% name="captures" what="a cell with %%capture, and one with %%timeit"
%%capture kept
print("not shown")

# %% name="captures" at="end"
%%timeit -n 1 -r 1
torch.zeros(3)

# %% name="plots" what="figures, shown and left open"
figure, axes = plt.subplots(2, 2)
for ax in axes.flat:
    ax.plot(torch.randn(50).cumsum(dim=0))
plt.show()
plt.figure()
plt.plot([1, 2])

# %% name="helpers" what="helpers under names of its own, in cells of its own"
def _squash(values):
    return values.neg().exp().add(1).reciprocal()


def _linear(rows, W, b):
    return rows @ W + b

# %% name="helpers" task="activation"
activation = _squash

# %% name="helpers" task="two_layer"
def two_layer(features, W1, W2, B1, B2):
    return _squash(_linear(_squash(_linear(features, W1, B1)), W2, B2))

# %% name="lambdas" what="functions as lambdas, partials and callable objects"
import functools

# %% name="lambdas" task="describe"
describe = lambda t: (t.dim(), tuple(t.size()), t.nelement(), t.dtype)

# %% name="lambdas" task="activation"
class Sigmoid:
    def __call__(self, x):
        return torch.sigmoid(x)


activation = Sigmoid()

# %% name="lambdas" task="seeded_normal"
def draw(shape_of, seed, shape):
    return torch.empty(shape).normal_(generator=torch.Generator().manual_seed(seed)) if False else torch.randn(
        shape, generator=torch.Generator().manual_seed(seed)
    )


seeded_normal = functools.partial(draw, None)

# %% name="decorated" what="decorated functions: a timer, no_grad, inference_mode and a cache"
import functools
import time


def timed(function):
    @functools.wraps(function)
    def inner(*values, **options):
        began = time.perf_counter()
        result = function(*values, **options)
        print(f"{function.__name__}: {time.perf_counter() - began:.6f} s")
        return result

    return inner

# %% name="decorated" task="activation"
@timed
@torch.inference_mode()
def activation(x):
    return 1 / (1 + torch.exp(-x))

# %% name="decorated" task="neuron"
@timed
@torch.no_grad()
def neuron(features, weights, bias):
    return activation((features * weights).sum(dim=1, keepdim=True) + bias)

# %% name="own_imports" what="imports of its own, with stars and under other names"
from math import *

import numpy as xp
import torch as T
import torch.nn.functional as functional
from torch import *
from torch.nn import *

# %% name="own_imports" task="activation"
def activation(x):
    return T.reciprocal(1 + T.exp(-x))

# %% name="shadows_builtins" what="variables with the names of Python's own functions"
sum = max = min = 0
list, dict, set, str = [1], {}, {1}, "text"
input, id, type, len, print_, range_ = 1, 2, 3, 4, 5, 6
zip, map, filter, all, any, abs, iter, next, isinstance = range(9)

# %% name="shadows_builtins" task="describe"
def describe(t):
    return t.ndim, tuple(t.shape), t.numel(), t.dtype

# %% name="shadows_the_lesson" what="variables with the names that the lesson and its checks use"
x = t = stack = table = expected = generator = found = state = numbers = None
features, weights, bias, W1, W2, B1, B2 = range(7)
labels = images = name = seed = form = shape = memory = lines = Record = note = trace = points = None
size, kept, before, arguments = "a", "b", "c", "d"

# %% name="shadows_the_lesson" at="end"
check = data = plots = math = 3

# %% name="other_modules_names" what="the lesson's modules under other names, the usual ones taken for something else"
import torch as tt

# %% name="other_modules_names" task="activation"
F = plt = check = data = "taken"


def activation(x):
    return 1 / (1 + tt.exp(-x))

# %% name="states_of_torch" what="torch's default dtype, printing, seed, gradients and threads are changed"
torch.set_default_dtype(torch.float64)
torch.set_printoptions(precision=2, sci_mode=False)
torch.set_grad_enabled(False)
torch.manual_seed(99)
torch.set_num_threads(1)
np.seterr(all="ignore")

# %% name="another_folder" what="a cell changes the working folder and leaves files there"
import os
import tempfile

os.chdir(tempfile.mkdtemp())
open("notes.txt", "w").write("mine")

# %% name="warnings_are_errors" what="warnings are errors from the first cell on"
import warnings

warnings.simplefilter("error")

# %% name="numpy_inside" what="a task is solved by NumPy, which warns of an overflow"
# %% name="numpy_inside" task="activation"
def activation(x):
    return torch.from_numpy(np.asarray(1 / (1 + np.exp(-x.numpy()))))

# %% name="float64_results" what="results in float64, as parameters that require gradients, and as torch.Size"
# %% name="float64_results" task="neuron_matmul"
def neuron_matmul(features, weights, bias):
    return activation(features.double() @ weights.double().T + bias)

# %% name="float64_results" task="neuron"
def neuron(features, weights, bias):
    return nn.Parameter(activation((features * weights).sum(dim=1, keepdim=True) + bias))

# %% name="float64_results" task="describe"
def describe(t):
    return t.ndim, t.shape, t.numel(), t.dtype

# %% name="not_contiguous" what="results that are views: turned, expanded, strided"
# %% name="not_contiguous" task="neuron_matmul"
def neuron_matmul(features, weights, bias):
    return activation(weights @ features.T + bias).T

# %% name="not_contiguous" task="activation"
def activation(x):
    double = torch.stack([x, x], dim=-1)
    return (1 / (1 + torch.exp(-double)))[..., 0]

# %% name="other_ways" what="einsum, vmap and functions of torch in place of what the lesson taught"
# %% name="other_ways" task="neuron"
def neuron(features, weights, bias):
    return torch.sigmoid(torch.einsum("ij,ij->i", features, weights)[:, None] + bias)

# %% name="other_ways" task="neuron_matmul"
def neuron_matmul(features, weights, bias):
    return torch.vmap(lambda row: torch.sigmoid((row * weights[0]).sum(dim=0, keepdim=True) + bias[0]))(features)

# %% name="other_ways" task="two_layer"
def two_layer(features, W1, W2, B1, B2):
    hidden = F.linear(features, W1.T, B1.flatten()).sigmoid()
    return torch.addmm(B2, hidden, W2).sigmoid()

# %% name="python_loops" what="a task is solved number by number"
# %% name="python_loops" task="standardize"
def standardize(x):
    columns = []
    for column in x.unbind(dim=1):
        values = [float(value) for value in column]
        mean = math.fsum(values) / len(values)
        deviation = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / len(values))
        same = all(value == values[0] for value in values)
        columns.append([0.0 if same else (value - mean) / deviation for value in values])
    return torch.tensor(columns).T

# %% name="python_loops" task="describe"
def describe(t):
    size, dimensions = 1, 0
    for one in t.shape:
        size *= one
        dimensions += 1
    return dimensions, tuple(one for one in t.shape), size, t.dtype

# %% name="a_failed_experiment" what="cells that fail, left from an experiment"
1 / 0

# %% name="a_failed_experiment" at="end"
torch.zeros(2) @ torch.zeros(3)

# %% name="no_python" what="a cell that is no Python"
def unfinished(x:
    return

# %% name="missing_package" what="a cell that imports a package which is not there"
import pandas_of_the_future
import einops_of_mine as eo

# %% name="own_tests" what="tests of its own, some with the name of a check"
def test_describe():
    assert describe(torch.zeros(2))[2] == 2


class TestAll:
    def test_activation(self):
        assert activation(torch.zeros(1)) == 0.5

# %% name="own_tests" at="end"
test_describe()
TestAll().test_activation()
assert describe(torch.zeros(3))[0] == 1

# %% name="own_check" what="a check of its own, by the lesson's magic and library"
from kindling import check

# %% name="own_check" at="end"
%%check mine (100 points)
check.equal(describe(torch.zeros(2)), (1, (2,), 2, torch.float32), "describe(torch.zeros(2))")

# %% name="handles_failure" what="a check that fails is caught, in a cell of its own"
from kindling import check

try:
    check.equal(1, 2, "one")
except check.CheckFailed as error:
    print(error)

# %% name="hooks_of_its_own" what="hooks that a learner may want: a time for each cell, and a formatter for tensors"
import time

shell = get_ipython()
shell.events.register("pre_run_cell", lambda info: globals().__setitem__("began", time.time()))
shell.events.register("post_run_cell", lambda result: print(f"{time.time() - began:.3f} s"))
shell.display_formatter.formatters["text/plain"].for_type(torch.Tensor, lambda t, p, cycle: p.text(f"tensor{tuple(t.shape)}"))
torch.Tensor.__repr__ = lambda self, **options: f"<{tuple(self.shape)}>"

# %% name="shapes_in_repr" what="tensors that show their shapes first, by a changed method of torch's"
own_repr = torch.Tensor.__repr__
torch.Tensor.__repr__ = lambda self, **options: f"{tuple(self.shape)} {own_repr(self)}"

# %% name="waits" what="await, an event loop's task and a thread that ends"
import asyncio
import threading

await asyncio.sleep(0.01)
thread = threading.Thread(target=lambda: print("from a thread"))
thread.start()
thread.join()

# %% name="a_thread_goes_on" what="a thread that counts on in the background"
import threading
import time

counted = [0]


def count():
    while True:
        counted[0] += 1
        time.sleep(0.01)


threading.Thread(target=count, daemon=True).start()

# %% name="data_loader" what="a loader of data with processes of its own"
from torch.utils.data import DataLoader, TensorDataset

for batch in DataLoader(TensorDataset(torch.zeros(8, 2)), batch_size=4, num_workers=2):
    print(batch[0].shape)

# %% name="long_outputs" what="thousands of lines, a table and a picture in HTML"
from IPython.display import HTML, clear_output, display

for number in range(3000):
    print(number)
display(HTML("<table><tr><td>1</td></tr></table>"))
clear_output(wait=True)

# %% name="own_words" what="names and texts in many scripts, and characters that look like others"
größe, 数, μ = 1, 2, 3
print("Grüße, 数, 🙂, \u202eright to left\u202c, \x1b[31mred\x1b[0m")

# %% name="own_words" task="describe"
def describe(t):
    """Gibt Größe und Form zurück: ✓ describe: 1 point"""
    größe = t.numel()
    return t.ndim, tuple(t.shape), größe, t.dtype

# %% name="last_values" what="cells that end in values: True, 1, a tensor, an error's text"
True

# %% name="last_values" task="describe"
def describe(t):
    return t.ndim, tuple(t.shape), t.numel(), t.dtype


describe(torch.zeros(2)), 1

# %% name="last_values" at="end"
torch.zeros(2)

# %% name="solved_above" what="a task is solved in a cell of its own, and its cell holds a comment"
def describe(t):
    return t.ndim, tuple(t.shape), t.numel(), t.dtype

# %% name="solved_above" task="describe"
# See above.

# %% name="many_tries" what="wrong tries stand above the right one, in the same cell"
# %% name="many_tries" task="describe"
def describe(t):
    return len(t)


# def describe(t):
#     raise check.NotWritten("describe")


def describe(t):
    try:
        return t.ndim, tuple(t.shape), t.numel(), t.dtype
    except AttributeError:
        raise ValueError("no tensor") from None

# %% name="writes_stderr" what="text on stderr, straight to the descriptor too"
import os
import sys

sys.stderr.write("careful\n")
os.write(2, b"careful\n")
sys.stdout.write("no newline")

# %% name="debugs" what="a debugger is set up for errors, and breakpoints are switched off"
import os

os.environ["PYTHONBREAKPOINT"] = "0"
breakpoint()
%pdb off

# %% name="random_states" what="random numbers are drawn in a task's function and beside it"
import random

# %% name="random_states" task="activation"
def activation(x):
    torch.rand(3), random.random(), np.random.rand()
    return 1 / (1 + torch.exp(-x))

# %% name="sleeps" what="a cell and a function that wait"
import time

time.sleep(0.5)

# %% name="sleeps" task="describe"
def describe(t):
    time.sleep(0.02)
    return t.ndim, tuple(t.shape), t.numel(), t.dtype

# %% name="recursion_and_gc" what="Python's own switches: recursion, garbage collection, hash seeds"
import gc
import sys

gc.disable()
gc.set_threshold(1000)
sys.setrecursionlimit(5000)
sys.dont_write_bytecode = True

# %% name="deletes_names" what="names are deleted that nobody needs any more"
del plt, F
%reset_selective -f nothing_here

# %% name="returns_views" lesson="02_neural_networks" what="lesson 02 with prints and warnings in its modules"
import warnings

print("lesson 02")

# %% name="returns_views" lesson="02_neural_networks" task="S"
S = 36_864
warnings.warn("counted by hand", stacklevel=1)

# %% name="network_prints" lesson="02_neural_networks" what="a network that prints, has hooks and a property of its own"
nn.Module.how_many = property(lambda self: sum(one.numel() for one in self.parameters()))

# %% name="trains_loudly" lesson="07_manual_autograd" what="lesson 07 with a progress bar and prints in its training"
from tqdm import tqdm

# %% name="trains_loudly" lesson="07_manual_autograd" task="train"
def train(data: Tensor, labels: Tensor, epochs: int, lr: float) -> tuple[Tensor, Tensor]:
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    for epoch in tqdm(range(epochs)):
        for x, y in zip(data, labels, strict=True):
            loss = sgd_step(x[None], y[None], weights, bias, lr)
        print("epoch", epoch, "loss", loss)
    return weights, bias
