# %% [markdown]
# Pictures of 8 MB each.

# %% task="double"
import base64
import os

from IPython.display import Image, display

for _ in range(4):
    display({"image/png": base64.b64encode(os.urandom(6 * 2**20)).decode()}, raw=True)


def double(x):
    return 2 * x
