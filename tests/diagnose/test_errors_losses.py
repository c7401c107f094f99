"""kindling.diagnose.errors_losses: each error is raised for real, and its sentence is word for word."""

import pytest
from failing import explained

# The case that has to speak, code of a learner's that fails, and what is said.
SAID = [
    (
        "target_range",
        "F.cross_entropy(torch.zeros(4, 9), torch.tensor([0, 1, 2, 9]))",
        "A label is 9, and the network has 9 outputs, for the classes 0 to 8: how many classes are there?",
    ),
    (
        "target_range",
        "F.cross_entropy(torch.zeros(3, 3), torch.tensor([1, 2, 3]))",
        ("The labels go from 1 to 3, and the network has 3 outputs, for the classes 0 to 2: classes count from 0."),
    ),
    (
        "target_range",
        "F.nll_loss(torch.zeros(2, 10), torch.tensor([255, 0]))",
        "A label is 255, and the network has 10 outputs, for the classes 0 to 9: are these class numbers?",
    ),
    (
        "target_dtype",
        "F.cross_entropy(torch.zeros(4, 9), torch.tensor([1.0, 2.0, 3.0, 4.0]))",
        "The labels are float32. For this loss, a label is a class number, a whole number of dtype int64.",
    ),
    (
        "target_dtype",
        "F.cross_entropy(torch.zeros(4, 9), torch.from_numpy(np.array([1, 2, 3, 4], dtype='int32')))",
        "The labels are int32. For this loss, a label is a class number, a whole number of dtype int64.",
    ),
    (
        "target_dims",
        "F.cross_entropy(torch.zeros(4, 9), torch.tensor([[1], [2], [3], [4]]))",
        "The labels are (4, 1); one class number per example is (4,).",
    ),
    (
        "target_dims",
        "F.nll_loss(torch.zeros(4, 9), F.one_hot(torch.tensor([1, 2, 3, 4]), 9))",
        "The labels are (4, 9), a row for each example; this loss wants one class number for each.",
    ),
    (
        "target_probabilities",
        "F.cross_entropy(torch.zeros(4, 9), F.one_hot(torch.tensor([1, 2, 3, 4]), 9))",
        (
            "The labels are (4, 9) of whole numbers, and labels of that shape are probabilities. Which "
            "labels have one number per example?"
        ),
    ),
    (
        "target_probabilities",
        "F.cross_entropy(torch.zeros(4, 9).argmax(dim=1).float(), torch.tensor([1, 2, 3, 4]))",
        ("The loss wants a score for each class, and got one number per example: was the class chosen too early?"),
    ),
    (
        "batch_sizes",
        (
            "F.cross_entropy(nn.Linear(784, 10)(torch.zeros(64, 3, 28, 28).view(-1, 784)), "
            "torch.zeros(64, dtype=torch.long))"
        ),
        "192 rows of scores came for 64 labels, 3 for each: did view or reshape cut every example into 3?",
    ),
    (
        "batch_sizes",
        "F.cross_entropy(nn.Linear(3136, 10)(torch.zeros(4, 784).reshape(1, -1)), torch.tensor([1, 2, 3, 4]))",
        "1 row of scores came for 4 labels: did the whole batch become one row?",
    ),
    (
        "batch_sizes",
        "F.cross_entropy(torch.zeros(1, 10), torch.tensor(3))",
        "1 row of scores came, and the label is a single number without its batch.",
    ),
    (
        "batch_sizes",
        "F.cross_entropy(torch.zeros(8, 4), F.one_hot(torch.zeros(8, dtype=torch.long), 4).view(-1))",
        "8 rows of scores came for 32 labels, 4 for each row: are the labels one-hot and flattened?",
    ),
    (
        "loss_argument",
        "F.cross_entropy(torch.zeros(4, 10), [1, 2, 3, 4])",
        "The loss got the labels as a Python list; it wants a tensor, one entry per example.",
    ),
    (
        "loss_argument",
        """
class Net(nn.Module):
    def forward(self, x): x = x * 2
F.cross_entropy(Net()(torch.zeros(1, 3)), torch.tensor([1]))
""",
        "The loss got None for the outputs: does the function that makes them return its result?",
    ),
    (
        "loss_argument",
        "F.cross_entropy(torch.zeros(1, 10), 3)",
        "The loss got the labels as a Python int; it wants a tensor, one entry per example.",
    ),
    (
        "loss_argument",
        "F.nll_loss((torch.zeros(1, 10), torch.zeros(1)), torch.tensor([1]))",
        "The loss got a tuple for the outputs: does the network return more than one thing?",
    ),
    (
        "loss_broadcast",
        "F.mse_loss(nn.Linear(3, 1)(torch.zeros(8, 3)), torch.zeros(8))",
        "Outputs (8, 1) against labels (8,) are compared each with each: 64 pairs for 8 examples.",
    ),
    (
        "loss_broadcast",
        "F.mse_loss(torch.zeros(8, 2), torch.zeros(1, 2))",
        (
            "Outputs (8, 2) against labels (1, 2) are not compared one by one: the loss repeats one of "
            "them. Should both have one shape?"
        ),
    ),
    (
        "bce_shapes",
        "F.binary_cross_entropy(torch.rand(8, 1), torch.rand(8))",
        "The outputs are (8, 1) and the labels (8,): one of the two has a dimension of 1 too many.",
    ),
    (
        "bce_shapes",
        "F.binary_cross_entropy_with_logits(torch.zeros(8, 10), torch.zeros(8))",
        ("The outputs are (8, 10) and the labels (8,): 10 scores for each label. Which loss takes a class number?"),
    ),
    (
        "bce_range",
        "F.binary_cross_entropy(torch.tensor([2.5, -1.0]), torch.zeros(2))",
        "An output is 2.5, and this loss wants probabilities from 0 to 1: is the sigmoid missing before it?",
    ),
    (
        "bce_range",
        "F.binary_cross_entropy(torch.rand(2), torch.tensor([1.0, 2.0]))",
        "A label is 2, and this loss knows the labels 0 and 1.",
    ),
    (
        "bce_dtype",
        "F.binary_cross_entropy(torch.rand(8), torch.zeros(8, dtype=torch.long))",
        "The labels are int64 and the outputs float32: this loss wants both of one dtype.",
    ),
]


@pytest.mark.parametrize(("case", "code", "sentence"), SAID)
def test_an_error_is_explained(tmp_path, case, code, sentence):
    """The case of this name knows the error by what torch says today, and explains it."""
    assert explained(code, tmp_path) == (case, sentence)
