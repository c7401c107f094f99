"""The errors that a user may see. Each is one sentence: what is wrong, where, and what to do next."""

from __future__ import annotations

from pathlib import Path


def _first_line(reason: Exception) -> str:
    """Return the first line of what an error says, or its name where it says nothing."""
    return next(iter(str(reason).splitlines()), type(reason).__name__)


class KindlingError(Exception):
    """One plain sentence for the person who reads it; Jupyter shows it without a traceback."""

    def _render_traceback_(self) -> list[str]:
        # IPython calls this in place of its own traceback.
        return [str(self)]


class CheckFailed(KindlingError):
    """A claim about a learner's value does not hold."""


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
            f"{path}:{line}: this cell fails with the reference solutions. Mend it and build again. It says: {problem}"
        )

    @classmethod
    def no_release(cls, lesson: str, log: str) -> BuildError:
        """Return the error for a lesson that nbgrader makes no release of; `log` is what nbgrader says."""
        return cls(f"nbgrader made no release of {lesson}. It says:\n{log.strip()}")

    @classmethod
    def no_table(cls, readme: Path, begin: str, end: str) -> BuildError:
        """Return the error for a README without a place for the table of lessons."""
        return cls(f"{readme} has no place for the table of lessons. Add the lines `{begin}` and `{end}`, once each.")


class DataError(KindlingError):
    """Images could not be read, drawn or stored."""


class NotGradable(KindlingError):
    """Nothing can be made of what a student handed in; the sentence says why."""

    @classmethod
    def files(cls, said: str) -> NotGradable:
        """Return the error for files that a kernel can't take; `said` is its own word."""
        return cls(f"The files of the submission do not fit into what one may use ({said}). Ask for it without them.")

    @classmethod
    def worker_died(cls) -> NotGradable:
        """Return the error for a submission whose worker died each time."""
        return cls("The process that graded it died each time. Is this machine out of memory? Grade it again.")

    @classmethod
    def fault(cls, error: Exception) -> NotGradable:
        """Return the error for a submission that no submission should cause."""
        said = f"{type(error).__name__}: {error}".splitlines()[0]
        return cls(f"It could not be graded, by a fault of kindling. Please report it: {said}")


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
    def no_limit(cls, name: str, most: object, known: list[str]) -> GradingError:
        """Return the error for a limit of another name than the `known` ones, or that is no whole number above 0."""
        return cls(
            f"c.Execute.limits in nbgrader_config.py: {name!r}: {most!r} is no limit. "
            f"A limit is a whole number above 0, by one of these names: {', '.join(known)}."
        )

    @classmethod
    def not_released(cls, lesson: str) -> GradingError:
        """Return the error for a lesson that the gradebook does not know."""
        return cls(f"The gradebook does not know {lesson}. Release it first: nbgrader generate_assignment {lesson}")

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
            f"The grade of {student} could not be written: {reason}. Nothing of it was kept. Mend this and run the "
            "same command again: it goes on where it stopped."
        )

    @classmethod
    def no_journal(cls, path: Path, reason: Exception) -> GradingError:
        """Return the error for a file that could not take what came of a submission."""
        return cls(
            f"{path} could not be written: {_first_line(reason)}. What comes of each submission is kept there. "
            "Mend this and run the same command again: it goes on where it stopped."
        )

    @classmethod
    def half_kept(cls, student: str, folder: Path, reason: Exception) -> GradingError:
        """Return the error for a grade that is in the gradebook, and whose notebook could not be put in its place."""
        return cls(
            f"The points of {student} are in the gradebook, but {folder} could not be written: {_first_line(reason)}. "
            "Mend this and run the same command again: it grades that once more and goes on where it stopped."
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
        return cls('A cluster needs Dask, and it is not installed. Install it: pip install "kindling[cluster]"')

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
        """Return the error for a warm process that does not start; `said` is its last line."""
        return cls(f"The process that runs submissions does not start. It says: {said}")


class WorkspaceError(KindlingError):
    """The learner's copy of the lessons could not be made, opened or reset."""

    @classmethod
    def no_release(cls, root: Path) -> WorkspaceError:
        """Return the error for a folder without released lessons."""
        return cls(f"There are no lessons in {root / 'release'}. Go to the folder of the course and try again.")

    @classmethod
    def not_written(cls, path: Path, reason: str) -> WorkspaceError:
        """Return the error for a file of the learner's copy that the system refuses to write."""
        return cls(f"{path} could not be written: {reason}. Nothing of yours was changed. Mend this and try again.")
