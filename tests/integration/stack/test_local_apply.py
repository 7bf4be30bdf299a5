"""A local apply, also one that is killed, leaves `terraform/` as it was and never asks AWS."""

import hashlib
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from dockerless_testing.emulator import Emulator
from dockerless_testing.waiting import wait_until
from local.launcher import terraform, terraform_environment
from local.launcher.settings import Settings
from tests.support.shells import given

SOURCE = terraform.SOURCE
ONE_MODULE = ["-target=module.customers", "-target=module.network.aws_vpc.this"]


@pytest.fixture
def settings(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    given(
        monkeypatch,
        AWS_PROFILE="production",
        AWS_ACCESS_KEY_ID="AKIAIOSFODNN7EXAMPLE",
        AWS_SECRET_ACCESS_KEY="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        TF_CLI_ARGS_apply="-var-file=environments/aws.tfvars",
    )
    port = urlsplit(emulator.url).port
    assert port is not None
    settings = Settings(name=f"apply-{os.getpid()}", port=port)
    settings.logs.mkdir(parents=True)
    yield settings
    if terraform.working_copy(settings).joinpath("terraform.tfstate").exists():
        terraform.run(settings, "destroy", "-auto-approve", "-input=false", *terraform.variables(settings))
    shutil.rmtree(settings.directory)


def snapshot() -> dict[str, str]:
    """Returns the digest of every file below `terraform/`, without the cache of a Terraform run by hand."""
    return {
        str(path.relative_to(SOURCE)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in SOURCE.rglob("*")
        if path.is_file()
    }


def test_an_apply_with_real_credentials_in_the_shell_creates_in_the_emulator_alone(
    settings: Settings, emulator: Emulator
):
    before = snapshot()
    terraform.init(settings)

    terraform.run(settings, "apply", "-auto-approve", "-input=false", *ONE_MODULE, *terraform.variables(settings))

    assert "energy-local-customers" in emulator.client("dynamodb").list_tables()["TableNames"]
    assert snapshot() == before


def test_an_apply_that_is_killed_leaves_nothing_behind_in_the_configuration(settings: Settings):
    before = snapshot()
    terraform.init(settings)
    command = terraform.command("apply", "-auto-approve", "-input=false", "-json", *terraform.variables(settings))
    with subprocess.Popen(
        command,
        cwd=terraform.working_copy(settings),
        env=terraform_environment.environment(settings),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        for line in process.stdout or ():
            if '"apply_start"' in line:
                break
        os.killpg(process.pid, signal.SIGKILL)
    wait_until(lambda: process.poll() is not None, 10, "the killed apply to be gone")

    assert snapshot() == before
    left = {path.name for path in terraform.working_copy(settings).iterdir()}
    assert "localstack_providers_override.tf" in left  # so the test has really interrupted tflocal
