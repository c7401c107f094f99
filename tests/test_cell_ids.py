"""Tests for kindling.cell_ids."""

import pytest

from kindling import cell_ids


def test_the_graded_cell_of_a_task():
    assert cell_ids.check_of("softmax") == "softmax_check"


@pytest.mark.parametrize("cell_id", ["softmax", "softmax_check"])
def test_both_cells_of_a_task_lead_to_it(cell_id):
    assert cell_ids.task_of(cell_id) == "softmax"


def test_a_name_with_the_word_inside_stays_whole():
    """Only the end counts: `a_check_list` is a task's name like any other."""
    assert cell_ids.task_of("a_check_list") == cell_ids.task_of(cell_ids.check_of("a_check_list")) == "a_check_list"
