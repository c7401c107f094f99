# %% [markdown]
# Right and wrong answers to the tasks of lesson 10. A wrong one says the sentence that its learner must read.


# %% right="Linear"
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_features, in_features) / in_features**0.5)
        if bias:
            self.bias = nn.Parameter(torch.randn(out_features) / in_features**0.5)
        else:
            self.register_parameter("bias", None)

    def forward(self, x):
        y = torch.matmul(x, self.weight.t())
        if self.bias is not None:
            y = y + self.bias
        return y


# %% right="Linear"
class Linear(torch.nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        nn.Module.__init__(self)
        self.in_features, self.out_features = in_features, out_features
        k = in_features**-0.5
        self.weight = nn.Parameter((2 * torch.rand(out_features, in_features) - 1) * k)
        self.bias = nn.Parameter((2 * torch.rand(out_features) - 1) * k) if bias else None

    def forward(self, x):
        return F.linear(x, self.weight, self.bias)


# %% right="Linear"
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.use_bias = bias
        self.weight = nn.Parameter(torch.empty(out_features, in_features))
        nn.init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        if bias:
            self.bias = nn.Parameter(torch.zeros(out_features))

    def forward(self, x):
        y = torch.einsum("...i,oi->...o", x, self.weight)
        return y + self.bias if self.use_bias else y


# %% wrong="Linear" says="Linear(3, 2) assigns to self before nn.Module is set up. Which call comes first in __init__?"
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        self.weight = nn.Parameter(torch.randn(out_features, in_features) / in_features**0.5)
        if bias:
            self.bias = nn.Parameter(torch.randn(out_features) / in_features**0.5)
        else:
            self.register_parameter("bias", None)

    def forward(self, x):
        y = torch.matmul(x, self.weight.t())
        if self.bias is not None:
            y = y + self.bias
        return y


# %% wrong="Linear" says="Linear(3, 2) assigns to self before nn.Module is set up. Which call comes first in __init__?"
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__
        self.weight = nn.Parameter(torch.randn(out_features, in_features) / in_features**0.5)
        if bias:
            self.bias = nn.Parameter(torch.randn(out_features) / in_features**0.5)
        else:
            self.register_parameter("bias", None)

    def forward(self, x):
        y = torch.matmul(x, self.weight.t())
        if self.bias is not None:
            y = y + self.bias
        return y


# %% wrong="Linear" says="Linear(3, 2) registers no parameter. What kind of tensor, kept where, does a module register?"
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weight = torch.randn(out_features, in_features, requires_grad=True)
        if bias:
            self.bias = torch.randn(out_features, requires_grad=True)
        else:
            self.register_parameter("bias", None)

    def forward(self, x):
        y = torch.matmul(x, self.weight.t())
        if self.bias is not None:
            y = y + self.bias
        return y


# %% wrong="Linear" says="Linear(3, 2) does not register its bias. What kind of tensor, kept where, does a module register?"
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_features, in_features) / in_features**0.5)
        if bias:
            self.bias = torch.zeros(out_features)
        else:
            self.register_parameter("bias", None)

    def forward(self, x):
        y = torch.matmul(x, self.weight.t())
        if self.bias is not None:
            y = y + self.bias
        return y


# %% wrong="Linear" says="Linear(3, 2) keeps its weight as (in, out). nn.Linear has one row per output."
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(in_features, out_features) / in_features**0.5)
        if bias:
            self.bias = nn.Parameter(torch.randn(out_features) / in_features**0.5)
        else:
            self.register_parameter("bias", None)

    def forward(self, x):
        y = torch.matmul(x, self.weight)
        if self.bias is not None:
            y = y + self.bias
        return y


# %% wrong="Linear" says="Linear(3, 2) is no nn.Module of its own, or leaves the work to nn.Linear. Which class is it built on?"
class Linear(nn.Linear):
    pass


# %% wrong="Linear" says="Linear(3, 2) is no nn.Module of its own, or leaves the work to nn.Linear. Which class is it built on?"
Linear = nn.Linear


# %% wrong="Linear" says="Linear(3, 2) is no nn.Module of its own, or leaves the work to nn.Linear. Which class is it built on?"
class Linear(object):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_features, in_features) / in_features**0.5)
        if bias:
            self.bias = nn.Parameter(torch.randn(out_features) / in_features**0.5)
        else:
            self.register_parameter("bias", None)

    def forward(self, x):
        y = torch.matmul(x, self.weight.t())
        if self.bias is not None:
            y = y + self.bias
        return y


# %% wrong="Linear" says="Linear(3, 2) starts with equal weights for all outputs, so that all of them would learn the same."
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(out_features, in_features))
        if bias:
            self.bias = nn.Parameter(torch.randn(out_features) / in_features**0.5)
        else:
            self.register_parameter("bias", None)

    def forward(self, x):
        y = torch.matmul(x, self.weight.t())
        if self.bias is not None:
            y = y + self.bias
        return y


# %% wrong="Linear" says="Linear(3, 2)(x) is the product alone. What became of the bias?"
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_features, in_features) / in_features**0.5)
        if bias:
            self.bias = nn.Parameter(torch.randn(out_features) / in_features**0.5)
        else:
            self.register_parameter("bias", None)

    def forward(self, x):
        y = torch.matmul(x, self.weight.t())
        if self.bias is not None:
            y + self.bias
        return y


# %% wrong="Linear" says="Linear(3, 2)(x) has an activation in it. A dense layer has none."
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_features, in_features) / in_features**0.5)
        if bias:
            self.bias = nn.Parameter(torch.randn(out_features) / in_features**0.5)
        else:
            self.register_parameter("bias", None)

    def forward(self, x):
        y = torch.matmul(x, self.weight.t())
        if self.bias is not None:
            y = y + self.bias
        return F.relu(y)


# %% wrong="Linear" says="Linear(3, 2)(x) has a sigmoid in it. A dense layer has no activation."
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_features, in_features) / in_features**0.5)
        if bias:
            self.bias = nn.Parameter(torch.randn(out_features) / in_features**0.5)
        else:
            self.register_parameter("bias", None)

    def forward(self, x):
        y = torch.matmul(x, self.weight.t())
        if self.bias is not None:
            y = y + self.bias
        return torch.sigmoid(y)


# %% wrong="Linear" says="Linear(3, 2)(x) is cut off from autograd, so the layer could not learn."
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_features, in_features) / in_features**0.5)
        if bias:
            self.bias = nn.Parameter(torch.randn(out_features) / in_features**0.5)
        else:
            self.register_parameter("bias", None)

    def forward(self, x):
        y = torch.matmul(x, self.weight.detach().t())
        if self.bias is not None:
            y = y + self.bias.detach()
        return y


# %% wrong="Linear" says="Linear(3, 2, bias=False) has a bias all the same. Who looks at the argument?"
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_features, in_features) / in_features**0.5)
        if bias is not None:
            self.bias = nn.Parameter(torch.randn(out_features) / in_features**0.5)
        else:
            self.register_parameter("bias", None)

    def forward(self, x):
        y = torch.matmul(x, self.weight.t())
        if self.bias is not None:
            y = y + self.bias
        return y


# %% wrong="Linear" says="Linear(3, 2)(x) is None, wanted float32[3, 2]. Does it return its result?"
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_features, in_features) / in_features**0.5)
        if bias:
            self.bias = nn.Parameter(torch.randn(out_features) / in_features**0.5)
        else:
            self.register_parameter("bias", None)

    def forward(self, x):
        y = torch.matmul(x, self.weight.t())
        if self.bias is not None:
            y = y + self.bias


# %% wrong="Linear" says="Linear(7, 5) cuts its weight off from autograd, so that it could not learn."
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_features, in_features) / in_features**0.5)
        if bias:
            self.bias = nn.Parameter(torch.randn(out_features) / in_features**0.5)
        else:
            self.register_parameter("bias", None)

    def forward(self, x):
        y = torch.matmul(x, self.weight.detach().t())
        if self.bias is not None:
            y = y + self.bias
        return y


# %% wrong="Linear" says="Linear(3, 2) has one bias per input. Which of the two sizes do the outputs have?"
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_features, in_features) / in_features**0.5)
        if bias:
            self.bias = nn.Parameter(torch.randn(in_features) / in_features**0.5)
        else:
            self.register_parameter("bias", None)

    def forward(self, x):
        y = torch.matmul(x, self.weight.t())
        if self.bias is not None:
            y = y + self.bias
        return y


# %% wrong="Linear" says="Linear(3, 2) has a single bias for all outputs. Each output has its own."
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_features, in_features) / in_features**0.5)
        if bias:
            self.bias = nn.Parameter(torch.randn(1) / in_features**0.5)
        else:
            self.register_parameter("bias", None)

    def forward(self, x):
        y = torch.matmul(x, self.weight.t())
        if self.bias is not None:
            y = y + self.bias
        return y


# %% right="Net"
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, kernel_size=5)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = x.view(-1, 16 * 5 * 5)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% right="Net"
class Net(nn.Sequential):
    def __init__(self):
        super().__init__(
            nn.Conv2d(3, 6, 5), nn.MaxPool2d(2), nn.ReLU(),
            nn.Conv2d(6, 16, 5), nn.MaxPool2d(2), nn.ReLU(),
            nn.Flatten(),
            nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 120), nn.ReLU(), nn.Linear(120, 10),
        )


# %% right="Net"
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(3, 6, 5), nn.Conv2d(6, 16, 5)
        self.fc1, self.fc2, self.fc3 = nn.Linear(400, 120), nn.Linear(120, 120), nn.Linear(120, 10)
        for layer in self.children():
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2).flatten(1)
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)))))


# %% right="Net"
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.pool = nn.MaxPool2d(2, 2)
        self.features = nn.ModuleList([nn.Conv2d(3, 6, 5), nn.Conv2d(6, 16, 5)])
        self.fc1, self.fc2, self.fc3 = Linear(400, 120), Linear(120, 120), Linear(120, 10)

    def forward(self, images):
        for conv in self.features:
            images = self.pool(conv(images).relu())
        images = images.flatten(1)
        return self.fc3(self.fc2(self.fc1(images).relu()).relu())


# %% wrong="Net" says="Net() assigns to self before nn.Module is set up. Which call comes first in __init__?"
class Net(nn.Module):
    def __init__(self):
        self.conv1 = nn.Conv2d(3, 6, kernel_size=5)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = x.view(-1, 16 * 5 * 5)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% wrong="Net" says="Net() makes a single row of all five images. Which dimension has to stay when it flattens?"
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, kernel_size=5)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = x.flatten()[None]
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% wrong="Net" says="RuntimeError: addmm: mat1 and mat2 shapes cannot be multiplied (400x5 and 400x120). (5, 16, 5, 5) came, and `fc1` takes rows of 400 numbers: are the 5 images flattened?"
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, kernel_size=5)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% wrong="Net" says="Net() registers no layer. They belong in __init__, each as an attribute; a plain list hides them."
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Conv2d(3, 6, 5), nn.Conv2d(6, 16, 5), nn.Linear(400, 120), nn.Linear(120, 120), nn.Linear(120, 10)]

    def forward(self, x):
        conv1, conv2, fc1, fc2, fc3 = self.layers
        x = F.max_pool2d(F.relu(conv1(x)), 2)
        x = F.max_pool2d(F.relu(conv2(x)), 2)
        return fc3(F.relu(fc2(F.relu(fc1(x.flatten(1))))))


# %% wrong="Net" says="Net() registers its convolutions alone. Are the dense layers in a plain list, or built inside forward?"
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, kernel_size=5)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5)
        fc1 = nn.Linear(16 * 5 * 5, 120)
        fc2 = nn.Linear(120, 120)
        fc3 = nn.Linear(120, 10)
        self.dense = [fc1, fc2, fc3]

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = x.view(-1, 16 * 5 * 5)
        x = F.relu(self.dense[0](x))
        x = F.relu(self.dense[1](x))
        return self.dense[2](x)


# %% wrong="Net" says="the list of the shapes of Net()'s parameters is a list of 8, wanted one of 10."
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, kernel_size=5)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 120)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = x.view(-1, 16 * 5 * 5)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return nn.Linear(120, 10)(x)


# %% wrong="Net" says="Net() gives other logits at each call. Is a layer built inside forward, or is there dropout in it?"
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, kernel_size=5)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = x.view(-1, 16 * 5 * 5)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        self.fc3 = nn.Linear(120, 10)
        return self.fc3(x)


# %% wrong="Net" says="Net() has a second dense layer of 84 units, as LeNet-5 has. Here it has 120."
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, kernel_size=5)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = x.view(-1, 16 * 5 * 5)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% wrong="Net" says="Net() gives probabilities. Logits come from the last layer as they are."
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, kernel_size=5)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = x.view(-1, 16 * 5 * 5)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return F.softmax(self.fc3(x), dim=1)


# %% wrong="Net" says="Net() gives log-probabilities. Logits come from the last layer as they are."
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, kernel_size=5)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = x.view(-1, 16 * 5 * 5)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x).log_softmax(1)


# %% wrong="Net" says="Net() sends its logits through ReLU. They may be negative."
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, kernel_size=5)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = x.view(-1, 16 * 5 * 5)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return F.relu(self.fc3(x))


# %% wrong="Net" says="Net() has no ReLU after its first convolution."
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, kernel_size=5)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, x):
        x = F.max_pool2d(self.conv1(x), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = x.view(-1, 16 * 5 * 5)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% wrong="Net" says="Net() has no ReLU after its second convolution."
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, kernel_size=5)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(self.conv2(x), 2)
        x = x.view(-1, 16 * 5 * 5)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% wrong="Net" says="Net() has no ReLU after its first dense layer."
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, kernel_size=5)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = x.view(-1, 16 * 5 * 5)
        x = self.fc1(x)
        x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% wrong="Net" says="Net() has no ReLU after its second dense layer."
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, kernel_size=5)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = x.view(-1, 16 * 5 * 5)
        x = F.relu(self.fc1(x))
        x = self.fc2(x)
        return self.fc3(x)


# %% wrong="Net" says="Net() has no ReLU at all."
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, kernel_size=5)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, x):
        x = F.max_pool2d((self.conv1(x)), 2)
        x = F.max_pool2d((self.conv2(x)), 2)
        x = x.view(-1, 16 * 5 * 5)
        x = (self.fc1(x))
        x = (self.fc2(x))
        return self.fc3(x)


# %% wrong="Net" says="Net()(images) is None, wanted a tensor of shape (5, 10). Does it return its result?"
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, kernel_size=5)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = x.view(-1, 16 * 5 * 5)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        self.fc3(x)


# %% wrong="Net" says="Net() takes means where it pools. The largest of each 2 × 2 is wanted."
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, kernel_size=5)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, x):
        x = F.avg_pool2d(F.relu(self.conv1(x)), 2)
        x = F.avg_pool2d(F.relu(self.conv2(x)), 2)
        x = x.view(-1, 16 * 5 * 5)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% right="smooth"
def smooth(losses, beta=0.99):
    result = list(losses[:1])
    for loss in losses[1:]:
        result.append(result[-1] * beta + loss * (1 - beta))
    return result


# %% right="smooth"
from itertools import accumulate

def smooth(losses, beta=0.99):
    return list(accumulate(losses, lambda old, new: beta * old + (1 - beta) * new))


# %% right="smooth"
def smooth(losses, beta=0.99):
    out, s = [], None
    for x in losses:
        s = x if s is None else s + (1 - beta) * (x - s)
        out.append(float(s))
    return out


# %% right="smooth"
def smooth(losses, beta=0.99):
    s = np.array(losses, dtype=float)
    for i in range(1, len(s)):
        s[i] = beta * s[i - 1] + (1 - beta) * s[i]
    return s.tolist()


# %% wrong="smooth" says="smooth(…) starts from 0. The first number is the first loss as it is."
def smooth(losses, beta=0.99):
    s, out = 0.0, []
    for x in losses:
        s = beta * s + (1 - beta) * x
        out.append(s)
    return out


# %% wrong="smooth" says="smooth(…) gives beta to the new loss. It belongs to what is kept."
def smooth(losses, beta=0.99):
    s, out = losses[0], []
    for x in losses:
        s = (1 - beta) * s + beta * x
        out.append(s)
    return out


# %% wrong="smooth" says="smooth(…) leaves out the first number."
def smooth(losses, beta=0.99):
    s, out = losses[0], []
    for x in losses[1:]:
        s = beta * s + (1 - beta) * x
        out.append(s)
    return out


# %% wrong="smooth" says="smooth(…) mixes with the loss before. The smoothed number before is wanted."
def smooth(losses, beta=0.99):
    return [losses[0]] + [beta * losses[i - 1] + (1 - beta) * losses[i] for i in range(1, len(losses))]


# %% wrong="smooth" says="losses was changed. Leave the argument as it was and return a new value."
def smooth(losses, beta=0.99):
    for i in range(1, len(losses)):
        losses[i] = beta * losses[i - 1] + (1 - beta) * losses[i]
    return losses


# %% wrong="smooth" says="smooth(…) gives the losses as they are."
def smooth(losses, beta=0.99):
    return losses


# %% wrong="smooth" says="smooth(…) is the mean of all losses so far. Old ones are to count less and less."
def smooth(losses, beta=0.99):
    return [sum(losses[: i + 1]) / (i + 1) for i in range(len(losses))]


# %% wrong="smooth" says="smooth(…) corrects for a start from 0, as Adam does. Here the first loss is the start."
def smooth(losses, beta=0.99):
    s, out = 0.0, []
    for t, x in enumerate(losses, 1):
        s = beta * s + (1 - beta) * x
        out.append(s / (1 - beta**t))
    return out


# %% wrong="smooth" says="smooth(…) has 0.99 written into it. Who looks at beta?"
def smooth(losses, beta=0.99):
    s, out = losses[0], []
    for x in losses:
        s = 0.99 * s + 0.01 * x
        out.append(s)
    return out


# %% wrong="smooth" says="smooth([1, 0]) does not use 0.99 where no beta is given."
def smooth(losses, beta=0.9):
    s, out = losses[0], []
    for x in losses:
        s = beta * s + (1 - beta) * x
        out.append(s)
    return out


# %% wrong="smooth" says="smooth([]) ends with an error. An empty list gives an empty list."
def smooth(losses, beta=0.99):
    s, out = losses[0], []
    for x in losses:
        s = beta * s + (1 - beta) * x
        out.append(s)
    return out


# %% wrong="smooth" says="smooth([4, 0, 8], beta=0.75) is a tensor, float32[3], wanted a list of 3."
def smooth(losses, beta=0.99):
    s = torch.tensor(losses)
    for i in range(1, len(s)):
        s[i] = beta * s[i - 1] + (1 - beta) * s[i]
    return s


# %% wrong="smooth" says="smooth(…) gives the last number alone. One for each step is wanted."
def smooth(losses, beta=0.99):
    s = losses[0]
    for x in losses[1:]:
        s = beta * s + (1 - beta) * x
    return s


# %% right="per_class_accuracy"
def per_class_accuracy(model, loader, n_classes):
    before = [(m, m.training) for m in model.modules()]
    model.eval()
    correct = torch.zeros(n_classes)
    total = torch.zeros(n_classes)
    with torch.no_grad():
        for images, labels in loader:
            predicted = model(images).argmax(dim=1)
            for label, guess in zip(labels.tolist(), predicted.tolist()):
                total[label] += 1
                correct[label] += int(label == guess)
    for m, mode in before:
        m.training = mode
    return correct / total


# %% right="per_class_accuracy"
@torch.inference_mode()
def per_class_accuracy(model, loader, n_classes):
    modes = {m: m.training for m in model.modules()}
    try:
        model.eval()
        all_labels, all_guesses = [], []
        for images, labels in loader:
            all_labels.append(labels)
            all_guesses.append(model(images).max(dim=1)[1])
    finally:
        for m, mode in modes.items():
            m.train(mode) if not list(m.children()) else setattr(m, "training", mode)
    y, p = torch.cat(all_labels), torch.cat(all_guesses)
    return torch.stack([(p[y == k] == k).float().mean() for k in range(n_classes)])


# %% right="per_class_accuracy"
def per_class_accuracy(model, loader, n_classes):
    import copy
    net = copy.deepcopy(model).eval()
    matrix = torch.zeros(n_classes, n_classes, dtype=torch.float64)
    with torch.no_grad():
        for images, labels in loader:
            predicted = net(images).topk(1).indices[:, 0]
            for t, p in zip(labels, predicted):
                matrix[t, p] += 1
    return matrix.diag() / matrix.sum(dim=1)


# %% right="per_class_accuracy"
def per_class_accuracy(model, loader, n_classes):
    modes = [m.training for m in model.modules()]
    model.eval()
    right, total = [0] * n_classes, [0] * n_classes
    with torch.no_grad():
        for images, labels in loader:
            hits = model(images).argmax(1) == labels
            for k in range(n_classes):
                right[k] += int(hits[labels == k].sum())
                total[k] += int((labels == k).sum())
    for m, mode in zip(model.modules(), modes):
        m.training = mode
    return torch.tensor([r / t if t else float("nan") for r, t in zip(right, total)])


# %% wrong="per_class_accuracy" says="per_class_accuracy(…) gives 0 to a class without images. It has no share at all."
def per_class_accuracy(model, loader, n_classes):
    before = [(m, m.training) for m in model.modules()]
    model.eval()
    correct = torch.zeros(n_classes)
    total = torch.zeros(n_classes)
    with torch.no_grad():
        for images, labels in loader:
            predicted = model(images).argmax(dim=1)
            for label, guess in zip(labels.tolist(), predicted.tolist()):
                total[label] += 1
                correct[label] += int(label == guess)
    for m, mode in before:
        m.training = mode
    return correct / total.clamp(min=1)


# %% wrong="per_class_accuracy" says="per_class_accuracy(…) gives 1 to a class without images. It has no share at all."
def per_class_accuracy(model, loader, n_classes):
    before = [(m, m.training) for m in model.modules()]
    model.eval()
    correct = torch.zeros(n_classes)
    total = torch.zeros(n_classes)
    with torch.no_grad():
        for images, labels in loader:
            predicted = model(images).argmax(dim=1)
            for label, guess in zip(labels.tolist(), predicted.tolist()):
                total[label] += 1
                correct[label] += int(label == guess)
    for m, mode in before:
        m.training = mode
    return (correct / total).nan_to_num(1.0)


# %% wrong="per_class_accuracy" says="per_class_accuracy(…) counts the right ones. Their share is wanted."
def per_class_accuracy(model, loader, n_classes):
    before = [(m, m.training) for m in model.modules()]
    model.eval()
    correct = torch.zeros(n_classes)
    total = torch.zeros(n_classes)
    with torch.no_grad():
        for images, labels in loader:
            predicted = model(images).argmax(dim=1)
            for label, guess in zip(labels.tolist(), predicted.tolist()):
                total[label] += 1
                correct[label] += int(label == guess)
    for m, mode in before:
        m.training = mode
    return correct


# %% wrong="per_class_accuracy" says="per_class_accuracy(…) divides by the number of all images. Each class has its own number."
def per_class_accuracy(model, loader, n_classes):
    before = [(m, m.training) for m in model.modules()]
    model.eval()
    correct = torch.zeros(n_classes)
    total = torch.zeros(n_classes)
    with torch.no_grad():
        for images, labels in loader:
            predicted = model(images).argmax(dim=1)
            for label, guess in zip(labels.tolist(), predicted.tolist()):
                total[label] += 1
                correct[label] += int(label == guess)
    for m, mode in before:
        m.training = mode
    return correct / total.sum()


# %% wrong="per_class_accuracy" says="per_class_accuracy(…) divides by how often a class was predicted. How often does it occur?"
def per_class_accuracy(model, loader, n_classes):
    before = [(m, m.training) for m in model.modules()]
    model.eval()
    correct = torch.zeros(n_classes)
    total = torch.zeros(n_classes)
    with torch.no_grad():
        for images, labels in loader:
            predicted = model(images).argmax(dim=1)
            for label, guess in zip(labels.tolist(), predicted.tolist()):
                total[guess] += 1
                correct[label] += int(label == guess)
    for m, mode in before:
        m.training = mode
    return correct / total


# %% wrong="per_class_accuracy" says="per_class_accuracy(…) is the accuracy over all classes. One for each class is wanted."
def per_class_accuracy(model, loader, n_classes):
    before = [(m, m.training) for m in model.modules()]
    model.eval()
    correct = torch.zeros(n_classes)
    total = torch.zeros(n_classes)
    with torch.no_grad():
        for images, labels in loader:
            predicted = model(images).argmax(dim=1)
            for label, guess in zip(labels.tolist(), predicted.tolist()):
                total[label] += 1
                correct[label] += int(label == guess)
    for m, mode in before:
        m.training = mode
    return (correct.sum() / total.sum()).item()


# %% wrong="per_class_accuracy" says="per_class_accuracy(…) gives percent. A share goes from 0 to 1."
def per_class_accuracy(model, loader, n_classes):
    before = [(m, m.training) for m in model.modules()]
    model.eval()
    correct = torch.zeros(n_classes)
    total = torch.zeros(n_classes)
    with torch.no_grad():
        for images, labels in loader:
            predicted = model(images).argmax(dim=1)
            for label, guess in zip(labels.tolist(), predicted.tolist()):
                total[label] += 1
                correct[label] += int(label == guess)
    for m, mode in before:
        m.training = mode
    return 100 * correct / total


# %% wrong="per_class_accuracy" says="per_class_accuracy(…) measures with dropout at work. Which call puts a model into inference mode?"
def per_class_accuracy(model, loader, n_classes):
    before = [(m, m.training) for m in model.modules()]
    correct = torch.zeros(n_classes)
    total = torch.zeros(n_classes)
    with torch.no_grad():
        for images, labels in loader:
            predicted = model(images).argmax(dim=1)
            for label, guess in zip(labels.tolist(), predicted.tolist()):
                total[label] += 1
                correct[label] += int(label == guess)
    for m, mode in before:
        m.training = mode
    return correct / total


# %% wrong="per_class_accuracy" says="per_class_accuracy(…) lets autograd record each batch. Under what should the model be called?"
def per_class_accuracy(model, loader, n_classes):
    before = [(m, m.training) for m in model.modules()]
    model.eval()
    correct = torch.zeros(n_classes)
    total = torch.zeros(n_classes)
    if True:
        for images, labels in loader:
            predicted = model(images).argmax(dim=1)
            for label, guess in zip(labels.tolist(), predicted.tolist()):
                total[label] += 1
                correct[label] += int(label == guess)
    for m, mode in before:
        m.training = mode
    return correct / total


# %% wrong="per_class_accuracy" says="per_class_accuracy(…) leaves the model in inference mode."
def per_class_accuracy(model, loader, n_classes):
    before = [(m, m.training) for m in model.modules()]
    model.eval()
    correct = torch.zeros(n_classes)
    total = torch.zeros(n_classes)
    with torch.no_grad():
        for images, labels in loader:
            predicted = model(images).argmax(dim=1)
            for label, guess in zip(labels.tolist(), predicted.tolist()):
                total[label] += 1
                correct[label] += int(label == guess)
    for m, mode in before:
        pass
    return correct / total


# %% wrong="per_class_accuracy" says="per_class_accuracy(…) leaves every module in training mode. Each has a mode of its own to go back to."
def per_class_accuracy(model, loader, n_classes):
    before = [(m, m.training) for m in model.modules()]
    model.eval()
    correct = torch.zeros(n_classes)
    total = torch.zeros(n_classes)
    with torch.no_grad():
        for images, labels in loader:
            predicted = model(images).argmax(dim=1)
            for label, guess in zip(labels.tolist(), predicted.tolist()):
                total[label] += 1
                correct[label] += int(label == guess)
    for m, mode in before:
        m.train()
    return correct / total


# %% wrong="per_class_accuracy" says="per_class_accuracy(…) switches recording off for good, so that nothing can be trained afterwards."
def per_class_accuracy(model, loader, n_classes):
    before = [(m, m.training) for m in model.modules()]
    model.eval()
    correct = torch.zeros(n_classes)
    total = torch.zeros(n_classes)
    torch.set_grad_enabled(False)
    if True:
        for images, labels in loader:
            predicted = model(images).argmax(dim=1)
            for label, guess in zip(labels.tolist(), predicted.tolist()):
                total[label] += 1
                correct[label] += int(label == guess)
    for m, mode in before:
        m.training = mode
    return correct / total


# %% wrong="per_class_accuracy" says="per_class_accuracy(…) switches recording on, where its caller had switched it off."
def per_class_accuracy(model, loader, n_classes):
    before = [(m, m.training) for m in model.modules()]
    model.eval()
    correct = torch.zeros(n_classes)
    total = torch.zeros(n_classes)
    torch.set_grad_enabled(False)
    if True:
        for images, labels in loader:
            predicted = model(images).argmax(dim=1)
            for label, guess in zip(labels.tolist(), predicted.tolist()):
                total[label] += 1
                correct[label] += int(label == guess)
    for m, mode in before:
        m.training = mode
    torch.set_grad_enabled(True)
    return correct / total


# %% wrong="per_class_accuracy" says="per_class_accuracy(…) of a single layer and one image is 0 at [1], wanted 1, the only difference."
def per_class_accuracy(model, loader, n_classes):
    before = [(m, m.training) for m in model.modules()]
    model.eval()
    correct = torch.zeros(n_classes)
    total = torch.zeros(n_classes)
    with torch.no_grad():
        for images, labels in loader:
            predicted = model(images).exp().argmax(dim=1)
            for label, guess in zip(labels.tolist(), predicted.tolist()):
                total[label] += 1
                correct[label] += int(label == guess)
    for m, mode in before:
        m.training = mode
    return correct / total


# %% wrong="per_class_accuracy" says="per_class_accuracy(…) ends after the first batch. Where does return stand?"
def per_class_accuracy(model, loader, n_classes):
    before = [(m, m.training) for m in model.modules()]
    model.eval()
    correct = torch.zeros(n_classes)
    total = torch.zeros(n_classes)
    with torch.no_grad():
        for images, labels in loader:
            predicted = model(images).argmax(dim=1)
            for label, guess in zip(labels.tolist(), predicted.tolist()):
                total[label] += 1
                correct[label] += int(label == guess)
            break
    for m, mode in before:
        m.training = mode
    return correct / total


# %% wrong="per_class_accuracy" says="per_class_accuracy(…) measures the last batch alone. What about the others?"
def per_class_accuracy(model, loader, n_classes):
    before = [(m, m.training) for m in model.modules()]
    model.eval()
    correct = torch.zeros(n_classes)
    total = torch.zeros(n_classes)
    with torch.no_grad():
        for images, labels in loader:
            correct, total = torch.zeros(n_classes), torch.zeros(n_classes)
            predicted = model(images).argmax(dim=1)
            for label, guess in zip(labels.tolist(), predicted.tolist()):
                total[label] += 1
                correct[label] += int(label == guess)
    for m, mode in before:
        m.training = mode
    return correct / total


# %% wrong="per_class_accuracy" says="per_class_accuracy(model, loader, 4) is a list, wanted float32[4]. Which function makes a tensor of a list?"
def per_class_accuracy(model, loader, n_classes):
    before = [(m, m.training) for m in model.modules()]
    model.eval()
    correct = torch.zeros(n_classes)
    total = torch.zeros(n_classes)
    with torch.no_grad():
        for images, labels in loader:
            predicted = model(images).argmax(dim=1)
            for label, guess in zip(labels.tolist(), predicted.tolist()):
                total[label] += 1
                correct[label] += int(label == guess)
    for m, mode in before:
        m.training = mode
    return (correct / total).tolist()


# %% wrong="per_class_accuracy" says="per_class_accuracy(model, loader, 4) is None, wanted float32[4]. Does it return its result?"
def per_class_accuracy(model, loader, n_classes):
    before = [(m, m.training) for m in model.modules()]
    model.eval()
    correct = torch.zeros(n_classes)
    total = torch.zeros(n_classes)
    with torch.no_grad():
        for images, labels in loader:
            predicted = model(images).argmax(dim=1)
            for label, guess in zip(labels.tolist(), predicted.tolist()):
                total[label] += 1
                correct[label] += int(label == guess)
    for m, mode in before:
        m.training = mode
    correct / total


# %% wrong="per_class_accuracy" says="per_class_accuracy(…) is the mean over the batches. A batch with few images of a class must count less."
def per_class_accuracy(model, loader, n_classes):
    modes = {m: m.training for m in model.modules()}
    model.eval()
    shares = []
    with torch.no_grad():
        for images, labels in loader:
            hits = (model(images).argmax(dim=1) == labels).float()
            shares.append(torch.stack([hits[labels == k].mean() for k in range(n_classes)]))
    for m, mode in modes.items():
        m.training = mode
    return torch.stack(shares).nanmean(dim=0)


# %% wrong="per_class_accuracy" says="per_class_accuracy(…) leaves every module in training mode. Each has a mode of its own to go back to."
def per_class_accuracy(model, loader, n_classes):
    was = model.training
    model.eval()
    correct = torch.zeros(n_classes)
    total = torch.zeros(n_classes)
    with torch.no_grad():
        for images, labels in loader:
            predicted = model(images).argmax(dim=1)
            for label, guess in zip(labels.tolist(), predicted.tolist()):
                total[label] += 1
                correct[label] += int(label == guess)
    model.train(was)
    return correct / total


# %% right="RandomRepeatNet"
class RandomRepeatNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.fc1(torch.flatten(x, 1)))
        for _ in range(torch.randint(1, 6, (1,)).item()):
            x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% right="RandomRepeatNet"
class RandomRepeatNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.fc1(torch.flatten(x, 1)))
        for _ in range(np.random.choice([1, 2, 3, 4, 5])):
            x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% right="RandomRepeatNet"
class RandomRepeatNet(Net):
    def forward(self, images):
        x = F.max_pool2d(F.relu(self.conv1(images)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.fc1(x.reshape(len(x), -1)))
        x = F.relu(self.fc2(x))
        extra = random.choice(range(5))
        while extra > 0:
            x = F.relu(self.fc2(x))
            extra -= 1
        return self.fc3(x)


# %% right="RandomRepeatNet"
class RandomRepeatNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 6, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten())
        self.fc1, self.fc2, self.fc3 = Linear(400, 120), Linear(120, 120), Linear(120, 10)
        self.rng = random.Random(3)

    def forward(self, x):
        x = self.fc1(self.features(x)).relu()
        middle = [layer for _ in range(self.rng.randint(1, 5)) for layer in (self.fc2, nn.ReLU())]
        return self.fc3(nn.Sequential(*middle)(x))


# %% wrong="RandomRepeatNet" says="RandomRepeatNet() assigns to self before nn.Module is set up. Which call comes first in __init__?"
class RandomRepeatNet(nn.Module):
    def __init__(self):
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.fc1(torch.flatten(x, 1)))
        for _ in range(random.randint(1, 5)):
            x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% wrong="RandomRepeatNet" says="RandomRepeatNet() never repeats fc2 five times. Does your way to draw leave out its upper end?"
class RandomRepeatNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.fc1(torch.flatten(x, 1)))
        for _ in range(int(torch.randint(1, 5, ()))):
            x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% wrong="RandomRepeatNet" says="RandomRepeatNet() sometimes leaves out fc2 altogether."
class RandomRepeatNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.fc1(torch.flatten(x, 1)))
        for _ in range(random.randrange(5)):
            x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% wrong="RandomRepeatNet" says="RandomRepeatNet() draws from 0 to 5, so that fc2 is sometimes left out."
class RandomRepeatNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.fc1(torch.flatten(x, 1)))
        for _ in range(random.randint(0, 5)):
            x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% wrong="RandomRepeatNet" says="RandomRepeatNet() repeats fc2 on top of a first time: 2 to 6 times in all."
class RandomRepeatNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.fc1(torch.flatten(x, 1)))
        x = F.relu(self.fc2(x))
        for _ in range(random.randint(1, 5)):
            x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% wrong="RandomRepeatNet" says="RandomRepeatNet() repeats fc2 up to six times."
class RandomRepeatNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.fc1(torch.flatten(x, 1)))
        for _ in range(random.randint(1, 6)):
            x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% wrong="RandomRepeatNet" says="RandomRepeatNet() repeats fc2 the same number of times in 80 passes in training mode. When is the number drawn, who sets the seed, and what does each repeat start from?"
class RandomRepeatNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.times = random.randint(1, 5)
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.fc1(torch.flatten(x, 1)))
        for _ in range(self.times):
            x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% wrong="RandomRepeatNet" says="RandomRepeatNet() repeats fc2 the same number of times in 80 passes in inference mode. When is the number drawn, who sets the seed, and what does each repeat start from?"
class RandomRepeatNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.fc1(torch.flatten(x, 1)))
        for _ in range(random.randint(1, 5) if self.training else 3):
            x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% wrong="RandomRepeatNet" says="RandomRepeatNet() repeats fc2 without a ReLU after each time. What are two dense layers in a row worth?"
class RandomRepeatNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.fc1(torch.flatten(x, 1)))
        for _ in range(random.randint(1, 5)):
            x = self.fc2(x)
        return self.fc3(x)


# %% wrong="RandomRepeatNet" says="RandomRepeatNet() gives logits that fit no number of repeats of fc2 with its ReLU, from 0 to 7. Does each repeat start from what the last one gave?"
class RandomRepeatNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.fc1(torch.flatten(x, 1)))
        start = x
        for _ in range(random.randint(1, 5)):
            x = x + F.relu(self.fc2(start))
        return self.fc3(x)


# %% wrong="RandomRepeatNet" says="RandomRepeatNet() has five layers where one runs again and again. How many objects does __init__ make?"
class RandomRepeatNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.ModuleList([nn.Linear(120, 120) for _ in range(5)])
        self.fc3 = nn.Linear(120, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.fc1(torch.flatten(x, 1)))
        for i in range(random.randint(1, 5)):
            x = F.relu(self.fc2[i](x))
        return self.fc3(x)


# %% wrong="RandomRepeatNet" says="RandomRepeatNet() does not register its second dense layer. Is it in a plain list, or built inside forward?"
class RandomRepeatNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.fc1(torch.flatten(x, 1)))
        for _ in range(random.randint(1, 5)):
            x = F.relu(nn.Linear(120, 120)(x))
        return self.fc3(x)


# %% wrong="RandomRepeatNet" says="RandomRepeatNet() has weights that get no gradient. Is a part of the road cut off from autograd?"
class RandomRepeatNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.fc1(torch.flatten(x, 1)))
        for _ in range(random.randint(1, 5)):
            x = F.relu(self.fc2(x)).detach()
        return self.fc3(x)


# %% wrong="RandomRepeatNet" says="RandomRepeatNet() repeats fc2 the same number of times in 80 passes in training mode. When is the number drawn, who sets the seed, and what does each repeat start from?"
class RandomRepeatNet(Net):
    pass


# %% wrong="RandomRepeatNet" says="RandomRepeatNet() repeats fc2 the same number of times in 80 passes in training mode. When is the number drawn, who sets the seed, and what does each repeat start from?"
class RandomRepeatNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.fc1(torch.flatten(x, 1)))
        random.seed(0)
        for _ in range(random.randint(1, 5)):
            x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% right="AlexNet"
class AlexNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 3, stride=2, padding=1)
        self.conv2 = nn.Conv2d(64, 192, 3, padding=1)
        self.conv3 = nn.Conv2d(192, 384, 3, padding=1)
        self.conv4 = nn.Conv2d(384, 256, 3, padding=1)
        self.conv5 = nn.Conv2d(256, 256, 3, padding=1)
        self.fc1 = nn.Linear(1024, 256)
        self.fc2 = nn.Linear(256, 256)
        self.fc3 = nn.Linear(256, 10)

    def forward(self, images: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.conv1(images)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.conv3(x))
        x = F.relu(self.conv4(x))
        x = F.max_pool2d(F.relu(self.conv5(x)), 2)
        x = x.reshape(-1, 1024)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% right="AlexNet"
class AlexNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 3, stride=2, padding=1)
        self.conv2 = nn.Conv2d(64, 192, 3, padding=1)
        self.conv3 = nn.Conv2d(192, 384, 3, padding=1)
        self.conv4 = nn.Conv2d(384, 256, 3, padding=1)
        self.conv5 = nn.Conv2d(256, 256, 3, padding=1)
        self.fc1 = nn.LazyLinear(256)
        self.fc2 = nn.Linear(256, 256)
        self.fc3 = nn.Linear(256, 10)

    def forward(self, images: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.conv1(images)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.conv3(x))
        x = F.relu(self.conv4(x))
        x = F.max_pool2d(F.relu(self.conv5(x)), 2)
        x = x.view(x.size(0), -1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% right="AlexNet"
class AlexNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 64, 3, stride=2, padding=1), nn.ReLU(inplace=True), nn.MaxPool2d(2),
            nn.Conv2d(64, 192, 3, padding=1), nn.ReLU(inplace=True), nn.MaxPool2d(2),
            nn.Conv2d(192, 384, 3, padding=1), nn.ReLU(inplace=True),
            nn.Conv2d(384, 256, 3, padding="same"), nn.ReLU(inplace=True),
            nn.Conv2d(256, 256, 3, padding=1), nn.ReLU(inplace=True), nn.MaxPool2d(2),
        )
        self.classifier = nn.Sequential(nn.Linear(256 * 2 * 2, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 10))

    def forward(self, images):
        return self.classifier(torch.flatten(self.features(images), 1))


# %% wrong="AlexNet" says="AlexNet() has a convolution that gets another number of maps than it was built for. Where do 383 and 384 meet?"
class AlexNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 3, stride=2, padding=1)
        self.conv2 = nn.Conv2d(64, 192, 3, padding=1)
        self.conv3 = nn.Conv2d(192, 384, 3, padding=1)
        self.conv4 = nn.Conv2d(383, 256, 3, padding=1)
        self.conv5 = nn.Conv2d(256, 256, 3, padding=1)
        self.fc1 = nn.Linear(256 * 3 * 3, 256)
        self.fc2 = nn.Linear(256, 256)
        self.fc3 = nn.Linear(256, 10)

    def forward(self, images: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.conv1(images)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.conv3(x))
        x = F.relu(self.conv4(x))
        x = F.max_pool2d(F.relu(self.conv5(x)), 2)
        x = x.reshape(-1, 256 * 3 * 3)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% wrong="AlexNet" says="AlexNet() reshapes to rows of a length that does not fit. How many values has one image after the last pooling?"
class AlexNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 3, stride=2, padding=1)
        self.conv2 = nn.Conv2d(64, 192, 3, padding=1)
        self.conv3 = nn.Conv2d(192, 384, 3, padding=1)
        self.conv4 = nn.Conv2d(384, 256, 3, padding=1)
        self.conv5 = nn.Conv2d(256, 256, 3, padding=1)
        self.fc1 = nn.Linear(256 * 3 * 3, 256)
        self.fc2 = nn.Linear(256, 256)
        self.fc3 = nn.Linear(256, 10)

    def forward(self, images: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.conv1(images)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.conv3(x))
        x = F.relu(self.conv4(x))
        x = F.max_pool2d(F.relu(self.conv5(x)), 2)
        x = x.reshape(-1, 256 * 3 * 3)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% wrong="AlexNet" says="AlexNet() has a dense layer that gets another number of values than it was built for. How many has one image after the last pooling?"
class AlexNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 3, stride=2, padding=1)
        self.conv2 = nn.Conv2d(64, 192, 3, padding=1)
        self.conv3 = nn.Conv2d(192, 384, 3, padding=1)
        self.conv4 = nn.Conv2d(384, 256, 3, padding=1)
        self.conv5 = nn.Conv2d(256, 256, 3, padding=1)
        self.fc1 = nn.Linear(256 * 3 * 3, 256)
        self.fc2 = nn.Linear(256, 256)
        self.fc3 = nn.Linear(256, 10)

    def forward(self, images: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.conv1(images)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.conv3(x))
        x = F.relu(self.conv4(x))
        x = F.max_pool2d(F.relu(self.conv5(x)), 2)
        x = x.flatten(1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% wrong="AlexNet" says="AlexNet() has a dense layer that gets another number of values than it was built for. How many has one image after the last pooling?"
class AlexNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 3, stride=2, padding=1)
        self.conv2 = nn.Conv2d(64, 192, 3, padding=1)
        self.conv3 = nn.Conv2d(192, 384, 3, padding=1)
        self.conv4 = nn.Conv2d(384, 256, 3, padding=1)
        self.conv5 = nn.Conv2d(256, 256, 3, padding=1)
        self.fc1 = nn.Linear(256 * 4 * 4, 256)
        self.fc2 = nn.Linear(256, 256)
        self.fc3 = nn.Linear(256, 10)

    def forward(self, images: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.conv1(images)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.conv3(x))
        x = F.relu(self.conv4(x))
        x = F.max_pool2d(F.relu(self.conv5(x)), 2)
        x = x.flatten(1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% wrong="AlexNet" says="AlexNet() has a dense layer that gets another number of values than it was built for. How many has one image after the last pooling?"
class AlexNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 3, stride=2, padding=1)
        self.conv2 = nn.Conv2d(64, 192, 3, padding=1)
        self.conv3 = nn.Conv2d(192, 384, 3, padding=1)
        self.conv4 = nn.Conv2d(384, 256, 3, padding=1)
        self.conv5 = nn.Conv2d(256, 256, 3, padding=1)
        self.fc1 = nn.Linear(1024, 256)
        self.fc2 = nn.Linear(256, 256)
        self.fc3 = nn.Linear(256, 10)

    def forward(self, images: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.conv1(images)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.conv3(x))
        x = F.relu(self.conv4(x))
        x = F.max_pool2d(F.relu(self.conv5(x)), 2)
        x = x.flatten()
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% wrong="AlexNet" says="AlexNet() has 383 maps in its third convolution. How many has the paper?"
class AlexNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 3, stride=2, padding=1)
        self.conv2 = nn.Conv2d(64, 192, 3, padding=1)
        self.conv3 = nn.Conv2d(192, 383, 3, padding=1)
        self.conv4 = nn.Conv2d(383, 256, 3, padding=1)
        self.conv5 = nn.Conv2d(256, 256, 3, padding=1)
        self.fc1 = nn.Linear(1024, 256)
        self.fc2 = nn.Linear(256, 256)
        self.fc3 = nn.Linear(256, 10)

    def forward(self, images: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.conv1(images)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.conv3(x))
        x = F.relu(self.conv4(x))
        x = F.max_pool2d(F.relu(self.conv5(x)), 2)
        x = x.reshape(-1, 1024)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% wrong="AlexNet" says="AlexNet() still has a dense layer for 2,304 values, so something besides the two sizes was changed."
class AlexNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 3, stride=2, padding=1)
        self.conv2 = nn.Conv2d(64, 192, 3, padding=1)
        self.conv3 = nn.Conv2d(192, 384, 3, padding=1)
        self.conv4 = nn.Conv2d(384, 256, 3, padding=1)
        self.conv5 = nn.Conv2d(256, 256, 3, padding=1)
        self.fc1 = nn.Linear(2304, 256)
        self.fc2 = nn.Linear(256, 256)
        self.fc3 = nn.Linear(256, 10)

    def forward(self, images: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.conv1(images)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.conv3(x))
        x = F.relu(self.conv4(x))
        x = F.max_pool2d(F.relu(self.conv5(x)), 2)
        x = F.adaptive_avg_pool2d(x, 3).flatten(1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% wrong="AlexNet" says="AlexNet() assigns to self before nn.Module is set up. Which call comes first in __init__?"
class AlexNet(nn.Module):
    def __init__(self) -> None:
        self.conv1 = nn.Conv2d(3, 64, 3, stride=2, padding=1)
        self.conv2 = nn.Conv2d(64, 192, 3, padding=1)
        self.conv3 = nn.Conv2d(192, 384, 3, padding=1)
        self.conv4 = nn.Conv2d(384, 256, 3, padding=1)
        self.conv5 = nn.Conv2d(256, 256, 3, padding=1)
        self.fc1 = nn.Linear(1024, 256)
        self.fc2 = nn.Linear(256, 256)
        self.fc3 = nn.Linear(256, 10)

    def forward(self, images: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.conv1(images)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.conv3(x))
        x = F.relu(self.conv4(x))
        x = F.max_pool2d(F.relu(self.conv5(x)), 2)
        x = x.reshape(-1, 1024)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% wrong="AlexNet" says="AlexNet() gives probabilities. The one above gives logits."
class AlexNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 3, stride=2, padding=1)
        self.conv2 = nn.Conv2d(64, 192, 3, padding=1)
        self.conv3 = nn.Conv2d(192, 384, 3, padding=1)
        self.conv4 = nn.Conv2d(384, 256, 3, padding=1)
        self.conv5 = nn.Conv2d(256, 256, 3, padding=1)
        self.fc1 = nn.Linear(1024, 256)
        self.fc2 = nn.Linear(256, 256)
        self.fc3 = nn.Linear(256, 10)

    def forward(self, images: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.conv1(images)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.conv3(x))
        x = F.relu(self.conv4(x))
        x = F.max_pool2d(F.relu(self.conv5(x)), 2)
        x = x.reshape(-1, 1024)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return F.softmax(self.fc3(x), 1)


# %% wrong="AlexNet" says="AlexNet() does not register its first dense layer. Is it built inside forward?"
class AlexNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 3, stride=2, padding=1)
        self.conv2 = nn.Conv2d(64, 192, 3, padding=1)
        self.conv3 = nn.Conv2d(192, 384, 3, padding=1)
        self.conv4 = nn.Conv2d(384, 256, 3, padding=1)
        self.conv5 = nn.Conv2d(256, 256, 3, padding=1)
        self.fc2 = nn.Linear(256, 256)
        self.fc3 = nn.Linear(256, 10)

    def forward(self, images: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.conv1(images)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.conv3(x))
        x = F.relu(self.conv4(x))
        x = F.max_pool2d(F.relu(self.conv5(x)), 2)
        x = x.reshape(-1, 1024)
        x = F.relu(nn.Linear(x.shape[1], 256)(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% wrong="AlexNet" says="AlexNet()(images) is …"
class AlexNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 3, stride=2, padding=1)
        self.conv2 = nn.Conv2d(64, 192, 3, padding=1)
        self.conv3 = nn.Conv2d(192, 384, 3, padding=1)
        self.conv4 = nn.Conv2d(384, 256, 3, padding=1)
        self.conv5 = nn.Conv2d(256, 256, 3, padding=1)
        self.fc1 = nn.Linear(1024, 256)
        self.fc2 = nn.Linear(256, 256)
        self.fc3 = nn.Linear(256, 10)

    def forward(self, images: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.conv1(images)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.conv3(x))
        x = self.conv4(x)
        x = F.max_pool2d(F.relu(self.conv5(x)), 2)
        x = x.reshape(-1, 1024)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% right="AlexBlock"
class AlexBlock(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size)
        self.pool = nn.MaxPool2d(2)

    def forward(self, x):
        return self.pool(torch.relu(self.conv(x)))


# %% right="AlexBlock"
class AlexBlock(nn.Sequential):
    def __init__(self, in_channels, out_channels, kernel_size):
        super().__init__(nn.Conv2d(in_channels, out_channels, kernel_size), nn.MaxPool2d(2), nn.ReLU())


# %% right="AlexBlock"
def AlexBlock(in_channels, out_channels, kernel_size):
    return nn.Sequential(nn.Conv2d(in_channels, out_channels, kernel_size), nn.ReLU(), nn.MaxPool2d(2, stride=2))


# %% wrong="AlexBlock" says="AlexBlock(2, 3, 4) assigns to self before nn.Module is set up. Which call comes first in __init__?"
class AlexBlock(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size):
        super().__init__
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size)
        self.pool = nn.MaxPool2d(2)

    def forward(self, x):
        return self.pool(torch.relu(self.conv(x)))


# %% wrong="AlexBlock" says="AlexBlock(2, 3, 4) has no ReLU."
class AlexBlock(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size)
        self.pool = nn.MaxPool2d(2)

    def forward(self, x):
        return self.pool(self.conv(x))


# %% wrong="AlexBlock" says="AlexBlock(2, 3, 4) does not pool."
class AlexBlock(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size)
        self.pool = nn.MaxPool2d(2)

    def forward(self, x):
        return torch.relu(self.conv(x))


# %% wrong="AlexBlock" says="AlexBlock(2, 3, 4) takes the mean where it pools. The largest is wanted."
class AlexBlock(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size)
        self.pool = nn.AvgPool2d(2)

    def forward(self, x):
        return self.pool(torch.relu(self.conv(x)))


# %% wrong="AlexBlock" says="AlexBlock(2, 3, 4) pads its convolution. The task says: without padding."
class AlexBlock(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, padding=kernel_size // 2)
        self.pool = nn.MaxPool2d(2)

    def forward(self, x):
        return self.pool(torch.relu(self.conv(x)))


# %% wrong="AlexBlock" says="AlexBlock(2, 3, 4) pools in windows of 3 that overlap."
class AlexBlock(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size)
        self.pool = nn.MaxPool2d(3, 2)

    def forward(self, x):
        return self.pool(torch.relu(self.conv(x)))


# %% wrong="AlexBlock" says="AlexBlock(2, 3, 4) pools in windows of 3."
class AlexBlock(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size)
        self.pool = nn.MaxPool2d(3)

    def forward(self, x):
        return self.pool(torch.relu(self.conv(x)))


# %% wrong="AlexBlock" says="AlexBlock(2, 3, 4) moves its pooling window by 1."
class AlexBlock(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size)
        self.pool = nn.MaxPool2d(2, stride=1)

    def forward(self, x):
        return self.pool(torch.relu(self.conv(x)))


# %% wrong="AlexBlock" says="AlexBlock(2, 3, 4) registers no convolution. Is it in a plain list, or built inside forward?"
class AlexBlock(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size):
        super().__init__()
        self.layers = [nn.Conv2d(in_channels, out_channels, kernel_size)]
        self.pool = nn.MaxPool2d(2)

    def forward(self, x):
        return self.pool(torch.relu(self.layers[0](x)))


# %% wrong="AlexBlock" says="AlexBlock(2, 3, 4) has a window of 3 where kernel_size is 4."
class AlexBlock(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, 3)
        self.pool = nn.MaxPool2d(2)

    def forward(self, x):
        return self.pool(torch.relu(self.conv(x)))


# %% wrong="AlexBlock" says="AlexBlock(2, 3, 4) pools half windows at the edge as well. They are left out where a side is odd."
class AlexBlock(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size)
        self.pool = nn.MaxPool2d(2, ceil_mode=True)

    def forward(self, x):
        return self.pool(torch.relu(self.conv(x)))


# %% wrong="AlexBlock" says="AlexBlock(2, 3, 4) has a batch norm. This block is convolution, ReLU and pooling alone."
class AlexBlock(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size)
        self.norm = nn.BatchNorm2d(out_channels)
        self.pool = nn.MaxPool2d(2)

    def forward(self, x):
        return self.pool(torch.relu(self.norm(self.conv(x))))


# %% right="InceptionModule"
class InceptionModule(nn.Module):
    def __init__(self, in_channels, c1, c3):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, c1, kernel_size=1)
        self.bn1 = nn.BatchNorm2d(c1)
        self.conv3 = nn.Conv2d(in_channels, c3, kernel_size=3, padding=1)
        self.bn3 = nn.BatchNorm2d(c3)

    def forward(self, x):
        a = F.relu(self.bn1(self.conv1(x)))
        b = F.relu(self.bn3(self.conv3(x)))
        return torch.cat([a, b], dim=1)


# %% right="InceptionModule"
class InceptionModule(nn.Module):
    def __init__(self, in_channels, c1, c3):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, c1, kernel_size=1, bias=False)
        self.bn1 = nn.BatchNorm2d(c1)
        self.conv3 = nn.Conv2d(in_channels, c3, kernel_size=3, padding="same", bias=False)
        self.bn3 = nn.BatchNorm2d(c3)

    def forward(self, x):
        a = F.relu(self.bn1(self.conv1(x)))
        b = F.relu(self.bn3(self.conv3(x)))
        return torch.cat((a, b), -3)


# %% right="InceptionModule"
class InceptionModule(nn.Module):
    def __init__(self, in_channels, c1, c3):
        super().__init__()
        def conv(maps, size):
            return nn.Sequential(nn.Conv2d(in_channels, maps, size, padding=size // 2), nn.BatchNorm2d(maps), nn.ReLU())
        self.branches = nn.ModuleList([conv(c1, 1), conv(c3, 3)])

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], dim=1)


# %% right="InceptionModule"
class InceptionModule(nn.Module):
    def __init__(self, in_channels, c1, c3):
        super().__init__()
        self.one = nn.Conv2d(in_channels, c1, 1)
        self.three = nn.Conv2d(in_channels, c3, 3, padding=1)
        self.norm = nn.BatchNorm2d(c1 + c3)

    def forward(self, x):
        return self.norm(torch.cat([self.one(x), self.three(x)], 1)).relu()


# %% wrong="InceptionModule" says="InceptionModule(3, 2, 4) assigns to self before nn.Module is set up. Which call comes first in __init__?"
class InceptionModule(nn.Module):
    def __init__(self, in_channels, c1, c3):
        self.conv1 = nn.Conv2d(in_channels, c1, kernel_size=1)
        self.bn1 = nn.BatchNorm2d(c1)
        self.conv3 = nn.Conv2d(in_channels, c3, kernel_size=3, padding=1)
        self.bn3 = nn.BatchNorm2d(c3)

    def forward(self, x):
        a = F.relu(self.bn1(self.conv1(x)))
        b = F.relu(self.bn3(self.conv3(x)))
        return torch.cat([a, b], dim=1)


# %% wrong="InceptionModule" says="InceptionModule(3, 2, 4) joins along dimension 0, the images. Which dimension holds the maps?"
class InceptionModule(nn.Module):
    def __init__(self, in_channels, c1, c3):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, c1, kernel_size=1)
        self.bn1 = nn.BatchNorm2d(c1)
        self.conv3 = nn.Conv2d(in_channels, c3, kernel_size=3, padding=1)
        self.bn3 = nn.BatchNorm2d(c3)

    def forward(self, x):
        a = F.relu(self.bn1(self.conv1(x)))
        b = F.relu(self.bn3(self.conv3(x)))
        return torch.cat([a, b])


# %% wrong="InceptionModule" says="InceptionModule(3, 2, 4) has branches that end with different sizes. Which of them loses rows at the edges?"
class InceptionModule(nn.Module):
    def __init__(self, in_channels, c1, c3):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, c1, kernel_size=1)
        self.bn1 = nn.BatchNorm2d(c1)
        self.conv3 = nn.Conv2d(in_channels, c3, kernel_size=3)
        self.bn3 = nn.BatchNorm2d(c3)

    def forward(self, x):
        a = F.relu(self.bn1(self.conv1(x)))
        b = F.relu(self.bn3(self.conv3(x)))
        return torch.cat([a, b], dim=1)


# %% wrong="InceptionModule" says="InceptionModule(3, 2, 4) has the maps of the 3 × 3 branch first."
class InceptionModule(nn.Module):
    def __init__(self, in_channels, c1, c3):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, c1, kernel_size=1)
        self.bn1 = nn.BatchNorm2d(c1)
        self.conv3 = nn.Conv2d(in_channels, c3, kernel_size=3, padding=1)
        self.bn3 = nn.BatchNorm2d(c3)

    def forward(self, x):
        a = F.relu(self.bn1(self.conv1(x)))
        b = F.relu(self.bn3(self.conv3(x)))
        return torch.cat([b, a], dim=1)


# %% wrong="InceptionModule" says="InceptionModule(3, 2, 4) has no ReLU."
class InceptionModule(nn.Module):
    def __init__(self, in_channels, c1, c3):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, c1, kernel_size=1)
        self.bn1 = nn.BatchNorm2d(c1)
        self.conv3 = nn.Conv2d(in_channels, c3, kernel_size=3, padding=1)
        self.bn3 = nn.BatchNorm2d(c3)

    def forward(self, x):
        a = (self.bn1(self.conv1(x)))
        b = (self.bn3(self.conv3(x)))
        return torch.cat([a, b], dim=1)


# %% wrong="InceptionModule" says="InceptionModule(3, 2, 4) has no ReLU in its 1 × 1 branch."
class InceptionModule(nn.Module):
    def __init__(self, in_channels, c1, c3):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, c1, kernel_size=1)
        self.bn1 = nn.BatchNorm2d(c1)
        self.conv3 = nn.Conv2d(in_channels, c3, kernel_size=3, padding=1)
        self.bn3 = nn.BatchNorm2d(c3)

    def forward(self, x):
        a = self.bn1(self.conv1(x))
        b = F.relu(self.bn3(self.conv3(x)))
        return torch.cat([a, b], dim=1)


# %% wrong="InceptionModule" says="InceptionModule(3, 2, 4) has no ReLU in its 3 × 3 branch."
class InceptionModule(nn.Module):
    def __init__(self, in_channels, c1, c3):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, c1, kernel_size=1)
        self.bn1 = nn.BatchNorm2d(c1)
        self.conv3 = nn.Conv2d(in_channels, c3, kernel_size=3, padding=1)
        self.bn3 = nn.BatchNorm2d(c3)

    def forward(self, x):
        a = F.relu(self.bn1(self.conv1(x)))
        b = self.bn3(self.conv3(x))
        return torch.cat([a, b], dim=1)


# %% wrong="InceptionModule" says="InceptionModule(3, 2, 4) has its ReLU before the batch norm."
class InceptionModule(nn.Module):
    def __init__(self, in_channels, c1, c3):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, c1, kernel_size=1)
        self.bn1 = nn.BatchNorm2d(c1)
        self.conv3 = nn.Conv2d(in_channels, c3, kernel_size=3, padding=1)
        self.bn3 = nn.BatchNorm2d(c3)

    def forward(self, x):
        a = self.bn1(F.relu(self.conv1(x)))
        b = self.bn3(F.relu(self.conv3(x)))
        return torch.cat([a, b], dim=1)


# %% wrong="InceptionModule" says="InceptionModule(3, 2, 4) never uses its batch norms."
class InceptionModule(nn.Module):
    def __init__(self, in_channels, c1, c3):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, c1, kernel_size=1)
        self.bn1 = nn.BatchNorm2d(c1)
        self.conv3 = nn.Conv2d(in_channels, c3, kernel_size=3, padding=1)
        self.bn3 = nn.BatchNorm2d(c3)

    def forward(self, x):
        a = F.relu(self.conv1(x))
        b = F.relu(self.conv3(x))
        return torch.cat([a, b], dim=1)


# %% wrong="InceptionModule" says="InceptionModule(3, 2, 4) has no batch norm, or does not register it."
class InceptionModule(nn.Module):
    def __init__(self, in_channels, c1, c3):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, c1, kernel_size=1)
        self.conv3 = nn.Conv2d(in_channels, c3, kernel_size=3, padding=1)

    def forward(self, x):
        a = F.relu(self.conv1(x))
        b = F.relu(self.conv3(x))
        return torch.cat([a, b], dim=1)


# %% wrong="InceptionModule" says="InceptionModule(3, 2, 4) has a batch norm in its 3 × 3 branch alone."
class InceptionModule(nn.Module):
    def __init__(self, in_channels, c1, c3):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, c1, kernel_size=1)
        self.conv3 = nn.Conv2d(in_channels, c3, kernel_size=3, padding=1)
        self.bn3 = nn.BatchNorm2d(c3)

    def forward(self, x):
        a = F.relu(self.conv1(x))
        b = F.relu(self.bn3(self.conv3(x)))
        return torch.cat([a, b], dim=1)


# %% wrong="InceptionModule" says="InceptionModule(3, 2, 4) sends the maps of its first branch into the second. Both get x."
class InceptionModule(nn.Module):
    def __init__(self, in_channels, c1, c3):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, c1, kernel_size=1)
        self.bn1 = nn.BatchNorm2d(c1)
        self.conv3 = nn.Conv2d(c1, c3, kernel_size=3, padding=1)
        self.bn3 = nn.BatchNorm2d(c3)

    def forward(self, x):
        a = F.relu(self.bn1(self.conv1(x)))
        b = F.relu(self.bn3(self.conv3(a)))
        return torch.cat([a, b], dim=1)


# %% wrong="InceptionModule" says="InceptionModule(3, 2, 4) gives c1 maps to the window of 3 and c3 maps to the window of 1."
class InceptionModule(nn.Module):
    def __init__(self, in_channels, c1, c3):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, c3, kernel_size=1)
        self.bn1 = nn.BatchNorm2d(c3)
        self.conv3 = nn.Conv2d(in_channels, c1, kernel_size=3, padding=1)
        self.bn3 = nn.BatchNorm2d(c1)

    def forward(self, x):
        a = F.relu(self.bn1(self.conv1(x)))
        b = F.relu(self.bn3(self.conv3(x)))
        return torch.cat([a, b], dim=1)


# %% wrong="InceptionModule" says="InceptionModule(3, 2, 4) registers no convolution. Is it in a plain list, or built inside forward?"
class InceptionModule(nn.Module):
    def __init__(self, in_channels, c1, c3):
        super().__init__()
        self.convs = [nn.Conv2d(in_channels, c1, kernel_size=1)]
        self.bn1 = nn.BatchNorm2d(c1)
        self.convs.append(nn.Conv2d(in_channels, c3, kernel_size=3, padding=1))
        self.bn3 = nn.BatchNorm2d(c3)

    def forward(self, x):
        a = F.relu(self.bn1(self.convs[0](x)))
        b = F.relu(self.bn3(self.convs[1](x)))
        return torch.cat([a, b], dim=1)


# %% wrong="InceptionModule" says="InceptionModule(3, 5, 5) uses one batch norm in both branches. Each branch needs its own."
class InceptionModule(nn.Module):
    def __init__(self, in_channels, c1, c3):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, c1, kernel_size=1)
        self.bn1 = nn.BatchNorm2d(c1)
        self.conv3 = nn.Conv2d(in_channels, c3, kernel_size=3, padding=1)
        self.bn3 = self.bn1 if c1 == c3 else nn.BatchNorm2d(c3)

    def forward(self, x):
        a = F.relu(self.bn1(self.conv1(x)))
        b = F.relu(self.bn3(self.conv3(x)))
        return torch.cat([a, b], dim=1)


# %% wrong="InceptionModule" says="InceptionModule(3, 2, 4) has a batch norm for another number of maps than it gets. Has each convolution one of its own?"
class InceptionModule(nn.Module):
    def __init__(self, in_channels, c1, c3):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, c1, kernel_size=1)
        self.bn1 = nn.BatchNorm2d(c1)
        self.conv3 = nn.Conv2d(in_channels, c3, kernel_size=3, padding=1)

    def forward(self, x):
        a = F.relu(self.bn1(self.conv1(x)))
        b = F.relu(self.bn1(self.conv3(x)))
        return torch.cat([a, b], dim=1)


# %% wrong="InceptionModule" says="InceptionModule(3, 2, 4) adds its branches. Their maps are to be joined."
class InceptionModule(nn.Module):
    def __init__(self, in_channels, c1, c3):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, c1, kernel_size=1)
        self.bn1 = nn.BatchNorm2d(c1)
        self.conv3 = nn.Conv2d(in_channels, c3, kernel_size=3, padding=1)
        self.bn3 = nn.BatchNorm2d(c3)

    def forward(self, x):
        a = F.relu(self.bn1(self.conv1(x)))
        b = F.relu(self.bn3(self.conv3(x)))
        return a + b


# %% right="DownsampleModule"
class DownsampleModule(nn.Module):
    def __init__(self, in_channels, c3):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, c3, 3, stride=2)
        self.norm = nn.BatchNorm2d(c3)

    def forward(self, x):
        left = F.relu(self.norm(self.conv(x)))
        right = F.max_pool2d(x, kernel_size=3, stride=2)
        return torch.cat([left, right], dim=1)


# %% right="DownsampleModule"
class DownsampleModule(nn.Module):
    def __init__(self, in_channels, c3):
        super().__init__()
        self.branches = nn.ModuleDict({
            "conv": nn.Sequential(nn.Conv2d(in_channels, c3, 3, 2, bias=False), nn.BatchNorm2d(c3), nn.ReLU(inplace=True)),
            "pool": nn.MaxPool2d(kernel_size=(3, 3), stride=(2, 2)),
        })

    def forward(self, x):
        return torch.concat([branch(x) for branch in self.branches.values()], 1)


# %% wrong="DownsampleModule" says="DownsampleModule(2, 4) assigns to self before nn.Module is set up. Which call comes first in __init__?"
class DownsampleModule(nn.Module):
    def __init__(self, in_channels, c3):
        super().__init__
        self.conv = nn.Conv2d(in_channels, c3, 3, stride=2)
        self.norm = nn.BatchNorm2d(c3)

    def forward(self, x):
        left = F.relu(self.norm(self.conv(x)))
        right = F.max_pool2d(x, kernel_size=3, stride=2)
        return torch.cat([left, right], dim=1)


# %% wrong="DownsampleModule" says="DownsampleModule(2, 4) joins along dimension 0, the images. Which dimension holds the maps?"
class DownsampleModule(nn.Module):
    def __init__(self, in_channels, c3):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, c3, 3, stride=2)
        self.norm = nn.BatchNorm2d(c3)

    def forward(self, x):
        left = F.relu(self.norm(self.conv(x)))
        right = F.max_pool2d(x, kernel_size=3, stride=2)
        return torch.cat([left, right])


# %% wrong="DownsampleModule" says="DownsampleModule(2, 4) has branches that end with different sizes. By how much does each window move, and is one of them padded?"
class DownsampleModule(nn.Module):
    def __init__(self, in_channels, c3):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, c3, 3, stride=2)
        self.norm = nn.BatchNorm2d(c3)

    def forward(self, x):
        left = F.relu(self.norm(self.conv(x)))
        right = F.max_pool2d(x, kernel_size=3)
        return torch.cat([left, right], dim=1)


# %% wrong="DownsampleModule" says="DownsampleModule(2, 4) has the pooled maps first."
class DownsampleModule(nn.Module):
    def __init__(self, in_channels, c3):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, c3, 3, stride=2)
        self.norm = nn.BatchNorm2d(c3)

    def forward(self, x):
        left = F.relu(self.norm(self.conv(x)))
        right = F.max_pool2d(x, kernel_size=3, stride=2)
        return torch.cat([right, left], dim=1)


# %% wrong="DownsampleModule" says="DownsampleModule(2, 4) has no ReLU."
class DownsampleModule(nn.Module):
    def __init__(self, in_channels, c3):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, c3, 3, stride=2)
        self.norm = nn.BatchNorm2d(c3)

    def forward(self, x):
        left = self.norm(self.conv(x))
        right = F.max_pool2d(x, kernel_size=3, stride=2)
        return torch.cat([left, right], dim=1)


# %% wrong="DownsampleModule" says="DownsampleModule(2, 4) sends the pooled maps through ReLU too."
class DownsampleModule(nn.Module):
    def __init__(self, in_channels, c3):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, c3, 3, stride=2)
        self.norm = nn.BatchNorm2d(c3)

    def forward(self, x):
        left = F.relu(self.norm(self.conv(x)))
        right = F.max_pool2d(x, kernel_size=3, stride=2)
        return F.relu(torch.cat([left, right], dim=1))


# %% wrong="DownsampleModule" says="DownsampleModule(2, 4) has no batch norm, or does not register it."
class DownsampleModule(nn.Module):
    def __init__(self, in_channels, c3):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, c3, 3, stride=2)

    def forward(self, x):
        left = F.relu(self.conv(x))
        right = F.max_pool2d(x, kernel_size=3, stride=2)
        return torch.cat([left, right], dim=1)


# %% wrong="DownsampleModule" says="DownsampleModule(2, 4) never uses its batch norm."
class DownsampleModule(nn.Module):
    def __init__(self, in_channels, c3):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, c3, 3, stride=2)
        self.norm = nn.BatchNorm2d(c3)

    def forward(self, x):
        left = F.relu(self.conv(x))
        right = F.max_pool2d(x, kernel_size=3, stride=2)
        return torch.cat([left, right], dim=1)


# %% wrong="DownsampleModule" says="DownsampleModule(2, 4) takes the mean where it pools. The largest is wanted."
class DownsampleModule(nn.Module):
    def __init__(self, in_channels, c3):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, c3, 3, stride=2)
        self.norm = nn.BatchNorm2d(c3)

    def forward(self, x):
        left = F.relu(self.norm(self.conv(x)))
        right = F.avg_pool2d(x, kernel_size=3, stride=2)
        return torch.cat([left, right], dim=1)


# %% wrong="DownsampleModule" says="DownsampleModule(2, 4) pads both branches, so that their sizes agree with each other but not with the task."
class DownsampleModule(nn.Module):
    def __init__(self, in_channels, c3):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, c3, 3, stride=2, padding=1)
        self.norm = nn.BatchNorm2d(c3)

    def forward(self, x):
        left = F.relu(self.norm(self.conv(x)))
        right = F.max_pool2d(x, kernel_size=3, stride=2, padding=1)
        return torch.cat([left, right], dim=1)


# %% wrong="DownsampleModule" says="DownsampleModule(2, 4) gives the maps of the convolution alone."
class DownsampleModule(nn.Module):
    def __init__(self, in_channels, c3):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, c3, 3, stride=2)
        self.norm = nn.BatchNorm2d(c3)

    def forward(self, x):
        left = F.relu(self.norm(self.conv(x)))
        right = F.max_pool2d(x, kernel_size=3, stride=2)
        return left


# %% wrong="DownsampleModule" says="DownsampleModule(2, 4) gives the pooled maps alone."
class DownsampleModule(nn.Module):
    def __init__(self, in_channels, c3):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, c3, 3, stride=2)
        self.norm = nn.BatchNorm2d(c3)

    def forward(self, x):
        left = F.relu(self.norm(self.conv(x)))
        right = F.max_pool2d(x, kernel_size=3, stride=2)
        return right


# %% wrong="DownsampleModule" says="DownsampleModule(2, 4) has its ReLU before the batch norm."
class DownsampleModule(nn.Module):
    def __init__(self, in_channels, c3):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, c3, 3, stride=2)
        self.norm = nn.BatchNorm2d(c3)

    def forward(self, x):
        left = self.norm(F.relu(self.conv(x)))
        right = F.max_pool2d(x, kernel_size=3, stride=2)
        return torch.cat([left, right], dim=1)


# %% wrong="DownsampleModule" says="DownsampleModule(2, 4) has branches that end with different sizes. By how much does each window move, and is one of them padded?"
class DownsampleModule(nn.Module):
    def __init__(self, in_channels, c3):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, c3, 3, stride=2, padding=1)
        self.norm = nn.BatchNorm2d(c3)

    def forward(self, x):
        left = F.relu(self.norm(self.conv(x)))
        right = F.max_pool2d(x, kernel_size=3, stride=2)
        return torch.cat([left, right], dim=1)


# %% wrong="DownsampleModule" says="DownsampleModule(2, 4) has branches that end with different sizes. By how much does each window move, and is one of them padded?"
class DownsampleModule(nn.Module):
    def __init__(self, in_channels, c3):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, c3, 3)
        self.norm = nn.BatchNorm2d(c3)

    def forward(self, x):
        left = F.relu(self.norm(self.conv(x)))
        right = F.max_pool2d(x, kernel_size=3, stride=2)
        return torch.cat([left, right], dim=1)


# %% wrong="DownsampleModule" says="DownsampleModule(2, 4) registers no convolution. Is it in a plain list, or built inside forward?"
class DownsampleModule(nn.Module):
    def __init__(self, in_channels, c3):
        super().__init__()
        self.c3 = c3
        self.norm = nn.BatchNorm2d(c3)

    def forward(self, x):
        left = F.relu(self.norm(nn.Conv2d(x.shape[1], self.c3, 3, stride=2)(x)))
        right = F.max_pool2d(x, kernel_size=3, stride=2)
        return torch.cat([left, right], dim=1)


# %% right="SmallInception"
class SmallInception(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.norm = nn.BatchNorm2d(8)
        self.inc1 = InceptionModule(8, 8, 8)
        self.down1 = DownsampleModule(16, 8)
        self.inc2 = InceptionModule(24, 12, 12)
        self.inc3 = InceptionModule(24, 8, 16)
        self.fc = nn.Linear(24, 10)

    def forward(self, x):
        x = F.relu(self.norm(self.conv(x)))
        x = self.down1(self.inc1(x))
        x = self.inc3(self.inc2(x))
        x = F.adaptive_avg_pool2d(x, 1).flatten(1)
        return self.fc(x)


# %% right="SmallInception"
class SmallInception(nn.Sequential):
    def __init__(self):
        super().__init__(
            AlexBlock(3, 6, 5),
            InceptionModule(6, 4, 4),
            DownsampleModule(8, 8),
            InceptionModule(16, 6, 10),
            nn.AvgPool2d(6),
            nn.Flatten(),
            nn.Dropout(0.1),
            Linear(16, 10),
        )


# %% right="SmallInception"
class SmallInception(nn.Module):
    def __init__(self):
        super().__init__()
        widths = [(8, 8), (8, 16)]
        channels, blocks = 12, [nn.Conv2d(3, 12, 3), nn.BatchNorm2d(12), nn.ReLU(), DownsampleModule(12, 4)]
        channels = 16
        for c1, c3 in widths:
            blocks.append(InceptionModule(channels, c1, c3))
            blocks.append(DownsampleModule(c1 + c3, 8))
            channels = c1 + c3 + 8
        self.blocks = nn.ModuleList(blocks)
        self.fc = nn.LazyLinear(10)

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return self.fc(x.flatten(1))


# %% wrong="SmallInception" says="SmallInception() assigns to self before nn.Module is set up. Which call comes first in __init__?"
class SmallInception(nn.Module):
    def __init__(self):
        super().__init__
        self.conv = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.norm = nn.BatchNorm2d(8)
        self.inc1 = InceptionModule(8, 8, 8)
        self.down1 = DownsampleModule(16, 8)
        self.inc2 = InceptionModule(24, 12, 12)
        self.inc3 = InceptionModule(24, 8, 16)
        self.fc = nn.Linear(24, 10)

    def forward(self, x):
        x = F.relu(self.norm(self.conv(x)))
        x = self.down1(self.inc1(x))
        x = self.inc3(self.inc2(x))
        x = F.adaptive_avg_pool2d(x, 1).flatten(1)
        return self.fc(x)


# %% wrong="SmallInception" says="SmallInception() has a module that gets another number of maps than it was built for. How many does the one before it give?"
class SmallInception(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.norm = nn.BatchNorm2d(8)
        self.inc1 = InceptionModule(8, 8, 8)
        self.down1 = DownsampleModule(16, 8)
        self.inc2 = InceptionModule(16, 12, 12)
        self.inc3 = InceptionModule(24, 8, 16)
        self.fc = nn.Linear(24, 10)

    def forward(self, x):
        x = F.relu(self.norm(self.conv(x)))
        x = self.down1(self.inc1(x))
        x = self.inc3(self.inc2(x))
        x = F.adaptive_avg_pool2d(x, 1).flatten(1)
        return self.fc(x)


# %% wrong="SmallInception" says="SmallInception() has a dense layer that gets another number of values than it was built for. How many are left of one image there?"
class SmallInception(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.norm = nn.BatchNorm2d(8)
        self.inc1 = InceptionModule(8, 8, 8)
        self.down1 = DownsampleModule(16, 8)
        self.inc2 = InceptionModule(24, 12, 12)
        self.inc3 = InceptionModule(24, 8, 16)
        self.fc = nn.Linear(24, 10)

    def forward(self, x):
        x = F.relu(self.norm(self.conv(x)))
        x = self.down1(self.inc1(x))
        x = self.inc3(self.inc2(x))
        x = x.flatten(1)
        return self.fc(x)


# %% wrong="SmallInception" says="SmallInception() uses a layer that it does not register. Is it in a plain list, or built inside forward?"
class SmallInception(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.norm = nn.BatchNorm2d(8)
        self.inc1 = InceptionModule(8, 8, 8)
        self.down1 = DownsampleModule(16, 8)
        self.inc2 = InceptionModule(24, 12, 12)
        self.inc3 = InceptionModule(24, 8, 16)

    def forward(self, x):
        x = F.relu(self.norm(self.conv(x)))
        x = self.down1(self.inc1(x))
        x = self.inc3(self.inc2(x))
        x = F.adaptive_avg_pool2d(x, 1).flatten(1)
        return nn.Linear(24, 10)(x)


# %% wrong="SmallInception" says="SmallInception() uses one object with weights in two places. Each place needs an object of its own."
class SmallInception(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.norm = nn.BatchNorm2d(8)
        self.inc1 = InceptionModule(8, 8, 8)
        self.down1 = DownsampleModule(16, 8)
        self.inc2 = InceptionModule(24, 12, 12)
        self.fc = nn.Linear(24, 10)

    def forward(self, x):
        x = F.relu(self.norm(self.conv(x)))
        x = self.down1(self.inc1(x))
        x = self.inc2(self.inc2(x))
        x = F.adaptive_avg_pool2d(x, 1).flatten(1)
        return self.fc(x)


# %% wrong="SmallInception" says="SmallInception() has too few modules of the kind InceptionModule: 1, where the task wants at least 2."
class SmallInception(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.norm = nn.BatchNorm2d(8)
        self.inc1 = InceptionModule(8, 8, 8)
        self.down1 = DownsampleModule(16, 8)
        self.fc = nn.Linear(24, 10)

    def forward(self, x):
        x = F.relu(self.norm(self.conv(x)))
        x = self.down1(self.inc1(x))
        x = F.adaptive_avg_pool2d(x, 1).flatten(1)
        return self.fc(x)


# %% wrong="SmallInception" says="SmallInception() has too few modules of the kind DownsampleModule: 0, where the task wants at least 1."
class SmallInception(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.norm = nn.BatchNorm2d(8)
        self.inc1 = InceptionModule(8, 8, 8)
        self.down1 = nn.Sequential(nn.Conv2d(16, 24, 3, 2), nn.ReLU())
        self.inc2 = InceptionModule(24, 12, 12)
        self.inc3 = InceptionModule(24, 8, 16)
        self.fc = nn.Linear(24, 10)

    def forward(self, x):
        x = F.relu(self.norm(self.conv(x)))
        x = self.down1(self.inc1(x))
        x = self.inc3(self.inc2(x))
        x = F.adaptive_avg_pool2d(x, 1).flatten(1)
        return self.fc(x)


# %% wrong="SmallInception" says="SmallInception() gives probabilities. Logits come from the last layer as they are."
class SmallInception(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.norm = nn.BatchNorm2d(8)
        self.inc1 = InceptionModule(8, 8, 8)
        self.down1 = DownsampleModule(16, 8)
        self.inc2 = InceptionModule(24, 12, 12)
        self.inc3 = InceptionModule(24, 8, 16)
        self.fc = nn.Linear(24, 10)

    def forward(self, x):
        x = F.relu(self.norm(self.conv(x)))
        x = self.down1(self.inc1(x))
        x = self.inc3(self.inc2(x))
        x = F.adaptive_avg_pool2d(x, 1).flatten(1)
        return self.fc(x).softmax(1)


# %% wrong="SmallInception" says="SmallInception() gives log-probabilities. Logits come from the last layer as they are."
class SmallInception(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.norm = nn.BatchNorm2d(8)
        self.inc1 = InceptionModule(8, 8, 8)
        self.down1 = DownsampleModule(16, 8)
        self.inc2 = InceptionModule(24, 12, 12)
        self.inc3 = InceptionModule(24, 8, 16)
        self.fc = nn.Linear(24, 10)

    def forward(self, x):
        x = F.relu(self.norm(self.conv(x)))
        x = self.down1(self.inc1(x))
        x = self.inc3(self.inc2(x))
        x = F.adaptive_avg_pool2d(x, 1).flatten(1)
        return F.log_softmax(self.fc(x), 1)


# %% wrong="SmallInception" says="SmallInception() never gives a negative logit. What comes after the last layer?"
class SmallInception(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.norm = nn.BatchNorm2d(8)
        self.inc1 = InceptionModule(8, 8, 8)
        self.down1 = DownsampleModule(16, 8)
        self.inc2 = InceptionModule(24, 12, 12)
        self.inc3 = InceptionModule(24, 8, 16)
        self.fc = nn.Linear(24, 10)

    def forward(self, x):
        x = F.relu(self.norm(self.conv(x)))
        x = self.down1(self.inc1(x))
        x = self.inc3(self.inc2(x))
        x = F.adaptive_avg_pool2d(x, 1).flatten(1)
        return F.relu(self.fc(x))


# %% wrong="SmallInception" says="SmallInception() has weights that get no gradient. Does forward use every module?"
class SmallInception(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.norm = nn.BatchNorm2d(8)
        self.inc1 = InceptionModule(8, 8, 8)
        self.down1 = DownsampleModule(16, 8)
        self.inc2 = InceptionModule(24, 12, 12)
        self.inc3 = InceptionModule(24, 8, 16)
        self.fc = nn.Linear(24, 10)

    def forward(self, x):
        x = F.relu(self.norm(self.conv(x)))
        x = self.down1(self.inc1(x))
        x = self.inc2(x)
        x = F.adaptive_avg_pool2d(x, 1).flatten(1)
        return self.fc(x)


# %% wrong="SmallInception" says="SmallInception() makes a single row of all images. Which dimension has to stay when it flattens?"
class SmallInception(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.norm = nn.BatchNorm2d(8)
        self.inc1 = InceptionModule(8, 8, 8)
        self.down1 = DownsampleModule(16, 8)
        self.inc2 = InceptionModule(24, 12, 12)
        self.inc3 = InceptionModule(24, 8, 16)
        self.fc = nn.Linear(24, 10)

    def forward(self, x):
        x = F.relu(self.norm(self.conv(x)))
        x = self.down1(self.inc1(x))
        x = self.inc3(self.inc2(x))
        x = x.mean(dim=(0, 2, 3))[None]
        return self.fc(x)


# %% wrong="SmallInception" says="SmallInception()(images) of six images is None, wanted a tensor of shape (6, 10). Does it…"
class SmallInception(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.norm = nn.BatchNorm2d(8)
        self.inc1 = InceptionModule(8, 8, 8)
        self.down1 = DownsampleModule(16, 8)
        self.inc2 = InceptionModule(24, 12, 12)
        self.inc3 = InceptionModule(24, 8, 16)
        self.fc = nn.Linear(24, 10)

    def forward(self, x):
        x = F.relu(self.norm(self.conv(x)))
        x = self.down1(self.inc1(x))
        x = self.inc3(self.inc2(x))
        x = F.adaptive_avg_pool2d(x, 1).flatten(1)
        self.fc(x)


# %% wrong="SmallInception" says="SmallInception() uses a layer that it does not register. Is it in a plain list, or built inside forward?"
class SmallInception(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = [nn.Conv2d(3, 8, 3), InceptionModule(8, 8, 8), DownsampleModule(16, 8), InceptionModule(24, 8, 8)]
        self.fc = nn.Linear(16, 10)

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return self.fc(x.mean((2, 3)))


# %% wrong="SmallInception" says="SmallInception() has maps that are smaller than the window of the module they go into. How large are they there?"
class SmallInception(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.norm = nn.BatchNorm2d(8)
        self.inc1 = InceptionModule(8, 8, 8)
        self.down1 = DownsampleModule(16, 8)
        self.inc2 = InceptionModule(24, 12, 12)
        self.inc3 = InceptionModule(24, 8, 16)
        self.more = nn.ModuleList([DownsampleModule(24, 4), DownsampleModule(28, 4), DownsampleModule(32, 4)])
        self.fc = nn.Linear(36, 10)

    def forward(self, x):
        x = F.relu(self.norm(self.conv(x)))
        x = self.down1(self.inc1(x))
        x = self.inc3(self.inc2(x))
        for block in self.more:
            x = block(x)
        x = F.adaptive_avg_pool2d(x, 1).flatten(1)
        return self.fc(x)


# %% right="Ensemble"
class Ensemble(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.first = a
        self.second = b

    def forward(self, x):
        return self.first(x) + self.second(x)


# %% right="Ensemble"
class Ensemble(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.networks = nn.ModuleList([a, b])

    def forward(self, x):
        return sum(network(x) for network in self.networks)


# %% right="Ensemble"
class Ensemble(nn.Module):
    def __init__(self, *networks):
        super().__init__()
        self.networks = nn.ModuleDict({str(i): network for i, network in enumerate(networks)})

    def forward(self, x):
        return torch.stack([network(x) for network in self.networks.values()]).sum(dim=0)


# %% wrong="Ensemble" says="Ensemble(a, b) assigns to self before nn.Module is set up. Which call comes first in __init__?"
class Ensemble(nn.Module):
    def __init__(self, a, b):
        self.first = a
        self.second = b

    def forward(self, x):
        return self.first(x) + self.second(x)


# %% wrong="Ensemble" says="Ensemble(a, b) gives the mean of the outputs. The sum is wanted."
class Ensemble(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.first = a
        self.second = b

    def forward(self, x):
        return (self.first(x) + self.second(x)) / 2


# %% wrong="Ensemble" says="Ensemble(a, b) gives the outputs of a alone."
class Ensemble(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.first = a
        self.second = b

    def forward(self, x):
        return self.first(x)


# %% wrong="Ensemble" says="Ensemble(a, b) asks one network twice."
class Ensemble(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.first = a
        self.second = b

    def forward(self, x):
        return self.first(x) + self.first(x)


# %% wrong="Ensemble" says="Ensemble(a, b) multiplies the outputs."
class Ensemble(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.first = a
        self.second = b

    def forward(self, x):
        return self.first(x) * self.second(x)


# %% wrong="Ensemble" says="Ensemble(a, b) adds probabilities. The sum of the outputs as they are is wanted."
class Ensemble(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.first = a
        self.second = b

    def forward(self, x):
        return self.first(x).softmax(1) + self.second(x).softmax(1)


# %% wrong="Ensemble" says="Ensemble(a, b) gives both outputs side by side. Their sum is wanted."
class Ensemble(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.first = a
        self.second = b

    def forward(self, x):
        return torch.cat([self.first(x), self.second(x)], dim=1)


# %% wrong="Ensemble" says="Ensemble(a, b) sends the outputs of a into b. Both get x."
class Ensemble(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.first = a
        self.second = b

    def forward(self, x):
        return self.second(self.first(x))


# %% wrong="Ensemble" says="Ensemble(a, b) takes the larger of two outputs."
class Ensemble(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.first = a
        self.second = b

    def forward(self, x):
        return torch.maximum(self.first(x), self.second(x))


# %% wrong="Ensemble" says="Ensemble(a, b) registers neither network. Are they in a plain list or a tuple?"
class Ensemble(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.parts = [a, b]

    def forward(self, x):
        return self.parts[0](x) + self.parts[1](x)


# %% wrong="Ensemble" says="Ensemble(a, b) registers one network of the two."
class Ensemble(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.first = a
        self.second = [b]

    def forward(self, x):
        return self.first(x) + self.second[0](x)


# %% wrong="Ensemble" says="Ensemble(a, b).eval() reaches neither network. Does it hold the networks themselves?"
class Ensemble(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        import copy
        self.first = copy.deepcopy(a)
        self.second = copy.deepcopy(b)

    def forward(self, x):
        return self.first(x) + self.second(x)


# %% wrong="Ensemble" says="Ensemble(a, b)(x) is None, wanted float32[4, 3]. Does it return its result?"
class Ensemble(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.first = a
        self.second = b

    def forward(self, x):
        self.first(x) + self.second(x)


# %% wrong="Ensemble" says="x was changed. Leave the argument as it was and return a new value."
class Ensemble(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.first = a
        self.second = b

    def forward(self, x):
        y = self.first(x)
        y += self.second(x)
        return y


# %% right="Linear"
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super(Linear, self).__init__()
        bound = 1 / np.sqrt(in_features)
        self.weight = nn.Parameter(torch.FloatTensor(out_features, in_features))
        self.bias = None
        if bias:
            self.bias = nn.Parameter(torch.FloatTensor(out_features))
        for p in self.parameters():
            nn.init.uniform_(p, -bound, bound)

    def forward(self, x):
        out = (x.unsqueeze(-2) * self.weight).sum(-1)
        if self.bias is None:
            return out
        return out + self.bias


# %% right="Linear"
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(out_features, in_features) * 2 / in_features**0.5 - 1 / in_features**0.5)
        self.bias = nn.Parameter(torch.rand(out_features) * 2 / in_features**0.5 - 1 / in_features**0.5) if bias else 0

    def forward(self, x):
        return (self.weight @ x[..., None])[..., 0] + self.bias


# %% wrong="Linear" says="Linear(3, 2)(x) makes a batch of a single vector. What comes before the last dimension stays as it is."
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_features, in_features))
        self.bias = nn.Parameter(torch.randn(out_features)) if bias else None

    def forward(self, x):
        x = x.reshape(-1, x.shape[-1])
        y = x @ self.weight.T
        return y if self.bias is None else y + self.bias


# %% wrong="Linear" says="the dictionary of the parameters of Linear(3, 2) has the keys 'b', 'w', wanted 'bias', 'weight'."
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.w = nn.Parameter(torch.randn(out_features, in_features))
        self.b = nn.Parameter(torch.randn(out_features))

    def forward(self, x):
        return x @ self.w.T + self.b


# %% wrong="Linear" says="Linear(3, 2, bias=False) has a bias all the same. Who looks at the argument?"
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_features, in_features))
        self.bias = nn.Parameter(torch.randn(out_features))
        self.use = bias

    def forward(self, x):
        return x @ self.weight.T + (self.bias if self.use else 0)


# %% right="Net"
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(AlexLike(3, 6), AlexLike(6, 16))
        self.head = nn.Sequential(nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 120), nn.ReLU(), nn.Linear(120, 10))

    def forward(self, x):
        return self.head(self.net(x))


class AlexLike(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.conv = nn.Conv2d(i, o, (5, 5))

    def forward(self, x):
        return F.relu(F.max_pool2d(self.conv(x), (2, 2)), inplace=True)


# %% wrong="Net" says="Net() has a first dense layer for 1,024 values. Are the convolutions padded?"
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5, padding=2)
        self.fc1 = nn.Linear(16 * 8 * 8, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x.flatten(1))))))


# %% wrong="Net" says="Net() gives other logits at each call. Is a layer built inside forward, or is there dropout in it?"
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)
        self.drop = nn.Dropout(0.5)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        return self.fc3(self.drop(F.relu(self.fc2(F.relu(self.fc1(x.flatten(1)))))))


# %% wrong="Net" says="Net() registers no layer. They belong in __init__, each as an attribute; a plain list hides them."
class Net(nn.Module):
    conv1 = nn.Conv2d(3, 6, 5)
    conv2 = nn.Conv2d(6, 16, 5)
    fc1, fc2, fc3 = nn.Linear(400, 120), nn.Linear(120, 120), nn.Linear(120, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x.flatten(1))))))


# %% right="smooth"
def smooth(losses, beta=0.99):
    if not losses:
        return []
    out = [losses[0]]
    for i in range(1, len(losses)):
        out += [beta * out[i - 1] + (1 - beta) * losses[i]]
    return out


# %% wrong="smooth" says="smooth([4, 0, 8], beta=0.75)[0] is 1, wanted 4."
def smooth(losses, beta=0.99):
    return np.convolve(losses, [1 - beta, beta])[: len(losses)].tolist()


# %% wrong="smooth" says="smooth([1, 0, 0], beta=0.91)[2] is 0.83, wanted 0.8281."
def smooth(losses, beta=0.99):
    out = []
    for loss in losses:
        out.append(round(beta * out[-1] + (1 - beta) * loss, 2) if out else loss)
    return out


# %% right="per_class_accuracy"
def per_class_accuracy(model, loader, n_classes):
    states = []
    for module in model.modules():
        states.append(module.training)
    model.train(False)
    confusion = torch.zeros((n_classes, n_classes))
    with torch.no_grad():
        for x, y in loader:
            guess = torch.argmax(F.softmax(model(x), dim=-1), dim=-1)
            confusion += torch.bincount(y.cpu() * n_classes + guess.cpu(), minlength=n_classes**2).view(n_classes, n_classes)
    for module, state in zip(model.modules(), states):
        module.training = state
    return confusion.diagonal() / confusion.sum(1)


# %% wrong="per_class_accuracy" says="IndexError: The shape of the mask [3] at index 0 does not match the shape of the indexed tensor [4] at index 0. The mask is (3,) and the tensor (4,): do they come from the same batch?"
def per_class_accuracy(model, loader, n_classes):
    was = model.training
    model.eval()
    right, total = torch.zeros(n_classes), torch.zeros(n_classes)
    with torch.no_grad():
        for x, y in loader:
            pred = model(x).argmax(0)
            for k in range(n_classes):
                right[k] += (pred[y == k] == k).sum()
                total[k] += (y == k).sum()
    model.train(was)
    return right / total


# %% wrong="per_class_accuracy" says="per_class_accuracy(model, loader, 4) is 0.5 at [0], wanted 0.6667, the only difference."
def per_class_accuracy(model, loader, n_classes):
    was = {m: m.training for m in model.modules()}
    model.eval()
    right, total = torch.zeros(n_classes, dtype=torch.long), torch.zeros(n_classes, dtype=torch.long)
    with torch.no_grad():
        for x, y in loader:
            hit = model(x).argmax(1) == y
            right[y] += hit
            total[y] += 1
    for m in was:
        m.training = was[m]
    return right / total


# %% right="RandomRepeatNet"
class RandomRepeatNet(nn.Module):
    def __init__(self):
        super().__init__()
        net = Net()
        self.front = nn.Sequential(net.conv1, nn.ReLU(), nn.MaxPool2d(2), net.conv2, nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), net.fc1, nn.ReLU())
        self.fc2 = net.fc2
        self.fc3 = net.fc3

    def forward(self, x):
        x = self.front(x)
        stop = int(torch.rand(1) * 5) + 1
        for i in range(stop):
            x = torch.relu(self.fc2(x))
        return self.fc3(x)


# %% wrong="RandomRepeatNet" says="RandomRepeatNet() repeats fc2 the same number of times in 80 passes in training mode. When is the number drawn, who sets the seed, and what does each repeat start from?"
class RandomRepeatNet(Net):
    def forward(self, x, n=random.randint(1, 5)):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.fc1(x.flatten(1)))
        for _ in range(n):
            x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% wrong="RandomRepeatNet" says="RandomRepeatNet() sometimes leaves out fc2 altogether."
class RandomRepeatNet(Net):
    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.fc1(x.flatten(1)))
        for _ in range(1, random.randint(1, 5)):
            x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% wrong="RandomRepeatNet" says="RandomRepeatNet() repeats fc2 the same number of times in 80 passes in training mode. When is the number drawn, who sets the seed, and what does each repeat start from?"
class RandomRepeatNet(Net):
    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.fc1(x.flatten(1)))
        for _ in range(random.randint(1, 5)):
            x = F.relu(self.fc2(x))
            x = self.fc3(x)
            return x


# %% right="AlexNet"
class AlexNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 3, stride=2, padding=1)
        self.conv2 = nn.Conv2d(64, 192, 3, padding=1)
        self.conv3 = nn.Conv2d(192, 384, 3, padding=1)
        self.conv4 = nn.Conv2d(384, 256, 3, padding=1)
        self.conv5 = nn.Conv2d(256, 256, 3, padding=1)
        self.fc1 = Linear(256 * 2 * 2, 256)
        self.fc2 = Linear(256, 256)
        self.fc3 = Linear(256, 10)

    def forward(self, images):
        print(images.shape)
        x = F.max_pool2d(F.relu(self.conv1(images)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        print(x.shape)
        x = F.relu(self.conv3(x))
        x = F.relu(self.conv4(x))
        x = F.max_pool2d(F.relu(self.conv5(x)), 2)
        print(x.shape)
        n, c, h, w = x.shape
        x = x.reshape(n, c * h * w)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% wrong="AlexNet" says="AlexNet() still has a dense layer for 2,304 values, so something besides the two sizes was changed."
class AlexNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 3, stride=2, padding=1)
        self.conv2 = nn.Conv2d(64, 192, 3, padding=1)
        self.conv3 = nn.Conv2d(192, 384, 3, padding=1)
        self.conv4 = nn.Conv2d(384, 256, 3, padding=1)
        self.conv5 = nn.Conv2d(256, 256, 3, padding=2)
        self.fc1 = nn.Linear(256 * 3 * 3, 256)
        self.fc2 = nn.Linear(256, 256)
        self.fc3 = nn.Linear(256, 10)

    def forward(self, images):
        x = F.max_pool2d(F.relu(self.conv1(images)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.conv3(x))
        x = F.relu(self.conv4(x))
        x = F.max_pool2d(F.relu(self.conv5(x)), 2)
        x = x.reshape(-1, 256 * 3 * 3)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% right="AlexBlock"
class AlexBlock(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size):
        super().__init__()
        self.conv = nn.LazyConv2d(out_channels, kernel_size)

    def forward(self, x):
        return nn.MaxPool2d(2)(self.conv(x).clamp(min=0))


# %% wrong="AlexBlock" says="AlexBlock(2, 3, 4) moves its convolution by 2, and does not pool."
class AlexBlock(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride=2)

    def forward(self, x):
        return F.relu(self.conv(x))


# %% wrong="AlexBlock" says="RuntimeError: Given groups=1, weight of size [2, 3, 4, 4], expected input[2, 2, 9, 9] to have 3 channels, but got 2 channels instead. 2 channels came, and `conv` takes 3."
class AlexBlock(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size):
        super().__init__()
        self.conv = nn.Conv2d(out_channels, in_channels, kernel_size)

    def forward(self, x):
        return F.max_pool2d(F.relu(self.conv(x)), 2)


# %% right="InceptionModule"
class ConvBlock(nn.Module):
    def __init__(self, i, o, k, **kw):
        super().__init__()
        self.c, self.b = nn.Conv2d(i, o, k, bias=False, **kw), nn.BatchNorm2d(o)

    def forward(self, x):
        return self.b(self.c(x)).relu_()


class InceptionModule(nn.Module):
    def __init__(self, in_channels, c1, c3):
        super().__init__()
        self.left, self.right = ConvBlock(in_channels, c1, 1), ConvBlock(in_channels, c3, 3, padding="same")

    def forward(self, x):
        return torch.hstack((self.left(x), self.right(x)))


# %% wrong="InceptionModule" says="InceptionModule(3, 2, 4).eval()(x) is float32[5, 6, 9, 8], wanted float32[5, 6, 7, 6]."
class InceptionModule(nn.Module):
    def __init__(self, in_channels, c1, c3):
        super().__init__()
        self.one = nn.Sequential(nn.Conv2d(in_channels, c1, 1, padding=1), nn.BatchNorm2d(c1), nn.ReLU())
        self.three = nn.Sequential(nn.Conv2d(in_channels, c3, 3, padding=2), nn.BatchNorm2d(c3), nn.ReLU())

    def forward(self, x):
        return torch.cat([self.one(x), self.three(x)], dim=1)


# %% wrong="InceptionModule" says="InceptionModule(3, 2, 4) has a batch norm in its 1 × 1 branch alone."
class InceptionModule(nn.Module):
    def __init__(self, in_channels, c1, c3):
        super().__init__()
        self.one = nn.Sequential(nn.Conv2d(in_channels, c1, 1), nn.BatchNorm2d(c1), nn.ReLU())
        self.three = nn.Sequential(nn.Conv2d(in_channels, c3, 3, padding=1), nn.InstanceNorm2d(c3), nn.ReLU())

    def forward(self, x):
        return torch.cat([self.one(x), self.three(x)], dim=1)


# %% right="DownsampleModule"
class DownsampleModule(nn.Module):
    def __init__(self, in_channels, c3):
        super().__init__()
        self.c = nn.Conv2d(in_channels, c3, 3, stride=2, padding=0)
        self.bn = nn.BatchNorm2d(c3)
        self.mp = nn.MaxPool2d(3, 2, 0)

    def forward(self, x):
        outs = []
        outs.append(torch.clamp_min(self.bn(self.c(x)), 0))
        outs.append(self.mp(x))
        return torch.cat(outs, 1)


# %% wrong="DownsampleModule" says="DownsampleModule(2, 4).eval()(x) of 9 × 10 pixels is float32[3, 8, 4, 4], wanted float32[3, 6, 4, 4]."
class DownsampleModule(nn.Module):
    def __init__(self, in_channels, c3):
        super().__init__()
        self.conv = nn.Sequential(nn.Conv2d(in_channels, c3, 3, stride=2), nn.BatchNorm2d(c3), nn.ReLU())

    def forward(self, x):
        y = self.conv(x)
        return torch.cat([y, F.max_pool2d(y, 1)], dim=1)


# %% wrong="DownsampleModule" says="DownsampleModule(2, 4) has branches that end with different sizes. By how much does each window move, and is one of them padded?"
class DownsampleModule(nn.Module):
    def __init__(self, in_channels, c3):
        super().__init__()
        self.conv = nn.Sequential(nn.Conv2d(in_channels, c3, 3, stride=2), nn.BatchNorm2d(c3), nn.ReLU())

    def forward(self, x):
        return torch.cat([self.conv(x), F.max_pool2d(x, 3, 2, ceil_mode=True)], dim=1)


# %% right="SmallInception"
class SmallInception(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, padding=1)
        self.a = nn.ModuleList(InceptionModule(16 if i == 0 else 24, 8, 16) for i in range(2))
        self.d = DownsampleModule(24, 8)
        self.z = nn.Conv2d(32, 10, 15)

    def forward(self, x):
        x = self.stem(x)
        for m in self.a:
            x = m(x)
        return self.z(self.d(x)).squeeze(3).squeeze(2)


# %% wrong="SmallInception" says="SmallInception() uses a layer that it does not register. Is it in a plain list, or built inside forward?"
class SmallInception(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [InceptionModule(3, 8, 8), DownsampleModule(16, 8), InceptionModule(24, 8, 8)]
        self.fc = nn.Linear(16, 10)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return self.fc(x.mean((2, 3)))


# %% wrong="SmallInception" says="SmallInception() uses one object with weights in two places. Each place needs an object of its own."
class SmallInception(nn.Module):
    def __init__(self):
        super().__init__()
        self.i = InceptionModule(16, 8, 8)
        self.stem = nn.Conv2d(3, 16, 3)
        self.body = nn.Sequential(self.i, self.i, DownsampleModule(16, 8))
        self.fc = nn.Linear(24, 10)

    def forward(self, x):
        return self.fc(self.body(self.stem(x)).mean((2, 3)))


# %% wrong="SmallInception" says="SmallInception() makes a single answer for all images."
class SmallInception(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(InceptionModule(3, 8, 8), DownsampleModule(16, 8), InceptionModule(24, 8, 8))
        self.fc = nn.Linear(16, 10)

    def forward(self, x):
        x = self.body(x).mean((0, 2, 3))
        return self.fc(x)


# %% right="Ensemble"
class Ensemble(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.add_module("a", a)
        self.add_module("b", b)

    def forward(self, *args):
        return torch.add(self.a(*args), self.b(*args))


# %% wrong="Ensemble" says="Ensemble(a, b)(x) is cut off from autograd, so that its networks could not be trained together."
class Ensemble(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.a = a
        self.b = b

    def forward(self, x):
        with torch.no_grad():
            return self.a(x) + self.b(x)


# %% wrong="Ensemble" says="Ensemble(a, b) registers neither network. Are they in a plain list or a tuple?"
class Ensemble(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.forward = lambda x: a(x) + b(x)


# %% wrong="Linear" says="Linear(3, 2) registers no parameter. What kind of tensor, kept where, does a module register?"
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.params = [nn.Parameter(torch.randn(out_features, in_features)), nn.Parameter(torch.randn(out_features))]
        self.use = bias

    def forward(self, x):
        y = x @ self.params[0].T
        return y + self.params[1] if self.use else y


# %% wrong="Linear" says="RuntimeError: The size of tensor a (3) must match the size of tensor b (2) at non-singleton dimension 1. Shapes are compared from the right, and there 3 meets 2: sizes must be the same, or 1."
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_features, in_features))
        self.bias = nn.Parameter(torch.randn(out_features))

    def forward(self, x):
        return self.weight @ x + self.bias


# %% wrong="Linear" says="Linear(3, 2) registers no parameter. What kind of tensor, kept where, does a module register?"
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.register_buffer("weight", torch.randn(out_features, in_features))
        self.register_buffer("bias", torch.randn(out_features))

    def forward(self, x):
        return x @ self.weight.T + self.bias


# %% wrong="smooth" says="losses was changed. Leave the argument as it was and return a new value."
def smooth(losses, beta=0.99):
    smoothed = losses
    for i in range(1, len(losses)):
        smoothed[i] = beta * smoothed[i - 1] + (1 - beta) * losses[i]
    return smoothed


# %% wrong="smooth" says="smooth([4, 0, 8], beta=0.75) is a generator, wanted a list of 3."
def smooth(losses, beta=0.99):
    s = losses[0] if losses else 0
    for loss in losses:
        s = beta * s + (1 - beta) * loss
        yield s


# %% right="smooth"
def smooth(losses, beta=0.99):
    return [] if not losses else [
        beta**i * losses[0] + sum((1 - beta) * beta ** (i - j) * losses[j] for j in range(1, i + 1)) for i in range(len(losses))
    ]


# %% wrong="per_class_accuracy" says="per_class_accuracy(…) leaves every module in training mode. Each has a mode of its own to go back to."
def per_class_accuracy(model, loader, n_classes):
    model.eval()
    right, total = torch.zeros(n_classes), torch.zeros(n_classes)
    with torch.no_grad():
        for x, y in loader:
            pred = model(x).argmax(1)
            for k in range(n_classes):
                right[k] += ((pred == k) & (y == k)).sum()
                total[k] += (y == k).sum()
    model.train()
    return right / total


# %% wrong="per_class_accuracy" says="per_class_accuracy(…) gives 0 to a class without images. It has no share at all."
def per_class_accuracy(model, loader, n_classes):
    modes = {m: m.training for m in model.modules()}
    model.eval()
    right, total = torch.zeros(n_classes), torch.zeros(n_classes)
    with torch.no_grad():
        for x, y in loader:
            pred = model(x).argmax(1)
            for k in range(n_classes):
                right[k] += ((pred == k) & (y == k)).sum()
                total[k] += (y == k).sum()
    for m, t in modes.items():
        m.train(t)
    return right / (total + 1e-8)


# %% right="per_class_accuracy"
def per_class_accuracy(model, loader, n_classes):
    modes = {m: m.training for m in model.modules()}
    for m in model.modules():
        m.training = False
    hits = [[] for _ in range(n_classes)]
    with torch.inference_mode():
        for x, y in loader:
            for guess, label in zip(model(x).tolist(), y.tolist()):
                hits[label].append(guess.index(max(guess)) == label)
    for m, t in modes.items():
        m.training = t
    return torch.tensor([float(np.mean(h)) if h else math.nan for h in hits])


# %% wrong="RandomRepeatNet" says="RandomRepeatNet() draws from 0 to 5, so that fc2 is sometimes left out."
class RandomRepeatNet(Net):
    def __init__(self):
        super().__init__()
        self.fc2s = nn.ModuleList([self.fc2] * 5)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.fc1(x.flatten(1)))
        for layer in self.fc2s:
            if random.random() < 0.5:
                x = F.relu(layer(x))
        return self.fc3(x)


# %% right="RandomRepeatNet"
class RandomRepeatNet(Net):
    def __init__(self):
        super().__init__()
        self.fc2s = nn.ModuleList([self.fc2] * 5)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.fc1(x.flatten(1)))
        for layer in self.fc2s[: np.random.randint(1, 6)]:
            x = F.relu(layer(x))
        return self.fc3(x)


# %% wrong="RandomRepeatNet" says="RandomRepeatNet() repeats fc2 without a ReLU after each time. What are two dense layers in a row worth?"
class RandomRepeatNet(Net):
    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.fc1(x.flatten(1)))
        for _ in range(random.randint(1, 5)):
            x = self.fc2(x)
        return self.fc3(F.relu(x))


# %% wrong="InceptionModule" says="InceptionModule(3, 2, 4) normalises x. Batch norm comes after each convolution."
class InceptionModule(nn.Module):
    def __init__(self, in_channels, c1, c3):
        super().__init__()
        self.one = nn.Conv2d(in_channels, c1, 1)
        self.three = nn.Conv2d(in_channels, c3, 3, padding=1)
        self.norm = nn.BatchNorm2d(in_channels)

    def forward(self, x):
        x = self.norm(x)
        return torch.cat([F.relu(self.one(x)), F.relu(self.three(x))], dim=1)


# %% wrong="InceptionModule" says="InceptionModule(3, 2, 4) registers no convolution. Is it in a plain list, or built inside forward?"
class InceptionModule(nn.Module):
    def __init__(self, in_channels, c1, c3):
        super().__init__()
        self.c1, self.c3, self.i = c1, c3, in_channels

    def forward(self, x):
        one = nn.Sequential(nn.Conv2d(self.i, self.c1, 1), nn.BatchNorm2d(self.c1), nn.ReLU())
        three = nn.Sequential(nn.Conv2d(self.i, self.c3, 3, padding=1), nn.BatchNorm2d(self.c3), nn.ReLU())
        return torch.cat([one(x), three(x)], dim=1)


# %% wrong="DownsampleModule" says="DownsampleModule(2, 4) moves both windows by 1. The task says stride 2."
class DownsampleModule(nn.Module):
    def __init__(self, in_channels, c3):
        super().__init__()
        self.conv = nn.Sequential(nn.Conv2d(in_channels, c3, 3), nn.BatchNorm2d(c3), nn.ReLU())
        self.pool = nn.MaxPool2d(3, 1)

    def forward(self, x):
        return torch.cat([self.conv(x), self.pool(x)], dim=1)


# %% right="SmallInception"
class SmallInception(nn.Module):
    def __init__(self):
        super().__init__()
        for i, block in enumerate([InceptionModule(3, 4, 4), DownsampleModule(8, 8), InceptionModule(16, 8, 8), DownsampleModule(16, 4)]):
            setattr(self, f"block{i}", block)
        self.fc = nn.Linear(20 * 7 * 7, 10)

    def forward(self, images):
        x = images
        for i in range(4):
            x = getattr(self, f"block{i}")(x)
        return self.fc(x.reshape(x.shape[0], -1))


# %% right="SmallInception"
class SmallInception(nn.Module):
    def __init__(self):
        super().__init__()
        def make(i):
            return nn.Sequential(InceptionModule(i, 8, 8), nn.Dropout2d(0.1), DownsampleModule(16, 8))
        self.a, self.b, self.c = make(3), make(24), make(24)
        self.out = nn.Sequential(nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(24, 32), nn.ReLU(), nn.Linear(32, 10))

    def forward(self, x):
        return self.out(self.c(self.b(self.a(x))))


# %% wrong="Ensemble" says="Ensemble(a, b)(x) is int64[4], wanted float32[4, 3]."
class Ensemble(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.a = a
        self.b = b

    def forward(self, x):
        return (self.a(x).argmax(1) + self.b(x).argmax(1)) // 2


# %% wrong="Linear" says="Linear(3, 2) has a bias with two dimensions. Its shape is (out_features,)."
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        bound = 1 / math.sqrt(in_features)
        self.weight = nn.Parameter(torch.empty(out_features, in_features).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.empty(1, out_features).uniform_(-bound, bound)) if bias else None

    def forward(self, x):
        out = x @ self.weight.T
        return out if self.bias is None else out + self.bias


# %% wrong="Linear" says="Linear(400, 50) starts with weights that make its outputs large. How do they depend on in_features?"
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(out_features, in_features))
        self.bias = nn.Parameter(torch.rand(out_features)) if bias else None

    def forward(self, x):
        out = x @ self.weight.T
        return out if self.bias is None else out + self.bias


# %% wrong="Linear" says="Linear(400, 50) starts with weights that make its outputs large. How do they depend on in_features?"
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_features, in_features))
        self.bias = nn.Parameter(torch.randn(out_features)) if bias else None

    def forward(self, x):
        out = x @ self.weight.T
        return out if self.bias is None else out + self.bias


# %% wrong="Linear" says="Linear(7, 5) gives every new layer the same weights. Where are they drawn, and who sets the seed?"
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        torch.manual_seed(0)
        bound = 1 / math.sqrt(in_features)
        self.weight = nn.Parameter(torch.empty(out_features, in_features).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.empty(out_features).uniform_(-bound, bound)) if bias else None

    def forward(self, x):
        out = x @ self.weight.T
        return out if self.bias is None else out + self.bias


# %% right="Linear"
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        bound = 1 / math.sqrt(in_features)
        self.weight = nn.Parameter(torch.empty(out_features, in_features).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.zeros(out_features)) if bias else None

    def forward(self, x):
        out = x @ self.weight.T
        return out if self.bias is None else out + self.bias


# %% right="Linear"
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True, device=None, dtype=None):
        super().__init__()
        b = in_features ** -0.5
        kw = {'device': device, 'dtype': dtype}
        self.in_features, self.out_features = in_features, out_features
        self.weight = nn.Parameter((torch.rand(out_features, in_features, **kw) - 0.5) * 2 * b)
        self.bias = nn.Parameter((torch.rand(out_features, **kw) - 0.5) * 2 * b) if bias else None

    def forward(self, x):
        return (x.unsqueeze(-2) * self.weight).sum(-1) + (0 if self.bias is None else self.bias)


# %% wrong="Net" says="Net() takes means where it pools. The largest of each 2 × 2 is wanted."
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, images):
        x = F.avg_pool2d(F.relu(self.conv1(images)), 2)
        x = F.avg_pool2d(F.relu(self.conv2(x)), 2)
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% wrong="Net" says="Net() never uses its second dense layer of 120 units."
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, images):
        x = F.max_pool2d(F.relu(self.conv1(images)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        return self.fc3(x)


# %% wrong="Net" says="Net() runs its second dense layer twice."
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, images):
        x = F.max_pool2d(F.relu(self.conv1(images)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(F.relu(self.fc2(x))))
        return self.fc3(x)


# %% wrong="Net" says="Net() has a leaky ReLU where the task wants ReLU."
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, images):
        x = F.max_pool2d(F.leaky_relu(self.conv1(images)), 2)
        x = F.max_pool2d(F.leaky_relu(self.conv2(x)), 2)
        x = torch.flatten(x, 1)
        x = F.leaky_relu(self.fc1(x))
        x = F.leaky_relu(self.fc2(x))
        return self.fc3(x)


# %% wrong="Net" says="Net() has a sigmoid where the task wants ReLU."
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, images):
        x = F.max_pool2d(torch.sigmoid(self.conv1(images)), 2)
        x = F.max_pool2d(torch.sigmoid(self.conv2(x)), 2)
        x = torch.flatten(x, 1)
        x = torch.sigmoid(self.fc1(x))
        x = torch.sigmoid(self.fc2(x))
        return self.fc3(x)


# %% wrong="Net" says="Net() has convolutions without a bias."
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5, bias=False)
        self.conv2 = nn.Conv2d(6, 16, 5, bias=False)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, images):
        x = F.max_pool2d(F.relu(self.conv1(images)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% wrong="Net" says="Net() has a first dense layer for 1,600 values. Is there max pooling after both convolutions?"
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * 10 * 10, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, images):
        x = F.max_pool2d(F.relu(self.conv1(images)), 2)
        x = F.relu(self.conv2(x))
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% wrong="Net" says="Net() takes the batch away from a single image. Which squeeze, or which flatten, takes a dimension too many?"
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, images):
        x = F.max_pool2d(F.relu(self.conv1(images)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x).squeeze()


# %% right="Net"
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = Linear(400, 120)
        self.fc2 = Linear(120, 120)
        self.fc3 = Linear(120, 10)

    def forward(self, images):
        def pooled(x):
            n, c, h, w = x.shape
            return x.clamp(min=0).reshape(n, c, h // 2, 2, w // 2, 2).amax(dim=(3, 5))
        x = pooled(self.conv2(pooled(self.conv1(images)))).reshape(len(images), 400)
        for layer in (self.fc1, self.fc2):
            x = layer(x).relu()
        return self.fc3(x)


# %% wrong="smooth" says="smooth(…) starts anew after a smoothed 0. A 0 is a number as good as others; what asks whether there is one?"
def smooth(losses, beta=0.99):
    value, out = None, []
    for loss in losses:
        value = beta * value + (1 - beta) * loss if value else loss
        out.append(value)
    return out


# %% wrong="smooth" says="smooth(…) keeps the numbers of its last call. Where is its list made?"
def smooth(losses, beta=0.99, out=[]):
    for loss in losses:
        out.append(loss if not out else beta * out[-1] + (1 - beta) * loss)
    return out


# %% wrong="per_class_accuracy" says="per_class_accuracy(…) loses the mode of a layer inside a module inside the model. Each of model.modules() has one."
def per_class_accuracy(model, loader, n_classes):
    modes = {m: m.training for m in model.children()}
    was = model.training
    model.eval()
    right = torch.zeros(n_classes)
    total = torch.zeros(n_classes)
    with torch.no_grad():
        for images, labels in loader:
            predicted = model(images).argmax(dim=1)
            total += torch.bincount(labels, minlength=n_classes).cpu()
            right += torch.bincount(labels[predicted == labels], minlength=n_classes).cpu()
    model.training = was
    for m, mode in modes.items():
        m.train(mode)
    return right / total


# %% right="per_class_accuracy"
def per_class_accuracy(model, loader, n_classes):
    before = [m.training for m in model.modules()]
    model.train(False)
    table = torch.zeros(n_classes, n_classes)
    with torch.inference_mode():
        for images, labels in loader:
            guess = model(images).argmax(dim=-1)
            for k, g in zip(labels, guess):
                table[k, g] += 1
    for m, mode in zip(model.modules(), before):
        m.training = mode
    return table.diag() / table.sum(dim=1)


# %% wrong="RandomRepeatNet" says="RandomRepeatNet() has five layers beside fc2. It is fc2 that runs again and again."
class RandomRepeatNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)
        self.more = nn.ModuleList([nn.Linear(120, 120) for _ in range(5)])

    def forward(self, images):
        x = F.max_pool2d(F.relu(self.conv1(images)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        for k in range(random.randint(1, 5)):
            x = F.relu(self.more[k](x))
        return self.fc3(x)


# %% wrong="RandomRepeatNet" says="RandomRepeatNet() draws a number for each image. In one pass all images take the same road."
class RandomRepeatNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, images):
        x = F.max_pool2d(F.relu(self.conv1(images)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        rows = []
        for row in x:
            for _ in range(random.randint(1, 5)):
                row = F.relu(self.fc2(row))
            rows.append(row)
        x = torch.stack(rows)
        return self.fc3(x)


# %% wrong="RandomRepeatNet" says="RandomRepeatNet() repeats fc2 the same number of times in 80 passes in training mode. When is the number drawn, who sets the seed, and what does each repeat start from?"
class RandomRepeatNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, images):
        random.seed(0)
        x = F.max_pool2d(F.relu(self.conv1(images)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        for _ in range(random.randint(1, 5)):
            x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% wrong="RandomRepeatNet" says="RandomRepeatNet() repeats fc2 the same number of times in 80 passes in training mode. When is the number drawn, who sets the seed, and what does each repeat start from?"
class RandomRepeatNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, images):
        x = F.max_pool2d(F.relu(self.conv1(images)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        for _ in range(random.randint(1, 5)):
            y = F.relu(self.fc2(x))
        return self.fc3(y)


# %% wrong="RandomRepeatNet" says="RandomRepeatNet() repeats fc2 1, 3, 5 times, and never otherwise, in 80 passes in training mode. Every number from 1 to 5 can come, and no other."
class RandomRepeatNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, images):
        x = F.max_pool2d(F.relu(self.conv1(images)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        for _ in range(random.randrange(1, 6, 2)):
            x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% right="RandomRepeatNet"
class RandomRepeatNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, images):
        x = F.max_pool2d(F.relu(self.conv1(images)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        left = 1 + int(torch.rand(()) * 5)
        while left:
            x = self.fc2(x).clamp_min(0)
            left -= 1
        return self.fc3(x)


# %% wrong="AlexNet" says="AlexNet() has a dense layer for 4,096 values, so something besides the two sizes was changed. Is a pooling or a stride gone?"
class AlexNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 3, padding=1)
        self.conv2 = nn.Conv2d(64, 192, 3, padding=1)
        self.conv3 = nn.Conv2d(192, 384, 3, padding=1)
        self.conv4 = nn.Conv2d(384, 256, 3, padding=1)
        self.conv5 = nn.Conv2d(256, 256, 3, padding=1)
        self.fc1 = nn.Linear(256 * 4 * 4, 256)
        self.fc2 = nn.Linear(256, 256)
        self.fc3 = nn.Linear(256, 10)

    def forward(self, images):
        x = F.max_pool2d(F.relu(self.conv1(images)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.conv3(x))
        x = F.relu(self.conv4(x))
        x = F.max_pool2d(F.relu(self.conv5(x)), 2)
        x = x.reshape(-1, 256 * 4 * 4)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% wrong="AlexNet" says="AlexNet() has a dense layer for 4,096 values, so something besides the two sizes was changed. Is a pooling or a stride gone?"
class AlexNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 3, stride=2, padding=1)
        self.conv2 = nn.Conv2d(64, 192, 3, padding=1)
        self.conv3 = nn.Conv2d(192, 384, 3, padding=1)
        self.conv4 = nn.Conv2d(384, 256, 3, padding=1)
        self.conv5 = nn.Conv2d(256, 256, 3, padding=1)
        self.fc1 = nn.Linear(256 * 4 * 4, 256)
        self.fc2 = nn.Linear(256, 256)
        self.fc3 = nn.Linear(256, 10)

    def forward(self, images):
        x = F.max_pool2d(F.relu(self.conv1(images)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.conv3(x))
        x = F.relu(self.conv4(x))
        x = F.relu(self.conv5(x))
        x = x.reshape(-1, 256 * 4 * 4)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% wrong="AlexNet" says="AlexNet() has a dense layer for 256 values: the maps were averaged, or pooled once more. Everything but the two sizes stays."
class AlexNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 3, stride=2, padding=1)
        self.conv2 = nn.Conv2d(64, 192, 3, padding=1)
        self.conv3 = nn.Conv2d(192, 384, 3, padding=1)
        self.conv4 = nn.Conv2d(384, 256, 3, padding=1)
        self.conv5 = nn.Conv2d(256, 256, 3, padding=1)
        self.fc1 = nn.Linear(256, 256)
        self.fc2 = nn.Linear(256, 256)
        self.fc3 = nn.Linear(256, 10)

    def forward(self, images):
        x = F.max_pool2d(F.relu(self.conv1(images)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.conv3(x))
        x = F.relu(self.conv4(x))
        x = F.max_pool2d(F.relu(self.conv5(x)), 2)
        x = x.mean(dim=(2, 3))
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% wrong="AlexNet" says="AlexNet() has dense layers of another size. Their 256 units stay as they are."
class AlexNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 3, stride=2, padding=1)
        self.conv2 = nn.Conv2d(64, 192, 3, padding=1)
        self.conv3 = nn.Conv2d(192, 384, 3, padding=1)
        self.conv4 = nn.Conv2d(384, 256, 3, padding=1)
        self.conv5 = nn.Conv2d(256, 256, 3, padding=1)
        self.fc1 = nn.Linear(256 * 2 * 2, 4096)
        self.fc2 = nn.Linear(4096, 4096)
        self.fc3 = nn.Linear(4096, 10)

    def forward(self, images):
        x = F.max_pool2d(F.relu(self.conv1(images)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.conv3(x))
        x = F.relu(self.conv4(x))
        x = F.max_pool2d(F.relu(self.conv5(x)), 2)
        x = x.reshape(-1, 256 * 2 * 2)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% wrong="AlexBlock" says="AlexBlock(2, 3, 4) has a convolution without a bias."
class AlexBlock(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, bias=False)

    def forward(self, x):
        return F.max_pool2d(F.relu(self.conv(x)), 2)


# %% wrong="AlexBlock" says="AlexBlock(2, 3, 4) pools in windows of kernel_size. They are 2 × 2, whatever the convolution has."
class AlexBlock(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size):
        super().__init__()
        self.k = kernel_size
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size)

    def forward(self, x):
        return F.max_pool2d(F.relu(self.conv(x)), self.k)


# %% wrong="AlexBlock" says="AlexBlock(2, 3, 4) sends x through ReLU, not the maps."
class AlexBlock(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size)

    def forward(self, x):
        return F.max_pool2d(self.conv(F.relu(x)), 2)


# %% right="AlexBlock"
class AlexBlock(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size)

    def forward(self, x):
        y = F.relu(self.conv(x))
        h, w = y.shape[-2] // 2 * 2, y.shape[-1] // 2 * 2
        y = y[..., :h, :w]
        return torch.stack([y[..., a::2, b::2] for a in (0, 1) for b in (0, 1)]).amax(dim=0)


# %% wrong="InceptionModule" says="InceptionModule(3, 2, 4) normalises with the batch's own numbers in inference mode, too."
class InceptionModule(nn.Module):
    def __init__(self, in_channels, c1, c3):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, c1, 1)
        self.conv3 = nn.Conv2d(in_channels, c3, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(c1, track_running_stats=False)
        self.bn3 = nn.BatchNorm2d(c3, track_running_stats=False)

    def forward(self, x):
        a = F.relu(self.bn1(self.conv1(x)))
        b = F.relu(self.bn3(self.conv3(x)))
        return torch.cat([a, b], dim=1)


# %% right="InceptionModule"
class InceptionModule(nn.Module):
    def __init__(self, in_channels, c1, c3):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, c1, 1)
        self.conv3 = nn.Conv2d(in_channels, c3, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(c1)
        self.bn3 = nn.BatchNorm2d(c3)

    def forward(self, x):
        a = F.relu(self.bn1(self.conv1(x)))
        b = F.relu(self.bn3(self.conv3(x)))
        out = x.new_empty(len(x), a.shape[1] + b.shape[1], *x.shape[2:])
        out[:, : a.shape[1]] = a
        out[:, a.shape[1] :] = b
        return out


# %% right="InceptionModule"
class InceptionModule(nn.Module):
    def __init__(self, in_channels, c1, c3):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, c1, 1)
        self.conv3 = nn.Conv2d(in_channels, c3, 3, padding=1)
        self.bn = nn.BatchNorm2d(c1 + c3)

    def forward(self, x):
        return F.relu(self.bn(torch.cat([self.conv1(x), self.conv3(x)], dim=1)))


# %% right="DownsampleModule"
class DownsampleModule(nn.Module):
    def __init__(self, in_channels, c3):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, c3, 3, stride=2)
        self.bn = nn.BatchNorm2d(c3)

    def forward(self, x):
        pooled = x.unfold(2, 3, 2).unfold(3, 3, 2).amax(dim=(-2, -1))
        return torch.cat([F.relu(self.bn(self.conv(x))), pooled], dim=1)


# %% wrong="SmallInception" says="SmallInception() gives probabilities, or their logarithms, in inference mode. Logits are wanted in both modes."
class SmallInception(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(3, 8, 3, stride=2, padding=1), nn.BatchNorm2d(8), nn.ReLU(), InceptionModule(8, 8, 8), DownsampleModule(16, 8), InceptionModule(24, 8, 16), InceptionModule(24, 16, 16), DownsampleModule(32, 16), InceptionModule(48, 16, 16), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 10))

    def forward(self, images):
        x = self.net(images)
        return x if self.training else x.log_softmax(dim=1)


# %% wrong="SmallInception" says="SmallInception() takes the batch away from a single image. Which squeeze, or which flatten, takes a dimension too many?"
class SmallInception(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(3, 8, 3, stride=2, padding=1), nn.BatchNorm2d(8), nn.ReLU(), InceptionModule(8, 8, 8), DownsampleModule(16, 8), InceptionModule(24, 8, 16), InceptionModule(24, 16, 16), DownsampleModule(32, 16), InceptionModule(48, 16, 16), nn.AdaptiveAvgPool2d(1))
        self.out = nn.Linear(32, 10)

    def forward(self, images):
        return self.out(self.net(images).squeeze())


# %% right="SmallInception"
class SmallInception(nn.Module):
    def __init__(self):
        super().__init__()
        self.names = []
        for k, m in enumerate([DownsampleModule(3, 5), InceptionModule(8, 4, 4), InceptionModule(8, 8, 8)]):
            setattr(self, f'm{k}', m)
            self.names.append(f'm{k}')
        self.head = nn.Conv2d(16, 10, 1)

    def forward(self, images):
        for n in self.names:
            images = getattr(self, n)(images)
        return self.head(images).mean((-1, -2))


# %% wrong="Ensemble" says="Ensemble(a, b) puts its networks into inference mode. It leaves that to eval(), or they could not be trained on."
class Ensemble(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.a = a.eval()
        self.b = b.eval()

    def forward(self, x):
        return self.a(x) + self.b(x)


# %% wrong="Ensemble" says="Ensemble(a, b) cuts one of its networks off from autograd, so that it could not be trained."
class Ensemble(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.a = a
        self.b = b

    def forward(self, x):
        return self.a(x) + self.b(x).detach()


# %% right="Ensemble"
class Ensemble(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.both = nn.Sequential(a, b)

    def forward(self, x):
        one, other = (net(x) for net in self.both)
        return one + other


# %% wrong="Net" says="Net() has a tanh where the task wants ReLU."
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(3, 6, 5), nn.Conv2d(6, 16, 5)
        self.fc1, self.fc2, self.fc3 = nn.Linear(400, 120), nn.Linear(120, 120), nn.Linear(120, 10)

    def forward(self, images):
        x = F.max_pool2d(torch.tanh(self.conv1(images)), 2)
        x = F.max_pool2d(torch.tanh(self.conv2(x)), 2).flatten(1)
        return self.fc3(torch.tanh(self.fc2(torch.tanh(self.fc1(x)))))


# %% wrong="Net" says="Net() has a batch norm. It is convolutions, ReLU, pooling and dense layers alone."
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.maps = nn.Sequential(
            nn.Conv2d(3, 6, 5), nn.BatchNorm2d(6), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(6, 16, 5), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        )
        self.rest = nn.Sequential(nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 120), nn.ReLU(), nn.Linear(120, 10))

    def forward(self, images):
        return self.rest(self.maps(images))


# %% wrong="InceptionModule" says="x was changed. Leave the argument as it was and return a new value."
class InceptionModule(nn.Module):
    def __init__(self, in_channels, c1, c3):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(in_channels, c1, 1), nn.BatchNorm2d(c1)
        self.conv3, self.bn3 = nn.Conv2d(in_channels, c3, 3, padding=1), nn.BatchNorm2d(c3)

    def forward(self, x):
        x.relu_()
        return torch.cat([F.relu(self.bn1(self.conv1(x))), F.relu(self.bn3(self.conv3(x)))], dim=1)


# %% wrong="DownsampleModule" says="x was changed. Leave the argument as it was and return a new value."
class DownsampleModule(nn.Module):
    def __init__(self, in_channels, c3):
        super().__init__()
        self.conv, self.bn = nn.Conv2d(in_channels, c3, 3, stride=2), nn.BatchNorm2d(c3)

    def forward(self, x):
        x = F.relu(x, inplace=True)
        return torch.cat([F.relu(self.bn(self.conv(x))), F.max_pool2d(x, 3, 2)], dim=1)


# %% wrong="AlexNet" says="images was changed. Leave the argument as it was and return a new value."
class AlexNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 3, stride=2, padding=1)
        self.conv2 = nn.Conv2d(64, 192, 3, padding=1)
        self.conv3 = nn.Conv2d(192, 384, 3, padding=1)
        self.conv4 = nn.Conv2d(384, 256, 3, padding=1)
        self.conv5 = nn.Conv2d(256, 256, 3, padding=1)
        self.fc1 = nn.Linear(256 * 2 * 2, 256)
        self.fc2 = nn.Linear(256, 256)
        self.fc3 = nn.Linear(256, 10)

    def forward(self, images):
        x = F.max_pool2d(F.relu(self.conv1(images.clamp_(-1, 1))), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.conv4(F.relu(self.conv3(x))))
        x = F.max_pool2d(F.relu(self.conv5(x)), 2).flatten(1)
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)))))


# %% wrong="Net" says="images was changed. Leave the argument as it was and return a new value."
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(3, 6, 5), nn.Conv2d(6, 16, 5)
        self.fc1, self.fc2, self.fc3 = nn.Linear(400, 120), nn.Linear(120, 120), nn.Linear(120, 10)

    def forward(self, images):
        x = F.max_pool2d(F.relu(self.conv1(images.clamp_(-1, 1))), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2).flatten(1)
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)))))


# %% wrong="AlexBlock" says="x was changed. Leave the argument as it was and return a new value."
class AlexBlock(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size)

    def forward(self, x):
        return F.max_pool2d(F.relu(self.conv(F.relu(x, inplace=True))), 2)


# %% wrong="SmallInception" says="SmallInception() gives an image other logits alone than in a batch, in inference mode. What in it looks at the whole batch, or is random?"
class SmallInception(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.Sequential(InceptionModule(3, 8, 8), DownsampleModule(16, 16), InceptionModule(32, 8, 8))
        self.head = nn.Linear(16, 10)

    def forward(self, images):
        x = (images - images.mean()) / images.std()
        return self.head(self.blocks(x).mean(dim=(2, 3)))


# %% wrong="SmallInception" says="SmallInception() gives an image other logits alone than in a batch, in inference mode. What in it looks at the whole batch, or is random?"
class SmallInception(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.Sequential(InceptionModule(3, 8, 8), DownsampleModule(16, 16), InceptionModule(32, 8, 8))
        self.head = nn.Linear(16, 10)

    def forward(self, images):
        return self.head(F.dropout(self.blocks(images).mean(dim=(2, 3)), 0.5))


# %% right="Linear"
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        bound = in_features**-0.5
        self.weight = nn.Parameter(torch.rand(out_features, in_features) * 2 * bound - bound)
        if bias:
            self.bias = nn.Parameter(torch.empty(out_features).uniform_(-bound, bound))
        else:
            self.register_parameter("bias", None)

    def forward(self, x):
        return F.linear(x, self.weight, self.bias)


# %% right="Linear"
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super(Linear, self).__init__()
        self.weight = nn.Parameter(torch.randn(out_features, in_features) / math.sqrt(in_features))
        self.has_bias = bias
        if bias:
            self.bias = nn.Parameter(torch.zeros(out_features))

    def forward(self, x):
        out = torch.einsum("...i,oi->...o", x, self.weight)
        return out + self.bias if self.has_bias else out


# %% right="Net"
class Net(nn.Sequential):
    def __init__(self):
        super().__init__(
            nn.Conv2d(3, 6, 5), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 120), nn.ReLU(), nn.Linear(120, 10),
        )
        self.conv1, self.conv2 = self[0], self[3]
        self.fc1, self.fc2, self.fc3 = self[7], self[9], self[11]

    def forward(self, images):
        x = images
        for layer in list(self)[:12]:
            x = layer(x)
        return x


# %% right="Net"
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(3, 6, 5), nn.Conv2d(6, 16, kernel_size=(5, 5))
        self.fc1, self.fc2, self.fc3 = (nn.Linear(a, b) for a, b in ((400, 120), (120, 120), (120, 10)))

    def forward(self, images):
        x = images
        for conv in (self.conv1, self.conv2):
            x = F.max_pool2d(conv(x), 2).clamp(min=0)
        x = x.view(x.size(0), -1)
        return self.fc3(self.fc2(self.fc1(x).relu()).relu())


# %% right="smooth"
def smooth(losses, beta=0.99):
    out = []
    for loss in losses:
        out.append(loss if not out else out[-1] + (1 - beta) * (loss - out[-1]))
    return out


# %% right="smooth"
def smooth(losses, beta=0.99):
    from itertools import accumulate
    return list(accumulate(losses, lambda old, new: beta * old + (1 - beta) * new))


# %% right="per_class_accuracy"
def per_class_accuracy(model, loader, n_classes):
    modes = {m: m.training for m in model.modules()}
    model.eval()
    table = torch.zeros(n_classes, n_classes, dtype=torch.long)
    with torch.inference_mode():
        for images, labels in loader:
            for label, guess in zip(labels.tolist(), model(images).argmax(1).tolist()):
                table[label, guess] += 1
    for m, mode in modes.items():
        m.training = mode
    return table.diag() / table.sum(1)


# %% right="per_class_accuracy"
@torch.no_grad()
def per_class_accuracy(model, loader, n_classes):
    training = [m for m in model.modules() if m.training]
    try:
        model.eval()
        guesses, truth = zip(*[(model(images).max(1).indices, labels) for images, labels in loader])
    finally:
        for m in training:
            m.training = True
    guesses, truth = torch.cat(guesses), torch.cat(truth)
    return torch.stack([(guesses[truth == c] == c).float().mean() for c in range(n_classes)])


# %% right="RandomRepeatNet"
class RandomRepeatNet(Net):
    def forward(self, images):
        x = F.max_pool2d(F.relu(self.conv1(images)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.fc1(x.flatten(1)))
        for _ in range(int(torch.randint(5, ())) + 1):
            x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% right="RandomRepeatNet"
class RandomRepeatNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, images):
        x = self.conv1(images).relu()
        x = F.max_pool2d(x, 2)
        x = F.max_pool2d(self.conv2(x).relu(), 2).flatten(start_dim=1)
        x = self.fc1(x).relu()
        left = np.random.choice([1, 2, 3, 4, 5])
        while left > 0:
            x = self.fc2(x).relu()
            left -= 1
        return self.fc3(x)


# %% right="AlexNet"
class AlexNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 3, stride=2, padding=1)
        self.conv2 = nn.Conv2d(64, 192, 3, padding="same")
        self.conv3 = nn.Conv2d(192, 384, 3, padding="same")
        self.conv4 = nn.Conv2d(384, 256, 3, padding="same")
        self.conv5 = nn.Conv2d(256, 256, 3, padding="same")
        self.fc1 = nn.Linear(1024, 256)
        self.fc2 = nn.Linear(256, 256)
        self.fc3 = nn.Linear(256, 10)

    def forward(self, images):
        x = F.relu(F.max_pool2d(self.conv1(images), 2))
        x = F.relu(F.max_pool2d(self.conv2(x), 2))
        x = F.relu(self.conv4(F.relu(self.conv3(x))))
        x = F.relu(F.max_pool2d(self.conv5(x), 2))
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(torch.flatten(x, 1))))))


# %% right="AlexBlock"
class AlexBlock(nn.Sequential):
    def __init__(self, in_channels, out_channels, kernel_size):
        super().__init__(nn.Conv2d(in_channels, out_channels, kernel_size), nn.MaxPool2d(2), nn.ReLU(inplace=True))


# %% right="InceptionModule"
class InceptionModule(nn.Module):
    def __init__(self, in_channels, c1, c3):
        super().__init__()
        self.branches = nn.ModuleList(
            nn.Sequential(nn.Conv2d(in_channels, c, k, padding=k // 2, bias=False), nn.BatchNorm2d(c), nn.ReLU(inplace=True))
            for c, k in ((c1, 1), (c3, 3))
        )

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], 1)


# %% right="DownsampleModule"
class DownsampleModule(nn.Module):
    def __init__(self, in_channels, c3):
        super().__init__()
        self.conv = nn.LazyConv2d(c3, 3, 2) if in_channels is None else nn.Conv2d(in_channels, c3, 3, 2)
        self.norm = nn.BatchNorm2d(c3)

    def forward(self, x):
        one = self.norm(self.conv(x)).relu()
        return torch.concat((one, F.max_pool2d(x, kernel_size=3, stride=2)), dim=-3)


# %% right="SmallInception"
class SmallInception(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(InceptionModule(3, 4, 4), DownsampleModule(8, 4), InceptionModule(12, 4, 8))
        self.head = nn.Linear(12, 10)

    def forward(self, images):
        return self.head(self.body(images).mean((2, 3)))


# %% right="Ensemble"
class Ensemble(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.members = nn.ModuleDict({"one": a, "two": b})

    def forward(self, x):
        return sum(member(x) for member in self.members.values())


# %% wrong="Linear" says="Linear(7, 5) gives every new layer the same weights. Where are they drawn, and who sets the seed?"
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        torch.manual_seed(0)
        self.weight = nn.Parameter(torch.randn(out_features, in_features) / math.sqrt(in_features))
        self.bias = nn.Parameter(torch.zeros(out_features)) if bias else None

    def forward(self, x):
        return F.linear(x, self.weight, self.bias)


# %% wrong="Linear" says="Linear(3, 2)(x) makes a batch of a single vector. What comes before the last dimension stays as it is."
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_features, in_features) / math.sqrt(in_features))
        self.bias = nn.Parameter(torch.zeros(out_features)) if bias else None

    def forward(self, x):
        out = x.reshape(-1, x.shape[-1]) @ self.weight.T
        return out + self.bias if self.bias is not None else out


# %% wrong="Net" says="Net() makes a single row of all five images. Which dimension has to stay when it flattens?"
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc = nn.Linear(120, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, images):
        x = F.max_pool2d(F.relu(self.conv1(images)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = x.reshape(1, -1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc(x))
        return self.fc3(x)


# %% wrong="per_class_accuracy" says="per_class_accuracy(…) switches recording on, where its caller had switched it off."
def per_class_accuracy(model, loader, n_classes):
    modes = [m.training for m in model.modules()]
    model.eval()
    right, count = torch.zeros(n_classes), torch.zeros(n_classes)
    torch.set_grad_enabled(False)
    for images, labels in loader:
        guess = model(images).argmax(1)
        right += torch.bincount(labels[guess == labels], minlength=n_classes)
        count += torch.bincount(labels, minlength=n_classes)
    torch.set_grad_enabled(True)
    for m, mode in zip(model.modules(), modes):
        m.training = mode
    return right / count


# %% wrong="RandomRepeatNet" says="RandomRepeatNet() repeats fc2 the same number of times in 80 passes in inference mode. When is the number drawn, who sets the seed, and what does each repeat start from?"
class RandomRepeatNet(Net):
    def forward(self, images):
        x = F.max_pool2d(F.relu(self.conv1(images)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.fc1(x.flatten(1)))
        for _ in range(random.randint(1, 5) if self.training else 3):
            x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% wrong="AlexNet" says="AlexNet() has a dense layer for 4,096 values, so something besides the two sizes was changed. Is a pooling or a stride gone?"
class AlexNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 3, stride=1, padding=1)
        self.conv2 = nn.Conv2d(64, 192, 3, padding=1)
        self.conv3 = nn.Conv2d(192, 384, 3, padding=1)
        self.conv4 = nn.Conv2d(384, 256, 3, padding=1)
        self.conv5 = nn.Conv2d(256, 256, 3, padding=1)
        self.fc1 = nn.Linear(256 * 4 * 4, 256)
        self.fc2 = nn.Linear(256, 256)
        self.fc3 = nn.Linear(256, 10)

    def forward(self, images):
        x = F.max_pool2d(F.relu(self.conv1(images)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.conv3(x))
        x = F.relu(self.conv4(x))
        x = F.max_pool2d(F.relu(self.conv5(x)), 2)
        x = x.reshape(-1, 256 * 4 * 4)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


# %% wrong="AlexBlock" says="AlexBlock(2, 3, 4) pools half windows at the edge as well. They are left out where a side is odd."
class AlexBlock(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size)

    def forward(self, x):
        return F.max_pool2d(F.relu(self.conv(x)), 2, ceil_mode=True)


# %% wrong="SmallInception" says="SmallInception() uses one object with weights in two places. Each place needs an object of its own."
class SmallInception(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.one = InceptionModule(8, 4, 4)
        self.two = InceptionModule(8, 4, 4)
        self.down = DownsampleModule(8, 4)
        self.head = nn.Linear(12, 10)

    def forward(self, images):
        x = self.stem(images).relu()
        x = self.one(self.one(x))
        return self.head(self.down(x).mean((2, 3)))


# %% wrong="Ensemble" says="Ensemble(a, b) sends the outputs of a into b. Both get x."
class Ensemble(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.nets = nn.Sequential(a, b)

    def forward(self, x):
        return self.nets(x)


# %% wrong="Ensemble" says="Ensemble(a, b)(x) puts its networks into inference mode. The mode is for its caller to choose."
class Ensemble(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.a, self.b = a, b

    def forward(self, x):
        self.eval()
        return self.a(x) + self.b(x)


# %% wrong="InceptionModule" says="InceptionModule(3, 2, 4) normalises with the batch's own numbers in inference mode, too."
class InceptionModule(nn.Module):
    def __init__(self, in_channels, c1, c3):
        super().__init__()
        self.one = nn.Sequential(nn.Conv2d(in_channels, c1, 1), nn.BatchNorm2d(c1, track_running_stats=False), nn.ReLU())
        self.three = nn.Sequential(nn.Conv2d(in_channels, c3, 3, padding=1), nn.BatchNorm2d(c3, track_running_stats=False), nn.ReLU())

    def forward(self, x):
        return torch.cat([self.one(x), self.three(x)], 1)


# %% wrong="DownsampleModule" says="DownsampleModule(2, 4) has the pooled maps first."
class DownsampleModule(nn.Module):
    def __init__(self, in_channels, c3):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, c3, 3, stride=2)
        self.norm = nn.BatchNorm2d(c3)

    def forward(self, x):
        one = F.relu(self.norm(self.conv(x)))
        return torch.cat([F.max_pool2d(x, 3, 2), one], dim=1)


# %% wrong="DownsampleModule" says="x was changed. Leave the argument as it was and return a new value."
class DownsampleModule(nn.Module):
    def __init__(self, in_channels, c3):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, c3, 3, stride=2)
        self.norm = nn.BatchNorm2d(c3)

    def forward(self, x):
        x = F.relu(x, inplace=True)
        one = F.relu(self.norm(self.conv(x)))
        return torch.cat([one, F.max_pool2d(x, 3, 2)], dim=1)


# %% wrong="AlexBlock" says="AlexBlock(2, 3, 4) pads its convolution by 1, or keeps the sides of the image in it. The task says: without padding."
class AlexBlock(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, padding="same")

    def forward(self, x):
        return F.max_pool2d(F.relu(self.conv(x)), 2)
