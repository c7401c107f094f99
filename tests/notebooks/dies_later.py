# %% [markdown]
# A thread that kills the kernel when another cell runs.

# %% task="double"
import os
import threading


def double(x):
    return 2 * x


threading.Timer(0.3, os._exit, [1]).start()
