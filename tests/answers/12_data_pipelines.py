# %% [markdown]
# Right and wrong answers to the tasks of lesson 12. A wrong one says the sentence that its learner must read.


# %% right="TableDataset"
class TableDataset(Dataset):
    def __init__(self, path, transform=None):
        table = None
        with open(path) as file:
            for line, text in enumerate(file, 1):
                fields = text.strip().split(",")
                if line == 1:
                    continue
                if len(fields) != 785 or not all(field.strip().isdigit() for field in fields):
                    raise ValueError(f"The file {path} is broken in line {line}.")
        table = pd.read_csv(path)
        self.labels = table.pop("label").to_numpy()
        self.pixels = table.to_numpy(dtype=np.float32)
        self.transform = transform

    def __len__(self):
        return self.pixels.shape[0]

    def __getitem__(self, index):
        image = torch.from_numpy(self.pixels[index]).reshape(1, 28, 28) / 255
        return (self.transform(image) if self.transform else image), int(self.labels[index])


# %% right="TableDataset"
class TableDataset(torch.utils.data.Dataset):
    def __init__(self, path, transform=None):
        self.items, self.transform = [], transform
        header, *lines = Path(path).read_text().splitlines()
        for i, line in enumerate(lines):
            try:
                label, *pixels = map(int, line.split(","))
                assert len(pixels) == 784
            except (ValueError, AssertionError):
                raise ValueError(f"{Path(path).name}: row in line {i + 2} is broken")
            self.items.append((torch.tensor(pixels, dtype=torch.uint8), label))

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        pixels, label = self.items[index]
        image = pixels.view(1, 28, 28).float().div_(255)
        if self.transform is None:
            return image, label
        return self.transform(image), label


# %% right="TableDataset"
class TableDataset(Dataset):
    def __init__(self, path, transform=None):
        self.path, self.transform, self.offsets = str(path), transform, []
        with open(path, "rb") as file:
            file.readline()
            number = 2
            while True:
                offset = file.tell()
                line = file.readline()
                if not line:
                    break
                try:
                    ok = len([int(x) for x in line.decode().split(",")]) == 785
                except ValueError:
                    ok = False
                if not ok:
                    raise ValueError("%s:%d is not a row of 785 numbers" % (path, number))
                self.offsets.append(offset)
                number += 1

    def __len__(self):
        return len(self.offsets)

    def __getitem__(self, index):
        with open(self.path, "rb") as file:
            file.seek(self.offsets[index])
            numbers = [int(x) for x in file.readline().decode().split(",")]
        image = torch.tensor(numbers[1:], dtype=torch.float32).reshape(1, 28, 28) / 255
        if self.transform:
            image = self.transform(image)
        return image, numbers[0]


# %% wrong="TableDataset" says="TableDataset(path) of a file with a row that is cut off raised no error, wanted ValueError."
class TableDataset(Dataset):
    def __init__(self, path, transform=None):
        table = pd.read_csv(path)
        self.labels = [int(x) for x in table["label"]]
        self.images = torch.tensor(table.drop(columns="label").values, dtype=torch.float32).reshape(-1, 1, 28, 28) / 255
        self.transform = transform

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        image = self.images[i]
        if self.transform:
            image = self.transform(image)
        return image, self.labels[i]


# %% wrong="TableDataset" says="The label is one of NumPy's integers. A Python int is wanted."
class TableDataset(Dataset):
    def __init__(self, path, transform=None):
        self.table = pd.read_csv(path)
        self.transform = transform

    def __len__(self):
        return len(self.table)

    def __getitem__(self, i):
        row = self.table.iloc[i].to_numpy()
        image = torch.tensor(row[1:] / 255, dtype=torch.float32).view(1, 28, 28)
        if self.transform:
            image = self.transform(image)
        return image, row[0]


# %% wrong="TableDataset" says="The label is a tensor. A Python int is wanted."
class TableDataset(Dataset):
    def __init__(self, path, transform=None):
        numbers = torch.from_numpy(np.loadtxt(path, delimiter=",", skiprows=1, dtype=np.int64))
        self.labels, self.images, self.transform = numbers[:, 0], numbers[:, 1:].reshape(-1, 1, 28, 28) / 255, transform

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        image = self.images[i]
        if self.transform:
            image = self.transform(image)
        return image, self.labels[i]


# %% wrong="TableDataset" says="The image's values go up to 255. They should go from 0 to 1."
class TableDataset(Dataset):
    def __init__(self, path, transform=None):
        table = pd.read_csv(path)
        self.labels = table["label"].tolist()
        self.images = torch.tensor(table.drop(columns="label").values).reshape(-1, 1, 28, 28).float()
        self.transform = transform

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        return self.images[i], self.labels[i]


# %% wrong="TableDataset" says="The image is a row of 784 numbers. It has 1 channel, 28 rows and 28 columns."
class TableDataset(Dataset):
    def __init__(self, path, transform=None):
        table = pd.read_csv(path)
        self.labels = table["label"].tolist()
        self.images = torch.tensor(table.drop(columns="label").values).float() / 255
        self.transform = transform

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        return self.images[i], self.labels[i]


# %% wrong="TableDataset" says="The image is not float32. A network's weights are, and the two must match."
class TableDataset(Dataset):
    def __init__(self, path, transform=None):
        table = pd.read_csv(path)
        self.labels = table["label"].tolist()
        self.images = torch.from_numpy(table.drop(columns="label").values / 255).reshape(-1, 1, 28, 28)
        self.transform = transform

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        return self.images[i], self.labels[i]


# %% wrong="TableDataset" says="transform does not run anew each time that an item is asked for. A random one would give the same image in every epoch."
class TableDataset(Dataset):
    def __init__(self, path, transform=None):
        table = pd.read_csv(path)
        self.labels = table["label"].tolist()
        images = torch.tensor(table.drop(columns="label").values, dtype=torch.float32).reshape(-1, 1, 28, 28) / 255
        self.images = [transform(image) if transform else image for image in images]

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        return self.images[i], self.labels[i]


# %% wrong="TableDataset" says="dataset[2] gives the image without its transform."
class TableDataset(Dataset):
    def __init__(self, path, transform=None):
        table = pd.read_csv(path)
        self.labels = table["label"].tolist()
        self.images = torch.tensor(table.drop(columns="label").values, dtype=torch.float32).reshape(-1, 1, 28, 28) / 255

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        return self.images[i], self.labels[i]


# %% wrong="TableDataset" says="The error names the row's index. Lines count from 1, and the header is line 1."
class TableDataset(Dataset):
    def __init__(self, path, transform=None):
        self.rows, self.transform = [], transform
        with open(path) as file:
            next(file)
            for i, line in enumerate(file):
                try:
                    row = [int(x) for x in line.split(",")]
                except ValueError:
                    raise ValueError(f"{path}: bad number in row {i}")
                if len(row) != 785:
                    raise ValueError(f"{path}: wrong number of fields in row {i}")
                self.rows.append(row)

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, i):
        image = torch.tensor(self.rows[i][1:]).float().reshape(1, 28, 28) / 255
        if self.transform:
            image = self.transform(image)
        return image, self.rows[i][0]


# %% wrong="TableDataset" says="The error names the line before the broken one. The header is line 1."
class TableDataset(Dataset):
    def __init__(self, path, transform=None):
        self.rows, self.transform = [], transform
        with open(path) as file:
            next(file)
            for i, line in enumerate(file, 1):
                try:
                    row = [int(x) for x in line.split(",")]
                    assert len(row) == 785
                except (ValueError, AssertionError):
                    raise ValueError(f"{path}: line {i}")
                self.rows.append(row)

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, i):
        image = torch.tensor(self.rows[i][1:]).float().reshape(1, 28, 28) / 255
        if self.transform:
            image = self.transform(image)
        return image, self.rows[i][0]


# %% wrong="TableDataset" says="TableDataset(path) of a file with a row that is cut off raised ValueError, but its message does not name \"shirts.csv\": \"line 4 is broken\"."
class TableDataset(Dataset):
    def __init__(self, path, transform=None):
        self.rows, self.transform = [], transform
        with open(path) as file:
            next(file)
            for i, line in enumerate(file, 2):
                row = line.split(",")
                if len(row) != 785:
                    raise ValueError(f"line {i} is broken")
                self.rows.append([int(x) for x in row])

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, i):
        image = torch.tensor(self.rows[i][1:]).float().reshape(1, 28, 28) / 255
        if self.transform:
            image = self.transform(image)
        return image, self.rows[i][0]


# %% wrong="TableDataset" says="TableDataset(path) leaves out a row. Is the header taken away twice?"
class TableDataset(Dataset):
    def __init__(self, path, transform=None):
        self.table = pd.read_csv(path).values[1:]
        self.transform = transform

    def __len__(self):
        return len(self.table)

    def __getitem__(self, i):
        return torch.tensor(self.table[i, 1:]).float().reshape(1, 28, 28) / 255, int(self.table[i, 0])


# %% wrong="TableDataset" says="dataset[1] is no pair. A tuple of the image and its label is wanted."
class TableDataset(Dataset):
    def __init__(self, path, transform=None):
        self.table = pd.read_csv(path).values

    def __len__(self):
        return len(self.table)

    def __getitem__(self, i):
        return torch.tensor(self.table[i, 1:]).float().reshape(1, 28, 28) / 255


# %% wrong="TableDataset" says="The image is divided by its own largest value, not by the one that means white."
class TableDataset(Dataset):
    def __init__(self, path, transform=None):
        self.table = pd.read_csv(path).values
        self.transform = transform

    def __len__(self):
        return len(self.table)

    def __getitem__(self, i):
        image = torch.tensor(self.table[i, 1:]).float().reshape(1, 28, 28)
        return image / image.max(), int(self.table[i, 0])


# %% right="split"
def split(dataset, fractions, generator):
    n = len(dataset)
    sizes = [math.floor(n * fraction) for fraction in fractions]
    for i in range(n - sum(sizes)):
        sizes[i % len(sizes)] += 1
    order = torch.randperm(n, generator=generator).tolist()
    parts, start = [], 0
    for size in sizes:
        parts.append(Subset(dataset, order[start : start + size]))
        start += size
    return parts


# %% right="split"
def split(dataset, fractions, generator):
    return tuple(random_split(dataset, list(fractions), generator))


# %% right="split"
def split(dataset, fractions, generator):
    seed = int(torch.randint(2**31, (), generator=generator))
    order = list(range(len(dataset)))
    random.Random(seed).shuffle(order)
    sizes = [int(len(order) * f) for f in fractions]
    left = len(order) - sum(sizes)
    parts = []
    for i, size in enumerate(sizes):
        size += i < left
        parts.append(Subset(dataset, order[:size]))
        order = order[size:]
    return parts


# %% wrong="split" says="split(…) gives other parts for a generator with the same seed. Who draws the random numbers?"
def split(dataset, fractions, generator):
    return random_split(dataset, fractions)


# %% wrong="split" says="split(…) cuts the data in order. Shuffle first: many files are sorted."
def split(dataset, fractions, generator):
    n = len(dataset)
    sizes = [int(n * f) for f in fractions]
    sizes[0] += n - sum(sizes)
    indices = list(range(n))
    parts = []
    for size in sizes:
        parts.append(Subset(dataset, indices[:size]))
        indices = indices[size:]
    return parts


# %% wrong="split" says="split(…) gives an item to two parts, so that validation would see what training has seen."
def split(dataset, fractions, generator):
    n = len(dataset)
    return [Subset(dataset, torch.randperm(n, generator=generator)[: int(n * f)].tolist()) for f in fractions]


# %% wrong="split" says="split(…) gives an item to two parts, so that validation would see what training has seen."
def split(dataset, fractions, generator):
    return [dataset for _ in fractions]


# %% wrong="split" says="split(…) loses an item in rounding. Where does the one that is left over go?"
def split(dataset, fractions, generator):
    order = torch.randperm(len(dataset), generator=generator).tolist()
    parts, start = [], 0
    for f in fractions:
        size = int(f * len(dataset))
        parts.append(Subset(dataset, order[start : start + size]))
        start += size
    return parts


# %% wrong="split" says="split(…) gives the item that is left over to the last part. The first one gets it."
def split(dataset, fractions, generator):
    order = torch.randperm(len(dataset), generator=generator).tolist()
    parts, start = [], 0
    for i, f in enumerate(fractions):
        size = int(f * len(dataset)) if i < len(fractions) - 1 else len(dataset) - start
        parts.append(Subset(dataset, order[start : start + size]))
        start += size
    return parts


# %% wrong="split" says="split(…) gives the same parts for another seed. Is the generator used?"
def split(dataset, fractions, generator):
    return random_split(dataset, fractions, generator=torch.Generator().manual_seed(42))


# %% wrong="split" says="split(…) changes the global random state. All numbers come from the generator."
def split(dataset, fractions, generator):
    torch.manual_seed(generator.initial_seed())
    return random_split(dataset, fractions)


# %% wrong="split" says="split(…) gives the same parts again from a generator that has moved on. Is it seeded anew?"
def split(dataset, fractions, generator):
    return random_split(dataset, fractions, generator=torch.Generator().manual_seed(generator.initial_seed()))


# %% wrong="split" says="split(…) gives no list of data sets. Each part must have a len and items."
def split(dataset, fractions, generator):
    return dict(enumerate(random_split(dataset, fractions, generator=generator)))


# %% right="training_stats"
def training_stats(dataset):
    total = squares = count = 0
    for i in range(len(dataset)):
        image = dataset[i][0].double()
        total += image.sum().item()
        squares += image.square().sum().item()
        count += image.numel()
    mean = total / count
    return mean, math.sqrt(max(squares / count - mean**2, 0.0))


# %% right="training_stats"
def training_stats(dataset):
    loader = DataLoader(dataset, batch_size=16)
    pixels = torch.cat([images.flatten() for images, _ in loader]).numpy()
    return float(pixels.mean(dtype=np.float64)), float(pixels.std(dtype=np.float64))


# %% right="training_stats"
def training_stats(dataset):
    std, mean = torch.std_mean(torch.cat([image.reshape(-1) for image, label in dataset]).double(), unbiased=False)
    return (float(mean), float(std))


# %% wrong="training_stats" says="training_stats(dataset) divides by n - 1. The population's deviation is wanted."
def training_stats(dataset):
    images = torch.stack([image for image, _ in dataset])
    return images.mean().item(), images.std().item()


# %% wrong="training_stats" says="training_stats(dataset) looks at all of the file, behind the part that it was given."
def training_stats(dataset):
    images = dataset.dataset.images
    return images.mean().item(), images.std(correction=0).item()


# %% wrong="training_stats" says="training_stats(dataset) takes the mean of the images' own deviations. How much do the images differ from each other?"
def training_stats(dataset):
    means = [image.mean().item() for image, _ in dataset]
    stds = [image.std(correction=0).item() for image, _ in dataset]
    return sum(means) / len(means), sum(stds) / len(stds)


# %% wrong="training_stats" says="training_stats(dataset) gives the right numbers, but not as Python floats."
def training_stats(dataset):
    images = torch.stack([image for image, _ in dataset])
    return images.mean(), images.std(correction=0)


# %% wrong="training_stats" says="training_stats(dataset) gives the right numbers, but not as Python floats."
def training_stats(dataset):
    images = np.stack([image.numpy() for image, _ in dataset])
    return images.mean(), images.std()


# %% wrong="training_stats" says="training_stats(dataset) gives the variance. The deviation is its root."
def training_stats(dataset):
    images = torch.stack([image for image, _ in dataset])
    return images.mean().item(), images.var(correction=0).item()


# %% wrong="training_stats" says="training_stats(dataset) leaves out some of 1090 images. Is a loop left early, or a last batch dropped?"
def training_stats(dataset):
    image, _ = dataset[0]
    return image.mean().item(), image.std(correction=0).item()


# %% wrong="training_stats" says="training_stats(dataset) gives the deviation first. The mean comes first."
def training_stats(dataset):
    images = torch.stack([image for image, _ in dataset])
    return images.std(correction=0).item(), images.mean().item()


# %% wrong="training_stats" says="training_stats(dataset) gives several means or deviations. One for all pixels is wanted."
def training_stats(dataset):
    images = torch.stack([image for image, _ in dataset])
    return images.mean(dim=0), images.std(dim=0, correction=0)


# %% wrong="training_stats" says="training_stats(dataset) of the images [0, 1], [1, 1] and [0.2, 0.4][0] is 0.286, wanted 0.6."
def training_stats(dataset):
    return 0.2860, 0.3530


# %% wrong="training_stats" says="training_stats(dataset) is no pair. A tuple of the mean and the deviation is wanted."
def training_stats(dataset):
    images = torch.stack([image for image, _ in dataset])
    return [images.mean().item(), images.std(correction=0).item()]


# %% right="Augment"
class Augment:
    def __init__(self, max_shift, flip):
        self.max_shift, self.flip = max_shift, flip

    def __call__(self, image):
        dy = random.randint(-self.max_shift, self.max_shift)
        dx = random.randint(-self.max_shift, self.max_shift)
        out = torch.roll(image, (dy, dx), dims=(1, 2))
        if dy > 0:
            out[:, :dy] = 0
        elif dy < 0:
            out[:, dy:] = 0
        if dx > 0:
            out[:, :, :dx] = 0
        elif dx < 0:
            out[:, :, dx:] = 0
        if self.flip and random.random() < 0.5:
            out = torch.fliplr(out.movedim(0, -1)).movedim(-1, 0)
        return out


# %% right="Augment"
class Augment(nn.Module):
    def __init__(self, max_shift, flip):
        super().__init__()
        from torchvision.transforms import v2

        self.flip = v2.RandomHorizontalFlip(0.5) if flip else v2.Identity()
        self.m = max_shift

    def forward(self, image):
        from torchvision.transforms import v2

        size = list(image.shape[-2:])
        return self.flip(v2.RandomCrop(size, padding=self.m)(image)).clone()


# %% right="Augment"
class Augment:
    def __init__(self, max_shift, flip):
        self.s = max_shift
        self.flip = flip

    def __call__(self, image):
        c, h, w = image.shape
        dy, dx = np.random.randint(-self.s, self.s + 1, size=2)
        if self.flip and np.random.rand() > 0.5:
            image = torch.flip(image, dims=[2])
        out = torch.zeros_like(image)
        out[:, max(dy, 0) : h + min(dy, 0), max(dx, 0) : w + min(dx, 0)] = image[
            :, max(-dy, 0) : h + min(-dy, 0), max(-dx, 0) : w + min(-dx, 0)
        ]
        return out


# %% wrong="Augment" says="Augment(…) moves the pixels in a circle: what leaves on one side comes in on the other. Zeros should move in."
class Augment:
    def __init__(self, max_shift, flip):
        self.max_shift, self.flip = max_shift, flip

    def __call__(self, image):
        dy, dx = torch.randint(-self.max_shift, self.max_shift + 1, (2,)).tolist()
        image = torch.roll(image, (dy, dx), (-2, -1))
        return image.flip(-1) if self.flip and torch.rand(1) < 0.5 else image


# %% wrong="Augment" says="Augment(1, True)(image) never moves down. Can both ends of the range come, -1 and 1?"
class Augment:
    def __init__(self, max_shift, flip):
        self.max_shift, self.flip = max_shift, flip

    def __call__(self, image):
        m, (h, w) = self.max_shift, image.shape[-2:]
        dy, dx = torch.randint(-m, m, (2,)).tolist()
        image = F.pad(image, (m, m, m, m))[:, m - dy : m - dy + h, m - dx : m - dx + w]
        return image.flip(-1) if self.flip and torch.rand(1) < 0.5 else image


# %% wrong="Augment" says="Augment(1, True)(image) never moves up. Can both ends of the range come, -1 and 1?"
class Augment:
    def __init__(self, max_shift, flip):
        self.max_shift, self.flip = max_shift, flip

    def __call__(self, image):
        m, (h, w) = self.max_shift, image.shape[-2:]
        dy, dx = torch.randint(0, m + 1, (2,)).tolist()
        image = F.pad(image, (m, m, m, m))[:, m - dy : m - dy + h, m - dx : m - dx + w]
        return image.flip(-1) if self.flip and torch.rand(1) < 0.5 else image


# %% wrong="Augment" says="Augment(…) always moves by the same number of pixels down and right. Each direction has its own."
class Augment:
    def __init__(self, max_shift, flip):
        self.max_shift, self.flip = max_shift, flip

    def __call__(self, image):
        m, (h, w) = self.max_shift, image.shape[-2:]
        d = random.randint(-m, m)
        image = F.pad(image, (m, m, m, m))[:, m - d : m - d + h, m - d : m - d + w]
        return image.flip(-1) if self.flip and random.random() < 0.5 else image


# %% wrong="Augment" says="Augment(…) mirrors top and bottom. Left and right are wanted."
class Augment:
    def __init__(self, max_shift, flip):
        self.max_shift, self.flip = max_shift, flip

    def __call__(self, image):
        m, (h, w) = self.max_shift, image.shape[-2:]
        y, x = torch.randint(0, 2 * m + 1, (2,)).tolist()
        image = F.pad(image, (m, m, m, m))[:, y : y + h, x : x + w]
        return image.flip(1) if self.flip and torch.rand(1) < 0.5 else image


# %% wrong="Augment" says="Augment(1, True)(image) gives the same result in 240 calls. Are random numbers drawn in each call?"
class Augment:
    def __init__(self, max_shift, flip):
        self.dy, self.dx = random.randint(-max_shift, max_shift), random.randint(-max_shift, max_shift)
        self.flip = flip and random.random() < 0.5
        self.m = max_shift

    def __call__(self, image):
        m, (h, w) = self.m, image.shape[-2:]
        image = F.pad(image, (m, m, m, m))[:, m - self.dy : m - self.dy + h, m - self.dx : m - self.dx + w]
        return image.flip(-1) if self.flip else image


# %% wrong="Augment" says="Augment(1, True)(image) mirrors the image in every call. It should in half of them."
class Augment:
    def __init__(self, max_shift, flip):
        self.max_shift, self.flip = max_shift, flip

    def __call__(self, image):
        m, (h, w) = self.max_shift, image.shape[-2:]
        y, x = torch.randint(0, 2 * m + 1, (2,)).tolist()
        image = F.pad(image, (m, m, m, m))[:, y : y + h, x : x + w]
        return image.flip(-1) if self.flip else image


# %% wrong="Augment" says="Augment(1, True)(image) never mirrors the image."
class Augment:
    def __init__(self, max_shift, flip):
        self.max_shift, self.flip = max_shift, flip

    def __call__(self, image):
        m, (h, w) = self.max_shift, image.shape[-2:]
        y, x = torch.randint(0, 2 * m + 1, (2,)).tolist()
        return F.pad(image, (m, m, m, m))[:, y : y + h, x : x + w]


# %% wrong="Augment" says="Augment(1, False)(image) mirrors the image, or changes it otherwise than by a shift."
class Augment:
    def __init__(self, max_shift, flip):
        self.max_shift, self.flip = max_shift, flip

    def __call__(self, image):
        m, (h, w) = self.max_shift, image.shape[-2:]
        y, x = torch.randint(0, 2 * m + 1, (2,)).tolist()
        image = F.pad(image, (m, m, m, m))[:, y : y + h, x : x + w]
        return image.flip(-1) if torch.rand(()) < 0.5 else image


# %% wrong="Augment" says="Augment(…) repeats the pixels of the edge. Zeros should move in."
class Augment:
    def __init__(self, max_shift, flip):
        self.max_shift, self.flip = max_shift, flip

    def __call__(self, image):
        m, (h, w) = self.max_shift, image.shape[-2:]
        y, x = torch.randint(0, 2 * m + 1, (2,)).tolist()
        image = F.pad(image[None], (m, m, m, m), mode="replicate")[0, :, y : y + h, x : x + w]
        return image.flip(-1) if self.flip and torch.rand(()) < 0.5 else image


# %% wrong="Augment" says="Augment(1, True)(image) gives the same result in 240 calls. Are random numbers drawn in each call?"
class Augment:
    def __init__(self, max_shift, flip):
        pass

    def __call__(self, image):
        return image


# %% wrong="Augment" says="the image was changed. Leave the argument as it was and return a new value."
class Augment:
    def __init__(self, max_shift, flip):
        self.max_shift, self.flip = max_shift, flip

    def __call__(self, image):
        m, (h, w) = self.max_shift, image.shape[-2:]
        y, x = torch.randint(0, 2 * m + 1, (2,)).tolist()
        image.copy_(F.pad(image, (m, m, m, m))[:, y : y + h, x : x + w])
        return image.flip(-1) if self.flip and torch.rand(()) < 0.5 else image


# %% right="make_loader"
def make_loader(dataset, batch_size, train):
    def seed_worker(worker_id):
        seed = torch.initial_seed() % 2**32
        np.random.seed(seed)
        random.seed(seed)

    generator = torch.Generator().manual_seed(0)
    return DataLoader(
        dataset, batch_size, shuffle=train, num_workers=2, drop_last=train, worker_init_fn=seed_worker, generator=generator
    )


# %% right="make_loader"
def make_loader(dataset, batch_size, train, num_workers=0):
    if train:
        return DataLoader(dataset, batch_size=batch_size, shuffle=True, drop_last=True, num_workers=num_workers)
    return DataLoader(dataset, batch_size=batch_size, num_workers=num_workers)


# %% right="make_loader"
def make_loader(dataset, batch_size, train):
    sampler = torch.utils.data.RandomSampler(dataset) if train else torch.utils.data.SequentialSampler(dataset)
    batches = torch.utils.data.BatchSampler(sampler, batch_size, drop_last=train)
    return DataLoader(dataset, batch_sampler=batches, num_workers=2, persistent_workers=True)


# %% wrong="make_loader" says="make_loader(…) gives a loader without workers. Which argument starts them?"
def make_loader(dataset, batch_size, train):
    return DataLoader(dataset, batch_size=batch_size, shuffle=train, drop_last=train)


# %% wrong="make_loader" says="make_loader(dataset, 4, True) keeps the smaller last batch. Training should leave it out."
def make_loader(dataset, batch_size, train):
    return DataLoader(dataset, batch_size=batch_size, shuffle=train, num_workers=2)


# %% wrong="make_loader" says="make_loader(dataset, 4, True) gives the items in order. Training wants them shuffled."
def make_loader(dataset, batch_size, train):
    return DataLoader(dataset, batch_size=batch_size, drop_last=train, num_workers=2)


# %% wrong="make_loader" says="make_loader(dataset, 4, False) leaves out the smaller last batch. Validation wants every item."
def make_loader(dataset, batch_size, train):
    return DataLoader(dataset, batch_size=batch_size, shuffle=train, drop_last=True, num_workers=2)


# %% wrong="make_loader" says="make_loader(dataset, 4, False) shuffles the items. Validation has no need of it."
def make_loader(dataset, batch_size, train):
    return DataLoader(dataset, batch_size=batch_size, shuffle=True, drop_last=train, num_workers=2)


# %% wrong="make_loader" says="The workers of make_loader(…) draw the same random numbers from torch. Which seed does each of them get?"
def make_loader(dataset, batch_size, train):
    return DataLoader(
        dataset,
        batch_size=batch_size,
        shuffle=train,
        drop_last=train,
        num_workers=2,
        worker_init_fn=lambda worker: torch.manual_seed(42),
    )


# %% wrong="make_loader" says="The workers of make_loader(…) draw the same random numbers from NumPy. Which seed does each of them get?"
def make_loader(dataset, batch_size, train):
    def init(worker):
        np.random.seed(0)

    return DataLoader(dataset, batch_size, shuffle=train, drop_last=train, num_workers=2, worker_init_fn=init)


# %% wrong="make_loader" says="The workers of make_loader(…) draw the same random numbers from torch in each epoch. Does their seed change?"
def make_loader(dataset, batch_size, train):
    def init(worker):
        torch.manual_seed(1000 + worker)

    return DataLoader(dataset, batch_size, shuffle=train, drop_last=train, num_workers=2, worker_init_fn=init)


# %% wrong="make_loader" says="make_loader(…) gives no DataLoader."
def make_loader(dataset, batch_size, train):
    return list(DataLoader(dataset, batch_size, shuffle=train, drop_last=train, num_workers=2))


# %% wrong="make_loader" says="make_loader(dataset, 4, True) gives the same order in each epoch. It should be a new one."
def make_loader(dataset, batch_size, train):
    order = torch.randperm(len(dataset)).tolist() if train else range(len(dataset))
    return DataLoader(dataset, batch_size, sampler=order, drop_last=train, num_workers=2)


# %% right="pipeline"
def pipeline(path, batch_size, generator):
    seed = generator.initial_seed()
    plain = TableDataset(path)
    train_part, val_part = split(plain, [0.8, 0.2], generator)
    mean, std = training_stats(train_part)

    class Part(Dataset):
        def __init__(self, part, augment):
            self.part, self.augment = part, augment

        def __len__(self):
            return len(self.part)

        def __getitem__(self, index):
            image, label = self.part[index]
            if self.augment:
                image = self.augment(image)
            return image.sub(mean).div(std), label

    return (
        make_loader(Part(train_part, Augment(2, True)), batch_size, True),
        make_loader(Part(val_part, None), batch_size, False),
    )


# %% right="pipeline"
def pipeline(path, batch_size, generator):
    from torchvision import transforms

    indices = split(range(len(TableDataset(path))), [0.8, 0.2], generator)
    train_rows, val_rows = ([int(i) for i in part] for part in indices)
    mean, std = training_stats(Subset(TableDataset(path), train_rows))
    normalize = transforms.Normalize([mean], [std])
    train_set = TableDataset(path, transforms.Compose([Augment(2, True), normalize]))
    val_set = TableDataset(path, normalize)
    return make_loader(Subset(train_set, train_rows), batch_size, True), make_loader(Subset(val_set, val_rows), batch_size, False)


# %% wrong="pipeline" says="The validation images of pipeline(…) are shifted or mirrored. Only training is augmented."
def pipeline(path, batch_size, generator):
    train_part, val_part = split(TableDataset(path, Augment(2, True)), [0.8, 0.2], generator)
    mean, std = training_stats(train_part)
    normalize = lambda image: (image - mean) / std
    return make_loader(Transformed(train_part, normalize), batch_size, True), make_loader(Transformed(val_part, normalize), batch_size, False)


# %% wrong="pipeline" says="The validation images of pipeline(…) are normalised by all rows. The validation rows must not take part."
def pipeline(path, batch_size, generator):
    dataset = TableDataset(path)
    mean, std = training_stats(dataset)
    augment = Augment(2, True)
    train_part, val_part = split(dataset, [0.8, 0.2], generator)
    train_part = Transformed(train_part, lambda image: (augment(image) - mean) / std)
    val_part = Transformed(val_part, lambda image: (image - mean) / std)
    return make_loader(train_part, batch_size, True), make_loader(val_part, batch_size, False)


# %% wrong="pipeline" says="The validation images of pipeline(…) are normalised by the validation part."
def pipeline(path, batch_size, generator):
    parts = split(TableDataset(path), [0.8, 0.2], generator)
    augment, loaders = Augment(2, True), []
    for part, train in zip(parts, (True, False)):
        mean, std = training_stats(part)
        change = (lambda image, m=mean, s=std: (augment(image) - m) / s) if train else (lambda image, m=mean, s=std: (image - m) / s)
        loaders.append(make_loader(Transformed(part, change), batch_size, train))
    return tuple(loaders)


# %% wrong="pipeline" says="What moves into the training images of pipeline(…) is not as black as the background. Which comes first, the shift or the normalisation?"
def pipeline(path, batch_size, generator):
    train_part, val_part = split(TableDataset(path), [0.8, 0.2], generator)
    mean, std = training_stats(train_part)
    augment = Augment(2, True)
    train_part = Transformed(train_part, lambda image: augment((image - mean) / std))
    val_part = Transformed(val_part, lambda image: (image - mean) / std)
    return make_loader(train_part, batch_size, True), make_loader(val_part, batch_size, False)


# %% wrong="pipeline" says="The validation images of pipeline(…) are not normalised."
def pipeline(path, batch_size, generator):
    train_part, val_part = split(TableDataset(path), [0.8, 0.2], generator)
    return make_loader(Transformed(train_part, Augment(2, True)), batch_size, True), make_loader(val_part, batch_size, False)


# %% wrong="pipeline" says="The training images of pipeline(…) are not augmented."
def pipeline(path, batch_size, generator):
    train_part, val_part = split(TableDataset(path), [0.8, 0.2], generator)
    mean, std = training_stats(train_part)
    normalize = lambda image: (image - mean) / std
    return make_loader(Transformed(train_part, normalize), batch_size, True), make_loader(Transformed(val_part, normalize), batch_size, False)


# %% wrong="pipeline" says="The training images of pipeline(…) are the same in two epochs. When is the augmentation called?"
def pipeline(path, batch_size, generator):
    train_part, val_part = split(TableDataset(path), [0.8, 0.2], generator)
    mean, std = training_stats(train_part)
    augment = Augment(2, True)
    train = [((augment(image) - mean) / std, label) for image, label in train_part]
    val = [((image - mean) / std, label) for image, label in val_part]
    return make_loader(train, batch_size, True), make_loader(val, batch_size, False)


# %% wrong="pipeline" says="pipeline(…) trains on rows that validation uses too."
def pipeline(path, batch_size, generator):
    dataset = TableDataset(path)
    train_part, _ = split(dataset, [0.8, 0.2], generator)
    _, val_part = split(dataset, [0.8, 0.2], generator)
    mean, std = training_stats(train_part)
    augment = Augment(2, True)
    train_part = Transformed(train_part, lambda image: (augment(image) - mean) / std)
    val_part = Transformed(val_part, lambda image: (image - mean) / std)
    return make_loader(train_part, batch_size, True), make_loader(val_part, batch_size, False)


# %% wrong="pipeline" says="The training loader of pipeline(…) keeps a smaller last batch. Is it made for training?"
def pipeline(path, batch_size, generator):
    train_part, val_part = split(TableDataset(path), [0.8, 0.2], generator)
    mean, std = training_stats(train_part)
    augment = Augment(2, True)
    train_part = Transformed(train_part, lambda image: (augment(image) - mean) / std)
    val_part = Transformed(val_part, lambda image: (image - mean) / std)
    return make_loader(train_part, batch_size, False), make_loader(val_part, batch_size, False)


# %% wrong="pipeline" says="pipeline(…) gives no pair. A tuple of the training loader and the validation loader is wanted."
def pipeline(path, batch_size, generator):
    return make_loader(TableDataset(path), batch_size, True)


# %% right="train_and_validate"
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    from tqdm.auto import trange

    history = dict(train_loss=[], val_epoch=[], val_loss=[], val_accuracy=[])
    running = None
    for epoch in trange(epochs, leave=False):
        model.train()
        sum_, n = 0.0, 0
        with tqdm(train_loader, leave=False) as batches:
            for images, labels in batches:
                loss = criterion(model(images), labels)
                loss.backward()
                optimizer.step()
                optimizer.zero_grad(set_to_none=True)
                running = float(loss) if running is None else 0.9 * running + 0.1 * float(loss)
                batches.set_description(f"loss {running:.4f}")
                sum_ += float(loss) * labels.shape[0]
                n += labels.shape[0]
        history["train_loss"].append(sum_ / n)
        if (epoch + 1) % every == 0:
            model.eval()
            outputs, truth, losses = [], [], 0.0
            with torch.inference_mode():
                for images, labels in val_loader:
                    output = model(images)
                    losses += criterion(output, labels).item() * len(labels)
                    outputs.append(output.argmax(1))
                    truth.append(labels)
            outputs, truth = torch.cat(outputs), torch.cat(truth)
            history["val_epoch"].append(epoch + 1)
            history["val_loss"].append(losses / len(truth))
            history["val_accuracy"].append((outputs == truth).float().mean().item())
    return history


# %% right="train_and_validate"
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    def one_pass(loader, learn):
        model.train(learn)
        loss_sum = hits = seen = 0
        for images, labels in loader:
            with torch.set_grad_enabled(learn):
                scores = model(images)
                loss = criterion(scores, labels)
            if learn:
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                state["smooth"] = loss.item() if state["smooth"] is None else 0.9 * state["smooth"] + 0.1 * loss.item()
                print(f"\r[{'#' * state['epoch']}] loss {state['smooth']:.3f}", end="")
            loss_sum += loss.item() * len(labels)
            hits += int((scores.argmax(dim=-1) == labels).sum())
            seen += len(labels)
        return loss_sum / seen, hits / seen

    state = {"smooth": None}
    history = {"train_loss": [], "val_epoch": [], "val_loss": [], "val_accuracy": []}
    for state["epoch"] in range(1, epochs + 1):
        history["train_loss"].append(one_pass(train_loader, True)[0])
        if not state["epoch"] % every:
            loss, accuracy = one_pass(val_loader, False)
            history["val_epoch"].append(state["epoch"])
            history["val_loss"].append(loss)
            history["val_accuracy"].append(accuracy)
    print()
    return history


# %% wrong="train_and_validate" says="train_loss is the mean of the batches' means. A smaller batch must count less."
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    history = {"train_loss": [], "val_epoch": [], "val_loss": [], "val_accuracy": []}
    smoothed = None
    bar = tqdm(range(1, epochs + 1))
    for epoch in bar:
        model.train()
        total, count = 0.0, 0
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            smoothed = loss.item() if smoothed is None else 0.9 * smoothed + 0.1 * loss.item()
            bar.set_postfix(loss=smoothed)
            total += loss.item()
            count += 1
        history["train_loss"].append(total / count)
        if epoch % every == 0:
            model.eval()
            val_total, right, val_count = 0.0, 0, 0
            with torch.no_grad():
                for images, labels in val_loader:
                    scores = model(images)
                    val_total += criterion(scores, labels).item() * len(images)
                    right += (scores.argmax(dim=1) == labels).sum().item()
                    val_count += len(images)
            history["val_epoch"].append(epoch)
            history["val_loss"].append(val_total / val_count)
            history["val_accuracy"].append(right / val_count)
    return history


# %% wrong="train_and_validate" says="val_epoch counts from 0. The first epoch is epoch 1."
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    history = {"train_loss": [], "val_epoch": [], "val_loss": [], "val_accuracy": []}
    smoothed = None
    bar = tqdm(range(epochs))
    for epoch in bar:
        model.train()
        total, count = 0.0, 0
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            smoothed = loss.item() if smoothed is None else 0.9 * smoothed + 0.1 * loss.item()
            bar.set_postfix(loss=smoothed)
            total += loss.item() * len(images)
            count += len(images)
        history["train_loss"].append(total / count)
        if (epoch + 1) % every == 0:
            model.eval()
            val_total, right, val_count = 0.0, 0, 0
            with torch.no_grad():
                for images, labels in val_loader:
                    scores = model(images)
                    val_total += criterion(scores, labels).item() * len(images)
                    right += (scores.argmax(dim=1) == labels).sum().item()
                    val_count += len(images)
            history["val_epoch"].append(epoch)
            history["val_loss"].append(val_total / val_count)
            history["val_accuracy"].append(right / val_count)
    return history


# %% wrong="train_and_validate" says="train_and_validate(…) validates after epochs 1, 6 and 11. Does 0 % 5 play a part?"
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    history = {"train_loss": [], "val_epoch": [], "val_loss": [], "val_accuracy": []}
    smoothed = None
    bar = tqdm(range(epochs))
    for epoch in bar:
        model.train()
        total, count = 0.0, 0
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            smoothed = loss.item() if smoothed is None else 0.9 * smoothed + 0.1 * loss.item()
            bar.set_postfix(loss=smoothed)
            total += loss.item() * len(images)
            count += len(images)
        history["train_loss"].append(total / count)
        if epoch % every == 0:
            model.eval()
            val_total, right, val_count = 0.0, 0, 0
            with torch.no_grad():
                for images, labels in val_loader:
                    scores = model(images)
                    val_total += criterion(scores, labels).item() * len(images)
                    right += (scores.argmax(dim=1) == labels).sum().item()
                    val_count += len(images)
            history["val_epoch"].append(epoch + 1)
            history["val_loss"].append(val_total / val_count)
            history["val_accuracy"].append(right / val_count)
    return history


# %% wrong="train_and_validate" says="train_and_validate(…) validates before anything is trained. Does 0 % 5 play a part?"
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    history = {"train_loss": [], "val_epoch": [], "val_loss": [], "val_accuracy": []}
    smoothed = None
    bar = tqdm(range(epochs))
    for epoch in bar:
        model.train()
        total, count = 0.0, 0
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            smoothed = loss.item() if smoothed is None else 0.9 * smoothed + 0.1 * loss.item()
            bar.set_postfix(loss=smoothed)
            total += loss.item() * len(images)
            count += len(images)
        history["train_loss"].append(total / count)
        if epoch % every == 0:
            model.eval()
            val_total, right, val_count = 0.0, 0, 0
            with torch.no_grad():
                for images, labels in val_loader:
                    scores = model(images)
                    val_total += criterion(scores, labels).item() * len(images)
                    right += (scores.argmax(dim=1) == labels).sum().item()
                    val_count += len(images)
            history["val_epoch"].append(epoch)
            history["val_loss"].append(val_total / val_count)
            history["val_accuracy"].append(right / val_count)
    return history


# %% wrong="train_and_validate" says="train_and_validate(…) validates after every epoch."
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    history = {"train_loss": [], "val_epoch": [], "val_loss": [], "val_accuracy": []}
    smoothed = None
    bar = tqdm(range(1, epochs + 1))
    for epoch in bar:
        model.train()
        total, count = 0.0, 0
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            smoothed = loss.item() if smoothed is None else 0.9 * smoothed + 0.1 * loss.item()
            bar.set_postfix(loss=smoothed)
            total += loss.item() * len(images)
            count += len(images)
        history["train_loss"].append(total / count)
        if True:
            model.eval()
            val_total, right, val_count = 0.0, 0, 0
            with torch.no_grad():
                for images, labels in val_loader:
                    scores = model(images)
                    val_total += criterion(scores, labels).item() * len(images)
                    right += (scores.argmax(dim=1) == labels).sum().item()
                    val_count += len(images)
            history["val_epoch"].append(epoch)
            history["val_loss"].append(val_total / val_count)
            history["val_accuracy"].append(right / val_count)
    return history


# %% wrong="train_and_validate" says="train_and_validate(…) trains in inference mode, at least after its first validation. Who switches back?"
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    history = {"train_loss": [], "val_epoch": [], "val_loss": [], "val_accuracy": []}
    smoothed = None
    bar = tqdm(range(1, epochs + 1))
    model.train()
    for epoch in bar:
        total, count = 0.0, 0
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            smoothed = loss.item() if smoothed is None else 0.9 * smoothed + 0.1 * loss.item()
            bar.set_postfix(loss=smoothed)
            total += loss.item() * len(images)
            count += len(images)
        history["train_loss"].append(total / count)
        if epoch % every == 0:
            model.eval()
            val_total, right, val_count = 0.0, 0, 0
            with torch.no_grad():
                for images, labels in val_loader:
                    scores = model(images)
                    val_total += criterion(scores, labels).item() * len(images)
                    right += (scores.argmax(dim=1) == labels).sum().item()
                    val_count += len(images)
            history["val_epoch"].append(epoch)
            history["val_loss"].append(val_total / val_count)
            history["val_accuracy"].append(right / val_count)
    return history


# %% wrong="train_and_validate" says="train_and_validate(…) validates in training mode. Dropout would be at work."
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    history = {"train_loss": [], "val_epoch": [], "val_loss": [], "val_accuracy": []}
    smoothed = None
    bar = tqdm(range(1, epochs + 1))
    for epoch in bar:
        model.train()
        total, count = 0.0, 0
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            smoothed = loss.item() if smoothed is None else 0.9 * smoothed + 0.1 * loss.item()
            bar.set_postfix(loss=smoothed)
            total += loss.item() * len(images)
            count += len(images)
        history["train_loss"].append(total / count)
        if epoch % every == 0:
            val_total, right, val_count = 0.0, 0, 0
            with torch.no_grad():
                for images, labels in val_loader:
                    scores = model(images)
                    val_total += criterion(scores, labels).item() * len(images)
                    right += (scores.argmax(dim=1) == labels).sum().item()
                    val_count += len(images)
            history["val_epoch"].append(epoch)
            history["val_loss"].append(val_total / val_count)
            history["val_accuracy"].append(right / val_count)
    return history


# %% wrong="train_and_validate" says="train_and_validate(…) records a graph in validation. Nobody goes back through it."
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    history = {"train_loss": [], "val_epoch": [], "val_loss": [], "val_accuracy": []}
    smoothed = None
    bar = tqdm(range(1, epochs + 1))
    for epoch in bar:
        model.train()
        total, count = 0.0, 0
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            smoothed = loss.item() if smoothed is None else 0.9 * smoothed + 0.1 * loss.item()
            bar.set_postfix(loss=smoothed)
            total += loss.item() * len(images)
            count += len(images)
        history["train_loss"].append(total / count)
        if epoch % every == 0:
            model.eval()
            val_total, right, val_count = 0.0, 0, 0
            if True:
                for images, labels in val_loader:
                    scores = model(images)
                    val_total += criterion(scores, labels).item() * len(images)
                    right += (scores.argmax(dim=1) == labels).sum().item()
                    val_count += len(images)
            history["val_epoch"].append(epoch)
            history["val_loss"].append(val_total / val_count)
            history["val_accuracy"].append(right / val_count)
    return history


# %% wrong="train_and_validate" says="train_and_validate(…) shows no progress bar while it trains."
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    history = {"train_loss": [], "val_epoch": [], "val_loss": [], "val_accuracy": []}
    smoothed = None
    bar = range(1, epochs + 1)
    for epoch in bar:
        model.train()
        total, count = 0.0, 0
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            smoothed = loss.item() if smoothed is None else 0.9 * smoothed + 0.1 * loss.item()
            total += loss.item() * len(images)
            count += len(images)
        history["train_loss"].append(total / count)
        if epoch % every == 0:
            model.eval()
            val_total, right, val_count = 0.0, 0, 0
            with torch.no_grad():
                for images, labels in val_loader:
                    scores = model(images)
                    val_total += criterion(scores, labels).item() * len(images)
                    right += (scores.argmax(dim=1) == labels).sum().item()
                    val_count += len(images)
            history["val_epoch"].append(epoch)
            history["val_loss"].append(val_total / val_count)
            history["val_accuracy"].append(right / val_count)
    return history


# %% wrong="train_and_validate" says="train_and_validate(…) shows no progress bar while it trains."
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    history = {"train_loss": [], "val_epoch": [], "val_loss": [], "val_accuracy": []}
    smoothed = None
    bar = range(1, epochs + 1)
    for epoch in bar:
        model.train()
        total, count = 0.0, 0
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            smoothed = loss.item() if smoothed is None else 0.9 * smoothed + 0.1 * loss.item()
            print("loss", smoothed)
            total += loss.item() * len(images)
            count += len(images)
        history["train_loss"].append(total / count)
        if epoch % every == 0:
            model.eval()
            val_total, right, val_count = 0.0, 0, 0
            with torch.no_grad():
                for images, labels in val_loader:
                    scores = model(images)
                    val_total += criterion(scores, labels).item() * len(images)
                    right += (scores.argmax(dim=1) == labels).sum().item()
                    val_count += len(images)
            history["val_epoch"].append(epoch)
            history["val_loss"].append(val_total / val_count)
            history["val_accuracy"].append(right / val_count)
    return history


# %% wrong="train_and_validate" says="The progress bar of train_and_validate(…) does not show the loss."
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    history = {"train_loss": [], "val_epoch": [], "val_loss": [], "val_accuracy": []}
    smoothed = None
    bar = tqdm(range(1, epochs + 1))
    for epoch in bar:
        model.train()
        total, count = 0.0, 0
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            smoothed = loss.item() if smoothed is None else 0.9 * smoothed + 0.1 * loss.item()
            total += loss.item() * len(images)
            count += len(images)
        history["train_loss"].append(total / count)
        if epoch % every == 0:
            model.eval()
            val_total, right, val_count = 0.0, 0, 0
            with torch.no_grad():
                for images, labels in val_loader:
                    scores = model(images)
                    val_total += criterion(scores, labels).item() * len(images)
                    right += (scores.argmax(dim=1) == labels).sum().item()
                    val_count += len(images)
            history["val_epoch"].append(epoch)
            history["val_loss"].append(val_total / val_count)
            history["val_accuracy"].append(right / val_count)
    return history


# %% wrong="train_and_validate" says="train_and_validate(…) uses gradients of earlier batches again. Who clears them?"
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    history = {"train_loss": [], "val_epoch": [], "val_loss": [], "val_accuracy": []}
    smoothed = None
    bar = tqdm(range(1, epochs + 1))
    for epoch in bar:
        model.train()
        total, count = 0.0, 0
        for images, labels in train_loader:
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            smoothed = loss.item() if smoothed is None else 0.9 * smoothed + 0.1 * loss.item()
            bar.set_postfix(loss=smoothed)
            total += loss.item() * len(images)
            count += len(images)
        history["train_loss"].append(total / count)
        if epoch % every == 0:
            model.eval()
            val_total, right, val_count = 0.0, 0, 0
            with torch.no_grad():
                for images, labels in val_loader:
                    scores = model(images)
                    val_total += criterion(scores, labels).item() * len(images)
                    right += (scores.argmax(dim=1) == labels).sum().item()
                    val_count += len(images)
            history["val_epoch"].append(epoch)
            history["val_loss"].append(val_total / val_count)
            history["val_accuracy"].append(right / val_count)
    return history


# %% wrong="train_and_validate" says="train_and_validate(…) clears its gradients once per epoch. Each step has gradients of its own."
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    history = {"train_loss": [], "val_epoch": [], "val_loss": [], "val_accuracy": []}
    smoothed = None
    bar = tqdm(range(1, epochs + 1))
    for epoch in bar:
        model.train()
        total, count = 0.0, 0
        optimizer.zero_grad()
        for images, labels in train_loader:
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            smoothed = loss.item() if smoothed is None else 0.9 * smoothed + 0.1 * loss.item()
            bar.set_postfix(loss=smoothed)
            total += loss.item() * len(images)
            count += len(images)
        history["train_loss"].append(total / count)
        if epoch % every == 0:
            model.eval()
            val_total, right, val_count = 0.0, 0, 0
            with torch.no_grad():
                for images, labels in val_loader:
                    scores = model(images)
                    val_total += criterion(scores, labels).item() * len(images)
                    right += (scores.argmax(dim=1) == labels).sum().item()
                    val_count += len(images)
            history["val_epoch"].append(epoch)
            history["val_loss"].append(val_total / val_count)
            history["val_accuracy"].append(right / val_count)
    return history


# %% wrong="train_and_validate" says="train_and_validate(…) leaves the weights as they were. Which call moves them?"
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    history = {"train_loss": [], "val_epoch": [], "val_loss": [], "val_accuracy": []}
    smoothed = None
    bar = tqdm(range(1, epochs + 1))
    for epoch in bar:
        model.train()
        total, count = 0.0, 0
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            smoothed = loss.item() if smoothed is None else 0.9 * smoothed + 0.1 * loss.item()
            bar.set_postfix(loss=smoothed)
            total += loss.item() * len(images)
            count += len(images)
        history["train_loss"].append(total / count)
        if epoch % every == 0:
            model.eval()
            val_total, right, val_count = 0.0, 0, 0
            with torch.no_grad():
                for images, labels in val_loader:
                    scores = model(images)
                    val_total += criterion(scores, labels).item() * len(images)
                    right += (scores.argmax(dim=1) == labels).sum().item()
                    val_count += len(images)
            history["val_epoch"].append(epoch)
            history["val_loss"].append(val_total / val_count)
            history["val_accuracy"].append(right / val_count)
    return history


# %% wrong="train_and_validate" says="val_accuracy is in percent. A share from 0 to 1 is wanted."
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    history = {"train_loss": [], "val_epoch": [], "val_loss": [], "val_accuracy": []}
    smoothed = None
    bar = tqdm(range(1, epochs + 1))
    for epoch in bar:
        model.train()
        total, count = 0.0, 0
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            smoothed = loss.item() if smoothed is None else 0.9 * smoothed + 0.1 * loss.item()
            bar.set_postfix(loss=smoothed)
            total += loss.item() * len(images)
            count += len(images)
        history["train_loss"].append(total / count)
        if epoch % every == 0:
            model.eval()
            val_total, right, val_count = 0.0, 0, 0
            with torch.no_grad():
                for images, labels in val_loader:
                    scores = model(images)
                    val_total += criterion(scores, labels).item() * len(images)
                    right += (scores.argmax(dim=1) == labels).sum().item()
                    val_count += len(images)
            history["val_epoch"].append(epoch)
            history["val_loss"].append(val_total / val_count)
            history["val_accuracy"].append(100 * right / val_count)
    return history


# %% wrong="train_and_validate" says="val_loss adds up over the validations. Where does the sum begin again?"
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    history = {"train_loss": [], "val_epoch": [], "val_loss": [], "val_accuracy": []}
    smoothed = None
    val_total, right, val_count = 0.0, 0, 0
    bar = tqdm(range(1, epochs + 1))
    for epoch in bar:
        model.train()
        total, count = 0.0, 0
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            smoothed = loss.item() if smoothed is None else 0.9 * smoothed + 0.1 * loss.item()
            bar.set_postfix(loss=smoothed)
            total += loss.item() * len(images)
            count += len(images)
        history["train_loss"].append(total / count)
        if epoch % every == 0:
            model.eval()
            with torch.no_grad():
                for images, labels in val_loader:
                    scores = model(images)
                    val_total += criterion(scores, labels).item() * len(images)
                    right += (scores.argmax(dim=1) == labels).sum().item()
                    val_count += len(images)
            history["val_epoch"].append(epoch)
            history["val_loss"].append(val_total / 4)
            history["val_accuracy"].append(right / val_count)
    return history


# %% wrong="train_and_validate" says="train_and_validate(…) gives no dictionary. Does it return the history?"
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    history = {"train_loss": [], "val_epoch": [], "val_loss": [], "val_accuracy": []}
    smoothed = None
    bar = tqdm(range(1, epochs + 1))
    for epoch in bar:
        model.train()
        total, count = 0.0, 0
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            smoothed = loss.item() if smoothed is None else 0.9 * smoothed + 0.1 * loss.item()
            bar.set_postfix(loss=smoothed)
            total += loss.item() * len(images)
            count += len(images)
        history["train_loss"].append(total / count)
        if epoch % every == 0:
            model.eval()
            val_total, right, val_count = 0.0, 0, 0
            with torch.no_grad():
                for images, labels in val_loader:
                    scores = model(images)
                    val_total += criterion(scores, labels).item() * len(images)
                    right += (scores.argmax(dim=1) == labels).sum().item()
                    val_count += len(images)
            history["val_epoch"].append(epoch)
            history["val_loss"].append(val_total / val_count)
            history["val_accuracy"].append(right / val_count)


# %% wrong="train_and_validate" says="train_loss has an entry for each batch. One per epoch is wanted."
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    history = {"train_loss": [], "val_epoch": [], "val_loss": [], "val_accuracy": []}
    smoothed = None
    bar = tqdm(range(1, epochs + 1))
    for epoch in bar:
        model.train()
        total, count = 0.0, 0
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            smoothed = loss.item() if smoothed is None else 0.9 * smoothed + 0.1 * loss.item()
            bar.set_postfix(loss=smoothed)
            total += loss.item() * len(images)
            count += len(images)
            history["train_loss"].append(loss.item())
        if epoch % every == 0:
            model.eval()
            val_total, right, val_count = 0.0, 0, 0
            with torch.no_grad():
                for images, labels in val_loader:
                    scores = model(images)
                    val_total += criterion(scores, labels).item() * len(images)
                    right += (scores.argmax(dim=1) == labels).sum().item()
                    val_count += len(images)
            history["val_epoch"].append(epoch)
            history["val_loss"].append(val_total / val_count)
            history["val_accuracy"].append(right / val_count)
    return history


# %% right="log_run"
def log_run(directory, history):
    writer = SummaryWriter(log_dir=str(directory))
    for i in range(len(history["train_loss"])):
        writer.add_scalar("train/loss", torch.tensor(history["train_loss"][i]), i + 1)
    for i, epoch in enumerate(history["val_epoch"]):
        for tag in ("loss", "accuracy"):
            writer.add_scalar(f"val/{tag}", history[f"val_{tag}"][i], global_step=epoch)
    writer.close()


# %% right="log_run"
def log_run(directory, history):
    w = SummaryWriter(directory)
    train = {epoch: ("train/loss", loss) for epoch, loss in enumerate(history["train_loss"], 1)}
    for epoch, (name, loss) in train.items():
        w.add_scalar(name, loss, epoch)
    [w.add_scalar("val/loss", v, e) for e, v in zip(history["val_epoch"], history["val_loss"])]
    [w.add_scalar("val/accuracy", v, e) for e, v in zip(history["val_epoch"], history["val_accuracy"])]
    w.flush()


# %% wrong="log_run" says="log_run(directory, history) writes no event file in directory. Which folder does the writer get?"
def log_run(directory, history):
    with SummaryWriter() as writer:
        for epoch, loss in enumerate(history["train_loss"], start=1):
            writer.add_scalar("train/loss", loss, epoch)


# %% wrong="log_run" says="train/loss has all its points at step 0. Which argument of add_scalar is the step?"
def log_run(directory, history):
    with SummaryWriter(directory) as writer:
        for loss in history["train_loss"]:
            writer.add_scalar("train/loss", loss)
        for loss, accuracy in zip(history["val_loss"], history["val_accuracy"]):
            writer.add_scalar("val/loss", loss)
            writer.add_scalar("val/accuracy", accuracy)


# %% wrong="log_run" says="train/loss begins at step 0. The first epoch is epoch 1."
def log_run(directory, history):
    with SummaryWriter(directory) as writer:
        for epoch, loss in enumerate(history["train_loss"]):
            writer.add_scalar("train/loss", loss, epoch)
        for epoch, loss, accuracy in zip(history["val_epoch"], history["val_loss"], history["val_accuracy"]):
            writer.add_scalar("val/loss", loss, epoch)
            writer.add_scalar("val/accuracy", accuracy, epoch)


# %% wrong="log_run" says="val/loss has its points at steps 0 and 1. Its steps are the epochs of the validations."
def log_run(directory, history):
    with SummaryWriter(directory) as writer:
        for epoch, loss in enumerate(history["train_loss"], 1):
            writer.add_scalar("train/loss", loss, epoch)
        for i, (loss, accuracy) in enumerate(zip(history["val_loss"], history["val_accuracy"])):
            writer.add_scalar("val/loss", loss, i)
            writer.add_scalar("val/accuracy", accuracy, i)


# %% wrong="log_run" says="TensorBoard finds names with underscores, like the keys of the history. The table has a slash in them."
def log_run(directory, history):
    with SummaryWriter(directory) as writer:
        for epoch, loss in enumerate(history["train_loss"], 1):
            writer.add_scalar("train_loss", loss, epoch)
        for i, epoch in enumerate(history["val_epoch"]):
            writer.add_scalar("val_loss", history["val_loss"][i], epoch)
            writer.add_scalar("val_accuracy", history["val_accuracy"][i], epoch)


# %% wrong="log_run" says="TensorBoard finds no curves of the validation."
def log_run(directory, history):
    with SummaryWriter(directory) as writer:
        for epoch, loss in enumerate(history["train_loss"], 1):
            writer.add_scalar("train/loss", loss, epoch)


# %% wrong="log_run" says="val/accuracy holds the validation's losses."
def log_run(directory, history):
    with SummaryWriter(directory) as writer:
        for epoch, loss in enumerate(history["train_loss"], 1):
            writer.add_scalar("train/loss", loss, epoch)
        for epoch, loss in zip(history["val_epoch"], history["val_loss"]):
            writer.add_scalar("val/loss", loss, epoch)
            writer.add_scalar("val/accuracy", loss, epoch)


# %% wrong="log_run" says="log_run(directory, history) leaves its writer open, so that points may still wait in memory when it returns."
def log_run(directory, history):
    writer = SummaryWriter(directory)
    for epoch, loss in enumerate(history["train_loss"], 1):
        writer.add_scalar("train/loss", loss, epoch)
    for epoch, loss, accuracy in zip(history["val_epoch"], history["val_loss"], history["val_accuracy"]):
        writer.add_scalar("val/loss", loss, epoch)
        writer.add_scalar("val/accuracy", accuracy, epoch)


# %% wrong="log_run" says="TensorBoard finds no scalar in the file."
def log_run(directory, history):
    with SummaryWriter(directory) as writer:
        writer.add_text("history", str(history))


# %% right="TableDataset"
class TableDataset(Dataset):
    def __init__(self, path, transform=None):
        self.images, self.labels = [], []
        self.transform = transform
        with open(path) as f:
            f.readline()
            n = 1
            for row in csv.reader(f):
                n += 1
                try:
                    if len(row) != 785: raise ValueError(f"{len(row)} columns")
                    nums = np.array(row).astype(np.int64)
                except ValueError as e:
                    raise ValueError(f"Line {n} of {os.path.basename(path)}: {e}") from e
                self.labels.append(nums[0].item())
                self.images.append(torch.as_tensor(nums[1:] / 255.0, dtype=torch.float32).unflatten(0, (1, 28, 28)))
    def __len__(self): return len(self.images)
    def __getitem__(self, i):
        x = self.images[i]
        return (x if self.transform is None else self.transform(x)), self.labels[i]


# %% right="TableDataset"
class TableDataset(Dataset):
    def __init__(self, path, transform=None):
        text = Path(path).read_text().strip().split("\n")[1:]
        rows = [t.split(",") for t in text]
        bad = [k for k, r in enumerate(rows) if len(r) != 785 or not all(re_ok(c) for c in r)]
        if bad:
            raise ValueError(f"{path}: broken row in line {bad[0] + 2}")
        self.x = np.array(rows, dtype=np.float32)
        self.t = transform or (lambda image: image)
    def __len__(self): return len(self.x)
    def __getitem__(self, i):
        return self.t(torch.from_numpy(self.x[i, 1:].reshape(1, 28, 28) / np.float32(255))), int(self.x[i, 0])

def re_ok(c):
    import re
    return re.fullmatch(r"\d+", c) is not None


# %% right="split"
def split(dataset, fractions, generator):
    lengths = [int(math.floor(len(dataset) * f)) for f in fractions]
    rest = len(dataset) - sum(lengths)
    lengths = [l + (k < rest) for k, l in enumerate(lengths)]
    perm = torch.randperm(len(dataset), generator=generator)
    return [Subset(dataset, chunk) for chunk in perm.split(lengths)]


# %% right="split"
class Part(Dataset):
    def __init__(self, ds, rows): self.ds, self.rows = ds, rows
    def __len__(self): return len(self.rows)
    def __getitem__(self, i): return self.ds[self.rows[i]]

def split(dataset, fractions, generator):
    keys = torch.rand(len(dataset), generator=generator)
    order = keys.argsort().tolist()
    n = len(order)
    sizes = [int(n * f) for f in fractions]
    k = 0
    while sum(sizes) < n:
        sizes[k % len(sizes)] += 1
        k += 1
    out = []
    for s in sizes:
        out.append(Part(dataset, order[:s])); del order[:s]
    return out


# %% right="training_stats"
def training_stats(dataset):
    values = np.concatenate([np.asarray(dataset[k][0]).ravel() for k in range(len(dataset))]).astype("float64")
    return values.mean().item(), values.std().item()


# %% right="training_stats"
import statistics
def training_stats(dataset):
    n, mean, m2 = 0, 0.0, 0.0
    for k in range(len(dataset)):
        x = dataset[k][0].to(torch.float64).flatten()
        d = x.mean().item() - mean
        v = x.var(correction=0).item() * x.numel()
        m2 += v + d * d * n * x.numel() / (n + x.numel())
        mean += d * x.numel() / (n + x.numel())
        n += x.numel()
    return (mean, (m2 / n) ** 0.5)


# %% right="Augment"
class Augment:
    def __init__(self, max_shift, flip):
        from torchvision.transforms import v2
        self.m = max_shift
        self.flip = v2.RandomHorizontalFlip() if flip else None
    def __call__(self, image):
        from torchvision.transforms.v2 import functional as TF
        m = self.m
        out = TF.affine(image, angle=0.0, translate=[random.randint(-m, m), random.randint(-m, m)], scale=1.0, shear=[0.0, 0.0])
        if self.flip is not None: out = self.flip(out)
        return out.clone()


# %% right="Augment"
class Augment:
    def __init__(self, max_shift, flip):
        self.max_shift = max_shift; self.flip = flip
    def __call__(self, image):
        x = image.numpy().copy()
        if self.flip and np.random.random() < 0.5:
            x = x[:, :, ::-1]
        m = self.max_shift
        x = np.pad(x, ((0, 0), (m, m), (m, m)))
        i, j = np.random.randint(0, 2 * m + 1), np.random.randint(0, 2 * m + 1)
        return torch.from_numpy(x[:, i:i + image.shape[1], j:j + image.shape[2]].copy())


# %% right="make_loader"
def make_loader(dataset, batch_size, train):
    kwargs = {"num_workers": 2, "batch_size": batch_size}
    if train:
        kwargs |= dict(shuffle=True, drop_last=True, worker_init_fn=lambda i: (random.seed(torch.initial_seed()), np.random.seed((torch.initial_seed() + i) % 2**32)))
    return DataLoader(dataset, **kwargs)


# %% right="pipeline"
def pipeline(path, batch_size, generator):
    ds = TableDataset(path)
    tr, va = split(ds, (0.8, 0.2), generator)
    m, s = training_stats(tr)
    steps = [Augment(2, True), lambda x: x - m, lambda x: x / s]
    def train_transform(x):
        for f in steps: x = f(x)
        return x
    return (make_loader(Transformed(tr, train_transform), batch_size, True), make_loader(Transformed(va, lambda x: (x - m) / s), batch_size, False))


# %% right="train_and_validate"
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    train_loss, val_epoch, val_loss, val_accuracy = [], [], [], []
    smooth = None
    with tqdm(total=epochs * len(train_loader), unit="batch") as bar:
        for epoch in range(epochs):
            model.train()
            losses, weights = [], []
            for x, y in train_loader:
                optimizer.zero_grad()
                out = model(x)
                loss = criterion(out, y)
                loss.backward()
                optimizer.step()
                losses.append(loss.detach()); weights.append(len(y))
                smooth = losses[-1] if smooth is None else smooth * 0.9 + losses[-1] * 0.1
                bar.set_description_str(f"{smooth.item():.2f}")
                bar.update()
            w = torch.tensor(weights, dtype=torch.float64)
            train_loss.append(((torch.stack(losses).double() * w).sum() / w.sum()).item())
            if (epoch + 1) % every == 0:
                model.eval()
                with torch.no_grad():
                    outs = [(model(x), y) for x, y in val_loader]
                    n = sum(len(y) for _, y in outs)
                    val_loss.append(sum(criterion(o, y).item() * len(y) for o, y in outs) / n)
                    val_accuracy.append(sum((o.max(1).indices == y).sum().item() for o, y in outs) / n)
                val_epoch.append(epoch + 1)
    return {"train_loss": train_loss, "val_epoch": val_epoch, "val_loss": val_loss, "val_accuracy": val_accuracy}


# %% right="log_run"
def log_run(directory, history):
    import torch.utils.tensorboard as tb
    writer = tb.SummaryWriter(os.fspath(directory), flush_secs=1)
    try:
        e = 0
        for loss in history["train_loss"]:
            e += 1
            writer.add_scalar(tag="train/loss", scalar_value=loss, global_step=e)
            if e in history["val_epoch"]:
                k = history["val_epoch"].index(e)
                writer.add_scalar("val/loss", history["val_loss"][k], e)
                writer.add_scalar("val/accuracy", history["val_accuracy"][k], e)
    finally:
        writer.close()


# %% wrong="TableDataset" says="The error names the line before the broken one. The header is line 1."
class TableDataset(Dataset):
    def __init__(self, path, transform=None):
        try:
            table = np.loadtxt(path, delimiter=",", skiprows=1)
        except ValueError as error:
            raise ValueError(f"{path}: {error}")
        self.labels = table[:, 0].astype(int).tolist()
        self.images = torch.tensor(table[:, 1:], dtype=torch.float32).view(-1, 1, 28, 28) / 255
        self.transform = transform
    def __len__(self): return len(self.labels)
    def __getitem__(self, i):
        im = self.images[i]
        return (self.transform(im) if self.transform else im), self.labels[i]


# %% wrong="TableDataset" says="TableDataset(path) of a file with a row that is cut off raised no error, wanted ValueError."
class TableDataset(Dataset):
    def __init__(self, path, transform=None):
        self.rows = []
        self.transform = transform
        with open(path) as f:
            next(f)
            for n, row in enumerate(csv.reader(f), 2):
                try:
                    self.rows.append([int(v) for v in row])
                except ValueError:
                    raise ValueError(f"{path} line {n}")
    def __len__(self): return len(self.rows)
    def __getitem__(self, i):
        im = torch.tensor(self.rows[i][1:]).reshape(1, 28, 28) / 255
        if self.transform: im = self.transform(im)
        return im, self.rows[i][0]


# %% wrong="TableDataset" says="transform does not run anew each time that an item is asked for. A random one would give the same image in every epoch."
class TableDataset(Dataset):
    def __init__(self, path, transform=None):
        self.rows, self.transform, self.cache = [], transform, {}
        with open(path) as f:
            next(f)
            for n, row in enumerate(csv.reader(f), 2):
                try:
                    assert len(row) == 785
                    self.rows.append([int(v) for v in row])
                except Exception:
                    raise ValueError(f"{path} line {n}")
    def __len__(self): return len(self.rows)
    def __getitem__(self, i):
        if i not in self.cache:
            im = torch.tensor(self.rows[i][1:]).reshape(1, 28, 28) / 255
            self.cache[i] = self.transform(im) if self.transform else im
        return self.cache[i], self.rows[i][0]


# %% wrong="split" says="the list of sizes in split(dataset, fractions, generator) of 10 items into 3[0] is 3, wanted 4."
def split(dataset, fractions, generator):
    sizes = [round(f * len(dataset)) for f in fractions]
    perm = torch.randperm(len(dataset), generator=generator).tolist()
    out, k = [], 0
    for s in sizes:
        out.append(Subset(dataset, perm[k:k + s])); k += s
    return out


# %% wrong="training_stats" says="training_stats(dataset) is nan where all pixels are alike. Can what stands under the root fall below 0?"
def training_stats(dataset):
    s = s2 = n = 0
    for image, _ in dataset:
        s += image.sum(); s2 += (image ** 2).sum(); n += image.numel()
    mean = s / n
    return mean.item(), (s2 / n - mean ** 2).sqrt().item()


# %% wrong="Augment" says="Augment(1, True)(image) has shape (1, 28, 28), wanted (1, 5, 6)."
class Augment:
    def __init__(self, max_shift, flip):
        self.m, self.f = max_shift, flip
    def __call__(self, image):
        m = self.m
        dy, dx = random.randint(-m, m), random.randint(-m, m)
        out = torch.zeros(1, 28, 28)
        h, w = image.shape[1:]
        out[:, max(dy, 0):h + min(dy, 0), max(dx, 0):w + min(dx, 0)] = image[:, max(-dy, 0):h + min(-dy, 0), max(-dx, 0):w + min(-dx, 0)]
        return out.flip(2) if self.f and random.random() < 0.5 else out


# %% wrong="Augment" says="Augment(1, True)(image) is not the image, or its mirror image, shifted by up to 1 pixel with zeros moving in."
class Augment:
    def __init__(self, max_shift, flip):
        self.m, self.f = max_shift, flip
    def __call__(self, image):
        m = self.m
        dy, dx = random.randint(-m, m), random.randint(-m, m)
        out = torch.roll(image, (dy, dx), (1, 2))
        out[:, :dy] = 0
        out[:, :, :dx] = 0
        return out.flip(-1) if self.f and random.random() < 0.5 else out


# %% wrong="make_loader" says="The workers of make_loader(…) draw the same random numbers from Python's random in each epoch. Does their seed change?"
def make_loader(dataset, batch_size, train):
    torch.manual_seed(0)
    return DataLoader(dataset, batch_size, shuffle=train, drop_last=train, num_workers=2, worker_init_fn=lambda i: random.seed(i))


# %% wrong="pipeline" says="pipeline(…) gives the same validation rows for another seed. Is the generator used?"
def pipeline(path, batch_size, generator):
    train_part, val_part = split(TableDataset(path), [0.8, 0.2], torch.Generator().manual_seed(0))
    mean, std = training_stats(train_part)
    augment = Augment(2, True)
    return (make_loader(Transformed(train_part, lambda x: (augment(x) - mean) / std), batch_size, True),
            make_loader(Transformed(val_part, lambda x: (x - mean) / std), batch_size, False))


# %% wrong="pipeline" says="The validation images of pipeline(…) are normalised by other numbers. The mean and the deviation of the training part are wanted."
def pipeline(path, batch_size, generator):
    train_part, val_part = split(TableDataset(path), [0.8, 0.2], generator)
    mean, std = training_stats(train_part)
    augment = Augment(2, True)
    norm = lambda x: (x - mean) / std ** 2
    return (make_loader(Transformed(train_part, lambda x: norm(augment(x))), batch_size, True),
            make_loader(Transformed(val_part, norm), batch_size, False))


# %% wrong="train_and_validate" says="train_and_validate(…) takes no notice of every."
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    h = {"train_loss": [], "val_epoch": [], "val_loss": [], "val_accuracy": []}
    s = None
    for epoch in range(1, epochs + 1):
        model.train()
        t = n = 0
        bar = tqdm(train_loader)
        for x, y in bar:
            optimizer.zero_grad(); loss = criterion(model(x), y); loss.backward(); optimizer.step()
            t += loss.item() * len(x); n += len(x)
            s = loss.item() if s is None else 0.9 * s + 0.1 * loss.item()
            bar.set_postfix(loss=s)
        h["train_loss"].append(t / n)
        if epoch % 5 == 0:
            model.eval(); v = c = k = 0
            with torch.no_grad():
                for x, y in val_loader:
                    o = model(x); v += criterion(o, y).item() * len(x); c += (o.argmax(1) == y).sum().item(); k += len(x)
            h["val_epoch"].append(epoch); h["val_loss"].append(v / k); h["val_accuracy"].append(c / k)
    return h


# %% wrong="train_and_validate" says="train_and_validate(…) moves the weights although the optimizer that it was given has the learning rate 0. Whose steps does it make?"
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    optimizer = torch.optim.Adam(model.parameters())
    h = {"train_loss": [], "val_epoch": [], "val_loss": [], "val_accuracy": []}
    for epoch in tqdm(range(1, epochs + 1), desc="loss 0.0"):
        model.train()
        t = n = 0
        for x, y in train_loader:
            optimizer.zero_grad(); loss = criterion(model(x), y); loss.backward(); optimizer.step()
            t += loss.item() * len(x); n += len(x)
        h["train_loss"].append(t / n)
        if epoch % every == 0:
            model.eval(); v = c = k = 0
            with torch.no_grad():
                for x, y in val_loader:
                    o = model(x); v += criterion(o, y).item() * len(x); c += (o.argmax(1) == y).sum().item(); k += len(x)
            h["val_epoch"].append(epoch); h["val_loss"].append(v / k); h["val_accuracy"].append(c / k)
    return h


# %% wrong="log_run" says="train/loss has losses where its steps should be. add_scalar takes the value before the step."
def log_run(directory, history):
    with SummaryWriter(directory) as w:
        for e, l in enumerate(history["train_loss"], 1):
            w.add_scalar("train/loss", e, l)
        for e, l, a in zip(history["val_epoch"], history["val_loss"], history["val_accuracy"]):
            w.add_scalar("val/loss", e, l)
            w.add_scalar("val/accuracy", e, a)


# %% right="Augment"
class Augment(torch.nn.Module):
    def __init__(self, max_shift: int, flip: bool):
        super().__init__()
        self.max_shift, self.p = max_shift, 0.5 * flip
    @torch.no_grad()
    def forward(self, image):
        s = self.max_shift
        dy, dx = (int(torch.empty(1).uniform_(-s, s + 1).floor()) for _ in range(2))
        if torch.bernoulli(torch.tensor(float(self.p))):
            image = torch.flip(image, (-1,))
        return F.pad(image, (dx, -dx, dy, -dy)).clone()


# %% right="train_and_validate"
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    history = {k: [] for k in ("train_loss", "val_epoch", "val_loss", "val_accuracy")}
    ema = None
    pbar = tqdm(total=epochs, leave=False)
    for epoch in range(1, epochs + 1):
        model.train()
        s, n = 0, 0
        for xb, yb in train_loader:
            loss = criterion(model(xb), yb)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            ema = loss.item() if ema is None else ema + 0.1 * (loss.item() - ema)
            s += loss.item() * yb.size(0); n += yb.size(0)
        pbar.update(1)
        pbar.set_postfix({"loss": ema})
        history["train_loss"].append(s / n)
        if epoch % every == 0:
            model.eval()
            s, n, c = 0, 0, 0
            with torch.no_grad():
                for xb, yb in val_loader:
                    out = model(xb)
                    s += criterion(out, yb).item() * yb.size(0); n += yb.size(0)
                    c += (out.argmax(-1) == yb).sum().item()
            for k, v in zip(("val_epoch", "val_loss", "val_accuracy"), (epoch, s / n, c / n)):
                history[k].append(v)
    pbar.close()
    return history


# %% right="train_and_validate"
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    history = {k: [] for k in ("train_loss", "val_epoch", "val_loss", "val_accuracy")}
    from rich.progress import Progress
    with Progress() as progress:
        task = progress.add_task("loss ?", total=epochs)
        smooth = None
        for epoch in range(1, epochs + 1):
            model.train()
            s, n = 0, 0
            for xb, yb in train_loader:
                optimizer.zero_grad()
                loss = criterion(model(xb), yb)
                loss.backward()
                optimizer.step()
                s += loss.item() * len(yb); n += len(yb)
                smooth = loss.item() if smooth is None else 0.9 * smooth + 0.1 * loss.item()
                progress.update(task, description=f"loss {smooth:.3f}")
            progress.update(task, advance=1)
            history["train_loss"].append(s / n)
            if epoch % every == 0:
                model.eval()
                s, n, c = 0, 0, 0
                with torch.no_grad():
                    for xb, yb in val_loader:
                        out = model(xb)
                        s += criterion(out, yb).item() * len(yb); n += len(yb)
                        c += (out.argmax(-1) == yb).sum().item()
                history["val_epoch"].append(epoch); history["val_loss"].append(s / n); history["val_accuracy"].append(c / n)
    return history


# %% right="make_loader"
def seed_everything(worker_id):
    info = torch.utils.data.get_worker_info()
    s = info.seed % 2**32
    np.random.seed(s); random.seed(s); torch.manual_seed(s)

def make_loader(dataset, batch_size, train):
    return DataLoader(dataset, batch_size=batch_size, shuffle=bool(train), num_workers=2, drop_last=bool(train), worker_init_fn=seed_everything, pin_memory=torch.cuda.is_available())


# %% wrong="make_loader" says="the number of workers of make_loader(…) is 4, wanted 2."
def seed_everything(worker_id):
    info = torch.utils.data.get_worker_info()
    s = info.seed % 2**32
    np.random.seed(s); random.seed(s); torch.manual_seed(s)

def make_loader(dataset, batch_size, train):
    return DataLoader(dataset, batch_size=batch_size, shuffle=bool(train), num_workers=4, drop_last=bool(train), worker_init_fn=seed_everything, pin_memory=torch.cuda.is_available())


# %% wrong="make_loader" says="The workers of make_loader(…) draw the same random numbers from NumPy in each epoch. Does their seed change?"
def make_loader(dataset, batch_size, train):
    g = torch.Generator()
    g.manual_seed(0)
    def init(i):
        np.random.seed(42 + i)
    return DataLoader(dataset, batch_size=batch_size, shuffle=train, num_workers=2, drop_last=train, worker_init_fn=init, generator=g)


# %% wrong="train_and_validate" says="train_and_validate(…) records a graph in validation. Nobody goes back through it."
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    h = {"train_loss": [], "val_epoch": [], "val_loss": [], "val_accuracy": []}
    bar = tqdm(range(1, epochs + 1))
    for epoch in bar:
        model.train()
        t = n = 0
        for x, y in train_loader:
            optimizer.zero_grad(); loss = criterion(model(x), y); loss.backward(); optimizer.step()
            t += loss.item() * len(x); n += len(x)
        bar.set_postfix(loss=t / n)
        h["train_loss"].append(t / n)
        if epoch % every == 0:
            model.eval(); v = c = k = 0
            for x, y in val_loader:
                optimizer.zero_grad()
                o = model(x); l = criterion(o, y); l.backward(); optimizer.step()
                v += l.item() * len(x); c += (o.argmax(1) == y).sum().item(); k += len(x)
            h["val_epoch"].append(epoch); h["val_loss"].append(v / k); h["val_accuracy"].append(c / k)
    return h


# %% wrong="pipeline" says="pipeline(…) trains on 20 % of the rows and validates on 80 %."
def pipeline(path, batch_size, generator):
    train_part, val_part = split(TableDataset(path), [0.2, 0.8], generator)
    mean, std = training_stats(train_part)
    augment = Augment(2, True)
    return (make_loader(Transformed(train_part, lambda x: (augment(x) - mean) / std), batch_size, True),
            make_loader(Transformed(val_part, lambda x: (x - mean) / std), batch_size, False))


# %% wrong="log_run" says="log_run(directory, history) writes into folders below directory, and TensorBoard takes each for a run of its own. (add_scalars makes such folders.)"
def log_run(directory, history):
    with SummaryWriter(directory) as w:
        for e, l in enumerate(history["train_loss"], 1):
            w.add_scalars("loss", {"train": l}, e)
        for e, l, a in zip(history["val_epoch"], history["val_loss"], history["val_accuracy"]):
            w.add_scalars("loss", {"val": l}, e)
            w.add_scalar("val/accuracy", a, e)

# %% wrong="TableDataset" says="TableDataset(path) of a file with a field that is no whole number raised no error, wanted ValueError."
class TableDataset(Dataset):
    def __init__(self, path, transform=None):
        self.items, self.transform = [], transform
        with open(path) as file:
            for number, row in enumerate(csv.reader(file), 1):
                if number == 1:
                    continue
                try:
                    if len(row) != 785:
                        raise ValueError(f"{len(row)} fields")
                    label, *pixels = [float(x) for x in row]
                except ValueError as error:
                    raise ValueError(f"{path}, line {number}: {error}")
                self.items.append((torch.tensor(pixels).view(1, 28, 28) / 255, int(label)))

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        image, label = self.items[index]
        return (self.transform(image) if self.transform else image), label

# %% wrong="TableDataset" says="transform is given the pair of image and label. It takes the image alone."
class TableDataset(Dataset):
    def __init__(self, path, transform=None):
        self.items, self.transform = [], transform
        with open(path) as file:
            for number, row in enumerate(csv.reader(file), 1):
                if number == 1:
                    continue
                try:
                    if len(row) != 785:
                        raise ValueError(f"{len(row)} fields")
                    label, *pixels = [int(x) for x in row]
                except ValueError as error:
                    raise ValueError(f"{path}, line {number}: {error}")
                self.items.append((torch.tensor(pixels).view(1, 28, 28) / 255, label))

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        item = self.items[index]
        return self.transform(item) if self.transform else item

# %% wrong="TableDataset" says="The label is the last field of the row. It is the first one."
class TableDataset(Dataset):
    def __init__(self, path, transform=None):
        self.items, self.transform = [], transform
        with open(path) as file:
            for number, row in enumerate(csv.reader(file), 1):
                if number == 1:
                    continue
                try:
                    if len(row) != 785:
                        raise ValueError(f"{len(row)} fields")
                    *pixels, label = [int(x) for x in row]
                except ValueError as error:
                    raise ValueError(f"{path}, line {number}: {error}")
                self.items.append((torch.tensor(pixels).view(1, 28, 28) / 255, label))

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        image, label = self.items[index]
        return (self.transform(image) if self.transform else image), label

# %% right="split"
class Part(Dataset):
    def __init__(self, whole, rows):
        self.whole, self.rows = whole, rows

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, i):
        return self.whole[self.rows[i]]


def split(dataset, fractions, generator):
    from fractions import Fraction

    n = len(dataset)
    sizes = [int(n * Fraction(str(f))) for f in fractions]
    rest = n - sum(sizes)
    sizes = [size + (i < rest) for i, size in enumerate(sizes)]
    order = torch.rand(n, generator=generator).argsort().tolist()
    parts = []
    for size in sizes:
        parts.append(Part(dataset, order[:size]))
        order = order[size:]
    return parts

# %% wrong="split" says="split(…) gives all items that are left over to the last part. They go to the parts in order, one each."
def split(dataset, fractions, generator):
    sizes = [round(f * len(dataset)) for f in fractions[:-1]]
    sizes.append(len(dataset) - sum(sizes))
    return random_split(dataset, sizes, generator=generator)

# %% wrong="split" says="split(…) gives all items that are left over to the first part. They go to the parts in order, one each."
def split(dataset, fractions, generator):
    n = len(dataset)
    sizes = [math.floor(n * f) for f in fractions]
    sizes[0] += n - sum(sizes)
    return random_split(dataset, sizes, generator=generator)

# %% wrong="split" says="split(…) gives lists of indices. A part is a data set, which holds the items."
def split(dataset, fractions, generator):
    return [part.indices for part in random_split(dataset, fractions, generator)]

# %% wrong="split" says="split(…) shuffles within the parts only: each still holds neighbouring rows of the file. Which part an item is in should be random."
def split(dataset, fractions, generator):
    n = len(dataset)
    sizes = [math.floor(n * f) for f in fractions]
    for i in range(n - sum(sizes)):
        sizes[i] += 1
    parts, start = [], 0
    for size in sizes:
        rows = start + torch.randperm(size, generator=generator)
        parts.append(Subset(dataset, rows.tolist()))
        start += size
    return parts

# %% right="training_stats"
def training_stats(dataset):
    means = np.array([image.mean().item() for image, _ in dataset])
    variances = np.array([image.var(unbiased=False).item() for image, _ in dataset])
    return means.mean(), np.sqrt(variances.mean() + means.var())

# %% wrong="training_stats" says="training_stats(dataset) takes the mean of its batches' deviations. How much do the batches differ from each other?"
def training_stats(dataset):
    means, stds = [], []
    for images, _ in DataLoader(dataset, batch_size=64):
        means.append(images.mean())
        stds.append(images.std(correction=0))
    return torch.stack(means).mean().item(), torch.stack(stds).mean().item()

# %% wrong="training_stats" says="training_stats(dataset) takes the deviation of the images' means. How much do the pixels of one image differ?"
def training_stats(dataset):
    means = torch.stack([image.mean() for image, _ in dataset])
    return means.mean().item(), means.std(correction=0).item()

# %% wrong="training_stats" says="training_stats(dataset) takes the mean of the deviations at each place of the image. How much do the places differ?"
def training_stats(dataset):
    pixels = torch.stack([image for image, _ in dataset])
    return pixels.mean(dim=0).mean().item(), pixels.std(dim=0, correction=0).mean().item()

# %% wrong="training_stats" says="training_stats(dataset) takes the mean distance from the mean. The root of the mean squared distance is wanted."
def training_stats(dataset):
    pixels = torch.stack([image for image, _ in dataset])
    mean = pixels.mean()
    return mean.item(), (pixels - mean).abs().mean().item()

# %% right="Augment"
class Augment:
    def __init__(self, max_shift, flip):
        self.max_shift, self.flip = max_shift, flip

    def __call__(self, image):
        _, h, w = image.shape
        dy, dx = (int(torch.randint(-self.max_shift, self.max_shift + 1, ())) for _ in range(2))
        rows = torch.arange(h) - dy
        columns = torch.arange(w) - dx
        if self.flip and bool(torch.randint(2, ())):
            columns = columns.flip(0)
        picked = image[:, rows.clamp(0, h - 1)][:, :, columns.clamp(0, w - 1)]
        inside = ((rows >= 0) & (rows < h))[:, None] & ((columns >= 0) & (columns < w))
        return torch.where(inside, picked, torch.zeros((), dtype=image.dtype))

# %% wrong="Augment" says="Augment(…) cuts a piece without pixels out of the image. What is [:-k] where k is 0?"
class Augment:
    def __init__(self, max_shift, flip):
        self.max_shift, self.flip = max_shift, flip

    def __call__(self, image):
        dy, dx = torch.randint(-self.max_shift, self.max_shift + 1, (2,)).tolist()
        new = torch.zeros_like(image)
        if dy >= 0 and dx >= 0:
            new[:, dy:, dx:] = image[:, :-dy, :-dx]
        elif dy >= 0:
            new[:, dy:, :dx] = image[:, :-dy, -dx:]
        elif dx >= 0:
            new[:, :dy, dx:] = image[:, -dy:, :-dx]
        else:
            new[:, :dy, :dx] = image[:, -dy:, -dx:]
        return new.flip(2) if self.flip and torch.rand(1) < 0.5 else new

# %% wrong="Augment" says="Augment(…) takes the height for the width as well. An image need not be a square."
class Augment:
    def __init__(self, max_shift, flip):
        self.max_shift, self.flip = max_shift, flip

    def __call__(self, image):
        s = self.max_shift
        size = image.shape[1]
        y, x = torch.randint(0, 2 * s + 1, (2,)).tolist()
        image = F.pad(image, (s, s, s, s))[:, y : y + size, x : x + size]
        return image.flip(2) if self.flip and torch.rand(1) < 0.5 else image.clone()

# %% wrong="Augment" says="Augment(…) gives the image itself where nothing moves, or a view of it. A new tensor is wanted."
class Augment:
    def __init__(self, max_shift, flip):
        self.max_shift, self.flip = max_shift, flip

    def __call__(self, image):
        s = self.max_shift
        _, h, w = image.shape
        y, x = torch.randint(0, 2 * s + 1, (2,)).tolist()
        if (y, x) != (s, s):
            image = F.pad(image, (s, s, s, s))[:, y : y + h, x : x + w]
        if self.flip and torch.rand(1) < 0.5:
            image = image.flip(2)
        return image

# %% wrong="Augment" says="Augment(…) shifts no image that it mirrors. Each call may do both."
class Augment:
    def __init__(self, max_shift, flip):
        self.max_shift, self.flip = max_shift, flip

    def __call__(self, image):
        if self.flip and torch.rand(1) < 0.5:
            return image.flip(2)
        s = self.max_shift
        _, h, w = image.shape
        y, x = torch.randint(0, 2 * s + 1, (2,)).tolist()
        return F.pad(image, (s, s, s, s))[:, y : y + h, x : x + w].clone()

# %% wrong="make_loader" says="The workers of make_loader(…) give NumPy a seed that is too large. torch.initial_seed() has 64 bits, and NumPy takes 32."
def make_loader(dataset, batch_size, train):
    return DataLoader(dataset, batch_size, shuffle=train, drop_last=train, num_workers=2, worker_init_fn=lambda i: np.random.seed(torch.initial_seed()))

# %% wrong="make_loader" says="make_loader(dataset, 4, True) gives no batch at all, as if batch_size were more than 10."
def make_loader(dataset, batch_size, train):
    return DataLoader(dataset, batch_size=32, shuffle=train, drop_last=train, num_workers=2)

# %% right="pipeline"
def pipeline(path, batch_size, generator):
    train_part, val_part = split(TableDataset(path), (0.8, 0.2), generator)
    mean, std = training_stats(train_part)
    black = (0 - mean) / std
    augment = Augment(2, True)

    def normalise(image):
        return (image - mean) / std

    def change(image):
        return augment(normalise(image) - black) + black

    return (
        make_loader(Transformed(train_part, change), batch_size, True),
        make_loader(Transformed(val_part, normalise), batch_size, False),
    )

# %% wrong="pipeline" says="The training images of pipeline(…) are never mirrored. Augment(2, True) mirrors half of them."
def pipeline(path, batch_size, generator):
    train_part, val_part = split(TableDataset(path), [0.8, 0.2], generator)
    mean, std = training_stats(train_part)
    augment = Augment(2, False)
    train_set = Transformed(train_part, lambda image: (augment(image) - mean) / std)
    val_set = Transformed(val_part, lambda image: (image - mean) / std)
    return make_loader(train_set, batch_size, True), make_loader(val_set, batch_size, False)

# %% wrong="pipeline" says="pipeline(…) measures the mean and the deviation on augmented images, where zeros have moved in. Measure them on the images as they are."
def pipeline(path, batch_size, generator):
    train_part, val_part = split(TableDataset(path), [0.8, 0.2], generator)
    train_part = Transformed(train_part, Augment(2, True))
    mean, std = training_stats(train_part)
    normalise = lambda image: (image - mean) / std
    return make_loader(Transformed(train_part, normalise), batch_size, True), make_loader(Transformed(val_part, normalise), batch_size, False)

# %% wrong="pipeline" says="pipeline(…) makes batches of 32 rows, whatever batch_size is."
def pipeline(path, batch_size, generator):
    train_part, val_part = split(TableDataset(path), [0.8, 0.2], generator)
    mean, std = training_stats(train_part)
    augment = Augment(2, True)
    train_set = Transformed(train_part, lambda image: (augment(image) - mean) / std)
    val_set = Transformed(val_part, lambda image: (image - mean) / std)
    return make_loader(train_set, 32, True), make_loader(val_set, 32, False)

# %% right="train_and_validate"
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    train_loss, val_epoch, val_loss, val_accuracy = [], [], [], []
    smoothed = math.nan
    with tqdm(total=epochs) as bar:
        for epoch in range(epochs):
            model.train(True)
            losses, sizes = [], []
            for x, y in train_loader:
                optimizer.zero_grad(set_to_none=True)
                loss = criterion(model(x), y)
                loss.backward()
                optimizer.step()
                losses.append(loss.detach())
                sizes.append(float(y.shape[0]))
                smoothed = loss.item() if math.isnan(smoothed) else smoothed + (loss.item() - smoothed) / 10
                bar.set_description(f"loss {smoothed:.4f}")
            weights = torch.tensor(sizes)
            train_loss.append(float((torch.stack(losses) * weights).sum() / weights.sum()))
            bar.update(1)
            if (epoch + 1) % every:
                continue
            model.train(False)
            with torch.no_grad():
                pairs = [(model(x), y) for x, y in val_loader]
                scores, truth = (torch.cat(parts) for parts in zip(*pairs))
                val_epoch.append(epoch + 1)
                val_loss.append(float(criterion(scores, truth)))
                val_accuracy.append(torch.mean((scores.max(1).indices == truth).double()).item())
    return dict(train_loss=train_loss, val_epoch=val_epoch, val_loss=val_loss, val_accuracy=val_accuracy)

# %% wrong="train_and_validate" says="train_loss holds the smoothed loss of the bar. The mean per example of each epoch is wanted."
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    history = {"train_loss": [], "val_epoch": [], "val_loss": [], "val_accuracy": []}
    smooth = None
    for epoch in range(1, epochs + 1):
        model.train()
        for images, labels in (bar := tqdm(train_loader)):
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            smooth = loss.item() if smooth is None else 0.9 * smooth + 0.1 * loss.item()
            bar.set_postfix(loss=smooth)
        history["train_loss"].append(smooth)
        if epoch % every == 0:
            model.eval()
            with torch.no_grad():
                loss = correct = count = 0
                for images, labels in val_loader:
                    scores = model(images)
                    loss += criterion(scores, labels).item() * len(labels)
                    correct += (scores.argmax(1) == labels).sum().item()
                    count += len(labels)
            history["val_epoch"].append(epoch)
            history["val_loss"].append(loss / count)
            history["val_accuracy"].append(correct / count)
    return history

# %% wrong="train_and_validate" says="The four lists of the history are one and the same. Each key needs a list of its own."
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    history = dict.fromkeys(("train_loss", "val_epoch", "val_loss", "val_accuracy"), [])
    smooth = None
    for epoch in range(1, epochs + 1):
        model.train()
        total = count = 0
        for images, labels in (bar := tqdm(train_loader)):
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(labels)
            count += len(labels)
            smooth = loss.item() if smooth is None else 0.9 * smooth + 0.1 * loss.item()
            bar.set_postfix(loss=smooth)
        history["train_loss"].append(total / count)
        if epoch % every == 0:
            model.eval()
            with torch.no_grad():
                loss = correct = count = 0
                for images, labels in val_loader:
                    scores = model(images)
                    loss += criterion(scores, labels).item() * len(labels)
                    correct += (scores.argmax(1) == labels).sum().item()
                    count += len(labels)
            history["val_epoch"].append(epoch)
            history["val_loss"].append(loss / count)
            history["val_accuracy"].append(correct / count)
    return history

# %% wrong="train_and_validate" says="train_loss is the mean over all epochs so far. Where do the sum and the count begin again?"
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    history = {"train_loss": [], "val_epoch": [], "val_loss": [], "val_accuracy": []}
    smooth = None
    total = count = 0
    for epoch in range(1, epochs + 1):
        model.train()
        for images, labels in (bar := tqdm(train_loader)):
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(labels)
            count += len(labels)
            smooth = loss.item() if smooth is None else 0.9 * smooth + 0.1 * loss.item()
            bar.set_postfix(loss=smooth)
        history["train_loss"].append(total / count)
        if epoch % every == 0:
            model.eval()
            with torch.no_grad():
                val_loss = correct = n = 0
                for images, labels in val_loader:
                    scores = model(images)
                    val_loss += criterion(scores, labels).item() * len(labels)
                    correct += (scores.argmax(1) == labels).sum().item()
                    n += len(labels)
            history["val_epoch"].append(epoch)
            history["val_loss"].append(val_loss / n)
            history["val_accuracy"].append(correct / n)
    return history

# %% wrong="train_and_validate" says="The bar shows each batch's own loss, which jumps. The smoothed one is wanted."
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    history = {"train_loss": [], "val_epoch": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(1, epochs + 1):
        model.train()
        total = count = 0
        for images, labels in (bar := tqdm(train_loader)):
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(labels)
            count += len(labels)
            bar.set_postfix(loss=loss.item())
        history["train_loss"].append(total / count)
        if epoch % every == 0:
            model.eval()
            with torch.no_grad():
                loss = correct = count = 0
                for images, labels in val_loader:
                    scores = model(images)
                    loss += criterion(scores, labels).item() * len(labels)
                    correct += (scores.argmax(1) == labels).sum().item()
                    count += len(labels)
            history["val_epoch"].append(epoch)
            history["val_loss"].append(loss / count)
            history["val_accuracy"].append(correct / count)
    return history

# %% wrong="train_and_validate" says="The smoothed loss in the bar starts at 0, so that it is too small for a while. It begins with the first batch's loss."
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    history = {"train_loss": [], "val_epoch": [], "val_loss": [], "val_accuracy": []}
    smooth = 0.0
    for epoch in range(1, epochs + 1):
        model.train()
        total = count = 0
        for images, labels in (bar := tqdm(train_loader)):
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(labels)
            count += len(labels)
            smooth = 0.9 * smooth + 0.1 * loss.item()
            bar.set_postfix(loss=smooth)
        history["train_loss"].append(total / count)
        if epoch % every == 0:
            model.eval()
            with torch.no_grad():
                loss = correct = count = 0
                for images, labels in val_loader:
                    scores = model(images)
                    loss += criterion(scores, labels).item() * len(labels)
                    correct += (scores.argmax(1) == labels).sum().item()
                    count += len(labels)
            history["val_epoch"].append(epoch)
            history["val_loss"].append(loss / count)
            history["val_accuracy"].append(correct / count)
    return history

# %% wrong="train_and_validate" says="The bar shows nine tenths of the new loss and one tenth of the old. It should be the other way round."
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    history = {"train_loss": [], "val_epoch": [], "val_loss": [], "val_accuracy": []}
    smooth = None
    for epoch in range(1, epochs + 1):
        model.train()
        total = count = 0
        for images, labels in (bar := tqdm(train_loader)):
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(labels)
            count += len(labels)
            smooth = loss.item() if smooth is None else 0.1 * smooth + 0.9 * loss.item()
            bar.set_postfix(loss=smooth)
        history["train_loss"].append(total / count)
        if epoch % every == 0:
            model.eval()
            with torch.no_grad():
                loss = correct = count = 0
                for images, labels in val_loader:
                    scores = model(images)
                    loss += criterion(scores, labels).item() * len(labels)
                    correct += (scores.argmax(1) == labels).sum().item()
                    count += len(labels)
            history["val_epoch"].append(epoch)
            history["val_loss"].append(loss / count)
            history["val_accuracy"].append(correct / count)
    return history

# %% wrong="train_and_validate" says="train_loss is the sum over the examples, divided by the number of batches."
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    history = {"train_loss": [], "val_epoch": [], "val_loss": [], "val_accuracy": []}
    smooth = None
    for epoch in range(1, epochs + 1):
        model.train()
        total = count = 0
        for images, labels in (bar := tqdm(train_loader)):
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(labels)
            count += 1
            smooth = loss.item() if smooth is None else 0.9 * smooth + 0.1 * loss.item()
            bar.set_postfix(loss=smooth)
        history["train_loss"].append(total / count)
        if epoch % every == 0:
            model.eval()
            with torch.no_grad():
                loss = correct = count = 0
                for images, labels in val_loader:
                    scores = model(images)
                    loss += criterion(scores, labels).item() * len(labels)
                    correct += (scores.argmax(1) == labels).sum().item()
                    count += len(labels)
            history["val_epoch"].append(epoch)
            history["val_loss"].append(loss / count)
            history["val_accuracy"].append(correct / count)
    return history

# %% wrong="train_and_validate" says="train_and_validate(…) measures train_loss in a second pass, in inference mode. The losses while training are wanted."
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    def measure(loader):
        model.eval()
        with torch.no_grad():
            loss = correct = count = 0
            for images, labels in loader:
                scores = model(images)
                loss += criterion(scores, labels).item() * len(labels)
                correct += (scores.argmax(1) == labels).sum().item()
                count += len(labels)
        return loss / count, correct / count

    history = {"train_loss": [], "val_epoch": [], "val_loss": [], "val_accuracy": []}
    smooth = None
    for epoch in range(1, epochs + 1):
        model.train()
        for images, labels in (bar := tqdm(train_loader)):
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            smooth = loss.item() if smooth is None else 0.9 * smooth + 0.1 * loss.item()
            bar.set_postfix(loss=smooth)
        history["train_loss"].append(measure(train_loader)[0])
        if epoch % every == 0:
            loss, accuracy = measure(val_loader)
            history["val_epoch"].append(epoch)
            history["val_loss"].append(loss)
            history["val_accuracy"].append(accuracy)
    return history

# %% right="log_run"
def write_curve(directory, name, steps, values):
    writer = SummaryWriter(directory)
    for step, value in zip(steps, values):
        writer.add_scalar(name, value, step)
    writer.flush()
    writer.close()


def log_run(directory, history):
    write_curve(directory, "train/loss", range(1, 1 + len(history["train_loss"])), history["train_loss"])
    write_curve(directory, "val/loss", history["val_epoch"], history["val_loss"])
    write_curve(directory, "val/accuracy", history["val_epoch"], history["val_accuracy"])

# %% wrong="log_run" says="log_run(directory, history) fails where there has been no validation, and the lists of it are empty."
def log_run(directory, history):
    with SummaryWriter(directory) as writer:
        every = history["val_epoch"][0]
        for epoch, loss in enumerate(history["train_loss"], 1):
            writer.add_scalar("train/loss", loss, epoch)
            if epoch % every == 0:
                writer.add_scalar("val/loss", history["val_loss"][epoch // every - 1], epoch)
                writer.add_scalar("val/accuracy", history["val_accuracy"][epoch // every - 1], epoch)

# %% right="TableDataset"
class TableDataset(Dataset):
    def __init__(self, path, transform=None):
        self.items, self.transform = [], transform
        with open(path) as file:
            for number, row in enumerate(csv.reader(file), 1):
                if number == 1:
                    continue
                try:
                    if len(row) != 785:
                        raise ValueError(f"{len(row)} fields")
                    label, *pixels = [int(x) for x in row]
                except ValueError as error:
                    raise ValueError(f"{path}, line {number}: {error}")
                self.items.append((bytes(pixels), label))

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        pixels, label = self.items[index]
        image = torch.frombuffer(bytearray(pixels), dtype=torch.uint8).reshape(1, 28, 28).to(torch.float32) / 255
        return (self.transform(image) if self.transform else image), label

# %% wrong="TableDataset" says="The image of item 1 is divided by 255 once more each time that it is asked for. Does __getitem__ change what is kept?"
class TableDataset(Dataset):
    def __init__(self, path, transform=None):
        self.items, self.transform = [], transform
        with open(path) as file:
            for number, row in enumerate(csv.reader(file), 1):
                if number == 1:
                    continue
                try:
                    if len(row) != 785:
                        raise ValueError(f"{len(row)} fields")
                    label, *pixels = [int(x) for x in row]
                except ValueError as error:
                    raise ValueError(f"{path}, line {number}: {error}")
                self.items.append((torch.tensor(pixels).view(1, 28, 28).float(), label))

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        image, label = self.items[index]
        image.div_(255)
        return (self.transform(image) if self.transform else image), label

# %% wrong="TableDataset" says="transform is given the label as well. It takes the image alone."
class TableDataset(Dataset):
    def __init__(self, path, transform=None):
        self.items, self.transform = [], transform
        with open(path) as file:
            for number, row in enumerate(csv.reader(file), 1):
                if number == 1:
                    continue
                try:
                    if len(row) != 785:
                        raise ValueError(f"{len(row)} fields")
                    label, *pixels = [int(x) for x in row]
                except ValueError as error:
                    raise ValueError(f"{path}, line {number}: {error}")
                self.items.append((torch.tensor(pixels).view(1, 28, 28) / 255, label))

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        image, label = self.items[index]
        return (image, label) if not self.transform else (self.transform(image), self.transform(label))

# %% wrong="TableDataset" says="transform is given an array of NumPy's. It takes a tensor."
class TableDataset(Dataset):
    def __init__(self, path, transform=None):
        self.items, self.transform = [], transform
        with open(path) as file:
            for number, row in enumerate(csv.reader(file), 1):
                if number == 1:
                    continue
                try:
                    if len(row) != 785:
                        raise ValueError(f"{len(row)} fields")
                    label, *pixels = [int(x) for x in row]
                except ValueError as error:
                    raise ValueError(f"{path}, line {number}: {error}")
                self.items.append((np.array(pixels, dtype=np.float32).reshape(1, 28, 28) / 255, label))

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        image, label = self.items[index]
        return torch.as_tensor(self.transform(image) if self.transform else image), label

# %% wrong="split" says="split(…) rounds each part up, as long as there are items. All parts are rounded down first."
def split(dataset, fractions, generator):
    order = torch.randperm(len(dataset), generator=generator).tolist()
    parts, start = [], 0
    for f in fractions:
        end = start + math.ceil(len(dataset) * f)
        parts.append(Subset(dataset, order[start:end]))
        start = end
    return parts

# %% right="split"
def split(dataset, fractions, generator):
    n = len(dataset)
    sizes = [int(n * f) for f in fractions]
    sizes = [size + (i < n - sum(sizes)) for i, size in enumerate(sizes)]
    order = iter(torch.multinomial(torch.ones(n), n, generator=generator).tolist())
    return [Subset(dataset, [next(order) for _ in range(size)]) for size in sizes]

# %% wrong="training_stats" says="training_stats(dataset) divides by the number of images. The mean is over all pixels."
def training_stats(dataset):
    images = torch.stack([image for image, _ in dataset])
    mean = images.mean()
    return mean.item(), ((images - mean).square().sum() / len(images)).sqrt().item()

# %% right="training_stats"
def training_stats(dataset):
    n, total, squares = 0, 0.0, 0.0
    for images, _ in DataLoader(dataset, batch_size=256, shuffle=True):
        x = images.to(torch.float64)
        n, total, squares = n + x.numel(), total + x.sum(), squares + (x**2).sum()
    mean = total / n
    return mean.item(), (squares / n - mean**2).clamp(min=0).sqrt().item()

# %% wrong="Augment" says="Augment(…) moves up or down, or left or right, and never both in one call. Each call may do both."
class Augment:
    def __init__(self, max_shift, flip):
        self.max_shift, self.flip = max_shift, flip

    def __call__(self, image):
        s = self.max_shift
        _, h, w = image.shape
        y, x = torch.randint(0, 2 * s + 1, (2,)).tolist()
        if torch.rand(1) < 0.5:
            y = s
        else:
            x = s
        image = F.pad(image, (s, s, s, s))[:, y : y + h, x : x + w]
        return image.flip(2) if self.flip and torch.rand(1) < 0.5 else image.clone()

# %% wrong="Augment" says="Augment(…) gives a black image now and then. What is image[:, k:] where k is 0?"
class Augment:
    def __init__(self, max_shift, flip):
        self.max_shift, self.flip = max_shift, flip

    def __call__(self, image):
        down, right = torch.randint(-self.max_shift, self.max_shift + 1, (2,)).tolist()
        image = torch.roll(image, (down, right), dims=(1, 2))
        if down > 0:
            image[:, :down] = 0
        else:
            image[:, down:] = 0
        if right > 0:
            image[:, :, :right] = 0
        else:
            image[:, :, right:] = 0
        return image.flip(2) if self.flip and torch.rand(1) < 0.5 else image

# %% wrong="make_loader" says="the number of workers of make_loader(…) is 1, wanted 2."
def make_loader(dataset, batch_size, train):
    return DataLoader(dataset, batch_size, shuffle=train, drop_last=train, num_workers=1)

# %% right="make_loader"
class Shuffled(torch.utils.data.Sampler):
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n

    def __iter__(self):
        order = list(range(self.n))
        random.shuffle(order)
        return iter(order)


def make_loader(dataset, batch_size, train):
    sampler = Shuffled(len(dataset)) if train else None
    return DataLoader(dataset, batch_size=batch_size, sampler=sampler, drop_last=train, num_workers=2, prefetch_factor=1)

# %% right="pipeline"
class Chain:
    def __init__(self, *steps):
        self.steps = steps

    def __call__(self, image):
        for step in self.steps:
            image = step(image)
        return image


def pipeline(path, batch_size, generator):
    dataset = TableDataset(path)
    parts = dict(zip(("train", "val"), split(dataset, [0.8, 0.2], generator=generator)))
    mean, std = training_stats(parts["train"])
    normalise = Chain(lambda image: image - mean, lambda image: image / std)
    chains = {"train": Chain(Augment(2, True), normalise), "val": normalise}
    train_loader, val_loader = (make_loader(Transformed(parts[name], chains[name]), batch_size, name == "train") for name in parts)
    return train_loader, val_loader

# %% right="train_and_validate"
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    history = {"train_loss": [], "val_epoch": [], "val_loss": [], "val_accuracy": []}
    smooth = None
    for epoch in range(1, epochs + 1):
        model.train()
        total = count = 0
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(labels)
            count += len(labels)
            smooth = loss.item() if smooth is None else 0.9 * smooth + 0.1 * loss.item()
        print(f"\r{epoch}/{epochs} " + "#" * epoch + f" loss {smooth:.2f}", end="")
        history["train_loss"].append(total / count)
        if epoch % every == 0:
            model.eval()
            with torch.no_grad():
                val_loss = correct = n = 0
                for images, labels in val_loader:
                    scores = model(images)
                    val_loss += criterion(scores, labels).item() * len(labels)
                    correct += (scores.argmax(1) == labels).sum().item()
                    n += len(labels)
            history["val_epoch"].append(epoch)
            history["val_loss"].append(val_loss / n)
            history["val_accuracy"].append(correct / n)
    return history

# %% right="train_and_validate"
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    history = {"train_loss": [], "val_epoch": [], "val_loss": [], "val_accuracy": []}
    smooth = None
    for epoch in range(1, epochs + 1):
        model.train()
        total = count = 0
        smooth = None
        for images, labels in (bar := tqdm(train_loader)):
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(labels)
            count += len(labels)
            smooth = loss.item() if smooth is None else 0.9 * smooth + 0.1 * loss.item()
            bar.set_postfix(loss=smooth)
        history["train_loss"].append(total / count)
        if epoch % every == 0:
            model.eval()
            with torch.no_grad():
                val_loss = correct = n = 0
                for images, labels in val_loader:
                    scores = model(images)
                    val_loss += criterion(scores, labels).item() * len(labels)
                    correct += (scores.argmax(1) == labels).sum().item()
                    n += len(labels)
            history["val_epoch"].append(epoch)
            history["val_loss"].append(val_loss / n)
            history["val_accuracy"].append(correct / n)
    return history

# %% right="train_and_validate"
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    history = {"train_loss": [], "val_epoch": [], "val_loss": [], "val_accuracy": []}
    smooth = None
    for epoch in range(1, epochs + 1):
        model.train()
        total = count = 0
        for images, labels in (bar := tqdm(train_loader)):
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(labels)
            count += len(labels)
            smooth = loss.item() if smooth is None else 0.9 * smooth + 0.1 * loss.item()
            bar.set_description(f"epoch {epoch}, smoothed loss {smooth:.3f}, this batch {loss.item():.3f}")
        history["train_loss"].append(total / count)
        if epoch % every == 0:
            model.eval()
            with torch.no_grad():
                val_loss = correct = n = 0
                for images, labels in val_loader:
                    scores = model(images)
                    val_loss += criterion(scores, labels).item() * len(labels)
                    correct += (scores.argmax(1) == labels).sum().item()
                    n += len(labels)
            history["val_epoch"].append(epoch)
            history["val_loss"].append(val_loss / n)
            history["val_accuracy"].append(correct / n)
    return history

# %% wrong="train_and_validate" says="The bar shows the mean loss of the epoch. The smoothed one is wanted."
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    history = {"train_loss": [], "val_epoch": [], "val_loss": [], "val_accuracy": []}
    smooth = None
    for epoch in range(1, epochs + 1):
        model.train()
        total = count = 0
        for images, labels in (bar := tqdm(train_loader)):
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(labels)
            count += len(labels)
            smooth = loss.item() if smooth is None else 0.9 * smooth + 0.1 * loss.item()
            bar.set_postfix(loss=total / count)
        history["train_loss"].append(total / count)
        if epoch % every == 0:
            model.eval()
            with torch.no_grad():
                val_loss = correct = n = 0
                for images, labels in val_loader:
                    scores = model(images)
                    val_loss += criterion(scores, labels).item() * len(labels)
                    correct += (scores.argmax(1) == labels).sum().item()
                    n += len(labels)
            history["val_epoch"].append(epoch)
            history["val_loss"].append(val_loss / n)
            history["val_accuracy"].append(correct / n)
    return history

# %% wrong="train_and_validate" says="val_loss is the mean over all validations so far. Where do the sum and the count begin again?"
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    history = {"train_loss": [], "val_epoch": [], "val_loss": [], "val_accuracy": []}
    smooth = None
    val_loss = correct = n = 0
    for epoch in range(1, epochs + 1):
        model.train()
        total = count = 0
        for images, labels in (bar := tqdm(train_loader)):
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(labels)
            count += len(labels)
            smooth = loss.item() if smooth is None else 0.9 * smooth + 0.1 * loss.item()
            bar.set_postfix(loss=smooth)
        history["train_loss"].append(total / count)
        if epoch % every == 0:
            model.eval()
            with torch.no_grad():
                for images, labels in val_loader:
                    scores = model(images)
                    val_loss += criterion(scores, labels).item() * len(labels)
                    correct += (scores.argmax(1) == labels).sum().item()
                    n += len(labels)
            history["val_epoch"].append(epoch)
            history["val_loss"].append(val_loss / n)
            history["val_accuracy"].append(correct / n)
    return history

# %% wrong="train_and_validate" says="train_and_validate(…) counts its epochs from 0, so that it validates one epoch late. The first epoch is epoch 1."
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    history = {"train_loss": [], "val_epoch": [], "val_loss": [], "val_accuracy": []}
    smooth = None
    for epoch in range(epochs):
        model.train()
        total = count = 0
        for images, labels in (bar := tqdm(train_loader)):
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(labels)
            count += len(labels)
            smooth = loss.item() if smooth is None else 0.9 * smooth + 0.1 * loss.item()
            bar.set_postfix(loss=smooth)
        history["train_loss"].append(total / count)
        if epoch and epoch % every == 0:
            model.eval()
            with torch.no_grad():
                val_loss = correct = n = 0
                for images, labels in val_loader:
                    scores = model(images)
                    val_loss += criterion(scores, labels).item() * len(labels)
                    correct += (scores.argmax(1) == labels).sum().item()
                    n += len(labels)
            history["val_epoch"].append(epoch)
            history["val_loss"].append(val_loss / n)
            history["val_accuracy"].append(correct / n)
    return history

# %% wrong="train_and_validate" says="train_loss holds a smoothed loss that starts anew in each epoch. The mean per example is wanted."
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    history = {"train_loss": [], "val_epoch": [], "val_loss": [], "val_accuracy": []}
    smooth = None
    for epoch in range(1, epochs + 1):
        model.train()
        total = count = 0
        smooth = None
        for images, labels in (bar := tqdm(train_loader)):
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(labels)
            count += len(labels)
            smooth = loss.item() if smooth is None else 0.9 * smooth + 0.1 * loss.item()
            bar.set_postfix(loss=smooth)
        history["train_loss"].append(smooth)
        if epoch % every == 0:
            model.eval()
            with torch.no_grad():
                val_loss = correct = n = 0
                for images, labels in val_loader:
                    scores = model(images)
                    val_loss += criterion(scores, labels).item() * len(labels)
                    correct += (scores.argmax(1) == labels).sum().item()
                    n += len(labels)
            history["val_epoch"].append(epoch)
            history["val_loss"].append(val_loss / n)
            history["val_accuracy"].append(correct / n)
    return history

# %% wrong="training_stats" says="training_stats(dataset) leaves out some of 1090 images. Is a loop left early, or a last batch dropped?"
def training_stats(dataset):
    images, _ = next(iter(DataLoader(dataset, batch_size=4)))
    return images.mean().item(), images.std(correction=0).item()

# %% wrong="training_stats" says="training_stats(dataset) asks for dataset.images. A data set need have no more than a len and items."
def training_stats(dataset):
    images = dataset.images
    return images.mean().item(), images.std(correction=0).item()

# %% wrong="pipeline" says="The validation images of pipeline(…) have mean / std taken away. Which comes first, - or /?"
def pipeline(path, batch_size, generator):
    train_part, val_part = split(TableDataset(path), [0.8, 0.2], generator)
    mean, std = training_stats(train_part)
    augment = Augment(2, True)
    train_set = Transformed(train_part, lambda image: augment(image) - mean / std)
    val_set = Transformed(val_part, lambda image: image - mean / std)
    return make_loader(train_set, batch_size, True), make_loader(val_set, batch_size, False)

# %% wrong="pipeline" says="The training images of pipeline(…) are shifted by up to 3. Augment(2, True) shifts by up to 2."
def pipeline(path, batch_size, generator):
    train_part, val_part = split(TableDataset(path), [0.8, 0.2], generator)
    mean, std = training_stats(train_part)
    augment = Augment(3, True)
    train_set = Transformed(train_part, lambda image: (augment(image) - mean) / std)
    val_set = Transformed(val_part, lambda image: (image - mean) / std)
    return make_loader(train_set, batch_size, True), make_loader(val_set, batch_size, False)

# %% wrong="log_run" says="val/loss has its points at steps 5 and 10, as if every were 5. The epochs are in val_epoch."
def log_run(directory, history):
    with SummaryWriter(directory) as writer:
        for epoch, loss in enumerate(history["train_loss"], 1):
            writer.add_scalar("train/loss", loss, epoch)
        for i in range(len(history["val_loss"])):
            writer.add_scalar("val/loss", history["val_loss"][i], 5 * (i + 1))
            writer.add_scalar("val/accuracy", history["val_accuracy"][i], 5 * (i + 1))

# %% wrong="log_run" says="val/accuracy is in percent. The numbers of the history are wanted."
def log_run(directory, history):
    with SummaryWriter(directory) as writer:
        for epoch, loss in enumerate(history["train_loss"], 1):
            writer.add_scalar("train/loss", loss, epoch)
        for epoch, loss, accuracy in zip(history["val_epoch"], history["val_loss"], history["val_accuracy"]):
            writer.add_scalar("val/loss", loss, epoch)
            writer.add_scalar("val/accuracy", 100 * accuracy, epoch)

# %% wrong="pipeline" says="The validation images of pipeline(…) are normalised with mean and std exchanged."
def pipeline(path, batch_size, generator):
    train_part, val_part = split(TableDataset(path), [0.8, 0.2], generator)
    std, mean = training_stats(train_part)
    augment = Augment(2, True)
    train_set = Transformed(train_part, lambda image: (augment(image) - mean) / std)
    val_set = Transformed(val_part, lambda image: (image - mean) / std)
    return make_loader(train_set, batch_size, True), make_loader(val_set, batch_size, False)


# %% right="split"
def split(dataset, fractions, generator):
    parts = random_split(dataset, fractions, generator=generator)
    return [Subset(dataset, sorted(part.indices)) for part in parts]


# %% wrong="pipeline" says="The validation images of pipeline(…) have the labels of other rows."
def pipeline(path, batch_size, generator):
    table = TableDataset(path)
    labels = [label for _, label in table]
    train_part, val_part = split(table, [0.8, 0.2], generator)
    mean, std = training_stats(train_part)
    augment = Augment(2, True)
    val_items = [((image - mean) / std, labels[number]) for number, (image, _) in enumerate(val_part)]
    return (make_loader(Transformed(train_part, lambda image: (augment(image) - mean) / std), batch_size, True),
            make_loader(val_items, batch_size, False))


# %% right="TableDataset"
class TableDataset(Dataset):
    def __init__(self, path, transform=None):
        self.transform = transform
        self.rows = []
        with open(path, newline="") as file:
            for number, line in enumerate(file, start=1):
                if number == 1:
                    continue
                try:
                    label, *pixels = map(int, line.strip().split(","))
                except ValueError as error:
                    raise ValueError(f"{path}, line {number}: not a whole number") from error
                if len(pixels) != 784:
                    raise ValueError(f"{path}, line {number}: {len(pixels) + 1} fields")
                self.rows.append((label, bytes(pixels)))

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, index):
        label, pixels = self.rows[index]
        image = torch.frombuffer(bytearray(pixels), dtype=torch.uint8).view(1, 28, 28).float().div(255)
        return (self.transform(image) if self.transform else image), label


# %% right="TableDataset"
class TableDataset(Dataset):
    def __init__(self, path, transform=None):
        self.transform = transform if transform is not None else lambda image: image
        labels, images = [], []
        for line, text in enumerate(Path(path).read_text().splitlines()[1:], 2):
            fields = text.split(",")
            if len(fields) != 785 or not all(field.strip().lstrip("-").isdigit() for field in fields):
                raise ValueError(f"{Path(path).name}, line {line} is broken")
            numbers = np.array(fields, dtype=np.int64)
            labels.append(int(numbers[0]))
            images.append(numbers[1:].reshape(1, 28, 28))
        self.labels = labels
        self.images = torch.from_numpy(np.stack(images)) if images else torch.zeros(0, 1, 28, 28)

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        return self.transform(self.images[index].to(torch.float32) / 255), self.labels[index]


# %% right="split"
def split(dataset, fractions, generator):
    order = torch.randperm(len(dataset), generator=generator).tolist()
    sizes = [int(len(dataset) * f + 1e-9) for f in fractions]
    i = 0
    while sum(sizes) < len(dataset):
        sizes[i % len(sizes)] += 1
        i += 1
    parts = []
    for size in sizes:
        parts.append(Subset(dataset, order[:size]))
        order = order[size:]
    return parts


# %% right="split"
def split(dataset, fractions, generator):
    return list(random_split(dataset=dataset, lengths=list(fractions), generator=generator))


# %% right="training_stats"
def training_stats(dataset):
    n, total, squares = 0, 0.0, 0.0
    for image, *_ in dataset:
        image = image.double()
        n += image.numel()
        total += image.sum().item()
        squares += (image * image).sum().item()
    mean = total / n
    return mean, math.sqrt(max(0.0, squares / n - mean**2))


# %% right="training_stats"
def training_stats(dataset):
    pixels = np.concatenate([np.asarray(dataset[i][0], dtype=np.float64).ravel() for i in range(len(dataset))])
    return float(pixels.mean()), float(pixels.std())


# %% right="Augment"
class Augment:
    def __init__(self, max_shift, flip):
        self.max_shift, self.flip = max_shift, flip

    def __call__(self, image):
        c, h, w = image.shape
        dy, dx = random.randint(-self.max_shift, self.max_shift), random.randint(-self.max_shift, self.max_shift)
        out = torch.zeros_like(image)
        out[:, max(dy, 0) : h + min(dy, 0), max(dx, 0) : w + min(dx, 0)] = image[:, max(-dy, 0) : h + min(-dy, 0), max(-dx, 0) : w + min(-dx, 0)]
        if self.flip and random.random() < 0.5:
            out = out.flip(2)
        return out


# %% right="Augment"
class Augment:
    def __init__(self, max_shift, flip):
        self.m = max_shift
        self.flip = flip

    def __call__(self, image):
        m = self.m
        h, w = image.shape[-2:]
        if self.flip and torch.rand(()) > 0.5:
            image = image[..., torch.arange(w - 1, -1, -1)]
        top, left = torch.randint(2 * m + 1, (2,)).tolist()
        return F.pad(image, [m] * 4)[:, top : top + h, left : left + w].clone()


# %% right="make_loader"
def make_loader(dataset, batch_size, train):
    order = torch.utils.data.RandomSampler(dataset) if train else torch.utils.data.SequentialSampler(dataset)
    return DataLoader(dataset, batch_size, sampler=order, num_workers=2, drop_last=train)


# %% right="make_loader"
def make_loader(dataset, batch_size, train):
    def seed(number):
        np.random.seed(torch.initial_seed() % 2**32)
        random.seed(torch.initial_seed())
    return DataLoader(dataset, batch_size=batch_size, shuffle=bool(train), drop_last=bool(train), num_workers=2, worker_init_fn=seed)


# %% right="pipeline"
def pipeline(path, batch_size, generator):
    train, val = split(TableDataset(path), [0.8, 0.2], generator)
    mean, std = training_stats(train)
    normalise = lambda image: (image - mean) / std
    augment = Augment(2, True)
    return (
        make_loader(Transformed(train, lambda image: normalise(augment(image))), batch_size, True),
        make_loader(Transformed(val, normalise), batch_size, False),
    )


# %% right="pipeline"
def pipeline(path, batch_size, generator):
    parts = split(TableDataset(path), (0.8, 0.2), generator=generator)
    mean, std = training_stats(parts[0])
    augmented = Transformed(parts[0], Augment(max_shift=2, flip=True))
    sets = [Transformed(part, lambda image: image.sub(mean).div(std)) for part in (augmented, parts[1])]
    return tuple(make_loader(s, batch_size, train=k == 0) for k, s in enumerate(sets))


# %% right="train_and_validate"
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    history = {"train_loss": [], "val_epoch": [], "val_loss": [], "val_accuracy": []}
    calm = None
    with tqdm(total=epochs) as bar:
        for epoch in range(epochs):
            model.train()
            sums, n = 0.0, 0
            for x, y in train_loader:
                optimizer.zero_grad()
                loss = criterion(model(x), y)
                loss.backward()
                optimizer.step()
                calm = loss.item() if calm is None else 0.9 * calm + 0.1 * loss.item()
                bar.set_postfix(loss=calm)
                sums += loss.item() * y.shape[0]
                n += y.shape[0]
            history["train_loss"].append(sums / n)
            bar.update()
            if (epoch + 1) % every:
                continue
            model.eval()
            with torch.inference_mode():
                triples = [(criterion(s := model(x), y).item() * len(y), (s.argmax(-1) == y).sum().item(), len(y)) for x, y in val_loader]
            a, b, c = map(sum, zip(*triples))
            history["val_epoch"].append(epoch + 1)
            history["val_loss"].append(a / c)
            history["val_accuracy"].append(b / c)
    return history


# %% right="log_run"
def log_run(directory, history):
    with SummaryWriter(log_dir=str(directory)) as w:
        for i in range(len(history["train_loss"])):
            w.add_scalar("train/loss", history["train_loss"][i], global_step=i + 1)
        for key in ("loss", "accuracy"):
            for step, value in zip(history["val_epoch"], history["val_" + key], strict=True):
                w.add_scalar(f"val/{key}", value, step)


# %% wrong="split" says="split(…) gives an item to two parts, so that validation would see what training has seen."
def split(dataset, fractions, generator):
    parts = []
    for f in fractions:
        order = torch.randperm(len(dataset), generator=generator)
        parts.append(Subset(dataset, order[: int(len(dataset) * f)].tolist()))
    return parts


# %% wrong="Augment" says="Each new Augment(…) begins with the same random numbers, and so would the copies of one in two workers. Who sets its seed?"
class Augment:
    def __init__(self, max_shift, flip):
        self.max_shift, self.flip = max_shift, flip
        self.generator = torch.Generator().manual_seed(0)

    def __call__(self, image):
        m = self.max_shift
        top, left = torch.randint(2 * m + 1, (2,), generator=self.generator).tolist()
        image = F.pad(image, (m, m, m, m))[:, top : top + image.shape[1], left : left + image.shape[2]]
        if self.flip and torch.rand((), generator=self.generator) < 0.5:
            image = image.flip(-1)
        return image


# %% wrong="Augment" says="Augment(…) gives images of several sizes. How large must the window be that it cuts out?"
class Augment:
    def __init__(self, max_shift, flip):
        self.max_shift, self.flip = max_shift, flip

    def __call__(self, image):
        m = self.max_shift
        top, left = torch.randint(2 * m + 1, (2,)).tolist()
        image = F.pad(image, (m, m, m, m))[:, top : top + 28, left : left + 28]
        if self.flip and torch.rand(()) < 0.5:
            image = image.flip(1)
        return image


# %% wrong="make_loader" says="make_loader(…) sets the seed of the notebook's own random numbers, so that all that is drawn later is the same each time."
def make_loader(dataset, batch_size, train):
    torch.manual_seed(0)
    return DataLoader(dataset, batch_size, shuffle=train, drop_last=train, num_workers=2)


# %% wrong="pipeline" says="pipeline(…) measures the mean and the deviation on augmented images, where zeros have moved in. Measure them on the images as they are."
def pipeline(path, batch_size, generator):
    train, val = split(TableDataset(path), [0.8, 0.2], generator)
    augment = Augment(2, True)
    train = Transformed(train, augment)
    mean, std = training_stats(train)
    train = Transformed(train, lambda image: (image - mean) / std)
    val = Transformed(val, lambda image: (image - mean) / std)
    return make_loader(train, batch_size, True), make_loader(val, batch_size, False)


# %% wrong="pipeline" says="The validation images of pipeline(…) are normalised by the validation part."
def pipeline(path, batch_size, generator):
    train, val = split(TableDataset(path), [0.8, 0.2], generator)
    augment = Augment(2, True)
    mean, std = training_stats(train)
    mean2, std2 = training_stats(val)
    train = Transformed(train, lambda image: (augment(image) - mean) / std)
    val = Transformed(val, lambda image: (image - mean2) / std2)
    return make_loader(train, batch_size, True), make_loader(val, batch_size, False)


# %% right="make_loader"
def make_loader(dataset, batch_size, train):
    g = torch.Generator()
    g.manual_seed(int(torch.empty((), dtype=torch.int64).random_()))
    return DataLoader(dataset, batch_size, shuffle=train, drop_last=train, num_workers=2, generator=g)


# %% right="pipeline"
def pipeline(path, batch_size, generator):
    data_set = TableDataset(path)
    train, val = split(data_set, [0.8, 0.2], generator)
    mean, std = training_stats(train)
    shift = Augment(2, True)
    class Norm:
        def __call__(self, image):
            return (image - mean) / std
    return (make_loader(Transformed(Transformed(train, shift), Norm()), batch_size, train=True), make_loader(Transformed(val, Norm()), batch_size, train=False))


# %% right="Augment"
class Augment:
    def __init__(self, max_shift: int, flip: bool) -> None:
        self.max_shift = max_shift
        self.flip = flip

    def __call__(self, image):
        k = self.max_shift
        dy, dx = np.random.randint(-k, k + 1, size=2)
        moved = torch.roll(image, (int(dy), int(dx)), dims=(-2, -1))
        if dy > 0: moved[:, :dy] = 0
        if dy < 0: moved[:, dy:] = 0
        if dx > 0: moved[:, :, :dx] = 0
        if dx < 0: moved[:, :, dx:] = 0
        return torch.fliplr(moved.permute(1, 2, 0)).permute(2, 0, 1).contiguous() if self.flip and np.random.rand() < 0.5 else moved


# %% wrong="pipeline" says="pipeline(…) sets the seed of the notebook's own random numbers. The generator is there for the split."
def pipeline(path, batch_size, generator):
    torch.manual_seed(0)
    train, val = split(TableDataset(path), [0.8, 0.2], generator)
    mean, std = training_stats(train)
    augment = Augment(2, True)
    train = Transformed(train, lambda image: (augment(image) - mean) / std)
    val = Transformed(val, lambda image: (image - mean) / std)
    return make_loader(train, batch_size, True), make_loader(val, batch_size, False)


# %% wrong="train_and_validate" says="train_and_validate(…) sets the seed of its caller's random numbers. Who decides whether a run is repeated?"
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    torch.manual_seed(0)
    history = {"train_loss": [], "val_epoch": [], "val_loss": [], "val_accuracy": []}
    bar = tqdm(range(1, epochs + 1))
    calm = None
    for epoch in bar:
        model.train()
        total, n = 0.0, 0
        for x, y in train_loader:
            loss = criterion(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            calm = loss.item() if calm is None else 0.9 * calm + 0.1 * loss.item()
            bar.set_postfix(loss=calm)
            total += loss.item() * len(y)
            n += len(y)
        history["train_loss"].append(total / n)
        if epoch % every == 0:
            model.eval()
            with torch.no_grad():
                total, right, n = 0.0, 0, 0
                for x, y in val_loader:
                    out = model(x)
                    total += criterion(out, y).item() * len(y)
                    right += (out.argmax(1) == y).sum().item()
                    n += len(y)
            history["val_epoch"].append(epoch)
            history["val_loss"].append(total / n)
            history["val_accuracy"].append(right / n)
    return history


# %% wrong="train_and_validate" says="train_and_validate(…) asks a loader for its dataset. A loader need be no more than something that gives batches."
def train_and_validate(model, train_loader, val_loader, epochs, optimizer, criterion, every=5):
    history = {"train_loss": [], "val_epoch": [], "val_loss": [], "val_accuracy": []}
    bar = tqdm(range(1, epochs + 1))
    calm = None
    for epoch in bar:
        model.train()
        total, n = 0.0, 0
        for x, y in train_loader:
            loss = criterion(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            calm = loss.item() if calm is None else 0.9 * calm + 0.1 * loss.item()
            bar.set_postfix(loss=calm)
            total += loss.item() * len(y)
            n += len(y)
        history["train_loss"].append(total / n)
        if epoch % every == 0:
            model.eval()
            torch.set_grad_enabled(False)
            total, right, n = 0.0, 0, 0
            for x, y in val_loader:
                out = model(x)
                total += criterion(out, y).item() * len(y)
                right += (out.argmax(1) == y).sum().item()
                n += len(y)
            torch.set_grad_enabled(True)
            history["val_epoch"].append(epoch)
            history["val_loss"].append(total / len(val_loader.dataset))
            history["val_accuracy"].append(right / len(val_loader.dataset))
    return history


# %% wrong="TableDataset" says="The error names the line before the broken one. The header is line 1."
class TableDataset(Dataset):
    def __init__(self, path, transform=None):
        table = pd.read_csv(path)
        if table.isna().any().any():
            raise ValueError(f"{path}: line {table.isna().any(axis=1).idxmax() + 1} is broken")
        self.labels = table.pop("label").astype(int).tolist()
        self.images = torch.tensor(table.to_numpy(dtype="float32")).reshape(-1, 1, 28, 28) / 255
        self.transform = transform

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        image = self.images[index]
        return (self.transform(image) if self.transform else image), self.labels[index]


# %% wrong="training_stats" says="training_stats(dataset) leaves out some of 1090 images. Is a loop left early, or a last batch dropped?"
def training_stats(dataset):
    images = torch.stack([dataset[i][0] for i in torch.randperm(len(dataset))[:64].tolist()])
    return images.mean().item(), images.std(correction=0).item()
