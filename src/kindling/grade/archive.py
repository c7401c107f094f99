"""The files of a submission as bytes, a tar archive, and back into a folder. Python's own library is enough for it."""

from __future__ import annotations

import io
import os
import shutil
import tarfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

__all__ = ["names", "pack", "unpack"]


def pack(files: Mapping[str, Path | bytes]) -> bytes:
    """Return files, given by their paths or by what they hold, each under its name, as a tar archive."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as tar:
        for name, one in files.items():
            member = tarfile.TarInfo(name)
            with io.BytesIO(one) if isinstance(one, bytes) else one.open("rb") as stream:
                member.size = stream.seek(0, os.SEEK_END)
                stream.seek(0)
                tar.addfile(member, stream)
    return content.getvalue()


def names(archive: bytes) -> list[str]:
    """Return the names of the files in a tar archive. Raises tarfile.TarError for what is no archive."""
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:") as tar:
        return tar.getnames()


def unpack(archive: bytes, folder: Path) -> None:
    """Write the files of a tar archive to an empty folder.

    Raises tarfile.TarError for a member that is no ordinary file, or whose name leads out of the folder, and for what
    is no archive; OSError where the system refuses to write.
    """
    # Python's own `extractall` is safe by its argument `filter` alone, which came with Python 3.11.4.
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:") as tar:
        for member in tar:
            name = PurePosixPath(member.name)
            if not member.isreg():
                raise tarfile.TarError(f'"{member.name}" is not an ordinary file')
            if name.is_absolute() or ".." in name.parts:
                raise tarfile.TarError(f'"{member.name}" leads out of the folder')
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            source = tar.extractfile(member)
            assert source is not None  # of an ordinary file
            with source, path.open("xb") as target:
                shutil.copyfileobj(source, target)
            os.utime(path, (member.mtime, member.mtime))  # the same for each submission
