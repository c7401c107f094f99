"""Tests for kindling.wording."""

import pytest

from kindling import wording


@pytest.mark.parametrize(("value", "shown"), [(0, "0"), (2.0, "2"), (0.5, "0.5"), (2 / 3, "0.67"), (12.004, "12")])
def test_numbers_are_short(value, shown):
    assert wording.number(value) == shown


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 points"), (1, "1 point"), (1.001, "1 point"), (0.5, "0.5 points"), (12, "12 points")]
)
def test_one_and_many(count, said):
    assert wording.many(count, "point") == said


@pytest.mark.parametrize(
    ("names", "said"),
    [(["ada"], "ada"), (["ada", "ben\n"], "ada and ben"), (list("abcdefg"), "a, b, c, d, e and 2 more")],
)
def test_names_are_listed(names, said):
    assert wording.listed(names) == said


def test_commands_to_a_terminal_are_taken_out():
    """Whole, so that nothing of them is left to read."""
    assert wording.without_colours("\x1b[1;31mToo\x1b[0m slow\x1b[2K") == "Too slow"


def test_a_text_of_many_lines():
    assert wording.one_line("It is\x1b[31m named\r\n\x07 'a\u202eb'.") == "It is named 'a b'."


def test_a_text_without_end():
    shown = wording.one_line("x" * 10_000)
    assert len(shown) == wording.LONGEST
    assert shown.endswith("x…")
