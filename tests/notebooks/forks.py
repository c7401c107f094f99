# %% [markdown]
# Twice as many processes ten times a second.

# %% task="double" says="This cell started more than the 16 processes that a submission may have at once." ends="kernel"
import os
import time

while True:
    os.fork()
    time.sleep(0.1)
