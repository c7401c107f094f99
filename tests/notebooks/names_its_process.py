# %% [markdown]
# A name for the process that is no text.

# %% task="double"
import ctypes
import time

ctypes.CDLL(None).prctl(15, b"\xff) Z", 0, 0, 0)
time.sleep(0.5)


def double(x):
    return 2 * x
