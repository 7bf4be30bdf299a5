"""An environment for commands that can reach the local stack and nothing else.

The shell may hold real credentials, a profile or a role. None of it is passed on, and every SDK and tool is pointed at
the emulator twice: by its endpoint and by credentials that AWS does not know.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from local.stack.settings import REGION

TEST_CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}

# Read by terraform, terraform-local or Terraform's provider, and able to lead a local command astray.
_ASTRAY_PREFIXES = ("AWS_", "TF_", "LOCALSTACK_", "BOTO_", "EMULATOR_")
_ASTRAY = {
    "ADDITIONAL_TF_OVERRIDE_LOCATIONS",
    "CUSTOMIZE_ACCESS_KEY",
    "DEBUG",
    "DRY_RUN",
    "EDGE_PORT",
    "GATEWAY_LISTEN",
    "LS_PROVIDERS_FILE",
    "PERSISTENCE",
    "S3_HOSTNAME",
    "SKIP_ALIASES",
    "USE_EXEC",
}
_KEPT = {"AWS_CA_BUNDLE", "TF_PLUGIN_MIRROR", "TF_CLI_CONFIG_FILE"}


def cleaned(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """`environment` without what could reach an AWS account or steer Terraform."""
    return {
        name: value
        for name, value in environment.items()
        if name in _KEPT or not (name.startswith(_ASTRAY_PREFIXES) or name in _ASTRAY)
    }


def local_only(edge_url: str, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """`cleaned`, with every AWS client pointed at the emulator at `edge_url`."""
    if not edge_url.startswith("http://127.0.0.1:"):
        raise ValueError(f"not an address of a local stack: {edge_url}")
    return cleaned(environment) | {
        **TEST_CREDENTIALS,
        "AWS_ENDPOINT_URL": edge_url,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": str(Path(os.devnull)),
        "AWS_SHARED_CREDENTIALS_FILE": str(Path(os.devnull)),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
    }
