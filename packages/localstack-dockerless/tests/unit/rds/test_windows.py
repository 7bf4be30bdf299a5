"""The windows of a DB instance are accepted and refused as on AWS, and missing ones are chosen."""

import pytest

from localstack_dockerless.services.rds.windows import problem, with_windows


@pytest.mark.parametrize(
    ("backup", "maintenance"),
    [
        ("03:00-06:00", "mon:00:00-mon:03:00"),  # touch, as in many a Terraform example
        ("00:00-03:00", "mon:03:00-mon:06:00"),
        ("23:00-00:00", "tue:00:00-tue:00:30"),  # touch at midnight
        ("00:00-00:30", "sun:23:30-mon:00:00"),  # touch at the week's end
        ("22:30-23:30", "sun:23:45-mon:00:15"),
        ("12:00-12:30", "Sat:12:30-Sun:12:00"),
    ],
)
def test_windows_that_share_no_minute_are_accepted(backup: str, maintenance: str) -> None:
    assert problem(maintenance, backup) is None


@pytest.mark.parametrize(
    ("backup", "maintenance"),
    [
        ("03:00-06:00", "mon:00:00-mon:03:01"),
        ("23:30-00:30", "wed:00:00-wed:01:00"),
        ("00:00-00:30", "sun:23:45-mon:00:15"),  # across the week's end
        ("12:00-13:00", "fri:11:00-fri:14:00"),
        ("05:00-05:30", "mon:04:00-tue:03:00"),
    ],
)
def test_windows_that_overlap_are_refused(backup: str, maintenance: str) -> None:
    assert problem(maintenance, backup) == "The backup window and maintenance window must not overlap."


@pytest.mark.parametrize(
    ("backup", "maintenance", "said"),
    [
        ("03:00-03:29", "mon:06:00-mon:07:00", "backup window must be at least 30"),
        ("3:00-4:00", "mon:06:00-mon:07:00", "Invalid backup window"),
        ("24:00-25:00", "mon:06:00-mon:07:00", "Invalid backup window"),
        ("03:00-04:00", "mon:06:00-mon:06:29", "maintenance window must be at least 30"),
        ("03:00-03:30", "mon:06:00-tue:07:00", "less than 24 hours"),
        ("03:00-03:30", "day:06:00-mon:07:00", "Invalid maintenance window"),
        ("03:00-03:30", "06:00-07:00", "Invalid maintenance window"),
    ],
)
def test_windows_of_no_window_are_refused(backup: str, maintenance: str, said: str) -> None:
    assert said in str(problem(maintenance, backup))


@pytest.mark.parametrize("hour", range(24))
def test_the_window_not_asked_for_does_not_overlap_the_one_that_was(hour: int) -> None:
    asked = [
        {"PreferredBackupWindow": f"{hour:02}:00-{hour:02}:59"},
        {"PreferredMaintenanceWindow": f"wed:{hour:02}:00-wed:{hour:02}:59"},
    ]
    for request in asked:
        chosen = with_windows(request)
        assert chosen.items() >= request.items()
        assert problem(chosen["PreferredMaintenanceWindow"], chosen["PreferredBackupWindow"]) is None
