# %% [markdown]
# Right and wrong answers to the tasks of lesson 02. A wrong one says the sentence that its learner must read.

# %% right="dense_logits"
def dense_logits(images, W1, b1, W2, b2):
    hidden = 1 / (1 + torch.exp(-(images.view(images.shape[0], -1) @ W1 + b1)))
    return hidden @ W2 + b2


# %% right="dense_logits"
def dense_logits(images, W1, b1, W2, b2):
    vectors = nn.Flatten()(images)
    hidden = F.sigmoid(torch.matmul(vectors, W1).add(b1))
    return torch.mm(hidden, W2).add(b2)


# %% right="dense_logits"
def dense_logits(images, W1, b1, W2, b2):
    rows = []
    for image in images:
        hidden = torch.sigmoid(image.reshape(1, 784) @ W1 + b1)
        rows.append(hidden @ W2 + b2)
    return torch.cat(rows)


# %% right="dense_logits"
def dense_logits(images, W1, b1, W2, b2):
    x = images.reshape(-1, 784)
    return F.linear(torch.sigmoid(F.linear(x, W1.T, b1.flatten())), W2.T, b2.flatten())


# %% wrong="dense_logits" says="RuntimeError: mm: mat1 and mat2 shapes cannot be multiplied (84x28 and 784x256)"
def dense_logits(images, W1, b1, W2, b2):
    return torch.sigmoid(images @ W1 + b1) @ W2 + b2


# %% wrong="dense_logits" says="RuntimeError: mm: mat1 and mat2 shapes cannot be multiplied (1x2352 and 784x256)"
def dense_logits(images, W1, b1, W2, b2):
    return torch.sigmoid(images.flatten() @ W1 + b1) @ W2 + b2


# %% wrong="dense_logits" says="RuntimeError: shape '[64, 784]' is invalid for input of size 2352"
def dense_logits(images, W1, b1, W2, b2):
    hidden = torch.sigmoid(images.view(64, 784) @ W1 + b1)
    return hidden @ W2 + b2


# %% wrong="dense_logits" says="dense_logits(…) has no sigmoid. What stands between the two layers?"
def dense_logits(images, W1, b1, W2, b2):
    return (images.flatten(1) @ W1 + b1) @ W2 + b2


# %% wrong="dense_logits" says="dense_logits(…) uses ReLU. The hidden units of this network are sigmoids."
def dense_logits(images, W1, b1, W2, b2):
    return torch.relu(images.flatten(1) @ W1 + b1) @ W2 + b2


# %% wrong="dense_logits" says="dense_logits(…) sends the outputs through a sigmoid as well. Logits may be any number."
def dense_logits(images, W1, b1, W2, b2):
    hidden = torch.sigmoid(images.flatten(1) @ W1 + b1)
    return torch.sigmoid(hidden @ W2 + b2)


# %% wrong="dense_logits" says="dense_logits(…) gives probabilities. Logits are the numbers before any softmax."
def dense_logits(images, W1, b1, W2, b2):
    hidden = torch.sigmoid(images.flatten(1) @ W1 + b1)
    return torch.softmax(hidden @ W2 + b2, dim=1)


# %% wrong="dense_logits" says="dense_logits(x, W1, b1, W2, b2) is 0.5 at [2, 9], wanted 10.93, the largest of 30 differences."
def dense_logits(images, W1, b1, W2, b2):
    return torch.full((len(images), 10), 0.5)


# %% wrong="dense_logits" says="dense_logits(x, W1, b1, W2, b2) is float32[3, 1, 28, 28], wanted float32[3, 10]."
def dense_logits(images, W1, b1, W2, b2):
    return images


# %% wrong="dense_logits" says="dense_logits(x, W1, b1, W2, b2) is None, wanted float32[3, 10]. Does it return its result?"
def dense_logits(images, W1, b1, W2, b2):
    hidden = torch.sigmoid(images.flatten(1) @ W1 + b1)
    logits = hidden @ W2 + b2


# %% wrong="dense_logits" says="images was changed. Leave the argument as it was and return a new value."
def dense_logits(images, W1, b1, W2, b2):
    hidden = torch.sigmoid(images.flatten(1) @ W1 + b1)
    images *= 0
    return hidden @ W2 + b2


# %% wrong="dense_logits" says="RuntimeError: mm: mat1 and mat2 shapes cannot be multiplied (28x28 and 784x256)"
def dense_logits(images, W1, b1, W2, b2):
    x = images.squeeze().flatten(1)
    return torch.sigmoid(x @ W1 + b1) @ W2 + b2


# %% wrong="dense_logits" says="dense_logits(…) of five images is 12.6 at [4, 9], wanted 6.375, the largest of 50 differences."
def dense_logits(images, W1, b1, W2, b2):
    x = images.transpose(2, 3).flatten(1)
    return torch.sigmoid(x @ W1 + b1) @ W2 + b2


# %% right="softmax"
def softmax(logits):
    weights = torch.exp(logits - logits.amax(dim=1, keepdim=True))
    return weights / weights.sum(dim=1, keepdim=True)


# %% right="softmax"
def softmax(logits):
    return (logits - torch.logsumexp(logits, dim=-1, keepdim=True)).exp()


# %% right="softmax"
def softmax(logits):
    largest, _ = torch.max(logits, 1)
    weights = (logits - largest.unsqueeze(1)).exp()
    return weights / weights.sum(1)[:, None]


# %% right="softmax"
def softmax(logits):
    rows = []
    for row in logits:
        weights = torch.exp(row - row.max())
        rows.append(weights / weights.sum())
    return torch.stack(rows)


# %% right="softmax"
def softmax(logits):
    gaps = logits.unsqueeze(1) - logits.unsqueeze(2)
    return 1 / gaps.exp().sum(dim=2)


# %% right="softmax"
def softmax(logits):
    x = logits.detach().numpy()
    x = np.exp(x - x.max(axis=1, keepdims=True))
    return torch.from_numpy(x / x.sum(axis=1, keepdims=True))


# %% wrong="softmax" says="softmax(logits) sums to 1 down each column. Which dim holds the classes?"
def softmax(logits):
    weights = torch.exp(logits - logits.max(dim=0, keepdim=True).values)
    return weights / weights.sum(dim=0, keepdim=True)


# %% wrong="softmax" says="softmax(logits) sums to 1 down each column. Which dim holds the classes?"
def softmax(logits):
    return torch.exp(logits) / torch.sum(torch.exp(logits), dim=0)


# %% wrong="softmax" says="softmax(logits) sums to 1 over the whole batch. Each row needs a sum of its own."
def softmax(logits):
    return torch.exp(logits) / torch.exp(logits).sum()


# %% wrong="softmax" says="RuntimeError: The size of tensor a (3) must match the size of tensor b (2) at non-singleton dimension 1"
def softmax(logits):
    return torch.exp(logits) / torch.sum(torch.exp(logits), dim=1)


# %% wrong="softmax" says="softmax(large) is nan: exp(1000) is infinite. Which number, taken off a row, leaves no exponent above 0?"
def softmax(logits):
    return torch.exp(logits) / torch.sum(torch.exp(logits), dim=1).view(-1, 1)


# %% wrong="softmax" says="softmax(large) takes one number off the whole batch, and the row far below it becomes 0/0. Which number suits each row?"
def softmax(logits):
    weights = torch.exp(logits - logits.max())
    return weights / weights.sum(dim=1, keepdim=True)


# %% wrong="softmax" says="softmax(large) is 0 at [1, 0], wanted 0.5, the largest of 2 differences."
def softmax(logits):
    weights = torch.exp(logits - logits.max())
    return weights / (weights.sum(dim=1, keepdim=True) + 1e-9)


# %% wrong="softmax" says="softmax(large) is 0.3333 at [1, 2], wanted 0, the largest of 3 differences."
def softmax(logits):
    weights = torch.exp(logits.clamp(-80, 80))
    return weights / weights.sum(dim=1, keepdim=True)


# %% wrong="softmax" says="softmax(logits) calls torch's own softmax. The task is to write it yourself."
def softmax(logits):
    return torch.softmax(logits, dim=1)


# %% wrong="softmax" says="softmax(logits) calls torch's own softmax. The task is to write it yourself."
def softmax(logits):
    return F.softmax(logits, dim=-1)


# %% wrong="softmax" says="softmax(logits) calls torch's own softmax. The task is to write it yourself."
softmax = nn.Softmax(dim=1)


# %% wrong="softmax" says="softmax(logits) calls torch's own log_softmax. The task is to write it yourself."
def softmax(logits):
    return logits.log_softmax(1).exp()


# %% wrong="softmax" says="softmax(logits) calls torch's own softmax. The task is to write it yourself."
from torch.nn.functional import softmax as ready_made


def softmax(logits):
    return ready_made(logits, dim=1)


# %% wrong="softmax" says="softmax(logits) is 1.792 at [1, 0], wanted 0.6, the largest of 6 differences."
def softmax(logits):
    return logits


# %% wrong="softmax" says="softmax(logits) is 0.3333 at [0, 2], wanted 0.625, the largest of 6 differences."
def softmax(logits):
    return torch.full_like(logits, 1 / logits.shape[1])


# %% wrong="softmax" says="logits was changed. Leave the argument as it was and return a new value."
def softmax(logits):
    logits -= logits.max(dim=1, keepdim=True).values
    weights = logits.exp()
    return weights / weights.sum(dim=1, keepdim=True)


# %% wrong="softmax" says="TypeError: unsupported operand type(s) for -: 'Tensor' and 'torch.return_types.max'"
def softmax(logits):
    largest = logits.max(dim=1, keepdim=True)
    weights = torch.exp(logits - largest)
    return weights / weights.sum(dim=1, keepdim=True)


# %% wrong="softmax" says="softmax(logits) is a list, wanted float32[2, 3]."
def softmax(logits):
    weights = torch.exp(logits - logits.amax(dim=1, keepdim=True))
    return (weights / weights.sum(dim=1, keepdim=True)).tolist()


# %% right="Network"
class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.flatten = nn.Flatten()
        self.fc1 = nn.Linear(784, 128)
        self.first_relu = nn.ReLU()
        self.fc2 = nn.Linear(128, 64)
        self.second_relu = nn.ReLU()
        self.fc3 = nn.Linear(64, 10)
        self.softmax = nn.Softmax(dim=1)

    def forward(self, x):
        x = self.first_relu(self.fc1(self.flatten(x)))
        x = self.second_relu(self.fc2(x))
        return self.softmax(self.fc3(x))


# %% right="Network"
class Network(nn.Module):
    def __init__(self):
        super(Network, self).__init__()
        self.fc3 = nn.Linear(64, 10)
        self.fc2 = nn.Linear(128, 64)
        self.fc1 = nn.Linear(784, 128)

    def forward(self, images):
        x = images.view(images.size(0), -1)
        x = self.fc1(x).clamp(min=0)
        x = torch.relu(self.fc2(x))
        return softmax(self.fc3(x))


# %% right="Network"
class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2, self.fc3 = nn.Linear(784, 128), nn.Linear(128, 64), nn.Linear(64, 10)
        self.layers = nn.Sequential(self.fc1, nn.ReLU(inplace=True), self.fc2, nn.ReLU(inplace=True), self.fc3)

    def forward(self, x):
        if x.dim() == 4:
            x = x.reshape(-1, 784)
        return F.log_softmax(self.layers(x), dim=-1).exp()


# %% wrong="Network" says="Network() leaves the dim of its softmax to torch's guess, and torch warns of it. Which dim holds the classes?"
class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)

    def forward(self, x):
        x = F.relu(self.fc2(F.relu(self.fc1(x.flatten(1)))))
        return F.softmax(self.fc3(x))


# %% wrong="Network" says="Network() leaves the dim of its softmax to torch's guess, and torch warns of it. Which dim holds the classes?"
class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)
        self.softmax = nn.Softmax()

    def forward(self, x):
        x = F.relu(self.fc2(F.relu(self.fc1(x.flatten(1)))))
        return self.softmax(self.fc3(x))


# %% wrong="Network" says="Network() gives logits. The last step of forward is a softmax."
class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)

    def forward(self, x):
        x = F.relu(self.fc1(x.flatten(1)))
        return self.fc3(F.relu(self.fc2(x)))


# %% wrong="Network" says="Network() sends its logits through ReLU. Then all negative ones look the same."
class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)

    def forward(self, x):
        x = F.relu(self.fc1(x.flatten(1)))
        x = F.relu(self.fc2(x))
        x = F.relu(self.fc3(x))
        return F.softmax(x, dim=1)


# %% wrong="Network" says="Network() has no ReLU between its layers. Without it, three layers do no more than one."
class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)

    def forward(self, x):
        return F.softmax(self.fc3(self.fc2(self.fc1(x.flatten(1)))), dim=1)


# %% wrong="Network" says="Network() has no ReLU after fc2."
class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)

    def forward(self, x):
        x = F.relu(self.fc1(x.flatten(1)))
        return F.softmax(self.fc3(self.fc2(x)), dim=1)


# %% wrong="Network" says="Network() has no ReLU after fc1."
class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)

    def forward(self, x):
        x = self.fc1(x.flatten(1))
        x = F.relu(self.fc2(x))
        return F.softmax(self.fc3(x), dim=1)


# %% wrong="Network" says="Network() has sigmoids between its layers. The table says ReLU."
class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)

    def forward(self, x):
        x = torch.sigmoid(self.fc1(x.flatten(1)))
        x = torch.sigmoid(self.fc2(x))
        return torch.softmax(self.fc3(x), dim=1)


# %% wrong="Network" says="Network() sums to 1 down each column. Which dim holds the classes?"
class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)

    def forward(self, x):
        x = F.relu(self.fc1(x.flatten(1)))
        x = F.relu(self.fc2(x))
        return F.softmax(self.fc3(x), dim=0)


# %% wrong="Network" says="RuntimeError: addmm: mat1 and mat2 shapes cannot be multiplied (84x28 and 784x128)"
class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)

    def forward(self, x):
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return F.softmax(self.fc3(x), dim=1)


# %% wrong="Network" says="ValueError: not enough values to unpack (expected 4, got 2)"
class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)

    def forward(self, x):
        n, c, h, w = x.shape
        x = F.relu(self.fc1(x.view(n, c * h * w)))
        x = F.relu(self.fc2(x))
        return F.softmax(self.fc3(x), dim=1)


# %% wrong="Network" says="dict(Network().named_parameters())['fc1.weight'] is '(256, 784)', wanted '(128, 784)'."
class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 256)
        self.fc2 = nn.Linear(256, 64)
        self.fc3 = nn.Linear(64, 10)

    def forward(self, x):
        x = F.relu(self.fc1(x.flatten(1)))
        x = F.relu(self.fc2(x))
        return F.softmax(self.fc3(x), dim=1)


# %% wrong="Network" says="dict(Network().named_parameters()) has the keys 'hidden1.bias', 'hidden1.weight', 'hidden2.bias', 'hidden2.weight', 'output.bias', 'output.weight', wanted 'fc1.bias', 'fc1.weight', 'fc2.bias', 'fc2.weight', 'fc3.bias', 'fc3.weight'."
class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden1 = nn.Linear(784, 128)
        self.hidden2 = nn.Linear(128, 64)
        self.output = nn.Linear(64, 10)

    def forward(self, x):
        x = F.relu(self.hidden1(x.flatten(1)))
        x = F.relu(self.hidden2(x))
        return F.softmax(self.output(x), dim=1)


# %% wrong="Network" says="Network() has no parameters. Is each layer assigned to self, under a name of its own?"
class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(784, 128), nn.Linear(128, 64), nn.Linear(64, 10)]

    def forward(self, x):
        fc1, fc2, fc3 = self.layers
        x = F.relu(fc1(x.flatten(1)))
        x = F.relu(fc2(x))
        return F.softmax(fc3(x), dim=1)


# %% wrong="Network" says="AttributeError: cannot assign module before Module.__init__() call"
class Network(nn.Module):
    def __init__(self):
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)

    def forward(self, x):
        x = F.relu(self.fc1(x.flatten(1)))
        x = F.relu(self.fc2(x))
        return F.softmax(self.fc3(x), dim=1)


# %% wrong="Network" says="Network()(images) is None, wanted float32[3, 10]. Does it return its result?"
class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)

    def forward(self, x):
        x = F.relu(self.fc1(x.flatten(1)))
        x = F.relu(self.fc2(x))
        x = F.softmax(self.fc3(x), dim=1)


# %% wrong="Network" says="Network()(images) is float32[3, 1, 28, 28], wanted float32[3, 10]."
class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)

    def forward(self, x):
        return x


# %% wrong="Network" says="Network()(images) is 0.1 at [0, 9], wanted 0.6321, the largest of 20 differences."
class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)

    def forward(self, x):
        return torch.full((len(x), 10), 0.1)


# %% wrong="Network" says="Network()(images) of one image is float32[10], wanted float32[1, 10]."
class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)

    def forward(self, x):
        x = F.relu(self.fc1(x.flatten(1)))
        x = F.relu(self.fc2(x))
        return F.softmax(self.fc3(x), dim=1).squeeze()


# %% right="initialize"
def initialize(layer, std=0.01):
    with torch.no_grad():
        layer.weight.normal_(0, std)
        if layer.bias is not None:
            layer.bias.zero_()
    return layer


# %% right="initialize"
def initialize(layer, std=0.01):
    layer.weight.data = torch.randn(layer.out_features, layer.in_features) * std
    if layer.bias is not None:
        layer.bias.data.fill_(0)
    return layer


# %% right="initialize"
@torch.no_grad()
def initialize(layer, std=0.01):
    torch.nn.init.normal_(layer.weight, std=std)
    for name, parameter in layer.named_parameters():
        if name == "bias":
            parameter.copy_(torch.zeros_like(parameter))
    return layer


# %% wrong="initialize" says="initialize(layer, std=0.5) uses 0.25 as the standard deviation. That is the variance, std²."
def initialize(layer, std=0.01):
    nn.init.normal_(layer.weight, 0, std**2)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


# %% wrong="initialize" says="initialize(layer, std=0.5) draws with deviation 1. Did 0.5 become the mean?"
def initialize(layer, std=0.01):
    nn.init.normal_(layer.weight, std)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


# %% wrong="initialize" says="initialize(layer, std=0.5) draws evenly from -0.5 to 0.5. N(0, std²) is a bell curve."
def initialize(layer, std=0.01):
    nn.init.uniform_(layer.weight, -std, std)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


# %% wrong="initialize" says="the share of weights within one deviation is 0.57…"
def initialize(layer, std=0.01):
    nn.init.uniform_(layer.weight, -std * 3**0.5, std * 3**0.5)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


# %% wrong="initialize" says="the standard deviation after initialize(layer, std=0.5) is 0.1…"
def initialize(layer, std=0.01):
    with torch.no_grad():
        layer.weight.copy_(torch.rand_like(layer.weight) * std)
        if layer.bias is not None:
            layer.bias.zero_()
    return layer


# %% wrong="initialize" says="the standard deviation after initialize(layer, std=0.5) is 0.0…"
def initialize(layer, std=0.01):
    nn.init.normal_(layer.weight, 0, 0.01)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


# %% wrong="initialize" says="the standard deviation after initialize(layer) is 0.4993, wanted 0.01."
def initialize(layer, std=0.5):
    nn.init.normal_(layer.weight, 0, std)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


# %% wrong="initialize" says="the standard deviation after initialize(layer, std=0.5) is 0, wanted 0.5."
def initialize(layer, std=0.01):
    nn.init.constant_(layer.weight, std)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


# %% wrong="initialize" says="initialize(layer) leaves the biases as they were."
def initialize(layer, std=0.01):
    nn.init.normal_(layer.weight, 0, std)
    return layer


# %% wrong="initialize" says="layer.bias after initialize(layer) is …"
def initialize(layer, std=0.01):
    for parameter in layer.parameters():
        nn.init.normal_(parameter, 0, std)
    return layer


# %% wrong="initialize" says="AttributeError: 'NoneType' object has no attribute 'data'"
def initialize(layer, std=0.01):
    layer.weight.data.normal_(std=std)
    layer.bias.data.fill_(0)
    return layer


# %% wrong="initialize" says="initialize(layer) does not return the layer that it was given."
def initialize(layer, std=0.01):
    nn.init.normal_(layer.weight, 0, std)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)


# %% wrong="initialize" says="initialize(layer) does not return the layer that it was given."
def initialize(layer, std=0.01):
    new = nn.Linear(layer.in_features, layer.out_features, bias=layer.bias is not None)
    nn.init.normal_(new.weight, 0, std)
    if new.bias is not None:
        nn.init.zeros_(new.bias)
    return new


# %% wrong="initialize" says="initialize(layer) puts new parameters in place of the old ones. Fill the old ones in place."
def initialize(layer, std=0.01):
    layer.weight = nn.Parameter(std * torch.randn(layer.weight.shape))
    if layer.bias is not None:
        layer.bias = nn.Parameter(torch.zeros(layer.bias.shape))
    return layer


# %% wrong="initialize" says="TypeError: cannot assign 'torch.FloatTensor' as parameter 'weight' (torch.nn.Parameter or None expected)"
def initialize(layer, std=0.01):
    layer.weight = std * torch.randn(layer.weight.shape)
    layer.bias = torch.zeros(layer.bias.shape)
    return layer


# %% wrong="initialize" says="RuntimeError: a leaf Variable that requires grad is being used in an in-place operation."
def initialize(layer, std=0.01):
    layer.weight.normal_(0, std)
    layer.bias.zero_()
    return layer


# %% wrong="initialize" says="initialize(layer, std=0.5) leaves the weights as they were."
def initialize(layer, std=0.01):
    return layer


# %% wrong="initialize" says="layer.weight.requires_grad after initialize(layer) is False, wanted True."
def initialize(layer, std=0.01):
    layer.requires_grad_(False)
    layer.weight.normal_(0, std)
    if layer.bias is not None:
        layer.bias.zero_()
    return layer


# %% right="make_mlp"
def make_mlp(sizes):
    mlp = nn.Sequential()
    *hidden, last = zip(sizes, sizes[1:])
    for number, (inputs, outputs) in enumerate(hidden, start=1):
        mlp.add_module(f"fc{number}", nn.Linear(inputs, outputs))
        mlp.add_module(f"relu{number}", nn.ReLU(inplace=True))
    mlp.add_module("output", nn.Linear(*last))
    return mlp


# %% right="make_mlp"
def make_mlp(sizes):
    layers = []
    for i in range(len(sizes) - 1):
        if i == len(sizes) - 2:
            layers.append(("output", nn.Linear(sizes[i], sizes[i + 1])))
        else:
            layers += [("fc%d" % (i + 1), nn.Linear(sizes[i], sizes[i + 1])), ("relu%d" % (i + 1), nn.ReLU())]
    return nn.Sequential(OrderedDict(layers))


# %% wrong="make_mlp" says="make_mlp(sizes) ends in a softmax. This network gives logits."
def make_mlp(sizes):
    layers = OrderedDict()
    for i in range(1, len(sizes) - 1):
        layers[f"fc{i}"] = nn.Linear(sizes[i - 1], sizes[i])
        layers[f"relu{i}"] = nn.ReLU()
    layers["output"] = nn.Linear(sizes[-2], sizes[-1])
    layers["softmax"] = nn.Softmax(dim=1)
    return nn.Sequential(layers)


# %% wrong="make_mlp" says="make_mlp(sizes) has a ReLU after the output. Logits may be negative."
def make_mlp(sizes):
    layers = OrderedDict()
    for i in range(1, len(sizes)):
        name = "output" if i == len(sizes) - 1 else f"fc{i}"
        layers[name] = nn.Linear(sizes[i - 1], sizes[i])
        layers[f"relu{i}"] = nn.ReLU()
    return nn.Sequential(layers)


# %% wrong="make_mlp" says="make_mlp(sizes) does not name its layers. An OrderedDict of names and layers does."
def make_mlp(sizes):
    layers = []
    for inputs, outputs in zip(sizes[:-1], sizes[1:]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


# %% wrong="make_mlp" says="make_mlp(sizes) uses one ReLU object twice. Make a new one for each layer."
def make_mlp(sizes):
    relu = nn.ReLU()
    layers = OrderedDict()
    for i in range(1, len(sizes) - 1):
        layers[f"fc{i}"] = nn.Linear(sizes[i - 1], sizes[i])
        layers[f"relu{i}"] = relu
    layers["output"] = nn.Linear(sizes[-2], sizes[-1])
    return nn.Sequential(layers)


# %% wrong="make_mlp" says="make_mlp([784, 128, 64, 10]): layer 5 is `fc3: Linear(64, 10)`, wanted `output: Linear(64, 10)`."
def make_mlp(sizes):
    layers = OrderedDict()
    for i in range(1, len(sizes)):
        layers[f"fc{i}"] = nn.Linear(sizes[i - 1], sizes[i])
        if i < len(sizes) - 1:
            layers[f"relu{i}"] = nn.ReLU()
    return nn.Sequential(layers)


# %% wrong="make_mlp" says="make_mlp([784, 128, 64, 10]): layer 1 is `fc0: Linear(784, 128)`, wanted `fc1: Linear(784, 128)`."
def make_mlp(sizes):
    layers = OrderedDict()
    for i in range(len(sizes) - 2):
        layers[f"fc{i}"] = nn.Linear(sizes[i], sizes[i + 1])
        layers[f"relu{i}"] = nn.ReLU()
    layers["output"] = nn.Linear(sizes[-2], sizes[-1])
    return nn.Sequential(layers)


# %% wrong="make_mlp" says="make_mlp([784, 128, 64, 10]): layer 3 is `output: Linear(64, 10)`, wanted `fc2: Linear(128, 64)`."
def make_mlp(sizes):
    layers = OrderedDict()
    for i in range(1, len(sizes) - 2):
        layers[f"fc{i}"] = nn.Linear(sizes[i - 1], sizes[i])
        layers[f"relu{i}"] = nn.ReLU()
    layers["output"] = nn.Linear(sizes[-2], sizes[-1])
    return nn.Sequential(layers)


# %% wrong="make_mlp" says="make_mlp([784, 128, 64, 10]): layer 2 is `relu: ReLU`, wanted `relu1: ReLU`."
def make_mlp(sizes):
    layers = OrderedDict()
    for i in range(1, len(sizes) - 1):
        layers[f"fc{i}"] = nn.Linear(sizes[i - 1], sizes[i])
        layers["relu"] = nn.ReLU()
    layers["output"] = nn.Linear(sizes[-2], sizes[-1])
    return nn.Sequential(layers)


# %% wrong="make_mlp" says="make_mlp([20, 50, 30, 40, 7]): layer 5 is `output: Linear(30, 40)`, wanted `fc3: Linear(30, 40)`."
def make_mlp(sizes):
    return nn.Sequential(
        OrderedDict(
            fc1=nn.Linear(sizes[0], sizes[1]),
            relu1=nn.ReLU(),
            fc2=nn.Linear(sizes[1], sizes[2]),
            relu2=nn.ReLU(),
            output=nn.Linear(sizes[2], sizes[3]),
        )
    )


# %% wrong="make_mlp" says="make_mlp([20, 50, 30, 40, 7]): layer 1 is `fc1: Linear(784, 128)`, wanted `fc1: Linear(20, 50)`."
def make_mlp(sizes):
    return nn.Sequential(
        OrderedDict(
            fc1=nn.Linear(784, 128),
            relu1=nn.ReLU(),
            fc2=nn.Linear(128, 64),
            relu2=nn.ReLU(),
            output=nn.Linear(64, 10),
        )
    )


# %% wrong="make_mlp" says="make_mlp([784, 128, 64, 10]) is a list, wanted an nn.Module."
def make_mlp(sizes):
    return sizes


# %% wrong="make_mlp" says="make_mlp([784, 128, 64, 10]) is an OrderedDict, wanted an nn.Module."
def make_mlp(sizes):
    layers = OrderedDict()
    for i in range(1, len(sizes) - 1):
        layers[f"fc{i}"] = nn.Linear(sizes[i - 1], sizes[i])
        layers[f"relu{i}"] = nn.ReLU()
    layers["output"] = nn.Linear(sizes[-2], sizes[-1])
    return layers


# %% wrong="make_mlp" says="sizes was changed. Leave the argument as it was and return a new value."
def make_mlp(sizes):
    outputs = sizes.pop()
    layers = OrderedDict()
    for i in range(1, len(sizes)):
        layers[f"fc{i}"] = nn.Linear(sizes[i - 1], sizes[i])
        layers[f"relu{i}"] = nn.ReLU()
    layers["output"] = nn.Linear(sizes[-1], outputs)
    return nn.Sequential(layers)


# %% right="count_parameters"
def count_parameters(model):
    total = 0
    for parameter in model.parameters():
        if parameter.requires_grad:
            total += parameter.numel()
    return total


# %% right="count_parameters"
def count_parameters(model):
    return sum(math.prod(p.shape) for _, p in model.named_parameters() if p.requires_grad)


# %% right="count_parameters"
def count_parameters(model):
    return int(np.sum([np.prod(p.size()) for p in filter(lambda p: p.requires_grad, model.parameters())]))


# %% wrong="count_parameters" says="count_parameters(net) counts frozen parameters too. What says that a parameter is trained?"
def count_parameters(model):
    return sum(p.numel() for p in model.parameters())


# %% wrong="count_parameters" says="count_parameters(net) counts all that the model stores. Frozen parameters and buffers are not trained."
def count_parameters(model):
    return sum(value.numel() for value in model.state_dict().values())


# %% wrong="count_parameters" says="count_parameters(net) counts tensors. How many numbers does each one hold?"
def count_parameters(model):
    return len([p for p in model.parameters() if p.requires_grad])


# %% wrong="count_parameters" says="count_parameters(net) leaves the biases out."
def count_parameters(model):
    return sum(
        m.in_features * m.out_features for m in model.modules() if isinstance(m, nn.Linear) and m.weight.requires_grad
    )


# %% wrong="count_parameters" says="count_parameters(net) counts a shared weight twice."
def count_parameters(model):
    total = 0
    for module in model.modules():
        for p in module.parameters(recurse=False):
            if p.requires_grad:
                total += p.numel()
    return total


# %% wrong="count_parameters" says="count_parameters(net) with batch norm is 289, wanted 301."
def count_parameters(model):
    return sum(
        p.numel()
        for m in model.modules()
        if isinstance(m, (nn.Linear, nn.Conv2d))
        for p in m.parameters()
        if p.requires_grad
    )


# %% wrong="count_parameters" says="count_parameters(net) with one frozen weight is 126, wanted 133."
def count_parameters(model):
    return sum(
        p.numel() for m in model.children() if all(p.requires_grad for p in m.parameters()) for p in m.parameters()
    )


# %% wrong="count_parameters" says="count_parameters(net) with batch norm is 10, wanted 301."
def count_parameters(model):
    return 10


# %% wrong="count_parameters" says="count_parameters(net) is a module, Sequential, wanted a Python int."
def count_parameters(model):
    return model


# %% wrong="count_parameters" says="count_parameters(net) is None, wanted a Python int. Does it return its result?"
def count_parameters(model):
    print(sum(p.numel() for p in model.parameters() if p.requires_grad))


# %% right="conv_output_size"
def conv_output_size(size, kernel, stride=1, padding=0):
    return math.floor((size + 2 * padding - kernel) / stride) + 1


# %% right="conv_output_size"
def conv_output_size(size, kernel, stride=1, padding=0):
    return len(range(0, size + 2 * padding - kernel + 1, stride))


# %% right="conv_output_size"
def conv_output_size(size, kernel, stride=1, padding=0):
    return int((size - kernel + padding + padding) / stride + 1)


# %% right="conv_output_size"
def conv_output_size(size, kernel, stride=1, padding=0):
    return nn.Conv1d(1, 1, kernel, stride=stride, padding=padding)(torch.zeros(1, 1, size)).shape[-1]


# %% wrong="conv_output_size" says="conv_output_size(28, 3) is a float, wanted a Python int."
def conv_output_size(size, kernel, stride=1, padding=0):
    return (size + 2 * padding - kernel) / stride + 1


# %% wrong="conv_output_size" says="conv_output_size(28, 5, stride=2) rounds up. Does the last window still fit?"
def conv_output_size(size, kernel, stride=1, padding=0):
    return math.ceil((size + 2 * padding - kernel) / stride) + 1


# %% wrong="conv_output_size" says="conv_output_size(28, 5, stride=2) rounds up. Does the last window still fit?"
def conv_output_size(size, kernel, stride=1, padding=0):
    return round((size + 2 * padding - kernel) / stride) + 1


# %% wrong="conv_output_size" says="conv_output_size(28, 3, padding=1) adds the padding at one end only."
def conv_output_size(size, kernel, stride=1, padding=0):
    return (size + padding - kernel) // stride + 1


# %% wrong="conv_output_size" says="conv_output_size(28, 3, padding=1) leaves the padding out."
def conv_output_size(size, kernel, stride=1, padding=0):
    return (size - kernel) // stride + 1


# %% wrong="conv_output_size" says="conv_output_size(28, 3) counts the steps. The place before the first step counts too."
def conv_output_size(size, kernel, stride=1, padding=0):
    return (size + 2 * padding - kernel) // stride


# %% wrong="conv_output_size" says="conv_output_size(224, 11, 4, 2) is 54, wanted 55."
def conv_output_size(size, kernel, stride=1, padding=0):
    return (size + 2 * padding - kernel + 1) // stride


# %% wrong="conv_output_size" says="conv_output_size(28, 5, stride=2) is 24, wanted 12."
def conv_output_size(size, kernel, stride=1, padding=0):
    return size + 2 * padding - kernel + 1


# %% wrong="conv_output_size" says="conv_output_size(28, 5, stride=2) is 26, wanted 12."
def conv_output_size(size, kernel, stride=1, padding=0):
    return 26


# %% wrong="conv_output_size" says="conv_output_size(28, 3) is 28, wanted 26."
def conv_output_size(size, kernel, stride=1, padding=0):
    return size


# %% right="S"
S = 64 * conv_output_size(conv_output_size(28, 3), 3) ** 2

# %% right="S"
S = 36_864

# %% right="S"
S = nn.Sequential(nn.Conv2d(1, 32, 3), nn.Conv2d(32, 64, 3), nn.Flatten())(torch.zeros(1, 1, 28, 28)).numel()

# %% wrong="S" says="S is as if the image stayed 28 × 28. How much does a window of 3 take off?"
S = 64 * 28 * 28

# %% wrong="S" says="S is as if the image shrank once. There are two convolutions."
S = 64 * 26 * 26

# %% wrong="S" says="S leaves out the channels. How many channels does the last convolution give?"
S = 24 * 24

# %% wrong="S" says="S has the channels of the first convolution. Which one comes last?"
S = 32 * 24 * 24

# %% wrong="S" says="S is 784, wanted 36864."
S = 784

# %% wrong="S" says="S is 64, wanted 36864."
S = 64

# %% wrong="S" says="S is a tuple, wanted a Python int."
S = (64, 24, 24)

# %% wrong="S" says="S is a float, wanted a Python int."
S = 64 * (28 - 4) ** 2 / 1

# %% wrong="S" says="Not yet: `S` still needs your code."
S = ...


# %% right="Reshape"
class Reshape(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.sizes = shape

    def forward(self, x):
        return torch.reshape(x, (x.size(0),) + self.sizes)


# %% right="Reshape"
class Reshape(nn.Module):
    def __init__(self, *args):
        super(Reshape, self).__init__()
        self.args = list(args)

    def forward(self, inputs):
        return inputs.contiguous().view(inputs.shape[0], *self.args)


# %% right="Reshape"
class Reshape(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.layers = nn.Sequential(nn.Flatten(), nn.Unflatten(1, shape))

    def forward(self, x):
        return self.layers(x)


# %% wrong="Reshape" says="Reshape(-1)(x) flattens the batch as well. Which size of x must stay?"
class Reshape(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.shape = shape

    def forward(self, x):
        return x.reshape(self.shape)


# %% wrong="Reshape" says="RuntimeError: only one dimension can be inferred"
class Reshape(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.shape = shape

    def forward(self, x):
        return x.reshape(-1, *self.shape)


# %% wrong="Reshape" says="RuntimeError: view size is not compatible with input tensor's size and stride (at least one dimension spans across two contiguous subspaces). Use .reshape(...) instead."
class Reshape(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.shape = shape

    def forward(self, x):
        return x.view(len(x), *self.shape)


# %% wrong="Reshape" says="Reshape(2, 3) is no nn.Module, so that no nn.Sequential can hold it."
class Reshape:
    def __init__(self, *shape):
        self.shape = shape

    def __call__(self, x):
        return x.reshape(len(x), *self.shape)


# %% wrong="Reshape" says="TypeError: Reshape.__init__() takes 2 positional arguments but 3 were given"
class Reshape(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.shape = shape

    def forward(self, x):
        return x.reshape(len(x), self.shape)


# %% wrong="Reshape" says="Reshape(-1)(x) has the shape that x had."
class Reshape(nn.Module):
    def __init__(self, *shape):
        super().__init__()

    def forward(self, x):
        return x


# %% wrong="Reshape" says="Reshape(-1)(x) is None, wanted float32[4, 6]. Does it return its result?"
class Reshape(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.shape = shape

    def forward(self, x):
        x.reshape(len(x), *self.shape)


# %% wrong="Reshape" says="Reshape(-1)(x) is 0 at [3, 5], wanted 23, the largest of 23 differences."
class Reshape(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.shape = shape

    def forward(self, x):
        return torch.zeros(len(x), *self.shape) if -1 not in self.shape else torch.zeros(4, 6)


# %% wrong="Reshape" says="RuntimeError: shape '[4, 2]' is invalid for input of size 24"
class Reshape(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.shape = shape

    def forward(self, x):
        if self.shape == (-1,):
            return x.flatten(1)
        return x.reshape(4, *self.shape)
