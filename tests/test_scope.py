"""kindling.scope: in a learner's notebook a check has a scope of its own, whatever a cell did to names and state."""

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from kindling.wording import without_colours

pytestmark = pytest.mark.learner

START = """import itertools
import math
import numpy as np
import torch
from torch import Tensor, nn
from itertools import product
from kindling import check, data"""

# Cells, one after the other, and what each prints or fails with; an ordinary kernel runs them, as on a learner's page.
CELLS = [
    (START, ""),
    ("%%check floor (1 point)\ncheck.equal(math.floor(2.5), 2, 'floor')", "✓ floor: 1 point\n"),
    ("check = 3\ntorch = [1]\nproduct = 6 * 7\nfor data, np in [(5, 6)]:\n    pass", ""),
    ("print_it = print\nfrom numpy import *\nlist, max = [1], 7", ""),
    ("def mine():\n    return data, max, check", ""),
    # The standard names and Python's own are fresh, also in functions, classes and comprehensions.
    (
        "%%check half (2 points)\n"
        "from itertools import product\n"
        "a = [torch.tensor(i).item() for i in range(max(2, 3))]\n"
        "class Half(nn.Module):\n    three = a\n"
        "    def forward(self, x: Tensor) -> Tensor:\n        return torch.ones(1) * x\n"
        "half = lambda: (Half()(2.0).item(), Half.three, list(product('a', 'b')), sum([1, 2]))\n"
        "check.equal(half(), (2.0, [0, 1, 2], [('a', 'b')], 3), 'half()')\n"
        "check.equal('load' in dir(data), True, 'data')",
        "✓ half: 2 points\n",
    ),
    # The learner's functions have the learner's names.
    ("%%check mine (1 point)\ncheck.equal(mine(), (5, 7, 3), 'mine()')", "✓ mine: 1 point\n"),
    # What a check defines stays with it; what the learner defined is as it was.
    ("a = 8", ""),
    ("%%check mine (1 point)\na = Half = mine()\ncheck.equal(a, (5, 7, 3), 'a')", "✓ mine: 1 point\n"),
    ("print_it(a, check, torch, product, data, max, 'Half' in globals())", "8 3 [1] 42 5 7 False\n"),
    # A check that fails is one sentence.
    ("%%check a (1 point)\ncheck.equal(a, 9, 'a')", "CheckFailed: a is 8, wanted 9."),
    # The state of Python and torch is fresh, and put back.
    (
        "import os, random, torch, numpy\ntorch.set_default_dtype(torch.float64)\n_ = torch.set_grad_enabled(False)\n"
        "torch.set_default_device('meta')\ntorch.set_num_threads(2)\ntorch.manual_seed(5)\nrandom.seed(5)\n"
        "here = os.getcwd()\nos.chdir('/')\nseeds = torch.initial_seed(), random.getstate()[1][:3]",
        "",
    ),
    (
        "%%check state (1 point)\nimport os, random\n"
        "found = [torch.ones(1).dtype, torch.ones(1).device.type, torch.is_grad_enabled(), torch.get_num_threads()]\n"
        "check.equal(found, [torch.float32, 'cpu', True, 1], 'the state')\n"
        "check.equal(os.getcwd(), here, 'the folder')\n"
        "check.equal((round(torch.rand(1).item(), 3), round(random.random(), 3)), (0.496, 0.844), 'numbers')",
        "✓ state: 1 point\n",
    ),
    (
        "print_it(torch.get_default_dtype(), torch.get_default_device(), torch.is_grad_enabled(), "
        "torch.get_num_threads(), os.getcwd(), seeds == (torch.initial_seed(), random.getstate()[1][:3]))",
        "torch.float64 meta False 2 / True\n",
    ),
    (
        "torch.set_default_dtype(torch.float32)\ntorch.set_default_device('cpu')\n_ = torch.set_grad_enabled(True)\n"
        "os.chdir(here)",
        "",
    ),
    # A warning costs nothing, and is shown.
    ("import warnings\nwarnings.simplefilter('error')\ndef warn():\n    warnings.warn('Careful.')\n    return 1", ""),
    (
        "%%check warn (1 point)\ncheck.equal(warn(), 1, 'warn()')",
        "Python warned: UserWarning: Careful.\n✓ warn: 1 point\n",
    ),
    # The last value of a check counts where it says so.
    ("%%check part (4 points)\n### PARTIAL CREDIT\n3", "part: 3 of 4 points\n3"),
    ("%%check full (4 points)\n3", "✓ full: 4 points\n"),
    # An error shows the check's own lines and the learner's, and nothing of what runs them.
    (
        "%%check mine (1 point)\nmine().nope",
        "AttributeError: 'tuple' object has no attribute 'nope' (lines: 1)",
    ),
    # What is done, and what is open.
    (
        "from kindling import check\ncheck.summary({'floor': 1, 'a': 1, 'later': 2}, bonus={'half': 2, 'mine': 1})",
        "✓ floor  1 point\n✗ a      1 point  its check has failed\n– later  2 points  not checked yet\n"
        "✓ half   2 bonus points\n✗ mine   1 bonus point  its check has failed\n"
        "1 of 4 points, and 2 of 3 bonus points.\nNext: a.\n",
    ),
    # Other cells fail as they must, and say what was replaced.
    ("torch = [1]", ""),
    (
        "x = torch.ones(3)",
        "AttributeError: 'list' object has no attribute 'ones'\n`torch` is no longer what the lesson imported",
    ),
    ("max(1, 2)", "TypeError: 'int' object is not callable\n`max` is no longer Python's own"),
    ("def later():\n    return data.load", ""),
    (
        "%%check later (1 point)\ncheck.equal(later(), 1, 'later()')",
        "AttributeError: 'int' object has no attribute 'load'\n`data` is no longer what the lesson imported",
    ),
    ("None + 1", "TypeError: unsupported operand type(s) for +: 'NoneType' and 'int'"),
    ("import sys\nsys.stdout = sys.stderr = None", ""),
    ("print_it('here')", "here\n"),
    ("globals().clear()", ""),
    ("%%check one (1 point)\ncheck.equal(torch.ones(1).item(), 1.0, 'one')", "✓ one: 1 point\n"),
    ("torch.ones(1)", "NameError: name 'torch' is not defined\n`torch` is no longer what the lesson imported"),
    (START, ""),
    ("torch.ones = None", ""),
    (
        "def one():\n    return torch.ones(1)\none()",
        "TypeError: 'NoneType' object is not callable\n`ones` is no longer torch's own",
    ),
    ("import builtins\nbuiltins.print = None\nbuiltins.extra = 4", ""),
    ("print(extra)", "4\n"),
    ("__builtins__ = {}", ""),
    ("print(check)", "<module 'kindling.check'"),
]


@pytest.fixture(scope="module")
def said() -> list[str]:
    """What each cell prints, or the name and message of its error and the sentence below."""
    notebook = new_notebook(cells=[new_code_cell(source) for source, _ in CELLS])
    NotebookClient(notebook, kernel_name="python3", allow_errors=True, timeout=240).execute()
    found = []
    for cell in notebook.cells:
        text = "".join(output.text for output in cell.outputs if output.output_type == "stream")
        for error in (output for output in cell.outputs if output.output_type == "error"):
            last = error.traceback[-1].splitlines()[-1]
            text += f"{error.ename}: {error.evalue}" + (f"\n{last}" if "is no longer" in last else "")
            if ".nope" in cell.source:
                text += f" (lines: {sum('Cell' in part for part in error.traceback)})"
        text += "".join(one.data["text/plain"] for one in cell.outputs if one.output_type == "execute_result")
        found.append(text)
    return found


@pytest.mark.parametrize("number", range(len(CELLS)))
def test_in_a_notebook(said, number):
    """Each cell of the notebook does what it should after all cells above."""
    source, wanted = CELLS[number]
    exact = not ("is no longer" in wanted or wanted.startswith("<module"))
    found = said[number] if exact else said[number][: len(wanted)]
    assert (source, found) == (source, wanted)


NET = """from kindling import check
import torch
import torch.nn.functional as F
from torch import nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(784, 256), nn.Linear(128, 10)
    def forward(self, x):
        return self.fc2(self.fc1(x))
class Refusing(Exception):
    def add_note(self, note):
        raise SystemExit
model = Net()"""
EXPLAINED = [
    ("model(torch.zeros(5, 784))", ["The layer before `fc2` gives 256 numbers, and `fc2` takes 128."], 2, 5),
    (
        "%%check Net (1 point)\nhidden = torch.zeros(3, 28, 28)\nmodel(hidden.view(1, -1))",
        [
            "One row of 2,352 numbers came where `fc1` takes 784. "
            "2,352 is 3 × 784: was the whole batch flattened into one row?"
        ],
        2,
        5,
    ),
    ("totl = 1\ntotal = totl\ntotall", ["Is `total` meant?"], 1, 0),
    ("raise ValueError('division by zero')", [], 1, 0),
    ("raise Refusing('no')", [], 1, 0),
]


@pytest.fixture(scope="module")
def errors():
    """The error of each of these cells, and what a check prints that warns."""
    loss = "F.mse_loss(torch.zeros(8, 1), torch.zeros(8)).item()"
    warns = f"%%check loss (1 point)\n{loss}"
    cells = [NET, *(source for source, *_ in EXPLAINED), warns, loss]
    notebook = new_notebook(cells=[new_code_cell(source) for source in cells])
    NotebookClient(notebook, kernel_name="python3", allow_errors=True, timeout=240).execute()
    return [cell.outputs[0] for cell in notebook.cells[1:]]


@pytest.mark.parametrize("number", range(len(EXPLAINED)))
def test_an_error_is_explained_below_a_traceback_of_own_frames(errors, number):
    """The frames of torch are left out and counted, and one sentence stands below the message."""
    _, sentences, frames, left_out = EXPLAINED[number]
    shown = [without_colours(part) for part in errors[number].traceback]
    assert sum(part.startswith("Cell In") for part in shown) == frames
    assert not any("site-packages" in part for part in shown)
    noted = shown[shown.index(f"{errors[number].ename}: {errors[number].evalue}") + 1 :]
    wanted = [f"Left out above: {left_out} frames of libraries and of Python."] if left_out else []
    assert noted == [*wanted, *(f"→ {sentence}" for sentence in sentences)]


PAIRS = "→ Outputs (8, 1) against labels (8,) are compared each with each: 64 pairs for 8 examples."


def test_a_warning_in_a_check_is_explained(errors):
    """It costs nothing, and is shown with what it means."""
    assert errors[-2].text.splitlines()[1:] == [PAIRS, "✓ loss: 1 point"]


def test_a_warning_in_any_other_cell_is_explained(errors):
    assert "UserWarning: Using a target size" in errors[-1].text
    assert errors[-1].text.splitlines()[-1] == PAIRS
