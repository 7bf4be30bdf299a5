"""`make push`: the service's image, built and sent to the ECR repository of Terraform's output."""

import os

from artifacts import image, tfvars
from artifacts.packages import machine
from local.front.values import ECR_REPOSITORY, checked
from local.launcher.errors import ExpectedError
from local.launcher.settings import Settings
from local.observe.running import look_up


class PushError(ExpectedError):
    """A repository that no image can be sent to; the message says why."""


def push(settings: Settings) -> int:
    """Build `service/Dockerfile` as `<ECR_REPOSITORY>:<TAG>` for `ARCHITECTURE` and send it to AWS.

    For a named repository the tag and the processor are those of `aws.tfvars` where none is given. Without
    `ECR_REPOSITORY` it is the local stack's: the image is built and tagged, and stays here, because the local ECR holds
    no layers. AWS is asked only for a repository that was named.
    """
    named = os.environ.get("ECR_REPOSITORY")
    repository = named or str(look_up(settings.name).outputs["ecr_repository_url"])
    match = ECR_REPOSITORY.fullmatch(repository)
    if match is None:
        raise PushError(f"ECR_REPOSITORY={repository!r} is no address of an ECR repository")
    architecture = checked(os.environ, "ARCHITECTURE")
    architecture = architecture or (tfvars.value("aws", "cpu_architecture") if named else machine())
    tag = checked(os.environ, "TAG") or (tfvars.value("aws", "service_image_tag") if named else "local")
    name = f"{repository}:{tag}"
    image.build(name, architecture)
    if not named:
        print(f"Built {name}.\nIt stays on this machine: the local ECR has the repository but holds no layers, and")
        print("tasks run the same source. For AWS: make push ECR_REPOSITORY=<terraform output> TAG=<new tag>")
        return 0
    image.push(name, match["registry"], match["region"])
    print(f"Pushed {name}. Set service_image_tag to its tag and apply.")
    return 0
