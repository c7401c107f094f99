# %% [markdown]
# As many threads as it gets. There is a limit, and Python says so itself.

# %% task="double" says="RuntimeError: can't start new thread"
import threading
import time

while True:
    threading.Thread(target=time.sleep, args=[1000], daemon=True).start()
