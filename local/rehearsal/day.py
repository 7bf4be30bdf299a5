"""A whole day of the rehearsal: customers from a file, their readings, the run, an alarm and its mail."""

import argparse
import csv
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from domain.customers import KEY
from local.front.arguments import calendar
from local.observe.alarm_queue import peek_alarms
from local.observe.running import RunningStack
from local.rehearsal.restore_drill import Senders
from local.rehearsal.step_report import StepError
from local.rehearsal.traffic import CALLERS, Caller
from operations.customer_texts import COLUMNS, texts_of
from operations.customers import EXPECTED, act, add_actions
from operations.mailbox import sent_emails
from seed.customers import demo_customers
from seed.household import readings_of

COUNT = 10
SILENT_RAISES = "MCD"


class Day:
    """Yesterday, as the customers of a file report it. The last of them is silent."""

    def __init__(self) -> None:
        self.date = calendar().last
        self.customers = [customer for customer in demo_customers(COUNT) if customer.active]
        self.keys: Mapping[str, str] = {}

    def import_customers(self, stack: RunningStack) -> str:
        """Writes the customers as CSV and imports it, as an operator does. Each gets an API key."""
        with TemporaryDirectory(prefix="rehearsal-") as folder:
            file, keys = Path(folder) / "customers.csv", Path(folder) / "keys.csv"
            with file.open("w", newline="", encoding="utf-8") as lines:
                writer = csv.DictWriter(lines, COLUMNS)
                writer.writeheader()
                writer.writerows(texts_of(customer) for customer in self.customers)
            parser = argparse.ArgumentParser()
            add_actions(parser)
            options = parser.parse_args(["import", str(file), "--store", "all", "--keys", str(keys)])
            try:
                code = act(options, stack.client("dynamodb"), stack.outputs)
            except EXPECTED as error:
                raise StepError(str(error)) from error
            with keys.open(newline="", encoding="utf-8") as lines:
                self.keys = {row[KEY]: row["api_key"] for row in csv.DictReader(lines)}
        if code != 0 or len(self.keys) != len(self.customers):
            raise StepError(f"{len(self.keys)} of {len(self.customers)} customers got a key")
        return f"{len(self.keys)} customers, each with a key"

    def senders(self, stack: RunningStack) -> Senders:
        """Returns the customers that report."""
        return Senders(stack, self.date, self.customers[:-1], self.keys.__getitem__)

    def callers(self, stack: RunningStack) -> list[Caller]:
        """Returns callers for the traffic. Each corrects its first reading of the day again and again."""
        zone = self.senders(stack).zone
        return [
            Caller(each.metering_point, self.keys[each.metering_point], readings_of(each, self.date, zone)[0])
            for each in self.customers[:CALLERS]
        ]

    def run(self, stack: RunningStack) -> str:
        """Sends the day and runs the pipeline. Raises `StepError` unless the silent customer alone is missing."""
        senders, silent = self.senders(stack), self.customers[-1].metering_point
        stored = senders.send_day()
        senders.publish()
        raised = [
            (alarm.body[KEY], alarm.body["error_type"])
            for alarm in peek_alarms(stack)
            if alarm.body["date"] == str(self.date)
        ]
        if (silent, SILENT_RAISES) not in raised:
            raise StepError(f"{silent} was silent and raised no {SILENT_RAISES}: {raised}")
        mails = [mail.subject for mail in sent_emails(stack.edge_url) if f"Alarms of {self.date}" in mail.subject]
        if not mails:
            raise StepError("the administrator got no mail about the alarms")
        return f"{stored:,} readings, alarms {raised}, mail {mails[0]!r}"
