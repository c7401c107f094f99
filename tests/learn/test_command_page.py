"""Each command of the page for learners, typed in a course as learners have it."""

import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from small_course import REPOSITORY, kindling

pytestmark = pytest.mark.learner

PAGE = (REPOSITORY / "docs" / "learn" / "command.md").read_text(encoding="utf-8")
COMMANDS = [line for block in re.findall(r"```bash\n(.*?)```", PAGE, flags=re.DOTALL) for line in block.splitlines()]


def test_each_command_of_the_page_does_what_it_says(tmp_path: Path):
    shutil.copytree(REPOSITORY / "release", tmp_path / "release")
    for name in ("course/01_tensors.py", "tests/answers/01_tensors.py", "nbgrader_config.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY / name, tmp_path / name)
    said = {}
    with tempfile.TemporaryDirectory(prefix="run-") as runtime:
        for command in COMMANDS:
            words = command.split()[1:]
            if words == ["open"]:
                done = kindling(tmp_path, *words, "--", "--show-config-json")
            elif "--watch" in words:
                if sys.platform == "win32":  # where Ctrl-C is for all processes of a terminal
                    continue
                done = watched(tmp_path / "lab", words, runtime)
            else:
                done = kindling(tmp_path / "lab" / "01_tensors", *words, XDG_RUNTIME_DIR=runtime)
            said[command] = (done.returncode, done.stdout, done.stderr)
    assert {command: code for command, (code, *_) in said.items() if code} == {
        "kindling check 01": 1,
        "kindling solution neuron": 1,
    }
    assert said["kindling check 01"][1].endswith("0 of 18 points, and 0 of 3 bonus points. Next: describe.\n")
    assert said["kindling progress"][1].count("░") == 12 * 20
    assert said["kindling next"][1].startswith("Next: describe, in 01_tensors (1 point).\n")
    assert said["kindling hint neuron --all"][1].startswith("Hint: ")
    assert said["kindling solution neuron"][2].endswith("kindling solution neuron --give-up\n")
    assert "# A second way\n" in said["kindling solution neuron --give-up"][1]
    assert said["kindling reset 01"][1].startswith("The lesson in lab/ is as it was released.")


def watched(folder: Path, words: list[str], runtime: str) -> subprocess.CompletedProcess[str]:
    """Watch until the first check is done, and press Ctrl-C."""
    command = [Path(sys.executable).with_name("kindling"), *words]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        lines = []
        for line in running.stdout:
            lines.append(line)
            if line == "Waiting for the next save; Ctrl-C ends it.\n":
                running.send_signal(signal.SIGINT)
    return subprocess.CompletedProcess(command, running.returncode, "".join(lines), "")


def test_the_page_names_each_command_of_the_learners():
    named = {command.split()[1] for command in COMMANDS}
    assert named == {"open", "check", "progress", "next", "hint", "solution", "tries", "reset"}


def test_the_line_that_switches_solutions_off_is_the_one_that_the_page_gives(tmp_path: Path):
    [toml] = re.findall(r"```toml\n(.*?)```", PAGE, flags=re.DOTALL)
    shutil.copytree(REPOSITORY / "release" / "01_tensors", tmp_path / "release" / "01_tensors")
    (tmp_path / "pyproject.toml").write_text(toml)
    done = kindling(tmp_path, "solution", "neuron", "--give-up")
    assert done.stderr.startswith("Your instructor has switched solutions off.")
