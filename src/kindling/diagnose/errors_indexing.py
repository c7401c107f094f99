"""Errors of places and dimensions: what is asked for is not there."""

from __future__ import annotations

import ast

from torch.utils.data import DataLoader

from kindling.diagnose.cases import Case, Shape, case, count, dtype, receiver, shape
from kindling.diagnose.frames import Place
from kindling.diagnose.reading import is_tensor

__all__ = ["CASES"]

CASES: list[Case] = []


@case(
    CASES,
    r"Dimension out of range \(expected to be in range of \[(?P<least>-?\d+), (?P<most>-?\d+)\], "
    r"but got (?P<dim>-?\d+)\)",
)
def dim_range(place: Place, least: int, most: int, dim: int) -> str | None:
    there = "dimension 0 only" if most == 0 else f"the dimensions 0 to {most}, counted from 0"
    if most == 0 and dim == 1:
        if isinstance(receiver(place.node), ast.Call):
            return f"dim={dim} of a tensor that has {there}: did a call before it take a dimension away?"
        return f"dim={dim} of a tensor that has {there}: is it one example without its batch?"
    return f"dim={dim} of a tensor that has {there}."


@case(CASES, r"index (?P<index>-?\d+) is out of bounds for dimension (?P<dim>\d+) with size (?P<size>\d+)")
def index_range(place: Place, index: int, dim: int, size: int) -> str | None:
    said = f"Place {index:,} of dimension {dim} was asked for, and its places go from 0 to {size - 1:,}"
    if size == 0:
        return f"Place {index:,} of dimension {dim} was asked for, and it has none: the tensor is empty."
    loader = place.own.variable(DataLoader) if place.own else None
    if type(loader) is DataLoader and type(loader.batch_size) is int and size < loader.batch_size and index >= size:
        return f"{said}: is this the last batch, which is smaller than {loader.batch_size}?"
    held = place.value(place.node.value) if isinstance(place.node, ast.Subscript) else None
    if is_tensor(held) and index != size and any(index < one for one in held.shape):
        return f"{said}. The tensor is {shape(held)}: are rows and columns exchanged?"
    node = place.node.slice if isinstance(place.node, ast.Subscript) else None
    asked = node.elts[dim] if isinstance(node, ast.Tuple) and dim < len(node.elts) else node
    counted = index == size and type(place.value(asked)) is int
    return f"{said}: is it counted from 1?" if counted else f"{said}."


@case(CASES, r"too many indices for tensor of dimension (?P<dims>\d+)")
def index_count(place: Place, dims: int) -> str | None:
    held = place.value(place.node.value) if isinstance(place.node, ast.Subscript) else None
    what = f"{shape(held)} has" if is_tensor(held) else "The tensor has"
    said = f"{what} {count(dims, 'dimension')}, and more places were given"
    text = ast.unparse(place.own.tree) if place.own and place.own.tree else ""
    return f"{said}: did squeeze take the batch of one away, too?" if "squeeze" in text else f"{said}."


@case(CASES, r"invalid index of a 0-dim tensor")
def index_scalar(place: Place) -> str | None:
    return (
        "The tensor is a single number without dimensions, so there is no place 0 in it. Old code wrote loss.data[0]."
    )


@case(CASES, r"shape mismatch: indexing tensors could not be broadcast together with shapes (?P<shapes>\[.*\])")
def index_pairs(place: Place, shapes: str) -> str | None:
    sizes = [part.strip("[] ") for part in shapes.split("],")]
    if len(sizes) == 2 and all(size.isdecimal() for size in sizes):
        said = f"{sizes[0]} row numbers meet {sizes[1]} column numbers, and each pair is one place"
        return f"{said}: where does the {sizes[0]} come from?"
    return None


@case(
    CASES,
    r"tensors used as indices must be long, int, byte or bool tensors"
    r"|(?P<call>\w+)\(\): Expected dtype int32/int64 for index",
)
def index_dtype(place: Place, call: str | None) -> str | None:
    node = place.node
    parts = node.slice.elts if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple) else []
    parts = [node.slice] if isinstance(node, ast.Subscript) and not parts else parts
    for part in parts:
        if is_tensor(value := place.value(part)) and value.is_floating_point():
            return (
                f"`{ast.unparse(part)}` is {dtype(value)}. Places and class numbers are whole numbers, a mask is bool."
            )
    return "The index is a tensor of floats. Places and class numbers are whole numbers, a mask is bool."


@case(
    CASES,
    r"The shape of the mask \[(?P<mask>[\d, ]*)\] at index (?P<dim>\d+) does not match the shape of the indexed "
    r"tensor \[(?P<sizes>[\d, ]*)\]",
)
def mask_shape(place: Place, mask: Shape, dim: int, sizes: Shape) -> str | None:
    said = f"The mask is {shape(mask)} and the tensor {shape(sizes)}"
    if len(mask) == 1 and mask[0] in sizes[1:]:
        return f"{said}: does the mask count columns instead of rows?"
    return f"{said}: do they come from the same batch?"


@case(CASES, r"Index tensor must have the same number of dimensions as (?:input|self|src) tensor")
def gather_dims(place: Place) -> str | None:
    return "gather wants an index with as many dimensions as the tensor: one class per row is a column, (n, 1)."


@case(
    CASES,
    r"number of dimensions in the tensor input does not match the length of the desired ordering of dimensions "
    r"i\.e\. input\.dim\(\) = (?P<dims>\d+) is not equal to len\(dims\) = (?P<given>\d+)",
)
def permute_dims(place: Place, dims: int, given: int) -> str | None:
    said = f"The tensor has {count(dims, 'dimension')}, and {given} were put in order"
    if (dims, given) == (3, 4):
        return f"{said}: is it one image and not a batch?"
    return f"{said}: has the grey image a channel?" if (dims, given) == (2, 3) else f"{said}."


@case(CASES, r"expected sequence of length (?P<first>\d+) at dim (?P<dim>\d+) \(got (?P<other>\d+)\)")
def ragged_list(place: Place, first: int, dim: int, other: int) -> str | None:
    return f"One part of the list has {count(first, 'element')} and another {other:,}: a tensor is a full table."


@case(CASES, r"(?P<what>iteration over|len\(\) of) a 0-d tensor")
def scalar_loop(place: Place, what: str) -> str | None:
    if what == "iteration over":
        return "The loop is over a single number without dimensions: was a sum or mean taken too early?"
    return "The tensor is a single number without dimensions, so it has no length: was one element taken out?"


@case(CASES, r"selected index k out of range")
def topk_range(place: Place) -> str | None:
    source = place.value(receiver(place.node))
    if is_tensor(source):
        return (
            f"More were asked for than the dimension of {shape(source)} holds. Along which dimension lie the classes?"
        )
    return "More were asked for than the dimension holds. Along which dimension lie the classes?"
