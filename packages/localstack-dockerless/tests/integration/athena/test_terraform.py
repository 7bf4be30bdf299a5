"""Terraform's provider makes, changes, reads and removes a catalogue and a workgroup, and plans nothing afterwards."""

import json
import uuid
from pathlib import Path

import pytest

from dockerless_testing.emulator import Emulator
from dockerless_testing.terraform import CHANGED, UNCHANGED, Terraform, succeeded, terraform_in
from dockerless_testing.waiting import wait_until

MODULE = Path(__file__).with_name("terraform")


@pytest.fixture
def terraform(emulator: Emulator, tmp_path: Path) -> Terraform:
    """Returns a function that runs Terraform on a copy of the module, with a name of its own."""
    name = f"t{uuid.uuid4().hex[:10]}"
    return terraform_in(emulator, MODULE, tmp_path / "module", name=name, description="first")


@pytest.mark.downloads
def test_a_second_plan_is_empty(emulator: Emulator, terraform: Terraform):
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
