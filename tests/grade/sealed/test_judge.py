"""Only one well-formed record for each claim, in order and with the right value, holds."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from conftest import REPOSITORY
from torch import nn

from kindling import check
from kindling.authoring import lessons
from kindling.grade.sealed import claims
from kindling.grade.sealed.judge import EXTRA, OTHER, SHORT, TOO_LARGE, Judge
from kindling.grade.sealed.plain import freeze
from kindling.grade.sealed.slicing import seal


def records(text, names):
    """What the claims of a rewritten text send, and its error."""
    sent = []
    claims.send_to(lambda record: sent.append(json.loads(json.dumps(record))) or True)
    error = None
    try:
        exec(text, dict(names))
    except Exception as raised:
        error = raised
    return sent, error


def judged(source, solution, answer):
    """The sentence for an answer, sealed and on the spot."""
    tools = {"torch": torch, "nn": nn, "check": check}
    sealed = seal(source)
    known = sealed.job(records(sealed.reference, {**tools, **solution})[0])
    judge = Judge(known["reference"], known["off_path"])
    claims.send_to(lambda record: judge.hears(json.loads(json.dumps(record))))
    failed, spot = None, None
    try:
        exec(known["text"], {**tools, **answer})
    except Exception as error:
        failed = error
    found = judge.failure(failed=failed is not None)
    try:
        exec(source, {**tools, **answer})
    except Exception as error:
        spot = str(error)
    return (found[1] if found else failed and str(failed)), spot


def too_large(x):
    raise ValueError("too large")


def several(x):
    raise ExceptionGroup("some", [ValueError()])


def wrong_type(x):
    raise TypeError("of another kind")


@pytest.mark.parametrize(
    ("source", "solution", "answer"),
    [
        ('check.close(f(3.0), 6.0, "f(3)", mistakes={"squared": 9.0})', lambda x: 2 * x, lambda x: x * x),
        ('check.close(f(3.0), 6.0, "f(3)", mistakes={"squared": 9.0})', lambda x: 2 * x, lambda x: x + 1),
        ('check.close(f(3.0), 6.0, "f(3)")', lambda x: 2 * x, lambda x: None),
        ('check.close(f(3.0), 6.0, "f(3)")', lambda x: 2 * x, lambda x: ...),
        ('check.close(f(torch.ones(2)), [2.0, 2.0], "f(x)", rtol=0.5)', lambda x: 2 * x, lambda x: 3.5 * x),
        ('check.equal(f(3), (1, "a"), "f(3)")', lambda x: (1, "a"), lambda x: (1, "b")),
        (
            "x = torch.arange(15.0).reshape(5, 3) ** 2\n"
            'check.close(f(x), x.mean(dim=0), "f(x)", inputs=(x,), sizes={"batch": 5})',
            lambda x: x.mean(dim=0),
            lambda x: x.sum(dim=0),
        ),
        # An argument that the learner's function changed in place is not taken for the one that it was.
        (
            'x = torch.tensor([1.5, 2.25, 4.75])\ncheck.close(f(x), [0.5, 0.75, 4.75 / 3], "f(x)", inputs=(x,))',
            lambda x: x / 3,
            lambda x: x.add_(7),
        ),
        (
            'x = torch.tensor([1.5, 2.25, 4.75])\ncheck.close(f(x), [0.5, 0.75, 4.75 / 3], "f(x)", inputs=(x,))',
            lambda x: x / 3,
            lambda x: x,
        ),
        (
            'check.close(f(3), 4.3, "f(3)", parts=([2.5, 3.25, 14.5], [4, 4, 2]))',
            lambda x: 4.3 + 0.9 - 0.9,
            lambda x: 6.75,
        ),
        (
            'check.shape(f(3), (3, 2), "f(3)", mistakes={"turned": (2, 3)})',
            lambda x: torch.ones(x, 2),
            lambda x: torch.ones(2, x),
        ),
        ('check.shape(f(3), (3, 2), "f(3)")', lambda x: torch.ones(x, 2), lambda x: [1]),
        ('x = torch.ones(2)\nf(x)\ncheck.unchanged(x, torch.ones(2), "x")', lambda x: x, lambda x: x.zero_()),
        # Of a large one, hashes are compared.
        (
            'x = torch.ones(200, 100)\nbefore = x.clone()\nf(x)\ncheck.unchanged(x, before, "x")',
            lambda x: x,
            lambda x: x[7].zero_(),
        ),
        ('check.hashed(f(4), [check.hash_of(8)], "f(4)")', lambda x: 2 * x, lambda x: x * x),
        ('check.falling(f(3), 3, "f(3)")', lambda x: [3.0, 2.0, 1.0], lambda x: [1.0, 2.0, 3.0]),
        ('check.falling(f(1), 1, "f(1)")', lambda x: [3.0], lambda x: [torch.ones(1, requires_grad=True).sum()]),
        (
            'check.predictions(f(4), [0, 1, 2, 3], at_least=0.9, label="f(4)")',
            torch.arange,
            lambda x: torch.zeros(x).long(),
        ),
        (
            "images, labels = torch.arange(12.0).view(4, 3), torch.tensor([0, 1, 2, 0])\n"
            'check.classifies(f, images, labels, at_least=0.9, label="f")',
            lambda x: x.sum(dim=1).long() // 9 % 3,
            lambda x: torch.zeros(len(x)).long(),
        ),
        (
            'check.layers(f(3), ["0: Linear(3, 2)"], "f(3)")',
            lambda x: nn.Sequential(nn.Linear(x, 2)),
            lambda x: nn.Sequential(nn.Linear(2, x)),
        ),
        ('check.layers(f(3), ["0: Linear(3, 2)"], "f(3)")', lambda x: nn.Sequential(nn.Linear(x, 2)), lambda x: 5),
        ('check.avoids(lambda: f(torch.ones(2)), ["relu"], "f(x)")', lambda x: x.clamp(min=0), lambda x: x.relu()),
        ('check.raises(ValueError, lambda: f(1), "f(1)", naming="large")', too_large, lambda x: x),
        ('check.raises(ValueError, lambda: f(1), "f(1)", naming="large")', too_large, wrong_type),
        (
            'check.raises(FileNotFoundError, lambda: f("/no"), "f(1)", naming="/no")',
            open,
            lambda x: Path("/yes").read_text(),
        ),
        ('check.raises(ExceptionGroup, lambda: f(1), "f(1)", naming="some")', several, too_large),
        ('check.raises(KeyError, lambda: f(1), "f(1)", naming="large")', lambda x: {}["large"], lambda x: {}["small"]),
        (
            "m = nn.Linear(2, 1)\nb = {k: v.clone() for k, v in m.state_dict().items()}\n"
            'f(m)\ncheck.moved(m, b, "f(m)")',
            lambda m: m.weight.data.add_(1),
            lambda m: None,
        ),
        (
            'try:\n    f(1)\nexcept TypeError:\n    check.equal("no", "yes", "f")\ncheck.equal(f(1), 1, "f(1)")',
            lambda x: x,
            wrong_type,
        ),
        ('y = f(1)\ncheck.equal(y, 1, f"f(1) = {y}", mistakes={f"{y} is wrong": y})', lambda x: x, lambda x: 7),
    ],
)
def test_sealed_and_on_the_spot_say_the_same(source, solution, answer):
    sealed, spot = judged(source, {"f": solution}, {"f": answer})
    assert spot is not None
    assert sealed == spot
    assert judged(source, {"f": solution}, {"f": solution}) == (None, None)


def test_a_large_tensor_that_must_not_change_is_reported_in_few_characters():
    source = 'check.unchanged(x, torch.zeros(200, 100), "x")'
    sent, error = records(seal(source).reference, {"torch": torch, "check": check, "x": torch.zeros(200, 100)})
    assert error is None
    assert len(json.dumps(sent)) < 1000


def test_an_error_before_a_claim_stands_for_itself():
    source = 'check.equal(f(1), 1, "f(1)")\ncheck.equal(f(2), 2, "f(2)")'
    assert judged(source, {"f": lambda x: x}, {"f": lambda x: x if x == 1 else wrong_type(x)})[0] == "of another kind"


RIGHT = {"site": 0, "kind": "equal", "actual": {"is": "int", "value": "1"}, "given": {}}
REFERENCE = [{**RIGHT, "given": {"expected": RIGHT["actual"], "label": {"is": "str", "value": "f(1)"}}, "open": []}] * 2


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ([RIGHT, RIGHT], None),
        ([], SHORT.format(came=0, wanted=2)),
        ([RIGHT], SHORT.format(came=1, wanted=2)),
        ([RIGHT] * 3, EXTRA.format(wanted=2)),
        ([RIGHT, None], OTHER),
        ([RIGHT, 5], OTHER),
        ([RIGHT, {}], OTHER),
        ([{**RIGHT, "site": 1}], OTHER),
        ([{**RIGHT, "kind": "close"}], OTHER),
        ([{**RIGHT, "kind": "predictions"}], OTHER),
        ([{**RIGHT, "actual": None}], "f(1) is None, wanted a Python int. Does it return its result?"),
        ([{**RIGHT, "actual": {"is": "pickle", "value": "x"}}], OTHER),
        ([{**RIGHT, "actual": {"is": "list"}}], OTHER),
        ([{**RIGHT, "actual": "1"}], OTHER),
        ([{**RIGHT, "actual": {"is": "too large"}}], TOO_LARGE.format(label="f(1)")),
        # What the reference expects, no record can change.
        (
            [{**RIGHT, "actual": {"is": "int", "value": "2"}, "given": {"expected": {"is": "int", "value": "2"}}}],
            "f(1) is 2, wanted 1.",
        ),
    ],
    ids=str,
)
def test_what_counts_is_one_right_record_for_each_claim(sent, sentence):
    judge = Judge(REFERENCE)
    for record in sent:
        judge.hears(record)
    found = judge.failure(failed=False)
    assert (found and found[1]) == sentence


ASKS = {"site": 0, "kind": "classifies", "asks": "images"}
UNSEEN = [{"site": 0, "kind": "classifies", "given": {"images": freeze(torch.ones(2, 3)), "labels": freeze([1, 2])}}]


def test_images_are_given_at_their_claim_and_labels_never():
    judge = Judge(UNSEEN)
    assert judge.hears(ASKS) == UNSEEN[0]["given"]["images"]
    assert judge.failure(failed=False)[1] == SHORT.format(came=0, wanted=1)


@pytest.mark.parametrize(("reference", "record"), [(UNSEEN, {**ASKS, "site": 1}), (REFERENCE, ASKS), ([], ASKS)])
def test_images_are_given_at_no_other_place(reference, record):
    judge = Judge(reference)
    assert judge.hears(record) is False
    assert judge.failure(failed=True)[1] == OTHER


def test_the_held_out_images_labels_and_seeds_are_in_no_kernel():
    lost = {
        task.id: check.for_learners(range(check.claims))
        for path in lessons.find(REPOSITORY / "course", ["04", "08"])
        for task in lessons.read(path).tasks
        if "check.classifies(" in task.check.source and (check := seal(task.check.source))
    }
    assert lost.keys() == {"model", "accuracy", "accuracy_bonus"}
    for text in lost.values():
        assert [word for word in ("2004", "seed=41", "held_out") if word in text] == []


def test_nothing_after_a_failed_claim_counts():
    judge = Judge(REFERENCE)
    assert not judge.hears(None)
    assert not judge.hears(RIGHT)
    assert not judge.hears(RIGHT)
    assert judge.failure(failed=False)[1] == OTHER


def test_claims_off_the_path_can_fail_a_check_and_never_pass_it():
    judge = Judge(REFERENCE, off_path=[7])
    held = {**RIGHT, "site": 7, "given": {"expected": RIGHT["actual"], "label": {"is": "str", "value": "f"}}}
    assert all(judge.hears(held) for _ in range(5))
    assert judge.failure(failed=False)[1] == SHORT.format(came=0, wanted=2)


@pytest.mark.parametrize(
    "record",
    [
        {**RIGHT, "actual": {"is": "array", "dtype": "<f4", "shape": [2**33], "data": None}},
        {**RIGHT, "actual": {"is": "array", "dtype": "V2000000000", "shape": [1], "data": None}},
        {**RIGHT, "actual": {"is": "array", "dtype": [["a", "<f4"]], "shape": [1], "data": None}},
        {**RIGHT, "actual": {"is": "tensor", "dtype": "torch.float32", "shape": [2**39] * 9, "data": None}},
        {**RIGHT, "actual": {"is": "list", "items": [None] * 2_000_000}},
        {
            **RIGHT,
            "actual": {"is": "dict", "items": [[freeze(k * (2**61 - 1)), None] for k in range(20_000)]},
        },
    ],
    ids=range(6),
)
def test_a_record_that_would_take_all_memory_or_time_is_none(record):
    judge = Judge(REFERENCE)
    assert not judge.hears(record)
    assert judge.failure(failed=False)[1] == OTHER


def test_a_label_of_a_learners_is_short():
    reference = [{**REFERENCE[0], "open": ["label"]}]
    for label in ("(" * 1_000_000 + "]", 5):
        judge = Judge(reference)
        judge.hears({**RIGHT, "actual": None, "given": {"label": freeze(label)}})
        assert judge.failure(failed=False)[1] == OTHER


def times(called, number=3):
    for _ in range(number):
        called(1)


def bump(x):
    Counting.met += 1
    return x


class Counting:
    """Counts how often it is entered."""

    met = 0

    def __enter__(self):
        Counting.met += 1

    def __exit__(self, *_):
        return False


# What is left out of a check changes nothing for what is not.
HONEST = r"""
# global
n = 0
def count(x):
    global n
    n += 1
    return x
times(count)
check.equal(n, 3, "n")
# global assign
n = 0
def count(x):
    global n
    n = x + 4
times(count)
check.equal(n, 5, "n")
# nonlocal
def run():
    n = 0
    def count(x):
        nonlocal n
        n += 1
    times(count)
    check.equal(n, 3, "n")
run()
# nested list
x = torch.zeros(2)
y = [x]
y[0][0] = 5
check.close(f(x), [5.0, 0.0], "x")
# view
x = torch.zeros(2, 2)
v = torch.transpose(x, 0, 1)
v[0] = 5
check.close(f(x), [[5.0, 0.0], [5.0, 0.0]], "x")
# aug alias
x = torch.zeros(2)
y = x
x += 1
check.close(f(y), [1.0, 1.0], "y")
# aug alias list
x = [1]
y = x
x += [2]
check.equal(f(y), [1, 2], "y")
# del
w = 1
del w
check.equal(f(1), 1, "f")
# walrus
x = []
(x := data).append(5)
check.equal(f(len(x)), len(data), "f")
# try kill
y = 1
try:
    y = 2
    too_large(1)
    y = 3
except ValueError:
    check.equal(f(y), 2, "y")
# try raise
try:
    y = int("x")
    z = 1
except ValueError:
    z = 2
check.equal(f(z), 2, "z")
# try finally
y = 1
try:
    try:
        y = 2
        too_large(1)
        y = 3
    finally:
        check.equal(f(y), 2, "y")
except ValueError:
    pass
# suppress
import contextlib
y = 1
with contextlib.suppress(ValueError):
    y = 2
    too_large(1)
    y = 3
check.equal(f(y), 2, "y")
# with effect
Counting.met = 0
with Counting():
    w = 1
check.equal(Counting.met, 1, "n")
# break
for x in (1, 2):
    y = 1
    if x:
        break
    y = 2
check.equal(f(y), 1, "y")
# continue
y = 0
for x in (1, 2):
    y = 1
    if x:
        continue
    y = 2
check.equal(f(y), 1, "y")
# continue2
n = 0
for x in (1, 2):
    check.equal(f(n), 0 if x == 1 else 7, "n")
    n = 7
    if x:
        continue
    n = 2
# for else
for x in (1, 2):
    z = x
else:
    check.equal(f(z), 2, "z")
# while
n = 3
while n > 0:
    f(1)
    n = n - 1
    if n < -5: break
check.equal(f(1), 1, "f")
# while else
n = 1
while n > 0:
    n -= f(1)
else:
    check.equal(f(n), 0, "n")
# match
match 3:
    case 3:
        check.equal(f(1), 1, "f")
# class claim
class A:
    def go(self):
        check.equal(f(1), 1, "f")
A().go()
# decorator
seen = []
def register(g):
    seen.append(g)
    return g
@register
def g():
    return 4
check.equal(f(len(seen)), 1, "n")
# default arg
n = 5
def g(n=n):
    return n
check.equal(f(g()), 5, "g")
# returns annotation
A = int
def g() -> A:
    return 5
check.equal(f(g()), 5, "g")
# blank impure
def e(x, w):
    check.equal(f(x), 1, "f")
k = []
e(1, k.append(2))
check.equal(f(k), [2], "k")
# twice defined
def e(w, x):
    check.equal(f(x), w, "f")
e(1, 1)
def e(x, w):
    check.equal(f(x), w, "f")
e(2, 2)
# lambda late
g = lambda: n
n = 3
check.equal(f(g()), 3, "g")
# gen late
n = 1
g = (n * i for i in (1, 2))
n = 3
check.equal(f(list(g)), [3, 6], "g")
# sum it
it = iter([1, 2, 3])
w = list(it)
check.equal(f(list(it)), [], "it")
# for it
it = iter([1, 2, 3])
w = 0
for y in it:
    w += y
check.equal(f(list(it)), [], "it")
# comp it
it = iter([1, 2, 3])
w = [y for y in it]
check.equal(f(list(it)), [], "it")
# in it
it = iter([1, 2, 3])
w = 2 in it
check.equal(f(list(it)), [3], "it")
# gen fn it
def g():
    yield 1
    yield 2
it = g()
w = list(it)
check.equal(f(list(it)), [], "it")
# rng integers
import numpy as np
rng = np.random.default_rng(0)
w = rng.integers(100)
x = int(rng.integers(100))
check.equal(f(x), x, "x")
# np.random.uniform
import numpy as np
np.random.seed(0)
w = np.random.uniform()
x = np.random.uniform()
check.close(f(x), x, "x")
# np.random.uniform noimport
np.random.seed(0)
w = np.random.uniform()
x = np.random.uniform()
check.close(f(x), x, "x")
# normal_
torch.manual_seed(0)
w = torch.empty(2)
w.normal_()
x = torch.randn(2)
check.close(f(x), x, "x")
# uniform_ expr
torch.manual_seed(0)
w = torch.empty(2).uniform_()
x = torch.randn(2)
check.close(f(x), x, "x")
# exponential_
torch.manual_seed(0)
w = torch.empty(2)
w.exponential_()
x = torch.randn(2)
check.close(f(x), x, "x")
# popleft
import collections
d = collections.deque([1, 2])
w = d.popleft()
check.equal(f(list(d)), [2], "d")
# popitem
d = dict(a=1, b=2)
w = d.popitem()
check.equal(f(d), {"a": 1}, "d")
# pop
d = [1, 2]
w = d.pop()
check.equal(f(d), [1], "d")
# setitem
d = [1, 2]
w = d.__setitem__(0, 5)
check.equal(f(d), [5, 2], "d")
# file
import tempfile
fh = tempfile.TemporaryFile("w+")
fh.write("a\nb\n")
fh.seek(0)
w = fh.readline()
check.equal(f(fh.readline()), "b\n", "fh")
# out
x = torch.zeros(2)
a = torch.ones(2)
w = torch.add(a, a, out=x)
check.close(f(x), [2.0, 2.0], "x")
# sorted key
k = []
def key(x):
    k.append(x)
    return x
w = sorted([2, 1], key=key)
check.equal(f(k), [2, 1], "k")
# map learners
Counting.met = 0
w = list(map(bump, [1, 2]))
check.equal(Counting.met, 2, "n")
# chain
a = b = []
b.append(1)
check.equal(f(a), [1], "a")
# class reg
subs = []
class B:
    def __init_subclass__(cls):
        subs.append(1)
class C(B):
    pass
check.equal(f(len(subs)), 1, "n")
# dict attr
class O: pass
o = O()
p = o
p.v = 3
check.equal(f(o.v), 3, "v")
# setattr
import types
o = types.SimpleNamespace()
w = setattr(o, "v", 3)
check.equal(f(o.v), 3, "v")
# vars
x = 5
w = 6
check.equal(f(eval("x")), 5, "x")
# locals
x = 5
check.equal(f(globals()["x"]), 5, "x")
"""


@pytest.mark.parametrize("source", HONEST.split("\n# ")[1:], ids=lambda source: source.partition("\n")[0])
def test_an_honest_answer_holds(source):
    names = {"f": lambda x: x, "times": times, "bump": bump, "Counting": Counting, "too_large": too_large}
    source = f"# {source}"
    assert judged(source, {**names, "np": np, "data": [0]}, {**names, "np": np, "data": [0]}) == (None, None)
