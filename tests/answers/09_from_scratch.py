# %% [markdown]
# Right and wrong answers to the tasks of lesson 09. A wrong one says the sentence that its learner must read.


# %% right="linear"
def linear(x, w, b):
    return torch.addmm(b, x, w)


# %% right="linear"
def linear(x, w, b):
    return F.linear(x, w.T, b)


# %% right="linear"
def linear(x, w, b):
    return torch.einsum("ni,io->no", x, w) + b.unsqueeze(0)


# %% right="linear"
def linear(x, w, b):
    sums = (x[:, :, None] * w[None]).sum(dim=1)
    return sums.add(b)


# %% right="linear"
def linear(x, w, b):
    columns = [torch.mv(x, w[:, j]) + b[j] for j in range(w.shape[1])]
    return torch.stack(columns, dim=1)


# %% wrong="linear" says="linear(x, w, b) leaves the bias out."
def linear(x, w, b):
    return x @ w


# %% wrong="linear" says="linear(x, w, b) subtracts the bias."
def linear(x, w, b):
    return x @ w - b


# %% wrong="linear" says="RuntimeError: mm: mat1 and mat2 shapes cannot be multiplied (1x2 and 3x2). (1, 2) meets (3, 2): the two 2 would meet if the second were transposed."
def linear(x, w, b):
    return x @ w.T + b


# %% wrong="linear" says="linear(x, w, b) takes a row of w for each output. Here each output has a column."
def linear(x, w, b):
    return x @ (w.T if w.shape[0] == w.shape[1] else w) + b


# %% wrong="linear" says="linear(x, w, b) sends its sums through a sigmoid. Here the bare sums are wanted."
def linear(x, w, b):
    return torch.sigmoid(x @ w + b)


# %% wrong="linear" says="linear(x, w, b) sends its sums through ReLU. Here the bare sums are wanted."
def linear(x, w, b):
    return torch.relu(x @ w + b)


# %% wrong="linear" says="linear(x, w, b) has lost the batch. One image still makes one row."
def linear(x, w, b):
    return (x @ w + b).squeeze()


# %% wrong="linear" says="linear(x, w, b) is None, wanted float32[1, 3]. Does it return its result?"
def linear(x, w, b):
    x @ w + b


# %% wrong="linear" says="linear(x, w, b) is float32[1, 2], wanted float32[1, 3]."
def linear(x, w, b):
    return x


# %% wrong="linear" says="linear(x, w, b) is 0 at [0, 2], wanted 31, the largest of 3 differences. All 3 numbers are 0: does the result depend on the arguments?"
def linear(x, w, b):
    return torch.zeros(x.shape[0], w.shape[1])


# %% wrong="linear" says="linear(x, w, b) is cut off from autograd, so that nothing can be learnt through it."
def linear(x, w, b):
    with torch.no_grad():
        return x @ w + b


# %% wrong="linear" says="linear(x, w, b) cuts the bias off from autograd, so that it cannot learn."
def linear(x, w, b):
    return x @ w + b.detach()


# %% wrong="linear" says="an argument of linear was changed. Leave the argument as it was and return a new value."
def linear(x, w, b):
    with torch.no_grad():
        y = x @ w + b
        b += 1
    return x @ w + b - 1


# %% right="log_softmax"
def log_softmax(x):
    return x - torch.logsumexp(x, dim=1, keepdim=True)


# %% right="log_softmax"
def log_softmax(x):
    largest, _ = x.max(dim=1, keepdim=True)
    total = torch.exp(x - largest).sum(1, keepdim=True)
    return x - largest - torch.log(total)


# %% right="log_softmax"
def log_softmax(x):
    rows = []
    for row in x:
        m = row.max().detach()
        rows.append(row - m - (row - m).exp().sum().log())
    return torch.stack(rows)


# %% right="log_softmax"
def log_softmax(x):
    m = x.amax(1)
    norm = m + (x - m[:, None]).exp().sum(1).log()
    return (x.T - norm).T


# %% right="log_softmax"
def log_softmax(x):
    running = x[:, 0]
    for column in x.T[1:]:
        running = torch.logaddexp(running, column)
    return x - running.unsqueeze(1)


# %% wrong="log_softmax" says="log_softmax(x) takes the logarithm of a number that was too small for a float and became 0. Which form never computes it?"
def log_softmax(x):
    e = torch.exp(x - x.max(dim=1, keepdim=True).values)
    return torch.log(e / e.sum(dim=1, keepdim=True))


# %% wrong="log_softmax" says="log_softmax(x) loses large logits to an exp that overflows. Which number of each row makes it harmless?"
def log_softmax(x):
    return x - x.exp().sum(dim=1, keepdim=True).log()


# %% wrong="log_softmax" says="log_softmax(x) is nan for large logits: infinite / infinite. Which number of each row makes exp harmless?"
def log_softmax(x):
    return (x.exp() / x.exp().sum(dim=1, keepdim=True)).log()


# %% wrong="log_softmax" says="log_softmax(x) takes one maximum for the whole batch. Each row has its own."
def log_softmax(x):
    x = x - x.max()
    return x - x.exp().sum(dim=1, keepdim=True).log()


# %% wrong="log_softmax" says="log_softmax(x) compares the rows with each other. Which dim holds the classes?"
def log_softmax(x):
    return x - x.logsumexp(dim=0, keepdim=True)


# %% wrong="log_softmax" says="log_softmax(x) has one sum for all rows. Each row needs its own."
def log_softmax(x):
    return x - x.exp().sum().log()


# %% wrong="log_softmax" says="log_softmax(x) subtracts each row's number from a column. What keeps the shape (n, 1)?"
def log_softmax(x):
    return x - x.exp().sum(dim=1).log()


# %% wrong="log_softmax" says="log_softmax(x) gives probabilities. Their logarithms are wanted."
def log_softmax(x):
    e = torch.exp(x - x.amax(dim=1, keepdim=True))
    return e / e.sum(dim=1, keepdim=True)


# %% wrong="log_softmax" says="log_softmax(x) has the wrong sign. A probability is at most 1: what does that say of its logarithm?"
def log_softmax(x):
    return torch.logsumexp(x, dim=1, keepdim=True) - x


# %% wrong="log_softmax" says="log_softmax(x) subtracts the sum itself. Its logarithm is wanted."
def log_softmax(x):
    return x - x.exp().sum(dim=1, keepdim=True)


# %% wrong="log_softmax" says="log_softmax(x) subtracts each row's largest number, and nothing else. What else has to go?"
def log_softmax(x):
    return x - x.max(dim=1, keepdim=True)[0]


# %% wrong="log_softmax" says="log_softmax(x) calls torch's own log_softmax. The task is to write it yourself."
def log_softmax(x):
    return F.log_softmax(x, dim=1)


# %% wrong="log_softmax" says="log_softmax(x) calls torch's own softmax. The task is to write it yourself."
def log_softmax(x):
    return torch.where(x.softmax(1) > 0, x - x.logsumexp(1, True), x - x.logsumexp(1, True))


# %% wrong="log_softmax" says="log_softmax(x) is -1.386 at [1, 0], wanted -0.2231, the largest of 3 differences. All 4 numbers are -1.386: does the result depend on the arguments?"
def log_softmax(x):
    return torch.full_like(x, -math.log(4))


# %% wrong="log_softmax" says="log_softmax(x) is 0.6931 at [1, 1], wanted -1.609, the largest of 4 differences. log_softmax of these numbers is what is wanted: is the last step missing?"
def log_softmax(x):
    return x


# %% wrong="log_softmax" says="x was changed. Leave the argument as it was and return a new value."
def log_softmax(x):
    with torch.no_grad():
        x -= x.amax(dim=1, keepdim=True)
    return x - x.exp().sum(dim=1, keepdim=True).log()


# %% wrong="log_softmax" says="log_softmax(x) is cut off from autograd, so that nothing can be learnt through it."
def log_softmax(x):
    x = x.detach()
    return x - x.logsumexp(dim=1, keepdim=True)


# %% wrong="log_softmax" says="log_softmax(x) is cut off from autograd, so that nothing can be learnt through it."
def log_softmax(x):
    m = x.data.max(dim=1, keepdim=True).values
    return x.data - m - (x.data - m).exp().sum(dim=1, keepdim=True).log()


# %% wrong="log_softmax" says="log_softmax(x) takes the logarithm of a number that was too small for a float and became 0. Which form never computes it?"
def log_softmax(x):
    x = x - x.amax(1, keepdim=True)
    return (x.exp() / x.exp().sum(1, keepdim=True)).log()


# %% wrong="log_softmax" says="log_softmax(x) never goes far below 0. Is something small added, or cut off, to save a logarithm from 0?"
def log_softmax(x):
    x = x - x.amax(1, keepdim=True)
    return (x.exp() / x.exp().sum(1, keepdim=True) + 1e-30).log()


# %% right="accuracy"
def accuracy(out, y):
    return (torch.max(out, 1).indices == y).sum().item() / len(y)


# %% right="accuracy"
def accuracy(out, y):
    right = 0
    for row, label in zip(out, y):
        right += int(row.argmax() == label)
    return right / y.numel()


# %% right="accuracy"
def accuracy(out, y):
    return float(torch.eq(out.argmax(-1), y).double().mean())


# %% right="accuracy"
def accuracy(out, y):
    return float(np.mean(out.detach().cpu().numpy().argmax(axis=1) == y.cpu().numpy()))


# %% right="accuracy"
def accuracy(out, y):
    wrong = torch.count_nonzero(torch.topk(out, 1).indices.squeeze(1) - y)
    return 1 - wrong.item() / out.shape[0]


# %% wrong="accuracy" says="accuracy(out, y) gives a tensor. Which method gives the bare number?"
def accuracy(out, y):
    return (out.argmax(dim=1) == y).float().mean()


# %% wrong="accuracy" says="accuracy(out, y) counts the right answers. Their share is wanted."
def accuracy(out, y):
    return (out.argmax(dim=1) == y).sum().item()


# %% wrong="accuracy" says="accuracy(out, y) counts the right answers, in a tensor. Their share is wanted, as a Python float."
def accuracy(out, y):
    return (out.argmax(dim=1) == y).sum()


# %% wrong="accuracy" says="accuracy(out, y) is in percent. A share lies between 0 and 1."
def accuracy(out, y):
    return 100 * (out.argmax(dim=1) == y).float().mean().item()


# %% wrong="accuracy" says="accuracy(out, y) is the share of the wrong answers."
def accuracy(out, y):
    return (out.argmax(dim=1) != y).float().mean().item()


# %% wrong="accuracy" says="accuracy(out, y) compares each answer with every label. Which shapes meet in the comparison?"
def accuracy(out, y):
    return (out.argmax(dim=1, keepdim=True) == y).float().mean().item()


# %% wrong="accuracy" says="accuracy(out, y) gives one truth value per row. Their mean is wanted."
def accuracy(out, y):
    return out.argmax(dim=1) == y


# %% wrong="accuracy" says="RuntimeError: The size of tensor a (3) must match the size of tensor b (5) at non-singleton dimension 0. Shapes are compared from the right, and there 3 meets 5: sizes must be the same, or 1."
def accuracy(out, y):
    return (out.argmax(dim=0) == y).float().mean().item()


# %% wrong="accuracy" says="accuracy(out, y) looks for the largest number of each column. Which dim holds the classes?"
def accuracy(out, y):
    dim = 0 if out.shape[0] == out.shape[1] else 1
    return (out.argmax(dim=dim) == y).float().mean().item()


# %% wrong="accuracy" says="NotImplementedError: mean(): could not infer output dtype…"
def accuracy(out, y):
    return (out.argmax(dim=1) == y).mean().item()


# %% wrong="accuracy" says="accuracy(out, y) is 1, wanted 0.4."
def accuracy(out, y):
    return 1.0


# %% wrong="accuracy" says="accuracy(out, y) is a tensor, float32[5, 3], wanted a Python float."
def accuracy(out, y):
    return out


# %% wrong="accuracy" says="accuracy(out, y) of eleven rows is…"
def accuracy(out, y):
    return round((out.argmax(dim=1) == y).float().mean().item(), 2)


# %% wrong="accuracy" says="accuracy(out, y) divides by the number of all outputs. How many rows are there?"
def accuracy(out, y):
    return (out.argmax(dim=1) == y).sum().item() / out.numel()


# %% right="DIFFERENTIABLE"
DIFFERENTIABLE = dict(accuracy=False, argmax=False, cross_entropy=True, mse=True)

# %% right="DIFFERENTIABLE"
a = torch.randn(4, 3, requires_grad=True)
t = torch.tensor([0, 1, 2, 0])
DIFFERENTIABLE = {
    "mse": (a - F.one_hot(t, 3)).square().mean().requires_grad,
    "cross_entropy": F.cross_entropy(a, t).grad_fn is not None,
    "argmax": a.argmax(1).requires_grad,
    "accuracy": (a.argmax(1) == t).float().mean().requires_grad,
}

# %% wrong="DIFFERENTIABLE" says="DIFFERENTIABLE has one wrong entry. Which of the four results have a grad_fn?"
DIFFERENTIABLE = {"accuracy": True, "argmax": False, "cross_entropy": True, "mse": True}

# %% wrong="DIFFERENTIABLE" says="DIFFERENTIABLE has one wrong entry. Which of the four results have a grad_fn?"
DIFFERENTIABLE = {"accuracy": False, "argmax": False, "cross_entropy": True, "mse": False}

# %% wrong="DIFFERENTIABLE" says="DIFFERENTIABLE has two wrong entries. Which of the four results have a grad_fn?"
DIFFERENTIABLE = {"accuracy": True, "argmax": True, "cross_entropy": True, "mse": True}

# %% wrong="DIFFERENTIABLE" says="DIFFERENTIABLE has three wrong entries. Which of the four results have a grad_fn?"
DIFFERENTIABLE = {"accuracy": True, "argmax": True, "cross_entropy": True, "mse": False}

# %% wrong="DIFFERENTIABLE" says="DIFFERENTIABLE has four wrong entries. What does a grad_fn of None say?"
DIFFERENTIABLE = {"accuracy": True, "argmax": True, "cross_entropy": False, "mse": False}

# %% wrong="DIFFERENTIABLE" says="DIFFERENTIABLE has a value that is neither True nor False."
DIFFERENTIABLE = {"accuracy": 0, "argmax": 0, "cross_entropy": 1, "mse": 1}

# %% wrong="DIFFERENTIABLE" says="DIFFERENTIABLE has a value that is neither True nor False."
DIFFERENTIABLE = {"accuracy": "no", "argmax": "no", "cross_entropy": "yes", "mse": "yes"}

# %% wrong="DIFFERENTIABLE" says="DIFFERENTIABLE has no entry for 'argmax'. Its keys are those of the table."
DIFFERENTIABLE = {"accuracy": False, "cross_entropy": True, "mse": True}

# %% wrong="DIFFERENTIABLE" says="DIFFERENTIABLE is no dictionary. It has four keys, and a value for each."
DIFFERENTIABLE = [False, False, True, True]


# %% right="cross_entropy"
def cross_entropy(logits, labels):
    return -log_softmax(logits).gather(1, labels.unsqueeze(1)).squeeze(1).mean()


# %% right="cross_entropy"
def cross_entropy(logits, labels):
    chosen = logits[range(len(labels)), labels]
    return (torch.logsumexp(logits, dim=1) - chosen).mean()


# %% right="cross_entropy"
def cross_entropy(logits, labels):
    hot = F.one_hot(labels, logits.shape[1])
    return -(log_softmax(logits) * hot).sum() / len(logits)


# %% right="cross_entropy"
def cross_entropy(logits, labels):
    total = 0
    for row, label in zip(log_softmax(logits), labels):
        total = total - row[label]
    return total / labels.shape[0]


# %% right="cross_entropy"
def cross_entropy(logits, labels):
    log_probs = torch.log_softmax(logits, dim=1)
    return -log_probs[torch.arange(labels.size(0)), labels].mean()


# %% wrong="cross_entropy" says="cross_entropy(…) is negative. A loss falls when things get better."
def cross_entropy(logits, labels):
    return log_softmax(logits)[torch.arange(len(labels)), labels].mean()


# %% wrong="cross_entropy" says="cross_entropy(…) is the sum over the rows. Their mean is wanted."
def cross_entropy(logits, labels):
    return -log_softmax(logits)[torch.arange(len(labels)), labels].sum()


# %% wrong="cross_entropy" says="cross_entropy(…) gives one loss per row. Their mean is wanted."
def cross_entropy(logits, labels):
    return -log_softmax(logits)[torch.arange(len(labels)), labels]


# %% wrong="cross_entropy" says="cross_entropy(…) takes every label's column from every row. Each row has one label."
def cross_entropy(logits, labels):
    return -log_softmax(logits)[:, labels].mean()


# %% wrong="cross_entropy" says="cross_entropy(…) is a Python number, so autograd cannot go back through it."
def cross_entropy(logits, labels):
    return -log_softmax(logits)[torch.arange(len(labels)), labels].mean().item()


# %% wrong="cross_entropy" says="cross_entropy(…) averages probabilities. Where is the logarithm?"
def cross_entropy(logits, labels):
    return -log_softmax(logits).exp()[torch.arange(len(labels)), labels].mean()


# %% wrong="cross_entropy" says="cross_entropy(…) takes the logits for log-probabilities. What has to come first?"
def cross_entropy(logits, labels):
    return -logits[torch.arange(len(labels)), labels].mean()


# %% wrong="cross_entropy" says="cross_entropy(…) is infinite for a large logit. Does a probability become 0 before its logarithm is taken?"
def cross_entropy(logits, labels):
    return -logits.softmax(dim=1)[torch.arange(len(labels)), labels].log().mean()


# %% wrong="cross_entropy" says="cross_entropy(…) is nan for a large logit. Does an exp overflow?"
def cross_entropy(logits, labels):
    p = logits.exp() / logits.exp().sum(dim=1, keepdim=True)
    hot = F.one_hot(labels, logits.shape[1])
    return -(hot * p.log()).sum(dim=1).mean()


# %% wrong="cross_entropy" says="cross_entropy(logits, labels) calls torch's own cross_entropy. The task is to write it yourself."
def cross_entropy(logits, labels):
    return F.cross_entropy(logits, labels)


# %% wrong="cross_entropy" says="cross_entropy(logits, labels) calls torch's own cross_entropy. The task is to write it yourself."
def cross_entropy(logits, labels):
    return nn.CrossEntropyLoss()(logits, labels)


# %% wrong="cross_entropy" says="cross_entropy(logits, labels) calls torch's own nll_loss. The task is to write it yourself."
def cross_entropy(logits, labels):
    return F.nll_loss(log_softmax(logits), labels)


# %% wrong="cross_entropy" says="cross_entropy(…) is cut off from autograd, so that nothing can learn from it."
def cross_entropy(logits, labels):
    return -log_softmax(logits.detach())[torch.arange(len(labels)), labels].mean()


# %% wrong="cross_entropy" says="cross_entropy(…) is cut off from autograd, so that nothing can learn from it."
def cross_entropy(logits, labels):
    return torch.tensor(-log_softmax(logits)[torch.arange(len(labels)), labels].mean().item())


# %% wrong="cross_entropy" says="cross_entropy(logits, labels) is 2.303, wanted 0.3715."
def cross_entropy(logits, labels):
    return torch.tensor(math.log(10))


# %% wrong="cross_entropy" says="cross_entropy(logits, labels) is float32[3, 2], wanted float32[]."
def cross_entropy(logits, labels):
    return logits


# %% right="batches"
def batches(x, y, size):
    for pair in zip(x.split(size), y.split(size)):
        yield pair


# %% right="batches"
def batches(x, y, size):
    return ((x[i : i + size], y[i : i + size]) for i in range(0, len(y), size))


# %% right="batches"
def batches(x, y, size):
    start = 0
    while start < len(x):
        end = min(start + size, len(x))
        yield x[start:end], y[start:end]
        start = end


# %% right="batches"
def batches(x, y, size):
    yield from zip(torch.split(x, size), torch.split(y, size), strict=True)


# %% right="batches"
def batches(x, y, size):
    count = (len(x) - 1) // size + 1
    for i in range(count):
        rows = slice(i * size, (i + 1) * size)
        yield [x[rows], y[rows]]


# %% right="batches"
def batches(x, y, size):
    for rows in torch.arange(len(x)).split(size):
        yield x[rows], y[rows]


# %% wrong="batches" says="batches(x, y, 2) drops the last, smaller batch."
def batches(x, y, size):
    for i in range(len(x) // size):
        yield x[i * size : (i + 1) * size], y[i * size : (i + 1) * size]


# %% wrong="batches" says="batches(x, y, 2) of four rows ends with an empty batch."
def batches(x, y, size):
    for i in range(len(x) // size + 1):
        yield x[i * size : (i + 1) * size], y[i * size : (i + 1) * size]


# %% wrong="batches" says="batches(x, y, 2) is no generator. Which word hands out one value and waits?"
def batches(x, y, size):
    return [(x[i : i + size], y[i : i + size]) for i in range(0, len(x), size)]


# %% wrong="batches" says="batches(x, y, 2) is no generator. Which word hands out one value and waits?"
def batches(x, y, size):
    for i in range(0, len(x), size):
        return x[i : i + size], y[i : i + size]


# %% wrong="batches" says="batches(x, y, 2) yields something that is no pair of tensors. Each batch has rows of x and of y."
def batches(x, y, size):
    for i in range(0, len(x), size):
        yield x[i : i + size]


# %% wrong="batches" says="batches(x, y, 2) yields single rows. How far apart do two batches begin?"
def batches(x, y, size):
    for i in range(len(x)):
        yield x[i : i + 1], y[i : i + 1]


# %% wrong="batches" says="batches(x, y, 2) begins a batch at every row. How far apart should they begin?"
def batches(x, y, size):
    for i in range(len(x)):
        yield x[i : i + size], y[i : i + size]


# %% wrong="batches" says="batches(x, y, 2) makes two batches. The 2 is the size of each."
def batches(x, y, size):
    yield from zip(x.chunk(size), y.chunk(size))


# %% wrong="batches" says="batches(x, y, 2) yields all rows at once."
def batches(x, y, size):
    yield x, y


# %% wrong="batches" says="batches(x, y, 2) ends after the first batch. Does it return, or yield?"
def batches(x, y, size):
    yield x[:size], y[:size]


# %% wrong="batches" says="batches(x, y, 2) yields batches without end."
def batches(x, y, size):
    while True:
        yield x[:size], y[:size]


# %% wrong="batches" says="batches(x, y, 2) yields all rows, but in another order."
def batches(x, y, size):
    order = torch.randperm(len(x), generator=torch.Generator().manual_seed(0))
    for rows in order.split(size):
        yield x[rows], y[rows]


# %% wrong="batches" says="the labels of all batches(x, y, 2) is…"
def batches(x, y, size):
    for i in range(0, len(x), size):
        yield x[i : i + size], y[: len(x[i : i + size])]


# %% wrong="batches" says="the sizes of batches(x, y, 3) of 7 rows is…"
def batches(x, y, size):
    for i in range(0, len(x), 2):
        yield x[i : i + 2], y[i : i + 2]


# %% wrong="batches" says="batches(x, y, 2) of five rows has two rows in its third batch. At which row should it begin, and what is left there?"
def batches(x, y, size):
    for i in range(0, len(x), size):
        i = min(i, len(x) - size)
        yield x[i : i + size], y[i : i + size]


# %% right="fit_by_hand"
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = torch.zeros(784, 10, device=x.device, requires_grad=True)
    b = torch.zeros(10, device=x.device, requires_grad=True)
    losses = []
    for epoch in range(epochs):
        losses_of_epoch = []
        for xb, yb in batches(x, y, batch_size):
            loss = cross_entropy(linear(xb, w, b), yb)
            gw, gb = torch.autograd.grad(loss, [w, b])
            with torch.no_grad():
                w.sub_(lr * gw)
                b.sub_(lr * gb)
            losses_of_epoch += [loss.item()] * len(xb)
        losses.append(sum(losses_of_epoch) / len(losses_of_epoch))
    return w, b, losses


# %% right="fit_by_hand"
def fit_by_hand(x, y, epochs, lr, batch_size):
    torch.manual_seed(0)
    weights = 0.01 * torch.randn(784, 10)
    weights.requires_grad = True
    bias = torch.zeros(10).requires_grad_()
    losses = []
    for _ in range(epochs):
        total, count = 0, 0
        for images, labels in zip(x.split(batch_size), y.split(batch_size)):
            loss = -log_softmax(images @ weights + bias)[torch.arange(len(labels)), labels].mean()
            loss.backward()
            weights.data -= lr * weights.grad
            bias.data -= lr * bias.grad
            weights.grad = bias.grad = None
            total += loss.detach() * len(images)
            count += len(images)
        losses.append(float(total / count))
    return weights.detach(), bias.detach(), losses


# %% right="fit_by_hand"
def fit_by_hand(x, y, epochs, lr, batch_size):
    w, b = nn.Parameter(torch.empty(784, 10)), nn.Parameter(torch.zeros(10))
    nn.init.xavier_normal_(w)
    optimizer = torch.optim.SGD([w, b], lr=lr)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            optimizer.zero_grad()
            loss = F.cross_entropy(images @ w + b, labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * labels.shape[0]
        losses.append(total / y.shape[0])
    return w.data, b.data, losses


# %% right="fit_by_hand"
def fit_by_hand(x, y, epochs, lr, batch_size):
    generator = torch.Generator().manual_seed(3)
    w = torch.randn(784, 10, generator=generator) * (1 / 28)
    b = torch.zeros(10)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            p = torch.exp(log_softmax(linear(images, w, b)))
            total += cross_entropy(linear(images, w, b), labels).item() * len(images)
            error = (p - F.one_hot(labels, 10)) / len(images)
            w = w - lr * images.T @ error
            b = b - lr * error.sum(dim=0)
        losses.append(total / len(x))
    return w, b, losses


# %% right="fit_by_hand"
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.rand(784, 10) - 0.5) / 28
    b = torch.zeros(10)
    losses = [0.0] * epochs
    for epoch in range(epochs):
        for images, labels in batches(x, y, batch_size):
            w = w.detach().requires_grad_()
            b = b.detach().requires_grad_()
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            losses[epoch] += loss.item() * len(images) / len(x)
            w = w - lr * w.grad
            b = b - lr * b.grad
    return (w, b, losses)


# %% wrong="fit_by_hand" says="RuntimeError: a leaf Variable that requires grad is being used in an in-place operation. `w` requires a gradient, and it is changed while autograd is watching. What tells autograd to look away during a step?"
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(784, 10) / 28).requires_grad_()
    b = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            w -= lr * w.grad
            b -= lr * b.grad
            w.grad.zero_()
            b.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return w, b, losses


# %% wrong="fit_by_hand" says="TypeError: unsupported operand type(s) for *: 'float' and 'NoneType'. `w.grad` is None: `w` is a result, and results keep no gradient. Was it made anew?"
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = torch.randn(784, 10, requires_grad=True) / 28
    b = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward(retain_graph=True)
            with torch.no_grad():
                w -= lr * w.grad
                b -= lr * b.grad
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return w, b, losses


# %% wrong="fit_by_hand" says="AttributeError: 'NoneType' object has no attribute 'zero_'. `w.grad` is None: `w` does not require a gradient."
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(784, 10) / 28).requires_grad_()
    b = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w = w - lr * w.grad
                b = b - lr * b.grad
                w.grad.zero_()
                b.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return w, b, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) uses gradients of earlier batches again. Who clears them?"
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(784, 10) / 28).requires_grad_()
    b = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w -= lr * w.grad
                b -= lr * b.grad
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return w, b, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) clears the gradient of the weights alone. What about that of the bias?"
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(784, 10) / 28).requires_grad_()
    b = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w -= lr * w.grad
                b -= lr * b.grad
            w.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return w, b, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) never moves the bias."
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(784, 10) / 28).requires_grad_()
    b = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w -= lr * w.grad
            w.grad.zero_()
            b.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return w, b, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) gives the mean of the batches' means. A smaller batch must count less."
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(784, 10) / 28).requires_grad_()
    b = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w -= lr * w.grad
                b -= lr * b.grad
            w.grad.zero_()
            b.grad.zero_()
            total += loss.item()
        losses.append(total / math.ceil(len(x) / batch_size))
    return w, b, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) gives the loss of each epoch's last batch. What about the others?"
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(784, 10) / 28).requires_grad_()
    b = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w -= lr * w.grad
                b -= lr * b.grad
            w.grad.zero_()
            b.grad.zero_()
            total += loss.item() * len(images)
        losses.append(loss.item())
    return w, b, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) gives one loss per batch. One per epoch is wanted."
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(784, 10) / 28).requires_grad_()
    b = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w -= lr * w.grad
                b -= lr * b.grad
            w.grad.zero_()
            b.grad.zero_()
            losses.append(loss.item())
    return w, b, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) divides a sum of the batches' means by the number of images. How much should each mean weigh?"
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(784, 10) / 28).requires_grad_()
    b = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w -= lr * w.grad
                b -= lr * b.grad
            w.grad.zero_()
            b.grad.zero_()
            total += loss.item()
        losses.append(total / len(x))
    return w, b, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) adds up the batches' means for each epoch, and divides by nothing."
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(784, 10) / 28).requires_grad_()
    b = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w -= lr * w.grad
                b -= lr * b.grad
            w.grad.zero_()
            b.grad.zero_()
            total += loss.item()
        losses.append(total)
    return w, b, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) gives the sum over the images for each epoch. Their mean is wanted."
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(784, 10) / 28).requires_grad_()
    b = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w -= lr * w.grad
                b -= lr * b.grad
            w.grad.zero_()
            b.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total)
    return w, b, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) goes on adding from one epoch to the next. Each epoch has a mean of its own."
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(784, 10) / 28).requires_grad_()
    b = torch.zeros(10, requires_grad=True)
    losses = []
    total = 0.0
    for _ in range(epochs):
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w -= lr * w.grad
                b -= lr * b.grad
            w.grad.zero_()
            b.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return w, b, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) gives losses that are not a list of Python floats. Which method makes a number of a tensor?"
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(784, 10) / 28).requires_grad_()
    b = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w -= lr * w.grad
                b -= lr * b.grad
            w.grad.zero_()
            b.grad.zero_()
            total += loss * len(images)
        losses.append(total / len(x))
    return w, b, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) gives losses that are not a list of Python floats. Which method makes a number of a tensor?"
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(784, 10) / 28).requires_grad_()
    b = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w -= lr * w.grad
                b -= lr * b.grad
            w.grad.zero_()
            b.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return w, b, torch.tensor(losses)


# %% wrong="fit_by_hand" says="fit_by_hand(…) starts far above a loss of ln 10. How large are sums of 784 such weights?"
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = torch.randn(784, 10).requires_grad_()
    b = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w -= lr * w.grad
                b -= lr * b.grad
            w.grad.zero_()
            b.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return w, b, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) gives weights of shape (10, 784). Here each class has a column."
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(10, 784) / 28).requires_grad_()
    b = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(F.linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w -= lr * w.grad
                b -= lr * b.grad
            w.grad.zero_()
            b.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return w, b, losses


# %% wrong="fit_by_hand" says="the bias from fit_by_hand(…) has shape (1, 10), wanted (10,)."
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(784, 10) / 28).requires_grad_()
    b = torch.zeros(1, 10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w -= lr * w.grad
                b -= lr * b.grad
            w.grad.zero_()
            b.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return w, b, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) does not give a tuple of three: weights, bias and losses."
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(784, 10) / 28).requires_grad_()
    b = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w -= lr * w.grad
                b -= lr * b.grad
            w.grad.zero_()
            b.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))


# %% wrong="fit_by_hand" says="fit_by_hand(…) does not give a tuple of three: weights, bias and losses."
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(784, 10) / 28).requires_grad_()
    b = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w -= lr * w.grad
                b -= lr * b.grad
            w.grad.zero_()
            b.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return w, b


# %% wrong="fit_by_hand" says="fit_by_hand(…) goes uphill."
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(784, 10) / 28).requires_grad_()
    b = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w += lr * w.grad
                b += lr * b.grad
            w.grad.zero_()
            b.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return w, b, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) never moves its weights. Does each batch get its step?"
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(784, 10) / 28).requires_grad_()
    b = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            w.grad.zero_()
            b.grad.zero_()
            with torch.no_grad():
                w -= lr * w.grad
                b -= lr * b.grad
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return w, b, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) makes one step on all images. Each batch gets a step."
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(784, 10) / 28).requires_grad_()
    b = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in [(x, y)]:
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w -= lr * w.grad
                b -= lr * b.grad
            w.grad.zero_()
            b.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return w, b, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) makes a step for each image. What is batch_size for?"
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(784, 10) / 28).requires_grad_()
    b = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, 1):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w -= lr * w.grad
                b -= lr * b.grad
            w.grad.zero_()
            b.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return w, b, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) steps along the sum over a batch. The mean is wanted."
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(784, 10) / 28).requires_grad_()
    b = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            (loss * len(images)).backward()
            with torch.no_grad():
                w -= lr * w.grad
                b -= lr * b.grad
            w.grad.zero_()
            b.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return w, b, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) gives one loss for two epochs. Does it return too early, or count an epoch too few?"
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(784, 10) / 28).requires_grad_()
    b = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w -= lr * w.grad
                b -= lr * b.grad
            w.grad.zero_()
            b.grad.zero_()
            total += loss.item() * len(images)
    losses.append(total / len(x))
    return w, b, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) gives one loss for two epochs. Does it return too early, or count an epoch too few?"
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(784, 10) / 28).requires_grad_()
    b = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w -= lr * w.grad
                b -= lr * b.grad
            w.grad.zero_()
            b.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
        return w, b, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) ends after three epochs where one epoch ends. Does each epoch go on from the last?"
def fit_by_hand(x, y, epochs, lr, batch_size):
    losses = []
    for _ in range(epochs):
        w = (torch.randn(784, 10, generator=torch.Generator().manual_seed(1)) / 28).requires_grad_()
        b = torch.zeros(10, requires_grad=True)
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w -= lr * w.grad
                b -= lr * b.grad
            w.grad.zero_()
            b.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return w, b, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) is right for one epoch, and not for three. What changes between two epochs?"
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(784, 10) / 28).requires_grad_()
    b = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w -= lr * w.grad
                b -= lr * b.grad
            w.grad.zero_()
            b.grad.zero_()
            total += loss.item() * len(images)
        lr = lr * 0.9
        losses.append(total / len(x))
    return w, b, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) is right for one epoch, and not for three. What changes between two epochs?"
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(784, 10) / 28).requires_grad_()
    b = torch.zeros(10, requires_grad=True)
    losses = []
    made = list(batches(x, y, batch_size))
    for e in range(epochs):
        total = 0.0
        for images, labels in (made if e == 0 else made[::-1]):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w -= lr * w.grad
                b -= lr * b.grad
            w.grad.zero_()
            b.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return w, b, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) does not end where one plain step per batch leads, in order, with the learning rate lr."
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(784, 10) / 28).requires_grad_()
    b = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in list(batches(x, y, batch_size))[::-1]:
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w -= lr * w.grad
                b -= lr * b.grad
            w.grad.zero_()
            b.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return w, b, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) does not end where one plain step per batch leads, in order, with the learning rate lr."
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(784, 10) / 28).requires_grad_()
    b = torch.zeros(10, requires_grad=True)
    losses = []
    optimizer = torch.optim.Adam([w, b], lr=lr)
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            optimizer.step()
            w.grad.zero_()
            b.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return w, b, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) is right for one epoch, and not for three. What changes between two epochs?"
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(784, 10) / 28).requires_grad_()
    b = torch.zeros(10, requires_grad=True)
    losses = []
    for e in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w -= lr * (w.grad + (0.1 * w if e else 0))
                b -= lr * b.grad
            w.grad.zero_()
            b.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return w, b, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) notes other losses than those that its steps start from. When is each loss computed?"
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(784, 10) / 28).requires_grad_()
    b = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w -= lr * w.grad
                b -= lr * b.grad
            w.grad.zero_()
            b.grad.zero_()
            loss = cross_entropy(linear(images, w, b), labels)
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return w, b, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) notes other losses than those that its steps start from. When is each loss computed?"
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(784, 10) / 28).requires_grad_()
    b = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w -= lr * w.grad
                b -= lr * b.grad
            w.grad.zero_()
            b.grad.zero_()
            total += loss.item() * len(images)
        losses.append(cross_entropy(linear(x, w, b), y).item())
    return w, b, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) with lr=0 gives a bias that is not all 0. Where does the bias start, and what moves it when lr is 0?"
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(784, 10) / 28).requires_grad_()
    b = torch.ones(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w -= lr * w.grad
                b -= lr * b.grad
            w.grad.zero_()
            b.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return w, b, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) with lr=0 gives other weights at its second call, though the seed is the same. What draws them, or what moves them?"
NEVER_SEEDED = torch.Generator()


def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(784, 10, generator=NEVER_SEEDED) / 28).requires_grad_()
    b = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w -= lr * w.grad
                b -= lr * b.grad
            w.grad.zero_()
            b.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return w, b, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) with lr=0 gives a bias that is not all 0. Where does the bias start, and what moves it when lr is 0?"
# lr is not used
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(784, 10) / 28).requires_grad_()
    b = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w -= 0.1 * w.grad
                b -= 0.1 * b.grad
            w.grad.zero_()
            b.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return w, b, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) switches recording off for good, so that nothing can be trained afterwards."
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(784, 10) / 28).requires_grad_()
    b = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            torch.set_grad_enabled(True)
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            torch.set_grad_enabled(False)
            w -= lr * w.grad
            b -= lr * b.grad
            w.grad.zero_()
            b.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return w, b, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) makes no step for the last, smaller batch."
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(784, 10) / 28).requires_grad_()
    b = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
              if len(images) == batch_size:
                w -= lr * w.grad
                b -= lr * b.grad
            w.grad.zero_()
            b.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return w, b, losses


# %% right="MNISTLogistic"
class MNISTLogistic(nn.Module):
    def __init__(self):
        super(MNISTLogistic, self).__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weights + self.bias

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p -= lr * p.grad
                p.grad = None


# %% right="MNISTLogistic"
class MNISTLogistic(nn.Module):
    def __init__(self):
        nn.Module.__init__(self)
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return torch.addmm(self.bias, x, self.weights)

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p.add_(p.grad, alpha=-lr)
                p.grad.zero_()


# %% right="MNISTLogistic"
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weights + self.bias

    def step(self, lr):
        with torch.no_grad():
            for name, p in self.named_parameters():
                p.copy_(p - lr * p.grad)
        self.zero_grad()


# %% right="MNISTLogistic"
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weights + self.bias

    def step(self, lr):
        for p in (self.weights, self.bias):
            p.data -= lr * p.grad
            p.grad.zero_()


# %% right="MNISTLogistic"
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.zeros(784, 10))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weights + self.bias

    def step(self, lr):
        optimizer = torch.optim.SGD(self.parameters(), lr=lr)
        optimizer.step()
        optimizer.zero_grad()


# %% right="MNISTLogistic"
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return linear(x, self.weights, self.bias)

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p -= lr * p.grad
                p.grad.zero_()


# %% wrong="MNISTLogistic" says="MNISTLogistic has 4 slips left: super is asked for __init__ without having been called; an attribute is asked for under a name that it does not have; a tensor is called like a function; a tensor is asked for a method zero, which it does not have."
class MNISTLogistic(nn.Module):
    def __init__(self):
        super.__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weight + self.bias

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p -= lr * p.grad()
                p.grad.zero()


# %% wrong="MNISTLogistic" says="MNISTLogistic has 3 slips left: an attribute is asked for under a name that it does not have; a tensor is called like a function; a tensor is asked for a method zero, which it does not have."
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weight + self.bias

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p -= lr * p.grad()
                p.grad.zero()


# %% wrong="MNISTLogistic" says="MNISTLogistic has 3 slips left: super is asked for __init__ without having been called; a tensor is called like a function; a tensor is asked for a method zero, which it does not have."
class MNISTLogistic(nn.Module):
    def __init__(self):
        super.__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weights + self.bias

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p -= lr * p.grad()
                p.grad.zero()


# %% wrong="MNISTLogistic" says="MNISTLogistic has 3 slips left: super is asked for __init__ without having been called; an attribute is asked for under a name that it does not have; a tensor is asked for a method zero, which it does not have."
class MNISTLogistic(nn.Module):
    def __init__(self):
        super.__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weight + self.bias

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p -= lr * p.grad
                p.grad.zero()


# %% wrong="MNISTLogistic" says="MNISTLogistic has 3 slips left: super is asked for __init__ without having been called; an attribute is asked for under a name that it does not have; a tensor is called like a function."
class MNISTLogistic(nn.Module):
    def __init__(self):
        super.__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weight + self.bias

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p -= lr * p.grad()
                p.grad.zero_()


# %% wrong="MNISTLogistic" says="MNISTLogistic has 2 slips left: a tensor is called like a function; a tensor is asked for a method zero, which it does not have."
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weights + self.bias

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p -= lr * p.grad()
                p.grad.zero()


# %% wrong="MNISTLogistic" says="MNISTLogistic has 2 slips left: super is asked for __init__ without having been called; an attribute is asked for under a name that it does not have."
class MNISTLogistic(nn.Module):
    def __init__(self):
        super.__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weight + self.bias

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p -= lr * p.grad
                p.grad.zero_()


# %% wrong="MNISTLogistic" says="MNISTLogistic has 2 slips left: super is asked for __init__ without having been called; a tensor is asked for a method zero, which it does not have."
class MNISTLogistic(nn.Module):
    def __init__(self):
        super.__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weights + self.bias

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p -= lr * p.grad
                p.grad.zero()


# %% wrong="MNISTLogistic" says="MNISTLogistic has a slip left: super is asked for __init__ without having been called."
class MNISTLogistic(nn.Module):
    def __init__(self):
        super.__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weights + self.bias

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p -= lr * p.grad
                p.grad.zero_()


# %% wrong="MNISTLogistic" says="MNISTLogistic has a slip left: an attribute is asked for under a name that it does not have."
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weight + self.bias

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p -= lr * p.grad
                p.grad.zero_()


# %% wrong="MNISTLogistic" says="MNISTLogistic has a slip left: a tensor is called like a function."
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weights + self.bias

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p -= lr * p.grad()
                p.grad.zero_()


# %% wrong="MNISTLogistic" says="MNISTLogistic has a slip left: a tensor is asked for a method zero, which it does not have."
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weights + self.bias

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p -= lr * p.grad
                p.grad.zero()


# %% wrong="MNISTLogistic" says="MNISTLogistic has a slip left: nn.Module is not set up before parameters are assigned."
class MNISTLogistic(nn.Module):
    def __init__(self):
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weights + self.bias

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p -= lr * p.grad
                p.grad.zero_()


# %% wrong="MNISTLogistic" says="MNISTLogistic has 3 slips left: nn.Module is not set up before parameters are assigned; a tensor is called like a function; a tensor is asked for a method zero, which it does not have."
class MNISTLogistic(nn.Module):
    def __init__(self):
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weights + self.bias

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p -= lr * p.grad()
                p.grad.zero()


# %% wrong="MNISTLogistic" says="MNISTLogistic has 2 slips left: an attribute is asked for under a name that it does not have; a tensor is called like a function."
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weight + self.bias

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p -= lr * p.grad()
                p.grad.zero_()


# %% wrong="MNISTLogistic" says="MNISTLogistic has 2 slips left: an attribute is asked for under a name that it does not have; a tensor is asked for a method zero, which it does not have."
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weight + self.bias

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p -= lr * p.grad
                p.grad.zero()


# %% wrong="MNISTLogistic" says="MNISTLogistic has 2 slips left: super is asked for __init__ without having been called; a tensor is called like a function."
class MNISTLogistic(nn.Module):
    def __init__(self):
        super.__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weights + self.bias

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p -= lr * p.grad()
                p.grad.zero_()


# %% wrong="MNISTLogistic" says="MNISTLogistic() keeps its weights under the name weight. The task keeps the name weights."
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weight + self.bias

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p -= lr * p.grad
                p.grad.zero_()


# %% wrong="MNISTLogistic" says="MNISTLogistic has a slip left: an attribute is asked for under a name that it does not have."
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weights + self.bias

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p -= lr * p.grad
                p.grad.zero_()


# %% wrong="MNISTLogistic" says="MNISTLogistic() registers neither weights nor bias. What must a tensor be to be registered?"
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = (torch.randn(784, 10) / math.sqrt(784)).requires_grad_()
        self.bias = torch.zeros(10, requires_grad=True)

    def forward(self, x):
        return x @ self.weights + self.bias

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p -= lr * p.grad
                p.grad.zero_()


# %% wrong="MNISTLogistic" says="MNISTLogistic() does not register its bias. What must a tensor be to be registered?"
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = torch.zeros(10, requires_grad=True)

    def forward(self, x):
        return x @ self.weights + self.bias

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p -= lr * p.grad
                p.grad.zero_()


# %% wrong="MNISTLogistic" says="MNISTLogistic()(x) gives log-probabilities. The class as it stands gives logits."
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return log_softmax(x @ self.weights + self.bias)

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p -= lr * p.grad
                p.grad.zero_()


# %% wrong="MNISTLogistic" says="MNISTLogistic()(x) gives probabilities. The class as it stands gives logits."
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return torch.softmax(x @ self.weights + self.bias, dim=1)

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p -= lr * p.grad
                p.grad.zero_()


# %% wrong="MNISTLogistic" says="MNISTLogistic()(x) leaves the bias out."
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weights

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p -= lr * p.grad
                p.grad.zero_()


# %% wrong="MNISTLogistic" says="step(0.5) leaves a gradient that is not 0, and the next backward() will add to it. Which call clears it in place?"
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weights + self.bias

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p -= lr * p.grad


# %% wrong="MNISTLogistic" says="step(0.5) leaves a gradient that is not 0, and the next backward() will add to it. Which call clears it in place?"
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weights + self.bias

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p -= lr * p.grad
                torch.zeros_like(p.grad)


# %% wrong="MNISTLogistic" says="step(0.5) moves nothing. Does it change the tensors themselves, and are the gradients still there when it does?"
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weights + self.bias

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p.grad.zero_()
                p -= lr * p.grad


# %% wrong="MNISTLogistic" says="step(0.5) goes uphill."
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weights + self.bias

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p += lr * p.grad
                p.grad.zero_()


# %% wrong="MNISTLogistic" says="step(0.5) takes the whole gradient. What is lr for?"
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weights + self.bias

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p -= p.grad
                p.grad.zero_()


# %% wrong="MNISTLogistic" says="step(0.5) moves the weights alone. What about the bias?"
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weights + self.bias

    def step(self, lr):
        with torch.no_grad():
            for p in [self.weights]:
                p -= lr * p.grad
                p.grad.zero_()


# %% wrong="MNISTLogistic" says="RuntimeError: a leaf Variable that requires grad is being used in an in-place operation. `p` requires a gradient, and it is changed while autograd is watching. What tells autograd to look away during a step?"
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weights + self.bias

    def step(self, lr):
        for p in self.parameters():
            p -= lr * p.grad
            p.grad.zero_()


# %% wrong="MNISTLogistic" says="step(0.5) moves nothing. Does it change the tensors themselves, and are the gradients still there when it does?"
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weights + self.bias

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p = p - lr * p.grad
                pass
        self.zero_grad()


# %% wrong="MNISTLogistic" says="step(0.5) puts new tensors in the place of weights and bias. It must change the old ones in place."
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weights + self.bias

    def step(self, lr):
        self.weights = nn.Parameter(self.weights - lr * self.weights.grad)
        self.bias = nn.Parameter(self.bias - lr * self.bias.grad)


# %% wrong="MNISTLogistic" says="MNISTLogistic switches recording off for good in step, so that nothing can be trained afterwards."
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weights + self.bias

    def step(self, lr):
        torch.set_grad_enabled(False)
        for p in self.parameters():
            p -= lr * p.grad
            p.grad.zero_()


# %% wrong="MNISTLogistic" says="how far step(0.25) moves a bias whose gradient is all ones is 0.125 at [0], wanted 0.25, the largest of 10 differences."
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.count = 0
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weights + self.bias

    def step(self, lr):
        self.count += 1
        lr = lr / self.count
        with torch.no_grad():
            for p in self.parameters():
                p -= lr * p.grad
                p.grad.zero_()


# %% right="fit"
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    optimizer = torch.optim.SGD(model.parameters(), lr)
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return losses


# %% right="fit"
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            slopes = torch.autograd.grad(loss, list(model.parameters()))
            with torch.no_grad():
                for p, slope in zip(model.parameters(), slopes):
                    p.sub_(slope, alpha=lr)
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return losses


# %% right="fit"
def fit(model, x, y, epochs, lr, batch_size):
    model.train()
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = F.cross_entropy(model(images), labels)
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    p -= lr * p.grad
                    pass
            model.zero_grad()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return losses


# %% right="fit"
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    p.data = p.data - lr * p.grad
                    p.grad = None
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return losses


# %% right="fit"
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    for _ in range(epochs):
        total = torch.zeros(())
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    p -= lr * p.grad
                    p.grad.zero_()
            total += loss.detach() * len(images)
        losses.append((total / len(x)).item())
    return losses


# %% wrong="fit" says="fit(…) gives the mean of the batches' means for each epoch. A smaller batch must count less."
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    for _ in range(epochs):
        total = []
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    p -= lr * p.grad
                    p.grad.zero_()
            total.append(loss.item())
        losses.append(sum(total) / len(total))
    return losses


# %% wrong="fit" says="fit(…) gives the loss of each epoch's last batch. What about the others?"
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    p -= lr * p.grad
                    p.grad.zero_()
            total += loss.item() * len(images)
        losses.append(loss.item())
    return losses


# %% wrong="fit" says="fit(…) gives the sum over the images for each epoch. Their mean is wanted."
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    p -= lr * p.grad
                    p.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total)
    return losses


# %% wrong="fit" says="fit(…) gives one loss per batch. One per epoch is wanted."
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    p -= lr * p.grad
                    p.grad.zero_()
            losses.append(loss.item())
    return losses


# %% wrong="fit" says="fit(…) divides a sum of the batches' means by the number of images. How much should each mean weigh?"
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    p -= lr * p.grad
                    p.grad.zero_()
            total += loss.item()
        losses.append(total / len(x))
    return losses


# %% wrong="fit" says="fit(…) adds up the batches' means for each epoch, and divides by nothing."
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    p -= lr * p.grad
                    p.grad.zero_()
            total += loss.item()
        losses.append(total)
    return losses


# %% wrong="fit" says="fit(…) keeps each loss as a tensor. Which method gives the bare number?"
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    p -= lr * p.grad
                    p.grad.zero_()
            total += loss * len(images)
        losses.append(total / len(x))
    return losses


# %% wrong="fit" says="fit(…) gives one loss for two epochs. Does it return too early, or count an epoch too few?"
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    p -= lr * p.grad
                    p.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
        return losses


# %% wrong="fit" says="fit(model, x, y, 2, 0, 2) is None, wanted a list of 2. Does it return its result?"
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    p -= lr * p.grad
                    p.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))


# %% wrong="fit" says="fit(…) goes on adding from one epoch to the next. Each epoch has a mean of its own."
def fit(model, x, y, epochs, lr, batch_size):
    losses, total = [], 0.0
    for _ in range(epochs):
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    p -= lr * p.grad
                    p.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return losses


# %% wrong="fit" says="fit(…) never moves the model's parameters. Does it change the tensors themselves?"
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    p = p - lr * p.grad
            model.zero_grad()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return losses


# %% wrong="fit" says="fit(…) uses gradients of earlier batches again. Who clears them?"
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    p -= lr * p.grad
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return losses


# %% wrong="fit" says="RuntimeError: a leaf Variable that requires grad is being used in an in-place operation. `p` requires a gradient, and it is changed while autograd is watching. What tells autograd to look away during a step?"
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            loss.backward()
            if True:
                for p in model.parameters():
                    p -= lr * p.grad
                    p.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return losses


# %% wrong="fit" says="fit(…) goes uphill."
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    p += lr * p.grad
                    p.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return losses


# %% wrong="fit" says="fit(…) makes one step on all images. Each batch gets a step."
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in [(x, y)]:
            loss = cross_entropy(model(images), labels)
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    p -= lr * p.grad
                    p.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return losses


# %% wrong="fit" says="AttributeError: 'Sequential' object has no attribute 'step'"
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            loss.backward()
            model.step(lr)
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return losses


# %% wrong="fit" says="AttributeError: 'Sequential' object has no attribute 'weights'"
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            loss.backward()
            with torch.no_grad():
                for p in (model.weights, model.bias):
                    p -= lr * p.grad
                    p.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return losses


# %% wrong="fit" says="fit(…) moves the first two parameters alone. How many does the model list?"
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            loss.backward()
            with torch.no_grad():
                for p in list(model.parameters())[:2]:
                    p -= lr * p.grad
                    p.grad.zero_()
            model.zero_grad()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return losses


# %% wrong="fit" says="fit(…) moves the last two parameters alone. How many does the model list?"
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            loss.backward()
            with torch.no_grad():
                for p in model[-1].parameters():
                    p -= lr * p.grad
                    p.grad.zero_()
            model.zero_grad()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return losses


# %% wrong="fit" says="fit(…) steps along the sum over a batch. The mean is wanted."
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            (loss * len(images)).backward()
            with torch.no_grad():
                for p in model.parameters():
                    p -= lr * p.grad
                    p.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return losses


# %% wrong="fit" says="fit(…) does not end where one plain step per batch leads, in order, with the learning rate lr."
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            loss.backward()
            with torch.no_grad():
                for p in []:
                    pass
            torch.optim.Adam(model.parameters(), lr).step()
            with torch.no_grad():
                for p in model.parameters():
                    pass
                    p.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return losses


# %% wrong="fit" says="fit(…) is right for one epoch, and not for three. What changes between two epochs?"
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    p -= lr * p.grad
                    p.grad.zero_()
            total += loss.item() * len(images)
        lr *= 0.9
        losses.append(total / len(x))
    return losses


# %% wrong="fit" says="fit(…) does not end where one plain step per batch leads, in order, with the learning rate lr."
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    optimizer = torch.optim.SGD(model.parameters(), lr, momentum=0.9)
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return losses


# %% wrong="fit" says="fit(model, x, y, 1, 0.5, 2)[0] is…"
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    p -= lr * p.grad
                    p.grad.zero_()
            loss = cross_entropy(model(images), labels)
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return losses


# %% wrong="fit" says="fit(…) gives one loss for two epochs. Does it return too early, or count an epoch too few?"
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    for epoch in range(1, epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    p -= lr * p.grad
                    p.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return losses


# %% wrong="fit" says="fit(…) switches recording off for good, so that nothing can be trained afterwards."
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            torch.set_grad_enabled(True)
            loss = cross_entropy(model(images), labels)
            loss.backward()
            torch.set_grad_enabled(False)
            if True:
                for p in model.parameters():
                    p -= lr * p.grad
                    p.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return losses


# %% right="MNISTLinear"
class MNISTLinear(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(784, 10)

    def forward(self, x):
        return self.lin(x)


# %% right="MNISTLinear"
class MNISTLinear(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(784, 10))

    def forward(self, x):
        return self.layers(x)


# %% right="MNISTLinear"
class MNISTLinear(nn.Module):
    def __init__(self):
        super().__init__()
        self.add_module('linear', nn.Linear(in_features=784, out_features=10, bias=True))

    def forward(self, x):
        return self.linear(x)


# %% right="MNISTLinear"
class MNISTLinear(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(784, 10)])

    def forward(self, x):
        return self.layers[0](x.flatten(start_dim=1))


# %% right="MNISTLinear"
class MNISTLinear(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Linear(784, 10))

    def forward(self, x):
        return super().forward(x)


# %% right="MNISTLinear"
class MNISTLinear(nn.Linear):
    def __init__(self):
        super().__init__(784, 10)

    def forward(self, x):
        return super().forward(x)


# %% wrong="MNISTLinear" says="MNISTLinear() registers no parameters. Where is the layer kept?"
class MNISTLinear(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(784, 10)]

    def forward(self, x):
        return self.layers[0](x)


# %% wrong="MNISTLinear" says="MNISTLinear()(x) gives other numbers at each call. What is made anew each time?"
class MNISTLinear(nn.Module):
    def __init__(self):
        super().__init__()
        pass

    def forward(self, x):
        return nn.Linear(784, 10)(x)


# %% wrong="MNISTLinear" says="MNISTLinear()(x) gives other numbers at each call. What is made anew each time?"
class MNISTLinear(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(784, 10)

    def forward(self, x):
        self.layer = nn.Linear(784, 10)
        return self.layer(x)


# %% wrong="MNISTLinear" says="AttributeError: cannot assign module before Module.__init__() call. MNISTLinear makes layers before nn.Module is set up: what should the first line of `__init__` call?"
class MNISTLinear(nn.Module):
    def __init__(self):
        self.layer = nn.Linear(784, 10)

    def forward(self, x):
        return self.layer(x)


# %% wrong="MNISTLinear" says="RuntimeError: addmm: mat1 and mat2 shapes cannot be multiplied (5x784 and 10x784). 5 rows of 784 numbers came where `layer` takes 10 a row and gives 784: are its two sizes exchanged?"
class MNISTLinear(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(10, 784)

    def forward(self, x):
        return self.layer(x)


# %% wrong="MNISTLinear" says="MNISTLinear() has a layer without a bias."
class MNISTLinear(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(784, 10, bias=False)

    def forward(self, x):
        return self.layer(x)


# %% wrong="MNISTLinear" says="MNISTLinear()(x) gives log-probabilities. Here the logits are wanted."
class MNISTLinear(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(784, 10)

    def forward(self, x):
        return F.log_softmax(self.layer(x), dim=1)


# %% wrong="MNISTLinear" says="MNISTLinear()(x) gives probabilities. Here the logits are wanted."
class MNISTLinear(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(784, 10)

    def forward(self, x):
        return self.layer(x).softmax(dim=1)


# %% wrong="MNISTLinear" says="MNISTLinear()(x) sends the logits through ReLU. A logit may be negative."
class MNISTLinear(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(784, 10)

    def forward(self, x):
        return F.relu(self.layer(x))


# %% wrong="MNISTLinear" says="MNISTLinear() has a second layer. One is wanted."
class MNISTLinear(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Sequential(nn.Linear(784, 10), nn.Linear(10, 10))

    def forward(self, x):
        return self.layer(x)


# %% wrong="MNISTLinear" says="MNISTLinear() keeps its weights as (784, 10). A layer of PyTorch's keeps them the other way round."
class MNISTLinear(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.randn(784, 10) / 28)
        self.b = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.w + self.b


# %% wrong="MNISTLinear" says="MNISTLinear() holds no nn.Linear. Which layer has a weight and a bias of its own?"
class MNISTLinear(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.randn(10, 784) / 28)
        self.b = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return F.linear(x, self.w, self.b)


# %% wrong="MNISTLinear" says="MNISTLinear()(x) is None, wanted a tensor of shape (5, 10). Does it return its result?"
class MNISTLinear(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(784, 10)

    def forward(self, x):
        self.layer(x)


# %% wrong="MNISTLinear" says="MNISTLinear() has a second layer. One is wanted."
class MNISTLinear(nn.Module):
    def __init__(self):
        super().__init__()
        self.spare = nn.Linear(10, 10)
        self.layer = nn.Linear(784, 10)

    def forward(self, x):
        return self.layer(x)


# %% wrong="fit" says="fit(…) finds no batches in the second epoch. What becomes of a generator that has been run through?"
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    loader = batches(x, y, batch_size)
    for _ in range(epochs):
        total = 0.0
        for images, labels in loader:
            loss = cross_entropy(model(images), labels)
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    p -= lr * p.grad
                    p.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return losses


# %% wrong="fit" says="fit(…) puts the model into inference mode. Steps are made in training mode."
def fit(model, x, y, epochs, lr, batch_size):
    model.eval()
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    p -= lr * p.grad
                    p.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) finds no batches in the second epoch. What becomes of a generator that has been run through?"
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(784, 10) / 28).requires_grad_()
    b = torch.zeros(10, requires_grad=True)
    losses = []
    loader = batches(x, y, batch_size)
    for _ in range(epochs):
        total = 0.0
        for images, labels in loader:
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w -= lr * w.grad
                b -= lr * b.grad
            w.grad.zero_()
            b.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return w, b, losses


# %% right="linear"
def linear(x, w, b):
    n, i = x.shape
    ones = torch.ones(n, 1, dtype=x.dtype)
    return torch.cat([x, ones], dim=1) @ torch.cat([w, b.reshape(1, -1)], dim=0)


# %% right="linear"
def linear(x, w, b):
    out = b.expand(x.shape[0], -1)
    for i in range(x.shape[1]):
        out = out + torch.outer(x[:, i], w[i])
    return out


# %% right="linear"
linear = lambda x, w, b: torch.tensordot(x, w, dims=1) + b


# %% wrong="linear" says="linear(x, w, b) is cut off from autograd, so that nothing can be learnt through it."
def linear(x, w, b):
    return torch.tensor((x @ w + b).tolist())


# %% wrong="linear" says="linear(x, w, b) is 61 at [0, 0], wanted 11, the largest of 3 differences."
def linear(x, w, b):
    return x.matmul(w) + b.sum()


# %% wrong="linear" says="linear(x, w, b) of five rows is float32[1, 4], wanted float32[5, 4]. 1 row came, and 5 are wanted: does each example get a result of its own?"
def linear(x, w, b):
    return (x[0] @ w + b).unsqueeze(0)


# %% wrong="linear" says="linear(x, w, b) is 11 at [0, 2], wanted 31, the largest of 2 differences."
def linear(x, w, b):
    return x @ w + b[0]


# %% right="log_softmax"
def log_softmax(x):
    m, _ = torch.sort(x, dim=1, descending=True)
    x = x - m[:, :1]
    return x - torch.log1p(torch.exp(m[:, 1:] - m[:, :1]).sum(dim=1, keepdim=True))


# %% right="log_softmax"
def log_softmax(x):
    diff = x.unsqueeze(1) - x.unsqueeze(2)
    return -torch.logsumexp(diff, dim=2)


# %% right="log_softmax"
def log_softmax(x):
    return torch.stack([r - torch.logsumexp(r, 0) for r in x.unbind(0)])


# %% wrong="log_softmax" says="log_softmax(x) never goes far below 0. Is something small added, or cut off, to save a logarithm from 0?"
def log_softmax(x):
    x = x.clamp(-80, 80)
    return x - x.exp().sum(dim=1, keepdim=True).log()


# %% wrong="log_softmax" says="log_softmax(x) loses large logits to an exp that overflows. Which number of each row makes it harmless?"
def log_softmax(x):
    shifted = x - x.mean(dim=1, keepdim=True)
    return shifted - shifted.exp().sum(dim=1, keepdim=True).log()


# %% wrong="log_softmax" says="log_softmax(x) takes off each row's largest number inside exp alone. It must go, or come back, outside too."
def log_softmax(x):
    m = x.max(dim=1, keepdim=True).values
    return x - (x - m).exp().sum(dim=1, keepdim=True).log()


# %% wrong="log_softmax" says="log_softmax(x) never goes far below 0. Is something small added, or cut off, to save a logarithm from 0?"
def log_softmax(x):
    s = x - x.max(dim=1, keepdim=True).values
    return (s - s.exp().sum(dim=1, keepdim=True).log()).clamp(min=-100)


# %% right="accuracy"
def accuracy(out, y):
    scores = out[torch.arange(len(y)), y]
    return ((scores >= out.amax(dim=1)).sum() / len(y)).item()


# %% right="accuracy"
def accuracy(out, y):
    predicted = [row.index(max(row)) for row in out.tolist()]
    return sum(p == t for p, t in zip(predicted, y.tolist())) / len(predicted)


# %% wrong="accuracy" says="accuracy(out, y) is 0, though two of five are right. Is each answer the place of its row's largest number, and is the division exact?"
def accuracy(out, y):
    return (out.argmax() == y).float().mean().item()


# %% wrong="accuracy" says="accuracy(out, y) is 0, though two of five are right. Is each answer the place of its row's largest number, and is the division exact?"
def accuracy(out, y):
    return (out.max(dim=1).values == y).float().mean().item()


# %% wrong="accuracy" says="accuracy(out, y) of three rows and three classes is 0, wanted 1."
def accuracy(out, y):
    return (out.argmin(dim=1) == y).float().mean().item()


# %% wrong="accuracy" says="accuracy(out, y) gives a tensor. Which method gives the bare number?"
def accuracy(out, y):
    return (out.argmax(dim=1) == y).sum() / len(y)


# %% wrong="accuracy" says="accuracy(out, y) is 0, though two of five are right. Is each answer the place of its row's largest number, and is the division exact?"
def accuracy(out, y):
    return (out.argmax(dim=1) == y).sum().item() // len(y)


# %% wrong="accuracy" says="accuracy(out, y) is a str, wanted a Python float."
def accuracy(out, y):
    return str((out.argmax(dim=1) == y).float().mean().item())


# %% right="cross_entropy"
def cross_entropy(logits, labels):
    others = logits - logits.gather(1, labels[:, None])
    return torch.logsumexp(others, dim=1).mean()


# %% right="cross_entropy"
def cross_entropy(logits, labels):
    return -torch.diagonal(log_softmax(logits)[:, labels]).mean()


# %% right="cross_entropy"
def cross_entropy(logits, labels):
    return -torch.trace(log_softmax(logits) @ F.one_hot(labels, logits.size(1)).float().T) / len(labels)


# %% right="cross_entropy"
def cross_entropy(logits, labels):
    mask = torch.zeros_like(logits, dtype=torch.bool)
    mask[torch.arange(len(labels)), labels] = True
    return log_softmax(logits).masked_select(mask).mean().neg()


# %% wrong="cross_entropy" says="cross_entropy(…) divides by the number of all entries. How many rows are there?"
def cross_entropy(logits, labels):
    hot = F.one_hot(labels, logits.shape[1])
    return -(log_softmax(logits) * hot).mean()


# %% wrong="cross_entropy" says="cross_entropy(…) divides by the number of all entries. How many rows are there?"
def cross_entropy(logits, labels):
    hot = F.one_hot(labels)
    return -(log_softmax(logits)[:, : hot.shape[1]] * hot).mean(dim=0).mean()


# %% wrong="cross_entropy" says="cross_entropy(…) takes the softmax twice. What does log_softmax want as its input?"
def cross_entropy(logits, labels):
    return -log_softmax(log_softmax(logits).exp())[torch.arange(len(labels)), labels].mean()


# %% wrong="cross_entropy" says="cross_entropy(logits, labels) is 0.1613, wanted 0.3715."
def cross_entropy(logits, labels):
    return -torch.log10(torch.exp(log_softmax(logits)))[torch.arange(len(labels)), labels].mean()


# %% wrong="cross_entropy" says="cross_entropy(logits, labels) is 0.2877, wanted 0.3715."
def cross_entropy(logits, labels):
    return -log_softmax(logits)[torch.arange(len(labels)), labels].median()


# %% right="batches"
def batches(x, y, size):
    import itertools
    for start in itertools.count(0, size):
        if start >= len(x):
            return
        yield x[start:][:size], y[start:][:size]


# %% right="batches"
def batches(x, y, size):
    from torch.utils.data import DataLoader, TensorDataset
    for images, labels in DataLoader(TensorDataset(x, y), batch_size=size):
        yield images, labels


# %% right="batches"
def batches(x, y, size):
    if len(x):
        yield x[:size], y[:size]
        if len(x) > size:
            yield from batches(x[size:], y[size:], size)


# %% wrong="batches" says="batches(x, y, 2) drops the last, smaller batch."
def batches(x, y, size):
    for i in range(0, len(x) - size, size):
        yield x[i : i + size], y[i : i + size]


# %% wrong="batches" says="batches(x, y, 2) yields something that is no pair of tensors. Each batch has rows of x and of y."
def batches(x, y, size):
    for i in range(0, len(x), size):
        yield x[i : i + size].tolist(), y[i : i + size].tolist()


# %% wrong="batches" says="batches(x, y, 2) yields the labels first. The rows of x come first."
def batches(x, y, size):
    for i in range(0, len(x), size):
        yield y[i : i + size], x[i : i + size]


# %% wrong="batches" says="batches(x, y, 2) yields batches of 1. A slice already stops before the number after its colon."
def batches(x, y, size):
    for i in range(0, len(x), size):
        yield x[i : i + size - 1], y[i : i + size - 1]


# %% wrong="batches" says="batches(x, y, 2) is no generator. Which word hands out one value and waits?"
def batches(x, y, size):
    from torch.utils.data import DataLoader, TensorDataset
    return DataLoader(TensorDataset(x, y), batch_size=size)


# %% wrong="batches" says="the sizes of batches(x, y, 2) of five rows is a list of 5, wanted one of 3."
def batches(x, y, size):
    for a, b in zip(x, y):
        yield a, b


# %% wrong="DIFFERENTIABLE" says="DIFFERENTIABLE is no dictionary. It has four keys, and a value for each."
DIFFERENTIABLE = {"accuracy", "argmax"}


# %% wrong="DIFFERENTIABLE" says="DIFFERENTIABLE has no entry for 'accuracy'. Its keys are those of the table."
DIFFERENTIABLE = {"Accuracy": False, "argmax": False, "cross_entropy": True, "mse": True}


# %% right="fit_by_hand"
def fit_by_hand(x, y, epochs, lr, batch_size):
    gen = torch.Generator(device=x.device)
    gen.manual_seed(42)
    weights = torch.nn.init.kaiming_uniform_(torch.empty(10, 784), a=math.sqrt(5), generator=gen).T.contiguous()
    bias = torch.zeros(10)
    params = [weights, bias]
    for p in params:
        p.requires_grad_(True)
    losses = []
    for epoch in range(epochs):
        running, seen = 0.0, 0
        for xb, yb in batches(x, y, batch_size):
            loss = cross_entropy(linear(xb, *params), yb)
            for p in params:
                p.grad = None
            loss.backward()
            with torch.no_grad():
                for p in params:
                    p += -lr * p.grad
            running = (running * seen + loss.item() * len(xb)) / (seen + len(xb))
            seen += len(xb)
        losses.append(running)
    return weights, bias, losses


# %% right="fit_by_hand"
def fit_by_hand(x, y, epochs, lr, batch_size):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.w = nn.Parameter(torch.randn(784, 10) * 0.01)
            self.b = nn.Parameter(torch.zeros(10))

    net, history = Net(), []
    while len(history) < epochs:
        values = []
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, net.w, net.b), labels)
            grads = torch.autograd.grad(loss, (net.w, net.b))
            with torch.no_grad():
                for p, g in zip(net.parameters(), grads):
                    p.copy_(p - lr * g)
            values.append((float(loss), len(labels)))
        history.append(float(np.average([v for v, _ in values], weights=[n for _, n in values])))
    return net.w, net.b, history


# %% wrong="fit_by_hand" says="fit_by_hand(…) with lr=0 gives other weights at its second call, though the seed is the same. What draws them, or what moves them?"
def fit_by_hand(x, y, epochs, lr, batch_size):
    W = np.random.randn(784, 10).astype(np.float32) / 28
    w, b = torch.from_numpy(W).requires_grad_(), torch.zeros(10, requires_grad=True)
    out = []
    for _ in range(epochs):
        s = 0
        for i in range(0, len(x), batch_size):
            xb, yb = x[i : i + batch_size], y[i : i + batch_size]
            l = F.nll_loss(log_softmax(linear(xb, w, b)), yb, reduction="sum")
            s += l.item()
            (l / len(xb)).backward()
            for p in (w, b):
                p.data.add_(p.grad.data, alpha=-lr)
                p.grad.data.zero_()
        out.append(s / len(x))
    return w, b, out


# %% wrong="fit_by_hand" says="fit_by_hand(…) with lr=0 gives a bias that is not all 0. Where does the bias start, and what moves it when lr is 0?"
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = torch.randn(784, 10).requires_grad_()
    b = torch.randn(10).requires_grad_()
    losses = []
    for _ in range(epochs):
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w -= lr * w.grad
                b -= lr * b.grad
                w.grad.zero_()
                b.grad.zero_()
        losses.append(loss.item())
    return w, b, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) does not end where one plain step per batch leads, in order, with the learning rate lr."
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(784, 10) / 28).requires_grad_()
    b = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        order = torch.randperm(len(x))
        total = 0.0
        for images, labels in batches(x[order], y[order], batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w -= lr * w.grad
                b -= lr * b.grad
                w.grad.zero_()
                b.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return w, b, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) uses gradients of earlier batches again. Who clears them?"
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(784, 10) / 28).requires_grad_()
    b = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        w.grad = b.grad = None
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w -= lr * w.grad
                b -= lr * b.grad
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return w, b, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) with lr=0 gives losses that are not the mean cross-entropy per image of each epoch."
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(784, 10) / 28).requires_grad_()
    b = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            images = (images - images.mean()) / images.std()
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w -= lr * w.grad
                b -= lr * b.grad
                w.grad.zero_()
                b.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return w, b, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) starts a second training where the first one ended. Where are its weights made?"
W = (torch.randn(784, 10, generator=torch.Generator().manual_seed(0)) / 28).requires_grad_()
B = torch.zeros(10, requires_grad=True)
def fit_by_hand(x, y, epochs, lr, batch_size):
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, W, B), labels)
            loss.backward()
            with torch.no_grad():
                for p in (W, B):
                    p -= lr * p.grad
                    p.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return W, B, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) gives weights of shape (10, 784). Here each class has a column."
def fit_by_hand(x, y, epochs, lr, batch_size):
    model = nn.Linear(784, 10)
    losses = []
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            opt.zero_grad()
            loss = F.cross_entropy(model(images), labels)
            loss.backward()
            opt.step()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return model.weight, model.bias, losses


# %% right="MNISTLogistic"
class MNISTLogistic(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.register_parameter("weights", nn.Parameter(torch.empty(784, 10).normal_(0, 0.01)))
        self.register_parameter("bias", nn.Parameter(torch.zeros(10)))

    def forward(self, x):
        return torch.einsum("ni,io->no", x, self.weights) + self.bias

    @torch.no_grad()
    def step(self, lr):
        for p in self.parameters():
            p.subtract_(lr * p.grad)
        self.zero_grad(set_to_none=False)


# %% right="MNISTLogistic"
class MNISTLogistic(nn.Module):
    def __init__(self, scale=1 / 28):
        super(MNISTLogistic, self).__init__()
        self.scale = scale
        w = torch.randn(784, 10) * self.scale
        self.weights, self.bias = nn.Parameter(w), nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return F.linear(x.flatten(1), self.weights.T, self.bias)

    def step(self, lr=0.1):
        torch._foreach_add_([p.data for p in self.parameters()], [p.grad for p in self.parameters()], alpha=-lr)
        for p in self.parameters():
            p.grad.detach_()
            p.grad.zero_()


# %% wrong="MNISTLogistic" says="step(0.5) leaves a gradient that is not 0, and the next backward() will add to it. Which call clears it in place?"
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weights + self.bias

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p -= lr * p.grad
        p.grad.zero_()


# %% wrong="MNISTLogistic" says="MNISTLogistic has a slip left: nn.Module is not set up before parameters are assigned."
class MNISTLogistic(nn.Module):
    def __init__(self):
        super()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weights + self.bias

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p -= lr * p.grad
                p.grad.zero_()


# %% wrong="MNISTLogistic" says="step(0.5) sets the parameters themselves to 0. What should be cleared?"
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weights + self.bias

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p -= lr * p.grad
                p.zero_()


# %% wrong="MNISTLogistic" says="MNISTLogistic has a slip left: a tensor is called like a function."
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weights + self.bias

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p -= lr * p.grad()
                p.grad.zero_()


# %% right="fit"
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    params = list(model.parameters())
    for epoch in range(epochs):
        epoch_loss = []
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            loss.backward()
            for p in params:
                p.data.sub_(p.grad.data * lr)
                p.grad = torch.zeros_like(p)
            epoch_loss.extend([loss.item()] * len(labels))
        losses.append(sum(epoch_loss) / len(epoch_loss))
    return losses


# %% right="fit"
def fit(model, x, y, epochs, lr, batch_size):
    @torch.no_grad()
    def update():
        for module in model.modules():
            for p in module.parameters(recurse=False):
                p -= lr * p.grad
                p.grad = None

    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            loss.backward()
            update()
            total += len(images) * loss.item()
        losses += [total / len(y)]
    return losses


# %% right="fit"
def fit(model, x, y, epochs, lr, batch_size):
    from torch.func import functional_call
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            params = {k: v.detach() for k, v in model.named_parameters()}
            value = lambda p: cross_entropy(functional_call(model, p, (images,)), labels)
            grads, loss = torch.func.grad_and_value(value)(params)
            with torch.no_grad():
                for k, p in model.named_parameters():
                    p -= lr * grads[k]
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return losses


# %% wrong="fit" says="fit(…) makes one step per epoch, after the last batch. Each batch gets a step."
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            loss.backward()
            total += loss.item() * len(images)
        with torch.no_grad():
            for p in model.parameters():
                p -= lr * p.grad
                p.grad.zero_()
        losses.append(total / len(x))
    return losses


# %% wrong="fit" says="fit(…) clears the gradient of the last parameter alone. On which line of the loop does it happen?"
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    p -= lr * p.grad
            p.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return losses


# %% wrong="fit" says="AttributeError: 'Linear' object has no attribute 'grad'. A Linear layer has no grad of its own: its parameters have one."
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            loss.backward()
            with torch.no_grad():
                for p in model.children():
                    p -= lr * p.grad
                    p.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return losses


# %% wrong="fit" says="fit(model, x, y, 2, 0, 2) is a list of 6, wanted one of 2."
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    p -= lr * p.grad
                    p.grad.zero_()
            total += loss.item()
            count += 1
            losses.append(total / count)
    return losses


# %% wrong="fit" says="fit(…) takes the softmax twice. What does cross_entropy want as its input?"
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(log_softmax(model(images)).exp(), labels)
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    p -= lr * p.grad
                    p.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return losses


# %% right="MNISTLinear"
class MNISTLinear(nn.Module):
    def __init__(self):
        super().__init__()
        layer = nn.Linear(784, 10)
        nn.init.zeros_(layer.bias)
        setattr(self, "fc", layer)

    def forward(self, x):
        return self.fc(x.reshape(len(x), -1))


# %% right="MNISTLinear"
class MNISTLinear(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.LazyLinear(10)

    def forward(self, x):
        return self.linear(x)


# %% right="MNISTLinear"
class MNISTLinear(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(784, 10)

    def forward(self, x):
        return x @ self.layer.weight.T + self.layer.bias


# %% wrong="MNISTLinear" says="MNISTLinear()(x) is a module, Linear, wanted a tensor of shape (5, 10)."
class MNISTLinear(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(784, 10)

    def forward(self, x):
        return self.layer


# %% wrong="MNISTLinear" says="MNISTLinear() gives the same layer to each model. Where is it made?"
LAYER = nn.Linear(784, 10)
class MNISTLinear(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = LAYER

    def forward(self, x):
        return self.layer(x)


# %% wrong="MNISTLinear" says="MNISTLinear()(x) is cut off from autograd, so that nothing can be learnt through it."
class MNISTLinear(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(784, 10)

    def forward(self, x):
        with torch.no_grad():
            return self.layer(x)


# %% wrong="MNISTLinear" says="MNISTLinear()(x) gives other numbers at each call in training mode. What is there besides the layer?"
class MNISTLinear(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(784, 10)
        self.dropout = nn.Dropout(0.5)

    def forward(self, x):
        return self.layer(self.dropout(x))


# %% wrong="MNISTLinear" says="the list of shapes that MNISTLinear().parameters() gives is a list of 4, wanted one of 2."
class MNISTLinear(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(784, 128)
        self.out = nn.Linear(128, 10)

    def forward(self, x):
        return self.out(F.relu(self.hidden(x)))


# %% wrong="MNISTLinear" says="MNISTLinear()(x) has shape (5,), wanted (5, 10)."
class MNISTLinear(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(784, 10)

    def forward(self, x):
        return self.layer(x).argmax(dim=1)


# %% wrong="fit_by_hand" says="fit_by_hand(…) gives the mean of the batches' means. A smaller batch must count less."
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = torch.zeros(784, 10, requires_grad=True)
    b = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        seen = []
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w -= lr * w.grad
                b -= lr * b.grad
            w.grad = b.grad = None
            seen.append(loss.item())
        losses.append(sum(seen) / len(seen))
    return w, b, losses


# %% wrong="cross_entropy" says="cross_entropy(…) averages over all classes. Only the right one of each row counts."
def cross_entropy(logits, labels):
    return -log_softmax(logits).mean()


# %% wrong="linear" says="linear(x, w, b) is 0.04414 at [0, 2], wanted 31, the largest of 3 differences."
def linear(x, w, b):
    return nn.Linear(w.shape[0], w.shape[1])(x)


# %% wrong="linear" says="linear(x, w, b) cuts w and b off from autograd. Does it compute with the very tensors that it was given?"
def linear(x, w, b):
    layer = nn.Linear(w.shape[0], w.shape[1])
    layer.weight = nn.Parameter(w.T)
    layer.bias = nn.Parameter(b)
    return layer(x)


# %% wrong="linear" says="linear(x, w, b) is a NumPy array, float32[1, 3], wanted float32[1, 3]. Which function makes a tensor of an array?"
def linear(x, w, b):
    return (x @ w).add_(b).numpy()


# %% right="linear"
def linear(x, w, b):
    return torch.matmul(x, w).add_(b)


# %% right="linear"
def linear(x: torch.Tensor, w: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    assert x.ndim == 2
    return torch.baddbmm(b.expand(1, x.shape[0], -1), x[None], w[None])[0]


# %% right="log_softmax"
def log_softmax(x):
    x = x.double()
    m = x.max(1, keepdim=True)[0]
    return (x - m - torch.log(torch.sum(torch.exp(x - m), 1, keepdim=True))).float()


# %% right="log_softmax"
def log_softmax(x):
    with torch.no_grad():
        m = x.max(dim=-1).values.unsqueeze(-1)
    z = x - m
    return z - z.exp().sum(-1, keepdim=True).log()


# %% wrong="log_softmax" says="log_softmax(x) loses large logits to an exp that overflows. Which number of each row makes it harmless?"
def log_softmax(x):
    x = x.double()
    return (x - x.exp().sum(dim=1, keepdim=True).log()).float()


# %% wrong="log_softmax" says="the gradient through log_softmax(x) is 0 at [2, 0], wanted 0.4935, the largest of 8 differences."
def log_softmax(x):
    with torch.no_grad():
        z = x - x.max(dim=1, keepdim=True).values
        log_sum = z.exp().sum(dim=1, keepdim=True).log()
    return x - x.max(dim=1, keepdim=True).values - log_sum


# %% wrong="log_softmax" says="log_softmax(x) is -2.051 at [0, 1], wanted -0.2877, the largest of 4 differences."
def log_softmax(x):
    z = x - x.max(dim=1).values
    return z - z.exp().sum(dim=1).log()


# %% wrong="log_softmax" says="log_softmax(x) is -6.213 at [1, 1], wanted -1.609, the largest of 4 differences."
def log_softmax(x):
    z = x - x.amax(dim=1, keepdim=True)
    return z / z.exp().sum(dim=1, keepdim=True).log()


# %% wrong="log_softmax" says="log_softmax(x) calls torch's own log_softmax. The task is to write it yourself."
def log_softmax(x):
    return nn.LogSoftmax(dim=1)(x)


# %% right="accuracy"
def accuracy(out, y):
    with torch.no_grad():
        return out.max(1)[1].eq(y).float().mean().item()


# %% wrong="accuracy" says="accuracy(out, y) is 0.2, wanted 0.4."
def accuracy(out, y):
    predictions = out.softmax(dim=0).argmax(dim=1)
    return (predictions == y).float().mean().item()


# %% wrong="accuracy" says="RuntimeError: a leaf Variable that requires grad is being used in an in-place operation. `out` requires a gradient, and it is changed while autograd is watching. What tells autograd to look away during a step?"
def accuracy(out, y):
    out -= out.amax(dim=1, keepdim=True)
    return (out.argmax(dim=1) == y).float().mean().item()


# %% wrong="accuracy" says="accuracy(out, y) of three rows and three classes is 0.6667, wanted 1."
def accuracy(out, y):
    return ((out > 0.5).float().argmax(dim=1) == y).float().mean().item()


# %% right="accuracy"
def accuracy(out, y):
    return np.mean((out.argmax(dim=1) == y).numpy())


# %% wrong="accuracy" says="accuracy(out, y) gives a tensor. Which method gives the bare number?"
def accuracy(out, y):
    return (out.argmax(dim=1) == y).float().mean().detach()


# %% wrong="cross_entropy" says="cross_entropy(…) is nan for a large logit. Does an exp overflow?"
def cross_entropy(logits, labels):
    p = torch.exp(logits - logits.max()) / torch.exp(logits - logits.max()).sum(dim=1, keepdim=True)
    return -torch.log(p[torch.arange(len(labels)), labels] + 1e-9).mean()


# %% wrong="cross_entropy" says="cross_entropy(…) takes a whole row for each label. A label says which column."
def cross_entropy(logits, labels):
    return -log_softmax(logits)[labels].mean()


# %% wrong="cross_entropy" says="cross_entropy(logits, labels) is float32[1], wanted float32[]."
def cross_entropy(logits, labels):
    return -log_softmax(logits)[torch.arange(len(labels)), labels].mean(dim=0, keepdim=True)


# %% wrong="cross_entropy" says="cross_entropy(logits, labels) is 2.089, wanted 0.3715."
def cross_entropy(logits, labels):
    return (log_softmax(logits) - F.one_hot(labels, logits.shape[1])).square().mean()


# %% wrong="cross_entropy" says="cross_entropy(logits, labels) is 0.1114, wanted 0.3715."
def cross_entropy(logits, labels):
    return -log_softmax(logits)[torch.arange(len(labels)), labels].sum() / 10


# %% right="batches"
def batches(x, y, size):
    rows = iter(zip(x, y))
    from itertools import islice
    while chunk := list(islice(rows, size)):
        yield torch.stack([a for a, _ in chunk]), torch.stack([b for _, b in chunk])


# %% right="batches"
def batches(x, y, size):
    return zip(x.split(size), y.split(size))


# %% wrong="batches" says="batches(x, y, 2) of five rows has two rows in its third batch. At which row should it begin, and what is left there?"
def batches(x, y, size):
    for i in range(math.ceil(len(x) / size)):
        yield x[i : i + size], y[i : i + size]


# %% wrong="batches" says="batches(x, y, 2) yields all labels with each batch. Each row has its own."
def batches(x, y, size):
    for i in range(0, len(x), size):
        yield x[i : i + size], y


# %% wrong="batches" says="batches(x, y, 2) ends after the first batch. Does it return, or yield?"
def batches(x, y, size):
    for i in range(0, len(x), size):
        yield (x[i : i + size], y[i : i + size])
        return


# %% wrong="batches" says="batches(x, y, 2) drops the last, smaller batch."
def batches(x, y, size):
    start = 0
    while start + size <= len(x):
        yield x[start : start + size], y[start : start + size]
        start += size


# %% wrong="fit_by_hand" says="fit_by_hand(…) does not end where one plain step per batch leads, in order, with the learning rate lr."
def fit_by_hand(x, y, epochs, lr, batch_size):
    weights = (torch.randn(784, 10) / math.sqrt(784)).requires_grad_()
    bias = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        for images, labels in batches(x, y, batch_size):
            loss = ((linear(images, weights, bias) - F.one_hot(labels, 10)) ** 2).mean()
            loss.backward()
            with torch.no_grad():
                weights -= lr * weights.grad
                bias -= lr * bias.grad
                weights.grad.zero_()
                bias.grad.zero_()
        losses.append(cross_entropy(linear(x, weights, bias), y).item())
    return weights, bias, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) with lr=0 gives losses that are not the mean cross-entropy per image of each epoch."
def fit_by_hand(x, y, epochs, lr, batch_size):
    weights = (torch.randn(784, 10) / math.sqrt(784)).requires_grad_()
    bias = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(train_images, train_labels, batch_size):
            loss = cross_entropy(linear(images, weights, bias), labels)
            loss.backward()
            with torch.no_grad():
                weights -= lr * weights.grad
                bias -= lr * bias.grad
                weights.grad.zero_()
                bias.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(train_images))
    return weights, bias, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) makes one epoch less than asked for."
def fit_by_hand(x, y, epochs, lr, batch_size):
    weights = (torch.randn(784, 10) / math.sqrt(784)).requires_grad_()
    bias = torch.zeros(10, requires_grad=True)
    losses, best = [], None
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, weights, bias), labels)
            loss.backward()
            with torch.no_grad():
                weights -= lr * weights.grad
                bias -= lr * bias.grad
                weights.grad.zero_()
                bias.grad.zero_()
            total += loss.item() * len(images)
        if losses and total / len(x) > losses[-1] - 0.01:
            losses += [losses[-1]] * (epochs - len(losses))
            break
        losses.append(total / len(x))
    return weights, bias, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) does not end where one plain step per batch leads, in order, with the learning rate lr."
def fit_by_hand(x, y, epochs, lr, batch_size):
    weights = (torch.randn(784, 10) / math.sqrt(784)).requires_grad_()
    bias = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, weights, bias), labels)
            loss.backward()
            with torch.no_grad():
                weights -= lr * weights.grad.clamp(-0.01, 0.01)
                bias -= lr * bias.grad
                weights.grad.zero_()
                bias.grad.zero_()
            total += loss.item() * len(images)
        losses.append(round(total / len(x), 2))
    return weights, bias, losses


# %% wrong="fit_by_hand" says="the tensor of weights from fit_by_hand(…) is a list, wanted a tensor of shape (784, 10)."
def fit_by_hand(x, y, epochs, lr, batch_size):
    weights = (torch.randn(784, 10) / math.sqrt(784)).requires_grad_()
    bias = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, weights, bias), labels)
            loss.backward()
            with torch.no_grad():
                weights -= lr * weights.grad
                bias -= lr * bias.grad
                weights.grad.zero_()
                bias.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return losses, weights, bias


# %% wrong="fit_by_hand" says="fit_by_hand(…) never moves its weights. Does each batch get its step?"
def fit_by_hand(x, y, epochs, lr, batch_size):
    return torch.zeros(784, 10), torch.zeros(10), [math.log(10)] * epochs


# %% right="MNISTLogistic"
class MNISTLogistic(nn.Module):
    """Repaired."""

    def __init__(self) -> None:
        super().__init__()
        weight = torch.empty(784, 10)
        nn.init.xavier_uniform_(weight)
        self.weights = nn.Parameter(weight)
        self.bias = nn.Parameter(torch.zeros(10), requires_grad=True)

    @property
    def weight(self):
        return self.weights

    def forward(self, x: Tensor) -> Tensor:
        return x @ self.weight + self.bias

    def step(self, lr: float) -> None:
        with torch.no_grad():
            for p in self.parameters():
                p -= lr * p.grad
                p.grad.mul_(0)


# %% right="MNISTLogistic"
class MNISTLogistic(nn.Module):
    def __init__(self):
        nn.Module.__init__(self)
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return linear(x, self.weights, self.bias)

    def step(self, lr):
        with torch.no_grad():
            for name in ("weights", "bias"):
                p = getattr(self, name)
                p.add_(-lr * p.grad)
                p.grad.fill_(0.0)


# %% wrong="MNISTLogistic" says="the dictionary of MNISTLogistic()'s parameters and their shapes has the keys 'layer.bias', 'layer.weight', wanted 'bias', 'weights'."
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(784, 10)

    def forward(self, x):
        return self.layer(x)

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p -= lr * p.grad
                p.grad.zero_()


# %% wrong="MNISTLogistic" says="the dictionary of MNISTLogistic()'s parameters and their shapes has the keys 'bias', 'weight', 'weights', wanted 'bias', 'weights'."
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.weight = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weight + self.bias

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p -= lr * p.grad
                p.grad.zero_()


# %% wrong="MNISTLogistic" says="TypeError: 'method' object is not iterable. A method without its parentheses can't be gone through: it is the function itself."
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weights + self.bias

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters:
                p -= lr * p.grad
                p.grad.zero_()


# %% wrong="MNISTLogistic" says="TypeError: MNISTLogistic.step() takes 1 positional argument but 2 were given. step takes 0 arguments besides `self`, and got 1."
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weights + self.bias

    def step(lr):
        with torch.no_grad():
            for p in self.parameters():
                p -= lr * p.grad
                p.grad.zero_()


# %% wrong="MNISTLogistic" says="MNISTLogistic has 3 slips left: nn.Module is not set up before parameters are assigned; an attribute is asked for under a name that it does not have; a tensor is asked for a method zero, which it does not have."
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weight + self.bias

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p -= lr * p.grad
                p.grad.zero()


# %% wrong="fit" says="fit(…) does not end where one plain step per batch leads, in order, with the learning rate lr."
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    for epoch in range(epochs):
        optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            optimizer.zero_grad()
            loss = cross_entropy(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return losses


# %% wrong="fit" says="fit(…) does not end where one plain step per batch leads, in order, with the learning rate lr."
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    for epoch in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            loss.backward()
            with torch.no_grad():
                for name, p in model.named_parameters():
                    if "bias" not in name:
                        p -= lr * p.grad
            model.zero_grad()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return losses


# %% wrong="fit" says="fit(…) never moves the model's parameters. Does it change the tensors themselves?"
def fit(model, x, y, epochs, lr, batch_size):
    import copy
    model = copy.deepcopy(model)
    losses = []
    for epoch in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    p -= lr * p.grad
                    p.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return losses


# %% wrong="fit" says="fit(…) is right for one epoch, and not for three. What changes between two epochs?"
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    for epoch in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    p -= lr / (epoch + 1) * p.grad
                    p.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return losses


# %% wrong="fit" says="fit(…) weighs every batch with batch_size. How many images are in the last one?"
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    for epoch in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(log_softmax(model(images)), labels)
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    p -= lr * p.grad
                    p.grad.zero_()
            total += loss.item() * batch_size
        losses.append(total / len(x))
    return losses


# %% right="fit"
def fit(model, x, y, epochs, lr, batch_size):
    model.train()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.ConstantLR(optimizer, factor=1.0)
    history = {}
    for epoch in range(epochs):
        total = torch.tensor(0.0)
        for images, labels in batches(x, y, batch_size):
            out = log_softmax(model(images))
            loss = cross_entropy(out, labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.detach() * len(images)
        scheduler.step()
        history[epoch] = total.item() / len(x)
    return list(history.values())


# %% wrong="MNISTLinear" says="the list of shapes that MNISTLinear().parameters() gives is a list of 3, wanted one of 2."
class MNISTLinear(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(784, 10)
        nn.Module.__setattr__(self, "scale", nn.Parameter(torch.ones(1)))

    def forward(self, x):
        return self.scale * self.layer(x)


# %% wrong="MNISTLinear" says="MNISTLinear()(x) of one image is float32[10], wanted float32[1, 10]. The numbers are right: where does a dimension of size 1 belong?"
class MNISTLinear(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(784, 10)

    def forward(self, x):
        return self.layer(x).squeeze()


# %% wrong="MNISTLinear" says="RuntimeError: mm: mat1 and mat2 shapes cannot be multiplied (5x784 and 10x784). (5, 784) meets (10, 784): the two 784 would meet if the second were transposed."
class MNISTLinear(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(784, 10)

    def forward(self, x):
        return x @ self.layer.weight + self.layer.bias


# %% wrong="MNISTLinear" says="RuntimeError: addmm: mat1 and mat2 shapes cannot be multiplied (1x3920 and 784x10). One row of 3,920 numbers came where `layer` takes 784. 3,920 is 5 × 784: was the whole batch flattened into one row?"
class MNISTLinear(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(784, 10)

    def forward(self, x):
        return self.layer.forward(x.flatten())


# %% wrong="MNISTLinear" says="MNISTLinear() is no nn.Module, so it registers nothing. What stands in the parentheses of its first line?"
class MNISTLinear:
    def __init__(self):
        self.layer = nn.Linear(784, 10)

    def __call__(self, x):
        return self.layer(x)

    def parameters(self):
        return self.layer.parameters()


# %% wrong="fit" says="fit(…) makes a step for the first batch alone."
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    params = model.parameters()
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            loss.backward()
            with torch.no_grad():
                for p in params:
                    p -= lr * p.grad
            model.zero_grad()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return losses


# %% right="fit"
def fit(model, x, y, epochs, lr, batch_size):
    def epoch():
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            model.zero_grad(set_to_none=True)
            loss = F.cross_entropy(model(images), labels)
            loss.backward()
            for p in model.parameters():
                with torch.no_grad():
                    p.set_(p - lr * p.grad)
            total += loss.item() * images.shape[0]
        return total / x.shape[0]

    return [epoch() for _ in range(epochs)]


# %% wrong="fit" says="fit(…) does not end where one plain step per batch leads, in order, with the learning rate lr."
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            total += loss.item() * len(images)
        loss.backward()
        with torch.no_grad():
            for p in model.parameters():
                p -= lr * p.grad
                p.grad.zero_()
        losses.append(total / len(x))
    return losses


# %% wrong="fit" says="fit(…) gives one loss for two epochs. Does it return too early, or count an epoch too few?"
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    total = 0.0
    for _ in range(epochs):
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    p -= lr * p.grad
                    p.grad.zero_()
            total += loss.item() * len(images)
    losses.append(total / len(x) / epochs)
    return losses


# %% wrong="MNISTLogistic" says="MNISTLogistic has a slip left: an attribute is asked for under a name that it does not have."
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weights + self.bias

    def step(self, lr):
        with torch.no_grad():
            for p in self.params:
                p -= lr * p.grad
                p.zero()


# %% wrong="MNISTLogistic" says="step(0.5) leaves a gradient that is not 0, and the next backward() will add to it. Which call clears it in place?"
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weights + self.bias

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p -= lr * p.grad
            self.weights.grad.zero_()


# %% wrong="MNISTLogistic" says="step(0.5) leaves a gradient that is not 0, and the next backward() will add to it. Which call clears it in place?"
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weights + self.bias

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p -= lr * p.grad
        self.zero_grad
        return self


# %% right="MNISTLogistic"
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.params = nn.ParameterDict()
        self.weights = nn.Parameter(0.1 * torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros((10,)))

    def forward(self, x):
        return (x @ self.weights).add(self.bias)

    def step(self, lr):
        for p in [self.weights, self.bias]:
            p.data = p.data - lr * p.grad
            p.grad = None


# %% wrong="MNISTLogistic" says="TypeError: 'type' object does not support the context manager protocol. `torch.no_grad` is a class or function itself: are its parentheses missing?"
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weights + self.bias

    def step(self, lr):
        with torch.no_grad:
            for p in self.parameters():
                p -= lr * p.grad
                p.grad.zero_()


# %% right="fit_by_hand"
def fit_by_hand(x, y, epochs, lr, batch_size):
    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.w = nn.Parameter(torch.randn(784, 10) / 28)
            self.b = nn.Parameter(torch.zeros(10))

        def forward(self, images):
            return linear(images, self.w, self.b)

    model = Model().to(x.device)
    losses = []
    for epoch in range(epochs):
        means, sizes = zip(*[(step(model, xb, yb, lr), len(xb)) for xb, yb in batches(x, y, batch_size)])
        losses.append(sum(m * n for m, n in zip(means, sizes)) / sum(sizes))
    return model.w, model.b, losses


def step(model, xb, yb, lr):
    loss = cross_entropy(model(xb), yb)
    model.zero_grad()
    loss.backward()
    for p in model.parameters():
        p.data -= lr * p.grad
    return loss.item()


# %% right="fit_by_hand"
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = torch.randn(784, 10, dtype=torch.float64) / 28
    b = torch.zeros(10, dtype=torch.float64)
    w.requires_grad_(); b.requires_grad_()
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images.double(), w, b), labels)
            loss.backward()
            with torch.no_grad():
                for p in (w, b):
                    p -= lr * p.grad
                    p.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return w, b, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) starts from weights that are infinite or nan. Are they drawn, or is their memory used as it comes?"
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = torch.full((784, 10), float("nan")).requires_grad_()
    b = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                for p in (w, b):
                    p -= lr * p.grad
                    p.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return w, b, losses


# %% wrong="fit_by_hand" says="the tensor of weights from fit_by_hand(…) is a NumPy array, float32[784, 10], wanted a tensor of shape (784, 10)."
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(784, 10) / 28).requires_grad_()
    b = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w -= lr * w.grad
                b -= lr * b.grad
                w.grad.zero_(), b.grad.zero_()
            total += loss.item() * len(images)
        lr = lr / 2
        losses.append(total / len(x))
    return w.detach().numpy(), b.detach().numpy(), losses


# %% wrong="accuracy" says="accuracy(out, y) is 0.2, wanted 0.4."
def accuracy(out, y):
    right = 0
    for i in range(len(y)):
        if out[i].argmax() == y[i]:
            right += 1
        return right / len(y)


# %% wrong="batches" says="batches(x, y, 2) is no generator. Which word hands out one value and waits?"
def batches(x, y, size):
    for i in range(0, len(x), size):
        print(x[i : i + size], y[i : i + size])


# %% wrong="log_softmax" says="log_softmax(x) takes the logarithm of a number that was too small for a float and became 0. Which form never computes it?"
def log_softmax(x):
    x = x - x.max(dim=1, keepdim=True).values
    return torch.log(torch.exp(x)) - torch.log(torch.exp(x).sum(dim=1, keepdim=True))


# %% wrong="MNISTLinear" says="the list of shapes that MNISTLinear().parameters() gives is a list of 4, wanted one of 2."
class MNISTLinear(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(784, 10))
        self.bias = nn.Parameter(torch.zeros(10))
        self.layer = nn.Linear(784, 10)

    def forward(self, x):
        return self.layer(x)


# %% wrong="log_softmax" says="log_softmax(x) calls torch's own cross_entropy. The task is to write it yourself."
def log_softmax(x):
    return torch.stack([-F.cross_entropy(x, torch.full((len(x),), k), reduction='none') for k in range(x.shape[1])], dim=1)


# %% wrong="log_softmax" says="log_softmax(x) never goes far below 0. Is something small added, or cut off, to save a logarithm from 0?"
def log_softmax(x):
    x = x.clamp(-50, 50)
    return x - x.exp().sum(dim=1, keepdim=True).log()


# %% wrong="log_softmax" says="log_softmax(x) never goes far below 0. Is something small added, or cut off, to save a logarithm from 0?"
def log_softmax(x):
    z = x - x.max(dim=1, keepdim=True).values
    p = z.exp() / z.exp().sum(dim=1, keepdim=True)
    return (p + 1e-9).log()


# %% wrong="log_softmax" says="log_softmax(x) takes off each row's largest number inside exp alone. It must go, or come back, outside too."
def log_softmax(x):
    m = x.max(dim=1, keepdim=True).values
    return x - (x - m).exp().sum(dim=1, keepdim=True).log()


# %% right="log_softmax"
def log_softmax(x):
    total = x[:, 0]
    for j in range(1, x.shape[1]):
        total = torch.logaddexp(total, x[:, j])
    return x - total[:, None]


# %% right="log_softmax"
def log_softmax(x):
    m, where = x.max(dim=1, keepdim=True)
    rest = (x - m).exp().scatter(1, where, 0.0).sum(dim=1, keepdim=True)
    return x - m - torch.log1p(rest)


# %% wrong="accuracy" says="accuracy(out, y) is 0, though two of five are right. Is each answer the place of its row's largest number, and is the division exact?"
def accuracy(out, y):
    return float(torch.equal(out.argmax(1), y))


# %% wrong="cross_entropy" says="cross_entropy(…) makes a new tensor of its loss, so that autograd finds no way back to the logits."
def cross_entropy(logits, labels):
    return torch.tensor(-log_softmax(logits)[torch.arange(len(labels)), labels].mean().item(), requires_grad=True)


# %% right="cross_entropy"
def cross_entropy(logits, labels):
    return -torch.take_along_dim(log_softmax(logits), labels.unsqueeze(-1), dim=1).squeeze(-1).mean()

# %% wrong="batches" says="batches(x, y, 2) yields nothing at its second call. Where does it keep its place?"
position = 0
def batches(x, y, size):
    global position
    while position < len(x):
        yield x[position : position + size], y[position : position + size]
        position += size


# %% wrong="batches" says="batches(x, y, 2) yields empty batches after the first. A slice wants the row where it ends, not how many it takes."
def batches(x, y, size):
    for i in range(0, len(x), size):
        yield x[i : size], y[i : size]


# %% wrong="batches" says="batches(x, y, 2) yields all rows, but in another order."
def batches(x, y, size):
    for rows in torch.randperm(len(x)).split(size):
        yield x[rows], y[rows]


# %% right="batches"
def batches(x, y, size):
    if len(x):
        yield x[:size], y[:size]
        yield from batches(x[size:], y[size:], size)

# %% wrong="DIFFERENTIABLE" says="DIFFERENTIABLE has no entry for 'accuracy', 'argmax'. Its keys are those of the table."
DIFFERENTIABLE = {"cross_entropy": True, "mse": True}

# %% wrong="DIFFERENTIABLE" says="DIFFERENTIABLE has no entry for 'cross_entropy'. Its keys are those of the table."
DIFFERENTIABLE = {"accuracy": False, "argmax": False, "cross-entropy": True, "mse": True}


# %% wrong="fit_by_hand" says="fit_by_hand(…) gives more or fewer losses than there are epochs. What is epochs for?"
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = torch.randn(784, 10, device=x.device) / 28
    b = torch.zeros(10, device=x.device)
    w.requires_grad_()
    b.requires_grad_()
    losses = []
    for _ in range(5):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w -= lr * w.grad
                b -= lr * b.grad
            w.grad = None
            b.grad = None
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return w, b, losses


# %% wrong="fit_by_hand" says="fit_by_hand(x, y, 4, 1.0, 9) of 4 images gives losses that are not the mean cross-entropy per image of each epoch."
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = torch.randn(784, 10, device=x.device) / 28
    b = torch.zeros(10, device=x.device)
    w.requires_grad_()
    b.requires_grad_()
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w -= lr * w.grad
                b -= lr * b.grad
            w.grad = None
            b.grad = None
            total += loss.item() * len(images)
        losses.append(round(total / len(x), 2))
    return w, b, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) with lr=0 gives other weights at its second call, though the seed is the same. What draws them, or what moves them?"
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = torch.tensor(np.random.randn(784, 10) / 28, dtype=torch.float32).requires_grad_()
    b = torch.zeros(10).requires_grad_()
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w -= lr * w.grad
                b -= lr * b.grad
            w.grad = None
            b.grad = None
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return w, b, losses


# %% right="fit_by_hand"
def fit_by_hand(x, y, epochs, lr, batch_size):
    gen = torch.Generator().manual_seed(torch.initial_seed())
    w = (torch.randn(784, 10, generator=gen) / 28).to(x.device).requires_grad_()
    b = torch.zeros(10, device=x.device, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w -= lr * w.grad
                b -= lr * b.grad
            w.grad = None
            b.grad = None
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return w, b, losses


# %% wrong="MNISTLogistic" says="step(0.25) moves as far as step(0.5). What is lr for?"
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weights + self.bias

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p -= 0.5 * p.grad
                p.grad.zero_()


# %% wrong="MNISTLogistic" says="step(0.5) moves nothing. Does it change the tensors themselves, and are the gradients still there when it does?"
class MNISTLogistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weights + self.bias

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p = p - lr * p.grad
        self.zero_grad()


# %% wrong="fit" says="fit(…) leaves out the last, smaller batch."
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in DataLoader(TensorDataset(x, y), batch_size=batch_size, drop_last=True):
            loss = cross_entropy(model(images), labels)
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    p -= lr * p.grad
                    p.grad.zero_()
            total += loss.item() * len(labels)
        losses.append(total / len(x))
    return losses


# %% wrong="fit" says="fit(…) does not end where one plain step per batch leads, in order, with the learning rate lr."
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            total += loss.item() * len(labels)
        losses.append(total / len(x))
    return losses


# %% wrong="fit" says="fit(…) does not end where one plain step per batch leads, in order, with the learning rate lr."
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in DataLoader(TensorDataset(x, y), batch_size=batch_size, shuffle=True):
            loss = cross_entropy(model(images), labels)
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    p -= lr * p.grad
                    p.grad.zero_()
            total += loss.item() * len(labels)
        losses.append(total / len(x))
    return losses


# %% wrong="log_softmax" says="log_softmax(x) makes a new tensor of its numbers, so that autograd finds no way back to x."
def log_softmax(x):
    return torch.tensor((x - x.logsumexp(dim=1, keepdim=True)).tolist(), dtype=x.dtype, requires_grad=True)


# %% wrong="fit_by_hand" says="fit_by_hand(…) leaves the last, smaller batch out of its losses."
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(784, 10) / 28).requires_grad_()
    b = torch.zeros(10).requires_grad_()
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                w -= lr * w.grad
                b -= lr * b.grad
            w.grad = b.grad = None
            if len(images) == batch_size:
                total += loss.item() * len(images)
        losses.append(total / len(x))
    return w, b, losses


# %% wrong="fit" says="fit(…) leaves out the last, smaller batch, and its image where it divides."
def fit(model, x, y, epochs, lr, batch_size):
    losses, whole = [], len(x) // batch_size
    for _ in range(epochs):
        total = 0.0
        for k in range(whole):
            rows = slice(k * batch_size, (k + 1) * batch_size)
            loss = cross_entropy(model(x[rows]), y[rows])
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    p -= lr * p.grad
                    p.grad = None
            total += loss.item()
        losses.append(total / whole)
    return losses


# %% right="linear"
def linear(x, w, b):
    return torch.einsum("ni,io->no", x, w) + b


# %% right="linear"
def linear(x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    return torch.stack([(w * row[:, None]).sum(0) + b for row in x])


# %% right="log_softmax"
def log_softmax(x):
    total = x[:, 0]
    for column in x.T[1:]:
        total = torch.logaddexp(total, column)
    return x - total[:, None]


# %% right="log_softmax"
def log_softmax(x):
    return x - x.logsumexp(dim=-1, keepdim=True)


# %% right="accuracy"
def accuracy(out, y):
    hits = [int(row.argmax()) == int(label) for row, label in zip(out, y)]
    return sum(hits) / len(hits)


# %% right="accuracy"
def accuracy(out, y):
    return 1 - np.mean(out.detach().cpu().numpy().argmax(1) != y.cpu().numpy()).item()


# %% right="DIFFERENTIABLE"
DIFFERENTIABLE = {key: key in ("mse", "cross_entropy") for key in ["accuracy", "argmax", "cross_entropy", "mse"]}


# %% right="cross_entropy"
def cross_entropy(logits, labels):
    hot = torch.eye(logits.shape[1], device=logits.device, dtype=logits.dtype)[labels]
    return -(hot * log_softmax(logits)).sum(dim=1).mean()


# %% right="cross_entropy"
def cross_entropy(logits, labels):
    right = torch.take_along_dim(logits, labels.unsqueeze(1), dim=1).squeeze(1)
    return (torch.logsumexp(logits, 1) - right).mean()


# %% right="batches"
def batches(x, y, size):
    while len(x):
        yield x[:size], y[:size]
        x, y = x[size:], y[size:]


# %% right="batches"
def batches(x, y, size):
    loader = DataLoader(TensorDataset(x, y), batch_size=size)
    for a, b in loader:
        yield a, b


# %% right="fit_by_hand"
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = torch.empty(784, 10, device=x.device).uniform_(-0.01, 0.01)
    b = w.new_zeros(10)
    w.requires_grad_(True)
    b.requires_grad_(True)
    losses = []
    for epoch in range(epochs):
        seen = []
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            dw, db = torch.autograd.grad(loss, [w, b])
            w.data.sub_(lr * dw)
            b.data.sub_(lr * db)
            seen += [loss.item()] * len(labels)
        losses.append(sum(seen) / len(seen))
    return w, b, losses


# %% right="fit_by_hand"
def fit_by_hand(x, y, epochs, lr, batch_size):
    """Autograd is not needed: the gradient by formula."""
    w = 0.01 * torch.randn(784, 10, device=x.device)
    b = torch.zeros(10, device=x.device)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            logits = linear(images, w, b)
            total += cross_entropy(logits, labels).item() * len(labels)
            error = (log_softmax(logits).exp() - F.one_hot(labels, 10)) / len(labels)
            w -= lr * images.T @ error
            b -= lr * error.sum(0)
        losses.append(total / len(x))
    return w, b, losses


# %% right="MNISTLogistic"
class MNISTLogistic(nn.Module):
    def __init__(self) -> None:
        nn.Module.__init__(self)
        self.register_parameter("weights", nn.Parameter(torch.randn(784, 10) / 28))
        self.register_parameter("bias", nn.Parameter(torch.zeros(10)))

    def forward(self, x):
        return torch.addmm(self.bias, x, self.weights)

    def step(self, lr):
        for p in self.parameters():
            p.data = p.data - lr * p.grad
        self.zero_grad()


# %% right="MNISTLogistic"
class MNISTLogistic(nn.Module):
    def __init__(self) -> None:
        super(MNISTLogistic, self).__init__()
        self.weights = nn.Parameter(torch.randn(784, 10).div(math.sqrt(784)))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return linear(x, self.weights, self.bias)

    @torch.no_grad()
    def step(self, lr):
        for p in self.parameters():
            if p.grad is None:
                continue
            p.copy_(torch.lerp(p, p - p.grad, lr))
            p.grad = None


# %% right="fit"
def fit(model, x, y, epochs, lr, batch_size):
    parameters = list(model.parameters())
    losses = []
    for _ in range(epochs):
        total = torch.zeros((), dtype=torch.float64)
        for images, labels in batches(x, y, batch_size):
            for p in parameters:
                p.grad = None
            loss = cross_entropy(model(images), labels)
            loss.backward()
            with torch.no_grad():
                for p in parameters:
                    if p.grad is not None:
                        p.add_(p.grad, alpha=-lr)
            total += loss.detach().double().cpu() * labels.numel()
        losses.append((total / len(y)).item())
    return losses


# %% right="MNISTLinear"
class MNISTLinear(nn.Module):
    def __init__(self):
        super().__init__()
        self.add_module("only", nn.Linear(28 * 28, 10))

    def forward(self, x):
        return self.get_submodule("only")(x)


# %% wrong="linear" says="linear(x, w, b) is float32[3, 1], wanted float32[1, 3]. The numbers are right: the dimension of size 1 stands in another place."
def linear(x, w, b):
    return (w.T @ x.T + b[:, None])


# %% wrong="linear" says="an argument of linear was changed. Leave the argument as it was and return a new value."
def linear(x, w, b):
    b += (x @ w).sum(0) * 0
    x = x @ w
    x += b
    b -= 1
    return x


# %% wrong="log_softmax" says="x was changed. Leave the argument as it was and return a new value."
def log_softmax(x):
    x -= x.max(dim=1, keepdim=True).values
    return x - x.exp().sum(dim=1, keepdim=True).log()


# %% wrong="log_softmax" says="log_softmax(x) never goes far below 0. Is something small added, or cut off, to save a logarithm from 0?"
def log_softmax(x):
    x = x - x.max(dim=1, keepdim=True)[0]
    p = x.exp() / x.exp().sum(1, keepdim=True)
    return torch.log(p + 1e-10)


# %% wrong="accuracy" says="accuracy(out, y) of eleven rows is 0.18, wanted 0.1818."
def accuracy(out, y):
    return round((out.argmax(1) == y).float().mean().item(), 2)


# %% wrong="accuracy" says="accuracy(out, y) of eleven rows is…"
def accuracy(out, y):
    return ((out > 0.5)[range(len(y)), y]).float().mean().item()


# %% wrong="DIFFERENTIABLE" says="DIFFERENTIABLE has one wrong entry. Which of the four results have a grad_fn?"
DIFFERENTIABLE = {"accuracy": False, "argmax": False, "cross_entropy": True, "mse": False}


# %% wrong="fit_by_hand" says="fit_by_hand(…) notes other losses than those that its steps start from. When is each loss computed?"
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = (torch.randn(784, 10, device=x.device) / 28).requires_grad_()
    b = torch.zeros(10, device=x.device, requires_grad=True)
    losses = []
    for _ in range(epochs):
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                for p in (w, b):
                    p -= lr * p.grad
                    p.grad.zero_()
        with torch.no_grad():
            losses.append(cross_entropy(linear(x, w, b), y).item())
    return w, b, losses


# %% wrong="fit_by_hand" says="fit_by_hand(…) with lr=0 gives other weights at its second call, though the seed is the same. What draws them, or what moves them?"
def fit_by_hand(x, y, epochs, lr, batch_size):
    w = torch.from_numpy(np.random.randn(784, 10).astype("float32") / 28).requires_grad_()
    b = torch.zeros(10, device=x.device, requires_grad=True)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(linear(images, w, b), labels)
            loss.backward()
            with torch.no_grad():
                for p in (w, b):
                    p -= lr * p.grad
                    p.grad.zero_()
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return w, b, losses


# %% wrong="MNISTLogistic" says="MNISTLogistic() starts with larger weights than the class as it stands. What was there besides the slips?"
class MNISTLogistic(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.weights = nn.Parameter(torch.randn(784, 10))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weights + self.bias

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p -= lr * p.grad
                p.grad.zero_()


# %% wrong="MNISTLogistic" says="MNISTLogistic switches recording off for good in step, so that nothing can be trained afterwards."
class MNISTLogistic(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.weights + self.bias

    def step(self, lr):
        torch.set_grad_enabled(False)
        for p in self.parameters():
            p -= lr * p.grad
            p.grad.zero_()


# %% wrong="MNISTLogistic" says="MNISTLogistic()(x) gives log-probabilities. The class as it stands gives logits."
class MNISTLogistic(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.weights = nn.Parameter(torch.randn(784, 10) / math.sqrt(784))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return log_softmax(x @ self.weights + self.bias)

    def step(self, lr):
        with torch.no_grad():
            for p in self.parameters():
                p -= lr * p.grad
                p.grad.zero_()


# %% wrong="fit" says="fit(…) uses gradients of earlier batches again. Who clears them?"
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    for _ in range(epochs):
        total = 0.0
        model.zero_grad()
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    p -= lr * p.grad
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return losses


# %% wrong="fit" says="fit(…) divides the sum of the batches' means by the number of full batches. How much should each mean weigh?"
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            model.zero_grad()
            loss.backward()
            for p in model.parameters():
                p.data -= lr * p.grad
            total += loss.item()
        losses.append(total / (len(x) // batch_size))
    return losses


# %% wrong="fit" says="fit(…) sets the seed of its caller's random numbers. Nothing in it is random."
def fit(model, x, y, epochs, lr, batch_size):
    torch.manual_seed(0)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            model.zero_grad()
            loss.backward()
            for p in model.parameters():
                p.data -= lr * p.grad
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return losses


# %% wrong="fit" says="fit(…) puts the model into inference mode. Steps are made in training mode."
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    model.eval()
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(model(images), labels)
            model.zero_grad()
            loss.backward()
            for p in model.parameters():
                p.data -= lr * p.grad
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return losses


# %% wrong="fit" says="fit(…) takes the softmax twice. What does cross_entropy want as its input?"
def fit(model, x, y, epochs, lr, batch_size):
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches(x, y, batch_size):
            loss = cross_entropy(log_softmax(model(images)).exp(), labels)
            model.zero_grad()
            loss.backward()
            for p in model.parameters():
                p.data -= lr * p.grad
            total += loss.item() * len(images)
        losses.append(total / len(x))
    return losses


# %% wrong="MNISTLinear" says="AttributeError: cannot assign module before Module.__init__() call. MNISTLinear makes layers before nn.Module is set up: what should the first line of `__init__` call?"
class MNISTLinear(nn.Module):
    def __init__(self):
        self.layer = nn.Linear(784, 10)

    def forward(self, x):
        return self.layer(x)
