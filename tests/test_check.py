"""kindling.check: what is right passes in silence; all else gets one plain, true line, whatever a learner returns."""

import concurrent.futures
import math
import multiprocessing
import pickle
import signal
import threading
import time
import warnings
from collections import OrderedDict, defaultdict, namedtuple
from fractions import Fraction

import nbformat
import numpy as np
import pytest
import torch
from nbclient import NotebookClient
from torch import Tensor, nn

from kindling import check
from kindling.errors import CheckFailed, NotWritten

# A warning goes to stderr, and nbgrader gives no points to a graded cell that writes there.
pytestmark = [pytest.mark.learner, pytest.mark.filterwarnings("error")]

NAN, INF = math.nan, math.inf
tensor = torch.tensor


def says(claim, *args, **options):
    """Return the sentence that a claim fails with, None where it holds; it is one plain line either way."""
    try:
        assert claim(*args, **options) is None
    except (CheckFailed, NotWritten) as error:
        sentence = str(error)
        assert sentence.isprintable(), "one line, without control characters"
        assert len(sentence) < 400
        return sentence


# ---- values that are as they are in learners' notebooks, and stranger ones

DEVICES = ["cpu"]
DEVICES += ["cuda"] if torch.cuda.is_available() else []
DEVICES += ["mps"] if torch.backends.mps.is_available() else []


class AlwaysEqual:
    __hash__ = None

    def __eq__(self, other):
        return True


class Refuses:
    __hash__ = None

    def __eq__(self, other):
        raise RuntimeError("no comparison")

    def __repr__(self):
        raise RuntimeError("no text")


class Wordy:
    def __repr__(self):
        return "many\nwords " * 100_000


class AgreeingTensor(Tensor):
    """A tensor that answers every question about it with yes."""

    def __eq__(self, other):
        return torch.ones(2, dtype=torch.bool)

    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        return torch.ones(2, dtype=torch.bool)


class AgreeingText(str):
    __hash__ = str.__hash__

    def __eq__(self, other):
        return True


class AgreeingInt(int):
    __hash__ = int.__hash__

    def __eq__(self, other):
        return True

    def __sub__(self, other):
        return 0


with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # torch announces the end of quantised tensors
    QUANTISED = torch.quantize_per_tensor(tensor([1.0, 2.0]), 0.5, 0, torch.quint8)
with torch.inference_mode():
    INFERRED = tensor([1.0, 2.0])
READ_ONLY = np.broadcast_to(np.array([1.0]), (3,))[::-1]
Pair = namedtuple("Pair", "loss accuracy")


# ---- close


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (tensor([1.0, 2.0]), [1.0, 2.0]),
        (tensor([1.0, 2.0]), [1, 2]),  # whole numbers in a literal ask for no dtype
        (tensor([1, 2]), [1, 2]),
        (tensor([1, 2], dtype=torch.uint8), [1, 2]),
        (tensor([1.0, 2.0], dtype=torch.float64), tensor([1.0, 2.0])),
        (tensor([1.0, 2.0], dtype=torch.bfloat16), tensor([1.0, 2.0], dtype=torch.float64)),
        (tensor([1.0, 2.0]) + 1e-6, [1.0, 2.0]),
        (tensor([1e6]), [1e6 + 1]),
        (tensor([1.0, 2.0], requires_grad=True), [1.0, 2.0]),
        (tensor([1.0, 2.0], requires_grad=True) * 1, tensor([1.0, 2.0], requires_grad=True)),
        (nn.Parameter(tensor([1.0, 2.0])), [1.0, 2.0]),
        (tensor([1.0, 2.0]), nn.Parameter(tensor([1.0, 2.0]))),
        (INFERRED, [1.0, 2.0]),
        (tensor([1.0, 2.0]).to_sparse(), [1.0, 2.0]),
        (tensor([[1.0, 3.0], [2.0, 4.0]]).T, [[1.0, 2.0], [3.0, 4.0]]),
        (tensor([1.0]).expand(3), [1.0, 1.0, 1.0]),
        (tensor([1 + 2j]).conj(), tensor([1 - 2j], dtype=torch.complex128)),
        (tensor([True, False]), [True, False]),
        (tensor([NAN, INF, -INF]), [NAN, INF, -INF]),
        (tensor([]), []),
        (torch.zeros(0, 3), torch.zeros(0, 3)),
        (tensor(2.5), tensor(2.5)),
        (2.5, 2.5),
        (3, 3.0),
        (3.0, 3),
        (NAN, NAN),
        (-INF, -INF),
        (np.float64(2.5), 2.5),
        (np.float32(0.1), 0.1),
        (np.int64(3), 3),
        (Fraction(1, 3), 1 / 3),
        (10**400, 10**400),
        ((2.5, tensor([1.0])), (2.5, [1.0])),
        (Pair(0.5, 1.0), (0.5, 1.0)),
        (torch.max(tensor([[1.0, 3.0]]), dim=1), ([3.0], [1])),
        ({"loss": 0.5, "rows": tensor([1.0])}, {"rows": [1.0], "loss": 0.5}),
        ([tensor([1.0]), tensor([1.0, 2.0])], [[1.0], [1.0, 2.0]]),
        (np.array([1.0, 2.0]), np.array([1.0, 2.0 + 1e-6])),
        (READ_ONLY, np.ones(3)),
        (np.array([1], dtype=">i4"), np.array([1])),
        ([{"loss": tensor([1.0])}], [{"loss": [1.0]}]),
    ],
)
def test_close_takes_the_right_value_in_any_legal_form(actual, expected):
    assert says(check.close, actual, expected, "f(x)") is None


@pytest.mark.parametrize("device", DEVICES)
def test_a_tensor_may_lie_on_any_device(device):
    value = tensor([1.0, 2.0], device=device, requires_grad=True)
    assert says(check.close, value, [1.0, 2.0], "f(x)") is None
    assert says(check.unchanged, value, [1.0, 2.0], "x") is None
    assert says(check.predictions, tensor([1], device=device), tensor([1]), at_least=1.0, label="p") is None


@pytest.mark.parametrize(
    ("actual", "expected", "sentence"),
    [
        # type
        (None, [1.0, 2.0], "f(x) is None, wanted float32[2]. Does it return its result?"),
        ([1.0, 2.0], [1.0, 2.0], "f(x) is a list, wanted float32[2]. Which function makes a tensor of a list?"),
        (
            (1.0, 2.0),
            [1.0, 2.0],
            "f(x) is a tuple, wanted float32[2]. Does a line end with a comma, or are several things returned?",
        ),
        (
            np.ones(2),
            [1.0, 2.0],
            "f(x) is a NumPy array, float64[2], wanted float32[2]. Which function makes a tensor of an array?",
        ),
        (np.float64(1), tensor(1.0), "f(x) is a float, wanted float32[]. Was the number taken out of its tensor?"),
        (len, [1.0], "f(x) is a function, wanted float32[1]. Is it called?"),
        (tensor([1.0]).mean, [1.0], "f(x) is a function, wanted float32[1]. Is it called?"),
        (nn.Linear, [1.0], "f(x) is the class Linear, wanted float32[1]."),
        (nn.ReLU(), [1.0], "f(x) is a module, ReLU, wanted float32[1]. Is it called on the input?"),
        (OrderedDict(), [1.0], "f(x) is an OrderedDict, wanted float32[1]."),
        (range(2), [0, 1], "f(x) is a range, wanted int64[2]."),
        (AlwaysEqual(), [1.0], "f(x) is an AlwaysEqual, wanted float32[1]."),
        (Refuses(), [1.0], "f(x) is a Refuses, wanted float32[1]."),
        (Wordy(), [1.0], "f(x) is a Wordy, wanted float32[1]."),
        # dtype, then shape
        (tensor([1, 2]), [1.0, 2.0], "f(x) is int64[2], wanted float32[2]."),
        (tensor([True]), [1.0], "f(x) is bool[1], wanted float32[1]."),
        (tensor([1.0]), [True], "f(x) is float32[1], wanted bool[1]."),
        (tensor([1 + 0j]), [1.0], "f(x) is complex64[1], wanted float32[1]."),
        (tensor([1.0]), tensor([1 + 0j]), "f(x) is float32[1], wanted complex64[1]."),
        (QUANTISED, [1.0, 2.0], "f(x) is quint8[2], wanted float32[2]."),
        (torch.zeros(2, 3), torch.zeros(3, 2), "f(x) is float32[2, 3], wanted float32[3, 2]."),
        (torch.zeros(2).double(), torch.zeros(2, 1), "f(x) is float64[2], wanted float64[2, 1]."),
        (
            tensor(1.0),
            [1.0],
            "f(x) is float32[], wanted float32[1]. "
            "It is one number without dimensions: which call takes the dimensions away?",
        ),
        (tensor([]), [1.0, 2.0], "f(x) is empty: float32[0], wanted float32[2]."),
        (torch.zeros(4, 0), [1.0], "f(x) is empty: float32[4, 0], wanted float32[1]."),
        # value
        (tensor([1.0, 3.0]), [1.0, 2.0], "f(x) is 3 at [1], wanted 2, the only difference."),
        (tensor([[2.0, 5.0]]), [[1.0, 2.0]], "f(x) is 5 at [0, 1], wanted 2, the largest of 2 differences."),
        (tensor([0.33]), [1 / 3], "f(x) is 0.33 at [0], wanted 0.3333."),
        (tensor([0.10044]), [0.10036], "f(x) is 0.10044 at [0], wanted 0.10036."),
        (tensor(1.0), tensor(2.0), "f(x) is 1, wanted 2."),
        (tensor([1.0], requires_grad=True), [2.0], "f(x) is 1 at [0], wanted 2."),
        (nn.Parameter(tensor(1.0)), tensor(2.0), "f(x) is 1, wanted 2."),
        (tensor([36865]), [36864], "f(x) is 36865 at [0], wanted 36864."),
        (tensor([12345.6]), [1.0], "f(x) is 12345.6 at [0], wanted 1."),
        (tensor([-1e20]), [1.0], "f(x) is -1e+20 at [0], wanted 1."),
        (tensor([True, False]), [True, True], "f(x) is False at [1], wanted True, the only difference."),
        (tensor([1 + 2j]), tensor([1 - 2j]), "f(x) is 1+2j at [0], wanted 1-2j."),
        (tensor([0.0, 2.0]).to_sparse(), [1.0, 2.0], "f(x) is 0 at [0], wanted 1, the only difference."),
        (
            torch.empty(2, device="meta"),
            [1.0, 2.0],
            "f(x) is on the meta device, where a tensor has a shape but no values.",
        ),
        (
            tensor([5.0, 5.0]).as_subclass(AgreeingTensor),
            [5.0, 2.0],
            "f(x) is 5 at [1], wanted 2, the only difference.",
        ),
        # nan and infinity
        (tensor([NAN, 2.0]), [1.0, 2.0], "f(x) is nan at [0], wanted 1: 1 of 2 values is nan."),
        (tensor([NAN, 9.0, NAN]), [1.0, 2.0, 3.0], "f(x) is nan at [0], wanted 1: 2 of 3 values are nan."),
        (tensor([NAN, NAN]), [NAN, 2.0], "f(x) is nan at [1], wanted 2: 2 of 2 values are nan."),
        (tensor([1.0, -INF]), [1.0, 2.0], "f(x) is -inf at [1], wanted 2: 1 of 2 values is infinite."),
        (tensor(NAN), tensor(1.0), "f(x) is nan, wanted 1."),
        (tensor([1.0, 1.0]), [1.0, NAN], "f(x) is 1 at [1], wanted nan, the only difference."),
        (tensor([1.0, 1.0]), [1.0, INF], "f(x) is 1 at [1], wanted inf, the only difference."),
        # Python numbers
        (
            tensor(0.5),
            0.5,
            "f(x) is a tensor, float32[], wanted a Python float. Which method takes the number out of a tensor?",
        ),
        (
            tensor(3),
            3,
            "f(x) is a tensor, int64[], wanted a Python number. Which method takes the number out of a tensor?",
        ),
        (np.array(0.5), 0.5, "f(x) is a NumPy array, float64[], wanted a Python float."),
        (True, 1.0, "f(x) is a bool, wanted a Python float."),
        (np.True_, 1.0, "f(x) is a bool, wanted a Python float."),
        ("0.5", 0.5, "f(x) is a str, wanted a Python float."),
        (1j, 0.5, "f(x) is a complex, wanted a Python float."),
        (0.25, 0.5, "f(x) is 0.25, wanted 0.5."),
        (NAN, 0.5, "f(x) is nan, wanted 0.5."),
        (0.5, INF, "f(x) is 0.5, wanted inf."),
        (1.0, 1.001, "f(x) is 1, wanted 1.001."),
        (109_396, 109_386, "f(x) is 109396, wanted 109386."),
        (10**400, 1.0, f"f(x) is 1{'0' * 118}…, wanted 1."),
        # tuples, lists, dicts
        (
            [0.5, 1.0],
            (0.5, 1.0),
            "f(x) is a list, wanted a tuple of 2. Square brackets make a list, commas alone a tuple.",
        ),
        (
            tensor([0.5, 1.0]),
            (0.5, 1.0),
            "f(x) is a tensor, float32[2], wanted a tuple of 2. Commas between several values make a tuple.",
        ),
        ((0.5,), (0.5, 1.0), "f(x) is a tuple of 1, wanted one of 2."),
        ((0.5, None), (0.5, 1.0), "f(x)[1] is None, wanted a Python float."),
        ((0.5, (1.0, tensor([2.0]))), (0.5, (1.0, [3.0])), "f(x)[1][1] is 2 at [0], wanted 3."),
        ({"loss": 2.0}, {"loss": 1.0}, "f(x)['loss'] is 2, wanted 1."),
        # NumPy
        (tensor([1.0]), np.ones(1), "f(x) is a tensor, float32[1], wanted a NumPy array, float64[1]."),
        (np.array(["a"]), np.ones(1), "f(x) is a NumPy array, <U1[1], wanted a NumPy array, float64[1]."),
        (READ_ONLY, np.array([1.0, 1.0, 4.0]), "f(x) is 1 at [2], wanted 4, the only difference."),
    ],
)
def test_close_says_what_differs(actual, expected, sentence):
    assert says(check.close, actual, expected, "f(x)") == sentence


def test_a_number_too_long_for_python_to_print_is_not_printed():
    assert says(check.equal, 10**5000, 1, "f(x)") == "f(x) is <int>, wanted 1."


def test_a_wider_tolerance_counts_for_whole_numbers_too():
    assert says(check.close, 41, 50, "largest_angle", atol=10) is None
    assert says(check.close, 39, 50, "largest_angle", atol=10) == "largest_angle is 39, wanted 50."
    assert says(check.close, tensor([99, 100]), [100, 100], "counts", rtol=0.01) is None
    assert says(check.close, tensor([98, 100]), [100, 100], "counts", rtol=0.01) == (
        "counts is 98 at [0], wanted 100, the only difference."
    )


@pytest.mark.parametrize(
    ("actual", "expected", "sentence"),
    [
        ([2.0, 1.5], [2.0, 1.5], None),
        ([2.0, np.float32(1.5)], [2, 1.5], None),
        ({"loss": [2.0], "best": 0}, {"loss": [2.0], "best": 0}, None),
        ([2.0, 1.0], [2.0, 1.5], "losses[1] is 1, wanted 1.5."),
        (
            [tensor(2.0)],
            [2.0],
            "losses[0] is a tensor, float32[], wanted a Python float. Which method takes the number out of a tensor?",
        ),
        (tensor([2.0, 1.5]), [2.0, 1.5], "losses is a tensor, float32[2], wanted a list of 2."),
        ([2.0], [2.0, 1.5], "losses is a list of 1, wanted one of 2."),
        (None, [2.0], "losses is None, wanted a list of 1."),
        ({"loss": [2.0, NAN]}, {"loss": [2.0, 1.5]}, "losses['loss'][1] is nan, wanted 1.5."),
    ],
)
def test_close_takes_python_lists_where_lists_are_wanted(actual, expected, sentence):
    assert says(check.close, actual, expected, "losses", lists=True) == sentence


@pytest.mark.parametrize("fill", [0.0, NAN, INF])
def test_a_huge_tensor_is_compared_in_a_moment(fill):
    actual, expected = torch.full((2000, 2000), fill), torch.ones(2000, 2000)
    expected[0, 0] = 9.0
    start = time.perf_counter()
    sentence = says(check.close, actual, expected, "f(x)")
    assert time.perf_counter() - start < 5
    odd = {"0.0": ", the largest of 4000000 differences", "nan": ": 4000000 of 4000000 values are nan"}
    rest = odd.get(str(fill), ": 4000000 of 4000000 values are infinite")
    assert sentence == f"f(x) is {fill:g} at [0, 0], wanted 9{rest}."


# ---- equal


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (3, 3),
        (np.int32(3), 3),
        (2.5, 2.5),
        (3, 3.0),
        (True, True),
        (np.False_, False),
        ("rotation", "rotation"),
        (np.str_("rotation"), "rotation"),
        (None, None),
        (torch.int64, torch.int64),
        (torch.device("cpu"), torch.device("cpu")),
        (nn.ReLU, nn.ReLU),
        ({1, 2}, {2, 1}),
        (torch.zeros(2, 3).shape, (2, 3)),
        ((2, (2, 3), torch.Size([6]), torch.float32), (2, (2, 3), (6,), torch.float32)),
        ([1, [2, 3]], [1, [2, 3]]),
        (defaultdict(int, a=1), {"a": 1}),
        (tensor([1, 2]), tensor([1, 2], dtype=torch.int32)),
        (tensor([2**53 + 1]), tensor([2**53 + 1])),
        (tensor([True]), tensor([True])),
        (np.array([1, 2], dtype=np.uint8), np.array([1, 2])),
    ],
)
def test_equal_takes_the_same_value_in_any_legal_form(actual, expected):
    assert says(check.equal, actual, expected, "f(x)") is None


@pytest.mark.parametrize(
    ("actual", "expected", "sentence"),
    [
        (None, 3, "f(x) is None, wanted a Python int. Does it return its result?"),
        (3.0, 3, "f(x) is a float, wanted a Python int."),
        (True, 1, "f(x) is a bool, wanted a Python int."),
        (
            tensor(3),
            3,
            "f(x) is a tensor, int64[], wanted a Python int. Which method takes the number out of a tensor?",
        ),
        (31_000, 36_864, "f(x) is 31000, wanted 36864."),
        (AgreeingInt(4), 3, "f(x) is 4, wanted 3."),
        (0.1 + 0.2, 0.3, "f(x) is 0.30000000000000004, wanted 0.3."),
        (1, True, "f(x) is an int, wanted True."),
        (tensor(True), True, "f(x) is a tensor, bool[], wanted True."),
        (False, True, "f(x) is False, wanted True."),
        (0, None, "f(x) is an int, wanted None."),
        (None, "noise", "f(x) is None, wanted 'noise'. Does it return its result?"),
        ("blur", "noise", "f(x) is 'blur', wanted 'noise'."),
        ("a  b", "a b", "f(x) is 'a  b', wanted 'a b'."),
        ("é\n", "e", "f(x) is 'é\\n', wanted 'e'."),
        ("x" * 300 + "1", "x" * 300 + "2", f"f(x) is …{'x' * 20}1', wanted …{'x' * 20}2'."),
        ("y" * 300, "z", f"f(x) is 'y{'y' * 117}…, wanted 'z'."),
        (AgreeingText("blur"), "noise", "f(x) is 'blur', wanted 'noise'."),
        (torch.float64, torch.float32, "f(x) is torch.float64, wanted torch.float32."),
        (
            "float32",
            torch.float32,
            "f(x) is a str, wanted torch.float32. That is a name as text; the dtype itself is wanted.",
        ),
        ({"b", "a"}, {"a"}, "f(x) is {'a', 'b'}, wanted {'a'}."),
        (AlwaysEqual(), {1}, "f(x) is an AlwaysEqual, wanted {1}."),
        (Refuses(), {1}, "f(x) is a Refuses, wanted {1}."),
        (AlwaysEqual(), 3, "f(x) is an AlwaysEqual, wanted a Python int."),
        (tensor([1, 2]), {1, 2}, "f(x) is a tensor, int64[2], wanted {1, 2}."),
        ([2, 3], (2, 3), "f(x) is a list, wanted a tuple of 2. Square brackets make a list, commas alone a tuple."),
        ((2, 3), [2, 3], "f(x) is a tuple, wanted a list of 2. Square brackets make a list."),
        (torch.Size([2]), (2, 3), "f(x) is a tuple of 1, wanted one of 2."),
        ((2, (2, 4)), (2, (2, 3)), "f(x)[1][1] is 4, wanted 3."),
        ((2, AlwaysEqual()), (2, "a"), "f(x)[1] is an AlwaysEqual, wanted 'a'."),
        ([("a", 1)], {"a": 1}, "f(x) is a list, wanted a dict with the keys 'a'."),
        ({"b": 1}, {"a": 1}, "f(x) has the keys 'b', wanted 'a'."),
        ({}, {"b": 1, "a": 1}, "f(x) is an empty dict, wanted the keys 'a', 'b'."),
        ({"a": 2}, {"a": 1}, "f(x)['a'] is 2, wanted 1."),
        ({Wordy(): 1}, {"a": 1}, f"f(x) has the keys {('many words ' * 11)[:119]}…, wanted 'a'."),
        (tensor([1.0]), tensor([1.0 + 1e-6]), "f(x) is 1 at [0], wanted 1.000001."),
        (tensor([2**53 + 1]), tensor([2**53]), "f(x) is 9007199254740993 at [0], wanted 9007199254740992."),
        (tensor([-(2**63)]), tensor([0]), "f(x) is -9223372036854775808 at [0], wanted 0."),
        (tensor([1.5]), tensor([1]), "f(x) is 1.5 at [0], wanted 1."),
        (QUANTISED, tensor([1, 3]), "f(x) is 2 at [1], wanted 3, the only difference."),
    ],
)
def test_equal_says_what_differs(actual, expected, sentence):
    assert says(check.equal, actual, expected, "f(x)") == sentence


def test_long_dicts_are_told_apart():
    keys = {f"layer{i:03}.weight": 0 for i in range(50)}
    assert says(check.equal, keys | {"layer050.bias": 0}, keys | {"layer050.weight": 0}, "state") == (
        "state has the keys ….weight', 'layer050.bias', wanted ….weight', 'layer050.weight'."
    )


@pytest.mark.parametrize(
    ("label", "hint"),
    [
        ("softmax(logits)", " Does it return its result?"),
        ("Network()(images) of one image", " Does it return its result?"),
        ("describe(t)[1]", ""),
        ("layer.weight.grad", ""),
        ("corruption", ""),
    ],
)
def test_only_what_a_call_gave_is_asked_for_its_return(label, hint):
    assert says(check.close, None, [1.0], label) == f"{label} is None, wanted float32[1].{hint}"


# ---- shape


@pytest.mark.parametrize(
    ("actual", "expected", "sentence"),
    [
        (torch.zeros(2, 3), (2, 3), None),
        (torch.zeros(2, 3, dtype=torch.int8), [2, 3], None),
        (torch.zeros(2, 3, requires_grad=True).to_sparse(), (2, 3), None),
        (torch.empty(2, 3, device="meta"), torch.Size([2, 3]), None),
        (tensor(1.0), (), None),
        (torch.zeros(3, 2), (2, 3), "f(x) has shape (3, 2), wanted (2, 3)."),
        (tensor(1.0), (1,), "f(x) has shape (), wanted (1,)."),
        (np.zeros((2, 3)), (2, 3), "f(x) is a NumPy array, float64[2, 3], wanted a tensor of shape (2, 3)."),
        (None, (2, 3), "f(x) is None, wanted a tensor of shape (2, 3). Does it return its result?"),
        ((2, 3), (2, 3), "f(x) is a tuple, wanted a tensor of shape (2, 3)."),
        (
            tensor([5.0]).as_subclass(AgreeingTensor),
            (2,),
            "f(x) has shape (1,), wanted (2,).",
        ),
    ],
)
def test_shape(actual, expected, sentence):
    assert says(check.shape, actual, expected, "f(x)") == sentence


def test_shape_knows_mistakes():
    slips = {"f(x) lost its batch dimension.": (3,)}
    assert says(check.shape, torch.zeros(3), (2, 3), "f(x)", mistakes=slips) == "f(x) lost its batch dimension."
    assert says(check.shape, torch.zeros(4), (2, 3), "f(x)", mistakes=slips) == "f(x) has shape (4,), wanted (2, 3)."


# ---- hashed


def test_hashed_tells_what_came_and_not_what_is_wanted():
    hashes = [check.hash_of("rotation"), check.hash_of(50)]
    assert says(check.hashed, "rotation", hashes, "damage") is None
    assert says(check.hashed, np.int64(50), hashes, "angle") is None
    assert says(check.hashed, "blur", hashes, "damage") == "damage is 'blur', which is wrong."
    assert says(check.hashed, 50.0, hashes, "angle") == "angle is 50.0, which is wrong."
    assert says(check.hashed, ..., hashes, "damage") == "Not yet: `damage` still needs your code."


# ---- predictions


@pytest.mark.parametrize(
    ("classes", "labels", "at_least", "sentence"),
    [
        (tensor([0, 1, 2, 3]), tensor([0, 1, 2, 9]), 0.75, None),
        (tensor([0, 1], dtype=torch.uint8), [0, 1], 1.0, None),
        (tensor([3, 3]), [3, 3], 0.5, None),
        (tensor([0, 1, 2, 3]), [0, 9, 9, 9], 0.5, "predict(x) is right for 25.0% of 4 examples, wanted at least 50%."),
        (
            tensor([1] * 7999 + [2] * 2001),
            tensor([1] * 10_000),
            0.8,
            "predict(x) is right for 79.9% of 10000 examples, wanted at least 80%.",
        ),
        (
            tensor([1] * 843 + [2] * 157),
            tensor([1] * 1000),
            0.845,
            "predict(x) is right for 84.3% of 1000 examples, wanted at least 84.5%.",
        ),
        (
            tensor([3, 3, 3, 3]),
            [0, 1, 2, 3],
            0.5,
            "predict(x) is class 3 for all 4 examples. Did the model learn anything?",
        ),
        (None, [0, 1], 0.5, "predict(x) is None, wanted int64[2]. Does it return its result?"),
        ([0, 1], [0, 1], 0.5, "predict(x) is a list, wanted int64[2]."),
        (np.array([0, 1]), [0, 1], 0.5, "predict(x) is a NumPy array, int64[2], wanted int64[2]."),
        (
            tensor([0.0, 1.0]),
            [0, 1],
            0.5,
            "predict(x) is float32[2], wanted int64[2]: one class number per example.",
        ),
        (tensor([0j, 1]), [0, 1], 0.5, "predict(x) is complex64[2], wanted int64[2]: one class number per example."),
        (tensor([False, True]), [0, 1], 0.5, "predict(x) is bool[2], wanted int64[2]: one class number per example."),
        (tensor([[0], [1]]), [0, 1], 0.5, "predict(x) is int64[2, 1], wanted int64[2]: one class number per example."),
        (
            torch.zeros(2, dtype=torch.int64, device="meta"),
            [0, 1],
            0.5,
            "predict(x) is on the meta device, where a tensor has a shape but no values.",
        ),
        (
            tensor([7, 7]).as_subclass(AgreeingTensor),
            [0, 1],
            0.5,
            "predict(x) is class 7 for all 2 examples. Did the model learn anything?",
        ),
    ],
)
def test_predictions(classes, labels, at_least, sentence):
    assert says(check.predictions, classes, labels, at_least=at_least, label="predict(x)") == sentence


def test_classifies():
    images, labels = tensor([[1.0, 0.0], [0.0, 1.0]]), tensor([0, 1])
    options = {"at_least": 0.8, "label": "predict(images)"}
    assert says(check.classifies, lambda x: x.argmax(dim=1), images, labels, **options) is None
    wrong = says(check.classifies, lambda x: x.argmin(dim=1), images, labels, **options)
    assert wrong == "predict(images) is right for 0.0% of 2 examples, wanted at least 80%."


# ---- unchanged

CHANGED = "x was changed. Leave the argument as it was and return a new value."


@pytest.mark.parametrize(
    ("actual", "before", "sentence"),
    [
        (tensor([[1.0, 10.0]]), [[1.0, 10.0]], None),
        (tensor([0.1], dtype=torch.float64), [0.1], None),
        (tensor([[0.1], [2.0]]), [[0.1], [2]], None),
        (tensor([True, False]), [True, False], None),
        (tensor([0.1, NAN], requires_grad=True), tensor([0.1, NAN]), None),
        ([784, 10], [784, 10], None),
        ({"w": tensor([1.0])}, {"w": tensor([1.0])}, None),
        (np.array([1.0]), np.array([1.0]), None),
        (tensor([[1.0, 10.0]]), [[1.0, 10.0 + 1e-5]], CHANGED),
        (tensor([1.0, 2.0]), tensor([[1.0, 2.0]]), CHANGED),
        (tensor([5.0, 5.0]).as_subclass(AgreeingTensor), [1.0, 2.0], CHANGED),
        ([784, 10, 10], [784, 10], CHANGED),
        ({"w": tensor([2.0])}, {"w": tensor([1.0])}, CHANGED),
        (None, [1.0], CHANGED),
    ],
)
def test_unchanged(actual, before, sentence):
    assert says(check.unchanged, actual, before, "x") == sentence


# ---- raises


def raising(error):
    def call():
        raise error

    return call


class Untellable(Exception):
    def __str__(self):
        raise RuntimeError("no text")


@pytest.mark.parametrize(
    ("call", "naming", "sentence"),
    [
        (raising(ValueError("no such Dataset")), None, None),
        (raising(ValueError("no such Dataset")), "dataset", None),
        (raising(ValueError("x" * 500 + "dataset")), "dataset", None),
        (raising(UnicodeError("a ValueError of a special kind")), None, None),
        (lambda: 3, None, "f() raised no error, wanted ValueError."),
        (raising(KeyError("name")), None, "f() raised KeyError (\"'name'\"), wanted ValueError."),
        (raising(SystemExit(1)), None, 'f() raised SystemExit ("1"), wanted ValueError.'),
        (raising(TypeError("two\nlines\x1b[31m")), None, 'f() raised TypeError ("two lines [31m"), wanted ValueError.'),
        (raising(TypeError("é" * 500)), None, f'f() raised TypeError ("{"é" * 119}…"), wanted ValueError.'),
        (raising(Untellable()), None, 'f() raised Untellable ("<Untellable>"), wanted ValueError.'),
        (
            raising(ValueError("bad")),
            "dataset",
            'f() raised ValueError, but its message does not name "dataset": "bad".',
        ),
        (raising(NotWritten("get_dataset")), None, "Not yet: `get_dataset` still needs your code."),
    ],
)
def test_raises(call, naming, sentence):
    assert says(check.raises, ValueError, call, "f()", naming=naming) == sentence


def test_raises_lets_an_interrupt_through():
    with pytest.raises(KeyboardInterrupt):
        check.raises(ValueError, raising(KeyboardInterrupt()), "f()")


# ---- layers


class Model(nn.Module):
    """A model with the layers that it is given, by name."""

    def __init__(self, **layers):
        super().__init__()
        for name, layer in layers.items():
            setattr(self, name, layer)


RELU = nn.ReLU()
TWO = ["fc1: Linear(4, 3)", "relu1: ReLU"]


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        (Model(fc1=nn.Linear(4, 3), relu1=nn.ReLU()), None),
        (nn.Sequential(OrderedDict(fc1=nn.Linear(4, 3), relu1=nn.ReLU())), None),
        (
            Model(fc1=nn.Linear(4, 2), relu1=nn.ReLU()),
            "net: layer 1 is `fc1: Linear(4, 2)`, wanted `fc1: Linear(4, 3)`.",
        ),
        (
            Model(fc1=nn.Linear(4, 3, bias=False), relu1=nn.ReLU()),
            "net: layer 1 is `fc1: Linear(4, 3, bias=False)`, wanted `fc1: Linear(4, 3)`.",
        ),
        (Model(fc1=nn.Linear(4, 3), act=nn.ReLU()), "net: layer 2 is `act: ReLU`, wanted `relu1: ReLU`."),
        (Model(relu1=nn.ReLU(), fc1=nn.Linear(4, 3)), "net: layer 1 is `relu1: ReLU`, wanted `fc1: Linear(4, 3)`."),
        (Model(fc1=nn.Linear(4, 3)), "net has 1 of 2 layers; `relu1: ReLU` is missing."),
        (
            Model(fc1=nn.Linear(4, 3), relu1=RELU, softmax=nn.Softmax(dim=1)),
            "net has 3 layers, wanted 2; `softmax: Softmax(dim=1)` is one too many.",
        ),
        (Model(), "net has 0 of 2 layers; `fc1: Linear(4, 3)` is missing."),
        (Model(layers=[nn.Linear(4, 3), nn.ReLU()]), "net has 0 of 2 layers; `fc1: Linear(4, 3)` is missing."),
        (nn.Sequential(), "net has 0 of 2 layers; `fc1: Linear(4, 3)` is missing."),
        (nn.Linear(4, 3), "net: layer 1 is `model: Linear(4, 3)`, wanted `fc1: Linear(4, 3)`."),
        (Model, "net is the class Model, wanted an nn.Module."),
        (None, "net is None, wanted an nn.Module."),
        ([nn.Linear(4, 3), nn.ReLU()], "net is a list, wanted an nn.Module."),
    ],
)
def test_layers(model, sentence):
    assert says(check.layers, model, TWO, "net") == sentence


def test_layers_counts_a_shared_layer_by_each_of_its_names():
    model = Model(a=RELU, fc1=nn.Linear(1, 1), b=RELU)
    assert says(check.layers, model, ["a: ReLU", "fc1: Linear(1, 1)", "b: ReLU"], "net") is None


def test_layers_knows_mistakes():
    slips = {"net lacks its activation.": TWO[:1], "net ends in a softmax.": [*TWO, "softmax: Softmax(dim=1)"]}
    model = Model(fc1=nn.Linear(4, 3), relu1=RELU, softmax=nn.Softmax(dim=1))
    assert says(check.layers, model, TWO, "net", mistakes=slips) == "net ends in a softmax."
    assert says(check.layers, Model(), TWO, "net", mistakes=slips) == (
        "net has 0 of 2 layers; `fc1: Linear(4, 3)` is missing."
    )


@pytest.mark.parametrize(
    ("layer", "text"),
    [
        (nn.Linear(784, 128), "Linear(784, 128)"),
        (nn.Conv1d(1, 6, 5), "Conv1d(1, 6, 5)"),
        (nn.Conv2d(1, 6, 3), "Conv2d(1, 6, 3)"),
        (nn.Conv2d(1, 6, (3, 5)), "Conv2d(1, 6, (3, 5))"),
        (nn.Conv2d(1, 6, 3, stride=2, padding=1), "Conv2d(1, 6, 3, stride=2, padding=1)"),
        (nn.Conv2d(1, 6, 3, padding="same", bias=False), "Conv2d(1, 6, 3, padding=same, bias=False)"),
        (nn.Conv2d(4, 8, 3, padding=(1, 0), groups=2), "Conv2d(4, 8, 3, padding=(1, 0), groups=2)"),
        (nn.BatchNorm2d(16), "BatchNorm2d(16)"),
        (nn.BatchNorm1d(64, affine=False), "BatchNorm1d(64)"),
        (nn.LayerNorm(64), "LayerNorm(64)"),
        (nn.MaxPool2d(2), "MaxPool2d(2)"),
        (nn.MaxPool2d((2, 2), stride=2), "MaxPool2d(2)"),
        (nn.MaxPool2d(3, stride=2), "MaxPool2d(3, stride=2)"),
        (nn.AvgPool2d(2), "AvgPool2d(2)"),
        (nn.AdaptiveAvgPool2d(1), "AdaptiveAvgPool2d(1)"),
        (nn.Flatten(), "Flatten"),
        (nn.Flatten(0), "Flatten(start_dim=0)"),
        (nn.LogSoftmax(dim=1), "LogSoftmax(dim=1)"),
        (nn.Softmax(), "Softmax(dim=None)"),
        (nn.Dropout(0.2), "Dropout(0.2)"),
        (nn.Dropout2d(), "Dropout2d(0.5)"),
        (nn.ReLU(), "ReLU"),
        (nn.LeakyReLU(), "LeakyReLU"),
        (Model(stride=3, dim=1), "Model"),
    ],
)
def test_layers_shows_type_sizes_and_unusual_options(layer, text):
    assert says(check.layers, nn.Sequential(OrderedDict(one=layer)), [f"one: {text}"], "net") is None


# ---- training: falling, moved, within


@pytest.mark.parametrize(
    ("losses", "sentence"),
    [
        ([2.3, 1.1, 0.9], None),
        ((2.3, 2.4, np.float64(0.9)), None),
        (None, "train() is None, wanted a list of 3 Python floats, one per epoch. Does it return its result?"),
        (tensor([2.3, 1.1, 0.9]), "train() is a tensor, float32[3], wanted a list of 3 Python floats, one per epoch."),
        (0.9, "train() is a float, wanted a list of 3 Python floats, one per epoch."),
        ([2.3, None, 0.9], "train()[1] is None, wanted a Python float."),
        ([2.3, 1.1, tensor(0.9)], "train()[2] is a tensor, float32[], wanted a Python float."),
        (
            [tensor(2.3, requires_grad=True)] * 3,
            "train()[0] is a tensor, wanted a Python float. Which method gives one?",
        ),
        ([2.3, 0.9], "train() has length 2, wanted one loss per epoch: 3."),
        ([2.3, NAN, NAN], "train() is nan in epoch 2. Does a log see 0, or is the learning rate too large?"),
        (
            [2.3, 9.0, INF],
            "train() diverges, from 2.3 to inf. Is the learning rate too large, or do old gradients pile up?",
        ),
        (
            [2.3, 1.0, 2.5],
            "train() diverges, from 2.3 to 2.5. Is the learning rate too large, or do old gradients pile up?",
        ),
        ([2.3, 2.3, 2.3], "train() stays at 2.3 and does not fall. Do the weights change at all?"),
        (..., "Not yet: `train` still needs your code."),
    ],
)
def test_falling(losses, sentence):
    assert says(check.falling, losses, 3, "train()") == sentence


def test_moved():
    model = nn.Sequential(nn.Linear(2, 1), nn.BatchNorm1d(1))
    before = {name: value.clone() for name, value in model.state_dict().items()}
    model[1].running_mean += 1  # statistics move without any optimizer
    assert says(check.moved, model, before, "train()") == (
        "train() never changed the weights. Does the optimizer step, and does it hold this model's parameters?"
    )
    with torch.no_grad():
        model[0].bias += 1
    assert says(check.moved, model, before, "train()") is None


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="Windows has no timer of processor time")
def test_within_stops_what_takes_too_long_and_nothing_else():
    def train(seconds):
        until = time.process_time() + seconds
        with check.within(0.2, "train()"):
            while time.process_time() < until:
                pass

    assert says(train, 5) == "train() took longer than 0.2 s and was stopped. Does it do more than was asked?"
    assert says(train, 0.001) is None
    train(0.15)  # a timer that were still set would speak here, and one that waits does not count
    with check.within(0.2, "train()"):
        time.sleep(0.3)


# ---- avoids


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda x: x.exp() / x.exp().sum(dim=1, keepdim=True), None),
        (lambda x: torch.softmax(x, dim=1), "f(x) calls torch's own softmax. The task is to write it yourself."),
        (lambda x: x.softmax(dim=1), "f(x) calls torch's own softmax. The task is to write it yourself."),
        (lambda x: nn.Softmax(dim=1)(x), "f(x) calls torch's own softmax. The task is to write it yourself."),
        (
            lambda x: nn.functional.log_softmax(x, dim=1).exp(),
            "f(x) calls torch's own log_softmax. The task is to write it yourself.",
        ),
        (
            lambda x: concurrent.futures.ThreadPoolExecutor(1).submit(torch.softmax, x, 1).result(),
            "f(x) calls torch's own softmax. The task is to write it yourself.",
        ),
        (lambda x: raising(NotWritten("f"))(), "Not yet: `f` still needs your code."),
    ],
)
def test_avoids(call, sentence):
    run = threading.Thread.run
    assert says(check.avoids, lambda: call(torch.ones(2, 3)), ["softm"], "f(x)") == sentence
    assert threading.Thread.run is run


# ---- mistakes

SLIPS = {
    "f(x) sums down each column.": [[0.5, 0.5], [0.5, 0.5]],
    "f(x) is the same as x.": [[1.0, 1.0], [1.0, 1.0]],
    "f(x) gives the sum alone.": 4.0,
    "f(x) gives None.": None,
    "f(x) gives text.": "text",
    "f(x) gives a pair.": (1.0, 2.0),
    "f(x) gives rows of two lengths.": [[1.0], [1.0, 2.0]],
    "f(x) gives names.": ["a", "b"],
    "f(x) gives a dict.": {"a": 1.0},
    "f(x) gives a mask.": [[True, False], [True, True]],
    "f(x) is still f(x).": [[0.5, 0.5], [0.5, 0.5]],
}


@pytest.mark.parametrize(
    ("actual", "sentence"),
    [
        (tensor([[0.25, 0.75], [0.5, 0.5]]), None),
        (tensor([[0.5, 0.5], [0.5, 0.5]], requires_grad=True), "f(x) sums down each column."),
        (torch.ones(2, 2).double(), "f(x) is the same as x."),
        (4.0, "f(x) gives the sum alone."),
        (None, "f(x) gives None."),
        ("text", "f(x) gives text."),
        ((1.0, 2.0), "f(x) gives a pair."),
        ([tensor([1.0]), tensor([1.0, 2.0])], "f(x) gives rows of two lengths."),
        (["a", "b"], "f(x) gives names."),
        ({"a": 1.0}, "f(x) gives a dict."),
        (tensor([[True, False], [True, True]]), "f(x) gives a mask."),
        (
            torch.zeros(2, 2),
            "f(x) is 0 at [0, 1], wanted 0.75, the largest of 4 differences. "
            "All 4 numbers are 0: does the result depend on the arguments?",
        ),
        (torch.zeros(3), "f(x) is float32[3], wanted float32[2, 2]."),
        (AlwaysEqual(), "f(x) is an AlwaysEqual, wanted float32[2, 2]."),
        (Refuses(), "f(x) is a Refuses, wanted float32[2, 2]."),
    ],
)
def test_the_mistake_that_fits_is_named(actual, sentence):
    assert says(check.close, actual, [[0.25, 0.75], [0.5, 0.5]], "f(x)", mistakes=SLIPS) == sentence


def test_a_right_value_wins_over_a_mistake_of_the_same_value():
    assert says(check.equal, 3, 3, "COLUMNS", mistakes={"COLUMNS counts the rows.": 3}) is None


X = torch.tensor([[1.31, 2.72, -0.53], [4.14, 0.65, 3.26], [-2.07, 5.48, 1.89], [0.77, -3.91, 2.36]])
TOTALS = "Each number includes the ones before: where does the total start again from 0?"


@pytest.mark.parametrize(
    ("actual", "expected", "known", "sentence"),
    [
        (
            X.sum(0),
            X.mean(0),
            {"sizes": {"batch": 4}},
            "f(x) is 6.98 at [2], wanted 1.745, the largest of 3 differences. Each number is 4 times the one wanted, "
            "and the batch has 4 examples: a sum where a mean is wanted?",
        ),
        (X.sum(0), X.mean(0), {}, "f(x) is 6.98 at [2], wanted 1.745, the largest of 3 differences."),
        # Of several values the first that differs, and of numbers in a list all of them.
        ((1.0, X.T), (1.0, X), {}, "f(x)[1] is float32[3, 4], wanted float32[4, 3]. Rows and columns are exchanged."),
        ({"loss": -2.137}, {"loss": 2.137}, {}, "f(x)['loss'] is -2.137, wanted 2.137. It has the wrong sign."),
        (
            [0.9, 0.7, 0.4],
            [0.9, 0.7, 0.4, 0.3],
            {"lists": True},
            "f(x) is a list of 3, wanted one of 4. The last entry is missing; the others are right.",
        ),
        ([0.9, 1.6, 2.0], [0.9, 0.7, 0.4], {"lists": True}, f"f(x)[1] is 1.6, wanted 0.7. {TOTALS}"),
        # Where type or dtype is wrong, or a number is not finite, that is to be put right first.
        (X.T.tolist(), X, {}, "f(x) is a list, wanted float32[4, 3]. Which function makes a tensor of a list?"),
        (X > 0, X, {"inputs": (X > 0,)}, "f(x) is bool[4, 3], wanted float32[4, 3]."),
        (X / 0 * 2, X, {}, "f(x) is inf at [0, 0], wanted 1.31: 12 of 12 values are infinite."),
        # A wide tolerance makes no relation true.
        (
            X + 7,
            X,
            {"atol": 5.0, "inputs": (X + 8,)},
            "f(x) is 8.89 at [2, 2], wanted 1.89, the largest of 12 differences. "
            "Each number is 7 more than the one wanted.",
        ),
    ],
)
def test_a_relation_is_a_second_sentence(actual, expected, known, sentence):
    assert says(check.close, actual, expected, "f(x)", **known) == sentence


def test_a_mistake_goes_before_a_relation():
    assert says(check.close, -X, X, "f(x)", mistakes={"f(x) has another sign.": -X}) == "f(x) has another sign."


def test_equal_says_relations():
    sentence = "f(x) is int64[2, 3], wanted int64[3, 2]. Rows and columns are exchanged."
    table = tensor([[31, 12], [54, 23], [75, 46]])
    assert says(check.equal, table.T, table, "f(x)") == sentence


def test_what_a_sentence_is_goes_with_the_error():
    kinds = []
    for actual in (-X, X.T, X + X.T[:, :1].sum()):
        with pytest.raises(CheckFailed) as failure:
            check.close(actual, X, "f(x)", mistakes={"f(x) has another sign.": -X})
        kinds.append(failure.value.kind)
    assert kinds == ["mistake", "relation", "relation"]
    with pytest.raises(CheckFailed) as failure:
        check.close(None, X, "f(x)")
    assert failure.value.kind == "claim"


def test_equal_knows_mistakes():
    slips = {"COLUMNS counts the rows.": 5, "COLUMNS counts the numbers.": 15}
    assert says(check.equal, 15, 3, "COLUMNS", mistakes=slips) == "COLUMNS counts the numbers."
    assert says(check.equal, 4, 3, "COLUMNS", mistakes=slips) == "COLUMNS is 4, wanted 3."
    assert says(check.equal, 5.0, 3, "COLUMNS", mistakes=slips) == "COLUMNS is a float, wanted a Python int."


# ---- not written yet


@pytest.mark.parametrize(
    "claim",
    [
        lambda value: check.close(value, [1.0], "S"),
        lambda value: check.close(value, 1.0, "S", mistakes={"S is None.": None}),
        lambda value: check.equal(value, 3, "S"),
        lambda value: check.equal((1, value), (1, 2), "S"),
        lambda value: check.equal({"a": [value]}, {"a": [2]}, "S"),
        lambda value: check.shape(value, (1,), "S"),
        lambda value: check.predictions(value, [1], at_least=0.5, label="S"),
        lambda value: check.unchanged(value, [1.0], "S"),
        lambda value: check.layers(value, ["fc1: Linear(1, 1)"], "S"),
    ],
)
def test_a_variable_that_is_not_set_says_so(claim):
    assert says(claim, ...) == "Not yet: `S` still needs your code."


def test_a_label_that_is_a_call_names_its_function():
    assert says(check.close, ..., [1.0], "softmax(logits)") == "Not yet: `softmax` still needs your code."


def test_when_written_prints_the_stub_and_nothing_else(capfd):
    with check.when_written():
        print("shown")
        raise NotWritten("softmax")
    with check.when_written():
        print("the end")
    assert capfd.readouterr() == ("shown\nNot yet: `softmax` still needs your code.\nthe end\n", "")
    with pytest.raises(CheckFailed, match=r"^f\(x\) is 1, wanted 2\.$"), check.when_written():
        check.equal(1, 2, "f(x)")


# ---- where the sentences go

ERRORS = [CheckFailed("f(x) is 1, wanted 2."), NotWritten("softmax")]


@pytest.mark.parametrize("error", ERRORS, ids=repr)
def test_errors_are_one_line_in_ipython(error):
    assert error._render_traceback_() == [str(error)]


def test_errors_cross_to_another_process_and_back():
    with concurrent.futures.ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        for error in ERRORS:
            # The other process reads the error, and answers with what it read.
            back = pool.submit(pickle.loads, pickle.dumps(error)).result()
            assert (type(back), str(back), vars(back)) == (type(error), str(error), vars(error))


def test_a_notebook_shows_one_plain_line(tmp_path):
    cells = {
        "import torch\nfrom kindling import check": None,
        'check.close(torch.ones(2), [1.0, 1.0], "f(x)")\ncheck.layers(torch.nn.Sequential(), [], "net")': None,
        'check.close(torch.ones(2), [1.0, 2.0], "f(x)")': (
            "CheckFailed",
            "f(x) is 1 at [1], wanted 2, the only difference.",
        ),
        'check.equal(3, 4, "f(x)", mistakes={"Is f(x) – “three” – a slip?": 3})': (
            "CheckFailed",
            "Is f(x) – “three” – a slip?",
        ),
        "def softmax(logits):\n    raise check.NotWritten('softmax')": None,
        'check.close(softmax(1), [1.0], "softmax(1)")': (
            "NotWritten",
            "Not yet: `softmax` still needs your code.",
        ),
        'check.raises(ValueError, lambda: [].pop(), "f()")': (
            "CheckFailed",
            'f() raised IndexError ("pop from empty list"), wanted ValueError.',
        ),
    }
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    options = {"kernel_name": "python3", "allow_errors": True, "resources": {"metadata": {"path": str(tmp_path)}}}
    NotebookClient(notebook, **options).execute()
    for cell, error in zip(notebook.cells, cells.values(), strict=True):
        assert cell.outputs == ([] if error is None else [
            {"output_type": "error", "ename": error[0], "evalue": error[1], "traceback": [error[1]]}
        ])  # fmt: skip
