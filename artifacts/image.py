"""Builds the service's image and sends it to a repository of ECR."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from artifacts import user_shell
from artifacts.errors import ArtifactError
from artifacts.paths import REPOSITORY

_PLATFORMS = {"x86_64": "linux/amd64", "arm64": "linux/arm64"}


class ImageError(ArtifactError):
    """The image cannot be built or sent. The message says why."""


def build(image: str, architecture: str) -> None:
    """Builds `service/Dockerfile` as `image`, `<repository>:<tag>`, for `x86_64` or `arm64`. Raises `ImageError`."""
    if shutil.which("docker") is None:
        raise ImageError("docker is not on the PATH: install Docker, which builds the image")
    _run(["docker", "build", f"--platform={_PLATFORMS[architecture]}", "-f", "service/Dockerfile", "-t", image, "."])


def push(image: str, registry: str, region: str) -> str:
    """Sends `image` to AWS with the shell's own AWS credentials. Returns its digest. Raises `ImageError`."""
    _sign_in(registry, region)
    _run(["docker", "push", image])
    return _digest(image)


def _digest(image: str) -> str:
    """Returns the digest that the registry gave the pushed image: `sha256:` and 64 hexadecimal digits."""
    command = ["docker", "image", "inspect", "--format={{json .RepoDigests}}", image]
    done = subprocess.run(command, env=_environment(), check=False, capture_output=True, text=True)
    repository = image.rpartition(":")[0]
    found = json.loads(done.stdout or "[]") if done.returncode == 0 else []
    digests = [name.removeprefix(f"{repository}@") for name in found if name.startswith(f"{repository}@sha256:")]
    if len(digests) != 1:
        raise ImageError(f"docker knows no digest of {image}: {done.stderr.strip() or done.stdout.strip()}")
    return str(digests[0])


def _sign_in(registry: str, region: str) -> None:
    """Signs Docker in to the registry. The password goes from one command to the other and into no log."""
    asked = subprocess.run(
        [sys.executable, Path(sys.executable).parent / "aws", "ecr", "get-login-password", "--region", region],
        env=user_shell.signed_in(),
        capture_output=True,
        text=True,
        check=False,
    )
    if asked.returncode != 0:
        raise ImageError(f"aws ecr get-login-password: {asked.stderr.strip()}")
    command = ["docker", "login", "--username=AWS", "--password-stdin", registry]
    done = subprocess.run(command, env=_environment(), input=asked.stdout, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ImageError(f"docker login {registry}: {done.stderr.strip()}")


def _run(command: list[str]) -> None:
    if subprocess.run(command, env=_environment(), cwd=REPOSITORY, check=False).returncode != 0:
        raise ImageError(f"{' '.join(command[:2])} failed")


def _environment() -> dict[str, str]:
    return user_shell.docker() | user_shell.downloading()
