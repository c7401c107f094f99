# %% [markdown]
# A hundred outputs of one name, and then a large one in the place of each.

# %% task="double"
from IPython.display import HTML, display, update_display

for number in range(100):
    display(HTML("a"), display_id="one")
update_display(HTML("x" * 10**6), display_id="one")


def double(x):
    return 2 * x
