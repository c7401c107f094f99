"""kindling.diagnose.errors_dtypes: each error is raised for real, and its sentence is word for word."""

import pytest
from failing import explained

# The case that has to speak, code of a learner's that fails, and what is said.
SAID = [
    (
        "dtype_layer",
        "nn.Linear(3, 2)(torch.from_numpy(np.zeros((4, 3))))",
        "The input is float64, as NumPy's numbers are; the weights of the Linear layer are float32.",
    ),
    (
        "dtype_layer",
        "nn.Linear(3, 2)(torch.zeros(4, 3, dtype=torch.uint8))",
        "The input is uint8, as the bytes of pixels are; the weights of the Linear layer are float32.",
    ),
    (
        "dtype_layer",
        "nn.Linear(3, 2)(torch.tensor([[1, 2, 3]]))",
        "The input is int64; the weights of the Linear layer are float32.",
    ),
    (
        "dtype_matmul",
        "torch.zeros(3, 3) @ torch.from_numpy(np.zeros((3, 3)))",
        "float32 meets float64: one of the two has to change.",
    ),
    (
        "dtype_matmul",
        "torch.zeros(3, 3) @ torch.tensor([[1], [2], [3]])",
        "float32 meets int64: one of the two has to change.",
    ),
    (
        "dtype_matmul",
        "torch.zeros(3, 3) @ torch.tensor([1, 2, 3])",
        "int64 and float32 and nd meet here: one of them has to change.",
    ),
    (
        "dtype_matmul",
        "a, b = torch.zeros(3, 3), torch.zeros(3, 3, dtype=torch.int64); a @ b",
        "`a` is float32 and `b` is int64: one of the two has to change.",
    ),
    (
        "dtype_conv",
        "nn.Conv2d(1, 2, 3)(torch.zeros(1, 1, 8, 8, dtype=torch.uint8))",
        ("The pixels are bytes from 0 to 255 and the weights are float32. Which transform makes floats from 0 to 1?"),
    ),
    (
        "dtype_conv",
        "nn.Conv2d(1, 2, 3)(torch.zeros(1, 1, 8, 8, dtype=torch.float64))",
        "The input is float64, as NumPy's numbers are; the weights are float32.",
    ),
    (
        "dtype_conv",
        "nn.BatchNorm1d(3)(torch.zeros(4, 3, dtype=torch.float64))",
        "The input has another dtype than the layer's weights: one of the two has to change.",
    ),
    (
        "dtype_mean",
        "(torch.tensor([1, 2, 3]) == torch.tensor([1, 0, 3])).mean()",
        "The mean of True and False: make numbers of them first.",
    ),
    (
        "dtype_mean",
        "torch.tensor([1, 2, 4]).mean()",
        "The mean of whole numbers (int64): make floats of them first.",
    ),
    (
        "dtype_mean",
        "torch.zeros(28, 28, dtype=torch.uint8).std()",
        "std of whole numbers: make floats of them first.",
    ),
    (
        "dtype_kernel",
        "torch.softmax(torch.tensor([1, 2, 3]), dim=0)",
        "softmax of whole numbers (int64): is a decimal point missing, or were classes chosen before?",
    ),
    (
        "dtype_kernel",
        "F.mse_loss(torch.tensor([1, 2]), torch.tensor([1, 0]))",
        "The squared error of whole numbers (int64): are these predicted classes?",
    ),
    (
        "dtype_kernel",
        "torch.zeros(3) & torch.zeros(3)",
        "&, | and ~ take True and False, or whole numbers, and got float32: is a comparison missing?",
    ),
    (
        "dtype_inplace",
        "a = torch.tensor([1, 2, 3]); a += 0.5",
        "`a` is int64 and stays so when it is changed in place; the result is float32.",
    ),
    (
        "dtype_inplace",
        "a = torch.tensor([1, 2, 3]); a /= 2",
        "`a` is int64 and stays so when it is changed in place; the result is float32.",
    ),
    (
        "dtype_inplace",
        "F.binary_cross_entropy_with_logits(torch.zeros(8), torch.zeros(8, dtype=torch.long))",
        "The labels are int64 and the outputs float32: this loss wants both of one dtype.",
    ),
    (
        "dtype_grad",
        "torch.tensor([1, 2], requires_grad=True)",
        "These are whole numbers, and a gradient needs floats: is a decimal point missing?",
    ),
    (
        "bool_minus",
        "1 - (torch.zeros(3) > 0)",
        "A mask of True and False can't be subtracted from a number; ~ turns each of its values round.",
    ),
    (
        "bool_minus",
        "(torch.zeros(3) > 0) - (torch.zeros(3) < 1)",
        "True and False can't be subtracted: make numbers of them first.",
    ),
    (
        "dtype_name",
        "torch.zeros(3, dtype='float32')",
        "The dtype came as a text; torch has its own, like torch.float32.",
    ),
    (
        "dtype_name",
        "torch.zeros(3, dtype=np.float32)",
        "The dtype came as a class of Python or NumPy; torch has its own, like torch.float32.",
    ),
    (
        "size_float",
        "nn.Linear(784 / 2, 10)",
        "Size 2 is a float, as / gives one, and a size is a whole number. What divides whole numbers?",
    ),
    (
        "size_float",
        "torch.zeros(10, 784).view(10, 784 / 1)",
        "Size 2 is a float, as / gives one, and a size is a whole number. What divides whole numbers?",
    ),
]


@pytest.mark.parametrize(("case", "code", "sentence"), SAID)
def test_an_error_is_explained(tmp_path, case, code, sentence):
    """The case of this name knows the error by what torch says today, and explains it."""
    assert explained(code, tmp_path) == (case, sentence)
