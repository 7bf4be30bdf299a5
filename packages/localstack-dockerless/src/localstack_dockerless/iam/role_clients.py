"""Makes clients with which a service acts as a role that was given to it, as AWS's services do.

LocalStack's services call one another without a principal. The calls of these clients are the role's, and its policies
must allow them.
"""

import threading
from typing import Any

from botocore.exceptions import ClientError
from localstack.aws.connect import connect_to

from localstack_dockerless.iam.acting import session_name


class AssumeRoleError(Exception):
    """The role's trust policy does not trust the service. The text is AWS's."""


class RoleClients:
    """Makes the clients of one service, named as in `lambda` or `ecs-tasks`.

    It is safe for several threads. A session lasts as long as this object.
    """

    def __init__(self, service: str) -> None:
        self._service = service
        self._factories: dict[tuple[str, str, str], Any] = {}
        self._lock = threading.Lock()

    def client(self, name: str, role: str, session: str, region: str, source_arn: str | None = None) -> Any:
        """Returns a client of the service `name` in `region`. Raises `AssumeRoleError`."""
        key = (role, session, region)
        with self._lock:
            factory = self._factories.get(key)
        if factory is None:
            factory = self._assume(role, session, region, source_arn)
            with self._lock:
                self._factories[key] = factory
        return factory.get_client(name)

    def credentials(self, role: str, session: str, region: str, source_arn: str | None = None) -> Any:
        """Starts a session, and returns STS's `Credentials` of it. Raises `AssumeRoleError`."""
        sts = connect_to(region_name=region).sts.request_metadata(
            service_principal=self._service, source_arn=source_arn
        )
        try:
            return sts.assume_role(RoleArn=role, RoleSessionName=session_name(session, self._service))["Credentials"]
        except ClientError as error:
            raise AssumeRoleError(str(error)) from error

    def _assume(self, role: str, session: str, region: str, source_arn: str | None) -> Any:
        credentials = self.credentials(role, session, region, source_arn)
        return connect_to(
            region_name=region,
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials["SessionToken"],
        )
