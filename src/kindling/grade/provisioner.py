"""A Jupyter kernel provisioner that takes its kernels from a warm process, and the kernel manager that asks for it.

Jupyter finds the provisioner by the name "kindling" (an entry point), as `kindling.grade.execute.Execute` names it.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import functools
import logging
import math
import queue
import signal
import socket
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import zmq
import zmq.asyncio
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.provisioner_base import KernelProvisionerBase
from traitlets import default

from kindling.errors import GradingError
from kindling.grade import archive, sandbox
from kindling.grade.sandbox import Limits
from kindling.grade.warm.client import Kernel, Server, ServerDied

if TYPE_CHECKING:
    from jupyter_client.connect import KernelConnectionInfo

__all__ = ["KernelManager", "Provisioner", "can_fork", "close", "has_scripts", "say_once", "warm"]

LARGEST_MESSAGE = 64 * sandbox.MIB  # each of its parts; a longer one ends the line to the kernel

log = logging.getLogger("kindling")

_Pairs = frozenset[tuple[str, str]]

_servers: dict[tuple[bool, _Pairs], Server] = {}
_starting = threading.Lock()  # a worker of a cluster may have several threads


def can_fork() -> bool:
    """Return whether this system has what a warm process needs: fork, and a way to see what each kernel uses."""
    return sys.platform == "linux"


def warm(environment: Mapping[str, str], sandboxed: bool, private: Mapping[str, str] | None = None) -> Server:
    """Return the warm process of this process, started on the first call and again when it has died.

    Raises GradingError where `sandboxed` is asked for and can't be had, or would show one of the places `private`.
    """
    private = private or {}
    wanted = sandboxed, frozenset(environment.items())
    with _starting:
        server = _servers.get(wanted)
        if server and server.alive:
            server.guard(private)
            return server
        if server:
            log.warning(
                "The process that runs submissions has died (%s). Another one takes its place.", server.exit_reason()
            )
            _servers.pop(wanted).close()
        if sandboxed and (reason := sandbox.missing()):
            raise GradingError.no_sandbox(reason)
        try:
            _servers[wanted] = server = Server(environment, sandboxed, private)
        except OSError as error:  # no room for temporary files, say
            raise GradingError.no_kernel(str(error)) from None
        return server


@functools.cache
def say_once(sentence: str) -> None:
    """Log a warning for the instructor, once in this process."""
    log.warning(sentence)


@atexit.register
def close() -> None:
    """End the warm processes of this process."""
    while _servers:
        _servers.popitem()[1].close()


def _regular(folder: Path) -> dict[str, Path]:
    """Return the files of a folder by their names in it, without links and whatever else is no file."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())
    return {path.relative_to(folder).as_posix(): path for path in found}


def has_scripts(files: bytes) -> bool:
    """Return whether there are scripts among a submission's files, a tar archive."""
    return any(name.startswith("scripts/") for name in archive.names(files))


class KernelClient(AsyncKernelClient):
    """A client that starts as soon as the kernel answers; Jupyter's own first waits for 0.2 s of silence."""

    @default("context")
    def _context_default(self) -> zmq.asyncio.Context:
        self._created_context = True  # so it is ended with this client
        context = zmq.asyncio.Context()
        context.setsockopt(zmq.MAXMSGSIZE, LARGEST_MESSAGE)
        return context

    def start_channels(
        self, shell: bool = True, iopub: bool = True, stdin: bool = True, hb: bool = True, control: bool = True
    ) -> None:
        """Open the channels, but for the heartbeat: the warm process says when a kernel has ended.

        A learner's code can write to the kernel's own sockets so that the heartbeat's thread never ends.
        """
        super().start_channels(shell, iopub, stdin, hb=False, control=control)

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel has answered, and can be heard to say what it does. Raises ServerDied."""
        end = time.monotonic() + (timeout or math.inf)
        while await self._async_is_alive() and time.monotonic() < end:
            self.kernel_info()
            with contextlib.suppress(queue.Empty):
                reply = await self.get_shell_msg(timeout=1)
                await self.get_iopub_msg(timeout=0.02)  # nothing yet: what it said came before we listened
                self._handle_kernel_info_reply(reply)
                return
        assert self.parent is not None
        ended = getattr(self.parent.provisioner, "ended", None)
        raise ServerDied(ended.removeprefix("server ") if ended else "its kernel does not answer")


class KernelManager(AsyncKernelManager):
    """A manager of kernels that come from the provisioner "kindling"."""

    @default("client_factory")
    def _client_factory_default(self) -> type[AsyncKernelClient]:
        return KernelClient

    @default("transport")
    def _transport_default(self) -> str:
        return "ipc"  # sockets in the file system reach where there is no network

    @property
    def kernel_spec(self) -> KernelSpec:
        """The kernel of every lesson, whatever a submission's notebook asks for."""
        return KernelSpec(
            argv=[],
            display_name="Python 3",
            language="python",
            metadata={"kernel_provisioner": {"provisioner_name": "kindling"}},
        )


class Provisioner(KernelProvisionerBase):
    """What Jupyter asks for a kernel, and to interrupt or end it."""

    kernel: Kernel | None = None
    _why: str | None = None

    @property
    def has_process(self) -> bool:
        """Whether there is a kernel."""
        return self.kernel is not None

    @property
    def ended(self) -> str | None:
        """In one word why the kernel ended by itself; None while it lives."""
        if self.kernel is None:
            return self._why
        event = self.kernel.poll()
        return event["why"] if event else None

    def ask_waited(self) -> int:
        """Ask how long the kernel has waited for a processor until now; return the number of the question."""
        return self.kernel.look() if self.kernel else 0

    def waited(self, question: int) -> float | None:
        """Return what the kernel's process had waited at this question, in seconds; None while there is no answer."""
        if self.kernel is None:
            return None
        self.kernel.poll()
        return self.kernel.waited.get(question)

    def claims(self) -> socket.socket:
        """Return the line over which the kernel sends its claims; it is the caller's to close."""
        assert self.kernel is not None
        return self.kernel.line.dup()

    async def pre_launch(
        self,
        environment: Mapping[str, str] | None = None,
        sandboxed: bool = True,
        limits: Limits | None = None,
        private: Mapping[str, str] | None = None,
        files: bytes | None = None,
        cwd: str | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Take a kernel from the warm process. Its `files` are a tar archive, or those in the folder `cwd`."""
        if files is None:
            files = archive.pack(_regular(Path(cwd or ".")))
        self.kernel = warm(environment or {}, sandboxed, private).take(limits or Limits(), has_scripts(files))
        about = {**self.kernel.connection, "key": self.kernel.key.encode()}
        self.connection_info = cast("KernelConnectionInfo", about)  # which takes a key for a str
        assert self.parent is not None
        self.parent.load_connection_info(dict(self.connection_info))
        return {"cmd": [], "files": files}

    async def launch_kernel(self, cmd: list[str], files: bytes = b"", **others: Any) -> KernelConnectionInfo:
        """Hand the files over, a tar archive."""
        assert self.kernel is not None
        self.kernel.start(files)
        return self.connection_info

    async def poll(self) -> int | None:
        """Return None while the kernel lives."""
        return 1 if self.kernel is None or self.kernel.poll() else None

    async def wait(self) -> int | None:
        """Wait for the kernel's end."""
        while await self.poll() is None:
            await asyncio.sleep(0.005)
        self._why = self.ended
        self.kernel = None
        return 0

    async def send_signal(self, signum: int) -> None:
        """Interrupt the kernel, or end it."""
        if self.kernel is None:
            return
        if signum == signal.SIGINT:
            self.kernel.interrupt()
        elif signum != 0:
            self.kernel.kill()

    async def kill(self, restart: bool = False) -> None:
        """End the kernel and all that it started."""
        await self.send_signal(signal.SIGKILL)

    async def terminate(self, restart: bool = False) -> None:
        """End the kernel and all that it started."""
        await self.kill()

    async def cleanup(self, restart: bool = False) -> None:
        """Do nothing: the kernel's files go when its end is heard of."""
