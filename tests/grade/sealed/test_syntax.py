"""What the syntax of claims says of them is what kindling.check takes."""

import ast
import inspect

import pytest

from kindling import check
from kindling.grade.sealed import syntax


@pytest.mark.parametrize("kind", syntax.CLAIMS)
def test_arguments_are_those_of_the_claim(kind):
    names = [name for name in inspect.signature(getattr(check, kind)).parameters if name in syntax.CLAIMS[kind]]
    assert names == list(syntax.CLAIMS[kind])


def test_every_claim_is_known():
    functions = {name: function for name in check.__all__ if inspect.isfunction(function := getattr(check, name))}
    claims = {name for name, function in functions.items() if "label" in inspect.signature(function).parameters}
    assert claims - {"within"} == syntax.CLAIMS.keys()  # which stops what runs in it, and says nothing of a value


def test_claims_are_numbered_as_they_stand():
    tree = ast.parse('check.equal(f(1), 1, "f(1)")\nfor x in y:\n    check.close(f(x), 2, label="f(x)", rtol=1)')
    claims = syntax.number(tree)
    assert [syntax.kind_of(claim) for claim in claims.values()] == ["equal", "close"]
    assert {name: ast.unparse(value) for name, value in syntax.arguments(claims[1]).items()} == {
        "actual": "f(x)", "expected": "2", "label": "'f(x)'", "rtol": "1",
    }  # fmt: skip
    assert syntax.observed(claims[1]) == ["actual"]
