"""Lesson 08: a learner's scripts, run as a person would run them, and what the lesson's checks ask of them."""

from kindling.scripts.desk import Desk, Run, folder
from kindling.scripts.exercise import (
    bonus_bar,
    briefly_trained,
    means_of_batches,
    nearest_name,
    output_kind,
    shapes_named_in,
    trained,
    write_bars,
)
from kindling.scripts.images import BARS, bars, marked, new_digits, write_data
from kindling.scripts.picture import Curve

__all__ = [
    "BARS",
    "Curve",
    "Desk",
    "Run",
    "bars",
    "bonus_bar",
    "briefly_trained",
    "folder",
    "marked",
    "means_of_batches",
    "nearest_name",
    "new_digits",
    "output_kind",
    "shapes_named_in",
    "trained",
    "write_bars",
    "write_data",
]
