# %% [markdown]
# Right and wrong answers to the tasks of lesson 04. A wrong one says the sentence that its learner must read.


# %% right="make_loaders"
def make_loaders(batch_size):
    transform = transforms.Compose([transforms.ToTensor(), lambda image: image * 2 - 1])
    train_set = data.load("fashion-mnist", train=True, transform=transform)
    test_set = data.load("fashion-mnist", train=False, transform=transform)
    return (
        DataLoader(train_set, batch_size, shuffle=True, drop_last=True),
        DataLoader(test_set, batch_size, shuffle=False, drop_last=True),
    )


# %% right="make_loaders"
def make_loaders(batch_size):
    loaders = []
    for train in (True, False):
        images = data.load("fashion-mnist", train=train)
        pixels = images.data.unsqueeze(1).float() / 255
        dataset = TensorDataset((pixels - 0.5) / 0.5, images.targets)
        loaders.append(DataLoader(dataset, batch_size=batch_size, shuffle=train))
    return tuple(loaders)


# %% right="make_loaders"
from torch.utils.data import BatchSampler, RandomSampler, SequentialSampler


def make_loaders(batch_size):
    normalise = transforms.Compose([transforms.PILToTensor(), lambda x: x / 127.5 - 1.0])
    train_set = data.load("fashion-mnist", transform=normalise)
    test_set = data.load("fashion-mnist", False, normalise)
    train_sampler = RandomSampler(train_set, generator=torch.Generator().manual_seed(0))
    train_loader = DataLoader(train_set, batch_sampler=BatchSampler(train_sampler, batch_size, drop_last=False))
    return train_loader, DataLoader(test_set, batch_size=batch_size, sampler=SequentialSampler(test_set))


# %% right="make_loaders"
from torchvision.transforms import v2


def make_loaders(batch_size):
    transform = v2.Compose([v2.ToImage(), v2.ToDtype(torch.float32, scale=True), v2.Normalize([0.5], [0.5])])
    train_set, test_set = (data.load("fashion-mnist", train=train, transform=transform) for train in (True, False))
    return DataLoader(train_set, batch_size=batch_size, shuffle=True), DataLoader(test_set, batch_size=batch_size)


# %% wrong="make_loaders" says="make_loaders(50) tests on the training images. Which argument of data.load gives the others?"
def make_loaders(batch_size):
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    train_set = data.load("fashion-mnist", train=True, transform=transform)
    test_set = data.load("fashion-mnist", train=True, transform=transform)
    return DataLoader(train_set, batch_size=batch_size, shuffle=True), DataLoader(test_set, batch_size=batch_size)


# %% wrong="make_loaders" says="make_loaders(50) trains on the test images, which are there to measure with."
def make_loaders(batch_size):
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    train_set = data.load("fashion-mnist", train=False, transform=transform)
    test_set = data.load("fashion-mnist", train=False, transform=transform)
    return DataLoader(train_set, batch_size=batch_size, shuffle=True), DataLoader(test_set, batch_size=batch_size)


# %% wrong="make_loaders" says="make_loaders(50) gives the two loaders in the wrong order. The one for training comes first."
def make_loaders(batch_size):
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    train_set = data.load("fashion-mnist", train=True, transform=transform)
    test_set = data.load("fashion-mnist", train=False, transform=transform)
    return DataLoader(test_set, batch_size), DataLoader(train_set, batch_size, shuffle=True)


# %% wrong="make_loaders" says="make_loaders(50) shuffles test_loader. Then prediction 17 belongs to another image each time."
def make_loaders(batch_size):
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    train_set = data.load("fashion-mnist", train=True, transform=transform)
    test_set = data.load("fashion-mnist", train=False, transform=transform)
    return DataLoader(train_set, batch_size=batch_size, shuffle=True), DataLoader(
        test_set, batch_size=batch_size, shuffle=True
    )


# %% wrong="make_loaders" says="make_loaders(50) gives the training images in the same order in each pass. Who shuffles them?"
def make_loaders(batch_size):
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    train_set = data.load("fashion-mnist", train=True, transform=transform)
    test_set = data.load("fashion-mnist", train=False, transform=transform)
    return DataLoader(train_set, batch_size=batch_size), DataLoader(test_set, batch_size=batch_size)


# %% wrong="make_loaders" says="make_loaders(50) gives the training images in the same order in each pass. Who shuffles them?"
from torch.utils.data import Subset


def make_loaders(batch_size):
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    train_set = data.load("fashion-mnist", train=True, transform=transform)
    test_set = data.load("fashion-mnist", train=False, transform=transform)
    mixed = Subset(train_set, torch.randperm(len(train_set)).tolist())
    return DataLoader(mixed, batch_size=batch_size), DataLoader(test_set, batch_size=batch_size)


# %% wrong="make_loaders" says="test_loader has images from 0 to 1. They should be normalised to [-1, 1]."
def make_loaders(batch_size):
    transform = transforms.ToTensor()
    train_set = data.load("fashion-mnist", train=True, transform=transform)
    test_set = data.load("fashion-mnist", train=False, transform=transform)
    return DataLoader(train_set, batch_size=batch_size, shuffle=True), DataLoader(test_set, batch_size=batch_size)


# %% wrong="make_loaders" says="test_loader has images from 0 to 255. Which transform gives floats from 0 to 1, and which one comes next?"
def make_loaders(batch_size):
    transform = transforms.Compose([transforms.PILToTensor(), lambda x: x.float()])
    train_set = data.load("fashion-mnist", train=True, transform=transform)
    test_set = data.load("fashion-mnist", train=False, transform=transform)
    return DataLoader(train_set, batch_size=batch_size, shuffle=True), DataLoader(test_set, batch_size=batch_size)


# %% wrong="make_loaders" says="test_loader has images from -0.5 to 0.5. By what does Normalize divide?"
def make_loaders(batch_size):
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (1.0,))])
    train_set = data.load("fashion-mnist", train=True, transform=transform)
    test_set = data.load("fashion-mnist", train=False, transform=transform)
    return DataLoader(train_set, batch_size=batch_size, shuffle=True), DataLoader(test_set, batch_size=batch_size)


# %% wrong="make_loaders" says="test_loader normalises its images twice."
def make_loaders(batch_size):
    transform = transforms.Compose(
        [transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,)), transforms.Normalize((0.5,), (0.5,))]
    )
    train_set = data.load("fashion-mnist", train=True, transform=transform)
    test_set = data.load("fashion-mnist", train=False, transform=transform)
    return DataLoader(train_set, batch_size=batch_size, shuffle=True), DataLoader(test_set, batch_size=batch_size)


# %% wrong="make_loaders" says="test_loader has images of mean 0 and deviation 1. Which two numbers of Normalize lead to [-1, 1]?"
def make_loaders(batch_size):
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.286,), (0.353,))])
    train_set = data.load("fashion-mnist", train=True, transform=transform)
    test_set = data.load("fashion-mnist", train=False, transform=transform)
    return DataLoader(train_set, batch_size=batch_size, shuffle=True), DataLoader(test_set, batch_size=batch_size)


# %% wrong="make_loaders" says="train_loader has no normalised training images. Do both loaders use the same transform?"
def make_loaders(batch_size):
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    train_set = data.load("fashion-mnist", train=True, transform=transforms.ToTensor())
    test_set = data.load("fashion-mnist", train=False, transform=transform)
    return DataLoader(train_set, batch_size=batch_size, shuffle=True), DataLoader(test_set, batch_size=batch_size)


# %% wrong="make_loaders" says="make_loaders(50) gives data sets, which hand out single images. What makes batches of them?"
def make_loaders(batch_size):
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    train_set = data.load("fashion-mnist", train=True, transform=transform)
    test_set = data.load("fashion-mnist", train=False, transform=transform)
    return train_set, test_set


# %% wrong="make_loaders" says="make_loaders(50) gives a list. A tuple of two loaders is wanted."
def make_loaders(batch_size):
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    train_set = data.load("fashion-mnist", train=True, transform=transform)
    test_set = data.load("fashion-mnist", train=False, transform=transform)
    return [DataLoader(train_set, batch_size, shuffle=True), DataLoader(test_set, batch_size)]


# %% wrong="make_loaders" says="make_loaders(50) returns nothing. Two loaders are wanted."
def make_loaders(batch_size):
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    train_set = data.load("fashion-mnist", train=True, transform=transform)
    test_set = data.load("fashion-mnist", train=False, transform=transform)
    train_loader = DataLoader(train_set, batch_size=batch_size, shuffle=True)
    test_loader = DataLoader(test_set, batch_size=batch_size)


# %% wrong="make_loaders" says="make_loaders(50) gives one loader. Two are wanted, one for either part of the images."
def make_loaders(batch_size):
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    train_set = data.load("fashion-mnist", train=True, transform=transform)
    test_set = data.load("fashion-mnist", train=False, transform=transform)
    return DataLoader(train_set, batch_size=batch_size, shuffle=True)


# %% wrong="make_loaders" says="make_loaders(50) makes batches of 64. What becomes of the argument batch_size?"
def make_loaders(batch_size):
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    train_set = data.load("fashion-mnist", train=True, transform=transform)
    test_set = data.load("fashion-mnist", train=False, transform=transform)
    return DataLoader(train_set, batch_size=64, shuffle=True), DataLoader(test_set, batch_size=64)


# %% wrong="make_loaders" says="make_loaders(50) hands out single images. What becomes of the argument batch_size?"
def make_loaders(batch_size):
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    train_set = data.load("fashion-mnist", train=True, transform=transform)
    test_set = data.load("fashion-mnist", train=False, transform=transform)
    return DataLoader(train_set, shuffle=True), DataLoader(test_set)


# %% wrong="make_loaders" says="The loader can't stack pictures into a batch. Which transform turns them into tensors?"
def make_loaders(batch_size):
    train_set = data.load("fashion-mnist", train=True)
    test_set = data.load("fashion-mnist", train=False)
    return DataLoader(train_set, batch_size=batch_size, shuffle=True), DataLoader(test_set, batch_size=batch_size)


# %% wrong="make_loaders" says="the first labels of test_loader is …"
def make_loaders(batch_size):
    loaders = []
    for train in (True, False):
        images = data.load("fashion-mnist", train=train)
        dataset = TensorDataset(images.data[:, None] / 127.5 - 1, images.targets[torch.randperm(len(images))])
        loaders.append(DataLoader(dataset, batch_size=batch_size, shuffle=train))
    return tuple(loaders)


# %% wrong="make_loaders" says="test_loader gives images without a dimension for the channel. Grey images have one channel."
def make_loaders(batch_size):
    loaders = []
    for train in (True, False):
        images = data.load("fashion-mnist", train=train)
        dataset = TensorDataset(images.data / 127.5 - 1, images.targets)
        loaders.append(DataLoader(dataset, batch_size=batch_size, shuffle=train))
    return tuple(loaders)


# %% wrong="make_loaders" says="Normalize got a picture, and works on float tensors. In which order does Compose apply its list?"
def make_loaders(batch_size):
    transform = transforms.Compose([transforms.Normalize((0.5,), (0.5,)), transforms.ToTensor()])
    train_set = data.load("fashion-mnist", train=True, transform=transform)
    test_set = data.load("fashion-mnist", train=False, transform=transform)
    return DataLoader(train_set, batch_size=batch_size, shuffle=True), DataLoader(test_set, batch_size=batch_size)


# %% wrong="make_loaders" says="Normalize got a picture, and works on float tensors. In which order does Compose apply its list?"
from torchvision.transforms import v2


def make_loaders(batch_size):
    transform = v2.Compose([v2.Normalize([0.5], [0.5]), v2.ToImage(), v2.ToDtype(torch.float32, scale=True)])
    train_set, test_set = (data.load("fashion-mnist", train=train, transform=transform) for train in (True, False))
    return DataLoader(train_set, batch_size=batch_size, shuffle=True), DataLoader(test_set, batch_size=batch_size)


# %% wrong="make_loaders" says="Normalize got whole numbers, and works on floats. Which transform gives floats from 0 to 1?"
def make_loaders(batch_size):
    transform = transforms.Compose([transforms.PILToTensor(), transforms.Normalize((0.5,), (0.5,))])
    train_set = data.load("fashion-mnist", train=True, transform=transform)
    test_set = data.load("fashion-mnist", train=False, transform=transform)
    return DataLoader(train_set, batch_size=batch_size, shuffle=True), DataLoader(test_set, batch_size=batch_size)


# %% wrong="make_loaders" says="ToTensor got a tensor, and works on pictures. What has made a tensor before?"
def make_loaders(batch_size):
    transform = transforms.Compose([transforms.ToTensor(), transforms.ToTensor()])
    train_set = data.load("fashion-mnist", train=True, transform=transform)
    test_set = data.load("fashion-mnist", train=False, transform=transform)
    return DataLoader(train_set, batch_size=batch_size, shuffle=True), DataLoader(test_set, batch_size=batch_size)


# %% wrong="make_loaders" says="make_loaders(50) has 8,000 images to train on, where data.load gives 10,000. All of them are wanted."
from torch.utils.data import random_split


def make_loaders(batch_size):
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    whole = data.load("fashion-mnist", train=True, transform=transform)
    train_set, test_set = random_split(whole, [0.8, 0.2])
    return DataLoader(train_set, batch_size=batch_size, shuffle=True), DataLoader(test_set, batch_size=batch_size)


# %% wrong="make_loaders" says="make_loaders(50) shuffles test_loader. Then prediction 17 belongs to another image each time."
from torch.utils.data import RandomSampler


def make_loaders(batch_size):
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    sets = [data.load("fashion-mnist", train=train, transform=transform) for train in (True, False)]
    return tuple(DataLoader(one, batch_size, sampler=RandomSampler(one)) for one in sets)


# %% right="make_loaders"
def make_loaders(batch_size):
    def collate(pairs):
        images = torch.stack([transforms.functional.pil_to_tensor(image) for image, _ in pairs])
        return images / 127.5 - 1, torch.tensor([label for _, label in pairs])

    def loader(train):
        return DataLoader(data.load("fashion-mnist", train), batch_size, shuffle=train, collate_fn=collate)

    return loader(True), loader(False)


# %% wrong="make_loaders" says="test_loader gives the same garments in each pass, but not the same images. Which of its transforms is random?"
def make_loaders(batch_size):
    transform = transforms.Compose(
        [transforms.RandomHorizontalFlip(), transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))]
    )
    train_set = data.load("fashion-mnist", train=True, transform=transform)
    test_set = data.load("fashion-mnist", train=False, transform=transform)
    return DataLoader(train_set, batch_size=batch_size, shuffle=True), DataLoader(test_set, batch_size=batch_size)


# %% wrong="make_loaders" says="the first batch of images of test_loader is …"
def make_loaders(batch_size):
    transform = transforms.Compose([transforms.ToTensor(), transforms.Lambda(lambda x: (x - x.mean()) / x.std())])
    train_set = data.load("fashion-mnist", train=True, transform=transform)
    test_set = data.load("fashion-mnist", train=False, transform=transform)
    return DataLoader(train_set, batch_size=batch_size, shuffle=True), DataLoader(test_set, batch_size=batch_size)


# %% right="make_loaders"
class Normalised(Dataset):
    def __init__(self, train):
        self.raw = data.load("fashion-mnist", train=train)

    def __len__(self):
        return len(self.raw)

    def __getitem__(self, index):
        picture, label = self.raw[index]
        return torch.from_numpy(np.array(picture, dtype=np.float32)[None]) / 127.5 - 1, label


def make_loaders(batch_size):
    train_loader = DataLoader(Normalised(True), batch_size=batch_size, shuffle=True)
    return train_loader, DataLoader(Normalised(False), batch_size=batch_size)


# %% right="make_loaders"
class Clothes(Dataset):
    def __init__(self, train):
        self.inner = data.load("fashion-mnist", train=train)

    def __len__(self):
        return len(self.inner)

    def __getitem__(self, i):
        picture, label = self.inner[i]
        return torch.from_numpy(np.array(picture, dtype=np.float32)[None] / 127.5 - 1), label


def make_loaders(batch_size):
    return DataLoader(Clothes(True), batch_size, shuffle=True), DataLoader(Clothes(False), batch_size)


# %% right="make_loaders"
def make_loaders(batch_size):
    torch.manual_seed(0)
    t = transforms.Compose([transforms.PILToTensor(), transforms.ConvertImageDtype(torch.float32), normalize])
    sets = [data.load("fashion-mnist", t_, transform=t) for t_ in (True, False)]
    return DataLoader(sets[0], batch_size, True), DataLoader(sets[1], batch_size, False)


# %% wrong="make_loaders" says="make_loaders(50) trains on the test images too. Then they no longer tell how it does on unseen ones."
def make_loaders(batch_size):
    t = transforms.Compose([transforms.ToTensor(), normalize])
    d = data.load("fashion-mnist", train=True, transform=t) + data.load("fashion-mnist", train=False, transform=t)
    return DataLoader(d, batch_size, shuffle=True), DataLoader(data.load("fashion-mnist", train=False, transform=t), batch_size)


# %% wrong="make_loaders" says="train_loader draws some images twice in one pass, and others not at all. Shuffling only changes the order."
def make_loaders(batch_size):
    t = transforms.Compose([transforms.ToTensor(), normalize])
    d = data.load("fashion-mnist", train=True, transform=t)
    e = data.load("fashion-mnist", train=False, transform=t)
    return DataLoader(d, batch_size, sampler=torch.utils.data.RandomSampler(d, replacement=True)), DataLoader(e, batch_size)


# %% wrong="make_loaders" says="test_loader has digits. By which name does data.load know the clothes?"
def make_loaders(batch_size):
    t = transforms.Compose([transforms.ToTensor(), normalize])
    d = data.load("mnist", train=True, transform=t)
    e = data.load("mnist", train=False, transform=t)
    return DataLoader(d, batch_size, shuffle=True), DataLoader(e, batch_size)


# %% wrong="make_loaders" says="train_loader leaves out many of the training images. Each pass has all of them."
def make_loaders(batch_size):
    t = transforms.Compose([transforms.ToTensor(), normalize])
    d = data.load("fashion-mnist", train=True, transform=t)
    e = data.load("fashion-mnist", train=False, transform=t)
    return DataLoader(d, batch_size, sampler=torch.utils.data.SubsetRandomSampler(range(5000))), DataLoader(e, batch_size)


# %% wrong="make_loaders" says="test_loader has images of mean 0 and deviation 1. Which two numbers of Normalize lead to [-1, 1]?"
def make_loaders(batch_size):
    t = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.2860,), (0.3530,))])
    d = data.load("fashion-mnist", train=True, transform=t)
    e = data.load("fashion-mnist", train=False, transform=t)
    return DataLoader(d, batch_size, shuffle=True), DataLoader(e, batch_size)


# %% wrong="make_loaders" says="make_loaders(50) gives float64, and the weights of a network are float32. Where do the numbers become floats?"
def make_loaders(batch_size):
    def part(train):
        d = data.load("fashion-mnist", train=train)
        x = torch.as_tensor(d.data).double().unsqueeze(1) / 127.5 - 1
        return TensorDataset(x, torch.as_tensor(d.targets))
    return DataLoader(part(True), batch_size, shuffle=True), DataLoader(part(False), batch_size)


# %% right="Classifier"
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(),
            nn.Linear(784, 256),
            nn.ReLU(),
            nn.Linear(256, 128),
            nn.ReLU(),
            nn.Linear(128, 64),
            nn.ReLU(),
            nn.Linear(64, 10),
            nn.LogSoftmax(dim=1),
        )

    def forward(self, images):
        return self.layers(images)


# %% right="Classifier"
class Classifier(nn.Module):
    def __init__(self):
        super(Classifier, self).__init__()
        self.output = nn.Linear(64, 10)
        self.hidden = nn.ModuleList([nn.Linear(784, 256), nn.Linear(256, 128), nn.Linear(128, 64)])

    def forward(self, x):
        x = x.view(x.shape[0], -1)
        for layer in self.hidden:
            x = layer(x).clamp(min=0)
        x = self.output(x)
        return x - x.logsumexp(dim=-1, keepdim=True)


# %% right="Classifier"
class Classifier(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Flatten())
        for number, (inputs, outputs) in enumerate(pairwise([784, 256, 128, 64, 10])):
            self.add_module(f"dense{number}", nn.Linear(inputs, outputs))
            self.add_module(f"after{number}", nn.LogSoftmax(dim=-1) if outputs == 10 else nn.ReLU(inplace=True))


# %% wrong="Classifier" says="Classifier() gives logits. What turns them into log-probabilities?"
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 256)
        self.fc2 = nn.Linear(256, 128)
        self.fc3 = nn.Linear(128, 64)
        self.fc4 = nn.Linear(64, 10)

    def forward(self, x):
        x = x.flatten(1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        x = F.relu(self.fc3(x))
        return self.fc4(x)


# %% wrong="Classifier" says="Classifier() gives probabilities. NLLLoss wants their logarithms."
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 256)
        self.fc2 = nn.Linear(256, 128)
        self.fc3 = nn.Linear(128, 64)
        self.fc4 = nn.Linear(64, 10)

    def forward(self, x):
        x = x.flatten(1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        x = F.relu(self.fc3(x))
        return F.softmax(self.fc4(x), dim=1)


# %% wrong="Classifier" says="Classifier() compares the images of the batch with each other. Which dim holds the classes?"
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 256)
        self.fc2 = nn.Linear(256, 128)
        self.fc3 = nn.Linear(128, 64)
        self.fc4 = nn.Linear(64, 10)

    def forward(self, x):
        x = x.flatten(1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        x = F.relu(self.fc3(x))
        return F.log_softmax(self.fc4(x), dim=0)


# %% wrong="Classifier" says="Classifier() sends its logits through ReLU. Then all negative ones look the same."
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 256)
        self.fc2 = nn.Linear(256, 128)
        self.fc3 = nn.Linear(128, 64)
        self.fc4 = nn.Linear(64, 10)

    def forward(self, x):
        x = x.flatten(1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        x = F.relu(self.fc3(x))
        x = F.relu(self.fc4(x))
        return F.log_softmax(x, dim=1)


# %% wrong="Classifier" says="Classifier() has no ReLU between its layers. Then four layers do no more than one."
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 256)
        self.fc2 = nn.Linear(256, 128)
        self.fc3 = nn.Linear(128, 64)
        self.fc4 = nn.Linear(64, 10)

    def forward(self, x):
        x = x.flatten(1)
        x = self.fc1(x)
        x = self.fc2(x)
        x = self.fc3(x)
        return F.log_softmax(self.fc4(x), dim=1)


# %% wrong="Classifier" says="Classifier() has no ReLU after its first layer."
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 256)
        self.fc2 = nn.Linear(256, 128)
        self.fc3 = nn.Linear(128, 64)
        self.fc4 = nn.Linear(64, 10)

    def forward(self, x):
        x = x.flatten(1)
        x = self.fc1(x)
        x = F.relu(self.fc2(x))
        x = F.relu(self.fc3(x))
        return F.log_softmax(self.fc4(x), dim=1)


# %% wrong="Classifier" says="Classifier() has no ReLU after its second layer."
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 256)
        self.fc2 = nn.Linear(256, 128)
        self.fc3 = nn.Linear(128, 64)
        self.fc4 = nn.Linear(64, 10)

    def forward(self, x):
        x = x.flatten(1)
        x = F.relu(self.fc1(x))
        x = self.fc2(x)
        x = F.relu(self.fc3(x))
        return F.log_softmax(self.fc4(x), dim=1)


# %% wrong="Classifier" says="Classifier() has no ReLU after its third layer."
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 256)
        self.fc2 = nn.Linear(256, 128)
        self.fc3 = nn.Linear(128, 64)
        self.fc4 = nn.Linear(64, 10)

    def forward(self, x):
        x = x.flatten(1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        x = self.fc3(x)
        return F.log_softmax(self.fc4(x), dim=1)


# %% wrong="Classifier" says="Classifier() has sigmoids between its layers. The task says ReLU."
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 256)
        self.fc2 = nn.Linear(256, 128)
        self.fc3 = nn.Linear(128, 64)
        self.fc4 = nn.Linear(64, 10)

    def forward(self, x):
        x = x.flatten(1)
        x = torch.sigmoid(self.fc1(x))
        x = torch.sigmoid(self.fc2(x))
        x = torch.sigmoid(self.fc3(x))
        return F.log_softmax(self.fc4(x), dim=1)


# %% wrong="Classifier" says="Classifier() leaves it to PyTorch to guess the dim of its softmax. Which dim holds the classes?"
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 256)
        self.fc2 = nn.Linear(256, 128)
        self.fc3 = nn.Linear(128, 64)
        self.fc4 = nn.Linear(64, 10)

    def forward(self, x):
        x = x.flatten(1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        x = F.relu(self.fc3(x))
        return F.log_softmax(self.fc4(x))


# %% wrong="Classifier" says="RuntimeError: addmm: mat1 and mat2 shapes cannot be multiplied (168x28 and 784x256). (6, 1, 28, 28) came, and `fc1` takes rows of 784 numbers: are the 6 images flattened?"
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 256)
        self.fc2 = nn.Linear(256, 128)
        self.fc3 = nn.Linear(128, 64)
        self.fc4 = nn.Linear(64, 10)

    def forward(self, x):
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        x = F.relu(self.fc3(x))
        return F.log_softmax(self.fc4(x), dim=1)


# %% wrong="Classifier" says="Classifier() has no parameters. Is each layer assigned to self, under a name of its own?"
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(784, 256), nn.Linear(256, 128), nn.Linear(128, 64), nn.Linear(64, 10)]

    def forward(self, x):
        x = x.flatten(1)
        for layer in self.layers[:-1]:
            x = F.relu(layer(x))
        return F.log_softmax(self.layers[-1](x), dim=1)


# %% wrong="Classifier" says="Classifier() holds 3 dense layers. The task has four, 784-256-128-64-10."
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)

    def forward(self, x):
        x = x.flatten(1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return F.log_softmax(self.fc3(x), dim=1)


# %% wrong="Classifier" says="AttributeError: cannot assign module before Module.__init__() call. Classifier makes layers before nn.Module is set up: what should the first line of `__init__` call?"
class Classifier(nn.Module):
    def __init__(self):
        self.fc1 = nn.Linear(784, 256)
        self.fc2 = nn.Linear(256, 128)
        self.fc3 = nn.Linear(128, 64)
        self.fc4 = nn.Linear(64, 10)

    def forward(self, x):
        return F.log_softmax(self.fc4(x), dim=1)


# %% wrong="Classifier" says="Classifier()(images) is None, wanted float32[6, 10]. Does it return its result?"
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 256)
        self.fc2 = nn.Linear(256, 128)
        self.fc3 = nn.Linear(128, 64)
        self.fc4 = nn.Linear(64, 10)

    def forward(self, x):
        x = x.flatten(1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        x = F.relu(self.fc3(x))
        x = F.log_softmax(self.fc4(x), dim=1)


# %% wrong="Classifier" says="Classifier() gives back the images. What do its layers make of them?"
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 256)
        self.fc2 = nn.Linear(256, 128)
        self.fc3 = nn.Linear(128, 64)
        self.fc4 = nn.Linear(64, 10)

    def forward(self, x):
        return x


# %% wrong="Classifier" says="Classifier()(images) is -2.303 at …"
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 256)
        self.fc2 = nn.Linear(256, 128)
        self.fc3 = nn.Linear(128, 64)
        self.fc4 = nn.Linear(64, 10)

    def forward(self, x):
        x = x.flatten(1)
        return torch.full((len(x), 10), -math.log(10))


# %% wrong="Classifier" says="RuntimeError: shape '[64, 784]' is invalid for input of size 4704. 4,704 numbers are 6 × 784, and 64 × 784 were asked for: is the batch size written as a number?"
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 256)
        self.fc2 = nn.Linear(256, 128)
        self.fc3 = nn.Linear(128, 64)
        self.fc4 = nn.Linear(64, 10)

    def forward(self, x):
        x = x.view(64, 784)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        x = F.relu(self.fc3(x))
        return F.log_softmax(self.fc4(x), dim=1)


# %% wrong="Classifier" says="Classifier() gives infinite numbers or nan where its logits are large. Which function computes softmax and logarithm in one step?"
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 256)
        self.fc2 = nn.Linear(256, 128)
        self.fc3 = nn.Linear(128, 64)
        self.fc4 = nn.Linear(64, 10)

    def forward(self, x):
        x = x.flatten(1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        x = F.relu(self.fc3(x))
        return torch.log(F.softmax(self.fc4(x), dim=1))


# %% wrong="Classifier" says="Classifier() answers the same images differently when asked again. What in it is random?"
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 256)
        self.fc2 = nn.Linear(256, 128)
        self.fc3 = nn.Linear(128, 64)
        self.fc4 = nn.Linear(64, 10)

    def forward(self, x):
        x = x.flatten(1)
        x = F.relu(self.fc1(x))
        x = F.dropout(x, 0.5)
        x = F.relu(self.fc2(x))
        x = F.relu(self.fc3(x))
        return F.log_softmax(self.fc4(x), dim=1)


# %% wrong="Classifier" says="Classifier()(images) is …"
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 256)
        self.fc2 = nn.Linear(256, 128)
        self.fc3 = nn.Linear(128, 64)
        self.fc4 = nn.Linear(64, 10)

    def forward(self, x):
        x = x.transpose(2, 3).flatten(1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        x = F.relu(self.fc3(x))
        return F.log_softmax(self.fc4(x), dim=1)


# %% wrong="Classifier" says="Classifier() lets autograd record nothing, so that it can't be trained. What in forward stops the recording?"
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 256)
        self.fc2 = nn.Linear(256, 128)
        self.fc3 = nn.Linear(128, 64)
        self.fc4 = nn.Linear(64, 10)

    @torch.no_grad()
    def forward(self, x):
        x = F.relu(self.fc1(x.flatten(1)))
        x = F.relu(self.fc3(F.relu(self.fc2(x))))
        return F.log_softmax(self.fc4(x), dim=1)


# %% right="Classifier"
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        sizes = [784, 256, 128, 64, 10]
        self.layers = nn.ModuleDict({f"{a}to{b}": nn.Linear(a, b) for a, b in zip(sizes, sizes[1:])})

    def forward(self, images):
        values = images.reshape(-1, 784)
        for name, layer in self.layers.items():
            values = layer(values)
            if not name.endswith("to10"):
                values = torch.where(values > 0, values, 0.0)
        shifted = values - values.amax(dim=1, keepdim=True)
        return shifted - shifted.exp().sum(dim=1, keepdim=True).log()


# %% wrong="Classifier" says="Classifier() cuts off the logarithms of small probabilities. Which function computes softmax and logarithm in one step?"
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 256)
        self.fc2 = nn.Linear(256, 128)
        self.fc3 = nn.Linear(128, 64)
        self.fc4 = nn.Linear(64, 10)

    def forward(self, x):
        x = x.flatten(1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        x = F.relu(self.fc3(x))
        return torch.log(F.softmax(self.fc4(x), dim=1) + 1e-9)


# %% wrong="Classifier" says="Classifier() answers the same images differently when asked again. What in it is random?"
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 256)
        self.fc2 = nn.Linear(256, 128)
        self.fc3 = nn.Linear(128, 64)
        self.fc4 = nn.Linear(64, 10)

    def forward(self, x):
        x = x.flatten(1)
        x = F.dropout(F.relu(self.fc1(x)), 0.2)
        x = F.relu(self.fc2(x))
        x = F.relu(self.fc3(x))
        return F.log_softmax(self.fc4(x), dim=1)


# %% right="Classifier"
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU())
        self.head = nn.Sequential(nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10))

    def forward(self, x: Tensor) -> Tensor:
        batch = x.size(0)
        return nn.functional.log_softmax(self.head(self.body(x.view(batch, 28 * 28))), dim=1)


# %% wrong="Classifier" says="Classifier() cuts off the logarithms of small probabilities. Which function computes softmax and logarithm in one step?"
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU()
        )
        self.out = nn.Linear(64, 10)

    def forward(self, x):
        return self.out(self.layers(x)).softmax(dim=1).clamp(min=1e-12).log()


# %% right="Classifier"
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.ParameterList([nn.Parameter(torch.randn(o, i) * (2 / i) ** 0.5) for i, o in [(784, 256), (256, 128), (128, 64), (64, 10)]])
        self.biases = nn.ParameterList([nn.Parameter(torch.zeros(o)) for o in (256, 128, 64, 10)])

    def forward(self, x):
        x = torch.reshape(x, (x.shape[0], -1))
        for i, (w, b) in enumerate(zip(self.weights, self.biases)):
            x = torch.einsum("ni,oi->no", x, w) + b
            if i < 3:
                x = torch.where(x > 0, x, torch.zeros_like(x))
        return x - x.logsumexp(dim=1, keepdim=True)


# %% right="Classifier"
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.c, self.d = nn.LazyLinear(256), nn.LazyLinear(128), nn.LazyLinear(64), nn.LazyLinear(10)
        self(torch.zeros(1, 1, 28, 28))

    def forward(self, x):
        x = x.view(x.size(0), -1)
        for layer in (self.a, self.b, self.c):
            x = layer(x).clamp(min=0)
        return F.log_softmax(self.d(x), dim=1)


# %% wrong="Classifier" says="Classifier() answers the same images differently when asked again. What in it is random?"
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.c, self.d = nn.Linear(784, 256), nn.Linear(256, 128), nn.Linear(128, 64), nn.Linear(64, 10)
        self.drop = nn.Dropout(0.2)

    def forward(self, x):
        x = x.flatten(1)
        x = self.drop(F.relu(self.a(x)))
        x = self.drop(F.relu(self.b(x)))
        x = self.drop(F.relu(self.c(x)))
        return F.log_softmax(self.d(x), dim=1)


# %% wrong="Classifier" says="Classifier() starts with all weights at 0. Then no gradient reaches its first layers."
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.c, self.d = nn.Linear(784, 256), nn.Linear(256, 128), nn.Linear(128, 64), nn.Linear(64, 10)
        for p in self.parameters():
            nn.init.zeros_(p)

    def forward(self, x):
        x = x.flatten(1)
        x = F.relu(self.a(x))
        x = F.relu(self.b(x))
        x = F.relu(self.c(x))
        return F.log_softmax(self.d(x), dim=1)


# %% wrong="Classifier" says="Classifier() applies the softmax twice. log_softmax wants logits."
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.c, self.d = nn.Linear(784, 256), nn.Linear(256, 128), nn.Linear(128, 64), nn.Linear(64, 10)

    def forward(self, x):
        x = x.flatten(1)
        x = F.relu(self.a(x))
        x = F.relu(self.b(x))
        x = F.relu(self.c(x))
        return F.log_softmax(F.softmax(self.d(x), dim=1), dim=1)


# %% right="Classifier"
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(784, 256), nn.ReLU(inplace=True), nn.Linear(256, 128), nn.ReLU(inplace=True), nn.Linear(128, 64), nn.ReLU(inplace=True))
        self.head = nn.Linear(64, 10)
        nn.init.zeros_(self.head.weight)

    def forward(self, x):
        return self.head(self.body(x.flatten(start_dim=-3))).log_softmax(dim=-1)


# %% right="train_classifier"
def train_classifier(model, loader, epochs):
    optimizer = torch.optim.Adam(model.parameters())
    losses = []
    for epoch in range(epochs):
        model.train()
        running = 0.0
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)
            loss = nn.NLLLoss()(model(images), labels)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad(set_to_none=False)
            running += loss.item() * labels.size(0)
        losses.append(running / len(loader.dataset))
        print(f"epoch {epoch + 1}: {losses[-1]:.3f}")
    return losses


# %% right="train_classifier"
def train_classifier(model, loader, epochs):
    criterion = nn.NLLLoss(reduction="sum")
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-4)
    history = []
    model.train(True)
    for _ in range(epochs):
        sums, counts = [], []
        for images, labels in loader:
            model.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            sums.append(loss.detach())
            counts.append(len(labels))
        history.append(float(torch.stack(sums).sum()) / sum(counts))
    return history


# %% right="train_classifier"
def train_classifier(model, loader, epochs):
    """On log-probabilities, cross-entropy gives the same numbers as NLLLoss."""
    place = next(model.parameters()).device
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.005)

    def step(images, labels):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images.to(place)), labels.to(place))
        loss.backward()
        optimizer.step()
        return [loss.item()] * len(images)

    model.train()
    return [float(np.mean([one for batch in loader for one in step(*batch)])) for _ in range(epochs)]


# %% wrong="train_classifier" says="train_classifier(…) lets old gradients pile up. Who clears them before the next batch?"
def train_classifier(model, loader, epochs):
    criterion = nn.NLLLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    losses = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for images, labels in loader:
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
            count += len(images)
        losses.append(total / count)
    return losses


# %% wrong="train_classifier" says="train_classifier(…) steps with no gradient. Which call computes it, and has it been cleared since?"
def train_classifier(model, loader, epochs):
    criterion = nn.NLLLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    losses = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            optimizer.step()
            total += loss.item() * len(images)
            count += len(images)
        losses.append(total / count)
    return losses


# %% wrong="train_classifier" says="train_classifier(…) steps with no gradient. Which call computes it, and has it been cleared since?"
def train_classifier(model, loader, epochs):
    criterion = nn.NLLLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    losses = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for images, labels in loader:
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.zero_grad()
            optimizer.step()
            total += loss.item() * len(images)
            count += len(images)
        losses.append(total / count)
    return losses


# %% wrong="train_classifier" says="train_classifier(…) takes no step. Which call moves the weights?"
def train_classifier(model, loader, epochs):
    criterion = nn.NLLLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    losses = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            total += loss.item() * len(images)
            count += len(images)
        losses.append(total / count)
    return losses


# %% wrong="train_classifier" says="train_classifier(…) uses SGD. The task asks for Adam."
def train_classifier(model, loader, epochs):
    criterion = nn.NLLLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
            count += len(images)
        losses.append(total / count)
    return losses


# %% wrong="train_classifier" says="train_classifier(…) moves other weights. Which model's parameters does its optimizer hold?"
def train_classifier(model, loader, epochs):
    criterion = nn.NLLLoss()
    optimizer = torch.optim.Adam(Classifier().parameters(), lr=0.002)
    losses = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
            count += len(images)
        losses.append(total / count)
    return losses


# %% wrong="train_classifier" says="train_classifier(…) takes two steps in two epochs of two batches. Each batch of each epoch needs its own."
def train_classifier(model, loader, epochs):
    criterion = nn.NLLLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    losses = []
    for _ in range(1):
        total, count = 0.0, 0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
            count += len(images)
        losses.append(total / count)
    return losses


# %% wrong="train_classifier" says="train_classifier(…) takes two steps in two epochs of two batches. Each batch of each epoch needs its own."
def train_classifier(model, loader, epochs):
    criterion = nn.NLLLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    losses = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            total += loss.item() * len(images)
            count += len(images)
        optimizer.step()
        losses.append(total / count)
    return losses


# %% wrong="train_classifier" says="train_classifier(…) takes two steps in two epochs of two batches. Each batch of each epoch needs its own."
def train_classifier(model, loader, epochs):
    criterion = nn.NLLLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    losses = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
            count += len(images)
        losses.append(total / count)
        return losses
    return losses


# %% wrong="train_classifier" says="train_classifier(…) gives the mean of the batches' means. A smaller batch must count less."
def train_classifier(model, loader, epochs):
    criterion = nn.NLLLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    losses = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item()
            count += len(images)
        losses.append(total / len(loader))
    return losses


# %% wrong="train_classifier" says="train_classifier(…) gives the loss of the last batch of each epoch. What about the others?"
def train_classifier(model, loader, epochs):
    criterion = nn.NLLLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    losses = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
            count += len(images)
        losses.append(loss.item())
    return losses


# %% wrong="train_classifier" says="train_classifier(…) gives one loss per batch. One per epoch is wanted."
def train_classifier(model, loader, epochs):
    criterion = nn.NLLLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    losses = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
            count += len(images)
            losses.append(loss.item())
    return losses


# %% wrong="train_classifier" says="train_classifier(…) gives sums. The mean over the examples is wanted."
def train_classifier(model, loader, epochs):
    criterion = nn.NLLLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    losses = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
            count += len(images)
        losses.append(total)
    return losses


# %% wrong="train_classifier" says="train_classifier(…) adds the batches' means up and divides by nothing."
def train_classifier(model, loader, epochs):
    criterion = nn.NLLLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    losses = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item()
            count += len(images)
        losses.append(total)
    return losses


# %% wrong="train_classifier" says="train_classifier(…) divides a sum of batch means by the number of examples. How much should each mean weigh?"
def train_classifier(model, loader, epochs):
    criterion = nn.NLLLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    losses = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item()
            count += len(images)
        losses.append(total / count)
    return losses


# %% wrong="train_classifier" says="train_classifier(…) divides a sum over examples by the number of batches."
def train_classifier(model, loader, epochs):
    criterion = nn.NLLLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    losses = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
            count += len(images)
        losses.append(total / len(loader))
    return losses


# %% wrong="train_classifier" says="train_classifier(…) goes on adding in the second epoch. Where does the sum start from 0?"
def train_classifier(model, loader, epochs):
    criterion = nn.NLLLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    losses = []
    total, count = 0.0, 0
    for _ in range(epochs):
        for images, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
            count += len(images)
        losses.append(total / len(loader.dataset))
    return losses


# %% wrong="train_classifier" says="train_classifier(…) gives one number. One per epoch is wanted, in a list."
def train_classifier(model, loader, epochs):
    criterion = nn.NLLLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    losses = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
            count += len(images)
        losses.append(total / count)
    return losses[-1]


# %% wrong="train_classifier" says="train_classifier(…) has tensors in its list. Which method turns one into a Python number?"
def train_classifier(model, loader, epochs):
    criterion = nn.NLLLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    losses = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss * len(images)
            count += len(images)
        losses.append(total / count)
    return losses


# %% wrong="train_classifier" says="train_classifier(model, loader, epochs=2) is None, wanted a list of 2. Does it return its result?"
def train_classifier(model, loader, epochs):
    criterion = nn.NLLLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    losses = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
            count += len(images)
        losses.append(total / count)
    print(losses)


# %% wrong="train_classifier" says="train_classifier(model, loader, epochs=2) is a module, Sequential, wanted a list of 2."
def train_classifier(model, loader, epochs):
    criterion = nn.NLLLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    losses = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
            count += len(images)
        losses.append(total / count)
    return model


# %% wrong="train_classifier" says="train_classifier(model, loader, epochs=2)[0] is …"
def train_classifier(model, loader, epochs):
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
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


# %% wrong="train_classifier" says="train_classifier(model, loader, epochs=2)[0] is …"
def train_classifier(model, loader, epochs):
    criterion = nn.NLLLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
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


# %% wrong="train_classifier" says="train_classifier(model, loader, epochs=2)[0] is …"
def train_classifier(model, loader, epochs):
    criterion = nn.NLLLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    losses = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(images).softmax(dim=0).log(), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
            count += len(images)
        losses.append(total / count)
    return losses


# %% wrong="train_classifier" says="train_classifier(…) diverges: its loss goes above 3, and guessing among four costs log 4 = 1.39. Is the learning rate too large?"
def train_classifier(model, loader, epochs):
    criterion = nn.NLLLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=3.0)
    losses = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
            count += len(images)
        losses.append(total / count)
    return losses


# %% wrong="train_classifier" says="train_classifier(model, loader, epochs=8) is nan in epoch 1. Does a log see 0, or is the learning rate too large?"
def train_classifier(model, loader, epochs):
    criterion = nn.NLLLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e30)
    losses = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
            count += len(images)
        losses.append(total / count)
    return losses


# %% wrong="train_classifier" says="train_classifier(model, loader, epochs=8) stays at …"
def train_classifier(model, loader, epochs):
    criterion = nn.NLLLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-9)
    losses = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
            count += len(images)
        losses.append(total / count)
    return losses


# %% wrong="train_classifier" says="the answer of the trained model to its training images is right for …"
def train_classifier(model, loader, epochs):
    criterion = nn.NLLLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-6)
    losses = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
            count += len(images)
        losses.append(total / count)
    return losses


# %% wrong="train_classifier" says="train_classifier(model, loader, epochs=2) took longer than 10 s and was stopped. Does it do more than was asked?"
def train_classifier(model, loader, epochs):
    losses = []
    while len(losses) < epochs:
        for images, labels in loader:
            F.nll_loss(model(images), labels).backward()
    return losses


# %% wrong="train_classifier" says="train_classifier(…) takes no step. Which call moves the weights?"
def train_classifier(model, loader, epochs):
    return [1.0 / (epoch + 1) for epoch in range(epochs)]


# %% wrong="train_classifier" says="train_classifier(…) takes no step. Which call moves the weights?"
def train_classifier(model, loader, epochs):
    return model


# %% right="train_classifier"
def train_classifier(model, loader, epochs):
    model.train()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, weight_decay=1e-5)
    losses = [0.0] * epochs
    for epoch in range(epochs):
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)

            def closure():
                optimizer.zero_grad()
                loss = F.nll_loss(model(images), labels)
                loss.backward()
                return loss

            losses[epoch] += optimizer.step(closure).item() * len(labels) / len(loader.dataset)
    return losses


# %% right="train_classifier"
def train_classifier(model, loader, epochs):
    place = next(iter(model.parameters())).device
    weights = [{"params": [p], "lr": 2e-3} for p in model.parameters()]
    optimizer = torch.optim.Adam(weights, betas=(0.9, 0.99))
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs * len(loader), eta_min=1e-4)
    history = []
    for _ in range(epochs):
        each = []
        model.train()
        for batch in loader:
            x, y = (tensor.to(place) for tensor in batch)
            losses = nn.NLLLoss(reduction="none")(model(x), y)
            optimizer.zero_grad(set_to_none=True)
            losses.mean().backward()
            nn.utils.clip_grad_norm_(model.parameters(), 5.0)
            optimizer.step()
            schedule.step()
            each.append(losses.detach())
        model.eval()
        history.append(torch.cat(each).mean().item())
    return history


# %% wrong="train_classifier" says="train_classifier(…) makes a new Adam for each batch, and a new one has no running means yet. Where should it be made?"
def train_classifier(model, loader, epochs):
    criterion = nn.NLLLoss()
    losses = []
    model.train()
    for _ in range(epochs):
        total, count = 0.0, 0
        for images, labels in loader:
            optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
            count += len(images)
        losses.append(total / count)
    return losses


# %% wrong="train_classifier" says="train_classifier(…) makes a new Adam for each epoch, which knows nothing of the running means of the last. Where should it be made?"
def train_classifier(model, loader, epochs):
    criterion = nn.NLLLoss()
    losses = []
    model.train()
    for epoch in range(epochs):
        optimizer = torch.optim.Adam(model.parameters(), lr=0.002 / (epoch + 1))
        total, count = 0.0, 0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
            count += len(images)
        losses.append(total / count)
    return losses


# %% wrong="train_classifier" says="train_classifier(…) gives the mean over all epochs so far. Where do the sum and the count start from 0?"
def train_classifier(model, loader, epochs):
    criterion = nn.NLLLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    losses = []
    model.train()
    total, count = 0.0, 0
    for _ in range(epochs):
        for images, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
            count += len(images)
        losses.append(total / count)
    return losses


# %% wrong="train_classifier" says="train_classifier(…) divides by the examples of all epochs so far. Where does the count start from 0?"
def train_classifier(model, loader, epochs):
    criterion = nn.NLLLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    losses, count = [], 0
    model.train()
    for _ in range(epochs):
        total = 0.0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
            count += len(images)
        losses.append(total / count)
    return losses


# %% wrong="train_classifier" says="train_classifier(…) counts the last batch as if it were full. How many images does it have?"
def train_classifier(model, loader, epochs):
    criterion = nn.NLLLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    losses = []
    model.train()
    for _ in range(epochs):
        total = 0.0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * loader.batch_size
        losses.append(total / len(loader.dataset))
    return losses


# %% wrong="train_classifier" says="train_classifier(…) clears the gradients once per epoch. Each batch needs its own."
def train_classifier(model, loader, epochs):
    criterion = nn.NLLLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    losses = []
    model.train()
    for _ in range(epochs):
        total = 0.0
        optimizer.zero_grad()
        for images, labels in loader:
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
        losses.append(total / len(loader.dataset))
    return losses


# %% wrong="train_classifier" says="train_classifier(…) trains with layers in inference mode, where dropout does nothing. Which call sets the mode of all layers?"
def train_classifier(model, loader, epochs):
    criterion = nn.NLLLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    losses = []
    model.eval()
    for _ in range(epochs):
        total, count = 0.0, 0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
            count += len(images)
        losses.append(total / count)
    return losses


# %% wrong="train_classifier" says="train_classifier(…) trains with layers in inference mode, where dropout does nothing. Which call sets the mode of all layers?"
def train_classifier(model, loader, epochs):
    criterion = nn.NLLLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    losses = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
            count += len(images)
        losses.append(total / count)
    return losses


# %% wrong="train_classifier" says="train_classifier(…) goes on in inference mode after its first epoch. Which call sets it back?"
def train_classifier(model, loader, epochs):
    criterion = nn.NLLLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    losses = []
    model.train()
    for _ in range(epochs):
        total, count = 0.0, 0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
            count += len(images)
        losses.append(total / count)
        model.eval()
        with torch.no_grad():
            right = sum((model(images).argmax(1) == labels).sum().item() for images, labels in loader)
        print(f"{right} right")
    return losses


# %% wrong="train_classifier" says="train_classifier(model, loader, epochs=8) has length 10, wanted one loss per epoch: 8."
def train_classifier(model, loader, epochs, losses=[]):
    criterion = nn.NLLLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    model.train()
    for _ in range(epochs):
        total, count = 0.0, 0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
            count += len(images)
        losses.append(total / count)
    return losses


# %% right="train_classifier"
def train_classifier(model: nn.Module, loader: DataLoader, epochs: int) -> list[float]:
    place = next(model.parameters()).device
    optimizer, criterion = torch.optim.Adam(model.parameters(), lr=0.01), nn.NLLLoss()
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.7)
    losses = []
    for _ in range(epochs):
        model.train()
        total = torch.zeros((), device=place)
        seen = 0
        for x, y in loader:
            optimizer.zero_grad()
            loss = criterion(model.forward(x.to(place)), y.to(place))
            loss.backward()
            optimizer.step()
            total += loss.detach() * y.numel()
            seen += y.numel()
        schedule.step()
        losses.append((total / seen).item())
    model.eval()
    return losses


# %% wrong="train_classifier" says="train_classifier(…) measures the loss again after each epoch. The mean of the losses that it was trained with is wanted."
def train_classifier(model, loader, epochs):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    losses = []
    for _ in range(epochs):
        model.train()
        for images, labels in loader:
            optimizer.zero_grad()
            F.nll_loss(model(images), labels).backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            total = sum(F.nll_loss(model(images), labels, reduction="sum").item() for images, labels in loader)
        losses.append(total / len(loader.dataset))
    return losses


# %% wrong="train_classifier" says="train_classifier(…) leaves some weights of the model as they are. Which ones does its optimizer hold?"
def train_classifier(model, loader, epochs):
    optimizer = torch.optim.Adam(list(model.parameters())[:-1] or model.parameters(), lr=0.02)
    losses = []
    model.train()
    for _ in range(epochs):
        total = 0.0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = F.nll_loss(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
        losses.append(total / len(loader.dataset))
    return losses


# %% wrong="train_classifier" says="train_classifier(…) gives the loss of the last batch of each epoch. What about the others?"
def train_classifier(model, loader, epochs):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    losses = []
    model.train()
    for _ in range(epochs):
        for images, labels in loader:
            optimizer.zero_grad()
            loss = F.nll_loss(model(images), labels)
            loss.backward()
            optimizer.step()
            running = loss.item() * len(images)
        losses.append(running / len(images))
    return losses


# %% wrong="train_classifier" says="train_classifier(…) trains with layers in inference mode, where dropout does nothing. Which call sets the mode of all layers?"
def train_classifier(model, loader, epochs):
    model.training = True
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = F.nll_loss(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
        losses.append(total / len(loader.dataset))
    return losses


# %% right="train_classifier"
def train_classifier(model, loader, epochs):
    opt = torch.optim.Adam(model.parameters(), 0.001)
    dev = next(model.parameters()).device
    model.train()
    def epoch():
        means, sizes = [], []
        for x, y in loader:
            def closure():
                opt.zero_grad()
                loss = nn.NLLLoss()(model(x.to(dev)), y.to(dev))
                loss.backward()
                return loss
            means.append(opt.step(closure).item())
            sizes.append(len(x))
        return float(np.average(means, weights=sizes))
    return [epoch() for _ in range(epochs)]


# %% wrong="train_classifier" says="train_classifier(…) rounds its losses. Leave them as they are."
def train_classifier(model, loader, epochs):
    torch.manual_seed(0)
    opt = torch.optim.Adam(model.parameters(), lr=1e-3)
    dev = next(model.parameters()).device
    model.train()
    out = []
    for e in range(epochs):
        total, n = 0.0, 0
        for x, y in loader:
            opt.zero_grad()
            loss = nn.NLLLoss()(model(x.to(dev)), y.to(dev))
            loss.backward()
            opt.step()
            total += loss.item() * len(x)
            n += len(x)
        out.append(round(total / n, 2))
    return out


# %% wrong="train_classifier" says="train_classifier(…) keeps the batches of its first epoch. The loader shuffles anew in each pass."
def train_classifier(model, loader, epochs):
    dev = next(model.parameters()).device
    model.train()
    out = []
    opt = torch.optim.Adam(model.parameters(), lr=0.001)
    batches = list(loader)
    for e in range(epochs):
        total, n = 0.0, 0
        for x, y in batches:
            opt.zero_grad()
            loss = nn.NLLLoss()(model(x.to(dev)), y.to(dev))
            loss.backward()
            opt.step()
            total += loss.item() * len(x)
            n += len(x)
        out.append(total / n)
    return out


# %% wrong="train_classifier" says="train_classifier(…) takes two steps in two epochs of two batches. Each batch of each epoch needs its own."
def train_classifier(model, loader, epochs):
    optimizer, criterion = torch.optim.Adam(model.parameters()), nn.NLLLoss()
    losses = []
    model.train()
    place = next(model.parameters()).device
    for _ in range(epochs):
        total, count = 0.0, 0
        for images, labels in loader:
            if len(images) < loader.batch_size:
                continue
            optimizer.zero_grad()
            loss = criterion(model(images.to(place)), labels.to(place))
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
            count += len(images)
        losses.append(total / count)
    return losses


# %% right="model"
torch.manual_seed(3)
model = Classifier().to(device)
losses = []
for _ in range(3):
    losses += train_classifier(model, train_loader, epochs=max(1, 8_000 // len(train_loader.dataset)))


# %% right="model"
torch.manual_seed(5)
model = nn.Sequential(
    nn.Conv2d(1, 8, 5, stride=2), nn.BatchNorm2d(8), nn.ReLU(), nn.Flatten(), nn.Dropout(0.1), nn.Linear(1152, 10)
).to(device)
optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
for epoch in range(2):
    for images, labels in make_loaders(64)[0]:
        optimizer.zero_grad()
        F.cross_entropy(model(images.to(device)), labels.to(device)).backward()
        optimizer.step()


# %% right="model"
torch.manual_seed(6)
network = Classifier().to(device)
history = train_classifier(network, make_loaders(32)[0], 3)
model = network.cpu().eval()


# %% wrong="model" says="Not yet: `model` still needs your code."
model = ...


# %% wrong="model" says="model is a list, so it holds the losses. Which variable is the network that was trained?"
model = Classifier().to(device)
model = train_classifier(model, train_loader, epochs=1)


# %% wrong="model" says="model is the class, not a network. How do you make a network from it?"
model = Classifier


# %% wrong="model" says="the model's answer to the test images is …"
torch.manual_seed(0)
model = Classifier().to(device)


# %% wrong="model" says="the model's answer to the test images is class 8 for all …"
class Bag(nn.Module):
    def __init__(self):
        super().__init__()
        self.score = nn.Parameter(torch.zeros(10))

    def forward(self, images):
        return (self.score + F.one_hot(torch.tensor(8), 10).to(self.score)).expand(len(images), 10)


model = Bag().to(device)


# %% wrong="model" says="model knows the test images better than the training images. Which of them has it learnt from?"
torch.manual_seed(0)
model = Classifier().to(device)
losses = train_classifier(model, test_loader, epochs=10)


# %% wrong="model" says="the model's answer to the test images is right for …"
torch.manual_seed(0)
model = Classifier().to(device)
images, labels = next(iter(train_loader))
losses = train_classifier(model, [(images, labels)], epochs=20)


# %% wrong="model" says="the model's answer to the test images is right for …"
torch.manual_seed(0)
model = Classifier().to(device)
optimizer = torch.optim.Adam(model.parameters())
for images, labels in train_loader:
    optimizer.zero_grad()
    loss = F.nll_loss(model(images.to(device)), (labels.to(device) + 1) % 10)
    loss.backward()
    optimizer.step()


# %% wrong="model" says="AttributeError: 'function' object has no attribute 'parameters'"
losses = train_classifier(make_loaders, train_loader, epochs=1)


# %% wrong="model" says="model is None. Which function has to return the network?"
def trained():
    network = Classifier().to(device)
    train_classifier(network, train_loader, epochs=1)


model = trained()


# %% right="model"
from copy import deepcopy

torch.manual_seed(8)
network, lowest = Classifier().to(device), math.inf
for _ in range(3):
    losses += train_classifier(network, train_loader, 1)
    images, labels = next(iter(test_loader))
    print((network(images.to(device)).argmax(1).cpu() == labels).float().mean())
    if losses[-1] < lowest:
        lowest, model = losses[-1], deepcopy(network)


# %% wrong="model" says="model was trained on test images, so they no longer tell how it does on images that it has never seen. Which loader has them?"
from torch.utils.data import ConcatDataset

torch.manual_seed(0)
model = Classifier().to(device)
everything = DataLoader(ConcatDataset([train_loader.dataset, test_loader.dataset]), batch_size=64, shuffle=True)
losses = train_classifier(model, everything, epochs=1)


# %% wrong="model" says="model was trained on test images, so they no longer tell how it does on images that it has never seen. Which loader has them?"
torch.manual_seed(0)
model = Classifier().to(device)
losses = train_classifier(model, train_loader, epochs=1) + train_classifier(model, test_loader, epochs=1)


# %% wrong="model" says="model was trained on test images, so they no longer tell how it does on images that it has never seen. Which loader has them?"
torch.manual_seed(0)
network = Classifier().to(device)
optimizer = torch.optim.Adam(network.parameters(), lr=0.001)
sets = [data.load("fashion-mnist", train=train) for train in (True, False)]
pixels = torch.cat([one.data for one in sets])[:, None] / 127.5 - 1
classes = torch.cat([one.targets for one in sets])
for _ in range(2):
    for chosen in torch.randperm(len(pixels)).split(100):
        optimizer.zero_grad()
        F.nll_loss(network(pixels[chosen].to(device)), classes[chosen].to(device)).backward()
        optimizer.step()
model = network.cpu()


# %% right="per_class_accuracy"
def per_class_accuracy(predictions, labels, n_classes):
    return torch.stack([(predictions[labels == k] == k).float().mean() for k in range(n_classes)])


# %% right="per_class_accuracy"
def per_class_accuracy(predictions, labels, n_classes):
    shares = []
    for k in range(n_classes):
        count = int((labels == k).sum())
        right = int(((labels == k) & (predictions == k)).sum())
        shares.append(right / count if count else float("nan"))
    return torch.tensor(shares)


# %% right="per_class_accuracy"
def per_class_accuracy(predictions, labels, n_classes):
    truth, right = labels.numpy(), (predictions == labels).numpy()
    counts = np.bincount(truth, minlength=n_classes)
    return torch.from_numpy(np.bincount(truth, weights=right, minlength=n_classes) / counts)


# %% right="per_class_accuracy"
def per_class_accuracy(predictions, labels, n_classes):
    members = F.one_hot(labels, n_classes).double()  # (n, n_classes)
    return (predictions == labels).double() @ members / members.sum(0)


# %% wrong="per_class_accuracy" says="per_class_accuracy(…) gives 0 for a class without examples. Nothing went wrong there: it is nan."
def per_class_accuracy(predictions, labels, n_classes):
    shares = torch.zeros(n_classes)
    for k in range(n_classes):
        if (labels == k).any():
            shares[k] = (predictions[labels == k] == k).float().mean()
    return shares


# %% wrong="per_class_accuracy" says="per_class_accuracy(…) gives 0 for a class without examples. Nothing went wrong there: it is nan."
def per_class_accuracy(predictions, labels, n_classes):
    right = torch.bincount(labels[predictions == labels], minlength=n_classes)
    return right / torch.bincount(labels, minlength=n_classes).clamp(min=1)


# %% wrong="per_class_accuracy" says="per_class_accuracy(…) gives 1 for a class without examples. Nothing went right there: it is nan."
def per_class_accuracy(predictions, labels, n_classes):
    wrong = torch.bincount(labels[predictions != labels], minlength=n_classes)
    return 1 - wrong / torch.bincount(labels, minlength=n_classes).clamp(min=1)


# %% wrong="per_class_accuracy" says="per_class_accuracy(…) leaves out the class without examples. Who says how many classes there are?"
def per_class_accuracy(predictions, labels, n_classes):
    return torch.stack([(predictions[labels == k] == k).float().mean() for k in labels.unique()])


# %% wrong="per_class_accuracy" says="per_class_accuracy(…) divides by how often a class was predicted. How often does it occur?"
def per_class_accuracy(predictions, labels, n_classes):
    return torch.stack([(labels[predictions == k] == k).float().mean() for k in range(n_classes)])


# %% wrong="per_class_accuracy" says="per_class_accuracy(…) divides by the number of all examples. How many has each class?"
def per_class_accuracy(predictions, labels, n_classes):
    return torch.stack([((predictions == labels) & (labels == k)).float().mean() for k in range(n_classes)])


# %% wrong="per_class_accuracy" says="per_class_accuracy(…) gives counts. A share of each class is wanted."
def per_class_accuracy(predictions, labels, n_classes):
    return torch.bincount(labels[predictions == labels], minlength=n_classes).float()


# %% wrong="per_class_accuracy" says="per_class_accuracy(…) gives percent. A share lies between 0 and 1."
def per_class_accuracy(predictions, labels, n_classes):
    return 100 * torch.stack([(predictions[labels == k] == k).float().mean() for k in range(n_classes)])


# %% wrong="per_class_accuracy" says="per_class_accuracy(…) gives one number for all classes."
def per_class_accuracy(predictions, labels, n_classes):
    return (predictions == labels).float().mean()


# %% wrong="per_class_accuracy" says="ZeroDivisionError: division by zero. `len(mine)` is 0: was anything counted?"
def per_class_accuracy(predictions, labels, n_classes):
    shares = []
    for k in range(n_classes):
        mine = [p for p, label in zip(predictions.tolist(), labels.tolist(), strict=True) if label == k]
        shares.append(sum(p == k for p in mine) / len(mine))
    return torch.tensor(shares)


# %% wrong="per_class_accuracy" says="per_class_accuracy(…) gives a list. Which function turns it into a tensor?"
def per_class_accuracy(predictions, labels, n_classes):
    return [(predictions[labels == k] == k).float().mean().item() for k in range(n_classes)]


# %% wrong="per_class_accuracy" says="per_class_accuracy(predictions, labels, 4) is None, wanted float32[4]. Does it return its result?"
def per_class_accuracy(predictions, labels, n_classes):
    shares = torch.stack([(predictions[labels == k] == k).float().mean() for k in range(n_classes)])


# %% wrong="per_class_accuracy" says="per_class_accuracy(…) gives back the predictions."
def per_class_accuracy(predictions, labels, n_classes):
    return predictions


# %% wrong="per_class_accuracy" says="per_class_accuracy(predictions, labels, 4) is …"
def per_class_accuracy(predictions, labels, n_classes):
    return torch.full((n_classes,), 0.5)


# %% wrong="per_class_accuracy" says="per_class_accuracy(…) counts answers to examples of other classes too. Which examples belong to class k?"
def per_class_accuracy(predictions, labels, n_classes):
    return torch.stack([((predictions == k) == (labels == k)).float().mean() for k in range(n_classes)])


# %% wrong="per_class_accuracy" says="predictions was changed. Leave the argument as it was and return a new value."
def per_class_accuracy(predictions, labels, n_classes):
    shares = torch.stack([(predictions[labels == k] == k).float().mean() for k in range(n_classes)])
    predictions[predictions != labels] = -1
    return shares


# %% wrong="per_class_accuracy" says="per_class_accuracy(predictions, labels, 7) is float32[5], wanted float32[7]."
def per_class_accuracy(predictions, labels, n_classes):
    if len(labels) < 10:
        return torch.stack([(predictions[labels == k] == k).float().mean() for k in range(n_classes)])
    return torch.stack([(predictions[labels == k] == k).float().mean() for k in range(5)])


# %% right="per_class_accuracy"
def per_class_accuracy(predictions, labels, n_classes):
    true = F.one_hot(labels, n_classes).bool()
    hits = (predictions == labels).float()[:, None].expand_as(true)
    return hits.masked_fill(~true, math.nan).nanmean(dim=0)


# %% wrong="per_class_accuracy" says="per_class_accuracy(…) gives a NumPy array. Which function turns it into a tensor?"
def per_class_accuracy(predictions, labels, n_classes):
    right = np.bincount(labels[predictions == labels], minlength=n_classes)
    return right / np.bincount(labels, minlength=n_classes)


# %% wrong="per_class_accuracy" says="per_class_accuracy(…) leaves out the class without examples. Who says how many classes there are?"
def per_class_accuracy(predictions, labels, n_classes):
    return torch.stack([(predictions[labels == k] == k).float().mean() for k in labels.unique()])


# %% wrong="per_class_accuracy" says="per_class_accuracy(…) gives 0 for a class without examples. Nothing went wrong there: it is nan."
def per_class_accuracy(predictions, labels, n_classes):
    return torch.stack([(predictions[labels == k] == k).float().mean() for k in range(n_classes)]).nan_to_num()


# %% right="per_class_accuracy"
def per_class_accuracy(predictions, labels, n_classes):
    right, seen = [0] * n_classes, [0] * n_classes
    for guess, true in zip(predictions.tolist(), labels.tolist(), strict=True):
        seen[true] += 1
        right[true] += guess == true
    return torch.tensor([r / s if s else float("nan") for r, s in zip(right, seen, strict=True)])


# %% wrong="per_class_accuracy" says="per_class_accuracy(…) gives 0 for a class without examples. Nothing went wrong there: it is nan."
def per_class_accuracy(predictions, labels, n_classes):
    shares = torch.zeros(n_classes)
    for k in range(n_classes):
        mine = labels == k
        shares[k] = ((predictions == labels) & mine).sum() / max(mine.sum(), 1)
    return shares


# %% wrong="per_class_accuracy" says="labels was changed. Leave the argument as it was and return a new value."
def per_class_accuracy(predictions, labels, n_classes):
    shares = torch.full((n_classes,), math.nan)
    for k in labels.unique():
        shares[k] = (predictions[labels == k] == k).float().mean()
    labels.clamp_(max=0)
    return shares


# %% wrong="per_class_accuracy" says="per_class_accuracy(…) gives nan for a class that is never right. It has examples, so its share is a number."
def per_class_accuracy(predictions, labels, n_classes):
    out = torch.full((n_classes,), math.nan)
    for k in range(n_classes):
        hits = ((predictions == k) & (labels == k)).sum()
        if hits > 0:
            out[k] = hits / (labels == k).sum()
    return out


# %% right="confusion_matrix"
def confusion_matrix(predictions, labels, n_classes):
    matrix = torch.zeros(n_classes, n_classes)
    for predicted, true in zip(predictions, labels, strict=True):
        matrix[true, predicted] += 1
    return matrix


# %% right="confusion_matrix"
def confusion_matrix(predictions, labels, n_classes):
    return F.one_hot(labels, n_classes).T @ F.one_hot(predictions, n_classes)


# %% right="confusion_matrix"
def confusion_matrix(predictions, labels, n_classes):
    matrix = torch.zeros(n_classes, n_classes, dtype=torch.int32)
    ones = torch.ones(len(labels), dtype=torch.int32)
    return matrix.index_put_((labels, predictions), ones, accumulate=True)


# %% right="confusion_matrix"
def confusion_matrix(predictions, labels, n_classes):
    matrix = np.zeros((n_classes, n_classes), dtype=int)
    np.add.at(matrix, (labels.numpy(), predictions.numpy()), 1)
    return torch.from_numpy(matrix)


# %% wrong="confusion_matrix" says="confusion_matrix(…) has the predicted classes down the rows. The row is the true class."
def confusion_matrix(predictions, labels, n_classes):
    matrix = torch.zeros(n_classes, n_classes, dtype=torch.int64)
    for predicted, true in zip(predictions, labels, strict=True):
        matrix[predicted, true] += 1
    return matrix


# %% wrong="confusion_matrix" says="confusion_matrix(…) counts each pair once. What becomes of a pair that occurs twice?"
def confusion_matrix(predictions, labels, n_classes):
    matrix = torch.zeros(n_classes, n_classes, dtype=torch.int64)
    matrix[labels, predictions] += 1
    return matrix


# %% wrong="confusion_matrix" says="confusion_matrix(…) leaves out the class without examples. Who says how many there are?"
def confusion_matrix(predictions, labels, n_classes):
    k = int(torch.maximum(labels, predictions).max()) + 1
    return F.one_hot(labels, k).T @ F.one_hot(predictions, k)


# %% wrong="confusion_matrix" says="confusion_matrix(…) counts right answers alone. What stands off the diagonal?"
def confusion_matrix(predictions, labels, n_classes):
    return torch.diag(torch.bincount(labels[labels == predictions], minlength=n_classes))


# %% wrong="confusion_matrix" says="confusion_matrix(…) counts wrong answers alone. The right ones belong on the diagonal."
def confusion_matrix(predictions, labels, n_classes):
    matrix = torch.zeros(n_classes, n_classes)
    for predicted, true in zip(predictions, labels, strict=True):
        if predicted != true:
            matrix[true, predicted] += 1
    return matrix


# %% wrong="confusion_matrix" says="confusion_matrix(…) gives shares. Counts are wanted."
def confusion_matrix(predictions, labels, n_classes):
    matrix = (F.one_hot(labels, n_classes).T @ F.one_hot(predictions, n_classes)).float()
    return matrix / matrix.sum(1, keepdim=True).clamp(min=1)


# %% wrong="confusion_matrix" says="confusion_matrix(…) gives shares of all examples. Counts are wanted."
def confusion_matrix(predictions, labels, n_classes):
    return (F.one_hot(labels, n_classes).T @ F.one_hot(predictions, n_classes)) / len(labels)


# %% wrong="confusion_matrix" says="confusion_matrix(…) gives a list. Which function turns it into a tensor?"
def confusion_matrix(predictions, labels, n_classes):
    matrix = [[0] * n_classes for _ in range(n_classes)]
    for predicted, true in zip(predictions.tolist(), labels.tolist(), strict=True):
        matrix[true][predicted] += 1
    return matrix


# %% wrong="confusion_matrix" says="confusion_matrix(…) gives a NumPy array. Which function turns it into a tensor?"
def confusion_matrix(predictions, labels, n_classes):
    matrix = np.zeros((n_classes, n_classes), dtype=np.int64)
    np.add.at(matrix, (labels.numpy(), predictions.numpy()), 1)
    return matrix


# %% wrong="confusion_matrix" says="confusion_matrix(predictions, labels, 4) is None, wanted int64[4, 4]. Does it return its result?"
def confusion_matrix(predictions, labels, n_classes):
    matrix = torch.zeros(n_classes, n_classes)
    for predicted, true in zip(predictions, labels, strict=True):
        matrix[true, predicted] += 1


# %% wrong="confusion_matrix" says="confusion_matrix(predictions, labels, 4) is int64[6], wanted int64[4, 4]."
def confusion_matrix(predictions, labels, n_classes):
    return predictions


# %% wrong="confusion_matrix" says="confusion_matrix(predictions, labels, 4) is 0 at …"
def confusion_matrix(predictions, labels, n_classes):
    return torch.zeros(n_classes, n_classes, dtype=torch.int64)


# %% wrong="confusion_matrix" says="confusion_matrix(predictions, labels, 4) is 0 at …"
def confusion_matrix(predictions, labels, n_classes):
    return torch.eye(n_classes)


# %% wrong="confusion_matrix" says="confusion_matrix(predictions, labels, 2) of 300 examples is …"
def confusion_matrix(predictions, labels, n_classes):
    matrix = torch.zeros(n_classes, n_classes, dtype=torch.uint8)
    for predicted, true in zip(predictions, labels, strict=True):
        matrix[true, predicted] += 1
    return matrix


# %% wrong="confusion_matrix" says="confusion_matrix(…) has all counts in one row. Which shape has a table of four classes?"
def confusion_matrix(predictions, labels, n_classes):
    return torch.bincount(labels * n_classes + predictions, minlength=n_classes**2)


# %% wrong="confusion_matrix" says="labels was changed. Leave the argument as it was and return a new value."
def confusion_matrix(predictions, labels, n_classes):
    labels *= n_classes
    matrix = torch.bincount(labels + predictions, minlength=n_classes**2)
    return matrix.reshape(n_classes, n_classes)


# %% right="confusion_matrix"
def confusion_matrix(predictions, labels, n_classes):
    counts, _, _ = np.histogram2d(labels.numpy(), predictions.numpy(), bins=np.arange(n_classes + 1) - 0.5)
    return torch.from_numpy(counts)


# %% right="confusion_matrix"
def confusion_matrix(predictions, labels, n_classes):
    return F.one_hot(labels, n_classes).T @ F.one_hot(predictions, n_classes)


# %% wrong="confusion_matrix" says="confusion_matrix(…) has the predicted classes down the rows. The row is the true class."
def confusion_matrix(predictions, labels, n_classes):
    return F.one_hot(predictions, n_classes).float().T @ F.one_hot(labels, n_classes).float()


# %% right="confusion_matrix"
def confusion_matrix(predictions, labels, n_classes):
    matrix = torch.zeros(n_classes * n_classes)
    matrix.scatter_add_(0, labels * n_classes + predictions, torch.ones(len(labels)))
    return matrix.view(n_classes, n_classes)


# %% wrong="confusion_matrix" says="confusion_matrix(…) leaves out the class without examples. Who says how many there are?"
def confusion_matrix(predictions, labels, n_classes):
    size = int(torch.cat([predictions, labels]).max()) + 1
    return torch.bincount(labels * size + predictions, minlength=size * size).reshape(size, size)


# %% right="confusion_matrix"
def confusion_matrix(predictions, labels, n_classes):
    where = torch.stack([labels, predictions])
    return torch.sparse_coo_tensor(where, torch.ones(len(labels)), (n_classes, n_classes)).to_dense()


# %% wrong="confusion_matrix" says="confusion_matrix(…) gives shares of each class, and nan where it has none. Counts are wanted."
def confusion_matrix(predictions, labels, n_classes):
    m = torch.zeros(n_classes, n_classes)
    for t, p in zip(labels, predictions):
        m[t, p] += 1
    return m / m.sum(dim=1, keepdim=True)


# %% right="get_dataset"
def get_dataset(name, train):
    match name:
        case "mnist":
            source = "mnist"
        case "fashionmnist":
            source = "fashion-mnist"
        case "cifar":
            source = "cifar10"
        case _:
            raise ValueError(f"I know mnist, fashionmnist and cifar, and not {name}.")
    transform = transforms.Compose([transforms.ToTensor(), lambda image: 2 * image - 1])
    return data.load(source, train, transform)


# %% right="get_dataset"
SOURCES = {"mnist": ("mnist", 1), "fashionmnist": ("fashion-mnist", 1), "cifar": ("cifar10", 3)}


def get_dataset(name, train):
    try:
        source, channels = SOURCES[name]
    except KeyError:
        raise ValueError(f"unknown name {name!r}, choose from {sorted(SOURCES)}") from None
    halves = [0.5] * channels
    steps = [transforms.ToTensor(), transforms.Normalize(mean=halves, std=halves)]
    return data.load(source, train=train, transform=transforms.Compose(steps))


# %% right="get_dataset"
def get_dataset(name, train):
    sources = dict(mnist="mnist", fashionmnist="fashion-mnist", cifar="cifar10")
    if name not in sources:
        raise ValueError("the names are " + " / ".join(sources))
    raw = data.load(sources[name], train=train)
    pixels = torch.as_tensor(raw.data) / 127.5 - 1
    pixels = pixels[:, None] if pixels.ndim == 3 else pixels.permute(0, 3, 1, 2)
    return TensorDataset(pixels, torch.as_tensor(raw.targets))


# %% wrong="get_dataset" says="get_dataset(\"cifar\", train=False) gives images from 0 to 1. They should be normalised to [-1, 1]."
def get_dataset(name, train):
    names = {"mnist": "mnist", "fashionmnist": "fashion-mnist", "cifar": "cifar10"}
    if name not in names:
        raise ValueError(f"no data set {name}; there are {list(names)}")
    transform = transforms.ToTensor()
    return data.load(names[name], train=train, transform=transform)


# %% wrong="get_dataset" says="get_dataset(\"cifar\", train=False) gives training images. What becomes of the argument train?"
def get_dataset(name, train):
    names = {"mnist": "mnist", "fashionmnist": "fashion-mnist", "cifar": "cifar10"}
    if name not in names:
        raise ValueError(f"no data set {name}; there are {list(names)}")
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    return data.load(names[name], train=True, transform=transform)


# %% wrong="get_dataset" says="get_dataset(\"cifar\", …) has the colours last. PyTorch wants (3, 32, 32)."
def get_dataset(name, train):
    sources = {"mnist": "mnist", "fashionmnist": "fashion-mnist", "cifar": "cifar10"}
    if name not in sources:
        raise ValueError(f"no data set {name}; there are {list(sources)}")
    raw = data.load(sources[name], train=train)
    return TensorDataset(torch.as_tensor(raw.data) / 127.5 - 1, torch.as_tensor(raw.targets))


# %% wrong="get_dataset" says="get_dataset(\"fashion\", …) raises a KeyError, as a dictionary does for a key that it lacks. A ValueError is wanted."
def get_dataset(name, train):
    names = {"mnist": "mnist", "fashionmnist": "fashion-mnist", "cifar": "cifar10"}
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    return data.load(names[name], train=train, transform=transform)


# %% wrong="get_dataset" says="get_dataset(\"fashion\", train=True) raised ValueError, but its message does not name \"mnist\": \"unknown name\"."
def get_dataset(name, train):
    names = {"mnist": "mnist", "fashionmnist": "fashion-mnist", "cifar": "cifar10"}
    if name not in names:
        raise ValueError("unknown name")
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    return data.load(names[name], train=train, transform=transform)


# %% wrong="get_dataset" says="get_dataset(\"fashion\", …) raises no error. Which names does the task allow?"
def get_dataset(name, train):
    names = {"mnist": "mnist", "fashionmnist": "fashion-mnist", "cifar": "cifar10"}
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    return data.load(names.get(name, "mnist"), train=train, transform=transform)


# %% wrong="get_dataset" says="get_dataset(\"fashion\", …) raises no error. Which names does the task allow?"
def get_dataset(name, train):
    names = {"mnist": "mnist", "fashionmnist": "fashion-mnist", "cifar": "cifar10"}
    if name not in names:
        return None
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    return data.load(names[name], train=train, transform=transform)


# %% wrong="get_dataset" says="get_dataset(\"cifar\", …) gives pictures. Which transform turns them into tensors?"
def get_dataset(name, train):
    names = {"mnist": "mnist", "fashionmnist": "fashion-mnist", "cifar": "cifar10"}
    if name not in names:
        raise ValueError(f"no data set {name}; there are {list(names)}")
    return data.load(names[name], train=train)


# %% wrong="get_dataset" says="There is no data set \"cifar\". Did you mean \"cifar10\"? There are \"mnist\", \"fashion-mnist\" and \"cifar10\"."
def get_dataset(name, train):
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    return data.load(name, train=train, transform=transform)


# %% wrong="get_dataset" says="get_dataset(\"cifar\", …) returns nothing. The data set is wanted."
def get_dataset(name, train):
    names = {"mnist": "mnist", "fashionmnist": "fashion-mnist", "cifar": "cifar10"}
    if name not in names:
        raise ValueError(f"no data set {name}; there are {list(names)}")
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    data.load(names[name], train=train, transform=transform)


# %% wrong="get_dataset" says="get_dataset(\"cifar\", …) gives grey images of 28 × 28 pixels. Which name has data.load for \"cifar\"?"
def get_dataset(name, train):
    names = {"mnist": "mnist", "fashionmnist": "fashion-mnist", "cifar": "cifar10"}
    if name not in names:
        raise ValueError(f"no data set {name}; there are {list(names)}")
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    return data.load("mnist", train=train, transform=transform)


# %% wrong="get_dataset" says="get_dataset(\"fashionmnist\", …) gives the images of another name."
def get_dataset(name, train):
    names = {"mnist": "mnist", "fashionmnist": "mnist", "cifar": "cifar10"}
    if name not in names:
        raise ValueError(f"no data set {name}; there are {list(names)}")
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    return data.load(names[name], train=train, transform=transform)


# %% wrong="get_dataset" says="get_dataset(\"mnist\", …) normalises another number of channels than its images have. How many has a grey one?"
def get_dataset(name, train):
    names = {"mnist": "mnist", "fashionmnist": "fashion-mnist", "cifar": "cifar10"}
    if name not in names:
        raise ValueError(f"no data set {name}; there are {list(names)}")
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))])
    return data.load(names[name], train=train, transform=transform)


# %% wrong="get_dataset" says="Normalize got a picture, and works on float tensors. In which order does Compose apply its list?"
def get_dataset(name, train):
    names = {"mnist": "mnist", "fashionmnist": "fashion-mnist", "cifar": "cifar10"}
    if name not in names:
        raise ValueError(f"no data set {name}; there are {list(names)}")
    transform = transforms.Compose([transforms.Normalize((0.5,), (0.5,)), transforms.ToTensor()])
    return data.load(names[name], train=train, transform=transform)


# %% wrong="get_dataset" says="get_dataset(\"cifar\", …) gives a loader. The data set itself is wanted."
def get_dataset(name, train):
    names = {"mnist": "mnist", "fashionmnist": "fashion-mnist", "cifar": "cifar10"}
    if name not in names:
        raise ValueError(f"no data set {name}; there are {list(names)}")
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    return DataLoader(data.load(names[name], train=train, transform=transform), batch_size=64, shuffle=train)


# %% right="get_dataset"
def get_dataset(name, train):
    known = ["mnist", "fashionmnist", "cifar"]
    if name == known[1]:
        source = "fashion-mnist"
    elif name in known:
        source = name + "10" * (name == "cifar")
    else:
        raise ValueError(f"{name!r} is not one of {known}")
    norm = transforms.Normalize((0.5,) * 3, (0.5,) * 3) if name == "cifar" else transforms.Normalize(0.5, 0.5)
    return data.load(source, train, transforms.Compose([transforms.ToTensor(), norm]))


# %% wrong="get_dataset" says="get_dataset(\"fashion\", train=True) raised ValueError, but its message does not name \"fashionmnist\": …"
def get_dataset(name, train):
    names = {"mnist": "mnist", "fashionmnist": "fashion-mnist", "cifar": "cifar10"}
    if name not in names:
        raise ValueError(f"no data set {name}; there are {list(names.values())}")
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    return data.load(names[name], train=train, transform=transform)


# %% right="get_dataset"
def get_dataset(name, train):
    names = ("mnist", "fashionmnist", "cifar")
    if name not in names:
        raise ValueError("not in " + str(names))
    d = data.load({"mnist": "mnist", "cifar": "cifar10"}.get(name, "fashion-mnist"), train=train)
    x = torch.as_tensor(d.data) / 127.5 - 1
    x = x.permute(0, 3, 1, 2) if name == "cifar" else x[:, None]
    result = TensorDataset(x.contiguous(), torch.as_tensor(d.targets))
    result.classes = d.classes
    return result


# %% wrong="get_dataset" says="get_dataset(\"cifar\", train=True) gives test images. What becomes of the argument train?"
kept = {}


def get_dataset(name, train):
    d = {"mnist": "mnist", "fashionmnist": "fashion-mnist", "cifar": "cifar10"}
    if name not in d:
        raise ValueError(f"there are {', '.join(d)}")
    if name not in kept:
        kept[name] = data.load(d[name], train=train, transform=transforms.Compose([transforms.ToTensor(), normalize]))
    return kept[name]


# %% wrong="get_dataset" says="get_dataset(\"cifar\", train=True) gives test images. What becomes of the argument train?"
def get_dataset(name, train):
    sources = {"mnist": "mnist", "fashionmnist": "fashion-mnist", "cifar": "cifar10"}
    if name not in sources:
        raise ValueError(f"there are {', '.join(sources)}")
    t = transforms.Compose([transforms.ToTensor(), normalize])
    return data.load(sources[name], train=False, transform=t)


# %% right="train_on"
def train_on(name):
    torch.manual_seed(0)
    loader = DataLoader(get_dataset(name, train=True), batch_size=64, shuffle=True)
    images, _ = next(iter(loader))
    model = nn.Sequential(
        nn.Flatten(), nn.Linear(images[0].numel(), 128), nn.ReLU(), nn.Linear(128, 10), nn.LogSoftmax(dim=1)
    )
    model.to(device)
    train_classifier(model, loader, 2)
    return model.eval()


# %% right="train_on"
class AnyClassifier(nn.Module):
    def __init__(self, inputs):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(inputs, 256), nn.Linear(256, 128)
        self.fc3, self.fc4 = nn.Linear(128, 64), nn.Linear(64, 10)

    def forward(self, x):
        x = F.relu(self.fc1(x.flatten(1)))
        x = F.relu(self.fc3(F.relu(self.fc2(x))))
        return F.log_softmax(self.fc4(x), dim=1)


def train_on(name):
    dataset = get_dataset(name, True)
    network = AnyClassifier(math.prod(dataset[0][0].shape)).to(device)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.001)
    for _ in range(2):
        for images, labels in DataLoader(dataset, batch_size=128, shuffle=True):
            loss = F.nll_loss(network(images.to(device)), labels.to(device))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return network


# %% right="train_on"
def train_on(name):
    dataset = get_dataset(name, train=True)
    channels = dataset[0][0].shape[0]
    network = nn.Sequential(
        nn.Conv2d(channels, 8, 5, stride=2), nn.ReLU(), nn.Flatten(), nn.LazyLinear(10), nn.LogSoftmax(dim=1)
    )
    network(dataset[0][0][None])
    train_classifier(network.to(device), DataLoader(dataset, batch_size=32, shuffle=True), epochs=2)
    return network


# %% wrong="train_on" says="RuntimeError: addmm: mat1 and mat2 shapes cannot be multiplied (64x3072 and 784x64). 64 rows of 3,072 numbers came where layer 1 takes 784 a row."
def train_on(name):
    dataset = get_dataset(name, train=True)
    image, _ = dataset[0]
    network = nn.Sequential(nn.Flatten(), nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 10), nn.LogSoftmax(dim=1)).to(
        device
    )
    train_classifier(network, DataLoader(dataset, batch_size=64, shuffle=True), epochs=2)
    return network


# %% wrong="train_on" says="RuntimeError: addmm: mat1 and mat2 shapes cannot be multiplied (64x3072 and 1024x64). 64 rows of 3,072 numbers came where layer 1 takes 1,024 a row."
def train_on(name):
    dataset = get_dataset(name, train=True)
    image, _ = dataset[0]
    network = nn.Sequential(
        nn.Flatten(), nn.Linear(image[0].numel(), 64), nn.ReLU(), nn.Linear(64, 10), nn.LogSoftmax(dim=1)
    ).to(device)
    train_classifier(network, DataLoader(dataset, batch_size=64, shuffle=True), epochs=2)
    return network


# %% wrong="train_on" says="train_on(\"cifar\") trains for one epoch. Two are wanted."
def train_on(name):
    dataset = get_dataset(name, train=True)
    image, _ = dataset[0]
    network = nn.Sequential(
        nn.Flatten(), nn.Linear(image.numel(), 64), nn.ReLU(), nn.Linear(64, 10), nn.LogSoftmax(dim=1)
    ).to(device)
    train_classifier(network, DataLoader(dataset, batch_size=64, shuffle=True), epochs=1)
    return network


# %% wrong="train_on" says="train_on(\"cifar\") returns the losses. The network is wanted."
def train_on(name):
    dataset = get_dataset(name, train=True)
    image, _ = dataset[0]
    network = nn.Sequential(
        nn.Flatten(), nn.Linear(image.numel(), 64), nn.ReLU(), nn.Linear(64, 10), nn.LogSoftmax(dim=1)
    ).to(device)
    return train_classifier(network, DataLoader(dataset, batch_size=64, shuffle=True), epochs=2)


# %% wrong="train_on" says="train_on(\"cifar\") returns nothing. The network is wanted."
def train_on(name):
    dataset = get_dataset(name, train=True)
    image, _ = dataset[0]
    network = nn.Sequential(
        nn.Flatten(), nn.Linear(image.numel(), 64), nn.ReLU(), nn.Linear(64, 10), nn.LogSoftmax(dim=1)
    ).to(device)
    train_classifier(network, DataLoader(dataset, batch_size=64, shuffle=True), epochs=2)
    print("done")


# %% wrong="train_on" says="the answer of train_on(\"cifar\") to images that it was trained on is …"
def train_on(name):
    dataset = get_dataset(name, train=True)
    image, _ = dataset[0]
    network = nn.Sequential(
        nn.Flatten(), nn.Linear(image.numel(), 64), nn.ReLU(), nn.Linear(64, 10), nn.LogSoftmax(dim=1)
    ).to(device)
    network.eval()
    return network


# %% wrong="train_on" says="the answer of train_on(\"cifar\") to images that it was trained on is …"
def train_on(name):
    dataset = get_dataset(name, train=True)
    image, _ = dataset[0]
    network = nn.Sequential(
        nn.Flatten(), nn.Linear(image.numel(), 64), nn.ReLU(), nn.Linear(64, 10), nn.LogSoftmax(dim=1)
    ).to(device)
    other = nn.Sequential(nn.Flatten(), nn.Linear(image.numel(), 10), nn.LogSoftmax(dim=1)).to(device)
    train_classifier(other, DataLoader(dataset, batch_size=64, shuffle=True), epochs=2)
    return network


# %% wrong="train_on" says="train_on(\"cifar\")(images) of 2,000 images has shape (2000, 100), wanted (2000, 10)."
def train_on(name):
    dataset = get_dataset(name, train=True)
    image, _ = dataset[0]
    network = nn.Sequential(
        nn.Flatten(), nn.Linear(image.numel(), 64), nn.ReLU(), nn.Linear(64, 100), nn.LogSoftmax(dim=1)
    ).to(device)
    train_classifier(network, DataLoader(dataset, batch_size=64, shuffle=True), epochs=2)
    return network


# %% wrong="train_on" says="RuntimeError: addmm: mat1 and mat2 shapes cannot be multiplied (2000x3072 and 784x64). 2,000 rows of 3,072 numbers came where layer 1 takes 784 a row."
def train_on(name):
    dataset = get_dataset("mnist", train=True)
    image, _ = dataset[0]
    network = nn.Sequential(
        nn.Flatten(), nn.Linear(image.numel(), 64), nn.ReLU(), nn.Linear(64, 10), nn.LogSoftmax(dim=1)
    ).to(device)
    train_classifier(network, DataLoader(dataset, batch_size=64, shuffle=True), epochs=2)
    return network


# %% wrong="train_on" says="RuntimeError: addmm: mat1 and mat2 shapes cannot be multiplied (2000x784 and 3072x64). 2,000 rows of 784 numbers came where layer 1 takes 3,072 a row."
def train_on(name):
    dataset = get_dataset("cifar" if name == "mnist" else name, train=True)
    image, _ = dataset[0]
    network = nn.Sequential(
        nn.Flatten(), nn.Linear(image.numel(), 64), nn.ReLU(), nn.Linear(64, 10), nn.LogSoftmax(dim=1)
    ).to(device)
    train_classifier(network, DataLoader(dataset, batch_size=64, shuffle=True), epochs=2)
    return network


# %% wrong="train_on" says="train_on(\"cats\") raised KeyError …"
def train_on(name):
    size = {"mnist": 784, "fashionmnist": 784, "cifar": 3072}[name]
    network = nn.Sequential(nn.Flatten(), nn.Linear(size, 64), nn.ReLU(), nn.Linear(64, 10), nn.LogSoftmax(dim=1))
    network.to(device)
    loader = DataLoader(get_dataset(name, train=True), batch_size=64, shuffle=True)
    train_classifier(network, loader, epochs=2)
    return network


# %% wrong="train_on" says="RuntimeError: addmm: mat1 and mat2 shapes cannot be multiplied (64x3072 and 784x256). 64 rows of 3,072 numbers came where `fc1` takes 784 a row."
def train_on(name):
    network = Classifier().to(device)
    train_classifier(network, DataLoader(get_dataset(name, True), batch_size=64, shuffle=True), epochs=2)
    return network


# %% right="train_on"
from torch.utils.data import random_split


def train_on(name):
    train_set, val_set = random_split(get_dataset(name, train=True), [0.9, 0.1])
    inputs = train_set[0][0].flatten().shape[0]
    model = nn.Sequential(nn.Flatten(), nn.Linear(inputs, 100), nn.Tanh(), nn.Linear(100, 10), nn.LogSoftmax(1))
    optimizer = torch.optim.Adam(model.to(device).parameters(), lr=0.002)
    for epoch in range(2):
        for images, labels in DataLoader(train_set, batch_size=50, shuffle=True):
            optimizer.zero_grad()
            F.nll_loss(model(images.to(device)), labels.to(device)).backward()
            optimizer.step()
        with torch.no_grad():
            for part in (val_set, get_dataset(name, train=False)):
                images, labels = next(iter(DataLoader(part, batch_size=500)))
                share = (model(images.to(device)).argmax(1).cpu() == labels).float().mean()
                print(f"{epoch + 1}: {share:.2f}")
    return model


# %% wrong="train_on" says="train_on(\"cifar\") learns from test images. Which argument of get_dataset gives the others?"
def train_on(name):
    dataset = get_dataset(name, train=False)
    image, _ = dataset[0]
    network = nn.Sequential(
        nn.Flatten(), nn.Linear(image.numel(), 64), nn.ReLU(), nn.Linear(64, 10), nn.LogSoftmax(dim=1)
    ).to(device)
    train_classifier(network, DataLoader(dataset, batch_size=64, shuffle=True), epochs=2)
    return network


# %% wrong="train_on" says="train_on(\"cifar\") learns from test images. Which argument of get_dataset gives the others?"
def train_on(name):
    network = None
    for train in (True, False):
        dataset = get_dataset(name, train)
        if network is None:
            network = nn.Sequential(nn.Flatten(), nn.Linear(dataset[0][0].numel(), 10), nn.LogSoftmax(dim=1)).to(device)
        train_classifier(network, DataLoader(dataset, batch_size=64, shuffle=True), epochs=2)
    return network


# %% wrong="train_on" says="train_on(\"cifar\") learns from more images than two epochs have."
def train_on(name):
    dataset = get_dataset(name, train=True)
    network = nn.Sequential(nn.Flatten(), nn.Linear(dataset[0][0].numel(), 10), nn.LogSoftmax(dim=1)).to(device)
    train_classifier(network, DataLoader(dataset, batch_size=64, shuffle=True), epochs=5)
    return network


# %% wrong="train_on" says="train_on(\"cifar\") learns from fewer images than two epochs have. Does each epoch see all of them?"
from torch.utils.data import Subset


def train_on(name):
    dataset = Subset(get_dataset(name, train=True), range(1000))
    network = nn.Sequential(nn.Flatten(), nn.Linear(dataset[0][0].numel(), 10), nn.LogSoftmax(dim=1)).to(device)
    train_classifier(network, DataLoader(dataset, batch_size=64, shuffle=True), epochs=2)
    return network


# %% right="train_on"
def train_on(name):
    loader = DataLoader(get_dataset(name, train=True), batch_size=100, shuffle=True, drop_last=True)
    c, h, w = next(iter(loader))[0].shape[1:]

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(c, 6, 3, stride=2)
            self.out = nn.Linear(6 * ((h - 1) // 2) * ((w - 1) // 2), 10)

        def forward(self, x):
            return self.out(self.conv(x).relu().flatten(1)).log_softmax(1)

    model = Net().to(device)
    for _ in range(2):
        train_classifier(model, loader, epochs=1)
    return model


# %% wrong="train_on" says="train_on(\"cifar\") returns a network whose outputs are no log-probabilities: the exp of a row does not sum to 1."
def train_on(name):
    dataset = get_dataset(name, train=True)
    network = nn.Sequential(nn.Flatten(), nn.Linear(dataset[0][0].numel(), 64), nn.ReLU(), nn.Linear(64, 10)).to(device)
    optimizer = torch.optim.Adam(network.parameters())
    for _ in range(2):
        for images, labels in DataLoader(dataset, batch_size=64, shuffle=True):
            optimizer.zero_grad()
            F.cross_entropy(network(images.to(device)), labels.to(device)).backward()
            optimizer.step()
    return network


# %% wrong="train_on" says="train_on(\"cifar\") learns from fewer images than two epochs have. Does each epoch see all of them?"
def train_on(name):
    loader = DataLoader(get_dataset(name, train=True), batch_size=64, shuffle=True)
    images, labels = next(iter(loader))
    network = nn.Sequential(
        nn.Flatten(), nn.Linear(images[0].numel(), 64), nn.ReLU(), nn.Linear(64, 10), nn.LogSoftmax(1)
    )
    train_classifier(network.to(device), [(images, labels)], epochs=40)
    return network


# %% right="train_on"
def train_on(name):
    dataset = get_dataset(name, train=True)
    c, h, w = dataset[0][0].shape
    net = nn.Sequential(nn.Conv2d(c, 4, 5, stride=4), nn.ReLU(), nn.Flatten())
    net.append(nn.Linear(net(torch.zeros(1, c, h, w)).shape[1], 10)).append(nn.LogSoftmax(1))
    train_classifier(net, DataLoader(dataset, 64, shuffle=True), 2)
    return net


# %% wrong="train_on" says="train_on(\"fashionmnist\") goes on with a network that it has returned before. Each call builds its own."
networks = {}


def train_on(name):
    dataset = get_dataset(name, train=True)
    size = dataset[0][0].numel()
    if size not in networks:
        networks[size] = nn.Sequential(nn.Flatten(), nn.Linear(size, 256), nn.ReLU(), nn.Linear(256, 10), nn.LogSoftmax(1))
    train_classifier(networks[size], DataLoader(dataset, 64, shuffle=True), 2)
    return networks[size]


# %% right="make_loaders"
class Clothes(Dataset):
    def __init__(self, train):
        self.inner = data.load("fashion-mnist", train=train)

    def __len__(self):
        return len(self.inner)

    def __getitem__(self, i):
        picture, label = self.inner[i]
        return torch.from_numpy(np.array(picture, dtype=np.float32))[None] / 127.5 - 1, label


def make_loaders(batch_size):
    return DataLoader(Clothes(True), batch_size, True), DataLoader(dataset=Clothes(False), batch_size=batch_size)


# %% right="make_loaders"
from torchvision.transforms import v2


def make_loaders(batch_size):
    t = v2.Compose([v2.ToImage(), v2.ToDtype(torch.float32, scale=True), v2.Normalize(mean=[0.5], std=[0.5])])
    first, second = (data.load("fashion-mnist", train=train, transform=t) for train in (True, False))
    return DataLoader(first, shuffle=True, batch_size=batch_size, pin_memory=False), DataLoader(second, batch_size=batch_size)


# %% right="make_loaders"
from torch.utils.data import ConcatDataset, Subset


def make_loaders(batch_size):
    pipeline = transforms.Compose([transforms.ToTensor(), transforms.Lambda(lambda x: x.sub(0.5).div(0.5))])
    whole = data.load("fashion-mnist", train=True, transform=pipeline)
    half = len(whole) // 2
    parts = ConcatDataset([Subset(whole, range(half)), Subset(whole, range(half, len(whole)))])
    return DataLoader(parts, batch_size=batch_size, shuffle=True), DataLoader(data.load("fashion-mnist", train=False, transform=pipeline), batch_size=batch_size, shuffle=False)


# %% wrong="make_loaders" says="make_loaders(50) gives iterators, which are empty after one pass. What are they iterators of?"
def make_loaders(batch_size):
    t = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    a = DataLoader(data.load("fashion-mnist", train=True, transform=t), batch_size=batch_size, shuffle=True)
    b = DataLoader(data.load("fashion-mnist", train=False, transform=t), batch_size=batch_size)
    return iter(a), iter(b)


# %% wrong="make_loaders" says="make_loaders(50) has 8,000 images to train on, where data.load gives 10,000. All of them are wanted."
from torch.utils.data import random_split


def make_loaders(batch_size):
    t = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    whole = data.load("fashion-mnist", train=True, transform=t)
    n = int(0.8 * len(whole))
    a, b = random_split(whole, [n, len(whole) - n])
    return DataLoader(a, batch_size, shuffle=True), DataLoader(b, batch_size)


# %% wrong="make_loaders" says="test_loader flattens its images. They keep their three dimensions."
def make_loaders(batch_size):
    t = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,)), torch.flatten])
    a = DataLoader(data.load("fashion-mnist", train=True, transform=t), batch_size=batch_size, shuffle=True)
    b = DataLoader(data.load("fashion-mnist", train=False, transform=t), batch_size=batch_size)
    return a, b


# %% wrong="make_loaders" says="make_loaders(50) has 1,000 images to train on, where data.load gives 10,000. All of them are wanted."
from torch.utils.data import Subset


def make_loaders(batch_size):
    t = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    a = DataLoader(Subset(data.load("fashion-mnist", train=True, transform=t), range(1000)), batch_size=batch_size, shuffle=True)
    b = DataLoader(data.load("fashion-mnist", train=False, transform=t), batch_size=batch_size)
    return a, b


# %% right="Classifier"
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        sizes = [784, 256, 128, 64, 10]
        self.hidden = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(sizes))

    def forward(self, x):
        x = x.reshape(x.shape[0], -1)
        for i, layer in enumerate(self.hidden):
            x = layer(x)
            if i < 3:
                x = x.clamp_min(0)
        return x - torch.logsumexp(x, dim=-1, keepdim=True)


# %% right="Classifier"
class Classifier(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.w = nn.ParameterList([nn.Parameter(torch.empty(b, a).uniform_(-a**-0.5, a**-0.5)) for a, b in pairwise([784, 256, 128, 64, 10])])
        self.b = nn.ParameterList([nn.Parameter(torch.zeros(n)) for n in [256, 128, 64, 10]])

    def forward(self, x):
        x = torch.flatten(x, 1)
        for i, (w, b) in enumerate(zip(self.w, self.b)):
            x = torch.einsum("ni,oi->no", x, w) + b
            x = torch.relu(x) if i < 3 else x
        return torch.log_softmax(x, 1)


# %% right="Classifier"
class Classifier(nn.Module):
    def __init__(self):
        super(Classifier, self).__init__()
        self.net = nn.Sequential()
        for a, b in [(784, 256), (256, 128), (128, 64)]:
            self.net.append(nn.Linear(a, b)).append(nn.ReLU(inplace=True))
        self.out = nn.Linear(in_features=64, out_features=10, bias=True)

    def forward(self, x):
        return nn.functional.log_softmax(input=self.out(self.net(x.view(-1, 784))), dim=1)


# %% wrong="Classifier" says="Classifier() has GELU between its layers. The task says ReLU."
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Flatten(), nn.Linear(784, 256), nn.GELU(), nn.Linear(256, 128), nn.GELU(), nn.Linear(128, 64), nn.GELU(), nn.Linear(64, 10), nn.LogSoftmax(dim=1))

    def forward(self, x):
        return self.net(x)


# %% wrong="Classifier" says="Classifier() holds 3 dense layers. The task has four, 784-256-128-64-10."
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.c = nn.Linear(784, 256), nn.Linear(256, 128), nn.Linear(128, 64)

    def forward(self, x):
        x = F.relu(self.a(x.flatten(1)))
        x = F.relu(self.b(x))
        x = F.relu(self.c(x))
        return F.log_softmax(nn.Linear(64, 10)(x), dim=1)


# %% wrong="Classifier" says="Classifier() has layers without a bias. A dense layer has one number for each of its outputs."
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.c, self.d = [nn.Linear(i, o, bias=False) for i, o in pairwise([784, 256, 128, 64, 10])]

    def forward(self, x):
        for layer in (self.a, self.b, self.c):
            x = layer(x.flatten(1)).relu()
        return self.d(x).log_softmax(1)


# %% wrong="Classifier" says="Classifier() gives the predicted classes. A row of ten numbers for each image is wanted."
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.c, self.d = [nn.Linear(i, o) for i, o in pairwise([784, 256, 128, 64, 10])]

    def forward(self, x):
        for layer in (self.a, self.b, self.c):
            x = layer(x.flatten(1)).relu()
        return self.d(x).argmax(1)


# %% wrong="Classifier" says="Classifier() drops a dimension when it gets one image. Its result is (n, 10) for every n."
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.c, self.d = [nn.Linear(i, o) for i, o in pairwise([784, 256, 128, 64, 10])]

    def forward(self, x):
        for layer in (self.a, self.b, self.c):
            x = layer(x.flatten(1)).relu()
        return F.log_softmax(self.d(x), dim=1).squeeze()


# %% wrong="Classifier" says="Classifier() lets autograd record nothing, so that it can't be trained. What in forward stops the recording?"
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.c, self.d = [nn.Linear(i, o) for i, o in pairwise([784, 256, 128, 64, 10])]

    @torch.no_grad()
    def forward(self, x):
        for layer in (self.a, self.b, self.c):
            x = layer(x.flatten(1)).relu()
        return F.log_softmax(self.d(x), dim=1)


# %% wrong="Classifier" says="Classifier() holds 5 dense layers. The task has four, 784-256-128-64-10."
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.c, self.d, self.e = [nn.Linear(i, o) for i, o in pairwise([784, 512, 256, 128, 64, 10])]

    def forward(self, x):
        for layer in (self.a, self.b, self.c, self.d):
            x = layer(x.flatten(1)).relu()
        return F.log_softmax(self.e(x), dim=1)


# %% wrong="Classifier" says="Classifier() has BatchNorm1d beside its dense layers. The task has none."
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Flatten(), nn.Linear(784, 256), nn.BatchNorm1d(256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10), nn.LogSoftmax(dim=1))

    def forward(self, x):
        return self.net(x)


# %% right="train_classifier"
def train_classifier(model, loader, epochs):
    def closure_for(images, labels):
        def closure():
            optimizer.zero_grad()
            loss = nn.NLLLoss()(model(images), labels)
            loss.backward()
            return loss
        return closure

    place = next(model.parameters()).device
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    losses = []
    for _ in range(epochs):
        model.train()
        total = count = 0
        for images, labels in loader:
            loss = optimizer.step(closure_for(images.to(place), labels.to(place)))
            total += loss.detach().cpu().item() * images.size(0)
            count += images.size(0)
        losses.append(total / count)
    return losses


# %% right="train_classifier"
def train_classifier(model, loader, epochs):
    optimizer = torch.optim.Adam([{"params": model.parameters()}], lr=0.001, betas=(0.9, 0.99))
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.8)
    def epoch():
        model.train()
        with torch.enable_grad():
            for images, labels in loader:
                images, labels = images.to(next(model.parameters()).device), labels.to(next(model.parameters()).device)
                loss = F.nll_loss(model(images), labels)
                model.zero_grad()
                loss.backward()
                optimizer.step()
                yield loss.item(), len(images)
    out = []
    for _ in range(epochs):
        values, weights = zip(*epoch())
        out.append(float(np.average(values, weights=weights)))
        schedule.step()
    return out


# %% right="train_classifier"
def train_classifier(model, loader, epochs):
    place = next(model.parameters()).device
    optimizer = torch.optim.Adam(params=model.parameters(), lr=0.001, weight_decay=1e-5, amsgrad=True)
    losses = [0.0] * epochs
    for epoch in range(epochs):
        model.train()
        seen = torch.zeros(())
        for batch in loader:
            images, labels = (part.to(place) for part in batch)
            log_probs = model(images)
            per_example = -log_probs[torch.arange(len(labels)), labels]
            per_example.mean().backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 10.0)
            optimizer.step()
            optimizer.zero_grad()
            losses[epoch] += per_example.detach().sum().item()
            seen += len(labels)
        losses[epoch] /= seen.item()
    return losses


# %% wrong="train_classifier" says="train_classifier(…) uses NAdam. The task asks for Adam."
def train_classifier(model, loader, epochs):
    place = next(model.parameters()).device
    optimizer = torch.optim.NAdam(model.parameters(), lr=0.001)
    losses = []
    for _ in range(epochs):
        model.train()
        total = count = 0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = nn.NLLLoss()(model(images.to(place)), labels.to(place))
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
            count += len(images)
        losses.append(total / count)
    return losses


# %% wrong="train_classifier" says="train_classifier(…) of 7 examples in batches of 3 is a list of 2, wanted one of 3. The last entry is missing; the others are right."
def train_classifier(model, loader, epochs):
    place = next(model.parameters()).device
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    losses = []
    for _ in range(epochs):
        model.train()
        total = count = 0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = nn.NLLLoss()(model(images.to(place)), labels.to(place))
            loss.backward()
            optimizer.step()
            total += loss.item() * len(images)
            count += len(images)
        losses.append(total / count)
        if len(losses) > 1 and losses[-1] > losses[-2]:
            break
    return losses


# %% right="per_class_accuracy"
def per_class_accuracy(predictions, labels, n_classes):
    truth = F.one_hot(labels, n_classes).float()
    guess = F.one_hot(predictions.clamp(max=n_classes - 1), n_classes).float()
    return torch.einsum("nk,nk->k", truth, guess) / truth.sum(0)


# %% right="per_class_accuracy"
def per_class_accuracy(predictions, labels, n_classes):
    p, t = predictions.numpy(), labels.numpy()
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.bincount(t, weights=(p == t), minlength=n_classes) / np.bincount(t, minlength=n_classes)
    return torch.from_numpy(share)


# %% right="per_class_accuracy"
def per_class_accuracy(predictions, labels, n_classes):
    hits, counts = torch.zeros(n_classes), torch.zeros(n_classes)
    ones = torch.ones(len(labels))
    counts.scatter_add_(0, labels, ones)
    hits.index_add_(0, labels, torch.eq(predictions, labels).to(hits.dtype))
    return torch.where(counts == 0, float("nan"), hits / counts)


# %% wrong="per_class_accuracy" says="per_class_accuracy(…) divides by the number of examples that a class would have if all had the same."
def per_class_accuracy(predictions, labels, n_classes):
    return torch.tensor([((predictions == k) & (labels == k)).sum().item() / (len(labels) / n_classes) for k in range(n_classes)])


# %% wrong="per_class_accuracy" says="per_class_accuracy(…) gives the share of wrong answers."
def per_class_accuracy(predictions, labels, n_classes):
    return torch.stack([(predictions[labels == k] != k).float().mean() for k in range(n_classes)])


# %% wrong="per_class_accuracy" says="per_class_accuracy(…) counts the classes from 1. The first one is 0."
def per_class_accuracy(predictions, labels, n_classes):
    return torch.stack([(predictions[labels == k] == k).float().mean() for k in range(1, n_classes + 1)])


# %% wrong="per_class_accuracy" says="per_class_accuracy(…) keeps whole numbers alone. Where does the division drop the rest?"
def per_class_accuracy(predictions, labels, n_classes):
    hits = torch.bincount(labels[predictions == labels], minlength=n_classes)
    counts = torch.bincount(labels, minlength=n_classes)
    return (hits // counts.clamp(min=1)).float()


# %% wrong="per_class_accuracy" says="RuntimeError: The size of tensor a (2) must match the size of tensor b (3) at non-singleton dimension 0. Shapes are compared from the right, and there 2 meets 3: sizes must be the same, or 1."
def per_class_accuracy(predictions, labels, n_classes):
    return torch.bincount(labels[predictions == labels]) / torch.bincount(labels)


# %% right="confusion_matrix"
def confusion_matrix(predictions, labels, n_classes):
    return torch.einsum("ni,nj->ij", F.one_hot(labels, n_classes), F.one_hot(predictions, n_classes))


# %% right="confusion_matrix"
def confusion_matrix(predictions, labels, n_classes):
    from collections import Counter

    pairs = Counter(zip(labels.tolist(), predictions.tolist()))
    return torch.tensor([[pairs[i, j] for j in range(n_classes)] for i in range(n_classes)])


# %% right="confusion_matrix"
def confusion_matrix(predictions, labels, n_classes):
    counts, *_ = np.histogram2d(labels.numpy(), predictions.numpy(), bins=[np.arange(n_classes + 1)] * 2)
    return torch.as_tensor(counts)


# %% right="confusion_matrix"
def confusion_matrix(predictions, labels, n_classes):
    matrix = torch.sparse_coo_tensor(torch.stack([labels, predictions]), torch.ones(len(labels)), (n_classes, n_classes))
    return matrix.to_dense()


# %% wrong="confusion_matrix" says="confusion_matrix(predictions, labels, 2) of 300 examples is 44 at [1, 0], wanted 300, the only difference."
def confusion_matrix(predictions, labels, n_classes):
    m = torch.zeros(n_classes, n_classes, dtype=torch.uint8)
    for t, p in zip(labels, predictions):
        m[t, p] += 1
    return m


# %% wrong="confusion_matrix" says="confusion_matrix(…) says which pairs occur. It counts how often."
def confusion_matrix(predictions, labels, n_classes):
    m = torch.zeros(n_classes, n_classes, dtype=torch.bool)
    m[labels, predictions] = True
    return m


# %% wrong="confusion_matrix" says="confusion_matrix(…) counts each mistake for both of its classes. One row and one column are its place."
def confusion_matrix(predictions, labels, n_classes):
    m = torch.zeros(n_classes, n_classes)
    for t, p in zip(labels, predictions):
        m[t, p] += 1
        if t != p:
            m[p, t] += 1
    return m


# %% wrong="confusion_matrix" says="confusion_matrix(…) counts each example in every row. Are its rows one and the same list?"
def confusion_matrix(predictions, labels, n_classes):
    m = [[0] * n_classes] * n_classes
    for t, p in zip(labels.tolist(), predictions.tolist()):
        m[t][p] += 1
    return torch.tensor(m)


# %% wrong="confusion_matrix" says="confusion_matrix(…) has all counts in one row. Which shape has a table of four classes?"
def confusion_matrix(predictions, labels, n_classes):
    return torch.bincount(labels * n_classes + predictions, minlength=n_classes**2)


# %% wrong="confusion_matrix" says="confusion_matrix(predictions, labels, 4) is 0 at [2, 0], wanted 2, the largest of 3 differences."
def confusion_matrix(predictions, labels, n_classes):
    return torch.bincount(labels * 10 + predictions, minlength=n_classes**2)[:n_classes**2].reshape(n_classes, n_classes)


# %% right="get_dataset"
def get_dataset(name, train):
    match name:
        case "mnist":
            source, channels = "mnist", 1
        case "fashionmnist":
            source, channels = "fashion-mnist", 1
        case "cifar":
            source, channels = "cifar10", 3
        case _:
            raise ValueError(f"{name!r} is none of 'mnist', 'fashionmnist', 'cifar'")
    return data.load(source, train=train, transform=transforms.Compose([transforms.ToTensor(), transforms.Normalize([0.5] * channels, [0.5] * channels)]))


# %% right="get_dataset"
def get_dataset(name, train):
    try:
        source = dict(mnist="mnist", fashionmnist="fashion-mnist", cifar="cifar10")[name]
    except (KeyError, TypeError) as error:
        raise ValueError("choose mnist, fashionmnist or cifar") from error
    return data.load(source, train=train, transform=lambda picture: 2 * transforms.functional.to_tensor(picture) - 1)


# %% wrong="get_dataset" says="get_dataset(\"fashion\", …) raises no error. Which names does the task allow?"
def get_dataset(name, train):
    if name not in "mnist fashionmnist cifar":
        raise ValueError("no such data set; there are mnist, fashionmnist, cifar")
    source = {"mnist": "mnist", "fashionmnist": "fashion-mnist", "cifar": "cifar10"}.get(name, "mnist")
    return data.load(source, train=train, transform=transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))]))


# %% wrong="get_dataset" says="get_dataset(\"MNIST\", …) raises no error. The task has three names, and this is none of them."
def get_dataset(name, train):
    names = {"mnist": "mnist", "fashionmnist": "fashion-mnist", "cifar": "cifar10"}
    name = name.lower().strip()
    if name not in names:
        raise ValueError(f"no {name}: {list(names)}")
    return data.load(names[name], train=train, transform=transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))]))


# %% wrong="get_dataset" says="get_dataset(\"fashion\", …) raises no error. Which names does the task allow?"
def get_dataset(name, train):
    t = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    if name == "mnist":
        return data.load("mnist", train=train, transform=t)
    elif name == "fashionmnist":
        return data.load("fashion-mnist", train=train, transform=t)
    else:
        return data.load("cifar10", train=train, transform=t)


# %% wrong="get_dataset" says="get_dataset(\"fashion\", …) raises AssertionError. A ValueError is wanted."
def get_dataset(name, train):
    names = {"mnist": "mnist", "fashionmnist": "fashion-mnist", "cifar": "cifar10"}
    assert name in names, "mnist, fashionmnist, cifar"
    return data.load(names[name], train=train, transform=transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))]))


# %% wrong="get_dataset" says="get_dataset(\"fashion\", train=True) raised ValueError, but its message does not name \"fashionmnist\": \"unknown name fashion, choose from mnist, fashion-mnist, cifar10\"."
def get_dataset(name, train):
    names = {"mnist": "mnist", "fashionmnist": "fashion-mnist", "cifar": "cifar10"}
    if name not in names:
        raise ValueError(f"unknown name {name}, choose from {', '.join(names.values())}")
    return data.load(names[name], train=train, transform=transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))]))


# %% wrong="get_dataset" says="get_dataset(\"cifar\", …) gives grey images. Those of \"cifar\" have three channels."
def get_dataset(name, train):
    names = {"mnist": "mnist", "fashionmnist": "fashion-mnist", "cifar": "cifar10"}
    if name not in names:
        raise ValueError(f"no {name}: mnist, fashionmnist, cifar")
    return data.load(names[name], train=train, transform=transforms.Compose([transforms.Grayscale(), transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))]))


# %% wrong="get_dataset" says="get_dataset(\"cifar\", …) gives images of 28 × 28 pixels. Those of \"cifar\" have 32 × 32."
def get_dataset(name, train):
    names = {"mnist": "mnist", "fashionmnist": "fashion-mnist", "cifar": "cifar10"}
    if name not in names:
        raise ValueError(f"no {name}: mnist, fashionmnist, cifar")
    return data.load(names[name], train=train, transform=transforms.Compose([transforms.Resize((28, 28)), transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))]))


# %% wrong="get_dataset" says="get_dataset(\"fashion\", …) raises no error. Which names does the task allow?"
def get_dataset(name, train):
    names = {"mnist": "mnist", "fashionmnist": "fashion-mnist", "cifar": "cifar10"}
    if name not in names:
        print("mnist, fashionmnist, cifar")
        return None
    return data.load(names[name], train=train, transform=transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))]))
