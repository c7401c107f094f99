"""What is kept of a notebook to be looked at: nothing in it runs when it is opened. For files beside it: filenames.py.

Formgrader shows a submission on Jupyter's own origin, where a script can do what the instructor can. So what comes out
of here holds no active content, and is a valid notebook of format 4.5, whatever went in.
"""

from __future__ import annotations

import copy
import functools
import html
import itertools
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

import nh3
from defusedxml.ElementTree import fromstring
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_notebook

__all__ = ["clean", "clean_html", "clean_xml", "markdown_to_html", "words"]

PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")


def words(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


_LONGEST = 20_000  # characters of text that are read as Markdown: its patterns take quadratic time on some
_MOST = 500_000  # the same, of a whole notebook
_LONGEST_HTML, _DEEPEST_HTML = 300_000, 40  # the sanitizer takes quadratic time on what is nested deeper
_MOST_HTML = 1_000_000
_OPENING = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_NEVER_DEEPER = words("br hr img wbr col p li dd dt tr td th thead tbody tfoot input meta link area source")

# Out to the web, to a file that was handed in, or to another lesson; not to what a server does when it is asked.
_LINK = re.compile(
    r"(?:https?://|mailto:|#)[^\s\\]*|(?:(?![\\/])(?!.*\.\./)[\w./%~ -]+|\.\./\w+/\w+\.ipynb)(?:#[\w%.-]*)?", re.I
)
_PICTURE = re.compile(rf"data:(?:{'|'.join(PICTURES)});base64,[A-Za-z0-9+/=\s]*|(?!/)(?!.*\.\./)[\w./% -]+", re.I)
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]+")
_COMMAND = re.compile(r"\\(?:href|url|html\w*|require|includegraphics)(?![a-zA-Z])")
_WORD = re.compile(r"[\w.+/ -]{1,60}")
_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_GRADE_ID = re.compile(r"[a-zA-Z0-9_.-]+")

# What a learner may write in Markdown as HTML, without attributes.
_RAW = re.compile(
    r"(?:[^<]|</?(?:details|summary|code|pre|kbd|samp|var|b|i|u|s|em|strong|small|mark|del|ins|sub|sup|br|hr) ?/?>"
    r"|<(?![a-zA-Z/!?]))*"
)

_TAGS = nh3.ALLOWED_TAGS - {"map", "area"}
_CLASSES = {"table": {"dataframe"}, "div": {"highlight"}}
_STYLES = {"color", "background-color", "font-weight", "font-style", "text-align", "text-decoration", "vertical-align"}
_ATTRIBUTES = {
    **{tag: names - {"name"} for tag, names in nh3.ALLOWED_ATTRIBUTES.items()},
    "*": {"style", "title", "lang", "dir"},
    "table": {"border", "align", "summary"},
    "details": {"open"},
    "span": {"class"},  # of highlighted code; `_attribute` looks at it
}

_SVG = "http://www.w3.org/2000/svg"
_SVG_TAGS = words(
    "svg g defs symbol use title desc path rect circle ellipse line polyline polygon text tspan clipPath mask "
    "marker pattern linearGradient radialGradient stop image"
)
_LOCAL = re.compile(r"#[\w.:-]+")


def clean(notebook: Mapping[str, Any]) -> NotebookNode:
    """Return the notebook without anything that runs, loads or breaks when it is shown; valid in format 4.5.

    What decides points stays: each output's kind, errors, and what was printed. Text that can't be shown as Markdown
    becomes plain HTML, and what is left of other outputs is their harmless forms.
    """
    taken: set[str] = set()
    left, left_html = _MOST, _MOST_HTML
    cells = []
    for cell in notebook.get("cells") or []:
        if not isinstance(cell, dict):
            continue
        kind, source = cell.get("cell_type"), _text(cell.get("source"))
        metadata = _dict(cell, "metadata")
        if kind == "heading":  # of format 3
            level = cell.get("level")
            kind, source = "markdown", f"{'#' * (level if level in range(1, 7) else 1)} {source}"
        kept: dict[str, Any] = {"cell_type": kind, "metadata": _cell_metadata(metadata), "source": source}
        if kind == "code":
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
                kept["source"] = _markdown(source, tuple(pictures.items())) if left > 0 else _as_text(source)
                if pictures and kept["source"] == source:
                    kept["attachments"] = {name: dict([picture]) for name, picture in pictures.items()}
            else:  # a raw cell, or of a kind that nobody knows
                kept["cell_type"] = "raw"
                kept["source"] = source if left > 0 and _RAW.fullmatch(source) else clean_html(source)
        name = cell.get("id")
        if not (isinstance(name, str) and _ID.fullmatch(name) and name not in taken):
            name = next(new for n in itertools.count(len(cells)) if (new := f"cell-{n}") not in taken)
        taken.add(name)
        cells.append({"id": name, **kept})
    return new_notebook(metadata=_notebook_metadata(_dict(notebook, "metadata")), cells=from_dict(cells))


def clean_html(text: str) -> str:
    """Return HTML with nothing in it that runs, asks or loads: text, tables, pictures that it brings, links.

    What is too long, or nested too deeply, to be looked at comes back as the text that it is.
    """
    if not _readable(text):
        return _as_text(text)
    return nh3.clean(
        text,
        tags=set(_TAGS),
        clean_content_tags={"script", "style", "title", "textarea", "noscript", "template", "iframe", "object"},
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        allowed_classes=_CLASSES,
        filter_style_properties=_STYLES,
        url_schemes={"http", "https", "mailto", "data"},
    )


def clean_xml(
    text: str, tags: frozenset[str], attribute: Callable[[str, str, str], str | None], namespace: str = ""
) -> str:
    """Return an XML document reduced to `tags` and to the attributes whose value `attribute(tag, name, value)` returns.

    Raises ValueError where it is none, or where its root is not one of `tags`.
    """
    try:
        root = fromstring(text)
    except (ElementTree.ParseError, ValueError, RecursionError) as error:  # defusedxml's own errors are ValueErrors
        raise ValueError(str(error)) from None
    if _local(root.tag) not in tags:
        raise ValueError(f"{_local(root.tag)} is not known.")
    waiting = [root]
    while waiting:
        element = waiting.pop()
        element.tag = tag = _local(element.tag)
        given = {_local(name): value for name, value in element.attrib.items()}
        element.attrib.clear()
        for name, value in given.items():
            if (value := attribute(tag, name, value)) is not None:
                element.set(name, value)
        for child in list(element):
            if isinstance(child.tag, str) and _local(child.tag) in tags:
                waiting.append(child)
            else:
                element.remove(child)
    if namespace:
        root.set("xmlns", namespace)
    return ElementTree.tostring(root, encoding="unicode")


def markdown_to_html(source: str, attachments: Mapping[str, tuple[str, str]] | None = None) -> str:
    """Return Markdown as HTML with nothing in it that runs; formulas stay LaTeX between dollars.

    `attachments` are the pictures of the cell, each a type and base64, by name.
    """
    if len(source) > _LONGEST:
        return _as_text(source)
    try:
        return clean_html(_rendered(source, attachments or {})[0])
    except Exception:  # a parser of some thousand lines meets whatever a learner can write
        return _as_text(source)


class _Renderer(IPythonRenderer):
    """nbconvert's own, which also takes note of what the same text would do where nobody cleans it."""

    def __init__(self, attachments: Mapping[str, tuple[str, str]]) -> None:
        super().__init__(escape=False, exclude_anchor_links=True)
        self.pictures, self.unsafe = attachments, False

    def text(self, text: str) -> str:
        return super().text(text).replace("$", "\\$")  # a dollar, where none begins a formula

    def block_html(self, html: str) -> str:
        self.unsafe |= not _RAW.fullmatch(html)
        return super().block_html(html)

    def inline_html(self, html: str) -> str:
        self.unsafe |= not _RAW.fullmatch(html)
        return super().inline_html(html)

    def link(self, text: str, url: str, title: str | None = None) -> str:
        self.unsafe |= not _LINK.fullmatch(html.unescape(url))
        return super().link(text, url, title)

    def image(self, text: str, url: str, title: str | None = None) -> str:
        if url.startswith("attachment:"):
            name = url.removeprefix("attachment:")
            self.unsafe |= name not in self.pictures
            kind, content = self.pictures.get(name) or self.pictures.get(unquote(name)) or ("", "")
            if not kind:
                return f"<em>[{html.escape(text) or 'picture'}: not handed in]</em>"
            url = f"data:{kind};base64,{content}"
        self.unsafe |= not _PICTURE.fullmatch(html.unescape(url))
        return super(IPythonRenderer, self).image(text, url, title)

    def block_mermaidjs(self, code: str) -> str:
        self.unsafe = True  # nbconvert writes it as it stands
        return f"<pre><code>{html.escape(code)}</code></pre>"


def _rendered(source: str, attachments: Mapping[str, tuple[str, str]]) -> tuple[str, bool]:
    """Return Markdown as HTML, not cleaned, and whether it needs to be."""
    renderer = _Renderer(attachments)
    return MarkdownWithMath(renderer=renderer).render(source), renderer.unsafe


@functools.lru_cache(maxsize=4000)  # the text of a lesson comes with each submission
def _markdown(source: str, attachments: tuple[tuple[str, tuple[str, str]], ...] = ()) -> str:
    """Return text that stays harmless whoever shows it as Markdown: itself, or the HTML that it means, on one line.

    A line of HTML without Markdown in it means the same to every program.
    """
    if len(source) > _LONGEST:
        return _as_text(source)
    try:
        rendered, unsafe = _rendered(source, dict(attachments))
    except Exception:  # as above
        return _as_text(source)
    if not unsafe:
        return source
    cleaned = _one_line(clean_html(rendered).strip())
    return cleaned if cleaned.startswith("<div>") else f"<div>{cleaned}</div>"


def _as_text(source: str) -> str:
    return f"<div><pre>{_one_line(html.escape(source))}</pre></div>"


def _one_line(text: str) -> str:
    """Return HTML that no rule of Markdown fits."""
    parts = re.split(r"(<[a-z/](?:\"[^\"]*\"|[^\">])*>)", text)
    for index, part in enumerate(parts):
        marks = r"[\r\n]" if index % 2 else r"[\r\n$\\`*_\[\]!~:|]"
        parts[index] = re.sub(marks, lambda mark: f"&#{ord(mark[0])};", part)
    return "".join(parts)


def _readable(text: str) -> bool:
    """Return whether HTML is short and flat enough for the sanitizer."""
    depth = deepest = 0
    if len(text) <= _LONGEST_HTML:
        for closes, tag in _OPENING.findall(text):
            if tag.lower() not in _NEVER_DEEPER:
                depth = max(0, depth + (-1 if closes else 1))
                deepest = max(deepest, depth)
    return len(text) <= _LONGEST_HTML and deepest <= _DEEPEST_HTML


def _attribute(tag: str, name: str, value: str) -> str | None:
    """Return what may stay of an attribute that nh3 lets pass."""
    if name == "src":
        return value if tag == "img" and _PICTURE.fullmatch(value.strip()) else None
    if name == "href":
        return value if tag == "a" and _LINK.fullmatch(value.strip()) else None
    if tag == "span" and name == "class":
        return value if re.fullmatch(r"[a-z]{1,2}[a-z0-9]?", value) else None
    return value


def _svg_attribute(tag: str, name: str, value: str) -> str | None:
    if name == "href":
        return value if _LOCAL.fullmatch(value) or (tag == "image" and value.startswith("data:image/png;")) else None
    if name.lower().startswith("on") or name in ("base", "src"):
        return None
    loads = "".join(value.split()).lower().replace("url(#", "")
    return None if any(word in loads for word in ("url(", "import", "\\", "expression", "script:")) else value


def _local(name: str) -> str:
    return name.rpartition("}")[2]


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
    return from_dict(kept)


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
    metadata = {form: size for form in data if form in PICTURES and (size := _size(_dict(about, form)))}
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
        return clean_html(text).strip() if _readable(text) else None
    if form == "text/markdown":
        return _markdown(text)
    if form == "text/latex":  # which is not always shown by a program that knows it for text
        return None if _COMMAND.search(text) else re.sub(r"<(?=[a-zA-Z/!?])", "< ", text)
    try:
        return clean_xml(text, _SVG_TAGS, _svg_attribute, _SVG)
    except ValueError:
        return None


def _size(about: dict[str, Any]) -> dict[str, Any]:
    """Return how large a picture is to be shown."""
    return {name: about[name] for name in ("width", "height") if type(about.get(name)) in (int, float)}
