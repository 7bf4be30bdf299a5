"""EventBridge rules apply as they are now: a disabled rule does nothing, and a changed schedule has one job.

LocalStack 4.14.0 takes a `*` in a pattern for at least one character, delivers the events of a disabled rule, adds a
job to a scheduled rule with each PutTargets, keeps the job of a schedule that PutRule has replaced, and loses a
scheduled rule's constant input that is no object.
"""

import re
from collections.abc import Callable
from typing import Any

from localstack.services.events.event_rule_engine import EventRuleEngine
from localstack.services.events.provider import EventsProvider
from localstack.services.events.rule import RuleService
from localstack.services.events.scheduler import JobScheduler
from localstack.utils.patch import patch
from localstack.utils.strings import long_uid
from localstack.utils.time import TIMESTAMP_FORMAT_TZ, timestamp
from localstack.utils.xray.trace_header import TraceHeader

DISABLED = "DISABLED"
_jobs: dict[str, str] = {}
"""By the rule's ARN, its one job."""


def rules_as_they_are_now() -> None:
    """Called at LocalStack's start. Raises `AttributeError` on another LocalStack."""

    assert callable(EventRuleEngine._evaluate_wildcard)  # noqa: S101, SLF001 -- what is replaced is there
    EventRuleEngine._evaluate_wildcard = staticmethod(matches_wildcard)  # noqa: SLF001

    @patch(EventsProvider._process_rules)  # type: ignore[untyped-decorator]  # noqa: SLF001
    def process_rules(original: Callable[..., None], self: Any, rule: Any, *arguments: Any) -> None:
        if rule.state != DISABLED:
            original(self, rule, *arguments)

    @patch(RuleService.create_schedule_job)  # type: ignore[untyped-decorator]
    def create_schedule_job(_original: Callable[..., None], self: Any, send: Callable[..., None]) -> None:
        scheduler = JobScheduler.instance()
        if earlier := _jobs.get(self.rule.arn):
            scheduler.cancel_job(earlier)
        self.job_id = _jobs[self.rule.arn] = scheduler.add_job(send, self.schedule_cron, True)

    @patch(EventsProvider.create_rule_service)  # type: ignore[untyped-decorator]
    def create_rule_service(original: Callable[..., Any], self: Any, *arguments: Any, **named: Any) -> Any:
        service = original(self, *arguments, **named)
        if service.schedule_cron:
            rule = service.rule
            service.create_schedule_job(self._get_scheduled_rule_job_function(rule.account_id, rule.region, rule))
        return service

    @patch(EventsProvider._get_scheduled_rule_job_function)  # type: ignore[untyped-decorator]  # noqa: SLF001
    def job_function(_original: Any, self: Any, account_id: str, region: str, rule: Any) -> Callable[..., None]:
        arn = rule.arn

        def run(*_arguments: Any, **_named: Any) -> None:
            current = self._rule_services_store.get(arn)
            if current is not None and current.rule.state != DISABLED:
                _send(self._target_sender_store, current.rule, scheduled_event(arn, account_id, region))

        return run


def matches_wildcard(condition: str, value: Any) -> bool:
    """A `*` stands for any characters, also for none; a backslash takes the next character as it is.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-wildcard-matching
    """
    parts = re.findall(r"\\(.)|([^\\])", condition, re.DOTALL)
    expression = "".join(".*" if plain == "*" else re.escape(escaped or plain) for escaped, plain in parts)
    return isinstance(value, str) and re.fullmatch(expression, value, re.DOTALL) is not None


def scheduled_event(rule_arn: str, account_id: str, region: str) -> dict[str, Any]:
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html"""
    return {
        "version": "0",
        "id": long_uid(),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": account_id,
        "time": timestamp(format=TIMESTAMP_FORMAT_TZ),
        "region": region,
        "resources": [rule_arn],
        "detail": {},
    }


def _send(senders: dict[str, Any], rule: Any, event: dict[str, Any]) -> None:
    for target in list(rule.targets.values()):
        sender = senders.get(f"{rule.arn}-{target['Id']}")
        if sender is not None:  # it was removed meanwhile
            sender.process_event(dict(event), trace_header=TraceHeader().ensure_root_exists())
