"""Prints the texts about a running stack: the welcome of `make up`, `make status` and `make logs`."""

import dataclasses
import os
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from rich.console import Console
from rich.table import Table

from local.launcher import identity, processes, record, web_console
from local.launcher.engines import engine_of
from local.launcher.engines.interface import State
from local.launcher.hints import make
from local.launcher.settings import EMULATOR, POSTGRES, Settings
from local.observe.running import NotRunningError, RunningStack, load, look_up
from seed.customers import FIRST_NUMBER
from seed.keys import demo_api_key

_RECENT_SECONDS = 3600  # how far back `make logs` looks


def welcome(stack: RunningStack) -> None:
    """Prints the API's address, a curl line that works when pasted, the console's link, and the next commands."""
    number, key = FIRST_NUMBER, demo_api_key(FIRST_NUMBER)
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    commands = {name: make(name, stack.name) for name in ("messages", "demo", "status", "logs", "down")}
    pipeline = make("pipeline", stack.name, DATE=yesterday)
    width = max(len(commands["demo"]), len(pipeline)) + 6
    print(f"""
The API        {stack.api_url}
The console    {web_console.address(stack.settings)}
The e-mails    {stack.edge_url}/_aws/ses   (readable: {commands["messages"]}, or the console)

Send a reading as the demo customer {number}:

  curl -i {stack.api_url}/v1/metering-points/{number}/readings \\
    -H 'content-type: application/json' -H 'x-api-key: {key}' \\
    -d '{{"readings": [{{"interval_start": "{yesterday}T00:00:00Z", "consumption_kwh": 0.25}}]}}'

Next           {commands["demo"]:<{width}}a day of readings, the pipeline, the alarms
               {pipeline:<{width}}export, enrich and check one day
               {commands["status"]} | {commands["logs"]} | {commands["down"]}""")


def status(settings: Settings) -> int:
    """Prints the processes, the tasks behind the load balancer and the API. Returns 1 if something is unhealthy."""
    engine = engine_of(settings)
    if record.read(settings) is None:
        raise NotRunningError(f"no stack {settings.name!r} is up: `{make('up', settings.name)}` starts it")
    if not engine.is_up():
        raise NotRunningError(
            f"no process of the stack {settings.name!r} runs now: `{make('up', settings.name)}` starts it again"
        )
    states = _answering(settings, engine.states())
    table = Table(title=f"stack {settings.name}, {settings.mode}", title_justify="left")
    for column in ("process", "state", "since"):
        table.add_column(column)
    for name, info in states.items():
        table.add_row(name, info.text, info.since)
    console = Console()
    console.print(table)
    print(f"their last lines: {make('logs', settings.name)}\n")
    well = all(info.well for info in states.values())
    return int(not (_tasks(console, load(settings.name)) and well))


def logs(settings: Settings) -> int:
    """Prints the last lines of every process and CloudWatch log group.

    `GROUP` names one group. `FOLLOW=1` keeps printing new lines.
    """
    stack = look_up(settings.name)
    wanted = os.environ.get("GROUP")
    groups = {name: group for name, group in stack.outputs["log_groups"].items() if wanted in (None, "", name, group)}
    if wanted and not groups:
        print(f"there is no log group {wanted!r}: use one of {', '.join(stack.outputs['log_groups'])}")
        return 1
    if not wanted:
        engine = engine_of(stack.settings)
        for name in engine.states():
            where, said = engine.log_tail(name, 10)
            print(f"\n--- {name}: {where}")
            print("\n".join(said))
    stack, since = load(settings.name), 0
    for name, group in groups.items():
        print(f"\n--- CloudWatch {group} ({name})")
        recent = _events(stack, group, int((time.time() - _RECENT_SECONDS) * 1000))
        for event in recent[-10:]:
            since = max(since, event["timestamp"])
            _print_event(event)
    return _follow(stack, list(groups.values()), since) if os.environ.get("FOLLOW") == "1" else 0


def _answering(settings: Settings, states: dict[str, State]) -> dict[str, State]:
    """Marks a process as unhealthy that runs but does not answer on its port: it starts, ends or hangs."""
    answer = identity.ask(settings)
    silent = {
        POSTGRES: not processes.taken_ports([settings.postgres_port]),
        EMULATOR: answer is None or answer.stack != str(settings.directory),
    }
    return {
        name: dataclasses.replace(state, well=False, text="DOES NOT ANSWER")
        if state.running and silent.get(name)
        else state
        for name, state in states.items()
    }


def _tasks(console: Console, stack: RunningStack) -> bool:
    where = {"cluster": stack.outputs["ecs_cluster"], "services": [stack.outputs["ecs_service"]]}
    service = stack.client("ecs").describe_services(**where)["services"][0]
    table = Table(title="ingestion tasks behind the load balancer", title_justify="left")
    for column in ("target", "health", "reason"):
        table.add_column(column)
    healthy = 0
    for balancer in service["loadBalancers"]:
        answer = stack.client("elbv2").describe_target_health(TargetGroupArn=balancer["targetGroupArn"])
        for target in answer["TargetHealthDescriptions"]:
            health = target["TargetHealth"]
            healthy += health["State"] == "healthy"
            address = f"{target['Target']['Id']}:{target['Target']['Port']}"
            table.add_row(address, health["State"], health.get("Description", ""))
    console.print(table)
    print(f"{service['runningCount']} running of {service['desiredCount']} desired; API {stack.api_url}")
    return bool(healthy >= service["desiredCount"])


def _events(stack: RunningStack, group: str, since: int) -> list[dict[str, Any]]:
    """Returns the events of every stream from `since` (milliseconds) on, in the order of time."""
    pages = stack.client("logs").get_paginator("filter_log_events").paginate(logGroupName=group, startTime=since)
    return sorted((event for page in pages for event in page["events"]), key=lambda event: event["timestamp"])


def _follow(stack: RunningStack, groups: list[str], since: int) -> int:
    while True:
        for group in groups:
            for event in _events(stack, group, since + 1):
                since = max(since, event["timestamp"])
                _print_event(event)
        time.sleep(1)


def _print_event(event: dict[str, Any]) -> None:
    at = datetime.fromtimestamp(event["timestamp"] / 1000, UTC)
    print(f"{at:%H:%M:%S} {event['message'].rstrip()}")
