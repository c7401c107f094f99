# %% [markdown]
# A fork bomb.

# %% task="double" says="This cell started more than the 16 processes that a submission may have at once." ends="kernel"
import os

while True:
    os.fork()
