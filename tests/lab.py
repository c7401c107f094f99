"""A notebook on a page of JupyterLab, as several tests see it."""

import json
import re
import time
from pathlib import Path

from conftest import START_SECONDS
from playwright.sync_api import Locator, Page, expect

RUN_SECONDS = 300


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
