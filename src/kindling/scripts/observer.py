"""What a training does while it runs, noted for the check that has started it: steps, rates, modes, and data.

The environment variable `VARIABLE` names the file for the notes. A script that finds nothing there runs as ever.
"""

from __future__ import annotations

import copy
import functools
import json
import os
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.dropout import _DropoutNd
from torch.nn.modules.module import register_module_forward_pre_hook
from torch.optim.optimizer import register_optimizer_step_post_hook, register_optimizer_step_pre_hook

from kindling.scripts import backend

__all__ = ["VARIABLE", "Observer"]

VARIABLE = "KINDLING_OBSERVER"
IMAGE = 28 * 28  # pixels
STEPS = 6  # whose gradients are compared
VISIBLE = 1e-6  # a gradient below this tells nothing


class TestImages(Tensor):
    """The test images, and whatever is computed from them and is as large as an image."""

    @classmethod
    def __torch_function__(cls, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Call `function`; a mean or another number of theirs is a usual tensor."""
        result = super().__torch_function__(function, types, args, kwargs)  # type: ignore[no-untyped-call]  # torch's own
        with torch.DisableTorchFunctionSubclass():
            if isinstance(result, cls) and result.numel() < IMAGE:
                return result.as_subclass(Tensor)
        return result

    def __deepcopy__(self, memo: Any) -> TestImages:
        """Return a copy. torch's own would make a small tensor first, which is a usual one here."""
        return copy.deepcopy(self.as_subclass(Tensor), memo).as_subclass(TestImages)


class Observer:
    """Notes what happens in this process from now on; `write` puts it into a file."""

    def __init__(self) -> None:
        self.steps = 0  # of the optimizer that makes most of them
        self.empty = 0  # steps without any gradient
        self.moved = True  # whether the weights are other ones in the end
        self.examples = 0  # in all steps together
        self.highest_rate = 0.0
        self.stale = 0  # steps whose gradients hold those of earlier steps
        self.inference = 0  # steps behind a forward pass in inference mode, of a network in which that differs
        self.softmaxed = 0  # cross-entropies of probabilities, among the first ones
        self.start: dict[str, float] = {}  # the sum of each weight before the first step
        self.test_images = "unused"
        self.loaded: list[str] = []
        self._batch, self._training, self._tested = 0, True, False  # of the last forward pass
        self._net: nn.Module | None = None
        self._before: list[Tensor] = []
        self._counts: dict[int, int] = {}
        self._watched: Tensor | None = None
        self._hook: Any = None
        self._left: Tensor | None = None
        self._arrived: list[Tensor] = []

        self._load = torch.load

        @functools.wraps(torch.load)
        def load(*arguments: Any, **options: Any) -> Any:
            return self.load(*arguments, **options)

        torch.load = load
        self._losses, self._cross_entropy = 0, F.cross_entropy

        @functools.wraps(F.cross_entropy)
        def cross_entropy(input: Tensor, *arguments: Any, **options: Any) -> Tensor:
            return self.cross_entropy(input, *arguments, **options)

        F.cross_entropy = cross_entropy
        register_module_forward_pre_hook(self.before_forward)
        register_optimizer_step_pre_hook(self.before_step)
        register_optimizer_step_post_hook(self.after_step)
        backend.note_always()

    def load(self, f: Any, *arguments: Any, **options: Any) -> Any:
        """Return what `torch.load` returns, and know the test images again."""
        content = self._load(f, *arguments, **options)
        name = f if isinstance(f, str | os.PathLike) else getattr(f, "name", None)
        if isinstance(name, str | os.PathLike):
            path = Path(os.path.realpath(name))
            self.loaded.append(str(path))
            if path.name == "test_images.pt" and type(content) is Tensor:
                return content.as_subclass(TestImages)
        return content

    def cross_entropy(self, input: Tensor, *arguments: Any, **options: Any) -> Tensor:
        """Return the cross-entropy, and note whether its first batches are probabilities where logits are wanted."""
        self._losses += 1
        if self._losses <= STEPS:
            rows = input.detach().sum(dim=-1)
            self.softmaxed += bool((input >= 0).all()) and torch.allclose(rows, torch.ones_like(rows), atol=1e-3)
        return self._cross_entropy(input, *arguments, **options)

    def before_forward(self, module: nn.Module, inputs: Any) -> Any:
        """Note which images a network is given, and in which mode."""
        tested = any(isinstance(one, TestImages) for one in inputs)
        if tested and self.test_images == "unused":
            self.test_images = "seen"
        if type(module).__name__ == "Net" and inputs and isinstance(inputs[0], Tensor) and torch.is_grad_enabled():
            layers = [layer for layer in module.modules() if isinstance(layer, _DropoutNd | _BatchNorm)]
            self._batch, self._tested = len(inputs[0]), tested
            if self._net is None:
                self._net, self._before = module, [one.detach().clone() for one in module.parameters()]
                self.start = {name: one.detach().double().sum().item() for name, one in module.named_parameters()}
            self._training = not layers or any(layer.training for layer in layers)
        return tuple(one.as_subclass(Tensor) if isinstance(one, TestImages) else one for one in inputs)

    def before_step(self, optimizer: Any, *_: Any) -> None:
        """Note a step: its rate, its batch, and whether its gradients are its own."""
        self._counts[id(optimizer)] = self._counts.get(id(optimizer), 0) + 1
        if max(self._counts.values()) == self.steps:
            return  # another optimizer's part of the same step
        self.steps += 1
        self.examples += self._batch
        self.highest_rate = max(self.highest_rate, *(float(group["lr"]) for group in optimizer.param_groups))
        self.inference += not self._training
        if self._tested:
            self.test_images = "learnt from"
        if all(one.grad is None or not one.grad.any() for group in optimizer.param_groups for one in group["params"]):
            self.empty += 1
        if self._watched is None:
            parameters = [one for group in optimizer.param_groups for one in group["params"] if one.grad is not None]
            self._watched = max(parameters, key=lambda one: float(one.grad.abs().max()), default=None)
            if self._watched is not None:
                self._hook = self._watched.register_hook(lambda gradient: self._arrived.append(gradient.clone()))
        elif self._left is not None and self._watched.grad is not None and self._arrived:
            own, gradient = sum(self._arrived[1:], self._arrived[0]), self._watched.grad
            if self._left.abs().max() > VISIBLE and not torch.allclose(gradient, own, rtol=1e-3, atol=1e-9):
                self.stale += torch.allclose(gradient, own + self._left, rtol=1e-3, atol=1e-9)

    def after_step(self, *_: Any) -> None:
        """Keep the gradients that a step has left."""
        self._arrived.clear()
        gradient = None if self._watched is None else self._watched.grad
        self._left = None if gradient is None else gradient.detach().clone()
        if self.steps >= STEPS and self._hook:
            self._hook.remove()
            self._left = None

    def write(self, path: str) -> None:
        """Write the notes, without what this class keeps for itself."""
        if self._net is not None and self._before:
            pairs = zip(self._net.parameters(), self._before, strict=False)
            self.moved = not all(torch.equal(one.detach(), before) for one, before in pairs)
        notes = {name: value for name, value in vars(self).items() if not name.startswith("_")}
        Path(path).write_text(json.dumps(notes), encoding="utf-8")
