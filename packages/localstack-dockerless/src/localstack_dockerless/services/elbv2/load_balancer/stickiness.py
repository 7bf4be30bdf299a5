"""Keeps a client at its target and at its target group, by the load balancer's own cookies.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html#sticky-sessions:
AWSALB names the target (duration-based stickiness), AWSALBTG the target group of a weighted forward action. The copies
AWSALBCORS and AWSALBTGCORS have `SameSite=None; Secure`. The values are opaque, and a target that is not healthy is
replaced. Cookies are renewed with every answer.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from localstack_dockerless.services.elbv2.load_balancer.connections import Answer
from localstack_dockerless.services.elbv2.load_balancer.targets import Address

TARGET, GROUP = "AWSALB", "AWSALBTG"
GROUP_SECONDS = 3600  # the default of TargetGroupStickinessConfig.DurationSeconds
_KEY = secrets.token_bytes(32)


def cookies(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Returns the cookies of a request."""
    found: dict[str, str] = {}
    for name, value in headers:
        if name.lower() == "cookie":
            for pair in value.split(";"):
                key, _, text = pair.strip().partition("=")
                found.setdefault(key, text)
    return found


def group_of(action: Mapping[str, Any], sent: Mapping[str, str]) -> str | None:
    """Returns the target group that the client's cookie names, if the action is sticky and has that group."""
    if group_seconds(action) is None:
        return None
    groups = [str(group["TargetGroupArn"]) for group in action["ForwardConfig"].get("TargetGroups") or []]
    return next((arn for arn in groups if _is(sent, GROUP, arn)), None)


def group_seconds(action: Mapping[str, Any]) -> int | None:
    """Returns how long the action keeps a client at its group. None: it does not."""
    sticky = (action.get("ForwardConfig") or {}).get("TargetGroupStickinessConfig") or {}
    if str(sticky.get("Enabled", False)).lower() != "true":
        return None
    return int(sticky.get("DurationSeconds") or GROUP_SECONDS)


def target_of(
    group_arn: str, seconds: int | None, healthy: Sequence[Address], sent: Mapping[str, str]
) -> Address | None:
    """Returns the healthy target that the client's cookie names. `seconds` is None: the group is not sticky."""
    if seconds is None:
        return None
    return next((each for each in healthy if _is(sent, TARGET, _name(group_arn, each))), None)


def with_target(answer: Answer, group_arn: str, seconds: int | None, address: Address) -> Answer:
    """Adds the cookies that name the target, if the group keeps a client for `seconds`."""
    return answer if seconds is None else _with(answer, TARGET, _name(group_arn, address), seconds)


def with_group(answer: Answer, action: Mapping[str, Any], group_arn: str) -> Answer:
    """Adds the cookies that name the target group, if the action is sticky."""
    seconds = group_seconds(action)
    return answer if seconds is None else _with(answer, GROUP, group_arn, seconds)


def _with(answer: Answer, cookie: str, name: str, seconds: int) -> Answer:
    expires = format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)
    value = f"{_token(name)}; Expires={expires}; Path=/"
    added = [("Set-Cookie", f"{cookie}={value}"), ("Set-Cookie", f"{cookie}CORS={value}; SameSite=None; Secure")]
    return Answer(answer.status, answer.reason, [*answer.headers, *added], answer.body)


def _name(group_arn: str, address: Address) -> str:
    return f"{group_arn} {address.host}:{address.port}"


def _is(sent: Mapping[str, str], cookie: str, name: str) -> bool:
    token = _token(name)
    return any(hmac.compare_digest(token.encode(), sent.get(each, "").encode()) for each in (cookie, f"{cookie}CORS"))


def _token(name: str) -> str:
    return hmac.new(_KEY, name.encode(), hashlib.sha256).hexdigest()
