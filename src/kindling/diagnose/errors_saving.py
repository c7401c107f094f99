"""Errors of saving and loading: what a file holds is not what was to be read, or is not there."""

from __future__ import annotations

import builtins
import os
import re
from collections import OrderedDict
from pathlib import Path
from typing import Any

from kindling.diagnose.cases import Case, Shape, case, near, shape
from kindling.diagnose.frames import Place

__all__ = ["CASES"]

CASES: list[Case] = []


@case(
    CASES,
    r"size mismatch for (?P<name>[\w.]+): copying a param with shape torch\.Size\(\[(?P<saved>[\d, ]*)\]\) from "
    r"checkpoint, the shape in current model is torch\.Size\(\[(?P<model>[\d, ]*)\]\)",
)
def state_sizes(place: Place, name: str, saved: Shape, model: Shape) -> str | None:
    said = f"`{name}` was saved as {shape(saved)}, and here it is {shape(model)}"
    return f"{said}: is the network built with the sizes that the saved one had?"


@case(
    CASES,
    r"Error\(s\) in loading state_dict for (?P<cls>\w+):\s+"
    r"(?:Missing key\(s\) in state_dict: (?P<missing>\"[^\n]+\")\. *\s*)?"
    r"(?:Unexpected key\(s\) in state_dict: (?P<unexpected>\"[^\n]+\")\. *)?",
)
def state_keys(place: Place, cls: str, missing: str | None, unexpected: str | None) -> str | None:
    absent, extra = (re.findall(r'"([^"]+)"', text or "") for text in (missing, unexpected))
    if not absent and not extra:
        return None
    words = [key for key in extra if key in ("state_dict", "model", "model_state_dict", "epoch", "optimizer", "net")]
    if words:
        return f"What was loaded is a whole checkpoint, with `{words[0]}` in it: which of its entries are the weights?"
    prefix = extra[0].removesuffix(absent[0]) if extra and absent else ""
    if prefix and sorted(f"{prefix}{key}" for key in absent) == sorted(extra):
        return f"The saved names begin with `{prefix}`, and this network's do not: was it saved inside another network?"
    prefix = absent[0].removesuffix(extra[0]) if extra and absent else ""
    if prefix and sorted(f"{prefix}{key}" for key in extra) == sorted(absent):
        return f"This network's names begin with `{prefix}`, and the saved ones do not: is it inside another network?"
    if absent and extra:
        said = f"The saved weights are called `{extra[0]}`, … and this network's `{absent[0]}`, …"
        return f"{said}: are the layers named anew?"
    if absent:
        said = f"The network has `{absent[0]}`, and the saved weights do not"
        return f"{said}: do they come from a network with fewer layers?"
    return (
        f"The saved weights have `{extra[0]}`, and the network does not: do they come from a network with more layers?"
    )


@case(CASES, r"Expected state_dict to be dict-like, got <class '(?P<type>[\w.]+)'>")
def state_type(place: Place, type: str) -> str | None:
    if type == "str":
        return "load_state_dict got a path and wants what the file holds. Which call reads it?"
    if type in ("method", "function"):
        return "state_dict without parentheses is the method itself."
    return f"load_state_dict wants weights, and got {type.rpartition('.')[2]}: is its state_dict() meant?"


@case(CASES, r"'(?:collections\.)?OrderedDict' object has no attribute '(?P<name>\w+)'")
def dict_attribute(place: Place, name: str) -> str | None:
    said = f"This is a state_dict, so weights without a network, and has no {name}"
    return f"{said}. A network that takes them has to be made."


@case(CASES, r"^'(?P<key>[^']+)'$", KeyError)
def key_missing(place: Place, key: str) -> str | None:
    if place.within("torch/optim/optimizer.py") and key == "param_groups":
        return "The optimizer got weights, and its own state_dict is another one."
    node: Any = place.node
    held = place.value(getattr(node, "value", None))
    if not place.innermost or builtins.type(held) not in (dict, OrderedDict) or not held:
        return None
    keys = [one for one in list(held)[:1000] if builtins.type(one) is str]
    if not keys:
        return None
    if other := near(key, keys):
        return f"There is no `{key[:60]}` in it, but `{other[:60]}`."
    shown = ", ".join(f"`{one[:40]}`" for one in keys[:4])
    return f"There is no `{key[:60]}` in it; it holds {shown}{' and more' if len(keys) > 4 else ''}."


@case(CASES, r"Weights only load failed(?s:.*?)Unsupported global: GLOBAL (?P<what>[\w.]+)")
def weights_only(place: Place, what: str) -> str | None:
    if what.startswith("numpy"):
        return "The file holds a number of NumPy's, and torch.load takes tensors and Python's own. Which number is it?"
    return (
        f"The file holds a whole {what.rpartition('.')[2]}, code included, and torch.load takes weights only. "
        "What could be saved instead?"
    )


@case(CASES, r"Can't get attribute '(?P<cls>\w+)' on <module '(?P<module>[\w.]+)'")
def class_gone(place: Place, cls: str, module: str) -> str | None:
    return f"The file holds a whole {cls}, and the class {cls} is not there to make it of. What could be saved instead?"


@case(CASES, r"Attempting to deserialize object on a CUDA device but torch\.cuda\.is_available\(\) is False")
def cuda_file(place: Place) -> str | None:
    return "These tensors were on a GPU, and here is none. Which argument of load says where they should go?"


@case(CASES, r"No such file or directory: '(?P<path>[^']*)'")
def file_missing(place: Place, path: str) -> str | None:
    folder, name = os.path.split(path)
    place_of = Path(folder or ".")
    shown = f"the folder {os.path.basename(folder)[:60]}" if folder else "the working folder"
    if not place_of.is_dir():
        return f"There is no folder {os.path.basename(folder)[:60]}: is it meant from another folder, or not made yet?"
    alike = near(name, [one for one in sorted(os.listdir(place_of))[:1000] if not one.startswith(".")])
    if alike:
        return f"There is no {name[:60]} in {shown}, but {alike[:60]}."
    return f"There is no {name[:60]} in {shown}: is it in another folder, or not written yet?"


@case(CASES, r"Parent directory (?P<path>.+) does not exist")
def folder_missing(place: Place, path: str) -> str | None:
    return (
        f"A file is to be written to the folder {os.path.basename(path)[:60]}, which is not there. What makes a folder?"
    )


@case(CASES, r"PytorchStreamReader failed (?:reading zip archive|reading file)")
def file_broken(place: Place) -> str | None:
    return "The file is not whole, or was not written by torch.save: was its writing, or its download, interrupted?"


@case(CASES, r"^(?P<byte>\d+)$", KeyError)
def file_foreign(place: Place, byte: int) -> str | None:
    if place.within("torch/serialization.py", "torch/_weights_only_unpickler.py"):
        return "torch.load reads what torch.save has written, and this file is of another kind."
    return None


@case(CASES, r"expected 'f' to be string, path, or a file-like object")
def save_arguments(place: Place) -> str | None:
    return "torch.save takes what is to be saved first, then the path: are they exchanged?"
