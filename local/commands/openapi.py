"""Writes `docs/openapi.json`, the document that a task serves at /openapi.json.

Run it with `python -m local.commands.openapi`.
"""

import json
from typing import Any, cast

from local.launcher.settings import REPOSITORY
from service.http.app import create_app

PATH = REPOSITORY / "docs" / "openapi.json"


def document() -> dict[str, Any]:
    """Returns the service's OpenAPI document. It needs no connection."""
    described: dict[str, Any] = create_app(cast("Any", None)).openapi()
    return described


def as_text(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(as_text(document()), encoding="utf-8")
    print(PATH.relative_to(REPOSITORY))
