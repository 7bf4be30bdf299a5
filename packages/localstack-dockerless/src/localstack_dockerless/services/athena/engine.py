"""Opens DuckDB for one query: without network, without files outside of the query's folder, with limits."""

from pathlib import Path
from typing import Any

from localstack_dockerless.services.athena.failures import SYSTEM, QueryFailedError

MACROS = Path(__file__).with_name("sql") / "macros.sql"
MEMORY = "1GB"
THREADS = 2


def open_in(folder: Path) -> Any:
    """Returns a connection with its own database in memory. It may read `folder` and nothing else."""
    import duckdb  # noqa: PLC0415 -- 60 MB, which only a LocalStack with queries needs

    connection = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": MEMORY,
            "threads": str(THREADS),
            "temp_directory": str(folder / "spill"),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
        },
    )
    connection.execute("SET TimeZone = 'UTC'; SET Calendar = 'gregorian'")
    connection.execute(MACROS.read_text(encoding="utf-8"))
    connection.execute(f"SET allowed_directories = ['{folder}/']")
    connection.execute("SET enable_external_access = false; SET lock_configuration = true")
    return connection


_SAID = (
    ("must appear in the GROUP BY clause", "EXPRESSION_NOT_AGGREGATE"),
    ("More than one row returned by a subquery", "SUBQUERY_MULTIPLE_ROWS"),
    ("out of range for the destination type", "NUMERIC_VALUE_OUT_OF_RANGE"),
)
_KINDS = {
    "ConversionException": "INVALID_CAST_ARGUMENT",
    "OutOfRangeException": "NUMERIC_VALUE_OUT_OF_RANGE",
    "InvalidInputException": "INVALID_FUNCTION_ARGUMENT",
}


def failure(error: Exception) -> QueryFailedError:
    """Returns the failure of a query for an error of DuckDB."""
    said = str(error).partition("\n")[0]
    said = said.partition(" Error: ")[2] or said
    code, mark, message = said.partition("|")
    if mark and code.isupper():
        return QueryFailedError(code, message)
    for words, known in _SAID:
        if words in said:
            return QueryFailedError(known, said)
    name = type(error).__name__
    if name == "OutOfMemoryException":
        return QueryFailedError(
            "EXCEEDED_MEMORY_LIMIT", f"Query exhausted resources at this scale factor. The limit is {MEMORY}"
        )
    if name in _KINDS:
        return QueryFailedError(_KINDS[name], said)
    return QueryFailedError("GENERIC_INTERNAL_ERROR", said, SYSTEM)
