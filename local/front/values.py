"""Defines the rules for every value that a `make` command takes. docs/settings.md documents the values.

A value is checked before anything is built or started. An empty value counts as missing, so the default applies. The
message of a refusal states the rule and an accepted example.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from local.launcher.errors import ExpectedError

LEAST_CUSTOMERS, LARGEST_CUSTOMERS = 5, 1_000_000
MEASURES = (
    *("start", "memory", "ingestion", "gateway", "lambda", "steps"),
    *("checks", "hundred", "plan", "history", "alarms", "console", "pipeline"),
)
_MEASURE = f"(?:{'|'.join(MEASURES)})"
CUSTOMER_ACTIONS = ("EXPORT", "IMPORT", "CREATE", "CHANGE", "DEACTIVATE")
KEY_ACTIONS = ("rotate", "revoke", "revoke-all", "show")
REGISTRY = "registry.terraform.io"
METERING_POINT = r"[0-9A-Z]([0-9A-Z-]{0,33}[0-9A-Z])?"
"""The form of `domain.metering_points`, which a test holds. The values are checked before `domain` can be imported."""
ALARM_ID = r"[0-9a-f]{8}(?:[0-9a-f-]{0,28})"
"""The form of an alarm's id, or of its beginning."""

# https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html
# https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
ECR_REPOSITORY = re.compile(
    r"(?P<registry>[0-9]{12}\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com)/[a-z0-9]+(?:[._/-]+[a-z0-9]+)*"
)
# HTML defines this form of an e-mail address. terraform/variables_notifications.tf also requires a dot in the domain.
# Amazon SES accepts only ASCII before the @. https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_EMAIL = re.compile(rf"(?=.{{1,254}}$)[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@{_LABEL}(?:\.{_LABEL})+")


class SettingsError(ExpectedError):
    """A value cannot be used. The message has the value, the rule and an example."""


@dataclass(frozen=True)
class Rule:
    """A rule accepts or refuses a value. `says` ends the sentence "use ...". `takes` accepts `example`."""

    says: str
    example: str
    takes: Callable[[str], bool]


def _matching(pattern: str | re.Pattern[str], says: str, example: str) -> Rule:
    compiled = re.compile(pattern)
    return Rule(says, example, lambda text: compiled.fullmatch(text) is not None)


def _one_of(*choices: str) -> Rule:
    listed = f"{', '.join(choices[:-1])} or {choices[-1]}"
    return Rule(listed, choices[0], choices.__contains__)


def _whole_number(least: int, most: int, example: str) -> Rule:
    def takes(text: str) -> bool:
        return re.fullmatch(r"[0-9]{1,12}", text) is not None and least <= int(text) <= most

    return Rule(f"a whole number from {least} to {most}", example, takes)


def _is_mirror(text: str) -> bool:
    return (Path(text) / REGISTRY / "hashicorp" / "aws").is_dir()


_NUMBER = _matching(
    METERING_POINT,
    "a billing metering point: 1 to 35 of the characters 0-9, A-Z and '-', the first and the last no '-'",
    "1000000001",
)

RULES: Mapping[str, Rule] = {
    "STACK": _matching(
        r"[a-z0-9](?:[a-z0-9-]{0,18}[a-z0-9])?",
        "1 to 20 of the characters a-z, 0-9 and '-', the first and the last no '-'",
        "two",
    ),
    "PORT": _whole_number(1024, 65000, "4666"),
    "MODE": _one_of("auto", "docker", "embedded", "compose"),
    "CUSTOMERS": _whole_number(LEAST_CUSTOMERS, LARGEST_CUSTOMERS, "50"),
    "ADMIN_EMAIL": _matching(_EMAIL, "an e-mail address in ASCII with a dot in its domain", "ops@example.com"),
    "IAM_ENFORCEMENT": _one_of("on", "report", "off"),
    "LOG_LEVEL": _one_of("INFO", "DEBUG", "WARNING", "ERROR"),
    "CUSTOMER_NOTIFICATIONS": _one_of("none", "ses"),
    "FAULTS": _one_of("on", "off"),
    "TF_PLUGIN_MIRROR": Rule(f"a folder that holds {REGISTRY}/hashicorp/aws", "/opt/terraform-mirror", _is_mirror),
    "NUMBER": _NUMBER,
    "CREATE": _NUMBER,
    "CHANGE": _NUMBER,
    "DEACTIVATE": _NUMBER,
    "STORE": _one_of("all", "good"),
    "ALARM": _matching(
        rf"{METERING_POINT}/[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}/[A-Z]{{3}}|[0-9a-f-]{{4,36}}",
        "a metering point number, a date and a check's code, with '/' between them, or an alarm's id",
        "1000000001/2026-11-01/SPK",
    ),
    "JSON": _one_of("1", "0"),
    "NAME": _matching(r"[A-Za-z0-9_ .-]{1,128}", "the name of a saved query", "peaks"),
    "ROWS": _one_of("table", "csv", "json"),
    "STATE": _one_of("open", "acknowledged", "cleared", "all"),
    "ACKNOWLEDGE": _matching(ALARM_ID, "an alarm's id, or at least 8 of its first characters", "4f0c1a5e"),
    "CLEAR": _matching(ALARM_ID, "an alarm's id, or at least 8 of its first characters", "4f0c1a5e"),
    "MONTH": _matching(r"[0-9]{4}-(?:0[1-9]|1[0-2])", "a month", "2026-11"),
    "FORMAT": _one_of("html", "pdf"),
    "REPORT_LANGUAGE": _one_of("en", "hr"),
    "GROUP": _matching(
        r"[A-Za-z0-9_./#-]{1,512}", "the name of a log group: 1 to 512 of the characters a-z, A-Z, 0-9 and _./#-", "api"
    ),
    "FOLLOW": _one_of("1", "0"),
    "FRESH": _one_of("1", "0"),
    "QUICK": _one_of("1", "0"),
    "ONLY": _matching(
        rf"{_MEASURE}(?:[, ]+{_MEASURE})*", f"some of {', '.join(MEASURES)}, with commas between them", "lambda"
    ),
    "ARCHITECTURE": _one_of("x86_64", "arm64"),
    # https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests
    "RELEASE": _matching(
        r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}",
        "1 to 128 of the characters a-z, A-Z, 0-9, '_', '.' and '-', the first no '.' or '-'",
        "1.0.1",
    ),
    "ECR_REPOSITORY": _matching(
        ECR_REPOSITORY,
        "the address of an ECR repository, Terraform's output ecr_repository_url",
        "123456789012.dkr.ecr.eu-central-1.amazonaws.com/energy-service",
    ),
}
"""`operations/days.py` has the rules of `DATE`, `FROM` and `TO`. `FREE` has no rule."""

FREE = ("CHECKS", "FOLDER", "FILE", "EXPORT", "IMPORT", "KEYS", "SET", "SQL", "BY", "REASON", "PYTEST_ARGUMENTS")

NAMES = frozenset({*RULES, "DATE", "FROM", "TO", *FREE})
"""These are the names of all values, on the command line and in `.env`."""

STACK_SETTINGS = (
    *("STACK", "PORT", "MODE", "CUSTOMERS", "ADMIN_EMAIL"),
    *("CUSTOMER_NOTIFICATIONS", "IAM_ENFORCEMENT", "LOG_LEVEL", "FAULTS", "TF_PLUGIN_MIRROR"),
)
"""Every command reads these."""


def checked(environment: Mapping[str, str], name: str) -> str:
    """Returns the value of `name`, or '' if it is missing. Raises `SettingsError`."""
    value, rule = environment.get(name, ""), RULES[name]
    if value and not rule.takes(value):
        raise SettingsError(f"{name}={shown(value)} is refused: use {rule.says}, as in {name}={rule.example}")
    return value


def shown(value: str) -> str:
    """Returns the value in quotes, with escapes for invisible characters. A long value is cut."""
    text = ascii(value) if not value.isprintable() else repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
