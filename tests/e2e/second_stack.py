"""A second stack beside the stack under test, which a test may stop and crash."""

from contextlib import closing

import psutil

from dockerless_testing.waiting import wait_until
from local.commands.testing import free_settings
from local.launcher.settings import Settings
from local.observe.running import RunningStack, load
from tests.e2e.api_client import ApiClient
from tests.support.launcher import run_command

NAME = "saved"
PORTS = 30
"""Ports between 2 stacks. A stack takes some of them."""
BACK_SECONDS = 60


class SecondStack:
    """A stack of another name on other ports, with the settings of the stack under test."""

    def __init__(self, first: RunningStack, name: str = NAME, place: int = 1) -> None:
        self.name = name
        settings = free_settings(Settings(name=name, port=first.settings.port + place * PORTS))
        self._variables = {
            "PORT": str(settings.port),
            "MODE": "embedded",
            "FAULTS": first.settings.faults,
            "IAM_ENFORCEMENT": first.settings.iam_enforcement,
            "CUSTOMERS": str(first.settings.customers),
            "ADMIN_EMAIL": first.settings.admin_email,
            "LOG_LEVEL": first.settings.log_level,
            "CUSTOMER_NOTIFICATIONS": first.settings.customer_notifications,
        }

    def make(self, command: str, **changed: str) -> str:
        """Returns what the command printed. It has to succeed. `changed` are other settings from now on."""
        self._variables |= changed
        return run_command(command, self.name, self._variables)

    @property
    def running(self) -> RunningStack:
        return load(self.name)

    def crash(self) -> None:
        """Kills LocalStack as the kernel does where memory ends, and waits for the API.

        No command follows: the supervisor starts LocalStack again.
        """
        process = psutil.Process(_listener(self.running.settings.port))
        process.kill()
        process.wait(60)
        wait_until(self._answers, BACK_SECONDS, "the API after the crash")

    def _answers(self) -> bool:
        try:
            with closing(ApiClient(self.running.api_url, timeout=30)) as api:
                return api.health().status == 200
        except Exception:  # whatever a LocalStack that is starting answers
            return False


def _listener(port: int) -> int:
    """Returns the id of the process that listens on the port."""
    (pid,) = {
        connection.pid
        for connection in psutil.net_connections("tcp4")
        if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port  # type: ignore[union-attr]  # empty only for sockets that are not bound and connection.pid
    }
    return int(pid or 0)
