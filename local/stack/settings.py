"""Where a local stack lives and on which ports. The README's table of settings is this file's."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local.stack.errors import ExpectedError

REPOSITORY = Path(__file__).resolve().parents[2]
LOCAL = REPOSITORY / ".local"
VENVS = LOCAL / "venv"
REGION = "eu-central-1"
INSTANCES = 2  # of the ingestion service, as in Terraform
POSTGRES, EMULATOR = "postgres", "localstack"  # the processes' and containers' names
MODES = ("auto", "docker", "embedded")
IAM_ENFORCEMENTS = ("off", "report", "on")
FAULTS = ("off", "on")


class SettingsError(ExpectedError):
    """A setting that cannot be used; the message says which and why."""


@dataclass(frozen=True)
class Settings:
    """One stack: its name gives its folder, its port the ports after it."""

    name: str = "dev"
    port: int = 4566
    customers: int = 50
    admin_email: str = "admin@example.com"
    log_level: str = "INFO"
    mode: str = "auto"
    iam_enforcement: str = "on"
    faults: str = "off"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Raises `SettingsError` naming a variable that is not usable."""
        name = environment.get("STACK") or cls.name
        if not name.replace("-", "").isalnum() or not name.islower() or len(name) > 20:
            raise SettingsError(f"STACK={name!r}: use up to 20 lower-case letters, digits and dashes")
        return cls(
            name=name,
            port=_whole_number(environment, "PORT", cls.port, 1024, 65000),
            customers=_whole_number(environment, "CUSTOMERS", cls.customers, 50, 10_000_000),
            admin_email=environment.get("ADMIN_EMAIL") or cls.admin_email,
            log_level=environment.get("LOG_LEVEL") or cls.log_level,
            mode=_choice(environment, "MODE", cls.mode, MODES),
            iam_enforcement=_choice(environment, "IAM_ENFORCEMENT", cls.iam_enforcement, IAM_ENFORCEMENTS),
            faults=_choice(environment, "FAULTS", cls.faults, FAULTS),
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
    def ports(self) -> list[int]:
        return [self.port, self.postgres_port, *self.service_ports]


def _whole_number(environment: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    value = environment.get(name) or str(default)
    if not value.isdecimal() or not least <= int(value) <= most:
        raise SettingsError(f"{name}={value!r}: use a whole number from {least} to {most}")
    return int(value)


def _choice(environment: Mapping[str, str], name: str, default: str, choices: tuple[str, ...]) -> str:
    value = environment.get(name) or default
    if value not in choices:
        raise SettingsError(f"{name}={value!r}: use one of {', '.join(choices)}")
    return value
