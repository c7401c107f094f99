# %% [markdown]
# It calls `abort`, as a failed assertion in C does.

# %% task="double" says="This cell made Python itself crash (segmentation fault)." ends="kernel"
import os

os.abort()
