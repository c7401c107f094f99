# %% [markdown]
# A message that is longer than all that a grader keeps.

# %% task="double" ends="kernel" says="This cell went on after the time limit, or printed more than can be read."
from IPython import get_ipython

kernel = get_ipython().kernel
message = kernel.session.msg("display_data", content={"data": {}, "metadata": {}}, parent=kernel.get_parent())
kernel.session.send(kernel.iopub_socket, message, buffers=[bytes(80 * 2**20)])


def double(x):
    return 2 * x
