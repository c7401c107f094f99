"""What the gradebook has to take on when a lesson is released: what is new, changed or gone, and who loses by it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import (
    Comment,
    Grade,
    Gradebook,
    GradeCell,
    MissingEntry,
    Notebook,
    SolutionCell,
    SourceCell,
    SubmittedNotebook,
    TaskCell,
)

from kindling.cell_ids import task_of
from kindling.grade import released
from kindling.wording import many

__all__ = ["Changes", "differing", "graded"]

Cells = dict[str, NotebookNode]


class Changes:
    """What the gradebook has to take on for a lesson to be as its source notebooks say."""

    def __init__(self, book: Gradebook, lesson: str, notebooks: dict[str, NotebookNode]) -> None:
        self._book, self._lesson, self._notebooks = book, lesson, notebooks
        known = {name: self._known(name) for name in notebooks}
        wanted = {name: graded(notebook) for name, notebook in notebooks.items()}
        had = {name: released.of(notebook) if notebook else {} for name, notebook in known.items()}
        there, before = (
            [cell for one in cells.values() for cell in one.values() if _counts(cell)] for cells in (wanted, had)
        )
        self.tasks, self.points = len(there), sum(float(cell.metadata.nbgrader.points) for cell in there)
        new, gone = _tasks(map(_name, there)), _tasks(map(_name, before))
        self.new, self.gone = ([task for task in new if task not in gone], [task for task in gone if task not in new])
        other = [cell for name in notebooks if known[name] for cell in differing(wanted[name], had[name])]
        self.changed = [task for task in _tasks(other) if task not in self.new + self.gone]
        kernels = any(notebook and notebook.kernelspec != _kernelspec(notebooks[n]) for n, notebook in known.items())
        self.any = bool(None in known.values() or other or kernels)
        self._old = [cell for name in notebooks if known[name] for cell in _superfluous(known[name], wanted[name])]
        self.submissions = sum(len(notebook.submissions) for notebook in known.values() if notebook)
        losing = [(cell.name, student) for cell in self._old for student in self._losing(cell)]
        self.loses, self.losers = _tasks(cell for cell, _ in losing), len({student for _, student in losing})
        self.regrade = any(
            grade.auto_score is not None
            for notebook in known.values()
            if notebook
            for handed_in in notebook.submissions
            for grade in handed_in.grades
        )

    def enter(self) -> None:
        """Write it all to the gradebook, or nothing."""
        session = self._book.db
        assignment = self._book.update_or_create_assignment(self._lesson)
        handed_in = list(assignment.submissions)
        try:
            for cell in self._old:
                for kind in (Grade, Comment):
                    for row in session.query(kind).filter_by(cell_id=cell.id):
                        session.delete(row)
                session.delete(cell)
            for name, node in self._notebooks.items():
                notebook = self._known(name)
                if notebook is None:
                    notebook = Notebook(name=name, assignment=assignment)
                    session.add(notebook)
                    session.add_all(SubmittedNotebook(notebook=notebook, assignment=one) for one in handed_in)
                notebook.kernelspec = _kernelspec(node)
                session.flush()  # gives each row its id
                self._enter(notebook, graded(node))
            session.commit()
        except BaseException:
            session.rollback()
            raise

    def told(self, name: str, new_files: bool, backup: str | None) -> str:
        """Return what was done, in a line."""
        counts = f"{many(self.tasks, 'task')}, {many(self.points, 'point')}"
        if not self.any and not new_files:
            return f"{name}: nothing has changed since it was released: {counts}."
        said = f"{name}: in the gradebook, {counts}; release/{name} is what learners get."
        if self.submissions:
            for word, tasks in (("New", self.new), ("Changed", self.changed), ("Gone", self.gone)):
                said += f" {word}: {', '.join(f'`{task}`' for task in tasks)}." if tasks else ""
        if self.any and self.regrade:
            said += (
                f" The points that are there stay until `kindling grade {name} --force` grades again; those given by "
                "hand stay then, too."
            )
            said += " Until then a new task counts 0." if self.new else ""
        return said + (f" The gradebook as it was before: {backup}." if backup else "")

    def _known(self, name: str) -> Notebook | None:
        try:
            return self._book.find_notebook(name, self._lesson)
        except MissingEntry:
            return None

    def _losing(self, cell: Any) -> Iterator[str]:
        """Yield each student for whom the gradebook holds something of this cell."""
        for grade in self._book.db.query(Grade).filter_by(cell_id=cell.id):
            if {grade.auto_score, grade.manual_score, grade.extra_credit} != {None}:
                yield grade.student.id
        for comment in self._book.db.query(Comment).filter_by(cell_id=cell.id):
            if comment.manual_comment is not None:
                yield comment.student.id

    def _enter(self, notebook: Notebook, wanted: Cells) -> None:
        """Write the cells of a notebook; for each that is new, every submission gets its empty grade or comment."""
        session = self._book.db
        have = {(type(cell), cell.name): cell for cell in (*notebook._base_cells, *notebook.source_cells)}
        for name, cell in wanted.items():
            kinds = [
                (GradeCell, utils.is_grade, (Grade,)),
                (SolutionCell, utils.is_solution, (Comment,)),
                (TaskCell, utils.is_task, (Grade, Comment)),
            ]
            for kind, applies, parts in kinds:
                if not applies(cell):
                    continue
                row = have.get((kind, name))
                if new := row is None:
                    row = kind(name=name, notebook=notebook)
                if kind is not SolutionCell:
                    row.max_score, row.cell_type = float(cell.metadata.nbgrader.points), cell.cell_type
                session.add(row)
                if new:
                    session.flush()  # gives it its id
                    session.add_all(
                        part(cell_id=row.id, notebook=one) for one in notebook.submissions for part in parts
                    )
            source = have.get((SourceCell, name)) or SourceCell(name=name, notebook=notebook)
            source.cell_type, source.source, source.locked = cell.cell_type, cell.source, utils.is_locked(cell)
            source.checksum = cell.metadata.nbgrader.get("checksum")
            session.add(source)


def _superfluous(notebook: Notebook, wanted: Cells) -> list[Any]:
    """Return the gradebook's cells of a notebook that are no longer there, or no longer of that kind."""
    is_kind = {GradeCell: utils.is_grade, SolutionCell: utils.is_solution, TaskCell: utils.is_task}
    cells = [*notebook.grade_cells, *notebook.solution_cells, *notebook.task_cells]
    old = [cell for cell in cells if cell.name not in wanted or not is_kind[type(cell)](wanted[cell.name])]
    return old + [cell for cell in notebook.source_cells if cell.name not in wanted]


def graded(node: NotebookNode) -> Cells:
    """Return the cells of a notebook that nbgrader keeps, by their names."""
    kinds = (utils.is_grade, utils.is_solution, utils.is_locked, utils.is_task)
    return {_name(cell): cell for cell in node.cells if any(kind(cell) for kind in kinds)}


def _counts(cell: NotebookNode) -> bool:
    return utils.is_grade(cell) or utils.is_task(cell)


def differing(wanted: Cells, found: Cells) -> list[str]:
    """Return the names of the cells that are not the same in text, kind or points, in order."""

    def facts(cells: Cells, name: str) -> tuple[Any, ...] | None:
        if name not in cells:
            return None
        cell, about = cells[name], cells[name].metadata.nbgrader
        kinds = (utils.is_grade(cell), utils.is_solution(cell), utils.is_locked(cell), utils.is_task(cell))
        return cell.cell_type, cell.source, kinds, float(about.points) if _counts(cell) else None

    return [name for name in dict.fromkeys([*wanted, *found]) if facts(wanted, name) != facts(found, name)]


def _name(cell: NotebookNode) -> str:
    name: str = cell.metadata.nbgrader.grade_id
    return name


def _tasks(cells: Iterable[str]) -> list[str]:
    """Return the tasks that cells of these names belong to, each once."""
    return list(dict.fromkeys(task_of(cell) for cell in cells))


def _kernelspec(node: NotebookNode) -> str:
    return json.dumps(node.metadata.get("kernelspec", {}))
