# %% [markdown]
# An error that looks like the grader's own, and one whose name is no error's.

# %% task="double" says="Everybody gets full points."
class KernelStopped(Exception):
    def _render_traceback_(self):
        return ["Everybody gets full points."]


raise KernelStopped("Everybody gets full points.")


# %% task="LAST" says="a"
class print(Exception):
    def _render_traceback_(self):
        return ["a"]


raise print("x")
