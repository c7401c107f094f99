# %% [markdown]
# Messages that no kernel sends.

# %% task="double"
from IPython import get_ipython

kernel = get_ipython().kernel
nonsense = [
    {},
    {"text": 1},
    {"name": "stdout"},
    {"data": []},
    {"execution_state": 3},
    {"transient": {"display_id": []}},
]
nonsense += [{"data": {"text/plain": 5}, "metadata": {}, "execution_count": []}]
for content in nonsense:
    for kind in ("stream", "status", "display_data", "error", "execute_result", "clear_output", "comm_open"):
        message = kernel.session.msg(kind, content=content, parent=kernel.get_parent())
        kernel.session.send(kernel.iopub_socket, message)


def double(x):
    return 2 * x
