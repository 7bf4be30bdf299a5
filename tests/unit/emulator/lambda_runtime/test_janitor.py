"""The janitor knows which process groups are left."""

from emulator.lambda_runtime.janitor import live_groups


def test_groups_that_ended_are_forgotten():
    assert live_groups(["+10\n", "+20\n", "-10\n", "+30\n"]) == {20, 30}


def test_a_number_may_come_again():
    assert live_groups(["+10\n", "-10\n", "+10\n"]) == {10}
