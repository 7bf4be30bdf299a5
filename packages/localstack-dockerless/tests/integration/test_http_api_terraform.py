"""An HTTP API of another project's kind: Terraform makes it, it works, nothing is planned afterwards, and it goes."""

import json
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dockerless_testing.backends import Backend, Reply
from dockerless_testing.emulator import Emulator
from dockerless_testing.gateways import HttpAnswer, call
from dockerless_testing.lambda_functions import package
from dockerless_testing.terraform import UNCHANGED, Terraform, succeeded, terraform_in
from dockerless_testing.tokens import Issuer, signed

MODULE = Path(__file__).with_name("http_api_terraform")
SOURCE = (
    "def handle(event, context): return {'path': event['rawPath'], 'by': event['requestContext'].get('authorizer')}"
)
ORIGIN = "https://shop.example"


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with Backend() as backend:
        yield Issuer(backend)


@pytest.fixture
def terraform(emulator: Emulator, tmp_path: Path, backend: Backend, issuer: Issuer) -> Terraform:
    (tmp_path / "function.zip").write_bytes(package({"app.py": SOURCE}))
    return terraform_in(
        emulator,
        MODULE,
        tmp_path / "module",
        name=f"t{uuid.uuid4().hex[:10]}",
        package=str(tmp_path / "function.zip"),
        issuer=issuer.url,
        server=f"http://127.0.0.1:{backend.port}",
        origin=ORIGIN,
        scopes='["read"]',
    )


def body(answer: HttpAnswer) -> Any:
    assert answer.status == 200, answer
    return json.loads(answer.body)


@pytest.mark.downloads
def test_an_http_api_of_another_project(
    emulator: Emulator, terraform: Terraform, issuer: Issuer, backend: Backend
) -> None:
    succeeded(terraform("init", "-no-color"))
    succeeded(terraform("apply", "-auto-approve", "-no-color"))
    succeeded(terraform("plan", "-detailed-exitcode", "-no-color"), UNCHANGED)
    it_works(emulator, json.loads(succeeded(terraform("output", "-json", "addresses"))), issuer, backend)
    changed = {"TF_VAR_origin": "https://other.example", "TF_VAR_scopes": "[]"}
    assert "2 changed" in succeeded(terraform("apply", "-auto-approve", "-no-color", **changed))
    succeeded(terraform("plan", "-detailed-exitcode", "-no-color", **changed), UNCHANGED)
    assert "Destroy complete" in succeeded(terraform("destroy", "-auto-approve", "-no-color", **changed))


def it_works(emulator: Emulator, addresses: dict[str, str], issuer: Issuer, backend: Backend) -> None:
    own = addresses["own"]
    assert body(call(own, "/any")) == {"path": "/any", "by": None}
    assert body(call(addresses["quick"], "/quick"))["path"] == "/quick"
    assert body(call(addresses["imported"], "/pets/7"))["path"] == "/live/pets/7"
    domain = [("Host", addresses["domain"])]
    assert body(call(emulator.url, "/v1/any", headers=domain))["path"] == "/any"
    assert addresses["target"].endswith(".execute-api.eu-central-1.amazonaws.com")

    asked = [("Origin", ORIGIN), ("Access-Control-Request-Method", "GET")]
    assert call(own, "/guarded", "OPTIONS", headers=asked).values("access-control-allow-origin") == [ORIGIN]
    claims = {"iss": issuer.url, "aud": "app", "exp": int(time.time()) + 600, "scope": "read"}
    issuer.keys, (token,) = signed([claims])
    assert call(own, "/guarded").status == 401
    by = body(call(own, "/guarded", headers=[("Authorization", f"Bearer {token}")]))["by"]
    assert by["jwt"]["scopes"] == ["read"]

    backend.reply = lambda _: Reply(404)
    assert call(own, "/server/a/b").values("x-error") == ["test"]
    assert backend.received[-1].path == "/a/b"
    assert body(call(own, "/events", "POST", body=b'{"id": 1}'))["FailedEntryCount"] == 0
