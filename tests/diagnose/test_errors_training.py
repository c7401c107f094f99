"""kindling.diagnose.errors_training: each error is raised for real, and its sentence is word for word."""

import pytest
from failing import explained

# The case that has to speak, code of a learner's that fails, and what is said.
SAID = [
    (
        "optimizer_empty",
        """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(3, 2)]
torch.optim.SGD(Net().parameters(), lr=0.1)
""",
        "Net has no parameters: nn.Module finds layers that are kept in self, and none in a Python list.",
    ),
    (
        "optimizer_empty",
        """
class Net(nn.Module):
    def _init_(self):
        super().__init__()
        self.fc = nn.Linear(3, 2)
torch.optim.SGD(Net().parameters(), lr=0.1)
""",
        "Net has no layers: `_init_` needs two underscores on each side.",
    ),
    (
        "optimizer_empty",
        """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = torch.zeros(3, requires_grad=True)
torch.optim.SGD(Net().parameters(), lr=0.1)
""",
        "Net has no parameters: nn.Module finds layers that are kept in self, and none in a Python list.",
    ),
    (
        "optimizer_empty",
        """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        fc = nn.Linear(3, 2)
    def forward(self, x): return nn.Linear(3, 2)(x)
torch.optim.SGD(Net().parameters(), lr=0.1)
""",
        "Net has no layers: `__init__` makes `fc` and does not keep it in self.",
    ),
    (
        "optimizer_empty",
        """
chosen = filter(lambda p: p.requires_grad, nn.Linear(3, 2).parameters()); list(chosen)
torch.optim.SGD(chosen, lr=0.1)
""",
        "The optimizer got no parameters: is it a filter or generator that was gone through before?",
    ),
    (
        "optimizer_empty",
        """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(3, 2)]
model = Net()
torch.optim.SGD(model.parameters(), lr=0.1)
""",
        "Net keeps its layers in a Python list, `layers`, where nn.Module does not look.",
    ),
    (
        "optimizer_empty",
        """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = torch.zeros(3, requires_grad=True)
model = Net()
torch.optim.SGD(model.parameters(), lr=0.1)
""",
        "`w` of Net is a plain tensor. Which class makes a tensor a parameter?",
    ),
    (
        "optimizer_nonleaf",
        "torch.optim.SGD([torch.randn(3, requires_grad=True) / 10], lr=0.1)",
        (
            "What the optimizer got is the result of a computation, after requires_grad=True. In which "
            "order are the weights made, and then watched?"
        ),
    ),
    (
        "optimizer_nonleaf",
        "torch.optim.SGD([torch.zeros(3, requires_grad=True).to(torch.float64)], lr=0.1)",
        (
            "What the optimizer got is the result of a computation, after requires_grad=True. In which "
            "order are the weights made, and then watched?"
        ),
    ),
    (
        "optimizer_tensor",
        "torch.optim.SGD(torch.zeros(3, requires_grad=True), lr=0.1)",
        "The optimizer takes a list of tensors, and got a tensor: are the brackets around it missing?",
    ),
    (
        "optimizer_params",
        "torch.optim.SGD([nn.Linear(3, 2).parameters()], lr=0.1)",
        "parameters() gives a series of tensors already, and here it stands in a list of its own.",
    ),
    (
        "optimizer_params",
        "torch.optim.SGD(nn.Linear(3, 2).state_dict(), lr=0.1)",
        "The optimizer got names: a state_dict holds names and copies, parameters() the weights themselves.",
    ),
    (
        "optimizer_state",
        (
            "torch.optim.SGD(nn.Linear(3, 2).parameters(), "
            "lr=0.1).load_state_dict(torch.optim.SGD(nn.Sequential(nn.Linear(3, 2), nn.Linear(2, "
            "1)).parameters(), lr=0.1).state_dict())"
        ),
        "The saved state is for another number of parameters: does it belong to another network?",
    ),
    (
        "lr_invalid",
        "torch.optim.SGD(nn.Linear(3, 2).parameters(), lr=-0.1)",
        "The minus of gradient descent is in step already: a learning rate is not negative.",
    ),
    (
        "lr_invalid",
        "torch.optim.SGD(nn.Linear(3, 2).parameters(), lr=0.1, momentum=-1)",
        "-1 is out of range for the momentum.",
    ),
    (
        "scheduler_order",
        "torch.optim.lr_scheduler.StepLR(torch.optim.SGD(nn.Linear(3, 2).parameters(), lr=0.1), 1).step()",
        "The scheduler made a step before the optimizer did. Which of the two comes first?",
    ),
    (
        "device_mix",
        "nn.Linear(3, 2, device='meta')(torch.zeros(1, 3))",
        "The input is on cpu and the network on meta: one of them has to move.",
    ),
    (
        "device_mix",
        "nn.Linear(3, 2)(torch.zeros(1, 3, device='meta'))",
        "The input is on meta and the network on cpu: one of them has to move.",
    ),
    (
        "no_cuda",
        "torch.zeros(3).cuda()",
        "A GPU is asked for, and PyTorch finds none here. Which call says whether there is one?",
    ),
    (
        "device_name",
        "torch.zeros(3).to(torch.device('gpu'))",
        "`gpu` is no device: PyTorch's name for a GPU is cuda.",
    ),
    (
        "device_name",
        "torch.zeros(3).to('float32')",
        "`float32` in quotes is read as a device; the dtype is torch.float32.",
    ),
    (
        "numpy_device",
        "torch.zeros(3, device='meta').numpy()",
        "The tensor is on meta, and NumPy reads the memory of the CPU. Which call brings it there?",
    ),
    (
        "multinomial_values",
        "torch.multinomial(torch.zeros(2, 3).log_softmax(dim=1), 1)",
        "Probabilities are 0 or more, and finite: are these logarithms, or is nan among them?",
    ),
    (
        "multinomial_values",
        "torch.multinomial(torch.tensor([float('nan'), 1.0]), 1)",
        "Probabilities are 0 or more, and finite: are these logarithms, or is nan among them?",
    ),
    (
        "multinomial_values",
        "weights = torch.zeros(2, 3).log_softmax(dim=1) - 1; torch.multinomial(weights, 1)",
        "No number is above 0: are these the logarithms of probabilities?",
    ),
    (
        "multinomial_values",
        "weights = torch.tensor([float('nan'), 1.0]); torch.multinomial(weights, 1)",
        "There is nan among the probabilities: where does the first one come from?",
    ),
    (
        "multinomial_zero",
        "torch.multinomial(torch.zeros(3), 1)",
        "All probabilities are 0, so nothing can be drawn.",
    ),
    (
        "multinomial_count",
        "torch.multinomial(torch.ones(3), 5)",
        "More are to be drawn than there are, each at most once. May one be drawn again?",
    ),
    (
        "memory",
        "torch.empty(10**7, 10**8)",
        "One tensor of 4,000,000,000,000,000 bytes does not fit into memory. Which step makes it so large?",
    ),
]


@pytest.mark.parametrize(("case", "code", "sentence"), SAID)
def test_an_error_is_explained(tmp_path, case, code, sentence):
    """The case of this name knows the error by what torch says today, and explains it."""
    assert explained(code, tmp_path) == (case, sentence)
