# %% [markdown]
# A bare `except` around a loop catches what is to end the loop.

# %% task="double" says="This cell went on after the time limit, or printed more than can be read." ends="kernel"
import time

while True:
    try:
        time.sleep(1)
    except:
        pass
