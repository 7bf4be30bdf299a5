"""Checks names and ARNs of clusters, services, tasks and task definitions. Its functions are pure.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html and its neighbours.
"""

import re
from collections.abc import Collection

NAME = re.compile(r"[a-zA-Z0-9_-]{1,255}")


def refusal(given: Collection[str], cluster: str, what: str, most: int) -> str | None:
    """Returns the fault of a request's names or ARNs for `cluster`, in AWS's words, or None."""
    if not given:
        return f"{what} cannot be empty."
    if len(given) > most:
        return f"{what} cannot be more than {most}."
    for identifier in given:
        parts = identifier.split(":", 5)[-1].split("/")  # the ARN's service/cluster/name; old ARNs have no cluster
        if identifier.startswith("arn:") and len(parts) == 3 and parts[1] != cluster:
            return f"Identifier is for cluster {parts[1]}. Your cluster is {cluster}"
    return None


def name_refusal(name: str, what: str) -> str | None:
    if NAME.fullmatch(name):
        return None
    return f"{what} name must have 1 to 255 characters: letters, numbers, hyphens and underscores."


def task_definition_refusal(name: str) -> str | None:
    """Returns the fault of `family`, `family:revision` or an ARN, or None."""
    _, _, revision = name.rpartition("/")[2].partition(":")
    if revision and not revision.isdecimal():
        return f"Invalid revision number. Number: {revision}"
    return None
