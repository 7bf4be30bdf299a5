"""`make push` builds the service's image and sends it to the ECR repository of Terraform's output."""

import os

from artifacts import image, releases, tfvars
from artifacts.packages import LOCAL_RELEASE, machine
from local.front.values import ECR_REPOSITORY, checked
from local.launcher.errors import ExpectedError
from local.launcher.settings import Settings
from local.observe.running import look_up


class PushError(ExpectedError):
    """No image can be sent to the repository. The message says why."""


def push(settings: Settings) -> int:
    """Builds `service/Dockerfile` as `<ECR_REPOSITORY>:<RELEASE>` for `ARCHITECTURE` and sends it to AWS.

    The defaults are the release and the processor of `aws.tfvars`. Without `ECR_REPOSITORY` the image gets the name of
    the local stack's repository and stays here, because the local ECR holds no layers. Then AWS is not called.
    """
    named = os.environ.get("ECR_REPOSITORY")
    repository = named or str(look_up(settings.name).outputs["ecr_repository_url"])
    match = ECR_REPOSITORY.fullmatch(repository)
    if match is None:
        raise PushError(
            f"ECR_REPOSITORY={repository!r} is no address of an ECR repository: "
            "use Terraform's output ecr_repository_url"
        )
    architecture = checked(os.environ, "ARCHITECTURE")
    architecture = architecture or (tfvars.value("aws", "cpu_architecture") if named else machine())
    release = checked(os.environ, "RELEASE") or (tfvars.value("aws", "release") if named else LOCAL_RELEASE)
    name = f"{repository}:{release}"
    image.build(name, architecture)
    if not named:
        print(f"Built {name}.\nThe image stays on this machine, because the local ECR holds no layers. The local tasks")
        print("run the same source. For AWS: make push ECR_REPOSITORY=<terraform output> RELEASE=<new name>")
        return 0
    digest = image.push(name, match["registry"], match["region"])
    releases.note_image(release, digest)
    print(f'Pushed {repository}@{digest}. Apply with release = "{release}": it has this digest.')
    return 0
