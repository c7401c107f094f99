"""torchvision's own data sets: looked for, examined before use, downloaded where there is a network."""

from __future__ import annotations

import contextlib
import functools
import http.client
import io
import math
import os
import socket
import struct
import tempfile
import threading
import urllib.error
import urllib.parse
import urllib.request
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from torchvision.datasets import CIFAR10, MNIST, FashionMNIST, VisionDataset
from torchvision.datasets.utils import check_integrity

from kindling.data.notes import note

__all__ = ["DATASETS", "TITLES", "Unavailable", "load"]

DATASETS: dict[str, type[VisionDataset]] = {"mnist": MNIST, "fashion-mnist": FashionMNIST, "cifar10": CIFAR10}
TITLES = {"mnist": "MNIST", "fashion-mnist": "Fashion-MNIST", "cifar10": "CIFAR-10"}

PATIENCE = 2.0  # seconds to wait for a sign of life from the server
STALLED = 15.0  # seconds without a byte after which a download is given up

# Data sets that could not be downloaded to a folder, and why: no second wait in one process.
_failures: dict[tuple[str, Path], str] = {}


class Unavailable(Exception):
    """There are no real images; the text says why, without a full stop."""


def load(name: str, train: bool, transform: Callable[[Any], Any] | None, root: Path) -> VisionDataset:
    """Return torchvision's data set `name` from the files under `root`, downloaded where they are missing or damaged.

    Raises Unavailable where the files cannot be used and cannot be downloaded.
    """
    damage = _damage(name, root)
    if damage is not None:
        title = TITLES[name]
        failure = _download(name, root)
        if failure and damage:
            raise Unavailable(f"{damage}, and {title} could not be downloaded again ({failure})")
        if failure:
            raise Unavailable(f"{title} is not in {root} and could not be downloaded ({failure})")
        if damage:
            note(f"{damage}, so {title} was downloaded again.")
    return DATASETS[name](root, train=train, transform=transform)


def _damage(name: str, root: Path) -> str | None:
    """Return what is wrong with the files of `name` under `root`: None for nothing, "" where there are none at all."""
    if name == "cifar10":
        return _batch_damage(root / CIFAR10.base_folder)
    return _idx_damage(root / DATASETS[name].__name__ / "raw")


def _idx_damage(folder: Path) -> str | None:
    """Return what is wrong with the four IDX files of an MNIST kind, as in `_damage`.

    Sizes are compared with the files' own headers and not with those of the published files, so that smaller
    collections in the same form are as welcome.
    """
    if not any(folder.glob("*")):
        return ""
    for split in ("train", "t10k"):
        counts = []
        for path, shape in (
            (folder / f"{split}-images-idx3-ubyte", (28, 28)),
            (folder / f"{split}-labels-idx1-ubyte", ()),
        ):
            try:
                content = path.read_bytes()
            except FileNotFoundError:
                return f"{path} is missing"
            except OSError as error:
                return f"{path} cannot be read ({error.strerror})"
            dims = 1 + len(shape)
            start = 4 + 4 * dims
            if len(content) < start or content[:4] != bytes((0, 0, 8, dims)):  # 8: unsigned bytes
                return f"{path} is not an IDX file of {dims} dimensions"
            count, *rest = struct.unpack_from(f">{dims}I", content, 4)
            promised = start + count * math.prod(rest)
            if len(content) != promised:
                return f"{path} holds {len(content):,} bytes where its header promises {promised:,}"
            if tuple(rest) != shape or count == 0:
                return f"{path} holds {' × '.join(map(str, (count, *rest)))} values where images are 28 × 28"
            if not shape and max(content[start:]) > 9:
                return f"{path} holds labels above 9"
            # The archive that a download leaves beside the file ends with the checksum of what it holds.
            archive = path.with_name(f"{path.name}.gz")
            if archive.is_file() and archive.read_bytes()[-8:-4] != zlib.crc32(content).to_bytes(4, "little"):
                return f"{path} differs from {archive.name}"
            counts.append(count)
        if counts[0] != counts[1]:
            return f"{folder} holds {counts[0]:,} images and {counts[1]:,} labels in {split}"
    return None


def _batch_damage(folder: Path) -> str | None:
    """Return what is wrong with the files of CIFAR-10, as in `_damage`.

    They are pickles, which may run code: so only the published files, known by their checksums, will do.
    """
    if not any(folder.glob("*")):
        return ""
    for name, md5 in [*CIFAR10.train_list, *CIFAR10.test_list, (CIFAR10.meta["filename"], CIFAR10.meta["md5"])]:
        path = folder / name
        if not path.is_file():
            return f"{path} is missing"
        if not check_integrity(path, md5):
            return f"{path} does not have the checksum of the published file"
    return None


def _download(name: str, root: Path) -> str:
    """Download the data set into `root`; return "" or why it did not work, remembered for this process."""
    if (name, root) not in _failures:
        try:
            _fetch(name, root)
        # urllib, tarfile, gzip and the disk each fail in their own ways, and all of them mean the same here.
        except Exception as error:
            _failures[name, root] = " ".join(str(error).split())[:160] or type(error).__name__
    return _failures.get((name, root), "")


def _fetch(name: str, root: Path) -> None:
    """Download the data set into `root`.

    Everything arrives and is examined in a folder of its own, and moves to its place when it is whole. So a download
    that stops halfway leaves nothing that looks like data, and two processes at once do not mix their bytes.
    """
    dataset = DATASETS[name]
    url = dataset.url if name == "cifar10" else dataset.mirrors[0] + dataset.resources[0][0]
    if not _answers(url):
        raise ConnectionError(f"no answer from {urllib.parse.urlsplit(url).hostname}")
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root, prefix=".download-") as folder:
        note(f"Downloading {TITLES[name]} to {root}, which happens once.")
        with _quiet():
            dataset(folder, download=True)
        if damage := _damage(name, Path(folder)):
            raise ValueError(f"{damage} after the download")
        for path in Path(folder).rglob("*"):
            if path.is_file():
                place = root / path.relative_to(folder)
                place.parent.mkdir(parents=True, exist_ok=True)
                os.replace(path, place)


@functools.cache
def _answers(url: str) -> bool:
    """Return whether the server of `url` answers within PATIENCE seconds."""
    answers = threading.Event()

    def ask() -> None:
        try:
            with urllib.request.urlopen(urllib.request.Request(url, method="HEAD"), timeout=PATIENCE):
                answers.set()
        except urllib.error.HTTPError:
            answers.set()  # a refusal is an answer; the download will say more
        except (OSError, http.client.HTTPException):
            pass
        done.set()

    # A thread, because looking up a name has no time limit of its own.
    done = threading.Event()
    threading.Thread(target=ask, daemon=True).start()
    done.wait(PATIENCE)
    return answers.is_set()


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep torchvision's progress bars off stderr, and let a silent connection end."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(STALLED)
    try:
        with contextlib.redirect_stderr(io.StringIO()):
            yield
    finally:
        socket.setdefaulttimeout(before)
