"""kindling.data: real images where they are to be had, drawn ones in their place, and nothing damaged ever."""

from __future__ import annotations

import contextlib
import functools
import gzip
import hashlib
import http.server
import itertools
import multiprocessing
import os
import runpy
import shutil
import socket
import struct
import subprocess
import sys
import threading

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torchvision.datasets import CIFAR10, MNIST, FashionMNIST, VisionDataset

from kindling import data
from kindling.data import drawn, notes, real
from kindling.errors import DataError

pytestmark = pytest.mark.learner

NO_SERVER = "http://127.0.0.1:9/"  # the discard port, where nobody listens
MNIST_FILES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
DRAWN_DIGITS = "Drawn digits take the place of MNIST, as KINDLING_SOURCE=drawn asks.\n"


@pytest.fixture(scope="session")
def warm_cache(tmp_path_factory):
    """Return a cache with the images that `make test` has drawn, if it has."""
    cache = tmp_path_factory.mktemp("cache")
    (cache / "kindling" / "drawn").mkdir(parents=True)
    for path in map(drawn.shared, drawn.MODULES):
        if path.exists():
            shutil.copy(path, cache / "kindling" / "drawn")
    return cache


@pytest.fixture(autouse=True)
def start(monkeypatch, warm_cache):
    """Begin each test as a new process would, with the drawn images of earlier tests on disk and no network."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(warm_cache))
    monkeypatch.setattr(sys, "prefix", str(warm_cache / "environment"))  # `make test` has drawn images for the real one
    monkeypatch.delenv("KINDLING_DATA", raising=False)
    monkeypatch.delenv("KINDLING_SOURCE", raising=False)
    monkeypatch.setattr(MNIST, "mirrors", [NO_SERVER])
    monkeypatch.setattr(FashionMNIST, "mirrors", [NO_SERVER])
    monkeypatch.setattr(CIFAR10, "url", NO_SERVER)
    forget()


def forget():
    notes.note.cache_clear()
    drawn._images.cache_clear()
    real._answers.cache_clear()
    real._failures.clear()


@pytest.fixture
def cold_cache(monkeypatch, tmp_path):
    """Return the folder of the drawn images, not there yet."""
    if os.name == "nt":
        pytest.skip("on Windows XDG_CACHE_HOME chooses no folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "kindling" / "drawn"


def idx(array):
    """Return a uint8 array as the bytes of an IDX file."""
    return bytes((0, 0, 8, array.ndim)) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def files_of_mnist(count=20):
    """Return the names and bytes of a small data set in MNIST's form."""
    images = np.random.default_rng(0).integers(256, size=(count, 28, 28)).astype(np.uint8)
    labels = (np.arange(count) % 10).astype(np.uint8)
    return dict(zip(MNIST_FILES, map(idx, (images, labels, images[: count // 2], labels[: count // 2])), strict=True))


def written(root, files, kind="MNIST"):
    """Write `files` under `root` as torchvision wants them, and return their folder."""
    folder = root / kind / "raw"
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def server(monkeypatch, tmp_path):
    """Serve a small MNIST on this machine as its publishers do; return the served folder."""
    folder = tmp_path / "server"
    folder.mkdir()
    resources = []
    for name, content in files_of_mnist().items():
        packed = gzip.compress(content)
        (folder / f"{name}.gz").write_bytes(packed)
        resources.append((f"{name}.gz", hashlib.md5(packed).hexdigest()))

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder)) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        monkeypatch.setattr(MNIST, "mirrors", [f"http://127.0.0.1:{httpd.server_port}/"])
        monkeypatch.setattr(MNIST, "resources", resources)
        yield folder
        httpd.shutdown()


# What a drawn data set is


@pytest.mark.parametrize(
    ("name", "published"), [("mnist", MNIST), ("fashion-mnist", FashionMNIST), ("cifar10", CIFAR10)]
)
def test_drawn_images_have_the_form_of_torchvisions(name, published):
    train, test = data.load(name, source="drawn"), data.load(name, train=False, source="drawn")
    assert isinstance(train, VisionDataset)
    assert (len(train), len(test)) == (10_000, 2_000)
    image, label = train[3]
    assert type(label) is int
    assert len(train.classes) == len(set(train.classes)) == 10
    assert train.class_to_idx[train.classes[label]] == label
    if published is CIFAR10:
        assert (image.mode, image.size) == ("RGB", (32, 32))
        assert (type(train.data), train.data.dtype, train.data.shape) == (np.ndarray, np.uint8, (10_000, 32, 32, 3))
        assert type(train.targets) is list
        assert (np.asarray(image) == train.data[3]).all()
        borrowed = {"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"}
        assert not borrowed & set(train.classes)
    else:
        assert (image.mode, image.size) == ("L", (28, 28))
        assert (train.data.dtype, train.data.shape) == (torch.uint8, (10_000, 28, 28))
        assert (train.targets.dtype, train.targets.shape) == (torch.int64, (10_000,))
        assert (np.asarray(image) == train.data[3].numpy()).all()
        assert train.classes == published.classes
    assert np.bincount(test.targets).tolist() == [200] * 10


def test_a_transform_is_applied_to_the_image():
    images = data.load("mnist", train=False, transform=lambda image: image.size, source="drawn")
    assert images[0] == ((28, 28), int(images.targets[0]))


def test_no_test_image_is_among_the_training_images():
    train, test = (data.load("fashion-mnist", train=train, source="drawn").data for train in (True, False))
    seen = {image.numpy().tobytes() for image in train}
    assert not any(image.numpy().tobytes() in seen for image in test)


@pytest.mark.parametrize("noun", ["digits", "garments", "objects"])
def test_the_same_seed_draws_the_same_bytes(noun):
    one, other = (drawn.MODULES[noun].draw(np.arange(10), np.random.default_rng(5)) for _ in range(2))
    another = drawn.MODULES[noun].draw(np.arange(10), np.random.default_rng(6))
    assert (one == other).all()
    assert (one != another).any(axis=tuple(range(1, one.ndim))).all()


def test_a_learner_who_writes_into_the_images_changes_only_their_own():
    data.load("mnist", source="drawn").data.zero_()
    assert data.load("mnist", source="drawn").data.any()


def test_the_network_of_lesson_4_learns_drawn_garments_but_not_all_of_them():
    def batch(train):
        images = data.load("fashion-mnist", train=train, source="drawn")
        return images.data.flatten(1) / 127.5 - 1, images.targets

    (images, labels), (test_images, test_labels) = batch(True), batch(False)
    torch.manual_seed(0)
    sizes = [784, 256, 128, 64, 10]
    layers = [nn.Sequential(nn.Linear(a, b), nn.ReLU()) for a, b in itertools.pairwise(sizes[:-1])]
    model = nn.Sequential(*layers, nn.Linear(64, 10))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    for _ in range(5):
        for batch in torch.randperm(len(images)).split(64):
            optimizer.zero_grad()
            F.cross_entropy(model(images[batch]), labels[batch]).backward()
            optimizer.step()
    accuracy = (model(test_images).argmax(dim=1) == test_labels).float().mean()
    assert 0.80 <= accuracy <= 0.92


# Which images one gets, and what is said about it


def test_importing_the_module_costs_neither_torch_nor_matplotlib():
    code = "import sys, kindling.data; print({'torch', 'torchvision', 'matplotlib', 'numpy'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "set()\n"


def test_drawn_images_are_announced_once_and_on_stdout(monkeypatch, capfd):
    monkeypatch.setenv("KINDLING_SOURCE", "drawn")
    data.load("mnist")
    data.load("mnist", train=False)
    data.load("fashion-mnist", train=False, source="drawn")
    out, err = capfd.readouterr()
    assert out == DRAWN_DIGITS + 'Drawn garments take the place of Fashion-MNIST, as source="drawn" asks.\n'
    assert err == ""


def test_real_files_under_kindling_data_are_used_and_nothing_is_said(monkeypatch, tmp_path, capfd):
    written(tmp_path, files_of_mnist(count=30))
    monkeypatch.setenv("KINDLING_DATA", str(tmp_path))
    train, test = data.load("mnist"), data.load("mnist", train=False)
    assert (type(train), len(train), len(test)) == (MNIST, 30, 15)
    assert train.targets.tolist() == [*range(10)] * 3
    assert capfd.readouterr() == ("", "")


def test_the_argument_comes_before_the_variables(monkeypatch, tmp_path):
    written(tmp_path / "one", files_of_mnist(count=20))
    written(tmp_path / "two", files_of_mnist(count=40))
    monkeypatch.setenv("KINDLING_DATA", str(tmp_path / "one"))
    monkeypatch.setenv("KINDLING_SOURCE", "drawn")
    assert len(data.load("mnist", root=tmp_path / "two", source="auto")) == 40
    assert len(data.load("mnist", source="real")) == 20
    assert len(data.load("mnist")) == 10_000


def test_without_network_drawn_images_come_in_their_place(tmp_path, capfd):
    assert isinstance(data.load("mnist", root=tmp_path), drawn.DrawnImages)
    out, err = capfd.readouterr()
    assert out == (
        f"MNIST is not in {tmp_path} and could not be downloaded (no answer from 127.0.0.1), "
        "so drawn digits take its place.\n"
    )
    assert err == ""


def test_a_network_that_swallows_everything_is_given_up_and_remembered(monkeypatch, tmp_path):
    """Without a limit of our own, each data set would wait for ever."""
    data.load("mnist", source="drawn")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setattr(MNIST, "mirrors", [f"http://127.0.0.1:{silent.getsockname()[1]}/"])
        data.load("mnist", root=tmp_path)
        silent.setblocking(False)
        silent.accept()
        with contextlib.suppress(BlockingIOError):
            while True:
                silent.accept()
        data.load("mnist", train=False, root=tmp_path)
        with pytest.raises(BlockingIOError):
            silent.accept()


def test_real_images_that_are_not_to_be_had_are_an_error_and_never_drawn(monkeypatch, tmp_path):
    monkeypatch.setenv("KINDLING_SOURCE", "real")
    with pytest.raises(DataError) as error:
        data.load("cifar10", root=tmp_path)
    assert str(error.value) == (
        f"CIFAR-10 is not in {tmp_path} and could not be downloaded (no answer from 127.0.0.1). "
        "Set KINDLING_DATA to a folder that holds CIFAR-10, or KINDLING_SOURCE=auto to go on with drawn objects."
    )


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda: data.load("fashionmnist"),
            'There is no data set "fashionmnist". Did you mean "fashion-mnist"? '
            'There are "mnist", "fashion-mnist" and "cifar10".',
        ),
        (
            lambda: data.load("imagenet-21k-p"),
            'There is no data set "imagenet-21k-p". There are "mnist", "fashion-mnist" and "cifar10".',
        ),
        (
            lambda: data.load("mnist", source="reel"),
            'There is no source "reel". Did you mean "real"? There are "auto", "real" and "drawn".',
        ),
    ],
)
def test_an_unknown_name_lists_the_names(call, sentence):
    with pytest.raises(DataError) as error:
        call()
    assert str(error.value) == sentence


# Damage


def cut(content):
    return content[:1000]


def beheaded(content):
    return b"<html>" + content[6:]


def wrong_labels(content):
    return content[:-1] + b"\x63"


def too_few(content):
    return idx(np.zeros(19, np.uint8))


def too_small(content):
    return idx(np.zeros((20, 9, 9), np.uint8))


def flipped(content):
    return content[:-1] + bytes((content[-1] ^ 1,))


@pytest.mark.parametrize(
    ("name", "harm", "said"),
    [
        ("train-images-idx3-ubyte", cut, "{path} holds 1,000 bytes where its header promises 15,696"),
        ("t10k-images-idx3-ubyte", beheaded, "{path} does not begin like a file of images"),
        ("train-labels-idx1-ubyte", wrong_labels, "{path} holds labels above 9"),
        ("t10k-labels-idx1-ubyte", None, "{path} is missing"),
        ("train-labels-idx1-ubyte", too_few, "{folder} holds 20 images and 19 labels in train"),
        ("t10k-images-idx3-ubyte", too_small, "{path} holds 20 × 9 × 9 values, which are not 28 × 28 images"),
    ],
)
@pytest.mark.parametrize("train", [True, False])
def test_a_damaged_file_is_named_and_never_used(name, harm, said, train, tmp_path, capfd):
    files = files_of_mnist()
    folder = written(
        tmp_path, {**files, name: harm(files[name])} if harm else {k: v for k, v in files.items() if k != name}
    )
    sentence = said.format(path=folder / name, folder=folder)
    failure = f"{sentence}, and MNIST could not be downloaded again (no answer from 127.0.0.1)"
    assert isinstance(data.load("mnist", train=train, root=tmp_path), drawn.DrawnImages)
    assert capfd.readouterr() == (f"{failure}, so drawn digits take its place.\n", "")
    with pytest.raises(DataError) as error:
        data.load("mnist", train=train, root=tmp_path, source="real")
    assert str(error.value).startswith(f"{failure}. ")


def test_a_file_that_differs_from_its_archive_is_damaged(tmp_path, capfd):
    files = files_of_mnist()
    name = "train-images-idx3-ubyte"
    folder = written(tmp_path, {**files, name: flipped(files[name]), f"{name}.gz": gzip.compress(files[name])})
    assert isinstance(data.load("mnist", root=tmp_path), drawn.DrawnImages)
    assert capfd.readouterr().out.startswith(f"{folder / name} differs from {name}.gz beside it, and MNIST could not")


def test_a_pickle_that_is_not_the_published_one_is_never_opened(tmp_path, capfd):
    folder = tmp_path / "cifar-10-batches-py"
    folder.mkdir()
    (folder / "data_batch_1").write_bytes(b"cos\nsystem\n(S'echo opened'\ntR.")
    assert isinstance(data.load("cifar10", root=tmp_path), drawn.DrawnImages)
    out = capfd.readouterr().out
    assert out.startswith(f"{folder / 'data_batch_1'} does not have the checksum of the published file, and CIFAR-10")
    assert "opened" not in out


def test_a_download_leaves_the_files_and_no_text_on_stderr(server, tmp_path, capfd):
    root = tmp_path / "root"
    images = data.load("mnist", root=root)
    assert (type(images), len(images)) == (MNIST, 20)
    assert capfd.readouterr() == (f"Downloading MNIST to {root}, which happens once.\n", "")
    forget()
    data.load("mnist", train=False, root=root)
    assert capfd.readouterr() == ("", "")
    assert [path.name for path in root.iterdir()] == ["MNIST"]


def test_a_damaged_file_is_downloaded_again(server, tmp_path, capfd):
    files = files_of_mnist()
    folder = written(tmp_path / "root", {**files, "train-images-idx3-ubyte": cut(files["train-images-idx3-ubyte"])})
    images = data.load("mnist", root=tmp_path / "root", source="real")
    assert len(images) == 20
    assert (folder / "train-images-idx3-ubyte").read_bytes() == files["train-images-idx3-ubyte"]
    assert capfd.readouterr().out == (
        f"Downloading MNIST to {tmp_path / 'root'}, which happens once.\n"
        f"{folder / 'train-images-idx3-ubyte'} holds 1,000 bytes where its header promises 15,696, "
        "so MNIST was downloaded again.\n"
    )


def test_a_download_that_breaks_off_leaves_nothing_behind(server, tmp_path, capfd):
    name = "t10k-images-idx3-ubyte.gz"
    (server / name).write_bytes((server / name).read_bytes()[:200])
    root = tmp_path / "root"
    assert isinstance(data.load("mnist", root=root), drawn.DrawnImages)
    out, err = capfd.readouterr()
    assert f"MNIST is not in {root} and could not be downloaded (Error downloading {name}" in out
    assert "so drawn digits take its place.\n" in out
    assert err == ""
    assert list(root.iterdir()) == []


# The drawn images on disk


def test_drawn_images_are_read_from_disk_the_second_time(cold_cache, monkeypatch):
    first = data.load("mnist", source="drawn").data
    drawn._images.cache_clear()
    monkeypatch.setattr(drawn, "_draw", None)
    assert (data.load("mnist", source="drawn").data == first).all()


@pytest.mark.parametrize("harm", [cut, flipped, lambda content: content + b"\0", lambda content: b""])
def test_a_damaged_file_of_drawn_images_is_drawn_again(harm, cold_cache, capfd):
    first = data.load("mnist", source="drawn").data
    (path,) = cold_cache.iterdir()
    whole = path.read_bytes()
    path.write_bytes(harm(whole))
    forget()
    capfd.readouterr()
    assert (data.load("mnist", source="drawn").data == first).all()
    assert f"{path} was damaged, so its digits are drawn again.\n" in capfd.readouterr().out
    assert path.read_bytes() == whole


@pytest.fixture
def shared(monkeypatch, tmp_path):
    """Return the folder of the images for all accounts, of an environment of its own and not there yet."""
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "environment"))
    return tmp_path / "environment" / "share" / "kindling" / "drawn"


def test_images_that_all_accounts_share_are_read_first(shared, cold_cache, warm_cache, monkeypatch, capfd):
    monkeypatch.setattr(drawn, "MODULES", {"digits": drawn.MODULES["digits"]})
    monkeypatch.setenv("XDG_CACHE_HOME", str(warm_cache))
    arrays = drawn._images("digits")
    monkeypatch.setattr(drawn, "_draw", lambda noun, seed, split: arrays[split])
    capfd.readouterr()
    for state in ("is new", "is there"):
        runpy.run_module("kindling.data.share", run_name="__main__")
        assert capfd.readouterr().out == f"{drawn.shared('digits')} {state}\n"
    assert list(shared.iterdir()) == [drawn.shared("digits")]
    if os.name != "nt":
        assert drawn.shared("digits").stat().st_mode & 0o777 == 0o644
    monkeypatch.setenv("XDG_CACHE_HOME", str(cold_cache.parents[1]))
    monkeypatch.setattr(drawn, "_draw", None)
    forget()
    assert drawn.is_kept("digits")
    assert (data.load("mnist", source="drawn").data.numpy() == arrays["train"][0]).all()
    assert not cold_cache.exists()


@pytest.mark.parametrize("harm", [cut, lambda content: b""])
def test_a_damaged_file_that_all_share_is_not_read(harm, shared):
    first = data.load("mnist", source="drawn").data
    shared.mkdir(parents=True)
    drawn.shared("digits").write_bytes(harm(drawn.kept("digits").read_bytes()))
    forget()
    assert (data.load("mnist", source="drawn").data == first).all()


def test_the_images_of_another_version_are_not_read_and_not_kept(cold_cache, monkeypatch):
    data.load("mnist", source="drawn")
    (old,) = cold_cache.iterdir()
    drawn._version.cache_clear()
    monkeypatch.setattr(drawn.importlib.metadata, "version", lambda library: "another")
    forget()
    data.load("mnist", source="drawn")
    (new,) = cold_cache.iterdir()
    drawn._version.cache_clear()
    assert new.name != old.name
    assert new.name.startswith("digits-")


def sum_of_digits(_):
    torch.set_num_threads(1)  # a fork has none of its parent's threads
    return int(data.load("mnist", source="drawn").data.sum())


def test_two_processes_that_draw_at_once_leave_one_whole_file(cold_cache):
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    with context.Pool(2, maxtasksperchild=1) as processes:
        one, other = processes.map(sum_of_digits, range(2), chunksize=1)
    assert one == other
    (path,) = cold_cache.iterdir()
    content = path.read_bytes()
    assert hashlib.sha256(content[32:]).digest() == content[:32]


@pytest.fixture
def full_disk():
    """Let no file grow beyond 100 kB, as a disk with no more room would."""
    resource = pytest.importorskip("resource", reason="Windows has no limit on a file's size")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_disk_without_room_costs_a_sentence_and_no_images(cold_cache, full_disk, capfd):
    assert data.load("mnist", source="drawn").data.any()
    out, err = capfd.readouterr()
    assert out.endswith(
        f"The drawn digits cannot be kept in {cold_cache} (File too large), so each start draws them anew.\n"
    )
    assert err == ""
    assert list(cold_cache.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="on Windows XDG_CACHE_HOME chooses no folder")
def test_a_cache_that_cannot_be_made_costs_a_sentence_and_no_images(monkeypatch, tmp_path, capfd):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert data.load("mnist", source="drawn").data.any()
    folder = tmp_path / "file" / "kindling" / "drawn"
    assert capfd.readouterr().out.endswith(
        f"The drawn digits cannot be kept in {folder} (Not a directory), so each start draws them anew.\n"
    )


# The files of the final exercise


def tensors(folder):
    return {path.stem: torch.load(path, weights_only=True) for path in folder.iterdir()}


def test_corrupt_mnist_writes_turned_digits(tmp_path):
    folder = data.corrupt_mnist(tmp_path / "deep" / "folder", source="drawn")
    parts = tensors(folder)
    assert {name: (part.dtype, tuple(part.shape)) for name, part in parts.items()} == {
        "train_images": (torch.float32, (10_000, 28, 28)),
        "train_labels": (torch.int64, (10_000,)),
        "test_images": (torch.float32, (2_000, 28, 28)),
        "test_labels": (torch.int64, (2_000,)),
    }
    assert parts["train_images"].min() == 0
    assert 0.9 < parts["train_images"].max() <= 1
    assert parts["test_labels"].bincount().tolist() == [200] * 10
    assert sorted(path.name for path in folder.iterdir()) == sorted(f"{name}.pt" for name in parts)


def test_corrupt_mnist_turns_real_digits_too_by_up_to_fifty_degrees(monkeypatch, tmp_path):
    # A bar whose angle can be measured, in place of a digit.
    bars = np.zeros((400, 28, 28), np.uint8)
    bars[:, 4:24, 13:15] = 255
    labels = (np.arange(400) % 10).astype(np.uint8)
    written(tmp_path, dict(zip(MNIST_FILES, map(idx, (bars, labels, bars, labels)), strict=True)))
    monkeypatch.setenv("KINDLING_DATA", str(tmp_path))
    images = tensors(data.corrupt_mnist(tmp_path / "out", source="real"))["train_images"]
    down, right = np.mgrid[:28, :28] - 13.5
    angles = [
        np.degrees(0.5 * np.arctan2(2 * (i * right * down).sum(), (i * (down**2 - right**2)).sum()))
        for i in images.numpy()
    ]
    assert len(images) == 400
    assert 45 < max(angles) <= 51
    assert -51 <= min(angles) < -45
    assert abs(np.mean(angles)) < 5


def test_the_same_seed_writes_the_same_files(tmp_path):
    one, same = (tensors(data.corrupt_mnist(tmp_path / name, seed=3, source="drawn")) for name in ("one", "same"))
    assert all((one[name] == same[name]).all() for name in one)


def test_the_digits_of_one_split_are_those_of_the_files(tmp_path):
    files = tensors(data.corrupt_mnist(tmp_path, seed=7, source="drawn"))
    for split in ("train", "test"):
        images, labels = data.turned_digits(split == "train", seed=7, source="drawn")
        assert torch.equal(images, files[f"{split}_images"])
        assert torch.equal(labels, files[f"{split}_labels"])


def test_another_seed_holds_digits_that_nobody_has_seen(tmp_path, monkeypatch):
    monkeypatch.setattr(data, "LARGEST_ANGLE", 0.0)  # upright, so that the same digit would be the same image
    one, other = (tensors(data.corrupt_mnist(tmp_path / str(seed), seed=seed, source="drawn")) for seed in (0, 7))
    seen = {image.numpy().tobytes() for images in (one["train_images"], one["test_images"]) for image in images}
    assert not any(image.numpy().tobytes() in seen for image in other["test_images"])


def test_files_that_cannot_be_written_are_one_sentence(tmp_path, full_disk):
    with pytest.raises(DataError) as error:
        data.corrupt_mnist(tmp_path / "out", source="drawn")
    assert str(error.value) == (
        f"{tmp_path / 'out' / 'train_images.pt'} could not be written (File too large). "
        "Name a folder that you may write to, on a disk with 50 MB to spare."
    )
    assert list((tmp_path / "out").iterdir()) == []


def test_held_out_images_are_like_no_others():
    images, labels = data.held_out("fashion-mnist", seed=1, source="drawn")
    assert (images.shape, images.dtype, labels.shape) == ((1000, 28, 28), torch.uint8, (1000,))
    assert labels.bincount().tolist() == [100] * 10
    assert torch.equal(images, data.held_out("fashion-mnist", seed=1, source="drawn")[0])
    known = {
        image.numpy().tobytes() for train in (True, False) for image in data.load("fashion-mnist", train=train).data
    }
    assert not any(image.numpy().tobytes() in known for image in images)
