"""How much of `kindling` the tests run: `make test` counts the lines in each process of pytest.

Kernels and graders are processes of their own, whose lines are not counted.
"""

import os

import coverage
import pytest

measured = coverage.Coverage(data_suffix=True)
measured.start()  # before any test imports what is measured
os.register_at_fork(after_in_child=measured.stop)  # a fork ends without a word of what it has run


def pytest_unconfigure(config: pytest.Config) -> None:
    """Keep what this process has run; the one that has the workers sums up, and prints the table."""
    measured.stop()
    measured.save()
    if not hasattr(config, "workerinput"):
        whole = coverage.Coverage()
        whole.combine()
        whole.save()
        print()
        whole.report()
