# %% [markdown]
# Right and wrong answers to the tasks of lesson 05. A wrong one says the sentence that its learner must read.


# %% right="top_classes"
def top_classes(log_probs, k):
    return torch.topk(torch.exp(log_probs), k, dim=1)


# %% right="top_classes"
def top_classes(log_probs, k):
    order = log_probs.argsort(dim=1, descending=True)[:, :k]
    return log_probs.gather(1, order).exp(), order


# %% right="top_classes"
def top_classes(log_probs, k):
    probabilities, classes = torch.softmax(log_probs, dim=-1).sort(dim=-1, descending=True)
    return probabilities[..., :k], classes[..., :k]


# %% right="top_classes"
def top_classes(log_probs, k):
    rest = log_probs.exp()
    columns = []
    for _ in range(k):
        best = rest.argmax(dim=1, keepdim=True)
        columns.append((rest.gather(1, best), best))
        rest = rest.scatter(1, best, -1.0)
    probabilities, classes = zip(*columns)
    return torch.cat(probabilities, dim=1), torch.cat(classes, dim=1)


# %% right="top_classes"
def top_classes(log_probs, k):
    p = np.exp(log_probs.detach().cpu().numpy())
    order = np.argsort(-p, axis=1, kind="stable")[:, :k].copy()
    return torch.from_numpy(np.take_along_axis(p, order, axis=1)), torch.from_numpy(order)


# %% wrong="top_classes" says="top_classes(…) gives log-probabilities. What turns them into probabilities?"
def top_classes(log_probs, k):
    return log_probs.topk(k, dim=1)


# %% wrong="top_classes" says="top_classes(…) gives the classes first. The probabilities come first."
def top_classes(log_probs, k):
    probabilities, classes = log_probs.exp().topk(k, dim=1)
    return classes, probabilities


# %% wrong="top_classes" says="top_classes(…) gives the least likely classes."
def top_classes(log_probs, k):
    probabilities, classes = log_probs.exp().sort(dim=1)
    return probabilities[:, :k], classes[:, :k]


# %% wrong="top_classes" says="top_classes(…) has the most likely class last. It comes first."
def top_classes(log_probs, k):
    probabilities, classes = log_probs.exp().sort(dim=1)
    return probabilities[:, -k:], classes[:, -k:]


# %% wrong="top_classes" says="top_classes(…) compares the images with each other. Which dim holds the classes?"
def top_classes(log_probs, k):
    return log_probs.exp().topk(k, dim=0)


# %% wrong="top_classes" says="top_classes(…) gives the probabilities alone. It returns the classes too."
def top_classes(log_probs, k):
    return log_probs.exp().topk(k, dim=1).values


# %% wrong="top_classes" says="top_classes(…) gives the classes alone. It returns their probabilities too."
def top_classes(log_probs, k):
    return log_probs.argsort(dim=1, descending=True)[:, :k]


# %% wrong="top_classes" says="log_probs was changed. Leave the argument as it was and return a new value."
def top_classes(log_probs, k):
    return log_probs.exp_().topk(k, dim=1)


# %% wrong="top_classes" says="top_classes(log_probs, 2) is a tensor, float32[3, 4], wanted a tuple of 2. Commas between several values make a tuple."
def top_classes(log_probs, k):
    return log_probs


# %% wrong="top_classes" says="top_classes(log_probs, 2)[0] is 0.5 at [2, 1], wanted 0.154, the largest of 6 differences. All 6 numbers are 0.5: does the result depend on the arguments?"
def top_classes(log_probs, k):
    return torch.full((len(log_probs), k), 0.5), torch.zeros(len(log_probs), k, dtype=torch.long)


# %% wrong="top_classes" says="top_classes(…) gives two classes, whatever k is."
def top_classes(log_probs, k):
    return log_probs.exp().topk(2, dim=1)


# %% wrong="top_classes" says="top_classes(log_probs, 2) is a list, wanted a tuple of 2. Square brackets make a list, commas alone a tuple."
def top_classes(log_probs, k):
    probabilities, classes = log_probs.exp().topk(k)
    return [probabilities, classes]


# %% wrong="top_classes" says="top_classes(…) gives the classes as floats. An index is a whole number."
def top_classes(log_probs, k):
    p, c = log_probs.exp().topk(k, dim=1)
    return p, c.float()


# %% wrong="top_classes" says="top_classes(…) rounds the probabilities. Leave them as they are."
def top_classes(log_probs, k):
    p, c = log_probs.exp().topk(k, dim=1)
    return (p * 100).round() / 100, c


# %% wrong="top_classes" says="top_classes(…) gives two classes, whatever k is."
def top_classes(log_probs, k=2):
    p, c = log_probs.exp().sort(dim=1, descending=True)
    return p[:, :2], c[:, :2]


# %% wrong="top_classes" says="top_classes(…) gives all classes, whatever k is."
def top_classes(log_probs, k):
    p, c = log_probs.exp().sort(dim=1, descending=True)
    return p, c


# %% wrong="top_classes" says="top_classes(…) drops a dimension when k is 1. Its results are (n, k) for every k."
def top_classes(log_probs, k):
    p, c = log_probs.exp().topk(k, dim=1)
    return p.squeeze(), c.squeeze()


# %% wrong="top_classes" says="top_classes(log_probs, 2)[0] is a list, wanted float32[3, 2]. Which function makes a tensor of a list?"
def top_classes(log_probs, k):
    p, c = log_probs.exp().topk(k, dim=1)
    return p.tolist(), c.tolist()


# %% wrong="top_classes" says="top_classes(…) makes the k probabilities sum to 1. The other classes have their share too."
def top_classes(log_probs, k):
    p, c = log_probs.topk(k, dim=1)
    return p.softmax(dim=1), c


# %% wrong="top_classes" says="top_classes(…) gives three classes, whatever k is."
def top_classes(log_probs, k):
    p, c = log_probs.topk(3, dim=1)
    return p.exp(), c


# %% right="accuracy"
def accuracy(log_probs, labels):
    top_p, top_class = log_probs.exp().topk(1, dim=1)
    equals = top_class == labels.view(*top_class.shape)
    return torch.mean(equals.type(torch.FloatTensor)).item()


# %% right="accuracy"
def accuracy(log_probs, labels):
    return int((log_probs.max(dim=1).indices == labels).sum()) / len(labels)


# %% right="accuracy"
def accuracy(log_probs, labels):
    right = 0
    for row, label in zip(log_probs, labels):
        if row.argmax() == label:
            right += 1
    return right / len(log_probs)


# %% right="accuracy"
def accuracy(log_probs, labels):
    return float(np.mean(log_probs.cpu().numpy().argmax(axis=1) == labels.cpu().numpy()))


# %% right="accuracy"
def accuracy(log_probs, labels):
    hits = F.one_hot(log_probs.argmax(-1), log_probs.size(-1))[torch.arange(len(labels)), labels]
    return hits.double().mean().item()


# %% wrong="accuracy" says="accuracy(…) compares each prediction with every label, (n, 1) against (n,)."
def accuracy(log_probs, labels):
    classes = log_probs.topk(1, dim=1).indices
    return (classes == labels).float().mean().item()


# %% wrong="accuracy" says="accuracy(…) compares (n, 1) with (n,), which makes (n, n), and counts too much."
def accuracy(log_probs, labels):
    classes = log_probs.argmax(dim=1, keepdim=True)
    return (classes == labels).sum().item() / len(labels)


# %% wrong="accuracy" says="accuracy(…) counts the right ones. Their share is wanted, from 0 to 1."
def accuracy(log_probs, labels):
    return (log_probs.argmax(dim=1) == labels).sum().item()


# %% wrong="accuracy" says="accuracy(…) is in percent. A share goes from 0 to 1."
def accuracy(log_probs, labels):
    return 100 * (log_probs.argmax(dim=1) == labels).float().mean().item()


# %% wrong="accuracy" says="accuracy(…) is the share of wrong ones."
def accuracy(log_probs, labels):
    return (log_probs.argmax(dim=1) != labels).float().mean().item()


# %% wrong="accuracy" says="accuracy(…) divides by the number of classes. How many images are there?"
def accuracy(log_probs, labels):
    return (log_probs.argmax(dim=1) == labels).sum().item() / log_probs.shape[1]


# %% wrong="accuracy" says="accuracy(…) is 0, where five of seven are right. Does it take the largest number of each row, and divide exactly?"
def accuracy(log_probs, labels):
    return (log_probs.argmin(dim=1) == labels).float().mean().item()


# %% wrong="accuracy" says="accuracy(log_probs, labels) is a tensor, float32[], wanted a Python float. Which method takes the number out of a tensor?"
def accuracy(log_probs, labels):
    return (log_probs.argmax(dim=1) == labels).float().mean()


# %% wrong="accuracy" says="RuntimeError: The size of tensor a (3) must match the size of tensor b (7) at non-singleton dimension 0. Shapes are compared from the right, and there 3 meets 7: sizes must be the same, or 1."
def accuracy(log_probs, labels):
    return (log_probs.argmax(dim=0) == labels).float().mean().item()


# %% wrong="accuracy" says="NotImplementedError: mean(): could not infer output dtype…"
def accuracy(log_probs, labels):
    return (log_probs.argmax(dim=1) == labels).mean().item()


# %% wrong="accuracy" says="accuracy(log_probs, labels) is a tensor, float32[7, 3], wanted a Python float."
def accuracy(log_probs, labels):
    return log_probs


# %% wrong="accuracy" says="accuracy(…) gives the same for other images. Does it use its arguments?"
def accuracy(log_probs, labels):
    return 5 / 7


# %% wrong="accuracy" says="accuracy(…) divides by 7, whatever the number of images is."
def accuracy(log_probs, labels):
    return (log_probs.argmax(dim=1) == labels).sum().item() / 7


# %% wrong="accuracy" says="accuracy(log_probs, labels) is None, wanted a Python float. Does it return its result?"
def accuracy(log_probs, labels):
    print((log_probs.argmax(dim=1) == labels).float().mean().item())


# %% wrong="accuracy" says="accuracy(…) rounds the share. Leave it as it is."
def accuracy(log_probs, labels):
    return round((log_probs.argmax(dim=1) == labels).float().mean().item(), 2)


# %% wrong="accuracy" says="log_probs was changed. Leave the argument as it was and return a new value."
def accuracy(log_probs, labels):
    p = log_probs.exp_()
    return (p.argmax(dim=1) == labels).float().mean().item()


# %% wrong="accuracy" says="accuracy(log_probs, labels) is a tensor, float32[], wanted a Python float. Which method takes the number out of a tensor?"
def accuracy(log_probs, labels):
    right = sum(log_probs[i].argmax() == labels[i] for i in range(len(labels)))
    return right / len(labels)


# %% wrong="accuracy" says="accuracy(…) is 0, where five of seven are right. Does it take the largest number of each row, and divide exactly?"
def accuracy(log_probs, labels):
    right = (log_probs.argmax(dim=1) == labels).sum().item()
    return right // len(labels)


# %% wrong="accuracy" says="accuracy(…) asks for a probability above 0.5. The largest one decides, however small it is."
def accuracy(log_probs, labels):
    return (log_probs.exp()[torch.arange(len(labels)), labels] > 0.5).float().mean().item()


# %% right="evaluate"
def evaluate(model, loader, criterion):
    before = [m.training for m in model.modules()]
    model.eval()
    total, hits, n = 0, 0, 0
    with torch.inference_mode():
        for x, y in loader:
            out = model(x)
            total += criterion(out, y).item() * x.size(0)
            hits += (out.argmax(1) == y).sum().item()
            n += x.size(0)
    for m, mode in zip(model.modules(), before):
        m.training = mode
    return total / n, hits / n


# %% right="evaluate"
@torch.no_grad()
def evaluate(model, loader, criterion):
    twin = copy.deepcopy(model).eval()
    summed = type(criterion)(reduction="sum")
    loss = sum(summed(twin(images), labels).item() for images, labels in loader)
    right = sum((twin(images).topk(1)[1].squeeze(1) == labels).sum().item() for images, labels in loader)
    return loss / len(loader.dataset), right / len(loader.dataset)


# %% wrong="evaluate" says="evaluate(…) goes wrong where a loader shuffles. Do outputs and labels come from the same pass?"
def evaluate(model, loader, criterion):
    modes = {name: module.training for name, module in model.named_modules()}
    model.train(False)
    try:
        with torch.no_grad():
            outputs = torch.cat([model(images) for images, _ in loader])
            labels = torch.cat([labels for _, labels in loader])
            return float(criterion(outputs, labels)), accuracy(outputs, labels)
    finally:
        for name, module in model.named_modules():
            module.training = modes[name]


# %% right="evaluate"
def evaluate(model, loader, criterion):
    inside = [module for module in model.modules() if module.training]
    model.eval()
    sizes, losses, shares = [], [], []
    for images, labels in loader:
        with torch.no_grad():
            log_probs = model(images)
        sizes.append(len(images))
        losses.append(criterion(log_probs, labels).item())
        shares.append(accuracy(log_probs, labels))
    for module in inside:
        module.training = True
    return float(np.average(losses, weights=sizes)), float(np.average(shares, weights=sizes))


# %% right="evaluate"
def evaluate(model, loader, criterion):
    modes = [(m, m.training) for m in model.modules()]
    model.eval()
    losses, hits = [], []
    try:
        for images, labels in loader:
            for image, label in zip(images, labels):
                with torch.no_grad():
                    out = model(image[None])
                losses.append(criterion(out, label[None]).item())
                hits.append(out.argmax().item() == label.item())
    finally:
        for m, mode in modes:
            m.training = mode
    return sum(losses) / len(losses), sum(hits) / len(hits)


# %% right="evaluate"
def evaluate(model, loader, criterion):
    before = torch.is_grad_enabled()
    torch.set_grad_enabled(False)
    modes = {name: m.training for name, m in model.named_modules()}
    model.requires_grad_(True).eval()
    n, loss, right = 0, torch.tensor(0.0), torch.tensor(0)
    for images, labels in loader:
        out = model(images)
        loss = loss + criterion(out, labels).cpu() * labels.shape[0]
        right = right + torch.sum(torch.eq(torch.argmax(out, -1), labels)).cpu()
        n += labels.shape[0]
    for name, m in model.named_modules():
        m.training = modes[name]
    torch.set_grad_enabled(before)
    return (loss / n).item(), (right / n).item()


# %% wrong="evaluate" says="evaluate(…) measures with dropout at work. Which call puts a model into inference mode?"
def evaluate(model, loader, criterion):
    loss, right, count = 0.0, 0, 0
    with torch.no_grad():
        for images, labels in loader:
            log_probs = model(images)
            loss += criterion(log_probs, labels).item() * len(labels)
            right += (log_probs.argmax(dim=1) == labels).sum().item()
            count += len(labels)
    return loss / count, right / count


# %% wrong="evaluate" says="evaluate(…) lets autograd record each batch. Under what should the model be called?"
def evaluate(model, loader, criterion):
    was_training = model.training
    model.eval()
    loss, right, count = 0.0, 0, 0
    for images, labels in loader:
        log_probs = model(images).detach()
        loss += criterion(log_probs, labels).item() * len(labels)
        right += (log_probs.argmax(dim=1) == labels).sum().item()
        count += len(labels)
    model.train(was_training)
    return loss / count, right / count


# %% wrong="evaluate" says="evaluate(…) switches recording off for good, so that nothing can be trained afterwards."
def evaluate(model, loader, criterion):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    torch.set_grad_enabled(False)
    loss, right, count = 0.0, 0, 0
    for images, labels in loader:
        log_probs = model(images)
        loss += criterion(log_probs, labels).item() * len(labels)
        right += (log_probs.argmax(dim=1) == labels).sum().item()
        count += len(labels)
    for module, mode in modes.items():
        module.training = mode
    return loss / count, right / count


# %% wrong="evaluate" says="evaluate(…) has the mean of the batches' losses. A smaller batch must count less."
def evaluate(model, loader, criterion):
    loss, share = 0.0, 0.0
    model.eval()
    with torch.no_grad():
        for images, labels in loader:
            log_probs = model(images)
            loss += criterion(log_probs, labels).item()
            share += accuracy(log_probs, labels)
    model.train()
    return loss / len(loader), share / len(loader)


# %% wrong="evaluate" says="evaluate(…) has the mean of the batches' losses. A smaller batch must count less."
def evaluate(model, loader, criterion):
    loss, right = 0.0, 0
    model.eval()
    with torch.no_grad():
        for images, labels in loader:
            log_probs = model(images)
            loss += criterion(log_probs, labels).item()
            right += (log_probs.argmax(dim=1) == labels).sum().item()
    model.train()
    return loss / len(loader), right / len(loader.dataset)


# %% wrong="evaluate" says="evaluate(…) has the mean of the batches' accuracies. A smaller batch must count less."
def evaluate(model, loader, criterion):
    loss, shares, count = 0.0, [], 0
    model.eval()
    with torch.no_grad():
        for images, labels in loader:
            log_probs = model(images)
            loss += criterion(log_probs, labels).item() * len(images)
            count += len(images)
            shares.append(accuracy(log_probs, labels))
    model.train()
    return loss / count, sum(shares) / len(shares)


# %% wrong="evaluate" says="evaluate(…) has the loss of the last batch alone. What about the others?"
def evaluate(model, loader, criterion):
    model.eval()
    with torch.no_grad():
        for images, labels in loader:
            log_probs = model(images)
            loss = criterion(log_probs, labels).item()
            share = accuracy(log_probs, labels)
    model.train()
    return loss, share


# %% wrong="evaluate" says="evaluate(…) has the loss of the last batch alone. What about the others?"
def evaluate(model, loader, criterion):
    model.eval()
    right = 0
    with torch.no_grad():
        for images, labels in loader:
            log_probs = model(images)
            loss = criterion(log_probs, labels)
            right += (log_probs.argmax(dim=1) == labels).sum().item()
    model.train()
    return loss.item(), right / len(loader.dataset)


# %% wrong="evaluate" says="evaluate(…) has the loss of the first batch alone. Where does return stand?"
def evaluate(model, loader, criterion):
    model.eval()
    loss, right, count = 0.0, 0, 0
    with torch.no_grad():
        for images, labels in loader:
            log_probs = model(images)
            loss += criterion(log_probs, labels).item() * len(labels)
            right += (log_probs.argmax(dim=1) == labels).sum().item()
            count += len(labels)
            return loss / count, right / count


# %% wrong="evaluate" says="evaluate(…) adds the batches' mean losses and divides by the number of images. How much should each mean weigh?"
def evaluate(model, loader, criterion):
    model.eval()
    loss, right = 0.0, 0
    with torch.no_grad():
        for images, labels in loader:
            log_probs = model(images)
            loss += criterion(log_probs, labels).item()
            right += (log_probs.argmax(dim=1) == labels).sum().item()
    return loss / len(loader.dataset), right / len(loader.dataset)


# %% wrong="evaluate" says="evaluate(…) has a sum of losses. Their mean is wanted."
def evaluate(model, loader, criterion):
    model.eval()
    loss, right = 0.0, 0
    with torch.no_grad():
        for images, labels in loader:
            log_probs = model(images)
            loss += criterion(log_probs, labels).item() * len(images)
            right += (log_probs.argmax(dim=1) == labels).sum().item()
    return loss, right / len(loader.dataset)


# %% wrong="evaluate" says="evaluate(…) counts the right ones. Their share is wanted."
def evaluate(model, loader, criterion):
    model.eval()
    loss, right = 0.0, 0
    with torch.no_grad():
        for images, labels in loader:
            log_probs = model(images)
            loss += criterion(log_probs, labels).item() * len(images)
            right += (log_probs.argmax(dim=1) == labels).sum().item()
    return loss / len(loader.dataset), right


# %% wrong="evaluate" says="evaluate(…) has the accuracy in percent. A share goes from 0 to 1."
def evaluate(model, loader, criterion):
    model.eval()
    loss, right = 0.0, 0
    with torch.no_grad():
        for images, labels in loader:
            log_probs = model(images)
            loss += criterion(log_probs, labels).item() * len(images)
            right += (log_probs.argmax(dim=1) == labels).sum().item()
    return loss / len(loader.dataset), 100 * right / len(loader.dataset)


# %% wrong="evaluate" says="evaluate(…) gives the accuracy first. The loss comes first."
def evaluate(model, loader, criterion):
    model.eval()
    loss, right = 0.0, 0
    with torch.no_grad():
        for images, labels in loader:
            log_probs = model(images)
            loss += criterion(log_probs, labels).item() * len(images)
            right += (log_probs.argmax(dim=1) == labels).sum().item()
    return right / len(loader.dataset), loss / len(loader.dataset)


# %% wrong="evaluate" says="evaluate(model, loader, criterion)[0] is a tensor, float32[], wanted a Python float. Which method takes the number out of a tensor?"
def evaluate(model, loader, criterion):
    model.eval()
    loss, right = 0.0, 0
    with torch.no_grad():
        for images, labels in loader:
            log_probs = model(images)
            loss += criterion(log_probs, labels) * len(images)
            right += (log_probs.argmax(dim=1) == labels).sum().item()
    return loss / len(loader.dataset), right / len(loader.dataset)


# %% wrong="evaluate" says="evaluate(…) leaves the model in inference mode, and the next epoch trains in the wrong one."
def evaluate(model, loader, criterion):
    model.eval()
    loss, right = 0.0, 0
    with torch.no_grad():
        for images, labels in loader:
            log_probs = model(images)
            loss += criterion(log_probs, labels).item() * len(images)
            right += (log_probs.argmax(dim=1) == labels).sum().item()
    return loss / len(loader.dataset), right / len(loader.dataset)


# %% wrong="evaluate" says="evaluate(…) leaves every module in training mode. Each has a mode of its own to go back to."
def evaluate(model, loader, criterion):
    model.eval()
    loss, right = 0.0, 0
    with torch.no_grad():
        for images, labels in loader:
            log_probs = model(images)
            loss += criterion(log_probs, labels).item() * len(images)
            right += (log_probs.argmax(dim=1) == labels).sum().item()
    model.train()
    return loss / len(loader.dataset), right / len(loader.dataset)


# %% wrong="evaluate" says="evaluate(…) leaves every module in training mode. Each has a mode of its own to go back to."
def evaluate(model, loader, criterion):
    was_training = model.training
    model.eval()
    loss, right = 0.0, 0
    with torch.no_grad():
        for images, labels in loader:
            log_probs = model(images)
            loss += criterion(log_probs, labels).item() * len(images)
            right += (log_probs.argmax(dim=1) == labels).sum().item()
    model.train(was_training)
    return loss / len(loader.dataset), right / len(loader.dataset)


# %% wrong="evaluate" says="evaluate(…) uses a loss of its own. Where is the criterion that it was given?"
def evaluate(model, loader, criterion):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    loss, right = 0.0, 0
    with torch.no_grad():
        for images, labels in loader:
            log_probs = model(images)
            loss += F.nll_loss(log_probs, labels, reduction="sum").item()
            right += (log_probs.argmax(dim=1) == labels).sum().item()
    for module, mode in modes.items():
        module.training = mode
    return loss / len(loader.dataset), right / len(loader.dataset)


# %% wrong="evaluate" says="evaluate(…) leaves a module in training mode while it measures. Which call reaches all of them?"
def evaluate(model, loader, criterion):
    modes = {module: module.training for module in model.modules()}
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.eval()
    loss, right = 0.0, 0
    with torch.no_grad():
        for images, labels in loader:
            log_probs = torch.cat([model(torch.cat([one[None], one[None]]))[:1] for one in images])
            loss += criterion(log_probs, labels).item() * len(labels)
            right += (log_probs.argmax(dim=1) == labels).sum().item()
    for module, mode in modes.items():
        module.training = mode
    return loss / len(loader.dataset), right / len(loader.dataset)


# %% wrong="evaluate" says="the criterion's reduction was changed. Leave the argument as it was and return a new value."
def evaluate(model, loader, criterion):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    criterion.reduction = "sum"
    loss, right = 0.0, 0
    with torch.no_grad():
        for images, labels in loader:
            log_probs = model(images)
            loss += criterion(log_probs, labels).item()
            right += (log_probs.argmax(dim=1) == labels).sum().item()
    for module, mode in modes.items():
        module.training = mode
    return loss / len(loader.dataset), right / len(loader.dataset)


# %% wrong="evaluate" says="evaluate(model, loader, criterion)[0] is 1.147, wanted 0.6859."
def evaluate(model, loader, criterion):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    with torch.no_grad():
        for images, labels in loader:
            model(images)
    for module, mode in modes.items():
        module.training = mode
    return -math.log(0.8 * 0.4 * 0.1) / 3, 2 / 3


# %% wrong="evaluate" says="evaluate(model, loader, criterion) is None, wanted a tuple of 2. Does it return its result?"
def evaluate(model, loader, criterion):
    return None


# %% wrong="evaluate" says="evaluate(model, loader, criterion) is a module, Sequential, wanted a tuple of 2."
def evaluate(model, loader, criterion):
    return model


# %% wrong="evaluate" says="evaluate(…) weighs each batch by the loader's batch_size. How many images has the last one?"
def evaluate(model, loader, criterion):
    modes = {m: m.training for m in model.modules()}
    model.eval()
    loss = right = 0
    with torch.no_grad():
        for images, labels in loader:
            out = model(images)
            loss += criterion(out, labels).item() * loader.batch_size
            right += (out.argmax(1) == labels).sum().item()
    for m, t in modes.items():
        m.training = t
    return loss / len(loader.dataset), right / len(loader.dataset)


# %% wrong="evaluate" says="evaluate(…) gives the modules inside a layer that layer's mode. Each has one of its own to go back to."
def evaluate(model, loader, criterion):
    was = model.training
    modes = [c.training for c in model.children()]
    model.eval()
    loss = right = n = 0
    with torch.no_grad():
        for images, labels in loader:
            out = model(images)
            loss += criterion(out, labels).item() * len(labels)
            right += (out.argmax(1) == labels).sum().item()
            n += len(labels)
    model.training = was
    for c, t in zip(model.children(), modes):
        c.train(t)
    return loss / n, right / n


# %% wrong="evaluate" says="evaluate(…) switches recording on, although its caller had it off."
def evaluate(model, loader, criterion):
    modes = {m: m.training for m in model.modules()}
    model.eval()
    torch.set_grad_enabled(False)
    loss = right = n = 0
    for images, labels in loader:
        out = model(images)
        loss += criterion(out, labels).item() * len(labels)
        right += (out.argmax(1) == labels).sum().item()
        n += len(labels)
    torch.set_grad_enabled(True)
    for m, t in modes.items():
        m.training = t
    return loss / n, right / n


# %% wrong="evaluate" says="evaluate(…) puts back the modes of the outer layers alone. The modules inside them have modes too."
def evaluate(model, loader, criterion):
    modules = [model, *model.children()]
    modes = [m.training for m in modules]
    model.eval()
    loss = right = n = 0
    with torch.no_grad():
        for images, labels in loader:
            out = model(images)
            loss += criterion(out, labels).item() * len(labels)
            right += (out.argmax(1) == labels).sum().item()
            n += len(labels)
    for m, t in zip(modules, modes):
        m.training = t
    return loss / n, right / n


# %% wrong="evaluate" says="evaluate(…) leaves the model itself in inference mode. It has a mode, as its layers have."
def evaluate(model, loader, criterion):
    modes = {name: m.training for name, m in model.named_modules() if name}
    model.eval()
    loss = right = n = 0
    with torch.no_grad():
        for images, labels in loader:
            out = model(images)
            loss += criterion(out, labels).item() * len(labels)
            right += (out.argmax(1) == labels).sum().item()
            n += len(labels)
    for name, m in model.named_modules():
        if name:
            m.training = modes[name]
    return loss / n, right / n


# %% wrong="evaluate" says="evaluate(…) rounds to three places. Leave both numbers as they are."
def evaluate(model, loader, criterion):
    modes = {m: m.training for m in model.modules()}
    model.eval()
    loss = right = n = 0
    with torch.no_grad():
        for images, labels in loader:
            out = model(images)
            loss += criterion(out, labels).item() * len(labels)
            right += (out.argmax(1) == labels).sum().item()
            n += len(labels)
    for m, t in modes.items():
        m.training = t
    return round(loss / n, 3), round(right / n, 3)


# %% wrong="evaluate" says="evaluate(…) adds the batches' mean losses. The mean of all images is wanted."
def evaluate(model, loader, criterion):
    modes = {m: m.training for m in model.modules()}
    model.eval()
    loss = right = n = 0
    with torch.no_grad():
        for images, labels in loader:
            out = model(images)
            loss += criterion(out, labels).item()
            right += (out.argmax(1) == labels).sum().item()
            n += len(labels)
    for m, t in modes.items():
        m.training = t
    return loss, right / n


# %% wrong="evaluate" says="evaluate(…) leaves every module in training mode. Each has a mode of its own to go back to."
def evaluate(model, loader, criterion):
    loss = right = n = 0
    for images, labels in loader:
        was = model.training
        model.eval()
        with torch.no_grad():
            out = model(images)
        model.train(was)
        loss += criterion(out, labels).item() * len(labels)
        right += (out.argmax(1) == labels).sum().item()
        n += len(labels)
    return loss / n, right / n


# %% wrong="evaluate" says="evaluate(…) compares (n, 1) with (n,), which makes (n, n), and counts too much."
def evaluate(model, loader, criterion):
    modes = {m: m.training for m in model.modules()}
    model.eval()
    loss = right = n = 0
    with torch.no_grad():
        for images, labels in loader:
            out = model(images)
            loss += criterion(out, labels).item() * len(labels)
            right += (out.topk(1, dim=1).indices == labels).sum().item()
            n += len(labels)
    for m, t in modes.items():
        m.training = t
    return loss / n, right / n


# %% wrong="evaluate" says="evaluate(…) gives the criterion probabilities. It takes what the model returns."
def evaluate(model, loader, criterion):
    modes = {m: m.training for m in model.modules()}
    model.eval()
    loss = right = n = 0
    with torch.no_grad():
        for images, labels in loader:
            out = model(images).exp()
            loss += criterion(out, labels).item() * len(labels)
            right += (out.argmax(1) == labels).sum().item()
            n += len(labels)
    for m, t in modes.items():
        m.training = t
    return loss / n, right / n


# %% right="evaluate"
def evaluate(model, loader, criterion):
    modes = [(m, m.training) for m in model.modules()]
    for m, _ in modes:
        m.training = False
    losses, hits = [], []
    with torch.no_grad():
        for x, y in loader:
            out = model(x)
            for i in range(len(y)):
                losses.append(criterion(out[i : i + 1], y[i : i + 1]).item())
                hits.append(bool(out[i].argmax() == y[i]))
    for m, mode in reversed(modes):
        m.train(mode)
    for m, mode in modes:
        m.training = mode
    return math.fsum(losses) / len(losses), sum(hits) / len(hits)


# %% wrong="evaluate" says="evaluate(…) counts the last batch as if it were full. How many images does it have?"
def evaluate(model, loader, criterion):
    modes = [(m, m.training) for m in model.modules()]
    model.eval()
    loss = hits = n = 0
    with torch.no_grad():
        for x, y in loader:
            p = model(x)
            loss += criterion(p, y).item() * len(y)
            hits += (p.argmax(1) == y).sum().item()
            n += loader.batch_size
    for m, mode in modes:
        m.training = mode
    return loss / n, hits / n


# %% right="evaluate"
def evaluate(model, loader, criterion):
    modes = [(m, m.training) for m in model.modules()]
    model.eval()
    loss = hits = n = 0
    with torch.no_grad():
        for x, y in loader:
            p = model(x)
            loss += criterion(p, y).item() * len(y)
            hits += (p.argmax(1) == y).sum().item()
            n += len(y)
    for m, mode in modes:
        m.train(mode)
    return loss / n, hits / n


# %% wrong="evaluate" says="evaluate(…) freezes the weights, so that nothing can be trained afterwards."
def evaluate(model, loader, criterion):
    modes = [(m, m.training) for m in model.modules()]
    model.eval()
    loss = hits = n = 0
    model.requires_grad_(False)
    if True:
        for x, y in loader:
            p = model(x)
            loss += criterion(p, y).item() * len(y)
            hits += (p.argmax(1) == y).sum().item()
            n += len(y)
    for m, mode in modes:
        m.training = mode
    return loss / n, hits / n


# %% wrong="evaluate" says="evaluate(…) changes the gradients of the model. It only measures."
def evaluate(model, loader, criterion):
    modes = [(m, m.training) for m in model.modules()]
    model.eval()
    model.zero_grad()
    loss = hits = n = 0
    with torch.no_grad():
        for x, y in loader:
            p = model(x)
            loss += criterion(p, y).item() * len(y)
            hits += (p.argmax(1) == y).sum().item()
            n += len(y)
    for m, mode in modes:
        m.training = mode
    return loss / n, hits / n


# %% wrong="evaluate" says="evaluate(…) goes on from the sums of its last call. Where do they begin at 0?"
totals = [0.0, 0, 0]


def evaluate(model, loader, criterion):
    modes = [(m, m.training) for m in model.modules()]
    model.eval()
    with torch.no_grad():
        for x, y in loader:
            p = model(x)
            totals[0] += criterion(p, y).item() * len(y)
            totals[1] += (p.argmax(1) == y).sum().item()
            totals[2] += len(y)
    for m, mode in modes:
        m.training = mode
    return totals[0] / totals[2], totals[1] / totals[2]


# %% wrong="evaluate" says="evaluate(…) compares each prediction with the labels of all batches, (n, 1) against (n,)."
def evaluate(model, loader, criterion):
    was = model.training
    model.eval()
    with torch.no_grad():
        p, y = (torch.cat(z) for z in zip(*[(model(x), y) for x, y in loader]))
    model.train(was)
    return criterion(p, y).item(), (p.topk(1, dim=1).indices == y).float().mean().item()


# %% right="ClassifierDropout"
class ClassifierDropout(nn.Module):
    def __init__(self, p=0.2):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(),
            nn.Linear(784, 256),
            nn.ReLU(),
            nn.Dropout(p),
            nn.Linear(256, 128),
            nn.ReLU(),
            nn.Dropout(p),
            nn.Linear(128, 64),
            nn.ReLU(),
            nn.Dropout(p),
            nn.Linear(64, 10),
            nn.LogSoftmax(dim=1),
        )

    def forward(self, x):
        return self.layers(x)


# %% right="ClassifierDropout"
class ClassifierDropout(Classifier):
    def __init__(self, p=0.2):
        super().__init__()
        self.p = p

    def forward(self, x):
        x = x.view(x.shape[0], -1)
        for layer in (self.fc1, self.fc2, self.fc3):
            x = F.dropout(F.relu(layer(x)), p=self.p, training=self.training)
        return self.fc4(x).log_softmax(dim=1)


# %% right="ClassifierDropout"
class ClassifierDropout(nn.Module):
    def __init__(self, p=0.2):
        super().__init__()
        sizes = [784, 256, 128, 64]
        self.hidden = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))
        self.out = nn.Linear(64, 10)
        self.drop = nn.Dropout(p=p)

    def forward(self, x):
        x = x.reshape(len(x), 784)
        for layer in self.hidden:
            x = F.relu(self.drop(layer(x)))  # the other order gives the same: what is kept grows, its sign stays
        return F.log_softmax(self.out(x), dim=-1)


# %% right="ClassifierDropout"
class ClassifierDropout(nn.Module):
    def __init__(self, p=0.2):
        super().__init__()
        self.fc4, self.fc3 = nn.Linear(64, 10), nn.Linear(128, 64)
        self.fc2, self.fc1 = nn.Linear(256, 128), nn.Linear(784, 256)
        self.p = p

    def drop(self, x):
        if not self.training:
            return x
        return x * (torch.rand_like(x) >= self.p) / (1 - self.p)

    def forward(self, x):
        x = x.flatten(1)
        x = self.drop(self.fc1(x).relu())
        x = self.drop(self.fc2(x).relu())
        x = self.drop(self.fc3(x).relu())
        return torch.log_softmax(self.fc4(x), 1)


# %% right="ClassifierDropout"
class ClassifierDropout(nn.Module):
    def __init__(self, p=0.2):
        super().__init__()
        self.p = p
        sizes = [784, 256, 128, 64, 10]
        self.blocks = nn.ModuleDict({f"b{i}": nn.Linear(a, b) for i, (a, b) in enumerate(zip(sizes, sizes[1:]))})

    def forward(self, x):
        x = x.reshape(x.size(0), -1)
        for i in range(3):
            x = torch.clamp(self.blocks[f"b{i}"](x), min=0)
            if self.training and self.p > 0:
                x = x * torch.bernoulli(torch.full_like(x, 1 - self.p)).div(1 - self.p)
        x = self.blocks["b3"](x)
        return x - torch.logsumexp(x, dim=1, keepdim=True)


# %% right="ClassifierDropout"
class ClassifierDropout(nn.Sequential):
    def __init__(self, p=0.2):
        layers = [nn.Flatten()]
        for a, b in [(784, 256), (256, 128), (128, 64)]:
            layers += [nn.Linear(a, b), nn.ReLU(), nn.Dropout(p, inplace=True)]
        super().__init__(*layers, nn.Linear(64, 10), nn.LogSoftmax(dim=-1))


# %% wrong="ClassifierDropout" says="ClassifierDropout() drops units in inference mode too. How does your dropout learn of the mode?"
class ClassifierDropout(Classifier):
    def __init__(self, p=0.2):
        super().__init__()
        self.p = p

    def forward(self, x):
        x = x.flatten(1)
        x = F.dropout(F.relu(self.fc1(x)), self.p)
        x = F.dropout(F.relu(self.fc2(x)), self.p)
        x = F.dropout(F.relu(self.fc3(x)), self.p)
        return F.log_softmax(self.fc4(x), dim=1)


# %% wrong="ClassifierDropout" says="ClassifierDropout() has dropout on its output too. It belongs after the hidden layers alone."
class ClassifierDropout(Classifier):
    def __init__(self, p=0.2):
        super().__init__()
        self.dropout = nn.Dropout(p)

    def forward(self, x):
        x = x.flatten(1)
        x = self.dropout(F.relu(self.fc1(x)))
        x = self.dropout(F.relu(self.fc2(x)))
        x = self.dropout(F.relu(self.fc3(x)))
        return F.log_softmax(self.dropout(self.fc4(x)), dim=1)


# %% wrong="ClassifierDropout" says="ClassifierDropout() drops classes after log_softmax, and the rest no longer sums to 1."
class ClassifierDropout(Classifier):
    def __init__(self, p=0.2):
        super().__init__()
        self.dropout = nn.Dropout(p)

    def forward(self, x):
        x = x.flatten(1)
        x = self.dropout(F.relu(self.fc1(x)))
        x = self.dropout(F.relu(self.fc2(x)))
        x = self.dropout(F.relu(self.fc3(x)))
        return self.dropout(F.log_softmax(self.fc4(x), dim=1))


# %% wrong="ClassifierDropout" says="ClassifierDropout() has dropout on the pixels. It belongs after the hidden layers."
class ClassifierDropout(Classifier):
    def __init__(self, p=0.2):
        super().__init__()
        self.dropout = nn.Dropout(p)

    def forward(self, x):
        x = self.dropout(x.flatten(1))
        x = self.dropout(F.relu(self.fc1(x)))
        x = self.dropout(F.relu(self.fc2(x)))
        x = self.dropout(F.relu(self.fc3(x)))
        return F.log_softmax(self.fc4(x), dim=1)


# %% wrong="ClassifierDropout" says="ClassifierDropout() has no dropout after the third hidden layer."
class ClassifierDropout(Classifier):
    def __init__(self, p=0.2):
        super().__init__()
        self.dropout = nn.Dropout(p)

    def forward(self, x):
        x = x.flatten(1)
        x = self.dropout(F.relu(self.fc1(x)))
        x = self.dropout(F.relu(self.fc2(x)))
        x = F.relu(self.fc3(x))
        return F.log_softmax(self.fc4(x), dim=1)


# %% wrong="ClassifierDropout" says="ClassifierDropout() has no dropout after the first hidden layer."
class ClassifierDropout(Classifier):
    def __init__(self, p=0.2):
        super().__init__()
        self.dropout = nn.Dropout(p)

    def forward(self, x):
        x = x.flatten(1)
        x = F.relu(self.fc1(x))
        x = self.dropout(F.relu(self.fc2(x)))
        x = self.dropout(F.relu(self.fc3(x)))
        return F.log_softmax(self.fc4(x), dim=1)


# %% wrong="ClassifierDropout" says="ClassifierDropout() has dropout after the third hidden layer alone."
class ClassifierDropout(Classifier):
    def __init__(self, p=0.2):
        super().__init__()
        self.dropout = nn.Dropout(p)

    def forward(self, x):
        x = F.relu(self.fc3(F.relu(self.fc2(F.relu(self.fc1(x.flatten(1)))))))
        return F.log_softmax(self.fc4(self.dropout(x)), dim=1)


# %% wrong="ClassifierDropout" says="ClassifierDropout() drops nothing in training mode. Does forward use the dropout?"
class ClassifierDropout(Classifier):
    def __init__(self, p=0.2):
        super().__init__()
        self.dropout = nn.Dropout(p)

    def forward(self, x):
        x = x.flatten(1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        x = F.relu(self.fc3(x))
        return F.log_softmax(self.fc4(x), dim=1)


# %% wrong="ClassifierDropout" says="ClassifierDropout() drops half of the units. Does p reach the dropout?"
class ClassifierDropout(Classifier):
    def __init__(self, p=0.2):
        super().__init__()
        self.dropout = nn.Dropout()

    def forward(self, x):
        x = x.flatten(1)
        x = self.dropout(F.relu(self.fc1(x)))
        x = self.dropout(F.relu(self.fc2(x)))
        x = self.dropout(F.relu(self.fc3(x)))
        return F.log_softmax(self.fc4(x), dim=1)


# %% wrong="ClassifierDropout" says="ClassifierDropout() keeps one unit in five. p is the probability to be dropped."
class ClassifierDropout(Classifier):
    def __init__(self, p=0.2):
        super().__init__()
        self.dropout = nn.Dropout(1 - p)

    def forward(self, x):
        x = x.flatten(1)
        x = self.dropout(F.relu(self.fc1(x)))
        x = self.dropout(F.relu(self.fc2(x)))
        x = self.dropout(F.relu(self.fc3(x)))
        return F.log_softmax(self.fc4(x), dim=1)


# %% wrong="ClassifierDropout" says="ClassifierDropout(p=0.5) drops one unit in five, as for p=0.2."
class ClassifierDropout(Classifier):
    def __init__(self, p=0.2):
        super().__init__()
        self.dropout = nn.Dropout(p=0.2)

    def forward(self, x):
        x = x.flatten(1)
        x = self.dropout(F.relu(self.fc1(x)))
        x = self.dropout(F.relu(self.fc2(x)))
        x = self.dropout(F.relu(self.fc3(x)))
        return F.log_softmax(self.fc4(x), dim=1)


# %% wrong="ClassifierDropout" says="ClassifierDropout() does not multiply what it keeps by 1/(1-p)."
class ClassifierDropout(Classifier):
    def __init__(self, p=0.2):
        super().__init__()
        self.p = p

    def forward(self, x):
        x = x.flatten(1)
        for layer in (self.fc1, self.fc2, self.fc3):
            x = F.relu(layer(x))
            if self.training:
                x = x * (torch.rand(x.shape) > self.p)
        return F.log_softmax(self.fc4(x), dim=1)


# %% wrong="ClassifierDropout" says="ClassifierDropout() gives logits. The last step of forward is a log_softmax."
class ClassifierDropout(Classifier):
    def __init__(self, p=0.2):
        super().__init__()
        self.dropout = nn.Dropout(p)

    def forward(self, x):
        x = x.flatten(1)
        x = self.dropout(F.relu(self.fc1(x)))
        x = self.dropout(F.relu(self.fc2(x)))
        x = self.dropout(F.relu(self.fc3(x)))
        return self.fc4(x)


# %% wrong="ClassifierDropout" says="ClassifierDropout() compares the images with each other. Which dim holds the classes?"
class ClassifierDropout(Classifier):
    def __init__(self, p=0.2):
        super().__init__()
        self.dropout = nn.Dropout(p)

    def forward(self, x):
        x = x.flatten(1)
        x = self.dropout(F.relu(self.fc1(x)))
        x = self.dropout(F.relu(self.fc2(x)))
        x = self.dropout(F.relu(self.fc3(x)))
        return F.log_softmax(self.fc4(x), dim=0)


# %% wrong="ClassifierDropout" says="ClassifierDropout() sends its logits through ReLU. They may be negative."
class ClassifierDropout(Classifier):
    def __init__(self, p=0.2):
        super().__init__()
        self.dropout = nn.Dropout(p)

    def forward(self, x):
        x = x.flatten(1)
        x = self.dropout(F.relu(self.fc1(x)))
        x = self.dropout(F.relu(self.fc2(x)))
        x = self.dropout(F.relu(self.fc3(x)))
        return F.log_softmax(F.relu(self.fc4(x)), dim=1)


# %% wrong="ClassifierDropout" says="ClassifierDropout() has no ReLU between its layers."
class ClassifierDropout(Classifier):
    def __init__(self, p=0.2):
        super().__init__()
        self.dropout = nn.Dropout(p)

    def forward(self, x):
        x = x.flatten(1)
        x = self.dropout(self.fc1(x))
        x = self.dropout(self.fc2(x))
        x = self.dropout(self.fc3(x))
        return F.log_softmax(self.fc4(x), dim=1)


# %% wrong="ClassifierDropout" says="ClassifierDropout() has the sizes 784-128-64-10 of lesson 03. Which ones has the Classifier above?"
class ClassifierDropout(nn.Module):
    def __init__(self, p=0.2):
        super().__init__()
        self.fc1, self.fc2, self.fc3 = nn.Linear(784, 128), nn.Linear(128, 64), nn.Linear(64, 10)
        self.dropout = nn.Dropout(p)

    def forward(self, x):
        x = self.dropout(F.relu(self.fc1(x.flatten(1))))
        x = self.dropout(F.relu(self.fc2(x)))
        return F.log_softmax(self.fc3(x), dim=1)


# %% wrong="ClassifierDropout" says="ClassifierDropout() has no parameters. Is each layer assigned to self, under a name of its own?"
class ClassifierDropout(nn.Module):
    def __init__(self, p=0.2):
        super().__init__()
        self.layers = [nn.Linear(784, 256), nn.Linear(256, 128), nn.Linear(128, 64), nn.Linear(64, 10)]
        self.dropout = nn.Dropout(p)

    def forward(self, x):
        x = x.flatten(1)
        for layer in self.layers[:-1]:
            x = self.dropout(F.relu(layer(x)))
        return F.log_softmax(self.layers[-1](x), dim=1)


# %% wrong="ClassifierDropout" says="ClassifierDropout() has no parameters. Is each layer assigned to self, under a name of its own?"
class ClassifierDropout(nn.Module):
    def forward(self, x):
        return x


# %% wrong="ClassifierDropout" says="ClassifierDropout() leaves it to PyTorch to guess which dim holds the classes. Which one does?"
class ClassifierDropout(nn.Module):
    def __init__(self, p=0.2):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(784, 256), nn.Linear(256, 128)
        self.fc3, self.fc4 = nn.Linear(128, 64), nn.Linear(64, 10)
        self.dropout = nn.Dropout(p)

    def forward(self, x):
        x = x.flatten(start_dim=1)
        for layer in (self.fc1, self.fc2, self.fc3):
            x = self.dropout(F.relu(layer(x)))
        return F.log_softmax(self.fc4(x))


# %% wrong="ClassifierDropout" says="ClassifierDropout() uses a dropout for feature maps. Which kind drops single units?"
class ClassifierDropout(nn.Module):
    def __init__(self, p=0.2):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(784, 256), nn.Linear(256, 128)
        self.fc3, self.fc4 = nn.Linear(128, 64), nn.Linear(64, 10)
        self.dropout = nn.Dropout2d(p)

    def forward(self, x):
        x = x.flatten(start_dim=1)
        for layer in (self.fc1, self.fc2, self.fc3):
            x = self.dropout(F.relu(layer(x)))
        return F.log_softmax(self.fc4(x), dim=1)


# %% wrong="ClassifierDropout" says="ClassifierDropout() gives -inf or nan where logits are large. Which function of lesson 03 computes softmax and logarithm in one step?"
class ClassifierDropout(Classifier):
    def __init__(self, p=0.2):
        super().__init__()
        self.drop = nn.Dropout(p)

    def forward(self, x):
        x = x.flatten(1)
        x = self.drop(F.relu(self.fc1(x)))
        x = self.drop(F.relu(self.fc2(x)))
        x = self.drop(F.relu(self.fc3(x)))
        return torch.log(F.softmax(self.fc4(x), dim=1))


# %% wrong="ClassifierDropout" says="ClassifierDropout() sets a dropped unit to another number than 0. Which kind of dropout sets it to 0?"
class ClassifierDropout(Classifier):
    def __init__(self, p=0.2):
        super().__init__()
        self.drop = nn.AlphaDropout(p)

    def forward(self, x):
        x = x.flatten(1)
        x = self.drop(F.relu(self.fc1(x)))
        x = self.drop(F.relu(self.fc2(x)))
        x = self.drop(F.relu(self.fc3(x)))
        return F.log_softmax(self.fc4(x), dim=1)


# %% wrong="ClassifierDropout" says="ClassifierDropout() drops the same units for every image of a batch. Each image needs a draw of its own."
class ClassifierDropout(Classifier):
    def __init__(self, p=0.2):
        super().__init__()
        self.p = p

    def drop(self, x):
        if not self.training:
            return x
        return x * (torch.rand(x.shape[1]) > self.p) / (1 - self.p)

    def forward(self, x):
        x = x.flatten(1)
        x = self.drop(F.relu(self.fc1(x)))
        x = self.drop(F.relu(self.fc2(x)))
        x = self.drop(F.relu(self.fc3(x)))
        return F.log_softmax(self.fc4(x), dim=1)


# %% wrong="ClassifierDropout" says="ClassifierDropout() has dropout on the pixels. It belongs after the hidden layers."
class ClassifierDropout(Classifier):
    def __init__(self, p=0.2):
        super().__init__()
        self.drop = nn.Dropout(p)

    def forward(self, x):
        x = self.drop(x.flatten(1))
        x = self.drop(F.relu(self.fc1(x)))
        x = self.drop(F.relu(self.fc2(x)))
        x = F.relu(self.fc3(x))
        return F.log_softmax(self.fc4(x), dim=1)


# %% wrong="ClassifierDropout" says="ClassifierDropout() drops all units of a layer together. Which kind of dropout draws for each of them?"
class ClassifierDropout(Classifier):
    def __init__(self, p=0.2):
        super().__init__()
        self.drop = nn.Dropout1d(p)

    def forward(self, x):
        x = x.flatten(1)
        x = self.drop(F.relu(self.fc1(x)))
        x = self.drop(F.relu(self.fc2(x)))
        x = self.drop(F.relu(self.fc3(x)))
        return F.log_softmax(self.fc4(x), dim=1)


# %% wrong="ClassifierDropout" says="ClassifierDropout() has dropout on its output, and none after the third hidden layer."
class ClassifierDropout(Classifier):
    def __init__(self, p=0.2):
        super().__init__()
        self.drop = nn.Dropout(p)

    def forward(self, x):
        x = x.flatten(1)
        x = self.drop(F.relu(self.fc1(x)))
        x = self.drop(F.relu(self.fc2(x)))
        x = F.relu(self.fc3(x))
        return F.log_softmax(self.drop(self.fc4(x)), dim=1)


# %% wrong="ClassifierDropout" says="ClassifierDropout() uses a dropout for feature maps. Which kind drops single units?"
class ClassifierDropout(Classifier):
    def __init__(self, p=0.2):
        super().__init__()
        self.drop = nn.Dropout3d(p)

    def forward(self, x):
        x = x.flatten(1)
        x = self.drop(F.relu(self.fc1(x)))
        x = self.drop(F.relu(self.fc2(x)))
        x = self.drop(F.relu(self.fc3(x)))
        return F.log_softmax(self.fc4(x), dim=1)


# %% wrong="ClassifierDropout" says="ClassifierDropout() drops the same units for every image of a batch. Each image needs a draw of its own."
class ClassifierDropout(Classifier):
    def __init__(self, p=0.2):
        super().__init__()
        self.masks = [(torch.rand(n) > p) / (1 - p) for n in (256, 128, 64)]

    def forward(self, x):
        x = x.flatten(1)
        for layer, mask in zip((self.fc1, self.fc2, self.fc3), self.masks):
            x = F.relu(layer(x))
            if self.training:
                x = x * mask
        return F.log_softmax(self.fc4(x), dim=1)


# %% wrong="ClassifierDropout" says="ClassifierDropout() sets a dropped unit to another number than 0. Which kind of dropout sets it to 0?"
class ClassifierDropout(Classifier):
    def __init__(self, p=0.2):
        super().__init__()
        self.p = p

    def forward(self, x):
        x = x.flatten(1)
        for layer in (self.fc1, self.fc2, self.fc3):
            x = F.alpha_dropout(F.relu(layer(x)), self.p, self.training)
        return F.log_softmax(self.fc4(x), dim=1)


# %% wrong="ClassifierDropout" says="ClassifierDropout() drops the same units for every image of a batch. Each image needs a draw of its own."
class ClassifierDropout(Classifier):
    def __init__(self, p=0.2):
        super().__init__()
        self.p = p
        self.drop = nn.Dropout(p)

    def forward(self, x):
        x = F.relu(self.fc1(x.flatten(1)))
        if self.training:
            x = x * (torch.rand(256) > self.p) / (1 - self.p)
        x = self.drop(F.relu(self.fc2(x)))
        x = self.drop(F.relu(self.fc3(x)))
        return F.log_softmax(self.fc4(x), dim=1)


# %% wrong="ClassifierDropout" says="ClassifierDropout() scales its hidden units in inference mode. There they pass as they are."
class ClassifierDropout(Classifier):
    def __init__(self, p=0.2):
        super().__init__()
        self.p = p

    def forward(self, x):
        x = x.flatten(1)
        for layer in (self.fc1, self.fc2, self.fc3):
            x = F.relu(layer(x))
            if self.training:
                x = x * (torch.rand_like(x) > self.p)
            else:
                x = x * (1 - self.p)
        return F.log_softmax(self.fc4(x), dim=1)


# %% wrong="ClassifierDropout" says="ClassifierDropout() drops all units of a layer together. Which kind of dropout draws for each of them?"
class ClassifierDropout(Classifier):
    def __init__(self, p=0.2):
        super().__init__()
        self.drop1 = nn.Dropout1d(p)
        self.drop = nn.Dropout(p)

    def forward(self, x):
        x = x.flatten(1)
        x = self.drop1(F.relu(self.fc1(x)))
        x = self.drop1(F.relu(self.fc2(x)))
        x = self.drop(F.relu(self.fc3(x)))
        return F.log_softmax(self.fc4(x), dim=1)


# %% right="ClassifierDropout"
class ClassifierDropout(nn.Module):
    def __init__(self, p: float = 0.2):
        super().__init__()
        self.p = p
        self.net = nn.ModuleList(nn.Linear(a, b) for a, b in [(784, 256), (256, 128), (128, 64), (64, 10)])

    def drop(self, h):
        if not self.training or self.p == 0:
            return h
        keep = torch.rand_like(h) >= self.p
        return h * keep / (1 - self.p)

    def forward(self, x):
        h = x.view(len(x), -1)
        for layer in self.net[:3]:
            h = self.drop(torch.clamp_min(layer(h), 0))
        z = self.net[3](h)
        return z - torch.logsumexp(z, 1, keepdim=True)


# %% right="ClassifierDropout"
class ClassifierDropout(nn.Module):
    def __init__(self, p=0.2):
        super().__init__()
        self.inner = Classifier()
        for fc in (self.inner.fc1, self.inner.fc2, self.inner.fc3):
            fc.register_forward_hook(lambda m, i, o: F.dropout(o, p, training=m.training))

    def forward(self, x):
        return self.inner(x)


# %% wrong="ClassifierDropout" says="ClassifierDropout() drops the same units in every batch. Does it set a seed, or keep what it drew?"
class ClassifierDropout(nn.Module):
    def __init__(self, p=0.2):
        super().__init__()
        self.fc1, self.fc2, self.fc3, self.fc4 = nn.Linear(784, 256), nn.Linear(256, 128), nn.Linear(128, 64), nn.Linear(64, 10)
        self.p = p

    def drop(self, h):
        torch.manual_seed(0)
        return F.dropout(h, self.p, self.training)

    def forward(self, x):
        x = x.flatten(1)
        x = self.drop(F.relu(self.fc1(x)))
        x = self.drop(F.relu(self.fc2(x)))
        x = self.drop(F.relu(self.fc3(x)))
        return F.log_softmax(self.fc4(x), dim=1)


# %% wrong="ClassifierDropout" says="ClassifierDropout() has no ReLU after its second layer."
class ClassifierDropout(nn.Module):
    def __init__(self, p=0.2):
        super().__init__()
        self.fc1, self.fc2, self.fc3, self.fc4 = nn.Linear(784, 256), nn.Linear(256, 128), nn.Linear(128, 64), nn.Linear(64, 10)
        self.dropout = nn.Dropout(p)

    def forward(self, x):
        x = x.flatten(1)
        x = self.dropout(F.relu(self.fc1(x)))
        x = self.dropout(self.fc2(x))
        x = self.dropout(F.relu(self.fc3(x)))
        return F.log_softmax(self.fc4(x), dim=1)


# %% wrong="ClassifierDropout" says="ClassifierDropout() drops the same units in every batch. Does it set a seed, or keep what it drew?"
class ClassifierDropout(nn.Module):
    def __init__(self, p=0.2):
        super().__init__()
        self.fc1, self.fc2, self.fc3, self.fc4 = nn.Linear(784, 256), nn.Linear(256, 128), nn.Linear(128, 64), nn.Linear(64, 10)
        self.dropout = nn.Dropout(p)
        self.seen = {}

    def forward(self, x):
        x = x.flatten(1)
        for layer in (self.fc1, self.fc2, self.fc3):
            x = F.relu(layer(x))
            if self.training and (layer, len(x)) not in self.seen:
                self.seen[layer, len(x)] = self.dropout(torch.ones_like(x))
            x = x * self.seen[layer, len(x)] if self.training else x
        return F.log_softmax(self.fc4(x), dim=1)


# %% right="fit"
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    train_losses, val_losses, val_accuracies = [], [], []
    for epoch in range(epochs):
        model.train()
        running_loss = 0
        for images, labels in train_loader:
            log_ps = model(images)
            loss = criterion(log_ps, labels)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            running_loss += loss.item() * images.size(0)
        else:
            test_loss, hits = 0, 0
            model.eval()
            with torch.no_grad():
                for images, labels in val_loader:
                    log_ps = model(images)
                    test_loss += criterion(log_ps, labels).item() * images.size(0)
                    top_p, top_class = torch.exp(log_ps).topk(1, dim=1)
                    hits += (top_class == labels.view(*top_class.shape)).sum().item()
        train_losses.append(running_loss / len(train_loader.dataset))
        val_losses.append(test_loss / len(val_loader.dataset))
        val_accuracies.append(hits / len(val_loader.dataset))
    return {"train_loss": train_losses, "val_loss": val_losses, "val_accuracy": val_accuracies}


# %% right="fit"
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    model.train()  # evaluate gives each module its mode back
    rows = []
    for _ in range(epochs):
        sizes, losses = [], []
        for x, y in train_loader:
            model.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            sizes.append(len(x))
            losses.append(loss.detach())
        mean = (torch.stack(losses).cpu() * torch.tensor(sizes)).sum() / sum(sizes)
        rows.append((float(mean), *evaluate(model, val_loader, criterion)))
    return {name: [row[i] for row in rows] for i, name in enumerate(("train_loss", "val_loss", "val_accuracy"))}


# %% right="fit"
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    from collections import defaultdict

    history = defaultdict(list)

    def one_pass(loader, training):
        model.train(training)
        total = right = count = 0
        with torch.set_grad_enabled(training):
            for images, labels in loader:
                outputs = model(images)
                loss = criterion(outputs, labels)
                if training:
                    optimizer.zero_grad(set_to_none=False)
                    loss.backward()
                    optimizer.step()
                total += loss.item() * len(labels)
                right += int((outputs.argmax(dim=1) == labels).sum())
                count += len(labels)
        return total / count, right / count

    for _ in range(epochs):
        history["train_loss"].append(one_pass(train_loader, True)[0])
        loss, share = one_pass(val_loader, False)
        history["val_loss"].append(loss)
        history["val_accuracy"].append(share)
    return history


# %% right="fit"
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    rows = []
    for _ in range(epochs):
        model.train(True)
        total, n = 0.0, 0
        for x, y in train_loader:
            def closure():
                optimizer.zero_grad()
                loss = criterion(model(x), y)
                loss.backward()
                return loss
            total += optimizer.step(closure).item() * y.numel()
            n += y.numel()
        rows.append((total / n,) + evaluate(model, val_loader, criterion))
    a, b, c = zip(*rows)
    return {"train_loss": list(a), "val_loss": list(b), "val_accuracy": list(c)}


# %% wrong="fit" says="fit(…) trains in inference mode from the second epoch on. Who switches back after the validation?"
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    model.train()
    for _ in range(epochs):
        total = 0.0
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
        history["train_loss"].append(total / len(train_loader.dataset))
        model.eval()
        val_loss, right = 0.0, 0
        with torch.no_grad():
            for images, labels in val_loader:
                log_probs = model(images)
                val_loss += criterion(log_probs, labels).item() * len(images)
                right += (log_probs.argmax(dim=1) == labels).sum().item()
        history["val_loss"].append(val_loss / len(val_loader.dataset))
        history["val_accuracy"].append(right / len(val_loader.dataset))
    return history


# %% wrong="fit" says="fit(…) trains a model that is in inference mode. Which call changes that, for all layers?"
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        total = 0.0
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
        val_loss, val_accuracy = evaluate(model, val_loader, criterion)
        history["train_loss"].append(total / len(train_loader.dataset))
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
    return history


# %% wrong="fit" says="fit(…) validates with dropout at work. Which call puts a model into inference mode?"
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        model.train()
        total = 0.0
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
        history["train_loss"].append(total / len(train_loader.dataset))
        val_loss, right = 0.0, 0
        with torch.no_grad():
            for images, labels in val_loader:
                log_probs = model(images)
                val_loss += criterion(log_probs, labels).item() * len(images)
                right += (log_probs.argmax(dim=1) == labels).sum().item()
        history["val_loss"].append(val_loss / len(val_loader.dataset))
        history["val_accuracy"].append(right / len(val_loader.dataset))
    return history


# %% wrong="fit" says="fit(…) lets autograd record the validation. Under what should the model be called there?"
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        model.train()
        total = 0.0
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
        history["train_loss"].append(total / len(train_loader.dataset))
        model.eval()
        val_loss, right = 0.0, 0
        for images, labels in val_loader:
            log_probs = model(images)
            val_loss += criterion(log_probs, labels).item() * len(images)
            right += (log_probs.argmax(dim=1) == labels).sum().item()
        history["val_loss"].append(val_loss / len(val_loader.dataset))
        history["val_accuracy"].append(right / len(val_loader.dataset))
    return history


# %% wrong="fit" says="fit(…) has the mean of the batches' training losses. A smaller batch must count less."
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        model.train()
        losses = []
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        val_loss, val_accuracy = evaluate(model, val_loader, criterion)
        history["train_loss"].append(sum(losses) / len(losses))
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
    return history


# %% wrong="fit" says="fit(…) has the mean of the batches' training losses. A smaller batch must count less."
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    train_losses, test_losses, shares = [], [], []
    for _ in range(epochs):
        model.train()
        running = 0.0
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            running += loss.item()
        model.eval()
        test_loss, share = 0.0, 0.0
        with torch.no_grad():
            for images, labels in val_loader:
                log_probs = model(images)
                test_loss += criterion(log_probs, labels).item()
                share += accuracy(log_probs, labels)
        train_losses.append(running / len(train_loader))
        test_losses.append(test_loss / len(val_loader))
        shares.append(share / len(val_loader))
    return {"train_loss": train_losses, "val_loss": test_losses, "val_accuracy": shares}


# %% wrong="fit" says="fit(…) has the training loss of the last batch alone. The mean of the epoch is wanted."
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        model.train()
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
        val_loss, val_accuracy = evaluate(model, val_loader, criterion)
        history["train_loss"].append(loss.item())
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
    return history


# %% wrong="fit" says="fit(…)[\"train_loss\"][0] is a tensor, wanted a Python float. Which method gives one?"
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        model.train()
        total = 0.0
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss * len(images)
        val_loss, val_accuracy = evaluate(model, val_loader, criterion)
        history["train_loss"].append(total / len(train_loader.dataset))
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
    return history


# %% wrong="fit" says="fit(…) adds each gradient to the ones before it. Which call clears them?"
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        model.train()
        total = 0.0
        for images, labels in train_loader:
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
        val_loss, val_accuracy = evaluate(model, val_loader, criterion)
        history["train_loss"].append(total / len(train_loader.dataset))
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
    return history


# %% wrong="fit" says="fit(…)[\"train_loss\"] stays at…"
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        model.train()
        total = 0.0
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            total += loss.item() * len(images)
        val_loss, val_accuracy = evaluate(model, val_loader, criterion)
        history["train_loss"].append(total / len(train_loader.dataset))
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
    return history


# %% wrong="fit" says="fit(…) validates on the training images."
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        model.train()
        total = 0.0
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
        val_loss, val_accuracy = evaluate(model, train_loader, criterion)
        history["train_loss"].append(total / len(train_loader.dataset))
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
    return history


# %% wrong="fit" says="fit(…) validates before it trains. The validation of an epoch comes after its steps."
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        val_loss, val_accuracy = evaluate(model, val_loader, criterion)
        model.train()
        total = 0.0
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
        history["train_loss"].append(total / len(train_loader.dataset))
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
    return history


# %% wrong="fit" says="fit(…) measures the training loss after the epoch. The mean of the losses of its steps is wanted."
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        model.train()
        for images, labels in train_loader:
            optimizer.zero_grad()
            criterion(model(images), labels).backward()
            optimizer.step()
        train_loss, _ = evaluate(model, train_loader, criterion)
        val_loss, val_accuracy = evaluate(model, val_loader, criterion)
        history["train_loss"].append(train_loss)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
    return history


# %% wrong="fit" says="fit(…) moves the weights although lr is 0. Does it use the optimizer that it was given?"
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        model.train()
        total = 0.0
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
        val_loss, val_accuracy = evaluate(model, val_loader, criterion)
        history["train_loss"].append(total / len(train_loader.dataset))
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
    return history


# %% wrong="fit" says="fit(…) returns a dictionary without train_loss and val_loss. The task names three keys."
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    history = {"train_losses": [], "val_losses": [], "val_accuracy": []}
    for _ in range(epochs):
        model.train()
        total = 0.0
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
        val_loss, val_accuracy = evaluate(model, val_loader, criterion)
        history["train_losses"].append(total / len(train_loader.dataset))
        history["val_losses"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
    return history


# %% wrong="fit" says="fit(…) ends after 1 of 12 epochs. It trains for as many as it is asked to."
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        model.train()
        total = 0.0
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
        val_loss, val_accuracy = evaluate(model, val_loader, criterion)
        history["train_loss"].append(total / len(train_loader.dataset))
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
        return history


# %% wrong="fit" says="fit(…) trains on the validation images too. Then they no longer tell how it does on unseen ones."
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        model.train()
        for loader in (train_loader, val_loader):
            total = 0.0
            for images, labels in loader:
                optimizer.zero_grad()
                loss = criterion(model(images), labels)
                loss.backward()
                optimizer.step()
                total += loss.item() * len(images)
        val_loss, val_accuracy = evaluate(model, val_loader, criterion)
        history["train_loss"].append(total / len(val_loader.dataset))
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
    return history


# %% wrong="fit" says="fit(…) took longer than 10 s and was stopped. Does it do more than was asked?"
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    while True:
        for images, labels in train_loader:
            optimizer.zero_grad()
            criterion(model(images), labels).backward()
            optimizer.step()


# %% wrong="fit" says="fit(…)[\"train_loss\"] stays at 0.5 and does not fall. Do the weights change at all?"
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    return {"train_loss": [0.5] * epochs, "val_loss": [0.6] * epochs, "val_accuracy": [0.8] * epochs}


# %% wrong="fit" says="fit(…) returns the model. A dictionary of three lists is wanted."
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    return model


# %% wrong="fit" says="fit(…) is None, wanted a dict with the keys 'train_loss', 'val_accuracy', 'val_loss'. Does it return its result?"
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    for _ in range(epochs):
        model.train()
        for images, labels in train_loader:
            optimizer.zero_grad()
            criterion(model(images), labels).backward()
            optimizer.step()


# %% wrong="fit" says="fit(…) uses a loss of its own. Where is the criterion that it was given?"
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        model.train()
        total = 0.0
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = F.nll_loss(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
        val_loss, val_accuracy = evaluate(model, val_loader, nn.NLLLoss())
        history["train_loss"].append(total / len(train_loader.dataset))
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
    return history


# %% right="best_epoch"
def best_epoch(history):
    return int(np.argmin(history["val_loss"]))


# %% right="best_epoch"
def best_epoch(history):
    return min(range(len(history["val_loss"])), key=lambda epoch: history["val_loss"][epoch])


# %% right="best_epoch"
def best_epoch(history):
    best = 0
    for epoch, loss in enumerate(history["val_loss"]):
        if loss < history["val_loss"][best]:
            best = epoch
    return best


# %% right="best_epoch"
def best_epoch(history):
    return min(enumerate(history["val_loss"]), key=lambda pair: pair[1])[0]


# %% right="best_epoch"
def best_epoch(history):
    return torch.tensor(history["val_loss"], dtype=torch.float64).argmin().item()


# %% right="best_epoch"
def best_epoch(history):
    return sorted(range(len(history["val_loss"])), key=history["val_loss"].__getitem__)[0]


# %% right="best_epoch"
def best_epoch(history):
    return np.argmin(np.asarray(history["val_loss"]))


# %% wrong="best_epoch" says="best_epoch(history) takes the last of two equal epochs. The first one took less training."
def best_epoch(history):
    best = 0
    for epoch, loss in enumerate(history["val_loss"]):
        if loss <= history["val_loss"][best]:
            best = epoch
    return best


# %% wrong="best_epoch" says="best_epoch(history) goes by the accuracy. The validation loss decides."
def best_epoch(history):
    return history["val_accuracy"].index(max(history["val_accuracy"]))


# %% wrong="best_epoch" says="best_epoch(history) goes by the training loss, or takes the last epoch. The validation loss decides."
def best_epoch(history):
    return history["train_loss"].index(min(history["train_loss"]))


# %% wrong="best_epoch" says="best_epoch(history) takes the highest loss."
def best_epoch(history):
    return int(np.argmax(history["val_loss"]))


# %% wrong="best_epoch" says="best_epoch(history) is the loss itself. Its index is wanted."
def best_epoch(history):
    return min(history["val_loss"])


# %% wrong="best_epoch" says="best_epoch(history) counts from 1. Lists count from 0."
def best_epoch(history):
    return history["val_loss"].index(min(history["val_loss"])) + 1


# %% wrong="best_epoch" says="history was changed. Leave the argument as it was and return a new value."
def best_epoch(history):
    first = history["val_loss"].index(min(history["val_loss"]))
    history["val_loss"].sort()
    return first


# %% wrong="best_epoch" says="best_epoch(…) gives the same epoch for another history. Does it use its argument?"
def best_epoch(history):
    return 3


# %% wrong="best_epoch" says="best_epoch(history) gives back what it got. An index is wanted."
def best_epoch(history):
    return history


# %% wrong="best_epoch" says="best_epoch(history) is a tensor, int64[], wanted a Python int. Which method takes the number out of a tensor?"
def best_epoch(history):
    return torch.tensor(history["val_loss"]).argmin()


# %% wrong="best_epoch" says="best_epoch(history) stops at the first rise. A later epoch may be lower still."
def best_epoch(history):
    losses = history["val_loss"]
    for i in range(1, len(losses)):
        if losses[i] > losses[i - 1]:
            return i - 1
    return len(losses) - 1


# %% wrong="best_epoch" says="best_epoch(history) takes the first epoch, whose validation loss is not the lowest."
def best_epoch(history):
    best, where = 1.0, 0
    for i, loss in enumerate(history["val_loss"]):
        if loss < best:
            best, where = loss, i
    return where


# %% wrong="best_epoch" says="best_epoch(…) gives up some epochs after a low. A later epoch may be lower still."
def best_epoch(history):
    best, where, waited = float("inf"), 0, 0
    for i, loss in enumerate(history["val_loss"]):
        if loss < best:
            best, where, waited = loss, i, 0
        else:
            waited += 1
            if waited == 2:
                break
    return where


# %% wrong="best_epoch" says="best_epoch(…) takes losses for equal that hardly differ. The lowest decides, by however little."
def best_epoch(history):
    best, where = float("inf"), 0
    for i, loss in enumerate(history["val_loss"]):
        if loss < best - 0.001:
            best, where = loss, i
    return where


# %% wrong="best_epoch" says="best_epoch(history) takes the first epoch, whose validation loss is not the lowest."
def best_epoch(history):
    losses = history['val_loss']
    losses.sort()
    return losses.index(losses[0])


# %% wrong="best_epoch" says="best_epoch(history) takes the first epoch, whose validation loss is not the lowest."
def best_epoch(history):
    gaps = [v - t for v, t in zip(history['val_loss'], history['train_loss'])]
    return gaps.index(min(gaps))


# %% right="mc_dropout"
def mc_dropout(model, image, n_samples=100):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    for module in model.modules():
        if module.__class__.__name__.startswith("Dropout"):
            module.train()
    if image.dim() == 3:
        image = image.unsqueeze(0)
    with torch.no_grad():
        samples = torch.cat([torch.exp(model(image)) for _ in range(n_samples)])
    for module, mode in modes:
        module.training = mode
    return samples


# %% right="mc_dropout"
def mc_dropout(model, image, n_samples=100):
    twin = copy.deepcopy(model).eval()
    for module in twin.modules():
        if isinstance(module, (nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d)):
            module.training = True
    batch = image.reshape(1, 1, 28, 28).repeat(n_samples, 1, 1, 1)
    return F.softmax(twin(batch), dim=1)


# %% right="mc_dropout"
def mc_dropout(model, image, n_samples=100):
    was = {name: module.training for name, module in model.named_modules()}
    for name, module in model.named_modules():
        module.training = isinstance(module, torch.nn.modules.dropout._DropoutNd)
    rows = torch.zeros(n_samples, 10)
    with torch.inference_mode():
        for row in rows:
            row.copy_(model(image.view(1, 1, 28, 28))[0].exp())
    for name, module in model.named_modules():
        module.training = was[name]
    return rows


# %% right="mc_dropout"
def mc_dropout(model, image, n_samples=100):
    before = [m.training for m in model.modules()]
    model.apply(lambda m: setattr(m, "training", "Dropout" in m.__class__.__name__))
    try:
        with torch.no_grad():
            x = image.view(-1, 1, 28, 28)
            return torch.vstack([model(x).softmax(1) for _ in range(n_samples)])
    finally:
        for m, t in zip(model.modules(), before):
            m.training = t


# %% wrong="mc_dropout" says="mc_dropout(…) switches a batch norm layer too. Only dropout layers may be in training mode."
def mc_dropout(model, image, n_samples=100):
    modes = {module: module.training for module in model.modules()}
    model.train()
    with torch.no_grad():
        samples = torch.cat([model(image.reshape(1, 1, 28, 28)).exp() for _ in range(n_samples)])
    for module, mode in modes.items():
        module.training = mode
    return samples


# %% wrong="mc_dropout" says="mc_dropout(…) asks with dropout switched off. Which mode do the dropout layers need?"
def mc_dropout(model, image, n_samples=100):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    with torch.no_grad():
        samples = torch.cat([model(image.reshape(1, 1, 28, 28)).exp() for _ in range(n_samples)])
    for module, mode in modes.items():
        module.training = mode
    return samples


# %% wrong="mc_dropout" says="mc_dropout(…) leaves nn.Dropout2d off. Is every kind of dropout an nn.Dropout?"
def mc_dropout(model, image, n_samples=100):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.train()
    with torch.no_grad():
        samples = torch.cat([model(image.reshape(1, 1, 28, 28)).exp() for _ in range(n_samples)])
    for module, mode in modes.items():
        module.training = mode
    return samples


# %% wrong="mc_dropout" says="mc_dropout(…) leaves a dropout layer off. Is it of another kind, or deeper in the model?"
def mc_dropout(model, image, n_samples=100):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    for module in model.modules():
        if isinstance(module, nn.Dropout | nn.Dropout2d):
            module.train()
    with torch.no_grad():
        samples = torch.cat([model(image.reshape(1, 1, 28, 28)).exp() for _ in range(n_samples)])
    for module, mode in modes.items():
        module.training = mode
    return samples


# %% wrong="mc_dropout" says="mc_dropout(…) leaves off a dropout layer that lies deeper in the model. What goes through all modules?"
def mc_dropout(model, image, n_samples=100):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    for module in model.children():
        if "Dropout" in type(module).__name__:
            module.train()
    with torch.no_grad():
        samples = torch.cat([model(image.reshape(1, 1, 28, 28)).exp() for _ in range(n_samples)])
    for module, mode in modes.items():
        module.training = mode
    return samples


# %% wrong="mc_dropout" says="mc_dropout(…) gives log-probabilities. Probabilities are wanted."
def mc_dropout(model, image, n_samples=100):
    model.eval()
    for module in model.modules():
        if "Dropout" in type(module).__name__:
            module.train()
    with torch.no_grad():
        samples = model(image.reshape(1, 1, 28, 28).expand(n_samples, 1, 28, 28))
    model.eval()
    return samples


# %% wrong="mc_dropout" says="mc_dropout(…) gives the mean of all answers. One row per answer is wanted."
def mc_dropout(model, image, n_samples=100):
    model.eval()
    for module in model.modules():
        if "Dropout" in type(module).__name__:
            module.train()
    with torch.no_grad():
        samples = model(image.reshape(1, 1, 28, 28).expand(n_samples, 1, 28, 28)).exp()
    model.eval()
    return samples.mean(dim=0)


# %% wrong="mc_dropout" says="mc_dropout(…) has shape (n_samples, 1, 10). Each answer is one row."
def mc_dropout(model, image, n_samples=100):
    model.eval()
    for module in model.modules():
        if "Dropout" in type(module).__name__:
            module.train()
    with torch.no_grad():
        samples = torch.stack([model(image.reshape(1, 1, 28, 28)).exp() for _ in range(n_samples)])
    model.eval()
    return samples


# %% wrong="mc_dropout" says="mc_dropout(…) gives the predicted classes. The probabilities of all ten are wanted."
def mc_dropout(model, image, n_samples=100):
    model.eval()
    for module in model.modules():
        if "Dropout" in type(module).__name__:
            module.train()
    with torch.no_grad():
        samples = model(image.reshape(1, 1, 28, 28).expand(n_samples, 1, 28, 28))
    model.eval()
    return samples.argmax(dim=1)


# %% wrong="mc_dropout" says="mc_dropout(…) gives a single answer."
def mc_dropout(model, image, n_samples=100):
    model.eval()
    for module in model.modules():
        if "Dropout" in type(module).__name__:
            module.train()
    with torch.no_grad():
        samples = model(image.reshape(1, 1, 28, 28)).exp()
    model.eval()
    return samples


# %% wrong="mc_dropout" says="mc_dropout(…) leaves dropout on and all else off. Each module has a mode of its own to go back to."
def mc_dropout(model, image, n_samples=100):
    model.eval()
    for module in model.modules():
        if "Dropout" in type(module).__name__:
            module.train()
    with torch.no_grad():
        return model(image.reshape(1, 1, 28, 28).expand(n_samples, 1, 28, 28)).exp()


# %% wrong="mc_dropout" says="mc_dropout(…) leaves the model in inference mode."
def mc_dropout(model, image, n_samples=100):
    model.eval()
    for module in model.modules():
        if "Dropout" in type(module).__name__:
            module.train()
    with torch.no_grad():
        samples = model(image.reshape(1, 1, 28, 28).expand(n_samples, 1, 28, 28)).exp()
    model.eval()
    return samples


# %% wrong="mc_dropout" says="mc_dropout(…) leaves every module in training mode. Each has a mode of its own to go back to."
def mc_dropout(model, image, n_samples=100):
    model.eval()
    for module in model.modules():
        if "Dropout" in type(module).__name__:
            module.train()
    with torch.no_grad():
        samples = model(image.reshape(1, 1, 28, 28).expand(n_samples, 1, 28, 28)).exp()
    model.train()
    return samples


# %% wrong="mc_dropout" says="mc_dropout(…) gives the same answer again and again. Is dropout drawn anew for each?"
def mc_dropout(model, image, n_samples=100):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    for module in model.modules():
        if "Dropout" in type(module).__name__:
            module.train()
    with torch.no_grad():
        samples = model(image.reshape(1, 1, 28, 28)).exp().repeat(n_samples, 1)
    for module, mode in modes.items():
        module.training = mode
    return samples


# %% wrong="mc_dropout" says="ValueError: expected 4D input (got 3D input). Layer 0 wants 4 dimensions, batch included, and 3 came."
def mc_dropout(model, image, n_samples=100):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    for module in model.modules():
        if "Dropout" in type(module).__name__:
            module.train()
    with torch.no_grad():
        samples = torch.cat([model(image).exp() for _ in range(n_samples)])
    for module, mode in modes.items():
        module.training = mode
    return samples


# %% wrong="mc_dropout" says="ValueError: expected 4D input (got 5D input). Layer 0 wants 4 dimensions, batch included, and 5 came."
def mc_dropout(model, image, n_samples=100):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    for module in model.modules():
        if "Dropout" in type(module).__name__:
            module.train()
    with torch.no_grad():
        samples = torch.cat([model(image.unsqueeze(0)).exp() for _ in range(n_samples)])
    for module, mode in modes.items():
        module.training = mode
    return samples


# %% wrong="mc_dropout" says="mc_dropout(…) gives 100 answers, whatever n_samples is."
def mc_dropout(model, image, n_samples=100):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    for module in model.modules():
        if "Dropout" in type(module).__name__:
            module.train()
    with torch.no_grad():
        samples = model(image.reshape(1, 1, 28, 28).expand(100, 1, 28, 28)).exp()
    for module, mode in modes.items():
        module.training = mode
    return samples


# %% wrong="mc_dropout" says="mc_dropout(model, image, 4) with p=0 is 0.1 at…"
def mc_dropout(model, image, n_samples=100):
    return torch.full((n_samples, 10), 0.1)


# %% wrong="mc_dropout" says="mc_dropout(…) gives back the image. What does the model say of it?"
def mc_dropout(model, image, n_samples=100):
    return image


# %% wrong="mc_dropout" says="mc_dropout(…) switches a batch norm layer too. Only dropout layers may be in training mode."
def mc_dropout(model, image, n_samples=100):
    modes = {m: m.training for m in model.modules()}
    model.train()
    for m in model.modules():
        if isinstance(m, nn.BatchNorm2d):
            m.eval()
    with torch.no_grad():
        out = model(image.reshape(1, 1, 28, 28).repeat(n_samples, 1, 1, 1)).exp()
    for m, t in modes.items():
        m.training = t
    return out


# %% wrong="mc_dropout" says="image was changed. Leave the argument as it was and return a new value."
def mc_dropout(model, image, n_samples=100):
    modes = {m: m.training for m in model.modules()}
    model.eval()
    for m in model.modules():
        if "Dropout" in type(m).__name__:
            m.train()
    if image.dim() == 3:
        image.unsqueeze_(0)
    with torch.no_grad():
        out = model(image.repeat(n_samples, 1, 1, 1)).exp()
    for m, t in modes.items():
        m.training = t
    return out


# %% wrong="mc_dropout" says="mc_dropout(…) gives the same answers at every call. Does it set a seed?"
def mc_dropout(model, image, n_samples=100):
    torch.manual_seed(0)
    modes = {m: m.training for m in model.modules()}
    model.eval()
    for m in model.modules():
        if "Dropout" in type(m).__name__:
            m.train()
    with torch.no_grad():
        out = model(image.reshape(1, 1, 28, 28).repeat(n_samples, 1, 1, 1)).exp()
    for m, t in modes.items():
        m.training = t
    return out


# %% wrong="mc_dropout" says="mc_dropout(…) gives the modules inside a layer that layer's mode. Each has one of its own to go back to."
def mc_dropout(model, image, n_samples=100):
    top = model.training
    modes = [(m, m.training) for m in model.children()]
    model.eval()
    for m in model.modules():
        if "Dropout" in type(m).__name__:
            m.train()
    with torch.no_grad():
        out = model(image.reshape(1, 1, 28, 28).repeat(n_samples, 1, 1, 1)).exp()
    model.training = top
    for m, t in modes:
        m.train(t)
    return out


# %% wrong="mc_dropout" says="mc_dropout(…) changes the p of a dropout layer. It asks the model as it is."
def mc_dropout(model, image, n_samples=100):
    modes = {m: m.training for m in model.modules()}
    model.eval()
    for m in model.modules():
        if isinstance(m, nn.Dropout | nn.Dropout1d | nn.Dropout2d | nn.Dropout3d):
            m.train()
            m.p = 0.5
    with torch.no_grad():
        out = model(image.reshape(1, 1, 28, 28).repeat(n_samples, 1, 1, 1)).exp()
    for m, t in modes.items():
        m.training = t
    return out


# %% wrong="mc_dropout" says="mc_dropout(…) switches recording off for good, so that nothing can be trained afterwards."
def mc_dropout(model, image, n_samples=100):
    modes = {m: m.training for m in model.modules()}
    model.eval()
    for m in model.modules():
        if "Dropout" in type(m).__name__:
            m.train()
    torch.set_grad_enabled(False)
    out = model(image.reshape(1, 1, 28, 28).repeat(n_samples, 1, 1, 1)).exp()
    for m, t in modes.items():
        m.training = t
    return out


# %% right="mc_dropout"
@torch.no_grad()
def mc_dropout(model, image, n_samples=100):
    twin = copy.deepcopy(model).eval()
    for m in twin.modules():
        if type(m).__name__.startswith("Dropout"):
            m.training = True
    x = image if image.dim() == 4 else image[None]
    return torch.cat([twin(x) for _ in range(n_samples)]).exp()


# %% wrong="mc_dropout" says="mc_dropout(…) leaves off a dropout layer that lies deeper in the model. What goes through all modules?"
def mc_dropout(model, image, n_samples=100):
    modes = [(m, m.training) for m in model.modules()]
    model.eval()
    for m in model.children():
        if isinstance(m, nn.Dropout | nn.Dropout1d | nn.Dropout2d | nn.Dropout3d):
            m.train()
    with torch.no_grad():
        batch = image.reshape(1, 1, 28, 28).repeat(n_samples, 1, 1, 1)
        result = model(batch).exp()
    for m, mode in modes:
        m.training = mode
    return result


# %% right="mc_dropout"
def mc_dropout(model, image, n_samples=100):
    modes = [(m, m.training) for m in model.modules()]
    model.eval()
    for m in model.modules():
        if isinstance(m, nn.Dropout | nn.Dropout1d | nn.Dropout2d | nn.Dropout3d):
            m.train()
    with torch.no_grad():
        batch = image.reshape(1, 1, 28, 28).repeat(n_samples, 1, 1, 1)
        result = model(batch).exp()
    for m, mode in modes:
        m.train(mode)
    return result


# %% wrong="mc_dropout" says="RuntimeError: Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor"
def mc_dropout(model, image, n_samples=100):
    modes = [(m, m.training) for m in model.modules()]
    model.eval()
    for m in model.modules():
        if isinstance(m, nn.Dropout | nn.Dropout1d | nn.Dropout2d | nn.Dropout3d):
            m.train()
    with torch.no_grad():
        batch = image.unsqueeze(0).repeat(n_samples, 1, 1, 1)
        result = model(batch).exp()
    for m, mode in modes:
        m.training = mode
    return result


# %% wrong="mc_dropout" says="mc_dropout(…) switches recording off for good, so that nothing can be trained afterwards."
def mc_dropout(model, image, n_samples=100):
    modes = [(m, m.training) for m in model.modules()]
    model.eval()
    for m in model.modules():
        if isinstance(m, nn.Dropout | nn.Dropout1d | nn.Dropout2d | nn.Dropout3d):
            m.train()
    torch.set_grad_enabled(False)
    if True:
        batch = image.reshape(1, 1, 28, 28).repeat(n_samples, 1, 1, 1)
        result = model(batch).exp()
    for m, mode in modes:
        m.training = mode
    return result


# %% wrong="mc_dropout" says="mc_dropout(…) freezes the weights, so that nothing can be trained afterwards."
def mc_dropout(model, image, n_samples=100):
    modes = [(m, m.training) for m in model.modules()]
    model.eval()
    for m in model.modules():
        if isinstance(m, nn.Dropout | nn.Dropout1d | nn.Dropout2d | nn.Dropout3d):
            m.train()
    model.requires_grad_(False)
    if True:
        batch = image.reshape(1, 1, 28, 28).repeat(n_samples, 1, 1, 1)
        result = model(batch).exp()
    for m, mode in modes:
        m.training = mode
    return result


# %% wrong="mc_dropout" says="mc_dropout(…) leaves layers in training mode that were in it. Which ones may be, while it asks?"
def mc_dropout(model, image, n_samples=100):
    was = {module: module.training for module in model.modules()}
    for module in model.modules():
        if "Dropout" in type(module).__name__:
            module.train()
    with torch.no_grad():
        samples = model(image.reshape(1, 1, 28, 28).repeat(n_samples, 1, 1, 1)).exp()
    for module, mode in was.items():
        module.training = mode
    return samples


# %% wrong="fit" says="fit(…)[\"train_loss\"] diverges, from…"
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        model.train()
        total = 0.0
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            (-loss).backward()
            optimizer.step()
            total += loss.item() * len(images)
        val_loss, val_accuracy = evaluate(model, val_loader, criterion)
        history["train_loss"].append(total / len(train_loader.dataset))
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
    return history


# %% wrong="fit" says="fit(…)[\"train_loss\"] is nan in epoch 1. Does a log see 0, or is the learning rate too large?"
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        model.train()
        total = 0.0
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = criterion(torch.log(model(images)), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
        val_loss, val_accuracy = evaluate(model, val_loader, criterion)
        history["train_loss"].append(total / len(train_loader.dataset))
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
    return history


# %% wrong="fit" says="fit(…) ends after 5 of 12 epochs. It trains for as many as it is asked to."
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    h = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total = n = 0
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            n += len(y)
        l, a = evaluate(model, val_loader, criterion)
        h["train_loss"].append(total / n)
        h["val_loss"].append(l)
        h["val_accuracy"].append(a)
        if epoch >= 4 and l >= min(h["val_loss"][:-1]):
            break
    return h


# %% wrong="fit" says="fit(…) has the mean of all epochs so far. Each epoch begins anew."
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    h = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    total = n = 0
    for epoch in range(epochs):
        model.train()
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            n += len(y)
        l, a = evaluate(model, val_loader, criterion)
        h["train_loss"].append(total / n)
        h["val_loss"].append(l)
        h["val_accuracy"].append(a)
    return h


# %% wrong="fit" says="fit(…) goes back to the weights of an earlier epoch. It leaves the model as the last step made it."
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    h = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    best, state = float("inf"), None
    for epoch in range(epochs):
        model.train()
        total = n = 0
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            n += len(y)
        l, a = evaluate(model, val_loader, criterion)
        if l < best:
            best, state = l, copy.deepcopy(model.state_dict())
        h["train_loss"].append(total / n)
        h["val_loss"].append(l)
        h["val_accuracy"].append(a)
    model.load_state_dict(state)
    return h


# %% wrong="fit" says="fit(…) clears the gradients once per epoch. Each batch needs its own."
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    h = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        optimizer.zero_grad()
        total = n = 0
        for x, y in train_loader:
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            n += len(y)
        l, a = evaluate(model, val_loader, criterion)
        h["train_loss"].append(total / n)
        h["val_loss"].append(l)
        h["val_accuracy"].append(a)
    return h


# %% wrong="fit" says="fit(…) trains with a loss of its own. Where is the criterion that it was given?"
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    h = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total = n = 0
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = F.nll_loss(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            n += len(y)
        l, a = evaluate(model, val_loader, criterion)
        h["train_loss"].append(total / n)
        h["val_loss"].append(l)
        h["val_accuracy"].append(a)
    return h


# %% wrong="fit" says="fit(…) weighs each batch by the loader's batch_size. How many images has the last one?"
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    h = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total = 0
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * train_loader.batch_size
        l, a = evaluate(model, val_loader, criterion)
        h["train_loss"].append(total / len(train_loader.dataset))
        h["val_loss"].append(l)
        h["val_accuracy"].append(a)
    return h


# %% wrong="fit" says="fit(…) takes one step per epoch. How many batches has an epoch?"
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    h = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total = n = 0
        optimizer.zero_grad()
        for x, y in train_loader:
            loss = criterion(model(x), y)
            loss.backward()
            total += loss.item() * len(y)
            n += len(y)
        optimizer.step()
        l, a = evaluate(model, val_loader, criterion)
        h["train_loss"].append(total / n)
        h["val_loss"].append(l)
        h["val_accuracy"].append(a)
    return h


# %% wrong="fit" says="fit(…) validates with a loss of its own. Where is the criterion that it was given?"
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    h = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total = n = 0
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            n += len(y)
        l, a = evaluate(model, val_loader, nn.NLLLoss())
        h["train_loss"].append(total / n)
        h["val_loss"].append(l)
        h["val_accuracy"].append(a)
    return h


# %% wrong="fit" says="fit(…) adds up the training loss from epoch to epoch. Each epoch begins at 0."
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    h = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    total = 0
    for epoch in range(epochs):
        model.train()
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
        l, a = evaluate(model, val_loader, criterion)
        h["train_loss"].append(total / len(train_loader.dataset))
        h["val_loss"].append(l)
        h["val_accuracy"].append(a)
    return h


# %% wrong="fit" says="fit(…) changes the mode of dropout, and not of all modules. Which call reaches all of them?"
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    h = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        for m in model.modules():
            if isinstance(m, nn.Dropout):
                m.train()
        total = n = 0
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            n += len(y)
        l, a = evaluate(model, val_loader, criterion)
        h["train_loss"].append(total / n)
        h["val_loss"].append(l)
        h["val_accuracy"].append(a)
    return h


# %% wrong="fit" says="fit(…) rounds to three places. Leave the numbers as they are."
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    h = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total = n = 0
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            n += len(y)
        l, a = evaluate(model, val_loader, criterion)
        h["train_loss"].append(round(total / n, 3))
        h["val_loss"].append(round(l, 3))
        h["val_accuracy"].append(round(a, 3))
    return h


# %% wrong="fit" says="fit(…) changes the learning rate of the optimizer. Leave it as it was given."
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    h = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total = n = 0
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            n += len(y)
        for group in optimizer.param_groups:
            group["lr"] *= 0.5
        l, a = evaluate(model, val_loader, criterion)
        h["train_loss"].append(total / n)
        h["val_loss"].append(l)
        h["val_accuracy"].append(a)
    return h


# %% wrong="fit" says="fit(…) gives the validation of the first epoch again for the second. Each epoch is measured anew."
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    h = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    cache = None
    for epoch in range(epochs):
        model.train()
        total = n = 0
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            n += len(y)
        if cache is None:
            cache = evaluate(model, val_loader, criterion)
        h["train_loss"].append(total / n)
        h["val_loss"].append(cache[0])
        h["val_accuracy"].append(cache[1])
    return h


# %% wrong="fit" says="fit(…) finds no batch in the second epoch. An iterator hands out each batch once."
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    h = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    batches = iter(train_loader)
    for epoch in range(epochs):
        model.train()
        total = n = 0
        for x, y in batches:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            n += len(y)
        l, a = evaluate(model, val_loader, criterion)
        h["train_loss"].append(total / max(n, 1))
        h["val_loss"].append(l)
        h["val_accuracy"].append(a)
    return h


# %% wrong="fit" says="the criterion's reduction was changed. Leave the argument as it was and return a new value."
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    criterion.reduction = "sum"
    h = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total = n = 0
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            (loss / len(y)).backward()
            optimizer.step()
            total += loss.item()
            n += len(y)
        criterion.reduction = "mean"
        l, a = evaluate(model, val_loader, criterion)
        criterion.reduction = "sum"
        h["train_loss"].append(total / n)
        h["val_loss"].append(l)
        h["val_accuracy"].append(a)
    return h


# %% wrong="fit" says="the weights after fit(…) with lr=0.5 is 1.035 at [1, 1], wanted 1.241, the largest of 4 differences."
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    h = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total = n = 0
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 0.1)
            optimizer.step()
            total += loss.item() * len(y)
            n += len(y)
        l, a = evaluate(model, val_loader, criterion)
        h["train_loss"].append(total / n)
        h["val_loss"].append(l)
        h["val_accuracy"].append(a)
    return h


# %% wrong="fit" says="fit(…) has the accuracy on the training images. The one on the validation images is wanted."
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    h = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total = n = right = 0
        for x, y in train_loader:
            optimizer.zero_grad()
            out = model(x)
            loss = criterion(out, y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            right += (out.argmax(1) == y).sum().item()
            n += len(y)
        l, a = evaluate(model, val_loader, criterion)
        h["train_loss"].append(total / n)
        h["val_loss"].append(l)
        h["val_accuracy"].append(right / n)
    return h


# %% right="fit"
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total = 0.0
        for batch in train_loader:
            x, y = batch
            optimizer.zero_grad(set_to_none=False)
            with torch.enable_grad():
                loss = criterion(model(x), y)
            grads = torch.autograd.grad(loss, [p for p in model.parameters() if p.requires_grad], allow_unused=True)
            for p, g in zip([p for p in model.parameters() if p.requires_grad], grads):
                p.grad = g
            optimizer.step()
            total += loss.item() * len(y)
        history["train_loss"].append(total / len(train_loader.dataset))
        loss, share = evaluate(model, val_loader, criterion)
        history["val_loss"] += [loss]
        history["val_accuracy"] += [share]
    model.eval()
    return history


# %% wrong="fit" says="fit(…) has the validation's loss and accuracy the wrong way round."
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, n = 0.0, 0
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            n += len(y)
        model.eval()
        val, hits, m = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                out = model(x)
                val += criterion(out, y).item() * len(y)
                hits += (out.argmax(1) == y).sum().item()
                m += len(y)
        history["train_loss"].append(total / n)
        history["val_loss"].append(hits / m)
        history["val_accuracy"].append(val / m)
    return history


# %% wrong="fit" says="fit(…) has the validation loss of the first batch alone. What about the others?"
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, n = 0.0, 0
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            n += len(y)
        model.eval()
        val, hits, m = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                out = model(x)
                val += criterion(out, y).item() * len(y)
                hits += (out.argmax(1) == y).sum().item()
                m += len(y)
                break
        history["train_loss"].append(total / n)
        history["val_loss"].append(val / m)
        history["val_accuracy"].append(hits / m)
    return history


# %% wrong="fit" says="fit(…) trains on the validation images too. Then they no longer tell how it does on unseen ones."
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, n = 0.0, 0
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            n += len(y)
        model.eval()
        val, hits, m = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                out = model(x)
                with torch.enable_grad():
                    optimizer.zero_grad()
                    criterion(model(x), y).backward()
                    optimizer.step()
                val += criterion(out, y).item() * len(y)
                hits += (out.argmax(1) == y).sum().item()
                m += len(y)
        history["train_loss"].append(total / n)
        history["val_loss"].append(val / m)
        history["val_accuracy"].append(hits / m)
    return history


# %% wrong="fit" says="fit(…) keeps the batches of its first epoch. A loader shuffles anew in each pass."
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    train_loader = list(train_loader)
    for epoch in range(epochs):
        model.train()
        total, n = 0.0, 0
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            n += len(y)
        model.eval()
        val, hits, m = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                out = model(x)
                val += criterion(out, y).item() * len(y)
                hits += (out.argmax(1) == y).sum().item()
                m += len(y)
        history["train_loss"].append(total / n)
        history["val_loss"].append(val / m)
        history["val_accuracy"].append(hits / m)
    return history


# %% wrong="fit" says="fit(…) has the training loss of the first batch alone. The epoch has another one, even if it is smaller."
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, n = 0.0, 0
        for x, y in train_loader:
            if len(y) < train_loader.batch_size:
                continue
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            n += len(y)
        model.eval()
        val, hits, m = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                out = model(x)
                val += criterion(out, y).item() * len(y)
                hits += (out.argmax(1) == y).sum().item()
                m += len(y)
        history["train_loss"].append(total / n)
        history["val_loss"].append(val / m)
        history["val_accuracy"].append(hits / m)
    return history


# %% wrong="fit" says="fit(…) takes one step per epoch. How many batches has an epoch?"
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        model.train()
        total, count = 0.0, 0
        for number, (images, labels) in enumerate(train_loader):
            loss = criterion(model(images), labels)
            loss.backward()
            if number % 2 == 1:
                optimizer.step()
                optimizer.zero_grad()
            total += loss.item() * len(images)
            count += len(images)
        loss, share = evaluate(model, val_loader, criterion)
        history["train_loss"].append(total / count)
        history["val_loss"].append(loss)
        history["val_accuracy"].append(share)
    return history


# %% wrong="fit" says="fit(…) trains a model that is in inference mode. Which call changes that, for all layers?"
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        model.train()
        total, count = 0.0, 0
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
            count += len(images)
            model.eval()
        loss, share = evaluate(model, val_loader, criterion)
        history["train_loss"].append(total / count)
        history["val_loss"].append(loss)
        history["val_accuracy"].append(share)
    return history


# %% wrong="fit" says="fit(…) notes its three numbers after each batch. One of each for an epoch is wanted."
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        model.train()
        total, count = 0.0, 0
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
            count += len(images)
            loss, share = evaluate(model, val_loader, criterion)
            history["train_loss"].append(total / count)
            history["val_loss"].append(loss)
            history["val_accuracy"].append(share)
    return history


# %% right="top_classes"
def top_classes(log_probs, k):
    order = np.argsort(-log_probs.detach().numpy(), axis=1, kind="stable")[:, :k].copy()
    classes = torch.from_numpy(order)
    return torch.take_along_dim(log_probs, classes, dim=1).exp(), classes


# %% right="top_classes"
def top_classes(log_probs, k):
    rows = [sorted(enumerate(row.tolist()), key=lambda pair: -pair[1])[:k] for row in log_probs]
    classes = torch.tensor([[c for c, _ in row] for row in rows]).reshape(len(rows), k)
    return log_probs.exp().gather(1, classes), classes


# %% right="top_classes"
def top_classes(log_probs, k):
    work = log_probs.clone()
    classes = []
    for _ in range(k):
        best = work.argmax(dim=-1)
        classes.append(best)
        work[torch.arange(len(work)), best] = -math.inf
    classes = torch.stack(classes, dim=1)
    return torch.exp(log_probs[torch.arange(len(log_probs))[:, None], classes]), classes


# %% wrong="top_classes" says="top_classes(…) takes the largest numbers of all images together. Each image has its own."
def top_classes(log_probs, k):
    probs = log_probs.exp()
    p, c = probs.flatten().topk(k * len(probs))
    return p.reshape(len(probs), k), (c % probs.shape[1]).reshape(len(probs), k)


# %% wrong="top_classes" says="top_classes(…) sends log-probabilities through sigmoid. What undoes a logarithm?"
def top_classes(log_probs, k):
    return torch.sigmoid(log_probs).topk(k, dim=1)


# %% wrong="top_classes" says="top_classes(…) uses powers of 10. PyTorch's logarithms are the natural ones."
def top_classes(log_probs, k):
    p, c = (10 ** log_probs).topk(k, dim=1)
    return p, c


# %% wrong="top_classes" says="top_classes(…) puts the classes in the order of their numbers. The most likely one comes first."
def top_classes(log_probs, k):
    c = log_probs.topk(k, dim=1).indices.sort(dim=1).values
    return log_probs.exp().gather(1, c), c


# %% wrong="top_classes" says="top_classes(log_probs, 2)[0] is a list, wanted float32[3, 2]. Which function makes a tensor of a list?"
def top_classes(log_probs, k):
    p, c = log_probs.exp().topk(k, dim=1)
    return p.tolist(), c.tolist()


# %% right="accuracy"
def accuracy(log_probs, labels):
    return sum(int(row.argmax()) == int(label) for row, label in zip(log_probs, labels)) / len(labels)


# %% right="accuracy"
def accuracy(log_probs, labels):
    best = log_probs.max(dim=1)[1]
    return 1 - torch.count_nonzero(best - labels).item() / labels.numel()


# %% right="accuracy"
def accuracy(log_probs, labels):
    return float(np.mean(log_probs.detach().cpu().numpy().argmax(1) == labels.cpu().numpy()))


# %% right="accuracy"
def accuracy(log_probs, labels):
    return (log_probs.topk(1, dim=1).indices == labels.unsqueeze(1)).double().mean().item()


# %% wrong="accuracy" says="accuracy(…) looks for the largest number of all rows together. Each row has its own."
def accuracy(log_probs, labels):
    return (log_probs.argmax() == labels).float().mean().item()


# %% wrong="accuracy" says="accuracy(…) is the mean probability of the labels. How many of the answers are right?"
def accuracy(log_probs, labels):
    return log_probs.exp().gather(1, labels[:, None]).mean().item()


# %% wrong="accuracy" says="accuracy(…) divides by 4. How many images are there?"
def accuracy(log_probs, labels):
    return (log_probs.argmax(dim=1) == labels).sum().item() / 4


# %% right="evaluate"
def evaluate(model, loader, criterion):
    from contextlib import ExitStack, contextmanager

    @contextmanager
    def inference(m):
        before = {name: module.training for name, module in m.named_modules()}
        try:
            yield m.train(False)
        finally:
            for name, module in m.named_modules():
                module.training = before[name]

    with inference(model), torch.inference_mode():
        rows = [(criterion(out := model(x), y).item(), (out.argmax(-1) == y).sum().item(), x.size(0)) for x, y in loader]
    n = sum(r[2] for r in rows)
    return sum(a * c for a, _, c in rows) / n, sum(b for _, b, _ in rows) / n


# %% right="evaluate"
@torch.no_grad()
def evaluate(model, loader, criterion):
    frozen = copy.deepcopy(model).eval()
    loss, right, count = torch.zeros((), dtype=torch.float64), 0, 0
    for images, labels in loader:
        log_probs = frozen(images)
        loss += criterion(log_probs, labels).cpu() * labels.shape[0]
        right += int((log_probs.max(1).indices == labels).sum())
        count += labels.shape[0]
    return loss.item() / count, right / count


# %% right="evaluate"
def evaluate(model, loader, criterion):
    modes = [m.training for m in model.modules()]
    model.eval()
    previous = torch.is_grad_enabled()
    torch.set_grad_enabled(False)
    outs, truths = [], []
    for images, labels in loader:
        outs.append(model(images))
        truths.append(labels)
    out, truth = torch.cat(outs), torch.cat(truths)
    result = float(criterion(out, truth)), float((out.argmax(1) == truth).float().mean())
    torch.set_grad_enabled(previous)
    for m, mode in zip(model.modules(), modes):
        m.training = mode
    return result


# %% wrong="evaluate" says="evaluate(…) leaves out the last batch, which is smaller. Its image counts too."
def evaluate(model, loader, criterion):
    modes = [(m, m.training) for m in model.modules()]
    model.eval()
    loss = right = n = 0
    with torch.no_grad():
        for i, (x, y) in enumerate(loader):
            if len(y) < loader.batch_size:
                continue
            out = model(x)
            loss += criterion(out, y).item() * len(y)
            right += (out.argmax(1) == y).sum().item()
            n += len(y)
    for m, mode in modes:
        m.training = mode
    return loss / n, right / n


# %% wrong="evaluate" says="evaluate(…) leaves some modules in another mode than before. Each has one of its own to go back to."
def evaluate(model, loader, criterion):
    dropped = [m for m in model.modules() if isinstance(m, nn.Dropout) and m.training]
    was = model.training
    model.eval()
    loss = right = n = 0
    with torch.no_grad():
        for x, y in loader:
            out = model(x)
            loss += criterion(out, y).item() * len(y)
            right += (out.argmax(1) == y).sum().item()
            n += len(y)
    model.training = was
    for m in dropped:
        m.training = True
    return loss / n, right / n


# %% wrong="evaluate" says="evaluate(…) takes the mean probability of the labels for the accuracy. How many answers are right?"
def evaluate(model, loader, criterion):
    modes = [(m, m.training) for m in model.modules()]
    model.eval()
    loss = right = n = 0
    with torch.no_grad():
        for x, y in loader:
            out = model(x)
            loss += criterion(out, y).item() * len(y)
            right += out.exp().gather(1, y[:, None]).sum().item()
            n += len(y)
    for m, mode in modes:
        m.training = mode
    return loss / n, right / n


# %% wrong="evaluate" says="evaluate(…) has the mean of the batches' losses. A smaller batch must count less."
def evaluate(model, loader, criterion):
    modes = [(m, m.training) for m in model.modules()]
    model.eval()
    loss = right = 0
    with torch.no_grad():
        for x, y in loader:
            out = model(x)
            loss += criterion(out, y).item()
            right += (out.argmax(1) == y).sum().item()
    for m, mode in modes:
        m.training = mode
    return loss / len(loader), right / len(loader.dataset)


# %% right="ClassifierDropout"
class ClassifierDropout(nn.Module):
    def __init__(self, p=0.2):
        super().__init__()
        self.body = nn.Sequential(nn.Flatten(1))
        for i, (a, b) in enumerate([(784, 256), (256, 128), (128, 64)]):
            self.body.add_module(f"dense{i}", nn.Linear(a, b))
            self.body.add_module(f"relu{i}", nn.ReLU(inplace=True))
            self.body.add_module(f"drop{i}", nn.Dropout(p=p, inplace=True))
        self.head = nn.Linear(64, 10)

    def forward(self, images):
        return self.head(self.body(images)).log_softmax(-1)


# %% right="ClassifierDropout"
class ClassifierDropout(Classifier):
    def __init__(self, p: float = 0.2) -> None:
        super().__init__()
        self.p = p

    def forward(self, x):
        x = x.flatten(start_dim=1)
        for layer in (self.fc1, self.fc2, self.fc3):
            x = F.dropout(layer(x).relu(), self.p, self.training)
        return F.log_softmax(self.fc4(x), dim=1)


# %% right="ClassifierDropout"
class ClassifierDropout(nn.Module):
    def __init__(self, p=0.2):
        super().__init__()
        self.rate = p
        self.layers = nn.ModuleList([nn.Linear(a, b) for a, b in zip([784, 256, 128, 64], [256, 128, 64, 10])])

    def forward(self, x):
        x = x.reshape(len(x), -1)
        *hidden, last = self.layers
        for layer in hidden:
            x = torch.relu(layer(x))
            if self.training and self.rate > 0:
                keep = (torch.rand_like(x) >= self.rate).to(x.dtype)
                x = x * keep / (1 - self.rate)
        return torch.log_softmax(last(x), dim=-1)


# %% right="ClassifierDropout"
class ClassifierDropout(nn.Module):
    def __init__(self, p=0.2):
        super().__init__()
        self.drop = nn.Dropout(p)
        self.a, self.b, self.c, self.d = nn.Linear(784, 256), nn.Linear(256, 128), nn.Linear(128, 64), nn.Linear(64, 10)

    def forward(self, x):
        for layer in [self.a, self.b, self.c]:
            x = F.relu(self.drop(layer(x.flatten(1))))
        return F.log_softmax(self.d(x), dim=1)


# %% wrong="ClassifierDropout" says="ClassifierDropout() drops units in inference mode too. How does your dropout learn of the mode?"
class ClassifierDropout(Classifier):
    def __init__(self, p=0.2):
        super().__init__()
        self.drops = [nn.Dropout(p) for _ in range(3)]

    def forward(self, x):
        x = x.flatten(start_dim=1)
        for layer, drop in zip((self.fc1, self.fc2, self.fc3), self.drops):
            x = drop(layer(x).relu())
        return F.log_softmax(self.fc4(x), dim=1)


# %% wrong="ClassifierDropout" says="ClassifierDropout() drops units in inference mode too. How does your dropout learn of the mode?"
class ClassifierDropout(Classifier):
    def __init__(self, p=0.2):
        super().__init__()
        self.p = p

    def forward(self, x):
        x = x.flatten(start_dim=1)
        for layer in (self.fc1, self.fc2, self.fc3):
            x = nn.Dropout(self.p)(layer(x).relu())
        return F.log_softmax(self.fc4(x), dim=1)


# %% wrong="ClassifierDropout" says="ClassifierDropout() drops the same units for every image of a batch. Each image needs a draw of its own."
class ClassifierDropout(Classifier):
    def __init__(self, p=0.2):
        super().__init__()
        self.p = p
        self.masks = [(torch.rand(n) >= p) / (1 - p) for n in (256, 128, 64)]

    def forward(self, x):
        x = x.flatten(start_dim=1)
        for layer, mask in zip((self.fc1, self.fc2, self.fc3), self.masks):
            x = layer(x).relu()
            if self.training:
                x = x * mask
        return F.log_softmax(self.fc4(x), dim=1)


# %% wrong="ClassifierDropout" says="ClassifierDropout() drops units in inference mode too. How does your dropout learn of the mode?"
class ClassifierDropout(Classifier):
    def __init__(self, p=0.2):
        super().__init__()
        self.drop = nn.Dropout(p)

    def forward(self, x):
        self.train()
        x = x.flatten(start_dim=1)
        for layer in (self.fc1, self.fc2, self.fc3):
            x = self.drop(layer(x).relu())
        return F.log_softmax(self.fc4(x), dim=1)


# %% wrong="ClassifierDropout" says="ClassifierDropout() scales its hidden units in inference mode. There they pass as they are."
class ClassifierDropout(Classifier):
    def __init__(self, p=0.2):
        super().__init__()
        self.p = p
        self.drop = nn.Dropout(p)

    def forward(self, x):
        x = x.flatten(start_dim=1)
        for layer in (self.fc1, self.fc2, self.fc3):
            x = self.drop(layer(x).relu())
            if not self.training:
                x = x * (1 - self.p)
        return F.log_softmax(self.fc4(x), dim=1)


# %% right="fit"
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        model.train()
        with torch.enable_grad():
            batch_losses, sizes = [], []
            for x, y in train_loader:
                loss = criterion(model(x), y)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                batch_losses.append(loss.detach())
                sizes.append(len(y))
        history["train_loss"].append(float(torch.stack(batch_losses) @ torch.tensor(sizes, dtype=torch.float32, device=loss.device) / sum(sizes)))
        model.eval()
        with torch.inference_mode():
            pairs = [(model(x), y) for x, y in val_loader]
            out, y = torch.cat([a for a, _ in pairs]), torch.cat([b for _, b in pairs])
            history["val_loss"].append(criterion(out, y).item())
            history["val_accuracy"].append((out.argmax(1) == y).float().mean().item())
    return history


# %% right="fit"
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    from collections import defaultdict

    history = defaultdict(list)
    for name in ("train_loss", "val_loss", "val_accuracy"):
        history[name]
    for epoch in range(1, epochs + 1):
        model.train()
        total, n = 0.0, 0
        for x, y in train_loader:
            def closure():
                optimizer.zero_grad()
                loss = criterion(model(x), y)
                loss.backward()
                return loss
            total += optimizer.step(closure).item() * len(x)
            n += len(x)
        history["train_loss"].append(total / n)
        for name, value in zip(("val_loss", "val_accuracy"), evaluate(model, val_loader, criterion)):
            history[name].append(value)
    return dict(history)


# %% right="fit"
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    def one():
        model.train()
        total = count = 0
        for x, y in train_loader:
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            total, count = total + loss.item() * y.numel(), count + y.numel()
        return (total / count, *evaluate(model, val_loader, criterion))

    optimizer.zero_grad()
    rows = [one() for _ in range(epochs)]
    return {key: [row[i] for row in rows] for i, key in enumerate(["train_loss", "val_loss", "val_accuracy"])}


# %% wrong="fit" says="fit(…) validates once for all epochs. Each epoch has a validation of its own."
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        model.train()
        total = n = 0
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            n += len(y)
        history["train_loss"].append(total / n)
    loss, share = evaluate(model, val_loader, criterion)
    history["val_loss"].append(loss)
    history["val_accuracy"].append(share)
    return history


# %% wrong="fit" says="fit(…) validates before it trains. The validation of an epoch comes after its steps."
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        loss, share = evaluate(model, val_loader, criterion)
        history["val_loss"].append(loss)
        history["val_accuracy"].append(share)
        model.train()
        total = n = 0
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            n += len(y)
        history["train_loss"].append(total / n)
    return history


# %% wrong="fit" says="fit(…) ends after 3 of 12 epochs. It trains for as many as it is asked to."
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    worse = 0
    for _ in range(epochs):
        model.train()
        total = n = 0
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            n += len(y)
        history["train_loss"].append(total / n)
        loss, share = evaluate(model, val_loader, criterion)
        history["val_loss"].append(loss)
        history["val_accuracy"].append(share)
        worse = worse + 1 if loss > min(history["val_loss"]) else 0
        if worse == 2:
            break
    return history


# %% wrong="fit" says="fit(…) goes on for one epoch more than it is asked to."
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs + 1):
        model.train()
        total = n = 0
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            n += len(y)
        history["train_loss"].append(total / n)
        loss, share = evaluate(model, val_loader, criterion)
        history["val_loss"].append(loss)
        history["val_accuracy"].append(share)
    return history


# %% wrong="fit" says="fit(…) puts all its numbers into one list. Each key needs a list of its own."
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    history = dict.fromkeys(["train_loss", "val_loss", "val_accuracy"], [])
    for _ in range(epochs):
        model.train()
        total = n = 0
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            n += len(y)
        history["train_loss"].append(total / n)
        loss, share = evaluate(model, val_loader, criterion)
        history["val_loss"].append(loss)
        history["val_accuracy"].append(share)
    return history


# %% wrong="fit" says="fit(…) returns several things. One dictionary is wanted, with three lists."
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    a, b, c = [], [], []
    for _ in range(epochs):
        model.train()
        total = n = 0
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            n += len(y)
        a.append(total / n)
        loss, share = evaluate(model, val_loader, criterion)
        b.append(loss)
        c.append(share)
    return a, b, c


# %% wrong="fit" says="fit(…) changes the learning rate of the optimizer. Leave it as it was given."
def fit(model, train_loader, val_loader, epochs, criterion, optimizer):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.5)
    for _ in range(epochs):
        model.train()
        total = n = 0
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            n += len(y)
        scheduler.step()
        history["train_loss"].append(total / n)
        loss, share = evaluate(model, val_loader, criterion)
        history["val_loss"].append(loss)
        history["val_accuracy"].append(share)
    return history


# %% right="best_epoch"
def best_epoch(history):
    return int(np.argmin(np.asarray(history["val_loss"])))


# %% right="best_epoch"
def best_epoch(history):
    losses, best = history["val_loss"], 0
    for i in range(1, len(losses)):
        if losses[i] < losses[best]:
            best = i
    return best


# %% right="best_epoch"
def best_epoch(history):
    return min((loss, i) for i, loss in enumerate(history["val_loss"]))[1]


# %% right="best_epoch"
def best_epoch(history):
    return sorted(range(len(history["val_loss"])), key=lambda i: history["val_loss"][i])[0]


# %% wrong="best_epoch" says="best_epoch(…) leaves out the first epoch, which may be the best."
def best_epoch(history):
    losses = history["val_loss"][1:]
    return losses.index(min(losses)) + 1


# %% wrong="best_epoch" says="best_epoch(history) gives all epochs with the lowest loss. The first of them is wanted."
def best_epoch(history):
    return [i for i, loss in enumerate(history["val_loss"]) if loss == min(history["val_loss"])]


# %% right="mc_dropout"
def mc_dropout(model, image, n_samples=100):
    modes = {m: m.training for m in model.modules()}
    model.eval()
    for m in modes:
        if type(m).__name__ in {"Dropout", "Dropout1d", "Dropout2d", "Dropout3d"}:
            m.training = True
    with torch.no_grad():
        rows = [model(image.view(1, 1, 28, 28)).exp() for _ in range(n_samples)]
    for m, mode in modes.items():
        m.training = mode
    return torch.cat(rows)


# %% right="mc_dropout"
def mc_dropout(model, image, n_samples=100):
    twin = copy.deepcopy(model).eval()
    for m in twin.modules():
        if isinstance(m, nn.modules.dropout._DropoutNd):
            m.train()
    with torch.inference_mode():
        return torch.exp(twin(image.reshape(-1, 1, 28, 28).expand(n_samples, 1, 28, 28)))


# %% right="mc_dropout"
def mc_dropout(model, image, n_samples=100):
    kinds = (nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d)
    modes = [(m, m.training) for m in model.modules()]
    try:
        for m, _ in modes:
            m.training = isinstance(m, kinds)
        with torch.no_grad():
            return model(image.reshape(1, 1, 28, 28).repeat(n_samples, 1, 1, 1)).softmax(dim=1)
    finally:
        for m, mode in modes:
            m.training = mode


# %% wrong="mc_dropout" says="mc_dropout(model, image, 4) with p=0 is 0.25 at [0, 1], wanted 0.06431, the largest of 40 differences. Each column sums to 1; each row should. Which dim holds the classes?"
def mc_dropout(model, image, n_samples=100):
    modes = [(m, m.training) for m in model.modules()]
    model.eval()
    for m, _ in modes:
        if isinstance(m, (nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d)):
            m.train()
    with torch.no_grad():
        out = model(image.expand(n_samples, -1, -1, -1)).softmax(dim=0)
    for m, mode in modes:
        m.training = mode
    return out


# %% wrong="evaluate" says="evaluate(…) has the accuracy of the last batch alone, or counts the wrong ones. Of all images, the share of the right ones is wanted."
def evaluate(model, loader, criterion):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    loss, wrong, count = 0.0, 0, 0
    with torch.no_grad():
        for images, labels in loader:
            log_probs = model(images)
            loss += criterion(log_probs, labels).item() * len(labels)
            wrong += (log_probs.argmax(dim=1) != labels).sum().item()
            count += len(labels)
    for module, mode in modes.items():
        module.training = mode
    return loss / count, wrong
