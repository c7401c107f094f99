# %% [markdown]
# It kills its own group of processes, and every process that it can see.

# %% task="double"
import os
import signal

os.killpg(0, signal.SIGKILL)
os.kill(os.getpid(), signal.SIGKILL)
try:
    os.kill(-1, signal.SIGKILL)
except ProcessLookupError:
    pass


def double(x):
    return 2 * x
