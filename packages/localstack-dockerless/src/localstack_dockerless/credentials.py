"""Gives LocalStack's process credentials of its own, so that boto3 never looks for any.

moto makes clients to read the models of services, and never calls anything with them. Without credentials in the
environment, boto3 asks the metadata service at 169.254.169.254 for some, before each such client:
https://docs.aws.amazon.com/boto3/latest/guide/credentials.html
On a laptop nobody answers there, and the call waits. On an EC2 instance a real role would answer.
"""

import os


def use_dummy_credentials() -> None:
    """Replaces the shell's credentials at LocalStack's start. No client in this process calls AWS."""
    os.environ.pop("AWS_PROFILE", None)
    os.environ.pop("AWS_DEFAULT_PROFILE", None)
    os.environ.pop("AWS_SESSION_TOKEN", None)
    os.environ["AWS_ACCESS_KEY_ID"] = "test"
    os.environ["AWS_SECRET_ACCESS_KEY"] = "test"  # noqa: S105 -- made up
