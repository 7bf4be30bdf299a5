"""Lists the settings that are kept and shown, and have no effect here: recorded, not done.

A service's folder has a module `recorded.py` with `RECORDED`. `docs/coverage.md` has the whole list. A running
LocalStack answers `GET /_emulator/recorded` with the settings in use and the resources that have them. This command
prints the answer:

    python -m localstack_dockerless.recorded http://127.0.0.1:4566
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from urllib.request import ProxyHandler, build_opener

PATH = "/_emulator/recorded"
SERVICES = {"lambda": "lambda_", "rds": "rds", "stepfunctions": "stepfunctions"}
"""Maps botocore's name of each service with such settings to its folder."""


@dataclass(frozen=True)
class Recorded:
    """Holds a setting. `find` yields the ARNs of the resources that have it."""

    setting: str
    on_aws: str
    source: str
    find: Callable[[], Iterable[str]]


def of(service: str) -> list[Recorded]:
    """Returns the service's settings that are recorded and not done."""
    module = import_module(f"localstack_dockerless.services.{SERVICES[service]}.recorded")
    return list(module.RECORDED)


def in_use() -> list[dict[str, Any]]:
    """Returns `{"service", "setting", "on_aws", "resources"}` of each setting that a resource has."""
    found = [(service, each, sorted(each.find())) for service in SERVICES for each in of(service)]
    return [
        {"service": service, "setting": each.setting, "on_aws": each.on_aws, "resources": resources}
        for service, each, resources in found
        if resources
    ]


def table() -> Iterator[str]:
    """Yields the lines of the table in `docs/coverage.md`."""
    yield "| service | setting | on AWS |"
    yield "|---|---|---|"
    for service in SERVICES:
        for each in of(service):
            yield f"| {service} | `{each.setting}` | [{each.on_aws}]({each.source}) |"


def lines(answer: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yields the answer of the running LocalStack as text."""
    for each in answer:
        yield f"{each['service']}: {each['setting']}. On AWS: {each['on_aws']}"
        yield from (f"  {resource}" for resource in each["resources"])


def main(arguments: list[str]) -> int:
    """Prints what is recorded in the LocalStack at the address. Without an address it prints the whole list."""
    if not arguments:
        sys.stdout.writelines(f"{line}\n" for line in table())
        return 0
    with build_opener(ProxyHandler({})).open(f"{arguments[0].rstrip('/')}{PATH}", timeout=60) as answer:
        found = list(lines(json.load(answer)))
    sys.stdout.writelines(f"{line}\n" for line in found or ["Nothing is only recorded."])
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
