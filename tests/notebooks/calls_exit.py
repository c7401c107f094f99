# %% [markdown]
# `exit()` ends a kernel, if only after the cell.

# %% task="double" says="This cell ended its own kernel with exit() or quit()." ends="kernel"
exit()
