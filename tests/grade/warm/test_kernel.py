"""kindling.grade.warm.kernel: whatever a cell does to Python, later cells work, or say at once why they can't."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import Inside, needs_sandbox

from kindling.framing import framed, receive
from kindling.grade.warm.protocol import GO_ON, STOP

pytestmark = needs_sandbox

START = "import math\nimport sys\nimport torch\nfrom torch import nn\nfrom kindling import check"
ASKS = "StdinNotImplementedError: This cell {}, and nobody is there to answer while it is graded. Remove the call."

HARM = {
    "no stdout": "sys.stdout = None",
    "no stderr": "sys.stderr = None",
    "no stream": "sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = None",
    "no stdout and an error": "sys.stdout = None\n1 / 0",
    "stdout deleted": "del sys.stdout",
    "stdout closed": "print(1)\nsys.stdout.close()\nsys.stderr.close()",
    "stdout of a closed file": "with open('words', 'w') as sys.stdout: pass",
    "stdout that only writes": "class Words:\n    def write(self, text): pass\nsys.stdout = Words()",
    "descriptors closed": "import os\nos.close(1)\nos.close(2)",
    "no len": "import builtins\nbuiltins.len = builtins.isinstance = None\nx = 3",
    "no import": "import builtins\ndel builtins.__import__",
    "no print": "import builtins\nbuiltins.print = None",
    "no builtins": "__builtins__ = {}",
    "no modules": "sys.modules.clear()\nx = 3\n\n\ndef f():\n    pass",
    "other modules": "sys.modules = {}",
    "no time": "import time\ntime.time = time.monotonic = None",
    "no json": "import json\njson.dumps = json.loads = None",
    "no process number": "import os\nos.getpid = None",
    "no path": "sys.path = None",
    "no exit": "sys.exit = sys.exc_info = None",
    "no IPython names": "get_ipython = In = Out = display = _ = _ih = _oh = exit = quit = None",
    "another name": "__name__ = 'mine'",
    "no log": "import logging\nlogging.disable()",
    "warnings are errors": "import warnings\nwarnings.simplefilter('error')",
    "an alarm": "import signal\nsignal.signal(signal.SIGALRM, lambda *_: 1 / 0)\nsignal.alarm(1000)",
    "the loop closed": "import asyncio\nasyncio.get_event_loop().close()",
    "a thread left": "import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()",
    "another backend": "import matplotlib.pyplot as plt\nplt.switch_backend('Agg')\nplt.rcParams.clear()",
    "all names gone": "globals().clear()",
    "reset": "%reset -f",
    "names deleted": "del torch, check, nn, math",
    "names of modules": "check = 3\ntorch = 1\nnn = None\nmath = print",
    "one module for another": "import math as torch",
    "names of Python": "list, max, float = [1], 7, str\nfrom numpy import *",
}


@pytest.mark.parametrize("code", HARM.values(), ids=HARM)
def test_later_cells_work(server, code):
    """A check holds or fails as ever, and prints go where they went, unless a cell sent them elsewhere."""
    kernel = Inside(server)
    kernel.run(START)
    kernel.run(code)
    assert kernel.run("__builtins__.print('later')") == "later"
    claims = "check.close(torch.tensor(max(3, 4.5)).item(), float(math.floor(4.5) + 0.5), 'max')\nnn.Linear(1, 1)"
    assert kernel.run(f"%%check most (1 point)\n{claims}") == "✓ most: 1 point"
    assert kernel.run("%%check one (1 point)\ncheck.equal(1, 2, 'one')") == "CheckFailed: one is 1, wanted 2."
    kernel.close()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("get_ipython().events = None", "AttributeError: 'NoneType' object has no attribute 'trigger'"),
        ("get_ipython().run_cell_async = None", "TypeError: None is not a callable object"),
    ],
)
def test_a_broken_kernel_says_so(server, code, said):
    """Where the kernel itself can't go on, each cell says so at once, and none waits for its limit."""
    kernel = Inside(server)
    kernel.run(code)
    assert kernel.run("print(1)").endswith(f"KernelBroken: {said}")
    assert kernel.run("print(2)").endswith(f"KernelBroken: {said}")
    kernel.close()


def test_a_stream_that_works_stays(server):
    """A learner who sends prints to a file gets them there, in later cells too."""
    kernel = Inside(server)
    kernel.run("import sys\nsys.stdout = open('words', 'w')")
    assert kernel.run("print('later')") == ""
    assert kernel.run("sys.stdout = sys.__stdout__ = None") == ""
    assert kernel.run("print(repr(open('words').read()))") == "'later\\n'"
    kernel.close()


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("input('Name? ')", "asks for input()"),
        ("import getpass\ngetpass.getpass()", "asks for a password with getpass()"),
        ("import getpass\ngetpass.getpass(echo_char='*')", "asks for a password with getpass()"),
        (
            "import pdb\ndef f():\n    pdb.set_trace()\n    return 1\nf()",
            "stops in a debugger (set_trace() or the like)",
        ),
        (
            "from IPython.core.debugger import Pdb\ndef f():\n    Pdb().set_trace()\n    return 1\nf()",
            "stops in a debugger (set_trace() or the like)",
        ),
        ("import pdb\ntry: 1 / 0\nexcept ZeroDivisionError: pdb.pm()", "stops in a debugger (set_trace() or the like)"),
        ("import code\ncode.interact()", "opens a console with code.interact()"),
        ("import IPython\nIPython.embed()", "opens a console with IPython.embed()"),
    ],
)
def test_who_asks(server, code, what):
    """A question to somebody is an error that names the call, which may stand in a function far away."""
    kernel = Inside(server)
    if "pm()" in code:
        kernel.run("1 / 0")
    assert kernel.run(code).endswith(ASKS.format(what))
    kernel.close()


@pytest.mark.parametrize("code", ["breakpoint()", "%debug", "%pdb on"])
def test_what_asks_nobody(server, code):
    """A debugger that would only follow an error is left out: the error itself is what counts."""
    kernel = Inside(server)
    kernel.run("1 / 0")
    kernel.run(code)
    assert kernel.run("1 / 0") == "ZeroDivisionError: division by zero"
    kernel.close()


def test_a_missing_package_costs_what_needs_it(server):
    """The rest of the cell runs, in whichever way the package is imported."""
    kernel = Inside(server)
    none = "ModuleNotFoundError: No module named 'kindling_lacks'"
    assert kernel.run("import kindling_lacks as lacks\nimport math\nprint(math.floor(2.5))") == f"{none}2"
    assert kernel.run("import kindling_lacks, string\nprint(len(string.digits))") == f"{none}10"
    cell = "from kindling_lacks import drive\ndrive.mount('/content')\nimport calendar\nprint(calendar.isleap(2000))"
    assert kernel.run(cell) == f"{none}NameError: name 'drive' is not definedTrue"
    assert kernel.run("lacks.set_theme()\nprint('on')") == "NameError: name 'lacks' is not definedon"
    # Where the import stands in a call, what follows may need its value; and any other error ends its cell.
    assert kernel.run("def fetch():\n    import kindling_lacks\nfetch()\nprint('not')") == none
    assert kernel.run("def draw():\n    lacks.plot()\ndraw()\nprint('not')") == "NameError: name 'lacks' is not defined"
    assert kernel.run("unknown\nprint('not')") == "NameError: name 'unknown' is not defined"
    kernel.close()


def test_a_late_answer_says_nothing_of_the_next_claim(server):
    """A cell is stopped while its claim is judged; what is answered then is no answer to a later claim."""
    kernel = Inside(server)
    line, claim = kernel.kernel.line, "claims.report('equal', 0, 1)\nprint('it goes on')"
    kernel.run("from kindling.grade.sealed import claims")
    with ThreadPoolExecutor() as pool:
        stopped = pool.submit(kernel.run, claim)
        assert b'"actual"' in (receive(line) or b"")
        kernel.kernel.interrupt()
        assert stopped.result(60).startswith("KeyboardInterrupt")
        line.sendall(framed(GO_ON.encode()))
        later = pool.submit(kernel.run, claim)
        assert b'"actual"' in (receive(line) or b"")
        line.sendall(framed(STOP.encode()))
        assert later.result(60) == "CheckFailed: A value is not what was wanted."
    kernel.close()
