"""Good settings give a stack its ports, and bad settings are refused by name."""

import pytest

from local.launcher.settings import Settings, SettingsError


def test_the_ports_follow_the_first():
    assert Settings.from_environment({"PORT": "4666"}).ports == [4666, 4667, 4668, 4669, 4670]


def test_two_stacks_have_their_own_folders():
    assert (
        Settings.from_environment({"STACK": "one"}).directory != Settings.from_environment({"STACK": "two"}).directory
    )


def test_an_empty_variable_means_the_default():
    assert Settings.from_environment({"PORT": "", "STACK": ""}) == Settings()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORT", "80"),
        ("PORT", "65530"),
        ("PORT", "http"),
        ("PORT", "-1"),
        ("CUSTOMERS", "3"),
        ("CUSTOMERS", "many"),
        ("IAM_ENFORCEMENT", "enforced"),
        ("STACK", "../elsewhere"),
        ("STACK", "Two"),
        ("STACK", "a" * 21),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(variable: str, value: str):
    with pytest.raises(SettingsError, match=variable):
        Settings.from_environment({variable: value})
