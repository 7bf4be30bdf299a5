"""Reads databases and tables from Glue's catalogue, with the caller's permissions."""

from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from localstack_dockerless.services.athena import caller as callers
from localstack_dockerless.services.athena.caller import Caller
from localstack_dockerless.services.athena.failures import QueryFailedError, not_supported
from localstack_dockerless.services.athena.sql.names import Column
from localstack_dockerless.services.athena.sql.types import of_catalogue

CATALOG = "awsdatacatalog"
_PARQUET = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"


@dataclass(frozen=True)
class Table:
    """Holds a table of Parquet objects. `keys` are its partition columns, which follow its other columns."""

    database: str
    name: str
    location: str
    columns: list[Column]
    keys: list[Column]
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def all_columns(self) -> list[Column]:
        return [*self.columns, *self.keys]

    @property
    def full_name(self) -> str:
        return f"{self.database}.{self.name}"


class Catalog:
    """Reads Glue as the caller."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._glue = caller.client("glue")

    def table(self, catalog: str, database: str, name: str, where: str = "") -> Table:
        """Returns the table. Raises `QueryFailedError` if it does not exist or cannot be read."""
        self.check_name(catalog)
        if not database:
            raise QueryFailedError(
                "MISSING_SCHEMA_NAME", f"{where}Schema must be specified when session schema is not set"
            )
        return table_of(self.description(database, name, where))

    @staticmethod
    def check_name(catalog: str) -> None:
        """Raises `QueryFailedError` for a catalogue other than Glue's."""
        if catalog not in ("", CATALOG):
            raise not_supported(f"the data catalogue {catalog!r}. Only AwsDataCatalog exists")

    def description(self, database: str, name: str, where: str = "") -> dict[str, Any]:
        """Returns Glue's description of a table. Raises `QueryFailedError`."""
        try:
            found: dict[str, Any] = self._glue.get_table(DatabaseName=database, Name=name)["Table"]
        except ClientError as error:
            if error.response["Error"]["Code"] != "EntityNotFoundException":
                raise callers.failure(error, f"the table {database}.{name}") from error
            self.database(database, where)
            raise QueryFailedError(
                "TABLE_NOT_FOUND", f"{where}Table '{CATALOG}.{database}.{name}' does not exist"
            ) from error
        return found

    def database(self, name: str, where: str = "") -> dict[str, Any]:
        """Returns Glue's description of a database. Raises `QueryFailedError`."""
        try:
            found: dict[str, Any] = self._glue.get_database(Name=name)["Database"]
        except ClientError as error:
            if error.response["Error"]["Code"] != "EntityNotFoundException":
                raise callers.failure(error, f"the database {name}") from error
            raise QueryFailedError("SCHEMA_NOT_FOUND", f"{where}Schema '{name}' does not exist") from error
        return found

    def databases(self) -> list[str]:
        return sorted(each["Name"] for each in self._listed("get_databases", "DatabaseList", "the databases"))

    def tables(self, database: str) -> list[dict[str, Any]]:
        found = self._listed("get_tables", "TableList", f"the tables of {database}", DatabaseName=database)
        return sorted(found, key=lambda each: str(each["Name"]))

    def partitions(self, table: Table) -> list[dict[str, Any]]:
        return self._listed(
            "get_partitions", "Partitions", f"the table {table.full_name}",
            DatabaseName=table.database, TableName=table.name,
        )  # fmt: skip

    def _listed(self, method: str, key: str, what: str, **parameters: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        try:
            while True:
                answer = getattr(self._glue, method)(**parameters)
                found += answer[key]
                if not answer.get("NextToken"):
                    return found
                parameters["NextToken"] = answer["NextToken"]
        except ClientError as error:
            raise callers.failure(error, what) from error


def table_of(found: dict[str, Any]) -> Table:
    """Returns the table of Glue's description. Raises `QueryFailedError` if it cannot be read."""
    name = f"{found['DatabaseName']}.{found['Name']}"
    parameters = found.get("Parameters") or {}
    storage = found.get("StorageDescriptor") or {}
    serde = (storage.get("SerdeInfo") or {}).get("SerializationLibrary") or ""
    if found.get("TableType") == "VIRTUAL_VIEW":
        raise not_supported(f"views, such as {name}")
    if parameters.get("table_type", "").upper() in ("ICEBERG", "DELTA"):
        raise not_supported(f"tables of the type {parameters['table_type']}, such as {name}")
    if serde != _PARQUET:
        raise not_supported(f"the format {serde or 'without a SerDe'} of the table {name}. Only Parquet is read")
    return Table(
        found["DatabaseName"],
        found["Name"],
        storage.get("Location") or "",
        _columns(storage.get("Columns") or ()),
        _columns(found.get("PartitionKeys") or ()),
        parameters,
    )


def _columns(found: Any) -> list[Column]:
    return [Column(each["Name"].lower(), of_catalogue(each.get("Type") or "string")) for each in found]
