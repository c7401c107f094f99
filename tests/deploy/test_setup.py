"""deploy/jupyterhub: what the set-up writes, and that a second run changes nothing."""

import contextlib
import importlib.util
import json
import os
import re
import stat
import subprocess
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import REPOSITORY
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a hub needs Linux or macOS")
DEPLOY = REPOSITORY / "deploy"
HUB = DEPLOY / "jupyterhub"
SETUP = HUB / "setup.py"

if hasattr(os, "fork"):
    spec = importlib.util.spec_from_file_location("hub_setup", SETUP)
    setup = importlib.util.module_from_spec(spec)
    sys.modules["hub_setup"] = setup  # dataclasses look there
    spec.loader.exec_module(setup)


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, SETUP, *map(str, arguments)], capture_output=True, text=True)


@pytest.fixture
def class_file(tmp_path: Path) -> Path:
    """A class whose places are below the test's own folder."""
    text = (HUB / "class.toml").read_text(encoding="utf-8").replace('"/var', f'"{tmp_path}/var')
    (tmp_path / "var" / "lib" / "kindling-hub").mkdir(parents=True)
    (tmp_path / "class.toml").write_text(text, encoding="utf-8")
    return tmp_path / "class.toml"


@pytest.fixture
def etc(class_file: Path, tmp_path: Path) -> Path:
    """The folder of settings that the set-up writes below a folder of ours."""
    assert run(class_file, "--into", tmp_path / "root").returncode == 0
    return tmp_path / "root" / "opt" / "kindling" / "etc"


def loaded(path: Path) -> Config:
    return PyFileConfigLoader(path.name, path=str(path.parent)).load_config()


def test_a_second_run_changes_nothing(class_file, tmp_path):
    root = tmp_path / "root"
    first = run(class_file, "--into", root)
    files = {path: path.stat() for path in root.rglob("*") if path.is_file()}
    assert f"{root}/opt/kindling/etc/jupyterhub/class.toml is written\n" in first.stdout
    assert first.stdout.endswith(f"\n{len(files)} things changed.\n")
    assert {stat.S_IMODE(status.st_mode) for status in files.values()} == {0o644}
    second = run(class_file, "--into", root)
    assert second.stdout.count(" is as it should be\n") == len(files)
    assert second.stdout.endswith("\nNothing had to change.\n")
    assert {path: path.stat().st_mtime_ns for path in files} == {path: old.st_mtime_ns for path, old in files.items()}


def test_what_somebody_changed_is_written_again(class_file, etc, tmp_path):
    (etc / "jupyter" / "nbgrader_config.py").write_text("")
    (etc / "jupyter" / "jupyter_server_config.py").chmod(0o666)
    again = run(class_file, "--into", tmp_path / "root").stdout
    assert f"{etc}/jupyter/nbgrader_config.py is written\n" in again
    assert f"{etc}/jupyter/jupyter_server_config.py is written\n" in again
    assert again.endswith("\n2 things changed.\n")


def test_the_hub_lets_in_whom_class_toml_names(etc, class_file, tmp_path):
    c = loaded(etc / "jupyterhub" / "jupyterhub_config.py")
    assert c.Authenticator.allowed_users == {"ines", "ada", "ben"}
    assert c.Authenticator.allow_existing_users is False
    assert c.JupyterHub.bind_url == "http://127.0.0.1:8000"
    assert c.JupyterHub.db_url == f"sqlite:///{tmp_path}/var/lib/kindling-hub/jupyterhub.sqlite"
    class_file.write_text(class_file.read_text().replace('["ada", "ben"]', '["ada"]'))
    run(class_file, "--into", tmp_path / "root")
    # The first hub's lock belongs to this process, so the second would wait for ever.
    code = f"""
from traitlets.config.loader import PyFileConfigLoader
c = PyFileConfigLoader("jupyterhub_config.py", path={str(etc / "jupyterhub")!r}).load_config()
print(sorted(c.Authenticator.allowed_users))
"""
    second = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert second.stdout.readline() == "Waiting for the hub before to end, if there is one.\n"
    lock = tmp_path / "var" / "lib" / "kindling-hub" / "lock"
    for number in map(int, os.listdir("/proc/self/fd")):
        with contextlib.suppress(OSError):  # the list's own, which is closed
            if os.path.samestat(os.fstat(number), lock.stat()):
                assert second.poll() is None
                os.close(number)
    assert second.communicate(timeout=60)[0] == "['ada', 'ines']\n"


def test_nbgrader_reads_the_course_and_the_exchange_from_class_toml(etc):
    c = loaded(etc / "jupyter" / "nbgrader_config.py")
    assert (c.CourseDirectory.course_id, c.Exchange.root) == ("kindling", "/srv/nbgrader/exchange")
    assert c.ExchangeFactory.collect == "kindling.grade.exchange.Collect"
    assert c.KernelManager.transport == "ipc"
    assert loaded(etc / "jupyter" / "jupyter_server_config.py").KernelManager.transport == "ipc"


def test_only_the_instructor_has_the_formgrader(etc):
    pages = [
        json.loads((etc / who / "labconfig" / "page_config.json").read_text()) for who in ("jupyter", "instructor")
    ]
    servers = [
        json.loads((etc / who / "jupyter_server_config.d" / "zz-course.json").read_text())["ServerApp"]
        for who in ("jupyter", "instructor")
    ]
    assert [page["disabledExtensions"]["@jupyter/nbgrader:formgrader"] for page in pages] == [True, False]
    name = "nbgrader.server_extensions.formgrader"
    assert [server["jpserver_extensions"][name] for server in servers] == [False, True]
    headers = loaded(etc / "instructor" / "jupyter_server_config.py").ServerApp.tornado_settings["headers"]
    assert headers == {"Content-Security-Policy": "frame-ancestors 'self'"}
    assert not loaded(etc / "jupyter" / "jupyter_server_config.py").ServerApp


def test_the_service_starts_the_hub_where_class_toml_puts_it(class_file, tmp_path):
    class_file.write_text(class_file.read_text().replace("/opt/kindling", "/opt/autumn"))
    run(class_file, "--into", tmp_path / "root")
    unit = (tmp_path / "root" / "etc" / "systemd" / "system" / "kindling-hub.service").read_text()
    start = "ExecStart=/opt/autumn/bin/jupyterhub --config /opt/autumn/etc/jupyterhub/jupyterhub_config.py\n"
    assert start in unit
    assert f"WorkingDirectory={tmp_path}/var/lib/kindling-hub\n" in unit
    assert "/opt/kindling" not in unit


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('"ada"', '"Ada Quill"', '"Ada Quill" in {} is no name for an account: up to 32 small letters, digits, '),
        ('"ada"', '"a+b"', '"a+b" in {} is no name for an account'),
        ('"ada"', '"ines"', "ines in {} is the instructor and a learner. These need two accounts."),
        ("exchange =", "exchnage =", "{} misses exchange. It has course, instructor, learners, address, "),
        ("[", "", "{} can't be read: "),
    ],
)
def test_a_mistake_in_class_toml_gets_a_sentence(old, new, sentence, class_file, tmp_path):
    class_file.write_text(class_file.read_text().replace(old, new, 1))
    done = run(class_file, "--into", tmp_path / "root")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(sentence.format(class_file))
    assert not (tmp_path / "root").exists()


def test_new_homes_are_closed(tmp_path, capsys):
    file = tmp_path / "login.defs"
    file.write_text("UMASK 022\nHOME_MODE\t0755 # open\n#HOME_MODE 0700")
    for sentence in ("is new", "is as it should be"):
        setup.close_homes(file, setup.Report())
        assert capsys.readouterr().out == f"{file}: new homes are closed to others, which {sentence}\n"
    assert file.read_text() == "UMASK 022\n#HOME_MODE 0700\nHOME_MODE 0700\n"


def test_a_folder_gets_its_rights_and_keeps_what_is_in_it(tmp_path, capsys):
    report = setup.Report()
    me = __import__("pwd").getpwuid(os.getuid()).pw_name
    for rights in (None, 0o777, 0o1777):
        if rights:
            (tmp_path / "exchange").chmod(rights)
        setup.make_folder(tmp_path / "exchange", 0o1777, me, report)
        assert stat.S_IMODE((tmp_path / "exchange").stat().st_mode) == 0o1777
    said = capsys.readouterr().out.splitlines()
    assert said[0].endswith(f" is new and belongs to {me}, with the mode 1777")
    assert said[1].endswith(f" now belongs to {me}, with the mode 1777")
    assert said[2].endswith(" is as it should be")
    (tmp_path / "link").symlink_to(tmp_path / "exchange")
    with pytest.raises(SystemExit, match=r"is a link\. Write into class\.toml where it leads\."):
        setup.make_folder(tmp_path / "link", 0o700, me, report)


def test_a_python_that_others_cannot_run_is_not_taken(tmp_path, monkeypatch):
    (tmp_path / "closed").mkdir(0o700)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "closed" / "python3"))
    with pytest.raises(SystemExit, match=rf"since {re.escape(str(tmp_path / 'closed'))} is closed to them"):
        setup.install(tmp_path / "prefix", setup.Report())
    assert not (tmp_path / "prefix").exists()


def test_tljh_gets_what_it_lacks_and_no_hub(tmp_path):
    text = (DEPLOY / "tljh" / "class.toml").read_text(encoding="utf-8").replace("jupyter-ines", "jupyter-kim")
    (tmp_path / "class.toml").write_text(text, encoding="utf-8")
    assert run("--tljh", tmp_path / "class.toml", "--into", tmp_path / "root").returncode == 0
    root = tmp_path / "root"
    c = loaded(root / "opt/tljh/user/etc/jupyter/nbgrader_config.py")
    assert c.ExchangeFactory.collect == "kindling.grade.exchange.Collect"
    assert not (root / "opt/tljh/user/etc/jupyterhub/jupyterhub_config.py").exists()
    assert not (root / "etc" / "systemd").exists()
    prepare = loaded(root / "opt/tljh/config/jupyterhub_config.d/kindling.py").Spawner.pre_spawn_hook
    for name, folder in (("kim", "/opt/tljh/user/etc/instructor"), ("ada", None)):
        spawner = SimpleNamespace(user=SimpleNamespace(name=name), environment={"LANG": "C.UTF-8"})
        prepare(spawner)
        assert spawner.environment.get("JUPYTER_CONFIG_PATH") == folder
        assert spawner.environment["JUPYTER_RUNTIME_DIR"] == "/tmp/jupyter"
        assert spawner.environment["LANG"] == "C.UTF-8"


def test_class_toml_is_what_the_page_shows():
    page = (REPOSITORY / "docs" / "teach" / "server.md").read_text(encoding="utf-8")
    shown = re.search(r"```toml\n(.*?)```", page, re.DOTALL)[1]
    ours = tomllib.loads((HUB / "class.toml").read_text(encoding="utf-8"))
    assert tomllib.loads(shown).items() <= ours.items()
