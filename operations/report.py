"""Fetches the report of a day, or makes the report of a month, and writes it to a file.

    terraform -chdir=terraform output -json > outputs.json
    python -m operations.report --outputs outputs.json --date 2026-11-01
    python -m operations.report --outputs outputs.json --month 2026-11 --format pdf --language hr

The run of a day stores its report in English. This command returns those bytes. The report of a month is made of the
newest summary of each day. A report in Croatian is made of the same summaries. These commands reach AWS with the
credentials of the shell. They need `s3:ListBucket` on the enriched bucket, `s3:GetObject` on its `summaries/*` and
`reports/*`, and `kms:Decrypt` on its key. `make report` does the same on a local stack.
"""

import argparse
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from domain.object_keys import SUMMARIES, read_summary_key, summary_key
from domain.pipeline_dates import InvalidDate, parse_date
from domain.summaries import InvalidSummaryError
from lambdas.reporter.texts import LANGUAGES
from lambdas.reporter.written import ENGLISH
from lambdas.runtime.day_objects import ObjectMissingError, keys
from lambdas.runtime.json_objects import get_json
from operations.month_report import month_report
from operations.outputs import OutputsError, read
from operations.pdf import PdfError, as_pdf
from operations.report_writer import report_of, writer_of

OUTPUTS = ("enriched_bucket",)
HTML, PDF = "html", "pdf"
_READERS = 8


class ReportError(Exception):
    """There is no such report. The message says what there is, or what to do."""


@dataclass(frozen=True)
class Asked:
    """The day or the month, the publication (0 is the newest), the format, the language and the file.

    Without a file, the report has a name of its own.
    """

    date: str = ""
    month: str = ""
    number: int = 0
    format: str = HTML
    language: str = ENGLISH.language
    file: Path | None = None


@dataclass(frozen=True)
class Reports:
    """The reports and the summaries in the enriched bucket of a system."""

    s3: Any
    bucket: str

    def newest(self, first_letters: str) -> dict[date, int]:
        """Returns the number of the newest summary of each day that begins with the letters, such as `2026-11-`."""
        found = map(read_summary_key, keys(self.s3, self.bucket, f"{SUMMARIES}date={first_letters}"))
        return dict(each for each in found if each)

    def day(self, day: date, number: int = 0, language: str = ENGLISH.language) -> str:
        """Returns the report of a publication, by default of the newest. Raises `ReportError`.

        In English it is the stored one. In another language it is made of the stored summary.
        """
        newest = self.newest(day.isoformat()).get(day, 0)
        if not newest:
            raise ReportError(f"{day} has no report. Run the day: a run writes one for each publication")
        try:
            return report_of(self.s3, self.bucket, day, number or newest, language)
        except ObjectMissingError:
            raise ReportError(
                f"{day} has no report of publication {number or newest}. The newest is {newest}"
            ) from None

    def month(self, month: date, language: str = ENGLISH.language) -> str:
        """Returns the report of a month. Raises `ReportError`, `InvalidSummaryError` and `ObjectMissingError`."""
        newest = self.newest(f"{month:%Y-%m}-")
        if not newest:
            raise ReportError(
                f"no day of {month:%Y-%m} has a summary. Run its days: a run writes one for each publication"
            )
        with ThreadPoolExecutor(_READERS) as pool:
            found = pool.map(lambda each: get_json(self.s3, self.bucket, summary_key(*each)), newest.items())
            summaries = dict(zip(newest, found, strict=True))
        return month_report(month, summaries, writer_of(language, summaries[max(summaries)]))


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m operations.report", description=__doc__)
    parser.add_argument("--outputs", type=Path, required=True, help="the file that `terraform output -json` wrote")
    add_arguments(parser)
    options = parser.parse_args(arguments)
    try:
        outputs = read(options.outputs, OUTPUTS)
        return write_report(Reports(boto3.client("s3"), outputs["enriched_bucket"]), asked_of(options), print)
    except (OutputsError, *ERRORS) as error:
        print(error, file=sys.stderr)
        return 1


ERRORS = (
    ReportError,
    PdfError,
    InvalidDate,
    InvalidSummaryError,
    ObjectMissingError,
    OSError,
    BotoCoreError,
    ClientError,
)
"""The foreseeable errors of `write_report`. Each says what is wrong."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments that say which report is asked for."""
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--date", default="", metavar="YYYY-MM-DD")
    chosen.add_argument("--month", default="", metavar="YYYY-MM")
    parser.add_argument("--number", type=int, default=0, help="the publication of the day. Default: the newest")
    parser.add_argument("--format", choices=(HTML, PDF), default=HTML)
    parser.add_argument("--language", choices=LANGUAGES, default=ENGLISH.language, help="default: en")
    parser.add_argument("--file", type=Path, help="default: report-<day or month>.<format>")


def asked_of(options: argparse.Namespace) -> Asked:
    """Returns what the arguments ask for."""
    return Asked(options.date, options.month, options.number, options.format, options.language, options.file)


def write_report(reports: Reports, asked: Asked, tell: Callable[[str], None]) -> int:
    """Writes the file and tells its name. Returns 0. Raises one of `ERRORS`."""
    if asked.month:
        page = reports.month(_first_day(asked.month), asked.language)
    else:
        page = reports.day(parse_date(asked.date), asked.number, asked.language)
    content = as_pdf(page) if asked.format == PDF else page.encode()
    path = asked.file or Path(_name(asked))
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.write_bytes(content)
    unfinished.replace(path)
    tell(f"{path} ({len(content):,} bytes)")
    return 0


def _name(asked: Asked) -> str:
    number = f"-{asked.number}" if asked.number else ""
    language = f"-{asked.language}" if asked.language != ENGLISH.language else ""
    return f"report-{asked.month or asked.date}{number}{language}.{asked.format}"


def _first_day(month: str) -> date:
    try:
        return parse_date(f"{month}-01")
    except InvalidDate:
        raise ReportError(f"{month[:40]!r} is no month. Write it as in 2026-11") from None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
