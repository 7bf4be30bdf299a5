"""`make push`: the service's image, built and sent to the ECR repository of Terraform's output."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from local import shell
from local.front import tfvars
from local.front.values import ECR_REPOSITORY, checked
from local.launcher.errors import ExpectedError
from local.launcher.packages import machine
from local.launcher.settings import REPOSITORY, Settings
from local.observe.running import look_up

_PLATFORMS = {"x86_64": "linux/amd64", "arm64": "linux/arm64"}


class PushError(ExpectedError):
    """An image that cannot be built or sent; the message says why."""


def push(settings: Settings) -> int:
    """Build `service/Dockerfile` as `<ECR_REPOSITORY>:<TAG>` for `ARCHITECTURE` and send it to AWS.

    For a named repository the tag and the processor are those of `aws.tfvars` where none is given. Without
    `ECR_REPOSITORY` it is the local stack's: the image is built and tagged, and stays here, because the local ECR holds
    no layers. AWS is asked only for a repository that was named.
    """
    if shutil.which("docker") is None:
        raise PushError("docker is not on the PATH, and an image is built with it")
    named = os.environ.get("ECR_REPOSITORY")
    repository = named or str(look_up(settings.name).outputs["ecr_repository_url"])
    match = ECR_REPOSITORY.fullmatch(repository)
    if match is None:
        raise PushError(f"ECR_REPOSITORY={repository!r} is no address of an ECR repository")
    architecture = checked(os.environ, "ARCHITECTURE")
    architecture = architecture or (tfvars.value("aws", "cpu_architecture") if named else machine())
    tag = checked(os.environ, "TAG") or (tfvars.value("aws", "service_image_tag") if named else "local")
    image = f"{repository}:{tag}"
    _run(["docker", "build", f"--platform={_PLATFORMS[architecture]}", "-f", "service/Dockerfile", "-t", image, "."])
    if not named:
        print(f"Built {image}.\nIt stays on this machine: the local ECR has the repository but holds no layers, and")
        print("tasks run the same source. For AWS: make push ECR_REPOSITORY=<terraform output> TAG=<new tag>")
        return 0
    _sign_in(match["registry"], match["region"])
    _run(["docker", "push", image])
    print(f"Pushed {image}. Set service_image_tag to its tag and apply.")
    return 0


def _sign_in(registry: str, region: str) -> None:
    """With the shell's own AWS credentials; the password goes from one command to the other, to no log."""
    asked = subprocess.run(
        [sys.executable, Path(sys.executable).parent / "aws", "ecr", "get-login-password", "--region", region],
        env=shell.signed_in(),
        capture_output=True,
        text=True,
        check=False,
    )
    if asked.returncode != 0:
        raise PushError(f"aws ecr get-login-password: {asked.stderr.strip()}")
    command = ["docker", "login", "--username=AWS", "--password-stdin", registry]
    done = subprocess.run(command, env=_environment(), input=asked.stdout, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise PushError(f"docker login {registry}: {done.stderr.strip()}")


def _run(command: list[str]) -> None:
    if subprocess.run(command, env=_environment(), cwd=REPOSITORY, check=False).returncode != 0:
        raise PushError(f"{' '.join(command[:2])} failed")


def _environment() -> dict[str, str]:
    return shell.docker() | shell.downloading()
