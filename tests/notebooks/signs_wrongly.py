# %% [markdown]
# A message with a signature that is none.

# %% task="double" says="This cell sent messages that no kernel sends, and was stopped." ends="kernel"
from IPython import get_ipython

kernel = get_ipython().kernel
parts = kernel.session.serialize(kernel.session.msg("stream", content={}, parent=kernel.get_parent()))
kernel.iopub_socket.send_multipart([b"stream", parts[0], b"0" * 64, *parts[2:]])


def double(x):
    return 2 * x
