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

from torchvision.datasets import CIFAR10, MNIST, FashionMNIST
from torchvision.datasets.utils import check_integrity

from kindling.data.notes import note

__all__ = ["DATASETS", "TITLES", "Unavailable", "load"]

DATASETS: dict[str, type[MNIST | CIFAR10]] = {"mnist": MNIST, "fashion-mnist": FashionMNIST, "cifar10": CIFAR10}
TITLES = {"mnist": "MNIST", "fashion-mnist": "Fashion-MNIST", "cifar10": "CIFAR-10"}

PATIENCE = 2.0  # seconds to wait for a sign of life from the server
STALLED = 15.0  # seconds without a byte after which a download is given up

# Data sets that could not be downloaded to a folder, and why: no second wait in one process.
_failures: dict[tuple[str, Path], str] = {}


class Unavailable(Exception):
    """There are no real images; the text says why, without a full stop."""


class _Damaged(Exception):
    """Files are there and cannot be trusted; the text says which and why, without a full stop."""


def load(name: str, train: bool, transform: Callable[[Any], Any] | None, root: Path) -> MNIST | CIFAR10:
    """Return torchvision's data set `name` from the files under `root`, downloaded where they are missing or damaged.

    Raises Unavailable where the files cannot be used and cannot be downloaded.
    """
    title = TITLES[name]
    try:
        if not _examine(name, root) and (failure := _download(name, root)):
            raise Unavailable(f"{title} is not in {root} and could not be downloaded ({failure})")
    except _Damaged as damage:
        if failure := _download(name, root):
            raise Unavailable(f"{damage}, and {title} could not be downloaded again ({failure})") from None
        note(f"{damage}, so {title} was downloaded again.")
    return DATASETS[name](root, train=train, transform=transform)


def _examine(name: str, root: Path) -> bool:
    """Return whether the files of `name` are under `root`. Raises _Damaged where they are, but not whole."""
    cifar = name == "cifar10"
    folder = root / CIFAR10.base_folder if cifar else root / DATASETS[name].__name__ / "raw"
    if not any(folder.glob("*")):
        return False
    if cifar:
        _examine_batches(folder)
    else:
        for split in ("train", "t10k"):
            images = _examine_idx(folder / f"{split}-images-idx3-ubyte", (28, 28))
            labels = _examine_idx(folder / f"{split}-labels-idx1-ubyte", ())
            if images != labels:
                raise _Damaged(f"{folder} holds {images:,} images and {labels:,} labels in {split}")
    return True


def _examine_idx(path: Path, shape: tuple[int, ...]) -> int:
    """Return how many images of `shape`, or labels of shape (), a file of an MNIST kind holds. Raises _Damaged.

    The file is held against its own header and not against the published one, so that a smaller collection in the
    same form is as welcome. Layout: magic number and sizes, each 4 bytes, the highest first (LeCun's IDX format).
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise _Damaged(f"{path} is missing") from None
    except OSError as error:
        raise _Damaged(f"{path} cannot be read ({error.strerror})") from None
    dims = 1 + len(shape)
    start = 4 + 4 * dims
    if len(content) < start or content[:4] != bytes((0, 0, 8, dims)):  # 8 means unsigned bytes
        raise _Damaged(f"{path} does not begin like a file of {'images' if shape else 'labels'}")
    count: int
    count, *rest = struct.unpack_from(f">{dims}I", content, 4)
    if tuple(rest) != shape or count == 0:
        raise _Damaged(f"{path} holds {' × '.join(map(str, (count, *rest)))} values, which are not 28 × 28 images")
    promised = start + count * math.prod(shape)
    if len(content) != promised:
        raise _Damaged(f"{path} holds {len(content):,} bytes where its header promises {promised:,}")
    if not shape and max(content[start:]) > 9:
        raise _Damaged(f"{path} holds labels above 9")
    # The archive that a download leaves beside the file ends with a checksum of what it held.
    archive = path.with_name(f"{path.name}.gz")
    if archive.is_file() and archive.read_bytes()[-8:-4] != zlib.crc32(content).to_bytes(4, "little"):
        raise _Damaged(f"{path} differs from {archive.name} beside it")
    return count


def _examine_batches(folder: Path) -> None:
    """Raise _Damaged unless `folder` holds the published files of CIFAR-10.

    They are pickles, which may run code: so no files but these, known by their checksums, will do.
    """
    for name, md5 in [*CIFAR10.train_list, *CIFAR10.test_list, (CIFAR10.meta["filename"], CIFAR10.meta["md5"])]:
        path = folder / name
        if not path.is_file():
            raise _Damaged(f"{path} is missing")
        if not check_integrity(path, md5):
            raise _Damaged(f"{path} does not have the checksum of the published file")


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
    url = dataset.url if issubclass(dataset, CIFAR10) else dataset.mirrors[0] + dataset.resources[0][0]
    if not _answers(url):
        raise ConnectionError(f"no answer from {urllib.parse.urlsplit(url).hostname}")
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root, prefix=".download-") as folder:
        note(f"Downloading {TITLES[name]} to {root}, which happens once.")
        with _quiet():
            dataset(folder, download=True)
        _examine(name, Path(folder))
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
