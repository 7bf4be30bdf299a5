"""`python -m service` migrates the database and serves; `python -m service migrate` only migrates."""

import gc
import logging
import os
import signal
import sys
from dataclasses import replace
from types import FrameType

from domain.environment import EnvironmentVariableError
from service import json_logs
from service.components import Components
from service.http import server
from service.http.app import create_app
from service.postgres import connections, migrations
from service.settings import Settings

logger = logging.getLogger("service")
USAGE = "usage: python -m service [migrate]"


def main(arguments: list[str]) -> int:
    """Runs the command. Returns the exit code: 0 after an orderly end, 1 for a failure, 2 for a wrong call."""
    json_logs.configure("INFO")
    if arguments not in ([], ["migrate"]):
        logger.error(USAGE)
        return 2
    try:
        settings = Settings.from_environment()
    except EnvironmentVariableError as error:
        logger.error("cannot start: %s", error)
        return 2
    json_logs.configure(settings.log_level)
    # The kernel ignores a signal without a handler for process 1 of a container.
    signal.signal(signal.SIGTERM, _exit_at_once)
    if not _migrate(settings):
        return 1
    if arguments == ["migrate"]:
        return 0
    os.environ.pop("MIGRATION_PASSWORD", None)
    return _serve(replace(settings, migration_user="", migration_password=""))


def _migrate(settings: Settings) -> bool:
    engine = connections.create_migration_engine(settings)
    try:
        migrations.migrate(engine, settings.startup_timeout, settings.readings_retention_days)
    except migrations.MigrationError as error:
        logger.error("cannot migrate: %s", error)
        return False
    except Exception:
        logger.exception("cannot migrate")
        return False
    finally:
        engine.dispose()
    logger.info("schema is up to date")
    return True


def _serve(settings: Settings) -> int:
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
