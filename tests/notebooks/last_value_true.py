# %% [markdown]
# The last value of a cell is no score.

# %% task="double" says="ValueError: 2"
def double(x):
    raise ValueError(x)


True
