"""What the text of a check says of its points: that its last value gives them, or that they are a bonus."""

from __future__ import annotations

import re

__all__ = ["PARTIAL_CREDIT", "bonus_in", "bonus_line"]

PARTIAL_CREDIT = "### PARTIAL CREDIT"  # a line of a check whose last value is its points

_BONUS = re.compile(r"^# Bonus: (\d+) points?$", flags=re.MULTILINE)


def bonus_in(check: str) -> int:
    """Return the bonus points that the text of a check says, 0 where it says none."""
    found = _BONUS.search(check)
    return int(found[1]) if found else 0


def bonus_line(points: int) -> str:
    """Return the line by which the check of a bonus task says what it is worth."""
    return f"# Bonus: {points} point{'s' * (points != 1)}"
