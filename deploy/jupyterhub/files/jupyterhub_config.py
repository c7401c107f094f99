"""The hub of a class on one machine. class.toml, beside this file, says who is in it; docs/teach/server.md, why."""

import fcntl
import os
import pwd
import sys
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

c = get_config()  # noqa: F821

the_class = tomllib.loads(Path(__file__).with_name("class.toml").read_text(encoding="utf-8"))
state, port = the_class["state"], urlsplit(the_class["address"]).port

# A hub takes up to half a minute to end. One that starts before that would end the old one's proxy, and then itself.
lock = os.open(f"{state}/lock", os.O_RDWR | os.O_CREAT, 0o600)
print("Waiting for the hub before to end, if there is one.", flush=True)
fcntl.flock(lock, fcntl.LOCK_EX)

c.JupyterHub.bind_url = the_class["address"]
c.JupyterHub.hub_port = port + 81
c.JupyterHub.db_url = f"sqlite:///{state}/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = f"{state}/cookie_secret"
c.ConfigurableHTTPProxy.command = f"{sys.prefix}/proxy/node_modules/.bin/configurable-http-proxy"
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{port + 1}"
c.ConfigurableHTTPProxy.pid_file = f"{state}/proxy.pid"

# Who is not in class.toml any more can't log in any more.
c.JupyterHub.authenticator_class = "pam"
c.Authenticator.allowed_users = {the_class["instructor"], *the_class["learners"]}
c.Authenticator.allow_existing_users = False

c.JupyterHub.spawner_class = "localprocess"
c.Spawner.cmd = [f"{sys.prefix}/bin/jupyterhub-singleuser"]
c.Spawner.default_url = "/lab"
# nbgrader calls its own programs by their names. A lesson gives the same numbers everywhere, and a class on one machine
# neither downloads images for each account nor has more threads than cores.
c.Spawner.environment = {
    "PATH": f"{sys.prefix}/bin:/usr/local/bin:/usr/bin:/bin",
    "KINDLING_SOURCE": "drawn",
    "OMP_NUM_THREADS": "1",
}
# When a whole class comes at once, servers start slowly.
c.Spawner.start_timeout = 300
c.Spawner.http_timeout = 120
c.JupyterHub.concurrent_spawn_limit = 20

c.JupyterHub.services = [
    {"name": "idle-culler", "command": [sys.executable, "-m", "jupyterhub_idle_culler", "--timeout=3600"]}
]
c.JupyterHub.load_roles = [
    {
        "name": "idle-culler",
        "services": ["idle-culler"],
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
    }
]


def prepare(spawner: Any) -> None:
    """Give an account a private place for its kernels' sockets, and the instructor the formgrader."""
    account = pwd.getpwnam(spawner.user.name)
    # Short, since a socket's path may have 107 characters, and a home's name can be long.
    place = f"/run/jupyter/{account.pw_uid}"
    os.makedirs("/run/jupyter", 0o755, exist_ok=True)
    os.makedirs(place, 0o700, exist_ok=True)
    os.chown(place, account.pw_uid, account.pw_gid)
    own = {"JUPYTER_RUNTIME_DIR": place}
    if spawner.user.name == the_class["instructor"]:
        own["JUPYTER_CONFIG_PATH"] = f"{sys.prefix}/etc/instructor"
    spawner.environment = {**spawner.environment, **own}


c.Spawner.pre_spawn_hook = prepare
