"""A lesson's way through nbgrader in JupyterLab, in a real browser: from the formgrader to a learner and back.

The tests are the steps of one story, in this order, and each needs the ones before it.
With a folder's name in the environment variable KINDLING_PICTURES, they leave pictures there.
"""

import contextlib
import csv
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from conftest import CENTRING, REPOSITORY, WINDOW, chromium, console_problems, jupyter, needs_chromium, needs_sandbox
from lab import Notebook
from nbgrader.api import Gradebook
from playwright.sync_api import Browser, FrameLocator, Locator, expect

from kindling.environment import inherited

pytestmark = [needs_chromium, needs_sandbox]

SECONDS = 400  # for what begins with an import of torch, on a machine that is busy with other tests
COMMENT = "Each column has *one* mean."
LAB = [sys.executable, "-m", "jupyterlab"]


@pytest.fixture(scope="module")
def server(_built_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a shared server has: the course, the exchange, a learner's folder, and settings for everybody."""
    server = tmp_path_factory.mktemp("server")
    shutil.copytree(_built_once, server / "course")
    with Gradebook(f"sqlite:///{server / 'course' / 'gradebook.db'}", "kindling") as book:
        book.add_student("ada", first_name="Ada", last_name="Quill")
    (server / "ada").mkdir()
    (server / "exchange").mkdir()
    # Here in place of /etc/jupyter, as docs/teach/nbgrader.md has them copied.
    shutil.copytree(REPOSITORY / "src" / "kindling" / "learn" / "jupyter", server / "etc")
    (server / "etc" / "nbgrader_config.py").write_text(f'c.Exchange.root = "{server / "exchange"}"\n')
    # Both people have the account that runs the tests.
    (server / "ada-home" / ".jupyter").mkdir(parents=True)
    (server / "ada-home" / ".jupyter" / "nbgrader_config.py").write_text('c.CourseDirectory.student_id = "ada"\n')
    return server


class Person:
    """Somebody's JupyterLab, on a page of its own."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.page = browser.new_context(viewport=WINDOW).new_page()
        self.page.set_default_timeout(SECONDS * 1000)
        self.problems = console_problems(self.page)
        self.page.goto(url)

    def choose(self, menu: str, entry: str) -> None:
        """Click an entry of a menu."""
        self.page.get_by_role("menuitem", name=menu, exact=True).click()
        self.page.locator(".lm-Menu").get_by_text(entry, exact=True).click()

    def picture(self, name: str) -> None:
        """Take a picture of the page, if pictures are wanted."""
        if "KINDLING_PICTURES" in os.environ:
            folder = Path(os.environ["KINDLING_PICTURES"])
            folder.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=folder / f"{len(list(folder.iterdir())):02}-{name}.png", animations="disabled")


class Instructor(Person):
    """Who has formgrader."""

    @property
    def formgrader(self) -> FrameLocator:
        """Formgrader's page, in its tab."""
        return self.page.frame_locator("iframe")

    def press(self, column: str) -> str:
        """Click what stands in a column of the table's only row. Return what the dialog then says, and close it."""
        self.formgrader.locator(f"td.{column} a").click()
        dialog = self.formgrader.locator(".modal.in")
        said = dialog.locator(".modal-body p").first.inner_text()
        self.picture(column)
        dialog.get_by_role("button", name="OK").click()
        dialog.wait_for(state="detached")
        return said

    def go(self, name: str) -> None:
        """Click a link."""
        self.formgrader.get_by_role("link", name=name, exact=True).click()

    @contextlib.contextmanager
    def saved(self, what: str) -> Iterator[None]:
        """Wait until formgrader has saved a "grade" or a "comment" that is entered meanwhile."""
        with self.page.expect_response(lambda got: f"/api/{what}/" in got.url and got.request.method == "PUT") as saved:
            yield
        assert saved.value.ok

    def column(self, name: str) -> Locator:
        """Return a column of the table's only row."""
        return self.formgrader.locator(f"td.{name}")


class Learner(Person):
    """Who has the list of assignments."""

    def listed(self, kind: str) -> Locator:
        """Return a part of the list: "released", "fetched" or "submitted"."""
        return self.page.locator(f"#{kind}_assignments_list .list_item:visible")

    def validate(self, where: Locator) -> list[str]:
        """Click the button there. Return the lines that the dialog then says, and close it."""
        where.get_by_role("button", name="Validate").click()
        dialog = self.page.get_by_role("dialog")
        expect(dialog).to_contain_text("Validation Results")
        said = dialog.locator(".jp-Dialog-body").inner_text().split("\n")
        self.picture("validate")
        dialog.get_by_role("button", name="OK").click()
        return [line for line in said if line.strip()]

    def write(self, line: str, text: str) -> None:
        """Write in place of a line of the notebook."""
        self.page.locator(".jp-Notebook .cm-line", has_text=line).click()
        self.page.keyboard.press("Home")
        self.page.keyboard.press("Shift+End")
        self.page.keyboard.type(text)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The browser of both."""
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def people() -> list[Person]:
    """Who has come."""
    return []


def config_path(server: Path, name: str) -> str:
    """A person's own settings, and those for everybody."""
    return f"{server / f'{name}-home' / '.jupyter'}{os.pathsep}{server / 'etc'}"


@pytest.fixture(scope="module")
def instructor(server: Path, browser: Browser, people: list[Person]) -> Iterator[Instructor]:
    """JupyterLab in the course folder, where formgrader is switched on again."""
    command = [Path(sys.executable).with_name("jupyter"), "labextension", "enable", "--level=user"]
    paths = config_path(server, "course")
    environment = inherited(HOME=str(server / "course-home"), JUPYTER_CONFIG_PATH=paths)
    subprocess.run([*command, "@jupyter/nbgrader:formgrader"], env=environment, check=True, capture_output=True)
    with jupyter(LAB, server / "course", JUPYTER_CONFIG_PATH=paths) as url:
        people.append(one := Instructor(browser, url))
        yield one


@pytest.fixture(scope="module")
def learner(server: Path, browser: Browser, people: list[Person]) -> Iterator[Learner]:
    """JupyterLab in an empty folder."""
    with jupyter(LAB, server / "ada", JUPYTER_CONFIG_PATH=config_path(server, "ada")) as url:
        people.append(one := Learner(browser, url))
        yield one


@pytest.fixture(scope="module")
def failed_before(request: pytest.FixtureRequest) -> int:
    """How many tests had failed when the story began."""
    return request.session.testsfailed


@pytest.fixture(autouse=True)
def step(request: pytest.FixtureRequest, people: list[Person], failed_before: int) -> Iterator[None]:
    """A step fails after one that failed, and for an error on the console of either page."""
    expect.set_options(timeout=SECONDS * 1000)
    if request.session.testsfailed > failed_before:
        pytest.fail("A step before this one failed.")
    yield
    for person in people:
        person.picture(request.node.name.removeprefix("test_"))
    assert [problem for person in people for problem in person.problems] == []


def test_the_instructor_opens_formgrader(instructor):
    """It knows the lesson, and the exchange."""
    instructor.choose("Nbgrader", "Formgrader")
    expect(instructor.column("name")).to_have_text(CENTRING)
    expect(instructor.column("status")).to_have_text("draft")
    expect(instructor.formgrader.locator(".alert")).to_have_count(0)


def test_the_instructor_generates_the_lesson(instructor, server):
    """What formgrader makes is what `kindling dev build` made."""
    path = server / "course" / "release" / CENTRING / f"{CENTRING}.ipynb"
    built = path.read_bytes()
    path.unlink()
    assert instructor.press("assign") == f"Successfully created the student version of '{CENTRING}':"
    assert path.read_bytes() == built


def test_the_instructor_releases_it(instructor):
    """It is there for students to fetch."""
    assert instructor.press("release") == f"Successfully released '{CENTRING}'."
    expect(instructor.column("status")).to_have_text("released")


def test_a_learner_fetches_it(learner, server):
    """The list of assignments is the only tool of nbgrader's that learners have."""
    learner.page.get_by_role("menuitem", name="Nbgrader", exact=True).click()
    expect(learner.page.locator(".lm-Menu .lm-Menu-item:visible")).to_have_text(["Assignment List"])
    learner.page.get_by_role("menuitem", name="Assignment List", exact=True).click()
    expect(learner.listed("released")).to_have_count(1)
    learner.picture("released")
    learner.page.get_by_role("button", name="Fetch", exact=True).click()
    expect(learner.listed("fetched")).to_contain_text([CENTRING])
    assert os.listdir(server / "ada" / CENTRING) == [f"{CENTRING}.ipynb"]


def test_the_learner_validates_what_is_not_begun(learner):
    """The button on the notebook says of each check its title, and that its task still needs code."""
    learner.listed("fetched").get_by_role("button", name=CENTRING).click()
    learner.listed("fetched").get_by_role("link", name=CENTRING).click()
    assert learner.validate(learner.page.locator(".jp-NotebookPanel")) == [
        "The following cell failed:",
        "%%check centre (2 points)",
        "Not yet: `centre` still needs your code.",
        "The following cell failed:",
        "%%check COLUMNS (1 point)",
        "Not yet: `COLUMNS` still needs your code.",
    ]


def test_the_learner_solves_a_task(learner, server):
    """Run, read the sentence, type the answer, run the check."""
    notebook = Notebook(learner.page, server / "ada" / CENTRING / f"{CENTRING}.ipynb")
    stub, check = notebook.places["centre"], notebook.places["centre_check"]

    expect(notebook.cell(check).locator(".cm-content")).to_be_hidden()  # folded
    notebook.run("Run All Cells", notebook.code[0])
    expect(notebook.errors(check)).to_have_text(["Not yet: `centre` still needs your code."])
    notebook.open(check)
    expect(notebook.cell(check).locator(".cm-content")).to_contain_text("%%check centre")
    count = int(re.sub(r"\D", "", notebook.prompt(check).text_content()))

    # In place of the line that raises; the editor itself indents what follows.
    learner.write("raise check.NotWritten", "mean = x.mean(dim=0)")
    learner.page.keyboard.press("Enter")
    learner.page.keyboard.type("return x - mean")
    for _ in range(stub, check + 1):
        learner.page.keyboard.press("Shift+Enter")
    count += sum(stub <= number <= check for number in notebook.code)
    expect(notebook.prompt(check)).to_have_text(f"[{count}]:")
    expect(notebook.cell(check).locator(".jp-OutputArea-output")).to_have_text(["✓ centre: 2 points"])


def test_the_learner_fails_in_the_other_task(learner, server):
    """Each check answers below its task, and the notebook is saved."""
    learner.write("COLUMNS = ...", "COLUMNS = 5")
    learner.choose("Run", "Run All Cells")
    said = learner.page.locator(".jp-Notebook .jp-OutputArea-output")
    expect(said).to_have_text(["✓ centre: 2 points", "COLUMNS counts the rows."])
    learner.choose("File", "Save Notebook")
    expect(learner.page.locator(".jp-mod-dirty")).to_have_count(0)
    assert "COLUMNS = 5" in (server / "ada" / CENTRING / f"{CENTRING}.ipynb").read_text(encoding="utf-8")


def test_the_learner_validates_once_more(learner):
    """The button in the list says the same as the one on the notebook: the failed check's title, and its sentence."""
    learner.choose("Nbgrader", "Assignment List")
    said = learner.validate(learner.listed("fetched"))
    assert said == ["The following cell failed:", "%%check COLUMNS (1 point)", "COLUMNS counts the rows."]


def test_the_learner_submits(learner, server):
    """The list shows when; the exchange has the notebook as it was saved."""
    learner.page.get_by_role("button", name="Submit", exact=True).click()
    expect(learner.listed("submitted")).to_contain_text([CENTRING])
    [path] = (server / "exchange" / "kindling" / "inbound").glob(f"ada+{CENTRING}+*/{CENTRING}.ipynb")
    assert path.read_bytes() == (server / "ada" / CENTRING / f"{CENTRING}.ipynb").read_bytes()


def test_the_instructor_collects(instructor):
    """One submission is there."""
    expect(instructor.column("num-submissions")).to_have_text("0")
    assert instructor.press("collect") == f"Successfully collected submissions of '{CENTRING}'."
    expect(instructor.column("num-submissions")).to_have_text("1")


def test_the_instructor_autogrades(instructor, server):
    """By this course's engine: the points, and of the failed check its sentence alone."""
    instructor.go("1")
    assert instructor.press("autograde") == f"Successfully autograded '{CENTRING}' for student 'ada'."
    expect(instructor.column("score")).to_have_text("2 / 3")
    expect(instructor.column("status")).to_have_text("graded")
    graded = nbformat.read(server / "course" / "autograded" / "ada" / CENTRING / f"{CENTRING}.ipynb", as_version=4)
    [failed] = [output for cell in graded.cells for output in cell.get("outputs", []) if output.output_type == "error"]
    assert failed.traceback == ["COLUMNS counts the rows."]


def test_the_instructor_gives_points_and_a_comment(instructor):
    """Formgrader keeps both, and counts the points."""
    page = instructor.formgrader
    instructor.go("Manual Grading")
    for link in (CENTRING, CENTRING, "Submission #1"):
        instructor.go(link)
    expect(page.locator("#COLUMNS_check")).to_have_attribute("placeholder", "0")
    page.get_by_role("link", name="Prev").click(trial=True)  # nothing covers it
    expect(page.locator("summary").first).to_have_css("display", "list-item")
    expect(page.locator("#COLUMNS-comment")).to_have_attribute("placeholder", re.compile("Type any comments"))
    with instructor.saved("grade"):
        page.locator("#COLUMNS_check").fill("0.5")
        page.locator("#COLUMNS_check").blur()
    with instructor.saved("comment"):
        page.locator("#COLUMNS-comment").fill(COMMENT)
        page.locator("#COLUMNS-comment").blur()
    instructor.picture("manual-grading")
    instructor.go("Manual Grading")
    expect(instructor.column("score")).to_have_text("2.5 / 3")


def test_the_instructor_gives_feedback(instructor):
    """It is made, and released to the exchange."""
    instructor.go("Manage Assignments")
    assert instructor.press("generate-feedback") == f"Successfully generated feedback of '{CENTRING}'."
    assert instructor.press("release-feedback") == f"Successfully released feedback of '{CENTRING}'."


def test_the_learner_reads_it(learner):
    """The points, the sentence and the comment, on a page in JupyterLab."""
    learner.page.get_by_role("button", name="Fetch Feedback").click()
    learner.listed("submitted").get_by_text("(view feedback)").click()
    learner.picture("feedback-folder")
    learner.page.locator(".jp-DirListing-item", has_text=f"{CENTRING}.html").dblclick()
    feedback = learner.page.frame_locator(".jp-HTMLViewer iframe")
    expect(feedback.locator(".score")).to_have_text("2.5 of 3 points")
    expect(feedback.locator(".again li")).to_contain_text(["COLUMNS counts the rows."])
    expect(feedback.locator(".again .comment em")).to_have_text("one")


def test_the_instructor_exports_the_grades(instructor, server):
    """In a terminal of JupyterLab, since formgrader can't. The points that were given by hand count."""
    instructor.choose("File", "New Launcher")
    instructor.page.locator(".jp-LauncherCard:visible", has_text="Terminal").click()
    # Its shell is a login shell, since the server has no terminal of its own, and so has forgotten the environment.
    terminal = instructor.page.locator(".xterm-helper-textarea")
    terminal.press_sequentially(f'export PATH="{Path(sys.executable).parent}:$PATH"; nbgrader export\n')
    path = server / "course" / "grades.csv"
    until = time.monotonic() + SECONDS
    while not (path.exists() and path.read_text().endswith("\n")):
        assert time.monotonic() < until
        instructor.page.wait_for_timeout(200)
    with path.open(newline="") as file:
        [row] = csv.DictReader(file)
    assert (row["student_id"], row["score"], row["max_score"]) == ("ada", "2.5", "3.0")
