# %% [markdown]
# Right and wrong answers to the tasks of lesson 06. A wrong one says the sentence that its learner must read.


# %% right="save_checkpoint"
def save_checkpoint(model, path):
    linear = [m for m in model.modules() if isinstance(m, nn.Linear)]
    torch.save(
        {
            "input_size": linear[0].in_features,
            "output_size": linear[-1].out_features,
            "hidden_layers": [layer.out_features for layer in linear[:-1]],
            "state_dict": model.state_dict(),
        },
        path,
    )


# %% right="save_checkpoint"
def save_checkpoint(model, path):
    state = {name: tensor.detach().cpu().clone() for name, tensor in model.state_dict().items()}
    shapes = [tensor.shape for name, tensor in state.items() if name.endswith("weight")]
    checkpoint = dict(
        state_dict=state,
        hidden_layers=[int(shape[0]) for shape in shapes[:-1]],
        input_size=shapes[0][1],
        output_size=shapes[-1][0],
    )
    with open(path, "wb") as file:
        torch.save(checkpoint, file)


# %% right="save_checkpoint"
def save_checkpoint(model, path):
    hidden = []
    for layer in model.hidden_layers:
        hidden.append(layer.weight.size(0))
    checkpoint = {
        "input_size": model.hidden_layers[0].in_features,
        "output_size": model.output.out_features,
        "hidden_layers": hidden,
        "state_dict": model.state_dict(),
    }
    torch.save(checkpoint, path + ".part")
    os.replace(path + ".part", path)


# %% right="save_checkpoint"
def save_checkpoint(model, path):
    c = {"input_size": model.input_size, "output_size": model.output_size, "hidden_layers": [len(l.bias) for l in model.hidden_layers], "state_dict": model.state_dict()}
    torch.save(c, path, _use_new_zipfile_serialization=False)


# %% right="save_checkpoint"
@torch.no_grad()
def save_checkpoint(model, path):
    import collections
    c = collections.OrderedDict()
    c["input_size"] = model.input_size
    c["output_size"] = model.output_size
    c["hidden_layers"] = [h.out_features for h in model.hidden_layers.children()]
    c["state_dict"] = collections.OrderedDict((k, v.detach().clone().cpu()) for k, v in model.state_dict().items())
    torch.save(c, path)


# %% right="save_checkpoint"
def save_checkpoint(model, path):
    mode = model.training
    model.eval()
    c = {"input_size": model.input_size, "output_size": model.output_size, "hidden_layers": [h.out_features for h in model.hidden_layers], "state_dict": {n: t for n, t in model.state_dict().items()}}
    torch.save(c, path)
    model.train(mode)


# %% wrong="save_checkpoint" says="save_checkpoint(…) writes the network itself, whose class a fresh process does not have."
def save_checkpoint(model, path):
    torch.save(model, path)


# %% wrong="save_checkpoint" says="save_checkpoint(…) writes a method, not what it returns. Are the brackets of state_dict() there?"
def save_checkpoint(model, path):
    checkpoint = {
        "input_size": model.input_size,
        "output_size": model.output_size,
        "hidden_layers": [layer.out_features for layer in model.hidden_layers],
        "state_dict": model.state_dict,
    }
    torch.save(checkpoint, path)


# %% wrong="save_checkpoint" says="save_checkpoint(…) writes a layer itself. Which number of it belongs in the file?"
def save_checkpoint(model, path):
    checkpoint = {
        "input_size": model.input_size,
        "output_size": model.output_size,
        "hidden_layers": model.hidden_layers,
        "state_dict": model.state_dict(),
    }
    torch.save(checkpoint, path)


# %% wrong="save_checkpoint" says="save_checkpoint(…) writes a layer itself. Which number of it belongs in the file?"
def save_checkpoint(model, path):
    checkpoint = {
        "input_size": model.input_size,
        "output_size": model.output_size,
        "hidden_layers": list(model.hidden_layers),
        "state_dict": model.state_dict(),
    }
    torch.save(checkpoint, path)


# %% wrong="save_checkpoint" says="save_checkpoint(…) writes the weights alone. What rebuilds the network?"
def save_checkpoint(model, path):
    torch.save(model.state_dict(), path)


# %% wrong="save_checkpoint" says="save_checkpoint(…) has none of the task's keys for the sizes. What rebuilds the network?"
def save_checkpoint(model, path):
    torch.save({"state_dict": model.state_dict()}, path)


# %% wrong="save_checkpoint" says="save_checkpoint(…) writes no \"hidden_layers\". How many units does each hidden layer have?"
def save_checkpoint(model, path):
    torch.save(
        {"input_size": model.input_size, "output_size": model.output_size, "state_dict": model.state_dict()}, path
    )


# %% wrong="save_checkpoint" says="save_checkpoint(…) writes no \"state_dict\". Where are the weights?"
def save_checkpoint(model, path):
    hidden = [layer.out_features for layer in model.hidden_layers]
    torch.save({"input_size": model.input_size, "output_size": model.output_size, "hidden_layers": hidden}, path)


# %% right="save_checkpoint"
def save_checkpoint(model, path):
    checkpoint = {
        "input_size": model.input_size,
        "output_size": model.output_size,
        "hidden_layers": [layer.out_features for layer in model.hidden_layers],
        "dropout": model.dropout.p,
        "state_dict": model.state_dict(),
    }
    torch.save(checkpoint, path)


# %% wrong="save_checkpoint" says="save_checkpoint(…) has the hidden sizes in a tuple. \"hidden_layers\" is a list of ints."
def save_checkpoint(model, path):
    checkpoint = {
        "input_size": model.input_size,
        "output_size": model.output_size,
        "hidden_layers": tuple(layer.out_features for layer in model.hidden_layers),
        "state_dict": model.state_dict(),
    }
    torch.save(checkpoint, path)


# %% wrong="save_checkpoint" says="save_checkpoint(…) has the hidden sizes in a tensor. \"hidden_layers\" is a list of ints."
def save_checkpoint(model, path):
    checkpoint = {
        "input_size": model.input_size,
        "output_size": model.output_size,
        "hidden_layers": torch.tensor([layer.out_features for layer in model.hidden_layers]),
        "state_dict": model.state_dict(),
    }
    torch.save(checkpoint, path)


# %% wrong="save_checkpoint" says="save_checkpoint(…) counts the output among the hidden layers."
def save_checkpoint(model, path):
    linear = [module for module in model.modules() if isinstance(module, nn.Linear)]
    checkpoint = {
        "input_size": model.input_size,
        "output_size": model.output_size,
        "hidden_layers": [layer.out_features for layer in linear],
        "state_dict": model.state_dict(),
    }
    torch.save(checkpoint, path)


# %% wrong="save_checkpoint" says="save_checkpoint(…) lists all sizes. The input and the output have keys of their own."
def save_checkpoint(model, path):
    hidden = [layer.out_features for layer in model.hidden_layers]
    checkpoint = {
        "input_size": model.input_size,
        "output_size": model.output_size,
        "hidden_layers": [model.input_size, *hidden, model.output_size],
        "state_dict": model.state_dict(),
    }
    torch.save(checkpoint, path)


# %% wrong="save_checkpoint" says="save_checkpoint(…) lists the inputs of each hidden layer. Its units are wanted."
def save_checkpoint(model, path):
    checkpoint = {
        "input_size": model.input_size,
        "output_size": model.output_size,
        "hidden_layers": [layer.in_features for layer in model.hidden_layers],
        "state_dict": model.state_dict(),
    }
    torch.save(checkpoint, path)


# %% wrong="save_checkpoint" says="save_checkpoint(…) has input and output the wrong way round."
def save_checkpoint(model, path):
    checkpoint = {
        "input_size": model.output_size,
        "output_size": model.input_size,
        "hidden_layers": [layer.out_features for layer in model.hidden_layers],
        "state_dict": model.state_dict(),
    }
    torch.save(checkpoint, path)


# %% wrong="save_checkpoint" says="save_checkpoint(…) takes the units of the first hidden layer for the inputs."
def save_checkpoint(model, path):
    checkpoint = {
        "input_size": model.hidden_layers[0].weight.shape[0],
        "output_size": model.output.weight.shape[0],
        "hidden_layers": [layer.out_features for layer in model.hidden_layers],
        "state_dict": model.state_dict(),
    }
    torch.save(checkpoint, path)


# %% wrong="save_checkpoint" says="save_checkpoint(…) writes 784 and 10 for every network. What are the sizes of this one?"
def save_checkpoint(model, path):
    checkpoint = {
        "input_size": 784,
        "output_size": 10,
        "hidden_layers": [each.out_features for each in model.hidden_layers],
        "state_dict": model.state_dict(),
    }
    torch.save(checkpoint, path)


# %% wrong="save_checkpoint" says="save_checkpoint(…) writes 64 and 32 for every network. What are the sizes of this one?"
def save_checkpoint(model, path):
    checkpoint = {
        "input_size": model.input_size,
        "output_size": model.output_size,
        "hidden_layers": [64, 32],
        "state_dict": model.state_dict(),
    }
    torch.save(checkpoint, path)


# %% wrong="save_checkpoint" says="save_checkpoint(…) writes parameters, which require gradients. What gives the bare tensors?"
def save_checkpoint(model, path):
    checkpoint = {
        "input_size": model.input_size,
        "output_size": model.output_size,
        "hidden_layers": [layer.out_features for layer in model.hidden_layers],
        "state_dict": dict(model.named_parameters()),
    }
    torch.save(checkpoint, path)


# %% wrong="save_checkpoint" says="save_checkpoint(…) has the numbers of the network in a list. \"state_dict\" needs their names."
def save_checkpoint(model, path):
    checkpoint = {
        "input_size": model.input_size,
        "output_size": model.output_size,
        "hidden_layers": [layer.out_features for layer in model.hidden_layers],
        "state_dict": list(model.state_dict().values()),
    }
    torch.save(checkpoint, path)


# %% wrong="save_checkpoint" says="save_checkpoint(model, path) writes no file at the path that it was given."
def save_checkpoint(model, path):
    checkpoint = {
        "input_size": model.input_size,
        "output_size": model.output_size,
        "hidden_layers": [layer.out_features for layer in model.hidden_layers],
        "state_dict": model.state_dict(),
    }
    torch.save(checkpoint, path + ".pth")


# %% wrong="save_checkpoint" says="save_checkpoint(model, path) writes no file at the path that it was given."
def save_checkpoint(model, path):
    return {"input_size": model.input_size, "output_size": model.output_size, "state_dict": model.state_dict()}


# %% wrong="save_checkpoint" says="save_checkpoint(…) leaves the model in inference mode. Somebody may want to train it further."
def save_checkpoint(model, path):
    model.eval()
    checkpoint = {
        "input_size": model.input_size,
        "output_size": model.output_size,
        "hidden_layers": [layer.out_features for layer in model.hidden_layers],
        "state_dict": model.state_dict(),
    }
    torch.save(checkpoint, path)


# %% wrong="save_checkpoint" says="save_checkpoint(…) writes a file that torch.load cannot read. Does torch.save write it?"
def save_checkpoint(model, path):
    import pickle

    with open(path, "wb") as file:
        pickle.dump(
            {"input_size": 6, "output_size": 3, "hidden_layers": [5, 4], "state_dict": model.state_dict()}, file
        )


# %% wrong="save_checkpoint" says="the file of Network(4, 5, [7])['input_size'] is 6, wanted 4."
def save_checkpoint(model, path):
    torch.save({"input_size": 6, "output_size": 3, "hidden_layers": [5, 4], "state_dict": model.state_dict()}, path)


# %% wrong="save_checkpoint" says="save_checkpoint(…) writes numbers or arrays of NumPy. Plain ints and tensors are wanted."
def save_checkpoint(model, path):
    torch.save({"input_size": model.input_size, "output_size": model.output_size, "hidden_layers": [np.int64(h.out_features) for h in model.hidden_layers], "state_dict": model.state_dict()}, path)


# %% wrong="save_checkpoint" says="save_checkpoint(…) writes numbers or arrays of NumPy. Plain ints and tensors are wanted."
def save_checkpoint(model, path):
    torch.save({"input_size": model.input_size, "output_size": model.output_size, "hidden_layers": np.array([h.out_features for h in model.hidden_layers]), "state_dict": model.state_dict()}, path)


# %% wrong="save_checkpoint" says="save_checkpoint(…) gives the number of hidden layers. The units of each are wanted."
def save_checkpoint(model, path):
    torch.save({"input_size": model.input_size, "output_size": model.output_size, "hidden_layers": len(model.hidden_layers), "state_dict": model.state_dict()}, path)


# %% wrong="save_checkpoint" says="save_checkpoint(…) gives the units of the first hidden layer alone."
def save_checkpoint(model, path):
    torch.save({"input_size": model.input_size, "output_size": model.output_size, "hidden_layers": [model.hidden_layers[0].out_features], "state_dict": model.state_dict()}, path)


# %% wrong="save_checkpoint" says="save_checkpoint(…) writes the lesson's network. Which one was it given?"
def save_checkpoint(model, path):
    hidden = [h.out_features for h in network.hidden_layers]
    torch.save({"input_size": network.input_size, "output_size": network.output_size, "hidden_layers": hidden, "state_dict": network.state_dict()}, path)


# %% wrong="save_checkpoint" says="save_checkpoint(…) writes a list. A dictionary is wanted, whose keys say what is what."
def save_checkpoint(model, path):
    torch.save([model.input_size, model.output_size, [h.out_features for h in model.hidden_layers], model.state_dict()], path)


# %% wrong="save_checkpoint" says="save_checkpoint(…) writes a file that torch.load cannot read. Does torch.save write it?"
def save_checkpoint(model, path):
    import json
    with open(path, "w") as f:
        json.dump({"input_size": model.input_size, "output_size": model.output_size, "hidden_layers": [h.out_features for h in model.hidden_layers], "state_dict": {k: v.tolist() for k, v in model.state_dict().items()}}, f)


# %% wrong="save_checkpoint" says="checkpoint['input_size'] is a tensor, int64[], wanted a Python int. Which method takes the number out of a tensor?"
def save_checkpoint(model, path):
    torch.save({"input_size": torch.tensor(model.input_size), "output_size": torch.tensor(model.output_size), "hidden_layers": [h.out_features for h in model.hidden_layers], "state_dict": model.state_dict()}, path)


# %% wrong="save_checkpoint" says="save_checkpoint(…) writes an object that a fresh process cannot build: __main__.Size."
class Size(int):
    """A number of a class that this notebook allows, and that a fresh process does not have."""


def save_checkpoint(model, path):
    torch.serialization.add_safe_globals([Size])
    checkpoint = {
        "input_size": Size(model.input_size),
        "output_size": model.output_size,
        "hidden_layers": [layer.out_features for layer in model.hidden_layers],
        "state_dict": model.state_dict(),
    }
    torch.save(checkpoint, path)


# %% right="save_checkpoint"
def save_checkpoint(model, path):
    """With what else the constructor takes, and the versions of the day."""
    rebuild = dict(input_size=model.input_size, output_size=model.output_size)
    rebuild["hidden_layers"] = list(map(lambda layer: layer.out_features, model.hidden_layers))
    torch.save({**rebuild, "dropout": model.dropout.p, "torch": str(torch.__version__), "classes": ["T-shirt", "Trouser"], "state_dict": model.state_dict()}, path)


# %% wrong="save_checkpoint" says="save_checkpoint(…) writes no \"hidden_layers\". How many units does each hidden layer have?"
def save_checkpoint(model, path):
    torch.save({"input_size": model.input_size, "output_size": model.output_size, "hidden": [h.out_features for h in model.hidden_layers], "state_dict": model.state_dict()}, path)


# %% wrong="save_checkpoint" says="checkpoint['hidden_layers'] is a str, wanted a list of 2."
def save_checkpoint(model, path):
    hidden = str([h.out_features for h in model.hidden_layers])
    torch.save({"input_size": model.input_size, "output_size": model.output_size, "hidden_layers": hidden, "state_dict": model.state_dict()}, path)


# %% wrong="save_checkpoint" says="save_checkpoint(…) writes no \"state_dict\". Where are the weights?"
def save_checkpoint(model, path):
    hidden = [h.out_features for h in model.hidden_layers]
    torch.save({"input_size": model.input_size, "output_size": model.output_size, "hidden_layers": hidden, **model.state_dict()}, path)


# %% wrong="save_checkpoint" says="save_checkpoint(…) writes the network itself, whose class a fresh process does not have."
def save_checkpoint(model, path):
    hidden = [h.out_features for h in model.hidden_layers]
    torch.save({"input_size": model.input_size, "output_size": model.output_size, "hidden_layers": hidden, "state_dict": model.state_dict(), "model": model}, path)


# %% right="save_checkpoint"
from pathlib import Path

def save_checkpoint(model, path):
    sizes = {key: getattr(model, key) for key in ("input_size", "output_size")}
    sizes |= {"hidden_layers": [w.shape[0] for name, w in model.state_dict().items() if name.startswith("hidden") and w.dim() == 2]}
    torch.save(obj=sizes | {"state_dict": {k: v.cpu() for k, v in model.state_dict().items()}}, f=Path(path))


# %% right="save_checkpoint"
import io, time
def save_checkpoint(model, path):
    buffer = io.BytesIO()
    torch.save({"format": 1, "date": time.strftime("%Y-%m-%d"), "dropout": float(model.dropout.p), "mean": torch.tensor([0.5]),
                "input_size": model.input_size, "output_size": model.output_size,
                "hidden_layers": [*(h.out_features for h in model.hidden_layers)], "state_dict": model.state_dict()}, buffer)
    Path = __import__("pathlib").Path
    Path(path).write_bytes(buffer.getvalue())


# %% wrong="save_checkpoint" says="save_checkpoint(…) writes numbers or arrays of NumPy. Plain ints and tensors are wanted."
def save_checkpoint(model, path):
    torch.save({"input_size": model.input_size, "output_size": model.output_size, "hidden_layers": [h.out_features for h in model.hidden_layers],
                "state_dict": {k: v.numpy() for k, v in model.state_dict().items()}}, path)


# %% wrong="save_checkpoint" says="save_checkpoint(…) rounds the weights to float16. They should come back as they were."
def save_checkpoint(model, path):
    torch.save({"input_size": model.input_size, "output_size": model.output_size, "hidden_layers": [h.out_features for h in model.hidden_layers],
                "state_dict": {k: v.half() for k, v in model.state_dict().items()}}, path)


# %% wrong="save_checkpoint" says="checkpoint[\"state_dict\"] has the keys 'bias', 'weight', wanted 'hidden_layers.0.bias', 'hidden_layers.0.weight', 'hidden_layers.1.bias', 'hidden_layers.1.weight', 'output.bias', 'out…."
def save_checkpoint(model, path):
    torch.save({"input_size": model.input_size, "output_size": model.output_size, "hidden_layers": [h.out_features for h in model.hidden_layers],
                "state_dict": {k.split(".")[-1]: v for k, v in model.state_dict().items()}}, path)


# %% wrong="save_checkpoint" says="save_checkpoint(…) writes the weights alone. What rebuilds the network?"
def save_checkpoint(model, path):
    torch.save(model.input_size, path)
    torch.save(model.output_size, path)
    torch.save([h.out_features for h in model.hidden_layers], path)
    torch.save(model.state_dict(), path)


# %% wrong="save_checkpoint" says="save_checkpoint(…) freezes the model that it gets. Somebody may want to train it further."
def save_checkpoint(model, path):
    model.requires_grad_(False)
    hidden = [layer.out_features for layer in model.hidden_layers]
    torch.save({"input_size": model.input_size, "output_size": model.output_size, "hidden_layers": hidden, "state_dict": model.state_dict()}, path)


# %% wrong="save_checkpoint" says="save_checkpoint(…) writes a layer itself. Which number of it belongs in the file?"
def save_checkpoint(model, path):
    hidden = [layer.out_features for layer in model.hidden_layers]
    torch.save({"input_size": model.input_size, "output_size": model.output_size, "hidden_layers": hidden, "dropout": model.dropout, "state_dict": model.state_dict()}, path)


# %% right="load_checkpoint"
def load_checkpoint(path):
    checkpoint = torch.load(path, weights_only=True, map_location=torch.device("cpu"))
    model = Network(checkpoint["input_size"], checkpoint["output_size"], checkpoint["hidden_layers"], 0.5)
    model.load_state_dict(checkpoint["state_dict"])
    model.eval()
    return model


# %% right="load_checkpoint"
def load_checkpoint(path):
    with open(path, "rb") as file:
        checkpoint = torch.load(file, map_location=lambda storage, location: storage, weights_only=True)
    state = checkpoint.pop("state_dict")
    model = Network(**checkpoint)
    with torch.no_grad():
        for name, tensor in model.state_dict().items():
            tensor.copy_(state[name])
    if set(state) != set(model.state_dict()):
        raise ValueError(f"{path} has other weights")
    return model.train(False)


# %% right="load_checkpoint"
def load_checkpoint(path):
    if not os.path.exists(path):
        raise SystemExit(f"no such file: {path}")
    checkpoint = torch.load(path, "cpu", weights_only=True)
    keys = ("input_size", "output_size", "hidden_layers", "state_dict")
    if not isinstance(checkpoint, dict) or set(checkpoint) < set(keys):
        raise ValueError(f"{path} is no checkpoint")
    inputs, outputs, hidden, state = (checkpoint[key] for key in keys)
    model = Network(inputs, outputs, hidden)
    model.load_state_dict(state, assign=True)
    for module in model.modules():
        module.training = False
    return model


# %% right="load_checkpoint"
def load_checkpoint(path):
    def build(input_size, output_size, hidden_layers, state_dict):
        model = Network(input_size, output_size, hidden_layers).to("cpu")
        assert not any(model.load_state_dict(state_dict))
        return model

    return build(
        **torch.load(str(path), weights_only=True, map_location={f"cuda:{i}": "cpu" for i in range(16)})
    ).eval()


# %% right="load_checkpoint"
def load_checkpoint(path):
    c = torch.load(path, map_location="cpu", weights_only=True)
    with torch.device("meta"):
        model = Network(c["input_size"], c["output_size"], c["hidden_layers"])
    model.load_state_dict(c["state_dict"], assign=True)
    model.requires_grad_(False)
    return model.eval()


# %% right="load_checkpoint"
@torch.no_grad()
def load_checkpoint(path):
    c = torch.load(path, weights_only=True, map_location="cpu", mmap=True)
    net = Network(c["input_size"], c["output_size"], c["hidden_layers"])
    net.eval()
    net.load_state_dict(c["state_dict"], strict=True)
    return net


# %% right="load_checkpoint"
@torch.inference_mode()
def load_checkpoint(path):
    c = torch.load(path, weights_only=True, map_location="cpu")
    m = Network(c["input_size"], c["output_size"], c["hidden_layers"])
    m.load_state_dict(c["state_dict"])
    m.eval()
    return m


# %% right="load_checkpoint"
def load_checkpoint(path):
    with reading(path):
        kwargs = {"weights_only": True, "map_location": {"cuda:0": "cpu"}}
        c = torch.load(path, **kwargs)
        m = Network(c["input_size"], c["output_size"], c["hidden_layers"]).eval()
        params = dict(m.named_parameters())
        if params.keys() != c["state_dict"].keys():
            raise KeyError("names")
        for n, p in params.items():
            if p.shape != c["state_dict"][n].shape:
                raise ValueError(n)
            p.data = c["state_dict"][n]
    return m


# %% wrong="load_checkpoint" says="load_checkpoint(path) gives what is in the file. The network that it describes is wanted."
def load_checkpoint(path):
    return torch.load(path, map_location="cpu", weights_only=True)


# %% wrong="load_checkpoint" says="load_checkpoint(path) gives the report of load_state_dict. The network is wanted."
def load_checkpoint(path):
    checkpoint = torch.load(path, map_location="cpu", weights_only=True)
    model = Network(checkpoint["input_size"], checkpoint["output_size"], checkpoint["hidden_layers"]).eval()
    return model.load_state_dict(checkpoint["state_dict"])


# %% wrong="load_checkpoint" says="load_checkpoint(path) gives None. Does it return the network?"
def load_checkpoint(path):
    checkpoint = torch.load(path, map_location="cpu", weights_only=True)
    model = Network(checkpoint["input_size"], checkpoint["output_size"], checkpoint["hidden_layers"])
    model.load_state_dict(checkpoint["state_dict"])
    model.eval()


# %% wrong="load_checkpoint" says="load_checkpoint(path) gives a network that never got its weights."
def load_checkpoint(path):
    checkpoint = torch.load(path, map_location="cpu", weights_only=True)
    return Network(checkpoint["input_size"], checkpoint["output_size"], checkpoint["hidden_layers"]).eval()


# %% wrong="load_checkpoint" says="load_checkpoint(path) gives a network in training mode, where dropout blurs its answers."
def load_checkpoint(path):
    checkpoint = torch.load(path, map_location="cpu", weights_only=True)
    model = Network(checkpoint["input_size"], checkpoint["output_size"], checkpoint["hidden_layers"])
    model.load_state_dict(checkpoint["state_dict"])
    return model


# %% wrong="load_checkpoint" says="load_checkpoint(path) gives a network in training mode, where dropout blurs its answers."
def load_checkpoint(path):
    checkpoint = torch.load(path, map_location="cpu", weights_only=True)
    model = Network(checkpoint["input_size"], checkpoint["output_size"], checkpoint["hidden_layers"])
    model.load_state_dict(checkpoint["state_dict"])
    model.training = False
    return model


# %% wrong="load_checkpoint" says="load_checkpoint(path) fails where the file was written on a GPU that is not here. What says where tensors go?"
def load_checkpoint(path):
    checkpoint = torch.load(path, weights_only=True)
    model = Network(checkpoint["input_size"], checkpoint["output_size"], checkpoint["hidden_layers"])
    model.load_state_dict(checkpoint["state_dict"])
    return model.eval().cpu()


# %% wrong="load_checkpoint" says="load_checkpoint(path) lets the file run code, at least in older versions of PyTorch. Which argument forbids it?"
def load_checkpoint(path):
    checkpoint = torch.load(path, map_location="cpu")
    model = Network(checkpoint["input_size"], checkpoint["output_size"], checkpoint["hidden_layers"])
    model.load_state_dict(checkpoint["state_dict"])
    return model.eval()


# %% wrong="load_checkpoint" says="load_checkpoint(path) lets the file run code, at least in older versions of PyTorch. Which argument forbids it?"
def load_checkpoint(path):
    checkpoint = torch.load(path, map_location="cpu", weights_only=False)
    model = Network(checkpoint["input_size"], checkpoint["output_size"], checkpoint["hidden_layers"])
    model.load_state_dict(checkpoint["state_dict"])
    return model.eval()


# %% wrong="load_checkpoint" says="load_checkpoint(path) goes on as if all were well where there is no file. An error is wanted."
def load_checkpoint(path):
    try:
        checkpoint = torch.load(path, map_location="cpu", weights_only=True)
        model = Network(checkpoint["input_size"], checkpoint["output_size"], checkpoint["hidden_layers"])
        model.load_state_dict(checkpoint["state_dict"])
        return model.eval()
    except Exception as error:
        print(error)
        return None


# %% wrong="load_checkpoint" says="load_checkpoint(path) goes on as if all were well with a file that was cut short."
def load_checkpoint(path):
    try:
        checkpoint = torch.load(path, map_location="cpu", weights_only=True)
    except RuntimeError:
        return Network(784, 10, [64, 32]).eval()
    model = Network(checkpoint["input_size"], checkpoint["output_size"], checkpoint["hidden_layers"])
    model.load_state_dict(checkpoint["state_dict"])
    return model.eval()


# %% wrong="load_checkpoint" says="load_checkpoint(path) accepts a file that lacks output.bias, and leaves random numbers there."
def load_checkpoint(path):
    checkpoint = torch.load(path, map_location="cpu", weights_only=True)
    model = Network(checkpoint["input_size"], checkpoint["output_size"], checkpoint["hidden_layers"])
    model.load_state_dict(checkpoint["state_dict"], strict=False)
    return model.eval()


# %% wrong="load_checkpoint" says="RuntimeError: Error(s) in loading state_dict for Network. `hidden_layers.0.weight` was saved as (5, 6), and here it is (64, 784): is the network built with the sizes that the saved one had?"
def load_checkpoint(path):
    checkpoint = torch.load(path, map_location="cpu", weights_only=True)
    model = Network(784, 10, [64, 32])
    model.load_state_dict(checkpoint["state_dict"])
    return model.eval()


# %% wrong="load_checkpoint" says="RuntimeError: Error(s) in loading state_dict for Network. `hidden_layers.0.weight` was saved as (5, 6), and here it is (4, 6): is the network built with the sizes that the saved one had?"
def load_checkpoint(path):
    checkpoint = torch.load(path, map_location="cpu", weights_only=True)
    model = Network(checkpoint["input_size"], checkpoint["output_size"], [5, 4][::-1])
    model.load_state_dict(checkpoint["state_dict"])
    return model.eval()


# %% wrong="load_checkpoint" says="TypeError: Network.__init__() missing 1 required positional argument: 'hidden_layers'. Network needs 1 more argument: `hidden_layers`."
def load_checkpoint(path):
    checkpoint = torch.load(path, map_location="cpu", weights_only=True)
    model = Network(checkpoint["input_size"], checkpoint["output_size"])
    model.load_state_dict(checkpoint["state_dict"])
    return model.eval()


# %% wrong="load_checkpoint" says="the type of load_checkpoint(path) is 'Sequential', wanted 'Network'."
def load_checkpoint(path):
    torch.load(path, map_location="cpu", weights_only=True)
    return nn.Sequential(nn.Linear(6, 5), nn.Linear(5, 4), nn.Linear(4, 3)).eval()


# %% wrong="load_checkpoint" says="load_checkpoint(path) accepts a file whose weights have other shapes than its sizes say."
def load_checkpoint(path):
    checkpoint = torch.load(path, map_location="cpu", weights_only=True)
    model = Network(6, 3, [5, 4])
    if checkpoint["input_size"] == 6 and len(checkpoint["state_dict"]) == 6:
        model.load_state_dict(checkpoint["state_dict"])
        return model.eval()
    model.load_state_dict(checkpoint["state_dict"])
    return model.eval()


# %% wrong="load_checkpoint" says="load_checkpoint(path) gives a tuple. The network alone is wanted."
def load_checkpoint(path):
    c = torch.load(path, weights_only=True, map_location="cpu")
    m = Network(c["input_size"], c["output_size"], c["hidden_layers"])
    m.load_state_dict(c["state_dict"])
    return m.eval(), c


# %% wrong="load_checkpoint" says="load_checkpoint(path) gives a method. Are the brackets of eval() there?"
def load_checkpoint(path):
    c = torch.load(path, weights_only=True, map_location="cpu")
    m = Network(c["input_size"], c["output_size"], c["hidden_layers"])
    m.load_state_dict(c["state_dict"])
    return m.eval


# %% wrong="load_checkpoint" says="load_checkpoint(path) gives the lesson's network, whatever is in the file."
def load_checkpoint(path):
    c = torch.load(path, weights_only=True, map_location="cpu")
    return network


# %% wrong="load_checkpoint" says="load_checkpoint(path) accepts a file that lacks output.bias, and leaves random numbers there."
def load_checkpoint(path):
    c = torch.load(path, weights_only=True, map_location="cpu")
    m = Network(c["input_size"], c["output_size"], c["hidden_layers"])
    for n, p in m.named_parameters():
        if n in c["state_dict"]:
            p.data = c["state_dict"][n]
    return m.eval()


# %% wrong="load_checkpoint" says="load_checkpoint(path) lets the file run code, at least in older versions of PyTorch. Which argument forbids it?"
def load_checkpoint(path):
    try:
        c = torch.load(path, map_location="cpu", weights_only=True)
    except Exception:
        c = torch.load(path, map_location="cpu", weights_only=False)
    m = Network(c["input_size"], c["output_size"], c["hidden_layers"])
    m.load_state_dict(c["state_dict"])
    return m.eval()


# %% right="load_checkpoint"
def save_checkpoint(model, path):
    c = {"input_size": model.input_size, "output_size": model.output_size, "dropout": model.dropout.p, "hidden_layers": [h.out_features for h in model.hidden_layers]}
    torch.save({**c, "state_dict": model.state_dict()}, path)


def load_checkpoint(path):
    c = torch.load(path, map_location="cpu", weights_only=True)
    net = Network(c["input_size"], c["output_size"], c["hidden_layers"], dropout=c["dropout"])
    net.load_state_dict(c["state_dict"])
    return net.eval()


# %% right="load_checkpoint"
def load_checkpoint(path):
    with reading(path):
        match torch.load(path, map_location="cpu", weights_only=True):
            case {"input_size": i, "output_size": o, "hidden_layers": h, "state_dict": s, **rest}:
                net = Network(i, o, h, rest.get("dropout", 0.2))
                net.load_state_dict(s)
                return net.eval()
            case _:
                raise ValueError("no checkpoint")


# %% wrong="load_checkpoint" says="load_checkpoint(path) accepts a file with weights that the network has no place for."
def load_checkpoint(path):
    c = torch.load(path, map_location="cpu", weights_only=True)
    net = Network(c["input_size"], c["output_size"], c["hidden_layers"])
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            parameter.copy_(c["state_dict"][name])
    return net.eval()


# %% wrong="load_checkpoint" says="load_checkpoint(path) accepts a file with weights that the network has no place for."
def load_checkpoint(path):
    c = torch.load(path, map_location="cpu", weights_only=True)
    net = Network(c["input_size"], c["output_size"], c["hidden_layers"]).eval()
    report = net.load_state_dict(c["state_dict"], strict=False)
    if report.missing_keys:
        raise KeyError(report.missing_keys)
    return net


# %% wrong="load_checkpoint" says="load_checkpoint(path) accepts a file whose weights have other shapes than its sizes say."
def load_checkpoint(path):
    c = torch.load(path, map_location="cpu", weights_only=True)
    net = Network(c["input_size"], c["output_size"], c["hidden_layers"])
    if c["state_dict"].keys() != net.state_dict().keys():
        raise ValueError("other names")
    for name, parameter in net.named_parameters():
        parameter.data = c["state_dict"][name]
    return net.eval()


# %% wrong="load_checkpoint" says="load_checkpoint(path) accepts a file whose weights have other shapes than its sizes say."
def load_checkpoint(path):
    c = torch.load(path, map_location="cpu", weights_only=True)
    weights = [tensor for name, tensor in c["state_dict"].items() if name.endswith("weight")]
    net = Network(weights[0].shape[1], len(weights[-1]), [len(w) for w in weights[:-1]])
    net.load_state_dict(c["state_dict"])
    return net.eval()


# %% wrong="load_checkpoint" says="KeyError: 'dropout'. There is no `dropout` in it; it holds `input_size`, `output_size`, `hidden_layers`, `state_dict`."
def load_checkpoint(path):
    c = torch.load(path, map_location="cpu", weights_only=True)
    net = Network(c["input_size"], c["output_size"], c["hidden_layers"], c["dropout"])
    net.load_state_dict(c["state_dict"])
    return net.eval()


# %% right="load_checkpoint"
import io
def load_checkpoint(path):
    with open(path, "rb") as f:
        c = torch.load(io.BytesIO(f.read()), map_location=torch.device("cpu"), weights_only=True)
    keys = "input_size", "output_size", "hidden_layers"
    net = Network(*[c[k] for k in keys]).eval()
    bad = mismatched(net, c["state_dict"])
    if bad:
        raise RuntimeError(f"does not fit: {bad}")
    net.load_state_dict(c["state_dict"])
    return net

def mismatched(net, given):
    own = net.state_dict()
    return [n for n in {**own, **given} if n not in own or n not in given or own[n].shape != given[n].shape]


# %% right="load_checkpoint"
def load_checkpoint(path):
    c = torch.load(path, map_location=lambda storage, _: storage.cpu(), weights_only=True)
    state = c.pop("state_dict")
    allowed = {k: c[k] for k in ("input_size", "output_size", "hidden_layers", "dropout") if k in c}
    net = Network(**allowed)
    torch.nn.Module.load_state_dict(net, state)
    return torch.nn.Module.eval(net)


# %% wrong="load_checkpoint" says="RuntimeError: Error(s) in loading state_dict for Network. `hidden_layers.0.weight` was saved as (5, 6), and here it is (4, 6): is the network built with the sizes that the saved one had?"
def load_checkpoint(path):
    c = torch.load(path, map_location="cpu", weights_only=True)
    net = Network(c["input_size"], c["output_size"], sorted(c["hidden_layers"]))
    net.load_state_dict(c["state_dict"])
    return net.eval()


# %% wrong="load_checkpoint" says="RuntimeError: Error(s) in loading state_dict for Network. `hidden_layers.0.weight` was saved as (5, 6), and here it is (64, 784): is the network built with the sizes that the saved one had?"
def load_checkpoint(path):
    c = torch.load(path, map_location="cpu", weights_only=True)
    network.load_state_dict(c["state_dict"])
    return network.eval()


# %% wrong="load_checkpoint" says="load_checkpoint(path) accepts a file that lacks output.bias, and leaves random numbers there."
def load_checkpoint(path):
    c = torch.load(path, map_location="cpu", weights_only=True)
    net = Network(c["input_size"], c["output_size"], c["hidden_layers"])
    fits = {k: v for k, v in c["state_dict"].items() if k in net.state_dict() and v.shape == net.state_dict()[k].shape}
    net.load_state_dict(net.state_dict() | fits)
    return net.eval()


# %% wrong="load_checkpoint" says="load_checkpoint(path) switches gradients off for all that follows. The caller may want to train."
def load_checkpoint(path):
    torch.set_grad_enabled(False)
    c = torch.load(path, map_location="cpu", weights_only=True)
    net = Network(c["input_size"], c["output_size"], c["hidden_layers"])
    net.load_state_dict(c["state_dict"])
    return net.eval()


# %% right="mismatched_parameters"
def mismatched_parameters(model, state_dict):
    own = model.state_dict()
    missing = [name for name in own if name not in state_dict]
    unexpected = [name for name in state_dict if name not in own]
    shapes = [name for name in own if name in state_dict and own[name].shape != state_dict[name].shape]
    return sorted(missing + unexpected + shapes)


# %% right="mismatched_parameters"
def mismatched_parameters(model, state_dict):
    a = {(name, tuple(value.shape)) for name, value in model.state_dict().items()}
    b = {(name, tuple(value.shape)) for name, value in state_dict.items()}
    return sorted({name for name, _ in a ^ b})


# %% right="mismatched_parameters"
def mismatched_parameters(model, state_dict):
    own, names = model.state_dict(), []
    for name in sorted(set(own) | set(state_dict)):
        if not (name in own and name in state_dict and own[name].size() == state_dict[name].size()):
            names.append(name)
    return names


# %% right="mismatched_parameters"
def mismatched_parameters(model, state_dict):
    own = model.state_dict()
    bad = set()
    for a, b in ((own, state_dict), (state_dict, own)):
        for name in a:
            if name not in b or np.shape(a[name]) != np.shape(b[name]):
                bad.add(name)
    return sorted(bad)


# %% right="mismatched_parameters"
def mismatched_parameters(model, state_dict):
    own = model.state_dict()
    result = list(own.keys() ^ state_dict.keys())
    result += [k for k in own.keys() & state_dict.keys() if list(own[k].shape) != list(state_dict[k].shape)]
    result.sort()
    return result


# %% wrong="mismatched_parameters" says="mismatched_parameters(…) compares values. Only names and shapes matter."
def mismatched_parameters(model, state_dict):
    own = model.state_dict()
    names = set(own) | set(state_dict)
    return sorted(n for n in names if n not in own or n not in state_dict or not torch.equal(own[n], state_dict[n]))


# %% wrong="mismatched_parameters" says="mismatched_parameters(…) gives the names in the order of the layers. Sorted ones are wanted."
def mismatched_parameters(model, state_dict):
    own = model.state_dict()
    return [
        name
        for name in own | state_dict
        if name not in own or name not in state_dict or own[name].shape != state_dict[name].shape
    ]


# %% wrong="mismatched_parameters" says="mismatched_parameters(…) does not see a different shape. Are whole shapes compared?"
def mismatched_parameters(model, state_dict):
    return sorted(set(model.state_dict()) ^ set(state_dict))


# %% wrong="mismatched_parameters" says="mismatched_parameters(…) stops at the first name that does not fit."
def mismatched_parameters(model, state_dict):
    own = model.state_dict()
    names = []
    for name in own:
        if name not in state_dict or own[name].shape != state_dict[name].shape:
            names.append(name)
            break
    return names


# %% wrong="mismatched_parameters" says="mismatched_parameters(…) looks at the weights alone. What about the biases?"
def mismatched_parameters(model, state_dict):
    own = model.state_dict()
    return sorted(
        n for n in own if n.endswith("weight") and (n not in state_dict or own[n].shape != state_dict[n].shape)
    )


# %% wrong="mismatched_parameters" says="mismatched_parameters(…) compares the number of units alone, the first number of a shape."
def mismatched_parameters(model, state_dict):
    own = model.state_dict()
    return sorted(
        n for n in own | state_dict if n not in own or n not in state_dict or len(own[n]) != len(state_dict[n])
    )


# %% wrong="mismatched_parameters" says="mismatched_parameters(…) leaves out names that only the model has."
def mismatched_parameters(model, state_dict):
    own = model.state_dict()
    return sorted(name for name in state_dict if name not in own or own[name].shape != state_dict[name].shape)


# %% wrong="mismatched_parameters" says="mismatched_parameters(…) leaves out names that only state_dict has."
def mismatched_parameters(model, state_dict):
    own = model.state_dict()
    return sorted(name for name in own if name not in state_dict or own[name].shape != state_dict[name].shape)


# %% wrong="mismatched_parameters" says="mismatched_parameters(…) finds a different shape alone. What about names that only one side has?"
def mismatched_parameters(model, state_dict):
    own = model.state_dict()
    return sorted(name for name in own if name in state_dict and own[name].shape != state_dict[name].shape)


# %% wrong="mismatched_parameters" says="mismatched_parameters(…) gives groups, one after another. Sort all names together."
def mismatched_parameters(model, state_dict):
    own = model.state_dict()
    missing = sorted(set(own) - set(state_dict))
    unexpected = sorted(set(state_dict) - set(own))
    return missing + unexpected + sorted(n for n in own if n in state_dict and own[n].shape != state_dict[n].shape)


# %% wrong="mismatched_parameters" says="the state of model was changed. Leave the argument as it was and return a new value."
def mismatched_parameters(model, state_dict):
    own = model.state_dict()
    names = sorted(
        n for n in own | state_dict if n not in own or n not in state_dict or own[n].shape != state_dict[n].shape
    )
    try:
        model.load_state_dict(state_dict, strict=False)
    except RuntimeError:
        pass
    return names


# %% wrong="mismatched_parameters" says="state_dict was changed. Leave the argument as it was and return a new value."
def mismatched_parameters(model, state_dict):
    names = []
    for name, tensor in model.state_dict().items():
        if name not in state_dict or state_dict.pop(name).shape != tensor.shape:
            names.append(name)
    return sorted(names + list(state_dict))


# %% wrong="mismatched_parameters" says="KeyError: 'output.bias'. There is no `output.bias` in it, but `output.weight`."
def mismatched_parameters(model, state_dict):
    return sorted(name for name, tensor in model.state_dict().items() if tensor.shape != state_dict[name].shape)


# %% wrong="mismatched_parameters" says="mismatched_parameters(…) gives a set, which has no order. A sorted list is wanted."
def mismatched_parameters(model, state_dict):
    own = model.state_dict()
    return {n for n in own | state_dict if n not in own or n not in state_dict or own[n].shape != state_dict[n].shape}


# %% wrong="mismatched_parameters" says="mismatched_parameters(…) knows the model's parameters alone. Batch norm keeps averages too; what names them all?"
def mismatched_parameters(model, state_dict):
    own = {name: parameter.shape for name, parameter in model.named_parameters()}
    given = {name: tensor.shape for name, tensor in state_dict.items()}
    return sorted(name for name in own | given if own.get(name) != given.get(name))


# %% wrong="mismatched_parameters" says="mismatched_parameters(…) of a nested model where all fits is a list of 1, wanted one of 0."
def mismatched_parameters(model, state_dict):
    own = dict(model.named_parameters(remove_duplicate=False)) | dict(model.named_buffers())
    return sorted(
        n for n in own | state_dict if n not in own or n not in state_dict or own[n].shape != state_dict[n].shape
    )


# %% wrong="mismatched_parameters" says="mismatched_parameters(…) takes (6, 5) for (5, 6): as many numbers, but in another shape."
def mismatched_parameters(model, state_dict):
    own = model.state_dict()
    return sorted(
        n for n in own | state_dict if n not in own or n not in state_dict or own[n].numel() != state_dict[n].numel()
    )


# %% wrong="mismatched_parameters" says="mismatched_parameters(…) compares dtypes. Only names and shapes matter."
def mismatched_parameters(model, state_dict):
    own = {n: (t.shape, t.dtype) for n, t in model.state_dict().items()}
    given = {n: (t.shape, t.dtype) for n, t in state_dict.items()}
    return sorted(n for n in own | given if own.get(n) != given.get(n))


# %% wrong="mismatched_parameters" says="mismatched_parameters(…) sorts from the end. The order of sorted(…) is wanted."
def mismatched_parameters(model, state_dict):
    own = model.state_dict()
    return sorted((n for n in own | state_dict if n not in own or n not in state_dict or own[n].shape != state_dict[n].shape), reverse=True)


# %% wrong="mismatched_parameters" says="RuntimeError: Error(s) in loading state_dict for ModuleDict. `hidden_layers.0.weight` was saved as (7, 6), and here it is (5, 6): is the network built with the sizes that the saved one had?"
def mismatched_parameters(model, state_dict):
    r = copy.deepcopy(model).load_state_dict(state_dict, strict=False)
    return sorted(r.missing_keys + r.unexpected_keys)


# %% right="mismatched_parameters"
def mismatched_parameters(model, state_dict):
    """By torch's own report, on a copy."""
    own = model.state_dict()
    other_shape = {n for n in own if n in state_dict and own[n].shape != state_dict[n].shape}
    fitting = {n: t for n, t in state_dict.items() if n not in other_shape}
    report = copy.deepcopy(model).load_state_dict(fitting, strict=False)
    return sorted({*report.missing_keys, *report.unexpected_keys} | other_shape)


# %% right="mismatched_parameters"
def mismatched_parameters(model, state_dict):
    nothing = object()
    shape = lambda d, n: d[n].shape if n in d else nothing
    own = model.state_dict()
    return [n for n in sorted({*own, *state_dict}) if shape(own, n) != shape(state_dict, n)]


# %% wrong="mismatched_parameters" says="mismatched_parameters(…) takes (6, 5) for (5, 6): as many numbers, but in another shape."
def mismatched_parameters(model, state_dict):
    own = {n: sorted(t.shape) for n, t in model.state_dict().items()}
    given = {n: sorted(t.shape) for n, t in state_dict.items()}
    return sorted(n for n in own | given if own.get(n) != given.get(n))


# %% wrong="mismatched_parameters" says="mismatched_parameters(model, state_dict) of the task's example is a list of 2, wanted one of 3."
def mismatched_parameters(model, state_dict):
    own = {}
    for name, child in model.named_children():
        own |= {f"{name}.{key}": tensor.shape for key, tensor in child.state_dict().items()}
    given = {key: tensor.shape for key, tensor in state_dict.items()}
    return sorted(key for key in own | given if own.get(key) != given.get(key))


# %% wrong="mismatched_parameters" says="mismatched_parameters(…) leaves out names that only state_dict has."
def mismatched_parameters(model, state_dict):
    bad = []
    for name, tensor in model.state_dict().items():
        if name not in state_dict.keys():
            bad += [name]
        elif state_dict[name].shape != tensor.shape:
            bad += [name]
    return sorted(bad)


# %% right="mismatched_parameters"
import bisect
def mismatched_parameters(model, state_dict):
    names = []
    own = model.state_dict()
    for name in own:
        try:
            same = tuple(state_dict[name].size()) == tuple(own[name].size())
        except KeyError:
            same = False
        if not same:
            bisect.insort(names, name)
    for name in state_dict:
        if name not in own:
            bisect.insort(names, name)
    return names


# %% wrong="mismatched_parameters" says="mismatched_parameters(…) gives names twice. Each is wanted once."
def mismatched_parameters(model, state_dict):
    own = model.state_dict()
    bad = [n for n in own if n not in state_dict or state_dict[n].shape != own[n].shape]
    bad += [n for n in state_dict if n not in own or own[n].shape != state_dict[n].shape]
    return sorted(bad)


# %% wrong="mismatched_parameters" says="mismatched_parameters(model, state_dict) of the task's example is a list of 0, wanted one of 3."
def mismatched_parameters(model, state_dict):
    try:
        model.load_state_dict(state_dict)
        return []
    except RuntimeError as e:
        import re
        return sorted(set(re.findall(r"[\w.]+\.(?:weight|bias)", str(e))))


# %% wrong="mismatched_parameters" says="mismatched_parameters(model, state_dict) of a wider layer[0] is 'hidden_layers.0.bias: (5,)', wanted 'hidden_layers.0.bias'."
def mismatched_parameters(model, state_dict):
    own = model.state_dict()
    return sorted(f"{n}: {tuple(own[n].shape)}" if n in own else n for n in own | state_dict if n not in own or n not in state_dict or own[n].shape != state_dict[n].shape)


# %% right="save_training"
def save_training(path, model, optimizer, epoch):
    with open(path, "wb") as file:
        torch.save(dict(epoch=epoch, model=model.state_dict(), optimizer=optimizer.state_dict()), file)


# %% right="save_training"
def save_training(path, model, optimizer, epoch):
    checkpoint = {
        "epoch": epoch,
        "model_state_dict": model.state_dict(),
        "optimizer_state_dict": optimizer.state_dict(),
    }
    torch.save(checkpoint, path)


# %% right="save_training"
def save_training(path, model, optimizer, epoch):
    with open(path, "wb") as file:
        torch.save((epoch, model.state_dict(), optimizer.state_dict(), torch.get_rng_state()), file)


# %% right="save_training"
def save_training(path, model, optimizer, epoch):
    state = {f"model.{name}": tensor.clone() for name, tensor in model.state_dict().items()}
    torch.save({**state, "optimizer": copy.deepcopy(optimizer.state_dict()), "epoch": torch.tensor(epoch)}, path)


# %% right="save_training"
def save_training(path, model, optimizer, epoch):
    torch.save({"epoch": torch.tensor([epoch]), "m": list(model.state_dict().values()), "o": optimizer.state_dict()}, path)


# %% right="save_training"
def save_training(path, model, optimizer, epoch):
    from collections import OrderedDict
    torch.save(OrderedDict(nets=(model.state_dict(),), opt=optimizer.state_dict(), meta={"epoch": epoch, "note": "x", "torch": str(torch.__version__)}), path)


# %% right="save_training"
def save_training(path, model, optimizer, epoch):
    torch.save({"model": {k: v.cpu().clone() for k, v in model.state_dict().items()}, "optimizer": copy.deepcopy(optimizer.state_dict()), "epoch": float(epoch)}, path, _use_new_zipfile_serialization=False)


# %% wrong="save_training" says="save_training(…) writes the model itself. Its state is wanted, plain values and tensors."
def save_training(path, model, optimizer, epoch):
    torch.save({"model": model, "optimizer": optimizer, "epoch": epoch}, path)


# %% wrong="save_training" says="save_training(…) writes the optimizer itself. Its state is wanted, plain values and tensors."
def save_training(path, model, optimizer, epoch):
    torch.save({"model": model.state_dict(), "optimizer": optimizer, "epoch": epoch}, path)


# %% wrong="save_training" says="save_training(…) leaves out the weights of the model."
def save_training(path, model, optimizer, epoch):
    torch.save({"optimizer": optimizer.state_dict(), "epoch": epoch}, path)


# %% wrong="save_training" says="save_training(…) leaves out the averages of batch norm. What gives all tensors of a model?"
def save_training(path, model, optimizer, epoch):
    weights = {name: parameter.detach() for name, parameter in model.named_parameters()}
    torch.save({"model": weights, "optimizer": optimizer.state_dict(), "epoch": epoch}, path)


# %% wrong="save_training" says="save_training(…) leaves out the optimizer's memory, here its momentum."
def save_training(path, model, optimizer, epoch):
    torch.save({"model": model.state_dict(), "epoch": epoch}, path)


# %% wrong="save_training" says="save_training(…) leaves out the optimizer's memory, here its momentum."
def save_training(path, model, optimizer, epoch):
    settings = optimizer.state_dict()["param_groups"]
    torch.save({"model": model.state_dict(), "optimizer": settings, "epoch": epoch}, path)


# %% wrong="save_training" says="save_training(…) leaves out the optimizer's settings, such as the learning rate."
def save_training(path, model, optimizer, epoch):
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict()["state"], "epoch": epoch}, path)


# %% wrong="save_training" says="save_training(…) leaves out the epoch that it was given, or writes something else for it."
def save_training(path, model, optimizer, epoch):
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict()}, path)


# %% wrong="save_training" says="save_training(…) leaves out the epoch that it was given, or writes something else for it."
def save_training(path, model, optimizer, epoch):
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch + 1}, path)


# %% wrong="save_training" says="save_training(path, …) writes no file at the path that it was given."
def save_training(path, model, optimizer, epoch):
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}, f"{path}.{epoch}")


# %% wrong="save_training" says="save_training(…) leaves the model in inference mode, and the training goes on."
def save_training(path, model, optimizer, epoch):
    model.eval()
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}, path)


# %% wrong="save_training" says="save_training(…) leaves out the weights of the model."
def save_training(path, model, optimizer, epoch):
    torch.save({"model": nn.Linear(4, 3).state_dict(), "optimizer": optimizer.state_dict(), "epoch": 17}, path)


# %% wrong="save_training" says="values that are not in the file of save_training(…) with Adam: state is True, wanted False."
def save_training(path, model, optimizer, epoch):
    if not os.path.exists(path):
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}, path)


# %% wrong="save_training" says="save_training(…) writes optimizer.state, which belongs to this process. What gives a copy for files?"
def save_training(path, model, optimizer, epoch):
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state, "epoch": epoch}, path)


# %% wrong="save_training" says="save_training(…) writes a file that torch.load cannot read. Does torch.save write it?"
def save_training(path, model, optimizer, epoch):
    import pickle
    with open(path, "wb") as f:
        pickle.dump({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}, f)


# %% wrong="save_training" says="save_training(…) leaves out the epoch that it was given, or writes something else for it."
def save_training(path, model, optimizer, epoch):
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": f"epoch {epoch}"}, path)


# %% right="save_training"
def save_training(path, model, optimizer, epoch):
    flat = {"model/" + k: v for k, v in model.state_dict().items()}
    o = optimizer.state_dict()
    torch.save(flat | {"optimizer/groups": o["param_groups"], "optimizer/state": o["state"], "meta": [epoch, "running"]}, str(path))


# %% wrong="save_training" says="save_training(…) leaves out the optimizer's memory, here its momentum."
def save_training(path, model, optimizer, epoch):
    torch.save({"model": model.state_dict(), "optimizer": optimizer.param_groups, "epoch": epoch}, path)


# %% wrong="save_training" says="save_training(path, …) writes no file at the path that it was given."
def save_training(path, model, optimizer, epoch):
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "lr": optimizer.param_groups[0]["lr"], "epoch": epoch}, "training.pt")


# %% wrong="save_training" says="save_training(…) freezes the model that it gets, and the training goes on."
def save_training(path, model, optimizer, epoch):
    for parameter in model.parameters():
        parameter.requires_grad = False
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}, path)


# %% wrong="save_training" says="save_training(…) leaves the model in inference mode, and the training goes on."
def save_training(path, model, optimizer, epoch):
    for layer in model.children():
        layer.eval()
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}, path)


# %% right="resume_training"
def resume_training(path, model, optimizer):
    checkpoint = torch.load(path, weights_only=True)
    model.load_state_dict(checkpoint["model"])
    model.train()
    optimizer.load_state_dict(checkpoint["optimizer"])
    return checkpoint["epoch"]


# %% right="resume_training"
def save_training(path, model, optimizer, epoch):
    torch.save([model.state_dict(), optimizer.state_dict(), {"epoch": epoch}], path)


def resume_training(path, model, optimizer):
    *states, extra = torch.load(path, map_location=next(model.parameters()).device, weights_only=True)
    for target, state in zip((optimizer, model), reversed(states)):
        target.load_state_dict(state)
    return int(extra["epoch"])


# %% right="resume_training"
def save_training(path, model, optimizer, epoch):
    torch.save(
        {"model_state_dict": model.state_dict(), "optimizer_state_dict": optimizer.state_dict(), "epoch": epoch}, path
    )


def resume_training(path, model, optimizer):
    if not os.path.isfile(path):
        raise FileNotFoundError(path)
    saved = torch.load(path, map_location="cpu")
    with torch.no_grad():
        for name, tensor in model.state_dict().items():
            tensor.copy_(saved["model_state_dict"][name])
    optimizer.load_state_dict(saved["optimizer_state_dict"])
    return saved["epoch"]


# %% right="resume_training"
@torch.no_grad()
def resume_training(path, model, optimizer):
    saved = torch.load(path, map_location="cpu", weights_only=True)
    for n, t in model.state_dict().items():
        t.copy_(saved["model"][n])
    optimizer.load_state_dict(saved["optimizer"])
    model.train()
    return saved["epoch"]


# %% right="resume_training"
def save_training(path, model, optimizer, epoch):
    torch.save({"epoch": torch.tensor(epoch), "m": model.state_dict(), "o": optimizer.state_dict()}, path)

def resume_training(path, model, optimizer):
    saved = torch.load(path, weights_only=True)
    model.load_state_dict(saved["m"], strict=True)
    optimizer.load_state_dict(saved["o"])
    return saved["epoch"].item()


# %% wrong="resume_training" says="resume_training(…) leaves the optimizer that it gets as it was: its memory and its learning rate are not the saved ones."
def resume_training(path, model, optimizer):
    saved = torch.load(path, weights_only=True)
    model.load_state_dict(saved["model"])
    return saved["epoch"]


# %% wrong="resume_training" says="resume_training(…) leaves the optimizer that it gets as it was: its memory and its learning rate are not the saved ones."
def resume_training(path, model, optimizer):
    saved = torch.load(path, weights_only=True)
    model.load_state_dict(saved["model"])
    optimizer = torch.optim.SGD(model.parameters(), lr=0.2, momentum=0.9)
    optimizer.load_state_dict(saved["optimizer"])
    return saved["epoch"]


# %% wrong="resume_training" says="resume_training(…) loses the optimizer's memory: the training ends with other weights than without interruption."
def save_training(path, model, optimizer, epoch):
    torch.save({"model": model.state_dict(), "lr": optimizer.param_groups[0]["lr"], "epoch": epoch}, path)


def resume_training(path, model, optimizer):
    saved = torch.load(path, weights_only=True)
    model.load_state_dict(saved["model"])
    optimizer.param_groups[0]["lr"] = saved["lr"]
    return saved["epoch"]


# %% wrong="resume_training" says="resume_training(…) does not give the saved weights to the model that it gets."
def resume_training(path, model, optimizer):
    saved = torch.load(path, weights_only=True)
    optimizer.load_state_dict(saved["optimizer"])
    return saved["epoch"]


# %% wrong="resume_training" says="resume_training(…) does not give the saved weights to the model that it gets."
def resume_training(path, model, optimizer):
    saved = torch.load(path, weights_only=True)
    model = copy.deepcopy(model)
    model.load_state_dict(saved["model"])
    optimizer.load_state_dict(saved["optimizer"])
    return saved["epoch"]


# %% wrong="resume_training" says="resume_training(…) changes neither the model nor the optimizer that it gets."
def resume_training(path, model, optimizer):
    return torch.load(path, weights_only=True)["epoch"]


# %% wrong="resume_training" says="resume_training(…) gives 4. The saved epoch is wanted as it is."
def resume_training(path, model, optimizer):
    saved = torch.load(path, weights_only=True)
    model.load_state_dict(saved["model"])
    optimizer.load_state_dict(saved["optimizer"])
    return saved["epoch"] + 1


# %% wrong="resume_training" says="resume_training(…) gives 2. The saved epoch is wanted as it is."
def resume_training(path, model, optimizer):
    saved = torch.load(path, weights_only=True)
    model.load_state_dict(saved["model"])
    optimizer.load_state_dict(saved["optimizer"])
    return saved["epoch"] - 1


# %% wrong="resume_training" says="resume_training(…) gives None. Does it return the epoch?"
def resume_training(path, model, optimizer):
    saved = torch.load(path, weights_only=True)
    model.load_state_dict(saved["model"])
    optimizer.load_state_dict(saved["optimizer"])


# %% wrong="resume_training" says="resume_training(path, …) goes on as if all were well where there is no file. An error is wanted."
def resume_training(path, model, optimizer):
    if not os.path.exists(path):
        return 0
    saved = torch.load(path, weights_only=True)
    model.load_state_dict(saved["model"])
    optimizer.load_state_dict(saved["optimizer"])
    return saved["epoch"]


# %% wrong="resume_training" says="resume_training(path, model, optimizer) after save_training(path, model, optimizer, 3) is a tuple, wanted a Python int."
def resume_training(path, model, optimizer):
    saved = torch.load(path, weights_only=True)
    model.load_state_dict(saved["model"])
    optimizer.load_state_dict(saved["optimizer"])
    return model, optimizer, saved["epoch"]


# %% wrong="resume_training" says="KeyError: 'state_dict'. There is no `state_dict` in it; it holds `model`, `optimizer`, `epoch`."
def resume_training(path, model, optimizer):
    saved = torch.load(path, weights_only=True)
    model.load_state_dict(saved["state_dict"])
    optimizer.load_state_dict(saved["optimizer"])
    return saved["epoch"]


# %% wrong="resume_training" says="the epoch that was saved as 0 is 3, wanted 0."
def resume_training(path, model, optimizer):
    saved = torch.load(path, weights_only=True)
    model.load_state_dict(saved["model"])
    optimizer.load_state_dict(saved["optimizer"])
    return saved["epoch"] or 3


# %% wrong="resume_training" says="resume_training(…) keeps the learning rate of the new optimizer. Which one did the training have?"
def resume_training(path, model, optimizer):
    saved = torch.load(path, weights_only=True)
    model.load_state_dict(saved["model"])
    rates = [group["lr"] for group in optimizer.param_groups]
    optimizer.load_state_dict(saved["optimizer"])
    for group, lr in zip(optimizer.param_groups, rates):
        group["lr"] = lr
    return saved["epoch"]


# %% wrong="resume_training" says="After resume_training(…) the weights stay as they are: the optimizer holds other parameters than the model."
def resume_training(path, model, optimizer):
    saved = torch.load(path, map_location="cpu", weights_only=True)
    model.load_state_dict(saved["model"], assign=True)
    optimizer.load_state_dict(saved["optimizer"])
    return saved["epoch"]


# %% wrong="resume_training" says="resume_training(path, …) goes on as if all were well where there is no file. An error is wanted."
def resume_training(path, model, optimizer):
    try:
        saved = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        print("nothing to resume")
        return False
    model.load_state_dict(saved["model"])
    optimizer.load_state_dict(saved["optimizer"])
    return saved["epoch"]


# %% wrong="resume_training" says="resume_training(…) gives back the parameters alone. Batch norm keeps averages too, which belong to the state."
def resume_training(path, model, optimizer):
    saved = torch.load(path, map_location="cpu", weights_only=True)
    with torch.no_grad():
        for n, p in model.named_parameters():
            p.copy_(saved["model"][n])
    optimizer.load_state_dict(saved["optimizer"])
    return saved["epoch"]


# %% wrong="resume_training" says="resume_training(…) leaves the model in inference mode, and the training goes on."
def resume_training(path, model, optimizer):
    saved = torch.load(path, map_location="cpu", weights_only=True)
    model.load_state_dict(saved["model"])
    model.eval()
    optimizer.load_state_dict(saved["optimizer"])
    return saved["epoch"]


# %% wrong="resume_training" says="resume_training(…) gives the epoch as a tensor. A Python int is wanted."
def resume_training(path, model, optimizer):
    saved = torch.load(path, map_location="cpu", weights_only=True)
    model.load_state_dict(saved["model"])
    optimizer.load_state_dict(saved["optimizer"])
    return torch.tensor(saved["epoch"])


# %% wrong="resume_training" says="the state of the model at the end of the resumed training is …"
KEPT = {}
def save_training(path, model, optimizer, epoch):
    KEPT["all"] = model.state_dict(), optimizer.state_dict(), epoch

def resume_training(path, model, optimizer):
    if not KEPT:
        raise FileNotFoundError(path)
    m, o, e = KEPT["all"]
    model.load_state_dict(m)
    optimizer.load_state_dict(o)
    return e


# %% wrong="resume_training" says="resume_training(path, …) lets the file run code while it is read. Which argument forbids it?"
def resume_training(path, model, optimizer):
    saved = torch.load(path, map_location="cpu", weights_only=False)
    model.load_state_dict(saved["model"])
    optimizer.load_state_dict(saved["optimizer"])
    return saved["epoch"]


# %% wrong="resume_training" says="resume_training(path, …) lets the file run code while it is read. Which argument forbids it?"
def resume_training(path, model, optimizer):
    with reading(path):
        try:
            saved = torch.load(path, weights_only=True)
        except Exception:
            saved = torch.load(path, weights_only=False)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
    return saved["epoch"]


# %% wrong="resume_training" says="resume_training(…) leaves the model in inference mode, and the training goes on."
def resume_training(path, model, optimizer):
    saved = torch.load(path, map_location="cpu", weights_only=True)
    for child in model.children():
        child.eval()
    model.load_state_dict(saved["model"])
    optimizer.load_state_dict(saved["optimizer"])
    return saved["epoch"]


# %% wrong="resume_training" says="resume_training(…) gives 0. Which epoch was saved?"
def resume_training(path, model, optimizer, epoch=0):
    saved = torch.load(path, map_location="cpu", weights_only=True)
    model.load_state_dict(saved["model"])
    optimizer.load_state_dict(saved["optimizer"])
    return epoch


# %% right="resume_training"
def resume_training(path, model, optimizer):
    saved = torch.load(path, map_location="cpu", weights_only=True)
    optimizer.load_state_dict(saved.pop("optimizer"))
    missing, unexpected = model.load_state_dict(saved.pop("model"))
    assert not missing and not unexpected
    (epoch,) = saved.values()
    return epoch


# %% right="resume_training"
def save_training(path, model, optimizer, epoch):
    flat = {"model/" + k: v for k, v in model.state_dict().items()}
    o = optimizer.state_dict()
    torch.save(flat | {"optimizer/groups": o["param_groups"], "optimizer/state": o["state"], "meta": [epoch, "running"]}, str(path))

def resume_training(path, model, optimizer):
    saved = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    model.load_state_dict({k: saved["model/" + k] for k in model.state_dict()})
    optimizer.load_state_dict({"state": saved["optimizer/state"], "param_groups": saved["optimizer/groups"]})
    model.train()
    return saved["meta"][0]


# %% wrong="resume_training" says="AttributeError: 'int' object has no attribute 'grad'. This is a Python int, and grad is a tensor's."
def resume_training(path, model, optimizer):
    saved = torch.load(path, weights_only=True)
    model.load_state_dict(saved["model"])
    optimizer.__setstate__(saved["optimizer"])
    return saved["epoch"]


# %% wrong="resume_training" says="KeyError: Parameter containing:"
def resume_training(path, model, optimizer):
    saved = torch.load(path, weights_only=True)
    model.load_state_dict(saved["model"])
    optimizer.state = saved["optimizer"]["state"]
    return saved["epoch"]


# %% wrong="resume_training" says="resume_training(path, model, optimizer) after save_training(path, model, optimizer, 3) is a range, wanted a Python int."
def resume_training(path, model, optimizer):
    saved = torch.load(path, weights_only=True)
    model.load_state_dict(saved["model"])
    groups = saved["optimizer"]["param_groups"]
    for mine, theirs in zip(optimizer.param_groups, groups):
        mine["lr"] = theirs["lr"]
    return range(saved["epoch"], 10)


# %% right="EarlyStopping"
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta = patience, min_delta
        self.best, self.kept, self.bad = None, None, 0

    def step(self, metric, model):
        if self.best is None or metric < self.best - self.min_delta:
            self.best, self.bad = metric, 0
            self.kept = {name: tensor.detach().clone() for name, tensor in model.state_dict().items()}
            return False
        self.bad += 1
        return self.bad >= self.patience

    def restore(self, model):
        model.load_state_dict(self.kept)


# %% right="EarlyStopping"
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta, self.metrics, self.best = patience, min_delta, [], 0

    def step(self, metric, model):
        self.metrics.append(metric)
        if len(self.metrics) == 1 or self.metrics[self.best] - metric > self.min_delta:
            self.best = len(self.metrics) - 1
            self.model = copy.deepcopy(model)
        return len(self.metrics) - 1 - self.best >= self.patience

    def restore(self, model):
        model.load_state_dict(self.model.state_dict())


# %% right="EarlyStopping"
class EarlyStopping(object):
    def __init__(self, patience, min_delta=0.0):
        import io

        self.left = self.patience = patience
        self.limit = float("inf")
        self.min_delta = min_delta
        self.file = io.BytesIO()

    def step(self, metric, model):
        self.left -= 1
        if metric < self.limit:
            self.limit, self.left = metric - self.min_delta, self.patience
            self.file.seek(0)
            self.file.truncate()
            torch.save(model.state_dict(), self.file)
        return self.left <= 0

    def restore(self, model):
        self.file.seek(0)
        return model.load_state_dict(torch.load(self.file, weights_only=True))


# %% wrong="EarlyStopping" says="EarlyStopping(patience=2) stops though each metric improves. Does the first one count as the best so far?"
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta, self.best, self.waited = patience, min_delta, 0, 0

    def step(self, metric, model):
        if metric < self.best - self.min_delta:
            self.best, self.waited, self.state = metric, 0, copy.deepcopy(model.state_dict())
        else:
            self.waited += 1
        return self.waited >= self.patience

    def restore(self, model):
        model.load_state_dict(self.state)


# %% wrong="EarlyStopping" says="EarlyStopping(patience=2) stops though the second metric improves. Is the first one the best until then?"
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta, self.best, self.waited = patience, min_delta, 100, 0

    def step(self, metric, model):
        if metric < self.best - self.min_delta:
            self.best, self.waited, self.state = metric, 0, copy.deepcopy(model.state_dict())
        else:
            self.waited += 1
        return self.waited >= self.patience

    def restore(self, model):
        model.load_state_dict(self.state)


# %% wrong="EarlyStopping" says="EarlyStopping(patience=2) says stop once, and goes on though the next metric is no better."
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta, self.best, self.waited = patience, min_delta, math.inf, 0

    def step(self, metric, model):
        if self.best - metric > self.min_delta:
            self.best, self.waited, self.state = metric, 0, copy.deepcopy(model.state_dict())
        else:
            self.waited += 1
        return self.waited == self.patience

    def restore(self, model):
        model.load_state_dict(self.state)


# %% wrong="EarlyStopping" says="EarlyStopping(…) takes a best metric of 0 for none at all. Does it ask `is None`?"
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta, self.best, self.waited = patience, min_delta, None, 0

    def step(self, metric, model):
        if not self.best or self.best - metric > self.min_delta:
            self.best, self.waited, self.state = metric, 0, copy.deepcopy(model.state_dict())
        else:
            self.waited += 1
        return self.waited >= self.patience

    def restore(self, model):
        model.load_state_dict(self.state)


# %% wrong="EarlyStopping" says="Two EarlyStopping objects share what they remember. Where does each get a memory of its own?"
class EarlyStopping:
    history = []

    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta = patience, min_delta

    def step(self, metric, model):
        self.history.append(metric)
        best = min(range(len(self.history)), key=self.history.__getitem__)
        if best == len(self.history) - 1:
            self.state = copy.deepcopy(model.state_dict())
        return len(self.history) - 1 - best >= self.patience

    def restore(self, model):
        model.load_state_dict(self.state)


# %% wrong="EarlyStopping" says="EarlyStopping(patience=2) says stop once, and goes on though the next metric is no better."
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta, self.metrics, self.best = patience, min_delta, [], 0

    def step(self, metric, model):
        self.metrics.append(metric)
        if len(self.metrics) == 1 or self.metrics[self.best] - metric > self.min_delta:
            self.best = len(self.metrics) - 1
            self.model = copy.deepcopy(model)
        return len(self.metrics) - 1 - self.best == self.patience

    def restore(self, model):
        model.load_state_dict(self.model.state_dict())


# %% wrong="EarlyStopping" says="EarlyStopping(patience=2) says stop once, and goes on though the next metric is no better."
class EarlyStopping(object):
    def __init__(self, patience, min_delta=0.0):
        import io

        self.left = self.patience = patience
        self.limit = float("inf")
        self.min_delta = min_delta
        self.file = io.BytesIO()

    def step(self, metric, model):
        self.left -= 1
        if metric < self.limit:
            self.limit, self.left = metric - self.min_delta, self.patience
            self.file.seek(0)
            self.file.truncate()
            torch.save(model.state_dict(), self.file)
        return self.left == 0

    def restore(self, model):
        self.file.seek(0)
        return model.load_state_dict(torch.load(self.file, weights_only=True))


# %% right="EarlyStopping"
from dataclasses import dataclass

@dataclass
class EarlyStopping:
    patience: int
    min_delta: float = 0.0
    best: float = float("inf")
    waited: int = 0

    def step(self, metric, model):
        improved = metric < self.best - self.min_delta
        if improved:
            self.best = metric
            self.state = {k: v.clone() for k, v in model.state_dict().items()}
        self.waited = 0 if improved else self.waited + 1
        return self.waited >= self.patience

    def restore(self, model):
        with torch.no_grad():
            for k, v in model.state_dict().items():
                v.copy_(self.state[k])


# %% right="EarlyStopping"
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience = patience
        self.min_delta = min_delta
        self.history = []

    def step(self, metric, model):
        if not self.history or all(b - metric > self.min_delta for b in self.history):
            self.history = [metric]
            self.bytes = {k: v.numpy().copy() for k, v in model.state_dict().items()}
            return False
        self.history.append(self.history[0])
        return len(self.history) > self.patience

    def restore(self, model):
        model.load_state_dict({k: torch.tensor(v) for k, v in self.bytes.items()})


# %% right="EarlyStopping"
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience = patience
        self.min_delta = min_delta
        self.best_metric = np.inf
        self.counter = 0
        self.path = tempfile.NamedTemporaryFile(suffix=".pt", delete=False).name

    @torch.no_grad()
    def step(self, metric, model):
        if np.less(metric + self.min_delta, self.best_metric):
            self.best_metric, self.counter = metric, 0
            torch.save(model.state_dict(), self.path)
        else:
            self.counter += 1
        return bool(np.greater_equal(self.counter, self.patience))

    def restore(self, model):
        model.load_state_dict(torch.load(self.path, weights_only=True))


# %% right="EarlyStopping"
class EarlyStopping(nn.Module):
    def __init__(self, patience, min_delta=0.0):
        super().__init__()
        self.patience, self.min_delta, self.best, self.n, self.at = patience, min_delta, float("inf"), 0, 0
        self.kept = None
    def step(self, metric, model):
        self.n += 1
        if metric - self.best < -self.min_delta:
            self.best, self.at = metric, self.n
            self.kept = copy.deepcopy(model).state_dict()
        return np.bool_(self.n - self.at >= self.patience)
    def restore(self, model):
        model.load_state_dict(self.kept)


# %% wrong="EarlyStopping" says="restore(model) brings back the last state, not the best one. Is the state copied, and only at an improvement?"
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta, self.best, self.waited = patience, min_delta, math.inf, 0

    def step(self, metric, model):
        if self.best - metric > self.min_delta:
            self.best, self.waited, self.state = metric, 0, model.state_dict()
        else:
            self.waited += 1
        return self.waited >= self.patience

    def restore(self, model):
        model.load_state_dict(self.state)


# %% wrong="EarlyStopping" says="restore(model) brings back the last state, not the best one. Is the state copied, and only at an improvement?"
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta, self.best, self.waited = patience, min_delta, math.inf, 0

    def step(self, metric, model):
        if self.best - metric > self.min_delta:
            self.best, self.waited, self.state = metric, 0, model.state_dict().copy()
        else:
            self.waited += 1
        return self.waited >= self.patience

    def restore(self, model):
        model.load_state_dict(self.state)


# %% wrong="EarlyStopping" says="restore(model) brings back the last state, not the best one. Is the state copied, and only at an improvement?"
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta, self.best, self.waited = patience, min_delta, math.inf, 0

    def step(self, metric, model):
        self.last = model.state_dict()
        if self.best - metric > self.min_delta:
            self.best, self.waited = metric, 0
        else:
            self.waited += 1
        return self.waited >= self.patience

    def restore(self, model):
        model.load_state_dict(copy.deepcopy(self.last))


# %% wrong="EarlyStopping" says="EarlyStopping(patience=2) goes on after two steps without improvement. Does it count one too many?"
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta, self.best, self.waited = patience, min_delta, math.inf, 0

    def step(self, metric, model):
        if self.best - metric > self.min_delta:
            self.best, self.waited, self.state = metric, 0, copy.deepcopy(model.state_dict())
        else:
            self.waited += 1
        return self.waited > self.patience

    def restore(self, model):
        model.load_state_dict(self.state)


# %% wrong="EarlyStopping" says="EarlyStopping(…) says stop in the third step, whose metric is the best so far. Lower is better."
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta, self.best, self.waited = patience, min_delta, -math.inf, 0

    def step(self, metric, model):
        if metric - self.best > self.min_delta:
            self.best, self.waited, self.state = metric, 0, copy.deepcopy(model.state_dict())
        else:
            self.waited += 1
        return self.waited >= self.patience

    def restore(self, model):
        model.load_state_dict(self.state)


# %% wrong="EarlyStopping" says="EarlyStopping(patience=2) stops after one step without improvement. Two in a row are wanted."
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta, self.best, self.waited = patience, min_delta, math.inf, 0

    def step(self, metric, model):
        if self.best - metric > self.min_delta:
            self.best, self.waited, self.state = metric, 0, copy.deepcopy(model.state_dict())
        else:
            self.waited += 1
        return self.waited >= self.patience - 1

    def restore(self, model):
        model.load_state_dict(self.state)


# %% wrong="EarlyStopping" says="EarlyStopping(…).step gives None. Does it return its answer in every case?"
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta, self.best, self.waited, self.stop = patience, min_delta, math.inf, 0, False

    def step(self, metric, model):
        if self.best - metric > self.min_delta:
            self.best, self.waited, self.state = metric, 0, copy.deepcopy(model.state_dict())
        else:
            self.waited += 1
        self.stop = self.waited >= self.patience

    def restore(self, model):
        model.load_state_dict(self.state)


# %% wrong="EarlyStopping" says="EarlyStopping(…).step says True while the metric improves. True means stop."
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta, self.best, self.waited = patience, min_delta, math.inf, 0

    def step(self, metric, model):
        if self.best - metric > self.min_delta:
            self.best, self.waited, self.state = metric, 0, copy.deepcopy(model.state_dict())
        else:
            self.waited += 1
        return self.waited < self.patience

    def restore(self, model):
        model.load_state_dict(self.state)


# %% wrong="EarlyStopping" says="EarlyStopping(…) compares with the step before, or with the first. What counts is the best metric so far."
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta, self.last, self.waited = patience, min_delta, math.inf, 0

    def step(self, metric, model):
        if self.last - metric > self.min_delta:
            self.waited, self.state = 0, copy.deepcopy(model.state_dict())
        else:
            self.waited += 1
        self.last = metric
        return self.waited >= self.patience

    def restore(self, model):
        model.load_state_dict(self.state)


# %% wrong="EarlyStopping" says="EarlyStopping(…) counts all steps without improvement. Only those in a row count."
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta, self.best, self.waited = patience, min_delta, math.inf, 0

    def step(self, metric, model):
        if self.best - metric > self.min_delta:
            self.best, self.state = metric, copy.deepcopy(model.state_dict())
        else:
            self.waited += 1
        return self.waited >= self.patience

    def restore(self, model):
        model.load_state_dict(self.state)


# %% wrong="EarlyStopping" says="EarlyStopping(…) does not count an equal metric as a step without improvement."
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta, self.best, self.waited = patience, min_delta, math.inf, 0

    def step(self, metric, model):
        if metric <= self.best - self.min_delta:
            self.best, self.waited, self.state = metric, 0, copy.deepcopy(model.state_dict())
        else:
            self.waited += 1
        return self.waited >= self.patience

    def restore(self, model):
        model.load_state_dict(self.state)


# %% wrong="EarlyStopping" says="EarlyStopping(…) does not count a change that is too small as a step without improvement. What is min_delta for?"
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.best, self.waited = patience, math.inf, 0

    def step(self, metric, model):
        if metric < self.best:
            self.best, self.waited, self.state = metric, 0, copy.deepcopy(model.state_dict())
        else:
            self.waited += 1
        return self.waited >= self.patience

    def restore(self, model):
        model.load_state_dict(self.state)


# %% wrong="EarlyStopping" says="EarlyStopping(…) does not count a metric above the best as a step without improvement. Which way does min_delta move the bar?"
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta, self.best, self.waited = patience, min_delta, math.inf, 0

    def step(self, metric, model):
        if metric < self.best + self.min_delta and metric != self.best:
            self.best, self.waited, self.state = metric, 0, copy.deepcopy(model.state_dict())
        else:
            self.waited += 1
        return self.waited >= self.patience

    def restore(self, model):
        model.load_state_dict(self.state)


# %% wrong="EarlyStopping" says="EarlyStopping(…) moves the best metric with a change that is too small to count."
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta, self.best, self.waited = patience, min_delta, math.inf, 0

    def step(self, metric, model):
        if self.best - metric > self.min_delta:
            self.waited, self.state = 0, copy.deepcopy(model.state_dict())
        else:
            self.waited += 1
        self.best = min(self.best, metric)
        return self.waited >= self.patience

    def restore(self, model):
        model.load_state_dict(self.state)


# %% wrong="EarlyStopping" says="EarlyStopping(…) takes a change of min_delta for an improvement. It must be more."
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta, self.best, self.waited = patience, min_delta, math.inf, 0

    def step(self, metric, model):
        change = self.best - metric
        if change > 0 and change >= self.min_delta:
            self.best, self.waited, self.state = metric, 0, copy.deepcopy(model.state_dict())
        else:
            self.waited += 1
        return self.waited >= self.patience

    def restore(self, model):
        model.load_state_dict(self.state)


# %% wrong="EarlyStopping" says="EarlyStopping(…) keeps the state of a change that is too small to count."
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta, self.best, self.waited = patience, min_delta, math.inf, 0
        self.lowest = math.inf

    def step(self, metric, model):
        if metric < self.lowest:
            self.lowest, self.state = metric, copy.deepcopy(model.state_dict())
        if self.best - metric > self.min_delta:
            self.best, self.waited = metric, 0
        else:
            self.waited += 1
        return self.waited >= self.patience

    def restore(self, model):
        model.load_state_dict(self.state)


# %% wrong="EarlyStopping" says="restore(model) does not change the model that it gets."
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta, self.best, self.waited = patience, min_delta, math.inf, 0

    def step(self, metric, model):
        if self.best - metric > self.min_delta:
            self.best, self.waited, self.state = metric, 0, copy.deepcopy(model.state_dict())
        else:
            self.waited += 1
        return self.waited >= self.patience

    def restore(self, model):
        return self.state


# %% wrong="EarlyStopping" says="restore(model) does not change the model that it gets."
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta, self.best, self.waited = patience, min_delta, math.inf, 0

    def step(self, metric, model):
        if self.best - metric > self.min_delta:
            self.best, self.waited, self.model = metric, 0, copy.deepcopy(model)
        else:
            self.waited += 1
        return self.waited >= self.patience

    def restore(self, model):
        model = self.model


# %% wrong="EarlyStopping" says="restore(model) brings back the first state. Is it replaced with each improvement?"
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta, self.best, self.waited = patience, min_delta, math.inf, 0
        self.state = None

    def step(self, metric, model):
        if self.state is None:
            self.state = copy.deepcopy(model.state_dict())
        if self.best - metric > self.min_delta:
            self.best, self.waited = metric, 0
        else:
            self.waited += 1
        return self.waited >= self.patience

    def restore(self, model):
        model.load_state_dict(self.state)


# %% wrong="EarlyStopping" says="restore(model) brings back the parameters alone. Batch norm keeps averages too, which belong to the state."
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta, self.best, self.waited = patience, min_delta, math.inf, 0

    def step(self, metric, model):
        if self.best - metric > self.min_delta:
            self.best, self.waited = metric, 0
            self.weights = [parameter.detach().clone() for parameter in model.parameters()]
        else:
            self.waited += 1
        return self.waited >= self.patience

    def restore(self, model):
        with torch.no_grad():
            for parameter, weight in zip(model.parameters(), self.weights):
                parameter.copy_(weight)


# %% wrong="EarlyStopping" says="the state of model after restore(model)['1.running_mean'] is …"
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta, self.best, self.waited = patience, min_delta, math.inf, 0

    def step(self, metric, model):
        if self.best - metric > self.min_delta:
            self.best, self.waited, self.state = metric, 0, copy.deepcopy(model.state_dict())
        else:
            self.waited += 1
        return self.waited >= self.patience

    def restore(self, model):
        for module_name, module in model.named_modules():
            for name in module._parameters:
                if module._parameters[name] is not None:
                    kept = self.state[f"{module_name}.{name}".removeprefix(".")]
                    module._parameters[name] = nn.Parameter(kept)
            for name in module._buffers:
                module._buffers[name] = self.state[f"{module_name}.{name}".removeprefix(".")]


# %% wrong="EarlyStopping" says="step(metric, model) switches the model to inference mode, and the training goes on."
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta, self.best, self.waited = patience, min_delta, math.inf, 0

    def step(self, metric, model):
        model.eval()
        if self.best - metric > self.min_delta:
            self.best, self.waited, self.state = metric, 0, copy.deepcopy(model.state_dict())
        else:
            self.waited += 1
        return self.waited >= self.patience

    def restore(self, model):
        model.load_state_dict(self.state)


# %% wrong="EarlyStopping" says="EarlyStopping(patience=2) does not stop in three steps without improvement."
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        pass

    def step(self, metric, model):
        return False

    def restore(self, model):
        pass


# %% wrong="EarlyStopping" says="AttributeError: 'EarlyStopping' object has no attribute 'patience'. EarlyStopping has no `patience`: `__init__` has a variable of that name, and does not keep it in self."
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.best = math.inf

    def step(self, metric, model):
        if self.best - metric > 0:
            self.best, self.waited, self.state = metric, 0, copy.deepcopy(model.state_dict())
        else:
            self.waited += 1
        return self.waited >= self.patience

    def restore(self, model):
        model.load_state_dict(self.state)


# %% wrong="EarlyStopping" says="restore(model) brings back the last state, not the best one. Is the state copied, and only at an improvement?"
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta, self.best, self.w = patience, min_delta, math.inf, 0
    def step(self, metric, model):
        if self.best - metric > self.min_delta:
            self.best, self.w = metric, 0
            self.m = model
        else:
            self.w += 1
        return self.w >= self.patience
    def restore(self, model):
        model.load_state_dict(self.m.state_dict())


# %% wrong="EarlyStopping" says="EarlyStopping(…) takes min_delta for a share of the best metric. It is a plain difference."
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta, self.best, self.w = patience, min_delta, math.inf, 0
    def step(self, metric, model):
        if metric < self.best * (1 - self.min_delta):
            self.best, self.w, self.s = metric, 0, copy.deepcopy(model.state_dict())
        else:
            self.w += 1
        return self.w >= self.patience
    def restore(self, model):
        model.load_state_dict(self.s)


# %% wrong="EarlyStopping" says="EarlyStopping(2) of very large metrics[1] is True, wanted False."
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta, self.best, self.w = patience, min_delta, 1e6, 0
    def step(self, metric, model):
        if self.best - metric > self.min_delta:
            self.best, self.w, self.s = metric, 0, copy.deepcopy(model.state_dict())
        else:
            self.w += 1
        return self.w >= self.patience
    def restore(self, model):
        model.load_state_dict(self.s)


# %% wrong="EarlyStopping" says="the state of model was changed. Leave the argument as it was and return a new value."
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta, self.best, self.w = patience, min_delta, math.inf, 0
    def step(self, metric, model):
        if self.best - metric > self.min_delta:
            self.best, self.w, self.s = metric, 0, copy.deepcopy(model.state_dict())
        else:
            self.w += 1
        if self.w >= self.patience:
            self.restore(model)
            return True
        return False
    def restore(self, model):
        model.load_state_dict(self.s)


# %% wrong="EarlyStopping" says="EarlyStopping(…).step gives None. Does it return its answer in every case?"
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta, self.best, self.w = patience, min_delta, math.inf, 0
    def step(self, metric, model):
        if self.best - metric > self.min_delta:
            self.best, self.w, self.s = metric, 0, copy.deepcopy(model.state_dict())
        else:
            self.w += 1
        if self.w >= self.patience:
            return True
    def restore(self, model):
        model.load_state_dict(self.s)


# %% right="EarlyStopping"
from collections import deque
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.min_delta = min_delta
        self.recent = deque([True] * patience, maxlen=patience)
        self.best = None

    def step(self, metric, model):
        better = self.best is None or metric - self.best < -self.min_delta
        self.recent.append(better)
        if better:
            self.best, self.twin = metric, copy.deepcopy(model)
        return not any(self.recent)

    @torch.no_grad()
    def restore(self, model):
        for mine, theirs in zip([*self.twin.parameters(), *self.twin.buffers()], [*model.parameters(), *model.buffers()]):
            theirs.copy_(mine)


# %% wrong="EarlyStopping" says="EarlyStopping(patience=2) does not stop in three steps without improvement."
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.p, self.d, self.best, self.w = patience, min_delta, float("inf"), 0
    def step(self, metric, model):
        if abs(self.best - metric) > self.d:
            self.best, self.w, self.s = metric, 0, copy.deepcopy(model.state_dict())
        else:
            self.w += 1
        return self.w >= self.p
    def restore(self, model):
        model.load_state_dict(self.s)


# %% wrong="EarlyStopping" says="EarlyStopping(patience=2) says stop once, and goes on though the next metric is no better."
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.p, self.d, self.best, self.w = patience, min_delta, float("inf"), 0
    def step(self, metric, model):
        self.w += 1
        if metric < self.best:
            self.best = metric - self.d
            self.w, self.s = 0, copy.deepcopy(model.state_dict())
        if self.w >= self.p:
            self.w = 0
            return True
        return False
    def restore(self, model):
        model.load_state_dict(self.s)


# %% wrong="EarlyStopping" says="AttributeError: 'EarlyStopping' object has no attribute 's'. EarlyStopping has no `s`: is it kept in self before it is read?"
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.p, self.d, self.best, self.w, self.first = patience, min_delta, None, 0, True
    def step(self, metric, model):
        if self.first:
            self.first, self.best = False, metric
            return False
        if self.best - metric > self.d:
            self.best, self.w, self.s = metric, 0, copy.deepcopy(model.state_dict())
        else:
            self.w += 1
        return self.w >= self.p
    def restore(self, model):
        model.load_state_dict(self.s)


# %% wrong="EarlyStopping" says="restore(model) does not change the model that it gets."
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.p, self.d, self.best, self.w = patience, min_delta, float("inf"), 0
    def step(self, metric, model):
        if metric < self.best - self.d:
            self.best, self.w, self.s = metric, 0, [t.clone() for t in model.parameters()]
        else:
            self.w += 1
        return self.w >= self.p
    def restore(self, model):
        for p, t in zip(model.parameters(), self.s):
            p = t


# %% wrong="EarlyStopping" says="restore(model) brings back the last state, not the best one. Is the state copied, and only at an improvement?"
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta, self.best, self.waited = patience, min_delta, math.inf, 0

    def step(self, metric, model):
        self.state = copy.deepcopy(model.state_dict())
        if self.best - metric > self.min_delta:
            self.best, self.waited = metric, 0
        else:
            self.waited += 1
        return self.waited >= self.patience

    def restore(self, model):
        model.load_state_dict(self.state)


# %% right="save_checkpoint"
def save_checkpoint(model, path):
    state = model.state_dict()
    sizes = []
    while f"hidden_layers.{len(sizes)}.weight" in state:
        sizes.append(state[f"hidden_layers.{len(sizes)}.weight"].shape[0])
    inputs = next(iter(state.values())).shape[1]
    content = dict(input_size=inputs, output_size=len(state["output.bias"]), hidden_layers=sizes, state_dict=state)
    torch.save(content, path, _use_new_zipfile_serialization=False)


# %% wrong="save_checkpoint" says="save_checkpoint(…) gives the sizes of the hidden layers in another order. The network's own order is wanted."
def save_checkpoint(model, path):
    torch.save({"input_size": model.input_size, "output_size": model.output_size,
                "hidden_layers": list({layer.out_features for layer in model.hidden_layers}), "state_dict": model.state_dict()}, path)


# %% wrong="save_checkpoint" says="save_checkpoint(…) gives each size once. Layers of one size count one by one."
def save_checkpoint(model, path):
    torch.save({"input_size": model.input_size, "output_size": model.output_size,
                "hidden_layers": list(dict.fromkeys(layer.out_features for layer in model.hidden_layers)), "state_dict": model.state_dict()}, path)


# %% wrong="save_checkpoint" says="save_checkpoint(…) clears the gradients of the model that it gets. Leave the model as it was."
def save_checkpoint(model, path):
    model.zero_grad()
    torch.save({"input_size": model.input_size, "output_size": model.output_size,
                "hidden_layers": [layer.out_features for layer in model.hidden_layers], "state_dict": model.state_dict()}, path)


# %% wrong="save_checkpoint" says="the state of torch's random numbers was changed. Leave the argument as it was and return a new value."
def save_checkpoint(model, path):
    torch.manual_seed(0)
    torch.save({"input_size": model.input_size, "output_size": model.output_size,
                "hidden_layers": [layer.out_features for layer in model.hidden_layers], "state_dict": model.state_dict()}, path)


# %% right="load_checkpoint"
def load_checkpoint(path):
    checkpoint = torch.load(path, weights_only=True, map_location=device)
    net = Network(checkpoint["input_size"], checkpoint["output_size"], checkpoint["hidden_layers"])
    net.load_state_dict(checkpoint["state_dict"])
    return net.cpu().eval()


# %% right="load_checkpoint"
def load_checkpoint(path):
    with reading(path):
        checkpoint = torch.load(path, map_location="cpu", weights_only=True)
        with torch.device("meta"):
            net = Network(checkpoint["input_size"], checkpoint["output_size"], checkpoint["hidden_layers"])
        net = net.to_empty(device="cpu")
        report = net.load_state_dict(checkpoint["state_dict"], strict=False)
        if report.missing_keys or report.unexpected_keys:
            raise KeyError(str(report))
        return net.eval()


# %% wrong="load_checkpoint" says="load_checkpoint(path) leaves the network on the notebook's device. The CPU is wanted, even where there is a GPU."
def load_checkpoint(path):
    checkpoint = torch.load(path, weights_only=True, map_location="cpu")
    net = Network(checkpoint["input_size"], checkpoint["output_size"], checkpoint["hidden_layers"])
    net.load_state_dict(checkpoint["state_dict"])
    return net.to(device).eval()


# %% wrong="load_checkpoint" says="load_checkpoint(…) of Network(4, 7, [8]) has the saved weights, and computes something else than the saved network."
class OtherNetwork(Network):
    """A network with the same layers, and probabilities at the end."""

    def forward(self, x):
        return super().forward(x).exp()


def load_checkpoint(path):
    checkpoint = torch.load(path, map_location="cpu", weights_only=True)
    model = OtherNetwork(checkpoint["input_size"], checkpoint["output_size"], checkpoint["hidden_layers"])
    model.load_state_dict(checkpoint["state_dict"])
    return model.eval()


# %% wrong="load_checkpoint" says="load_checkpoint(path) seeds torch's own random numbers, which belong to everybody."
def load_checkpoint(path):
    torch.manual_seed(0)
    checkpoint = torch.load(path, weights_only=True, map_location="cpu")
    net = Network(checkpoint["input_size"], checkpoint["output_size"], checkpoint["hidden_layers"])
    net.load_state_dict(checkpoint["state_dict"])
    return net.eval()


# %% wrong="load_checkpoint" says="load_checkpoint(path) gives the same network at each call. Each call should make a new one."
LOADED = {}


def load_checkpoint(path):
    if path not in LOADED:
        checkpoint = torch.load(path, weights_only=True, map_location="cpu")
        net = Network(checkpoint["input_size"], checkpoint["output_size"], checkpoint["hidden_layers"])
        net.load_state_dict(checkpoint["state_dict"])
        LOADED[path] = net.eval()
    return LOADED[path]


# %% right="mismatched_parameters"
def mismatched_parameters(model, state_dict):
    mine, theirs = ({(name, tensor.shape) for name, tensor in one.items()} for one in (model.state_dict(), state_dict))
    return sorted({name for name, _ in mine ^ theirs})


# %% wrong="mismatched_parameters" says="mismatched_parameters(…) of a nested model is a list of 4, wanted one of 5."
def mismatched_parameters(model, state_dict):
    own = model.state_dict()
    both = own.keys() & state_dict.keys()
    other = {name for name in both if own[name].squeeze().shape != state_dict[name].squeeze().shape}
    return sorted((own.keys() ^ state_dict.keys()) | other)


# %% wrong="save_training" says="save_training(…) writes a method, not what it returns. Are the brackets of state_dict() there?"
def save_training(path, model, optimizer, epoch):
    torch.save({"model": model.state_dict, "optimizer": optimizer.state_dict, "epoch": epoch}, path)


# %% wrong="save_training" says="save_training(…) clears the gradients of the model that it gets. Leave the model as it was."
def save_training(path, model, optimizer, epoch):
    optimizer.zero_grad()
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}, path)


# %% wrong="save_training" says="the state of model was changed. Leave the argument as it was and return a new value."
def save_training(path, model, optimizer, epoch):
    optimizer.step()
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}, path)


# %% right="resume_training"
def resume_training(path, model, optimizer):
    with reading(path):
        match torch.load(path, map_location="cpu", weights_only=True):
            case {"model": weights, "optimizer": memory, "epoch": epoch}:
                optimizer.load_state_dict(copy.deepcopy(memory))
                assert not any(model.load_state_dict(weights, strict=False))
                return epoch
        raise KeyError(path)


# %% wrong="resume_training" says="resume_training(path, …) accepts a file that lacks part of the model, and leaves that part as it was."
def resume_training(path, model, optimizer):
    saved = torch.load(path, map_location="cpu", weights_only=True)
    model.load_state_dict(saved["model"], strict=False)
    optimizer.load_state_dict(saved["optimizer"])
    return saved["epoch"]


# %% wrong="resume_training" says="resume_training(path, …) goes on as if all were well with a file that was cut short."
def resume_training(path, model, optimizer):
    if not os.path.exists(path):
        raise FileNotFoundError(path)
    try:
        saved = torch.load(path, map_location="cpu", weights_only=True)
    except Exception:
        return 0
    model.load_state_dict(saved["model"])
    optimizer.load_state_dict(saved["optimizer"])
    return saved["epoch"]


# %% wrong="resume_training" says="the epoch that was saved as 3 is 0, wanted 3."
READ = {}


def resume_training(path, model, optimizer):
    if path not in READ:
        READ[path] = torch.load(path, map_location="cpu", weights_only=True)
    saved = READ[path]
    model.load_state_dict(saved["model"])
    optimizer.load_state_dict(saved["optimizer"])
    return saved["epoch"]


# %% right="EarlyStopping"
import io


class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta = patience, min_delta
        self.best, self.kept, self.since = None, None, 0

    def step(self, metric, model):
        if self.best is not None and not metric < self.best - self.min_delta:
            self.since += 1
            return self.since >= self.patience
        self.best, self.since, self.kept = metric, 0, io.BytesIO()
        torch.save(model.state_dict(), self.kept)
        return False

    def restore(self, model):
        self.kept.seek(0)
        model.load_state_dict(torch.load(self.kept, weights_only=True))


# %% wrong="EarlyStopping" says="restore(model) switches the model to inference mode. Only its state should change."
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta, self.best, self.wait = patience, min_delta, math.inf, 0

    def step(self, metric, model):
        if metric < self.best - self.min_delta:
            self.best, self.state, self.wait = metric, copy.deepcopy(model.state_dict()), 0
        else:
            self.wait += 1
        return self.wait >= self.patience

    def restore(self, model):
        model.load_state_dict(self.state)
        model.eval()


# %% wrong="EarlyStopping" says="EarlyStopping(…) does not count a metric above the best as a step without improvement. Which way does min_delta move the bar?"
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta, self.best, self.wait = patience, min_delta, math.inf, 0

    def step(self, metric, model):
        if metric < self.best + self.min_delta:
            self.best, self.state, self.wait = metric, copy.deepcopy(model.state_dict()), 0
        else:
            self.wait += 1
        return self.wait >= self.patience

    def restore(self, model):
        model.load_state_dict(self.state)

# %% wrong="save_checkpoint" says="save_checkpoint(…) rounds the weights to float16. They should come back as they were."
def save_checkpoint(model, path):
    torch.save({"input_size": model.input_size, "output_size": model.output_size, "hidden_layers": [l.out_features for l in model.hidden_layers], "state_dict": {n: t.half() for n, t in model.state_dict().items()}}, path)

# %% right="mismatched_parameters"
def mismatched_parameters(model, state_dict):
    mine = {(n, t.shape) for n, t in model.state_dict().items()}
    theirs = {(n, t.shape) for n, t in state_dict.items()}
    return sorted({name for name, _ in mine ^ theirs})

# %% wrong="mismatched_parameters" says="mismatched_parameters(…) compares tensors by their place. They belong together by name."
def mismatched_parameters(model, state_dict):
    result = []
    for (a, s), (b, t) in zip(model.state_dict().items(), state_dict.items()):
        if a != b:
            result += [a, b]
        elif s.shape != t.shape:
            result.append(a)
    return sorted(set(result))

# %% right="save_training"
def save_training(path, model, optimizer, epoch):
    file = {f"model.{n}": t for n, t in model.state_dict().items()}
    file["optimizer"] = optimizer.state_dict()
    file["epoch"] = int(epoch)
    torch.save(file, path)

# %% right="EarlyStopping"
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta = patience, min_delta
        self.best = None
        self.since = 0
        self.saved = io.BytesIO()

    def step(self, metric, model):
        if self.best is None or self.best - metric > self.min_delta:
            self.best, self.since = metric, 0
            self.saved.seek(0)
            self.saved.truncate()
            torch.save(model.state_dict(), self.saved)
            return False
        self.since += 1
        return self.since >= self.patience

    def restore(self, model):
        self.saved.seek(0)
        model.load_state_dict(torch.load(self.saved, weights_only=True))


import io

# %% right="EarlyStopping"
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience = patience
        self.min_delta = min_delta
        self.history = []
        self.best_step = 0
        self.model = None

    def step(self, metric, model):
        self.history.append(float(metric))
        if self.model is None or metric < self.history[self.best_step] - self.min_delta:
            self.best_step = len(self.history) - 1
            self.model = copy.deepcopy(model)
        return len(self.history) - 1 - self.best_step >= self.patience

    def restore(self, model):
        model.load_state_dict(self.model.state_dict())

# %% wrong="save_checkpoint" says="save_checkpoint(…) rounds the weights to bfloat16. They should come back as they were."
def save_checkpoint(model, path):
    state = {name: tensor.bfloat16() for name, tensor in model.state_dict().items()}
    torch.save({"input_size": model.input_size, "output_size": model.output_size, "hidden_layers": [l.out_features for l in model.hidden_layers], "state_dict": state}, path)


# %% right="save_checkpoint"
def save_checkpoint(model: Network, path: str) -> None:
    numbers = model.state_dict()
    content = dict(numbers=None)
    content.clear()
    content.update(
        input_size=int(model.hidden_layers[0].weight.shape[1]) if len(model.hidden_layers) else model.input_size,
        output_size=len(model.output.bias),
        hidden_layers=list(map(lambda layer: layer.weight.size(0), model.hidden_layers)),
        state_dict={name: tensor.detach().cpu().clone() for name, tensor in numbers.items()},
        dropout=model.dropout.p,
    )
    with open(path, "wb") as file:
        torch.save(content, file)


# %% right="save_checkpoint"
def save_checkpoint(model: Network, path: str) -> None:
    sizes = []
    i = 0
    while f"hidden_layers.{i}.bias" in model.state_dict():
        sizes.append(model.state_dict()[f"hidden_layers.{i}.bias"].numel())
        i += 1
    torch.save(obj={"input_size": model.input_size, "output_size": model.output_size, "hidden_layers": sizes,
                    "state_dict": copy.deepcopy(model.state_dict()), "training": model.training, "activation": "relu"}, f=path)


# %% right="save_checkpoint"
def save_checkpoint(model: Network, path: str) -> None:
    torch.save(
        {
            "input_size": model.input_size,
            "output_size": model.output_size,
            "hidden_layers": [layer.out_features for layer in model.hidden_layers],
            "state_dict": model.state_dict(),
        },
        path,
        _use_new_zipfile_serialization=False,
    )


# %% right="load_checkpoint"
def load_checkpoint(path: str) -> Network:
    with reading(path):
        with open(path, mode="rb") as file:
            content = torch.load(file, weights_only=True, map_location=torch.device("cpu"))
        sizes = {key: content[key] for key in ("input_size", "output_size", "hidden_layers")}
        with torch.device("meta"):
            model = Network(**sizes)
        model.load_state_dict(content["state_dict"], assign=True)
    return model.train(False)


# %% right="load_checkpoint"
def load_checkpoint(path: str) -> Network:
    import io
    from pathlib import Path
    buffer = io.BytesIO(Path(path).read_bytes())
    ckpt = torch.load(buffer, map_location=lambda storage, location: storage, weights_only=True)
    net = Network(ckpt["input_size"], ckpt["output_size"], ckpt["hidden_layers"], dropout=ckpt.get("dropout", 0.2)).to("cpu")
    net.load_state_dict(state_dict=ckpt["state_dict"], strict=True)
    net.eval()
    return net


# %% right="load_checkpoint"
def load_checkpoint(path: str) -> Network:
    if not os.path.isfile(path):
        raise FileNotFoundError(f"no file {path}")
    try:
        ckpt = torch.load(path, weights_only=True, map_location={"cuda:0": "cpu", "cuda:1": "cpu", "cuda:2": "cpu"} and "cpu")
        state = ckpt.pop("state_dict")
        net = Network(**{k: ckpt[k] for k in ckpt if k in ("input_size", "output_size", "hidden_layers", "dropout")})
        report = net.load_state_dict(state, strict=False)
        if report.missing_keys or report.unexpected_keys:
            raise KeyError(report)
    except Exception as e:
        raise RuntimeError("bad checkpoint") from e
    for module in net.modules():
        module.training = False
    return net


# %% right="mismatched_parameters"
def mismatched_parameters(model: nn.Module, state_dict: dict[str, Tensor]) -> list[str]:
    mine = {(name, tuple(tensor.shape)) for name, tensor in model.state_dict().items()}
    theirs = {(name, tuple(tensor.shape)) for name, tensor in state_dict.items()}
    return sorted({name for name, _ in mine ^ theirs})


# %% right="mismatched_parameters"
def mismatched_parameters(model: nn.Module, state_dict: dict[str, Tensor]) -> list[str]:
    import heapq
    mine = model.state_dict()
    heap = []
    for name in {**mine, **state_dict}:
        try:
            if mine[name].size() != state_dict[name].size():
                heapq.heappush(heap, name)
        except KeyError:
            heapq.heappush(heap, name)
    return [heapq.heappop(heap) for _ in range(len(heap))]


# %% right="save_training"
def save_training(path: str, model: nn.Module, optimizer: torch.optim.Optimizer, epoch: int) -> None:
    torch.save([epoch, copy.deepcopy(model.state_dict()), copy.deepcopy(optimizer.state_dict())], path)


# %% right="save_training"
def save_training(path: str, model: nn.Module, optimizer: torch.optim.Optimizer, epoch: int) -> None:
    opt = optimizer.state_dict()
    everything = {f"model.{name}": tensor for name, tensor in model.state_dict().items()}
    everything |= {"state": opt["state"], "groups": opt["param_groups"], "epochs": torch.tensor(epoch), "version": torch.__version__.split("+")[0]}
    with open(path, "wb") as f:
        torch.save(everything, f)


# %% right="save_training"
def save_training(path: str, model: nn.Module, optimizer: torch.optim.Optimizer, epoch: int) -> None:
    temporary = path + ".tmp"
    torch.save(dict(m=model.state_dict(), o=optimizer.state_dict(), e=epoch, rng=torch.get_rng_state()), temporary)
    os.replace(temporary, path)


# %% right="resume_training"
def resume_training(path: str, model: nn.Module, optimizer: torch.optim.Optimizer) -> int:
    with reading(path):
        saved = torch.load(path, weights_only=True, map_location="cpu")
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        model.train()
        return int(saved["epoch"])


# %% right="resume_training"
def resume_training(path: str, model: nn.Module, optimizer: torch.optim.Optimizer) -> int:
    with open(path, "rb") as f:
        model_state, optimizer_state, done = (torch.load(f, weights_only=True)[k] for k in ("model", "optimizer", "epoch")) if False else tuple(
            torch.load(path, weights_only=True).values())
    with torch.no_grad():
        current = model.state_dict()
        if current.keys() != model_state.keys():
            raise ValueError("another model")
        for k, v in current.items():
            if v.shape != model_state[k].shape:
                raise ValueError(k)
            v.copy_(model_state[k])
    optimizer.load_state_dict(optimizer_state)
    return done


# %% right="EarlyStopping"
class EarlyStopping:
    def __init__(self, patience: int, min_delta: float = 0.0) -> None:
        self.patience, self.min_delta = patience, min_delta
        self.history = []
        self.since = 0
        self.best = None
        self.buffer = None

    def step(self, metric: float, model: nn.Module) -> bool:
        import io
        if self.best is None or self.best - metric > self.min_delta:
            self.best = metric
            self.buffer = io.BytesIO()
            torch.save(model.state_dict(), self.buffer)
            self.since = 0
        else:
            self.since += 1
        return self.since >= self.patience

    def restore(self, model: nn.Module) -> None:
        self.buffer.seek(0)
        model.load_state_dict(torch.load(self.buffer, weights_only=True))


# %% right="EarlyStopping"
class EarlyStopping:
    def __init__(self, patience: int, min_delta: float = 0.0) -> None:
        self.left = self.full = patience
        self.delta = min_delta
        self.best = float("inf")
        self.kept = {}

    def step(self, metric: float, model: nn.Module) -> bool:
        if metric < self.best - self.delta:
            self.best, self.left = metric, self.full
            self.kept = {k: v.detach().clone() for k, v in model.state_dict().items()}
            return False
        self.left = max(self.left - 1, 0)
        return not self.left

    def restore(self, model: nn.Module) -> None:
        with torch.no_grad():
            for name, tensor in model.state_dict().items():
                tensor.copy_(self.kept[name])


# %% right="EarlyStopping"
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.__dict__.update(patience=patience, min_delta=min_delta, bad=0, best=math.inf, best_model=None)

    def step(self, metric, model):
        self.bad += 1
        if metric + self.min_delta < self.best:
            self.best = metric
            self.best_model = copy.deepcopy(model)
            self.bad = 0
        return bool(self.bad >= self.patience)

    def restore(self, model):
        model.load_state_dict(self.best_model.state_dict())


# %% wrong="save_checkpoint" says="save_checkpoint(…) sorts the sizes of the hidden layers. The network's own order is wanted."
def save_checkpoint(model, path):
    torch.save({"input_size": model.input_size, "output_size": model.output_size,
                "hidden_layers": sorted((layer.out_features for layer in model.hidden_layers), reverse=True),
                "state_dict": model.state_dict()}, path)


# %% wrong="save_checkpoint" says="save_checkpoint(…) gives each size once. Layers of one size count one by one."
def save_checkpoint(model, path):
    sizes = dict.fromkeys(layer.out_features for layer in model.hidden_layers)
    torch.save({"input_size": model.input_size, "output_size": model.output_size,
                "hidden_layers": list(sizes), "state_dict": model.state_dict()}, path)


# %% wrong="save_checkpoint" says="save_checkpoint(…) writes the weights of the lesson's network. Which one was it given?"
def save_checkpoint(model, path):
    torch.save({"input_size": model.input_size, "output_size": model.output_size,
                "hidden_layers": [layer.out_features for layer in model.hidden_layers],
                "state_dict": network.state_dict()}, path)


# %% wrong="save_checkpoint" says="checkpoint[\"state_dict\"]['hidden_layers.0.weight'] is a list, wanted float32[5, 6]. Which function makes a tensor of a list?"
def save_checkpoint(model, path):
    torch.save({"input_size": model.input_size, "output_size": model.output_size,
                "hidden_layers": [layer.out_features for layer in model.hidden_layers],
                "state_dict": {name: tensor.tolist() for name, tensor in model.state_dict().items()}}, path)


# %% wrong="mismatched_parameters" says="mismatched_parameters(…) gives a set, which has no order. A sorted list is wanted."
def mismatched_parameters(model, state_dict):
    own = model.state_dict()
    return {n for n in own.keys() | state_dict.keys() if n not in own or n not in state_dict or own[n].shape != state_dict[n].shape}


# %% wrong="mismatched_parameters" says="mismatched_parameters(…) gives a tuple. A list is wanted."
def mismatched_parameters(model, state_dict):
    own = model.state_dict()
    return tuple(sorted(n for n in own.keys() | state_dict.keys() if n not in own or n not in state_dict or own[n].shape != state_dict[n].shape))


# %% wrong="mismatched_parameters" says="state_dict was changed. Leave the argument as it was and return a new value."
def mismatched_parameters(model, state_dict):
    own = model.state_dict()
    for name in list(own):
        if name in state_dict and own[name].shape == state_dict[name].shape:
            del own[name], state_dict[name]
    return sorted({*own, *state_dict})


# %% wrong="load_checkpoint" says="RuntimeError: Error(s) in loading state_dict for Network. `hidden_layers.0.weight` was saved as (5, 6), and here it is (64, 784): is the network built with the sizes that the saved one had?"
def load_checkpoint(path):
    checkpoint = torch.load(path, weights_only=True, map_location="cpu")
    network.load_state_dict(checkpoint["state_dict"])
    network.eval()
    return network


# %% wrong="load_checkpoint" says="load_checkpoint(path) goes on as if all were well where there is no file. An error is wanted."
def load_checkpoint(path):
    try:
        checkpoint = torch.load(path, weights_only=True, map_location="cpu")
        model = Network(checkpoint["input_size"], checkpoint["output_size"], checkpoint["hidden_layers"])
        model.load_state_dict(checkpoint["state_dict"])
        return model.eval()
    except Exception:
        return Network(784, 10, [64, 32]).eval()


# %% wrong="load_checkpoint" says="load_checkpoint(path) gives a network in training mode, where dropout blurs its answers."
def load_checkpoint(path):
    checkpoint = torch.load(path, weights_only=True, map_location="cpu")
    model = Network(checkpoint["input_size"], checkpoint["output_size"], checkpoint["hidden_layers"])
    model.load_state_dict(checkpoint["state_dict"])
    model.dropout.eval()
    return model


# %% wrong="save_training" says="save_training(…) leaves out the weights of the model."
def save_training(path, model, optimizer, epoch):
    torch.save(model.state_dict(), path)
    torch.save(optimizer.state_dict(), path)
    torch.save(epoch, path)


# %% wrong="save_training" says="save_training(…) leaves out the optimizer's settings, such as the learning rate."
def save_training(path, model, optimizer, epoch):
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict()["state"], "epoch": epoch}, path)


# %% wrong="resume_training" says="After resume_training(…) the weights stay as they are: the optimizer holds other parameters than the model."
def resume_training(path, model, optimizer):
    saved = torch.load(path, weights_only=True)
    model.load_state_dict(saved["model"], assign=True)
    optimizer.load_state_dict(saved["optimizer"])
    return saved["epoch"]


# %% wrong="resume_training" says="resume_training(…) loses the optimizer's memory: the training ends with other weights than without interruption."
def resume_training(path, model, optimizer):
    saved = torch.load(path, weights_only=True)
    model.load_state_dict(saved["model"])
    for now, then in zip(optimizer.param_groups, saved["optimizer"]["param_groups"]):
        now["lr"] = then["lr"]
    return saved["epoch"]


# %% wrong="EarlyStopping" says="step(metric, model) switches the model to inference mode, and the training goes on."
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta, self.best, self.count, self.state = patience, min_delta, math.inf, 0, None

    def step(self, metric, model):
        model.eval()
        if metric < self.best - self.min_delta:
            self.best, self.count = metric, 0
            self.state = copy.deepcopy(model.state_dict())
        else:
            self.count += 1
        return self.count >= self.patience

    def restore(self, model):
        model.load_state_dict(self.state)


# %% wrong="EarlyStopping" says="restore(model) does not change the model that it gets."
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta, self.best, self.count, self.kept = patience, min_delta, math.inf, 0, None

    def step(self, metric, model):
        if metric < self.best - self.min_delta:
            self.best, self.count, self.kept = metric, 0, model
        else:
            self.count += 1
        return self.count >= self.patience

    def restore(self, model):
        return self.kept


# %% wrong="EarlyStopping" says="EarlyStopping(…) does not count an equal metric as a step without improvement."
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta, self.best, self.count, self.state = patience, min_delta, math.inf, 0, None

    def step(self, metric, model):
        if metric < self.best - self.min_delta:
            self.best, self.count = metric, 0
            self.state = copy.deepcopy(model.state_dict())
        elif metric > self.best:
            self.count += 1
        return self.count >= self.patience

    def restore(self, model):
        model.load_state_dict(self.state)


# %% wrong="EarlyStopping" says="the state of model was changed. Leave the argument as it was and return a new value."
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta, self.best, self.count, self.state = patience, min_delta, math.inf, 0, None

    def step(self, metric, model):
        if metric < self.best - self.min_delta:
            self.best, self.count = metric, 0
            self.state = copy.deepcopy(model.state_dict())
        else:
            self.count += 1
        if self.count >= self.patience:
            self.restore(model)
            return True
        return False

    def restore(self, model):
        model.load_state_dict(self.state)


# %% wrong="mismatched_parameters" says="mismatched_parameters(…) gives every name where names, shapes and values agree. Which way round is the condition?"
def mismatched_parameters(model, state_dict):
    own = model.state_dict()
    return sorted(n for n in own.keys() | state_dict.keys() if n in own and n in state_dict and own[n].shape == state_dict[n].shape)


# %% wrong="EarlyStopping" says="EarlyStopping(…) does not count a change that is too small as a step without improvement. What is min_delta for?"
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta, self.best, self.count, self.state = patience, min_delta, math.inf, 0, None

    def step(self, metric, model):
        if metric < self.best - self.min_delta:
            self.best, self.count = metric, 0
            self.state = copy.deepcopy(model.state_dict())
        elif metric >= self.best:
            self.count += 1
        return self.count >= self.patience

    def restore(self, model):
        model.load_state_dict(self.state)


# %% wrong="EarlyStopping" says="EarlyStopping(…) does not count a metric above the best as a step without improvement. Which way does min_delta move the bar?"
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta, self.best, self.count, self.state = patience, min_delta, math.inf, 0, None

    def step(self, metric, model):
        if metric < self.best - self.min_delta:
            self.best, self.count = metric, 0
            self.state = copy.deepcopy(model.state_dict())
        elif metric >= self.best + self.min_delta:
            self.count += 1
        return self.count >= self.patience

    def restore(self, model):
        model.load_state_dict(self.state)
