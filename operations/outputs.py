"""Terraform's outputs, which say where the running system is.

`terraform -chdir=terraform output -json > outputs.json` writes them. A local stack's are in its folder, as
`.local/stacks/<name>/outputs.json`, without the descriptions around them.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any


class OutputsError(Exception):
    """Terraform's outputs cannot be read; the message says what is missing."""


def read(path: Path, names: Sequence[str]) -> dict[str, Any]:
    """The outputs `names`. Raises `OutputsError`."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {name: _value(found[name]) for name in names}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise OutputsError(f"{path} is not what `terraform output -json` wrote: {error!r}") from error


def _value(output: Any) -> Any:
    return output["value"] if isinstance(output, dict) and "value" in output else output
