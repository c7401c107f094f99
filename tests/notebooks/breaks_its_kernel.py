# %% [markdown]
# Jupyter's own parts are replaced, and its kernel can run no further cell.

# %% task="double" says="The kernel could not run this cell to its end: a cell has replaced what it works with (TypeError: None is not a callable object)."
get_ipython().run_cell_async = None

# %% task="LAST" says="The kernel could not run this cell to its end: a cell has replaced what it works with (TypeError: None is not a callable object)."
LAST = 3
