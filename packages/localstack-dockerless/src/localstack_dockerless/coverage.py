"""Writes `docs/coverage.md`: who answers each operation of the services that the package provides.

Run it in an environment with LocalStack: `python -m localstack_dockerless.coverage > docs/coverage.md`. The providers
themselves are the source, so a new handler or refusal changes the file. Two tests hold the file to the code: a unit
test without LocalStack, by the handlers and the refused names in the sources, and an integration test with it.
"""

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from localstack_dockerless import recorded

SERVICES = Path(__file__).with_name("services")
PROVIDERS = {
    "apigatewayv2": ("apigatewayv2", "ApiGatewayV2Provider"),
    "application-autoscaling": ("application_autoscaling", "ApplicationAutoScalingProvider"),
    "athena": ("athena", "AthenaProvider"),
    "dynamodb": ("dynamodb", "DynamoDbProvider"),
    "ecr": ("ecr", "EcrProvider"),
    "ecs": ("ecs", "EcsProvider"),
    "elbv2": ("elbv2", "Elbv2Provider"),
    "glue": ("glue", "GlueProvider"),
    "rds": ("rds", "RdsProvider"),
}
"""Maps botocore's name of each service in `plugins.py` to its folder and its provider class."""

EMULATED, MOTO, REFUSED, LACKING = "emulated", "moto", "refused", "lacking"
COLUMNS = (EMULATED, MOTO, REFUSED, LACKING)
HEAD = """\
# Coverage

`python -m localstack_dockerless.coverage` writes this file from the providers. Do not edit it by hand.

- **emulated**: the package has a handler of its own. It checks or completes the answer, and may use moto's model.
- **moto**: moto answers. The operation keeps and shows data, and nothing runs because of it.
- **refused**: the operation gets a 501 that names it, because moto's answer would be untrue.
- **lacking**: the operation gets a 501 that names it, because moto does not have it.
"""
PATCHED = """
## Services that LocalStack provides and this package patches

LocalStack answers these services. The package changes the behaviour that differs from AWS, or that needs Docker.

| folder | purpose |
|---|---|
"""

RECORDED = """
## Recorded, not done

These settings are taken, kept and shown, so that the same Terraform can use them on AWS. Here they have no effect.
`python -m localstack_dockerless.recorded http://127.0.0.1:4566` prints the resources of a running LocalStack that have
one of them.

"""


def coverage(service: str) -> dict[str, str]:
    """Tells for each operation of `service` which of `COLUMNS` it is. It imports LocalStack and moto."""
    folder, name = PROVIDERS[service]
    provider = getattr(import_module(f"localstack_dockerless.services.{folder}.provider"), name)
    found = {}
    for attribute in (getattr(provider, key) for key in dir(provider)):
        if operation := getattr(attribute, "operation", None):
            found[operation] = _answered(attribute, service)
    return dict(sorted(found.items()))


def _answered(method: Any, service: str) -> str:
    answers = getattr(method, "answers", EMULATED)
    if answers == MOTO and method.__name__ not in _implemented(service):
        return LACKING
    return str(answers)


def _implemented(service: str) -> set[str]:
    """Returns the operations for which moto's response classes have a method, in Python names."""
    from moto.backends import get_backend  # noqa: PLC0415 -- the rest of this file needs no moto

    models = get_backend(service).backend.__module__  # type: ignore[arg-type, union-attr]
    responses = import_module(f"{models.removesuffix('.models')}.responses")
    classes = [each for each in vars(responses).values() if isinstance(each, type)]
    return {name for each in classes if each.__module__ == responses.__name__ for name in dir(each)}


def render() -> str:
    """Returns the whole file."""
    found = {service: coverage(service) for service in PROVIDERS}
    return (
        "\n".join([HEAD, *_summary(found), *_tables(found)])
        + "\n"
        + PATCHED
        + "\n".join(_patched())
        + "\n"
        + _recorded()
    )


def _recorded() -> str:
    return RECORDED + "\n".join(recorded.table()) + "\n"


def _summary(found: dict[str, dict[str, str]]) -> Iterator[str]:
    yield f"| service | {' | '.join(COLUMNS)} |"
    yield "|---" * (len(COLUMNS) + 1) + "|"
    for service, answers in found.items():
        counts = Counter(answers.values())
        yield f"| {service} | {' | '.join(str(counts[column]) for column in COLUMNS)} |"


def _tables(found: dict[str, dict[str, str]]) -> Iterator[str]:
    for service, answers in found.items():
        yield f"\n## {service}\n"
        yield f"| operation | {' | '.join(COLUMNS)} |"
        yield "|---" * (len(COLUMNS) + 1) + "|"
        for operation, answer in answers.items():
            yield f"| {operation} | {' | '.join('x' if answer == column else '' for column in COLUMNS)} |"


def _patched() -> Iterator[str]:
    provided = {folder for folder, _ in PROVIDERS.values()}
    for package in sorted(SERVICES.glob("*/__init__.py")):
        if package.parent.name not in provided:
            documentation = ast.get_docstring(ast.parse(package.read_text(encoding="utf-8"))) or ""
            yield f"| `services/{package.parent.name}` | {documentation.splitlines()[0]} |"


if __name__ == "__main__":
    sys.stdout.write(render())
