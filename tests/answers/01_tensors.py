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


# %% wrong="describe" says="describe(t) gives the name of a class of tensors. What does t itself say?"
def describe(t):
    return t.ndim, tuple(t.shape), t.numel(), t.type()


# %% wrong="describe" says="describe(t)[2] is a tensor, int64[], wanted a Python int. Which method takes the number out of a tensor?"
def describe(t):
    return t.ndim, tuple(t.shape), torch.tensor(t.shape).prod(), t.dtype


# %% wrong="describe" says="describe(t) is a list, wanted a tuple of 4. Square brackets make a list, commas alone a tuple."
def describe(t):
    return [t.ndim, tuple(t.shape), t.numel(), t.dtype]


# %% wrong="describe" says="describe(t)[2] is a function, wanted a Python int. Is it called?"
def describe(t):
    return t.ndim, tuple(t.shape), t.numel, t.dtype


# %% wrong="describe" says="describe(t) is None, wanted a tuple of 4. Does it return its result?"
def describe(t):
    print(t.ndim, tuple(t.shape), t.numel(), t.dtype)


# %% wrong="describe" says="describe(stack) counts 8 elements, 4 × 2. How long is the last dimension?"
def describe(t):
    return t.ndim, tuple(t.shape), t.shape[0] * t.shape[1], t.dtype


# %% wrong="describe" says="describe(stack) describes t. Does it look at its argument?"
def describe(t):
    return (2, (2, 3), 6, torch.int64)


# %% wrong="describe" says="describe(t) is a tensor, int64[2, 3], wanted a tuple of 4. Commas between several values make a tuple."
def describe(t):
    return t


# %% right="describe"
def describe(t):
    shape = t.size()
    return shape.__len__(), tuple(shape), t.flatten().shape[0], t.dtype


# %% wrong="describe" says="describe(stack) counts 12 elements, 4 × 3. What about the dimension in between?"
def describe(t):
    return len(t.shape), tuple(t.shape), t.shape[0] * t.shape[-1], t.dtype


# %% wrong="describe" says="describe counts the numbers of a whole table when it is given one column of it."
def describe(t):
    return t.ndim, tuple(t.shape), t.untyped_storage().nbytes() // t.element_size(), t.dtype


# %% right="describe"
from typing import NamedTuple
class Description(NamedTuple):
    ndim: int
    shape: tuple
    numel: int
    dtype: torch.dtype
def describe(t):
    return Description(t.dim(), tuple(t.shape), t.numel(), t.dtype)


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


# %% wrong="activation" says="activation(x) falls where it should rise. Which sign does x have inside exp?"
def activation(x):
    return 1 / (1 + torch.exp(x))


# %% wrong="activation" says="activation(x) adds 1 and exp(-x), and divides nothing by their sum. What belongs below the fraction bar?"
def activation(x):
    return 1 / 1 + torch.exp(-x)


# %% wrong="activation" says="activation(x) is nan at 200: exp(200) is infinite. Can exp stand below the fraction bar instead?"
def activation(x):
    return torch.exp(x) / (torch.exp(x) + 1)


# %% wrong="activation" says="ValueError: only one element tensors can be converted …"
def activation(x):
    return 1 / (1 + math.exp(-x))


# %% wrong="activation" says="x was changed. Leave the argument as it was and return a new value."
def activation(x):
    return x.neg_().exp_().add_(1).reciprocal_()


# %% wrong="activation" says="activation(x) runs from -1 to 1, as tanh does. A sigmoid runs from 0 to 1."
def activation(x):
    return torch.tanh(x)


# %% wrong="activation" says="activation(x) shares 1 out among the numbers of each row. Each number has a response of its own."
def activation(x):
    return torch.softmax(x, dim=1)


# %% wrong="activation" says="activation(x) is None, wanted float32[2, 3]. Does it return its result?"
def activation(x):
    y = 1 / (1 + torch.exp(-x))


# %% wrong="activation" says="activation(x) gives x back as it came. What is to be done with each number?"
def activation(x):
    return x


# %% wrong="activation" says="activation(x) is 0.5 at [0, 0], wanted 0, the largest of 5 differences. All 6 numbers are 0.5: does the result depend on the arguments?"
def activation(x):
    return torch.full_like(x, 0.5)


# %% wrong="activation" says="IndexError: tuple index out of range. The tuple has fewer places than were asked for; places count from 0."
def activation(x):
    y = torch.zeros(x.shape[0], x.shape[1])
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            y[i, j] = 1 / (1 + torch.exp(-x[i, j]))
    return y


# %% right="activation"
def activation(x):
    return torch.tensor([1 / (1 + math.exp(-v)) for v in x.flatten().tolist()]).reshape(x.shape)


# %% right="activation"
def activation(x):
    return 0.5 * (1 + torch.tanh(x / 2))


# %% right="activation"
def activation(x):
    return torch.exp(F.logsigmoid(x))


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


# %% wrong="neuron" says="neuron gives a response for each product. What happens to the products before the activation?"
def neuron(features, weights, bias):
    return activation(features * weights + bias)


# %% wrong="neuron" says="neuron gives one number without dimensions. The result is a table with one row and one column."
def neuron(features, weights, bias):
    return activation((features * weights).sum() + bias.sum())


# %% wrong="neuron" says="neuron(features, weights, bias) is a float, wanted float32[1, 1]. Was the number taken out of its tensor?"
def neuron(features, weights, bias):
    return activation((features * weights).sum() + bias).item()


# %% wrong="neuron" says="RuntimeError: …"
def neuron(features, weights, bias):
    return activation(features @ weights + bias)


# %% wrong="neuron" says="bias was changed. Leave the argument as it was and return a new value."
def neuron(features, weights, bias):
    bias += (features * weights).sum()
    return activation(bias)


# %% wrong="neuron" says="neuron gives the answer of the example, whatever it is asked. Does it look at its arguments?"
def neuron(features, weights, bias):
    return torch.tensor([[0.8808]])


# %% wrong="neuron" says="neuron gives features back as they came. What does a unit do with them?"
def neuron(features, weights, bias):
    return features


# %% right="neuron"
def neuron(features, weights, bias):
    return activation(torch.dot(features.flatten(), weights.flatten()) + bias)


# %% wrong="neuron" says="neuron activates each product and adds up afterwards. What should go into the activation?"
def neuron(features, weights, bias):
    return activation(features * weights).sum(dim=1, keepdim=True) + bias


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


# %% wrong="neuron_matmul" says="neuron_matmul gives a row without a second dimension. The results belong in a column."
def neuron_matmul(features, weights, bias):
    return activation(features @ weights.T + bias).squeeze()


# %% wrong="neuron_matmul" says="neuron_matmul gives the first answer of the example, whatever it is asked."
def neuron_matmul(features, weights, bias):
    return torch.tensor([[0.88080], [0.11920]])[: len(features)]


# %% wrong="neuron_matmul" says="neuron_matmul gives features back as they came. What does a unit do with them?"
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


# %% wrong="two_layer" says="two_layer exchanges the biases. Which of the two has a number for each unit of the first layer?"
def two_layer(features, W1, W2, B1, B2):
    return activation(activation(features @ W1 + B2) @ W2 + B1)


# %% wrong="two_layer" says="RuntimeError: …"
def two_layer(features, W1, W2, B1, B2):
    h = activation(features @ W1.T + B1)
    return activation(h @ W2.T + B2)


# %% wrong="two_layer" says="two_layer answers for one of two examples. What happens to the other rows of features?"
def two_layer(features, W1, W2, B1, B2):
    h = activation(features[:1] @ W1 + B1)
    return activation(h @ W2 + B2)


# %% wrong="two_layer" says="B1 was changed. Leave the argument as it was and return a new value."
def two_layer(features, W1, W2, B1, B2):
    B1 += features @ W1
    return activation(activation(B1) @ W2 + B2)


# %% wrong="two_layer" says="two_layer gives the answer of the other example, whatever it is asked. Does it look at its arguments?"
def two_layer(features, W1, W2, B1, B2):
    return torch.tensor([[0.31708]])


# %% wrong="two_layer" says="two_layer gives features back as they came. What does the first layer do with them?"
def two_layer(features, W1, W2, B1, B2):
    return features


# %% wrong="two_layer" says="two_layer adds B1 in both layers. Which bias does the second layer have?"
def two_layer(features, W1, W2, B1, B2):
    h = activation(features @ W1 + B1)
    return activation(h @ W2 + B1)


# %% wrong="two_layer" says="two_layer leaves out the first bias. Where should B1 go?"
def two_layer(features, W1, W2, B1, B2):
    return activation(activation(features @ W1) @ W2 + B2)


# %% wrong="two_layer" says="two_layer leaves out both biases. Where does each layer add its own?"
def two_layer(features, W1, W2, B1, B2):
    return torch.sigmoid(torch.sigmoid(features.mm(W1)).mm(W2))


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


# %% wrong="standardize" says="standardize(x) divides 0 by 0 on a column of 5s. What should become of such a column?"
def standardize(x):
    return (x - x.mean(dim=0)) / x.std(dim=0, correction=0)


# %% wrong="standardize" says="standardize(x) blows up a rounding error on ten times 0.1. Is the column constant?"
def standardize(x):
    std = x.std(dim=0, correction=0)
    return (x - x.mean(dim=0)) / torch.where(std == 0, 1.0, std)


# %% wrong="standardize" says="standardize(x) blows up a rounding error on ten times 0.1. Is the column constant?"
def standardize(x):
    return torch.nan_to_num((x - x.mean(dim=0)) / x.std(dim=0, correction=0))


# %% wrong="standardize" says="standardize(x) does not give zeros on ten times 0.1: rounding leaves a mean and a deviation that are a little off, and a tiny number below the fraction bar can't repair it. Is the column constant?"
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


# %% wrong="standardize" says="standardize(x) brings each column to 0 and 1, by its smallest and largest number. Which two does the task name?"
def standardize(x):
    low, high = x.amin(dim=0), x.amax(dim=0)
    return (x - low) / (high - low)


# %% wrong="standardize" says="standardize(x) is 29 at [1, 1], wanted 1, the largest of 6 differences."
def standardize(x):
    return x - torch.tensor([2.0, 1.0])


# %% wrong="standardize" says="standardize(x) gives x back as it came. What happens to each column?"
def standardize(x):
    return x


# %% wrong="standardize" says="standardize(x) gives zeros for columns that are not constant."
def standardize(x):
    return torch.zeros_like(x)


# %% right="standardize"
def standardize(x):
    x = x.clone()
    same = x.eq(x[:1]).all(0)
    x = x - x.mean(0)
    std = torch.sqrt((x**2).mean(0))
    std[same] = 1
    x[:, same] = 0
    return x / std


# %% wrong="standardize" says="a column of 5s was changed. Leave the argument as it was and return a new value."
def standardize(x):
    constant = (x == x[0]).all(dim=0)
    result = (x - x.mean(dim=0)) / x.std(dim=0, correction=0)
    result[:, constant] = 0
    x[:, constant] = 0
    return result


# %% wrong="standardize" says="standardize(x) does not give zeros on ten times 0.1: rounding leaves a mean and a deviation that are a little off, and a tiny number below the fraction bar can't repair it. Is the column constant?"
def standardize(x):
    return (x - x.mean(dim=0)) / (x.std(dim=0, correction=0) + 1e-6)


# %% wrong="standardize" says="standardize(x) does not give zeros on ten times 0.1: rounding leaves a mean and a deviation that are a little off, and a tiny number below the fraction bar can't repair it. Is the column constant?"
def standardize(x):
    return (x - x.mean(dim=0)) / x.std(dim=0, correction=0).clamp(min=1e-8)


# %% right="standardize"
def standardize(x):
    y = x - x[0]  # a constant column is exactly 0 now
    return torch.nan_to_num((y - y.mean(dim=0)) / y.std(dim=0, correction=0))


# %% wrong="standardize" says="standardize(x) gives zeros for a column of millionths, whose numbers are not equal. What does it ask of a column?"
def standardize(x):
    s = x.std(0, correction=0)
    s[s < 1e-4] = 1
    return (x - x.mean(0)) / s


# %% wrong="standardize" says="standardize(x) gives zeros for a column of numbers that end as they start, whose numbers are not equal. What does it ask of a column?"
def standardize(x):
    same = (x[0] == x[-1])
    return torch.where(same, 0.0, (x - x.mean(0)) / x.std(0, correction=0))


# %% wrong="standardize" says="standardize(x) takes the mean of the squares minus the square of the mean. On a column of large numbers close together their digits cancel: what can be subtracted before squaring?"
def standardize(x):
    same = (x == x[0]).all(0)
    var = (x ** 2).mean(0) - x.mean(0) ** 2
    return torch.where(same, 0.0, (x - x.mean(0)) / var.sqrt())


# %% right="standardize"
def standardize(x):
    a = x.numpy().astype(np.float64)
    const = np.ptp(a, axis=0) == 0
    s = a.std(axis=0)
    s[const] = 1
    out = (a - a.mean(axis=0)) / s
    out[:, const] = 0
    return torch.from_numpy(out).to(x.dtype)


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


# %% wrong="flatten_images" says="flatten_images(images) reads down the columns of each channel. Which comes first, rows or columns?"
def flatten_images(images):
    return images.transpose(2, 3).flatten(1)


# %% wrong="flatten_images" says="flatten_images(images) puts as many numbers into a row as there are images. What does one row hold?"
def flatten_images(images):
    return images.reshape(-1, images.shape[0])


# %% wrong="flatten_images" says="flatten_images(images) makes a row of each channel. What does one row hold?"
def flatten_images(images):
    return images.flatten(2)


# %% wrong="flatten_images" says="flatten_images(images) gives images back as they came. What does one row hold?"
def flatten_images(images):
    return images


# %% wrong="flatten_images" says="flatten_images(images) copies: it does not see a later change in images."
def flatten_images(images):
    return torch.arange(24.0).reshape(2, 12)


# %% wrong="flatten_images" says="images was changed. Leave the argument as it was and return a new value."
def flatten_images(images):
    return images.resize_(len(images), images[0].numel())


# %% wrong="flatten_images" says="RuntimeError: shape '[2, 12]' is invalid for input of size 4. 2 × 12 are 24, and there are 4 numbers."
def flatten_images(images):
    return images.reshape(2, 12)


# %% right="flatten_images"
def flatten_images(images):
    if images.is_contiguous():
        return images.view(len(images), -1)
    return images.clone(memory_format=torch.contiguous_format).view(len(images), -1)


# %% wrong="flatten_images" says="flatten_images makes floats of whole numbers, and so a copy."
def flatten_images(images):
    return images.reshape(images.shape[0], -1).float()


# %% right="flatten_images"
def flatten_images(images):
    try:
        return images.view(len(images), -1)
    except RuntimeError:
        return torch.stack([image.contiguous().view(-1) for image in images])


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


# %% wrong="double_" says="double_(t) returns a tensor other than t, with the same numbers."
def double_(t):
    t *= 2
    return t.clone()


# %% wrong="double_" says="double_(t) returns four times the numbers. How often did it double?"
def double_(t):
    t.mul_(2)
    return t * 2


# %% wrong="double_" says="double_(table.T) leaves table as it was, so it wrote somewhere else than into t's own memory."
def double_(t):
    t.set_(2 * t)
    return t


# %% wrong="double_" says="double_(t) squares each number. What is twice 5?"
def double_(t):
    return t.pow_(2)


# %% wrong="double_" says="double_(t) adds 2 to each number. What is twice 5?"
def double_(t):
    return t.add_(2)


# %% wrong="double_" says="double_(table.T) leaves table as it was, so it wrote somewhere else than into t's own memory."
def double_(t):
    t.flatten().mul_(2)
    return t


# %% wrong="double_" says="RuntimeError: view size is not compatible with input tensor's size and stride (at least one dimension spans across two contiguous subspaces). Use .reshape(...) instead. The (3, 2) tensor was transposed, permuted or cut, so its numbers do not lie in that order in memory, and view does not move them. Which call may copy?"
def double_(t):
    t.view(-1).mul_(2)
    return t


# %% wrong="double_" says="double_(table.T) leaves table as it was, so it wrote somewhere else than into t's own memory."
def double_(t):
    t.data = t.data * 2
    return t


# %% right="double_"
def double_(t):
    torch.add(t, t, out=t)
    return t


# %% right="double_"
def double_(t):
    for v in t:
        v *= 2
    return t


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


# %% wrong="shared_tensor" says="shared_tensor(array) is a NumPy array, float64[3], wanted float64[3]. Which function makes a tensor of an array?"
def shared_tensor(array):
    return array


# %% wrong="shared_tensor" says="shared_tensor(array) does not see a change in array: it is a copy."
def shared_tensor(array):
    return torch.tensor([1.0, 2.0, 3.0])


# %% wrong="shared_tensor" says="shared_tensor of a (2, 3) array of torch.float32 is float64[3], wanted float64[2, 3]. Dimension 0, of size 2, is gone: which call takes it away?"
def shared_tensor(array):
    return torch.frombuffer(array, dtype=torch.float64)


# %% wrong="shared_tensor" says="shared_tensor(array.T) is a copy: it shares memory only where the array is contiguous."
def shared_tensor(array):
    return torch.from_numpy(np.ascontiguousarray(array))


# %% right="copied_tensor"
def copied_tensor(array):
    return torch.from_numpy(array).clone()


# %% right="copied_tensor"
def copied_tensor(array):
    return torch.from_numpy(array.copy())


# %% right="copied_tensor"
def copied_tensor(array):
    return torch.as_tensor(np.array(array))


# %% wrong="copied_tensor" says="copied_tensor(array) gives torch.tensor a tensor to copy, and torch warns about it. What else does it take?"
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


# %% wrong="copied_tensor" says="copied_tensor(array) is a NumPy array, float64[3], wanted float64[3]. Which function makes a tensor of an array?"
def copied_tensor(array):
    return array.copy()


# %% wrong="copied_tensor" says="copied_tensor(counts) makes floats of whole numbers. Which dtype does counts have?"
def copied_tensor(array):
    return torch.tensor(array, dtype=torch.float64)


# %% wrong="copied_tensor" says="copied_tensor(array) is a NumPy array, float64[3], wanted float64[3]. Which function makes a tensor of an array?"
def copied_tensor(array):
    return array


# %% wrong="copied_tensor" says="copied_tensor(counts) has the shape of another array. Does it look at its argument?"
def copied_tensor(array):
    return torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64)


# %% right="copied_tensor"
def copied_tensor(array):
    return torch.asarray(array, copy=True)


# %% wrong="copied_tensor" says="copied_tensor(counts) makes 32-bit floats of whole numbers. Which dtype does counts have?"
def copied_tensor(array):
    return torch.from_numpy(array) * 1.0


# %% right="copied_tensor"
def copied_tensor(array):
    t = torch.empty(array.shape, dtype=torch.from_numpy(array[:0]).dtype)
    t.numpy()[...] = array
    return t


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


# %% wrong="seeded_normal" says="seeded_normal makes a generator and gives it no seed."
def seeded_normal(seed, shape):
    return torch.randn(shape, generator=torch.Generator())


# %% wrong="seeded_normal" says="seeded_normal gives float64. Which dtype does the task name?"
def seeded_normal(seed, shape):
    return torch.from_numpy(np.random.default_rng(seed).standard_normal(shape))


# %% wrong="seeded_normal" says="seeded_normal goes on where its last call ended. The same seed gives the same numbers each time."
generator = torch.Generator().manual_seed(3)


def seeded_normal(seed, shape):
    return torch.randn(shape, generator=generator)


# %% wrong="seeded_normal" says="seeded_normal(8, (4,)) gives 2 × 3 numbers. Where does the shape come in?"
def seeded_normal(seed, shape):
    return torch.randn(2, 3, generator=torch.Generator().manual_seed(seed))


# %% wrong="seeded_normal" says="seeded_normal(8, (4,)) gives the numbers of the example, rounded, whatever it is asked."
def seeded_normal(seed, shape):
    return torch.tensor([[0.8033, 0.1748, 0.0890], [-0.6137, 0.0462, -1.3683]])


# %% wrong="seeded_normal" says="seeded_normal(3, (2, 3)) is a tuple, wanted float32[2, 3]. Does a line end with a comma, or are several things returned?"
def seeded_normal(seed, shape):
    return shape


# %% right="seeded_normal"
def seeded_normal(seed, shape):
    g = torch.Generator(device="cpu")
    g.manual_seed(seed)
    return torch.normal(0.0, 1.0, size=shape, generator=g)


# %% wrong="seeded_normal" says="seeded_normal sends the shared recipe back to its seed, so the numbers drawn before will come again."
def seeded_normal(seed, shape):
    old = torch.initial_seed()
    torch.manual_seed(seed)
    numbers = torch.randn(shape)
    torch.manual_seed(old)
    return numbers


# %% wrong="seeded_normal" says="seeded_normal goes on where its last call ended. The same seed gives the same numbers each time."
generators = {}


def seeded_normal(seed, shape):
    if seed not in generators:
        generators[seed] = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generators[seed])


# %% wrong="seeded_normal" says="seeded_normal(3, (2, 3)) gives out one tensor twice: what is done to the first shows in the second."
from functools import cache


@cache
def seeded_normal(seed, shape):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


# %% wrong="seeded_normal" says="seeded_normal changes everyone's random numbers. Whose recipe did it use?"
def seeded_normal(seed, shape):
    g = torch.default_generator
    return torch.randn(shape, generator=g.manual_seed(seed))


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


# %% wrong="pairwise_squared_distance" says="pairwise_squared_distance(points, points) has negative numbers, from rounding. A square is never negative."
def pairwise_squared_distance(a, b):
    return (a * a).sum(dim=1, keepdim=True) + (b * b).sum(dim=1) - 2 * a @ b.T


# %% wrong="pairwise_squared_distance" says="pairwise_squared_distance gives the distances. What about their squares?"
def pairwise_squared_distance(a, b):
    return torch.cdist(a, b)


# %% wrong="pairwise_squared_distance" says="pairwise_squared_distance subtracts ⟨a, b⟩ once. How many times does the formula subtract it?"
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


# %% wrong="pairwise_squared_distance" says="pairwise_squared_distance runs more lines of Python the larger a and b are: it loops."
def pairwise_squared_distance(a, b):
    return torch.stack([((row - b) ** 2).sum(dim=1) for row in a])


# %% wrong="pairwise_squared_distance" says="pairwise_squared_distance runs more lines of Python the larger a and b are: it loops."
def pairwise_squared_distance(a, b):
    result = torch.zeros(len(a), len(b))
    for i in range(len(a)):
        for j in range(len(b)):
            result[i, j] = ((a[i] - b[j]) ** 2).sum()
    return result


# %% wrong="pairwise_squared_distance" says="RuntimeError: The size of tensor a …"
def pairwise_squared_distance(a, b):
    return ((a - b) ** 2).sum(dim=1)


# %% wrong="pairwise_squared_distance" says="pairwise_squared_distance(a, b) is float32[2, 2], wanted float32[2, 3]. It is the first argument as it came: which line changes it, and what is returned?"
def pairwise_squared_distance(a, b):
    return a


# %% wrong="pairwise_squared_distance" says="pairwise_squared_distance gives the table of the example, whatever it is asked."
def pairwise_squared_distance(a, b):
    return torch.tensor([[0.0, 1.0, 25.0], [25.0, 20.0, 0.0]])


# %% wrong="pairwise_squared_distance" says="a was changed. Leave the argument as it was and return a new value."
def pairwise_squared_distance(a, b):
    cross = a @ b.T
    return (a.square_().sum(dim=1, keepdim=True) + b.square().sum(dim=1) - 2 * cross).clamp(min=0)


# %% wrong="pairwise_squared_distance" says="pairwise_squared_distance makes a tensor of shape (n, m, d). What can a matrix product do?"
def pairwise_squared_distance(a, b):
    x, y = a.numpy(), b.numpy()
    return torch.from_numpy(((x[:, None, :] - y[None, :, :]) ** 2).sum(axis=2))


# %% wrong="pairwise_squared_distance" says="pairwise_squared_distance runs more lines of Python the larger a and b are: it loops."
def pairwise_squared_distance(a, b):
    x, y = a.numpy(), b.numpy()
    return torch.from_numpy(np.stack([((row - y) ** 2).sum(axis=1) for row in x]))


# %% wrong="pairwise_squared_distance" says="b was changed. Leave the argument as it was and return a new value."
def pairwise_squared_distance(a, b):
    b *= -2
    return ((a * a).sum(1, keepdim=True) + (b * b).sum(1) / 4 + a @ b.T).clamp(min=0)


# %% wrong="pairwise_squared_distance" says="pairwise_squared_distance runs more lines of Python the larger a and b are: it loops."
def pairwise_squared_distance(a, b):
    total = torch.zeros(len(a), len(b))
    for k in range(a.shape[1]):
        total += (a[:, k, None] - b[None, :, k]) ** 2
    return total


# %% right="pairwise_squared_distance"
def pairwise_squared_distance(a, b):
    left = torch.cat([(a**2).sum(1, True), torch.ones(len(a), 1), -2 * a], dim=1)
    right = torch.cat([torch.ones(len(b), 1), (b**2).sum(1, True), b], dim=1)
    return (left @ right.T).clamp(min=0)


# %% wrong="pairwise_squared_distance" says="pairwise_squared_distance of points about 0.001 apart is 0. Are the points in one place?"
def pairwise_squared_distance(a, b):
    d = ((a ** 2).sum(1, keepdim=True) + (b ** 2).sum(1) - 2 * a @ b.T)
    d[d < 1e-3] = 0
    return d


# %% wrong="pairwise_squared_distance" says="pairwise_squared_distance of points about 1000.0 apart cuts off what is large. How large can a distance be?"
def pairwise_squared_distance(a, b):
    return ((a ** 2).sum(1, keepdim=True) + (b ** 2).sum(1) - 2 * a @ b.T).clamp(0, 1e4)


# %% right="pairwise_squared_distance"
def pairwise_squared_distance(a, b):
    out = torch.addmm((a * a).sum(1, keepdim=True) + (b * b).sum(1)[None], a, b.T, alpha=-2)
    return out.clamp_(min=0)


# %% right="describe"
def describe(t):
    shape = tuple(int(s) for s in t.shape)
    return len(shape), shape, int(np.prod(shape)) if shape else 1, t.dtype


# %% right="describe"
def describe(t):
    from collections import namedtuple
    Info = namedtuple("Info", "ndim shape count dtype")
    return Info(t.dim(), t.size(), t.flatten().shape[0], t.dtype)


# %% right="activation"
def activation(x):
    return torch.exp(-x).add(1).reciprocal()


# %% right="activation"
def activation(x):
    return 0.5 * (torch.tanh(x / 2) + 1)


# %% right="activation"
def activation(x):
    return torch.where(x >= 0, 1 / (1 + torch.exp(-x.abs())), torch.exp(-x.abs()) / (1 + torch.exp(-x.abs())))


# %% right="neuron"
def neuron(features, weights, bias):
    return activation(torch.einsum("ij,ij->i", features, weights).unsqueeze(1) + bias)


# %% right="neuron"
def neuron(features, weights, bias):
    total = bias.clone()
    for i in range(features.shape[1]):
        total = total + features[0, i] * weights[0, i]
    return activation(total)


# %% right="neuron_matmul"
def neuron_matmul(features, weights, bias):
    return activation(F.linear(features, weights, bias.squeeze(0)))


# %% right="neuron_matmul"
def neuron_matmul(features, weights, bias):
    return activation(torch.addmm(bias, features, weights.mT))


# %% right="two_layer"
def two_layer(features, W1, W2, B1, B2):
    x = features
    for W, B in ((W1, B1), (W2, B2)):
        x = activation(torch.einsum("nd,dh->nh", x, W) + B)
    return x


# %% right="standardize"
def standardize(x):
    columns = []
    for column in x.unbind(dim=1):
        if bool((column == column[0]).all()):
            columns.append(torch.zeros_like(column))
        else:
            centred = column - column.mean()
            columns.append(centred / centred.pow(2).mean().sqrt())
    return torch.stack(columns, dim=1)


# %% right="standardize"
def standardize(x):
    var, mean = torch.var_mean(x, dim=0, correction=0)
    flat = x.amin(0) == x.amax(0)
    return torch.where(flat, torch.zeros_like(x), (x - mean) / var.sqrt())


# %% right="flatten_images"
def flatten_images(images):
    return images.view(len(images), -1) if images.is_contiguous() else images.contiguous().view(len(images), -1)


# %% right="double_"
def double_(t):
    t[...] = t * 2
    return t


# %% right="double_"
def double_(t):
    return torch.mul(t, 2, out=t)


# %% right="double_"
def double_(t):
    t.copy_(t + t)
    return t


# %% right="copied_tensor"
def copied_tensor(array):
    result = torch.empty(array.shape, dtype=torch.from_numpy(array[:0] if array.ndim else array).dtype)
    result.copy_(torch.from_numpy(array))
    return result


# %% right="copied_tensor"
def copied_tensor(array):
    return torch.from_numpy(np.array(array))


# %% right="seeded_normal"
def seeded_normal(seed, shape):
    with torch.random.fork_rng():
        g = torch.Generator()
        g.manual_seed(seed)
        return torch.randn(*shape, generator=g, dtype=torch.float32)


# %% right="pairwise_squared_distance"
def pairwise_squared_distance(a, b):
    return torch.relu(torch.addmm(a.square().sum(1, keepdim=True) + b.square().sum(1), a, b.T, alpha=-2))


# %% right="pairwise_squared_distance"
def pairwise_squared_distance(a, b):
    aa = torch.einsum("nd,nd->n", a, a)
    bb = torch.einsum("md,md->m", b, b)
    return torch.maximum(aa[:, None] + bb[None] - 2 * torch.einsum("nd,md->nm", a, b), torch.tensor(0.0, dtype=a.dtype))


# %% wrong="describe" says="describe(stack) gives 4 dimensions. So many tables are in the stack; how many indices point at one number?"
def describe(t):
    return len(t), tuple(t.shape), t.numel(), t.dtype


# %% wrong="describe" says="describe(t) counts 5 elements, 2 + 3. How many numbers are in 2 rows of 3?"
def describe(t):
    return t.ndim, tuple(t.shape), sum(t.shape), t.dtype


# %% wrong="describe" says="describe(stack) gives torch.int64, the dtype of t. Does it look at its argument?"
def describe(t):
    return t.ndim, tuple(t.shape), t.numel(), torch.int64


# %% wrong="describe" says="describe(t) gives the shape first. In which order are the four wanted?"
def describe(t):
    return tuple(t.shape), t.ndim, t.numel(), t.dtype


# %% wrong="describe" says="describe(stack) counts 0 elements in a stack of zeros. Is a 0 not a number?"
def describe(t):
    return t.ndim, tuple(t.shape), t.count_nonzero().item(), t.dtype


# %% wrong="describe" says="describe(t) gives Python's type of a number. What is the type of all numbers of a tensor called?"
def describe(t):
    return t.ndim, tuple(t.shape), t.numel(), type(t.flatten()[0].item())


# %% wrong="describe" says="describe(t) counts 48. Those are bytes; how many numbers are there?"
def describe(t):
    return t.ndim, tuple(t.shape), t.nbytes, t.dtype


# %% wrong="describe" says="describe(t) gives the shape from the inside out. Which length comes first?"
def describe(t):
    return t.ndim, tuple(reversed(t.shape)), t.numel(), t.dtype


# %% wrong="activation" says="activation(x) is 8.258181e+37 at [1, 2], wanted 1, the largest of 5 differences."
def activation(x):
    x = x.clamp(-88, 88)
    e = torch.exp(x)
    x.copy_(e / (1 + e))
    return e / (1 + x)


# %% wrong="activation" says="activation(x) divides by a sum over all of x. What does the formula divide by?"
def activation(x):
    return torch.exp(x) / torch.exp(x).sum()


# %% wrong="activation" says="ValueError: only one element tensors can be converted to Python scalars. math.exp takes one number, and got a tensor of several. Which exp is torch's own?"
def activation(x):
    return torch.tensor([1 / (1 + math.exp(-v)) for v in x])


# %% wrong="activation" says="activation(x) is 4.54e-05 at [0, 0], wanted 0, the only difference."
def activation(x):
    return 1 / (1 + torch.exp(-x.clamp(-10, 10)))


# %% wrong="neuron" says="neuron adds each weight to its feature. What does a unit do with the two?"
def neuron(features, weights, bias):
    return activation((features + weights).sum(dim=1, keepdim=True) + bias)


# %% wrong="neuron" says="neuron averages the products. What does a unit do with them?"
def neuron(features, weights, bias):
    return activation((features * weights).mean(dim=1, keepdim=True) + bias)


# %% wrong="neuron" says="neuron subtracts the bias. How does the bias join the sum?"
def neuron(features, weights, bias):
    return activation((features * weights).sum(dim=1, keepdim=True) - bias)


# %% wrong="neuron" says="features was changed. Leave the argument as it was and return a new value."
def neuron(features, weights, bias):
    features *= weights
    return activation(features.sum(dim=1, keepdim=True) + bias)


# %% wrong="neuron" says="neuron activates twice. How often does the sum go through the activation?"
def neuron(features, weights, bias):
    return activation(activation((features * weights).sum(dim=1, keepdim=True) + bias))


# %% wrong="neuron" says="neuron uses the first 3 of 5 features."
def neuron(features, weights, bias):
    return activation(features[0, 0] * weights[0, 0] + features[0, 1] * weights[0, 1] + features[0, 2] * weights[0, 2] + bias)


# %% wrong="neuron_matmul" says="neuron_matmul adds the bias after the activation. What should go into the activation?"
def neuron_matmul(features, weights, bias):
    return activation(features @ weights.T) + bias


# %% wrong="neuron_matmul" says="neuron_matmul gives a response for each product. Which product also adds up?"
def neuron_matmul(features, weights, bias):
    return activation(features * weights + bias)


# %% wrong="neuron_matmul" says="RuntimeError: 1D tensors expected, but got 2D and 2D tensors. dot takes two vectors, and got 2 and 2 dimensions. Which product is for matrices?"
def neuron_matmul(features, weights, bias):
    return activation(torch.dot(features, weights.T) + bias)


# %% wrong="neuron_matmul" says="neuron_matmul gives a dimension too many. The result is a table with one column."
def neuron_matmul(features, weights, bias):
    return torch.stack([neuron(row, weights, bias) for row in features])


# %% wrong="neuron_matmul" says="neuron_matmul answers for the first example alone. Where are the others?"
def neuron_matmul(features, weights, bias):
    return neuron(features[:1], weights, bias)


# %% wrong="two_layer" says="two_layer has no activation after the first layer. What should the second layer get?"
def two_layer(features, W1, W2, B1, B2):
    return activation(features @ W1 @ W2 + B1 @ W2 + B2)


# %% wrong="two_layer" says="RuntimeError: mm: mat1 and mat2 shapes cannot be multiplied (1x3 and 2x1). (1, 3) meets (2, 1): in the other order the two 1 would meet."
def two_layer(features, W1, W2, B1, B2):
    hidden = activation(features @ W1 + B1)
    return activation(features @ W2 + B2)


# %% wrong="two_layer" says="two_layer has ReLU after the first layer. What is your activation called?"
def two_layer(features, W1, W2, B1, B2):
    hidden = torch.relu(features @ W1 + B1)
    return activation(hidden @ W2 + B2)


# %% wrong="two_layer" says="two_layer gives one number without dimensions. Each example gets a row, with one number for each unit."
def two_layer(features, W1, W2, B1, B2):
    hidden = activation(features @ W1 + B1)
    return activation(hidden @ W2 + B2).squeeze()


# %% wrong="two_layer" says="RuntimeError: mm: mat1 and mat2 shapes cannot be multiplied (1x3 and 2x3). (1, 3) meets (2, 3): the two 3 would meet if the second were transposed."
def two_layer(features, W1, W2, B1, B2):
    hidden = activation(features @ W1.T + B1)
    return activation(hidden @ W2.T + B2)


# %% wrong="two_layer" says="two_layer adds each bias after the activation. What should go into the activation?"
def two_layer(features, W1, W2, B1, B2):
    hidden = activation(features @ W1) + B1
    return activation(hidden @ W2) + B2


# %% wrong="two_layer" says="two_layer adds up what all units of the second layer get."
def two_layer(features, W1, W2, B1, B2):
    hidden = activation(features @ W1 + B1)
    return activation((hidden @ W2 + B2).sum(dim=1, keepdim=True))


# %% wrong="two_layer" says="two_layer ends in a softmax, and a single unit gets 1 from it. What is your activation called?"
def two_layer(features, W1, W2, B1, B2):
    return torch.softmax(activation(features @ W1 + B1) @ W2 + B2, dim=1)


# %% wrong="standardize" says="standardize(x) blows up a rounding error on ten times 0.1. Is the column constant?"
def standardize(x):
    std = x.std(0, correction=0)
    std[std == 0] = 1
    return (x - x.mean(0)) / std


# %% wrong="standardize" says="standardize(x) gives ones for a column of one large number: a rounding error. What does it ask of a column?"
def standardize(x):
    std = x.std(0, correction=0)
    return torch.where(std < 1e-6, torch.zeros_like(x), (x - x.mean(0)) / std)


# %% wrong="standardize" says="standardize(x) divides by the variance. Which number has the scale of the column itself?"
def standardize(x):
    flat = (x == x[0]).all(0)
    result = (x - x.mean(0)) / x.var(0, correction=0)
    result[:, flat] = 0
    return result


# %% wrong="standardize" says="standardize(x) works along each row. Which dim runs down a column?"
def standardize(x):
    flat = (x == x[0]).all(0)
    result = (x - x.mean(1, keepdim=True)) / x.std(1, correction=0, keepdim=True)
    result[:, flat] = 0
    return result


# %% wrong="standardize" says="standardize(x) leaves the means where they were. What comes before the division?"
def standardize(x):
    flat = (x == x[0]).all(0)
    result = x / x.std(0, correction=0)
    result[:, flat] = 0
    return result


# %% wrong="standardize" says="standardize(x) takes a column of 5s out of the table. What should become of it?"
def standardize(x):
    keep = (x != x[0]).any(0)
    x = x[:, keep]
    return (x - x.mean(0)) / x.std(0, correction=0)


# %% wrong="standardize" says="IndexError: index 1 is out of bounds for dimension 0 with size 1. Place 1 of dimension 0 was asked for, and its places go from 0 to 0: is it counted from 1?"
def standardize(x):
    flat = x[0] == x[1]
    result = (x - x.mean(0)) / x.std(0, correction=0)
    result[:, flat] = 0
    return result


# %% wrong="flatten_images" says="RuntimeError: shape '[-1, 784]' is invalid for input of size 24. 24 numbers are 2 examples of 12, and 784 for each were asked for."
def flatten_images(images):
    return images.reshape(-1, 28 * 28)


# %% wrong="flatten_images" says="flatten_images(images) reads the channels last. In which order does the task read them?"
def flatten_images(images):
    return images.permute(0, 2, 3, 1).reshape(len(images), -1)


# %% wrong="flatten_images" says="flatten_images makes floats of whole numbers, and so a copy."
def flatten_images(images):
    return images.reshape(len(images), -1).float()


# %% wrong="flatten_images" says="RuntimeError: shape '[2, 6]' is invalid for input of size 24. 24 numbers are 4 × 6, and 2 × 6 were asked for."
def flatten_images(images):
    return images.reshape(images.shape[0], images.shape[2] * images.shape[3])


# %% wrong="double_" says="double_(t) squares each number. What is twice 5?"
def double_(t):
    t.pow_(2)
    return t


# %% wrong="double_" says="double_(table.T) doubles the first row of its argument alone. How many rows are there?"
def double_(t):
    t[0] *= 2
    return t


# %% wrong="shared_tensor" says="shared_tensor has all numbers of a (2, 3) array in one row. Which shape does the array have?"
def shared_tensor(array):
    return torch.from_numpy(array).flatten()


# %% wrong="shared_tensor" says="shared_tensor makes float64 of torch.float32, and so a copy."
def shared_tensor(array):
    return torch.as_tensor(array, dtype=torch.float64)


# %% wrong="copied_tensor" says="copied_tensor(array) is float32, array is float64. Where did half of the digits go?"
def copied_tensor(array):
    return torch.tensor(array, dtype=torch.float32)


# %% wrong="copied_tensor" says="copied_tensor(array) changes with array: the two share their memory."
def copied_tensor(array):
    return torch.from_numpy(np.ascontiguousarray(array))


# %% wrong="copied_tensor" says="copied_tensor(counts) has all numbers in one row. Which shape does counts have?"
import copy
def copied_tensor(array):
    return torch.from_numpy(copy.copy(array)).reshape(-1)


# %% wrong="seeded_normal" says="seeded_normal draws with NumPy. Whose randn does the task name?"
def seeded_normal(seed, shape):
    return torch.from_numpy(np.random.default_rng(seed).standard_normal(shape)).float()


# %% wrong="seeded_normal" says="seeded_normal goes on where its last call ended. The same seed gives the same numbers each time."
GEN = torch.Generator()
def seeded_normal(seed, shape):
    if GEN.initial_seed() != seed:
        GEN.manual_seed(seed)
    return torch.randn(shape, generator=GEN)


# %% wrong="seeded_normal" says="seeded_normal sets mean and deviation of these six numbers to 0 and 1. Those are of the distribution they come from."
def seeded_normal(seed, shape):
    g = torch.Generator().manual_seed(seed)
    x = torch.randn(shape, generator=g)
    return (x - x.mean()) / x.std()


# %% wrong="seeded_normal" says="seeded_normal(8, (4,)) gives the numbers of seed 3. Where does the seed come in?"
def seeded_normal(seed, shape):
    g = torch.Generator().manual_seed(3)
    return torch.randn(shape, generator=g)


# %% wrong="seeded_normal" says="seeded_normal(1099511627776, (7, 30)) draws row by row. How many calls of randn give its numbers?"
def seeded_normal(seed, shape):
    g = torch.Generator().manual_seed(seed)
    return torch.stack([torch.randn(shape[1:], generator=g) for _ in range(shape[0])])


# %% wrong="pairwise_squared_distance" says="pairwise_squared_distance adds ⟨a, b⟩. Which sign does it have in the formula?"
def pairwise_squared_distance(a, b):
    return (a.square().sum(1, keepdim=True) + b.square().sum(1) + 2 * a @ b.T).clamp(min=0)


# %% wrong="pairwise_squared_distance" says="pairwise_squared_distance subtracts ⟨a, b⟩ once. How many times does the formula subtract it?"
def pairwise_squared_distance(a, b):
    return (a.square().sum(1, keepdim=True) + b.square().sum(1) - a @ b.T).clamp(min=0)


# %% wrong="pairwise_squared_distance" says="pairwise_squared_distance adds ‖a‖ and ‖b‖ without their squares."
def pairwise_squared_distance(a, b):
    return (a.norm(dim=1, keepdim=True) + b.norm(dim=1) - 2 * a @ b.T).clamp(min=0)


# %% wrong="pairwise_squared_distance" says="RuntimeError: The size of tensor a (2) must match the size of tensor b (3) at non-singleton dimension 0. Shapes are compared from the right, and there 2 meets 3: sizes must be the same, or 1."
def pairwise_squared_distance(a, b):
    return (a.square().sum(1) + b.square().sum(1) - 2 * a @ b.T).clamp(min=0)


# %% wrong="pairwise_squared_distance" says="pairwise_squared_distance of points about 0.001 apart cuts off more than what is negative. What is the smallest distance that there can be?"
def pairwise_squared_distance(a, b):
    return (a.square().sum(1, keepdim=True) + b.square().sum(1) - 2 * a @ b.T).clamp(min=1e-6)


# %% wrong="pairwise_squared_distance" says="pairwise_squared_distance gives the distances. What about their squares?"
def pairwise_squared_distance(a, b):
    return (a.square().sum(1, keepdim=True) + b.square().sum(1) - 2 * a @ b.T).clamp(min=0).sqrt()


# %% wrong="pairwise_squared_distance" says="pairwise_squared_distance averages over the features. What does the formula do?"
def pairwise_squared_distance(a, b):
    return (a.square().mean(1, keepdim=True) + b.square().mean(1) - 2 * a @ b.T / a.shape[1]).clamp(min=0)


# %% wrong="pairwise_squared_distance" says="pairwise_squared_distance squares a sum of differences. Which comes first, the square or the sum?"
def pairwise_squared_distance(a, b):
    return torch.cdist(a, b, p=1) ** 2


# %% wrong="describe" says="describe(t) gives the number of elements before the shape. In which order are the four wanted?"
def describe(t):
    return t.ndim, t.numel(), tuple(t.shape), t.dtype


# %% wrong="describe" says="describe(t) gives 3 dimensions. So long is one row; how many indices point at one number?"
def describe(t):
    return t.shape[-1], tuple(t.shape), t.numel(), t.dtype


# %% wrong="activation" says="activation(x) grows without end for large x, as softplus does. A sigmoid runs from 0 to 1."
def activation(x):
    return torch.logaddexp(x, torch.zeros_like(x))


# %% wrong="activation" says="activation(x) takes powers of 2. Which number does exp take powers of?"
def activation(x):
    return 1 / (1 + 2 ** -x)


# %% wrong="activation" says="activation(x) has nothing between 0 and 1. A sigmoid rises smoothly."
def activation(x):
    return x.clamp(0, 1)


# %% wrong="activation" says="activation(x) rises twice as fast as it should. Where does a factor 2 come in?"
def activation(x):
    return (torch.tanh(x) + 1) / 2


# %% wrong="neuron" says="neuron multiplies each feature with each weight. Which weight belongs to which feature?"
def neuron(features, weights, bias):
    return activation(features.T @ weights + bias)


# %% wrong="neuron" says="neuron gives a row without a second dimension. The result is a table with one row and one column."
def neuron(features, weights, bias):
    return activation((features * weights).sum(dim=1) + bias[0])


# %% wrong="neuron_matmul" says="neuron_matmul adds up each column. What belongs to one example, a column or a row?"
def neuron_matmul(features, weights, bias):
    return activation((features * weights).sum(dim=0, keepdim=True) + bias)


# %% wrong="neuron_matmul" says="neuron_matmul shares 1 out among the examples. What is your activation called?"
def neuron_matmul(features, weights, bias):
    return torch.softmax(features @ weights.T + bias, dim=0)


# %% wrong="two_layer" says="two_layer has a softmax after the first layer. What is your activation called?"
def two_layer(features, W1, W2, B1, B2):
    hidden = torch.softmax(features @ W1 + B1, dim=1)
    return activation(hidden @ W2 + B2)


# %% wrong="standardize" says="standardize(x) brings each column to -1 and 1, by its smallest and largest number. Which two does the task name?"
def standardize(x):
    low, high = x.amin(0), x.amax(0)
    return torch.where(low == high, 0.0, 2 * (x - low) / (high - low) - 1)


# %% wrong="standardize" says="standardize(x) takes one deviation for all of x. Each column needs its own."
def standardize(x):
    return torch.where((x == x[0]).all(0), 0.0, (x - x.mean(0)) / x.std(correction=0))


# %% wrong="standardize" says="standardize(x) gives nan for a single row. Is each of its columns constant?"
def standardize(x):
    constant = (x == x[0]).all(0) & (len(x) > 1)
    return torch.where(constant, 0.0, (x - x.mean(0)) / x.std(0, correction=0))


# %% wrong="flatten_images" says="flatten_images(images) adds up the channels. What belongs to one image?"
def flatten_images(images):
    return images.sum(dim=1).flatten(1)


# %% wrong="flatten_images" says="flatten_images(images) joins channels and rows, and leaves the columns apart. What does one row hold?"
def flatten_images(images):
    return images.flatten(1, 2)


# %% wrong="double_" says="double_(t) returns the numbers of before. What should come back, after t has changed?"
def double_(t):
    before = t.clone()
    t *= 2
    return before


# %% wrong="copied_tensor" says="copied_tensor makes torch.float32 of torch.int32. Which dtype does the array have?"
def copied_tensor(array):
    t = torch.tensor(array)
    return t.float() if t.dtype == torch.int32 else t


# %% wrong="seeded_normal" says="seeded_normal has 3 rows of 2. In which order does shape name its sizes?"
def seeded_normal(seed, shape):
    return torch.randn(shape[::-1], generator=torch.Generator().manual_seed(seed))


# %% wrong="seeded_normal" says="seeded_normal gives the next numbers of its generator. Were some drawn before?"
def seeded_normal(seed, shape):
    generator = torch.Generator().manual_seed(seed)
    torch.randn(shape, generator=generator)
    return torch.randn(shape, generator=generator)


# %% wrong="pairwise_squared_distance" says="pairwise_squared_distance leaves ‖b‖² out, and cuts off what is negative."
def pairwise_squared_distance(a, b):
    return ((a * a).sum(1, keepdim=True) - 2 * a @ b.T).clamp(min=0)
