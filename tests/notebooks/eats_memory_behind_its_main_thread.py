# %% [markdown]
# The main thread ends, another one goes on and takes memory.

# %% task="double" says="This cell used more than the 300 MB of memory that a submission may use." ends="kernel"
import ctypes
import os
import threading
import time


def hoard():
    time.sleep(0.2)
    parts = []
    while True:
        parts.append(bytearray(2**22))


threading.Thread(target=hoard).start()
ctypes.CDLL(None).syscall({"x86_64": 60, "aarch64": 93}[os.uname().machine], 0)
