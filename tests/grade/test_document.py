"""kindling.grade.document: notebooks of every editor and version, and what only looks like one."""

import copy
import inspect
import json
import math
import re
from collections import Counter
from collections.abc import Iterator

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

from kindling.errors import NotGradable
from kindling.grade import document

NO_NOTEBOOK = "The file is JSON, but not a notebook. Ask for it again."
NO_TEXT = "The notebook is not UTF-8 text. Ask for it again."


def plain() -> dict:
    """A notebook as JupyterLab writes it, with a cell of each kind."""
    about = {"grade": False, "grade_id": "double", "locked": False, "schema_version": 3, "solution": True}
    picture = {"sketch.png": {"image/png": "AAAA"}}
    shown = new_output("display_data", {"text/plain": "x", "image/png": "AAAA"})
    notebook = new_notebook(
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
            "language_info": {"name": "python", "version": "3.11"},
        },
        cells=[
            new_markdown_cell("# Sums\n![](attachment:sketch.png)", id="title", attachments=picture),
            new_code_cell("x = 1\ny = 2", id="task", metadata={"nbgrader": about, "tags": ["a"]}, outputs=[shown]),
            new_raw_cell("as it is", id="raw"),
        ],
    )
    return json.loads(nbformat.writes(notebook))


def parsed(node: object) -> nbformat.NotebookNode:
    """The notebook of a document; nbformat finds no fault in it, and it can be written."""
    notebook = document.parse(node if isinstance(node, bytes) else json.dumps(node).encode())
    nbformat.validate(notebook, version=4, version_minor=5)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert nbformat.reads(nbformat.writes(notebook), as_version=4) == notebook
    nbformat.writes(notebook).encode()
    return notebook


def sources(notebook: nbformat.NotebookNode) -> list[tuple[str, str]]:
    return [(cell.cell_type, cell.source) for cell in notebook.cells]


ANSWERS = [("markdown", "# Sums\n![](attachment:sketch.png)"), ("code", "x = 1\ny = 2"), ("raw", "as it is")]


def test_what_is_kept():
    """Text, kind, id, nbgrader's metadata and pictures; no output and no other metadata, of which nothing is graded."""
    notebook = parsed(plain())
    assert sources(notebook) == ANSWERS
    assert [cell.id for cell in notebook.cells] == ["title", "task", "raw"]
    assert notebook.cells[0].attachments == {"sketch.png": {"image/png": "AAAA"}}
    assert notebook.cells[1].metadata == {"nbgrader": plain()["cells"][1]["metadata"]["nbgrader"]}
    assert notebook.cells[1].outputs == []
    assert notebook.metadata == {}


def written(change: str) -> dict:
    """A notebook with the same answers, written in another way."""
    node = plain()
    title, task, raw = node["cells"]
    match change:
        case "no metadata":
            del node["metadata"], title["metadata"], raw["metadata"]
        case "metadata is null":
            node["metadata"] = title["metadata"] = raw["metadata"] = None
        case "metadata is a list":
            node["metadata"], title["metadata"] = [], ["x"]
        case "tags are null":
            task["metadata"]["tags"] = None
        case "tags are a text":
            task["metadata"]["tags"] = "draft"
        case "outputs are null":
            task["outputs"] = None
        case "no outputs":
            del task["outputs"], task["execution_count"]
        case "an output of no kind":
            task["outputs"] = [{"text": 3}, None, "printed"]
        case "a count that is a text":
            task["execution_count"] = "12"
        case "source in one text":
            for cell in node["cells"]:
                cell["source"] = "".join(cell["source"])
        case "lines as Windows ends them":
            task["source"] = ["x = 1\r\n", "y = 2"]
        case "lines as old Macs ended them":
            task["source"] = "x = 1\ry = 2"
        case "keys of an editor":
            task |= {"vscode": {"languageId": "python"}, "collapsed": True, "block_group": "a1"}
            task["metadata"] |= {"deepnote_cell_type": "code", "id": "x", "cellView": "form", "trusted": True}
            node["colab"], node["metadata"]["marimo"] = {"provenance": []}, None
        case "another language":
            node["metadata"]["kernelspec"] = None
            node["metadata"]["language_info"] = {"name": "julia"}
        case "no ids":
            for cell in node["cells"]:
                del cell["id"]
            node["nbformat_minor"] = 4
        case "ids twice":
            for cell in node["cells"]:
                cell["id"] = "same"
        case "ids that are none":
            title["id"], task["id"], raw["id"] = "an id with spaces", "x" * 65, 3
        case "no minor version":
            del node["nbformat_minor"]
        case "a minor version to come":
            node["nbformat_minor"] = 9
        case "no version":
            del node["nbformat"], node["nbformat_minor"]
        case "versions as texts":
            node["nbformat"], node["nbformat_minor"] = "4", "5"
        case "a version with a point":
            node["nbformat"] = 4.5
        case "numbers that JSON has not":
            node["metadata"]["x"], task["metadata"]["y"] = math.nan, math.inf
        case "a number without end":
            node["metadata"]["x"] = int("9" * 4000)
        case "half a character in an output":
            task["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "\ud800"}]
        case "a deep output":
            for _ in range(300):
                task["outputs"] = [task["outputs"]]
        case "pictures in code":
            task["attachments"] = {"a.png": {"image/png": "AAAA"}}
        case "pictures that are none":
            raw["attachments"] = {"a": None, "b": {}, "c": {"image/png": None}}
        case "format 3":
            cells = [
                {"cell_type": "heading", "level": 1, "source": ["Sums\n", "![](attachment:sketch.png)"]},
                {"cell_type": "code", "language": "python", "input": ["x = 1\n", "y = 2"], "prompt_number": 3},
                {"cell_type": "raw", "source": "as it is"},
            ]
            cells[1]["outputs"] = [{"output_type": "pyout", "prompt_number": 3, "text": "x"}]
            node = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"cells": cells}]}
    return node


WAYS = re.findall(r'case "(.+)":', inspect.getsource(written))


@pytest.mark.parametrize("way", WAYS)
def test_the_same_answers(way):
    """However an editor writes a notebook, the answers are those that the learner sees."""
    node = written(way)
    assert node != plain() or way == "source in one text"
    found = sources(parsed(node))
    if way == "format 3":  # whose headings have one line
        found[0] = (found[0][0], found[0][1].replace(" ![", "\n!["))
    assert found == ANSWERS


@pytest.mark.parametrize(
    ("kind", "stands"), [("heading", ("markdown", "# Mine")), ("html", ("markdown", "Mine")), ("sql", ("raw", "Mine"))]
)
def test_kinds_of_cells(kind, stands):
    """A kind of cell that format 4.5 has not is text, and does not run."""
    node = plain()
    node["cells"].append({"cell_type": kind, "metadata": {}, "source": "Mine"})
    assert sources(parsed(node))[-1] == stands


TEXT = json.dumps(plain(), indent=1).replace("as it is", "as ü is")


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-le"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace('"cells"', '"cells": [], "cells"', 1).encode(),
        b"\n\n" + TEXT.encode() + b"\n\n",
    ],
    ids=["mark", "utf-16", "utf-16 the other way", "utf-16 without mark", "crlf", "a key twice", "space around"],
)
def test_encodings(content):
    """A byte order mark, UTF-16 as PowerShell writes it, and other ends of lines are no faults."""
    assert sources(parsed(content)) == [*ANSWERS[:2], ("raw", "as ü is")]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The notebook is an empty file. Ask for it again."),
        (b"\xef\xbb\xbf\n", "The notebook is an empty file. Ask for it again."),
        (TEXT.encode("latin-1"), NO_TEXT),
        (TEXT.encode()[:-40], "The notebook is broken: line"),
        (TEXT.encode() + b"}\n", "The notebook is broken: line"),
        (b"\0" * 4096, "The notebook is broken: line 1 is not valid JSON. Ask for it again."),
        (b"<!DOCTYPE html>", "The notebook is broken: line 1 is not valid JSON. Ask for it again."),
        (b"{}", NO_NOTEBOOK),
        (b"null", NO_NOTEBOOK),
        (b'{"cells": {}}', NO_NOTEBOOK),
        (b'{"nbformat": 3, "worksheets": [null]}', NO_NOTEBOOK),
        (b'{"cells": ["x"]}', NO_NOTEBOOK),
        (b'{"cells": [{"cell_type": "code", "source": ["x", null]}]}', NO_NOTEBOOK),
        (b'{"cells": [{"cell_type": "code", "source": "\\ud83d"}]}', NO_TEXT),
        (b'{"nbformat": 5, "cells": []}', "The notebook has format 5, newer than 4, the newest known here."),
        (b'{"cells": [' + b"[" * 5000, NO_NOTEBOOK),
        (
            b'{"cells": [' + b",".join([b'{"cell_type": "raw"}'] * 5001) + b"]}",
            "The notebook has 5,001 cells, and may have 5,000. Ask for it again.",
        ),
        (
            b'{"cells": [' + b"[]," * 10_000_000 + b"0]}",
            "The notebook holds too much to be read. Ask for it again with its outputs cleared.",
        ),
    ],
    ids=range(18),
)
def test_no_notebook(content, sentence):
    """What can't be graded gets one sentence that says why."""
    with pytest.raises(NotGradable) as raised:
        document.parse(content)
    assert str(raised.value).startswith(sentence)
    assert str(raised.value).endswith(("Ask for it again.", "cleared.", "known here."))


ODD = [None, True, 0, -1.5, math.nan, 10**30, "", "text", "\ud800", [], [None], ["a", "b"], {}, {"a": None}, {"a": {}}]


def changed(node: object, top: object) -> Iterator[object]:
    """The document `top` in all ways in which one of the values below `node` is left out, or something odd."""
    places = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in list(places):
        for odd in ODD:
            node[key] = odd
            yield top
        node[key] = value
        yield from changed(value, top)
    for key in list(node) if isinstance(node, dict) else ():
        left = node.pop(key)
        yield top
        node[key] = left


def test_whatever_stands_in_it():
    """With any one value of a notebook replaced or left out, it is still a valid notebook, or there is a sentence."""
    node = plain()
    read, refused = 0, Counter()
    for odd in changed(node, node):
        try:
            parsed(copy.deepcopy(odd))
            read += 1
        except NotGradable as reason:
            refused[str(reason)] += 1
    assert node == plain()
    assert read > 500
    newer = f"The notebook has format {10**30}, newer than 4, the newest known here."
    assert refused.keys() == {NO_NOTEBOOK, NO_TEXT, newer}
