"""A stack starts in a folder with any name, under a shell with any variables, and none of these reaches a process."""

import dataclasses
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg2
import pytest

from dockerless_testing.waiting import wait_until
from local.commands.testing import free_settings
from local.launcher import lifecycle, processes
from local.launcher import settings as settings_module
from local.launcher.settings import Settings
from local.observe.running import local_client
from tests.support.shells import given

FOLDER = 'it\'s R&D feature%2Fx a=b #c ;d ünï "q" $HOME'
SHELL = {
    "PGSSLMODE": "verify-full",
    "PGHOSTADDR": "192.0.2.1",
    "PGSERVICE": "odd",
    "SERVICES": "s3,sqs",
    "STRICT_SERVICE_LOADING": "1",
    "PROVIDER_OVERRIDE_S3": "odd",
    "RUNTIME_COMPONENTS": "odd",
    "PYTHONOPTIMIZE": "2",
    "PYTHONPATH": "/odd",
    "PYTHONUTF8": "0",
    "LC_ALL": "C",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "http_proxy": "http://127.0.0.1:9",
    "HOME": os.devnull,
    "TMPDIR": "/odd",
}


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    given(monkeypatch, **SHELL)
    monkeypatch.setattr(settings_module, "LOCAL", tmp_path / FOLDER)
    settings = free_settings(dataclasses.replace(Settings(), name=f"odd-{os.getpid()}", port=5366))
    yield settings
    lifecycle.down(settings)
    shutil.rmtree(settings.directory)


def test_a_stack_starts_and_works_and_its_processes_have_nothing_of_the_shell(settings: Settings):
    lifecycle.start_bare(settings)

    started = psutil.Process(int((settings.directory / "supervisord.pid").read_text()))
    family = [started, *started.children(recursive=True)]
    assert len(family) >= 3
    for process in family:
        variables = process.environ()
        assert [name for name, value in SHELL.items() if variables.get(name) == value] == []
        # the server of Postgres has a title of its own where its variables were: `down` finds it by its parent
        assert Path(variables.get("HOME", settings.directory / "home")).samefile(settings.directory / "home")

    rds = local_client(settings.edge_url, "rds")
    rds.create_db_instance(
        DBInstanceIdentifier="odd",
        Engine="postgres",
        DBInstanceClass="db.t4g.micro",
        AllocatedStorage=20,
        DBName="odd",
        MasterUsername="odd",
        MasterUserPassword="a-password",
    )
    wait_until(
        lambda: rds.describe_db_instances()["DBInstances"][0]["DBInstanceStatus"] == "available", 30, "the instance"
    )
    cloudwatch = local_client(settings.edge_url, "cloudwatch")  # it keeps its metrics in a file, by a URI
    cloudwatch.put_metric_data(Namespace="odd", MetricData=[{"MetricName": "odd", "Value": 1}])
    assert [metric["MetricName"] for metric in cloudwatch.list_metrics(Namespace="odd")["Metrics"]] == ["odd"]
    local_client(settings.edge_url, "iam").list_roles()  # SERVICES of the shell would have switched it off
    with pytest.MonkeyPatch.context() as patch:
        for name in SHELL:
            patch.delenv(name)
        connection = psycopg2.connect(processes.superuser_url(settings))
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname = 'odd'")
        assert cursor.fetchall() == [("odd",)]
    connection.close()
