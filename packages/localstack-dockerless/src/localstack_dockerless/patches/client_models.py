"""Clients of one service share its model and its methods, and so LocalStack's parser of their requests.

Step Functions makes a client for each task, because each task assumes the role of its state machine. botocore makes
the service's model and methods again for each client. LocalStack makes a parser of the whole service for each model
that it meets, and keeps it for ever. So each Lambda task took 3 times the processor's time, and 1 MiB of memory.
"""

from localstack_dockerless import client_models
from localstack_dockerless.patches.patch import Patch

PATCH = Patch(
    why="LocalStack makes a parser of the whole service for each client of its own, and keeps all of them.",
    source="https://github.com/localstack/localstack/blob/v4.14.0/localstack-core/localstack/aws/protocol/parser.py",
)

PATCH.wraps("botocore.client:ClientCreator._load_service_model")(client_models.load_service_model)
PATCH.wraps("botocore.client:ClientCreator._create_methods")(client_models.create_methods)
