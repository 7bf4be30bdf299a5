"""`make messages` shows the e-mails and queue messages so far."""

import argparse
import os
import sys
from functools import partial

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from domain.alarms import in_words
from local import shell
from local.commands.console import new_table, run_tool
from local.launcher.hints import make
from local.observe.alarm_queue import AlarmMessage, peek_alarms
from local.observe.running import load
from operations.mailbox import Email, sent_emails

LIMIT = 60


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m local.commands.messages", description=__doc__)
    parser.add_argument("--stack", default=os.environ.get("STACK") or "dev", help="default: $STACK or dev")
    parser.add_argument("--date", default="", metavar="YYYY-MM-DD", help="only e-mails and messages about this day")
    parser.add_argument("--limit", type=int, default=LIMIT, help=f"queue messages to show, default {LIMIT}")
    options = parser.parse_args(arguments)
    return run_tool(partial(show_messages, options), options.stack)


def show_messages(options: argparse.Namespace, console: Console) -> int:
    stack = load(options.stack)
    emails = [email for email in sent_emails(stack.edge_url) if options.date in email.subject + email.body]
    alarms = [alarm for alarm in peek_alarms(stack) if options.date in alarm.body["date"]]
    console.rule(f"E-mails: {len(emails)}", align="left")
    for email in emails:
        show_email(email, console)
    console.rule(f"Messages in the alarm queue: {len(alarms)} (they stay in the queue)", align="left")
    if alarms:
        console.print(alarm_table(alarms[: options.limit]))
    if len(alarms) > options.limit:
        console.print(f"and {len(alarms) - options.limit:,} more: --limit {len(alarms)} shows all")
    if not emails and not alarms:
        console.print(f"Nothing so far. `{make('demo', stack.name)}` raises one of each kind.")
    return 0


def show_email(email: Email, console: Console, most_lines: int | None = None, rest: str = "") -> None:
    """Prints the e-mail as a mail program would show it, at most `most_lines` lines of its body.

    `rest` is the command that shows the whole e-mail.
    """
    console.print(f"[bold]Date[/bold]     {email.sent:%Y-%m-%d %H:%M:%S} UTC")
    console.print(f"[bold]To[/bold]       {escape(', '.join(email.to))}")
    console.print(f"[bold]Subject[/bold]  [bold yellow]{escape(email.subject)}[/bold yellow]")
    lines = email.body.strip().splitlines()
    if most_lines is not None and len(lines) > most_lines:
        lines = [*lines[:most_lines], f"[{len(lines) - most_lines} more lines: {rest}]"]
    body = "\n".join(f"  {line}".rstrip() for line in lines)
    console.print(f"\n{escape(body)}\n", soft_wrap=True)


def alarm_table(alarms: list[AlarmMessage]) -> Table:
    """Returns a table with a row for each queue message."""
    table = new_table("Date", "Error", "Event", "Metering point", "Customer", "Details", right=("Metering point",))
    for alarm in alarms:
        body = alarm.body
        table.add_row(
            body["date"],
            f"[bold]{body['error_type']}[/bold]",
            body["event"],
            body["billing_metering_point_number"],
            escape(f"{body['customer']['name']}, {body['customer']['city']}"),
            escape(in_words(body["error_type"], body["details"])),
        )
    return table


if __name__ == "__main__":
    shell.keep_out()
    sys.exit(main(sys.argv[1:]))
