"""Errors of data: data sets, loaders, transforms, and what is unpacked of a batch."""

from __future__ import annotations

import ast
import builtins

from torch.utils.data import DataLoader, Dataset

from kindling.diagnose.cases import Case, Shape, a, case, count, near, shape
from kindling.diagnose.frames import Place
from kindling.diagnose.reading import UNKNOWN, class_dict, class_name, is_a, is_tensor, member

__all__ = ["CASES"]

CASES: list[Case] = []


def _unpacked(place: Place) -> tuple[ast.expr | None, bool]:
    """Return what was taken apart, and whether a loop gives it, item by item."""
    own = place.own
    match own and (own.around(ast.For, ast.comprehension) or own.statement):
        case ast.For(target=target, iter=source) if own and own.node and own.node in ast.walk(target):
            return source, True
    match own and own.statement:
        case ast.Assign(value=value):
            return value, False
        case ast.For(iter=source):
            return source, True
    return None, False


def _apart(place: Place, wanted: int, got: str) -> str | None:
    if not place.innermost:
        return None  # a library took something apart
    source, loop = _unpacked(place)
    value = place.value(source)
    text = f"`{ast.unparse(source)}`" if isinstance(source, ast.Name | ast.Attribute) else "It"
    if loop:
        if isinstance(source, ast.Call) and ast.unparse(source.func) == "enumerate":
            if wanted > 2:
                said = "enumerate gives two things, the number and the item"
                return f"{said}: an item that is taken apart needs parentheses."
            return f"Each round gives {got}, and {wanted} names are there for it."
        return f"Each item of {text if text != 'It' else 'the loop'} has {got}, and {wanted} names are there for it."
    if is_a(value, DataLoader):
        return f"{text} is the loader, which gives its batches one after the other, in a loop; it is no batch itself."
    if is_a(value, Dataset):
        return f"{text} is the data set itself, and no item of it."
    if is_tensor(value) and value.dim():
        return f"{text} is one tensor, {shape(value)}, and it would be taken apart along its first dimension."
    if isinstance(source, ast.Attribute) and source.attr == "shape" and is_tensor(owner := place.value(source.value)):
        return f"{text} is {shape(owner)}, so {count(owner.dim(), 'size')}, and {wanted} names are there for it."
    if isinstance(source, ast.Call) and isinstance(source.func, ast.Attribute) and source.func.attr == "size":
        return f"size() gives one number per dimension, so {got}, and {wanted} names are there for it."
    return f"There are {wanted} names, and {got} for them."


@case(CASES, r"not enough values to unpack \(expected (?:at least )?(?P<wanted>\d+), got (?P<got>\d+)\)")
def unpack_few(place: Place, wanted: int, got: int) -> str | None:
    return _apart(place, wanted, count(got, "value"))


@case(CASES, r"too many values to unpack \(expected (?P<wanted>\d+)(?:, got (?P<got>\d+))?\)")
def unpack_many(place: Place, wanted: int, got: int | None) -> str | None:
    return _apart(place, wanted, count(got, "value") if got else "more values")


@case(CASES, r"cannot unpack non-iterable (?P<type>[\w.]+) object")
def unpack_one(place: Place, type: str) -> str | None:
    if type == "NoneType":
        return "None came where several values are wanted: does the function return its results?"
    return f"{a(type)[0].upper()}{a(type)[1:]} is one value, and several names are there for it."


@case(CASES, r"'DataLoader' object is not an iterator")
def loader_next(place: Place) -> str | None:
    return "next wants an iterator, and the loader is none yet. Which call makes one of it?"


@case(CASES, r"'_\w+DataLoaderIter' object has no attribute 'next'")
def loader_old_next(place: Place) -> str | None:
    return "Old code says `batches.next()`; today next is a function of Python."


@case(CASES, r"^$", StopIteration)
def loader_end(place: Place) -> str | None:
    loader = place.own.variable(DataLoader) if place.own else None
    if place.within("utils/data/dataloader.py"):
        return "The iterator has given its last batch, or the data set is empty, and one more was asked for."
    return None if loader is None else "The iterator has given its last item, and one more was asked for."


@case(CASES, r"Can't pickle (?P<what><.+?>)(?: at 0x\w+>)?: |Can't (?:get|pickle) local object '(?P<name>[\w.<>]+)'")
def pickle_local(place: Place, what: str | None, name: str | None) -> str | None:
    if place.within("torch/serialization.py"):
        return "What is saved holds a lambda, or a function or class that no file can name. What of it is needed later?"
    return "Workers that start anew find only what a file can name, not a class or lambda of a notebook."


@case(
    CASES,
    r"default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; "
    r"found <class '(?P<type>[\w.]+)'>",
)
def collate_type(place: Place, type: str) -> str | None:
    if "Image" in type:
        return "The data set gives images, and a batch is made of tensors: which transform is missing?"
    if type == "NoneType":
        return "The data set gives None: does its `__getitem__` return the item?"
    return f"The data set gives {a(type.rpartition('.')[2])}, and a batch is made of tensors and numbers."


@case(CASES, r"pic should be PIL Image or ndarray\. Got <class '(?P<type>[\w.]+)'>")
def pil_wanted(place: Place, type: str) -> str | None:
    if type == "torch.Tensor":
        return "ToTensor got a tensor: does it stand in the transforms twice, or are the data tensors already?"
    return f"ToTensor makes a tensor of an image, and got {a(type.rpartition('.')[2])}."


@case(CASES, r"img should be Tensor Image\. Got <class '(?P<type>[\w.]+)'>")
def image_tensor_wanted(place: Place, type: str) -> str | None:
    steps = (step for step in place.steps if "torchvision/transforms" in step.file)
    found = next((one for step in steps if (one := member(step.locals.get("self"), "transforms")) is not UNKNOWN), None)
    if builtins.type(found) is list:
        if "ToTensor" in (class_name(builtins.type(one)) for one in found):
            return "Normalize got an image and no tensor: in the list it stands before ToTensor."
        return "Normalize got an image and no tensor: ToTensor is not in the list."
    return "Normalize got an image and no tensor: which transform has to come before it?"


@case(CASES, r"output with shape \[(?P<sizes>[\d, ]*)\] doesn't match the broadcast shape \[(?P<broadcast>[\d, ]*)\]")
def normalize_channels(place: Place, sizes: Shape, broadcast: Shape) -> str | None:
    if place.within("torchvision/transforms") and len(sizes) >= 3:
        means, channels = broadcast[-3], sizes[-3]
        return f"Normalize has {count(means, 'mean')}, one per channel, and the image has {count(channels, 'channel')}."
    return f"What is changed in place keeps its shape, {shape(sizes)}, and the result is {shape(broadcast)}."


@case(CASES, r"Input tensor should be a float tensor\. Got (?P<kind>[\w.]+)\.")
def normalize_bytes(place: Place, kind: str) -> str | None:
    return f"Normalize got {kind.removeprefix('torch.')}: the pixels are not floats from 0 to 1 yet."


@case(
    CASES,
    r"Expected tensor to be a tensor image of size \(\.\.\., C, H, W\)\. Got tensor\.size\(\) = "
    r"torch\.Size\(\[(?P<sizes>[\d, ]*)\]\)",
)
def normalize_dims(place: Place, sizes: Shape) -> str | None:
    return f"The image is {shape(sizes)}, and Normalize wants the channel first, {shape((1, *sizes))}."


@case(CASES, r"object of type '(?P<type>[\w.]+)' has no len\(\)")
def length_missing(place: Place, type: str) -> str | None:
    if type == "generator":
        return "A generator gives its values one by one and has no length: is a list, or a loader, wanted?"
    if type in ("builtin_function_or_method", "method", "function"):
        return "This is the method itself, and it has no length: are its parentheses missing?"
    if type == "NoneType":
        return "This is None, and it has no length: does the function that makes it return its result?"
    if type in ("int", "float"):
        return f"One {type} has no length: is a list, or a tensor, wanted?"
    return f"{type} can't say how many it holds: it has no `__len__`."


@case(CASES, r"Subclasses of Dataset should implement __getitem__")
def getitem_missing(place: Place) -> str | None:
    step = place.within("utils/data/dataset.py")
    one = step.locals.get("self") if step else None
    if one is None:
        return None
    name = class_name(type(one))
    other = near("__getitem__", [key for key in class_dict(type(one)) if key not in ("__len__", "__init__")])
    if other and "item" in other.lower():
        return f"{name} has `{other}`; the name is `__getitem__`."
    return f"{name} has no `__getitem__`, which gives the item of a number."


@case(CASES, r"num_samples should be a positive integer value, but got num_samples=0")
def dataset_empty(place: Place) -> str | None:
    return "The data set is empty: was nothing found, or nothing selected?"


@case(CASES, r"Size mismatch between tensors")
def dataset_sizes(place: Place) -> str | None:
    tensors = place.local("tensors", "utils/data/dataset.py")
    if type(tensors) is tuple and all(is_tensor(one) and one.dim() for one in tensors):
        rows = " and ".join(f"{one.shape[0]:,}" for one in tensors)
        return f"The tensors have {rows} rows, and each item needs one of all."
    return "The tensors have different numbers of rows, and each item needs one of all."


@case(
    CASES, r"Sum of input lengths does not equal the length of the input dataset|The sum of fractions|Sum of fractions"
)
def split_sum(place: Place) -> str | None:
    lengths, dataset = place.local("lengths", "utils/data/dataset.py"), place.local("dataset", "utils/data/dataset.py")
    if type(lengths) in (list, tuple) and all(type(one) in (int, float) for one in lengths):
        total = sum(lengths)
        if any(type(one) is float for one in lengths):
            return f"{' + '.join(f'{one:g}' for one in lengths)} are {total:.6g}: shares add up to 1 at most."
        held = f", and there are {len(dataset):,}" if type(dataset) in (list, range) else ""
        return (
            f"{' + '.join(f'{one:,}' for one in lengths)} are {total:,}{held}: the parts must add up to the data set."
        )
    return "The parts must add up to the data set."


@case(CASES, r"Dataset not found(?: or corrupted)?\. You can use download=True")
def dataset_missing(place: Place) -> str | None:
    return "The files of the data set are not in this folder: are they in another, or still to be downloaded?"


@case(CASES, r"batch_size should be a positive integer value, but got batch_size=(?P<value>.+)")
def batch_size(place: Place, value: str) -> str | None:
    if value.startswith("<"):
        return "DataLoader takes the data set first, then the batch size: are they exchanged?"
    return f"A batch has a whole number of examples, at least 1, and {value[:40]} was given."


@case(CASES, r"(?P<kind>list|tuple|string) index out of range")
def list_end(place: Place, kind: str) -> str | None:
    own, node = place.own, place.node
    if place.innermost and own and own.code.co_name == "__getitem__":
        said = "`__getitem__` was asked for an item that the list does not have"
        return f"{said}: does `__len__` promise more than there is?"
    held = place.value(node.value) if place.innermost and isinstance(node, ast.Subscript) else None
    if type(held) in (list, tuple, str) and isinstance(node, ast.Subscript):
        text = f"`{ast.unparse(node.value)}`" if isinstance(node.value, ast.Name | ast.Attribute) else f"The {kind}"
        if not held:
            return f"{text} is empty: was something to be put in before?"
        index = place.value(node.slice)
        asked = f", and place {index} was asked for" if type(index) is int else ""
        return f"{text} has the places 0 to {len(held) - 1}{asked}."
    return f"The {kind} has fewer places than were asked for; places count from 0."


@case(
    CASES,
    r"could not convert string to float: '(?P<text>.*)'|invalid literal for int\(\) with base 10: '(?P<whole>.*)'",
)
def number_text(place: Place, text: str | None, whole: str | None) -> str | None:
    if whole is not None and whole.replace(".", "", 1).lstrip("-").isdecimal():
        return f"int reads whole numbers, and {whole[:40]} has a decimal point."
    return "This text is no number: is it the first line of a table, or an empty field?"
