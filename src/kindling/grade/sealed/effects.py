"""What the expressions of a check do besides giving a value, as far as their text tells."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection
from functools import cache

from kindling.grade.sealed.syntax import bound, kind_of, root, targets
from kindling.scope import STANDARD

__all__ = ["MUTATORS", "PURE_LAYERS", "RANDOM", "Effects"]

RANDOM = (
    "rand", "normal", "bernoulli", "multinomial", "dropout", "poisson", "shuffle", "choice", "seed", "gumbel",
    "uniform",
    "exponential", "permutation", "integers", "sample", "binomial", "cauchy", "geometric", "laplace",
)  # fmt: skip
_PURE_MODULES = {"torch", "F", "math", "np", "itertools", "json", "statistics"}
_PURE_CALLS = {"data.held_out", "scripts.new_digits", "scripts.marked"}  # of modules of ours
_IMPURE = ("set_", "save", "load", "use_", "manual_seed", "enable_", "from_numpy", "no_grad", "compile")
_PURE_BUILTINS = (
    "abs all any bool complex dict divmod enumerate filter float frozenset getattr hasattr hash int isinstance "
    "issubclass len list map max min pow range repr reversed round set slice sorted str sum tuple type zip"
)
PURE_LAYERS = {
    "NLLLoss", "CrossEntropyLoss", "MSELoss", "BCELoss", "BCEWithLogitsLoss", "L1Loss", "MultiMarginLoss", "ReLU",
    "LogSoftmax", "Softmax", "Sigmoid", "Tanh", "Flatten", "Identity", "Dropout", "MaxPool2d", "AvgPool2d",
}  # fmt: skip
MUTATORS = {
    "append", "extend", "insert", "remove", "pop", "clear", "update", "add", "discard", "setdefault", "sort", "reverse",
    "popitem",
}  # fmt: skip
_EFFECTS = {
    "backward", "step", "zero_grad", "load_state_dict", "train", "eval", "write", "write_text", "write_bytes", "mkdir",
    "unlink", "close", "requires_grad", "retain_grad", "apply", "ask", "succeed", "send", "throw", "to", "cpu", "cuda",
}  # fmt: skip
_CALLERS = {"map", "filter", "sorted", "min", "max"}  # of a function that they are given
# Functions of torch and NumPy that may give an old tensor or another view of it.
_VIEWS = (
    "from_", "as_", "asarray", "asany", "ascontig", "transpose", "permute", "moved", "movea", "swap", "reshape",
    "flatten", "unflatten", "ravel", "squeeze", "unsqueeze", "view", "detach", "broadcast", "expand", "split", "chunk",
    "hsplit", "tensor_split", "vsplit", "dsplit", "unbind", "narrow", "select", "diag", "conj", "resolve", "positive",
    "atleast", "adjoint", "meshgrid", "require", "load", "set_", "no_grad",
)  # fmt: skip
# What only looks at the objects of the names in it.
_LOOKS = (
    ast.Attribute, ast.Subscript, ast.BinOp, ast.UnaryOp, ast.Compare, ast.AugAssign, ast.FormattedValue, ast.For,
    ast.comprehension,
)  # fmt: skip
_STREAMS = {"iter", "map", "filter", "zip", "enumerate", "reversed", "open"}
_QUIET_EFFECTS = {"to", "cpu", "cuda"}  # a module is moved by them, a tensor is not


class Effects:
    """What a check's expressions do besides giving a value."""

    def __init__(self, tree: ast.AST) -> None:
        self.own = bound(tree)
        self.functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        self.imported = {
            alias.asname or alias.name.partition(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }
        self.classes = {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
        self._asked: set[str] = set()
        self.fresh = self._fresh(tree)
        self.shared = {  # names whose objects may have other names, or places in other objects
            child.id
            for node in ast.walk(tree)
            if not (isinstance(node, ast.Call) and self._lets_go(node)) and not isinstance(node, _LOOKS)
            for child in ast.iter_child_nodes(node)
            if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Load)
        }
        self.streams = {  # names of what can be read once: an iterator, a generator, a file
            name
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr | ast.withitem) and self._stream(node)
            for target in _single_targets(node)
            for name in targets(target)
        }

    def _fresh(self, tree: ast.AST) -> set[str]:
        """Return the names that are only ever bound to new objects: who changes one of these changes nothing else."""
        new, other = set[str](), set[str]()
        for node in ast.walk(tree):
            pairs: list[tuple[ast.expr, ast.expr | None]] = []
            match node:
                case ast.Assign() if len(node.targets) > 1:
                    other |= targets(node)
                case ast.NamedExpr():
                    other |= targets(node.target)
                case ast.Assign():
                    for target in node.targets:
                        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                            pairs += zip(target.elts, node.value.elts, strict=False)
                        else:
                            pairs.append((target, node.value))
                case ast.AnnAssign():
                    pairs.append((node.target, node.value))
                case ast.For() | ast.comprehension():
                    other |= targets(node.target)
                case ast.withitem() if node.optional_vars is not None:
                    other |= targets(node.optional_vars)
                case ast.arg():
                    other.add(node.arg)
            for target, value in pairs:
                if isinstance(target, ast.Name | ast.Tuple):
                    (new if isinstance(target, ast.Name) and self._new(value) else other).update(targets(target))
        return new - other

    def _new(self, value: ast.expr | None) -> bool:
        """Return whether an expression gives an object that nothing else holds."""
        match value:
            case ast.Constant() | ast.List() | ast.Dict() | ast.Set() | ast.ListComp() | ast.DictComp() | ast.SetComp():
                return True
            case ast.BinOp() | ast.Compare() | ast.JoinedStr():
                return True
            case ast.Call(func=ast.Name(id=name)):
                return name in ("list", "dict", "set", "sorted", "float", "int", "str", "sum", "round", "abs")
            case ast.Call(func=ast.Attribute(attr=name) as function):
                made = root(function) in ("torch", "np") and not _view(name)
                return (made and isinstance(function.value, ast.Name)) or name in ("clone", "copy", "tolist", "item")
        return False

    def _lets_go(self, call: ast.Call) -> bool:
        """Return whether a call keeps none of its arguments."""
        if isinstance(call.func, ast.Name):
            return call.func.id in _PURE_BUILTINS.split() and call.func.id not in _STREAMS
        return bool(kind_of(call)) or root(call.func) in ("torch", "F", "np", "math")

    def _stream(self, node: ast.AST) -> bool:
        value = node.context_expr if isinstance(node, ast.withitem) else getattr(node, "value", None)
        match value:
            case ast.GeneratorExp():
                return True
            case ast.Call(func=ast.Name(id=name)):
                function = self.functions.get(name)
                made = function and any(isinstance(one, ast.Yield | ast.YieldFrom) for one in ast.walk(function))
                return name in _STREAMS or bool(made)
        return False

    def plain_class(self, node: ast.ClassDef) -> bool:
        """Return whether to define a class changes nothing but its name."""
        if (
            node.decorator_list
            or node.keywords
            or any(root(base) not in ("nn", "torch", "object") for base in node.bases)
        ):
            return False
        inside = [one for one in node.body if not isinstance(one, ast.FunctionDef)]
        return all(isinstance(one, ast.Assign | ast.AnnAssign | ast.Expr | ast.Pass) for one in inside) and all(
            self.pure(one) for one in inside
        )

    def learners(self, name: str) -> bool:
        """Return whether a name is the notebook's."""
        return name not in self.own and name not in STANDARD and not hasattr(builtins, name)

    def pure(self, node: ast.AST | None, unused: Collection[str | None] = ()) -> bool:
        """Return whether working out an expression changes nothing but what is reached by the names `unused`."""
        if node is None:
            return True
        for one in ast.walk(node):
            if isinstance(one, ast.Call) and not self._pure_call(one, unused):
                return False
            if isinstance(one, ast.NamedExpr | ast.Await | ast.Yield | ast.YieldFrom):
                return False
            if isinstance(one, ast.Name) and one.id in self.streams and one.id not in unused:
                return False  # who reads it changes it
        return True

    def _pure_call(self, call: ast.Call, unused: Collection[str | None]) -> bool:
        function = call.func
        if any(keyword.arg == "out" for keyword in call.keywords):
            return False
        if isinstance(function, ast.Name):
            name = function.id
            if name in _CALLERS and not self._pure_argument(call, unused):
                return False
            if name in self.functions:
                return self._pure_function(name, unused)
            return (name in _PURE_BUILTINS.split() and not self.learners(name)) or name == "Tensor"
        if not isinstance(function, ast.Attribute):
            return False
        name, owner = function.attr, root(function)
        if any(word in name for word in RANDOM) and name not in ("normalize", "isnormal"):
            drawn = next((one.value for one in call.keywords if one.arg == "generator"), None)
            return drawn is not None and (root(drawn) in unused or not isinstance(drawn, ast.Name))
        if owner == "np" and any(isinstance(one, ast.Attribute) and one.attr == "random" for one in ast.walk(function)):
            return False
        if owner in ("nn", "check"):
            return owner == "nn" and name in PURE_LAYERS
        if owner in _PURE_MODULES and isinstance(function.value, ast.Name | ast.Attribute):
            return not name.startswith(_IMPURE) and not name.endswith("_")
        if isinstance(function.value, ast.Name) and f"{owner}.{name}" in _PURE_CALLS:
            return True
        if owner in self.imported:
            return False  # any other module, of which nothing is known here
        direct = isinstance(function.value, ast.Name)
        if name in MUTATORS or (name.endswith("_") and not name.endswith("__")):
            return direct and owner in unused and owner in self.fresh
        if owner is not None and owner in unused and name in _QUIET_EFFECTS:
            return True
        if name in _QUIET_EFFECTS:
            return owner is None or owner in unused or name == "to"
        if direct and name not in _known_methods() and owner not in {*unused, *STANDARD}:
            return False
        effects = name in _EFFECTS or name.startswith(("register_", "__"))
        return not effects and (owner is None or not self.learners(owner))

    def _pure_argument(self, call: ast.Call, unused: Collection[str | None]) -> bool:
        """Return whether the function that a call of `map`, `sorted` or the like is given changes nothing."""
        given = [one.value for one in call.keywords if one.arg == "key"]
        if isinstance(call.func, ast.Name) and call.func.id in ("map", "filter"):
            given += call.args[:1]
        for one in given:
            if isinstance(one, ast.Lambda | ast.Constant):
                continue  # its text is looked at as any other
            if not isinstance(one, ast.Name):
                return root(one) in _PURE_MODULES
            pure = self._pure_function(one.id, unused) if one.id in self.functions else hasattr(builtins, one.id)
            if not pure:
                return False
        return True

    def _pure_function(self, name: str, unused: Collection[str | None]) -> bool:
        """Return whether a call of one of the check's own functions changes nothing outside of it."""
        if name in self._asked:  # it calls itself
            return True
        self._asked.add(name)
        try:
            node = self.functions[name]
            own = {arg.arg for arg in ast.walk(node.args) if isinstance(arg, ast.arg)}
            local = {one for part in node.body for one in targets(part)} - own
            for part in ast.walk(node):
                if kind_of(part) or isinstance(part, ast.Global | ast.Nonlocal | ast.Raise | ast.Yield):
                    return False
                if isinstance(part, ast.Assign | ast.AugAssign):
                    for target in part.targets if isinstance(part, ast.Assign) else [part.target]:
                        for one in ast.walk(target):
                            if isinstance(one, ast.Attribute | ast.Subscript) and root(one) not in local:
                                return False
            return all(self.pure(part, {*unused, *local}) for part in node.body)
        finally:
            self._asked.discard(name)


def _single_targets(node: ast.AST) -> list[ast.expr]:
    """Return the names that an assignment binds to its value itself, and not to parts of it."""
    found = getattr(node, "targets", None) or [getattr(node, "target", None), getattr(node, "optional_vars", None)]
    return [one for one in found if isinstance(one, ast.Name)]


@cache
def _known_methods() -> set[str]:
    """Return the methods of values that only give another value; of any other object's, nobody knows."""
    # Imported here: who reads a lesson without sealing it need not wait for torch.
    import numpy as np
    from torch import Tensor

    kinds = (Tensor, np.ndarray, str, bytes, list, dict, tuple, set, int, float, complex)
    public = {name for kind in kinds for name in dir(kind) if not name.startswith("_")}
    public -= {
        "fill", "resize", "put", "itemset", "partition", "setfield", "setflags", "byteswap", "tofile", "dump",
    }  # fmt: skip
    return public | {
        "state_dict", "parameters", "named_parameters", "buffers", "named_buffers", "modules", "named_modules",
        "children", "named_children", "get_submodule", "exists", "is_file", "is_dir", "initial_seed",
    }  # fmt: skip


def _view(name: str) -> bool:
    """Return whether a function of torch or NumPy may give an old tensor or another view of it."""
    return name in ("t", "real", "imag") or name.startswith(_VIEWS)
