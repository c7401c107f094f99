"""kindling.grade.cleaning: what is kept of a notebook."""

import copy
import json

import nbformat
import pytest
from conftest import REPOSITORY
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader import utils

from kindling.grade import cleaning

RELEASED = sorted((REPOSITORY / "release").glob("*/*.ipynb"))
PICTURE = "iVBORw0KGgo="


def plain(kind: str = "markdown", **parts: object) -> dict:
    """A cell as JSON, which nobody has looked at."""
    cell = {"cell_type": kind, "id": "a", "metadata": {}, "source": "text", **parts}
    return cell | ({"outputs": [], "execution_count": None} | parts if kind == "code" else {})


def output(**parts: object) -> dict:
    return plain("code", outputs=[parts])


ODD = {
    "missing_picture": plain(source="![my sketch](attachment:sketch.png)"),
    "name_with_spaces": plain(
        source="![a](attachment:my%20sketch.png)", attachments={"my sketch.png": {"image/png": PICTURE}}
    ),
    "picture_of_no_kind": plain(source="![a](attachment:a.tif)", attachments={"a.tif": {}}),
    "attachments_null": plain(attachments=None),
    "attachments_of_code": plain("code", attachments={"a.png": {"image/png": PICTURE}}),
    "outputs_of_text": plain(outputs=[], execution_count=3),
    "tags_text": plain("code", metadata={"tags": "draft"}),
    "tags_null": plain("code", metadata={"tags": None}),
    "tags_twice": plain("code", metadata={"tags": ["a", "a", 3, "b,c"]}),
    "metadata_null": plain("code", metadata=None),
    "heading": plain("heading", level=2),
    "heading_of_no_level": plain("heading"),
    "heading_of_a_level_with_a_point": plain("heading", level=2.0),
    "html": plain("html", source="<b>x</b>"),
    "no_kind": plain(None),
    "id_with_spaces": plain(id="an id with spaces"),
    "id_number": plain(id=7),
    "id_too_long": plain(id="a" * 65),
    "source_null": plain(source=None),
    "source_lines": plain(source=["# a\n", "b", None]),
    "collapsed_text": plain("code", metadata={"collapsed": "true", "jupyter": {"source_hidden": "yes"}, "name": 3}),
    "execution_count_text": plain("code", execution_count="3"),
    "outputs_null": plain("code", outputs=None),
    "stream_without_name": output(output_type="stream", text=["a", "b"]),
    "stream_without_text": output(output_type="stream", name="stdout"),
    "error_without_traceback": output(output_type="error", ename=None, evalue=3, traceback=None),
    "traceback_text": output(output_type="error", ename="E", evalue="", traceback="E"),
    "data_null": output(output_type="display_data", data=None, metadata=None),
    "data_of_numbers": output(output_type="display_data", data={"image/png": 3, "text/plain": None}, metadata={}),
    "result_without_count": output(output_type="execute_result", data={"text/plain": "1"}),
    "old_output": output(output_type="pyout", text="1", prompt_number=1),
    "no_output": output(),
    "widget": output(
        output_type="display_data",
        data={"application/vnd.jupyter.widget-view+json": {}, "text/plain": "w"},
        metadata={},
    ),
    "half_a_character": plain("code", source="'\ud800'"),
    "not_a_cell": "text",
}


@pytest.mark.parametrize("name", ODD)
def test_odd_notebooks_are_shown(name):
    """Whatever a notebook holds, what is kept is valid and nbconvert shows it; cleaned again, it is the same."""
    notebook = {"cells": [ODD[name], plain(), plain(id="a")], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    before = copy.deepcopy(notebook)
    kept = cleaning.clean(nbformat.from_dict(notebook))
    assert notebook == before
    nbformat.validate(json.loads(nbformat.writes(kept)))
    assert len({cell.id for cell in kept.cells}) == len(kept.cells)
    html, _ = HTMLExporter(template_name="classic").from_notebook_node(kept)
    assert "text" in html
    assert cleaning.clean(kept) == kept


@pytest.mark.parametrize(
    "metadata",
    [
        None,
        {"kernelspec": None, "language_info": "python"},
        {"kernelspec": {"name": 3}, "language_info": {"pygments_lexer": ["x"]}},
        {"widgets": None},
        {"widgets": {"application/vnd.jupyter.widget-state+json": {}}, "title": 3, "authors": "me"},
        {"language_info": {"name": '"><script>x</script>'}},
    ],
    ids=str,
)
def test_odd_metadata_of_a_notebook(metadata):
    """The same for what a notebook says of itself."""
    kept = cleaning.clean({"cells": [plain("code", source="x")], "metadata": metadata})
    nbformat.validate(kept)
    html, _ = HTMLExporter(template_name="classic").from_notebook_node(kept)
    assert "<script>x" not in html


@pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.stem)
def test_a_lesson_stays_as_it_is(path):
    """Nothing of ours is changed: texts, hints, formulas, code, and what nbgrader knows of a cell."""
    released = nbformat.read(path, as_version=4)
    kept = cleaning.clean(released)
    assert [(c.cell_type, c.id, c.source) for c in kept.cells] == [
        (c.cell_type, c.id, c.source) for c in released.cells
    ]
    assert [c.metadata.get("nbgrader") for c in kept.cells] == [c.metadata.get("nbgrader") for c in released.cells]
    assert kept.metadata.kernelspec == released.metadata.kernelspec


def test_a_check_loses_its_hidden_tests():
    """What a learner wrote stays, whatever it says; of a check what a learner has."""
    hidden = "### BEGIN HIDDEN TESTS\nassert f(271828)\n### END HIDDEN TESTS"
    check, own = new_code_cell(f"assert f(1)\n{hidden}\n"), new_code_cell(hidden)
    check.metadata.nbgrader = {"grade_id": "f_check", "grade": True, "solution": False}
    own.metadata.nbgrader = {"grade_id": "f", "grade": False, "solution": True}
    cells = cleaning.clean(new_notebook(cells=[check, own])).cells
    assert [cell.source for cell in cells] == [f"assert f(1)\n{cleaning.ELSEWHERE}\n", hidden]


@pytest.mark.parametrize(
    "outputs",
    [
        [],
        [new_output("error", ename="E", evalue="", traceback=[])],
        [new_output("stream", name="stderr", text="w")],
        [new_output("stream", name="stdout", text="")],
        [new_output("display_data", data={"application/javascript": "1"})],
        [new_output("display_data", data={"text/html": "<script>1</script>"}), new_output("error", traceback=[])],
        [new_output("execute_result", data={"text/plain": "0.5", "text/html": "<b>0.5</b>"})],
        [new_output("execute_result", data={"text/plain": "True"})],
    ],
    ids=str,
)
def test_points_stay(outputs):
    """A cell has the same points before and after."""
    about = {"grade_id": "a_check", "grade": True, "solution": False, "locked": True, "points": 2}
    notebook = new_notebook(cells=[new_code_cell("check", metadata={"nbgrader": about}, outputs=outputs)])
    (kept,) = cleaning.clean(notebook).cells
    assert utils.determine_grade(kept) == utils.determine_grade(notebook.cells[0])
    assert len(kept.outputs) == len(outputs)


@pytest.mark.parametrize(
    "source",
    [
        "a < b, and a<b, $x<y$, `<script>`",
        "> quoted\n\n    <script>indented</script>",
        "```html\n<script>x</script>\n```",
        "[a](https://pytorch.org/docs?x=1&y=2), [b](#top), [c](notes.md), <https://a.org>, <me@a.org>",
        "![plot](img/plot.png)",
        "<details><summary>Hint</summary>\n\n*a* $e^2$\n</details>",
        "| a | b |\n|:--|--:|\n| 1 | 2 |",
        "H<sub>2</sub>O<br>and <b>bold</b>",
    ],
)
def test_harmless_text_stays_as_it_is(source):
    """Markdown that runs nothing is kept letter by letter."""
    (kept,) = cleaning.clean(new_notebook(cells=[new_markdown_cell(source)])).cells
    assert kept.source == source


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("*a* <b onclick=x()>b</b>", "<div><p><em>a</em> <b>b</b></p></div>"),
        ("[a](javascript:x)", '<div><p><a rel="noopener noreferrer">a</a></p></div>'),
        ("[a](/logout)", '<div><p><a rel="noopener noreferrer">a</a></p></div>'),
        ("![a](/logout)", '<div><p><img alt="a"></p></div>'),
        ("![a](//host/a.png)", '<div><p><img alt="a"></p></div>'),
        ("![a](https://host/a.png)", '<div><p><img alt="a"></p></div>'),
        ("![a](data:image/svg+xml;base64,AA)", '<div><p><img alt="a"></p></div>'),
        ("<b id=top class=btn>$x$ *a*</b>", "<div><p><b>&#36;x&#36; <em>a</em></b></p></div>"),
        ("</div></div><h1>Full marks</h1>", "<div><h1>Full marks</h1></div>"),
        ("<script>x</script>", "<div></div>"),
    ],
)
def test_other_text_becomes_the_html_that_is_left(source, kept):
    """What is left of Markdown that does more is one line of HTML, the same for every program."""
    notebook = cleaning.clean(new_notebook(cells=[new_markdown_cell(source)]))
    assert notebook.cells[0].source == kept
    assert cleaning.clean(notebook) == notebook


@pytest.mark.parametrize("text", ["<div>" * 30_000, "<b>x" * 70_000, "[" * 30_000, "\\begin{a}" * 5_000])
def test_what_takes_too_long_to_read_is_text(text):
    """HTML without end, or as deep as it is long, keeps nobody waiting."""
    shown = new_code_cell("", outputs=[new_output("display_data", data={"text/html": text, "text/plain": "a"})])
    kept = cleaning.clean(new_notebook(cells=[new_markdown_cell(text), shown]))
    assert kept.cells[0].source.startswith("<div><pre>")
    assert "<div><div>" not in kept.cells[0].source
    assert len(kept.cells[1].outputs[0].data.get("text/html", "")) < 400_000


def test_pictures_stay_and_svg_loses_what_runs():
    """A figure stays bit by bit; of SVG the drawing stays."""
    svg = (
        '<?xml version="1.0"?><!DOCTYPE svg><svg xmlns="http://www.w3.org/2000/svg" onload="x()" '
        'xmlns:xlink="http://www.w3.org/1999/xlink"><script>x()</script><style>@import "http://h"</style>'
        '<a xlink:href="javascript:x()"><path d="M0 0"/></a>'
        '<path d="M0 1" style="fill: url(http://h)" onclick="x()"/><use xlink:href="http://h#a"/><use href="#a"/>'
        '<foreignObject><b/></foreignObject><animate attributeName="href"/><set onbegin="x()"/></svg>'
    )
    (cell,) = cleaning.clean(
        new_notebook(
            cells=[
                new_code_cell(
                    "plot()", outputs=[new_output("display_data", data={"image/png": PICTURE, "image/svg+xml": svg})]
                )
            ]
        )
    ).cells
    data = cell.outputs[0].data
    assert data["image/png"] == PICTURE
    assert data["image/svg+xml"] == (
        '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 1" /><use /><use href="#a" /></svg>'
    )


@pytest.mark.parametrize(
    ("about", "kept"),
    [
        ({"alt": "Both fall.", "width": 5, "onload": "x()"}, {"alt": "Both fall.", "width": 5}),
        ({"alt": "word " * 1000}, {"alt": ("word " * 1000)[:1000]}),
        ({"alt": {"html": "x"}}, {}),
    ],
)
def test_a_picture_keeps_its_size_and_its_alternative_text(about, kept):
    output = new_output("display_data", data={"image/png": PICTURE}, metadata={"image/png": about})
    (cell,) = cleaning.clean(new_notebook(cells=[new_code_cell("plot()", outputs=[output])])).cells
    assert cell.outputs[0].metadata.get("image/png", {}) == kept


@pytest.mark.parametrize(
    ("latex", "kept"),
    [
        ("$\\frac{a}{b}$", "$\\frac{a}{b}$"),
        ("$a<b$ <script>x</script>", "$a< b$ < script>x< /script>"),
        ("$\\href{javascript:x}{y}$", None),
    ],
)
def test_formulas_of_outputs(latex, kept):
    """A formula stays; it holds no tag, and no link."""
    shown = new_code_cell("", outputs=[new_output("display_data", data={"text/latex": latex, "text/plain": "a"})])
    (cell,) = cleaning.clean(new_notebook(cells=[shown])).cells
    assert cell.outputs[0].data.get("text/latex") == kept


def test_an_output_that_can_not_be_shown_says_so():
    """In place of a picture that a program would draw stands its kind."""
    shown = new_code_cell("", outputs=[new_output("display_data", data={"application/vnd.vega.v5+json": {}})])
    (cell,) = cleaning.clean(new_notebook(cells=[shown])).cells
    assert cell.outputs[0].data == {"text/plain": "Not shown here: application/vnd.vega.v5+json"}
