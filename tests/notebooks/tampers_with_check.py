# %% [markdown]
# The library that checks is patched.

# %% task="double" says="TypeError: 'NoneType' object is not callable"
import kindling.check

kindling.check.equal = None


def double(x):
    return 2 * x


# %% task="LAST" says="TypeError: 'NoneType' object is not callable"
LAST = 3
