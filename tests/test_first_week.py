"""docs/teach/first-week.md: its commands, as they stand there and in their order, in a throw-away course."""

import csv
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import commands
import nbformat
import pytest
from conftest import CENTRING, REPOSITORY
from nbgrader.api import Gradebook

from kindling.environment import inherited
from kindling.grade import sandbox

PAGE = REPOSITORY / "docs" / "teach" / "first-week.md"
FIRST, SECOND = CENTRING, "02_neural_networks"  # the page's first lesson is 01_tensors
EXCHANGE = "/srv/nbgrader/exchange"
RIGHT = {"centre": "def centre(x):\n    return x - x.mean(dim=0)", "COLUMNS": "COLUMNS = 3"}
NEW_TASK = """
# %% [markdown]
# ### How many rows? (1 minute, ●○○)
#
# Set `ROWS` to the number of rows of a tensor of shape (5, 3).

# %% task="ROWS"
### BEGIN SOLUTION
ROWS = 5
### END SOLUTION

# %% check="ROWS" points=1
check.equal(ROWS, 5, "ROWS")
"""


@dataclass
class Class:
    """A course folder whose exchange lies beside it, and what its students do."""

    root: Path
    exchange: Path
    said: dict[str, str]  # by command

    def run(self, command: str, where: Path | None = None) -> str:
        """Return what a line of the page prints."""
        line = command.replace(EXCHANGE, str(self.exchange)).removeprefix("sudo ")
        # There nbgrader keeps what an account has handed in. Here all students have one account.
        kept = str((where or self.root.parent) / "jupyter")
        environment, folder = inherited(JUPYTER_DATA_DIR=kept, COLUMNS="200"), where or self.root
        if line.startswith(("kindling ", "nbgrader ")):
            done = commands.run(shlex.split(line, comments=True), folder, environment)
        else:
            shell = ["bash", "-euc", line]
            done = subprocess.run(shell, cwd=folder, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        self.said[command] = done.stdout + done.stderr
        return done.stdout

    def hand_in(self, student: str, answers: dict[str, str]) -> None:
        """Hand in the first lesson through the exchange, as a student whose folder is the handout's copy."""
        home = self.root.parent / student
        folder = home / FIRST
        shutil.copytree(self.root / "release" / FIRST, folder)
        notebook = nbformat.read(folder / f"{FIRST}.ipynb", as_version=4)
        for cell in notebook.cells:
            if (name := cell.metadata.get("nbgrader", {}).get("grade_id")) in answers:
                cell.source = answers[name]
        nbformat.write(notebook, folder / f"{FIRST}.ipynb")
        shutil.copy(self.root / "nbgrader_config.py", home)
        self.run(f"nbgrader submit {FIRST} --CourseDirectory.student_id={student}", where=home)

    def book(self) -> Gradebook:
        return Gradebook(f"sqlite:///{self.root / 'gradebook.db'}", "torch-autumn")

    def points(self) -> dict[str, tuple[float | None, float]]:
        """The points of each student in the first lesson, and the most there are."""
        self.run(f"kindling grades {FIRST} --csv grades.csv")
        with (self.root / "grades.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        return {
            row["student"]: (float(row["score"]) if row["score"] else None, float(row["max_score"])) for row in rows
        }


def blocks() -> Iterator[tuple[str, str]]:
    """Yield each fenced block of the page: its language and its text."""
    text = PAGE.read_text(encoding="utf-8").replace("01_tensors", FIRST)
    yield from re.findall(r"^```(\w+)\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def course(root: Path) -> Class:
    """Return a built course to which a second lesson is added, which says the same, with all that a handout needs."""
    shutil.copy(root / "course" / f"{FIRST}.py", root / "course" / f"{SECOND}.py")
    for part in ("source", "release"):
        text = (root / part / FIRST / f"{FIRST}.ipynb").read_text(encoding="utf-8")
        (root / part / SECOND).mkdir()
        text = text.replace(f'"id": "{FIRST[:2]}-', f'"id": "{SECOND[:2]}-')
        (root / part / SECOND / f"{SECOND}.ipynb").write_text(text, encoding="utf-8")
    for name in ("pyproject.toml", "environment.yml", "constraints.txt"):
        shutil.copy(REPOSITORY / name, root)
    (root / "src" / "kindling").mkdir(parents=True)
    (root / "src" / "kindling" / "__init__.py").touch()
    if sandbox.missing():
        with (root / "nbgrader_config.py").open("a") as file:
            file.write("\nc.Execute.sandbox = False\n")
    return Class(root, root.parent / "exchange", {})


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the exchange needs Linux or macOS")
def test_the_first_week(built):
    """Each command ends well, and the students get what the page says."""
    one = course(built)
    before = {
        f"nbgrader collect {FIRST}": lambda: (
            one.hand_in("ada", RIGHT),
            one.hand_in("ben", {**RIGHT, "COLUMNS": "COLUMNS = 5"}),
        ),
        f"kindling feedback {FIRST}": lambda: by_hand(one),
        f"kindling dev build {FIRST}": lambda: change(one),
    }
    for language, text in blocks():
        if language == "python":
            with (one.root / "nbgrader_config.py").open("a") as file:
                file.write(text.replace(EXCHANGE, str(one.exchange)))
        elif language == "csv":
            (one.root / "students.csv").write_text(text)
        elif language == "bash":
            for command in text.splitlines():
                before.pop(command, lambda: None)()
                one.run(command)
                if command == f"kindling status {FIRST}":
                    rows = [line.split()[1:3] for line in one.said[command].splitlines()[1:4]]
                    assert rows == [["ada", "3/3"], ["ben", "2/3"], ["kim", "–"]]
                if command.endswith("--force") and command.startswith("kindling grade"):
                    assert f"\n{FIRST}: ben had 2 points and has 3 now (+1).\n" in one.said[command]
                    assert "ada had" not in one.said[command]
                if command == "kindling handout handout --lessons 01":
                    assert os.listdir(one.root / "handout" / "release") == [FIRST]
    assert before == {}
    assert one.points() == {"ada": (3, 4), "ben": (3, 4), "kim": (None, 4)}
    with one.book() as book:
        assert [assignment.name for assignment in book.assignments] == [FIRST]
        assert {student.id: student.last_name for student in book.students}["ben"] == "Berg, van der"
        assert book.find_submission(FIRST, "kim").extension is None  # everybody has longer now
    home = one.root.parent / "ben"
    one.run(f"nbgrader fetch_feedback {FIRST} --CourseDirectory.student_id=ben", where=home)
    [fetched] = home.glob(f"{FIRST}/feedback/*/{FIRST}.html")
    assert "Count again." in fetched.read_text(encoding="utf-8")


def by_hand(one: Class) -> None:
    """A comment, as formgrader writes it."""
    with one.book() as book:
        book.find_comment("COLUMNS", FIRST, FIRST, "ben").manual_comment = "Count again."
        book.db.commit()


def change(one: Class) -> None:
    """The check of COLUMNS was wrong, and a task is new."""
    path = one.root / "course" / f"{FIRST}.py"
    text = path.read_text(encoding="utf-8")
    assert '"COLUMNS counts the rows.": 5,' in text
    text = text.replace("check.equal(COLUMNS, 3,", "check.equal(COLUMNS in (3, 5), True,")
    text = text.replace('"COLUMNS counts the rows.": 5,', "").replace('"COLUMNS counts the numbers.": 15,', "")
    head, last, tail = text.partition("# %% [markdown]\n# ## What you have learnt")
    path.write_text(f"{head}{NEW_TASK.lstrip()}\n{last}{tail}", encoding="utf-8")
