"""Runs Terraform on a copy of a module against a running LocalStack."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from dockerless_testing.emulator import OPERATOR, REGION, Emulator
from dockerless_testing.shell import SHELL, downloading

SECONDS = 1200
UNCHANGED, CHANGED = 0, 2
"""The exit codes of `terraform plan -detailed-exitcode`."""

Terraform = Callable[..., "subprocess.CompletedProcess[str]"]
"""Runs Terraform with its arguments, and with further environment variables by their names."""


def terraform_in(emulator: Emulator, module: Path, folder: Path, **variables: str) -> Terraform:
    """Returns a function that runs Terraform on a copy of `module` in `folder`. `variables` are the module's."""
    shutil.copytree(module, folder, ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*"))
    environment = downloading() | {
        "AWS_ENDPOINT_URL": emulator.url,
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": OPERATOR["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": OPERATOR["SecretAccessKey"],
        "AWS_EC2_METADATA_DISABLED": "true",
        **{f"TF_VAR_{name}": value for name, value in variables.items()},
        "TF_IN_AUTOMATION": "1",
        "CHECKPOINT_DISABLE": "1",
        "TF_CLI_CONFIG_FILE": os.devnull,
    }
    if mirror := SHELL.get("TF_PLUGIN_MIRROR"):
        environment["TF_CLI_ARGS_init"] = shlex.quote(f"-plugin-dir={mirror}")

    def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["terraform", *arguments],
            cwd=folder,
            env=environment | more,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    return run


def succeeded(done: "subprocess.CompletedProcess[str]", code: int = 0) -> str:
    """Returns the output of a command that ended with `code`."""
    assert done.returncode == code, done.stdout[-5000:]
    return done.stdout
