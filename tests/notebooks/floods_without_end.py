# %% [markdown]
# It prints for ever.

# %% task="double" says="This cell ran longer than the time limit and was stopped. Does every loop in your code end?"
import time

while True:
    print("again " * 100)
    time.sleep(0.001)  # faster than anybody reads, but not so fast that the memory's limit is met first
