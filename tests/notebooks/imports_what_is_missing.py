# %% [markdown]
# A package that grading lacks is imported, and one answer needs it.

# %% task="FIRST"
import kindling_lacks as lacks

FIRST = 1


# %% task="double" says="NameError: name 'lacks' is not defined, since the cell that defines it could not import \"kindling_lacks\""
def double(x):
    return lacks.twice(x)
