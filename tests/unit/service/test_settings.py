import pytest

from domain.environment import EnvironmentVariableError
from service.settings import Settings

ENVIRONMENT = {
    "DATABASE_HOST": "db.internal",
    "DATABASE_PORT": "5433",
    "DATABASE_NAME": "energy",
    "DATABASE_USER": "energy",
    "DATABASE_PASSWORD": "hunter2",
    "TIME_ZONE": "Europe/Zagreb",
    "READINGS_RETENTION_DAYS": "90",
    "ALARMS_TABLE": "energy-alarms",
}


def test_the_task_definitions_variables_are_enough() -> None:
    settings = Settings.from_environment(ENVIRONMENT)
    assert (settings.database_host, settings.database_port) == ("db.internal", 5433)
    assert (settings.host, settings.port, settings.log_level) == ("0.0.0.0", 8000, "INFO")  # noqa: S104


def test_everything_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(EnvironmentVariableError) as caught:
        Settings.from_environment({"DATABASE_HOST": "db.internal", "DATABASE_USER": ""})
    assert str(caught.value).split("; ") == [
        f"{name} is missing"
        for name in (
            *("DATABASE_NAME", "DATABASE_USER", "DATABASE_PASSWORD"),
            *("TIME_ZONE", "READINGS_RETENTION_DAYS", "ALARMS_TABLE"),
        )
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "²"),
        ("LOG_LEVEL", "LOUD"),
        ("TIME_ZONE", "Europe/Atlantis"),
        ("TIME_ZONE", "../etc"),
        ("READINGS_RETENTION_DAYS", "0"),
        ("DATABASE_SSLMODE", "x"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(EnvironmentVariableError, match=name):
        Settings.from_environment(ENVIRONMENT | {name: value})


def test_the_password_is_not_shown() -> None:
    assert "hunter2" not in repr(Settings.from_environment(ENVIRONMENT))


def test_no_wait_is_longer_than_the_gateways() -> None:
    # https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html: 30 s for an integration
    settings = Settings.from_environment(ENVIRONMENT)
    assert settings.body_timeout + settings.request_timeout < 30
    assert settings.pool_timeout + settings.connect_timeout + settings.statement_timeout <= settings.request_timeout
