"""boto3 inside LocalStack finds credentials in its environment, and looks nowhere else."""

import botocore.session
import pytest

from localstack_dockerless.credentials import use_dummy_credentials

NAMES = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")


@pytest.mark.parametrize(
    "given",
    [{}, {"AWS_PROFILE": "production"}, {"AWS_ACCESS_KEY_ID": "AKIA", "AWS_SESSION_TOKEN": "token"}],
    ids=["none", "a profile", "a session"],
)
def test_whatever_the_shell_gave(given: dict[str, str], monkeypatch: pytest.MonkeyPatch):
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    use_dummy_credentials()

    found = botocore.session.Session().get_credentials()
    assert found is not None
    assert (found.method, found.access_key, found.token) == ("env", "test", None)
