"""docs/notifications.md lists every message that a person can get, and Terraform sends none that it does not list."""

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.digest import SIGN_OF_LIFE, Report, Tally, digest, report_failed, sign_of_life
from lambdas.planner import set_aside
from tests.support.terraform_code import TERRAFORM, Block, blocks, expressions, local_values, named

REPOSITORY = Path(__file__).parents[2]
TABLE_COLUMNS = ["message", "sent by", "when", "to", "subject", "what to do"]
MONITORING = local_values(TERRAFORM / "modules" / "monitoring")
NOTIFICATIONS = local_values(TERRAFORM / "modules" / "notifications")
PUBLISH = "arn:aws:states:::sns:publish"

PLANNERS_SUBJECTS = {"$.day.set_aside.subject": set_aside.SUBJECT}
"""Where the pipeline finds the subjects of the planner's e-mails in its state."""


def table() -> list[dict[str, str]]:
    text = (REPOSITORY / "docs" / "notifications.md").read_text()
    cells = [re.split(r" \| ", line.strip("| ")) for line in text.splitlines() if line.startswith("| ")]
    assert cells[0] == TABLE_COLUMNS
    return [dict(zip(TABLE_COLUMNS, row, strict=True)) for row in cells[1:]]


def publishing_states() -> dict[str, dict[str, Any]]:
    """The states of the pipeline that publish to the topic, by name."""
    states = local_values(TERRAFORM / "modules" / "pipeline")["day_states"]
    return {
        name: state for name, state in states.items() if isinstance(state, dict) and state.get("Resource") == PUBLISH
    }


def monitors() -> dict[str, Block]:
    """Returns the resource of each CloudWatch alarm, by the alarm's name without the prefix.

    An alarm that is there for each function has `<function>` in its name.
    """
    found: dict[str, Block] = {}
    for block in blocks("aws_cloudwatch_metric_alarm"):
        name = block.body["alarm_name"].removeprefix("${var.name}-")
        if "for_each" in block.body:
            keys = KEYS[block.body["for_each"]]()
            assert "${each.key}" in name
            found |= {name.replace("${each.key}", key): block for key in keys}
        else:
            found[name] = block
    return found


def _monitors_of_one_metric() -> Iterator[str]:
    parts = re.fullmatch(r"\$\{merge\((.*)\)\}", MONITORING["alarms"])
    assert parts
    for part in parts[1].split(", "):
        value = MONITORING[part.removeprefix("local.")]
        if isinstance(value, dict):
            yield from value
        else:
            key = r'(?:(name)|"([\w-]+)\$\{\w+\}")'
            made = re.match(rf"\$\{{\{{for (?:\w+), \w+ in (?:local|var)\.(\w+) : {key} =>", value)
            assert made, value
            yield from (f"{made[3] or ''}{key}" for key in MADE_FOR[made[1]]())


def _of_the_call(name: str) -> Callable[[], list[str]]:
    return lambda: list(named("module", TERRAFORM)["monitoring"][name])


MADE_FOR: dict[str, Callable[[], list[str]]] = {
    "failed_run_metrics": lambda: list(MONITORING["failed_run_metrics"]),
    "dead_letter_queue_names": _of_the_call("dead_letter_queue_names"),
    "functions": lambda: ["<function>"],
}
"""The keys of what several alarms are made for, by its name in modules/monitoring."""

KEYS: dict[str, Callable[[], Iterable[str]]] = {
    "${local.alarms}": _monitors_of_one_metric,
    "${local.api_shares}": lambda: MONITORING["api_shares"],
    "${local.silences}": lambda: MONITORING["silences"],
}


def subjects() -> dict[str, str]:
    """Returns the subject of every message that the code can send, as the document writes it, by its name."""
    counts = Counter(raised=3, updated=3, escalated=3, cleared=3)
    news = digest(date(2026, 11, 1), 1, Tally({"MCD": counts}), 3, [])
    last = datetime(2026, 11, 1, tzinfo=UTC)
    quiet = sign_of_life(last + SIGN_OF_LIFE, last, date(2026, 11, 8), 3)
    failed = report_failed(date(2026, 11, 1), 1, Report(error="States.Timeout"))
    assert failed
    assert news
    assert quiet
    assert timedelta(days=7) == SIGN_OF_LIFE, "the document says a week"
    customers = {"digest": news.subject, "report_failed": failed.subject, "sign_of_life": quiet.subject}
    pipeline = {name: _pipelines_subject(state) for name, state in publishing_states().items()}
    system = {name: f'{_alarming_state(block)}: "<name>-{name}" in <region>' for name, block in monitors().items()}
    subscriptions = {
        block.name: "AWS Notification - Subscription Confirmation" for block in blocks("aws_sns_topic_subscription")
    }
    return customers | pipeline | system | subscriptions


def _alarming_state(monitor: Block) -> str:
    """Returns the state in which the alarm notifies the administrator."""
    states = {True: "INSUFFICIENT_DATA", False: "ALARM"}
    return states["insufficient_data_actions" in monitor.body]


def _pipelines_subject(state: dict[str, Any]) -> str:
    expression = state["Parameters"]["Subject.$"]
    if expression in PLANNERS_SUBJECTS:
        return PLANNERS_SUBJECTS[expression].format(count=3)
    assert expression == "States.Format('${var.failure_mail.subject}', $$.Execution.Name)"
    return str(NOTIFICATIONS["failure_mail"]["subject"]).replace("{}", "<execution>")


def test_the_table_lists_every_message_once_and_no_other() -> None:
    listed = [row["message"].strip("`") for row in table()]
    assert sorted(listed) == sorted(subjects())


def test_the_table_has_the_subjects_that_the_code_sends() -> None:
    assert {row["message"].strip("`"): row["subject"].replace("`", "") for row in table()} == subjects()


def test_every_message_says_who_gets_it_and_what_to_do() -> None:
    for row in table():
        assert row["to"] == "`admin_email`", row
        assert row["when"].endswith("."), row
        assert row["what to do"].rstrip().endswith("."), row


def test_the_table_names_the_commands_that_the_alarms_name() -> None:
    texts = {_alarm(name): _resolved(text) for name, text in NOTIFICATIONS["alarm_texts"].items()}
    for row in table():
        text = texts.get(row["message"].strip("`"), "")
        for command in re.findall(r"python -m operations\.\w+", text):
            assert command in row["what to do"], row["message"]


def test_terraform_holds_the_text_of_every_alarm_and_no_other() -> None:
    assert {_alarm(name) for name in NOTIFICATIONS["alarm_texts"]} == set(monitors())
    for name, block in monitors().items():
        description = block.body["alarm_description"]
        key = name.removeprefix("api-") if "api-${each.key}" in description else name
        described = description.replace("${each.key}", key).replace("[each.key]", f'["{name}"]')
        assert f'["{name}"]' in described, block
    assert MONITORING["descriptions"].startswith("${merge(var.alarm_descriptions, {for purpose, queue in")
    for made in ("throttled", "slow"):
        filled = f'"{made}-${{name}}" => replace(var.alarm_descriptions["{made}-{{function}}"]'
        assert filled in MONITORING["descriptions"]


def _alarm(name: str) -> str:
    """Returns the alarm's name as the documents write it."""
    return name.replace("{function}", "<function>")


def test_terraform_holds_its_texts_in_one_module() -> None:
    pipeline = {str(state["Parameters"]["Message.$"]) for state in publishing_states().values()}
    assert all("$.day.set_aside." in text or "var.failure_mail." in text for text in pipeline)
    modules = named("module", TERRAFORM)
    assert modules["pipeline"]["failure_mail"] == "${module.notifications.failure_mail}"
    assert modules["monitoring"]["alarm_descriptions"] == "${module.notifications.alarm_descriptions}"


def test_there_is_one_topic_with_one_subscriber_and_everyone_publishes_to_it() -> None:
    (topic,) = blocks("aws_sns_topic")
    (subscription,) = blocks("aws_sns_topic_subscription")
    assert topic.module == subscription.module == "notifications"
    assert subscription.body["endpoint"] == "${var.admin_email}"
    takers = [body for body in named("module", TERRAFORM).values() if "topic_arn" in body]
    assert {body["topic_arn"] for body in takers} == {"${module.notifications.topic_arn}"}
    assert [name for name, body in named("module", TERRAFORM).items() if body in takers] == [
        "publisher", "pipeline", "monitoring",
    ]  # fmt: skip
    allowed = {
        document.module
        for document in blocks("aws_iam_policy_document", kind="data")
        for statement in document.body["statement"]
        if "sns:Publish" in statement["actions"] and statement.get("effect", "Allow") == "Allow"
    }
    assert allowed == {"publisher", "pipeline", "notifications"}  # the last for CloudWatch
    assert {state["Parameters"]["TopicArn"] for state in publishing_states().values()} == {"${var.topic_arn}"}


def test_no_state_publishes_unseen() -> None:
    pipeline = local_values(TERRAFORM / "modules" / "pipeline")
    assert sum(text.count("sns:publish") for text in expressions(pipeline)) == len(publishing_states())


def test_no_resource_tells_a_person_another_way() -> None:
    telling = re.compile(r"aws_(ses|sesv2|pinpoint|chatbot|ssmcontacts|budgets)")
    # The notifier mails customers (docs/customer-mails.md).
    assert [str(block) for block in blocks() if telling.match(block.type)] == [
        "notifier: aws_ses_email_identity.sender"
    ]
    alarms = {block.type for block in blocks() if re.search(r"_alarm$|^aws_cloudwatch_composite", block.type)}
    assert alarms == {"aws_cloudwatch_metric_alarm"}
    for block in blocks("aws_cloudwatch_metric_alarm"):
        assert "ok_actions" not in block.body, block


def test_the_functions_send_no_other_message() -> None:
    """One call publishes to the administrator, with the texts of `domain.digest`. One call mails a customer.

    The pipeline sends the planner's texts.
    """
    calls, texts = [], []
    for path in sorted([*(REPOSITORY / "lambdas").rglob("*.py"), *(REPOSITORY / "domain").rglob("*.py")]):
        name = str(path.relative_to(REPOSITORY))
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                calls += [name] if re.match(r"publish|send_email|send_raw", node.func.attr) else []
            if isinstance(node, ast.Constant) and node.value == "subject":
                texts.append(name)
    assert calls == ["lambdas/notifier/mailer.py", "lambdas/publisher/finish_run.py"]
    assert texts == ["lambdas/planner/set_aside.py"]


@pytest.mark.parametrize("row", table(), ids=lambda row: row["message"])
def test_the_settings_that_a_row_names_exist(row: dict[str, str]) -> None:
    settings = re.findall(r"`(\w+_(?:email|percent|gib|mib|days|hours|hour|ms|connections))`", " ".join(row.values()))
    assert set(settings) <= set(named("variable", TERRAFORM))


def _resolved(text: str) -> str:
    """Returns the text with the values of the module's locals in it."""
    while found := re.search(r"\$\{local\.(\w+)\}", text):
        text = text.replace(found[0], NOTIFICATIONS[found[1]])
    return text
