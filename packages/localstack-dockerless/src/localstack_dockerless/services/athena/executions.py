"""Starts, shows and lists query executions.

https://docs.aws.amazon.com/athena/latest/APIReference/API_QueryExecution.html
"""

import re
import uuid
from typing import Any

from localstack_dockerless.services.athena import work_groups
from localstack_dockerless.services.athena.caller import Caller
from localstack_dockerless.services.athena.errors import invalid, missing, unsupported
from localstack_dockerless.services.athena.store import AthenaStore, Execution, WorkGroup

Request = dict[str, Any]
LONGEST = 262_144
ENGINE = {"SelectedEngineVersion": "AUTO", "EffectiveEngineVersion": "Athena engine version 3"}


def start(store: AthenaStore, request: Request, caller: Caller) -> Execution:
    """Starts a query and returns its execution. Raises the API's error.

    A second request with the same token returns the first execution.
    """
    group = work_groups.find(store, request.get("WorkGroup"))
    if group.state != "ENABLED":
        raise invalid(f"WorkGroup {group.name} is disabled.")
    if (request.get("ResultReuseConfiguration") or {}).get("ResultReuseByAgeConfiguration", {}).get("Enabled"):
        raise unsupported("ResultReuseByAgeConfiguration")
    if len(request["QueryString"].encode()) > LONGEST:
        raise invalid(f"The query is longer than {LONGEST} bytes")
    token = request.get("ClientRequestToken")
    if token and (known := next((each for each in store.executions.values() if each.token == token), None)):
        if (known.query, known.work_group) != (request["QueryString"], group.name):
            raise invalid("Idempotent parameters do not match")
        return known
    return _started(store, request, caller, group, token)


def _started(store: AthenaStore, request: Request, caller: Caller, group: WorkGroup, token: str | None) -> Execution:
    from localstack_dockerless.services.athena import runner  # noqa: PLC0415 -- sqlglot, which only queries need
    from localstack_dockerless.services.athena.failures import QueryFailedError  # noqa: PLC0415
    from localstack_dockerless.services.athena.sql import grammar, parameters  # noqa: PLC0415

    try:
        query = parameters.filled(request["QueryString"], request.get("ExecutionParameters"))
        statement = grammar.parse(query)
    except grammar.SyntaxFailedError as error:
        raise invalid(error.message, "MALFORMED_QUERY") from error
    except QueryFailedError as error:
        raise invalid(str(error), "MALFORMED_QUERY") from error
    identifier = str(uuid.uuid4())
    is_query = statement.kind == grammar.QUERY
    execution = Execution(
        id=identifier,
        query=request["QueryString"],
        work_group=group.name,
        context=dict(request.get("QueryExecutionContext") or {}),
        result=_result(group, request.get("ResultConfiguration") or {}, f"{identifier}.{'csv' if is_query else 'txt'}"),
        parameters=request.get("ExecutionParameters"),
        kind="DML" if is_query else "DDL",
        substatement=_substatement(statement.text),
        limit=group.configuration.get("BytesScannedCutoffPerQuery"),
        token=token,
    )
    store.executions[identifier] = execution
    runner.start(execution, statement, caller)
    return execution


def _substatement(text: str) -> str:
    words = re.findall(r"[A-Za-z_]+", text.upper())[:2]
    return "SELECT" if words and words[0] in ("SELECT", "WITH", "VALUES", "TABLE") else "_".join(words)


def _result(group: WorkGroup, given: Request, name: str) -> Request:
    """Returns the result configuration with the location of the result. An enforced workgroup's own counts."""
    work_groups.check_results(given)
    own = group.configuration.get("ResultConfiguration") or {}
    chosen = own if group.configuration["EnforceWorkGroupConfiguration"] or not given else {**own, **given}
    location = chosen.get("OutputLocation")
    if not location:
        raise invalid(
            "No output location provided. An output location is required either through the Workgroup result "
            "configuration setting or as an API input.",
            "INVALID_INPUT",
        )
    return {**chosen, "OutputLocation": f"{location.rstrip('/')}/{name}"}


def find(store: AthenaStore, identifier: str) -> Execution:
    found = store.executions.get(identifier)
    if found is None:
        raise missing(identifier, "QueryExecution")
    return found


def identifiers(store: AthenaStore, group: str | None) -> list[str]:
    """Returns the executions of a workgroup, the newest first."""
    name = work_groups.find(store, group).name
    found = [each for each in store.executions.values() if each.work_group == name]
    return [each.id for each in sorted(found, key=lambda each: each.submitted, reverse=True)]


def view(execution: Execution) -> dict[str, Any]:
    status = {
        "State": execution.state,
        "StateChangeReason": execution.reason,
        "SubmissionDateTime": execution.submitted,
        "CompletionDateTime": execution.completed,
        "AthenaError": execution.error,
    }
    found = {
        "QueryExecutionId": execution.id,
        "Query": execution.query,
        "StatementType": execution.kind,
        "SubstatementType": execution.substatement,
        "ResultConfiguration": execution.result,
        "ResultReuseConfiguration": {"ResultReuseByAgeConfiguration": {"Enabled": False}},
        "QueryExecutionContext": execution.context,
        "Status": {name: value for name, value in status.items() if value is not None},
        "Statistics": {
            "EngineExecutionTimeInMillis": execution.engine_time,
            "DataScannedInBytes": execution.scanned,
            "ResultReuseInformation": {"ReusedPreviousResult": False},
            **_times(execution),
        },
        "WorkGroup": execution.work_group,
        "EngineVersion": ENGINE,
        "ExecutionParameters": execution.parameters,
    }
    return {name: value for name, value in found.items() if value is not None}


def _times(execution: Execution) -> dict[str, int]:
    times = {
        "QueryQueueTimeInMillis": execution.queue_time,
        "QueryPlanningTimeInMillis": execution.planning_time,
        "ServiceProcessingTimeInMillis": execution.service_time,
    }
    return {"TotalExecutionTimeInMillis": execution.engine_time + sum(times.values()), **times}


def statistics(execution: Execution) -> dict[str, Any]:
    """Returns `QueryRuntimeStatistics` without stages, which AWS shows for some queries only."""
    return {
        "Timeline": {"EngineExecutionTimeInMillis": execution.engine_time, **_times(execution)},
        "Rows": {
            "InputBytes": execution.scanned,
            "OutputRows": execution.rows,
            "OutputBytes": execution.output_bytes,
        },
    }
