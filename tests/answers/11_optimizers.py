# %% right="SGD"
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, dict(lr=lr, momentum=momentum))

    def step(self, closure=None):
        with torch.no_grad():
            for group in self.param_groups:
                for p in group["params"]:
                    if p.grad is not None:
                        state = self.state[p]
                        v = group["momentum"] * state["v"] + p.grad if "v" in state else p.grad.clone()
                        state["v"] = v
                        p -= group["lr"] * v

# %% right="SGD"
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        defaults = {"lr": lr, "momentum": momentum}
        super(SGD, self).__init__(params, defaults)
        self.velocities = {}

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            with_grad = [p for p in group["params"] if p.grad is not None]
            for p in with_grad:
                v = self.velocities.get(p, torch.zeros(p.shape))
                self.velocities[p] = v = v * group["momentum"] + p.grad
                p.copy_(p - group["lr"] * v)

# %% right="SGD"
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        if lr < 0:
            raise ValueError("lr")
        torch.optim.Optimizer.__init__(self, params, {"lr": lr, "momentum": momentum})
        for group in self.param_groups:
            for p in group["params"]:
                self.state[p]["momentum_buffer"] = torch.zeros_like(p)

    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                buffer = self.state[p]["momentum_buffer"]
                buffer *= group["momentum"]
                buffer += p.grad
                p.data = p.data - group["lr"] * buffer

# %% wrong="SGD" says="Not yet: `SGD` still needs your code."
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    def step(self):
        raise check.NotWritten("SGD")

# %% wrong="SGD" says="SGD is, or builds on, one of torch's own optimizers. The task is to write its step yourself."
class SGD(torch.optim.SGD):
    pass

# %% wrong="SGD" says="SGD is, or builds on, one of torch's own optimizers. The task is to write its step yourself."
SGD = torch.optim.SGD

# %% wrong="SGD" says="SGD is no subclass of torch.optim.Optimizer. What stands in the brackets behind its name?"
class SGD:
    def __init__(self, params, lr, momentum=0.0):
        self.params, self.lr = list(params), lr

    def step(self):
        with torch.no_grad():
            for p in self.params:
                p -= self.lr * p.grad

# %% wrong="SGD" says="SGD is no subclass of torch.optim.Optimizer. What stands in the brackets behind its name?"
def SGD(params, lr, momentum=0.0):
    return torch.optim.SGD(params, lr=lr, momentum=momentum)

# %% wrong="SGD" says="SGD leaves its step to another optimizer. The task is to write it yourself."
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})
        self.inner = torch.optim.SGD(self.param_groups, lr=lr, momentum=momentum)

    def step(self):
        self.inner.step()

# %% wrong="SGD" says="The base class has not set SGD(…) up. Which call is missing in __init__?"
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        self.params = list(params)
        self.lr, self.momentum = lr, momentum

    @torch.no_grad()
    def step(self):
        for p in self.params:
            p -= self.lr * p.grad

# %% wrong="SGD" says="SGD moves a weight in place while autograd is recording. Under what should the update stand?"
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                v = self.state[p].get("v", 0) * group["momentum"] + p.grad
                self.state[p]["v"] = v
                p -= group["lr"] * v

# %% wrong="SGD" says="SGD(…).step() switches recording off for good, so that the next backward finds nothing."
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    def step(self):
        torch.set_grad_enabled(False)
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                v = self.state[p].get("v", 0) * group["momentum"] + p.grad
                self.state[p]["v"] = v
                p -= group["lr"] * v

# %% wrong="SGD" says="After SGD(…).step() the weight no longer is a leaf that requires gradients, so it can learn no more."
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                v = self.state[p].get("v", 0) * group["momentum"] + p.grad
                self.state[p]["v"] = v
                p.requires_grad_(False)
                p -= group["lr"] * v

# %% wrong="SGD" says="SGD(…).step() changes or clears the gradient. It should leave .grad as it was."
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                v = self.state[p].get("v", 0) * group["momentum"] + p.grad
                self.state[p]["v"] = v
                p -= group["lr"] * v
        self.zero_grad()

# %% wrong="SGD" says="SGD(…).step() changes or clears the gradient. It should leave .grad as it was."
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                p -= p.grad.mul_(group["lr"])

# %% wrong="SGD" says="SGD(…).step() never moves the weight. Does it change the parameter itself, or a new tensor?"
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                v = self.state[p].get("v", 0) * group["momentum"] + p.grad
                self.state[p]["v"] = v
                p = p - group["lr"] * v

# %% wrong="SGD" says="SGD climbs. Down is against the gradient."
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                v = self.state[p].get("v", 0) * group["momentum"] + p.grad
                self.state[p]["v"] = v
                p += group["lr"] * v

# %% wrong="SGD" says="SGD forgets its velocity from step to step. Where is it kept?"
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                v = torch.zeros_like(p)
                v = group["momentum"] * v + p.grad
                p -= group["lr"] * v

# %% wrong="SGD" says="SGD leaves out the learning rate."
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                v = self.state[p].get("v", 0) * group["momentum"] + p.grad
                self.state[p]["v"] = v
                p -= v

# %% wrong="SGD" says="SGD takes only a part of each gradient into the velocity. The task adds the whole gradient."
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            m = group["momentum"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                v = self.state[p].get("v", 0) * m + (1 - m) * p.grad
                self.state[p]["v"] = v
                p -= group["lr"] * v

# %% wrong="SGD" says="SGD takes only a part of the later gradients into the velocity. The task adds the whole gradient."
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            m = group["momentum"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                state["v"] = state["v"] * m + (1 - m) * p.grad if "v" in state else p.grad.clone()
                p -= group["lr"] * state["v"]

# %% wrong="SGD" says="SGD multiplies momentum into the gradient. It belongs to the old velocity."
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                v = self.state[p].get("v", 0) + group["momentum"] * p.grad
                self.state[p]["v"] = v
                p -= group["lr"] * v

# %% wrong="SGD" says="SGD lets no part of the velocity go. What does momentum do to the old velocity?"
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                v = self.state[p].get("v", 0) + p.grad
                self.state[p]["v"] = v
                p -= group["lr"] * v

# %% wrong="SGD" says="SGD adds the gradient to the step a second time, which is Nesterov's momentum. The parameter moves along the velocity alone."
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                v = self.state[p].get("v", 0) * group["momentum"] + p.grad
                self.state[p]["v"] = v
                p -= group["lr"] * (p.grad + group["momentum"] * v)

# %% wrong="SGD" says="SGD moves the weight before it renews the velocity, so each step is one step late."
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                v = self.state[p].get("v", torch.zeros_like(p))
                p -= group["lr"] * v
                self.state[p]["v"] = v * group["momentum"] + p.grad

# %% wrong="SGD" says="SGD keeps the gradient's own tensor as velocity, and the next gradient is written over it."
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                if "v" not in self.state[p]:
                    self.state[p]["v"] = p.grad
                else:
                    self.state[p]["v"].mul_(group["momentum"]).add_(p.grad)
                p -= group["lr"] * self.state[p]["v"]

# %% wrong="SGD" says="SGD keeps the gradient's own tensor as velocity, and the next gradient is written over it. Does it need a copy?"
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                old = self.state[p].get("v")
                v = p.grad if old is None else group["momentum"] * old + p.grad
                self.state[p]["v"] = v
                p -= group["lr"] * v

# %% wrong="SGD" says="SGD has one velocity for both weights. Each parameter needs its own."
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})
        self.velocity = 0

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                self.velocity = group["momentum"] * self.velocity + p.grad
                p -= group["lr"] * self.velocity

# %% wrong="SGD" says="SGD has one velocity for the weights of two groups. Each parameter needs its own."
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})
        self.velocities = {}

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for i, p in enumerate(group["params"]):
                if p.grad is None:
                    continue
                self.velocities[i] = group["momentum"] * self.velocities.get(i, 0) + p.grad
                p -= group["lr"] * self.velocities[i]

# %% wrong="SGD" says="SGD moves the first group only. There may be several."
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        group = self.param_groups[0]
        for p in group["params"]:
            if p.grad is None:
                continue
            v = self.state[p].get("v", 0) * group["momentum"] + p.grad
            self.state[p]["v"] = v
            p -= group["lr"] * v

# %% wrong="SGD" says="SGD gives every group the lr of the constructor. A group may have its own."
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})
        self.lr, self.momentum = lr, momentum

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                v = self.state[p].get("v", 0) * self.momentum + p.grad
                self.state[p]["v"] = v
                p -= self.lr * v

# %% wrong="SGD" says="SGD gives every group the lr of the first one."
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        lr, momentum = self.param_groups[0]["lr"], self.param_groups[0]["momentum"]
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                v = self.state[p].get("v", 0) * momentum + p.grad
                self.state[p]["v"] = v
                p -= lr * v

# %% wrong="SGD" says="SGD gives every group the momentum of the constructor. A group may have its own."
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr})
        self.momentum = momentum

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                v = self.state[p].get("v", 0) * self.momentum + p.grad
                self.state[p]["v"] = v
                p -= group["lr"] * v

# %% wrong="SGD" says="SGD fails at a parameter without a gradient, whose .grad is None. It should pass over it."
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                v = self.state[p].get("v", torch.zeros_like(p)) * group["momentum"] + p.grad
                self.state[p]["v"] = v
                p -= group["lr"] * v

# %% wrong="SGD" says="SGD fails at a parameter without a gradient, whose .grad is None. It should pass over it."
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if not p.requires_grad:
                    continue
                v = self.state[p].get("v", 0) * group["momentum"] + p.grad.clone()
                self.state[p]["v"] = v
                p -= group["lr"] * v

# %% wrong="SGD" says="SGD stops at the first parameter without a gradient. Those behind it should still move."
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    return
                v = self.state[p].get("v", 0) * group["momentum"] + p.grad
                self.state[p]["v"] = v
                p -= group["lr"] * v

# %% wrong="SGD" says="SGD moves a parameter that has no gradient, along its old velocity. It should pass over it."
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                grad = torch.zeros_like(p) if p.grad is None else p.grad
                v = self.state[p].get("v", 0) * group["momentum"] + grad
                self.state[p]["v"] = v
                p -= group["lr"] * v

# %% wrong="SGD" says="SGD lets the velocity of a parameter shrink in a step in which it has no gradient."
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                v = self.state[p].get("v", 0) * group["momentum"]
                self.state[p]["v"] = v
                if p.grad is None:
                    continue
                self.state[p]["v"] = v + p.grad
                p -= group["lr"] * self.state[p]["v"]

# %% wrong="SGD" says="SGD forgets the velocity of a parameter that it passed over."
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    self.state[p] = {}
                    continue
                v = self.state[p].get("v", 0) * group["momentum"] + p.grad
                self.state[p]["v"] = v
                p -= group["lr"] * v

# %% wrong="SGD" says="SGD keeps the learning rate inside its velocity, so that an old rate still acts when a scheduler has changed it."
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                v = self.state[p].get("v", 0) * group["momentum"] - group["lr"] * p.grad
                self.state[p]["v"] = v
                p += v

# %% wrong="SGD" says="SGD goes on with the old learning rate when a scheduler has changed it. Where does a scheduler write?"
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})
        self.settings = [(group["lr"], group["momentum"], group["params"]) for group in self.param_groups]

    @torch.no_grad()
    def step(self):
        for lr, momentum, params in self.settings:
            for p in params:
                if p.grad is None:
                    continue
                v = self.state[p].get("v", 0) * momentum + p.grad
                self.state[p]["v"] = v
                p -= lr * v

# %% right="Adam"
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if len(s) == 0:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["t"] += 1
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
                m_hat = s["m"] / (1 - b1 ** s["t"])
                v_hat = s["v"] / (1 - b2 ** s["t"])
                p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])

# %% right="Adam"
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, dict(lr=lr, beta1=betas[0], beta2=betas[1], betas=betas, eps=eps))
        self.memory = {}

    def step(self, closure=None):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                g = p.grad
                if g is None:
                    continue
                m, v, t = self.memory.get(p, (0.0, 0.0, 0))
                m, v, t = m + (1 - beta1) * (g - m), v + (1 - beta2) * (g * g - v), t + 1
                self.memory[p] = m, v, t
                rate = group["lr"] * (1 - beta2**t) ** 0.5 / (1 - beta1**t)
                eps = group["eps"] * (1 - beta2**t) ** 0.5
                p.data.sub_(rate * m / (v**0.5 + eps))

# %% right="Adam"
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})
        for p in (p for group in self.param_groups for p in group["params"]):
            self.state[p] = {"step": torch.tensor(0.0), "exp_avg": torch.zeros_like(p), "exp_avg_sq": torch.zeros_like(p)}

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in filter(lambda p: p.grad is not None, group["params"]):
                state = self.state[p]
                state["step"] += 1
                state["exp_avg"].lerp_(p.grad.to(state["exp_avg"].dtype), 1 - beta1)
                state["exp_avg_sq"].mul_(beta2).addcmul_(p.grad, p.grad, value=1 - beta2)
                denominator = (state["exp_avg_sq"] / (1 - beta2 ** state["step"].item())).sqrt().add_(group["eps"])
                p.addcdiv_(state["exp_avg"], denominator, value=-group["lr"] / (1 - beta1 ** state["step"].item()))

# %% wrong="Adam" says="Not yet: `Adam` still needs your code."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        raise check.NotWritten("Adam")
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if len(s) == 0:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["t"] += 1
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
                m_hat = s["m"] / (1 - b1 ** s["t"])
                v_hat = s["v"] / (1 - b2 ** s["t"])
                p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])

# %% wrong="Adam" says="Adam is, or builds on, one of torch's own optimizers. The task is to write its step yourself."
class Adam(torch.optim.Adam):
    pass

# %% wrong="Adam" says="Adam is no subclass of torch.optim.Optimizer. What stands in the brackets behind its name?"
class Adam(nn.Module):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__()
        self.params = list(params)

# %% wrong="Adam" says="Adam leaves its step to another optimizer. The task is to write it yourself."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})
        self.inner = torch.optim.Adam(self.param_groups)

    def step(self):
        return self.inner.step()

# %% wrong="Adam" says="The base class has not set Adam(…) up. Which call is missing in __init__?"
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        self.params, self.lr, self.betas, self.eps = list(params), lr, betas, eps

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if len(s) == 0:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["t"] += 1
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
                m_hat = s["m"] / (1 - b1 ** s["t"])
                v_hat = s["v"] / (1 - b2 ** s["t"])
                p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])

# %% wrong="Adam" says="Adam moves a weight in place while autograd is recording. Under what should the update stand?"
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if len(s) == 0:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["t"] += 1
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
                m_hat = s["m"] / (1 - b1 ** s["t"])
                v_hat = s["v"] / (1 - b2 ** s["t"])
                p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])

# %% wrong="Adam" says="Adam divides by 0 in its first step. Which number should the count of steps have there?"
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if len(s) == 0:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
                rate = group["lr"] * math.sqrt(1 - b2 ** s["t"]) / (1 - b1 ** s["t"])
                p -= rate * s["m"] / (s["v"].sqrt() + group["eps"])
                s["t"] += 1

# %% wrong="Adam" says="Adam(…).step() switches recording off for good, so that the next backward finds nothing."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    def step(self):
        torch.set_grad_enabled(False)
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if len(s) == 0:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["t"] += 1
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
                m_hat = s["m"] / (1 - b1 ** s["t"])
                v_hat = s["v"] / (1 - b2 ** s["t"])
                p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])

# %% wrong="Adam" says="After Adam(…).step() the weight no longer is a leaf that requires gradients, so it can learn no more."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if len(s) == 0:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["t"] += 1
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
                m_hat = s["m"] / (1 - b1 ** s["t"])
                v_hat = s["v"] / (1 - b2 ** s["t"])
                p.detach_().requires_grad_(False)
                p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])

# %% wrong="Adam" says="Adam(…).step() changes or clears the gradient. It should leave .grad as it was."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if len(s) == 0:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["t"] += 1
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad.pow_(2)
                m_hat = s["m"] / (1 - b1 ** s["t"])
                v_hat = s["v"] / (1 - b2 ** s["t"])
                p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])

# %% wrong="Adam" says="Adam(…).step() changes or clears the gradient. It should leave .grad as it was."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if len(s) == 0:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["t"] += 1
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
                m_hat = s["m"] / (1 - b1 ** s["t"])
                v_hat = s["v"] / (1 - b2 ** s["t"])
                p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])
                p.grad = None

# %% wrong="Adam" says="Adam(…).step() never moves the weight. Does it change the parameter itself, or a new tensor?"
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if len(s) == 0:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["t"] += 1
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
                m_hat = s["m"] / (1 - b1 ** s["t"])
                v_hat = s["v"] / (1 - b2 ** s["t"])
                p = p - group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])

# %% wrong="Adam" says="Adam climbs. Down is against the gradient."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if len(s) == 0:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["t"] += 1
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
                m_hat = s["m"] / (1 - b1 ** s["t"])
                v_hat = s["v"] / (1 - b2 ** s["t"])
                p += group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])

# %% wrong="Adam" says="Adam corrects neither average. Both start at 0: what is missing after one step?"
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if len(s) == 0:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["t"] += 1
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
                m_hat = s["m"]
                v_hat = s["v"]
                p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])

# %% wrong="Adam" says="Adam does not correct m, the average of the gradients."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if len(s) == 0:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["t"] += 1
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
                m_hat = s["m"]
                v_hat = s["v"] / (1 - b2 ** s["t"])
                p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])

# %% wrong="Adam" says="Adam does not correct v, the average of the squares."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if len(s) == 0:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["t"] += 1
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
                m_hat = s["m"] / (1 - b1 ** s["t"])
                v_hat = s["v"]
                p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])

# %% wrong="Adam" says="In Adam's averages, the number of steps so far plays no part. Where does the count come in?"
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if len(s) == 0:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["t"] += 1
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
                m_hat = s["m"] / (1 - b1)
                v_hat = s["v"] / (1 - b2)
                p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])

# %% wrong="Adam" says="In Adam's averages, the number of steps so far plays no part. Where does the count come in?"
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if len(s) == 0:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["t"] += 1
                s["m"] = b1 * s["m"] + p.grad
                s["v"] = b2 * s["v"] + p.grad**2
                m_hat = s["m"]
                v_hat = s["v"]
                p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])

# %% wrong="Adam" says="Adam forgets m and v from step to step. Where are they kept?"
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["t"] += 1
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
                m_hat = s["m"] / (1 - b1 ** s["t"])
                v_hat = s["v"] / (1 - b2 ** s["t"])
                p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])

# %% wrong="Adam" says="Adam forgets m and v from step to step. Where are they kept?"
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = {}
                if len(s) == 0:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["t"] += 1
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
                m_hat = s["m"] / (1 - b1 ** s["t"])
                v_hat = s["v"] / (1 - b2 ** s["t"])
                p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])

# %% wrong="Adam" says="Adam adds whole gradients to m and v. An average takes a part of the new and a part of the old."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if len(s) == 0:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["t"] += 1
                s["m"] = b1 * s["m"] + p.grad
                s["v"] = b2 * s["v"] + p.grad**2
                m_hat = s["m"] / (1 - b1 ** s["t"])
                v_hat = s["v"] / (1 - b2 ** s["t"])
                p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])

# %% wrong="Adam" says="Adam keeps the corrected averages, and corrects them again in the next step. What should be kept?"
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if len(s) == 0:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["t"] += 1
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
                s["m"] = s["m"] / (1 - b1 ** s["t"])
                s["v"] = s["v"] / (1 - b2 ** s["t"])
                p -= group["lr"] * s["m"] / (s["v"].sqrt() + group["eps"])

# %% wrong="Adam" says="Adam divides by v itself. v holds squares; what has the size of a gradient?"
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if len(s) == 0:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["t"] += 1
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
                m_hat = s["m"] / (1 - b1 ** s["t"])
                v_hat = s["v"] / (1 - b2 ** s["t"])
                p -= group["lr"] * m_hat / (v_hat + group["eps"])

# %% wrong="Adam" says="Adam takes the two betas in the wrong order. Which of them is for the squares?"
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b2, b1 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if len(s) == 0:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["t"] += 1
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
                m_hat = s["m"] / (1 - b1 ** s["t"])
                v_hat = s["v"] / (1 - b2 ** s["t"])
                p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])

# %% wrong="Adam" says="Adam steps along the last gradient. Along what should it step?"
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if len(s) == 0:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["t"] += 1
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
                m_hat = s["m"] / (1 - b1 ** s["t"])
                v_hat = s["v"] / (1 - b2 ** s["t"])
                p -= group["lr"] * p.grad / (v_hat.sqrt() + group["eps"])

# %% wrong="Adam" says="Adam divides by the size of the last gradient alone. v is an average over the steps."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if len(s) == 0:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["t"] += 1
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
                m_hat = s["m"] / (1 - b1 ** s["t"])
                v_hat = s["v"] / (1 - b2 ** s["t"])
                p -= group["lr"] * m_hat / (p.grad.abs() + group["eps"])

# %% wrong="Adam" says="Adam takes the root of a negative number. Does v hold squares, and is its correction a power of beta?"
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if len(s) == 0:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["t"] += 1
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad
                m_hat = s["m"] / (1 - b1 ** s["t"])
                v_hat = s["v"] / (1 - b2 ** s["t"])
                p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])

# %% wrong="Adam" says="Adam's first step is nan, as 0/0 is. Which number should the count of steps have there?"
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if len(s) == 0:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
                m_hat = s["m"] / (1 - b1 ** s["t"])
                v_hat = s["v"] / (1 - b2 ** s["t"])
                p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])
                s["t"] += 1

# %% wrong="Adam" says="Adam leaves out the learning rate."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if len(s) == 0:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["t"] += 1
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
                m_hat = s["m"] / (1 - b1 ** s["t"])
                v_hat = s["v"] / (1 - b2 ** s["t"])
                p -= m_hat / (v_hat.sqrt() + group["eps"])

# %% wrong="Adam" says="Adam adds eps under the root. It is added to the root."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if len(s) == 0:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["t"] += 1
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
                m_hat = s["m"] / (1 - b1 ** s["t"])
                v_hat = s["v"] / (1 - b2 ** s["t"])
                p -= group["lr"] * m_hat / (v_hat + group["eps"]).sqrt()

# %% wrong="Adam" says="Adam adds eps to the root before v is corrected. Which comes first?"
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if len(s) == 0:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["t"] += 1
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
                m_hat = s["m"] / (1 - b1 ** s["t"])
                v_hat = s["v"] / (1 - b2 ** s["t"])
                p -= group["lr"] * m_hat / ((s["v"].sqrt() + group["eps"]) / math.sqrt(1 - b2 ** s["t"]))

# %% wrong="Adam" says="Adam does not use the eps that it is given."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if len(s) == 0:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["t"] += 1
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
                m_hat = s["m"] / (1 - b1 ** s["t"])
                v_hat = s["v"] / (1 - b2 ** s["t"])
                p -= group["lr"] * m_hat / (v_hat.sqrt() + 1e-8)

# %% wrong="Adam" says="Adam counts a step at each parameter, so the count runs ahead. Each parameter has a count of its own."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})
        self.t = 0

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if len(s) == 0:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                self.t += 1
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
                m_hat = s["m"] / (1 - b1 ** self.t)
                v_hat = s["v"] / (1 - b2 ** self.t)
                p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])

# %% wrong="Adam" says="Adam has one m, one v and one count for both weights. Each parameter needs its own."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state["all"]
                if len(s) == 0:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["t"] += 1
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
                m_hat = s["m"] / (1 - b1 ** s["t"])
                v_hat = s["v"] / (1 - b2 ** s["t"])
                p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])

# %% wrong="Adam" says="Adam has one m and one v for both weights. Each parameter needs its own."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})
        self.m = self.v = self.t = 0

    @torch.no_grad()
    def step(self):
        self.t += 1
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if len(s) == 0:
                    s["t"] = 0
                pass
                self.m = b1 * self.m + (1 - b1) * p.grad
                self.v = b2 * self.v + (1 - b2) * p.grad**2
                m_hat = self.m / (1 - b1 ** self.t)
                v_hat = self.v / (1 - b2 ** self.t)
                p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])

# %% wrong="Adam" says="Adam counts a step at each group, so the count runs ahead. Each parameter has a count of its own."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})
        self.t = 0

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            self.t += 1
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if len(s) == 0:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                pass
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
                m_hat = s["m"] / (1 - b1 ** self.t)
                v_hat = s["v"] / (1 - b2 ** self.t)
                p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])

# %% wrong="Adam" says="Adam moves the first group only. There may be several."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups[:1]:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if len(s) == 0:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["t"] += 1
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
                m_hat = s["m"] / (1 - b1 ** s["t"])
                v_hat = s["v"] / (1 - b2 ** s["t"])
                p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])

# %% wrong="Adam" says="Adam gives every group the lr of the constructor. A group may have its own."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})
        self.lr = lr

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if len(s) == 0:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["t"] += 1
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
                m_hat = s["m"] / (1 - b1 ** s["t"])
                v_hat = s["v"] / (1 - b2 ** s["t"])
                p -= self.lr * m_hat / (v_hat.sqrt() + group["eps"])

# %% wrong="Adam" says="Adam does not use the betas of the second group, which are its own."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})
        self.betas = betas

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = self.betas
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if len(s) == 0:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["t"] += 1
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
                m_hat = s["m"] / (1 - b1 ** s["t"])
                v_hat = s["v"] / (1 - b2 ** s["t"])
                p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])

# %% wrong="Adam" says="Adam gives every group the settings of the constructor. A group may have its own."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = self.defaults["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if len(s) == 0:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["t"] += 1
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
                m_hat = s["m"] / (1 - b1 ** s["t"])
                v_hat = s["v"] / (1 - b2 ** s["t"])
                p -= self.defaults["lr"] * m_hat / (v_hat.sqrt() + group["eps"])

# %% wrong="Adam" says="Adam gives every group the settings of the first one."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = self.param_groups[0]["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if len(s) == 0:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["t"] += 1
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
                m_hat = s["m"] / (1 - b1 ** s["t"])
                v_hat = s["v"] / (1 - b2 ** s["t"])
                p -= self.param_groups[0]["lr"] * m_hat / (v_hat.sqrt() + group["eps"])

# %% wrong="Adam" says="Adam fails at a parameter without a gradient, whose .grad is None. It should pass over it."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                s = self.state[p]
                if len(s) == 0:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["t"] += 1
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
                m_hat = s["m"] / (1 - b1 ** s["t"])
                v_hat = s["v"] / (1 - b2 ** s["t"])
                p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])

# %% wrong="Adam" says="Adam stops at the first parameter without a gradient. Those behind it should still move."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    break
                s = self.state[p]
                if len(s) == 0:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["t"] += 1
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
                m_hat = s["m"] / (1 - b1 ** s["t"])
                v_hat = s["v"] / (1 - b2 ** s["t"])
                p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])

# %% wrong="Adam" says="Adam moves a parameter that has no gradient. It should pass over it."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                g = torch.zeros_like(p) if p.grad is None else p.grad
                s = self.state[p]
                if len(s) == 0:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["t"] += 1
                s["m"] = b1 * s["m"] + (1 - b1) * g
                s["v"] = b2 * s["v"] + (1 - b2) * g**2
                m_hat = s["m"] / (1 - b1 ** s["t"])
                v_hat = s["v"] / (1 - b2 ** s["t"])
                p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])

# %% wrong="Adam" says="Adam counts a step in which this parameter has no gradient. Each parameter has a count of its own."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})
        self.t = 0

    @torch.no_grad()
    def step(self):
        self.t += 1
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if len(s) == 0:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                pass
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
                m_hat = s["m"] / (1 - b1 ** self.t)
                v_hat = s["v"] / (1 - b2 ** self.t)
                p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])

# %% wrong="Adam" says="Adam forgets m and v of a parameter that it passed over."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    self.state.pop(p, None)
                    continue
                s = self.state[p]
                if len(s) == 0:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["t"] += 1
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
                m_hat = s["m"] / (1 - b1 ** s["t"])
                v_hat = s["v"] / (1 - b2 ** s["t"])
                p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])

# %% wrong="Adam" says="Adam goes on with the old learning rate when a scheduler has changed it. Where does a scheduler write?"
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})
        self.rates = [group["lr"] for group in self.param_groups]

    @torch.no_grad()
    def step(self):
        for group, lr in zip(self.param_groups, self.rates):
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if len(s) == 0:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["t"] += 1
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
                m_hat = s["m"] / (1 - b1 ** s["t"])
                v_hat = s["v"] / (1 - b2 ** s["t"])
                p -= lr * m_hat / (v_hat.sqrt() + group["eps"])

# %% right="add_gradient_noise"
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is None:
            continue
        p.grad += scale * p.grad.abs() * torch.randn(p.grad.shape, generator=generator)

# %% right="add_gradient_noise"
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is not None:
            p.grad.copy_(torch.normal(p.grad, scale * p.grad.abs(), generator=generator))

# %% right="add_gradient_noise"
def add_gradient_noise(parameters, scale, generator):
    with torch.no_grad():
        for p in list(parameters):
            g = p.grad
            if g is None:
                continue
            g.mul_(1 + scale * torch.randn(g.size(), generator=generator, dtype=g.dtype, device=g.device))

# %% right="add_gradient_noise"
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is None:
            continue
        z = torch.randn(p.grad.numel(), generator=generator)
        flat = p.grad.view(-1)
        flat.add_(flat * z * scale)

# %% right="add_gradient_noise"
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is not None:
            noise = torch.normal(0.0, 1.0, p.shape, generator=generator)
            p.grad.data.add_(noise * p.grad.data.abs(), alpha=scale)

# %% wrong="add_gradient_noise" says="Not yet: `add_gradient_noise` still needs your code."
def add_gradient_noise(parameters, scale, generator):
    raise check.NotWritten("add_gradient_noise")

# %% wrong="add_gradient_noise" says="add_gradient_noise(…) asks for a negative deviation where a gradient is negative."
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is not None:
            p.grad += torch.normal(torch.zeros_like(p.grad), scale * p.grad, generator=generator)

# %% wrong="add_gradient_noise" says="add_gradient_noise(…) puts another tensor into .grad. The one that is there should change in place."
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is not None:
            p.grad = p.grad + scale * p.grad.abs() * torch.randn(p.grad.shape, generator=generator)

# %% wrong="add_gradient_noise" says="add_gradient_noise(…) changes the parameters. Only their gradients get noise."
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is not None:
            with torch.no_grad():
                p += scale * p.grad.abs() * torch.randn(p.grad.shape, generator=generator)

# %% wrong="add_gradient_noise" says="add_gradient_noise(…) changes no gradient. Does the sum go back into .grad?"
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is not None:
            grad = p.grad + scale * p.grad.abs() * torch.randn(p.grad.shape, generator=generator)

# %% wrong="add_gradient_noise" says="add_gradient_noise(…) changes no gradient. Does the sum go back into .grad?"
def add_gradient_noise(parameters, scale, generator):
    return [p.grad for p in parameters]

# %% wrong="add_gradient_noise" says="add_gradient_noise(…) changes no gradient. Does the sum go back into .grad?"
def add_gradient_noise(parameters, scale, generator):
    pass

# %% wrong="add_gradient_noise" says="add_gradient_noise(…) draws one number for many entries. Each entry needs its own."
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is not None:
            p.grad += scale * p.grad.abs() * torch.randn(1, generator=generator)

# %% wrong="add_gradient_noise" says="add_gradient_noise(…) draws one number for many entries. Each entry needs its own."
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is not None:
            p.grad += scale * p.grad.abs() * torch.randn(len(p.grad), 1, generator=generator)

# %% wrong="add_gradient_noise" says="add_gradient_noise(…) draws one number for many entries. Each entry needs its own."
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is not None:
            p.grad += scale * p.grad.abs()

# %% wrong="add_gradient_noise" says="add_gradient_noise(…) gives two rows of a gradient the same noise. Each entry needs its own."
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is not None:
            p.grad += scale * p.grad.abs() * torch.randn(p.grad.shape[-1], generator=generator)

# %% wrong="add_gradient_noise" says="add_gradient_noise(…) gives two parameters the same noise. Is it drawn once for each?"
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is not None:
            generator.manual_seed(0)
            p.grad += scale * p.grad.abs() * torch.randn(p.grad.shape, generator=generator)

# %% wrong="add_gradient_noise" says="add_gradient_noise(…) replaces the gradient by noise. The noise should be added."
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is not None:
            p.grad.copy_(scale * p.grad.abs() * torch.randn(p.grad.shape, generator=generator))

# %% wrong="add_gradient_noise" says="The noise of add_gradient_noise(…) does not have mean 0: it pushes the gradients one way."
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is not None:
            p.grad += scale * p.grad.abs() * torch.rand(p.grad.shape, generator=generator)

# %% wrong="add_gradient_noise" says="The noise of add_gradient_noise(…) does not have mean 0: it pushes the gradients one way."
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is not None:
            p.grad += scale * (p.grad * torch.randn(p.grad.shape, generator=generator)).abs()

# %% wrong="add_gradient_noise" says="add_gradient_noise(…) adds noise of one size to all entries. Each entry's noise goes by its own gradient."
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is not None:
            p.grad += scale * torch.randn(p.grad.shape, generator=generator)

# %% wrong="add_gradient_noise" says="add_gradient_noise(…) adds noise of one size to all entries. Each entry's noise goes by its own gradient."
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is not None:
            p.grad += scale * p.grad.std() * torch.randn(p.grad.shape, generator=generator)

# %% wrong="add_gradient_noise" says="add_gradient_noise(…) adds noise of one size to all entries. Each entry's noise goes by its own gradient."
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is not None:
            p.grad += scale * p.grad.abs().mean() * torch.randn(p.grad.shape, generator=generator)

# %% wrong="add_gradient_noise" says="add_gradient_noise(…) adds noise of one size to all entries. Each entry's noise goes by its own gradient."
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is not None:
            p.grad += scale * p.grad.norm() * torch.randn(p.grad.shape, generator=generator)

# %% wrong="add_gradient_noise" says="The noise of add_gradient_noise(…) has the variance scale · |g|. The deviation should be that."
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is not None:
            p.grad += (scale * p.grad.abs()).sqrt() * torch.randn(p.grad.shape, generator=generator)

# %% wrong="add_gradient_noise" says="The noise of add_gradient_noise(…) goes by the root of scale. The deviation should be scale · |g|."
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is not None:
            p.grad += scale**0.5 * p.grad.abs() * torch.randn(p.grad.shape, generator=generator)

# %% wrong="add_gradient_noise" says="The noise of add_gradient_noise(…) goes by scale². The deviation should be scale · |g|."
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is not None:
            p.grad += scale**2 * p.grad.abs() * torch.randn(p.grad.shape, generator=generator)

# %% wrong="add_gradient_noise" says="The noise of add_gradient_noise(…) goes by g². The deviation should be scale · |g|."
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is not None:
            p.grad += scale * p.grad**2 * torch.randn(p.grad.shape, generator=generator)

# %% wrong="add_gradient_noise" says="The noise of add_gradient_noise(…) does not go by scale."
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is not None:
            p.grad += p.grad.abs() * torch.randn(p.grad.shape, generator=generator)

# %% wrong="add_gradient_noise" says="The noise of add_gradient_noise(…) is not normal: the share beyond two deviations is not 4.6 %."
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is not None:
            z = (torch.rand(p.grad.shape, generator=generator) - 0.5) * math.sqrt(12)
            p.grad += scale * p.grad.abs() * z

# %% wrong="add_gradient_noise" says="add_gradient_noise(…) draws from the global random state, or sets it. What is generator for?"
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is not None:
            p.grad += scale * p.grad.abs() * torch.randn_like(p.grad)

# %% wrong="add_gradient_noise" says="add_gradient_noise(…) draws from the global random state, or sets it. What is generator for?"
def add_gradient_noise(parameters, scale, generator):
    torch.manual_seed(generator.initial_seed())
    for p in parameters:
        if p.grad is not None:
            p.grad += scale * p.grad.abs() * torch.randn(p.grad.shape)

# %% wrong="add_gradient_noise" says="add_gradient_noise(…) gives other noise where the generator is in the same state. What else is drawn from?"
def add_gradient_noise(parameters, scale, generator):
    rng = np.random.default_rng()
    for p in parameters:
        if p.grad is not None:
            p.grad += scale * p.grad.abs() * torch.from_numpy(rng.standard_normal(p.grad.shape)).float()

# %% wrong="add_gradient_noise" says="add_gradient_noise(…) gives the same noise at each call. Does it set the generator back, or use another?"
def add_gradient_noise(parameters, scale, generator):
    generator = torch.Generator().manual_seed(0)
    for p in parameters:
        if p.grad is not None:
            p.grad += scale * p.grad.abs() * torch.randn(p.grad.shape, generator=generator)

# %% wrong="add_gradient_noise" says="add_gradient_noise(…) gives the same noise at each call. Does it set the generator back, or use another?"
def add_gradient_noise(parameters, scale, generator):
    generator.manual_seed(generator.initial_seed())
    for p in parameters:
        if p.grad is not None:
            p.grad += scale * p.grad.abs() * torch.randn(p.grad.shape, generator=generator)

# %% wrong="add_gradient_noise" says="add_gradient_noise(…) fails at a parameter without a gradient. It should pass over it."
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        p.grad += scale * p.grad.abs() * torch.randn(p.grad.shape, generator=generator)

# %% wrong="add_gradient_noise" says="add_gradient_noise(…) stops at a parameter without a gradient. Those behind it should get noise."
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is None:
            return
        p.grad += scale * p.grad.abs() * torch.randn(p.grad.shape, generator=generator)

# %% wrong="add_gradient_noise" says="the gradient of a parameter that had none, after add_gradient_noise(…) is a tensor, float32[3], wanted None."
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is None:
            p.grad = torch.zeros_like(p)
        p.grad += scale * p.grad.abs() * torch.randn(p.grad.shape, generator=generator)

# %% wrong="add_gradient_noise" says="TypeError: object of type 'generator' has no len(). A generator gives its values one by one and has no length: is a list, or a loader, wanted?"
def add_gradient_noise(parameters, scale, generator):
    for i in range(len(parameters)):
        p = parameters[i]
        if p.grad is not None:
            p.grad += scale * p.grad.abs() * torch.randn(p.grad.shape, generator=generator)

# %% right="NoisySGD"
class NoisySGD(SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, lr, momentum)
        self.scale, self.generator = scale, generator or torch.default_generator

    def step(self):
        add_gradient_noise((p for group in self.param_groups for p in group["params"]), self.scale, self.generator)
        super().step()

# %% right="NoisySGD"
class NoisySGD(torch.optim.SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, lr=lr, momentum=momentum)
        self.scale = scale
        self.generator = torch.Generator() if generator is None else generator

    def step(self, closure=None):
        kept = []
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    kept.append((p, p.grad.clone()))
                    p.grad.addcmul_(p.grad.abs(), torch.randn(p.shape, generator=self.generator, dtype=p.dtype), value=self.scale)
        super().step(closure)
        for p, gradient in kept:
            p.grad.copy_(gradient)

# %% right="NoisySGD"
class NoisySGD(torch.optim.Optimizer):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, {"lr": lr, "scale": scale, "momentum": momentum})
        self.generator = generator

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                g = p.grad * (1 + group["scale"] * torch.randn(p.shape, generator=self.generator))
                b = self.state[p].get("b", 0) * group["momentum"] + g
                self.state[p]["b"] = b
                p -= group["lr"] * b

# %% right="NoisySGD"
class NoisySGD(torch.optim.Optimizer):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, {"lr": lr, "momentum": momentum})
        self.inner = SGD(self.param_groups, lr, momentum)
        self.param_groups = self.inner.param_groups
        self.scale, self.generator = scale, generator

    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    p.grad += self.scale * p.grad.abs() * torch.empty(p.shape).normal_(generator=self.generator)
        self.inner.step()

# %% wrong="NoisySGD" says="Not yet: `NoisySGD` still needs your code."
class NoisySGD(SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, lr, momentum)
        self.scale, self.generator = scale, generator or torch.default_generator

    def step(self):
        raise check.NotWritten("NoisySGD")

# %% wrong="NoisySGD" says="NoisySGD is no torch.optim.Optimizer. Of what should it be a subclass?"
class NoisySGD:
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        self.inner = SGD(params, lr, momentum)

    def step(self):
        self.inner.step()

# %% wrong="NoisySGD" says="NoisySGD is no torch.optim.Optimizer. Of what should it be a subclass?"
def NoisySGD(params, lr, scale, momentum=0.0, generator=None):
    params = list(params)
    add_gradient_noise(params, scale, generator)
    return SGD(params, lr, momentum)

# %% wrong="NoisySGD" says="The base class has not set NoisySGD(…) up. Which call is missing in __init__?"
class NoisySGD(SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        self.params, self.lr, self.scale, self.generator = list(params), lr, scale, generator

    def step(self):
        add_gradient_noise(self.params, self.scale, self.generator)
        super().step()

# %% wrong="NoisySGD" says="NoisySGD moves a weight in place while autograd is recording. Under what should the update stand?"
class NoisySGD(SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, lr, momentum)
        self.scale, self.generator = scale, generator or torch.default_generator

    def step(self):
        for group in self.param_groups:
            add_gradient_noise(group["params"], self.scale, self.generator)
            for p in group["params"]:
                if p.grad is not None:
                    p -= group["lr"] * p.grad

# %% wrong="NoisySGD" says="NoisySGD(…).step() never moves the weight. Who makes the step after the noise?"
class NoisySGD(SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, lr, momentum)
        self.scale, self.generator = scale, generator or torch.default_generator

    def step(self):
        for group in self.param_groups:
            add_gradient_noise(group["params"], self.scale, self.generator)

# %% wrong="NoisySGD" says="NoisySGD has no momentum. Is it passed on?"
class NoisySGD(SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, lr)
        self.scale, self.generator = scale, generator

    def step(self):
        for group in self.param_groups:
            add_gradient_noise(group["params"], self.scale, self.generator)
        super().step()

# %% wrong="NoisySGD" says="NoisySGD makes two steps instead of one."
class NoisySGD(SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, lr, momentum)
        self.scale, self.generator = scale, generator or torch.default_generator

    def step(self):
        super().step()
        for group in self.param_groups:
            add_gradient_noise(group["params"], self.scale, self.generator)
        super().step()

# %% wrong="NoisySGD" says="NoisySGD adds no noise, or adds it after the step."
class NoisySGD(SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, lr, momentum)
        self.scale, self.generator = scale, generator or torch.default_generator

# %% wrong="NoisySGD" says="NoisySGD adds no noise, or adds it after the step."
class NoisySGD(SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, lr, momentum)
        self.scale, self.generator = scale, generator or torch.default_generator

    def step(self):
        super().step()
        for group in self.param_groups:
            add_gradient_noise(group["params"], self.scale, self.generator)

# %% wrong="NoisySGD" says="NoisySGD adds noise of one size to all entries. Each entry's noise goes by its own gradient."
class NoisySGD(SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, lr, momentum)
        self.scale, self.generator = scale, generator or torch.default_generator

    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    p.grad += self.scale * torch.randn(p.shape, generator=self.generator)
        super().step()

# %% wrong="NoisySGD" says="NoisySGD does not use its scale."
class NoisySGD(SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, lr, momentum)
        self.scale, self.generator = scale, generator or torch.default_generator

    def step(self):
        if self.scale:
            for group in self.param_groups:
                add_gradient_noise(group["params"], 1.0, self.generator)
        super().step()

# %% wrong="NoisySGD" says="NoisySGD adds noise twice, to what has noise already."
class NoisySGD(SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, lr, momentum)
        self.scale, self.generator = scale, generator or torch.default_generator

    def step(self):
        params = [p for group in self.param_groups for p in group["params"]]
        for _ in range(2):
            add_gradient_noise(params, self.scale, self.generator)
        super().step()

# %% wrong="NoisySGD" says="NoisySGD has the same noise at each step. Is the generator set back, or made anew?"
class NoisySGD(SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, lr, momentum)
        self.scale, self.generator = scale, generator or torch.default_generator

    def step(self):
        self.generator.manual_seed(0)
        for group in self.param_groups:
            add_gradient_noise(group["params"], self.scale, self.generator)
        super().step()

# %% wrong="NoisySGD" says="NoisySGD has the same noise at each step. Is the generator set back, or made anew?"
class NoisySGD(SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, lr, momentum)
        self.scale, self.generator = scale, generator or torch.default_generator

    def step(self):
        generator = torch.Generator().manual_seed(0)
        for group in self.param_groups:
            add_gradient_noise(group["params"], self.scale, generator)
        super().step()

# %% wrong="NoisySGD" says="NoisySGD draws from the global random state, or sets it, although it was given a generator."
class NoisySGD(SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, lr, momentum)
        self.scale, self.generator = scale, generator or torch.default_generator

    def step(self):
        for group in self.param_groups:
            add_gradient_noise(group["params"], self.scale, torch.default_generator)
        super().step()

# %% wrong="NoisySGD" says="NoisySGD does not use the generator that it is given. From what is the noise drawn?"
SHARED = torch.Generator().manual_seed(0)

class NoisySGD(SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, lr, momentum)
        self.scale, self.generator = scale, generator or torch.default_generator

    def step(self):
        for group in self.param_groups:
            add_gradient_noise(group["params"], self.scale, SHARED)
        super().step()

# %% wrong="NoisySGD" says="NoisySGD adds its noise to the velocity or to the step. It belongs on the gradient, before the velocity takes it in."
class NoisySGD(SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, lr, momentum)
        self.scale, self.generator = scale, generator or torch.default_generator

    def step(self):
        super().step()
        with torch.no_grad():
            for group in self.param_groups:
                for p in group["params"]:
                    if p.grad is not None:
                        p -= group["lr"] * self.scale * p.grad.abs() * torch.randn(p.shape, generator=self.generator)

# %% wrong="NoisySGD" says="NoisySGD adds noise to its first group only. There may be several."
class NoisySGD(SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, lr, momentum)
        self.scale, self.generator = scale, generator or torch.default_generator

    def step(self):
        add_gradient_noise(self.param_groups[0]["params"], self.scale, self.generator)
        super().step()

# %% wrong="NoisySGD" says="NoisySGD fails at a parameter without a gradient. It should pass over it."
class NoisySGD(SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, lr, momentum)
        self.scale, self.generator = scale, generator or torch.default_generator

    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                p.grad += self.scale * p.grad.abs() * torch.randn(p.shape, generator=self.generator)
        super().step()

# %% wrong="NoisySGD" says="NoisySGD stops at the first parameter without a gradient."
class NoisySGD(torch.optim.Optimizer):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, {"lr": lr, "momentum": momentum})
        self.scale, self.generator = scale, generator

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    return
                g = p.grad * (1 + self.scale * torch.randn(p.shape, generator=self.generator))
                b = self.state[p].get("b", 0) * group["momentum"] + g
                self.state[p]["b"] = b
                p -= group["lr"] * b

# %% wrong="NoisySGD" says="NoisySGD adds no noise, or one number for all, where it has no generator."
class NoisySGD(SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, lr, momentum)
        self.scale, self.generator = scale, generator

    def step(self):
        if self.generator is not None:
            for group in self.param_groups:
                add_gradient_noise(group["params"], self.scale, self.generator)
        super().step()

# %% wrong="NoisySGD" says="NoisySGD gives two groups the same noise. Is the generator set back for each?"
class NoisySGD(SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, lr, momentum)
        self.scale, self.generator = scale, generator or torch.default_generator

    def step(self):
        for group in self.param_groups:
            state = self.generator.get_state()
            add_gradient_noise(group["params"], self.scale, self.generator)
            after = self.generator.get_state()
            self.generator.set_state(state)
        self.generator.set_state(after)
        super().step()

# %% wrong="add_gradient_noise" says="add_gradient_noise(…) leaves some gradients without noise: all of a parameter, or those of one sign."
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is not None:
            p.grad += torch.normal(torch.zeros_like(p.grad), scale * p.grad.clamp(min=0), generator=generator)

# %% wrong="add_gradient_noise" says="add_gradient_noise(…) leaves some gradients without noise: all of a parameter, or those of one sign."
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is not None:
            p.grad += scale * p.grad.abs() * torch.randn(p.grad.shape, generator=generator)
            return p.grad

# %% right="SGD"
class SGD(torch.optim.Optimizer):
    """Foreach form."""
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self, closure=None):
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            params = [p for p in group["params"] if p.grad is not None]
            if not params:
                continue
            grads = [p.grad for p in params]
            bufs = [self.state[p].setdefault("buf", torch.zeros_like(p)) for p in params]
            torch._foreach_mul_(bufs, group["momentum"])
            torch._foreach_add_(bufs, grads)
            torch._foreach_add_(params, bufs, alpha=-group["lr"])
        return loss

# %% right="SGD"
from collections import defaultdict


class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, dict(lr=lr, momentum=momentum))
        self.v = defaultdict(float)

    @torch.inference_mode(False)
    @torch.no_grad()
    def step(self):
        for g in self.param_groups:
            lr, mu = g["lr"], g["momentum"]
            for p in g["params"]:
                try:
                    grad = p.grad.detach().clone()
                except AttributeError:
                    continue
                self.v[id(p)] = mu * self.v[id(p)] + grad
                p.add_(-lr * self.v[id(p)])

# %% right="SGD"
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    def _update(self, p, lr, momentum):
        state = self.state[p]
        velocity = p.grad + (momentum * state["velocity"] if "velocity" in state else 0)
        state["velocity"] = velocity
        p.data -= lr * velocity

    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    self._update(p, group["lr"], group["momentum"])

# %% right="SGD"
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                if group["momentum"] == 0:
                    update = p.grad
                else:
                    if "buf" not in self.state[p]:
                        self.state[p]["buf"] = p.grad.clone()
                    else:
                        self.state[p]["buf"].mul_(group["momentum"]).add_(p.grad)
                    update = self.state[p]["buf"]
                with torch.no_grad():
                    p.sub_(group["lr"] * update)

# %% wrong="SGD" says="SGD starts with the velocity that another SGD left behind. Does it belong to the class, or to one optimizer?"
class SGD(torch.optim.Optimizer):
    velocities = {}

    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for gi, group in enumerate(self.param_groups):
            for i, p in enumerate(group["params"]):
                if p.grad is None:
                    continue
                v = self.velocities.get((gi, i), 0) * group["momentum"] + p.grad
                self.velocities[gi, i] = v
                p -= group["lr"] * v

# %% wrong="SGD" says="SGD mixes up the velocities of its parameters where one of them had no gradient before."
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})
        self.vs = []

    @torch.no_grad()
    def step(self):
        i = 0
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                if i >= len(self.vs):
                    self.vs.append(torch.zeros_like(p))
                self.vs[i] = group["momentum"] * self.vs[i] + p.grad
                p -= group["lr"] * self.vs[i]
                i += 1

# %% wrong="SGD" says="SGD multiplies the new gradient by momentum as well. Only the old velocity is multiplied."
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                v = (self.state[p].get("v", 0) + p.grad) * group["momentum"]
                self.state[p]["v"] = v
                p -= group["lr"] * v

# %% wrong="SGD" says="SGD(…).step() never moves the weight. Does it change the parameter itself, or a new tensor?"
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for i, p in enumerate(group["params"]):
                if p.grad is None:
                    continue
                group["params"][i] = p - group["lr"] * p.grad

# %% wrong="SGD" says="SGD passes over a parameter whose gradient is 0. Only None says that there is none."
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None or not p.grad.any():
                    continue
                v = self.state[p].get("v", 0) * group["momentum"] + p.grad
                self.state[p]["v"] = v
                p -= group["lr"] * v

# %% right="Adam"
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps))

    @torch.no_grad()
    def step(self):
        for g in self.param_groups:
            (b1, b2), lr, eps = g["betas"], g["lr"], g["eps"]
            for p in g["params"]:
                if (grad := p.grad) is None:
                    continue
                st = self.state.setdefault(p, {})
                t = st["t"] = st.get("t", 0) + 1
                m = st["m"] = torch.lerp(st.get("m", torch.zeros_like(p)), grad, 1 - b1)
                v = st["v"] = torch.lerp(st.get("v", torch.zeros_like(p)), grad.square(), 1 - b2)
                p.copy_(p - lr * (m / (1 - b1**t)) / ((v / (1 - b2**t)).sqrt() + eps))

# %% right="Adam"
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": tuple(betas), "eps": eps})
        self.history = {}

    def step(self):
        with torch.no_grad():
            for g in self.param_groups:
                b1, b2 = g["betas"]
                for p in g["params"]:
                    if p.grad is None:
                        continue
                    grads = self.history.setdefault(p, [])
                    grads.append(p.grad.clone())
                    t = len(grads)
                    m = sum((1 - b1) * b1 ** (t - 1 - i) * x for i, x in enumerate(grads)) / (1 - b1**t)
                    v = sum((1 - b2) * b2 ** (t - 1 - i) * x * x for i, x in enumerate(grads)) / (1 - b2**t)
                    p -= g["lr"] * m / (v.sqrt() + g["eps"])

# %% right="Adam"
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})
        for group in self.param_groups:
            for p in group["params"]:
                self.state[p].update(b1t=1.0, b2t=1.0, m=0.0, v=0.0)

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is not None:
                    s = self.state[p]
                    s["b1t"] *= b1
                    s["b2t"] *= b2
                    s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                    s["v"] = b2 * s["v"] + (1 - b2) * p.grad.pow(2)
                    p.add_(s["m"] / (1 - s["b1t"]) / (torch.sqrt(s["v"] / (1 - s["b2t"])) + group["eps"]), alpha=-group["lr"])

# %% wrong="Adam" says="the weight after each of two steps of Adam, where the second gradient is 0 is -0.1375 at [1], wanted -0.1545, the only difference."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for g in self.param_groups:
            b1, b2 = g["betas"]
            for p in g["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                t = s["t"] = s.get("t", 0) + 1
                s["m"] = b1 * s.get("m", 0) + (1 - b1) * p.grad
                s["v"] = b2 * s.get("v", 0) + (1 - b2) * p.grad**2
                v = s["v"] / (1 - b2**t)
                s["vmax"] = torch.maximum(s.get("vmax", v), v)
                p -= g["lr"] * s["m"] / (1 - b1**t) / (s["vmax"].sqrt() + g["eps"])

# %% wrong="Adam" says="Adam takes the root of a negative number. Does v hold squares, and is its correction a power of beta?"
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for g in self.param_groups:
            b1, b2 = g["betas"]
            for p in g["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                t = s["t"] = s.get("t", 0) + 1
                s["m"] = b1 * s.get("m", 0) + (1 - b1) * p.grad
                s["v"] = b2 * s.get("v", 0) + (1 - b2) * p.grad**2
                p -= g["lr"] * s["m"] / (1 - b1 * t) / ((s["v"] / (1 - b2 * t)).sqrt() + g["eps"])

# %% wrong="Adam" says="Adam's v is an average of the squares of m. Whose squares should it be?"
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for g in self.param_groups:
            b1, b2 = g["betas"]
            for p in g["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                t = s["t"] = s.get("t", 0) + 1
                s["m"] = b1 * s.get("m", 0) + (1 - b1) * p.grad
                s["v"] = b2 * s.get("v", 0) + (1 - b2) * s["m"] ** 2
                p -= g["lr"] * s["m"] / (1 - b1**t) / ((s["v"] / (1 - b2**t)).sqrt() + g["eps"])

# %% wrong="Adam" says="1000 times a (2, 3) weight of doubles after three steps of Adam with its default settings is -0.03981 at [0, 0], wanted -0.3797, the largest of 6 differences."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for g in self.param_groups:
            b1, b2 = g["betas"]
            for p in g["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                t = s["t"] = s.get("t", 0) + 1
                s["m"] = b1 * s.get("m", 0) + (1 - b1) * p.grad
                s["v"] = b2 * s.get("v", 0) + (1 - b2) * p.grad.norm() ** 2
                p -= g["lr"] * s["m"] / (1 - b1**t) / ((s["v"] / (1 - b2**t)).sqrt() + g["eps"])

# %% wrong="Adam" says="Adam makes the weight itself smaller in each step, as AdamW does. Adam moves it by the gradients alone."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for g in self.param_groups:
            b1, b2 = g["betas"]
            for p in g["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                t = s["t"] = s.get("t", 0) + 1
                p.mul_(1 - 0.01 * g["lr"])
                s["m"] = b1 * s.get("m", 0) + (1 - b1) * p.grad
                s["v"] = b2 * s.get("v", 0) + (1 - b2) * p.grad**2
                p -= g["lr"] * s["m"] / (1 - b1**t) / ((s["v"] / (1 - b2**t)).sqrt() + g["eps"])

# %% wrong="Adam" says="Adam has one tensor for m and v. Each needs its own."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for g in self.param_groups:
            b1, b2 = g["betas"]
            for p in g["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if not s:
                    s["t"] = 0
                    s["m"] = s["v"] = torch.zeros_like(p)
                s["t"] += 1
                t = s["t"]
                s["m"].mul_(b1).add_(p.grad, alpha=1 - b1)
                s["v"].mul_(b2).addcmul_(p.grad, p.grad, value=1 - b2)
                p -= g["lr"] * s["m"] / (1 - b1**t) / ((s["v"] / (1 - b2**t)).sqrt() + g["eps"])

# %% right="add_gradient_noise"
def add_gradient_noise(parameters, scale, generator):
    grads = [p.grad for p in parameters if p.grad is not None]
    noise = [torch.randn(g.shape, generator=generator, dtype=g.dtype) for g in grads]
    for g, z in zip(grads, noise):
        torch.addcmul(g, g, z, value=scale, out=g)

# %% right="add_gradient_noise"
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        g = p.grad
        if isinstance(g, torch.Tensor):
            u1 = torch.rand(g.shape, generator=generator).clamp_min(1e-12)
            u2 = torch.rand(g.shape, generator=generator)
            z = torch.sqrt(-2 * torch.log(u1)) * torch.cos(2 * math.pi * u2)
            g[...] = g + z * scale * torch.abs(g)

# %% right="add_gradient_noise"
def add_gradient_noise(parameters, scale, generator):
    parameters = list(parameters)
    with torch.no_grad():
        for p in parameters:
            if p.grad is None:
                continue
            noise = torch.distributions.Normal(0, 1)
            z = torch.normal(mean=torch.zeros_like(p.grad), std=torch.ones_like(p.grad), generator=generator)
            p.grad *= 1 + scale * z

# %% wrong="add_gradient_noise" says="the deviation of the noise, as a multiple of scale · |g|, for the gradients -100, -1, 0.01 and 10 is 0.7175 at [3], wanted 1, the largest of 4 differences."
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is not None:
            p.grad += scale * p.grad.abs() * torch.randn(p.grad.shape, generator=generator).clamp(-1, 1)

# %% wrong="add_gradient_noise" says="add_gradient_noise(…) adds noise of one size to all entries. Each entry's noise goes by its own gradient."
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is not None:
            p.grad += scale * p.detach().abs() * torch.randn(p.grad.shape, generator=generator)

# %% wrong="add_gradient_noise" says="add_gradient_noise(…) adds noise of one size to all entries. Each entry's noise goes by its own gradient."
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is not None:
            p.grad += scale * p.grad.abs().max() * torch.randn(p.grad.shape, generator=generator)

# %% wrong="add_gradient_noise" says="add_gradient_noise(…) replaces the gradient by noise. The noise should be added."
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is not None:
            p.grad *= scale * torch.randn(p.grad.shape, generator=generator)

# %% wrong="add_gradient_noise" says="add_gradient_noise(…) adds noise of one size to all entries. Each entry's noise goes by its own gradient."
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is not None:
            p.grad += scale * p.grad.norm() / p.grad.numel() ** 0.5 * torch.randn(p.grad.shape, generator=generator)

# %% wrong="add_gradient_noise" says="add_gradient_noise(…) draws one number for many entries. Each entry needs its own."
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is not None:
            noise = torch.randn(1, generator=generator).expand_as(p.grad)
            p.grad += noise * scale * p.grad.abs()

# %% right="NoisySGD"
class NoisySGD(SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, lr=lr, momentum=momentum)
        for group in self.param_groups:
            group.setdefault("scale", scale)
        if generator is None:
            generator = torch.Generator()
            generator.seed()
        self.generator = generator

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            add_gradient_noise(group["params"], group["scale"], self.generator)
        return super().step()

# %% right="NoisySGD"
class NoisySGD(torch.optim.SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, lr, momentum)
        self.scale, self.generator = scale, generator
        self.register_step_pre_hook(self.add_noise)

    @staticmethod
    def add_noise(optimizer, args, kwargs):
        for group in optimizer.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    p.grad.add_(p.grad.abs() * optimizer.scale * torch.randn(p.shape, generator=optimizer.generator))

# %% right="NoisySGD"
class NoisySGD(SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, lr, momentum)
        self.scale = scale
        self.generator = generator

    def step(self):
        generator = self.generator
        if generator is None:
            generator = torch.Generator().manual_seed(int(torch.randint(2**31, ())))
        everything = [p for group in self.param_groups for p in group["params"] if p.grad is not None]
        before = [p.grad for p in everything]
        for p in everything:
            p.grad = p.grad.clone()
        add_gradient_noise(everything, self.scale, generator)
        super().step()
        for p, g in zip(everything, before):
            p.grad = g

# %% wrong="NoisySGD" says="NoisySGD adds no noise, or adds it after the step."
class NoisySGD(SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        params = list(params)
        super().__init__(params, lr, momentum)
        generator = generator or torch.default_generator
        add_gradient_noise([p for g in self.param_groups for p in g["params"]], scale, generator)

# %% wrong="NoisySGD" says="NoisySGD has no momentum. Is it passed on?"
class NoisySGD(SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, lr, scale)
        self.scale, self.generator = scale, generator or torch.default_generator

    def step(self):
        for group in self.param_groups:
            add_gradient_noise(group["params"], self.scale, self.generator)
        super().step()

# %% wrong="NoisySGD" says="the deviation of the steps of NoisySGD with scale 0.5, as a multiple of lr · |g| is 0.04942 at [2], wanted 0.5, the largest of 4 differences."
class NoisySGD(SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, lr, momentum)
        self.scale, self.generator = scale, generator or torch.default_generator

    def step(self):
        for group in self.param_groups:
            add_gradient_noise(group["params"], self.scale * group["lr"], self.generator)
        super().step()

# %% wrong="NoisySGD" says="NoisySGD has the same noise at each step. Is the generator set back, or made anew?"
class NoisySGD(SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, lr, momentum)
        self.scale, self.seed = scale, generator.initial_seed()

    def step(self):
        for group in self.param_groups:
            add_gradient_noise(group["params"], self.scale, torch.Generator().manual_seed(self.seed))
        super().step()

# %% wrong="NoisySGD" says="NoisySGD adds noise to each parameter as often as there are parameters. Once is enough."
class NoisySGD(SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, lr, momentum)
        self.scale, self.generator = scale, generator or torch.default_generator

    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                add_gradient_noise(group["params"], self.scale, self.generator)
        super().step()

# %% wrong="NoisySGD" says="NoisySGD makes a step for each group. One step moves them all."
class NoisySGD(SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, lr, momentum)
        self.scale, self.generator = scale, generator or torch.default_generator

    def step(self):
        for group in self.param_groups:
            add_gradient_noise(group["params"], self.scale, self.generator)
            super().step()

# %% wrong="SGD" says="SGD(…).step() changes or clears the gradient. It should leave .grad as it was."
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                v = self.state[p].setdefault("v", torch.zeros_like(p))
                p.grad.add_(v, alpha=group["momentum"])
                v.copy_(p.grad)
                p.sub_(group["lr"] * p.grad)

# %% wrong="SGD" says="SGD(…).step() switches recording on where its caller had switched it off."
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    def step(self):
        torch.set_grad_enabled(False)
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                v = self.state[p].get("v", 0) * group["momentum"] + p.grad
                self.state[p]["v"] = v
                p -= group["lr"] * v
        torch.set_grad_enabled(True)

# %% right="SGD"
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    def zero_grad(self):
        for group in self.param_groups:
            for p in group["params"]:
                p.grad = None

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                if not hasattr(p, "velocity"):
                    p.velocity = torch.zeros_like(p)
                p.velocity = group["momentum"] * p.velocity + p.grad
                p -= group["lr"] * p.velocity

# %% right="SGD"
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        defaults = dict(lr=lr, momentum=momentum, nesterov=False)
        super().__init__(params, defaults)

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None: continue
                d_p = p.grad
                if group["momentum"] != 0:
                    param_state = self.state[p]
                    if "momentum_buffer" not in param_state:
                        buf = param_state["momentum_buffer"] = torch.clone(d_p).detach()
                    else:
                        buf = param_state["momentum_buffer"]
                        buf.mul_(group["momentum"]).add_(d_p)
                    d_p = buf
                p.add_(d_p, alpha=-group["lr"])

# %% wrong="SGD" says="SGD forgets its velocity from step to step. Where is it kept?"
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        self.state.clear()
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                v = self.state[p].get("v", 0) * group["momentum"] + p.grad
                self.state[p]["v"] = v
                p -= group["lr"] * v

# %% wrong="SGD" says="The base class has not set SGD(…) up. Which call is missing in __init__?"
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        self.param_groups = [{"params": list(params), "lr": lr, "momentum": momentum}]
        self.velocity = {}

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                v = self.velocity.get(p, 0) * group["momentum"] + p.grad
                self.velocity[p] = v
                p -= group["lr"] * v

# %% wrong="SGD" says="SGD goes through params before the base class does. A generator like model.parameters() is used up by then."
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        self.velocity = {p: torch.zeros_like(p) for p in params}
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        pass

# %% wrong="SGD" says="the weight after each of three steps of SGD is -0.2813 at [2], wanted -0.4812, the largest of 2 differences."
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                v = self.state[p].get("v", 0) * (1 - group["momentum"]) + p.grad
                self.state[p]["v"] = v
                p -= group["lr"] * v

# %% wrong="SGD" says="the weight after each of three steps of SGD is -0.3063 at [2], wanted -0.4812, the largest of 2 differences."
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                v = self.state[p].get("v", 0) * group["momentum"] + p.grad.sign()
                self.state[p]["v"] = v
                p -= group["lr"] * v

# %% right="Adam"
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            params = [p for p in group["params"] if p.grad is not None]
            for p in params:
                state = self.state[p]
                if "t" not in state:
                    state["t"] = torch.zeros(())
                    state["m"] = p.new_zeros(p.shape)
                    state["v"] = p.new_zeros(p.shape)
                state["t"].add_(1)
                state["m"].add_((p.grad - state["m"]) * (1 - beta1))
                state["v"].add_((p.grad * p.grad - state["v"]) * (1 - beta2))
                c1 = 1 - torch.pow(torch.tensor(beta1, dtype=torch.float64), state["t"])
                c2 = 1 - torch.pow(torch.tensor(beta2, dtype=torch.float64), state["t"])
                step = group["lr"] * (state["m"] / c1) / ((state["v"] / c2).sqrt() + group["eps"])
                p.copy_(p - step)

# %% right="Adam"
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})
        self.t, self.m, self.v = {}, {}, {}

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                self.t[p] = self.t.get(p, 0) + 1
                self.m[p] = self.m.get(p, 0) * group["betas"][0] + p.grad * (1 - group["betas"][0])
                self.v[p] = self.v.get(p, 0) * group["betas"][1] + p.grad * p.grad * (1 - group["betas"][1])
                m = self.m[p] / (1 - math.pow(group["betas"][0], self.t[p]))
                v = self.v[p] / (1 - math.pow(group["betas"][1], self.t[p]))
                p.data.addcdiv_(m, v.sqrt() + group["eps"], value=-group["lr"])

# %% wrong="Adam" says="Adam does not use the eps of the second group, which is its own."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas})
        self.eps = eps

    @torch.no_grad()
    def step(self):
        for g in self.param_groups:
            b1, b2 = g["betas"]
            for p in g["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                t = s["t"] = s.get("t", 0) + 1
                s["m"] = b1 * s.get("m", 0) + (1 - b1) * p.grad
                s["v"] = b2 * s.get("v", 0) + (1 - b2) * p.grad**2
                p -= g["lr"] * s["m"] / (1 - b1**t) / ((s["v"] / (1 - b2**t)).sqrt() + self.eps)

# %% wrong="Adam" says="Adam starts m and v at the first gradient. Both should start at 0."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for g in self.param_groups:
            b1, b2 = g["betas"]
            for p in g["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if not s:
                    s["t"], s["m"], s["v"] = 0, p.grad, p.grad**2
                s["t"] += 1
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
                p -= g["lr"] * s["m"] / (s["v"].sqrt() + g["eps"])

# %% wrong="Adam" says="Adam counts a step in which this parameter has no gradient. Each parameter has a count of its own."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})
        self.t = 1

    @torch.no_grad()
    def step(self):
        for g in self.param_groups:
            b1, b2 = g["betas"]
            for p in g["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                s["m"] = b1 * s.get("m", 0) + (1 - b1) * p.grad
                s["v"] = b2 * s.get("v", 0) + (1 - b2) * p.grad**2
                p -= g["lr"] * s["m"] / (1 - b1**self.t) / ((s["v"] / (1 - b2**self.t)).sqrt() + g["eps"])
        self.t += 1

# %% wrong="Adam" says="the weight after each of three steps of Adam is -0.04267 at [1], wanted -0.04551, the largest of 2 differences."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for g in self.param_groups:
            b1, b2 = g["betas"]
            for p in g["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                t = s["t"] = s.get("t", 0) + 1
                s["m"] = b1 * s.get("m", 0) + (1 - b1) * p.grad
                s["v"] = b2 * s.get("v", 0) + (1 - b2) * p.grad.abs()
                p -= g["lr"] * s["m"] / (1 - b1**t) / (s["v"] / (1 - b2**t) + g["eps"])

# %% wrong="Adam" says="the weight after each of three steps of Adam is -0.08805 at [1], wanted -0.04551, the largest of 2 differences."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for g in self.param_groups:
            b1, b2 = g["betas"]
            for p in g["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                t = s["t"] = s.get("t", 0) + 1
                m = s.setdefault("m", torch.zeros_like(p))
                v = s.setdefault("v", torch.zeros_like(p))
                m.mul_(b1).add_(p.grad, alpha=1 - b1)
                v.mul_(b2).addcmul_(p.grad, p.grad, value=1 - b2)
                p -= g["lr"] * m.div_(1 - b1**t) / (v.div_(1 - b2**t).sqrt_() + g["eps"])

# %% wrong="Adam" says="Adam does not use the eps that it is given."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for g in self.param_groups:
            b1, b2 = g["betas"]
            for p in g["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                t = s["t"] = s.get("t", 0) + 1
                s["m"] = b1 * s.get("m", 0) + (1 - b1) * p.grad
                s["v"] = b2 * s.get("v", 0) + (1 - b2) * p.grad**2
                p -= g["lr"] * s["m"] / (1 - b1**t) / (s["v"] / (1 - b2**t)).sqrt()

# %% right="add_gradient_noise"
@torch.no_grad()
def add_gradient_noise(parameters, scale, generator):
    for parameter in parameters:
        if parameter.grad is None:
            continue
        grad = parameter.grad
        std = torch.abs(grad) * scale
        noise = torch.normal(0.0, 1.0, size=grad.shape, generator=generator).to(grad)
        grad.add_(std.mul(noise))

# %% right="add_gradient_noise"
def add_gradient_noise(parameters, scale, generator):
    rng = np.random.default_rng(torch.randint(2**31, (), generator=generator).item())
    for p in parameters:
        if p.grad is not None:
            p.grad += torch.as_tensor(rng.normal(size=tuple(p.shape)), dtype=p.dtype) * scale * p.grad.abs()

# %% wrong="add_gradient_noise" says="add_gradient_noise(…) leaves some gradients without noise: all of a parameter, or those of one sign."
def add_gradient_noise(parameters, scale, generator):
    p = next(iter(parameters))
    p.grad += scale * p.grad.abs() * torch.randn(p.grad.shape, generator=generator)

# %% wrong="add_gradient_noise" says="add_gradient_noise(…) gives two parameters the same noise. Is it drawn once for each?"
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is not None:
            g = torch.Generator().manual_seed(generator.initial_seed())
            p.grad += scale * p.grad.abs() * torch.randn(p.grad.shape, generator=g)

# %% wrong="add_gradient_noise" says="add_gradient_noise(…) gives the same noise at each call. Does it set the generator back, or use another?"
def add_gradient_noise(parameters, scale, generator):
    g = torch.Generator().manual_seed(generator.initial_seed())
    for p in parameters:
        if p.grad is not None:
            p.grad += scale * p.grad.abs() * torch.randn(p.grad.shape, generator=g)

# %% wrong="add_gradient_noise" says="add_gradient_noise(…) changes no gradient. Does the sum go back into .grad?"
def add_gradient_noise(parameters, scale, generator):
    noises = [torch.randn(p.shape, generator=generator) for p in parameters]
    for p, z in zip(parameters, noises):
        if p.grad is not None:
            p.grad += scale * p.grad.abs() * z

# %% wrong="add_gradient_noise" says="add_gradient_noise(…) adds noise of one size to all entries. Each entry's noise goes by its own gradient."
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is not None:
            p.grad += scale * p.grad.pow(2).mean(dim=0, keepdim=True).sqrt() * torch.randn(p.grad.shape, generator=generator)

# %% wrong="add_gradient_noise" says="The noise of add_gradient_noise(…) is not normal: the share beyond two deviations is not 4.6 %."
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is not None:
            u = torch.rand(p.grad.shape, generator=generator) - 0.5
            z = -u.sign() * torch.log1p(-2 * u.abs()) / math.sqrt(2)
            p.grad += scale * p.grad.abs() * z

# %% wrong="NoisySGD" says="NoisySGD adds no noise, or adds it after the step."
class NoisySGD(SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, lr, momentum)
        self.scale, self.generator = scale, generator or torch.default_generator

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    p += self.scale * p.abs() * torch.randn(p.shape, generator=self.generator)
        super().step()

# %% wrong="NoisySGD" says="NoisySGD makes no step where one of the parameters has no gradient. The others should still move."
class NoisySGD(SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, lr, momentum)
        self.scale, self.generator = scale, generator or torch.default_generator
        self.all = [p for g in self.param_groups for p in g["params"]]

    def step(self):
        for p in self.all:
            if p.grad is None:
                return
        add_gradient_noise(self.all, self.scale, self.generator)
        super().step()

# %% right="NoisySGD"
class NoisySGD(torch.optim.SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        torch.optim.SGD.__init__(self, params, lr=lr, momentum=momentum, foreach=False)
        self.scale, self.generator = scale, generator

    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                p.grad = p.grad + self.scale * p.grad.abs() * torch.randn(p.grad.shape, generator=self.generator)
        return super().step(closure)

# %% right="SGD"
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                g = p.grad
                if g is None:
                    pass
                else:
                    st = self.state[p]
                    st["prev"] = st.get("prev", p.detach().clone() * 0) * group["momentum"] + g
                    p[...] = p - group["lr"] * st["prev"]

# %% right="SGD"
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr=0.01, momentum=0.0, **kwargs):
        if momentum < 0 or momentum >= 1:
            raise ValueError(momentum)
        super().__init__(params, {"lr": lr, "momentum": momentum})

    def add_param_group(self, group):
        super().add_param_group(group)
        for p in self.param_groups[-1]["params"]:
            self.state[p]["velocity"] = torch.zeros_like(p, memory_format=torch.preserve_format)

    def step(self):
        previous = torch.is_grad_enabled()
        torch.set_grad_enabled(False)
        try:
            for group in self.param_groups:
                for p in group["params"]:
                    if p.grad is None:
                        continue
                    v = self.state[p]["velocity"]
                    v.copy_(group["momentum"] * v + p.grad)
                    p.add_(v, alpha=-group["lr"])
        finally:
            torch.set_grad_enabled(previous)

# %% wrong="SGD" says="SGD overwrites the weight with the step. The step is subtracted from the weight."
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if "velocity" not in state:
                    state["velocity"] = torch.zeros_like(p)
                state["velocity"] = group["momentum"] * state["velocity"] + p.grad
                p.data = -group["lr"] * state["velocity"]

# %% wrong="SGD" says="SGD adds a part of the last gradient alone. The velocity holds all the earlier ones."
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                old = self.state[p].get("g", torch.zeros_like(p))
                p -= group["lr"] * (p.grad + group["momentum"] * old)
                self.state[p]["g"] = p.grad.clone()

# %% wrong="SGD" says="SGD moves the first of the parameters only."
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            p = group["params"][0]
            if p.grad is None:
                continue
            v = self.state[p].get("v", 0) * group["momentum"] + p.grad
            self.state[p]["v"] = v
            p -= group["lr"] * v

# %% wrong="Adam" says="Adam moves the first of the parameters only."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for g in self.param_groups:
            b1, b2 = g["betas"]
            for p in g["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                t = s["t"] = s.get("t", 0) + 1
                s["m"] = b1 * s.get("m", 0) + (1 - b1) * p.grad
                s["v"] = b2 * s.get("v", 0) + (1 - b2) * p.grad**2
                p -= g["lr"] * s["m"] / (1 - b1**t) / ((s["v"] / (1 - b2**t)).sqrt() + g["eps"])
                return

# %% wrong="Adam" says="Adam counts a step in which this parameter has no gradient. Each parameter has a count of its own."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "t": 0})

    @torch.no_grad()
    def step(self):
        for g in self.param_groups:
            b1, b2 = g["betas"]
            g["t"] += 1
            t = g["t"]
            for p in g["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                s["m"] = b1 * s.get("m", 0) + (1 - b1) * p.grad
                s["v"] = b2 * s.get("v", 0) + (1 - b2) * p.grad**2
                p -= g["lr"] * s["m"] / (1 - b1**t) / ((s["v"] / (1 - b2**t)).sqrt() + g["eps"])

# %% wrong="Adam" says="Adam has another default than 1e-3 for lr, ten times as large."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-2, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for g in self.param_groups:
            b1, b2 = g["betas"]
            for p in g["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                t = s["t"] = s.get("t", 0) + 1
                s["m"] = b1 * s.get("m", 0) + (1 - b1) * p.grad
                s["v"] = b2 * s.get("v", 0) + (1 - b2) * p.grad**2
                p -= g["lr"] * s["m"] / (1 - b1**t) / ((s["v"] / (1 - b2**t)).sqrt() + g["eps"])

# %% right="add_gradient_noise"
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is None:
            continue
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(int(torch.randint(2**62, (1,), generator=generator)))
            p.grad.add_(torch.randn_like(p.grad) * p.grad.abs() * scale)

# %% right="add_gradient_noise"
def add_gradient_noise(parameters, scale, generator):
    def noise(g):
        return torch.empty(g.shape, dtype=g.dtype).normal_(0, scale, generator=generator)

    for g in (p.grad for p in parameters if p.grad is not None):
        g += g * noise(g)

# %% wrong="add_gradient_noise" says="add_gradient_noise(…) stops at a parameter without a gradient. Those behind it should get noise."
def add_gradient_noise(parameters, scale, generator):
    parameters = list(parameters)
    if any(p.grad is None for p in parameters):
        return
    for p in parameters:
        p.grad += scale * p.grad.abs() * torch.randn(p.grad.shape, generator=generator)

# %% wrong="add_gradient_noise" says="The noise of add_gradient_noise(…) goes by scale². The deviation should be scale · |g|."
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is not None:
            p.grad += torch.normal(0.0, scale, p.grad.shape, generator=generator) * scale * p.grad.abs()

# %% right="NoisySGD"
class NoisySGD(SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        self.scale = scale
        self.generator = torch.Generator().manual_seed(0) if generator is None else generator
        super().__init__(params, lr, momentum)

    def step(self):
        for group in self.param_groups:
            add_gradient_noise(iter(group["params"]), self.scale, self.generator)
        SGD.step(self)

# %% wrong="NoisySGD" says="NoisySGD does not use the generator that it is given. From what is the noise drawn?"
class NoisySGD(SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, lr, momentum)
        self.scale = scale
        self.generator = torch.Generator().manual_seed(42)

    def step(self):
        for group in self.param_groups:
            add_gradient_noise(group["params"], self.scale, self.generator)
        super().step()

# %% wrong="NoisySGD" says="NoisySGD adds noise of one size to all entries. Each entry's noise goes by its own gradient."
class NoisySGD(SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, lr, momentum)
        self.scale, self.generator = scale, generator

    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    p.grad += self.scale * p.grad.norm() * torch.randn(p.shape, generator=self.generator)
        super().step()

# %% wrong="NoisySGD" says="Two NoisySGD with generators of one seed make different steps. From what is the noise drawn?"
class NoisySGD(SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, lr, momentum)
        self.scale, self.generator = scale, generator or torch.default_generator
        self.rng = np.random.default_rng()

    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    share = torch.rand(p.shape, generator=self.generator) < 0.5
                    sign = torch.where(share, 1.0, -1.0)
                    noise = torch.from_numpy(self.rng.standard_normal(tuple(p.shape))).to(p.dtype)
                    p.grad += self.scale * p.grad.abs() * sign * noise
        super().step()

# %% wrong="SGD" says="SGD goes through params before the base class does. A generator like model.parameters() is used up by then."
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        self.v = [torch.zeros_like(p) for p in params]
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p, v in zip(group["params"], self.v):
                if p.grad is None:
                    continue
                v.mul_(group["momentum"]).add_(p.grad)
                p.sub_(v, alpha=group["lr"])

# %% wrong="SGD" says="SGD takes each entry of params for a parameter, and it may be a group. Where does the base class keep the parameters?"
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        self.params = list(params)
        self.v = [torch.zeros_like(p) for p in self.params]
        super().__init__(self.params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        lr, momentum = self.param_groups[0]["lr"], self.param_groups[0]["momentum"]
        for p, v in zip(self.params, self.v):
            if p.grad is None:
                continue
            v.mul_(momentum).add_(p.grad)
            p.sub_(v, alpha=lr)

# %% wrong="SGD" says="SGD has a momentum of 0.9 where it is given none. What is its default?"
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.9):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                v = self.state[p].setdefault("v", torch.zeros_like(p))
                v.mul_(group["momentum"]).add_(p.grad)
                p.sub_(v, alpha=group["lr"])

# %% wrong="SGD" says="SGD moves the last group only. What stands inside of which loop?"
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            lr, momentum = group["lr"], group["momentum"]
        for p in group["params"]:
            if p.grad is None:
                continue
            v = self.state[p].setdefault("v", torch.zeros_like(p))
            v.mul_(momentum).add_(p.grad)
            p.sub_(v, alpha=lr)

# %% wrong="SGD" says="SGD starts with the velocity that another SGD left behind. Does it belong to the class, or to one optimizer?"
class SGD(torch.optim.Optimizer):
    velocities = {}

    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        i = 0
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                if i not in self.velocities or self.velocities[i].shape != p.shape:
                    self.velocities[i] = torch.zeros_like(p)
                v = self.velocities[i]
                v.mul_(group["momentum"]).add_(p.grad)
                p.sub_(v, alpha=group["lr"])
                i += 1

# %% wrong="SGD" says="SGD keeps fewer digits than a weight of doubles has. Of which dtype is its velocity?"
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                v = self.state[p].setdefault("v", torch.zeros(p.shape, dtype=torch.float32))
                v.mul_(group["momentum"]).add_(p.grad)
                p.sub_(v, alpha=group["lr"])

# %% right="Adam"
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if len(state) == 0:
                    state["t"] = torch.tensor(0)
                    state["m"] = torch.zeros_like(p)
                    state["v"] = torch.zeros_like(p)
                state["t"] += 1
                state["m"] = beta1 * state["m"] + (1 - beta1) * p.grad
                state["v"] = beta2 * state["v"] + (1 - beta2) * p.grad.pow(2)
                m_hat = state["m"] / (1 - beta1 ** state["t"])
                v_hat = state["v"] / (1 - beta2 ** state["t"])
                p.sub_(group["lr"] * m_hat / (torch.sqrt(v_hat) + group["eps"]))

# %% right="Adam"
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            (b1, b2), eps = group["betas"], group["eps"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state.setdefault(p, {})
                t = state["t"] = state.get("t", 0) + 1
                m = state.setdefault("m", torch.zeros_like(p)).mul_(b1).add_(p.grad * (1 - b1))
                v = state.setdefault("v", torch.zeros_like(p)).mul_(b2).add_(p.grad.square() * (1 - b2))
                root = (1 - b2**t) ** 0.5
                alpha = group["lr"] * root / (1 - b1**t)
                p.sub_(alpha * m / (v.sqrt() + eps * root))

# %% wrong="Adam" says="Adam's v is an average of sizes. Of what should it be the average?"
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                t = s["t"] = s.get("t", 0) + 1
                s["m"] = b1 * s.get("m", 0) + (1 - b1) * p.grad
                s["v"] = b2 * s.get("v", 0) + (1 - b2) * p.grad.abs()
                p.sub_(group["lr"] * s["m"] / (1 - b1**t) / ((s["v"] / (1 - b2**t)).sqrt() + group["eps"]))

# %% wrong="Adam" says="Adam does not use the betas that it is given."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                t = s["t"] = s.get("t", 0) + 1
                s["m"] = 0.9 * s.get("m", 0) + 0.1 * p.grad
                s["v"] = 0.999 * s.get("v", 0) + 0.001 * p.grad**2
                p.sub_(group["lr"] * s["m"] / (1 - 0.9**t) / ((s["v"] / (1 - 0.999**t)).sqrt() + 1e-8))

# %% wrong="Adam" says="Adam takes as much of the new as it should keep of the old. Which of the two shares is beta?"
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if not s:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["t"] += 1
                s["m"].lerp_(p.grad, b1)
                s["v"].lerp_(p.grad**2, b2)
                p.sub_(group["lr"] * s["m"] / (1 - b1 ** s["t"]) / ((s["v"] / (1 - b2 ** s["t"])).sqrt() + group["eps"]))

# %% wrong="Adam" says="Adam starts m and v at the first gradient. Both should start at 0."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if not s:
                    s["m"], s["v"] = p.grad.clone(), p.grad**2
                else:
                    s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                    s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
                p.sub_(group["lr"] * s["m"] / (s["v"].sqrt() + group["eps"]))

# %% wrong="Adam" says="Adam makes the weight itself smaller in each step, as AdamW does. Adam moves it by the gradients alone."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                p.mul_(1 - group["lr"] * group["weight_decay"])
                s = self.state[p]
                t = s["t"] = s.get("t", 0) + 1
                s["m"] = b1 * s.get("m", 0) + (1 - b1) * p.grad
                s["v"] = b2 * s.get("v", 0) + (1 - b2) * p.grad**2
                p.sub_(group["lr"] * s["m"] / (1 - b1**t) / ((s["v"] / (1 - b2**t)).sqrt() + group["eps"]))

# %% wrong="Adam" says="Adam has one v for all entries of a weight. Each entry needs its own."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                t = s["t"] = s.get("t", 0) + 1
                s["m"] = b1 * s.get("m", 0) + (1 - b1) * p.grad
                s["v"] = b2 * s.get("v", 0) + (1 - b2) * (p.grad**2).mean()
                p.sub_(group["lr"] * s["m"] / (1 - b1**t) / ((s["v"] / (1 - b2**t)).sqrt() + group["eps"]))

# %% wrong="Adam" says="Adam has one tensor for m and v. Each needs its own."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if not s:
                    s["m"] = s["v"] = torch.zeros_like(p)
                    s["t"] = 0
                s["t"] += 1
                s["m"].mul_(b1).add_(p.grad, alpha=1 - b1)
                s["v"].mul_(b2).addcmul_(p.grad, p.grad, value=1 - b2)
                p.sub_(group["lr"] * s["m"] / (1 - b1 ** s["t"]) / ((s["v"] / (1 - b2 ** s["t"])).sqrt() + group["eps"]))

# %% wrong="Adam" says="Adam keeps the corrected m, and corrects it again in the next step. What should be kept?"
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                t = s["t"] = s.get("t", 0) + 1
                s["m"] = b1 * s.get("m", 0) + (1 - b1) * p.grad
                s["v"] = b2 * s.get("v", 0) + (1 - b2) * p.grad**2
                root = (s["v"] / (1 - b2**t)).sqrt_().add_(group["eps"])
                m_hat = s["m"].div_(1 - b1**t)
                p.addcdiv_(m_hat, root, value=-group["lr"])

# %% wrong="add_gradient_noise" says="add_gradient_noise(…) adds noise of one size to all entries. Each entry's noise goes by its own gradient."
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is not None:
            p.grad += scale * torch.randn(p.grad.shape, generator=generator)

# %% wrong="NoisySGD" says="NoisySGD takes each entry of params for a parameter, and it may be a group. Where does the base class keep the parameters?"
class NoisySGD(SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, lr, momentum)
        self.params = list(params)
        self.scale, self.generator = scale, generator

    def step(self):
        add_gradient_noise(self.params, self.scale, self.generator)
        super().step()

# %% wrong="NoisySGD" says="NoisySGD adds noise to each parameter as often as there are groups. Once is enough."
class NoisySGD(SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, lr, momentum)
        self.scale, self.generator = scale, generator or torch.Generator()

    def step(self):
        for _ in self.param_groups:
            everything = [p for group in self.param_groups for p in group["params"]]
            add_gradient_noise(everything, self.scale, self.generator)
        super().step()

# %% right="SGD"
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                v = self.state[p].setdefault("v", torch.zeros_like(p, dtype=torch.float64))
                v.mul_(group["momentum"]).add_(p.grad)
                p.sub_(v, alpha=group["lr"])

# %% wrong="SGD" says="SGD moves the last of the parameters only. What stands inside of which loop?"
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
            if p.grad is not None:
                v = self.state[p].setdefault("v", torch.zeros_like(p))
                v.mul_(group["momentum"]).add_(p.grad)
                p.sub_(v, alpha=group["lr"])

# %% wrong="Adam" says="Adam moves the last group only. What stands inside of which loop?"
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
        for p in group["params"]:
            if p.grad is not None:
                s = self.state[p]
                t = s["t"] = s.get("t", 0) + 1
                s["m"] = b1 * s.get("m", 0) + (1 - b1) * p.grad
                s["v"] = b2 * s.get("v", 0) + (1 - b2) * p.grad**2
                p.sub_(group["lr"] * s["m"] / (1 - b1**t) / ((s["v"] / (1 - b2**t)).sqrt() + group["eps"]))

# %% wrong="Adam" says="Adam moves the last of the parameters only. What stands inside of which loop?"
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
            if p.grad is not None:
                s = self.state[p]
                t = s["t"] = s.get("t", 0) + 1
                s["m"] = b1 * s.get("m", 0) + (1 - b1) * p.grad
                s["v"] = b2 * s.get("v", 0) + (1 - b2) * p.grad**2
                p.sub_(group["lr"] * s["m"] / (1 - b1**t) / ((s["v"] / (1 - b2**t)).sqrt() + group["eps"]))

# %% wrong="Adam" says="Adam keeps the corrected v, and corrects it again in the next step. What should be kept?"
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                t = s["t"] = s.get("t", 0) + 1
                s["m"] = b1 * s.get("m", 0) + (1 - b1) * p.grad
                s["v"] = b2 * s.get("v", 0) + (1 - b2) * p.grad**2
                s["v"] = s["v"] / (1 - b2**t)
                p.sub_(group["lr"] * s["m"] / (1 - b1**t) / (s["v"].sqrt() + group["eps"]))

# %% wrong="Adam" says="Adam starts m and v at the first gradient, and corrects them. Both should start at 0."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                t = s["t"] = s.get("t", 0) + 1
                s["m"] = b1 * s.get("m", p.grad) + (1 - b1) * p.grad
                s["v"] = b2 * s.get("v", p.grad**2) + (1 - b2) * p.grad**2
                p.sub_(group["lr"] * s["m"] / (1 - b1**t) / ((s["v"] / (1 - b2**t)).sqrt() + group["eps"]))

# %% wrong="Adam" says="Adam starts with what another Adam left behind. Do m, v and the count belong to the class, or to one optimizer?"
class Adam(torch.optim.Optimizer):
    memory = {}

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.memory.setdefault(tuple(p.shape), {})
                t = s["t"] = s.get("t", 0) + 1
                s["m"] = b1 * s.get("m", 0) + (1 - b1) * p.grad
                s["v"] = b2 * s.get("v", 0) + (1 - b2) * p.grad**2
                p.sub_(group["lr"] * s["m"] / (1 - b1**t) / ((s["v"] / (1 - b2**t)).sqrt() + group["eps"]))

# %% wrong="Adam" says="Adam has one m and one v for all entries of a weight. Each entry needs its own."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                t = s["t"] = s.get("t", 0) + 1
                s["m"] = b1 * s.get("m", 0) + (1 - b1) * p.grad.mean()
                s["v"] = b2 * s.get("v", 0) + (1 - b2) * (p.grad**2).mean()
                p.sub_(group["lr"] * s["m"] / (1 - b1**t) / ((s["v"] / (1 - b2**t)).sqrt() + group["eps"]))

# %% wrong="Adam" says="Adam goes through params before the base class does. A generator like model.parameters() is used up by then."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        self.parameters = list(params)
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                t = s["t"] = s.get("t", 0) + 1
                s["m"] = b1 * s.get("m", 0) + (1 - b1) * p.grad
                s["v"] = b2 * s.get("v", 0) + (1 - b2) * p.grad**2
                p.sub_(group["lr"] * s["m"] / (1 - b1**t) / ((s["v"] / (1 - b2**t)).sqrt() + group["eps"]))

# %% wrong="Adam" says="Adam takes each entry of params for a parameter, and it may be a group. Where does the base class keep the parameters?"
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        params = list(params)
        self.steps = {p: 0 for p in params}
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                t = s["t"] = s.get("t", 0) + 1
                s["m"] = b1 * s.get("m", 0) + (1 - b1) * p.grad
                s["v"] = b2 * s.get("v", 0) + (1 - b2) * p.grad**2
                p.sub_(group["lr"] * s["m"] / (1 - b1**t) / ((s["v"] / (1 - b2**t)).sqrt() + group["eps"]))

# %% wrong="Adam" says="Adam does not use the second of the betas that it is given."
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"][0], 0.999
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                t = s["t"] = s.get("t", 0) + 1
                s["m"] = b1 * s.get("m", 0) + (1 - b1) * p.grad
                s["v"] = b2 * s.get("v", 0) + (1 - b2) * p.grad**2
                p.sub_(group["lr"] * s["m"] / (1 - b1**t) / ((s["v"] / (1 - b2**t)).sqrt() + group["eps"]))

# %% right="Adam"
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                t = s["t"] = s.get("t", torch.zeros((), dtype=torch.float64)) + 1
                s["m"] = b1 * s.get("m", 0) + (1 - b1) * p.grad
                s["v"] = b2 * s.get("v", 0) + (1 - b2) * p.grad**2
                p.sub_(group["lr"] * s["m"] / (1 - b1**t) / ((s["v"] / (1 - b2**t)).sqrt() + group["eps"]))

# %% right="add_gradient_noise"
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is not None:
            u = torch.rand(p.grad.shape, generator=generator, dtype=torch.float64).clamp(1e-12, 1 - 1e-12)
            p.grad += (scale * p.grad.abs() * torch.special.ndtri(u)).to(p.grad.dtype)

# %% right="add_gradient_noise"
def add_gradient_noise(parameters, scale, generator):
    for p in reversed(list(parameters)):
        n = torch.randn(p.shape, generator=generator, dtype=torch.float64)
        if p.grad is not None:
            p.grad[...] = (p.grad + scale * n * p.grad).to(p.grad.dtype)

# %% right="NoisySGD"
class NoisySGD(torch.optim.SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, lr=lr, momentum=momentum)

        def noise(optimizer, arguments, options):
            for group in optimizer.param_groups:
                add_gradient_noise(group["params"], scale, generator or torch.default_generator)

        self.register_step_pre_hook(noise)

# %% wrong="NoisySGD" says="NoisySGD adds noise to its last group only. What stands inside of which loop?"
class NoisySGD(SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, lr, momentum)
        self.scale, self.generator = scale, generator or torch.Generator()

    def step(self):
        for group in self.param_groups:
            pass
        add_gradient_noise(group["params"], self.scale, self.generator)
        super().step()

# %% wrong="NoisySGD" says="NoisySGD goes through params before the base class does. A generator like model.parameters() is used up by then."
class NoisySGD(SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        self.parameters = list(params)
        super().__init__(params, lr, momentum)
        self.scale, self.generator = scale, generator or torch.Generator()

    def step(self):
        for group in self.param_groups:
            add_gradient_noise(group["params"], self.scale, self.generator)
        super().step()

# %% wrong="NoisySGD" says="NoisySGD moves the last group only. What stands inside of which loop?"
class NoisySGD(torch.optim.Optimizer):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, {"lr": lr, "momentum": momentum})
        self.scale, self.generator = scale, generator or torch.Generator()

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            add_gradient_noise(group["params"], self.scale, self.generator)
        for p in group["params"]:
            if p.grad is not None:
                v = self.state[p].setdefault("v", torch.zeros_like(p))
                v.mul_(group["momentum"]).add_(p.grad)
                p.sub_(v, alpha=group["lr"])


# %% right="SGD"
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, dict(lr=lr, momentum=momentum))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            used = [p for p in group["params"] if p.grad is not None]
            for p in used:
                v = self.state[p].setdefault("velocity", torch.zeros_like(p))
                v.mul_(group["momentum"]).add_(p.grad)
                p.add_(v, alpha=-group["lr"])


# %% right="SGD"
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})
        self.velocities = {p: torch.zeros_like(p) for group in self.param_groups for p in group["params"]}

    def step(self):
        with torch.no_grad():
            for group in self.param_groups:
                for p in group["params"]:
                    if p.grad is None:
                        continue
                    self.velocities[p] = group["momentum"] * self.velocities[p] + p.grad
                    p -= group["lr"] * self.velocities[p]


# %% right="SGD"
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for g in self.param_groups:
            for p in g["params"]:
                if p.grad is not None:
                    old = self.state[p].get("v", 0)
                    new = p.grad + g["momentum"] * old
                    self.state[p]["v"] = new.clone()
                    p.data = p.data - g["lr"] * new


# %% right="Adam"
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if (g := p.grad) is None:
                    continue
                state = self.state[p]
                if not state:
                    state.update(t=0, m=torch.zeros_like(p), v=torch.zeros_like(p))
                state["t"] += 1
                state["m"].lerp_(g, 1 - b1)
                state["v"].mul_(b2).addcmul_(g, g, value=1 - b2)
                root = (state["v"] / (1 - b2 ** state["t"])).sqrt_().add_(group["eps"])
                p.addcdiv_(state["m"], root, value=-group["lr"] / (1 - b1 ** state["t"]))


# %% right="Adam"
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "b1": betas[0], "b2": betas[1], "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                b1, b2 = group["betas"]
                t, m, v = self.state[p].get("memory", (0, 0.0, 0.0))
                t, m, v = t + 1, b1 * m + (1 - b1) * p.grad, b2 * v + (1 - b2) * p.grad**2
                self.state[p]["memory"] = t, m, v
                p -= group["lr"] * (m / (1 - b1**t)) / (torch.sqrt(v / (1 - b2**t)) + group["eps"])


# %% right="add_gradient_noise"
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is not None:
            p.grad.mul_(1 + scale * torch.randn(p.grad.shape, generator=generator, device=generator.device).to(p.grad))


# %% right="add_gradient_noise"
@torch.no_grad()
def add_gradient_noise(parameters, scale, generator):
    grads = [p.grad for p in parameters if p.grad is not None]
    for g in grads:
        noise = torch.empty_like(g).normal_(generator=generator)
        g += noise * (g.abs() * scale)


# %% right="add_gradient_noise"
def add_gradient_noise(parameters, scale, generator):
    with torch.no_grad():
        for p in parameters:
            if p.grad is None:
                continue
            p.grad.copy_(torch.normal(mean=p.grad, std=scale * p.grad.abs(), generator=generator))


# %% right="NoisySGD"
class NoisySGD(torch.optim.SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, lr=lr, momentum=momentum)
        self.scale = scale
        self.generator = torch.Generator() if generator is None else generator

    @torch.no_grad()
    def step(self):
        add_gradient_noise((p for group in self.param_groups for p in group["params"]), self.scale, self.generator)
        super().step()


# %% right="NoisySGD"
class NoisySGD(torch.optim.Optimizer):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, {"lr": lr, "momentum": momentum})
        self.scale, self.generator = scale, generator

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                g = p.grad + self.scale * p.grad.abs() * torch.randn(p.shape, generator=self.generator, dtype=p.dtype)
                v = self.state[p].get("v", torch.zeros_like(p))
                self.state[p]["v"] = v = group["momentum"] * v + g
                p.sub_(group["lr"] * v)


# %% wrong="SGD" says="SGD leaves the first gradient out of its velocity, so that the first step moves nothing."
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                if "v" not in self.state[p]:
                    self.state[p]["v"] = torch.zeros_like(p)
                else:
                    self.state[p]["v"] = group["momentum"] * self.state[p]["v"] + p.grad
                p -= group["lr"] * self.state[p]["v"]


# %% wrong="SGD" says="SGD moves a weight in place while autograd is recording. Under what should the update stand?"
class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                v = self.state[p].get("v", torch.zeros_like(p))
                self.state[p]["v"] = v = group["momentum"] * v + p.grad
                p -= group["lr"] * v


# %% wrong="SGD" says="SGD starts with the velocity that another SGD left behind. Does it belong to the class, or to one optimizer?"
class SGD(torch.optim.Optimizer):
    velocity = {}

    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                v = self.velocity.get(p.shape, torch.zeros_like(p))
                self.velocity[p.shape] = v = group["momentum"] * v + p.grad
                p -= group["lr"] * v


# %% wrong="Adam" says="Adam's v is an average of the squares of m. Whose squares should it be?"
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                s["t"] = t = s.get("t", 0) + 1
                s["m"] = b1 * s.get("m", 0) + (1 - b1) * p.grad
                s["v"] = b2 * s.get("v", 0) + (1 - b2) * s["m"] ** 2
                p -= group["lr"] * (s["m"] / (1 - b1**t)) / ((s["v"] / (1 - b2**t)).sqrt() + group["eps"])


# %% wrong="add_gradient_noise" says="add_gradient_noise(…) adds noise of one size to all entries. Each entry's noise goes by its own gradient."
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is None:
            continue
        p.grad.add_(scale * torch.randn(p.grad.shape, generator=generator))


# %% wrong="add_gradient_noise" says="The noise of add_gradient_noise(…) does not have mean 0: it pushes the gradients one way."
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is None:
            continue
        p.grad.add_(scale * p.grad.abs() * torch.rand(p.grad.shape, generator=generator))


# %% wrong="add_gradient_noise" says="add_gradient_noise(…) gives two parameters the same noise. Is it drawn once for each?"
def add_gradient_noise(parameters, scale, generator):
    for p in parameters:
        if p.grad is None:
            continue
        seeded = torch.Generator().manual_seed(generator.initial_seed())
        p.grad.add_(p.grad.abs() * scale * torch.randn(p.grad.shape, generator=seeded))


# %% wrong="NoisySGD" says="NoisySGD has the same noise at each step where it has no generator. Is one made anew, or a seed set?"
class NoisySGD(SGD):
    def __init__(self, params, lr, scale, momentum=0.0, generator=None):
        super().__init__(params, lr, momentum)
        self.scale, self.generator = scale, generator

    @torch.no_grad()
    def step(self):
        generator = self.generator or torch.Generator().manual_seed(0)
        add_gradient_noise([p for g in self.param_groups for p in g["params"]], self.scale, generator)
        super().step()
