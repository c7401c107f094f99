# %% [markdown]
# It leaves when the check calls it.

# %% task="double" says="This cell ended the process that it ran in (exit code 3), as os._exit does." ends="kernel"
import os


def double(x):
    os._exit(3)
