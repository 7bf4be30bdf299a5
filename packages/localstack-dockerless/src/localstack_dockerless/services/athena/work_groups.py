"""Checks, completes and shows workgroups.

https://docs.aws.amazon.com/athena/latest/APIReference/API_WorkGroupConfiguration.html
"""

import re
from typing import Any

from localstack_dockerless.services.athena.errors import invalid, missing, unsupported
from localstack_dockerless.services.athena.store import PRIMARY, AthenaStore, WorkGroup

Request = dict[str, Any]

_ENGINE = {"SelectedEngineVersion": "AUTO", "EffectiveEngineVersion": "Athena engine version 3"}
_DEFAULTS = {
    "EnforceWorkGroupConfiguration": True,
    "PublishCloudWatchMetricsEnabled": False,
    "RequesterPaysEnabled": False,
    "EnableMinimumEncryptionConfiguration": False,
}
_REFUSED = (
    "AdditionalConfiguration", "ExecutionRole", "CustomerContentEncryptionConfiguration",
    "IdentityCenterConfiguration", "QueryResultsS3AccessGrantsConfiguration", "ManagedQueryResultsConfiguration",
    "MonitoringConfiguration", "EngineConfiguration",
)  # fmt: skip
SMALLEST_CUTOFF = 10_000_000
_NAME = re.compile(r"[a-zA-Z0-9._-]{1,128}")


def of(store: AthenaStore) -> dict[str, WorkGroup]:
    """Returns the workgroups by name. Every account has `primary` from the start."""
    if PRIMARY not in store.work_groups:
        configuration = {**_DEFAULTS, "EnforceWorkGroupConfiguration": False, "ResultConfiguration": {},
                         "EngineVersion": dict(_ENGINE)}  # fmt: skip
        store.work_groups[PRIMARY] = WorkGroup(PRIMARY, configuration)
    return store.work_groups


def find(store: AthenaStore, name: str | None) -> WorkGroup:
    """Returns the workgroup, `primary` without a name. Raises the API's error."""
    found = of(store).get(name or PRIMARY)
    if found is None:
        raise missing(str(name))
    return found


def create(store: AthenaStore, request: Request) -> None:
    name = request["Name"]
    if not _NAME.fullmatch(name):
        raise invalid(f"The name {name!r} of the workgroup does not match {_NAME.pattern}")
    if name in of(store):
        raise invalid(f"WorkGroup {name} is already created")
    configuration = request.get("Configuration") or {}
    _check(configuration)
    made = {**_DEFAULTS, "ResultConfiguration": {}, **configuration, "EngineVersion": _engine(configuration)}
    tags = {tag["Key"]: tag["Value"] for tag in request.get("Tags") or ()}
    store.work_groups[name] = WorkGroup(name, made, request.get("Description") or "", tags=tags)


def update(store: AthenaStore, request: Request) -> None:
    group = find(store, request["WorkGroup"])
    updates = dict(request.get("ConfigurationUpdates") or {})
    results = updates.pop("ResultConfigurationUpdates", None)
    remove_cutoff = updates.pop("RemoveBytesScannedCutoffPerQuery", False)
    _check(updates)
    if results is not None:
        _check({"ResultConfiguration": {k: v for k, v in results.items() if not k.startswith("Remove")}})
    if "EngineVersion" in updates:
        updates["EngineVersion"] = _engine(updates)
    configuration = {**group.configuration, **updates}
    if remove_cutoff:
        configuration.pop("BytesScannedCutoffPerQuery", None)
    if results is not None:
        configuration["ResultConfiguration"] = _results(group.configuration.get("ResultConfiguration") or {}, results)
    group.configuration = configuration
    if "Description" in request:
        group.description = request["Description"]
    if "State" in request:
        group.state = request["State"]


def delete(store: AthenaStore, request: Request) -> None:
    """Deletes a workgroup. One with saved queries or executions needs `RecursiveDeleteOption`."""
    name = request["WorkGroup"]
    if name == PRIMARY:
        raise invalid("WorkGroup primary cannot be deleted")
    find(store, name)
    inside = [each for each in store.named_queries.values() if each.work_group == name]
    ran = [each for each in store.executions.values() if each.work_group == name]
    if (inside or ran) and not request.get("RecursiveDeleteOption"):
        raise invalid(f"WorkGroup {name} is not empty")
    for query in inside:
        del store.named_queries[query.id]
    for execution in ran:
        del store.executions[execution.id]
    del store.work_groups[name]


def view(group: WorkGroup) -> dict[str, Any]:
    return {
        "Name": group.name,
        "State": group.state,
        "Configuration": group.configuration,
        "Description": group.description,
        "CreationTime": group.created,
    }


def summary(group: WorkGroup) -> dict[str, Any]:
    engine = group.configuration["EngineVersion"]
    return {**{k: v for k, v in view(group).items() if k != "Configuration"}, "EngineVersion": engine}


def _check(configuration: Request) -> None:
    for name in _REFUSED:
        value = configuration.get(name)
        if value and not (isinstance(value, dict) and set(value) <= {"Enabled"} and not value.get("Enabled")):
            raise unsupported(f"{name} of a workgroup")
    if configuration.get("RequesterPaysEnabled"):
        raise unsupported("RequesterPaysEnabled of a workgroup")
    cutoff = configuration.get("BytesScannedCutoffPerQuery")
    if cutoff is not None and cutoff < SMALLEST_CUTOFF:
        raise invalid(f"BytesScannedCutoffPerQuery must be at least {SMALLEST_CUTOFF}")
    check_results(configuration.get("ResultConfiguration") or {})


def check_results(results: Request) -> None:
    """Raises the API's error for a result configuration that cannot be honoured."""
    location = results.get("OutputLocation")
    if location and not re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/.*)?", location):
        raise invalid(f"The output location {location!r} is no valid s3:// location")
    if (results.get("EncryptionConfiguration") or {}).get("EncryptionOption") == "CSE_KMS":
        raise unsupported("CSE_KMS of a result")
    if results.get("AclConfiguration"):
        raise unsupported("AclConfiguration of a result")


def _engine(configuration: Request) -> dict[str, str]:
    selected = (configuration.get("EngineVersion") or {}).get("SelectedEngineVersion") or "AUTO"
    if selected not in ("AUTO", "Athena engine version 3"):
        raise unsupported(f"The engine version {selected!r}")
    return {**_ENGINE, "SelectedEngineVersion": selected}


def _results(current: Request, updates: Request) -> Request:
    found = dict(current)
    for name in ("OutputLocation", "EncryptionConfiguration", "ExpectedBucketOwner"):
        if updates.get(f"Remove{name}"):
            found.pop(name, None)
        elif name in updates:
            found[name] = updates[name]
    return found
