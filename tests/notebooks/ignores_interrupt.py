# %% [markdown]
# The signal that ends a cell is ignored, so the kernel goes with it.

# %% task="double" says="This cell went on after the time limit, or printed more than can be read." ends="kernel"
import signal
import time

signal.signal(signal.SIGINT, signal.SIG_IGN)
time.sleep(1000)
