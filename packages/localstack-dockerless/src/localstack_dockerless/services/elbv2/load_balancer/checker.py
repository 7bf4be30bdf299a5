"""Sends one health check to one target.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
"""

import http.client

from localstack_dockerless.services.elbv2.load_balancer.health_check import CheckResult, Failure, HealthCheck
from localstack_dockerless.services.elbv2.load_balancer.targets import Address

INSTANCE = "i-"
"""The beginning of the id of an EC2 instance. Instances do not run here, so none answers."""
_HEADERS = {"User-Agent": "ELB-HealthChecker/2.0", "Accept-Encoding": "gzip, compressed", "Connection": "close"}


def check_target(address: Address, check: HealthCheck) -> CheckResult:
    """GETs the check's path on the target. A redirect is an answer like any other."""
    if address.host.startswith(INSTANCE):
        return CheckResult(Failure.TIMEOUT)
    connection = http.client.HTTPConnection(address.host, check.port or address.port, timeout=check.timeout)
    try:
        connection.request("GET", check.path, headers=_HEADERS)
        status = connection.getresponse().status
    except TimeoutError:
        return CheckResult(Failure.TIMEOUT)
    except (OSError, http.client.HTTPException):
        return CheckResult(Failure.FAILED)
    finally:
        connection.close()
    return CheckResult(None if check.expects(status) else Failure.MISMATCH, status)
