"""What a learner sees: the released lessons in real JupyterLab, in a real browser, started as `make lab` starts it."""

import json
import re
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import (
    ALL,
    CENTRE,
    CENTRING,
    REPOSITORY,
    START_SECONDS,
    browsing,
    console_problems,
    jupyter,
    needs_chromium,
)
from playwright.sync_api import BrowserContext, Locator, Page, expect

from kindling.authoring import lessons, percent

# The one with scripts; all of them in `make test-all`. tests/test_every_lesson.py runs each, but in no browser.
RELEASED = ["08_final_exercise"]
if ALL:
    RELEASED = [path.stem for path in lessons.find(REPOSITORY / "course")]

pytestmark = needs_chromium

RUN_SECONDS = 300
CLICK_SECONDS = 60
expect.set_options(timeout=CLICK_SECONDS * 1000)


@pytest.fixture(scope="module")
def release(_built_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The released lessons in a folder of their own; the first is a small one in the place of 01_tensors."""
    release = tmp_path_factory.mktemp("course") / "release"
    for name in RELEASED:
        shutil.copytree(REPOSITORY / "release" / name, release / name)
    shutil.copytree(_built_once / "release" / CENTRING, release / CENTRING)
    return release


@pytest.fixture(scope="module")
def server(release: Path) -> Iterator[str]:
    """The address of JupyterLab on a fresh lab/, with a home folder of its own."""
    root = release.parent
    shutil.copy(REPOSITORY / "nbgrader_config.py", root)
    with jupyter([Path(sys.executable).with_name("kindling"), "open", "--"], root) as url:
        yield url


@pytest.fixture(scope="module")
def context() -> Iterator[BrowserContext]:
    """A browser without network, which reads JupyterLab's own code once for all tests."""
    with browsing() as context:
        context.set_default_timeout(CLICK_SECONDS * 1000)
        yield context


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A new page. The test fails for an error on its console."""
    page = context.new_page()
    problems = console_problems(page)
    yield page
    page.close()
    assert problems == []


class Notebook:
    """A released lesson on a page: its cells by number, as in the file."""

    def __init__(self, page: Page, path: Path) -> None:
        self.page = page
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        self.code = [number for number, cell in enumerate(cells) if cell["cell_type"] == "code"]
        self.places = {
            cell["metadata"]["nbgrader"]["grade_id"]: number
            for number, cell in enumerate(cells)
            if "nbgrader" in cell["metadata"]
        }
        self.checks = [number for place, number in self.places.items() if place.endswith("_check")]
        # JupyterLab adds the cells one by one; before the last is there, a cell may not be found.
        expect(page.locator(".jp-Notebook .jp-Cell")).to_have_count(len(cells), timeout=START_SECONDS * 1000)

    def cell(self, number: int) -> Locator:
        """Return a cell."""
        return self.page.locator(f'.jp-Notebook .jp-Cell[data-windowed-list-index="{number}"]')

    def prompt(self, number: int) -> Locator:
        """Return what stands left of a cell, like "[7]:"."""
        return self.cell(number).locator(".jp-InputPrompt")

    def errors(self, number: int) -> Locator:
        """Return the red outputs of a cell, but for progress bars, which JupyterLab shows red too."""
        red = self.cell(number).locator('.jp-OutputArea-output[data-mime-type="application/vnd.jupyter.stderr"]')
        return red.filter(has_not_text="100%|")

    def choose(self, menu: str, entry: str) -> None:
        """Click an entry of a menu."""
        self.page.get_by_role("menuitem", name=menu, exact=True).click()
        self.page.get_by_role("menuitem", name=entry, exact=True).click()

    def stop(self) -> None:
        """Shut the kernel down: one for each lesson would take too much memory."""
        self.choose("Kernel", "Shut Down Kernel")
        expect(self.page.locator(".jp-KernelName")).to_have_text("No Kernel")

    def prompts(self) -> dict[int, str]:
        """Return what stands left of each code cell: "[ ]:" has not run, "[*]:" runs or waits for its turn."""
        texts = self.page.locator(".jp-Notebook .jp-CodeCell .jp-InputPrompt").all_text_contents()
        return dict(zip(self.code, texts, strict=True))

    def open(self, number: int) -> None:
        """Open a cell that is folded; only then does a number stand left of it."""
        folded = self.cell(number).locator(".jp-InputPlaceholder")
        if folded.is_visible():
            folded.click()

    def run(self, command: str, first: int) -> None:
        """Run the cells from `first` on by an entry of the menu "Run", and wait until all ran or one failed.

        A kernel in which a cell failed drops what it is sent in the same moment, so a run that did not start is
        asked for again.
        """
        until = time.monotonic() + RUN_SECONDS
        while not re.search(r"\d", self.prompts()[first]):
            assert time.monotonic() < until, self.prompts()
            self.prompt(first).click()  # a run leaves the last cell selected
            self.choose("Run", command)
            self.page.wait_for_timeout(100)
            while "[*]:" in self.prompts().values():
                assert time.monotonic() < until, self.prompts()
                self.page.wait_for_timeout(100)


def test_a_learner_solves_the_first_task(server: str, release: Path, page: Page):
    """Open, run, read the sentence, type the answer, run the check. tests/test_term.py goes on, and validates."""
    task = lessons.parse(CENTRE, Path(f"{CENTRING}.py")).tasks[0]
    solution = task.cell.source.split(percent.SOLUTION[0])[1].split(percent.SOLUTION[1])[0].split("\n")[1:-1]

    page.goto(server)
    expect(page).to_have_url(re.compile(f"/lab/tree/{CENTRING}/{CENTRING}.ipynb"))
    notebook = Notebook(page, release / CENTRING / f"{CENTRING}.ipynb")
    stub, check = notebook.places[task.id], notebook.places[f"{task.id}_check"]

    expect(notebook.cell(check).locator(".cm-content")).to_be_hidden()  # folded
    notebook.run("Run All Cells", notebook.code[0])
    expect(notebook.errors(check)).to_have_text([f"Not yet: `{task.id}` still needs your code."])
    notebook.open(check)
    expect(notebook.cell(check).locator(".cm-content")).to_contain_text(f"%%check {task.id}")
    count = int(re.sub(r"\D", "", notebook.prompt(check).text_content()))

    # In place of the line that raises; the editor itself indents what follows.
    notebook.prompt(stub).click()
    notebook.cell(stub).locator(".cm-line", has_text="raise check.NotWritten").click()
    page.keyboard.press("Home")
    page.keyboard.press("Shift+End")
    for number, line in enumerate(solution):
        if number:
            page.keyboard.press("Enter")
        page.keyboard.type(line.strip())
    for _ in range(stub, check + 1):
        page.keyboard.press("Shift+Enter")
    count += sum(stub <= number <= check for number in notebook.code)
    expect(notebook.prompt(check)).to_have_text(f"[{count}]:")
    expect(notebook.cell(check).locator(".jp-OutputArea-output")).to_have_text(
        [f"✓ {task.id}: {task.check.points} point{'s' * (task.check.points != 1)}"]
    )


@pytest.mark.parametrize("name", RELEASED)
def test_a_released_lesson_fails_in_its_checks_alone(server: str, release: Path, page: Page, name: str):
    """Every cell of an unsolved lesson runs; each check says that its task is not written yet, and no more is red."""
    page.goto(f"{server}/lab/workspaces/{name}/tree/{name}/{name}.ipynb")  # where no other lesson's tab is open
    notebook = Notebook(page, release / name / f"{name}.ipynb")
    notebook.run("Run All Cells", notebook.code[0])
    for check in notebook.checks:
        # JupyterLab stops at a cell that fails; a learner goes on with the next, also where that one is folded.
        expect(notebook.errors(check)).to_have_count(1, timeout=RUN_SECONDS * 1000)
        below = [number for number in notebook.code if number > check]
        if len(below) > 1:
            notebook.open(below[0])
            notebook.run("Run Selected Cell and All Below", below[0])
    # The menu has no "All Below" for the last cell, which runs when all others have.
    last = notebook.code[-1]
    notebook.open(last)
    notebook.prompt(last).click()
    page.keyboard.press("Shift+Enter")
    expect(notebook.prompt(last)).to_have_text(re.compile(r"\d"), timeout=RUN_SECONDS * 1000)
    red = {number: notebook.errors(number).all_text_contents() for number in notebook.code}
    notebook.stop()
    tasks = [task.id for task in lessons.read(REPOSITORY / "course" / f"{name}.py").tasks]
    wanted = {notebook.places[f"{one}_check"]: [f"Not yet: `{one}` still needs your code."] for one in tasks}
    assert {number: texts for number, texts in red.items() if texts} == wanted
