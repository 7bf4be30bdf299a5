"""Tries at run time what a project is for. Each function returns what it saw, or raises `AssertionError`.

A function gets the project's Terraform, whose outputs and state name the resources, and the LocalStack.
"""

import base64
import json
from functools import partial
from typing import Any

from dockerless_testing.emulator import Emulator, client_in
from dockerless_testing.gateways import call
from dockerless_testing.rds_instances import query_endpoint
from dockerless_testing.waiting import wait_until
from foreign_projects.terraform import Terraform

IRELAND = "eu-west-1"
"""The region of the examples of terraform-aws-modules."""


def eecms(terraform: Terraform, emulator: Emulator) -> str:
    """Asks the API with and without a customer's key, and runs the daily state machine with a silent customer."""
    table = emulator.client("dynamodb")
    for number in ("1", "2"):
        item = {"billing_metering_point_number": {"N": number}, "x_api_key": {"S": f"key-{number}"}}
        table.put_item(TableName="customers", Item={**item, "active": {"BOOL": True}, "type": {"S": "I"}})
    url = emulator.client("apigatewayv2").get_apis()["Items"][0]["ApiEndpoint"]
    statuses = [
        call(url, "/consumption/1", headers=[("x-api-key", key)] if key else []).status
        for key in ("", "wrong", "key-1")
    ]
    assert statuses[:2] == [401, 403], statuses
    shown = emulator.client("rds").describe_db_instances()["DBInstances"][0]
    statement = (
        "CREATE TABLE energy_consumption AS SELECT 1 AS id, 1 AS billing_metering_point_number, "
        "CURRENT_DATE - INTERVAL '1 hour' AS sample_time, 2.5 AS consumption, 230 AS average_voltage, "
        "50 AS average_frequency, 0 AS voltage_drops, 0 AS down_time"
    )
    query_endpoint(shown, "db_admin", "pgsql", statement, "db_password")
    states = emulator.client("stepfunctions")
    machine = states.list_state_machines()["stateMachines"][0]["stateMachineArn"]
    ended = _ended(states, states.start_execution(stateMachineArn=machine)["executionArn"])
    subjects = [mail["Subject"] for mail in emulator.get_json("/_aws/ses")["messages"]]
    _empty_buckets(emulator)
    return (
        f"without a key, with a wrong and with the right one: {statuses}; state machine {ended['status']} "
        f"{ended.get('error', '')}; mails: {subjects}"
    )


def alb_complete(terraform: Terraform, emulator: Emulator) -> str:
    """Asks the listeners for their fixed response, their redirect, and the functions' answers."""
    address = _balancer(emulator, IRELAND)
    fixed = call(f"http://{address}:82", "/")
    assert (fixed.status, fixed.body) == (200, b"Fixed message"), fixed
    redirect = call(f"http://{address}:80", "/a?b=1").values("Location")
    assert redirect == [f"https://{address}:443/a?b=1"], redirect
    gimme = call(f"http://{address}:80", "/", headers=[("x-Gimme-Fixed-Response", "yes")])
    assert gimme.body == b"This is a fixed response", gimme
    weighted = sorted({call(f"http://{address}:81", "/").status for _ in range(30)})
    return f"fixed responses, a redirect, a header rule; the weighted listener answers {weighted}"


def apigateway_vpc_link(terraform: Terraform, emulator: Emulator) -> str:
    """Asks the API's route to the load balancer and its route to the function."""
    url = client_in(emulator, "apigatewayv2", IRELAND).get_apis()["Items"][0]["ApiEndpoint"]
    through_link = call(url, "/alb-internal-route")
    assert (through_link.status, through_link.body) == (200, b"Hello, World!"), through_link
    function = call(url, "/")
    assert function.status == 200, function
    return "the load balancer answers through the VPC link, the function at / and $default"


def apigateway_complete(terraform: Terraform, emulator: Emulator) -> str:
    """Asks the routes of the function, of the state machine, of the JWT authorizers and of the imported document."""
    domain = client_in(emulator, "apigatewayv2", IRELAND).get_domain_names()["Items"][0]["DomainName"]
    ask = partial(call, emulator.url, headers=[("Host", domain)])  # the API has no address of its own
    open_routes = {path: ask(path).status for path in ("/", "/debug", "/another")}
    # In format 1.0, the default, the result must have a status code. This function returns its event.
    assert open_routes == {"/": 200, "/debug": 200, "/another": 500}, open_routes
    with_token = {path: ask(path).status for path in ("/some-route", "/some-route-with-authorizer")}
    assert set(with_token.values()) == {401}, with_token
    started = ask("/start-step-function", method="POST")
    assert started.status == 200, started
    return f"the function's routes: {open_routes}; a JWT is asked for; the state machine starts"


def ecs_fargate(terraform: Terraform, emulator: Emulator) -> str:
    """Asks the load balancer for the service's answer."""
    address = _balancer(emulator, IRELAND)
    answer = call(f"http://{address}:80", "/")
    return f"the load balancer answers {answer.status}"


def ecs_apigateway(terraform: Terraform, emulator: Emulator) -> str:
    """Lists the tasks of the two services."""
    ecs = client_in(emulator, "ecs", "us-east-1")
    services = ecs.describe_services(
        cluster="ecs-cluster", services=["service-foodstore-foods", "service-petstore-pets"]
    )["services"]
    counts = [(each["serviceName"], each["runningCount"], each["pendingCount"]) for each in services]
    return f"running and pending tasks: {counts}"


def lambda_alias(terraform: Terraform, emulator: Emulator) -> str:
    return _invoke_all(emulator)


def lambda_async(terraform: Terraform, emulator: Emulator) -> str:
    """Invokes the function asynchronously and reads the record of its destination."""
    functions, sqs = (client_in(emulator, service, IRELAND) for service in ("lambda", "sqs"))
    name = functions.list_functions()["Functions"][0]["FunctionName"]
    functions.invoke(FunctionName=name, InvocationType="Event", Payload=b"{}")
    queue = sqs.list_queues()["QueueUrls"][0]
    found = wait_until(lambda: sqs.receive_message(QueueUrl=queue).get("Messages"), 30, "the destination's record")
    return f"the destination got the record: {json.loads(found[0]['Body'])['requestContext']['condition']}"


def lambda_triggers(terraform: Terraform, emulator: Emulator) -> str:
    return _invoke_all(emulator)


def step_functions(terraform: Terraform, emulator: Emulator) -> str:
    """Starts an execution of each state machine."""
    states = client_in(emulator, "stepfunctions", IRELAND)
    machines = states.list_state_machines()["stateMachines"]
    started = [states.start_execution(stateMachineArn=machine["stateMachineArn"]) for machine in machines]
    functions = _invoke_all(emulator)
    return f"{len(started)} express executions started; {functions}"


def _empty_buckets(emulator: Emulator) -> None:
    """Removes every object: a bucket without `force_destroy` is only destroyed empty, as on AWS."""
    s3 = emulator.client("s3")
    for bucket in s3.list_buckets()["Buckets"]:
        for found in s3.list_objects_v2(Bucket=bucket["Name"]).get("Contents", []):
            s3.delete_object(Bucket=bucket["Name"], Key=found["Key"])


def _invoke_all(emulator: Emulator) -> str:
    """Invokes each function of the region and its aliases."""
    client = client_in(emulator, "lambda", IRELAND)
    seen: list[str] = []
    for each in client.list_functions()["Functions"]:
        name = each["FunctionName"]
        for alias in [None, *(found["Name"] for found in client.list_aliases(FunctionName=name)["Aliases"])]:
            answer = client.invoke(FunctionName=f"{name}:{alias}" if alias else name, LogType="Tail", Payload=b"{}")
            assert "FunctionError" not in answer, base64.b64decode(answer["LogResult"]).decode()
            seen.append(alias or "the function")
    return f"invoked: {', '.join(seen)}"


def _balancer(emulator: Emulator, region: str) -> str:
    found = client_in(emulator, "elbv2", region).describe_load_balancers()["LoadBalancers"]
    return str(found[0]["DNSName"])


def _ended(states: Any, execution: str) -> dict[str, Any]:
    def ended() -> dict[str, Any] | None:
        found: dict[str, Any] = states.describe_execution(executionArn=execution)
        return found if found["status"] != "RUNNING" else None

    found = wait_until(ended, 60, "the execution's end")
    assert found is not None
    return found
