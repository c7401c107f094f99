"""What several tests share: a small course of one lesson, and the paths of the repository."""

import shutil
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]

CENTRE = '''# %% [markdown]
# # Centring
#
# In 5 minutes you will be able to
# - centre the columns of a tensor;
# - say what `dim` does;
# - count the means of a tensor.

# %%
import torch
from torch import Tensor

from kindling import check

# %% [markdown]
# ### Centre the columns (5 minutes, ●○○)
#
# Networks learn faster when each feature has mean 0.

# %% task="centre"
def centre(x: Tensor) -> Tensor:
    """Return `x`, shape (n, d), with each column shifted to mean 0."""
    ### BEGIN SOLUTION
    return x - x.mean(dim=0)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: what does <code>dim</code> do?</summary>
#
# It names the direction that disappears.
# </details>

# %% check="centre" points=2
x = torch.tensor([[1.0, 10.0], [3.0, 30.0]])
check.close(
    centre(x), [[-1.0, -10.0], [1.0, 10.0]], "centre(x)",
    mistakes={
        "centre(x) averaged each row. Which dim runs down a column?": [[-4.5, 4.5], [-13.5, 13.5]],
        "centre(x) used one mean for all of x. Each column needs its own.": [[-10.0, -1.0], [-8.0, 19.0]],
    },
)
### BEGIN HIDDEN TESTS
x = torch.arange(15.0).reshape(5, 3) ** 2
check.close(centre(x), x - x.mean(dim=0), "centre(x) on a (5, 3) tensor")
### END HIDDEN TESTS

# %% [markdown]
# ### How many? (1 minute, ●○○)
#
# **Predict first.** How many means has a tensor of shape (5, 3)? Set `COLUMNS` to that number.

# %% task="COLUMNS"
### BEGIN SOLUTION
COLUMNS = 3
### END SOLUTION

# %% [markdown]
# <details><summary>Hint: rows or columns?</summary>
#
# Each column has one.
# </details>

# %% check="COLUMNS" points=1
check.equal(COLUMNS, 3, "COLUMNS", mistakes={
    "COLUMNS counts the rows.": 5,
    "COLUMNS counts the numbers.": 15,
})

# %% [markdown]
# ## What you have learnt
#
# That was all.
'''


def make_course(folder: Path) -> Path:
    """Return `folder` with one small lesson, the real nbgrader configuration, and a README in it."""
    from kindling.build import TABLE

    (folder / "course").mkdir()
    (folder / "course" / "01_centring.py").write_text(CENTRE, encoding="utf-8")
    shutil.copy(REPOSITORY / "nbgrader_config.py", folder)
    (folder / "README.md").write_text(f"# A course\n\n{TABLE[0]}\n{TABLE[1]}\n\nThe end.\n", encoding="utf-8")
    return folder


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course folder of its own for each test, not built."""
    return make_course(tmp_path)


@pytest.fixture(scope="session")
def _built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from kindling import build

    folder = make_course(tmp_path_factory.mktemp("course"))
    list(build.build(folder))
    return folder


@pytest.fixture
def built(_built_once: Path, tmp_path: Path) -> Path:
    """A built course folder of its own for each test."""
    return Path(shutil.copytree(_built_once, tmp_path / "built"))
