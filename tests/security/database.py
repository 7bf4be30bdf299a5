"""The database as its owner sees it: what no API tells is counted here."""

import json
from contextlib import closing

import psycopg2

from local.observe.running import RunningStack


class Database:
    """Opens with the secret that the service opens it with."""

    def __init__(self, stack: RunningStack) -> None:
        secret = stack.client("secretsmanager").get_secret_value(SecretId=stack.outputs["database_secret_arn"])
        self.password: str = json.loads(secret["SecretString"])["password"]
        self._user: str = json.loads(secret["SecretString"])["username"]
        self._name = stack.outputs["database_name"]
        self._port = stack.settings.postgres_port

    def readings_of(self) -> dict[str, int]:
        """How many readings each metering point has."""
        query = "SELECT billing_metering_point_number, count(*) FROM energy_consumption WHERE NOT withdrawn GROUP BY 1"
        connection = psycopg2.connect(
            host="127.0.0.1", port=self._port, user=self._user, password=self.password, dbname=self._name
        )
        with closing(connection), connection.cursor() as cursor:
            cursor.execute(query)
            return dict(cursor.fetchall())
