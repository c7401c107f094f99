"""What is kept of a notebook to be looked at: nothing in it runs when it is opened. For files beside it: filenames.py.

Formgrader shows a submission on Jupyter's own origin, where a script can do what the instructor can. So what comes out
of here holds no active content, and is a valid notebook of format 4.5, whatever went in. Nor does it hold a hidden
test: some courses give back to learners what they graded.
"""

from __future__ import annotations

import copy
import itertools
import re
from collections.abc import Mapping
from typing import Any

from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_notebook

from kindling.grade.markup import PICTURES, as_text, clean_html, clean_markdown, clean_svg, is_plain, is_readable
from kindling.grade.sealed.syntax import HIDDEN_TESTS

__all__ = ["clean"]

ELSEWHERE = "# The hidden tests that ran here stand in source/."

_MOST, _MOST_HTML = 500_000, 1_000_000  # characters of Markdown, and of HTML in outputs, that are read of a notebook
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]+")
_COMMAND = re.compile(r"\\(?:href|url|html\w*|require|includegraphics)(?![a-zA-Z])")
_WORD = re.compile(r"[\w.+/ -]{1,60}")
_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_GRADE_ID = re.compile(r"[a-zA-Z0-9_.-]+")


def clean(notebook: Mapping[str, Any]) -> NotebookNode:
    """Return the notebook without anything that runs, loads or breaks when it is shown; valid in format 4.5.

    What decides points stays: each output's kind, errors, and what was printed. A check loses its hidden tests. Text
    that can't be shown as Markdown becomes plain HTML, and what is left of other outputs is their harmless forms.
    """
    taken: set[str] = set()
    left, left_html = _MOST, _MOST_HTML
    cells: list[dict[str, Any]] = []
    for cell in notebook.get("cells") or []:
        if not isinstance(cell, dict):
            continue
        kind, source = cell.get("cell_type"), _text(cell.get("source"))
        metadata = _dict(cell, "metadata")
        if kind == "heading":  # of format 3
            level = cell.get("level")
            marks = "#" * (level if isinstance(level, int) and 1 <= level <= 6 else 1)
            kind, source = "markdown", f"{marks} {source}"
        kept: dict[str, Any] = {"cell_type": kind, "metadata": _cell_metadata(metadata), "source": source}
        if kind == "code":
            about = _dict(kept["metadata"], "nbgrader")
            if about.get("grade") and not about.get("solution"):  # else it is a learner's text
                kept["source"] = HIDDEN_TESTS.sub(ELSEWHERE, source)
            count = cell.get("execution_count")
            kept["execution_count"] = count if type(count) is int and count >= 0 else None
            outputs = cell.get("outputs")
            kept["outputs"] = []
            for output in outputs if isinstance(outputs, list) else []:
                if isinstance(output, dict):
                    left_html -= len(_text(_dict(output, "data").get("text/html")))
                    left -= len(_text(_dict(output, "data").get("text/markdown")))
                    forms = ["text/html"] * (left_html > 0) + ["text/markdown"] * (left > 0)
                    kept["outputs"] += _output(output, forms)
        else:
            left -= len(source)
            if kind == "markdown":
                pictures = _attachments(_dict(cell, "attachments"))
                kept["source"] = clean_markdown(source, tuple(pictures.items())) if left > 0 else as_text(source)
                if pictures and kept["source"] == source:
                    kept["attachments"] = {name: dict([picture]) for name, picture in pictures.items()}
            else:  # a raw cell, or of a kind that nobody knows
                kept["cell_type"] = "raw"
                kept["source"] = source if left > 0 and is_plain(source) else clean_html(source)
        name = cell.get("id")
        if not (isinstance(name, str) and _ID.fullmatch(name) and name not in taken):
            name = next(new for n in itertools.count(len(cells)) if (new := f"cell-{n}") not in taken)
        taken.add(name)
        cells.append({"id": name, **kept})
    clean: NotebookNode = new_notebook(metadata=_notebook_metadata(_dict(notebook, "metadata")), cells=from_dict(cells))
    return clean


def _text(value: object) -> str:
    """Return text as a notebook may hold it: whole, or in lines."""
    if isinstance(value, list):
        value = "".join(part for part in value if isinstance(part, str))
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _dict(node: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = node.get(key)
    return value if isinstance(value, dict) else {}


def _notebook_metadata(metadata: dict[str, Any]) -> NotebookNode:
    """Return what the page of a notebook needs to know: its kernel and its language."""
    kept = {}
    for name, needed in (("kernelspec", ("name", "display_name")), ("language_info", ("name",))):
        words = {
            key: value
            for key, value in _dict(metadata, name).items()
            if isinstance(value, str) and _WORD.fullmatch(value) and _WORD.fullmatch(key)
        }
        if all(key in words for key in needed):
            kept[name] = words
    node: NotebookNode = from_dict(kept)
    return node


def _cell_metadata(metadata: dict[str, Any]) -> dict[str, Any]:
    """Return what nbgrader and the editors need to know of a cell."""
    kept: dict[str, Any] = {
        name: metadata[name] for name in ("collapsed", "deletable", "editable") if isinstance(metadata.get(name), bool)
    }
    hidden = {name: value for name, value in _dict(metadata, "jupyter").items() if isinstance(value, bool)}
    if hidden:
        kept["jupyter"] = {name: value for name, value in hidden.items() if name in ("source_hidden", "outputs_hidden")}
    if metadata.get("cellView") in ("form", "both", "code"):
        kept["cellView"] = metadata["cellView"]
    tags = metadata.get("tags")
    if isinstance(tags, list):
        tags = [tag for tag in tags if isinstance(tag, str) and re.fullmatch(r"[\w.:-]{1,60}", tag)]
        kept["tags"] = list(dict.fromkeys(tags))  # each once, as the format wants
    about = metadata.get("nbgrader")
    if isinstance(about, dict) and _GRADE_ID.fullmatch(str(about.get("grade_id", ""))):
        kept["nbgrader"] = copy.deepcopy(about)
    return kept


def _attachments(attachments: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Return the pictures that a cell brings, each a type and base64, by name."""
    return {
        name: picture
        for name, forms in attachments.items()
        if isinstance(forms, dict)
        and (
            picture := next(
                ((kind, text) for kind in PICTURES if _BASE64.fullmatch(text := _text(forms.get(kind)))), None
            )
        )
    }


def _output(output: dict[str, Any], rich: list[str]) -> list[dict[str, Any]]:
    """Return a valid output of the same kind that only shows something, none for one of no known kind.

    `rich` are the forms of text that there is time to read.
    """
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return [{"output_type": kind, "name": name, "text": _text(output.get("text"))}]
    if kind == "error":
        lines = output.get("traceback")
        lines = [_text(line) for line in lines] if isinstance(lines, list) else []
        said = {key: _text(output.get(key)) for key in ("ename", "evalue")}
        return [{"output_type": kind, **said, "traceback": lines}]
    if kind not in ("display_data", "execute_result"):
        return []
    given, about = _dict(output, "data"), _dict(output, "metadata")
    inert = (*PICTURES, "image/svg+xml", "text/latex", *rich)
    data = {form: content for form in given if form in inert and (content := _shown(form, given[form]))}
    if "text/plain" in given:
        data["text/plain"] = _text(given["text/plain"])
    metadata = {form: kept for form in data if form in PICTURES and (kept := _picture(_dict(about, form)))}
    kept = {"output_type": kind, "data": data, "metadata": {**metadata, **_size(about)}}
    if kind == "execute_result":
        count = output.get("execution_count")
        kept["execution_count"] = count if type(count) is int and count >= 0 else None
    elif given and not data:
        data["text/plain"] = f"Not shown here: {', '.join(map(str, given))[:200]}"
    return [kept]


def _shown(form: str, content: object) -> str | None:
    """Return what may be shown of one form of an output, or None where that is nothing."""
    text = _text(content)
    if form in PICTURES:
        return text if _BASE64.fullmatch(text) else None
    if form == "text/html":
        return clean_html(text).strip() if is_readable(text) else None
    if form == "text/markdown":
        return clean_markdown(text)
    if form == "text/latex":  # which is not always shown by a program that knows it for text
        return None if _COMMAND.search(text) else re.sub(r"<(?=[a-zA-Z/!?])", "< ", text)
    try:
        return clean_svg(text)
    except ValueError:
        return None


def _picture(about: dict[str, Any]) -> dict[str, Any]:
    """Return how large a picture is to be shown, and the text for those who do not see it."""
    alt = {"alt": text[:1000]} if (text := _text(about.get("alt"))) else {}
    return {**_size(about), **alt}


def _size(about: dict[str, Any]) -> dict[str, Any]:
    """Return how large a picture is to be shown."""
    return {name: about[name] for name in ("width", "height") if type(about.get(name)) in (int, float)}
