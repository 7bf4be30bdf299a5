"""Prepares function versions of LocalStack: it checks whether they can run here, and unpacks their code."""

import logging
import threading
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from localstack import config
from localstack.aws.connect import connect_to
from localstack.constants import AWS_REGION_US_EAST_1
from localstack.runtime.events import infra_stopping
from localstack.services.lambda_.invocation.lambda_models import FunctionVersion
from localstack.services.lambda_.invocation.runtime_executor import LambdaRuntimeException

from localstack_dockerless.services.lambda_ import binaries, layers
from localstack_dockerless.services.lambda_.code_store import CodeStore
from localstack_dockerless.services.lambda_.installation import compile_code, missing
from localstack_dockerless.services.lambda_.support import machine_architecture, refusal
from localstack_dockerless.services.lambda_.workspace import workspace
from localstack_dockerless.state import registries as saved_states

LOG = logging.getLogger(__name__)
_prepared: set[int] = set()
_prepared_lock = threading.Lock()


@cache
def code_store() -> CodeStore:
    """Returns the one store of this emulator.

    A saved state keeps unpacked code: unpacking takes most of a start's time.
    """
    if state := saved_states.folder():
        return CodeStore(state / "code", compile_code, infra_stopping.is_set)
    return CodeStore(workspace().directory / "code", compile_code)


def prepare(version: FunctionVersion) -> None:
    """Unpacks the code. If the version cannot run here, it raises the reason (the function's StateReason)."""
    reason = refusal(parameters_of(version), missing)
    if reason:
        raise LambdaRuntimeException(reason)
    folders = [acquire_code(version), acquire_layers(version)]
    with _prepared_lock:
        _prepared.add(id(version))
    _warn_of_binaries(version, [folder for folder in folders if folder])


def _warn_of_binaries(version: FunctionVersion, folders: Iterable[Path]) -> None:
    """Warns of code for another processor, whose import fails. A function of this machine's architecture has none."""
    here = machine_architecture()
    if here in (version.config.architectures or [here]):
        return
    for folder in folders:
        if file := binaries.foreign(folder, here):
            LOG.warning("%s has %s, which is compiled for another processor", version.id.qualified_arn(), file)


def clean_up(version: FunctionVersion) -> None:
    """Releases the code that `prepare` acquired. A version that was refused has none."""
    with _prepared_lock:
        if id(version) not in _prepared:
            return
        _prepared.remove(id(version))
    release_layers(version)
    release_code(version)


def acquire_code(version: FunctionVersion) -> Path:
    """Returns the folder with the version's code. `release_code` releases it."""
    return code_store().acquire(version.config.code.code_sha256, lambda: _fetch(version.config.code))


def release_code(version: FunctionVersion) -> None:
    code_store().release(version.config.code.code_sha256)


def acquire_layers(version: FunctionVersion) -> Path | None:
    """Returns the folder with the content of the version's layers. None: it has none. `release_layers` releases it."""
    codes = _layer_codes(version)
    if not codes:
        return None
    return code_store().acquire(_layers_name(codes), lambda: layers.merged([_fetch(code) for code in codes]))


def release_layers(version: FunctionVersion) -> None:
    if codes := _layer_codes(version):
        code_store().release(_layers_name(codes))


def _layer_codes(version: FunctionVersion) -> list[Any]:
    return [layer.code for layer in version.config.layers or []]


def _layers_name(codes: list[Any]) -> str:
    return layers.name_of([code.code_sha256 for code in codes])


def parameters_of(version: FunctionVersion) -> dict[str, Any]:
    """Returns the version's settings under the names of CreateFunction."""
    settings = version.config
    hot = settings.code is not None and settings.code.is_hot_reloading()
    return {
        "PackageType": settings.package_type,
        "Code": {"S3Bucket": "hot-reload"} if hot else {},
        "Runtime": settings.runtime,
        "Architectures": settings.architectures,
        "SnapStart": settings.snap_start,
        "TracingConfig": {"Mode": settings.tracing_config_mode},
        "LoggingConfig": settings.logging_config,
        "CapacityProviderConfig": settings.capacity_provider_config,
        "Environment": {"Variables": settings.environment},
    }


def _fetch(code: Any) -> bytes:
    client = connect_to(region_name=AWS_REGION_US_EAST_1, aws_access_key_id=config.INTERNAL_RESOURCE_ACCOUNT).s3
    version_id = {"VersionId": code.s3_object_version} if code.s3_object_version else {}
    archive: bytes = client.get_object(Bucket=code.s3_bucket, Key=code.s3_key, **version_id)["Body"].read()
    return archive
