"""Shows Glue's catalogue through Athena's API, with the caller's permissions. It is the only data catalogue."""

from typing import Any

from botocore.exceptions import ClientError
from localstack.aws.api import CommonServiceException

from localstack_dockerless.services.athena.caller import Caller
from localstack_dockerless.services.athena.errors import invalid

NAME = "AwsDataCatalog"
SUMMARY = {"CatalogName": NAME, "Type": "GLUE", "Status": "CREATE_COMPLETE"}
Request = dict[str, Any]


def view(name: str, account: str) -> dict[str, Any]:
    _check(name)
    return {
        "Name": NAME, "Type": "GLUE", "Parameters": {"catalog-id": account}, "Status": "CREATE_COMPLETE",
    }  # fmt: skip


def databases(caller: Caller, request: Request) -> list[dict[str, Any]]:
    return [_database(each) for each in _listed(caller, request, "get_databases", "DatabaseList")]


def database(caller: Caller, request: Request) -> dict[str, Any]:
    _check(request["CatalogName"])
    return _database(_called(caller, "get_database", Name=request["DatabaseName"])["Database"])


def tables(caller: Caller, request: Request) -> list[dict[str, Any]]:
    more = {"Expression": request["Expression"]} if request.get("Expression") else {}
    found = _listed(caller, request, "get_tables", "TableList", DatabaseName=request["DatabaseName"], **more)
    return [_table(each) for each in found]


def table(caller: Caller, request: Request) -> dict[str, Any]:
    _check(request["CatalogName"])
    found = _called(caller, "get_table", DatabaseName=request["DatabaseName"], Name=request["TableName"])
    return _table(found["Table"])


def _check(name: str) -> None:
    if name.lower() != NAME.lower():
        raise invalid(f"Data catalog {name} was not found. Only {NAME} exists")


def _listed(caller: Caller, request: Request, method: str, key: str, **parameters: str) -> list[dict[str, Any]]:
    _check(request["CatalogName"])
    found: list[dict[str, Any]] = []
    while True:
        answer = _called(caller, method, **parameters)
        found += answer[key]
        if not answer.get("NextToken"):
            return found
        parameters["NextToken"] = answer["NextToken"]


def _called(caller: Caller, method: str, **parameters: str) -> Any:
    try:
        return getattr(caller.client("glue"), method)(**parameters)
    except ClientError as error:
        code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
        raise CommonServiceException("MetadataException", f"{message} ({code})", 400, sender_fault=True) from error


def _database(found: dict[str, Any]) -> dict[str, Any]:
    names = ("Name", "Description", "Parameters")
    return {name: found[name] for name in names if found.get(name) is not None}


def _table(found: dict[str, Any]) -> dict[str, Any]:
    storage = found.get("StorageDescriptor") or {}
    shown = {
        "Name": found["Name"],
        "CreateTime": found.get("CreateTime"),
        "TableType": found.get("TableType"),
        "Columns": _columns(storage.get("Columns")),
        "PartitionKeys": _columns(found.get("PartitionKeys")),
        "Parameters": {**(found.get("Parameters") or {}), **_storage(storage)},
    }
    return {name: value for name, value in shown.items() if value is not None}


def _columns(found: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
    return [{name: each[name] for name in ("Name", "Type", "Comment") if each.get(name)} for each in found or ()]


def _storage(storage: dict[str, Any]) -> dict[str, str]:
    shown = {
        "location": storage.get("Location"),
        "inputformat": storage.get("InputFormat"),
        "outputformat": storage.get("OutputFormat"),
        "serde.serialization.lib": (storage.get("SerdeInfo") or {}).get("SerializationLibrary"),
    }
    return {name: value for name, value in shown.items() if value}
