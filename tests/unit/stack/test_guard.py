"""No command of the local stack can reach an AWS account, whatever the shell holds."""

import pytest
from botocore.session import Session

from artifacts import user_shell
from local.launcher.guard import local_only
from local.observe.running import local_client

REAL = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "AWS_SESSION_TOKEN": "a-session",
    "AWS_PROFILE": "production",
    "AWS_DEFAULT_PROFILE": "production",
    "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/admin",
    "AWS_WEB_IDENTITY_TOKEN_FILE": "/token",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.2/credentials",
    "AWS_ENDPOINT_URL_S3": "https://s3.amazonaws.com",
    "TF_VAR_admin_email": "somebody@example.org",
    "TF_CLI_ARGS_apply": "-var-file=environments/aws.tfvars",
    "TF_WORKSPACE": "production",
    "TF_DATA_DIR": "/somewhere",
    "LS_PROVIDERS_FILE": "elsewhere_override.tf",
    "USE_EXEC": "1",
}
EDGE = "http://127.0.0.1:4566"


def test_nothing_of_the_shells_account_is_passed_on():
    assert user_shell.local({**REAL, "PATH": "/bin"}) == user_shell.local({"PATH": "/bin"})


def test_every_client_is_pointed_at_the_emulator_with_credentials_that_aws_does_not_know():
    environment = local_only(EDGE, REAL)

    assert environment["AWS_ENDPOINT_URL"] == EDGE
    assert environment["AWS_ACCESS_KEY_ID"] == environment["AWS_SECRET_ACCESS_KEY"] == "test"
    assert environment["AWS_CONFIG_FILE"] == environment["AWS_SHARED_CREDENTIALS_FILE"] == "/dev/null"
    assert not (set(REAL.values()) - {"1"}) & set(environment.values())


def test_a_proxy_is_not_asked_for_the_emulator():
    assert "127.0.0.1" in local_only(EDGE, {"HTTPS_PROXY": "http://proxy:3128"})["NO_PROXY"]


@pytest.mark.parametrize(
    "url", ["https://sts.amazonaws.com", "http://127.0.0.1.example.com:4566", "http://10.0.0.1:4566"]
)
def test_an_address_that_is_not_this_machines_is_refused(url: str):
    with pytest.raises(ValueError, match="not an address of a local stack"):
        local_only(url, {})
    with pytest.raises(ValueError, match="not an address of a local stack"):
        local_client(url, "sts")


def test_a_client_ignores_the_shells_profile_and_credentials(monkeypatch: pytest.MonkeyPatch):
    for name, value in REAL.items():
        monkeypatch.setenv(name, value)

    client = local_client(EDGE, "s3")

    credentials = client._request_signer._credentials
    assert (credentials.access_key, credentials.secret_key, credentials.token) == ("test", "test", None)
    assert client.meta.endpoint_url == EDGE


def test_an_sdk_started_with_the_environment_finds_only_the_test_credentials(monkeypatch: pytest.MonkeyPatch):
    for name, value in local_only(EDGE, REAL).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)

    credentials = Session().get_credentials()
    assert credentials is not None
    assert credentials.access_key == "test"
