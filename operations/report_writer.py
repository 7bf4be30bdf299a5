"""Gives reports in the reader's language. The words of the checks are those of the console."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup as Escaped

from domain.object_keys import object_uri, report_key, summary_key
from domain.summaries import InvalidSummaryError
from lambdas.reporter.day_report import day_report
from lambdas.reporter.day_summary import FORMAT
from lambdas.reporter.pages import Markup, html
from lambdas.reporter.written import ENGLISH, Writer
from lambdas.runtime.day_objects import ObjectMissingError
from lambdas.runtime.json_objects import get_json
from operations.console.formats import Formats, separators
from operations.console.texts import Texts
from operations.console.words import Words


def report_of(s3: Any, bucket: str, day: date, number: int, language: str) -> str:
    """Returns the report of a publication: in English the stored one, else a new one of the stored summary.

    Raises `ObjectMissingError`, and `InvalidSummaryError` for a summary of another form.
    """
    if language == ENGLISH.language:
        key = report_key(day, number)
        try:
            content: bytes = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        except s3.exceptions.NoSuchKey:
            raise ObjectMissingError(object_uri(bucket, key)) from None
        return content.decode()
    summary = get_json(s3, bucket, summary_key(day, number))
    if summary.get("format") != FORMAT:
        raise InvalidSummaryError(f"the summary of publication {number} of {day} has another form")
    return day_report(summary, writer_of(language, summary))


def writer_of(language: str, summary: Mapping[str, Any]) -> Writer:
    """Returns the writer of a language. The report that a run stores is English, so English is as it is there."""
    return ENGLISH if language == ENGLISH.language else ReadersWriter(language, ZoneInfo(summary["time_zone"]))


class ReadersWriter(Writer):
    """Says findings in the reader's language, with local times."""

    def __init__(self, language: str, zone: ZoneInfo) -> None:
        super().__init__(language)
        self._words = Words(Texts(language, "checks"), Formats(language, zone, *separators([language])))

    def title(self, code: str) -> str:
        return str(self._words.title(code))

    def words(self, reason: Mapping[str, Any]) -> Markup | str:
        """Returns the words. A summary of an earlier version has no details, but only words in English."""
        details = reason.get("details")
        if details is None:
            return html("span", reason["words"], lang=ENGLISH.language)
        said = self._words(reason["code"], details)
        return Markup(said) if isinstance(said, Escaped) else said
