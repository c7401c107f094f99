# %% [markdown]
# As it was released.

# %% task="double" says="Not yet: `double` still needs your code."
def double(x):
    raise check.NotWritten("double")
