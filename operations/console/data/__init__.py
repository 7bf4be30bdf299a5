"""What the pages read of AWS. Each module is one source. Nothing is read before a page asks for it.

publications     the days with their publications, the newest first
metering_days    a metering point's day: its customer, intervals and findings
parts            the parts of publications, by their S3 version, kept on the disk
coverage         how much of the due readings is there
alarms           the alarms, page by page
metering_points  one metering point out of the parts of many days
part_rows        the few rows of a metering point in a part
part_files       the few bytes of a part that they need
athena           queries in SQL
api_calls        calls of the public API
api_description  the calls that the OpenAPI document has
runs             the executions of the pipeline
day_runs         the runs of a day, and their steps
queues           the dead letters
tasks            the service's tasks, and the state of the CloudWatch alarms
summaries        the summaries of days that the runs write
kept             keeps values for a moment
"""

from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import httpx
from botocore.exceptions import EndpointConnectionError
from fastapi import Depends, Request

from operations.alarms import AlarmDesk
from operations.console.data.alarms import AlarmList
from operations.console.data.api_calls import ApiCalls
from operations.console.data.athena import Athena
from operations.console.data.coverage import Coverage
from operations.console.data.day_runs import DayRuns
from operations.console.data.metering_days import MeteringDays
from operations.console.data.metering_points import MeteringPoints
from operations.console.data.part_files import PartFiles
from operations.console.data.part_rows import PartRows
from operations.console.data.parts import Parts
from operations.console.data.publications import PublishedList
from operations.console.data.queues import DeadLetters
from operations.console.data.runs import Runs
from operations.console.data.summaries import Summaries
from operations.console.data.tasks import Health
from operations.console.needs import Needs
from operations.mailbox import Email, sent_emails


class Data:
    """The sources of one system."""

    def __init__(self, needs: Needs) -> None:
        self.needs = needs
        self._closing = ExitStack()

    @cached_property
    def publications(self) -> PublishedList:
        """The publications of the days."""
        return PublishedList(self.needs.client("s3"), self.needs.outputs["enriched_bucket"])

    @cached_property
    def parts(self) -> Parts:
        """The parts of the publications."""
        return Parts(self.needs.client("s3"), self.needs.outputs["enriched_bucket"], self.needs.folder)

    @cached_property
    def coverage(self) -> Coverage:
        """The counts of due and received intervals."""
        return Coverage(self.publications, self.parts, self.summaries)

    @cached_property
    def metering_days(self) -> MeteringDays:
        """The metering points' days."""
        return MeteringDays(self.publications, self.parts, self.needs.zone)

    @cached_property
    def desk(self) -> AlarmDesk:
        """The alarms, as `operations.alarms` changes them."""
        outputs, client = self.needs.outputs, self.needs.client
        return AlarmDesk(client("dynamodb"), client("sqs"), outputs["alarms_table"], outputs["alarm_queue_url"])

    @cached_property
    def alarms(self) -> AlarmList:
        """The alarms, page by page."""
        return AlarmList(self.needs.client("dynamodb"), self.needs.outputs["alarms_table"])

    @cached_property
    def runs(self) -> Runs:
        """The executions of the pipeline."""
        return Runs(self.needs.client("stepfunctions"), self.needs.outputs["state_machine_arn"])

    @cached_property
    def day_runs(self) -> DayRuns:
        """The runs of a day."""
        return DayRuns(self.needs.client("stepfunctions"), self.runs, self.needs.zone)

    def mails(self) -> list[Email]:
        """Returns the mails that a local stack has sent, the oldest first. Raises `EndpointConnectionError`."""
        endpoint = str(self.needs.client("ses").meta.endpoint_url)
        try:
            return sent_emails(endpoint)
        except httpx.HTTPError as error:
            raise EndpointConnectionError(endpoint_url=endpoint, error=error) from error

    @cached_property
    def api_calls(self) -> ApiCalls:
        """The public API."""
        return ApiCalls(str(self.needs.outputs["api_url"]))

    @cached_property
    def athena(self) -> Athena | None:
        """The queries, or None where Terraform's outputs have no workgroup."""
        workgroup, database = (self.needs.outputs.get(name) for name in ("athena_workgroup", "glue_database"))
        if not workgroup or not database:
            return None
        return Athena(self.needs.client("athena"), self.needs.client("glue"), workgroup, database)

    @cached_property
    def dead_letters(self) -> DeadLetters:
        """The dead-letter queues."""
        names = ("alarm_dead_letter_queue_url", "undelivered_events_queue_url")
        return DeadLetters(self.needs.client("sqs"), {name: self.needs.outputs[name] for name in names})

    @cached_property
    def health(self) -> Health:
        """The tasks and the CloudWatch alarms."""
        outputs, client = self.needs.outputs, self.needs.client
        return Health(client, outputs["ecs_cluster"], outputs["ecs_service"], outputs["monitoring_alarms"])

    @cached_property
    def summaries(self) -> Summaries:
        """The summaries of days."""
        return Summaries(self.needs.client("s3"), self.needs.outputs["enriched_bucket"])

    @cached_property
    def metering_points(self) -> MeteringPoints:
        """The metering points of the publications."""
        self.parts  # noqa: B018  makes the folder
        scratch = self._closing.enter_context(TemporaryDirectory(prefix="rows-", dir=self.needs.folder))
        bucket = self.needs.outputs["enriched_bucket"]
        files = PartFiles(self.needs.client("s3"), bucket, Path(scratch), self.parts.query)
        return MeteringPoints(self.publications, PartRows(files))

    def close(self) -> None:
        """Closes DuckDB, if a page opened it, and deletes the files that are of no further use."""
        self._closing.close()
        if "parts" in self.__dict__:
            self.parts.close()


def _data(request: Request) -> Data:
    data: Data = request.app.state.data
    return data


DataDep = Annotated[Data, Depends(_data)]
