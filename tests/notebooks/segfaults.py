# %% [markdown]
# It reads where no memory is.

# %% task="double" says="This cell made Python itself crash (segmentation fault)." ends="kernel"
import ctypes

ctypes.string_at(0)
