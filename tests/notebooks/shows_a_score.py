# %% [markdown]
# A value that is shown while the check runs is no score either.

# %% task="double" says="double(2) is 6, wanted 4."
import sys

from IPython.core.displayhook import DisplayHook


def double(x):
    sys.displayhook(2)
    return 3 * x
