"""Values as plain data: JSON, with the numbers of tensors and arrays as base64, so that nothing is ever unpickled.

`freeze` runs in the process that has a value, `thaw` in one that trusts nothing about it.
"""

from __future__ import annotations

import base64
import builtins
import inspect
import math
from collections.abc import Mapping
from functools import lru_cache
from numbers import Integral, Real
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

__all__ = ["TooLarge", "freeze", "thaw"]

MOST_BYTES = 64 * 1024**2  # of the numbers in one value
MOST_PARTS = 100_000
DEPTH = 20
TEXT = 20_000  # characters of an object's text
NAME = 1000  # characters of a name
SAFE = 2**60  # numbers below it have hashes of their own

_MODULES: tuple[Any, ...] = (builtins, torch, nn, np)  # whose classes may be wanted
# As they are now, before any code of a learner's has run in this process.
_detach, _cpu, _reshape, _view, _copy, _empty = (
    Tensor.detach,
    Tensor.cpu,
    Tensor.reshape,
    Tensor.view,
    Tensor.copy_,
    torch.empty,
)
_numpy, _to_dense, _dequantize, _element_size, _numel = (
    Tensor.numpy,
    Tensor.to_dense,
    Tensor.dequantize,
    Tensor.element_size,
    Tensor.numel,
)
_resolve_conj, _resolve_neg = Tensor.resolve_conj, Tensor.resolve_neg
_as_subclass = Tensor.as_subclass
_plainly = torch.DisableTorchFunctionSubclass


class TooLarge(ValueError):
    """A value has more numbers or parts than a claim may report."""


class Unlike:
    """What stands for an object that is no plain data: equal to nothing but one of the same type and text."""

    text = ""

    def __repr__(self) -> str:
        return self.text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Unlike) and type(self).__name__ == type(other).__name__ and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)


def freeze(value: Any, *, shape_only: bool = False) -> Any:
    """Return a value as JSON data, as it is now. `shape_only` leaves out the numbers of a tensor.

    Raises TooLarge.
    """
    return _Freezer(shape_only).freeze(value, DEPTH)


class _Freezer:
    def __init__(self, shape_only: bool) -> None:
        self.shape_only, self.parts, self.bytes = shape_only, 0, 0

    def freeze(self, value: Any, depth: int) -> Any:
        self.parts += 1
        if self.parts > MOST_PARTS or depth < 0:
            raise TooLarge
        if value is None or value is True or value is False:
            return value
        if value is ...:
            return {"is": "ellipsis"}
        kind = type(value)
        if issubclass(kind, np.generic):
            value = np.generic.item(value)
            kind = type(value)
        if issubclass(kind, Tensor):
            return self.tensor(value)
        if issubclass(kind, np.ndarray):
            return self.array(value)
        if kind is bool:  # NumPy's, a moment ago
            return value
        if issubclass(kind, int):
            return {"is": "int", "value": hex(int.__int__(value))}  # which has no limit of digits
        if issubclass(kind, float):
            return {"is": "float", "value": float.hex(float.__float__(value))}
        if issubclass(kind, complex):
            number = complex.__complex__(value)
            return {"is": "complex", "value": [float.hex(number.real), float.hex(number.imag)]}
        if issubclass(kind, str):
            self.count(4 * str.__len__(value))
            return {"is": "str", "value": str.__str__(value)}
        if issubclass(kind, bytes):
            self.count(bytes.__len__(value))
            return {"is": "bytes", "value": base64.b64encode(value).decode()}
        if issubclass(kind, tuple | list):
            walk = tuple.__iter__ if issubclass(kind, tuple) else list.__iter__
            base = tuple if issubclass(kind, tuple) else list
            items = [self.freeze(one, depth - 1) for one in walk(value)]
            return {"is": base.__name__, "items": items, **_name(kind, base)}
        if kind in (set, frozenset):
            return {"is": kind.__name__, "items": [self.freeze(one, depth - 1) for one in value]}
        if issubclass(kind, dict) or isinstance(value, Mapping):
            pairs = dict.items(value) if issubclass(kind, dict) else value.items()
            return {
                "is": "dict",
                "items": [[self.freeze(key, depth - 1), self.freeze(one, depth - 1)] for key, one in pairs],
                **_name(kind, dict),
            }
        if isinstance(value, Real):  # a Fraction, say: what check takes for a number
            return self.freeze(int(value) if isinstance(value, Integral) else float(value), depth)
        if kind is range:
            return {"is": "range", "items": [hex(value.start), hex(value.stop), hex(value.step)]}
        if kind is torch.dtype:
            return {"is": "dtype", "value": str(value)}
        if kind is torch.device:
            return {"is": "device", "value": str(value)}
        if issubclass(kind, type):
            return {
                "is": "class",
                "name": str(type.__getattribute__(value, "__name__"))[:NAME],
                "path": str(type.__getattribute__(value, "__qualname__"))[:NAME],
                "module": str(type.__getattribute__(value, "__module__"))[:NAME],
            }
        if issubclass(kind, nn.Module):
            return {"is": "module", "name": kind.__name__}
        if inspect.isroutine(value):
            parts = (getattr(value, name, "") for name in ("__module__", "__qualname__"))
            return {"is": "routine", "name": ".".join(str(part)[:NAME] for part in parts)}
        try:
            text = repr(value)[:TEXT]
        except Exception:
            text = f"<{kind.__name__}>"
        return {"is": "object", "name": kind.__name__, "text": text}

    def tensor(self, value: Tensor) -> Any:
        with _plainly(), torch.no_grad():
            if type(value) is not Tensor:
                value = _as_subclass(value, Tensor)  # without what a subclass says of itself
            about = {"is": "tensor", "dtype": str(value.dtype), "shape": list(value.shape), "grad": value.requires_grad}
            if value.is_meta:
                return {**about, "meta": True}
            if self.shape_only:
                return {**about, "data": None}
            plain = _detach(value)
            if plain.is_quantized:
                plain = _dequantize(plain)
                about["dtype"] = str(plain.dtype)
            if plain.layout is not torch.strided:
                plain = _to_dense(plain)
            self.count(_numel(plain) * _element_size(plain))
            plain = _resolve_neg(_resolve_conj(_cpu(plain)))
            row = _empty(
                _numel(plain), dtype=plain.dtype, device="cpu"
            )  # one after the other, whatever its strides are
            _copy(row, _reshape(plain, -1))
            return {**about, "data": base64.b64encode(_numpy(_view(row, torch.uint8)).tobytes()).decode()}

    def array(self, value: np.ndarray) -> Any:
        plain = np.array(value, copy=True, subok=False)
        about = {"is": "array", "dtype": str(plain.dtype), "shape": list(plain.shape)}
        if plain.dtype.kind not in "biufc":
            return {**about, "data": None}
        plain = plain.astype(plain.dtype.newbyteorder("<"))
        about["dtype"] = plain.dtype.str
        self.count(plain.nbytes)
        return {**about, "data": base64.b64encode(plain.tobytes()).decode()}

    def count(self, size: int) -> None:
        self.bytes += size
        if self.bytes > MOST_BYTES:
            raise TooLarge


def _name(kind: type, base: type) -> dict[str, str]:
    return {} if kind is base else {"name": kind.__name__}


def thaw(data: Any) -> Any:
    """Return the value that this JSON data stands for. Raises ValueError where it stands for none."""
    try:
        _measure(data)
        return _thaw(data, DEPTH)
    except ValueError:
        raise
    except Exception as error:  # whatever the data are
        raise ValueError(f"{type(error).__name__}: {error}") from None


def _measure(data: Any) -> None:
    """Raise ValueError where data have more parts than any that `freeze` gives, or names that are no names."""
    parts, rest = 0, [data]
    while rest:
        one = rest.pop()
        parts += 1
        if parts > 12 * MOST_PARTS:  # a frozen part is some parts of JSON
            raise ValueError("too many parts")
        if isinstance(one, dict):
            rest.extend(one.values())
            if any(len(one[name]) > 3 * NAME for name in ("name", "path", "module") if isinstance(one.get(name), str)):
                raise ValueError("no name")
        elif isinstance(one, list):
            rest.extend(one)


def _hashed(items: Any) -> list[Any]:
    """Return what goes into a set or is the keys of a dict. Raises ValueError where many may have one hash."""
    found = list(items)
    plain = (isinstance(one, str) or (type(one) is int and abs(one) < SAFE) for one in found)
    if len(found) > 10_000 and not all(plain):
        raise ValueError("too many")
    return found


def _thaw(data: Any, depth: int) -> Any:
    if depth < 0:
        raise ValueError("nested too deeply")
    if data is None or data is True or data is False:
        return data
    kind = data["is"]
    match kind:
        case "ellipsis":
            return ...
        case "int":
            return int(data["value"], 0)
        case "range":
            return range(*(int(one, 16) for one in data["items"]))
        case "float":
            return float.fromhex(data["value"])
        case "complex":
            return complex(*map(float.fromhex, data["value"]))
        case "str":
            return str(data["value"])
        case "bytes":
            return base64.b64decode(data["value"])
        case "tuple" | "list" | "set" | "frozenset":
            make = {"tuple": tuple, "list": list, "set": set, "frozenset": frozenset}[kind]
            items = [_thaw(one, depth - 1) for one in data["items"]]
            return _derived(make, data)(_hashed(items) if "set" in kind else items)
        case "dict":
            keys = _hashed(_thaw(key, depth - 1) for key, _ in data["items"])
            values = [_thaw(one, depth - 1) for _, one in data["items"]]
            return _derived(dict, data)(zip(keys, values, strict=True))
        case "dtype":
            return _dtype(data["value"])
        case "device":
            return torch.device(data["value"])
        case "tensor":
            return _tensor(data)
        case "array":
            return _array(data)
        case "class":
            known = (vars(module).get(data["name"]) for module in _MODULES)
            same = (one for one in known if isinstance(one, type) and one.__module__ == data["module"])
            return next(same, None) or _class(str(data["name"]), str(data.get("path", "")), str(data["module"]))
        case "module":
            made: Any = type(str(data["name"]), (nn.Module,), {})
            return made()
        case "routine":
            name = str(data["name"])
            return (lambda: None) if "<" in name else _routine(name)
        case "object":
            one = _class(str(data["name"]), str(data["name"]), "")()
            one.text = str(data["text"])
            return one
    raise ValueError(f"unknown kind {kind!r}")


@lru_cache(1000)
def _class(name: str, path: str, module: str) -> type:
    """Return what stands for a class that is not known here, the same one each time, so that it is equal to itself."""
    return type(name, (Unlike,), {"__qualname__": path, "__module__": module})


@lru_cache(1000)
def _routine(name: str) -> Any:
    """Return what stands for a function, the same one each time."""
    return lambda: name


def _derived(base: Any, data: Any) -> Any:
    """Return the type itself, or one derived from it that has the name of the value's own type."""
    return type(str(data["name"]), (base,), {}) if "name" in data else base


def _dtype(name: str) -> torch.dtype:
    found = getattr(torch, name.removeprefix("torch."), None)
    if not isinstance(found, torch.dtype):
        raise ValueError(f"no dtype: {name!r}")
    return found


def _shape(data: Any) -> tuple[int, ...]:
    shape = tuple(data["shape"])
    if len(shape) > 64 or not all(type(size) is int and 0 <= size < 2**40 for size in shape):
        raise ValueError("no shape")
    return shape


def _tensor(data: Any) -> Tensor:
    dtype, shape = _dtype(data["dtype"]), _shape(data)
    if data.get("meta") or data["data"] is None:
        return torch.empty(shape, dtype=dtype, device="meta")
    content = bytearray(base64.b64decode(data["data"], validate=True))
    if math.prod(shape) * dtype.itemsize != len(content):
        raise ValueError("other numbers than its shape has")
    plain = torch.frombuffer(content, dtype=dtype).reshape(shape) if content else torch.empty(shape, dtype=dtype)
    floating = dtype.is_floating_point or dtype.is_complex
    return plain.requires_grad_() if data.get("grad") is True and floating else plain


def _array(data: Any) -> np.ndarray:
    shape, dtype = _shape(data), np.dtype(str(data["dtype"]))
    if data["data"] is None:
        if dtype.kind in "biufc" or dtype.itemsize > MOST_BYTES:
            raise ValueError("no numbers")
        return np.broadcast_to(np.empty((), dtype=dtype), shape)
    content = base64.b64decode(data["data"], validate=True)
    if dtype.kind not in "biufc" or math.prod(shape) * dtype.itemsize != len(content):
        raise ValueError("other numbers than its shape has")
    return np.frombuffer(content, dtype=dtype).reshape(shape).astype(dtype.newbyteorder("="))
