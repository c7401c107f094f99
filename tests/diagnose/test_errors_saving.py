"""kindling.diagnose.errors_saving: each error is raised for real, and its sentence is word for word."""

import pytest
from failing import explained

# The case that has to speak, code of a learner's that fails, and what is said.
SAID = [
    (
        "state_sizes",
        "nn.Sequential(nn.Linear(3, 2)).load_state_dict(nn.Sequential(nn.Linear(3, 4)).state_dict())",
        (
            "`0.weight` was saved as (4, 3), and here it is (2, 3): is the network built with the sizes "
            "that the saved one had?"
        ),
    ),
    (
        "state_sizes",
        "nn.Sequential(nn.Linear(8, 10)).load_state_dict(nn.Sequential(nn.Linear(8, 2)).state_dict())",
        (
            "`0.weight` was saved as (2, 8), and here it is (10, 8): is the network built with the sizes "
            "that the saved one had?"
        ),
    ),
    (
        "state_keys",
        (
            "nn.Sequential(OrderedDict(fc1=nn.Linear(3, "
            "2))).load_state_dict(nn.Sequential(OrderedDict(fc_1=nn.Linear(3, 2))).state_dict())"
        ),
        (
            "The saved weights are called `fc_1.weight`, … and this network's `fc1.weight`, …: are the "
            "layers named anew?"
        ),
    ),
    (
        "state_keys",
        "m = nn.Sequential(nn.Linear(3, 2)); m.load_state_dict({'state_dict': m.state_dict(), 'epoch': 3})",
        "What was loaded is a whole checkpoint, with `state_dict` in it: which of its entries are the weights?",
    ),
    (
        "state_keys",
        (
            "nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 1)).load_state_dict(nn.Sequential(nn.Linear(3, "
            "2)).state_dict())"
        ),
        ("The network has `1.weight`, and the saved weights do not: do they come from a network with fewer layers?"),
    ),
    (
        "state_keys",
        (
            "m = nn.Sequential(nn.Linear(3, 2)); m.load_state_dict({f'module.{k}': v for k, v in "
            "m.state_dict().items()})"
        ),
        "The saved names begin with `module.`, and this network's do not: was it saved inside another network?",
    ),
    (
        "state_keys",
        """
inner = nn.Sequential(nn.Linear(3, 2))
outer = nn.Sequential(OrderedDict(net=inner))
outer.load_state_dict(inner.state_dict())
""",
        "This network's names begin with `net.`, and the saved ones do not: is it inside another network?",
    ),
    (
        "state_type",
        "nn.Linear(3, 2).load_state_dict('checkpoint.pth')",
        "load_state_dict got a path and wants what the file holds. Which call reads it?",
    ),
    (
        "state_type",
        "m = nn.Linear(3, 2); m.load_state_dict(m.state_dict)",
        "state_dict without parentheses is the method itself.",
    ),
    (
        "state_type",
        "m = nn.Linear(3, 2); m.load_state_dict(m)",
        "load_state_dict wants weights, and got Linear: is its state_dict() meant?",
    ),
    (
        "dict_attribute",
        "nn.Linear(3, 2).state_dict().eval()",
        (
            "This is a state_dict, so weights without a network, and has no eval. A network that takes "
            "them has to be made."
        ),
    ),
    (
        "key_missing",
        "checkpoint = {'model': 1, 'epoch': 3}; checkpoint['state_dict']",
        "There is no `state_dict` in it; it holds `model`, `epoch`.",
    ),
    (
        "key_missing",
        "m = nn.Linear(3, 2); torch.optim.SGD(m.parameters()).load_state_dict(m.state_dict())",
        "The optimizer got weights, and its own state_dict is another one.",
    ),
    (
        "key_missing",
        "checkpoint = {'model_state': 1, 'epoch': 3}; checkpoint['model_sate']",
        "There is no `model_sate` in it, but `model_state`.",
    ),
    (
        "weights_only",
        "torch.save(nn.Linear(3, 2), tmp / 'net.pt'); torch.load(tmp / 'net.pt')",
        (
            "The file holds a whole Linear, code included, and torch.load takes weights only. What could "
            "be saved instead?"
        ),
    ),
    (
        "weights_only",
        "torch.save({'loss': np.float64(0.5)}, tmp / 'run.pt'); torch.load(tmp / 'run.pt')",
        ("The file holds a number of NumPy's, and torch.load takes tensors and Python's own. Which number is it?"),
    ),
    (
        "class_gone",
        """
import sys
class Net(nn.Module): pass
Net.__module__, Net.__qualname__ = '__main__', 'Net'
here = sys.modules['__main__']
here.Net = Net
torch.save(Net(), tmp / 'whole.pt')
del here.Net
torch.load(tmp / 'whole.pt', weights_only=False)
""",
        ("The file holds a whole Net, and the class Net is not there to make it of. What could be saved instead?"),
    ),
    (
        "cuda_file",
        """
from unittest import mock
with mock.patch('torch.serialization.location_tag', lambda storage: 'cuda:0'):
    torch.save(torch.zeros(3), tmp / 'gpu.pt')
torch.load(tmp / 'gpu.pt')
""",
        "These tensors were on a GPU, and here is none. Which argument of load says where they should go?",
    ),
    (
        "file_missing",
        "torch.load('no-such-checkpoint.pth')",
        ("There is no no-such-checkpoint.pth in the working folder: is it in another folder, or not written yet?"),
    ),
    (
        "file_missing",
        "torchvision.datasets.ImageFolder('no-such-folder')",
        "There is no no-such-folder in the working folder: is it in another folder, or not written yet?",
    ),
    (
        "file_missing",
        "torch.load('no-such-folder/net.pt')",
        "There is no folder no-such-folder: is it meant from another folder, or not made yet?",
    ),
    (
        "file_missing",
        "torch.load('no-such-folder/other.pt')",
        "There is no folder no-such-folder: is it meant from another folder, or not made yet?",
    ),
    (
        "folder_missing",
        "torch.save({}, tmp / 'models' / 'net.pt')",
        "A file is to be written to the folder models, which is not there. What makes a folder?",
    ),
    (
        "file_broken",
        """
torch.save(nn.Linear(300, 200).state_dict(), tmp / 'cut.pt')
(tmp / 'cut.pt').write_bytes((tmp / 'cut.pt').read_bytes()[:1000])
torch.load(tmp / 'cut.pt')
""",
        ("The file is not whole, or was not written by torch.save: was its writing, or its download, interrupted?"),
    ),
    (
        "file_foreign",
        "(tmp / 'text.pt').write_text('hello'); torch.load(tmp / 'text.pt')",
        "torch.load reads what torch.save has written, and this file is of another kind.",
    ),
    (
        "save_arguments",
        "torch.save('net.pt', nn.Linear(3, 2).state_dict())",
        "torch.save takes what is to be saved first, then the path: are they exchanged?",
    ),
]


@pytest.mark.parametrize(("case", "code", "sentence"), SAID)
def test_an_error_is_explained(tmp_path, case, code, sentence):
    """The case of this name knows the error by what torch says today, and explains it."""
    assert explained(code, tmp_path) == (case, sentence)
