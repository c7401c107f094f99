# %% [markdown]
# A call of the debugger was left in a function, which the check calls.

# %% task="double" says="This cell stops in a debugger (set_trace() or the like), and nobody is there to answer while it is graded. Remove the call."
import pdb


def double(x):
    pdb.set_trace()
    return 2 * x
