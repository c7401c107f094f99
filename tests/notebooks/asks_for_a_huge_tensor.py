# %% [markdown]
# More memory than there is, asked for at once. Python says so itself.

# %% task="double" says="RuntimeError: …"
import torch

torch.zeros(2**50)
