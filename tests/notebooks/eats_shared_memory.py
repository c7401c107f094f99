# %% [markdown]
# Memory that is shared with children counts too.

# %% task="double" says="This cell used more than the 300 MB of memory that a submission may use." ends="kernel"
import mmap

hoard = []
while True:
    part = mmap.mmap(-1, 2**22)
    part.write(bytes([1]) * 2**22)
    hoard.append(part)
