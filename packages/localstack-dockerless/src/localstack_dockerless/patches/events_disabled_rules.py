"""A disabled rule delivers no event."""

from typing import Any

from localstack_dockerless.patches.patch import Patch
from localstack_dockerless.services.events.rules import DISABLED

PATCH = Patch(
    why="LocalStack delivers the events of a disabled rule.",
    source="https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DisableRule.html",
)


@PATCH.wraps("localstack.services.events.provider:EventsProvider._process_rules")
def process_rules(original: Any, self: Any, rule: Any, *arguments: Any) -> None:
    if rule.state != DISABLED:
        original(self, rule, *arguments)
