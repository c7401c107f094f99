"""What a value is and has, read without calling anything of it: no property, no `__getattr__`, no `__repr__`.

What can't be read without is `UNKNOWN`.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from types import GetSetDescriptorType, ModuleType
from typing import Any, TypeGuard, TypeVar

from torch import Tensor, nn

__all__ = ["UNKNOWN", "bases", "class_dict", "class_name", "is_a", "is_tensor", "layers", "member", "variables"]

UNKNOWN: Any = type("Unknown", (), {})()  # no value can be confused with it
T = TypeVar("T")
_TYPE: Mapping[str, Any] = vars(type)  # its own descriptors, which no metaclass replaces


def is_a(value: object, kind: type[T]) -> TypeGuard[T]:
    """Return whether a value's class is `kind` or made from it, without asking the value."""
    return issubclass(type(value), kind)


def is_tensor(value: object) -> TypeGuard[Tensor]:
    """Return whether a value is a tensor whose shape, dtype and so on are torch's own to tell."""
    return type(value) in (Tensor, nn.Parameter)


def class_name(kind: type) -> str:
    """Return the name of a class, whatever its metaclass says."""
    name: str = _TYPE["__name__"].__get__(kind)
    return name


def bases(kind: type) -> tuple[type, ...]:
    """Return a class and what it is made from, but for `object`, whatever its metaclass says."""
    order: tuple[type, ...] = _TYPE["__mro__"].__get__(kind)
    return order[:-1]


def class_dict(kind: type) -> Mapping[str, Any]:
    """Return what a class itself defines, whatever its metaclass says."""
    names: Mapping[str, Any] = _TYPE["__dict__"].__get__(kind)
    return names


def member(value: object, name: str) -> Any:
    """Return what a value has under this name, UNKNOWN where only its own code could tell."""
    if is_tensor(value):
        if name == "grad":
            return value.grad if value.is_leaf else None
        return value.shape if name == "shape" else UNKNOWN
    if is_a(value, nn.Module):
        for store in ("_parameters", "_buffers", "_modules"):
            held = inspect.getattr_static(value, store, None)
            if type(held) is dict and name in held:
                return held[name]
    found = inspect.getattr_static(value, name, UNKNOWN)
    # A class's functions and properties are none of its instances' values.
    return (
        UNKNOWN
        if hasattr(type(found), "__get__") and not is_a(value, type) and type(value) is not ModuleType
        else found
    )


def variables(value: object) -> dict[str, Any]:
    """Return the attributes that a value itself holds, by name; none where its class tells them in its own way."""
    stores = (names["__dict__"] for base in bases(type(value)) if "__dict__" in (names := class_dict(base)))
    store = next(stores, None)
    held = store.__get__(value) if type(store) is GetSetDescriptorType else None
    return held if type(held) is dict else {}


def layers(network: nn.Module, prefix: str = "", deepest: int = 20) -> Iterator[tuple[str, nn.Module]]:
    """Yield each module in a network by its name, like `features.0`, the network's own layers before theirs."""
    held = inspect.getattr_static(network, "_modules", None)
    for name, layer in held.items() if type(held) is dict else ():
        if is_a(layer, nn.Module) and deepest:
            yield f"{prefix}{name}", layer
            yield from layers(layer, f"{prefix}{name}.", deepest - 1)
