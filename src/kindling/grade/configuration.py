"""What nbgrader_config.py says of a course: its folders, its gradebook, and the steps of grading with their options."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nbgrader.apps.baseapp import NbGrader
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties
from traitlets.config.loader import DeferredConfig

from kindling.errors import GradingError
from kindling.grade import database, run

__all__ = ["course", "late_penalties", "late_policy", "made_step", "options", "own_modules", "private", "step_name"]


def course(root: Path) -> CourseDirectory:
    """Return the course in a folder, as its nbgrader_config.py and the user's own configuration say."""
    app = NbGrader()
    with contextlib.chdir(root), own_modules(Path.cwd()):
        app.load_config_file()
    config = app.config
    config.CourseDirectory.setdefault("root", str(root.resolve()))
    course = CourseDirectory(config=config)
    course.db_url = database.patient(course.db_url)
    return course


@contextlib.contextmanager
def own_modules(root: Path | str) -> Iterator[None]:
    """Let Python find modules in the course's folder, a late policy say, as nbgrader's own commands do.

    Only meanwhile, so that no worker gets to know of that folder, and no file in it stands in for a library there.
    """
    sys.path.insert(0, str(root))
    try:
        yield
    finally:
        sys.path.remove(str(root))


def private(course: CourseDirectory) -> dict[str, str]:
    """Return the places of a course that no learner's code may read, each by what a sentence calls it."""
    places = {"the course folder": course.root}
    steps = ("source", "source_with_tests", "solution", "submitted", "autograded", "feedback")
    for step in (getattr(course, f"{name}_directory") for name in steps):
        places[f"the folder {step}"] = course.format_path(step, "*", "*").partition("*")[0]
    if file := database.file(course.db_url):
        places["the gradebook"] = file
    if exchange := course.config.get("Exchange", {}).get("root"):
        places["the exchange folder"] = exchange
    return {what: os.path.abspath(place) for what, place in places.items()}


def options(section: Mapping[str, Any], kind: Any) -> dict[str, Any]:
    """Return the options of a kind of step; those of a command line, which are text yet, as what they mean."""
    traits = kind.class_traits()
    return {
        name: value.get_value(traits[name]) if isinstance(value, DeferredConfig) and name in traits else value
        for name, value in section.items()
    }


def late_penalties(course: CourseDirectory) -> AssignLatePenalties:
    """Return nbgrader's step for late submissions. Raises GradingError where the course's own policy can't be used."""
    try:
        with own_modules(course.root):
            return AssignLatePenalties(config=course.config)
    except Exception as error:  # whatever a module of the course's own does when it is imported
        cause = error.__cause__ or error.__context__ or error
        raise GradingError.plugin(late_policy(course), f"{type(cause).__name__}: {cause}") from None


def late_policy(course: CourseDirectory) -> str:
    """Return the name of the class that says what a late submission costs."""
    return step_name(
        course.config.AssignLatePenalties.get("plugin_class", AssignLatePenalties.plugin_class.default_value)
    )


def step_name(step: str | type) -> str:
    """Return the name of a preprocessor, given by its class or its name."""
    return step if isinstance(step, str) else f"{step.__module__}.{step.__name__}"


def made_step(step: str | type, config: Any) -> Any:
    """Return a preprocessor, given by its class or its name."""
    return run.step_class(step_name(step))(config=config)
