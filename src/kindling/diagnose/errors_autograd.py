"""Errors of autograd: what was not recorded, recorded once, or changed since."""

from __future__ import annotations

import ast

from torch import nn

from kindling.diagnose.cases import Case, Shape, case, count, receiver, shape
from kindling.diagnose.frames import Place, Step
from kindling.diagnose.reading import is_tensor

__all__ = ["CASES"]

CASES: list[Case] = []


@case(CASES, r"element (?P<index>\d+) of tensors does not require grad and does not have a grad_fn")
def no_grad_fn(place: Place, index: int) -> str | None:
    own, node = place.own, place.node
    source = _backward(node)
    loss = place.value(source)
    name = f"`{ast.unparse(source)}`" if isinstance(source, ast.Name) else "The loss"
    said = f"{name} has no history: what made it was not recorded"
    if own is None:
        return f"{said}."
    if is_tensor(loss) and loss.is_inference():
        return f"{said}. It was made under inference_mode."
    made = own.bound(source.id) if isinstance(source, ast.Name) else [source] if source else []
    maker = made[-1] if made else None
    for inner in ast.walk(maker) if maker else ():
        match inner:
            case ast.Attribute(attr="argmax" | "argmin" | "round" | "sign" as call):
                return f"{said}. Does the way to it lead through {call}, which has no slope?"
            case ast.Compare():
                return f"{said}. Does the way to it lead through a comparison, which has no slope?"
            case ast.Attribute(attr="detach" | "data" | "item" as call):
                return f"{said}. Does {call} cut it off?"
            case ast.Call(func=ast.Attribute(attr="tensor")):
                return f"{said}. Did torch.tensor make a new tensor of numbers?"
    if _recording_is_off(own):
        return f"{said}. Is the forward pass under no_grad?"
    held = [one for one in own.locals.values() if is_tensor(one)]
    networks = any(isinstance(one, nn.Module) for one in own.locals.values())
    if held and not networks and not any(one.requires_grad for one in held):
        return f"{said}, since no tensor here requires a gradient. Which ones are to learn?"
    return f"{said}. Was the forward pass under no_grad, or detached?"


def _backward(node: ast.AST | None) -> ast.expr | None:
    """Return the expression whose `backward` was called."""
    called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "backward"
    return receiver(node) if called else None


def _recording_is_off(own: Step) -> bool:
    names = {node.attr for node in ast.walk(own.tree) if isinstance(node, ast.Attribute)} if own.tree else set()
    return bool(names & {"no_grad", "inference_mode", "set_grad_enabled"})


@case(CASES, r"a (?P<view>view of a )?leaf Variable that requires grad is being used in an in-place operation")
def leaf_inplace(place: Place, view: str | None) -> str | None:
    node = place.node
    if isinstance(node, ast.AugAssign):
        return (
            f"`{ast.unparse(node.target)}` requires a gradient, and it is changed while autograd is watching. "
            "What tells autograd to look away during a step?"
        )
    if place.source and isinstance(node, ast.Call):
        said = f"`{ast.unparse(node.func)}` changes a weight while autograd is watching"
        return f"{said}. What tells autograd to look away?"
    return "A weight is changed while autograd is watching. What tells autograd to look away?"


@case(CASES, r"Trying to backward through the graph a second time")
def second_backward(place: Place) -> str | None:
    own, node = place.own, place.node
    source = _backward(node)
    said = "backward went through this graph before, and what it needs of it is gone"
    loop = own.around(ast.For, ast.While) if own else None
    if not (own and isinstance(source, ast.Name)):
        return f"{said}. Is all of the forward pass computed anew for each backward?"
    makers = own.bound(source.id)
    maker = makers[-1] if makers else None
    if loop and maker and getattr(maker, "lineno", 0) < loop.lineno:
        return f"{said}: `{source.id}` is made before the loop. Is the forward pass computed anew in every round?"
    if maker and any(isinstance(inner, ast.Name) and inner.id == source.id for inner in ast.walk(maker)):
        return f"{said}: `{source.id}` still holds the graphs of the rounds before."
    return f"{said}. Is all of the forward pass computed anew for each backward?"


@case(
    CASES,
    r"modified by an inplace operation: \[(?P<type>[\w.]+) \[(?P<sizes>[\d, ]*)\]\]"
    r"(?:, which is output (?P<output>\d+) of (?P<op>\w+))?, is at version (?P<version>\d+); "
    r"expected version (?P<wanted>\d+)",
)
def inplace_modified(
    place: Place, type: str, sizes: Shape, output: str | None, op: str | None, version: int, wanted: int
) -> str | None:
    times = "once" if version - wanted == 1 else f"{version - wanted} times"
    if op and not op.startswith("AsStrided") and op != "TBackward0":
        what = f"What {op.removesuffix('0').removesuffix('Backward').lower()} gave, of shape {shape(sizes)},"
        return f"{what} was changed in place {times}, and backward needs it as it was: which line writes into it?"
    return (
        f"A tensor of shape {shape(sizes)} was changed in place {times} after the forward pass, and backward needs it "
        "as it was: was there a step in between?"
    )


@case(CASES, r"grad can be implicitly created only for scalar outputs")
def backward_vector(place: Place) -> str | None:
    node = place.node
    source = _backward(node)
    loss = place.value(source)
    if is_tensor(loss) and source:
        said = f"backward starts from one number, and `{ast.unparse(source)}` has {loss.numel():,}"
        return f"{said}. How do they become one?"
    return "backward starts from one number, and this has more. How do they become one?"


@case(CASES, r"The \.grad attribute of a Tensor that is not a leaf Tensor is being accessed")
def nonleaf_grad(place: Place) -> str | None:
    return (
        "This tensor is the result of a computation, and results keep no gradient. "
        "Was a weight replaced by a new tensor, as `w = w - …` does?"
    )


@case(CASES, r"cannot assign '(?P<type>[\w.]+)' as parameter '(?P<name>\w+)'")
def parameter_assign(place: Place, type: str, name: str) -> str | None:
    own = place.own
    value = own.statement.value if own and isinstance(own.statement, ast.Assign) else None
    if value and any(isinstance(one, ast.Attribute) and one.attr == name for one in ast.walk(value)):
        return f"`{name}` is a parameter, and a result was to take its place. Which calls change a parameter in place?"
    return f"`{name}` is a parameter, and a plain tensor was to take its place. Which class makes a tensor a parameter?"


@case(
    CASES,
    r"attempting to assign a gradient of size '\[(?P<gradient>[\d, ]*)\]' to a tensor of size '\[(?P<sizes>[\d, ]*)\]'",
)
def grad_assign(place: Place, gradient: Shape, sizes: Shape) -> str | None:
    return f"The gradient is {shape(gradient)} and the tensor {shape(sizes)}: they must have one shape."


@case(CASES, r"Can't call numpy\(\) on Tensor that requires grad")
def numpy_grad(place: Place) -> str | None:
    node = place.node
    for argument in node.args if isinstance(node, ast.Call) else ():
        value = place.value(argument)
        if type(value) is list and value and all(is_tensor(one) for one in value[:1000]):
            return (
                f"`{ast.unparse(argument)}` holds {count(len(value), 'tensor')}, each with its graph. "
                "When is a loss stored as a plain number?"
            )
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "numpy":
        return "This tensor belongs to a graph, and NumPy knows no gradients. Which call takes it out of the graph?"
    return (
        "A tensor that belongs to a graph came where NumPy's numbers are wanted. Which call takes it out of the graph?"
    )


@case(CASES, r"Only Tensors created explicitly by the user \(graph leaves\) support the deepcopy protocol")
def deepcopy_nonleaf(place: Place) -> str | None:
    return "What is copied holds a computed tensor, with the graph that it came from. Is it to be kept with its graph?"


@case(
    CASES,
    r"Inplace update to (?P<changed>inference tensor) outside InferenceMode"
    r"|Inference tensors cannot be saved for backward",
)
def inference_tensor(place: Place, changed: str | None) -> str | None:
    what = "be changed outside of it" if changed else "take part in training"
    return f"A tensor that was made under inference_mode can't {what}."


@case(CASES, r"you can only change requires_grad flags of leaf variables")
def grad_flag(place: Place) -> str | None:
    return "A computed tensor requires a gradient when what it is computed from does. Which call cuts it off?"
