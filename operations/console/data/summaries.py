"""The summaries of days: `summaries/date=YYYY-MM-DD/NNNNNN.json`, one for each publication. The run writes them."""

import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from domain.object_keys import summary_key
from lambdas.reporter.day_summary import FORMAT
from lambdas.runtime.day_objects import ObjectMissingError
from lambdas.runtime.json_objects import get_json


class Summaries:
    """The summaries in the enriched bucket. A summary never changes."""

    def __init__(self, s3: Any, bucket: str) -> None:
        self._s3, self._bucket = s3, bucket
        self._read = lru_cache(400)(self._read_one)

    def of(self, day: date, number: int) -> Mapping[str, Any] | None:
        """Returns the summary of a publication, or None where the run has not written it in the present form."""
        try:
            found = self._read(day, number)
        except (ObjectMissingError, json.JSONDecodeError):
            return None
        return found if found.get("format") == FORMAT else None

    def _read_one(self, day: date, number: int) -> Mapping[str, Any]:
        found: Mapping[str, Any] = get_json(self._s3, self._bucket, summary_key(day, number))
        return found
