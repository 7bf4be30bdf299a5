"""Holds every patch of this folder by the name of its module, and applies each patch once, at its moment.

The registry finds every module of this folder with a `PATCH`. `MACHINERY` names the modules without one.
"""

import threading
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from localstack.aws.api import RequestContext
from localstack.aws.handlers import serve_custom_service_request_handlers

from localstack_dockerless.patches import versions
from localstack_dockerless.patches.patch import START, Patch
from localstack_dockerless.state import registries

MACHINERY = frozenset({"__init__", "__main__", "conditions", "patch", "registry", "versions"})


def _load() -> dict[str, Patch]:
    names = sorted({path.stem for path in Path(__file__).parent.glob("*.py")} - MACHINERY)
    return {name: import_module(f"localstack_dockerless.patches.{name}").PATCH for name in names}


PATCHES: Mapping[str, Patch] = _load()

_waiting = dict(PATCHES)
_moments = {patch.when for patch in PATCHES.values()}
_lock = threading.Lock()


def register() -> None:
    """Applies the first patches at LocalStack's start, before the rest of this package. Raises `WrongVersionError`."""
    versions.check()
    apply(START)
    registries.before_load(apply)
    serve_custom_service_request_handlers.handlers.insert(0, _before_first_call)


def apply(moment: str) -> None:
    """Applies the patches of `moment` (see `START`) that are not applied yet.

    Code that uses a service without a call of its API applies the service's patches first.
    """
    if moment not in _moments:
        return
    with _lock:
        for name in [name for name, patch in _waiting.items() if patch.when == moment]:
            patch = _waiting.pop(name)
            if patch.only_if is None or patch.only_if.holds():
                patch.apply()
        _moments.discard(moment)


def _before_first_call(_chain: Any, context: RequestContext, _response: Any) -> None:
    if context.service is not None:
        apply(context.service.service_name)
