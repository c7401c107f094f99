"""What stands in the prose of a lesson or page: text without its code, and where links lead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from kindling.authoring.lessons import Lesson

__all__ = ["LINK", "found", "local_target", "masked", "prose"]

LINK = (
    r"\]\(<?(?P<inline>[^)\s>]+)|^ *\[[^\]^][^\]]*\]: *(?P<below>\S+)"
    r"|<(?:img|a)\b[^>]*?(?:src|href)=[\"'](?P<html>[^\"']+)"
)


def masked(text: str) -> str:
    """Return a text of the same length with an `x` for each character of code and formulas."""
    pattern = r"^(`{3,}|~{3,})[\s\S]*?^\1|`[^`\n]+`|\$[^$\n]+\$"
    return re.sub(pattern, lambda code: re.sub(r"[^\n]", "x", code[0]), text, flags=re.MULTILINE)


def prose(lesson: Lesson) -> Iterator[tuple[int, str]]:
    """Yield the first line and the text of each markdown cell, without its code."""
    yield from ((cell.line + 1, masked(cell.source)) for cell in lesson.cells if cell.type == "markdown")


def found(pattern: str, lesson: Lesson) -> Iterator[tuple[int, re.Match[str]]]:
    """Yield each place where the prose has the pattern, with its line."""
    for first, text in prose(lesson):
        for place in re.finditer(pattern, text, flags=re.IGNORECASE | re.MULTILINE):
            yield first + text.count("\n", 0, place.start()), place


def local_target(link: re.Match[str]) -> str | None:
    """Return where a link leads, without its anchor; None where that is on the web or on the same page."""
    target = next(filter(None, link.groups()))
    return None if re.match(r"\w+:|//", target) else unquote(target.split("#")[0]) or None
