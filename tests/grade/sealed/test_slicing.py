"""A check's text in a learner's kernel works out actual values alone; in the reference it records all of them."""

import pytest

from kindling.grade.sealed.slicing import TOOLS, seal


def learners(source, on_path=None):
    check = seal(source)
    return check.for_learners(range(check.claims) if on_path is None else on_path).removeprefix(TOOLS).splitlines()


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ('check.close(f(2), torch.ones(2) * 2, "f(2)")', ["__claims__.report('close', 0, f(2))"]),
        (
            "x = torch.ones(3)\nwanted = torch.sigmoid(x)\n"
            'check.close(f(x), wanted, "f(x)", mistakes={"…": wanted / 2})',
            ["x = torch.ones(3)", "__claims__.report('close', 0, f(x))"],
        ),
        # One name, first for what is wanted and then for what came.
        (
            'loss = torch.ones(2).mean()\nwanted = loss\nloss = f(3)\ncheck.close(loss, wanted, "f(3)")',
            ["loss = f(3)", "__claims__.report('close', 0, loss)"],
        ),
        (
            'wanted = 0.0\nfor y in (1, 2):\n    wanted += y\ncheck.close(f(2), wanted, "f(2)")',
            ["__claims__.report('close', 0, f(2))"],
        ),
        (
            "x, start = torch.ones(2), torch.zeros(2)\n"
            'check.close(f(x), x, "f(x)", inputs=(x, 0.1), sizes={"batch": 2}, parts=([1.5], [2]), previous=start)',
            ["x = torch.ones(2)", "__claims__.report('close', 0, f(x))"],
        ),
        (
            'x, wanted = torch.ones(2), torch.zeros(2)\ncheck.close(f(x), wanted, "f(x)")',
            ["x = torch.ones(2)", "__claims__.report('close', 0, f(x))"],
        ),
        (
            'for x, wanted in ((1, 2), (3, 4)):\n    check.equal(f(x), wanted, "f(x)")',
            ["for x, wanted in ((1, None), (3, None)):", "    __claims__.report('equal', 0, f(x))"],
        ),
        (
            'def expect(x, wanted):\n    check.equal(f(x), wanted, "f(x)")\n\n\nexpect(1, 2)',
            ["def expect(x, wanted):", "    __claims__.report('equal', 0, f(x))", "expect(1, None)"],
        ),
        (
            'wanted = torch.zeros(2)\nwanted[0] = 5\ncheck.close(f(), wanted, "f()")',
            ["__claims__.report('close', 0, f())"],
        ),
        (
            'def wanted(x):\n    return x.relu()\n\n\ncheck.close(f(x), wanted(x), "f(x)")',
            ["__claims__.report('close', 0, f(x))"],
        ),
    ],
)
def test_what_only_expected_values_need_is_left_out(source, kept):
    assert learners(source) == kept


@pytest.mark.parametrize(
    "source",
    [
        'x = torch.ones(2)\nf(x)\ncheck.close(x, [2.0, 2.0], "x")',  # a call of the learner's, for its effect
        'wanted = torch.randn(2)\nx = torch.randn(2)\ncheck.close(f(x), wanted, "f(x)")',  # x is the second draw
        'for p in model.parameters():\n    p.zero_()\ncheck.close(model(1), 0.0, "model(1)")',  # p is a part of model
        'hook = model.register_forward_hook(note)\nhook.remove()\ncheck.close(model(1), 0.0, "model(1)")',
        'import warnings\nwarnings.simplefilter("always")\ncheck.close(f(1), 0.0, "f(1)")',
        'view = x[0]\nview[0] = 5\ncheck.close(f(x), 0.0, "f(x)")',  # x changes with its view
        'with torch.no_grad():\n    y = f(x)\ncheck.close(y, 0.0, "f(x)")',
        'try:\n    y = f(x)\nexcept ValueError:\n    y = None\ncheck.equal(y, None, "f(x)")',
        'calls = []\n\n\ndef note(x):\n    calls.append(x)\n\n\nf(note)\ncheck.equal(calls, [1], "calls")',
    ],
)
def test_what_actual_values_need_is_kept(source):
    def plain(text):
        return [line.replace('"', "'") for line in text.splitlines() if line.strip() and "check." not in line]

    assert [line for line in learners(source) if line.strip() and "__claims__" not in line] == plain(source)


@pytest.mark.parametrize(
    ("source", "open_"),
    [
        ('check.close(f(x), 2 * x, "f(x)")', {0: ["expected"]}),  # x is the notebook's
        ('x = torch.ones(2)\ncheck.close(f(x), 2 * x, "f(x)")', {}),
        ('y = f(1)\ncheck.close(y, y + 0, "f(1)")', {0: ["expected"]}),
        ('y = f(1)\ny = 2\ncheck.close(f(2), y, "f(2)")', {}),
        ('x = torch.randn(2)\ncheck.close(f(x), x, "f(x)")', {}),
        ('f(1)\nx = torch.randn(2)\ncheck.close(f(x), x, "f(x)")', {0: ["expected"]}),  # drawn after f has drawn, maybe
        ('f(1)\ntorch.manual_seed(3)\nx = torch.randn(2)\ncheck.close(f(x), x, "f(x)")', {}),
        ('f(1)\nx = torch.randn(2, generator=torch.Generator())\ncheck.close(f(x), x, "f(x)")', {}),
        ('model = nn.Linear(2, 1)\ntrain(model)\ncheck.close(f(), model.weight, "f()")', {0: ["expected"]}),
        ('run = scripts.Desk("t").run("x")\ncheck.equal(run.code, 1, f"exit code {run.code}")', {0: ["label"]}),
        ('n = f()\ncheck.close(f(), 1, f"f() of {n}")', {0: ["label"]}),
        ('n = f()\ncheck.close(f(), 1, "f()", mistakes={"one": 2, "two": n})', {0: ["mistakes"]}),
        ('for name, p in zip("ab", model(), strict=True):\n    check.close(p, 1, name)', {}),
        ('seen = []\nseen.append(f(1))\ncheck.equal(f(1), seen[0], "f(1)")', {0: ["expected"]}),
        ('if y := f(1):\n    pass\ncheck.equal(f(1), y, "f(1)")', {0: ["expected"]}),
        ('def claim(a, w):\n    check.equal(a, w, "f")\n\n\nclaim(f(1), x)', {0: ["expected"]}),
        ('def claim(a, w):\n    check.equal(a, w, "f")\n\n\nclaim(f(1), w=x)', {0: ["expected"]}),
        ('def claim(a, w):\n    check.equal(a, w, "f")\n\n\nclaim(f(1), 2)', {}),
        ('y = x\nfor _ in ():\n    y = 2\ncheck.equal(f(1), y, "f(1)")', {0: ["expected"]}),
        ('y = x\nwhile f(1):\n    y = 2\ncheck.equal(f(1), y, "f(1)")', {0: ["expected"]}),
        (
            'y = x\ntry:\n    y = f\n    y = 2\nexcept ValueError:\n    pass\ncheck.equal(f(1), y, "f(1)")',
            {0: ["expected"]},
        ),
        ('y = 0\ndef g():\n    return y\ny = x\ncheck.equal(f(1), g(), "f(1)")', {0: ["expected"]}),
        ('y = 0\ng = lambda: y\ny = x\ncheck.equal(f(1), g(), "f(1)")', {0: ["expected"]}),
        ('y = 0\ng = lambda y: y\ny = x\ncheck.equal(f(1), g(1), "f(1)")', {}),
        ('match x:\n    case y:\n        check.equal(f(1), y, "f(1)")', {0: ["expected"]}),
        ('while 0:\n    pass\nelse:\n    check.equal(f(1), x, "f(1)")', {0: ["expected"]}),
        ('y = 0\ndef g():\n    global y\n    y = x\ng()\ncheck.equal(f(1), y, "f(1)")', {0: ["expected"]}),
    ],
)
def test_what_depends_on_the_learner_is_open(source, open_):
    assert seal(source).open == open_


def test_a_claim_that_the_reference_never_meets_is_reported_whole():
    source = 'try:\n    f()\nexcept TypeError:\n    check.equal("no", "yes", "f()")\ncheck.equal(f(), 1, "f()")'
    assert "    __claims__.report('equal', 0, 'no', expected='yes', label='f()')" in learners(source, on_path={1})
    assert "    __claims__.report('equal', 0, 'no')" in learners(source, on_path={0, 1})


def test_the_reference_has_the_whole_check():
    source = '%%check f (1 point)\nwanted = 2\ncheck.close(f(1), wanted, "f(1)", rtol=0.1)'
    assert seal(source).reference.splitlines() == [
        "%%check f (1 point)",
        TOOLS.strip(),
        "wanted = 2",
        "__claims__.record('close', 0, f(1), wanted, 'f(1)', rtol=0.1)",
    ]


@pytest.mark.parametrize(
    "source",
    [
        "x = 1",  # no claim
        'assert f(1) == 2\ncheck.equal(f(1), 2, "f(1)")',
        'held = [check.equal(f(x), 2, "f(x)") for x in (1, 2)]',
        'check.equal(f(1), 2, "f(1)")\n### PARTIAL CREDIT\n0.5',
    ],
)
def test_where_something_else_decides_nothing_is_sealed(source):
    assert seal(source) is None
