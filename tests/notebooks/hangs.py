# %% [markdown]
# A loop whose counter never moves, in the task's own cell.

# %% task="double" says="This cell ran longer than the time limit and was stopped. Does every loop in your code end?"
attempt = 0
while attempt < 3:
    attempt + 1
