# %% [markdown]
# The library that checks is patched.

# %% task="double" says="TypeError: 'NoneType' object is not callable. `equal` no longer is kindling.check's own: a cell has replaced or deleted it."
import kindling.check

kindling.check.equal = None


def double(x):
    return 2 * x


# %% task="LAST" says="TypeError: 'NoneType' object is not callable. `equal` no longer is kindling.check's own: a cell has replaced or deleted it."
LAST = 3
