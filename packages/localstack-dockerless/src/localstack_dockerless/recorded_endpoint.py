"""Serves `GET /_emulator/recorded` (see `recorded.py`)."""

import json

from localstack.http import Request, Response, route
from localstack.services.edge import ROUTER

from localstack_dockerless.recorded import PATH, in_use


class RecordedSettings:
    @route(PATH, methods=["GET"])
    def recorded(self, request: Request) -> Response:
        return Response(json.dumps(in_use()), mimetype="application/json")


def register() -> None:
    """Adds the endpoint at LocalStack's start."""
    ROUTER.add(RecordedSettings())
