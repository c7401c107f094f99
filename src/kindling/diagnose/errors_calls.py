"""Errors of calls: a function, a layer or a network is called in another way than it wants."""

from __future__ import annotations

import ast
import builtins
import inspect
from types import FunctionType

from torch import nn

from kindling.diagnose.cases import Case, a, case, count, near, receiver
from kindling.diagnose.frames import Place
from kindling.diagnose.reading import UNKNOWN, class_dict, class_name, is_a, is_tensor

__all__ = ["CASES"]

CASES: list[Case] = []

# The words of other libraries for what torch calls in its own way.
KEYWORDS = {
    "learning_rate": "lr",
    "rate": "p",
    "axis": "dim",
    "keepdims": "keepdim",
    "units": "out_features",
    "input_dim": "in_features",
    "filters": "out_channels",
    "strides": "stride",
    "alpha": "lr",
    "decay": "weight_decay",
}


@case(CASES, r"ReduceLROnPlateau\.step\(\) missing 1 required positional argument: 'metrics'")
def plateau_metric(place: Place) -> str | None:
    return "This scheduler waits until a loss stops falling: which number does its step get?"


@case(CASES, r"(?P<cls>\w+)\.(?P<method>\w+)\(\) missing 1 required positional argument: 'self'")
def self_missing(place: Place, cls: str, method: str) -> str | None:
    node = place.node
    source = receiver(node)
    if isinstance(source, ast.Name) and is_a(place.value(source), type):
        return f"`{source.id}` is a class, and {method} wants one of its instances. Which call makes one?"
    return f"{method} was called on the class {cls}, and wants an instance. Which call makes one?"


@case(
    CASES, r"(?P<call>[\w.<>]+)\(\) missing (?P<number>\d+) required positional arguments?: (?P<names>['\"]\w+['\"].*)"
)
def argument_missing(place: Place, call: str, number: int, names: str) -> str | None:
    listed = names.replace("'", "`")
    owner, _, method = call.rpartition(".")
    if method == "__init__":
        return f"{owner.rpartition('.')[2]} needs {count(number, 'more argument')}: {listed}."
    node = place.node
    source = receiver(node)
    if method == "forward":
        if source is not None and is_a(place.value(source), type):
            said = f"forward was called on the class {owner}, so the input was taken for `self`"
            return f"{said}. Which call makes a network?"
        what = "This loss takes the outputs and the labels" if owner.endswith("Loss") else f"{owner} takes more"
        return f"{what}: {listed} {'is' if number == 1 else 'are'} missing."
    if owner and method in ("train", "eval", "parameters", "to", "zero_grad", "state_dict"):
        return f"{owner} has a method {method} of its own, instead of nn.Module's, and that wants {listed}, too."
    return f"{method} needs {count(number, 'more argument')}: {listed}."


@case(
    CASES,
    r"(?P<call>[\w.<>]+)\(\) takes (?:from \d+ to )?(?P<takes>\d+) positional arguments? "
    r"but (?P<given>\d+) (?:was|were) given",
)
def argument_count(place: Place, call: str, takes: int, given: int) -> str | None:
    owner, _, method = call.rpartition(".")
    owner = owner.rpartition(".")[2]
    node = place.node
    called = place.value(node.func) if isinstance(node, ast.Call) else None
    values = [place.value(one) for one in node.args] if isinstance(node, ast.Call) else []
    if owner == "Sequential" and method == "forward":
        return f"Sequential hands one input from layer to layer, and got {given - 1}."
    if method == "__init__":
        if owner == "Compose":
            return f"Compose takes one list of transforms, and got {given - 1} arguments: are the brackets missing?"
        if place.within("torchvision/transforms"):
            return f"{owner} stands in the list as a class and gets the image: which call makes a transform of it?"
        kind = called if is_a(called, type) else None
        if kind is not None and issubclass(kind, nn.Module) and "__init__" not in class_dict(kind):
            names = [name for name, value in class_dict(kind).items() if type(value) is FunctionType and name[0] == "_"]
            if other := near("__init__", names):
                return f"{owner} has no `__init__`, but `{other}`."
        made = isinstance(node, ast.Call) and any(isinstance(one, ast.Call) for one in node.args)
        if any(is_tensor(value) for value in values) or (made and kind is not None and issubclass(kind, nn.Module)):
            said = f"{owner}(…) makes {a(owner)}, and got what it is for"
            return f"{said}. It takes two pairs of parentheses: make it, then call it."
        return f"{owner} takes {count(takes - 1, 'argument')}, and got {given - 1}."
    one = place.object(owner) if owner else None
    one = place.value(receiver(node)) if one is None else one
    function = inspect.getattr_static(type(one), method, None) if owner else None
    if type(function) is FunctionType and given == takes + 1:
        first = function.__code__.co_varnames[: function.__code__.co_argcount][:1]
        if first != ("self",):
            said = f"{method} got the object itself and {count(given - 1, 'argument')}"
            return f"{said}: is `self` missing in its definition?"
    if owner:
        return f"{method} takes {count(takes - 1, 'argument')} besides `self`, and got {given - 1}."
    return f"{method} takes {count(takes, 'argument')}, and got {given}."


@case(CASES, r"(?P<call>[\w.]+)\(\) got an unexpected keyword argument '(?P<name>\w+)'")
def keyword_unknown(place: Place, call: str, name: str) -> str | None:
    node = place.node
    called = place.value(node.func) if isinstance(node, ast.Call) else None
    owner, _, method = call.rpartition(".")
    what = (owner if method == "__init__" else call).rpartition(".")[2]
    function = inspect.getattr_static(called, "__init__", None) if is_a(called, type) else called
    names = (
        list(function.__code__.co_varnames[: function.__code__.co_argcount]) if type(function) is FunctionType else []
    )
    if (other := KEYWORDS.get(name)) in names or (other := near(name, [one for one in names if one != "self"])):
        return f"{what} has no `{name}`; it calls it `{other}`."
    return f"{what} has no argument `{name}`."


@case(CASES, r"(?P<call>\w+)\(\) received an invalid combination of arguments - got \((?P<got>[^)]*)\)")
def argument_types(place: Place, call: str, got: str) -> str | None:
    if "generator=int" in got:
        return "`generator` wants a torch.Generator, and got a number: what makes a generator with a seed?"
    if "axis=" in got:
        return f"What NumPy calls axis is dim in torch, and {call} takes one dimension."
    if "NoneType" in got:
        return f"{call} got None: does the function that makes it return its result?"
    if "list" in got.split(", ")[:1] or "list" in got.split(", "):
        return f"{call} got a Python list: is a tensor wanted?"
    return None


@case(
    CASES,
    r"(?P<call>\w+)\(\): argument '(?P<argument>\w+)' \(position (?P<position>\d+)\) must be Tensor, "
    r"not (?P<type>[\w.]+)",
)
def tensor_wanted(place: Place, call: str, argument: str, position: int, type: str) -> str | None:
    came = place.local(argument, "torch/nn/")
    layer = place.layer_name if place.layer is not None else call
    if builtins.type(came) is tuple and len(came) == 1:
        return f"{layer} got a tuple that holds one tensor: does a line before it end with a comma?"
    if type in ("list", "tuple"):
        many = f" of {len(came)}" if builtins.type(came) in (list, tuple) else ""
        return f"{layer} got a {type}{many} where it takes one tensor: is it a whole batch, images and labels?"
    if type == "NoneType":
        return f"{layer} got None: does the function that makes its input return its result?"
    if is_a(came, nn.Module) or hasattr(nn, type):
        return f"{layer} got {a(type)} layer instead of a tensor: it was made, but not called."
    if type in ("builtin_function_or_method", "method", "function"):
        return f"{layer} got a function instead of a tensor: are its parentheses missing?"
    if type == "numpy.ndarray":
        return f"{layer} got a NumPy array instead of a tensor. Which call makes one of it?"
    if "Image" in type:
        return f"{layer} got an image instead of a tensor: which transform is missing?"
    return f"{layer} got {a(type)} instead of a tensor."


@case(CASES, r"'(?P<type>[\w.]+)' object does not support the context manager protocol|^__enter__$")
def context_uncalled(place: Place, type: str | None) -> str | None:
    node = place.own.around(ast.With) if place.own else None
    name = f"`{ast.unparse(node.items[0].context_expr)}`" if node else "What stands after with"
    what = "a class or function itself" if type in ("type", "function", None) else a(type or "")
    return f"{name} is {what}: are its parentheses missing?"


_METHODS = ("builtin_function_or_method", "method", "function", "method_descriptor")


@case(CASES, r"'(?P<type>[\w.]+)' object is not subscriptable")
def not_subscriptable(place: Place, type: str) -> str | None:
    name = f"`{ast.unparse(place.node.value)}`" if place.innermost and isinstance(place.node, ast.Subscript) else "This"
    if type in _METHODS:
        return f"{name} without parentheses is the function itself, and has no places."
    if type == "DataLoader":
        return f"{name} gives its batches one after the other, in a loop; it has no places."
    if type == "NoneType":
        return f"{name} is None: does the function that makes it return its result?"
    return f"{name} is {a(type)}, and that has no places to ask for."


@case(CASES, r"'(?P<type>[\w.]+)' object is not iterable")
def not_iterable(place: Place, type: str) -> str | None:
    if place.within("torch/optim/"):
        if type in _METHODS:
            return "The optimizer got the method itself: are the parentheses of parameters missing?"
        return f"The optimizer got {a(type)}; what it moves are its parameters."
    if type in _METHODS:
        return "A method without its parentheses can't be gone through: it is the function itself."
    if type in ("int", "float"):
        if isinstance(place.node, ast.Call):
            return f"{a(type).capitalize()} is one number, and can't be gone through one by one."
        return f"The loop is over one number, {a(type)}. What makes the numbers up to it?"
    if type == "NoneType":
        return "There is nothing to go through but None: does the function that makes it return its result?"
    if place.within("torchvision/transforms"):
        return f"Compose takes a list of transforms, and got {a(type)} alone: are the brackets missing?"
    what = a(type)
    if hasattr(nn, type):
        return f"{what[0].upper()}{what[1:]} layer can't be gone through one by one: its parameters can."
    return f"{what[0].upper()}{what[1:]} can't be gone through one by one."


@case(CASES, r"'(?P<type>[\w.]+)' object is not callable")
def not_callable(place: Place, type: str) -> str | None:
    node = place.node
    func = node.func if isinstance(node, ast.Call) else None
    if place.within("utils/data/dataset.py") and not place.innermost:
        said = "TensorDataset takes tensors, and got something else, such as NumPy arrays"
        return f"{said}. Which call makes tensors of them?"
    if type == "module":
        return "A module of a library stands where a function is wanted: which of its functions is meant?"
    if not place.innermost:
        return None
    known = place.value(func)
    if known is not UNKNOWN and class_name(builtins.type(known)) != type.rpartition(".")[2]:
        return None  # an argument of the call was called
    if isinstance(func, ast.Name):
        if hasattr(builtins, func.id):
            return f"`{func.id}` is {a(type)} of yours here, and hides Python's own `{func.id}`."
        makers = [one for one in place.own.bound(func.id) if isinstance(one, ast.Call)] if place.own else []
        if any(isinstance(one.func, ast.Name) and one.func.id == func.id for one in makers):
            return f"`{func.id}` was the function, until its name was given to the value. Two things need two names."
        return f"`{func.id}` is {a(type)}, and can't be called: do two things have one name?"
    if isinstance(func, ast.Attribute):
        owner = place.value(func.value)
        if is_tensor(owner) and func.attr in ("grad", "data", "shape", "T", "dtype", "device", "is_leaf", "grad_fn"):
            return f"{func.attr} is no method: it needs no parentheses."
        if func.attr in ("parameters", "modules", "children", "train", "eval", "forward") and type != "Tensor":
            return f"`{ast.unparse(func)}` is {a(type)} here, instead of nn.Module's own method {func.attr}."
        if type == "tuple":
            return f"`{ast.unparse(func)}` is a tuple: does the line that makes it end with a comma?"
        return None if known is UNKNOWN else f"`{ast.unparse(func)}` is {a(type)}, and needs no parentheses."
    if type.endswith("OrderedDict"):
        return "This is a state_dict, so weights and no network. What holds them has to be made first."
    if isinstance(func, ast.Call):
        return f"The first call gives {a(type)}, and that can't be called: is one pair of parentheses too many?"
    return None
