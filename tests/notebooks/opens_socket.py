# %% [markdown]
# There is no network.

# %% task="double" says="OSError: [Errno 101] Network is unreachable"
import socket

socket.create_connection(("192.0.2.1", 80), timeout=1)
