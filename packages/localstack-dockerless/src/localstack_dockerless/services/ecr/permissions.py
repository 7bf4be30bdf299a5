"""Lists the permissions that pulling an image from ECR needs."""

from localstack_dockerless.iam.registry import Permissions
from localstack_dockerless.iam.rules import everything, named

PERMISSIONS = Permissions(
    "ecr",
    {
        "GetAuthorizationToken": everything("ecr"),
        "BatchCheckLayerAvailability": named("ecr", "repositoryName", "repository/"),
        "BatchGetImage": named("ecr", "repositoryName", "repository/"),
        "GetDownloadUrlForLayer": named("ecr", "repositoryName", "repository/"),
    },
)
