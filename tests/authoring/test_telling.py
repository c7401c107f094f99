"""kindling.authoring.telling: what several slips make the same of is named, other expected values are not."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from kindling.authoring import telling
from kindling.diagnose.values import Known
from kindling.errors import KindlingError

FIVE = [3.25, -1.57, 0.82, 5.41, 2.68]
TABLE = torch.randn(4, 4, generator=torch.Generator().manual_seed(1))
ADVICE = "or say why not in a comment above the claim, `# Not telling: …`."
NUMBERS = f"Take numbers with three digits, in no order and around no middle, and sizes that differ, {ADVICE}"


@pytest.mark.parametrize(
    ("expected", "known", "words"),
    [
        ([1.0, 2.0, 3.0, 4.0], {}, ("plus 1", "one place early")),
        ([[-2.25], [-0.75], [0.75], [2.25]], {}, ("with the wrong sign", "in reverse order along dimension 0")),
        ([0.12, 0.37, 0.65, 0.88, 0.51], {}, None),
        ([0.12, 0.35, 0.5, 0.65, 0.88], {}, ("subtracted from 1", "with the largest first")),
        ([0.31, 2.72, 1.14, 0.65, 0.31], {}, ("as the first of them", "as the last of them")),
        (FIVE, {"sizes": {"batch": 5}, "inputs": [0.2]}, ("times 5 (batch)", "divided by 0.2 (an argument)")),
        (FIVE, {"sizes": {"batch": 5}, "inputs": [0.3]}, None),
        (
            6.75,
            {"parts": ([4.5, 9.0, 9.0], [2, 1, 1])},
            ("as the number of the last batch", "as the sum over all examples divided by the batches"),
        ),
        (FIVE, {"previous": [1.31, 2.72, -0.53, 4.14, 0.65]}, None),
        (FIVE, {"previous": [0.0] * 5}, None),  # the other way is the wrong sign, and what is known more says so
        (FIVE, {}, None),
        (TABLE, {"inputs": [TABLE * 2 + 1]}, None),
        (TABLE.log_softmax(1), {}, None),
        (TABLE.softmax(1), {}, None),
        ([2.31, 1.72, 1.14, 0.65], {}, None),  # a loss falls, and in reverse order it is sorted
        # What tells nothing by nature.
        (4.0, {}, None),
        ([1.0, 2.0, 3.0], {}, None),
        (torch.full((2, 3), 0.25), {}, None),
        (torch.arange(9), {}, None),
        ([1.0, 2.0, 3.0, float("nan")], {}, None),
        ("text", {}, None),
        (None, {}, None),
    ],
)  # fmt: skip
def test_two_slips_that_make_the_same_of_a_value_are_named(expected, known, words):
    assert telling.agreeing(expected, Known(**known)) == words


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_a_table_of_normal_numbers_tells(seed):
    assert telling.agreeing(torch.randn(4, 4, generator=torch.Generator().manual_seed(seed)), Known()) is None


LESSON = """\
# %% [markdown]
# # A lesson

# %%
import torch

from kindling import check

# %% task="double"
def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION

# %% check="double" points=1
x = torch.tensor([0.5, 1.0, 1.5, 2.0])
check.close(double(x), [1.0, 2.0, 3.0, 4.0], "double(x)")
# Not telling: the task's example.
check.close(double(x), [1.0, 2.0, 3.0, 4.0], "double(x), again")
### BEGIN HIDDEN TESTS
for x in (torch.tensor([1.31, -2.72, 0.53, 4.14]), x):
    check.close(double(x), x + x, "double(x) of other numbers", sizes={"numbers": 4, "rows": 1})
check.close(double(x), 2 * x, "double(x) of the last numbers", sizes={"batch": 2})
### END HIDDEN TESTS

# %% task="mean"
def mean(batches):
    ### BEGIN SOLUTION
    return sum(batch.sum().item() for batch in batches) / sum(map(len, batches))
    ### END SOLUTION

# %% check="mean" points=1
batches = torch.tensor([1.31, 2.72, 0.53, 4.14]).split(2)
check.close(mean(batches), 2.175, "mean(batches)", parts=([2.015, 2.335], [2, 2]))
check.close(mean(batches), 2.175, "mean(batches), again", sizes={"batch": 2, "batches": 2})
check.close(
    (mean(batches), 2),
    (2.175, 2),
    "mean(batches) and 2",
    mistakes={
        "mean(batches) is a sum.": (8.7, 2),
        "mean(batches) is four times what is wanted.": (8.7, 2),
        "mean(batches) is a list.": ([8.7], 2),
    },
)
same = mean(batches)
check.close(same, 2.175, "mean(batches), once more", mistakes={"It is a sum.": 2 * same, "It is twice.": 2 * same})
check.equal(len(batches), 2, "the number of batches", mistakes={"One.": 1, "A single one.": 1})
"""


@pytest.fixture
def root(tmp_path):
    """A course with one lesson."""
    (tmp_path / "course").mkdir()
    (tmp_path / "course" / "01_doubles.py").write_text(LESSON)
    return tmp_path


def test_each_claim_that_cannot_tell_is_named_with_its_line(root):
    line = {text: number for number, text in enumerate(LESSON.splitlines(), 1)}
    at = "course/01_doubles.py:{}: {}".format
    assert list(telling.find(root)) == [
        at(
            line['check.close(double(x), [1.0, 2.0, 3.0, 4.0], "double(x)")'],
            'the numbers wanted of "double(x)" are the same plus 1 and one place early, so no sentence can tell a '
            f"learner which it is. {NUMBERS}",
        ),
        at(
            line['check.close(double(x), 2 * x, "double(x) of the last numbers", sizes={"batch": 2})'],
            'the numbers wanted of "double(x) of the last numbers" come with `batch` of size 2, and what is doubled '
            f"may be many things. Make it 3, {ADVICE}",
        ),
        at(
            line['check.close(mean(batches), 2.175, "mean(batches)", parts=([2.015, 2.335], [2, 2]))'],
            'the numbers wanted of "mean(batches)" come from batches of one size. Make the last one smaller, ' + ADVICE,
        ),
        at(
            line['check.close(mean(batches), 2.175, "mean(batches), again", sizes={"batch": 2, "batches": 2})'],
            'the numbers wanted of "mean(batches), again" come with `batch` and `batches` of one size. Give them '
            f"different sizes, {ADVICE}",
        ),
        at(
            line['    (mean(batches), 2),'] - 1,
            'the mistake "mean(batches) is four times what is wanted." is never said: "mean(batches) is a sum." has '
            f"the same value. Take numbers that tell the two apart, or make one sentence of them, {ADVICE}",
        ),
        at(
            line['check.equal(len(batches), 2, "the number of batches", mistakes={"One.": 1, "A single one.": 1})'],
            'the mistake "A single one." is never said: "One." has the same value. Take numbers that tell the two '
            f"apart, or make one sentence of them, {ADVICE}",
        ),
    ]  # fmt: skip


def test_a_lesson_that_does_not_run_is_named(root):
    (root / "course" / "01_doubles.py").write_text(LESSON.replace("return 2 * x", "return 3 * x"))
    with pytest.raises(KindlingError, match="the lesson does not run with its own solutions"):
        list(telling.find(root, ["01"]))
