"""The rules of a good lesson, one function per rule; each yields the line and a sentence for whatever breaks it."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from kindling import names as cell_names
from kindling.authoring.lessons import Lesson, Task
from kindling.authoring.percent import HIDDEN_TESTS, SOLUTION, Cell
from kindling.authoring.prose import LINK, found, local_target, prose
from kindling.credit import PARTIAL_CREDIT
from kindling.errors import LessonError
from kindling.grade.sealed import syntax
from kindling.grade.sealed.slicing import seal

__all__ = ["RULES"]

Problem = tuple[int, str]

NOT_SEALED = "# Not sealed:"

# What answers may use in every lesson.
IMPORTS = """
import math
import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from kindling import check, data, plots
"""

# Whole numbers given to these calls are seeds, counts, dims or values, never a shape.
NO_SHAPES = re.compile(
    r"manual_seed|range|tensor|size|sum|mean|std|var|a?max|a?min|argmax|argmin|(log_)?softmax|(un)?squeeze|transpose"
)

IMAGE = r"!\[(?P<text>[^\]]*)\](?:\([^)]*\)|\[[^\]]*\])|<img\b(?P<html>[^>]*)>"


def opening(lesson: Lesson) -> Iterator[Problem]:
    """The first cell says in 3 to 5 points what the learner can do afterwards, and how many minutes it takes."""
    count = len(lesson.goals)
    if not 3 <= count <= 5:
        yield (
            1,
            f"the first cell lists {count} things that the learner can do afterwards. List 3 to 5, each after `- `.",
        )
    if not lesson.minutes:
        yield 1, "the first cell does not say how long the lesson takes. Add “45 minutes”."


def imports(lesson: Lesson) -> Iterator[Problem]:
    """The first code cell imports what answers to any task may use."""
    first = next((cell for cell in lesson.cells if cell.type == "code"), None)
    lacks = [one for one in _imports(IMPORTS) if first is None or one not in _imports(first.source)]
    if lacks:
        listed = ", ".join(f"`{one}`" for one in lacks)
        yield first.line if first else 1, f"the first code cell lacks {listed}. Add what answers may use."


def prediction(lesson: Lesson) -> Iterator[Problem]:
    """The lesson asks the learner at least once what a cell will print, before it runs."""
    if not any("predict first" in text.lower() for _, text in prose(lesson)):
        yield 1, "no question asks the learner to predict. Add one that begins with “**Predict first.**”."


def closing(lesson: Lesson) -> Iterator[Problem]:
    """The last cell says what was learnt."""
    last = lesson.cells[-1]
    if last.type != "markdown" or not last.source.startswith("## What you have learnt"):
        yield last.line, "the last cell does not say what was learnt. End with a cell `## What you have learnt`."


def minutes(lesson: Lesson) -> Iterator[Problem]:
    """Every task's heading gives minutes and difficulty, and begins with "Bonus:" where the task is one."""
    for task in lesson.tasks:
        if task.minutes is None or not re.search(r"●○○|●●○|●●●", task.heading):
            yield (
                task.cell.line,
                f"the heading above the task `{task.id}` gives no minutes and difficulty. "
                "Write `### … (5 minutes, ●○○)`.",
            )
        if "bonus" in task.heading.lower() and not task.bonus:
            yield task.cell.line, f"the heading above the task `{task.id}` names a bonus late. Begin it with “Bonus: ”."


def stub(lesson: Lesson) -> Iterator[Problem]:
    """Every task defines its own name; what the learner gets of a function or class is typed and has a docstring."""
    for task in lesson.tasks:
        line = task.cell.line
        if task.cell.script:
            continue
        whole, given = (
            {name: node for node in ast.parse(text).body for name in _names(node)}
            for text in (task.cell.source, task.cell.without(SOLUTION, "pass"))
        )
        node = given.get(task.id)
        if task.id not in whole:
            yield line, f"the task `{task.id}` does not define `{task.id}`. Give the function or variable that name."
        elif node is None and isinstance(whole[task.id], ast.FunctionDef | ast.ClassDef):
            yield line, f"the definition of `{task.id}` is in the solution. Begin the solution below the docstring."
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            if ast.get_docstring(node) is None:
                yield line + node.lineno, f"`{task.id}` has no docstring. Say what comes back, and the shapes."
            for child in ast.walk(node):
                if isinstance(child, ast.FunctionDef):
                    yield from _untyped(child, line)
                if isinstance(child, ast.ClassDef):
                    yield from _bare_in_class(child, task.cell)


def scripts(lesson: Lesson) -> Iterator[Problem]:
    """Every script that a check grades is there; what the learner gets of it is typed and has docstrings."""
    try:
        known = {script.name: script.stub for script in lesson.scripts}
    except LessonError as error:
        yield 1, f"a script breaks the rules of its format. {error}"
        return
    for task in lesson.tasks:
        name = task.cell.script
        if name and name not in known:
            yield task.cell.line, f"there is no script course/{lesson.name}/scripts/{name}. Write it."
    first = {task.cell.script: task.cell.line for task in reversed(lesson.tasks)}
    for name, text in known.items():
        line = first.get(name, 1)
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, ast.FunctionDef | ast.ClassDef):
                continue
            if ast.get_docstring(node) is None and not node.name.startswith("_"):
                yield (
                    line,
                    f"`{node.name}` in scripts/{name}, line {node.lineno}, has no docstring. Say what comes back.",
                )
            if isinstance(node, ast.FunctionDef):
                yield from ((line, f"scripts/{name}: {sentence}") for _, sentence in _untyped(node, 0))


def hint(lesson: Lesson) -> Iterator[Problem]:
    """Every task has a folded hint with a title."""
    for task in lesson.tasks:
        if task.hint is None or not re.search(r"<summary>\s*Hint: (?!</summary>)\S", task.hint):
            yield (
                task.cell.line,
                f"the task `{task.id}` has no hint. Add `<details><summary>Hint: …</summary>` between task and check.",
            )


def named_mistakes(lesson: Lesson) -> Iterator[Problem]:
    """Every visible check names at least two mistakes."""
    for task in lesson.tasks:
        given = (keyword for claim in _claims(task.check.visible_source) for keyword in claim.keywords)
        dicts = [keyword.value for keyword in given if keyword.arg == "mistakes"]
        count = len({ast.unparse(key) for node in dicts if isinstance(node, ast.Dict) for key in node.keys if key})
        if count < 2:
            yield task.check.line, f"the visible check of `{task.id}` names {count} mistakes. Name at least two."


def hidden_tests(lesson: Lesson) -> Iterator[Problem]:
    """Every function and class has hidden tests, with a shape that the visible check does not have."""
    for task in lesson.tasks:
        if not any(
            isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == task.id
            for node in ast.parse(task.cell.source).body
        ):
            continue  # a variable has one right value, and no shapes
        if not _claims(task.check.hidden_source):
            yield task.check.line, f"the check of `{task.id}` has no hidden tests. Add claims with other shapes."
        elif not _shapes(task.check.hidden_source, task.id) - _shapes(task.check.visible_source, task.id):
            yield (
                task.check.line,
                f"the hidden tests of `{task.id}` use no other shape than the visible check. Add one.",
            )


def labels(lesson: Lesson) -> Iterator[Problem]:
    """Every check makes a claim, and every claim carries a label."""
    for task in lesson.tasks:
        if not _claims(task.check.visible_source):
            yield task.check.line, f"the visible check of `{task.id}` makes no claim. Call `check.close` or another."
        for claim in _claims(task.check.source):
            place = _label_places()[claim.func.attr]  # type: ignore[attr-defined]
            given = [*claim.args[place : place + 1], *(one.value for one in claim.keywords if one.arg == "label")]
            if not given or (isinstance(given[0], ast.Constant) and not str(given[0].value or "").strip()):
                yield task.check.line + claim.lineno, 'this claim has no label. Name the value, like "softmax(logits)".'


def no_bare_expression(lesson: Lesson) -> Iterator[Problem]:
    """No graded cell ends in a bare expression, whose value nbgrader takes for the score, unless it is meant to be."""
    for task in lesson.tasks:
        if PARTIAL_CREDIT in task.check.source:
            yield from _partial_credit(task)
            continue
        for text in (task.check.without(HIDDEN_TESTS), task.check.source):
            last = ast.parse(text).body[-1:]
            if last and isinstance(last[0], ast.Expr) and not _is_claim(last[0].value):
                yield (
                    task.check.line + last[0].lineno,
                    f"the check of `{task.id}` ends in a bare expression, whose value nbgrader takes for the score. "
                    "End with a claim.",
                )
                break


def _partial_credit(task: Task) -> Iterator[Problem]:
    """Yield a problem where a check that gives part of the points does not say how many."""
    lines = [line.strip() for line in task.check.source.split("\n")]
    if PARTIAL_CREDIT not in lines:
        yield task.check.line, f"`{PARTIAL_CREDIT}` in the check of `{task.id}` is not a line of its own. Give it one."
    last = ast.parse(task.check.source).body[-1:]
    if not (last and isinstance(last[0], ast.Expr)) or _is_claim(last[0].value):
        yield (
            task.check.line,
            f"the check of `{task.id}` says `{PARTIAL_CREDIT}` and does not end with a value. "
            "End it with the points, a number.",
        )


def shows(lesson: Lesson) -> Iterator[Problem]:
    """No cell that grading runs builds on one that only shows something, which grading leaves out."""
    code = [cell for cell in lesson.cells if cell.type == "code"]
    shown = {place for place, cell in enumerate(code) if cell.show}
    if not shown:
        return
    used = [cell_names.of_check(cell.source) if cell.check else cell_names.of(cell.source) for cell in code]
    for place, (user, name) in sorted(cell_names.builds_on(used, shown).items()):
        if not code[user].show:
            yield (
                code[place].line,
                f"`{name}` of this cell is used in the cell of line {code[user].line}, and grading leaves out what "
                "only shows something. Define it in a cell without show=.",
            )


def alternative_text(lesson: Lesson) -> Iterator[Problem]:
    """Every image in the prose has alternative text."""
    for line, image in found(IMAGE, lesson):
        text = image["text"] if image["html"] is None else "".join(re.findall(r"\balt=[\"'](.+?)[\"']", image["html"]))
        if not text.strip():
            yield line, f"the image `{image[0]}` has no alternative text. Say what it shows."


def local_links(lesson: Lesson) -> Iterator[Problem]:
    """Every local link leads to another lesson's notebook, or to a file that belongs to this lesson."""
    course = lesson.path.parent
    for line, link in found(LINK, lesson):
        target = local_target(link)
        notebook = re.fullmatch(r"\.\./(\w+)/\1\.ipynb", target or "")
        place = course / f"{notebook[1]}.py" if notebook else course / lesson.name / (target or "")
        if target and not place.exists():
            yield line, f"the link to `{target}` leads nowhere. Link to ../NN_topic/NN_topic.ipynb of a lesson."


def modern_forms(lesson: Lesson) -> Iterator[Problem]:
    """No bare `.cuda()`, `Variable` or a tensor's `.data` in code; a data set's `.data` is today's form."""
    for cell in lesson.cells:
        for node in ast.walk(ast.parse(cell.source)) if cell.type == "code" else ():
            old = None
            match node:
                case ast.Call(func=ast.Attribute(attr="cuda")):
                    old, new = ".cuda()", ".to(device)"
                case ast.Attribute(value=owner, attr="data"):
                    if not re.search(r"(set|data|utils|kindling|self)$", ast.unparse(owner)):
                        old, new = ".data", ".detach()` or `torch.no_grad()"
                case ast.Name(id="Variable") | ast.Attribute(attr="Variable") | ast.alias(name="Variable"):
                    old, new = "Variable", "requires_grad=True"
            if old and isinstance(node, ast.expr | ast.alias):
                yield cell.line + node.lineno, f"`{old}` is an old form. Use `{new}`."


def tone(lesson: Lesson) -> Iterator[Problem]:
    """No exclamation marks, no “simply”, no “obviously”."""
    for line, place in found(r"\b(?:simply|obviously)\b|[^\W\d_]!(?![=\[\w])", lesson):
        yield line, f"“{place[0]}” stands in the prose. Leave it out."


def sealed(lesson: Lesson) -> Iterator[Problem]:
    """Every claim can be judged by what the solutions give, outside of the learner's kernel: see docs/teach/trust.md.

    A comment above a claim, "# Not sealed: " and why, lets it depend on the learner's own objects.
    """
    for task in lesson.tasks:
        line, source = task.check.line, task.check.source
        claims, lines = syntax.number(ast.parse(source)), source.splitlines()
        check = seal(source)
        if check is None:
            if claims and PARTIAL_CREDIT not in source:  # whose points are its last value
                yield (
                    line,
                    f"the check of `{task.id}` can't be sealed, since something else than its claims decides. "
                    "Write each claim as a statement, and no assert.",
                )
            continue
        for number, part in check.not_sealed.items():
            claim = claims[number]
            if not lines[claim.lineno - 2].strip().startswith(NOT_SEALED):
                yield (
                    line + claim.lineno,
                    (
                        f"`{part}` of this claim depends on what the learner's code has made, changed or drawn. "
                        "Work it out before, set a seed after the learner's calls, or say why not in a comment "
                        f"above it, `{NOT_SEALED} …`."
                    ),
                )


def claims_under_a_condition(lesson: Lesson) -> Iterator[Problem]:
    """A claim under an `if` always fails. Any other could be left out by a wrong answer, and grading would miss it."""
    for task in lesson.tasks:
        branches = [node for node in ast.walk(ast.parse(task.check.source)) if isinstance(node, ast.If)]
        for branch in branches:
            for claim in (node for node in ast.walk(branch) if isinstance(node, ast.Call) and syntax.kind_of(node)):
                if not all(isinstance(value, ast.Constant) for value in list(syntax.arguments(claim).values())[:2]):
                    yield (
                        task.check.line + claim.lineno,
                        f"this claim is left out unless `{ast.unparse(branch.test)}`, which an answer may decide. "
                        "Put the condition into its value.",
                    )


RULES: tuple[Callable[[Lesson], Iterator[Problem]], ...] = (
    opening,
    imports,
    prediction,
    closing,
    minutes,
    stub,
    scripts,
    hint,
    named_mistakes,
    hidden_tests,
    labels,
    no_bare_expression,
    sealed,
    claims_under_a_condition,
    shows,
    alternative_text,
    local_links,
    modern_forms,
    tone,
)


@cache
def _label_places() -> dict[str, int]:
    """Return the claims of kindling.check, each with the place of the label among its arguments.

    The text is read, since importing it would import torch.
    """
    places = {}
    for node in ast.parse(Path(__file__).parents[1].joinpath("check.py").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name in (*syntax.CLAIMS, "within"):
            arguments = [argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)]
            if "label" in arguments:
                places[node.name] = arguments.index("label")
    return places


def _is_claim(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="check"), attr=name)):
            return name in _label_places()
    return False


def _claims(source: str) -> list[ast.Call]:
    return [node for node in ast.walk(ast.parse(source)) if _is_claim(node)]  # type: ignore[misc]


def _imports(source: str) -> list[str]:
    """Return each name that a text imports, as a statement of its own."""
    statements = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            start = f"from {node.module} import" if isinstance(node, ast.ImportFrom) else "import"
            statements += [f"{start} {ast.unparse(alias)}" for alias in node.names]
    return statements


def _names(node: ast.stmt) -> set[str]:
    """Return the names that a statement defines."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    if not isinstance(node, ast.Assign | ast.AnnAssign):
        return set()
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}


def _untyped(function: ast.FunctionDef, line: int) -> Iterator[Problem]:
    known = function.args
    arguments = [*known.posonlyargs, *known.args, *known.kwonlyargs, *filter(None, (known.vararg, known.kwarg))]
    missing = [one.arg for one in arguments if one.annotation is None and one.arg not in ("self", "cls")]
    if missing:
        yield line + function.lineno, f"`{function.name}` has no types for {', '.join(missing)}. Add them to the stub."
    if function.returns is None:
        yield line + function.lineno, f"`{function.name}` does not say what type it returns. Add `-> …` to the stub."


def _bare_in_class(node: ast.ClassDef, cell: Cell) -> Iterator[Problem]:
    """Yield a problem for a solution block in the class body itself: its stub would fail when the class is defined."""
    lines = cell.source.split("\n")
    for child in node.body:
        if lines[child.lineno - 1].strip() == SOLUTION[0]:
            yield (
                cell.line + child.lineno,
                f"`{SOLUTION[0]}` stands in the body of the class. Put it inside a method.",
            )


def _shapes(source: str, name: str) -> set[tuple[int, ...]]:
    """Return the shapes that a test's text shows.

    That is nested lists of numbers, ends of slices, tuples of whole numbers, calls with whole numbers alone, like
    `torch.randn(5, 4)`, and a list of them given to the learner's own function `name`, like `make_mlp([3, 2])`.
    """
    shapes = set()
    for node in ast.walk(ast.parse(source)):
        items: list[ast.expr] = []
        match node:
            case ast.List(elts=[first, *_]) if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
                shape = []
                inner: ast.expr = node
                while isinstance(inner, ast.List) and inner.elts:
                    shape.append(len(inner.elts))
                    inner = inner.elts[0]
                shapes.add(tuple(shape))
            case ast.Slice(upper=ast.expr() as end):
                items = [end]
            case ast.Tuple(elts=elements):
                items = elements
            case ast.Call(func=ast.Name(id=called), args=[ast.List(elts=elements)]) if called == name:
                items = elements
            case ast.Call(func=called, args=arguments) if not NO_SHAPES.fullmatch(ast.unparse(called).split(".")[-1]):
                items = arguments
        sizes = [item.value for item in items if isinstance(item, ast.Constant) and type(item.value) is int]
        if sizes and len(sizes) == len(items):
            shapes.add(tuple(sizes))
    return shapes
