# %% [markdown]
# As many empty files as there can be.

# %% task="double" says="OSError: [Errno 28] No space left on device: …"
from pathlib import Path

for number in range(1_000_000):
    Path(f"{number}").touch()
