"""Tests for kindling.environment."""

import os
import subprocess
import sys
from pathlib import Path

from kindling import environment

BIN = str(Path(sys.executable).parent)


def test_own_programs_come_first(monkeypatch):
    monkeypatch.setenv("PATH", "/usr/bin")
    assert environment.program_path() == f"{BIN}{os.pathsep}/usr/bin"
    assert environment.program_path("/bin") == f"{BIN}{os.pathsep}/bin"


def test_without_a_path_the_working_folder_is_none(monkeypatch):
    """An empty part of PATH would be the folder where one happens to be."""
    monkeypatch.delenv("PATH")
    assert environment.program_path() == environment.program_path("") == BIN


def test_a_program_finds_what_this_environment_has(monkeypatch):
    monkeypatch.setenv("PATH", "/usr/bin")
    monkeypatch.setenv("ELSE", "kept")
    variables = environment.inherited(CHANGED="yes")
    assert (variables["ELSE"], variables["CHANGED"]) == ("kept", "yes")
    code = "import shutil; print(shutil.which('alembic'))"
    done = subprocess.run([sys.executable, "-c", code], env=variables, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(Path(BIN, "alembic"))
