"""Makes the environment for commands that must reach only the local stack.

The shell may hold real credentials, a profile or a role. `local.shell` passes none of them on. In addition, every SDK
gets the emulator's endpoint, and credentials that AWS does not know.
"""

import os
from collections.abc import Mapping

from artifacts import user_shell
from local.launcher.settings import REGION

TEST_CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


def pointed_at(edge_url: str) -> dict[str, str]:
    """Returns the variables that point every AWS client at the emulator at `edge_url`."""
    if not edge_url.startswith("http://127.0.0.1:"):
        raise ValueError(f"not an address of a local stack: {edge_url}")
    return {
        **TEST_CREDENTIALS,
        "AWS_ENDPOINT_URL": edge_url,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
    }


def local_only(edge_url: str, given: Mapping[str, str] = user_shell.SHELL) -> dict[str, str]:
    """Returns the environment for a command on the stack at `edge_url`. `given` is the shell's environment."""
    return user_shell.local(given) | pointed_at(edge_url)
