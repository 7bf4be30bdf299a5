"""An event is not delivered if an API destination or an API Gateway answers with no 2xx."""

from typing import Any

from localstack_dockerless.patches.patch import Patch
from localstack_dockerless.services.events.targets import NotTakenError

PATCH = Patch(
    why="LocalStack takes an answer of 400 or more for a delivery.",
    source="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html",
)
TIMEOUT = 5  # seconds


@PATCH.replaces("localstack.services.events.target:requests")
def requests(original: Any) -> Any:
    """Replaces the library. LocalStack's senders use only its `request`."""

    class Requests:
        @staticmethod
        def request(**arguments: Any) -> Any:
            answer = original.request(**{"timeout": TIMEOUT, **arguments})
            if not answer.ok:
                raise NotTakenError(answer.status_code, f"{answer.status_code} {answer.text[:200]}")
            return answer

    return Requests
