"""kindling.grade.filenames: names under which a browser runs nothing."""

from kindling.grade import filenames


def test_names_of_files():
    """What a browser would run becomes a text, in folders too; every file is kept, and every other name stays."""
    names = ["a.html", "a.html.txt", "b.SVG", "c.xhtml", "d/e.htm", "f.html/g.py", "plot.png", "data.csv", "x.docx"]
    names += ["scripts/model.py", "README.md", "h" * 250 + ".html", "i.mjs", "notes.pdf", "no_end"]
    kept = filenames.safe_names(names)
    assert [kept[name] for name in names[:6]] == [
        "a.html.txt.txt",
        "a.html.txt",
        "b.SVG.txt",
        "c.xhtml.txt",
        "d/e.htm.txt",
        "f.html.txt/g.py",
    ]
    assert {name for name in names if kept[name] == name} == {
        "a.html.txt",
        "plot.png",
        "data.csv",
        "x.docx",
        "scripts/model.py",
        "README.md",
        "notes.pdf",
        "no_end",
    }
    assert len(set(kept.values())) == len(names)
    assert all(len(part) <= 255 for name in kept.values() for part in name.split("/"))


def test_files_of_a_folder_are_renamed(tmp_path):
    """The same in a folder that is there already, as one that was graded earlier."""
    for name in ("01.html", "01.html.txt", "pages.html/01.html", "model.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
        (tmp_path / name).chmod(0o444)
    filenames.rename_active_files(tmp_path)
    found = {path.relative_to(tmp_path).as_posix(): path.read_text() for path in tmp_path.rglob("*") if path.is_file()}
    assert found == {
        "01.html.txt.txt": "01.html",
        "01.html.txt": "01.html.txt",
        "pages.html.txt/01.html.txt": "pages.html/01.html",
        "model.py": "model.py",
    }
    assert not (tmp_path / "pages.html").exists()
