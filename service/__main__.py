"""`python -m service` serves; `python -m service migrate` migrates the database's schema and ends.

`service.restore.tasks` has the further commands: the tasks after a restore of the database.
"""

import gc
import logging
import os
import signal
import sys
from types import FrameType

from domain.environment import EnvironmentVariableError
from service import json_logs
from service.postgres import connections, schema
from service.restore import tasks
from service.settings import DatabaseSettings, MigrationSettings, Settings

logger = logging.getLogger("service")
USAGE = f"usage: python -m service [migrate | {tasks.USAGE}]"


def main(arguments: list[str]) -> int:
    """Runs the command. Returns the exit code: 0 after an orderly end, 1 for a failure, 2 for a wrong call."""
    json_logs.configure("INFO")
    if arguments not in ([], ["migrate"]) and not tasks.is_task(arguments):
        logger.error(USAGE)
        return 2
    # The kernel ignores a signal without a handler for process 1 of a container.
    signal.signal(signal.SIGTERM, _exit_at_once)
    try:
        if tasks.is_task(arguments):
            return _run_task(arguments, _read(MigrationSettings))
        return _migrate(_read(MigrationSettings)) if arguments else _serve(_read(Settings))
    except EnvironmentVariableError as error:
        logger.error("cannot start: %s", error)
        return 2


def _read[Kind: DatabaseSettings](kind: type[Kind]) -> Kind:
    settings = kind.from_environment()
    json_logs.configure(settings.log_level)
    return settings


def _run_task(arguments: list[str], settings: MigrationSettings) -> int:
    try:
        return tasks.run(arguments, settings)
    except Exception:
        logger.exception("the task failed")
        return 1


def _migrate(settings: MigrationSettings) -> int:
    from service.postgres import migrations  # noqa: PLC0415 -- serving does not need Alembic

    engine = connections.create_patient_engine(settings)
    try:
        migrations.migrate(engine, settings.startup_timeout, settings.readings_retention_days)
    except migrations.MigrationError as error:
        logger.error("cannot migrate: %s", error)
        return 1
    except Exception:
        logger.exception("cannot migrate")
        return 1
    finally:
        engine.dispose()
    logger.info("schema is up to date")
    return 0


def _serve(settings: Settings) -> int:
    from service.components import Components  # noqa: PLC0415 -- the migration does not need them
    from service.http import server  # noqa: PLC0415
    from service.http.app import create_app  # noqa: PLC0415

    try:
        schema.require(connections.create_patient_engine(settings), settings.startup_timeout)
    except schema.SchemaError as error:
        logger.error("cannot start: %s", error)
        return 1
    components = Components.create(settings)
    components.upkeep.start()
    app = create_app(components)
    gc.freeze()  # objects from the start live until the end, so no collection needs to look at them
    server.serve(app, settings)
    if components.close():
        return 0
    logger.error("work was still running at the end of the shutdown timeout")
    logging.shutdown()
    # An ordinary exit would wait for the threads.
    os._exit(1)


def _exit_at_once(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
