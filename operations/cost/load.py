"""What the customers do, and what a reading, a request and a shard take. Each figure has its source."""

from dataclasses import dataclass

HOURS = 730
"""The hours of a month, as AWS's own calculator counts them."""

DAYS = HOURS / 24

READINGS_A_DAY = 96
"""The quarter-hours of a day."""

CUSTOMERS_IN_A_SHARD = 7000
"""`lambdas/planner/shard_plan.py`."""

DATABASE_BYTES = 137
"""A reading with its part of the index (docs/scale.md, measured)."""

EXPORTED_BYTES, ENRICHED_BYTES = 5.7, 6.5
"""A reading in Parquet (docs/scale.md, measured)."""

CUSTOMER_BYTES = 400
"""A customer in DynamoDB (docs/scale.md)."""

LOG_BYTES = 1200
"""A request in the access log, the authorizer's log and the service's log (docs/scale.md: 12 GB for 10 million)."""

SHARD_LOG_BYTES = 20_000
"""A shard in the logs of its steps and of the state machine. It is an estimate."""

LOGS_COMPRESSED = 0.15
"""What CloudWatch Logs stores of what it takes in. AWS's pricing page computes with this share."""

AUTHORIZER_MS = 10
"""An invocation of the authorizer with a running environment (docs/scale.md)."""

SHARD_SECONDS = 3.5
"""The steps of a shard together (docs/scale.md)."""

SHARD_TRANSITIONS, RUN_TRANSITIONS = 4, 25
"""State transitions of a shard (docs/scale.md), and of a run without its shards."""

SHARD_WRITES, SHARD_READS = 8, 120
"""Calls of S3 for a shard: its parts and numbers, and the ranges that it reads. It is an estimate."""

BATCH_BYTES, READING_BYTES, ANSWER_BYTES = 700, 110, 600
"""A request without its readings, a reading in it, and an answer with its headers."""

TASK_GB = 0.5
"""What a task and its functions fetch in a month from AWS past the gateway endpoints, without logs: images, secrets."""

IMAGE_GB, IMAGES = 0.1, 20
"""An image in ECR, and the images that its lifecycle policy keeps."""

CONTAINER_METRICS = 25
"""The metrics of Container Insights for one cluster and one service. It is an estimate."""

ALARMS = 33
"""The CloudWatch alarms. It is an estimate."""

SECRETS = 4
"""The secrets of the database's master user and of its 3 roles."""

ATHENA_TB = 0.1
"""What people scan in a month. `athena_scan_limit_mib` limits one query, not the month."""


@dataclass(frozen=True)
class Load:
    """What the customers send, and since when."""

    metering_points: int = 100_000
    """Metering points with readings of each quarter of an hour."""
    requests_a_day: int = 1
    """Requests of a metering point in a day. The readings of the day are divided among them."""
    years: float = 1
    """Years since the first reading. The objects of that time are stored, within their retention."""

    @property
    def requests(self) -> float:
        """The requests of a month."""
        return self.metering_points * self.requests_a_day * DAYS

    @property
    def readings_a_day(self) -> float:
        """The readings of a day."""
        return self.metering_points * READINGS_A_DAY

    @property
    def request_bytes(self) -> float:
        """The bytes of a request with its share of the day's readings."""
        return BATCH_BYTES + READING_BYTES * READINGS_A_DAY / self.requests_a_day
