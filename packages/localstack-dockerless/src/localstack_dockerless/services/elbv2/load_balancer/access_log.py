"""Writes the access logs of load balancers to S3, with the attribute `access_logs.s3.enabled`.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html
"""

import gzip
import logging
import secrets
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from localstack.aws.connect import connect_to
from localstack.runtime.events import infra_stopping

from localstack_dockerless.services.elbv2.load_balancer import access_log_lines, view

LOG = logging.getLogger(__name__)
EACH_SECONDS = 300
DELIVERY = "logdelivery.elasticloadbalancing"
"""The service in whose name a log is written. The bucket's policy has to allow it."""

_waiting: dict[str, list[str]] = {}
"""The lines of each listener that are not written yet."""
_lock = threading.Lock()
_writer: list[threading.Thread] = []


def note(passage: Any, failure: Exception | None) -> None:
    """Keeps the line of a request (`passages.Passage`) until the next delivery, if the load balancer has a log."""
    if view.attributes_of(passage.listener_arn).get("access_logs.s3.enabled") != "true":
        return
    with _lock:
        _waiting.setdefault(passage.listener_arn, []).append(access_log_lines.line(passage, failure))
        if not _writer:
            _writer.append(threading.Thread(target=_run, name="elb-access-logs", daemon=True))
            _writer[0].start()


def deliver() -> None:
    """Writes the waiting lines of all load balancers. A log that cannot be written is lost, as on AWS."""
    with _lock:
        taken, waiting = dict(_waiting), _waiting
        waiting.clear()
    for listener_arn, lines in taken.items():
        attributes = view.attributes_of(listener_arn)
        if attributes.get("access_logs.s3.enabled") == "true":
            try:
                _put(listener_arn, attributes, key(listener_arn, datetime.now(UTC)), "".join(lines))
            except Exception:
                LOG.exception("%d lines of the access log of %s were lost", len(lines), listener_arn)


def test_file(balancer_arn: str, attributes: Mapping[str, str]) -> None:
    """Writes the file with which AWS tries the bucket. Raises `botocore.exceptions.ClientError`."""
    _put(balancer_arn, attributes, f"AWSLogs/{_account(balancer_arn)}/ELBAccessLogTestFile", "")


def key(listener_arn: str, now: datetime) -> str:
    """Returns the key of a log without the prefix. `now` is the end of its interval, in UTC."""
    _, _, _, region, account, resource = listener_arn.split(":", 5)
    balancer = resource.removeprefix("listener/").rpartition("/")[0].replace("/", ".")
    name = f"{account}_elasticloadbalancing_{region}_{balancer}_{now:%Y%m%dT%H%MZ}_127.0.0.1_{secrets.token_hex(4)}"
    return f"AWSLogs/{account}/elasticloadbalancing/{region}/{now:%Y/%m/%d}/{name}.log.gz"


def _put(arn: str, attributes: Mapping[str, str], below_prefix: str, text: str) -> None:
    prefix = attributes.get("access_logs.s3.prefix", "").strip("/")
    client = connect_to(aws_access_key_id=_account(arn), region_name=arn.split(":")[3]).s3
    client.request_metadata(service_principal=DELIVERY, source_arn=arn).put_object(
        Bucket=attributes["access_logs.s3.bucket"],
        Key=f"{prefix}/{below_prefix}" if prefix else below_prefix,
        Body=gzip.compress(text.encode()) if text else b"",
    )


def _account(arn: str) -> str:
    return arn.split(":")[4]


def _run() -> None:
    while not infra_stopping.wait(EACH_SECONDS):
        deliver()
