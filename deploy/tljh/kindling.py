"""What Kindling needs of The Littlest JupyterHub: /opt/tljh/config/jupyterhub_config.d/kindling.py."""

from typing import Any

c = get_config()  # noqa: F821

INSTRUCTOR = "jupyter-ines"
PREFIX = "/opt/tljh/user"


def prepare(spawner: Any) -> None:
    """Give an account a short folder for its kernels' sockets, and the instructor the formgrader."""
    # Each server has a /tmp of its own. A socket's path may have 107 characters, and a home's name can be long.
    own = {"JUPYTER_RUNTIME_DIR": "/tmp/jupyter", "KINDLING_SOURCE": "drawn", "OMP_NUM_THREADS": "1"}
    if f"jupyter-{spawner.user.name}" == INSTRUCTOR:
        own["JUPYTER_CONFIG_PATH"] = f"{PREFIX}/etc/instructor"
    spawner.environment = {**spawner.environment, **own}


c.Spawner.pre_spawn_hook = prepare
