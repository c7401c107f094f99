# %% [markdown]
# A list that grows for ever.

# %% task="double" says="This cell used more than the 300 MB of memory that a submission may use." ends="kernel"
hoard = []
while True:
    hoard.append(bytearray(2**22))
