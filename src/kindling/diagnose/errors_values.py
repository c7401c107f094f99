"""Errors of values: a tensor, a number, a list or None where another of them is wanted."""

from __future__ import annotations

import ast
import builtins

from torch import nn

from kindling.diagnose.cases import Case, Shape, a, case, count, shape
from kindling.diagnose.frames import Place
from kindling.diagnose.reading import class_name, is_a, is_tensor

__all__ = ["CASES"]

CASES: list[Case] = []

_METHODS = ("builtin_function_or_method", "method", "function")


def _called(place: Place) -> str:
    """Return the last name of what was called, like "max" or "item"."""
    func = place.node.func if isinstance(place.node, ast.Call) else None
    return func.id if isinstance(func, ast.Name) else func.attr if isinstance(func, ast.Attribute) else ""


@case(CASES, r"Boolean value of Tensor with (?P<number>more than one value|no values) is ambiguous")
def bool_many(place: Place, number: str) -> str | None:
    node = place.node
    if number == "no values":
        return "An empty tensor is neither true nor false: was nothing selected?"
    called = place.value(node.func) if isinstance(node, ast.Call) else None
    if is_a(called, type) and issubclass(called, nn.Module):
        return (
            f"{class_name(called)} got outputs and labels where its options belong: first make the loss, then call it."
        )
    if not place.innermost:
        return "A tensor of several elements came where one number, or one True or False, is wanted."
    if _called(place) in ("max", "min", "sorted"):
        name = _called(place)
        return f"Python's {name} compares whole rows, and a row gives many answers. Which {name} is torch's own?"
    if isinstance(node, ast.Compare) and len(node.ops) > 1:
        return "A chain of comparisons joins them with `and`, which wants one answer; & joins tensors."
    own = place.own
    if own and own.around(ast.BoolOp):
        return "`and` and `or` want one answer, and a tensor gives many; & and | join tensors, element by element."
    if isinstance(node, ast.UnaryOp):
        return "`not` wants one answer, and a tensor gives many; ~ turns each of them round."
    if isinstance(node, ast.Compare):
        return "The comparison gives one answer for each element, and one for all is wanted: must all hold, or any?"
    return "A tensor of several elements is neither true nor false as a whole: must all of them hold, or any?"


@case(CASES, r"a Tensor with (?P<number>\d+) elements cannot be converted to Scalar")
def item_many(place: Place, number: int) -> str | None:
    source = place.source
    name = f"`{ast.unparse(source)}`" if isinstance(source, ast.Name) else "The tensor"
    if number == 0:
        return f"{name} is empty, and item() wants one number: was nothing selected?"
    return f"{name} holds {number:,} numbers, and item() wants one. How do they become one?"


@case(CASES, r"only one element tensors can be converted to Python scalars")
def float_many(place: Place) -> str | None:
    name = _called(place)
    if name in ("tensor", "as_tensor"):
        return (
            f"The list holds tensors of more than one number, and torch.{name} takes numbers. Which call joins tensors?"
        )
    func = place.node.func if isinstance(place.node, ast.Call) else None
    if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name) and func.value.id == "math":
        return f"math.{name} takes one number, and got a tensor of several. Which {name} is torch's own?"
    if name in ("float", "int"):
        return f"{name}() makes one number, and the tensor holds several. How do they become one?"
    return "One number is wanted here, and the tensor holds several."


@case(CASES, r"only integer tensors of a single element can be converted to an index")
def index_many(place: Place) -> str | None:
    node, name = place.node, _called(place)
    if isinstance(node, ast.Subscript):
        return (
            "A list takes one whole number as a place, and got another tensor. What can be asked with a whole tensor?"
        )
    if isinstance(node, ast.BinOp):
        return "A list meets a tensor, and a list counts with one whole number only. Is the list to be a tensor?"
    if name == "range":
        return "range counts in whole numbers, and got a tensor of floats, or of several numbers."
    if name in ("tensor", "as_tensor"):
        return (
            f"The list holds tensors of more than one number, and torch.{name} takes numbers. Which call joins tensors?"
        )
    return "One whole number is wanted here, and got another tensor."


@case(CASES, r"unsupported format string passed to (?P<type>[\w.]+)\.__format__")
def format_tensor(place: Place, type: str) -> str | None:
    own = place.own
    part = own.around(ast.FormattedValue) if own else None
    name = f"`{ast.unparse(part.value)}`" if part else "The value"
    if type == "Tensor":
        value = place.value(part.value) if part else None
        many = f" holds {count(value.numel(), 'number')}" if is_tensor(value) else " is a tensor of several numbers"
        return f"{name}{many}, and this format is for one."
    if type in _METHODS:
        return f"{name} is the method itself: are its parentheses missing?"
    return f"{name} is {a(type)}, and this format is for a number."


@case(CASES, r"can only concatenate str \(not \"(?P<type>[\w.]+)\"\) to str")
def text_plus(place: Place, type: str) -> str | None:
    return f"A text and {a(type)} can't be added. What puts a value into a text?"


@case(CASES, r"unsupported operand type\(s\) for (?P<op>\S+): '(?P<left>[\w.]+)' and '(?P<right>[\w.]+)'")
def operand_types(place: Place, op: str, left: str, right: str) -> str | None:
    match place.node:
        case ast.BinOp(left=one, right=other) | ast.AugAssign(target=one, value=other):
            sides = (one, other)
        case _:
            return None
    for kind, side in zip((left, right), sides, strict=True):
        name = f"`{ast.unparse(side)}`" if isinstance(side, ast.Name | ast.Attribute) else "One side"
        if kind == "NoneType":
            if isinstance(side, ast.Attribute) and side.attr == "grad":
                return f"{name} is None: {_no_gradient(place, side.value)}"
            return f"{name} is None: does the function that makes it return its result?"
        if kind in _METHODS:
            return f"{name} is the method itself: are its parentheses missing?"
        if kind.startswith("torch.return_types."):
            return (
                f"{kind.rpartition('.')[2]} along a dimension gives two tensors, values and places. Which one is meant?"
            )
        if kind in ("list", "tuple"):
            return f"{name} is a {kind}, and a tensor is wanted for this."
        if kind.endswith("Image"):
            return f"{name} is an image, and numbers are wanted: which transform makes a tensor of it?"
        if kind == "str":
            return f"{name} is a text, and a number is wanted."
        if kind == "generator":
            return f"{name} gives values one by one, and is no value itself."
    return None


def _no_gradient(place: Place, owner: ast.expr) -> str:
    value = place.value(owner)
    if is_tensor(value) and not value.is_leaf:
        return f"`{ast.unparse(owner)}` is a result, and results keep no gradient. Was it made anew?"
    if is_tensor(value) and not value.requires_grad:
        return f"`{ast.unparse(owner)}` does not require a gradient."
    return "there is no gradient before the first backward, or after it is set to None."


@case(CASES, r"'NoneType' object has no attribute '(?P<name>\w+)'")
def none_attribute(place: Place, name: str) -> str | None:
    source = place.source
    if place.within("torch/nn/init.py"):
        return "nn.init fills a tensor, and got None: does each layer have a bias?"
    if source is None:
        return f"{name} was asked of None: does a function give nothing back?"
    text = f"`{ast.unparse(source)}`"
    if isinstance(source, ast.Attribute):
        if source.attr == "grad":
            return f"{text} is None: {_no_gradient(place, source.value)}"
        if source.attr == "bias":
            return f"{text} is None: the layer has no bias."
    makers: list[ast.AST] = place.own.bound(source.id) if place.own and isinstance(source, ast.Name) else [source]
    maker = makers[-1] if makers else None
    if isinstance(maker, ast.Call):
        func = maker.func
        call = func.attr if isinstance(func, ast.Attribute) else ast.unparse(func)
        if call in ("backward", "step", "append", "zero_grad", "extend", "sort", "update"):
            return f"{call} gives nothing back, so {text} is None."
        return f"{text} is None: does `{call}` return its result?"
    return f"{text} is None, and has no {name}."


@case(CASES, r"'(?P<type>float|int|bool|str)' object has no attribute '(?P<name>\w+)'")
def number_attribute(place: Place, type: str, name: str) -> str | None:
    source = place.source
    text = f"`{ast.unparse(source)}`" if isinstance(source, ast.Name) else "This"
    own = place.own
    loops = [node for node in ast.walk(own.tree) if isinstance(node, ast.For)] if own and own.tree else []
    for loop in loops if type == "int" else ():
        if isinstance(loop.iter, ast.Call) and ast.unparse(loop.iter.func) == "enumerate":
            target = loop.target.elts[0] if isinstance(loop.target, ast.Tuple) else loop.target
            if isinstance(target, ast.Name) and text == f"`{target.id}`":
                return f"enumerate gives the number of the round first: {text} is {a(type)}."
    if type == "bool":
        return f"{text} is one True or False, and no tensor: are two tensors compared, or a pair?"
    if type == "str":
        return f"{text} is a text, and has no {name}."
    if name == "item":
        return f"{text} is a Python number already, and needs no item()."
    if name in ("backward", "detach") and type == "float":
        return f"{text} is a Python {type} and carries no graph: did item() take it out too early?"
    return f"{text} is a Python {type}, and {name} is a tensor's."


@case(CASES, r"'torch\.return_types\.(?P<call>\w+)' object has no attribute '(?P<name>\w+)'")
def result_pair(place: Place, call: str, name: str) -> str | None:
    return f"{call} along a dimension gives two tensors, the values and their places. Which one is meant?"


@case(CASES, r"'(?P<type>list|tuple|dict)' object has no attribute '(?P<name>\w+)'")
def list_attribute(place: Place, type: str, name: str) -> str | None:
    source = place.source
    value = place.value(source)
    text = f"`{ast.unparse(source)}`" if isinstance(source, ast.Name | ast.Attribute) else "This"
    if builtins.type(value) in (list, tuple) and 0 < len(value) < 5 and all(is_tensor(one) for one in value):
        return f"{text} is a {type} of {count(len(value), 'tensor')}: is it a whole batch, images and labels?"
    return f"{text} is a {type}, and a {type} has no {name}."


@case(CASES, r"'Image' object has no attribute '(?P<name>\w+)'")
def image_attribute(place: Place, name: str) -> str | None:
    return f"This is an image, not yet a tensor, and has no {name}: which transform makes a tensor of it?"


@case(CASES, r"Invalid shape \((?P<sizes>[\d, ]+)\) for image data")
def image_shape(place: Place, sizes: Shape) -> str | None:
    if len(sizes) == 3 and sizes[0] == 1:
        return f"{shape(sizes)} came; matplotlib draws a grey image as {shape(sizes[1:])}."
    if len(sizes) == 3 and sizes[0] == 3:
        return f"{shape(sizes)} came; matplotlib wants the channels last, {shape((*sizes[1:], 3))}."
    return f"{shape(sizes)} came; matplotlib draws (height, width), or (height, width, 3)."


@case(CASES, r"(?P<kind>list|tuple) indices must be integers or slices, not (?P<type>\w+)")
def list_indices(place: Place, kind: str, type: str) -> str | None:
    if type == "tuple":
        return f"A {kind} takes one place at a time; two at once are a tensor's."
    if type == "float":
        return "A place is a whole number, and / gives a float. What divides whole numbers?"
    if type == "str":
        return f"A {kind} has places by number, and a name was given: is a dict wanted?"
    return f"A place in a {kind} is a whole number, and not {a(type)}."


@case(CASES, r"'(?P<type>\w+)' object cannot be interpreted as an integer")
def integer_wanted(place: Place, type: str) -> str | None:
    if type == "float":
        return "A whole number is wanted, and / gives a float. What divides whole numbers?"
    if type == "str":
        return "A number is wanted, and a name was given: a layer of Sequential is asked for by its number."
    return f"A whole number is wanted here, and not {a(type)}."
