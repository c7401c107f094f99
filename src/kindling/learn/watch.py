"""Runs the checks of a learner's notebook each time that it is saved."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from kindling.errors import KindlingError
from kindling.learn import check, course
from kindling.learn.runner import Processes, runner

__all__ = ["watch"]

LOOK_SECONDS = 0.5  # between two looks whether a file was saved


def watch(root: Path, word: str | None, say: Callable[[str], None], *, seconds: float = check.SECONDS) -> None:
    """Say what `check.run` says, now and at each save, until Ctrl-C. What fails is said, and the next save awaited.

    Raises WorkspaceError for a word that means no lesson and no task.
    """
    chosen = [course.lesson_or_task(root, word)[0]] if word else course.lessons(root)
    who = runner()
    try:
        while True:
            before = [check.saved(root, lesson) for lesson in chosen]
            try:
                check.run(root, word, say, seconds=seconds, who=who)
            except KindlingError as error:
                say(str(error))
            say("Waiting for the next save; Ctrl-C ends it.")
            if isinstance(who, Processes):
                who.prepare()
            while [check.saved(root, lesson) for lesson in chosen] == before:
                time.sleep(LOOK_SECONDS)
            say("")
    except KeyboardInterrupt:
        pass
    finally:
        who.close()
