"""Reads and writes small objects in JSON."""

import json
from typing import TYPE_CHECKING, Any

from domain.object_keys import object_uri
from lambdas.runtime.day_objects import ObjectMissingError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def put_json(s3: "S3Client", bucket: str, key: str, value: Any) -> None:
    """Stores a value as JSON."""
    s3.put_object(Bucket=bucket, Key=key, Body=json.dumps(value).encode(), ContentType="application/json")


def get_json(s3: "S3Client", bucket: str, key: str) -> Any:
    """Returns the value of an object in JSON. Raises `ObjectMissingError`, and `ValueError` where it is no JSON."""
    try:
        content = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    except s3.exceptions.NoSuchKey:
        raise ObjectMissingError(object_uri(bucket, key)) from None
    return json.loads(content)
