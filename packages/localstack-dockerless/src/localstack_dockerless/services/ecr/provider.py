"""Provides ECR: moto's repositories, policies and tags. A repository has no image: nothing here stores layers.

ECS tasks run the service's own program, not an image. So no task needs an image.
"""

from localstack_dockerless.services.moto_provider import moto_provider

# moto would accept a manifest without layers, invent vulnerabilities and sign in to a host of AWS.
NOT_EMULATED = (
    "PutImage", "InitiateLayerUpload", "UploadLayerPart", "CompleteLayerUpload", "StartImageScan",
    "DescribeImageScanFindings", "GetAuthorizationToken", "PutReplicationConfiguration",
)  # fmt: skip


class EcrProvider(moto_provider("ecr", refused=NOT_EMULATED)):  # type: ignore[misc]  # made at run time
    """Answers the API. See https://docs.aws.amazon.com/AmazonECR/latest/APIReference/ for each operation."""
