"""What git publishes of a course: the project, and nothing of a class."""

import shutil
import subprocess

import pytest
from conftest import REPOSITORY

# What our commands and nbgrader's write into a course, or an instructor puts there for them.
PRIVATE = [
    "01_tensors/01_tensors.ipynb",  # nbgrader fetch_assignment
    "01_tensors/feedback/2026-01-01/01_tensors.html",  # nbgrader fetch_feedback
    ".kindling/results.json",
    ".nbgrader.log",
    "archive/01_tensors.zip",
    "autograded/ada/01_tensors/01_tensors.ipynb",
    "autograded/ada/.01_tensors.draft/timestamp.txt",
    "class.html",  # kindling report --html
    "demo/out/gradebook.db",
    "downloaded/01_tensors/archive/ada.zip",
    "downloaded/01_tensors/extracted/ada/01_tensors.ipynb",
    "exchange/kindling/inbound/ada+01_tensors+2026-01-01 10:00:00 UTC+x/01_tensors.ipynb",
    "feedback/ada/01_tensors/01_tensors.html",
    "grades.csv",  # nbgrader export
    "grades/2026.csv",
    "grades.json",  # kindling grade --json
    "gradebook.db",
    "gradebook.db-journal",
    "gradebook.db-wal",
    "gradebook.db.2026-01-01-10-00-00-000000",  # nbgrader db upgrade
    "autumn.db.bak",
    "autumn.sqlite3",
    "backup.sql",
    "class list.xlsx",
    "students.csv",  # nbgrader db student import
    "students.txt",
    "submissions.zip",
    "submissions.tar.gz",
    "nbgrader.log",
    "handout/release/01_tensors/01_tensors.ipynb",  # make handout
    "lab/01_tensors/01_tensors.ipynb",
    "solution/01_tensors/01_tensors.ipynb",  # nbgrader generate_solution
    "source_with_tests/01_tensors/01_tensors.ipynb",
    "submitted/ada/01_tensors/timestamp.txt",
    "submitted/ada/01_tensors/01_tensors.ipynb",
]
# What an author adds.
PUBLIC = [
    "course/09_attention.py",
    "course/09_attention/scripts/model.py",
    "docs/teach/new.md",
    "docs/learn/picture.png",
    "release/09_attention/09_attention.ipynb",
    "source/09_attention/09_attention.ipynb",
    "src/kindling/labconfig/another.json",
    "tests/answers/09_attention.py",
    "tests/grade/test_new.py",
    "constraints.txt",
    "autograded/README.md",
    "submitted/README.md",
    "feedback/README.md",
]


@pytest.fixture(scope="module")
def added(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """What `git add -A` takes of a course folder with all these files."""
    root = tmp_path_factory.mktemp("course")
    shutil.copy(REPOSITORY / ".gitignore", root)
    for name in (*PRIVATE, *PUBLIC):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()

    def git(*arguments: str) -> str:
        command = ["git", "-c", "core.excludesFile=", "-c", "core.quotePath=false", *arguments]
        return subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout

    git("init", "--quiet")
    git("add", "-A")
    return set(git("ls-files").splitlines())


@pytest.mark.parametrize("name", PRIVATE)
def test_nothing_of_a_class_is_published(added, name):
    assert name not in added


@pytest.mark.parametrize("name", PUBLIC)
def test_what_an_author_writes_is_published(added, name):
    assert name in added


def test_no_file_of_the_project_is_ignored():
    listed = subprocess.run(
        ["git", "ls-files", "-ci", "--exclude-standard"], cwd=REPOSITORY, capture_output=True, text=True
    )
    assert (listed.returncode, listed.stdout) == (0, "")
