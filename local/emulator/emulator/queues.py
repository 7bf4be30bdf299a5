"""An emptied `RedriveAllowPolicy` of an SQS queue is gone.

LocalStack 4.14.0 forgets an emptied `Policy` and `RedrivePolicy` and keeps this one as an empty string, for
whose end Terraform's destroy waits in vain.
"""

from localstack.services.sqs import constants


def forget_emptied_redrive_allow_policy() -> None:
    """Called at LocalStack's start."""
    constants.DELETE_IF_DEFAULT["RedriveAllowPolicy"] = ""
