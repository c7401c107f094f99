"""The hub's part where each person has a container: an account with a number of its own, so that files have owners.

A part of jupyterhub_config.py for DockerSpawner; Zero to JupyterHub takes it as hub.extraConfig.accounts.
"""

import json
import os
from typing import Any

c = get_config()  # noqa: F821

INSTRUCTOR = os.environ.get("KINDLING_INSTRUCTOR", "ines")
FIRST_NUMBER = 10_000  # plus the hub's own number of a person, which stays the same


def give_account(spawner: Any) -> None:
    """Start a person's container as their own account; tell the instructor's who the others are."""
    user = spawner.user.orm_user
    own = {"NB_USER": user.name, "NB_UID": str(FIRST_NUMBER + user.id), "NB_GID": "100", "CHOWN_HOME": "yes"}
    if user.name == INSTRUCTOR:
        others = {FIRST_NUMBER + other.id: other.name for other in spawner.db.query(type(user))}
        own |= {"KINDLING_ACCOUNTS": json.dumps(others), "JUPYTER_CONFIG_PATH": "/opt/conda/etc/instructor"}
    spawner.environment = {**spawner.environment, **own}


c.Spawner.pre_spawn_hook = give_account
