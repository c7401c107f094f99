# %% [markdown]
# A warning, a progress bar and a log cost nothing.

# %% task="double"
import logging
import sys
import warnings


def double(x):
    warnings.warn("slow")
    logging.warning("slow")
    print("100%", file=sys.stderr)
    return 2 * x
