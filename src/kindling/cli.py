"""The command `kindling`: grammar only; each command is one call."""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import rich.progress
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn

from kindling.errors import KindlingError
from kindling.wording import many

if TYPE_CHECKING:
    from kindling.grade.report import Grading
    from kindling.learn.progress import Progress

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
QUIET_SECONDS = 10  # between two lines about progress where there is no terminal


class Format(StrEnum):
    """Who is to read the grades: any program, or a learning platform."""

    CSV = "csv"
    CANVAS = "canvas"
    MOODLE = "moodle"
    BLACKBOARD = "blackboard"


@dataclass
class Settings:
    """What holds for whichever command is run."""

    debug: bool = False


class Switch(StrEnum):
    """What a learner says to a thing that they may refuse."""

    ON = "on"
    OFF = "off"


@app.callback()
def main(
    context: typer.Context,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """Kindling: a PyTorch course whose exercises grade themselves."""
    context.ensure_object(Settings).debug = debug


@app.command("open")
def open_(
    lesson: Annotated[
        str | None, typer.Argument(help='A lesson, like "03_training" or "03"; else the first unfinished one.')
    ] = None,
    jupyter: Annotated[list[str] | None, typer.Argument(help="After `--`: arguments for JupyterLab.")] = None,
) -> None:
    """Open your own copy of the lessons, the folder lab/, in JupyterLab."""
    from kindling.learn import course, workspace

    arguments = jupyter or []
    if lesson and lesson.startswith("-"):  # `kindling open -- --no-browser`: no lesson is named
        arguments, lesson = [lesson, *arguments], None
    root = course.find()
    if copies := workspace.fill(root):
        progress.print(f"Files copied to lab/: {len(copies)}. What was there before is as you left it.")
    workspace.launch(root, lesson, arguments)


@app.command("check")
def check_(
    name: Annotated[
        str | None, typer.Argument(help='A lesson or a task, like "03" or "train_epoch"; else the lesson saved last.')
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Go on, and check again at each save.")] = False,
    seconds: Annotated[float, typer.Option(min=1, help="How long a cell may take.")] = 120,
) -> None:
    """Run the checks of a notebook in lab/, as it was last saved.

    Your code runs without a sandbox: this is your own machine. The notebook itself stays as it is.
    """
    from kindling.learn import check, course
    from kindling.learn import watch as watching

    if watch:
        watching.watch(course.find(), name, _say, seconds=seconds)
    elif not check.report(course.find(), name, _say, seconds=seconds):
        raise typer.Exit(1)


@app.command("progress")
def progress_(
    lesson: Annotated[str | None, typer.Argument(help='Show each task of this lesson, like "03".')] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show how far you are in each lesson, as your notebooks were last saved."""
    from kindling.learn import course
    from kindling.learn import progress as standing

    _print(standing.of(course.find(), lesson), json)


@app.command("next")
def next_() -> None:
    """Tell what to do now: the first task that is not done in the first unfinished lesson."""
    from kindling.learn import course
    from kindling.learn import progress as standing

    print(standing.next_step(course.find()))


@app.command("hint")
def hint_(
    task: Annotated[str, typer.Argument(help='A task, like "softmax", or "03/train" where several lessons have it.')],
    number: Annotated[int, typer.Argument(min=1, help="Which of its hints, counted from 1.")] = 1,
    every: Annotated[bool, typer.Option("--all", help="Print all of them.")] = False,
) -> None:
    """Print a hint for a task: the first one, or the one whose number you give."""
    from kindling.learn import course, hint

    print(hint.hint(course.find(), task, None if every else number))


@app.command("solution")
def solution_(
    task: Annotated[str, typer.Argument(help='A task, like "softmax", or "03/train" where several lessons have it.')],
    give_up: Annotated[bool, typer.Option("--give-up", help="Print it though your own answer does not pass.")] = False,
) -> None:
    """Print the reference solution of a task and a second way, once your own answer passes its check."""
    from kindling.learn import course, solution

    print(solution.solution(course.find(), task, give_up=give_up))


@app.command("reset")
def reset_(
    name: Annotated[str, typer.Argument(help='A lesson, a task or a script, like "03", "train_epoch" or "model.py".')],
) -> None:
    """Set a lesson, a task or a script in lab/ back to how it was released; your own version stays beside it."""
    from kindling.learn import course, reset

    what, kept = reset.reset(course.find(), name)
    for path in kept:
        print(f"Your version is now {path}.")
    print(f"{what} in lab/ is as it was released. Is it open in JupyterLab? File, Reload Notebook from Disk.")


@app.command("tries")
def tries_(
    state: Annotated[Switch | None, typer.Argument(help="Without it, tell which of the two holds.")] = None,
) -> None:
    """Let your notebooks note how often you ran each check until it passed, or end that."""
    from kindling.learn import course, tries

    print(tries.switch(course.find(), None if state is None else state is Switch.ON))


@app.command("handout")
def handout_(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder for students, made if need be.")],
    lessons: Annotated[
        list[str] | None, typer.Option(help='A lesson, like "01_tensors" or "01", for each option; all without one.')
    ] = None,
    due: Annotated[list[str] | None, typer.Option(help='A due date, like "01=2026-11-08 12:00 Europe/Berlin".')] = None,
) -> None:
    """Write the folder that students get: released lessons, this package, how to start. No solution is in it."""
    from kindling.learn import handout

    for line in handout.write(ROOT, folder, lessons, due):
        print(line)


@app.command("release")
def release_(
    lessons: Annotated[list[str], typer.Argument(help='Lessons, like "01_tensors" or "01".')],
    drop_points: Annotated[
        bool, typer.Option("--drop-points", help="Take away the points of tasks that are no longer there.")
    ] = False,
) -> None:
    """Make release/ from source/, and put lessons into the gradebook; what is there already stays."""
    from kindling.grade.release import release

    for line in release(ROOT, _chosen(lessons), drop_points=drop_points):
        print(line)


@app.command("grade")
def grade_(
    lessons: Annotated[list[str], typer.Argument(help='Lessons, like "01_tensors" or "01".')],
    student: Annotated[str | None, typer.Option(help="Grade this student only.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Grade again what is graded already.")] = False,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes to work with; else one for each core.")] = None,
    scheduler: Annotated[str | None, typer.Option(help="Address of a Dask scheduler, whose cluster grades.")] = None,
    no_sandbox: Annotated[bool, typer.Option("--no-sandbox", help="Let learners' code do whatever you can.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Grade what learners handed in, many at once; run again, it goes on where it stopped."""
    from kindling.grade import grade_class
    from kindling.grade.report import Grading

    grading, chosen = Grading(), _chosen(lessons)
    steps = grade_class(
        ROOT,
        chosen,
        grading,
        student=student,
        force=force,
        workers=workers,
        scheduler=scheduler,
        sandboxed=not no_sandbox,
    )
    try:
        _follow(steps)
    except BaseException as error:
        steps.close()
        if grading.rows:
            _print(grading, json)
        if not isinstance(error, KeyboardInterrupt):
            raise
        progress.print("Stopped. What is graded stays; the same command goes on with the rest.")
        raise typer.Exit(130) from None
    _print(grading, json)
    raise typer.Exit(grading.exit_code)


@app.command("feedback")
def feedback_(
    lessons: Annotated[list[str], typer.Argument(help='Lessons, like "01_tensors" or "01".')],
    student: Annotated[str | None, typer.Option(help="The feedback of this student only.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Write pages anew that are up to date.")] = False,
    zip: Annotated[Path | None, typer.Option(help="Write all pages of a lesson to this zip, for a platform.")] = None,
    format: Annotated[Format | None, typer.Option(help="With --zip: moodle or canvas.")] = None,
) -> None:
    """Write the feedback pages whose grades, comments or notebooks have changed, and only those."""
    from kindling.grade import feedback, feedback_zip

    chosen = _chosen(lessons)
    pages = list(_told(feedback.make(ROOT, chosen, student=student, force=force)))
    if not pages:
        progress.print("Nothing is new: each graded submission has its page.")
    if zip:
        for line in feedback_zip.write(ROOT, chosen, format, zip):
            progress.print(line, markup=False, soft_wrap=True)
    raise typer.Exit(any(isinstance(page, KindlingError) for page in pages))


@app.command("due")
def due_(
    lesson: Annotated[str, typer.Argument(help='A lesson, like "01_tensors" or "01".')],
    time: Annotated[str, typer.Argument(help='With its zone, like "2026-11-08 12:00 Europe/Berlin".')],
) -> None:
    """Set when a lesson is due; what is taken off for being late is computed anew."""
    from kindling.grade import lateness

    [chosen] = _chosen([lesson])
    for line in lateness.set_due(ROOT, chosen, time):
        print(line)


@app.command("extend")
def extend_(
    lesson: Annotated[str, typer.Argument(help='A lesson, like "01_tensors" or "01".')],
    student: Annotated[str, typer.Argument(help="Who gets more time.")],
    until: Annotated[str, typer.Option(help='With its zone, like "2026-11-08 12:00 Europe/Berlin".')],
) -> None:
    """Give one student more time for a lesson; what is taken off for being late is computed anew."""
    from kindling.grade import lateness

    [chosen] = _chosen([lesson])
    for line in lateness.extend(ROOT, chosen, student, until):
        print(line)


@app.command("status")
def status_(
    lessons: Annotated[list[str], typer.Argument(help='Lessons, like "01_tensors" or "01".')],
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Tell what came of each submission and what waits for grading, at any time, and while others grade."""
    from kindling.grade.report import class_status

    _print(class_status(ROOT, _chosen(lessons)), json)


@app.command("grades")
def grades_(
    lessons: Annotated[list[str], typer.Argument(help='Lessons, like "01_tensors" or "01".')],
    csv: Annotated[Path | None, typer.Option(help="Write them to this file.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    format: Annotated[Format, typer.Option(help="Who is to read it.")] = Format.CSV,
    into: Annotated[Path | None, typer.Option(help="Fill the scores into this file of the platform's own.")] = None,
    column: Annotated[str | None, typer.Option(help="With --into: the title of the grades' column.")] = None,
) -> None:
    """Print the grades as CSV, a line for each student and lesson; who has none, with the reason."""
    from kindling.grade.report import class_grades, formats

    if into:
        for line in formats.fill(ROOT, _chosen(lessons), format, into, column):
            progress.print(line, markup=False, soft_wrap=True)
        return
    chosen = _chosen(lessons)
    grades = class_grades(ROOT, chosen) if format is Format.CSV else formats.made(ROOT, chosen, format)
    if csv:
        grades.write_csv(csv)
        progress.print(f"Written: {csv}.", markup=False, soft_wrap=True)
    if json:
        print(grades.as_json())
    elif not csv:
        print(grades.as_csv(), end="")


@app.command("report")
def report_(
    lessons: Annotated[list[str], typer.Argument(help='Lessons, like "01_tensors" or "01".')],
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    html: Annotated[Path | None, typer.Option(help="Write one page to this file, for any browser.")] = None,
) -> None:
    """Tell, of graded lessons, who solved which task, and which mistakes the class made."""
    from kindling.grade.report import class_report

    report = class_report(ROOT, _chosen(lessons))
    if html:
        report.write_html(html)
        progress.print(f"Written: {html}. Open it in a browser.", markup=False, soft_wrap=True)
    if json:
        print(report.as_json())
    elif not html:
        _show(report)


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
    from kindling.authoring import build

    if check:
        _report(build.stale(ROOT), "Each built file is what course/ says.")
    else:
        for path in build.build(ROOT, lessons):
            print(path)


@dev.command("audit")
def audit_(
    lessons: Lessons = None,
    values: Annotated[
        bool,
        typer.Option("--values", help="Only run the lessons, and name expected values that fit several slips at once."),
    ] = False,
) -> None:
    """Name what breaks the rules of a good lesson."""
    from kindling.authoring import audit

    if values:
        from kindling.authoring import telling

        return _report(list(telling.find(ROOT, lessons)), "Each expected value tells one slip from another.")
    _report(list(audit.audit(ROOT, lessons)), f"Every rule of a good lesson is kept. {audit.claims(ROOT, lessons)}")


@dev.command("answers")
def answers_(
    lessons: Lessons = None,
    shows: Annotated[bool, typer.Option("--shows", help="Run the cells that only show something, too.")] = False,
    sealed: Annotated[bool, typer.Option("--sealed", help="Judge claims as grading does.")] = False,
    bare: Annotated[
        bool, typer.Option("--bare", help="Only name the wrong answers that get a bare difference or error.")
    ] = False,
) -> None:
    """Run the right and wrong answers of tests/answers/ against the lessons' checks."""
    from kindling.authoring import answers
    from kindling.authoring.bare import find

    if bare:
        for line in find(ROOT, lessons):
            print(line)
        return
    _report(*answers.judge(ROOT, lessons, shows=shows, sealed=sealed))


def _told(steps: Iterator[object]) -> Iterator[object]:
    """Yield what comes, and print it: an error to stderr."""
    for step in steps:
        if isinstance(step, KindlingError):
            progress.print(str(step), markup=False, soft_wrap=True)
        else:
            print(step)
        yield step


def _say(line: str) -> None:
    """Print a line at once, also into a pipe."""
    print(line, flush=True)


def _print(result: Grading | Progress, json: bool) -> None:
    """Print a table, or JSON for a program."""
    if json:
        print(result.as_json())
    else:
        _show(result)


def _show(result: object) -> None:
    """Print tables on a terminal, plain lines elsewhere."""
    if sys.stdout.isatty():
        Console().print(result)
    else:
        print(result)


def _chosen(words: list[str]) -> list[str]:
    """Return the lessons of the course that are meant."""
    from kindling.authoring.lessons import named

    found = [*(ROOT / "source").glob("[0-9][0-9]_*"), *(ROOT / "course").glob("[0-9][0-9]_*.py")]
    return named(words, sorted({path.stem for path in found}))


def _follow(steps: Iterator[int]) -> None:
    """Show how far grading has come: a bar on a terminal, a line now and then elsewhere."""
    total = next(steps)
    if not progress.is_terminal:
        progress.print(f"{many(total, 'submission')} to grade.")
        began = said = time.monotonic()
        for left in steps:
            if time.monotonic() - said > QUIET_SECONDS:
                said = time.monotonic()
                progress.print(f"{left} left, {60 * (total - left) / (said - began):.0f} a minute.")
        return
    columns = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}")]
    with rich.progress.Progress(*columns, TimeRemainingColumn(), console=progress) as bar:
        task = bar.add_task("Grading", total=total, rate="")
        for left in steps:
            speed = bar.tasks[task].speed
            bar.update(task, completed=total - left, rate=f"{60 * speed:.0f} a minute" if speed else "")


def _report(problems: list[str], fine: str) -> None:
    """Print each problem, and leave with 1; or print that all is fine."""
    for problem in problems:
        print(problem)
    if problems:
        raise typer.Exit(1)
    print(fine)


def run() -> None:
    """Run the command; an error is one sentence on stderr and exit code 1."""
    settings = Settings()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a pipe on Windows has no ✓
    try:
        app(obj=settings)
    except Exception as error:
        if settings.debug:
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
