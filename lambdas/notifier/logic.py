"""Handles the events of one customer: stores what they change, claims the mail that is due, and sends it.

The claim is stored before the mail is sent. So a crash in between loses a mail, and no crash sends a mail twice
(docs/decisions/0046-a-customer-mail-is-sent-at-most-once.md).
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from lambdas.notifier.alarm_events import Change, Recipient
from lambdas.notifier.customer_record import CustomerRecord
from lambdas.notifier.deliveries import Delivery
from lambdas.notifier.mailer import Mailer, MailRefusedError, MailUncertainError
from lambdas.notifier.mails import Mail, completion_mail, problem_mail
from lambdas.notifier.records_table import RecordsTable
from lambdas.runtime.logs import log

WRITES = 5
"""The most attempts to store a record that other calls store too."""


class RecordBusyError(Exception):
    """Other calls changed the customer's record at each attempt. The text names the customer."""


class Kind(StrEnum):
    """The kind of a mail."""

    PROBLEM = "problem"
    COMPLETION = "completion"


@dataclass(frozen=True)
class Claim:
    """The mail that a stored record claims. `before` is the record with the same events and without the claim."""

    kind: Kind
    mail: Mail
    before: CustomerRecord


@dataclass(frozen=True)
class Notifier:
    """The needs of the work on one customer. `now` is the time at which the batch arrived."""

    table: RecordsTable
    mailer: Mailer
    zone: ZoneInfo
    now: datetime

    def handle(self, metering_point: str, deliveries: Sequence[Delivery]) -> timedelta | None:
        """Handles the events of one customer, the earliest first. Returns None when they are done with.

        Otherwise it returns the time after which a message about a cleared alarm must come again: the mail about
        complete data is due then. The customer's wish is the one of the last event. Raises `MailRefusedError`,
        `RecordBusyError`, `RecordUnreadableError` and DynamoDB's own errors. Then all messages must come again.
        """
        recipient = deliveries[-1].event.recipient
        for _ in range(WRITES):
            stored = self.table.read(metering_point)
            if not stored.is_stored and not recipient.notify:
                return None
            before = stored.after([each.event for each in deliveries], self._today, self.now)
            record, claim = self._claimed(metering_point, before, recipient)
            if record != stored and not self.table.write(metering_point, record, self.now):
                continue
            if claim is None:
                return self._waits(record, deliveries)
            self._send(metering_point, claim, recipient)
            return None
        raise RecordBusyError(f"customer {metering_point}")

    @property
    def _today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def _claimed(
        self, metering_point: str, before: CustomerRecord, recipient: Recipient
    ) -> tuple[CustomerRecord, Claim | None]:
        """Returns the record to store, and the mail that it claims."""
        if not recipient.notify:
            return (before.without_mails() if before.owes_completion_mail() else before), None
        if before.owes_problem_mail(self._today):
            mail = problem_mail(recipient.language, metering_point, before.open_alarms.values())
            return before.with_problem_mail(self._today), Claim(Kind.PROBLEM, mail, before)
        if before.owes_completion_mail() and before.has_settled(self.now):
            mail = completion_mail(recipient.language, metering_point)
            return before.with_completion_mail(), Claim(Kind.COMPLETION, mail, before)
        return before, None

    def _waits(self, record: CustomerRecord, deliveries: Sequence[Delivery]) -> timedelta | None:
        if not record.owes_completion_mail():
            return None
        if not any(each.event.change is Change.CLEARED for each in deliveries):
            return None  # the message about the cleared alarm comes again
        return record.settles_in(self.now)

    def _send(self, metering_point: str, claim: Claim, recipient: Recipient) -> None:
        about: dict[str, Any] = {"customer": metering_point, "mail": claim.kind, "language": recipient.language}
        log("mail claimed", **about)
        try:
            self.mailer.send(claim.mail, recipient.email)
        except MailRefusedError as error:
            log("mail refused", logging.WARNING, **about, reason=str(error))
            self._give_back(metering_point, claim)
            raise
        except MailUncertainError as error:
            log("mail uncertain: it is not sent again", logging.ERROR, **about, reason=str(error))
        else:
            log("mail sent", **about)

    def _give_back(self, metering_point: str, claim: Claim) -> None:
        """Takes the claim back, so that the mail can be sent when the messages come again."""
        for _ in range(WRITES):
            stored = self.table.read(metering_point)
            if claim.kind is Kind.PROBLEM:
                record = stored.without_problem_mail(claim.before)
            else:
                record = stored.without_completion_mail()
            if self.table.write(metering_point, record, self.now):
                return
        raise RecordBusyError(f"customer {metering_point}")
