"""The folder that students get: released lessons, this package as a wheel, and a page that says how to start.

No solution and no hidden test is in it: what is copied comes from `release/` alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

import nbformat
from traitlets.config.loader import Config, PyFileConfigLoader

from kindling import times
from kindling.authoring.lessons import named
from kindling.errors import HandoutError
from kindling.files import write_whole
from kindling.learn import course, workspace
from kindling.wording import many

__all__ = ["write"]

# Each file that a handout wrote, with the SHA-256 of what it wrote, as `sha256sum --check` reads it.
RECORD = ".handout.sha256"
MARKERS = ("### BEGIN SOLUTION", "### BEGIN HIDDEN TESTS")
EDITABLE = "--editable ."  # of environment.yml: where students install the wheel
# What the Validate button needs of nbgrader_config.py. The rest is grading's, and may hold a password.
EXECUTE = ("error_on_timeout", "iopub_timeout")
BUILD = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"

PAGE = """\
# {title}

The lessons of this course, and all that you need to work on them.

## Start

You need Python {python} or newer, and about 6 GB of disk. In this folder:

```bash
pip install --constraint constraints.txt {wheel}
kindling open
```

The first command installs what the lessons need.
With conda, `conda env create --file environment.yml` and `conda activate {environment}` do so in its place.
The second command makes your own copy of the lessons, the folder `lab/`, and opens it in JupyterLab.

When this folder has changed, run `kindling open` again: new lessons are copied, and yours stay as you left them.
`kindling reset 01` sets a lesson back to how you got it, and keeps your version beside it.

## Lessons

{table}

## Hand in

1. Run the notebook from the top, and save it.
2. Hand in `lab/NAME/NAME.ipynb`, where NAME is the lesson's, like `{first}`. Leave the file its name.{scripts}

Where your course hands in by nbgrader, a terminal in JupyterLab does it: `nbgrader submit {first}`.
"""
SCRIPTS = " The scripts in `lab/{lesson}/scripts/` belong to `{lesson}`: hand them in with it."


def write(root: Path, folder: Path, words: list[str] | None = None, due: list[str] | None = None) -> Iterator[str]:
    """Write into `folder` what students of the course in `root` get; yield what was done, a line each.

    `words` name lessons, all where there are none; each of `due` is like "01=2026-11-08 12:00 UTC". What an earlier
    handout wrote is written anew, or removed where it is no part of this one. Raises HandoutError where a file there is
    somebody else's, and LessonError, TimeError or WorkspaceError; then nothing is written.
    """
    known = course.lessons(root)
    chosen = sorted(named(words, known)) if words else known
    dates = dict(_due(due or [], known, chosen))
    record = folder / RECORD
    if _names(folder) and not record.is_file():
        raise HandoutError.taken(folder)
    contents = _contents(root, chosen, dates)
    wanted = {path: hashlib.sha256(content).hexdigest() for path, content in contents.items()}
    try:
        earlier = _read(record)
        others = _names(folder) - {path.split("/")[0] for path in (*wanted, *(path for path, _ in earlier))}
        there = _digests(folder, {*wanted, *(path for path, _ in earlier)})
        ours = {path for path, digest in there.items() if (path, digest) in earlier}
        changed = [path for path, digest in there.items() if wanted.get(path, digest) != digest and path not in ours]
        if changed:
            raise HandoutError.changed([folder / path for path in sorted(changed)])
        # Both at first: where this is stopped midway, old files and new ones are known to be a handout's.
        _record(record, {*earlier, *wanted.items()})
        for path, content in contents.items():
            if there.get(path) != wanted[path]:
                write_whole(folder / path, content)
        for path in sorted(ours - wanted.keys()):
            (folder / path).unlink()
            with contextlib.suppress(OSError):  # where something else is in there
                (folder / path).parent.rmdir()
        _record(record, set(wanted.items()))
    except OSError as error:
        raise HandoutError.not_written(Path(error.filename or folder), error.strerror or str(error)) from None
    size = f"{many(len(chosen), 'lesson')}, {many(len(contents), 'file')}"
    yield f"{folder}: {size}, without solutions and hidden tests."
    if others := others | {path for path in there if path not in wanted and path not in ours}:
        yield f"Not from here, and left as it is: {', '.join(sorted(others))}."
    yield (
        "To publish it, run in there `git init`, `git add --all` and `git commit`, and push that to a place where "
        "students can read it."
    )


def _contents(root: Path, chosen: list[str], due: dict[str, str]) -> dict[str, bytes]:
    """Return each file of the handout by its path, with `/`."""
    for name in ("pyproject.toml", "environment.yml", "constraints.txt", "nbgrader_config.py", "README.md", "src"):
        if not (root / name).exists():
            raise HandoutError.missing(Path(name))
    contents: dict[str, bytes] = {}
    titles: dict[str, str] = {}
    for lesson in chosen:
        for path in workspace.released(root, lesson):
            if path.is_symlink():  # which may lead to what students may not get
                continue
            content = path.read_bytes()
            for marker in MARKERS:
                if marker.encode() in content:
                    raise HandoutError.secret(path.relative_to(root), marker)
            contents[path.relative_to(root).as_posix()] = content
        titles[lesson] = _title(Path("release", lesson, f"{lesson}.ipynb"), contents)
    wheel, built = _wheel(root)
    contents[wheel] = built
    for name in ("constraints.txt", "LICENSE"):
        if (root / name).is_file():
            contents[name] = (root / name).read_bytes()
    contents["environment.yml"] = _environment(root, wheel).encode()
    contents["nbgrader_config.json"] = _config(root).encode()
    contents["README.md"] = _page(root, wheel, titles, due, contents).encode()
    return contents


def _due(texts: list[str], known: list[str], chosen: list[str]) -> Iterator[tuple[str, str]]:
    """Yield each lesson that has a due date, with its time as the student reads it."""
    for text in texts:
        word, equals, time = text.partition("=")
        if not equals:
            raise HandoutError.no_due_date(text)
        [lesson] = named([word], known)
        if lesson not in chosen:
            raise HandoutError.not_handed_out(lesson)
        times.read(time)
        yield lesson, time.strip()


def _wheel(root: Path) -> tuple[str, bytes]:
    """Return the name and the content of this package's wheel: the same bytes for the same files."""
    with tempfile.TemporaryDirectory(prefix="kindling-wheel-") as folder:
        draft = Path(folder, "package")  # so that no build/ of another day gets into it, or stays in the checkout
        shutil.copytree(root / "src", draft / "src", ignore=shutil.ignore_patterns("*.egg-info", "__pycache__"))
        for name in ("pyproject.toml", "README.md", "LICENSE"):
            if (root / name).is_file():
                shutil.copy(root / name, draft)
        environment = {**os.environ, "SOURCE_DATE_EPOCH": "315619200"}  # 1980, with which zip begins
        command = [sys.executable, "-c", BUILD, folder]
        done = subprocess.run(command, cwd=draft, env=environment, capture_output=True, text=True)
        if "No module named 'setuptools'" in done.stderr:
            project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
            raise HandoutError.no_backend(", ".join(project["build-system"]["requires"]))
        if done.returncode:
            raise HandoutError.no_wheel(next(reversed(done.stderr.strip().splitlines()), "nothing"))
        [wheel] = Path(folder).glob("*.whl")
        return wheel.name, wheel.read_bytes()


def _environment(root: Path, wheel: str) -> str:
    """Return environment.yml with the wheel in the place of this folder, and without its comments."""
    text = (root / "environment.yml").read_text(encoding="utf-8")
    if EDITABLE not in text:
        raise HandoutError.no_editable(EDITABLE)
    return re.sub(r"^#.*\n", "", text.replace(EDITABLE, f"./{wheel}"), flags=re.MULTILINE)


def _config(root: Path) -> str:
    """Return what a student's nbgrader is told: the name of the course, and what the Validate button says."""
    config: Config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    execute = {name: config.Execute[name] for name in EXECUTE if name in config.Execute}
    about = {"course_id": config.CourseDirectory.get("course_id", "")}
    return json.dumps({"CourseDirectory": about, "Execute": execute}, indent=2) + "\n"


def _page(root: Path, wheel: str, titles: dict[str, str], due: dict[str, str], contents: dict[str, bytes]) -> str:
    first = (root / "README.md").read_text(encoding="utf-8").partition("\n")[0]
    environment = re.search(r"^name: *(\S+)", (root / "environment.yml").read_text(encoding="utf-8"), re.MULTILINE)
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    scripts = [lesson for lesson in titles if any(path.startswith(f"release/{lesson}/scripts/") for path in contents)]
    return PAGE.format(
        title=first.removeprefix("# "),
        python=project.get("requires-python", ">=3.11").removeprefix(">="),
        wheel=wheel,
        environment=environment[1] if environment else "kindling",
        table=_table(titles, due),
        first=next(iter(titles)),
        scripts="".join(SCRIPTS.format(lesson=lesson) for lesson in scripts),
    )


def _table(titles: dict[str, str], due: dict[str, str]) -> str:
    """Return the lessons as a table, with the due dates where there are any."""
    rows = [["lesson", "hand in until"], ["---", "---"]]
    rows += [
        [f"[{name[:2]} {title}](release/{name}/{name}.ipynb)", due.get(name, "")] for name, title in titles.items()
    ]
    return "\n".join(f"| {' | '.join(row if due else row[:1])} |" for row in rows)


def _title(path: Path, contents: dict[str, bytes]) -> str:
    """Return the first heading of a released notebook."""
    try:
        cells = nbformat.reads(contents[path.as_posix()].decode(), as_version=4).cells
    except Exception:  # nbformat has many
        raise HandoutError.broken(path) from None
    headings = (line for cell in cells for line in cell.source.splitlines() if line.startswith("# "))
    return next(headings, "").removeprefix("# ").strip()


def _names(folder: Path) -> set[str]:
    """Return what lies in a folder, but for what git keeps there, and the record."""
    return set(os.listdir(folder)) - {".git", RECORD} if folder.exists() else set()


def _digests(folder: Path, paths: set[str]) -> dict[str, str]:
    """Return the digest of each of these files that is there; an empty one of what is not a file."""
    there = {path: folder / path for path in paths if os.path.lexists(folder / path)}
    return {
        path: hashlib.sha256(one.read_bytes()).hexdigest() if one.is_file() and not one.is_symlink() else ""
        for path, one in there.items()
    }


def _read(record: Path) -> set[tuple[str, str]]:
    """Return each path that an earlier handout wrote, with the digest of what it wrote."""
    if not record.is_file():
        return set()
    lines = (line.partition("  ") for line in record.read_text(encoding="utf-8").splitlines())
    return {(path, digest) for digest, _, path in lines}


def _record(path: Path, files: set[tuple[str, str]]) -> None:
    lines = sorted(f"{digest}  {name}\n" for name, digest in files)
    write_whole(path, "".join(lines).encode())
