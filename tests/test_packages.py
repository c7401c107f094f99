"""The packages that learners may import: one list in pyproject.toml, which the lesson and the docs repeat."""

import re
import tomllib

import pytest
from conftest import REPOSITORY

DEPENDENCIES = {
    re.match(r"[\w-]+", one)[0].lower()
    for one in tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
}
DISTRIBUTIONS = {"pytorch": "torch"}  # what is not called by its own name
PLACES = ["course/08_final_exercise.py", "docs/teach/grading.md"]


def named(place: str) -> set[str]:
    """The packages of the sentence that begins with NumPy."""
    [sentence] = re.findall(
        r"^(?:# )?(NumPy, PyTorch,[^.]*)\.$", (REPOSITORY / place).read_text(encoding="utf-8"), re.M
    )
    return {DISTRIBUTIONS.get(name.lower(), name.lower()) for name in re.split(r", | and ", sentence)}


@pytest.mark.parametrize("place", PLACES)
def test_what_learners_are_told(place):
    """Each package that a learner is told of is a dependency, and each that they would look for is told."""
    assert named(place) <= DEPENDENCIES
    assert named(place) == named(PLACES[0]) >= {"pandas", "scikit-learn", "seaborn", "tqdm"}


def test_each_dependency_has_one_version():
    """CI installs one version of each."""
    lines = (REPOSITORY / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert {line.partition("==")[0].lower() for line in lines} >= DEPENDENCIES
