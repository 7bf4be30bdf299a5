"""Runs queries, each in a thread of its own. A query can be cancelled, and ends after Athena's 30 minutes.

https://docs.aws.amazon.com/athena/latest/ug/service-limits.html
"""

import logging
import shutil
import tempfile
import threading
import time
from pathlib import Path
from typing import IO, Any

from localstack_dockerless.services.athena import cache, engine, results
from localstack_dockerless.services.athena.caller import Caller
from localstack_dockerless.services.athena.catalog import Catalog
from localstack_dockerless.services.athena.failures import SYSTEM, QueryFailedError
from localstack_dockerless.services.athena.metadata import Metadata
from localstack_dockerless.services.athena.selection import Reader, ScanLimitError, rows
from localstack_dockerless.services.athena.sql import grammar
from localstack_dockerless.services.athena.sql.grammar import Statement
from localstack_dockerless.services.athena.store import CANCELLED, FAILED, RUNNING, SUCCEEDED, Execution, now

LOG = logging.getLogger(__name__)

TIMEOUT = 30 * 60
AT_ONCE = 3
"""The queries that run side by side. More wait as QUEUED."""

TOO_LONG = QueryFailedError("EXCEEDED_TIME_LIMIT", f"Query exceeded the maximum run time of {TIMEOUT // 60}m")
ENDED = QueryFailedError("GENERIC_INTERNAL_ERROR", "LocalStack ended while this query was under way.", SYSTEM)

_slots = threading.Semaphore(AT_ONCE)
_running: dict[str, "Run"] = {}


class _StoppedError(Exception):
    """The query was cancelled."""


class Run:
    """Holds a query under way. `stop` may be called by any thread."""

    def __init__(self, execution: Execution, statement: Statement, caller: Caller) -> None:
        self._execution, self._statement, self._caller = execution, statement, caller
        self._lock = threading.Lock()
        self._connection: Any = None
        self._stopped: Exception | None = None

    def start(self) -> None:
        _running[self._execution.id] = self
        threading.Thread(target=self._work, name=f"athena-{self._execution.id[:8]}", daemon=True).start()

    def stop(self, why: QueryFailedError | None = None) -> None:
        """Ends the query, which fails for `why`. None: its user cancels it."""
        with self._lock:
            if self._execution.ended or self._stopped:
                return
            self._stopped = why or _StoppedError()
            if why is None:
                self._end(CANCELLED, "Query cancelled by user")
            if self._connection is not None:
                self._connection.interrupt()

    def _work(self) -> None:
        timer = threading.Timer(TIMEOUT, self.stop, (TOO_LONG,))
        timer.daemon = True
        timer.start()
        try:
            with _slots:
                self._run()
        finally:
            timer.cancel()
            _running.pop(self._execution.id, None)

    def _run(self) -> None:
        execution, started = self._execution, time.monotonic()
        execution.queue_time = round((now() - execution.submitted).total_seconds() * 1000)
        with self._lock:
            if execution.ended:
                return
            execution.state = RUNNING
        folder = Path(tempfile.mkdtemp(prefix="query-", dir=cache.folder()))
        try:
            with tempfile.TemporaryFile(dir=folder) as file:
                self._answer(folder, file)
                self._check()
                results.store(self._caller, execution, file)
            self._finish(SUCCEEDED)
        except ScanLimitError:
            self._finish(CANCELLED, "Query cancelled! : Bytes scanned limit was exceeded")
        except QueryFailedError as error:
            self._fail(error)
        except Exception as error:
            self._fail(self._failure_of(error))
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            spent = round((time.monotonic() - started) * 1000)
            execution.service_time = max(0, spent - execution.planning_time - execution.engine_time)

    def _failure_of(self, error: Exception) -> QueryFailedError:
        import duckdb  # noqa: PLC0415 -- it is imported already

        if isinstance(error, duckdb.InterruptException) and isinstance(self._stopped, QueryFailedError):
            return self._stopped
        if isinstance(self._stopped, _StoppedError):
            return QueryFailedError("USER_CANCELED", "Query cancelled by user")  # it is CANCELLED already
        if isinstance(error, duckdb.Error):
            return engine.failure(error)
        LOG.exception("the query %s failed", self._execution.id)
        return QueryFailedError("GENERIC_INTERNAL_ERROR", f"{type(error).__name__}: {error}", SYSTEM)

    def _answer(self, folder: Path, file: IO[bytes]) -> None:
        execution, database = self._execution, self._execution.context.get("Database", "").lower()
        catalog = Catalog(self._caller)
        catalog.check_name(execution.context.get("Catalog", "").lower())
        if self._statement.kind == grammar.METADATA:
            execution.columns, found = Metadata(catalog, database).answer(self._statement.text)
            execution.rows = results.write_lines(file, found)
            return
        connection = self._opened(folder)
        try:
            began = time.monotonic()
            assert self._statement.tree is not None  # noqa: S101 -- a query has one
            made = Reader(connection, self._caller, folder, self._check).plan(
                self._statement.tree, database, execution.limit
            )
            execution.columns, execution.scanned = made.shown_columns, made.scanned
            execution.planning_time = round((time.monotonic() - began) * 1000)
            began = time.monotonic()
            execution.rows = results.write_csv(file, made.heads, rows(connection, made))
            execution.engine_time = round((time.monotonic() - began) * 1000)
        finally:
            with self._lock:
                self._connection = None
            connection.close()

    def _opened(self, folder: Path) -> Any:
        connection = engine.open_in(folder)
        with self._lock:
            self._connection = connection
        self._check()
        return connection

    def _check(self) -> None:
        if self._stopped:
            raise self._stopped

    def _fail(self, error: QueryFailedError) -> None:
        with self._lock:
            if not self._execution.ended:
                self._execution.error = error.as_athena()
        self._finish(FAILED, str(error))

    def _finish(self, state: str, reason: str | None = None) -> None:
        with self._lock:
            if not self._execution.ended:
                self._end(state, reason)

    def _end(self, state: str, reason: str | None) -> None:
        self._execution.reason, self._execution.completed = reason, now()
        self._execution.state = state


def start(execution: Execution, statement: Statement, caller: Caller) -> None:
    Run(execution, statement, caller).start()


def stop(identifier: str) -> None:
    """Cancels a query, if it runs."""
    run = _running.get(identifier)
    if run is not None:
        run.stop()


def interrupt_all() -> None:
    """Ends every query at LocalStack's end. The state keeps them as running, and they fail when it is loaded."""
    for run in list(_running.values()):
        run.stop(ENDED)
