"""Each value has one rule. A wrong value is refused with the rule and an example that is accepted."""

import re
from pathlib import Path

import pytest

from bench.measures import MEASURES as BENCH
from domain.metering_points import PATTERN
from local.front.values import (
    KEY_ACTIONS,
    MEASURES,
    METERING_POINT,
    NAMES,
    RULES,
    STACK_SETTINGS,
    SettingsError,
    checked,
)
from operations.customer_key import ACTIONS

DOCUMENT = (Path(__file__).parents[3] / "docs" / "settings.md").read_text()

GOOD = {
    "STACK": ["two", "2", "a", "a-b", "a" * 20, "4-u"],
    "PORT": ["1024", "65000", "4666"],
    "CUSTOMERS": ["5", "10", "1000000"],
    "MODE": ["auto", "docker", "embedded"],
    "ADMIN_EMAIL": ["ops@example.com", "a.b+c@mail.example.com", "o'neill@example.ie"],
    "NUMBER": ["1", "0", "01", "1000000001", "9" * 35, "DE0001234567890000000000000000042", "A-B"],
    "CREATE": ["1000000001"],
    "CHANGE": ["DE0001234567890000000000000000042"],
    "DEACTIVATE": ["01"],
    "STORE": ["all", "good"],
    "ONLY": ["lambda", "start,history", "lambda, steps"],
    "RELEASE": ["1.0.0", "v7", "_x", "a" * 128],
    "STATE": ["open", "all"],
    "ACKNOWLEDGE": ["4f0c1a5e", "c2249188-68ce-506f-a8ed-cc96def79345"],
    "CLEAR": ["4f0c1a5e"],
    "GROUP": ["api", "/aws/lambda/energy-local-exporter"],
    "ALARM": ["1/2026-11-01/SPK", "DE-01/2026-11-01/MCD", "4f0c", "1" * 36],
    "JSON": ["1", "0"],
    "MONTH": ["2026-11", "1970-01"],
    "FORMAT": ["html", "pdf"],
    "REPORT_LANGUAGE": ["en", "hr"],
    "NAME": ["peaks", "daily_energy_by_city", "Losses of voltage"],
    "ROWS": ["table", "csv", "json"],
    "ARCHITECTURE": ["x86_64", "arm64"],
    "ECR_REPOSITORY": ["123456789012.dkr.ecr.eu-central-1.amazonaws.com/energy/service"],
}
BAD = {
    "STACK": ["é", "Two", "-a", "a-", "-", "a" * 21, "a_b", "a b", " a", "a ", "../x", "a/b",
              "\u0430", "a\n", "a%b", "."],
    "PORT": ["80", "65001", "-1", "+4666", "4_666", "4666 ", " 4666", "4666.0", "0x1000", "١٢٣٤", "\uff14666",
             "4²66", "9" * 99],
    "CUSTOMERS": ["4", "0", "-5", "1e3", "1,000", "many", "١٢", "1000001", "5.0", " 50"],
    "MODE": ["Docker", "dockér", "podman", " auto", "auto "],
    "IAM_ENFORCEMENT": ["enforced", "ON", "true", "1", "on "],
    "LOG_LEVEL": ["info", "TRACE", "verbose", "10"],
    "CUSTOMER_NOTIFICATIONS": ["SES", "sns", "all", "off"],
    "FAULTS": ["yes", "On", "1"],
    "ADMIN_EMAIL": ["'ops@example.com'", "ops", "ops@example", "a b@example.com", "é@example.com", "a@b@example.com",
                    " a@example.com", "a@example.com\n", "a@-b.com", "@example.com", "a" * 65 + "@example.com"],
    "NUMBER": ["-1", "1-", "1" * 36, "1000000001 ", "abc", "١٢٣", "1e9"],
    "CREATE": ["-1", "abc"],
    "MONTH": ["2026-13", "2026-1", "2026-11-01", "November"],
    "FORMAT": ["PDF", "docx", "html "],
    "REPORT_LANGUAGE": ["HR", "hr_HR", "de", "hr:en"],
    "CHANGE": ["1-", "1000000001 "],
    "DEACTIVATE": ["1" * 36],
    "STORE": ["ALL", "nothing", "yes"],
    "STATE": ["Open", "closed"],
    "ACKNOWLEDGE": ["4f0c", "4F0C1A5E", "c2249188-68ce-506f-a8ed-cc96def793455", "x" * 8],
    "CLEAR": ["4f0c", "../../.."],
    "GROUP": ["é", "a b", "x" * 513, "a;b"],
    "ALARM": ["1", "1/2026-11-01", "1/2026-11-01/spk", "-1/2026-11-01/SPK", "1/1.11.2026/SPK", "1/2026-11-01/SPK "],
    "JSON": ["yes", "true", "2"],
    "NAME": ["a;b", "é", "x" * 129, "a\n"],
    "ROWS": ["CSV", "parquet"],
    "FOLLOW": ["yes", "true", "2", "on"],
    "FRESH": ["yes", "true", "2"],
    "QUICK": ["yes", "no", "01"],
    "ONLY": ["lamda", "lambda;start", ",", "lambda,"],
    "ARCHITECTURE": ["x86", "amd64", "ARM64", "aarch64", "arm64 "],
    "RELEASE": [".a", "-a", "a b", "a:b", "é", "a" * 129, "a/b"],
    "ECR_REPOSITORY": ["docker.io/energy", "123456789012.dkr.ecr.eu-central-1.amazonaws.com",
                       "12.dkr.ecr.x.amazonaws.com/a",
                       "123456789012.dkr.ecr.eu-central-1.amazonaws.com/É",
                       "١٢٣٤٥٦٧٨٩٠١٢.dkr.ecr.eu-central-1.amazonaws.com/a"],
    "TF_PLUGIN_MIRROR": ["/nowhere/at/all", "relative"],
}  # fmt: skip


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in GOOD.items() for value in values])
def test_a_value_within_the_rule_is_taken(name: str, value: str) -> None:
    assert checked({name: value}, name) == value


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in BAD.items() for value in values])
def test_a_value_outside_the_rule_is_refused_in_one_line_with_an_example(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        checked({name: value}, name)
    message = str(caught.value)
    assert message.startswith(f"{name}=")
    assert "\n" not in message
    assert f"as in {name}={RULES[name].example}" in message


def test_every_rule_has_cases() -> None:
    assert set(BAD) == set(RULES)


@pytest.mark.parametrize("name", sorted(set(RULES) - {"TF_PLUGIN_MIRROR"}))
def test_the_example_of_a_rule_is_taken(name: str) -> None:
    assert checked({name: RULES[name].example}, name)


@pytest.mark.parametrize("name", sorted(RULES))
def test_an_empty_value_is_none(name: str) -> None:
    assert checked({name: ""}, name) == checked({}, name) == ""


def test_a_mirror_is_a_folder_with_the_provider(tmp_path: Path) -> None:
    (tmp_path / "registry.terraform.io" / "hashicorp" / "aws").mkdir(parents=True)
    assert checked({"TF_PLUGIN_MIRROR": str(tmp_path)}, "TF_PLUGIN_MIRROR") == str(tmp_path)


def test_lists_that_are_kept_elsewhere_are_the_same() -> None:
    assert [measure.name for measure in BENCH] == list(MEASURES)
    assert ACTIONS == KEY_ACTIONS
    assert METERING_POINT == PATTERN


def test_the_document_has_every_value_and_no_other() -> None:
    rows = set(re.findall(r"^\| `([A-Z_]+)` \|", DOCUMENT, re.MULTILINE))
    assert rows == NAMES
    assert set(STACK_SETTINGS) <= rows
