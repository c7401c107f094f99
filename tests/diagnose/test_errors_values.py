"""kindling.diagnose.errors_values: each error is raised for real, and its sentence is word for word."""

import pytest
from failing import explained

# The case that has to speak, code of a learner's that fails, and what is said.
SAID = [
    (
        "bool_many",
        "if torch.zeros(3) == torch.zeros(3): pass",
        "The comparison gives one answer for each element, and one for all is wanted: must all hold, or any?",
    ),
    (
        "bool_many",
        "nn.CrossEntropyLoss(torch.zeros(4, 9), torch.tensor([1, 2, 3, 4]))",
        "CrossEntropyLoss got outputs and labels where its options belong: first make the loss, then call it.",
    ),
    (
        "bool_many",
        "0 < torch.zeros(3) < 1",
        "A chain of comparisons joins them with `and`, which wants one answer; & joins tensors.",
    ),
    (
        "bool_many",
        "max(torch.zeros(3, 3))",
        "Python's max compares whole rows, and a row gives many answers. Which max is torch's own?",
    ),
    (
        "bool_many",
        "if not torch.zeros(3): pass",
        "A tensor of several elements is neither true nor false as a whole: must all of them hold, or any?",
    ),
    (
        "bool_many",
        "if torch.zeros(3) > 0 and True: pass",
        "`and` and `or` want one answer, and a tensor gives many; & and | join tensors, element by element.",
    ),
    (
        "bool_many",
        "if torch.zeros(0): pass",
        "An empty tensor is neither true nor false: was nothing selected?",
    ),
    (
        "bool_many",
        "torch.pow(torch.zeros(3), 2) and True",
        "`and` and `or` want one answer, and a tensor gives many; & and | join tensors, element by element.",
    ),
    (
        "item_many",
        "F.mse_loss(torch.zeros(3), torch.ones(3), reduction='none').item()",
        "The tensor holds 3 numbers, and item() wants one. How do they become one?",
    ),
    (
        "item_many",
        "torch.zeros(1, 3).argmax(dim=0).item()",
        "The tensor holds 3 numbers, and item() wants one. How do they become one?",
    ),
    (
        "item_many",
        "torch.zeros(3)[torch.zeros(3) > 0].item()",
        "The tensor is empty, and item() wants one number: was nothing selected?",
    ),
    (
        "item_many",
        "losses = torch.zeros(3); losses.item()",
        "`losses` holds 3 numbers, and item() wants one. How do they become one?",
    ),
    (
        "float_many",
        "float(torch.zeros(3))",
        "float() makes one number, and the tensor holds several. How do they become one?",
    ),
    (
        "float_many",
        "torch.tensor([torch.zeros(3), torch.zeros(3)])",
        ("The list holds tensors of more than one number, and torch.tensor takes numbers. Which call joins tensors?"),
    ),
    (
        "float_many",
        "math.exp(torch.zeros(3))",
        "math.exp takes one number, and got a tensor of several. Which exp is torch's own?",
    ),
    (
        "index_many",
        "['cat', 'dog'][torch.tensor([0, 1])]",
        ("A list takes one whole number as a place, and got another tensor. What can be asked with a whole tensor?"),
    ),
    (
        "index_many",
        "[1, 2, 3] * torch.zeros(3)",
        "A list meets a tensor, and a list counts with one whole number only. Is the list to be a tensor?",
    ),
    (
        "index_many",
        "range(torch.tensor(3.0))",
        "range counts in whole numbers, and got a tensor of floats, or of several numbers.",
    ),
    (
        "index_many",
        "torch.tensor([torch.tensor([7, 0]), torch.tensor([5, 9])])",
        ("The list holds tensors of more than one number, and torch.tensor takes numbers. Which call joins tensors?"),
    ),
    (
        "format_tensor",
        "f'{torch.zeros(3):.2f}'",
        "`torch.zeros(3)` is a tensor of several numbers, and this format is for one.",
    ),
    (
        "format_tensor",
        "f'{torch.zeros(1).item:.3f}'",
        "`torch.zeros(1).item` is the method itself: are its parentheses missing?",
    ),
    (
        "format_tensor",
        "loss = torch.zeros(3); print(f'{loss:.2f}')",
        "`loss` holds 3 numbers, and this format is for one.",
    ),
    (
        "text_plus",
        "'loss: ' + torch.tensor(1.0)",
        "A text and a Tensor can't be added. What puts a value into a text?",
    ),
    (
        "operand_types",
        "0.1 * torch.zeros(3, requires_grad=True).grad",
        (
            "`torch.zeros(3, requires_grad=True).grad` is None: there is no gradient before the first "
            "backward, or after it is set to None."
        ),
    ),
    (
        "operand_types",
        "torch.zeros(3).sum + 1",
        "`torch.zeros(3).sum` is the method itself: are its parentheses missing?",
    ),
    (
        "operand_types",
        "torch.zeros(3) + [1, 2, 3]",
        "One side is a list, and a tensor is wanted for this.",
    ),
    (
        "operand_types",
        "Image.new('L', (28, 28)) - 0.5",
        "One side is an image, and numbers are wanted: which transform makes a tensor of it?",
    ),
    (
        "operand_types",
        "w = torch.zeros(3, requires_grad=True); w -= 0.1 * w.grad",
        "`w.grad` is None: there is no gradient before the first backward, or after it is set to None.",
    ),
    (
        "operand_types",
        "w = torch.zeros(3); 0.1 * w.grad",
        "`w.grad` is None: `w` does not require a gradient.",
    ),
    (
        "operand_types",
        "x = torch.zeros(2, 3); x - x.max(dim=1)",
        "max along a dimension gives two tensors, values and places. Which one is meant?",
    ),
    (
        "none_attribute",
        "torch.zeros(3, requires_grad=True).grad.zero_()",
        (
            "`torch.zeros(3, requires_grad=True).grad` is None: there is no gradient before the first "
            "backward, or after it is set to None."
        ),
    ),
    (
        "none_attribute",
        """
w = torch.zeros(3, requires_grad=True); (w * w).sum().backward()
w = w - 0.1 * w.grad
w.grad.zero_()
""",
        "`w.grad` is None: `w` is a result, and results keep no gradient. Was it made anew?",
    ),
    (
        "none_attribute",
        "loss = torch.zeros(1, requires_grad=True).sum().backward(); loss.item()",
        "backward gives nothing back, so `loss` is None.",
    ),
    (
        "none_attribute",
        """
def loss(x): (x * x).sum()
loss(torch.zeros(3, requires_grad=True)).backward()
""",
        "`loss(torch.zeros(3, requires_grad=True))` is None: does `loss` return its result?",
    ),
    (
        "none_attribute",
        "nn.Linear(3, 2, bias=False).bias.data",
        "`nn.Linear(3, 2, bias=False).bias` is None: the layer has no bias.",
    ),
    (
        "none_attribute",
        "w = torch.zeros(3, requires_grad=True); w.grad.zero_()",
        "`w.grad` is None: there is no gradient before the first backward, or after it is set to None.",
    ),
    (
        "none_attribute",
        "layer = nn.Linear(3, 2, bias=False); nn.init.zeros_(layer.bias)",
        "nn.init fills a tensor, and got None: does each layer have a bias?",
    ),
    (
        "number_attribute",
        "nn.Linear(3, 1)(torch.zeros(2, 3)).sum().item().backward()",
        "This is a Python float and carries no graph: did item() take it out too early?",
    ),
    (
        "number_attribute",
        "(0.5).item()",
        "This is a Python number already, and needs no item().",
    ),
    (
        "number_attribute",
        """
for images, labels in enumerate(DataLoader(TensorDataset(torch.zeros(4, 3), torch.zeros(4)))): images.view(1, 3)
""",
        "enumerate gives the number of the round first: `images` is an int.",
    ),
    (
        "number_attribute",
        "(torch.zeros(2, 3).max(1) == torch.zeros(2)).sum()",
        "This is one True or False, and no tensor: are two tensors compared, or a pair?",
    ),
    (
        "number_attribute",
        "loss = 0.5; loss.item()",
        "`loss` is a Python number already, and needs no item().",
    ),
    (
        "number_attribute",
        "loss = nn.Linear(3, 1)(torch.zeros(2, 3)).sum().item(); loss.backward()",
        "`loss` is a Python float and carries no graph: did item() take it out too early?",
    ),
    (
        "number_attribute",
        "'3'.mean()",
        "This is a text, and has no mean.",
    ),
    (
        "result_pair",
        "torch.zeros(2, 3).max(1).float()",
        "max along a dimension gives two tensors, the values and their places. Which one is meant?",
    ),
    (
        "list_attribute",
        "for batch in DataLoader(TensorDataset(torch.zeros(4, 3), torch.zeros(4))): batch.to('cpu')",
        "`batch` is a list of 2 tensors: is it a whole batch, images and labels?",
    ),
    (
        "list_attribute",
        "[1.0, 2.0].mean()",
        "This is a list, and a list has no mean.",
    ),
    (
        "image_attribute",
        "Image.new('RGB', (32, 32)).permute(1, 2, 0)",
        "This is an image, not yet a tensor, and has no permute: which transform makes a tensor of it?",
    ),
    (
        "image_shape",
        "plt.imshow(torch.zeros(1, 28, 28))",
        "(1, 28, 28) came; matplotlib draws a grey image as (28, 28).",
    ),
    (
        "image_shape",
        "plt.imshow(torch.zeros(3, 32, 32))",
        "(3, 32, 32) came; matplotlib wants the channels last, (32, 32, 3).",
    ),
    (
        "image_shape",
        "plt.imshow(torch.zeros(784))",
        "(784,) came; matplotlib draws (height, width), or (height, width, 3).",
    ),
    (
        "list_indices",
        "table = [[0, 1], [2, 3]]; table[0, 1]",
        "A list takes one place at a time; two at once are a tensor's.",
    ),
    (
        "list_indices",
        "[1, 2, 3][4 / 2]",
        "A place is a whole number, and / gives a float. What divides whole numbers?",
    ),
    (
        "integer_wanted",
        "range(10 / 2)",
        "A whole number is wanted, and / gives a float. What divides whole numbers?",
    ),
    (
        "integer_wanted",
        "nn.Sequential(OrderedDict(fc1=nn.Linear(3, 2)))['fc1']",
        "A number is wanted, and a name was given: a layer of Sequential is asked for by its number.",
    ),
]


@pytest.mark.parametrize(("case", "code", "sentence"), SAID)
def test_an_error_is_explained(tmp_path, case, code, sentence):
    """The case of this name knows the error by what torch says today, and explains it."""
    assert explained(code, tmp_path) == (case, sentence)
