"""kindling.diagnose.errors_modules: each error is raised for real, and its sentence is word for word."""

import pytest
from failing import explained

# The case that has to speak, code of a learner's that fails, and what is said.
SAID = [
    (
        "init_missing",
        """
class Net(nn.Module):
    def __init__(self): self.fc = nn.Linear(3, 2)
Net()
""",
        "Net makes layers before nn.Module is set up: what should the first line of `__init__` call?",
    ),
    (
        "init_missing",
        """
class Net(nn.Module):
    def __init__(self):
        self.fc = nn.Linear(3, 2)
        super().__init__()
Net()
""",
        "Net makes layers before it calls super().__init__(). Which of the two must come first?",
    ),
    (
        "hooks_missing",
        """
class Net(nn.Module):
    def __init__(self): self.size = 3
    def forward(self, x): return x
Net()(torch.zeros(3))
""",
        "Net is used before nn.Module is set up: what should the first line of `__init__` call?",
    ),
    (
        "super_uncalled",
        """
class Net(nn.Module):
    def __init__(self): super.__init__()
Net()
""",
        "super needs parentheses of its own before `.__init__()`.",
    ),
    (
        "forward_missing",
        """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        def forward(self, x): return x
Net()(torch.zeros(3))
""",
        "forward (line 5) stands inside `__init__` of Net: is it indented one step too far?",
    ),
    (
        "forward_missing",
        """
class Net(nn.Module):
    def foward(self, x): return x
Net()(torch.zeros(3))
""",
        "Net has no method `forward`, but `foward`.",
    ),
    (
        "forward_missing",
        "nn.ModuleList([nn.Linear(3, 2)])(torch.zeros(1, 3))",
        "A ModuleList holds layers and can't be called: each of them is called on its own.",
    ),
    (
        "layer_assign",
        """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(3, 3)
    def forward(self, x):
        self.a = self.a(x)
Net()(torch.zeros(1, 3))
""",
        "`self.a` is a layer, and a result was to take its place: results need a name of their own.",
    ),
    (
        "not_module",
        "nn.Sequential([nn.Linear(3, 2)])",
        "Sequential takes layers one by one, and got a list. Which sign hands out a list's elements?",
    ),
    (
        "not_module",
        "nn.Sequential(nn.Linear(3, 2), nn.ReLU)",
        "ReLU is a class; with parentheses it becomes a layer.",
    ),
    (
        "not_module",
        "nn.Sequential(nn.Linear(3, 2), F.relu)",
        "relu is a function and no layer: which class of torch.nn does the same?",
    ),
    (
        "not_module",
        "nn.Sequential(('fc1', nn.Linear(3, 2)))",
        "Sequential takes layers one by one, and got a tuple: names go with an OrderedDict.",
    ),
    (
        "module_name",
        "nn.Sequential(OrderedDict([('fc.1', nn.Linear(3, 2))]))",
        ("The name of a layer can't hold a dot, and `fc.1` does: the dot stands between a network and its layer."),
    ),
    (
        "module_attribute",
        "nn.ReLu()",
        "torch.nn has no ReLu, but ReLU.",
    ),
    (
        "module_attribute",
        "F.ReLU(torch.zeros(3))",
        "ReLU is a layer: it is in torch.nn, and functions are in torch.nn.functional.",
    ),
    (
        "module_attribute",
        "torch.tesnor([1])",
        "torch has no tesnor, but tensor.",
    ),
]


@pytest.mark.parametrize(("case", "code", "sentence"), SAID)
def test_an_error_is_explained(tmp_path, case, code, sentence):
    """The case of this name knows the error by what torch says today, and explains it."""
    assert explained(code, tmp_path) == (case, sentence)
