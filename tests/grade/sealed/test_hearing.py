"""What a kernel sends, and when: each claim is answered, and a late one is no claim of the next check."""

import asyncio
import contextlib
import json

import pytest

from kindling.grade import execute
from kindling.grade.sealed.judge import OTHER, Judge
from kindling.grade.warm.protocol import GO_ON


class Client:
    """A kernel's client that has these messages."""

    def __init__(self, *prompts):
        self.prompts, self.answers, self.stdin_channel = list(prompts), [], self

    async def msg_ready(self):
        return bool(self.prompts)

    async def get_stdin_msg(self, timeout):
        if not self.prompts:
            raise asyncio.CancelledError
        prompt = self.prompts.pop(0)
        if isinstance(prompt, Exception):
            raise prompt
        return {"content": {"prompt": prompt}}

    def input(self, answer):
        self.answers.append(answer)


RECORD = {"site": 0, "kind": "equal", "actual": True, "given": {}}
REFERENCE = [{**RECORD, "given": {"expected": True, "label": {"is": "str", "value": "f(1)"}}, "open": []}]


def heard(*prompts):
    step, judge = execute.Execute(), Judge(REFERENCE)
    step.kc = Client(*prompts)
    with contextlib.suppress(asyncio.CancelledError):
        asyncio.run(step._hear_claims(judge))
    return step.kc.answers, judge.failure(failed=False)


def test_a_right_claim_goes_on():
    assert heard(json.dumps(RECORD)) == ([GO_ON], None)


def test_what_a_claim_asks_for_is_the_answer():
    step, given = execute.Execute(), {"images": {"is": "tensor"}}
    step.kc = Client(json.dumps({"site": 0, "kind": "classifies", "asks": "images"}))
    with contextlib.suppress(asyncio.CancelledError):
        asyncio.run(step._hear_claims(Judge([{"site": 0, "kind": "classifies", "given": given}])))
    assert step.kc.answers == ['{"is": "tensor"}']


@pytest.mark.parametrize(
    "prompt",
    [5, None, "", "[" * 100_000, "1" * 5000, ValueError("no message"), "NaN", "{}", '{"site": []}', "[]", "[[]]"],
    ids=range(11),
)
def test_whatever_comes_is_answered(prompt):
    answers, failure = heard(prompt, json.dumps(RECORD))
    assert answers == ["stop", "stop"]
    assert failure[1] == OTHER


def test_a_claim_longer_than_any_value_is_not_read(monkeypatch):
    monkeypatch.setattr(execute, "PROMPT", 10)
    assert heard(json.dumps(RECORD))[1][1] == OTHER


def test_what_came_late_is_forgotten():
    step = execute.Execute()
    step.kc = Client(json.dumps(RECORD), ValueError("no message"), 5)
    asyncio.run(step._forget_claims())
    assert (step.kc.prompts, step.kc.answers) == ([], [])
