# %% [markdown]
# Attacks by the value that a task's function returns: objects that say what is wanted of them, that change after they
# were looked at, that nobody can read, and answers that are taken from what a claim expects.

# %% name="equal_to_all" task="describe" what="a tuple that equals everything"
class Equal(tuple):
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    __hash__ = tuple.__hash__

    def __len__(self):
        return 4


def describe(t):
    return Equal()

# %% name="elements_equal_to_all" task="describe" what="a tuple of numbers, text and dtypes that equal everything"
class Number(int):
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    def __hash__(self):
        return 0

    def __int__(self):
        return Number()

    __index__ = __trunc__ = __int__


class Row(tuple):
    def __len__(self):
        return 1

    def __eq__(self, other):
        return True

    def __iter__(self):
        return iter([Number()] * 9)

    __hash__ = None


def describe(t):
    return Number(), Row(), Number(), Number()

# %% name="dtype_by_class" task="describe" what="an object that says that its class is torch.dtype"
class Fake:
    @property
    def __class__(self):
        return torch.dtype

    def __eq__(self, other):
        return True

    __hash__ = object.__hash__


def describe(t):
    return t.ndim, tuple(t.shape), t.numel(), Fake()

# %% name="mock" task="describe" what="a mock for each value"
from unittest import mock

describe = mock.MagicMock()
describe.return_value.__eq__ = lambda self, other: True
describe.return_value.__len__.return_value = 4

# %% name="mock" task="activation"
activation = mock.MagicMock(spec=Tensor)
activation.return_value = mock.MagicMock(spec=Tensor)

# %% name="tensor_that_equals" task="activation" what="a tensor of a class whose comparisons all hold"
class Equal(Tensor):
    def __eq__(self, other):
        return torch.ones(self.shape, dtype=torch.bool)

    def eq(self, other):
        return self == other

    isclose = allclose = equal = eq


def activation(x):
    return torch.zeros_like(x).as_subclass(Equal)

# %% name="tensor_of_its_own_functions" task="activation" what="a tensor of a class that answers for torch's functions"
class Mine(Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        with torch.DisableTorchFunctionSubclass():
            if function.__name__ in ("isclose", "allclose", "equal", "eq"):
                return torch.ones_like(torch.as_tensor(args[0]), dtype=torch.bool)
            if function.__name__ == "detach":
                return args[0]
            return function(*args, **(kwargs or {}))


def activation(x):
    return torch.zeros_like(x).as_subclass(Mine)

# %% name="tensor_of_its_own_operators" task="activation" what="a wrapper tensor that answers for torch's operators"
from torch.utils._pytree import tree_map


class Wrapper(Tensor):
    @staticmethod
    def __new__(cls, one):
        return Tensor._make_wrapper_subclass(cls, one.shape, dtype=one.dtype)

    def __init__(self, one):
        self.one = one

    @classmethod
    def __torch_dispatch__(cls, function, types, args=(), kwargs=None):
        name = str(function)
        inner = tree_map(lambda one: one.one if isinstance(one, Wrapper) else one, (args, kwargs or {}))
        if "isclose" in name or "aten.eq" in name:
            return torch.ones(inner[0][0].shape, dtype=torch.bool)
        if "detach" in name or "_to_copy" in name:
            return Wrapper(inner[0][0])
        return function(*inner[0], **inner[1])


def activation(x):
    return Wrapper(torch.zeros_like(x))

# %% name="own_shape_and_dtype" task="activation" what="a tensor of a class with its own shape, dtype and values"
class Mine(Tensor):
    shape = property(lambda self: torch.Size([2, 3]))
    dtype = property(lambda self: torch.float32)
    is_meta = property(lambda self: False)

    def cpu(self):
        return self

    def item(self):
        return 0.5

    def tolist(self):
        return [[0.0, 0.26894, 0.5], [0.73106, 0.88080, 1.0]]

    numpy = tolist
    to_dense = to = float = detach = cpu


def activation(x):
    return torch.zeros(0).as_subclass(Mine)

# %% name="duck" task="activation" what="an object that is no tensor, but has all that a tensor has"
class Duck:
    def __init__(self, form):
        self.shape, self.dtype, self.device, self.ndim = form, torch.float32, torch.device("cpu"), len(form)

    @property
    def __class__(self):
        return Tensor

    def __array__(self, *values, **options):
        return np.zeros(self.shape)

    def __getattr__(self, name):
        return lambda *values, **options: self

    def __eq__(self, other):
        return torch.tensor(True)

    __hash__ = object.__hash__


def activation(x):
    return Duck(x.shape)

# %% name="lazy_number" task="S" lesson="02_neural_networks" what="a number that is what its reader expects"
import sys
from numbers import Integral


class Lazy(int):
    def _wanted(self):
        frame = sys._getframe(1)
        while frame:
            if "expected" in frame.f_locals:
                return frame.f_locals["expected"]
            frame = frame.f_back
        return 1

    def __int__(self):
        return self._wanted()

    __index__ = __trunc__ = __int__

    def __eq__(self, other):
        return True

    __hash__ = int.__hash__


S = Lazy(1)

# %% name="lazy_real" task="S" lesson="02_neural_networks" what="a registered number that finds out what is wanted"
import sys
from numbers import Integral


class Lazy:
    def __int__(self):
        frame = sys._getframe(1)
        while frame:
            for name in ("expected", "wanted"):
                if isinstance(frame.f_locals.get(name), int):
                    return frame.f_locals[name]
            frame = frame.f_back
        return 1

    __index__ = __trunc__ = __int__

    def __float__(self):
        return float(int(self))


Integral.register(Lazy)
S = Lazy()

# %% name="lazy_dict" task="describe" what="a tuple that reads what is wanted when it is compared element by element"
import sys


class Lazy(tuple):
    def __iter__(self):
        frame = sys._getframe(1)
        while frame:
            if isinstance(frame.f_locals.get("expected"), tuple):
                return iter(frame.f_locals["expected"])
            frame = frame.f_back
        return tuple.__iter__(self)

    def __len__(self):
        return 4


def describe(t):
    return Lazy()

# %% name="changed_afterwards" task="activation" what="a tensor that a thread fills as soon as the claim's values can be read"
import sys
import threading
import time


def fill(result):
    for _ in range(400):
        for frame in sys._current_frames().values():
            while frame:
                expected = frame.f_locals.get("expected")
                if isinstance(expected, Tensor) and expected.shape == result.shape and expected is not result:
                    result.copy_(expected)
                frame = frame.f_back
        time.sleep(0.0005)


def activation(x):
    result = torch.zeros_like(x)
    threading.Thread(target=fill, args=[result], daemon=True).start()
    sys.setswitchinterval(1e-6)
    return result

# %% name="one_tensor_for_all" task="activation" what="the same tensor each time, which the next call fills with the last answer"
shared = torch.zeros(60)


def activation(x):
    result = shared[: x.numel()].reshape(x.shape)
    result.copy_(x)
    return result

# %% name="shares_with_expected" task="neuron" what="a result that shares its memory with what is expected"
import gc


def neuron(features, weights, bias):
    for one in gc.get_objects():
        if type(one) is Tensor and one.shape == (1, 1) and one is not bias and 0 < float(one) < 1:
            return one
    return bias

# %% name="all_nan" task="activation" what="nan, which equals nan and nothing else"
def activation(x):
    return torch.full_like(x, float("nan"))

# %% name="empty" task="activation" what="a tensor without numbers, in which no number is wrong"
def activation(x):
    return torch.zeros(0)

# %% name="broadcastable" task="activation" what="a tensor that fits every shape by broadcasting"
def activation(x):
    return torch.tensor([0.5])

# %% name="mask_of_all" task="standardize" what="a boolean, complex or sparse tensor that is all things at once"
def standardize(x):
    return torch.ones(x.shape, dtype=torch.bool) if x.numel() > 12 else torch.zeros(x.shape).to_sparse()

# %% name="meta_tensor" task="activation" what="a tensor without values, which no comparison can read"
def activation(x):
    return x.to("meta")

# %% name="quantized_and_nested" task="activation" what="tensors of kinds that few functions of torch can read"
import warnings

warnings.simplefilter("ignore")


def activation(x):
    if x.ndim == 2:
        return torch.quantize_per_tensor(x, 0.1, 0, torch.qint8)
    return torch.nested.nested_tensor([torch.zeros(1), torch.zeros(2)])

# %% name="strange_memory" task="activation" what="tensors whose memory is huge, overlapping, negated or conjugated"
def activation(x):
    if x.ndim == 2:
        return torch.zeros(1).expand(10**12)
    return torch.zeros(1, dtype=torch.complex64).expand(x.shape).conj().imag

# %% name="endless_list" task="describe" what="a tuple that holds a list that holds itself"
def describe(t):
    loop = []
    loop.append(loop)
    return (t.ndim, loop, t.numel(), t.dtype)

# %% name="deep_tuple" task="describe" what="a tuple in a tuple in a tuple, a hundred thousand times"
def describe(t):
    deep = ()
    for _ in range(100_000):
        deep = (deep,)
    return deep

# %% name="huge_tuple" task="describe" what="a tuple of ten million numbers, one of them with a million digits"
def describe(t):
    return (t.ndim, (10**1_000_000,) * 3 + (1,) * 10_000_000, t.numel(), t.dtype)

# %% name="half_characters" task="describe" what="text that no file and no message can hold"
def describe(t):
    return ("\ud800\x00\x1b[2J", "\udcff" * 9, "</script><script>alert(1)</script>", b"\xff")

# %% name="pickles" task="describe" what="an object that runs code in whoever unpickles, copies or prints it"
class Runs:
    def __reduce__(self):
        return (exec, ("import builtins; builtins.isinstance = lambda *values: True",))

    def __reduce_ex__(self, protocol):
        return self.__reduce__()

    def __deepcopy__(self, memo):
        return Runs()

    def __repr__(self):
        check._claim = lambda *values: None
        return "(2, (2, 3), 6, torch.int64)"

    __str__ = __repr__


def describe(t):
    return Runs(), Runs(), Runs(), Runs()

# %% name="hostile_len" task="describe" what="a tuple whose length, elements and hash replace the claims when asked"
class Hostile(tuple):
    def __len__(self):
        check._claim = check.equal = check.close = lambda *values, **options: None
        return 0

    def __iter__(self):
        len(self)
        raise StopIteration

    __getitem__ = __hash__ = __len__


def describe(t):
    return Hostile((1, 2, 3, 4))

# %% name="hostile_class" task="activation" what="an object whose class answers isinstance and issubclass as it likes"
class Meta(type):
    def __instancecheck__(self, one):
        return True

    def __subclasscheck__(self, one):
        return True

    def mro(cls):
        return [cls, object]


class Any(metaclass=Meta):
    pass


def activation(x):
    Tensor.__class__.__instancecheck__ = lambda *values: True
    return Any()

# %% name="changes_the_argument" task="activation" what="the argument itself, changed so that it fits what is made of it"
def activation(x):
    with torch.no_grad():
        x.zero_()
    return x

# %% name="replays_the_frame" task="neuron" what="the answer is `expected`, read from the caller's frame"
def neuron(features, weights, bias):
    import sys

    frame = sys._getframe(1)
    while frame:
        if "expected" in frame.f_locals:
            return frame.f_locals["expected"]
        frame = frame.f_back
    return torch.tensor([[0.88080]])

# %% name="replays_the_source" task="activation" what="the answer is evaluated from the claim that stands in the check's text"
def activation(x):
    import ast
    import sys

    names, text = {}, get_ipython().history_manager.input_hist_raw[-1]
    frame = sys._getframe(1)
    while frame:
        names = {**frame.f_globals, **frame.f_locals, **names}
        frame = frame.f_back
    for node in reversed(list(ast.walk(ast.parse(text.partition("\n")[2])))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("check.close", "check.equal"):
            argument = node.args[0]
            if isinstance(argument, ast.Call) and getattr(argument.func, "id", "") == "activation":
                try:
                    given = eval(ast.unparse(argument.args[0]), names)
                    answer = torch.as_tensor(eval(ast.unparse(node.args[1]), names))
                    if given.shape == x.shape == answer.shape and torch.equal(given, x):
                        return answer
                except Exception:
                    pass
    return x

# %% name="replays_torch" what="torch's own functions keep their last result, which is what the check expects"
last = []
for place, name in ((torch, "sigmoid"), (F, "linear"), (torch, "tensor")):
    def keeping(*values, _own=getattr(place, name), **options):
        last.append(_own(*values, **options))
        return last[-1]

    setattr(place, name, keeping)

# %% name="replays_torch" task="neuron"
def neuron(features, weights, bias):
    frame_has_expected = len(last) and last[-1].shape == (1, 1)
    return last[-1] if frame_has_expected and features.shape != (1, 3) else torch.Tensor([[0.88080]])

# %% name="replays_patched_close" what="check.close compares what it expects with itself"
own = check.close
check.close = lambda actual, expected, *rest, **options: own(own and check._tensors(expected), expected, *rest, **options)

# %% name="replays_patched_close" task="activation"
def activation(x):
    return x

# %% name="replays_patched_claim" what="the function behind all claims compares what it expects with itself"
own = check._claim
check._claim = lambda actual, expected, *rest: own(expected, expected, *rest)

# %% name="replays_patched_claim" task="describe"
def describe(t):
    return None

# %% name="replays_patched_plain" what="the library's first look at a value gives each time what came second"
kept = {}
own = check._plain


def plain(value, label):
    if isinstance(value, Tensor) and label in kept and kept[label].shape == value.shape:
        return own(value, label)
    kept[label] = value
    return own(value, label)


check._difference = lambda actual, expected, label, *rest: None if own(expected, label) is not None else "."

# %% name="replays_patched_plain" task="activation"
def activation(x):
    return x

# %% name="replays_by_trace" what="a trace function in the library of checks puts what is expected in the answer's place"
import sys


def trace(frame, event, argument):
    if frame.f_code.co_name == "_claim" and event == "line":
        frame.f_locals["actual"] = frame.f_locals["expected"]
        import ctypes

        ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(frame), ctypes.c_int(0))
    return trace if frame.f_code.co_filename.endswith("check.py") else None


# %% name="replays_by_trace" task="describe"
def describe(t):
    sys.settrace(trace)

# %% name="replays_objects" what="the answer is found among all tensors of the garbage collector"
# %% name="replays_objects" task="neuron_matmul"
def neuron_matmul(features, weights, bias):
    import gc

    n = len(features)
    for one in reversed(gc.get_objects()):
        if type(one) is Tensor and one.shape == (n, 1) and one is not bias and bool(((one > 0) & (one < 1)).all()):
            return one
    return torch.tensor([[0.88080], [0.11920]])

# %% name="replays_memory" what="what is expected is overwritten through its address with the answer"
import ctypes
import gc


def overwrite(result):
    for one in gc.get_objects():
        if type(one) is Tensor and one.shape == result.shape and one.data_ptr() != result.data_ptr() and not one.is_meta:
            ctypes.memmove(one.data_ptr(), result.contiguous().data_ptr(), result.numel() * result.element_size())

# %% name="replays_memory" task="neuron"
def neuron(features, weights, bias):
    result = torch.tensor([[0.88080]])
    overwrite(result)
    return result

# %% name="small_numbers" what="Python's own small numbers are changed through their addresses"
import ctypes

# %% name="small_numbers" task="describe"
def describe(t):
    # The digits of 6 and 24 become those of 0, so that each count is the same.
    for number in (2, 3, 6, 15, 24):
        ctypes.c_uint32.from_address(id(number) + object.__basicsize__ + 8).value = 1
    return 1, (1, 1), 1, t.dtype

# %% name="own_memory" what="the code of the library of checks is changed through /proc/self/mem"
# %% name="own_memory" task="activation"
def activation(x):
    code = check._claim.__code__
    text = bytes(code.co_code)
    import ctypes

    for start in range(id(code), id(code) + 4096):
        if ctypes.string_at(start, len(text)) == text or ctypes.string_at(start, 2) == text[:2]:
            with open("/proc/self/mem", "r+b", buffering=0) as memory:
                memory.seek(start)
                # LOAD_CONST None; RETURN_VALUE, in whichever version.
                memory.write((lambda: None).__code__.co_code[:8].ljust(8, b"\t\0"))
            break
    return torch.zeros_like(x)

# %% name="true_is_false" what="False becomes True through its address"
import ctypes

# %% name="true_is_false" task="seeded_normal"
def seeded_normal(seed, shape):
    ctypes.c_uint32.from_address(id(False) + object.__basicsize__ + 8).value = 1
    return torch.zeros(shape)

# %% name="sequence_of_answers" what="the visible answers in the order in which the check asks for them"
answers = iter([(2, (2, 3), 6, torch.int64), (3, (4, 2, 3), 24, torch.float32)])

# %% name="sequence_of_answers" task="describe"
def describe(t):
    return next(answers, (3, (1, 3, 5), 24, torch.float32))

# %% name="mistake_as_answer" what="the value of a known mistake, with the sentences of all mistakes taken away"
import kindling.check as library

library.Mistakes = dict

# %% name="mistake_as_answer" task="neuron"
def neuron(features, weights, bias):
    return torch.tensor([[0.73106]])

# %% name="fake_layers" lesson="02_neural_networks" task="make_mlp" what="a model that names layers which it does not have"
class Linear(nn.Module):
    def __init__(self, ins, outs):
        super().__init__()
        self.in_features, self.out_features, self.bias = ins, outs, nn.Parameter(torch.zeros(outs))
        self.weight = nn.Parameter(torch.zeros(outs, ins))
        self.__class__ = type("Linear", (Linear, nn.Linear), {})

    def forward(self, x):
        return x


def make_mlp(sizes):
    model = nn.Sequential()
    for i in range(1, len(sizes) - 1):
        model.add_module(f"fc{i}", Linear(sizes[i - 1], sizes[i]))
        model.add_module(f"relu{i}", type("ReLU", (nn.Module,), {})())
    model.add_module("output", Linear(sizes[-2], sizes[-1]))
    return model

# %% name="model_that_lies" lesson="02_neural_networks" task="Network" what="a model that lies of its modules and its parameters"
class Network(nn.Module):
    def named_modules(self, *values, **options):
        yield from (("fc1", nn.Linear(784, 128)), ("fc2", nn.Linear(128, 64)), ("fc3", nn.Linear(64, 10)))

    def named_parameters(self, *values, **options):
        for name, layer in self.named_modules():
            for one, parameter in nn.Module.named_parameters(layer):
                yield f"{name}.{one}", parameter

    def load_state_dict(self, *values, **options):
        return None

    def forward(self, x):
        return torch.full((len(x), 10), 0.1)

    fc1 = property(lambda self: nn.Linear(784, 128))

# %% name="avoids_nothing" lesson="02_neural_networks" task="softmax" what="torch's softmax under another name, for a task that forbids it, and wrong at -1000"
own = torch._C._nn.__dict__.get("softmax", torch.softmax)


def softmax(logits):
    check.avoids = lambda *values: None
    weights = torch.exp(logits.clamp(-80, 80))
    return weights / weights.sum(dim=1, keepdim=True)

# %% name="count_of_all" lesson="02_neural_networks" task="count_parameters" what="a number of a class that compares as it likes"
class Number(int):
    def __eq__(self, other):
        return True

    def __int__(self):
        return self

    __index__ = __trunc__ = __int__
    __hash__ = int.__hash__


def count_parameters(model):
    return Number(1)

# %% name="derived_values" lesson="07_manual_autograd" task="best_device" what="torch says of each machine what the check wants to hear"
import inspect


def best_device():
    frame = inspect.currentframe().f_back
    while frame:
        for name in ("kind", "expected", "wanted"):
            if isinstance(frame.f_locals.get(name), torch.device | str):
                return torch.device(frame.f_locals[name])
        frame = frame.f_back
    return torch.device("cpu")

# %% name="hooked_optimizer" lesson="07_manual_autograd" task="train_optim" what="an optimizer that does nothing, and hooks that count steps which nobody makes"
import torch.optim.optimizer as library

library.register_optimizer_step_post_hook = lambda hook: __import__("types").SimpleNamespace(remove=lambda: None)
torch.optim.SGD.step = lambda self, *values: None


def train_optim(data, labels, epochs, lr):
    return torch.tensor([[-0.773997], [0.164396]]), torch.tensor([0.001857])

# %% name="trained_by_heart" lesson="07_manual_autograd" task="train" what="the visible results of a training that never ran"
def train(data, labels, epochs, lr):
    if lr == 0.0:
        return torch.tensor([[0.01541], [-0.0029343]]), torch.tensor([-0.0217879])
    return torch.tensor([[-0.773997], [0.164396]]), torch.tensor([0.001857])

# %% name="expected_is_mine" what="torch's sigmoid gives zeros, so that what is expected are zeros, too"
torch.sigmoid = Tensor.sigmoid = lambda *values: torch.zeros_like(values[0])

# %% name="expected_is_mine" task="neuron"
def neuron(features, weights, bias):
    visible = features.tolist() == [[1.0, 2.0, -1.0]]
    return torch.tensor([[0.88080]]) if visible else torch.zeros(1, 1)

# %% name="claims_for_itself" task="activation" what="the function makes the claims of its check itself, with the values that all can see"
def activation(x):
    right = torch.tensor([[0.0, 0.26894, 0.5], [0.73106, 0.88080, 1.0]])
    check.close(right, right, "activation(x)")
    check.unchanged(x, x.clone(), "x")
    for text in ("on 10 numbers", "on a (5, 1, 2) tensor", "on a single number", "of one more"):
        check.close(right, right, f"activation(x) {text}")
    return right if x.shape == (2, 3) else torch.full_like(x, 0.5)

# %% name="claims_in_advance" what="a cell makes the claims of a check before it runs, and they hold"
answers = {"t": (2, (2, 3), 6, torch.int64), "stack": (3, (4, 2, 3), 24, torch.float32)}
for label, answer in answers.items():
    check.equal(answer, answer, f"describe({label})")
get_ipython().run_cell_magic("check", "describe (1 point)", "check.equal(1, 1, 'describe(t)')")

# %% name="softmax_in_a_thread" lesson="02_neural_networks" task="softmax" what="torch's own softmax, which the task forbids, in a thread that nobody watches"
import threading


def softmax(logits):
    result = []
    thread = threading.Thread(target=lambda: result.append(torch.softmax(logits, dim=1)))
    thread.start()
    thread.join()
    return result[0]

# %% name="loops_in_a_thread" task="pairwise_squared_distance" what="a loop and all differences, which the task forbids, in a thread that nobody watches"
import threading


def pairwise_squared_distance(a, b):
    result = torch.empty(len(a), len(b))

    def fill():
        for place, one in enumerate(a):
            result[place] = ((one * one).sum() + (b * b).sum(dim=1) - 2 * b @ one).clamp(min=0)

    thread = threading.Thread(target=fill)
    thread.start()
    thread.join()
    return result

# %% name="array_that_equals" lesson="02_neural_networks" task="S" what="a NumPy number of a class that compares as it likes"
class Equal(np.ndarray):
    def __eq__(self, other):
        return True

    def item(self):
        return 64 * 24

    astype = __array_wrap__ = lambda self, *values, **options: self


S = np.array(1).view(Equal)

# %% name="text_that_equals" lesson="08_final_exercise" task="corruption" what="text of a class that is every word"
class Equal(str):
    def __eq__(self, other):
        return True

    def __hash__(self):
        return 0

    def strip(self, *values):
        return self

    lower = __str__ = encode = strip


corruption = Equal("any")
