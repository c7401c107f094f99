"""kindling.files: files and folders that are there whole or not at all."""

from pathlib import Path

import pytest

from kindling.files import remove, replacing


def make(folder: Path, text: str) -> Path:
    folder.mkdir()
    (folder / "text").write_text(text)
    (folder / "text").chmod(0o444)
    return folder


def texts(folder: Path) -> dict[str, str]:
    return {path.parent.name: path.read_text() for path in folder.rglob("text")}


@pytest.mark.parametrize("old", [None, "old"])
@pytest.mark.parametrize("left", [None, "of a run that was killed"])
def test_a_folder_is_replaced_when_the_rest_is_done(tmp_path, old, left):
    """It is nowhere while that is under way, and what a killed run left beside it goes."""
    if old:
        make(tmp_path / "place", old)
    if left:
        make(tmp_path / ".place.old", left)
    with replacing(tmp_path / "place", make(tmp_path / "draft", "new")):
        assert not (tmp_path / "place").exists()
    assert texts(tmp_path) == {"place": "new"}


@pytest.mark.parametrize("old", [{}, {"place": "old"}])
def test_an_error_leaves_what_was_there(tmp_path, old):
    for name, text in old.items():
        make(tmp_path / name, text)
    draft = make(tmp_path / "draft", "new")
    with pytest.raises(RuntimeError), replacing(tmp_path / "place", draft):
        raise RuntimeError
    assert texts(tmp_path) == {"draft": "new", **old}
    remove(draft)
    remove(draft)
    assert texts(tmp_path) == old
