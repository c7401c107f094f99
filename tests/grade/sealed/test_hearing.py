"""What a kernel sends, and when: each claim is answered, and a late one is no claim of the next check."""

import asyncio
import contextlib
import json
from types import SimpleNamespace

import pytest

from kindling.grade import execute
from kindling.grade.sealed.judge import OTHER, Judge
from kindling.grade.warm.protocol import GO_ON


class Channel:
    """The channel for claims, which has these frames."""

    def __init__(self, *frames):
        self.frames, self.answers, self.socket = [one if type(one) is list else [one] for one in frames], [], self

    async def msg_ready(self):
        return bool(self.frames)

    async def recv_multipart(self):
        if not self.frames:
            raise asyncio.CancelledError
        return self.frames.pop(0)

    async def send_string(self, answer):
        self.answers.append(answer)


RECORD = {"site": 0, "kind": "equal", "actual": True, "given": {}}
REFERENCE = [{**RECORD, "given": {"expected": True, "label": {"is": "str", "value": "f(1)"}}, "open": []}]


def hearing(*frames):
    step = execute.Execute()
    step.kc = SimpleNamespace(stdin_channel=Channel(*frames))
    return step, step.kc.stdin_channel


def heard(*frames):
    (step, channel), judge = hearing(*frames), Judge(REFERENCE)
    with contextlib.suppress(asyncio.CancelledError):
        asyncio.run(step._hear_claims(judge))
    return channel.answers, judge.failure(failed=False)


def test_a_right_claim_goes_on():
    assert heard(json.dumps(RECORD).encode()) == ([GO_ON], None)


def test_what_a_claim_asks_for_is_the_answer():
    given = {"images": {"is": "tensor"}}
    step, channel = hearing(json.dumps({"site": 0, "kind": "classifies", "asks": "images"}).encode())
    with contextlib.suppress(asyncio.CancelledError):
        asyncio.run(step._hear_claims(Judge([{"site": 0, "kind": "classifies", "given": given}])))
    assert channel.answers == ['{"is": "tensor"}']


@pytest.mark.parametrize(
    "frame",
    [b"5", b"", b"\xff", b"[" * 100_000, b"1" * 5000, b"NaN", b"{}", b'{"site": []}', b"[]", b"[[]]", [b"{}", b""]],
    ids=range(11),
)
def test_whatever_comes_is_answered(frame):
    answers, failure = heard(frame, json.dumps(RECORD).encode())
    assert answers == ["stop", "stop"]
    assert failure[1] == OTHER


def test_a_claim_longer_than_any_value_is_not_read(monkeypatch):
    monkeypatch.setattr(execute, "CLAIM", 10)
    assert heard(json.dumps(RECORD).encode())[1][1] == OTHER


def test_what_came_late_is_forgotten():
    step, channel = hearing(json.dumps(RECORD).encode(), b"\xff", [])
    asyncio.run(step._forget_claims())
    assert (channel.frames, channel.answers) == ([], [])
