# %% [markdown]
# A function that calls itself for ever.

# %% task="double" says="RecursionError: maximum recursion depth exceeded. double calls itself, without an end. Which call was meant?"
def double(x):
    return double(x)
