# %% [markdown]
# Errors that are shown, each of them long.

# %% task="double"
from IPython import get_ipython

for number in range(30):
    try:
        raise ValueError("x" * 10**6)
    except ValueError:
        get_ipython().showtraceback()


def double(x):
    return 2 * x
