"""How often a check ran until it passed: counted with the learner's consent alone."""

import json
import os
from pathlib import Path

import pytest
import small_course
from jupyter_client.manager import start_new_kernel
from jupyter_server.services.contents.largefilemanager import LargeFileManager
from small_course import change, kindling, passed

from kindling.learn import tries, workspace

pytestmark = pytest.mark.learner

ON = (
    "From now on, each notebook notes how often you ran a check in JupyterLab until it passed.\n"
    "You see it in `kindling progress 01`. Whoever gets the notebook sees it too, and the report on your class its "
    "median.\n"
    "Start JupyterLab anew: kindling open. To end it and delete the numbers: kindling tries off\n"
)
OFF = "How often you run a check is not noted, and your notebooks say nothing of it.\n"
WRONG, RIGHT = "def double(x):\n    return x", "def double(x):\n    return 2 * x"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return small_course.make(tmp_path)


def kept(root: Path) -> object:
    """Return what the notebook's metadata holds of it."""
    return json.loads(small_course.path(root).read_text(encoding="utf-8"))["metadata"].get("kindling")


def save(root: Path) -> None:
    """Save the notebook as JupyterLab does, from a copy of its own that knows nothing of tries."""
    server = LargeFileManager(root_dir=str(root / "lab"))
    server.register_pre_save_hook(tries.on_save)
    model = server.get("01_numbers/01_numbers.ipynb")
    model["content"]["metadata"].pop("kindling", None)
    server.save(model, "01_numbers/01_numbers.ipynb")


def test_the_consent_is_asked_for_in_words_and_off_by_itself(root: Path):
    assert kindling(root, "tries").stdout == OFF
    assert kindling(root, "tries", "on").stdout == ON
    assert kindling(root / "lab", "tries").stdout == ON
    assert kindling(root, "tries", "off").stdout == OFF
    assert not (root / "lab/.tries").exists()


def test_a_kernel_counts_until_a_check_passes_and_a_save_writes_it_down(root: Path):
    """A stub is no try, and neither is what is run after it has passed."""
    tries.switch(root, True)
    (root / "own.py").write_text("mine = 1")
    environment = {**os.environ, "PYTHONSTARTUP": str(tries.STARTUP), tries.THEIRS: str(root / "own.py")}
    cells = {one.id: one.source for one in small_course.first_lesson().cells}
    manager, client = start_new_kernel(cwd=str(root / "lab/01_numbers"), env=environment)
    try:
        for source in (cells["x-import"], cells["x-double"], WRONG, WRONG, RIGHT, RIGHT):
            client.execute_interactive(source, timeout=300, output_hook=lambda _: None)
            if "double" in source:
                client.execute_interactive(cells["x-double_check"], timeout=300, output_hook=lambda _: None)
        client.execute_interactive(cells["x-halve_check"], timeout=300, output_hook=lambda _: None)
        names = client.execute_interactive(
            "assert mine and 'tries' not in dir()", timeout=240, output_hook=lambda _: None
        )
        assert names["content"]["status"] == "ok"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert json.loads((root / "lab/.tries/01_numbers.json").read_text()) == {
        "double": {"tries": 3, "passed": True},
        "halve": {"tries": 1, "passed": False},
    }
    save(root)
    assert kept(root) == {"tries": {"double": 3}}
    change(root, {"double_check": passed()})
    assert "✓ double: 1 point  3 tries\n" in kindling(root, "progress", "01").stdout


def test_without_consent_nothing_is_kept(root: Path, started: list):
    save(root)
    assert kept(root) is None
    workspace.launch(root)
    assert "PYTHONSTARTUP" not in started[-1]
    tries.switch(root, True)
    workspace.launch(root)
    assert started[-1]["PYTHONSTARTUP"] == str(tries.STARTUP)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """The environment of each JupyterLab that would have been started."""
    calls: list[dict[str, str]] = []
    monkeypatch.setattr(os, "execve", lambda _, __, environment: calls.append(environment))
    monkeypatch.delenv("PYTHONSTARTUP", raising=False)
    monkeypatch.setattr(os, "chdir", lambda _: None)
    return calls


def test_who_takes_the_consent_back_deletes_the_numbers(root: Path):
    tries.switch(root, True)
    (root / "lab/.tries/01_numbers.json").write_text('{"double": {"tries": 2, "passed": true}}')
    save(root)
    assert kept(root) == {"tries": {"double": 2}}
    tries.switch(root, False)
    assert kept(root) is None


@pytest.mark.parametrize("text", ["", "[]", "{", '{"double": 3}', '{"double": {"tries": "x", "passed": true}}'])
def test_a_broken_count_begins_anew(root: Path, text: str):
    tries.switch(root, True)
    (root / "lab/.tries/01_numbers.json").write_text(text)
    save(root)
    assert kept(root) is None
