"""Errors of Python itself: a name or an attribute that is not there, a division by zero, a call without end."""

from __future__ import annotations

import ast
import inspect
import os
from collections import Counter
from types import FunctionType

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from kindling.diagnose.cases import Case, a, case, near
from kindling.diagnose.frames import Place
from kindling.diagnose.reading import bases, class_dict, class_name, is_a, layers, variables

__all__ = ["CASES"]

CASES: list[Case] = []

# What NumPy, lists or old code call otherwise.
TENSORS = {
    "astype": "to",
    "copy": "clone",
    "append": "torch.cat",
    "len": "len()",
    "concatenate": "torch.cat",
    "map": "a function of torch",
    "tobytes": "numpy",
}


@case(CASES, r"maximum recursion depth exceeded", RecursionError)
def recursion(place: Place) -> str | None:
    own = [
        step.code for step in place.steps[-300:] if place.own and step.code.co_filename == place.own.code.co_filename
    ]
    if own and own[-1].co_name == "forward":
        return f"{own[-1].co_qualname} calls the network itself, and that calls forward again: which layer is meant?"
    if len(own) > 50:
        return f"{own[-1].co_qualname} calls itself, without an end. Which call was meant?"
    repeated = Counter(step.code.co_qualname for step in place.steps[-300:] if "torch/nn/modules/" in step.file)
    name, times = next(iter(repeated.most_common(1)), ("", 0))
    return f"{name} calls itself, without an end: does a network hold itself?" if times > 50 else None


@case(
    CASES,
    r"cannot access local variable '(?P<name>\w+)' where it is not associated with a value"
    r"|local variable '(?P<older>\w+)' referenced before assignment",
)
def local_unbound(place: Place, name: str | None, older: str | None) -> str | None:
    name, own = name or older, place.own
    function = own.around(ast.FunctionDef) if own else None
    loops = [node for node in ast.walk(function) if isinstance(node, ast.For | ast.While)] if function else []
    for loop in loops:
        if any(
            isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)
            for node in ast.walk(loop)
        ):
            return f"`{name}` gets its value inside a loop: did the loop run at all?"
    if own and name in own.frame.f_globals:
        return f"The function gives `{name}` a value, so it is a name of its own here, and it is read before that."
    return f"`{name}` is read before the function gives it a value: is that in a branch that was not taken?"


@case(CASES, r"name '(?P<name>\w+)' is not defined")
def name_missing(place: Place, name: str) -> str | None:
    own = place.own
    if own is None or not place.innermost:
        return None
    one = own.locals.get("self")
    if is_a(one, nn.Module) and any(name == layer.partition(".")[0] for layer, _ in layers(one)):
        return f"`{name}` is a layer of self, and is asked for as one."
    call = own.around(ast.Call)
    if call and isinstance(call.func, ast.Name) and call.func.id == "super":
        return f"super is given the name `{name}`, and the class has another one. Does super need a name at all?"
    names = [*own.locals, *own.frame.f_globals]
    other = near(name, [one for one in names[:5000] if not one.startswith("_")], 0.8)
    if other:
        return f"Is `{other}` meant?"
    # A script is a file, and has no cells.
    return None if os.path.exists(own.code.co_filename) else "Has the cell that defines it been run?"


@case(CASES, r"division by zero", ZeroDivisionError)
def zero_division(place: Place) -> str | None:
    node = place.node
    below = node.right if isinstance(node, ast.BinOp) else node.value if isinstance(node, ast.AugAssign) else None
    if not place.innermost:
        return None
    if isinstance(below, ast.Name | ast.Attribute):
        return f"`{ast.unparse(below)[:60]}` is 0 here."
    return f"`{ast.unparse(below)[:60]}` is 0: was anything counted?" if isinstance(below, ast.Call) else None


@case(CASES, r"'(?P<type>Tensor|numpy\.ndarray)' object has no attribute '(?P<name>\w+)'")
def array_attribute(place: Place, type: str, name: str) -> str | None:
    if type == "numpy.ndarray":
        if hasattr(Tensor, name):
            return f"This is a NumPy array, and {name} is a tensor's. Which call makes a tensor of it?"
        return f"A NumPy array has no {name}."
    if hasattr(Tensor, f"{name}_"):
        return f"A tensor has no {name}, but {name}_, which changes it in place."
    if name in TENSORS:
        return f"A tensor has no {name}; what does that for tensors is {TENSORS[name]}."
    if other := near(name, [one for one in dir(Tensor) if not one.startswith("_")], 0.8):
        return f"A tensor has no {name}, but {other}."
    if hasattr(torch, name) or hasattr(nn.Module, name):
        return f"A tensor has no {name}: is the network meant, or a function of torch?"
    return f"A tensor has no {name}."


@case(CASES, r"'(?P<cls>[\w.]+)' object has no attribute '(?P<name>\w+)'", AttributeError)
def attribute_missing(place: Place, cls: str, name: str) -> str | None:
    one = AttributeError.__dict__["obj"].__get__(place.error)
    if one is None:
        return None
    kind, shown, home = type(one), class_name(type(one)), str(class_dict(type(one)).get("__module__", "builtins"))
    if type(one) is DataLoader or home.startswith("torch.optim"):
        other = near(name, [key for key in dir(kind) if not key.startswith("_")])
        return f"{shown} has no {name}{f', but {other}' if other else ''}."
    if place.within("torch/nn/init.py"):
        return f"nn.init fills a tensor, and got {a(shown)} layer: which tensor of it is meant?"
    if is_a(one, nn.Module) and home.startswith("torch.nn") and name in ("grad", "data", "requires_grad", "is_leaf"):
        return f"{a(shown)[0].upper()}{a(shown)[1:]} layer has no {name} of its own: its parameters have one."
    if is_a(one, nn.Module) and home.startswith("torch.nn") and hasattr(Tensor, name) and not hasattr(kind, name):
        return (
            f"This is {a(shown)} layer and no tensor: was it made, but not called?"
            if not next(layers(one), None)
            else None
        )
    if type(inspect.getattr_static(kind, name, None)) is property:
        return f"`{name}` is a property of {shown}, and what fails stands in it: an attribute is missing there."
    own = class_dict(kind)
    if not home.startswith(("torch", "builtins", "numpy")) and "__init__" not in own and "_init_" in own:
        return f"{shown} has no `{name}`: `_init_` needs two underscores on each side."
    init = own.get("__init__")
    code = init.__code__ if type(init) is FunctionType else None
    if code and name in code.co_varnames:
        return f"{shown} has no `{name}`: `__init__` has a variable of that name, and does not keep it in self."
    names = [key for key in variables(one) if type(key) is str]
    names += [key for key, _ in layers(one)] if is_a(one, nn.Module) else []
    names += [key for base in bases(kind) for key in class_dict(base)]
    if other := near(name, [key for key in names if not key.startswith("_")]):
        return f"{shown} has no `{name}`, but `{other}`."
    written = code and not home.startswith("torch")
    return f"{shown} has no `{name}`: is it kept in self before it is read?" if written else None
