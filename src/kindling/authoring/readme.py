"""The table of lessons in the README, which `kindling dev build` writes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kindling.authoring.lessons import Lesson
from kindling.errors import BuildError

__all__ = ["with_table"]

# The table stands between these two lines.
TABLE = ("<!-- The table of lessons is written by `kindling dev build`. -->", "<!-- End of the table of lessons. -->")
FURTHER = "### Going further"


def with_table(readme: Path, chosen: Sequence[Lesson]) -> str:
    """Return the README's text with the table of these lessons. Raises BuildError where the place for it is gone."""
    text = readme.read_text(encoding="utf-8")
    if text.count(TABLE[0]) != 1 or text.count(TABLE[1]) != 1:
        raise BuildError.no_table(readme, *TABLE)
    # What comes after the final exercise, the lesson with scripts, goes further.
    final = next((place for place, lesson in enumerate(chosen) if lesson.scripts), len(chosen))
    parts = [chosen[: final + 1], chosen[final + 1 :]]
    tables = f"\n\n{FURTHER}\n\n".join(_table(part) for part in parts if part)
    before, after = text.split(TABLE[0])[0], text.split(TABLE[1])[1]
    return f"{before}{TABLE[0]}\n{tables}\n{TABLE[1]}{after}"


def _table(chosen: Sequence[Lesson]) -> str:
    rows = [
        f"| [{lesson.name[:2]} {lesson.title}](release/{lesson.name}/{lesson.name}.ipynb) "
        f"| {lesson.promise} | {lesson.minutes} |"
        for lesson in chosen
    ]
    return "\n".join(["| lesson | you can then … | minutes |", "|---|---|---|", *rows])
