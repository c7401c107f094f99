"""A hub for three accounts, as deploy/jupyterhub/setup.py sets it up: from logging in to reading feedback.

It needs root, and an environment in which JupyterHub, its proxy and this course are installed, which KINDLING_HUB
names: docs/contribute/tests.md tells how to make one. It makes three accounts, and removes them.
"""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import nbformat
import pytest
import requests
from conftest import CENTRING, CHROMIUM, REPOSITORY, browsing

if os.name != "nt":
    import pwd

PREFIX = Path(os.environ.get("KINDLING_HUB") or "/nowhere")
IS_THERE = (PREFIX / "bin" / "jupyterhub").exists() and os.geteuid() == 0 and CHROMIUM is not None
pytestmark = pytest.mark.skipif(
    not IS_THERE, reason="needs a JupyterHub: be root, have Chromium, and name the hub's environment in KINDLING_HUB"
)

INES, ADA, BEN = "k-ines", "k-ada", "k-ben-with-a-name-of-32-letters1"  # the longest that there are
RIGHT = {"centre": "def centre(x):\n    return x - x.mean(dim=0)", "COLUMNS": "COLUMNS = 3"}
PASSWORD = "only for this test"


def free_port() -> int:
    """Return a port that nobody has, nor the two that the hub takes with it."""
    for port in range(18000, 18080):
        try:
            for one in (port, port + 1, port + 81):
                with socket.socket() as taken:
                    taken.bind(("127.0.0.1", one))
        except OSError:
            continue
        return port
    raise AssertionError("no free port")


def wait(what: str, ready: Any, seconds: float = 300) -> Any:
    """Return what `ready` returns once that is true."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if found := ready():
                return found
        except OSError:  # nobody listens yet; requests' errors are such, too
            pass
        time.sleep(0.2)
    raise AssertionError(f"{what}: not in {seconds:.0f} s")


@dataclass
class Person:
    """Somebody with an account, who has logged in."""

    name: str
    address: str
    session: Any = field(default_factory=lambda: requests.Session())

    @property
    def home(self) -> Path:
        return Path(pwd.getpwnam(self.name).pw_dir)

    @property
    def number(self) -> int:
        return pwd.getpwnam(self.name).pw_uid

    def run(self, command: str, fails: bool = False) -> str:
        """Return what a command of this account prints, in a terminal at home."""
        path = f"PATH={PREFIX}/bin:/usr/bin:/bin:/usr/sbin"
        line = ["runuser", "-u", self.name, "--", "env", "-i", path, f"HOME={self.home}", "OMP_NUM_THREADS=1"]
        done = subprocess.run([*line, "bash", "-c", command], cwd=self.home, capture_output=True, text=True)
        assert bool(done.returncode) is fails, f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def log_in(self) -> None:
        """Log in as in a browser, and have a token for what follows."""
        form = self.session.get(f"{self.address}/hub/login")
        secret = re.search(r'name="_xsrf" value="([^"]+)"', form.text)[1]
        answers = {"username": self.name, "password": PASSWORD, "_xsrf": secret}
        page = self.session.post(f"{self.address}/hub/login", data=answers, allow_redirects=False)
        assert page.status_code == 302, page.text
        self.session.get(f"{self.address}/hub/token")
        secret = next(one.value for one in self.session.cookies if one.name == "_xsrf" and one.path == "/hub/")
        token = self.session.post(
            f"{self.address}/hub/api/users/{self.name}/tokens", json={}, headers={"X-XSRFToken": secret}
        )
        assert token.ok, token.text
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"token {token.json()['token']}"

    def start(self) -> None:
        """Start this person's server, and wait until it answers."""
        asked = self.session.post(f"{self.address}/hub/api/users/{self.name}/server")
        assert asked.status_code in (201, 202), asked.text
        wait(f"the server of {self.name}", lambda: self.ask("GET", "api/status").ok)

    def ask(self, method: str, path: str, **more: Any) -> Any:
        """Return the answer of this person's server."""
        return self.session.request(method, f"{self.address}/user/{self.name}/{path}", timeout=300, **more)


@dataclass
class Hub:
    """The hub that runs, and its people."""

    address: str
    class_file: Path
    state: Path
    exchange: Path
    process: subprocess.Popen[str] | None = None
    log: Path = Path("/dev/null")

    def start(self) -> None:
        settings = PREFIX / "etc" / "jupyterhub" / "jupyterhub_config.py"
        with open(self.log, "a") as log:
            self.process = subprocess.Popen(
                [PREFIX / "bin" / "jupyterhub", "--config", settings],
                cwd=self.state,
                stdout=log,
                stderr=log,
                text=True,
                env={"PATH": f"{PREFIX}/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin", "HOME": "/root"},
            )

    def wait(self) -> None:
        def ready() -> bool:
            assert self.process.poll() is None, self.log.read_text()[-3000:]
            return requests.get(f"{self.address}/hub/login", timeout=5).ok

        wait("the hub", ready)

    def person(self, name: str) -> Person:
        return Person(name, self.address)


def set_up(class_file: Path) -> str:
    """Return what setup.py prints."""
    command = [PREFIX / "bin" / "python3", REPOSITORY / "deploy" / "jupyterhub" / "setup.py", class_file]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def remove_accounts() -> None:
    for name in (INES, ADA, BEN):
        try:
            number = pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
        subprocess.run(["pkill", "-KILL", "-U", str(number)])
        subprocess.run(["userdel", "--remove", name], capture_output=True)
        shutil.rmtree(f"/run/jupyter/{number}", ignore_errors=True)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory, _built_once: Path) -> Iterator[Hub]:
    """A hub that was set up, whose people have logged in once, and whose instructor has a course."""
    folder = tmp_path_factory.mktemp("hub")
    address = f"http://127.0.0.1:{free_port()}"
    places = {"prefix": PREFIX, "exchange": "/srv/k-test/exchange", "state": "/var/lib/k-test", "address": address}
    lines = [f'{name} = "{value}"' for name, value in (places | {"course": "kindling", "instructor": INES}).items()]
    class_file = folder / "class.toml"
    class_file.write_text("\n".join([*lines, f'learners = ["{ADA}", "{BEN}"]', ""]))
    hub = Hub(address, class_file, Path(places["state"]), Path(places["exchange"]), log=folder / "log")
    remove_accounts()
    defaults = Path("/etc/login.defs").read_bytes()
    try:
        (folder / "first").write_text(set_up(class_file))
        passwords = "".join(f"{name}:{PASSWORD}\n" for name in (INES, ADA, BEN))
        subprocess.run(["chpasswd"], input=passwords, text=True, check=True)
        course = hub.person(INES).home / "kindling"
        shutil.copytree(_built_once, course)
        subprocess.run(["chown", "-R", f"{INES}:", course], check=True)
        hub.start()
        hub.wait()
        yield hub
    finally:
        if hub.process:
            hub.process.terminate()
            hub.process.wait(120)
        remove_accounts()
        Path("/etc/login.defs").write_bytes(defaults)
        for place in ("/srv/k-test", "/var/lib/k-test"):
            shutil.rmtree(place, ignore_errors=True)
        print(hub.log.read_text()[-5000:])


@pytest.fixture(scope="module")
def people(hub: Hub) -> tuple[Person, Person, Person]:
    """The instructor and two learners; their servers run, and the lesson is in the exchange."""
    ines, ada, ben = map(hub.person, (INES, ADA, BEN))
    ines.run(f"cd kindling && kindling release {CENTRING} && nbgrader release_assignment {CENTRING}")
    for person in (ines, ada, ben):
        person.log_in()
        person.start()
    return ines, ada, ben


@pytest.fixture(scope="module")
def handed_in(hub: Hub, people: tuple[Person, Person, Person]) -> str:
    """What nbgrader says as it collects: of Ada what she handed in in JupyterLab, of Ben several tricks."""
    ines, ada, ben = people
    course = {"course_id": "kindling", "assignment_id": CENTRING}
    for person in (ada, ben):
        fetched = person.ask("POST", "assignments/fetch", data=course).json()
        assert fetched["success"], fetched
    path = ada.home / CENTRING / f"{CENTRING}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if (name := cell.metadata.get("nbgrader", {}).get("grade_id")) in RIGHT:
            cell.source = RIGHT[name]
    nbformat.write(notebook, path)
    checked = ada.ask("POST", "assignments/validate", data={"path": f"{CENTRING}/{CENTRING}.ipynb"}).json()
    assert checked["success"], checked
    handed_in = ada.ask("POST", "assignments/submit", data=course).json()
    assert handed_in["success"], handed_in
    ben.run(f"nbgrader submit {CENTRING} --CourseDirectory.student_id={ADA}")
    for hours, trick in ((30, "cp -r"), (-1, "link")):
        stamp = f"{datetime.now(UTC) - timedelta(hours=hours):%Y-%m-%d %H:%M:%S.%f} UTC"
        folder = f"'{hub.exchange}/kindling/inbound/{BEN}+{CENTRING}+{stamp}+{trick[:2]}'"
        ben.run(f"cp -r {CENTRING} {folder} && echo {stamp} > {folder}/timestamp.txt")
        if trick == "link":
            source = ines.home / "kindling" / "source" / CENTRING / f"{CENTRING}.ipynb"
            ben.run(f"ln -sf {source} {folder}/{CENTRING}.ipynb")
    ben.run(f"nbgrader submit {CENTRING}")
    return ines.run(f"cd kindling && nbgrader collect {CENTRING}")


def test_the_set_up_says_what_it_made_and_a_second_time_that_nothing_had_to_change(hub):
    first = (hub.class_file.parent / "first").read_text()
    for name in (INES, ADA, BEN):
        assert f"The account {name} is new\n" in first
        assert f"{name} has no password yet: passwd {name}\n" in first
    assert f"{hub.exchange} is new and belongs to {INES}, with the mode 1777\n" in first
    assert f"{INES} has no course yet: a clone of its repository belongs to /home/{INES}/kindling\n" in first
    second = set_up(hub.class_file)
    assert "\nNothing had to change.\n" in second
    assert "password" not in second


def test_each_person_reads_only_what_is_theirs(hub, people, handed_in):
    ines, ada, ben = people
    closed = [
        ada.home,
        ada.home / CENTRING / f"{CENTRING}.ipynb",
        ines.home / "kindling" / "gradebook.db",
        ines.home / "kindling" / "source",
        ines.home / "kindling" / "submitted",
        hub.exchange / "kindling" / "inbound",
        f"/run/jupyter/{ada.number}",
        hub.state,
    ]
    for place in closed:
        assert "Permission denied" in ben.run(f"ls {place}", fails=True)
    for server in subprocess.run(["pgrep", "-U", str(ada.number)], capture_output=True, text=True).stdout.split():
        assert "Permission denied" in ben.run(f"cat /proc/{server}/environ", fails=True)
    for path in ("api/contents", "lab", "api/terminals"):
        answer = ben.session.get(f"{hub.address}/user/{ADA}/{path}", allow_redirects=False)
        assert answer.status_code == 403
    assert ben.session.get(f"{hub.address}/hub/api/users").status_code == 403
    assert ben.session.get(f"{hub.address}/hub/api/users/{ADA}").status_code == 404


def test_nobody_puts_a_course_in_the_place_of_the_class(hub, people):
    ben = people[2]
    assert "Operation not permitted" in ben.run(f"mv {hub.exchange}/kindling {hub.exchange}/mine", fails=True)
    assert "Permission denied" in ben.run(f"touch {hub.exchange}/kindling/outbound/mine", fails=True)


@pytest.mark.parametrize("who", [ADA, BEN])
def test_nobody_can_listen_to_a_kernel_and_a_long_name_has_one(who, people):
    person = next(one for one in people if one.name == who)
    kernel = person.ask("POST", "api/kernels", json={}).json()["id"]
    folder = Path(f"/run/jupyter/{person.number}")
    sockets = wait("a kernel's sockets", lambda: list(folder.glob(f"kernel-{kernel}-ipc-*")))
    assert all(one.is_socket() for one in sockets)
    assert folder.stat().st_mode & 0o777 == 0o700
    # ipykernel has one more for the children of a kernel: it only takes messages, and only those with its secret.
    assert {kind_of_socket(port) for port in ports(f"kernel-{kernel}.json")} <= {b"PULL"}
    assert person.ask("DELETE", f"api/kernels/{kernel}").status_code == 204


def ports(argument: str) -> list[int]:
    """Return the TCP ports of the process that has this in its command line."""
    (number,) = subprocess.run(["pgrep", "-f", argument], capture_output=True, text=True).stdout.split()
    held = {os.readlink(one) for one in Path("/proc", number, "fd").iterdir()}
    lines = Path("/proc/net/tcp").read_text().splitlines() + Path("/proc/net/tcp6").read_text().splitlines()
    rows = [line.split() for line in lines if "local_address" not in line]
    return [int(row[1].rpartition(":")[2], 16) for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in held]


def kind_of_socket(port: int) -> bytes:
    """Return what a ZeroMQ socket says it is."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as peer:
        peer.sendall(b"\xff" + bytes(8) + b"\x7f\x03\x00NULL" + bytes(48))
        peer.sendall(b"\x04\x1a\x05READY\x0bSocket-Type" + b"\x00\x00\x00\x04PUSH")
        said = b""
        while b"Socket-Type" not in said or len(said.partition(b"Socket-Type")[2]) < 8:
            said += peer.recv(1000)
    return said.partition(b"Socket-Type")[2][4:8]


def test_what_ben_handed_in_as_ada_or_with_a_past_date_or_a_link_is_left_out(people, handed_in):
    assert re.search(rf"What came from {ADA} at .* was left out\. The folder belongs to {BEN}\.", handed_in)
    assert len(re.findall(rf"What came from {BEN} at .* was left out\. It was made or changed at ", handed_in)) == 1
    assert len(re.findall(rf"What came from {BEN} at .* was left out\. {CENTRING}\.ipynb is a link", handed_in)) == 1
    submitted = people[0].home / "kindling" / "submitted"
    assert sorted(path.name for path in submitted.iterdir() if path.is_dir()) == [ADA, BEN]
    notebook = nbformat.read(submitted / ADA / CENTRING / f"{CENTRING}.ipynb", as_version=4)
    assert RIGHT["centre"] in [cell.source for cell in notebook.cells]
    stamp = (submitted / BEN / CENTRING / "timestamp.txt").read_text()
    assert stamp.startswith(f"{datetime.now(UTC):%Y-%m-}")


def test_grades_and_feedback_come_back(people, handed_in):
    ines, ada, _ = people
    ines.run(f"cd kindling && kindling grade {CENTRING} && kindling feedback {CENTRING}")
    ines.run(f"cd kindling && nbgrader release_feedback {CENTRING}")
    grades = ines.run(f"cd kindling && kindling grades {CENTRING} --csv grades.csv >/dev/null && cat grades.csv")
    assert re.search(rf"{ADA},.*\b3(\.0)?\b", grades), grades
    course = {"course_id": "kindling", "assignment_id": CENTRING}
    fetched = ada.ask("POST", "assignments/fetch_feedback", data=course).json()
    assert fetched["success"], fetched
    (page,) = (ada.home / CENTRING / "feedback").rglob("*.html")
    assert "centre" in page.read_text()


def test_only_the_instructor_has_the_formgrader_and_its_frame_shows_it(hub, people):
    _, ada, _ = people
    assert ada.ask("GET", "formgrader").status_code == 404
    assert "frame-ancestors 'none'" in ada.ask("GET", "lab").headers["Content-Security-Policy"]
    with browsing() as context:
        page = context.new_page()
        page.goto(f"{hub.address}/hub/login?next=/user/{INES}/lab")
        page.fill("input[name=username]", INES)
        page.fill("input[name=password]", PASSWORD)
        page.click("input[type=submit]")
        page.get_by_role("menuitem", name="Nbgrader").click(timeout=180_000)
        page.get_by_role("menuitem", name="Formgrader").click()
        page.frame_locator("iframe").get_by_text(CENTRING).first.wait_for(timeout=120_000)


def test_drawn_images_lie_in_one_place_for_all(people):
    files = sorted((PREFIX / "share" / "kindling" / "drawn").iterdir())
    assert len(files) == 3
    for path in files:
        assert (path.stat().st_uid, path.stat().st_mode & 0o022) == (0, 0)
    code = "from kindling import data; print(len(data.load('mnist')))"
    ben = people[2]
    said = ben.run(f'cd / && KINDLING_SOURCE=drawn {PREFIX}/bin/python3 -c "{code}"')
    assert said.endswith("10000\n")
    assert not (ben.home / ".cache" / "kindling" / "drawn").exists()


def test_a_new_hub_waits_for_the_old_one(hub, people):
    """Last, since it ends the servers."""
    old = hub.process
    old.terminate()
    hub.start()
    hub.wait()
    assert old.wait(120) is not None
    wait("the new hub", lambda: requests.get(f"{hub.address}/hub/login", timeout=5).ok)
    assert hub.process.poll() is None
