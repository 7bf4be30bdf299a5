"""`make iam-report` lists the granted, used, never used and denied actions of each role and resource policy."""

import argparse
import json
import os
import sys
import urllib.error
import urllib.request
from functools import partial
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from local import shell
from local.commands.console import new_table, run_tool
from local.observe.running import load

KINDS = {
    "identity": "Policies of roles: what each may do",
    "trust": "Trust policies: who may assume each role",
    "resource": "Policies of resources: who may use each",
}
Report = dict[str, Any]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m local.commands.iam_report", description=__doc__)
    parser.add_argument("--stack", default=os.environ.get("STACK") or "dev", help="default: $STACK or dev")
    parser.add_argument("--json", action="store_true", help="the report as data")
    options = parser.parse_args(arguments)
    return run_tool(partial(show_report, options), options.stack)


def show_report(options: argparse.Namespace, console: Console) -> int:
    report = fetch(load(options.stack).edge_url)
    if options.json:
        print(json.dumps(report, indent=2))
        return 0
    if report is None:
        console.print("IAM is not evaluated: the stack was started with IAM_ENFORCEMENT=off.")
        return 0
    console.print(f"IAM_ENFORCEMENT={report['mode']}; {report['calls']:,} calls of roles and services evaluated so far")
    for kind, title in KINDS.items():
        console.rule(title, align="left")
        console.print(policy_table([policy for policy in report["policies"] if policy["kind"] == kind]))
    show_denied(report["denied"], console)
    return 0


def fetch(edge_url: str) -> Report | None:
    """Returns the plug-ins' report, or None if IAM is not evaluated."""
    request = urllib.request.Request(f"{edge_url}/_emulator/iam/report")  # noqa: S310 -- http, of the local stack
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 -- as above
            report: Report = json.load(answer)
            return report
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        raise


def policy_table(policies: list[Report]) -> Table:
    """Returns a table of the statements of each owner, with a row for each action.

    A statement with several resources also has a row for each resource.
    """
    table = new_table("Owner and statement", "Grants", "Used", "Needed", right=("Used",))
    owner = ""
    for policy in policies:
        if policy["owner"] != owner:
            owner = policy["owner"]
            table.add_row(f"[bold]{escape(short(owner))}[/bold]")
        for statement in policy["statements"]:
            _add_statement(table, statement)
    return table


def _add_statement(table: Table, statement: Report) -> None:
    denies = " [red](Deny)[/red]" if statement["effect"] == "Deny" else ""
    name = f"  {escape(statement['name'])}{denies}"
    parts = list(statement["actions"]) + (statement["resources"] if len(statement["resources"]) > 1 else [])
    for part in parts:
        needed = statement["needed"] and part not in statement["superfluous"]
        table.add_row(
            name, escape(short(part)), f"{statement['uses'].get(part, 0):,}", _verdict(statement, part, needed)
        )
        name = ""


def _verdict(statement: Report, part: str, needed: bool) -> str:
    if needed:
        return "[green]yes[/green]"
    return "[yellow]no[/yellow]" if statement["uses"].get(part) else "[yellow]never used[/yellow]"


def short(arn: str) -> str:
    """Returns an ARN without its partition, region and account, which are the same for all."""
    parts = arn.split(":", 5)
    return f"{parts[2]}: {parts[5]}" if len(parts) == 6 and parts[0] == "arn" else arn


def show_denied(denied: list[Report], console: Console) -> None:
    console.rule(f"Denied: {sum(entry['count'] for entry in denied):,} calls", align="left")
    for entry in denied:
        who, first, *more = short(entry["principal"]), *(short(resource) for resource in entry["resources"])
        what = f"{entry['action']} on {first}" + (f" and {len(more)} more" if more else "")
        because = "; ".join([entry["because"], *entry["statements"], *entry["unknown"]])
        console.print(
            f"[bold]{escape(who)}[/bold]  {escape(what)}  ({entry['count']:,})\n  [dim]{escape(because)}[/dim]\n"
            f"  to add: {escape(entry['add'])}"
        )
    if not denied:
        console.print("None.")


if __name__ == "__main__":
    shell.keep_out()
    sys.exit(main(sys.argv[1:]))
