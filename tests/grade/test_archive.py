"""kindling.grade.archive: files as bytes and back, on this Python and on an older one of this machine."""

import io
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from kindling.grade import archive

# The first patch of Python 3.11 whose `extractall` has a filter is 3.11.4; Debian 12 has an older one.
OLDER = "import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 11, 4))"


def older() -> str | None:
    """A Python 3.11 of this machine that is older than 3.11.4."""
    for name in ("/usr/bin/python3", "/usr/bin/python3.11", "python3.11"):
        program = shutil.which(name)
        if program and subprocess.run([program, "-c", OLDER], stderr=subprocess.DEVNULL).returncode == 0:
            return program
    return None


PYTHONS = [
    sys.executable,
    pytest.param(older(), marks=pytest.mark.skipif(older() is None, reason="no Python 3.11.0 to 3.11.3 here")),
]


def unpack(python: str, content: bytes, folder: Path) -> str:
    """Unpack with a Python that has no packages; return the last line that it prints where it fails."""
    folder.mkdir()
    code = (
        "import importlib.util, pathlib, sys\n"
        "spec = importlib.util.spec_from_file_location('archive', sys.argv[1])\n"
        "spec.loader.exec_module(archive := importlib.util.module_from_spec(spec))\n"
        "archive.unpack(sys.stdin.buffer.read(), pathlib.Path(sys.argv[2]))"
    )
    line = [python, "-I", "-S", "-c", code, archive.__file__, folder]
    done = subprocess.run(line, input=content, capture_output=True)
    return "".join(done.stderr.decode().splitlines()[-1:])


def written(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("python", PYTHONS)
def test_there_and_back(tmp_path, python):
    """Each file comes back under its name, with its bytes, at the same time for each submission."""
    names = {
        "model.py": b"x = 1\n",
        "deep/er/data.bin": bytes(range(256)) * 300,
        "ünïcode …/a\nb": b"",
        "x" * 200: b"x",
    }
    (tmp_path / "there").mkdir()
    files = {}
    for number, (name, content) in enumerate(names.items()):
        files[name] = tmp_path / "there" / str(number)
        files[name].write_bytes(content)
    files["deep/er/data.bin"] = names["deep/er/data.bin"]  # as bytes
    assert unpack(python, archive.pack(files), tmp_path / "back") == ""
    assert written(tmp_path / "back") == names
    assert {(tmp_path / "back" / name).stat().st_mtime for name in names} == {0}
    assert unpack(python, archive.pack({}), tmp_path / "nothing") == ""


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> bytes:
    """An archive with one harmless file, and one member of another kind."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as tar:
        tar.addfile(tarfile.TarInfo("first"))
        one = tarfile.TarInfo(name)
        one.type, one.linkname = kind, link
        tar.addfile(one)
    return content.getvalue()


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (member("link", tarfile.SYMTYPE, "/etc/passwd"), 'TarError: "link" is not an ordinary file'),
        (member("link", tarfile.SYMTYPE, "first"), 'TarError: "link" is not an ordinary file'),
        (member("link", tarfile.LNKTYPE, "/etc/passwd"), 'TarError: "link" is not an ordinary file'),
        (member("device", tarfile.CHRTYPE), 'TarError: "device" is not an ordinary file'),
        (member("pipe", tarfile.FIFOTYPE), 'TarError: "pipe" is not an ordinary file'),
        (member("../outside"), 'TarError: "../outside" leads out of the folder'),
        (member("in/../../outside"), 'TarError: "in/../../outside" leads out of the folder'),
        (member("/outside"), 'TarError: "/outside" leads out of the folder'),
        (b"", "ReadError: empty file"),
    ],
    ids=["link", "link inside", "hard link", "device", "pipe", "above", "above inside", "absolute", "nothing"],
)
def test_what_is_no_file_of_a_submission(tmp_path, python, content, said):
    """A link, a device, and a name that leads out are refused, and nothing is written outside."""
    assert unpack(python, content, tmp_path / "folder").endswith(said)
    assert written(tmp_path) in ({}, {"folder/first": b""})
    assert not any(path.is_symlink() or path.is_fifo() for path in tmp_path.rglob("*"))


@pytest.mark.parametrize("end", [100, 600, 1024 + 300])
def test_a_part_of_an_archive(tmp_path, end):
    """Bytes that end too soon are an error, and no short file."""
    (tmp_path / "file").write_bytes(b"x" * 2000)
    whole = archive.pack({"file": tmp_path / "file"})
    (tmp_path / "back").mkdir()
    with pytest.raises((tarfile.TarError, OSError)):
        archive.unpack(whole[:end], tmp_path / "back")
