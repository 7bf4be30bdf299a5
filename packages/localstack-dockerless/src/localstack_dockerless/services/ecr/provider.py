"""ECR: moto's repositories, policies and tags. No image is ever in one: nothing here stores layers.

The tasks of ECS run the service's own program, not an image, so nothing needs one.
"""

from localstack_dockerless.services.moto_provider import moto_provider

# moto would take a manifest without layers, find made-up vulnerabilities and sign in to a host of AWS's.
NOT_EMULATED = (
    "PutImage", "InitiateLayerUpload", "UploadLayerPart", "CompleteLayerUpload", "StartImageScan",
    "DescribeImageScanFindings", "GetAuthorizationToken", "PutReplicationConfiguration",
)  # fmt: skip


class EcrProvider(moto_provider("ecr", refused=NOT_EMULATED)):  # type: ignore[misc]  # made at run time
    """See https://docs.aws.amazon.com/AmazonECR/latest/APIReference/ for each operation."""
