"""The sandbox from outside: bubblewrap's command line, what it shows and what it must not, and `Limits`.

docs/decisions/0006-sandbox.md holds the threat model, docs/teach/grading.md what is isolated and what is not; bwrap(1)
explains the flags. In there, `walls` parts the kernels from each other.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from kindling.errors import GradingError

__all__ = [
    "EXCHANGE",
    "HOME",
    "MIB",
    "NOBODY",
    "PACKAGES",
    "WORK",
    "Limits",
    "command",
    "guard",
    "libseccomp",
    "missing",
    "mounts",
    "owner",
]

EXCHANGE = Path("/run/kindling")  # where the sockets of the kernels lie, inside
HOME = Path("/tmp/home")
WORK = Path("/tmp/submission")

PACKAGES = Path(__file__).parents[2]  # where `kindling` lies: src/ of a checkout, or the installed packages

MIB = 2**20

# What Python, torch and matplotlib read outside their own folders. Nothing that names a person or holds a secret.
_SYSTEM = ("/usr", "/etc/ld.so.cache", "/etc/fonts", "/etc/localtime", "/etc/alternatives")
_MERGED = ("/bin", "/lib", "/lib32", "/lib64", "/sbin")
# Covered where they are: nbgrader exchanges files with students in the one if nobody says otherwise, and Jupyter's
# settings, nbgrader's among them, may hold the password of a gradebook.
_EXCHANGE_OF_NBGRADER = "local/share/nbgrader"  # in /usr
_SETTINGS = "etc/jupyter"

# What helps where one of these shows what it must not.
_MOVE = "Move it to another place, outside of that folder, and grade again."
_OWN_ENVIRONMENT = (
    "Python's packages need a folder of their own: make an environment in one (python3 -m venv .venv), install the "
    "course's package there, and grade with that one."
)
_OTHER_PYTHON = "Python itself is installed in there: move one of the two to another place, and grade again."
_OWN_CACHE = "It keeps the drawn images: set XDG_CACHE_HOME to an empty folder and grade again."

NOBODY = 65534  # the user and group that root becomes in there


@dataclass(frozen=True)
class Limits:
    """What one notebook may use. What the seconds of a cell are says nbgrader's `Execute.timeout`."""

    seconds: int = 900  # for the whole notebook, by the clock
    processor_seconds: int = 900  # of each process
    memory: int = 3072 * MIB  # bytes of all processes, beside what each shares with the warm one
    processes: int = 64
    file: int = 256 * MIB  # bytes of one file
    disk: int = 512 * MIB  # bytes of all files

    @classmethod
    def changed(cls, limits: Mapping[str, int]) -> Limits:
        """Return the usual limits but for these, by name. Raises GradingError for one that there is not."""
        usual = asdict(cls())
        for name, most in limits.items():
            if name not in usual or not isinstance(most, int) or most < 1:
                raise GradingError.no_limit(name, most, list(usual))
        return cls(**{**usual, **limits})


def missing() -> str | None:
    """Return one sentence that says why there can be no sandbox on this machine, or None where there can."""
    if sys.platform != "linux":
        return f"The sandbox needs Linux, and this is {platform.system()}."
    program = shutil.which("bwrap")
    if program is None:
        return "The sandbox needs bubblewrap. Install it (apt install bubblewrap, dnf install bubblewrap)."
    if libseccomp() is None:
        return "The sandbox needs libseccomp. Install it (apt install libseccomp2, dnf install libseccomp)."
    trial = subprocess.run([*_bubblewrap(program), "/usr/bin/env", "true"], capture_output=True, text=True)
    if trial.returncode:
        said = trial.stderr.strip().splitlines()[-1:] or [f"exit code {trial.returncode}"]
        return f"bubblewrap does not run here: {said[0]}. The system must allow user namespaces."
    return None


def guard(private: Mapping[str, str], readable: list[Path]) -> None:
    """Raise GradingError where `command` would show the user's home, or one of the places `private`.

    These are paths, each by what a sentence calls it; `readable` is what `command` gets.
    """
    places = {what: Path(os.path.realpath(name)) for what, name in private.items()}
    places["your home"] = Path(os.path.realpath(os.path.expanduser("~")))
    covered = [os.path.realpath(folder) for folder in _covered()]
    # Folders are compared by device and inode: links and mounts give one folder several names.
    holders: dict[tuple[int, int], tuple[str, Path]] = {}
    for what, place in places.items():
        # On the machine of a cluster's worker there is no course, and nothing of these places.
        if os.path.exists(place) and not any(place.is_relative_to(folder) for folder in covered):
            for folder in (place, *place.parents):
                holders.setdefault(_number(folder), (what, place))
    mounted = mounts()
    shown = {name: _OWN_ENVIRONMENT for name in _python()} | {str(path): _OWN_CACHE for path in readable}
    shown[sys.base_prefix] = _OTHER_PYTHON  # which an environment does not change
    shown |= {name: _MOVE for name in (*_SYSTEM, *_MERGED)}  # last: that is where Python may be, too
    for name, cure in shown.items():
        folder = Path(os.path.realpath(name))
        for part in (folder, *(mount for mount in mounted if folder in mount.parents)):
            with contextlib.suppress(OSError):
                if held := holders.get(_number(part)):
                    raise GradingError.exposed(folder, *held, cure)


def command(arguments: list[str], exchange: Path, environment: Mapping[str, str], readable: list[Path]) -> list[str]:
    """Return the command line that runs Python with `arguments` in a sandbox.

    In there are Python, the installed packages and the folders `readable`, all read-only; `exchange`, which may be
    written to, is at EXCHANGE. There is no network, no other process and no other variable than `environment`.
    """
    folders = [*_python(), *map(str, readable)]
    parents = {parent for folder in (*folders, str(EXCHANGE)) for parent in Path(folder).parents}
    # Made here, since only root could enter those that bubblewrap makes by itself.
    ways = [part for parent in sorted(parents)[1:] for part in ("--perms", "0755", "--dir", str(parent))]
    python = [part for folder in dict.fromkeys(folders) for part in ("--ro-bind-try", folder, folder)]
    variables = [part for name, value in environment.items() for part in ("--setenv", name, value)]
    return [
        *_bubblewrap(shutil.which("bwrap") or "bwrap"),
        *ways,
        *python,
        *(part for folder in _covered() for part in ("--tmpfs", folder)),
        *("--bind", str(exchange), str(EXCHANGE)),
        *("--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/"),
        "--clearenv",
        *variables,
        sys.executable,
        *arguments,
    ]


def _python() -> list[str]:
    """Return the folders of Python and of the packages that it finds."""
    packages = [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]
    return [sys.prefix, sys.base_prefix, str(PACKAGES), *packages]


def _covered() -> list[str]:
    """Return the folders in those that can be read in whose place an empty one stands."""
    found = []
    for folder, below in [("/usr", _EXCHANGE_OF_NBGRADER), *((one, _SETTINGS) for one in (*_python(), "/usr/local"))]:
        path, real = os.path.join(folder, below), os.path.realpath(os.path.join(folder, below))
        if os.path.isdir(real):  # bubblewrap mounts nothing where a link is
            found.append(path if real == os.path.join(os.path.realpath(folder), below) else real)
    return list(dict.fromkeys(found))


def _number(path: Path) -> tuple[int, int]:
    status = os.stat(path)
    return status.st_dev, status.st_ino


def mounts() -> list[Path]:
    """Return where file systems, or parts of one, are mounted."""
    lines = Path("/proc/self/mountinfo").read_bytes().splitlines()
    # The system writes a space as \040.
    names = [re.sub(rb"\\([0-7]{3})", lambda octal: bytes([int(octal[1], 8)]), line.split()[4]) for line in lines]
    return [Path(os.fsdecode(name)) for name in names]


def _bubblewrap(program: str) -> list[str]:
    """Return bubblewrap's command line for a bare system: its programs and libraries, and nothing of Python's."""
    # The warm process is the first in its namespace: whatever ends it ends all of its kernels with it.
    line = [program, "--new-session", "--as-pid-1", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
    if os.getuid() == 0:
        # Root needs no user namespace for this, and is to become nobody inside: walls.drop_root.
        line += ["--unshare-cgroup-try", "--cap-drop", "ALL"]
        line += [part for name in ("SETUID", "SETGID", "SYS_ADMIN") for part in ("--cap-add", f"CAP_{name}")]
    else:
        line += ["--unshare-user", "--unshare-cgroup-try"]
    line += ["--perms", "0755", "--dir", "/etc"]
    for path in _SYSTEM:
        line += ["--ro-bind-try", path, path]
    for path in _MERGED:
        if os.path.islink(path):
            line += ["--symlink", os.readlink(path), path]
        else:
            line += ["--ro-bind-try", path, path]
    # To map /dev/zero makes memory that no limit counts.
    line += ["--proc", "/proc", "--dev", "/dev", "--dev-bind", "/dev/null", "/dev/zero", "--tmpfs", "/dev/shm"]
    return [*line, "--perms", "1777", "--tmpfs", "/tmp"]


def owner() -> tuple[int, int]:
    """Return the user and group, as numbers, that the warm process has outside."""
    return (NOBODY, NOBODY) if os.getuid() == 0 else (os.getuid(), os.getgid())


def libseccomp() -> ctypes.CDLL | None:
    """Return the library that filters system calls, None where it is not installed."""
    try:
        return ctypes.CDLL("libseccomp.so.2")
    except OSError:
        return None
