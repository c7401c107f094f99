"""kindling.diagnose.errors_shapes: each error is raised for real, and its sentence is word for word."""

import pytest
from failing import explained

# The case that has to speak, code of a learner's that fails, and what is said.
SAID = [
    (
        "matmul_shapes",
        "nn.Linear(784, 256)(torch.zeros(3, 28, 28).reshape(1, -1))",
        (
            "One row of 2,352 numbers came where the Linear layer takes 784. 2,352 is 3 × 784: was the "
            "whole batch flattened into one row?"
        ),
    ),
    (
        "matmul_shapes",
        "nn.Linear(784, 256)(torch.zeros(64, 1, 28, 28))",
        "(64, 1, 28, 28) came, and the Linear layer takes rows of 784 numbers: are the 64 images flattened?",
    ),
    (
        "matmul_shapes",
        "nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(128, 10))(torch.zeros(5, 784))",
        "The layer before layer 2 gives 256 numbers, and layer 2 takes 128.",
    ),
    (
        "matmul_shapes",
        ("nn.Sequential(nn.Conv2d(1, 6, 5), nn.Flatten(), nn.Linear(6 * 28 * 28, 10))(torch.zeros(2, 1, 28, 28))"),
        (
            "3,456 numbers of each image are left before layer 2, which takes 4,704: 6 channels of 24 × "
            "24. Which size do the convolutions leave?"
        ),
    ),
    (
        "matmul_shapes",
        "torch.zeros(64, 784) @ torch.zeros(256, 784)",
        "(64, 784) meets (256, 784): the two 784 would meet if the second were transposed.",
    ),
    (
        "matmul_shapes",
        "torch.zeros(784, 256) @ torch.zeros(64, 784)",
        "(784, 256) meets (64, 784): in the other order the two 784 would meet.",
    ),
    (
        "matmul_shapes",
        "images = torch.zeros(2, 28, 28); weights = torch.zeros(784, 256); images @ weights",
        "(56, 28) meets (784, 256), and 784 is 28 × 28: are the images flattened yet?",
    ),
    (
        "matmul_shapes",
        "images = torch.zeros(3, 28, 28).view(1, -1); images @ torch.zeros(784, 256)",
        (
            "One row of 2,352 numbers meets a matrix for 784. 2,352 is 3 × 784: was the whole batch "
            "flattened into one row?"
        ),
    ),
    (
        "matmul_shapes",
        "fc1 = nn.Linear(784, 256); fc1(torch.zeros(64, 100))",
        "64 rows of 100 numbers came where `fc1` takes 784 a row.",
    ),
    (
        "matmul_shapes",
        """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 256)
        self.fc2 = nn.Linear(128, 10)
    def forward(self, x): return self.fc2(self.fc1(x))
model = Net()
model(torch.zeros(5, 784))
""",
        "The layer before `fc2` gives 256 numbers, and `fc2` takes 128.",
    ),
    (
        "matmul_shapes",
        "layer = nn.Linear(10, 784); layer(torch.zeros(5, 784))",
        "5 rows of 784 numbers came where `layer` takes 10 a row and gives 784: are its two sizes exchanged?",
    ),
    (
        "matmul_dims",
        "torch.mm(torch.zeros(3), torch.zeros(3, 4))",
        "mm takes two matrices, and the first has 1 dimension: is a batch missing?",
    ),
    (
        "matmul_dims",
        "torch.dot(torch.zeros(1, 3), torch.zeros(1, 3))",
        "dot takes two vectors, and got 2 and 2 dimensions. Which product is for matrices?",
    ),
    (
        "matmul_dims",
        "torch.tensor(2.0) @ torch.zeros(3)",
        "The left side of @ is a single number. Which product is for a number?",
    ),
    (
        "matmul_vector",
        "torch.zeros(256, 784) @ torch.zeros(256)",
        ("The matrix (256, 784) takes a vector of 784 and got one of 256, as many as it has rows: is it transposed?"),
    ),
    (
        "matmul_vector",
        "torch.zeros(256, 784) @ torch.zeros(10)",
        "The matrix (256, 784) takes a vector of 784 and got one of 10.",
    ),
    (
        "dot_lengths",
        "torch.zeros(3) @ torch.zeros(4)",
        ("The two vectors have 3 and 4 numbers, and each needs a partner: is the bias counted among the weights?"),
    ),
    (
        "dot_lengths",
        "torch.dot(torch.zeros(784), torch.zeros(10))",
        "The two vectors have 784 and 10 numbers, and each needs a partner.",
    ),
    (
        "matmul_batches",
        "torch.zeros(2, 3, 4) @ torch.zeros(2, 5, 4)",
        ("In each of the 2 products, 4 columns meet 5 rows. Which two dimensions of the second have to change places?"),
    ),
    (
        "matmul_batches",
        "torch.bmm(torch.zeros(2, 3, 4), torch.zeros(3, 4, 5))",
        "The first holds 2 matrices and the second 3.",
    ),
    (
        "view_size",
        "torch.zeros(6, 16, 2, 2).view(-1, 16 * 5 * 5)",
        "384 numbers can't be divided into parts of 400.",
    ),
    (
        "view_size",
        "torch.zeros(40, 1, 28, 28).view(64, 784)",
        "31,360 numbers are 40 × 784, and 64 × 784 were asked for: is the batch size written as a number?",
    ),
    (
        "view_size",
        "torch.zeros(3, 28, 28).reshape(1, 784)",
        "2,352 numbers are 3 × 784, and 1 × 784 were asked for.",
    ),
    (
        "view_size",
        "images = torch.zeros(6, 16, 2, 2); images.view(-1, 16 * 5 * 5)",
        "384 numbers are 6 examples of 64, and 400 for each were asked for.",
    ),
    (
        "view_size",
        "images = torch.zeros(40, 1, 28, 28); images.view(64, 784)",
        "31,360 numbers are 40 × 784, and 64 × 784 were asked for: is the batch size written as a number?",
    ),
    (
        "view_unknown",
        "torch.zeros(6).view(-1, -1)",
        "-1 stands for the one size that follows from the others. Which of the sizes are known?",
    ),
    (
        "view_stride",
        "torch.zeros(28, 28).t().view(784)",
        (
            "The tensor was transposed, permuted or cut, so its numbers do not lie in that order in "
            "memory, and view does not move them. Which call may copy?"
        ),
    ),
    (
        "view_stride",
        "torch.zeros(64, 28, 28, 3).permute(0, 3, 1, 2).view(64, -1)",
        (
            "The tensor was transposed, permuted or cut, so its numbers do not lie in that order in "
            "memory, and view does not move them. Which call may copy?"
        ),
    ),
    (
        "view_stride",
        "torch.zeros(4, 10)[:, :5].view(20)",
        (
            "The tensor was transposed, permuted or cut, so its numbers do not lie in that order in "
            "memory, and view does not move them. Which call may copy?"
        ),
    ),
    (
        "view_stride",
        "images = torch.zeros(28, 28).t(); images.view(784)",
        (
            "The (28, 28) tensor was transposed, permuted or cut, so its numbers do not lie in that order"
            " in memory, and view does not move them. Which call may copy?"
        ),
    ),
    (
        "broadcast",
        "x = torch.zeros(64, 10); x / x.sum(dim=1)",
        "Shapes are compared from the right, and there 10 meets 64: sizes must be the same, or 1.",
    ),
    (
        "broadcast",
        "torch.zeros(64, 10) == torch.zeros(64)",
        "Shapes are compared from the right, and there 10 meets 64: sizes must be the same, or 1.",
    ),
    (
        "broadcast",
        "torch.zeros(64, 10) - torch.zeros(10, 64)",
        "Shapes are compared from the right, and there 10 meets 64: sizes must be the same, or 1.",
    ),
    (
        "broadcast",
        """
a, b = nn.Linear(3, 2), nn.Linear(4, 2)
first, second = (torch.optim.SGD(m.parameters(), lr=0.1, momentum=0.9) for m in (a, b))
a(torch.zeros(1, 3)).sum().backward(); first.step()
second.load_state_dict(first.state_dict())
b(torch.zeros(1, 4)).sum().backward(); second.step()
""",
        "The optimizer's state and a gradient have the sizes 3 and 4: is the state another network's?",
    ),
    (
        "broadcast",
        "x, w = torch.zeros(64, 10), torch.zeros(64); x / w",
        ("(64, 10) meets (64,): shapes are compared from the right, so 10 meets 64. One number per row is (64, 1)."),
    ),
    (
        "broadcast",
        "scores, labels = torch.zeros(64, 10), torch.zeros(64, dtype=torch.long); scores == labels",
        "64 rows of 10 scores meet 64 class numbers: which class does each row mean?",
    ),
    (
        "broadcast",
        "x, y = torch.zeros(64, 10), torch.zeros(10, 64); x - y",
        "(64, 10) meets (10, 64): is one of the two transposed?",
    ),
    (
        "assign_size",
        "a = torch.zeros(3, 4); a[0] = torch.zeros(3)",
        "There is place for (4,), and (3,) came.",
    ),
    (
        "assign_size",
        "F.linear(torch.zeros(4, 3), torch.zeros(5, 3), torch.zeros(3))",
        "(3,) does not fit (4, 5): 3 meets 5.",
    ),
    (
        "assign_size",
        "torch.zeros(3, 4).expand(6, 4)",
        "(3, 4) can't become (6, 4): only a size of 1 can be repeated, and 3 is not 1.",
    ),
    (
        "cat_sizes",
        "torch.cat([torch.zeros(2, 3), torch.zeros(2, 4)])",
        "Joined along dimension 0, all other sizes must be the same, and tensor 1 has 4 where the first has 3.",
    ),
    (
        "cat_sizes",
        "x = torch.zeros(1, 3, 32, 32); torch.cat([nn.Conv2d(3, 4, 1)(x), nn.Conv2d(3, 4, 3)(x)], dim=1)",
        ("Joined along dimension 1, all other sizes must be the same, and tensor 1 has 30 where the first has 32."),
    ),
    (
        "cat_dims",
        "torch.cat([torch.zeros(2, 3), torch.zeros(3)])",
        "One tensor has 2 dimensions and another 1: is one of them an example without its batch?",
    ),
    (
        "cat_dims",
        "torch.cat([torch.zeros(2, 3), torch.zeros(2)], dim=1)",
        "One tensor has 2 dimensions and another 1: is one of them an example without its batch?",
    ),
    (
        "cat_scalars",
        "torch.cat([torch.tensor(1.0), torch.tensor(2.0)])",
        "Tensor 0 is a single number, without a dimension to join along. Which call makes a new one?",
    ),
    (
        "empty_list",
        """
outputs = []
for (images,) in DataLoader(TensorDataset(torch.zeros(0, 3))): outputs.append(images)
torch.cat(outputs)
""",
        "The list `outputs` is empty: did the loop that fills it run?",
    ),
    (
        "empty_list",
        "torch.cat([x for x in [torch.zeros(2)] if len(x) > 5])",
        "The list is empty: did the loop that fills it run?",
    ),
    (
        "empty_list",
        "torch.stack([])",
        "The list is empty: did the loop that fills it run?",
    ),
    (
        "empty_list",
        """loader = DataLoader(TensorDataset(torch.zeros(0, 3)))
outputs = [batch for batch in loader]
torch.cat(outputs)""",
        "The list `outputs` is empty, and so is the data set.",
    ),
    (
        "cat_elements",
        "torch.stack([1.0, 2.0])",
        "Element 0 of the list is a Python float: did item() take it out of its tensor?",
    ),
    (
        "cat_elements",
        "torch.stack([np.zeros(3)])",
        "Element 0 of the list is a NumPy array, not a tensor.",
    ),
    (
        "cat_brackets",
        "torch.cat(torch.zeros(2, 3), torch.zeros(2, 3))",
        "cat takes one list of tensors, and got a tensor: are the brackets around them missing?",
    ),
    (
        "stack_sizes",
        "next(iter(DataLoader([(torch.zeros(3, 28, 28), 0), (torch.zeros(1, 28, 28), 0)], batch_size=2)))",
        "Item 0 is (3, 28, 28) and item 1 is (1, 28, 28): are there colour and grey images in the data set?",
    ),
    (
        "stack_sizes",
        "next(iter(DataLoader([(torch.zeros(1, 28, 28), 0), (torch.zeros(1, 30, 28), 0)], batch_size=2)))",
        "Item 0 is (1, 28, 28) and item 1 is (1, 30, 28): all items of a batch must have one shape.",
    ),
    (
        "stack_sizes",
        "outputs = [torch.zeros(64), torch.zeros(64), torch.zeros(40)]\ntorch.stack(outputs)",
        "Item 0 is (64,) and item 2 is (40,): is it the last batch, which is smaller?",
    ),
    (
        "stack_sizes",
        "rows = [torch.zeros(4), torch.zeros(3), torch.zeros(4)]\ntorch.stack(rows)",
        "Item 0 is (4,) and item 1 is (3,). Which one is right?",
    ),
    (
        "stack_sizes",
        "torch.stack([torch.zeros(3), torch.zeros(4)])",
        "Item 0 is (3,) and item 1 is (4,). Which one is right?",
    ),
    (
        "einsum_size",
        "torch.einsum('ij,jk->ik', torch.zeros(2, 3), torch.zeros(4, 5))",
        "The letter j is 3 first and 4 in tensor 1. Which letter is which size?",
    ),
    (
        "einsum_size",
        "torch.einsum('ij,jk->ik', torch.zeros(2, 3), torch.zeros(5, 3))",
        "The letter j is 3 first and 5 in tensor 1. Which letter is which size?",
    ),
    (
        "einsum_letters",
        "torch.einsum('ij,jk->ik', torch.zeros(8, 2, 3), torch.zeros(3, 5))",
        "Tensor 0 has 3 dimensions, and the equation 2 letters for it: does the batch need a letter?",
    ),
]


@pytest.mark.parametrize(("case", "code", "sentence"), SAID)
def test_an_error_is_explained(tmp_path, case, code, sentence):
    """The case of this name knows the error by what torch says today, and explains it."""
    assert explained(code, tmp_path) == (case, sentence)
