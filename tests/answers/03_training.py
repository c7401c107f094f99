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


# %% wrong="log_softmax_model" says="parameter 1 of log_softmax_model() has shape (256, 784), wanted (128, 784)."
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


# %% wrong="nll" says="IndexError: index 2 is out of bounds for dimension 0 with size 2"
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


# %% wrong="nll" says="nll(log_probs, labels) is a number without its record. Autograd must be able to go back through the loss."
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


# %% wrong="grad_of_mean_square" says="RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn"
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


# %% wrong="grad_of_mean_square" says="grad_of_mean_square(x) where x has a gradient already is 8 at [0], wanted 1, the largest of 2 differences."
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


# %% wrong="grad_of_mean_square" says="grad_of_mean_square(x) is 3 at [0], wanted 1.5, the largest of 3 differences."
def grad_of_mean_square(x):
    return x


# %% wrong="grad_of_mean_square" says="grad_of_mean_square(x) of a (2, 3) tensor is …"
def grad_of_mean_square(x):
    own = x.detach().clone().requires_grad_()
    own.square().sum().div(len(x)).backward()
    return own.grad


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


# %% wrong="predict" says="predict(model, images) lets autograd record the model's call. Under what should the call stand?"
def predict(model, images):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    classes = model(images).detach().argmax(dim=1)
    for module, mode in modes.items():
        module.training = mode
    return classes


# %% wrong="predict" says="predict(model, images) lets autograd record the model's call. Under what should the call stand?"
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


# %% wrong="predict" says="predict(model, images) of one image is int64[], wanted int64[1]."
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


# %% wrong="train_step" says="train_step(…) makes no step. Which call moves the weights?"
def train_step(model, images, labels, criterion, optimizer):
    optimizer.zero_grad()
    loss = criterion(model(images), labels)
    loss.backward()
    return loss.item()


# %% wrong="train_step" says="train_step(…) makes no step. Which call moves the weights?"
def train_step(model, images, labels, criterion, optimizer):
    optimizer.zero_grad()
    loss = criterion(model(images), labels)
    loss.backward()
    optimizer.step
    return loss.item()


# %% wrong="train_step" says="train_step(…) gives the loss as a tensor, which keeps all that it was computed from. Which method gives the number?"
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


# %% wrong="train_step" says="train_step(…) makes no step. Which call moves the weights?"
def train_step(model, images, labels, criterion, optimizer):
    return 5.0


# %% wrong="train_step" says="train_step(…) makes no step. Which call moves the weights?"
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


# %% wrong="train_step" says="RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn"
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


# %% right="train_epoch"
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


# %% wrong="train_epoch" says="train_epoch(…) ends after the first batch. Where does return stand?"
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


# %% wrong="train_epoch" says="train_epoch(…) keeps the record of every batch, since it adds up loss tensors. Which method gives the bare number?"
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


# %% wrong="train_epoch" says="train_epoch(…) keeps the record of every batch, since it adds up loss tensors. Which method gives the bare number?"
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


# %% wrong="train_epoch" says="AttributeError: 'list' object has no attribute 'dataset'"
def train_epoch(model, loader, criterion, optimizer):
    model.train()
    total = 0.0
    for images, labels in loader:
        total += train_step(model, images, labels, criterion, optimizer) * len(images)
    return total / len(loader.dataset)


# %% wrong="train_epoch" says="TypeError: object of type 'generator' has no len()"
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


# %% wrong="train_epoch" says="train_epoch(…) of a generator of batches of 4 is …"
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


# %% wrong="train_epoch" says="train_epoch(…) is 0, wanted 0.7675."
def train_epoch(model, loader, criterion, optimizer):
    return 0.0


# %% wrong="train_epoch" says="train_epoch(…) is a list, wanted a Python float."
def train_epoch(model, loader, criterion, optimizer):
    return loader


# %% right="train"
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


# %% wrong="train" says="train(…) stops after the first epoch. Where does return stand?"
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


# %% wrong="train" says="train(…) moves the weights although lr is 0. Which learning rate does its optimizer get?"
def train(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.00001)
    return [train_epoch(model, loader, nn.NLLLoss(), optimizer) for _ in range(epochs)]


# %% wrong="train" says="TypeError: SGD.__init__() missing 1 required positional argument: 'params'"
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


# %% wrong="train" says="train(model, loader, epochs=5, lr=0.1) diverges, …"
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

# %% wrong="FORGOTTEN" says="FORGOTTEN says D without backward. Look at the table of the experiment again."
FORGOTTEN = {"zero_grad": "A", "backward": "D", "step": "C"}

# %% wrong="FORGOTTEN" says="FORGOTTEN says D without zero_grad and D without backward and D without step. Look at the table of the experiment again."
FORGOTTEN = {"zero_grad": "D", "backward": "D", "step": "D"}

# %% wrong="FORGOTTEN" says="FORGOTTEN says B without step. Look at the table of the experiment again."
FORGOTTEN = {"zero_grad": "A", "backward": "B", "step": "B"}

# %% wrong="FORGOTTEN" says="FORGOTTEN is a tuple, wanted a dict with the keys 'backward', 'step', 'zero_grad'."
FORGOTTEN = "A", "B", "C"

# %% wrong="FORGOTTEN" says="FORGOTTEN has the keys 'backward', 'step', wanted 'backward', 'step', 'zero_grad'."
FORGOTTEN = {"backward": "B", "step": "C"}

# %% wrong="FORGOTTEN" says="Not yet: `FORGOTTEN` still needs your code."
FORGOTTEN = ...

# %% wrong="FORGOTTEN" says="FORGOTTEN is an empty dict, wanted the keys 'backward', 'step', 'zero_grad'."
FORGOTTEN = {}


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


# %% wrong="warmup_cosine" says="ZeroDivisionError: division by zero"
def warmup_cosine(epoch, warmup, total):
    rising = (epoch + 1) / warmup
    falling = 0.5 * (1 + math.cos(math.pi * (epoch - warmup) / (total - warmup)))
    return rising if epoch < warmup else falling


# %% wrong="warmup_cosine" says="factors[2] is None, wanted a Python float."
def warmup_cosine(epoch, warmup, total):
    if epoch < warmup:
        return (epoch + 1) / warmup
    0.5 * (1 + math.cos(math.pi * (epoch - warmup) / (total - warmup)))


# %% wrong="warmup_cosine" says="factors[0] is 1, wanted 0.5."
def warmup_cosine(epoch, warmup, total):
    return 1.0


# %% wrong="warmup_cosine" says="factors[0] is 0, wanted 0.5."
def warmup_cosine(epoch, warmup, total):
    return epoch


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


# %% wrong="train_with_schedule" says="train_with_schedule(…) notes each rate after scheduler.step(), when the next one is set already."
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


# %% wrong="train_with_schedule" says="train_with_schedule(…) gives a list in place of each rate. What does get_last_lr() return?"
def train_with_schedule(model, loader, epochs, lr, warmup):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda e: warmup_cosine(e, warmup, epochs))
    rates = []
    for _ in range(epochs):
        rates.append(scheduler.get_last_lr())
        train_epoch(model, loader, nn.NLLLoss(), optimizer)
        scheduler.step()
    return rates


# %% wrong="train_with_schedule" says="train_with_schedule(…) asks get_lr(), which is right only inside of a scheduler's step. Which method gives the last rate?"
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


# %% wrong="train_with_schedule" says="train_with_schedule(…) makes no step. Which call moves the weights?"
def train_with_schedule(model, loader, epochs, lr, warmup):
    return [lr * warmup_cosine(epoch, warmup, epochs) for epoch in range(epochs)]


# %% wrong="train_with_schedule" says="train_with_schedule(…) is None, wanted a list of 4. Does it return its result?"
def train_with_schedule(model, loader, epochs, lr, warmup):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda e: warmup_cosine(e, warmup, epochs))
    for _ in range(epochs):
        train_epoch(model, loader, nn.NLLLoss(), optimizer)
        scheduler.step()


# %% wrong="train_with_schedule" says="train_with_schedule(…) makes no step. Which call moves the weights?"
def train_with_schedule(model, loader, epochs, lr, warmup):
    return [0.05, 0.1, 0.1, 0.05]
