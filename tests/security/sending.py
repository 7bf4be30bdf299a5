"""Sends generated calls and checks each answer against the API's description and the model."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import requests
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    positive_data_acceptance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.security.model import Model

SHOWN = 10
"""Findings kept of each kind; the others are counted."""

CONTRACT = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
VALID, BROKEN = (*CONTRACT, positive_data_acceptance), (*CONTRACT, negative_data_rejection)

type Headers = dict[str, str]


@dataclass(frozen=True)
class Caller:
    """A customer with a key."""

    number: str
    key: str = field(repr=False)


@dataclass(frozen=True)
class Work:
    """So many calls of a kind (a name in `KINDS`), from one seed. Nobody else sends for `caller` meanwhile."""

    kind: str
    calls: int
    seed: int
    api_url: str
    caller: Caller
    other: Caller


@dataclass
class Outcome:
    """What became of it."""

    kind: str
    seed: int
    statuses: Counter[int] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)
    found: int = 0
    model: Model = field(default_factory=Model)

    def finding(self, text: str) -> None:
        self.found += 1
        if len(self.findings) < SHOWN:
            self.findings.append(f"{self.kind}, seed {self.seed}: {text}")


class Sender:
    """Sends one kind's calls and looks at each answer."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.outcome = Outcome(work.kind, work.seed)
        self._session = requests.Session()
        self._session.trust_env = False

    def send(self, case: Any, headers: Headers, wanted: tuple[Any, ...] = CONTRACT, **sent: Any) -> Any:
        """Call, and note every violation of the contract."""
        case.headers = {**(case.headers or {}), **headers}
        answer = case.call(base_url=self.work.api_url, session=self._session, timeout=60, **sent)
        self.outcome.statuses[answer.status_code] += 1
        try:
            case.validate_response(answer, checks=list(wanted))
        except FailureGroup as failures:
            self.outcome.finding(str(failures)[:2_000])
        return answer

    def expect(self, holds: bool, what: str, answer: Any) -> None:
        if not holds:
            sent = f"{answer.request.method} {answer.request.url} {answer.request.body!r:.500}"
            self.outcome.finding(f"{what}: {answer.status_code} {answer.text[:500]} for {sent}")
