# %% [markdown]
# Every task solved.

# %% task="double"
def double(x):
    return 2 * x
