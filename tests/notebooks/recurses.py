# %% [markdown]
# A function that calls itself for ever.

# %% task="double" says="RecursionError: maximum recursion depth exceeded"
def double(x):
    return double(x)
