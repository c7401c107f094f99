"""kindling.diagnose.errors_autograd: each error is raised for real, and its sentence is word for word."""

import pytest
from failing import explained

# The case that has to speak, code of a learner's that fails, and what is said.
SAID = [
    (
        "no_grad_fn",
        """
with torch.no_grad(): loss = nn.Linear(3, 1)(torch.zeros(2, 3)).sum()
loss.backward()
""",
        "`loss` has no history: what made it was not recorded. Is the forward pass under no_grad?",
    ),
    (
        "no_grad_fn",
        "torch.tensor(nn.Linear(3, 1)(torch.zeros(2, 3)).sum().item()).backward()",
        ("The loss has no history: what made it was not recorded. Did torch.tensor make a new tensor of numbers?"),
    ),
    (
        "no_grad_fn",
        "(nn.Linear(3, 2)(torch.zeros(4, 3)).argmax(dim=1) == 1).float().mean().backward()",
        (
            "The loss has no history: what made it was not recorded. Does the way to it lead through a "
            "comparison, which has no slope?"
        ),
    ),
    (
        "no_grad_fn",
        "(torch.zeros(2, 3) @ torch.zeros(3, 1)).sum().backward()",
        ("The loss has no history: what made it was not recorded. Was the forward pass under no_grad, or detached?"),
    ),
    (
        "no_grad_fn",
        """
model = nn.Linear(3, 1)
scores = model(torch.zeros(2, 3)); loss = scores.argmax(dim=0).float().mean()
loss.backward()
""",
        (
            "`loss` has no history: what made it was not recorded. Does the way to it lead through "
            "argmax, which has no slope?"
        ),
    ),
    (
        "no_grad_fn",
        "loss = nn.Linear(3, 1)(torch.zeros(2, 3)).detach().sum(); loss.backward()",
        "`loss` has no history: what made it was not recorded. Does detach cut it off?",
    ),
    (
        "no_grad_fn",
        "x, w = torch.zeros(2, 3), torch.zeros(3, 1); loss = (x @ w).sum(); loss.backward()",
        (
            "`loss` has no history: what made it was not recorded, since no tensor here requires a "
            "gradient. Which ones are to learn?"
        ),
    ),
    (
        "leaf_inplace",
        "w = torch.zeros(3, requires_grad=True); w -= 0.1 * torch.ones(3)",
        (
            "`w` requires a gradient, and it is changed while autograd is watching. What tells autograd "
            "to look away during a step?"
        ),
    ),
    (
        "leaf_inplace",
        "nn.Linear(3, 2).weight.fill_(0)",
        (
            "`nn.Linear(3, 2).weight.fill_` changes a weight while autograd is watching. What tells "
            "autograd to look away?"
        ),
    ),
    (
        "leaf_inplace",
        "w = torch.zeros(3, requires_grad=True); w[0] = 1.0",
        "A weight is changed while autograd is watching. What tells autograd to look away?",
    ),
    (
        "second_backward",
        """
w = torch.zeros(3, requires_grad=True); loss = (w ** 2).sum()
loss.backward(); loss.backward()
""",
        (
            "backward went through this graph before, and what it needs of it is gone. Is all of the "
            "forward pass computed anew for each backward?"
        ),
    ),
    (
        "second_backward",
        """
w = torch.zeros(3, requires_grad=True); loss = (w.sigmoid() ** 2).sum()
for epoch in range(2): loss.backward()
""",
        (
            "backward went through this graph before, and what it needs of it is gone: `loss` is made "
            "before the loop. Is the forward pass computed anew in every round?"
        ),
    ),
    (
        "second_backward",
        """
layer = nn.Linear(3, 1); total = 0
for batch in range(2):
    total = total + (layer(torch.ones(2, 3)) ** 2).mean(); total.backward()
""",
        (
            "backward went through this graph before, and what it needs of it is gone: `total` still "
            "holds the graphs of the rounds before."
        ),
    ),
    (
        "second_backward",
        """
layer = nn.Linear(3, 3); state = torch.zeros(1, 3)
for step in range(2):
    state = torch.tanh(layer(state)); state.sum().backward()
""",
        (
            "backward went through this graph before, and what it needs of it is gone. Is all of the "
            "forward pass computed anew for each backward?"
        ),
    ),
    (
        "inplace_modified",
        "y = torch.zeros(3, requires_grad=True).sigmoid(); y += 1; y.sum().backward()",
        (
            "What sigmoid gave, of shape (3,), was changed in place once, and backward needs it as it "
            "was: which line writes into it?"
        ),
    ),
    (
        "inplace_modified",
        "y = torch.zeros(3, requires_grad=True).exp(); y[0] = 0; y.sum().backward()",
        (
            "What exp gave, of shape (3,), was changed in place once, and backward needs it as it was: "
            "which line writes into it?"
        ),
    ),
    (
        "inplace_modified",
        """
a, b = nn.Linear(3, 2), nn.Linear(2, 1)
optimizer = torch.optim.SGD([*a.parameters(), *b.parameters()], lr=0.1)
loss = b(a(torch.ones(4, 3))).sum()
loss.backward(retain_graph=True); optimizer.step(); loss.backward()
""",
        (
            "A tensor of shape (2, 1) was changed in place once after the forward pass, and backward "
            "needs it as it was: was there a step in between?"
        ),
    ),
    (
        "backward_vector",
        "F.mse_loss(nn.Linear(3, 1)(torch.zeros(4, 3)), torch.zeros(4, 1), reduction='none').backward()",
        "backward starts from one number, and this has more. How do they become one?",
    ),
    (
        "backward_vector",
        "nn.Linear(3, 2)(torch.zeros(2, 3)).backward()",
        "backward starts from one number, and this has more. How do they become one?",
    ),
    (
        "backward_vector",
        ("loss = F.mse_loss(nn.Linear(3, 1)(torch.zeros(4, 3)), torch.zeros(4, 1), reduction='none'); loss.backward()"),
        "backward starts from one number, and `loss` has 4. How do they become one?",
    ),
    (
        "nonleaf_grad",
        """
w = torch.zeros(3, requires_grad=True); (w * w).sum().backward()
w = w - 0.1 * w.grad
w.grad
""",
        (
            "This tensor is the result of a computation, and results keep no gradient. Was a weight "
            "replaced by a new tensor, as `w = w - …` does?"
        ),
    ),
    (
        "nonleaf_grad",
        "x = torch.zeros(3, requires_grad=True); y = x * 2; y.sum().backward(); y.grad",
        (
            "This tensor is the result of a computation, and results keep no gradient. Was a weight "
            "replaced by a new tensor, as `w = w - …` does?"
        ),
    ),
    (
        "parameter_assign",
        "layer = nn.Linear(3, 2); layer.weight = torch.zeros(2, 3)",
        ("`weight` is a parameter, and a plain tensor was to take its place. Which class makes a tensor a parameter?"),
    ),
    (
        "parameter_assign",
        "layer = nn.Linear(3, 2); layer.weight = layer.weight - 0.1",
        "`weight` is a parameter, and a result was to take its place. Which calls change a parameter in place?",
    ),
    (
        "grad_assign",
        "w = torch.zeros(3, 1); w.grad = torch.zeros(3)",
        "The gradient is (3,) and the tensor (3, 1): they must have one shape.",
    ),
    (
        "numpy_grad",
        "losses = [nn.Linear(3, 1)(torch.zeros(2, 3)).sum() for epoch in range(3)]; plt.plot(losses)",
        "`losses` holds 3 tensors, each with its graph. When is a loss stored as a plain number?",
    ),
    (
        "numpy_grad",
        "nn.Linear(3, 2)(torch.zeros(1, 3)).numpy()",
        "This tensor belongs to a graph, and NumPy knows no gradients. Which call takes it out of the graph?",
    ),
    (
        "numpy_grad",
        "np.exp(nn.Linear(3, 2)(torch.zeros(1, 3)))",
        (
            "A tensor that belongs to a graph came where NumPy's numbers are wanted. Which call takes it "
            "out of the graph?"
        ),
    ),
    (
        "numpy_grad",
        "output = nn.Linear(3, 2)(torch.zeros(1, 3)); output.numpy()",
        "This tensor belongs to a graph, and NumPy knows no gradients. Which call takes it out of the graph?",
    ),
    (
        "deepcopy_nonleaf",
        "copy.deepcopy({'best': torch.zeros(3, requires_grad=True) * 2})",
        ("What is copied holds a computed tensor, with the graph that it came from. Is it to be kept with its graph?"),
    ),
    (
        "inference_tensor",
        """
with torch.inference_mode(): x = torch.zeros(3)
x += 1
""",
        "A tensor that was made under inference_mode can't be changed outside of it.",
    ),
    (
        "inference_tensor",
        """
with torch.inference_mode(): x = torch.ones(3)
(torch.zeros(3, requires_grad=True) * x).sum().backward()
""",
        "A tensor that was made under inference_mode can't take part in training.",
    ),
    (
        "grad_flag",
        "y = torch.zeros(3, requires_grad=True) * 2; y.requires_grad = False",
        "A computed tensor requires a gradient when what it is computed from does. Which call cuts it off?",
    ),
]


@pytest.mark.parametrize(("case", "code", "sentence"), SAID)
def test_an_error_is_explained(tmp_path, case, code, sentence):
    """The case of this name knows the error by what torch says today, and explains it."""
    assert explained(code, tmp_path) == (case, sentence)
