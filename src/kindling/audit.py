"""The rules of a good lesson, one function per rule; each yields the line and a sentence for whatever breaks it."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from kindling import lesson as lessons
from kindling.lesson import SOLUTION, Cell, Lesson

__all__ = ["RULES", "audit", "links", "repeated_lists"]

Problem = tuple[int, str]

CLAIMS = {"avoids", "close", "equal", "falling", "layers", "moved", "predictions", "raises", "shape", "unchanged"}

# Written by code or by learners, or the one place that may list lessons.
NOT_PROSE = {
    ".git",
    ".venv",
    "course",
    "source",
    "release",
    "autograded",
    "submitted",
    "feedback",
    "tests",
    "demo",
    "lab",
    "build",
}


def opening(lesson: Lesson) -> Iterator[Problem]:
    """The first cell says in 3 to 5 points what the learner can do afterwards, and how many minutes it takes."""
    count = len(re.findall(r"^- ", lesson.cells[0].source, flags=re.MULTILINE))
    if not 3 <= count <= 5:
        yield (
            1,
            f"the first cell lists {count} things that the learner can do afterwards. List 3 to 5, each after `- `.",
        )
    if not lesson.minutes:
        yield 1, "the first cell does not say how long the lesson takes. Add “45 minutes”."


def minutes(lesson: Lesson) -> Iterator[Problem]:
    """Every task's heading gives minutes and difficulty."""
    for task in lesson.tasks:
        if task.minutes is None or not re.search(r"[●○]{3}", task.heading):
            yield (
                task.cell.line,
                (
                    f"the heading above the task `{task.id}` gives no minutes and difficulty. "
                    "Write `### … (5 minutes, ●○○)`."
                ),
            )


def stub(lesson: Lesson) -> Iterator[Problem]:
    """Every task defines its own name, typed and with a docstring, and no solution stands directly in a class body."""
    for task in lesson.tasks:
        line, tree = task.cell.line, ast.parse(task.cell.source)
        if task.id not in _names(tree):
            yield (
                line,
                f"the task `{task.id}` does not define `{task.id}`. Give the function or variable that name.",
            )
        for node in tree.body:
            if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name != task.id:
                continue
            if ast.get_docstring(node) is None:
                yield line + node.lineno, f"`{task.id}` has no docstring. Say what comes back, and the shapes."
            for function in ast.walk(node):
                if isinstance(function, ast.FunctionDef) and not _inside_solution(task.cell, function):
                    yield from _untyped(function, line)
            if isinstance(node, ast.ClassDef):
                yield from _bare_in_class(node, task.cell)


def hint(lesson: Lesson) -> Iterator[Problem]:
    """Every task has a folded hint with a title."""
    for task in lesson.tasks:
        if task.hint is None or not re.search(r"<summary>.*\S.*</summary>", task.hint):
            yield (
                task.cell.line,
                (
                    f"the task `{task.id}` has no hint. Add `<details><summary>Hint: …</summary>` between task and check."
                ),
            )


def named_mistakes(lesson: Lesson) -> Iterator[Problem]:
    """Every visible check names at least two mistakes."""
    for task in lesson.tasks:
        dicts = (
            keyword.value
            for claim in _claims(task.check.visible_source)
            for keyword in claim.keywords
            if keyword.arg == "mistakes"
        )
        count = sum(len(node.keys) for node in dicts if isinstance(node, ast.Dict))
        if count < 2:
            yield task.check.line, f"the visible check of `{task.id}` names {count} mistakes. Name at least two."


def hidden_tests(lesson: Lesson) -> Iterator[Problem]:
    """Every function and class has hidden tests, with a size that the visible check does not have."""
    for task in lesson.tasks:
        if not _defines_code(task.cell, task.id):
            continue  # a variable has one right value, and no shapes
        if not _claims(task.check.hidden_source):
            yield (
                task.check.line,
                f"the check of `{task.id}` has no hidden tests. Add claims with other shapes.",
            )
        elif not _sizes(task.check.hidden_source) - _sizes(task.check.visible_source):
            yield (
                task.check.line,
                f"the hidden tests of `{task.id}` use no other shape than the visible check. Add one.",
            )


def labels(lesson: Lesson) -> Iterator[Problem]:
    """Every claim carries a label."""
    for task in lesson.tasks:
        for claim in _claims(task.check.source):
            named = len(claim.args) >= 3 or any(keyword.arg == "label" for keyword in claim.keywords)
            if not named:
                yield task.check.line + claim.lineno, 'this claim has no label. Name the value, like "softmax(logits)".'
        if not _claims(task.check.source):
            yield task.check.line, f"the check of `{task.id}` makes no claim. Call check.close, check.equal or another."


def no_bare_expression(lesson: Lesson) -> Iterator[Problem]:
    """No graded cell ends in a bare expression: nbgrader takes its value for the score."""
    for task in lesson.tasks:
        for source in (task.check.source, task.check.visible_source):
            last = ast.parse(source).body[-1:]
            if last and isinstance(last[0], ast.Expr) and not _is_claim(last[0].value):
                yield (
                    task.check.line + last[0].lineno,
                    (
                        f"the check of `{task.id}` ends in a bare expression, whose value nbgrader takes for the score. "
                        "End with a claim."
                    ),
                )
                break


def alternative_text(lesson: Lesson) -> Iterator[Problem]:
    """Every image in the prose has alternative text."""
    for line, text in _prose(lesson):
        for image in re.findall(r"!\[\s*\]\([^)]*\)|<img(?![^>]*\balt=\"[^\"]+\")[^>]*>", text):
            yield line, f"the image `{image}` has no alternative text. Say what it shows."


def local_links(lesson: Lesson) -> Iterator[Problem]:
    """Every local link leads to another lesson's notebook."""
    for line, text in _prose(lesson):
        for target in _link_targets(text):
            place = re.fullmatch(r"\.\./(\w+)/\1\.ipynb", target)
            if place is None or not (lesson.path.parent / f"{place[1]}.py").exists():
                yield line, f"the link to `{target}` leads nowhere. Link to ../NN_topic/NN_topic.ipynb of a lesson."


def modern_forms(lesson: Lesson) -> Iterator[Problem]:
    """No bare `.cuda()`, `Variable` or `.data` in code."""
    for cell in lesson.cells:
        if cell.type != "code":
            continue
        for node in ast.walk(ast.parse(cell.source)):
            old = None
            if isinstance(node, ast.Attribute) and node.attr in ("cuda", "data"):
                # `torch.cuda` and `torch.utils.data` are modules.
                old = None if ast.unparse(node) in ("torch.cuda", "torch.utils.data") else f".{node.attr}"
            elif isinstance(node, ast.Name | ast.alias) and "Variable" in (
                getattr(node, "id", ""),
                getattr(node, "name", ""),
            ):
                old = "Variable"
            if old:
                new = "`.to(device)`" if old == ".cuda" else "tensors as they are, and `.detach()` or `torch.no_grad()`"
                yield cell.line + node.lineno, f"`{old}` is an old form. Use {new}."


def tone(lesson: Lesson) -> Iterator[Problem]:
    """No exclamation marks, no “simply”, no “obviously”."""
    for line, text in _prose(lesson):
        for found in re.findall(r"\b(?:simply|obviously)\b|\w!(?=\s|$)", text, flags=re.IGNORECASE):
            yield line, f"“{found}” stands in the prose. Leave it out."


RULES: tuple[Callable[[Lesson], Iterator[Problem]], ...] = (
    opening,
    minutes,
    stub,
    hint,
    named_mistakes,
    hidden_tests,
    labels,
    no_bare_expression,
    alternative_text,
    local_links,
    modern_forms,
    tone,
)


def links(root: Path) -> Iterator[str]:
    """Yield a sentence for each local link in the project's pages that leads nowhere."""
    for page in _pages(root):
        for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1):
            for target in _link_targets(line):
                if not (page.parent / target).exists():
                    yield f"{page.relative_to(root)}:{number}: the link to `{target}` leads nowhere. Mend or remove it."


def repeated_lists(root: Path) -> Iterator[str]:
    """Yield a sentence for each page that lists lessons by name: the README's table is built, and is the only list."""
    names = [path.stem for path in lessons.find(root / "course")]
    for page in _pages(root):
        found = [name for name in names if name in page.read_text(encoding="utf-8")]
        if page != root / "README.md" and len(found) >= 3:
            yield f"{page.relative_to(root)} lists the lessons {', '.join(found)}. Link to README.md's table instead."


def audit(root: Path, names: list[str] | None = None) -> Iterator[str]:
    """Yield one sentence for each broken rule in the named lessons, or in all of them and the project's pages."""
    for path in lessons.find(root / "course", names):
        lesson = lessons.read(path)
        for rule in RULES:
            yield from (f"{path.relative_to(root)}:{line}: {sentence}" for line, sentence in rule(lesson))
    if not names:
        yield from links(root)
        yield from repeated_lists(root)


def _names(tree: ast.Module) -> set[str]:
    """Return the names that a cell defines at its left edge."""
    names = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}
    return names


def _defines_code(cell: Cell, name: str) -> bool:
    return any(
        isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name for node in ast.parse(cell.source).body
    )


def _inside_solution(cell: Cell, node: ast.stmt) -> bool:
    above = cell.source.splitlines()[: node.lineno]
    return sum(SOLUTION[0] in line for line in above) > sum(SOLUTION[1] in line for line in above)


def _untyped(function: ast.FunctionDef, line: int) -> Iterator[Problem]:
    arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    missing = [argument.arg for argument in arguments if argument.annotation is None and argument.arg != "self"]
    if missing:
        yield line + function.lineno, f"`{function.name}` has no types for {', '.join(missing)}. Add them to the stub."
    if function.returns is None:
        yield line + function.lineno, f"`{function.name}` does not say what type it returns. Add `-> …` to the stub."


def _bare_in_class(node: ast.ClassDef, cell: Cell) -> Iterator[Problem]:
    """Yield a problem for a solution block in the class body itself: its stub would fail when the class is defined."""
    functions = [child for child in node.body if isinstance(child, ast.FunctionDef)]
    for number, text in enumerate(cell.source.splitlines(), start=1):
        inside = any(function.lineno < number <= (function.end_lineno or 0) + 1 for function in functions)
        if text.strip() == SOLUTION[0] and node.lineno < number <= (node.end_lineno or 0) and not inside:
            yield cell.line + number, f"`{SOLUTION[0]}` stands in the body of the class. Put it inside a method."


def _claims(source: str) -> list[ast.Call]:
    return [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and _is_claim(node)]


def _is_claim(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLAIMS
        and ast.unparse(node.func.value) == "check"
    )


def _sizes(source: str) -> set[tuple[int, ...]]:
    """Return the shapes that a test's text shows: nested lists of numbers, and calls and tuples of whole numbers."""
    sizes = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.List):
            shape = []
            while isinstance(node, ast.List) and node.elts:
                shape.append(len(node.elts))
                node = node.elts[0]
            sizes.add(tuple(shape))
        elif isinstance(node, ast.Call | ast.Tuple):
            items = node.args if isinstance(node, ast.Call) else node.elts
            numbers = [item.value for item in items if isinstance(item, ast.Constant) and type(item.value) is int]
            if numbers and len(numbers) == len(items):
                sizes.add(tuple(numbers))
    return sizes


def _prose(lesson: Lesson) -> Iterator[tuple[int, str]]:
    for cell in lesson.cells:
        if cell.type == "markdown":
            yield from enumerate(cell.source.splitlines(), start=cell.line + 1)


def _link_targets(text: str) -> list[str]:
    """Return the local targets of a text's links and images, without their anchors."""
    found = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r"<(?:img|a)\b[^>]*?(?:src|href)=\"([^\"]+)\"", text)
    local = (target.split("#")[0] for target in found if not re.match(r"[a-z]+:", target))
    return [target for target in local if target]


def _pages(root: Path) -> list[Path]:
    pages = [page for page in root.rglob("*.md") if page.relative_to(root).parts[0] not in NOT_PROSE]
    return sorted([*pages, *(root / "course").glob("*.md")])
