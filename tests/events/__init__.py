"""Events in the shape that AWS documents, each a JSON file of `{"source": <address>, "event": {...}}`."""

import json
from pathlib import Path
from typing import Any


def load_event(name: str) -> dict[str, Any]:
    """A fresh copy of the event in `<name>.json`."""
    content = json.loads((Path(__file__).parent / f"{name}.json").read_text(encoding="utf-8"))
    return dict(content["event"])
