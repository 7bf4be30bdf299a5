"""A scheduled rule has one job, which applies the rule as it is now."""

from collections.abc import Callable
from typing import Any

from localstack_dockerless.patches.patch import Patch
from localstack_dockerless.services.events import rules

PATCH = Patch(
    why="LocalStack adds a job with each PutTargets, keeps the job of a schedule that PutRule has replaced, and "
    "loses a constant input that is no object.",
    source="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html",
)


@PATCH.wraps("localstack.services.events.rule:RuleService.create_schedule_job")
def create_schedule_job(_original: Any, self: Any, send: Callable[..., None]) -> None:
    self.job_id = rules.replace_job(self.rule.arn, self.schedule_cron, send)


@PATCH.wraps("localstack.services.events.provider:EventsProvider.create_rule_service")
def create_rule_service(original: Any, self: Any, *arguments: Any, **named: Any) -> Any:
    service = original(self, *arguments, **named)
    if service.schedule_cron:
        rule = service.rule
        service.create_schedule_job(self._get_scheduled_rule_job_function(rule.account_id, rule.region, rule))
    return service


@PATCH.wraps("localstack.services.events.provider:EventsProvider._get_scheduled_rule_job_function")
def job_function(_original: Any, self: Any, account_id: str, region: str, rule: Any) -> Callable[..., None]:
    arn = rule.arn

    def run(*_arguments: Any, **_named: Any) -> None:
        current = self._rule_services_store.get(arn)
        if current is not None and current.rule.state != rules.DISABLED:
            rules.send(self._target_sender_store, current.rule, rules.scheduled_event(arn, account_id, region))

    return run
