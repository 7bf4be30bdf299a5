"""Defines the settings, the folder and the ports of a local stack. docs/settings.md documents the settings."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from artifacts.paths import LOCAL, REPOSITORY, VENVS
from local.front.values import SettingsError, checked

__all__ = ["LOCAL", "REPOSITORY", "VENVS", "Settings", "SettingsError"]

REGION = "eu-central-1"
PACKAGE = Path("packages") / "localstack-dockerless"
AGENT = PACKAGE / "src" / "localstack_dockerless" / "services" / "ecs" / "agent"  # runs the service's tasks
INSTANCES = 2  # the ingestion service's tasks, as in Terraform
POSTGRES, EMULATOR, CONSOLE = "postgres", "localstack", "console"  # names of processes and containers
MIGRATIONS = "migrations"  # the agent of the task that migrates the database


@dataclass(frozen=True)
class Settings:
    """Holds the settings of one stack. The name gives the folder. The stack also uses the 4 ports after `port`.

    `tfvars` names the file of `terraform/environments/`, and `values` has values in place of its own: `name=value`
    words. No variable of the shell sets these two.
    """

    name: str = "dev"
    port: int = 4566
    customers: int = 50
    admin_email: str = "admin@example.com"
    log_level: str = "INFO"
    customer_notifications: str = "none"
    mode: str = "auto"
    iam_enforcement: str = "on"
    faults: str = "off"
    console: int = 0
    """The port of the console that Compose publishes. 0 means the port after the tasks' ports."""
    # A rehearsal applies the file of AWS, and changes single values of it.
    tfvars: str = "local"
    values: str = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Reads the settings from variables. Raises a `SettingsError` that names an unusable variable."""

        def text(name: str, default: str) -> str:
            return checked(environment, name) or default

        return cls(
            name=text("STACK", cls.name),
            port=int(text("PORT", str(cls.port))),
            customers=int(text("CUSTOMERS", str(cls.customers))),
            admin_email=text("ADMIN_EMAIL", cls.admin_email),
            log_level=text("LOG_LEVEL", cls.log_level),
            customer_notifications=text("CUSTOMER_NOTIFICATIONS", cls.customer_notifications),
            mode=text("MODE", cls.mode),
            iam_enforcement=text("IAM_ENFORCEMENT", cls.iam_enforcement),
            faults=text("FAULTS", cls.faults),
            console=int(environment.get("CONSOLE_PORT") or 0) if text("MODE", cls.mode) == "compose" else 0,
        )

    @property
    def directory(self) -> Path:
        return LOCAL / "stacks" / self.name

    @property
    def logs(self) -> Path:
        return self.directory / "logs"

    @property
    def edge_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def postgres_port(self) -> int:
        return self.port + 1

    @property
    def service_ports(self) -> list[int]:
        return [self.port + 2 + instance for instance in range(INSTANCES)]

    @property
    def console_port(self) -> int:
        return self.console or self.service_ports[-1] + 1

    @property
    def ports(self) -> list[int]:
        return [self.port, self.postgres_port, *self.service_ports, self.console_port]
