"""Sealed checks: what was expected never enters the process that runs a learner's code."""
