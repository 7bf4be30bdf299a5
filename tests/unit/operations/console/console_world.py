"""The console on fakes, called without a socket."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx

from operations.console.app import make_app
from operations.console.needs import Needs
from operations.console.security import FIELD, Guard
from tests.support.asgi_client import AsgiClient
from tests.unit.lambdas.examples import NOW

PORT = 4600
OUTPUTS = {
    "enriched_bucket": "enriched",
    "exported_bucket": "exported",
    "alarms_table": "alarms",
    "customers_table": "customers",
    "alarm_queue_url": "queue",
    "alarm_dead_letter_queue_url": "dead",
    "undelivered_events_queue_url": "undelivered",
    "state_machine_arn": "arn:aws:states:eu-central-1:1:stateMachine:pipeline",
    "time_zone": "Europe/Zagreb",
    "ecs_cluster": "cluster",
    "ecs_service": "service",
    "monitoring_alarms": [],
    "log_groups": {},
    "api_url": "https://api.invalid",
}


class ConsoleWorld:
    """A person with a browser in front of the console. `clients` are the fakes of AWS by their service's name."""

    def __init__(self, folder: Path, clients: Mapping[str, Any], **outputs: Any) -> None:
        self.needs = Needs(
            outputs={name: value for name, value in {**OUTPUTS, **outputs}.items() if value is not None},
            client=lambda service: clients[service],
            folder=folder / "cache",
            token="t" * 43,
            port=PORT,
            person="ana",
            stack="dev",
            now=lambda: NOW,
        )
        self.app = make_app(self.needs)
        self._client = AsgiClient(self.app)
        self._guard: Guard = self.app.state.guard
        self.cookies = {self._guard.cookie: self._guard.session()}

    def get(self, path: str, *, language: str = "en", fragment: bool = False) -> httpx.Response:
        """Loads a page, or the part that htmx asks for."""
        return self._client.get(path, headers=self._headers(language) | ({"hx-request": "true"} if fragment else {}))

    def post(self, path: str, fields: Mapping[str, str] | None = None, *, csrf: bool = True) -> httpx.Response:
        """Sends a form with the console's own token."""
        token = {FIELD: self._guard.form_token()} if csrf else {}
        own = {"content-type": "application/x-www-form-urlencoded", "origin": f"http://127.0.0.1:{PORT}"}
        headers = self._headers("en") | own
        return self._client.post(path, headers=headers, content=urlencode({**(fields or {}), **token}))

    def close(self) -> None:
        """Closes the console."""
        self._client.close()
        self.app.state.data.close()

    def _headers(self, language: str) -> dict[str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"host": f"127.0.0.1:{PORT}", "cookie": cookies, "accept-language": language}
