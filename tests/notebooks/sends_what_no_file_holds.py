# %% [markdown]
# Messages with numbers that are none, half characters, and long values in places that hold none.

# %% task="double"
from IPython import get_ipython

kernel = get_ipython().kernel


def send(kind, content):
    message = kernel.session.msg(kind, content=content, parent=kernel.get_parent())
    parts = kernel.session.serialize(message)[2:5]
    parts.append(content if isinstance(content, bytes) else kernel.session.pack(content))
    kernel.iopub_socket.send_multipart([b"x", b"<IDS|MSG>", kernel.session.sign(parts), *parts])


send("execute_input", b'{"execution_count": NaN}')
send("execute_input", {"code": "", "execution_count": "a" * 4_000_000})
send("stream", b'{"name": "stdout", "text": "\\ud800"}')
send("stream", {"name": "a" * 4_000_000, "text": ""})
send("stream", {"name": "stderr", "text": ["a", "b"]})


def double(x):
    return 2 * x
