# %% [markdown]
# A thread that kills the kernel when another cell runs.

# %% task="double"
import os
import threading
import time


def double(x):
    return 2 * x


def wait():
    while "LAST" not in globals():
        time.sleep(0.01)
    os._exit(1)


threading.Thread(target=wait, daemon=True).start()

# %% task="LAST" says="This cell ended the process that it ran in (exit code 1), as os._exit does." ends="kernel"
LAST = 3
time.sleep(2)
