# %% [markdown]
# It gives the names that the checks use, and Python's own, other values.

# %% task="FIRST"
check = FIRST = 1
print = len = list = None

# %% task="double"
del check


def double(x):
    return 2 * x
