"""kindling.authoring.rules: a good lesson gets no sentence, and each broken rule one, with its line."""

from pathlib import Path

import pytest
from conftest import CENTRE

from kindling.authoring import lessons, rules

IMPORTS = """\
import math

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from kindling import check, data, plots
"""
SHORT_IMPORTS = "import torch\nfrom torch import Tensor\n\nfrom kindling import check\n"
GOOD = CENTRE.replace(SHORT_IMPORTS, IMPORTS)

SLIPS = """, mistakes={
    "COLUMNS counts the rows.": 5,
    "COLUMNS counts the numbers.": 15,
})"""
HINT = "<details><summary>Hint: rows or columns?</summary>"
HIDDEN = 'check.close(centre(x), x - x.mean(dim=0), "centre(x) on a (5, 3) tensor")'
NO_OTHER_SHAPE = "the hidden tests of `centre` use no other shape than the visible check. Add one."
NO_LABEL = 'this claim has no label. Name the value, like "softmax(logits)".'
BARE = "the check of `centre` ends in a bare expression, whose value nbgrader takes for the score. End with a claim."
NO_VALUE = (
    "the check of `centre` says `### PARTIAL CREDIT` and does not end with a value. End it with the points, a number."
)
SHOW = '# %% show="A number"\nthree = 3\n'
FIRST = GOOD[: GOOD.index('# %% task="COLUMNS"')].count("\n") + 1  # the line where the edits below put this cell
LEAVES_OUT = "and grading leaves out what only shows something. Define it in a cell without show=."
DEAD = "leads nowhere. Link to ../NN_topic/NN_topic.ipynb of a lesson."


def edited(*edits):
    """Return the good lesson after each edit (old, new), every one of which must find its text."""
    text = GOOD
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    return text


def complaints(text, folder=Path("course")):
    """Return what all rules together say of a lesson, as (line, sentence)."""
    parsed = lessons.parse(text, folder / "01_centring.py")
    return [problem for rule in rules.RULES for problem in rule(parsed)]


def line_of(text, fragment):
    """Return the line of the first place where `fragment` stands."""
    return text[: text.index(fragment)].count("\n") + 1


def code(text):
    """Return an edit that puts a plain code cell above the second task."""
    return "# %% [markdown]\n# ### How many?", f"# %%\n{text}\n\n# %% [markdown]\n# ### How many?"


def prose(text):
    """Return an edit that adds lines to the last cell."""
    return "# That was all.", f"# {text}"


def test_a_good_lesson_gets_no_sentence():
    assert complaints(GOOD) == []


@pytest.mark.parametrize(
    ("edit", "at", "sentence"),
    [
        # opening
        (("# - say what `dim` does;\n", ""), "# %%",
         "the first cell lists 2 things that the learner can do afterwards. List 3 to 5, each after `- `."),
        (("# - say what `dim` does;\n", "# - say it;\n" * 4), "# %%",
         "the first cell lists 6 things that the learner can do afterwards. List 3 to 5, each after `- `."),
        (("In 5 minutes", "Soon"), "# %%",
         "the first cell does not say how long the lesson takes. Add “45 minutes”."),
        # sealed
        ((SLIPS, SLIPS + "\nassert COLUMNS"), '# %% check="COLUMNS"',
         "the check of `COLUMNS` can't be sealed, since something else than its claims decides. Write each claim as a "
         "statement, and no assert."),
        (("check.equal(COLUMNS, 3,", "found = COLUMNS\ncheck.equal(COLUMNS, found,"), "check.equal(COLUMNS, found",
         "`expected` of this claim depends on what the learner's code has made, changed or drawn. Work it out before, "
         "set a seed after the learner's calls, or say why not in a comment above it, `# Not sealed: …`."),
        # claims_under_a_condition
        (("check.equal(COLUMNS, 3,", "if COLUMNS < 9:\n    check.equal(COLUMNS, 3,"), "    check.equal(COLUMNS, 3",
         "this claim is left out unless `COLUMNS < 9`, which an answer may decide. Put the condition into its value."),
        # imports
        (("import math\n", ""), "# %%\n\nimport",
         "the first code cell lacks `import math`. Add what answers may use."),
        (("import numpy as np\n", "import numpy\n"), "# %%\nimport",
         "the first code cell lacks `import numpy as np`. Add what answers may use."),
        ((IMPORTS, SHORT_IMPORTS), "# %%\nimport",
         "the first code cell lacks `import math`, `import matplotlib.pyplot as plt`, `import numpy as np`, "
         "`import torch.nn.functional as F`, `from torch import nn`, `from kindling import data`, "
         "`from kindling import plots`. Add what answers may use."),
        # prediction and closing
        (("**Predict first.** ", ""), "# %%",
         "no question asks the learner to predict. Add one that begins with “**Predict first.**”."),
        (("## What you have learnt", "## The end"), "# %% [markdown]\n# ## The end",
         "the last cell does not say what was learnt. End with a cell `## What you have learnt`."),
        (prose("That was all.\n\n# %%\nprint(5)"), "# %%\nprint(5)",
         "the last cell does not say what was learnt. End with a cell `## What you have learnt`."),
        (("# %% [markdown]\n# ## What you", "# %%\n## What you"), "# %%\n## What",
         "the last cell does not say what was learnt. End with a cell `## What you have learnt`."),
        # minutes
        (("(1 minute, ●○○)", "(●○○)"), '# %% task="COLUMNS"',
         "the heading above the task `COLUMNS` gives no minutes and difficulty. Write `### … (5 minutes, ●○○)`."),
        (("(1 minute, ●○○)", "(1 minute)"), '# %% task="COLUMNS"',
         "the heading above the task `COLUMNS` gives no minutes and difficulty. Write `### … (5 minutes, ●○○)`."),
        (("(1 minute, ●○○)", "(1 minute, ○●○)"), '# %% task="COLUMNS"',
         "the heading above the task `COLUMNS` gives no minutes and difficulty. Write `### … (5 minutes, ●○○)`."),
        (("### How many? (1 minute", "### How many? (bonus, 1 minute"), '# %% task="COLUMNS"',
         "the heading above the task `COLUMNS` names a bonus late. Begin it with “Bonus: ”."),
        # stub
        (("COLUMNS = 3", "columns = 3"), '# %% task="COLUMNS"',
         "the task `COLUMNS` does not define `COLUMNS`. Give the function or variable that name."),
        (('    """Return `x`, shape (n, d), with each column shifted to mean 0."""\n    ### BEGIN SOLUTION',
          '    ### BEGIN SOLUTION\n    """Return `x`, centred."""'), "def centre",
         "`centre` has no docstring. Say what comes back, and the shapes."),
        (("centre(x: Tensor)", "centre(x)"), "def centre", "`centre` has no types for x. Add them to the stub."),
        (("centre(x: Tensor)", "centre(x: Tensor, *dims, keep=True, **more)"), "def centre",
         "`centre` has no types for keep, dims, more. Add them to the stub."),
        ((" -> Tensor:", ":"), "def centre",
         "`centre` does not say what type it returns. Add `-> …` to the stub."),
        # hint
        ((HINT, "<p>" + HINT.removeprefix("<details>")), '# %% task="COLUMNS"',
         "the task `COLUMNS` has no hint. Add `<details><summary>Hint: …</summary>` between task and check."),
        ((HINT, "<details><summary>Hint: </summary>"), '# %% task="COLUMNS"',
         "the task `COLUMNS` has no hint. Add `<details><summary>Hint: …</summary>` between task and check."),
        # named mistakes
        ((SLIPS, ")"), '# %% check="COLUMNS"', "the visible check of `COLUMNS` names 0 mistakes. Name at least two."),
        (('    "COLUMNS counts the rows.": 5,\n', ""), '# %% check="COLUMNS"',
         "the visible check of `COLUMNS` names 1 mistakes. Name at least two."),
        ((SLIPS, ", mistakes=slips)"), '# %% check="COLUMNS"',
         "the visible check of `COLUMNS` names 0 mistakes. Name at least two."),
        ((SLIPS, ")\n### BEGIN HIDDEN TESTS\ncheck.equal(COLUMNS, 3, 'COLUMNS'" + SLIPS + "\n### END HIDDEN TESTS"),
         '# %% check="COLUMNS"', "the visible check of `COLUMNS` names 0 mistakes. Name at least two."),
        # hidden tests
        ((HIDDEN, "pass"), '# %% check="centre"',
         "the check of `centre` has no hidden tests. Add claims with other shapes."),
        (("torch.arange(15.0).reshape(5, 3) ** 2", "torch.tensor([[5.0, 1.0], [2.0, 4.0]])"), '# %% check="centre"',
         NO_OTHER_SHAPE),
        (("torch.arange(15.0).reshape(5, 3) ** 2", "torch.full_like(x, 7)"), '# %% check="centre"', NO_OTHER_SHAPE),
        (("torch.arange(15.0).reshape(5, 3) ** 2", "x * max([5, 3])"), '# %% check="centre"', NO_OTHER_SHAPE),
        (("torch.arange(15.0).reshape(5, 3) ** 2", "x * pow(2.5, 1.5)"), '# %% check="centre"', NO_OTHER_SHAPE),
        (("torch.arange(15.0).reshape(5, 3) ** 2", "dict.fromkeys(['a', 'b', 'c'], x)['a']"), '# %% check="centre"',
         NO_OTHER_SHAPE),
        (("torch.arange(15.0).reshape(5, 3) ** 2", "2 * x"), '# %% check="centre"', NO_OTHER_SHAPE),
        (("x = torch.arange(15.0).reshape(5, 3) ** 2", "_ = torch.manual_seed(7)\nx = torch.randn_like(x)"),
         '# %% check="centre"', NO_OTHER_SHAPE),
        (("x = torch.arange(15.0).reshape(5, 3) ** 2", "x = x.sum(1).unsqueeze(0).transpose(0, 1)"),
         '# %% check="centre"', NO_OTHER_SHAPE),
        # labels
        ((', "centre(x) on a (5, 3) tensor")', ")"), "check.close(centre(x), x", NO_LABEL),
        (('"centre(x) on a (5, 3) tensor")', 'label=" ")'), "check.close(centre(x), x", NO_LABEL),
        ((HIDDEN, HIDDEN + "\ncheck.predictions(x, x, at_least=0.8)"), "check.predictions", NO_LABEL),
        ((HIDDEN, HIDDEN + "\ncheck.moved(x, x)"), "check.moved", NO_LABEL),
        # a bare expression
        ((HIDDEN, HIDDEN + "\ntorch.allclose(x, x)"), "torch.allclose", BARE),
        ((HIDDEN, HIDDEN + "\ntorch.allclose(x, x);"), "torch.allclose", BARE),
        (("### BEGIN HIDDEN TESTS", "True\n### BEGIN HIDDEN TESTS"), "True\n###", BARE),
        (("### END HIDDEN TESTS\n\n", "### END HIDDEN TESTS\nx\n\n"), "x\n\n# %%", BARE),
        ((HIDDEN, HIDDEN + "\ncheck.describe_layers(x)"), "check.describe_layers", BARE),
        # points in part
        ((HIDDEN, "### PARTIAL CREDIT\n" + HIDDEN), '# %% check="centre"', NO_VALUE),
        ((HIDDEN, "### PARTIAL CREDIT\n" + HIDDEN + "\npoints = 1.5"), '# %% check="centre"', NO_VALUE),
        ((HIDDEN, HIDDEN + "\n1.5  ### PARTIAL CREDIT"), '# %% check="centre"',
         "`### PARTIAL CREDIT` in the check of `centre` is not a line of its own. Give it one."),
        # alternative text
        (prose("![](http://a.org)"), "![]",
         "the image `![](http://a.org)` has no alternative text. Say what it shows."),
        (prose("Two\n# lines, ![ ][figure]"), "![ ]",
         "the image `![ ][figure]` has no alternative text. Say what it shows."),
        (prose("<img src='https://e.org/a.png'>"), "<img",
         "the image `<img src='https://e.org/a.png'>` has no alternative text. Say what it shows."),
        (prose('<img alt="">'), "<img", 'the image `<img alt="">` has no alternative text. Say what it shows.'),
        # local links
        (prose("[Next](../02_gone/02_gone.ipynb)."), "[Next]", f"the link to `../02_gone/02_gone.ipynb` {DEAD}"),
        (prose("[Next](02_gone.ipynb#top)."), "[Next]", f"the link to `02_gone.ipynb` {DEAD}"),
        (prose('One\n# two <a href="gone.html">here</a>.'), "two <a", f"the link to `gone.html` {DEAD}"),
        (prose("[a]\n#\n# [a]: gone.html"), "[a]: gone", f"the link to `gone.html` {DEAD}"),
        (prose('[Next](<gone.html> "a title").'), "[Next]", f"the link to `gone.html` {DEAD}"),
        # old forms
        (code("x = 1\nmodel = model.cuda()"), "model = model.cuda", "`.cuda()` is an old form. Use `.to(device)`."),
        (code("p.data.add_(1)"), "p.data", "`.data` is an old form. Use `.detach()` or `torch.no_grad()`."),
        (code("p.grad.data.zero_()"), "p.grad", "`.data` is an old form. Use `.detach()` or `torch.no_grad()`."),
        (code("from torch.autograd import Variable"), "from torch.auto",
         "`Variable` is an old form. Use `requires_grad=True`."),
        (code("x = Variable(x)"), "x = Variable", "`Variable` is an old form. Use `requires_grad=True`."),
        (code("x = torch.autograd.Variable(x)"), "x = torch.autograd",
         "`Variable` is an old form. Use `requires_grad=True`."),
        # shows
        (('# %% task="COLUMNS"', f'{SHOW}\n# %%\nprint(three)\n\n# %% task="COLUMNS"'), "# %% show",
         f"`three` of this cell is used in the cell of line {FIRST + 3}, {LEAVES_OUT}"),
        (('# %% task="COLUMNS"\n### BEGIN SOLUTION\nCOLUMNS = 3',
          f'{SHOW}\n# %% task="COLUMNS"\n### BEGIN SOLUTION\nCOLUMNS = three'), "# %% show",
         f"`three` of this cell is used in the cell of line {FIRST + 3}, {LEAVES_OUT}"),
        # tone
        (prose("Simply run it."), "Simply", "“Simply” stands in the prose. Leave it out."),
        (prose("This is\n# obviously so."), "obviously", "“obviously” stands in the prose. Leave it out."),
        (prose("Well done!"), "Well", "“e!” stands in the prose. Leave it out."),
        (prose("**Look!** There."), "**Look", "“k!” stands in the prose. Leave it out."),
    ],
)  # fmt: skip
def test_each_broken_rule_is_one_sentence_with_its_line(edit, at, sentence):
    text = edited(edit)
    assert complaints(text) == [(line_of(text, at), sentence)]


def test_a_lesson_of_prose_alone_lacks_its_imports():
    text = GOOD[: GOOD.index("# %%\n")] + GOOD[GOOD.index("# %% [markdown]\n# ## What") :]
    text = text.replace("That was all.", "**Predict first.** See [the web](https://example.org) or [above](#top).")
    ((line, sentence),) = complaints(text)
    assert (line, sentence[:52]) == (1, "the first code cell lacks `import math`, `import mat")


def test_a_check_that_makes_no_claim_is_named():
    start = GOOD.index("x = torch.tensor([[1.0")
    text = GOOD[:start] + "assert centre(x) is not None" + GOOD[GOOD.index("\n### BEGIN HIDDEN TESTS") :]
    line = line_of(text, '# %% check="centre"')
    assert complaints(text) == [
        (line, "the visible check of `centre` names 0 mistakes. Name at least two."),
        (line, "the visible check of `centre` makes no claim. Call `check.close` or another."),
        (
            line,
            "the check of `centre` can't be sealed, since something else than its claims decides. "
            "Write each claim as a statement, and no assert.",
        ),
    ]


CLASS = '''
class centre(nn.Module):
    """Shifts columns to mean 0."""

    def __init__(self) -> None:
        super().__init__()

    def forward(self, x: Tensor) -> Tensor:
        ### BEGIN SOLUTION
        def mean(x):
            return x.mean(dim=0)
        return x - mean(x)
        ### END SOLUTION
'''


def as_class(text):
    """Return the good lesson with its first task's cell replaced."""
    start, end = GOOD.index("def centre"), GOOD.index("\n\n# %% [markdown]\n# <details>")
    return GOOD[:start] + text.strip("\n") + GOOD[end:]


def test_a_class_is_a_good_task_and_what_the_solution_defines_needs_no_types():
    assert complaints(as_class(CLASS)) == []


def test_methods_of_a_class_need_types():
    text = as_class(CLASS.replace("self, x: Tensor", "self, x"))
    assert complaints(text) == [
        (line_of(text, "    def forward"), "`forward` has no types for x. Add them to the stub.")
    ]


def test_a_solution_in_the_class_body_is_named():
    text = as_class(
        CLASS.replace("        ### BEGIN SOLUTION\n", "").replace(
            "    def forward", "    ### BEGIN SOLUTION\n    def forward"
        ).replace("        ### END SOLUTION", "    ### END SOLUTION")
    )  # fmt: skip
    sentence = "`### BEGIN SOLUTION` stands in the body of the class. Put it inside a method."
    assert complaints(text) == [(line_of(text, "    ### BEGIN SOLUTION"), sentence)]


def test_a_definition_inside_the_solution_is_named():
    text = as_class("### BEGIN SOLUTION\ndef centre(x):\n    return x\n### END SOLUTION")
    sentence = "the definition of `centre` is in the solution. Begin the solution below the docstring."
    assert complaints(text) == [(line_of(text, '# %% task="centre"'), sentence)]


@pytest.mark.parametrize(
    "edit",
    [
        # Sealed
        ("check.equal(COLUMNS, 3,", "# Not sealed: to show how\ncheck.equal(COLUMNS, COLUMNS + 0,"),
        # Other shapes
        ("torch.arange(15.0).reshape(5, 3) ** 2", "torch.tensor([[1.0], [2.0], [5.0]])"),
        ("torch.arange(15.0).reshape(5, 3) ** 2", "x[:1]"),
        ("torch.arange(15.0).reshape(5, 3) ** 2", "torch.zeros(size=(5, 3))"),
        ("x = torch.arange(15.0).reshape(5, 3) ** 2", "check.close(centre([3, 1]), 0, 'centre')"),
        # Imports and definitions
        ("import math\n", "import math\n\nSEED = 7\n"),
        ("COLUMNS = 3", "COLUMNS: int = 3"),
        ("COLUMNS = 3", "def count() -> int:\n    return 3\nCOLUMNS = count()"),
        # Claims, labels and ends of cells
        (HIDDEN, HIDDEN.replace('"centre', 'label="centre')),
        (HIDDEN, HIDDEN.replace('"centre(x) on a (5, 3) tensor"', 'f"centre({x})"')),
        (HIDDEN, f"for x in (x, 2 * x):\n    {HIDDEN}"),
        (HIDDEN, f'with check.within(5, "centre(x)"):\n    {HIDDEN}'),
        (HIDDEN, HIDDEN + '\ncheck.predictions(x, x, at_least=0.8, label="x")'),
        (HIDDEN, HIDDEN + "\ny = x"),
        # Prose
        prose("5! = 120, `a!` is code, $n!$ a formula, a != b, and ~~~ no fence"),
        prose("```python\n# print('simply!')\n# ![](a.png) [b](c.html)\n# ```"),
        prose("![a plot](https://example.org/a.png)"),
        prose("![`dim`](https://example.org/a.png)"),
        prose('<img\n#   src="https://example.org/a.png" alt="a plot">'),
        prose("<img alt='a plot' src='https://example.org/a.png'>"),
        prose("[this lesson](../01_centring/01_centring.ipynb#top) [above](#top) [mail](mailto:a@example.org)"),
        prose("[scripts](scripts/model.py), [^1], [web](HTTPS://example.org)\n#\n# [^1]: A footnote."),
        code("# Simply so!\nx = 5"),
        # Forms of today
        code("torch.cuda.is_available()"),
        code("from torch.utils.data import DataLoader\nloader = torch.utils.data.DataLoader"),
        code("print(train_set.data.shape, dataset.data, data.load)"),
        code("class Variables:\n    pass"),
        # Points in part
        (HIDDEN, "### PARTIAL CREDIT\n" + HIDDEN + "\n1.5"),
        (HIDDEN, HIDDEN + "\npoints = 1.5\n    ### PARTIAL CREDIT\npoints"),
        ("### END HIDDEN TESTS\n\n", "### END HIDDEN TESTS\n### PARTIAL CREDIT\nround(1.2, 1)\n\n"),
        # Cells that only show something
        ('# %% task="COLUMNS"', f'{SHOW}\n{SHOW}print(three)\n\n# %% task="COLUMNS"'),
        ('# %% task="COLUMNS"', f'{SHOW}\n# %%\nthree = 5\nprint(three)\n\n# %% task="COLUMNS"'),
        ('# %% task="COLUMNS"', f'{SHOW}x, torch = 3, 5\n\n# %% task="COLUMNS"'),
        # Headings
        ("### How many? (1 minute, ●○○)", "### Bonus: how many? (1 minute, ●●●)"),
    ],
)
def test_what_only_looks_like_a_broken_rule_gets_no_sentence(tmp_path, edit):
    (tmp_path / "01_centring" / "scripts").mkdir(parents=True)
    (tmp_path / "01_centring" / "scripts" / "model.py").write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "01_centring.py").touch()
    assert complaints(edited(edit), tmp_path) == []


SCRIPT = '''def f(x: int) -> int:
    """Return the next number."""
    ### BEGIN SOLUTION
    return x + 1
    ### END SOLUTION
'''


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            '    """Return the next number."""\n',
            "",
            "`f` in scripts/model.py, line 1, has no docstring. Say what comes back.",
        ),
        ("x: int", "x", "scripts/model.py: `f` has no types for x. Add them to the stub."),
        ("### END SOLUTION", "pass", "a script breaks the rules of its format. "),
    ],
)
def test_a_script_that_breaks_a_rule_is_named(tmp_path, old, new, sentence):
    path = tmp_path / "01_centring" / "scripts" / "model.py"
    path.parent.mkdir(parents=True)
    path.write_text(SCRIPT.replace(old, new), encoding="utf-8")
    (line, said), *others = rules.scripts(lessons.parse(CENTRE, tmp_path / "01_centring.py"))
    assert (line, others) == (1, [])
    assert said.startswith(sentence)


def test_a_check_of_a_script_that_is_not_there_is_named(tmp_path):
    last = "# %% [markdown]\n# ## What you have learnt"
    check = CENTRE.replace(last, f'# %% check="main_script" script="main.py" points=1\nx = 1\n\n{last}')
    found = rules.scripts(lessons.parse(check, tmp_path / "01_centring.py"))
    assert [said for _, said in found] == ["there is no script course/01_centring/scripts/main.py. Write it."]


def test_the_claims_are_those_of_the_check_library():
    from kindling import check  # imports torch, which nothing else here needs

    places = rules._label_places()
    assert (
        {"close", "equal", "shape", "predictions", "unchanged", "raises", "layers"} <= set(places) <= set(check.__all__)
    )
    assert set(check.__all__) - set(places) == {"CheckFailed", "NotWritten", "hash_of", "summary", "when_written"}
    assert (places["close"], places["unchanged"], places["predictions"]) == (2, 2, 3)
