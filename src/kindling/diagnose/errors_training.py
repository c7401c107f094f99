"""Errors of training: optimizers and schedulers, devices, chance and memory."""

from __future__ import annotations

import ast
from types import FunctionType

import torch
from torch import nn

from kindling.diagnose.cases import Case, case
from kindling.diagnose.frames import Place
from kindling.diagnose.reading import class_dict, class_name, is_a, is_tensor, member, variables

__all__ = ["CASES"]

CASES: list[Case] = []


@case(CASES, r"optimizer got an empty parameter list")
def optimizer_empty(place: Place) -> str | None:
    node = place.node
    given = node.args[0] if isinstance(node, ast.Call) and node.args else None
    if not (isinstance(given, ast.Call) and isinstance(given.func, ast.Attribute) and given.func.attr == "parameters"):
        return "The optimizer got no parameters: is it a filter or generator that was gone through before?"
    network = place.value(given.func.value)
    kind = type(network)
    if isinstance(given.func.value, ast.Call):
        kind = place.value(given.func.value.func)
    if not is_a(kind, type) or not issubclass(kind, nn.Module):
        return "The network has no parameters."
    name = class_name(kind)
    if "_init_" in class_dict(kind):
        return f"{name} has no layers: `_init_` needs two underscores on each side."
    init = class_dict(kind).get("__init__")
    code = init.__code__ if type(init) is FunctionType else None
    for key, value in variables(network).items():
        if type(value) in (list, tuple, dict) and key[:1] != "_":
            inside = list(value.values() if type(value) is dict else value)
            if inside and all(is_a(one, nn.Module) for one in inside):
                kept = f"{name} keeps its layers in a Python {type(value).__name__}, `{key}`"
                return f"{kept}, where nn.Module does not look."
        if is_tensor(value):
            return f"`{key}` of {name} is a plain tensor. Which class makes a tensor a parameter?"
    if code and len(code.co_varnames) > code.co_argcount:
        variable = code.co_varnames[code.co_argcount]
        return f"{name} has no layers: `__init__` makes `{variable}` and does not keep it in self."
    return f"{name} has no parameters: nn.Module finds layers that are kept in self, and none in a Python list."


@case(CASES, r"can't optimize a non-leaf Tensor")
def optimizer_nonleaf(place: Place) -> str | None:
    return (
        "What the optimizer got is the result of a computation, after requires_grad=True. "
        "In which order are the weights made, and then watched?"
    )


@case(
    CASES, r"params argument given to the optimizer should be an iterable of Tensors or dicts, but got (?P<type>[\w.]+)"
)
def optimizer_tensor(place: Place, type: str) -> str | None:
    return "The optimizer takes a list of tensors, and got a tensor: are the brackets around it missing?"


@case(CASES, r"optimizer can only optimize Tensors, but one of the params is (?P<type>[\w.]+)")
def optimizer_params(place: Place, type: str) -> str | None:
    if type == "Module.parameters":
        return "parameters() gives a series of tensors already, and here it stands in a list of its own."
    if type == "str":
        return "The optimizer got names: a state_dict holds names and copies, parameters() the weights themselves."
    return f"The optimizer takes tensors, and one of them is of type {type}."


@case(
    CASES,
    r"loaded state dict (?:contains a parameter group that doesn't match the size of optimizer's group"
    r"|has a different number of parameter groups)",
)
def optimizer_state(place: Place) -> str | None:
    return "The saved state is for another number of parameters: does it belong to another network?"


@case(
    CASES,
    r"Invalid (?P<what>learning rate|momentum value|weight_decay value|epsilon value|beta parameter at index \d): "
    r"(?P<value>\S+)",
)
def lr_invalid(place: Place, what: str, value: str) -> str | None:
    if what == "learning rate" and value.startswith("-"):
        return "The minus of gradient descent is in step already: a learning rate is not negative."
    return f"{value} is out of range for the {what.removesuffix(' value').replace('_', ' ')}."


@case(CASES, r"Detected call of `lr_scheduler\.step\(\)` before `optimizer\.step\(\)`")
def scheduler_order(place: Place) -> str | None:
    return "The scheduler made a step before the optimizer did. Which of the two comes first?"


@case(
    CASES,
    r"Expected all tensors to be on the same device(?:, but found at least two devices, (?P<first>[\w:]+) and "
    r"(?P<second>[\w:]+)!|, but got (?P<argument>\w+) is on (?P<device>[\w:]+), different from other tensors on "
    r"(?P<others>[\w:]+)|\. \w+:? expected '(?P<operand>\w+)' to be)?"
    r"|Tensor on device (?P<tensor>[\w:]+) is not on the expected device (?P<expected>[\w:]+)!"
    r"|Input and \w+ tensors are not at the same device, found input tensor at (?P<data>[\w:]+) and \w+ tensor at "
    r"(?P<state>[\w:]+)"
    r"|indices should be either on cpu or on the same device as the indexed tensor \((?P<indexed>[\w:]+)\)",
)
def device_mix(
    place: Place,
    first: str | None,
    second: str | None,
    argument: str | None,
    device: str | None,
    others: str | None,
    operand: str | None,
    tensor: str | None,
    expected: str | None,
    data: str | None,
    state: str | None,
    indexed: str | None,
) -> str | None:
    if indexed:
        return f"The indices are on a GPU and the tensor on {indexed}: one of them has to move."
    came = place.local("input", "torch/nn/modules")
    weight = member(place.layer, "weight") if place.layer is not None else None
    if is_tensor(came) and is_tensor(weight) and came.device != weight.device:
        return f"The input is on {came.device} and the network on {weight.device}: one of them has to move."
    pair = [one for one in (first or device or tensor or data, second or others or expected or state) if one]
    if len(pair) == 2:
        return f"One tensor is on {pair[0]} and another on {pair[1]}: one of them has to move."
    return "The tensors are on different devices: one of them has to move."


@case(CASES, r"Found no NVIDIA driver on your system|Torch not compiled with CUDA enabled|No CUDA GPUs are available")
def no_cuda(place: Place) -> str | None:
    return "A GPU is asked for, and PyTorch finds none here. Which call says whether there is one?"


@case(CASES, r"device type at start of device string: (?P<name>\S+)|Invalid device string: '(?P<text>[^']*)'")
def device_name(place: Place, name: str | None, text: str | None) -> str | None:
    word = name or text or ""
    if is_a(getattr(torch, word, None), torch.dtype):
        return f"`{word}` in quotes is read as a device; the dtype is torch.{word}."
    return f"`{word[:40]}` is no device: PyTorch's name for a GPU is cuda." if word else None


@case(
    CASES,
    r"CUDA error: invalid device ordinal"
    r"|Attempting to deserialize object on CUDA device (?P<number>\d+) but torch\.cuda\.device_count\(\) is ",
)
def device_number(place: Place, number: str | None) -> str | None:
    return f"There is no GPU {number or 'of this number'} here: they are counted from 0, so the first is cuda:0."


@case(CASES, r"cannot pin '[\w.]+' only dense CPU tensors can be pinned")
def pin_gpu(place: Place) -> str | None:
    return "pin_memory prepares tensors of the CPU for a GPU, and these are on one already: leave it out."


@case(CASES, r"Cannot re-initialize CUDA in forked subprocess|in DataLoader worker process \d+\.(?s:.*)CUDA error")
def worker_gpu(place: Place) -> str | None:
    return "The DataLoader's workers can't use the GPU: leave the data set on the CPU, and move each batch."


@case(CASES, r"can't convert (?P<device>[\w:]+) device type tensor to numpy")
def numpy_device(place: Place, device: str) -> str | None:
    return f"The tensor is on {device}, and NumPy reads the memory of the CPU. Which call brings it there?"


@case(CASES, r"Expected a '(?P<wanted>\w+)' device type for generator but found '(?P<found>\w+)'")
def generator_device(place: Place, wanted: str, found: str) -> str | None:
    return f"The generator is on {found} and the tensor on {wanted}: both have to be in one place."


@case(CASES, r"probability tensor contains either `inf`, `nan` or element < 0")
def multinomial_values(place: Place) -> str | None:
    node = place.node
    given = place.value(node.args[0]) if isinstance(node, ast.Call) and node.args else None
    if is_tensor(given) and 0 < given.numel() <= 1_000_000 and given.is_floating_point():
        with torch.no_grad():
            if bool(given.isnan().any()):
                return "There is nan among the probabilities: where does the first one come from?"
            if bool((given <= 0).all()):
                return "No number is above 0: are these the logarithms of probabilities?"
    return "Probabilities are 0 or more, and finite: are these logarithms, or is nan among them?"


@case(CASES, r"invalid multinomial distribution \(sum of probabilities <= 0\)")
def multinomial_zero(place: Place) -> str | None:
    return "All probabilities are 0, so nothing can be drawn."


@case(CASES, r"cannot sample n_sample > prob_dist\.size\(-1\) samples without replacement")
def multinomial_count(place: Place) -> str | None:
    return "More are to be drawn than there are, each at most once. May one be drawn again?"


@case(
    CASES,
    r"DefaultCPUAllocator: (?:can't allocate memory|not enough memory): you tried to allocate (?P<size>\d+) bytes",
)
def memory(place: Place, size: int) -> str | None:
    return f"One tensor of {size:,} bytes does not fit into memory. Which step makes it so large?"


@case(CASES, r"CUDA out of memory\. Tried to allocate (?P<size>[\d.]+ \w+)|CUDA error: out of memory")
def cuda_memory(place: Place, size: str | None) -> str | None:
    if torch.is_grad_enabled() and any(step.code.co_name.startswith(("val", "eval", "test")) for step in place.steps):
        return "The memory of the GPU is full, and the graph of each batch is kept. Does this part need gradients?"
    return "The memory of the GPU is full. Is the batch too large, or are losses kept as tensors with their graphs?"


@case(CASES, r"CUDA error: device-side assert triggered")
def cuda_assert(place: Place) -> str | None:
    return (
        "On a GPU the reason comes late and in other words: the same cell on the CPU says it. Are all labels in range?"
    )
