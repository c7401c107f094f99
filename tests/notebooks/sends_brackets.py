# %% [markdown]
# A message of brackets without end.

# %% task="double" says="This cell sent messages that no kernel sends, and was stopped." ends="kernel"
from IPython import get_ipython

session = get_ipython().kernel.session
parts = session.serialize(session.msg("stream", content={}, parent=get_ipython().kernel.get_parent()))[2:5]
parts.append(b"[" * 200_000 + b"]" * 200_000)
get_ipython().kernel.iopub_socket.send_multipart([b"stream", b"<IDS|MSG>", session.sign(parts), *parts])


def double(x):
    return 2 * x
