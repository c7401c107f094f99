# %% [markdown]
# Each of the children stays below the limit, all of them do not.

# %% task="double" says="This cell used more than the 300 MB of memory that a submission may use." ends="kernel"
import multiprocessing
import time


def hoard():
    hoard = bytearray(100 * 2**20)
    time.sleep(1000)


for _ in range(8):
    multiprocessing.get_context("fork").Process(target=hoard).start()
time.sleep(1000)
