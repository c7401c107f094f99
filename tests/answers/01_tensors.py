# %% [markdown]
# # Answers to 01_tensors, as learners write them

# %% right="describe"
def describe(t):
    return (len(t.shape), t.shape, t.nelement(), t.dtype)


# %% right="describe"
def describe(t):
    count = 1
    for length in t.size():
        count *= length
    return t.dim(), tuple(t.size()), count, t.dtype


# %% right="describe"
def describe(t):
    return t.ndim, tuple(t.shape), math.prod(t.shape), t.dtype


# %% wrong="describe" says="describe(t) counts 2 elements. Those are the rows; how many numbers are there?"
def describe(t):
    return t.ndim, tuple(t.shape), len(t), t.dtype


# %% wrong="describe" says="describe(t) gives the shape as a list. A shape is a tuple."
def describe(t):
    return t.ndim, list(t.shape), t.numel(), t.dtype


# %% wrong="describe" says="describe(t) gives the dtype as text. What does t itself say?"
def describe(t):
    return t.ndim, tuple(t.shape), t.numel(), str(t.dtype)


# %% wrong="describe" says="describe(t)[3] is a str, wanted torch.int64."
def describe(t):
    return t.ndim, tuple(t.shape), t.numel(), t.type()


# %% wrong="describe" says="describe(t)[2] is a tensor, int64[], wanted a Python int."
def describe(t):
    return t.ndim, tuple(t.shape), torch.tensor(t.shape).prod(), t.dtype


# %% wrong="describe" says="describe(t) is a list, wanted a tuple of 4."
def describe(t):
    return [t.ndim, tuple(t.shape), t.numel(), t.dtype]


# %% wrong="describe" says="describe(t)[2] is a function, wanted a Python int. Is it called?"
def describe(t):
    return t.ndim, tuple(t.shape), t.numel, t.dtype


# %% wrong="describe" says="describe(t) is None, wanted a tuple of 4. Does it return its result?"
def describe(t):
    print(t.ndim, tuple(t.shape), t.numel(), t.dtype)


# %% wrong="describe" says="describe(torch.zeros(1, 3, 5))[2] is 3, wanted 15."
def describe(t):
    return t.ndim, tuple(t.shape), t.shape[0] * t.shape[1], t.dtype


# %% wrong="describe" says="describe(torch.zeros(1, 3, 5))[0] is 2, wanted 3."
def describe(t):
    return (2, (2, 3), 6, torch.int64)


# %% wrong="describe" says="describe(t) is a tensor, int64[2, 3], wanted a tuple of 4."
def describe(t):
    return t


# %% right="activation"
def activation(x):
    return (1 + (-x).exp()).reciprocal()


# %% right="activation"
def activation(x):
    # Two equal formulas, each where it cannot overflow.
    small = torch.exp(-torch.abs(x))
    return torch.where(x >= 0, 1 / (1 + small), small / (1 + small))


# %% right="activation"
def activation(x):
    return torch.pow(1 + math.e**-x, -1)


# %% right="activation"
def activation(x):
    return torch.sigmoid(x.double())


# %% wrong="activation" says="activation(x) falls where it should rise. Which sign has x inside exp?"
def activation(x):
    return 1 / (1 + torch.exp(x))


# %% wrong="activation" says="activation(x) divides first and adds later. What belongs below the fraction bar?"
def activation(x):
    return 1 / 1 + torch.exp(-x)


# %% wrong="activation" says="activation(x) is nan at 200: exp(200) is infinite. Can exp stand below the bar only?"
def activation(x):
    return torch.exp(x) / (torch.exp(x) + 1)


# %% wrong="activation" says="ValueError: only one element tensors can be converted …"
def activation(x):
    return 1 / (1 + math.exp(-x))


# %% wrong="activation" says="x was changed. Leave the argument as it was and return a new value."
def activation(x):
    return x.neg_().exp_().add_(1).reciprocal_()


# %% wrong="activation" says="activation(x) is -0.7616 at [0, 1], wanted 0.2689, the largest of 5 differences."
def activation(x):
    return torch.tanh(x)


# %% wrong="activation" says="activation(x) is 0 at [1, 1], wanted 0.8808, the largest of 3 differences."
def activation(x):
    return torch.softmax(x, dim=1)


# %% wrong="activation" says="activation(x) is None, wanted float32[2, 3]. Does it return its result?"
def activation(x):
    y = 1 / (1 + torch.exp(-x))


# %% wrong="activation" says="activation(x) is -200 at [0, 0], wanted 0, the largest of 6 differences."
def activation(x):
    return x


# %% wrong="activation" says="activation(x) is 0.5 at [0, 0], wanted 0, the largest of 5 differences."
def activation(x):
    return torch.full_like(x, 0.5)


# %% wrong="activation" says="IndexError: tuple index out of range"
def activation(x):
    y = torch.zeros(x.shape[0], x.shape[1])
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            y[i, j] = 1 / (1 + torch.exp(-x[i, j]))
    return y


# %% right="neuron"
def neuron(features, weights, bias):
    return activation(torch.sum(features * weights) + bias)


# %% right="neuron"
def neuron(features, weights, bias):
    return activation(torch.mm(features, weights.view(-1, 1)) + bias)


# %% right="neuron"
def neuron(features, weights, bias):
    total = bias.clone()
    for feature, weight in zip(features[0], weights[0]):
        total += feature * weight
    return torch.sigmoid(total)


# %% wrong="neuron" says="neuron gives the sum itself. What turns it into a response between 0 and 1?"
def neuron(features, weights, bias):
    return (features * weights).sum(dim=1, keepdim=True) + bias


# %% wrong="neuron" says="neuron leaves out the bias. Where does it join the sum?"
def neuron(features, weights, bias):
    return activation((features * weights).sum(dim=1, keepdim=True))


# %% wrong="neuron" says="neuron adds the bias once for each product. How often should it count?"
def neuron(features, weights, bias):
    return activation(torch.sum(features * weights + bias).reshape(1, 1))


# %% wrong="neuron" says="neuron adds the bias after the activation. What should go into the activation?"
def neuron(features, weights, bias):
    return activation((features * weights).sum()) + bias


# %% wrong="neuron" says="neuron(features, weights, bias) is float32[1, 3], wanted float32[1, 1]."
def neuron(features, weights, bias):
    return activation(features * weights + bias)


# %% wrong="neuron" says="neuron(features, weights, bias) is float32[], wanted float32[1, 1]."
def neuron(features, weights, bias):
    return activation((features * weights).sum() + bias.sum())


# %% wrong="neuron" says="neuron(features, weights, bias) is a float, wanted float32[1, 1]."
def neuron(features, weights, bias):
    return activation((features * weights).sum() + bias).item()


# %% wrong="neuron" says="RuntimeError: …"
def neuron(features, weights, bias):
    return activation(features @ weights + bias)


# %% wrong="neuron" says="bias was changed. Leave the argument as it was and return a new value."
def neuron(features, weights, bias):
    bias += (features * weights).sum()
    return activation(bias)


# %% wrong="neuron" says="neuron with 5 features is 0.8808 at [0, 0], wanted 0.7937."
def neuron(features, weights, bias):
    return torch.tensor([[0.8808]])


# %% wrong="neuron" says="neuron(features, weights, bias) is float32[1, 3], wanted float32[1, 1]."
def neuron(features, weights, bias):
    return features


# %% right="neuron_matmul"
def neuron_matmul(features, weights, bias):
    return activation(torch.matmul(features, weights.reshape(-1, 1)) + bias)


# %% right="neuron_matmul"
def neuron_matmul(features, weights, bias):
    return torch.sigmoid(F.linear(features, weights, bias[0]))


# %% right="neuron_matmul"
def neuron_matmul(features, weights, bias):
    return activation(bias + torch.einsum("nd,kd->nk", features, weights))


# %% wrong="neuron_matmul" says="RuntimeError: …"
def neuron_matmul(features, weights, bias):
    return activation(features @ weights + bias)


# %% wrong="neuron_matmul" says="neuron_matmul lies on its side: one row. Each example needs a row of its own."
def neuron_matmul(features, weights, bias):
    return activation((features * weights).sum(dim=1) + bias)


# %% wrong="neuron_matmul" says="neuron_matmul lies on its side: one row. Each example needs a row of its own."
def neuron_matmul(features, weights, bias):
    return activation(weights @ features.T + bias)


# %% wrong="neuron_matmul" says="neuron_matmul adds up the whole batch. Each example has a sum of its own."
def neuron_matmul(features, weights, bias):
    return activation((features * weights).sum() + bias)


# %% wrong="neuron_matmul" says="neuron_matmul gives the sums. What turns them into responses between 0 and 1?"
def neuron_matmul(features, weights, bias):
    return features @ weights.T + bias


# %% wrong="neuron_matmul" says="neuron_matmul leaves out the bias. Where does it join the sums?"
def neuron_matmul(features, weights, bias):
    return activation(features @ weights.T)


# %% wrong="neuron_matmul" says="neuron_matmul(features, weights, bias) is float32[2], wanted float32[2, 1]."
def neuron_matmul(features, weights, bias):
    return activation(features @ weights.T + bias).squeeze()


# %% wrong="neuron_matmul" says="neuron_matmul on a (1, 4) batch is 0.8808 at [0, 0], wanted 0.7288."
def neuron_matmul(features, weights, bias):
    return torch.tensor([[0.88080], [0.11920]])[: len(features)]


# %% wrong="neuron_matmul" says="neuron_matmul(features, weights, bias) is float32[2, 3], wanted float32[2, 1]."
def neuron_matmul(features, weights, bias):
    return features


# %% right="two_layer"
def two_layer(features, W1, W2, B1, B2):
    return activation(torch.mm(activation(torch.mm(features, W1) + B1), W2) + B2)


# %% right="two_layer"
def two_layer(features, W1, W2, B1, B2):
    x = features
    for weights, bias in [(W1, B1), (W2, B2)]:
        x = torch.sigmoid(torch.addmm(bias, x, weights))
    return x


# %% wrong="two_layer" says="two_layer has no activation after the first layer. What should the second layer get?"
def two_layer(features, W1, W2, B1, B2):
    h = features @ W1 + B1
    return activation(h @ W2 + B2)


# %% wrong="two_layer" says="two_layer has no activation after the second layer. What should come out last?"
def two_layer(features, W1, W2, B1, B2):
    h = activation(features @ W1 + B1)
    return h @ W2 + B2


# %% wrong="two_layer" says="two_layer leaves out both biases. Where does each layer add its own?"
def two_layer(features, W1, W2, B1, B2):
    return activation(activation(features @ W1) @ W2)


# %% wrong="two_layer" says="two_layer leaves out the second bias. Where should B2 go?"
def two_layer(features, W1, W2, B1, B2):
    return activation(activation(features @ W1 + B1) @ W2)


# %% wrong="two_layer" says="two_layer(features, W1, W2, B1, B2) is float32[1, 2], wanted float32[1, 1]."
def two_layer(features, W1, W2, B1, B2):
    return activation(activation(features @ W1 + B2) @ W2 + B1)


# %% wrong="two_layer" says="RuntimeError: …"
def two_layer(features, W1, W2, B1, B2):
    h = activation(features @ W1.T + B1)
    return activation(h @ W2.T + B2)


# %% wrong="two_layer" says="two_layer on a (5, 4) batch with 3 and 2 units is float32[1, 2], wanted float32[5, 2]."
def two_layer(features, W1, W2, B1, B2):
    h = activation(features[:1] @ W1 + B1)
    return activation(h @ W2 + B2)


# %% wrong="two_layer" says="B1 was changed. Leave the argument as it was and return a new value."
def two_layer(features, W1, W2, B1, B2):
    B1 += features @ W1
    return activation(activation(B1) @ W2 + B2)


# %% wrong="two_layer" says="two_layer on a (5, 4) batch with 3 and 2 units is float32[1, 1], wanted float32[5, 2]."
def two_layer(features, W1, W2, B1, B2):
    return torch.tensor([[0.31708]])


# %% wrong="two_layer" says="two_layer(features, W1, W2, B1, B2) is float32[1, 3], wanted float32[1, 1]."
def two_layer(features, W1, W2, B1, B2):
    return features


# %% right="standardize"
def standardize(x):
    lowest, highest = x.min(dim=0).values, x.max(dim=0).values
    centred = x - x.mean(dim=0, keepdim=True)
    deviation = centred.square().mean(dim=0).sqrt()
    deviation[lowest == highest] = 1.0
    centred[:, lowest == highest] = 0.0
    return centred / deviation


# %% right="standardize"
def standardize(x):
    columns = []
    for column in x.T:
        if torch.all(column == column[0]):
            columns.append(torch.zeros_like(column))
        else:
            columns.append((column - column.mean()) / column.std(unbiased=False))
    return torch.stack(columns, dim=1)


# %% right="standardize"
def standardize(x):
    var, mean = torch.var_mean(x, dim=0, correction=0)
    std = var.sqrt()
    return torch.where(std < 1e-6, torch.zeros_like(x), (x - mean) / std)


# %% right="standardize"
def standardize(x):
    exact = x.double()
    std = exact.std(dim=0, correction=0)
    return torch.nan_to_num((exact - exact.mean(dim=0)) / std, nan=0.0) * (x.amax(dim=0) > x.amin(dim=0))


# %% right="standardize"
def standardize(x):
    result = torch.zeros_like(x)
    varies = x.max(dim=0).values != x.min(dim=0).values
    columns = x[:, varies]
    result[:, varies] = (columns - columns.mean(dim=0)) / columns.std(dim=0, unbiased=False)
    return result


# %% wrong="standardize" says="standardize(x) divides by the deviation of a sample. Which correction gives the population's?"
def standardize(x):
    return torch.where((x == x[0]).all(dim=0), 0.0, (x - x.mean(dim=0)) / x.std(dim=0))


# %% wrong="standardize" says="standardize(x) works along each row. Which dim runs down a column?"
def standardize(x):
    return (x - x.mean(dim=1, keepdim=True)) / x.std(dim=1, keepdim=True, correction=0)


# %% wrong="standardize" says="standardize(x) on a column of 5s is nan at [0, 0], wanted 0: 4 of 4 values are nan."
def standardize(x):
    return (x - x.mean(dim=0)) / x.std(dim=0, correction=0)


# %% wrong="standardize" says="standardize(x) blows up a rounding error on ten times 0.1. Is the column constant?"
def standardize(x):
    std = x.std(dim=0, correction=0)
    return (x - x.mean(dim=0)) / torch.where(std == 0, 1.0, std)


# %% wrong="standardize" says="standardize(x) blows up a rounding error on ten times 0.1. Is the column constant?"
def standardize(x):
    return torch.nan_to_num((x - x.mean(dim=0)) / x.std(dim=0, correction=0))


# %% wrong="standardize" says="standardize(x) on ten times 0.1 is -0.427 at [0, 0], wanted 0, the largest of 10 differences."
def standardize(x):
    return (x - x.mean(dim=0)) / (x.std(dim=0, correction=0) + 1e-8)


# %% wrong="standardize" says="x was changed. Leave the argument as it was and return a new value."
def standardize(x):
    constant = (x == x[0]).all(dim=0)
    x -= x.mean(dim=0)
    x /= x.std(dim=0, correction=0)
    x[:, constant] = 0
    return x


# %% wrong="standardize" says="RuntimeError: The size of tensor a …"
def standardize(x):
    return (x - x.mean(dim=1)) / x.std(dim=1)


# %% wrong="standardize" says="standardize(x) uses one mean and one deviation for all of x. Each column needs its own."
def standardize(x):
    return (x - x.mean()) / x.std(correction=0)


# %% wrong="standardize" says="standardize(x) is 0 at [0, 0], wanted -1, the largest of 6 differences."
def standardize(x):
    low, high = x.amin(dim=0), x.amax(dim=0)
    return (x - low) / (high - low)


# %% wrong="standardize" says="standardize(x) is 29 at [1, 1], wanted 1, the largest of 6 differences."
def standardize(x):
    return x - torch.tensor([2.0, 1.0])


# %% wrong="standardize" says="standardize(x) is 30 at [1, 1], wanted 1, the largest of 12 differences."
def standardize(x):
    return x


# %% wrong="standardize" says="standardize(x) is 0 at [0, 0], wanted -1, the largest of 12 differences."
def standardize(x):
    return torch.zeros_like(x)


# %% right="flatten_images"
def flatten_images(images):
    return images.reshape(images.shape[0], -1)


# %% right="flatten_images"
def flatten_images(images):
    return images.contiguous().view(len(images), -1)


# %% right="flatten_images"
def flatten_images(images):
    n, c, h, w = images.size()
    return torch.reshape(images, (n, c * h * w))


# %% right="flatten_images"
def flatten_images(images):
    return nn.Flatten()(images)


# %% wrong="flatten_images" says="RuntimeError: view size is not compatible with input tensor's size and stride …"
def flatten_images(images):
    return images.view(images.shape[0], -1)


# %% wrong="flatten_images" says="flatten_images(images) joins all images into one row. Which dimension should stay?"
def flatten_images(images):
    return images.flatten()


# %% wrong="flatten_images" says="flatten_images(images) mixes the pixels of different images. Which dimension comes first?"
def flatten_images(images):
    return images.reshape(-1, images.shape[0]).T


# %% wrong="flatten_images" says="flatten_images(images) copies: it does not see a later change in images."
def flatten_images(images):
    return images.clone().reshape(len(images), -1)


# %% wrong="flatten_images" says="flatten_images(images) copies: it does not see a later change in images."
def flatten_images(images):
    return torch.stack([image.flatten() for image in images])


# %% wrong="flatten_images" says="flatten_images(turned) reads the storage cell by cell. Is turned contiguous?"
def flatten_images(images):
    n, c, h, w = images.shape
    return images.as_strided((n, c * h * w), (c * h * w, 1))


# %% wrong="flatten_images" says="flatten_images(images) is 3 at [0, 1], wanted 1, the largest of 16 differences."
def flatten_images(images):
    return images.transpose(2, 3).flatten(1)


# %% wrong="flatten_images" says="flatten_images(images) is float32[12, 2], wanted float32[2, 12]."
def flatten_images(images):
    return images.reshape(-1, images.shape[0])


# %% wrong="flatten_images" says="flatten_images(images) is float32[2, 2, 6], wanted float32[2, 12]."
def flatten_images(images):
    return images.flatten(2)


# %% wrong="flatten_images" says="flatten_images(images) is float32[2, 2, 2, 3], wanted float32[2, 12]."
def flatten_images(images):
    return images


# %% wrong="flatten_images" says="flatten_images(images) copies: it does not see a later change in images."
def flatten_images(images):
    return torch.arange(24.0).reshape(2, 12)


# %% wrong="flatten_images" says="images was changed. Leave the argument as it was and return a new value."
def flatten_images(images):
    return images.resize_(len(images), images[0].numel())


# %% wrong="flatten_images" says="RuntimeError: shape '[2, 12]' is invalid for input of size 4"
def flatten_images(images):
    return images.reshape(2, 12)


# %% right="double_"
def double_(t):
    t *= 2
    return t


# %% right="double_"
def double_(t):
    t[...] = t + t
    return t


# %% right="double_"
def double_(t):
    torch.add(t, t, out=t)
    return t


# %% right="double_"
def double_(t):
    return t.copy_(2 * t)


# %% right="double_"
def double_(t):
    t[:] = t * 2
    return t


# %% wrong="double_" says="double_(t) left t as it was. Did it write into t, or make a new tensor?"
def double_(t):
    return 2 * t


# %% wrong="double_" says="double_(t) left t as it was. Did it write into t, or make a new tensor?"
def double_(t):
    return t.mul(2)


# %% wrong="double_" says="double_(t) left t as it was. Did it write into t, or make a new tensor?"
def double_(t):
    t = t * 2
    return t


# %% wrong="double_" says="double_(t) left t as it was. Did it write into t, or make a new tensor?"
def double_(t):
    return t


# %% wrong="double_" says="double_(t) left t as it was. Did it write into t, or make a new tensor?"
def double_(t):
    return torch.tensor([[2.0, 4.0, 6.0]])


# %% wrong="double_" says="double_(t) is None, wanted float32[1, 3]. Does it return its result?"
def double_(t):
    t *= 2


# %% wrong="double_" says="double_(t) returns another tensor than t, with the same numbers."
def double_(t):
    t *= 2
    return t.clone()


# %% wrong="double_" says="double_(t) returns four times the numbers. How often did it double?"
def double_(t):
    t.mul_(2)
    return t * 2


# %% wrong="double_" says="the table after double_ of a column is 9 at [2, 1], wanted 18, the largest of 3 differences."
def double_(t):
    t.set_(2 * t)
    return t


# %% wrong="double_" says="t after double_(t) is 9 at [0, 2], wanted 6, the largest of 2 differences."
def double_(t):
    return t.pow_(2)


# %% right="shared_tensor"
def shared_tensor(array):
    return torch.as_tensor(array)


# %% right="shared_tensor"
def shared_tensor(array):
    return torch.from_dlpack(array)


# %% right="shared_tensor"
def shared_tensor(array):
    return torch.from_numpy(array).view(array.shape)


# %% wrong="shared_tensor" says="shared_tensor(array) does not see a change in array: it is a copy."
def shared_tensor(array):
    return torch.tensor(array)


# %% wrong="shared_tensor" says="shared_tensor(array) does not see a change in array: it is a copy."
def shared_tensor(array):
    return torch.from_numpy(array).float()


# %% wrong="shared_tensor" says="shared_tensor(array) does not see a change in array: it is a copy."
def shared_tensor(array):
    return torch.Tensor(array)


# %% wrong="shared_tensor" says="shared_tensor(array) is a NumPy array, float64[3], wanted float64[3]."
def shared_tensor(array):
    return array


# %% wrong="shared_tensor" says="shared_tensor(array) does not see a change in array: it is a copy."
def shared_tensor(array):
    return torch.tensor([1.0, 2.0, 3.0])


# %% wrong="shared_tensor" says="shared_tensor of a (2, 3) array of torch.float32 is float64[3], wanted float64[2, 3]."
def shared_tensor(array):
    return torch.frombuffer(array, dtype=torch.float64)


# %% right="copied_tensor"
def copied_tensor(array):
    return torch.from_numpy(array).clone()


# %% right="copied_tensor"
def copied_tensor(array):
    return torch.from_numpy(array.copy())


# %% right="copied_tensor"
def copied_tensor(array):
    return torch.as_tensor(np.array(array))


# %% wrong="copied_tensor" says="copied_tensor(array) gives torch.tensor a tensor to copy, and torch warns of it. What else does it take?"
def copied_tensor(array):
    return torch.tensor(torch.from_numpy(array))


# %% wrong="copied_tensor" says="copied_tensor(array) changes with array: the two share their memory."
def copied_tensor(array):
    return torch.from_numpy(array)


# %% wrong="copied_tensor" says="copied_tensor(array) is float32, array is float64. Where did half of the digits go?"
def copied_tensor(array):
    return torch.Tensor(array)


# %% wrong="copied_tensor" says="copied_tensor(array) is float32, array is float64. Where did half of the digits go?"
def copied_tensor(array):
    return torch.tensor(array.tolist())


# %% wrong="copied_tensor" says="copied_tensor(array) changes with array: the two share their memory."
def copied_tensor(array):
    copy = array[:]
    return torch.from_numpy(copy)


# %% wrong="copied_tensor" says="copied_tensor(array) is a NumPy array, float64[3], wanted float64[3]."
def copied_tensor(array):
    return array.copy()


# %% wrong="copied_tensor" says="the dtype of copied_tensor of an array of torch.float32 is torch.float64, wanted torch.float32."
def copied_tensor(array):
    return torch.tensor(array, dtype=torch.float64)


# %% wrong="copied_tensor" says="copied_tensor(array) is a NumPy array, float64[3], wanted float64[3]."
def copied_tensor(array):
    return array


# %% wrong="copied_tensor" says="copied_tensor of a (3, 2) array of torch.float32 is float64[3], wanted float64[3, 2]."
def copied_tensor(array):
    return torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64)


# %% right="seeded_normal"
def seeded_normal(seed, shape):
    generator = torch.Generator()
    generator.manual_seed(seed)
    return torch.randn(*shape, generator=generator)


# %% right="seeded_normal"
def seeded_normal(seed, shape):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return torch.randn(shape)


# %% right="seeded_normal"
def seeded_normal(seed, shape):
    state = torch.get_rng_state()
    torch.manual_seed(seed)
    numbers = torch.randn(shape)
    torch.set_rng_state(state)
    return numbers


# %% right="seeded_normal"
def seeded_normal(seed, shape):
    return torch.empty(shape).normal_(generator=torch.Generator().manual_seed(seed))


# %% wrong="seeded_normal" says="seeded_normal changes everyone's random numbers. Whose recipe did it use?"
def seeded_normal(seed, shape):
    torch.manual_seed(seed)
    return torch.randn(shape)


# %% wrong="seeded_normal" says="seeded_normal changes everyone's random numbers. Whose recipe did it use?"
def seeded_normal(seed, shape):
    return torch.randn(shape, generator=torch.manual_seed(seed))


# %% wrong="seeded_normal" says="seeded_normal draws evenly between 0 and 1. Which function draws normal numbers?"
def seeded_normal(seed, shape):
    return torch.rand(shape, generator=torch.Generator().manual_seed(seed))


# %% wrong="seeded_normal" says="seeded_normal draws from the shared recipe. Where does the seed come in?"
def seeded_normal(seed, shape):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape)


# %% wrong="seeded_normal" says="seeded_normal(3, (2, 3)) is 1.253 at [1, 0], wanted -0.6137, the largest of 6 differences."
def seeded_normal(seed, shape):
    return torch.randn(shape, generator=torch.Generator())


# %% wrong="seeded_normal" says="seeded_normal(3, (2, 3)) is -2.556 at [0, 1], wanted 0.1748, the largest of 6 differences."
def seeded_normal(seed, shape):
    return torch.from_numpy(np.random.default_rng(seed).standard_normal(shape))


# %% wrong="seeded_normal" says="seeded_normal(8, (4,)) is …"
generator = torch.Generator().manual_seed(3)


def seeded_normal(seed, shape):
    return torch.randn(shape, generator=generator)


# %% wrong="seeded_normal" says="seeded_normal(8, (4,)) is float32[2, 3], wanted float32[4]."
def seeded_normal(seed, shape):
    return torch.randn(2, 3, generator=torch.Generator().manual_seed(seed))


# %% wrong="seeded_normal" says="seeded_normal(8, (4,)) is float32[2, 3], wanted float32[4]."
def seeded_normal(seed, shape):
    return torch.tensor([[0.8033, 0.1748, 0.0890], [-0.6137, 0.0462, -1.3683]])


# %% wrong="seeded_normal" says="seeded_normal(3, (2, 3)) is a tuple, wanted float32[2, 3]."
def seeded_normal(seed, shape):
    return shape


# %% right="pairwise_squared_distance"
def pairwise_squared_distance(a, b):
    gram = torch.einsum("nd,md->nm", a, b)
    squares = a.square().sum(1)[:, None] + b.square().sum(1)[None, :]
    return torch.relu(squares - 2 * gram)


# %% right="pairwise_squared_distance"
def pairwise_squared_distance(a, b):
    a64, b64 = a.double(), b.double()
    result = (a64**2).sum(dim=1).unsqueeze(1) + (b64**2).sum(dim=1) - 2 * torch.mm(a64, b64.T)
    result[result < 0] = 0
    return result.float()


# %% right="pairwise_squared_distance"
def pairwise_squared_distance(a, b):
    return torch.cdist(a, b) ** 2


# %% right="pairwise_squared_distance"
def pairwise_squared_distance(a, b):
    squares_a = torch.linalg.vector_norm(a, dim=1, keepdim=True) ** 2
    squares_b = torch.linalg.vector_norm(b, dim=1, keepdim=True) ** 2
    return torch.addmm(squares_a + squares_b.T, a, b.T, alpha=-2).clamp_(min=0)


# %% right="pairwise_squared_distance"
def pairwise_squared_distance(a, b):
    return ((a * a).sum(dim=1, keepdim=True) + (b * b).sum(dim=1) - 2 * a @ b.T).abs()


# %% wrong="pairwise_squared_distance" says="pairwise_squared_distance makes a tensor of shape (n, m, d). What can a matrix product do?"
def pairwise_squared_distance(a, b):
    return torch.vmap(lambda row: ((row - b) ** 2).sum(dim=1))(a)


# %% wrong="pairwise_squared_distance" says="pairwise_squared_distance(points, points) has negative numbers, from rounding. No square is."
def pairwise_squared_distance(a, b):
    return (a * a).sum(dim=1, keepdim=True) + (b * b).sum(dim=1) - 2 * a @ b.T


# %% wrong="pairwise_squared_distance" says="pairwise_squared_distance gives the distances. What about their squares?"
def pairwise_squared_distance(a, b):
    return torch.cdist(a, b)


# %% wrong="pairwise_squared_distance" says="pairwise_squared_distance takes ⟨a, b⟩ away once. How often does the formula?"
def pairwise_squared_distance(a, b):
    return ((a * a).sum(dim=1, keepdim=True) + (b * b).sum(dim=1) - a @ b.T).clamp(min=0)


# %% wrong="pairwise_squared_distance" says="pairwise_squared_distance has a row for each row of b. Whose rows come first?"
def pairwise_squared_distance(a, b):
    return ((b * b).sum(dim=1, keepdim=True) + (a * a).sum(dim=1) - 2 * b @ a.T).clamp(min=0)


# %% wrong="pairwise_squared_distance" says="pairwise_squared_distance makes a tensor of shape (n, m, d). What can a matrix product do?"
def pairwise_squared_distance(a, b):
    return ((a[:, None, :] - b[None, :, :]) ** 2).sum(dim=2)


# %% wrong="pairwise_squared_distance" says="pairwise_squared_distance makes a tensor of shape (n, m, d). What can a matrix product do?"
def pairwise_squared_distance(a, b):
    return F.pairwise_distance(a.unsqueeze(1), b.unsqueeze(0), eps=0) ** 2


# %% wrong="pairwise_squared_distance" says="pairwise_squared_distance runs an operation for each row: it loops in Python."
def pairwise_squared_distance(a, b):
    return torch.stack([((row - b) ** 2).sum(dim=1) for row in a])


# %% wrong="pairwise_squared_distance" says="pairwise_squared_distance runs an operation for each row: it loops in Python."
def pairwise_squared_distance(a, b):
    result = torch.zeros(len(a), len(b))
    for i in range(len(a)):
        for j in range(len(b)):
            result[i, j] = ((a[i] - b[j]) ** 2).sum()
    return result


# %% wrong="pairwise_squared_distance" says="RuntimeError: The size of tensor a …"
def pairwise_squared_distance(a, b):
    return ((a - b) ** 2).sum(dim=1)


# %% wrong="pairwise_squared_distance" says="pairwise_squared_distance(a, b) is float32[2, 2], wanted float32[2, 3]."
def pairwise_squared_distance(a, b):
    return a


# %% wrong="pairwise_squared_distance" says="pairwise_squared_distance of 3 and 5 rows is float32[2, 3], wanted float32[3, 5]."
def pairwise_squared_distance(a, b):
    return torch.tensor([[0.0, 1.0, 25.0], [25.0, 20.0, 0.0]])


# %% wrong="pairwise_squared_distance" says="a was changed. Leave the argument as it was and return a new value."
def pairwise_squared_distance(a, b):
    cross = a @ b.T
    return (a.square_().sum(dim=1, keepdim=True) + b.square().sum(dim=1) - 2 * cross).clamp(min=0)
