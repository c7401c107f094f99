"""The class report as one page for any browser: the same tables, and a figure for each lesson."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from html import escape
from string import Template
from typing import TYPE_CHECKING, Any

from kindling.grade.report import tables

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from kindling.grade.report.class_report import LessonReport

__all__ = ["as_html"]

READABLE = 6  # per cent: the narrowest part of a bar that holds its number

NOTE = (
    "Each sentence is what a learner reads when a check fails, and how many submissions got it. "
    "No student is named here, and “…” stands for what learners wrote themselves."
)
CAPTION = (
    "A bar for each task, in the order of the lesson. Long orange parts are mistakes that many made alike: "
    "their sentences stand below."
)


def as_html(lessons: Sequence[LessonReport]) -> str:
    """Return the page of some lessons, which needs no other file and no network."""
    return _PAGE.substitute(
        title=escape(f"Class report: {', '.join(lesson.lesson for lesson in lessons)}"),
        note=escape(NOTE),
        sections="\n".join(map(_section, lessons)),
    )


def _section(lesson: LessonReport) -> str:
    """Return the part of the page that tells of one lesson."""
    parts = [
        f"<h2>{escape(lesson.lesson)}</h2>",
        f"<p>{escape(lesson.summary)}</p>",
        f'<figure><img src="data:image/svg+xml;base64,{base64.b64encode(_svg(lesson)).decode()}" '
        f'alt="{escape(_alternative(lesson))}"><figcaption>{escape(CAPTION)}</figcaption></figure>',
        lesson.task_table().as_html(),
    ]
    for heading, table in lesson.finding_tables():
        parts += [f"<h3>{escape(heading)}</h3>", table.part(0, tables.FIRST).as_html()]
        if (rest := table.part(tables.FIRST)).rows:
            parts.append(f"<details><summary>{len(rest.rows)} more</summary>{rest.as_html()}</details>")
    return "<section>\n" + "\n".join(parts) + "\n</section>"


def _alternative(lesson: LessonReport) -> str:
    """Return in words what the plot of a lesson shows."""
    shares = ", ".join(f"{task.task}{task.note} {task.percent_solved}" for task in lesson.tasks)
    return f"A bar for each task of {lesson.lesson}. Solved by: {shares}. The table below has all numbers."


def _svg(lesson: LessonReport) -> bytes:
    """Return the plot of a lesson, an SVG picture: a bar for each task, cut into solved, wrong and not written."""
    import matplotlib as mpl

    buffer = io.BytesIO()

    with mpl.rc_context({"svg.hashsalt": lesson.lesson, "svg.fonttype": "path", "hatch.linewidth": 0.6}):
        _figure(lesson).savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue()


def _figure(lesson: LessonReport) -> Figure:
    from matplotlib.figure import Figure

    from kindling.plots import BLACK, BLUE, ORANGE

    # Told apart by lightness and by hatching, not by hue alone: a greyscale print keeps them.
    looks: dict[str, dict[str, Any]] = {
        "solved": {"facecolor": BLUE},
        "a named mistake": {"facecolor": ORANGE},
        "otherwise wrong": {"facecolor": "#F8DCC4", "hatch": "////"},
        "not written": {"facecolor": "white"},
    }
    figure = Figure(figsize=(8, 1.2 + 0.3 * len(lesson.tasks)), layout="constrained")
    ax = figure.subplots()
    rows = list(range(len(lesson.tasks)))
    counts = [(task.solved, task.mistaken, task.otherwise_wrong, task.not_written) for task in lesson.tasks]
    shares = [[100 * count / (sum(task) or 1) for count in task] for task in counts]
    left = [0.0 for _ in rows]
    for part, (name, look) in enumerate(looks.items()):
        widths = [task[part] for task in shares]
        bars = ax.barh(rows, widths, left=left, height=0.72, label=name, edgecolor=BLACK, linewidth=0.6, **look)
        texts = [f"{int(width)}%" if width >= READABLE else "" for width in widths]
        colour = "white" if name == "solved" else BLACK
        for label in ax.bar_label(bars, texts, label_type="center", color=colour, fontsize=8):
            if "hatch" in look:
                label.set_bbox({"facecolor": look["facecolor"], "edgecolor": "none", "pad": 1})
        left = [start + width for start, width in zip(left, widths, strict=True)]
    ax.set_yticks(rows, [task.task + task.note for task in lesson.tasks], family="monospace")
    ax.invert_yaxis()
    ax.set(xlim=(0, 100), xlabel="per cent of the graded submissions")
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.tick_params(left=False)
    figure.legend(loc="outside upper left", ncols=len(looks), frameon=False)
    return figure


_PAGE = Template("""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>
:root { color-scheme: light; }
body { margin: 2rem auto; max-width: 56rem; padding: 0 1rem; color: #1a1a1a; background: white;
  font: 1rem/1.5 system-ui, sans-serif; }
h1, h2, h3 { line-height: 1.2; }
h2 { margin-top: 3rem; padding-top: 1rem; border-top: 2px solid #003a6b; }
h3 { margin: 2rem 0 0.5rem; }
code { font-size: 0.95em; }
figure { margin: 1.5rem 0; break-inside: avoid; }
img { width: 100%; height: auto; }
h1, h2, p { overflow-wrap: anywhere; }
figcaption, .aside, .note { color: #555; font-size: 0.9rem; }
table { border-collapse: collapse; width: 100%; }
th { font-weight: normal; font-size: 0.9rem; color: #555; vertical-align: bottom; }
th, td { padding: 0.3rem 1rem 0.3rem 0; text-align: left; border-bottom: 1px solid #ddd; }
td { vertical-align: top; overflow-wrap: anywhere; }
td:not(:last-child) { overflow-wrap: normal; }
.number { text-align: right; white-space: nowrap; }
summary { cursor: pointer; padding: 0.5rem 0; }
tr { break-inside: avoid; }
h2, h3 { break-after: avoid; }
@media print { body { margin: 0; max-width: none; } section + section { break-before: page; } }
</style>
</head>
<body>
<h1>Class report</h1>
<p class="note">$note</p>
$sections
</body>
</html>
""")
