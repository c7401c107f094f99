"""Errors of dtypes: numbers of two kinds meet, or of a kind that the call does not take."""

from __future__ import annotations

import ast
import re

from kindling.diagnose.cases import Case, case, dtype
from kindling.diagnose.errors_losses import NO_CLASS_NUMBERS
from kindling.diagnose.frames import Place
from kindling.diagnose.reading import is_tensor

__all__ = ["CASES"]

CASES: list[Case] = []

NAMES = {
    "float": "float32",
    "double": "float64",
    "half": "float16",
    "long": "int64",
    "long int": "int64",
    "int": "int32",
    "short": "int16",
    "byte": "uint8",
    "unsigned char": "uint8",
    "char": "int8",
    "signed char": "int8",
    "bool": "bool",
    "c10::bfloat16": "bfloat16",
}


def _dtype(name: str) -> str:
    """Return a dtype's name in Python for one in C++ or torch: float32 for "float" and "Float"."""
    return NAMES.get(name.lower(), name)


def _reason(name: str) -> str:
    if _dtype(name) == "float64":
        return ", as NumPy's numbers are"
    return ", as the bytes of pixels are" if _dtype(name) == "uint8" else ""


@case(CASES, r"mat1 and mat2 must have the same dtype(?:, but got (?P<came>\w+) and (?P<weights>\w+))?")
def dtype_layer(place: Place, came: str | None, weights: str | None) -> str | None:
    if not came or not weights:
        return "Two dtypes meet here. One of the two has to change."
    if place.layer is None:
        return f"{_dtype(came)} meets {_dtype(weights)}: one of the two has to change."
    return f"The input is {_dtype(came)}{_reason(came)}; the weights of {place.layer_name} are {_dtype(weights)}."


@case(
    CASES,
    r"(?:expected m1 and m2 to have the same dtype, but got: |expected both vectors to have same dtype, but found )"
    r"(?P<first>\w+(?: int)?) (?:!=|and) (?P<second>\w+(?: int)?)"
    r"|addmv input tensors must have the same dtype, but got (?P<all>[\w, ]+)",
)
def dtype_matmul(place: Place, first: str | None, second: str | None, all: str | None) -> str | None:
    if isinstance(place.node, ast.BinOp):
        left, right = place.value(place.node.left), place.value(place.node.right)
        if is_tensor(left) and is_tensor(right) and left.dtype != right.dtype:
            names = (ast.unparse(side) for side in (place.node.left, place.node.right))
            one, other = (f"`{name}` is {dtype(side)}" for name, side in zip(names, (left, right), strict=True))
            return f"{one} and {other}: one of the two has to change."
    if first and second:
        return f"{_dtype(first)} meets {_dtype(second)}: one of the two has to change."
    kinds = dict.fromkeys(_dtype(kind) for kind in re.findall(r"(?!and\b)\w+", all or ""))
    return f"{' and '.join(kinds)} meet here: one of them has to change."


@case(
    CASES,
    r"Input type \((?P<came>[\w. ]+)\) and (?P<part>weight|bias) type \((?P<weights>[\w. ]+)\) should be the same"
    r"|mixed dtype \(CPU\)",
)
def dtype_conv(place: Place, came: str | None, part: str | None, weights: str | None) -> str | None:
    if not came or not weights:
        return "The input has another dtype than the layer's weights: one of the two has to change."
    if ("cuda" in came) != ("cuda" in weights):
        on = "the GPU" if "cuda" in came else "the CPU"
        layer = place.layer_name if place.layer is not None else "the layer"
        return f"The input is on {on} and {layer} is not: one of them has to move."
    if _dtype(came) == "uint8":
        return (
            f"The pixels are bytes from 0 to 255 and the weights are {_dtype(weights)}. "
            "Which transform makes floats from 0 to 1?"
        )
    return f"The input is {_dtype(came)}{_reason(came)}; the weights are {_dtype(weights)}."


@case(
    CASES,
    r"mean\(\): could not infer output dtype\..* Got: (?P<kind>\w+)"
    r"|(?P<std>std and var) only support floating point and complex dtypes",
)
def dtype_mean(place: Place, kind: str | None, std: str | None) -> str | None:
    if std:
        return "std of whole numbers: make floats of them first."
    if kind == "Bool":
        return "The mean of True and False: make numbers of them first."
    return f"The mean of whole numbers ({_dtype(kind or '')}): make floats of them first."


@case(CASES, r"\"(?P<kernel>\w+)\" not implemented for '(?P<kind>\w+)'")
def dtype_kernel(place: Place, kernel: str, kind: str) -> str | None:
    if "softmax" in kernel:
        return f"softmax of whole numbers ({_dtype(kind)}): is a decimal point missing, or were classes chosen before?"
    if kernel.startswith("nll_loss") and kernel.endswith("_index"):  # on a GPU, which looks at the labels first
        return NO_CLASS_NUMBERS.format(kind=_dtype(kind))
    if "mse" in kernel:
        return f"The squared error of whole numbers ({_dtype(kind)}): are these predicted classes?"
    if "bitwise" in kernel or kernel.startswith(("and", "or", "xor")):
        return f"&, | and ~ take True and False, or whole numbers, and got {_dtype(kind)}: is a comparison missing?"
    return f"There is no such operation for {_dtype(kind)}: which dtype does it take?"


@case(CASES, r"result type (?P<result>\w+) can't be cast to the desired output type (?P<kept>[\w ]+)")
def dtype_inplace(place: Place, result: str, kept: str) -> str | None:
    if place.within("torch/nn/functional"):
        return f"The labels are {_dtype(kept)} and the outputs {_dtype(result)}: this loss wants both of one dtype."
    target = place.node.target if isinstance(place.node, ast.AugAssign) else None
    name = f"`{ast.unparse(target)}`" if target else "The tensor"
    return f"{name} is {_dtype(kept)} and stays so when it is changed in place; the result is {_dtype(result)}."


@case(CASES, r"[Oo]nly Tensors of floating point(?: and complex)? dtype can require gradients")
def dtype_grad(place: Place) -> str | None:
    return "These are whole numbers, and a gradient needs floats: is a decimal point missing?"


@case(CASES, r"(?P<what>Subtraction|Negation), the `-` operator, (?:with|on) (?:a|two) bool tensors? is not supported")
def bool_minus(place: Place, what: str) -> str | None:
    if isinstance(place.node, ast.BinOp) and isinstance(place.node.left, ast.Constant):
        return "A mask of True and False can't be subtracted from a number; ~ turns each of its values round."
    return "True and False can't be subtracted: make numbers of them first."


@case(CASES, r"argument 'dtype' must be torch\.dtype, not (?P<type>\w+)")
def dtype_name(place: Place, type: str) -> str | None:
    came = "a text" if type == "str" else "a class of Python or NumPy"
    return f"The dtype came as {came}; torch has its own, like torch.float32."


@case(
    CASES,
    r"(?P<call>\w+)\(\): argument 'size' failed to unpack the object at pos (?P<position>\d+) with error "
    r"\"type must be tuple of ints,\s?but got (?P<type>\w+)\"",
)
def size_float(place: Place, call: str, position: int, type: str) -> str | None:
    if type == "float":
        return f"Size {position} is a float, as / gives one, and a size is a whole number. What divides whole numbers?"
    return f"Size {position} is of type {type}, and a size is a whole number."
