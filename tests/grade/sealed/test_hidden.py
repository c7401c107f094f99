"""A sentence on a hidden test tells no value, whatever a learner's code hands to the claim."""

import json
import re

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from kindling import check
from kindling.grade.sealed import claims, hidden
from kindling.grade.sealed.judge import Judge
from kindling.grade.sealed.slicing import seal
from kindling.grade.sealed.syntax import CLAIMS

BEGIN, END = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"


def said(source, solution, answer, **forged):
    """The sentence of grading on an answer, None where it is right; `forged` is put into each record of it."""
    sealed, sent = seal(source), []
    claims.send_to(lambda record: sent.append(json.loads(json.dumps(record))) or True)
    exec(sealed.reference, {"torch": torch, "nn": nn, "check": check, "f": solution})
    known = sealed.job(sent)
    judge = Judge(known["reference"], known["off_path"])
    claims.send_to(lambda record: judge.hears({**json.loads(json.dumps(record)), **forged}))
    failed = False
    try:
        exec(known["text"], {"torch": torch, "nn": nn, "check": check, "f": answer})
    except Exception:
        failed = True
    failure = judge.failure(failed=failed)
    return failure and failure[1]


def in_hidden(claim):
    return f"{BEGIN}\n{claim}\n{END}"


def fails(*arguments):
    raise KeyError(271828)


WANTED = 'check.close(f(x), [3.0, 4.5, 9.5], "f(x)")'
CLOSE = "x = torch.tensor([1.5, 2.25, 4.75])\n" + in_hidden(WANTED)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (lambda x: x + torch.tensor([0.0, 0.5, 0.0]), "f(x) has wrong values."),
        (lambda x: x * x, "f(x) has wrong values."),
        (lambda x: 4 * x, "f(x) has wrong values. Each number is twice the one wanted."),
        (lambda x: 6 * x, "f(x) has wrong values."),  # the relation tells a number
        (lambda x: x * torch.nan, "f(x) is nan."),
        (lambda x: x[:2], "f(x) has another shape than wanted."),
        (lambda x: (2 * x)[None],
         "f(x) has another shape than wanted. The numbers are right: which dimension of size 1 has to go?"),
        (lambda x: x > 2, "f(x) has another dtype than wanted."),
        (lambda x: None, "f(x) is None."),
        (lambda x: x.tolist(), "f(x) is of another type than wanted. Which function makes a tensor of a list?"),
        (lambda x: {271828: x}, "f(x) is of another type than wanted."),
        (lambda x: type("N271828", (), {})(), "f(x) is not what is wanted."),
        (lambda x: ..., "Not yet: `f` still needs your code."),
    ],
)  # fmt: skip
def test_a_wrong_tensor(answer, sentence):
    assert said(CLOSE, lambda x: 2 * x, answer) == sentence


@pytest.mark.parametrize(
    ("claim", "solution", "answer", "sentence"),
    [
        ('check.close(f(3), 4.5, "f(3)")', lambda x: 4.5, lambda x: 271828.0, "f(…) is not what is wanted."),
        ('check.close(f(3), 4.5, "f(3)", mistakes={"f(3) is 9: why?": 9.0})', lambda x: 4.5, lambda x: 9.0,
         "f(…) is 9: why?"),
        ('check.close(f(3), torch.tensor(4.5), "f(3)")', lambda x: torch.tensor(4.5), lambda x: torch.tensor(8.0),
         "f(…) has a wrong value."),
        ('check.close(f(3), [4.5, 1.0], "f(3)", lists=True)', lambda x: [4.5, 1.0], lambda x: [4.5, 2.0],
         "f(…) is not what is wanted."),
        ('check.close(f(3), [4.5, 1.0], "f(3)", lists=True)', lambda x: [4.5, 1.0], lambda x: [4.5] * 271,
         "f(…) has another length than wanted."),
        ('check.equal(f(3), (4, "a"), "f(3)")', lambda x: (4, "a"), lambda x: (4, "b"), "f(…) is not what is wanted."),
        ('check.equal(f(3), {"a": 4}, "f(3)")', lambda x: {"a": 4}, lambda x: {"b": 4},
         "f(…) has other keys than wanted."),
        ('check.equal(f(3), True, "f(3)")', lambda x: True, lambda x: False, "f(…) is not what is wanted."),
        ('check.shape(f(3), (3, 2), "f(3)")', lambda x: torch.ones(3, 2), lambda x: torch.ones(271828),
         "f(…) has another shape than wanted."),
        ('check.hashed(f(3), [check.hash_of(3)], "f(3)")', lambda x: x, lambda x: 271828, "f(…) is wrong."),
        ('x = torch.ones(2)\nf(x)\ncheck.unchanged(x, torch.ones(2), "x")', lambda x: x, lambda x: x.zero_(),
         "x was changed. Leave the argument as it was and return a new value."),
        ('check.falling(f(3), 3, "f(3)")', lambda x: [3.0, 2.0, 1.0], lambda x: [1.0, 2.0, 271828.0],
         "f(…) is not a list of one Python float for each epoch that falls."),
        ('check.layers(f(3), ["0: Linear(3, 2)"], "f(3)")', lambda x: nn.Sequential(nn.Linear(3, 2)),
         lambda x: nn.Sequential(nn.Linear(27, 18)), "f(…) has other layers than wanted."),
        ('check.avoids(lambda: f(torch.ones(2)), ["relu"], "f(x)")', lambda x: x, lambda x: x.relu(),
         "f(x) calls torch's own function for what the task is to write yourself."),
        ('check.raises(ValueError, lambda: f("a"), "f(\'a\')")', float, fails,
         "f(…) does not end with the error wanted."),
        ('check.raises(ValueError, lambda: f("a"), "f(\'a\')")', float, str,
         "f(…) does not end with the error wanted."),
        ('check.predictions(f(4), [0, 1, 2, 3], at_least=0.9, label="f(4)")', torch.arange,
         lambda x: torch.tensor([0, 1, 0, 0]), "f(…) is right for 50.0% of 4 examples, wanted at least 90%."),
        ('check.predictions(f(4), [0, 1, 2, 3], at_least=0.9, label="f(4)")', torch.arange,
         lambda x: torch.full((4,), 271828),
         "f(…) is not one class number for each example, or it is the same for all."),
        ('check.classifies(f, torch.arange(4), torch.arange(4), at_least=0.9, label="f")', lambda x: x,
         lambda x: x[:0], "f is not one class number for each image, or it is the same for all."),
        ("m = nn.Linear(2, 1)\nb = {k: v.clone() for k, v in m.state_dict().items()}\nf(m)\ncheck.moved(m, b, 'f(m)')",
         lambda m: m.weight.data.add_(1), lambda m: None,
         "f(m) never changed the weights. Does the optimizer step, and does it hold this model's parameters?"),
    ],
)  # fmt: skip
def test_each_kind_of_claim(claim, solution, answer, sentence):
    assert said(in_hidden(claim), solution, answer) == sentence
    assert said(in_hidden(claim), solution, solution) is None


@pytest.mark.parametrize(
    ("label", "told"),
    [
        ("conv_output_size(28, 5, 2, 1)", "conv_output_size(…)"),
        ("seeded_normal(8, (4,))", "seeded_normal(…)"),
        ("Reshape(2, 4)(x) of a (3, 8) tensor", "Reshape(…)(x) of a (3, 8) tensor"),
        ("get_dataset('', train=False)", "get_dataset(…)"),
        ("f(.5)", "f(…)"),
        ("Network().eval()(images) of x1", "Network().eval()(images) of x1"),
        ("softmax(x, dim)[0]", "softmax(x, dim)[0]"),
    ],
)
def test_a_label_does_not_say_what_a_function_was_called_with(label, told):
    claim = f'check.equal(f(), "a", {label!r}, mistakes={{{f"{label} is b: log(0)?"!r}: "b"}})'
    assert said(in_hidden(claim), lambda: "a", lambda: "c") == f"{told} is not what is wanted."
    assert said(in_hidden(claim), lambda: "a", lambda: "b") == f"{told} is b: log(0)?"


VISIBLE = "f(x) is 5.25 at [2], wanted 9.5, the largest of 3 differences."


@pytest.mark.parametrize(
    ("source", "tells"),
    [
        (f"x = torch.tensor([1.5, 2.25, 4.75])\n{WANTED}\n{in_hidden('check.equal(1, 1, str())')}", True),
        (f"x = torch.tensor([1.5, 2.25, 4.75])\n{in_hidden('check.equal(1, 1, str())')}\n{WANTED}", True),
        (f"x = torch.tensor([1.5, 2.25, 4.75])\n{in_hidden('pass')}\nif len(x):\n    {WANTED}", True),
        (f"x = torch.tensor([1.5, 2.25, 4.75])\nif len(x):\n    pass\n    {BEGIN}\n    {WANTED}\n    {END}", False),
        (f"x = torch.tensor([1.5, 2.25, 4.75])\n{in_hidden(f'for _ in range(2):{chr(10)}    {WANTED}')}", False),
        # A function that only hidden tests call, and one that all tests call.
        (f"x = torch.tensor([1.5, 2.25, 4.75])\ndef claim(x):\n    {WANTED}\n{in_hidden('claim(x)')}", False),
        (f"x = torch.tensor([1.5, 2.25, 4.75])\ndef claim(x):\n    {WANTED}\nclaim(x)\n{in_hidden('claim(x)')}", True),
    ],
)
def test_what_is_a_hidden_test(source, tells):
    sentence = said(source, lambda x: 2 * x, lambda x: torch.where(x > 2, x + 0.5, x))
    assert sentence == (VISIBLE if tells else "f(x) has wrong values.")


def test_each_kind_of_claim_has_a_sentence():
    assert hidden.SENTENCES.keys() == CLAIMS.keys() - {"close", "equal", "unchanged"}


def test_a_value_that_is_too_large():
    sentence = said(in_hidden('check.equal(f(3), 1, "f(3)")'), lambda x: 1, lambda x: [0] * 2_000_000)
    assert sentence == "f(…) is too large to be looked at."


def test_a_submission_does_not_say_what_is_hidden():
    assert said(CLOSE, lambda x: 2 * x, lambda x: x * x, hidden=False) == "f(x) has wrong values."


NUMBERS = st.integers(min_value=2) | st.floats(min_value=2) | st.integers(min_value=2).map(str)
VALUES = st.recursive(
    NUMBERS | st.lists(st.floats(2, 2000), max_size=4).map(torch.tensor),
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner) | st.dictionaries(NUMBERS, inner, max_size=3),
    max_leaves=6,
)


@given(actual=VALUES, expected=VALUES)
def test_no_number_is_told(actual, expected):
    for claim in (check.equal, check.close):
        try:
            claim(actual, expected, "f(x)")
        except check.CheckFailed as failure:
            told = hidden.without_values(failure, claim.__name__, "f(x)", actual, {"expected": expected})
            assert set(re.findall(r"[\d.]*\d", told)) <= {"0", "1"}
