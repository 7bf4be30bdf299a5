"""A stage writes its access log to its CloudWatch log group."""

import json
from contextlib import ExitStack
from typing import Any

from dockerless_testing.gateways import Gateway, log_group
from dockerless_testing.waiting import wait_until

FORMAT = json.dumps(
    {
        "id": "$context.requestId",
        "route": "$context.routeKey",
        "path": "$context.path",
        "status": "$context.status",
        "integration": "$context.integrationStatus",
        "error": "$context.error.message",
        "agent": "$context.identity.userAgent",
    }
)


def test_every_request_has_its_line(gateway: Gateway, emulator: Any) -> None:
    _, arn, lines = log_group(emulator, gateway.stack)
    gateway.aws.update_stage(
        ApiId=gateway.id, StageName="$default", AccessLogSettings={"DestinationArn": arn, "Format": FORMAT}
    )
    gateway.route("GET /x/{id}")
    ids = [gateway.call(f"/x/{number}").values("Apigw-Requestid")[0] for number in range(20)]
    ids += gateway.call("/unknown", headers=[("User-Agent", 'a"b')]).values("Apigw-Requestid")
    wait_until(lambda: len(lines()) == 21, 20, "21 lines")
    seen = [json.loads(line) for line in lines()]
    assert {line["id"] for line in seen} == set(ids)
    by_id = {line["id"]: line for line in seen}
    assert by_id[ids[0]] == {
        "id": ids[0],
        "route": "GET /x/{id}",
        "path": "/x/0",
        "status": "200",
        "integration": "200",
        "error": "-",
        "agent": "-",
    }
    assert by_id[ids[-1]] == {
        "id": ids[-1],
        "route": "-",
        "path": "/unknown",
        "status": "404",
        "integration": "-",
        "error": "Not Found",
        "agent": 'a"b',
    }


def test_a_missing_log_group_stops_no_request(gateway: Gateway, emulator: Any) -> None:
    name, arn, _ = log_group(emulator, ExitStack())
    gateway.aws.update_stage(
        ApiId=gateway.id, StageName="$default", AccessLogSettings={"DestinationArn": arn, "Format": FORMAT}
    )
    gateway.route("GET /x")
    emulator.client("logs").delete_log_group(logGroupName=name)
    assert gateway.call("/x").status == 200
    gateway.aws.delete_access_log_settings(ApiId=gateway.id, StageName="$default")
    assert gateway.call("/x").status == 200
