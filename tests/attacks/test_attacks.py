"""A class that cheats, and one that is honest in unusual ways, graded at once: what each of them earns and learns.

bank/*.py are percent texts. A cell is a part of the submission `name`, which does `what`: the answer to `task`, one of
the lesson's `script`s, or else a cell of its own, behind the first one or `at="end"`. attack_documents.py and
honest_documents.py change the notebook as a document, and what lies beside it. An attack begins with the lesson as it
was released, an honest submission with the lesson solved. All figures: `python tests/attacks/test_attacks.py`.
"""

from __future__ import annotations

import base64
import codecs
import contextlib
import copy
import html
import os
import re
import shutil
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import attack_documents
import honest_documents
import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from nbgrader.api import MissingEntry
from nbgrader.apps import NbGraderAPI

from kindling.authoring import lessons, notebooks
from kindling.environment import program_path
from kindling.errors import FeedbackError
from kindling.grade import configuration, feedback, grade_class, sandbox
from kindling.grade.report import class_report

HERE, REPOSITORY = Path(__file__).parent, Path(__file__).parents[2]
TENSORS = "01_tensors"
MARKERS = ("name", "what", "task", "lesson", "at", "script")
SHORT = 25  # characters of a line that tells nothing

# Two more claims in hidden tests, with an argument and an expected value that stand nowhere else.
PLANTED = {
    "describe": 'check.equal(describe(torch.full((3,), 271828)), (1, (3,), 3, torch.int64), "describe of one more")',
    "activation": 'check.close(activation(torch.tensor(-2.25)), torch.tensor(0.0953495), "activation(x) of one more")',
}
NUMBERS = ("271828", "0.0953495", "0.09534950", "0.09535")

# What does not hold yet: attacks that earn points or learn of a hidden test, honest submissions that lose points, and
# what keeps a class from ever being graded, so is not handed in.
NOT_YET: dict[str, set[str]] = {
    "earns": set(),
    "learns": set(),
    "loses": set(),
    "hangs": set(),
}

pytestmark = pytest.mark.skipif(sandbox.missing() is not None, reason=f"no sandbox here: {sandbox.missing()}")


@dataclass
class Submission:
    """What somebody hands in: who, and what is to be known of it."""

    name: str
    family: str
    what: str
    lesson: str = TENSORS
    cells: list[tuple[str, str, str]] = field(default_factory=list)  # of a notebook: kind, place and text
    change: Callable[[NotebookNode, Path], object] | None = None  # of a notebook and its folder

    def hand_in(self, notebook: NotebookNode, folder: Path) -> None:
        """Write a notebook as this submission has it, and what lies beside it, into `folder`."""
        first = next(place for place, one in enumerate(notebook.cells) if one.cell_type == "code") + 1
        for place, (kind, where, text) in enumerate(self.cells):
            if kind == "task":
                attack_documents.of(notebook, where).source = text
            elif kind == "script":
                (folder / "scripts" / where).write_text(text, encoding="utf-8")
            else:
                own = new_code_cell(text, id=f"own-{place}")
                notebook.cells.insert(len(notebook.cells) if where == "end" else first, own)
                first += where != "end"
        if self.change:
            self.change(notebook, folder)
        text = nbformat.v4.writes_json(notebook)
        (folder / f"{self.lesson}.ipynb").write_text(text, encoding="utf-8", errors="surrogatepass")


def read(path: Path) -> list[Submission]:
    """Return the submissions in a percent text."""
    found: dict[str, Submission] = {}
    for cell in lessons.read_cells(lessons.read_text(path), path, MARKERS):
        if cell.type == "code":
            options = dict(cell.options)
            name, what = options["name"], options.get("what", "")
            one = found.setdefault(name, Submission(name, path.stem, what, options.get("lesson", TENSORS)))
            kind = next((kind for kind in ("task", "script", "at") if kind in options), "at")
            if cell.source.strip() or kind != "at":
                one.cells.append((kind, options.get(kind, "top"), cell.source))
    return list(found.values())


def changes(family: str, found: dict[str, Callable[[NotebookNode, Path], object]]) -> list[Submission]:
    """Return a submission for each function."""
    return [Submission(name, family, (change.__doc__ or "").strip(), change=change) for name, change in found.items()]


FAMILIES = ("hooks", "channels", "reading", "values", "scripts")
ATTACKS = [one for family in FAMILIES for one in read(HERE / "bank" / f"{family}.py")]
ATTACKS += changes("documents", attack_documents.ATTACKS)
HONEST = read(HERE / "bank" / "honest.py") + changes("documents", honest_documents.CHANGES)
LESSONS = sorted({one.lesson for one in ATTACKS + HONEST})
STUBS = [Submission(f"stub_{lesson[:2]}", "stubs", "the lesson as it was released", lesson) for lesson in LESSONS]
ALL = STUBS + ATTACKS + HONEST
# What the tests grade: all of them in `make test-all`. Else a sample: of what is handed in for the first lesson one in
# forty, the lesson itself, an attack by scripts, and what does not hold yet. Of each lesson the solutions run too.
WHOLE = "KINDLING_TEST_ALL" in os.environ
SAMPLE = {one.name for many in (ATTACKS, HONEST) for one in [one for one in many if one.lesson == TENSORS][::40]}
SAMPLE |= {"stub_01", "model_answers_itself", "answers_with_its_argument", "asks_with_a_wrong_answer"}
SAMPLE |= {name for known in NOT_YET.values() for name in known}
SOME = {one.name for one in ALL if WHOLE or one.name in SAMPLE}
# All of lesson 08 in a sample: title, imports, and the check of model.py. Other cells draw images and train networks.
IN_A_SAMPLE = ("# %% [markdown]\n# # ", "# %%\nimport math", '# %% check="model_script"')
PAGES = ("reading", "scripts")  # families whose feedback is made, too, which takes a second each


@dataclass
class Report:
    """The rows of a report, by student."""

    rows: dict[str, SimpleNamespace] = field(default_factory=dict)

    def add(self, student: str, lesson: str, status: str, score: float | None = None, *rest: object, **more) -> None:
        """Take note of what came of a submission."""
        earned = (score or 0) + more.get("bonus", 0)
        most = (rest[0] if rest else 0) + more.get("max_bonus", 0)
        remarks = list(rest[1]) if len(rest) > 1 else list(more.get("remarks", []))
        self.rows[student] = SimpleNamespace(status=status, earned=earned, most=most, remarks=remarks)


def source(root: Path, lesson: str, whole: bool) -> NotebookNode:
    """The lesson with its solutions and its hidden tests, and with what is planted; its files are put into `root`."""
    shutil.copytree(REPOSITORY / "source" / lesson, root / "source" / lesson)
    notebook = nbformat.read(root / "source" / lesson / f"{lesson}.ipynb", as_version=4)
    if (scripts := REPOSITORY / "course" / lesson).is_dir():  # the solutions of a lesson with scripts
        shutil.copytree(scripts, root / "course" / lesson)
        text = scripts.with_suffix(".py").read_text(encoding="utf-8")
        if not whole:
            text = "".join(cell for cell in re.split(r"(?m)^(?=# %%)", text) if cell.startswith(IN_A_SAMPLE))
            notebook = notebooks.notebook(lessons.parse(text, scripts.with_suffix(".py")))
        (root / "course" / f"{lesson}.py").write_text(text, encoding="utf-8")
    for task, claim in PLANTED.items() if lesson == TENSORS else ():
        check = attack_documents.of(notebook, f"{task}_check")
        check.source = check.source.replace("### END HIDDEN TESTS", f"{claim}\n### END HIDDEN TESTS")
    nbformat.write(notebook, root / "source" / lesson / f"{lesson}.ipynb")
    return notebook


def solved(release: NotebookNode, source: NotebookNode) -> NotebookNode:
    """The released lesson with the solutions of its source."""
    notebook = copy.deepcopy(release)
    for one in notebook.cells:
        about = one.metadata.get("nbgrader", {})
        if about.get("solution"):
            text = attack_documents.of(source, about["grade_id"]).source
            one.source = re.sub(r"(?m)^ *### (BEGIN|END) SOLUTION\n?", "", text)
    return notebook


def bare(text: str) -> str:
    """A text without blanks, quotes and backslashes, which differ by the way in which somebody shows it."""
    return re.sub(r"[\s\"'\\]", "", text)


def secrets(source: NotebookNode, release: NotebookNode) -> set[str]:
    """Each line of a hidden test that stands nowhere in the released lesson, and what is planted; all of them bare."""
    hidden = {
        bare(line)
        for one in source.cells
        for part in re.findall(r"(?s)### BEGIN HIDDEN TESTS\n(.*?)### END HIDDEN TESTS", one.source)
        for line in part.split("\n")
    }
    known = bare("\n".join(one.source for one in release.cells))
    return {line for line in hidden if len(line) >= SHORT and line not in known} | {
        number for number in NUMBERS if number not in known
    }


def decoded(text: str) -> Iterator[str]:
    """Yield a text as it stands, and all that it may stand for."""
    yield text
    yield text[::-1]
    yield codecs.encode(text, "rot13")
    for word in re.findall(r"[^\s\"']{60,}", text):
        for decode in (bytes.fromhex, base64.b64decode, lambda word: zlib.decompress(base64.b85decode(word))):
            with contextlib.suppress(ValueError, zlib.error):
                yield decode(word).decode(errors="replace")


def strings(value: object) -> Iterator[str]:
    """Yield each text in a JSON document, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield key
            yield from strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings(one)


@dataclass
class Class:
    """The course after one run of the engine over the whole class."""

    root: Path
    report: Report
    secrets: dict[str, set[str]]
    seconds: float

    def earned(self, one: Submission) -> float:
        """The points of a submission, bonus points with them."""
        return self.report.rows[one.name].earned

    def shown(self, one: Submission) -> Iterator[str]:
        """Yield each text that is kept or comes back: notebooks, other files, pages, remarks."""
        folder = self.root / "autograded" / one.name / one.lesson
        yield from self.report.rows[one.name].remarks
        for path in folder.rglob("*"):
            yield path.name
            if path.name == f"{one.lesson}.ipynb" and path.parent == folder:
                yield from strings(nbformat.read(path, as_version=4))
            elif path.is_file():
                yield path.read_text(encoding="utf-8", errors="replace")
        for path in (self.root / "feedback" / one.name).rglob("*.html"):
            page = re.sub(r"(?s)<style.*?</style>", "", path.read_text(encoding="utf-8"))
            yield page
            yield html.unescape(re.sub(r"<[^>]*>", "", page))

    def learned(self, one: Submission) -> set[str]:
        """What is secret, and comes back with a submission all the same."""
        texts = {bare(text) for shown in self.shown(one) for text in decoded(shown)}
        return {secret for secret in self.secrets[one.lesson] if any(secret in text for text in texts)}


def grade(root: Path, submissions: list[Submission], whole: bool) -> Class:
    """Make the course in `root`, of whole lessons or not, hand everything in, grade it, and write the feedback."""
    config = (REPOSITORY / "nbgrader_config.py").read_text(encoding="utf-8")
    (root / "nbgrader_config.py").write_text(f"{config}\nc.Execute.iopub_timeout = 3\n", encoding="utf-8")
    about = configuration.course(root)
    secret, among = {}, sorted({one.lesson for one in submissions})
    for lesson in among:
        built = source(root, lesson, whole)
        assert NbGraderAPI(about, config=about.config).generate_assignment(lesson)["success"]
        release = nbformat.read(root / "release" / lesson / f"{lesson}.ipynb", as_version=4)
        secret[lesson] = secrets(built, release)
        for one in submissions:
            if one.lesson == lesson:
                folder = root / "submitted" / one.name / lesson
                shutil.copytree(root / "release" / lesson, folder)
                one.hand_in(solved(release, built) if one in HONEST else copy.deepcopy(release), folder)
    report, began = Report(), time.monotonic()
    # Each worker imports torch anew, so a sample has one.
    list(grade_class(root, among, report, workers=2 if whole else 1))
    seconds = time.monotonic() - began
    for one in submissions:
        if one.family in PAGES and (root / "autograded" / one.name / one.lesson).is_dir():
            with contextlib.suppress(FeedbackError, MissingEntry):
                list(feedback.make(root, [one.lesson], student=one.name))
    return Class(root, report, secret, seconds)


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory, temporary: Path) -> Iterator[Class]:
    """The class, graded once for all tests."""
    with pytest.MonkeyPatch.context() as patch:
        # nbgrader calls `alembic`, which makes the gradebook, by its name.
        patch.setenv("PATH", program_path())
        patch.setenv("TMPDIR", str(temporary))
        handed_in = [one for one in ALL if one.name in SOME - NOT_YET["hangs"]]
        yield grade(tmp_path_factory.mktemp("attacks"), handed_in, WHOLE)


def cases(submissions: list[Submission], kind: str) -> list[object]:
    """Return the parameters of a test, one for each submission."""

    def marks(name: str) -> list[object]:
        if name in NOT_YET["hangs"]:
            return [pytest.mark.xfail(run=False, reason="the class would never be graded")]
        return [pytest.mark.xfail(strict=False, reason="not yet")] * (name in NOT_YET[kind])

    return [pytest.param(one, id=one.name, marks=marks(one.name)) for one in submissions if one.name in SOME]


def test_names():
    """Each name is there once, and says what it does."""
    names = [one.name for one in ALL]
    assert len(names) == len(set(names))
    assert [one.name for one in ATTACKS + HONEST if not one.what] == []
    assert {name for known in NOT_YET.values() for name in known} <= set(names)


@pytest.mark.parametrize("one", cases(STUBS + ATTACKS, "earns"))
def test_attack_earns_nothing(graded, one):
    """Whatever it does, an attack earns no more than the lesson as it was released, which is nothing."""
    assert graded.earned(one) == 0


@pytest.mark.parametrize("one", cases(ATTACKS, "learns"))
def test_attack_learns_nothing(graded, one):
    """Nothing of a hidden test comes back to a learner, nor is kept with what was graded."""
    assert graded.learned(one) == set()


@pytest.mark.parametrize("one", cases(HONEST, "loses"))
def test_honest(graded, one):
    """An honest submission earns all points, however it looks."""
    row = graded.report.rows[one.name]
    assert (row.earned, row.status) == (row.most, row.status), row.remarks
    assert row.most > 0


def test_report_tells_nothing(graded):
    """The report of the class holds nothing of a hidden test."""
    text = bare(class_report(graded.root, list(graded.secrets)).as_json())
    assert {secret for found in graded.secrets.values() for secret in found if secret in text} == set()


def main(words: list[str]) -> None:
    """Print what each submission, or each of these names and families, earns and learns, and what fits in NOT_YET."""
    chosen = [one for one in ALL if one.name in words or one.family in words]
    if not words:
        chosen = [one for one in ALL if one.name not in NOT_YET["hangs"]]
    with tempfile.TemporaryDirectory(prefix="k-") as folder:
        os.environ["PATH"] = program_path()
        root = Path(folder, "course")
        root.mkdir()
        done = grade(root, chosen, whole=True)
        found: dict[str, set[str]] = {"earns": set(), "learns": set(), "loses": set()}
        for one in chosen:
            row, learned = done.report.rows[one.name], done.learned(one)
            print(
                f"{one.family:10} {one.name:32} {row.earned:g}/{row.most:g} {len(learned):3} {row.remarks}", flush=True
            )
            kinds = {"loses": row.earned < row.most or not row.most} if one in HONEST else {}
            kinds |= {"earns": row.earned > 0, "learns": bool(learned)} if one in ATTACKS else {}
            for kind, holds in kinds.items():
                found[kind] |= {one.name} if holds else set()
        print({kind: sorted(names) for kind, names in found.items()})
        print({kind: len(names) for kind, names in found.items()}, len(ATTACKS), len(HONEST), f"{done.seconds:.1f} s")
    if not words and any(names - NOT_YET[kind] for kind, names in found.items()):
        sys.exit("What is not in NOT_YET does not hold any more.")


if __name__ == "__main__":
    main(sys.argv[1:])
