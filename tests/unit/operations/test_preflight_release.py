"""The preflight looks at the release that is applied, with the values of every file, and counts the connections."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from operations import preflight_account
from operations.preflight import main
from operations.preflight_lines import Needs
from service.settings import Settings
from tests.support.terraform_code import TERRAFORM, local_values, named, parsed
from tests.unit.operations.test_preflight import AWS, INDEX, OK, VALUES, Answers, D, manifest


def test_the_image_is_looked_for_by_the_digest_that_the_release_names(tmp_path: Path) -> None:
    digest = f"sha256:{'a1' * 32}"
    noted = tmp_path / "build" / "lambdas" / VALUES["release"] / "image.json"
    noted.parent.mkdir(parents=True)
    client = Answers(manifest(INDEX))
    given = Needs(VALUES, AWS, tmp_path, lambda _: client)
    assert list(D.image(given)) == [(OK, f"energy-service:{VALUES['release']} is for x86_64")]
    noted.write_text(json.dumps({"digest": digest}))
    assert list(D.image(given)) == [(OK, f"energy-service@{digest} is for x86_64")]
    assert [request["imageIds"] for request in client.asked] == [
        [{"imageTag": VALUES["release"]}],
        [{"imageDigest": digest}],
    ]


def test_a_later_file_and_the_named_release_have_precedence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = tmp_path / "a.tfvars", tmp_path / "b.tfvars"
    first.write_text('name = "energy"\nregion = "eu-central-1"\nrelease = "1"\n')
    second.write_text('name = "energy-staging"\n')

    def shown(given: Needs) -> Any:
        yield OK, f"{given.name} {given.values['region']} {given.values['release']}"

    monkeypatch.setattr("operations.preflight.CHECKS", {"values": shown})
    assert main(["--tfvars", str(first), "--tfvars", str(second), "--release", "2"]) == 0
    assert "energy-staging eu-central-1 2" in capsys.readouterr().out


@pytest.mark.parametrize("environment", ["aws", "local"])
def test_the_connections_are_counted_as_terraform_counts_them(environment: str) -> None:
    values = {"database_pool_size": named("variable", TERRAFORM)["database_pool_size"]["default"]}
    values |= parsed(TERRAFORM / "environments" / f"{environment}.tfvars")
    assert values["database_pool_size"] == preflight_account.DEFAULT_POOL_SIZE == Settings.pool_size
    expression = str(local_values(TERRAFORM)["database_connections"]).removeprefix("${").removesuffix("}")
    counted = eval(re.sub(r"var\.(\w+)", lambda found: str(values[found[1]]), expression))  # noqa: S307 -- our own code
    assert preflight_account.connections(values) == counted
