"""Reads the calls of the public API out of its OpenAPI document, and makes requests of a form's values.

The page of the API shows these calls. The console sends a request to the API's own address and to no other one. The
key of a person goes into the request's header and nowhere else: no log, no page and no object has it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

METHODS = ("get", "post", "put", "patch", "delete")
LONGEST_BODY = 400_000
"""In characters. The API itself refuses more than 1,000 readings."""

_INDENT = 2


class CallError(ValueError):
    """A form's values make no request. The message says which one, and what to do."""


@dataclass(frozen=True)
class Parameter:
    """A value of a call's path or query."""

    name: str
    place: str
    required: bool
    description: str
    example: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Response:
    """An answer that the document names."""

    status: str
    description: str


@dataclass(frozen=True)
class Call:
    """A call of the API. `body` is an example of what it takes, or empty."""

    id: str
    method: str
    path: str
    tag: str
    summary: str
    description: str
    needs_key: bool
    parameters: tuple[Parameter, ...]
    body: str
    responses: tuple[Response, ...]

    def request(self, values: Mapping[str, str]) -> "Request":
        """Makes the request of a form's values: the parameters by name, and `body`. Raises `CallError`."""
        given = {each.name: values.get(each.name, "").strip() for each in self.parameters}
        for each in self.parameters:
            if each.required and not given[each.name]:
                raise CallError(f"{each.name} is missing: this call needs it")
        path = self.path
        for each in self.parameters:
            if each.place == "path":
                # A dot would be a step of a path, so a number is never read as one.
                path = path.replace("{" + each.name + "}", quote(given[each.name], safe=""))
        if any(step in (".", "..") for step in path.split("/")):
            raise CallError("a metering point number is no part of a path: write its digits, letters and hyphens")
        query = [(each.name, given[each.name]) for each in self.parameters if each.place == "query"]
        asked = urlencode([(name, value) for name, value in query if value])
        body = values.get("body", "") if self.body else ""
        if len(body) > LONGEST_BODY:
            raise CallError(f"the body has {len(body):,} characters: send at most {LONGEST_BODY:,} at a time from here")
        return Request(self.method.upper(), path + (f"?{asked}" if asked else ""), body)


@dataclass(frozen=True)
class Request:
    """What is sent: the method, the path with its query, and the body. It has no key."""

    method: str
    target: str
    body: str = ""


@dataclass(frozen=True)
class ApiDescription:
    """The calls of the document in its order, and the JSON schemas by name."""

    title: str
    description: str
    calls: tuple[Call, ...]
    schemas: Mapping[str, Any] = field(repr=False)

    @classmethod
    def read(cls, path: Path) -> "ApiDescription":
        """Reads the document. Raises `OSError` and `ValueError`."""
        document = json.loads(path.read_text(encoding="utf-8"))
        schemas = document.get("components", {}).get("schemas", {})
        calls = [
            _call(path, method, operation, schemas)
            for path, methods in document["paths"].items()
            for method, operation in methods.items()
            if method in METHODS
        ]
        return cls(document["info"]["title"], document["info"].get("description", ""), tuple(calls), schemas)

    def call(self, ident: str) -> Call | None:
        """Returns the call with the id, or None."""
        return next((each for each in self.calls if each.id == ident), None)


def pretty(content: str) -> str:
    """Returns JSON with a line for each value. Any other text stays as it is."""
    try:
        return json.dumps(json.loads(content), indent=_INDENT, ensure_ascii=False)
    except ValueError:
        return content


def _call(path: str, method: str, operation: Mapping[str, Any], schemas: Mapping[str, Any]) -> Call:
    return Call(
        id=operation["operationId"],
        method=method,
        path=path,
        tag=(operation.get("tags") or ["other"])[0],
        summary=operation.get("summary", ""),
        description=operation.get("description", ""),
        needs_key=bool(operation.get("security")),
        parameters=tuple(map(_parameter, operation.get("parameters", []))),
        body=_example_body(operation, schemas),
        responses=tuple(
            Response(status, answer.get("description", "")) for status, answer in operation["responses"].items()
        ),
    )


def _parameter(found: Mapping[str, Any]) -> Parameter:
    schema = found.get("schema", {})
    examples = schema.get("examples") or [found.get("example", "")]
    return Parameter(
        name=found["name"],
        place=found["in"],
        required=bool(found.get("required")),
        description=found.get("description") or schema.get("description", ""),
        example=str(examples[0] or ""),
        choices=tuple(map(str, schema.get("enum", ()))),
    )


def _example_body(operation: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return ""
    schema = content["schema"]
    schema = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    examples = schema.get("examples") or [{}]
    return json.dumps(examples[0], indent=_INDENT, ensure_ascii=False)
