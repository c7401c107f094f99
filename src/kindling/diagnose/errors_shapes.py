"""Errors of shapes: what meets, is joined, renamed or indexed does not fit."""

from __future__ import annotations

import ast
import math
from typing import Any

from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from kindling.diagnose.cases import Case, Shape, case, count, receiver, shape
from kindling.diagnose.frames import Place
from kindling.diagnose.reading import is_a, is_tensor

__all__ = ["CASES"]

CASES: list[Case] = []


@case(
    CASES,
    r"mat1 and mat2 shapes cannot be multiplied \((?P<rows>\d+)x(?P<cols>\d+) and (?P<takes>\d+)x(?P<gives>\d+)\)",
)
def matmul_shapes(place: Place, rows: int, cols: int, takes: int, gives: int) -> str | None:
    came = place.local("input", "torch/nn/modules/linear")
    if place.layer is None or not is_tensor(came):
        return _operands(place, rows, cols, takes, gives)
    layer, sizes = place.layer_name, tuple(came.shape)
    if rows == 1 and cols % takes == 0 and cols > takes:
        said = f"One row of {cols:,} numbers came where {layer} takes {takes:,}"
        return f"{said}. {cols:,} is {cols // takes} × {takes:,}: was the whole batch flattened into one row?"
    if len(sizes) > 2 and math.prod(sizes[1:]) == takes:
        return f"{shape(sizes)} came, and {layer} takes rows of {takes:,} numbers: are the {sizes[0]} images flattened?"
    for before in place.before:
        if is_a(before, nn.Linear):
            if before.out_features == cols:
                return f"The layer before {layer} gives {cols:,} numbers, and {layer} takes {takes:,}."
            break
        if is_a(before, nn.Conv2d):
            channels = before.out_channels
            left = f"{cols:,} numbers of each image are left before {layer}, which takes {takes:,}"
            side = math.isqrt(cols // channels)
            if cols == channels * side * side:
                return f"{left}: {channels} channels of {side} × {side}. Which size do the convolutions leave?"
            return f"{left}. Which size do the layers before it leave?"
    said = f"{count(rows, 'row')} of {count(cols, 'number')} came where {layer} takes {takes:,} a row"
    return f"{said} and gives {gives:,}: are its two sizes exchanged?" if cols == gives else f"{said}."


def _operands(place: Place, rows: int, cols: int, takes: int, gives: int) -> str:
    met = f"({rows:,}, {cols:,}) meets ({takes:,}, {gives:,})"
    if rows == 1 and cols % takes == 0 and cols > takes:
        said = f"One row of {cols:,} numbers meets a matrix for {takes:,}. {cols:,} is {cols // takes} × {takes:,}"
        return f"{said}: was the whole batch flattened into one row?"
    if cols != takes and (rows * cols) % takes == 0 and cols * cols == takes:
        return f"{met}, and {takes:,} is {cols} × {cols}: are the images flattened yet?"
    if cols == gives:
        return f"{met}: the two {cols:,} would meet if the second were transposed."
    if rows == gives:
        return f"{met}: in the other order the two {rows:,} would meet."
    return f"{met}: the inner two, {cols:,} and {takes:,}, must be the same."


@case(
    CASES,
    r"mm: (?P<which>self|mat2) must be a matrix, got (?P<dims>\d+)-D tensor"
    r"|1D tensors expected, but got (?P<first>\d+)D and (?P<second>\d+)D tensors"
    r"|both arguments to matmul need to be at least 1D, but they are (?P<left>\d+)D and (?P<right>\d+)D",
)
def matmul_dims(
    place: Place,
    which: str | None,
    dims: int | None,
    first: int | None,
    second: int | None,
    left: int | None,
    right: int | None,
) -> str | None:
    if which:
        argument = "first" if which == "self" else "second"
        return f"mm takes two matrices, and the {argument} has {count(dims or 0, 'dimension')}: is a batch missing?"
    if first is not None:
        return f"dot takes two vectors, and got {first} and {second} dimensions. Which product is for matrices?"
    side = "left" if left == 0 else "right"
    return f"The {side} side of @ is a single number. Which product is for a number?"


@case(CASES, r"size mismatch, got input \(\d+\), mat \((?P<rows>\d+)x(?P<cols>\d+)\), vec \((?P<length>\d+)\)")
def matmul_vector(place: Place, rows: int, cols: int, length: int) -> str | None:
    said = f"The matrix ({rows:,}, {cols:,}) takes a vector of {cols:,} and got one of {length:,}"
    return f"{said}, as many as it has rows: is it transposed?" if length == rows else f"{said}."


@case(CASES, r"inconsistent tensor size, expected tensor \[(?P<first>\d+)\] and src \[(?P<second>\d+)\]")
def dot_lengths(place: Place, first: int, second: int) -> str | None:
    said = f"The two vectors have {first:,} and {second:,} numbers, and each needs a partner"
    return f"{said}: is the bias counted among the weights?" if abs(first - second) == 1 else f"{said}."


@case(
    CASES,
    r"Expected size for first two dimensions of batch2 tensor to be: \[(?P<wanted>\d+, \d+)\] "
    r"but got: \[(?P<got>\d+, \d+)\]",
)
def matmul_batches(place: Place, wanted: Shape, got: Shape) -> str | None:
    if wanted[0] != got[0]:
        return f"The first holds {count(wanted[0], 'matrix', 'matrices')} and the second {got[0]:,}."
    return (
        f"In each of the {wanted[0]:,} products, {wanted[1]:,} columns meet {got[1]:,} rows. "
        "Which two dimensions of the second have to change places?"
    )


@case(CASES, r"shape '\[(?P<wanted>[-\d, ]+)\]' is invalid for input of size (?P<held>\d+)")
def view_size(place: Place, wanted: str, held: int) -> str | None:
    sizes = [int(size) for size in wanted.split(",")]
    fixed = [size for size in sizes if size != -1]
    source = place.value(receiver(place.node))
    first = source.shape[0] if is_tensor(source) and source.dim() else 0
    rest = math.prod(fixed[1:]) if sizes[0] > 0 else 0
    if len(fixed) > 1 and rest and held % rest == 0:
        there = held // rest
        said = f"{held:,} numbers are {there:,} × {rest:,}, and {sizes[0]:,} × {rest:,} were asked for"
        smaller = there < sizes[0] and first in (0, there)
        return f"{said}: is the batch size written as a number?" if smaller else f"{said}."
    if first and held % first == 0 and sizes[0] in (-1, first):
        each = held // first
        asked = math.prod(fixed if sizes[0] == -1 else fixed[1:])
        return f"{held:,} numbers are {count(first, 'example')} of {each:,}, and {asked:,} for each were asked for."
    if -1 in sizes:
        return f"{held:,} numbers can't be divided into parts of {math.prod(fixed):,}."
    return f"{' × '.join(f'{size:,}' for size in sizes)} are {math.prod(sizes):,}, and there are {held:,} numbers."


@case(CASES, r"only one dimension can be inferred")
def view_unknown(place: Place) -> str | None:
    return "-1 stands for the one size that follows from the others. Which of the sizes are known?"


@case(CASES, r"view size is not compatible with input tensor's size and stride")
def view_stride(place: Place) -> str | None:
    source = place.value(receiver(place.node))
    which = f"The {shape(source)} tensor" if is_tensor(source) else "The tensor"
    return (
        f"{which} was transposed, permuted or cut, so its numbers do not lie in that order in memory, and view "
        "does not move them. Which call may copy?"
    )


@case(
    CASES,
    r"The size of tensor a \((?P<a>\d+)\) must match the size of tensor b \((?P<b>\d+)\) "
    r"at non-singleton dimension (?P<dim>\d+)",
)
def broadcast(place: Place, a: int, b: int, dim: int) -> str | None:
    if place.within("torch/optim/"):
        return f"The optimizer's state and a gradient have the sizes {a:,} and {b:,}: is the state another network's?"
    left, right = _sides(place)
    if not (is_tensor(left) and is_tensor(right)):
        return f"Shapes are compared from the right, and there {a:,} meets {b:,}: sizes must be the same, or 1."
    met = f"{shape(left)} meets {shape(right)}"
    if tuple(left.shape) == tuple(right.shape)[::-1]:
        return f"{met}: is one of the two transposed?"
    long, short = (left, right) if left.dim() > right.dim() else (right, left)
    if long.dim() == 2 and short.dim() == 1 and long.shape[0] == short.shape[0]:
        if long.is_floating_point() and not short.is_floating_point():
            rows = f"{count(long.shape[0], 'row')} of {count(long.shape[1], 'score')}"
            return f"{rows} meet {count(short.shape[0], 'class number')}: which class does each row mean?"
        said = f"{met}: shapes are compared from the right, so {long.shape[1]:,} meets {long.shape[0]:,}"
        return f"{said}. One number per row is ({long.shape[0]}, 1)."
    return f"{met}: shapes are compared from the right, and there {a:,} meets {b:,}."


def _sides(place: Place) -> tuple[Any, Any]:
    """Return what stands on both sides of the operator that failed."""
    match place.node:
        case ast.BinOp(left=left, right=right) | ast.AugAssign(target=left, value=right):
            return place.value(left), place.value(right)
        case ast.Compare(left=left, comparators=[right]):
            return place.value(left), place.value(right)
    return None, None


@case(
    CASES,
    r"The expanded size of the tensor \((?P<wanted>\d+)\) must match the existing size \((?P<has>\d+)\) at "
    r"non-singleton dimension (?P<dim>\d+)\.\s+Target sizes: \[(?P<target>[\d, ]*)\]\.\s+"
    r"Tensor sizes: \[(?P<sizes>[\d, ]*)\]",
)
def assign_size(place: Place, wanted: int, has: int, dim: int, target: Shape, sizes: Shape) -> str | None:
    if isinstance(place.node, ast.Subscript):
        return f"There is place for {shape(target)}, and {shape(sizes)} came."
    if isinstance(place.node, ast.Call) and "expand" in ast.unparse(place.node.func)[-9:]:
        return f"{shape(sizes)} can't become {shape(target)}: only a size of 1 can be repeated, and {has:,} is not 1."
    return f"{shape(sizes)} does not fit {shape(target)}: {has:,} meets {wanted:,}."


@case(
    CASES,
    r"Sizes of tensors must match except in dimension (?P<dim>\d+)\. Expected size (?P<wanted>\d+) "
    r"but got size (?P<size>\d+) for tensor number (?P<number>\d+)",
)
def cat_sizes(place: Place, dim: int, wanted: int, size: int, number: int) -> str | None:
    said = f"Joined along dimension {dim}, all other sizes must be the same, and tensor {number} has {size:,}"
    return f"{said} where the first has {wanted:,}."


@case(CASES, r"Tensors must have same number of dimensions: got (?P<first>\d+) and (?P<second>\d+)")
def cat_dims(place: Place, first: int, second: int) -> str | None:
    return (
        f"One tensor has {count(first, 'dimension')} and another {second}: is one of them an example without its batch?"
    )


@case(CASES, r"zero-dimensional tensor \(at position (?P<position>\d+)\) cannot be concatenated")
def cat_scalars(place: Place, position: int) -> str | None:
    return f"Tensor {position} is a single number, without a dimension to join along. Which call makes a new one?"


@case(CASES, r"torch\.cat\(\): expected a non-empty list of Tensors|stack expects a non-empty TensorList")
def empty_list(place: Place) -> str | None:
    argument = place.node.args[0] if isinstance(place.node, ast.Call) and place.node.args else None
    name = f"The list `{argument.id}`" if isinstance(argument, ast.Name) else "The list"
    loader = place.own.variable(DataLoader) if place.own else None
    if type(loader) is DataLoader and type(loader.dataset) is TensorDataset and not len(loader.dataset):
        return f"{name} is empty, and so is the data set."
    return f"{name} is empty: did the loop that fills it run?"


@case(CASES, r"expected Tensor as element (?P<index>\d+) in argument \d+, but got (?P<type>[\w.]+)")
def cat_elements(place: Place, index: int, type: str) -> str | None:
    if type == "numpy.ndarray":
        return f"Element {index} of the list is a NumPy array, not a tensor."
    if type in ("float", "int"):
        return f"Element {index} of the list is a Python {type}: did item() take it out of its tensor?"
    return f"Element {index} of the list is of type {type}, not a tensor."


@case(CASES, r"(?P<call>\w+)\(\): argument 'tensors' \(position 1\) must be tuple of Tensors, not Tensor")
def cat_brackets(place: Place, call: str) -> str | None:
    return f"{call} takes one list of tensors, and got a tensor: are the brackets around them missing?"


@case(
    CASES,
    r"^stack expects each tensor to be equal size, but got \[(?P<first>[\d, ]*)\] at entry 0 "
    r"and \[(?P<other>[\d, ]*)\] at entry (?P<entry>\d+)",
)
def stack_sizes(place: Place, first: Shape, other: Shape, entry: int) -> str | None:
    said = f"Item 0 is {shape(first)} and item {entry} is {shape(other)}"
    if not place.within("utils/data/_utils/collate"):
        stacked = place.value(place.node.args[0]) if isinstance(place.node, ast.Call) and place.node.args else None
        last = type(stacked) is list and entry == len(stacked) - 1 > 0
        if last and first and first[1:] == other[1:] and other[0] < first[0]:
            return f"{said}: is it the last batch, which is smaller?"
        return f"{said}. Which one is right?"
    if len(first) == len(other) == 3 and {first[0], other[0]} == {1, 3}:
        return f"{said}: are there colour and grey images in the data set?"
    return f"{said}: all items of a batch must have one shape."


@case(
    CASES,
    r"einsum\(\): subscript (?P<letter>\w) has size (?P<size>\d+) for operand (?P<operand>\d+) "
    r"which does not broadcast with previously seen size (?P<before>\d+)",
)
def einsum_size(place: Place, letter: str, size: int, operand: int, before: int) -> str | None:
    return f"The letter {letter} is {before:,} first and {size:,} in tensor {operand}. Which letter is which size?"


@case(
    CASES,
    r"einsum\(\): the number of subscripts in the equation \((?P<letters>\d+)\) does not match the number of "
    r"dimensions \((?P<dims>\d+)\) for operand (?P<operand>\d+)",
)
def einsum_letters(place: Place, letters: int, dims: int, operand: int) -> str | None:
    said = f"Tensor {operand} has {count(dims, 'dimension')}, and the equation {count(letters, 'letter')} for it"
    return f"{said}: does the batch need a letter?" if dims == letters + 1 else f"{said}."
