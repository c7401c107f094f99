"""What breaks the rules of a good lesson, and what is wrong in the project's pages: `kindling dev audit`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from kindling.authoring import lessons
from kindling.authoring.prose import LINK, local_target, masked
from kindling.authoring.rules import RULES
from kindling.errors import LessonError
from kindling.grade.sealed.slicing import seal
from kindling.wording import many

__all__ = ["audit", "claims", "links", "repeated_lists"]


def links(root: Path) -> Iterator[str]:
    """Yield a sentence for each local link in the project's pages that leads nowhere."""
    for page in _pages(root):
        text = masked(page.read_text(encoding="utf-8"))
        for link in re.finditer(LINK, text, flags=re.MULTILINE):
            target = local_target(link)
            if target and not (page.parent / target).exists():
                line = text.count("\n", 0, link.start()) + 1
                yield f"{page.relative_to(root)}:{line}: the link to `{target}` leads nowhere. Fix or remove it."


def repeated_lists(root: Path) -> Iterator[str]:
    """Yield a sentence for each page that lists lessons by name: the README's table is built, and is the only list.

    CHANGELOG.md may name them: what it says of a day stays true.
    """
    names = [path.stem for path in lessons.find(root / "course")]
    for page in _pages(root):
        found = [name for name in names if name in page.read_text(encoding="utf-8")]
        if len(found) >= 3 and page not in (root / "README.md", root / "CHANGELOG.md"):
            yield f"{page.relative_to(root)} lists the lessons {', '.join(found)}. Link to README.md's table instead."


def audit(root: Path, names: list[str] | None = None) -> Iterator[str]:
    """Yield one sentence for each broken rule in the named lessons, or in all of them and the project's pages.

    A lesson that can't be read is one sentence, and the rest is audited. Raises LessonError for an unknown name.
    """
    for path in lessons.find(root / "course", names):
        try:
            lesson = lessons.read(path)
        except LessonError as error:
            yield str(error)
            continue
        for rule in RULES:
            yield from (f"{path.relative_to(root)}:{line}: {sentence}" for line, sentence in rule(lesson))
    if not names:
        yield from links(root)
        yield from repeated_lists(root)


def claims(root: Path, names: list[str] | None = None) -> str:
    """Return a sentence on how many claims the lessons' checks make, and how many of them are not sealed."""
    tasks = [task for path in lessons.find(root / "course", names) for task in lessons.read(path).tasks]
    checks = [check for task in tasks if (check := seal(task.check.source))]
    count, own = sum(check.claims for check in checks), sum(len(check.not_sealed) for check in checks)
    whole = len(tasks) - len(checks)
    said = "all sealed" if not own and not whole else f"{own} of them and {many(whole, 'whole check')} not sealed"
    return f"{many(len(checks), 'check')} make {count:,} claims, {said}."


def _pages(root: Path) -> list[Path]:
    """Return the pages that people write: at the top, one README per folder, and all of docs."""
    found = {page for pattern in ("*.md", "*/README.md", "docs/**/*.md") for page in root.glob(pattern)}
    return sorted(page for page in found if not page.relative_to(root).parts[0].startswith("."))
