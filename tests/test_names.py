"""kindling.names: what a cell binds and needs, told by its text alone."""

import pytest

from kindling import names


@pytest.mark.parametrize(
    ("source", "binds", "needs"),
    [
        ("x = y + 1", "x", "y"),
        ("x = x + 1", "x", "x"),
        ("x += 1", "x", "x"),
        ("x = 1\nprint(x)", "x", ""),
        ("for i in rows:\n    print(i)", "i", "rows"),
        ("import torch.nn as nn\nfrom math import pi", "nn pi", ""),
        ("def f(x):\n    y = x\n    return y + g(x)", "f", "g"),
        ("def f():\n    return g()\ndef g():\n    return 1", "f g", ""),
        ("def f():\n    global total\n    total = 1", "f total", ""),
        ("class Net(nn.Module):\n    size = 3\n    def forward(self, x):\n        return F.relu(x)", "Net", "nn F"),
        ("[x * scale for x in rows]", "", "scale rows"),
        ("table[0] = 1\nmodel.fc.bias.grad = None", "table model", "table model"),
        ("with torch.no_grad() as g:\n    pass", "g", "torch"),
        ("try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    print(error)", "error", ""),
        ("await ready", "", "ready"),
        ("%timeit f(x)", "", "timeit f x"),
        ("-" * 20_000 + "x", "", "x"),
        ("f(" * 30_000, "", "f"),
        ('_ = "\\d"', "_", ""),
    ],
)
def test_a_cell_binds_and_needs(source, binds, needs):
    assert names.of(source) == names.Names(frozenset(binds.split()), frozenset(needs.split()))


@pytest.mark.parametrize(
    ("sources", "shows", "found"),
    [
        (["x = 1", "print(x)"], {0}, {0: (1, "x")}),
        (["x = 1", "print(x)"], {1}, {}),
        (["x = 1", "x = 2", "print(x)"], {0}, {}),
        (["x = 1", "x = 2", "print(x)"], {1}, {1: (2, "x")}),
        (["x = 1", "y = x", "print(x)"], {1, 2}, {}),
        (["x = 1", "y = x", "print(y)"], {0, 1}, {1: (2, "y"), 0: (1, "x")}),
        (["def f():\n    return x", "x = 1"], {1}, {}),
        (["x = [0]", "x[0] = 1", "def f():\n    return x"], {1}, {1: (2, "x")}),
    ],
)
def test_cells_that_others_build_on(sources, shows, found):
    assert names.builds_on([names.of(source) for source in sources], shows) == found


@pytest.mark.parametrize(
    "first", ["", "%%check double (2 points)\n", "%%check double (1 bonus point)\n# Bonus: 1 point\n"]
)
def test_what_a_check_binds_stays_with_it(first):
    """In the lesson's own text, and in the notebook's, whose first line is the magic."""
    check = names.of_check(f"{first}x = torch.ones(3)\ncheck.close(double(x), 2 * x, label)")
    assert check == names.Names(frozenset(), frozenset({"double", "label"}))
