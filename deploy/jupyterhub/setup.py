#!/usr/bin/env python3
"""Set up a JupyterHub for a class on this machine, as class.toml says; docs/teach/server.md tells how to go on.

    sudo /usr/bin/python3 deploy/jupyterhub/setup.py [class.toml]

Each thing gets a line, which says whether it is new or as it should be. Run it again after a change of class.toml, or
to see that all is in place: where nothing has to change, nothing does. `--into FOLDER` only writes the files, below a
folder of yours, to look at.
"""

from __future__ import annotations

import argparse
import os
import pwd
import re
import shutil
import stat
import subprocess
import sys
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
TLJH = HERE.parent / "tljh"
ACCOUNT = re.compile(r"[a-z_][a-z0-9_-]{0,31}")
PROGRAMS = ("jupyterhub", "jupyterhub-singleuser", "nbgrader", "kindling")
PROXY = "configurable-http-proxy"


@dataclass(frozen=True)
class Class:
    """What class.toml says."""

    course: str
    instructor: str
    learners: list[str]
    address: str
    prefix: Path
    exchange: Path
    state: Path

    @property
    def people(self) -> list[str]:
        """The accounts, the instructor's first."""
        return [self.instructor, *self.learners]


class Report:
    """Says what was made and what was there."""

    def __init__(self) -> None:
        self.changed = 0

    def line(self, what: object, changed: bool, as_it_is: str = "is as it should be", new: str = "is new") -> None:
        """Print one line on a thing."""
        self.changed += changed
        print(f"{what} {new if changed else as_it_is}", flush=True)

    def end(self) -> None:
        """Print how many things changed."""
        things = "1 thing" if self.changed == 1 else f"{self.changed} things"
        print(f"{things} changed." if self.changed else "Nothing had to change.", flush=True)


def main() -> None:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", nargs="?", type=Path, default=HERE / "class.toml", help="class.toml, or one like it")
    parser.add_argument("--tljh", action="store_true", help="only what The Littlest JupyterHub lacks")
    parser.add_argument("--into", type=Path, metavar="FOLDER", help="only write the files, below this folder")
    asked = parser.parse_args()
    os.umask(0o022)
    the_class, report = read(asked.file), Report()
    if asked.into is not None:
        write_files(asked.file, the_class, asked.into, asked.tljh, report)
        report.end()
        return
    if os.getuid() != 0:
        sys.exit("Accounts can only be made by root: run this with sudo, or with --into FOLDER.")
    if not asked.tljh:
        install(the_class.prefix, report)
        close_homes(Path("/etc/login.defs"), report)
        for name in the_class.people:
            make_account(name, report)
        make_folder(the_class.state, 0o700, "root", report)
    make_exchange(the_class, report)
    write_files(asked.file, the_class, Path("/"), asked.tljh, report)
    share_images(the_class.prefix, report)
    report.end()
    if not asked.tljh:
        say_what_is_left(the_class)


def read(path: Path) -> Class:
    """Return what class.toml says; end with a sentence where it can't be followed."""
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        sys.exit(f"{path} can't be read: {error}")
    wanted = [field.name for field in fields(Class)]
    if odd := sorted(set(wanted) ^ set(said)):
        what = "misses" if odd[0] in wanted else "has a line that nothing reads,"
        sys.exit(f"{path} {what} {odd[0]}. It has {', '.join(wanted)}.")
    the_class = Class(**said | {name: Path(said[name]) for name in ("prefix", "exchange", "state")})
    for name in the_class.people:
        if not ACCOUNT.fullmatch(name):
            sys.exit(
                f'"{name}" in {path} is no name for an account: up to 32 small letters, digits, "-" and "_", '
                "with a letter first."
            )
    if the_class.instructor in the_class.learners:
        sys.exit(f"{the_class.instructor} in {path} is the instructor and a learner. These need two accounts.")
    return the_class


def install(prefix: Path, report: Report) -> None:
    """Install Python, the course, the hub and its proxy where every account can read them."""
    python = Path(sys.executable).resolve()
    if closed := next((folder for folder in python.parents if not folder.stat().st_mode & stat.S_IXOTH), None):
        sys.exit(
            f"Other accounts can't run {python}, since {closed} is closed to them. Run this with /usr/bin/python3."
        )
    is_new = not (prefix / "bin" / "python3").exists()
    if is_new:
        run(str(python), "-m", "venv", str(prefix))
    report.line(f"{prefix}, the environment,", is_new)
    is_new = not all((prefix / "bin" / name).exists() for name in PROGRAMS)
    if is_new:
        constraints = REPOSITORY / "constraints.txt"
        run(str(prefix / "bin" / "python3"), "-m", "pip", "install", "-q", "-c", str(constraints), f"{REPOSITORY}[hub]")
    report.line(f"{prefix}/bin, the course and the hub,", is_new)
    is_new = not (prefix / "proxy" / "node_modules" / ".bin" / PROXY).exists()
    if is_new:
        run("npm", "install", "--no-save", "--prefix", str(prefix / "proxy"), PROXY)
    report.line(f"{prefix}/proxy", is_new)


def close_homes(file: Path, report: Report) -> None:
    """Have homes that are made from now on be closed to others; Debian's are not."""
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    line = re.compile(r"^\s*HOME_MODE\s+(\S+).*\n?", re.MULTILINE)
    is_new = line.findall(text)[-1:] != ["0700"]
    if is_new:
        file.write_text(line.sub("", text).rstrip("\n") + "\nHOME_MODE 0700\n", encoding="utf-8")
    report.line(f"{file}: new homes are closed to others, which", is_new)


def make_account(name: str, report: Report) -> None:
    """Make an account where there is none, and close its home to others."""
    try:
        account = pwd.getpwnam(name)
    except KeyError:
        run("useradd", "--create-home", "--shell", "/bin/bash", name)
        account = pwd.getpwnam(name)
        report.line(f"The account {name}", True)
    else:
        report.line(f"The account {name}", False)
    home = Path(account.pw_dir)
    is_open = stat.S_IMODE(home.stat().st_mode) & 0o077 != 0
    if is_open:
        home.chmod(0o700)
    report.line(home, is_open, "is closed to others", "was open to others, and is closed now")


def make_folder(path: Path, mode: int, owner: str, report: Report) -> None:
    """Make a folder with these rights. What an account may put a link in the place of is not touched."""
    is_new = not path.is_dir()
    path.mkdir(parents=True, exist_ok=True)
    account, status = pwd.getpwnam(owner), path.lstat()
    if stat.S_ISLNK(status.st_mode):
        sys.exit(f"{path} is a link. Write into class.toml where it leads.")
    if is_new or stat.S_IMODE(status.st_mode) != mode or status.st_uid != account.pw_uid:
        os.chown(path, account.pw_uid, account.pw_gid)
        path.chmod(mode)
        report.line(path, True, new=f"{'is new and' if is_new else 'now'} belongs to {owner}, with the mode {mode:o}")
    else:
        report.line(path, False)


def make_exchange(the_class: Class, report: Report) -> None:
    """Make the folder of the exchange and the course's in it, so that no learner makes that one."""
    make_folder(the_class.exchange, 0o1777, the_class.instructor, report)
    make_folder(the_class.exchange / the_class.course, 0o755, the_class.instructor, report)


def write_files(file: Path, the_class: Class, root: Path, tljh: bool, report: Report) -> None:
    """Write the settings of the hub, of JupyterLab and of nbgrader."""
    settings = root / the_class.prefix.relative_to("/") / "etc"
    files = HERE / "files"
    write(settings / "jupyterhub" / "class.toml", file.read_bytes(), report)
    for kind in ("jupyter", "instructor"):
        for path in sorted((files / kind).rglob("*.*")):
            if path.is_file() and path.suffix in (".py", ".json"):
                write(settings / path.relative_to(files), path.read_bytes(), report)
    if tljh:
        part = (TLJH / "kindling.py").read_text(encoding="utf-8")
        part = part.replace("jupyter-ines", the_class.instructor).replace("/opt/tljh/user", str(the_class.prefix))
        write(root / "opt" / "tljh" / "config" / "jupyterhub_config.d" / "kindling.py", part.encode(), report)
        if root != Path("/") or Path("/etc/apparmor.d/abi/4.0").exists():  # others need no such profile
            write(root / "etc" / "apparmor.d" / "bwrap", (TLJH / "bwrap").read_bytes(), report)
        return
    write(settings / "jupyterhub" / "jupyterhub_config.py", (files / "jupyterhub_config.py").read_bytes(), report)
    if root != Path("/") or Path("/run/systemd/system").exists():
        unit = (files / "kindling-hub.service").read_text(encoding="utf-8")
        for place, ours in (("/opt/kindling", the_class.prefix), ("/var/lib/kindling-hub", the_class.state)):
            unit = unit.replace(place, str(ours))
        write(root / "etc" / "systemd" / "system" / "kindling-hub.service", unit.encode(), report)


def write(path: Path, content: bytes, report: Report) -> None:
    """Write a file that everybody may read, where it is not there with this content."""
    is_new = not path.is_file() or path.read_bytes() != content or stat.S_IMODE(path.stat().st_mode) != 0o644
    if is_new:
        path.parent.mkdir(0o755, parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(0o644)
    report.line(path, is_new, new="is written")


def share_images(prefix: Path, report: Report) -> None:
    """Draw the images once, for everybody."""
    done = run(str(prefix / "bin" / "python3"), "-m", "kindling.data.share", capture=True)
    report.line(f"{prefix}/share/kindling/drawn, the images,", "is new" in done)


def say_what_is_left(the_class: Class) -> None:
    """Print what only a person can do, and how the hub starts."""
    for name in the_class.people:
        state = run("passwd", "--status", name, capture=True).split()
        if state[1:2] != ["P"]:
            print(f"{name} has no password yet: passwd {name}")
    course = Path(pwd.getpwnam(the_class.instructor).pw_dir, "kindling")
    if not course.exists():
        print(f"{the_class.instructor} has no course yet: a clone of its repository belongs to {course}")
    if not shutil.which("bwrap"):
        print("Grading needs a sandbox: apt install bubblewrap libseccomp2")
    if Path("/run/systemd/system").exists():
        print("To start the hub, now and after each start of the machine: systemctl enable --now kindling-hub")
        print("After a change: systemctl daemon-reload && systemctl restart kindling-hub")
    else:
        settings = the_class.prefix / "etc" / "jupyterhub" / "jupyterhub_config.py"
        print(f"To start the hub: cd {the_class.state} && {the_class.prefix}/bin/jupyterhub --config {settings}")


def run(*command: str, capture: bool = False) -> str:
    """Run a program, and return what it prints; end with a sentence where it fails."""
    if shutil.which(command[0]) is None:
        sys.exit(f"There is no {command[0]} here. Install it, and run this again.")
    done = subprocess.run(command, stdout=subprocess.PIPE if capture else None, text=True, cwd="/")
    if done.returncode:
        sys.exit(f"This failed: {' '.join(command)}")
    return done.stdout or ""


if __name__ == "__main__":
    main()
