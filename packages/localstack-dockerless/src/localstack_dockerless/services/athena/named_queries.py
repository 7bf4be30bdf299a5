"""Checks and shows saved queries. https://docs.aws.amazon.com/athena/latest/APIReference/API_NamedQuery.html."""

import uuid
from typing import Any

from localstack_dockerless.services.athena import work_groups
from localstack_dockerless.services.athena.errors import invalid, missing
from localstack_dockerless.services.athena.store import PRIMARY, AthenaStore, NamedQuery

Request = dict[str, Any]
LONGEST = 262_144
"""The bytes of the longest query: https://docs.aws.amazon.com/athena/latest/ug/service-limits.html."""


def create(store: AthenaStore, request: Request) -> str:
    """Returns the id. A second request with the same token returns the same id."""
    group = work_groups.find(store, request.get("WorkGroup"))
    if len(request["QueryString"].encode()) > LONGEST:
        raise invalid(f"The query is longer than {LONGEST} bytes")
    if not (request["Name"] and request["Database"] and request["QueryString"]):
        raise invalid("Name, Database and QueryString of a named query must not be empty")
    token = request.get("ClientRequestToken") or str(uuid.uuid4())
    made = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{group.name}/{token}"))
    query = NamedQuery(
        made, request["Name"], request["Database"], request["QueryString"], group.name, request.get("Description")
    )
    known = store.named_queries.setdefault(made, query)
    if known != query:
        raise invalid("Idempotent parameters do not match")
    return made


def find(store: AthenaStore, identifier: str) -> NamedQuery:
    found = store.named_queries.get(identifier)
    if found is None:
        raise missing(identifier, "NamedQuery")
    return found


def update(store: AthenaStore, request: Request) -> None:
    query = find(store, request["NamedQueryId"])
    query.name, query.query = request["Name"], request["QueryString"]
    if "Description" in request:
        query.description = request["Description"]


def identifiers(store: AthenaStore, group: str | None) -> list[str]:
    return [query.id for query in store.named_queries.values() if query.work_group == (group or PRIMARY)]


def view(query: NamedQuery) -> dict[str, Any]:
    found = {
        "NamedQueryId": query.id,
        "Name": query.name,
        "Database": query.database,
        "QueryString": query.query,
        "WorkGroup": query.work_group,
        "Description": query.description,
    }
    return {name: value for name, value in found.items() if value is not None}
