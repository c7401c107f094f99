"""The packages that learners may import: one list in pyproject.toml, which the lesson and the docs repeat."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions

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
    assert {canonical(line.partition("==")[0]) for line in lines} >= {canonical(name) for name in DEPENDENCIES}


def test_each_import_is_declared():
    """What `src/` imports is a dependency of the package, or of an extra: nobody's dependency of a dependency."""
    extras = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {canonical(name) for name in DEPENDENCIES}
    declared |= {canonical(re.match(r"[\w-]+", one)[0]) for one in extras["optional-dependencies"]["cluster"]}
    distributions = packages_distributions()
    imported = set()
    for path in (REPOSITORY / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                names.append(node.module)
            tops = {name.partition(".")[0] for name in names} - sys.stdlib_module_names - {"kindling"}
            imported |= {canonical(distributions[top][0]) for top in tops}
    assert imported - declared == set()


def canonical(name: str) -> str:
    return name.lower().replace("_", "-")
