"""Jupyter kernels as forks of one process, which has imported what each of them would import for three seconds.

`pytest -n` starts that process once, for all its workers, and puts `launch` in the place of the function of
jupyter_client that starts a new Python. Without `-n`, and in `make test-all`, kernels start as usual.
"""

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from jupyter_client import launcher
from jupyter_client.provisioning import local_provisioner

from kindling.grade.warm.server import JUPYTER

__all__ = ["use", "warm"]

PLACE = "KINDLING_TEST_KERNELS"  # the environment variable that names the socket
MODULES = (*JUPYTER, "matplotlib.pyplot", "matplotlib.backends.backend_agg", "torch", "torchvision")
INLINE = "module://matplotlib_inline.backend_inline"  # the kernels' backend, which matplotlib reads as it is imported
LARGEST = 1 << 20  # bytes of a request
KERNEL = """
import os, sys, torch
from ipykernel.kernelapp import IPKernelApp

from kindling.scripts import forkserver

del sys.path[0]
if os.path.isdir("scripts"):
    forkserver.fork_server()
torch.manual_seed(torch.Generator().initial_seed())  # that of each new process
IPKernelApp.launch_instance(parent_handle=os.getppid())
"""


@contextlib.contextmanager
def warm() -> Iterator[None]:
    """Have a process from which kernels are forked, where the system can do that."""
    if not hasattr(os, "pidfd_open"):
        yield
        return
    with tempfile.TemporaryDirectory(prefix="k-") as folder, _socket() as listening:
        os.environ[PLACE] = str(Path(folder, "socket"))
        listening.bind(os.environ[PLACE])
        listening.listen(100)
        number = listening.fileno()
        with subprocess.Popen(
            [sys.executable, __file__, str(number)],
            stdin=subprocess.PIPE,
            pass_fds=[number],
            env={**os.environ, "MPLBACKEND": INLINE, "PYDEVD_DISABLE_FILE_VALIDATION": "1"},
        ):
            yield


def _socket() -> socket.socket:
    return socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def use() -> None:
    """Have this process fork its kernels, if there is something to fork."""
    if PLACE in os.environ:
        local_provisioner.launch_kernel = launch


def launch(
    cmd: list[str],
    stdin: int | None = None,
    stdout: int | IO[str] | None = None,
    stderr: int | IO[str] | None = None,
    env: dict[str, str] | None = None,
    independent: bool = False,
    cwd: str | None = None,
    **others: object,
) -> "subprocess.Popen[bytes] | Forked":
    """Start a kernel. The arguments are those of jupyter_client's own function, which starts all other commands."""
    if "ipykernel_launcher" not in cmd:
        return launcher.launch_kernel(cmd, stdin, stdout, stderr, env, independent, cwd, **others)
    command = [cmd[0], "-c", KERNEL, *cmd[cmd.index("ipykernel_launcher") + 1 :]]
    streams = [
        number if one is None else one if isinstance(one, int) else one.fileno()
        for number, one in ((1, stdout), (2, stderr))
    ]
    return Forked(command, cwd or os.getcwd(), dict(os.environ) if env is None else env, streams)


class Forked:
    """A kernel, with what jupyter_client uses of `subprocess.Popen`."""

    stdin = stdout = stderr = None

    def __init__(self, command: list[str], cwd: str, env: dict[str, str], streams: list[int]) -> None:
        from kindling.scripts.forkserver import _Forked  # with torch, which the workers of pytest have alone

        self._line = _socket()
        self._line.settimeout(240)  # on a busy machine
        self._line.connect(os.environ[PLACE])
        socket.send_fds(self._line, [json.dumps([command, cwd, env]).encode()], streams)
        self._command = _Forked(command, self._line)
        self.pid = self._command.pid

    def __del__(self) -> None:
        self._line.close()  # of a kernel that nobody waits for; so it ends

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit code, negative for a signal. Raises subprocess.TimeoutExpired after `timeout` seconds."""
        return self._command.wait(timeout)

    def poll(self) -> int | None:
        """Return None while the kernel lives, else its exit code."""
        try:
            return self.wait(0)
        except subprocess.TimeoutExpired:
            return None

    def send_signal(self, number: int) -> None:
        """Send a signal to the kernel, if it lives."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End the kernel."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)


def serve(listening: socket.socket) -> None:
    """Fork a kernel for each request, until standard input ends."""
    from kindling.scripts.forkserver import Fork

    gc.disable()
    for module in MODULES:
        importlib.import_module(module)
    gc.enable()
    gc.freeze()
    running: dict[Fork, socket.socket] = {}
    while True:
        ready = select.select([0, listening, *running, *running.values()], [], [])[0]
        if 0 in ready:
            break
        if listening in ready:
            line = listening.accept()[0]
            request, streams, *_ = socket.recv_fds(line, LARGEST, 2)
            fork = Fork(*json.loads(request), *streams)
            for stream in streams:
                os.close(stream)
            line.send(str(fork.pid).encode())
            running[fork] = line
        for fork, line in list(running.items()):
            if fork in ready:
                with contextlib.suppress(OSError):
                    line.send(str(fork.wait()).encode())
                line.close()
                del running[fork]
            elif line in ready:  # nobody is there any more
                os.killpg(fork.pid, signal.SIGKILL)  # not waited for yet, so it is there
    for fork in running:
        os.killpg(fork.pid, signal.SIGKILL)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
    os._exit(0)  # Python would take all its modules apart, for a second
