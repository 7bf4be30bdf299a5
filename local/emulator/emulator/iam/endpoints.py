"""`GET /_emulator/iam/report`: what `make iam-report` shows. `DELETE /_emulator/iam/record`: begin anew."""

import json

from localstack.http import Request, Response, route

from emulator.iam import report
from emulator.iam.authorization import RECORD


class IamEndpoints:
    @route("/_emulator/iam/report", methods=["GET"])
    def report(self, request: Request) -> Response:
        return Response(json.dumps(report.report(RECORD)), mimetype="application/json")

    @route("/_emulator/iam/record", methods=["DELETE"])
    def forget(self, request: Request) -> Response:
        RECORD.clear()
        return Response(status=204)
