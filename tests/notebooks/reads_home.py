# %% [markdown]
# Home is empty, and nobody else has one.

# %% task="double" says="FileNotFoundError: [Errno 2] No such file or directory: '/root/.ssh'. There is no .ssh in the folder root: is it in another folder, or not written yet?"
import os
from pathlib import Path

assert Path.home() == Path("/tmp/home")
assert not Path("/home").exists()
assert not os.access("/etc/shadow", os.F_OK)
assert not os.access("/etc/passwd", os.F_OK)
Path("/root/.ssh").stat()
