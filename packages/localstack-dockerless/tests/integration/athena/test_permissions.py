"""A query needs permissions on the workgroup, on the catalogue, on the data and on the results, all of its caller."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError

from dockerless_testing.athena_world import AthenaWorld
from dockerless_testing.emulator import Emulator
from dockerless_testing.roles import role

SQL = "SELECT count(*) FROM readings WHERE date = '2024-01-02'"
WHERE = "eu-central-1:000000000000"


def statements(athena: AthenaWorld) -> dict[str, dict[str, Any]]:
    """Returns the least that a query needs, by what it is for."""
    needed = {
        "workgroup": (
            ["athena:StartQueryExecution", "athena:GetQueryExecution", "athena:GetQueryResults"],
            [f"arn:aws:athena:{WHERE}:workgroup/{athena.name}"],
        ),
        "table": (
            ["glue:GetTable"],
            [
                f"arn:aws:glue:{WHERE}:catalog",
                f"arn:aws:glue:{WHERE}:database/{athena.name}",
                f"arn:aws:glue:{WHERE}:table/{athena.name}/readings",
            ],
        ),
        "listing": (["s3:ListBucket"], [f"arn:aws:s3:::{athena.data}"]),
        "data": (["s3:GetObject"], [f"arn:aws:s3:::{athena.data}/*"]),
        "place": (["s3:GetBucketLocation"], [f"arn:aws:s3:::{athena.results}"]),
        "result": (["s3:PutObject"], [f"arn:aws:s3:::{athena.results}/*"]),
        "reading": (["s3:GetObject"], [f"arn:aws:s3:::{athena.results}/*"]),
    }
    return {name: {"Effect": "Allow", "Action": what, "Resource": on} for name, (what, on) in needed.items()}


@pytest.fixture
def as_analyst(emulator: Emulator, act: Any, athena: AthenaWorld) -> Any:
    """Returns a context with Athena's client of a role that has every permission but one."""

    @contextmanager
    def without(name: str = "") -> Iterator[Any]:
        given = [each for key, each in statements(athena).items() if key != name]
        with role(emulator, *given) as made:
            yield act(made, "athena")

    return without


def test_a_role_with_the_documented_permissions_gets_the_rows(as_analyst: Any, athena: AthenaWorld):
    with as_analyst() as client:
        assert athena.rows(SQL, client) == [["10"]]


def test_the_workgroup_is_checked(as_analyst: Any, athena: AthenaWorld):
    with as_analyst("workgroup") as client, pytest.raises(ClientError, match="athena:StartQueryExecution"):
        athena.start(SQL, client)


@pytest.mark.parametrize(
    ("lacking", "action"),
    [
        ("table", "glue:GetTable"),
        ("listing", "s3:ListBucket"),
        ("data", "s3:GetObject"),
        ("place", "s3:GetBucketLocation"),
        ("result", "s3:PutObject"),
    ],
)
def test_each_other_permission_is_checked(as_analyst: Any, athena: AthenaWorld, lacking: str, action: str):
    assert athena.rows(SQL) == [["10"]]  # the objects are in the cache now, which does not change who may read them
    with as_analyst(lacking) as client:
        reason = athena.failure(SQL, client)
        assert reason.startswith("PERMISSION_DENIED")
        assert action in reason


def test_reading_a_result_needs_the_permission_on_its_object(as_analyst: Any, athena: AthenaWorld):
    with as_analyst("reading") as client:
        identifier = athena.run(SQL, client)["QueryExecutionId"]
        with pytest.raises(ClientError, match="s3:GetObject"):
            client.get_query_results(QueryExecutionId=identifier)


def test_an_execution_of_another_workgroup_is_not_shown(emulator: Emulator, act: Any, athena: AthenaWorld):
    identifier = athena.run("SELECT 1")["QueryExecutionId"]
    other = {
        "Effect": "Allow", "Action": "athena:*", "Resource": f"arn:aws:athena:{WHERE}:workgroup/another",
    }  # fmt: skip
    with role(emulator, other) as name:
        client = act(name, "athena")
        with pytest.raises(ClientError, match=f"workgroup/{athena.name}"):
            client.get_query_execution(QueryExecutionId=identifier)
