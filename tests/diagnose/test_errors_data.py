"""kindling.diagnose.errors_data: each error is raised for real, and its sentence is word for word."""

import pytest
from failing import explained

# The case that has to speak, code of a learner's that fails, and what is said.
SAID = [
    (
        "unpack_few",
        "for x, y in DataLoader(TensorDataset(torch.zeros(8, 3))): pass",
        "Each item of the loop has 1 value, and 2 names are there for it.",
    ),
    (
        "unpack_few",
        "for i, x, y in enumerate(DataLoader(TensorDataset(torch.zeros(8, 3), torch.zeros(8)))): pass",
        "enumerate gives two things, the number and the item: an item that is taken apart needs parentheses.",
    ),
    (
        "unpack_few",
        "x, y = DataLoader(TensorDataset(torch.zeros(8, 3), torch.zeros(8)), batch_size=8)",
        "There are 2 names, and 1 value for them.",
    ),
    (
        "unpack_few",
        """loader = DataLoader(TensorDataset(torch.zeros(8, 3), torch.zeros(8)), batch_size=8)
x, y = loader""",
        ("`loader` is the loader, which gives its batches one after the other, in a loop; it is no batch itself."),
    ),
    (
        "unpack_few",
        """loader = DataLoader(TensorDataset(torch.zeros(8, 3)))
for x, y in loader: pass""",
        "Each item of `loader` has 1 value, and 2 names are there for it.",
    ),
    (
        "unpack_few",
        "x = torch.zeros(4, 10); n, c, h, w = x.shape",
        "`x.shape` is (4, 10), so 2 sizes, and 4 names are there for it.",
    ),
    (
        "unpack_few",
        "x = torch.zeros(4, 10); n, c, h, w = x.size()",
        "size() gives one number per dimension, so 2 values, and 4 names are there for it.",
    ),
    (
        "unpack_many",
        "images, labels = torch.zeros(64, 1, 28, 28)",
        "There are 2 names, and more values for them.",
    ),
    (
        "unpack_many",
        "x, y = TensorDataset(torch.zeros(8, 3), torch.zeros(8))",
        "There are 2 names, and more values for them.",
    ),
    (
        "unpack_many",
        "for x, y in DataLoader(TensorDataset(torch.zeros(8, 3), torch.zeros(8), torch.zeros(8))): pass",
        "Each item of the loop has more values, and 2 names are there for it.",
    ),
    (
        "unpack_many",
        "images = torch.zeros(64, 1, 28, 28); images, labels = images",
        "`images` is one tensor, (64, 1, 28, 28), and it would be taken apart along its first dimension.",
    ),
    (
        "unpack_many",
        "data = TensorDataset(torch.zeros(8, 3), torch.zeros(8)); x, y = data",
        "`data` is the data set itself, and no item of it.",
    ),
    (
        "unpack_one",
        "loss, accuracy = None",
        "None came where several values are wanted: does the function return its results?",
    ),
    (
        "unpack_one",
        "for i, (x, y) in enumerate([1, 2]): pass",
        "An int is one value, and several names are there for it.",
    ),
    (
        "loader_next",
        "next(DataLoader(TensorDataset(torch.zeros(4, 3))))",
        "next wants an iterator, and the loader is none yet. Which call makes one of it?",
    ),
    (
        "loader_old_next",
        "iter(DataLoader(TensorDataset(torch.zeros(4, 3)))).next()",
        "Old code says `batches.next()`; today next is a function of Python.",
    ),
    (
        "loader_end",
        ("batches = iter(DataLoader(TensorDataset(torch.zeros(4, 3)), batch_size=4)); next(batches); next(batches)"),
        "The iterator has given its last batch, or the data set is empty, and one more was asked for.",
    ),
    (
        "loader_end",
        "next(iter(DataLoader(TensorDataset(torch.zeros(0, 3)))))",
        "The iterator has given its last batch, or the data set is empty, and one more was asked for.",
    ),
    (
        "pickle_local",
        "torch.save({'transform': lambda x: x}, io.BytesIO())",
        ("What is saved holds a lambda, or a function or class that no file can name. What of it is needed later?"),
    ),
    (
        "pickle_local",
        """
class Items(Dataset):
    def __len__(self): return 4
    def __getitem__(self, i): return i
list(DataLoader(Items(), num_workers=1, multiprocessing_context='spawn'))
""",
        "Workers that start anew find only what a file can name, not a class or lambda of a notebook.",
    ),
    (
        "collate_type",
        "next(iter(DataLoader([(Image.new('L', (28, 28)), 0)])))",
        "The data set gives images, and a batch is made of tensors: which transform is missing?",
    ),
    (
        "collate_type",
        "next(iter(DataLoader([(torch.zeros(3), None)])))",
        "The data set gives None: does its `__getitem__` return the item?",
    ),
    (
        "pil_wanted",
        "T.ToTensor()(torch.zeros(1, 28, 28))",
        "ToTensor got a tensor: does it stand in the transforms twice, or are the data tensors already?",
    ),
    (
        "image_tensor_wanted",
        "T.Compose([T.Normalize([0.5], [0.5]), T.ToTensor()])(Image.new('L', (28, 28)))",
        "Normalize got an image and no tensor: in the list it stands before ToTensor.",
    ),
    (
        "image_tensor_wanted",
        "T.Compose([T.Normalize([0.5], [0.5])])(Image.new('L', (28, 28)))",
        "Normalize got an image and no tensor: ToTensor is not in the list.",
    ),
    (
        "normalize_channels",
        "T.Normalize([0.5] * 3, [0.5] * 3)(torch.zeros(1, 28, 28))",
        "Normalize has 3 means, one per channel, and the image has 1 channel.",
    ),
    (
        "normalize_channels",
        "total = torch.zeros(10); total += torch.zeros(64, 10)",
        "What is changed in place keeps its shape, (10,), and the result is (64, 10).",
    ),
    (
        "normalize_bytes",
        "T.Normalize([0.5], [0.5])(torch.zeros(1, 28, 28, dtype=torch.uint8))",
        "Normalize got uint8: the pixels are not floats from 0 to 1 yet.",
    ),
    (
        "normalize_dims",
        "T.Normalize([0.5], [0.5])(torch.zeros(28, 28))",
        "The image is (28, 28), and Normalize wants the channel first, (1, 28, 28).",
    ),
    (
        "length_missing",
        """
class Items(Dataset):
    def __getitem__(self, i): return i
DataLoader(Items(), shuffle=True)
""",
        "Items can't say how many it holds: it has no `__len__`.",
    ),
    (
        "length_missing",
        "len(x for x in [1, 2])",
        "A generator gives its values one by one and has no length: is a list, or a loader, wanted?",
    ),
    (
        "length_missing",
        "len(torch.zeros(3).tolist)",
        "This is the method itself, and it has no length: are its parentheses missing?",
    ),
    (
        "length_missing",
        "len(None)",
        "This is None, and it has no length: does the function that makes it return its result?",
    ),
    (
        "length_missing",
        "len(5)",
        "One int has no length: is a list, or a tensor, wanted?",
    ),
    (
        "getitem_missing",
        """
class Items(Dataset):
    def __len__(self): return 4
    def __get_item__(self, i): return i
Items()[0]
""",
        "Items has `__get_item__`; the name is `__getitem__`.",
    ),
    (
        "dataset_empty",
        "DataLoader(TensorDataset(torch.zeros(0, 3)), shuffle=True)",
        "The data set is empty: was nothing found, or nothing selected?",
    ),
    (
        "dataset_sizes",
        "TensorDataset(torch.zeros(8, 3), torch.zeros(7))",
        "The tensors have 8 and 7 rows, and each item needs one of all.",
    ),
    (
        "split_sum",
        "torch.utils.data.random_split(range(8), [5, 2])",
        "5 + 2 are 7, and there are 8: the parts must add up to the data set.",
    ),
    (
        "split_sum",
        "torch.utils.data.random_split(range(8), [0.8, 0.3])",
        "0.8 + 0.3 are 1.1: shares add up to 1 at most.",
    ),
    (
        "dataset_missing",
        "torchvision.datasets.MNIST(tmp)",
        "The files of the data set are not in this folder: are they in another, or still to be downloaded?",
    ),
    (
        "batch_size",
        "DataLoader(TensorDataset(torch.zeros(8, 3)), batch_size=0)",
        "A batch has a whole number of examples, at least 1, and 0 was given.",
    ),
    (
        "batch_size",
        "DataLoader(64, TensorDataset(torch.zeros(8, 3)))",
        "DataLoader takes the data set first, then the batch size: are they exchanged?",
    ),
    (
        "list_end",
        """
class Items(Dataset):
    def __len__(self): return 4
    def __getitem__(self, i): return [1, 2][i]
list(DataLoader(Items(), batch_size=2, num_workers=1))
""",
        "The list has fewer places than were asked for; places count from 0.",
    ),
    (
        "list_end",
        """
class Items(Dataset):
    def __len__(self): return 5
    def __getitem__(self, i): return [1, 2, 3, 4][i]
list(DataLoader(Items()))
""",
        ("`__getitem__` was asked for an item that the list does not have: does `__len__` promise more than there is?"),
    ),
    (
        "list_end",
        "losses = [1.0, 2.0]; losses[2]",
        "`losses` has the places 0 to 1, and place 2 was asked for.",
    ),
    (
        "list_end",
        "losses = []; losses[-1]",
        "`losses` is empty: was something to be put in before?",
    ),
    (
        "list_end",
        "'ab'[5]",
        "The string has the places 0 to 1, and place 5 was asked for.",
    ),
    (
        "number_text",
        "float('label')",
        "This text is no number: is it the first line of a table, or an empty field?",
    ),
    (
        "number_text",
        "int('3.0')",
        "int reads whole numbers, and 3.0 has a decimal point.",
    ),
]


@pytest.mark.parametrize(("case", "code", "sentence"), SAID)
def test_an_error_is_explained(tmp_path, case, code, sentence):
    """The case of this name knows the error by what torch says today, and explains it."""
    assert explained(code, tmp_path) == (case, sentence)
