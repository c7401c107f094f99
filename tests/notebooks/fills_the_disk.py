# %% [markdown]
# As many files as there is room for.

# %% task="double" says="OSError: [Errno 28] No space left on device"
from pathlib import Path

for number in range(1000):
    Path(f"{number}.bin").write_bytes(bytes(2**20))
