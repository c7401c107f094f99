# %% [markdown]
# Twenty thousand lines. They cost nothing; a part of them is kept.

# %% task="double"
for line in range(20_000):
    print("a line of output, number", line)


def double(x):
    return 2 * x
