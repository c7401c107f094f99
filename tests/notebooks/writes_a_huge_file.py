# %% [markdown]
# One file, larger than one may be.

# %% task="double" says="OSError: [Errno 27] File too large"
with open("large.bin", "wb") as file:
    file.truncate(2**40)
