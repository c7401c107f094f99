# %% [markdown]
# No variable of the grader's is there, its own included.

# %% task="double"
import os
from pathlib import Path

assert "KINDLING_TEST_SECRET" not in os.environ
for process in Path("/proc").glob("[0-9]*/environ"):
    try:
        assert b"KINDLING_TEST_SECRET" not in process.read_bytes()
    except OSError:
        pass


def double(x):
    return 2 * x
