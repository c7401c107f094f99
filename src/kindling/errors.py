"""The errors that a user may see. Each is one sentence: what is wrong, where, and what to do next."""

from __future__ import annotations

from pathlib import Path

from kindling.wording import many


def _first_line(reason: Exception) -> str:
    """Return the first line of what an error says, or its name where it says nothing."""
    return next(iter(str(reason).splitlines()), type(reason).__name__)


class KindlingError(Exception):
    """One plain sentence for the person who reads it; Jupyter shows it without a traceback."""

    def _render_traceback_(self) -> list[str]:
        # IPython calls this in place of its own traceback.
        return [str(self)]


class CheckFailed(KindlingError):
    """A claim about a learner's value does not hold.

    `kind` is "mistake" where a named mistake says why, "relation" where `relation`, a sentence of its own, does, else
    "claim".
    """

    def __init__(self, sentence: str, kind: str = "claim", relation: str = "") -> None:
        super().__init__(f"{sentence} {relation}" if relation else sentence)
        self.kind, self.relation = kind, relation


class NotWritten(KindlingError):
    """A task that still holds its stub."""

    def __init__(self, task: str) -> None:
        super().__init__(task)
        self.task = task

    def __str__(self) -> str:
        return f"Not yet: `{self.task}` still needs your code."


class LessonError(KindlingError):
    """A lesson's text breaks the rules of its format."""

    @classmethod
    def at(cls, path: Path | str, line: int, problem: str) -> LessonError:
        """Return the error for `problem` (what is wrong and what to do) at a line of a lesson, counted from 1."""
        return cls(f"{path}:{line}: {problem}")

    @classmethod
    def no_lesson(cls, name: str, known: list[str], near: str | None) -> LessonError:
        """Return the error for a name that means none of the lessons `known`; `near` is the most similar one."""
        hint = f'Did you mean "{near}"?' if near else f"Lessons: {', '.join(known) or 'none'}."
        return cls(f'There is no lesson "{name}". {hint}')


class BuildError(KindlingError):
    """A lesson's notebook could not be built."""

    @classmethod
    def cell_failed(cls, path: Path, line: int, problem: str) -> BuildError:
        """Return the error for a cell of a lesson that does not run with its own solutions."""
        return cls(
            f"{path}:{line}: this cell fails with the reference solutions. Fix it and build again. It says: {problem}"
        )

    @classmethod
    def no_release(cls, lesson: str, log: str) -> BuildError:
        """Return the error for a lesson that nbgrader makes no release of; `log` is what nbgrader says."""
        return cls(f"nbgrader made no release of {lesson}. It says:\n{log.strip()}")

    @classmethod
    def not_built(cls, lesson: str, problem: str) -> BuildError:
        """Return the error for a lesson whose source/ is not what course/ says; `problem` is a sentence on that."""
        return cls(f"{problem} Then release it again: kindling release {lesson}")

    @classmethod
    def no_table(cls, readme: Path, begin: str, end: str) -> BuildError:
        """Return the error for a README without a place for the table of lessons."""
        return cls(f"{readme} has no place for the table of lessons. Add the lines `{begin}` and `{end}`, once each.")


class TimeError(KindlingError):
    """A time that somebody wrote can't be read with certainty."""


class DataError(KindlingError):
    """Images could not be read, drawn or stored."""


class NotGradable(KindlingError):
    """Nothing can be made of what a student handed in; the sentence says why."""

    @classmethod
    def files(cls, said: str) -> NotGradable:
        """Return the error for files that a kernel can't take; `said` is its own word."""
        return cls(f"The files of the submission do not fit into what one may use ({said}). Ask for it without them.")

    @classmethod
    def worker_died(cls, how: str) -> NotGradable:
        """Return the error for a submission whose worker died each time; `how` is a signal's name or other words."""
        if how == "SIGKILL":  # which the system sends where memory is short
            return cls(
                "The process that graded it was killed each time (SIGKILL). Is this machine out of memory? "
                "Grade it again."
            )
        return cls(
            f"The process that graded it ended each time ({how}). Grade it again; if it stays so, please report it."
        )

    @classmethod
    def too_large(cls, most: int) -> NotGradable:
        """Return the error for a submission of more than `most` bytes."""
        return cls(f"The submission is larger than {most // 1_000_000} MB. Ask for it again without large files.")

    @classmethod
    def unreadable(cls, reason: OSError) -> NotGradable:
        """Return the error for a submission that the system does not let us read."""
        closed = isinstance(reason, PermissionError)
        what = "Give yourself the right to read them and grade again." if closed else "Ask for it again without them."
        return cls(f"Its files can't be read: {reason.strerror}. {what}")

    @classmethod
    def fault(cls, error: Exception | str) -> NotGradable:
        """Return the error for a submission that no submission should cause; of an error, its name and first line."""
        said = error if isinstance(error, str) else f"{type(error).__name__}: {error}"
        return cls(f"It could not be graded, by a fault of kindling. Please report it: {said.splitlines()[0]}")


class GradingError(KindlingError):
    """Submissions could not be graded, by no fault of one of them."""

    @classmethod
    def no_sandbox(cls, reason: str) -> GradingError:
        """Return the error for a machine without a sandbox; `reason` is a sentence."""
        return cls(
            f"{reason} Without a sandbox, learners' code can read and change whatever you can. To grade so all the "
            "same: `kindling grade --no-sandbox`, or c.Execute.sandbox = False in nbgrader_config.py."
        )

    @classmethod
    def exposed(cls, folder: Path, what: str, place: Path, cure: str) -> GradingError:
        """Return the error for a sandbox that would show `place`, which is `what`, since it shows `folder`."""
        held = f"that is {what}" if folder == place else f"{what} is in there ({place})"
        return cls(f"In the sandbox, learners' code could read {folder}, and {held}. {cure}")

    @classmethod
    def no_limit(cls, name: str, most: object, known: list[str]) -> GradingError:
        """Return the error for a limit of another name than the `known` ones, or that is no whole number above 0."""
        return cls(
            f"c.Execute.limits in nbgrader_config.py: {name!r}: {most!r} is not a valid limit. "
            f"A limit is a whole number above 0, by one of these names: {', '.join(known)}."
        )

    @classmethod
    def not_released(cls, lesson: str) -> GradingError:
        """Return the error for a lesson that the gradebook does not know, and that learners can't have from here."""
        return cls(f"The gradebook does not know {lesson}. Release it first: kindling release {lesson}")

    @classmethod
    def out_of_step(cls, lesson: str, cells: list[str], here: str, there: str, *, built: bool) -> GradingError:
        """Return the error for graded cells that are not the same `here` as `there`.

        `built` says whether source/ is what course/ says, so that releasing is enough.
        """
        which = ", ".join(f"`{cell}`" for cell in cells[:3]) + (f" and {len(cells) - 3} more" if cells[3:] else "")
        build = f"`kindling dev build {lesson}`, which writes source/{lesson} anew, then "
        return cls(
            f"{lesson}: {which}: {here} is not what {there} says. Nothing was graded. Run "
            f"{'' if built else build}`kindling release {lesson}`. That changes no points: those that are there stay "
            "until you grade again with --force, and those given by hand stay then, too."
        )

    @classmethod
    def points_would_go(cls, lesson: str, tasks: list[str], students: int) -> GradingError:
        """Return the error for a release without `tasks`, for which so many students have points or comments."""
        which = ", ".join(f"`{task}`" for task in tasks)
        return cls(
            f"{lesson} no longer has {which}, for which the gradebook holds points or comments of {students} "
            f"student{'s' * (students != 1)}. Nothing was changed. To release it all the same, without them: "
            f"kindling release {lesson} --drop-points"
        )

    @classmethod
    def not_put_there(cls, lesson: str, reason: Exception) -> GradingError:
        """Return the error for a release that could not be written to the disk or the gradebook."""
        return cls(
            f"{lesson} could not be released: {_first_line(reason)}. release/{lesson} and the gradebook are as they "
            "were. Fix this and run the same command again."
        )

    @classmethod
    def no_due_date(cls, lesson: str) -> GradingError:
        """Return the error for an extension of a lesson that is never due."""
        return cls(
            f"{lesson} has no due date, so nobody is late and there is nothing to extend. To give it one: "
            f"kindling due {lesson} 2026-11-08T12:00:00-05:00"
        )

    @classmethod
    def before_due_date(cls, lesson: str, due: str, until: str) -> GradingError:
        """Return the error for an extension that ends before the lesson is due at all."""
        return cls(f"{lesson} is due {due}, and {until} is before that. Nothing was changed. Name a later time.")

    @classmethod
    def no_student(cls, student: str, near: str | None) -> GradingError:
        """Return the error for a student whom neither the gradebook nor a folder knows; `near` is the most similar."""
        hint = f'Did you mean "{near}"?' if near else f"To add one: nbgrader db student add {student}"
        return cls(f'Neither the gradebook nor submitted/ knows a student "{student}". {hint}')

    @classmethod
    def plugin(cls, name: str, said: str) -> GradingError:
        """Return the error for a late policy of the course's own that can't be used; `said` tells why."""
        return cls(
            f"The late policy {name} does not work: {said}. It is c.AssignLatePenalties.plugin_class in "
            "nbgrader_config.py."
        )

    @classmethod
    def no_gradebook(cls, address: str, reason: str) -> GradingError:
        """Return the error for a gradebook that can't be opened or read; no password is in `address` or `reason`."""
        return cls(
            f"The gradebook at {address} can't be opened: {reason}. "
            "Its address is c.CourseDirectory.db_url in nbgrader_config.py."
        )

    @classmethod
    def busy_gradebook(cls, address: str, seconds: str) -> GradingError:
        """Return the error for a gradebook that somebody else writes to all the time."""
        return cls(
            f"The gradebook at {address} is in use: somebody else has been writing to it for {seconds} s. "
            "Wait until that is done and run the same command again."
        )

    @classmethod
    def not_kept(cls, student: str, reason: str) -> GradingError:
        """Return the error for a grade that could not be written to the disk or the gradebook."""
        return cls(
            f"The grade of {student} could not be written: {reason}. Nothing of it was kept. Fix this and run the "
            "same command again: it goes on where it stopped."
        )

    @classmethod
    def no_journal(cls, path: Path, reason: Exception) -> GradingError:
        """Return the error for a file that could not take what came of a submission."""
        return cls(
            f"{path} could not be written: {_first_line(reason)}. What comes of each submission is kept there. "
            "Fix this and run the same command again: it goes on where it stopped."
        )

    @classmethod
    def half_kept(cls, student: str, folder: Path, reason: Exception) -> GradingError:
        """Return the error for a grade that is in the gradebook, and whose notebook could not be put in its place."""
        return cls(
            f"The points of {student} are in the gradebook, but {folder} could not be written: {_first_line(reason)}. "
            "Fix this and run the same command again: it grades that once more and goes on where it stopped."
        )

    @classmethod
    def changed_meanwhile(cls, student: str) -> GradingError:
        """Return the error for a grade that somebody else wrote at the same moment."""
        return cls(
            f"The grade of {student} could not be written: somebody else changed it in the gradebook at the same "
            "moment. Nothing of it was kept. Let one grade at a time and run the same command again: it goes on where "
            "it stopped."
        )

    @classmethod
    def graded_by_another(cls, lesson: str, holder: str) -> GradingError:
        """Return the error for a lesson that is being graded by somebody else: who, where, and since when."""
        return cls(
            f"{lesson} is being graded already, by {holder}. Wait until that is done, or stop it there, and run the "
            f"same command again. To see how far it is: kindling status {lesson}"
        )

    @classmethod
    def no_lock(cls, path: Path, reason: Exception) -> GradingError:
        """Return the error for a course folder in which nobody can say that they grade."""
        return cls(
            f"{path} could not be locked ({_first_line(reason)}), and one at a time may grade. "
            "Grade where you may write to the course folder."
        )

    @classmethod
    def no_dask(cls) -> GradingError:
        """Return the error for a cluster without the library that reaches it."""
        return cls("A cluster needs Dask, and it is not installed. Install it: pip install distributed")

    @classmethod
    def no_scheduler(cls, address: str, reason: Exception) -> GradingError:
        """Return the error for a scheduler that does not answer."""
        return cls(f"No Dask scheduler answers at {address} ({_first_line(reason)}). Start it: dask scheduler")

    @classmethod
    def no_workers(cls, address: str) -> GradingError:
        """Return the error for a cluster in which nobody works."""
        return cls(f"The cluster at {address} has no workers. Start one: dask worker {address} --nthreads 1")

    @classmethod
    def no_submission(cls, lesson: str, student: str | None = None) -> GradingError:
        """Return the error for a lesson, or a student, without a submission."""
        who = f"{student} has" if student else "Nobody has"
        return cls(f"{who} handed in {lesson}. Submissions lie in submitted/<student>/{lesson}/.")

    @classmethod
    def long_path(cls, folder: Path) -> GradingError:
        """Return the error for temporary files in a folder whose name is too long for sockets."""
        return cls(f"Grading needs sockets, and {folder} is too long a name for them. Set TMPDIR to a shorter folder.")

    @classmethod
    def no_kernel(cls, said: str) -> GradingError:
        """Return the error for a warm process that does not start; `said` is its last line, or a signal's name."""
        if said == "SIGKILL":
            return cls(
                "The process that runs submissions was killed as it started (SIGKILL). Is this machine out of memory?"
            )
        return cls(f"The process that runs submissions does not start. It says: {said}")


class FeedbackError(KindlingError):
    """The feedback of a submission, or of a lesson, could not be made."""

    @classmethod
    def nothing_graded(cls, lesson: str, student: str | None = None) -> FeedbackError:
        """Return the error for a lesson, or a student, without a graded submission."""
        what, how = (
            (f"{lesson} of {student} is not", f" --student {student}") if student else (f"Nothing of {lesson} is", "")
        )
        return cls(f"{what} graded yet. Grade it first: kindling grade {lesson}{how}")

    @classmethod
    def not_in_gradebook(cls, lesson: str, student: str) -> FeedbackError:
        """Return the error for a graded notebook that the gradebook does not know."""
        return cls(
            f"{lesson} of {student} lies in autograded/, and the gradebook has no grade for it. Grade it again: "
            f"kindling grade {lesson} --student {student} --force"
        )

    @classmethod
    def failed(cls, lesson: str, student: str, said: str) -> FeedbackError:
        """Return the error for a page that nbgrader does not make; `said` is its own word."""
        return cls(
            f"There is no new feedback for {lesson} of {student}: {said}. Grade it again: "
            f"kindling grade {lesson} --student {student} --force"
        )


class PlatformError(KindlingError):
    """What a learning platform gave can't be read, or its grades could not be filled in."""

    @classmethod
    def unreadable(cls, path: Path, reason: str) -> PlatformError:
        """Return the error for a file that is no table; `reason` says why not."""
        return cls(f"{path} can't be read: {reason}. Download it again, as a CSV file.")

    @classmethod
    def other_file(cls, path: Path, platform: str, what: str) -> PlatformError:
        """Return the error for a file that is another one than `what` a platform gives."""
        return cls(f"{path} does not look like a file of {platform} with students in it. Download {what}.")

    @classmethod
    def not_one(cls, key: str, students: list[str]) -> PlatformError:
        """Return the error for a submission of nobody in the platform's file, or of several, who worked together."""
        if not students:
            return cls(f"nobody in the platform's file has the id {key}. Download that file again.")
        return cls(f"it is of {' and '.join(students)}. Put a copy into a folder for each, in the archive folder.")

    @classmethod
    def same_id(cls, student: str) -> PlatformError:
        """Return the error for two people in a platform's file who are the same student of the course."""
        return cls(f"more than one row of the platform's file is of {student}. Give each a name of their own there.")

    @classmethod
    def no_name(cls, student: str) -> PlatformError:
        """Return the error for an id that no folder can have."""
        return cls(f"{student!r} can't be the name of a folder. Correct it in the platform's file.")

    @classmethod
    def no_listing(cls, key: str, listing: str) -> PlatformError:
        """Return the error for a submission of Gradescope without the file that says whose it is."""
        return cls(f"whose submission {key} is says the file {listing} of the export. Put it beside the zip.")

    @classmethod
    def no_column(cls, path: Path, title: str, known: list[str], *, several: bool) -> PlatformError:
        """Return the error for a file of which no column, or more than one, is called `title`."""
        how_many = "more than one column" if several else "no column"
        columns = ", ".join(f'"{name}"' for name in known) or "none"
        return cls(f'{path} has {how_many} "{title}". Name the right one: --column TITLE. Those for grades: {columns}.')

    @classmethod
    def one_lesson(cls, path: Path) -> PlatformError:
        """Return the error for several lessons where there is one column."""
        return cls(f"Only one lesson at a time can be filled into {path} like this. Name one lesson.")

    @classmethod
    def no_platform(cls, name: str, known: list[str]) -> PlatformError:
        """Return the error for a format whose files can't be filled in."""
        return cls(f"No platform gives a file in the format {name}. Name the platform: --format {' or '.join(known)}.")

    @classmethod
    def own_file_needed(cls, platform: str) -> PlatformError:
        """Return the error for a platform whose own file is needed."""
        return cls(
            f"{platform.capitalize()} knows its columns by numbers of its own. Download its file and name it: "
            f"--format {platform} --into FILE"
        )

    @classmethod
    def no_feedback_for(cls, platforms: list[str]) -> PlatformError:
        """Return the error for a zip of feedback for another platform than these, or for none."""
        return cls(f"Pages can be zipped for {' and '.join(platforms)}. Name one: --zip FILE --format {platforms[0]}")

    @classmethod
    def no_page(cls, lesson: str, platform: str, archive: Path) -> PlatformError:
        """Return the error for a lesson of which no page belongs to somebody whom the platform knows."""
        return cls(
            f"No page of {lesson} is of somebody whom {platform.capitalize()} knows. Nothing was written. Put what you "
            f"downloaded for {lesson} into {archive}, and collect it: nbgrader zip_collect {lesson}"
        )

    @classmethod
    def nothing_to_fill(cls, path: Path, lessons: list[str]) -> PlatformError:
        """Return the error for a file in which nobody has a grade to be filled in."""
        return cls(
            f"Nobody in {path} has a grade in {' or '.join(lessons)}. Nothing was written. Are the students known "
            f"there by the same ids? `kindling status {lessons[0]}` lists those of the course."
        )

    @classmethod
    def not_written(cls, path: Path, reason: str) -> PlatformError:
        """Return the error for a file that the system refuses to write."""
        return cls(f"{path} could not be written: {reason}. Fix this and run the same command again.")


class WorkspaceError(KindlingError):
    """The learner's copy of the lessons could not be made, opened or reset."""

    @classmethod
    def no_course(cls, here: Path) -> WorkspaceError:
        """Return the error for a folder that lies in no course."""
        return cls(f"There is no course in {here} or above it. Go to the folder of the course and try again.")

    @classmethod
    def no_notebook(cls, path: Path) -> WorkspaceError:
        """Return the error for a notebook that is not there."""
        return cls(f"There is no {path}. `kindling open` copies each lesson that is missing in lab/.")

    @classmethod
    def not_read(cls, path: Path, reason: str) -> WorkspaceError:
        """Return the error for a file of the learner's copy that the system refuses to read."""
        return cls(f"{path} could not be read: {reason}. Fix this and try again.")

    @classmethod
    def not_a_notebook(cls, path: Path) -> WorkspaceError:
        """Return the error for a file that Jupyter could not open either."""
        return cls(f"{path} is not a notebook. To begin anew and keep this file beside it: kindling reset {path.stem}")

    @classmethod
    def no_task(cls, word: str, near: str | None) -> WorkspaceError:
        """Return the error for a word that means no task; `near` is the most similar name."""
        hint = f'Did you mean "{near}"?' if near else "`kindling progress 01` names the tasks of lesson 01."
        return cls(f'There is no task "{word}". {hint}')

    @classmethod
    def no_lesson_or_task(cls, word: str, near: str | None) -> WorkspaceError:
        """Return the error for a word that means neither a lesson nor a task; `near` is the most similar name."""
        hint = f'Did you mean "{near}"?' if near else "`kindling progress` lists the lessons."
        return cls(f'There is no lesson or task "{word}". {hint}')

    @classmethod
    def no_kernel(cls, said: str) -> WorkspaceError:
        """Return the error for a process that runs cells and does not start, or ends; `said` is its last line."""
        return cls(f"The process that runs your cells has ended{f': {said}' if said else ''}. Run the command again.")

    @classmethod
    def solutions_off(cls) -> WorkspaceError:
        """Return the error for a course whose instructor does not show solutions."""
        return cls("Your instructor has switched solutions off. `kindling hint` still works.")

    @classmethod
    def no_solutions(cls) -> WorkspaceError:
        """Return the error for a copy of the course without its sources."""
        return cls("This copy of the course has no solutions. `kindling hint` still works.")

    @classmethod
    def not_solved(cls, task: str, word: str) -> WorkspaceError:
        """Return the error for a task that the learner has not solved; `word` is what they called it."""
        return cls(
            f"{task} does not pass its check yet. To read the solution all the same: kindling solution {word} --give-up"
        )

    @classmethod
    def no_hints(cls, task: str) -> WorkspaceError:
        """Return the error for a task without a hint."""
        return cls(f"{task} has no hints. Read the text above the task once more.")

    @classmethod
    def no_more_hints(cls, task: str, count: int) -> WorkspaceError:
        """Return the error for a hint beyond the last of so many."""
        return cls(f"{task} has {many(count, 'hint')}. To read all: kindling hint {task} --all")

    @classmethod
    def is_a_script(cls, task: str, lesson: str) -> WorkspaceError:
        """Return the error for a task of which no cell can be set back."""
        return cls(
            f"You write {task} in a script, and other tasks may share it. Name the script instead, as in "
            f"`kindling reset main.py`; they lie in lab/{lesson}/scripts."
        )

    @classmethod
    def several_tasks(cls, word: str, lessons: list[str], address: str) -> WorkspaceError:
        """Return the error for a task's name that several lessons have; `address` names one of these tasks alone."""
        where = f"{', '.join(lessons[:-1])} and {lessons[-1]}"
        return cls(f'"{word}" is a task of {where}. Name the lesson, too, as in "{address}".')

    @classmethod
    def not_written(cls, path: Path, reason: str) -> WorkspaceError:
        """Return the error for a file of the learner's copy that the system refuses to write."""
        return cls(f"{path} could not be written: {reason}. Nothing of yours was changed. Fix this and try again.")


class HandoutError(KindlingError):
    """The folder that students get could not be written."""

    @classmethod
    def taken(cls, folder: Path) -> HandoutError:
        """Return the error for a folder in which other things lie than a handout."""
        return cls(f"{folder} holds files, and none of them says that a handout was written there. Name a new folder.")

    @classmethod
    def changed(cls, files: list[Path]) -> HandoutError:
        """Return the error for files that would be written anew, and that are not as a handout wrote them."""
        return cls(
            f"These files would be written anew, and were not written by an earlier handout, or changed since: "
            f"{', '.join(map(str, files))}. Nothing was written. Move or delete them and run the same command again."
        )

    @classmethod
    def secret(cls, path: Path, marker: str) -> HandoutError:
        """Return the error for a released file that holds what no student may get."""
        return cls(
            f"{path} has a line `{marker}`, so what students may not get is in there. Nothing was written. "
            f"Release the lesson again: kindling release {path.parts[1]}"
        )

    @classmethod
    def broken(cls, path: Path) -> HandoutError:
        """Return the error for a released notebook that is none."""
        return cls(
            f"{path} is not a valid notebook. Nothing was written. Release the lesson again: "
            f"kindling release {path.parts[1]}"
        )

    @classmethod
    def missing(cls, path: Path) -> HandoutError:
        """Return the error for a file of the course that a handout needs."""
        return cls(f"There is no {path} here. A handout is made in the top folder of a clone of this project.")

    @classmethod
    def no_editable(cls, line: str) -> HandoutError:
        """Return the error for an environment.yml that does not install this folder."""
        return cls(
            f"environment.yml has no line `- {line}`, in whose place students get the package. Put it back and run the "
            "same command again."
        )

    @classmethod
    def no_wheel(cls, said: str) -> HandoutError:
        """Return the error for a package that could not be built; `said` is the last line of what the build says."""
        return cls(f"The package could not be built, so nothing was written. The build says: {said}")

    @classmethod
    def no_backend(cls, needed: str) -> HandoutError:
        """Return the error for a missing library that builds the package."""
        return cls(f"The package is built by {needed}, which is not installed here. Install it and run this again.")

    @classmethod
    def no_due_date(cls, text: str) -> HandoutError:
        """Return the error for an option --due that can't be read."""
        return cls(f'--due {text} has no "=". Write the lesson and its time, like --due 01=2026-11-08T12:00:00-05:00.')

    @classmethod
    def not_handed_out(cls, lesson: str) -> HandoutError:
        """Return the error for the due date of a lesson that is left out."""
        return cls(f"--due names {lesson}, which is not handed out. Add it to --lessons, or leave out its due date.")

    @classmethod
    def not_written(cls, path: Path, reason: str) -> HandoutError:
        """Return the error for a file that the system refuses to write."""
        return cls(f"{path} could not be written: {reason}. Fix this and run the same command again: it goes on there.")
