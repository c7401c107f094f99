"""Runs the checks of a learner's notebook in a terminal, and says in a line what came of each."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kindling import names
from kindling.cell_ids import check_of
from kindling.credit import PARTIAL_CREDIT
from kindling.errors import WorkspaceError
from kindling.learn import course, notebook, workspace
from kindling.learn.course import Task
from kindling.learn.messages import Request, Said
from kindling.learn.notebook import Cell, State
from kindling.learn.progress import Standing, TaskStanding
from kindling.learn.runner import Processes, Server, runner
from kindling.wording import joined, one_line

__all__ = ["SECONDS", "last_saved", "report", "run", "saved", "standings"]

SECONDS = 120  # that a cell may take, as with the Validate button

MISSING = "Its check is not in your notebook. To bring it back: kindling reset {}"
TIME = "{} ran longer than {:g} s and was stopped. Does every loop in your code end?"
KILLED = "{} was killed (SIGKILL). Does it use more memory than there is?"
FAILED, NOT_WRITTEN = State.FAILED, State.NOT_WRITTEN
ENDED = "{} ended Python ({}), and with it the notebook."


def report(root: Path, word: str | None, say: Callable[[str], None], *, seconds: float = SECONDS) -> bool:
    """Say a line for each check of a lesson, or for that of one task, and return whether all but the bonus passed.

    Without a word, the lesson is the one whose files in `lab/` were saved last. Ctrl-C stops it. Raises WorkspaceError.
    """
    who = runner()
    try:
        return run(root, word, say, seconds=seconds, who=who)
    except KeyboardInterrupt:
        say("Stopped. Your notebook is as it was.")
        return False
    finally:
        who.close()


def run(
    root: Path, word: str | None, say: Callable[[str], None], *, seconds: float = SECONDS, who: Server | Processes
) -> bool:
    """Do what `report` does, with a runner of the caller's, and leave Ctrl-C to the caller."""
    lesson, until = course.lesson_or_task(root, word) if word else (last_saved(root), None)
    say(lesson)
    found = []
    for one in standings(root, lesson, until, seconds=seconds, who=who):
        if isinstance(one, TaskStanding):
            found.append(one)
        say(one.line if isinstance(one, TaskStanding) else one)
    if until:
        return all(one.state is State.PASSED for one in found)
    standing = Standing(lesson, found)
    say(standing.summary)
    return standing.finished


def standings(
    root: Path, lesson: str, until: Task | None = None, *, seconds: float = SECONDS, who: Server | Processes
) -> Iterator[TaskStanding | str]:
    """Yield what comes of each check as the notebook's cells run in order, or of that of one task.

    A sentence comes for each other cell that fails. Raises WorkspaceError.
    """
    plan = _plan(root, lesson, until)
    tasks = {task.check: task for task in course.tasks(root, lesson) if until in (None, task)}
    own: dict[str, TaskStanding] = {}  # of each task whose cell failed
    request: Request = {
        "folder": str(course.mine(root, lesson).parent.resolve()),
        "files": _fingerprint(root, lesson),
        "environment": {name: value for name, value in os.environ.items() if name.startswith("KINDLING_")},
        "cells": [step.text for step in plan],
        "snapshots": [place for place, step in enumerate(plan) if step.cell.name and not step.cell.is_check],
        "seconds": seconds,
    }
    for said in who.ask(request):
        step, problem = plan[said["place"]], _sentence(plan, said, seconds)
        if task := tasks.pop(step.cell.name, None):
            yield own.get(task.id) or _standing(task, step, said, problem)
        elif problem and (task := tasks.get(check_of(step.cell.name))):
            own[task.id] = _standing(task, step, said, problem)
        elif problem and not step.cell.name and said.get("error") != "NotWritten":  # which the task's check says
            yield f"✗ {step.title}  {problem}"
    there = {step.cell.name for step in plan}
    for name, task in tasks.items():  # whose checks did not run
        missing = "" if name in there else MISSING.format(task.address)
        yield own.get(task.id) or TaskStanding(task, State.NOT_RUN, sentence=missing)


def last_saved(root: Path) -> str:
    """Return the lesson of which a file in `lab/` was saved last. Raises WorkspaceError where none is there."""
    times = {lesson: saved(root, lesson) for lesson in course.lessons(root) if course.mine(root, lesson).exists()}
    if not times:
        raise WorkspaceError.no_notebook(root / "lab")
    return max(times, key=lambda lesson: times[lesson])


def saved(root: Path, lesson: str) -> int:
    """Return when a file of a lesson in `lab/` was saved last, in nanoseconds; 0 where none is there."""
    return max((path.stat().st_mtime_ns for _, path in workspace.files(root, lesson) if path.exists()), default=0)


@dataclass(frozen=True)
class _Step:
    """A cell to run, and its text: of a check the released one."""

    cell: Cell
    text: str

    @property
    def title(self) -> str:
        """What stands for it in a line: how it begins."""
        return f"The cell `{one_line(self.text.strip().splitlines()[0])}`:"


def _plan(root: Path, lesson: str, until: Task | None) -> list[_Step]:
    """Return the cells to run, in order: those that only show something are left out, where no other builds on them."""
    released, mine = (notebook.read(at(root, lesson)) for at in (course.released, course.mine))
    checks = {cell.name: cell.source for cell in released.cells if cell.is_check}
    shows = {cell.source.strip() for cell in released.cells if cell.is_show}
    last = {cell.name: place for place, cell in enumerate(mine.cells) if cell.name in checks}
    end = max((place for name, place in last.items() if until is None or name == until.check), default=-1)
    steps = [
        _Step(cell, checks.get(cell.name, cell.source))
        for place, cell in enumerate(mine.cells[: end + 1])
        if cell.type == "code" and cell.source.strip() and last.get(cell.name, place) == place
    ]
    used = [names.of_check(one.text) if one.cell.name in checks else names.of(one.text) for one in steps]
    shown = {place for place, one in enumerate(steps) if not one.cell.name and one.text.strip() in shows}
    left_out = shown - names.builds_on(used, shown).keys()
    return [one for place, one in enumerate(steps) if place not in left_out]


def _standing(task: Task, step: _Step, said: Said, problem: str) -> TaskStanding:
    """Return what came of a check, or of a task's own cell that failed."""
    if problem:
        return TaskStanding(task, NOT_WRITTEN if said.get("error") == "NotWritten" else FAILED, sentence=problem)
    earned = said.get("value", 0.0) if PARTIAL_CREDIT in step.text else task.points
    return TaskStanding(task, State.PASSED if earned >= task.points else FAILED, earned)


def _sentence(plan: list[_Step], said: Said, seconds: float) -> str:
    """Return why a cell failed, "" where it did not."""
    step = plan[said["place"]]
    if ended := said.get("ended"):
        sentence = {"time": TIME, "SIGKILL": KILLED}.get(ended, ENDED)
        return sentence.format("The check" if step.cell.is_check else "The cell", seconds if ended == "time" else ended)
    where = ""
    if "line" in said and not (within := plan[said["within"]]).cell.is_check:
        of = f" of the cell `{within.cell.name}`" if within is not step and within.cell.name else ""
        where = f" (line {said['line']}{of})" if of or within is step else ""
    sentence = one_line(said["sentence"]) + where
    return joined(sentence, one_line(said["explanation"])) if "explanation" in said else sentence


def _fingerprint(root: Path, lesson: str) -> str:
    """Return a text that changes with each file of Python beside a notebook."""
    found = sorted(course.mine(root, lesson).parent.rglob("*.py"))
    return json.dumps([(str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in found if path.is_file()])
