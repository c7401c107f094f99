"""The walls around each kernel, from inside the sandbox: namespaces, limits and a filter of system calls.

The system calls and their numbers are those of unshare(2), mount(2), prctl(2), capabilities(7), user_namespaces(7) and
seccomp_rule_add(3).
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import signal
from pathlib import Path

from kindling.grade.sandbox import EXCHANGE, NOBODY, Limits, libseccomp, mounts

__all__ = [
    "adopt_orphans",
    "drop_root",
    "end_with_parent",
    "hide_sockets",
    "isolate_filesystem",
    "limit",
    "lock_down",
    "unshare",
]

_LEARNER = 1000  # the user and group that a kernel has in its namespace
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


class _Comparison(ctypes.Structure):
    _fields_ = (
        ("arg", ctypes.c_uint),
        ("op", ctypes.c_int),
        ("datum_a", ctypes.c_uint64),
        ("datum_b", ctypes.c_uint64),
    )


def drop_root() -> None:
    """Stop being root, in the warm process; whoever is not root stays who they are."""
    if os.getuid() == 0:
        # Parts of bubblewrap's own /proc are covered for root. A kernel may mount its own where one lies whole.
        _mount("proc", "/proc", "proc", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC)
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    _call("prctl", _PR_SET_DUMPABLE, 0, 0, 0, 0)  # what lies in its /proc is root's: a kernel has the same user


def unshare() -> None:
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


def isolate_filesystem(limits: Limits, own: Path) -> None:
    """Give this process limits, its own /tmp, /dev/shm and /proc, and no sockets but those in `own`."""
    _mount(None, "/", None, _MS_REC | _MS_PRIVATE)
    _mount(own, EXCHANGE, None, _MS_BIND)
    # A checkout, an environment or drawn images may lie below /tmp. They would be hidden, and are put back.
    kept = [(path, os.open(path, os.O_PATH)) for path in mounts() if Path("/tmp") in path.parents]
    for folder, size in (("/tmp", limits.disk), ("/dev/shm", limits.disk)):
        _mount("tmpfs", folder, "tmpfs", _MS_NOSUID | _MS_NODEV, f"size={size},nr_inodes=20000,mode=700")
    for path, descriptor in kept:
        os.makedirs(path, exist_ok=True)
        _mount(f"/proc/self/fd/{descriptor}", path, None, _MS_BIND | _MS_REC)
        os.close(descriptor)
    # Where the system refuses this, the other processes' numbers can be seen, and nothing else of them.
    with contextlib.suppress(OSError):
        _mount("proc", "/proc", "proc", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC)
    # The system itself has to stop a fork bomb, which is faster than `warm.server` can count. Threads count here, too.
    # In a user namespace it counts those of this kernel alone (since Linux 5.14).
    _restrict("NPROC", _THREADS * limits.processes)
    limit(limits)


def limit(limits: Limits) -> None:
    """Set the limits that the system itself keeps for this process and each of its children."""
    _restrict("CORE", 0)
    _restrict("CPU", limits.processor_seconds)
    _restrict("FSIZE", limits.file)
    _restrict("NOFILE", 1024)


def hide_sockets() -> None:
    """Take away the way to the sockets, for all processes of this kernel; those that are open stay so."""
    _mount("tmpfs", EXCHANGE, "tmpfs", _MS_RDONLY, "size=4k")


def lock_down() -> None:
    """Give up, for good, every capability, and the system calls that lead out."""
    for capability in range(64):
        try:
            _call("prctl", _PR_CAPBSET_DROP, capability, 0, 0, 0)
        except OSError:
            break  # the last one that this system knows was the one before
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    _call("capset", header, (ctypes.c_uint32 * 6)())
    _call("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _filter_system_calls()


def _restrict(name: str, most: int) -> None:
    import resource  # not on Windows, where nobody calls this

    kind = getattr(resource, f"RLIMIT_{name}")
    hard = resource.getrlimit(kind)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (most, most))


def _filter_system_calls() -> None:
    """Let the system refuse the calls that lead out, from now on."""
    library = libseccomp()
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
    # A network namespace does not isolate other families, like AF_VSOCK, the line of a virtual machine to its host.
    for call in (b"socket", b"socketpair"):
        number = library.seccomp_syscall_resolve_name(call)
        last = max(_FAMILIES)
        for comparison, family in [(_SCMP_CMP_GE, last + 1)] + [(_SCMP_CMP_EQ, one) for one in range(last)]:
            if family not in _FAMILIES:
                rule = _Comparison(0, comparison, family, 0)
                _rule(library.seccomp_rule_add_array(rules, refuse, number, 1, ctypes.byref(rule)), call.decode())
    # Shared anonymous memory outlives the pages that a process gives back, and is then counted nowhere. Whoever needs
    # shared memory can take a file in /dev/shm, which has a limit.
    shared = _Comparison(3, _SCMP_CMP_MASKED_EQ, _MAP_SHARED_ANONYMOUS, _MAP_SHARED_ANONYMOUS)
    mmap = library.seccomp_syscall_resolve_name(b"mmap")
    _rule(library.seccomp_rule_add_array(rules, refuse, mmap, 1, ctypes.byref(shared)), "mmap")
    # clone3 has its flags in memory, which a filter can't read. Where it is not there, the C library uses clone.
    clone3 = library.seccomp_syscall_resolve_name(b"clone3")
    _rule(library.seccomp_rule_add_array(rules, _SCMP_ACT_ERRNO | errno.ENOSYS, clone3, 0, None), "clone3")
    _rule(library.seccomp_load(rules), "all rules")
    library.seccomp_release(rules)


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
