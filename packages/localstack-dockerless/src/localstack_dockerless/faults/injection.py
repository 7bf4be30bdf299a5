"""Makes the planned calls fail, and takes plans at `/_emulator/faults`.

POST adds a plan. GET returns all plans. DELETE removes all, or one (`?id=`). A plan applies to every caller of an
operation: functions, tasks, other services of the emulator, and tests.
"""

import os
import time
from dataclasses import asdict
from typing import Any

from localstack.aws.api import CommonServiceException, RequestContext
from localstack.aws.handlers import serve_custom_service_request_handlers
from localstack.services.edge import ROUTER
from rolo import Request, Response

from localstack_dockerless.faults.plan import Plan, PlanError

VARIABLE = "EMULATOR_FAULTS"
PATH = "/_emulator/faults"

_plan = Plan()


def register() -> None:
    """Registers the address and the handler at LocalStack's start, if `EMULATOR_FAULTS=on`."""
    if os.environ.get(VARIABLE) == "on":
        ROUTER.add(path=PATH, endpoint=_serve, methods=["POST", "GET", "DELETE"])
        serve_custom_service_request_handlers.append(_fail_if_planned)


def _fail_if_planned(_chain: Any, context: RequestContext, _response: Response) -> None:
    if context.service is None or context.operation is None:
        return
    fault = _plan.meet(context.service.service_name, context.operation.name, context.service_request or {})
    if fault is None:
        return
    time.sleep(fault.seconds)
    if fault.code:
        raise CommonServiceException(
            fault.code, f"A fault that was planned for {fault.operation}.", fault.status, fault.status < 500
        )


def _serve(request: Request, **_parameters: str) -> Response:
    if request.method == "POST":
        try:
            return Response.for_json(asdict(_plan.add(request.get_json(force=True))), status=201)
        except PlanError as error:
            return Response.for_json({"message": str(error)}, status=422)
    if request.method == "DELETE":
        _plan.clear(request.args.get("id"))
    return Response.for_json([asdict(fault) for fault in _plan.all()])
