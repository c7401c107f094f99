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


# %% wrong="init_parameters" says="init_parameters(…) gives the weights alone. The bias belongs to it."
def init_parameters(generator):
    return 0.01 * torch.randn(2, 1, generator=generator)


# %% wrong="init_parameters" says="init_parameters(…) gives the bias first. The weights come first."
def init_parameters(generator):
    weights = 0.01 * torch.randn(2, 1, generator=generator)
    bias = 0.01 * torch.randn(1, generator=generator)
    return bias, weights


# %% wrong="init_parameters" says="init_parameters(generator) is a list, wanted a tuple of 2."
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


# %% wrong="run" says="IndexError: Dimension out of range (expected to be in range of [-1, 0], but got 1)"
def run(x, weights, bias):
    return torch.sigmoid(x @ weights + bias).squeeze(dim=1)


# %% wrong="run" says="run(…) is nan for a large logit. Write the sigmoid so that no exp overflows above and below."
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


# %% wrong="run" says="run(x, weights, bias) is 0.5 at [1], wanted 0.9241, the largest of 2 differences."
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


# %% wrong="count_correct" says="count_correct(outputs, labels) of the output 0.5 with the label 1 is 10, wanted 0."
def count_correct(outputs, labels):
    return 10


# %% wrong="count_correct" says="count_correct(outputs, labels) is a tensor, float32[13], wanted a Python int."
def count_correct(outputs, labels):
    return outputs


# %% wrong="count_correct" says="an argument of count_correct was changed. Leave the argument as it was and return a new value."
def count_correct(outputs, labels):
    outputs[outputs > 0.5] = 1
    outputs[outputs < 1] = 0
    return int((outputs == labels).sum())


# %% wrong="count_correct" says="count_correct(…) takes 0.5 for both classes at once. Here 0.5 is class 0."
def count_correct(outputs, labels):
    return ((outputs - labels).abs() <= 0.5).sum().item()


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


# %% right="binary_crossentropy"
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


# %% right="binary_crossentropy"
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


# %% wrong="binary_crossentropy" says="binary_crossentropy(…) is nan or infinite where the prediction is 1. In float32, is your bound still below 1?"
def binary_crossentropy(prediction, true):
    return -(true * prediction.clamp(1e-8, 1 - 1e-8).log() + (1 - true) * (1 - prediction.clamp(1e-8, 1 - 1e-8)).log())


# %% wrong="binary_crossentropy" says="binary_crossentropy(…) is nan or infinite where the prediction is 0. Which bound keeps it away from there?"
def binary_crossentropy(prediction, true):
    return -(true * prediction.clamp(max=0.999999).log() + (1 - true) * (1 - prediction.clamp(max=0.999999)).log())


# %% wrong="binary_crossentropy" says="binary_crossentropy(…) asks too little for a sure and wrong prediction. How near to 0 does your bound let it come?"
def binary_crossentropy(prediction, true):
    return -(true * prediction.clamp(0.01, 0.99).log() + (1 - true) * (1 - prediction.clamp(0.01, 0.99)).log())


# %% wrong="binary_crossentropy" says="binary_crossentropy(…) asks too little for a sure and wrong prediction. How near to 0 does your bound let it come?"
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


# %% right="manual_gradients"
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


# %% wrong="manual_gradients" says="manual_gradients(…) is that of the squared error. With cross-entropy, p(1 - p) cancels."
def manual_gradients(x, y, weights, bias):
    error = 2 * (run(x, weights, bias) - y) * run(x, weights, bias) * (1 - run(x, weights, bias))
    return x.T @ error[:, None] / len(x), error.mean()[None]


# %% wrong="manual_gradients" says="manual_gradients(…) multiplies by p(1 - p). With cross-entropy it cancels."
def manual_gradients(x, y, weights, bias):
    error = (run(x, weights, bias) - y) * run(x, weights, bias) * (1 - run(x, weights, bias))
    return x.T @ error[:, None] / len(x), error.mean()[None]


# %% wrong="manual_gradients" says="manual_gradients(…) has logits in place of probabilities."
def manual_gradients(x, y, weights, bias):
    error = (x @ weights + bias)[:, 0] - y
    return x.T @ error[:, None] / len(x), error.mean()[None]


# %% wrong="manual_gradients" says="manual_gradients(…) gives the bias first. The weights come first."
def manual_gradients(x, y, weights, bias):
    error = run(x, weights, bias) - y
    return error.mean()[None], x.T @ error[:, None] / len(x)


# %% wrong="manual_gradients" says="manual_gradients(…) gives the weights' gradient alone. The bias's belongs to it."
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


# %% wrong="manual_gradients" says="manual_gradients(x, y, weights, bias) is a tensor, float32[5, 2], wanted a tuple of 2."
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


# %% wrong="sgd_step" says="RuntimeError: a leaf Variable that requires grad is being used in an in-place operation."
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


# %% wrong="sgd_step" says="sgd_step(…) gives the loss after the step. That from before it is wanted."
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


# %% wrong="sgd_step" says="TypeError: unsupported operand type(s) for *: 'float' and 'NoneType'"
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


# %% wrong="sgd_step" says="RuntimeError: grad can be implicitly created only for scalar outputs"
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


# %% wrong="train" says="train(…) gives the weights alone. The bias belongs to it."
def train(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    for _ in range(epochs):
        for x, y in zip(data, labels):
            sgd_step(x, y, weights, bias, lr)
    return weights


# %% wrong="train" says="train(…) gives the bias first. The weights come first."
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


# %% wrong="train" says="train(…) takes each sample three times before the next. An epoch is one way through all samples."
def train(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    weights.requires_grad_()
    bias.requires_grad_()
    for x, y in zip(data, labels):
        for _ in range(epochs):
            sgd_step(x, y, weights, bias, lr)
    return weights, bias


# %% wrong="train" says="train(data, labels, 1, 0.0), which never leaves its start, is None, wanted a tuple of 2. Does it return its result?"
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


# %% wrong="train" says="RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn"
def train(data, labels, epochs, lr):
    weights, bias = init_parameters(torch.Generator().manual_seed(0))
    for _ in range(epochs):
        for x, y in zip(data, labels):
            sgd_step(x, y, weights, bias, lr)
    return weights, bias


# %% wrong="train" says="train(data, labels, 1, 0.0), which never leaves its start, is a tensor, float32[4, 2], wanted a tuple of 2."
def train(data, labels, epochs, lr):
    return data


# %% wrong="train" says="TypeError: unsupported operand type(s) for *: 'float' and 'NoneType'"
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


# %% wrong="train" says="train(data, labels, 3, 0.5)[0] is …"
def train(data, labels, epochs, lr):
    weights, bias = (p.requires_grad_() for p in init_parameters(torch.Generator().manual_seed(0)))
    for k in range(epochs):
        for x, y in zip(data, labels):
            sgd_step(x, y, weights, bias, lr / (k + 1))
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


# %% wrong="mse" says="mse(prediction, true) of a (4, 3) tensor is float32[3], wanted float32[]."
def mse(prediction, true):
    return ((prediction - true) ** 2).mean(dim=0)


# %% wrong="mse" says="mse(prediction, true) of a (4, 3) tensor is…"
def mse(prediction, true):
    return ((prediction - true) ** 2).sum() / len(prediction)


# %% wrong="mse" says="mse(prediction, true) is float32[3], wanted float32[]."
def mse(prediction, true):
    return prediction


# %% wrong="mse" says="mse(prediction, true) of a (4, 3) tensor is 0.07, wanted…"
def mse(prediction, true):
    return torch.tensor(0.07)


# %% wrong="mse" says="mse(prediction, true) is None, wanted float32[]. Does it return its result?"
def mse(prediction, true):
    loss = ((prediction - true) ** 2).mean()


# %% wrong="mse" says="mse(prediction, true) of a (4, 3) tensor is float32[3], wanted float32[]."
def mse(prediction, true):
    return ((prediction - true) ** 2).mean(dim=0)


# %% wrong="mse" says="mse(prediction, true) of a (4, 3) tensor is …"
def mse(prediction, true):
    return ((prediction - true) ** 2).sum() / len(prediction)


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


# %% wrong="train_mse" says="train_mse(…) gives the weights alone. The bias belongs to it."
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


# %% wrong="train_mse" says="train_mse(…) gives the bias first. The weights come first."
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


# %% wrong="train_mse" says="train_mse(data, labels, 1, 0.0), which never leaves its start, is a tensor, float32[4, 2], wanted a tuple of 2."
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


# %% wrong="train_mse" says="train_mse(data, labels, 1, 0.0), which never leaves its start,[0] is …"
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


# %% wrong="train_optim" says="train_optim(…) uses no optimizer. Who makes the steps?"
def train_optim(data, labels, epochs, lr):
    return train(data, labels, epochs, lr)


# %% wrong="train_optim" says="train_optim(…) uses no optimizer. Who makes the steps?"
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


# %% wrong="train_optim" says="train_optim(…) gives the weights alone. The bias belongs to it."
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


# %% wrong="train_optim" says="train_optim(…) gives the bias first. The weights come first."
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


# %% wrong="train_optim" says="TypeError: params argument given to the optimizer should be an iterable of Tensors or dicts, but got torch.FloatTensor"
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


# %% wrong="train_optim" says="ValueError: can't optimize a non-leaf Tensor"
def train_optim(data, labels, epochs, lr):
    weights, bias = (one.requires_grad_() * 1 for one in init_parameters(torch.Generator().manual_seed(0)))
    optimizer = torch.optim.SGD([weights, bias], lr=lr)
    for _ in range(epochs):
        for x, y in zip(data, labels):
            optimizer.zero_grad()
            binary_crossentropy(run(x, weights, bias), y).backward()
            optimizer.step()
    return weights, bias


# %% wrong="train_optim" says="train_optim(…) uses no optimizer. Who makes the steps?"
def train_optim(data, labels, epochs, lr):
    return torch.zeros(2, 1), torch.zeros(1)


# %% wrong="train_optim" says="train_optim(…) uses no optimizer. Who makes the steps?"
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


# %% wrong="best_device" says="best_device() is always CUDA, whether there is any or not."
def best_device():
    return torch.device("cuda")


# %% wrong="best_device" says="best_device() is always CUDA, whether there is any or not."
def best_device():
    return torch.device("cuda" if torch.cuda.is_available else "cpu")


# %% wrong="best_device" says="best_device() takes MPS wherever CUDA is missing. is_built says that PyTorch could use it, not that it is there."
def best_device():
    return torch.device("cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_built() else "cpu")


# %% wrong="best_device" says="best_device() takes the CPU where there is a GPU. Which way round is the condition?"
def best_device():
    return torch.device("cpu" if torch.cuda.is_available() or torch.backends.mps.is_available() else "cuda")


# %% wrong="best_device" says="best_device() with 2 CUDA GPUs and 1 Apple GPUs is 'mps', wanted 'cuda'."
def best_device():
    return torch.device("mps" if torch.backends.mps.is_available() else "cuda" if torch.cuda.is_available() else "cpu")


# %% wrong="best_device" says="best_device() with 2 CUDA GPUs and 1 Apple GPUs is 'mps', wanted 'cuda'."
def best_device():
    if torch.backends.mps.is_available():
        return torch.device("mps")
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("cpu")


# %% wrong="best_device" says="best_device() is always CUDA, whether there is any or not."
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


# %% wrong="to_device" says="to_device(…) gives parameters that are no leaves: autograd has recorded the move. How does one move without a record?"
def to_device(tensors, device):
    return tuple(t.to(device) for t in tensors)


# %% wrong="to_device" says="to_device(…) gives parameters that are no leaves: autograd has recorded the move. How does one move without a record?"
def to_device(tensors, device):
    return tuple(t.to(device).requires_grad_(t.requires_grad) for t in tensors)


# %% wrong="to_device" says="to_device(…) leaves the tensors where they were. Does to() move a tensor, or return a moved one?"
def to_device(tensors, device):
    return tensors


# %% wrong="to_device" says="to_device(…) gives None. Does it return its result?"
def to_device(tensors, device):
    return None


# %% wrong="to_device" says="to_device(…) leaves the tensors where they were. Does to() move a tensor, or return a moved one?"
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


# %% wrong="to_device" says="to_device(…) gives parameters that are no leaves: autograd has recorded the move. How does one move without a record?"
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
