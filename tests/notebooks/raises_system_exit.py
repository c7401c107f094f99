# %% [markdown]
# `sys.exit` ends a program; in a notebook it is an error like any other.

# %% task="double" says="SystemExit: enough"
import sys

sys.exit("enough")
