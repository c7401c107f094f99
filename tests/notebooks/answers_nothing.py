# %% [markdown]
# A reply without a word of what came of the cell.

# %% task="double" says="This cell sent messages that no kernel sends, and was stopped." ends="kernel"
from IPython import get_ipython

session = get_ipython().kernel.session
send = session.send


def sent(stream, kind, content=None, *more, **named):
    return send(stream, kind, {} if kind == "execute_reply" else content, *more, **named)


session.send = sent
