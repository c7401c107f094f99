# %% [markdown]
# Nothing can be printed any more, and every module is gone.

# %% task="double"
import sys

sys.stdout = sys.stderr = None
sys.modules.clear()


def double(x):
    return 2 * x
