"""kindling.diagnose.errors: which errors are explained, and that an explanation calls nothing and never fails."""

import importlib
import inspect
import linecache
import re
import subprocess
import sys
import traceback
from pathlib import Path

import pytest
import torch
from failing import explained, raised

from kindling import scope
from kindling.diagnose import errors
from kindling.diagnose.frames import own_traceback

# What needs a GPU, or another system, and is therefore quoted.
QUOTED = [
    (
        "generator_device",
        RuntimeError("Expected a 'cuda' device type for generator but found 'cpu'"),
        "The generator is on cpu and the tensor on cuda: both have to be in one place.",
    ),
    (
        "cuda_memory",
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB. GPU 0 has a total capacity of 7 GiB."),
        "The memory of the GPU is full. Is the batch too large, or are losses kept as tensors with their graphs?",
    ),
    (
        "cuda_assert",
        RuntimeError("CUDA error: device-side assert triggered"),
        "On a GPU the reason comes late and in other words: the same cell on the CPU says it. Are all labels in range?",
    ),
    (
        "dtype_conv",
        RuntimeError("Input type (torch.cuda.FloatTensor) and weight type (torch.FloatTensor) should be the same"),
        "The input is on the GPU and the layer is not: one of them has to move.",
    ),
    (
        "device_mix",
        RuntimeError(
            "Expected all tensors to be on the same device, but got mat1 is on cpu, different from other tensors on "
            "cuda:0 (when checking argument in method wrapper_CUDA_addmm)"
        ),
        "One tensor is on cpu and another on cuda:0: one of them has to move.",
    ),
    (
        "device_mix",
        RuntimeError("indices should be either on cpu or on the same device as the indexed tensor (cpu)"),
        "The indices are on a GPU and the tensor on cpu: one of them has to move.",
    ),
    (
        "device_mix",
        RuntimeError(
            "Input and hidden tensors are not at the same device, found input tensor at cuda:0 and hidden tensor at cpu"
        ),
        "One tensor is on cuda:0 and another on cpu: one of them has to move.",
    ),
    (
        "dtype_kernel",
        NotImplementedError("\"nll_loss_forward_reduce_cuda_kernel_2d_index\" not implemented for 'Float'"),
        "The labels are float32. For this loss, a label is a class number, a whole number of dtype int64.",
    ),
    (
        "device_number",
        RuntimeError("CUDA error: invalid device ordinal"),
        "There is no GPU of this number here: they are counted from 0, so the first is cuda:0.",
    ),
    (
        "device_number",
        RuntimeError(
            "Attempting to deserialize object on CUDA device 5 but torch.cuda.device_count() is 1. Please use"
        ),
        "There is no GPU 5 here: they are counted from 0, so the first is cuda:0.",
    ),
    (
        "pin_gpu",
        RuntimeError("cannot pin 'torch.cuda.FloatTensor' only dense CPU tensors can be pinned"),
        "pin_memory prepares tensors of the CPU for a GPU, and these are on one already: leave it out.",
    ),
    (
        "worker_gpu",
        RuntimeError("Cannot re-initialize CUDA in forked subprocess. To use CUDA with multiprocessing, you must use"),
        "The DataLoader's workers can't use the GPU: leave the data set on the CPU, and move each batch.",
    ),
    (
        "worker_gpu",
        RuntimeError(
            "Caught AcceleratorError in DataLoader worker process 0.\nOriginal Traceback (most recent call last):\n"
            '  File "worker.py", line 364, in _worker_loop\n'
            "torch.AcceleratorError: CUDA error: initialization error"
        ),
        "The DataLoader's workers can't use the GPU: leave the data set on the CPU, and move each batch.",
    ),
    (
        "target_dtype",
        RuntimeError("expected scalar type Long but found Float"),
        "The labels are float. For this loss, a label is a class number, a whole number of dtype int64.",
    ),
]


@pytest.mark.parametrize(("case", "error", "sentence"), QUOTED)
def test_an_error_of_another_machine_is_explained(case, error, sentence):
    """What torch says with a GPU, or said before, is known by its text alone."""
    assert (errors.name_of(error), errors.explain(error)) == (case, sentence)


def test_every_case_is_tested():
    """Each case has an error that is raised for real, or is quoted; no name stands twice."""
    tested = {case for case, *_ in QUOTED}
    for path in Path(__file__).parent.glob("test_errors_*.py"):
        tested |= {case for case, *_ in importlib.import_module(path.stem).SAID}
    names = [case.name for case in errors.CASES]
    assert sorted(tested) == sorted(names)


@pytest.mark.parametrize(
    "code",
    [
        "raise RuntimeError('division by zero')",
        "def f():\n    raise IndexError('list index out of range')\nf()",
        "raise ValueError",
        "assert False",
        "{}['a']",
        "class Own(KeyError):\n    def __str__(self): return '3'\nraise Own('x')",
        "import torch\ntorch.zeros(3).scatter_(9, 9, 9, 9)",
        # What fails inside of a library's function is not the learner's expression that called it.
        "model = nn.Linear(3, 2); torch.optim.SGD(model.parameters()).step(torch.zeros(1))",
        "x = [1]; sorted(x, key=3)",
        "x = [1]; x.sort(key=3)",
    ],
)
def test_what_is_not_known_gets_no_sentence(tmp_path, code):
    """An error of the learner's own making, or one that no case is about, is left alone."""
    error = raised(code, tmp_path)
    assert error
    assert errors.explain(error) is None


HOSTILE = """
calls = []
class Meta(type):
    def __getattribute__(cls, name):
        calls.append(('meta', name)); return type.__getattribute__(cls, name)
    def __instancecheck__(cls, one):
        calls.append('isinstance'); return False
class Hostile(metaclass=Meta):
    def __getattribute__(self, name):
        calls.append(name); raise SystemExit
    def __getattr__(self, name):
        calls.append(name); raise SystemExit
    def __repr__(self):
        calls.append('repr'); raise SystemExit
    __str__ = __repr__
    def __len__(self):
        calls.append('len'); raise SystemExit
    def __eq__(self, other):
        calls.append('eq'); raise SystemExit
    __hash__ = None
    @property
    def __class__(self):
        calls.append('class'); raise SystemExit
class Net(nn.Module):
    @property
    def fc(self):
        calls.append('property'); raise SystemExit
self = loader = x = y = Hostile()
def step(self, loader, x):
    del calls[:]
    {code}
step(self, loader, Net())
"""


@pytest.mark.parametrize(
    "code",
    [
        "y + None",
        "torch.zeros(2, 3) @ torch.zeros(2, 3) + x.fc",
        "torch.zeros(3)[7], x",
        "torch.cat([]), loader",
        "torch.zeros(3).view(y.shape if False else (2, 2)), loader",
        "[1, 2][5], y",
        "nn.Linear(3, 2)(torch.zeros(4)), self",
        "for a, b, c in [(1, 2)]: loader",
        "nn.Linear(3, self, 5, 6, 7, 8, 9)",
        "missing_name",
        "1 / 0 + y.z",
        "a: Meta; a.b",
    ],
)
def test_nothing_of_the_learners_is_called(tmp_path, code):
    """No property, no __getattr__, no __repr__ and no __class__ of what lies in the frames is asked."""
    error = raised(HOSTILE.replace("{code}", code), tmp_path)
    assert error
    frame = error.__traceback__
    while frame.tb_next and "calls" not in frame.tb_frame.f_globals:
        frame = frame.tb_next
    calls = frame.tb_frame.f_globals["calls"]
    before = list(calls)
    errors.explain(error)
    assert calls == before


def test_an_explanation_that_fails_stays_silent(tmp_path, monkeypatch):
    """An error in what explains is no error of the learner's."""
    broken = errors.Case("broken", re.compile("division"), lambda place: 1 / 0)
    monkeypatch.setattr(errors, "CASES", [broken])
    assert errors.explain(raised("1 / 0", tmp_path)) is None


def test_a_check_keeps_its_own_names_to_itself(tmp_path):
    """Of a check, which may be a hidden test, no name or expression is told; of the learner's function it is."""
    names = {"torch": torch}
    text = "secret = torch.zeros(3, dtype=torch.int64)\nsecret += 0.5"
    linecache.cache["<check 1>"] = (len(text), None, text.splitlines(keepends=True), "<check 1>")
    with pytest.raises(RuntimeError) as caught:
        scope.run(text, names, "<check 1>")
    said = "is int64 and stays so when it is changed in place; the result is float32."
    assert errors.explain(caught.value) == f"The tensor {said}"
    assert explained(text, tmp_path) == ("dtype_inplace", f"`secret` {said}")


def test_a_traceback_is_folded_to_own_frames(tmp_path):
    """The frames of torch and of Python are left out, and counted."""
    error = raised("def run(layer):\n    return layer(torch.zeros(4))\nrun(nn.Sequential(nn.Linear(3, 2)))", tmp_path)
    folded, left_out = own_traceback(error.__traceback__)
    names = [frame.name for frame in traceback.extract_tb(folded)]
    assert names[-2:] == ["<module>", "run"]
    count = len(traceback.extract_tb(error.__traceback__)) - len(names)
    assert count > 3
    assert left_out == f"Left out above: {count} frames of libraries and of Python."
    assert own_traceback(None) == (None, None)


def test_an_endless_recursion_shows_its_first_and_last_frames(tmp_path):
    """A thousand frames would say no more."""
    error = raised("def run(x):\n    return run(x + 1)\nrun(1)", tmp_path)
    folded, left_out = own_traceback(error.__traceback__)
    assert len(traceback.extract_tb(folded)) == 20
    assert re.fullmatch(r"Left out above: \d{3} frames of libraries, and of calls that repeat\.", left_out)


def test_an_error_of_a_worker_process_is_matched_by_its_last_line(tmp_path):
    """What a worker reports is text within text, and its frames are gone."""
    code = """
class Items(Dataset):
    def __len__(self): return 4
    def __getitem__(self, i): return torch.zeros(3).view(2, 2)
list(DataLoader(Items(), num_workers=1))
"""
    assert explained(code, tmp_path) == ("view_size", "2 × 2 are 4, and there are 3 numbers.")


def test_no_module_of_this_is_loaded_before_the_first_error():
    """A notebook without errors does not wait for what explains them."""
    program = "import sys; from kindling import check; print([n for n in sys.modules if 'diagnose.errors' in n])"
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert out == "[]\n"


def test_the_names_of_groups_are_the_arguments():
    """Each case's function takes the groups of its pattern, under their names and in their order."""
    for case in errors.CASES:
        arguments = list(inspect.signature(case.tell).parameters)
        assert arguments == ["place", *case.pattern.groupindex], case.name
