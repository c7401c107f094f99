"""A PyTorch course whose exercises grade themselves.

Submodules are imported where they are used: `from kindling import check` must not cost a learner the time of the rest.
"""
