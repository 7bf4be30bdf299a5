"""Provides Application Auto Scaling: moto's targets and policies, with the tags that moto lacks.

An ECS service's desired count stays within its target's limits. With a scaling policy it follows the number of slots
for its tasks (`services/ecs/scaling.py`). A target-tracking policy is kept and shown, and its metric is not measured.
Scheduled actions would not run and are refused.
"""

from typing import Any

from localstack.aws.api import CommonServiceException, RequestContext, handler
from localstack.services.moto import call_moto
from moto.applicationautoscaling.models import applicationautoscaling_backends

from localstack_dockerless.services.ecs.state import ENGINE
from localstack_dockerless.services.moto_provider import moto_provider

NOT_EMULATED = ("PutScheduledAction", "GetPredictiveScalingForecast")
MOST_TAGS = 50


class ApplicationAutoScalingProvider(  # a class made at run time
    moto_provider("application-autoscaling", refused=NOT_EMULATED)  # type: ignore[misc]
):
    """Answers the API. See https://docs.aws.amazon.com/autoscaling/application/APIReference/ for each operation."""

    def __init__(self) -> None:
        self.tags: dict[str, dict[str, str]] = {}

    @handler("RegisterScalableTarget", expand=False)
    def register_scalable_target(self, context: RequestContext, request: dict[str, Any]) -> Any:
        """Sets the tags of a new target only, and moves an active resource's capacity into the range, as AWS does.

        https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
        """
        known = {target.arn for target in _targets(context)}
        answer = call_moto(context)
        if answer["ScalableTargetARN"] not in known:
            self.tags[answer["ScalableTargetARN"]] = dict(request.get("Tags") or {})
        with ENGINE.change():
            ENGINE.limits_changed(context.account_id, context.region, request["ResourceId"])
        return answer

    @handler("DeregisterScalableTarget", expand=False)
    def deregister_scalable_target(self, context: RequestContext, request: dict[str, Any]) -> Any:
        answer = call_moto(context)
        known = {target.arn for target in _targets(context)}
        place = (context.region, context.account_id)
        self.tags = {
            arn: tags for arn, tags in self.tags.items() if arn in known or tuple(arn.split(":")[3:5]) != place
        }
        return answer

    @handler("ListTagsForResource", expand=False)
    def list_tags_for_resource(self, context: RequestContext, request: dict[str, Any]) -> Any:
        return {"Tags": self._tags_of(request["ResourceARN"])}

    @handler("TagResource", expand=False)
    def tag_resource(self, context: RequestContext, request: dict[str, Any]) -> Any:
        tags = self._tags_of(request["ResourceARN"])
        if len(tags | request["Tags"]) > MOST_TAGS:
            raise CommonServiceException("TooManyTagsException", f"{request['ResourceARN']}: too many tags.")
        tags.update(request["Tags"])
        return {}

    @handler("UntagResource", expand=False)
    def untag_resource(self, context: RequestContext, request: dict[str, Any]) -> Any:
        tags = self._tags_of(request["ResourceARN"])
        for key in request["TagKeys"]:
            tags.pop(key, None)
        return {}

    def _tags_of(self, arn: str) -> dict[str, str]:
        if arn not in self.tags:
            raise CommonServiceException("ResourceNotFoundException", f"{arn}: no such scalable target.")
        return self.tags[arn]


def _targets(context: RequestContext) -> list[Any]:
    backend = applicationautoscaling_backends[context.account_id][context.region]
    return [target for by_resource in backend.targets.values() for target in by_resource.values()]
