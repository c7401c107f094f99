# %% [markdown]
# There are no solutions, and no file of another submission.

# %% task="double"
from pathlib import Path

assert list(Path.cwd().iterdir()) == []
assert not Path("/the/course/source").exists()
assert not Path("/the/course/submitted/passes").exists()


def double(x):
    return 2 * x
