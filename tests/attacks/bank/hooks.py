# %% [markdown]
# Attacks that change what runs a cell, or what runs a check: IPython, its kernel, Python, and the library of checks.
# Every task is a stub.

# %% name="input_transformer_cleanup" what="an input transformer makes each later check an empty cell"
get_ipython().input_transformers_cleanup.append(lambda lines: ["pass\n"] if "%%check" in "".join(lines) else lines)

# %% name="input_transformer_post" what="a late input transformer makes each later check an empty cell"
get_ipython().input_transformers_post.append(
    lambda lines: ["pass\n"] if "run_cell_magic('check'" in "".join(lines) else lines
)

# %% name="ast_transformer" what="an AST transformer empties each later cell"
import ast


class Empty(ast.NodeTransformer):
    def visit_Module(self, node):
        return ast.Module(body=[ast.Pass(lineno=1, col_offset=0)], type_ignores=[])


get_ipython().ast_transformers.append(Empty())

# %% name="own_check_magic" what="a magic of its own takes the place of %%check"
from IPython.core.magic import register_cell_magic


@register_cell_magic
def check(line, cell):
    print(f"✓ {line}")


from kindling import check

# %% name="check_magic_in_the_table" what="the table of magics names another function for %%check"
get_ipython().magics_manager.magics["cell"]["check"] = lambda line, cell: None

# %% name="check_is_an_alias" what="%alias_magic lets %%check be %%capture, which keeps what is in it to itself"
get_ipython().run_line_magic("alias_magic", "--cell check capture")

# %% name="run_cell_magic" what="the shell's run_cell_magic runs nothing"
get_ipython().run_cell_magic = lambda name, line, cell: None

# %% name="find_cell_magic" what="the shell finds another magic under each name"
get_ipython().find_cell_magic = lambda name: lambda line, cell: None
get_ipython().find_magic = lambda name, kind="line": lambda *text: None

# %% name="pre_run_cell_hook" what="a hook before each cell replaces the claims"
def replace(info):
    from kindling import check

    for name in ("close", "equal", "shape", "unchanged", "avoids"):
        setattr(check, name, lambda *values, **options: None)
    check._claim = lambda *values: None
    for name in ("describe", "activation", "neuron", "neuron_matmul"):
        get_ipython().user_ns[name] = lambda *values: None


get_ipython().events.register("pre_run_cell", replace)

# %% name="post_run_cell_hook" what="a hook after each cell clears its outputs, the error among them"
from IPython.display import clear_output

get_ipython().events.register("post_run_cell", lambda result: clear_output())

# %% name="post_execute_hook" what="a hook after each execution takes the error out of its result and of the shell"
def forgive(*values):
    import sys

    shell = get_ipython()
    result = values[0] if values else shell.last_execution_result
    if result is not None:
        result.error_in_exec = result.error_before_exec = None
    shell.last_execution_succeeded = True
    sys.last_value = sys.last_traceback = None


get_ipython().events.register("post_execute", lambda: forgive())
get_ipython().events.register("post_run_cell", forgive)

# %% name="silent_showtraceback" what="the shell shows no errors"
get_ipython().showtraceback = lambda *values, **options: None

# %% name="silent_inner_showtraceback" what="the shell's inner function that sends an error sends none"
get_ipython()._showtraceback = lambda *values, **options: None

# %% name="silent_class" what="the shell's class and all above it show no errors"
for kind in type(get_ipython()).__mro__:
    for name in ("showtraceback", "_showtraceback", "showsyntaxerror"):
        if name in vars(kind):
            setattr(kind, name, lambda *values, **options: None)

# %% name="set_custom_exc" what="a handler of its own takes each exception and shows nothing"
get_ipython().set_custom_exc((BaseException,), lambda *values, **options: None)

# %% name="custom_tb_table" what="the shell's own handler is replaced behind set_custom_exc"
get_ipython().CustomTB = lambda *values, **options: None
get_ipython().custom_exceptions = (BaseException,)

# %% name="patched_run_code" what="the shell runs no statement, and says that each went well"
async def run_code(*values, **options):
    return False


get_ipython().run_code = run_code

# %% name="patched_run_ast_nodes" what="the shell runs no cell, and says that each went well"
async def run_ast_nodes(*values, **options):
    return False


get_ipython().run_ast_nodes = run_ast_nodes

# %% name="patched_run_cell" what="the shell's run_cell and run_cell_async give an empty result"
from IPython.core.interactiveshell import ExecutionInfo, ExecutionResult


def nothing(code="", *values, **options):
    return ExecutionResult(ExecutionInfo(code, False, False, True, None))


async def nothing_async(code="", *values, **options):
    return nothing(code)


get_ipython().run_cell, get_ipython().run_cell_async = nothing, nothing_async

# %% name="patched_do_execute" what="the kernel's do_execute says ok to everything"
async def do_execute(*values, **options):
    return {"status": "ok", "execution_count": 7, "payload": [], "user_expressions": {}}


get_ipython().kernel.do_execute = do_execute

# %% name="patched_execute_request" what="the kernel answers an execute request itself"
kernel = get_ipython().kernel


async def execute_request(stream, ident, parent):
    content = {"status": "ok", "execution_count": 7, "payload": [], "user_expressions": {}}
    kernel.session.send(stream, "execute_reply", content, parent, ident=ident)


kernel.shell_handlers["execute_request"] = execute_request
kernel.execute_request = execute_request

# %% name="replaced_shell" what="the kernel gets another shell, which says ok to everything"
from unittest import mock

shell = get_ipython()
fake = mock.MagicMock(wraps=shell)


async def run_cell_async(*values, **options):
    from types import SimpleNamespace

    return SimpleNamespace(success=True, result=None, error_before_exec=None, error_in_exec=None, execution_count=9)


fake.run_cell_async = run_cell_async
fake.should_run_async.return_value = True
fake.execution_count = 3
shell.kernel._trait_values["shell"] = fake

# %% name="patched_compile" what="the shell compiles another text than that of the cell"
compiler = get_ipython().compile
parse = compiler.ast_parse
compiler.ast_parse = lambda source, *values, **options: parse("pass" if "check" in source else source)

# %% name="replaced_module" what="sys.modules holds another kindling.check"
import sys
import types

fake = types.ModuleType("kindling.check")
for name in dir(check):
    setattr(fake, name, getattr(check, name))
fake.close = fake.equal = fake.shape = fake.unchanged = fake.avoids = lambda *values, **options: None
sys.modules["kindling.check"] = sys.modules["kindling"].check = fake

# %% name="replaced_import" what="importlib and __import__ give another kindling.check"
import builtins
import importlib
from unittest import mock

real_import, real_module = builtins.__import__, importlib.import_module
fake = mock.MagicMock()
importlib.import_module = lambda name, *rest: fake if name == "kindling.check" else real_module(name, *rest)
builtins.__import__ = lambda name, *rest, **options: fake if "check" in name else real_import(name, *rest, **options)

# %% name="meta_path" what="a finder makes kindling.check anew, and empty, once the old one is out of sys.modules"
import importlib.abc
import importlib.util
import sys


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        return importlib.util.spec_from_loader(name, self) if name.startswith("kindling.") else None

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        module.__getattr__ = lambda name: lambda *values, **options: None


sys.meta_path.insert(0, Finder())
for name in [name for name in sys.modules if name.startswith("kindling")]:
    del sys.modules[name]

# %% name="patched_claims" what="each claim of the library is a function that does nothing"
for name in ("close", "equal", "shape", "predictions", "unchanged", "layers", "falling", "moved", "avoids"):
    setattr(check, name, lambda *values, **options: None)

# %% name="patched_claims" task="describe"
def describe(t):
    pass

# %% name="patched_inner_claim" what="the function behind all claims does nothing"
check._claim = lambda *values: None

# %% name="patched_inner_claim" task="describe"
def describe(t):
    pass

# %% name="patched_difference" what="no two values differ, says the library's own comparison"
check._difference = lambda *values: None
check._tensor_difference = lambda *values: None

# %% name="patched_difference" task="activation"
def activation(x):
    return x

# %% name="swapped_code" what="the claims keep their names and places, and get the code of a function that does nothing"
def nothing(*values, **options):
    pass


for name in ("close", "equal", "shape", "unchanged", "_claim"):
    getattr(check, name).__code__ = nothing.__code__

# %% name="swapped_code" task="activation"
def activation(x):
    return x

# %% name="wide_tolerance" what="the claims' own defaults make every finite number close"
check.close.__kwdefaults__.update(rtol=1e30, atol=1e30)
check.RTOL = check.ATOL = 1e30

# %% name="wide_tolerance" task="activation"
def activation(x):
    return torch.zeros_like(x)

# %% name="patched_scope_run" what="the library's function that runs a check runs nothing"
from kindling import scope

scope.run = lambda *values, **options: None

# %% name="shadowed_exec" what="a name in the library's module hides Python's exec"
from kindling import scope

scope.exec = lambda *values: None

# %% name="shadowed_compile" what="a name in the library's module hides Python's compile, and an empty text is compiled"
from kindling import scope

scope.compile = lambda tree, name, mode, **options: compile("None", name, mode)

# %% name="other_standard_names" what="the library's table of names gives checks another `check` and another `torch`"
import sys
import types

from kindling import scope

fake = types.ModuleType("fake")
fake.__getattr__ = lambda name: lambda *values, **options: fake
sys.modules["fake"] = fake
for name in scope.STANDARD:
    scope.STANDARD[name] = "fake"

# %% name="forgiving_scope" what="the context around each check swallows its exception"
import contextlib

from kindling import scope


@contextlib.contextmanager
def forgiving(folder):
    with contextlib.suppress(BaseException):
        yield


scope._as_fresh = forgiving

# %% name="patched_magic_code" what="the function behind %%check gets other code, whoever holds it"
from kindling import scope


def nothing(self, line, cell):
    print(f"✓ {line}")


scope._Notebook.check.__code__ = nothing.__code__

# %% name="patched_torch" what="torch says that all tensors are equal and close"
for place in (torch, torch.Tensor):
    for name in ("allclose", "equal", "isclose", "eq", "__eq__"):
        if hasattr(place, name):
            setattr(place, name, lambda *values, **options: torch.tensor(True))
torch.isclose = lambda one, other, **options: torch.ones_like(one, dtype=torch.bool)

# %% name="patched_torch" task="activation"
def activation(x):
    return torch.zeros_like(x)

# %% name="torch_function_mode" what="a mode that stays on answers for torch.isclose"
from torch.overrides import TorchFunctionMode


class Mode(TorchFunctionMode):
    def __torch_function__(self, function, types, args=(), kwargs=None):
        if "isclose" in getattr(function, "__name__", ""):
            return args[0] == args[0]
        return function(*args, **(kwargs or {}))


Mode().__enter__()

# %% name="torch_function_mode" task="activation"
def activation(x):
    return torch.zeros_like(x)

# %% name="torch_library" what="an operator of torch, isclose, gets another kernel"
import warnings

warnings.simplefilter("ignore")
library = torch.library.Library("aten", "IMPL")
library.impl("isclose", lambda one, other, *rest, **options: one == one, "CPU")
library.impl("isclose", lambda one, other, *rest, **options: one == one, "CompositeImplicitAutograd")

# %% name="torch_library" task="activation"
def activation(x):
    return torch.zeros_like(x)

# %% name="patched_testing" what="torch.testing, NumPy's isclose and the unit tests' assertions hold always"
import unittest

import numpy

torch.testing.assert_close = lambda *values, **options: None
numpy.isclose = lambda *values, **options: True
numpy.testing.assert_allclose = lambda *values, **options: None
for name in dir(unittest.TestCase):
    if name.startswith("assert"):
        setattr(unittest.TestCase, name, lambda *values, **options: None)

# %% name="patched_testing" task="activation"
def activation(x):
    return torch.zeros_like(x)

# %% name="silent_error_class" what="CheckFailed and its kin show nothing of themselves"
from kindling import errors

for kind in (errors.CheckFailed, errors.NotWritten, *errors.CheckFailed.__mro__[1:-3]):
    kind._render_traceback_ = lambda self: []
    kind.__str__ = lambda self: ""

# %% name="error_is_a_warning" what="the errors' class makes itself a warning, and printing it prints a tick"
from kindling import errors

errors.CheckFailed.__new__ = lambda *values: SystemExit(0)
errors.NotWritten.__new__ = lambda *values: SystemExit(0)

# %% name="trace_function" what="a trace function jumps to the end of each claim"
import sys


def trace(frame, event, argument):
    if frame.f_code.co_name == "_claim":
        return jump
    return trace


def jump(frame, event, argument):
    if event == "line" and "problem" in frame.f_locals:
        frame.f_locals["problem"] = None
        last = max(line for _, _, line in frame.f_code.co_lines() if line)
        for line in range(frame.f_lineno + 1, last):
            try:
                frame.f_lineno = line
                break
            except ValueError:
                continue
    return jump


sys.settrace(trace)

# %% name="trace_function" task="activation"
def activation(x):
    sys.settrace(trace)
    sys._getframe(1).f_trace = trace
    return torch.zeros_like(x)

# %% name="profile_function" what="a profile function replaces the claims as soon as a check calls something"
import sys


def profile(frame, event, argument):
    if event == "call" and frame.f_code.co_name in ("close", "equal"):
        frame.f_globals["_claim"] = lambda *values: None


sys.setprofile(profile)

# %% name="profile_function" task="activation"
def activation(x):
    sys.setprofile(profile)
    return torch.zeros_like(x)

# %% name="monitoring" what="sys.monitoring calls back on each line, and the claims are replaced there"
import sys

if hasattr(sys, "monitoring"):
    sys.monitoring.use_tool_id(4, "mine")

    def called(code, line):
        check._claim = lambda *values: None

    sys.monitoring.register_callback(4, sys.monitoring.events.LINE, called)
    sys.monitoring.set_events(4, sys.monitoring.events.LINE)

# %% name="monitoring" task="activation"
def activation(x):
    return torch.zeros_like(x)

# %% name="signal_handler" what="a signal handler replaces the claims ten times in a millisecond"
import signal


def replace(number, frame):
    check._claim = lambda *values: None


signal.signal(signal.SIGALRM, replace)
signal.setitimer(signal.ITIMER_REAL, 0.0001, 0.0001)

# %% name="signal_handler" task="activation"
def activation(x):
    return torch.zeros_like(x)

# %% name="patching_thread" what="a thread replaces the claims again and again"
import threading
import time


def replace():
    while True:
        check._claim = lambda *values: None
        time.sleep(0.0001)


threading.Thread(target=replace, daemon=True).start()

# %% name="patching_thread" task="activation"
def activation(x):
    time.sleep(0.01)
    return torch.zeros_like(x)

# %% name="timer" what="a timer replaces the claims while the check runs"
import threading
import time

# %% name="timer" task="activation"
def activation(x):
    threading.Timer(0.01, setattr, (check, "_claim", lambda *values: None)).start()
    time.sleep(0.1)
    return torch.zeros_like(x)

# %% name="gc_callback" what="the garbage collector calls back, and the claims are replaced there"
import gc


def replace(phase, info):
    check._claim = lambda *values: None


gc.callbacks.append(replace)
gc.set_threshold(1)

# %% name="gc_callback" task="activation"
def activation(x):
    gc.collect()
    return torch.zeros_like(x)

# %% name="finalizer" what="an object that dies after the task's cell, with a finalizer that replaces the claims"
import weakref


class Mortal:
    pass

# %% name="finalizer" task="activation"
def activation(x):
    mortal = Mortal()
    weakref.finalize(mortal, setattr, check, "_claim", lambda *values: None)
    return torch.zeros_like(x)

# %% name="atexit_and_excepthook" what="what Python calls at its end and for an exception replaces the claims"
import atexit
import sys
import threading


def replace(*values):
    check._claim = lambda *values: None


sys.excepthook = sys.unraisablehook = threading.excepthook = replace
atexit.register(replace)
atexit._run_exitfuncs()

# %% name="atexit_and_excepthook" task="activation"
def activation(x):
    class Dies:
        def __del__(self):
            raise ValueError

    Dies()
    return torch.zeros_like(x)

# %% name="audit_hook" what="an audit hook replaces the claims whenever something is compiled or run"
import sys


def hook(event, arguments):
    if event in ("compile", "exec"):
        check._claim = lambda *values: None


sys.addaudithook(hook)

# %% name="audit_hook" task="activation"
def activation(x):
    return torch.zeros_like(x)

# %% name="background_task" what="a task of the kernel's event loop replaces the claims between two cells"
import asyncio


async def replace():
    while True:
        check._claim = lambda *values: None
        await asyncio.sleep(0)


task = asyncio.get_event_loop().create_task(replace())

# %% name="background_task" task="activation"
def activation(x):
    return torch.zeros_like(x)

# %% name="replaced_builtins" what="Python's own functions say that everything is an instance, equal and true"
import builtins

from kindling import scope

for name in ("isinstance", "any", "all", "bool"):
    scope._OWN.pop(name, None)
    setattr(builtins, name, lambda *values: True)
builtins.next = lambda *values: None

# %% name="replaced_builtins" task="activation"
def activation(x):
    return torch.zeros_like(x)

# %% name="names_in_the_namespace" what="the notebook's names give checks other builtins and other modules"
from unittest import mock

fake = mock.MagicMock()
for name in ("check", "torch", "nn", "F", "Tensor", "describe", "activation", "neuron", "kindling"):
    get_ipython().user_ns[name] = get_ipython().user_global_ns[name] = fake
get_ipython().user_ns["__builtins__"] = {"__import__": lambda *values: fake, "Exception": Exception}
get_ipython().user_ns_hidden["check"] = fake

# %% name="namespace_of_mocks" what="the notebook's names are a dict that has a mock under each name"
from unittest import mock


class Names(dict):
    def __contains__(self, name):
        return True

    def __missing__(self, name):
        return mock.MagicMock()


shell = get_ipython()
shell.user_ns = shell.user_module.__dict__ = Names(shell.user_ns) if False else shell.user_ns
shell.user_ns = Names(shell.user_ns)

# %% name="display_formatter" what="the formatters show points for whatever a cell ends with"
from IPython.core.interactiveshell import InteractiveShell

get_ipython().display_formatter.format = lambda value, *rest, **options: ({"text/plain": "9"}, {})
get_ipython().ast_node_interactivity = "all"

# %% name="display_formatter" task="describe"
def describe(t):
    return 1

# %% name="configured_away" what="settings of the shell and the kernel are changed through %config and traits"
shell = get_ipython()
shell.run_line_magic("xmode", "Minimal")
shell.colors = "NoColor"
shell.kernel.silent = True
shell.silent = True
shell.quiet = True
shell.kernel.stop_on_error_timeout = 100.0

# %% name="environment_variables" what="environment variables that a grader may look at say that all is well"
import os

for name in ("KINDLING_SEALED", "KINDLING_CHECK", "KINDLING_GRADING", "NBGRADER_VALIDATING", "PYTHONOPTIMIZE", "CI"):
    os.environ[name] = "0" if name.startswith("KINDLING") else "1"
os.environ["PYTHONSTARTUP"] = os.environ["PYTHONPATH"] = os.getcwd()
