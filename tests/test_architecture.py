"""The map of docs/contribute/architecture.md, held against what the modules of `src/` import. Nothing is imported."""

import ast
import functools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from conftest import REPOSITORY

PAGE = "docs/contribute/architecture.md"
PACKAGE = "kindling"
UPSTAIRS = ("cli", "learn", "authoring", "scripts", "grade")  # what stands on the ground floor
DOCS = (PAGE, "docs/contribute/glossary.md", "docs/contribute/debugging.md", "docs/contribute/tests.md")


class Import(NamedTuple):
    """One import: the module that has it, at which line, what it imports, and whether that happens as it is loaded."""

    module: str
    line: int
    target: str
    at_load: bool


class Room(NamedTuple):
    """One row of the table: its modules, `x.*` for a package with all that is in it, and the rooms it may import."""

    modules: tuple[str, ...]
    may_import: frozenset[str]


def modules(src: Path) -> dict[str, Path]:
    """Return each module below `src`, by its name without the package's: "" is the package itself."""
    found = {}
    for path in sorted((src / PACKAGE).rglob("*.py")):
        parts = path.relative_to(src / PACKAGE).with_suffix("").parts
        found[".".join(part for part in parts if part != "__init__")] = path
    return found


@functools.cache
def imports(src: Path) -> list[Import]:
    """Return every import of `src`, those inside of functions too; a module of the package by its name in there."""
    known = modules(src)
    return [one for name, path in known.items() for one in _imports(name, _parsed(path), known)]


@functools.cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_bytes())


def _imports(module: str, node: ast.AST, known: Mapping[str, Path], at_load: bool = True) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        targets = []
        if isinstance(child, ast.Import):
            targets = [alias.name for alias in child.names]
        elif isinstance(child, ast.ImportFrom):
            assert not child.level, f"{module}:{child.lineno}: a relative import. Name the whole module."
            for alias in child.names:
                whole = f"{child.module}.{alias.name}"
                targets.append(whole if _inner(whole) in known else child.module)
        for target in targets:
            inner = _inner(target)
            yield Import(module, child.lineno, target if inner is None else f"{PACKAGE}.{inner}", at_load)
        later = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        typing = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
        yield from _imports(module, child, known, at_load and not later and not typing)


def _inner(target: str) -> str | None:
    """Return the name of a module within the package, None for another package's."""
    return target.removeprefix(f"{PACKAGE}.") if target.startswith(f"{PACKAGE}.") else "" if target == PACKAGE else None


def table(text: str, heading: str) -> list[list[str]]:
    """Return the cells of the table under a heading, without its head."""
    part = re.split(rf"^#+ {re.escape(heading)}$", text, flags=re.MULTILINE)[1]
    rows = [line for line in re.split(r"^#", part, flags=re.MULTILINE)[0].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]


def rooms(text: str) -> dict[str, Room]:
    """Return the rooms of the page, by name."""
    found = {}
    for name, those, _, may in table(text, "The rooms"):
        assert name not in found, f"the table has two rooms {name}"
        found[name] = Room(tuple(re.findall(r"`([^`]+)`", those)), frozenset(re.findall(r"\w+(?: \w+)*", may)))
    return found


def room_of(module: str, plan: Mapping[str, Room]) -> str | None:
    """Return the room of a module, None where it has none."""
    for name, room in plan.items():
        for one in room.modules:
            if module == one.removesuffix(".*") or (one.endswith(".*") and module.startswith(one[:-1])):
                return name
    return None


def problems(plan: Mapping[str, Room], src: Path) -> list[str]:
    """Return one sentence for each import that the map does not allow, and for what the map has and `src` has not."""
    known, used = set(modules(src)) - {""}, set()
    said = [f"{one} is in no room. Add it to the table." for one in sorted(known) if room_of(one, plan) is None]
    for name, room in plan.items():
        gone = [one for one in room.modules if one.removesuffix(".*") not in known]
        said += [f"the room {name} has {one}, which is not there" for one in gone]
        unknown = sorted(room.may_import - set(plan))
        said += [f"the room {name} may import {other}, which is not a room" for other in unknown]
    for one in imports(src):
        target = _inner(one.target)
        here, there = room_of(one.module, plan), target and room_of(target, plan)
        if not here or not there or here == there:
            continue
        used.add((here, there))
        if there not in plan[here].may_import:
            said.append(f"{one.module}:{one.line} imports {target}: {here} may not import {there}")
    for name, room in plan.items():
        for other in sorted(room.may_import & set(plan)):
            if (name, other) not in used:
                said.append(f"the room {name} may import {other}, and nothing in it does")
    return said


def loaded(start: str, src: Path) -> set[str]:
    """Return the modules and foreign packages that come with a module as it is loaded, packages around it included."""
    known, by = modules(src), {}
    for one in imports(src):
        if one.at_load:
            by.setdefault(one.module, set()).add(one.target)
    found, waiting = set(), [start]
    while waiting:
        name = waiting.pop()
        for size in range(1, len(name.split(".")) + 1):
            inner = ".".join(name.split(".")[:size])
            if inner not in found and inner in known:
                found.add(inner)
                for target in by.get(inner, ()):
                    within = _inner(target)
                    if within is None:
                        found.add(target.partition(".")[0])
                    elif within:
                        waiting.append(within)
    return found


def reduced(plan: Mapping[str, Room], shown: set[str]) -> set[tuple[str, str]]:
    """Return who may import whom of the rooms `shown`, without an arrow where several lead the same way."""
    return {
        (name, other)
        for name in shown
        for other in plan[name].may_import & shown
        if not any(other in reach(one, plan) for one in plan[name].may_import & shown - {other})
    }


def reach(name: str, plan: Mapping[str, Room]) -> set[str]:
    """Return the rooms that a room imports, itself or through others."""
    found, waiting = set(), [name]
    while waiting:
        new = plan[waiting.pop()].may_import - found
        found |= new
        waiting += new
    return found


def text() -> str:
    return (REPOSITORY / PAGE).read_text(encoding="utf-8")


def test_the_map_is_the_code():
    """Each module has a room, each import is allowed, and nothing is allowed that no module does."""
    assert problems(rooms(text()), REPOSITORY / "src") == []


def test_the_drawing_is_the_table():
    """The drawing has an arrow for each import between wings, but for those that a longer way says already."""
    plan = rooms(text())
    [drawing] = re.findall(r"^```mermaid$(.*?)^```$", text(), flags=re.MULTILINE | re.DOTALL)
    names = dict(re.findall(r"^\s*(\w+)\[([^\]]+)\]$", drawing, flags=re.MULTILINE))
    pairs = re.findall(r"^\s*(\w+) --> (\w+)$", drawing, flags=re.MULTILINE)
    shown = {name for name in plan if any(one.split(".")[0] in UPSTAIRS for one in plan[name].modules)}
    assert set(names.values()) == shown
    assert {(names[one], names[other]) for one, other in pairs} == reduced(plan, shown)


def test_no_rooms_import_each_other():
    """Whoever reads a room needs to know the rooms below it, and never itself."""
    plan = rooms(text())
    assert [name for name in plan if name in reach(name, plan)] == []


def test_the_ground_floor_stands_by_itself():
    """What lessons' cells call, and what all wings need, imports nothing of a wing."""
    plan = rooms(text())
    for name, room in plan.items():
        if not any(one.split(".")[0] in UPSTAIRS for one in room.modules):
            for other in room.may_import:
                assert not any(one.split(".")[0] in UPSTAIRS for one in plan[other].modules), f"{name} imports {other}"


def test_who_must_not_know_whom():
    """What the page says never comes with a module does not, as that module is loaded."""
    rows = table(text(), "What must stay unknown")
    assert len(rows) >= 4
    for names, never, _ in rows:
        for name in re.findall(r"`([^`]+)`", names):
            assert name in modules(REPOSITORY / "src")
            comes = loaded(name, REPOSITORY / "src") - {name}
            for one in re.findall(r"`([^`]+)`", never):
                assert one not in comes, f"{name} loads {one}"


def test_each_name_in_the_pages_is_there():
    """A module and a function that a page names, like `grade.pool.run_jobs`, are in `src/`."""
    known = modules(REPOSITORY / "src")
    for page in DOCS:
        for word in re.findall(r"`([a-z_]+(?:\.\w+)+)(?:\(\))?`", (REPOSITORY / page).read_text(encoding="utf-8")):
            parts = word.removeprefix(f"{PACKAGE}.").split(".")
            size = max((size for size in range(1, len(parts) + 1) if ".".join(parts[:size]) in known), default=0)
            if not size or parts[-1] in ("py", "md"):
                continue  # another package's, or a file
            names, scope = parts[size:], _parsed(known[".".join(parts[:size])]).body
            for name in names:
                scope = _body(scope, name)
                assert scope is not None, f"{page} names {word}, and there is no {name}"


def _body(scope: list[ast.stmt], name: str) -> list[ast.stmt] | None:
    """Return what is in the class or function of that name, [] for a variable; None where there is none."""
    for node in scope:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
            return node.body
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        if any(isinstance(one, ast.Name) and one.id == name for one in targets):
            return []
        if isinstance(node, ast.ImportFrom) and any((one.asname or one.name) == name for one in node.names):
            return []
    return None


def house(folder: Path, **texts: str) -> Path:
    """Return a folder like `src/` with these modules; `_` stands for a dot."""
    (folder / PACKAGE).mkdir()
    for name, source in texts.items():
        (folder / PACKAGE / f"{name}.py").write_text(source)
    return folder


def test_an_import_inside_a_function_counts(tmp_path):
    """Whoever moves an import into a function has not got round the map."""
    src = house(tmp_path, one="def late():\n    from kindling import two\n", two="")
    plan = {"first": Room(("one",), frozenset()), "second": Room(("two",), frozenset())}
    assert problems(plan, src) == ["one:2 imports two: first may not import second"]
    assert "two" not in loaded("one", src)


def test_what_the_map_has_too_much(tmp_path):
    """A room without its module, a permission that nobody uses, and a module without a room are named."""
    src = house(tmp_path, one="import kindling.two\n", two="", three="")
    plan = {
        "first": Room(("one", "gone"), frozenset({"second", "third"})),
        "second": Room(("two",), frozenset({"first"})),
    }
    assert problems(plan, src) == [
        "three is in no room. Add it to the table.",
        "the room first has gone, which is not there",
        "the room first may import third, which is not a room",
        "the room second may import first, and nothing in it does",
    ]


def test_the_drawing_leaves_out_what_a_longer_way_says():
    """Of one, two and three in a row the arrow from one to three is not drawn."""
    plan = {
        "one": Room((), frozenset({"two", "three"})),
        "two": Room((), frozenset({"three"})),
        "three": Room((), frozenset()),
    }
    assert reduced(plan, set(plan)) == {("one", "two"), ("two", "three")}
