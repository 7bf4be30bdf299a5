"""Terraform can write and read ECR repositories."""

import json
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from dockerless_testing.emulator import Emulator


@pytest.fixture
def ecr(emulator: Emulator) -> Any:
    return emulator.client("ecr")


def test_a_repository_keeps_its_settings_policy_and_tags(ecr: Any) -> None:
    name = f"example-{uuid.uuid4().hex}"
    created = ecr.create_repository(
        repositoryName=name,
        imageTagMutability="IMMUTABLE",
        imageScanningConfiguration={"scanOnPush": True},
        encryptionConfiguration={"encryptionType": "AES256"},
        tags=[{"Key": "project", "Value": "example"}],
    )["repository"]
    rule = {
        "rulePriority": 1,
        "description": "Keep the last 20 images",
        "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 20},
        "action": {"type": "expire"},
    }
    ecr.put_lifecycle_policy(repositoryName=name, lifecyclePolicyText=json.dumps({"rules": [rule]}))
    shown = ecr.describe_repositories(repositoryNames=[name])["repositories"][0]
    assert shown["repositoryUri"] == created["repositoryUri"]
    assert shown["repositoryUri"].endswith(f"/{name}")
    assert shown["imageTagMutability"] == "IMMUTABLE"
    assert shown["imageScanningConfiguration"] == {"scanOnPush": True}
    assert shown["encryptionConfiguration"]["encryptionType"] == "AES256"
    policy = json.loads(ecr.get_lifecycle_policy(repositoryName=name)["lifecyclePolicyText"])
    assert policy == {"rules": [rule]}
    tags = ecr.list_tags_for_resource(resourceArn=shown["repositoryArn"])["tags"]
    assert tags == [{"Key": "project", "Value": "example"}]
    ecr.delete_repository(repositoryName=name, force=True)
    with pytest.raises(ClientError, match="RepositoryNotFoundException"):
        ecr.describe_repositories(repositoryNames=[name])


def test_a_repository_starts_empty_and_takes_no_image(ecr: Any) -> None:
    name = f"example-{uuid.uuid4().hex}"
    ecr.create_repository(repositoryName=name)
    assert ecr.describe_images(repositoryName=name)["imageDetails"] == []
    with pytest.raises(ClientError, match="PutImage of ecr is not supported"):
        ecr.put_image(repositoryName=name, imageManifest="{}", imageTag="latest")
    ecr.delete_repository(repositoryName=name)
