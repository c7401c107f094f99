"""The walls around learner code: bubblewrap around a warm process, and namespaces of its own around each kernel in it.

docs/decisions/0006-sandbox.md holds the threat model, docs/teach/grading.md what is isolated and what is not.
The flags and system calls are those of bwrap(1), unshare(2), mount(2), capabilities(7), user_namespaces(7) and
seccomp_rule_add(3).
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from kindling.errors import GradingError

__all__ = [
    "EXCHANGE",
    "HOME",
    "WORK",
    "Limits",
    "adopt_orphans",
    "command",
    "end_with_parent",
    "enter",
    "guard",
    "leave",
    "limit",
    "missing",
    "owner",
    "seal",
    "separate",
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

_NOBODY = 65534
_LEARNER = 1000
_THREADS = 4  # that each process may have, on average

_CLONE_NEWNS, _CLONE_NEWUTS, _CLONE_NEWIPC = 0x00020000, 0x04000000, 0x08000000
_CLONE_NEWUSER, _CLONE_NEWPID, _CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC = 1, 2, 4, 8
_MS_BIND, _MS_REC, _MS_PRIVATE = 0x1000, 0x4000, 0x40000
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_CAPBSET_DROP = 1, 4, 24
_PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 36, 38
_MAP_SHARED_ANONYMOUS = 0x21
_CAPABILITY_VERSION_3 = 0x20080522
_SCMP_ACT_ALLOW, _SCMP_ACT_ERRNO = 0x7FFF0000, 0x00050000
_SCMP_CMP_EQ, _SCMP_CMP_GE, _SCMP_CMP_MASKED_EQ = 4, 5, 7

_FAMILIES = (1, 2, 10, 16)  # AF_UNIX, AF_INET, AF_INET6, AF_NETLINK: none of them leads out of the namespace

# Ways out of the namespaces, into another process, or to memory that no limit counts.
_FORBIDDEN = """
    unshare setns mount umount2 pivot_root chroot fsopen fsmount move_mount open_tree mount_setattr
    ptrace process_vm_readv process_vm_writev process_madvise pidfd_getfd kcmp
    keyctl add_key request_key bpf perf_event_open userfaultfd io_uring_setup io_uring_enter io_uring_register
    memfd_create memfd_secret shmget semget msgget kexec_load init_module finit_module delete_module
"""


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


class _Comparison(ctypes.Structure):
    _fields_ = (
        ("arg", ctypes.c_uint),
        ("op", ctypes.c_int),
        ("datum_a", ctypes.c_uint64),
        ("datum_b", ctypes.c_uint64),
    )


def missing() -> str | None:
    """Return one sentence that says why there can be no sandbox on this machine, or None where there can."""
    if sys.platform != "linux":
        return f"The sandbox needs Linux, and this is {platform.system()}."
    program = shutil.which("bwrap")
    if program is None:
        return "The sandbox needs bubblewrap. Install it (apt install bubblewrap, dnf install bubblewrap)."
    if _seccomp() is None:
        return "The sandbox needs libseccomp. Install it (apt install libseccomp2, dnf install libseccomp)."
    trial = subprocess.run([*_walls(program), "/usr/bin/env", "true"], capture_output=True, text=True)
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
    # A folder is known by its number: links and mounts give it several names.
    holders: dict[tuple[int, int], tuple[str, Path]] = {}
    for what, place in places.items():
        # A worker of a cluster has no course.
        if os.path.exists(place) and not any(place.is_relative_to(folder) for folder in covered):
            for folder in (place, *place.parents):
                holders.setdefault(_number(folder), (what, place))
    mounts = _mounts()
    shown = {name: _OWN_ENVIRONMENT for name in _python()} | {str(path): _OWN_CACHE for path in readable}
    shown[sys.base_prefix] = _OTHER_PYTHON  # which an environment does not change
    shown |= {name: _MOVE for name in (*_SYSTEM, *_MERGED)}  # last: that is where Python may be, too
    for name, cure in shown.items():
        folder = Path(os.path.realpath(name))
        for part in (folder, *(mount for mount in mounts if folder in mount.parents)):
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
    # Those that bubblewrap makes by itself are closed to everybody but root.
    ways = [part for parent in sorted(parents)[1:] for part in ("--perms", "0755", "--dir", str(parent))]
    python = [part for folder in dict.fromkeys(folders) for part in ("--ro-bind-try", folder, folder)]
    variables = [part for name, value in environment.items() for part in ("--setenv", name, value)]
    return [
        *_walls(shutil.which("bwrap") or "bwrap"),
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


def _mounts() -> list[Path]:
    """Return where file systems, or parts of one, are mounted."""
    lines = Path("/proc/self/mountinfo").read_bytes().splitlines()
    # The system writes a space as \040.
    names = [re.sub(rb"\\([0-7]{3})", lambda octal: bytes([int(octal[1], 8)]), line.split()[4]) for line in lines]
    return [Path(os.fsdecode(name)) for name in names]


def _walls(program: str) -> list[str]:
    """Return bubblewrap's command line but for the folders of Python."""
    # The warm process is the first in its namespace: whatever ends it ends all of its kernels with it.
    line = [program, "--new-session", "--as-pid-1", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
    if os.getuid() == 0:
        # Root needs no user namespace for this, and is to become nobody inside: `leave`.
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


def leave() -> None:
    """Stop being root, in the warm process; whoever is not root stays who they are."""
    if os.getuid() == 0:
        # Parts of bubblewrap's own /proc are covered for root. A kernel may mount its own where one lies whole.
        _mount("proc", "/proc", "proc", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC)
        os.setgroups([])
        os.setgid(_NOBODY)
        os.setuid(_NOBODY)
    _call("prctl", _PR_SET_DUMPABLE, 0, 0, 0, 0)  # what lies in its /proc is root's: a kernel has the same user


def owner() -> tuple[int, int]:
    """Return the user and group, as numbers, that the warm process has outside."""
    return (_NOBODY, _NOBODY) if os.getuid() == 0 else (os.getuid(), os.getgid())


def separate() -> None:
    """Give this process, a child of the warm one, namespaces of its own. Its children are in a new one of processes."""
    user, group = os.getuid(), os.getgid()
    _call("prctl", _PR_SET_DUMPABLE, 1, 0, 0, 0)
    kinds = _CLONE_NEWUSER | _CLONE_NEWNS | _CLONE_NEWPID | _CLONE_NEWIPC | _CLONE_NEWUTS | _CLONE_NEWNET
    _call("unshare", kinds)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{_LEARNER} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{_LEARNER} {group} 1")


def adopt_orphans() -> None:
    """Make this process the parent of each descendant whose own parent ends."""
    _call("prctl", _PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end_with_parent() -> None:
    """Make the end of this process's parent its own end."""
    _call("prctl", _PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def enter(limits: Limits, own: Path) -> None:
    """Give this process, the first in its namespace, files of its own, of all sockets those in `own`, and limits."""
    _mount(None, "/", None, _MS_REC | _MS_PRIVATE)
    _mount(own, EXCHANGE, None, _MS_BIND)
    # A checkout, an environment or drawn images may lie below /tmp. They would be hidden, and are put back.
    kept = [(path, os.open(path, os.O_PATH)) for path in _mounts() if Path("/tmp") in path.parents]
    for folder, size in (("/tmp", limits.disk), ("/dev/shm", limits.disk)):
        _mount("tmpfs", folder, "tmpfs", _MS_NOSUID | _MS_NODEV, f"size={size},nr_inodes=20000,mode=700")
    for path, descriptor in kept:
        os.makedirs(path, exist_ok=True)
        _mount(f"/proc/self/fd/{descriptor}", path, None, _MS_BIND | _MS_REC)
        os.close(descriptor)
    # Where the system refuses this, the other processes' numbers can be seen, and nothing else of them.
    with contextlib.suppress(OSError):
        _mount("proc", "/proc", "proc", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC)
    # A fork bomb is faster than whoever counts; and threads, which this counts too, nobody else counts.
    # In a user namespace it counts those of this kernel alone (since Linux 5.14).
    _restrict("NPROC", _THREADS * limits.processes)
    limit(limits)


def limit(limits: Limits) -> None:
    """Set the limits that the system itself keeps for this process and each of its children."""
    _restrict("CORE", 0)
    _restrict("CPU", limits.processor_seconds)
    _restrict("FSIZE", limits.file)
    _restrict("NOFILE", 1024)


def seal() -> None:
    """Give up, for good, what `enter` needed: the way to the sockets, every capability, and calls that lead out."""
    _mount("tmpfs", EXCHANGE, "tmpfs", _MS_RDONLY, "size=4k")
    for capability in range(64):
        try:
            _call("prctl", _PR_CAPBSET_DROP, capability, 0, 0, 0)
        except OSError:
            break  # the last one that this system knows was the one before
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    _call("capset", header, (ctypes.c_uint32 * 6)())
    _call("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    library = _seccomp()
    assert library is not None, "missing() says so before"
    library.seccomp_init.restype = ctypes.c_void_p
    rules = ctypes.c_void_p(library.seccomp_init(_SCMP_ACT_ALLOW))
    refuse = _SCMP_ACT_ERRNO | errno.EPERM
    for name in _FORBIDDEN.split():
        number = library.seccomp_syscall_resolve_name(name.encode())
        if number >= 0:
            _rule(library.seccomp_rule_add_array(rules, refuse, number, 0, None), name)
    clone = library.seccomp_syscall_resolve_name(b"clone")
    for flag in (_CLONE_NEWUSER, _CLONE_NEWNS, _CLONE_NEWPID, _CLONE_NEWNET, _CLONE_NEWIPC, _CLONE_NEWUTS):
        namespace = _Comparison(0, _SCMP_CMP_MASKED_EQ, flag, flag)
        _rule(library.seccomp_rule_add_array(rules, refuse, clone, 1, ctypes.byref(namespace)), "clone")
    # Of other families a namespace of networks is no wall: those of a virtual machine's own line, say.
    for call in (b"socket", b"socketpair"):
        number = library.seccomp_syscall_resolve_name(call)
        last = max(_FAMILIES)
        for comparison, family in [(_SCMP_CMP_GE, last + 1)] + [(_SCMP_CMP_EQ, one) for one in range(last)]:
            if family not in _FAMILIES:
                rule = _Comparison(0, comparison, family, 0)
                _rule(library.seccomp_rule_add_array(rules, refuse, number, 1, ctypes.byref(rule)), call.decode())
    # Memory of this kind stays when its pages are given back, and then counts nowhere. A file in /dev/shm does as well.
    shared = _Comparison(3, _SCMP_CMP_MASKED_EQ, _MAP_SHARED_ANONYMOUS, _MAP_SHARED_ANONYMOUS)
    mmap = library.seccomp_syscall_resolve_name(b"mmap")
    _rule(library.seccomp_rule_add_array(rules, refuse, mmap, 1, ctypes.byref(shared)), "mmap")
    # Its flags lie in memory, where no rule can look. The C library then takes clone.
    clone3 = library.seccomp_syscall_resolve_name(b"clone3")
    _rule(library.seccomp_rule_add_array(rules, _SCMP_ACT_ERRNO | errno.ENOSYS, clone3, 0, None), "clone3")
    _rule(library.seccomp_load(rules), "all rules")
    library.seccomp_release(rules)


def _restrict(name: str, most: int) -> None:
    import resource  # not on Windows, where this module only says what is missing

    kind = getattr(resource, f"RLIMIT_{name}")
    hard = resource.getrlimit(kind)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (most, most))


def _rule(result: int, name: str) -> None:
    if result:
        raise OSError(-result, f"seccomp refuses the rule for {name}")


def _mount(source: str | Path | None, target: str | Path, kind: str | None, flags: int, options: str = "") -> None:
    parts = [os.fsencode(part) if part is not None else None for part in (source, target, kind)]
    _call("mount", *parts, flags, options.encode())


def _call(name: str, *arguments: object) -> None:
    words = [ctypes.c_ulong(part) if isinstance(part, int) else part for part in arguments]
    if getattr(_libc(), name)(*words):
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _seccomp() -> ctypes.CDLL | None:
    try:
        return ctypes.CDLL("libseccomp.so.2")
    except OSError:
        return None
