"""A `*` in an event pattern stands for any characters, also for none."""

from typing import Any

from localstack_dockerless.patches.patch import Patch
from localstack_dockerless.services.events.rules import matches_wildcard

PATCH = Patch(
    why="LocalStack takes a `*` for at least one character.",
    source="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html"
    "#eb-filtering-wildcard-matching",
)


@PATCH.replaces("localstack.services.events.event_rule_engine:EventRuleEngine._evaluate_wildcard")
def evaluate_wildcard(_original: Any) -> Any:
    return staticmethod(matches_wildcard)
