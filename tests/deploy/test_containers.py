"""deploy/image, deploy/kubernetes and deploy/tljh: what can be told of them without a cluster."""

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from conftest import REPOSITORY
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

DEPLOY = REPOSITORY / "deploy"
DOCKERFILE = (DEPLOY / "image" / "Dockerfile").read_text(encoding="utf-8")
INSTRUCTIONS = re.findall(r"^(\w+) (.*(?:\\\n.*)*)", re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.M), flags=re.M)
MOUNT = "/srv/nbgrader/exchange"


def loaded(path: Path) -> Config:
    return PyFileConfigLoader(path.name, path=str(path.parent)).load_config()


class Person:
    """A row of the hub's table of people."""

    def __init__(self, number: int, name: str) -> None:
        self.id, self.name = number, name


CLASS = [Person(1, "ines"), Person(2, "ada"), Person(7, "ben")]


def environment(person: Person) -> dict[str, str]:
    """Return the variables with which the hub starts a person's container."""
    hook = loaded(DEPLOY / "image" / "accounts.py").Spawner.pre_spawn_hook
    database = SimpleNamespace(query=lambda table: [one for one in CLASS if type(one) is table])
    spawner = SimpleNamespace(user=SimpleNamespace(orm_user=person), db=database, environment={"LANG": "C.UTF-8"})
    hook(spawner)
    return spawner.environment


def test_the_image_is_made_of_what_is_there():
    assert {name for name, _ in INSTRUCTIONS} == {"FROM", "USER", "WORKDIR", "RUN", "COPY", "ARG", "ENV"}
    sources = [part for name, rest in INSTRUCTIONS if name == "COPY" for part in rest.split()[:-1]]
    assert len(sources) >= 8
    assert [source for source in sources if not (REPOSITORY / source).exists()] == []


def test_the_image_installs_what_the_package_is_made_of():
    package = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    copied = " ".join(rest for name, rest in INSTRUCTIONS if name == "COPY").split()
    assert {"pyproject.toml", "src", package["readme"], *package["license-files"]} <= set(copied)


def test_each_person_has_a_number_that_no_one_else_has():
    numbers = {environment(person)["NB_USER"]: environment(person)["NB_UID"] for person in CLASS}
    assert numbers == {"ines": "10001", "ada": "10002", "ben": "10007"}
    assert environment(CLASS[1])["LANG"] == "C.UTF-8"


def test_only_the_instructor_knows_whose_the_numbers_are_and_has_the_formgrader(monkeypatch):
    assert "KINDLING_ACCOUNTS" not in environment(CLASS[1])
    assert "JUPYTER_CONFIG_PATH" not in environment(CLASS[1])
    instructors = environment(CLASS[0])
    assert instructors["JUPYTER_CONFIG_PATH"] in DOCKERFILE
    assert json.loads(instructors["KINDLING_ACCOUNTS"]) == {"10001": "ines", "10002": "ada", "10007": "ben"}
    monkeypatch.setenv("KINDLING_ACCOUNTS", instructors["KINDLING_ACCOUNTS"])
    c = loaded(DEPLOY / "image" / "jupyter" / "nbgrader_config.py")
    assert c.Collect.accounts == {10001: "ines", 10002: "ada", 10007: "ben"}
    assert c.ExchangeFactory.collect == "kindling.grade.exchange.Collect"
    assert c.Exchange.root == MOUNT


def test_the_values_of_kubernetes_fit_the_image_and_the_exchange():
    values = yaml.safe_load((DEPLOY / "kubernetes" / "config.yaml").read_text(encoding="utf-8"))
    volume, rights = yaml.safe_load_all((DEPLOY / "kubernetes" / "exchange.yaml").read_text(encoding="utf-8"))
    single = values["singleuser"]
    assert single["uid"] == 0  # else nobody gets an account of their own
    [mount] = single["storage"]["extraVolumeMounts"]
    [disk] = single["storage"]["extraVolumes"]
    assert mount == {"name": disk["name"], "mountPath": MOUNT, "subPath": "exchange"}
    assert disk["persistentVolumeClaim"]["claimName"] == volume["metadata"]["name"]
    assert volume["spec"]["accessModes"] == ["ReadWriteMany"]
    pod = rights["spec"]["template"]["spec"]
    assert pod["volumes"][0]["persistentVolumeClaim"]["claimName"] == volume["metadata"]["name"]
    place = pod["containers"][0]["volumeMounts"][0]["mountPath"]
    assert pod["containers"][0]["command"] == ["install", "--directory", "--mode=1777", f"{place}/{mount['subPath']}"]
    assert values["hub"]["extraEnv"]["KINDLING_INSTRUCTOR"] in values["hub"]["config"]["Authenticator"]["allowed_users"]


def test_the_profile_lets_bubblewrap_make_a_sandbox():
    path = DEPLOY / "tljh" / "bwrap"
    text = re.sub(r"#.*", "", path.read_text(encoding="utf-8"))
    assert "profile bwrap /usr/bin/bwrap flags=(unconfined) {\n  userns,\n" in text
    if (parser := shutil.which("apparmor_parser")) and Path("/etc/apparmor.d/abi/4.0").exists():
        done = subprocess.run([parser, "--skip-kernel-load", "--skip-cache", path], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "name", ["jupyterhub/setup.py", "image/Dockerfile", "kubernetes/config.yaml", "tljh/class.toml"]
)
def test_the_page_names_what_there_is(name):
    assert f"deploy/{name}" in (REPOSITORY / "docs" / "teach" / "server.md").read_text(encoding="utf-8")
