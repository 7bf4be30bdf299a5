"""`GET /_emulator/stack`: which stack started this LocalStack, so that the launcher can tell it from another one.

The session is LocalStack's own: it changes with every start, and with it everything that was applied is forgotten.
"""

import json
import os

from localstack.http import Request, Response, route
from localstack.services.edge import ROUTER
from localstack.utils.analytics.metadata import get_session_id

VARIABLE = "EMULATOR_STACK"
"""The folder of the stack that started this LocalStack; empty where no launcher did."""


class Identity:
    @route("/_emulator/stack", methods=["GET"])
    def stack(self, request: Request) -> Response:
        content = {"stack": os.environ.get(VARIABLE, ""), "session": get_session_id()}
        return Response(json.dumps(content), mimetype="application/json")


def register() -> None:
    ROUTER.add(Identity())
