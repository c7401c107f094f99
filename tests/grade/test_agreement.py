"""The engine and stock nbgrader give the same points. `python -m benchmarks.agreement` compares the whole bank."""

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

import commands
import pytest
from conftest import REPOSITORY

from kindling.grade import sandbox


@pytest.mark.skipif(sandbox.missing() is not None, reason="bubblewrap is not installed")
def test_the_same_points(monkeypatch, capsys):
    """On two submissions of a lesson, with right and wrong answers."""
    monkeypatch.syspath_prepend(REPOSITORY)
    from benchmarks import agreement

    def run(line: list[Path | str], cwd: Path, env: Mapping[str, str], **_: object) -> subprocess.CompletedProcess[str]:
        return commands.run([Path(line[0]).name, *line[1:]], cwd, env)

    monkeypatch.setattr(agreement, "subprocess", SimpleNamespace(run=run))
    monkeypatch.setattr(sys, "argv", ["python -m benchmarks.agreement", "--most", "2", "01"])
    code = agreement.main()
    said = capsys.readouterr().out
    assert code == 0, said
    assert re.fullmatch(r"2 submissions with \d\d graded cells: no different\.", said.splitlines()[-1])
