# %% [markdown]
# It knows where the gradebook lies, and finds nothing there.

# %% task="double" says="FileNotFoundError: [Errno 2] No such file or directory: '/the/course/gradebook.db'. There is no folder …"
from pathlib import Path

assert not Path("/the/course").exists()
open("/the/course/gradebook.db")
