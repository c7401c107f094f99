"""kindling.authoring.bare: which wrong answers get no help, and how many get which."""

import pytest

from kindling.authoring import answers, bare, lessons
from kindling.authoring.answers import Answer, Outcome

LESSON = """\
# %% [markdown]
# # A lesson

# %%
import torch

from kindling import check

# %% task="square"
def square(x):
    ### BEGIN SOLUTION
    return x**2
    ### END SOLUTION

# %% check="square" points=1
x = torch.tensor([1.5, -2.5, 3.25])
doubled = {"square(x) doubles.": [3.0, -5.0, 6.5]}
check.close(square(x), [2.25, 6.25, 10.5625], "square(x)", mistakes=doubled, inputs=(x,))
"""

KINDS = [
    ("def square(x): return 2 * x", "mistake", "named"),
    ("def square(x): return x", "relation", "diagnosed"),
    ("def square(x): pass", "claim", "explained"),
    ("def square(x): return x.abs() + 0.3 * x", "claim", "bare"),
    ("def square(x): return y", "explained", "explained"),
    ('def square(x): raise ValueError("no square")', "error", "bare"),
]


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A course with one lesson, whose bank has a right answer and a wrong one of each kind."""
    root = tmp_path_factory.mktemp("root")
    lesson, bank = root / "course" / "01_squares.py", root / "tests" / "answers" / "01_squares.py"
    for path in (lesson, bank):
        path.parent.mkdir(parents=True)
    lesson.write_text(LESSON)
    wrong = "".join(f'# %% wrong="square" says="…"\n{source}\n\n' for source, *_ in KINDS)
    bank.write_text(f'# %% right="square"\ndef square(x): return x * x\n\n{wrong}')
    return root


def test_each_kind_of_sentence_is_known(root):
    bank = [answer for answer in answers.read(root / "tests/answers/01_squares.py") if not answer.right]
    outcomes = answers.run(lessons.read(root / "course/01_squares.py"), bank, warm=True)
    outcomes = sorted(outcomes, key=lambda outcome: outcome.answer.line)
    assert [outcome.kind for outcome in outcomes] == [kind for _, kind, _ in KINDS]
    assert [bare.group(outcome) for outcome in outcomes] == [group for *_, group in KINDS]


def test_the_bare_ones_are_listed_and_all_are_counted(root):
    assert list(bare.find(root)) == [
        "tests/answers/01_squares.py:13: square: square(x) is 4.225 at [2], wanted 10.56, "
        "the largest of 3 differences.",
        "tests/answers/01_squares.py:19: square: ValueError: no square",
        "01_squares: of 6 wrong answers 17% named, 17% diagnosed, 33% explained, 33% bare.",
    ]


@pytest.mark.parametrize(
    ("said", "group"),
    [
        ("f(x) is 2, wanted 3.", "bare"),
        ("f(x) is 0.2 at [0, 1], wanted 0.1, the largest of 4 differences.", "bare"),
        ("f(x) is int64[2], wanted float32[2].", "bare"),
        ("f(x) is None, wanted float32[2]. Does it return its result?", "explained"),
        ("x was changed. Leave the argument as it was and return a new value.", "explained"),
    ],
)
def test_a_difference_alone_is_no_help(said, group):
    assert bare.group(Outcome(Answer("f", "", said), said, "claim")) == group
