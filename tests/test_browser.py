"""What a learner sees: the released lessons in real JupyterLab, in a real browser, started as `make lab` starts it."""

import re
import shutil
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ALL, REPOSITORY, browsing, console_problems, jupyter, needs_chromium
from lab import RUN_SECONDS, Notebook
from playwright.sync_api import BrowserContext, Page, expect

from kindling.authoring import lessons

# The one with scripts; all of them in `make test-all`. tests/test_every_lesson.py runs each, but in no browser.
RELEASED = ["08_final_exercise"]
if ALL:
    RELEASED = [path.stem for path in lessons.find(REPOSITORY / "course")]

pytestmark = needs_chromium

CLICK_SECONDS = 60
expect.set_options(timeout=CLICK_SECONDS * 1000)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of JupyterLab on a fresh lab/, with a home folder of its own."""
    root = tmp_path_factory.mktemp("course")
    shutil.copytree(REPOSITORY / "release", root / "release")
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


def test_the_first_lesson_is_opened(server: str):
    """That is where the address alone leads. tests/test_term.py has what a learner does there."""
    with urllib.request.urlopen(server) as answer:
        assert answer.url == f"{server}/lab/tree/01_tensors/01_tensors.ipynb"


@pytest.mark.parametrize("name", RELEASED)
def test_a_released_lesson_fails_in_its_checks_alone(server: str, page: Page, name: str):
    """Every cell of an unsolved lesson runs; each check says that its task is not written yet, and no more is red."""
    page.goto(f"{server}/lab/workspaces/{name}/tree/{name}/{name}.ipynb")  # where no other lesson's tab is open
    notebook = Notebook(page, REPOSITORY / "release" / name / f"{name}.ipynb")
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
