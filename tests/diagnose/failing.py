"""Learners' code that fails, and what is said of it."""

import itertools
import linecache
import warnings
from pathlib import Path

from kindling.diagnose import errors

START = """
import copy, io, math
from collections import OrderedDict
import numpy as np
import torch
import torchvision
import torch.nn.functional as F
from matplotlib import pyplot as plt
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader, Dataset, TensorDataset
from torchvision import transforms as T
"""
_numbers = itertools.count()


def raised(code: str, folder: Path) -> BaseException | None:
    """What code raises, or else warns of, that runs as a cell and finds `folder` under the name `tmp`."""
    name = f"<cell {next(_numbers)}>"
    names = {"tmp": folder, "__name__": "__main__"}
    exec(START, names)
    linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            exec(compile(code, name, "exec", dont_inherit=True), names)
        except BaseException as error:
            return error
    return caught[0].message if caught else None


def explained(code: str, folder: Path) -> tuple[str | None, str | None]:
    """The name of the case that knows the error of such code, and the sentence on it."""
    error = raised(code, folder)
    assert error is not None, "nothing was raised"
    return errors.name_of(error), errors.explain(error)
