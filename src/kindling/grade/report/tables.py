"""Tables of the reports: laid out once, and shown on a terminal and on a page."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from rich.console import Console, RenderableType
from rich.table import Table as RichTable
from rich.text import Text

__all__ = ["FIRST", "Cell", "Column", "Table", "plain"]

FIRST = 10  # rows of a table of sentences that are shown at once


@dataclass(frozen=True)
class Column:
    """A column: its heading, and whether it holds numbers, which stand to the right.

    One of bars is for a terminal alone: a page has a figure.
    """

    heading: str
    number: bool = False
    bars: bool = False


@dataclass(frozen=True)
class Cell:
    """A cell: its text, and what comes after it and matters less, `aside`; `detail` is for a page, which has room.

    `style` is rich's, for a terminal. A page sets names of code as such.
    """

    text: str
    aside: str = ""
    detail: str = ""
    style: str = ""
    code: bool = False


@dataclass(frozen=True)
class Table:
    """A table; of a cell that needs no more than its text, the text is enough."""

    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Cell | str]]

    def part(self, start: int, end: int | None = None) -> Table:
        """Return a table of the rows from `start` on, counted from 0, up to `end`."""
        return Table(self.columns, self.rows[start:end])

    def for_terminal(self) -> RichTable:
        """Return what a rich console shows. Only the last column is broken into lines."""
        table = RichTable(box=None, padding=(0, 2, 0, 0), header_style="dim")
        for column in self.columns:
            last = column is self.columns[-1]
            table.add_column(
                column.heading, justify="right" if column.number else "left", overflow="fold", no_wrap=not last
            )
        for row in self.rows:
            cells = map(_cell, row)
            table.add_row(*(Text(cell.text, style=cell.style).append(cell.aside, style="dim") for cell in cells))
        return table

    def as_html(self) -> str:
        """Return the table as HTML."""
        shown = [(place, column) for place, column in enumerate(self.columns) if not column.bars]
        kinds = {place: "number" if column.number else "text" for place, column in shown}
        heads = [f'<th scope="col" class="{kinds[place]}">{escape(column.heading)}</th>' for place, column in shown]
        rows = (
            "".join(f'<td class="{kind}">{_html(_cell(row[place]))}</td>' for place, kind in kinds.items())
            for row in self.rows
        )
        body = "\n".join(f"<tr>{row}</tr>" for row in rows)
        return f"<table><thead><tr>{''.join(heads)}</tr></thead><tbody>\n{body}\n</tbody></table>"


def plain(parts: RenderableType) -> str:
    """Return what a rich console shows as text: no colours, and one line for each row, however long."""
    file = io.StringIO()
    console = Console(file=file, width=10_000, color_system=None, force_terminal=False)
    console.print(parts)
    return "\n".join(line.rstrip() for line in file.getvalue().rstrip().split("\n"))


def _cell(cell: Cell | str) -> Cell:
    return Cell(cell) if isinstance(cell, str) else cell


def _html(cell: Cell) -> str:
    text = escape(cell.text + cell.detail)
    text = f"<code>{text}</code>" if cell.code else text
    return f'{text}<span class="aside">{escape(cell.aside)}</span>' if cell.aside else text
