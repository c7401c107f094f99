"""kindling.diagnose.errors_calls: each error is raised for real, and its sentence is word for word."""

import pytest
from failing import explained

# The case that has to speak, code of a learner's that fails, and what is said.
SAID = [
    (
        "plateau_metric",
        "torch.optim.lr_scheduler.ReduceLROnPlateau(torch.optim.SGD(nn.Linear(3, 2).parameters())).step()",
        "This scheduler waits until a loss stops falling: which number does its step get?",
    ),
    (
        "self_missing",
        """
class Net(nn.Module): pass
model = Net
model.parameters()
""",
        "`model` is a class, and parameters wants one of its instances. Which call makes one?",
    ),
    (
        "argument_missing",
        "nn.Linear(3)",
        "Linear needs 1 more argument: `out_features`.",
    ),
    (
        "argument_missing",
        "nn.MSELoss()(torch.zeros(3))",
        "This loss takes the outputs and the labels: `target` is missing.",
    ),
    (
        "argument_missing",
        """
class Net(nn.Module):
    def forward(self, x): return x
Net.forward(torch.zeros(3))
""",
        "forward was called on the class Net, so the input was taken for `self`. Which call makes a network?",
    ),
    (
        "argument_missing",
        """
class Net(nn.Module):
    def train(self, loader, epochs): pass
Net().train()
""",
        ("Net has a method train of its own, instead of nn.Module's, and that wants `loader` and `epochs`, too."),
    ),
    (
        "argument_missing",
        """def step(lr): pass
step()""",
        "step needs 1 more argument: `lr`.",
    ),
    (
        "argument_count",
        """
class Net(nn.Module):
    def forward(x): return x
Net()(torch.zeros(3))
""",
        "forward got the object itself and 1 argument: is `self` missing in its definition?",
    ),
    (
        "argument_count",
        """
class Net(nn.Module):
    def __init__(self): super().__init__()
    def forward(self, x): return x
Net(torch.zeros(3))
""",
        "Net(…) makes a Net, and got what it is for. It takes two pairs of parentheses: make it, then call it.",
    ),
    (
        "argument_count",
        "nn.Sigmoid(torch.zeros(3))",
        (
            "Sigmoid(…) makes a Sigmoid, and got what it is for. It takes two pairs of parentheses: make "
            "it, then call it."
        ),
    ),
    (
        "argument_count",
        """
class Net(nn.Module):
    def __int__(self, size): super().__init__()
Net(3)
""",
        "Net has no `__init__`, but `__int__`.",
    ),
    (
        "argument_count",
        "T.Compose(T.ToTensor(), T.Normalize([0.5], [0.5]))",
        "Compose takes one list of transforms, and got 2 arguments: are the brackets missing?",
    ),
    (
        "argument_count",
        "T.Compose([T.ToTensor])(Image.new('L', (28, 28)))",
        "ToTensor stands in the list as a class and gets the image: which call makes a transform of it?",
    ),
    (
        "argument_count",
        "nn.Sequential(nn.Linear(3, 2))(torch.zeros(1, 3), torch.zeros(1, 3))",
        "Sequential hands one input from layer to layer, and got 2.",
    ),
    (
        "argument_count",
        """def step(lr): pass
step(0.1, 2)""",
        "step takes 1 argument, and got 2.",
    ),
    (
        "argument_count",
        """model = nn.Linear(3, 2)
class Net(nn.Module):
    def forward(self, x): return x
Net()(1, 2)""",
        "forward takes 1 argument besides `self`, and got 2.",
    ),
    (
        "keyword_unknown",
        "torch.optim.SGD(nn.Linear(3, 2).parameters(), learning_rate=0.1)",
        "SGD has no `learning_rate`; it calls it `lr`.",
    ),
    (
        "keyword_unknown",
        "nn.Linear(in_feature=3, out_features=2)",
        "Linear has no `in_feature`; it calls it `in_features`.",
    ),
    (
        "argument_types",
        "torch.randn(3, generator=7)",
        "`generator` wants a torch.Generator, and got a number: what makes a generator with a seed?",
    ),
    (
        "argument_types",
        "torch.zeros(3, 2).max(axis=(0, 1))",
        "What NumPy calls axis is dim in torch, and max takes one dimension.",
    ),
    (
        "tensor_wanted",
        """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(3, 3), nn.Linear(3, 2)
    def forward(self, x):
        x = self.a(x),
        return self.b(x)
Net()(torch.zeros(1, 3))
""",
        "`b` got a tuple that holds one tensor: does a line before it end with a comma?",
    ),
    (
        "tensor_wanted",
        "nn.Linear(3, 2)(next(iter(DataLoader(TensorDataset(torch.zeros(4, 3), torch.zeros(4))))))",
        "The Linear layer got a list of 2 where it takes one tensor: is it a whole batch, images and labels?",
    ),
    (
        "tensor_wanted",
        "nn.Linear(3, 2)(nn.ReLU(torch.zeros(1, 3)))",
        "The Linear layer got a ReLU layer instead of a tensor: it was made, but not called.",
    ),
    (
        "tensor_wanted",
        """
class Net(nn.Module):
    def forward(self, x): x = x * 2
nn.Linear(3, 2)(Net()(torch.zeros(1, 3)))
""",
        "The Linear layer got None: does the function that makes its input return its result?",
    ),
    (
        "tensor_wanted",
        "nn.Linear(3, 2)(np.zeros((1, 3)))",
        "The Linear layer got a NumPy array instead of a tensor. Which call makes one of it?",
    ),
    (
        "tensor_wanted",
        "nn.Linear(3, 2)(torch.zeros(1, 3).float)",
        "The Linear layer got a function instead of a tensor: are its parentheses missing?",
    ),
    (
        "tensor_wanted",
        "fc = nn.Linear(3, 2); x = torch.zeros(1, 3),; fc(x)",
        "`fc` got a tuple that holds one tensor: does a line before it end with a comma?",
    ),
    (
        "context_uncalled",
        "with torch.no_grad: pass",
        "`torch.no_grad` is a class or function itself: are its parentheses missing?",
    ),
    (
        "not_subscriptable",
        "torch.zeros(3).size[0]",
        "`torch.zeros(3).size` without parentheses is the function itself, and has no places.",
    ),
    (
        "not_subscriptable",
        "DataLoader(TensorDataset(torch.zeros(4, 3)))[0]",
        (
            "`DataLoader(TensorDataset(torch.zeros(4, 3)))` gives its batches one after the other, in a "
            "loop; it has no places."
        ),
    ),
    (
        "not_subscriptable",
        "None[0]",
        "`None` is None: does the function that makes it return its result?",
    ),
    (
        "not_iterable",
        "torch.optim.SGD(nn.Linear(3, 2), lr=0.1)",
        "The optimizer got a Linear; what it moves are its parameters.",
    ),
    (
        "not_iterable",
        "torch.optim.SGD(nn.Linear(3, 2).parameters, lr=0.1)",
        "The optimizer got the method itself: are the parentheses of parameters missing?",
    ),
    (
        "not_iterable",
        "T.Compose(T.ToTensor())(Image.new('L', (28, 28)))",
        "Compose takes a list of transforms, and got a ToTensor alone: are the brackets missing?",
    ),
    (
        "not_iterable",
        "for epoch in 3: pass",
        "The loop is over one number, an int. What makes the numbers up to it?",
    ),
    (
        "not_iterable",
        "for x in None: pass",
        "There is nothing to go through but None: does the function that makes it return its result?",
    ),
    (
        "not_iterable",
        "sum(3)",
        "An int is one number, and can't be gone through one by one.",
    ),
    (
        "not_callable",
        "max = torch.tensor(3.0); max(1, 2)",
        "`max` is a Tensor of yours here, and hides Python's own `max`.",
    ),
    (
        "not_callable",
        ("loss = nn.MSELoss(); loss = loss(torch.zeros(1), torch.zeros(1)); loss(torch.zeros(1), torch.zeros(1))"),
        "`loss` was the function, until its name was given to the value. Two things need two names.",
    ),
    (
        "not_callable",
        "w = torch.zeros(3, requires_grad=True); w.sum().backward(); w.grad()",
        "grad is no method: it needs no parentheses.",
    ),
    (
        "not_callable",
        """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.parameters = [nn.Parameter(torch.zeros(3))]
torch.optim.SGD(Net().parameters(), lr=0.1)
""",
        "`Net().parameters` is a list here, instead of nn.Module's own method parameters.",
    ),
    (
        "not_callable",
        """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(3, 3),
    def forward(self, x): return self.a(x)
Net()(torch.zeros(1, 3))
""",
        "`self.a` is a tuple: does the line that makes it end with a comma?",
    ),
    (
        "not_callable",
        "nn.Linear(3, 2).state_dict()(torch.zeros(1, 3))",
        "This is a state_dict, so weights and no network. What holds them has to be made first.",
    ),
    (
        "not_callable",
        "torchvision.datasets.FakeData(transform=T)[0]",
        "A module of a library stands where a function is wanted: which of its functions is meant?",
    ),
    (
        "not_callable",
        "TensorDataset(np.zeros((8, 3)), np.zeros(8))",
        (
            "TensorDataset takes tensors, and got something else, such as NumPy arrays. Which call makes "
            "tensors of them?"
        ),
    ),
]


@pytest.mark.parametrize(("case", "code", "sentence"), SAID)
def test_an_error_is_explained(tmp_path, case, code, sentence):
    """The case of this name knows the error by what torch says today, and explains it."""
    assert explained(code, tmp_path) == (case, sentence)
