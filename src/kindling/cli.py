"""The command `kindling`: grammar only; each command is one call."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from kindling.errors import KindlingError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
dev = typer.Typer(no_args_is_help=True, help="For authors of lessons.")
app.add_typer(dev, name="dev")
data = typer.Typer(no_args_is_help=True, help="Images to learn from.")
app.add_typer(data, name="data")

progress = Console(stderr=True, highlight=False)

Lessons = Annotated[
    list[str] | None, typer.Argument(help='Lessons, like "01_tensors" or "01"; all when none is named.')
]
ROOT = Path()


@app.callback()
def main(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,  # read by run()
) -> None:
    """Kindling: a PyTorch course whose exercises grade themselves."""


@app.command("open")
def open_(
    lesson: Annotated[
        str | None, typer.Argument(help='A lesson, like "03_training" or "03"; else the first unfinished one.')
    ] = None,
    jupyter: Annotated[list[str] | None, typer.Argument(help="After `--`: arguments for JupyterLab.")] = None,
) -> None:
    """Open your own copy of the lessons, the folder lab/, in JupyterLab."""
    from kindling import workspace

    arguments = jupyter or []
    if lesson and lesson.startswith("-"):  # `kindling open -- --no-browser`: no lesson is named
        lesson, arguments = None, [lesson, *arguments]
    if copies := workspace.fill(ROOT):
        progress.print(f"Files copied to lab/: {len(copies)}. What was there before is as you left it.")
    workspace.launch(ROOT, lesson, arguments)


@app.command("reset")
def reset_(lesson: Annotated[str, typer.Argument(help='A lesson, like "03_training" or "03".')]) -> None:
    """Set a lesson in lab/ back to how it was released; your own version stays beside it."""
    from kindling import workspace

    for path in workspace.reset(ROOT, lesson):
        print(f"Your version is now {path}.")
    print("The lesson in lab/ is as it was released. Is it open in JupyterLab? File, Reload Notebook from Disk.")


@data.command("corrupt-mnist")
def corrupt_mnist_(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder for the files, made if need be.")],
    seed: Annotated[int, typer.Option(min=0, help="Another seed gives other digits and angles.")] = 0,
) -> None:
    """Write the digits of the final exercise: {train,test}_{images,labels}.pt."""
    from kindling import data

    data.corrupt_mnist(folder, seed)
    for path in sorted(folder.expanduser().glob("t*_*.pt")):
        print(path)


@dev.command("build")
def build_(
    lessons: Lessons = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; name each stale or hand-edited file.")] = False,
) -> None:
    """Write source/ and release/ from course/."""
    from kindling import build

    if check:
        _report(build.stale(ROOT), "Each built file is what course/ says.")
    else:
        for path in build.build(ROOT, lessons):
            print(path)


@dev.command("audit")
def audit_(lessons: Lessons = None) -> None:
    """Name what breaks the rules of a good lesson."""
    from kindling import audit

    _report(list(audit.audit(ROOT, lessons)), "Every rule of a good lesson is kept.")


@dev.command("answers")
def answers_(lessons: Lessons = None) -> None:
    """Run the right and wrong answers of tests/answers/ against the lessons' checks."""
    from kindling import answers, lesson

    problems, count, start = [], 0, time.monotonic()
    for path in lesson.find(ROOT / "course", lessons):
        bank = ROOT / "tests" / "answers" / path.name
        if not bank.exists():
            problems.append(f"{bank} is missing. Write answers to the lesson's tasks there.")
            continue
        for outcome in answers.run(lesson.read(path), answers.read(bank)):
            count += 1
            if not outcome.as_wanted:
                answer, said = outcome.answer, outcome.said or "nothing"
                problems.append(
                    f"{bank}:{answer.line}: the check of {answer.task} said: {said}\n"
                    f"    wanted: {answer.says or 'nothing, since the answer is right'}"
                )
    seconds = time.monotonic() - start
    _report(
        problems, f"{count} answers in {seconds:.1f} s ({count / seconds:.0f} a second): each is judged as it must be."
    )


def _report(problems: list[str], fine: str) -> None:
    """Print each problem, and leave with 1; or print that all is fine."""
    for problem in problems:
        print(problem)
    if problems:
        raise typer.Exit(1)
    print(fine)


def run() -> None:
    """Run the command; an error is one sentence on stderr and exit code 1."""
    try:
        app()
    except Exception as error:
        if "--debug" in sys.argv:
            raise
        if isinstance(error, KindlingError):
            sentence = str(error)
        else:
            sentence = (
                f"{type(error).__name__}: {error}\n"
                "This is a fault of kindling, not yours. Please report it with what `kindling --debug …` prints."
            )
        progress.print(sentence, style="red", markup=False, soft_wrap=True)
        sys.exit(1)
