"""Markup from whomever, with nothing in it that a browser would run, ask or load: HTML, SVG and Markdown."""

from __future__ import annotations

import functools
import html
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Mapping
from urllib.parse import unquote

import nh3
from defusedxml.ElementTree import fromstring
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

__all__ = [
    "PICTURES",
    "as_text",
    "clean_html",
    "clean_markdown",
    "clean_svg",
    "clean_xml",
    "is_plain",
    "is_readable",
    "markdown_to_html",
    "words",
]

PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")


def words(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


_LONGEST = 20_000  # characters of text that are read as Markdown: its patterns take quadratic time on some
_LONGEST_HTML, _DEEPEST_HTML = 300_000, 40  # the sanitizer takes quadratic time on what is nested deeper
_OPENING = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_NEVER_DEEPER = words("br hr img wbr col p li dd dt tr td th thead tbody tfoot input meta link area source")

# Out to the web, to a file that was handed in, or to another lesson; not to what a server does when it is asked.
_LINK = re.compile(
    r"(?:https?://|mailto:|#)[^\s\\]*|(?:(?![\\/])(?!.*\.\./)[\w./%~ -]+|\.\./\w+/\w+\.ipynb)(?:#[\w%.-]*)?", re.I
)
_PICTURE = re.compile(rf"data:(?:{'|'.join(PICTURES)});base64,[A-Za-z0-9+/=\s]*|(?!/)(?!.*\.\./)[\w./% -]+", re.I)

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


def clean_html(text: str) -> str:
    """Return HTML with nothing in it that runs, asks or loads: text, tables, pictures that it brings, links.

    What is too long, or nested too deeply, to be looked at comes back as the text that it is.
    """
    if not is_readable(text):
        return as_text(text)
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


def clean_svg(text: str) -> str:
    """Return an SVG picture reduced to shapes and text. Raises ValueError where it is none."""
    return clean_xml(text, _SVG_TAGS, _svg_attribute, _SVG)


def is_plain(text: str) -> bool:
    """Return whether text holds no other HTML than tags without attributes that change how words look."""
    return bool(_RAW.fullmatch(text))


def markdown_to_html(source: str, attachments: Mapping[str, tuple[str, str]] | None = None) -> str:
    """Return Markdown as HTML with nothing in it that runs; formulas stay LaTeX between dollars.

    `attachments` are the pictures of the cell, each a type and base64, by name.
    """
    if len(source) > _LONGEST:
        return as_text(source)
    try:
        return clean_html(_rendered(source, attachments or {})[0])
    except Exception:  # a parser of some thousand lines meets whatever a learner can write
        return as_text(source)


class _Renderer(IPythonRenderer):
    """nbconvert's own, which also takes note of what the same text would do where nobody cleans it."""

    def __init__(self, attachments: Mapping[str, tuple[str, str]]) -> None:
        super().__init__(escape=False, exclude_anchor_links=True)
        self.pictures, self.unsafe = attachments, False

    def text(self, text: str) -> str:
        return super().text(text).replace("$", "\\$")  # a dollar, where none begins a formula

    def block_html(self, html: str) -> str:
        self.unsafe |= not is_plain(html)
        return super().block_html(html)

    def inline_html(self, html: str) -> str:
        self.unsafe |= not is_plain(html)
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
def clean_markdown(source: str, attachments: tuple[tuple[str, tuple[str, str]], ...] = ()) -> str:
    """Return text that stays harmless whoever shows it as Markdown: itself, or the HTML that it means, on one line.

    A line of HTML without Markdown in it means the same to every program.
    """
    if len(source) > _LONGEST:
        return as_text(source)
    try:
        rendered, unsafe = _rendered(source, dict(attachments))
    except Exception:  # as above
        return as_text(source)
    if not unsafe:
        return source
    cleaned = _one_line(clean_html(rendered).strip())
    return cleaned if cleaned.startswith("<div>") else f"<div>{cleaned}</div>"


def as_text(source: str) -> str:
    """Return HTML that shows a text as it was typed."""
    return f"<div><pre>{_one_line(html.escape(source))}</pre></div>"


def _one_line(text: str) -> str:
    """Return HTML that no rule of Markdown fits."""
    parts = re.split(r"(<[a-z/](?:\"[^\"]*\"|[^\">])*>)", text)
    for index, part in enumerate(parts):
        marks = r"[\r\n]" if index % 2 else r"[\r\n$\\`*_\[\]!~:|]"
        parts[index] = re.sub(marks, lambda mark: f"&#{ord(mark[0])};", part)
    return "".join(parts)


def is_readable(text: str) -> bool:
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
