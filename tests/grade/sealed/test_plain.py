"""Values come back from JSON as they were, and JSON that stands for none is refused."""

import base64
import json
import subprocess
from collections import OrderedDict
from fractions import Fraction

import numpy as np
import pytest
import torch
from torch import nn

from kindling import check
from kindling.grade.sealed.plain import TooLarge, freeze, thaw


def through(value):
    return thaw(json.loads(json.dumps(freeze(value))))


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, 3, -(2**70), 0.1, float("inf"), 1 - 2j, "text", b"bytes", ..., torch.float32, (), [], {}, {1, 2}),
        *((1, [2.5, {"a": None}]), {(1, 2): "three"}, frozenset("a"), torch.device("cpu"), torch.Tensor, int, nn.ReLU),
        *(torch.Size([2, 3]), range(2, 9, 3), "a" * 30_000, bytes(30_000)),
        *(-0.0, 10**5000, [float("inf")], {1: torch.float16}, "\ud800"),
    ],
    ids=lambda value: f"{type(value).__name__} {str(value)[:20] if type(value) is not int else ''}",
)
def test_plain_values_come_back(value):
    assert through(value) == value
    assert isinstance(value, type(through(value))) or type(through(value)).__name__ == type(value).__name__


@pytest.mark.parametrize("value", [OrderedDict, subprocess.Popen, torch.relu, torch.exp, slice(1, None), object])
def test_what_is_not_known_is_equal_to_itself(value):
    assert check.equal(through(value), through(value), "value") is None
    with pytest.raises(check.CheckFailed):
        check.equal(through(value), through(json.loads if isinstance(value, type) else len), "value")


def test_a_class_is_shown_as_it_is():
    assert repr(through(subprocess.Popen)) == repr(subprocess.Popen)


def test_a_number_of_another_kind_is_what_a_check_takes_it_for():
    assert through([Fraction(1, 2), np.float32(0.5), np.int64(3)]) == [0.5, 0.5, 3]


@pytest.mark.parametrize(
    "tensor",
    [
        torch.randn(3, 4),
        torch.randn(3, 4).T,
        torch.ones(1, 1).expand(1, 5)[:, ::5],
        torch.zeros(0, 3),
        torch.tensor(2.5, dtype=torch.float64),
        torch.tensor([True, False]),
        torch.randn(2, dtype=torch.complex64).conj(),
        torch.randn(2).bfloat16(),
        torch.arange(5, dtype=torch.uint8)[::2],
    ],
    ids=lambda tensor: f"{tensor.dtype}{list(tensor.shape)}",
)
def test_tensors_come_back(tensor):
    back = through(tensor)
    assert (back.dtype, back.shape) == (tensor.dtype, tensor.shape)
    assert torch.equal(back, tensor)


def test_nan_a_gradient_and_a_sparse_tensor():
    assert through(torch.tensor([float("nan")])).isnan().all()
    assert through(torch.ones(2, requires_grad=True)).requires_grad
    assert torch.equal(through(torch.eye(2).to_sparse()), torch.eye(2))


def test_arrays_come_back():
    for array in (np.arange(6.0).reshape(2, 3).T, np.array([1, 2], dtype=">i4"), np.array(True)):
        back = through(array)
        assert back.shape == array.shape
        assert (back == array).all()


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (OrderedDict(a=1), "an OrderedDict"),
        (torch.ones(2).topk(1), "a topk"),
        (nn.Linear(2, 1), "a module, Linear"),
        (object(), "an object"),
        (len, "a function. Is it called"),
        (np.array(["a"]), "a NumPy array, <U1[1]"),
    ],
)
def test_what_is_no_plain_value_is_told_as_what_it_is(value, found):
    with pytest.raises(check.CheckFailed) as failed:
        check.equal(through(value), 1.5, "f(x)")
    assert str(failed.value).startswith(f"f(x) is {found.partition('.')[0]}, wanted a Python float.")


def test_a_value_is_frozen_at_once():
    tensor = torch.zeros(2)
    frozen = freeze({"kept": tensor})
    tensor[0] = 5
    assert torch.equal(thaw(frozen)["kept"], torch.zeros(2))


class Sly(torch.Tensor):
    """A tensor that says of itself what it likes."""

    @property
    def shape(self):
        return torch.Size([9])

    @property
    def dtype(self):
        return torch.float64

    def __eq__(self, other):
        return True

    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        return torch.zeros(9)


def test_a_subclass_is_read_as_the_tensor_that_it_is():
    assert torch.equal(through(torch.ones(2).as_subclass(Sly)), torch.ones(2))


def test_a_mock_is_equal_to_nothing():
    from unittest.mock import MagicMock

    assert through(MagicMock()) != 1
    assert not isinstance(through(MagicMock()), torch.Tensor)


def test_large_and_endless_values_are_refused():
    endless = []
    endless.append(endless)
    for value in (torch.zeros(20_000_000), [0] * 200_000, endless):
        with pytest.raises(TooLarge):
            freeze(value)
    assert thaw(freeze(torch.zeros(20_000_000), shape_only=True)).shape == (20_000_000,)


DATA = base64.b64encode(bytes(8)).decode()


@pytest.mark.parametrize(
    "data",
    [
        *(
            5,
            "text",
            [],
            {},
            {"is": "unknown"},
            {"is": "int", "value": "x"},
            {"is": "list"},
            {"is": "list", "items": 3},
        ),
        {"is": "tensor", "dtype": "torch.float32", "shape": [3], "data": DATA},
        {"is": "tensor", "dtype": "torch.nothing", "shape": [2], "data": DATA},
        {"is": "tensor", "dtype": "torch.load", "shape": [2], "data": DATA},
        {"is": "tensor", "dtype": "torch.float32", "shape": [-1], "data": DATA},
        {"is": "tensor", "dtype": "torch.float32", "shape": "2", "data": DATA},
        {"is": "array", "dtype": "O", "shape": [1], "data": DATA},
        {"is": "dict", "items": [[{"is": "list", "items": []}, 1]]},
    ],
    ids=str,
)
def test_what_is_no_value_is_refused(data):
    with pytest.raises(ValueError):
        thaw(data)


def test_a_class_comes_from_a_known_module_alone():
    assert thaw({"is": "class", "name": "Popen", "module": "subprocess"}).__name__ == "Popen"
    assert thaw({"is": "class", "name": "Popen", "module": "subprocess"}) is not subprocess.Popen
