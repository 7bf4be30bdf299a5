"""The list of a day's alarms of one type: an object for the reader, and the record of what was raised."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from lambdas.shared.alarms import Alarm, ErrorType, to_json
from lambdas.shared.object_keys import alarm_list_key, object_uri

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class AlarmListError(Exception):
    """The object is no list of alarms as it is written here."""


@dataclass(frozen=True)
class AlarmList:
    """The alarms that were raised, each as its message with its `id`, in the order of the numbers."""

    date: date
    error_type: ErrorType
    entries: tuple[dict[str, Any], ...] = ()
    etag: str | None = None
    """Of the object it was read from; none where there was no object."""

    def unraised(self, alarms: Iterable[Alarm]) -> list[Alarm]:
        """Those of the alarms that are not in it."""
        raised = {entry["id"] for entry in self.entries}
        return [alarm for alarm in alarms if alarm.id not in raised]

    def with_raised(self, alarms: Iterable[Alarm]) -> "AlarmList":
        """It with these added. What was raised stays as it was raised, whatever arrived since."""
        entries = [*self.entries, *({"id": alarm.id, **alarm.message()} for alarm in alarms)]
        entries.sort(key=lambda entry: int(entry["billing_metering_point_number"]))
        return AlarmList(self.date, self.error_type, tuple(entries), self.etag)

    def to_bytes(self) -> bytes:
        """JSON, `{"date", "error_type", "count", "alarms": [...]}`, an alarm on each line."""
        head = to_json({"date": self.date.isoformat(), "error_type": self.error_type.value, "count": len(self.entries)})
        alarms = ",".join(f"\n{to_json(entry)}" for entry in self.entries)
        return f'{head[:-1]},"alarms":[{alarms}\n]}}\n'.encode()


class AlarmLists:
    """The lists in the enriched bucket."""

    def __init__(self, s3: "S3Client", bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def uri(self, day: date, error_type: ErrorType) -> str:
        """Where the list is."""
        return object_uri(self._bucket, alarm_list_key(day, error_type))

    def load(self, day: date, error_type: ErrorType) -> AlarmList:
        """The list, empty where none was written. Raises `AlarmListError` and what S3 raises."""
        try:
            answer = self._s3.get_object(Bucket=self._bucket, Key=alarm_list_key(day, error_type))
        except self._s3.exceptions.NoSuchKey:
            return AlarmList(day, error_type)
        try:
            entries = json.loads(answer["Body"].read())["alarms"]
            loaded = AlarmList(day, error_type, tuple(entries), answer["ETag"])
            return loaded.with_raised(())
        except (KeyError, TypeError, ValueError) as error:
            raise AlarmListError(f"{self.uri(day, error_type)}: {error!r}") from error

    def save(self, alarm_list: AlarmList) -> None:
        """Write the list, on condition that nobody else has since it was loaded: another run for the same
        day at the same time fails (`PreconditionFailed`) instead of forgetting what the other one raised.
        """
        condition = {"IfMatch": alarm_list.etag} if alarm_list.etag else {"IfNoneMatch": "*"}
        self._s3.put_object(
            Bucket=self._bucket,
            Key=alarm_list_key(alarm_list.date, alarm_list.error_type),
            Body=alarm_list.to_bytes(),
            ContentType="application/json",
            **condition,  # type: ignore[arg-type]
        )
