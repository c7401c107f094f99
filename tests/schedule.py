"""In which order tests run, and which of them share a worker of `pytest -n`.

pytest-xdist has `--dist loadgroup` for that, which does nothing with pytest 9.2: each test then runs wherever there is
room, and what a file's tests share is made by every worker.
"""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# What takes longest, longest first. Whatever else there is fills the gaps that these leave at the end.
LONGEST = (
    "test_every_lesson.py",
    "test_execute.py",
    "test_kernel.py",
    "test_attacks.py",
    "test_behaviour.py",
    "test_browser.py",
    "test_term.py",
    "test_demo.py",
    "test_first_week.py",
    "test_coordinator.py",
    "test_release.py",
    "test_agreement.py",
    "test_pool.py",
    "test_pages.py",
    "test_nbgrader_config.py",
    "test_honest_namespaces.py",
)
ONE_BY_ONE = ("test_honest_namespaces.py",)  # which share nothing
# Files that share a warm process, of grading and of scripts, which takes seconds to come up.
TOGETHER = (
    (
        "test_execute.py",
        "test_kernel.py",
        "test_client.py",
        "test_gradebook.py",
        "test_released.py",
        "test_run.py",
        "test_sandbox.py",
        "test_shown.py",
    ),
    ("test_every_lesson.py", "test_desk.py", "test_answers.py", "test_bare.py"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.name, len(LONGEST)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> "ByFile":
    """With `-n`, take tests in their order; by itself pytest-xdist begins with the files of most tests."""
    config.option.loadscopereorder = False
    return ByFile(config, log)


class ByFile(LoadScopeScheduling):
    """Keeps the tests of a file, or of several, on one worker, where what they share is made once."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::")[0]
        if file.endswith(ONE_BY_ONE):
            return nodeid
        return next((str(files) for files in TOGETHER if file.endswith(files)), file)
