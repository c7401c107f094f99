# %% [markdown]
# It prints for ever.

# %% task="double" says="This cell ran longer than the time limit and was stopped. Does every loop in your code end?"
while True:
    print("again " * 100)
