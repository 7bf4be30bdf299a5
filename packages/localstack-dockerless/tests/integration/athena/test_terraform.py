"""Terraform's provider makes, changes, reads and removes a catalogue and a workgroup, and plans nothing afterwards."""

import json
import os
import shlex
import shutil
import subprocess
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dockerless_testing.emulator import OPERATOR, REGION, Emulator
from dockerless_testing.shell import SHELL, downloading
from dockerless_testing.waiting import wait_until

MODULE = Path(__file__).with_name("terraform")
SECONDS = 1200
UNCHANGED, CHANGED = 0, 2
"""The exit codes of `terraform plan -detailed-exitcode`."""


@pytest.fixture
def terraform(emulator: Emulator, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Returns a function that runs Terraform on a copy of the module, with a name of its own."""
    folder = tmp_path / "module"
    shutil.copytree(MODULE, folder, ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*"))
    environment = downloading() | {
        "AWS_ENDPOINT_URL": emulator.url,
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": OPERATOR["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": OPERATOR["SecretAccessKey"],
        "AWS_EC2_METADATA_DISABLED": "true",
        "TF_VAR_name": f"t{uuid.uuid4().hex[:10]}",
        "TF_VAR_description": "first",
        "TF_IN_AUTOMATION": "1",
        "CHECKPOINT_DISABLE": "1",
        "TF_CLI_CONFIG_FILE": os.devnull,
    }
    if mirror := SHELL.get("TF_PLUGIN_MIRROR"):
        environment["TF_CLI_ARGS_init"] = shlex.quote(f"-plugin-dir={mirror}")

    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["terraform", *arguments],
            cwd=folder,
            env=environment | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    return run


def succeeded(done: subprocess.CompletedProcess[str], code: int = 0) -> str:
    assert done.returncode == code, done.stdout[-5000:]
    return done.stdout


@pytest.mark.downloads
def test_a_second_plan_is_empty(emulator: Emulator, terraform: Callable[..., Any]):
    succeeded(terraform("init", "-no-color"))
    succeeded(terraform("apply", "-auto-approve", "-no-color"))
    succeeded(terraform("plan", "-detailed-exitcode", "-no-color"), UNCHANGED)
    changed = {"TF_VAR_description": "second"}
    succeeded(terraform("plan", "-detailed-exitcode", "-no-color", **changed), CHANGED)
    succeeded(terraform("apply", "-auto-approve", "-no-color", **changed))
    succeeded(terraform("plan", "-detailed-exitcode", "-no-color", **changed), UNCHANGED)
    assert rows_of(emulator, json.loads(succeeded(terraform("output", "-json")))["query"]["value"]) == ["_col0", "0"]
    assert "6 destroyed" in succeeded(terraform("destroy", "-auto-approve", "-no-color", **changed))


def rows_of(emulator: Emulator, query: str) -> list[str]:
    """Runs a saved query and returns its values."""
    athena = emulator.client("athena")
    saved = athena.get_named_query(NamedQueryId=query)["NamedQuery"]
    started = athena.start_query_execution(
        QueryString=saved["QueryString"],
        WorkGroup=saved["WorkGroup"],
        QueryExecutionContext={"Database": saved["Database"]},
    )["QueryExecutionId"]

    def is_over() -> bool:
        state = athena.get_query_execution(QueryExecutionId=started)["QueryExecution"]["Status"]["State"]
        assert state not in ("FAILED", "CANCELLED")
        return bool(state == "SUCCEEDED")

    wait_until(is_over, 30, "the saved query")
    rows = athena.get_query_results(QueryExecutionId=started)["ResultSet"]["Rows"]
    return [row["Data"][0]["VarCharValue"] for row in rows]
