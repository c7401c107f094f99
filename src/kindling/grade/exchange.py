"""What `nbgrader collect` takes from the exchange folder of a server on which each student has an account."""

from __future__ import annotations

import logging
import os
import pwd
import stat
import tempfile
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from nbgrader.exchange.default import ExchangeCollect
from nbgrader.utils import parse_utc
from traitlets import Dict, Float

from kindling.errors import NotGradable
from kindling.grade import submission, tree

__all__ = ["Collect"]

NOBODY: dict[str, Any] = {"username": "", "filename": "", "timestamp": datetime.min}


class Collect(ExchangeCollect):
    """nbgrader's own, which believes the file system where that says something else than a submission's name.

    All students may write into the folder in which submissions arrive, so one can make a folder there by hand, under
    another's name, with an early time, or with a link to the solution in it. The system knows who made a file and when
    it was last changed, and no student can set either. What `nbgrader submit` can't have made gets a sentence in the
    log and is left out; then the student's last submission before it counts.
    """

    accounts: Any = Dict(help="Names of accounts by number, beside those that this machine knows.").tag(config=True)
    minutes = Float(
        5.0,
        allow_none=True,
        help="How long a student may take from the time in a submission's name to its last change. "
        "None: as long as they like, after the folder was copied back from a backup, say.",
    ).tag(config=True)

    def init_src(self) -> None:
        """Find what to collect: of each student the latest that is theirs."""
        super().init_src()
        self.src_records = [record for record in self.src_records if record is not NOBODY]
        self.check_owner = False  # nbgrader's own check, which knows this machine's accounts only, and warns only

    def _path_to_record(self, path: str) -> dict[str, Any]:
        """Return whose a submission is, its folder's name and its time; NOBODY where it is left out."""
        folder = Path(path)
        student, time = self._student_and_time(folder)
        try:
            moment = self._time(time)
            if not student:
                raise NotGradable("That is not a valid name.")
            self._believe(folder, student, moment)
        except NotGradable as why:
            self.log.warning("What came from %s at %s was left out. %s", student, time, why)
            return NOBODY
        return {"username": student, "filename": folder.name, "timestamp": moment}

    def _student_and_time(self, folder: Path) -> tuple[str, str]:
        """Return what the name of a submission's folder says: STUDENT+LESSON+TIME+SECRET."""
        assert self.coursedir is not None
        student, _, rest = folder.name.partition(f"+{self.coursedir.assignment_id}+")
        return student, rest.partition("+")[0]

    def _time(self, text: str) -> datetime:
        with suppress(ValueError, OverflowError, TypeError):
            time: datetime = parse_utc(text)
            return time
        raise NotGradable("That is not a valid time.")

    def _believe(self, folder: Path, student: str, time: datetime) -> None:
        """Raise NotGradable for what `nbgrader submit` has not made, for this student and at this time."""
        assert self.coursedir is not None
        found, closed = tree.scan(folder, folder.parent)
        if closed:
            raise NotGradable(f"{closed[0]} can't be read.")
        if sum(status.st_size for status in found.values()) > 1000 * self.coursedir.max_dir_size:
            raise NotGradable("It is too large.")
        found = {"The folder": os.lstat(folder), **found}
        for name, status in found.items():
            if not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
                raise NotGradable(f"{name} is a link or no file at all.")
            if self.check_owner and (owner := self._account(status.st_uid)) != student:
                raise NotGradable(f"{name} belongs to {owner}.")
        changed = datetime.fromtimestamp(max(status.st_ctime for status in found.values()), UTC).replace(tzinfo=None)
        if self.minutes is not None and changed > time + timedelta(minutes=self.minutes):
            raise NotGradable(f"It was made or changed at {changed:%Y-%m-%d %H:%M:%S} UTC.")

    def _account(self, number: int) -> str:
        if name := self.accounts.get(number):
            return str(name)
        try:
            return pwd.getpwuid(number).pw_name
        except KeyError:
            return f"the account number {number}"

    def do_copy(self, src: str, dest: str, log: logging.Logger | None = None) -> None:
        """Copy a submission without following a link, or waiting at a pipe, that took a file's place meanwhile."""
        folder = Path(src)
        with tempfile.TemporaryDirectory() as place:
            draft = Path(place, "submission")
            draft.mkdir()
            try:
                _copy(folder, draft)
            except (OSError, NotGradable) as why:
                self.log.warning("%s was left out. %s", dest, why)
                return
            # The time by which nbgrader tells what is late; the student could have written another one.
            (draft / submission.STAMP).write_text(self._student_and_time(folder)[1], encoding="utf-8")
            super().do_copy(str(draft), dest, log)


def _copy(folder: Path, draft: Path) -> None:
    """Copy what lies in a folder of the exchange. Raises OSError and NotGradable."""
    for name, status in tree.scan(folder, folder.parent)[0].items():
        if stat.S_ISDIR(status.st_mode):
            (draft / name).mkdir()
        else:
            (draft / name).write_bytes(tree.content(folder / name, folder.parent, tree.MOST_BYTES))
