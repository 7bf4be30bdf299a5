"""Makes RunTask's parameters of a rule's target.

https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_EcsParameters.html
"""

import json
from collections.abc import Mapping
from typing import Any


def run_task_request(target: Mapping[str, Any], rule: str, overrides: Any) -> dict[str, Any]:
    """Returns RunTask's parameters for a target. `overrides` is the target's input, or None."""
    parameters = target["EcsParameters"]
    request = {
        "cluster": target["Arn"],
        "taskDefinition": parameters["TaskDefinitionArn"],
        "count": parameters.get("TaskCount") or 1,
        "startedBy": f"events-rule/{rule}"[:36],
        "launchType": parameters.get("LaunchType"),
        "platformVersion": parameters.get("PlatformVersion"),
        "group": parameters.get("Group"),
        "propagateTags": parameters.get("PropagateTags"),
        "tags": [{"key": tag["Key"], "value": tag["Value"]} for tag in parameters.get("Tags") or []] or None,
        "networkConfiguration": _network(parameters.get("NetworkConfiguration")),
        "overrides": json.loads(overrides) if isinstance(overrides, str) else overrides,
    }
    return {name: value for name, value in request.items() if value is not None}


def _network(configuration: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Returns RunTask's configuration of the network: its names begin in lower case."""
    given = (configuration or {}).get("awsvpcConfiguration")
    if not given:
        return None
    return {"awsvpcConfiguration": {name[0].lower() + name[1:]: value for name, value in given.items()}}
