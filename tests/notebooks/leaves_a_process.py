# %% [markdown]
# A process that outlives its notebook, if it may.

# %% task="double"
import subprocess

subprocess.Popen(["sleep", "31415"], start_new_session=True)


def double(x):
    return 2 * x
