"""What a kernel sends, and when: each claim is answered, and a late one is no claim of the next check."""

import asyncio
import json
import socket

import pytest

from kindling.framing import framed, receive
from kindling.grade import execute
from kindling.grade.sealed.judge import OTHER, Judge
from kindling.grade.warm.protocol import GO_ON, STOP, forget

pytestmark = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="claims go over a Unix socket")

RECORD = {"site": 0, "kind": "equal", "actual": True, "given": {}}
REFERENCE = [{**RECORD, "given": {"expected": True, "label": {"is": "str", "value": "f(1)"}}, "open": []}]
CLAIM = json.dumps(RECORD).encode()


def heard(*claims: bytes, reference: list | None = None) -> tuple[list[str], Judge]:
    """The answers to claims, and their judge."""
    judge = Judge(reference or REFERENCE)
    kernels, ours = socket.socketpair()

    async def check() -> list[str]:
        hearing = asyncio.create_task(execute._hear_claims(judge, ours))
        await asyncio.to_thread(kernels.sendall, b"".join(map(framed, claims)))
        answers = [(await asyncio.to_thread(receive, kernels)).decode() for _ in claims]
        hearing.cancel()
        await asyncio.wait([hearing])
        return answers

    with kernels, ours:
        return asyncio.run(check()), judge


def test_a_right_claim_goes_on():
    answers, judge = heard(CLAIM)
    assert (answers, judge.failure(failed=False)) == ([GO_ON], None)


def test_what_a_claim_asks_for_is_the_answer():
    images = {"is": "tensor", "data": "A" * 1_000_000}
    reference = [{"site": 0, "kind": "classifies", "given": {"images": images}}]
    answers, _ = heard(json.dumps({"site": 0, "kind": "classifies", "asks": "images"}).encode(), reference=reference)
    assert answers == [json.dumps(images)]


@pytest.mark.parametrize(
    "claim",
    [b"5", b"", b"\xff", b"[" * 100_000, b"1" * 5000, b"NaN", b"{}", b'{"site": []}', b"[]", b"[[]]"],
    ids=range(10),
)
def test_whatever_comes_is_answered(claim):
    answers, judge = heard(claim, CLAIM)
    assert answers == [STOP, STOP]
    assert judge.failure(failed=False)[1] == OTHER


def test_a_claim_longer_than_any_value_is_not_kept(monkeypatch):
    monkeypatch.setattr(execute, "CLAIM", 2_000_000)
    answers, judge = heard(CLAIM + b" " * 3_000_000, CLAIM)
    assert answers == [STOP, STOP]
    assert judge.failure(failed=False)[1] == OTHER


@pytest.mark.parametrize("late", [b"", framed(CLAIM), framed(CLAIM) * 3000, framed(CLAIM)[:9], b"\xff"])
def test_what_came_late_is_forgotten(late):
    kernels, ours = socket.socketpair()
    with kernels, ours:
        ours.settimeout(60)  # as the grader has set it
        kernels.setblocking(False)
        kernels.send(late)
        forget(ours)
        kernels.send(b"now")
        assert ours.recv(10) == b"now"


def test_a_kernel_that_ends_is_heard_no_more():
    kernels, ours = socket.socketpair()
    judge = Judge(REFERENCE)

    async def check() -> None:
        hearing = asyncio.create_task(execute._hear_claims(judge, ours))
        kernels.sendall(framed(CLAIM)[:-1])
        kernels.close()
        await asyncio.wait_for(hearing, 10)

    with ours:
        asyncio.run(check())
    assert judge.failure(failed=False) is not None
