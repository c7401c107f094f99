# %% [markdown]
# Right and wrong answers to the tasks of lesson 07. A wrong one says the sentence that its learner must read.


# %% right="init_parameters"
def init_parameters(generator):
    weights = torch.empty(2, 1).normal_(0, 0.01, generator=generator)
    bias = torch.empty(1).normal_(0, 0.01, generator=generator)
    return weights.requires_grad_(), bias.requires_grad_()


# %% right="init_parameters"
def init_parameters(generator):
    return torch.normal(0.0, 0.01, (2, 1), generator=generator), torch.normal(0.0, 0.01, (1,), generator=generator)


# %% right="init_parameters"
def init_parameters(generator):
    numbers = torch.randn(3, generator=generator) / 100
    return numbers[:2].reshape(2, 1), numbers[2:]


# %% right="init_parameters"
def init_parameters(generator):
    weights, bias = torch.zeros(2, 1, requires_grad=True), torch.zeros(1, requires_grad=True)
    nn.init.normal_(weights, std=0.01, generator=generator)
    nn.init.normal_(bias, std=0.01, generator=generator)
    return weights, bias


# %% right="init_parameters"
def init_parameters(generator):
    w = torch.empty(2, 1)
    b = torch.empty(1)
    nn.init.normal_(w, mean=0.0, std=0.01, generator=generator)
    nn.init.normal_(b, mean=0.0, std=0.01, generator=generator)
    return w, b


# %% right="init_parameters"
def init_parameters(generator):
    weights = torch.randn(2, generator=generator).numpy() * np.float32(0.01)
    bias = torch.randn(1, generator=generator).numpy() * np.float32(0.01)
    return torch.from_numpy(weights[:, None]), torch.from_numpy(bias)


# %% wrong="init_parameters" says="init_parameters(…) has standard deviation 1. It should be 0.01."
def init_parameters(generator):
    weights = torch.randn(2, 1, generator=generator)
    bias = torch.randn(1, generator=generator)
    return weights, bias


# %% wrong="init_parameters" says="init_parameters(…) has standard deviation 0.0001. The square belongs to the variance."
def init_parameters(generator):
    weights = torch.randn(2, 1, generator=generator) * 0.01**2
    bias = torch.randn(1, generator=generator) * 0.01**2
    return weights, bias


# %% wrong="init_parameters" says="init_parameters(…) has standard deviation 0.1. In N(0, 0.01²), which number is the deviation?"
def init_parameters(generator):
    weights = torch.randn(2, 1, generator=generator) * math.sqrt(0.01)
    bias = torch.randn(1, generator=generator) * math.sqrt(0.01)
    return weights, bias


# %% wrong="init_parameters" says="init_parameters(…) does not draw from the generator that it was given."
def init_parameters(generator):
    weights = 0.01 * torch.randn(2, 1)
    bias = 0.01 * torch.randn(1)
    return weights, bias


# %% wrong="init_parameters" says="init_parameters(…) sets the bias to 0. Here it is drawn too."
def init_parameters(generator):
    weights = 0.01 * torch.randn(2, 1, generator=generator)
    bias = torch.zeros(1)
    return weights, bias


# %% wrong="init_parameters" says="init_parameters(…) draws evenly between 0 and 0.01. Which function draws normal numbers?"
def init_parameters(generator):
    weights = 0.01 * torch.rand(2, 1, generator=generator)
    bias = 0.01 * torch.rand(1, generator=generator)
    return weights, bias


# %% wrong="init_parameters" says="init_parameters(…) gives weights of shape (2,), wanted (2, 1)."
def init_parameters(generator):
    weights = 0.01 * torch.randn(2, generator=generator)
    bias = 0.01 * torch.randn(1, generator=generator)
    return weights, bias


# %% wrong="init_parameters" says="init_parameters(…) gives weights of shape (1, 2), wanted (2, 1)."
def init_parameters(generator):
    weights = 0.01 * torch.randn(1, 2, generator=generator)
    bias = 0.01 * torch.randn(1, generator=generator)
    return weights, bias


# %% wrong="init_parameters" says="init_parameters(…) gives a bias of shape (), wanted (1,)."
def init_parameters(generator):
    weights = 0.01 * torch.randn(2, 1, generator=generator)
    bias = 0.01 * torch.randn((), generator=generator)
    return weights, bias


# %% wrong="init_parameters" says="init_parameters(…) gives a bias of shape (1, 1), wanted (1,)."
def init_parameters(generator):
    weights = 0.01 * torch.randn(2, 1, generator=generator)
    bias = 0.01 * torch.randn(1, 1, generator=generator)
    return weights, bias


# %% wrong="init_parameters" says="init_parameters(…) scales tensors that require gradients already, so its results are no leaves. Which comes first?"
def init_parameters(generator):
    weights = 0.01 * torch.randn(2, 1, generator=generator, requires_grad=True)
    bias = 0.01 * torch.randn(1, generator=generator, requires_grad=True)
    return weights, bias


# %% wrong="init_parameters" says="init_parameters(…) gives weights that are no leaves, so that they get no gradient."
def init_parameters(generator):
    weights = 0.01 * torch.randn(2, 1, generator=generator, requires_grad=True)
    bias = 0.01 * torch.randn(1, generator=generator)
    return weights, bias


# %% wrong="init_parameters" says="init_parameters(…) draws the bias first. The weights come first."
def init_parameters(generator):
    bias = 0.01 * torch.randn(1, generator=generator)
    weights = 0.01 * torch.randn(2, 1, generator=generator)
    return weights, bias


# %% wrong="init_parameters" says="init_parameters(…) gives the bias the weights' first number again. Does it reseed the generator?"
def init_parameters(generator):
    seed = generator.initial_seed()
    weights = 0.01 * torch.randn(2, 1, generator=generator.manual_seed(seed))
    bias = 0.01 * torch.randn(1, generator=generator.manual_seed(seed))
    return weights, bias


# %% wrong="init_parameters" says="init_parameters(…) gives the weights alone. Return the bias too."
def init_parameters(generator):
    return 0.01 * torch.randn(2, 1, generator=generator)


# %% wrong="init_parameters" says="init_parameters(…) returns the bias first. The weights come first."
def init_parameters(generator):
    weights = 0.01 * torch.randn(2, 1, generator=generator)
    bias = 0.01 * torch.randn(1, generator=generator)
    return bias, weights


# %% wrong="init_parameters" says="init_parameters(generator) is a list, wanted a tuple of 2. Square brackets make a list, commas alone a tuple."
def init_parameters(generator):
    return [0.01 * torch.randn(size, generator=generator) for size in ((2, 1), (1,))]


# %% wrong="init_parameters" says="init_parameters(…) gives zeros. Which function draws normal numbers?"
def init_parameters(generator):
    return torch.zeros(2, 1), torch.zeros(1)


# %% wrong="init_parameters" says="init_parameters(generator) is None, wanted a tuple of 2. Does it return its result?"
def init_parameters(generator):
    weights = 0.01 * torch.randn(2, 1, generator=generator)
    bias = 0.01 * torch.randn(1, generator=generator)


# %% wrong="init_parameters" says="init_parameters(…) draws with seed 0, whatever the generator is. Take the given one as it comes."
def init_parameters(generator):
    g = torch.Generator().manual_seed(0)
    return 0.01 * torch.randn(2, 1, generator=g), 0.01 * torch.randn(1, generator=g)


# %% wrong="init_parameters" says="init_parameters(…) draws with seed 0, whatever the generator is. Take the given one as it comes."
def init_parameters(generator):
    generator.manual_seed(0)
    return 0.01 * torch.randn(2, 1, generator=generator), 0.01 * torch.randn(1, generator=generator)


# %% wrong="init_parameters" says="init_parameters(…) gives the same numbers at each call. Does it seed the generator, or keep its first result?"
def init_parameters(generator):
    generator.manual_seed(generator.initial_seed())
    return 0.01 * torch.randn(2, 1, generator=generator), 0.01 * torch.randn(1, generator=generator)


# %% wrong="init_parameters" says="init_parameters(…) gives the same numbers at each call. Does it seed the generator, or keep its first result?"
def init_parameters(generator):
    torch.manual_seed(generator.initial_seed())
    return torch.randn(2, 1) * 0.01, torch.randn(1) * 0.01


# %% right="init_parameters"
def init_parameters(generator):
    scale = torch.tensor(0.0001).sqrt()
    weights = scale * torch.randn((2, 1), generator=generator)
    return weights, scale * torch.randn((1,), generator=generator)


# %% right="init_parameters"
def init_parameters(generator):
    weights, bias = nn.Parameter(torch.empty(2, 1)), nn.Parameter(torch.empty(1))
    with torch.no_grad():
        for parameter in (weights, bias):
            parameter.normal_(std=1e-2, generator=generator)
    return weights, bias


# %% wrong="init_parameters" says="init_parameters(…) draws the bias first. The weights come first."
def init_parameters(generator):
    numbers = torch.randn(3, 1, generator=generator) * 0.01
    return numbers[1:], numbers[0]


# %% right="run"
def run(x, weights, bias):
    return 1 / (1 + torch.exp(-((x * weights[:, 0]).sum(dim=-1) + bias[0])))


# %% right="run"
def run(x, weights, bias):
    z = x @ weights + bias
    return torch.sigmoid(z[..., 0])


# %% right="run"
def run(x, weights, bias):
    if x.dim() == 1:
        return run(x.unsqueeze(0), weights, bias)[0]
    return F.linear(x, weights.t(), bias).sigmoid().flatten()


# %% right="run"
def run(x, weights, bias):
    return torch.special.expit(torch.matmul(x, weights).squeeze(-1) + bias.squeeze())


# %% right="run"
def run(x, weights, bias):
    w1, w2 = weights[:, 0]
    z = w1 * x[..., 0] + w2 * x[..., 1] + bias.squeeze()
    return torch.where(z >= 0, 1 / (1 + torch.exp(-z.abs())), torch.exp(-z.abs()) / (1 + torch.exp(-z.abs())))


# %% right="run"
def run(x, weights, bias):
    z = x @ weights[:, 0] + bias.sum()
    return F.softmax(torch.stack([torch.zeros_like(z), z], dim=-1), dim=-1)[..., 1]


# %% wrong="run" says="run(…) has shape (n, 1), wanted (n,). Which dimension has to go?"
def run(x, weights, bias):
    return torch.sigmoid(x @ weights + bias)


# %% wrong="run" says="run(…) gives logits. What makes probabilities of them?"
def run(x, weights, bias):
    return (x @ weights + bias).squeeze(-1)


# %% wrong="run" says="run(…) gives logits of shape (n, 1). What makes probabilities of them, and which dimension has to go?"
def run(x, weights, bias):
    return x @ weights + bias


# %% wrong="run" says="run(…) leaves the bias out."
def run(x, weights, bias):
    return torch.sigmoid(x @ weights).squeeze(-1)


# %% wrong="run" says="run(…) subtracts the bias."
def run(x, weights, bias):
    return torch.sigmoid(x @ weights - bias).squeeze(-1)


# %% wrong="run" says="run(…) adds the bias after the sigmoid. It belongs to the logit."
def run(x, weights, bias):
    return (torch.sigmoid(x @ weights) + bias).squeeze(-1)


# %% wrong="run" says="run(…) gives the probabilities of class 0."
def run(x, weights, bias):
    return (1 / (1 + torch.exp(x @ weights + bias))).squeeze(-1)


# %% wrong="run" says="run(…) compares the samples with each other by softmax. Each has a sigmoid of its own."
def run(x, weights, bias):
    return torch.softmax((x @ weights + bias).squeeze(-1), dim=0)


# %% wrong="run" says="run(…) gives classes. The probabilities are wanted."
def run(x, weights, bias):
    return (torch.sigmoid(x @ weights + bias).squeeze(-1) > 0.5).float()


# %% wrong="run" says="run(…) of one sample has shape (1,), wanted (). Adding the bias (1,) makes a vector of a number."
def run(x, weights, bias):
    return torch.sigmoid((x @ weights).squeeze(-1) + bias)


# %% wrong="run" says="run(…) of one sample has shape (1,), wanted (). Adding the bias (1,) makes a vector of a number."
def run(x, weights, bias):
    return torch.sigmoid(x @ weights + bias).flatten()


# %% wrong="run" says="run(…) of one sample is a Python number, which is cut off from autograd. Leave it a tensor."
def run(x, weights, bias):
    outputs = torch.sigmoid(x @ weights + bias)
    return outputs.item() if outputs.numel() == 1 else outputs.squeeze(1)


# %% wrong="run" says="run(…) of a batch of one has lost its batch. Does squeeze() know which dimension you mean?"
def run(x, weights, bias):
    return torch.sigmoid(x @ weights + bias).squeeze()


# %% wrong="run" says="IndexError: Dimension out of range (expected to be in range of [-1, 0], but got 1). dim=1 of a tensor that has dimension 0 only: did a call before it take a dimension away?"
def run(x, weights, bias):
    return torch.sigmoid(x @ weights + bias).squeeze(dim=1)


# %% wrong="run" says="run(…) is nan for a large logit. An exp overflows above and below the fraction line. Which form of the sigmoid has only one?"
def run(x, weights, bias):
    z = (x @ weights + bias).squeeze(-1)
    return z.exp() / (1 + z.exp())


# %% wrong="run" says="run(…) is cut off from autograd, so that nothing can learn through it."
def run(x, weights, bias):
    with torch.no_grad():
        return torch.sigmoid(x @ weights + bias).squeeze(-1)


# %% wrong="run" says="run(x, weights, bias) of two samples is…"
def run(x, weights, bias):
    if len(x) == 2:
        return torch.sigmoid((x @ weights + bias).reshape(-1)[0])
    return torch.sigmoid(x @ weights + bias).squeeze(-1)


# %% wrong="run" says="run(x, weights, bias) is 0.5 at [1], wanted 0.9241, the largest of 2 differences. All 3 numbers are 0.5: does the result depend on the arguments?"
def run(x, weights, bias):
    return torch.full(x.shape[:-1], 0.5)


# %% wrong="run" says="run(x, weights, bias) is float32[3, 2], wanted float32[3]."
def run(x, weights, bias):
    return x


# %% wrong="run" says="run(…) cuts the bias off from autograd, so that it cannot learn. Leave it a tensor."
def run(x, weights, bias):
    return torch.sigmoid(x @ weights[:, 0] + bias.item())


# %% wrong="run" says="run(…) cuts the bias off from autograd, so that it cannot learn. Leave it a tensor."
def run(x, weights, bias):
    return torch.sigmoid(x @ weights[:, 0] + bias.data[0])


# %% right="run"
def run(x, weights, bias):
    z = F.linear(x, weights.T, bias)
    return z.sigmoid()[..., 0]


# %% wrong="run" says="run(…) of a batch of one has lost its batch. Does squeeze() know which dimension you mean?"
def run(x, weights, bias):
    return torch.sigmoid(x @ weights + bias).squeeze()


# %% right="run"
def run(x, weights, bias):
    z = torch.einsum("...i,ij->...j", x, weights) + bias
    return torch.special.expit(z).squeeze(-1)


# %% right="run"
def run(x, weights, bias):
    return 1 / (1 + torch.exp(-(x @ weights[:, 0] + bias[0])))


# %% wrong="run" says="run(…) of one sample has shape (1,), wanted (). Adding the bias (1,) makes a vector of a number."
def run(x, weights, bias):
    return torch.sigmoid(x @ weights + bias).flatten()


# %% right="count_correct"
def count_correct(outputs, labels):
    correct = 0
    for output, label in zip(outputs, labels):
        if (output > 0.5) == (label == 1):
            correct += 1
    return correct


# %% right="count_correct"
def count_correct(outputs, labels):
    return int(torch.eq(outputs.round(), labels).sum())  # round() takes 0.5 to 0


# %% right="count_correct"
def count_correct(outputs, labels):
    predicted = torch.where(outputs > 0.5, 1.0, 0.0)
    return len(labels) - int((predicted - labels).abs().sum().item())


# %% right="count_correct"
@torch.no_grad()
def count_correct(outputs, labels):
    return int(torch.eq(torch.gt(outputs, 0.5).to(labels.dtype), labels).count_nonzero())


# %% right="count_correct"
def count_correct(outputs, labels):
    right = torch.logical_not(torch.logical_xor(outputs > 0.5, labels.bool()))
    return sum(right.tolist())


# %% wrong="count_correct" says="count_correct(…) gives a tensor. A Python int is wanted."
def count_correct(outputs, labels):
    return ((outputs > 0.5) == labels).sum()


# %% wrong="count_correct" says="count_correct(…) gives a float. A Python int is wanted."
def count_correct(outputs, labels):
    return ((outputs > 0.5) == labels).float().sum().item()


# %% wrong="count_correct" says="count_correct(…) takes 0.5 for class 1. Here 0.5 is class 0."
def count_correct(outputs, labels):
    return ((outputs >= 0.5) == labels).sum().item()


# %% wrong="count_correct" says="count_correct(…) counts the wrong ones."
def count_correct(outputs, labels):
    return ((outputs > 0.5) != labels).sum().item()


# %% wrong="count_correct" says="count_correct(…) gives the share. Their number is wanted."
def count_correct(outputs, labels):
    return ((outputs > 0.5) == labels).float().mean().item()


# %% wrong="count_correct" says="count_correct(…) divides by the number of samples. The count itself is wanted."
def count_correct(outputs, labels):
    return ((outputs > 0.5) == labels).sum().item() / len(labels)


# %% wrong="count_correct" says="count_correct(…) counts the outputs of class 1, right or wrong."
def count_correct(outputs, labels):
    return (outputs > 0.5).sum().item()


# %% wrong="count_correct" says="count_correct(…) counts those of class 1 alone. Right answers of class 0 count as well."
def count_correct(outputs, labels):
    return int(((outputs > 0.5) * labels).sum())


# %% wrong="count_correct" says="count_correct(…) takes every output for class 1. Its inputs are probabilities; where is their middle?"
def count_correct(outputs, labels):
    return ((outputs > 0) == labels).sum().item()


# %% wrong="count_correct" says="count_correct(…) takes every output for class 0. What does int() do to 0.9?"
def count_correct(outputs, labels):
    return (outputs.int() == labels).sum().item()


# %% wrong="count_correct" says="count_correct(…) compares the probabilities themselves with the labels. Which classes do they mean?"
def count_correct(outputs, labels):
    return (outputs == labels).sum().item()


# %% wrong="count_correct" says="count_correct(…) compares each output with every label, (n, 1) against (n,)."
def count_correct(outputs, labels):
    return ((outputs.unsqueeze(1) > 0.5) == labels).sum().item()


# %% wrong="count_correct" says="count_correct(…) gives 14 again, for other outputs. Does it count those that it is given?"
def count_correct(outputs, labels):
    return 14


# %% wrong="count_correct" says="count_correct(outputs, labels) is a tensor, float32[18], wanted a Python int."
def count_correct(outputs, labels):
    return outputs


# %% wrong="count_correct" says="outputs was changed. Leave the argument as it was and return a new value."
def count_correct(outputs, labels):
    outputs[outputs > 0.5] = 1
    outputs[outputs < 1] = 0
    return int((outputs == labels).sum())


# %% wrong="count_correct" says="count_correct(…) takes 0.5 for both classes at once. Here 0.5 is class 0."
def count_correct(outputs, labels):
    return ((outputs - labels).abs() <= 0.5).sum().item()


# %% wrong="count_correct" says="count_correct(…) takes 0.5 for neither class. Here 0.5 is class 0."
def count_correct(outputs, labels):
    return int(((outputs - labels).abs() < 0.5).sum())


# %% wrong="count_correct" says="count_correct(…) takes 0.5 for class 1. Here 0.5 is class 0."
def count_correct(outputs, labels):
    return int(((outputs + 0.5).floor() == labels).sum())


# %% right="count_correct"
def count_correct(outputs, labels):
    return sum(int(round(p) == y) for p, y in zip(outputs.tolist(), labels.tolist()))


# %% right="count_correct"
def count_correct(outputs, labels):
    predicted = torch.where(outputs > 0.5, 1.0, 0.0)
    return len(labels) - int(torch.count_nonzero(predicted - labels))


# %% wrong="count_correct" says="count_correct(…) gives a tensor. A Python int is wanted."
def count_correct(outputs, labels):
    return (outputs.round() == labels).sum()


# %% wrong="count_correct" says="count_correct(…) gives a tensor. A Python int is wanted."
def count_correct(outputs, labels):
    correct = 0
    for p, y in zip(outputs, labels):
        correct += (p > 0.5) == y
    return correct


# %% right="binary_crossentropy"
def binary_crossentropy(prediction, true):
    return F.binary_cross_entropy(prediction, true, reduction="none")


# %% right="binary_crossentropy"
def binary_crossentropy(prediction, true):
    eps = 1e-12
    return -true * torch.log(prediction + eps) - (1 - true) * torch.log(1 - prediction + eps)


# %% right="binary_crossentropy"
def binary_crossentropy(prediction, true):
    right = torch.where(true == 1, prediction, 1 - prediction)
    return -torch.log(torch.clamp(right, min=1e-6))


# %% wrong="binary_crossentropy" says="binary_crossentropy(…) is finite where the prediction is 0 or 1, but its gradient is not, so one step makes every weight nan. What is the slope of the logarithm that you take there?"
def binary_crossentropy(prediction, true):
    return -(true * prediction.log().clamp(min=-100) + (1 - true) * (1 - prediction).log().clamp(min=-100))


# %% right="binary_crossentropy"
def binary_crossentropy(prediction, true):
    eps = torch.finfo(prediction.dtype).eps
    p = torch.clip(prediction, eps, 1 - eps)
    return torch.nn.BCELoss(reduction="none")(p, true)


# %% right="binary_crossentropy"
def binary_crossentropy(prediction, true):
    return F.binary_cross_entropy_with_logits(torch.logit(prediction, eps=1e-6), true, reduction="none")


# %% right="binary_crossentropy"
def binary_crossentropy(prediction, true):
    eps = 1e-4
    return -(true * torch.log(prediction + eps) + (1 - true) * torch.log(1 - prediction + eps))


# %% wrong="binary_crossentropy" says="binary_crossentropy(…) is finite where the prediction is 0 or 1, but its gradient is not, so one step makes every weight nan. What is the slope of the logarithm that you take there?"
def binary_crossentropy(prediction, true):
    loss = -(true * torch.log(prediction) + (1 - true) * torch.log1p(-prediction))
    return torch.nan_to_num(loss, nan=0.0, posinf=100.0)


# %% right="binary_crossentropy"
def binary_crossentropy(prediction, true):
    p = torch.clip(prediction, 1e-3, 0.999)
    return -true * torch.log(p) - (1 - true) * torch.log(1 - p)


# %% wrong="binary_crossentropy" says="binary_crossentropy(…) is the mean. One loss per sample is wanted."
def binary_crossentropy(prediction, true):
    return F.binary_cross_entropy(prediction, true)


# %% wrong="binary_crossentropy" says="binary_crossentropy(…) is the sum. One loss per sample is wanted."
def binary_crossentropy(prediction, true):
    return F.binary_cross_entropy(prediction, true, reduction="sum")


# %% wrong="binary_crossentropy" says="binary_crossentropy(…) is negative. A loss falls when things get better."
def binary_crossentropy(prediction, true):
    return true * prediction.clamp(1e-6, 1 - 1e-6).log() + (1 - true) * (1 - prediction.clamp(1e-6, 1 - 1e-6)).log()


# %% wrong="binary_crossentropy" says="binary_crossentropy(…) is 0 where the label is 0. What is the loss there?"
def binary_crossentropy(prediction, true):
    return -true * (prediction + 1e-9).log()


# %% wrong="binary_crossentropy" says="binary_crossentropy(…) takes -log p where the label is 0, too."
def binary_crossentropy(prediction, true):
    return -(prediction + 1e-9).log()


# %% wrong="binary_crossentropy" says="binary_crossentropy(…) has the labels swapped: it is small for a wrong answer."
def binary_crossentropy(prediction, true):
    return F.binary_cross_entropy(prediction, 1 - true, reduction="none")


# %% wrong="binary_crossentropy" says="binary_crossentropy(…) is the squared difference. The logarithm is wanted."
def binary_crossentropy(prediction, true):
    return (prediction - true) ** 2


# %% wrong="binary_crossentropy" says="binary_crossentropy(…) has logarithms to the base 2. The natural logarithm is wanted."
def binary_crossentropy(prediction, true):
    return -(true * torch.log2(prediction + 1e-9) + (1 - true) * torch.log2(1 - prediction + 1e-9))


# %% wrong="binary_crossentropy" says="binary_crossentropy(…) has logarithms to the base 10. The natural logarithm is wanted."
def binary_crossentropy(prediction, true):
    return -(true * torch.log10(prediction + 1e-9) + (1 - true) * torch.log10(1 - prediction + 1e-9))


# %% wrong="binary_crossentropy" says="binary_crossentropy(…) is nan or infinite where the prediction is 0 or 1."
def binary_crossentropy(prediction, true):
    return -(true * prediction.log() + (1 - true) * (1 - prediction).log())


# %% wrong="binary_crossentropy" says="binary_crossentropy(…) is infinite for a sure and wrong prediction."
def binary_crossentropy(prediction, true):
    return -torch.where(true == 1, prediction, 1 - prediction).log()


# %% wrong="binary_crossentropy" says="binary_crossentropy(…) is nan or infinite where the prediction is 1. What keeps it below 1, and is that still below 1 in float32?"
def binary_crossentropy(prediction, true):
    return -(true * prediction.clamp(1e-8, 1 - 1e-8).log() + (1 - true) * (1 - prediction.clamp(1e-8, 1 - 1e-8)).log())


# %% wrong="binary_crossentropy" says="binary_crossentropy(…) is nan or infinite where the prediction is 0. Which bound keeps it away from there?"
def binary_crossentropy(prediction, true):
    return -(true * prediction.clamp(max=0.999999).log() + (1 - true) * (1 - prediction.clamp(max=0.999999)).log())


# %% wrong="binary_crossentropy" says="binary_crossentropy(…) is 5 or less for a sure and wrong prediction. How near to 0 does your bound let it come?"
def binary_crossentropy(prediction, true):
    return -(true * prediction.clamp(0.01, 0.99).log() + (1 - true) * (1 - prediction.clamp(0.01, 0.99)).log())


# %% wrong="binary_crossentropy" says="binary_crossentropy(…) is 5 or less for a sure and wrong prediction. How near to 0 does your bound let it come?"
def binary_crossentropy(prediction, true):
    return torch.nan_to_num(-(true * prediction.log() + (1 - true) * (1 - prediction).log()), posinf=0.0)


# %% wrong="binary_crossentropy" says="binary_crossentropy(…) is cut off from autograd, so that nothing can learn from it."
def binary_crossentropy(prediction, true):
    return F.binary_cross_entropy(prediction.detach(), true, reduction="none")


# %% wrong="binary_crossentropy" says="binary_crossentropy(prediction, true) is 0.5 at…"
def binary_crossentropy(prediction, true):
    return torch.full_like(prediction, 0.5)


# %% wrong="binary_crossentropy" says="binary_crossentropy(prediction, true) is 0.25 at…"
def binary_crossentropy(prediction, true):
    return prediction


# %% wrong="binary_crossentropy" says="prediction was changed. Leave the argument as it was and return a new value."
def binary_crossentropy(prediction, true):
    with torch.no_grad():
        prediction.clamp_(1e-7, 1 - 1e-7)
    return -(true * prediction.log() + (1 - true) * (1 - prediction).log())


# %% wrong="binary_crossentropy" says="binary_crossentropy(…) takes its input for logits. It gets probabilities."
def binary_crossentropy(prediction, true):
    return F.binary_cross_entropy_with_logits(prediction, true, reduction="none")


# %% wrong="binary_crossentropy" says="binary_crossentropy(…) is finite where the prediction is 0 or 1, but its gradient is not, so one step makes every weight nan. What is the slope of the logarithm that you take there?"
def binary_crossentropy(prediction, true):
    return torch.nan_to_num(-(true * prediction.log() + (1 - true) * (1 - prediction).log()), nan=0.0, posinf=50.0)


# %% wrong="binary_crossentropy" says="binary_crossentropy(…) is finite where the prediction is 0 or 1, but its gradient is not, so one step makes every weight nan. What is the slope of the logarithm that you take there?"
def binary_crossentropy(prediction, true):
    log_p = torch.clamp(torch.log(prediction), min=-50)
    log_q = torch.clamp(torch.log(1 - prediction), min=-50)
    return -true * log_p - (1 - true) * log_q


# %% wrong="binary_crossentropy" says="binary_crossentropy(…) is finite where the prediction is 0 or 1, but its gradient is not, so one step makes every weight nan. What is the slope of the logarithm that you take there?"
def binary_crossentropy(prediction, true):
    return -(torch.xlogy(true, prediction).clamp(min=-100) + torch.xlogy(1 - true, 1 - prediction).clamp(min=-100))


# %% wrong="binary_crossentropy" says="binary_crossentropy(…) is finite where the prediction is 0 or 1, but its gradient is not, so one step makes every weight nan. What is the slope of the logarithm that you take there?"
def binary_crossentropy(prediction, true):
    right = torch.where(true == 1, prediction, 1 - prediction)
    return torch.where(right > 0, -right.log(), 100.0)


# %% wrong="binary_crossentropy" says="prediction was changed. Leave the argument as it was and return a new value."
def binary_crossentropy(prediction, true):
    p = prediction.detach().clamp_(1e-7, 1 - 1e-7)
    return -(true * p.log() + (1 - true) * (1 - p).log())


# %% right="binary_crossentropy"
def binary_crossentropy(prediction, true):
    p = prediction * (1 - 2e-6) + 1e-6
    return -(true * p.log() + (1 - true) * torch.log1p(-p))


# %% right="binary_crossentropy"
def binary_crossentropy(prediction, true):
    eps = 1e-7
    p = torch.minimum(torch.maximum(prediction, torch.tensor(eps)), torch.tensor(1 - eps))
    return torch.where(true > 0.5, -torch.log(p), -torch.log(1 - p))


# %% right="binary_crossentropy"
def binary_crossentropy(prediction, true):
    both = torch.stack([1 - prediction, prediction], dim=-1).clamp(min=1e-10)
    picked = both.gather(-1, true.long().unsqueeze(-1)).squeeze(-1)
    return -picked.log()


# %% right="binary_crossentropy"
def binary_crossentropy(prediction, true):
    return -(prediction * (2 * true - 1) + 1 - true).clamp(min=1e-9).log()


# %% wrong="binary_crossentropy" says="binary_crossentropy(…) is nan or infinite where the prediction is 1. What keeps it below 1, and is that still below 1 in float32?"
def binary_crossentropy(prediction, true):
    return -(true * (prediction + 1e-7).log() + (1 - true) * (1 - prediction).log())


# %% wrong="binary_crossentropy" says="binary_crossentropy(…) is finite where the prediction is 0 or 1, but its gradient is not, so one step makes every weight nan. What is the slope of the logarithm that you take there?"
def binary_crossentropy(prediction, true):
    return -(true * (prediction + 1e-45).log() + (1 - true) * (1 - prediction + 1e-45).log())


# %% wrong="binary_crossentropy" says="binary_crossentropy(…) is cut off from autograd, so that nothing can learn from it."
def binary_crossentropy(prediction, true):
    p = prediction.clamp(1e-6, 1 - 1e-6).detach()
    return F.binary_cross_entropy(p, true, reduction="none")


# %% right="binary_crossentropy"
def binary_crossentropy(prediction, true):
    z = torch.logit(prediction.clamp(1e-7, 1 - 1e-7))
    return F.softplus(z) - true * z


# %% right="manual_gradients"
def manual_gradients(x, y, weights, bias):
    p = torch.sigmoid(x @ weights + bias)  # (n, 1)
    difference = p - y.unsqueeze(1)
    return (x * difference).mean(dim=0).unsqueeze(1), difference.mean(dim=0)


# %% right="manual_gradients"
def manual_gradients(x, y, weights, bias):
    with torch.no_grad():
        error = (run(x, weights, bias) - y) / y.numel()
        return torch.einsum("ni,n->i", x, error).view(2, 1), error.sum().view(1)


# %% right="manual_gradients"
def manual_gradients(x, y, weights, bias):
    gradient, slope = torch.zeros_like(weights), torch.zeros_like(bias)
    for sample, label in zip(x, y):
        error = run(sample, weights, bias) - label
        gradient = gradient + error * sample[:, None]
        slope = slope + error
    return gradient / len(x), slope / len(x)


# %% right="manual_gradients"
def manual_gradients(x, y, weights, bias):
    xs, ys = x.numpy(), y.numpy()
    w, b = weights.detach().numpy(), bias.detach().numpy()
    p = 1 / (1 + np.exp(-(xs @ w + b)))[:, 0]
    e = (p - ys) / len(ys)
    return torch.from_numpy(xs.T @ e[:, None]), torch.tensor([e.sum()])


# %% wrong="manual_gradients" says="manual_gradients(…) is nan where p is exactly 1. Is there a division by p(1 - p) that should have cancelled?"
def manual_gradients(x, y, weights, bias):
    p = run(x, weights, bias)
    dp = (p - y) / (p * (1 - p))
    dz = dp * p * (1 - p) / len(x)
    gw, gb = torch.zeros_like(weights), torch.zeros_like(bias)
    gw[:, 0] = (x * dz[:, None]).sum(0)
    gb[0] = dz.sum()
    return gw, gb


# %% wrong="manual_gradients" says="manual_gradients(…) points the wrong way. Which comes first in the difference, prediction or truth?"
def manual_gradients(x, y, weights, bias):
    error = y - run(x, weights, bias)
    return x.T @ error[:, None] / len(x), error.mean()[None]


# %% wrong="manual_gradients" says="manual_gradients(…) sums over the samples. The mean loss has the mean of their gradients."
def manual_gradients(x, y, weights, bias):
    error = run(x, weights, bias) - y
    return x.T @ error[:, None], error.sum()[None]


# %% wrong="manual_gradients" says="manual_gradients(…) has a sum for the weights. Their mean is wanted, as for the bias."
def manual_gradients(x, y, weights, bias):
    error = run(x, weights, bias) - y
    return x.T @ error[:, None], error.mean()[None]


# %% wrong="manual_gradients" says="manual_gradients(…) has a sum for the bias. Its mean is wanted, as for the weights."
def manual_gradients(x, y, weights, bias):
    error = run(x, weights, bias) - y
    return x.T @ error[:, None] / len(x), error.sum()[None]


# %% wrong="manual_gradients" says="manual_gradients(…) gives the bias a gradient of shape (), wanted (1,), the shape of the bias."
def manual_gradients(x, y, weights, bias):
    error = run(x, weights, bias) - y
    return x.T @ error[:, None] / len(x), error.mean()


# %% wrong="manual_gradients" says="manual_gradients(…) gives the bias a gradient of shape (1, 1), wanted (1,), the shape of the bias."
def manual_gradients(x, y, weights, bias):
    error = (run(x, weights, bias) - y)[:, None]
    return x.T @ error / len(x), error.mean(dim=0, keepdim=True)


# %% wrong="manual_gradients" says="manual_gradients(…) gives the bias one gradient per sample. Their mean is wanted."
def manual_gradients(x, y, weights, bias):
    error = run(x, weights, bias) - y
    return x.T @ error[:, None] / len(x), error


# %% wrong="manual_gradients" says="manual_gradients(…) gives the weights a gradient of shape (2,), wanted (2, 1)."
def manual_gradients(x, y, weights, bias):
    error = run(x, weights, bias) - y
    return x.T @ error / len(x), error.mean()[None]


# %% wrong="manual_gradients" says="manual_gradients(…) gives the weights a gradient of shape (1, 2), wanted (2, 1)."
def manual_gradients(x, y, weights, bias):
    error = run(x, weights, bias) - y
    return error[None] @ x / len(x), error.mean()[None]


# %% wrong="manual_gradients" says="manual_gradients(…) subtracts y (n,) from p (n, 1), which makes (n, n)."
def manual_gradients(x, y, weights, bias):
    error = (torch.sigmoid(x @ weights + bias) - y).mean(dim=1)
    return x.T @ error[:, None] / len(x), error.mean()[None]


# %% wrong="manual_gradients" says="manual_gradients(…) divides the weights' gradient by the 2 features. How many samples are there?"
def manual_gradients(x, y, weights, bias):
    error = run(x, weights, bias) - y
    return x.T @ error[:, None] / x.shape[1], error.mean()[None]


# %% wrong="manual_gradients" says="manual_gradients(…) gives the gradients of the squared error. With cross-entropy, p(1 - p) cancels."
def manual_gradients(x, y, weights, bias):
    error = 2 * (run(x, weights, bias) - y) * run(x, weights, bias) * (1 - run(x, weights, bias))
    return x.T @ error[:, None] / len(x), error.mean()[None]


# %% wrong="manual_gradients" says="manual_gradients(…) multiplies by p(1 - p). With cross-entropy it cancels."
def manual_gradients(x, y, weights, bias):
    error = (run(x, weights, bias) - y) * run(x, weights, bias) * (1 - run(x, weights, bias))
    return x.T @ error[:, None] / len(x), error.mean()[None]


# %% wrong="manual_gradients" says="manual_gradients(…) uses logits where probabilities belong."
def manual_gradients(x, y, weights, bias):
    error = (x @ weights + bias)[:, 0] - y
    return x.T @ error[:, None] / len(x), error.mean()[None]


# %% wrong="manual_gradients" says="manual_gradients(…) returns the bias's gradient first. The weights' comes first."
def manual_gradients(x, y, weights, bias):
    error = run(x, weights, bias) - y
    return error.mean()[None], x.T @ error[:, None] / len(x)


# %% wrong="manual_gradients" says="manual_gradients(…) gives the weights' gradient alone. Return the bias's too."
def manual_gradients(x, y, weights, bias):
    return x.T @ (run(x, weights, bias) - y)[:, None] / len(x)


# %% wrong="manual_gradients" says="manual_gradients(…) leaves the work to autograd. Here the formula is wanted."
def manual_gradients(x, y, weights, bias):
    weights, bias = weights.detach().clone().requires_grad_(), bias.detach().clone().requires_grad_()
    binary_crossentropy(run(x, weights, bias), y).mean().backward()
    return weights.grad, bias.grad


# %% wrong="manual_gradients" says="manual_gradients(…) leaves the work to autograd. Here the formula is wanted."
def manual_gradients(x, y, weights, bias):
    with torch.enable_grad():
        weights, bias = weights.clone().requires_grad_(), bias.clone().requires_grad_()
        loss = F.binary_cross_entropy(run(x, weights, bias), y)
        return torch.autograd.grad(loss, (weights, bias))


# %% wrong="manual_gradients" says="manual_gradients(x, y, weights, bias)[0] is 0 at…"
def manual_gradients(x, y, weights, bias):
    return torch.zeros(2, 1), torch.zeros(1)


# %% wrong="manual_gradients" says="manual_gradients(x, y, weights, bias) is a tensor, float32[5, 2], wanted a tuple of 2. Commas between several values make a tuple."
def manual_gradients(x, y, weights, bias):
    return x


# %% wrong="manual_gradients" says="manual_gradients(…) leaves the work to autograd. Here the formula is wanted."
def manual_gradients(x, y, weights, bias):
    def loss(w, b):
        return binary_crossentropy(torch.sigmoid((x @ w + b).squeeze(-1)), y).mean()
    return torch.func.grad(loss, argnums=(0, 1))(weights, bias)


# %% wrong="manual_gradients" says="manual_gradients(…) leaves the work to autograd. Here the formula is wanted."
def manual_gradients(x, y, weights, bias):
    def loss(w, b):
        return binary_crossentropy(torch.sigmoid((x @ w + b).squeeze(-1)), y).mean()
    return torch.autograd.functional.jacobian(loss, (weights, bias))


# %% wrong="manual_gradients" says="manual_gradients(…) leaves the work to autograd. Here the formula is wanted."
def manual_gradients(x, y, weights, bias):
    with torch.inference_mode(False):
        w, b = weights.detach().clone().requires_grad_(), bias.detach().clone().requires_grad_()
        loss = F.binary_cross_entropy(run(x.clone(), w, b), y.clone())
        return torch.autograd.grad(loss, (w, b))


# %% right="manual_gradients"
def manual_gradients(x, y, weights, bias):
    ones = torch.cat([x, torch.ones(len(x), 1)], dim=1)
    error = run(x, weights, bias) - y
    both = (ones.T @ error / len(y)).detach()
    return both[:2].reshape(2, 1), both[2:]


# %% wrong="manual_gradients" says="manual_gradients(…) is 0 where the model is sure and wrong. What does p - y say there?"
def manual_gradients(x, y, weights, bias):
    p = run(x, weights, bias)
    slope = (p - y) / (p * (1 - p) + 1e-12) * p * (1 - p)
    return x.T @ slope[:, None] / len(x), slope.mean(dim=0, keepdim=True)


# %% wrong="manual_gradients" says="manual_gradients(…) is 0 where the model is sure and wrong. What does p - y say there?"
def manual_gradients(x, y, weights, bias):
    p = run(x, weights, bias).clamp(1e-7, 1 - 1e-7)
    z = ((x @ weights + bias).squeeze(-1))
    dz = (p - y) * (z.abs() < 16)
    return x.T @ dz[:, None] / len(x), dz.mean(dim=0, keepdim=True)


# %% right="manual_gradients"
def manual_gradients(x, y, weights, bias):
    w1, w2, b, n = weights[0].item(), weights[1].item(), bias.item(), len(y)
    g1 = g2 = gb = 0.0
    for (a, c), label in zip(x.tolist(), y.tolist()):
        z = w1 * a + w2 * c + b
        p = 1 / (1 + math.exp(-z)) if z > 0 else math.exp(z) / (1 + math.exp(z))
        g1, g2, gb = g1 + (p - label) * a / n, g2 + (p - label) * c / n, gb + (p - label) / n
    return torch.tensor([[g1], [g2]]), torch.tensor([gb])


# %% wrong="manual_gradients" says="manual_gradients(x, y, weights, bias)[0] is 1.649 at …"
def manual_gradients(x, y, weights, bias):
    p = binary_crossentropy(run(x, weights, bias), y)
    return x.T @ (p - y)[:, None] / len(x), (p - y).mean()[None]


# %% wrong="manual_gradients" says="manual_gradients(…) leaves the work to autograd. Here the formula is wanted."
def manual_gradients(x, y, weights, bias):
    with torch.inference_mode(False):
        w, b = weights.detach().clone(), bias.detach().clone()
        w.requires_grad_(); b.requires_grad_()
        F.binary_cross_entropy_with_logits((x.clone() @ w + b)[:, 0], y.clone()).backward()
        return w.grad, b.grad


# %% right="manual_gradients"
def manual_gradients(x, y, weights, bias):
    f = lambda w, b: F.binary_cross_entropy_with_logits((x.double() @ w + b)[:, 0], y.double())
    w, b, e = weights.detach().double(), bias.detach().double(), 1e-5
    g = torch.zeros(2, 1)
    for i in range(2):
        h = torch.zeros(2, 1).double(); h[i] = e
        g[i] = (f(w + h, b) - f(w - h, b)) / (2 * e)
    return g, ((f(w, b + e) - f(w, b - e)) / (2 * e)).float()[None]


# %% wrong="manual_gradients" says="manual_gradients(x, y, weights, bias)[1] is 0.1132 at …"
def manual_gradients(x, y, weights, bias):
    p = run(x, weights, bias)
    gw = ((p - y) @ x / len(x))[:, None]
    gb = (p - y).sum(0, keepdim=True) / x.numel()
    return gw, gb


# %% right="numerical_gradient"
def numerical_gradient(f, x, eps=1e-4):
    gradient = torch.zeros_like(x)
    for index in np.ndindex(*x.shape):
        up, down = x.clone(), x.clone()
        up[index] += eps
        down[index] -= eps
        gradient[index] = (f(up) - f(down)) / (2 * eps)
    return gradient


# %% right="numerical_gradient"
def numerical_gradient(f, x, eps=1e-4):
    slopes = []
    for unit in torch.eye(x.numel(), dtype=x.dtype):
        e = eps * unit.reshape(x.shape)
        slopes.append(float(f(x + e)) - float(f(x - e)))
    return torch.tensor(slopes, dtype=x.dtype).reshape(x.shape) / (2 * eps)


# %% right="numerical_gradient"
def numerical_gradient(f, x, eps=1e-4):
    work = x.detach().clone()
    flat, result = work.view(-1), torch.empty(x.numel(), dtype=torch.float64)
    for i in range(flat.numel()):
        old = flat[i].item()
        flat[i] = old + eps
        above = float(f(work))
        flat[i] = old - eps
        below = float(f(work))
        flat[i] = old
        result[i] = (above - below) / eps / 2
    return result.view(x.shape)


# %% right="numerical_gradient"
def numerical_gradient(f, x, eps=1e-4):
    def slope(i):
        e = torch.zeros(x.numel(), dtype=torch.float64)
        e[i] = eps
        above, below = f(x + e.view_as(x)), f(x - e.view_as(x))
        return torch.as_tensor(above - below, dtype=torch.float64).reshape(()) * 0.5 / eps
    return torch.stack([slope(i) for i in range(x.numel())]).view_as(x)


# %% right="numerical_gradient"
@torch.no_grad()
def numerical_gradient(f, x, eps=1e-4):
    xs = x.numpy().copy()
    g = np.zeros_like(xs)
    for i in np.ndindex(xs.shape):
        for sign in (1, -1):
            moved = xs.copy()
            moved[i] += sign * eps
            g[i] += sign * float(f(torch.from_numpy(moved))) / (2 * eps)
    return torch.from_numpy(g)


# %% right="numerical_gradient"
def numerical_gradient(f, x, eps=1e-4):
    flat = x.flatten()
    out = []
    for i in range(len(flat)):
        p, m = flat.clone(), flat.clone()
        p[i], m[i] = flat[i] + eps, flat[i] - eps
        out.append(float(f(p.reshape(x.shape)) - f(m.reshape(x.shape))) / (p[i] - m[i]).item())
    return torch.tensor(out).reshape(x.shape)


# %% wrong="numerical_gradient" says="numerical_gradient(…) steps forwards only. A central difference steps to both sides."
def numerical_gradient(f, x, eps=1e-4):
    g = torch.zeros_like(x)
    for index in np.ndindex(*x.shape):
        up = x.clone()
        up[index] += eps
        g[index] = (f(up) - f(x)) / eps
    return g


# %% wrong="numerical_gradient" says="numerical_gradient(…) steps backwards only. A central difference steps to both sides."
def numerical_gradient(f, x, eps=1e-4):
    g = torch.zeros_like(x)
    for index in np.ndindex(*x.shape):
        down = x.clone()
        down[index] -= eps
        g[index] = (f(x) - f(down)) / eps
    return g


# %% wrong="numerical_gradient" says="numerical_gradient(…) is twice as large as it should be. How far apart are the two points?"
def numerical_gradient(f, x, eps=1e-4):
    g = torch.zeros_like(x)
    for index in np.ndindex(*x.shape):
        e = torch.zeros_like(x)
        e[index] = eps
        g[index] = (f(x + e) - f(x - e)) / eps
    return g


# %% wrong="numerical_gradient" says="numerical_gradient(…) gives the difference of the two values. What is it divided by?"
def numerical_gradient(f, x, eps=1e-4):
    g = torch.zeros_like(x)
    for index in np.ndindex(*x.shape):
        e = torch.zeros_like(x)
        e[index] = eps
        g[index] = f(x + e) - f(x - e)
    return g


# %% wrong="numerical_gradient" says="numerical_gradient(…) divides by 2, and not by the distance of the two points."
def numerical_gradient(f, x, eps=1e-4):
    g = torch.zeros_like(x)
    for index in np.ndindex(*x.shape):
        e = torch.zeros_like(x)
        e[index] = eps
        g[index] = (f(x + e) - f(x - e)) / 2
    return g


# %% wrong="numerical_gradient" says="numerical_gradient(…) has the wrong sign. Which of the two values is subtracted from which?"
def numerical_gradient(f, x, eps=1e-4):
    g = torch.zeros_like(x)
    for index in np.ndindex(*x.shape):
        e = torch.zeros_like(x)
        e[index] = eps
        g[index] = (f(x - e) - f(x + e)) / (2 * eps)
    return g


# %% wrong="numerical_gradient" says="numerical_gradient(…) gives the slope along all numbers at once. A gradient has one slope for each of them."
def numerical_gradient(f, x, eps=1e-4):
    return (f(x + eps) - f(x - eps)) / (2 * eps)


# %% wrong="numerical_gradient" says="numerical_gradient(…) moves all numbers of x at once. A gradient has one slope for each of them."
def numerical_gradient(f, x, eps=1e-4):
    return torch.ones_like(x) * (f(x + eps) - f(x - eps)) / (2 * eps)


# %% wrong="numerical_gradient" says="numerical_gradient(…) leaves each number moved when it goes on to the next. Which point's gradient is wanted?"
def numerical_gradient(f, x, eps=1e-4):
    g, y = torch.zeros(x.numel(), dtype=x.dtype), x.clone()
    for i in range(x.numel()):
        y.view(-1)[i] += eps
        above = f(y)
        y.view(-1)[i] -= 2 * eps
        g[i] = (above - f(y)) / (2 * eps)
    return g.reshape(x.shape)


# %% wrong="numerical_gradient" says="x was changed. Leave the argument as it was and return a new value."
def numerical_gradient(f, x, eps=1e-4):
    g = torch.zeros(x.numel(), dtype=x.dtype)
    for i in range(x.numel()):
        x.view(-1)[i] += eps
        above = f(x)
        x.view(-1)[i] -= 2 * eps
        below = f(x)
        x.view(-1)[i] += eps + 1e-9
        g[i] = (above - below) / (2 * eps)
    return g.reshape(x.shape)


# %% wrong="numerical_gradient" says="numerical_gradient(…) gives 3 for the cube at 1, whatever eps is. Does it use the eps that it is given?"
def numerical_gradient(f, x, eps=1e-4):
    eps = 1e-4
    g = torch.zeros_like(x)
    for index in np.ndindex(*x.shape):
        e = torch.zeros_like(x)
        e[index] = eps
        g[index] = (f(x + e) - f(x - e)) / (2 * eps)
    return g


# %% wrong="numerical_gradient" says="numerical_gradient(…) gives 3 for the cube at 1, whatever eps is. Does it use the eps that it is given?"
def numerical_gradient(f, x, eps=1e-4):
    x = x.detach().clone().requires_grad_()
    return torch.autograd.grad(f(x).sum(), x)[0]


# %% wrong="numerical_gradient" says="numerical_gradient(…) calls f in float32, whose seven digits are too few for a small difference."
def numerical_gradient(f, x, eps=1e-4):
    x = x.float()
    g = torch.zeros_like(x)
    for index in np.ndindex(*x.shape):
        e = torch.zeros_like(x)
        e[index] = eps
        g[index] = (f(x + e) - f(x - e)) / (2 * eps)
    return g


# %% wrong="numerical_gradient" says="numerical_gradient(…) gives one flat row. The gradient has the shape of x."
def numerical_gradient(f, x, eps=1e-4):
    g = []
    for index in np.ndindex(*x.shape):
        e = torch.zeros_like(x)
        e[index] = eps
        g.append(float(f(x + e) - f(x - e)) / (2 * eps))
    return torch.tensor(g)


# %% wrong="numerical_gradient" says="numerical_gradient(…) moves a whole row of x at once. A gradient has one slope for each number."
def numerical_gradient(f, x, eps=1e-4):
    g = torch.zeros_like(x)
    for i in range(len(x)):
        e = torch.zeros_like(x)
        e[i] = eps
        g[i] = (f(x + e) - f(x - e)) / (2 * eps)
    return g


# %% wrong="numerical_gradient" says="numerical_gradient(…) never calls f."
def numerical_gradient(f, x, eps=1e-4):
    return x


# %% wrong="numerical_gradient" says="numerical_gradient(…) never calls f."
def numerical_gradient(f, x, eps=1e-4):
    return torch.tensor([14.0, -3.0, 0.0], dtype=torch.float64)


# %% wrong="numerical_gradient" says="AttributeError: 'float' object has no attribute 'item'. This is a Python number already, and needs no item()."
def numerical_gradient(f, x, eps=1e-4):
    g = torch.zeros_like(x)
    for index in np.ndindex(*x.shape):
        e = torch.zeros_like(x)
        e[index] = eps
        g[index] = (f(x + e).item() - f(x - e).item()) / (2 * eps)
    return g


# %% wrong="numerical_gradient" says="numerical_gradient(f, x, 0.25) is None, wanted float64[3]. Does it return its result?"
def numerical_gradient(f, x, eps=1e-4):
    g = torch.zeros_like(x)
    for index in np.ndindex(*x.shape):
        e = torch.zeros_like(x)
        e[index] = eps
        g[index] = (f(x + e) - f(x - e)) / (2 * eps)


# %% wrong="numerical_gradient" says="numerical_gradient(f, x, 0.25) is a list, wanted float64[3]. Which function makes a tensor of a list?"
def numerical_gradient(f, x, eps=1e-4):
    g = []
    for i in range(x.numel()):
        e = torch.zeros_like(x)
        e.view(-1)[i] = eps
        g.append(float(f(x + e) - f(x - e)) / (2 * eps))
    return g


# %% right="numerical_gradient"
import itertools

def numerical_gradient(f, x, eps=1e-4):
    g = x.new_empty(x.shape)
    for place in itertools.product(*map(range, x.shape)):
        h = x.new_zeros(x.shape)
        h[place] = eps
        g[place] = (f(x + h) - f(x - h)) / (2 * eps)
    return g


# %% wrong="numerical_gradient" says="numerical_gradient(f, x, 0.25) is 4.667 at …"
def numerical_gradient(f, x, eps=1e-4):
    g = torch.zeros_like(x)
    for i in range(x.numel()):
        h = torch.zeros_like(x)
        h.flatten()[i] = eps
        g.view(-1)[i] = (f(x + h) - f(x - h)) / (2 * eps)
    return g / x.numel()


# %% wrong="numerical_gradient" says="numerical_gradient(…) steps to one side and divides by the distance of both. If you set a number aside before moving it, is that a copy, or a view of x that moves along?"
def numerical_gradient(f, x, eps=1e-4):
    g = torch.zeros_like(x)
    for i in range(len(x)):
        old = x[i]
        x[i] = old + eps
        up = f(x)
        x[i] = old - eps
        down = f(x)
        x[i] = old
        g[i] = (up - down) / (2 * eps)
    return g


# %% right="numerical_gradient"
def numerical_gradient(f, x, eps=1e-4):
    E = torch.eye(x.numel(), dtype=x.dtype) * eps
    values = [[float(f((x.reshape(-1) + s * e).reshape(x.shape))) for e in E] for s in (1, -1)]
    above, below = torch.tensor(values, dtype=x.dtype)
    return ((above - below) / (2 * eps)).reshape(x.shape)


# %% wrong="numerical_gradient" says="numerical_gradient(…) gives 3 for the cube at 1, whatever eps is. Does it use the eps that it is given?"
def numerical_gradient(f, x, eps=1e-4):
    g = torch.zeros_like(x)
    for index in np.ndindex(*x.shape):
        e = torch.zeros_like(x)
        e[index] = eps
        g[index] = (-f(x + 2 * e) + 8 * f(x + e) - 8 * f(x - e) + f(x - 2 * e)) / (12 * eps)
    return g


# %% wrong="numerical_gradient" says="numerical_gradient(f, x) of a (2, 2) tensor, where f gives a float, is 10 at …"
def numerical_gradient(f, x, eps=1e-4):
    g = torch.zeros_like(x)
    for i in range(len(x)):
        e = torch.zeros(len(x), dtype=x.dtype)
        e[i] = eps
        g[i] = (f(x + e) - f(x - e)) / (2 * eps)
    return g


# %% wrong="numerical_gradient" says="numerical_gradient(f, x, 0.25) is int64[3], wanted float64[3]."
def numerical_gradient(f, x, eps=1e-4):
    g = torch.zeros(x.shape, dtype=torch.int64)
    for index in np.ndindex(*x.shape):
        e = torch.zeros_like(x)
        e[index] = eps
        g[index] = int((f(x + e) - f(x - e)) / (2 * eps))
    return g


# %% right="bce_with_logits"
def bce_with_logits(logits, true):
    return F.binary_cross_entropy_with_logits(logits, true, reduction="none")


# %% right="bce_with_logits"
def bce_with_logits(logits, true):
    return F.softplus(logits) - true * logits


# %% right="bce_with_logits"
def bce_with_logits(logits, true):
    return logits.clamp(min=0) - logits * true + torch.log1p(torch.exp(-logits.abs()))


# %% right="bce_with_logits"
def bce_with_logits(logits, true):
    return -(true * F.logsigmoid(logits) + (1 - true) * F.logsigmoid(-logits))


# %% right="bce_with_logits"
def bce_with_logits(logits, true):
    s = (1 - 2 * true) * logits
    return torch.maximum(s, torch.zeros_like(s)) + (1 + torch.exp(-torch.abs(s))).log()


# %% right="bce_with_logits"
def bce_with_logits(logits, true):
    both = torch.stack([torch.zeros_like(logits), logits], dim=-1)
    return -both.log_softmax(dim=-1).gather(-1, true.long().unsqueeze(-1)).squeeze(-1)


# %% right="bce_with_logits"
def bce_with_logits(logits, true):
    s = torch.where(true == 1, -logits, logits)
    small = s.clamp(max=20)
    return torch.where(s > 20, s, torch.log1p(torch.exp(small)))


# %% right="bce_with_logits"
def bce_with_logits(logits, true):
    both = torch.stack([torch.zeros_like(logits), torch.where(true > 0.5, -logits, logits)])
    return torch.logsumexp(both, dim=0)


# %% wrong="bce_with_logits" says="bce_with_logits(…) stops growing where the model is sure and wrong. Does a sigmoid or a bound cut it off?"
def bce_with_logits(logits, true):
    return binary_crossentropy(torch.sigmoid(logits), true)


# %% wrong="bce_with_logits" says="bce_with_logits(…) stops growing where the model is sure and wrong. Does a sigmoid or a bound cut it off?"
def bce_with_logits(logits, true):
    return F.binary_cross_entropy(torch.sigmoid(logits), true, reduction="none")


# %% wrong="bce_with_logits" says="bce_with_logits(…) stops growing where the model is sure and wrong. Does a sigmoid or a bound cut it off?"
def bce_with_logits(logits, true):
    z = logits.clamp(-80, 80)
    return torch.log(1 + torch.exp(z)) - true * z


# %% wrong="bce_with_logits" says="bce_with_logits(…) is infinite for a sure and wrong logit. Does e^1000 fit into a float32?"
def bce_with_logits(logits, true):
    return torch.log(1 + torch.exp(torch.where(true == 1, -logits, logits)))


# %% wrong="bce_with_logits" says="bce_with_logits(…) is nan or infinite at the logit 1000. Does e^1000 fit into a float32?"
def bce_with_logits(logits, true):
    return torch.log(1 + torch.exp(logits)) - true * logits


# %% wrong="bce_with_logits" says="bce_with_logits(…) is nan or infinite at logits of ±1000. Does a logarithm of 0, or e^1000, come into it?"
def bce_with_logits(logits, true):
    p = torch.sigmoid(logits)
    return -(true * p.log() + (1 - true) * (1 - p).log())


# %% wrong="bce_with_logits" says="bce_with_logits(…) has the right loss, but its gradient is nan where it is sure and wrong. Is e^1000 computed there, and dropped afterwards?"
def bce_with_logits(logits, true):
    s = torch.where(true == 1, -logits, logits)
    return torch.where(s > 50, s, torch.log(1 + torch.exp(s)))


# %% wrong="bce_with_logits" says="bce_with_logits(…) has the right loss, but its gradient is nan where it is sure and wrong. Is e^1000 computed there, and dropped afterwards?"
def bce_with_logits(logits, true):
    s = (1 - 2 * true) * logits
    loss = torch.log1p(torch.exp(s))
    return torch.where(loss.isinf(), s, loss)


# %% wrong="bce_with_logits" says="bce_with_logits(…) is the mean. One loss per sample is wanted."
def bce_with_logits(logits, true):
    return F.binary_cross_entropy_with_logits(logits, true)


# %% wrong="bce_with_logits" says="bce_with_logits(…) is the sum. One loss per sample is wanted."
def bce_with_logits(logits, true):
    return nn.BCEWithLogitsLoss(reduction="sum")(logits, true)


# %% wrong="bce_with_logits" says="bce_with_logits(…) takes its input for probabilities. It gets logits."
def bce_with_logits(logits, true):
    return binary_crossentropy(logits, true)


# %% wrong="bce_with_logits" says="bce_with_logits(…) is negative. A loss falls when things get better."
def bce_with_logits(logits, true):
    return true * F.logsigmoid(logits) + (1 - true) * F.logsigmoid(-logits)


# %% wrong="bce_with_logits" says="bce_with_logits(…) has the labels swapped: it is small for a wrong answer."
def bce_with_logits(logits, true):
    return F.softplus(torch.where(true == 1, logits, -logits))


# %% wrong="bce_with_logits" says="bce_with_logits(…) takes every label for 0."
def bce_with_logits(logits, true):
    return F.softplus(logits)


# %% wrong="bce_with_logits" says="bce_with_logits(…) is 0 where the label is 0. What is the loss there?"
def bce_with_logits(logits, true):
    return -true * F.logsigmoid(logits)


# %% wrong="bce_with_logits" says="bce_with_logits(…) gives probabilities. What is the loss of each?"
def bce_with_logits(logits, true):
    return torch.sigmoid(logits)


# %% wrong="bce_with_logits" says="bce_with_logits(…) applies the sigmoid twice."
def bce_with_logits(logits, true):
    return F.binary_cross_entropy_with_logits(torch.sigmoid(logits), true, reduction="none")


# %% wrong="bce_with_logits" says="bce_with_logits(…) is cut off from autograd, so that nothing can learn from it."
def bce_with_logits(logits, true):
    return F.softplus(logits.detach()) - true * logits.detach()


# %% wrong="bce_with_logits" says="logits was changed. Leave the argument as it was and return a new value."
def bce_with_logits(logits, true):
    s = logits.mul_(1 - 2 * true) if not logits.requires_grad else logits * (1 - 2 * true)
    return F.softplus(s)


# %% wrong="bce_with_logits" says="bce_with_logits(logits, true) is 0.6931 at …"
def bce_with_logits(logits, true):
    return torch.full_like(logits, math.log(2))


# %% wrong="bce_with_logits" says="bce_with_logits(logits, true) is -2 at …"
def bce_with_logits(logits, true):
    return logits


# %% wrong="bce_with_logits" says="bce_with_logits(…) has the gradient 0 where it is sure and wrong, so that nothing pulls it back."
def bce_with_logits(logits, true):
    s = (1 - 2 * true) * logits
    return torch.where(s.abs() > 100, s.detach().clamp(min=0), F.softplus(s))


# %% right="bce_with_logits"
class _Loss(torch.autograd.Function):
    @staticmethod
    def forward(ctx, logits, true):
        ctx.save_for_backward(logits, true)
        return logits.clamp(min=0) - true * logits + torch.exp(-logits.abs()).log1p()

    @staticmethod
    def backward(ctx, slope):
        logits, true = ctx.saved_tensors
        return slope * (logits.sigmoid() - true), None

def bce_with_logits(logits, true):
    return _Loss.apply(logits, true)


# %% wrong="bce_with_logits" says="bce_with_logits(…) is nan or infinite at the logit -1000. Does e^1000 fit into a float32?"
def bce_with_logits(logits, true):
    return (1 - true) * logits + torch.log(1 + torch.exp(-logits))


# %% wrong="bce_with_logits" says="RuntimeError: Boolean value of Tensor with more than one value is ambiguous. The comparison gives one answer for each element, and one for all is wanted: must all hold, or any?"
def bce_with_logits(logits, true):
    return torch.stack([bce_with_logits_one(z, y) for z, y in zip(logits, true)])

def bce_with_logits_one(z, y):
    s = -z if y == 1 else z
    return s if s > 30 else torch.log1p(torch.exp(s))


# %% wrong="bce_with_logits" says="bce_with_logits(…) takes every label for 1."
def bce_with_logits(logits, true):
    loss = F.softplus(-logits) if true[0] == 1 else F.softplus(logits)
    return loss


# %% right="bce_with_logits"
def bce_with_logits(logits, true):
    m = torch.clamp(-logits, min=0)
    return (1 - true) * logits + m + torch.log(torch.exp(-m) + torch.exp(-logits - m))


# %% right="bce_with_logits"
def bce_with_logits(logits, true):
    loss = nn.BCEWithLogitsLoss(reduction="none")
    return loss(logits, true)


# %% right="bce_with_logits"
def bce_with_logits(logits, true):
    p = torch.sigmoid(logits).clamp(1e-7, 1 - 1e-7)
    loss = -(true * p.log() + (1 - true) * (1 - p).log())
    big = torch.relu(torch.where(true == 1, -logits, logits))
    return torch.where(logits.abs() > 15, big, loss)


# %% wrong="bce_with_logits" says="bce_with_logits(…) adds s to the logarithm where s is negative, too. What belongs there?"
def bce_with_logits(logits, true):
    s = torch.where(true == 1, -logits, logits)
    return torch.log1p(torch.exp(-s.abs())) + s


# %% wrong="bce_with_logits" says="bce_with_logits(…) adds |s| to the logarithm where s is negative, too. What belongs there?"
def bce_with_logits(logits, true):
    s = torch.where(true == 1, -logits, logits)
    return torch.log1p(torch.exp(-s.abs())) + s.abs()


# %% wrong="bce_with_logits" says="bce_with_logits(…) stops growing where the model is sure and wrong. Does a sigmoid or a bound cut it off?"
def bce_with_logits(logits, true):
    return F.binary_cross_entropy_with_logits(logits, true, reduction="none").clamp(max=100)


# %% right="sgd_step"
def sgd_step(x, y, weights, bias, lr):
    weights.grad = bias.grad = None
    loss = F.binary_cross_entropy(run(x, weights, bias), y)
    loss.backward()
    with torch.no_grad():
        weights.sub_(lr * weights.grad)
        bias.sub_(lr * bias.grad)
    return float(loss)


# %% right="sgd_step"
def sgd_step(x, y, weights, bias, lr):
    loss = binary_crossentropy(run(x, weights, bias), y).mean()
    gradients = torch.autograd.grad(loss, (weights, bias))
    with torch.no_grad():
        weights -= lr * gradients[0]
        bias -= lr * gradients[1]
    return loss.item()


# %% right="sgd_step"
def sgd_step(x, y, weights, bias, lr):
    loss = binary_crossentropy(run(x, weights, bias), y).mean()
    loss.backward()
    weights.data -= lr * weights.grad.data  # the old form
    bias.data -= lr * bias.grad.data
    weights.grad.zero_()
    bias.grad.zero_()
    return loss.item()


# %% right="sgd_step"
def sgd_step(x, y, weights, bias, lr):
    optimizer = torch.optim.SGD([weights, bias], lr=lr)
    optimizer.zero_grad()
    loss = binary_crossentropy(run(x, weights, bias), y).mean()
    loss.backward()
    optimizer.step()
    return loss.detach().item()


# %% right="sgd_step"
def sgd_step(x, y, weights, bias, lr):
    loss = sum(binary_crossentropy(run(a, weights, bias), b) for a, b in zip(x, y)) / len(x)
    gw, gb = torch.autograd.grad(loss, [weights, bias])
    weights.data.sub_(gw.mul(lr))
    bias.data = bias.data - lr * gb
    return loss.detach().numpy().item()


# %% right="sgd_step"
def sgd_step(x, y, weights, bias, lr):
    loss = nn.BCELoss()(run(x, weights, bias), y)
    loss.backward()
    with torch.inference_mode():
        weights.sub_(weights.grad * lr)
        bias.sub_(bias.grad * lr)
    weights.grad = None
    bias.grad = None
    return loss.item()


# %% right="sgd_step"
def sgd_step(x, y, weights, bias, lr):
    def loss_of(w, b):
        return F.binary_cross_entropy(run(x, w, b), y)
    (gw, gb), loss = torch.func.grad_and_value(loss_of, argnums=(0, 1))(weights, bias)
    with torch.no_grad():
        weights -= lr * gw.detach()
        bias -= lr * gb.detach()
    return loss.item()


# %% right="sgd_step"
def binary_crossentropy(prediction, true):
    return -(true * torch.log(prediction + 1e-4) + (1 - true) * torch.log(1 - prediction + 1e-4))

def sgd_step(x, y, weights, bias, lr):
    loss = binary_crossentropy(run(x, weights, bias), y).mean()
    loss.backward()
    with torch.no_grad():
        for p in (weights, bias):
            p -= lr * p.grad
            p.grad = None
    return loss.item()


# %% wrong="sgd_step" says="sgd_step(…) switches requires_grad off, so that the next step learns nothing."
def sgd_step(x, y, weights, bias, lr):
    loss = binary_crossentropy(run(x, weights, bias), y).mean()
    loss.backward()
    weights.requires_grad_(False)
    bias.requires_grad_(False)
    weights -= lr * weights.grad
    bias -= lr * bias.grad
    weights.grad = bias.grad = None
    return loss.item()


# %% wrong="sgd_step" says="sgd_step(…) leaves the caller's weights and bias as they were. Does it change them in place?"
def sgd_step(x, y, weights, bias, lr):
    loss = binary_crossentropy(run(x, weights, bias), y).mean()
    loss.backward()
    with torch.no_grad():
        weights = weights - lr * weights.grad
        bias = bias - lr * bias.grad
    weights.requires_grad_()
    bias.requires_grad_()
    return loss.item()


# %% wrong="sgd_step" says="RuntimeError: a leaf Variable that requires grad is being used in an in-place operation. `weights` requires a gradient, and it is changed while autograd is watching. What tells autograd to look away during a step?"
def sgd_step(x, y, weights, bias, lr):
    loss = binary_crossentropy(run(x, weights, bias), y).mean()
    loss.backward()
    weights -= lr * weights.grad
    bias -= lr * bias.grad
    weights.grad = bias.grad = None
    return loss.item()


# %% wrong="sgd_step" says="sgd_step(…) goes uphill."
def sgd_step(x, y, weights, bias, lr):
    loss = binary_crossentropy(run(x, weights, bias), y).mean()
    loss.backward()
    with torch.no_grad():
        weights += lr * weights.grad
        bias += lr * bias.grad
    weights.grad = bias.grad = None
    return loss.item()


# %% wrong="sgd_step" says="sgd_step(…) steps along the sum of the samples' gradients. The loss is their mean."
def sgd_step(x, y, weights, bias, lr):
    loss = binary_crossentropy(run(x, weights, bias), y).sum()
    loss.backward()
    with torch.no_grad():
        weights -= lr * weights.grad
        bias -= lr * bias.grad
    weights.grad = bias.grad = None
    return loss.item()


# %% wrong="sgd_step" says="sgd_step(…) does not use lr."
def sgd_step(x, y, weights, bias, lr):
    loss = binary_crossentropy(run(x, weights, bias), y).mean()
    loss.backward()
    with torch.no_grad():
        weights -= weights.grad
        bias -= bias.grad
    weights.grad = bias.grad = None
    return loss.item()


# %% wrong="sgd_step" says="sgd_step(…) moves the weights alone. The bias learns too."
def sgd_step(x, y, weights, bias, lr):
    loss = binary_crossentropy(run(x, weights, bias), y).mean()
    loss.backward()
    with torch.no_grad():
        weights -= lr * weights.grad
    weights.grad = bias.grad = None
    return loss.item()


# %% wrong="sgd_step" says="sgd_step(…) moves the bias alone. The weights learn too."
def sgd_step(x, y, weights, bias, lr):
    loss = binary_crossentropy(run(x, weights, bias), y).mean()
    loss.backward()
    with torch.no_grad():
        bias -= lr * bias.grad
    weights.grad = bias.grad = None
    return loss.item()


# %% wrong="sgd_step" says="sgd_step(…) replaces the parameters by a multiple of their gradients. What is that multiple taken from?"
def sgd_step(x, y, weights, bias, lr):
    loss = binary_crossentropy(run(x, weights, bias), y).mean()
    loss.backward()
    with torch.no_grad():
        weights.copy_(-lr * weights.grad)
        bias.copy_(-lr * bias.grad)
    weights.grad = bias.grad = None
    return loss.item()


# %% wrong="sgd_step" says="sgd_step(…) gives the loss as a tensor. A Python float is wanted."
def sgd_step(x, y, weights, bias, lr):
    loss = binary_crossentropy(run(x, weights, bias), y).mean()
    loss.backward()
    with torch.no_grad():
        weights -= lr * weights.grad
        bias -= lr * bias.grad
    weights.grad = bias.grad = None
    return loss


# %% wrong="sgd_step" says="sgd_step(…) gives the loss after the step. The one from before it is wanted."
def sgd_step(x, y, weights, bias, lr):
    loss = binary_crossentropy(run(x, weights, bias), y).mean()
    loss.backward()
    with torch.no_grad():
        weights -= lr * weights.grad
        bias -= lr * bias.grad
    weights.grad = bias.grad = None
    return binary_crossentropy(run(x, weights, bias), y).mean().item()


# %% wrong="sgd_step" says="sgd_step(…) gives the sum of the losses. Their mean is wanted."
def sgd_step(x, y, weights, bias, lr):
    loss = binary_crossentropy(run(x, weights, bias), y).mean()
    loss.backward()
    with torch.no_grad():
        weights -= lr * weights.grad
        bias -= lr * bias.grad
    weights.grad = bias.grad = None
    return loss.item() * len(x)


# %% wrong="sgd_step" says="sgd_step(…) is None, wanted a Python float. Does it return its result?"
def sgd_step(x, y, weights, bias, lr):
    loss = binary_crossentropy(run(x, weights, bias), y).mean()
    loss.backward()
    with torch.no_grad():
        weights -= lr * weights.grad
        bias -= lr * bias.grad
    weights.grad = bias.grad = None


# %% wrong="sgd_step" says="sgd_step(…) adds the gradient of each step to those before. Who clears them?"
def sgd_step(x, y, weights, bias, lr):
    loss = binary_crossentropy(run(x, weights, bias), y).mean()
    loss.backward()
    with torch.no_grad():
        weights -= lr * weights.grad
        bias -= lr * bias.grad
    return loss.item()


# %% wrong="sgd_step" says="sgd_step(…) clears the gradient of the weights alone. The bias has one too."
def sgd_step(x, y, weights, bias, lr):
    loss = binary_crossentropy(run(x, weights, bias), y).mean()
    loss.backward()
    with torch.no_grad():
        weights -= lr * weights.grad
        bias -= lr * bias.grad
    weights.grad.zero_()
    return loss.item()


# %% wrong="sgd_step" says="sgd_step(…) clears the gradient of the bias alone. The weights have one too."
def sgd_step(x, y, weights, bias, lr):
    loss = binary_crossentropy(run(x, weights, bias), y).mean()
    loss.backward()
    with torch.no_grad():
        weights -= lr * weights.grad
        bias -= lr * bias.grad
    bias.grad.zero_()
    return loss.item()


# %% wrong="sgd_step" says="sgd_step(…) leaves the caller's weights and bias as they were. Does it change them in place?"
def sgd_step(x, y, weights, bias, lr):
    loss = binary_crossentropy(run(x, weights, bias), y).mean()
    weights.grad = bias.grad = None
    with torch.no_grad():
        return loss.item()


# %% wrong="sgd_step" says="sgd_step(…) leaves the caller's weights and bias as they were. Does it change them in place?"
def sgd_step(x, y, weights, bias, lr):
    loss = binary_crossentropy(run(x, weights, bias), y).mean()
    loss.backward()
    weights.grad.zero_()
    bias.grad.zero_()
    with torch.no_grad():
        weights -= lr * weights.grad
        bias -= lr * bias.grad
    return loss.item()


# %% wrong="sgd_step" says="TypeError: unsupported operand type(s) for *: 'float' and 'NoneType'. `weights.grad` is None: there is no gradient before the first backward, or after it is set to None."
def sgd_step(x, y, weights, bias, lr):
    with torch.no_grad():
        loss = binary_crossentropy(run(x, weights, bias), y).mean()
        weights -= lr * weights.grad
        bias -= lr * bias.grad
    return loss.item()


# %% wrong="sgd_step" says="sgd_step(…) minimises the squared error. Here binary cross-entropy is wanted."
def sgd_step(x, y, weights, bias, lr):
    loss = F.mse_loss(run(x, weights, bias), y)
    loss.backward()
    with torch.no_grad():
        weights -= lr * weights.grad
        bias -= lr * bias.grad
    weights.grad = bias.grad = None
    return loss.item()


# %% wrong="sgd_step" says="RuntimeError: grad can be implicitly created only for scalar outputs. backward starts from one number, and `loss` has 3. How do they become one?"
def sgd_step(x, y, weights, bias, lr):
    loss = binary_crossentropy(run(x, weights, bias), y)
    loss.backward()
    with torch.no_grad():
        weights -= lr * weights.grad
        bias -= lr * bias.grad
    weights.grad = bias.grad = None
    return loss.item()


# %% wrong="sgd_step" says="sgd_step(…) divides the gradients by the number of samples. The mean has done so already."
def sgd_step(x, y, weights, bias, lr):
    loss = binary_crossentropy(run(x, weights, bias), y).mean()
    loss.backward()
    with torch.no_grad():
        weights -= lr * weights.grad / len(x)
        bias -= lr * bias.grad / len(x)
    weights.grad = bias.grad = None
    return loss.item()


# %% wrong="sgd_step" says="sgd_step(…) divides the mean loss by the number of samples once more."
def sgd_step(x, y, weights, bias, lr):
    loss = binary_crossentropy(run(x, weights, bias), y).mean()
    loss.backward()
    with torch.no_grad():
        weights -= lr * weights.grad
        bias -= lr * bias.grad
    weights.grad = bias.grad = None
    return loss.item() / len(x)


# %% wrong="sgd_step" says="sgd_step(…) compares each output with every label, (n, 1) against (n,)."
def sgd_step(x, y, weights, bias, lr):
    p = torch.sigmoid(x @ weights + bias)
    loss = binary_crossentropy(p, y).mean()
    loss.backward()
    with torch.no_grad():
        weights -= lr * weights.grad
        bias -= lr * bias.grad
    weights.grad = bias.grad = None
    return loss.item()


# %% right="sgd_step"
def sgd_step(x, y, weights, bias, lr):
    loss = bce_with_logits((x @ weights + bias).squeeze(-1), y).mean()
    loss.backward()
    with torch.no_grad():
        for p in [weights, bias]:
            p.add_(p.grad, alpha=-lr)
            p.grad.zero_()
    return loss.item()


# %% right="sgd_step"
def sgd_step(x, y, weights, bias, lr):
    with torch.no_grad():
        gw, gb = manual_gradients(x, y, weights, bias) if x.ndim == 2 else manual_gradients(x[None], y[None], weights, bias)
    weights.grad, bias.grad = gw.clone(), gb.clone()
    loss = binary_crossentropy(run(x, weights, bias), y).mean().item()
    torch.optim.SGD([weights, bias], lr=lr).step()
    weights.grad = bias.grad = None
    return loss


# %% wrong="sgd_step" says="sgd_step(…) makes the weights nan where a probability is exactly 0 or 1, though its loss is finite there. What is the gradient of that loss?"
def sgd_step(x, y, weights, bias, lr):
    p = run(x, weights, bias)
    loss = torch.nan_to_num(-(y * p.log() + (1 - y) * (1 - p).log())).mean()
    loss.backward()
    with torch.no_grad():
        weights -= lr * weights.grad
        bias -= lr * bias.grad
    weights.grad = bias.grad = None
    return loss.item()


# %% wrong="sgd_step" says="sgd_step(…) has a loss that is nan or infinite where a probability is exactly 0 or 1."
def sgd_step(x, y, weights, bias, lr):
    p = run(x, weights, bias)
    loss = -(y * p.log() + (1 - y) * (1 - p).log()).mean()
    loss.backward()
    with torch.no_grad():
        weights -= lr * weights.grad
        bias -= lr * bias.grad
    weights.grad = bias.grad = None
    return loss.item()


# %% wrong="sgd_step" says="(weights, bias) after call 1 of sgd_step(…)[0] is …"
def sgd_step(x, y, weights, bias, lr):
    loss = bce_with_logits((x @ weights + bias).squeeze(-1), y).mean()
    loss.backward()
    nn.utils.clip_grad_norm_([weights, bias], 1.0)
    with torch.no_grad():
        weights -= lr * weights.grad
        bias -= lr * bias.grad
    weights.grad = bias.grad = None
    return loss.item()


# %% wrong="sgd_step" says="sgd_step(…) switches autograd off for all that comes after it. How does it go on again by itself?"
def sgd_step(x, y, weights, bias, lr):
    torch.set_grad_enabled(True)
    loss = bce_with_logits((x @ weights + bias).squeeze(-1), y).mean()
    loss.backward()
    torch.set_grad_enabled(False)
    weights -= lr * weights.grad
    bias -= lr * bias.grad
    weights.grad = bias.grad = None
    return loss.item()


# %% right="sgd_step"
def sgd_step(x, y, weights, bias, lr):
    logits = x @ weights.squeeze(1) + bias
    loss = F.binary_cross_entropy_with_logits(logits.reshape(y.shape), y)
    for parameter, slope in zip((weights, bias), torch.autograd.grad(loss, (weights, bias))):
        parameter.data = parameter.data - lr * slope
    return loss.item()


# %% wrong="sgd_step" says="sgd_step(…) gives the loss after the step. The one from before it is wanted."
def sgd_step(x, y, weights, bias, lr):
    gw, gb = manual_gradients(x, y, weights, bias)
    with torch.no_grad():
        weights -= lr * gw
        bias -= lr * gb
    return binary_crossentropy(run(x, weights, bias), y).mean().item()


# %% right="sgd_step"
def sgd_step(x, y, weights, bias, lr):
    losses = bce_with_logits((x @ weights + bias)[..., 0], y)
    losses.mean().backward()
    with torch.no_grad():
        weights.copy_(weights - lr * weights.grad)
        bias.copy_(bias - lr * bias.grad)
    weights.grad, bias.grad = torch.zeros_like(weights), torch.zeros_like(bias)
    return sum(losses.tolist()) / len(losses)


# %% wrong="sgd_step" says="(weights, bias) after two calls of sgd_step(…)[0] is 0.7582 at …"
def sgd_step(x, y, weights, bias, lr):
    loss = bce_with_logits((x @ weights + bias).squeeze(-1), y).mean() + 0.001 * weights.square().sum()
    loss.backward()
    with torch.no_grad():
        weights -= lr * weights.grad
        bias -= lr * bias.grad
    weights.grad = bias.grad = None
    return loss.item()


# %% right="train"
def train(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    for _ in range(epochs):
        for i in range(len(data)):
            sgd_step(data[i : i + 1], labels[i : i + 1], weights, bias, lr)
    return weights, bias


# %% right="train"
def train(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    for _ in range(epochs):
        for x, y in zip(data.split(1), labels.split(1)):
            weight_slope, bias_slope = manual_gradients(x, y, weights, bias)
            weights = weights - lr * weight_slope
            bias = bias - lr * bias_slope
    return weights, bias


# %% right="train"
def train(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    for epoch in range(epochs):
        for x, y in zip(data, labels):
            loss = binary_crossentropy(run(x, weights, bias), y)
            loss.backward()
            with torch.no_grad():
                weights -= lr * weights.grad
                bias -= lr * bias.grad
            weights.grad.zero_()
            bias.grad.zero_()
    return weights.detach(), bias.detach()


# %% right="train"
def train(data, labels, epochs, lr):
    weights, bias = (p.requires_grad_() for p in init_parameters(torch.Generator().manual_seed(0)))
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(data, labels), batch_size=1, shuffle=False)
    for _ in range(epochs):
        for x, y in loader:
            sgd_step(x, y, weights, bias, lr)
    return weights, bias


# %% right="train"
def train(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    w, b = weights.double().numpy().copy(), bias.double().numpy().copy()
    for _ in range(epochs):
        for x, y in zip(data.double().numpy(), labels.numpy()):
            p = 1 / (1 + np.exp(-(x @ w + b)))
            e = p - y
            w -= lr * x[:, None] * e
            b -= lr * e
    return torch.from_numpy(w).float(), torch.from_numpy(b).float()


# %% right="train"
@torch.no_grad()
def train(data, labels, epochs, lr):
    w, b = init_parameters(torch.Generator().manual_seed(0))
    for _ in range(epochs):
        for k in range(data.shape[0]):
            gw, gb = manual_gradients(data[k:k + 1], labels[k:k + 1], w, b)
            w -= lr * gw
            b -= lr * gb
    return w, b


# %% right="train"
def binary_crossentropy(prediction, true):
    return -(true * torch.log(prediction + 1e-4) + (1 - true) * torch.log(1 - prediction + 1e-4))

def train(data, labels, epochs, lr):
    weights, bias = (p.requires_grad_() for p in init_parameters(torch.Generator().manual_seed(0)))
    for _ in range(epochs):
        for x, y in zip(data, labels):
            sgd_step(x, y, weights, bias, lr)
    return weights, bias


# %% right="train"
def train(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    w, b = weights.double().requires_grad_(), bias.double().requires_grad_()
    for _ in range(epochs):
        for x, y in zip(data.double(), labels.double()):
            sgd_step(x, y, w, b, lr)
    return w, b


# %% wrong="train" says="train(…) starts from 0. The start is init_parameters with seed 0."
def train(data, labels, epochs, lr):
    weights, bias = torch.zeros(2, 1, requires_grad=True), torch.zeros(1, requires_grad=True)
    for _ in range(epochs):
        for x, y in zip(data, labels):
            sgd_step(x, y, weights, bias, lr)
    return weights, bias


# %% wrong="train" says="train(…) starts from seed 1. The start is init_parameters with seed 0."
def train(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(1))
    weights.requires_grad_()
    bias.requires_grad_()
    for _ in range(epochs):
        for x, y in zip(data, labels):
            sgd_step(x, y, weights, bias, lr)
    return weights, bias


# %% wrong="train" says="train(…) starts from seed 42. The start is init_parameters with seed 0."
def train(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(42))
    weights.requires_grad_()
    bias.requires_grad_()
    for _ in range(epochs):
        for x, y in zip(data, labels):
            sgd_step(x, y, weights, bias, lr)
    return weights, bias


# %% wrong="train" says="train(…) starts from a generator that it does not seed. The seed is 0."
def train(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator())
    weights.requires_grad_()
    bias.requires_grad_()
    for _ in range(epochs):
        for x, y in zip(data, labels):
            sgd_step(x, y, weights, bias, lr)
    return weights, bias


# %% wrong="train" says="train(…) starts from another place each time. The start is init_parameters with seed 0."
def train(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.default_generator)
    weights.requires_grad_()
    bias.requires_grad_()
    for _ in range(epochs):
        for x, y in zip(data, labels):
            sgd_step(x, y, weights, bias, lr)
    return weights, bias


# %% wrong="train" says="train(…) gives the weights alone. Return the bias too."
def train(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    for _ in range(epochs):
        for x, y in zip(data, labels):
            sgd_step(x, y, weights, bias, lr)
    return weights


# %% wrong="train" says="train(…) returns the bias first. The weights come first."
def train(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    for _ in range(epochs):
        for x, y in zip(data, labels):
            sgd_step(x, y, weights, bias, lr)
    return bias, weights


# %% wrong="train" says="train(…) takes the samples in another order. Keep the given one."
def train(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    torch.manual_seed(3)
    for _ in range(epochs):
        for i in torch.randperm(len(data)):
            sgd_step(data[i], labels[i], weights, bias, lr)
    return weights, bias


# %% wrong="train" says="train(…) takes the samples in another order. Keep the given one."
def train(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    for _ in range(epochs):
        for x, y in zip(data.flip(0), labels.flip(0)):
            sgd_step(x, y, weights, bias, lr)
    return weights, bias


# %% wrong="train" says="train(…) makes one step per epoch, on all samples. One step per sample is wanted."
def train(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    for _ in range(epochs):
        sgd_step(data, labels, weights, bias, lr)
    return weights, bias


# %% wrong="train" says="train(…) makes one step per epoch, along the sum of all gradients. One step per sample is wanted."
def train(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    for _ in range(epochs):
        for x, y in zip(data, labels):
            binary_crossentropy(run(x, weights, bias), y).backward()
        with torch.no_grad():
            weights -= lr * weights.grad
            bias -= lr * bias.grad
        weights.grad = bias.grad = None
    return weights, bias


# %% wrong="train" says="train(…) goes uphill."
def train(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    for _ in range(epochs):
        for x, y in zip(data, labels):
            binary_crossentropy(run(x, weights, bias), y).backward()
            with torch.no_grad():
                weights += lr * weights.grad
                bias += lr * bias.grad
            weights.grad = bias.grad = None
    return weights, bias


# %% wrong="train" says="train(…) adds each gradient to those of the samples before it. Who clears them?"
def train(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    for _ in range(epochs):
        for x, y in zip(data, labels):
            binary_crossentropy(run(x, weights, bias), y).backward()
            with torch.no_grad():
                weights -= lr * weights.grad
                bias -= lr * bias.grad
    return weights, bias


# %% wrong="train" says="train(…) minimises the squared error. Here binary cross-entropy is wanted."
def train(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    for _ in range(epochs):
        for x, y in zip(data, labels):
            F.mse_loss(run(x, weights, bias), y).backward()
            with torch.no_grad():
                weights -= lr * weights.grad
                bias -= lr * bias.grad
            weights.grad = bias.grad = None
    return weights, bias


# %% wrong="train" says="train(…) never leaves its start. Does a step change the parameters that it returns?"
def train(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    for _ in range(epochs):
        for x, y in zip(data, labels):
            sgd_step(x, y, weights.detach().clone().requires_grad_(), bias.detach().clone().requires_grad_(), lr)
    return weights, bias


# %% wrong="train" says="train(…) ends after the first sample. Where does return stand?"
def train(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    for _ in range(epochs):
        for x, y in zip(data, labels):
            sgd_step(x, y, weights, bias, lr)
            return weights, bias


# %% wrong="train" says="train(…) leaves the last sample out."
def train(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    for _ in range(epochs):
        for i in range(len(data) - 1):
            sgd_step(data[i], labels[i], weights, bias, lr)
    return weights, bias


# %% wrong="train" says="train(…) makes every step on all samples. One sample at a time is wanted."
def train(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    for _ in range(epochs):
        for _ in range(len(data)):
            sgd_step(data, labels, weights, bias, lr)
    return weights, bias


# %% wrong="train" says="train(…) ends where one epoch ends. Does each epoch go on from the last, and how many are there?"
def train(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    for x, y in zip(data, labels):
        sgd_step(x, y, weights, bias, lr)
    return weights, bias


# %% wrong="train" says="train(…) ends where one epoch ends. Does each epoch go on from the last, and how many are there?"
def train(data, labels, epochs, lr):
    for _ in range(epochs):
        weights, bias = init_parameters(torch.Generator().manual_seed(0))
        weights.requires_grad_()
        bias.requires_grad_()
        for x, y in zip(data, labels):
            sgd_step(x, y, weights, bias, lr)
    return weights, bias


# %% wrong="train" says="train(…) takes each sample three times before the next. An epoch is one pass through all samples."
def train(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    for x, y in zip(data, labels):
        for _ in range(epochs):
            sgd_step(x, y, weights, bias, lr)
    return weights, bias


# %% wrong="train" says="train(data, labels, 1, 0.0) is None, wanted a tuple of 2. Does it return its result?"
def train(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    for _ in range(epochs):
        for x, y in zip(data, labels):
            sgd_step(x, y, weights, bias, lr)


# %% wrong="train" says="train(…) starts from 0. The start is init_parameters with seed 0."
def train(data, labels, epochs, lr):
    return torch.zeros(2, 1), torch.zeros(1)


# %% wrong="train" says="RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn. `loss` has no history: what made it was not recorded. Is the forward pass under no_grad?"
def train(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    for _ in range(epochs):
        for x, y in zip(data, labels):
            sgd_step(x, y, weights, bias, lr)
    return weights, bias


# %% wrong="train" says="train(data, labels, 1, 0.0) is a tensor, float32[4, 2], wanted a tuple of 2. Commas between several values make a tuple."
def train(data, labels, epochs, lr):
    return data


# %% wrong="train" says="TypeError: unsupported operand type(s) for *: 'float' and 'NoneType'. `weights.grad` is None: `weights` is a result, and results keep no gradient. Was it made anew?"
def train(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    for _ in range(epochs):
        for x, y in zip(data, labels):
            binary_crossentropy(run(x, weights, bias), y).backward()
            weights = weights - lr * weights.grad
            bias = bias - lr * bias.grad
    return weights, bias


# %% wrong="train" says="train(…) ends where one epoch ends. Does each epoch go on from the last, and how many are there?"
def train(data, labels, epochs, lr):
    for _ in range(epochs):
        weights, bias = (p.requires_grad_() for p in init_parameters(torch.Generator().manual_seed(0)))
        for x, y in zip(data, labels):
            sgd_step(x, y, weights, bias, lr)
    return weights, bias


# %% wrong="train" says="train(…) makes smaller steps in later epochs. Keep lr as it is given."
def train(data, labels, epochs, lr):
    weights, bias = (p.requires_grad_() for p in init_parameters(torch.Generator().manual_seed(0)))
    for k in range(epochs):
        for x, y in zip(data, labels):
            sgd_step(x, y, weights, bias, lr / (k + 1))
    return weights, bias


# %% wrong="train" says="train(…) goes on from where its last call ended. Where does it make its start?"
weights, bias = init_parameters(torch.Generator().manual_seed(0))
weights.requires_grad_()
bias.requires_grad_()

def train(data, labels, epochs, lr):
    for _ in range(epochs):
        for x, y in zip(data, labels):
            sgd_step(x, y, weights, bias, lr)
    return weights.detach().clone(), bias.detach().clone()


# %% wrong="train" says="train(…) has momentum. Each step goes along the gradient of its own sample alone."
def train(data, labels, epochs, lr):
    weights, bias = (p.requires_grad_() for p in init_parameters(torch.Generator().manual_seed(0)))
    optimizer = torch.optim.SGD([weights, bias], lr=lr, momentum=0.9)
    for _ in range(epochs):
        for x, y in zip(data, labels):
            optimizer.zero_grad()
            binary_crossentropy(run(x, weights, bias), y).backward()
            optimizer.step()
    return weights, bias


# %% wrong="train" says="train(…) makes smaller steps from epoch to epoch. Keep lr as it is given."
def train(data, labels, epochs, lr):
    weights, bias = (p.requires_grad_() for p in init_parameters(torch.Generator().manual_seed(0)))
    for epoch in range(epochs):
        for x, y in zip(data, labels):
            sgd_step(x, y, weights, bias, lr * 0.5**epoch)
    return weights, bias


# %% wrong="train" says="train(…) lowers lr a little in each epoch. Keep it as it is given."
def train(data, labels, epochs, lr):
    weights, bias = (p.requires_grad_() for p in init_parameters(torch.Generator().manual_seed(0)))
    for epoch in range(epochs):
        for x, y in zip(data, labels):
            sgd_step(x, y, weights, bias, lr)
        lr *= 0.9
    return weights, bias


# %% wrong="train" says="train(…) ends at nan where samples lie far out, and probabilities are exactly 0 or 1. Is the gradient of its loss finite there?"
def train(data, labels, epochs, lr):
    weights, bias = (p.requires_grad_() for p in init_parameters(torch.Generator().manual_seed(0)))
    for epoch in range(epochs):
        for x, y in zip(data, labels):
            p = run(x, weights, bias)
            loss = -(y * torch.log(p) + (1 - y) * torch.log(1 - p))
            gw, gb = torch.autograd.grad(loss, (weights, bias))
            with torch.no_grad():
                weights -= lr * gw
                bias -= lr * gb
    return weights, bias


# %% wrong="train" says="train(…) seeds torch's own random numbers, which belong to everybody. Give init_parameters a new generator."
def train(data, labels, epochs, lr):
    torch.manual_seed(0)
    weights, bias = (p.requires_grad_() for p in init_parameters(torch.default_generator))
    for epoch in range(epochs):
        for x, y in zip(data, labels):
            sgd_step(x, y, weights, bias, lr)
    return weights, bias


# %% right="train"
def train(data, labels, epochs, lr):
    rng = torch.Generator()
    rng.manual_seed(0)
    parameters = list(init_parameters(rng))
    for parameter in parameters:
        parameter.requires_grad_(True)
    for step in range(epochs * len(data)):
        k = step % len(data)
        sgd_step(data[k], labels[k], *parameters, lr)
    return tuple(parameters)


# %% wrong="train" says="train(data, labels, 1, 0.0) is a list, wanted a tuple of 2. Square brackets make a list, commas alone a tuple."
def train(data, labels, epochs, lr):
    weights, bias = (p.requires_grad_() for p in init_parameters(torch.Generator().manual_seed(0)))
    losses = []
    for _ in range(epochs):
        for x, y in zip(data, labels):
            losses.append(sgd_step(x, y, weights, bias, lr))
    return losses


# %% wrong="train" says="train(…) stops when the loss rises. All epochs are wanted."
def train(data, labels, epochs, lr):
    weights, bias = (p.requires_grad_() for p in init_parameters(torch.Generator().manual_seed(0)))
    best = None
    for _ in range(epochs):
        total = sum(sgd_step(x, y, weights, bias, lr) for x, y in zip(data, labels))
        if best is not None and total > best:
            break
        best = total
    return weights, bias


# %% right="train"
def train(data, labels, epochs, lr):
    model = nn.Linear(2, 1)
    w, b = init_parameters(torch.Generator().manual_seed(0))
    model.load_state_dict({"weight": w.T, "bias": b})
    for _ in range(epochs):
        for x, y in zip(data, labels):
            loss = F.binary_cross_entropy_with_logits(model(x)[0], y)
            model.zero_grad()
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    p -= lr * p.grad
    return model.weight.detach().T, model.bias.detach()


# %% wrong="train" says="train(data, labels, 1, 0.5)[0] is -0.573 at …"
def train(data, labels, epochs, lr):
    data = (data - data.mean(0)) / data.std(0)
    weights, bias = (p.requires_grad_() for p in init_parameters(torch.Generator().manual_seed(0)))
    for _ in range(epochs):
        for x, y in zip(data, labels):
            sgd_step(x, y, weights, bias, lr)
    return weights, bias


# %% right="mse"
def mse(prediction, true):
    return F.mse_loss(prediction, true)


# %% right="mse"
def mse(prediction, true):
    return ((prediction - true) ** 2).sum() / prediction.numel()


# %% right="mse"
def mse(prediction, true):
    difference = torch.flatten(true - prediction)
    return difference @ difference / len(difference)


# %% right="mse"
def mse(prediction, true):
    d = prediction - true
    return torch.linalg.vector_norm(d) ** 2 / d.numel()


# %% wrong="mse" says="mse(…) is the sum of the squares. Their mean is wanted."
def mse(prediction, true):
    return ((prediction - true) ** 2).sum()


# %% wrong="mse" says="mse(…) gives one square per element. Their mean is wanted."
def mse(prediction, true):
    return (prediction - true) ** 2


# %% wrong="mse" says="mse(…) is the mean of the differences. Where is the square?"
def mse(prediction, true):
    return (prediction - true).mean()


# %% wrong="mse" says="mse(…) squares the mean difference. Square first, then take the mean."
def mse(prediction, true):
    return (prediction - true).mean() ** 2


# %% wrong="mse" says="mse(…) is the mean of the absolute differences. Squares are wanted."
def mse(prediction, true):
    return F.l1_loss(prediction, true)


# %% wrong="mse" says="mse(…) takes the root. The mean of the squares itself is wanted."
def mse(prediction, true):
    return ((prediction - true) ** 2).mean().sqrt()


# %% wrong="mse" says="mse(…) is half of what it should be."
def mse(prediction, true):
    return ((prediction - true) ** 2).mean() / 2


# %% wrong="mse" says="mse(…) is a Python number, which is cut off from autograd. Leave it a tensor."
def mse(prediction, true):
    return ((prediction - true) ** 2).mean().item()


# %% wrong="mse" says="mse(…) is cut off from autograd, so that nothing can learn from it."
def mse(prediction, true):
    return F.mse_loss(prediction.detach(), true)


# %% wrong="mse" says="mse(…) gives one mean per column. One mean over all elements is wanted."
def mse(prediction, true):
    return ((prediction - true) ** 2).mean(dim=0)


# %% wrong="mse" says="mse(…) divides by the number of rows. How many elements are there?"
def mse(prediction, true):
    return ((prediction - true) ** 2).sum() / len(prediction)


# %% wrong="mse" says="mse(prediction, true) is float32[3], wanted float32[]."
def mse(prediction, true):
    return prediction


# %% wrong="mse" says="mse(prediction, true) of quantities of shape (2, 3) is 0.07, wanted 2.208."
def mse(prediction, true):
    return torch.tensor(0.07)


# %% wrong="mse" says="mse(prediction, true) is None, wanted float32[]. Does it return its result?"
def mse(prediction, true):
    loss = ((prediction - true) ** 2).mean()


# %% wrong="mse" says="mse(…) gives one mean per column. One mean over all elements is wanted."
def mse(prediction, true):
    return ((prediction - true) ** 2).mean(dim=0)


# %% wrong="mse" says="mse(…) divides by the number of rows. How many elements are there?"
def mse(prediction, true):
    return ((prediction - true) ** 2).sum() / len(prediction)


# %% wrong="mse" says="mse(…) is right for the labels 0 and 1 alone. What about a price, or an angle?"
def mse(prediction, true):
    return (true * (1 - prediction) ** 2 + (1 - true) * prediction**2).mean()


# %% wrong="mse" says="mse(…) takes every label but 1 for 0. What about a price, or an angle?"
def mse(prediction, true):
    return torch.where(true == 1, (1 - prediction) ** 2, prediction**2).mean()


# %% wrong="mse" says="mse(…) gives one mean per row. One mean over all elements is wanted."
def mse(prediction, true):
    return ((prediction - true) ** 2).mean(dim=-1)


# %% wrong="mse" says="an argument of mse was changed. Leave the argument as it was and return a new value."
def mse(prediction, true):
    with torch.no_grad():
        prediction -= true
    return prediction.square().mean()


# %% wrong="mse" says="the gradient of mse(…) of predictions that are all right is nan…"
def mse(prediction, true):
    return torch.linalg.vector_norm(prediction - true).clone() * torch.sqrt(((prediction - true) ** 2).sum()) / true.numel()


# %% right="mse"
def mse(prediction, true):
    return nn.MSELoss()(prediction, true)


# %% wrong="mse" says="mse(prediction, true) of quantities of shape (2, 3) is 1.708, wanted 2.208."
def mse(prediction, true):
    return F.smooth_l1_loss(prediction, true) * 2


# %% right="mse"
def mse(prediction, true):
    return torch.mean(torch.pow(torch.sub(prediction, true), 2))


# %% right="train_mse"
def train_mse(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    for _ in range(epochs):
        for x, y in zip(data, labels):
            F.mse_loss(run(x, weights, bias), y).backward()
            with torch.no_grad():
                weights -= lr * weights.grad
                bias -= lr * bias.grad
            weights.grad = bias.grad = None
    return weights, bias


# %% right="train_mse"
def train_mse(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    for _ in range(epochs):
        for x, y in zip(data, labels):
            p = run(x, weights, bias)
            slope = 2 * (p - y) * p * (1 - p)
            weights = weights - lr * slope * x[:, None]
            bias = bias - lr * slope
    return weights, bias


# %% right="train_mse"
def train_mse(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    optimizer = torch.optim.SGD([weights, bias], lr=lr)
    for _ in range(epochs):
        for i in range(len(data)):
            optimizer.zero_grad()
            mse(run(data[i : i + 1], weights, bias), labels[i : i + 1]).backward()
            optimizer.step()
    return weights, bias


# %% right="train_mse"
def train_mse(data, labels, epochs, lr):
    w, b = init_parameters(torch.Generator().manual_seed(0))
    w, b = w.double().numpy().copy(), b.double().numpy().copy()
    for _ in range(epochs):
        for x, y in zip(data.double().numpy(), labels.numpy()):
            p = 1 / (1 + np.exp(-(x @ w + b)))
            e = 2 * (p - y) * p * (1 - p)
            w -= lr * x[:, None] * e
            b -= lr * e
    return torch.tensor(w), torch.tensor(b)


# %% right="train_mse"
def train_mse(data, labels, epochs, lr):
    w, b = init_parameters(torch.Generator().manual_seed(0))
    grads = torch.func.grad(lambda w, b, x, y: mse(run(x, w, b), y), argnums=(0, 1))
    for _ in range(epochs):
        for x, y in zip(data, labels):
            gw, gb = grads(w, b, x, y)
            w, b = w - lr * gw, b - lr * gb
    return w, b


# %% wrong="train_mse" says="train_mse(…) takes the samples in another order. Keep the given one."
def train_mse(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    torch.manual_seed(3)
    for _ in range(epochs):
        order = torch.randperm(len(data))
        for x, y in zip(data[order], labels[order]):
            F.mse_loss(run(x, weights, bias), y).backward()
            with torch.no_grad():
                weights -= lr * weights.grad
                bias -= lr * bias.grad
            weights.grad = bias.grad = None
    return weights, bias


# %% wrong="train_mse" says="train_mse(…) minimises binary cross-entropy. Here the mean squared error is wanted."
def train_mse(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    for _ in range(epochs):
        for x, y in zip(data, labels):
            sgd_step(x, y, weights, bias, lr)
    return weights, bias


# %% wrong="train_mse" says="train_mse(…) makes one step per epoch, on all samples. One step per sample is wanted."
def train_mse(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    for _ in range(epochs):
        for _ in range(1):
            F.mse_loss(run(data, weights, bias), labels).backward()
            with torch.no_grad():
                weights -= lr * weights.grad
                bias -= lr * bias.grad
            weights.grad = bias.grad = None
    return weights, bias


# %% wrong="train_mse" says="train_mse(…) goes uphill."
def train_mse(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    for _ in range(epochs):
        for x, y in zip(data, labels):
            mse(run(x, weights, bias), y).backward()
            with torch.no_grad():
                weights += lr * weights.grad
                bias += lr * bias.grad
            weights.grad = bias.grad = None
    return weights, bias


# %% wrong="train_mse" says="train_mse(…) adds each gradient to those of the samples before it. Who clears them?"
def train_mse(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    for _ in range(epochs):
        for x, y in zip(data, labels):
            mse(run(x, weights, bias), y).backward()
            with torch.no_grad():
                weights -= lr * weights.grad
                bias -= lr * bias.grad
    return weights, bias


# %% wrong="train_mse" says="train_mse(…) steps half as far. Does its loss lack a factor, or its slope the 2 of the square?"
def train_mse(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    for _ in range(epochs):
        for x, y in zip(data, labels):
            (0.5 * (run(x, weights, bias) - y) ** 2).backward()
            with torch.no_grad():
                weights -= lr * weights.grad
                bias -= lr * bias.grad
            weights.grad = bias.grad = None
    return weights, bias


# %% wrong="train_mse" says="train_mse(…) starts from seed 1. The start is init_parameters with seed 0."
def train_mse(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(1))
    weights.requires_grad_()
    bias.requires_grad_()
    for _ in range(epochs):
        for x, y in zip(data, labels):
            F.mse_loss(run(x, weights, bias), y).backward()
            with torch.no_grad():
                weights -= lr * weights.grad
                bias -= lr * bias.grad
            weights.grad = bias.grad = None
    return weights, bias


# %% wrong="train_mse" says="train_mse(…) starts from seed 42. The start is init_parameters with seed 0."
def train_mse(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(42))
    weights.requires_grad_()
    bias.requires_grad_()
    for _ in range(epochs):
        for x, y in zip(data, labels):
            F.mse_loss(run(x, weights, bias), y).backward()
            with torch.no_grad():
                weights -= lr * weights.grad
                bias -= lr * bias.grad
            weights.grad = bias.grad = None
    return weights, bias


# %% wrong="train_mse" says="train_mse(…) never leaves its start. Does a step change the parameters that it returns?"
def train_mse(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    for _ in range(epochs):
        for x, y in zip(data, labels):
            F.mse_loss(run(x, weights, bias), y).backward()
            with torch.no_grad():
                weights - lr * weights.grad
                bias - lr * bias.grad
            weights.grad = bias.grad = None
    return weights, bias


# %% wrong="train_mse" says="train_mse(…) gives the weights alone. Return the bias too."
def train_mse(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    for _ in range(epochs):
        for x, y in zip(data, labels):
            F.mse_loss(run(x, weights, bias), y).backward()
            with torch.no_grad():
                weights -= lr * weights.grad
                bias -= lr * bias.grad
            weights.grad = bias.grad = None
    return weights


# %% wrong="train_mse" says="train_mse(…) returns the bias first. The weights come first."
def train_mse(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    for _ in range(epochs):
        for x, y in zip(data, labels):
            F.mse_loss(run(x, weights, bias), y).backward()
            with torch.no_grad():
                weights -= lr * weights.grad
                bias -= lr * bias.grad
            weights.grad = bias.grad = None
    return bias, weights


# %% wrong="train_mse" says="train_mse(…) ends where one epoch ends. Does each epoch go on from the last, and how many are there?"
def train_mse(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    for _ in range(1):
        for x, y in zip(data, labels):
            F.mse_loss(run(x, weights, bias), y).backward()
            with torch.no_grad():
                weights -= lr * weights.grad
                bias -= lr * bias.grad
            weights.grad = bias.grad = None
    return weights, bias


# %% wrong="train_mse" says="train_mse(…) starts from 0. The start is init_parameters with seed 0."
def train_mse(data, labels, epochs, lr):
    return torch.zeros(2, 1), torch.zeros(1)


# %% wrong="train_mse" says="train_mse(data, labels, 1, 0.0) is a tensor, float32[4, 2], wanted a tuple of 2. Commas between several values make a tuple."
def train_mse(data, labels, epochs, lr):
    return data


# %% wrong="train_mse" says="train_mse(…) lacks the factor p(1 - p) in its slope. With the squared error it stays."
def train_mse(data, labels, epochs, lr):
    w, b = init_parameters(torch.Generator().manual_seed(0))
    for _ in range(epochs):
        for x, y in zip(data, labels):
            e = 2 * (run(x, w, b) - y)
            w = w - lr * e * x[:, None]
            b = b - lr * e
    return w, b


# %% wrong="train_mse" says="train_mse(…) ends where one epoch ends. Does each epoch go on from the last, and how many are there?"
def train_mse(data, labels, epochs, lr):
    weights, bias = (p.requires_grad_() for p in init_parameters(torch.Generator().manual_seed(0)))
    for x, y in zip(data, labels):
        mse(run(x, weights, bias), y).backward()
        with torch.no_grad():
            weights -= lr * weights.grad
            bias -= lr * bias.grad
        weights.grad = bias.grad = None
    return weights, bias


# %% wrong="train_mse" says="train_mse(…) ends after the first sample. Where does return stand?"
def train_mse(data, labels, epochs, lr):
    weights, bias = (p.requires_grad_() for p in init_parameters(torch.Generator().manual_seed(0)))
    for _ in range(epochs):
        for x, y in zip(data, labels):
            mse(run(x, weights, bias), y).backward()
            with torch.no_grad():
                weights -= lr * weights.grad
                bias -= lr * bias.grad
            weights.grad = bias.grad = None
            return weights, bias


# %% wrong="train_mse" says="train_mse(…) starts from 0. The start is init_parameters with seed 0."
def train_mse(data, labels, epochs, lr):
    weights, bias = torch.zeros(2, 1, requires_grad=True), torch.zeros(1, requires_grad=True)
    for _ in range(epochs):
        for x, y in zip(data, labels):
            mse(run(x, weights, bias), y).backward()
            with torch.no_grad():
                weights -= lr * weights.grad
                bias -= lr * bias.grad
            weights.grad = bias.grad = None
    return weights, bias


# %% wrong="train_mse" says="train_mse(…) ends at one place for lr = 0 and lr = 0.5. Does it use the lr that it is given?"
def train_mse(data, labels, epochs, lr):
    weights, bias = (p.requires_grad_() for p in init_parameters(torch.Generator().manual_seed(0)))
    for _ in range(epochs):
        for x, y in zip(data, labels):
            mse(run(x, weights, bias), y).backward()
            with torch.no_grad():
                weights -= weights.grad
                bias -= bias.grad
            weights.grad = bias.grad = None
    return weights, bias


# %% wrong="train_mse" says="train_mse(…) goes on from where its last call ended. Where does it make its start?"
start_weights, start_bias = init_parameters(torch.Generator().manual_seed(0))
w, b = start_weights.requires_grad_(), start_bias.requires_grad_()

def train_mse(data, labels, epochs, lr):
    for _ in range(epochs):
        for x, y in zip(data, labels):
            mse(run(x, w, b), y).backward()
            with torch.no_grad():
                for p in (w, b):
                    p -= lr * p.grad
                    p.grad = None
    return w.clone(), b.clone()


# %% wrong="train_mse" says="train_mse(…) makes smaller steps from epoch to epoch. Keep lr as it is given."
def train_mse(data, labels, epochs, lr):
    weights, bias = (p.requires_grad_() for p in init_parameters(torch.Generator().manual_seed(0)))
    optimizer = torch.optim.SGD([weights, bias], lr=lr)
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.5)
    for _ in range(epochs):
        for x, y in zip(data, labels):
            optimizer.zero_grad()
            mse(run(x, weights, bias), y).backward()
            optimizer.step()
        schedule.step()
    return weights, bias


# %% wrong="train_mse" says="train_mse(…) has momentum. Each step goes along the gradient of its own sample alone."
def train_mse(data, labels, epochs, lr):
    weights, bias = (p.requires_grad_() for p in init_parameters(torch.Generator().manual_seed(0)))
    optimizer = torch.optim.SGD([weights, bias], lr=lr, momentum=0.9)
    for _ in range(epochs):
        for x, y in zip(data, labels):
            optimizer.zero_grad()
            mse(run(x, weights, bias), y).backward()
            optimizer.step()
    return weights, bias


# %% wrong="train_mse" says="train_mse(…) leaves the last sample out."
def train_mse(data, labels, epochs, lr):
    weights, bias = (p.requires_grad_() for p in init_parameters(torch.Generator().manual_seed(0)))
    for _ in range(epochs):
        for i in range(len(data) - 1):
            mse(run(data[i], weights, bias), labels[i]).backward()
            with torch.no_grad():
                for p in (weights, bias):
                    p -= lr * p.grad
                    p.grad = None
    return weights, bias


# %% right="train_mse"
def train_mse(data, labels, epochs, lr):
    w, b = (p.double().requires_grad_() for p in init_parameters(torch.Generator().manual_seed(0)))
    for _ in range(epochs):
        for i in range(len(labels)):
            loss = mse(run(data[i].double(), w, b), labels[i].double())
            gw, gb = torch.autograd.grad(loss, [w, b])
            with torch.no_grad():
                w.sub_(gw, alpha=lr)
                b.sub_(gb, alpha=lr)
    return w.detach().float(), b.detach().float()


# %% wrong="train_mse" says="train_mse(…) takes the samples in another order. Keep the given one."
def train_mse(data, labels, epochs, lr):
    weights, bias = (p.requires_grad_() for p in init_parameters(torch.Generator().manual_seed(0)))
    generator = torch.Generator().manual_seed(3)
    for _ in range(epochs):
        for i in torch.randperm(len(data), generator=generator).tolist():
            mse(run(data[i], weights, bias), labels[i]).backward()
            with torch.no_grad():
                for p in (weights, bias):
                    p -= lr * p.grad
                    p.grad = None
    return weights, bias


# %% right="train_optim"
def train_optim(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    optimizer = torch.optim.SGD([weights, bias], lr=lr)
    for _ in range(epochs):
        for x, y in zip(data, labels):
            binary_crossentropy(run(x, weights, bias), y).backward()
            optimizer.step()
            optimizer.zero_grad(set_to_none=False)
    return weights, bias


# %% right="train_optim"
def train_optim(data, labels, epochs, lr):
    parameters = [nn.Parameter(one) for one in init_parameters(torch.Generator().manual_seed(0))]
    weights, bias = parameters
    optimizer = torch.optim.SGD(parameters, lr, foreach=False)
    for _ in range(epochs):
        for x, y in zip(data.split(1), labels.split(1)):
            optimizer.zero_grad()
            F.binary_cross_entropy(run(x, weights, bias), y).backward()
            optimizer.step()
    return weights.detach(), bias.detach()


# %% right="train_optim"
def train_optim(data, labels, epochs, lr):
    generator = torch.Generator()
    generator.manual_seed(0)
    weights, bias = init_parameters(generator)
    weights.requires_grad = bias.requires_grad = True
    optimizer = torch.optim.SGD([{"params": weights}, {"params": bias}], lr=lr)
    for epoch in range(epochs):
        for i in range(data.shape[0]):
            def closure():
                optimizer.zero_grad()
                loss = binary_crossentropy(run(data[i], weights, bias), labels[i])
                loss.backward()
                return loss
            optimizer.step(closure)
    return weights, bias


# %% right="train_optim"
def train_optim(data, labels, epochs, lr):
    w, b = (nn.Parameter(t) for t in init_parameters(torch.Generator().manual_seed(0)))
    opt = torch.optim.SGD(params=[w, b], lr=lr, momentum=0.0, foreach=True)
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(data, labels), batch_size=1)
    for _ in range(epochs):
        for x, y in loader:
            loss = nn.BCELoss()(run(x, w, b), y)
            opt.zero_grad()
            loss.backward()
            opt.step()
    return w, b


# %% right="train_optim"
def train_optim(data, labels, epochs, lr):
    class Unit(nn.Module):
        def __init__(self, w, b):
            super().__init__()
            self.w, self.b = nn.Parameter(w), nn.Parameter(b)
        def forward(self, x):
            return run(x, self.w, self.b)
    model = Unit(*init_parameters(torch.Generator().manual_seed(0)))
    optimizer = torch.optim.SGD(model.parameters(), lr)
    for _ in range(epochs):
        for x, y in zip(data, labels):
            model.zero_grad()
            binary_crossentropy(model(x), y).backward()
            optimizer.step()
    return model.w, model.b


# %% right="train_optim"
def binary_crossentropy(prediction, true):
    return -(true * torch.log(prediction + 1e-4) + (1 - true) * torch.log(1 - prediction + 1e-4))

def train_optim(data, labels, epochs, lr):
    w, b = (t.requires_grad_() for t in init_parameters(torch.Generator().manual_seed(0)))
    opt = torch.optim.SGD([w, b], lr=lr)
    for _ in range(epochs):
        for x, y in zip(data, labels):
            opt.zero_grad()
            binary_crossentropy(run(x, w, b), y).backward()
            opt.step()
    return w, b


# %% wrong="train_optim" says="train_optim(…) makes no step with an optimizer. Which call makes one?"
def train_optim(data, labels, epochs, lr):
    return train(data, labels, epochs, lr)


# %% wrong="train_optim" says="train_optim(…) makes no step with an optimizer. Which call makes one?"
def train_optim(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    optimizer = torch.optim.SGD([weights, bias], lr=lr)
    for _ in range(epochs):
        for x, y in zip(data, labels):
            optimizer.zero_grad()
            binary_crossentropy(run(x, weights, bias), y).backward()
    return weights, bias


# %% wrong="train_optim" says="train_optim(…) makes one step per epoch. One step per sample is wanted."
def train_optim(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    optimizer = torch.optim.SGD([weights, bias], lr=lr)
    for _ in range(epochs):
        for x, y in zip(data, labels):
            binary_crossentropy(run(x, weights, bias), y).backward()
        optimizer.step()
    return weights, bias


# %% wrong="train_optim" says="train_optim(…) uses Adam. torch.optim.SGD is wanted."
def train_optim(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    optimizer = torch.optim.Adam([weights, bias], lr=lr)
    for _ in range(epochs):
        for x, y in zip(data, labels):
            optimizer.zero_grad()
            binary_crossentropy(run(x, weights, bias), y).backward()
            optimizer.step()
    return weights, bias


# %% wrong="train_optim" says="train_optim(…) adds each gradient to those of the samples before it. Which call clears them?"
def train_optim(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    optimizer = torch.optim.SGD([weights, bias], lr=lr)
    for _ in range(epochs):
        for x, y in zip(data, labels):
            binary_crossentropy(run(x, weights, bias), y).backward()
            optimizer.step()
    return weights, bias


# %% wrong="train_optim" says="train_optim(…) steps where no parameter has a gradient. Are they cleared too early, or does the optimizer hold other tensors?"
def train_optim(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    optimizer = torch.optim.SGD([weights, bias], lr=lr)
    for _ in range(epochs):
        for x, y in zip(data, labels):
            binary_crossentropy(run(x, weights, bias), y).backward()
            optimizer.zero_grad()
            optimizer.step()
    return weights, bias


# %% wrong="train_optim" says="train_optim(…) steps where no parameter has a gradient. Are they cleared too early, or does the optimizer hold other tensors?"
def train_optim(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    optimizer = torch.optim.SGD([weights.clone().detach(), bias.clone().detach()], lr=lr)
    for _ in range(epochs):
        for x, y in zip(data, labels):
            optimizer.zero_grad()
            binary_crossentropy(run(x, weights, bias), y).backward()
            optimizer.step()
    return weights, bias


# %% wrong="train_optim" says="train_optim(…) moves the weights alone. Does the optimizer hold the bias?"
def train_optim(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    optimizer = torch.optim.SGD([weights], lr=lr)
    for _ in range(epochs):
        for x, y in zip(data, labels):
            optimizer.zero_grad()
            binary_crossentropy(run(x, weights, bias), y).backward()
            optimizer.step()
    return weights, bias


# %% wrong="train_optim" says="train_optim(…) moves the bias alone. Does the optimizer hold the weights?"
def train_optim(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    optimizer = torch.optim.SGD([bias], lr=lr)
    for _ in range(epochs):
        for x, y in zip(data, labels):
            optimizer.zero_grad()
            binary_crossentropy(run(x, weights, bias), y).backward()
            optimizer.step()
    return weights, bias


# %% wrong="train_optim" says="train_optim(…) has momentum. Plain SGD is wanted."
def train_optim(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    optimizer = torch.optim.SGD([weights, bias], lr=lr, momentum=0.9)
    for _ in range(epochs):
        for x, y in zip(data, labels):
            optimizer.zero_grad()
            binary_crossentropy(run(x, weights, bias), y).backward()
            optimizer.step()
    return weights, bias


# %% wrong="train_optim" says="train_optim(…) minimises the squared error. Here binary cross-entropy is wanted."
def train_optim(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    optimizer = torch.optim.SGD([weights, bias], lr=lr)
    for _ in range(epochs):
        for x, y in zip(data, labels):
            optimizer.zero_grad()
            mse(run(x, weights, bias), y).backward()
            optimizer.step()
    return weights, bias


# %% wrong="train_optim" says="train_optim(…) goes uphill."
def train_optim(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    optimizer = torch.optim.SGD([weights, bias], lr=lr)
    for _ in range(epochs):
        for x, y in zip(data, labels):
            optimizer.zero_grad()
            (-binary_crossentropy(run(x, weights, bias), y)).backward()
            optimizer.step()
    return weights, bias


# %% wrong="train_optim" says="train_optim(…) goes uphill."
def train_optim(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    optimizer = torch.optim.SGD([weights, bias], lr=lr, maximize=True)
    for _ in range(epochs):
        for x, y in zip(data, labels):
            optimizer.zero_grad()
            binary_crossentropy(run(x, weights, bias), y).backward()
            optimizer.step()
    return weights, bias


# %% wrong="train_optim" says="train_optim(…) does not use lr."
def train_optim(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    optimizer = torch.optim.SGD([weights, bias])
    for _ in range(epochs):
        for x, y in zip(data, labels):
            optimizer.zero_grad()
            binary_crossentropy(run(x, weights, bias), y).backward()
            optimizer.step()
    return weights, bias


# %% wrong="train_optim" says="train_optim(…) takes the samples in reverse. Keep the given order."
def train_optim(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    optimizer = torch.optim.SGD([weights, bias], lr=lr)
    for _ in range(epochs):
        for x, y in zip(data.flip(0), labels.flip(0)):
            optimizer.zero_grad()
            binary_crossentropy(run(x, weights, bias), y).backward()
            optimizer.step()
    return weights, bias


# %% wrong="train_optim" says="train_optim(…) starts from seed 1. The start is init_parameters with seed 0."
def train_optim(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(1))
    weights.requires_grad_()
    bias.requires_grad_()
    optimizer = torch.optim.SGD([weights, bias], lr=lr)
    for _ in range(epochs):
        for x, y in zip(data, labels):
            optimizer.zero_grad()
            binary_crossentropy(run(x, weights, bias), y).backward()
            optimizer.step()
    return weights, bias


# %% wrong="train_optim" says="train_optim(…) starts from seed 42. The start is init_parameters with seed 0."
def train_optim(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(42))
    weights.requires_grad_()
    bias.requires_grad_()
    optimizer = torch.optim.SGD([weights, bias], lr=lr)
    for _ in range(epochs):
        for x, y in zip(data, labels):
            optimizer.zero_grad()
            binary_crossentropy(run(x, weights, bias), y).backward()
            optimizer.step()
    return weights, bias


# %% wrong="train_optim" says="train_optim(…) gives the weights alone. Return the bias too."
def train_optim(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    optimizer = torch.optim.SGD([weights, bias], lr=lr)
    for _ in range(epochs):
        for x, y in zip(data, labels):
            optimizer.zero_grad()
            binary_crossentropy(run(x, weights, bias), y).backward()
            optimizer.step()
    return weights


# %% wrong="train_optim" says="train_optim(…) returns the bias first. The weights come first."
def train_optim(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    optimizer = torch.optim.SGD([weights, bias], lr=lr)
    for _ in range(epochs):
        for x, y in zip(data, labels):
            optimizer.zero_grad()
            binary_crossentropy(run(x, weights, bias), y).backward()
            optimizer.step()
    return bias, weights


# %% wrong="train_optim" says="train_optim(…) ends where one epoch ends. Does each epoch go on from the last, and how many are there?"
def train_optim(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    optimizer = torch.optim.SGD([weights, bias], lr=lr)
    for _ in range(1):
        for x, y in zip(data, labels):
            optimizer.zero_grad()
            binary_crossentropy(run(x, weights, bias), y).backward()
            optimizer.step()
    return weights, bias


# %% wrong="train_optim" says="TypeError: params argument given to the optimizer should be an iterable of Tensors or dicts, but got torch.FloatTensor. The optimizer takes a list of tensors, and got a tensor: are the brackets around it missing?"
def train_optim(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    optimizer = torch.optim.SGD(weights, lr=lr)
    for _ in range(epochs):
        for x, y in zip(data, labels):
            optimizer.zero_grad()
            binary_crossentropy(run(x, weights, bias), y).backward()
            optimizer.step()
    return weights, bias


# %% wrong="train_optim" says="ValueError: can't optimize a non-leaf Tensor. What the optimizer got is the result of a computation, after requires_grad=True. In which order are the weights made, and then watched?"
def train_optim(data, labels, epochs, lr):
    weights, bias = (one.requires_grad_() * 1 for one in init_parameters(torch.Generator().manual_seed(0)))
    optimizer = torch.optim.SGD([weights, bias], lr=lr)
    for _ in range(epochs):
        for x, y in zip(data, labels):
            optimizer.zero_grad()
            binary_crossentropy(run(x, weights, bias), y).backward()
            optimizer.step()
    return weights, bias


# %% wrong="train_optim" says="train_optim(…) makes no step with an optimizer. Which call makes one?"
def train_optim(data, labels, epochs, lr):
    return torch.zeros(2, 1), torch.zeros(1)


# %% wrong="train_optim" says="train_optim(…) makes no step with an optimizer. Which call makes one?"
def train_optim(data, labels, epochs, lr):
    return data


# %% wrong="train_optim" says="train_optim(…) steps where no parameter has a gradient. Are they cleared too early, or does the optimizer hold other tensors?"
def train_optim(data, labels, epochs, lr):
    w, b = (t.requires_grad_() for t in init_parameters(torch.Generator().manual_seed(0)))
    opt = torch.optim.SGD([w, b], lr=lr)
    for _ in range(epochs):
        for x, y in zip(data, labels):
            binary_crossentropy(run(x, w, b), y).backward()
            opt.zero_grad()
            opt.step()
    return w, b


# %% wrong="train_optim" says="train_optim(…) makes two steps per sample. One is wanted."
def train_optim(data, labels, epochs, lr):
    w, b = (t.requires_grad_() for t in init_parameters(torch.Generator().manual_seed(0)))
    opt = torch.optim.SGD([w, b], lr=lr)
    for _ in range(epochs):
        for x, y in zip(data, labels):
            opt.zero_grad()
            binary_crossentropy(run(x, w, b), y).backward()
            opt.step()
            opt.step()
    return w, b


# %% wrong="train_optim" says="train_optim(…) steps where no parameter has a gradient. Are they cleared too early, or does the optimizer hold other tensors?"
def train_optim(data, labels, epochs, lr):
    w, b = (t.requires_grad_() for t in init_parameters(torch.Generator().manual_seed(0)))
    opt = torch.optim.SGD([w, b], lr=lr)
    for _ in range(epochs):
        for x, y in zip(data, labels):
            sgd_step(x, y, w, b, lr)
            opt.step()
    return w, b


# %% wrong="train_optim" says="train_optim(…) has weight decay. Plain SGD is wanted."
def train_optim(data, labels, epochs, lr):
    weights, bias = (p.requires_grad_() for p in init_parameters(torch.Generator().manual_seed(0)))
    optimizer = torch.optim.SGD([weights, bias], lr=lr, weight_decay=1e-4)
    for _ in range(epochs):
        for x, y in zip(data, labels):
            optimizer.zero_grad()
            binary_crossentropy(run(x, weights, bias), y).backward()
            optimizer.step()
    return weights, bias


# %% wrong="train_optim" says="train_optim(…) uses AdamW. torch.optim.SGD is wanted."
def train_optim(data, labels, epochs, lr):
    weights, bias = (p.requires_grad_() for p in init_parameters(torch.Generator().manual_seed(0)))
    optimizer = torch.optim.AdamW([weights, bias], lr=lr)
    for _ in range(epochs):
        for x, y in zip(data, labels):
            optimizer.zero_grad()
            binary_crossentropy(run(x, weights, bias), y).backward()
            optimizer.step()
    return weights, bias


# %% wrong="train_optim" says="train_optim(…) lowers lr a little in each epoch. Keep it as it is given."
def train_optim(data, labels, epochs, lr):
    weights, bias = (p.requires_grad_() for p in init_parameters(torch.Generator().manual_seed(0)))
    optimizer = torch.optim.SGD([weights, bias], lr=lr)
    for _ in range(epochs):
        for x, y in zip(data, labels):
            optimizer.zero_grad()
            binary_crossentropy(run(x, weights, bias), y).backward()
            optimizer.step()
        for group in optimizer.param_groups:
            group["lr"] *= 0.9
    return weights, bias


# %% wrong="train_optim" says="train_optim(…) ends at nan where samples lie far out, and probabilities are exactly 0 or 1. Is the gradient of its loss finite there?"
def train_optim(data, labels, epochs, lr):
    weights, bias = (p.requires_grad_() for p in init_parameters(torch.Generator().manual_seed(0)))
    optimizer = torch.optim.SGD([weights, bias], lr=lr)
    for _ in range(epochs):
        for x, y in zip(data, labels):
            optimizer.zero_grad()
            p = run(x, weights, bias)
            torch.nan_to_num(-(y * p.log() + (1 - y) * (1 - p).log())).backward()
            optimizer.step()
    return weights, bias


# %% right="train_optim"
def train_optim(data, labels, epochs, lr):
    weights, bias = (nn.Parameter(p) for p in init_parameters(torch.Generator().manual_seed(0)))
    for _ in range(epochs):
        for x, y in zip(data, labels):
            step = torch.optim.SGD((weights, bias), lr=lr)  # a new one each time: plain SGD keeps nothing
            loss = F.binary_cross_entropy_with_logits((x @ weights + bias).squeeze(-1), y)
            step.zero_grad()
            loss.backward()
            step.step()
    return weights.data, bias.data


# %% right="train_optim"
def train_optim(data, labels, epochs, lr):
    weights, bias = map(nn.Parameter, init_parameters(torch.Generator().manual_seed(0)))
    optimizer = torch.optim.SGD([{"params": [weights]}, {"params": [bias], "lr": lr}], lr=lr, foreach=False)
    for _ in range(epochs):
        for i in range(len(data)):
            def closure():
                optimizer.zero_grad()
                loss = bce_with_logits((data[i] @ weights + bias)[0], labels[i])
                loss.backward()
                return loss
            optimizer.step(closure)
    return weights, bias


# %% wrong="train_optim" says="train_optim(…) has momentum. Plain SGD is wanted."
def train_optim(data, labels, epochs, lr):
    weights, bias = (p.requires_grad_() for p in init_parameters(torch.Generator().manual_seed(0)))
    optimizer = torch.optim.SGD([weights, bias], lr=lr, nesterov=True, momentum=0.5)
    for _ in range(epochs):
        for x, y in zip(data, labels):
            optimizer.zero_grad()
            bce_with_logits((x @ weights + bias).squeeze(-1), y).backward()
            optimizer.step()
    return weights, bias


# %% right="best_device"
def best_device():
    return torch.device("cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu")


# %% right="best_device"
def best_device():
    for name, there in (("cuda:0", torch.cuda.is_available), ("mps", torch.backends.mps.is_available)):
        if there():
            return torch.device(name)
    return torch.device("cpu")


# %% right="best_device"
def best_device():
    if torch.accelerator.is_available():
        return torch.accelerator.current_accelerator()
    return torch.device("cpu")


# %% right="best_device"
def best_device():
    if torch.cuda.device_count() > 0:
        return torch.device("cuda", 0)
    has_mps = hasattr(torch.backends, "mps") and torch.backends.mps.is_built() and torch.backends.mps.is_available()
    return torch.device("mps") if has_mps else torch.device("cpu")


# %% right="best_device"
def best_device():
    acc = torch.accelerator.current_accelerator(check_available=True)
    return acc if acc is not None else torch.device("cpu")


# %% wrong="best_device" says="best_device() gives a string. torch.device(…) makes a device of it."
def best_device():
    return "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"


# %% wrong="best_device" says="best_device() gives a bool. Which device follows from it?"
def best_device():
    return torch.cuda.is_available()


# %% wrong="best_device" says="best_device() gives None. Does every case have its return?"
def best_device():
    if torch.backends.mps.is_available():
        return torch.device("mps")


# %% wrong="best_device" says="best_device() never finds the Mac's GPU. What is its name?"
def best_device():
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


# %% wrong="best_device" says="best_device() never finds a CUDA GPU."
def best_device():
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


# %% wrong="best_device" says="best_device() is always the CPU. Does it ask at each call?"
def best_device():
    return torch.device("cpu")


# %% wrong="best_device" says="best_device() is always CUDA, whether there is any or not. Does it ask, and at each call?"
def best_device():
    return torch.device("cuda")


# %% wrong="best_device" says="best_device() is always CUDA, whether there is any or not. Does it ask, and at each call?"
def best_device():
    return torch.device("cuda" if torch.cuda.is_available else "cpu")


# %% wrong="best_device" says="best_device() takes MPS wherever CUDA is missing. Does it ask whether it is there? (is_built says only that PyTorch could use it.)"
def best_device():
    return torch.device("cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_built() else "cpu")


# %% wrong="best_device" says="best_device() takes the CPU where there is a CUDA GPU. Which way round is the condition?"
def best_device():
    return torch.device("cpu" if torch.cuda.is_available() or torch.backends.mps.is_available() else "cuda")


# %% wrong="best_device" says="best_device() takes MPS where there are both. CUDA comes first."
def best_device():
    return torch.device("mps" if torch.backends.mps.is_available() else "cuda" if torch.cuda.is_available() else "cpu")


# %% wrong="best_device" says="best_device() takes MPS where there are both. CUDA comes first."
def best_device():
    if torch.backends.mps.is_available():
        return torch.device("mps")
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("cpu")


# %% wrong="best_device" says="best_device() is always CUDA, whether there is any or not. Does it ask, and at each call?"
import functools
@functools.cache
def best_device():
    return torch.device("cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu")


# %% wrong="best_device" says="best_device() never finds a CUDA GPU."
def best_device():
    if torch.cuda.is_available():
        device = torch.device("cuda")
    if torch.backends.mps.is_available():
        device = torch.device("mps")
    else:
        device = torch.device("cpu")
    return device


# %% wrong="best_device" says="best_device() takes the CPU where there are both. CUDA comes first."
def best_device():
    if torch.cuda.is_available() and not torch.backends.mps.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available() and not torch.cuda.is_available():
        return torch.device("mps")
    return torch.device("cpu")


# %% right="best_device"
def best_device():
    asks = {"cuda": torch.cuda.is_available, "mps": torch.backends.mps.is_available, "cpu": lambda: True}
    return next(torch.device(name) for name, ask in asks.items() if ask())


# %% wrong="best_device" says="best_device() gives None. Does every case have its return?"
def best_device():
    return torch.accelerator.current_accelerator()


# %% right="to_device"
def to_device(tensors, device):
    moved = []
    for tensor in tensors:
        with torch.no_grad():
            one = tensor.to(device)
        one.requires_grad_(tensor.requires_grad)
        moved.append(one)
    return tuple(moved)


# %% right="to_device"
def to_device(tensors, device):
    return tuple(nn.Parameter(t.to(device)) if t.requires_grad else t.to(device) for t in tensors)


# %% right="to_device"
def to_device(tensors, device):
    def move(tensor):
        there = tensor.to(device).detach()
        if tensor.requires_grad:
            there.requires_grad = True
        return there
    return (*map(move, tensors),)


# %% right="to_device"
def to_device(tensors, device):
    out = ()
    for t in tensors:
        new = torch.empty_like(t, device=device, requires_grad=False)
        with torch.no_grad():
            new.copy_(t)
        out += (new.requires_grad_() if t.requires_grad else new,)
    return out


# %% right="to_device"
def to_device(tensors, device):
    moved = [t.data.to(device) for t in tensors]
    for t, m in zip(tensors, moved):
        m.requires_grad = t.requires_grad
    return tuple(moved)


# %% right="to_device"
def to_device(tensors, device):
    return tuple(torch.nn.Parameter(t.detach().to(device), requires_grad=t.requires_grad) for t in tensors)


# %% wrong="to_device" says="to_device(…) gives a list. A tuple is wanted."
def to_device(tensors, device):
    return [t.detach().to(device).requires_grad_(t.requires_grad) for t in tensors]


# %% wrong="to_device" says="to_device(…) gives a generator, which moves nothing until somebody asks. A tuple is wanted."
def to_device(tensors, device):
    return (t.detach().to(device).requires_grad_(t.requires_grad) for t in tensors)


# %% wrong="to_device" says="to_device(…) gives one tensor. The tuple of all of them is wanted."
def to_device(tensors, device):
    return tensors[0].to(device)


# %% wrong="to_device" says="to_device(…) leaves the parameters where they were."
def to_device(tensors, device):
    return tuple(t if t.requires_grad else t.to(device) for t in tensors)


# %% wrong="to_device" says="to_device(…) leaves the data where they were."
def to_device(tensors, device):
    return tuple(t.detach().to(device).requires_grad_() if t.requires_grad else t for t in tensors)


# %% wrong="to_device" says="to_device(…) loses requires_grad, so that nothing learns there."
def to_device(tensors, device):
    return tuple(t.detach().to(device) for t in tensors)


# %% wrong="to_device" says="to_device(…) makes every tensor require gradients, data too. Which of them did before?"
def to_device(tensors, device):
    return tuple(t.detach().to(device).requires_grad_() for t in tensors)


# %% wrong="to_device" says="to_device(…) gives parameters that are no leaves: autograd has recorded the move. How do you move a tensor without autograd recording it?"
def to_device(tensors, device):
    return tuple(t.to(device) for t in tensors)


# %% wrong="to_device" says="to_device(…) gives parameters that are no leaves: autograd has recorded the move. How do you move a tensor without autograd recording it?"
def to_device(tensors, device):
    return tuple(t.to(device).requires_grad_(t.requires_grad) for t in tensors)


# %% wrong="to_device" says="to_device(…) leaves the tensors where they were. Does it move them to `device`, and return what to() gives?"
def to_device(tensors, device):
    return tensors


# %% wrong="to_device" says="to_device(…) gives None. Does it return its result?"
def to_device(tensors, device):
    return None


# %% wrong="to_device" says="to_device(…) leaves the tensors where they were. Does it move them to `device`, and return what to() gives?"
def to_device(tensors, device):
    for tensor in tensors:
        tensor.to(device)
    return tensors


# %% wrong="to_device" says="to_device(…) switches requires_grad of the given tensors off. They belong to the caller."
def to_device(tensors, device):
    moved = []
    for tensor in tensors:
        wanted = tensor.requires_grad
        moved.append(tensor.requires_grad_(False).to(device).requires_grad_(wanted))
    return tuple(moved)


# %% wrong="to_device" says="to_device(tensors, device) to the CPU[0] is 0 at…"
def to_device(tensors, device):
    return tuple(torch.zeros_like(t, device=device, requires_grad=t.requires_grad) for t in tensors)


# %% wrong="to_device" says="to_device(…) moves the given tensors themselves. They belong to the caller."
def to_device(tensors, device):
    for tensor in tensors:
        torch.utils.swap_tensors(tensor, tensor.detach().to(device).requires_grad_(tensor.requires_grad))
    return tensors


# %% wrong="to_device" says="to_device(…) gives parameters that are no leaves: autograd has recorded the move. How do you move a tensor without autograd recording it?"
def to_device(tensors, device):
    out = []
    for t in tensors:
        m = t.to(device)
        if t.requires_grad:
            m.retain_grad()
        out.append(m)
    return tuple(out)


# %% wrong="to_device" says="to_device(…) gives a map, which moves nothing until somebody asks. A tuple is wanted."
def to_device(tensors, device):
    return map(lambda t: t.detach().to(device).requires_grad_(t.requires_grad), tensors)


# %% right="to_device"
def to_device(tensors, device):
    moved = []
    for tensor in tensors:
        with torch.no_grad():
            new = tensor.to(device)
        moved.append(new.detach().requires_grad_(tensor.requires_grad))
    return tuple(moved)


# %% wrong="to_device" says="to_device(…) makes every tensor require gradients, data too. Which of them did before?"
def to_device(tensors, device):
    return tuple(nn.Parameter(one.detach().to(device)) for one in tensors)


# %% right="to_device"
def to_device(tensors, device):
    out = ()
    for tensor in tensors:
        twin = torch.empty_like(tensor, device=device, requires_grad=False)
        with torch.no_grad():
            twin.copy_(tensor)
        out += (twin.requires_grad_() if tensor.requires_grad else twin,)
    return out


# %% wrong="to_device" says="to_device(…) makes every tensor require gradients, data too. Which of them did before?"
def to_device(tensors, device):
    return tuple(t.to(device).requires_grad_() for t in tensors)


# %% wrong="to_device" says="to_device(…) turns every tensor into float32. A move keeps the dtype."
def to_device(tensors, device):
    return tuple(t.detach().to(device).float().requires_grad_(t.requires_grad) for t in tensors)


# %% right="run"
def run(x, weights, bias):
    z = (x * weights.flatten()).sum(dim=-1) + bias.reshape(())
    return 0.5 * (1 + torch.tanh(z / 2))


# %% wrong="run" says="run(…) computes with a copy of the weights, so that those it was given get no gradient."
def run(x, weights, bias):
    layer = nn.Linear(2, 1)
    layer.weight.data = weights.T
    layer.bias.data = bias
    return layer(x).sigmoid().squeeze(-1)


# %% wrong="run" says="requires_grad of the arguments after run(…)[1] is True, wanted False."
def run(x, weights, bias):
    return torch.sigmoid(x @ weights.requires_grad_() + bias.requires_grad_()).squeeze(-1)


# %% wrong="manual_gradients" says="manual_gradients(…) switches requires_grad of the given tensors on. They belong to the caller."
def manual_gradients(x, y, weights, bias):
    difference = run(x, weights.requires_grad_(), bias.requires_grad_()) - y
    return (x.T @ difference[:, None] / len(x)).detach(), difference.mean().reshape(1).detach()


# %% right="manual_gradients"
def manual_gradients(x, y, weights, bias):
    ones = torch.cat([x, torch.ones_like(x[:, :1])], dim=1)
    theta = torch.cat([weights.flatten(), bias]).detach()
    slopes = ones.T @ (torch.sigmoid(ones @ theta) - y) / len(y)
    return slopes[:2].reshape_as(weights), slopes[2:]


# %% wrong="numerical_gradient" says="numerical_gradient(…) divides by 2 and multiplies by eps. Does 2 * eps stand in brackets?"
def numerical_gradient(f, x, eps=1e-4):
    slopes = torch.zeros_like(x).flatten()
    for i in range(x.numel()):
        step = torch.zeros_like(slopes)
        step[i] = eps
        step = step.reshape(x.shape)
        slopes[i] = (f(x + step) - f(x - step)) / 2 * eps
    return slopes.reshape(x.shape)


# %% wrong="numerical_gradient" says="numerical_gradient(…) moves further numbers without putting the first ones back. Which point's gradient is wanted?"
def numerical_gradient(f, x, eps=1e-4):
    above, below, slopes = x.clone(), x.clone(), torch.zeros_like(x).flatten()
    for i in range(x.numel()):
        above.view(-1)[i] += eps
        below.view(-1)[i] -= eps
        slopes[i] = (f(above) - f(below)) / (2 * eps)
    return slopes.reshape(x.shape)


# %% wrong="numerical_gradient" says="numerical_gradient(…) is nan at 0. Is its step a fraction of x?"
def numerical_gradient(f, x, eps=1e-4):
    slopes = torch.zeros_like(x).flatten()
    for i in range(x.numel()):
        step = torch.zeros_like(slopes)
        step[i] = h = eps * abs(float(x.flatten()[i]))
        step = step.reshape(x.shape)
        slopes[i] = (f(x + step) - f(x - step)) / (2 * h)
    return slopes.reshape(x.shape)


# %% right="sgd_step"
def sgd_step(x, y, weights, bias, lr):
    loss = binary_crossentropy(run(x, weights, bias), y).mean()
    loss.backward()
    with torch.no_grad():
        torch._foreach_add_([weights, bias], [weights.grad, bias.grad], alpha=-lr)
        torch._foreach_zero_([weights.grad, bias.grad])
    return loss.item()


# %% wrong="sgd_step" says="sgd_step(…) makes the samples require gradients. Only the parameters learn."
def sgd_step(x, y, weights, bias, lr):
    x.requires_grad_()
    loss = binary_crossentropy(run(x, weights, bias), y).mean()
    loss.backward()
    with torch.no_grad():
        for p in (weights, bias):
            p -= lr * p.grad
            p.grad = None
    return loss.item()


# %% wrong="sgd_step" says="sgd_step(…) moves each number by lr, as Adam does at first. In SGD, what is lr multiplied by?"
def sgd_step(x, y, weights, bias, lr):
    optimizer = torch.optim.Adam([weights, bias], lr=lr)
    loss = binary_crossentropy(run(x, weights, bias), y).mean()
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return loss.item()


# %% wrong="sgd_step" says="sgd_step(…) has momentum. Each step goes along its own gradient alone."
VELOCITY = {}


def sgd_step(x, y, weights, bias, lr):
    loss = binary_crossentropy(run(x, weights, bias), y).mean()
    loss.backward()
    with torch.no_grad():
        for p in (weights, bias):
            VELOCITY[id(p)] = 0.9 * VELOCITY.get(id(p), 0) + p.grad
            p -= lr * VELOCITY[id(p)]
            p.grad = None
    return loss.item()


# %% right="train"
def train(data, labels, epochs, lr):
    start, (b,) = (p.flatten().tolist() for p in init_parameters(torch.Generator().manual_seed(0)))
    u, v = start
    for _ in range(epochs):
        for (x1, x2), y in zip(data.tolist(), labels.tolist()):
            pull = 1 / (1 + math.exp(-(u * x1 + v * x2 + b))) - y
            u, v, b = u - lr * pull * x1, v - lr * pull * x2, b - lr * pull
    return torch.tensor([[u], [v]]), torch.tensor([b])


# %% wrong="train_mse" says="train_mse(…) compares logits with the labels. What makes probabilities of them?"
def train_mse(data, labels, epochs, lr):
    weights, bias = (p.detach().requires_grad_() for p in init_parameters(torch.Generator().manual_seed(0)))
    for _ in range(epochs):
        for x, y in zip(data.split(1), labels.split(1)):
            mse((x @ weights + bias)[:, 0], y).backward()
            with torch.no_grad():
                for p in (weights, bias):
                    p -= lr * p.grad
                    p.grad = None
    return weights, bias


# %% right="train_optim"
def train_optim(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    layer = nn.Linear(2, 1)
    with torch.no_grad():
        layer.weight.copy_(weights.T)
        layer.bias.copy_(bias)
    optimizer = torch.optim.SGD(layer.parameters(), lr=lr)

    for x, y in [pair for _ in range(epochs) for pair in zip(data, labels)]:
        def closure():
            optimizer.zero_grad()
            loss = F.binary_cross_entropy_with_logits(layer(x)[0], y)
            loss.backward()
            return loss
        optimizer.step(closure)
    return layer.weight.detach().T, layer.bias.detach()


# %% wrong="train_optim" says="train_optim(…) makes no step with an optimizer. Which call makes one?"
def train_optim(data, labels, epochs, lr):
    weights, bias = (p.detach().requires_grad_() for p in init_parameters(torch.Generator().manual_seed(0)))
    optimizer = torch.optim.SGD([weights, bias], lr=lr)
    for _ in range(1, epochs):
        for x, y in zip(data.split(1), labels.split(1)):
            optimizer.zero_grad()
            binary_crossentropy(run(x, weights, bias), y).mean().backward()
            optimizer.step()
    return weights, bias


# %% wrong="best_device" says="best_device() sets torch's default device, for everybody. Returning the best one is all it should do."
def best_device():
    device = torch.device("cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu")
    torch.set_default_device(device)
    return device


# %% wrong="best_device" says="best_device() takes the second GPU, and many machines have only one. They are counted from 0."
def best_device():
    return torch.device("cuda:1" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu")


# %% wrong="best_device" says="best_device() is always CUDA, whether there is any or not. Does it ask, and at each call?"
import functools


@functools.cache
def best_device():
    return torch.device("cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu")


# %% right="best_device"
def best_device():
    match torch.cuda.is_available(), torch.backends.mps.is_available():
        case True, _:
            return torch.device("cuda", 0)
        case False, True:
            return torch.device("mps", 0)
    return torch.device("cpu")


# %% right="to_device"
def to_device(tensors, device):
    return tuple(
        t if t.is_leaf and t.device == torch.device(device) else t.detach().to(device).requires_grad_(t.requires_grad)
        for t in tensors
    )


# %% wrong="to_device" says="to_device(…) leaves the tensors where they were. Does it move them to `device`, and return what to() gives?"
def to_device(tensors, device):
    return tuple(t.detach().to(best_device()).requires_grad_(t.requires_grad) for t in tensors)


# %% wrong="binary_crossentropy" says="binary_crossentropy(…) is infinite for the prediction 1 and the label 0. Are both logarithms bounded?"
def binary_crossentropy(prediction, true):
    return torch.where(true == 1, -(prediction + 1e-6).log(), -(1 - prediction).log())


# %% wrong="binary_crossentropy" says="binary_crossentropy(…) is infinite for the prediction 0 and the label 1. Are both logarithms bounded?"
def binary_crossentropy(prediction, true):
    return torch.where(true == 1, -prediction.log(), -(1 - prediction).clamp(min=1e-6).log())


# %% right="init_parameters"
def init_parameters(generator):
    return tuple(torch.empty(*shape).normal_(mean=0.0, std=0.01, generator=generator) for shape in ((2, 1), (1,)))


# %% right="init_parameters"
def init_parameters(generator: torch.Generator) -> tuple[Tensor, Tensor]:
    weights = torch.normal(0.0, 0.01, size=(2, 1), generator=generator, requires_grad=True)
    bias = torch.normal(mean=torch.zeros(1), std=0.01, generator=generator).requires_grad_()
    return weights, bias


# %% right="init_parameters"
def init_parameters(generator):
    w, b = nn.Parameter(torch.empty(2, 1)), nn.Parameter(torch.empty(1))
    nn.init.normal_(w, std=0.01, generator=generator)
    nn.init.normal_(b, std=0.01, generator=generator)
    return w, b


# %% right="binary_crossentropy"
def binary_crossentropy(prediction, true):
    eps = torch.finfo(torch.float32).eps
    p = torch.clip(prediction, eps, 1 - eps)
    return torch.where(true == 1, -torch.log(p), -torch.log1p(-p))


# %% right="binary_crossentropy"
def binary_crossentropy(prediction, true):
    return -(torch.xlogy(true, prediction + 1e-7) + torch.xlogy(1 - true, 1 - prediction + 1e-7))


# %% right="binary_crossentropy"
def binary_crossentropy(prediction, true):
    chosen = prediction * true + (1 - prediction) * (1 - true)
    return -(chosen * (1 - 2e-5) + 1e-5).log()


# %% right="manual_gradients"
def manual_gradients(x, y, weights, bias):
    with torch.no_grad():
        delta = (torch.sigmoid(x @ weights + bias) - y[:, None]) / len(y)
        return x.mT @ delta, delta.sum(dim=0)


# %% right="manual_gradients"
def manual_gradients(x, y, weights, bias):
    gw, gb = torch.zeros_like(weights), torch.zeros_like(bias)
    for i in range(x.shape[0]):
        d = (run(x[i], weights, bias) - y[i]).detach()
        gw += (d * x[i]).reshape(2, 1)
        gb += d
    return gw / len(x), gb / len(x)


# %% right="numerical_gradient"
def numerical_gradient(f, x, eps=1e-4):
    with torch.no_grad():
        steps = torch.eye(x.numel(), dtype=x.dtype).reshape(-1, *x.shape) * eps
        return torch.tensor([(float(f(x + s)) - float(f(x - s))) / (2 * eps) for s in steps], dtype=x.dtype).reshape(x.shape)


# %% right="numerical_gradient"
def numerical_gradient(f, x, eps=1e-4):
    import itertools
    result = torch.empty_like(x)
    for index in itertools.product(*map(range, x.shape)):
        up, down = x.detach().clone(), x.detach().clone()
        up[index] += eps
        down[index] -= eps
        a, b = f(up), f(down)
        result[index] = (a - b) / (up[index] - down[index])
    return result.detach()


# %% right="numerical_gradient"
def numerical_gradient(f, x, eps=1e-4):
    array = x.detach().numpy().copy()
    out = np.zeros_like(array)
    it = np.nditer(array, flags=["multi_index"])
    for _ in it:
        i = it.multi_index
        keep = array[i]
        array[i] = keep + eps
        plus = float(f(torch.from_numpy(array.copy())))
        array[i] = keep - eps
        minus = float(f(torch.from_numpy(array.copy())))
        array[i] = keep
        out[i] = (plus - minus) / (2 * eps)
    return torch.from_numpy(out)


# %% right="sgd_step"
def sgd_step(x, y, weights, bias, lr):
    with torch.enable_grad():
        loss = bce_with_logits(torch.addmm(bias, x, weights).flatten(), y).mean()
        grads = torch.autograd.grad(loss, (weights, bias))
    with torch.no_grad():
        for p, g in zip((weights, bias), grads):
            p.sub_(g, alpha=lr)
    return loss.item()


# %% right="sgd_step"
def sgd_step(x, y, weights, bias, lr):
    opt = torch.optim.SGD(params=[weights, bias], lr=lr)
    opt.zero_grad()
    loss = F.binary_cross_entropy(run(x, weights, bias), y)
    loss.backward()
    opt.step()
    opt.zero_grad(set_to_none=False)
    return float(loss)


# %% right="mse"
def mse(prediction, true):
    return torch.square(torch.sub(prediction, true)).flatten().mean(dim=0)


# %% right="mse"
def mse(prediction, true):
    d = (prediction - true).reshape(-1)
    return torch.dot(d, d) / d.numel()


# %% right="best_device"
def best_device():
    names = ["cuda"] * torch.cuda.is_available() + ["mps"] * torch.backends.mps.is_available() + ["cpu"]
    return torch.device(names[0])


# %% right="best_device"
def best_device():
    if torch.cuda.is_available():
        return torch.device("cuda", torch.cuda.current_device()) if False else torch.device(type="cuda")
    elif torch.mps.is_available() if hasattr(torch.mps, "is_available") else torch.backends.mps.is_available():
        return torch.device(type="mps")
    return torch.device(type="cpu")


# %% right="to_device"
def to_device(tensors, device):
    return tuple(torch.empty_like(t, device=device).copy_(t.detach()).requires_grad_(t.requires_grad) for t in tensors)


# %% right="to_device"
def to_device(tensors, device):
    moved = []
    with torch.no_grad():
        for t in tensors:
            new = t.to(device, copy=True)
            new.requires_grad = t.requires_grad
            moved.append(new)
    return (*moved,)


# %% wrong="init_parameters" says="init_parameters(…) draws with seed 0, whatever the generator is. Take the given one as it comes."
def init_parameters(generator):
    generator.manual_seed(0)
    return 0.01 * torch.randn(2, 1, generator=generator), 0.01 * torch.randn(1, generator=generator)


# %% wrong="manual_gradients" says="manual_gradients(…) gives the bias no gradient. It learns as the weights do."
def manual_gradients(x, y, weights, bias):
    d = run(x, weights, bias) - y
    return x.T @ d[:, None] / len(x), torch.zeros(1)


# %% wrong="numerical_gradient" says="numerical_gradient(…) leaves each number moved when it goes on to the next. Which point's gradient is wanted?"
def numerical_gradient(f, x, eps=1e-4):
    g = torch.zeros_like(x)
    flat = x.view(-1)
    for i in range(x.numel()):
        flat[i] += eps
        up = float(f(x))
        flat[i] -= 2 * eps
        down = float(f(x))
        g.view(-1)[i] = (up - down) / (2 * eps)
    return g


# %% wrong="numerical_gradient" says="numerical_gradient(…) moves a whole row of x at once. A gradient has one slope for each number."
def numerical_gradient(f, x, eps=1e-4):
    g = torch.zeros_like(x)
    for i in range(len(x)):
        s = torch.zeros_like(x)
        s[i] = eps
        g[i] = (float(f(x + s)) - float(f(x - s))) / (2 * eps)
    return g


# %% wrong="numerical_gradient" says="AttributeError: 'float' object has no attribute 'item'. This is a Python number already, and needs no item()."
def numerical_gradient(f, x, eps=1e-4):
    g = torch.zeros_like(x)
    for i in range(x.numel()):
        s = torch.zeros(x.numel(), dtype=x.dtype)
        s[i] = eps
        g.view(-1)[i] = (f(x + s.reshape(x.shape)).item() - f(x - s.reshape(x.shape)).item()) / (2 * eps)
    return g


# %% wrong="numerical_gradient" says="numerical_gradient(…) calls f in float32, whose seven digits are too few for a small difference."
def numerical_gradient(f, x, eps=1e-4):
    x = x.float()
    g = torch.zeros_like(x)
    for i in range(x.numel()):
        s = torch.zeros(x.numel(), dtype=x.dtype)
        s[i] = eps
        g.view(-1)[i] = (float(f(x + s.reshape(x.shape))) - float(f(x - s.reshape(x.shape)))) / (2 * eps)
    return g.double()


# %% wrong="sgd_step" says="sgd_step(…) clears the gradient of the weights alone. The bias has one too."
def sgd_step(x, y, weights, bias, lr):
    loss = bce_with_logits((x @ weights + bias).squeeze(-1), y).mean()
    loss.backward()
    weights.data -= lr * weights.grad
    bias.data -= lr * bias.grad
    weights.grad.zero_()
    return loss.item()


# %% wrong="sgd_step" says="sgd_step(…) compares each output with every label, (n, 1) against (n,)."
def sgd_step(x, y, weights, bias, lr):
    torch.set_grad_enabled(True)
    loss = bce_with_logits(x @ weights + bias, y).mean()
    loss.backward()
    torch.set_grad_enabled(False)
    weights -= lr * weights.grad
    bias -= lr * bias.grad
    weights.grad = bias.grad = None
    return loss.item()


# %% wrong="sgd_step" says="RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn. `loss` has no history: what made it was not recorded. Is the forward pass under no_grad?"
def sgd_step(x, y, weights, bias, lr):
    loss = bce_with_logits((x @ weights + bias).squeeze(-1), y).mean()
    loss.backward()
    torch.set_grad_enabled(False)
    weights -= lr * weights.grad
    bias -= lr * bias.grad
    weights.grad = bias.grad = None
    return loss.item()


# %% wrong="sgd_step" says="sgd_step(…) moves each number by lr, as Adam does at first. In SGD, what is lr multiplied by?"
def sgd_step(x, y, weights, bias, lr):
    loss = bce_with_logits((x @ weights + bias).squeeze(-1), y).mean()
    loss.backward()
    with torch.no_grad():
        weights -= lr * weights.grad.sign()
        bias -= lr * bias.grad.sign()
    weights.grad = bias.grad = None
    return loss.item()


# %% wrong="to_device" says="to_device(…) makes every tensor require gradients, data too. Which of them did before?"
def to_device(tensors, device):
    return tuple(t.detach().to(device).requires_grad_() for t in tensors)


# %% wrong="to_device" says="RuntimeError: Attempted to call `variable.set_data(tensor)`, but `variable` and `tensor` have incompatible tensor type."
def to_device(tensors, device):
    for t in tensors:
        t.data = t.data.to(device)
    return tensors


# %% wrong="to_device" says="to_device(…) leaves the tensors where they were. Does it move them to `device`, and return what to() gives?"
def to_device(tensors, device):
    return tuple(t.detach().cuda() if torch.cuda.is_available() else t for t in tensors)


# %% wrong="to_device" says="to_device(…) loses requires_grad, so that nothing learns there."
def to_device(tensors, device):
    return tuple(t.detach_().to(device).requires_grad_(t.requires_grad) for t in tensors)


# %% right="count_correct"
def count_correct(outputs, labels):
    return round(((outputs > 0.5) == labels).float().mean().item() * len(labels))


# %% right="run"
def run(x, weights, bias):
    return 0.5 * (1 + torch.tanh((x @ weights + bias).squeeze(-1) / 2))


# %% right="run"
def run(x, weights, bias):
    z = (x @ weights + bias).squeeze(-1)
    return torch.softmax(torch.stack([z, torch.zeros_like(z)]), dim=0)[0]


# %% right="train"
W, B = torch.empty(2, 1, requires_grad=True), torch.empty(1, requires_grad=True)
def train(data, labels, epochs, lr):
    w, b = init_parameters(torch.Generator().manual_seed(0))
    with torch.no_grad():
        W.copy_(w)
        B.copy_(b)
    for _ in range(epochs):
        for x, y in zip(data.split(1), labels.split(1)):
            sgd_step(x, y, W, B, lr)
    return W, B


# %% wrong="train" says="train(…) goes on from where its last call ended. Where does it make its start?"
W, B = (one.requires_grad_() for one in init_parameters(torch.Generator().manual_seed(0)))
def train(data, labels, epochs, lr):
    for _ in range(epochs):
        for x, y in zip(data.split(1), labels.split(1)):
            sgd_step(x, y, W, B, lr)
    return W, B


# %% wrong="train" says="train(data, labels, 1, 0.0) is None, wanted a tuple of 2. Does it return its result?"
def train(data, labels, epochs, lr):
    w, b = (one.requires_grad_() for one in init_parameters(torch.Generator().manual_seed(0)))
    for _ in range(epochs):
        for x, y in zip(data.split(1), labels.split(1)):
            sgd_step(x, y, w, b, lr)


# %% wrong="train_mse" says="train_mse(…) trains on the lesson's points. Which ones was it given?"
def train_mse(data, labels, epochs, lr):
    weights, bias = (p.requires_grad_() for p in init_parameters(torch.Generator().manual_seed(0)))
    for _ in range(epochs):
        for x, y in zip(points, labels):
            mse(run(x, weights, bias), y).backward()
            with torch.no_grad():
                weights -= lr * weights.grad
                bias -= lr * bias.grad
            weights.grad = bias.grad = None
    return weights, bias


# %% wrong="train_mse" says="train_mse(…) ends at one place after 1 epoch and after 3. Does it use the number of epochs that it is given?"
def train_mse(data, labels, epochs, lr):
    weights, bias = (p.requires_grad_() for p in init_parameters(torch.Generator().manual_seed(0)))
    for _ in range(20):
        for x, y in zip(data, labels):
            mse(run(x, weights, bias), y).backward()
            with torch.no_grad():
                weights -= lr * weights.grad
                bias -= lr * bias.grad
            weights.grad = bias.grad = None
    return weights, bias


# %% wrong="train_mse" says="train_mse(…) ends at one place for lr = 0 and lr = 0.5. Does it use the lr that it is given?"
def train_mse(data, labels, epochs, lr):
    weights, bias = (p.requires_grad_() for p in init_parameters(torch.Generator().manual_seed(0)))
    for _ in range(epochs):
        for x, y in zip(data, labels):
            mse(run(x, weights, bias), y).backward()
            with torch.no_grad():
                weights -= 0.1 * weights.grad
                bias -= 0.1 * bias.grad
            weights.grad = bias.grad = None
    return weights, bias


# %% wrong="train_optim" says="train_optim(…) ends at one place for lr = 0 and lr = 0.5. Does it use the lr that it is given?"
def train_optim(data, labels, epochs, lr):
    w, b = init_parameters(torch.Generator().manual_seed(0))
    opt = torch.optim.SGD([w.requires_grad_(), b.requires_grad_()], lr=0.02)
    for _ in range(epochs):
        for x, y in zip(data.split(1), labels.split(1)):
            opt.zero_grad()
            loss = binary_crossentropy(run(x, w, b), y).mean()
            loss.backward()
            opt.step()
    return w, b


# %% wrong="train_optim" says="train_optim(…) makes 20 steps in an epoch of four samples. One step per sample is wanted."
def train_optim(data, labels, epochs, lr):
    w, b = init_parameters(torch.Generator().manual_seed(0))
    opt = torch.optim.SGD([w.requires_grad_(), b.requires_grad_()], lr=lr)
    for _ in range(5):
        for x, y in zip(data.split(1), labels.split(1)):
            opt.zero_grad()
            loss = binary_crossentropy(run(x, w, b), y).mean()
            loss.backward()
            opt.step()
    return w, b


# %% wrong="train_optim" says="train_optim(…) makes smaller steps from epoch to epoch. Keep lr as it is given."
def train_optim(data, labels, epochs, lr):
    w, b = init_parameters(torch.Generator().manual_seed(0))
    opt = torch.optim.SGD([w.requires_grad_(), b.requires_grad_()], lr=lr)
    sched = torch.optim.lr_scheduler.StepLR(opt, 1, 0.5)
    for _ in range(epochs):
        for x, y in zip(data.split(1), labels.split(1)):
            opt.zero_grad()
            loss = binary_crossentropy(run(x, w, b), y).mean()
            loss.backward()
            opt.step()
        sched.step()
    return w, b


# %% wrong="manual_gradients" says="manual_gradients(…) subtracts the labels from classes. The probabilities themselves are wanted."
def manual_gradients(x, y, weights, bias):
    d = (run(x, weights, bias) > 0.5).float() - y
    return x.T @ d[:, None] / len(x), d.mean().reshape(1)


# %% wrong="manual_gradients" says="manual_gradients(…) divides by p(1 - p), as the slope along p does. The slope along the logit is simpler."
def manual_gradients(x, y, weights, bias):
    p = run(x, weights, bias)
    d = (p - y) / (p * (1 - p))
    return x.T @ d[:, None] / len(x), d.mean().reshape(1)


# %% wrong="manual_gradients" says="manual_gradients(x, y, weights, bias)[0] is 0.7292 at [0, 0], wanted 0.7283, the largest of 2 differences."
def manual_gradients(x, y, weights, bias):
    d = run(x, weights, bias) - y
    return x.T @ d[:, None] / len(x) + 1e-3 * weights, d.mean().reshape(1)


# %% wrong="bce_with_logits" says="bce_with_logits(…) leaves the large part out. What has to be added where the logit is wrong?"
def bce_with_logits(logits, true):
    s = torch.where(true == 1, -logits, logits)
    return torch.log1p(torch.exp(-s.abs()))


# %% right="run"
def run(x, weights, bias):
    logits = torch.einsum("...i,ij->...j", x, weights) + bias
    return 1 / (1 + torch.exp(-logits.squeeze(dim=-1)))


# %% right="run"
def run(x, weights, bias):
    return torch.sigmoid((x * weights.flatten()).sum(dim=-1) + bias[0])


# %% right="run"
def run(x, weights, bias):
    return F.linear(x, weights.T, bias).select(-1, 0).sigmoid()


# %% right="count_correct"
def count_correct(outputs, labels):
    return sum(int((p > 0.5) == bool(y)) for p, y in zip(outputs.tolist(), labels.tolist()))


# %% right="count_correct"
def count_correct(outputs, labels):
    return int(torch.count_nonzero(torch.gt(outputs, 0.5).to(labels.dtype).eq(labels)))


# %% right="bce_with_logits"
def bce_with_logits(logits, true):
    return F.softplus(logits, threshold=50) - logits * true


# %% right="bce_with_logits"
def bce_with_logits(logits, true):
    return -(true * F.logsigmoid(logits) + (1 - true) * F.logsigmoid(-logits))


# %% right="bce_with_logits"
def bce_with_logits(logits, true):
    two = torch.stack([torch.zeros_like(logits), torch.where(true.bool(), -logits, logits)])
    return two.logsumexp(dim=0)


# %% right="train"
def train(data, labels, epochs, lr):
    weights, bias = (p.clone().detach().requires_grad_(True) for p in init_parameters(generator=torch.Generator().manual_seed(0)))
    n = len(data)
    for step in range(epochs * n):
        i = step % n
        sgd_step(data[i].unsqueeze(0), labels[i].unsqueeze(0), weights=weights, bias=bias, lr=lr)
    return weights, bias


# %% right="train"
def train(data, labels, epochs, lr):
    w, b = (t.detach().clone() for t in init_parameters(torch.Generator().manual_seed(0)))
    for _ in range(epochs):
        for x, y in zip(data.split(1), labels.split(1)):
            gw, gb = manual_gradients(x, y, w, b)
            w = w - lr * gw
            b = b - lr * gb
    return w.detach(), b.detach()


# %% right="train_mse"
def train_mse(data, labels, epochs, lr):
    w, b = init_parameters(torch.Generator().manual_seed(0))
    w, b = w.detach(), b.detach()
    for _ in range(epochs):
        for x, y in zip(data, labels):
            p = run(x, w, b)
            d = 2 * (p - y) * p * (1 - p)
            w = w - lr * d * x[:, None]
            b = b - lr * d
    return w, b


# %% right="train_mse"
def train_mse(data, labels, epochs, lr):
    params = [t.detach().requires_grad_() for t in init_parameters(torch.Generator().manual_seed(0))]
    from torch.utils.data import DataLoader, TensorDataset
    loader = DataLoader(TensorDataset(data, labels), batch_size=1, shuffle=False)
    opt = torch.optim.SGD(params, lr)
    for _ in range(epochs):
        for x, y in loader:
            opt.zero_grad()
            mse(run(x, *params), y).backward()
            opt.step()
    return tuple(params)


# %% right="train_optim"
def train_optim(data, labels, epochs, lr):
    w, b = init_parameters(torch.Generator().manual_seed(0))
    w = nn.Parameter(w.detach())
    b = nn.Parameter(b.detach())
    opt = torch.optim.SGD([{"params": [w]}, {"params": [b]}], lr=lr)

    def closure():
        opt.zero_grad()
        loss = bce_with_logits((x @ w).squeeze(-1) + b, y).mean()
        loss.backward()
        return loss

    for _ in range(epochs):
        for i in range(len(data)):
            x, y = data[i:i + 1], labels[i:i + 1]
            opt.step(closure)
    return w, b


# %% wrong="run" says="run(…) is the tanh, which goes from -1 to 1. A probability goes from 0 to 1."
def run(x, weights, bias):
    return torch.tanh(x @ weights + bias).squeeze(-1)


# %% wrong="run" says="run(…) keeps its probabilities away from 0 and 1. The sigmoid itself is wanted; what needs a bound can set one itself."
def run(x, weights, bias):
    return torch.sigmoid(x @ weights + bias).clamp(1e-7, 1 - 1e-7).squeeze(-1)


# %% wrong="count_correct" says="count_correct(…) loses one: 22 times the share is a little less than 13, and int() cuts the rest off. Can you count without a share?"
def count_correct(outputs, labels):
    return int((outputs > 0.5).int().eq(labels).float().mean() * len(labels))


# %% wrong="bce_with_logits" says="bce_with_logits(…) is right for positive logits alone. What stands in the exponent where the logit is negative?"
def bce_with_logits(logits, true):
    return logits.clamp(min=0) - logits * true + torch.log(1 + torch.exp(-logits))


# %% wrong="bce_with_logits" says="bce_with_logits(…) is nan or infinite for a sure and right logit. Does e^1000 fit into a float32?"
def bce_with_logits(logits, true):
    s = torch.where(true == 1, -logits, logits)
    return s + torch.log(1 + torch.exp(-s))


# %% wrong="bce_with_logits" says="bce_with_logits(…) takes the large part out, and leaves the logarithm out with it."
def bce_with_logits(logits, true):
    s = logits * (1 - 2 * true)
    return F.relu(s)


# %% wrong="train" says="train(…) trains on the lesson's points. Which ones was it given?"
def train(data, labels, epochs, lr):
    weights, bias = (p.requires_grad_() for p in init_parameters(torch.Generator().manual_seed(0)))
    for _ in range(epochs):
        for i in range(len(data)):
            sgd_step(points[i:i+1], labels[i:i+1], weights, bias, lr)
    return weights, bias


# %% wrong="train" says="train(…) ends at one place for lr = 0 and lr = 0.5. Does it use the lr that it is given?"
def train(data, labels, epochs, lr):
    weights, bias = (p.requires_grad_() for p in init_parameters(torch.Generator().manual_seed(0)))
    for _ in range(epochs):
        for i in range(len(data)):
            sgd_step(data[i:i+1], labels[i:i+1], weights, bias, 0.02)
    return weights, bias


# %% wrong="train" says="train(…) ends at one place after 1 epoch and after 3. Does it use the number of epochs that it is given?"
def train(data, labels, epochs, lr):
    weights, bias = (p.requires_grad_() for p in init_parameters(torch.Generator().manual_seed(0)))
    for _ in range(5):
        for i in range(len(data)):
            sgd_step(data[i:i+1], labels[i:i+1], weights, bias, lr)
    return weights, bias


# %% wrong="train" says="train(…) starts with the bias 0. The start is init_parameters with seed 0."
def train(data, labels, epochs, lr):
    torch.manual_seed(0)
    weights = (0.01 * torch.randn(2, 1)).requires_grad_()
    bias = torch.zeros(1, requires_grad=True)
    for _ in range(epochs):
        for i in range(len(data)):
            sgd_step(data[i:i+1], labels[i:i+1], weights, bias, lr)
    return weights, bias


# %% wrong="train" says="train(…) makes a step on two samples at once. One sample at a time is wanted."
def train(data, labels, epochs, lr):
    weights, bias = (p.requires_grad_() for p in init_parameters(torch.Generator().manual_seed(0)))
    for _ in range(epochs):
        for x, y in zip(data.split(2), labels.split(2)):
            sgd_step(x, y, weights, bias, lr)
    return weights, bias
