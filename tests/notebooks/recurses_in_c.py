# %% [markdown]
# A recursion so deep that the stack ends before Python's own limit does.

# %% task="double" says="This cell made Python itself crash (segmentation fault)." ends="kernel"
import sys

sys.setrecursionlimit(2**30)


class Deep:
    def __repr__(self):
        return repr([self])


repr(Deep())
