"""kindling.grade.provisioner: how Jupyter gets its kernels from a warm process."""

import io
import sys
import tarfile
import tempfile

import pytest
from conftest import needs_sandbox
from jupyter_client.provisioning import KernelProvisionerFactory

from kindling.errors import GradingError
from kindling.grade import archive, provisioner


def test_jupyter_finds_it():
    """The name that the kernel manager asks for is an entry point of this package."""
    factory = KernelProvisionerFactory.instance()
    assert factory.get_provisioner_entries()["kindling"] == "kindling.grade.provisioner:Provisioner"
    spec = provisioner.KernelManager().kernel_spec
    assert isinstance(factory.create_provisioner_instance("1", spec, None), provisioner.Provisioner)


def test_archive(tmp_path):
    """Of a folder, files are handed over as bytes; links, wherever they lead, are not."""
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "model.py").write_text("x = 1")
    (tmp_path / "link").symlink_to("/etc/passwd")
    (tmp_path / "folder").symlink_to("/etc")
    content = archive.pack(provisioner._regular(tmp_path))
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        assert {member.name: tar.extractfile(member).read() for member in tar} == {"scripts/model.py": b"x = 1"}


@needs_sandbox
def test_one_warm_process_for_one_environment(tmp_path):
    """Each environment, sealed off or not, has one warm process, until all are closed; and no course is shown in it."""
    first = provisioner.warm({"A": "1"}, True)
    try:
        assert provisioner.warm({"A": "1"}, True) is first
        assert provisioner.warm({"A": "1"}, True, {"the course folder": str(tmp_path)}) is first
        with pytest.raises(GradingError, match="In the sandbox, learners' code could read"):
            provisioner.warm({"A": "1"}, True, {"the course folder": sys.prefix})
        other = provisioner.warm({"A": "2"}, True)
        assert other is not first
    finally:
        provisioner.close()
    assert not first.alive
    assert not other.alive
    assert not first.folder.exists()


def test_long_path_of_temporary_files(monkeypatch, tmp_path):
    """Sockets need a short path; where there is none, one sentence says what to do, and nothing is left."""
    folder = tmp_path / ("long" * 30)
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    with pytest.raises(GradingError) as raised:
        provisioner.warm({"A": "3"}, False)
    assert str(raised.value) == (
        f"Grading needs sockets, and {folder} is too long a name for them. Set TMPDIR to a shorter folder."
    )
    assert list(folder.iterdir()) == []


def test_no_room_for_temporary_files(monkeypatch, tmp_path):
    """Where the warm process can't have its files, one sentence says so."""
    (tmp_path / "file").touch()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "file"))
    with pytest.raises(GradingError) as raised:
        provisioner.warm({"A": "3"}, False)
    said = str(raised.value)
    assert said.startswith("The process that runs submissions does not start. It says: [Errno 20] Not a directory: ")
