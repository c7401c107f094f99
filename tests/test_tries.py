"""Tries in the metadata of a notebook: what is read of it, and what writing them changes."""

import pytest

from kindling import tries

pytestmark = pytest.mark.learner


@pytest.mark.parametrize(
    "metadata",
    [None, [], {}, {"kindling": 1}, {"kindling": {"tries": 1}}, {"kindling": {"tries": {"a": "1", "b": True, "c": 0}}}],
)
def test_what_has_another_form_is_passed_over(metadata: object):
    assert tries.in_metadata(metadata) == {}


def test_what_is_written_is_what_is_read_and_nothing_else_changes():
    metadata = {"kernelspec": {"name": "python3"}, "kindling": {"other": 1}}
    assert tries.put_into(metadata, {"softmax": 3})
    assert tries.in_metadata(metadata) == {"softmax": 3}
    assert not tries.put_into(metadata, {"softmax": 3})
    assert tries.put_into(metadata, {})
    assert metadata == {"kernelspec": {"name": "python3"}, "kindling": {"other": 1}}


def test_without_tries_a_notebook_stays_as_it_is():
    metadata: dict = {}
    assert not tries.put_into(metadata, {})
    assert metadata == {}
