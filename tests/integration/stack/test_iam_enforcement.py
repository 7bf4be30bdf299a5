"""`IAM_ENFORCEMENT=report` allows every call and reports the denials, and `off` evaluates nothing."""

import contextlib
import dataclasses
import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from dockerless_testing.emulator import Emulator
from dockerless_testing.roles import arn_of, role
from local.commands.iam_report import fetch
from local.commands.testing import free_settings
from local.launcher import lifecycle, processes
from local.launcher.settings import Settings
from local.observe.running import client_with


@contextlib.contextmanager
def emulator_with(iam_enforcement: str) -> Iterator[Emulator]:
    name = f"iam-{iam_enforcement}-{os.getpid()}"
    plain = dataclasses.replace(Settings(), name=name, port=5066, iam_enforcement=iam_enforcement)
    settings = free_settings(plain)
    try:
        lifecycle.start_bare(settings)
        yield Emulator(settings.edge_url, "")
    finally:
        processes.stop_all(settings)
        shutil.rmtree(settings.directory)
        shutil.rmtree(processes.runtime_directory(settings))


def scan_without_the_right(emulator: Emulator) -> None:
    """Scans a table that does not exist. Raises the error of the answer."""
    with role(emulator, {"Effect": "Allow", "Action": "iam:GetRole", "Resource": "*"}) as name:
        made: Any = emulator.client("sts").assume_role(RoleArn=arn_of(name), RoleSessionName="test")
        dynamodb = client_with(made["Credentials"], emulator.url, "dynamodb")
        with pytest.raises(dynamodb.exceptions.ResourceNotFoundException):
            dynamodb.scan(TableName="none")


def test_report_lets_pass_and_tells_what_it_would_have_denied():
    with emulator_with("report") as emulator:
        scan_without_the_right(emulator)
        report = fetch(emulator.url)
        assert report is not None
        assert report["mode"] == "report"
        assert [entry["action"] for entry in report["denied"]] == ["dynamodb:Scan"]


def test_off_evaluates_nothing():
    with emulator_with("off") as emulator:
        scan_without_the_right(emulator)
        assert fetch(emulator.url) is None
