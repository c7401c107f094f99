"""Errors of classes: a network is written in another way than nn.Module wants."""

from __future__ import annotations

import builtins
import inspect
import sys
from types import CodeType, FunctionType
from typing import Any

import torch
from torch import nn

from kindling.diagnose.cases import Case, case, near
from kindling.diagnose.frames import Place
from kindling.diagnose.reading import class_dict, class_name, is_a

__all__ = ["CASES"]

CASES: list[Case] = []


def _init(kind: object) -> CodeType | None:
    """Return the code of a class's own `__init__`."""
    found = inspect.getattr_static(kind, "__init__", None)
    return found.__code__ if type(found) is FunctionType else None


@case(CASES, r"cannot assign (?P<what>module|parameters?|buffers?) before Module\.__init__\(\) call")
def init_missing(place: Place, what: str) -> str | None:
    network = place.network
    code = _init(type(network)) if network is not None else None
    name = class_name(type(network)) if network is not None else "The class"
    if code and "super" in code.co_names:
        return f"{name} makes layers before it calls super().__init__(). Which of the two must come first?"
    return f"{name} makes layers before nn.Module is set up: what should the first line of `__init__` call?"


@case(CASES, r"'(?P<cls>\w+)' object has no attribute '_(?:\w+_hooks\w*|parameters|modules|buffers)'")
def hooks_missing(place: Place, cls: str) -> str | None:
    return f"{cls} is used before nn.Module is set up: what should the first line of `__init__` call?"


@case(CASES, r"descriptor '__init__' of 'super' object needs an argument")
def super_uncalled(place: Place) -> str | None:
    return "super needs parentheses of its own before `.__init__()`."


@case(CASES, r"Module \[(?P<cls>\w+)\] is missing the required \"forward\" function")
def forward_missing(place: Place, cls: str) -> str | None:
    if cls in ("ModuleList", "ModuleDict"):
        return f"A {cls} holds layers and can't be called: each of them is called on its own."
    network = place.object(cls)
    kind = type(network)
    code = _init(kind) if network is not None else None
    inner = (
        next((one for one in code.co_consts if type(one) is CodeType and one.co_name == "forward"), None)
        if code
        else None
    )
    if inner:
        line = inner.co_firstlineno
        return f"forward (line {line}) stands inside `__init__` of {cls}: is it indented one step too far?"
    names = [name for name in class_dict(kind) if not name.startswith("__")] if network is not None else []
    if other := near("forward", names):
        return f"{cls} has no method `forward`, but `{other}`."
    return f"{cls} has no method `forward`, which says what the network does with its input."


@case(CASES, r"cannot assign '(?P<type>[\w.]+)' as child module '(?P<name>\w+)'")
def layer_assign(place: Place, type: str, name: str) -> str | None:
    return f"`self.{name}` is a layer, and a result was to take its place: results need a name of their own."


@case(CASES, r"(?P<what>[\w.]+) is not a Module subclass")
def not_module(place: Place, what: str) -> str | None:
    if what == "list":
        return "Sequential takes layers one by one, and got a list. Which sign hands out a list's elements?"
    if what == "tuple":
        return "Sequential takes layers one by one, and got a tuple: names go with an OrderedDict."
    short = what.rpartition(".")[2]
    if is_a(getattr(nn, short, None), builtins.type):
        return f"{short} is a class; with parentheses it becomes a layer."
    return f"{short} is a function and no layer: which class of torch.nn does the same?"


@case(CASES, r"module name can\\?'t contain \"\.\", got: (?P<name>[\w.]+)")
def module_name(place: Place, name: str) -> str | None:
    return f"The name of a layer can't hold a dot, and `{name}` does: the dot stands between a network and its layer."


@case(CASES, r"module '(?P<module>[\w.]+)' has no attribute '(?P<name>\w+)'")
def module_attribute(place: Place, module: str, name: str) -> str | None:
    known: dict[str, Any] = {"torch": torch, "torch.nn": nn, "torch.optim": torch.optim}
    if module == "torch.nn.functional" and hasattr(nn, name):
        return f"{name} is a layer: it is in torch.nn, and functions are in torch.nn.functional."
    there = known.get(module) or sys.modules.get(module)
    other = near(name, [one for one in vars(there) if not one.startswith("_")], 0.8) if there else None
    if other:
        return f"{module} has no {name}, but {other}."
    return None
