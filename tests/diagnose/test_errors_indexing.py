"""kindling.diagnose.errors_indexing: each error is raised for real, and its sentence is word for word."""

import pytest
from failing import explained

# The case that has to speak, code of a learner's that fails, and what is said.
SAID = [
    (
        "dim_range",
        "torch.softmax(torch.zeros(10), dim=1)",
        "dim=1 of a tensor that has dimension 0 only: is it one example without its batch?",
    ),
    (
        "dim_range",
        "torch.zeros(3, 4).sum(dim=2)",
        "dim=2 of a tensor that has the dimensions 0 to 1, counted from 0.",
    ),
    (
        "dim_range",
        "torch.zeros(3, 4).sum(dim=1).argmax(dim=1)",
        "dim=1 of a tensor that has dimension 0 only: did a call before it take a dimension away?",
    ),
    (
        "index_range",
        "torch.zeros(3)[3]",
        "Place 3 of dimension 0 was asked for, and its places go from 0 to 2: is it counted from 1?",
    ),
    (
        "index_range",
        "torch.zeros(40, 10)[torch.arange(64)]",
        "Place 40 of dimension 0 was asked for, and its places go from 0 to 39.",
    ),
    (
        "index_range",
        "torch.zeros(4, 10)[torch.tensor([1, 9, 3, 0]), torch.arange(4)]",
        "Place 9 of dimension 0 was asked for, and its places go from 0 to 3.",
    ),
    (
        "index_range",
        """loader = DataLoader(TensorDataset(torch.zeros(40, 10)), batch_size=64)
for (scores,) in loader: scores[torch.arange(64)]""",
        (
            "Place 40 of dimension 0 was asked for, and its places go from 0 to 39: is this the last "
            "batch, which is smaller than 64?"
        ),
    ),
    (
        "index_range",
        "scores = torch.zeros(4, 10); i = 4; scores[i]",
        "Place 4 of dimension 0 was asked for, and its places go from 0 to 3: is it counted from 1?",
    ),
    (
        "index_count",
        "torch.zeros(1, 10).squeeze()[0, 3]",
        "The tensor has 1 dimension, and more places were given: did squeeze take the batch of one away, too?",
    ),
    (
        "index_count",
        "torch.zeros(4, 10)[0][:, 3]",
        "The tensor has 1 dimension, and more places were given.",
    ),
    (
        "index_count",
        "scores = torch.zeros(1, 10).squeeze(); scores[0, 3]",
        "(10,) has 1 dimension, and more places were given: did squeeze take the batch of one away, too?",
    ),
    (
        "index_scalar",
        "F.mse_loss(torch.zeros(3), torch.ones(3)).data[0]",
        (
            "The tensor is a single number without dimensions, so there is no place 0 in it. Old code "
            "wrote loss.data[0]."
        ),
    ),
    (
        "index_pairs",
        "torch.zeros(64, 10)[torch.arange(64), torch.zeros(40, dtype=torch.long)]",
        "64 row numbers meet 40 column numbers, and each pair is one place: where does the 64 come from?",
    ),
    (
        "index_pairs",
        "torch.zeros(4, 10)[torch.arange(10), torch.tensor([1, 2, 3, 0])]",
        "10 row numbers meet 4 column numbers, and each pair is one place: where does the 10 come from?",
    ),
    (
        "index_dtype",
        "torch.zeros(4, 10)[torch.arange(4), torch.tensor([1.0, 2.0, 3.0, 0.0])]",
        "The index is a tensor of floats. Places and class numbers are whole numbers, a mask is bool.",
    ),
    (
        "index_dtype",
        "torch.zeros(3)[torch.tensor([1.0, 0.0, 1.0])]",
        "The index is a tensor of floats. Places and class numbers are whole numbers, a mask is bool.",
    ),
    (
        "index_dtype",
        "labels = torch.tensor([1.0, 0.0]); torch.zeros(4)[labels]",
        "`labels` is float32. Places and class numbers are whole numbers, a mask is bool.",
    ),
    (
        "mask_shape",
        "torch.zeros(64, 10)[torch.zeros(40) > 0]",
        "The mask is (40,) and the tensor (64, 10): do they come from the same batch?",
    ),
    (
        "mask_shape",
        "torch.zeros(64, 10)[torch.zeros(10) > 0]",
        "The mask is (10,) and the tensor (64, 10): does the mask count columns instead of rows?",
    ),
    (
        "gather_dims",
        "torch.zeros(3, 4).gather(1, torch.tensor([1, 2, 3]))",
        "gather wants an index with as many dimensions as the tensor: one class per row is a column, (n, 1).",
    ),
    (
        "permute_dims",
        "torch.zeros(28, 28, 3).permute(0, 3, 1, 2)",
        "The tensor has 3 dimensions, and 4 were put in order: is it one image and not a batch?",
    ),
    (
        "permute_dims",
        "torch.zeros(28, 28).permute(1, 2, 0)",
        "The tensor has 2 dimensions, and 3 were put in order: has the grey image a channel?",
    ),
    (
        "ragged_list",
        "torch.tensor([[1, 2], [3]])",
        "One part of the list has 2 elements and another 1: a tensor is a full table.",
    ),
    (
        "scalar_loop",
        "for row in torch.zeros(3, 2).sum(): pass",
        "The loop is over a single number without dimensions: was a sum or mean taken too early?",
    ),
    (
        "scalar_loop",
        "len(torch.tensor([3, 1])[0])",
        "The tensor is a single number without dimensions, so it has no length: was one element taken out?",
    ),
    (
        "topk_range",
        "torch.zeros(2, 3).topk(5, dim=1)",
        "More were asked for than the dimension holds. Along which dimension lie the classes?",
    ),
    (
        "topk_range",
        "torch.zeros(2, 10).topk(5, dim=0)",
        "More were asked for than the dimension holds. Along which dimension lie the classes?",
    ),
    (
        "topk_range",
        "scores = torch.zeros(2, 3); scores.topk(5, dim=1)",
        "More were asked for than the dimension of (2, 3) holds. Along which dimension lie the classes?",
    ),
]


@pytest.mark.parametrize(("case", "code", "sentence"), SAID)
def test_an_error_is_explained(tmp_path, case, code, sentence):
    """The case of this name knows the error by what torch says today, and explains it."""
    assert explained(code, tmp_path) == (case, sentence)
