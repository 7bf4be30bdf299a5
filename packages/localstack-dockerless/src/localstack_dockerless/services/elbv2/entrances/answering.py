"""Takes a client's request to the data plane. An error of a target becomes a page, as on AWS.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html: 502 for a target
that fails, 503 without a healthy target, 504 for a target that is late.
"""

import logging
import time

from localstack_dockerless.services.elbv2.load_balancer import forward
from localstack_dockerless.services.elbv2.load_balancer.connections import Answer, TargetFailedError, TargetTimeoutError
from localstack_dockerless.services.elbv2.load_balancer.view import ListenerNotFoundError

LOG = logging.getLogger(__name__)
LONGEST = 4000.0
"""The longest idle timeout of a load balancer, in seconds."""


def answer(listener_arn: str, request: forward.Request) -> Answer:
    """Returns the answer of the listener, also for a failure."""
    try:
        return forward.forward(listener_arn, request, time.monotonic() + LONGEST)
    except (forward.NoHealthyTargetError, ListenerNotFoundError) as error:
        reason, text = "Service Temporarily Unavailable", str(error)
        status = 503
    except TargetTimeoutError as error:
        status, reason, text = 504, "Gateway Time-out", str(error)
    except TargetFailedError as error:
        status, reason, text = 502, "Bad Gateway", str(error)
    LOG.warning("%s %s at %s: %s (%s)", request.method, request.path, listener_arn, status, text)
    return forward.page(status, reason)
