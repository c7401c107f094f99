# %% [markdown]
# Nothing of what the one before left is there.

# %% task="double"
from pathlib import Path

assert list(Path("/").glob("*/kindling-left-behind")) == []
assert list(Path("/").glob("*/*/kindling-left-behind")) == []


def double(x):
    return 2 * x
