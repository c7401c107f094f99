"""kindling.grade.outputs: what is kept of made-up messages, without a kernel."""

import math

import pytest

from kindling.grade.outputs import PICTURES, CellOutputs


def stream(text, name="stdout"):
    return {"msg_type": "stream", "content": {"name": name, "text": text}}


def display(text, name=None):
    content = {"data": {"text/plain": text}, "metadata": {}, "transient": {"display_id": name} if name else {}}
    return {"msg_type": "display_data", "content": content}


def kept(outputs, message, displays=None):
    message = outputs.keep(message, displays or {})
    return message and message["content"]


def test_text_ends_where_the_room_does():
    outputs = CellOutputs(10)
    assert kept(outputs, stream("12345678")) == {"name": "stdout", "text": "12345678"}
    assert kept(outputs, stream("90abc", "stderr")) == {"name": "stderr", "text": "90"}
    assert kept(outputs, stream("more")) is None


def test_pictures_have_more_room():
    outputs = CellOutputs(100)
    large = "x" * (30 * 100)
    assert kept(outputs, display(large))
    assert kept(outputs, display(large))
    assert kept(outputs, display(large)) is None
    assert PICTURES < 3 * 30


def test_an_output_that_stands_in_many_places_counts_as_often():
    outputs = CellOutputs(100)
    places = {"one": {0: [0, 1, 2], 1: [0]}}
    assert kept(outputs, display("x" * 1000, "one"), places)
    assert kept(outputs, display("x" * 1000, "one"), places) is None


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"msg_type": "stream"},
        stream(7),
        stream(["x"]),
        stream("x", "stdlog"),
        {"msg_type": "stream", "content": {"name": "stdout"}},
        {"msg_type": "execute_result", "content": {"execution_count": "7", "data": {}}},
        {"msg_type": "display_data", "content": {"data": {"text/plain": math.nan}}},
        {"msg_type": "display_data", "content": {"data": {"text/plain": "\ud800"}}},
        {"msg_type": "display_data", "content": {"data": {"text/plain": b"x"}}},
        {"msg_type": "display_data", "content": {"transient": 7}},
        {"msg_type": "display_data", "content": None},
    ],
)
def test_what_no_kernel_says_is_left_out(message):
    assert CellOutputs(1000).keep(message, {}) is None


def test_what_is_no_output_stays():
    """A status tells when a cell has ended, however much it has shown."""
    outputs = CellOutputs(1)
    outputs.keep(stream("xx"), {})
    assert outputs.keep(display("x" * 1000), {}) is None
    status = {"msg_type": "status", "content": {"execution_state": "idle"}}
    assert outputs.keep(status, {}) is status
