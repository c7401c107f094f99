"""The command `kindling`: grammar only; each command is one call."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from kindling.errors import KindlingError

if TYPE_CHECKING:
    from kindling.grade.report import Grading

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
    how = {"student": student, "force": force, "workers": workers, "scheduler": scheduler, "sandboxed": not no_sandbox}
    steps = grade_class(ROOT, chosen, grading, **how)
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
) -> None:
    """Write the feedback pages whose grades, comments or notebooks have changed, and only those."""
    from kindling.grade import feedback

    pages = list(_told(feedback.make(ROOT, _chosen(lessons), student=student, force=force)))
    if not pages:
        progress.print("Nothing is new: each graded submission has its page.")
    raise typer.Exit(any(isinstance(page, KindlingError) for page in pages))


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
) -> None:
    """Print the grades as CSV, a line for each student and lesson; who has none, with the reason."""
    from kindling.grade.report import class_grades

    grades = class_grades(ROOT, _chosen(lessons))
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


def _told(steps: Iterator[object]) -> Iterator[object]:
    """Yield what comes, and print it: an error to stderr."""
    for step in steps:
        if isinstance(step, KindlingError):
            progress.print(str(step), markup=False, soft_wrap=True)
        else:
            print(step)
        yield step


def _print(result: Grading, json: bool) -> None:
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
    from kindling.lesson import named

    found = [*(ROOT / "source").glob("[0-9][0-9]_*"), *(ROOT / "course").glob("[0-9][0-9]_*.py")]
    return named(words, sorted({path.stem for path in found}))


def _follow(steps: Iterator[int]) -> None:
    """Show how far grading has come: a bar on a terminal, a line now and then elsewhere."""
    total = next(steps)
    if not progress.is_terminal:
        progress.print(f"{total} submission{'s' * (total != 1)} to grade.")
        began = said = time.monotonic()
        for left in steps:
            if time.monotonic() - said > QUIET_SECONDS:
                said = time.monotonic()
                progress.print(f"{left} left, {60 * (total - left) / (said - began):.0f} a minute.")
        return
    columns = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}")]
    with Progress(*columns, TimeRemainingColumn(), console=progress) as bar:
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
