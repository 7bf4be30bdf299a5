"""Calls the Runtime API in the function's process, for a Python that cannot load the client's compiled module.

awslambdaric has its module `runtime_client` in C++ for one version of Python. This module has the same functions
(https://github.com/aws/aws-lambda-python-runtime-interface-client, `awslambdaric/runtime_client.cpp`) over
https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html. It runs on Python 3.10 and later, and uses the standard
library only.
"""

import http.client

PREFIX = "/2018-06-01/runtime/invocation"
_address = ""
_agent = ""


def call_at(address: str) -> None:
    """Sets the Runtime API's `host:port`, which awslambdaric's module reads from the environment."""
    global _address  # noqa: PLW0603 -- the module is the client
    _address = address


def initialize_client(user_agent: str) -> None:
    global _agent  # noqa: PLW0603 -- the module is the client
    _agent = user_agent


def next() -> tuple[bytes, dict[str, str]]:  # noqa: A001 -- awslambdaric's name
    """Returns the body and the headers of the next invocation."""
    return _call("GET", "/next", None, {}, 200)


def post_invocation_result(invoke_id: str, data: bytes, content_type: str, invocation_id: str | None = None) -> None:
    headers = _with_id({"Content-Type": content_type}, invocation_id)
    _call("POST", f"/{invoke_id}/response", data, headers, 202)


def post_error(invoke_id: str, error: str, xray_fault: str, invocation_id: str | None = None) -> None:
    headers = {"Content-Type": "application/json", "Lambda-Runtime-Function-XRay-Error-Cause": xray_fault}
    _call("POST", f"/{invoke_id}/error", error.encode(), _with_id(headers, invocation_id), 202)


def _with_id(headers: dict[str, str], invocation_id: str | None) -> dict[str, str]:
    return {**headers, "Lambda-Runtime-Invocation-Id": invocation_id} if invocation_id else headers


def _call(
    method: str, path: str, body: bytes | None, headers: dict[str, str], expected: int
) -> tuple[bytes, dict[str, str]]:
    connection = http.client.HTTPConnection(_address)
    try:
        connection.request(method, PREFIX + path, body, {"User-Agent": _agent, **headers})
        response = connection.getresponse()
        answer = response.read()
    finally:
        connection.close()
    if response.status != expected:
        raise RuntimeError(f"the Runtime API answered {response.status} to {method} {path}")
    return answer, dict(response.getheaders())
