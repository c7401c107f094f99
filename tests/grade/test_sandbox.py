"""kindling.grade.sandbox, from inside: what code in a kernel tries, and how it fails."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Inside, needs_sandbox
from nbgrader.exchange.default.exchange import Exchange

from kindling.errors import GradingError
from kindling.grade import sandbox
from kindling.grade.warm import procfs
from kindling.grade.warm.client import Server


@pytest.fixture(scope="module")
def inside(server: Server) -> Iterator[Inside]:
    """A kernel that most tests share: nothing that they try changes anything."""
    kernel = Inside(server)
    yield kernel
    kernel.close()


# What code tries, and how it fails. Each line stands for a way out that was open in a sandbox somewhere.
ATTEMPTS = {
    "connect to an address": (
        "import socket; socket.create_connection(('192.0.2.1', 80), timeout=1)",
        "OSError: [Errno 101] Network is unreachable",
    ),
    "connect to this machine": (
        "import socket; socket.create_connection(('127.0.0.1', 22), timeout=1)",
        "OSError: [Errno 101] Network is unreachable",
    ),
    "look up a name": ("import socket; socket.getaddrinfo('example.org', 80)", "gaierror: …"),
    "reach the hypervisor": (
        "socket.socket(getattr(socket, 'AF_VSOCK', 40), socket.SOCK_STREAM)",
        "PermissionError: [Errno 1] Operation not permitted",
    ),
    "read raw packets": (
        "import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)",
        "PermissionError: [Errno 1] Operation not permitted",
    ),
    "read the users": ("open('/etc/passwd')", "FileNotFoundError: …"),
    "read the passwords": ("open('/etc/shadow')", "FileNotFoundError: …"),
    "read root's home": ("import os; os.listdir('/root/.ssh')", "FileNotFoundError: …"),
    "write to the system": ("open('/usr/x', 'w')", "OSError: [Errno 30] Read-only file system: '/usr/x'"),
    "write to the root": ("open('/x', 'w')", "OSError: [Errno 30] Read-only file system: '/x'"),
    "write to /dev": ("open('/dev/x', 'w')", "OSError: [Errno 30] Read-only file system: '/dev/x'"),
    "write to /run": ("open('/run/kindling/x', 'w')", "OSError: [Errno 30] Read-only file system: …"),
    "write to Python": (
        "import os, sys; open(os.path.join(sys.prefix, 'x'), 'w')",
        "OSError: [Errno 30] Read-only file system: …",
    ),
    "write to a package": (
        "import torch; open(torch.__file__ + '.x', 'w')",
        "OSError: [Errno 30] Read-only file system: …",
    ),
    "write to kindling": (
        "import kindling.check as check; open(check.__file__ + '.x', 'w')",
        "OSError: [Errno 30] Read-only file system: …",
    ),
    "write to the drawn images": (
        "import os; open(os.environ['XDG_CACHE_HOME'] + '/kindling/drawn/x', 'w')",
        "OSError: [Errno 30] Read-only file system: …",
    ),
    "mount": (
        "libc.mount(b'tmpfs', b'/mnt', b'tmpfs', 0, None) and error()",
        "PermissionError: [Errno 1] Operation not permitted",
    ),
    "unmount": ("libc.umount2(b'/run/kindling', 2) and error()", "PermissionError: [Errno 1] Operation not permitted"),
    "be in a new user namespace": (
        "libc.unshare(0x10000000) and error()",
        "PermissionError: [Errno 1] Operation not permitted",
    ),
    "be in another's namespace": (
        "libc.setns(os.open('/proc/self/ns/net', 0), 0) and error()",
        "PermissionError: [Errno 1] Operation not permitted",
    ),
    "clone with a user namespace": (
        "libc.syscall(56, 0x10000000 | 17, 0, 0, 0, 0) == -1 and error()",
        "PermissionError: [Errno 1] Operation not permitted",
    ),
    "clone3": ("libc.syscall(435, 0, 0) == -1 and error()", "OSError: [Errno 38] Function not implemented"),
    "trace": ("libc.ptrace(16, 2, 0, 0) and error()", "PermissionError: [Errno 1] Operation not permitted"),
    "read another's memory": (
        "libc.process_vm_readv(2, 0, 0, 0, 0, 0) and error()",
        "PermissionError: [Errno 1] Operation not permitted",
    ),
    "keep a key": (
        "libc.syscall(250, 0, -3, 1) == -1 and error()",
        "PermissionError: [Errno 1] Operation not permitted",
    ),
    "hide memory": ("os.memfd_create('x')", "PermissionError: [Errno 1] Operation not permitted"),
    "keep memory": (
        "libc.shmget(0, 4096, 0o1600) == -1 and error()",
        "PermissionError: [Errno 1] Operation not permitted",
    ),
    "become root": ("os.setuid(0)", "OSError: [Errno 22] Invalid argument"),
    "change the root": ("os.chroot('/tmp')", "PermissionError: [Errno 1] Operation not permitted: '/tmp'"),
    "make a device": (
        "os.mknod('disk', 0o60600, os.makedev(254, 0))",
        "PermissionError: [Errno 1] Operation not permitted",
    ),
    "raise a limit": (
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2**40, 2**40))",
        "ValueError: not allowed to raise maximum limit",
    ),
    "set the clock": ("time.clock_settime(0, 0)", "PermissionError: [Errno 1] Operation not permitted"),
    "name the machine": (
        "socket.sethostname('x')",
        "PermissionError: [Errno 1] Operation not permitted",
    ),
    "change the system": ("open('/proc/sys/kernel/core_pattern', 'w')", "PermissionError: …"),
}

PRELUDE = """
import ctypes, os, resource, socket, time
libc = ctypes.CDLL(None, use_errno=True)
def error():
    number = ctypes.get_errno()
    raise OSError(number, os.strerror(number))
"""


def is_refused(said: str, refusal: str) -> bool:
    """Return whether an error says this, or begins so where that ends with "…"."""
    return said.startswith(refusal[:-1]) if refusal.endswith("…") else said == refusal


@needs_sandbox
@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_attempt(inside, attempt):
    """Each way out is closed."""
    code, refusal = ATTEMPTS[attempt]
    said = inside.run(PRELUDE + code)
    assert is_refused(said, refusal), said


@needs_sandbox
def test_a_script_has_the_same_walls(server):
    """Each way out is closed for a learner's script, too, which is a fork of a process at the kernel's side."""
    names = {"PRELUDE": PRELUDE, "codes": {name: code for name, (code, _) in ATTEMPTS.items()}}
    script = "".join(f"{name} = {value!r}\n" for name, value in names.items()) + (
        "for name, code in codes.items():\n"
        "    try:\n"
        "        exec(PRELUDE + code)\n"
        "    except Exception as error:\n"
        "        print(f'{name}: {type(error).__name__}: {error}')\n"
        "    else:\n"
        "        print(f'{name}: done')\n"
    )
    kernel = Inside(server, files={"scripts/main.py": script.encode()})
    said = kernel.run("""
        import os, sys
        from pathlib import Path
        from kindling.scripts import forkserver

        with open("said", "w") as stream:
            command = [sys.executable, "scripts/main.py"]
            code = forkserver.start(command, Path(), os.environ, stream.fileno(), stream.fileno()).wait()
        print(forkserver._server._process, code)
        print(Path("said").read_text())
    """)
    kernel.close()
    server_process, *lines = said.splitlines()
    assert server_process == "None 0"  # it is no new Python
    for (name, (_, refusal)), line in zip(ATTEMPTS.items(), lines, strict=True):
        assert is_refused(line, f"{name}: {refusal}"), line


@needs_sandbox
def test_root_programs(inside):
    """A program that belongs to root and says so gains nothing: it runs as who started it."""
    assert inside.run("print([line for line in open('/proc/self/status') if line[:5] == 'NoNew'])") == (
        "['NoNewPrivs:\\t1\\n']"
    )
    assert inside.run(
        "print({line.split()[1] for line in open('/proc/self/status') if line.startswith('Cap')})"
    ) == repr({"0" * 16})


@needs_sandbox
def test_environment(inside):
    """No variable is there but those that a kernel needs."""
    names = set(json.loads(inside.run("import json, os; print(json.dumps(sorted(os.environ)))")))
    assert names <= {
        *("CLICOLOR", "CLICOLOR_FORCE", "CUDA_VISIBLE_DEVICES", "FORCE_COLOR", "GIT_PAGER", "HOME", "JPY_PARENT_PID"),
        *("KINDLING_SOURCE", "KMP_DUPLICATE_LIB_OK", "KMP_INIT_AT_FORK", "LANG", "LC_CTYPE", "MPLBACKEND"),
        *("MPLCONFIGDIR", "NBGRADER_EXECUTION", "OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "PAGER", "PATH", "PWD"),
        *("PYDEVD_DISABLE_FILE_VALIDATION", "PYDEVD_USE_FRAME_EVAL", "PYTHONHASHSEED", "PYTHONPATH", "TERM"),
        *("TMPDIR", "TORCHINDUCTOR_CACHE_DIR", "USER", "XDG_CACHE_HOME"),
    }


@needs_sandbox
def test_no_descriptor_leads_out(inside):
    """No file, folder or socket of the warm process is open in a kernel: its line to the grader would be the worst."""
    code = """
    import os, socket
    for name in os.listdir("/proc/self/fd"):
        try:
            what = os.readlink(f"/proc/self/fd/{name}")
        except OSError:
            continue
        if what.startswith("socket"):
            one = socket.socket(fileno=os.dup(int(name)))
            if one.type != socket.SOCK_STREAM:
                print(name, one)
            one.close()
        elif what.startswith("/") and not what.startswith(("/dev/", "/tmp/", "/proc/")):
            print(name, what)
    """
    assert inside.run(code) == ""


@needs_sandbox
def test_other_processes(inside):
    """Of no other process anything can be read or changed that says what it does."""
    code = """
    import os
    own = os.readlink("/proc/self")
    for number in filter(str.isdigit, os.listdir("/proc")):
        if number == own:
            continue
        for name in ("environ", "mem", "maps", "fd/0", "cwd/.", "root/.", "exe", "stack", "syscall"):
            try:
                open(f"/proc/{number}/{name}", "rb").read(1)
                print("read", number, name)
            except (OSError, ValueError):
                pass
    """
    assert inside.run(code) == ""


@needs_sandbox
def test_the_warm_process_stays_as_it_is(inside, server):
    """A kernel can't make the system end the warm process, or another kernel, first where memory is short.

    Seen from outside, where each process has a number that no namespace hides.
    """

    def scores() -> dict[int, str]:
        pids = procfs.family(server.process.pid, procfs.parents())
        return {pid: Path(f"/proc/{pid}/oom_score_adj").read_text() for pid in pids}

    code = """
    import os
    own = os.listdir("/proc/self/task")  # its threads have numbers there, too
    for number in map(str, range(1, 300)):
        if number not in own:
            try:
                open(f"/proc/{number}/oom_score_adj", "w").write("1000")
            except OSError:
                pass
    """
    before = scores()
    assert len(before) > 2  # bubblewrap, the warm process, and at least one kernel
    assert inside.run(code) == ""
    assert scores() == before


@needs_sandbox
def test_signals(inside, server):
    """A kernel reaches no process but its own: not by number, not by group, not by an open /proc folder."""
    code = """
    import os, signal
    for number in range(2, 300):
        try:
            os.kill(number, signal.SIGKILL)
        except OSError:
            pass
    for number in filter(str.isdigit, os.listdir("/proc")):
        if number != os.readlink("/proc/self"):
            try:
                signal.pidfd_send_signal(os.open(f"/proc/{number}", os.O_RDONLY), signal.SIGKILL)
                print("sent to", number)
            except OSError:
                pass
    """
    assert inside.run(code) == ""
    time.sleep(0.2)
    assert server.alive
    assert inside.kernel.poll() is None


@needs_sandbox
def test_siblings(server, inside):
    """Two kernels of one warm process, at the same time: no file, socket, memory or terminal joins them."""
    other = Inside(server)
    try:
        assert (
            inside.run(
                """
            import os, socket
            from pathlib import Path
            for folder in ("/tmp", "/dev/shm", "/tmp/home", "/tmp/submission"):
                Path(folder, "note").write_text("hello")
            abstract = socket.socket(socket.AF_UNIX)
            abstract.bind("\\0kindling-test")
            abstract.listen()
            """
            )
            == ""
        )
        assert (
            other.run(
                """
            import socket
            from pathlib import Path
            print([str(path) for path in Path("/tmp").rglob("note")], list(Path("/dev/shm").iterdir()))
            socket.socket(socket.AF_UNIX).connect("\\0kindling-test")
            """
            )
            == "[] []\nConnectionRefusedError: [Errno 111] Connection refused"
        )
        names = (
            "import os; print(*sorted(os.readlink(f'/proc/self/ns/{name}') for name in os.listdir('/proc/self/ns')))"
        )
        shared = set(inside.run(names).split()) & set(other.run(names).split())
        assert {name.partition(":")[0] for name in shared} <= {"cgroup", "time"}
    finally:
        other.close()


@needs_sandbox
def test_sockets_of_siblings(server, inside):
    """The sockets by which another kernel listens to the grader can't be reached."""
    other = Inside(server)
    try:
        assert other.kernel.folder.joinpath("s-1").is_socket()
        assert inside.run("import os; print(os.listdir('/run/kindling'))") == "[]"
    finally:
        other.close()


@needs_sandbox
def test_threads(server):
    """Threads have a limit too."""
    kernel = Inside(server)
    said = kernel.run("import threading, time\nwhile True: threading.Thread(target=time.sleep, args=[9]).start()")
    assert said == "RuntimeError: can't start new thread"
    kernel.close()


def test_no_bubblewrap(monkeypatch, tmp_path):
    """Without bubblewrap one sentence says what to install."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert sandbox.missing() == (
        "The sandbox needs bubblewrap. Install it (apt install bubblewrap, dnf install bubblewrap)."
    )


def test_bubblewrap_that_does_not_run(monkeypatch, tmp_path):
    """Where the system refuses, the sentence says what bubblewrap said."""
    program = tmp_path / "bwrap"
    program.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert sandbox.missing() == (
        "bubblewrap does not run here: bwrap: No permissions to create new namespace. "
        "The system must allow user namespaces."
    )


# What may be read, and what lies there.


CACHE = "It keeps the drawn images: set XDG_CACHE_HOME to an empty folder and grade again."


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a home, a course in it, and images elsewhere."""
    for name in ("home/course/source", "home/course/.venv", "images"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "home" / "course" / "gradebook.db").touch()
    (tmp_path / "link").symlink_to(tmp_path / "home" / "course")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.mark.parametrize(
    ("shown", "private", "held"),
    [
        ("home/course", {"the course folder": "home/course"}, "that is the course folder"),
        ("link", {"the course folder": "home/course"}, "that is the course folder"),
        ("home/course", {"the course folder": "link"}, "that is the course folder"),
        ("home", {"the course folder": "link"}, "the course folder is in there ({}/home/course)"),
        ("home", {}, "that is your home"),
        (".", {}, "your home is in there ({}/home)"),
        (
            "home/course",
            {"the gradebook": "home/course/gradebook.db"},
            "the gradebook is in there ({}/home/course/gradebook.db)",
        ),
        ("home/course/source", {"the folder source": "link/source"}, "that is the folder source"),
    ],
)
def test_what_must_not_be_read(places, shown, private, held):
    """A folder that is private, or holds what is, by whatever name, stops the grading with a sentence."""
    with pytest.raises(GradingError) as raised:
        sandbox.guard({what: str(places / name) for what, name in private.items()}, [places / shown])
    folder = (places / shown).resolve()
    held = held.format(places)
    assert str(raised.value) == f"In the sandbox, learners' code could read {folder}, and {held}. {CACHE}"


def test_what_may_be_read(places):
    """A folder inside of the course or the home shows no more than itself; what is not there can't be shown."""
    private = {"the course folder": str(places / "home" / "course"), "the gradebook": str(places / "images" / "g.db")}
    sandbox.guard(private, [places / "home" / "course" / ".venv", places / "images"])


@pytest.mark.parametrize(
    ("folder", "cure"),
    [
        (
            "{}/environment",
            "Python's packages need a folder of their own: make an environment in one (python3 -m venv .venv), install "
            "the course's package there, and grade with that one.",
        ),
        ("{}/python", "Python itself is installed in there: move one of the two to another place, and grade again."),
        ("/usr/share", "Move it to another place, outside of that folder, and grade again."),
    ],
)
def test_a_course_among_packages_or_in_the_system(tmp_path, monkeypatch, folder, cure):
    """What Python and the system need is looked at as well, and each has a cure of its own."""
    for name, attribute in (("environment", "prefix"), ("python", "base_prefix")):
        (tmp_path / name).mkdir()
        monkeypatch.setattr(sys, attribute, str(tmp_path / name))
    with pytest.raises(GradingError) as raised:
        sandbox.guard({"the gradebook": folder.format(tmp_path)}, [])
    assert str(raised.value).endswith(cure)


@needs_sandbox
def test_a_course_that_is_mounted_into_what_may_be_read(places):
    """Another name by a mount, not by a link, hides nothing."""
    (places / "images" / "inner").mkdir()
    code = (
        "import sys; from pathlib import Path; from kindling.grade import sandbox\n"
        "sandbox.guard({'the course folder': sys.argv[1]}, [Path(sys.argv[2])])"
    )
    course, images = places / "home" / "course", places / "images"
    line = ["bwrap", "--dev-bind", "/", "/", "--bind", str(course.parent), str(images / "inner")]
    done = subprocess.run([*line, sys.executable, "-c", code, course, images], capture_output=True, text=True)
    assert f"learners' code could read {images}, and the course folder is in there ({course})." in done.stderr


@needs_sandbox
def test_the_exchange_folder_of_nbgrader(tmp_path, monkeypatch):
    """Where nbgrader exchanges files lies in /usr, and what others handed in is not there inside."""
    assert Path("/usr", sandbox._EXCHANGE_OF_NBGRADER) in Path(Exchange.root.default_value).parents
    # That folder is not made on every machine; this one is.
    monkeypatch.setattr(sandbox, "_EXCHANGE_OF_NBGRADER", "share/doc")
    code = "import os; print(os.listdir('/usr/share/doc'), 'misc' in os.listdir('/usr/share'))"
    line = sandbox.command(["-c", code], tmp_path, {}, [])
    assert subprocess.run(line, capture_output=True, text=True).stdout == "[] True\n"
    sandbox.guard({"the exchange folder": "/usr/share/doc"}, [])


@needs_sandbox
def test_a_link_where_something_is_covered(tmp_path, monkeypatch):
    """A link to a folder that can't be read inside stops nothing, and leads nowhere."""
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "jupyter").symlink_to("/etc/apt")
    monkeypatch.setattr(sandbox, "PACKAGES", tmp_path)
    line = sandbox.command(["-c", "import os; print(os.listdir('/etc/apt'))"], tmp_path, {}, [])
    assert subprocess.run(line, capture_output=True, text=True).stdout == "[]\n"


@needs_sandbox
def test_settings_of_jupyter(inside):
    """Those of the whole environment may say how to reach the gradebook, and can't be read."""
    settings = Path(sys.prefix, "etc", "jupyter")
    assert list(settings.iterdir()) != []  # JupyterLab's own, and nbgrader's
    assert inside.run(f"import os; print(os.listdir({str(settings)!r}))") == "[]"
