# %% [markdown]
# It leaves without a word.

# %% task="double" says="This cell ended the process that it ran in (exit code 0), as os._exit does." ends="kernel"
import os

os._exit(0)
