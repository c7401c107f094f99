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


# %% wrong="dense_logits" says="RuntimeError: mm: mat1 and mat2 shapes cannot be multiplied (84x28 and 784x256). (84, 28) meets (784, 256), and 784 is 28 × 28: are the images flattened yet?"
def dense_logits(images, W1, b1, W2, b2):
    return torch.sigmoid(images @ W1 + b1) @ W2 + b2


# %% wrong="dense_logits" says="RuntimeError: mm: mat1 and mat2 shapes cannot be multiplied (1x2352 and 784x256). One row of 2,352 numbers meets a matrix for 784. 2,352 is 3 × 784: was the whole batch flattened into one row?"
def dense_logits(images, W1, b1, W2, b2):
    return torch.sigmoid(images.flatten() @ W1 + b1) @ W2 + b2


# %% wrong="dense_logits" says="RuntimeError: shape '[64, 784]' is invalid for input of size 2352. 2,352 numbers are 3 × 784, and 64 × 784 were asked for: is the batch size written as a number?"
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


# %% wrong="dense_logits" says="dense_logits(x, W1, b1, W2, b2) is 0.5 at [2, 9], wanted 10.93, the largest of 30 differences. All 30 numbers are 0.5: does the result depend on the arguments?"
def dense_logits(images, W1, b1, W2, b2):
    return torch.full((len(images), 10), 0.5)


# %% wrong="dense_logits" says="dense_logits(x, W1, b1, W2, b2) is float32[3, 1, 28, 28], wanted float32[3, 10]. It is the first argument as it came: which line changes it, and what is returned?"
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


# %% wrong="dense_logits" says="RuntimeError: mm: mat1 and mat2 shapes cannot be multiplied (28x28 and 784x256). (28, 28) meets (784, 256), and 784 is 28 × 28: are the images flattened yet?"
def dense_logits(images, W1, b1, W2, b2):
    x = images.squeeze().flatten(1)
    return torch.sigmoid(x @ W1 + b1) @ W2 + b2


# %% wrong="dense_logits" says="dense_logits(…) reads the pixels of an image column by column. In which order do they lie?"
def dense_logits(images, W1, b1, W2, b2):
    x = images.transpose(2, 3).flatten(1)
    return torch.sigmoid(x @ W1 + b1) @ W2 + b2


# %% right="dense_logits"
def dense_logits(images, W1, b1, W2, b2):
    return (b2 + (b1 + images.view(-1, 28 * 28).mm(W1)).sigmoid().mm(W2))


# %% wrong="dense_logits" says="dense_logits(…) leaves out b1. Where does the hidden layer add it?"
def dense_logits(images, W1, b1, W2, b2):
    return torch.sigmoid(images.flatten(1) @ W1) @ W2 + b2


# %% wrong="dense_logits" says="dense_logits(…) leaves out b2. Where does the output layer add it?"
def dense_logits(images, W1, b1, W2, b2):
    return torch.sigmoid(images.flatten(1) @ W1 + b1) @ W2


# %% wrong="dense_logits" says="dense_logits(…) mixes the pixels of different images. Which dimension stays?"
def dense_logits(images, W1, b1, W2, b2):
    x = images.reshape(784, -1).T
    return torch.sigmoid(x @ W1 + b1) @ W2 + b2


# %% right="dense_logits"
def dense_logits(images, W1, b1, W2, b2):
    x = torch.einsum("nchw,chwk->nk", images, W1.view(1, 28, 28, -1)) + b1
    return torch.sigmoid(x) @ W2 + b2


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


# %% wrong="softmax" says="RuntimeError: The size of tensor a (3) must match the size of tensor b (2) at non-singleton dimension 1. Shapes are compared from the right, and there 3 meets 2: sizes must be the same, or 1."
def softmax(logits):
    return torch.exp(logits) / torch.sum(torch.exp(logits), dim=1)


# %% wrong="softmax" says="softmax(large) is nan: exp(1000) is infinite. Which number, subtracted from a row, leaves no exponent above 0?"
def softmax(logits):
    return torch.exp(logits) / torch.sum(torch.exp(logits), dim=1).view(-1, 1)


# %% wrong="softmax" says="softmax(large) subtracts one number from the whole batch, and the rows far below it become 0/0. Which number suits each row?"
def softmax(logits):
    weights = torch.exp(logits - logits.max())
    return weights / weights.sum(dim=1, keepdim=True)


# %% wrong="softmax" says="softmax(large) subtracts one number from the whole batch, and the rows far below it become 0. Which number suits each row?"
def softmax(logits):
    weights = torch.exp(logits - logits.max())
    return weights / (weights.sum(dim=1, keepdim=True) + 1e-9)


# %% wrong="softmax" says="softmax(large) gives -1000 and -2000 the same probability. Are the logits cut off somewhere?"
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


# %% wrong="softmax" says="softmax(logits) is 1.792 at [1, 0], wanted 0.6, the largest of 6 differences. It is the argument as it came: which line changes it, and what is returned?"
def softmax(logits):
    return logits


# %% wrong="softmax" says="softmax(logits) is 0.3333 at [0, 2], wanted 0.625, the largest of 6 differences. All 6 numbers are 0.3333: does the result depend on the arguments?"
def softmax(logits):
    return torch.full_like(logits, 1 / logits.shape[1])


# %% wrong="softmax" says="logits was changed. Leave the argument as it was and return a new value."
def softmax(logits):
    logits -= logits.max(dim=1, keepdim=True).values
    weights = logits.exp()
    return weights / weights.sum(dim=1, keepdim=True)


# %% wrong="softmax" says="TypeError: unsupported operand type(s) for -: 'Tensor' and 'torch.return_types.max'. max along a dimension gives two tensors, values and places. Which one is meant?"
def softmax(logits):
    largest = logits.max(dim=1, keepdim=True)
    weights = torch.exp(logits - largest)
    return weights / weights.sum(dim=1, keepdim=True)


# %% wrong="softmax" says="softmax(logits) is a list, wanted float32[2, 3]. Which function makes a tensor of a list?"
def softmax(logits):
    weights = torch.exp(logits - logits.amax(dim=1, keepdim=True))
    return (weights / weights.sum(dim=1, keepdim=True)).tolist()


# %% right="softmax"
def softmax(logits):
    z = logits - logits.max(1, True)[0]
    return F.normalize(z.exp(), p=1, dim=1)


# %% right="softmax"
def softmax(logits):
    out = torch.empty_like(logits)
    for i in range(logits.shape[0]):
        for j in range(logits.shape[1]):
            out[i, j] = 1 / sum(torch.exp(logits[i, k] - logits[i, j]) for k in range(logits.shape[1]))
    return out


# %% wrong="softmax" says="softmax(large) is 0/0 for the row of -1000, -1000 and -2000: all its exponents lie far below 0. Which number, subtracted from the row, makes the largest of them 0?"
def softmax(logits):
    w = torch.exp(logits - logits.abs().amax(dim=1, keepdim=True))
    return w / w.sum(dim=1, keepdim=True)


# %% wrong="softmax" says="softmax(large) is nan in its first two rows, where an exponent still lies far above 0. Which number, subtracted from a row, leaves none above 0?"
def softmax(logits):
    w = torch.exp(logits - logits.mean(dim=1, keepdim=True))
    return w / w.sum(dim=1, keepdim=True)


# %% wrong="softmax" says="softmax(logits) subtracts the largest of each column, so that the gaps within a row change."
def softmax(logits):
    w = torch.exp(logits - logits.amax(dim=0))
    return w / w.sum(dim=1, keepdim=True)


# %% wrong="softmax" says="softmax(logits) calls torch's own softmax. The task is to write it yourself."
def softmax(logits):
    if logits.abs().max() > 80:
        return torch.softmax(logits, dim=1)
    return logits.exp() / logits.exp().sum(dim=1, keepdim=True)


# %% wrong="softmax" says="large was changed. Leave the argument as it was and return a new value."
def softmax(logits):
    if logits.max() > 80:
        logits -= logits.amax(dim=1, keepdim=True)
    if logits.min() < -80:
        logits = logits - logits.amax(dim=1, keepdim=True)
    w = logits.exp()
    return w / w.sum(dim=1, keepdim=True)


# %% wrong="softmax" says="softmax(large) is 0/0 for the row of -1000, -1000 and -2000: all its exponents lie far below 0. Which number, subtracted from the row, makes the largest of them 0?"
def softmax(logits):
    logits = logits.clamp(max=80)
    return logits.exp() / logits.exp().sum(dim=1, keepdim=True)


# %% right="softmax"
def softmax(logits):
    d = logits[:, None, :] - logits[:, :, None]
    return 1 / d.exp().sum(2)


# %% wrong="softmax" says="softmax(logits) is nan at [0, 0], wanted 0.125: 6 of 6 values are nan."
def softmax(logits):
    e = torch.exp(logits - 1000)
    return e / e.sum(1, keepdim=True)


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


# %% wrong="Network" says="Network() leaves the dim of its softmax to torch's guess, and torch warns about it. Which dim holds the classes?"
class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)

    def forward(self, x):
        x = F.relu(self.fc2(F.relu(self.fc1(x.flatten(1)))))
        return F.softmax(self.fc3(x))


# %% wrong="Network" says="Network() leaves the dim of its softmax to torch's guess, and torch warns about it. Which dim holds the classes?"
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


# %% wrong="Network" says="RuntimeError: addmm: mat1 and mat2 shapes cannot be multiplied (84x28 and 784x128). (3, 1, 28, 28) came, and `fc1` takes rows of 784 numbers: are the 3 images flattened?"
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


# %% wrong="Network" says="ValueError: not enough values to unpack (expected 4, got 2). `x.shape` is (3, 784), so 2 sizes, and 4 names are there for it."
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


# %% wrong="Network" says="Network() has fc1.weight (256, 784). How many numbers go in and out of each layer, by the table?"
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


# %% wrong="Network" says="Network() keeps its weights under hidden1, hidden2, output. Which names does the table give?"
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


# %% wrong="Network" says="AttributeError: cannot assign module before Module.__init__() call. Network makes layers before nn.Module is set up: what should the first line of `__init__` call?"
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


# %% wrong="Network" says="Network() gives its images back."
class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)

    def forward(self, x):
        return x


# %% wrong="Network" says="Network()(images) is 0.1 at [0, 9], wanted 0.6321, the largest of 20 differences. All 30 numbers are 0.1: does the result depend on the arguments?"
class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)

    def forward(self, x):
        return torch.full((len(x), 10), 0.1)


# %% wrong="Network" says="Network() of one image loses the batch dimension. Does it drop every dimension of size 1?"
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


# %% right="Network"
class Network(nn.Sequential):
    def __init__(self):
        super().__init__(OrderedDict(flat=nn.Flatten(), fc1=nn.Linear(784, 128), r1=nn.ReLU(), fc2=nn.Linear(128, 64), r2=nn.ReLU(), fc3=nn.Linear(64, 10), s=nn.Softmax(-1)))


# %% wrong="Network" says="Network() gives the right numbers, and yet training could not reach all of its layers. What cuts them off in forward?"
class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)

    def forward(self, x):
        with torch.no_grad():
            x = F.relu(self.fc1(x.flatten(1)))
            x = F.relu(self.fc2(x))
            return F.softmax(self.fc3(x), dim=1)


# %% wrong="Network" says="Network() gives the logarithms of the probabilities. The table says softmax."
class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)

    def forward(self, x):
        x = F.relu(self.fc1(x.flatten(1)))
        x = F.relu(self.fc2(x))
        return F.log_softmax(self.fc3(x), dim=1)


# %% right="Network"
class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(28 * 28, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)

    def forward(self, x):
        for layer in (self.fc1, self.fc2):
            x = layer(x.flatten(1))
            x[x < 0] = 0
        weights = self.fc3(x).exp()
        return weights / weights.sum(1, keepdim=True)


# %% wrong="Network" says="images was changed. Leave the argument as it was and return a new value."
class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)

    def forward(self, x):
        x = F.relu_(x.flatten(1))
        x = F.relu(self.fc2(F.relu(self.fc1(x))))
        return F.softmax(self.fc3(x), dim=1)


# %% wrong="Network" says="Network().eval()(images) with random weights is …"
class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)

    def forward(self, x):
        x = F.relu(self.fc2(F.relu(self.fc1(x.flatten(1)))))
        return F.softmax(self.fc3(x), dim=1) if self.training else self.fc3(x)


# %% wrong="Network" says="Network() gives two networks the very same weights. Does it set a seed, or are its layers made outside of __init__?"
class Network(nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.fc1, self.fc2, self.fc3 = nn.Linear(784, 128), nn.Linear(128, 64), nn.Linear(64, 10)
    def forward(self, x):
        x = F.relu(self.fc1(x.flatten(1)))
        x = F.relu(self.fc2(x))
        return F.softmax(self.fc3(x), dim=1)


# %% wrong="Network" says="Network() gives two networks the very same weights. Does it set a seed, or are its layers made outside of __init__?"
SHARED = [nn.Linear(784, 128), nn.Linear(128, 64), nn.Linear(64, 10)]
class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2, self.fc3 = SHARED
    def forward(self, x):
        x = F.relu(self.fc1(x.flatten(1)))
        x = F.relu(self.fc2(x))
        return F.softmax(self.fc3(x), dim=1)


# %% right="Network"
class Network(nn.Sequential):
    def __init__(self):
        super().__init__(OrderedDict(flat=nn.Flatten(), fc1=nn.Linear(784, 128), r1=nn.ReLU(), fc2=nn.Linear(128, 64), r2=nn.ReLU(), fc3=nn.Linear(64, 10), out=nn.Softmax(1)))


# %% right="Network"
class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)
        for layer in (self.fc1, self.fc2, self.fc3):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        x = F.relu(self.fc1(x.flatten(1)))
        x = F.relu(self.fc2(x))
        return F.softmax(self.fc3(x), dim=1)


# %% wrong="Network" says="Network() gives two networks the same weights in some layer. Is that layer made outside of __init__?"
HEAD = nn.Linear(64, 10)
class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = HEAD
    def forward(self, x):
        x = F.relu(self.fc1(x.flatten(1)))
        x = F.relu(self.fc2(x))
        return F.softmax(self.fc3(x), dim=1)


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


# %% wrong="initialize" says="initialize(layer, std=0.5) leaves the weights spread evenly. N(0, std²) is a bell curve, with more of its numbers near 0."
def initialize(layer, std=0.01):
    nn.init.uniform_(layer.weight, -std * 3**0.5, std * 3**0.5)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


# %% wrong="initialize" says="initialize(layer, std=0.5) draws evenly from -0.25 to 0.25. N(0, std²) is a bell curve."
def initialize(layer, std=0.01):
    with torch.no_grad():
        layer.weight.copy_(torch.rand_like(layer.weight) * std)
        if layer.bias is not None:
            layer.bias.zero_()
    return layer


# %% wrong="initialize" says="initialize(layer, std=0.5) draws with deviation 0.01. What is std for?"
def initialize(layer, std=0.01):
    nn.init.normal_(layer.weight, 0, 0.01)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


# %% wrong="initialize" says="initialize(layer) draws with deviation 0.5 where no std is given. What is its default?"
def initialize(layer, std=0.5):
    nn.init.normal_(layer.weight, 0, std)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


# %% wrong="initialize" says="initialize(layer, std=0.5) gives all weights the same number."
def initialize(layer, std=0.01):
    nn.init.constant_(layer.weight, std)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


# %% wrong="initialize" says="initialize(layer) leaves the biases as they were."
def initialize(layer, std=0.01):
    nn.init.normal_(layer.weight, 0, std)
    return layer


# %% wrong="initialize" says="initialize(layer) draws the biases as well. What does the task say of them?"
def initialize(layer, std=0.01):
    for parameter in layer.parameters():
        nn.init.normal_(parameter, 0, std)
    return layer


# %% wrong="initialize" says="AttributeError: 'NoneType' object has no attribute 'data'. `layer.bias` is None: the layer has no bias."
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


# %% wrong="initialize" says="initialize(layer) replaces a parameter of the layer. Fill the old ones in place."
def initialize(layer, std=0.01):
    layer.weight = nn.Parameter(std * torch.randn(layer.weight.shape))
    if layer.bias is not None:
        layer.bias = nn.Parameter(torch.zeros(layer.bias.shape))
    return layer


# %% wrong="initialize" says="TypeError: cannot assign 'torch.FloatTensor' as parameter 'weight' (torch.nn.Parameter or None expected). `weight` is a parameter, and a result was to take its place. Which calls change a parameter in place?"
def initialize(layer, std=0.01):
    layer.weight = std * torch.randn(layer.weight.shape)
    layer.bias = torch.zeros(layer.bias.shape)
    return layer


# %% wrong="initialize" says="RuntimeError: a leaf Variable that requires grad is being used in an in-place operation. `layer.weight.normal_` changes a weight while autograd is watching. What tells autograd to look away?"
def initialize(layer, std=0.01):
    layer.weight.normal_(0, std)
    layer.bias.zero_()
    return layer


# %% wrong="initialize" says="initialize(layer, std=0.5) leaves the weights as they were."
def initialize(layer, std=0.01):
    return layer


# %% wrong="initialize" says="initialize(layer) leaves the layer frozen: its weights no longer require a gradient."
def initialize(layer, std=0.01):
    layer.requires_grad_(False)
    layer.weight.normal_(0, std)
    if layer.bias is not None:
        layer.bias.zero_()
    return layer


# %% right="initialize"
def initialize(layer, std=0.01):
    w = torch.distributions.Normal(0.0, std).sample(layer.weight.shape)
    layer.load_state_dict({"weight": w} | ({} if layer.bias is None else {"bias": torch.zeros_like(layer.bias)}))
    return layer


# %% wrong="initialize" says="initialize(layer) calls an old function, and torch warns about it. What does the name of its successor end in?"
def initialize(layer, std=0.01):
    nn.init.normal(layer.weight, 0, std)
    if layer.bias is not None:
        nn.init.constant(layer.bias, 0)
    return layer


# %% wrong="initialize" says="initialize gives two layers the very same weights. Does it set a seed?"
def initialize(layer, std=0.01):
    torch.manual_seed(0)
    nn.init.normal_(layer.weight, 0, std)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


# %% wrong="initialize" says="initialize(layer) leaves gradients switched off for all code that follows. How could that end with the function?"
def initialize(layer, std=0.01):
    torch.set_grad_enabled(False)
    layer.weight.normal_(0, std)
    if layer.bias is not None:
        layer.bias.zero_()
    return layer


# %% right="initialize"
def initialize(layer, std=0.01):
    with torch.no_grad():
        layer.weight[:] = torch.from_numpy(np.random.normal(0, std, tuple(layer.weight.shape)))
        if layer.bias is not None:
            layer.bias.mul_(0)
    return layer


# %% wrong="initialize" says="initialize(layer) replaces a parameter of the layer. Fill the old ones in place."
def initialize(layer, std=0.01):
    layer.weight.data = layer.weight.data.normal_(std=std)
    layer.bias = None
    return layer


# %% wrong="initialize" says="initialize(layer) unfreezes a layer that its caller had frozen."
def initialize(layer, std=0.01):
    layer.requires_grad_(False)
    layer.weight.normal_(0, std)
    if layer.bias is not None: layer.bias.zero_()
    layer.requires_grad_(True)
    return layer


# %% wrong="initialize" says="initialize(layer) switches gradients on for a caller who had switched them off."
def initialize(layer, std=0.01):
    torch.set_grad_enabled(False)
    layer.weight.normal_(0, std)
    if layer.bias is not None: layer.bias.zero_()
    torch.set_grad_enabled(True)
    return layer


# %% wrong="initialize" says="initialize(layer, std=0.5) leaves the weights spread evenly. N(0, std²) is a bell curve, with more of its numbers near 0."
def initialize(layer, std=0.01):
    with torch.no_grad():
        layer.weight.mul_(std / layer.weight.std())
        if layer.bias is not None: layer.bias.zero_()
    return layer


# %% right="initialize"
@torch.no_grad()
def initialize(layer, std=0.01):
    layer.weight[:] = torch.normal(torch.zeros_like(layer.weight), std)
    try:
        layer.bias[:] = 0
    except TypeError:
        pass
    return layer


# %% right="initialize"
def initialize(layer, std=0.01):
    state = {"weight": torch.randn(layer.weight.shape) * std}
    if layer.bias is not None:
        state["bias"] = torch.zeros_like(layer.bias)
    layer.load_state_dict(state)
    return layer


# %% wrong="initialize" says="AttributeError: 'NoneType' object has no attribute 'zero_'. nn.init fills a tensor, and got None: does each layer have a bias?"
def initialize(layer, std=0.01):
    nn.init.normal_(layer.weight, 0.0, std)
    if hasattr(layer, "bias"):
        nn.init.zeros_(layer.bias)
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


# %% wrong="make_mlp" says="make_mlp(sizes) calls its last layer fc3. Which name does the task give it?"
def make_mlp(sizes):
    layers = OrderedDict()
    for i in range(1, len(sizes)):
        layers[f"fc{i}"] = nn.Linear(sizes[i - 1], sizes[i])
        if i < len(sizes) - 1:
            layers[f"relu{i}"] = nn.ReLU()
    return nn.Sequential(layers)


# %% wrong="make_mlp" says="make_mlp(sizes) counts its layers from 0. With which number does the task begin?"
def make_mlp(sizes):
    layers = OrderedDict()
    for i in range(len(sizes) - 2):
        layers[f"fc{i}"] = nn.Linear(sizes[i], sizes[i + 1])
        layers[f"relu{i}"] = nn.ReLU()
    layers["output"] = nn.Linear(sizes[-2], sizes[-1])
    return nn.Sequential(layers)


# %% wrong="make_mlp" says="make_mlp(sizes) leaves out the second hidden layer. How far does the loop count?"
def make_mlp(sizes):
    layers = OrderedDict()
    for i in range(1, len(sizes) - 2):
        layers[f"fc{i}"] = nn.Linear(sizes[i - 1], sizes[i])
        layers[f"relu{i}"] = nn.ReLU()
    layers["output"] = nn.Linear(sizes[-2], sizes[-1])
    return nn.Sequential(layers)


# %% wrong="make_mlp" says="make_mlp(sizes) gives all ReLUs one name, and the dictionary keeps one of them."
def make_mlp(sizes):
    layers = OrderedDict()
    for i in range(1, len(sizes) - 1):
        layers[f"fc{i}"] = nn.Linear(sizes[i - 1], sizes[i])
        layers["relu"] = nn.ReLU()
    layers["output"] = nn.Linear(sizes[-2], sizes[-1])
    return nn.Sequential(layers)


# %% wrong="make_mlp" says="IndexError: list index out of range. `sizes` has the places 0 to 2, and place 3 was asked for."
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


# %% wrong="make_mlp" says="make_mlp([4, 3, 2]) gives what [784, 128, 64, 10] gives. Does it look at sizes?"
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


# %% wrong="make_mlp" says="make_mlp(sizes) gives the layers without a network around them. What holds them in order?"
def make_mlp(sizes):
    return sizes


# %% wrong="make_mlp" says="make_mlp(sizes) gives the layers without a network around them. What holds them in order?"
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


# %% right="make_mlp"
def make_mlp(sizes):
    layers = {}
    for i, (a, b) in enumerate(zip(sizes, sizes[1:]), 1):
        layers[f"fc{i}"], layers[f"relu{i}"] = nn.Linear(a, b), nn.ReLU()
    last = len(sizes) - 1
    del layers[f"relu{last}"]
    layers["output"] = layers.pop(f"fc{last}")
    return nn.Sequential(OrderedDict(layers))


# %% wrong="make_mlp" says="make_mlp([4, 3, 2]) still has layers of the call before it. Where does it keep them?"
layers = OrderedDict()


def make_mlp(sizes):
    for i in range(1, len(sizes) - 1):
        layers[f"fc{i}"] = nn.Linear(sizes[i - 1], sizes[i])
        layers[f"relu{i}"] = nn.ReLU()
    layers["output"] = nn.Linear(sizes[-2], sizes[-1])
    return nn.Sequential(layers)


# %% right="make_mlp"
def make_mlp(sizes):
    mlp = nn.Sequential()
    for i in range(1, len(sizes) - 1):
        setattr(mlp, f"fc{i}", nn.Linear(sizes[i - 1], sizes[i]))
        setattr(mlp, f"relu{i}", nn.ReLU())
    mlp.output = nn.Linear(sizes[-2], sizes[-1])
    return mlp


# %% wrong="make_mlp" says="make_mlp(sizes) gives two networks the very same weights. Does it set a seed?"
def make_mlp(sizes):
    torch.manual_seed(0)
    d = OrderedDict()
    for i in range(1, len(sizes) - 1):
        d[f"fc{i}"] = nn.Linear(sizes[i - 1], sizes[i])
        d[f"relu{i}"] = nn.ReLU()
    d["output"] = nn.Linear(sizes[-2], sizes[-1])
    return nn.Sequential(d)


# %% right="make_mlp"
class MLP(nn.Sequential):
    def __init__(self, sizes):
        super().__init__()
        for i in range(len(sizes) - 2):
            self.append(nn.Linear(sizes[i], sizes[i + 1]))
            self.append(nn.ReLU())
        self.append(nn.Linear(*sizes[-2:]))
        names = [n for i in range(1, len(sizes) - 1) for n in (f"fc{i}", f"relu{i}")] + ["output"]
        self._modules = OrderedDict(zip(names, self._modules.values()))
def make_mlp(sizes):
    return MLP(sizes)


# %% right="make_mlp"
def make_mlp(sizes):
    layers = OrderedDict()
    for number, (a, b) in enumerate(zip(sizes[:-2], sizes[1:-1]), start=1):
        layers[f"fc{number}"] = initialize(nn.Linear(a, b), std=0.1)
        layers[f"relu{number}"] = nn.ReLU()
    layers["output"] = initialize(nn.Linear(*sizes[-2:]))
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


# %% wrong="count_parameters" says="count_parameters(nn.Linear(4, 3)) counts tensors. How many numbers does each one hold?"
def count_parameters(model):
    return len([p for p in model.parameters() if p.requires_grad])


# %% wrong="count_parameters" says="count_parameters(nn.Linear(4, 3)) leaves the biases out."
def count_parameters(model):
    return sum(
        m.in_features * m.out_features for m in model.modules() if isinstance(m, nn.Linear) and m.weight.requires_grad
    )


# %% wrong="count_parameters" says="count_parameters(twins) counts a shared weight twice."
def count_parameters(model):
    total = 0
    for module in model.modules():
        for p in module.parameters(recurse=False):
            if p.requires_grad:
                total += p.numel()
    return total


# %% wrong="count_parameters" says="count_parameters(twins) counts a shared weight twice."
def count_parameters(model):
    return sum(
        p.numel()
        for m in model.modules()
        if isinstance(m, (nn.Linear, nn.Conv2d))
        for p in m.parameters()
        if p.requires_grad
    )


# %% wrong="count_parameters" says="count_parameters(nn.Linear(4, 3)) finds nothing to count. Does it look at the layer itself?"
def count_parameters(model):
    return sum(
        p.numel() for m in model.children() if all(p.requires_grad for p in m.parameters()) for p in m.parameters()
    )


# %% wrong="count_parameters" says="count_parameters(nn.Linear(4, 3)) adds 4 + 3 + 3. How many weights lead from 4 inputs to 3 units?"
def count_parameters(model):
    return 10


# %% wrong="count_parameters" says="count_parameters(nn.Linear(4, 3)) is a module, Linear, wanted a Python int."
def count_parameters(model):
    return model


# %% wrong="count_parameters" says="count_parameters(nn.Linear(4, 3)) is None, wanted a Python int. Does it return its result?"
def count_parameters(model):
    print(sum(p.numel() for p in model.parameters() if p.requires_grad))


# %% right="count_parameters"
def count_parameters(model):
    return sum(torch.numel(p) for p in set(model.parameters()) if p.requires_grad)


# %% wrong="count_parameters" says="count_parameters(nn.Linear(4, 3)) finds nothing to count. Does it look at the layer itself?"
def count_parameters(model):
    return sum(p.numel() for m in model.children() for p in m.parameters() if p.requires_grad)


# %% wrong="count_parameters" says="count_parameters(net) counts the parameters of its last layer twice. Is that layer listed alone, and again with the model that holds it?"
def count_parameters(model):
    return sum(p.numel() for m in model.modules() for p in m.parameters() if p.requires_grad)


# %% wrong="count_parameters" says="TypeError: 'Linear' object is not iterable. A Linear layer can't be gone through one by one: its parameters can."
def count_parameters(model):
    return sum(p.numel() for layer in model for p in layer.parameters() if p.requires_grad)


# %% wrong="count_parameters" says="count_parameters(net) leaves out the batch norm. Which layers have parameters?"
def count_parameters(model):
    kinds = nn.Linear, nn.Conv2d
    found = {p for m in model.modules() if isinstance(m, kinds) for p in m.parameters() if p.requires_grad}
    return sum(p.numel() for p in found)


# %% right="count_parameters"
def count_parameters(model):
    return sum({p.data_ptr(): p.numel() for p in model.parameters() if p.requires_grad}.values())


# %% wrong="count_parameters" says="count_parameters(nn.Linear(4, 3)) finds nothing to count. Does it look at the layer itself?"
def count_parameters(model):
    return sum(p.numel() for p in model.parameters() if p.grad is not None)


# %% wrong="count_parameters" says="count_parameters(net) puts the model into training mode. Counting should change nothing."
def count_parameters(model):
    model.train()
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


# %% wrong="count_parameters" says="count_parameters counts a number twice where it is float64. Numbers are counted, not bytes."
def count_parameters(model):
    return sum(p.untyped_storage().nbytes() // 4 for p in model.parameters() if p.requires_grad)


# %% right="count_parameters"
def count_parameters(model):
    seen = {}
    for module in model.modules():
        for p in module._parameters.values():
            if p is not None and p.requires_grad:
                seen[id(p)] = p.numel()
    return sum(seen.values())


# %% wrong="count_parameters" says="count_parameters(nn.Linear(4, 3)) finds nothing to count. Does it look at the layer itself?"
def count_parameters(model):
    return sum(p.numel() for p in set(model.state_dict().values()) if p.requires_grad)


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


# %% wrong="conv_output_size" says="conv_output_size(28, 3) is 26.0, a float. Which division leaves a whole number?"
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


# %% wrong="conv_output_size" says="conv_output_size(28, 3) is one too few. Is the place before the first step counted?"
def conv_output_size(size, kernel, stride=1, padding=0):
    return (size + 2 * padding - kernel) // stride


# %% wrong="conv_output_size" says="conv_output_size(11, 3, stride=4) misses a window that ends at the last pixel. When does it add the 1?"
def conv_output_size(size, kernel, stride=1, padding=0):
    return (size + 2 * padding - kernel + 1) // stride


# %% wrong="conv_output_size" says="conv_output_size(28, 5, stride=2) leaves the stride out."
def conv_output_size(size, kernel, stride=1, padding=0):
    return size + 2 * padding - kernel + 1


# %% wrong="conv_output_size" says="conv_output_size(28, 5, stride=2) is 26, wanted 12."
def conv_output_size(size, kernel, stride=1, padding=0):
    return 26


# %% wrong="conv_output_size" says="conv_output_size(28, 3) leaves the window's size out. How far can it go?"
def conv_output_size(size, kernel, stride=1, padding=0):
    return size


# %% right="conv_output_size"
def conv_output_size(size, kernel, stride=1, padding=0):
    places, start = 0, -padding
    while start + kernel <= size + padding:
        places, start = places + 1, start + stride
    return places


# %% wrong="conv_output_size" says="conv_output_size(11, 3, stride=4) misses a window that ends at the last pixel. When does it add the 1?"
def conv_output_size(size, kernel, stride=1, padding=0):
    return (size + 2 * padding - kernel + 1) // stride


# %% right="conv_output_size"
def conv_output_size(size, kernel, stride=1, padding=0):
    return math.ceil((size + 2 * padding - kernel + 1) / stride)


# %% right="S"
S = 64 * conv_output_size(conv_output_size(28, 3), 3) ** 2

# %% right="S"
S = 36_864

# %% right="S"
S = nn.Sequential(nn.Conv2d(1, 32, 3), nn.Conv2d(32, 64, 3), nn.Flatten())(torch.zeros(1, 1, 28, 28)).numel()

# %% wrong="S" says="S is what you get if the image stays 28 × 28. How much does a window of 3 take off?"
S = 64 * 28 * 28

# %% wrong="S" says="S is what you get if the image shrinks once. There are two convolutions."
S = 64 * 26 * 26

# %% wrong="S" says="S is 576, as many numbers as one channel has. How many channels does the last convolution give?"
S = 24 * 24

# %% wrong="S" says="S has the channels of the first convolution. Which one comes last?"
S = 32 * 24 * 24

# %% wrong="S" says="S is the number of pixels of the image. What have the convolutions made of it?"
S = 784

# %% wrong="S" says="S is 64, and nn.Flatten() gives another number. How many channels, rows and columns reach it?"
S = 64

# %% wrong="S" says="S is a tuple, and nn.Linear wants one whole number."
S = (64, 24, 24)

# %% wrong="S" says="S is a float, and nn.Linear wants one whole number."
S = 64 * (28 - 4) ** 2 / 1

# %% wrong="S" says="Not yet: `S` still needs your code."
S = ...


# %% right="S"
with torch.no_grad():
    S = np.int64(F.conv2d(F.conv2d(torch.ones(1, 1, 28, 28), torch.ones(32, 1, 3, 3)), torch.ones(64, 32, 3, 3)).numel())


# %% wrong="S" says="S is 30976, and nn.Flatten() gives another number. How many channels, rows and columns reach it?"
S = 64 * 22 * 22


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


# %% wrong="Reshape" says="RuntimeError: only one dimension can be inferred. -1 stands for the one size that follows from the others. Which of the sizes are known?"
class Reshape(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.shape = shape

    def forward(self, x):
        return x.reshape(-1, *self.shape)


# %% wrong="Reshape" says="RuntimeError: view size is not compatible with input tensor's size and stride (at least one dimension spans across two contiguous subspaces). Use .reshape(...) instead. The (4, 2, 3) tensor was transposed, permuted or cut, so its numbers do not lie in that order in memory, and view does not move them. Which call may copy?"
class Reshape(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.shape = shape

    def forward(self, x):
        return x.view(len(x), *self.shape)


# %% wrong="Reshape" says="Reshape(2, 3) is not an nn.Module, so no nn.Sequential can hold it."
class Reshape:
    def __init__(self, *shape):
        self.shape = shape

    def __call__(self, x):
        return x.reshape(len(x), *self.shape)


# %% wrong="Reshape" says="TypeError: Reshape.__init__() takes 2 positional arguments but 3 were given. Reshape takes 1 argument, and got 2."
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


# %% wrong="Reshape" says="Reshape(-1)(x) is 0 at [3, 5], wanted 23, the largest of 23 differences. All 24 numbers are 0: does the result depend on the arguments?"
class Reshape(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.shape = shape

    def forward(self, x):
        return torch.zeros(len(x), *self.shape) if -1 not in self.shape else torch.zeros(4, 6)


# %% wrong="Reshape" says="RuntimeError: shape '[4, 2, 3]' is invalid for input of size 6. 6 numbers are 1 × 6, and 4 × 6 were asked for: is the batch size written as a number?"
class Reshape(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.shape = shape

    def forward(self, x):
        if self.shape == (-1,):
            return x.flatten(1)
        return x.reshape(4, *self.shape)


# %% wrong="Reshape" says="x was changed. Leave the argument as it was and return a new value."
class Reshape(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.shape = shape

    def forward(self, x):
        if not x.is_contiguous() or -1 in self.shape:
            return x.reshape(len(x), *self.shape)
        return x.resize_(len(x), *self.shape)


# %% wrong="Reshape" says="Reshape(2, 3)(x) has the shape of another layer, Reshape(3, 2). Whose attribute holds the shape?"
class Reshape(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        Reshape.shape = shape

    def forward(self, x):
        return x.reshape(len(x), *Reshape.shape)


# %% wrong="Reshape" says="RuntimeError: shape '[4, 2, 3]' is invalid for input of size 6. 6 numbers are 1 × 6, and 4 × 6 were asked for: is the batch size written as a number?"
class Reshape(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.shape, self.n = shape, None

    def forward(self, x):
        self.n = self.n or len(x)
        return x.reshape(self.n, *self.shape)


# %% wrong="Reshape" says="Reshape(2, 4)(x) is cut off from the computation graph, so that no layer before it could learn."
class Reshape(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.shape = shape
    def forward(self, x):
        return x.detach().reshape(len(x), *self.shape)


# %% wrong="Reshape" says="Reshape(2, 4) has a parameter. What is there to learn in a change of shape?"
class Reshape(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.shape = nn.Parameter(torch.tensor([float(s) for s in shape]))
    def forward(self, x):
        return x.reshape(len(x), *[int(s) for s in self.shape])


# %% right="Reshape"
class Reshape(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.layer = nn.Unflatten(1, shape)
    def forward(self, x):
        return self.layer(x.flatten(1))


# %% right="dense_logits"
def dense_logits(images, W1, b1, W2, b2):
    hidden = F.linear(images.flatten(1), W1.mT, b1.reshape(-1)).sigmoid()
    return F.linear(hidden, W2.mT, b2.reshape(-1))


# %% right="dense_logits"
def dense_logits(images, W1, b1, W2, b2):
    x = torch.einsum("np,ph->nh", images.reshape(len(images), -1), W1) + b1.view(1, -1)
    x = 1 / (1 + torch.exp(-x))
    return torch.einsum("nh,hk->nk", x, W2) + b2.view(1, -1)


# %% right="softmax"
def softmax(logits):
    return torch.stack([torch.exp(row - row.max()) / torch.exp(row - row.max()).sum() for row in logits])


# %% right="softmax"
def softmax(logits):
    return torch.exp(logits - torch.logsumexp(logits, dim=1, keepdim=True))


# %% right="softmax"
def softmax(logits):
    gaps = logits[:, None, :] - logits[:, :, None]
    return 1 / gaps.exp().sum(dim=2)


# %% right="softmax"
def softmax(logits):
    e = (logits - logits.max(dim=-1, keepdim=True).values).exp()
    return F.normalize(e, p=1, dim=-1)


# %% right="Network"
class Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.fc1, self.fc2, self.fc3 = nn.Linear(784, 128), nn.Linear(128, 64), nn.Linear(64, 10)
        self.relu = nn.ReLU()
        self.softmax = nn.Softmax(dim=-1)
    def forward(self, x):
        x = x.reshape(x.shape[0], -1)
        return self.softmax(self.fc3(self.relu(self.fc2(self.relu(self.fc1(x))))))


# %% right="Network"
class Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        for i, (a, b) in enumerate([(784, 128), (128, 64), (64, 10)], start=1):
            setattr(self, f"fc{i}", nn.Linear(a, b))
    def forward(self, x):
        x = nn.Flatten()(x)
        for i in (1, 2):
            x = getattr(self, f"fc{i}")(x).clamp(min=0)
        return F.log_softmax(self.fc3(x), dim=1).exp()


# %% right="initialize"
def initialize(layer, std=0.01):
    with torch.no_grad():
        layer.weight.copy_(torch.randn_like(layer.weight) * std)
        if layer.bias is not None:
            layer.bias.fill_(0)
    return layer


# %% right="initialize"
def initialize(layer, std=0.01):
    for name, p in layer.named_parameters():
        if name == "weight":
            torch.nn.init.normal_(p, mean=0.0, std=std)
        else:
            torch.nn.init.constant_(p, 0.0)
    return layer


# %% right="make_mlp"
def make_mlp(sizes):
    model = nn.Sequential()
    *body, last = zip(sizes, sizes[1:])
    for i, (a, b) in enumerate(body, 1):
        model.add_module(f"fc{i}", nn.Linear(a, b))
        model.add_module(f"relu{i}", nn.ReLU())
    model.add_module("output", nn.Linear(*last))
    return model


# %% right="make_mlp"
def make_mlp(sizes):
    layers = {}
    for i in range(1, len(sizes) - 1):
        layers[f"fc{i}"] = nn.Linear(in_features=sizes[i - 1], out_features=sizes[i], bias=True)
        layers[f"relu{i}"] = nn.ReLU(inplace=True)
    layers["output"] = nn.Linear(sizes[-2], sizes[-1])
    return nn.Sequential(OrderedDict(layers))


# %% right="count_parameters"
def count_parameters(model):
    seen, n = set(), 0
    for name, p in model.named_parameters(remove_duplicate=False):
        if id(p) not in seen and p.requires_grad:
            seen.add(id(p))
            n += math.prod(p.shape)
    return n


# %% right="count_parameters"
def count_parameters(model):
    return sum(map(torch.numel, filter(lambda p: p.requires_grad, model.parameters())))


# %% right="conv_output_size"
def conv_output_size(size, kernel, stride=1, padding=0):
    return F.avg_pool1d(torch.zeros(1, 1, size + 2 * padding), kernel, stride).shape[-1]


# %% right="conv_output_size"
def conv_output_size(size, kernel, stride=1, padding=0):
    return math.floor((size + 2 * padding - kernel) / stride + 1)


# %% right="S"
S = nn.Flatten()(nn.Conv2d(32, 64, 3)(nn.Conv2d(1, 32, 3)(torch.zeros(1, 1, 28, 28)))).shape[1]


# %% right="S"
side = conv_output_size(size=conv_output_size(28, kernel=3), kernel=3)
S = 64 * side**2


# %% right="Reshape"
class Reshape(nn.Module):
    def __init__(self, *shape: int) -> None:
        super().__init__()
        self.shape = shape
    def forward(self, x):
        return torch.reshape(x, (x.shape[0],) + self.shape)


# %% right="Reshape"
class Reshape(nn.Module):
    def __init__(self, *shape: int) -> None:
        super().__init__()
        self.shape = torch.Size(shape)
    def forward(self, x):
        return x.flatten(1).unflatten(1, self.shape)


# %% wrong="dense_logits" says="dense_logits(…) has neither b1 nor a sigmoid in its hidden layer."
def dense_logits(images, W1, b1, W2, b2):
    x = images.flatten(1)
    return x @ W1 @ W2 + b2


# %% wrong="dense_logits" says="RuntimeError: mm: mat1 and mat2 shapes cannot be multiplied (1x2352 and 784x256). One row of 2,352 numbers meets a matrix for 784. 2,352 is 3 × 784: was the whole batch flattened into one row?"
def dense_logits(images, W1, b1, W2, b2):
    x = images.flatten()
    return torch.sigmoid(x @ W1 + b1) @ W2 + b2


# %% wrong="dense_logits" says="dense_logits(…) leaves out b2. Where does the output layer add it?"
def dense_logits(images, W1, b1, W2, b2):
    x = images.flatten(1)
    h = torch.sigmoid(x @ W1 + b1)
    return h @ W2


# %% wrong="dense_logits" says="dense_logits(…) divides the pixels by 255. It takes the images as they come."
def dense_logits(images, W1, b1, W2, b2):
    x = images.flatten(1) / 255
    return torch.sigmoid(x @ W1 + b1) @ W2 + b2


# %% wrong="dense_logits" says="RuntimeError: The size of tensor a (3) must match the size of tensor b (10) at non-singleton dimension 0. Shapes are compared from the right, and there 3 meets 10: sizes must be the same, or 1."
def dense_logits(images, W1, b1, W2, b2):
    x = images.flatten(1)
    return torch.sigmoid(x @ W1 + b1.T) @ W2 + b2.T


# %% wrong="dense_logits" says="dense_logits(…) adds b1 after the sigmoid. What goes through the sigmoid?"
def dense_logits(images, W1, b1, W2, b2):
    x = images.squeeze().reshape(-1, 784)
    h = torch.sigmoid(x @ W1) + b1
    return h @ W2 + b2


# %% wrong="dense_logits" says="dense_logits(…) has tanh in its hidden layer. The hidden units of this network are sigmoids."
def dense_logits(images, W1, b1, W2, b2):
    x = images.flatten(1)
    return torch.tanh(x @ W1 + b1) @ W2 + b2


# %% wrong="dense_logits" says="dense_logits(…) subtracts the mean of the batch. It takes the images as they come."
def dense_logits(images, W1, b1, W2, b2):
    x = images.flatten(1)
    x -= x.mean()
    return torch.sigmoid(x @ W1 + b1) @ W2 + b2


# %% wrong="dense_logits" says="dense_logits(…) gives the class of each image. Logits are its ten scores."
def dense_logits(images, W1, b1, W2, b2):
    x = images.flatten(1)
    return (torch.sigmoid(x @ W1 + b1) @ W2 + b2).argmax(1)


# %% wrong="dense_logits" says="RuntimeError: mm: mat1 and mat2 shapes cannot be multiplied (784x256 and 3x784). (784, 256) meets (3, 784): in the other order the two 784 would meet."
def dense_logits(images, W1, b1, W2, b2):
    x = images.flatten(1)
    return torch.sigmoid(W1 @ x + b1) @ W2 + b2


# %% wrong="softmax" says="softmax(large) gives -1000 and -2000 the same probability. Are the logits cut off somewhere?"
def softmax(logits):
    e = logits.clamp(-80, 80).exp()
    return e / e.sum(dim=1, keepdim=True)


# %% wrong="softmax" says="softmax(large) is nan in its first two rows, where an exponent still lies far above 0. Which number, subtracted from a row, leaves none above 0?"
def softmax(logits):
    e = (logits - logits.mean(dim=1, keepdim=True)).exp()
    return e / e.sum(dim=1, keepdim=True)


# %% wrong="softmax" says="softmax(logits) divides the logits themselves by their sum. What comes before the division?"
def softmax(logits):
    return logits / logits.sum(dim=1, keepdim=True)


# %% wrong="softmax" says="softmax(logits) takes powers of 2. The exp of a number is a power of e."
def softmax(logits):
    e = 2 ** (logits - logits.amax(dim=1, keepdim=True))
    return e / e.sum(dim=1, keepdim=True)


# %% wrong="softmax" says="softmax(logits) gives the logarithms of the probabilities."
def softmax(logits):
    e = (logits - logits.amax(dim=1, keepdim=True)).exp()
    return (e / e.sum(dim=1, keepdim=True)).log()


# %% wrong="softmax" says="softmax(large) writes 1 where a division gives nan. What makes it nan?"
def softmax(logits):
    e = logits.exp()
    p = e / e.sum(dim=1, keepdim=True)
    return torch.nan_to_num(p, nan=1.0)


# %% wrong="softmax" says="softmax(logits) is 0.6246 at [0, 2], wanted 0.625, the largest of 6 differences. Each number is 0.9994 times the one wanted."
def softmax(logits):
    e = (logits - logits.amax(dim=1, keepdim=True)).exp()
    return e / (e.sum(dim=1, keepdim=True) + 1e-3)


# %% wrong="softmax" says="softmax(large) gives most to the most negative logit of a row. Is the sign lost?"
def softmax(logits):
    e = (logits.abs() - logits.abs().amax(dim=1, keepdim=True)).exp()
    return e / e.sum(dim=1, keepdim=True)


# %% wrong="softmax" says="softmax(logits) takes exp and divides by the largest. What makes a row sum to 1?"
def softmax(logits):
    e = (logits - logits.amax(dim=1, keepdim=True)).exp()
    return e


# %% wrong="Network" says="Network() gives logits. The last step of forward is a softmax."
class Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)
    def forward(self, x):
        x = x.view(-1, 784)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% wrong="Network" says="Network() sends its logits through ReLU. Then all negative ones look the same."
class Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)
    def forward(self, x):
        x = x.flatten(1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return torch.softmax(F.relu(self.fc3(x)), dim=1)


# %% wrong="Network" says="Network() keeps its weights under layers. Which names does the table give?"
class Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Flatten(), nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10), nn.Softmax(dim=1))
    def forward(self, x):
        return self.layers(x)


# %% wrong="Network" says="Network() has a layer without a bias. Each layer of the table has one."
class Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Linear(784, 128, bias=False)
        self.fc2 = nn.Linear(128, 64, bias=False)
        self.fc3 = nn.Linear(64, 10, bias=False)
    def forward(self, x):
        x = x.flatten(1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return torch.softmax(self.fc3(x), dim=1)


# %% wrong="Network" says="Network()(images) is 0.6448 at [0, 9], wanted 0.6321, the largest of 20 differences."
class Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)
    def forward(self, x):
        x = x.flatten(1)
        x = F.relu(self.fc1(x))
        x = F.dropout(F.relu(self.fc2(x)), 0.2)
        return torch.softmax(self.fc3(x), dim=1)


# %% wrong="Network" says="Network() ends in a sigmoid for each class. The table says softmax."
class Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)
    def forward(self, x):
        x = x.flatten(1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return torch.sigmoid(self.fc3(x))


# %% wrong="Network" says="Network() has leaky ReLUs between its layers. The table says ReLU."
class Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)
    def forward(self, x):
        x = x.flatten(1)
        x = F.leaky_relu(self.fc1(x))
        x = F.leaky_relu(self.fc2(x))
        return torch.softmax(self.fc3(x), dim=1)


# %% wrong="Network" says="Network()(images) is None, wanted float32[3, 10]. Does it return its result?"
class Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)
    def forward(self, x):
        x = x.flatten(1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        x = torch.softmax(self.fc3(x), dim=1)


# %% wrong="Network" says="Network() divides the images by their largest number. It takes them as they come."
class Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)
    def forward(self, x):
        x = x.flatten(1) / x.max()
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return torch.softmax(self.fc3(x), dim=1)


# %% wrong="Network" says="Network() takes the softmax twice."
class Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)
    def forward(self, x):
        x = x.flatten(1)
        x = F.relu(F.relu(self.fc2(F.relu(self.fc1(x)))))
        return torch.softmax(torch.softmax(self.fc3(x), dim=1), dim=1)


# %% wrong="initialize" says="initialize(layer) draws the biases as well. What does the task say of them?"
def initialize(layer, std=0.01):
    nn.init.normal_(layer.weight, std=std)
    if layer.bias is not None:
        nn.init.normal_(layer.bias, std=std)
    return layer


# %% wrong="initialize" says="initialize gives two layers the very same weights. Does it set a seed?"
def initialize(layer, std=0.01):
    torch.manual_seed(0)
    nn.init.normal_(layer.weight, std=std)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


# %% wrong="initialize" says="initialize(layer, std=0.5) has no weights beyond ±0.5. A bell curve goes on."
def initialize(layer, std=0.01):
    nn.init.trunc_normal_(layer.weight, std=std, a=-std, b=std)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


# %% wrong="initialize" says="initialize(layer) has the spread of the old weights still in it. Are they replaced?"
def initialize(layer, std=0.01):
    with torch.no_grad():
        layer.weight.add_(torch.randn_like(layer.weight) * std)
        if layer.bias is not None:
            layer.bias.zero_()
    return layer


# %% wrong="initialize" says="initialize(layer) leaves the weights as they were where the layer has no bias."
def initialize(layer, std=0.01):
    if layer.bias is not None:
        nn.init.normal_(layer.weight, std=std)
        nn.init.zeros_(layer.bias)
    return layer


# %% wrong="initialize" says="initialize(layer) gives two units the very same weights. How many numbers have to be drawn?"
def initialize(layer, std=0.01):
    with torch.no_grad():
        layer.weight.copy_((torch.randn(layer.weight.shape[1]) * std).expand_as(layer.weight))
        if layer.bias is not None:
            layer.bias.zero_()
    return layer


# %% wrong="initialize" says="initialize(layer, std=0.5) has the deviation of kaiming_normal_. What is std for?"
def initialize(layer, std=0.01):
    nn.init.kaiming_normal_(layer.weight)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


# %% wrong="make_mlp" says="make_mlp(sizes) counts its layers from 0, and has a layer too many before the output."
def make_mlp(sizes):
    layers = OrderedDict()
    for i in range(len(sizes) - 1):
        layers[f"fc{i}"] = nn.Linear(sizes[i], sizes[i + 1])
        layers[f"relu{i}"] = nn.ReLU()
    layers["output"] = nn.Linear(sizes[-2], sizes[-1])
    return nn.Sequential(layers)


# %% wrong="make_mlp" says="make_mlp(sizes) uses one ReLU object twice. Make a new one for each layer."
def make_mlp(sizes):
    layers = OrderedDict()
    relu = nn.ReLU()
    for i in range(1, len(sizes) - 1):
        layers[f"fc{i}"] = nn.Linear(sizes[i - 1], sizes[i])
        layers[f"relu{i}"] = relu
    layers["output"] = nn.Linear(sizes[-2], sizes[-1])
    return nn.Sequential(layers)


# %% wrong="make_mlp" says="make_mlp(sizes) treats the last layer like a hidden one. Which name does it have, and does a ReLU follow?"
def make_mlp(sizes):
    layers = OrderedDict()
    for i in range(1, len(sizes)):
        layers[f"fc{i}"] = nn.Linear(sizes[i - 1], sizes[i])
        layers[f"relu{i}"] = nn.ReLU()
    return nn.Sequential(layers)


# %% wrong="make_mlp" says="make_mlp(sizes) has each ReLU before its dense layer. Which comes first?"
def make_mlp(sizes):
    layers = OrderedDict()
    for i in range(1, len(sizes) - 1):
        layers[f"relu{i}"] = nn.ReLU()
        layers[f"fc{i}"] = nn.Linear(sizes[i - 1], sizes[i])
    layers["output"] = nn.Linear(sizes[-2], sizes[-1])
    return nn.Sequential(layers)


# %% wrong="make_mlp" says="make_mlp(sizes) builds its layers from the outputs to the inputs. Which number does nn.Linear take first?"
def make_mlp(sizes):
    layers = OrderedDict()
    for i in range(1, len(sizes) - 1):
        layers[f"fc{i}"] = nn.Linear(sizes[i], sizes[i - 1])
        layers[f"relu{i}"] = nn.ReLU()
    layers["output"] = nn.Linear(sizes[-1], sizes[-2])
    return nn.Sequential(layers)


# %% wrong="make_mlp" says="make_mlp(sizes) has sigmoids in the place of ReLUs."
def make_mlp(sizes):
    layers = OrderedDict()
    for i in range(1, len(sizes) - 1):
        layers[f"fc{i}"] = nn.Linear(sizes[i - 1], sizes[i])
        layers[f"relu{i}"] = nn.Sigmoid()
    layers["output"] = nn.Linear(sizes[-2], sizes[-1])
    return nn.Sequential(layers)


# %% wrong="make_mlp" says="make_mlp(sizes) has dense layers without biases."
def make_mlp(sizes):
    layers = OrderedDict()
    for i in range(1, len(sizes) - 1):
        layers[f"fc{i}"] = nn.Linear(sizes[i - 1], sizes[i], bias=False)
        layers[f"relu{i}"] = nn.ReLU()
    layers["output"] = nn.Linear(sizes[-2], sizes[-1], bias=False)
    return nn.Sequential(layers)


# %% wrong="make_mlp" says="make_mlp(sizes) begins with a Flatten. Which layers does the task list?"
def make_mlp(sizes):
    layers = OrderedDict(flatten=nn.Flatten())
    for i in range(1, len(sizes) - 1):
        layers[f"fc{i}"] = nn.Linear(sizes[i - 1], sizes[i])
        layers[f"relu{i}"] = nn.ReLU()
    layers["output"] = nn.Linear(sizes[-2], sizes[-1])
    return nn.Sequential(layers)


# %% wrong="make_mlp" says="make_mlp(sizes) gives each hidden layer the number of inputs of the first. What does the one before it give?"
def make_mlp(sizes):
    layers = OrderedDict()
    for i in range(1, len(sizes) - 1):
        layers[f"fc{i}"] = nn.Linear(sizes[0], sizes[i])
        layers[f"relu{i}"] = nn.ReLU()
    layers["output"] = nn.Linear(sizes[-2], sizes[-1])
    return nn.Sequential(layers)


# %% wrong="count_parameters" says="count_parameters(nn.Linear(4, 3)) counts tensors. How many numbers does each one hold?"
def count_parameters(model):
    return len(list(model.parameters()))


# %% wrong="count_parameters" says="count_parameters(nn.Linear(4, 3)) leaves the biases out."
def count_parameters(model):
    return sum(p.numel() for n, p in model.named_parameters() if "weight" in n and p.requires_grad)


# %% wrong="count_parameters" says="count_parameters(nn.Linear(4, 3)) is a tensor, int64[], wanted a Python int. Which method takes the number out of a tensor?"
def count_parameters(model):
    return torch.tensor([p.numel() for p in model.parameters() if p.requires_grad]).sum()


# %% wrong="count_parameters" says="count_parameters(nn.Linear(4, 3)) adds 3 rows and 3 biases. How many numbers are in a row?"
def count_parameters(model):
    return sum(len(p) for p in model.parameters() if p.requires_grad)


# %% wrong="count_parameters" says="IndexError: tuple index out of range. The tuple has fewer places than were asked for; places count from 0."
def count_parameters(model):
    return sum(p.shape[0] * p.shape[1] for p in model.parameters() if p.requires_grad)


# %% wrong="count_parameters" says="count_parameters(nn.Linear(4, 3)) is 60, four for each number. Those are bytes."
def count_parameters(model):
    return sum(p.nelement() * p.element_size() for p in model.parameters() if p.requires_grad)


# %% wrong="count_parameters" says="count_parameters(net) counts frozen parameters too. What says that a parameter is trained?"
def count_parameters(model):
    total = 0
    for p in model.parameters():
        p.requires_grad_(True)
        total += p.numel()
    return total


# %% wrong="count_parameters" says="count_parameters(net) counts the buffer too. Is it trained?"
def count_parameters(model):
    return sum(p.numel() for p in set(model.parameters()) if p.requires_grad) + sum(b.numel() for b in model.buffers())


# %% wrong="conv_output_size" says="conv_output_size(28, 5, 2, 1) is one too many. Does the last window still fit?"
def conv_output_size(size, kernel, stride=1, padding=0):
    return round((size + 2 * padding - kernel) / stride + 1)


# %% wrong="conv_output_size" says="conv_output_size(28, 5, stride=2) divides before the window is taken off. How far can the window go, in pixels?"
def conv_output_size(size, kernel, stride=1, padding=0):
    return (size + 2 * padding) // stride - kernel + 1


# %% wrong="conv_output_size" says="conv_output_size(28, 3) counts the places on the whole image. Along one direction is wanted."
def conv_output_size(size, kernel, stride=1, padding=0):
    return ((size + 2 * padding - kernel) // stride + 1) ** 2


# %% wrong="conv_output_size" says="conv_output_size(28, 3, padding=1) takes the padding off. Does a frame make more room or less?"
def conv_output_size(size, kernel, stride=1, padding=0):
    return (size - 2 * padding - kernel) // stride + 1


# %% wrong="conv_output_size" says="conv_output_size(28, 3) lays windows side by side. How far do they move each time?"
def conv_output_size(size, kernel, stride=1, padding=0):
    return (size + 2 * padding) // kernel


# %% wrong="conv_output_size" says="conv_output_size(28, 3) moves by 2 where no stride is given. What is its default?"
def conv_output_size(size, kernel, stride=2, padding=0):
    return (size + 2 * padding - kernel) // stride + 1


# %% wrong="conv_output_size" says="TypeError: conv_output_size() missing 2 required positional arguments: 'stride' and 'padding'. conv_output_size needs 2 more arguments: `stride` and `padding`."
def conv_output_size(size, kernel, stride, padding):
    return (size + 2 * padding - kernel) // stride + 1


# %% wrong="conv_output_size" says="conv_output_size(28, 3) takes the window off at both ends. How often does it fit before the edge?"
def conv_output_size(size, kernel, stride=1, padding=0):
    return (size + 2 * (padding - kernel)) // stride + 1


# %% wrong="S" says="S is 1536, and nn.Flatten() gives another number. How many channels, rows and columns reach it?"
S = 64 * 24


# %% wrong="S" says="S is 832, and nn.Flatten() gives another number. How many channels, rows and columns reach it?"
S = 64 * conv_output_size(28, 3, 2)


# %% wrong="S" says="S is 1179648, and nn.Flatten() gives another number. How many channels, rows and columns reach it?"
S = 1 * 32 * 64 * 24 * 24


# %% wrong="S" says="S is 40000, and nn.Flatten() gives another number. How many channels, rows and columns reach it?"
S = 64 * 25 * 25


# %% wrong="S" says="S is a float, and nn.Linear wants one whole number."
S = 64 * 24.0 * 24.0


# %% wrong="S" says="S is a str, and nn.Linear wants one whole number."
S = "36864"


# %% wrong="Reshape" says="RuntimeError: only one dimension can be inferred. -1 stands for the one size that follows from the others. Which of the sizes are known?"
class Reshape(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.shape = shape
    def forward(self, x):
        return x.reshape(-1, *self.shape)


# %% wrong="Reshape" says="RuntimeError: shape '[1, 4, 2, 3]' is invalid for input of size 6. 6 numbers are 1 example of 6, and 24 for each were asked for."
class Reshape(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.shape = shape
    def forward(self, x):
        self.shape = (x.shape[0], *self.shape)
        return x.reshape(self.shape)


# %% wrong="Reshape" says="ValueError: not enough values to unpack (expected 2, got 1). There are 2 names, and 1 value for them."
class Reshape(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.a, self.b = shape
    def forward(self, x):
        return x.reshape(len(x), self.a, self.b)


# %% wrong="Reshape" says="Reshape(-1)(x) puts the batch last. Which size comes first?"
class Reshape(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.shape = shape
    def forward(self, x):
        return x.reshape(*self.shape, x.shape[0])


# %% wrong="Reshape" says="Reshape(-1)(x) is 3 at [0, 1], wanted 1, the largest of 16 differences. These are the right numbers in another order."
class Reshape(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.shape = shape
    def forward(self, x):
        return torch.stack([row.T.reshape(self.shape) for row in x])


# %% wrong="Reshape" says="RuntimeError: numel: integer multiplication overflow"
class Reshape(nn.Module):
    def __init__(self, *shape):
        self.shape = shape
        super().__init__()
    def forward(self, x):
        x.resize_(len(x), *self.shape)
        return x
