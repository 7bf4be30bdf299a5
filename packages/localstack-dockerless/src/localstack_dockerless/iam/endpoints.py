"""Serves the report of used and unused permissions: `GET /_emulator/iam/report`."""

import json
from collections.abc import Iterator

from localstack.http import Request as HttpRequest
from localstack.http import Response, route

from localstack_dockerless.iam import mode, stores
from localstack_dockerless.iam.authorization import RECORD
from localstack_dockerless.iam.evaluation import Policies, Request
from localstack_dockerless.iam.patterns import CannotEvaluateError
from localstack_dockerless.iam.report import Owned, report


class IamEndpoints:
    @route("/_emulator/iam/report", methods=["GET"])
    def report(self, request: HttpRequest) -> Response:
        content = report(list(RECORD), _policies(), _policies_for)
        return Response(json.dumps({"mode": mode.mode()} | content), mimetype="application/json")


def _policies() -> Iterator[Owned]:
    for role in sorted(stores.all_roles(), key=lambda role: str(role.name)):
        yield Owned(role.name, "trust", stores.trust_policy(role))
        for policy in stores.identity_policies(role):
            yield Owned(role.name, "identity", policy)
    for policy in stores.all_resource_policies():
        yield Owned(policy.name, "resource", policy)


def _policies_for(request: Request) -> Policies | None:
    try:
        return stores.policies_for(request.principal, request.action, request.resource)
    except CannotEvaluateError:
        return None
