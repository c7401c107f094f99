"""The package: what it is called, how it is installed, and that no page or message names somebody else's."""

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import nbformat
import pytest
import yaml
from conftest import REPOSITORY

PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]

# In a cell, in a terminal, with or without `python -m` or `uv` before it.
INSTALL = re.compile(r"\b(?:pip3?|pipx|conda|mamba) (?:install|wheel)\b(?P<rest>[^`\n#]*)")
WITH_VALUE = {"--constraint", "-c", "--requirement", "-r", "--wheel-dir", "-w", "--index-url", "--extra-index-url"}


def normal(name: str) -> str:
    """Return a package's name as an index knows it: pep 503."""
    return re.sub(r"[-_.]+", "-", name).lower()


def named(text: str) -> list[str]:
    """Return what the commands in a text install."""
    found = []
    for command in INSTALL.finditer(text):
        words = command["rest"].replace("\\", " ").replace('"', " ").replace("'", " ").replace("&&", " ;").split()
        while words:
            word = words.pop(0)
            if word in WITH_VALUE:
                del words[:1]
            elif re.search(r"[;,)]$|\.$(?<!^\.)", word):
                found += [word.rstrip(";,).")] if word.rstrip(";,).") else []
                break
            elif not word.startswith(("-", "{")):
                found.append(word)
    return found


def known() -> set[str]:
    """Return the packages that pyproject.toml and constraints.txt name."""
    lines = (REPOSITORY / "constraints.txt").read_text(encoding="utf-8").splitlines()
    lists = [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values(), lines]
    names = {normal(found[0]) for one in lists for line in one if (found := re.match(r"[\w.-]+", line))}
    return {name for name in names if not name.startswith("kindling")}


def is_ours(word: str) -> bool:
    """Whether a word of a command means this folder, a wheel of this package, or a package of its lists."""
    extras = PROJECT["optional-dependencies"]
    if folder := re.fullmatch(r"\.(?:\[(\w+)\])?", word):
        return folder[1] is None or folder[1] in extras
    if wheel := re.fullmatch(r"(.+\.whl|\$WHEEL)(?:\[(\w+)\])?", word):  # $WHEEL: what a workflow has built
        ours = wheel[1] == "$WHEEL" or Path(wheel[1]).name.startswith(normal(PROJECT["name"]).replace("-", "_") + "-")
        return ours and (wheel[2] is None or wheel[2] in extras)
    return normal(re.match(r"[\w.-]*", word)[0]) in known()


def texts() -> dict[str, str]:
    """Return all that people read or run, by its path; of a notebook, its cells."""
    listed = subprocess.run(["git", "ls-files"], cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
    found = {}
    for name in listed.splitlines():
        path = REPOSITORY / name
        if path.suffix == ".ipynb":
            found[name] = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)
        elif path.suffix in (".md", ".py", ".yml", ".yaml", ".toml", ".sh", "") and path != Path(__file__):
            found[name] = path.read_text(encoding="utf-8")
    return found


def test_nothing_is_installed_by_a_name_that_is_not_ours():
    """An index has a package `kindling` too, of somebody else: only a folder or a wheel means this one."""
    found = [(name, word) for name, text in texts().items() for word in named(text)]
    assert {"docs/teach/grading.md", "docs/learn/colab.md", "src/kindling/errors.py"} <= {name for name, _ in found}
    assert [place for place in found if not is_ours(place[1])] == []


@pytest.mark.parametrize(
    ("text", "words", "ours"),
    [
        ('Install it: pip install "kindling[cluster]"', ["kindling[cluster]"], [False]),
        ("!pip install --quiet kindling", ["kindling"], [False]),
        ("%pip install kindling-course==0.1.0", ["kindling-course==0.1.0"], [False]),
        ("python -m pip install -U Kindling_Course", ["Kindling_Course"], [False]),
        ("`conda install kindling`, then", ["kindling"], [False]),
        ("uv pip install kindling.", ["kindling"], [False]),
        ("pip install git+ADDRESS", ["git+ADDRESS"], [False]),
        ("pip install git+https://example.org/k.git && kindling open", ["git+https://example.org/k.git"], [False]),
        ("pip install kindling-0.1.0-py3-none-any.whl", ["kindling-0.1.0-py3-none-any.whl"], [False]),
        ("pip install '.[clusters]'", [".[clusters]"], [False]),
        ("pip install dask_ml", ["dask_ml"], [False]),
        ("pip install -c constraints.txt -e '.[cluster]'  # here", [".[cluster]"], [True]),
        ("pip install --quiet dist/kindling_course-*.whl", ["dist/kindling_course-*.whl"], [True]),
        ('pip install "$WHEEL[dev]"', ["$WHEEL[dev]"], [True]),
        ('pip install "$WHEEL[develop]"', ["$WHEEL[develop]"], [False]),
        ("pip install torch 'torchvision>=0.21', both", ["torch", "torchvision>=0.21"], [True, True]),
        ("apt-get install bubblewrap", [], []),
    ],
)
def test_commands_are_read(text, words, ours):
    assert named(text) == words
    assert [is_ours(word) for word in words] == ours


def test_a_wheel_has_the_name_that_the_pages_say_and_every_file(tmp_path):
    """What is imported and run is `kindling` all the same."""
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(REPOSITORY / name, tmp_path)
    shutil.copytree(REPOSITORY / "src", tmp_path / "src", ignore=shutil.ignore_patterns("*.egg-info", "__pycache__"))
    files = {path.relative_to(tmp_path / "src").as_posix() for path in tmp_path.glob("src/**/*") if path.is_file()}
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        "dist",
        ".",
    ]
    subprocess.run(command, cwd=tmp_path, check=True)
    (wheel,) = tmp_path.glob("dist/*.whl")
    assert wheel.name == f"kindling_course-{PROJECT['version']}-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {name for name in names if name.startswith("kindling/")} == files  # templates, settings and words, too
    assert {name.split("/")[0] for name in names} == {"kindling", f"kindling_course-{PROJECT['version']}.dist-info"}


def test_conda_installs_this_folder_with_the_versions_of_ci():
    environment = yaml.safe_load((REPOSITORY / "environment.yml").read_text(encoding="utf-8"))
    python, pip, by_pip = environment["dependencies"]
    assert (pip, by_pip) == ("pip", {"pip": ["--constraint constraints.txt", "--editable ."]})
    lowest = PROJECT["requires-python"].removeprefix(">=").split(".")
    assert python.removeprefix("python=").split(".") >= lowest
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert "`conda env create --file environment.yml`" in readme
    assert f"`conda activate {environment['name']}`" in readme
