"""What the text of a check says of its points."""

import pytest

from kindling.credit import bonus_in, bonus_line


@pytest.mark.parametrize("points", [1, 2, 12])
def test_what_the_build_writes_is_what_grading_reads(points):
    """The line of a bonus is found again, wherever it stands in the text of a check."""
    assert bonus_in(f"%%check softmax\n{bonus_line(points)}\ncheck.shape(x, (2, 3), 'x')") == points


@pytest.mark.parametrize("text", ["", "check.equal(1, 1, 'one')", "x = 1  # Bonus: 3 points", "# Bonus: three points"])
def test_no_bonus_is_found_where_no_line_says_so(text):
    """Only a whole line counts."""
    assert bonus_in(text) == 0


def test_one_point_is_singular():
    """The line is shown to learners."""
    assert bonus_line(1) == "# Bonus: 1 point"
