"""Sets the environment variables of a function's process: AWS's Python runtime's and the function's own.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

RESERVED = frozenset(
    {
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
        "AWS_DEFAULT_REGION",
        "AWS_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_LAMBDA_RUNTIME_API",
        "LAMBDA_TASK_ROOT",
        "LAMBDA_RUNTIME_DIR",
    }
)


@dataclass(frozen=True)
class Credentials:
    """Holds a session of the function's role."""

    access_key_id: str
    secret_access_key: str
    session_token: str


@dataclass(frozen=True)
class FunctionSettings:
    """Holds the settings of a function version that its environment is made of. Memory is in MB."""

    name: str
    version: str
    handler: str
    runtime: str
    region: str
    memory_size: int
    log_group: str
    log_stream: str
    initialization_type: str
    logging: Mapping[str, str]
    """AWS's variables of the log format, which the runtime client reads."""
    variables: Mapping[str, str]


@dataclass(frozen=True)
class Places:
    """Holds the folders of the runtime on this machine, and the addresses of the 2 servers that the function calls.

    `packages` has the runtime's packages. `layers` has the content of the function's layers.
    """

    python: Path
    packages: Path
    task_root: Path
    temporary: Path
    runtime_api: str
    endpoint_url: str
    layers: Path | None = None


def process_environment(settings: FunctionSettings, credentials: Credentials, places: Places) -> dict[str, str]:
    """Returns the whole environment of the process. Nothing comes from the emulator's own environment.

    Three variables differ from AWS. AWS_ENDPOINT_URL leads the SDK to the emulator. TMPDIR is this environment's own
    folder, because every process here shares /tmp. HOME is a folder that cannot exist, so that the developer's ~/.aws
    is never read. On AWS there is no home folder either.
    """
    layers = [places.layers] if places.layers else []
    reserved = {
        "_HANDLER": settings.handler,
        "AWS_DEFAULT_REGION": settings.region,
        "AWS_REGION": settings.region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{settings.runtime}",
        "AWS_LAMBDA_FUNCTION_NAME": settings.name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(settings.memory_size),
        "AWS_LAMBDA_FUNCTION_VERSION": settings.version,
        "AWS_LAMBDA_INITIALIZATION_TYPE": settings.initialization_type,
        "AWS_LAMBDA_LOG_GROUP_NAME": settings.log_group,
        "AWS_LAMBDA_LOG_STREAM_NAME": settings.log_stream,
        "AWS_ACCESS_KEY_ID": credentials.access_key_id,
        "AWS_SECRET_ACCESS_KEY": credentials.secret_access_key,
        "AWS_SESSION_TOKEN": credentials.session_token,
        "AWS_LAMBDA_RUNTIME_API": places.runtime_api,
        "LAMBDA_TASK_ROOT": str(places.task_root),
        "LAMBDA_RUNTIME_DIR": str(places.packages),
        **settings.logging,
    }
    changeable = {
        "LANG": "en_US.UTF-8",
        "PATH": _paths(places.python.parent, "/usr/local/bin", "/usr/bin", "/bin", *(each / "bin" for each in layers)),
        "LD_LIBRARY_PATH": _paths(places.task_root, places.task_root / "lib", *(each / "lib" for each in layers)),
        "PYTHONPATH": str(places.packages),
        "TZ": ":UTC",
        "TMPDIR": str(places.temporary),
        "HOME": "/dev/null",
        "AWS_ENDPOINT_URL": places.endpoint_url,
    }
    return changeable | dict(settings.variables) | reserved


def logging_variables(log_format: str, level: str | None) -> dict[str, str]:
    """Returns the variables of the log format. `level` is the application log level, which only JSON has.

    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
    """
    if log_format != "JSON":
        return {}
    return {"AWS_LAMBDA_LOG_FORMAT": "JSON", "AWS_LAMBDA_LOG_LEVEL": level or "INFO"}


def _paths(*folders: str | Path) -> str:
    return ":".join(map(str, folders))
