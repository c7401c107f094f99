"""kindling.diagnose.errors_python: each error is raised for real, and its sentence is word for word."""

import pytest
from failing import explained

# The case that has to speak, code of a learner's that fails, and what is said.
SAID = [
    (
        "recursion",
        """
class Net(nn.Module):
    def forward(self, x): return self(x)
Net()(torch.zeros(1, 3))
""",
        "Net.forward calls the network itself, and that calls forward again: which layer is meant?",
    ),
    (
        "recursion",
        """
class Net(nn.Module):
    def parameters(self): return list(self.parameters())
torch.optim.SGD(Net().parameters(), lr=0.1)
""",
        "Net.parameters calls itself, without an end. Which call was meant?",
    ),
    (
        "recursion",
        """
class Net(nn.Module):
    @property
    def size(self): return self.size
Net().size
""",
        "Net.size calls itself, without an end. Which call was meant?",
    ),
    (
        "recursion",
        """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = Net()
Net()
""",
        "Net.__init__ calls itself, without an end. Which call was meant?",
    ),
    (
        "recursion",
        """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.me = self
Net().eval()
""",
        "Module.train calls itself, without an end: does a network hold itself?",
    ),
    (
        "local_unbound",
        """
def train(loader):
    for x in loader: loss = 1.0
    return loss
train([])
""",
        "`loss` gets its value inside a loop: did the loop run at all?",
    ),
    (
        "local_unbound",
        """
def step():
    y = torch.zeros(3)
    torch = None
step()
""",
        "The function gives `torch` a value, so it is a name of its own here, and it is read before that.",
    ),
    (
        "local_unbound",
        """def f(flag):
    if flag: y = 1
    return y
f(False)""",
        "`y` is read before the function gives it a value: is that in a branch that was not taken?",
    ),
    (
        "name_missing",
        """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 2)
    def forward(self, x): return fc(x)
Net()(torch.zeros(1, 3))
""",
        "`fc` is a layer of self, and is asked for as one.",
    ),
    (
        "name_missing",
        "images",
        "Has the cell that defines it been run?",
    ),
    (
        "name_missing",
        """
class Net(nn.Module):
    def __init__(self): super(Network, self).__init__()
Net()
""",
        "super is given the name `Network`, and the class has another one. Does super need a name at all?",
    ),
    (
        "name_missing",
        "optimizer = torch.optim.SGD(nn.Linear(3, 2).parameters(), lr=0.1); optmizer.step()",
        "Is `optimizer` meant?",
    ),
    (
        "zero_division",
        "sum([]) / len([])",
        "`len([])` is 0: was anything counted?",
    ),
    (
        "zero_division",
        "total = 0; 1 / total",
        "`total` is 0 here.",
    ),
    (
        "array_attribute",
        "torch.zeros(3).astype('float32')",
        "A tensor has no astype; what does that for tensors is to.",
    ),
    (
        "array_attribute",
        "np.zeros(3).float()",
        "This is a NumPy array, and float is a tensor's. Which call makes a tensor of it?",
    ),
    (
        "array_attribute",
        "torch.zeros(3).zero()",
        "A tensor has no zero, but zero_, which changes it in place.",
    ),
    (
        "array_attribute",
        "torch.zeros(3).sofmax(dim=0)",
        "A tensor has no sofmax, but softmax.",
    ),
    (
        "array_attribute",
        "torch.zeros(3).parameters()",
        "A tensor has no parameters: is the network meant, or a function of torch?",
    ),
    (
        "array_attribute",
        "np.zeros(3).foo",
        "A NumPy array has no foo.",
    ),
    (
        "array_attribute",
        "torch.zeros(3).foo",
        "A tensor has no foo.",
    ),
    (
        "array_attribute",
        "torch.zeros(3).append(1)",
        "A tensor has no append; what does that for tensors is torch.cat.",
    ),
    (
        "attribute_missing",
        """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        fc = nn.Linear(3, 2)
    def forward(self, x): return self.fc(x)
Net()(torch.zeros(1, 3))
""",
        "Net has no `fc`: `__init__` has a variable of that name, and does not keep it in self.",
    ),
    (
        "attribute_missing",
        """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(3, 2)
    def forward(self, x): return self.fcl(x)
Net()(torch.zeros(1, 3))
""",
        "Net has no `fcl`, but `fc1`.",
    ),
    (
        "attribute_missing",
        """
class Net(nn.Module):
    def _init_(self): self.fc = nn.Linear(3, 2)
    def forward(self, x): return self.fc(x)
Net()(torch.zeros(1, 3))
""",
        "Net has no `fc`: `_init_` needs two underscores on each side.",
    ),
    (
        "attribute_missing",
        """
class Net(nn.Module):
    @property
    def size(self): return self.widths[0]
Net().size
""",
        "`size` is a property of Net, and what fails stands in it: an attribute is missing there.",
    ),
    (
        "attribute_missing",
        "nn.ReLU(torch.zeros(3)).sum()",
        "This is a ReLU layer and no tensor: was it made, but not called?",
    ),
    (
        "attribute_missing",
        "nn.init.normal_(nn.Linear(3, 2))",
        "nn.init fills a tensor, and got a Linear layer: which tensor of it is meant?",
    ),
    (
        "attribute_missing",
        "torch.optim.SGD(nn.Linear(3, 2).parameters(), lr=0.1).zero_grads()",
        "SGD has no zero_grads, but zero_grad.",
    ),
    (
        "attribute_missing",
        "train = nn.Linear(3, 2); train.shape()",
        "This is a Linear layer and no tensor: was it made, but not called?",
    ),
    (
        "attribute_missing",
        """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.size = 3
Net().widths
""",
        "Net has no `widths`: is it kept in self before it is read?",
    ),
    (
        "attribute_missing",
        "loader = DataLoader(TensorDataset(torch.zeros(4))); loader.batchsize",
        "DataLoader has no batchsize.",
    ),
    (
        "attribute_missing",
        "nn.Linear(3, 2).grad",
        "A Linear layer has no grad of its own: its parameters have one.",
    ),
]


@pytest.mark.parametrize(("case", "code", "sentence"), SAID)
def test_an_error_is_explained(tmp_path, case, code, sentence):
    """The case of this name knows the error by what torch says today, and explains it."""
    assert explained(code, tmp_path) == (case, sentence)
