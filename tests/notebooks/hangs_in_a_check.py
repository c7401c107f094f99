# %% [markdown]
# A loop that ends in no call of the check.

# %% task="double" says="This cell ran longer than the time limit and was stopped. Does every loop in your code end?"
import time


def double(x):
    while True:
        time.sleep(0.01)
