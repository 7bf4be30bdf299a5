"""Decides into how many segments the scan of the customers is divided.

The number comes from an estimate. A segment may be larger than the estimate. Then it is read in several steps, and each
step continues where the step before ended (`lambdas.planner.scan_segment`). So a wrong estimate costs only time.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SEGMENT_CUSTOMERS = 400_000
"""The customers for which a segment is planned. One step decodes so many in about a minute."""

LEAST_SEGMENTS = 4
"""DynamoDB does not count a table that was filled within the last 6 hours. So a large one may seem to be empty."""

MOST_SEGMENTS = 250
"""The Map's input has a number for each segment. With more customers the segments grow, and take more steps."""


def segment_count(client: "DynamoDBClient", table: str) -> int:
    """Returns the number of segments for the table. Raises DynamoDB's own errors.

    DynamoDB updates `ItemCount` about every 6 hours.
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html
    """
    estimated = client.describe_table(TableName=table)["Table"].get("ItemCount", 0)
    return min(max(-(-estimated // SEGMENT_CUSTOMERS), LEAST_SEGMENTS), MOST_SEGMENTS)
