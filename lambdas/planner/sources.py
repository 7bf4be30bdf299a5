"""This module names what a run is planned from."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_stepfunctions import SFNClient


@dataclass(frozen=True)
class Sources:
    """The clients and the table that a run is planned from, and the bucket of the plan."""

    s3: "S3Client"
    dynamodb: "DynamoDBClient"
    steps: "SFNClient"
    bucket: str
    customers_table: str
