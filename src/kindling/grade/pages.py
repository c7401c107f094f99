"""The pages that show a graded notebook: what `nbgrader_config.py` tells nbconvert of templates and filters.

Feedback pages and formgrader are both made from them. Nothing on them comes from another server.
"""

from __future__ import annotations

import html
import importlib.util
import re
from pathlib import Path

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from kindling.grade import markup

__all__ = ["FILTERS", "TEMPLATES", "clean_html", "latex_to_html", "markdown_to_html", "sentence"]

_NBGRADER = importlib.util.find_spec("nbgrader")
assert _NBGRADER is not None
assert _NBGRADER.origin is not None
# Ours, and those of nbgrader's that they leave as they are.
TEMPLATES = [
    str(Path(__file__).with_name("templates")),
    str(Path(_NBGRADER.origin).parent / "server_extensions" / "formgrader" / "templates"),
]
FILTERS = {  # by the names that templates of nbconvert's use
    "markdown2html": "kindling.grade.pages.markdown_to_html",
    "clean_html": "kindling.grade.pages.clean_html",
    "latex2html": "kindling.grade.pages.latex_to_html",
    "sentence": "kindling.grade.pages.sentence",
    "task": "kindling.cell_ids.task_of",
}

_LONGEST_FORMULA = 3000
_TAG = re.compile(r'(<(/?)([a-z][a-z0-9]*)(?:"[^"]*"|[^">])*>)')
_FORMULA = re.compile(
    r"\\\$|\$\$(?P<block>.+?)\$\$|\$(?P<inline>(?:\\.|[^$\\])+)\$"
    r"|\\begin\{(?P<name>[a-z]+\*?)\}.*?\\end\{(?P=name)\}",
    re.DOTALL,
)
_MATHML_TAGS = markup.words(
    "math mrow mi mn mo ms mtext mspace mfrac msqrt mroot mstyle merror mpadded mphantom menclose msub msup "
    "msubsup munder mover munderover mmultiscripts mprescripts none mtable mtr mtd"
)
_MATHML_ATTRIBUTES = markup.words(
    "display displaystyle scriptlevel mathvariant mathsize stretchy fence separator form lspace rspace width "
    "height depth voffset columnalign rowalign columnspacing rowspacing columnlines rowlines linethickness accent "
    "accentunder movablelimits largeop symmetric minsize maxsize notation mathcolor"
)


@pass_context
def markdown_to_html(context: Context, source: str) -> Markup:
    """Return the Markdown of a cell as HTML that runs nothing, its formulas as MathML."""
    cell = context.get("cell") or {}
    pictures = {name: next(iter(forms.items()), ("", "")) for name, forms in (cell.get("attachments") or {}).items()}
    return Markup(_typeset(markup.markdown_to_html(source, pictures)))


def clean_html(text: object) -> Markup:
    """Return HTML that runs nothing; what another filter here has made is already clean."""
    return text if isinstance(text, Markup) else Markup(markup.clean_html(str(text)))


def latex_to_html(text: str) -> Markup:
    """Return an output of LaTeX as HTML with MathML."""
    return Markup(_typeset(html.escape(text)))


def sentence(text: str) -> Markup:
    """Return a sentence as HTML, with what stands in backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text)))


def _typeset(text: str) -> str:
    """Return clean HTML with the formulas of its text, LaTeX between dollars, as MathML; code stays as it is."""
    code = 0
    parts = _TAG.split(text)  # text, tag, its slash, its name, text, …
    for index in range(0, len(parts), 4):
        if not code:
            parts[index] = _FORMULA.sub(_formula, parts[index])
        if index + 1 < len(parts):
            code += (parts[index + 3] in ("code", "pre", "a")) * (-1 if parts[index + 2] else 1)
            parts[index + 2] = parts[index + 3] = ""
    return "".join(parts)


def _formula(match: re.Match[str]) -> str:
    """Return a formula as MathML, or as the text that it is where nobody can read it."""
    if match[0] == "\\$":
        return "$"
    latex = html.unescape(match["block"] or match["inline"] or match[0])
    try:
        if len(latex) > _LONGEST_FORMULA:
            raise ValueError
        return _mathml(latex, "inline" if match["inline"] else "block")
    except Exception:  # a parser of LaTeX fails in many ways
        return f"<code>{match[0]}</code>"


def _mathml(latex: str, display: str) -> str:
    import latex2mathml.converter

    return markup.clean_xml(latex2mathml.converter.convert(latex, display=display), _MATHML_TAGS, _mathml_attribute)


def _mathml_attribute(tag: str, name: str, value: str) -> str | None:
    return value if name in _MATHML_ATTRIBUTES and re.fullmatch(r"[\w.,#+% -]*", value) else None
