"""One submission in, one executed notebook out: a pure function of its input, which any machine can compute.

Nothing in here knows the gradebook, the solutions, or another submission.
"""

from __future__ import annotations

import importlib
import time
from typing import TYPE_CHECKING, Any

from traitlets.config import Config

from kindling.grade.execute import Execute
from kindling.grade.job import Job, Result, unpack

if TYPE_CHECKING:
    from nbconvert.preprocessors import Preprocessor

__all__ = ["PRELOAD", "grade", "step_class"]

# What each worker needs, with torch, which takes longest: imported once for all workers of a machine.
PRELOAD = (__name__, "kindling.grade.sealed.judge")


def grade(job: bytes) -> bytes:
    """Return the bytes of the Result of a Job, which come and go as bytes."""
    began = time.monotonic()
    given = Job.from_bytes(job)
    notebook, stops, claims = given.notebook, list[str](), dict[str, Any]()
    resources: dict[str, Any] = {"nbgrader": {"assignment": given.lesson}, "metadata": {}}
    config = Config(given.config)
    for name in given.steps:
        step = step_class(name)(config=config)
        if isinstance(step, Execute):
            step.files = given.files
            step.private = given.private
            step.sealed = unpack(given.sealed)
        if step.enabled:
            notebook, resources = step.preprocess(notebook, resources)
        if isinstance(step, Execute):
            stops += step.stops
            claims |= step.claims
    return Result(notebook, stops, time.monotonic() - began, claims).to_bytes()


def step_class(name: str) -> type[Preprocessor]:
    """Return the preprocessor of this name, like "nbgrader.preprocessors.LimitOutput"."""
    module, _, name = name.rpartition(".")
    found: type[Preprocessor] = getattr(importlib.import_module(module), name)
    return found
