"""Checks the deployment: the service's image, the functions' boto3, and the mails."""

import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from operations.preflight_lines import Check, Found, Needs, not_checked, ok, problem

SDK_DAYS = 8
"""The days of logs in which the newest start of the planner is looked for."""

_MANIFESTS = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
_PROCESSORS = {"amd64": "x86_64", "arm64": "arm64"}


def sdk(needs: Needs) -> Found:
    """Compares the boto3 of AWS's runtime, which AWS changes unannounced, with the version of the tests."""
    pinned = (needs.repository / "requirements" / "lambda.in").read_text(encoding="utf-8")
    tested = re.findall(r"^boto3==(\S+)$", pinned, re.MULTILINE)[0]
    if not needs.outputs:
        yield not_checked("no function has run before the first apply")
        return
    since = datetime.now(UTC) - timedelta(days=SDK_DAYS)
    pages = (
        needs.client("logs")
        .get_paginator("filter_log_events")
        .paginate(
            logGroupName=needs.outputs["log_groups"]["planner"],
            startTime=int(since.timestamp() * 1000),
            filterPattern='"initialized"',
        )
    )
    events = [json.loads(event["message"]) for page in pages for event in page["events"] if "boto3" in event["message"]]
    runtime = [event["boto3"] for event in events if event.get("message") == "initialized"]
    if not runtime:
        yield not_checked(f"no run has begun in the last {SDK_DAYS} days")
    elif runtime[-1] == tested:
        yield ok(f"the functions run with boto3 {tested}, as the tests do")
    else:
        yield problem(
            f"the functions run with boto3 {runtime[-1]}, and the tests with {tested}: set boto3=={runtime[-1]} in "
            "requirements/lambda.in, then `make lock` and `make test`"
        )


def image(needs: Needs) -> Found:
    """Looks for the image of the release, and whether it is for the right processor."""
    repository, named = f"{needs.name}-service", _image_id(needs)
    ((kind, name),) = named.items()
    shown = f"{repository}{'@' if kind == 'imageDigest' else ':'}{name}"
    wanted = needs.values["cpu_architecture"]
    ecr = needs.client("ecr")
    push = "`make push ECR_REPOSITORY=<output ecr_repository_url>` sends it (terraform/README.md)"
    try:
        answer = ecr.batch_get_image(repositoryName=repository, imageIds=[named], acceptedMediaTypes=list(_MANIFESTS))
    except ecr.exceptions.RepositoryNotFoundException:
        yield problem(
            f"there is no repository {repository}: make it, and push the image {name} (terraform/README.md, step 3)"
        )
        return
    if not answer.get("images"):
        yield problem(f"{repository} has no image {name}: {push}")
        return
    manifest = json.loads(answer["images"][0]["imageManifest"])
    found = sorted(_processors(manifest, lambda digest: _layer(ecr, repository, digest)))
    if wanted in found:
        yield ok(f"{shown} is for {', '.join(found)}")
    elif found:
        yield problem(f"{shown} is for {', '.join(found)}, and the tasks run on {wanted}: name a new release, {push}")
    else:
        yield not_checked(f"{shown} does not say its processor")


def _image_id(needs: Needs) -> dict[str, str]:
    """Returns the digest that the release names, as `terraform/release.tf` reads it, or else the release as a tag."""
    release = str(needs.values["release"])
    path = needs.repository / "build" / "lambdas" / release / "image.json"
    if path.is_file():
        return {"imageDigest": json.loads(path.read_text(encoding="utf-8"))["digest"]}
    return {"imageTag": release}


def _processors(manifest: Mapping[str, Any], layer: Callable[[str], bytes]) -> Iterator[str]:
    if "manifests" in manifest:
        names = [entry.get("platform", {}).get("architecture", "") for entry in manifest["manifests"]]
    else:
        names = [json.loads(layer(manifest["config"]["digest"])).get("architecture", "")]
    yield from (_PROCESSORS.get(name, name) for name in names if name not in ("", "unknown"))


def _layer(ecr: Any, repository: str, digest: str) -> bytes:
    url = ecr.get_download_url_for_layer(repositoryName=repository, layerDigest=digest)["downloadUrl"]
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 -- ECR gave the address
            return bytes(answer.read(1_000_000))
    except urllib.error.URLError:
        return b"{}"


def subscription(needs: Needs) -> Found:
    """Looks whether the administrator gets mails: the subscription must be confirmed."""
    if not needs.outputs:
        yield not_checked("there is no topic before the first apply: run this again after it, with --outputs")
        return
    email, topic = needs.values["admin_email"], needs.outputs["alarm_topic_arn"]
    pages = needs.client("sns").get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    arns = [each["SubscriptionArn"] for page in pages for each in page["Subscriptions"] if each["Endpoint"] == email]
    if any(arn.startswith("arn:") for arn in arns):
        yield ok(f"{email} gets the alarms")
    elif arns:
        yield problem(
            f"{email} has not confirmed, so every alarm is dropped: open the link in the mail of AWS. "
            f"`aws sns subscribe --topic-arn {topic} --protocol email --notification-endpoint {email}` sends it again"
        )
    else:
        yield problem(f"{email} does not subscribe to {topic}: apply the tfvars file with this address")


def customer_mails(needs: Needs) -> Found:
    """Looks whether SES may send from the address of the mails to customers."""
    if needs.values["customer_notifications"] != "ses":
        yield ok("customers get no mails")
        return
    sender = needs.values["customer_mail_from"]
    found = needs.client("ses").get_identity_verification_attributes(Identities=[sender])["VerificationAttributes"]
    status = found.get(sender, {}).get("VerificationStatus", "NotStarted")
    if status == "Success":
        yield ok(f"SES sends from {sender}")
    else:
        yield problem(f"SES does not send from {sender} ({status}): open the link in the mail that AWS sent to it")


DEPLOYMENT_CHECKS: Mapping[str, Check] = MappingProxyType(
    {"image": image, "sdk": sdk, "subscription": subscription, "customer mails": customer_mails}
)
"""The checks of the deployment, by subject, in their order."""
