"""Are the private names of other packages that src/ stands on still there, and all on the page that lists them?"""

import ast
import importlib
import inspect
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "contribute" / "private-api.md"
SOURCE = ROOT / "src" / "kindling"
ROW = re.compile(r"\| `([\w.:]+)` \| (.+) \| .+ \| (\S+) (\S+) \|")
ROWS = [row.groups() for row in map(ROW.fullmatch, PAGE.read_text(encoding="utf-8").splitlines()) if row]
DOCUMENTED = {"_exit", "_getframe"}


def is_private(name):
    return name.startswith("_") and not name.startswith("__")


def has(place, name):
    """Return whether something has this attribute, or a class gives it to its objects."""
    return hasattr(place, name) or (
        inspect.isclass(place)
        and any(
            re.search(rf"self\.{name}\b.*=", inspect.getsource(one))
            for one in place.__mro__
            if one.__module__ != "builtins"
        )
    )


def missing(entry):
    """Return the part of `module:name.name` that is not there, None where all of it is."""
    module, _, path = entry.partition(":")
    try:
        place = importlib.import_module(module)
    except ImportError:
        return module
    for name in filter(None, path.split(".")):
        if not has(place, name):
            return f"{place.__name__}.{name}"
        place = getattr(place, name, None)
    return None


@cache
def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def own_names(path):
    """Return the names that a file itself gives to something."""
    return set(_own_names(path))


def _own_names(path):
    for node in ast.walk(tree(path)):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name


FILES = sorted(SOURCE.rglob("*.py"))


@cache
def all_own():
    return set().union(*map(own_names, FILES))


def private_uses(path):
    """Return the private names that a file takes from elsewhere: imported, by way of `super()`, or as an attribute."""
    for node in ast.walk(tree(path)):
        match node:
            case ast.Attribute(value=ast.Call(func=ast.Name(id="super")), attr=name) if is_private(name):
                yield name
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name) if is_private(name):
                if name not in all_own():  # else maybe that of a base class in another file
                    yield name
            case ast.Attribute(attr=name, ctx=ast.Load()) if is_private(name) and name not in own_names(path):
                yield name
            case ast.ImportFrom(module=module, names=names) if not (module or "").startswith(("kindling", "__")):
                yield from (one.name for one in names if is_private(one.name))
                yield from filter(is_private, (module or "").split("."))
            case ast.Import(names=names):
                yield from (part for one in names for part in one.name.split(".") if is_private(part))


@pytest.mark.parametrize("entry", [name for name, *_ in ROWS])
def test_a_private_name_is_there(entry):
    assert missing(entry) is None


def test_what_is_missing_is_named():
    assert missing("nbclient.client:NotebookClient._no_such") == "NotebookClient._no_such"
    assert missing("nbclient.client._no_such") == "nbclient.client._no_such"
    assert missing("concurrent.futures:ProcessPoolExecutor._no_such") == "ProcessPoolExecutor._no_such"


def test_each_row_of_the_table_is_read():
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert len(ROWS) == len(lines) > 0


@pytest.mark.parametrize(("entry", "places"), [(name, places) for name, places, *_ in ROWS])
def test_a_name_is_used_where_the_page_says(entry, places):
    name = re.split(r"[.:]", entry)[-1]
    for place in re.findall(r"`(.+?)`", places):
        assert re.search(rf"\b{name}\b", (SOURCE / place).read_text(encoding="utf-8")), f"{place} has no {name}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_each_private_name_is_on_the_page(path):
    place = path.relative_to(SOURCE).as_posix()
    listed = {re.split(r"[.:]", name)[-1] for name, places, *_ in ROWS if f"`{place}`" in places}
    assert set(private_uses(path)) - DOCUMENTED - listed == set()


def test_the_versions_are_those_of_the_constraints():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    known = dict(line.split("==") for line in lines if "==" in line)
    tried = {package: version for *_, package, version in ROWS if package != "Python"}
    assert tried == {package: known[package] for package in tried}
