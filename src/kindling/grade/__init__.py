"""Grading with nbgrader: what its own configuration can't do."""
