"""What several tests share: a small course of one lesson, kernels in a sandbox, and the paths of the repository."""

import contextlib
import gc
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import kernels
import matplotlib
import nbgrader.api
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from filelock import FileLock
from jupyter_client.blocking import BlockingKernelClient
from nbgrader.apps import NbGraderAPI
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize, sync_playwright
from schedule import pytest_collection_modifyitems, pytest_xdist_make_scheduler

from kindling.environment import program_path
from kindling.grade import archive, configuration, gradebook, provisioner, sandbox
from kindling.grade.sandbox import MIB, Limits
from kindling.grade.warm.client import Kernel, Server

__all__ = ["pytest_collection_modifyitems", "pytest_xdist_make_scheduler"]

REPOSITORY = Path(__file__).parents[1]
# `make test` does a sample of what takes longest; `make test-all`, once a week, does all of it.
ALL = "KINDLING_TEST_ALL" in os.environ
CENTRING = "01_centring"
# That of kernels, as the course sets it. Tests that grade in their own process use it, too: so they share a warm one.
ENVIRONMENT: dict[str, str] = configuration.course(REPOSITORY).config.Execute.environment
os.environ["KINDLING_TEST_SECRET"] = "never to be read"
Item = TypeVar("Item")

# Why a test may be skipped where CI runs: it has no GPU, no old Python, and no hub for which accounts are made.
ALLOWED_SKIPS = ("needs a GPU", "no Python 3.11.0 to 3.11.3 here", "needs a JupyterHub")


def sample(items: Sequence[Item], every: int) -> list[Item]:
    """Return one item in `every`, or each one where all is tested."""
    return list(items[:: 1 if ALL else every])


def pytest_configure(config: pytest.Config) -> None:
    """Give the workers of `pytest -n` a process to fork kernels from."""
    if hasattr(config, "workerinput"):
        kernels.use()
    elif getattr(config.option, "numprocesses", None) and not ALL:
        kept = contextlib.ExitStack()
        kept.enter_context(kernels.warm())
        config.add_cleanup(kept.close)


def pytest_collection() -> None:
    """Import all tests without a look for garbage, of which imports leave hardly any."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Let Python look for garbage in what tests make: to look through all imports, too, takes a tenth of their time."""
    gc.freeze()
    gc.enable()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """On CI on Linux, fail where a test was skipped for want of something that CI should have."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    strict = os.environ.get("CI") and sys.platform == "linux"
    if not strict or reporter is None or hasattr(session.config, "workerinput"):
        return
    reasons = {str(report.longrepr[2]) for report in reporter.stats.get("skipped", [])}
    if missing := sorted(one for one in reasons if not one.removeprefix("Skipped: ").startswith(ALLOWED_SKIPS)):
        reporter.write_line(f"CI must not skip tests: {missing}", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


asked_revision = nbgrader.api.get_alembic_version


def revision() -> str | None:
    """Return the last revision of nbgrader's tables, which `asked_revision` asks a process of alembic's for."""
    config = Config()
    config.set_main_option("script_location", str(Path(nbgrader.api.__file__).with_name("alembic")))
    return ScriptDirectory.from_config(config).get_current_head()


@pytest.fixture(scope="session", autouse=True)
def _known_revision() -> Iterator[None]:
    """Each new gradebook is marked with the last revision. To ask for it takes a second of processor time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nbgrader.api, "get_alembic_version", revision)
        yield


CENTRE = '''# %% [markdown]
# # Centring
#
# In 5 minutes you will be able to
# - centre the columns of a tensor;
# - say what `dim` does;
# - count the means of a tensor.

# %%
import torch
from torch import Tensor

from kindling import check

# %% [markdown]
# ### Centre the columns (5 minutes, ●○○)
#
# Networks learn faster when each feature has mean 0.

# %% task="centre"
def centre(x: Tensor) -> Tensor:
    """Return `x`, shape (n, d), with each column shifted to mean 0."""
    ### BEGIN SOLUTION
    return x - x.mean(dim=0)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: what does <code>dim</code> do?</summary>
#
# It names the direction that disappears.
# </details>

# %% check="centre" points=2
x = torch.tensor([[1.0, 10.0], [3.0, 30.0]])
check.close(
    centre(x), [[-1.0, -10.0], [1.0, 10.0]], "centre(x)",
    mistakes={
        "centre(x) averaged each row. Which dim runs down a column?": [[-4.5, 4.5], [-13.5, 13.5]],
        "centre(x) used one mean for all of x. Each column needs its own.": [[-10.0, -1.0], [-8.0, 19.0]],
    },
)
### BEGIN HIDDEN TESTS
x = torch.arange(15.0).reshape(5, 3) ** 2
check.close(centre(x), x - x.mean(dim=0), "centre(x) on a (5, 3) tensor")
### END HIDDEN TESTS

# %% [markdown]
# ### How many? (1 minute, ●○○)
#
# **Predict first.** How many means has a tensor of shape (5, 3)? Set `COLUMNS` to that number.

# %% task="COLUMNS"
### BEGIN SOLUTION
COLUMNS = 3
### END SOLUTION

# %% [markdown]
# <details><summary>Hint: rows or columns?</summary>
#
# Each column has one.
# </details>

# %% check="COLUMNS" points=1
check.equal(COLUMNS, 3, "COLUMNS", mistakes={
    "COLUMNS counts the rows.": 5,
    "COLUMNS counts the numbers.": 15,
})

# %% [markdown]
# ## What you have learnt
#
# That was all.
'''


def make_course(folder: Path) -> Path:
    """Return `folder` with one small lesson, the real nbgrader configuration, and a README in it."""
    from kindling.authoring.readme import TABLE

    (folder / "course").mkdir()
    (folder / "course" / f"{CENTRING}.py").write_text(CENTRE, encoding="utf-8")
    shutil.copy(REPOSITORY / "nbgrader_config.py", folder)
    (folder / "README.md").write_text(f"# A course\n\n{TABLE[0]}\n{TABLE[1]}\n\nThe end.\n", encoding="utf-8")
    return folder


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course folder of its own for each test, not built."""
    return make_course(tmp_path)


@pytest.fixture(scope="session")
def _built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built course folder, which all workers of pytest share: to build it takes seconds."""
    from kindling.authoring import build

    top = tmp_path_factory.getbasetemp()
    folder = (top.parent if "PYTEST_XDIST_WORKER" in os.environ else top) / "built-once"
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            making = Path(f"{folder}-making")
            making.mkdir()
            list(build.build(make_course(making)))
            making.rename(folder)
    return folder


@pytest.fixture
def built(_built_once: Path, tmp_path: Path) -> Path:
    """A built course folder of its own for each test."""
    return Path(shutil.copytree(_built_once, tmp_path / "built"))


def holds(check: str) -> str:
    """Return what a check prints that holds."""
    return f"✓ {check.splitlines()[0].removeprefix('%%check ').replace(' (', ': ').removesuffix(')')}\n"


CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
WINDOW = ViewportSize(width=1280, height=900)
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium")


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without network, but for this machine's own address."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            headless=True,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            ],
        )
        yield browser
        browser.close()


@contextlib.contextmanager
def browsing() -> Iterator[BrowserContext]:
    """A new browser, as `chromium` starts it, with a window of a usual size."""
    with chromium() as browser:
        yield browser.new_context(viewport=WINDOW)


START_SECONDS = 240  # on a busy machine


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def jupyter(command: Sequence[str | Path], root: Path, **variables: str) -> Iterator[str]:
    """The address of the Jupyter server that a command starts in a folder, with a home folder of its own beside it."""
    home, log = (root.with_name(f"{root.name}-{name}") for name in ("home", "server.log"))
    home.mkdir(exist_ok=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("JUPYTER", "XDG", "IPYTHON"))}
    environment |= {
        "HOME": str(home),
        "PATH": program_path(),
        "KINDLING_SOURCE": "drawn",
        "MPLCONFIGDIR": matplotlib.get_configdir(),  # a new home would make matplotlib list all fonts, and say so
        **variables,
    }
    options = ["--no-browser", "--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0"]
    options += ["--IdentityProvider.token=", "--allow-root"]
    with log.open("w") as file:
        process = subprocess.Popen([*command, *options], cwd=root, env=environment, stdout=file, stderr=file)
    try:
        until = time.monotonic() + START_SECONDS
        while not _answers(port):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)  # it stops its kernels, then itself
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:  # it grades, and hears nothing
            process.kill()
            process.wait()


def console_problems(page: Page) -> list[str]:
    """Return a list to which each error on the page's console is added."""
    problems: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            problems.append(f"{message.location['url']}: {message.text}")

    page.on("console", note)
    page.on("pageerror", lambda error: problems.append(str(error)))
    return problems


@pytest.fixture(scope="session")
def _handed_in_once(_built_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Path(shutil.copytree(_built_once, tmp_path_factory.mktemp("handed_in") / "course"))
    course = configuration.course(folder)
    assert NbGraderAPI(course, config=course.config).generate_assignment(CENTRING)["success"]
    shutil.copytree(folder / "release" / CENTRING, folder / "submitted" / "ada" / CENTRING)
    (folder / "submitted" / "ada" / CENTRING / "timestamp.txt").write_text("2026-01-01 10:00:00 UTC")
    return folder


@pytest.fixture
def book(_handed_in_once: Path, tmp_path: Path) -> Iterator[gradebook.Submissions]:
    """The submissions of a small lesson, of which Ada has handed in one."""
    root = Path(shutil.copytree(_handed_in_once, tmp_path / "built"))
    with gradebook.Submissions(configuration.course(root), CENTRING) as book:
        yield book


needs_sandbox = pytest.mark.skipif(sandbox.missing() is not None, reason=f"no sandbox here: {sandbox.missing()}")

LIMITS = Limits(seconds=30, processor_seconds=20, memory=200 * MIB, processes=16, file=4 * MIB, disk=8 * MIB)


class Inside:
    """A kernel, and what code in it prints."""

    def __init__(self, server: Server, limits: Limits = LIMITS, files: dict[str, Path | bytes] | None = None) -> None:
        content = archive.pack(files or {})
        self.kernel: Kernel = server.take(limits, provisioner.has_scripts(content))
        self.kernel.start(content)
        self.client = BlockingKernelClient()
        self.client.load_connection_info({**self.kernel.connection, "key": self.kernel.key.encode()})
        self.client.start_channels()
        self.client.wait_for_ready(timeout=240)

    def run(self, code: str, timeout: float = 30) -> str:
        """Return what the code prints, and of an error its name and message."""
        said: list[str] = []

        def take(message: dict) -> None:
            content = message["content"]
            if message["msg_type"] == "stream":
                said.append(content["text"])
            elif message["msg_type"] == "error":
                said.append(f"{content['ename']}: {content['evalue']}")

        self.client.execute_interactive(textwrap.dedent(code), timeout=timeout, output_hook=take)
        return "".join(said).strip()

    def end(self, code: str, seconds: float = 240) -> str:
        """Return why the kernel ended when it ran the code."""
        self.client.execute(textwrap.dedent(code))
        until = time.monotonic() + seconds
        while not self.kernel.poll() and time.monotonic() < until:
            time.sleep(0.01)
        event = self.kernel.poll()
        return event["why"] if event else "nothing"

    def close(self) -> None:
        """End the kernel."""
        self.client.stop_channels()
        self.kernel.kill()


@pytest.fixture(scope="module")
def temporary() -> Iterator[Path]:
    """A folder for temporary files, empty and with a short name, which sockets need."""
    with tempfile.TemporaryDirectory(prefix="k-") as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def server() -> Server:
    """The warm process of all tests that grade in this process, in a sandbox. Its parent has a secret."""
    return provisioner.warm(ENVIRONMENT, sandboxed=True)
