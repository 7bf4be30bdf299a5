"""An instance of another major version needs a server of its own, if that version is installed."""

import pytest

from localstack_dockerless.services.rds.requests import RefusedError, other_version


@pytest.mark.parametrize("version", [None, "18", "18.4", "18.99"])
def test_the_stacks_version_needs_no_other_server(version: str | None) -> None:
    assert other_version(version, 18, {15, 18}) is None


def test_an_installed_version_is_taken_whatever_its_minor_version() -> None:
    assert other_version("15.7", 18, {15, 18}) == 15


@pytest.mark.parametrize("version", ["17.2", "9.6", "latest"])
def test_a_missing_version_is_refused_with_the_installed_ones(version: str) -> None:
    with pytest.raises(RefusedError, match="15, 18"):
        other_version(version, 18, {15})
