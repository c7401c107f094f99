# %% [markdown]
# Right and wrong answers to the tasks of lesson 03. A wrong one says the sentence that its learner must read.

# %% right="log_softmax_model"
def log_softmax_model():
    class Network(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc1 = nn.Linear(784, 128)
            self.fc2 = nn.Linear(128, 64)
            self.fc3 = nn.Linear(64, 10)

        def forward(self, x):
            x = x.view(x.shape[0], -1)
            x = F.relu(self.fc1(x))
            x = F.relu(self.fc2(x))
            return F.log_softmax(self.fc3(x), dim=1)

    return Network()


# %% right="log_softmax_model"
from collections import OrderedDict


def log_softmax_model():
    return nn.Sequential(
        OrderedDict(
            flatten=nn.Flatten(),
            fc1=nn.Linear(784, 128),
            relu1=nn.ReLU(),
            fc2=nn.Linear(128, 64),
            relu2=nn.ReLU(),
            output=nn.Linear(64, 10),
            log_softmax=nn.LogSoftmax(dim=-1),
        )
    )


# %% right="log_softmax_model"
def log_softmax_model():
    layers = []
    for inputs, outputs in ((784, 128), (128, 64)):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(64, 10), nn.LogSoftmax(1))


# %% right="log_softmax_model"
class Digits(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(784, 128), nn.Linear(128, 64), nn.Linear(64, 10)])

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = layer(x).clamp(min=0)
        logits = self.layers[-1](x)
        return logits - logits.logsumexp(dim=1, keepdim=True)


def log_softmax_model():
    return Digits()


# %% right="log_softmax_model"
import warnings


def log_softmax_model():
    class Spoken(nn.Sequential):
        def forward(self, x):
            warnings.warn(f"a batch of {len(x)} images", stacklevel=2)
            return super().forward(x)

    return Spoken(
        nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10), nn.LogSoftmax(dim=1)
    )


# %% wrong="log_softmax_model" says="log_softmax_model() gives logits. Which layer is missing at the end?"
def log_softmax_model():
    return nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10))


# %% wrong="log_softmax_model" says="log_softmax_model() gives probabilities. Their logarithms are wanted."
def log_softmax_model():
    return nn.Sequential(
        nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10), nn.Softmax(dim=1)
    )


# %% wrong="log_softmax_model" says="log_softmax_model() compares the images of the batch with each other. Which dim holds the classes?"
def log_softmax_model():
    return nn.Sequential(
        nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10), nn.LogSoftmax(dim=0)
    )


# %% wrong="log_softmax_model" says="log_softmax_model() leaves PyTorch to guess the dim of LogSoftmax. Which dim holds the classes?"
def log_softmax_model():
    return nn.Sequential(
        nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10), nn.LogSoftmax()
    )


# %% wrong="log_softmax_model" says="log_softmax_model() sends its logits through ReLU. Then all negative ones look the same."
def log_softmax_model():
    return nn.Sequential(
        nn.Linear(784, 128),
        nn.ReLU(),
        nn.Linear(128, 64),
        nn.ReLU(),
        nn.Linear(64, 10),
        nn.ReLU(),
        nn.LogSoftmax(dim=1),
    )


# %% wrong="log_softmax_model" says="log_softmax_model() has no ReLU between its layers."
def log_softmax_model():
    return nn.Sequential(nn.Linear(784, 128), nn.Linear(128, 64), nn.Linear(64, 10), nn.LogSoftmax(dim=1))


# %% wrong="log_softmax_model" says="log_softmax_model() has no ReLU after its second layer."
def log_softmax_model():
    return nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.Linear(64, 10), nn.LogSoftmax(dim=1))


# %% wrong="log_softmax_model" says="log_softmax_model() has sigmoids between its layers. The task says ReLU."
def log_softmax_model():
    return nn.Sequential(
        nn.Linear(784, 128), nn.Sigmoid(), nn.Linear(128, 64), nn.Sigmoid(), nn.Linear(64, 10), nn.LogSoftmax(dim=1)
    )


# %% wrong="log_softmax_model" says="log_softmax_model() has a (256, 784) tensor as its parameter 1. Which sizes does the task give?"
def log_softmax_model():
    return nn.Sequential(
        nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 64), nn.ReLU(), nn.Linear(64, 10), nn.LogSoftmax(dim=1)
    )


# %% wrong="log_softmax_model" says="log_softmax_model() gives no network. Does it build one, with its parentheses, and return it?"
def log_softmax_model():
    model = nn.Sequential(
        nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10), nn.LogSoftmax(dim=1)
    )


# %% wrong="log_softmax_model" says="log_softmax_model() gives no network. Does it build one, with its parentheses, and return it?"
class Digits(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(784, 10)


def log_softmax_model():
    return Digits


# %% wrong="log_softmax_model" says="log_softmax_model() gives no network. Does it build one, with its parentheses, and return it?"
def log_softmax_model():
    return torch.full((3, 10), -math.log(10))


# %% wrong="log_softmax_model" says="log_softmax_model() has no parameters. Which layers learn?"
def log_softmax_model():
    return nn.Identity()


# %% wrong="log_softmax_model" says="log_softmax_model() gives the same network at each call. Build a new one inside the function."
shared_network = nn.Sequential(
    nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10), nn.LogSoftmax(dim=1)
)


def log_softmax_model():
    return shared_network


# %% right="log_softmax_model"
class DigitNet(nn.Module):
    def __init__(self, sizes=(784, 128, 64, 10)):
        super().__init__()
        self.hidden1 = nn.Linear(sizes[0], sizes[1])
        self.hidden2 = nn.Linear(sizes[1], sizes[2])
        self.out = nn.Linear(sizes[2], sizes[3])

    def forward(self, x):
        x = torch.max(self.hidden1(x), torch.tensor(0.0))
        x = F.threshold(self.hidden2(x), 0.0, 0.0)
        return torch.log_softmax(self.out(x), dim=-1)


log_softmax_model = DigitNet


# %% wrong="log_softmax_model" says="log_softmax_model() gives -inf or nan where logits lie far apart. Does it take the logarithm of a probability?"
def log_softmax_model():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = nn.Sequential(
                nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10)
            )

        def forward(self, x):
            return torch.log(F.softmax(self.layers(x), dim=1))

    return Net()


# %% wrong="log_softmax_model" says="log_softmax_model() cuts small log-probabilities off, so that very wrong answers all cost the same. Does something keep its probabilities away from 0?"
def log_softmax_model():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc1, self.fc2, self.fc3 = nn.Linear(784, 128), nn.Linear(128, 64), nn.Linear(64, 10)

        def forward(self, x):
            x = F.relu(self.fc2(F.relu(self.fc1(x))))
            return (F.softmax(self.fc3(x), dim=1) + 1e-12).log()

    return Net()


# %% right="log_softmax_model"
def dense(inputs, outputs):
    return nn.Sequential(nn.Linear(inputs, outputs), nn.ReLU())


def log_softmax_model():
    body = nn.Sequential(nn.Flatten(), dense(784, 128), dense(128, 64))
    return nn.Sequential(body, nn.Linear(64, 10), nn.LogSoftmax(dim=-1))


# %% right="log_softmax_model"
class Stable(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.c = nn.Linear(784, 128), nn.Linear(128, 64), nn.Linear(64, 10)

    def forward(self, images):
        z = self.c(self.b(self.a(images).relu()).relu())
        z = z - z.max(dim=1, keepdim=True).values
        return z - z.exp().sum(dim=1, keepdim=True).log()


def log_softmax_model():
    return Stable()


# %% wrong="log_softmax_model" says="log_softmax_model()(images) with random weights is -4.729 at [4, 8], wanted -7.914, the largest of 68 differences."
def log_softmax_model():
    return nn.Sequential(nn.Linear(784, 128), nn.ReLU6(), nn.Linear(128, 64), nn.ReLU6(), nn.Linear(64, 10), nn.LogSoftmax(dim=1))


# %% wrong="log_softmax_model" says="log_softmax_model() gives two networks the same weights. Does it set a seed, or is a layer made outside of it?"
L = nn.Linear(128, 64)
def log_softmax_model():
    return nn.Sequential(nn.Linear(784, 128), nn.ReLU(), L, nn.ReLU(), nn.Linear(64, 10), nn.LogSoftmax(1))


# %% wrong="log_softmax_model" says="log_softmax_model() gives two networks the same weights. Does it set a seed, or is a layer made outside of it?"
def log_softmax_model():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10), nn.LogSoftmax(1))


# %% wrong="log_softmax_model" says="log_softmax_model() gives the right numbers, but some of its layers get no gradient. What keeps autograd from recording them?"
class log_softmax_model(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2, self.fc3 = nn.Linear(784, 128), nn.Linear(128, 64), nn.Linear(64, 10)
    @torch.no_grad()
    def forward(self, x):
        return F.log_softmax(self.fc3(F.relu(self.fc2(F.relu(self.fc1(x))))), 1)


# %% right="log_softmax_model"
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(784, 128), nn.Linear(128, 64), nn.Linear(64, 10)])
    def forward(self, x):
        x = x.view(x.shape[0], -1)
        *hidden, last = self.layers
        for layer in hidden:
            x = layer(x).relu()
        z = last(x)
        return z - z.logsumexp(dim=1, keepdim=True)
def log_softmax_model():
    return Net()


# %% right="log_softmax_model"
def log_softmax_model():
    model = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10), nn.LogSoftmax(dim=1))
    for layer in model:
        if isinstance(layer, nn.Linear):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)
    return model


# %% right="nll"
def nll(log_probs, labels):
    picked = log_probs.gather(1, labels.unsqueeze(1))
    return -picked.mean()


# %% right="nll"
def nll(log_probs, labels):
    total = 0
    for row, label in zip(log_probs, labels):
        total = total - row[label]
    return total / len(labels)


# %% right="nll"
def nll(log_probs, labels):
    return torch.mean(-log_probs[range(labels.shape[0]), labels])


# %% right="nll"
def nll(log_probs, labels):
    chosen = F.one_hot(labels, log_probs.shape[1])
    return -(log_probs * chosen).sum(dim=1).mean()


# %% right="nll"
def nll(log_probs, labels):
    return -log_probs[:, labels].diagonal().mean()


# %% wrong="nll" says="nll(log_probs, labels) is negative. A loss falls when things get better."
def nll(log_probs, labels):
    return log_probs[torch.arange(len(labels)), labels].mean()


# %% wrong="nll" says="nll(log_probs, labels) is the sum over the examples. The mean is wanted."
def nll(log_probs, labels):
    return -log_probs[torch.arange(len(labels)), labels].sum()


# %% wrong="nll" says="nll(log_probs, labels) takes every label's column from every row. Each row has one label."
def nll(log_probs, labels):
    return -log_probs[:, labels].mean()


# %% wrong="nll" says="nll(log_probs, labels) averages over all classes. Only the right class counts."
def nll(log_probs, labels):
    return -log_probs.mean()


# %% wrong="nll" says="nll(log_probs, labels) averages probabilities. Its input is log-probabilities already."
def nll(log_probs, labels):
    return -log_probs.exp()[torch.arange(len(labels)), labels].mean()


# %% wrong="nll" says="nll(log_probs, labels) is nan: it takes the logarithm of what is a logarithm already."
def nll(log_probs, labels):
    return -log_probs.log()[torch.arange(len(labels)), labels].mean()


# %% wrong="nll" says="IndexError: index 2 is out of bounds for dimension 0 with size 2. Place 2 of dimension 0 was asked for, and its places go from 0 to 1."
def nll(log_probs, labels):
    return -log_probs[labels].mean()


# %% wrong="nll" says="nll(log_probs, labels) gives one loss per example. Their mean is wanted."
def nll(log_probs, labels):
    return -log_probs[torch.arange(len(labels)), labels]


# %% wrong="nll" says="nll(log_probs, labels) calls torch's own nll_loss…"
def nll(log_probs, labels):
    return F.nll_loss(log_probs, labels)


# %% wrong="nll" says="nll(log_probs, labels) calls torch's own nll_loss…"
nll = nn.NLLLoss()


# %% wrong="nll" says="nll(log_probs, labels) calls torch's own cross_entropy…"
def nll(log_probs, labels):
    return F.cross_entropy(log_probs, labels)


# %% wrong="nll" says="nll(log_probs, labels) is a plain number. Autograd must be able to go back through the loss."
def nll(log_probs, labels):
    return -log_probs[torch.arange(len(labels)), labels].mean().item()


# %% wrong="nll" says="nll(log_probs, labels) is cut off from autograd, so that no network can learn from it."
def nll(log_probs, labels):
    return -log_probs.detach()[torch.arange(len(labels)), labels].mean()


# %% wrong="nll" says="nll(log_probs, labels) is 0.5, wanted 0.4904."
def nll(log_probs, labels):
    return torch.tensor(0.5)


# %% wrong="nll" says="nll(log_probs, labels) is float32[2, 3], wanted float32[]."
def nll(log_probs, labels):
    return log_probs


# %% wrong="nll" says="nll(log_probs, labels) is None, wanted float32[]. Does it return its result?"
def nll(log_probs, labels):
    loss = -log_probs[torch.arange(len(labels)), labels].mean()


# %% right="nll"
def nll(log_probs, labels):
    rows = torch.arange(log_probs.size(0))
    flat = log_probs.reshape(-1)
    return flat[rows * log_probs.size(1) + labels].sum().neg() / log_probs.size(0)


# %% wrong="nll" says="nll(log_probs, labels) is infinite for the log-probability -1000. Does it compute the probability on its way?"
def nll(log_probs, labels):
    picked = torch.exp(log_probs)[torch.arange(len(labels)), labels]
    return -torch.log(picked).mean()


# %% wrong="nll" says="log_probs was changed. Leave the argument as it was and return a new value."
def nll(log_probs, labels):
    picked = log_probs.neg_()[torch.arange(len(labels)), labels]
    loss = picked.mean()
    return loss


# %% right="nll"
def nll(log_probs, labels):
    return -torch.trace(log_probs[:, labels]) / labels.numel()


# %% right="nll"
def nll(log_probs, labels):
    return log_probs.take_along_dim(labels[:, None], dim=1).mul(-1).mean()


# %% wrong="nll" says="nll(log_probs, labels) divides by the number of classes. Over what is the mean taken?"
def nll(log_probs, labels):
    return -log_probs[torch.arange(len(labels)), labels].sum() / log_probs.size(1)


# %% wrong="nll" says="RuntimeError: The size of tensor a (3) must match the size of tensor b (2) at non-singleton dimension 1. Shapes are compared from the right, and there 3 meets 2: sizes must be the same, or 1."
def nll(log_probs, labels):
    return -(log_probs * F.one_hot(labels)).sum() / len(labels)


# %% wrong="nll" says="nll(log_probs, labels) takes the largest number of each row. Which one does the row's label point to?"
def nll(log_probs, labels):
    return -log_probs.max(1).values.mean()


# %% right="nll"
def nll(log_probs, labels):
    return -torch.diagonal(log_probs[:, labels]).mean()


# %% wrong="nll" says="RuntimeError: index 2 is out of bounds for dimension 0 with size 2. Place 2 of dimension 0 was asked for, and its places go from 0 to 1."
def nll(log_probs, labels):
    return -log_probs.gather(0, labels.unsqueeze(0)).mean()


# %% right="grad_of_mean_square"
def grad_of_mean_square(x):
    copy = x.detach().clone()
    copy.requires_grad = True
    loss = (copy**2).mean()
    loss.backward()
    return copy.grad


# %% right="grad_of_mean_square"
def grad_of_mean_square(x):
    own = x.detach().requires_grad_(True)
    return torch.autograd.grad(torch.mean(own * own), own)[0]


# %% right="grad_of_mean_square"
def grad_of_mean_square(x):
    (gradient,) = torch.autograd.grad(F.mse_loss(own := x.clone().detach().requires_grad_(), torch.zeros_like(x)), own)
    return gradient


# %% right="grad_of_mean_square"
def grad_of_mean_square(x):
    return torch.func.grad(lambda t: t.pow(2).mean())(x.detach())


# %% wrong="grad_of_mean_square" says="RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn. The loss has no history: what made it was not recorded, since no tensor here requires a gradient. Which ones are to learn?"
def grad_of_mean_square(x):
    (x**2).mean().backward()
    return x.grad


# %% wrong="grad_of_mean_square" says="grad_of_mean_square(x) switches x.requires_grad on. x belongs to the caller; what could you use instead?"
def grad_of_mean_square(x):
    x.requires_grad_(True)
    (x**2).mean().backward()
    return x.grad


# %% wrong="grad_of_mean_square" says="grad_of_mean_square(x) adds its gradient to x.grad. x belongs to the caller."
def grad_of_mean_square(x):
    y = x.clone()
    if not y.requires_grad:
        y.requires_grad_()
    else:
        y.retain_grad()
    y.square().mean().backward()
    return y.grad


# %% wrong="grad_of_mean_square" says="grad_of_mean_square(x) includes the gradient that x had already. x belongs to the caller; what could you use instead?"
def grad_of_mean_square(x):
    required = x.requires_grad
    x.requires_grad_(True)
    (x**2).mean().backward()
    gradient = x.grad.clone()
    x.requires_grad_(required)
    return gradient


# %% wrong="grad_of_mean_square" says="grad_of_mean_square(x) clears x.grad. x belongs to the caller."
def grad_of_mean_square(x):
    if x.grad is not None:
        x.grad.zero_()
    own = x.detach().clone().requires_grad_()
    own.square().mean().backward()
    return own.grad


# %% wrong="grad_of_mean_square" says="grad_of_mean_square(x) removes x.grad. x belongs to the caller."
def grad_of_mean_square(x):
    required = x.requires_grad
    x.requires_grad_(True)
    x.grad = None
    (x**2).mean().backward()
    gradient, x.grad = x.grad, None
    x.requires_grad_(required)
    return gradient


# %% wrong="grad_of_mean_square" says="grad_of_mean_square(x) replaces x.grad. x belongs to the caller."
def grad_of_mean_square(x):
    required = x.requires_grad
    x.requires_grad_(True)
    x.grad = None
    (x**2).mean().backward()
    x.requires_grad_(required)
    return x.grad


# %% wrong="grad_of_mean_square" says="grad_of_mean_square(x) switches x.requires_grad off. x belongs to the caller."
def grad_of_mean_square(x):
    own = x.detach().clone().requires_grad_()
    own.square().mean().backward()
    x.requires_grad_(False)
    return own.grad


# %% wrong="grad_of_mean_square" says="grad_of_mean_square(x) is the gradient of the sum of squares. What does the mean do to it?"
def grad_of_mean_square(x):
    own = x.detach().clone().requires_grad_()
    own.square().sum().backward()
    return own.grad


# %% wrong="grad_of_mean_square" says="grad_of_mean_square(x) gives mean(x²) itself. Its gradient is wanted."
def grad_of_mean_square(x):
    return (x**2).mean()


# %% wrong="grad_of_mean_square" says="grad_of_mean_square(x) is None, wanted float32[4]. Does it return its result?"
def grad_of_mean_square(x):
    own = x.detach().clone().requires_grad_()
    return own.square().mean().backward()


# %% wrong="grad_of_mean_square" says="grad_of_mean_square(x) gives a tuple. torch.autograd.grad returns one gradient per input; which one is yours?"
def grad_of_mean_square(x):
    own = x.detach().clone().requires_grad_()
    return torch.autograd.grad(own.square().mean(), own)


# %% wrong="grad_of_mean_square" says="grad_of_mean_square(x) is twice the gradient, and here that is x. Is backward called once, and its gradient returned?"
def grad_of_mean_square(x):
    return x


# %% wrong="grad_of_mean_square" says="grad_of_mean_square(x) of a (2, 3) tensor divides by its 2 rows. The mean is over all numbers."
def grad_of_mean_square(x):
    own = x.detach().clone().requires_grad_()
    own.square().sum().div(len(x)).backward()
    return own.grad


# %% right="grad_of_mean_square"
def grad_of_mean_square(x):
    with torch.enable_grad():
        mine = nn.Parameter(torch.empty_like(x).copy_(x.detach()))
        (mine @ mine / mine.numel() if mine.ndim == 1 else mine.pow(2).mean()).backward()
    return mine.grad.detach()


# %% wrong="grad_of_mean_square" says="grad_of_mean_square(x) gives None where x requires gradients. Backward fills .grad of the leaves of the graph; is the tensor that you ask a leaf?"
def grad_of_mean_square(x):
    y = x.clone()
    if not y.requires_grad:
        y.requires_grad_()
    (y**2).mean().backward()
    return y.grad


# %% right="grad_of_mean_square"
def grad_of_mean_square(x):
    return torch.autograd.functional.jacobian(lambda t: (t**2).mean(), x.detach())


# %% right="grad_of_mean_square"
def grad_of_mean_square(x):
    return torch.autograd.functional.jacobian(lambda v: v.square().mean(), x.detach())


# %% wrong="grad_of_mean_square" says="grad_of_mean_square(x) switches x.requires_grad off. x belongs to the caller."
def grad_of_mean_square(x):
    x.requires_grad_(True)
    g = torch.autograd.grad((x ** 2).mean(), x)[0]
    x.requires_grad_(False)
    return g


# %% right="predict"
def predict(model, images):
    modes = [module.training for module in model.modules()]
    model.eval()
    with torch.inference_mode():
        classes = model(images).topk(1, dim=1).indices.squeeze(1)
    for module, mode in zip(model.modules(), modes):
        module.training = mode
    return classes


# %% right="predict"
@torch.no_grad()
def predict(model, images):
    training = [module for module in model.modules() if module.training]
    try:
        return torch.argmax(model.eval()(images), -1)
    finally:
        for module in training:
            module.training = True


# %% right="predict"
import copy


def predict(model, images):
    with torch.no_grad():
        _, classes = copy.deepcopy(model).eval()(images).max(dim=1)
    return classes


# %% right="predict"
def predict(model, images):
    before = {name: module.training for name, module in model.named_modules()}
    for module in model.modules():
        module.training = False
    with torch.no_grad():
        classes = torch.stack([model(image.unsqueeze(0))[0].argmax() for image in images])
    for name, module in model.named_modules():
        module.train(before[name])
    return classes


# %% wrong="predict" says="predict(model, images) runs with dropout at work. Which call puts a model into inference mode?"
def predict(model, images):
    with torch.no_grad():
        return model(images).argmax(dim=1)


# %% wrong="predict" says="predict(model, images) lets autograd record the model's call. Inside which block should the call stand?"
def predict(model, images):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    classes = model(images).detach().argmax(dim=1)
    for module, mode in modes.items():
        module.training = mode
    return classes


# %% wrong="predict" says="predict(model, images) lets autograd record the model's call. Inside which block should the call stand?"
def predict(model, images):
    was = model.training
    model.eval()
    log_probs = model(images)
    with torch.no_grad():
        classes = log_probs.argmax(dim=1)
    model.train(was)
    return classes


# %% wrong="predict" says="predict(model, images) leaves the model in inference mode, and the next epoch trains in the wrong one."
def predict(model, images):
    model.eval()
    with torch.no_grad():
        return model(images).argmax(dim=1)


# %% wrong="predict" says="predict(model, images) puts each layer into the mode of the whole model. Each module has a mode of its own."
def predict(model, images):
    was = model.training
    model.eval()
    with torch.no_grad():
        classes = model(images).argmax(dim=1)
    model.train(was)
    return classes


# %% wrong="predict" says="predict(model, images) puts each layer into the mode of the whole model. Each module has a mode of its own."
def predict(model, images):
    model.eval()
    with torch.no_grad():
        classes = model(images).argmax(dim=1)
    model.train()
    return classes


# %% wrong="predict" says="predict(model, images) puts a model into training mode that came in inference mode."
def predict(model, images):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    with torch.no_grad():
        classes = model(images).argmax(dim=1)
    if not any(modes.values()):
        model.train()
    for module, mode in modes.items():
        if mode:
            module.training = True
    return classes


# %% wrong="predict" says="predict(model, images) runs with dropout at work. Which call puts a model into inference mode?"
def predict(model, images):
    was = model.training
    model.training = False
    with torch.no_grad():
        classes = model(images).argmax(dim=1)
    model.training = was
    return classes


# %% wrong="predict" says="predict(model, images) switches recording off for good, so that nothing can be trained afterwards."
def predict(model, images):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    torch.set_grad_enabled(False)
    classes = model(images).argmax(dim=1)
    for module, mode in modes.items():
        module.training = mode
    return classes


# %% wrong="predict" says="predict(model, images) compares the images with each other. Which dim holds the classes?"
def predict(model, images):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    with torch.no_grad():
        classes = model(images).argmax(dim=0)
    for module, mode in modes.items():
        module.training = mode
    return classes


# %% wrong="predict" says="predict(model, images) has shape (n, 1). One class per image makes (n,)."
def predict(model, images):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    with torch.no_grad():
        classes = model(images).argmax(dim=1, keepdim=True)
    for module, mode in modes.items():
        module.training = mode
    return classes


# %% wrong="predict" says="predict(model, images) gives the outputs of the model. Which class has the largest?"
def predict(model, images):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    with torch.no_grad():
        log_probs = model(images)
    for module, mode in modes.items():
        module.training = mode
    return log_probs


# %% wrong="predict" says="predict(model, images) gives the largest output of each image. Which class does it belong to?"
def predict(model, images):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    with torch.no_grad():
        largest = model(images).max(dim=1).values
    for module, mode in modes.items():
        module.training = mode
    return largest


# %% wrong="predict" says="predict(model, images) of one image has shape (). One class per image makes (1,), even when n is 1."
def predict(model, images):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    with torch.no_grad():
        classes = model(images).topk(1).indices.squeeze()
    for module, mode in modes.items():
        module.training = mode
    return classes


# %% wrong="predict" says="predict(model, images) freezes the weights for good, so that nothing can be trained afterwards."
def predict(model, images):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    classes = model(images).argmax(dim=1)
    for module, mode in modes.items():
        module.training = mode
    return classes


# %% wrong="predict" says="predict(model, images) is 0 at [2], wanted 3, the largest of 3 differences."
def predict(model, images):
    return torch.zeros(len(images), dtype=torch.long)


# %% wrong="predict" says="predict(model, images) gives the outputs of the model. Which class has the largest?"
def predict(model, images):
    return images


# %% right="predict"
class inference:
    def __init__(self, model):
        self.model = model

    def __enter__(self):
        self.modes = [(m, m.training) for m in self.model.modules()]
        self.model.eval()
        self.guard = torch.no_grad()
        self.guard.__enter__()

    def __exit__(self, *args):
        self.guard.__exit__(*args)
        for m, mode in self.modes:
            m.training = mode


def predict(model, images):
    with inference(model):
        return model(images).argsort(dim=1, descending=True)[:, 0]


# %% wrong="predict" says="predict(model, images) switches recording on for a caller who had switched it off."
def predict(model, images):
    modes = {m: m.training for m in model.modules()}
    model.eval()
    torch.set_grad_enabled(False)
    classes = model(images).argmax(dim=1)
    torch.set_grad_enabled(True)
    for m, mode in modes.items():
        m.training = mode
    return classes


# %% wrong="predict" says="predict(model, images) puts each layer into the mode of the whole model. Each module has a mode of its own."
def predict(model, images):
    modes = {name: child.training for name, child in model.named_children()}
    was = model.training
    model.eval()
    with torch.no_grad():
        classes = model(images).argmax(dim=1)
    model.train(was)
    return classes


# %% wrong="predict" says="predict(model, images) does not put back the mode of a model that is one plain layer."
def predict(model, images):
    modes = {child: child.training for child in model.modules() if child is not model}
    was = model.training and len(modes) > 0
    model.eval()
    with torch.no_grad():
        classes = model(images).argmax(dim=1)
    model.training = was
    for child, mode in modes.items():
        child.training = mode
    return classes


# %% right="predict"
def predict(model, images):
    before = [(m, m.training) for m in model.modules()]
    model.train(False)
    try:
        with torch.no_grad():
            return model(images).exp().max(1)[1]
    finally:
        for m, mode in reversed(before):
            m.training = mode


# %% wrong="predict" says="predict(model, images) gives the classes as floats. A class is an index, so a whole number."
def predict(model, images):
    modes = {m: m.training for m in model.modules()}
    model.eval()
    with torch.no_grad():
        classes = model(images).argmax(dim=1).float()
    for m, mode in modes.items():
        m.training = mode
    return classes


# %% wrong="predict" says="predict(model, images) leaves some layers in training mode while the model computes. Which call changes the mode of all?"
def predict(model, images):
    drops = [m for m in model.modules() if isinstance(m, nn.Dropout)]
    modes = [m.training for m in drops]
    for m in drops:
        m.eval()
    with torch.no_grad():
        classes = model(images).argmax(dim=1)
    for m, mode in zip(drops, modes):
        m.train(mode)
    return classes


# %% wrong="predict" says="predict(model, images) of a model that asks its own mode is …"
def predict(model, images):
    inside = [m for m in model.modules() if m is not model] or [model]
    modes = [m.training for m in inside]
    for m in inside:
        m.training = False
    with torch.no_grad():
        classes = model(images).argmax(dim=1)
    for m, mode in zip(inside, modes):
        m.training = mode
    return classes


# %% wrong="predict" says="predict(model, images) does not put back the mode of a layer inside a layer."
def predict(model, images):
    modes = [m.training for m in model.children()]
    was = model.training
    model.eval()
    with torch.no_grad():
        out = model(images).argmax(1)
    model.training = was
    for m, w in zip(model.children(), modes): m.train(w)
    return out


# %% wrong="predict" says="RuntimeError: Expected 3D (unbatched) or 4D (batched) input to conv2d, but got input of size: [4, 9]. (4, 9) came, and conv2d wants a batch of images, so 4 dimensions: are the images flattened, or is the dimension of the channel missing?"
def predict(model, images):
    modes = {m: m.training for m in model.modules()}
    model.eval()
    with torch.no_grad():
        out = model(images.flatten(1)).argmax(1)
    for m, w in modes.items(): m.training = w
    return out


# %% wrong="predict" says="predict(model, images) unfreezes a weight that its caller had frozen."
def predict(model, images):
    modes = {m: m.training for m in model.modules()}
    model.eval()
    for p in model.parameters(): p.requires_grad = False
    out = model(images).argmax(1)
    for p in model.parameters(): p.requires_grad = True
    for m, w in modes.items(): m.training = w
    return out


# %% wrong="predict" says="predict(model, images) clears gradients that its caller may still need for a step."
def predict(model, images):
    modes = {m: m.training for m in model.modules()}
    model.eval()
    model.zero_grad()
    with torch.no_grad():
        out = model(images).argmax(1)
    for m, w in modes.items(): m.training = w
    return out


# %% wrong="predict" says="predict(model, images) switches images.requires_grad on. The images belong to the caller."
def predict(model, images):
    modes = {m: m.training for m in model.modules()}
    model.eval()
    with torch.no_grad():
        out = model(images.requires_grad_()).argmax(1)
    for m, w in modes.items(): m.training = w
    return out


# %% wrong="predict" says="predict(model, images) puts back the mode of the model alone. Its layers stay in inference mode."
def predict(model, images):
    was = model.training
    model.eval()
    with torch.no_grad():
        out = model(images).argmax(1)
    model.training = was
    return out


# %% right="predict"
from contextlib import contextmanager
@contextmanager
def inference(model):
    modes = {m: m.training for m in model.modules()}
    model.eval()
    yield
    for m, mode in modes.items():
        m.training = mode
@torch.no_grad()
def predict(model, images):
    with inference(model):
        return torch.argmax(model(images), -1)


# %% right="predict"
def predict(model, images):
    was = {name: m.training for name, m in model.named_modules()}
    with torch.no_grad():
        model.train(False)
        out = model(images)
        for name, mode in was.items():
            model.get_submodule(name).training = mode
    return out.exp().max(1)[1]


# %% right="predict"
def predict(model, images):
    was_training = [m for m in model.modules() if m.training]
    model.eval()
    with torch.no_grad():
        _, classes = torch.max(model(images), dim=1)
    for m in was_training:
        m.training = True
    return classes


# %% wrong="predict" says="images was changed. Leave the argument as it was and return a new value."
def predict(model, images):
    modes = {m: m.training for m in model.modules()}
    model.eval()
    with torch.no_grad():
        classes = model(images.unsqueeze_(0).squeeze_(0).mul_(2)).argmax(1)
    for m, w in modes.items():
        m.training = w
    return classes


# %% right="train_step"
def train_step(model, images, labels, criterion, optimizer):
    output = model.forward(images)
    loss = criterion(output, labels)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return float(loss)


# %% right="train_step"
def train_step(model, images, labels, criterion, optimizer):
    model.train()
    logits = model(images)
    loss = criterion(logits, labels)
    model.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach().cpu().item()


# %% right="train_step"
def train_step(model, images, labels, criterion, optimizer):
    for parameter in model.parameters():
        parameter.grad = None
    loss = criterion(model(images), labels)
    loss.backward()
    optimizer.step()
    return loss.tolist()


# %% right="train_step"
def train_step(model, images, labels, criterion, optimizer):
    def closure():
        optimizer.zero_grad(set_to_none=False)
        loss = criterion(model(images), labels)
        loss.backward()
        return loss

    return optimizer.step(closure).item()


# %% wrong="train_step" says="train_step(…) uses the sum of both calls' gradients in its second call. Who clears the first one?"
def train_step(model, images, labels, criterion, optimizer):
    loss = criterion(model(images), labels)
    loss.backward()
    optimizer.step()
    return loss.item()


# %% wrong="train_step" says="train_step(…) steps with no gradient. Which call computes it, and has it been cleared since?"
def train_step(model, images, labels, criterion, optimizer):
    optimizer.zero_grad()
    loss = criterion(model(images), labels)
    optimizer.step()
    return loss.item()


# %% wrong="train_step" says="train_step(…) steps with no gradient. Which call computes it, and has it been cleared since?"
def train_step(model, images, labels, criterion, optimizer):
    loss = criterion(model(images), labels)
    loss.backward()
    optimizer.zero_grad()
    optimizer.step()
    return loss.item()


# %% wrong="train_step" says="train_step(…) steps with no gradient. Which call computes it, and has it been cleared since?"
def train_step(model, images, labels, criterion, optimizer):
    optimizer.zero_grad()
    loss = criterion(model(images), labels)
    optimizer.step()
    loss.backward()
    return loss.item()


# %% wrong="train_step" says="train_step(…) makes no step with the optimizer that it was given. Which call moves the weights?"
def train_step(model, images, labels, criterion, optimizer):
    optimizer.zero_grad()
    loss = criterion(model(images), labels)
    loss.backward()
    return loss.item()


# %% wrong="train_step" says="train_step(…) makes no step with the optimizer that it was given. Which call moves the weights?"
def train_step(model, images, labels, criterion, optimizer):
    optimizer.zero_grad()
    loss = criterion(model(images), labels)
    loss.backward()
    optimizer.step
    return loss.item()


# %% wrong="train_step" says="train_step(…) gives the loss as a tensor. Which method gives the bare number?"
def train_step(model, images, labels, criterion, optimizer):
    optimizer.zero_grad()
    loss = criterion(model(images), labels)
    loss.backward()
    optimizer.step()
    return loss


# %% wrong="train_step" says="train_step(…) gives the loss after the step. The one that the step was computed from is wanted."
def train_step(model, images, labels, criterion, optimizer):
    optimizer.zero_grad()
    criterion(model(images), labels).backward()
    optimizer.step()
    return criterion(model(images), labels).item()


# %% wrong="train_step" says="train_step(…) is None, wanted a Python float. Does it return its result?"
def train_step(model, images, labels, criterion, optimizer):
    optimizer.zero_grad()
    loss = criterion(model(images), labels)
    loss.backward()
    optimizer.step()


# %% wrong="train_step" says="train_step(…) makes no step with the optimizer that it was given. Which call moves the weights?"
def train_step(model, images, labels, criterion, optimizer):
    return 5.0


# %% wrong="train_step" says="train_step(…) makes no step with the optimizer that it was given. Which call moves the weights?"
def train_step(model, images, labels, criterion, optimizer):
    loss = criterion(model(images), labels)
    model.zero_grad()
    loss.backward()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter -= 0.01 * parameter.grad
    return loss.item()


# %% wrong="train_step" says="train_step(…) makes two steps in one call. One batch means one step."
def train_step(model, images, labels, criterion, optimizer):
    for _ in range(2):
        optimizer.zero_grad()
        loss = criterion(model(images), labels)
        loss.backward()
        optimizer.step()
    return loss.item()


# %% wrong="train_step" says="train_step(…) puts the model into inference mode. Steps are made in training mode."
def train_step(model, images, labels, criterion, optimizer):
    model.eval()
    optimizer.zero_grad()
    loss = criterion(model(images), labels)
    loss.backward()
    optimizer.step()
    return loss.item()


# %% wrong="train_step" says="RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn. `loss` has no history: what made it was not recorded. Is the forward pass under no_grad?"
def train_step(model, images, labels, criterion, optimizer):
    optimizer.zero_grad()
    with torch.no_grad():
        output = model(images)
    loss = criterion(output, labels)
    loss.backward()
    optimizer.step()
    return loss.item()


# %% wrong="train_step" says="train_step(…) steps with twice the gradient. Does it use the criterion that it was given?"
def train_step(model, images, labels, criterion, optimizer):
    optimizer.zero_grad()
    loss = F.mse_loss(model(images), labels, reduction="sum")
    loss.backward()
    optimizer.step()
    return loss.item()


# %% right="train_step"
def train_step(model, images, labels, criterion, optimizer):
    with torch.enable_grad():
        loss = criterion(model(images), labels)
    for group in optimizer.param_groups:
        group_params = group["params"]
        for p, g in zip(group_params, torch.autograd.grad(loss, group_params)):
            p.grad = g
    optimizer.step()
    return float(loss.detach())


# %% wrong="train_step" says="train_step(…) does not use the criterion that it was given."
def train_step(model, images, labels, criterion, optimizer):
    optimizer.zero_grad()
    loss = nn.MSELoss()(model(images), labels)
    loss.backward()
    optimizer.step()
    return loss.item()


# %% right="train_step"
def train_step(model, images, labels, criterion, optimizer):
    optimizer.zero_grad(set_to_none=True)
    loss = (
        criterion(input=model(images), target=labels)
        if isinstance(criterion, nn.Module)
        else criterion(model(images), labels)
    )
    torch.autograd.backward(loss)
    optimizer.step()
    return loss.detach().numpy().item()


# %% wrong="train_step" says="train_step(…) gives the loss times the number of examples. The criterion gives the mean, and that is wanted."
def train_step(model, images, labels, criterion, optimizer):
    optimizer.zero_grad()
    loss = criterion(model(images), labels)
    loss.backward()
    optimizer.step()
    return loss.item() * len(images)


# %% wrong="train_step" says="train_step(…) hands output and labels to the criterion in the wrong order. Which comes first?"
def train_step(model, images, labels, criterion, optimizer):
    optimizer.zero_grad()
    loss = criterion(labels, model(images))
    loss.backward()
    optimizer.step()
    return loss.item()


# %% wrong="train_step" says="train_step(…) switches images.requires_grad on. The images belong to the caller."
def train_step(model, images, labels, criterion, optimizer):
    optimizer.zero_grad()
    images.requires_grad_()
    loss = criterion(model(images), labels)
    loss.backward()
    optimizer.step()
    return loss.item()


# %% wrong="train_step" says="train_step(…) changes everyone's random numbers. Does it set a seed?"
def train_step(model, images, labels, criterion, optimizer):
    optimizer.zero_grad()
    torch.manual_seed(0)
    loss = criterion(model(images), labels)
    loss.backward()
    optimizer.step()
    return loss.item()


# %% wrong="train_step" says="train_step(…) calls the model twice for one step. With dropout, the two answers differ."
def train_step(model, images, labels, criterion, optimizer):
    with torch.no_grad():
        before = criterion(model(images), labels).item()
    optimizer.zero_grad()
    loss = criterion(model(images), labels)
    loss.backward()
    optimizer.step()
    return before


# %% right="train_step"
def train_step(model, images, labels, criterion, optimizer):
    def closure():
        optimizer.zero_grad()
        loss = criterion(model(images), labels)
        loss.backward()
        return loss
    return float(optimizer.step(closure))


# %% wrong="train_step" says="the list of the gradients that train_step(…) uses[0] is 2, wanted 10."
def train_step(model, images, labels, criterion, optimizer):
    images.sub_(images.mean())
    optimizer.zero_grad()
    loss = criterion(model(images), labels)
    loss.backward()
    optimizer.step()
    return loss.item()


# %% wrong="train_step" says="train_step(…) changes the learning rate. Who chooses it?"
def train_step(model, images, labels, criterion, optimizer):
    optimizer.zero_grad()
    loss = criterion(model(images), labels)
    loss.backward()
    optimizer.step()
    for group in optimizer.param_groups:
        group["lr"] *= 0.99
    return loss.item()


# %% right="train_epoch"
def train_epoch(model, loader, criterion, optimizer):
    model.train()
    losses, sizes = [], []
    for images, labels in loader:
        loss = criterion(model(images), labels)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
        sizes.append(labels.shape[0])
    return float(np.average(losses, weights=sizes))


# %% right="train_epoch"
def train_epoch(model, loader, criterion, optimizer):
    model.train(True)
    total = torch.zeros(())
    count = 0
    for batch in loader:
        images, labels = batch
        optimizer.zero_grad()
        loss = criterion(model(images), labels)
        loss.backward()
        optimizer.step()
        total += loss.detach() * images.size(0)
        count += images.size(0)
    return (total / count).item()


# %% wrong="train_epoch" says="train_epoch(…) gives a loss that is not that of the criterion it was given."
def train_epoch(model, loader, criterion, optimizer):
    model.train()
    running, seen = 0.0, 0
    for images, labels in loader:
        optimizer.zero_grad()
        log_probs = model(images)
        criterion(log_probs, labels).backward()
        optimizer.step()
        running += F.nll_loss(log_probs.detach(), labels, reduction="sum").item()
        seen += len(labels)
    return running / seen


# %% right="train_epoch"
def train_epoch(model, loader, criterion, optimizer):
    model.train()
    results = [(train_step(model, x, y, criterion, optimizer), len(y)) for x, y in loader]
    return sum(loss * size for loss, size in results) / sum(size for _, size in results)


# %% right="train_epoch"
def train_epoch(model, loader, criterion, optimizer):
    for module in model.modules():
        module.training = True
    mean, count = 0.0, 0
    for images, labels in loader:
        images = images.view(images.shape[0], -1)
        loss = train_step(model, images, labels, criterion, optimizer)
        count += len(images)
        mean += (loss - mean) * len(images) / count
    return mean


# %% wrong="train_epoch" says="train_epoch(…) is the mean of the batches' means. A smaller batch must count less."
def train_epoch(model, loader, criterion, optimizer):
    model.train()
    total = 0.0
    for images, labels in loader:
        total += train_step(model, images, labels, criterion, optimizer)
    return total / len(loader)


# %% wrong="train_epoch" says="train_epoch(…) is the loss of the last batch alone. What about the others?"
def train_epoch(model, loader, criterion, optimizer):
    model.train()
    for images, labels in loader:
        loss = train_step(model, images, labels, criterion, optimizer)
    return loss


# %% wrong="train_epoch" says="train_epoch(…) is the loss of the first batch alone. Is each batch used, and where does return stand?"
def train_epoch(model, loader, criterion, optimizer):
    model.train()
    for images, labels in loader:
        loss = train_step(model, images, labels, criterion, optimizer)
        return loss


# %% wrong="train_epoch" says="train_epoch(…) adds the batches' means up and divides by nothing."
def train_epoch(model, loader, criterion, optimizer):
    model.train()
    total = 0.0
    for images, labels in loader:
        total += train_step(model, images, labels, criterion, optimizer)
    return total


# %% wrong="train_epoch" says="train_epoch(…) divides a sum of batch means by the number of examples. How much should each mean weigh?"
def train_epoch(model, loader, criterion, optimizer):
    model.train()
    total, count = 0.0, 0
    for images, labels in loader:
        total += train_step(model, images, labels, criterion, optimizer)
        count += len(images)
    return total / count


# %% wrong="train_epoch" says="train_epoch(…) is the sum over the examples. Their mean is wanted."
def train_epoch(model, loader, criterion, optimizer):
    model.train()
    total = 0.0
    for images, labels in loader:
        total += train_step(model, images, labels, criterion, optimizer) * len(images)
    return total


# %% wrong="train_epoch" says="train_epoch(…) divides a sum over examples by the number of batches."
def train_epoch(model, loader, criterion, optimizer):
    model.train()
    total = 0.0
    for images, labels in loader:
        total += train_step(model, images, labels, criterion, optimizer) * len(images)
    return total / len(loader)


# %% wrong="train_epoch" says="train_epoch(…) divides a sum of batch means by the number of examples. How much should each mean weigh?"
def train_epoch(model, loader, criterion, optimizer):
    model.train()
    total, count = 0.0, 0
    for images, labels in loader:
        total += train_step(model, images, labels, criterion, optimizer)
        count += len(images)
    return total * len(images) / count


# %% wrong="train_epoch" says="train_epoch(…) trains a model that is in inference mode. Which call changes that, for all layers?"
def train_epoch(model, loader, criterion, optimizer):
    total, count = 0.0, 0
    for images, labels in loader:
        total += train_step(model, images, labels, criterion, optimizer) * len(images)
        count += len(images)
    return total / count


# %% wrong="train_epoch" says="train_epoch(…) trains a model that is in inference mode. Which call changes that, for all layers?"
def train_epoch(model, loader, criterion, optimizer):
    model.training = True
    total, count = 0.0, 0
    for images, labels in loader:
        total += train_step(model, images, labels, criterion, optimizer) * len(images)
        count += len(images)
    return total / count


# %% wrong="train_epoch" says="train_epoch(…) keeps loss tensors, and with each the graph of its batch. Which method gives the bare number?"
def train_epoch(model, loader, criterion, optimizer):
    model.train()
    total, count = 0.0, 0
    for images, labels in loader:
        optimizer.zero_grad()
        loss = criterion(model(images), labels)
        loss.backward()
        optimizer.step()
        total += loss * len(images)
        count += len(images)
    return total.item() / count


# %% wrong="train_epoch" says="train_epoch(…) keeps loss tensors, and with each the graph of its batch. Which method gives the bare number?"
def train_epoch(model, loader, criterion, optimizer):
    model.train()
    losses, count = [], 0
    for images, labels in loader:
        optimizer.zero_grad()
        loss = criterion(model(images), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss * len(images))
        count += len(images)
    return float(sum(losses)) / count


# %% wrong="train_epoch" says="train_epoch(…) gives a tensor. Which method gives the bare number?"
def train_epoch(model, loader, criterion, optimizer):
    model.train()
    total, count = 0.0, 0
    for images, labels in loader:
        optimizer.zero_grad()
        loss = criterion(model(images), labels)
        loss.backward()
        optimizer.step()
        total += loss.detach() * len(images)
        count += len(images)
    return total / count


# %% wrong="train_epoch" says="AttributeError: 'list' object has no attribute 'dataset'. `loader` is a list, and a list has no dataset."
def train_epoch(model, loader, criterion, optimizer):
    model.train()
    total = 0.0
    for images, labels in loader:
        total += train_step(model, images, labels, criterion, optimizer) * len(images)
    return total / len(loader.dataset)


# %% wrong="train_epoch" says="TypeError: object of type 'generator' has no len(). A generator gives its values one by one and has no length: is a list, or a loader, wanted?"
def train_epoch(model, loader, criterion, optimizer):
    model.train()
    batches = len(loader)
    total, count = 0.0, 0
    for images, labels in loader:
        total += train_step(model, images, labels, criterion, optimizer) * len(images)
        count += len(images)
    return total / count


# %% wrong="train_epoch" says="train_epoch(…) leaves the weights as they were. Does each batch get its step?"
def train_epoch(model, loader, criterion, optimizer):
    model.train()
    total, count = 0.0, 0
    for images, labels in loader:
        loss = criterion(model(images), labels)
        loss.backward()
        total += loss.item() * len(images)
        count += len(images)
    optimizer.zero_grad()
    return total / count


# %% wrong="train_epoch" says="train_epoch(…) uses gradients of earlier batches again. Who clears them?"
def train_epoch(model, loader, criterion, optimizer):
    model.train()
    optimizer.zero_grad()
    total, count = 0.0, 0
    for images, labels in loader:
        loss = criterion(model(images), labels)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(images)
        count += len(images)
    return total / count


# %% wrong="train_epoch" says="train_epoch(…) gives the loss of all examples at the end of the epoch. Each batch counts with the loss before its step."
def train_epoch(model, loader, criterion, optimizer):
    model.train()
    batches = list(loader)
    for images, labels in batches:
        train_step(model, images, labels, criterion, optimizer)
    total, count = 0.0, 0
    for images, labels in batches:
        total += criterion(model(images), labels).item() * len(images)
        count += len(images)
    return total / count


# %% wrong="train_epoch" says="train_epoch(…) gives 0. What does it add up?"
def train_epoch(model, loader, criterion, optimizer):
    return 0.0


# %% wrong="train_epoch" says="train_epoch(…) is a list, wanted a Python float."
def train_epoch(model, loader, criterion, optimizer):
    return loader


# %% right="train_epoch"
from statistics import fmean


def train_epoch(model, loader, criterion, optimizer):
    model.train()
    losses = []
    for batch in loader:
        value = train_step(model, batch[0], batch[1], criterion, optimizer)
        losses.extend([value] * len(batch[1]))
    return fmean(losses)


# %% wrong="train_epoch" says="train_epoch(…) moves the weights although the learning rate of the optimizer is 0. Does something else make steps, too?"
def train_epoch(model, loader, criterion, optimizer):
    model.train()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    total, count = 0.0, 0
    for images, labels in loader:
        total += train_step(model, images, labels, criterion, optimizer) * len(images)
        count += len(images)
    return total / count


# %% wrong="train_epoch" says="train_epoch(…) gives a loss that is not that of the criterion it was given."
def train_epoch(model, loader, criterion, optimizer):
    model.train()
    total, count = 0.0, 0
    for images, labels in loader:
        total += train_step(model, images, labels, F.nll_loss, optimizer) * len(images)
        count += len(images)
    return total / count


# %% wrong="train_epoch" says="train_epoch(…) is the loss of the first batch alone. Is each batch used, and where does return stand?"
def train_epoch(model, loader, criterion, optimizer):
    model.train()
    total, n = 0.0, 0
    x, y = next(iter(loader))
    for _ in loader:
        total += train_step(model, x, y, criterion, optimizer) * len(x)
        n += len(x)
    return total / n


# %% right="train_epoch"
def train_epoch(model, loader, criterion, optimizer):
    model.train()
    losses, sizes = [], []
    for images, labels in loader:
        losses.append(train_step(model, images, labels, criterion, optimizer))
        sizes.append(len(labels))
    return float(np.average(losses, weights=sizes))


# %% wrong="train_epoch" says="train_epoch(…) makes more or fewer steps than the loader has batches. Each batch gets one."
def train_epoch(model, loader, criterion, optimizer):
    model.train()
    total = count = 0
    for i, (x, y) in enumerate(loader):
        total += train_step(model, x, y, criterion, optimizer) * len(x)
        count += len(x)
        if i == 99:
            break
    return total / count


# %% wrong="train" says="train(…) gives its optimizer momentum. The task asks for plain SGD."
def train(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    criterion = nn.CrossEntropyLoss()
    losses = []
    for epoch in range(epochs):
        losses.append(train_epoch(model, loader, criterion, optimizer))
    return losses


# %% right="train"
def train(model, loader, epochs, lr):
    criterion = nn.NLLLoss(reduction="sum")
    optimizer = torch.optim.SGD(model.parameters(), lr)
    history = []
    for _ in range(epochs):
        model.train()
        total, count = 0.0, 0
        for images, labels in loader:
            loss = criterion(model(images), labels)
            optimizer.zero_grad()
            (loss / len(labels)).backward()
            optimizer.step()
            total += loss.item()
            count += len(labels)
        history.append(total / count)
    return history


# %% right="train"
def train(model, loader, epochs, lr):
    means = []
    for epoch in range(1, epochs + 1):
        optimizer = torch.optim.SGD(list(model.parameters()), lr=lr)
        mean = train_epoch(model, loader, F.nll_loss, optimizer)
        print(f"epoch {epoch}: {mean:.3f}")
        means.append(mean)
    return means


# %% right="train"
def train(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(epochs):
        running, seen = 0.0, 0
        for images, labels in loader:
            images = images.view(images.shape[0], -1)
            loss = nll(model(images), labels)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            running += loss.item() * len(images)
            seen += len(images)
        losses += [running / seen]
    return losses


# %% wrong="train" says="train(…) leaves the weights as they were. Does its optimizer hold the parameters of this model?"
def train(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(log_softmax_model().parameters(), lr=lr)
    return [train_epoch(model, loader, nn.NLLLoss(), optimizer) for _ in range(epochs)]


# %% wrong="train" says="train(…) leaves the weights as they were. Does its optimizer hold the parameters of this model?"
import copy


def train(model, loader, epochs, lr):
    model = copy.deepcopy(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    return [train_epoch(model, loader, nn.NLLLoss(), optimizer) for _ in range(epochs)]


# %% wrong="train" says="train(…) gives the mean of the batches' means for each epoch. A smaller batch must count less."
def train(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(epochs):
        means = [train_step(model, images, labels, nn.NLLLoss(), optimizer) for images, labels in loader]
        losses.append(sum(means) / len(means))
    return losses


# %% wrong="train" says="train(…) gives the loss of the last batch of each epoch. The mean over all examples is wanted."
def train(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(epochs):
        for images, labels in loader:
            loss = train_step(model, images, labels, nn.NLLLoss(), optimizer)
        losses.append(loss)
    return losses


# %% wrong="train" says="train(…) gives one loss per batch. One per epoch is wanted."
def train(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(epochs):
        for images, labels in loader:
            losses.append(train_step(model, images, labels, nn.NLLLoss(), optimizer))
    return losses


# %% wrong="train" says="train(…) gives one number for the whole training. One per epoch is wanted, in a list."
def train(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(epochs):
        loss = train_epoch(model, loader, nn.NLLLoss(), optimizer)
    return loss


# %% wrong="train" says="train(…) gives the loss of one epoch where two were asked for. Where does return stand, and how far does the loop count?"
def train(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(epochs):
        losses.append(train_epoch(model, loader, nn.NLLLoss(), optimizer))
        return losses


# %% wrong="train" says="train(model, loader, epochs=2, lr=0) is None, wanted a list of 2. Does it return its result?"
def train(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for epoch in range(epochs):
        print(epoch, train_epoch(model, loader, nn.NLLLoss(), optimizer))


# %% wrong="train" says="train(…) keeps each loss as a tensor. Which method gives the bare number?"
def train(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(epochs):
        total, count = 0, 0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = F.nll_loss(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss * len(images)
            count += len(images)
        losses.append(total / count)
    return losses


# %% wrong="train" says="train(…) makes a step of Adam. The task asks for plain SGD."
def train(model, loader, epochs, lr):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    return [train_epoch(model, loader, nn.NLLLoss(), optimizer) for _ in range(epochs)]


# %% wrong="train" says="train(…) changes the weights although lr is 0. Does its optimizer get another rate, or does something else change them?"
def train(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.00001)
    return [train_epoch(model, loader, nn.NLLLoss(), optimizer) for _ in range(epochs)]


# %% wrong="train" says="TypeError: SGD.__init__() missing 1 required positional argument: 'params'. SGD needs 1 more argument: `params`."
def train(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(lr=lr)
    return [train_epoch(model, loader, nn.NLLLoss(), optimizer) for _ in range(epochs)]


# %% wrong="train" says="train(…) steps with gradients of earlier batches. Who clears them, and when?"
def train(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for images, labels in loader:
            loss = F.nll_loss(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
            count += len(images)
        losses.append(total / count)
    return losses


# %% wrong="train" says="train(model, loader, epochs=5, lr=0.1) is nan in epoch 1. Does a log see 0, or is the learning rate too large?"
def train(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = F.nll_loss(model(images), labels)
            (loss * 1e30).backward() if len(images) > 3 else loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
            count += len(images)
        losses.append(total / count)
    return losses


# %% wrong="train" says="train(…) steps with the sum of all gradients so far. Who clears them?"
def train(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=1.0)
    return [train_epoch(model, loader, nn.NLLLoss(), optimizer) for _ in range(epochs)]


# %% wrong="train" says="the trained model's answer to the training images is right for …"
def train(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for batch, (images, labels) in enumerate(loader):
            optimizer.zero_grad()
            loss = F.nll_loss(model(images), labels)
            loss.backward()
            if batch < 10:
                optimizer.step()
            total += loss.item() * len(images)
            count += len(images)
        losses.append(total / count)
    return losses


# %% wrong="train" says="train(model, loader, epochs=2, lr=0) took longer than 20 s and was stopped. Does it do more than was asked?"
def train(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    while len(losses) < epochs:
        train_epoch(model, loader, nn.NLLLoss(), optimizer)
    return losses


# %% wrong="train" says="train(…) goes through a softmax although its model gives log-probabilities. Which criterion takes those as they are?"
def train(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    criterion = nn.CrossEntropyLoss()
    losses = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(images).exp(), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
            count += len(images)
        losses.append(total / count)
    return losses


# %% wrong="train" says="train(model, loader, epochs=2, lr=0)[0] is 1, wanted 0.7675."
def train(model, loader, epochs, lr):
    return [1.0 - 0.1 * epoch for epoch in range(epochs)]


# %% wrong="train" says="train(model, loader, epochs=2, lr=0)[0] is a tuple, wanted a Python float."
def train(model, loader, epochs, lr):
    return loader


# %% right="train"
def train(model, loader, epochs, lr):
    history, epoch = [], 0
    criterion = nn.NLLLoss()
    while epoch < epochs:
        sgd = torch.optim.SGD([{"params": [p]} for p in model.parameters()], lr=lr, momentum=0, weight_decay=0)
        history += [train_epoch(model, loader, criterion, sgd)]
        epoch += 1
    return history


# %% wrong="train" says="train(…) is right for one epoch and not for three. What changes from one epoch to the next, the rate perhaps, or the optimizer?"
def train(model, loader, epochs, lr):
    losses = []
    for epoch in range(epochs):
        optimizer = torch.optim.SGD(model.parameters(), lr=lr * 0.5**epoch)
        losses.append(train_epoch(model, loader, nn.NLLLoss(), optimizer))
    return losses


# %% wrong="train" says="train(…) changes the weights although lr is 0. Does its optimizer get another rate, or does something else change them?"
def train(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    return [train_epoch(model, loader, nn.NLLLoss(), optimizer) for _ in range(epochs)]


# %% wrong="train" says="train(…) gives the mean over all epochs so far. Where are its sum and its count set back to 0?"
def train(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses, total, count = [], 0.0, 0
    for _ in range(epochs):
        for images, labels in loader:
            total += train_step(model, images, labels, nn.NLLLoss(), optimizer) * len(images)
            count += len(images)
        losses.append(total / count)
    return losses


# %% wrong="train" says="train(…) goes on adding from one epoch to the next. Where is its sum set back to 0?"
def train(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses, total = [], 0.0
    for _ in range(epochs):
        count = 0
        for images, labels in loader:
            total += train_step(model, images, labels, nn.NLLLoss(), optimizer) * len(images)
            count += len(images)
        losses.append(total / count)
    return losses


# %% wrong="train" says="train(…) is right for one epoch and not for three. What changes from one epoch to the next, the rate perhaps, or the optimizer?"
def train(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.9)
    losses = []
    for _ in range(epochs):
        losses.append(train_epoch(model, loader, nn.NLLLoss(), optimizer))
        scheduler.step()
    return losses


# %% wrong="train" says="train(…) gives the loss after each epoch. The mean of the losses that the steps were computed from is wanted."
def train(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(epochs):
        train_epoch(model, loader, nn.NLLLoss(), optimizer)
        with torch.no_grad():
            total = sum(F.nll_loss(model(x), y, reduction="sum").item() for x, y in loader)
        losses.append(total / sum(len(y) for _, y in loader))
    return losses


# %% right="train"
def train(model, loader, epochs, lr):
    losses = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for images, labels in loader:
            loss = nll(model(images), labels)
            model.zero_grad()
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    p -= lr * p.grad
            total += loss.item() * len(labels)
            count += len(labels)
        losses.append(total / count)
    return losses


# %% wrong="train" says="train(…) gives the loss of one epoch where two were asked for. Where does return stand, and how far does the loop count?"
def train(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(1, epochs):
        losses.append(train_epoch(model, loader, nn.NLLLoss(), optimizer))
    return losses


# %% wrong="train" says="train(…) pulls the weights towards 0, as weight decay does. The task asks for plain SGD."
def train(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, weight_decay=1e-3)
    return [train_epoch(model, loader, nn.NLLLoss(), optimizer) for _ in range(epochs)]


# %% wrong="train" says="train(…) puts the model into inference mode. Steps are made in training mode."
def train(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(epochs):
        model.eval()
        total, count = 0.0, 0
        for images, labels in loader:
            total += train_step(model, images, labels, nn.NLLLoss(), optimizer) * len(images)
            count += len(images)
        losses.append(total / count)
    return losses


# %% right="train"
def train(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for epoch in range(epochs):
        losses.append(train_epoch(model, loader, nn.NLLLoss(), optimizer))
        model.eval()
        with torch.no_grad():
            right = sum((model(x).argmax(dim=1) == y).sum().item() for x, y in loader)
        print(f"epoch {epoch + 1}: {right} right")
        model.train()
    return losses


# %% wrong="train" says="train(…) gives its optimizer momentum. The task asks for plain SGD."
def train(model, loader, epochs, lr):
    losses = []
    for _ in range(epochs):
        optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
        losses.append(train_epoch(model, loader, nn.NLLLoss(), optimizer))
    return losses


# %% wrong="train" says="train(model, loader, epochs=8, lr=5), where the loss rises at times,[0] is 12.22, wanted 2.162. The right numbers, but sorted: they belong in another order."
def train(model, loader, epochs, lr):
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    loss = [train_epoch(model, loader, nn.NLLLoss(), opt) for _ in range(epochs)]
    return sorted(loss, reverse=True)


# %% wrong="train" says="train(…) is right for some epochs and not for all eight. What changes on the way?"
def train(model, loader, epochs, lr):
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    out = []
    for e in range(epochs):
        out.append(train_epoch(model, loader, nn.NLLLoss(), opt))
        if e >= 3: opt.param_groups[0]['lr'] = lr / 10
    return out


# %% wrong="train" says="train(…) ends after 1 of 8 epochs. It trains for as many as it is asked to."
def train(model, loader, epochs, lr):
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    out = []
    for e in range(epochs):
        loss = train_epoch(model, loader, nn.NLLLoss(), opt)
        if out and loss > out[-1]: break
        out.append(loss)
    return out


# %% wrong="train" says="train(…) changes everyone's random numbers. Does it set a seed?"
def train(model, loader, epochs, lr):
    torch.manual_seed(0)
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    return [train_epoch(model, loader, nn.NLLLoss(), opt) for _ in range(epochs)]


# %% wrong="train" says="train(…) changes the weights although lr is 0. Does its optimizer get another rate, or does something else change them?"
def train(model, loader, epochs, lr):
    for l in model:
        if hasattr(l, 'reset_parameters'): l.reset_parameters()
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    return [train_epoch(model, loader, nn.NLLLoss(), opt) for _ in range(epochs)]


# %% right="train"
def train(model, loader, epochs, lr):
    criterion = nn.NLLLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for e in range(epochs):
        running_loss, seen = 0, 0
        for images, labels in loader:
            images = images.view(images.shape[0], -1)
            optimizer.zero_grad()
            output = model(images)
            loss = criterion(output, labels)
            loss.backward()
            optimizer.step()
            running_loss += loss.item() * images.size(0)
            seen += images.size(0)
        losses.append(running_loss / seen)
    return losses


# %% wrong="train" says="train(…) is right for some epochs and not for all eight. What changes on the way?"
def train(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 5, 0.1)
    losses = []
    for _ in range(epochs):
        losses.append(train_epoch(model, loader, nn.NLLLoss(), optimizer))
        scheduler.step()
    return losses


# %% wrong="train" says="train(model, loader, epochs=2, lr=0)[0] is 0.77, wanted 0.7675."
def train(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    return [round(train_epoch(model, loader, nn.NLLLoss(), optimizer), 2) for _ in range(epochs)]


# %% right="train_logits"
def train_logits(model, loader, epochs, lr):
    with_probabilities = nn.Sequential(model, nn.LogSoftmax(dim=1))
    return train(with_probabilities, loader, epochs, lr)


# %% right="train_logits"
def train_logits(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(epochs):
        model.train()
        total, count = 0.0, 0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = F.nll_loss(F.log_softmax(model(images), dim=1), labels, reduction="sum")
            (loss / len(labels)).backward()
            optimizer.step()
            total += loss.item()
            count += len(labels)
        losses.append(total / count)
    return losses


# %% right="train_logits"
def train_logits(model, loader, epochs, lr):
    losses = []
    for _ in range(epochs):
        optimizer = torch.optim.SGD(model.parameters(), lr)
        losses.append(train_epoch(model, loader, F.cross_entropy, optimizer))
    return losses


# %% right="train_logits"
def train_logits(model, loader, epochs, lr):
    def criterion(logits, labels):
        right = logits[torch.arange(len(labels)), labels]
        return (logits.logsumexp(dim=1) - right).mean()

    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    return [train_epoch(model, loader, criterion, optimizer) for _ in range(epochs)]


# %% wrong="train_logits" says="train_logits(…) uses logits as if they were log-probabilities. Which criterion takes logits?"
def train_logits(model, loader, epochs, lr):
    return train(model, loader, epochs, lr)


# %% wrong="train_logits" says="train_logits(…) uses logits as if they were log-probabilities. Which criterion takes logits?"
def train_logits(model, loader, epochs, lr):
    criterion = nn.NLLLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    return [train_epoch(model, loader, criterion, optimizer) for _ in range(epochs)]


# %% wrong="train_logits" says="train_logits(…) takes the softmax twice. What does its criterion do by itself?"
def train_logits(model, loader, epochs, lr):
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    return [
        train_epoch(model, loader, lambda logits, labels: criterion(logits.softmax(dim=1), labels), optimizer)
        for _ in range(epochs)
    ]


# %% wrong="train_logits" says="train_logits(…) takes the softmax twice. What does its criterion do by itself?"
def train_logits(model, loader, epochs, lr):
    model = nn.Sequential(model, nn.Softmax(dim=1))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    return [train_epoch(model, loader, nn.CrossEntropyLoss(), optimizer) for _ in range(epochs)]


# %% wrong="train_logits" says="train_logits(…) uses probabilities as if they were log-probabilities. Its loss is negative."
def train_logits(model, loader, epochs, lr):
    return train(nn.Sequential(model, nn.Softmax(dim=1)), loader, epochs, lr)


# %% wrong="train_logits" says="train_logits(…) gives an infinite loss where logits lie far apart. Does it take the logarithm of a probability?"
def train_logits(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)

    def criterion(logits, labels):
        return F.nll_loss(logits.softmax(dim=1).log(), labels)

    return [train_epoch(model, loader, criterion, optimizer) for _ in range(epochs)]


# %% wrong="train_logits" says="train_logits(…) gives an infinite loss where logits lie far apart. Does it take the logarithm of a probability?"
def train_logits(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)

    def criterion(logits, labels):
        shares = logits.exp() / logits.exp().sum(dim=1, keepdim=True)
        return nll(shares.log(), labels)

    return [train_epoch(model, loader, criterion, optimizer) for _ in range(epochs)]


# %% wrong="train_logits" says="train_logits(…) changes the weights although lr is 0. Does its optimizer get another rate, or does something else change them?"
def train_logits(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    return [train_epoch(model, loader, nn.CrossEntropyLoss(), optimizer) for _ in range(epochs)]


# %% wrong="train_logits" says="train_logits(…) gives its optimizer momentum. The task asks for plain SGD."
def train_logits(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    return [train_epoch(model, loader, nn.CrossEntropyLoss(), optimizer) for _ in range(epochs)]


# %% wrong="train_logits" says="train_logits(…) leaves the weights as they were. Does its optimizer hold the parameters of this model?"
def train_logits(model, loader, epochs, lr):
    import copy

    mine = copy.deepcopy(model)
    optimizer = torch.optim.SGD(mine.parameters(), lr=lr)
    return [train_epoch(mine, loader, nn.CrossEntropyLoss(), optimizer) for _ in range(epochs)]


# %% wrong="train_logits" says="train_logits(…) leaves a LogSoftmax at the end of the model, which should give logits afterwards."
def train_logits(model, loader, epochs, lr):
    if isinstance(model, nn.Sequential):
        return train(model.append(nn.LogSoftmax(dim=1)), loader, epochs, lr)
    return train(nn.Sequential(model, nn.LogSoftmax(dim=1)), loader, epochs, lr)


# %% wrong="train_logits" says="train_logits(…) gives the mean of the batches' means for each epoch. A smaller batch must count less."
def train_logits(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(epochs):
        means = [train_step(model, x, y, nn.CrossEntropyLoss(), optimizer) for x, y in loader]
        losses.append(sum(means) / len(means))
    return losses


# %% wrong="train_logits" says="train_logits(model, loader, epochs=2, lr=0)[0] is 1, wanted 0.7675."
def train_logits(model, loader, epochs, lr):
    return [1.0] * epochs


# %% wrong="train_logits" says="train_logits(model, loader, epochs=2, lr=0) is None, wanted a list of 2. Does it return its result?"
def train_logits(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(epochs):
        train_epoch(model, loader, nn.CrossEntropyLoss(), optimizer)


# %% wrong="train_logits" says="train_logits(model, loader, epochs=2, lr=0)[0] is a tuple, wanted a Python float."
def train_logits(model, loader, epochs, lr):
    return loader


# %% wrong="train_logits" says="train_logits(…) leaves the weights as they were. Does its optimizer hold the parameters of this model?"
def train_logits(model, loader, epochs, lr):
    network = nn.Sequential(nn.Linear(784, 10))
    optimizer = torch.optim.SGD(network.parameters(), lr=lr)
    return [train_epoch(model, loader, nn.CrossEntropyLoss(), optimizer) for _ in range(epochs)]


# %% wrong="train_logits" says="train_logits(…) puts the model into inference mode. Steps are made in training mode."
def train_logits(model, loader, epochs, lr):
    model.eval()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for images, labels in loader:
            total += train_step(model, images, labels, nn.CrossEntropyLoss(), optimizer) * len(images)
            count += len(images)
        losses.append(total / count)
    return losses


# %% wrong="train_logits" says="train_logits(model, loader, epochs=8, lr=2), where the loss rises at times,[0] is 2.416, wanted 2.345. The right numbers, but sorted: they belong in another order."
def train_logits(model, loader, epochs, lr):
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    loss = [train_epoch(model, loader, nn.CrossEntropyLoss(), opt) for _ in range(epochs)]
    return sorted(loss, reverse=True)


# %% wrong="train_logits" says="train_logits(…) is right for some epochs and not for all eight. What changes on the way?"
def train_logits(model, loader, epochs, lr):
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    out = []
    for e in range(epochs):
        out.append(train_epoch(model, loader, nn.CrossEntropyLoss(), opt))
        if e >= 3: opt.param_groups[0]['lr'] = lr / 10
    return out


# %% wrong="train_logits" says="train_logits(…) ends after 1 of 8 epochs. It trains for as many as it is asked to."
def train_logits(model, loader, epochs, lr):
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    out = []
    for e in range(epochs):
        loss = train_epoch(model, loader, nn.CrossEntropyLoss(), opt)
        if out and loss > out[-1]: break
        out.append(loss)
    return out


# %% wrong="train_logits" says="train_logits(…) changes everyone's random numbers. Does it set a seed?"
def train_logits(model, loader, epochs, lr):
    torch.manual_seed(0)
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    return [train_epoch(model, loader, nn.CrossEntropyLoss(), opt) for _ in range(epochs)]


# %% right="FORGOTTEN"
FORGOTTEN = {"zero_grad": "A", "backward": "B", "step": "C"}

# %% right="FORGOTTEN"
FORGOTTEN = dict(step="C", backward="B", zero_grad="A")

# %% right="FORGOTTEN"
FORGOTTEN = {}
for call, letter in zip(["zero_grad", "backward", "step"], "ABC"):
    FORGOTTEN[call] = letter

# %% wrong="FORGOTTEN" says="FORGOTTEN swaps backward and step. Which of them fills .grad, and which one reads it?"
FORGOTTEN = {"zero_grad": "A", "backward": "C", "step": "B"}

# %% wrong="FORGOTTEN" says="FORGOTTEN swaps zero_grad and step. Without which of them do the weights never move?"
FORGOTTEN = {"zero_grad": "C", "backward": "B", "step": "A"}

# %% wrong="FORGOTTEN" says="FORGOTTEN says D without backward. Look at the table of the experiment again, where lr is 0.1."
FORGOTTEN = {"zero_grad": "A", "backward": "D", "step": "C"}

# %% wrong="FORGOTTEN" says="FORGOTTEN says D without zero_grad and D without backward and D without step. Look at the table of the experiment again, where lr is 0.1."
FORGOTTEN = {"zero_grad": "D", "backward": "D", "step": "D"}

# %% wrong="FORGOTTEN" says="FORGOTTEN says B without step. Look at the table of the experiment again, where lr is 0.1."
FORGOTTEN = {"zero_grad": "A", "backward": "B", "step": "B"}

# %% wrong="FORGOTTEN" says="FORGOTTEN is no dictionary. Which letter belongs to which call?"
FORGOTTEN = "A", "B", "C"

# %% wrong="FORGOTTEN" says="FORGOTTEN says nothing of zero_grad. Each of the three calls needs its letter."
FORGOTTEN = {"backward": "B", "step": "C"}

# %% wrong="FORGOTTEN" says="Not yet: `FORGOTTEN` still needs your code."
FORGOTTEN = ...

# %% wrong="FORGOTTEN" says="FORGOTTEN says nothing of zero_grad and backward and step. Each of the three calls needs its letter."
FORGOTTEN = {}


# %% wrong="FORGOTTEN" says="FORGOTTEN holds something other than the capital letters A, B, C and D."
FORGOTTEN = {"zero_grad": "a", "backward": "b", "step": "c"}


# %% wrong="FORGOTTEN" says="FORGOTTEN says B without zero_grad. Look at the table of the experiment again, where lr is 0.1."
FORGOTTEN = {"zero_grad": "B", "backward": "B", "step": "C"}


# %% wrong="FORGOTTEN" says="FORGOTTEN has the letters as keys. Of what should it tell the outcome?"
FORGOTTEN = {'A': 'zero_grad', 'B': 'backward', 'C': 'step'}


# %% right="warmup_cosine"
def warmup_cosine(epoch, warmup, total):
    if warmup > 0 and epoch < warmup:
        return (epoch + 1) / warmup
    progress = (epoch - warmup) / (total - warmup)
    return float((1 + np.cos(np.pi * progress)) / 2)


# %% right="warmup_cosine"
def warmup_cosine(epoch, warmup, total):
    return (epoch + 1) / warmup if epoch < warmup else math.cos(math.pi / 2 * (epoch - warmup) / (total - warmup)) ** 2


# %% right="warmup_cosine"
def warmup_cosine(epoch: int, warmup: int, total: int) -> float:
    factors = [k / warmup for k in range(1, warmup + 1)]
    rest = total - warmup
    factors += [0.5 + 0.5 * math.cos(math.pi * k / rest) for k in range(rest + 1)]
    return factors[epoch]


# %% wrong="warmup_cosine" says="warmup_cosine(0, 2, 6) is 0, so that a whole epoch learns nothing. Epochs count from 0."
def warmup_cosine(epoch, warmup, total):
    if epoch < warmup:
        return epoch / warmup
    return 0.5 * (1 + math.cos(math.pi * (epoch - warmup) / (total - warmup)))


# %% wrong="warmup_cosine" says="warmup_cosine(…) starts its cosine at epoch 0. It starts where the warm-up ends."
def warmup_cosine(epoch, warmup, total):
    if epoch < warmup:
        return (epoch + 1) / warmup
    return 0.5 * (1 + math.cos(math.pi * epoch / total))


# %% wrong="warmup_cosine" says="warmup_cosine(…) goes through its wave as if it had all epochs. How many are left after the warm-up?"
def warmup_cosine(epoch, warmup, total):
    if epoch < warmup:
        return (epoch + 1) / warmup
    return 0.5 * (1 + math.cos(math.pi * (epoch - warmup) / total))


# %% wrong="warmup_cosine" says="warmup_cosine(…) is a bare cosine, from 1 to -1. A factor goes from 1 to 0."
def warmup_cosine(epoch, warmup, total):
    if epoch < warmup:
        return (epoch + 1) / warmup
    return math.cos(math.pi * (epoch - warmup) / (total - warmup))


# %% wrong="warmup_cosine" says="warmup_cosine(…) goes through a quarter of a wave. Where does cos reach -1?"
def warmup_cosine(epoch, warmup, total):
    if epoch < warmup:
        return (epoch + 1) / warmup
    return 0.5 * (1 + math.cos(math.pi / 2 * (epoch - warmup) / (total - warmup)))


# %% wrong="warmup_cosine" says="warmup_cosine(…) has no warm-up."
def warmup_cosine(epoch, warmup, total):
    return 0.5 * (1 + math.cos(math.pi * (epoch - warmup) / (total - warmup)))


# %% wrong="warmup_cosine" says="warmup_cosine(…) takes 180 for half a wave. math.cos counts in radians."
def warmup_cosine(epoch, warmup, total):
    if epoch < warmup:
        return (epoch + 1) / warmup
    return 0.5 * (1 + math.cos(180 * (epoch - warmup) / (total - warmup)))


# %% wrong="warmup_cosine" says="ZeroDivisionError: division by zero. `warmup` is 0 here."
def warmup_cosine(epoch, warmup, total):
    rising = (epoch + 1) / warmup
    falling = 0.5 * (1 + math.cos(math.pi * (epoch - warmup) / (total - warmup)))
    return rising if epoch < warmup else falling


# %% wrong="warmup_cosine" says="warmup_cosine(…) gives nothing after the warm-up. Does each way return its result?"
def warmup_cosine(epoch, warmup, total):
    if epoch < warmup:
        return (epoch + 1) / warmup
    0.5 * (1 + math.cos(math.pi * (epoch - warmup) / (total - warmup)))


# %% wrong="warmup_cosine" says="factors[0] is 1, wanted 0.5. All 6 numbers are 1: does the result depend on the arguments?"
def warmup_cosine(epoch, warmup, total):
    return 1.0


# %% wrong="warmup_cosine" says="factors[0] is 0, wanted 0.5."
def warmup_cosine(epoch, warmup, total):
    return epoch


# %% wrong="warmup_cosine" says="warmup_cosine(…) starts its cosine at epoch 0. It starts where the warm-up ends."
def warmup_cosine(epoch, warmup, total):
    if epoch < warmup:
        return (epoch + 1) / warmup
    t = epoch / total
    return (1 + math.cos(math.pi * t)) / 2


# %% wrong="warmup_cosine" says="warmup_cosine(…) is already 0 in the last epoch. How many epochs does the falling part have?"
def warmup_cosine(epoch, warmup, total):
    if epoch < warmup:
        return (epoch + 1) / warmup
    return 0.5 * (1 + math.cos(math.pi * (epoch - warmup) / (total - 1 - warmup)))


# %% right="train_with_schedule"
def train_with_schedule(model, loader, epochs, lr, warmup):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lr_lambda=[lambda epoch: warmup_cosine(epoch, warmup, epochs)]
    )
    used = []
    for epoch in range(epochs):
        for images, labels in loader:
            train_step(model, images, labels, nn.NLLLoss(), optimizer)
        used.append(optimizer.param_groups[0]["lr"])
        scheduler.step()
    return used


# %% right="train_with_schedule"
from torch.optim import lr_scheduler


def train_with_schedule(model, loader, epochs, lr, warmup):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    scheduler = lr_scheduler.LambdaLR(optimizer, lambda e: warmup_cosine(e, warmup, epochs) if e < epochs else 0.0)
    rates = []
    for _ in range(epochs):
        rates += scheduler.get_last_lr()
        train_epoch(model, loader, nn.CrossEntropyLoss(), optimizer)
        scheduler.step()
    return rates


# %% right="train_with_schedule"
def train_with_schedule(model, loader, epochs, lr, warmup):
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda e: lr * warmup_cosine(e, warmup, epochs))
    rates = []
    for epoch in range(epochs):
        rates.append(scheduler.get_last_lr()[-1])
        train_epoch(model, loader, F.nll_loss, optimizer)
        if epoch + 1 < epochs:
            scheduler.step()
    return rates


# %% right="train_with_schedule"
def train_with_schedule(model, loader, epochs, lr, warmup):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda e: warmup_cosine(e, warmup, epochs))
    rates = [scheduler.get_last_lr()[0]]
    for _ in range(epochs):
        train_epoch(model, loader, nn.NLLLoss(), optimizer)
        scheduler.step()
        rates.append(scheduler.get_last_lr()[0])
    return rates[:-1]


# %% wrong="train_with_schedule" says="train_with_schedule(…) skips the first rate. Which comes first in an epoch, the optimizer's steps or the scheduler's?"
def train_with_schedule(model, loader, epochs, lr, warmup):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda e: warmup_cosine(e, warmup, epochs))
    rates = []
    for _ in range(epochs):
        scheduler.step()
        rates.append(scheduler.get_last_lr()[0])
        train_epoch(model, loader, nn.NLLLoss(), optimizer)
    return rates


# %% wrong="train_with_schedule" says="train_with_schedule(…) notes each rate after scheduler.step(), when the next one is already set."
def train_with_schedule(model, loader, epochs, lr, warmup):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda e: warmup_cosine(e, warmup, epochs))
    rates = []
    for _ in range(epochs):
        train_epoch(model, loader, nn.NLLLoss(), optimizer)
        scheduler.step()
        rates.append(scheduler.get_last_lr()[0])
    return rates


# %% wrong="train_with_schedule" says="train_with_schedule(…) keeps one learning rate throughout. Who calls scheduler.step()?"
def train_with_schedule(model, loader, epochs, lr, warmup):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda e: warmup_cosine(e, warmup, epochs))
    rates = []
    for _ in range(epochs):
        rates.append(scheduler.get_last_lr()[0])
        train_epoch(model, loader, nn.NLLLoss(), optimizer)
    return rates


# %% wrong="train_with_schedule" says="train_with_schedule(…) trains with the learning rate lr throughout. Does the scheduler hold this optimizer?"
def train_with_schedule(model, loader, epochs, lr, warmup):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(epochs):
        train_epoch(model, loader, nn.NLLLoss(), optimizer)
    return [lr * warmup_cosine(epoch, warmup, epochs) for epoch in range(epochs)]


# %% wrong="train_with_schedule" says="train_with_schedule(…) changes the learning rate after each batch. The schedule counts epochs."
def train_with_schedule(model, loader, epochs, lr, warmup):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda e: warmup_cosine(e, warmup, epochs))
    rates = []
    for _ in range(epochs):
        rates.append(scheduler.get_last_lr()[0])
        for images, labels in loader:
            train_step(model, images, labels, nn.NLLLoss(), optimizer)
            scheduler.step()
    return rates


# %% wrong="train_with_schedule" says="train_with_schedule(…) gives the factors. A rate is the factor times lr."
def train_with_schedule(model, loader, epochs, lr, warmup):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda e: warmup_cosine(e, warmup, epochs))
    for _ in range(epochs):
        train_epoch(model, loader, nn.NLLLoss(), optimizer)
        scheduler.step()
    return [warmup_cosine(epoch, warmup, epochs) for epoch in range(epochs)]


# %% wrong="train_with_schedule" says="train_with_schedule(…) gives a rate for each batch. One per epoch is wanted."
def train_with_schedule(model, loader, epochs, lr, warmup):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda e: warmup_cosine(e, warmup, epochs))
    rates = []
    for _ in range(epochs):
        for images, labels in loader:
            rates.append(scheduler.get_last_lr()[0])
            train_step(model, images, labels, nn.NLLLoss(), optimizer)
        scheduler.step()
    return rates


# %% wrong="train_with_schedule" says="train_with_schedule(…) gives a list instead of each rate. What does get_last_lr() return?"
def train_with_schedule(model, loader, epochs, lr, warmup):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda e: warmup_cosine(e, warmup, epochs))
    rates = []
    for _ in range(epochs):
        rates.append(scheduler.get_last_lr())
        train_epoch(model, loader, nn.NLLLoss(), optimizer)
        scheduler.step()
    return rates


# %% wrong="train_with_schedule" says="train_with_schedule(…) calls get_lr(), which is right only inside a scheduler's step. Which method gives the last rate?"
def train_with_schedule(model, loader, epochs, lr, warmup):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda e: warmup_cosine(e, warmup, epochs))
    rates = []
    for _ in range(epochs):
        rates += scheduler.get_lr()
        train_epoch(model, loader, nn.NLLLoss(), optimizer)
        scheduler.step()
    return rates


# %% wrong="train_with_schedule" says="train_with_schedule(…) multiplies by lr twice. LambdaLR wants the factor alone."
def train_with_schedule(model, loader, epochs, lr, warmup):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda e: lr * warmup_cosine(e, warmup, epochs))
    rates = []
    for _ in range(epochs):
        rates.append(scheduler.get_last_lr()[0])
        train_epoch(model, loader, nn.NLLLoss(), optimizer)
        scheduler.step()
    return rates


# %% wrong="train_with_schedule" says="train_with_schedule(…) never changed the weights. Does the optimizer step, and does it hold this model's parameters?"
def train_with_schedule(model, loader, epochs, lr, warmup):
    other = nn.Linear(4, 3)
    optimizer = torch.optim.SGD(other.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda e: warmup_cosine(e, warmup, epochs))
    rates = []
    for _ in range(epochs):
        rates.append(scheduler.get_last_lr()[0])
        train_epoch(model, loader, nn.NLLLoss(), optimizer)
        scheduler.step()
    return rates


# %% wrong="train_with_schedule" says="train_with_schedule(…) makes no step with an optimizer. Which call moves the weights?"
def train_with_schedule(model, loader, epochs, lr, warmup):
    return [lr * warmup_cosine(epoch, warmup, epochs) for epoch in range(epochs)]


# %% wrong="train_with_schedule" says="train_with_schedule(…) is None, wanted a list of 4. Does it return its result?"
def train_with_schedule(model, loader, epochs, lr, warmup):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda e: warmup_cosine(e, warmup, epochs))
    for _ in range(epochs):
        train_epoch(model, loader, nn.NLLLoss(), optimizer)
        scheduler.step()


# %% wrong="train_with_schedule" says="train_with_schedule(…) makes no step with an optimizer. Which call moves the weights?"
def train_with_schedule(model, loader, epochs, lr, warmup):
    return [0.05, 0.1, 0.1, 0.05]


# %% right="train_with_schedule"
def train_with_schedule(model, loader, epochs, lr, warmup):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    factors = [warmup_cosine(e, warmup, epochs) for e in range(epochs)] + [0.0]
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, factors.__getitem__)
    rates = []
    for epoch in range(epochs):
        model.train()
        for images, labels in loader:
            optimizer.zero_grad()
            nll(model(images), labels).backward()
            optimizer.step()
        rates.append(float(optimizer.param_groups[0]["lr"]))
        scheduler.step()
    return rates


# %% wrong="train_with_schedule" says="train_with_schedule(…) uses half of each rate that is wanted, as if lr were 0.1. Which lr was it given?"
def train_with_schedule(model, loader, epochs, lr, warmup):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda e: warmup_cosine(e, warmup, epochs))
    rates = []
    for _ in range(epochs):
        rates.append(scheduler.get_last_lr()[0])
        train_epoch(model, loader, nn.NLLLoss(), optimizer)
        scheduler.step()
    return rates


# %% wrong="train_with_schedule" says="train_with_schedule(…) makes a step whose gradient is not that of its batch's mean loss. Are old ones cleared, and does the criterion fit?"
def train_with_schedule(model, loader, epochs, lr, warmup):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda e: warmup_cosine(e, warmup, epochs))
    rates = []
    for _ in range(epochs):
        for images, labels in loader:
            loss = F.nll_loss(model(images), labels)
            loss.backward()
            optimizer.step()
        rates.append(scheduler.get_last_lr()[0])
        scheduler.step()
    return rates


# %% wrong="train_with_schedule" says="train_with_schedule(…) uses the factors alone as learning rates. A rate is the factor times lr."
def train_with_schedule(model, loader, epochs, lr, warmup):
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda e: warmup_cosine(e, warmup, epochs))
    rates = []
    for _ in range(epochs):
        rates.append(lr * scheduler.get_last_lr()[0])
        train_epoch(model, loader, nn.NLLLoss(), optimizer)
        scheduler.step()
    return rates


# %% right="train_with_schedule"
def train_with_schedule(model, loader, epochs, lr, warmup):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    after = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=epochs - warmup)
    if warmup > 0:
        up = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda e: (e + 1) / warmup)
        scheduler = torch.optim.lr_scheduler.SequentialLR(optimizer, [up, after], milestones=[warmup])
    else:
        scheduler = after
    rates = []
    for _ in range(epochs):
        rates.append(scheduler.get_last_lr()[0])
        train_epoch(model, loader, nn.NLLLoss(), optimizer)
        scheduler.step()
    return rates


# %% wrong="train_with_schedule" says="train_with_schedule(…) puts the model into inference mode. Steps are made in training mode."
def train_with_schedule(model, loader, epochs, lr, warmup):
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    sch = torch.optim.lr_scheduler.LambdaLR(opt, lambda e: warmup_cosine(e, warmup, epochs))
    rates = []
    for epoch in range(epochs):
        rates.append(opt.param_groups[0]['lr'])
        model.eval()
        for x, y in loader:
            train_step(model, x, y, nn.NLLLoss(), opt)
        sch.step()
    return rates


# %% wrong="train_with_schedule" says="train_with_schedule(…) has the right rates, but no scheduler holds its optimizer. The task asks for one from torch.optim.lr_scheduler."
def train_with_schedule(model, loader, epochs, lr, warmup):
    rates = []
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    for epoch in range(epochs):
        for g in opt.param_groups: g['lr'] = lr * warmup_cosine(epoch, warmup, epochs)
        rates.append(opt.param_groups[0]['lr'])
        train_epoch(model, loader, nn.NLLLoss(), opt)
    return rates


# %% wrong="train_with_schedule" says="train_with_schedule(…) has the right rates, but no scheduler holds its optimizer. The task asks for one from torch.optim.lr_scheduler."
def train_with_schedule(model, loader, epochs, lr, warmup):
    rates = []
    for epoch in range(epochs):
        rate = lr * warmup_cosine(epoch, warmup, epochs)
        train(model, loader, 1, rate)
        rates.append(rate)
    return rates


# %% right="train_with_schedule"
def train_with_schedule(model, loader, epochs, lr, warmup):
    opt = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    class S(torch.optim.lr_scheduler.LRScheduler):
        def get_lr(self):
            return [b * warmup_cosine(self.last_epoch, warmup, epochs) for b in self.base_lrs]
    sch = S(opt)
    rates = []
    for _ in range(epochs):
        rates += sch.get_last_lr()
        train_epoch(model, loader, F.nll_loss, opt)
        sch.step()
    return rates


# %% right="train_with_schedule"
def train_with_schedule(model, loader, epochs, lr, warmup):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    factors = [warmup_cosine(e, warmup, epochs) for e in range(epochs)] + [0.0]
    scheduler = torch.optim.lr_scheduler.MultiplicativeLR(optimizer, lambda e: factors[e] / factors[e - 1])
    for group in optimizer.param_groups:
        group["lr"] *= factors[0]
    rates = []
    for _ in range(epochs):
        rates.append(optimizer.param_groups[0]["lr"])
        train_epoch(model, loader, nn.NLLLoss(), optimizer)
        scheduler.step()
    return rates


# %% right="log_softmax_model"
def log_softmax_model():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = nn.ModuleList([nn.Linear(784, 128), nn.Linear(128, 64), nn.Linear(64, 10)])
        def forward(self, x):
            *hidden, last = self.layers
            for layer in hidden:
                x = torch.relu(layer(x))
            return last(x).log_softmax(-1)
    return Net()


# %% right="log_softmax_model"
def log_softmax_model():
    sizes = [784, 128, 64, 10]
    parts = []
    for a, b in zip(sizes, sizes[1:]):
        parts += [nn.Linear(a, b), nn.ReLU(inplace=True)]
    return nn.Sequential(*parts[:-1], nn.LogSoftmax(-1))


# %% right="nll"
def nll(log_probs, labels):
    return -(F.one_hot(labels, log_probs.shape[1]) * log_probs).sum(1).mean() if log_probs.isfinite().all() else -log_probs.take_along_dim(labels[:, None], 1).mean()


# %% right="nll"
def nll(log_probs, labels):
    return torch.stack([-row[label] for row, label in zip(log_probs, labels)]).mean()


# %% right="nll"
def nll(log_probs, labels):
    return log_probs.gather(dim=1, index=labels.view(-1, 1)).mean().neg()


# %% right="nll"
def nll(log_probs, labels):
    n = labels.numel()
    return -log_probs[range(n), labels].sum() / n


# %% right="grad_of_mean_square"
def grad_of_mean_square(x):
    with torch.enable_grad():
        own = x.detach().clone().requires_grad_()
        (grad,) = torch.autograd.grad(own.pow(2).mean(), own)
    return grad


# %% right="grad_of_mean_square"
def grad_of_mean_square(x):
    return torch.func.grad(lambda y: y.square().mean())(x.detach())


# %% right="predict"
def predict(model, images):
    modes = [m.training for m in model.modules()]
    model.eval()
    try:
        with torch.inference_mode():
            return model(images).argmax(dim=-1)
    finally:
        for m, mode in zip(model.modules(), modes):
            m.training = mode


# %% right="predict"
@torch.no_grad()
def predict(model, images):
    training = {m for m in model.modules() if m.training}
    model.train(False)
    _, classes = torch.max(model(images), 1)
    for m in training:
        m.training = True
    return classes


# %% right="train_step"
def train_step(model, images, labels, criterion, optimizer):
    loss = criterion(model(images), labels)
    model.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach().item()


# %% right="train_step"
def train_step(model, images, labels, criterion, optimizer):
    optimizer.zero_grad(set_to_none=False)
    output = model.forward(images)
    loss = criterion(output, target=labels) if isinstance(criterion, nn.NLLLoss) else criterion(output, labels)
    value = float(loss)
    torch.autograd.backward(loss)
    optimizer.step()
    return value


# %% right="train_epoch"
def train_epoch(model, loader, criterion, optimizer):
    model.train()
    sums, counts = zip(*[(train_step(model, x, y, criterion, optimizer) * y.shape[0], y.shape[0]) for x, y in loader])
    return math.fsum(sums) / sum(counts)


# %% right="train_epoch"
def train_epoch(model, loader, criterion, optimizer):
    mean, seen = 0.0, 0
    model.train(True)
    for batch in loader:
        x, y = batch
        n = x.size(0)
        seen += n
        mean += (train_step(model, x, y, criterion, optimizer) - mean) * n / seen
    return mean


# %% right="train"
def train(model, loader, epochs, lr):
    batches = loader
    optimizer = torch.optim.SGD([{"params": model.parameters()}], lr=lr, momentum=0.0, weight_decay=0.0)
    history = []
    while len(history) < epochs:
        history.append(train_epoch(model, batches, F.nll_loss, optimizer))
    return history


# %% right="train"
def train(model, loader, epochs, lr):
    losses = []
    optimizer = torch.optim.SGD(model.parameters(), lr)
    criterion = nn.NLLLoss()
    for _ in range(epochs):
        model.train()
        total = n = 0
        for x, y in loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            n += len(x)
        losses.append(total / n)
    return losses


# %% right="train_logits"
def train_logits(model, loader, epochs, lr):
    return train(nn.Sequential(model, nn.LogSoftmax(dim=1)), loader, epochs, lr)


# %% right="train_logits"
def train_logits(model, loader, epochs, lr):
    def criterion(logits, labels):
        return F.nll_loss(F.log_softmax(logits, dim=1), labels)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    return [train_epoch(model, loader, criterion, optimizer) for _ in range(epochs)]


# %% right="FORGOTTEN"
FORGOTTEN = dict(zip(("zero_grad", "backward", "step"), "ABC"))


# %% right="warmup_cosine"
def warmup_cosine(epoch, warmup, total):
    t = max(0, epoch - warmup) / (total - warmup)
    return min((epoch + 1) / max(warmup, 1), 1.0) * (0.5 * (1 + math.cos(math.pi * t)))


# %% right="train_with_schedule"
def train_with_schedule(model, loader, epochs, lr, warmup):
    optimizer = torch.optim.AdamW(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, [lambda e: warmup_cosine(e, warmup, epochs)])
    rates = []
    for _ in range(epochs):
        rates.append(scheduler.get_last_lr()[0])
        train_epoch(model, loader, nn.NLLLoss(), optimizer)
        scheduler.step()
    return rates


# %% right="train_with_schedule"
def train_with_schedule(model, loader, epochs, lr, warmup):
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda e: lr * warmup_cosine(e, warmup, epochs) if e < epochs else 0.0)
    used = []
    for epoch in range(epochs):
        used += [group["lr"] for group in optimizer.param_groups]
        train_epoch(model, loader, nn.NLLLoss(), optimizer)
        scheduler.step()
    return used


# %% wrong="log_softmax_model" says="log_softmax_model() gives other numbers each time for the same images. Which layer draws at random?"
def log_softmax_model():
    return nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Dropout(0.5), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10), nn.LogSoftmax(dim=1))


# %% wrong="log_softmax_model" says="log_softmax_model() has sigmoids between its layers. The task says ReLU."
def log_softmax_model():
    return nn.Sequential(nn.Linear(784, 128), nn.Sigmoid(), nn.Linear(128, 64), nn.Sigmoid(), nn.Linear(64, 10), nn.LogSoftmax(dim=1))


# %% wrong="log_softmax_model" says="log_softmax_model() has 4 parameter tensors, as two dense layers have. How many does the task name?"
def log_softmax_model():
    return nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10), nn.LogSoftmax(dim=1))


# %% wrong="log_softmax_model" says="log_softmax_model() takes a softmax before LogSoftmax. What does LogSoftmax do by itself?"
def log_softmax_model():
    return nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10), nn.Softmax(dim=1), nn.LogSoftmax(dim=1))


# %% wrong="log_softmax_model" says="log_softmax_model() has 3 parameter tensors. Has each dense layer a weight and a bias?"
def log_softmax_model():
    return nn.Sequential(nn.Linear(784, 128, bias=False), nn.ReLU(), nn.Linear(128, 64, bias=False), nn.ReLU(), nn.Linear(64, 10, bias=False), nn.LogSoftmax(dim=1))


# %% wrong="log_softmax_model" says="log_softmax_model() ends in the logarithm of a sigmoid. Do the probabilities of an image sum to 1?"
def log_softmax_model():
    return nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10), nn.LogSigmoid())


# %% wrong="log_softmax_model" says="log_softmax_model()(images) is 48.67 at [2, 9], wanted -2.303, the largest of 30 differences."
def log_softmax_model():
    return nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.LogSoftmax(dim=1), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10))


# %% wrong="nll" says="nll(log_probs, labels) is nan: it takes the logarithm of what is a logarithm already."
def nll(log_probs, labels):
    return -log_probs[torch.arange(len(labels)), labels].log().mean()


# %% wrong="nll" says="nll(log_probs, labels) has shape (1,). One number without dimensions is wanted."
def nll(log_probs, labels):
    return -log_probs[torch.arange(len(labels)), labels].mean(dim=0, keepdim=True)


# %% wrong="nll" says="nll(log_probs, labels) averages over all classes, where all but the right one count as 0."
def nll(log_probs, labels):
    return -(F.one_hot(labels, log_probs.shape[1]) * log_probs).mean()


# %% wrong="nll" says="nll(log_probs, labels) is half the loss of the first example. Where does return stand?"
def nll(log_probs, labels):
    total = 0
    for i in range(len(labels)):
        total -= log_probs[i][labels[i]]
        return total / len(labels)


# %% wrong="nll" says="nll(log_probs, labels) is the loss of the first example alone."
def nll(log_probs, labels):
    return -torch.log_softmax(log_probs, 1)[torch.arange(len(labels)), labels].median()


# %% wrong="nll" says="IndexError: shape mismatch: indexing tensors could not be broadcast together with shapes [10], [2]. 10 row numbers meet 2 column numbers, and each pair is one place: where does the 10 come from?"
def nll(log_probs, labels):
    return -log_probs[torch.arange(10), labels].mean()


# %% wrong="nll" says="IndexError: index 2 is out of bounds for dimension 0 with size 2. Place 2 of dimension 0 was asked for, and its places go from 0 to 1."
def nll(log_probs, labels):
    return -log_probs[labels, torch.arange(len(labels))].mean()


# %% wrong="grad_of_mean_square" says="grad_of_mean_square(x) gives None where x requires gradients. Backward fills .grad of the leaves of the graph; is the tensor that you ask a leaf?"
def grad_of_mean_square(x):
    y = x.clone().requires_grad_()
    y.pow(2).mean().backward()
    return y.grad


# %% wrong="grad_of_mean_square" says="grad_of_mean_square(x) is right, and autograd has no part in it. Which call goes back through the graph?"
def grad_of_mean_square(x):
    return 2 * x / x.numel()


# %% wrong="grad_of_mean_square" says="grad_of_mean_square(x) is the gradient of the square of the mean. Which comes first?"
def grad_of_mean_square(x):
    y = x.detach().requires_grad_()
    y.mean().pow(2).backward()
    return y.grad


# %% wrong="grad_of_mean_square" says="grad_of_mean_square(x) gives the length of the gradient. The gradient itself has the shape of x."
def grad_of_mean_square(x):
    y = x.detach().requires_grad_()
    y.pow(2).mean().backward()
    return y.grad.norm()


# %% wrong="grad_of_mean_square" says="grad_of_mean_square(x) is the gradient of the mean of |x|. Where is the square?"
def grad_of_mean_square(x):
    y = x.detach().requires_grad_()
    y.abs().mean().backward()
    return y.grad


# %% wrong="grad_of_mean_square" says="grad_of_mean_square(x) of a (2, 3) tensor divides by its 2 rows. The mean is over all numbers."
def grad_of_mean_square(x):
    y = x.detach().requires_grad_()
    (y ** 2).mean(dim=0).sum().backward()
    return y.grad


# %% wrong="grad_of_mean_square" says="RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn. The loss has no history: what made it was not recorded. Is the forward pass under no_grad?"
def grad_of_mean_square(x):
    with torch.no_grad():
        y = x.clone().requires_grad_()
        y.pow(2).mean().backward()
    return y.grad


# %% wrong="grad_of_mean_square" says="grad_of_mean_square(x) of a (2, 3) tensor is one row. Which shape does x have?"
def grad_of_mean_square(x):
    y = nn.Parameter(x.flatten())
    y.pow(2).mean().backward()
    return y.grad


# %% wrong="predict" says="predict(model, images) puts each layer into the mode of the whole model. Each module has a mode of its own."
def predict(model, images):
    model.eval()
    with torch.no_grad():
        classes = model(images).argmax(1)
    model.train()
    return classes


# %% wrong="predict" says="predict(model, images) compares the images with each other. Which dim holds the classes?"
def predict(model, images):
    modes = {m: m.training for m in model.modules()}
    model.eval()
    with torch.no_grad():
        classes = model(images).argmax(0)
    for m, mode in modes.items():
        m.training = mode
    return classes


# %% wrong="predict" says="predict(model, images) is a max, wanted int64[3]. Does a line end with a comma, or are several things returned?"
def predict(model, images):
    modes = {m: m.training for m in model.modules()}
    model.eval()
    with torch.no_grad():
        classes = model(images).max(1)
    for m, mode in modes.items():
        m.training = mode
    return classes


# %% wrong="predict" says="predict(model, images) puts back the modes of the layers. The model itself stays in inference mode."
def predict(model, images):
    modes = {m: m.training for m in model.children()}
    model.eval()
    with torch.no_grad():
        classes = model(images).argmax(1)
    for m, mode in modes.items():
        m.train(mode)
    return classes


# %% wrong="predict" says="predict(model, images) of eight images is 0 at [2], wanted 2, the largest of 2 differences."
def predict(model, images):
    modes = {m: m.training for m in model.modules()}
    model.eval()
    with torch.no_grad():
        classes = model(images).exp().round().argmax(1)
    for m, mode in modes.items():
        m.training = mode
    return classes


# %% wrong="predict" says="predict(model, images) is a list, wanted int64[3]. Which function makes a tensor of a list?"
def predict(model, images):
    modes = {m: m.training for m in model.modules()}
    model.eval()
    with torch.no_grad():
        classes = model(images).argmax(1).tolist()
    for m, mode in modes.items():
        m.training = mode
    return classes


# %% wrong="predict" says="predict(model, images) gives the outputs of the model. Which class has the largest?"
def predict(model, images):
    modes = {m: m.training for m in model.modules()}
    with torch.no_grad():
        model.eval()
        logits = model(images)
    for m, mode in modes.items():
        m.training = mode
    return logits


# %% wrong="train_step" says="train_step(…) gives the loss after the step. The one that the step was computed from is wanted."
def train_step(model, images, labels, criterion, optimizer):
    optimizer.zero_grad()
    loss = criterion(model(images), labels)
    loss.backward()
    optimizer.step()
    return criterion(model(images), labels).item()


# %% wrong="train_step" says="RuntimeError: 0D or 1D target tensor expected, multi-target not supported. The labels are (2, 1), a row for each example; this loss wants one class number for each."
def train_step(model, images, labels, criterion, optimizer):
    optimizer.zero_grad()
    loss = F.nll_loss(model(images), labels)
    loss.backward()
    optimizer.step()
    return loss.item()


# %% wrong="train_step" says="train_step(…) steps with 1 where the slope is 10. What happens to the gradient before the step?"
def train_step(model, images, labels, criterion, optimizer):
    optimizer.zero_grad()
    loss = criterion(model(images), labels)
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    return loss.item()


# %% wrong="train_step" says="train_step(…) makes two steps with one gradient. One batch means one step."
def train_step(model, images, labels, criterion, optimizer):
    optimizer.zero_grad()
    loss = criterion(model(images), labels)
    loss.backward()
    optimizer.step()
    optimizer.step()
    return loss.item()


# %% wrong="train_step" says="the list of losses of train_step(…) with Adam[0] is 1.1, wanted 1.105."
def train_step(model, images, labels, criterion, optimizer):
    optimizer.zero_grad()
    loss = criterion(model(images.flatten(1)), labels)
    loss.backward()
    optimizer.step()
    return round(loss.item(), 2)


# %% wrong="train_step" says="train_step(…) is a NumPy array, float32[], wanted a Python float."
def train_step(model, images, labels, criterion, optimizer):
    optimizer.zero_grad()
    loss = criterion(model(images), labels)
    loss.backward()
    optimizer.step()
    return loss.detach().numpy()


# %% wrong="train_step" says="RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn. `loss` has no history: what made it was not recorded. Does the way to it lead through argmax, which has no slope?"
def train_step(model, images, labels, criterion, optimizer):
    optimizer.zero_grad()
    loss = criterion(model(images).argmax(1), labels)
    loss.backward()
    optimizer.step()
    return loss.item()


# %% wrong="train_epoch" says="AttributeError: 'list' object has no attribute 'dataset'. `loader` is a list, and a list has no dataset."
def train_epoch(model, loader, criterion, optimizer):
    model.train()
    total = 0
    for x, y in loader:
        total += train_step(model, x, y, criterion, optimizer) * len(x)
    return total / len(loader.dataset)


# %% wrong="train_epoch" says="train_epoch(…) is the loss of the first batch alone. Is each batch used, and where does return stand?"
def train_epoch(model, loader, criterion, optimizer):
    model.train()
    total = n = 0
    for x, y in loader:
        total += train_step(model, x, y, criterion, optimizer) * len(x)
        n += len(x)
        return total / n


# %% wrong="train_epoch" says="train_epoch(…) gives each batch's loss after its step. The one that the step was computed from is wanted."
def train_epoch(model, loader, criterion, optimizer):
    model.train()
    total = n = 0
    for x, y in loader:
        train_step(model, x, y, criterion, optimizer)
        with torch.no_grad():
            total += criterion(model(x), y).item() * len(x)
        n += len(x)
    return total / n


# %% wrong="train_epoch" says="train_epoch(…) makes one step from all examples at once. Each batch gets a step of its own."
def train_epoch(model, loader, criterion, optimizer):
    model.train()
    batches = list(loader)
    x = torch.cat([b[0] for b in batches])
    y = torch.cat([b[1] for b in batches])
    return train_step(model, x, y, criterion, optimizer)


# %% wrong="train_epoch" says="train_epoch(…) makes one step from the sum of all gradients. Each batch gets a step of its own."
def train_epoch(model, loader, criterion, optimizer):
    model.train()
    total = n = 0
    optimizer.zero_grad()
    for x, y in loader:
        loss = criterion(model(x), y)
        loss.backward()
        total += loss.item() * len(x)
        n += len(x)
    optimizer.step()
    return total / n


# %% wrong="train_epoch" says="train_epoch(…) is the loss of the last batch alone. What about the others?"
def train_epoch(model, loader, criterion, optimizer):
    model.train()
    total = n = 0
    first, *rest = loader
    for x, y in rest:
        total += train_step(model, x, y, criterion, optimizer) * len(x)
        n += len(x)
    return total / n


# %% wrong="train_epoch" says="train_epoch(…) of a generator is 0. How often can one go through a generator?"
def train_epoch(model, loader, criterion, optimizer):
    model.train()
    n = sum(len(x) for x, y in loader)
    return sum(train_step(model, x, y, criterion, optimizer) * len(x) for x, y in loader) / n


# %% wrong="train" says="train(…) gives its optimizer momentum. The task asks for plain SGD."
def train(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    return [train_epoch(model, loader, nn.NLLLoss(), optimizer) for _ in range(epochs)]


# %% wrong="train" says="train(…) uses a criterion that adds up the losses of a batch. Their mean is wanted."
def train(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    return [train_epoch(model, loader, nn.NLLLoss(reduction="sum"), optimizer) for _ in range(epochs)]


# %% wrong="train" says="RuntimeError: addmm: mat1 and mat2 shapes cannot be multiplied (2x2 and 784x128). 2 rows of 2 numbers came where layer 0 takes 784 a row."
def train(model, loader, epochs, lr):
    model = log_softmax_model()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    return [train_epoch(model, loader, nn.NLLLoss(), optimizer) for _ in range(epochs)]


# %% wrong="train" says="train(…) ends after 2 of 8 epochs. It trains for as many as it is asked to."
def train(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for epoch in range(epochs):
        losses.append(train_epoch(model, loader, nn.NLLLoss(), optimizer))
        if len(losses) > 1 and losses[-1] > losses[-2]:
            break
    return losses


# %% wrong="train" says="train(…) gives one loss per batch. One per epoch is wanted."
def train(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for epoch in range(epochs):
        for x, y in loader:
            losses.append(train_step(model, x, y, nn.NLLLoss(), optimizer))
    return losses


# %% wrong="train" says="the trained model's answer to the training images is right for 81.9% of 6000 examples, wanted at least 85%."
def train(model, loader, epochs, lr):
    losses = []
    for epoch in range(epochs):
        optimizer = torch.optim.SGD(list(model.parameters())[-2:], lr=lr)
        losses.append(train_epoch(model, loader, nn.NLLLoss(), optimizer))
    return losses


# %% wrong="train" says="train(…) changes everyone's random numbers. Does it set a seed?"
def train(model, loader, epochs, lr):
    torch.manual_seed(0)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    return [train_epoch(model, loader, nn.NLLLoss(), optimizer) for _ in range(epochs)]


# %% wrong="train" says="train(…) keeps the batches of its first epoch. A loader that shuffles has new ones in each epoch."
def train(model, loader, epochs, lr):
    batches = list(loader)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    return [train_epoch(model, batches, nn.NLLLoss(), optimizer) for _ in range(epochs)]


# %% wrong="train_logits" says="train_logits(…) makes steps of Adam. The task asks for plain SGD."
def train_logits(model, loader, epochs, lr):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    return [train_epoch(model, loader, nn.CrossEntropyLoss(), optimizer) for _ in range(epochs)]


# %% wrong="train_logits" says="train_logits(…) smooths the labels. The task asks for the loss of the right class alone."
def train_logits(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    return [train_epoch(model, loader, nn.CrossEntropyLoss(label_smoothing=0.1), optimizer) for _ in range(epochs)]


# %% wrong="train_logits" says="train_logits(model, loader, epochs=2, lr=0)[0] is 0.726, wanted 0.7675."
def train_logits(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    return [train_epoch(model, loader, nn.MSELoss(), optimizer) for _ in range(epochs)]


# %% wrong="train_logits" says="train_logits(…) compares the images of a batch with each other. Which dim holds the classes?"
def train_logits(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    return [train_epoch(nn.Sequential(model, nn.LogSoftmax(dim=0)), loader, nn.NLLLoss(), optimizer) for _ in range(epochs)]


# %% wrong="train_logits" says="ValueError: Target size (torch.Size([2])) must be the same as input size (torch.Size([2, 2])). The outputs are (2, 2) and the labels (2,): 2 scores for each label. Which loss takes a class number?"
def train_logits(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    return [train_epoch(model, loader, nn.BCEWithLogitsLoss(), optimizer) for _ in range(epochs)]


# %% wrong="train_logits" says="RuntimeError: Boolean value of Tensor with more than one value is ambiguous. CrossEntropyLoss got outputs and labels where its options belong: first make the loss, then call it."
def train_logits(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    return [train_epoch(model, loader, nn.CrossEntropyLoss, optimizer) for _ in range(epochs)]


# %% wrong="train_logits" says="train_logits(…) gives the loss of one epoch where two were asked for. Where does return stand, and how far does the loop count?"
def train_logits(model, loader, epochs, lr):
    for _ in range(epochs):
        optimizer = torch.optim.SGD(model.parameters(), lr=lr)
        return [train_epoch(model, loader, nn.CrossEntropyLoss(), optimizer)]


# %% wrong="train_logits" says="train_logits(…) uses a criterion that adds up the losses of a batch. Their mean is wanted."
def train_logits(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    return [train_epoch(model, loader, nn.CrossEntropyLoss(reduction="sum"), optimizer) for _ in range(epochs)]


# %% wrong="FORGOTTEN" says="FORGOTTEN says D without zero_grad. Look at the table of the experiment again, where lr is 0.1."
FORGOTTEN = {"zero_grad": "D", "backward": "B", "step": "C"}


# %% wrong="FORGOTTEN" says="FORGOTTEN has the letters as keys. Of what should it tell the outcome?"
FORGOTTEN = {"A": "zero_grad", "B": "backward", "C": "step"}


# %% wrong="FORGOTTEN" says="FORGOTTEN says nothing of step. Each of the three calls needs its letter."
FORGOTTEN = {"zero_grad": "A", "backward": "B"}


# %% wrong="FORGOTTEN" says="FORGOTTEN says B without zero_grad and C without backward and A without step. Look at the table of the experiment again, where lr is 0.1."
FORGOTTEN = {"zero_grad": "B", "backward": "C", "step": "A"}


# %% wrong="warmup_cosine" says="warmup_cosine(…) warms up in one epoch too many, up to 1.5."
def warmup_cosine(epoch, warmup, total):
    if epoch <= warmup:
        return (epoch + 1) / warmup
    t = (epoch - warmup) / (total - warmup)
    return 0.5 * (1 + math.cos(math.pi * t))


# %% wrong="warmup_cosine" says="factors[2] is a tensor, float32[], wanted a Python float. Which method takes the number out of a tensor?"
def warmup_cosine(epoch, warmup, total):
    if epoch < warmup:
        return (epoch + 1) / warmup
    t = (epoch - warmup) / (total - warmup)
    return 0.5 * (1 + torch.cos(torch.tensor(math.pi * t)))


# %% wrong="warmup_cosine" says="warmup_cosine(…) is already 0 in the last epoch. How many epochs does the falling part have?"
def warmup_cosine(epoch, warmup, total):
    if epoch < warmup:
        return (epoch + 1) / warmup
    t = (epoch - warmup) / (total - warmup - 1)
    return 0.5 * (1 + math.cos(math.pi * t))


# %% wrong="warmup_cosine" says="warmup_cosine(…) adds 0.5 outside of the brackets. What is halved?"
def warmup_cosine(epoch, warmup, total):
    if epoch < warmup:
        return (epoch + 1) / warmup
    t = (epoch - warmup) / (total - warmup)
    return 0.5 * 1 + math.cos(math.pi * t)


# %% wrong="warmup_cosine" says="warmup_cosine(…) goes through a whole wave, down and up again. Where is half of it?"
def warmup_cosine(epoch, warmup, total):
    if epoch < warmup:
        return (epoch + 1) / warmup
    t = (epoch - warmup) / (total - warmup)
    return 0.5 * (1 + math.cos(2 * math.pi * t))


# %% wrong="warmup_cosine" says="warmup_cosine(…) falls in a straight line. Which shape does the task name?"
def warmup_cosine(epoch, warmup, total):
    if epoch < warmup:
        return (epoch + 1) / warmup
    t = (epoch - warmup) / (total - warmup)
    return 1 - t


# %% wrong="warmup_cosine" says="warmup_cosine(…) does not reach 1 in the last epoch of its warm-up. How many steps lead up to it?"
def warmup_cosine(epoch, warmup, total):
    if epoch < warmup:
        return (epoch + 1) / (warmup + 1)
    t = (epoch - warmup) / (total - warmup)
    return 0.5 * (1 + math.cos(math.pi * t))


# %% wrong="warmup_cosine" says="warmup_cosine(…) rounds down to whole numbers when it divides."
def warmup_cosine(epoch, warmup, total):
    if epoch < warmup:
        return (epoch + 1) // warmup
    t = (epoch - warmup) // (total - warmup)
    return 0.5 * (1 + math.cos(math.pi * t))


# %% wrong="warmup_cosine" says="warmup_cosine(…) rises after the warm-up. Which sign does the cosine have?"
def warmup_cosine(epoch, warmup, total):
    if epoch < warmup:
        return (epoch + 1) / warmup
    t = (epoch - warmup) / (total - warmup)
    return 0.5 * (1 - math.cos(math.pi * t))


# %% wrong="warmup_cosine" says="warmup_cosine(…) begins its cosine an epoch ahead. What is over in its first epoch?"
def warmup_cosine(epoch, warmup, total):
    if epoch < warmup:
        return (epoch + 1) / warmup
    t = (epoch - warmup + 1) / (total - warmup)
    return 0.5 * (1 + math.cos(math.pi * t))


# %% wrong="train_with_schedule" says="train_with_schedule(…) changes the learning rate after each batch. The schedule counts epochs."
def train_with_schedule(model, loader, epochs, lr, warmup):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda e: warmup_cosine(e, warmup, epochs))
    rates = []
    for _ in range(epochs):
        rates.append(scheduler.get_last_lr()[0])
        for x, y in loader:
            train_step(model, x, y, nn.NLLLoss(), optimizer)
            scheduler.step()
    return rates


# %% wrong="train_with_schedule" says="train_with_schedule(…) has no warm-up: its rate falls from the first epoch on. Whose factors does the task name?"
def train_with_schedule(model, loader, epochs, lr, warmup):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    rates = []
    for _ in range(epochs):
        rates.append(scheduler.get_last_lr()[0])
        train_epoch(model, loader, nn.NLLLoss(), optimizer)
        scheduler.step()
    return rates


# %% wrong="train_with_schedule" says="train_with_schedule(…)[0] is 0.9651, wanted 0.1."
def train_with_schedule(model, loader, epochs, lr, warmup):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda e: warmup_cosine(e, warmup, epochs))
    losses = []
    for _ in range(epochs):
        losses.append(train_epoch(model, loader, nn.NLLLoss(), optimizer))
        scheduler.step()
    return losses


# %% wrong="train_with_schedule" says="train_with_schedule(…) gives the factors. A rate is the factor times lr."
def train_with_schedule(model, loader, epochs, lr, warmup):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda e: warmup_cosine(e, warmup, epochs))
    rates = []
    for _ in range(epochs):
        rates.append(optimizer.param_groups[0]["lr"] / lr)
        train_epoch(model, loader, nn.NLLLoss(), optimizer)
        scheduler.step()
    return rates


# %% wrong="train_with_schedule" says="train_with_schedule(…) notes the first rate and that after each epoch, so one too many."
def train_with_schedule(model, loader, epochs, lr, warmup):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda e: warmup_cosine(e, warmup, epochs))
    rates = [scheduler.get_last_lr()[0]]
    for _ in range(epochs):
        train_epoch(model, loader, nn.NLLLoss(), optimizer)
        scheduler.step()
        rates.append(scheduler.get_last_lr()[0])
    return rates
